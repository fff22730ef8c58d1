//! How rare a word is, as everybody may know it.
//!
//! Scores of all searches, whoever asks and whatever they may read, are made of three things: the text of the hit itself, how often its
//! words stand in **open** text, and a fixed length of a story. Were a word's rarity counted over whole stories, the order of two open
//! stories would tell a guest, and the order of two registered ones a reader without premium, which words stand behind the wall.
use crate::index::Generation;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Terms of a story of ordinary length, against which a hit's own length is weighed.
const ORDINARY_TEXT: u64 = 400;
/// The same of headlines, names and topics.
const ORDINARY_LINE: u64 = 10;

pub(crate) struct Statistics<'a> {
    generation: &'a Generation,
    documents: u64,
    /// One search asks for the same word in each drawer.
    asked: Mutex<HashMap<Term, u64>>,
}

impl<'a> Statistics<'a> {
    pub(crate) fn of(generation: &'a Generation) -> Self {
        let segments = generation.open().flat_map(Searcher::segment_readers);
        let documents = segments.map(|segment| u64::from(segment.max_doc())).sum::<u64>().max(1);
        Self { generation, documents, asked: Mutex::new(HashMap::new()) }
    }
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let ordinary = if field == self.generation.fields.text { ORDINARY_TEXT } else { ORDINARY_LINE };
        Ok(self.documents * ordinary)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asked.get(term) {
            return Ok(*known);
        }
        let mut held = 0;
        for searcher in self.generation.open() {
            held += searcher.doc_freq(term)?;
        }
        let held = held.min(self.documents);
        asked.insert(term.clone(), held);
        Ok(held)
    }
}
