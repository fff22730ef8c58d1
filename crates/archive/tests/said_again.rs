//! Sentences that writers say again in stories of anything, and what a page puts between their paragraphs. All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use std::collections::BTreeSet;

use archive::Options;
use archive::html::{Extract, Page, Templates, page_with};
use archive::intake::{Intake, Outcome, Story};
use archive::item::{Item, Part};

const SAID: &str = "A spokesman declined to comment.";
const ASKED: &str = "Subscribe to our letter and read about the valley every morning.";
const PLACED: &str = "The press in Quay Street has printed the tides of the island every day for ninety years.";
const HOUSE: &str = "The Quay Post was founded by two brothers who could not agree on the tides of the island.";

const WHO: [&str; 9] = ["chandler", "cooper", "drover", "glazier", "miller", "pilot", "ropemaker", "saddler", "tanner"];

fn told(number: usize) -> Vec<String> {
    let paragraph = |nth: usize| {
        format!(
            "The {} of quay {number} asked the {} for {} lamps in the {}th winter, and the wardens wrote it down as they do.",
            WHO[(number + nth) % 9],
            WHO[(number * 2 + nth * 5 + 1) % 9],
            12 + number * 3 + nth,
            200 + number * 7 + nth * 31
        )
    };
    (0..3 + number % 4).map(paragraph).collect()
}

/// The extracts of forty pages, `with` sentences put into their paragraphs.
fn pages(with: &dyn Fn(usize, &mut Vec<String>)) -> Vec<(Vec<String>, Extract)> {
    let made: Vec<(Vec<String>, String, String)> = (0..40)
        .map(|number| {
            let mut told = told(number);
            with(number, &mut told);
            let set: String = told.iter().map(|p| format!("<p>{p}</p>")).collect();
            let html = format!(
                "<html><head><title>Lamps at quay {number} asked for | Quay Post</title></head><body><div class=top><a href=/>Quay Post</a></div>\
                 <div class=story><h1>Lamps at quay {number} asked for</h1><div class=text>{set}</div></div></body></html>"
            );
            (told, format!("https://quay.example/{number}"), html)
        })
        .collect();
    let mut templates = Templates::default();
    made.iter().for_each(|(_, url, html)| templates.learn(&Page { url: Some(url), html }));
    made.into_iter()
        .map(|(told, url, html)| (told, page_with(&Page { url: Some(&url), html: &html }, &templates)))
        .collect()
}

fn body(extract: &Extract) -> Vec<&str> {
    extract.body.iter().map(Part::text).collect()
}

#[test]
fn what_ends_many_stories_of_a_paper_is_each_one_s() {
    let pages = pages(&|number, told| {
        if number % 5 == 0 {
            told.push(SAID.to_owned());
        }
    });
    for (told, extract) in pages {
        assert_eq!(body(&extract), told, "{:?}", extract.removed);
    }
}

#[test]
fn what_a_page_puts_between_paragraphs_goes_and_that_is_said() {
    for (sentence, at) in [(PLACED, Some(2)), (HOUSE, None), (ASKED, None)] {
        let pages = pages(&|number, told| {
            if number % 5 == 0 {
                told.insert(at.unwrap_or(told.len()), sentence.to_owned());
            }
        });
        for (told, extract) in pages {
            let had = told.iter().any(|p| p == sentence);
            let kept: Vec<&String> = told.iter().filter(|p| *p != sentence).collect();
            assert_eq!(body(&extract), kept, "{sentence}");
            // What asks the reader for something needs no remark.
            let said = extract.notes.iter().any(|n| n.contains(&sentence[..40]));
            assert_eq!(said, had && sentence != ASKED, "{:?}", extract.notes);
        }
    }
}

#[test]
fn what_most_pages_say_is_theirs() {
    let pages = pages(&|number, told| {
        if number % 4 != 0 {
            told.push(PLACED.to_owned());
        }
    });
    for (told, extract) in pages {
        assert!(!body(&extract).contains(&PLACED), "{told:?}");
    }
}

fn outcomes(items: Vec<Item>) -> (Vec<Story>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut intake = Intake::new(folder.path(), &Options::default()).expect("an intake");
    items.into_iter().for_each(|item| intake.item(item).expect("an item"));
    let (mut stories, mut notes) = (Vec::new(), Vec::new());
    for outcome in intake.finish(&mut |_| {}).expect("finished") {
        match outcome.expect("an outcome") {
            Outcome::Story(story) => stories.push(*story),
            Outcome::Note(note) => notes.push(note.text),
            _ => {}
        }
    }
    (stories, notes)
}

fn item(number: usize, told: &[String]) -> Item {
    let mut item = Item::new(format!("quay:{number}"), "export".to_owned(), number as u64);
    item.headline = Some(format!("Lamps at quay {number} asked for"));
    item.body = told.iter().cloned().map(Part::Paragraph).collect();
    item
}

#[test]
fn in_an_export_too_with_one_remark_for_all() {
    let with = |number: usize, sentence: &str| {
        let mut told = told(number);
        if number.is_multiple_of(5) {
            told.push(sentence.to_owned());
        }
        told
    };
    let items = (0..40).map(|number| item(number, &with(number, SAID))).collect();
    let (stories, notes) = outcomes(items);
    assert_eq!(stories.len(), 40);
    for story in &stories {
        let number = usize::try_from(story.items[0].place).expect("small");
        let texts: Vec<&str> = story.rebuilt.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, with(number, SAID), "{:?}", story.rebuilt.dropped);
        let asked = story.rebuilt.doubts.iter().find(|d| d.paragraph.is_some() || !d.left_out.is_empty());
        assert_eq!(asked, None, "one remark is enough");
    }
    assert_eq!(notes.len(), 8);
    assert_eq!(notes.iter().collect::<BTreeSet<_>>().len(), 1, "{notes:?}");
    // What asks the reader for something is the page's.
    let items = (0..40).map(|number| item(number, &with(number, ASKED))).collect();
    let (stories, _) = outcomes(items);
    assert!(stories.iter().flat_map(|s| &s.rebuilt.paragraphs).all(|p| p.text != ASKED));
}
