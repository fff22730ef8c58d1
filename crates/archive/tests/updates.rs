//! Updates of one event, each a story of its own: what they share is each one's, and what a page says beside stories of anything is the page's.
//! All texts are our own fiction.

#![allow(clippy::expect_used, reason = "a test may stop")]

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

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
