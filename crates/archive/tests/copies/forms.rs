//! Reports out of one form are as many stories as there are reports.

use std::io::Read as _;
use std::path::Path;

use archive::item::{Item, Part, When};
use archive::{Crawl, Options, rebuild};

use crate::prose::{Dice, paragraphs};
use crate::{crawl, stories};

const FIRMS: &[&str] =
    &["Holm Shipping", "Verger Mills", "Castle Brewery", "Norland Rail", "Pelford Glass", "Tornwick Gas"];
const MOODS: &[&str] = &["quiet", "nervous", "hopeful", "mixed", "dull", "lively"];

/// A report of the exchange: the same words, other figures. `few` gives only one figure in the whole text.
fn report(seed: u64, few: bool, hour: &str) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut figure = |n: usize| dice.below(n);
    let (level, points) = (2000 + figure(900), figure(40));
    let firm = FIRMS[figure(FIRMS.len())];
    let mood = MOODS[figure(MOODS.len())];
    let mut lines = vec![
        format!("The county exchange was {mood} {hour}, and the index of leading shares stood at {level} when the bell was rung."),
        "Dealers said that few orders had come in from abroad, and that most clients waited for word from the central bank.".to_owned(),
    ];
    if !few {
        lines.push(format!(
            "Shares of {firm} changed hands at {}.{:02} crowns, which is {points} points from the day before, while {} lots of bonds were sold.",
            10 + figure(80), figure(100), 100 + figure(900)
        ));
        lines.push(format!(
            "In the market for grain a bushel of wheat cost {}.{:02} crowns and a bushel of barley {}.{:02} crowns.",
            3 + figure(6),
            figure(100),
            2 + figure(5),
            figure(100)
        ));
    }
    lines.extend([
        "The exchange publishes its figures after the close of trading, and they may be corrected on the following day.".to_owned(),
        "Members of the exchange meet every month to elect a keeper of the bell, who also sees to the clock above the door.".to_owned(),
    ]);
    lines
}

fn others() -> Vec<Crawl> {
    (0..60).map(|n| crawl(&format!("other {n}"), &paragraphs(5000 + n, 10))).collect()
}

fn apart(reports: Vec<Vec<String>>, what: &str) {
    let mut distinct = reports.clone();
    distinct.sort();
    distinct.dedup();
    let mut crawls: Vec<Crawl> =
        distinct.iter().enumerate().map(|(n, lines)| crawl(&format!("{what} {n}"), lines)).collect();
    crawls.extend(others());
    for story in stories(&crawls, &[]) {
        let names: Vec<&str> = story.rebuilt.crawls.iter().map(|c| c.name.as_str()).collect();
        assert!(names.len() == 1, "{what}: one story made of {names:?}");
    }
}

#[test]
fn daily_reports_without_dates() {
    apart((0..250).map(|n| report(n, false, "today")).collect(), "many figures");
}

#[test]
fn daily_reports_with_one_figure() {
    apart((0..250).map(|n| report(n, true, "today")).collect(), "one figure");
}

#[test]
fn morning_and_evening_of_one_day() {
    apart(
        (0..100).flat_map(|n| [report(n, true, "this morning"), report(n + 500, true, "this evening")]).collect(),
        "twice a day",
    );
}

#[test]
fn two_reports_alone() {
    // Nothing repeats often enough to be known as a form.
    apart(vec![report(1, false, "today"), report(2, false, "today")], "two");
    apart(vec![report(1, true, "this morning"), report(2, true, "this evening")], "two with one figure");
}

#[test]
fn dated_reports_with_one_headline() {
    let items: Vec<Item> = (0..120i64)
        .map(|n: i64| {
            // Two a day: at noon and at six.
            let hour = if n % 2 == 0 { 12 } else { 18 };
            let day = jiff::civil::date(1998, 1, 5).saturating_add(jiff::Span::new().days(n / 2));
            let mut item = Item::new(format!("wire:{n}"), "wire".to_owned(), n.unsigned_abs());
            item.headline = Some(format!("Exchange {}", if hour == 12 { "at noon" } else { "at the close" }));
            item.published_at = Some(When::Local(day.at(hour, 0, 0, 0)));
            item.body = report(n.unsigned_abs(), n % 3 == 0, "today").into_iter().map(Part::Paragraph).collect();
            item
        })
        .collect();
    for story in stories(&[], &items) {
        let names: Vec<&str> = story.rebuilt.crawls.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(story.rebuilt.versions.is_empty());
    }
}

#[test]
fn a_report_and_its_copy_are_found_among_the_others() {
    let mut crawls: Vec<Crawl> = (0..100).map(|n| crawl(&format!("{n}"), &report(n, false, "today"))).collect();
    let mut copy = report(31, false, "today");
    copy.remove(1);
    copy.push("Order a print of this page at the counter.".to_owned());
    crawls.push(crawl("31 again", &copy));
    let doubled: Vec<_> = stories(&crawls, &[]).into_iter().filter(|s| s.rebuilt.crawls.len() > 1).collect();
    assert_eq!(doubled.len(), 1);
    assert!(doubled[0].rebuilt.crawls.iter().all(|c| c.name.starts_with("31")));
}

/// Two hundred issues of a real weekly column, if they are at hand.
#[test]
fn a_weekly_column() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/weekly-column/this-week-in-rust-last-200.jsonl.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("readable");
    let crawls: Vec<Crawl> = text
        .lines()
        .enumerate()
        .map(|(n, line)| {
            let issue: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let body = issue["markdown"].as_str().expect("a text");
            Crawl { name: format!("issue {n:03}"), bytes: body.as_bytes().to_vec() }
        })
        .collect();
    assert_eq!(crawls.len(), 200);
    let import = rebuild(&[], &crawls, &Options::default());
    for story in &import.stories {
        let names: Vec<&str> = story.crawls.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names.len(), 1, "one story made of {names:?}");
    }
    assert_eq!(import.stories.len() + import.refused.len(), 200);
}
