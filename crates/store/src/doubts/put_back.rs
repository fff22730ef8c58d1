//! Lines that were left out, put back where they stood.
use super::{LineLeftOut, PlaceInStory};
use newsroom::articles::Block;

/// The body with one of the lines, or all of them. None if the paragraphs are gone beside which they stood.
pub(super) fn with_lines(body: &[Block], lines: &[LineLeftOut], nth: Option<usize>) -> Option<Vec<Block>> {
    let mut places: Vec<(usize, &str)> = Vec::new();
    for line in lines.iter().enumerate().filter(|(at, _)| nth.is_none_or(|nth| nth == *at)).map(|(_, line)| line) {
        for place in &line.places {
            places.push((found(body, place)?, &line.text));
        }
    }
    if places.is_empty() {
        return None;
    }
    // From the end, so that the places above stay what they are; of two at one place the first line is above.
    places.sort_by_key(|(at, _)| *at);
    let mut whole = body.to_vec();
    for (at, text) in places.into_iter().rev() {
        whole.insert(at, Block::Paragraph(text.to_owned()));
    }
    Some(whole)
}

/// Where the place is now: between its paragraphs, else beside one of them; of several such places the one nearest to where it was.
fn found(body: &[Block], place: &PlaceInStory) -> Option<usize> {
    let was = usize::try_from(place.after).ok()?;
    let is = |at: Option<usize>, text: &Option<String>| {
        text.is_some() && at.and_then(|at| body.get(at)).map(Block::text) == text.as_deref()
    };
    let fits = |at: usize| usize::from(is(at.checked_sub(1), &place.above)) + usize::from(is(Some(at), &place.below));
    let best = (0..=body.len()).max_by_key(|at| (fits(*at), std::cmp::Reverse(at.abs_diff(was))))?;
    (fits(best) > 0).then_some(best)
}
