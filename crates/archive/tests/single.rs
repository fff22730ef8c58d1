//! Lines that one copy alone has, and what other stories of the heap say about them.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

const FERRY: &[&str] = &[
    "The ferry to Saint Orran will sail again from Easter, two winters after a storm took the landing stage away.",
    "Its new captain, Ines Brandt, learned the trade on the lakes and says that the sound frightens her more.",
    "The islanders have paid for the boat themselves, with the proceeds of a lottery and of nine hundred jars of honey.",
    "A ticket will cost as much as a loaf of bread, as it did when the first ferryman rowed across in 1874.",
    "In rough weather the mail goes first, then the doctor, and the tourists wait in the chapel until the wind drops.",
    "Nobody on the island can remember a crossing that was called off because of fog.",
];

/// How many other stories the large heap has.
const MANY: usize = 120;

/// So many further stories, each of its own words, with `more` below each.
fn others(number: usize, more: &[&str]) -> Vec<Crawl> {
    (0..number)
        .map(|at| {
            let word = |n: usize| made_up(at * 31 + n);
            let sentence = |n: usize| {
                let words: Vec<String> = (n..n + 9).map(word).collect();
                format!(
                    "The {} were {}, said the {}.",
                    words[..4].join(" "),
                    words[4..7].join(" "),
                    words[7..].join(" ")
                )
            };
            let mut lines: Vec<String> = [0, 10, 20].map(sentence).to_vec();
            lines.extend(more.iter().map(|l| (*l).to_owned()));
            Crawl { name: format!("other-{at:03}"), bytes: lines.join("\n").into_bytes() }
        })
        .collect()
}

/// Another word for each number.
fn made_up(number: usize) -> String {
    let syllables = ["ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu"];
    format!("{number:05}").bytes().filter_map(|d| syllables.get(usize::from(d - b'0'))).copied().collect()
}

fn ferry(name: &str, extra: &[(usize, &str)]) -> Crawl {
    let mut lines = FERRY.to_vec();
    for (at, line) in extra.iter().rev() {
        lines.insert(*at, line);
    }
    Crawl { name: name.to_owned(), bytes: lines.join("\n").into_bytes() }
}

fn import(copies: Vec<Crawl>, others: Vec<Crawl>) -> Import {
    let crawls: Vec<Crawl> = copies.into_iter().chain(others).collect();
    rebuild(&[], &crawls, &Options::default())
}

fn story(import: &Import) -> &Rebuilt {
    let found = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name.starts_with("ferry")));
    found.expect("the story of the ferry")
}

fn texts(story: &Rebuilt) -> Vec<&str> {
    story.paragraphs.iter().map(|p| p.text.as_str()).collect()
}

fn with<'a>(extra: &[(usize, &'a str)]) -> Vec<&'a str> {
    let mut lines = FERRY.to_vec();
    for (at, line) in extra.iter().rev() {
        lines.insert(*at, line);
    }
    lines
}

fn is_doubted(story: &Rebuilt, text: &str) -> bool {
    story.paragraphs.iter().any(|p| p.text == text && p.doubt.is_some())
}

#[test]
fn a_crosshead_that_one_copy_has_stays_with_a_doubt() {
    let extra = [(3, "Honey and luck")];
    let import = import(vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])], others(MANY, &[]));
    let story = story(&import);
    assert_eq!(texts(story), with(&extra), "{}", import.report.to_text());
    assert!(is_doubted(story, "Honey and luck"), "{:?}", story.doubts);
}

#[test]
fn in_a_small_heap_the_crosshead_goes_with_a_doubt() {
    let extra = [(3, "Honey and luck")];
    let import = import(vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])], others(12, &[]));
    let story = story(&import);
    assert_eq!(texts(story), FERRY, "{}", import.report.to_text());
    assert!(story.doubts.iter().any(|d| d.text.contains("Honey and luck")), "{:?}", story.doubts);
}

#[test]
fn a_line_that_other_stories_have_does_not_stay() {
    let extra = [(3, "Honey and luck")];
    let import = import(
        vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])],
        others(MANY, &["Honey and luck", "Our harvest fair"]),
    );
    assert_eq!(texts(story(&import)), FERRY, "{}", import.report.to_text());
}

#[test]
fn a_list_at_the_end_that_one_copy_has_is_named() {
    let extra = [(6, "Outward at eight, ten and four"), (6, "Homeward at nine and five")];
    let import = import(vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])], others(MANY, &[]));
    let story = story(&import);
    for (_, line) in extra {
        assert!(is_doubted(story, line) || story.doubts.iter().any(|d| d.text.contains(line)), "{:?}", story.doubts);
    }
}

#[test]
fn a_paragraph_that_one_copy_of_three_divides_is_whole() {
    let mut lines = FERRY.to_vec();
    let (first, second) = FERRY[1].split_at(FERRY[1].find(" learned").expect("the place"));
    lines.splice(1..2, [first, second.trim()]);
    let divided = Crawl { name: "ferry-1".to_owned(), bytes: lines.join("\n").into_bytes() };
    let import = import(
        vec![divided, ferry("ferry-2", &[(6, "(An earlier edition.)")]), ferry("ferry-3", &[])],
        others(MANY, &[]),
    );
    let found = texts(story(&import)).into_iter().filter(|t| *t != "(An earlier edition.)").collect::<Vec<_>>();
    assert_eq!(found, FERRY, "{}", import.report.to_text());
}

/// A crawl of exactly these lines.
fn lines(name: &str, of: &[&str]) -> Crawl {
    Crawl { name: name.to_owned(), bytes: of.join("\n").into_bytes() }
}

const HEADLINE: &str = "Sheep islands get a ferry";

#[test]
fn a_headline_above_a_files_first_copy_does_not_send_the_lead_to_the_end() {
    // The first copy lost its lead, which stands where the second one begins.
    let twice = [&[HEADLINE], &FERRY[1..], FERRY].concat();
    let import = import(vec![lines("ferry-1", &twice)], others(MANY, &[]));
    let told: Vec<&str> = texts(story(&import)).into_iter().filter(|t| *t != HEADLINE).collect();
    assert_eq!(told, FERRY, "{}", import.report.to_text());
}

#[test]
fn a_short_line_above_all_others_is_doubted_as_a_headline() {
    let import =
        import(vec![ferry("ferry-1", &[(0, HEADLINE)]), ferry("ferry-2", &[(0, HEADLINE)])], others(MANY, &[]));
    let story = story(&import);
    assert_eq!(texts(story).into_iter().filter(|t| *t != HEADLINE).collect::<Vec<_>>(), FERRY);
    let kept = texts(story).contains(&HEADLINE);
    let named = story.doubts.iter().any(|d| d.text.contains("headline"));
    assert!(!kept || is_doubted(story, HEADLINE) && named, "{:?}", story.doubts);
}

#[test]
fn a_headline_stands_under_a_link_past_the_head_of_the_page() {
    let headline = "Ferry to Saint Orran sails again";
    for skip in ["Skip to content", "Skip to main content", "Zum Inhalt springen", "Aller au contenu principal"] {
        let copy = |name| ferry(name, &[(0, skip), (0, headline)]);
        let import = import(vec![copy("ferry-1"), copy("ferry-2")], others(MANY, &[]));
        let story = story(&import);
        assert!(!texts(story).contains(&skip));
        assert_eq!(story.headline.as_deref(), Some(headline), "{skip}: {}", import.report.to_text());
    }
    // A label above a list still takes the list with it.
    let listed = [(6, "Also read"), (6, HEADLINE)];
    let import = import(vec![ferry("ferry-1", &listed), ferry("ferry-2", &listed)], others(MANY, &[]));
    assert_eq!(texts(story(&import)), FERRY, "{}", import.report.to_text());
}

#[test]
fn a_headline_in_capitals_that_one_copy_has_is_left_out() {
    let extra = [(3, "GRAIN PRICES FALL AGAIN")];
    let import = import(vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])], others(MANY, &[]));
    assert_eq!(texts(story(&import)), FERRY, "{}", import.report.to_text());
}

#[test]
fn a_sentence_that_one_copy_of_two_has_and_no_other_story_stays() {
    let sentence = "Nobody on the quay could say afterwards who had untied the second rope, or why it had been wet.";
    let extra = [(4, sentence)];
    let import = import(vec![ferry("ferry-1", &extra), ferry("ferry-2", &[])], others(MANY, &[]));
    assert_eq!(texts(story(&import)), with(&extra), "{}", import.report.to_text());
}

#[test]
fn a_sentence_may_end_in_an_emoji() {
    let mut lines: Vec<String> = FERRY.iter().map(|line| (*line).to_owned()).collect();
    lines[0].push_str(" 🎉");
    let crawl = Crawl { name: "ferry".into(), bytes: lines.join("\n").into_bytes() };
    let story = import(vec![crawl], Vec::new()).stories.remove(0);
    assert_eq!(story.paragraphs.iter().map(|p| p.text.clone()).collect::<Vec<_>>(), lines);
}

/// A widget's line comes to another place in each crawl, a crosshead to the same.
#[test]
fn a_line_that_two_copies_have_at_different_places_is_the_pages() {
    let line = "Sheep stay dry this year";
    let moving = vec![ferry("ferry-1", &[(2, line)]), ferry("ferry-2", &[(5, line)]), ferry("ferry-3", &[])];
    assert_eq!(texts(story(&import(moving, others(MANY, &[])))), FERRY);
    let fixed = vec![ferry("ferry-1", &[(2, line)]), ferry("ferry-2", &[(2, line)]), ferry("ferry-3", &[])];
    assert_eq!(texts(story(&import(fixed, others(MANY, &[])))), with(&[(2, line)]));
}

/// Lines of two copies that differ in a few letters are one paragraph; of one copy they are two facts.
#[test]
fn nearly_equal_lines_are_one_paragraph_between_copies_and_two_within_one() {
    let right =
        "The stewards of the northern landing counted 212 passengers between the first of May and the last of June.";
    let misread =
        "The stewards of the northern landing counted 212 passengers hetween the first of May and the last of June.";
    let third = lines("ferry-3", &with(&[(3, right)])[1..]);
    let read = import(vec![ferry("ferry-1", &[(3, right)]), ferry("ferry-2", &[(3, misread)]), third], Vec::new());
    assert_eq!(texts(story(&read)), with(&[(3, right)]));
    let told = story(&read).paragraphs.iter().find(|p| p.text == right).expect("the paragraph");
    assert_eq!(told.witnesses.len(), 3, "{:?}", told.witnesses);
    assert!(told.doubt.as_deref().is_some_and(|d| d.contains("hetween")), "{:?}", told.doubt);

    let other =
        "The stewards of the southern landing counted 212 passengers between the first of May and the last of June.";
    let table = [(3, right), (3, other)];
    let both = import(vec![ferry("ferry-1", &table), ferry("ferry-2", &table)], Vec::new());
    assert_eq!(texts(story(&both)), with(&table));
}

/// The commonest wording stands, in its best typography; each paragraph says where it stood.
#[test]
fn the_wording_of_most_copies_stands_in_the_best_typography() {
    let plain =
        "\"We row,\" said the ferryman's widow, \"because nobody has told the island that it may not be reached.\"";
    let rich = "“We row,” said the ferryman’s widow, “because nobody has told the island that it may not be reached.”";
    let misread =
        "“We row,” said the ferryman’s window, “because nobody has told the island that it may not be reached.”";
    let copies =
        vec![ferry("ferry-1", &[(2, plain)]), ferry("ferry-2", &[(2, rich)]), ferry("ferry-3", &[(2, misread)])];
    let import = import(copies, Vec::new());
    assert_eq!(texts(story(&import)), with(&[(2, rich)]));
    let witnesses = &story(&import).paragraphs[2].witnesses;
    let places: Vec<(&str, u32)> = witnesses.iter().map(|w| (w.crawl.as_str(), w.line)).collect();
    assert_eq!(places, [("ferry-1", 3), ("ferry-2", 3), ("ferry-3", 3)]);
}

/// Two paragraphs that no copy has together may stand either way, and somebody should look.
#[test]
fn where_no_copy_tells_the_order_there_is_a_doubt() {
    let (one, two) = (
        "The harbour master of the mainland has set two lanterns for them, one red and one the colour of weak tea.",
        "A brass band from the quarry has offered to play on the landing, provided that the wind is from the west.",
    );
    let import = import(vec![ferry("ferry-1", &[(3, one)]), ferry("ferry-2", &[(3, two)])], Vec::new());
    let told = texts(story(&import));
    assert_eq!(told.len(), FERRY.len() + 2);
    assert!(is_doubted(story(&import), one) || is_doubted(story(&import), two), "{:?}", story(&import).doubts);
    let placed = story(&import).doubts.iter().any(|d| d.text.contains("together with the paragraph before it"));
    assert!(placed, "{:?}", story(&import).doubts);
}

/// After the end that the copies share, a line of one copy must be clearly the story.
#[test]
fn what_one_copy_has_after_the_shared_end_must_be_prose() {
    let end = FERRY.len();
    let prose = "The lottery for the second boat is drawn at Michaelmas, and the tickets are sold by the sexton.";
    let copies =
        |line: &'static str| vec![ferry("ferry-1", &[(end, line)]), ferry("ferry-2", &[]), ferry("ferry-3", &[])];
    assert_eq!(texts(story(&import(copies(prose), Vec::new()))), with(&[(end, prose)]));
    let offer = "Your island letter, your way.";
    let import = import(copies(offer), Vec::new());
    assert_eq!(texts(story(&import)), FERRY);
    assert!(story(&import).dropped.iter().any(|d| d.text == offer));
}
