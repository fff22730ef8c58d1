//! Bytes of any kind: no panic, every piece keeps its promises, and what is counted is what was given.

use archive::formats::{Format, Limits, ReadOptions};
use proptest::prelude::*;

use crate::taken::tried;

fn options() -> ReadOptions {
    let limits = Limits { item_bytes: 4 << 10, nodes: 200, depth: 20, ..Limits::default() };
    ReadOptions { limits, ..ReadOptions::default() }
}

fn holds(name: &str, bytes: &[u8], format: Option<Format>) {
    let Ok(taken) = tried(name, bytes, format, &options()) else { return };
    let read = taken.read.expect("an account");
    let pieces = taken.items.len() + taken.pages.len() + taken.crawls.len();
    assert_eq!(usize::try_from(read.items).expect("few"), pieces);
    assert_eq!(usize::try_from(read.refused).expect("few"), taken.refused.len());
    assert!(pieces + taken.refused.len() > 0, "neither taken in nor refused");
    for item in &taken.items {
        assert!(!item.key.is_empty() && item.file == name, "{item:?}");
        assert!(item.body.iter().all(|part| !part.text().trim().is_empty()), "{item:?}");
    }
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("samples of ours")
        .map(|entry| {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a readable file"))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_sample_as_every_format() {
    for (name, bytes) in samples() {
        for format in Format::ALL {
            holds(&name, &bytes, Some(*format));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600), at in 0..Format::ALL.len()) {
        holds("x", &bytes, None);
        holds("x", &bytes, Some(Format::ALL[at]));
    }

    #[test]
    fn marks_in_any_order(words in proptest::collection::vec(0..MARKS.len(), 0..80), at in 0..Format::ALL.len()) {
        let text: String = words.iter().map(|at| MARKS[*at]).collect();
        holds("x.xml", text.as_bytes(), None);
        holds("x", text.as_bytes(), Some(Format::ALL[at]));
    }

    #[test]
    fn samples_cut_and_changed(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let all = samples();
        let (name, mut bytes) = all[which.index(all.len())].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        holds(&name, &bytes, None);
    }
}

const MARKS: &[&str] = &[
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<entry>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<nitf>",
    "<body>",
    "<body.content>",
    "<p>",
    "</p>",
    "<newsItem guid='1'>",
    "<contentSet>",
    "<inlineXML>",
    "&amp;",
    "&#x0;",
    "&#1114112;",
    "&x;",
    "<!--",
    "-->",
    "<!DOCTYPE",
    "[",
    "]",
    "{",
    "}",
    "\"",
    ":",
    ",",
    "\"title\"",
    "\"html\"",
    "\"posts\"",
    "\"db\"",
    "\"data\"",
    "\"uri\"",
    "\"body_text\"",
    "\"content_elements\"",
    "null",
    "1e999",
    "-",
    "\n",
    "\r",
    "\t",
    ";",
    "é",
    "\u{0}",
    "[caption]",
    "[/caption]",
    "[gallery ids=\"1\"]",
    "<wp:post_id>1</wp:post_id>",
    "word ",
    "WARC/1.0\r\n",
    "Content-Length: 5\r\n",
    "\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "\u{feff}",
    "<a b='",
    "<br>",
    "xmlns:wp='http://wordpress.org/export/1.2/'",
];
