//! A column that looks alike every week and says something else: through the whole import, in three formats, each week stays a story of its own
//! and finds its own copies.
use std::fmt::Write as _;
use std::path::Path;

use masthead::import::Report;
use newsroom::articles::Story;

use crate::exports::{Thrown, Told, ans, write, wxr};
use crate::house::{Engine, Paper, on_both};

on_both!(a_weekly_column_is_never_joined_to_another_week);

const WEEKS: u32 = 30;

fn take(paper: &Paper, folder: &Path) -> Report {
    paper.import(&[folder.to_owned()], false)
}

/// One week: the same greeting, the same crossheads, the same notices and farewell, and some lines of its own in between.
fn week(nth: u32) -> Told {
    const THINGS: [&str; 12] = [
        "a brass sextant",
        "two coils of tarred rope",
        "a box of glass floats",
        "the wheel of the old pilot boat",
        "a chart of the north bank",
        "one oar with initials",
        "a lantern without its glass",
        "the bell of the coal pier",
        "a crate of copper nails",
        "an oilskin coat",
        "three pulleys of pear wood",
        "a barometer that only falls",
    ];
    const PEOPLE: [&str; 9] = [
        "the widow of a stoker",
        "a boy from the ropewalk",
        "the second lock keeper",
        "a teacher on her way to the ferry",
        "two net menders",
        "the baker of the lower quay",
        "a diver on leave",
        "the clerk of the tide office",
        "somebody who would not say",
    ];
    const WHERE: [&str; 8] = [
        "under the customs house",
        "behind the ice store",
        "on the third step of the slip",
        "between the rails at the coal pier",
        "in the reeds",
        "beside the salt road",
        "below the lower bridge",
        "at the foot of the crane",
    ];
    let mut thrown = Thrown::new(40_000 + u64::from(nth));
    let mut pick = |list: &[&'static str]| list[thrown.below(list.len())];
    let mut paragraphs = vec![
        "Welcome to another week of Found on the Quay, in which the harbour office tells what was handed in and by whom it may be fetched.".to_owned(),
        "As always, what nobody fetches within a year is sold on the first Saturday of March for the benefit of the lifeboat.".to_owned(),
        "Handed in".to_owned(),
    ];
    for at in 1..=5 {
        paragraphs.push(format!(
            "Number {}: {}, found {} by {}, and kept on shelf {at} of the harbour office.",
            nth * 10 + at,
            pick(&THINGS),
            pick(&WHERE),
            pick(&PEOPLE)
        ));
    }
    paragraphs.push("Fetched".to_owned());
    paragraphs.push(format!(
        "{} came for number {} and left {} crowns for the lifeboat.",
        pick(&PEOPLE),
        nth * 9,
        3 + nth * 2
    ));
    paragraphs.push("Whoever lost something writes to the harbour office, describes it in their own words, and says when they last had it.".to_owned());
    paragraphs.push("The office is open on weekdays from the morning gun to the evening gun, and on Sundays to those who come by water.".to_owned());
    let day = format!("2009-{:02}-{:02}", 1 + nth * 7 / 28, 1 + nth * 7 % 28);
    Told { id: 8_000 + nth, headline: "Found on the Quay".into(), day, paragraphs }
}

fn page(story: &Told) -> String {
    let mut body = String::new();
    for text in &story.paragraphs {
        let tag = if text.contains(' ') { "p" } else { "h2" };
        writeln!(body, "<{tag}>{text}</{tag}>").unwrap();
    }
    format!(
        "<html><head><title>{0} | Old Paper</title><link rel=\"canonical\" href=\"https://mirror.example/quay/{1}\"><meta \
         property=\"article:published_time\" content=\"{2}T03:30:00Z\"></head><body><nav><a href=\"/\">Home</a> <a href=\"/quay\">Quay</a></nav>\
         <article><h1>{0}</h1>{body}</article><footer><p>The Old Paper is printed on the quay.</p></footer></body></html>",
        story.headline, story.id, story.day
    )
}

/// Whether a story is this week's: its own numbers, and no other week's.
fn is_of(story: &Story, week: &Told) -> bool {
    week.paragraphs
        .iter()
        .filter(|text| text.starts_with("Number"))
        .all(|text| story.body.iter().any(|block| block.text() == text))
        && story.body.iter().filter(|block| block.text().starts_with("Number")).count() == 5
}

fn a_weekly_column_is_never_joined_to_another_week(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let weeks: Vec<Told> = (1..=WEEKS).map(week).collect();
    write(folder.path(), "wordpress.xml", &wxr(&weeks));
    for week in &weeks {
        write(folder.path(), &format!("pages/{}.html", week.id), &page(week));
    }
    for week in weeks.iter().step_by(2) {
        write(folder.path(), &format!("arc/{}.json", week.id), &ans(week, &format!("{}T04:10:00Z", week.day)));
        write(folder.path(), &format!("saved/{}.txt", week.id), &(week.paragraphs.join("\n") + "\nSubscribe now\n"));
    }
    let report = take(&paper, folder.path());
    let kept: Vec<Story> =
        paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|s| s.story).collect();
    assert_eq!(kept.len(), weeks.len(), "{}", report.summary());
    for week in &weeks {
        assert_eq!(kept.iter().filter(|story| is_of(story, week)).count(), 1, "week {}: {}", week.id, report.summary());
    }
    let copies = weeks.len() + weeks.len().div_ceil(2) * 2;
    assert_eq!((report.merged, report.doubts), (copies, 0), "each copy found its own week: {}", report.summary());
    let again = take(&paper, folder.path());
    assert_eq!((again.added, again.changed, again.merged), (0, 0, 0), "{}", again.summary());
}
