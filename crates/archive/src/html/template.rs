//! What a publisher's pages have in common, learned from the pages themselves: texts that stand on the pages of several stories,
//! places that hold such texts, and the place whose text is another one on every page.
//!
//! Kept are hashes and counts, never text. Counted is per *story*, whatever headline its pages bear (see `versions`), or the body of
//! a story crawled five times would look like furniture.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use html5ever::local_name;

use super::choose::{self, Ground};
use super::flow::{Block, Shape};
use super::page::{Page, Parsed};
use super::tree::{NodeId, ROOT, Tree};
use super::versions::{Signs, Stories};
use super::{address, metadata};
use crate::blocks as lines;
use crate::furniture;

/// Publishers remembered; pages of further ones are read by themselves.
const SITES: usize = 1_000;
/// Texts remembered of one publisher. When they are full, those seen once are forgotten; 16 bytes each.
const TEXTS: usize = 60_000;
/// Titles remembered of one publisher; of further ones nothing is known.
const TITLES: usize = 20_000;
/// Places remembered of one publisher; further ones are not learned.
const PLACES: usize = 8_000;
/// A text is furniture when it stands on the pages of so many stories …
const REPEATED: u16 = 3;
/// … and of one in so many.
const ONE_IN: u32 = 250;
/// A crosshead may come back ("What happens next"); it is furniture from one story in so many on.
const HEADING_ONE_IN: u32 = 3;
/// A plain sentence among others that do not come back ("A spokesman declined to comment"), from one in so many on.
const SENTENCE_ONE_IN: u32 = 2;

const ELSEWHERE: &str = "stands on the pages of other stories too";
/// Why a plain sentence went that is not on most pages: somebody should know.
pub(super) const SENTENCE: &str =
    "stands on the pages of other stories too, each time as the same paragraph or with the paper's name";

/// Everything learned, by publisher.
#[derive(Debug, Default)]
pub struct Templates {
    sites: HashMap<String, Site>,
}

#[derive(Debug, Default)]
struct Site {
    stories: Stories,
    /// Pages learned, and the titles that they have.
    pages: u32,
    titles: HashMap<u64, Title>,
    texts: HashMap<u64, Text>,
    places: HashMap<u64, Place>,
}

/// One text of a publisher's pages.
#[derive(Debug, Default, Clone, Copy)]
struct Text {
    /// Stories on whose pages it stands, and the last of them. What only one story has is counted once, however many pages of it
    /// there are; what belongs to the house may be counted twice for a story.
    stories: u16,
    last: u32,
    /// The how manieth of its place it was on the first page, and whether it was another one on a later page.
    nth: u8,
    moves: bool,
}

/// One title of a publisher's pages.
#[derive(Debug, Default, Clone)]
struct Title {
    pages: u32,
    /// The longest paragraphs of different pages that have it, up to [`REPEATED`].
    longest: Vec<u64>,
}

/// One place of a template: an element as its names and those above it tell it.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    /// Pages on which it occurs.
    pages: u32,
    /// Blocks directly in it, and those of them that other stories have too.
    blocks: u32,
    repeated: u32,
    /// Pages whose new prose it holds nearly all of.
    holds: u32,
}

impl Templates {
    /// Takes in one page. Pages of one publisher are told by their host.
    pub fn learn(&mut self, page: &Page<'_>) {
        self.learn_parsed(&Parsed::of(*page));
    }

    /// The same for a page that was parsed already.
    pub fn learn_parsed(&mut self, parsed: &Parsed<'_>) {
        let Parsed { page, tree, flow, ground, .. } = parsed;
        let nowhere = |_| false;
        let mut meta = metadata::read(tree, &nowhere);
        let Some(host) = page.url.or(meta.canonical.as_deref()).and_then(address::host) else { return };
        if self.sites.len() >= SITES && !self.sites.contains_key(&host) {
            return;
        }
        let site = self.sites.entry(host).or_default();
        let own = address::own(page.url, meta.canonical.as_deref(), &mut Vec::new());
        site.note_titles(&meta.titles, Signs::of(None, None, &flow.blocks, ground).longest());
        if meta.titles.iter().any(|title| site.is_title(title)) {
            meta = metadata::read_with(tree, &nowhere, &|title| site.is_title(title));
        }
        let signs = Signs::of(meta.headline.as_deref(), own.as_deref(), &flow.blocks, ground);
        let Some(story) = site.stories.of(&signs) else { return };
        site.learn(tree, &flow.blocks, ground, story);
    }

    /// What a page says of itself, without a title that the publisher's other pages have too, and without whom it names where it is `closed`.
    pub(crate) fn metadata(
        &self,
        url: Option<&str>,
        tree: &Tree,
        closed: &dyn Fn(NodeId) -> bool,
    ) -> metadata::Metadata {
        let meta = metadata::read(tree, closed);
        let host = url.or(meta.canonical.as_deref()).and_then(address::host);
        match host.and_then(|host| self.sites.get(&host)) {
            Some(site) if meta.titles.iter().any(|title| site.is_title(title)) => {
                metadata::read_with(tree, closed, &|title| site.is_title(title))
            }
            _ => meta,
        }
    }

    /// How many stories were learned of the publisher of an address.
    #[must_use]
    pub fn stories(&self, url: &str) -> usize {
        address::host(url).and_then(|h| self.sites.get(&h)).map_or(0, |s| s.stories.len())
    }

    pub(crate) fn of(&self, url: Option<&str>, canonical: Option<&str>, tree: &Tree) -> Option<Applied<'_>> {
        let host = url.or(canonical).and_then(address::host)?;
        let site = self.sites.get(&host).filter(|s| s.stories.len() >= usize::from(REPEATED))?;
        Some(Applied { site, paths: paths(tree) })
    }
}

impl Site {
    fn note_titles(&mut self, titles: &[String], longest: Option<u64>) {
        self.pages = self.pages.saturating_add(1);
        let keys: HashSet<u64> = titles.iter().map(|title| lines::hash_of(&lines::key(title))).collect();
        for key in keys {
            if self.titles.len() >= TITLES && !self.titles.contains_key(&key) {
                continue;
            }
            let title = self.titles.entry(key).or_default();
            title.pages = title.pages.saturating_add(1);
            title.longest.extend(
                longest.filter(|text| title.longest.len() < usize::from(REPEATED) && !title.longest.contains(text)),
            );
        }
    }

    /// Whether at least half of the pages have a title, whatever they tell: it is the paper's name, or its program's.
    fn is_title(&self, title: &str) -> bool {
        let known = self.titles.get(&lines::hash_of(&lines::key(title)));
        known.is_some_and(|t| t.longest.len() >= usize::from(REPEATED) && t.pages.saturating_mul(2) >= self.pages)
    }

    fn learn(&mut self, tree: &Tree, blocks: &[Block], ground: &Ground, story: u32) {
        self.make_room();
        let paths = paths(tree);
        let mut here: HashSet<u64> = HashSet::new();
        let mut nths: HashMap<u64, u8> = HashMap::new();
        let mut new_prose: HashMap<NodeId, f32> = HashMap::new();
        let mut total = 0.0f32;
        for block in blocks {
            let text = lines::hash_of(&lines::key(&block.text));
            let first_here = here.insert(text);
            let path = path_of(&paths, block.holder);
            let nth = nths.entry(path).or_default();
            *nth = nth.saturating_add(1);
            let known = self.texts.get(&text).copied().unwrap_or_default();
            let again = known.stories > 0 && known.last == story;
            let others = known.stories - u16::from(again);
            if first_here && !again && (known.stories > 0 || self.texts.len() < TEXTS) {
                let first = if others == 0 { *nth } else { known.nth };
                let moves = known.moves || first != *nth;
                self.texts.insert(text, Text { stories: others.saturating_add(1), last: story, nth: first, moves });
            }
            if !again && let Some(place) = self.place(path) {
                place.blocks = place.blocks.saturating_add(1);
                // The first time it stood there it was not known that it would come back.
                let more = u32::from(others > 0) + u32::from(others == 1);
                place.repeated = place.repeated.saturating_add(more).min(place.blocks);
            }
            let furniture = ground.furniture.get(block.holder as usize).copied().flatten().is_some();
            if others == 0 && !furniture {
                let weight = choose::weight(block);
                total += weight;
                for node in std::iter::once(block.holder).chain(tree.ancestors(block.holder)) {
                    *new_prose.entry(node).or_default() += weight;
                }
            }
        }
        self.count(&paths, &new_prose, total);
    }

    /// Which places occurred, and which of them held the story.
    fn count(&mut self, paths: &[u64], new_prose: &HashMap<NodeId, f32>, total: f32) {
        let mut best: HashMap<u64, f32> = HashMap::new();
        for (node, prose) in new_prose {
            let share = best.entry(path_of(paths, *node)).or_default();
            *share = share.max(*prose);
        }
        for (path, prose) in best {
            if let Some(place) = self.place(path) {
                place.pages = place.pages.saturating_add(1);
                place.holds = place.holds.saturating_add(u32::from(total > 200.0 && prose >= 0.85 * total));
            }
        }
    }

    fn place(&mut self, path: u64) -> Option<&mut Place> {
        if self.places.len() >= PLACES && !self.places.contains_key(&path) {
            return None;
        }
        Some(self.places.entry(path).or_default())
    }

    fn make_room(&mut self) {
        if self.texts.len() >= TEXTS {
            self.texts.retain(|_, text| text.stories > 1);
        }
    }
}

/// What was learned of the publisher of one page, applied to it.
#[derive(Debug)]
pub(crate) struct Applied<'a> {
    site: &'a Site,
    paths: Vec<u64>,
}

impl Applied<'_> {
    /// The deepest element that held the story on nearly all pages where it occurred, and holds most of this one.
    pub(crate) fn place(&self, tree: &Tree, ground: &Ground) -> Option<NodeId> {
        let prose = |n: NodeId| ground.prose.get(n as usize).copied().unwrap_or(0.0);
        let mut best: Option<(NodeId, usize)> = None;
        for node in tree.below(ROOT).filter(|n| tree.is_element(*n)) {
            let Some(place) = self.site.places.get(&path_of(&self.paths, node)) else { continue };
            let known = place.pages >= u32::from(REPEATED) && place.holds * 10 >= place.pages * 8;
            let furniture = ground.furniture.get(node as usize).copied().flatten().is_some();
            if !known || furniture || prose(node) <= 0.0 {
                continue;
            }
            let depth = tree.ancestors(node).count();
            if best.is_none_or(|(other, d)| depth > d || depth == d && prose(node) > prose(other)) {
                best = Some((node, depth));
            }
        }
        best.map(|(node, _)| node)
    }

    /// Why a block is furniture by what other pages have. `house` is the paper's name as a comparison key.
    pub(crate) fn furniture(&self, block: &Block, house: &str) -> Option<&'static str> {
        let stories = u32::try_from(self.site.stories.len()).unwrap_or(u32::MAX);
        let key = lines::key(&block.text);
        let text = self.site.texts.get(&lines::hash_of(&key)).copied().unwrap_or_default();
        let seen = text.stories;
        let place = self.site.places.get(&path_of(&self.paths, block.holder)).copied().unwrap_or_default();
        let one_in = match block.shape {
            // Cells and entries of lists say "yes" or "200 g salt" in many stories.
            Shape::Row => return None,
            Shape::Heading(_) | Shape::Listed => HEADING_ONE_IN,
            _ if block.chars < 25 => HEADING_ONE_IN,
            _ => ONE_IN,
        };
        if seen >= REPEATED && u32::from(seen).saturating_mul(one_in) >= stories {
            let told = block.shape == Shape::Paragraph
                && block.linked == 0
                && place.repeated.saturating_mul(2) < place.blocks
                && u32::from(seen).saturating_mul(SENTENCE_ONE_IN) < stories
                && furniture::is_plain_sentence(&lines::Block::new(1, block.text.clone()));
            if !told {
                return Some(ELSEWHERE);
            }
            let names_house = !house.is_empty() && format!(" {key} ").contains(&format!(" {house} "));
            return (!text.moves || names_house).then_some(SENTENCE);
        }
        let repeats = place.blocks >= 10 && place.repeated * 10 >= place.blocks * 7;
        repeats.then_some("stands where other pages have what repeats")
    }
}

fn path_of(paths: &[u64], node: NodeId) -> u64 {
    paths.get(node as usize).copied().unwrap_or(0)
}

/// By node: a hash of its names and of those above it.
fn paths(tree: &Tree) -> Vec<u64> {
    let mut out = vec![0u64; tree.len()];
    for node in tree.below(ROOT).filter(|n| tree.is_element(*n)) {
        let above = tree.parent(node).map_or(0, |p| path_of(&out, p));
        let mut hasher = DefaultHasher::new();
        above.hash(&mut hasher);
        let name = tree.name(node);
        name.hash(&mut hasher);
        // Classes of the body name the single page.
        if name != local_name!("body") && name != local_name!("html") {
            if let Some(id) = tree.attribute(node, &local_name!("id")) {
                without_digits(id, &mut hasher);
            }
            let class = tree.attribute(node, &local_name!("class")).unwrap_or_default();
            for token in class.split_whitespace().take(2) {
                without_digits(token, &mut hasher);
            }
        }
        if let Some(place) = out.get_mut(node as usize) {
            *place = hasher.finish();
        }
    }
    out
}

/// Numbers in names count things: `post-4711` is `post-` in the template.
fn without_digits(name: &str, hasher: &mut DefaultHasher) {
    for byte in name.bytes().filter(|b| !b.is_ascii_digit()) {
        hasher.write_u8(byte);
    }
    hasher.write_u8(b' ');
}
