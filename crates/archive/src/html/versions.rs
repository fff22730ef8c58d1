//! Which of a publisher's pages are one story: crawled again under another headline, kept as a fragment beside its page, set for
//! print. Told by address, by headline and by prose.

use std::collections::HashMap;

use super::address;
use super::choose::{self, Ground};
use super::flow::Block;
use crate::blocks as lines;

/// Stories told apart of one publisher; pages of further ones are not learned, what was learned stays.
const STORIES: usize = 40_000;
/// Headlines and addresses remembered of one publisher, each; a story has further ones only up to there.
const NAMES: usize = 2 * STORIES;
/// Pieces of prose remembered of one publisher. When they are full, those that stood on one page are forgotten; 16 bytes each.
const PROSE: usize = 60_000;
/// Prose of less weight says nothing of the page it stands on.
const SOME: u32 = 30;
/// Hardly a story gets so many headlines: what stands on more pages, each with text of its own, belongs to the house.
const VERSIONS: u16 = 12;

/// The stories of one publisher, and by what their pages are known.
#[derive(Debug, Default)]
pub(super) struct Stories {
    count: u32,
    headlines: HashMap<u64, u32>,
    addresses: HashMap<u64, Claim>,
    prose: HashMap<u64, Claim>,
}

/// What belongs to the story on whose page it stood first.
#[derive(Debug, Clone, Copy)]
struct Claim {
    story: u32,
    /// Pages it stood on.
    pages: u16,
}

/// By what a page may be known as another page of a story.
#[derive(Debug)]
pub(super) struct Signs {
    headline: Option<u64>,
    address: Option<u64>,
    /// Its prose outside named furniture, each piece once, with its weight.
    prose: Vec<(u64, u32)>,
}

impl Signs {
    pub(super) fn of(headline: Option<&str>, own: Option<&str>, blocks: &[Block], ground: &Ground) -> Self {
        let open = |b: &&Block| ground.furniture.get(b.holder as usize).copied().flatten().is_none();
        // Whole numbers in one order: the same files teach the same in every run.
        let weighed =
            blocks.iter().filter(open).map(|b| (lines::hash_of(&lines::key(&b.text)), choose::weight(b) as u32));
        let mut prose: Vec<(u64, u32)> = weighed.filter(|(_, weight)| *weight >= SOME).collect();
        prose.sort_unstable();
        prose.dedup_by_key(|(text, _)| *text);
        Self {
            headline: headline.map(|h| lines::hash_of(&lines::key(h))),
            address: own.map(|u| lines::hash_of(address::path(u))),
            prose,
        }
    }
}

impl Signs {
    /// The heaviest piece of the page's prose.
    pub(super) fn longest(&self) -> Option<u64> {
        self.prose.iter().max_by_key(|(_, weight)| *weight).map(|(text, _)| *text)
    }
}

impl Stories {
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The story of a page, and that its signs are the story's from now on. Nothing when there are too many stories, or when the
    /// page has nothing to tell it by.
    pub(super) fn of(&mut self, signs: &Signs) -> Option<u32> {
        if signs.headline.is_none() && signs.address.is_none() {
            return None;
        }
        // A template may call one address the own one of all pages.
        let by_address = signs.address.and_then(|a| self.addresses.get(&a)).filter(|c| c.pages <= VERSIONS);
        let known = by_address
            .map(|claim| claim.story)
            .or_else(|| signs.headline.and_then(|h| self.headlines.get(&h)).copied())
            .or_else(|| self.by_prose(&signs.prose));
        let story = match known {
            Some(story) => story,
            None if self.len() >= STORIES => return None,
            None => {
                self.count += 1;
                self.count
            }
        };
        self.note(signs, story);
        Some(story)
    }

    /// The story that has more than half of a page's prose. What the house sets below its stories is less than half, or it stands
    /// on very many pages.
    fn by_prose(&self, prose: &[(u64, u32)]) -> Option<u32> {
        let all: u32 = prose.iter().map(|(_, weight)| weight).sum();
        let fresh: u32 = prose.iter().filter(|(text, _)| !self.prose.contains_key(text)).map(|(_, w)| w).sum();
        let has_own = fresh.saturating_mul(4) >= all;
        let (mut shared, mut counted): (HashMap<u32, u32>, u32) = (HashMap::new(), fresh);
        for (text, weight) in prose {
            let Some(claim) = self.prose.get(text).filter(|c| !has_own || c.pages <= VERSIONS) else { continue };
            *shared.entry(claim.story).or_default() += weight;
            counted += weight;
        }
        shared.into_iter().find(|(_, weight)| weight.saturating_mul(2) > counted).map(|(story, _)| story)
    }

    fn note(&mut self, signs: &Signs, story: u32) {
        if let Some(headline) = signs.headline.filter(|_| self.headlines.len() < NAMES) {
            self.headlines.entry(headline).or_insert(story);
        }
        if let Some(address) = signs.address {
            claim(&mut self.addresses, address, story, NAMES);
        }
        if self.prose.len() >= PROSE {
            self.prose.retain(|_, claim| claim.pages > 1);
        }
        for (text, _) in &signs.prose {
            claim(&mut self.prose, *text, story, PROSE);
        }
    }
}

fn claim(claims: &mut HashMap<u64, Claim>, what: u64, story: u32, most: usize) {
    if claims.len() < most || claims.contains_key(&what) {
        let claim = claims.entry(what).or_insert(Claim { story, pages: 0 });
        claim.pages = claim.pages.saturating_add(1);
    }
}
