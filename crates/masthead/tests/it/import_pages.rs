//! Web pages go in, from a folder and from a WARC file: stories right to the paragraph, furniture and lists left out, old addresses led on.
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::{Compression, write::GzEncoder};
use masthead::import::Report;
use newsroom::articles::{Marking, Story};

use crate::house::{Engine, Paper, on_both, texts};

on_both!(
    a_folder_of_pages_goes_in_to_the_paragraph,
    a_crawl_goes_in_once_and_leads_its_old_addresses_on,
    a_page_that_had_to_be_paid_for_stays_closed,
    a_page_that_shows_the_whole_only_without_scripts_is_taken_whole_and_stays_closed,
    a_killed_import_loses_and_doubles_nothing,
    a_form_for_print_and_a_revisit_add_nothing_but_an_address,
);

/// Stories of each of the two sites.
const STORIES: usize = 24;

fn take(paper: &Paper, path: &Path, dry_run: bool) -> Report {
    paper.import(&[path.to_owned()], dry_run)
}

fn stored(paper: &Paper) -> Vec<Story> {
    paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|s| s.story).collect()
}

/// One page of a site.
struct Made {
    url: String,
    html: Vec<u8>,
    /// Headline and paragraphs, if it is a story.
    story: Option<(String, Vec<String>)>,
}

const WHO: [&str; 8] =
    ["pilots", "lock keepers", "net menders", "tide clerks", "rope makers", "divers", "bakers", "stokers"];
const DID: [&str; 7] = ["counted", "refused", "measured", "repaired", "sold", "painted", "weighed"];
const WHAT: [&str; 9] = ["barges", "lanterns", "anchors", "ledgers", "pumps", "sails", "crates", "bollards", "buoys"];

fn paragraph(site: usize, story: usize, nth: usize) -> String {
    let (a, b) = (story * 5 + nth * 3 + site, story + nth * 7 + site * 2);
    let pick = |list: &[&'static str], at: usize| list[at % list.len()];
    format!(
        "On quay {story} the {} {} {} {} before the tide of the {nth}th hour had turned, and nobody in office {site} had \
         expected it. The {} said that {} more {} would follow when the wind of week {story} allows it.",
        pick(&WHO, a),
        pick(&DID, b),
        17 + a * 13,
        pick(&WHAT, a + b),
        pick(&WHO, a + 3),
        3 + b,
        pick(&WHAT, b + 4),
    )
}

fn story(site: usize, nth: usize) -> (String, Vec<String>) {
    let headline = format!("{} of quay {nth} {} their {}", ["The divers", "Bakers"][site], DID[nth % 7], WHAT[nth % 9]);
    (headline, (1..=4 + nth % 4).map(|p| paragraph(site, nth, p)).collect())
}

/// A site of our time: structured data, menus, boxes of links, buttons.
fn modern(nth: usize, closed: bool) -> Made {
    let (headline, paragraphs) = story(0, nth);
    let url = format!("https://www.quay-post.example/harbour/2019/{nth}-story/");
    let body: String = paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect();
    let free = if closed { r#","isAccessibleForFree":false"# } else { "" };
    let links: String = (1..6)
        .map(|n| {
            format!("<li><h4><a href=\"/harbour/2019/{0}-story/\">{1}</a></h4></li>", nth + n, story(0, nth + n).0)
        })
        .collect();
    let html = format!(
        r#"<!doctype html><html lang="en"><head><title>{headline} | Quay Post</title><link rel="canonical" href="{url}">
<meta property="og:type" content="article"><meta property="og:title" content="{headline}">
<link rel="amphtml" href="https://www.quay-post.example/amp/{nth}">
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}","datePublished":"2019-03-{:02}T08:00:00+05:30",
"author":{{"name":"Ila Kamat"}},"articleSection":"Harbour"{free}}}</script></head><body>
<header><nav><a href="/">Home</a> <a href="/harbour/">Harbour</a> <a href="/letters/">Letters</a></nav></header>
<main><article><h1>{headline}</h1><p class="byline">By Ila Kamat</p><div class="article-body">{body}</div>
<div class="share"><a href="/share">Share this with your neighbours</a></div></article>
<aside class="related"><h3>More from the harbour</h3><ul>{links}</ul></aside></main>
<footer><p>The Quay Post is printed on paper made of old sails, and reserves its rights.</p></footer></body></html>"#,
        1 + nth % 28,
    );
    Made { url, html: html.into_bytes(), story: Some((headline, paragraphs)) }
}

/// A site of the nineties: tables, capitals, no description of itself, an encoding of one byte.
fn nineties(nth: usize) -> Made {
    let (headline, mut paragraphs) = story(1, nth);
    paragraphs[0] = format!("Caf\u{e9} owners listened. {}", paragraphs[0]);
    let body: String = paragraphs.iter().map(|p| format!("<P>{p}\n")).collect();
    let html = format!(
        "<HTML><HEAD><TITLE>{headline}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE WIDTH=600><TR><TD WIDTH=120 VALIGN=top>\
         <A HREF=/index.html>Front page</A><BR><A HREF=/news.html>News</A><BR><A HREF=/sport.html>Sport</A></TD>\
         <TD><H1>{headline}</H1>\n{body}<HR><FONT SIZE=1>Lantern Online, the evening paper of the delta since 1891.</FONT></TD>\
         </TR></TABLE></BODY></HTML>"
    );
    let html = html.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    Made { url: format!("http://lantern.example/1998/s{nth}.html"), html, story: Some((headline, paragraphs)) }
}

/// Pages that are no stories: home pages, sections, a list without any description of itself, an error.
fn lists() -> Vec<Made> {
    let teaser = |site: usize, nth: usize, url: &str| {
        let (headline, paragraphs) = story(site, nth);
        let start: String = paragraphs[0].chars().take(110).collect();
        format!("<div class=card><h2><a href=\"{url}\">{headline}</a></h2><p>{start}…</p></div>\n")
    };
    let list = |from: usize| -> String {
        (from..from + 9).map(|n| teaser(0, n, &format!("/harbour/2019/{n}-story/"))).collect()
    };
    let modern = |title: &str, from: usize| {
        format!(
            "<!doctype html><html><head><title>{title} | Quay Post</title><meta property=\"og:type\" content=\"website\"></head>\
             <body><nav><a href=\"/\">Home</a></nav><main><h1>{title}</h1>{}</main></body></html>",
            list(from)
        )
    };
    let old: String = (1..16)
        .map(|n| {
            format!(
                "<LI><A HREF=/1998/s{n}.html>{}</A> {}",
                story(1, n).0,
                paragraph(1, n, 1).split('.').next().unwrap()
            )
        })
        .collect();
    let page = |url: &str, html: String| Made { url: url.into(), html: html.into_bytes(), story: None };
    vec![
        page("https://www.quay-post.example/", modern("Quay Post", 1)),
        page("https://www.quay-post.example/harbour/", modern("Harbour", 3)),
        page("https://www.quay-post.example/tag/tides/", modern("Tides", 9)),
        page("http://lantern.example/news.html", format!("<HTML><BODY><H1>News</H1><UL>{old}</UL></BODY></HTML>")),
        page("http://lantern.example/gone.html", "<HTML><TITLE>404 Not Found</TITLE><BODY><H1>Not Found</H1><P>The page that you asked for is not on this server.</BODY></HTML>".into()),
        page("http://lantern.example/frames.html", "<HTML><FRAMESET COLS=20%,80%><FRAME SRC=a.html><FRAME SRC=b.html></FRAMESET></HTML>".into()),
    ]
}

fn sites() -> Vec<Made> {
    let mut pages: Vec<Made> = (1..=STORIES).flat_map(|n| [modern(n, false), nineties(n)]).collect();
    pages.extend(lists());
    pages
}

/// Lays pages down as mirroring programs do.
fn lay(folder: &Path, pages: &[Made]) {
    for page in pages {
        let at = page.url.split_once("://").unwrap().1;
        let at = if at.ends_with('/') { format!("{at}index.html") } else { at.to_owned() };
        let file = folder.join(at);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, &page.html).unwrap();
    }
    std::fs::write(folder.join("style.css"), "body { color: navy }").unwrap();
}

fn record(into: &mut Vec<u8>, url: &str, date: &str, kind: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n");
    let length = head.len() + body.len();
    let mut gzip = GzEncoder::new(into, Compression::fast());
    write!(
        gzip,
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{head}"
    )
    .unwrap();
    gzip.write_all(body).unwrap();
    gzip.write_all(b"\r\n\r\n").unwrap();
    gzip.finish().unwrap();
}

fn warc(pages: &[Made], date: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for page in pages {
        record(&mut bytes, &page.url, date, "text/html", &page.html);
    }
    bytes
}

/// Each story is there once, with its paragraphs and nothing else.
fn check(paper: &Paper, pages: &[Made]) {
    let stories = stored(paper);
    let wanted: Vec<&(String, Vec<String>)> = pages.iter().filter_map(|p| p.story.as_ref()).collect();
    let headlines: BTreeSet<&str> = stories.iter().map(|s| s.headline.as_str()).collect();
    assert_eq!(stories.len(), wanted.len(), "{headlines:#?}");
    for (headline, paragraphs) in wanted {
        let found = stories.iter().find(|s| s.headline == *headline);
        let found = found.unwrap_or_else(|| panic!("{headline} is missing from {headlines:#?}"));
        assert_eq!(texts(found), *paragraphs, "{headline}");
    }
}

fn a_folder_of_pages_goes_in_to_the_paragraph(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let pages = sites();
    lay(folder.path(), &pages);
    let foretold = take(&paper, folder.path(), true);
    let report = take(&paper, folder.path(), false);
    assert_eq!(foretold.summary(), report.summary(), "a dry run tells what happens");
    assert_eq!((report.added, report.refused.len()), (2 * STORIES, 0), "{report:?}");
    assert_eq!(report.aside, lists().len() + 1, "{:?}", report.aside_kinds);
    check(&paper, &pages);
    let old = stored(&paper).into_iter().find(|s| s.body[0].text().contains("Caf\u{e9}"));
    assert!(old.is_some(), "an encoding of one byte is read as what it is");
    let again = take(&paper, folder.path(), false);
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 2 * STORIES), "{}", again.summary());
}

fn a_crawl_goes_in_once_and_leads_its_old_addresses_on(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut pages = sites();
    let mut bytes = warc(&pages, "2019-04-01T00:00:00Z");
    record(&mut bytes, "https://www.quay-post.example/logo.png", "2019-04-01T00:00:00Z", "image/png", b"\x89PNG");
    // Two years later one of them says more, and the others the same. An older crawl comes last.
    let later = |story: &mut Made| {
        let (_, paragraphs) = story.story.as_mut().unwrap();
        let more = "A correction of this report was printed two years later, when the harbour court had read the ledgers of quay 1.";
        let html = String::from_utf8(story.html.clone()).unwrap();
        let end = format!("{}</p>\n", paragraphs.last().unwrap());
        assert!(html.contains(&end));
        story.html = html.replace(&end, &format!("{end}<p>{more}</p>\n")).into_bytes();
        paragraphs.push(more.to_owned());
    };
    let first = modern(1, false);
    later(&mut pages[0]);
    bytes.extend(warc(&pages, "2021-04-01T00:00:00Z"));
    bytes.extend(warc(&[first], "2018-04-01T00:00:00Z"));
    let file = folder.path().join("crawl.warc.gz");
    std::fs::write(&file, bytes).unwrap();
    let report = take(&paper, &file, false);
    assert_eq!((report.added, report.refused.len()), (2 * STORIES, 0), "{}: {:?}", report.summary(), report.refused);
    assert_eq!(report.aside_kinds.get("image/png"), Some(&1), "{:?}", report.aside_kinds);
    check(&paper, &pages);
    let story = stored(&paper).into_iter().find(|s| s.headline == pages[0].story.as_ref().unwrap().0).unwrap();
    for address in ["/harbour/2019/1-story/", "/amp/1"] {
        assert_eq!(paper.browser().get(address).location(301), story.path(), "{address}");
    }
    let again = take(&paper, &file, false);
    assert_eq!((again.added, again.changed), (0, 0), "{}", again.summary());
}

fn a_page_that_had_to_be_paid_for_stays_closed(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &[modern(3, true), modern(4, false)]);
    let report = take(&paper, folder.path(), false);
    assert_eq!(report.added, 2, "{}", report.summary());
    let stories = stored(&paper);
    let of = |nth: usize| stories.iter().find(|s| s.headline == story(0, nth).0).unwrap();
    assert_eq!((of(3).marking, of(4).marking), (Marking::Premium, Marking::Metered));
    let end = crate::leaks::normal(of(3).body.last().unwrap().text());
    for address in [of(3).path(), "/".into(), "/harbour".into(), "/feed.xml".into(), "/search?q=quay".into()] {
        let page = paper.browser().get(&address);
        assert!(!page.words().contains(&end), "{address} shows what is closed");
    }
    let open = paper.browser().get(&of(4).path());
    assert!(
        open.words().contains(&crate::leaks::normal(of(4).body.last().unwrap().text())),
        "the search finds what is open"
    );
}

fn a_page_that_shows_the_whole_only_without_scripts_is_taken_whole_and_stays_closed(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let made = modern(7, false);
    let (headline, paragraphs) = made.story.clone().unwrap();
    let html = String::from_utf8(made.html.clone()).unwrap();
    let (before, rest) = html.split_once("<div class=\"article-body\">").unwrap();
    let (body, after) = rest.split_once("</div>").unwrap();
    let shown: String = paragraphs[..2].iter().map(|p| format!("<p>{p}</p>\n")).collect();
    let html = format!(
        "{before}<div class=\"article-body\">{shown}</div><noscript><div>{body}</div></noscript>{after}<noscript><img src=\"/c.gif\" \
         alt=\"\"></noscript>"
    );
    lay(folder.path(), &[Made { html: html.into_bytes(), ..made }, modern(8, false)]);
    let report = take(&paper, folder.path(), false);
    assert_eq!(report.added, 2, "{}", report.summary());
    let stories = stored(&paper);
    let whole = stories.iter().find(|story| story.headline == headline).unwrap();
    assert_eq!(texts(whole), paragraphs);
    assert!(report.remarks.iter().any(|remark| remark.text.contains("only without scripts")), "{:?}", report.remarks);
    // what the page did not show is closed
    assert_eq!((whole.marking, whole.preview().len()), (Marking::Premium, 2));
    let last = crate::leaks::normal(whole.body.last().unwrap().text());
    for address in [whole.path(), "/harbour".into(), "/feed.xml".into()] {
        assert!(!paper.browser().get(&address).words().contains(&last), "{address}");
    }
    let other = stories.iter().find(|story| story.headline == self::story(0, 8).0).unwrap();
    assert_eq!(other.marking, Marking::Metered);
}

/// A story as it is printed: by its own address with something behind it, and, told by a site of our time, with the story's own in it.
fn printed(of: &Made, canonical: bool) -> Made {
    let (headline, paragraphs) = of.story.clone().unwrap();
    let body: String = paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect();
    let link = if canonical { format!("<link rel=\"canonical\" href=\"{}\">", of.url) } else { String::new() };
    let html = format!(
        "<html><head><title>{headline} (print)</title>{link}</head><body onload=\"window.print()\"><h1>{headline}</h1>{body}\
         <p><small>Printed from the archive of the paper. All rights reserved.</small></p></body></html>"
    );
    Made { url: format!("{}?print=1", of.url), html: html.into_bytes(), story: None }
}

fn revisit(into: &mut Vec<u8>, url: &str) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    let mut gzip = GzEncoder::new(into, Compression::fast());
    write!(
        gzip,
        "WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2020-04-01T00:00:00Z\r\n\
         WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{head}\r\n\r\n",
        head.len()
    )
    .unwrap();
    gzip.finish().unwrap();
}

fn a_form_for_print_and_a_revisit_add_nothing_but_an_address(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let stories = sites();
    let mut pages = Vec::new();
    // The form for print stands before the story, behind it, or far from it.
    for (nth, page) in stories.iter().filter(|page| page.story.is_some()).enumerate().take(12) {
        pages.push((nth % 2 == 0, printed(page, nth % 4 < 2)));
    }
    let mut bytes = Vec::new();
    let day = "2019-04-01T00:00:00Z";
    for (_, page) in pages.iter().filter(|(first, _)| *first) {
        record(&mut bytes, &page.url, day, "text/html", &page.html);
    }
    for page in &stories {
        record(&mut bytes, &page.url, day, "text/html", &page.html);
        revisit(&mut bytes, &page.url);
    }
    for (_, page) in pages.iter().filter(|(first, _)| !*first) {
        record(&mut bytes, &page.url, "2022-04-01T00:00:00Z", "text/html", &page.html);
    }
    let file = folder.path().join("crawl.warc.gz");
    std::fs::write(&file, bytes).unwrap();
    let report = take(&paper, &file, false);
    assert_eq!(report.refused_in_all, 0, "{:?}", report.refused);
    assert_eq!(report.aside_kinds.get("revisit"), Some(&stories.len()), "{:?}", report.aside_kinds);
    check(&paper, &stories);
    let kept = stored(&paper);
    for (_, page) in &pages {
        let own = page.url.trim_end_matches("?print=1");
        let (headline, _) = stories.iter().find(|s| s.url == own).unwrap().story.as_ref().unwrap();
        let story = kept.iter().find(|s| s.headline == *headline).unwrap();
        let old = page.url.split_once("example").unwrap().1;
        assert_eq!(paper.browser().get(old).location(301), story.path(), "{old} leads to its story");
    }
    let again = take(&paper, &file, false);
    assert_eq!((again.added, again.changed, again.merged), (0, 0, 0), "{}", again.summary());
}

/// In the middle of a large crawl: after its report told of so many stories, and long before the others.
#[test]
fn a_large_crawl_that_is_killed_in_the_middle_goes_on_there() {
    const MANY: usize = 520;
    let mut paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let pages: Vec<Made> = (1..=MANY).map(|nth| modern(nth, false)).collect();
    let file = folder.path().join("crawl.warc.gz");
    std::fs::write(&file, warc(&pages, "2019-04-01T00:00:00Z")).unwrap();
    paper.stop();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.arg("import").arg(&file).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    let lines = || std::fs::read_to_string(paper.folder().join("imports/1.jsonl")).unwrap_or_default();
    let kept = || lines().lines().filter(|line| line.contains("\"what\":\"kept\"")).count();
    let mut child = command().spawn().unwrap();
    while kept() == 0 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    assert!(child.wait().unwrap().code().is_none(), "it was killed, and had not ended");
    let before = kept();
    assert!((1..MANY).contains(&before), "{before} were told of");
    let done = command().output().unwrap();
    assert!(done.status.success());
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        told.lines().last().unwrap().starts_with(&format!("{MANY} new, 0 changed, 0 unchanged, 0 refused")),
        "{told}"
    );
    assert_eq!(kept(), MANY, "each is told of once");
    paper.restart();
    check(&paper, &pages);
}

fn a_killed_import_loses_and_doubles_nothing(engine: Engine) {
    let mut paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let pages = sites();
    let file = folder.path().join("crawl.warc.gz");
    std::fs::write(&file, warc(&pages, "2019-04-01T00:00:00Z")).unwrap();
    paper.stop();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.arg("import").arg(&file).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    // As soon as its report is begun, and then at once.
    let begun = || std::fs::read_dir(paper.folder().join("imports")).is_ok_and(|mut files| files.next().is_some());
    for _ in 0..2 {
        let mut child = command().spawn().unwrap();
        while !begun() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let done = command().output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    paper.restart();
    check(&paper, &pages);
}
