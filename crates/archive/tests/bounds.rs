//! Memory does not grow with the source: large, deep, endless and malicious ones, each with the most it may take. The sources are
//! made while they are read. `MASTHEAD_TEST_LARGE=200` makes them 200 MB instead of a few.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop and may print its figures"
)]

use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use archive::formats::{Format, Found, Limits, ReadOptions, read};

/// A head, the same unit as often as is wanted, and a tail.
struct Made {
    unit: Box<dyn Fn(u64) -> Vec<u8>>,
    units: u64,
    tail: Vec<u8>,
    number: u64,
    now: std::io::Cursor<Vec<u8>>,
    ended: bool,
}

impl Made {
    fn new(head: &str, unit: impl Fn(u64) -> Vec<u8> + 'static, units: u64, tail: &str) -> Self {
        let now = std::io::Cursor::new(head.as_bytes().to_vec());
        Self { unit: Box::new(unit), units, tail: tail.as_bytes().to_vec(), number: 0, now, ended: false }
    }

    /// As many units as make so many bytes.
    fn of(bytes: u64, head: &str, unit: impl Fn(u64) -> Vec<u8> + 'static, tail: &str) -> Self {
        let units = bytes / unit(0).len().max(1) as u64 + 1;
        Self::new(head, unit, units, tail)
    }
}

impl Read for Made {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let count = self.now.read(into)?;
            if count > 0 || self.ended {
                return Ok(count);
            }
            self.ended = self.number >= self.units;
            let next = if self.ended { std::mem::take(&mut self.tail) } else { (self.unit)(self.number) };
            self.now = std::io::Cursor::new(next);
            self.number += 1;
        }
    }
}

/// The most memory the process has had since the last call, in MB; none where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let peak = line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024;
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(peak)
}

struct Case {
    name: &'static str,
    format: Option<Format>,
    made: Box<dyn Read>,
    /// Megabytes above what the process had before.
    most: u64,
    /// Pieces that must come out, at least.
    pieces: u64,
}

fn run(case: Case) {
    let before = peak();
    let limits = Limits { unpacked_bytes: 64 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let mut refused = Vec::new();
    let mut sink = |found: Found| {
        match found {
            Found::Refused { reason, .. } if refused.len() < 3 => refused.push(reason),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    let mut source = BufReader::with_capacity(64 << 10, case.made);
    let read = read(&mut source, case.name, case.format, &options, &mut sink).expect("read to its end");
    let grown = peak().zip(before).map(|(after, before)| after.saturating_sub(before));
    println!(
        "{:<28} {:>9} KB {:>7} pieces {:>6} refused  +{grown:?} MB  {refused:?}",
        case.name,
        read.bytes / 1024,
        read.items,
        read.refused
    );
    if case.name == "bomb.jsonl.gz" {
        assert!(refused.iter().any(|r| r.contains("unpack to more")), "it was read on and on: {refused:?}");
    }
    assert!(case.pieces > 0 || !refused.is_empty(), "{}: not refused", case.name);
    assert!(read.items >= case.pieces, "{}: {} pieces, {refused:?}", case.name, read.items);
    if let Some(grown) = grown {
        assert!(grown <= case.most, "{}: {grown} MB more, {} allowed", case.name, case.most);
    }
}

fn story(number: u64) -> String {
    let paragraph = "The harbour master said on Monday that the crane would be mended before the tide turns again. ";
    format!("<p>{number} {}</p>\\n<p>{}</p>", paragraph.repeat(8), paragraph.repeat(12))
}

fn large() -> u64 {
    let megabytes = std::env::var("MASTHEAD_TEST_LARGE").ok().and_then(|v| v.parse().ok()).unwrap_or(1);
    megabytes << 20
}

fn exports(size: u64) -> Vec<Case> {
    let wxr = |n: u64| {
        format!(
            "<item><title>Story {n}</title><link>https://t.example/{n}</link><content:encoded><![CDATA[{}]]></content:encoded><wp:post_id>{n}</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta></item>\n",
            story(n),
            n + 1
        )
        .into_bytes()
    };
    let head = "<?xml version=\"1.0\"?><rss xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel>";
    let ghost = |n: u64| {
        let comma = if n == 0 { "" } else { "," };
        format!("{comma}{{\"id\":\"{n:024}\",\"slug\":\"s{n}\",\"title\":\"Story {n}\",\"html\":\"{}\",\"status\":\"published\"}}\n", story(n)).into_bytes()
    };
    let lines = |n: u64| format!("{{\"id\":{n},\"title\":\"Story {n}\",\"body\":\"{}\"}}\n", story(n)).into_bytes();
    let table = |n: u64| format!("{n},Story {n},\"{}\"\n", story(n)).into_bytes();
    let least = size / 4096;
    let case =
        |name, made, most| Case { name, format: None, made: Box::new(made) as Box<dyn Read>, most, pieces: least };
    vec![
        case("large.wxr.xml", Made::of(size, head, wxr, "</channel></rss>"), 48),
        case(
            "large.ghost.json",
            Made::of(
                size,
                "{\"db\":[{\"data\":{\"posts\":[",
                ghost,
                "],\"posts_tags\":[{\"post_id\":\"000000000000000000000001\",\"tag_id\":\"t\"}],\"tags\":[{\"id\":\"t\",\"name\":\"T\"}]}}]}",
            ),
            48,
        ),
        case("large.jsonl", Made::of(size, "", lines, ""), 24),
        case("large.csv", Made::of(size, "id,title,body\n", table, ""), 24),
    ]
}

fn malicious(size: u64) -> Vec<Case> {
    let x = |_| vec![b'x'; 1 << 16];
    let case = |name, format, made, most| Case { name, format, made: Box::new(made) as Box<dyn Read>, most, pieces: 0 };
    let open = |tag: &'static str| move |_| tag.repeat(4096).into_bytes();
    let rss = "<rss><channel><item><title>";
    let zipped = |line: String| {
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..(96 << 20) / line.len() {
            std::io::Write::write_all(&mut zipped, line.as_bytes()).expect("memory");
        }
        let zipped = zipped.finish().expect("memory");
        Made::new("", move |_| zipped.clone(), 1, "")
    };
    let (bomb, blank) = (zipped("a".repeat(4096)), zipped(format!("{}\n", " ".repeat(4095))));
    let entities = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><rss><channel><item><title>";
    vec![
        case("one-line.jsonl", Some(Format::Jsonl), Made::of(size * 8, "{\"title\":\"", x, ""), 64),
        case("one-text.xml", Some(Format::Wxr), Made::of(size * 8, rss, x, ""), 64),
        case("one-string.json", Some(Format::Ghost), Made::of(size * 8, "{\"posts\":[{\"title\":\"", x, ""), 64),
        case("one-cell.csv", Some(Format::Csv), Made::of(size * 8, "title,body\n1,\"", x, ""), 96),
        case(
            "one-tag.xml",
            Some(Format::Feed),
            Made::of(size * 8, "<rss><channel><item ", |_| b"a='b' ".repeat(4096), ""),
            96,
        ),
        // deep enough for the bound in every run
        case("deep.xml", Some(Format::Feed), Made::of(size.max(16 << 20), rss, open("<a>"), ""), 96),
        case("deep.json", Some(Format::Json), Made::of(size, "", open("["), ""), 64),
        case("wide.json", Some(Format::Json), Made::of(size, "{\"a\":[0", open(",0"), ""), 96),
        case(
            "deep.html.xml",
            Some(Format::Wxr),
            Made::new(
                "<rss><channel><item><content:encoded><![CDATA[",
                open("<b><i>"),
                8,
                "]]></content:encoded></item></channel></rss>",
            ),
            160,
        ),
        case(
            "entities.xml",
            Some(Format::Feed),
            Made::new(entities, open("&c;"), 64, "</title></item></channel></rss>"),
            64,
        ),
        case(
            "endless.warc",
            Some(Format::Warc),
            Made::of(size * 4, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n", x, ""),
            32,
        ),
        case("headers.warc", Some(Format::Warc), Made::of(size, "WARC/1.0\r\n", open("a: b\r\n"), ""), 32),
        case("bomb.xml.gz", Some(Format::Wxr), bomb, 64),
        case("bomb.jsonl.gz", Some(Format::Jsonl), blank, 64),
    ]
}

/// One test alone: the peak is the process's.
#[test]
fn memory_does_not_grow_with_the_source() {
    if peak().is_none() {
        println!("skipped: this system does not tell the memory of a process");
    }
    for case in exports(large()).into_iter().chain(malicious(large().max(4 << 20))) {
        run(case);
    }
}
