//! What a paper says for itself in and below its stories, and what only looks like it. All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use archive::html::{Extract, Page, page};
use archive::{Crawl, Options, rebuild};

const WELL: [&str; 4] = [
    "The well in Harrow Lane has run dry for the first time since the parish began to keep a book about it, in 1742.",
    "Nobody drinks from it any more, but the fire brigade does fill its engine there, and so the council met on a Sunday.",
    "A second well, four fields away, will be opened again next week if the key to its iron lid can be found in time.",
    "Until then the engine will be filled at the mill pond, where the miller has counted eleven carp and wants them back.",
];

fn extract(body: &str) -> Extract {
    let html =
        format!("<html><head><title>A well runs dry</title></head><body><article>{body}</article></body></html>");
    page(&Page { url: Some("https://www.kurier.example/2021/06/story.html"), html: &html })
}

fn texts(extract: &Extract) -> Vec<&str> {
    extract.body.iter().map(|p| p.text()).collect()
}

fn set(paragraphs: &[&str]) -> String {
    paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect()
}

/// Below the story this goes, and it is told why.
#[track_caller]
fn goes(words: &str) {
    let got = extract(&format!("{}<p>{words}</p>", set(&WELL)));
    assert_eq!(texts(&got), WELL, "{:?}", got.removed);
    let start: String = words.chars().take(20).collect();
    assert!(got.removed.iter().any(|r| r.text.starts_with(&start)), "{:?}", got.removed);
}

/// Below the story this is its last paragraph.
#[track_caller]
fn stays(words: &str) {
    let got = extract(&format!("{}<p>{words}</p>", set(&WELL)));
    assert_eq!(texts(&got).last(), Some(&words), "{:?}", got.removed);
}

#[test]
fn requests_for_support_and_comments_below_a_story_go() {
    for words in [
        "Our newsroom lives on what its readers give. Support local journalism with a donation of any size today.",
        "Hat Ihnen der Text gefallen? Dann unterstützen Sie unsere Redaktion bitte mit einer Spende von 5 € im Monat.",
        "Notre journalisme a un prix. Soutenez une rédaction libre, faites un don, et nous continuerons chaque matin.",
        "El periodismo del valle necesita el apoyo de sus lectores. Dona hoy y nuestra redacción seguirá trabajando.",
        "O jornalismo do vale depende de você. Apoie a nossa redação com uma doação, pequena ou grande, ainda hoje.",
        "Il giornalismo di provincia vive grazie ai suoi lettori. Sostieni la nostra redazione con una donazione.",
        "Dziennikarstwo lokalne kosztuje. Wesprzyj naszą redakcję darowizną, a będziemy pisać dla was dalej.",
        "Журналистика в долине живёт благодаря вам. Поддержите нашу редакцию, сделайте пожертвование сегодня.",
        "What do you think of the miller's carp? Let us know in the comments below, we read every one of them!",
        "Unsere Seiten verwenden Cookies, damit die Website für Sie schneller wird; wir danken für Ihr Verständnis.",
    ] {
        goes(words);
    }
}

#[test]
fn a_storys_own_last_words_about_money_comments_and_cookies_stay() {
    for words in [
        "The council will support the miller with forty crowns, and asks that nobody tells the carp about the arrangement.",
        "The mayor declined to comment on the key, and so did the smith, who had made it, and the smith's wife, who had it.",
        "Die Feuerwehr bittet um Spenden für einen neuen Schlauch, und wer ihn sehen will, findet ihn am Kirchturm hängend.",
        "Roll the dough into balls, set them on a cookie sheet, and bring the cookies to the well while they are still warm.",
        "Sie informieren sich bei Instagram und YouTube, bestellen ihr Wasser per App und wissen nicht, wo der Brunnen steht.",
        "Der Küster hat die neue Funktion bei Instagram für Android entdeckt und dem Brunnen ein eigenes Konto eingerichtet.",
        "Download and install pumpctl. You can get it from the smith's repository.",
        "Get to know the levers that make it the most complete browser of wells and springs.",
        "Download and install the pump's own program. You can get it from the smith, who keeps it on a tin disc in his shop.",
    ] {
        stays(words);
    }
}

#[test]
fn a_box_of_the_paper_inside_a_story_goes_and_the_crosshead_below_it_stays() {
    let got = extract(&format!(
        "{}<div class='x1'><h3>Good mornings</h3><p>Subscribe to our newsletter and read about the valley before breakfast.</p>\
         <p>Your email address</p></div><h2>Four fields away</h2>{}",
        set(&WELL[..2]),
        set(&WELL[2..])
    ));
    assert_eq!(texts(&got), [WELL[0], WELL[1], "Four fields away", WELL[2], WELL[3]], "{:?}", got.removed);
}

#[test]
fn in_a_plain_crawl_a_crosshead_below_a_form_stays_too() {
    let lines = |name: &str| {
        let form = ["Good mornings, every day", "Your email address", "Sign up", "Four fields away"];
        let foot = format!("© 2031 The Harrow Post, {name}");
        let all: Vec<&str> = WELL[..2].iter().chain(&form).chain(&WELL[2..]).copied().chain([foot.as_str()]).collect();
        Crawl { name: name.to_owned(), bytes: all.join("\n\n").into_bytes() }
    };
    let import = rebuild(&[], &[lines("one"), lines("two")], &Options::default());
    let story = import.stories.first().expect("a story");
    let got: Vec<&str> = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
    assert!(got.contains(&"Four fields away"), "{got:?} {:?} {}", story.doubts, import.report.to_text());
    assert!(!got.contains(&"Your email address"), "{got:?}");
}

#[test]
fn signs_of_pages_go_wherever_they_stand() {
    let signs = ["Bild anzeigen", "2 of 17", "Escucha la nota", "Jeszcze 3 minuty czytania", "0", "Loading..."];
    for sign in signs {
        let got = extract(&format!("{}<p>{sign}</p>{}", set(&WELL[..2]), set(&WELL[2..])));
        assert_eq!(texts(&got), WELL, "{sign}");
    }
}

#[test]
fn words_set_apart_with_signs_are_no_templates() {
    let words = "Write the name as __well__ in the book, she said, and leave the other <code>__init__</code> lines as they are.";
    let shown = words.replace("<code>", "").replace("</code>", "");
    let got = extract(&set(&[
        WELL[0],
        words,
        WELL[1],
        "Hello {{reader.name}}, you have read {{count}} stories about wells.",
    ]));
    assert_eq!(texts(&got), [WELL[0], &shown, WELL[1]], "{:?}", got.removed);
}

#[test]
fn days_that_a_story_lists_stay_and_the_day_of_a_story_goes() {
    let days = ["02.11.2031 - Brass band - Mill", "05.11.2031 - Choir - Chapel", "09.11.2031 - Fiddlers - Barn"];
    let body =
        format!("<p>Posted on April 21, 2031, at 11:29 a.m.</p>{}{}{}", set(&WELL[..2]), set(&days), set(&WELL[2..]));
    let got = extract(&body);
    let all: Vec<&str> = WELL[..2].iter().chain(&days).chain(&WELL[2..]).copied().collect();
    assert_eq!(texts(&got), all, "{:?}", got.removed);
    stays("Updated figures for 2030 show 3,000 buckets drawn in May 2029.");
}

#[test]
fn a_page_that_shows_its_story_only_without_scripts_is_read() {
    let got = extract(&format!("<div id='app'></div><noscript><div>{}</div></noscript>", set(&WELL)));
    assert_eq!(texts(&got), WELL);
    let both =
        extract(&format!("{}<noscript><p>Please switch scripts on to read about wells.</p></noscript>", set(&WELL)));
    assert_eq!(texts(&both), WELL);
}

#[test]
fn a_motto_above_a_story_stays_and_a_line_that_announces_what_was_taken_out_goes() {
    let got = extract(&format!(
        "<blockquote>don't teach me, miller</blockquote>{}<p>More about wells on our pages:</p><ul><li><a href='/a'>The pump</a></li></ul>",
        set(&WELL)
    ));
    let all: Vec<&str> = std::iter::once("don't teach me, miller").chain(WELL).collect();
    assert_eq!(texts(&got), all, "{:?}", got.removed);
}

#[test]
fn a_last_list_of_links_with_days_beside_them_goes() {
    let entry = |n: u32| format!("<li><a href='/a{n}'>A pump for the lane, part {n}</a> - October {n}, 2030</li>");
    let list: String = (1..5).map(entry).collect();
    assert_eq!(texts(&extract(&format!("{}<ul>{list}</ul>", set(&WELL)))), WELL);
    let places = ["Harrow Lane", "The mill pond", "Four fields away"];
    let plain: String = places.iter().map(|p| format!("<li>{p}</li>")).collect();
    let all: Vec<&str> = WELL.iter().chain(&places).copied().collect();
    assert_eq!(texts(&extract(&format!("{}<ul>{plain}</ul>", set(&WELL)))), all);
}

#[test]
fn a_story_told_in_pictures_keeps_the_headings_above_them() {
    let picture = |n: u32| format!("<h2>Bucket {n}</h2><img src='/b{n}.jpg' width='800'>");
    let got = extract(&(1..4).map(picture).collect::<String>());
    assert_eq!(texts(&got), ["Bucket 1", "Bucket 2", "Bucket 3"], "{:?}", got.removed);
    let below = extract(&format!("{}<h2>More pictures</h2><img src='/m.jpg' width='800'><h2>Shop</h2>", set(&WELL)));
    assert_eq!(texts(&below), WELL);
}

#[test]
fn an_intro_text_above_the_body_is_its_standfirst() {
    let lead =
        "The oldest well of the parish is dry, and the miller's carp are counted every evening until it rains again.";
    let html = format!(
        "<html><head><title>A well runs dry</title></head><body><div class='top'><h1>A well runs dry</h1>\
         <div class='intro-text'><p>{lead}</p></div></div><div class='article-body'>{}</div></body></html>",
        set(&WELL)
    );
    let got = page(&Page { url: None, html: &html });
    assert_eq!(got.standfirst.as_deref().filter(|_| got.standfirst_shown), Some(lead));
    assert_eq!(texts(&got), WELL);
}

#[test]
fn an_entry_that_opens_like_a_label_and_says_something_stays() {
    let entry = "Related to each other by marriage: for example, the miller and the smith";
    let got = extract(&format!("{}<ul><li>{entry}</li></ul>{}", set(&WELL[..2]), set(&WELL[2..])));
    assert!(texts(&got).contains(&entry), "{:?}", got.removed);
}
