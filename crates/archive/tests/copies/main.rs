//! Which pieces tell one story: copies, versions, and stories that only resemble each other.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

mod columns;
mod damage;
mod forms;
mod prose;
mod streaming;
mod versions;

use archive::intake::{Intake, Outcome, Story};
use archive::item::Item;
use archive::{Crawl, Known, Options};

/// Everything an intake gives, in its order.
pub(crate) fn outcomes(known: &[Known], crawls: &[Crawl], items: &[Item]) -> Vec<Outcome> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut intake = Intake::new(folder.path(), &Options::default()).expect("an intake");
    for story in known {
        intake.known(story).expect("taken in");
    }
    for crawl in crawls {
        intake.crawl(crawl.clone()).expect("taken in");
    }
    for item in items {
        intake.item(item.clone()).expect("taken in");
    }
    let groups = intake.finish(&mut |_| {}).expect("groups");
    groups.map(|outcome| outcome.expect("readable")).collect()
}

pub(crate) fn stories(crawls: &[Crawl], items: &[Item]) -> Vec<Story> {
    outcomes(&[], crawls, items)
        .into_iter()
        .filter_map(|outcome| match outcome {
            Outcome::Story(story) => Some(*story),
            _ => None,
        })
        .collect()
}

pub(crate) fn crawl(name: &str, lines: &[String]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: lines.join("\n").into_bytes() }
}
