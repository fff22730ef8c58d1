//! Words that are written with a hyphen by some and in one by others: `co-operative`, `cooperative`.
use super::{fold, places};
use std::ops::Range;

/// Parts of a compound at most: longer chains are sentences.
const MOST_PARTS: usize = 3;

/// Words with nothing but a hyphen between them, as they come.
#[derive(Debug, Default)]
pub(crate) struct Compound {
    /// Where the first stands, in words.
    pub position: u32,
    pub parts: Vec<Range<usize>>,
}

impl Compound {
    pub(crate) fn begin(&mut self, position: u32) {
        self.position = position;
        self.parts.clear();
    }

    /// Whether a word is the next part.
    pub(crate) fn takes(&self, text: &str, word: &Range<usize>) -> bool {
        self.parts.last().is_some_and(|last| linked(text, last, word))
    }

    /// The parts written in one word.
    pub(crate) fn closed(&self, text: &str) -> Option<String> {
        let parts = self.parts.iter().map(|part| &text[part.clone()]);
        (2..=MOST_PARTS).contains(&self.parts.len()).then(|| parts.collect())
    }
}

/// Whether nothing but a hyphen stands between two words, and letters on both its sides.
pub(crate) fn linked(text: &str, one: &Range<usize>, other: &Range<usize>) -> bool {
    matches!(text.get(one.end..other.start), Some("-" | "\u{2010}" | "\u{2011}"))
        && text[..one.end].chars().next_back().is_some_and(char::is_alphabetic)
        && text[other.start..].starts_with(char::is_alphabetic)
}

/// What a text is in one word, where it is one compound and nothing else; folded.
pub(crate) fn closed(text: &str) -> Option<String> {
    let (mut compound, mut only) = (Compound::default(), true);
    places(text, |place| {
        only &= compound.parts.is_empty() || compound.takes(text, &place);
        compound.parts.push(place);
    });
    compound.closed(text).filter(|_| only).map(|word| fold(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_compound_has_a_closed_form() {
        assert_eq!(closed("Co-operative").as_deref(), Some("cooperative"));
        assert_eq!(closed("“e‑mail’s”").as_deref(), Some("email"));
        assert_eq!(closed("mother-in-law").as_deref(), Some("motherinlaw"));
        for none in ["operative", "co - operative", "co-operative society", "covid-19", "1914-18", "a-b-c-d", ""] {
            assert_eq!(closed(none), None, "{none}");
        }
    }
}
