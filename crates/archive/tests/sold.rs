//! What pages say of stories that were sold: in the names of papers and of the programs of walls, and of which parts of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use archive::html::{Extract, Page, page};
use archive::item::Access;

const PLAIN: [&str; 4] = [
    "The ferrymen of the lower quay put up their oars on Monday and went to the salt works to ask for their pay.",
    "Nobody at the works would say when the pans had last been filled, or who had let the fires go out there.",
    "A boiler who would not be named said that the coal had been sold in the spring to a mill up the river.",
    "The council meets on Thursday, and the ferry will not cross before it has heard what the works has to say.",
];

fn of(head: &str, body: &str) -> Extract {
    let html =
        format!("<html><head><title>Ferrymen ask</title>{head}</head><body><h1>Ferrymen ask</h1>{body}</body></html>");
    page(&Page { url: None, html: &html })
}

fn story(class: &str) -> String {
    format!("<div class=\"{class}\">{}</div>", PLAIN.map(|text| format!("<p>{text}</p>")).concat())
}

#[test]
fn the_names_of_papers_and_of_programs_of_walls_say_that_a_story_was_sold() {
    let head = [
        "<meta name=\"cXenseParse:abc-paywall\" content=\"true\">",
        "<meta name=\"cXenseParse:pay_premium\" content=\"yes\">",
        "<meta name=\"sailthru.access\" content=\"subscribers\">",
        "<meta name=\"sailthru.salt_access\" content=\"inner circle\">",
        "<meta name=\"user-access\" content=\"subscriber\">",
        "<meta name=\"article:access\" content=\"paid\">",
        "<meta name=\"content-access\" content=\"plus\">",
        "<meta name=\"tp:salt-access\" content=\"premium\">",
        "<meta name=\"parsely-metadata\" content='{\"type\":\"post\",\"access\":\"paid\"}'>",
        "<meta name=\"parsely-metadata\" content='{\"custom\":{\"is_premium\":true}}'>",
        "<meta name=\"usageInfo\" content=\"For subscribers only\">",
        "<meta name=\"dcterms.rights\" content=\"Nur für Abonnenten\">",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"usageInfo\":\"Exclusively for subscribers\"}</script>",
    ];
    for head in head {
        assert_eq!(of(head, &story("text")).access, Some(Access::Paid), "{head}");
    }
    let classes = [
        "abo-content",
        "plus-artikel",
        "article--plus",
        "is-abo",
        "subscriber-content",
        "tp-container-inner",
        "piano-inline",
    ];
    for class in classes {
        assert_eq!(of("", &story(class)).access, Some(Access::Paid), "{class}");
    }
    let open = [
        "<meta name=\"cXenseParse:abc-paywall\" content=\"false\">",
        "<meta name=\"cXenseParse:no-paywall\" content=\"true\">",
        "<meta name=\"cXenseParse:recs:articleid\" content=\"7\">",
        "<meta name=\"sailthru.tags\" content=\"ferries, premium petrol\">",
        "<meta name=\"salt-paywall-colour\" content=\"red\">",
        "<meta name=\"parsely-metadata\" content='{\"type\":\"post\",\"id\":7}'>",
        "<meta name=\"dcterms.rights\" content=\"Copyright The Ferry. All rights reserved; reproduction must be paid for.\">",
        "<link rel=\"license\" href=\"https://ferry.example/licence\">",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"license\":\"https://ferry.example/subscribers-only\",\
          \"usageInfo\":\"https://ferry.example/terms\"}</script>",
    ];
    for head in open {
        assert_eq!(of(head, &story("text")).access, None, "{head}");
    }
    for class in ["surplus-content", "plus", "no-abo-content", "aboveground-content"] {
        assert_eq!(of("", &story(class)).access, None, "{class}");
    }
}

#[test]
fn what_a_page_names_as_sold_begins_where_it_says() {
    let shown = |selector: &str, classes: [&str; 4]| {
        let head = format!(
            "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\"hasPart\":\
              {{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":\"False\",\"cssSelector\":{selector}}}}}</script>"
        );
        let paragraphs: String =
            PLAIN.iter().zip(classes).map(|(text, class)| format!("<p {class}>{text}</p>")).collect();
        let got = of(&head, &format!("<article class=\"story\">{paragraphs}</article>"));
        assert_eq!((got.access, got.body.len()), (Some(Access::Paid), 4), "{selector}");
        got.into_item("a.html", 1).shown
    };
    let rest = "class=\"rest long\"";
    assert_eq!(shown("\".rest\"", ["", rest, rest, rest]), Some(1));
    assert_eq!(shown("\".rest\"", ["", "", rest, ""]), Some(2));
    assert_eq!(shown("\".rest\"", [rest, "", "", ""]), Some(0));
    assert_eq!(shown("\"p.long.rest\"", ["class=long", rest, "", ""]), Some(1));
    assert_eq!(shown("\"#more\"", ["", "", "id=more", ""]), Some(2));
    assert_eq!(shown("\"rest\"", ["", rest, "", ""]), Some(1));
    assert_eq!(shown("\".none, .story > .rest\"", ["", rest, "", ""]), Some(1));
    assert_eq!(shown("\".other .rest\"", ["", rest, "", ""]), None);
    assert_eq!(shown("[\"#more\", \".rest\"]", ["", rest, "id=more", ""]), Some(1));
    assert_eq!(shown("[\".rest\", \"#more\"]", ["", "id=more", rest, ""]), Some(1));
    // What is not there, or not understood, is sold after what everybody sees.
    assert_eq!(shown("\".none\"", ["", rest, "", ""]), None);
    assert_eq!(shown("\"p:nth-child(2)\"", ["", rest, "", ""]), None);
    assert_eq!(shown("\"\"", ["", rest, "", ""]), None);
}

#[test]
fn parts_that_are_sold_by_their_class_begin_there_where_something_open_stands_above() {
    let [one, two, three, four] = PLAIN;
    let wall = format!("<p>{one}</p><div class=\"paywall\"><p>{two}</p><p>{three}</p><p>{four}</p></div>");
    let got = of("", &format!("<article>{wall}</article>"));
    assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(1)));
    let amp = wall.replace("class=\"paywall\"", "subscriptions-section=\"content\"");
    assert_eq!(of("", &format!("<article>{amp}</article>")).above_wall, Some(1));
    assert_eq!(of("", &story("paywall")).above_wall, None, "all of it is sold after what everybody sees");
}

#[test]
fn of_a_hundred_thousand_pictures_each_is_taken_once() {
    let picture = |n: usize| format!("<img src=/{n}.jpg>");
    let pictures = (0..100_000).chain(0..100_000).map(picture).collect::<String>();
    let page = format!("<article><p>{}</p>{pictures}<p>{}</p></article>", PLAIN[0], PLAIN[1]);
    let got = of("", &page);
    let sources: std::collections::HashSet<&str> = got.images.iter().map(|image| image.source.as_str()).collect();
    assert!(sources.len() > 1);
    assert_eq!(sources.len(), got.images.len(), "none twice");
}
