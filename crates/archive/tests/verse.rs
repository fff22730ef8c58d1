//! Poems as lines of text: copies of one become it whole, and two below the same introduction stay two. All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

const INTRODUCTION: &str = "Each Saturday the Norholm Gazette prints what a reader has rhymed, and sends him a jar of plum jam from the mayor's own garden.";

const POEMS: [[&str; 8]; 3] = [
    [
        "Snow on the roofs of the town,",
        "snow on the cart and the hay,",
        "and whatever the wind brings down",
        "is gone by the end of the day.",
        "Snow on the bench by the wall,",
        "snow on the hat of the guard,",
        "and nobody answers at all",
        "who is called from the end of the yard.",
    ],
    [
        "The cobbler has mended my shoe",
        "with a nail and a piece of string,",
        "and said, as they commonly do,",
        "that it would be good until spring.",
        "The spring has come round since then",
        "and the string has come off the nail,",
        "so I walk to the cobbler again",
        "with a heel that drags like a tail.",
    ],
    [
        "Who has been at the honey pot,",
        "and who has been at the bread?",
        "It was not the boy in the cot,",
        "for the boy was asleep in bed.",
        "Who has been at the apple tree,",
        "and who has been at the pear?",
        "It was not, I swear to you, me,",
        "although I confess I was there.",
    ],
];

fn crawl(name: &str, lines: &[&str]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: lines.join("\n").into_bytes() }
}

fn import(crawls: &[Crawl]) -> Import {
    rebuild(&[], crawls, &Options::default())
}

fn texts(story: &Rebuilt) -> Vec<&str> {
    story.paragraphs.iter().map(|p| p.text.as_str()).collect()
}

/// A page of the gazette around some lines, or the lines alone.
fn copies(name: &str, lines: &[&str]) -> [Crawl; 2] {
    let page = [&["NORHOLM GAZETTE"], lines, &["What the neighbours read"]].concat();
    [crawl(&format!("{name}-1"), lines), crawl(&format!("{name}-2"), &page)]
}

#[test]
fn poems_below_one_introduction_stay_apart_and_whole() {
    for many in 2..=3 {
        let whole: Vec<Vec<&str>> = POEMS[..many].iter().map(|poem| [&[INTRODUCTION][..], poem].concat()).collect();
        let crawls: Vec<Crawl> =
            whole.iter().zip(["a", "b", "c"]).flat_map(|(lines, name)| copies(name, lines)).collect();
        let found = import(&crawls);
        let told: Vec<Vec<&str>> = found.stories.iter().map(texts).collect();
        assert_eq!(told, whole, "{}", found.report.to_text());
    }
}

#[test]
fn of_poems_that_came_once_no_line_is_lost_in_silence() {
    let whole: Vec<Vec<&str>> = POEMS.iter().map(|poem| [&[INTRODUCTION][..], poem].concat()).collect();
    let crawls: Vec<Crawl> = whole.iter().zip(["a", "b", "c"]).map(|(lines, name)| crawl(name, lines)).collect();
    let found = import(&crawls);
    assert_eq!(found.stories.len(), 3, "{}", found.report.to_text());
    for (story, whole) in found.stories.iter().zip(&whole) {
        let left = |line: &str| story.doubts.iter().any(|d| d.left_out.iter().any(|l| l.text == line));
        let lost: Vec<&&str> = whole.iter().filter(|line| !texts(story).contains(*line) && !left(line)).collect();
        assert!(lost.is_empty(), "{lost:?}: {:?}", story.doubts);
        assert!(POEMS.iter().any(|poem| texts(story).ends_with(poem)), "{:?}", texts(story));
    }
}

#[test]
fn copies_of_a_poem_that_each_lost_a_line_are_one() {
    let without = |lost: usize| -> Vec<&str> {
        let lines = [&[INTRODUCTION][..], &POEMS[0]].concat();
        lines.into_iter().enumerate().filter(|(at, _)| *at != lost).map(|(_, line)| line).collect()
    };
    let mut crawls: Vec<Crawl> = (2..5).map(|lost| crawl(&format!("a-{lost}"), &without(lost))).collect();
    crawls.extend(
        POEMS[1..].iter().zip(["b", "c"]).flat_map(|(poem, name)| copies(name, &[&[INTRODUCTION][..], poem].concat())),
    );
    let found = import(&crawls);
    assert_eq!(found.stories.len(), 3, "{}", found.report.to_text());
    assert_eq!(texts(&found.stories[0]), [&[INTRODUCTION][..], &POEMS[0]].concat(), "{}", found.report.to_text());
}

#[test]
fn each_stanza_with_its_refrain_is_kept_where_the_copies_agree() {
    let poem = [
        "The song of the month was sent by Aune Lett, who mends nets in a shed behind the chapel and sings while she does so.",
        "The herring have gone from the bay,",
        "and the nets have gone to the moth,",
        "O haul away, the light is grey,",
        "O haul away the cloth.",
        "The gulls have gone from the pier,",
        "and the boats have gone to the sea,",
        "O haul away, the light is grey,",
        "O haul away the cloth.",
        "My brother is gone for a year,",
        "and has nobody written to me?",
        "O haul away, the light is grey,",
        "O haul away the cloth.",
    ];
    let told = |number: usize| -> Vec<String> {
        let sentence = |nth: usize| {
            format!(
                "The wardens of Norholm counted {} barrels in house {number} and {} in the next, and wrote down both.",
                300 + number * 17 + nth * 5,
                40 + number * 3 + nth
            )
        };
        (0..5).map(sentence).collect()
    };
    let page = |name: &str, lines: &[&str]| {
        let saved = format!("Saved as {name}");
        let foot = ["What the neighbours read", "Why the tar house smokes", "Printed by Gerrit & Sons", &saved];
        crawl(name, &[&["NORHOLM GAZETTE", "Go to the words"], lines, &foot].concat())
    };
    for others in [0, 4, 30] {
        let mut crawls = vec![page("song-1", &poem), page("song-2", &poem)];
        crawls.extend((0..others).map(|number| {
            let lines = told(number);
            page(&format!("told-{number}"), &lines.iter().map(String::as_str).collect::<Vec<_>>())
        }));
        let found = import(&crawls);
        let story = found.stories.iter().find(|s| s.crawls[0].name == "song-1").expect("the song");
        assert_eq!(texts(story), poem, "{others} others: {}", found.report.to_text());
    }
}

#[test]
fn a_menu_or_a_list_of_other_stories_is_no_verse() {
    let story = [
        "The ferry of Norholm lay at its post for nine days because the rope had frozen to the ring, its master said.",
        "He had boiled three kettles over it, and a fourth was on its way from the inn when the rope gave way by itself.",
        "Nobody has crossed since then but a dog, which came back on the following morning with a different collar.",
    ];
    let menus: [&[&str]; 3] = [
        &["about the gazette", "write to us here", "things for sale", "rooms to let", "births and deaths"],
        &["Mayor opens a bridge", "A cow on the chapel roof", "Why eels are late", "Two barrels too few"],
        &["About, contact", "Letters", "For sale", "Rooms", "Births, deaths"],
    ];
    for menu in menus {
        let found = import(&[crawl("a", &[menu, &story].concat()), crawl("b", &[&story[..], menu].concat())]);
        let kept = texts(&found.stories[0]);
        assert!(story.iter().all(|line| kept.contains(line)), "{kept:?}");
        let whole = menu.iter().filter(|line| kept.contains(line)).count();
        assert!(whole < menu.len(), "{kept:?}");
    }
}

#[test]
fn poems_in_small_letters_without_marks_below_one_introduction_stay_two() {
    let bare = |line: &str| line.trim_end_matches([',', '.', '?']).to_lowercase().replace(", ", " ");
    let poems: Vec<Vec<String>> = POEMS[..2].iter().map(|poem| poem.iter().map(|line| bare(line)).collect()).collect();
    for parted in ["", "Lines of the week"] {
        let whole = |poem: &[String]| -> Vec<String> {
            [&[INTRODUCTION.to_owned(), parted.to_owned()], poem]
                .concat()
                .into_iter()
                .filter(|l| !l.is_empty())
                .collect()
        };
        let crawls: Vec<Crawl> = poems
            .iter()
            .zip(["a", "b"])
            .flat_map(|(poem, name)| {
                let text =
                    [&[INTRODUCTION, parted, ""], &poem.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat();
                copies(name, &text)
            })
            .collect();
        let found = import(&crawls);
        let told: Vec<Vec<&str>> = found.stories.iter().map(texts).collect();
        let wanted: Vec<Vec<String>> = poems.iter().map(|poem| whole(poem)).collect();
        assert_eq!(told, wanted, "“{parted}”: {}", found.report.to_text());
    }
}

/// The parts of a body of HTML, as words.
fn of_html(html: &str) -> Vec<String> {
    archive::html::parts(html).parts.iter().map(|part| part.text().to_owned()).collect()
}

#[test]
fn lines_parted_by_breaks_are_kept_where_they_are_verse_or_a_list() {
    let couplets = POEMS[0].chunks(2).map(|two| format!("<p>{}<br>\n{}</p>", two[0], two[1])).collect::<String>();
    let stanzas = POEMS[0].chunks(4).map(|four| four.join("<br>")).collect::<Vec<_>>().join("<br><br>");
    let shop: &[&str] = &["Gerrit & Sons", "7 Chapel Lane", "Norholm", "Tuesdays from nine"];
    let results: &[&str] = &["Norholm 3, Ost 1", "Skarn 0, Dunlow 0", "Orvik 2, Kest 5"];
    for (html, lines) in [
        (format!("<p>{}</p>", POEMS[0].join("<br>")), &POEMS[0][..]),
        (format!("<p>{}</p>", POEMS[1].join(" <BR/>\n")), &POEMS[1][..]),
        (couplets, &POEMS[0][..]),
        (stanzas, &POEMS[0][..]),
        (format!("<blockquote><i>{}</i></blockquote>", POEMS[2].join("<br />")), &POEMS[2][..]),
        (format!("<p>{}</p>", shop.join("<br>").replace('&', "&amp;")), shop),
        (format!("<p><b>{}</b></p>", results.join("<br>")), results),
    ] {
        assert_eq!(of_html(&html), lines, "{html}");
    }
}

#[test]
fn prose_with_a_break_in_it_is_prose() {
    let column = "The ferry of Norholm lay at its post for<br>nine days because the rope had frozen to<br>the ring, its master said. He had boiled\
                  <br>three kettles over it, and a fourth was on<br>its way from the inn when the rope gave<br>way by itself.";
    let stray = "The ferry of Norholm lay at its post for nine days because the rope had frozen to the ring.<br>Its master said so.<br>\
                 He had boiled three kettles over it, and a fourth was on its way from the inn when the rope gave way.";
    for html in [column, stray, "The council met<br>late."] {
        let plain = html.replace("<br>", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(of_html(&format!("<p>{html}</p>")), [plain], "{html}");
    }
    let menu = "<p><a href=/a>The harbour</a><br><a href=/b>Rooms to let</a><br><a href=/c>Things for sale</a></p>";
    assert_eq!(of_html(menu), ["The harbour Rooms to let Things for sale"]);
}

#[test]
fn a_poem_on_a_page_is_its_lines_and_a_picture_below_stands_below_all_of_them() {
    let html = format!(
        "<html><head><title>Snow on the chapel</title></head><body><article><h1>Snow on the chapel</h1><p>{INTRODUCTION}</p>\
         <p>{}</p><img src=snow.jpg alt=Snow><p>{INTRODUCTION} It came with a note that the jar had been licked clean before.</p>\
         </article></body></html>",
        POEMS[0].join("<br>\n")
    );
    let read =
        archive::html::page(&archive::html::Page { url: Some("http://norholm.example/2009/snow.html"), html: &html });
    let body: Vec<&str> = read.body.iter().map(archive::item::Part::text).collect();
    assert_eq!(body[0], INTRODUCTION);
    assert_eq!(body[1..9], POEMS[0], "{body:?}");
    assert_eq!((body.len(), read.images[0].after), (10, Some(9)), "{:?}", read.images);
}

#[test]
fn a_box_in_the_middle_of_a_poem_takes_none_of_its_lines() {
    for poem in POEMS {
        let lines =
            [&[INTRODUCTION][..], &poem[..4], &["Also Read", "The cobbler of Skarn gives up"], &poem[4..]].concat();
        let found = import(&[crawl("poem", &lines)]);
        let told = texts(&found.stories[0]);
        assert_eq!(told, [&[INTRODUCTION][..], &poem].concat(), "{}", found.report.to_text());
    }
}
