//! When the stories of a segment were published, block by block, so that a right that begins with a day goes through its own side only.
//!
//! Stories lie in a drawer nearly in the order of their time: the rebuild takes them in so, and what is published next is added behind. Where
//! they do not (an old story that was changed today), a block holds both sides, and its stories are looked up one by one.
use crate::window::Window;
use std::ops::Range;
use tantivy::DocId;
use tantivy::columnar::ColumnValues;

/// Stories of a block. Sixteen bytes are kept of each block.
const BLOCK: u32 = 256;

/// The earliest and the latest time of each block of a segment.
#[derive(Debug)]
pub(crate) struct Times {
    blocks: Vec<(i64, i64)>,
    stories: u32,
}

/// Stories that stand side by side in a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub docs: Range<DocId>,
    /// All of them are of the window; otherwise some may be.
    pub all: bool,
}

impl Times {
    pub(crate) fn of(dates: &dyn ColumnValues<i64>, stories: u32) -> Self {
        let block = |from: u32| {
            let of = (from..stories.min(from + BLOCK)).map(|doc| dates.get_val(doc));
            of.fold((i64::MAX, i64::MIN), |(first, last), at| (first.min(at), last.max(at)))
        };
        Self { blocks: (0..stories).step_by(BLOCK as usize).map(block).collect(), stories }
    }

    /// Where the window's stories stand, in order and as few pieces as can be.
    pub(crate) fn within(&self, window: Window) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (from, (first, last)) in (0..).step_by(BLOCK as usize).zip(&self.blocks) {
            if !window.meets(*first, *last) {
                continue;
            }
            let docs = from..self.stories.min(from + BLOCK);
            let all = window.holds(*first) && window.holds(*last);
            match stretches.last_mut() {
                Some(before) if before.docs.end == docs.start && before.all == all => before.docs.end = docs.end,
                _ => stretches.push(Stretch { docs, all }),
            }
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::UNDATED;

    #[test]
    fn stretches_hold_all_that_is_of_the_window_and_say_where_others_may_stand_among_them() {
        let times = Times { blocks: vec![(UNDATED, 10), (11, 19), (20, 30), (31, 40), (5, 50)], stories: 1_100 };
        let of = |from, until| {
            let told = times.within(Window { from, until }).into_iter();
            told.map(|stretch| (stretch.docs.start, stretch.docs.end, stretch.all)).collect::<Vec<_>>()
        };
        assert_eq!(of(Some(25), None), [(512, 768, false), (768, 1_024, true), (1_024, 1_100, false)]);
        assert_eq!(of(None, Some(25)), [(0, 512, true), (512, 768, false), (1_024, 1_100, false)]);
        assert_eq!(of(None, Some(20)), [(0, 512, true), (1_024, 1_100, false)]);
        assert_eq!(of(None, None), [(0, 1_100, true)]);
        assert_eq!(of(Some(60), None), []);
    }
}
