//! Lines that were left out, put back where they stood.
use super::{LineLeftOut, PlaceInStory, gone};
use crate::StoreError;
use newsroom::articles::Block;

/// The body with one of the lines, or all of them, at those of their places where they do not stand already.
///
/// # Errors
/// [`StoreError::Invalid`] where the paragraphs are gone beside which they stood, or nothing is left to put back.
pub(super) fn with_lines(body: &[Block], lines: &[LineLeftOut], nth: Option<usize>) -> Result<Vec<Block>, StoreError> {
    let meant = lines.iter().enumerate().filter(|(at, _)| nth.is_none_or(|nth| nth == *at)).map(|(_, line)| line);
    let wanted: Vec<(&str, &PlaceInStory)> =
        meant.flat_map(|line| line.places.iter().map(|place| (line.text.as_str(), place))).collect();
    if wanted.is_empty() {
        return Err(gone());
    }
    let mut places: Vec<(usize, usize, &str)> = Vec::new();
    for (text, place) in wanted.into_iter().filter(|(text, place)| !stands(body, text, place)) {
        let among = place.between.iter().position(|line| line == text).unwrap_or(0);
        places.push((found(body, text, place).ok_or_else(gone)?, among, text));
    }
    if places.is_empty() {
        return Err(StoreError::invalid(
            "decision",
            "the story has it there already, so nothing is to be put back; leaving it out here closes the doubt and changes nothing",
        ));
    }
    // From the end, so that the places above stay what they are; of two at one place the one that stood first is above.
    places.sort_by_key(|(at, among, _)| (*at, *among));
    let mut whole = body.to_vec();
    for (at, _, text) in places.into_iter().rev() {
        whole.insert(at, Block::Paragraph(text.to_owned()));
    }
    Ok(whole)
}

/// Where the place is now: between its paragraphs, else beside one of them; of several such places the one nearest to where it was. Lines
/// that stood there too and were put back before stay on their own side of it.
fn found(body: &[Block], text: &str, place: &PlaceInStory) -> Option<usize> {
    let was = usize::try_from(place.after).ok()?;
    let own = place.between.iter().position(|line| line == text).unwrap_or(0);
    let (before, behind) = (place.between.get(..own), place.between.get(own + 1..));
    let fits = |at: usize| {
        let (above, below) = body.split_at(at);
        let above = beside(&mut above.iter().rev(), place.above.as_deref(), before.unwrap_or_default());
        let below = beside(&mut below.iter(), place.below.as_deref(), behind.unwrap_or_default());
        (u8::from(above.0) + u8::from(below.0), above.1 + below.1)
    };
    let best = (0..=body.len()).max_by_key(|at| (fits(*at), std::cmp::Reverse(at.abs_diff(was))))?;
    (fits(best).0 > 0).then_some(best)
}

/// Whether a paragraph comes first, but for lines that stand between; and how many of these come.
fn beside(blocks: &mut dyn Iterator<Item = &Block>, paragraph: Option<&str>, lines: &[String]) -> (bool, usize) {
    let mut passed = 0;
    for text in blocks.map(Block::text) {
        if Some(text) == paragraph {
            return (true, passed);
        }
        if !lines.iter().any(|line| line == text) {
            break;
        }
        passed += 1;
    }
    (false, passed)
}

/// Whether the line stands at a place already: between its paragraphs, whatever else came between, or beside the one that is left of them.
fn stands(body: &[Block], text: &str, place: &PlaceInStory) -> bool {
    let is = |block: &Block, wanted: &Option<String>| Some(block.text()) == wanted.as_deref();
    let has = |wanted: &Option<String>| body.iter().any(|block| is(block, wanted));
    let here = |at: usize| {
        let (above, below) = (&body[..at], &body[at + 1..]);
        let up = above.iter().rposition(|block| is(block, &place.above));
        let down = below.iter().position(|block| is(block, &place.below));
        match (up, down) {
            (Some(up), Some(down)) => {
                !above[up..].iter().any(|block| is(block, &place.below))
                    && !below[..down].iter().any(|block| is(block, &place.above))
            }
            (Some(up), None) => !has(&place.below) && (up + 1 == at || place.below.is_none()),
            (None, Some(down)) => !has(&place.above) && (down == 0 || place.above.is_none()),
            (None, None) => false,
        }
    };
    body.iter().enumerate().any(|(at, block)| block.text() == text && here(at))
}
