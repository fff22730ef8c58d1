use crate::harness::{Paper, at, on_both, past_the_store, story};
use jiff::Timestamp;
use newsroom::articles::Story;
use serde_json::json;
use store::{Account, FileProgress, Outcome, Piece, Settle, Store};

on_both!(
    an_earlier_word_publishes_nothing_that_is_held_back,
    an_earlier_word_puts_nothing_back,
    a_file_of_before_languages_were_read_is_read_again_for_them,
);

const DAY: i64 = 86_400;

/// What a source says of its only piece; `changed` is the day on which it changed it.
fn piece(changed: Option<i64>, said: i64) -> Piece {
    Piece {
        source: "wxr:kurier.example/7".into(),
        story: Story { updated_at: changed.map(|day| at(day * DAY)), ..story("The harbour reopens") },
        version: None,
        said_at: Some(at(said * DAY)),
        dated_anew: false,
        print: "harbour".into(),
        telling: true,
        place: "export.xml, item 1".into(),
        addresses: Vec::new(),
        told_marking: None,
        doubts: Vec::new(),
    }
}

fn public(piece: Piece) -> Settle {
    Settle::Story(Box::new(piece))
}

fn hidden(piece: Piece) -> Settle {
    Settle::HoldBack(Box::new(piece), "its source says that it is not public".into())
}

async fn settle(paper: &Paper, run: i64, said: Settle, now: Timestamp) -> Outcome {
    let file = FileProgress { fingerprint: now.to_string(), name: "export.xml".into(), ..FileProgress::default() };
    settle_in(&file, paper, run, said, now).await
}

async fn settle_in(file: &FileProgress, paper: &Paper, run: i64, said: Settle, now: Timestamp) -> Outcome {
    let mut outcome = None;
    let account = |taken: &[store::Taken], _: &[store::Arrived]| {
        outcome = taken.first().map(|taken| taken.outcome);
        Ok(Account { report_bytes: 0, report: json!({}) })
    };
    paper.store.settle_pieces(&[said], &[], file, run, now, account).await.unwrap();
    outcome.unwrap()
}

async fn shown(paper: &Paper) -> usize {
    paper.store.stories().await.unwrap().len()
}

async fn an_earlier_word_publishes_nothing_that_is_held_back(paper: Paper) {
    let run = paper.store.begin_import("exports", "exports", at(0)).await.unwrap().id;
    assert_eq!(settle(&paper, run, hidden(piece(Some(13), 13)), at(1)).await, Outcome::HeldBack);
    assert_eq!(settle(&paper, run, public(piece(Some(6), 6)), at(2)).await, Outcome::OlderThanHeldBack);
    assert_eq!(shown(&paper).await, 0);
    // and its own later word publishes it
    assert!(matches!(settle(&paper, run, public(piece(Some(20), 20)), at(3)).await, Outcome::New(_)));
    assert_eq!(shown(&paper).await, 1);
}

async fn an_earlier_word_puts_nothing_back(paper: Paper) {
    let run = paper.store.begin_import("exports", "exports", at(0)).await.unwrap().id;
    // only the export says when
    let outcome = settle(&paper, run, public(piece(None, 7)), at(1)).await;
    let Outcome::New(number) = outcome else { panic!("{outcome:?}") };
    assert_eq!(settle(&paper, run, hidden(piece(None, 14)), at(2)).await, Outcome::Withdrawn(number));
    let again = settle(&paper, run, public(piece(None, 7)), at(3)).await;
    assert!(matches!(again, Outcome::Older(_) | Outcome::Same(_)), "{again:?}");
    assert_eq!(shown(&paper).await, 0);
    assert_eq!(settle(&paper, run, public(piece(None, 21)), at(4)).await, Outcome::Back(number));
    assert_eq!(shown(&paper).await, 1);
}

async fn a_file_of_before_languages_were_read_is_read_again_for_them(paper: Paper) {
    let run = paper.store.begin_import("exports", "exports", at(0)).await.unwrap().id;
    let silent = |headline: &str| Piece { story: story(headline), print: headline.into(), ..piece(None, 7) };
    let named = |headline: &str| {
        let mut piece = silent(headline);
        piece.story.language = Some("de".into());
        piece
    };
    let file = |done, again| FileProgress {
        fingerprint: "bytes".into(),
        name: "export.xml".into(),
        pieces: 1,
        stories: 1,
        done,
        again,
        ..FileProgress::default()
    };
    let outcome = settle_in(&file(true, false), &paper, run, public(silent("First")), at(1)).await;
    let Outcome::New(number) = outcome else { panic!("{outcome:?}") };
    // another export said it otherwise since
    assert_eq!(settle(&paper, run, public(silent("Second")), at(2)).await, Outcome::Changed(number));
    let known = paper.store.file_progress("bytes", "export.xml").await.unwrap().unwrap();
    assert!(known.done && !known.again);
    past_the_store(&paper.location, "DELETE FROM schema_migrations WHERE number = 16").await.unwrap();
    let opened = Store::open(&paper.location).await.unwrap();
    let known = opened.file_progress("bytes", "export.xml").await.unwrap().unwrap();
    assert_eq!((known.done, known.again, known.pieces, known.stories), (false, true, 0, 0));
    opened.close().await;
    // its language comes in, and none of its words
    let outcome = settle_in(&file(true, true), &paper, run, public(named("First")), at(3)).await;
    assert_eq!(outcome, Outcome::Changed(number));
    let story = paper.store.story(number).await.unwrap().unwrap().story;
    assert_eq!((story.headline.as_str(), story.language.as_deref()), ("Second", Some("de")));
    let outcome = settle_in(&file(true, true), &paper, run, public(named("First")), at(4)).await;
    assert_eq!(outcome, Outcome::Same(number));
    let mut other = named("First");
    other.story.language = Some("fr".into());
    let outcome = settle_in(&file(true, true), &paper, run, public(other), at(5)).await;
    assert_eq!(outcome, Outcome::Same(number), "the one that is there stays");
}
