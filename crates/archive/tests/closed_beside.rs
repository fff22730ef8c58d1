//! What stands beside a story's text and everybody reads, where the page closes it: a standfirst, the words of a picture; and pages that name what
//! is open rather than what is closed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use archive::html::{Extract, Page, page};
use archive::item::Access;

const PLAIN: [&str; 4] = [
    "The ropemaker of Hollow Street closed his walk on Tuesday, and the last rope was sold to a fair by the river.",
    "His daughter had asked the town for a lease of nine years, which the clerk refused without a reason.",
    "Hemp cost twice as much in the autumn as it had in spring, and the mill would not give credit any more.",
    "The fair opens on Saturday with the rope across its gate, and the walk becomes a store for bicycles.",
];
const SECRET: &str =
    "The clerk had promised the walk to his cousin in March, as three letters in the town's own files show.";

fn of(data: &str, body: &str) -> Extract {
    let data = format!(
        "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false{data}}}</script>"
    );
    let html = format!(
        "<html><head><title>Last rope sold</title>{data}</head><body><article><h1>Last rope sold</h1>{body}</article></body></html>"
    );
    page(&Page { url: None, html: &html })
}

fn part(selector: &str, free: bool) -> String {
    format!(
        ",\"hasPart\":{{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":{free},\"cssSelector\":\"{selector}\"}}"
    )
}

fn paragraphs(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("<p>{text}</p>")).collect()
}

fn texts(extract: &Extract) -> Vec<&str> {
    extract.body.iter().map(archive::item::Part::text).collect()
}

#[test]
fn a_standfirst_that_the_page_closes_is_a_closed_paragraph() {
    let closed = [
        (part(".rest", false), format!("<div class=\"rest\"><p class=\"standfirst\">{SECRET}</p></div>")),
        (part(".rest", false), format!("<h2 class=\"deck rest\">{SECRET}</h2>")),
        (part(".rest", false), format!("<div class=\"intro rest\"><p>{SECRET}</p></div>")),
        (part(".rest", false), format!("<header class=\"rest\"><p class=\"dek\">{SECRET}</p></header>")),
        (part(".standfirst", false), format!("<p class=\"standfirst\">{SECRET}</p>")),
        (
            part(".rest", false),
            format!("<p class=\"standfirst\">A rope is sold. <span class=\"rest\">{SECRET}</span></p>"),
        ),
        (part("article", false), format!("<p class=\"standfirst\">{SECRET}</p>")),
        (part("article:nth-child(1)", false), format!("<p class=\"standfirst\">{SECRET}</p>")),
        (String::new(), format!("<p class=\"standfirst paywall\">{SECRET}</p>")),
        (String::new(), format!("<h2 class=\"deck premium-content\">{SECRET}</h2>")),
        (String::new(), format!("<div class=\"paywall\"><p>{SECRET}</p></div>")),
    ];
    for (data, above) in closed {
        let extract = of(&data, &(above.clone() + &paragraphs(&PLAIN)));
        assert_eq!(extract.standfirst, None, "{above}");
        assert_eq!(extract.access, Some(Access::Paid), "{above}");
        assert!(texts(&extract)[0].ends_with(SECRET), "{above}: {:?}", texts(&extract));
        assert_eq!(texts(&extract).len(), 5, "{above}");
        if !data.is_empty() {
            assert_eq!(extract.above_wall, Some(0), "{above}");
        }
    }
}

#[test]
fn a_standfirst_above_what_is_closed_stays_one() {
    let open = "A family gives up its trade after two hundred years, and nobody in the town takes it over.";
    let above = format!("<p class=\"standfirst\">{open}</p>");
    for (data, body) in [
        (
            part(".rest", false),
            format!("{}<div class=\"rest\">{}</div>", paragraphs(&PLAIN[..1]), paragraphs(&PLAIN[1..])),
        ),
        (String::new(), paragraphs(&PLAIN)),
    ] {
        assert_eq!(of(&data, &(above.clone() + &body)).standfirst.as_deref(), Some(open), "{data}");
    }
    // a class around all of it says only that the story is sold
    let around = format!("<div class=\"premium-content\">{above}{}</div>", paragraphs(&PLAIN));
    assert_eq!(of("", &around).standfirst.as_deref(), Some(open));
}

#[test]
fn words_of_a_picture_that_the_page_closes_are_taken_away() {
    let figure = |class: &str| {
        format!(
            "<figure><img src=\"walk.jpg\" alt=\"{SECRET}\"><figcaption class=\"{class}\">{SECRET}</figcaption></figure>"
        )
    };
    let extract = of(&part(".rest", false), &(figure("rest") + &paragraphs(&PLAIN)));
    let picture = &extract.images[0];
    assert_eq!((&picture.caption, &picture.alt, &picture.credit), (&None, &None, &None));
    assert!(extract.removed.iter().any(|removed| removed.text.contains("promised the walk")), "{:?}", extract.removed);
    let extract = of(&part(".rest", false), &(figure("wide") + &paragraphs(&PLAIN)));
    assert_eq!(extract.images[0].caption.as_deref(), Some(SECRET), "nothing closes it");
}

#[test]
fn where_a_page_names_what_is_open_the_rest_is_closed() {
    let body = format!("<div class=\"opening\">{}</div>{}", paragraphs(&PLAIN[..1]), paragraphs(&PLAIN[1..]));
    let extract = of(&part(".opening", true), &body);
    assert_eq!((extract.above_wall, extract.access), (Some(1), Some(Access::Paid)));
    // in a way that is not understood
    assert_eq!(of(&part("div:nth-child(2)", true), &body).above_wall, Some(0));
    // what is named as closed says more
    let both = part(".opening", true).replace(":{", ":[{")
        + ",{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".rest\"}]";
    let body = format!(
        "{}<div class=\"opening\">{}</div><div class=\"rest\">{}</div>",
        paragraphs(&PLAIN[..1]),
        paragraphs(&PLAIN[1..2]),
        paragraphs(&PLAIN[2..])
    );
    assert_eq!(of(&both, &body).above_wall, Some(2));
}

#[test]
fn a_writer_whom_the_page_closes_is_named_to_nobody() {
    let [one, two, three, _] = PLAIN;
    let of = |class: &str, named: &str| {
        let closed = format!("<div class={class}><p>{two}</p><p>{three}</p>{named}</div>");
        of(&part(".rest", false), &format!("<p>{one}</p>{closed}")).bylines
    };
    let ways = [
        "<span itemprop=author>Hedda Quill</span>",
        "<a rel=author href=/q>Hedda Quill</a>",
        "<p class=author>Hedda Quill</p>",
        "<p class=byline>By Hedda Quill</p>",
    ];
    for way in ways {
        for class in ["rest", "paywall", "text data-premium"] {
            assert_eq!(of(class, way), [""; 0], "{class} {way}");
        }
        assert_eq!(of("text", way), ["Hedda Quill"], "{way}");
    }
}
