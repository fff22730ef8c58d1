//! Whole stories, as far as a right goes.
use crate::drawer::Part;
use crate::error::SearchError;
use crate::find::{Ask, Found, find};
use crate::index::Generation;
use crate::window::Window;
use jiff::Timestamp;
use newsroom::articles::Marking;
use std::sync::Arc;

/// Stories of a marking that somebody may read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    pub marking: Marking,
    /// Only those published at this time or later; `None`: all of them.
    pub since: Option<Timestamp>,
}

/// What somebody may read as a whole. There is no reach without a right: who holds none cannot make one, and without one there is no
/// [`Full`] to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach(Vec<Right>);

impl Reach {
    /// The reach of these rights; `None` when they open nothing that is not open to everybody. Of several rights to one marking the
    /// narrowest counts.
    #[must_use]
    pub fn of(rights: impl IntoIterator<Item = Right>) -> Option<Self> {
        let mut held: Vec<Right> = Vec::new();
        for right in rights.into_iter().filter(|right| right.marking != Marking::Free) {
            match held.iter_mut().find(|other| other.marking == right.marking) {
                Some(other) => other.since = other.since.max(right.since),
                None => held.push(right),
            }
        }
        (!held.is_empty()).then_some(Self(held))
    }

    /// Whether it opens a story of this marking and time; one without a date is older than any other.
    #[must_use]
    pub fn opens(&self, marking: Marking, published_at: Option<Timestamp>) -> bool {
        let held = self.0.iter().find(|right| right.marking == marking);
        marking == Marking::Free || held.is_some_and(|right| right.since.is_none() || published_at >= right.since)
    }

    /// For each marking the drawers to open: the whole one where there is a right, and what everybody may read for the rest.
    fn scopes(&self) -> Vec<Scope> {
        let mut scopes = Vec::new();
        for marking in Marking::ALL {
            let scope = |part, from, until| Scope { part, window: Window { from, until } };
            let (open, whole) = (Part::Open(marking), Part::Whole(marking));
            match self.0.iter().find(|right| right.marking == marking).map(|right| right.since) {
                None => scopes.push(scope(open, None, None)),
                Some(None) => scopes.push(scope(whole, None, None)),
                Some(Some(since)) => {
                    let since = Some(since.as_second());
                    scopes.push(scope(whole, since, None));
                    scopes.push(scope(open, None, since));
                }
            }
        }
        scopes
    }
}

/// One drawer, and the part of it that is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    pub part: Part,
    pub window: Window,
}

/// The index of whole stories, opened as far as one holder's rights go, and of open text for all others. Drawers of markings without a
/// right are not opened at all; scores come from open text alone (see `statistics.rs`).
pub struct Full {
    pub(crate) generation: Arc<Generation>,
    pub(crate) reach: Reach,
}

impl Full {
    /// Searches.
    ///
    /// # Errors
    /// The library's, such as a damaged file.
    pub fn find(&self, ask: &Ask<'_>) -> Result<Found, SearchError> {
        find(&self.generation, &self.reach.scopes(), ask)
    }
}
