#![no_main]
//! Records of crawlers.

use archive::formats::{ColumnMap, Format};
use fuzz::try_reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    try_reading("a.warc", Some(Format::Warc), ColumnMap::default(), bytes);
});
