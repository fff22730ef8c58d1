//! Corrections and longer reports are versions of one story; the later text is the story's.

use archive::Known;
use archive::intake::Outcome;
use archive::item::{Item, Part, When};

use crate::prose::{Dice, paragraphs, sentence};
use crate::{crawl, outcomes, stories};

fn item(key: &str, hour: i8, headline: &str, text: &[String]) -> Item {
    let mut item = Item::new(key.to_owned(), "wire".to_owned(), 0);
    item.headline = Some(headline.to_owned());
    item.published_at = Some(When::Local(jiff::civil::date(1999, 6, 7).at(hour, 0, 0, 0)));
    item.body = text.iter().cloned().map(Part::Paragraph).collect();
    item
}

fn others() -> Vec<Item> {
    (0..30).map(|n| item(&format!("other:{n}"), 9, &format!("Other matter {n}"), &paragraphs(900 + n, 9))).collect()
}

fn texts(story: &archive::intake::Story) -> Vec<String> {
    story.rebuilt.paragraphs.iter().map(|p| p.text.clone()).collect()
}

#[test]
fn a_higher_version_of_a_key_wins() {
    let before = paragraphs(1, 8);
    let mut after = before.clone();
    after[3] = "The bridge at Pelford cost nine hundred crowns, and not eight hundred as was said before.".to_owned();
    // The higher version lacks a paragraph: it was taken out.
    after.remove(5);
    let (mut first, mut second) = (item("a:1", 8, "A bridge", &before), item("a:1", 8, "A bridge, corrected", &after));
    (first.version, second.version) = (Some(1), Some(2));
    for pieces in [[first.clone(), second.clone()], [second, first]] {
        let mut all = others();
        all.extend(pieces);
        let found = stories(&[], &all);
        assert_eq!(found.len(), 31);
        let story = found.iter().find(|s| s.items.len() == 2).expect("both in one story");
        assert_eq!(texts(story), after);
        assert_eq!(story.rebuilt.headline.as_deref(), Some("A bridge, corrected"));
        let [version] = story.rebuilt.versions.as_slice() else { panic!("{:?}", story.rebuilt.versions) };
        assert_eq!(version.paragraphs, before);
        assert_eq!((version.number, version.headline.as_deref()), (Some(1), Some("A bridge")));
        assert!(version.why.contains("paragraph") || version.why.contains("fewer"), "{}", version.why);
    }
}

#[test]
fn a_correction_within_hours_is_a_version() {
    let mut before = paragraphs(2, 9);
    before[4] = "The ferry carried 41 passengers when it left the pier at Holm before the storm.".to_owned();
    let mut after = before.clone();
    after[4] = before[4].replace("41", "47");
    let mut all = others();
    all.extend([
        item("b:1", 8, "Ferry leaves before the storm", &before),
        item("b:2", 11, "Ferry leaves before the storm", &after),
    ]);
    let found = stories(&[], &all);
    let story = found.iter().find(|s| s.items.len() == 2).expect("both in one story");
    assert_eq!(texts(story), after);
    assert_eq!(story.rebuilt.versions.len(), 1);
    assert_eq!(story.rebuilt.versions[0].paragraphs, before);
    assert_eq!(story.rebuilt.versions[0].why, "a later text changes 1 paragraph");
}

#[test]
fn a_longer_report_is_a_version() {
    let after = paragraphs(3, 12);
    let before = after[..7].to_vec();
    let mut all = others();
    all.extend([item("c:1", 8, "Fire at the mill", &before), item("c:2", 13, "Fire at the mill put out", &after)]);
    let found = stories(&[], &all);
    let story = found.iter().find(|s| s.items.len() == 2).expect("both in one story");
    assert_eq!(texts(story), after);
    assert_eq!(story.rebuilt.versions[0].why, "a later text adds 5 paragraphs");
}

#[test]
fn a_later_teaser_corrects_nothing() {
    let text = paragraphs(4, 12);
    let mut all = others();
    all.extend([item("d:1", 8, "Harbour opened", &text), item("d:2", 13, "Harbour opened", &text[..3])]);
    let found = stories(&[], &all);
    let story = found.iter().find(|s| s.items.len() == 2).expect("both in one story");
    assert_eq!(texts(story), text);
    assert!(story.rebuilt.versions.is_empty());
}

#[test]
fn one_address_holds_one_story_only_while_its_text_lives_on() {
    let mut first = item("e:1", 8, "Weather", &paragraphs(5, 6));
    let mut second = item("e:2", 9, "Weather", &paragraphs(6, 6));
    first.url = Some("https://www.county.example/weather?utm_source=mail".to_owned());
    second.url = Some("http://county.example/weather/".to_owned());
    let mut all = others();
    all.extend([first.clone(), second]);
    assert_eq!(stories(&[], &all).len(), 32, "other words under one address are another story");
    let mut third = first.clone();
    third.key = "e:3".to_owned();
    third
        .body
        .push(Part::Paragraph("A paragraph was added in the evening, when the storm had passed the coast.".to_owned()));
    third.url = Some("http://county.example/weather".to_owned());
    let mut all = others();
    all.extend([first, third]);
    assert_eq!(stories(&[], &all).len(), 31);
}

#[test]
fn pieces_of_a_story_the_paper_has() {
    let text = paragraphs(8, 9);
    let known = Known {
        number: 41,
        key: Some("f:1".to_owned()),
        headline: "Mill sold".to_owned(),
        paragraphs: text.clone(),
        published_at: Some("1999-06-07T08:00:00Z".parse().expect("a time")),
        ..Known::default()
    };
    let mut longer = text.clone();
    longer.push("The buyer, who lives at Tornwick, will not say what he means to do with the wheel.".to_owned());
    let pieces = [item("f:1", 8, "Mill sold", &text), item("f:1", 12, "Mill sold", &longer)];
    let found = outcomes(&[known], &[crawl("crawl", &text[1..])], &pieces);
    let copies: Vec<_> = found
        .iter()
        .filter_map(|o| match o {
            Outcome::Copy(copy) => Some(copy),
            _ => None,
        })
        .collect();
    assert_eq!(copies.len(), 3);
    assert!(copies.iter().all(|c| c.copy.number == 41));
    let newer: Vec<&str> = copies.iter().filter_map(|c| c.newer.as_deref()).collect();
    assert_eq!(newer, ["a later text adds 1 paragraph"]);
    assert_eq!(found.len(), 3);
}

#[test]
fn a_report_printed_again_next_year_is_a_copy_and_a_short_notice_is_not() {
    let text = paragraphs(9, 12);
    let notice = ["The library at Holm is closed on the day of the fair, and opens on the day after.".to_owned()];
    let later = |mut item: Item| {
        item.key.push_str(":again");
        item.published_at = Some(When::Local(jiff::civil::date(2000, 6, 7).at(8, 0, 0, 0)));
        item
    };
    let (long, short) = (item("g:1", 8, "Ten years of the ferry", &text), item("g:2", 8, "Library", &notice));
    let mut all = others();
    all.extend([long.clone(), later(long), short.clone(), later(short)]);
    let found = stories(&[], &all);
    assert_eq!(found.len(), 33);
    assert!(
        found.iter().any(|s| s.items.len() == 2 && s.rebuilt.headline.as_deref() == Some("Ten years of the ferry"))
    );
}

/// Two updates of one event: what it shares with the other, and what it alone says.
fn update(nth: u64, own_at: [usize; 2]) -> Vec<String> {
    let mut text: Vec<String> = paragraphs(40, 9).chunks(3).map(|together| together.join(" ")).collect();
    let mut dice = Dice(50 + nth);
    for at in own_at {
        text.insert(at, sentence(&mut dice));
    }
    text
}

#[test]
fn updates_of_one_event_are_as_many_stories_and_each_asks_about_the_other() {
    // Where the paragraphs stand that each has in the place of the other's.
    for own_at in [[0, 1], [1, 2], [3, 4], [0, 4], [0, 3]] {
        let mut all = others();
        all.extend([
            item("u:1", 6, "Flood cuts coast road", &update(1, own_at)),
            item("u:2", 11, "Nine dead as minister resigns", &update(2, own_at)),
        ]);
        let found = stories(&[], &all);
        assert_eq!(found.len(), 32, "{own_at:?}");
        for nth in [1, 2] {
            let story = found.iter().find(|s| s.items[0].key == format!("u:{nth}")).expect("a story of its own");
            assert_eq!(texts(story), update(nth, own_at));
            assert!(story.rebuilt.alike.is_some(), "{:?}", story.rebuilt.doubts);
        }
    }
}

#[test]
fn what_one_of_two_copies_lost_or_set_otherwise_makes_no_update_of_it() {
    let text = paragraphs(60, 9);
    let lost = |gone: &[usize]| -> Vec<String> {
        text.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, p)| p.clone()).collect()
    };
    let mut parted = text.clone();
    for paragraph in &mut parted[2..5] {
        *paragraph = paragraph.replace(" the ", " that ");
    }
    let joined = [vec![text[..2].join(" ")], text[2..7].to_vec(), vec![text[7..].join(" ")]].concat();
    for (one, other) in
        [(lost(&[0, 1]), lost(&[5, 6])), (lost(&[2]), lost(&[3])), (text.clone(), parted), (text.clone(), joined)]
    {
        let mut all = others();
        all.extend([item("w:1", 6, "Mill burns", &one), item("w:2", 7, "A fire in the old mill", &other)]);
        assert_eq!(stories(&[], &all).len(), 31);
    }
}

#[test]
fn an_update_that_is_sold_closes_the_other() {
    let mut sold = item("x:1", 6, "Flood cuts coast road", &update(1, [0, 1]));
    sold.access = Some(archive::item::Access::Paid);
    let mut all = others();
    all.extend([sold, item("x:2", 11, "Nine dead as minister resigns", &update(2, [0, 1]))]);
    assert_eq!(stories(&[], &all).len(), 31);
}

/// Every so manieth word another one.
fn edited(text: &[String], every: usize) -> Vec<String> {
    let mut nth = 0;
    let mut word = |word: &str| {
        nth += 1;
        let plain = word.chars().all(char::is_lowercase);
        if nth % every == 0 && plain { format!("re{word}") } else { word.to_owned() }
    };
    text.iter().map(|p| p.split(' ').map(&mut word).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_text_with_every_sixth_word_changed_is_a_copy() {
    for seed in 0..40 {
        let text = paragraphs(7000 + seed, 8);
        let copy = edited(&text, 6);
        let (one, mut two) = (item("y:1", 6, "Mill sold", &text), item("y:2", 8, "Mill sold again", &copy));
        let mut all = others();
        all.extend([one.clone(), two.clone()]);
        let found = stories(&[], &all);
        let story = found.iter().find(|s| s.items.len() == 2).unwrap_or_else(|| panic!("{seed}: both in one story"));
        assert_eq!(texts(story), copy);
        assert_eq!(story.rebuilt.versions[0].paragraphs, text);
        // Where no time tells which is later, one of them is the text, not both.
        two.published_at = one.published_at;
        let mut all = others();
        all.extend([one, two.clone()]);
        let found = stories(&[], &all);
        let story = found.iter().find(|s| s.items.len() == 2).expect("both in one story");
        assert!(texts(story) == text || texts(story) == copy);
        assert_eq!(story.rebuilt.versions.len(), 1);
        // Of crawls it is asked.
        let crawls: Vec<_> = (0..30).map(|n| crawl(&format!("o{n}"), &paragraphs(900 + n, 9))).collect();
        let found = stories(&[crawls, vec![crawl("y1", &text), crawl("y2", &copy)]].concat(), &[]);
        let alike = found.iter().filter(|s| s.rebuilt.alike.is_some()).count();
        assert_eq!((found.len(), alike), (32, 2));
        // Of a story the paper has it is recorded.
        let known = Known { number: 7, headline: "Mill sold".to_owned(), paragraphs: text, ..Known::default() };
        assert!(matches!(outcomes(&[known], &[], &[two]).as_slice(), [Outcome::Copy(copy)] if copy.copy.number == 7));
    }
}

#[test]
fn a_text_that_lost_letters_is_a_copy() {
    for seed in 0..40 {
        let text = paragraphs(8000 + seed, 8);
        let mut dice = seed * 7 + 1;
        let mut lossy = |word: &str| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let plain = word.len() > 3 && word.is_ascii() && word.chars().all(char::is_lowercase);
            if (dice >> 33) % 4 == 0 && plain {
                format!("{}\u{fffd}{}", &word[..1], &word[2..])
            } else {
                word.to_owned()
            }
        };
        let copy: Vec<String> =
            text.iter().map(|p| p.split(' ').map(&mut lossy).collect::<Vec<_>>().join(" ")).collect();
        assert!(copy.concat().contains(char::REPLACEMENT_CHARACTER), "{seed}");
        let mut all = others();
        all.extend([item("y:1", 6, "Mill sold", &text), item("y:2", 8, "Mill sold", &copy)]);
        let found = stories(&[], &all);
        assert!(found.iter().any(|s| s.items.len() == 2), "{seed}: both in one story");
    }
}

#[test]
fn a_text_without_capitals_in_which_words_were_changed_is_asked_about() {
    let small = |text: Vec<String>| text.iter().map(|p| p.to_lowercase()).collect::<Vec<_>>();
    for seed in 0..40 {
        let text = small(paragraphs(8100 + seed, 8));
        let (one, two) = (item("y:1", 6, "Mill sold", &text), item("y:2", 8, "Mill sold", &edited(&text, 9)));
        let mut all = others();
        all.extend([one, two]);
        let found = stories(&[], &all);
        let alike = found.iter().filter(|s| s.rebuilt.alike.is_some()).count();
        assert_eq!((found.len(), alike), (32, 2), "{seed}");
        // another text of the same words is none
        let mut all = others();
        all.extend([
            item("y:1", 6, "Mill sold", &text),
            item("y:2", 8, "Mill sold", &small(paragraphs(9100 + seed, 8))),
        ]);
        assert!(stories(&[], &all).iter().all(|s| s.rebuilt.alike.is_none()), "{seed}");
    }
}
