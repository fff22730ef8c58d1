//! What a copy corrects and the story says as the copy said it before: whether the story shall say it so too is asked at the desk.
use super::{CopyShown, Corrected, Done, DoubtKind, Evidence, NewDoubt, gone, patch};
use crate::StoreError;
use newsroom::articles::{Block, Marking, Story};

/// Places of one version that are asked about; what is beyond stands under the story's versions.
const MOST: usize = 20;

/// What a copy says, and said before.
pub(crate) struct Copy<'a> {
    pub source: &'a str,
    /// File and place, for people.
    pub place: &'a str,
    pub was: &'a Story,
    pub now: &'a Story,
}

/// What a later version of a copy leaves to be decided.
pub(crate) fn of_copy(story: &Story, copy: &Copy<'_>) -> Vec<NewDoubt> {
    let mut doubts = Vec::new();
    let (was, now) = (&copy.was.headline, &copy.now.headline);
    let named = ![copy.was, copy.now, story].iter().any(|story| story.headline_provisional);
    if named && was != now && story.headline == *was {
        doubts.push(NewDoubt {
            key: key(copy, &[was, now]),
            kind: DoubtKind::Headline,
            paragraph: None,
            text: format!("a later version of a copy, {}, has another headline", copy.place),
            evidence: Evidence { choices: vec![now.clone()], ..Evidence::default() },
        });
    }
    for hunk in patch::hunks(&copy.was.body, &copy.now.body).unwrap_or_default().into_iter().take(MOST) {
        let was = copy.was.body.get(hunk.from..hunk.to).unwrap_or_default();
        let (Some(first), Some(at)) = (was.first(), place(&story.body, &texts(was))) else { continue };
        let closed = hunk.with.iter().any(|block| !copy.now.open().contains(block));
        let corrected = Corrected { was: texts(was), now: texts(hunk.with), closed };
        let shown =
            CopyShown { place: copy.place.to_owned(), headline: String::new(), paragraphs: corrected.now.clone() };
        doubts.push(NewDoubt {
            key: key(copy, &[&corrected.was.join("\n"), &corrected.now.join("\n")]),
            kind: DoubtKind::Correction,
            paragraph: u32::try_from(at + 1).ok(),
            text: match corrected.now.is_empty() {
                true => format!("a later version of a copy, {}, does not say this any more", copy.place),
                false => format!("a later version of a copy, {}, says otherwise what the story says here", copy.place),
            },
            evidence: Evidence {
                paragraph: Some(first.text().to_owned()),
                copies: vec![shown],
                corrected: Some(corrected),
                ..Evidence::default()
            },
        });
    }
    doubts
}

fn key(copy: &Copy<'_>, words: &[&str]) -> String {
    let digest = blake3::hash(words.join("\n\n").as_bytes()).to_hex();
    format!("copy:{}:{}", copy.source, &digest[..16])
}

fn texts(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(|block| block.text().to_owned()).collect()
}

/// Where paragraphs stand one below the other.
fn place(body: &[Block], wanted: &[String]) -> Option<usize> {
    let fits = |blocks: &[Block]| blocks.iter().zip(wanted).all(|(block, wanted)| block.text() == wanted);
    body.windows(wanted.len().max(1)).position(fits)
}

/// The story says it as the copy does now.
///
/// # Errors
/// [`StoreError::Invalid`] where it does not say any more what was corrected, or says nothing else.
pub(super) fn take(story: &mut Story, evidence: &Evidence, done: &mut Done) -> Result<(), StoreError> {
    let Corrected { was, now, closed } = evidence.corrected.as_ref().ok_or_else(gone)?;
    let at = place(&story.body, was).ok_or_else(gone)?;
    if was.len() == story.body.len() && now.is_empty() {
        return Err(StoreError::invalid("decision", "the story says nothing else"));
    }
    let open = story.preview().len();
    if at < open && story.marking != Marking::Free {
        // What was closed, here or in the copy, stays closed: the wall moves up to it.
        let left = if at + was.len() <= open && !closed { open.min(open - was.len() + now.len()) } else { at };
        let left = u16::try_from(left).unwrap_or_default();
        if left != story.preview_blocks {
            done.preview = Some([story.preview_blocks, left]);
            story.preview_blocks = left;
        }
    }
    let kinds: Vec<Block> = story.body.splice(at..at + was.len(), std::iter::empty()).collect();
    let as_before = |(nth, text): (usize, &String)| match kinds.get(nth) {
        Some(Block::Crosshead(_)) => Block::Crosshead(text.clone()),
        Some(Block::Quote(_)) => Block::Quote(text.clone()),
        _ => Block::Paragraph(text.clone()),
    };
    story.body.splice(at..at, now.iter().enumerate().map(as_before));
    done.choice = "corrected as the copy has it".into();
    Ok(())
}
