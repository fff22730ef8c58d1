//! Pages that have their text more than once. All texts are our own fiction.

use archive::html::{Extract, Page, page};
use archive::item::Access;

const WELL: [&str; 5] = [
    "The well in Harrow Lane has run dry for the first time since the parish began to keep a book about it, in 1742.",
    "Nobody drinks from it any more, but the fire brigade does fill its engine there, and so the council met on a Sunday.",
    "A second well, four fields away, will be opened again next week if the key to its iron lid can be found in time.",
    "The sexton, who has looked after the key for thirty years, remembers lending it to a man with a bicycle and a dog.",
    "Until then a cart brings forty barrels a day from the mill, and the parish has asked for gardens to be left alone.",
];

fn set(paragraphs: &[&str]) -> String {
    paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect()
}

fn read(body: &str) -> Extract {
    let head = "<html><head><title>The well is dry</title></head><body>";
    let html = format!("{head}<article><h1>The well is dry</h1>{body}</article></body></html>");
    page(&Page { url: Some("https://www.kurier.example/2021/06/well.html"), html: &html })
}

#[track_caller]
fn once(body: &str, expected: &[&str]) -> Extract {
    let got = read(body);
    assert_eq!(got.body.iter().map(|p| p.text()).collect::<Vec<_>>(), expected);
    assert!(got.notes.iter().any(|n| n.starts_with("the page has its text more than once")), "{:?}", got.notes);
    assert!(got.removed.iter().any(|r| r.reason == "stands on the page already"), "{:?}", got.removed);
    assert!(got.confidence >= 0.5, "{}", got.confidence);
    got
}

#[test]
fn a_body_for_two_screens_is_taken_once() {
    let text = set(&WELL);
    once(&format!("<div class=desktop>{text}</div><div class=mobile>{text}</div>"), &WELL);
    once(&format!("{text}<div class=print>{text}</div>"), &WELL);
    once(&format!("<div>{text}</div><div>{text}</div><div>{text}</div>"), &WELL);
    // with crossheads, and with a line below both that belongs to neither
    let text = format!("{}<h2>The key</h2>{}", set(&WELL[..2]), set(&WELL[2..]));
    let tail = "The parish will say on Friday how the search has gone.";
    let [a, b, c, d, e] = WELL;
    let expected = [a, b, "The key", c, d, e, tail];
    once(&format!("<div class=desktop>{text}</div><div class=mobile>{text}</div><p>{tail}</p>"), &expected);
}

#[test]
fn a_body_in_another_order_or_shape_is_taken_once() {
    let [a, b, c, d, e] = WELL;
    let wide = format!("<div class=wide>{}</div>", set(&WELL));
    let joined = format!("{a} {b} {c}");
    let other = [
        set(&[e, d, c, b, a]),
        set(&[a, b, e, d, c]),
        set(&[&joined, &format!("{d} {e}")]),
        WELL.join("<br><br>"),
        WELL.join("<br>"),
        format!("<ul>{}</ul>", WELL.map(|p| format!("<li>{p}</li>")).concat()),
        set(&[&WELL.join(" ")]),
    ];
    for other in other {
        once(&format!("{wide}<div class=print>{other}</div>"), &WELL);
    }
    // What has more paragraphs is taken, wherever it stands.
    once(&format!("<div class=print><p>{}</p></div>{wide}", WELL.join(" ")), &WELL);
    // A summary is no copy, and a text that goes on is none of its beginning.
    let told = |body: &str| read(body).body.iter().map(|p| p.text().to_owned()).collect::<Vec<_>>();
    assert_eq!(told(&format!("<div class=points>{}</div>{wide}", set(&[c, a]))).len(), 7);
    assert_eq!(
        told(&format!("<div class=a>{}</div><div class=b>{}</div>", set(&[a, b]), set(&[b, a, c, d, e]))).len(),
        7
    );
}

#[test]
fn two_paragraphs_that_are_all_of_the_text_are_taken_once() {
    let [a, b, c, ..] = WELL;
    let [wide, print] = ["wide", "print"].map(|name| format!("<div class={name}>{}</div>", set(&[a, b])));
    once(&format!("{wide}{print}"), &[a, b]);
    once(&format!("{}{print}", set(&[a, b])), &[a, b]);
    once(&format!("{wide}{print}{wide}"), &[a, b]);
    let joined = [&format!("{a} {b}"), c].map(str::to_owned).join(" ");
    once(&format!("{wide}<div class=narrow>{}</div><div class=print><p>{joined}</p></div>", set(&[c])), &[a, b, c]);
    let kept = |body: &str, expected: &[&str]| {
        assert_eq!(read(body).body.iter().map(|p| p.text()).collect::<Vec<_>>(), expected);
    };
    // in scripts that say much in few characters
    let dense = [
        "北港の渡し船は水曜の朝に止まった。新しい桟橋が船より高いためだ。",
        "書記の森ハルは、図面は別の川から写したものだと話す。",
    ];
    let [wide, print] = ["wide", "print"].map(|name| format!("<div class={name}>{}</div>", set(&dense)));
    kept(&format!("{wide}{print}"), &dense);
    // One that is said again, or two among others, or beside each other, is the writer's.
    kept(&format!("<div>{}</div><div>{}</div>", set(&[a]), set(&[a])), &[a, a]);
    kept(&format!("<div>{}</div><div>{}</div>", set(&[a, b, c]), set(&[a, b])), &[a, b, c, a, b]);
    kept(&set(&[a, b, a, b]), &[a, b, a, b]);
}

#[test]
fn what_only_one_copy_has_stays_in_its_place() {
    let [a, b, c, d, e] = WELL;
    let two = |first: &[&str], second: &[&str]| {
        format!("<div class=a>{}</div><div class=b><img src=/p/well.jpg>{}</div>", set(first), set(second))
    };
    once(&two(&[a, b, d, e], &WELL), &WELL);
    once(&two(&WELL, &[a, b, c, e]), &WELL);
    once(&two(&[b, c, d, e], &WELL), &WELL);
    once(&two(&[a, b, c, d], &WELL), &WELL);
    once(&two(&[a, b, d, e], &[a, b, c, e]), &WELL);
}

#[test]
fn what_a_copy_closes_is_not_opened_by_another() {
    let text = set(&WELL);
    let start = set(&WELL[..2]);
    let rest = set(&WELL[2..]);
    let closed = format!("<div class=mobile>{start}<div class=paid-content>{rest}</div></div>");
    let head = r#"<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false,
        "hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paid-content"}}</script>"#;
    let got = once(&format!("{head}<div class=desktop>{text}</div>{closed}"), &WELL);
    assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)));
}

#[test]
fn a_copy_below_the_closed_part_closes_nothing_of_the_one_above() {
    let text = set(&WELL);
    let marked = format!("<div class=mobile>{}<div class=rest>{}</div></div>", set(&WELL[..2]), set(&WELL[2..]));
    let open = format!("<div class=mobile><div class=rest>{}</div>{}</div>", set(&WELL[..2]), set(&WELL[2..]));
    for (free, marked) in [(false, &marked), (true, &open)] {
        let head = format!(
            "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\
             \"hasPart\":{{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":{free},\"cssSelector\":\".rest\"}}}}</script>"
        );
        for body in [format!("{marked}<div class=print>{text}</div>"), format!("<div class=print>{text}</div>{marked}")]
        {
            let got = once(&format!("{head}{body}"), &WELL);
            assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)), "{free} {body}");
        }
    }
    // what the marked copy leaves out above its closed part may be closed
    let [a, b, _, d, e] = WELL;
    let less = format!("<div class=mobile>{}<div class=paywall>{}</div></div>", set(&[a, b]), set(&[d, e]));
    let got = once(&format!("<div class=print>{text}</div>{less}"), &WELL);
    assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)));
}

#[test]
fn what_is_said_again_stays() {
    let kept = |body: &str, expected: &[&str]| {
        let got = read(body);
        assert_eq!(got.body.iter().map(|p| p.text()).collect::<Vec<_>>(), expected);
    };
    let [a, b, c, d, e] = WELL;
    // one paragraph, two, and lines of a song
    kept(&set(&[a, b, c, d, a, e]), &[a, b, c, d, a, e]);
    kept(&set(&[a, b, c, d, e, a, b]), &[a, b, c, d, e, a, b]);
    // a paragraph of several sentences, as pages of samples have it
    let long = [a, b, c].join(" ");
    kept(&set(&[&long, &long]), &[&long, &long]);
    let song = ["the wheel, it turns and turns,", "the water is low", "and the miller is gone"];
    let verses = [&[a][..], &song[..], &[b][..], &song[..], &[c][..], &song[..], &[d][..]].concat();
    kept(&set(&verses), &verses);
}
