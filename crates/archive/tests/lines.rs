//! Single lines: those that stand several times in a story, headlines that other pages list, and what was left out and can be put back.
//! All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

/// A sentence of story `number` that no other story has.
fn told(number: usize, nth: usize) -> String {
    let who =
        ["The ropemaker", "A pilot", "The widow Harl", "Two bargemen", "The toll clerk", "A glazier", "The smith"];
    let what = ["the slipway", "a cask of resin", "the tide bell", "an eel weir", "the long shed"];
    format!(
        "{} of Velmouth {number} asked the wardens for {} in the year {}, and got {} marks and a promise instead.",
        who[(number + nth) % 7],
        what[(number * 3 + nth) % 5],
        1500 + number * 17 + nth * 3,
        20 + nth * 11 + number
    )
}

fn story(number: usize, paragraphs: usize) -> Vec<String> {
    (0..paragraphs).map(|nth| told(number, nth)).collect()
}

fn crawl(name: &str, lines: &[String]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: lines.join("\n\n").into_bytes() }
}

/// A page of the invented paper around some lines; each crawl of it has another foot.
fn page(name: &str, lines: &[String]) -> Crawl {
    let around =
        [&["Skip to content".to_owned(), "Home".to_owned()], lines, &[format!("© 1998 The Velmouth Post, {name}")]];
    crawl(name, &around.concat())
}

fn import(crawls: &[Crawl]) -> Import {
    rebuild(&[], crawls, &Options::default())
}

fn texts(story: &Rebuilt) -> Vec<&str> {
    story.paragraphs.iter().map(|p| p.text.as_str()).collect()
}

#[test]
fn a_line_that_stands_twice_stands_twice_and_the_order_is_that_of_the_copies() {
    let sentence =
        "Nobody on the quay believed a word of it, and the bell was rung all the same, three times over the water.";
    for line in ["The second winter", "And what of the tide?", "“Not in my time,” said the warden.", sentence] {
        for (first, second, third) in [(4, 4, 2), (2, 2, 2), (3, 5, 2), (6, 3, 3)] {
            let mut lines = story(1, first + second + third);
            lines.insert(first + second, line.to_owned());
            lines.insert(first, line.to_owned());
            let import = import(&[page("a", &lines), page("b", &lines), crawl("c", &story(2, 6))]);
            let found = import.stories.iter().find(|s| s.crawls.len() == 2).expect("two crawls of one story");
            assert_eq!(texts(found), lines, "{line}: {:?}", found.doubts);
            let moved = found.doubts.iter().find(|d| d.text.contains("place") || d.text.contains("other end"));
            assert_eq!(moved, None, "{line}");
        }
    }
}

#[test]
fn a_lead_that_is_its_own_teaser_stands_once() {
    let mut lines = story(1, 7);
    lines.insert(0, lines[0].clone());
    lines.insert(1, "More of this today".to_owned());
    let import = import(&[page("a", &lines), page("b", &lines), crawl("c", &story(1, 7))]);
    assert_eq!(texts(&import.stories[0]), story(1, 7), "{:?}", import.stories[0].doubts);
}

#[test]
fn a_rule_of_stars_is_no_widget() {
    let mut lines = story(1, 6);
    lines.insert(3, "* * *".to_owned());
    let import = import(&[page("a", &lines), page("b", &lines)]);
    assert_eq!(texts(&import.stories[0]), story(1, 6));
    assert_eq!(import.stories[0].doubts, []);
}

/// Headlines that share no word with their stories.
fn headline(number: usize) -> String {
    [
        "Silence after the fair",
        "Lanterns for hire again",
        "No bread before noon",
        "Winter comes early here",
        "Geese over Saint Orr",
        "Chalk upon every door",
    ][number]
        .to_owned()
}

#[test]
fn a_headline_is_found_below_a_menu_and_in_the_lists_of_other_pages() {
    for menu in [
        &["Home", "News"][..],
        &["Home", "Subscribe"],
        &["Subscribe", "Log in"],
        &["News", "Sign up"],
        &["Home", "Subscribe now for £1 a week", "Log in"],
        &["News", "Already a member? Log in"],
    ] {
        let mut crawls = Vec::new();
        for number in 0..6 {
            let others = (0..6).filter(|other| *other != number).map(headline);
            for copy in ["a", "b"] {
                let mut lines: Vec<String> = menu.iter().map(|m| (*m).to_owned()).collect();
                lines.push(headline(number));
                lines.extend(story(number, 6));
                lines.push("Read also".to_owned());
                lines.extend(others.clone().take(4));
                crawls.push(page(&format!("{number}-{copy}"), &lines));
            }
        }
        let import = import(&crawls);
        assert_eq!(import.stories.len(), 6);
        for (number, found) in import.stories.iter().enumerate() {
            assert_eq!(found.headline, Some(headline(number)), "{menu:?}: {:?}", found.dropped);
            assert_eq!(texts(found), story(number, 6));
        }
    }
}

#[test]
fn a_day_in_numbers_is_a_clue_however_it_is_set() {
    for day in ["14.10.1999", "14.10.99", "14/10/99", "14/10/1999", "1.2.2003", "14-10-1999"] {
        let pages = ["a", "b"].map(|copy| {
            let lines = [vec!["Velmouth and the coast".to_owned(), headline(2), day.to_owned()], story(3, 5)].concat();
            page(copy, &lines)
        });
        let import = import(&pages);
        assert_eq!(import.stories[0].date_clue.as_deref(), Some(day), "{:?}", import.stories[0].dropped);
    }
}

#[test]
fn a_file_named_after_its_headline_tells_it() {
    let lines = |head: &str| [vec!["Velmouth and the coast".to_owned(), head.to_owned()], story(3, 5)].concat();
    let import = import(&[crawl("1998/lanterns-for-hire-again.txt", &lines("Lanterns for hire again"))]);
    assert_eq!(import.stories[0].headline.as_deref(), Some("Lanterns for hire again"));
}

#[test]
fn what_may_be_a_crosshead_is_left_out_with_its_place() {
    let crossheads = ["A quarrel over oars", "What the ledger says"];
    let mut crawls = Vec::new();
    for number in 0..12 {
        let mut lines = story(number, 6);
        if number % 3 == 0 {
            lines.insert(4, crossheads[1].to_owned());
            lines.insert(2, crossheads[0].to_owned());
        }
        crawls.push(page(&format!("{number:02}"), &lines));
    }
    let import = import(&crawls);
    let mut lost = 0;
    for found in &import.stories {
        for (line, after) in crossheads.iter().zip([2u32, 4]) {
            let stood = found.dropped.iter().any(|d| d.text == *line);
            let offered: Vec<_> = found.doubts.iter().flat_map(|d| &d.left_out).filter(|l| l.text == *line).collect();
            assert_eq!(offered.len(), usize::from(stood), "{line}: {:?}", found.doubts);
            // The other one is not in the story either, so it does not count.
            assert!(offered.iter().all(|l| l.after == [after]), "{offered:?}");
            lost += usize::from(stood);
        }
    }
    assert!(lost > 0, "nothing was left out, and nothing tested");
}
