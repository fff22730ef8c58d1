#![no_main]
//! JSON of every system. The first byte chooses among them.

use archive::formats::{ColumnMap, Format};
use fuzz::{choose, try_reading};

const FORMATS: &[Format] = &[Format::Ghost, Format::Ninjs, Format::Ans, Format::Json, Format::Feed, Format::Jsonl];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((format, rest)) = choose(FORMATS, bytes) {
        try_reading("a.json", Some(format), ColumnMap::default(), rest);
    }
});
