//! The intake as a stream: the same outcomes in any order, nothing left behind, progress that moves forward.

use archive::intake::{Intake, Outcome, Phase};
use archive::{Crawl, Options, rebuild};

use crate::prose::paragraphs;
use crate::{crawl, outcomes};

fn heap() -> Vec<Crawl> {
    let mut crawls: Vec<Crawl> = Vec::new();
    for n in 0..40 {
        let text = paragraphs(n, 10);
        crawls.push(crawl(&format!("{n}-a"), &text));
        if n % 3 == 0 {
            crawls.push(crawl(&format!("{n}-b"), &text[1..]));
        }
    }
    crawls.push(crawl("same bytes", &paragraphs(0, 10)));
    crawls.push(Crawl { name: "picture".to_owned(), bytes: b"\x89PNG\r\n\x1a\n".to_vec() });
    crawls
}

#[test]
fn any_order_and_any_door_give_the_same() {
    let crawls = heap();
    let found = outcomes(&[], &crawls, &[]);
    let mut turned = crawls.clone();
    turned.reverse();
    turned.rotate_left(7);
    assert_eq!(found, outcomes(&[], &turned, &[]));
    let import = rebuild(&[], &crawls, &Options::default());
    let mut streamed: Vec<_> = found
        .iter()
        .filter_map(|o| match o {
            Outcome::Story(story) => Some(story.rebuilt.clone()),
            _ => None,
        })
        .collect();
    streamed.sort_by(|a, b| a.crawls.cmp(&b.crawls));
    assert_eq!(streamed, import.stories);
    assert_eq!(streamed.len(), 40);
    let refused = found.iter().filter(|o| matches!(o, Outcome::Refused(r) if r.name == "picture")).count();
    assert_eq!(refused, 1);
    assert!(streamed.iter().any(|s| s.crawls.iter().map(|c| c.name.as_str()).eq(["0-a", "0-b", "same bytes"])));
}

#[test]
fn nothing_has_a_name_in_the_work_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = || std::fs::read_dir(folder.path()).expect("readable").count();
    let mut intake = Intake::new(folder.path(), &Options::default()).expect("an intake");
    for crawl in heap() {
        intake.crawl(crawl).expect("taken in");
    }
    // Whoever is killed now, or at any other moment, leaves this.
    assert_eq!(names(), 0);
    let mut groups = intake.finish(&mut |_| {}).expect("groups");
    assert!(groups.next().is_some());
    assert_eq!(names(), 0);
}

#[test]
fn progress_moves_forward_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut intake = Intake::new(folder.path(), &Options::default()).expect("an intake");
    for crawl in heap() {
        intake.crawl(crawl).expect("taken in");
    }
    let mut seen = Vec::new();
    let mut groups = intake.finish(&mut |p| seen.push((p.phase, p.done, p.of))).expect("groups");
    let sketching: Vec<_> = seen.iter().filter(|s| s.0 == Phase::Sketching).collect();
    assert!(sketching.windows(2).all(|w| w[0].1 <= w[1].1));
    assert!(sketching.last().is_some_and(|s| s.1 == s.2 && s.1 > 0));
    assert_eq!(groups.stories(), 40);
    assert_eq!(groups.by_ref().filter(|o| matches!(o, Ok(Outcome::Story(_)))).count(), 40);
    assert_eq!(groups.rebuilt(), 40);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let error = Intake::new(std::path::Path::new("/nowhere/at all"), &Options::default()).expect_err("no folder");
    assert!(error.to_string().contains("work folder"), "{error}");
}

#[test]
fn no_pieces_no_stories() {
    assert!(outcomes(&[], &[], &[]).is_empty());
}
