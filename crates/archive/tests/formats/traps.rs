//! Each format with its traps, on samples of our own.

use archive::formats::{ColumnMap, Format, ReadError, ReadOptions, detect};
use archive::item::{Access, Item, Part, Standing, When};

use crate::taken::{Taken, taken, tried};

fn sample(name: &str) -> Taken {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    taken(name, &std::fs::read(path).expect("a sample of ours"))
}

/// The body, each block with the first letter of its kind.
fn body(item: &Item) -> Vec<String> {
    item.body
        .iter()
        .map(|part| {
            let kind = match part {
                Part::Paragraph(_) => "P",
                Part::Crosshead(_) => "C",
                Part::Quote(_) => "Q",
                Part::Listed(_) => "L",
                Part::Row(_) => "R",
                Part::Line(_) => "?",
            };
            format!("{kind} {}", part.text().replace('\t', "|"))
        })
        .collect()
}

fn at(when: Option<When>) -> String {
    match when {
        Some(When::Instant(at)) => at.to_string(),
        Some(When::Local(at)) => format!("local {at}"),
        None => "none".to_owned(),
    }
}

fn sources(item: &Item) -> Vec<&str> {
    item.images.iter().map(|image| image.source.as_str()).collect()
}

#[test]
fn wordpress_with_classic_bodies_blocks_and_broken_ends() {
    let taken = sample("wxr-1.2.xml");
    let keys: Vec<&str> = taken.items.iter().map(|i| i.key.as_str()).collect();
    // The first waits for its picture, which stands behind it.
    let host = "wxr:tidewater.example:";
    assert_eq!(keys, [42, 45, 47, 41].map(|id| format!("{host}{id}")));
    let quay = &taken.items[3];
    assert_eq!(quay.headline.as_deref(), Some("The quay & the crane’s shadow"));
    assert_eq!(quay.standfirst.as_deref(), Some("Closed until further notice"));
    assert_eq!(
        body(quay),
        [
            "P The quay was closed on Tuesday, the harbour master said [sic].",
            "P A second paragraph begins here and goes on in the next line.",
            "Q We saw it coming.",
            "P Inside a wrapper there is text.",
            "P The end marker ]]> is split over two sections.",
        ]
    );
    assert_eq!(sources(quay), ["https://tidewater.example/files/crane.jpg", "https://tidewater.example/q.jpg"]);
    assert_eq!(quay.images[0].caption.as_deref(), Some("The crane"));
    assert_eq!(quay.images[1].caption.as_deref(), Some("The quay at low tide"));
    assert_eq!(quay.bylines, ["Ila Kamat", "Jon Brackwater"]);
    assert_eq!((quay.section.as_deref(), at(quay.published_at)), (Some("Harbour"), "2009-03-04T06:15:00Z".to_owned()));
    assert!(quay.topics.contains(&"Cranes".to_owned()));
    assert!(quay.aliases.contains(&"https://tidewater.example/?p=41".to_owned()));
    assert!(quay.aliases.contains(&"https://tidewater.example/2009/03/the-old-quay/".to_owned()));
    assert!(quay.dropped.iter().any(|d| d.reason.contains("a gallery")), "{:?}", quay.dropped);
    assert!(quay.notes.iter().any(|n| n.contains("1 picture(s)")), "{:?}", quay.notes);
    let draft = &taken.items[0];
    assert_eq!(draft.standing, Standing::Unpublished);
    assert_eq!(at(draft.published_at), "local 2024-02-01T10:00:00");
    assert_eq!(body(draft), ["P First block.", "C A crosshead", "L One", "L Two"]);
    assert!(draft.dropped.iter().any(|d| d.text.starts_with("latest-posts")), "{:?}", draft.dropped);
    assert_eq!(taken.items[1].standing, Standing::Unpublished, "behind a password");
    assert_eq!(taken.items[2].headline.as_deref(), Some("The item before has its end, this one has none &ghost;"));
    let aside = taken.read.expect("read").aside;
    assert_eq!((aside["attachment"], aside["nav_menu_item"]), (1, 1));
}

#[test]
fn ghost_with_joins_behind_the_posts() {
    let taken = sample("ghost-wrapped.json");
    let [ferry, half, lexical, about] = taken.items.as_slice() else { panic!("four posts: {:?}", taken.items.len()) };
    assert_eq!(ferry.key, "ghost:5ddc9141c35e7700383b2937");
    assert_eq!(body(ferry), ["P The last ferry leaves at eight.", "C Why so early", "L Fog", "L Tide"]);
    assert_eq!(sources(ferry), ["/content/quay.jpg", "/content/ferry.jpg"]);
    assert_eq!(ferry.bylines, ["Ila Kamat", "Jon Brackwater"], "in their order");
    assert_eq!((ferry.section.as_deref(), ferry.topics.as_slice()), (Some("Harbour"), &["Ferries".to_owned()][..]));
    assert_eq!((ferry.access, ferry.url.as_deref()), (Some(Access::Registered), Some("/ferries-stop/")));
    assert_eq!(body(half), ["P Open part.", "P Closed part."]);
    assert_eq!(half.access, Some(Access::Paid));
    assert!(half.notes.iter().any(|n| n.contains("after block 1")), "{:?}", half.notes);
    assert_eq!(half.images[0].caption.as_deref(), Some("A mast"));
    assert_eq!(body(lexical), ["C Slack water", "P The tide turns at noon.", "L Ebb", "P Raw paragraph."]);
    assert_eq!((lexical.standing, at(lexical.published_at)), (Standing::Unpublished, "none".to_owned()));
    assert!(about.notes.iter().any(|n| n.contains("a page")), "{:?}", about.notes);
}

#[test]
fn feeds_of_every_kind() {
    let rss = sample("feed-rss2.xml");
    let [first, second, third] = rss.items.as_slice() else { panic!("three entries: {:?}", rss.items) };
    assert_eq!(
        (first.headline.as_deref(), first.key.as_str()),
        (Some("Brücke gesperrt"), "feed:https://tidewater.example/?id=7")
    );
    assert_eq!(body(first), ["P Erster Absatz.", "P Zweiter."]);
    assert_eq!(at(first.published_at), "2013-05-16T04:01:00Z");
    assert_eq!(first.standfirst.as_deref(), Some("Kurz gesagt."));
    assert_eq!(first.images[0].caption.as_deref(), Some("Die Brücke"));
    assert!(first.notes.iter().any(|n| n == "read as windows-1252"), "{:?}", first.notes);
    let told: Vec<&str> = second.body.iter().map(Part::text).collect();
    assert_eq!(told.join(" "), "Only a description & no title. Unclosed break & a lone sign.");
    assert!(second.notes.iter().any(|n| n.contains("somewhen")), "{:?}", second.notes);
    assert_eq!(third.bylines, ["Ila Kamat"]);

    let atom = sample("feed-atom.xml");
    let [low, draft] = atom.items.as_slice() else { panic!("two entries: {:?}", atom.items) };
    assert_eq!(
        (low.headline.as_deref(), low.url.as_deref()),
        (Some("Low water"), Some("https://tidewater.example/low"))
    );
    assert_eq!(body(low), ["P One & all.", "P Two."]);
    assert_eq!((at(low.published_at), low.section.as_deref()), ("2011-02-03T04:05:06Z".to_owned(), Some("Harbour")));
    assert_eq!((draft.standing, body(draft)), (Standing::Unpublished, vec!["P Plain 1 < 2.".to_owned()]));
    assert_eq!(atom.read.expect("read").aside["settings"], 1);

    let rdf = sample("feed-rss1.xml");
    assert_eq!((rdf.items.len(), at(rdf.items[0].published_at)), (1, "2002-05-06T05:08:00Z".to_owned()));
    let json = sample("feed-json.json");
    assert_eq!((json.items.len(), at(json.items[0].published_at)), (2, "2020-01-02T02:04:05Z".to_owned()));
    assert_eq!(body(&json.items[1]), ["P A note without a title."]);
}

#[test]
fn agencies_formats() {
    let nitf = sample("nitf-dialect.xml");
    let ship = &nitf.items[0];
    assert_eq!((ship.key.as_str(), ship.version), ("nitf:TWN:20050607-1", Some(3)));
    assert_eq!((ship.headline.as_deref(), ship.standfirst.as_deref()), (Some("Ship aground"), Some("Nobody hurt")));
    assert_eq!((ship.standing, at(ship.published_at)), (Standing::Withdrawn, "2005-06-07T07:15:00Z".to_owned()));
    assert_eq!(
        body(ship),
        [
            "P A Tidewater Lines ship ran aground.",
            "C Fog again",
            "P It was foggy.",
            "L Depth: two metres",
            "Q I heard it.",
            "R Crew|12"
        ]
    );
    assert_eq!(
        (ship.bylines.as_slice(), ship.section.as_deref()),
        (&["Jon Brackwater".to_owned()][..], Some("Harbour"))
    );
    assert_eq!(ship.images[0].caption.as_deref(), Some("The ship"));

    let g2 = sample("newsml-g2-message.xml");
    let [tide, gone, held] = g2.items.as_slice() else { panic!("three items: {:?}", g2.items) };
    assert_eq!((tide.key.as_str(), tide.version), ("newsml:urn:newsml:tidewater.example:1", Some(4)));
    assert_eq!(
        (at(tide.published_at), body(tide)),
        ("2018-10-20T06:00:00Z".to_owned(), vec!["P One.".to_owned(), "P Two.".to_owned()])
    );
    assert_eq!((tide.bylines[0].as_str(), tide.language.as_deref()), ("Ila Kamat", Some("en-GB")));
    assert_eq!((gone.standing, held.standing), (Standing::Withdrawn, Standing::Unpublished));
    assert_eq!((body(held), held.bylines[0].as_str()), (vec!["P Held.".to_owned()], "Harbour desk"));

    let one = sample("newsml-1.xml");
    let gulls = &one.items[0];
    assert_eq!((gulls.key.as_str(), gulls.version), ("newsml:urn:newsml:tidewater.example:20010714:9", Some(2)));
    assert_eq!(body(gulls), ["P Forty gulls.", "L Grey ones"]);
    assert_eq!(
        (at(gulls.published_at), sources(gulls)),
        ("2001-07-14T04:01:00Z".to_owned(), vec!["https://tidewater.example/gull.jpg"])
    );

    let ninjs = sample("ninjs-2.json");
    let fog = &ninjs.items[0];
    assert_eq!((fog.headline.as_deref(), fog.version), (Some("Fog closes the port"), Some(7)));
    assert_eq!(
        (body(fog), sources(fog)),
        (vec!["P One.".to_owned(), "P Two.".to_owned()], vec!["https://tidewater.example/large.jpg"])
    );
}

#[test]
fn ans_leaves_the_widgets_out_and_says_so() {
    let taken = sample("ans-story.json");
    let lock = &taken.items[0];
    assert_eq!((lock.key.as_str(), lock.access), ("ans:TWSTORY1", Some(Access::Paid)));
    assert_eq!(
        body(lock),
        [
            "P It opened on Monday.",
            "C Nine years",
            "L Gates",
            "L Upper gate",
            "Q At last.",
            "Q the keeper",
            "P Inside a group.",
            "P Raw.",
            "R Gate",
            "R Upper|2021",
            "P The lock is nine years old, not ten."
        ]
    );
    assert_eq!(sources(lock), ["https://tidewater.example/lock.jpg", "https://tidewater.example/g1.jpg"]);
    assert!(lock.dropped.iter().any(|d| d.text.starts_with("Also read") && d.reason.contains("interstitial_link")));
    assert!(lock.dropped.iter().any(|d| d.reason.contains("mystery")), "{:?}", lock.dropped);
    assert_eq!(at(lock.published_at), "2021-05-06T08:00:00Z");
}

#[test]
fn other_systems_json() {
    let taken = sample("json-rest.json");
    let [bell, blog] = taken.items.as_slice() else { panic!("two: {taken:?}") };
    assert_eq!((bell.key.as_str(), bell.headline.as_deref()), ("wxr:tidewater.example:77", Some("The bell “rings”")));
    assert_eq!((at(bell.published_at), bell.section.as_deref()), ("2019-11-07T15:36:54Z".to_owned(), Some("Town")));
    assert_eq!((blog.key.as_str(), blog.body.is_empty()), ("blogger:99", false));
}

#[test]
fn tables_and_lines_are_guessed_said_or_refused() {
    let lines = sample("lines.jsonl");
    assert_eq!((lines.items.len(), lines.refused.len()), (3, 2), "{lines:?}");
    assert_eq!(body(&lines.items[0]), ["P Erster Absatz.", "P Zweiter Absatz."]);
    assert_eq!(
        (at(lines.items[0].published_at), lines.items[0].bylines[0].as_str()),
        ("local 2013-05-16T16:01:00".to_owned(), "Brackwater, Jon")
    );
    assert!(lines.items[1].published_at.is_none() && lines.items[1].published_either.is_some());
    assert_eq!(lines.items[2].key, "ninjs:https://tidewater.example/n");
    let notes = lines.read.expect("read").notes;
    let said = |words: &str| notes.iter().any(|note| note.contains(words));
    assert!(said("headline=Schlagzeile") && said("1 date such as “03/04/2005”"), "{notes:?}");

    let table = sample("table-windows-1252.csv");
    let [cafe, draft] = table.items.as_slice() else { panic!("two rows: {table:?}") };
    assert_eq!((cafe.headline.as_deref(), cafe.key.as_str()), (Some("Café „zur Ebbe“"), "row:tablewindows:7"));
    assert_eq!(body(cafe), ["P Erster Absatz; mit Strichpunkt.", "P Zweiter \"Absatz\"."]);
    assert_eq!(draft.standing, Standing::Unpublished);
    let [(4, reason)] = table.refused.as_slice() else { panic!("the short row: {:?}", table.refused) };
    assert!(reason.contains("line 6 has 2 of the heading's 5 columns"), "{reason}");

    let said = taken(
        "x.jsonl",
        b"{\"title\":\"a\",\"published\":false}\n{\"title\":\"b\",\"draft\":true,\"status\":\"on hold\"}\n",
    );
    assert!(said.items.iter().all(|i| i.standing == Standing::Unpublished), "{said:?}");

    let columns = ColumnMap::parse("headline=A, body=B").expect("a map");
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let said = tried("x.csv", b"B,A,title\nthe text,the head,no\n", None, &options).expect("a table");
    assert_eq!(
        (said.items[0].headline.as_deref(), body(&said.items[0])),
        (Some("the head"), vec!["P the text".to_owned()])
    );
    let missing = tried("x.csv", b"B,title\nb,t\n", None, &options).expect("a table");
    assert!(missing.items.is_empty() && missing.refused[0].1.contains("no column A"), "{missing:?}");
    assert!(ColumnMap::parse("colour=Red").expect_err("no field").contains("headline"));
}

#[test]
fn crawlers_records() {
    let taken = sample("warc-plain.warc");
    let urls: Vec<&str> = taken.pages.iter().filter_map(|p| p.url.as_deref()).collect();
    let host = "https://tidewater.example/";
    let expected = ["good", "with%20space", "zipped", "wrong", "cut"].map(|path| format!("{host}{path}"));
    assert_eq!(urls, expected);
    for page in &taken.pages {
        let text = String::from_utf8_lossy(&page.bytes);
        assert!(text.starts_with("<html>") && text.trim_end().ends_with("</html>"), "{:?}: {text}", page.url);
        assert_eq!(
            (page.charset.as_deref(), at(page.saved_at)),
            (Some("windows-1252"), "2015-06-07T08:09:10Z".to_owned())
        );
    }
    let notes: Vec<usize> = taken.pages.iter().map(|p| p.notes.len()).collect();
    assert_eq!(notes, [0, 0, 0, 1, 1], "a wrong digest and a cut end are said: {:?}", taken.pages);
    let aside = taken.read.expect("read").aside;
    assert_eq!((aside["revisit"], aside["answer 301"], aside["warcinfo"]), (1, 1, 1));
    let damaged = sample("warc-damaged.warc.gz");
    assert_eq!(damaged.pages.iter().filter(|p| p.notes.is_empty()).count(), 2, "the first and the last: {damaged:?}");
    let old = sample("warc-old.arc");
    assert_eq!(at(old.pages[0].saved_at), "2001-02-03T04:05:06Z");
}

#[test]
fn encodings_of_the_nineties_are_mended_and_said() {
    let mangled = "<rss><channel><item><title>Itâ€™s a cafÃ©</title><description>ItÃ¢â‚¬â„¢s twice.</description></item></channel></rss>";
    let item = &taken("a.xml", mangled.as_bytes()).items[0];
    assert_eq!((item.headline.as_deref(), item.body[0].text()), (Some("It’s a café"), "It’s twice."));
    assert!(item.notes.iter().any(|n| n.contains("turned back")), "{:?}", item.notes);
    let sound = "<rss><channel><item><title>CAFÉ « ÂGE » Ålesund Ãrea</title><description>x</description></item></channel></rss>";
    assert_eq!(taken("a.xml", sound.as_bytes()).items[0].headline.as_deref(), Some("CAFÉ « ÂGE » Ålesund Ãrea"));
    let wide: Vec<u8> = "\u{feff}<rss><channel><item><title>Wïde</title></item></channel></rss>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(taken("a.xml", &wide).items[0].headline.as_deref(), Some("Wïde"));
    let odd = b"<rss><channel><item><title>caf\xe9 and \xc3\xa9t\xc3\xa9 \xc3\xa0 \xc3\xa7a \xc3\xa8</title></item></channel></rss>";
    let item = &taken("a.xml", odd).items[0];
    assert_eq!(item.headline.as_deref(), Some("café and été à ça è"));
    assert!(item.notes.iter().any(|n| n.contains("1 byte(s)")), "{:?}", item.notes);
}

#[test]
fn files_are_told_apart_and_what_is_none_is_refused_with_the_mend() {
    let known: &[(&str, &str, Format)] = &[
        ("a", "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel>", Format::Feed),
        ("a", "<!-- c --><feed xmlns='http://www.w3.org/2005/Atom'>", Format::Feed),
        ("a", "<nitf>", Format::Nitf),
        ("a", "<ns:newsItem xmlns:ns='x'>", Format::NewsMlG2),
        ("a.html", "<p>A page", Format::Html),
        ("a", "<!doctype HTML><html>", Format::Html),
        ("a", "{\"a\":1}\n{\"a\":2}\n", Format::Jsonl),
        ("a", "{\"db\": [", Format::Ghost),
        ("a", "[{\"uri\":\"x\",\"versioncreated\":\"y\"}]", Format::Ninjs),
        ("a.csv", "title,body\n", Format::Csv),
        ("a.txt", "Words of a page.\n", Format::Crawl),
        ("a", "WARC/1.0\r\n", Format::Warc),
    ];
    for (name, text, format) in known {
        assert_eq!(detect(name, text.as_bytes()), Some(*format), "{name}: {text}");
        assert_eq!(Format::named(format.name()), Some(*format));
    }
    let refused: &[(&str, &[u8], &str)] = &[
        ("a.zip", b"PK\x03\x04xxxx", "unpack it first"),
        ("a.xml", b"<?xml version='1.0'?><invoice/>", "<invoice>"),
        ("a.xml", b"<mets:mets xmlns:mets='x'/>", "METS/ALTO"),
        ("a.html", b"---\ntitle: x\n---\n<p>x</p>", "story file"),
        ("a.pdf", b"%PDF-1.4", "PDF"),
        ("a", b"  \n", "empty"),
        ("a.csv", b"", "neither a heading line nor a row"),
        ("a.json", b"", "export it again"),
        ("a.xml", b"<?xml version='1.0'?>", "--format: wxr, ghost"),
    ];
    for (name, bytes, part) in refused {
        match tried(name, bytes, None, &ReadOptions::default()) {
            Err(ReadError::Refused(reason)) => assert!(reason.contains(part), "{name}: {reason}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn the_same_export_compressed_or_again_has_the_same_keys() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/wxr-1.2.xml");
    let bytes = std::fs::read(path).expect("a sample of ours");
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zipped, &bytes).expect("memory");
    let zipped = zipped.finish().expect("memory");
    let keys = |taken: Taken| taken.items.into_iter().map(|i| i.key).collect::<Vec<_>>();
    let plain = keys(taken("export.xml", &bytes));
    assert_eq!(plain.len(), 4);
    assert_eq!(plain, keys(taken("other-name.xml.gz", &zipped)));
}

#[test]
fn what_lies_beside_stories_on_a_server_becomes_none() {
    let refused = [
        ("site/backup.sql", "-- A dump\ninsert into users VALUES (1,'ilse','$2y$10$abc');\n", "a database dump"),
        ("backup.SQL.gz", "insert into users VALUES (1);\n", "a database dump"),
        ("wp-config.php", "<?php define('DB_PASSWORD', 'x'); $a->b; ?><html><p>x</p></html>", "a program"),
        ("wp-config.php.bak", "define('DB_PASSWORD', 'x');\n", "a program"),
        ("front", "<?php\n$password = 'x'; ?>\n", "a program"),
        ("site.js?ver=2", "let a = 1;\n", "a program"),
        ("tool.py", "import os\n", "a program"),
        ("theme.css", "p { color: red }\n", "a style sheet"),
        ("app.conf", "[server]\npassword = x\n", "settings"),
        ("vhost.conf", "<VirtualHost *:80>\n", "settings"),
        ("prod.env", "SECRET=x\n", "settings"),
        ("site.yaml", "password: x\n", "settings"),
        ("old.htaccess", "Require all denied\n", "settings"),
        ("site.key", "-----BEGIN PRIVATE KEY-----\n", "a key"),
        ("access.log.1", "[10:00] 127.0.0.1 GET /\n", "a log"),
        ("tip.eml", "From: a@example.org\n", "mail"),
    ];
    for (name, text, part) in refused {
        match tried(name, text.as_bytes(), None, &ReadOptions::default()) {
            Err(ReadError::Refused(reason)) => {
                assert!(reason.starts_with(part) && reason.contains("--format crawl"), "{name}: {reason}");
            }
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(detect(name, text.as_bytes()), None, "{name}");
        let named = tried(name, text.as_bytes(), Some(Format::Crawl), &ReadOptions::default());
        assert!(named.is_ok(), "{name}: {named:?}");
    }
    for (name, format) in [
        ("story.txt", Format::Crawl),
        ("story.text", Format::Crawl),
        ("story.md", Format::Crawl),
        ("story", Format::Crawl),
        ("story.php?id=3", Format::Crawl),
        ("a.story.about.things", Format::Crawl),
        ("story.1", Format::Crawl),
    ] {
        assert_eq!(detect(name, b"The ferry sails again.\n"), Some(format), "{name}");
    }
    for name in ["index.php", "story.asp", "www.example.pl", "story.php?id=3"] {
        assert_eq!(detect(name, b"<!doctype html><p>The ferry sails again."), Some(Format::Html), "{name}");
    }
}

#[test]
fn what_is_text_and_no_story_is_refused_and_a_crawl_that_begins_with_a_bracket_is_not() {
    let dump = "-- Dump\nDROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (\n  `id` int NOT NULL,\n  `pass` varchar(255)\n);\n\n\
        insert into `users` VALUES\n(1,'$2y$10$abc'),\n(2,'$2y$10$def');\n";
    let copied =
        "SET client_encoding = 'UTF8';\nCOPY public.users (id, pass) FROM stdin;\n1\t$2y$10$abc\n2\t$2y$10$def\n\\.\n";
    for (name, text, what) in [
        ("backup.sql", "Anything", "a database dump"),
        ("backup.sql.txt", dump, "a database dump"),
        ("backup", copied, "a database dump"),
    ] {
        let refused = tried(name, text.as_bytes(), None, &ReadOptions::default()).expect_err(name).to_string();
        assert!(
            refused.contains(&format!("{what}, no story")) && refused.contains("--format crawl"),
            "{name}: {refused}"
        );
        assert!(detect(name, text.as_bytes()).is_none(), "{name}");
        let named = tried(name, text.as_bytes(), Some(Format::Crawl), &ReadOptions::default()).expect("as a crawl");
        assert_eq!(named.crawls.len(), 1, "{name}");
    }
    for (name, text) in [
        ("a.txt", "[Updated at 10.40] The mayor has spoken."),
        ("a", "{{ad_slot_1}}\nThe tide was low."),
        ("a.text", "[[menu]]\nThe tide was low."),
        ("a.txt", "[1] The tide was low.\n[2] It rose."),
        (
            "a.txt",
            "Select a seat on the ferry; it leaves at noon.\nUpdate your calendar;\nThe tide was low.\nThe quay was dry.",
        ),
        (
            "a.txt",
            "Tides\n-- \nThe harbour master said no.\ninsert into tides VALUES (1);\nThat is what he typed.\nIt was late.",
        ),
    ] {
        assert_eq!(detect(name, text.as_bytes()), Some(Format::Crawl), "{text}");
    }
    for text in ["{\n \"title\": 1}", "[ {\"a\":1}]", "[]", "{}", "[[\"a\"]]", "[1, 2]"] {
        assert_eq!(detect("a.txt", text.as_bytes()), Some(Format::Json), "{text}");
    }
    let broken = taken("a.json", b"[Updated] no");
    assert!(broken.refused[0].1.contains("--format crawl"), "{:?}", broken.refused);
}

#[test]
fn a_link_to_the_story_itself_is_no_paragraph_of_it() {
    let entry = |end: &str| {
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>x</title><item><title>Dredger arrives</title>\
             <link>https://paper.example/dredger/</link><description><![CDATA[<p>The dredger came at noon.</p>{end}]]></description>\
             </item></channel></rss>"
        );
        let item = taken("feed.xml", feed.as_bytes()).items.remove(0);
        let body: Vec<String> = item.body.iter().map(|part| part.text().to_owned()).collect();
        (body, item.dropped.len(), item.notes.iter().any(|note| note.contains("its beginning only")))
    };
    let first = "The dredger came at noon.".to_owned();
    for end in [
        r#"<p><a href="https://paper.example/dredger/?utm_source=rss">Weiterlesen</a></p>"#,
        r#"<a class="x" href='http://paper.example/dredger'>Read <b>more</b></a>"#,
    ] {
        assert_eq!(entry(end), (vec![first.clone()], 1, true), "{end}");
    }
    for (end, text) in [
        (r#"<p><a href="https://paper.example/other">Other</a></p>"#, "Other"),
        (r#"<p>Go to <a href="https://paper.example/dredger">the story</a></p>"#, "Go to the story"),
        (r#"<p><a href="https://paper.example/dredger">The story</a> goes on.</p>"#, "The story goes on."),
    ] {
        assert_eq!(entry(end), (vec![first.clone(), text.to_owned()], 0, false), "{end}");
    }
}

#[test]
fn a_post_of_ghost_for_people_that_nobody_knows_is_sold() {
    let of = |visibility: &str| {
        let post = format!(
            r#"{{"posts":[{{"id":"5f00000000000000000000aa","title":"Ferry","slug":"ferry","html":"<p>It goes.</p>"{visibility}}}]}}"#
        );
        let item = taken("a.json", post.as_bytes()).items.remove(0);
        (item.access, item.notes.iter().any(|note| note.contains("taken as sold")))
    };
    for unknown in ["\"product:gold\"", "\"Gold\"", "null", "\"\"", "7"] {
        assert_eq!(of(&format!(",\"visibility\":{unknown}")), (Some(Access::Paid), true), "{unknown}");
    }
    assert_eq!(of(""), (None, false), "an export from before there was such a key");
    assert_eq!(of(",\"visibility\":\"public\""), (Some(Access::Free), false));
    assert_eq!(of(",\"visibility\":\"members\""), (Some(Access::Registered), false));
    assert_eq!(of(",\"visibility\":\"tiers\""), (Some(Access::Paid), false));
}
