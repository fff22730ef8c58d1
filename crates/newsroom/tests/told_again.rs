//! What a story's closed part says stands in its open part too: told again with words changed, added or left out, it is closed; filled into the
//! same form, it is not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use newsroom::articles::{Block, Marking, Story, StoryNumber};

const OPEN: &str =
    "The alder bridge was shut on Monday morning, and carts went round by the mill until the evening came.";
const CLOSED: [&str; 3] = [
    "The birch piles under the northern pier had been bored by worms for years, a diver said on Tuesday, and two of them could be \
     moved by hand while the carter and his boy looked on from the bank.",
    "The cedar planks were paid for twice, once by the town and once by the mill, as the ledgers now show, and the treasurer asked \
     nobody why, because his brother had sold them to both in the same week of March.",
    "The repair will take until the autumn and cost more than the bridge did when it was built, of which the province gives half; the \
     rest is to come from a toll that three members of the council will vote against.",
];

fn sold(open: usize, body: &[String]) -> Story {
    Story {
        number: StoryNumber(0),
        slug: "bridge".into(),
        section: "town".into(),
        headline: "Bridge shut".into(),
        headline_provisional: false,
        standfirst: None,
        bylines: Vec::new(),
        dateline: None,
        topics: Vec::new(),
        marking: Marking::Premium,
        preview_blocks: u16::try_from(open).unwrap(),
        published_at: None,
        updated_at: None,
        picture: None,
        pick: None,
        language: None,
        body: body.iter().cloned().map(Block::Paragraph).collect(),
    }
}

/// How much of it is open in the end.
fn left(open: &[String], closed: &[String]) -> usize {
    let mut story = sold(open.len(), &[open, closed].concat());
    story.close_repeated(true);
    story.preview().len()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn more(text: &str, every: usize) -> String {
    let words = text.split(' ').enumerate();
    words
        .map(|(at, word)| if at % every == every - 1 { format!("{word} indeed") } else { word.to_owned() } + " ")
        .collect()
}

fn less(text: &str, every: usize) -> String {
    let words = text.split(' ').enumerate().filter(|(at, _)| at % every != every - 1);
    words.map(|(_, word)| format!("{word} ")).collect()
}

#[test]
fn a_word_added_or_left_out_here_and_there_hides_no_closed_paragraph() {
    let closed = owned(&CLOSED);
    let ways = [("added", more as fn(&str, usize) -> String), ("left out", less)];
    for (how, change) in ways {
        for every in [5, 6, 8, 12, 16] {
            for text in &closed {
                let told = change(text, every);
                assert_eq!(left(&[OPEN.to_owned(), told.clone()], &closed), 1, "{how}, every {every}: {told}");
                let mut story = sold(1, &[vec![OPEN.to_owned()], closed.clone()].concat());
                story.standfirst = Some(told.clone());
                assert!(story.withhold_told().is_some(), "{how} in the standfirst, every {every}: {told}");
            }
            let whole = closed.iter().map(|text| change(text, every)).collect::<Vec<_>>();
            assert_eq!(
                left(&[&whole[..], &[OPEN.to_owned()]].concat(), &closed),
                0,
                "{how}: a copy above, every {every}"
            );
            let twice = [&closed[..], &whole[..]].concat();
            assert_eq!(left(&[OPEN.to_owned(), less(CLOSED[0], 7)], &twice), 1, "{how}: closed twice, every {every}");
        }
    }
}

/// Sentences of a form: so many are open.
fn form(open: usize, filled: &[[&str; 3]], sentence: fn(&[&str; 3]) -> String) {
    let all: Vec<String> = filled.iter().map(sentence).collect();
    assert_eq!(left(&all[..open], &all[open..]), open, "{all:?}");
    // … and what else is closed stays so
    let told = [&all[..open], &[less(CLOSED[1], 9)]].concat();
    assert_eq!(left(&told, &[&all[open..], &owned(&CLOSED)].concat()[..]), open, "{all:?}");
}

#[test]
fn recipes_questions_and_reports_keep_their_preview() {
    let loaf = |[which, flour, wet]: &[&str; 3]| {
        format!(
            "For the {which} loaf take a pound of {flour} flour, half a pint of warm {wet}, a spoon of salt and a cup of the old dough, and \
             leave it by the stove for a night."
        )
    };
    form(2, &[["first", "rye", "water"], ["second", "wheat", "milk"], ["third", "barley", "beer"]], loaf);
    let asked = |[what, when, answer]: &[&str; 3]| {
        format!(
            "Q. What was the {what} thing that you did {when} when you came into the office at the end of the quay? A. {answer}"
        )
    };
    let questions = [
        ["first", "this morning", "I made tea for the pilot and for me."],
        ["last", "on Friday night", "I washed both cups and put the light out."],
        ["best", "this year", "I mended the crane, which nobody had dared to touch."],
    ];
    form(2, &questions, asked);
    let asked = |[what, when, answer]: &[&str; 3]| {
        format!(
            "Question: What was the {what} thing that you did {when} the office at the end of the quay? Answer: {answer}"
        )
    };
    let questions = [
        ["first", "this morning when you came into", "I made tea."],
        ["last", "last night before you left", "I washed the cup."],
        ["best", "this year since you came to", "I mended the crane."],
    ];
    form(2, &questions, asked);
    let step = |[what, much, long]: &[&str; 3]| {
        format!(
            "Add {much} of {what} to the pan; stir for {long} with a wooden spoon over a low flame until it is soft."
        )
    };
    form(2, &[["butter", "100 g", "2 minutes"], ["flour", "200 g", "3 minutes"], ["sugar", "50 g", "2 minutes"]], step);
    let court = |[who, old, day]: &[&str; 3]| {
        format!(
            "{who}, {old}, pleaded guilty before the magistrates on Monday to driving a cart without due care and attention on the Quay Road \
             on {day}, and was fined and ordered to pay the costs."
        )
    };
    form(
        3,
        &[
            ["Hannah Price", "40", "Friday"],
            ["Edwin Marsh", "31", "Monday last"],
            ["Ruth Cole", "22", "3 March"],
            ["Jonas Bell", "67", "Sunday"],
            ["Mira Voss", "51", "4 March"],
        ],
        court,
    );
}
