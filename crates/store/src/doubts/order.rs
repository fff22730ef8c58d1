//! The paragraphs of a story in one of the orders that were offered.
use super::{Doubt, Evidence};
use crate::{Store, StoreError};
use newsroom::articles::Block;

impl Store {
    /// Whether a story still has the paragraphs that a doubt's orders were offered for, standing as they stood.
    ///
    /// # Errors
    /// The database's.
    pub async fn orders_stand(&self, doubt: &Doubt) -> Result<bool, StoreError> {
        let prints = &doubt.evidence.prints;
        // Doubts of earlier imports do not say of which paragraphs they were.
        if doubt.evidence.orders.is_empty() || prints.is_empty() {
            return Ok(true);
        }
        let stored = self.story(doubt.number).await?;
        Ok(stored
            .is_some_and(|stored| stored.story.body.iter().map(|block| print(block.text())).eq(prints.iter().cloned())))
    }
}

/// By what a paragraph is known again: a short digest of its words.
#[must_use]
pub fn print(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

/// The body in an offered order.
///
/// # Errors
/// [`StoreError::Invalid`] where the paragraphs are not those that the orders were offered for, or do not stand as they stood then: places
/// mean others now.
pub(super) fn arranged(body: &[Block], evidence: &Evidence, nth: usize) -> Result<Vec<Block>, StoreError> {
    let refused = |mend: &str| StoreError::invalid("decision", mend);
    let Some(order) = evidence.orders.get(nth) else {
        return Err(refused("this order is not offered; open the list of doubts and choose one of its buttons"));
    };
    let now: Vec<String> = body.iter().map(|block| print(block.text())).collect();
    let sorted = |prints: &[String]| {
        let mut prints = prints.to_vec();
        prints.sort_unstable();
        prints
    };
    // Doubts of earlier imports do not say of which paragraphs they were.
    let known = !evidence.prints.is_empty();
    if known && sorted(&now) != sorted(&evidence.prints) {
        return Err(refused(
            "the story has other paragraphs than when its orders were offered; where a later decision changed them, undo that one first, else \
             put them in order by hand",
        ));
    }
    if known && now != evidence.prints {
        return Err(refused(
            "the story's paragraphs stand in another order than when these orders were offered; undo the decision that moved them first, \
             or say that the order is right",
        ));
    }
    let mut places: Vec<usize> =
        order.iter().filter_map(|place| usize::try_from(*place).ok()?.checked_sub(1)).collect();
    let arranged: Vec<Block> = places.iter().filter_map(|place| body.get(*place).cloned()).collect();
    places.sort_unstable();
    places.dedup();
    let meant = evidence.paragraph.as_deref().is_none_or(|meant| body.iter().any(|block| block.text() == meant));
    if places.len() != body.len() || arranged.len() != body.len() || !meant {
        return Err(refused(
            "the story has other paragraphs than when its orders were offered; where a later decision changed them, undo that one first, else \
             put them in order by hand",
        ));
    }
    Ok(arranged)
}

/// An order as its button words it.
pub(super) fn in_words(evidence: &Evidence, nth: usize) -> String {
    let places =
        || evidence.orders.get(nth).map(|order| order.iter().map(u32::to_string).collect::<Vec<_>>().join(" "));
    match evidence.orders_in_words.get(nth) {
        Some(words) => format!("the order {words}"),
        None => format!("the order {}", places().unwrap_or_default()),
    }
}
