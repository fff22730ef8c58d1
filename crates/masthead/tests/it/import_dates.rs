//! Dates that a file writes in one of two orders: what was named acts or says why not, and what the desk decided outlives every import.
use std::process::{Command, Stdio};

use store::{DoubtFilter, DoubtKind};

use crate::exports::{told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    the_desks_date_outlives_every_import,
    a_named_order_acts_after_an_undoing,
    an_order_that_does_nothing_says_so,
    an_order_that_is_named_no_more_leaves_nothing,
    crawls_that_name_no_day_ask_for_one
);

/// What an import prints.
fn import(paper: &Paper, folder: &std::path::Path, order: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.arg("import").arg(folder).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
    command.args(order.map_or_else(Vec::new, |order| vec!["--dates", order]));
    let done = command.stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The day of the only story, where the paper is.
fn day(paper: &Paper) -> Option<String> {
    let stories = paper.block_on(paper.house().store.stories()).unwrap();
    let [stored] = stories.as_slice() else { panic!("one story: {stories:?}") };
    let zone = &paper.house().publication.zone;
    stored.story.published_at.map(|at| at.to_zoned(zone.clone()).date().to_string())
}

fn about_date(paper: &Paper, decided: bool) -> Option<i64> {
    let filter = DoubtFilter { decided, kind: Some(DoubtKind::Date), ..DoubtFilter::default() };
    paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap().first().map(|doubt| doubt.id)
}

fn table(rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    folder
}

fn row(id: &str, nth: u32) -> String {
    format!("{id},The quay,03/04/1999,\"{}\"\n", told(nth).paragraphs.join(" "))
}

fn the_desks_date_outlives_every_import(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = table(&row("q1", 400));
    import(&paper, folder.path(), None);
    let id = about_date(&paper, false).unwrap();
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    assert!(editor.get("/desk/doubts").text().contains("Leave it undated"));
    // the month first, as the file does not say
    assert_eq!(editor.post(&format!("/desk/doubts/{id}"), &[("choice", "choice-0")]).status, 303);
    let decided = day(&paper);
    assert_eq!(decided.as_deref(), Some("1999-03-04"));
    for order in [Some("month-day"), None, Some("day-month"), None, Some("month-day"), None] {
        let said = import(&paper, folder.path(), order);
        assert_eq!(day(&paper), decided, "{order:?}: {said}");
        let told = said.contains("the desk decided its date");
        assert_eq!(told, order == Some("day-month"), "{order:?}: {said}");
    }
}

fn an_order_that_does_nothing_says_so(engine: Engine) {
    let paper = Paper::empty(engine);
    let dated = format!("q1,The quay,1999-12-25,\"{}\"\n", told(410).paragraphs.join(" "));
    let said = import(&paper, table(&dated).path(), Some("day-month"));
    assert!(said.contains("--dates changes nothing here"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "w.xml", &wxr(&[told(411)]));
    let said = import(&paper, folder.path(), Some("day-month"));
    assert!(said.contains("acts on CSV and JSON Lines"), "{said}");
}

fn a_named_order_acts_after_an_undoing(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = table(&row("q1", 401));
    import(&paper, folder.path(), None);
    let id = about_date(&paper, false).unwrap();
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    assert_eq!(editor.post(&format!("/desk/doubts/{id}"), &[("choice", "choice-0")]).status, 303);
    import(&paper, folder.path(), Some("day-month"));
    assert_eq!(editor.post(&format!("/desk/doubts/{id}"), &[("choice", "undo")]).status, 303);
    assert_eq!(day(&paper), None, "undone");
    let said = import(&paper, folder.path(), Some("day-month"));
    assert_eq!(day(&paper).as_deref(), Some("1999-04-03"), "{said}");
    assert_eq!(about_date(&paper, false), None, "nothing is in doubt of it");
    import(&paper, folder.path(), None);
    assert_eq!((day(&paper), about_date(&paper, false)), (None, Some(id)), "to be decided again");
}

fn an_order_that_is_named_no_more_leaves_nothing(engine: Engine) {
    // the second row has no text, and is refused each time
    for rows in [row("q1", 402), format!("{}q2,,05/06/1999,\n", row("q1", 402)), row("", 402)] {
        let paper = Paper::empty(engine);
        let folder = table(&rows);
        let orders = [
            None,
            Some("day-month"),
            None,
            Some("month-day"),
            Some("day-month"),
            None,
            None,
            Some("month-day"),
            Some("month-day"),
            None,
            Some("day-month"),
            Some("month-day"),
            Some("day-month"),
            None,
        ];
        for (nth, order) in orders.into_iter().enumerate() {
            let said = import(&paper, folder.path(), order);
            let wanted = order.map(|order| if order == "day-month" { "1999-04-03" } else { "1999-03-04" });
            assert_eq!(day(&paper).as_deref(), wanted, "{rows:.30} {nth} {order:?}: {said}");
        }
    }
}

fn crawls_that_name_no_day_ask_for_one(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    for (name, who, what) in [("a", "chandler", "lamps"), ("b", "drover", "geese"), ("c", "miller", "sacks of flour")] {
        let lines = [
            format!(
                "The {who} of Norholm asked the wardens for forty {what}, and they wrote it down as they always do."
            ),
            format!(
                "Nobody had seen so many {what} at the quay, said the {who}, who has kept count of them since he was a boy."
            ),
            format!(
                "The wardens will send the {what} by boat, and the {who} is to pay for them when the herring are in."
            ),
        ];
        write(folder.path(), &format!("{name}.txt"), &lines.join("\n"));
    }
    let said = import(&paper, folder.path(), None);
    assert!(said.contains("undated: 3 stories of crawls"), "{said}");
    assert!(!said.contains("no crawl says when"), "a number says it: {said}");
    let filter = DoubtFilter { kind: Some(DoubtKind::Date), ..DoubtFilter::default() };
    let doubts = || paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap();
    assert_eq!(doubts().len(), 3);
    let report = std::fs::read_to_string(paper.folder().join("imports/1.html")).unwrap();
    assert!(report.contains("3 stories of crawls have no word of when they were published"), "{report}");
    assert!(!report.contains("no crawl says when"), "{report}");
    let lines = std::fs::read_to_string(paper.folder().join("imports/1.jsonl")).unwrap();
    assert_eq!(lines.matches("no crawl says when it was published").count(), 3, "a program reads each: {lines}");
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let (id, number) = (doubts()[0].id, doubts()[0].number);
    assert!(editor.get(&format!("/desk/doubts?doubt={id}")).text().contains("name=\"date\""), "a field for the day");
    let written = [("choice", "date"), ("date", "2003-05-06T08:30")];
    assert_eq!(editor.post(&format!("/desk/doubts/{id}"), &written).status, 303);
    let dated = || paper.block_on(paper.house().store.story(number)).unwrap().unwrap().story.published_at;
    let (at, zone) = (dated().expect("a day"), &paper.house().publication.zone);
    assert_eq!(at.to_zoned(zone.clone()).date().to_string(), "2003-05-06");
    // Further crawls of it ask no more.
    write(
        folder.path(),
        "d.txt",
        &std::fs::read_to_string(folder.path().join("a.txt")).unwrap().replace("always do.", "always do, in ink."),
    );
    import(&paper, folder.path(), None);
    assert_eq!((doubts().len(), dated()), (2, Some(at)));
}
