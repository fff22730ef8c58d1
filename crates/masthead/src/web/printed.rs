//! Pages that are the same for a class of readers: printed once for each catalogue and day, sent many times.
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::page::Page;

/// Pages kept at most; beyond that all are dropped and printed again when asked for.
const MOST: usize = 4096;

/// What a printed page depends on besides its address and class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Counts the catalogues of this process.
    pub generation: u64,
    /// Civil day in the paper's zone, as days since the epoch.
    pub day: i32,
}

/// Address and class.
type Key = (String, u8);
type Made = (Stamp, Arc<Page>);

#[derive(Debug, Default)]
pub struct Printed {
    pages: RwLock<HashMap<Key, Made>>,
}

impl Printed {
    /// The page kept under `address` for `class`, if it is of this stamp.
    #[must_use]
    pub fn held(&self, address: &str, class: u8, stamp: Stamp) -> Option<Arc<Page>> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let (made, page) = pages.get(&(address.to_owned(), class))?;
        (*made == stamp).then(|| Arc::clone(page))
    }

    /// Keeps a page.
    pub fn keep(&self, address: &str, class: u8, stamp: Stamp, page: Page) -> Arc<Page> {
        let page = Arc::new(page);
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.insert((address.to_owned(), class), (stamp, Arc::clone(&page)));
        page
    }

    /// The page kept under `address` for `class`, or the one that `print` makes now.
    ///
    /// # Errors
    /// What `print` says.
    pub fn page<E>(
        &self,
        address: &str,
        class: u8,
        stamp: Stamp,
        print: impl FnOnce() -> Result<Page, E>,
    ) -> Result<Arc<Page>, E> {
        if let Some(page) = self.held(address, class, stamp) {
            return Ok(page);
        }
        Ok(self.keep(address, class, stamp, print()?))
    }
}
