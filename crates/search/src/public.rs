//! What everybody may search.
use crate::drawer::Part;
use crate::error::SearchError;
use crate::find::{Ask, Found, find};
use crate::full::Scope;
use crate::index::Generation;
use crate::query::Query;
use crate::suggest::{Suggestion, suggest};
use crate::window::Window;
use newsroom::articles::Marking;
use std::sync::Arc;

/// The index of open text: headlines, standfirsts, names, topics, previews, and free stories. It holds nothing else, so nothing else can be
/// asked of it. It answers from one moment's state however long it is kept.
pub struct Public {
    pub(crate) generation: Arc<Generation>,
}

impl Public {
    /// Searches.
    ///
    /// # Errors
    /// The library's, such as a damaged file.
    pub fn find(&self, ask: &Ask<'_>) -> Result<Found, SearchError> {
        find(&self.generation, &scopes(), ask)
    }

    /// What a reader may mean who has typed this much; of stories those alone that `narrowed` asks for. Suggestions are the same for everybody.
    ///
    /// # Errors
    /// As [`Public::find`].
    pub fn suggest(&self, typed: &str, narrowed: &Query) -> Result<Vec<Suggestion>, SearchError> {
        suggest(&self.generation, &scopes(), typed, narrowed)
    }
}

fn scopes() -> Vec<Scope> {
    Marking::ALL.iter().map(|marking| Scope { part: Part::Open(*marking), window: Window::default() }).collect()
}
