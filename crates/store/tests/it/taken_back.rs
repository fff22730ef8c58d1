use crate::harness::{Paper, at, on_both, story};
use jiff::Timestamp;
use newsroom::articles::Story;
use serde_json::json;
use store::{Account, FileProgress, Outcome, Piece, Settle};

on_both!(an_earlier_word_publishes_nothing_that_is_held_back, an_earlier_word_puts_nothing_back);

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
    let mut outcome = None;
    let account = |taken: &[store::Taken], _: &[store::Arrived]| {
        outcome = taken.first().map(|taken| taken.outcome);
        Ok(Account { report_bytes: 0, report: json!({}) })
    };
    paper.store.settle_pieces(&[said], &[], &file, run, now, account).await.unwrap();
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
