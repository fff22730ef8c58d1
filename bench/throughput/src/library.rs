//! The peer of the third stage: the search library as one begins with it. One index of whole texts on one thread: English stems with
//! positions, what is shown stored, and a column of dates. No second index of what everybody may read, no other fields, no lists by neighbour.
//! It tells how fast a machine is, where figures of several machines are compared.

use std::path::Path;

use tantivy::schema::{FAST, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, TantivyDocument};

use crate::indexing::Waiting;

/// Memory of the library's writer.
const HEAP: usize = 128 << 20;

pub(crate) fn index(waiting: &Waiting, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir(folder)?;
    let mut schema = Schema::builder();
    let stems = TextFieldIndexing::default().set_tokenizer("en_stem");
    let stems = stems.set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(stems).set_stored());
    let headline = schema.add_text_field("headline", STORED);
    let date = schema.add_i64_field("date", FAST);
    let index = Index::create_in_dir(folder, schema.build())?;
    let mut writer = index.writer_with_num_threads(1, HEAP)?;
    waiting.each(|document| {
        let mut row = TantivyDocument::new();
        row.add_text(text, &document.whole);
        row.add_text(headline, &document.headline);
        row.add_i64(date, document.published_at.map_or(0, jiff::Timestamp::as_second));
        writer.add_document(row)?;
        Ok(())
    })?;
    writer.commit()?;
    Ok(writer.wait_merging_threads()?)
}
