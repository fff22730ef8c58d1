//! Stories out of HTML, through the public door. All texts are our own fiction.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use std::io::Read as _;
use std::path::{Path, PathBuf};

use archive::html::{Extract, Page, Parts, Templates, decode, page, page_with, parts};
use archive::item::{Access, Part, When};
use proptest::prelude::*;

fn paragraph(text: &str) -> Part {
    Part::Paragraph(text.to_owned())
}

fn texts(parts: &Parts) -> Vec<&str> {
    parts.parts.iter().map(Part::text).collect()
}

#[test]
fn a_body_of_an_export_is_told_apart_by_its_marks() {
    let got = parts(
        "<p>The ferry to <b>Sandholm</b> sails again&nbsp;on Monday.</p><h2>Why it stopped</h2>\
         <blockquote><p>&bdquo;We had no captain.&ldquo;</p></blockquote>\
         <ul><li>Two boats</li><li>Four crossings a day<br>in winter</li></ul>\
         <table><tr><th>Day</th><th>First boat</th></tr><tr><td>Monday</td><td>6:40</td></tr></table>",
    );
    assert_eq!(
        got.parts,
        [
            paragraph("The ferry to Sandholm sails again on Monday."),
            Part::Crosshead("Why it stopped".to_owned()),
            Part::Quote("„We had no captain.“".to_owned()),
            Part::Listed("Two boats".to_owned()),
            Part::Listed("Four crossings a day in winter".to_owned()),
            Part::Row("Day\tFirst boat".to_owned()),
            Part::Row("Monday\t6:40".to_owned()),
        ]
    );
    assert!(got.removed.is_empty() && got.images.is_empty(), "{got:?}");
}

#[test]
fn line_breaks_part_paragraphs_as_old_pages_meant_them() {
    let got = parts("The council met.<br><br/>\n It voted<br>late.<br>&nbsp;&nbsp;&nbsp;Nobody stayed.<p>Except one.");
    assert_eq!(texts(&got), ["The council met.", "It voted late.", "Nobody stayed.", "Except one."]);
    assert_eq!(texts(&parts("One.\n\nTwo\nlines.\r\n\r\nThree.")), ["One.", "Two lines.", "Three."]);
    assert_eq!(texts(&parts("<pre>First\n\nSecond</pre>")), ["First", "Second"]);
}

#[test]
fn pictures_go_beside_the_body_with_their_captions() {
    let got = parts(
        "<figure><img src='data:image/gif;base64,AAAA' data-src='/p/harbour.jpg' alt='The  harbour'>\
         <figcaption>The harbour at dawn. Photo: M. Ilk</figcaption></figure><p>Text.</p>\
         <p><img src='/p/boat.png'></p><img src='/count.gif' width='1' height='1'>\
         <noscript><img src='/p/late.jpg'></noscript>",
    );
    let sources: Vec<&str> = got.images.iter().map(|i| i.source.as_str()).collect();
    assert_eq!(sources, ["/p/harbour.jpg", "/p/boat.png", "/p/late.jpg"]);
    assert_eq!(got.images.first().and_then(|i| i.caption.as_deref()), Some("The harbour at dawn. Photo: M. Ilk"));
    assert_eq!(got.images.first().and_then(|i| i.alt.as_deref()), Some("The harbour"));
    assert_eq!(texts(&got), ["Text."]);
}

#[test]
fn what_is_no_story_is_taken_out_and_named() {
    let got = parts(
        "<p>Before.</p><script>var x = '<p>no</p>';</script><style>p { color: red }</style>\
         <iframe src='https://video.example/1'></iframe><form><p>Your mail</p></form>\
         <div class='sharedaddy sd-block'>Share this</div><p style='display: none'>Secret</p><p>After.</p>",
    );
    assert_eq!(texts(&got), ["Before.", "After."]);
    let removed: Vec<(&str, &str)> = got.removed.iter().map(|r| (r.text.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        removed,
        [
            ("https://video.example/1", "embedded from elsewhere"),
            ("Your mail", "form or button"),
            ("Share this", "buttons for sharing"),
            ("Secret", "hidden on the page"),
        ]
    );
}

#[test]
fn tables_for_layout_are_read_as_pieces_of_the_page() {
    let got = parts(
        "<table><tr><td><a href='/'>Home</a></td><td><h1>Storm</h1><p>First.</p><p>Second.</p></td></tr></table>",
    );
    assert_eq!(
        got.parts,
        [paragraph("Home"), Part::Crosshead("Storm".to_owned()), paragraph("First."), paragraph("Second.")]
    );
}

#[test]
fn broken_markup_is_read_as_browsers_read_it() {
    let got = parts("<p>One<div>Two</p><b>Three<p>Four</b> five<li>Six</blockquote></td>");
    assert_eq!(texts(&got), ["One", "Two", "Three", "Four five", "Six"]);
}

/// Paragraphs of a story of ours, in three languages.
const FERRY: [&str; 4] = [
    "The ferry between Sandholm and the mainland will sail again on Monday, the harbour office said, after eleven weeks in dock.",
    "Two of the four engines were replaced, and the bow doors were welded anew, which nobody had planned when the work began.",
    "Islanders had been taken across in fishing boats, forty at a time, whenever the wind allowed it and somebody had fuel.",
    "The first boat leaves at twenty to seven. It will be free of charge, as an apology, until the end of the month.",
];
const BRIDGE: [&str; 3] = [
    "Die Brücke über die Lauter bleibt bis zum Herbst gesperrt, weil im Pfeiler Risse gefunden wurden, wie das Bauamt mitteilte.",
    "Umgeleitet wird über Niederfeld, was für die Schulbusse einen Umweg von zwanzig Minuten bedeutet und Eltern verärgert.",
    "„Wir bauen so schnell, wie der Beton trocknet“, sagte die Bürgermeisterin am Abend im voll besetzten Saal des Rathauses.",
];
const MARKET: [&str; 3] = [
    "Le marché couvert rouvrira ses portes samedi, après dix-huit mois de travaux, a annoncé la mairie de Valmorel mercredi.",
    "Les étals ont été agrandis, la verrière refaite, et les poissonniers disposent enfin d'une chambre froide commune.",
    "Seul le fromager a renoncé à revenir : il vend désormais devant la gare, où, dit-il, les clients sont plus pressés.",
];

fn of(html: &str) -> Extract {
    page(&Page { url: Some("https://courier.example/2019/05/ferry"), html })
}

fn body(extract: &Extract) -> Vec<&str> {
    extract.body.iter().map(Part::text).collect()
}

fn set(paragraphs: &[&str]) -> String {
    paragraphs.iter().map(|p| format!("<p>{p}</p>")).collect()
}

#[test]
fn a_page_with_all_its_dirt_gives_the_story_alone() {
    let html = format!(
        "<!doctype html><html lang=en><head><title>Ferry sails again | The Courier</title>\
         <link rel=canonical href='https://courier.example/news/ferry-sails'>\
         <meta property='og:title' content='Ferry sails again'><meta property='article:section' content='Islands'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Ferry sails again\",\
         \"datePublished\":\"2019-05-03T06:30:00+02:00\",\"author\":{{\"name\":\"Ada Holm\"}},\"isAccessibleForFree\":false,\
         \"keywords\":[\"ferry\",\"harbour\"],\"articleBody\":\"{}\"}}</script></head><body>\
         <div id=cookie-consent><p>We use cookies to make this page better for you, and so do our partners. Do you agree to that?</p></div>\
         <nav><ul><li><a href=/>Home</a><li><a href=/sport>Sport</a></ul></nav>\
         <article><h1>Ferry sails again</h1><p class=standfirst>Eleven weeks in dock are over for the old boat, and it is free.</p>\
         <div class=byline>By Ada Holm</div><time datetime=2019-05-03>3 May 2019</time>\
         <div class=share-buttons><a href=#>Facebook</a> <a href=#>Twitter</a></div>\
         <div class=article-body><p>{}</p><p>{}</p>\
         <aside class=related-box><h3>Also Read</h3><p><a href=/a>Harbour master retires after forty years of service to the town</a></p></aside>\
         <p>{}</p><div class=paywall><p>You have read 3 of 5 free articles this month. Subscribe to read on without a limit.</p></div>\
         <p>{}</p></div></article>\
         <section class=comments><h2>2 comments</h2><p>I have waited for this for weeks, and so has my mother, who is eighty.</p>\
         <p>About time, I would say, and many thanks to all the fishermen who took us across.</p></section>\
         <footer><p>The Courier is printed in Sandholm by the Holm family, and has been since the year of the great flood.</p></footer>",
        FERRY.join(" "),
        FERRY[0],
        FERRY[1],
        FERRY[2],
        FERRY[3]
    );
    let got = of(&html);
    assert_eq!(body(&got), FERRY);
    assert_eq!(got.headline.as_deref(), Some("Ferry sails again"));
    assert_eq!(got.standfirst.as_deref(), Some("Eleven weeks in dock are over for the old boat, and it is free."));
    assert_eq!(got.bylines, ["Ada Holm"]);
    assert_eq!(got.published_at, Some(When::Instant("2019-05-03T04:30:00Z".parse().expect("a time"))));
    assert_eq!((got.section.as_deref(), got.language.as_deref()), (Some("Islands"), Some("en")));
    assert_eq!(got.topics, ["ferry", "harbour"]);
    assert_eq!(got.access, Some(Access::Paid));
    assert_eq!(got.url.as_deref(), Some("https://courier.example/news/ferry-sails"));
    assert_eq!(
        got.json_ld_body.as_ref().map(|b| b.len()),
        Some(1),
        "the witness is there, and is not taken for the body"
    );
    assert!(got.confidence > 0.7, "{}", got.confidence);
    let why: Vec<&str> = got.removed.iter().map(|r| r.reason.as_str()).collect();
    for reason in
        ["comments by readers", "side of the page", "asks for consent", "foot of the page", "buttons for sharing"]
    {
        assert!(why.contains(&reason), "{reason} is not among {why:?}");
    }
    let item = got.into_item("ferry.html", 0);
    assert_eq!(item.key, "page:https://courier.example/news/ferry-sails");
    assert_eq!(item.body.len(), 4);
}

#[test]
fn other_languages_and_shapes_of_pages_are_read_too() {
    let tables = format!(
        "<html><body><table><tr><td width=120><a href=a.htm>Politik</a><br><a href=b.htm>Sport</a></td>\
         <td><font size=5><b>Brücke gesperrt</b></font><br><br>{}<br><br>{}<br><br>{}</td></tr></table>\
         <center>Impressum | Kontakt</center></body></html>",
        BRIDGE[0], BRIDGE[1], BRIDGE[2]
    );
    let got = body(&of(&tables)).iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    for paragraph in BRIDGE {
        assert!(got.iter().any(|t| t == paragraph), "{got:?}");
    }
    assert!(!got.iter().any(|t| t.contains("Impressum") || t.contains("Sport")), "{got:?}");

    let divs = format!(
        "<body><div class=wrap><div class=top><a href=/>Accueil</a></div><div class=col1><h1>Le marché rouvre</h1>\
         <div>{}</div><div>{}</div><div>{}</div></div><div class=col2><ul><li><a href=/x>Un autre article de la semaine</a>\
         <li><a href=/y>Encore un article de la semaine</a></ul></div></div></body>",
        MARKET[0], MARKET[1], MARKET[2]
    );
    assert_eq!(body(&of(&divs)), MARKET);
}

#[test]
fn less_on_the_page_than_in_its_data_is_said() {
    let html = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Ferry\",\"articleBody\":\"{}\"}}</script>\
         <article><h1>Ferry</h1><p>{}</p><div class=paywall><p>Subscribe to read on.</p></div></article>",
        FERRY.join("\\n\\n"),
        FERRY[0]
    );
    let got = of(&html);
    assert_eq!(body(&got), FERRY);
    assert!(got.notes.iter().any(|n| n.contains("structured data")), "{:?}", got.notes);
}

/// One page of a publisher that names nothing: what is furniture shows only over several pages.
fn unnamed(number: usize, paragraphs: &[&str]) -> String {
    format!(
        "<html><head><title>Report number {number} of the harbour office</title></head><body><div><h1>Report number {number} of the harbour office</h1>{}\
         <p>This paper was founded by two brothers in the year of the great flood, and it has been printed on the island ever since.</p>\
         <p>Our readers pay for our work. If you can, give what a cup of tea costs, so that the next report can be written.</p>\
         </div></body></html>",
        set(paragraphs)
    )
}

#[test]
fn what_repeats_on_other_stories_is_learned_as_furniture() {
    let stories: [&[&str]; 3] = [&FERRY, &BRIDGE, &MARKET];
    let mut templates = Templates::default();
    let last = unnamed(
        9,
        &[
            "Nothing of this was known before, said the harbour office, and it will not be known again after Sunday.",
            FERRY[2],
        ],
    );
    let address = |n: usize| format!("https://island.example/{n}");
    let here = address(9);
    let asked = Page { url: Some(&here), html: &last };
    let before = page_with(&asked, &templates);
    assert!(
        body(&before).iter().any(|t| t.contains("two brothers")),
        "one page alone cannot tell: {:?}",
        body(&before)
    );

    for (number, story) in stories.iter().enumerate() {
        let url = address(number);
        templates.learn(&Page { url: Some(&url), html: &unnamed(number, story) });
        // The same story crawled again teaches nothing, or its body would be furniture.
        for _ in 0..5 {
            templates.learn(&Page { url: Some(&url), html: &unnamed(number, story) });
        }
    }
    assert_eq!(templates.stories("https://www.island.example/anything"), 3);
    let after = page_with(&asked, &templates);
    assert_eq!(
        body(&after),
        [
            "Nothing of this was known before, said the harbour office, and it will not be known again after Sunday.",
            FERRY[2]
        ]
    );
    assert!(
        after.removed.iter().any(|r| r.reason == "stands on the pages of other stories too"),
        "{:?}",
        after.removed
    );
    let again = address(0);
    let known = page_with(&Page { url: Some(&again), html: &unnamed(0, &FERRY) }, &templates);
    assert_eq!(body(&known), FERRY, "a story that was learned from is whole");
    let elsewhere = page_with(&Page { url: Some("https://other.example/1"), html: &last }, &templates);
    assert!(
        body(&elsewhere).iter().any(|t| t.contains("two brothers")),
        "another publisher's pages are another matter"
    );
}

#[test]
fn a_title_that_all_pages_share_is_no_headline() {
    let said = |nth: usize, what: &str| {
        format!(
            "In week {nth} the {what} of quay {nth} was mended by {nth} hands, and it held until the tide of day {nth} came."
        )
    };
    let made = |nth: usize, heading: &str, title: &str| {
        let text: String = ["gate", "crane", "lamp"].iter().map(|what| format!("<p>{}</p>", said(nth, what))).collect();
        format!(
            "<html><head><title>{title}</title><meta property=og:title content='{title}'></head><body>{heading}<div class=text>{text}</div></body></html>"
        )
    };
    let h1 = |nth: usize| format!("<h1>Gate {nth} holds</h1>");
    let headlines =
        |heading: &dyn Fn(usize) -> String, title: &dyn Fn(usize) -> String, stories: usize, crawls: usize| {
            let mut templates = Templates::default();
            let pages: Vec<(String, String)> = (1..=stories)
                .map(|nth| (format!("http://quay.example/{nth}.html"), made(nth, &heading(nth), &title(nth))))
                .collect();
            for (url, html) in pages.iter().cycle().take(stories * crawls) {
                templates.learn(&Page { url: Some(url), html });
            }
            pages
                .iter()
                .map(|(url, html)| page_with(&Page { url: Some(url), html }, &templates).headline)
                .collect::<Vec<_>>()
        };
    let paper = |_: usize| "Quay Post - the paper of the harbour".to_owned();
    let own: Vec<Option<String>> = (1..=4).map(|nth| Some(format!("Gate {nth} holds"))).collect();
    assert_eq!(headlines(&h1, &paper, 4, 1), own);
    assert_eq!(headlines(&|_| String::new(), &paper, 4, 1), vec![None; 4], "none is better than the paper's name");
    assert_eq!(headlines(&|_| "<h1>Quay Post - the paper of the harbour</h1>".into(), &paper, 4, 1), vec![None; 4]);
    // A story that was crawled often, and two that are called alike, keep their titles.
    let story = |_: usize| "Gate holds at last".to_owned();
    assert_eq!(headlines(&|_| String::new(), &story, 1, 6), vec![Some("Gate holds at last".to_owned())]);
    let some =
        |nth: usize| if nth <= 3 { "The week at the quay".to_owned() } else { format!("Gate {nth} holds at last") };
    let got = headlines(&|_| String::new(), &some, 9, 1);
    assert_eq!(got.iter().flatten().count(), 9, "{got:?}");
}

#[test]
fn what_is_said_of_the_encoding_is_believed_only_if_it_can_be_true() {
    let umlaut = "<meta charset=iso-8859-1><p>Brücke — “gesperrt”</p>";
    let lie = decode(umlaut.as_bytes(), None);
    assert_eq!((lie.text.as_str(), lie.encoding), (umlaut, "UTF-8"));
    assert!(lie.notes.iter().any(|n| n.contains("said to be")), "{:?}", lie.notes);
    let latin =
        decode(b"<meta charset=utf-8><p>Br\xfccke in L\xfcneburg, die Stra\xdfe f\xfcr Fu\xdfg\xe4nger</p>", None);
    assert!(latin.text.contains("Brücke in Lüneburg"), "{latin:?}");
    let stated = decode(b"<p>\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0</p>", Some("windows-1251"));
    assert!(stated.text.contains("Привет, мир"), "{stated:?}");
    assert_eq!(decode(b"\xff\xfe<\0p\0>\0", None).text, "<p>");
}

#[test]
fn ten_megabytes_of_one_tag_are_read_in_bounded_time() {
    let many = format!("<p>{}</p>{}", FERRY[0], "<i>".repeat(10 * 1024 * 1024 / 3));
    assert_eq!(body(&of(&many)), [FERRY[0]]);
}

fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn unpacked(path: &Path) -> String {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).expect("the page is there");
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("the page is whole");
    decode(&bytes, None).text
}

#[test]
fn real_pages_keep_what_they_must_and_lose_what_they_must() {
    let Some(folder) = data("html-segments") else { return };
    let annotations = std::fs::read_to_string(folder.join("annotations.json")).expect("annotations");
    let annotations: serde_json::Value = serde_json::from_str(&annotations).expect("JSON");
    let (mut right, mut missing, mut wrong) = (0.0f64, 0.0f64, 0.0f64);
    let squeezed = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    // One page in three: the whole set is for the bench.
    for (url, entry) in annotations.as_object().expect("an object").iter().step_by(3) {
        let html = unpacked(&folder.join(entry["file"].as_str().expect("a file")));
        let got = page(&Page { url: Some(url), html: &html });
        let shown = got.standfirst.as_deref().filter(|_| got.standfirst_shown);
        let text = squeezed(&shown.into_iter().chain(body(&got)).collect::<Vec<_>>().join("\n"));
        for piece in entry["with"].as_array().into_iter().flatten().filter_map(|p| p.as_str()) {
            if text.contains(&squeezed(piece)) { right += 1.0 } else { missing += 1.0 }
        }
        for piece in entry["without"].as_array().into_iter().flatten().filter_map(|p| p.as_str()) {
            if text.contains(&squeezed(piece)) {
                wrong += 1.0
            }
        }
    }
    let (p, r) = (right / (right + wrong), right / (right + missing));
    let f = 2.0 * p * r / (p + r);
    println!("segments: F {f:.3}, precision {p:.3}, recall {r:.3}");
    assert!(f >= 0.90, "segment F is {f:.3}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_a_page(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let decoded = decode(&bytes, None);
        let got = of(&decoded.text);
        prop_assert!((0.0..=1.0).contains(&got.confidence));
    }

    #[test]
    fn any_soup_of_tags_is_a_page(soup in "(<(p|div|table|tr|td|li|ul|b|a|h1|article|script|pre|figure|img|br|svg|math|template|select)( class=(related|body|x))?>|</(p|div|table|td|ul|b|a|script|figure)>|[a-z.]{0,12} |<!--|&amp;|\u{a0}){0,120}") {
        let got = of(&soup);
        let words: Vec<&str> = got.body.iter().flat_map(|p| p.text().split_whitespace()).collect();
        // Nothing is invented: every letter run of the body stands in the source.
        for word in words {
            let plain: String = word.chars().filter(|c| c.is_ascii_lowercase()).collect();
            let source: String = soup.chars().filter(|c| c.is_ascii_lowercase()).collect();
            prop_assert!(source.contains(&plain) || plain.is_empty());
        }
        let again = parts(&soup);
        prop_assert!(again.parts.iter().all(|p| !p.text().trim().is_empty()));
    }
}

#[test]
fn depth_size_and_one_endless_tag_are_bounded() {
    let deep = format!("<p>Top.</p>{}<p>Bottom.</p>", "<div>".repeat(40_000));
    assert_eq!(texts(&parts(&deep)), ["Top.", "Bottom."]);
    for unit in ["<div>", "<b>", "<p><font a=1></p>", "<table>", "</p>", "<a href=x>", "<table><div></table>"] {
        let many = format!("<p>Top.</p>{}", unit.repeat(256 * 1024 / unit.len()));
        assert_eq!(texts(&parts(&many)).first(), Some(&"Top."), "{unit}");
    }
    let attributes: String = (0..40_000).fold("<p>Top.</p><a ".to_owned(), |mut s, n| {
        s.push_str(&format!("a{n}=1 "));
        s
    });
    assert_eq!(texts(&parts(&attributes)).first(), Some(&"Top."));
}

#[test]
fn only_the_page_itself_says_its_encoding() {
    // Windows-1251: read as anything of the West it would be letters that nobody wrote.
    let words = [0xcf, 0xee, 0xf0, 0xf2, 0x20, 0xe7, 0xe0, 0xea, 0xf0, 0xfb, 0xf2];
    let page = |head: &str| [head.as_bytes(), b"<p>", words.as_slice(), b"</p>"].concat();
    for head in [
        "<script charset=iso-8859-1 src=/a.js></script><meta charset=windows-1251>",
        "<link rel=stylesheet charset=iso-8859-1 href=/a.css><META HTTP-EQUIV=Content-Type CONTENT=\"text/html; charset=windows-1251\">",
        "<!-- <meta charset=iso-8859-1> --><meta charset=windows-1251>",
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?><html>",
    ] {
        let decoded = decode(&page(head), None);
        assert!(decoded.text.contains("Порт закрыт"), "{head}: {}", decoded.text);
    }
    let alone = decode(&page("<script charset=iso-8859-2 src=/a.js></script>"), None);
    assert!(alone.notes.iter().all(|note| !note.contains("said to be")), "the script says nothing of it: {alone:?}");
    assert_ne!(alone.encoding, "ISO-8859-2");
}

#[test]
fn a_short_headline_is_found_in_its_title_without_the_paper() {
    let of = |title: &str, body: &str| {
        let text = "<p>The council sold the old harbour clock on Monday to a collector, who paid four hundred crowns for it.</p>";
        let html =
            format!("<html><head><title>{title}</title></head><body>{}</body></html>", body.replace("TEXT", text));
        page(&Page { url: Some("http://quay.example/1.html"), html: &html }).headline
    };
    for headline in ["Bees", "Clock sold"] {
        let story = format!("<article><h1>{headline}</h1>TEXT</article>");
        for title in [format!("{headline} - The Quay Post"), format!("{headline} | News | The Quay Post")] {
            assert_eq!(of(&title, &story).as_deref(), Some(headline), "{title}");
        }
        let marked = format!("<div><h1 class=headline>{headline}</h1>TEXT</div>");
        assert_eq!(of(&format!("{headline} | The Quay Post"), &marked).as_deref(), Some(headline));
    }
    // A paper may stand first, in its title and above its pages.
    let under_name =
        "<header><h1>Quay Post</h1></header><article><h2>Harbour clock sold to a collector</h2>TEXT</article>";
    let found = of("Quay Post - Harbour clock sold to a collector", under_name);
    assert_ne!(found.as_deref(), Some("Quay Post"));
}
