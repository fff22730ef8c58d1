//! Both lists through the shelf and the cards: what is similar, what is a copy, what is never shown, and what is kept.
#![allow(clippy::unwrap_used, reason = "a broken sample should stop a test")]

use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use newsroom::related::{Card, Model, Passage, Shelf, Words};

fn at(text: &str) -> Option<Timestamp> {
    Some(format!("{text}T06:00:00Z").parse().unwrap())
}

fn story(number: u32, section: &str, day: &str, headline: &str, preview: &str, locked: &str) -> Story {
    Story {
        number: StoryNumber(number),
        slug: "story".into(),
        section: section.into(),
        headline: headline.into(),
        headline_provisional: false,
        standfirst: None,
        bylines: vec![],
        dateline: None,
        topics: vec![],
        marking: Marking::Premium,
        preview_blocks: 1,
        published_at: at(day),
        updated_at: None,
        picture: None,
        pick: None,
        language: None,
        body: vec![Block::Paragraph(preview.into()), Block::Paragraph(locked.into())],
    }
}

/// Nine stories of three matters, a month apart.
fn paper() -> Vec<Story> {
    let matters = [
        (
            "port",
            [
                "Harbour pilots counted ferry tonnage behind the breakwater",
                "Without a breakwater no ferry stays, pilots in the harbour say of tonnage",
                "Tonnage fell while the ferry and its pilots waited: breakwater and harbour were ice",
            ],
        ),
        (
            "field",
            [
                "Monsoon rainfall drowned the barley, and the harvest left a granary half full",
                "A full granary after the harvest: barley likes rainfall, less so a monsoon",
                "Rainfall measured at the granary foretells the monsoon that a barley harvest needs",
            ],
        ),
        (
            "court",
            [
                "Judges of the tribunal read a petition and put the verdict off until an appeal",
                "The appeal against that verdict is a petition which no tribunal wants, two judges think",
                "A petition older than its judges: tribunal finds verdict without appeal",
            ],
        ),
    ];
    let mut all = Vec::new();
    for month in 1..=3u32 {
        for (nth, (section, told)) in matters.iter().enumerate() {
            let number = month * 10 + u32::try_from(nth).unwrap();
            let preview = told[month as usize - 1];
            let headline = format!("Report {number} of {section}");
            all.push(story(number, section, &format!("2001-{month:02}-01"), &headline, preview, "locked"));
        }
    }
    all
}

fn numbers(list: &[StoryNumber]) -> Vec<u32> {
    list.iter().map(|n| n.0).collect()
}

#[test]
fn background_is_of_the_same_matter_and_came_before() {
    let mut stories = paper();
    // another matter's section, so that the words alone decide
    stories[6].section = "letters".into();
    let shelf = Shelf::of(&stories, "en");
    let mut last = numbers(&shelf.also_read(StoryNumber(30), 2));
    last.sort_unstable();
    assert_eq!(last, [10, 20]);
    // the first has only later ones to offer, and offers them
    let first = numbers(&shelf.also_read(StoryNumber(11), 2));
    assert!(first.contains(&21) && first.contains(&31), "{first:?}");
}

#[test]
fn a_copy_stands_in_no_list_whatever_was_done_to_it() {
    let mut stories = paper();
    let lead =
        "A ferry left the harbour before dawn with nineteen pilots aboard and nobody at the breakwater saw it go.";
    let second =
        "By noon its tonnage was written down twice, once in ink, and the second figure was the larger of them.";
    let told = |number, headline: &str, preview: &str| story(number, "port", "2001-04-01", headline, preview, "locked");
    stories.push(told(90, "Nineteen pilots leave before dawn", lead));
    // the same headline over another paragraph; another headline over the same one, in another hand and under another day
    stories.push(told(91, "Nineteen pilots leave before dawn", second));
    let mut other = told(92, "Gone at first light", &lead.to_uppercase().replace(' ', "  "));
    other.published_at = None;
    other.section = "elsewhere".into();
    stories.push(other);
    let shelf = Shelf::of(&stories, "en");
    let also = numbers(&shelf.also_read(StoryNumber(90), 5));
    let more = numbers(&shelf.more_from_section(StoryNumber(90), &[], 5));
    assert!(!also.is_empty() && !more.is_empty());
    for list in [also, more] {
        assert!(!list.contains(&91) && !list.contains(&92) && !list.contains(&90), "{list:?}");
    }
    // and who reads what leads up to them is offered one of the three, not all
    let list = numbers(&shelf.also_read(StoryNumber(30), 9));
    assert!(list.iter().filter(|n| (90..93).contains(*n)).count() <= 1, "{list:?}");
}

#[test]
fn a_locked_paragraph_shapes_no_list() {
    let plain = paper();
    let mut secret = paper();
    // what is locked in the ports' latest story speaks of courts alone
    secret[6].body[1] = Block::Paragraph("verdict tribunal appeal judges petition ".repeat(40));
    let lists = |stories: &[Story]| {
        let shelf = Shelf::of(stories, "en");
        stories
            .iter()
            .map(|s| (shelf.also_read(s.number, 5), shelf.more_from_section(s.number, &[], 5)))
            .collect::<Vec<_>>()
    };
    assert_eq!(lists(&plain), lists(&secret));
    // were it read, it would be noticed
    secret[6].preview_blocks = 9;
    secret[6].body.push(Block::Paragraph("end".into()));
    assert_ne!(lists(&plain), lists(&secret));
}

#[test]
fn a_sections_list_is_of_several_matters_while_it_can() {
    let mut stories = paper();
    for story in &mut stories {
        story.section = "news".into();
    }
    let shelf = Shelf::of(&stories, "en");
    let list = numbers(&shelf.more_from_section(StoryNumber(30), &[], 8));
    assert_eq!(list.len(), 8, "nothing is left out when there is room: {list:?}");
    let shown = [StoryNumber(32)];
    assert!(!numbers(&shelf.more_from_section(StoryNumber(30), &shown, 8)).contains(&32));
}

#[test]
fn beside_an_old_story_stands_what_its_section_told_then() {
    let mut stories = Vec::new();
    for year in 1998..=2025u32 {
        for month in [1, 2, 9] {
            let number = year * 100 + month;
            let headline = format!("Report {number} of the port");
            let preview = format!("What {number} brought was w{number}a and w{number}b, said w{number}c.");
            stories.push(story(number, "port", &format!("{year}-{month:02}-01"), &headline, &preview, "locked"));
        }
    }
    stories
        .push(Story { published_at: None, ..story(7, "port", "2001-01-01", "Of no day", "Nobody knows w7", "locked") });
    let shelf = Shelf::of(&stories, "en");
    let more = |number| numbers(&shelf.more_from_section(StoryNumber(number), &[], 4));
    assert_eq!(more(199801), [199802, 199809, 199901, 199902], "the first has what came next");
    assert_eq!(more(201002), [201001, 200909, 201009, 201101], "nearest first, before and after");
    assert_eq!(more(202509), [202502, 202501, 202409, 202402], "the newest has the newest");
    // one that was told long ago is of former times also where little came after it
    assert_eq!(more(202402), [202401, 202309, 202409, 202501]);
    assert_eq!(more(7).len(), 4, "one without a date has the section's");
    // what fills up Also Read is near as well
    let fill = numbers(&shelf.also_read(StoryNumber(201002), 4));
    assert_eq!(fill, [201001, 200909, 200902, 200901], "and came before");
    assert_eq!(numbers(&shelf.also_read(StoryNumber(199801), 9)), [], "before the first came nothing");
}

#[test]
fn what_came_later_or_is_in_another_language_has_to_be_much_alike() {
    let tell = |number, day: &str, language: Option<&str>, words: &str| {
        let headline = words.split(' ').step_by(2).collect::<Vec<_>>().join(" ");
        let language = language.map(str::to_owned);
        Story { language, ..story(number, "field", day, &headline, words, "locked") }
    };
    let stories = [
        tell(11, "2001-01-10", None, "monsoon rainfall barley harvest granary"),
        tell(12, "2001-02-01", Some("en-GB"), "granary silo harvest mill barley"),
        tell(13, "2001-03-01", Some("hi"), "granary barley monsoon weir"),
        tell(14, "2001-02-15", None, "verdict tribunal appeal"),
        tell(15, "2000-12-01", Some("de"), "petition judges bench"),
        tell(16, "2000-12-05", None, "comet orbit nebula"),
    ];
    let shelf = Shelf::of(&stories, "en-IN");
    let also = |number| {
        let mut also = numbers(&shelf.also_read(StoryNumber(number), 9));
        also.sort_unstable();
        also
    };
    assert_eq!(also(11), [12, 13, 16], "its sequel, its like in another language, and what came before in its own");
    assert_eq!(also(14), [11, 12, 16]);
    assert_eq!(also(15), [], "nothing before it, and nothing in its language");
}

#[test]
fn words_of_every_script_are_read() {
    let read = |text: &str| Words::read([Passage { text, weight: 1.0 }]).counts().len();
    assert_eq!(read("Ships, and a ship: ships' SHIPS"), 3, "a single letter is no word, case and signs are none");
    assert_eq!(read("जहाज़ और बंदरगाह"), 3);
    // signs without spaces come in pairs
    assert!(read("港の船が出た") >= 4);
    assert!(read("เรือออกจากท่า") >= 4);
    assert_eq!(read(""), 0);
    assert_eq!(read(&"x".repeat(100_000)), 0, "no word is that long");
}

#[test]
fn a_model_and_a_card_come_back_as_they_were_and_nothing_else_does() {
    let stories = paper();
    let words: Vec<Words> = stories.iter().map(Words::of).collect();
    let model = Model::learn(&words, words.len(), "en");
    let bytes = model.to_bytes();
    let back = Model::from_bytes(&bytes).unwrap();
    assert_eq!(back, model);
    for end in [0, 3, 4, 20, bytes.len() - 1] {
        assert!(Model::from_bytes(&bytes[..end]).is_none(), "{end} bytes are no model");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(Model::from_bytes(&longer).is_none());
    let mut huge = bytes;
    huge[8..24].fill(0xff);
    assert!(Model::from_bytes(&huge).is_none(), "counts beyond all bounds are refused before memory is asked for");
    let card = Card::of(&stories[0], &model);
    let kept = Card::blank(card.number, card.section.clone(), card.published_at).with_bytes(&card.to_bytes()).unwrap();
    let other = Card::of(&stories[3], &model);
    assert!(card.likeness(&other) > 0.1);
    assert!((kept.likeness(&other) - card.likeness(&other)).abs() < f32::EPSILON);
    assert!(kept.same_story(&card));
    assert!(Card::blank(card.number, card.section.clone(), None).with_bytes(&[200, 1, 2]).is_none());
}

#[test]
fn a_paper_of_one_story_or_none_has_empty_lists() {
    let none = Shelf::of(&[], "en");
    assert!(none.also_read(StoryNumber(1), 3).is_empty());
    let one = paper();
    let shelf = Shelf::of(&one[..1], "en");
    assert!(shelf.also_read(StoryNumber(10), 3).is_empty());
    assert!(shelf.more_from_section(StoryNumber(10), &[], 3).is_empty());
}
