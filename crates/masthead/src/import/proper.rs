//! What every story that comes in must be, whatever it comes from: nothing for everybody repeats its closed part, no paragraph of its open
//! part stands in it, no character in its names turns the words around it, no list grows without end.
use newsroom::articles::{Block, Story, is_unseen, slug_of};

/// Headlines beyond this are a paragraph that stands in the wrong place, in characters.
const LONGEST_HEADLINE: usize = 500;
/// Longest standfirst, in characters.
const LONGEST_STANDFIRST: usize = 2_000;
/// Writers, and topics, of one story.
const MOST_NAMES: usize = 50;

/// Makes a story proper; what was changed, one sentence each.
pub fn proper(story: &mut Story) -> Vec<String> {
    proper_as_marked(story, None)
}

/// The same of a story of which so many blocks are open where it comes from, if that is told.
pub fn proper_as_marked(story: &mut Story, open: Option<u16>) -> Vec<String> {
    let mut remarks = Vec::new();
    if seen(story) {
        remarks.push("held invisible control characters: they were taken out".to_owned());
    }
    if story.headline.chars().count() > LONGEST_HEADLINE {
        remarks.push("its headline is as long as a paragraph: the first open words stand in".into());
        (story.headline, story.headline_provisional) = (story.stand_in(), true);
        story.slug = slug_of(&story.headline);
    }
    if story.standfirst.as_ref().is_some_and(|text| text.chars().count() > LONGEST_STANDFIRST) {
        story.standfirst = None;
        remarks.push(format!("its summary is longer than {LONGEST_STANDFIRST} characters: it was left out"));
    }
    for (name, list) in [("writers", &mut story.bylines), ("topics", &mut story.topics)] {
        if list.len() > MOST_NAMES {
            remarks.push(format!("names {} {name}: the first {MOST_NAMES} were kept", list.len()));
            list.truncate(MOST_NAMES);
        }
    }
    // pages make an address of it
    let named = |file: &str| !file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\\', '?', '#', '%']);
    if let Some(picture) = story.picture.take_if(|picture| !named(&picture.file)) {
        remarks
            .push(format!("its picture “{}” is not named as the paper's pictures are: it was left out", picture.file));
    }
    remarks.extend(closed_twice(story, open));
    if let Some(taken) = story.withhold_told() {
        let beginning: String = taken.chars().take(60).collect();
        remarks.push(format!("its summary repeats the closed part and was left out: “{beginning} …”"));
    }
    if let Some(taken) = story.withhold_headline() {
        remarks.push(headline_told(&taken));
        story.slug = slug_of(&story.headline);
    }
    for (what, words) in story.withhold_beside() {
        remarks.push(left_out(what, &words));
    }
    remarks
}

/// Closes what a story has twice and its source closes once; what is said of that. `open`: so many blocks are open by the source's word, which may
/// be more than are open here.
fn closed_twice(story: &mut Story, open: Option<u16>) -> Option<String> {
    let (most, before) = (story.preview_blocks, story.preview().len());
    story.preview_blocks = open.unwrap_or(most);
    story.close_repeated(open.is_some());
    story.preview_blocks = story.preview_blocks.min(most);
    let now = story.preview().len();
    (now < before).then(|| {
        format!(
            "a paragraph of its open part stands in its closed part too: {now} of its paragraphs are open now, not {before}; look which of them were"
        )
    })
}

/// What is said of something that was withheld.
pub fn withheld_told((what, words): &store::Withheld) -> String {
    if *what == "headline" { headline_told(words) } else { left_out(what, words) }
}

fn left_out(what: &str, words: &str) -> String {
    let beginning: String = words.chars().take(60).collect();
    format!("its {what} repeats the closed part and was left out: “{beginning} …”")
}

fn headline_told(taken: &str) -> String {
    let beginning: String = taken.chars().take(60).collect();
    format!(
        "its headline repeats the closed part: “{beginning} …” was taken away, and the first open words stand in its place"
    )
}

/// What a story is called whose headline was withheld, and which stands under another one now.
pub fn by_number(number: Option<u32>) -> String {
    number.map_or_else(String::new, |number| format!("story {number}"))
}

/// Takes out what nobody sees; whether there was any.
fn seen(story: &mut Story) -> bool {
    let mut found = false;
    let mut clear = |text: &mut String, unseen: fn(char) -> bool| {
        if text.chars().any(unseen) {
            found = true;
            let plain = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !unseen(*c));
            *text = plain.collect();
        }
    };
    clear(&mut story.headline, is_unseen);
    story.standfirst.iter_mut().chain(&mut story.dateline).for_each(|text| clear(text, is_unseen));
    story.bylines.iter_mut().chain(&mut story.topics).for_each(|text| clear(text, is_unseen));
    for block in &mut story.body {
        let (Block::Paragraph(text) | Block::Crosshead(text) | Block::Quote(text)) = block;
        clear(text, |c| c.is_control() && !c.is_whitespace());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use newsroom::articles::{Marking, Picture, StoryNumber};

    fn story(marking: Marking, paragraphs: &[&str]) -> Story {
        Story {
            number: StoryNumber(0),
            slug: "quay".into(),
            section: "harbour".into(),
            headline: "Quay closed".into(),
            headline_provisional: false,
            standfirst: None,
            bylines: Vec::new(),
            dateline: None,
            topics: Vec::new(),
            marking,
            preview_blocks: 1,
            published_at: None,
            updated_at: None,
            picture: None,
            pick: None,
            language: None,
            body: paragraphs.iter().map(|text| Block::Paragraph((*text).to_owned())).collect(),
        }
    }

    const OPEN: &str = "The quay was closed on Monday, and nobody at the harbour office would say for how long.";
    const CLOSED: &str = "The pilots knew since March that the piles under berth four were hollow.";

    #[test]
    fn nothing_beside_the_text_repeats_the_closed_part() {
        let telling = |marking| {
            let mut story = story(marking, &[OPEN, CLOSED]);
            story.picture = Some(Picture {
                file: "quay".into(),
                alt: CLOSED.to_uppercase(),
                caption: Some(CLOSED.replace(' ', "\u{2009}")),
                credit: Some("Photograph: the harbour office".into()),
                after: None,
                width: 640,
                height: 480,
            });
            story.bylines = vec!["Ila Kamat".into(), CLOSED.into()];
            story.topics = vec!["Harbours".into(), CLOSED.replace("berth", "<b>berth</b>")];
            story.dateline = Some(CLOSED.into());
            story.slug = slug_of(CLOSED);
            story
        };
        let mut closed = telling(Marking::Premium);
        let remarks = proper(&mut closed);
        let picture = closed.picture.as_ref().expect("the picture stays");
        assert_eq!((picture.alt.as_str(), picture.caption.as_deref()), ("", None));
        assert_eq!(picture.credit.as_deref(), Some("Photograph: the harbour office"));
        assert_eq!(
            (closed.bylines.as_slice(), closed.topics.as_slice()),
            (&["Ila Kamat".to_owned()][..], &["Harbours".to_owned()][..])
        );
        assert_eq!((closed.dateline.as_deref(), closed.slug.as_str()), (None, "quay-closed"));
        assert_eq!(remarks.len(), 6, "{remarks:?}");
        let mut free = telling(Marking::Free);
        let same = free.clone();
        assert!(proper(&mut free).is_empty());
        assert_eq!(free, same);
        let mut headed = story(Marking::Premium, &[OPEN, CLOSED]);
        headed.headline = CLOSED.to_uppercase();
        assert_eq!(proper(&mut headed).len(), 1);
        assert!(OPEN.starts_with(headed.headline.trim_end_matches(" …")) && headed.headline_provisional);
    }

    #[test]
    fn names_that_repeat_the_closed_part_together_are_left_out() {
        let words: Vec<&str> = CLOSED.split(' ').collect();
        let pieces =
            |from: usize, to: usize| words[from..to].chunks(3).map(|three| three.join(" ")).collect::<Vec<_>>();
        for (bylines, topics) in
            [(Vec::new(), pieces(0, 12)), (pieces(0, 12), Vec::new()), (pieces(0, 6), pieces(6, 12))]
        {
            let mut split = story(Marking::Premium, &[OPEN, CLOSED]);
            split.bylines = [vec!["Ila Kamat".to_owned()], bylines].concat();
            split.topics = [topics, vec!["Harbours".to_owned()]].concat();
            assert!(
                split.bylines.iter().chain(&split.topics).all(|name| split.told_by(name).is_none()),
                "each alone tells nothing"
            );
            let mut free = Story { marking: Marking::Free, ..split.clone() };
            assert!(proper(&mut free).is_empty());
            assert_eq!(proper(&mut split).len(), 4, "{split:?}");
            assert_eq!((split.bylines, split.topics), (vec!["Ila Kamat".to_owned()], vec!["Harbours".to_owned()]));
        }
        // in whatever order, and in whatever fields
        let mut shuffled = story(Marking::Premium, &[OPEN, CLOSED]);
        shuffled.topics = pieces(0, 12);
        shuffled.topics.reverse();
        shuffled.topics.insert(1, "Harbours".into());
        assert_eq!(proper(&mut shuffled).len(), 4, "{shuffled:?}");
        assert_eq!(shuffled.topics, ["Harbours"]);
        let mut fields = story(Marking::Premium, &[OPEN, CLOSED]);
        (fields.headline, fields.standfirst) = (words[..6].join(" "), Some(words[6..12].join("&ensp;")));
        let mut placed =
            Story { dateline: Some(words[3..8].join(" ")), standfirst: Some(words[8..12].join(" ")), ..fields.clone() };
        placed.headline = words[..4].join(" ");
        assert_eq!((proper(&mut fields).len(), fields.standfirst), (1, None));
        assert_eq!((proper(&mut placed).len(), placed.dateline), (1, None));
        assert!(placed.standfirst.is_some(), "what is left is no run");
        // short lines are one text, and one of them is whole in any letters
        let lines = ["The lamp went out at two,", "the keeper slept till ten,", "the pilot knew, the harbour knew,"];
        let mut verse = story(Marking::Premium, &[&[OPEN], &lines[..]].concat());
        verse.topics = vec![lines.join(" ").to_uppercase(), "Lamps".into()];
        verse.standfirst = Some("So it goes: the KEEPER slept till ten".into());
        assert_eq!(
            (proper(&mut verse).len(), &verse.topics[..], verse.standfirst),
            (2, &["Lamps".to_owned()][..], None)
        );
        // a picture behind the preview is closed with it
        let among = |marking, after| {
            let mut shown = story(marking, &[OPEN, CLOSED, "The office opens on Friday."]);
            let (alt, caption, credit) = ("A hollow pile".into(), Some("Berth four".into()), None);
            shown.picture = Some(Picture { file: "quay".into(), alt, caption, credit, after, width: 640, height: 480 });
            let said = proper(&mut shown).len();
            (said, shown.picture.map(|picture| (picture.alt, picture.caption.is_some())))
        };
        let whole = Some(("A hollow pile".to_owned(), true));
        assert_eq!(among(Marking::Premium, Some(2)), (1, None));
        assert_eq!(among(Marking::Metered, Some(1)), (2, Some((String::new(), false))));
        for (marking, after) in [(Marking::Free, Some(2)), (Marking::Premium, None), (Marking::Premium, Some(0))] {
            assert_eq!(among(marking, after), (0, whole.clone()), "{marking:?} {after:?}");
        }
        let mut filed = story(Marking::Premium, &[OPEN, CLOSED]);
        let file = slug_of(CLOSED);
        filed.picture = Some(Picture {
            file,
            alt: String::new(),
            caption: None,
            credit: None,
            after: None,
            width: 640,
            height: 480,
        });
        assert_eq!((proper(&mut filed).len(), filed.picture), (1, None));
        let mut plain = story(Marking::Premium, &[OPEN, CLOSED]);
        plain.topics = ["Harbours and their money", "Pilots on the coast", "Berths", "The price of a hollow pile"]
            .map(str::to_owned)
            .into();
        assert!(proper(&mut plain).is_empty(), "names of their own stay: {:?}", plain.topics);
    }

    #[test]
    fn a_summary_that_repeats_the_closed_part_is_left_out() {
        for (summary, stays) in [
            (OPEN.to_owned(), true),
            (format!("{OPEN} {CLOSED}"), false),
            ("Pilots say that the piles of one berth were hollow.".into(), true),
            ("The pilots knew since March that the piles under berth four".into(), false),
            ("It was Rao. He denies it.".into(), false),
        ] {
            let mut told = story(Marking::Metered, &[OPEN, CLOSED, "It was Rao."]);
            told.standfirst = Some(summary.clone());
            assert_eq!(proper(&mut told).is_empty(), stays, "{summary}");
            assert_eq!(told.standfirst.is_some(), stays, "{summary}");
            let mut free = Story { marking: Marking::Free, standfirst: Some(summary), ..told };
            assert!(proper(&mut free).is_empty() && free.standfirst.is_some());
        }
    }

    #[test]
    fn what_stands_in_for_a_headline_is_open() {
        assert_eq!(story(Marking::Premium, &[CLOSED]).stand_in(), "Untitled", "one block of a closed story is closed");
        assert!(CLOSED.starts_with(story(Marking::Free, &[CLOSED]).stand_in().trim_end_matches(" …")));
        let mut long = story(Marking::Metered, &["Short.", CLOSED]);
        long.headline = "word ".repeat(200);
        assert_eq!(proper(&mut long).len(), 1);
        assert_eq!((long.headline.as_str(), long.slug.as_str(), long.headline_provisional), ("Short.", "short", true));
    }

    #[test]
    fn unseen_characters_and_endless_lists_do_not_come_in() {
        let mut odd = story(Marking::Free, &["One\u{0}line\nand\u{1b}[31m another."]);
        odd.headline = "Quay\u{202e} closed".into();
        odd.picture = Some(Picture {
            file: "../../login".into(),
            alt: String::new(),
            caption: None,
            credit: None,
            after: None,
            width: 1,
            height: 1,
        });
        odd.topics = (0..60).map(|n| n.to_string()).collect();
        let remarks = proper(&mut odd);
        assert_eq!((remarks.len(), &odd.picture), (3, &None), "{remarks:?}");
        assert_eq!((odd.headline.as_str(), odd.topics.len()), ("Quay closed", MOST_NAMES));
        assert_eq!(odd.body[0].text(), "Oneline and[31m another.");
        assert!(proper(&mut odd).is_empty(), "what is proper stays as it is");
    }
}
