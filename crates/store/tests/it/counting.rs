use crate::harness::{Paper, a_reader, on_both};
use std::collections::BTreeSet;
use store::{MeterRead, ReadCounted, ReaderRead, StoreError};
use tokio::task::JoinSet;

on_both!(
    re_reads_are_free_and_the_limit_holds,
    stories_read_at_once_never_pass_the_limit,
    one_story_read_at_once_counts_once,
    batches_may_repeat_and_overlap,
    old_reads_are_forgotten,
);

const fn read(reader_id: i64, story: u32) -> ReaderRead {
    ReaderRead { reader_id, period: 202_611, story, day: 20_758 }
}

async fn re_reads_are_free_and_the_limit_holds(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await.id;
    let mut seen = Vec::new();
    for story in [7, 8, 7, 9, 7, 9] {
        seen.push(paper.store.count_read(read(reader, story), 2).await.unwrap());
    }
    use ReadCounted::{Already, Counted, OverLimit};
    assert_eq!(seen, vec![Counted, Counted, Already, OverLimit, Already, OverLimit]);
    let next_period = ReaderRead { period: 202_612, ..read(reader, 9) };
    assert_eq!(paper.store.count_read(next_period, 2).await.unwrap(), Counted);
    let day = 20_758;
    assert_eq!(
        paper.store.reads_of(reader, 202_611).await.unwrap(),
        vec![MeterRead { story: 7, day }, MeterRead { story: 8, day }]
    );
    let refused = paper.store.count_read(read(reader + 1, 9), 2).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
}

async fn stories_read_at_once_never_pass_the_limit(paper: Paper) {
    for round in 0..5 {
        let reader = a_reader(&paper.store, &format!("reader-{round}")).await.id;
        let mut tabs = JoinSet::new();
        for story in 1..=24 {
            let store = paper.store.clone();
            tabs.spawn(async move { store.count_read(read(reader, story), 5).await.unwrap() });
        }
        let outcomes = tabs.join_all().await;
        assert_eq!(outcomes.iter().filter(|o| **o == ReadCounted::Counted).count(), 5);
        assert_eq!(outcomes.iter().filter(|o| **o == ReadCounted::OverLimit).count(), 19);
        assert_eq!(paper.store.reads_of(reader, 202_611).await.unwrap().len(), 5);
    }
}

async fn one_story_read_at_once_counts_once(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await.id;
    let mut tabs = JoinSet::new();
    for _ in 0..20 {
        let store = paper.store.clone();
        tabs.spawn(async move { store.count_read(read(reader, 4), 1).await.unwrap() });
    }
    let outcomes = tabs.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| **o == ReadCounted::Counted).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == ReadCounted::Already).count(), 19);
}

async fn batches_may_repeat_and_overlap(paper: Paper) {
    let one = a_reader(&paper.store, "asha").await.id;
    let two = a_reader(&paper.store, "ravi").await.id;
    let mut batches = JoinSet::new();
    for turn in 0..8_u32 {
        let store = paper.store.clone();
        // overlapping, in opposite orders, and with a reader who does not exist
        let mut batch: Vec<ReaderRead> =
            (turn..turn + 20).flat_map(|s| [read(one, s), read(two, s), read(9_999, s)]).collect();
        if turn % 2 == 0 {
            batch.reverse();
        }
        batches.spawn(async move { store.record_reads(&batch).await.unwrap() });
    }
    batches.join_all().await;
    for reader in [one, two] {
        let stories: BTreeSet<u32> =
            paper.store.reads_of(reader, 202_611).await.unwrap().iter().map(|r| r.story).collect();
        assert_eq!(stories, (0..27).collect());
    }
    assert_eq!(paper.store.reads_of(9_999, 202_611).await.unwrap(), vec![]);
    paper.store.record_reads(&[]).await.unwrap();
}

async fn old_reads_are_forgotten(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await.id;
    let older = ReaderRead { period: 202_610, ..read(reader, 1) };
    let yesterday = ReaderRead { day: 20_757, ..read(reader, 2) };
    paper.store.record_reads(&[older, yesterday, read(reader, 3)]).await.unwrap();
    assert_eq!(paper.store.forget_reads(202_611, 0).await.unwrap(), 1);
    assert_eq!(paper.store.forget_reads(0, 20_758).await.unwrap(), 1);
    assert_eq!(paper.store.reads_of(reader, 202_611).await.unwrap(), vec![MeterRead { story: 3, day: 20_758 }]);
}
