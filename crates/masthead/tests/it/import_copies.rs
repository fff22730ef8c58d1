//! One story in the exports of several systems, in saved pages and in files becomes one story; what only resembles another stays apart; and
//! the desk decides what the program cannot.
use std::path::Path;

use masthead::import::Report;
use newsroom::articles::Marking;
use store::{DoubtFilter, DoubtKind, Evidence, NewDoubt, StoredStory, StoryEdit};

use crate::client::Request;
use crate::exports::{Told, ans, crawl, daily, story_file, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    one_story_in_four_formats_is_one,
    whatever_comes_first_the_story_is_one,
    daily_reports_find_their_own_day_and_no_other,
    a_dry_run_tells_what_the_import_does,
    a_dry_run_meets_former_versions,
    a_joining_tells_nothing_that_is_closed,
    a_headline_that_is_withheld_is_remarked_on,
    the_desk_undoes_a_joining_and_it_stays_undone,
    a_correction_opens_nothing_that_another_copy_closes,
    what_undoing_a_joining_closes_is_said,
    what_resembles_another_story_is_for_the_desk_to_decide,
    two_crawled_stories_that_sound_alike_are_one_doubt_and_stay_as_decided,
    a_decision_closes_the_doubts_that_it_settles,
    a_doubtful_order_is_chosen_at_the_desk,
    what_the_desk_wrote_outlives_a_later_version,
    every_whole_order_that_copies_have_is_offered,
    going_back_to_an_earlier_export_is_news,
    the_copy_leads_in_which_no_sign_was_lost,
    a_copy_that_was_saved_later_updates_no_words,
);

fn take(paper: &Paper, folder: &Path) -> Report {
    paper.import(&[folder.to_owned()], false)
}

fn stored(paper: &Paper) -> Vec<StoredStory> {
    paper.block_on(paper.house().store.stories()).unwrap()
}

/// Nothing is done by importing all of it once more.
fn again(paper: &Paper, folder: &Path) {
    let before = stored(paper);
    let version = paper.block_on(paper.house().store.stories_version()).unwrap();
    let imports = paper.block_on(paper.house().store.imports()).unwrap().len();
    let report = take(paper, folder);
    assert_eq!((report.added, report.changed, report.merged, report.doubts), (0, 0, 0, 0), "{}", report.summary());
    assert_eq!(stored(paper), before);
    assert_eq!(paper.block_on(paper.house().store.stories_version()).unwrap(), version);
    assert_eq!(paper.block_on(paper.house().store.imports()).unwrap().len(), imports, "and leaves no report");
}

fn the_copy_leads_in_which_no_sign_was_lost(engine: Engine) {
    let story = told(31);
    let mut lossy = story.clone();
    for paragraph in &mut lossy.paragraphs {
        *paragraph = paragraph.replace("harbour", "harb\u{fffd}ur").replacen(" the ", " th\u{fffd} ", 1);
    }
    for whole_first in [true, false] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let files = [("a/w.xml", wxr(std::slice::from_ref(&story))), ("b/a.json", ans(&lossy, "2024-11-02T09:00:00Z"))];
        let [first, second] = if whole_first { [&files[0], &files[1]] } else { [&files[1], &files[0]] };
        for (name, text) in [first, second] {
            write(folder.path(), name, text);
            take(&paper, folder.path());
        }
        assert_eq!(texts(&paper.only_story()), story.paragraphs, "{whole_first}");
    }
}

fn a_copy_that_was_saved_later_updates_no_words(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(32);
    write(folder.path(), "a.xml", &wxr(std::slice::from_ref(&story)));
    take(&paper, folder.path());
    let first = paper.only_story();
    write(folder.path(), "b.json", &ans(&story, "2024-11-02T09:00:00Z"));
    let report = take(&paper, folder.path());
    assert_eq!(report.merged, 1, "{}", report.summary());
    let now = paper.only_story();
    assert_eq!((texts(&now), now.updated_at), (story.paragraphs, None));
    assert_eq!(first.updated_at, None);
}

/// As Arc had it: later, with one paragraph corrected and one more.
fn corrected(story: &Told) -> Told {
    let mut later = story.clone();
    later.paragraphs[1].push_str(" An earlier version of this story named another bay.");
    later
        .paragraphs
        .push("The clerk said that the minutes would be read aloud at the next meeting of both towns.".into());
    later
}

fn heap(folder: &Path, stories: &[Told]) {
    write(folder, "wordpress.xml", &wxr(stories));
    for story in stories {
        write(folder, &format!("arc/{}.json", story.id), &ans(&corrected(story), &format!("{}T09:00:00Z", story.day)));
        write(folder, &format!("pages/{}.txt", story.id), &crawl(story, 3));
    }
    for story in stories.iter().take(3) {
        write(folder, &format!("files/{}.md", story.id), &story_file(story));
    }
}

fn one_story_in_four_formats_is_one(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let stories: Vec<Told> = (1..=8).map(told).collect();
    heap(folder.path(), &stories);
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.refused_in_all), (8, 0), "{} {:?}", report.summary(), report.refused);
    assert_eq!(report.merged, 8 + 8 + 3, "{}", report.summary());
    let kept = stored(&paper);
    assert_eq!(kept.len(), 8);
    let editor = paper.sign_in("staff", Rights::None).1;
    let mut editor = paper.browser().holding(&editor);
    let mut guest = paper.browser();
    for story in &stories {
        let found = kept.iter().find(|s| s.story.headline == story.headline).unwrap();
        assert_eq!(texts(&found.story), corrected(story).paragraphs, "the latest version is in the paper");
        for old in [story.in_wordpress(), story.in_arc()] {
            assert_eq!(guest.get(&old).location(301), found.story.path(), "{old}");
        }
        let versions = editor.get(&format!("/desk/stories/{}/versions", found.story.number.0));
        assert_eq!(versions.status, 200);
        for source in [format!("wxr:old.example:{}", story.id), format!("ans:ARC{:08}", story.id)] {
            assert!(versions.text().contains(&source), "{source} is a version");
        }
        assert!(versions.text().contains(&format!("{}.txt", story.id)), "and so is the saved page");
        assert!(versions.says("Subscribe now for unlimited access."), "with all its dirt");
    }
    again(&paper, folder.path());
}

fn whatever_comes_first_the_story_is_one(engine: Engine) {
    let story = told(40);
    let files: [(&str, String); 4] = [
        ("w.xml", wxr(std::slice::from_ref(&story))),
        ("a.json", ans(&corrected(&story), &format!("{}T09:00:00Z", story.day))),
        ("p.txt", crawl(&story, 4)),
        ("s.md", story_file(&story)),
    ];
    for order in [[0, 1, 2, 3], [2, 0, 3, 1], [3, 2, 1, 0], [2, 1, 0, 3]] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        for at in order {
            write(folder.path(), files[at].0, &files[at].1);
            paper.import(&[folder.path().join(files[at].0)], false);
            let kept = stored(&paper);
            assert_eq!(kept.len(), 1, "{order:?} at {at}");
            assert_eq!(kept[0].story.number.0, 1, "the number that was given first stays");
        }
        let kept = stored(&paper);
        assert_eq!(texts(&kept[0].story), corrected(&story).paragraphs, "{order:?}");
        assert_eq!(kept[0].story.headline, story.headline);
        let mut guest = paper.browser();
        for old in [story.in_wordpress(), story.in_arc()] {
            assert_eq!(guest.get(&old).location(301), kept[0].story.path(), "{order:?} {old}");
        }
        again(&paper, folder.path());
    }
}

fn daily_reports_find_their_own_day_and_no_other(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let days: Vec<Told> = (0..40).map(daily).collect();
    write(folder.path(), "wordpress.xml", &wxr(&days));
    for day in &days {
        write(folder.path(), &format!("arc/{}.json", day.id), &ans(day, &format!("{}T04:10:00Z", day.day)));
    }
    for day in days.iter().take(10) {
        write(folder.path(), &format!("pages/{}.txt", day.id), &crawl(day, 99));
    }
    let report = take(&paper, folder.path());
    let kept = stored(&paper);
    assert_eq!(kept.len(), 40, "{}", report.summary());
    let mut guest = paper.browser();
    for day in &days {
        let found = kept.iter().find(|s| texts(&s.story) == day.paragraphs).expect("the day's own numbers");
        assert_eq!(guest.get(&day.in_wordpress()).location(301), found.story.path());
        assert_eq!(guest.get(&day.in_arc()).location(301), found.story.path());
    }
    assert_eq!(report.doubts, 0, "a series is no heap of doubts: {}", report.summary());
    again(&paper, folder.path());
}

fn a_dry_run_tells_what_the_import_does(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    heap(folder.path(), &(1..=4).map(told).collect::<Vec<_>>());
    take(&paper, folder.path());
    // more of it, something new, something broken, and a copy of what is there
    heap(folder.path(), &(1..=6).map(told).collect::<Vec<_>>());
    write(folder.path(), "pages/empty.txt", " ");
    write(folder.path(), "pages/again.txt", &crawl(&told(2), 1));
    let before = stored(&paper);
    let foretold = paper.import(&[folder.path().to_owned()], true);
    assert_eq!(stored(&paper), before, "a dry run changes nothing");
    let done = take(&paper, folder.path());
    assert_eq!(foretold.summary(), done.summary());
    assert_eq!(serde_json::to_value(&foretold).unwrap(), serde_json::to_value(&done).unwrap());
    assert!(done.added == 2 && done.merged > 2 && done.refused_in_all == 1, "{}", done.summary());
}

fn a_dry_run_meets_former_versions(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(1);
    for state in [&story, &corrected(&story)] {
        write(folder.path(), "wordpress.xml", &wxr(std::slice::from_ref(state)));
        take(&paper, folder.path());
    }
    write(folder.path(), "wordpress.xml", &wxr(std::slice::from_ref(&story)));
    let foretold = paper.import(&[folder.path().to_owned()], true);
    assert_eq!(foretold.summary(), take(&paper, folder.path()).summary());
}

fn a_joining_tells_nothing_that_is_closed(engine: Engine) {
    for metered_first in [true, false] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let mut story = told(40);
        story.headline.clone_from(story.paragraphs.last().unwrap());
        let row = serde_json::json!({ "id": "r1", "url": "http://other.example/row", "title": story.headline, "access": "free",
            "published": format!("{}T09:00:00Z", story.day), "body": story.paragraphs.join("\n\n") });
        let mut heaps = [("w.xml", wxr(std::slice::from_ref(&story))), ("rows.jsonl", row.to_string())];
        if !metered_first {
            heaps.reverse();
        }
        for (name, text) in heaps {
            write(folder.path(), name, &text);
            take(&paper, folder.path());
        }
        let kept = stored(&paper);
        assert_eq!((kept.len(), kept[0].story.marking), (1, Marking::Metered), "one story, and the strictest marking");
        let now = &kept[0].story;
        assert!(now.told_by(&now.headline).is_none(), "metered first {metered_first}: {}", now.headline);
        assert!(now.headline_provisional && now.preview()[0].text().starts_with(now.headline.trim_end_matches(" …")));
        paper.block_on(paper.house().store.set_marking(now.number, Marking::Premium, paper.clock.now())).unwrap();
        paper.block_on(paper.house().refresh()).unwrap();
        let page = paper.browser().get(&now.path());
        assert!(page.status == 200 && !page.text().contains(&story.headline), "metered first {metered_first}");
    }
}

fn a_headline_that_is_withheld_is_remarked_on(engine: Engine) {
    let story = told(41);
    let telling = story.paragraphs.last().unwrap();
    let row = |headline: &str, said: &str| {
        let row = serde_json::json!({ "id": "r1", "url": "http://other.example/row", "title": headline, "access": "free",
            "published": format!("{}T09:00:00Z", story.day), "updated": said, "body": story.paragraphs.join("\n\n") });
        row.to_string()
    };
    let marked = |paper: &Paper| {
        let number = stored(paper)[0].story.number;
        paper.block_on(paper.house().store.set_marking(number, Marking::Premium, paper.clock.now())).unwrap();
    };
    // the source's next headline tells what the desk closed; a copy that is not free closes what a free one's headline tells
    for joined in [false, true] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        write(
            folder.path(),
            "rows.jsonl",
            &row(if joined { telling } else { &story.headline }, "2019-01-01T09:00:00Z"),
        );
        let first = take(&paper, folder.path());
        assert_eq!((first.added, first.remarks_in_all), (1, first.remarks.len()), "{}", first.summary());
        let told_of = |report: &Report| {
            let told =
                |text: &str| text.contains("its headline repeats the closed part") && text.contains(&telling[..40]);
            report.remarks.iter().filter(|remark| told(&remark.text)).count()
        };
        assert_eq!(told_of(&first), 0, "{:?}", first.remarks);
        if joined {
            write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&story)));
        } else {
            marked(&paper);
            write(folder.path(), "rows.jsonl", &row(telling, "2019-02-01T09:00:00Z"));
        }
        let report = take(&paper, folder.path());
        let now = &stored(&paper)[0].story;
        assert!(now.told_by(&now.headline).is_none(), "{}", now.headline);
        assert_eq!(told_of(&report), 1, "joined {joined}: {:?}", report.remarks);
        assert!(report.summary().contains("remark"), "{}", report.summary());
        let import = paper.block_on(paper.house().store.imports()).unwrap()[0].id;
        for ending in ["html", "jsonl"] {
            let kept = std::fs::read_to_string(paper.folder().join(format!("imports/{import}.{ending}"))).unwrap();
            assert!(kept.contains("its headline repeats the closed part"), "{ending}, joined {joined}: {kept}");
        }
        // the desk's page leads to the story, under the headline that it has now
        paper.block_on(paper.house().refresh()).unwrap();
        let staff = paper.sign_in("staff", crate::house::Rights::None).1;
        let page = paper.browser().holding(&staff).get(&format!("/desk/imports/{import}")).text();
        let remark = page.lines().find(|line| line.contains("its headline repeats the closed part")).unwrap();
        let number = stored(&paper)[0].story.number.0;
        assert!(remark.contains(&format!("<a href=\"/desk/stories/{number}\">")), "{remark}");
        assert!(remark.contains("<q dir=\"auto\">"), "{remark}");
    }
}

/// The only doubt of a kind.
fn doubt(paper: &Paper, kind: DoubtKind, decided: bool) -> store::Doubt {
    let filter = DoubtFilter { decided, kind: Some(kind), ..DoubtFilter::default() };
    let mut found = paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn decide(paper: &Paper, id: i64, choice: &str) {
    let editor = paper.sign_in("staff", Rights::None).1;
    let mut editor = paper.browser().holding(&editor);
    let list = editor.get(if choice == "undo" { "/desk/doubts?state=decided" } else { "/desk/doubts" });
    assert_eq!(list.status, 200);
    assert!(list.text().contains(&format!("/desk/doubts/{id}")), "the doubt is listed");
    let answer = editor.send(&Request::form(&format!("/desk/doubts/{id}"), &[("choice", choice)]));
    assert!(answer.location(303).contains(&format!("done={id}")));
}

fn the_desk_undoes_a_joining_and_it_stays_undone(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(70);
    write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&story)));
    take(&paper, folder.path());
    let alone = stored(&paper);
    write(folder.path(), "a.json", &ans(&corrected(&story), &format!("{}T09:00:00Z", story.day)));
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.changed, report.merged), (0, 1, 1), "{}", report.summary());
    let joined = stored(&paper);
    assert_eq!(joined.len(), 1);
    let doubt = doubt(&paper, DoubtKind::SameStory, true);
    decide(&paper, doubt.id, "undo");
    let parted = stored(&paper);
    assert_eq!(parted.len(), 2);
    assert_eq!(parted[0].story, alone[0].story, "the first is as it was before");
    assert_eq!(texts(&parted[1].story), corrected(&story).paragraphs);
    let mut guest = paper.browser();
    assert_eq!(guest.get(&story.in_wordpress()).location(301), parted[0].story.path());
    assert_eq!(guest.get(&story.in_arc()).location(301), parted[1].story.path());
    again(&paper, folder.path());
    // a third copy joins one of them, and the two stay two
    write(folder.path(), "p.txt", &crawl(&story, 2));
    take(&paper, folder.path());
    assert_eq!(stored(&paper).len(), 2);
    decide(&paper, doubt.id, "join-other");
    let once_more = stored(&paper);
    assert_eq!(once_more.len(), 1);
    assert_eq!(once_more[0].story, joined[0].story);
    assert_eq!(guest.get(&story.in_arc()).location(301), once_more[0].story.path());
    again(&paper, folder.path());
}

/// The same words, each time with other numbers.
fn costly(headline: &str, day: &str, cost: u32) -> Told {
    let mut story = told(130);
    (story.headline, story.day) = (headline.into(), day.into());
    for (paragraph, nth) in story.paragraphs.iter_mut().zip(1..) {
        paragraph.push_str(&format!(" The cost was put at {} crowns.", cost + 17 * nth));
    }
    story
}

fn what_resembles_another_story_is_for_the_desk_to_decide(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let (first, second) =
        (costly("A bay and its price", "2004-03-08", 4_000), costly("The bay once more", "2004-03-15", 9_100));
    write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&first)));
    // late in the evening of that day in Greenwich, and past midnight where the paper is
    let late = ans(&second, &format!("{}T21:00:00Z", second.day)).replace("T04:10:00Z", "T20:10:00Z");
    write(folder.path(), "a.json", &late);
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.doubts), (2, 1), "{}", report.summary());
    let doubt = doubt(&paper, DoubtKind::SameStory, false);
    let other = stored(&paper).into_iter().find(|s| s.story.number != doubt.number).unwrap().story;
    let named = format!("story {} “{}” ({})", other.number.0, other.headline, other.path());
    assert!(doubt.text.contains(&named) && doubt.text.contains("16 March 2004 and 8 March 2004"), "{}", doubt.text);
    decide(&paper, doubt.id, "join");
    let joined = stored(&paper);
    assert_eq!(joined.len(), 1);
    let editor = paper.sign_in("staff", Rights::None).1;
    let versions =
        paper.browser().holding(&editor).get(&format!("/desk/stories/{}/versions", joined[0].story.number.0));
    for told in [&first, &second] {
        assert!(versions.says(&told.paragraphs[0]), "both are versions of the story: {}", versions.words());
    }
    again(&paper, folder.path());
    decide(&paper, doubt.id, "undo");
    assert_eq!(stored(&paper).len(), 2);
    decide(&paper, doubt.id, "keep");
    assert_eq!(stored(&paper).len(), 2);
    again(&paper, folder.path());
}

fn two_crawled_stories_that_sound_alike_are_one_doubt_and_stay_as_decided(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (costly("", "2004-03-08", 4_000), costly("", "2004-03-15", 9_100));
    let whole = first.paragraphs.len();
    let add = |name: &str, story: &Told, lost: usize| {
        write(folder.path(), name, &crawl(story, lost));
        take(&paper, folder.path());
    };
    let about_pairs = |decided: bool| {
        let filter = DoubtFilter { decided, ..DoubtFilter::default() };
        let all = paper.block_on(paper.house().store.doubts(&filter, 100, 0)).unwrap();
        all.into_iter()
            .filter(|d| d.text.starts_with("sounds like") || d.kind == DoubtKind::SameStory)
            .collect::<Vec<_>>()
    };
    write(folder.path(), "first.txt", &crawl(&first, whole));
    add("second.txt", &second, whole);
    assert_eq!(stored(&paper).len(), 2);
    assert_eq!(about_pairs(false).len(), 1, "one doubt for the pair: {:?}", about_pairs(false));
    // asked once, however often a copy of one of them comes
    add("first-again.txt", &first, 3);
    add("second-again.txt", &second, 4);
    let pair = doubt(&paper, DoubtKind::SameStory, false);
    assert_eq!(about_pairs(false).len(), 1, "{:?}", about_pairs(false));
    decide(&paper, pair.id, "join");
    let joined = stored(&paper);
    assert_eq!((joined.len(), about_pairs(false).len()), (1, 0));
    // what the desk joined stays as it is, whichever of the two another crawl tells
    add("first-third.txt", &first, 5);
    add("second-third.txt", &second, 5);
    let later = stored(&paper);
    assert_eq!((later.len(), texts(&later[0].story)), (1, texts(&joined[0].story)));
    decide(&paper, pair.id, "undo");
    assert_eq!(stored(&paper).len(), 2);
    decide(&paper, pair.id, "keep");
    add("first-fourth.txt", &first, 6);
    add("second-fourth.txt", &second, 6);
    assert_eq!((stored(&paper).len(), about_pairs(false).len()), (2, 0), "kept apart for good");
    again(&paper, folder.path());
}

fn a_decision_closes_the_doubts_that_it_settles(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "w.xml", &wxr(&[told(70), told(71), told(72)]));
    take(&paper, folder.path());
    let all = stored(&paper);
    let [first, second, third] = all.as_slice() else { panic!("three stories") };
    let store = &paper.house().store;
    let about = |key: &str, kind, of: &store::StoredStory, evidence| {
        let doubt = NewDoubt { key: key.into(), kind, paragraph: None, text: key.into(), evidence };
        paper.block_on(store.add_doubts(of.story.number, &[doubt], None, paper.clock.now())).unwrap();
    };
    let other = |of: &store::StoredStory| Evidence { other: Some(of.story.number.0), ..Evidence::default() };
    about("one", DoubtKind::SameStory, first, other(second));
    about("the same, seen from there", DoubtKind::SameStory, second, other(first));
    about("another pair", DoubtKind::SameStory, first, other(third));
    let gone = Evidence { paragraph: Some(third.story.body[1].text().to_owned()), ..Evidence::default() };
    about("does it belong there", DoubtKind::Paragraph, third, gone.clone());
    about("where does it belong", DoubtKind::Order, third, gone);
    let doubts = |decided| {
        let filter = DoubtFilter { decided, ..DoubtFilter::default() };
        paper.block_on(store.doubts(&filter, 10, 0)).unwrap()
    };
    let open = || doubts(false).into_iter().map(|doubt| doubt.text).collect::<Vec<_>>();
    let id = |text: &str| doubts(false).into_iter().find(|doubt| doubt.text == text).unwrap().id;
    let (one, belongs) = (id("one"), id("does it belong there"));
    decide(&paper, one, "join");
    assert_eq!(open(), ["another pair", "does it belong there", "where does it belong"]);
    let closed = doubts(true).into_iter().find(|doubt| doubt.text.starts_with("the same")).unwrap().decided.unwrap();
    let words = format!("story {} was joined to story {}", second.story.number.0, first.story.number.0);
    assert!(closed.choice.contains(&words) && closed.by.is_some(), "the history says by what: {closed:?}");
    decide(&paper, belongs, "remove");
    assert_eq!(open(), ["another pair"]);
    decide(&paper, belongs, "undo");
    decide(&paper, one, "undo");
    assert_eq!(open().len(), 5, "undone, all are open again: {:?}", open());
    assert_eq!(stored(&paper).len(), 3);
}

fn a_doubtful_order_is_chosen_at_the_desk(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(90);
    let mut other = story.clone();
    other.paragraphs.swap(2, 3);
    write(folder.path(), "one.txt", &crawl(&story, 99));
    write(folder.path(), "two.txt", &crawl(&other, 99));
    let report = take(&paper, folder.path());
    assert_eq!(report.added, 1, "{}", report.summary());
    let filter = DoubtFilter { kind: Some(DoubtKind::Order), ..DoubtFilter::default() };
    let doubts = paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap();
    assert!(!doubts.is_empty(), "{}", report.summary());
    let before = texts(&stored(&paper)[0].story);
    let wanted = if before == story.paragraphs { &other.paragraphs } else { &story.paragraphs };
    let told = |order: &Vec<u32>| -> Vec<String> {
        order.iter().map(|place| before[usize::try_from(*place).unwrap() - 1].clone()).collect()
    };
    for order in doubts.iter().flat_map(|doubt| &doubt.evidence.orders) {
        let told = told(order);
        assert!(told == story.paragraphs || told == other.paragraphs, "no copy has it: {told:?}");
    }
    let (doubt, nth) = doubts
        .iter()
        .find_map(|d| Some((d, d.evidence.orders.iter().position(|order| told(order) == *wanted)?)))
        .expect("the order of the other copy can be chosen");
    decide(&paper, doubt.id, &format!("order-{nth}"));
    assert_eq!(texts(&stored(&paper)[0].story), *wanted);
    let decided = paper.block_on(paper.house().store.doubt(doubt.id)).unwrap().unwrap().decided.unwrap();
    assert!(decided.choice.starts_with("the order ") && decided.choice.contains('“'), "in words: {}", decided.choice);
    decide(&paper, doubt.id, "undo");
    assert_eq!(texts(&stored(&paper)[0].story), before);
    // The orders are of these paragraphs as they stood: with as many others, or moved since, they mean nothing.
    let kept = stored(&paper)[0].story.clone();
    let (mut other, mut moved) = (kept.clone(), kept.clone());
    other.body[0] = newsroom::articles::Block::Paragraph("Somebody wrote this instead.".into());
    moved.body.swap(0, 1);
    let editor = paper.sign_in("staff", Rights::None).1;
    for (story, words) in [(&other, "has other paragraphs than"), (&moved, "stand in another order than")] {
        let store = &paper.house().store;
        paper.block_on(store.save_story(story, None, paper.clock.now())).unwrap();
        let form = Request::form(&format!("/desk/doubts/{}", doubt.id), &[("choice", &format!("order-{nth}"))]);
        let answer = paper.browser().holding(&editor).send(&form);
        assert_eq!(answer.status, 409);
        assert!(answer.says(words) && !answer.says("typed"), "nothing was typed: {}", answer.words());
        assert_eq!(texts(&stored(&paper)[0].story), texts(story), "nothing was changed");
    }
}

fn what_the_desk_wrote_outlives_a_later_version(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(120);
    write(folder.path(), "p.txt", &crawl(&story, 2));
    take(&paper, folder.path());
    let number = stored(&paper)[0].story.number;
    let edit = StoryEdit { headline: Some("The bay that two towns want".into()), ..StoryEdit::default() };
    paper.block_on(paper.house().store.edit_story(number, &edit, paper.clock.now())).unwrap();
    write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&story)));
    write(folder.path(), "a.json", &ans(&corrected(&story), &format!("{}T09:00:00Z", story.day)));
    take(&paper, folder.path());
    let kept = stored(&paper);
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].story.number, kept[0].story.headline.as_str()), (number, "The bay that two towns want"));
    assert_eq!(texts(&kept[0].story), corrected(&story).paragraphs, "what the desk left alone is the latest");
    again(&paper, folder.path());
}

/// A row of a table that tells a story, corrected so many times.
fn row(story: &Told, access: &str, times: usize) -> String {
    let mut body = story.paragraphs.clone();
    body[1].push_str(&" An earlier version named another bay.".repeat(times));
    serde_json::json!({ "id": "r1", "url": "http://other.example/row", "title": story.headline, "access": access,
        "published": format!("{}T09:00:00Z", story.day), "updated": format!("{}T{:02}:30:00Z", story.day, 9 + times),
        "body": body.join("\n\n") })
    .to_string()
}

fn a_correction_opens_nothing_that_another_copy_closes(engine: Engine) {
    for (first, second) in [("w.xml", "rows.jsonl"), ("rows.jsonl", "w.xml")] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let story = told(71);
        // one is metered, the other sold; the row is later, so its words are the paper's
        for name in [first, second] {
            let text = if name == "w.xml" { wxr(std::slice::from_ref(&story)) } else { row(&story, "premium", 1) };
            write(folder.path(), name, &text);
            take(&paper, folder.path());
        }
        let marking = |text: &str| {
            write(folder.path(), "rows.jsonl", text);
            let report = take(&paper, folder.path());
            let kept = stored(&paper);
            assert_eq!(kept.len(), 1, "{}", report.summary());
            again(&paper, folder.path());
            kept[0].story.marking
        };
        assert_eq!(marking(&row(&story, "premium", 1)), Marking::Premium, "{first}");
        assert_eq!(marking(&row(&story, "free", 2)), Marking::Metered, "{first}: as the other copy is");
        assert_eq!(marking(&row(&story, "premium", 3)), Marking::Premium, "{first}: closed by a copy");
        let number = stored(&paper)[0].story.number;
        paper.block_on(paper.house().store.set_marking(number, Marking::Free, paper.clock.now())).unwrap();
        assert_eq!(marking(&row(&story, "registered", 4)), Marking::Free, "{first}: the desk opened it");
    }
}

fn what_undoing_a_joining_closes_is_said(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(72);
    write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&story)));
    take(&paper, folder.path());
    write(folder.path(), "rows.jsonl", &row(&story, "premium", 1));
    take(&paper, folder.path());
    let joined = stored(&paper);
    assert_eq!((joined.len(), joined[0].story.marking), (1, Marking::Premium));
    let number = joined[0].story.number;
    paper.block_on(paper.house().store.set_marking(number, Marking::Free, paper.clock.now())).unwrap();
    let doubt = doubt(&paper, DoubtKind::SameStory, true);
    decide(&paper, doubt.id, "undo");
    assert_eq!(stored(&paper)[0].story.marking, Marking::Metered, "nobody opened these words");
    let editor = paper.sign_in("staff", Rights::None).1;
    let told = paper.browser().holding(&editor).get(&format!("/desk/doubts?done={}", doubt.id)).text();
    assert!(told.contains(&format!("tory {} is metered, as before: what was opened", number.0)), "{told}");
    assert!(!told.contains("left as it is now"), "{told}");
}

fn every_whole_order_that_copies_have_is_offered(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(91);
    let mut other = story.clone();
    // no move of a single paragraph makes one of the other
    other.paragraphs.swap(0, 1);
    other.paragraphs.swap(3, 4);
    write(folder.path(), "one.txt", &crawl(&story, 99));
    write(folder.path(), "two.txt", &crawl(&other, 99));
    take(&paper, folder.path());
    let before = texts(&stored(&paper)[0].story);
    let filter = DoubtFilter { kind: Some(DoubtKind::Order), ..DoubtFilter::default() };
    let doubts = paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap();
    assert!(!doubts.is_empty());
    for doubt in &doubts {
        let evidence = &doubt.evidence;
        let of = |order: &Vec<u32>| -> Vec<String> {
            order.iter().map(|place| before[usize::try_from(*place).unwrap() - 1].clone()).collect()
        };
        let nth = evidence.orders.iter().position(|order| {
            let told = of(order);
            told != before && (told == story.paragraphs || told == other.paragraphs)
        });
        assert!(nth.is_some(), "{:?}", evidence.orders);
        let words: std::collections::BTreeSet<_> = evidence.orders_in_words.iter().collect();
        assert_eq!(words.len(), evidence.orders.len(), "each is told otherwise: {:?}", evidence.orders_in_words);
    }
}

fn going_back_to_an_earlier_export_is_news(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let (first, mut second) = (told(73), told(73));
    second.headline = "The second thoughts of a harbour".into();
    second.paragraphs[1].push_str(" Nobody had asked for that.");
    let table =
        |story: &Told| format!("id,title,body\n7,\"{}\",\"{}\"\n", story.headline, story.paragraphs.join("\n\n"));
    let takes = |name: &str, text: &str| {
        paper.set_clock(paper.clock.now() + std::time::Duration::from_secs(60));
        write(folder.path(), name, text);
        let report = take(&paper, folder.path());
        (report.added, report.changed, report.unchanged)
    };
    let words = || (stored(&paper)[0].story.headline.clone(), texts(&stored(&paper)[0].story));
    let said = |story: &Told| (story.headline.clone(), story.paragraphs.clone());
    assert_eq!(takes("t.csv", &table(&first)), (1, 0, 0));
    assert_eq!(takes("t.csv", &table(&second)), (0, 1, 0));
    assert_eq!(words(), said(&second));
    for _ in 0..2 {
        assert_eq!(takes("t.csv", &table(&first)), (0, 1, 0), "what it says is news again");
        assert_eq!(words(), said(&first));
        again(&paper, folder.path());
        assert_eq!(takes("t.csv", &table(&second)), (0, 1, 0));
        assert_eq!(words(), said(&second));
    }
    again(&paper, folder.path());
}
