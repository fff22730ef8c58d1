//! Files that were cut off: what stands whole before the end goes in, nothing that the end cuts does, and the reason says what to do.

use std::io::Write as _;

use archive::item::Item;
use flate2::{Compression, write::GzEncoder};

use crate::taken::{Taken, taken};

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(bytes).expect("memory");
    zipped.finish().expect("memory")
}

/// Text that hardly shrinks, so that a compressed file can be cut within a story.
fn words(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut word = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{:x}", state >> 20)
    };
    (0..400).map(|_| word()).collect::<Vec<_>>().join(" ")
}

fn wordpress() -> String {
    let items: String = (1..=9)
        .map(|id| {
            format!(
                "<item>\n<title>Quay {id}</title><wp:post_type>post</wp:post_type>\n<content:encoded><![CDATA[{}]]></content:encoded>\
                 <wp:post_id>{id}</wp:post_id><wp:status>publish</wp:status></item>\n",
                words(id)
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss xmlns:wp=\"http://wordpress.org/export/1.2/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><link>https://tidewater.example</link>\n{items}</channel></rss>\n"
    )
}

fn feed() -> String {
    let items: String =
        (1..=9).map(|id| format!("<item><guid>q{id}</guid><description>{}</description></item>", words(id))).collect();
    format!("<rss version=\"2.0\"><channel><title>Tides</title>{items}</channel></rss>")
}

fn ghost() -> String {
    let posts: Vec<String> = (1..=9)
        .map(|id| {
            format!(
                "{{\"id\":\"{id}\",\"title\":\"Quay {id}\",\"status\":\"published\",\"html\":\"<p>{}</p>\"}}",
                words(id)
            )
        })
        .collect();
    format!("{{\"db\":[{{\"data\":{{\"posts\":[{}]}}}}]}}", posts.join(","))
}

fn lines() -> String {
    (1..=9).map(|id| format!("{{\"id\":{id},\"title\":\"Quay {id}\",\"body\":\"{}\"}}\n", words(id))).collect()
}

fn table() -> String {
    let rows: String = (1..=9).map(|id| format!("{id},Quay {id},\"{}\"\n", words(id))).collect();
    format!("id,title,body\n{rows}")
}

fn messages() -> String {
    let items: String = (1..=9)
        .map(|id| {
            format!(
                "<newsItem guid='urn:{id}'><contentMeta><headline>Quay {id}</headline></contentMeta><contentSet><inlineXML>\
                 <html><body><p>{}</p></body></html></inlineXML></contentSet></newsItem>",
                words(id)
            )
        })
        .collect();
    format!("<newsMessage><itemSet>{items}</itemSet></newsMessage>")
}

fn record(id: u64) -> String {
    let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>{}</p></html>", words(id));
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://tidewater.example/{id}\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
        page.len()
    )
}

fn records() -> String {
    (1..=9).map(record).collect()
}

fn texts(item: &Item) -> Vec<String> {
    item.body.iter().map(|part| part.text().to_owned()).collect()
}

/// What is in, each piece with all its words.
fn pieces(taken: &Taken) -> Vec<(String, Vec<String>)> {
    let pages =
        taken.pages.iter().map(|p| (p.url.clone().unwrap_or_default(), vec![String::from_utf8_lossy(&p.bytes).into()]));
    taken.items.iter().map(|item| (item.key.clone(), texts(item))).chain(pages).collect()
}

fn says_so(name: &str, cut: &Taken) {
    let [(place, reason)] = cut.refused.as_slice() else { panic!("{name}: one reason: {:?}", cut.refused) };
    assert_eq!(*place, 0, "{name}: it is said of the file, not of a place in it");
    assert!(reason.contains("ends early") && reason.contains("import it"), "{name}: {reason}");
    assert!(!reason.contains("XML"), "{name}: {reason}");
    let something = !pieces(cut).is_empty();
    assert_eq!(reason.contains("what stands whole before that is in"), something, "{name}: {reason}");
}

#[test]
fn a_file_that_was_cut_off_gives_what_is_whole_and_says_so() {
    let all = [
        ("export.xml", wordpress()),
        ("feed.rss", feed()),
        ("ghost.json", ghost()),
        ("lines.jsonl", lines()),
        ("table.csv", table()),
        ("wire.xml", messages()),
        ("crawl.warc", records()),
    ];
    for (name, text) in all {
        let whole = pieces(&taken(name, text.as_bytes()));
        assert_eq!(whole.len(), 9, "{name}");
        let packed = zipped(text.as_bytes());
        for part in [2, 5, 9] {
            let cut = taken(&format!("{name}.gz"), &packed[..packed.len() * part / 10]);
            says_so(&format!("{name}.gz"), &cut);
            let found = pieces(&cut);
            assert!(found.len() < 9 && found.len() + 2 > part * 9 / 10, "{name}: {} at {part}", found.len());
            assert!(found.iter().all(|piece| whole.contains(piece)), "{name}: a piece went in that the end had cut");
        }
        let cut = taken(name, &text.as_bytes()[..text.len() / 2]);
        says_so(name, &cut);
        let found = pieces(&cut);
        assert!((3..=4).contains(&found.len()), "{name}: {}", found.len());
        assert!(found.iter().all(|piece| whole.contains(piece)), "{name}: a piece went in that the end had cut");
    }
}

#[test]
fn records_of_their_own_compression_are_cut_like_others() {
    let each: Vec<Vec<u8>> = (1..=9).map(|id| zipped(record(id).as_bytes())).collect();
    let all = each.concat();
    let cut = taken("crawl.warc.gz", &all[..all.len() - each.last().expect("nine").len() / 2]);
    says_so("crawl.warc.gz", &cut);
    assert_eq!(cut.pages.len(), 8);
    // Cut between two of them, nothing tells.
    let between = taken("crawl.warc.gz", &each[..4].concat());
    assert_eq!((between.pages.len(), between.refused.len()), (4, 0));
}

/// The reader's buffers are of 64 KiB. Wherever a record begins, across the end of one too, it is found.
#[test]
fn no_record_is_lost_between_two_buffers() {
    let stored = |length: usize| {
        let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>{}</html>", "x".repeat(length));
        let head = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://tidewater.example/0\r\nContent-Length: {}\r\n\r\n",
            page.len()
        );
        let mut packed = GzEncoder::new(Vec::new(), Compression::none());
        packed.write_all(format!("{head}{page}\r\n\r\n").as_bytes()).expect("memory");
        packed.finish().expect("memory")
    };
    for end in 65_532..=65_538 {
        let first = (64_000..65_536).map(stored).find(|bytes| bytes.len() == end).expect("of that length");
        let rest: Vec<u8> = (1..=3).flat_map(|id| zipped(record(id).as_bytes())).collect();
        let whole = taken("crawl.warc.gz", &[first, rest].concat());
        assert_eq!((whole.pages.len(), whole.refused.len()), (4, 0), "the second record begins at byte {end}");
    }
}

#[test]
fn a_page_whose_record_claims_too_much_is_taken_where_it_is_whole() {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Low water.</p></html>\n";
    let record = |page: &str| {
        let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://tidewater.example/a\r\nContent-Length: 900\r\n\r\n";
        taken("a.warc", format!("{head}{page}").as_bytes())
    };
    let whole = record(page);
    assert_eq!((whole.pages.len(), whole.refused.len()), (1, 0));
    assert_eq!(whole.pages[0].notes.len(), 1, "and that is noted");
    let cut = record(&page[..page.len() - 12]);
    assert!(cut.pages.is_empty());
    says_so("a.warc", &cut);
}

#[test]
fn a_feed_by_hand_that_lacks_its_end_goes_in_with_a_note() {
    let cut =
        taken("a.rss", b"<rss><channel><item><title>Low water</title><description>At noon.</description></item>\n");
    assert_eq!((cut.items.len(), cut.refused.len()), (1, 0));
    let notes = cut.read.expect("read").notes;
    assert!(notes.iter().any(|note| note.contains("</rss>")), "{notes:?}");
    // Its stories may lack theirs where the document has its own.
    let open = taken("a.rss", b"<rss><channel><item><title>Low water</title><description>At noon.</channel></rss>");
    assert_eq!((open.items.len(), open.refused.len()), (1, 0), "{open:?}");
}

/// What went in of a table, by its headlines, and what was refused.
fn rows(text: &str) -> (Vec<String>, Vec<String>) {
    let table = taken("table.csv", text.as_bytes());
    let headlines = table.items.iter().map(|item| item.headline.clone().unwrap_or_default()).collect();
    (headlines, table.refused.into_iter().map(|(_, reason)| reason).collect())
}

#[test]
fn a_row_that_is_not_as_wide_as_the_heading_is_refused_with_its_line() {
    let heading = "id,title,body,status\n1,Ebb,Low water.,published\n\n";
    for (row, line, wanted) in [
        ("2,Secret,\"Not yet", 4, "open to the end"),
        ("2,Secret,Not yet\n", 4, "3 of the heading's 4"),
        ("2,Secret,Not yet, nor ever,draft\n", 4, "a comma in it in quotes"),
        ("2,Secret,\"Not yet,draft\n3,\"Flood\",\"High water.\",published\n", 4, "5 columns"),
        ("2,Secret,\"Not yet,draft\r\n3,Flood,\"High water.\",published\r\n", 4, "a quote is not closed"),
    ] {
        let (headlines, refused) = rows(&format!("{heading}{row}"));
        assert_eq!(headlines, ["Ebb"], "{row}");
        let [reason] = refused.as_slice() else { panic!("{row}: {refused:?}") };
        assert!(reason.contains(&format!("line {line}")) && reason.contains(wanted), "{row}: {reason}");
    }
    // The rows below go in, and are counted with the lines within cells.
    let (headlines, refused) =
        rows("title,body\r\nEbb,\"Low\r\n\r\nwater.\"\r\nSlack\r\nFlood,\"High \"\"water\"\".\"\r\n");
    assert_eq!(headlines, ["Ebb", "Flood"]);
    assert!(refused.len() == 1 && refused[0].contains("line 5"), "{refused:?}");
    // Other programs' quotes within one line harm no other row.
    assert_eq!(rows("title,body\n\"Ebb\" and flood,\"Low \\\"water\\\".\"\n").1, Vec::<String>::new());
}
