//! What everybody may search.
use crate::drawer::Part;
use crate::error::SearchError;
use crate::find::{Ask, Found, find};
use crate::full::Scope;
use crate::index::Generation;
use crate::suggest::{Suggestion, suggest, written};
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

    /// What a reader may mean who has typed this much. Suggestions are the same for everybody.
    ///
    /// # Errors
    /// As [`Public::find`].
    pub fn suggest(&self, typed: &str) -> Result<Vec<Suggestion>, SearchError> {
        suggest(&self.generation, &scopes(), typed)
    }

    /// An author's name as the paper writes it, from the same words with other accents or none.
    ///
    /// # Errors
    /// As [`Public::find`].
    pub fn author(&self, typed: &str) -> Result<Option<String>, SearchError> {
        written(&self.generation, self.generation.fields.authors, typed)
    }

    /// A topic as the paper writes it, as [`Public::author`].
    ///
    /// # Errors
    /// As [`Public::find`].
    pub fn topic(&self, typed: &str) -> Result<Option<String>, SearchError> {
        written(&self.generation, self.generation.fields.topics, typed)
    }
}

fn scopes() -> Vec<Scope> {
    Marking::ALL.iter().map(|marking| Scope { part: Part::Open(*marking), window: Window::default() }).collect()
}
