//! Two stories that the desk made one are two again: each as it was, with what its own source and the desk changed since, whichever of the two
//! had led.
use std::collections::BTreeMap;

use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde_json::json;
use store::{DoubtFilter, DoubtKind, Evidence, NewDoubt};

use crate::browser::Browser;
use crate::exports::{told, write};
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(each_is_what_it_was_but_for_what_was_changed_since);

/// What happened while the two were one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// The desk marked it.
    Marked(Marking),
    /// The desk wrote a headline.
    Headline,
    /// The source of the first, or of the second, corrected it and gave it this marking.
    Corrected(usize, Marking),
}

use Meanwhile::{Corrected, Headline, Marked, Nothing};

const MARKINGS: [[Marking; 2]; 3] =
    [[Marking::Free, Marking::Premium], [Marking::Premium, Marking::Free], [Marking::Free, Marking::Registered]];
const MEANWHILE: [Meanwhile; 8] = [
    Nothing,
    Marked(Marking::Premium),
    Marked(Marking::Free),
    Headline,
    Corrected(0, Marking::Premium),
    Corrected(1, Marking::Premium),
    Corrected(0, Marking::Free),
    Corrected(1, Marking::Free),
];

/// One line of the table: two stories, which of them leads, and what happened.
#[derive(Debug)]
struct Case {
    nth: u32,
    markings: [Marking; 2],
    leads: usize,
    meanwhile: Meanwhile,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for markings in MARKINGS {
        for leads in [0, 1] {
            for meanwhile in MEANWHILE {
                all.push(Case { nth: u32::try_from(all.len()).unwrap(), markings, leads, meanwhile });
            }
        }
    }
    all
}

const fn access(marking: Marking) -> &'static str {
    match marking {
        Marking::Free => "free",
        Marking::Registered => "registered",
        Marking::Metered => "metered",
        Marking::Premium => "premium",
    }
}

/// The paragraphs of one of the two. They have numbers of their own, so that none tells another one again.
fn paragraphs(case: &Case, side: usize) -> Vec<String> {
    let mut nth = 1_000 * side;
    let numbered = |text: String| {
        let mut words = text.split(" the ").map(str::to_owned).collect::<Vec<_>>();
        for word in words.iter_mut().skip(1) {
            nth += 1;
            *word = format!(" the {nth}th {word}");
        }
        words.concat()
    };
    told(3_000 + 2 * case.nth + u32::try_from(side).unwrap()).paragraphs.into_iter().map(numbered).collect()
}

fn headline(case: &Case, side: usize) -> String {
    format!("{} of pier {}", ["The mending", "The painting"][side], case.nth)
}

const SINCE: &str = " An earlier version named another pier.";

/// A line of the export of one side. The first has writers, the second topics and a summary.
fn row(case: &Case, side: usize, corrected: bool) -> String {
    let mut body = paragraphs(case, side);
    let (mut headline, mut marking, mut updated) = (headline(case, side), case.markings[side], "2012-01-01T09:00:00Z");
    if let Corrected(at, given) = case.meanwhile
        && corrected
        && at == side
    {
        body[1].push_str(SINCE);
        headline.push_str(", corrected");
        (marking, updated) = (given, "2012-02-01T09:00:00Z");
    }
    let mut row = json!({ "id": format!("n{}", case.nth), "title": headline, "access": access(marking),
        "published": format!("2011-0{}-11T09:00:00Z", 3 + side), "updated": updated, "body": body.join("\n\n") });
    let more = match side {
        0 => json!({ "author": "Asha Rao", "section": "harbour" }),
        _ => json!({ "tags": ["piers", "paint"], "summary": "Two coats, says the mayor.", "section": "letters" }),
    };
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row.to_string()
}

/// What a story is after all of it. The desk's marking closes both and opens neither.
fn wanted(case: &Case, side: usize, was: &Story) -> Story {
    let mut story = was.clone();
    match case.meanwhile {
        Nothing => {}
        // Where the two had that marking as one, nobody changed anything.
        Marked(marking) if case.markings.iter().any(|of_one| of_one.strictness() >= marking.strictness()) => {}
        Marked(marking) => {
            if marking.strictness() > was.marking.strictness() {
                story.marking = marking;
            }
        }
        Headline => {
            if side == 0 {
                story.headline = format!("Written at the desk, {}", case.nth);
            }
        }
        Corrected(at, marking) => {
            if at == side {
                story.marking = marking;
                story.headline.push_str(", corrected");
                story.slug.push_str("-corrected");
                story.updated_at = Some("2012-02-01T09:00:00Z".parse().unwrap());
                let mut body = paragraphs(case, side);
                body[1].push_str(SINCE);
                story.body = body.into_iter().map(Block::Paragraph).collect();
            }
        }
    }
    story
}

fn story(paper: &Paper, number: StoryNumber) -> Story {
    paper.block_on(paper.house().store.story(number)).unwrap().unwrap().story
}

/// Decides the doubt, and gives what is said then.
fn decided(editor: &mut Browser, id: i64, choice: &str) -> String {
    let back = format!("/desk/doubts?doubt={id}");
    let sent = editor.post(&format!("/desk/doubts/{id}"), &[("choice", choice), ("next", &back)]);
    assert_eq!(sent.status, 303, "{choice}: {}", sent.words());
    let page = editor.get(sent.location(303)).text();
    page.split("role=\"status\">").nth(1).unwrap().split("</p>").next().unwrap().to_owned()
}

fn each_is_what_it_was_but_for_what_was_changed_since(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let cases = cases();
    let export = |corrected: bool| {
        for (side, name) in ["a.jsonl", "b.jsonl"].into_iter().enumerate() {
            let rows: Vec<String> = cases.iter().map(|case| row(case, side, corrected)).collect();
            write(folder.path(), name, &rows.join("\n"));
        }
        paper.import(&[folder.path().to_owned()], false);
    };
    export(false);
    let all: BTreeMap<String, Story> = paper
        .block_on(paper.house().store.stories())
        .unwrap()
        .into_iter()
        .map(|stored| (stored.story.headline.clone(), stored.story))
        .collect();
    assert_eq!(all.len(), 2 * cases.len());
    let before: Vec<[Story; 2]> =
        cases.iter().map(|case| [0, 1].map(|side| all[&headline(case, side)].clone())).collect();
    let mut ids = Vec::new();
    for (case, [one, other]) in cases.iter().zip(&before) {
        assert_eq!([one.marking, other.marking], case.markings);
        let evidence = Evidence { other: Some(other.number.0), ..Evidence::default() };
        let key = format!("pair {}", case.nth);
        let doubt = NewDoubt { key, kind: DoubtKind::SameStory, paragraph: None, text: "one or two".into(), evidence };
        let store = &paper.house().store;
        paper.block_on(store.add_doubts(one.number, &[doubt], None, paper.clock.now())).unwrap();
        let filter = DoubtFilter { number: Some(one.number), ..DoubtFilter::default() };
        let id = paper.block_on(store.doubts(&filter, 10, 0)).unwrap()[0].id;
        decided(&mut editor, id, ["join", "join-other"][case.leads]);
        ids.push(id);
        let form = match case.meanwhile {
            Marked(marking) => vec![("marking", marking.word().to_owned())],
            Headline => vec![("headline", format!("Written at the desk, {}", case.nth))],
            Nothing | Corrected(..) => continue,
        };
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(editor.post(&format!("/desk/stories/{}", one.number.0), &form).status, 303);
    }
    export(true);
    for ((case, before), id) in cases.iter().zip(&before).zip(ids) {
        let said = decided(&mut editor, id, "undo");
        for (side, was) in before.iter().enumerate() {
            let (now, mut wanted) = (story(&paper, was.number), wanted(case, side, was));
            if case.meanwhile == Headline && side == 0 {
                wanted.updated_at = now.updated_at;
            }
            assert_eq!(now, wanted, "side {side} of {case:?}: {said}");
            // who may read each is said in any case, and what is not as it was
            let marking = format!("tory {} is {}", was.number.0, now.marking.word());
            assert!(said.contains(&marking), "{marking}, {case:?}: {said}");
            let changed = format!("headline of story {}", was.number.0);
            assert_eq!(said.contains(&changed), now.headline != was.headline, "{case:?}: {said}");
        }
        // whose change it was
        let corrected = matches!(case.meanwhile, Corrected(..));
        assert_eq!(said.contains("As its source has it since"), corrected, "{case:?}: {said}");
        assert_eq!(said.contains("Changed since"), case.meanwhile == Headline, "{case:?}: {said}");
    }
}
