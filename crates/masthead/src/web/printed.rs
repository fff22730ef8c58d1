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
        let key = (address.to_owned(), class);
        if let Some((made, page)) = self.pages.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && *made == stamp
        {
            return Ok(Arc::clone(page));
        }
        let page = Arc::new(print()?);
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.insert(key, (stamp, Arc::clone(&page)));
        Ok(page)
    }
}
