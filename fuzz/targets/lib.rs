//! What the targets share: a source is read to its end, and what comes out keeps the promises of the readers.

use std::ops::ControlFlow;

use archive::formats::{ColumnMap, Format, Found, Limits, ReadOptions, read};

/// Limits so small that inputs of a few kilobytes reach them.
fn limits() -> Limits {
    Limits {
        item_bytes: 64 << 10,
        nodes: 2_000,
        depth: 50,
        unpacked_bytes: 4 << 20,
        unpacked_ratio: 150,
        spool_bytes: 1 << 20,
        remembered: 1_000,
    }
}

/// Reads the bytes in one format, or in the one that is detected.
pub fn try_reading(name: &str, format: Option<Format>, columns: ColumnMap, bytes: &[u8]) {
    let options = ReadOptions { limits: limits(), columns, ..ReadOptions::default() };
    let mut given = 0;
    let mut refused = 0;
    let mut sink = |found: Found| {
        match found {
            Found::Item(item) => {
                given += 1;
                assert!(!item.key.is_empty(), "a piece without a key");
                assert!(item.body.iter().all(|part| !part.text().is_empty()), "an empty block");
                assert!(item.headline.as_ref().is_none_or(|h| !h.trim().is_empty()), "an empty headline");
            }
            Found::Page(_) | Found::Crawl(_) => given += 1,
            Found::Refused { reason, .. } => {
                refused += 1;
                assert!(!reason.is_empty(), "refused without a reason");
            }
        }
        ControlFlow::Continue(())
    };
    if let Ok(read) = read(&mut &*bytes, name, format, &options, &mut sink) {
        assert_eq!(read.items, given, "what was counted is not what was given");
        assert_eq!(read.refused, refused);
        assert!(given + refused > 0, "neither taken in nor refused");
    }
}

/// A format chosen by the first byte, and the rest.
pub fn choose<'a>(formats: &[Format], bytes: &'a [u8]) -> Option<(Format, &'a [u8])> {
    let (first, rest) = bytes.split_first()?;
    Some((formats[usize::from(*first) % formats.len()], rest))
}
