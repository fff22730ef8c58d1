//! Lines that a story has and that its rebuilt text would leave out: what is published is not taken away by a further crawl that only lacks
//! it. It stays, and somebody is asked once whether it should, unless its paragraph is or was in doubt before.
use super::{DoubtKind, Evidence, LineLeftOut, NewDoubt, PlaceInStory, order, put_back};
use newsroom::articles::{Block, StoryNumber};

/// How keys of such questions begin.
pub(crate) const PREFIX: &str = "standing:";

/// Characters of a paragraph in the words of a question.
const SHOWN: usize = 80;

/// The rebuilt body with those lines where they stood, and the doubts that are left; places and orders count the lines.
pub(crate) fn kept(
    number: StoryNumber,
    published: &[Block],
    rebuilt: &[Block],
    doubts: &[NewDoubt],
) -> (Vec<Block>, Vec<NewDoubt>) {
    let (mut body, mut left) = (rebuilt.to_vec(), doubts.to_vec());
    let stands = |text: &str| published.iter().any(|block| block.text() == text);
    let lines = doubts.iter().filter(|doubt| doubt.kind == DoubtKind::LeftOut).flat_map(|doubt| &doubt.evidence.lines);
    let standing: Vec<_> = lines.filter(|line| stands(&line.text)).cloned().collect();
    for line in standing {
        let Ok(with) = put_back::with_lines(&body, std::slice::from_ref(&line), None) else { continue };
        let new: Vec<usize> = inserted(&body, &with);
        body = with;
        for doubt in &mut left {
            for at in &new {
                make_room(doubt, *at, &line.text);
            }
            doubt.evidence.lines.retain(|asked| asked.text != line.text);
        }
        left.push(NewDoubt {
            key: format!("{PREFIX}{}:{}", number.0, order::print(&line.text)),
            kind: DoubtKind::Paragraph,
            paragraph: new.first().and_then(|at| u32::try_from(at + 1).ok()),
            text: "stays, since it is published; its copies taken together would leave it out".to_owned(),
            evidence: Evidence { paragraph: Some(line.text.clone()), ..Evidence::default() },
        });
    }
    for doubt in &mut left {
        let before = doubts.iter().find(|other| other.key == doubt.key).map_or(0, |d| d.evidence.lines.len());
        name_the_others(doubt, before);
    }
    left.retain(|doubt| doubt.kind != DoubtKind::LeftOut || !doubt.evidence.lines.is_empty());
    (body, left)
}

/// Of a doubt about several lines, of which there were more `before`, the others are asked about.
fn name_the_others(doubt: &mut NewDoubt, before: usize) {
    let lines = &doubt.evidence.lines;
    if doubt.kind == DoubtKind::LeftOut && !lines.is_empty() && lines.len() < before {
        let named: Vec<String> = lines.iter().map(|line| format!("“{}”", line.text)).collect();
        doubt.text = format!("left out: {}; what stands there may be crossheads", named.join(", "));
    }
}

/// The doubts that are about the story as it stands, where it is not as its copies would have it: the desk's words stay. Of paragraphs that
/// are not in it nobody is asked, nor of lines that are, or that stood beside none of it; but of those that came in `later` than the desk's
/// words: nobody has seen them yet.
pub(crate) fn of_story(
    number: StoryNumber,
    body: &[Block],
    rebuilt: &[Block],
    later: &[String],
    doubts: Vec<NewDoubt>,
) -> Vec<NewDoubt> {
    if body == rebuilt {
        return doubts;
    }
    let place = |text: &str| body.iter().position(|block| block.text() == text);
    let about = |mut doubt: NewDoubt| {
        match doubt.kind {
            DoubtKind::Paragraph => {
                let at = place(doubt.evidence.paragraph.as_deref()?)?;
                doubt.paragraph = u32::try_from(at + 1).ok();
            }
            // An order of paragraphs that are others now means nothing.
            DoubtKind::Order => return None,
            DoubtKind::LeftOut => {
                let before = doubt.evidence.lines.len();
                let fits = |line: &super::LineLeftOut| {
                    place(&line.text).is_none() && put_back::with_lines(body, std::slice::from_ref(line), None).is_ok()
                };
                doubt.evidence.lines.retain(fits);
                name_the_others(&mut doubt, before);
                if doubt.evidence.lines.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
        Some(doubt)
    };
    doubts.into_iter().filter_map(about).chain(came_later(number, body, rebuilt, later)).collect()
}

/// The question about paragraphs that the first crawls to tell them brought in after the desk had decided what the story says.
fn came_later(number: StoryNumber, body: &[Block], rebuilt: &[Block], later: &[String]) -> Option<NewDoubt> {
    let place = |block: &Block| body.iter().position(|own| own.text() == block.text());
    let late = |block: &Block| later.iter().any(|text| text == block.text()) && place(block).is_none();
    let line = |(at, block): (usize, &Block)| {
        let (before, behind) = (rebuilt.get(..at)?, rebuilt.get(at + 1..)?);
        let stands = |block: &&Block| place(block).is_some();
        let (above, below) = (before.iter().rfind(stands), behind.iter().find(stands));
        above.or(below)?;
        let run = before.iter().rev().take_while(|b| !stands(b)).filter(|b| late(b)).collect::<Vec<_>>();
        let run = run.into_iter().rev().chain([block]);
        let run = run.chain(behind.iter().take_while(|b| !stands(b)).filter(|b| late(b)));
        let text = |block: &Block| block.text().to_owned();
        let place = PlaceInStory {
            after: u32::try_from(above.and_then(place).map_or(0, |at| at + 1)).ok()?,
            above: above.map(text),
            below: below.map(text),
            between: run.map(text).collect(),
        };
        Some(LineLeftOut { text: block.text().to_owned(), places: vec![place] })
    };
    let lines: Vec<_> = rebuilt.iter().enumerate().filter(|(_, block)| late(block)).filter_map(line).collect();
    let words: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    (!words.is_empty()).then(|| NewDoubt {
        key: format!("later:{}:{}", number.0, order::print(&words.join("\n"))),
        kind: DoubtKind::LeftOut,
        paragraph: None,
        text: format!(
            "came in with a further crawl after the desk had decided this story's text, and is not in it: “{}”; put it back where it stood, or \
             leave it out",
            words.iter().map(|text| shown(text)).collect::<Vec<_>>().join("”, “")
        ),
        evidence: Evidence { lines, ..Evidence::default() },
    })
}

/// The beginning of a paragraph, by which it is known again; the whole stands beside the question.
fn shown(text: &str) -> String {
    let beginning: String = text.chars().take(SHOWN).collect();
    if beginning.len() < text.len() { format!("{}…", beginning.trim_end()) } else { beginning }
}

/// Places of the longer body that the shorter one has not, ascending.
fn inserted(before: &[Block], after: &[Block]) -> Vec<usize> {
    let mut rest = before.iter().peekable();
    let fresh = after.iter().enumerate().filter(|(_, block)| rest.next_if(|old| old == block).is_none());
    fresh.map(|(at, _)| at).collect()
}

/// Counts a line that stands at this place now, from 0.
fn make_room(doubt: &mut NewDoubt, at: usize, text: &str) {
    let Ok(place) = u32::try_from(at + 1) else { return };
    if let Some(nth) = doubt.paragraph.as_mut().filter(|nth| **nth >= place) {
        *nth += 1;
    }
    let evidence = &mut doubt.evidence;
    if !evidence.prints.is_empty() && at <= evidence.prints.len() {
        evidence.prints.insert(at, order::print(text));
    }
    for order in &mut evidence.orders {
        for nth in order.iter_mut().filter(|nth| **nth >= place) {
            *nth += 1;
        }
        // Behind the paragraph that it stood behind, wherever that goes.
        let behind = order.iter().position(|nth| *nth + 1 == place).map_or(0, |found| found + 1);
        order.insert(behind, place);
    }
}
