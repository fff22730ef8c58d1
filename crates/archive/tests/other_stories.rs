//! A story's page with other stories on it: announced in streams, shown in rows of pictures, told in full below the first. All texts
//! are our own fiction.

use std::fmt::Write as _;

use archive::html::{Page, page};

fn body(html: &str) -> Vec<String> {
    let got = page(&Page { url: Some("https://www.kurier.example/2021/06/story.html"), html });
    got.body.iter().map(|p| p.text().to_owned()).collect()
}

fn set(paragraphs: &[&str]) -> String {
    paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect()
}

const WEIR: [&str; 5] = [
    "The old weir at Tarn Bridge has been opened for the first time since the flood, and the trout came through within the hour.",
    "Forty people stood on the bank, most of them in the boots they had been told to bring, and nobody said a word for a while.",
    "The gate is moved by hand. It takes two people and a good deal of grease, and the second of them has yet to be appointed.",
    "Whether the mill will get its water back is another matter, on which the miller and the parish have agreed not to agree.",
    "A third gate is to follow in the autumn, when the leaves are down and somebody has found out to whom it belongs.",
];
const WEHR: [&str; 4] = [
    "Das alte Wehr an der Tarnbrücke ist zum ersten Mal seit dem Hochwasser wieder offen, und die Forellen kamen sofort hindurch.",
    "Vierzig Leute standen am Ufer, die meisten in den Stiefeln, die man ihnen empfohlen hatte, und keiner sagte etwas dazu.",
    "Das Tor wird von Hand bewegt. Dazu braucht es zwei Leute und viel Fett, und der zweite ist noch nicht gefunden worden.",
    "Ob die Mühle ihr Wasser zurückbekommt, ist eine andere Frage, in der sich Müller und Gemeinde auf nichts geeinigt haben.",
];
const SAW: [&str; 3] = [
    "The saw pit behind the chapel will be filled in before the winter, the sexton said, since two goats have fallen into it.",
    "Both were taken out with a ladder, a rope and the help of a baker, who has since been given a cheese by their owner.",
    "The chapel was built from beams that were cut there, and a stone with the names of the sawyers will be put in its place.",
];

/// Items of a stream, each with a heading that is a link and a sentence that goes on where the reader has clicked.
fn stream(items: u32) -> String {
    (1..=items).fold(String::new(), |mut out, n| {
        let _ = write!(
            out,
            "<li class=card><div><h3><a href='/2021/06/other-{n}.html'>Beekeepers of row {n} ask for rain</a></h3><p>The beekeepers of row \
             {n} went to the town hall on Friday with a petition, {} signatures and one hive, which was left outside the door.</p>\
             <span>The Courier</span></div></li>",
            n * 7
        );
        out
    })
}

#[test]
fn a_stream_below_a_story_is_no_part_of_it_even_if_it_is_longer() {
    for (before, after) in [(String::new(), stream(14)), (stream(9), String::new()), (stream(3), stream(12))] {
        let html = format!(
            "<title>Weir opened</title><body><div id=all><div><ul>{before}</ul></div><div class=piece><h1>Weir opened</h1>{}</div>\
             <div><ul>{after}</ul></div></div></body>",
            set(&WEIR)
        );
        assert_eq!(body(&html), WEIR);
    }
}

#[test]
fn a_page_that_is_a_stream_keeps_it() {
    let html = format!("<title>News of the week</title><body><h1>News of the week</h1><ul>{}</ul></body>", stream(8));
    let got = body(&html);
    assert_eq!(got.iter().filter(|t| t.starts_with("The beekeepers of row")).count(), 8, "{got:?}");
}

#[test]
fn a_list_of_the_storys_own_keeps_its_headings_and_texts() {
    let parts: String = WEIR.iter().skip(2).map(|p| format!("<li><h3>The gate</h3><p>{p}</p></li>")).collect();
    let html = format!(
        "<title>Weir opened</title><article><h1>Weir opened</h1>{}<ol>{parts}</ol></article>",
        set(WEIR.get(..2).unwrap_or_default())
    );
    let got = body(&html);
    assert!(WEIR.iter().all(|p| got.iter().any(|t| t == p)), "{got:?}");
}

#[test]
fn a_row_of_pictures_inside_a_story_has_more_words_than_the_story() {
    let slides: String = (1..=12).fold(String::new(), |mut out, n| {
        let _ = write!(
            out,
            "<li><h2><span>{n}/12</span> Hats of the year</h2><p>Hat number {n} was made of straw, of felt and of a feather that its maker \
             had found on the road to the fair, where it won a prize of {n} crowns and a ham.</p></li>"
        );
        out
    });
    let (above, below) = WEIR.split_at(2);
    let html = format!(
        "<title>Weir opened</title><article><h1>Weir opened</h1><div class=story-text>{}<div class='widget full-gallery'><div><ul>{slides}</ul></div></div>{}</div></article>",
        set(above),
        set(below)
    );
    assert_eq!(body(&html), WEIR);
    let alone = format!(
        "<title>Hats of the year</title><article><h1>Hats of the year</h1><div class=gallery><ul>{slides}</ul></div></article>"
    );
    assert_eq!(
        body(&alone).iter().filter(|t| t.starts_with("Hat number")).count(),
        12,
        "a story of pictures keeps them"
    );
}

#[test]
fn a_page_that_goes_on_with_the_next_story_ends_with_its_own() {
    let next = set(&SAW).repeat(3);
    let articles = format!(
        "<title>Wehr offen - Der Kurier</title><main><article><h1>Wehr offen</h1><div class=text>{}</div></article>\
         <article><h2>Saw pit to be filled in</h2><div class=text>{next}</div></article></main>",
        set(&WEHR)
    );
    assert_eq!(body(&articles), WEHR, "the longer one is another story");
    let boxes = format!(
        "<title>Wehr offen - Der Kurier</title><div id=feed><div class=piece><h1>Wehr offen</h1><div>{}</div></div>\
         <div class=piece><h1>Saw pit to be filled in</h1><span class=byline>By Tom Reed</span><div>{next}</div></div></div>",
        set(&WEHR)
    );
    assert_eq!(body(&boxes), WEHR);
}

#[test]
fn parts_of_a_story_are_no_other_stories() {
    let (above, below) = WEIR.split_at(2);
    let posts: String = below
        .iter()
        .enumerate()
        .map(|(n, p)| {
            format!("<article><time>1{n}:30</time><h3><a href='#post-{n}'>The gate moves</a></h3><p>{p}</p></article>")
        })
        .collect();
    let running = format!("<title>Weir opened</title><article><h1>Weir opened</h1>{}{posts}</article>", set(above));
    let got = body(&running);
    assert!(WEIR.iter().all(|p| got.iter().any(|t| t == p)), "{got:?}");
    let sections = format!(
        "<title>Weir opened</title><div><section><h1>Weir opened</h1>{}</section><section><h1>The gate</h1>{}</section></div>",
        set(above),
        set(below)
    );
    let got = body(&sections);
    assert!(WEIR.iter().all(|p| got.iter().any(|t| t == p)), "{got:?}");
}
