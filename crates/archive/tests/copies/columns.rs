//! Scanned columns: words divided at the end of a line are whole again.

use archive::{Options, rebuild};

use crate::crawl;

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|l| l.trim().to_owned()).collect()
}

const COLUMN: &str = "HARBOUR TO BE DREDGED
    The harbour board at Holm has re-
    solved to dredge the inner basin be-
    fore the winter, and to ask the coun-
    ty for a loan of nine thousand crowns.
    The Anglo-
    Norland Company has lent its barge for as
    long as the work lasts.
    Nothing was said of the old pier,
    which has been closed to carriages and
    to people on foot since the spring, and
    whose planks are to be sold as firewood.
    The mayor said that he would vote
    for it again, and that no-
    body had spoken against the loan.
    ";

#[test]
fn divided_words_are_joined_and_compounds_are_not() {
    let import = rebuild(&[], &[crawl("column", &lines(COLUMN))], &Options::default());
    let story = import.stories.first().expect("a story");
    let text: Vec<&str> = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
    let text = text.join("\n");
    for whole in
        ["has resolved to dredge the inner basin before the winter", "the county for a loan", "that nobody had spoken"]
    {
        assert!(text.contains(whole), "{whole}: {text}");
    }
    assert!(text.contains("The Anglo-Norland Company"), "{text}");
    assert_eq!(story.paragraphs.len(), 2, "{text}");
}

#[test]
fn a_column_and_the_same_in_other_lines_are_one_story() {
    let wide = COLUMN
        .replace("-\n    ", "")
        .replace("AngloNorland", "Anglo-Norland")
        .replace("\n    ", " ")
        .replace("DREDGED ", "DREDGED\n");
    let import = rebuild(&[], &[crawl("column", &lines(COLUMN)), crawl("wide", &lines(&wide))], &Options::default());
    assert_eq!(import.stories.len(), 1, "{}", import.report.to_text());
}

#[test]
fn a_list_of_short_lines_stays_a_list() {
    let list: Vec<String> =
        (0..20).map(|n| format!("The ferry to pier {n} leaves at {n} past nine every morning.")).collect();
    let import = rebuild(&[], &[crawl("list", &list)], &Options::default());
    assert_eq!(import.stories.first().map(|s| s.paragraphs.len()), Some(20));
}
