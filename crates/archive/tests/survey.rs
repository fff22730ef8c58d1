//! Stories told from pages that are none, and open pages from closed ones, by how they are built.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
use archive::html::{Page, Survey, page, survey};

fn surveyed(url: &str, html: &str) -> Survey {
    let read = Page { url: Some(url), html };
    survey(&read, &page(&read))
}

fn paragraphs(from: usize, count: usize) -> String {
    let one = |n: usize| {
        format!(
            "<p>In the {n}th winter the ferrymen of row {n} put up their oars, and {} of them went to the salt works to ask \
             what a day of boiling would pay. The master said it would pay {} coins and a coat.</p>\n",
            n * 3 + 2,
            n + 40
        )
    };
    (from..from + count).map(one).collect()
}

#[test]
fn a_story_without_any_description_of_itself_is_a_story() {
    let html =
        format!("<HTML><TITLE>Ferrymen ask</TITLE><BODY><H1>Ferrymen ask</H1>{}</BODY></HTML>", paragraphs(1, 5));
    let survey = surveyed("http://salt.example/n/1.htm", &html);
    assert_eq!(survey.aside, None);
    assert!(!survey.walled);
}

#[test]
fn lists_are_set_aside_however_they_are_built() {
    let cards: String = (1..10)
        .map(|n| {
            format!("<div><h3><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a></h3>{}</div>", paragraphs(n, 1))
        })
        .collect();
    let listed: String = (1..15)
        .map(|n| {
            format!(
                "<li><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a> They went to the salt works in the winter {n}, and \
                 the master of the works had nothing to say to any of them before the thaw had come.</li>"
            )
        })
        .collect();
    let full: String = (1..5)
        .map(|n| {
            format!("<article><h2><a href=\"/n/{n}\">Ferrymen of row {n} ask</a></h2>{}</article>", paragraphs(n, 4))
        })
        .collect();
    for (name, body) in [("cards", cards), ("list", format!("<ul>{listed}</ul>")), ("whole stories", full)] {
        let html = format!("<html><title>News</title><body><h1>News of the river</h1>{body}</body></html>");
        let survey = surveyed("http://salt.example/news/", &html);
        assert!(survey.aside.is_some(), "{name} is no story: {survey:?}");
    }
}

#[test]
fn a_box_of_links_makes_no_list_of_a_story() {
    let links: String =
        (1..9).map(|n| format!("<h4><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a></h4>")).collect();
    let html = format!(
        "<html><title>Ferrymen ask</title><body><h1>Ferrymen ask</h1>{}<div>{links}</div></body></html>",
        paragraphs(1, 6)
    );
    assert_eq!(surveyed("http://salt.example/n/77", &html).aside, None);
}

#[test]
fn errors_frames_and_pages_that_lead_on_are_set_aside() {
    for (html, kind) in [
        (
            "<title>404 Not Found</title><h1>Not Found</h1><p>There is no page of this name on this server, and there has been none since the thaw of the river.</p>",
            "error page",
        ),
        ("<html><frameset cols=\"20%,*\"><frame src=a.html><frame src=b.html></frameset></html>", "frames"),
        (
            "<html><meta http-equiv=refresh content=\"0; url=/n/2\"><body><p>The page is elsewhere now.</p></body></html>",
            "leads on",
        ),
        ("<html><body><p></p></body></html>", "without text"),
    ] {
        let survey = surveyed("http://salt.example/n/1.htm", html);
        assert_eq!(survey.kind, kind, "{survey:?}");
        assert!(survey.aside.is_some());
    }
}

#[test]
fn what_is_not_free_is_closed_however_it_is_said() {
    let with = |head: &str, open: &str| {
        format!(
            "<html><head><title>Ferrymen ask</title>{head}</head><body><h1>Ferrymen ask</h1>{open}{}</div></body></html>",
            paragraphs(1, 6)
        )
    };
    let closed = [
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\"}</script>",
            "<div>",
        ),
        // Broken JSON: a comma too many.
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\" : false,}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true,\"hasPart\":{\"@type\":\
              \"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".rest\"}}</script>",
            "<div>",
        ),
        with("<meta itemprop=\"isAccessibleForFree\" content=\"false\">", "<div>"),
        with("<meta property=\"article:content_tier\" content=\"gold\">", "<div>"),
        with("", "<div data-premium=\"true\">"),
        with("", "<div class=\"text paywall\">"),
    ];
    for html in &closed {
        assert!(surveyed("http://salt.example/n/1", html).walled, "{html}");
    }
    let open = [
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true}</script>",
            "<div>",
        ),
        with("<meta property=\"article:content_tier\" content=\"free\">", "<div data-premium=\"false\">"),
        with("", "<div class=\"no-paywall\">"),
    ];
    for html in &open {
        assert!(!surveyed("http://salt.example/n/1", html).walled, "{html}");
    }
}

#[test]
fn what_a_page_shows_only_without_scripts_was_sold_where_it_shows_a_beginning() {
    let whole = paragraphs(1, 5);
    let with = |shown: &str| {
        format!(
            "<html><title>Ferrymen ask</title><body><div class=\"menu\"><a href=\"/\">Home</a></div><div><h1>Ferrymen ask</h1>{shown}\
             <noscript>{whole}</noscript></div></body></html>"
        )
    };
    let words =
        "In the 1th winter the ferrymen of row 1 put up their oars, and 5 of them went to the salt works to ask";
    let cut = |at: usize| format!("<p>{} …</p>", words.get(..at).unwrap());
    let lines = |words: &str| words.split(' ').map(|word| format!("<p>{word}</p>")).collect::<String>();
    let mut sold: Vec<String> = [22, 40, 60, 78, 90].into_iter().map(cut).collect();
    sold.push(lines(words));
    sold.push("<p>The ferrymen have a new wish …</p>".into());
    sold.push("<p>The ferrymen ask.</p><p><a href=\"/s\">Subscribe to read on</a></p>".into());
    sold.push(paragraphs(1, 1));
    for shown in &sold {
        let survey = surveyed("http://salt.example/n/1", &with(shown));
        assert_eq!(survey.aside, None, "{shown}");
        assert!(survey.walled, "{shown}");
        let html = with(shown);
        let extract = page(&Page { url: None, html: &html });
        assert!(extract.body.iter().any(|part| part.text().contains("a day of boiling")), "{extract:?}");
        assert!(extract.notes.iter().any(|note| note.contains("only without scripts")), "{:?}", extract.notes);
        // so much of it is open, and no half of a paragraph
        let open = survey.shown(&extract.body).unwrap();
        assert!(extract.body.iter().take(open).all(|part| shown.contains(part.text())), "{shown}: {open}");
        assert_eq!(
            survey.shown(&extract.body[extract.body.len() - 5..]),
            Some(usize::from(*shown == paragraphs(1, 1))),
            "{shown}"
        );
    }
    for shown in ["", "<p>Loading …</p>", "<p>This page needs JavaScript.</p>", "<p><a href=\"/s\">Subscribe</a></p>"]
    {
        let html = with(shown);
        let survey = surveyed("http://salt.example/n/1", &html);
        assert!(!survey.walled, "{shown}");
        assert_eq!(survey.shown(&page(&Page { url: None, html: &html }).body), None);
    }
}
