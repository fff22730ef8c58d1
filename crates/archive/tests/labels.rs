//! Topics, section and language of pages whose head does not tell them: from `rel=tag`, from the trail of links, from the story's own element.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use archive::html::{Extract, Page, page};

const STORY: &str = "<p>The night market moves to the old tram shed in April, and its forty stalls pay the town by the evening.</p>\
    <p>A seller of lamps said that the shed has a roof, which the square has not, and no wind from the river.</p>";

fn of(before: &str, behind: &str) -> Extract {
    let html = format!(
        "<html><head><title>Market moves</title></head><body>{before}<article><h1>Market moves</h1>{STORY}{behind}</article>\
         <aside><a rel=\"tag\" href=\"/t/most-read\">Most read</a></aside></body></html>"
    );
    page(&Page { url: Some("http://old.example/2003/market"), html: &html })
}

#[test]
fn links_name_topics_where_the_head_names_none() {
    let tags = "<div class=\"tags\"><a rel=\"tag\" href=\"/t/markets\">#Markets</a> <a rel=\"nofollow tag\" href=\"/t/trams\">Trams</a></div>";
    let extract = of("", tags);
    assert_eq!(extract.topics, ["Markets", "Trams"]);
    assert!(extract.body.iter().all(|part| !part.text().contains("Trams")), "{:?}", extract.body);
    let cloud: String = (0..40).map(|n| format!("<a rel=\"tag\" href=\"/t/{n}\">Topic {n}</a> ")).collect();
    assert!(of("", &cloud).topics.is_empty(), "a cloud of all topics says nothing of the story");
    let closed = format!(
        "<div class=\"paywall\"><p>The lamps are sold by a judge, whom nobody has named so far.</p>{tags}</div>"
    );
    assert!(of("", &closed).topics.is_empty());
}

#[test]
fn the_trail_names_the_section() {
    let trail = |attribute: &str| {
        format!(
            "<div {attribute}><a href=\"http://old.example/\">Home</a> &gt; <a href=\"/business/\">Business</a> &gt; <a href=\"/business/1998/\">1998</a></div>"
        )
    };
    for attribute in
        ["class=\"breadcrumbs\"", "aria-label=\"Breadcrumb\"", "itemtype=\"https://schema.org/BreadcrumbList\""]
    {
        assert_eq!(of(&trail(attribute), "").section.as_deref(), Some("Business"), "{attribute}");
    }
    assert_eq!(of(&trail("class=\"menu\""), "").section, None);
    let category = "<p class=\"meta\"><a rel=\"category tag\" href=\"/c/town\">Town</a></p>";
    assert_eq!(of(&trail("class=\"breadcrumb\""), category).section.as_deref(), Some("Town"));
}

#[test]
fn the_element_of_the_story_names_its_language() {
    let html = format!("<html><body><article lang=\"de\"><h1>Markt</h1>{STORY}</article></body></html>");
    assert_eq!(page(&Page { url: None, html: &html }).language.as_deref(), Some("de"));
    let html = format!("<html lang=\"fr\"><body><article lang=\"de\"><h1>Markt</h1>{STORY}</article></body></html>");
    assert_eq!(page(&Page { url: None, html: &html }).language.as_deref(), Some("fr"));
}
