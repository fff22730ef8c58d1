use crate::harness::{Paper, at, on_both, story};
use newsroom::articles::{Marking, Picture, StoryNumber};
use store::{Place, Saved, StoreError, StoryEdit, WITHHELD};

on_both!(
    a_story_comes_back_as_it_went_in,
    saving_the_same_again_changes_nothing,
    numbers_are_never_reused,
    a_changed_address_leads_to_the_story,
    the_desk_edits,
    a_standfirst_that_tells_the_closed_part_goes_into_the_history,
    one_story_per_place_on_the_front_page,
    an_unknown_story_is_an_error,
    many_stories_come_page_by_page,
    stories_come_in_the_order_of_their_time,
    a_batch_goes_in_whole_or_not_at_all,
);

async fn a_story_comes_back_as_it_went_in(paper: Paper) {
    let mut given = story("Rates rise, slowly");
    given.picture = Some(Picture {
        file: "harbour".into(),
        alt: "Cranes at dawn".into(),
        caption: None,
        credit: Some("Desk".into()),
        after: None,
        width: 1280,
        height: 853,
    });
    given.pick = Some(3);
    let Saved::New(number) = paper.store.save_story(&given, None, at(0)).await.unwrap() else { panic!("not new") };
    given.number = number;
    let kept = paper.store.story(number).await.unwrap().unwrap();
    assert_eq!(kept.story, given);
    assert_eq!((kept.revision, kept.created_at, kept.saved_at), (1, at(0), at(0)));
    assert_eq!(paper.store.stories().await.unwrap(), vec![kept]);
    assert_eq!(paper.store.story(StoryNumber(99)).await.unwrap(), None);
}

async fn saving_the_same_again_changes_nothing(paper: Paper) {
    let mut given = story("Rates rise");
    // finer than the database keeps: must not look like a change the next time
    given.published_at = Some("2026-10-31T10:00:00.123456789Z".parse().unwrap());
    let number = paper.store.save_story(&given, Some("file:rates"), at(0)).await.unwrap().number();
    let version = paper.store.stories_version().await.unwrap();
    assert_eq!(paper.store.save_story(&given, Some("file:rates"), at(5)).await.unwrap(), Saved::Same(number));
    assert_eq!(paper.store.stories_version().await.unwrap(), version);
    assert_eq!(paper.store.story(number).await.unwrap().unwrap().revision, 1);
    given.headline = "Rates rise again".into();
    assert_eq!(paper.store.save_story(&given, Some("file:rates"), at(6)).await.unwrap(), Saved::Changed(number));
    assert_eq!(paper.store.stories_version().await.unwrap(), version + 1);
    let kept = paper.store.story(number).await.unwrap().unwrap();
    assert_eq!((kept.revision, kept.created_at, kept.saved_at), (2, at(0), at(6)));
}

async fn numbers_are_never_reused(paper: Paper) {
    let first = paper.store.save_story(&story("One"), None, at(0)).await.unwrap().number();
    // nothing points at it, so that it can be deleted at all
    let bare = newsroom::articles::Story { bylines: Vec::new(), topics: Vec::new(), ..story("Two") };
    let second = paper.store.save_story(&bare, None, at(0)).await.unwrap().number();
    crate::harness::past_the_store(&paper.location, "DELETE FROM stories WHERE number = 2").await.unwrap();
    let third = paper.store.save_story(&story("Three"), None, at(0)).await.unwrap().number();
    assert_eq!((first, second, third), (StoryNumber(1), StoryNumber(2), StoryNumber(3)));
}

async fn a_changed_address_leads_to_the_story(paper: Paper) {
    let mut given = story("Rates rise");
    given.number = paper.store.save_story(&given, None, at(0)).await.unwrap().number();
    let before = given.path();
    given.section = "finance".into();
    paper.store.save_story(&given, None, at(1)).await.unwrap();
    paper.store.add_old_path("/1997/06/rates.html", given.number).await.unwrap();
    let paths = paper.store.old_paths().await.unwrap();
    assert_eq!(paths, vec![("/1997/06/rates.html".to_owned(), given.number), (before, given.number)]);
}

async fn the_desk_edits(paper: Paper) {
    let mut given = story("The harbour reopened");
    given.headline_provisional = true;
    let number = paper.store.save_story(&given, None, at(0)).await.unwrap().number();
    let edit = StoryEdit {
        headline: Some("Harbour reopens at last".into()),
        standfirst: Some(None),
        preview_blocks: Some(1),
        ..StoryEdit::default()
    };
    assert_eq!(paper.store.edit_story(number, &edit, at(7)).await.unwrap(), Saved::Changed(number));
    assert_eq!(paper.store.edit_story(number, &edit, at(8)).await.unwrap(), Saved::Same(number));
    let kept = paper.store.story(number).await.unwrap().unwrap().story;
    assert_eq!((kept.headline.as_str(), kept.headline_provisional), ("Harbour reopens at last", false));
    assert_eq!((kept.standfirst, kept.preview_blocks, kept.updated_at), (None, 1, Some(at(7))));
    assert_eq!(kept.slug, given.slug);
    assert_eq!(paper.store.set_marking(number, Marking::Premium, at(9)).await.unwrap(), Saved::Changed(number));
    let kept = paper.store.story(number).await.unwrap().unwrap().story;
    assert_eq!((kept.marking, kept.updated_at), (Marking::Premium, Some(at(7))));
}

async fn a_standfirst_that_tells_the_closed_part_goes_into_the_history(paper: Paper) {
    let mut given = story("The harbour reopened");
    (given.marking, given.preview_blocks) = (Marking::Free, 1);
    given.standfirst = Some(given.body[2].text().to_owned());
    given.number = paper.store.save_story(&given, Some("file:harbour"), at(0)).await.unwrap().number();
    for round in 0..2 {
        let number = given.number;
        assert_eq!(paper.store.set_marking(number, Marking::Premium, at(1)).await.unwrap(), Saved::Changed(number));
        assert_eq!(paper.store.story(number).await.unwrap().unwrap().story.standfirst, None, "round {round}");
        let kept = paper.store.versions_of(number, 9).await.unwrap();
        let words = kept.iter().map(|version| (version.why.as_str(), version.story.standfirst.clone()));
        assert_eq!(words.collect::<Vec<_>>(), [(WITHHELD, given.standfirst.clone())], "the same words are kept once");
        // the story opened, the desk takes them back
        let edit = StoryEdit {
            marking: Some(Marking::Free),
            standfirst: Some(given.standfirst.clone()),
            ..StoryEdit::default()
        };
        paper.store.edit_story(number, &edit, at(2)).await.unwrap();
        assert_eq!(paper.store.story(number).await.unwrap().unwrap().story.standfirst, given.standfirst);
    }
}

async fn one_story_per_place_on_the_front_page(paper: Paper) {
    let one = paper.store.save_story(&story("One"), None, at(0)).await.unwrap().number();
    let two = paper.store.save_story(&story("Two"), None, at(0)).await.unwrap().number();
    paper.store.set_pick(one, Some(1), at(1)).await.unwrap();
    paper.store.set_pick(two, Some(1), at(2)).await.unwrap();
    let picks: Vec<_> =
        paper.store.stories().await.unwrap().iter().map(|s| (s.story.number, s.story.pick, s.revision)).collect();
    assert_eq!(picks, vec![(one, None, 3), (two, Some(1), 2)]);
}

async fn an_unknown_story_is_an_error(paper: Paper) {
    let mut given = story("Nowhere");
    given.number = StoryNumber(77);
    let refused = paper.store.save_story(&given, None, at(0)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound { .. }), "{refused}");
    let refused = paper.store.set_marking(StoryNumber(77), Marking::Free, at(0)).await.unwrap_err();
    assert!(refused.to_string().contains("no story 77"), "{refused}");
    assert!(!refused.can_retry());
}

async fn many_stories_come_page_by_page(paper: Paper) {
    let batch: Vec<_> = (0..1_100).map(|n| (story(&format!("Story {n}")), format!("file:{n}"))).collect();
    let saved = paper.store.save_stories(&batch, at(0)).await.unwrap();
    assert!(saved.iter().all(|s| matches!(s, Saved::New(_))));
    let all = paper.store.stories().await.unwrap();
    assert_eq!(all.len(), 1_100);
    assert!(all.windows(2).all(|pair| pair[0].story.number < pair[1].story.number));
    let page = paper.store.stories_after(StoryNumber(10), 3).await.unwrap();
    assert_eq!(page.iter().map(|s| s.story.number.0).collect::<Vec<_>>(), vec![11, 12, 13]);
}

async fn stories_come_in_the_order_of_their_time(paper: Paper) {
    let times = [Some(50), None, Some(-7), Some(50), None, Some(20)];
    let batch = times.map(|time| {
        let mut story = story("Dated");
        story.published_at = time.map(at);
        story
    });
    let batch: Vec<_> = batch.into_iter().zip(1..).map(|(story, n)| (story, format!("file:{n}"))).collect();
    paper.store.save_stories(&batch, at(0)).await.unwrap();
    for rows in 1..=7 {
        let (mut told, mut after) = (Vec::new(), None);
        loop {
            let page = paper.store.stories_by_time(after, rows).await.unwrap();
            assert!(page.len() <= rows);
            let Some(last) = page.last() else { break };
            after = Some(Place { published_at: last.story.published_at, number: last.story.number });
            told.extend(page.iter().map(|stored| stored.story.number.0));
        }
        assert_eq!(told, [2, 5, 3, 6, 1, 4], "{rows} at once");
    }
}

async fn a_batch_goes_in_whole_or_not_at_all(paper: Paper) {
    let mut wrong = story("Wrong");
    wrong.number = StoryNumber(500);
    let batch = vec![(story("Right"), "file:right".to_owned()), (wrong, "file:wrong".to_owned())];
    paper.store.save_stories(&batch, at(0)).await.unwrap_err();
    assert_eq!(paper.store.stories().await.unwrap(), Vec::new());
    assert_eq!(paper.store.stories_version().await.unwrap(), 0);
}
