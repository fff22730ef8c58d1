//! Reads a source and keeps what comes out.

use std::ops::ControlFlow;

use archive::formats::{Format, Found, Page, Read, ReadError, ReadOptions, Text, read};
use archive::item::Item;

#[derive(Debug, Default)]
pub struct Taken {
    pub items: Vec<Item>,
    pub pages: Vec<Page>,
    pub crawls: Vec<Text>,
    pub refused: Vec<(u64, String)>,
    pub read: Option<Read>,
}

pub fn tried(name: &str, bytes: &[u8], format: Option<Format>, options: &ReadOptions) -> Result<Taken, ReadError> {
    let mut taken = Taken::default();
    let mut sink = |found: Found| {
        match found {
            Found::Item(item) => taken.items.push(*item),
            Found::Page(page) => taken.pages.push(page),
            Found::Crawl(text) => taken.crawls.push(text),
            Found::Refused { place, reason } => taken.refused.push((place, reason)),
        }
        ControlFlow::Continue(())
    };
    let read = read(&mut &*bytes, name, format, options, &mut sink)?;
    taken.read = Some(read);
    Ok(taken)
}

pub fn taken(name: &str, bytes: &[u8]) -> Taken {
    tried(name, bytes, None, &ReadOptions::default()).expect("a format that is known")
}
