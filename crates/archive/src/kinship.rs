//! Whether two documents that resemble each other are copies or versions of one story, or two stories: the next day's report out of
//! the same form resembles today's more than many a damaged copy does.

use std::collections::{BTreeMap, BTreeSet};

use crate::Options;
use crate::blocks::{self, Block};
use crate::duplicates::{Print, containment, open_alike, same_verse};
use crate::facts;
use crate::furniture::Kind;
use crate::heap::Document;
use crate::intake::word_hash;
use crate::shape;

/// Share of the words of the shorter headline from which two are one.
const HEADED_ALIKE: f64 = 0.8;

/// What two documents are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kin {
    /// Copies or versions, by what they say.
    Same,
    /// Copies or versions, by key or address.
    Named,
    /// They resemble each other, but other facts, days or headlines keep them apart.
    Apart,
}

/// Judges a pair of which one holds `share` of the other's words.
pub(crate) fn judge(a: (&Document, &Print), b: (&Document, &Print), share: f64, options: &Options) -> Kin {
    let ((da, pa), (db, pb)) = (a, b);
    let (ea, eb) = (&da.evidence, &db.evidence);
    if ea.same_key(eb) {
        return Kin::Named;
    }
    let apart = ea.apart(eb);
    let agree = || facts_agree(a, b, options) && !filled_otherwise(a, b) && same_verse(pa, pb) != Some(false);
    if ea.same_url(eb) {
        // An address under which something new stands every day is known by its dates, or by its facts.
        let same = match apart {
            Some(false) => share >= 0.3,
            Some(true) => share >= 0.9 && agree(),
            None => share >= options.containment && agree(),
        };
        return if same { Kin::Named } else { Kin::Apart };
    }
    if apart == Some(true) {
        return if reprinted(a, b, share) { Kin::Same } else { Kin::Apart };
    }
    if agree() {
        let headlines = ea.headlines(eb);
        let strange = headlines.is_some_and(|shared| shared == 0.0) && share < 0.85;
        let other = headlines.map_or_else(|| !headed_alike(a, b), |shared| shared < HEADED_ALIKE);
        let update = other && (told_otherwise(a, b) || ea.two_of_one_system(eb) && each_says_more(a, b));
        return if strange || update { Kin::Apart } else { Kin::Same };
    }
    let near = apart == Some(false);
    if near && ea.headlines(eb).is_some_and(|shared| shared >= HEADED_ALIKE) && corrected((da, pa), (db, pb), share) {
        return Kin::Same;
    }
    Kin::Apart
}

/// The same words at another time: a story published again. Short notices come back each week and are new each time.
fn reprinted(a: (&Document, &Print), b: (&Document, &Print), share: f64) -> bool {
    let (few, many) = (a.1.shingles.len().min(b.1.shingles.len()), a.1.shingles.len().max(b.1.shingles.len()));
    let numbers = facts::numbers_agree(whole(a), whole(b)).is_none_or(|n| n >= 1.0);
    few >= 100 && few * 100 >= many * 95 && share >= 0.97 && numbers && !conflicts(a, b).0
}

/// A correction: the same text within hours, but for a paragraph or two in which a fact is another one.
fn corrected(a: (&Document, &Print), b: (&Document, &Print), share: f64) -> bool {
    let (days, conflicts) = conflicts(a, b);
    let paragraphs = a.1.long.len().min(b.1.long.len());
    !days && share >= 0.8 && conflicts <= 2 && conflicts * 4 <= paragraphs && mostly_equal(a.1, b.1)
}

/// So many paragraphs stand in the place of others, and so large a part of the shorter text.
const INSTEAD: usize = 2;
const INSTEAD_ONE_IN: usize = 3;

/// Two updates of one event: between the same paragraphs each says something else. What a copy lost, the other has nothing for.
/// Who sells one of them sells what they share; unless both say the same of that, they are one, and closed.
fn told_otherwise(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    let access = |document: &Document| document.item.as_ref().and_then(|item| item.access);
    if a.0.known.is_some() || b.0.known.is_some() || access(a.0) != access(b.0) {
        return false;
    }
    let pieces = a.0.item.is_some() && b.0.item.is_some();
    let (own_a, own_b) = (between(a, b.1), between(b, a.1));
    let all = |own: &BTreeMap<_, Vec<Vec<u64>>>| own.values().map(Vec::len).sum::<usize>();
    // Two crawls may have lost two neighbours, each another one, and have other furniture at their ends: there nothing else may be lost.
    let mut told = (0, 0);
    let mut instead = 0;
    for (place, x) in &own_a {
        let Some(y) = own_b.get(place).filter(|y| !echoes(&x.concat(), &y.concat())) else { continue };
        let few = x.len().min(y.len());
        if pieces || few >= INSTEAD && (place.1 != END || headed_otherwise(a, b)) {
            instead += few;
            told = (told.0 + x.len(), told.1 + y.len());
        }
    }
    (pieces || told == (all(&own_a), all(&own_b)))
        && instead >= INSTEAD
        && instead * INSTEAD_ONE_IN >= a.1.long.len().min(b.1.long.len())
}

/// Two pieces that lost nothing, since one system keeps them: whether each has paragraphs of its own, wherever they stand.
fn each_says_more(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    let own = |one, other: &Print| between(one, other).into_values().flatten().collect::<Vec<_>>();
    let (own_a, own_b) = (own(a, b.1), own(b, a.1));
    let new = |own: &[Vec<u64>], other: &[Vec<u64>]| own.iter().filter(|x| !other.iter().any(|y| echoes(x, y))).count();
    let few = new(&own_a, &own_b).min(new(&own_b, &own_a));
    few >= INSTEAD && few * INSTEAD_ONE_IN >= a.1.long.len().min(b.1.long.len())
}

/// So many lines around their texts show that two crawls are of one site.
const FRAME: usize = 3;
/// More lines of its own than these no page has above its text: headline, date, writer.
const TOP: usize = 3;

/// Words of a line that may be a headline, numbers aside: fewer name a section.
const HEADLINE: usize = 3;

/// Whether two crawls that nobody says the headlines of have the same line above their texts, or nearly: the last one there that is no page's, or
/// one of them has a line more below it.
fn headed_alike(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    let tops = |(document, print): (&Document, &Print)| -> Vec<Vec<u64>> {
        let top = document.blocks.iter().take_while(|b| !is_text(b));
        let own = top
            .filter(|b| matches!(b.kind, Kind::Prose | Kind::Unsure) && print.skipped.binary_search(&b.hash).is_err());
        let mut own: Vec<Vec<u64>> = own.map(|b| words(&b.key)).filter(|words| words.len() >= HEADLINE).collect();
        own.reverse();
        own.truncate(2);
        own
    };
    let (x, y) = (tops(a), tops(b));
    let alike = |x: Option<&Vec<u64>>, y: Option<&Vec<u64>>| {
        x.zip(y).is_some_and(|(x, y)| is_within(x, y) || is_within(y, x) || nearly(x, y))
    };
    [(0, 0), (0, 1), (1, 0)].into_iter().any(|(nth, other)| alike(x.get(nth), y.get(other)))
}

fn is_text(block: &Block) -> bool {
    block.kind == Kind::Prose && block.chars() >= 60
}

fn is_within(few: &[u64], many: &[u64]) -> bool {
    few.iter().all(|word| many.binary_search(word).is_ok())
}

/// Two pages of one site, under two headlines: what stands around their texts stands around many, and above them each has lines of its own. Then
/// what follows the texts is theirs too. Headlines of one event name the same things; a longer one, or one with the paper's name, is the same.
fn headed_otherwise(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    let lines = |document: &Document| document.blocks.iter().map(|b| b.hash).collect::<BTreeSet<u64>>();
    let (of_a, of_b) = (lines(a.0), lines(b.0));
    let frame = |(document, print): (&Document, &Print), other: &BTreeSet<u64>| {
        let top: Vec<&Block> = document.blocks.iter().take_while(|b| !is_text(b)).collect();
        let (shared, own): (Vec<&Block>, Vec<&Block>) = top.into_iter().partition(|b| other.contains(&b.hash));
        // A headline that both have is nobody else's, and what a page says of itself is no headline.
        let of_page = |b: &&Block| !matches!(b.kind, Kind::Prose | Kind::Unsure);
        let many = shared.iter().all(|b| of_page(b) || print.skipped.binary_search(&b.hash).is_ok());
        let set = |blocks: &[&Block]| blocks.iter().flat_map(|b| words(&b.key)).collect::<BTreeSet<u64>>();
        let told: Vec<u64> = set(&own).difference(&set(&shared)).copied().collect();
        (many && shared.len() >= FRAME && (1..=TOP).contains(&own.len())).then_some(told)
    };
    let heads = frame(a, &of_b).zip(frame(b, &of_a));
    heads.is_some_and(|(x, y)| !is_within(&x, &y) && !is_within(&y, &x) && !nearly(&x, &y))
}

/// Stands for what follows the last paragraph that two texts share.
const END: u64 = 0;

/// The words of long paragraphs that the other text does not have, by the shared ones around them. A bound keeps it small.
fn between(document: (&Document, &Print), other: &Print) -> BTreeMap<(u64, u64), Vec<Vec<u64>>> {
    let mut places: BTreeMap<(u64, u64), Vec<Vec<u64>>> = BTreeMap::new();
    let (mut before, mut own) = (END, Vec::new());
    let long = whole(document).filter(|b| b.kind == Kind::Prose && b.chars() >= 60 && b.key.len() < 2000).take(64);
    for block in long {
        if other.long.binary_search(&block.hash).is_err() {
            own.push(words(&block.key));
            continue;
        }
        places.entry((before, block.hash)).or_default().append(&mut own);
        before = block.hash;
    }
    places.entry((before, END)).or_default().append(&mut own);
    places
}

/// Whether most words of one text stand in the other: the same told with small changes, or parted in another way.
fn echoes(a: &[u64], b: &[u64]) -> bool {
    let set = |words: &[u64]| words.iter().copied().collect::<BTreeSet<u64>>();
    let (a, b) = (set(a), set(b));
    a.intersection(&b).count() * 10 >= a.len().min(b.len()) * 6
}

/// Numbers and days must agree wherever two paragraphs say nearly the same.
fn facts_agree(a: (&Document, &Print), b: (&Document, &Print), options: &Options) -> bool {
    let ((da, pa), (_, pb)) = (a, b);
    // Paragraphs that are equal to the word vouch for the rest; without enough of them the numbers must.
    if !mostly_equal(pa, pb)
        && let Some(share) = facts::numbers_agree(whole(a), whole(b))
        && share < options.numbers
    {
        return false;
    }
    let (days, conflicts) = conflicts(a, b);
    if days {
        return false;
    }
    let agreeing =
        || da.prose().filter(|x| pb.long.binary_search(&x.hash).is_ok() && !facts::of(&x.key).is_empty()).count();
    conflicts == 0 || agreeing() >= conflicts * 3
}

/// Two texts out of one form: whether a paragraph of one says nearly the same as one of the other, and not the same. A copy of a report
/// has its very words; where the mood of the market is another one, so is the day.
fn filled_otherwise(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    if !a.1.thin && !b.1.thin {
        return false;
    }
    let only = |document: (&'_ Document, &'_ Print), other: &Document| -> Vec<Vec<u64>> {
        let theirs: BTreeSet<u64> = other.blocks.iter().map(|b| b.hash).collect();
        let own = whole(document).filter(|b| b.kind == Kind::Prose && b.key.len() < 2000 && !theirs.contains(&b.hash));
        own.take(40).map(|b| words(&b.key)).collect()
    };
    let (only_a, only_b) = (only(a, b.0), only(b, a.0));
    only_a.iter().any(|x| only_b.iter().any(|y| nearly(x, y)))
}

/// Whether two paragraphs that say nearly the same name different days; and how many such pairs of paragraphs state other facts.
fn conflicts(a: (&Document, &Print), b: (&Document, &Print)) -> (bool, usize) {
    let only_a = unmatched(a, b.0);
    // Of two copies the shorter mostly has nothing of its own.
    let only_b = if only_a.is_empty() { Vec::new() } else { unmatched(b, a.0) };
    if only_b.is_empty() {
        return (false, 0);
    }
    let with_words =
        |blocks: Vec<_>| blocks.into_iter().map(|b: &Block| (b, words(&b.key))).collect::<Vec<(&Block, Vec<u64>)>>();
    let (only_a, only_b) = (with_words(only_a), with_words(only_b));
    let mut conflicts = 0usize;
    for (x, words) in &only_a {
        for (y, others) in &only_b {
            if !nearly(words, others) || !facts::conflict(&x.key, &y.key) {
                continue;
            }
            if facts::dates_conflict(&x.key, &y.key) {
                return (true, conflicts);
            }
            conflicts += 1;
        }
    }
    (false, conflicts)
}

/// Whether half of the long paragraphs of the shorter document stand in the other word for word, their openings among them.
fn mostly_equal(a: &Print, b: &Print) -> bool {
    open_alike(a, b) && containment(&a.long, &b.long) >= 0.5
}

/// Paragraphs of a document, and its short lines, that the other one does not have word for word. A bound keeps the comparison
/// small.
fn unmatched<'a>(document: (&'a Document, &'a Print), other: &Document) -> Vec<&'a Block> {
    let mut theirs: Vec<u64> = other.blocks.iter().map(|b| b.hash).collect();
    theirs.sort_unstable();
    whole(document)
        .filter(|b| b.key.len() < 2000)
        .filter(|b| theirs.binary_search(&b.hash).is_err() && !facts::of(&b.key).is_empty())
        .take(40)
        .collect()
}

/// The lines that may be the story, without those that many stories have, and without a last one that is cut off: half a number is
/// not another number.
fn whole<'a>((document, print): (&'a Document, &'a Print)) -> impl Iterator<Item = &'a Block> {
    let last = document.blocks.len().saturating_sub(1);
    document
        .blocks
        .iter()
        .enumerate()
        .filter(move |(at, b)| *at != last || shape::closes(&b.text))
        .map(|(_, b)| b)
        .filter(|b| print.skipped.binary_search(&b.hash).is_err())
        .filter(|b| matches!(b.kind, Kind::Prose | Kind::Unsure))
}

/// The words of a paragraph, numbers aside.
fn words(key: &str) -> Vec<u64> {
    let mut words: Vec<u64> = blocks::words(key).filter(|w| !facts::is_number(w)).map(word_hash).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether two paragraphs use nearly the same words.
fn nearly(a: &[u64], b: &[u64]) -> bool {
    let common = a.iter().filter(|w| b.binary_search(w).is_ok()).count();
    let all = a.len() + b.len() - common;
    all >= 3 && common * 10 >= all * 6
}
