//! Updates of one event, each a story of its own: what they share is each one's, and what a page says beside stories of anything is the page's.
//! All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use archive::intake::{Intake, Outcome};
use archive::item::{Item, Part, When};
use archive::{Crawl, Import, Known, Options, Rebuilt, rebuild};

/// What every update says again.
const AGAIN: [&str; 4] = [
    "The water came at four in the morning when the dam keeper was asleep and the siren had no current for want of a fuse.",
    "Boats were on the way from Morvale with blankets and lamps, and the school was opened for those who had lost their houses.",
    "The coast road has been cut four times since the dam was built, and each time a commission asked for a second spillway.",
    "Engineers of the province warned of cracks in the wall two years ago, but the money went to a new bridge at Karsk.",
];
const NOTES: [&str; 6] = ["a short note", "a telegram", "its bulletin", "a call", "a new count", "an answer"];
const NEW: [&str; 4] = [
    "The district office raised the number of those missing to # when divers came back from the lower mill at Hennick.",
    "Soldiers carried # people from the roofs of the coast road before the current grew too strong for their boats.",
    "A helicopter dropped bread for # families who had fled from the flood to the hill of the chapel.",
    "The minister spoke of # broken houses in Hennick and promised the people tents before the next night.",
];
/// What a page puts into stories of anything.
const OFFER: &str = "Norholm Gazette brings the valley to the breakfast table, and has done so every morning since the year of the great frost.";

fn update(nth: usize) -> Vec<String> {
    let first = format!(
        "A flood cut the coast road at Hennick on Tuesday and killed {} people, the district office said in {} at {} o'clock.",
        3 + nth * 2,
        NOTES[nth % 6],
        6 + nth
    );
    let new = |at: usize| NEW[(nth + at) % 4].replace('#', &(20 + nth * 7 + at * 3).to_string());
    let again = AGAIN.map(str::to_owned);
    [vec![first, new(0)], again[..2].to_vec(), vec![new(1)], again[2..].to_vec()].concat()
}

const TRADES: [&str; 9] =
    ["chandler", "cooper", "drover", "glazier", "miller", "pilot", "ropemaker", "saddler", "tanner"];
const PLACES: [&str; 7] = ["Skarn", "Ost", "Dunlow", "Orvik", "Kest", "Lowmere", "Brant"];

/// A story of something else.
fn other(number: usize) -> Vec<String> {
    let told = |nth: usize| {
        format!(
            "The {} of {} {number} asked the {} for {} lamps in the {}th winter, and the wardens wrote it down as they do.",
            TRADES[(number + nth) % 9],
            PLACES[(number * 3 + nth) % 7],
            TRADES[(number * 2 + nth * 5 + 1) % 9],
            12 + number * 3 + nth,
            200 + number * 7 + nth * 31
        )
    };
    (0..5).map(told).collect()
}

fn crawl(name: &str, lines: &[String]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: lines.join("\n").into_bytes() }
}

fn of<'a>(import: &'a Import, name: &str) -> &'a Rebuilt {
    import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == name)).expect("a story of that crawl")
}

fn texts(story: &Rebuilt) -> Vec<&str> {
    story.paragraphs.iter().map(|p| p.text.as_str()).collect()
}

#[test]
fn what_the_updates_of_one_event_share_is_each_one_s() {
    for (updates, others) in [(6, 0), (8, 0), (8, 20), (8, 120), (24, 120)] {
        let mut crawls: Vec<Crawl> = (0..updates).map(|nth| crawl(&format!("update-{nth}"), &update(nth))).collect();
        crawls.extend((0..others).map(|number| crawl(&format!("other-{number}"), &other(number))));
        let import = rebuild(&[], &crawls, &Options::default());
        let told = import.stories.iter().filter(|s| s.crawls[0].name.starts_with("update")).count();
        assert_eq!(told, updates, "each update is a story of its own");
        for nth in 0..updates {
            let story = of(&import, &format!("update-{nth}"));
            // Where hardly another story is, what stands at the end of all of them may be their page's.
            let sure = if others > 0 { 7 } else { 5 };
            let (kept, lines) = (texts(story), update(nth));
            assert_eq!(kept[..sure], lines[..sure], "{updates} and {others}: {:?}", story.doubts);
            let asked = |line: &String| story.doubts.iter().flat_map(|d| &d.left_out).any(|left| left.text == *line);
            assert!(lines.iter().all(|l| kept.contains(&l.as_str()) || asked(l)), "{updates}: {:?}", story.doubts);
            let asked: Vec<_> = story.doubts.iter().filter(|d| d.text.contains("stories")).collect();
            assert!(asked.len() <= 7 - sure, "{updates} and {others}: {asked:?}");
        }
    }
}

#[test]
fn what_a_page_says_in_some_stories_of_anything_is_the_page_s() {
    for (with, others) in [(6, 40), (12, 40), (12, 120), (40, 0), (60, 60)] {
        let page = |number: usize| {
            let mut lines = other(number);
            lines.insert(3, OFFER.to_owned());
            crawl(&format!("page-{number}"), &lines)
        };
        let mut crawls: Vec<Crawl> = (0..with).map(page).collect();
        crawls.extend((with..with + others).map(|number| crawl(&format!("other-{number}"), &other(number))));
        let import = rebuild(&[], &crawls, &Options::default());
        for number in 0..with {
            let story = of(&import, &format!("page-{number}"));
            assert_eq!(texts(story), other(number), "{with} and {others}: {:?}", story.doubts);
        }
    }
}

#[test]
fn two_updates_alone_are_two_stories() {
    for others in [0, 20, 120] {
        let told =
            |nth: usize| [update(nth)[..2].to_vec(), AGAIN[..3].iter().map(|l| (*l).to_owned()).collect()].concat();
        let own = [
            told(0),
            [
                vec![
                    "Soldiers pulled nine bodies out of the mud near the chapel, and the minister of works resigned before noon.".to_owned(),
                    "His deputy promised tents, bread and a bridge of iron before the first frost, and took no questions from anybody.".to_owned(),
                ],
                told(1)[2..].to_vec(),
            ]
            .concat(),
        ];
        let mut crawls: Vec<Crawl> =
            own.iter().enumerate().map(|(nth, lines)| crawl(&format!("update-{nth}"), lines)).collect();
        crawls.extend((0..others).map(|number| crawl(&format!("other-{number}"), &other(number))));
        let import = rebuild(&[], &crawls, &Options::default());
        for (nth, lines) in own.iter().enumerate() {
            let story = of(&import, &format!("update-{nth}"));
            assert_eq!(texts(story), *lines, "{others}: {:?}", story.doubts);
            assert!(story.alike.is_some(), "{others}: {:?}", story.doubts);
        }
    }
}

/// What two updates say that share three of five paragraphs.
fn two_updates() -> [Vec<String>; 2] {
    let shared = AGAIN[..3].iter().map(|line| (*line).to_owned());
    let soldiers = [
        "Soldiers pulled nine bodies out of the mud near the chapel, and the minister of works resigned before noon.",
        "His deputy promised tents, bread and a bridge of iron before the first frost, and took no questions from anybody.",
    ];
    let (first, second): (Vec<String>, Vec<String>) = (shared.collect(), soldiers.map(str::to_owned).to_vec());
    [[&first[..2], &update(0)[..1], &first[2..], &update(0)[1..2]].concat(), [first, second].concat()]
}

#[test]
fn two_pages_of_one_site_with_other_ends_and_headlines_are_two_stories() {
    let page = |name: &str, headline: &str, told: &[String]| {
        let top = ["The Norholm Gazette", "Front page", "Weather", "Sport", headline, "By Ida Lom"];
        let lines = top.iter().map(|line| (*line).to_owned()).chain(told.iter().cloned());
        crawl(name, &lines.chain(["Contact the newsroom".to_owned()]).collect::<Vec<_>>())
    };
    let shared: Vec<String> = AGAIN[..3].iter().map(|line| (*line).to_owned()).collect();
    let first = [shared, update(0)[..2].to_vec()].concat();
    let second = two_updates()[1].clone();
    let heaps = |heads: [&str; 2], others: usize| {
        let mut crawls = vec![page("update-0", heads[0], &first), page("update-1", heads[1], &second)];
        crawls.extend((0..others).map(|n| page(&format!("other-{n}"), &format!("Lamps of quay {n} lit"), &other(n))));
        rebuild(&[], &crawls, &Options::default())
    };
    for others in [4, 30] {
        let import = heaps(["Flood cuts the coast road", "Minister resigns over nine dead"], others);
        for (nth, told) in [&first, &second].into_iter().enumerate() {
            let story = of(&import, &format!("update-{nth}"));
            assert_eq!(texts(story), *told, "{others}: {:?}", story.doubts);
            assert!(story.alike.is_some(), "{others}: {:?}", story.doubts);
        }
        // Headlines of one event name the same places.
        let import = heaps(["Flood cuts the coast road", "Nine dead in flood on the coast road"], others);
        assert_eq!(of(&import, "update-0").crawls.len(), 1, "{others}");
        // Under one headline it is one story, of which a page told more or was changed.
        let longer = "Flood cuts the coast road, district office says";
        for second in ["Flood cuts the coast road", longer, "Flood cuts the coast road | The Norholm Gazette"] {
            let import = heaps(["Flood cuts the coast road", second], others);
            assert_eq!(of(&import, "update-0").crawls.len(), 2, "{others}: {second}");
        }
    }
}

#[test]
fn copies_under_one_headline_that_each_lost_a_part_are_one_story() {
    let whole = [
        vec![update(0)[0].clone()],
        AGAIN.map(str::to_owned).to_vec(),
        update(1)[1..2].to_vec(),
        update(2)[4..5].to_vec(),
    ]
    .concat();
    let copy = |name: &str, headline: &str, kept: &[usize]| {
        let top = ["The Norholm Gazette", "Log in", headline, "By Ida Lom"].map(str::to_owned);
        let told = kept.iter().map(|at| whole[*at].clone());
        crawl(name, &top.into_iter().chain(told).chain(["Contact the newsroom".to_owned()]).collect::<Vec<_>>())
    };
    let headline = "Flood cuts the coast road at Hennick";
    let variants =
        [headline, "Flood cuts the coast road", "Flood cuts the coast road at Hennick | The Norholm Gazette"];
    for (others, second) in [4, 30].into_iter().flat_map(|others| variants.map(|second| (others, second))) {
        let mut crawls = vec![copy("one", headline, &[0, 1, 2, 3, 6]), copy("two", second, &[0, 1, 4, 5, 6])];
        crawls.extend((0..others).map(|number| {
            let top = ["The Norholm Gazette", "Log in", &format!("Lamps of quay {number} lit"), "By Ida Lom"]
                .map(str::to_owned);
            let lines = [top.to_vec(), other(number), vec!["Contact the newsroom".to_owned()]].concat();
            crawl(&format!("other-{number}"), &lines)
        }));
        let import = rebuild(&[], &crawls, &Options::default());
        let story = of(&import, "one");
        assert_eq!(story.crawls.len(), 2, "{others}: {second}");
        let mut told = texts(story);
        told.sort_unstable();
        let mut all: Vec<&str> = whole.iter().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(told, all, "{others}: {second}: nothing is lost");
    }
}

#[test]
fn two_posts_of_one_system_are_two_stories_unless_one_is_a_copy() {
    let post = |key: &str, hour: i8, headline: &str, told: &[String], system: Option<&str>| {
        let mut item = Item::new(key.to_owned(), "export".to_owned(), 0);
        item.system = system.map(str::to_owned);
        item.headline = Some(headline.to_owned());
        item.published_at = Some(When::Local(jiff::civil::date(2019, 3, 5).at(hour, 0, 0, 0)));
        item.body = told.iter().cloned().map(Part::Paragraph).collect();
        item
    };
    let stories = |items: Vec<Item>, known: Option<Known>| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut intake = Intake::new(folder.path(), &Options::default()).expect("an intake");
        known.into_iter().for_each(|known| intake.known(&known).expect("a story of the paper"));
        items.into_iter().for_each(|item| intake.item(item).expect("an item"));
        let outcomes = intake.finish(&mut |_| {}).expect("finished");
        outcomes.filter(|outcome| matches!(outcome, Ok(Outcome::Story(_)))).count()
    };
    let [first, second] = two_updates();
    let (flood, dead) = ("Flood cuts the coast road at Hennick", "Nine dead on the coast road at Hennick");
    let of_first = |system| post("wxr:norholm.example:1", 6, flood, &first, system);
    let of_second = |system| post("wxr:norholm.example:2", 19, dead, &second, system);
    let norholm = Some("wxr:norholm.example free");
    assert_eq!(stories(vec![of_first(norholm), of_second(norholm)], None), 2);
    // The one that came in with an earlier import is none either.
    let known = Known {
        number: 1,
        system: norholm.map(str::to_owned),
        published_at: "2019-03-05T06:00:00Z".parse().ok(),
        headline: flood.to_owned(),
        paragraphs: first.clone(),
        ..Known::default()
    };
    assert_eq!(stories(vec![of_second(norholm)], Some(known.clone())), 1);
    assert_eq!(stories(vec![of_second(Some("ans free"))], Some(known)), 0, "another system's may be a fuller copy");
    // A correction under a number of its own says nothing else.
    let mut corrected = first.clone();
    corrected[2] = corrected[2].replace("a short note", "a long note");
    corrected.insert(
        0,
        "Correction: an earlier version of this report named the note of the district office wrongly.".to_owned(),
    );
    let correction = post("wxr:norholm.example:3", 8, flood, &corrected, norholm);
    assert_eq!(stories(vec![of_first(norholm), correction], None), 1);
}
