//! A section's stories in the order in which they are offered beside one of them.
use super::card::Card;

/// A story after which its section told so many others is one of former times.
pub const LATER: usize = 24;
/// So is one that is so many seconds older than the section's newest.
const OF_LATE: i64 = 30 * 24 * 3600;
/// How many are looked at.
const LOOKED_AT: usize = 64;

/// The stories of a section around the one at `at`. `card` gives each of `count` stories, newest first, those without a date last.
///
/// Beside a story of the last weeks stand the newest. Beside an older one stands what the section told at that time, nearest first: who
/// reads of 1998 is served with 1998.
#[must_use]
pub fn around<'a>(count: usize, at: usize, card: impl Fn(usize) -> &'a Card) -> Vec<&'a Card> {
    if at >= count {
        return (0..count.min(LOOKED_AT)).map(card).collect();
    }
    let read = card(at);
    let apart = |other: &Card| Some(read.published_at?.as_second().abs_diff(other.published_at?.as_second()));
    let of_late = apart(card(0)).is_some_and(|seconds| seconds <= OF_LATE.unsigned_abs());
    if at < LATER && of_late {
        return (0..count).filter(|place| *place != at).take(LOOKED_AT).map(card).collect();
    }
    let (mut later, mut earlier) = (at.checked_sub(1), Some(at + 1).filter(|place| *place < count));
    let mut list = Vec::new();
    while list.len() < LOOKED_AT {
        let takes_later = match (later, earlier) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(later), Some(earlier)) => match (apart(card(later)), apart(card(earlier))) {
                (Some(later), Some(earlier)) => later <= earlier,
                // a date that is known is nearer than one that is not
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => at - later <= earlier - at,
            },
        };
        let place = if takes_later { later } else { earlier };
        list.extend(place.map(&card));
        if takes_later {
            later = later.and_then(|place| place.checked_sub(1));
        } else {
            earlier = earlier.map(|place| place + 1).filter(|place| *place < count);
        }
    }
    list
}
