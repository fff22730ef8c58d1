//! Copies of which every few words were changed. Three words in a row hardly ever stay, but the others stay in their order. A form that is
//! filled in anew changes whole stretches, and names.

use newsroom::alike::in_step_widely;

use crate::blocks;
use crate::duplicates::{Print, containment};
use crate::heap::Document;
use crate::intake::word_hash;

/// Share of word 3-shingles that stays where every fourth word or so was changed; fewer are not found.
pub(crate) const STAYS: f64 = 0.3;
/// Share of the names of the text with fewer that stand in the other.
const NAMES: f64 = 0.7;
/// Fewer names in a text tell nothing.
const FEW_NAMES: usize = 2;
/// So many paragraphs in a row, and so many tenths of the shorter text.
const PARAGRAPHS: usize = 3;
const TENTHS: usize = 8;
/// Paragraphs in a row that the shorter text may lack.
const AHEAD: usize = 8;
/// Paragraphs and words of each that are looked at.
const MOST: usize = 40;
const WORDS: usize = 400;

/// Whether one text is the other with words changed here and there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    /// By its words and the names in it.
    Certainly,
    /// By its words alone: it names nobody, or its letters have no capitals.
    Perhaps,
}

/// Whether one text is the other with words changed here and there, by its words and names.
pub(crate) fn of(a: (&Document, &Print), b: (&Document, &Print)) -> Option<Edited> {
    let (names_a, names_b) = (a.1.names(a.0), b.1.names(b.0));
    let edited = match names_a.len().min(names_b.len()) < FEW_NAMES {
        true => Edited::Perhaps,
        false if containment(names_a, names_b) < NAMES => return None,
        false => Edited::Certainly,
    };
    (!a.1.thin && !b.1.thin && is_retold_whole(a, b)).then_some(edited)
}

fn is_retold_whole(a: (&Document, &Print), b: (&Document, &Print)) -> bool {
    let (a, b) = (paragraphs(a), paragraphs(b));
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (mut told, mut same, mut next) = (0, 0, 0);
    for paragraph in &few {
        let found = many.iter().enumerate().skip(next).take(AHEAD).find(|(_, other)| is_retold(paragraph, other));
        if let Some((at, _)) = found {
            next = at + 1;
            told += paragraph.len();
            same += 1;
        }
    }
    same >= PARAGRAPHS && told * 10 >= few.iter().map(Vec::len).sum::<usize>() * TENTHS
}

fn paragraphs((document, print): (&Document, &Print)) -> Vec<Vec<u64>> {
    let own = document.prose().filter(|b| b.chars() >= 60 && print.skipped.binary_search(&b.hash).is_err());
    own.take(MOST).map(|b| blocks::words(&b.key).take(WORDS).map(word_hash).collect()).collect()
}

/// Whether three quarters of the words of the longer paragraph stand in the other in their order, with little changed at a time.
fn is_retold(a: &[u64], b: &[u64]) -> bool {
    let most = a.len().max(b.len());
    if a.len().min(b.len()) * 4 < most * 3 {
        return false;
    }
    in_step_widely(a, b).count() * 4 >= most * 3
}
