//! The headline of a story: a line above its first paragraph that is the page's own. Lists of other pages name it too, so that it stands
//! in other stories does not make it furniture; that it stands on top of other stories does.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::blocks::{self, Block, words};
use crate::furniture::{Kind, Reason};
use crate::heap::Document;

/// Lines on top of a page that are looked at.
const TOP: usize = 40;
/// Words of a headline.
const WORDS: std::ops::RangeInclusive<usize> = 3..=26;

/// Lines above the first paragraph that are no sentences and could be a headline. A page may have some more of its own above it.
pub(crate) fn candidates(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks
        .iter()
        .take_while(|b| b.kind != Kind::Prose)
        .filter(|b| b.kind == Kind::Unsure && WORDS.contains(&words(&b.key).count()))
}

/// What speaks for one candidate.
#[derive(Debug, Default)]
struct Case<'a> {
    docs: BTreeSet<usize>,
    texts: BTreeSet<&'a str>,
    /// Nearest to the top of its page.
    first: usize,
    /// The file or the address is named after it, or the page repeats it with the paper's name.
    named: bool,
}

/// Words that tell something: of four letters and more, or of a script that needs fewer.
fn telling(key: &str) -> impl Iterator<Item = &str> {
    key.split(' ').filter(|w| w.chars().count() >= 4 || w.chars().any(|c| u32::from(c) > 0x2E80))
}

/// Whether a file or an address is named after a line: it has its words and hardly others.
fn is_named_after(names: &[String], key: &str) -> bool {
    let words: BTreeSet<&str> = telling(key).collect();
    names.iter().any(|name| {
        let named: BTreeSet<&str> = telling(name).filter(|w| w.chars().any(char::is_alphabetic)).collect();
        let shared = words.intersection(&named).count();
        shared >= 2 && shared * 5 >= words.len() * 4 && (shared == words.len() || shared * 5 >= named.len() * 4)
    })
}

/// What a document is called, and the addresses on top of it, as keys.
fn names(document: &Document) -> Vec<String> {
    let last = |path: &str| {
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        blocks::key(&name.replace(['-', '_', '+', '.', '%'], " "))
    };
    let links = document.blocks.iter().take(TOP).filter(|b| b.kind == Kind::Furniture(Reason::Link));
    let named = document.refs.iter().map(|r| last(&r.name));
    named.chain(links.map(|b| last(&b.text))).collect()
}

/// The line on top of a document after which its file or its address is named, whatever it looks like.
pub(crate) fn named_on_top(document: &Document) -> Option<usize> {
    let names = names(document);
    let top = document.blocks.iter().enumerate().take(TOP);
    let first = document.blocks.iter().position(|b| b.kind == Kind::Prose).unwrap_or(usize::MAX);
    let mut fits = top.take_while(|(at, _)| *at <= first).filter(|(_, b)| {
        let words = words(&b.key).count();
        b.kind != Kind::Furniture(Reason::Link) && WORDS.contains(&words) && is_named_after(&names, &b.key)
    });
    fits.next().map(|(at, _)| at)
}

/// Chooses the headline among the lines on top of the documents. `own` says of a line whether no other story has it on top, `known`
/// whether it is known to be a headline by how the pages of its kind begin, `body` are the keys of the story's paragraphs. The second value
/// says whether it is known to be the headline. Gives an error with the likeliest line if none is clearly one.
pub(crate) fn headline(
    documents: &[&Document],
    own: &dyn Fn(&Block) -> bool,
    known: &[&Block],
    body: &[&str],
    strange: &dyn Fn(&Block) -> bool,
) -> Result<(String, bool), Option<String>> {
    let mut cases: BTreeMap<&str, Case<'_>> = BTreeMap::new();
    let mut surely: BTreeSet<&str> = known.iter().map(|b| b.key.as_str()).collect();
    let mut alien: BTreeSet<&str> = BTreeSet::new();
    for (doc, document) in documents.iter().enumerate() {
        let named = named_on_top(document).and_then(|at| document.blocks.get(at));
        let found = candidates(&document.blocks).filter(|b| own(b)).take(3);
        let known = known.iter().copied().filter(|b| document.blocks.iter().any(|d| d.hash == b.hash));
        for (at, block) in named.into_iter().chain(known).chain(found).enumerate() {
            let case = cases.entry(&block.key).or_insert_with(|| Case { first: at, ..Case::default() });
            case.docs.insert(doc);
            case.texts.insert(&block.text);
            case.first = case.first.min(at);
            case.named |= named.is_some_and(|named| named.hash == block.hash);
            if strange(block) {
                alien.insert(&block.key);
            }
        }
    }
    // A page's title is its headline and the paper's name.
    let keys: Vec<&str> = cases.keys().copied().collect();
    for (short, case) in &mut cases {
        let longer = |key: &&str| key.strip_prefix(*short).is_some_and(|rest| rest.starts_with(' '));
        case.named |= keys.iter().any(longer);
    }
    surely.extend(cases.iter().filter(|(_, case)| case.named).map(|(key, _)| *key));
    // Which of their words the story has.
    let asked: HashSet<&str> = cases.keys().flat_map(|key| telling(key)).collect();
    let words = if asked.is_empty() { &[] } else { body };
    let story: HashSet<&str> =
        words.iter().flat_map(|key| key.split(' ')).filter(|word| asked.contains(word)).collect();
    let best = cases.into_iter().filter_map(|(key, case)| {
        let main: Vec<&str> = telling(key).collect();
        let shared = main.iter().filter(|w| story.contains(*w)).count();
        let clear = shared >= 2 && shared * 5 >= main.len() * 2;
        let sure = surely.contains(key);
        let likely = sure || clear || alien.contains(key) || case.first == 0 && (case.docs.len() > 1 || shared > 0);
        let rank = (likely, sure, clear, case.docs.len(), shared, std::cmp::Reverse(case.first));
        Some((rank, case.texts.into_iter().next()?.to_owned(), key))
    });
    let best = best.max_by(|a, b| (&a.0, &b.1).cmp(&(&b.0, &a.1)));
    match best {
        Some((rank, text, key)) if rank.0 => {
            // Two lines that are both known to be the headline leave it open.
            let agrees = |other: &&&str| other.starts_with(key) || key.starts_with(**other);
            Ok((text, rank.1 && surely.iter().filter(|other| !agrees(other)).count() == 0))
        }
        other => Err(other.map(|(_, text, _)| text)),
    }
}
