#![no_main]
//! Tables and lines with a column map: the map is the first line, the rest is the file.

use archive::formats::{ColumnMap, Format};
use fuzz::try_reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|b| *b == b'\n').unwrap_or(0);
    let (map, rest) = bytes.split_at(at);
    let map = ColumnMap::parse(&String::from_utf8_lossy(map)).unwrap_or_default();
    try_reading("a.csv", Some(Format::Csv), map.clone(), rest);
    try_reading("a.jsonl", Some(Format::Jsonl), map, rest);
});
