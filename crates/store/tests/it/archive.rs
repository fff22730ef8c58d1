use crate::harness::{Paper, at, on_both, past_the_store, story};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use store::{Change, Changed, Credits, NewCrawl, Place, Span, Store, StoryHead};

on_both!(
    the_feed_tells_every_change_once_and_in_order,
    the_feed_misses_nothing_of_writers_at_the_same_time,
    a_story_that_another_took_the_place_of_is_gone_and_leads_there,
    lists_are_paged_newest_first_and_the_undated_last,
    what_is_not_published_yet_is_in_no_list,
    spans_are_listed_and_counted,
    directories_follow_the_stories,
    rows_from_before_the_tables_are_filled_in,
    a_name_has_one_key_and_the_commonest_of_its_spellings,
    a_key_from_before_marks_stayed_leads_to_the_one_after,
    a_key_of_initials_in_one_word_leads_to_the_one_after,
    old_addresses_lead_to_their_story,
);

const DAY: i64 = 86_400;

async fn keep(store: &Store, headline: &str, published: Option<i64>, change: impl FnOnce(&mut Story)) -> StoryNumber {
    let mut given = story(headline);
    given.published_at = published.map(at);
    change(&mut given);
    store.save_story(&given, None, at(0)).await.unwrap().number()
}

async fn feed(store: &Store, mut version: i64, mut after: StoryNumber, rows: usize) -> Vec<Change> {
    let mut all = Vec::new();
    loop {
        let page = store.stories_changed_since(version, after, rows).await.unwrap();
        let Some(last) = page.last() else { return all };
        (version, after) = (last.version, last.number());
        all.extend(page);
    }
}

fn numbers(list: &[StoryHead]) -> Vec<u32> {
    list.iter().map(|head| head.number.0).collect()
}

async fn the_feed_tells_every_change_once_and_in_order(paper: Paper) {
    let store = &paper.store;
    let batch: Vec<_> = (0..7).map(|n| (story(&format!("Story {n}")), format!("file:{n}"))).collect();
    store.save_stories(&batch, at(0)).await.unwrap();
    let seen = store.stories_version().await.unwrap();
    assert_eq!(seen, 1, "a transaction is one version");
    let all = feed(store, 0, StoryNumber(0), 3).await;
    assert_eq!(
        all.iter().map(|c| (c.version, c.number().0)).collect::<Vec<_>>(),
        (1..8).map(|n| (1, n)).collect::<Vec<_>>()
    );
    assert!(store.stories_changed_since(seen, StoryNumber(u32::MAX), 10).await.unwrap().is_empty());

    store.set_pick(StoryNumber(3), Some(1), at(1)).await.unwrap();
    store.set_pick(StoryNumber(5), Some(1), at(2)).await.unwrap();
    store.add_old_path("/was/here.html", StoryNumber(2)).await.unwrap();
    // the same again changes nothing
    store.save_story(&batch[6].0, Some("file:6"), at(3)).await.unwrap();
    let since = feed(store, seen, StoryNumber(u32::MAX), 1).await;
    let told: Vec<_> = since.iter().map(|c| (c.version - seen, c.number().0)).collect();
    assert_eq!(told, vec![(2, 3), (2, 5), (3, 2)], "who lost the place is told with who took it");
    let Changed::Story(lost) = &since[0].what else { panic!("gone") };
    assert_eq!((lost.story.pick, lost.revision), (None, 3));
}

async fn the_feed_misses_nothing_of_writers_at_the_same_time(paper: Paper) {
    const WRITERS: u32 = 4;
    const EACH: u32 = 20;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = paper.store.clone();
        writers.spawn(async move {
            for n in 0..EACH {
                store.save_story(&story(&format!("Story {writer} {n}")), None, at(0)).await.unwrap();
            }
        });
    }
    // a reader that only ever goes forward sees each of them
    let (mut version, mut after, mut seen) = (0, StoryNumber(0), Vec::new());
    while seen.len() < (WRITERS * EACH) as usize {
        let page = paper.store.stories_changed_since(version, after, 7).await.unwrap();
        if page.is_empty() && writers.is_empty() {
            break;
        }
        if page.is_empty() {
            writers.join_next().await.unwrap().unwrap();
            continue;
        }
        let last = page.last().unwrap();
        (version, after) = (last.version, last.number());
        seen.extend(page.iter().map(Change::number));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), (WRITERS * EACH) as usize);
    assert_eq!(version, i64::from(WRITERS * EACH));
}

async fn a_story_that_another_took_the_place_of_is_gone_and_leads_there(paper: Paper) {
    let store = &paper.store;
    let crawl = |hash: &str| NewCrawl {
        hash: hash.into(),
        name: format!("{hash}.txt"),
        text: "text".into(),
        provenance: serde_json::json!({}),
    };
    let stays = store.save_rebuilt(&story("One"), "crawl:a", &[crawl("a")], at(0)).await.unwrap().saved.number();
    let mut other = story("Two");
    other.bylines = vec!["Only Here".into()];
    let goes = store.save_rebuilt(&other, "crawl:b", &[crawl("b")], at(0)).await.unwrap().saved.number();
    let path = store.story(goes).await.unwrap().unwrap().story.path();
    let seen = store.stories_version().await.unwrap();
    assert!(store.credit(Credits::Authors, "only-here", at(0)).await.unwrap().is_some());
    store.save_rebuilt(&story("Three"), "crawl:c", &[crawl("a"), crawl("b")], at(1)).await.unwrap();
    let told: Vec<_> = feed(store, seen, StoryNumber(u32::MAX), 10).await;
    assert!(matches!(&told[0].what, Changed::Story(stored) if stored.story.number == stays), "{told:?}");
    assert_eq!(told[1].what, Changed::Gone(goes, Some(stays)));
    assert_eq!(told.len(), 2);
    assert_eq!(store.credit(Credits::Authors, "only-here", at(0)).await.unwrap(), None);
    assert_eq!(store.story_in_place_of(goes).await.unwrap().unwrap().story.number, stays);
    assert_eq!(store.story_by_old_path(&path).await.unwrap().unwrap().number, stays);
    assert_eq!(numbers(&store.newest_heads(at(0), None, 10).await.unwrap()), vec![stays.0]);
}

async fn lists_are_paged_newest_first_and_the_undated_last(paper: Paper) {
    let store = &paper.store;
    for (n, published) in [Some(-9), Some(-5), None, Some(-5), Some(-1), None].into_iter().enumerate() {
        keep(store, &format!("Story {n}"), published, |_| {}).await;
    }
    keep(store, "Elsewhere", Some(-3), |s| s.section = "sport".into()).await;
    let mut pages = Vec::new();
    let mut after: Option<Place> = None;
    loop {
        let page = store.stories_of_section("markets", at(0), after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        pages.push(numbers(&page));
    }
    assert_eq!(pages, vec![vec![5, 4], vec![2, 1], vec![6, 3]]);
    assert_eq!(numbers(&store.newest_heads(at(0), None, 4).await.unwrap()), vec![5, 7, 4, 2]);
    let whole = store.newest_stories(at(0), None, 100).await.unwrap();
    assert_eq!(whole.iter().map(|s| s.story.number.0).collect::<Vec<_>>(), vec![5, 7, 4, 2, 1, 6, 3]);
    assert_eq!(whole[0].story, store.story(StoryNumber(5)).await.unwrap().unwrap().story);
    assert_eq!(numbers(&store.undated_stories(Some(StoryNumber(6)), 9).await.unwrap()), vec![3]);
    let by = store.stories_of_credit(Credits::Authors, "zoe-muller", at(0), None, 3).await.unwrap();
    assert_eq!(numbers(&by), vec![5, 7, 4]);
    let next = store.stories_of_credit(Credits::Topics, "rates", at(0), Some(by[2].place()), 9).await.unwrap();
    assert_eq!(numbers(&next), vec![2, 1, 6, 3]);
}

async fn what_is_not_published_yet_is_in_no_list(paper: Paper) {
    let store = &paper.store;
    let later = keep(store, "Later", Some(60), |s| {
        s.bylines = vec!["Not Yet".into()];
        s.topics = vec!["secret".into()];
        s.pick = Some(1);
    })
    .await;
    let day = Span { from: at(-DAY), to: at(DAY) };
    async fn lists(store: &Store, now: Timestamp, day: Span) -> Vec<usize> {
        vec![
            store.newest_heads(now, None, 9).await.unwrap().len(),
            store.newest_stories(now, None, 9).await.unwrap().len(),
            store.stories_of_section("markets", now, None, 9).await.unwrap().len(),
            store.stories_of_credit(Credits::Authors, "not-yet", now, None, 9).await.unwrap().len(),
            store.stories_of_credit(Credits::Topics, "secret", now, None, 9).await.unwrap().len(),
            store.stories_between(day, now, None, 9).await.unwrap().len(),
            usize::try_from(store.count_stories(&[day], now).await.unwrap()[0]).unwrap(),
            store.credits(Credits::Authors, now, "", 9).await.unwrap().len(),
            store.credits(Credits::Topics, now, "", 9).await.unwrap().len(),
            usize::from(store.credit(Credits::Topics, "secret", now).await.unwrap().is_some()),
            usize::from(store.first_and_latest(now).await.unwrap().is_some()),
            usize::from(store.first_from(day.from, now).await.unwrap().is_some()),
        ]
    }
    assert_eq!(lists(store, at(59), day).await, vec![0; 12]);
    assert_eq!(lists(store, at(60), day).await, vec![1; 12]);
    let embargoed = store.embargoed_stories(at(59), 9).await.unwrap();
    assert_eq!(embargoed.iter().map(|s| s.story.number).collect::<Vec<_>>(), vec![later]);
    assert!(store.embargoed_stories(at(60), 9).await.unwrap().is_empty());
    assert_eq!(store.picked_stories(9).await.unwrap().len(), 1);
    // a place from before does not open what is closed
    let place = Place { published_at: Some(at(90)), number: StoryNumber(9) };
    assert!(store.newest_heads(at(59), Some(place), 9).await.unwrap().is_empty());
    assert!(store.stories_between(day, at(59), Some(place), 9).await.unwrap().is_empty());
}

async fn spans_are_listed_and_counted(paper: Paper) {
    let store = &paper.store;
    for second in [-2 * DAY, -2 * DAY + 5, -DAY - 1, -DAY, -1] {
        keep(store, "Story", Some(second), |_| {}).await;
    }
    keep(store, "Undated", None, |_| {}).await;
    let days = [
        Span { from: at(-2 * DAY), to: at(-DAY) },
        Span { from: at(-DAY), to: at(0) },
        Span { from: at(0), to: at(DAY) },
    ];
    assert_eq!(store.count_stories(&days, at(0)).await.unwrap(), vec![3, 2, 0]);
    let first = store.stories_between(days[0], at(0), None, 2).await.unwrap();
    assert_eq!(numbers(&first), vec![3, 2]);
    let rest = store.stories_between(days[0], at(0), Some(first[1].place()), 2).await.unwrap();
    assert_eq!(numbers(&rest), vec![1]);
    assert_eq!(numbers(&store.stories_between(days[1], at(0), None, 9).await.unwrap()), vec![5, 4]);
    assert_eq!(store.first_and_latest(at(0)).await.unwrap(), Some((at(-2 * DAY), at(-1))));
    for (from, first) in [(-9 * DAY, Some(-2 * DAY)), (-2 * DAY + 6, Some(-DAY - 1)), (-DAY, Some(-DAY)), (0, None)] {
        assert_eq!(store.first_from(at(from), at(0)).await.unwrap(), first.map(at), "{from}");
    }
    let head = &store.stories_between(days[1], at(0), None, 1).await.unwrap()[0];
    assert_eq!(head.path(), store.story(head.number).await.unwrap().unwrap().story.path());
}

async fn directories_follow_the_stories(paper: Paper) {
    let store = &paper.store;
    let one = keep(store, "One", Some(-9), |s| s.bylines = vec!["asha rao".into(), "Asha Rao".into()]).await;
    keep(store, "Two", Some(-5), |s| s.bylines = vec!["ASHA RAO".into(), "Bo Li".into(), "?".into()]).await;
    let told = |list: Vec<store::Credit>| list.into_iter().map(|c| (c.key, c.name, c.stories)).collect::<Vec<_>>();
    let of = |key: &str, name: &str, n| (key.to_owned(), name.to_owned(), n);
    // "asha rao" and "ASHA RAO" stand once each: the later of them
    let all = told(store.credits(Credits::Authors, at(0), "", 9).await.unwrap());
    assert_eq!(all, vec![of("asha-rao", "ASHA RAO", 2), of("bo-li", "Bo Li", 1)]);
    assert_eq!(
        told(store.credits(Credits::Authors, at(0), "asha-rao", 1).await.unwrap()),
        vec![of("bo-li", "Bo Li", 1)]
    );
    let edit = store::StoryEdit { bylines: Some(vec!["Cy".into()]), topics: Some(vec![]), ..Default::default() };
    store.edit_story(one, &edit, at(1)).await.unwrap();
    let all = told(store.credits(Credits::Authors, at(0), "", 9).await.unwrap());
    assert_eq!(all, vec![of("asha-rao", "ASHA RAO", 1), of("bo-li", "Bo Li", 1), of("cy", "Cy", 1)]);
    assert_eq!(store.credit(Credits::Topics, "rates", at(0)).await.unwrap().unwrap().stories, 1);
    assert_eq!(store.credit(Credits::Authors, "nobody", at(0)).await.unwrap(), None);
}

async fn a_name_has_one_key_and_the_commonest_of_its_spellings(paper: Paper) {
    let store = &paper.store;
    for (second, name) in
        [(-9, "José López"), (-8, "José López"), (-7, "Jose Lopez"), (-6, "JOSÉ LÓPEZ"), (-5, "Zoë Ash")]
    {
        keep(store, "Story", Some(second), |s| s.bylines = vec![name.into()]).await;
    }
    keep(store, "Undated", None, |s| s.bylines = vec!["Émile Arc".into()]).await;
    // what is to come tells nothing yet
    for second in 1..4 {
        keep(store, "Tomorrow", Some(second), |s| s.bylines = vec!["JOSÉ LÓPEZ".into()]).await;
    }
    let told = |list: Vec<store::Credit>| list.into_iter().map(|c| (c.key, c.name, c.stories)).collect::<Vec<_>>();
    let of = |key: &str, name: &str, n| (key.to_owned(), name.to_owned(), n);
    let all = [of("emile-arc", "Émile Arc", 1), of("jose-lopez", "José López", 4), of("zoe-ash", "Zoë Ash", 1)];
    assert_eq!(told(store.credits(Credits::Authors, at(0), "", 9).await.unwrap()), all);
    assert_eq!(told(store.credits(Credits::Authors, at(0), "emile-arc", 1).await.unwrap()), all[1..2]);
    assert_eq!(store.credit(Credits::Authors, "jose-lopez", at(4)).await.unwrap().unwrap().name, "JOSÉ LÓPEZ");
    let listed = store.stories_of_credit(Credits::Authors, "jose-lopez", at(0), None, 9).await.unwrap();
    assert_eq!(listed.len(), 4);
    // as the database was before the tenth migration: accents made another name
    for statement in [
        "UPDATE story_authors SET author = 'josé-lópez' WHERE name = 'José López'",
        "DROP INDEX spellings_of_author",
        "DROP INDEX spellings_of_topic",
        "DROP TABLE former_keys",
        "DELETE FROM schema_migrations WHERE number IN (10, 12, 17)",
    ] {
        past_the_store(&paper.location, statement).await.unwrap();
    }
    let opened = Store::open(&paper.location).await.unwrap();
    assert_eq!(told(opened.credits(Credits::Authors, at(0), "", 9).await.unwrap()), all);
    opened.close().await;
}

async fn a_key_from_before_marks_stayed_leads_to_the_one_after(paper: Paper) {
    let store = &paper.store;
    keep(store, "Story", Some(-9), |s| {
        s.bylines = vec!["कृष्ण अय्यर".into()];
        s.topics = vec!["सड़क".into(), "Quay".into()];
    })
    .await;
    assert_eq!(store.credit(Credits::Authors, "कृष्ण-अय्यर", at(0)).await.unwrap().unwrap().name, "कृष्ण अय्यर");
    assert_eq!(store.key_after(Credits::Authors, "कृष-ण-अय-यर").await.unwrap(), None, "it never had another");
    // as the database was before the twelfth migration
    for statement in [
        "UPDATE story_authors SET author = 'कृष-ण-अय-यर'",
        "DROP TABLE former_keys",
        "DELETE FROM schema_migrations WHERE number IN (12, 17)",
    ] {
        past_the_store(&paper.location, statement).await.unwrap();
    }
    let opened = Store::open(&paper.location).await.unwrap();
    assert_eq!(opened.credit(Credits::Authors, "कृष-ण-अय-यर", at(0)).await.unwrap(), None);
    assert_eq!(opened.credit(Credits::Authors, "कृष्ण-अय्यर", at(0)).await.unwrap().unwrap().stories, 1);
    let after = opened.key_after(Credits::Authors, "कृष-ण-अय-यर").await.unwrap();
    assert_eq!(after.as_deref(), Some("कृष्ण-अय्यर"));
    let after = opened.key_after(Credits::Topics, "सड-क").await.unwrap();
    assert_eq!(after, newsroom::articles::key_of("सड़क"));
    for (of, key) in [(Credits::Topics, "कृष-ण-अय-यर"), (Credits::Topics, "quay"), (Credits::Authors, "सड-क")]
    {
        assert_eq!(opened.key_after(of, key).await.unwrap(), None, "{key}");
    }
    opened.close().await;
}

async fn a_key_of_initials_in_one_word_leads_to_the_one_after(paper: Paper) {
    for (headline, name) in [("A", "MS Ilango"), ("B", "M.S. Ilango"), ("C", "Ms Ilango"), ("D", "KPM Varma")] {
        keep(&paper.store, headline, Some(-9), |s| s.bylines = vec![name.into()]).await;
    }
    // as the database was before the seventeenth migration
    for statement in [
        "UPDATE story_authors SET author = 'ms-ilango' WHERE name = 'MS Ilango'",
        "UPDATE story_authors SET author = 'kpm-varma' WHERE name = 'KPM Varma'",
        "DELETE FROM schema_migrations WHERE number = 17",
    ] {
        past_the_store(&paper.location, statement).await.unwrap();
    }
    assert_eq!(paper.store.credit(Credits::Authors, "ms-ilango", at(0)).await.unwrap().unwrap().stories, 2);
    let opened = Store::open(&paper.location).await.unwrap();
    let stories = async |key: &str| opened.credit(Credits::Authors, key, at(0)).await.unwrap().map(|c| c.stories);
    assert_eq!((stories("m-s-ilango").await, stories("ms-ilango").await), (Some(2), Some(1)));
    assert_eq!((stories("k-p-m-varma").await, stories("kpm-varma").await), (Some(1), None));
    let after = opened.key_after(Credits::Authors, "kpm-varma").await.unwrap();
    assert_eq!(after.as_deref(), Some("k-p-m-varma"));
    opened.close().await;
}

async fn rows_from_before_the_tables_are_filled_in(paper: Paper) {
    keep(&paper.store, "Dated", Some(-9), |_| {}).await;
    keep(&paper.store, "Undated", None, |_| {}).await;
    let before = paper.store.credits(Credits::Authors, at(0), "", 9).await.unwrap();
    // as the database was before the fifth migration; the twelfth has its rows made anew
    for statement in [
        "DROP TABLE story_authors",
        "DROP TABLE story_topics",
        "DROP INDEX stories_changed",
        "DROP INDEX stories_published",
        "DROP INDEX stories_picked",
        "DROP INDEX stories_supplanted",
        "DROP INDEX old_paths_of_story",
        "DROP INDEX stories_of_section",
        "ALTER TABLE stories DROP COLUMN changed",
        "DROP TABLE former_keys",
        "DELETE FROM schema_migrations WHERE number IN (5, 10, 12, 17)",
    ] {
        past_the_store(&paper.location, statement).await.unwrap();
    }
    let opened = Store::open(&paper.location).await.unwrap();
    assert_eq!(opened.credits(Credits::Authors, at(0), "", 9).await.unwrap(), before);
    assert_eq!(before.iter().map(|c| c.stories).collect::<Vec<_>>(), vec![2, 2]);
    let listed = opened.stories_of_credit(Credits::Topics, "rates", at(0), None, 9).await.unwrap();
    assert_eq!(numbers(&listed), vec![1, 2]);
    assert_eq!(feed(&opened, 0, StoryNumber(0), 1).await.len(), 2, "the feed begins with what was there");
    opened.close().await;
}

async fn old_addresses_lead_to_their_story(paper: Paper) {
    let number = keep(&paper.store, "One", Some(-1), |_| {}).await;
    paper.store.add_old_path("/1997/06/one.html", number).await.unwrap();
    let head = paper.store.story_by_old_path("/1997/06/one.html").await.unwrap().unwrap();
    assert_eq!((head.number, head.headline.as_str()), (number, "One"));
    assert_eq!(paper.store.story_by_old_path("/1997/06/two.html").await.unwrap(), None);
}
