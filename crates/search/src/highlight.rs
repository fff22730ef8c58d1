//! The lines of a hit that show why it is one. Made from the drawer's own text, so an open drawer cannot show what is locked.
use crate::compile::Wanted;
use crate::words::{Compound, Wording, fold, linked, places};
use std::borrow::Cow;
use std::ops::Range;

/// Words of a fragment.
const FRAGMENT_WORDS: usize = 36;
/// Words shown before the first one that is marked.
const WORDS_BEFORE: usize = 6;
/// Bytes of a story that are looked at for a fragment; of a longer one the rest is not shown.
const MOST_BYTES: usize = 40_000;

/// What stands between two blocks of a fragment.
const BETWEEN: &str = " · ";

/// A piece of text, marked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    /// One of the words that were looked for.
    pub marked: bool,
}

/// The whole of a line, with its words marked.
pub(crate) fn line(text: &str, wanted: &Wanted, wording: &Wording) -> Vec<Run> {
    let words = words(text);
    let marked = marks(text, &words, wanted, wording);
    runs(text, 0..text.len(), &words, &marked, wanted)
}

/// The part of a text with most of the words that were looked for; its beginning when there is none.
pub(crate) fn fragment(text: &str, wanted: &Wanted, wording: &Wording) -> Vec<Run> {
    let end = (0..=MOST_BYTES.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let text = text[..end].trim();
    let words = words(text);
    let marked = marks(text, &words, wanted, wording);
    let short = words.len() <= FRAGMENT_WORDS;
    let from = if short { 0 } else { beginning(text, &words, best(&words, &marked, wanted)) };
    let mut to = (from + FRAGMENT_WORDS).min(words.len());
    // a phrase is not cut in two
    let in_phrase = |at: usize| marked.get(at).copied().flatten().filter(|number| *number >= wanted.terms.len());
    while to > 0 && in_phrase(to).is_some() && in_phrase(to) == in_phrase(to - 1) {
        to += 1;
    }
    let Some((first, last)) = words.get(from).zip(words.get(to.saturating_sub(1))) else { return Vec::new() };
    let start = if from == 0 { 0 } else { first.start };
    let stop = if to == words.len() { text.len() } else { last.end };
    let mut runs = runs(text, start..stop, &words, &marked, wanted);
    if from > 0 {
        runs.insert(0, Run { text: "… ".into(), marked: false });
    }
    if to < words.len() {
        runs.push(Run { text: " …".into(), marked: false });
    }
    runs
}

/// Where a fragment begins that shows the word `at`: some words before it, of its own block.
fn beginning(text: &str, words: &[Range<usize>], at: usize) -> usize {
    let from = at.saturating_sub(WORDS_BEFORE);
    let Some(before) = words.get(from..at) else { return from };
    let block = words.get(at).map_or(0, |word| text[..word.start].rfind('\n').map_or(0, |end| end + 1));
    from + before.iter().filter(|word| word.start < block).count()
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::with_capacity(text.len() / 6);
    places(text, |place| words.push(place));
    words
}

/// For each word its term's number among the wanted ones; the words of a phrase that stands there have its number, which comes after those
/// of the terms. What was asked for in a phrase alone is marked nowhere else.
fn marks(text: &str, words: &[Range<usize>], wanted: &Wanted, wording: &Wording) -> Vec<Option<usize>> {
    let terms = sorted(wanted);
    let mut any: Vec<&str> = wanted.phrases.iter().flatten().map(String::as_str).chain(terms.iter().copied()).collect();
    any.sort_unstable();
    any.dedup();
    let beginnings: Vec<u8> = any.iter().filter_map(|term| term.bytes().next()).collect();
    let number = |place: &Range<usize>| {
        let word = &text[place.clone()];
        if any.is_empty() || !wording.may_begin(word, &beginnings) {
            return None;
        }
        any.binary_search(&wording.term(&fold(word)).as_str()).ok()
    };
    let mut found: Vec<Option<usize>> = words.iter().map(number).collect();
    if !any.is_empty() {
        for (from, compound) in compounds(text, words) {
            let closed = compound.closed(text).map(|word| wording.term(&fold(&word)));
            if let Some(number) = closed.and_then(|term| any.binary_search(&term.as_str()).ok()) {
                found[from..from + compound.parts.len()].iter_mut().for_each(|of| *of = of.or(Some(number)));
            }
        }
    }
    let mut marked: Vec<Option<usize>> =
        found.iter().map(|number| terms.binary_search(any.get((*number)?)?).ok()).collect();
    for (nth, phrase) in wanted.phrases.iter().enumerate() {
        let phrase: Vec<Option<usize>> = phrase.iter().map(|term| any.binary_search(&term.as_str()).ok()).collect();
        for (from, window) in found.windows(phrase.len().max(1)).enumerate() {
            if window == phrase {
                marked[from..from + phrase.len()].fill(Some(terms.len() + nth));
            }
        }
    }
    marked
}

/// The hyphenated words of a text, each with the place of its first part among the words.
fn compounds(text: &str, words: &[Range<usize>]) -> Vec<(usize, Compound)> {
    let (mut found, mut at) = (Vec::new(), 0);
    for chain in words.chunk_by(|one, other| linked(text, one, other)) {
        if chain.len() > 1 {
            found.push((at, Compound { position: 0, parts: chain.to_vec() }));
        }
        at += chain.len();
    }
    found
}

/// The first word of the window that holds most different terms, a whole phrase counting as more than all its words; of several one that
/// begins with the phrase, else the first.
fn best(words: &[Range<usize>], marked: &[Option<usize>], wanted: &Wanted) -> usize {
    let terms = sorted(wanted);
    let hits: Vec<(usize, usize)> = marked.iter().enumerate().filter_map(|(at, term)| Some((at, (*term)?))).collect();
    let mut best = ((0, false), 0);
    for (index, (from, first)) in hits.iter().enumerate() {
        let within = hits[index..].iter().take_while(|(at, _)| at - from < FRAGMENT_WORDS - WORDS_BEFORE);
        let mut held: Vec<usize> = within.map(|(_, term)| *term).collect();
        let whole =
            |nth: usize, phrase: &Vec<String>| held.iter().filter(|n| **n == terms.len() + nth).count() >= phrase.len();
        let phrases = wanted.phrases.iter().enumerate().filter(|(nth, phrase)| whole(*nth, phrase));
        let phrases: Vec<&Vec<String>> = phrases.map(|(_, phrase)| phrase).collect();
        held.sort_unstable();
        held.dedup();
        // its words stand there with it
        let alone =
            |n: &&usize| terms.get(**n).is_some_and(|term| !phrases.iter().any(|p| p.iter().any(|t| t == term)));
        let score = held.iter().filter(alone).count() + phrases.iter().map(|phrase| phrase.len() + 1).sum::<usize>();
        let score = (score, *first >= terms.len());
        if score > best.0 {
            best = (score, *from);
        }
    }
    best.1.min(words.len())
}

/// The wanted terms, in the order in which marks number them.
fn sorted(wanted: &Wanted) -> Vec<&str> {
    let mut terms: Vec<&str> = wanted.terms.iter().map(String::as_str).collect();
    terms.sort_unstable();
    terms
}

/// Where one block ends and the next begins (a standfirst ends without a point) a dot stands between them.
fn parted(piece: &str) -> Cow<'_, str> {
    if !piece.contains('\n') {
        return Cow::Borrowed(piece);
    }
    let mut out = String::with_capacity(piece.len() + 4);
    for block in piece.split_inclusive('\n') {
        let line = block.trim_end_matches('\n');
        // empty blocks are no second dot
        if !(line.is_empty() && out.ends_with(BETWEEN)) {
            out.push_str(line);
            if line.len() < block.len() {
                out.push_str(BETWEEN);
            }
        }
    }
    Cow::Owned(out)
}

fn runs(
    text: &str,
    range: Range<usize>,
    words: &[Range<usize>],
    marked: &[Option<usize>],
    wanted: &Wanted,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = range.start;
    let mut push = |piece: &str, marked: bool| {
        let piece = parted(piece);
        match runs.last_mut() {
            Some(last) if last.marked == marked => last.text.push_str(&piece),
            _ if piece.is_empty() => {}
            _ => runs.push(Run { text: piece.into_owned(), marked }),
        }
    };
    let mut before = None;
    for (word, mark) in words.iter().zip(marked) {
        // the words of a phrase are one mark
        let goes_on = *mark == before && mark.is_some_and(|number| number >= wanted.terms.len());
        before = *mark;
        if mark.is_none() || word.start < range.start || word.end > range.end {
            continue;
        }
        push(&text[at..word.start], goes_on && at > range.start);
        push(&text[word.clone()], true);
        at = word.end;
    }
    push(&text[at..range.end], false);
    runs
}
