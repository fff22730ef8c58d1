use crate::harness::{Paper, at, on_both, past_the_store, story};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story};
use serde_json::json;
use store::{Account, FileProgress, Outcome, Piece, Settle, Store};

on_both!(
    an_earlier_word_publishes_nothing_that_is_held_back,
    an_earlier_word_puts_nothing_back,
    a_file_of_before_languages_were_read_is_read_again_for_them,
    what_no_date_of_change_tells_the_day_of_the_export_or_the_import_tells,
    a_rehearsal_knows_what_was_said_when,
    a_row_is_found_by_its_former_identity,
);

const DAY: i64 = 86_400;

/// What a source says of its only piece; `changed` is the day on which it changed it.
fn piece(changed: Option<i64>, said: i64) -> Piece {
    Piece {
        source: "wxr:kurier.example/7".into(),
        former: None,
        story: Story { updated_at: changed.map(|day| at(day * DAY)), ..story("The harbour reopens") },
        version: None,
        said_at: Some(at(said * DAY)),
        dated_anew: false,
        print: "harbour".into(),
        telling: true,
        place: "export.xml, item 1".into(),
        addresses: Vec::new(),
        told_marking: None,
        told_preview: false,
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
    // the same words as ever, and not what its source says now
    assert_eq!(settle(&paper, run, public(piece(None, 7)), at(3)).await, Outcome::OlderThanHeldBack);
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

async fn what_no_date_of_change_tells_the_day_of_the_export_or_the_import_tells(paper: Paper) {
    let run = async |nth: i64| paper.store.begin_import(&format!("{nth}"), "exports", at(nth)).await.unwrap().id;
    let first = run(1).await;
    // only the export says when
    assert_eq!(settle(&paper, first, hidden(piece(None, 14)), at(1)).await, Outcome::HeldBack);
    assert_eq!(settle(&paper, first, public(piece(None, 7)), at(2)).await, Outcome::OlderThanHeldBack);
    // nothing does: in one import it stays back, and a later import is the later word
    let undated = Piece { said_at: None, ..piece(None, 0) };
    assert_eq!(settle(&paper, first, hidden(undated.clone()), at(3)).await, Outcome::StillHeldBack);
    let other = Piece { source: "wxr:kurier.example/8".into(), print: "other".into(), ..undated };
    assert_eq!(settle(&paper, first, hidden(other.clone()), at(4)).await, Outcome::HeldBack);
    assert_eq!(settle(&paper, first, public(other.clone()), at(5)).await, Outcome::UndatedHeldBack);
    assert_eq!(shown(&paper).await, 0);
    let second = run(2).await;
    let outcome = settle(&paper, second, public(other.clone()), at(6)).await;
    let Outcome::New(number) = outcome else { panic!("{outcome:?}") };
    assert_eq!(settle(&paper, second, hidden(other.clone()), at(7)).await, Outcome::Withdrawn(number));
    assert_eq!(settle(&paper, second, public(other.clone()), at(8)).await, Outcome::UndatedHeldBack);
    assert_eq!(shown(&paper).await, 0);
    let third = run(3).await;
    assert_eq!(settle(&paper, third, public(other), at(9)).await, Outcome::Back(number));
}

async fn a_rehearsal_knows_what_was_said_when(paper: Paper) {
    let run = paper.store.begin_import("exports", "exports", at(0)).await.unwrap().id;
    settle(&paper, run, hidden(piece(None, 14)), at(1)).await;
    let sold = |told: Option<Marking>| Piece {
        source: "wxr:kurier.example/8".into(),
        print: "other".into(),
        told_marking: told,
        story: Story { marking: told.unwrap_or(Marking::Free), ..story("The harbour closes") },
        ..piece(None, 7)
    };
    settle(&paper, run, public(sold(Some(Marking::Premium))), at(2)).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = store::Store::open(&store::Location::Sqlite(folder.path().join("copy.db"))).await.unwrap();
    paper.store.copy_archive_to(&copy).await.unwrap();
    let rehearsal = Paper { store: copy, location: paper.location.clone() };
    let run = rehearsal.store.begin_import("exports", "exports", at(3)).await.unwrap().id;
    assert_eq!(settle(&rehearsal, run, public(piece(None, 7)), at(4)).await, Outcome::OlderThanHeldBack);
    settle(&rehearsal, run, public(sold(None)), at(5)).await;
    assert_eq!(rehearsal.store.stories().await.unwrap()[0].story.marking, Marking::Premium, "it stays closed");
    rehearsal.store.close().await;
}

async fn a_row_is_found_by_its_former_identity(paper: Paper) {
    let run = paper.store.begin_import("exports", "exports", at(0)).await.unwrap().id;
    let row = |source: &str, former: Option<&str>, told: &str| {
        let body = vec![
            newsroom::articles::Block::Paragraph(told.into()),
            newsroom::articles::Block::Paragraph("End.".into()),
        ];
        Piece {
            source: source.into(),
            former: former.map(str::to_owned),
            print: told.into(),
            story: Story { body, ..story("The harbour reopens") },
            ..piece(None, 7)
        }
    };
    let text = "The harbour board of Vellanad voted on Monday to dredge the northern channel for large ships.";
    let outcome = settle(&paper, run, public(row("row:jan:7", None, text)), at(1)).await;
    let Outcome::New(number) = outcome else { panic!("{outcome:?}") };
    let corrected = format!("{text} The clerk was named wrongly.");
    let now = || row("row:-:7", Some("row:jan:7"), &corrected);
    assert_eq!(settle(&paper, run, public(now()), at(2)).await, Outcome::Changed(number));
    assert_eq!(settle(&paper, run, public(now()), at(3)).await, Outcome::Same(number));
    assert_eq!(settle(&paper, run, hidden(now()), at(4)).await, Outcome::Withdrawn(number));
    // another table with the same number has its own story
    let other = "Astronomers at the Tarn Hill observatory have switched off their oldest telescope at last.";
    let apart = |source: &str, former: Option<&str>| Piece {
        said_at: Some(at(90 * DAY)),
        story: Story { published_at: Some(at(90 * DAY)), ..row(source, former, other).story },
        ..row(source, former, other)
    };
    let outcome = settle(&paper, run, public(apart("row:feb:7", None)), at(5)).await;
    let Outcome::New(second) = outcome else { panic!("{outcome:?}") };
    assert_eq!(settle(&paper, run, public(apart("row:-:7", Some("row:feb:7"))), at(6)).await, Outcome::Same(second));
}
