//! Single lines: those that stand several times in a story, headlines that other pages list, and what was left out and can be put back.
//! All texts are our own fiction.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may stop")]

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
fn copies_agree_on_the_place_of_a_crosshead_though_each_lost_a_paragraph_beside_it() {
    let all = story(1, 7);
    let mut told = all.clone();
    told.insert(2, "The second winter".to_owned());
    let without = |lost: usize| told.iter().filter(|l| **l != all[lost]).cloned().collect::<Vec<_>>();
    let mut crawls = vec![page("a", &without(2)), page("b", &without(1)), page("c", &all)];
    crawls.extend((2..14).map(|n| page(&format!("{n}"), &story(n, 6))));
    let import = import(&crawls);
    let found = import.stories.iter().find(|s| s.crawls.len() == 3).expect("three crawls of one story");
    assert_eq!(texts(found), told, "{:?}", found.doubts);
    assert!(found.paragraphs[2].doubt.is_none(), "{:?}", found.paragraphs[2]);
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
fn a_rule_of_stars_is_no_widget_and_can_be_put_back() {
    for rule in ["* * *", "***", "⁂", "———"] {
        let mut lines = story(1, 6);
        lines.insert(3, rule.to_owned());
        for crawls in [vec![page("a", &lines), page("b", &lines)], vec![page("a", &lines), page("b", &story(1, 6))]] {
            let found = &import(&crawls).stories[0];
            assert_eq!(texts(found), story(1, 6));
            let [doubt] = found.doubts.as_slice() else { panic!("one doubt: {:?}", found.doubts) };
            let offered: Vec<_> = doubt.left_out.iter().map(|l| (l.text.as_str(), l.after.as_slice())).collect();
            assert_eq!(offered, [(rule, [3].as_slice())], "{doubt:?}");
        }
    }
    // Where it stands between all paragraphs it is the file's manner; alone it is no rule.
    for (rule, every) in [("* * *", 1), ("-", 3), ("|", 3)] {
        let lines: Vec<String> = story(1, 6).chunks(every).flat_map(|p| [p, &[rule.to_owned()]].concat()).collect();
        let found = &import(&[page("a", &lines), page("b", &lines)]).stories[0];
        assert_eq!(found.doubts.iter().find(|d| !d.left_out.is_empty()), None, "{rule}");
    }
}

/// A box that asks for an address, as it stands between two paragraphs.
const BOXES: &[&[&str]] = &[
    &["Sign up for our newsletter", "Your email address"],
    &["Subscribe to The Velmouth Post", "Your email address", "Sign up"],
    &["Get the morning letter in your inbox", "Email", "Subscribe now", "By signing up you agree to our terms."],
    &["Subscribe now for £1 a week", "£1", "a week", "Already a member? Log in"],
];

#[test]
fn a_crosshead_below_an_offer_is_the_storys_or_can_be_put_back() {
    for others in [0, 12, 120] {
        for offer in BOXES {
            for crosshead in ["What the ledger says", "Aftermath", "A quarrel over oars"] {
                for with_offer in [[true, true], [true, false]] {
                    let crawls = |number: usize| -> Vec<Crawl> {
                        let copies = ["a", "b"].iter().zip(with_offer);
                        let copy = |(copy, offered): (&&str, bool)| {
                            let mut lines = story(number, 7);
                            if number == 0 {
                                lines.insert(4, crosshead.to_owned());
                            }
                            if offered {
                                lines.splice(4..4, offer.iter().map(|l| (*l).to_owned()));
                            }
                            page(&format!("{number}-{copy}"), &lines)
                        };
                        copies.map(copy).collect()
                    };
                    let import = import(&(0..=others).flat_map(crawls).collect::<Vec<_>>());
                    let found = import.stories.iter().find(|s| s.crawls[0].name.starts_with("0-")).expect("the story");
                    let mut whole = story(0, 7);
                    let stands = texts(found).contains(&crosshead);
                    if stands {
                        whole.insert(4, crosshead.to_owned());
                    }
                    let what = format!("{crosshead}, {offer:?}, {with_offer:?}, {others}: {:?}", found.doubts);
                    assert_eq!(texts(found), whole, "{what}");
                    let mut offered = found.doubts.iter().flat_map(|d| &d.left_out);
                    assert!(stands || offered.any(|l| l.text == crosshead && l.after == [4]), "{what}");
                    assert!(stands || others < 12, "two copies agree, and no other story has it: {what}");
                }
            }
        }
    }
}

#[test]
fn a_short_crosshead_that_stands_twice_stands_or_is_asked_about() {
    // Each copy lost another paragraph, or none.
    let paragraphs = 8;
    for crosshead in ["Background", "Why now?"] {
        for (others, with) in [(0, 99), (12, 5), (12, 2)] {
            for (first, second) in [(2, 5), (2, 4), (1, 7)] {
                for lost in [None, Some(0), Some(first), Some(second - 1), Some(7)] {
                    for also in [None, Some((first + 1) % paragraphs), Some(paragraphs - 1)] {
                        let copy = |name: &str, lost: Option<usize>| {
                            let mut lines = Vec::new();
                            for (nth, paragraph) in story(0, paragraphs).into_iter().enumerate() {
                                if nth == first || nth == second {
                                    lines.push(crosshead.to_owned());
                                }
                                if lost != Some(nth) {
                                    lines.push(paragraph);
                                }
                            }
                            page(name, &lines)
                        };
                        let mut crawls = vec![copy("a", lost), copy("b", also)];
                        crawls.extend((1..=others).map(|number| {
                            let mut lines = story(number, 7);
                            if number % with == 0 {
                                lines.insert(3, crosshead.to_owned());
                            }
                            page(&format!("o{number}"), &lines)
                        }));
                        let import = import(&crawls);
                        let found = import.stories.iter().find(|s| s.crawls.len() == 2).expect("two crawls");
                        let stands = texts(found).iter().filter(|t| **t == crosshead).count();
                        let what =
                            format!("{crosshead} {first} {second}, lost {lost:?} {also:?}, {others}/{with} others");
                        let offered: usize = (found.doubts.iter().flat_map(|d| &d.left_out))
                            .filter(|l| l.text == crosshead)
                            .map(|l| l.after.len())
                            .sum();
                        let why: Vec<_> = found.dropped.iter().filter(|d| d.text == crosshead).collect();
                        assert!(stands == 2 || offered > 0, "{what}: {stands} {:?} {why:?}", found.doubts);
                        assert!(why.iter().all(|d| !d.reason.contains("only one copy has it")), "{what}: {why:?}");
                    }
                }
            }
        }
    }
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
fn a_headline_below_a_label_is_told_by_its_writer_or_day() {
    let copies = |number: usize, lines: &[String]| ["a", "b"].map(|copy| page(&format!("{number}-{copy}"), lines));
    for (label, list, signed) in [
        ("Most read", &[][..], &["By Ida Lom"][..]),
        ("Also read", &["The mill burns for a third time", "Ropes are dear again"], &["3 March 1998", "By Ida Lom"]),
        ("Most read", &["The mill burns for a third time"], &["Photo: Ida Lom", "By Ola Brant"]),
    ] {
        for stories in [2, 6] {
            let told = |number: usize| {
                let top = [&["News", label][..], list].concat().into_iter().map(str::to_owned);
                let head = [vec![headline(number)], signed.iter().map(|s| (*s).to_owned()).collect()].concat();
                [top.collect(), head, story(number, 6)].concat()
            };
            let import = import(&(0..stories).flat_map(|number| copies(number, &told(number))).collect::<Vec<_>>());
            for (number, found) in import.stories.iter().enumerate() {
                assert_eq!(found.headline, Some(headline(number)), "{label} {list:?}: {:?}", found.dropped);
                assert_eq!(texts(found), story(number, 6));
            }
        }
    }
    // Without them it may be the list's.
    let import = import(&copies(0, &[vec!["Most read".to_owned(), headline(1)], story(0, 6)].concat()));
    assert_eq!(import.stories[0].headline, None, "{:?}", import.stories[0].dropped);
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

#[test]
fn a_standfirst_without_a_full_stop_can_be_put_back() {
    let standfirst = |number: usize| {
        let told = ["ropes", "herring", "lamp oil", "millstones", "slates", "wine"][number];
        format!("How the wardens came to pay for {told} that they had sworn never to buy")
    };
    let crawls: Vec<Crawl> = (0..6)
        .map(|number| {
            let lines = [vec![headline(number), standfirst(number)], story(number, 5)].concat();
            page(&format!("{number:02}"), &lines)
        })
        .collect();
    for found in &import(&crawls).stories {
        let number =
            (0..6).find(|n| found.paragraphs[0].text == told(*n, 0)).expect("the story begins with its first sentence");
        let offered: Vec<_> =
            found.doubts.iter().flat_map(|d| &d.left_out).filter(|l| l.text == standfirst(number)).collect();
        assert_eq!(offered.len(), 1, "{:?} {:?}", found.doubts, found.dropped);
        assert_eq!(offered[0].after, [0]);
    }
}

#[test]
fn the_last_line_of_a_refrain_can_be_put_back() {
    for refrain in ["And the tide comes in, my love", "O the bell, the bell!"] {
        let mut lines = story(1, 6);
        for at in [6, 4, 2] {
            lines.insert(at, refrain.to_owned());
        }
        for crawls in [vec![crawl("a", &lines)], vec![page("a", &lines), page("b", &lines), crawl("c", &story(2, 6))]] {
            let import = import(&crawls);
            let found = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == "a")).expect("the song");
            let stands = found.paragraphs.iter().filter(|p| p.text == refrain).count();
            let ends = found.paragraphs.last().is_some_and(|p| p.text == refrain);
            let offered: Vec<&u32> = found
                .doubts
                .iter()
                .flat_map(|d| &d.left_out)
                .filter(|l| l.text == refrain)
                .flat_map(|l| &l.after)
                .collect();
            let last = u32::try_from(found.paragraphs.len()).expect("few");
            assert!(ends || offered.contains(&&last), "{refrain}: {:?} {:?}", texts(found), found.doubts);
            assert_eq!(stands + offered.len(), 3, "{refrain}: {:?} {:?}", texts(found), found.doubts);
        }
    }
}

#[test]
fn a_refrain_of_one_crawl_can_be_put_back_wherever_it_stood() {
    let refrain = "And the singer sings on, sings on";
    let lines = [
        "Song of the ferry",
        "The busy rower questioned my heart and on Monday he came to Velmouth. He stayed a while.",
        refrain,
        "The tall pilot praised my heart and with the help of the wardens he came to Velmouth.",
        refrain,
        "The old chandler counted my heart for all of the long night,",
        "With the help of the wardens the council did depart to seek the smith that nobody had seen.",
        refrain,
    ]
    .map(str::to_owned);
    let import = import(&[Crawl { name: "song".to_owned(), bytes: lines.join("\n").into_bytes() }]);
    let found = import.stories.first().expect("a story");
    let kept = texts(found).iter().filter(|text| **text == refrain).count();
    let offered: Vec<&[u32]> = (found.doubts.iter().flat_map(|d| &d.left_out))
        .filter(|left| left.text == refrain)
        .map(|left| left.after.as_slice())
        .collect();
    assert_eq!((kept, offered), (0, vec![[1, 2, 3].as_slice()]), "{:?}", found.doubts);
}

#[test]
fn the_report_names_the_lines_that_were_dropped_and_none_between_them() {
    let mut lines = vec!["Skip to content".to_owned(), "Home".to_owned()];
    lines.extend(story(1, 5));
    lines.insert(4, "Advertisement".to_owned());
    lines.insert(6, "Advertisement".to_owned());
    let import = import(&[Crawl { name: "page".to_owned(), bytes: lines.join("\n").into_bytes() }]);
    let text = import.report.to_text();
    let dropped: Vec<u32> = import.report.stories.iter().flat_map(|s| &s.dropped).map(|d| d.line).collect();
    assert_eq!(dropped, [1, 2, 5, 7], "{text}");
    assert!(text.contains("page:5,7 a label"), "{text}");
}

#[test]
fn a_poem_of_short_lines_is_refused_with_the_way_in() {
    let verses = ["A boat goes out", "and comes not back", "the bell is still", "the quay is black"].map(str::to_owned);
    let import = import(&[crawl("poem", &verses)]);
    let reason = import.refused.first().map(|r| r.reason.as_str()).unwrap_or_default();
    assert!(reason.contains("import it as a story file") && reason.contains("headline = "), "{reason}");
}
