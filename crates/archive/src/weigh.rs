//! How much speaks for a line that is no sentence: a crosshead, an entry of a list, a row of a table, or else a label of the page, an
//! entry of a widget, the headline of another story. The pieces of evidence are added as natural logarithms of odds.
//!
//! The weights come from two likelihoods. A pass loses a paragraph of its story with the chance that the story's sentences show,
//! about one in ten, so each pass that goes on without the line costs `ln(0.1 / 0.7)`. A widget stands anywhere, so a second crawl that has the line *between the same
//! neighbours* is worth about `ln(0.9 / 0.05)`, less if it also stands in other stories. The rest is tuned on the tuning half of
//! `tests/damage`.

/// What is known of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Evidence {
    /// Crawls that agree on the line before it or the line after it; that agree on both; places that fit neither.
    pub beside: usize,
    pub between: usize,
    pub astray: usize,
    /// Wherever it stands in the heap, sentences follow it.
    pub heads_text: bool,
    /// … and above it as well.
    pub parts_text: bool,
    /// Crawls that have it.
    pub docs: usize,
    /// Passes that have it, passes that repeat another one to the word left out.
    pub passes: usize,
    /// Passes that go from the line before it to the line after it without it.
    pub lacking: usize,
    /// Stories that have it; this one is among them.
    pub stories: u32,
    /// Share of its paragraphs that a pass of this story loses.
    pub loss: f32,
    /// Pages of no one kind have it.
    pub spread: bool,
    /// Number of stories of the heap.
    pub heap: usize,
    /// Words of the line that matter, and how many of them stand in the story's sentences.
    pub content: usize,
    pub echoed: usize,
    /// … in one of the two sentences after it.
    pub near: usize,
    /// Beside it stands another line that is no sentence and that several crawls have.
    pub company: bool,
    /// Stands under a label in every place.
    pub listed: bool,
    /// The source marks it as part of a body.
    pub marked: bool,
}

impl Evidence {
    /// Natural logarithm of the odds that the line is the story's.
    pub(crate) fn odds(&self) -> f32 {
        let count = |n: usize| f32::from(u16::try_from(n.min(60)).unwrap_or(60));
        let mut odds = -1.0;
        // In a large heap a page's line stands in more than two or three stories.
        let few = self.stories <= 1 || (self.stories as usize) * 100 <= self.heap;
        let agreed = if few { self.beside } else { self.between };
        odds += 2.9 * count(agreed.saturating_sub(1).min(3)) - 1.5 * count(self.astray.min(3));
        // Furniture that no other story has and that comes to the same place twice is hardly furniture.
        let alone = self.stories <= 1 && self.heap >= 10 && self.astray == 0;
        if (alone || few && self.astray == 0 && self.heap >= 100) && agreed > 1 {
            odds += 2.5;
        }
        let series = self.stories > 2 && self.heads_text && self.between > 1 && self.astray == 0;
        if series && self.lacking < self.docs {
            odds += 2.5;
        }
        odds += (if alone { 1.5 } else { 0.7 }) * count(self.passes.saturating_sub(self.docs).min(3));
        odds += (self.loss / 0.7).ln() * count(self.lacking.min(4));
        // What stands between sentences wherever it stands is a series' crosshead, unless it is in so much of the paper as an advert,
        // which the crawls have at different places.
        let fixed = self.between > 1 && self.astray == 0;
        let parts = self.parts_text && (self.stories as usize) * (if fixed { 3 } else { 5 }) < self.heap;
        odds += match self.stories {
            _ if parts => 2.0,
            // In a small heap furniture has had no chance to repeat itself.
            0 | 1 if self.heap >= 10 => 1.0,
            0 | 1 => 0.0,
            2 => -1.0,
            // A page's furniture stands on a good part of the pages of its kind.
            _ if self.spread => -1.0,
            // A series has its own crossheads; what stands in more of the paper is the page's.
            n if (n as usize) * 33 < self.heap => -1.5,
            n if (n as usize) * 10 < self.heap => -3.0,
            _ => -4.0,
        };
        odds += 0.4 * count(self.echoed.min(3)) + 0.5 * count(self.near.min(3));
        odds -= 0.4 * count(self.content.saturating_sub(self.echoed).min(3));
        if self.company {
            odds += 1.2;
        }
        if self.listed {
            odds -= 1.0;
        }
        if self.marked {
            odds += 5.0;
        }
        odds
    }
}

/// From here on nobody needs to look.
pub(crate) const SURE: f32 = 2.2;

/// Whether a word of a key says what a line is about: long enough, or of a script that needs few letters.
pub(crate) fn is_content(word: &str) -> bool {
    word.len() >= 5 && word.bytes().any(|b| !b.is_ascii_digit())
}
