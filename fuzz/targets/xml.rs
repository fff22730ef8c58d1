#![no_main]
//! Exports, feeds and agencies' XML. The first byte chooses among them.

use archive::formats::{ColumnMap, Format};
use fuzz::{choose, try_reading};

const FORMATS: &[Format] = &[Format::Wxr, Format::Feed, Format::Nitf, Format::NewsMlG2, Format::NewsMl1];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((format, rest)) = choose(FORMATS, bytes) {
        try_reading("a.xml", Some(format), ColumnMap::default(), rest);
    }
});
