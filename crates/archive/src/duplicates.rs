//! Which documents tell the same story.
//!
//! Candidates share long paragraphs or sampled word 3-shingles; a pair is verified by containment of the cleaned texts, then by facts
//! (numbers and days must agree), then against the group it would join. Done twice: the first round's groups show which lines stand
//! in many stories; the second compares without those.

use std::collections::BTreeMap;

use crate::Options;
use crate::blocks::Block;
use crate::facts;
use crate::furniture::Kind;
use crate::heap::{Document, Heap};
use crate::shape;

/// The groups, and what was counted over them.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Documents of each story, ascending; stories in order of their first document.
    pub members: Vec<Vec<usize>>,
    /// In how many stories a line (by hash) stands, if more than one.
    pub stories_with: BTreeMap<u64, u32>,
    /// Number of stories from which a line counts as repeated.
    pub repeated_from: u32,
    /// Lines of a document that belong to another story told in the same crawl.
    pub foreign: Vec<Vec<u64>>,
}

impl Groups {
    /// In how many stories the line stands.
    pub(crate) fn stories(&self, hash: u64) -> u32 {
        self.stories_with.get(&hash).copied().unwrap_or(1)
    }

    /// Whether the line stands in this story only, where there are enough others to tell.
    pub(crate) fn own(&self, hash: u64) -> bool {
        self.members.len() >= 10 && self.stories(hash) == 1
    }

    pub(crate) fn is_repeated(&self, hash: u64) -> bool {
        self.stories(hash) >= self.repeated_from
    }
}

/// Groups the documents of the heap into stories.
pub(crate) fn group(heap: &mut Heap, options: &Options) -> Groups {
    let suspects = suspicious_lines(&heap.documents);
    let first =
        round(&heap.documents, |doc, block| suspects.get(doc).is_some_and(|s| s.contains(&block.hash)), options);
    let counts = count_over(&first.members, &heap.documents);
    let from = repeated_from(first.members.len(), options);
    let second = round(&heap.documents, |_, block| counts.get(&block.hash).is_some_and(|n| *n >= from), options);
    let stories_with = count_over(&second.members, &heap.documents);
    heap.alike = second.alike;
    Groups {
        repeated_from: repeated_from(second.members.len(), options),
        members: second.members,
        stories_with,
        foreign: second.foreign,
    }
}

fn repeated_from(stories: usize, options: &Options) -> u32 {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of stories times a share"
    )]
    let share = (stories as f64 * options.repeated_share).ceil() as usize;
    u32::try_from(share.max(options.repeated_stories)).unwrap_or(u32::MAX)
}

/// Before stories are known: lines that stand in far more crawls than their neighbours do. (A story crawled two hundred times has all
/// its lines two hundred times; furniture stands out against the lines around it.)
fn suspicious_lines(documents: &[Document]) -> Vec<Vec<u64>> {
    let mut lines: Vec<(u64, usize)> = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        lines.extend(document.blocks.iter().map(|b| (b.hash, index)));
    }
    lines.sort_unstable();
    lines.dedup();
    let mut frequency: BTreeMap<u64, usize> = BTreeMap::new();
    for same in lines.chunk_by(|a, b| a.0 == b.0) {
        if let Some((hash, _)) = same.first()
            && same.len() > 1
        {
            frequency.insert(*hash, same.len());
        }
    }
    let count = |hash: u64| frequency.get(&hash).copied().unwrap_or(1);
    documents
        .iter()
        .map(|document| {
            let mut counts: Vec<usize> = document.prose().map(|b| count(b.hash)).collect();
            counts.sort_unstable();
            let usual = counts.get(counts.len() / 4).copied().unwrap_or(1);
            let mut odd: Vec<u64> = document.prose().map(|b| b.hash).filter(|h| count(*h) > usual * 4 + 3).collect();
            odd.sort_unstable();
            odd.dedup();
            odd
        })
        .collect()
}

/// In how many groups each line stands (lines of one group only are left out).
fn count_over(members: &[Vec<usize>], documents: &[Document]) -> BTreeMap<u64, u32> {
    let mut lines: Vec<(u64, usize)> = Vec::new();
    for (group, docs) in members.iter().enumerate() {
        for document in docs.iter().filter_map(|d| documents.get(*d)) {
            lines.extend(document.blocks.iter().map(|b| (b.hash, group)));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() > 1)
        .filter_map(|same| Some((same.first()?.0, u32::try_from(same.len()).unwrap_or(u32::MAX))))
        .collect()
}

/// What a document is compared by.
struct Print {
    /// Sorted hashes of the word 3-shingles of its prose.
    shingles: Vec<u64>,
    /// Sorted hashes of its long paragraphs.
    long: Vec<u64>,
    /// Hash of its first paragraph, and its last.
    lead: u64,
    /// Sorted hashes of capitalised words inside sentences: what the story is about.
    names: Vec<u64>,
}

struct Round {
    members: Vec<Vec<usize>>,
    alike: Vec<(usize, usize)>,
    foreign: Vec<Vec<u64>>,
}

fn round(documents: &[Document], skip: impl Fn(usize, &Block) -> bool, options: &Options) -> Round {
    let prints: Vec<Print> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| print(document.prose().filter(|b| !skip(index, b))))
        .collect();
    let mut pairs: Vec<(f64, usize, usize)> = candidates(&prints)
        .into_iter()
        .filter_map(|(a, b)| {
            let (pa, pb) = (prints.get(a)?, prints.get(b)?);
            let share = containment(&pa.shingles, &pb.shingles);
            (share >= options.containment).then_some((share, a, b))
        })
        .collect();
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut joining = Joining {
        documents,
        prints: &prints,
        options,
        group_of: (0..documents.len()).collect(),
        members: (0..documents.len()).map(|d| vec![d]).collect(),
        alike: Vec::new(),
        foreign: vec![Vec::new(); documents.len()],
    };
    for (share, a, b) in pairs {
        joining.consider(a, b, share);
    }
    joining.finish()
}

/// Two stories that only share furniture differ from the first sentence on; two crawls of one story that both lost something at the
/// start share nearly all the rest.
fn leads_fit(a: &Print, b: &Print, share: f64) -> bool {
    if a.long.is_empty() || b.long.is_empty() {
        return share >= 0.9;
    }
    let found = a.long.binary_search(&b.lead).is_ok() || b.long.binary_search(&a.lead).is_ok();
    found || share >= 0.85
}

fn print<'a>(prose: impl Iterator<Item = &'a Block>) -> Print {
    let mut print = Print { shingles: Vec::new(), long: Vec::new(), lead: 0, names: Vec::new() };
    for block in prose {
        if print.lead == 0 {
            print.lead = block.hash;
        }
        if block.chars() >= 60 {
            print.long.push(block.hash);
        }
        shingle(&block.key, &mut print.shingles);
        for word in block.text.split(' ').skip(1) {
            if word.starts_with(char::is_uppercase) {
                print.names.push(word_hash(word.trim_end_matches(|c: char| !c.is_alphanumeric())));
            }
        }
    }
    for list in [&mut print.shingles, &mut print.long, &mut print.names] {
        list.sort_unstable();
        list.dedup();
    }
    print
}

fn shingle(key: &str, into: &mut Vec<u64>) {
    let mut last = [0u64; 2];
    let mut count = 0usize;
    for word in key.split(' ') {
        let hash = word_hash(word);
        count += 1;
        let [first, second] = last;
        if count >= 3 {
            into.push(mix(mix(first).wrapping_add(second)).wrapping_add(hash));
        }
        last = [second, hash];
    }
    if count < 3 {
        let [first, second] = last;
        into.push(mix(mix(first).wrapping_add(second)));
    }
}

/// FNV-1a with a finishing mix: short words, no adversary (a false candidate is only a wasted comparison).
fn word_hash(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// Every eighth shingle by hash is an index entry; every long paragraph too, counting double.
const SAMPLE: u64 = 8;
/// Index entries with more documents than this link neighbours only, so that a line on every page costs no square.
const CROWD: usize = 32;
/// Entries of one document: a file of many megabytes is compared by a part of its text.
const ENTRIES: usize = 4096;

fn candidates(prints: &[Print]) -> Vec<(usize, usize)> {
    let mut index: Vec<(u64, u32, u32)> = Vec::new();
    for (document, print) in prints.iter().enumerate() {
        let number = u32::try_from(document).unwrap_or(u32::MAX);
        let sampled = print.shingles.iter().filter(|s| **s % SAMPLE == 0).take(ENTRIES).map(|s| (*s, number, 1));
        let long = print.long.iter().take(ENTRIES).map(|l| (*l ^ 1, number, 2));
        // Very short texts may have no sampled shingle at all: all of theirs count.
        let short = print.shingles.iter().take(if print.shingles.len() < 40 { 40 } else { 0 }).map(|s| (*s, number, 1));
        index.extend(sampled.chain(long).chain(short));
    }
    index.sort_unstable();
    index.dedup();
    let mut pairs: Vec<(u32, u32, u32)> = Vec::new();
    for entry in index.chunk_by(|a, b| a.0 == b.0) {
        let reach = if entry.len() > CROWD { 1 } else { entry.len() };
        for (at, a) in entry.iter().enumerate() {
            pairs.extend(entry.iter().skip(at + 1).take(reach).filter(|b| b.1 != a.1).map(|b| (a.1, b.1, a.2)));
        }
    }
    pairs.sort_unstable();
    pairs
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|same| same.iter().map(|p| p.2).sum::<u32>() >= 2)
        .filter_map(|same| same.first().map(|p| (p.0 as usize, p.1 as usize)))
        .collect()
}

/// Share of the smaller sorted set that is in the other.
fn containment(a: &[u64], b: &[u64]) -> f64 {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.is_empty() {
        return 0.0;
    }
    let mut rest = many.iter().peekable();
    let mut common = 0usize;
    for x in few {
        while rest.next_if(|y| *y < x).is_some() {}
        common += usize::from(rest.peek() == Some(&x));
    }
    #[allow(clippy::cast_precision_loss, reason = "sizes of sets of shingles")]
    let share = common as f64 / few.len() as f64;
    share
}

fn overlap(a: &[u64], b: &[u64]) -> f64 {
    containment(a, b)
}

/// Members of a group that a newcomer is compared with.
const JURY: usize = 6;

struct Joining<'a> {
    documents: &'a [Document],
    prints: &'a [Print],
    options: &'a Options,
    group_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    alike: Vec<(usize, usize)>,
    foreign: Vec<Vec<u64>>,
}

impl Joining<'_> {
    fn consider(&mut self, a: usize, b: usize, share: f64) {
        let (Some(&ga), Some(&gb)) = (self.group_of.get(a), self.group_of.get(b)) else {
            return;
        };
        if ga == gb {
            return;
        }
        if !self.facts_agree(a, b) {
            self.alike.push((a, b));
            return;
        }
        let fit = match (self.prints.get(a), self.prints.get(b)) {
            (Some(pa), Some(pb)) => leads_fit(pa, pb, share),
            _ => false,
        };
        if !fit {
            return;
        }
        if let Some(stranger) = self.stranger(ga, gb, a, b) {
            self.note_foreign(a, b, stranger);
            return;
        }
        let (into, from) = (ga.min(gb), ga.max(gb));
        let moved = self.members.get_mut(from).map(std::mem::take).unwrap_or_default();
        for document in &moved {
            if let Some(group) = self.group_of.get_mut(*document) {
                *group = into;
            }
        }
        if let Some(group) = self.members.get_mut(into) {
            group.extend(moved);
        }
    }

    /// The member of one group that a member of the other contradicts or has nothing in common with.
    fn stranger(&self, ga: usize, gb: usize, a: usize, b: usize) -> Option<Stranger> {
        let some = |group: usize| self.members.get(group).into_iter().flatten().copied().take(JURY);
        for x in some(ga) {
            for y in some(gb) {
                if (x, y) == (a, b) {
                    continue;
                }
                let (Some(px), Some(py)) = (self.prints.get(x), self.prints.get(y)) else {
                    continue;
                };
                let share = containment(&px.shingles, &py.shingles);
                let sizeable = px.long.len() >= 3 && py.long.len() >= 3;
                // Two halves of one story share no paragraph, but they speak of the same people and places.
                if share < 0.05 && sizeable && overlap(&px.names, &py.names) < 0.34 {
                    return Some(Stranger { x, y });
                }
                if share >= self.options.containment && !self.facts_agree(x, y) {
                    return Some(Stranger { x: usize::MAX, y: usize::MAX });
                }
            }
        }
        None
    }

    /// A crawl that holds two stories joins one of them; the lines of the other are noted as foreign to it.
    fn note_foreign(&mut self, a: usize, b: usize, stranger: Stranger) {
        let (host, guest) = if stranger.x == a {
            (b, a)
        } else if stranger.y == b {
            (a, b)
        } else {
            self.alike.push((a, b));
            return;
        };
        let lines = self.prints.get(guest).map(|p| p.long.clone()).unwrap_or_default();
        if let Some(foreign) = self.foreign.get_mut(host) {
            foreign.extend(lines);
        }
    }

    /// Numbers and days must agree wherever two paragraphs say nearly the same.
    fn facts_agree(&self, a: usize, b: usize) -> bool {
        let (Some(da), Some(db), Some(pb)) = (self.documents.get(a), self.documents.get(b), self.prints.get(b)) else {
            return false;
        };
        // Paragraphs that are equal to the word vouch for the rest; without enough of them the numbers must.
        if !self.mostly_equal(a, b)
            && let Some(share) = facts::numbers_agree(whole(da), whole(db))
            && share < self.options.numbers
        {
            return false;
        }
        let only_a = unmatched(da, db);
        let only_b = unmatched(db, da);
        let mut conflicts = 0usize;
        for x in &only_a {
            for y in &only_b {
                if !nearly(&x.key, &y.key) || !facts::conflict(&x.key, &y.key) {
                    continue;
                }
                if facts::dates_conflict(&x.key, &y.key) {
                    return false;
                }
                conflicts += 1;
            }
        }
        let agreeing =
            da.prose().filter(|x| pb.long.binary_search(&x.hash).is_ok() && !facts::of(&x.key).is_empty()).count();
        conflicts == 0 || agreeing >= conflicts * 3
    }

    /// Whether half of the long paragraphs of the shorter document stand in the other word for word, a lead among them.
    fn mostly_equal(&self, a: usize, b: usize) -> bool {
        let (Some(pa), Some(pb)) = (self.prints.get(a), self.prints.get(b)) else {
            return false;
        };
        let lead = pa.long.binary_search(&pb.lead).is_ok() || pb.long.binary_search(&pa.lead).is_ok();
        lead && containment(&pa.long, &pb.long) >= 0.5
    }

    fn finish(mut self) -> Round {
        let mut members: Vec<Vec<usize>> = self.members.into_iter().filter(|m| !m.is_empty()).collect();
        for group in &mut members {
            group.sort_unstable();
        }
        members.sort_unstable();
        self.alike.sort_unstable();
        self.alike.dedup();
        for lines in &mut self.foreign {
            lines.sort_unstable();
            lines.dedup();
        }
        Round { members, alike: self.alike, foreign: self.foreign }
    }
}

/// Two documents that keep two groups apart.
struct Stranger {
    x: usize,
    y: usize,
}

/// Paragraphs of a document, and its short lines, that the other one does not have word for word. A bound keeps the comparison small.
fn unmatched<'a>(document: &'a Document, other: &Document) -> Vec<&'a Block> {
    let mut theirs: Vec<u64> = other.blocks.iter().map(|b| b.hash).collect();
    theirs.sort_unstable();
    whole(document)
        .filter(|b| b.key.len() < 2000)
        .filter(|b| theirs.binary_search(&b.hash).is_err() && !facts::of(&b.key).is_empty())
        .take(40)
        .collect()
}

/// The lines that may be the story, without a last one that is cut off: half a number is not another number.
fn whole(document: &Document) -> impl Iterator<Item = &Block> {
    let last = document.blocks.len().saturating_sub(1);
    document
        .blocks
        .iter()
        .enumerate()
        .filter(move |(at, b)| *at != last || shape::closes(&b.text))
        .map(|(_, b)| b)
        .filter(|b| matches!(b.kind, Kind::Prose | Kind::Unsure))
}

/// Whether two paragraphs use nearly the same words, facts aside.
fn nearly(a: &str, b: &str) -> bool {
    let words = |key: &str| -> Vec<u64> {
        let mut words: Vec<u64> = key.split(' ').filter(|w| !facts::is_number(w)).map(word_hash).collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let (a, b) = (words(a), words(b));
    let common = a.iter().filter(|w| b.binary_search(w).is_ok()).count();
    let all = a.len() + b.len() - common;
    all >= 3 && common * 10 >= all * 6
}
