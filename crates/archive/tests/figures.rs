//! Tables as lines of text: their rows are the story, and the counters of a page are not. All texts are our own fiction.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may stop")]

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

fn crawl(name: &str, lines: &[String]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: lines.join("\n").into_bytes() }
}

fn import(crawls: &[Crawl]) -> Import {
    rebuild(&[], crawls, &Options::default())
}

fn of<'a>(import: &'a Import, name: &str) -> &'a Rebuilt {
    let found = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == name));
    found.unwrap_or_else(|| panic!("{name}: {:?}", import.refused))
}

fn has(story: &Rebuilt, line: &str) -> bool {
    story.paragraphs.iter().any(|p| p.text == line)
}

/// Whether the desk is asked about the line.
fn asked(story: &Rebuilt, line: &str) -> bool {
    story.doubts.iter().flat_map(|d| &d.left_out).any(|left| left.text == line)
}

const TRADES: [&str; 9] =
    ["chandler", "cooper", "drover", "glazier", "miller", "pilot", "ropemaker", "saddler", "tanner"];

/// A sentence that only story `number` has.
fn told(number: usize, nth: usize) -> String {
    format!(
        "The {} of Norholm {number} asked the {} for {} boats in the {}th winter, and the wardens wrote it down as they do.",
        TRADES[(number + nth) % 9],
        TRADES[(number * 2 + nth * 5 + 1) % 9],
        12 + number * 3 + nth,
        200 + number * 7 + nth * 31
    )
}

/// The grain market of one week.
fn market(week: usize) -> Vec<String> {
    let rows = ["Wheat", "Barley", "Black rye", "Oats", "Peas"].iter().zip(1..).map(|(grain, nth)| {
        format!("{grain} {} {} {}", 150 + week * 3 + nth * 7, 170 + week * 5 + nth, 90 + week + nth)
    });
    let mut lines = vec![told(week, 0), "Prices in marks, at the three quays:".to_owned()];
    lines.extend(rows);
    lines.push(told(week, 1));
    lines.push(told(week, 2));
    lines
}

fn others(from: usize, many: usize) -> Vec<Crawl> {
    let plain = |number: usize| (0..5).map(|nth| told(number, nth)).collect::<Vec<_>>();
    (from..from + many).map(|number| crawl(&format!("other-{number}"), &plain(number))).collect()
}

#[test]
fn rows_of_weekly_reports_stay_in_their_story() {
    // One of five stories is a report; all are; and only one crawl of each was kept, or two.
    for plain in [40, 0] {
        for copies in [1, 2] {
            let mut crawls = others(100, plain);
            for week in 0..10 {
                crawls.extend((0..copies).map(|copy| {
                    let mut lines = market(week);
                    lines.push(format!("Saved by reader {copy}"));
                    crawl(&format!("market-{week}-{copy}"), &lines)
                }));
            }
            let import = import(&crawls);
            for week in 0..10 {
                let story = of(&import, &format!("market-{week}-0"));
                for line in market(week).iter().filter(|l| !l.ends_with(['.', ':'])) {
                    assert!(
                        has(story, line),
                        "{plain} others, {copies} copies, week {week}: {line} {:?}",
                        story.doubts
                    );
                }
            }
        }
    }
}

#[test]
fn rows_at_the_end_of_a_report_are_kept_and_asked_about() {
    let mut crawls = others(100, 40);
    for week in 0..8 {
        let mut lines = vec![told(week, 0), told(week, 1), told(week, 2)];
        lines.extend(market(week).into_iter().filter(|l| !l.ends_with('.')));
        crawls.push(crawl(&format!("market-{week}"), &lines));
    }
    let import = import(&crawls);
    for week in 0..8 {
        let story = of(&import, &format!("market-{week}"));
        for line in market(week).iter().filter(|l| !l.ends_with(['.', ':'])) {
            assert!(has(story, line), "week {week}: {line} {:?}", story.doubts);
        }
        assert!(story.doubts.iter().any(|d| d.text.contains("a row of figures")), "{:?}", story.doubts);
    }
}

#[test]
fn what_a_page_counts_beside_every_story_is_not_its_story() {
    let page = |number: usize| {
        let mut lines: Vec<String> = vec![
            "Harbour exchange".to_owned(),
            format!("Tar {} {} {}", 40 + number, 41 + number, number % 7),
            format!("Hemp {} {} {}", 70 + number, 71 + number, number % 5),
            format!("Resin {} {} {}", 30 + number, 33 + number, number % 3),
        ];
        lines.extend((0..3).map(|nth| told(number, nth)));
        lines.extend([
            format!("{} shares", 11 + number),
            format!("{} comments", 3 + number),
            format!("{} readers so far", 200 + number),
            format!("Picture {} of 9", 1 + number % 9),
            format!("Picture {} of 9", 2 + number % 8),
            format!("Picture {} of 9", 3 + number % 7),
        ]);
        lines.extend((3..6).map(|nth| told(number, nth)));
        lines
    };
    let crawls: Vec<Crawl> = (0..40).map(|number| crawl(&format!("page-{number}"), &page(number))).collect();
    let import = import(&crawls);
    assert_eq!(import.stories.len(), 40);
    for number in 0..40 {
        let story = of(&import, &format!("page-{number}"));
        let texts: Vec<&str> = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
        let wanted: Vec<String> = (0..6).map(|nth| told(number, nth)).collect();
        assert_eq!(texts, wanted, "{:?}", story.doubts);
        assert!(!asked(story, &format!("Picture {} of 9", 1 + number % 9)), "{:?}", story.doubts);
    }
}

#[test]
fn a_list_of_prices_that_may_be_the_page_s_is_asked_about() {
    let mut crawls = others(100, 30);
    for week in 0..8 {
        let mut lines: Vec<String> = (0..3).map(|nth| told(week, nth)).collect();
        lines.extend(
            ["Tar", "Hemp", "Resin", "Salt"].iter().zip(1..).map(|(what, nth)| format!("{what} {}", week * 9 + nth)),
        );
        lines.extend((3..5).map(|nth| told(week, nth)));
        crawls.push(crawl(&format!("week-{week}"), &lines));
    }
    let import = import(&crawls);
    for week in 0..8 {
        let story = of(&import, &format!("week-{week}"));
        let line = format!("Hemp {}", week * 9 + 2);
        assert!(has(story, &line) || asked(story, &line), "{:?}", story.doubts);
    }
}

#[test]
fn columns_of_numbers_are_no_dates_and_a_table_alone_is_a_story() {
    let tides = |day: usize| {
        let mut lines = vec!["Tides at the mole of Norholm".to_owned()];
        lines.extend((0..8).map(|row| format!("{} {} {}", 12 + day + row, 14 + day * 2 + row, 1990 + row)));
        lines
    };
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let week: Vec<String> =
        days.iter().zip(0..).map(|(day, at)| format!("{day} 0{at}:12 1.{at} 18:4{at} 2.{at}")).collect();
    let mut crawls = others(100, 12);
    crawls.extend([crawl("tides-a", &tides(1)), crawl("tides-b", &tides(1)[1..]), crawl("week", &week)]);
    let import = import(&crawls);
    assert_eq!(import.refused, [], "nothing is refused");
    let story = of(&import, "tides-a");
    for line in &tides(1)[1..] {
        assert!(has(story, line), "{line}: {:?} {:?}", story.dropped, story.doubts);
    }
    assert_eq!(of(&import, "tides-b").key, story.key, "one table, saved twice");
    let story = of(&import, "week");
    assert!(week.iter().all(|line| has(story, line)), "{:?}", story.dropped);
    assert!(import.report.notes.iter().any(|n| n.crawl == "week" && n.text.contains("read as a table")));
    // What is a date stays one, and so does a page without a story.
    let stamps = ["12.10.1998", "14 / 10 / 1998", "14. 10. 1998", "1998-10-14 10:30", "12 May 1998, 10:30"];
    for stamp in stamps {
        let lines = [vec![stamp.to_owned()], (0..4).map(|nth| told(7, nth)).collect()].concat();
        let import = self::import(&[crawl("dated", &lines)]);
        assert_eq!(of(&import, "dated").date_clue.as_deref(), Some(stamp));
    }
    let counters: Vec<String> =
        ["World 12", "Sport 3", "Money 40", "Letters 7", "Weather 2"].map(str::to_owned).to_vec();
    assert_eq!(self::import(&[crawl("menu", &counters)]).refused.len(), 1, "a menu is no story");
}

#[test]
fn what_stands_around_a_table_is_kept_or_asked_about() {
    let (headline, head, last) = (
        "Grain at the three quays",
        "Grain Monday Tuesday Friday",
        "All prices are in marks for a sack of the old measure.",
    );
    let mut crawls = others(100, 40);
    for week in 0..10 {
        let mut lines = vec![headline.to_owned(), told(week, 0), head.to_owned()];
        lines.extend(market(week).into_iter().filter(|line| !line.ends_with(['.', ':'])));
        lines.push(last.to_owned());
        crawls.push(crawl(&format!("market-{week}"), &lines));
    }
    let import = import(&crawls);
    for week in 0..10 {
        let story = of(&import, &format!("market-{week}"));
        assert!(
            has(story, &format!("Peas {} {} {}", 150 + week * 3 + 35, 170 + week * 5 + 5, 90 + week + 5)),
            "{:?}",
            story.dropped
        );
        for line in [headline, head, last] {
            let titled = story.headline.as_deref() == Some(line);
            assert!(
                titled || has(story, line) || asked(story, line),
                "week {week}: {line} {:?} {:?}",
                story.doubts,
                story.dropped
            );
        }
    }
}

#[test]
fn what_stands_at_a_table_is_never_left_out_in_silence() {
    // The heads of the columns and the line below are the same each week, or other words in each report.
    for plain in [0, 40] {
        for own in [false, true] {
            let at_table = |week: usize| {
                let own = if own { format!(" of the {} fair", TRADES[week % 9]) } else { String::new() };
                [format!("Sort Low High{own}"), format!("Prices in marks a barrel{own}")]
            };
            let mut crawls = others(100, plain);
            for week in 0..4 {
                let [heads, below] = at_table(week);
                let rows = market(week).into_iter().filter(|l| !l.ends_with(['.', ':']));
                let lines: Vec<String> =
                    [told(week, 0), told(week, 1), heads].into_iter().chain(rows).chain([below]).collect();
                crawls.push(crawl(&format!("market-{week}"), &lines));
            }
            let import = import(&crawls);
            for week in 0..4 {
                let story = of(&import, &format!("market-{week}"));
                for line in at_table(week) {
                    let what = format!("{plain} others, own words: {own}: {line} {:?}", story.doubts);
                    assert!(has(story, &line) || asked(story, &line), "{what}");
                }
                let follows = |d: &&archive::Dropped| d.reason.contains("nothing of the story follows");
                assert_eq!(story.dropped.iter().find(follows), None, "rows of the story follow");
            }
        }
    }
}

#[test]
fn a_page_around_a_bare_table_is_no_reason_to_refuse_it() {
    let page = |week: usize| {
        let mut lines: Vec<String> =
            ["NORHOLM GAZETTE", "Go to the words", "Grain at the three quays"].map(String::from).into();
        lines.extend(market(week).into_iter().filter(|l| !l.ends_with(['.', ':'])));
        lines.extend(
            ["What the neighbours read", "Why the tar house smokes", "Printed by Gerrit & Sons"].map(String::from),
        );
        lines
    };
    for plain in [0, 40] {
        let mut crawls = others(100, plain);
        crawls.extend((0..4).map(|week| crawl(&format!("market-{week}"), &page(week))));
        let import = import(&crawls);
        assert_eq!(import.refused, [], "a report is a story");
        for week in 0..4 {
            let story = of(&import, &format!("market-{week}"));
            let kept: Vec<&str> = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
            let rows: Vec<String> = market(week).into_iter().filter(|l| !l.ends_with(['.', ':'])).collect();
            assert_eq!(kept, rows, "{:?}", story.doubts);
        }
    }
}

#[test]
fn a_report_of_a_series_that_is_hardly_more_than_its_table_keeps_it_or_asks() {
    let (title, heads, note, source) = (
        "Grain at the three quays",
        "Grain Monday Tuesday Friday",
        "All prices in marks a sack",
        "Source: the quay master",
    );
    let at_table = |week: usize, sentences: usize| {
        let mut lines: Vec<String> = vec![title.to_owned()];
        lines.extend((0..sentences).map(|nth| told(week, nth)));
        lines.push(heads.to_owned());
        lines.extend(market(week).into_iter().filter(|l| !l.ends_with(['.', ':'])));
        lines.extend([note, source].map(str::to_owned));
        lines
    };
    for (reports, plain) in [(5, 0), (5, 1), (5, 14), (5, 100), (12, 0), (120, 0)] {
        for sentences in [1, 2, 7] {
            let mut crawls = others(300, plain);
            crawls.extend((0..reports).map(|week| crawl(&format!("market-{week}"), &at_table(week, sentences))));
            let import = import(&crawls);
            for week in 0..reports {
                let story = of(&import, &format!("market-{week}"));
                let what = format!("{reports} reports, {plain} others, {sentences} sentences, week {week}");
                for line in at_table(week, sentences) {
                    let titled = line == title && (story.headline.as_deref() == Some(title) || sentences > 3);
                    let found = titled || has(story, &line) || asked(story, &line);
                    assert!(found, "{what}: {line} {:?} {:?}", story.doubts, story.dropped);
                }
                let tables = story.doubts.iter().filter(|d| d.left_out.len() > 1).count();
                assert!(tables <= 1, "{what}: one doubt puts the table back: {:?}", story.doubts);
            }
        }
    }
}

#[test]
fn the_table_of_a_page_is_one_doubt_and_in_a_large_heap_none() {
    for pages in [20, 150] {
        let page = |number: usize| {
            let mut lines: Vec<String> = vec!["Harbour exchange".to_owned()];
            lines.extend(
                ["Tar", "Hemp", "Resin", "Salt"]
                    .iter()
                    .zip(1..)
                    .map(|(what, nth)| format!("{what} {} {} {}", 40 * nth + number, 41 * nth + number, number % 7)),
            );
            lines.extend((0..6).map(|nth| told(number, nth)));
            lines
        };
        let crawls: Vec<Crawl> = (0..pages).map(|number| crawl(&format!("page-{number}"), &page(number))).collect();
        let import = import(&crawls);
        for number in 0..pages {
            let story = of(&import, &format!("page-{number}"));
            let row = format!("Hemp {} {} {}", 80 + number, 82 + number, number % 7);
            assert!(!has(story, &row), "{:?}", story.paragraphs);
            assert_eq!(asked(story, &row), pages < 100, "{pages} pages: {:?}", story.doubts);
            assert!(story.doubts.iter().filter(|d| !d.left_out.is_empty()).count() <= 1, "{:?}", story.doubts);
        }
    }
}

#[test]
fn what_copies_have_around_their_table_is_no_doubt_and_what_is_left_out_is_one() {
    let (heads, note) = ("Grain Monday Tuesday Friday", "All prices in marks a sack");
    let text = |number: usize| {
        let rows = market(number).into_iter().filter(|l| !l.ends_with(['.', ':']));
        let first = [told(number, 0), told(number, 1), heads.to_owned()];
        first.into_iter().chain(rows).chain([note.to_owned(), told(number, 2), told(number, 3)]).collect::<Vec<_>>()
    };
    let without = |line: &str| text(1).into_iter().filter(|l| l != line).collect::<Vec<_>>();
    for plain in [0, 40] {
        let mut crawls = others(100, plain);
        crawls.extend([crawl("a", &text(1)), crawl("b", &without(heads)), crawl("c", &without(note))]);
        let import = import(&crawls);
        let story = of(&import, "a");
        assert_eq!(story.paragraphs.iter().map(|p| p.text.clone()).collect::<Vec<_>>(), text(1));
        let asked: Vec<_> = story.doubts.iter().filter(|d| d.text.contains("not a sentence")).collect();
        assert!(asked.is_empty(), "{plain}: {asked:?}");
    }
}

#[test]
fn reports_that_differ_in_nothing_but_their_figures_are_taken() {
    for reports in [2, 4, 12] {
        let lines = |week: usize| {
            let rows = market(week).into_iter().filter(|l| !l.ends_with(['.', ':']));
            let first = ["The grain market of Norholm closed quietly.", "Grain Monday Tuesday Friday"];
            let last = "All prices in marks a sack".to_owned();
            first.map(str::to_owned).into_iter().chain(rows).chain([last]).collect::<Vec<_>>()
        };
        let crawls: Vec<Crawl> = (0..reports).map(|week| crawl(&format!("week-{week}"), &lines(week))).collect();
        let import = import(&crawls);
        assert_eq!(import.refused, [], "{reports} reports");
        assert_eq!(import.stories.len(), reports);
        for week in 0..reports {
            let story = of(&import, &format!("week-{week}"));
            for line in lines(week) {
                assert!(has(story, &line) || asked(story, &line), "{reports}: {line} {:?}", story.doubts);
            }
            let tables = story.doubts.iter().filter(|d| !d.left_out.is_empty()).count();
            assert!(tables <= 1, "{:?}", story.doubts);
        }
    }
}
