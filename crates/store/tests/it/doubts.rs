//! What the desk decides and undoes, and what further crawls make of it.
use crate::harness::{Paper, a_reader, at, on_both, story};
use jiff::tz::TimeZone;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde_json::json;
use store::{
    Account, DoubtChoice, DoubtFilter, DoubtKind, Evidence, Finding, LineLeftOut, NewCrawl, NewDoubt, PlaceInStory,
};

on_both!(
    lines_go_back_in_the_order_in_which_they_stood,
    further_crawls_settle_what_was_in_doubt,
    what_was_open_is_open_again_when_all_is_undone,
    a_story_follows_its_crawls_again_when_the_desks_change_is_undone,
);

fn body(texts: &[&str]) -> Vec<Block> {
    texts.iter().map(|text| Block::Paragraph((*text).to_owned())).collect()
}

async fn texts(paper: &Paper, number: StoryNumber) -> Vec<String> {
    let story = paper.store.story(number).await.unwrap().unwrap().story;
    story.body.iter().map(|block| block.text().to_owned()).collect()
}

fn new(key: &str, kind: DoubtKind, evidence: Evidence) -> NewDoubt {
    NewDoubt { key: key.into(), kind, paragraph: None, text: key.into(), evidence }
}

fn paragraph(text: &str) -> NewDoubt {
    new(
        &format!("about {text}"),
        DoubtKind::Paragraph,
        Evidence { paragraph: Some(text.into()), ..Evidence::default() },
    )
}

fn place(after: u32, above: &str, below: &str, between: &[&str]) -> PlaceInStory {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let between = between.iter().map(|text| (*text).to_owned()).collect();
    PlaceInStory { after, above: text(above), below: text(below), between }
}

fn line(text: &str, places: Vec<PlaceInStory>) -> NewDoubt {
    let lines = vec![LineLeftOut { text: text.into(), places }];
    new(&format!("about {text}"), DoubtKind::LeftOut, Evidence { lines, ..Evidence::default() })
}

async fn add(paper: &Paper, number: StoryNumber, doubt: NewDoubt) -> i64 {
    paper.store.add_doubts(number, std::slice::from_ref(&doubt), None, at(1)).await.unwrap();
    let open = paper.store.doubts(&DoubtFilter::default(), 100, 0).await.unwrap();
    open.into_iter().find(|kept| kept.text == doubt.text).unwrap().id
}

async fn open(paper: &Paper) -> Vec<String> {
    let open = paper.store.doubts(&DoubtFilter::default(), 100, 0).await.unwrap();
    open.into_iter().map(|doubt| doubt.text).collect()
}

/// A paper whose crawls are compared: what they tell together, with what is in doubt of it.
async fn compared(paper: &Paper, crawls: &[&str], told: &[&str], doubts: Vec<NewDoubt>, second: i64) -> StoryNumber {
    let run = paper.store.begin_import("crawls", "crawls", at(0)).await.unwrap().id;
    let account = || Account { report_bytes: 0, report: json!({}) };
    for hash in crawls {
        let crawl = NewCrawl {
            hash: (*hash).into(),
            name: format!("{hash}.txt"),
            text: "The pier.".into(),
            provenance: json!({}),
        };
        paper.store.stage_crawls(&[crawl], run, at(second), |_| Ok(account())).await.unwrap();
    }
    let finding = Finding::Rebuilt {
        story: Box::new(Story { body: body(told), ..story("Pier to be repaired") }),
        key: format!("crawl:{}", crawls[0]),
        crawls: crawls.iter().map(|hash| (*hash).to_owned()).collect(),
        later: Vec::new(),
        doubts,
    };
    paper.store.settle_findings(&[finding], run, at(second), &TimeZone::UTC, |_| Ok(account())).await.unwrap();
    let stories = paper.store.stories().await.unwrap();
    assert_eq!(stories.len(), 1);
    stories[0].story.number
}

async fn lines_go_back_in_the_order_in_which_they_stood(paper: Paper) {
    let staff = a_reader(&paper.store, "editor").await.id;
    let poem = Story { body: body(&["one", "two", "three"]), marking: Marking::Free, ..story("A poem") };
    let number = paper.store.save_story(&poem, None, at(0)).await.unwrap().number();
    // a refrain below each, and two lines of verse before and behind one of them
    let gap = ["a verse", "sing on", "another verse"];
    let refrain =
        vec![place(1, "one", "two", &["sing on"]), place(2, "two", "three", &gap), place(3, "three", "", &["sing on"])];
    let ids = [
        add(&paper, number, line("sing on", refrain)).await,
        add(&paper, number, line("a verse", vec![place(2, "two", "three", &gap)])).await,
        add(&paper, number, line("another verse", vec![place(2, "two", "three", &gap)])).await,
    ];
    let whole = ["one", "sing on", "two", "a verse", "sing on", "another verse", "three", "sing on"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for (nth, second) in order.into_iter().zip(10..) {
            paper.store.decide_doubt(ids[nth], &DoubtChoice::PutBack(None), None, staff, at(second)).await.unwrap();
        }
        assert_eq!(texts(&paper, number).await, whole, "{order:?}");
        for (nth, second) in order.into_iter().rev().zip(20..) {
            paper.store.undo_doubt(ids[nth], None, staff, at(second)).await.unwrap();
        }
        assert_eq!(texts(&paper, number).await, ["one", "two", "three"], "{order:?}");
    }
}

async fn further_crawls_settle_what_was_in_doubt(paper: Paper) {
    let staff = a_reader(&paper.store, "editor").await.id;
    let crosshead = || line("A long wait ends", vec![place(2, "two", "four", &["A long wait ends"])]);
    let first = vec![crosshead(), paragraph("four"), paragraph("two")];
    let number = compared(&paper, &["a", "b"], &["one", "two", "four"], first.clone(), 1).await;
    assert_eq!(open(&paper).await, ["about A long wait ends", "about four", "about two"]);
    let told = ["one", "two", "three", "A long wait ends", "four"];
    compared(&paper, &["a", "b", "c"], &told, vec![paragraph("two")], 2).await;
    assert_eq!(texts(&paper, number).await, told);
    assert_eq!(open(&paper).await, ["about two"], "the others are settled");
    let settled = DoubtFilter { decided: true, ..DoubtFilter::default() };
    let settled = paper.store.doubts(&settled, 9, 0).await.unwrap();
    let decided = settled[0].decided.clone().unwrap();
    assert!(decided.by.is_none() && decided.choice.contains("crawls"), "{decided:?}");
    // opened again by hand, it puts nothing in twice
    paper.store.undo_doubt(settled[0].id, None, staff, at(3)).await.unwrap();
    let twice = paper.store.decide_doubt(settled[0].id, &DoubtChoice::PutBack(None), None, staff, at(4)).await;
    assert!(twice.unwrap_err().to_string().contains("has it there already"));
    assert_eq!(texts(&paper, number).await, told);
    // what still others raise again is asked again
    compared(&paper, &["a", "b", "c", "d"], &told, vec![paragraph("four"), paragraph("two")], 5).await;
    assert_eq!(open(&paper).await, ["about four", "about two"]);
}

async fn what_was_open_is_open_again_when_all_is_undone(paper: Paper) {
    let staff = a_reader(&paper.store, "editor").await.id;
    let mut second = 10;
    for (paragraphs, preview) in [(3_u8, 3), (3, 2), (4, 2)] {
        let all: Vec<String> =
            (0..paragraphs).map(|nth| format!("paragraph {nth} of {paragraphs}, {preview}")).collect();
        let texts: Vec<&str> = all.iter().map(String::as_str).collect();
        let headline = format!("{paragraphs} of which {preview}");
        let told = Story { body: body(&texts), marking: Marking::Premium, preview_blocks: preview, ..story(&headline) };
        let number = paper.store.save_story(&told, None, at(0)).await.unwrap().number();
        let whole = paper.store.story(number).await.unwrap().unwrap().story;
        let mut ids = Vec::new();
        for text in &all {
            ids.push(add(&paper, number, paragraph(text)).await);
        }
        for one in 0..all.len() {
            for other in (0..all.len()).filter(|other| *other != one) {
                for undone in [[one, other], [other, one]] {
                    for nth in [one, other] {
                        second += 1;
                        let now = at(second);
                        paper.store.decide_doubt(ids[nth], &DoubtChoice::Remove, None, staff, now).await.unwrap();
                    }
                    for nth in undone {
                        second += 1;
                        paper.store.undo_doubt(ids[nth], None, staff, at(second)).await.unwrap();
                        let now = paper.store.story(number).await.unwrap().unwrap().story;
                        let closed = now.preview().iter().find(|block| !whole.preview().contains(block));
                        assert_eq!(closed, None, "{paragraphs} {preview} {one} {other} {undone:?}");
                    }
                    let now = paper.store.story(number).await.unwrap().unwrap().story;
                    assert_eq!(now, whole, "{paragraphs} {preview} {one} {other} {undone:?}");
                }
            }
        }
    }
}

async fn a_story_follows_its_crawls_again_when_the_desks_change_is_undone(paper: Paper) {
    let staff = a_reader(&paper.store, "editor").await.id;
    let number = compared(&paper, &["a", "b"], &["one", "two", "four"], vec![paragraph("two")], 1).await;
    let id = paper.store.doubts(&DoubtFilter::default(), 1, 0).await.unwrap()[0].id;
    paper.store.decide_doubt(id, &DoubtChoice::Remove, None, staff, at(2)).await.unwrap();
    let told = ["one", "two", "three", "four"];
    compared(&paper, &["a", "b", "c"], &told, Vec::new(), 3).await;
    assert_eq!(texts(&paper, number).await, ["one", "four"], "the desk's words stay");
    assert!(!paper.store.crawls_wait().await.unwrap());
    paper.store.undo_doubt(id, None, staff, at(4)).await.unwrap();
    assert_eq!(texts(&paper, number).await, ["one", "two", "four"]);
    assert!(paper.store.crawls_wait().await.unwrap(), "to be compared at the next import");
    compared(&paper, &["a", "b", "c"], &told, Vec::new(), 5).await;
    assert_eq!(texts(&paper, number).await, told);
    assert!(!paper.store.crawls_wait().await.unwrap() && open(&paper).await.is_empty());
    // where they said nothing else, nothing is compared again
    let id = add(&paper, number, paragraph("four")).await;
    paper.store.decide_doubt(id, &DoubtChoice::Remove, None, staff, at(6)).await.unwrap();
    paper.store.undo_doubt(id, None, staff, at(7)).await.unwrap();
    assert!(!paper.store.crawls_wait().await.unwrap());
}
