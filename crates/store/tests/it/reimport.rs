use crate::harness::{Paper, at, on_both, story};
use jiff::tz::TimeZone;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde_json::json;
use store::{
    Account, DoubtFilter, DoubtKind, Evidence, Finding, LineLeftOut, NewCrawl, NewDoubt, PlaceInStory, Saved, StoryEdit,
};

on_both!(
    what_the_desk_changed_survives_a_new_import,
    a_further_crawl_finds_its_story,
    a_further_crawl_asks_nothing_about_what_the_story_does_not_say,
    stories_that_prove_to_be_one_become_one,
    crawls_are_kept_once,
    reports_are_listed_latest_first,
);

fn crawl(hash: &str) -> NewCrawl {
    NewCrawl {
        hash: hash.into(),
        name: format!("{hash}.txt"),
        text: "Also Read\nThe harbour reopened.".into(),
        provenance: json!({"doubts": []}),
    }
}

async fn what_the_desk_changed_survives_a_new_import(paper: Paper) {
    let mut source = story("Harbour reopens");
    let number = paper.store.save_story(&source, Some("file:harbour"), at(0)).await.unwrap().number();
    paper.store.set_marking(number, Marking::Premium, at(1)).await.unwrap();
    let edit = StoryEdit { headline: Some("The harbour is open".into()), ..StoryEdit::default() };
    paper.store.edit_story(number, &edit, at(2)).await.unwrap();
    // the same file again: nothing to do, although the story differs from it
    assert_eq!(paper.store.save_story(&source, Some("file:harbour"), at(3)).await.unwrap(), Saved::Same(number));
    // the file gains a paragraph, another headline and another standfirst
    source.body.push(Block::Paragraph("Ships wait.".into()));
    source.headline = "Harbour reopens, ships wait".into();
    source.standfirst = None;
    assert_eq!(paper.store.save_story(&source, Some("file:harbour"), at(4)).await.unwrap(), Saved::Changed(number));
    let kept = paper.store.story(number).await.unwrap().unwrap().story;
    assert_eq!((kept.marking, kept.headline.as_str()), (Marking::Premium, "The harbour is open"));
    assert_eq!((kept.body, kept.standfirst), (source.body.clone(), None));
    assert_eq!(paper.store.save_story(&source, Some("file:harbour"), at(5)).await.unwrap(), Saved::Same(number));
}

async fn a_further_crawl_finds_its_story(paper: Paper) {
    let mut rebuilt = story("Harbour reopens");
    let first = paper.store.save_rebuilt(&rebuilt, "crawl:a", &[crawl("a")], at(0)).await.unwrap();
    let Saved::New(number) = first.saved else { panic!("{first:?}") };
    let again = paper.store.save_rebuilt(&rebuilt, "crawl:a", &[crawl("a")], at(1)).await.unwrap();
    assert_eq!(again.saved, Saved::Same(number));
    rebuilt.body.push(Block::Paragraph("Found in the second crawl.".into()));
    let more = paper.store.save_rebuilt(&rebuilt, "crawl:ab", &[crawl("a"), crawl("b")], at(2)).await.unwrap();
    assert_eq!((more.saved, more.supplanted), (Saved::Changed(number), vec![]));
    let kept = paper.store.story(number).await.unwrap().unwrap();
    assert_eq!((kept.source_key.as_deref(), kept.story.body), (Some("crawl:ab"), rebuilt.body));
    let of_story = paper.store.crawls_of(number, 9).await.unwrap();
    assert_eq!(of_story.iter().map(|c| c.hash.as_str()).collect::<Vec<_>>(), vec!["a", "b"]);
}

/// What the desk took out of a story stays out, and further crawls that have it ask nothing about it.
async fn a_further_crawl_asks_nothing_about_what_the_story_does_not_say(paper: Paper) {
    let store = &paper.store;
    let run = store.begin_import("crawls", "crawls", at(0)).await.unwrap().id;
    let told = Story {
        body: ["The harbour reopened.", "Ships wait at the bar."].map(|text| Block::Paragraph(text.into())).to_vec(),
        ..story("Harbour reopens")
    };
    let (keeper, glazier, call) = ("The weir keeper said so.", "A glazier swept the steps.", "What the bell tells");
    let with = |lines: &[&str]| {
        let more = lines.iter().map(|text| Block::Paragraph((*text).into()));
        Story { body: told.body.iter().cloned().chain(more).collect(), ..told.clone() }
    };
    let new =
        |key: &str, kind, nth, evidence| NewDoubt { key: key.into(), kind, paragraph: nth, text: key.into(), evidence };
    let asks = |key: &str, nth: u32, text: &str| {
        new(key, DoubtKind::Paragraph, Some(nth), Evidence { paragraph: Some(text.into()), ..Evidence::default() })
    };
    let below = |key: &str, above: &str| {
        let places = vec![PlaceInStory { after: 3, above: Some(above.into()), ..PlaceInStory::default() }];
        let lines = vec![LineLeftOut { text: format!("{call} {key}"), places }];
        new(key, DoubtKind::LeftOut, None, Evidence { lines, ..Evidence::default() })
    };
    let account = || Account { report_bytes: 0, report: json!({}) };
    let settle = async |key: &str, crawls: &[&str], story: Story, doubts: Vec<NewDoubt>, second: i64| {
        for hash in crawls {
            store.stage_crawls(&[crawl(hash)], run, at(second), |_| Ok(account())).await.unwrap();
        }
        let crawls = crawls.iter().map(|hash| (*hash).to_owned()).collect();
        let finding = Finding::Rebuilt { story: Box::new(story), key: key.into(), crawls, later: Vec::new(), doubts };
        store.settle_findings(&[finding], run, at(second), &TimeZone::UTC, |_| Ok(account())).await.unwrap();
        let open = store.doubts(&DoubtFilter::default(), 20, 0).await.unwrap();
        let mut keys: Vec<(String, Option<u32>)> =
            open.into_iter().map(|doubt| (doubt.text, doubt.paragraph)).collect();
        keys.sort();
        keys
    };
    let first = vec![asks("one", 3, keeper), below("two", keeper)];
    let open = settle("crawl:a", &["a"], with(&[keeper]), first, 1).await;
    assert_eq!(open, [("one".into(), Some(3)), ("two".into(), None)], "of a new story all is asked");
    let mut edited = store.stories().await.unwrap().remove(0).story;
    edited.body = told.body.clone();
    edited.body.remove(0);
    store.save_story(&edited, None, at(2)).await.unwrap();
    let further = vec![
        asks("three", 3, keeper),
        asks("four", 4, glazier),
        asks("five", 2, "Ships wait at the bar."),
        below("six", keeper),
        below("seven", "Ships wait at the bar."),
    ];
    let open = settle("crawl:ab", &["a", "b"], with(&[keeper, glazier]), further, 3).await;
    let new: Vec<_> = open.into_iter().filter(|(key, _)| !matches!(key.as_str(), "one" | "two")).collect();
    assert_eq!(new, [("five".into(), Some(1)), ("seven".into(), None)], "of what it says, where it says it");
    assert_eq!(store.stories().await.unwrap().remove(0).story.body, edited.body, "the desk's words stay");
}

async fn stories_that_prove_to_be_one_become_one(paper: Paper) {
    let one =
        paper.store.save_rebuilt(&story("First half"), "crawl:a", &[crawl("a")], at(0)).await.unwrap().saved.number();
    let two =
        paper.store.save_rebuilt(&story("Second half"), "crawl:b", &[crawl("b")], at(0)).await.unwrap().saved.number();
    paper.store.set_marking(two, Marking::Premium, at(1)).await.unwrap();
    let whole = paper
        .store
        .save_rebuilt(&story("Whole"), "crawl:b", &[crawl("a"), crawl("b"), crawl("c")], at(2))
        .await
        .unwrap();
    assert_eq!((whole.saved, whole.supplanted), (Saved::Changed(one), vec![two]));
    let published = paper.store.stories().await.unwrap();
    assert_eq!(published.iter().map(|s| s.story.number).collect::<Vec<_>>(), vec![one]);
    assert_eq!(published[0].story.marking, Marking::Premium, "a group of copies takes its strictest marking");
    let paths = paper.store.old_paths().await.unwrap();
    assert!(paths.contains(&(format!("/markets/second-half-{}", two.0), one)), "{paths:?}");
    assert_eq!(paper.store.crawls_of(one, 9).await.unwrap().len(), 3);
    let again = paper
        .store
        .save_rebuilt(&story("Whole"), "crawl:b", &[crawl("a"), crawl("b"), crawl("c")], at(3))
        .await
        .unwrap();
    assert_eq!((again.saved, again.supplanted), (Saved::Same(one), vec![]));
}

async fn crawls_are_kept_once(paper: Paper) {
    let number = paper.store.save_story(&story("Harbour"), None, at(0)).await.unwrap().number();
    paper.store.save_crawls(&[(crawl("a"), None), (crawl("b"), Some(number))], at(0)).await.unwrap();
    paper.store.save_crawls(&[(crawl("a"), None), (crawl("b"), None)], at(9)).await.unwrap();
    let kept = paper.store.crawls_after("").await.unwrap();
    assert_eq!(
        kept.iter().map(|c| (c.hash.as_str(), c.story, c.waits)).collect::<Vec<_>>(),
        vec![("a", None, false), ("b", Some(number), false)]
    );
    assert_eq!(kept[0].text, crawl("a").text);
    paper.store.attach_crawl("a", number).await.unwrap();
    assert_eq!(paper.store.crawls_of(number, 9).await.unwrap().len(), 2);
    paper.store.attach_crawl("z", number).await.unwrap_err();
    paper.store.attach_crawl("a", StoryNumber(9)).await.unwrap_err();
}

async fn reports_are_listed_latest_first(paper: Paper) {
    let first = paper.store.save_import("2 files, 1 story", &json!({"stories": [1]}), at(0)).await.unwrap();
    let second = paper.store.save_import("nothing new", &json!({"stories": []}), at(1)).await.unwrap();
    let listed = paper.store.imports().await.unwrap();
    assert_eq!(
        listed.iter().map(|i| (i.id, i.summary.as_str())).collect::<Vec<_>>(),
        vec![(second, "nothing new"), (first, "2 files, 1 story")]
    );
    let report = paper.store.import(first).await.unwrap().unwrap();
    assert_eq!((report.at, report.report), (at(0), json!({"stories": [1]})));
    assert_eq!(paper.store.import(99).await.unwrap(), None);
}
