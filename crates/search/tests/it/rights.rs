//! Whole stories are found by those who may read them, and by nobody else.
use crate::paper::{ask, day, guest, holder, in_order, index, numbers, put, shown, story};
use newsroom::articles::Marking::{Free, Metered, Premium, Registered};
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use search::{Change, Document, Index, Query, Reach, Right};
use tempfile::{TempDir, tempdir};

fn paper() -> (TempDir, Index) {
    let stories: Vec<Document> = Marking::ALL
        .iter()
        .zip(1..)
        .map(|(marking, number)| {
            story(number, *marking, "Tide tables", "The tide came in.", &format!("A walrus sang {}.", marking.word()))
        })
        .collect();
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &stories);
    (folder, index)
}

#[test]
fn each_right_opens_its_marking() {
    let (_folder, index) = paper();
    assert_eq!(numbers(&guest(&index, "tide")), [1, 2, 3, 4]);
    assert_eq!(numbers(&guest(&index, "walrus")), [] as [u32; 0], "what is below the preview belongs to nobody here");
    for (markings, expected) in [
        (vec![Registered], vec![2]),
        (vec![Registered, Metered], vec![2, 3]),
        (vec![Registered, Metered, Premium], vec![2, 3, 4]),
        (vec![Premium], vec![4]),
    ] {
        let found = holder(&index, &markings, "walrus");
        assert_eq!(numbers(&found), expected, "{markings:?}");
        assert_eq!(found.total, expected.len() as u64);
        assert_eq!(found.sections, [("harbour".into(), expected.len() as u64)]);
        assert_eq!(
            numbers(&holder(&index, &markings, "tide")),
            [1, 2, 3, 4],
            "the open part of the others is found too, and once"
        );
    }
    assert_eq!(
        shown(&holder(&index, &[Metered], "walrus").hits[0].fragment),
        "The tide came in. · A [walrus] sang metered."
    );
}

#[test]
fn a_right_may_end_at_a_date() {
    let folder = tempdir().unwrap();
    let of = |number, at| Document {
        published_at: at,
        ..story(number, Metered, "Tide tables", "The tide came in.", "A walrus sang.")
    };
    let index = index(folder.path(), &[of(1, Some(day("2001-05-05"))), of(2, Some(day("2020-05-05"))), of(3, None)]);
    let since = |at: &str| Right { marking: Metered, since: Some(day(at)) };
    let find = |rights: Vec<Right>, text: &str| {
        index.full(Reach::of(rights).unwrap()).unwrap().find(&ask(&Query::parse(text))).unwrap()
    };
    assert_eq!(
        numbers(&find(vec![since("2010-01-01")], "walrus")),
        [2],
        "older ones, and those without a date, are outside"
    );
    assert_eq!(numbers(&find(vec![since("2010-01-01")], "tide")), [1, 2, 3]);
    assert_eq!(
        numbers(&find(vec![since("2010-01-01"), Right { marking: Metered, since: None }], "walrus")),
        [2],
        "the narrowest counts"
    );
    assert_eq!(numbers(&find(vec![Right { marking: Metered, since: None }], "walrus")), [1, 2, 3]);
}

#[test]
fn a_right_that_begins_with_a_day_finds_its_side_whatever_lies_where() {
    // two thousand stories in no order of time, every third without a date, some changed and some removed since
    let of = |number: u32| {
        let year = 1990 + number * 7 % 40;
        let open = format!("The tide came in. {}", ["Gulls.", "A gull, and a gull."][number as usize % 2]);
        let locked = format!("A walrus sang {}.", if number.is_multiple_of(5) { "a walrus song" } else { "alone" });
        let mut story = story(number, Metered, "Tide tables", &open, &locked);
        story.published_at = (!number.is_multiple_of(3)).then(|| day(&format!("{year}-05-05")));
        story
    };
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &(1..=2_000).map(of).collect::<Vec<_>>());
    let mut moved = of(1_000);
    moved.published_at = Some(day("2029-05-05"));
    let gone = (1..=2_000).filter(|number: &u32| number.is_multiple_of(11));
    let changes = gone.map(|number| Change::Remove(StoryNumber(number))).chain([put(&moved)]).collect();
    index.apply(changes, 2).unwrap();
    let lives = |number: &u32| !number.is_multiple_of(11);
    let since = day("2015-01-01");
    let right = Right { marking: Metered, since: Some(since) };
    let full = index.full(Reach::of([right]).unwrap()).unwrap();
    let all: Vec<Document> =
        (1..=2_000).filter(lives).map(|number| if number == 1_000 { moved.clone() } else { of(number) }).collect();
    let side = |story: &&Document| story.published_at.is_some_and(|at| at >= since);
    let count = |met: &dyn Fn(&str) -> bool| {
        all.iter().filter(|story| met(if side(story) { &story.whole } else { &story.open })).count() as u64
    };
    for (text, expected) in [
        ("walrus", count(&|text| text.contains("walrus"))),
        ("walrus OR gull", count(&|_| true)),
        ("walrus OR zzyzx", count(&|text| text.contains("walrus"))),
        ("walrus gull", count(&|text| text.contains("walrus"))),
        ("\"walrus song\"", count(&|text| text.contains("walrus song"))),
        ("tide -walrus", count(&|text| !text.contains("walrus"))),
        ("walrus section:harbour", count(&|text| text.contains("walrus"))),
    ] {
        let query = Query::parse(text);
        for order in [search::Order::Relevance, search::Order::Newest] {
            let ask = search::Ask { order, limit: 1_000, ..ask(&query) };
            let found = full.find(&ask).unwrap();
            assert_eq!(found.total, expected, "{text}");
            assert_eq!(found.years.iter().map(|(_, n)| n).sum::<u64>(), expected, "{text}");
            let mut numbers: Vec<u32> = found.hits.iter().map(|hit| hit.number.0).collect();
            assert_eq!(numbers.len() as u64, expected.min(1_000), "{text}");
            if order == search::Order::Newest {
                assert!(found.hits.is_sorted_by(|one, two| one.published_at >= two.published_at), "{text}");
            } else {
                assert!(found.hits.is_sorted_by(|one, two| one.score >= two.score), "{text}");
            }
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len() as u64, expected.min(1_000), "{text}: each once");
        }
    }
}

#[test]
fn no_right_makes_no_reach() {
    assert_eq!(Reach::of([]), None);
    assert_eq!(Reach::of([Right { marking: Free, since: None }]), None);
}

#[test]
fn a_story_says_itself_what_is_open() {
    let story = |marking, preview_blocks| Story {
        number: StoryNumber(1),
        slug: "tide".into(),
        section: "harbour".into(),
        headline: "Tide".into(),
        headline_provisional: false,
        standfirst: Some("A standfirst.".into()),
        bylines: vec![],
        dateline: None,
        topics: vec![],
        marking,
        preview_blocks,
        published_at: None,
        updated_at: None,
        picture: None,
        pick: None,
        language: None,
        body: vec![Block::Paragraph("First.".into()), Block::Quote("Second.".into())],
    };
    assert_eq!(Document::of(&story(Premium, 1), 3).open, "A standfirst.\nFirst.");
    assert_eq!(Document::of(&story(Premium, 9), 3).open, "A standfirst.\nFirst.", "one block stays back");
    assert_eq!(Document::of(&story(Free, 1), 3).open, "A standfirst.\nFirst.\nSecond.");
    assert_eq!(Document::of(&story(Premium, 0), 3).whole, "A standfirst.\nFirst.\nSecond.");
}

/// Whoever's right begins with a day is answered another way (in windows, and scored twice): the best are the same, in the same order.
#[test]
fn a_right_that_begins_with_a_day_finds_the_best_in_the_order_of_all() {
    // three words in three hundred lengths and frequencies, so that hardly two scores are alike
    let text = |number: u32| {
        let words = |word: &str, n: u32| format!("{word} ").repeat(usize::try_from(n).unwrap());
        let (walrus, choir) = (words("walrus", number % 7), words("choir", number * 5 % 11));
        format!("{walrus}{choir}{}", words("silence", number * 37 % 301))
    };
    let stories: Vec<Document> =
        (1..=300).map(|number| story(number, Metered, "Tide tables", "", &text(number))).collect();
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &stories);
    let dated = |at: &str, text: &str| {
        let right = Right { marking: Metered, since: Some(day(at)) };
        index.full(Reach::of([right]).unwrap()).unwrap().find(&ask(&Query::parse(text))).unwrap()
    };
    for query in ["walrus", "walrus choir", "walrus OR choir OR silence", "\"walrus choir\"", "choir -walrus"] {
        let all = holder(&index, &[Metered], query);
        assert_eq!(all.hits.len(), 10, "{query}");
        let since_always = dated("2000-01-01", query);
        assert_eq!((in_order(&since_always), since_always.total), (in_order(&all), all.total), "{query}");
        assert_eq!((&since_always.years, &since_always.sections), (&all.years, &all.sections), "{query}");
        // in the later half, what is left of them comes first and in the same order
        let later = in_order(&dated("2015-03-15", query));
        let left: Vec<u32> =
            all.hits.iter().filter(|hit| hit.published_at >= Some(day("2015-03-15"))).map(|hit| hit.number.0).collect();
        assert!(!left.is_empty() && left.len() < 10, "{query}: {left:?}");
        assert_eq!(later[..left.len()], left, "{query}");
    }
}
