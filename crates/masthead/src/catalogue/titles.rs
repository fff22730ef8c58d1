//! Headlines and addresses of stories by their numbers, wherever they are: what lists of a reader's own name.
use std::collections::HashMap;

use newsroom::articles::StoryNumber;
use store::StoreError;

use crate::house::House;

/// What a list names a story by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub headline: String,
    pub path: String,
}

impl House {
    /// The titles of published stories by the numbers asked for, from memory, and the others with one question to the store. The caller
    /// bounds how many it asks for. A story that another took the place of has that one's title; one that is gone has none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn titles(&self, numbers: &[StoryNumber]) -> Result<HashMap<StoryNumber, Title>, StoreError> {
        let catalogue = self.catalogue.load_full();
        let mut titles = HashMap::with_capacity(numbers.len());
        let mut elsewhere = Vec::new();
        for number in numbers {
            match catalogue.story(*number) {
                Some(entry) => {
                    let title = Title { headline: entry.story.headline.clone(), path: entry.path.clone() };
                    titles.insert(*number, title);
                }
                None => elsewhere.push(*number),
            }
        }
        let now = self.clock.now();
        for (number, head) in self.store.heads_of(&elsewhere).await? {
            if head.published_at.is_none_or(|at| at <= now) {
                titles.insert(number, Title { path: head.path(), headline: head.headline });
            }
        }
        Ok(titles)
    }
}
