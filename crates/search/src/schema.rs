//! The fields of a drawer. Whoever changes them, or how words are cut, raises [`VERSION`]: older indexes are then made again.
use crate::document::Document;
use crate::words::{Plain, Running, Wording, cut};
use jiff::tz::TimeZone;
use newsroom::articles::key_of;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

/// The version of everything that is written into an index.
pub(crate) const VERSION: u32 = 4;
/// How often a headline's words count beside those of the text.
const HEADLINE_WEIGHT: usize = 3;
/// Bylines and topics kept of one story; the rest of a longer list is not found by name.
const MOST_NAMES: usize = 32;
/// Words of a name that can be typed first.
const MOST_NAME_WORDS: usize = 6;
/// Parts a name's term: what is typed, and the name as the paper writes it.
pub(crate) const SHOWN_AFTER: char = '\u{1}';
/// The `date` of a story whose date is not known.
pub(crate) const UNDATED: i64 = i64::MIN;

/// The fields, the same in every drawer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub number: Field,
    /// Headline (three times), standfirst, bylines, topics and blocks, as terms.
    pub text: Field,
    pub headline: Field,
    pub author: Field,
    pub topic: Field,
    /// Words of headlines, topics and names as they are written: the vocabulary of suggestions and of corrections.
    pub words: Field,
    pub authors: Field,
    pub topics: Field,
    pub section: Field,
    pub year: Field,
    pub month: Field,
    pub date: Field,
    pub shown: Field,
}

/// What a hit is shown from. Its text is the drawer's own: an open drawer stores open text only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shown {
    #[serde(rename = "r")]
    pub revision: i64,
    #[serde(rename = "s")]
    pub section: String,
    #[serde(rename = "h")]
    pub headline: String,
    #[serde(rename = "b")]
    pub bylines: Vec<String>,
    #[serde(rename = "t")]
    pub text: String,
}

pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexed = |tokenizer: &str, option: IndexRecordOption, norms: bool| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing.set_fieldnorms(norms))
    };
    let positions = IndexRecordOption::WithFreqsAndPositions;
    let fields = Fields {
        number: schema.add_u64_field("number", INDEXED | FAST),
        text: schema.add_text_field("text", indexed("running", positions, true)),
        headline: schema.add_text_field("headline", indexed("running", positions, true)),
        author: schema.add_text_field("author", indexed("plain", positions, true)),
        topic: schema.add_text_field("topic", indexed("running", positions, true)),
        words: schema.add_text_field("words", indexed("plain", IndexRecordOption::Basic, false)),
        authors: schema.add_text_field("authors", STRING),
        topics: schema.add_text_field("topics", STRING),
        section: schema.add_text_field("section", STRING | FAST),
        year: schema.add_u64_field("year", INDEXED | FAST),
        month: schema.add_u64_field("month", INDEXED),
        date: schema.add_i64_field("date", FAST),
        shown: schema.add_bytes_field("shown", STORED),
    };
    (schema.build(), fields)
}

pub(crate) fn tokenizers(wording: &Wording) -> TokenizerManager {
    let tokenizers = TokenizerManager::new();
    tokenizers.register("running", Running::of(wording.clone()));
    tokenizers.register("plain", Plain::default());
    // the library asks for this one for numbers, and does not use it
    tokenizers.register("default", tantivy::tokenizer::RawTokenizer::default());
    tokenizers.register("raw", tantivy::tokenizer::RawTokenizer::default());
    tokenizers
}

/// Months since the year 0, a number that stands for one month of one year.
pub(crate) fn month_number(year: i16, month: i8) -> u64 {
    u64::try_from(i64::from(year) * 12 + i64::from(month) - 1).unwrap_or(0)
}

/// The row of one drawer, made from `text`, which is either what is open or the whole.
pub(crate) fn row(fields: &Fields, document: &Document, text: &str, zone: &TimeZone) -> TantivyDocument {
    let mut row = TantivyDocument::new();
    row.add_u64(fields.number, u64::from(document.number.0));
    for _ in 0..HEADLINE_WEIGHT {
        row.add_text(fields.text, &document.headline);
    }
    row.add_text(fields.headline, &document.headline);
    row.add_text(fields.words, &document.headline);
    for byline in document.bylines.iter().take(MOST_NAMES) {
        row.add_text(fields.text, byline);
        row.add_text(fields.author, byline);
        row.add_text(fields.words, byline);
    }
    for topic in document.topics.iter().take(MOST_NAMES) {
        row.add_text(fields.text, topic);
        row.add_text(fields.topic, topic);
        row.add_text(fields.words, topic);
    }
    for (field, list) in [(fields.authors, &document.bylines), (fields.topics, &document.topics)] {
        // two spellings of one name are one story of that name
        let mut known = HashSet::new();
        for name in list.iter().take(MOST_NAMES).filter(|name| known.insert(key_of(name))) {
            names(name).for_each(|name| row.add_text(field, name));
        }
    }
    text.lines().for_each(|block| row.add_text(fields.text, block));
    row.add_text(fields.section, &document.section);
    let day = document.published_at.map(|at| zone.to_datetime(at).date());
    row.add_u64(fields.year, day.map_or(0, |day| u64::try_from(day.year()).unwrap_or(0)));
    row.add_u64(fields.month, day.map_or(0, |day| month_number(day.year(), day.month())));
    row.add_i64(fields.date, document.published_at.map_or(UNDATED, jiff::Timestamp::as_second));
    let shown = Shown {
        revision: document.revision,
        section: document.section.clone(),
        headline: document.headline.clone(),
        bylines: document.bylines.clone(),
        text: text.to_owned(),
    };
    // plain strings and numbers: this cannot fail
    row.add_bytes(fields.shown, &serde_json::to_vec(&shown).unwrap_or_default());
    row
}

/// A name as it may be typed, from each of its words on, each with the name as the paper writes it.
fn names(name: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = cut(name).into_iter().map(|word| word.folded).take(MOST_NAME_WORDS).collect();
    let shown = name.trim().to_owned();
    (0..words.len()).map(move |from| format!("{}{SHOWN_AFTER}{shown}", words[from..].join(" ")))
}
