//! What a source says otherwise than before and the story says as it said before, since its words are another source's or the desk's: whether
//! the story shall say it so too is asked at the desk.
use super::{CopyShown, Corrected, Done, Doubt, DoubtKind, Evidence, NewDoubt, gone, patch, read, settled};
use crate::rows::{Read as _, sql};
use crate::stories::load;
use crate::taking::Taken;
use crate::{StoreError, versions};
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use sqlx::AnyConnection;
use std::ops::Range;

/// Places of one version that are asked about; what is beyond stands under the story's versions.
const MOST: usize = 20;

/// What a source says, and said before.
pub(crate) struct Later<'a> {
    pub source: &'a str,
    /// File and place, for people.
    pub place: &'a str,
    pub was: &'a Story,
    pub now: &'a Story,
    /// The story has its words, but for what the desk decided.
    pub leads: bool,
}

/// Asks what a later version leaves to be decided, and closes what was asked of earlier ones and is said no more.
pub(crate) async fn ask(
    tx: &mut AnyConnection,
    story: &Story,
    later: &Later<'_>,
    run: Option<i64>,
    taken: &mut Taken,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut places: Vec<Range<usize>> = Vec::new();
    for doubt in open_of(tx, story.number).await? {
        let own = source_of(&doubt.key).is_some_and(|source| source == later.source);
        match still(story, own.then_some(later.now), &doubt.doubt) {
            Some(place) if own => {
                taken.asked = true;
                places.push(place);
            }
            Some(_) => {}
            None => settled::close(tx, doubt.doubt.id, settled::SAID_OTHERWISE, None, now).await?,
        }
    }
    if later.leads && !taken.kept.contains(&"text") {
        return Ok(());
    }
    let former = versions::all_by(tx, later.source).await?;
    // What it says since several of its versions is asked once: of the latest that the story agrees with.
    let bases = std::iter::once(later.was).chain(former.iter());
    let first = former.last().unwrap_or(later.was);
    let mut doubts: Vec<NewDoubt> = headline(story, first, later).into_iter().collect();
    for was in bases {
        for (place, doubt) in paragraphs(story, was, later) {
            let is_asked = places.iter().any(|other| other.start < place.end && place.start < other.end);
            if !is_asked && doubts.len() < MOST {
                places.push(place);
                doubts.push(doubt);
            }
        }
    }
    for doubt in doubts {
        let before = taken.doubts.len();
        taken.doubt(tx, &doubt, story.number, run, now).await?;
        taken.asked |= taken.doubts.len() > before;
    }
    Ok(())
}

/// An open doubt of this kind, with its key.
struct Open {
    key: String,
    doubt: Doubt,
}

async fn open_of(tx: &mut AnyConnection, number: StoryNumber) -> Result<Vec<Open>, StoreError> {
    let text = "SELECT d.*, s.headline, s.published_at, '' AS who FROM doubts d JOIN stories s ON s.number = d.number \
         WHERE d.number = $1 AND d.state = 'open' AND d.kind IN ('correction', 'headline') AND d.key LIKE 'copy:%' ORDER BY d.id";
    let rows = sql(text).bind(i64::from(number.0)).fetch_all(&mut *tx).await?;
    rows.iter().map(|row| Ok(Open { key: row.text("key")?, doubt: read(row)? })).collect()
}

/// Where in the story that stands which a doubt is about: none where the story, or the source as it is now, says it otherwise.
fn still(story: &Story, now: Option<&Story>, doubt: &Doubt) -> Option<Range<usize>> {
    if doubt.kind == DoubtKind::Headline {
        let offered = doubt.evidence.choices.first()?;
        let stands = story.headline != *offered && now.is_none_or(|now| now.headline == *offered);
        return stands.then_some(0..0);
    }
    let Corrected { was, now: says, .. } = doubt.evidence.corrected.as_ref()?;
    let at = place(&story.body, was)?;
    let said = now.is_none_or(|now| match says.is_empty() {
        true => place(&now.body, was).is_none(),
        false => place(&now.body, says).is_some(),
    });
    said.then_some(at..at + was.len())
}

/// The doubt about a headline that a copy has otherwise than it came with. Of the source whose words the story has, the desk's headline is no
/// question.
fn headline(story: &Story, first: &Story, later: &Later<'_>) -> Option<NewDoubt> {
    let (was, now) = (&later.was.headline, &later.now.headline);
    let named = ![later.was, later.now, story].iter().any(|story| story.headline_provisional);
    let other = was != now && ![story, first].iter().any(|story| story.headline == *now);
    (named && !later.leads && other).then(|| NewDoubt {
        key: key(later, &[was, now]),
        kind: DoubtKind::Headline,
        paragraph: None,
        text: format!("a later version of a copy, {}, has another headline", later.place),
        evidence: Evidence { choices: vec![now.clone()], ..Evidence::default() },
    })
}

/// The doubts about paragraphs, each with its place in the story, that the source has otherwise than in a former version.
fn paragraphs(story: &Story, was: &Story, later: &Later<'_>) -> Vec<(Range<usize>, NewDoubt)> {
    let mut doubts = Vec::new();
    let hunks = patch::hunks(&was.body, &later.now.body).unwrap_or_default();
    for (nth, hunk) in hunks.iter().enumerate() {
        let mut said = texts(was.body.get(hunk.from..hunk.to).unwrap_or_default());
        let mut says = texts(hunk.with);
        let has = |body: &[Block], text: &String| body.iter().any(|block| block.text() == text);
        let added = said.is_empty();
        if added {
            // New ones stand beside one that both have.
            let Some(beside) = was.body.get(hunk.from.saturating_sub(1)) else { continue };
            let beside = beside.text().to_owned();
            says.insert(if hunk.from > 0 { 0 } else { says.len() }, beside.clone());
            said.push(beside);
        }
        // What only moved is no correction, and what the story says already is none of it.
        let moved = says.is_empty() && said.iter().all(|text| has(&later.now.body, text));
        if moved || added && says.iter().all(|text| has(&story.body, text)) {
            continue;
        }
        let at = match place(&story.body, &said) {
            Some(at) => at,
            None if later.leads && !added => {
                let Some((at, has, says_instead)) = decided_at(story, was, &hunks, nth) else { continue };
                (said, says) = (has, says_instead);
                at
            }
            None => continue,
        };
        let whose = if later.leads { "of its own source" } else { "of a copy" };
        let what = match (says.is_empty(), added) {
            (true, _) => "does not say this any more",
            (false, true) => "says more here",
            (false, false) => "says otherwise what the story says here",
        };
        let closed = hunk.with.iter().any(|block| !later.now.open().contains(block));
        let range = at..at + said.len();
        let shown = CopyShown { place: later.place.to_owned(), headline: String::new(), paragraphs: says.clone() };
        let doubt = NewDoubt {
            key: key(later, &[&said.join("\n"), &says.join("\n")]),
            kind: DoubtKind::Correction,
            paragraph: u32::try_from(at + 1).ok(),
            text: format!("a later version {whose}, {}, {what}", later.place),
            evidence: Evidence {
                paragraph: said.first().cloned(),
                copies: vec![shown],
                corrected: Some(Corrected { was: said, now: says, closed }),
                ..Evidence::default()
            },
        };
        doubts.push((range, doubt));
    }
    doubts
}

/// What the story has, since the desk decided so, where its own source changes something: the place, what stands there, and what the source has
/// for all of it. None where that is the same, or nothing.
fn decided_at(
    story: &Story,
    was: &Story,
    changed: &[patch::Hunk<'_>],
    nth: usize,
) -> Option<(usize, Vec<String>, Vec<String>)> {
    let hunk = changed.get(nth)?;
    let decided = patch::hunks(&was.body, &story.body)?;
    let (mut from, mut to) = (hunk.from, hunk.to);
    for other in decided.iter().filter(|other| patch::meet(hunk, other)) {
        (from, to) = (from.min(other.from), to.max(other.to));
    }
    // Where the source changes more of it, that is another question.
    let more = changed.iter().enumerate().any(|(at, other)| at != nth && from < other.to && other.from < to);
    let ahead = || decided.iter().filter(|other| other.to <= from);
    let at =
        from + ahead().map(|other| other.with.len()).sum::<usize>() - ahead().map(|o| o.to - o.from).sum::<usize>();
    // What was put in at the ends stands beside it.
    let of_desk =
        || decided.iter().filter(|other| from <= other.from && other.to <= to && from < other.to && other.from < to);
    let end = at + (to - from) + of_desk().map(|other| other.with.len()).sum::<usize>()
        - of_desk().map(|other| other.to - other.from).sum::<usize>();
    let has = texts(story.body.get(at..end)?);
    let says = [was.body.get(from..hunk.from)?, hunk.with, was.body.get(hunk.to..to)?].concat();
    let says = texts(&says);
    (!more && !has.is_empty() && has != says).then_some((at, has, says))
}

fn key(later: &Later<'_>, words: &[&str]) -> String {
    let digest = blake3::hash(words.join("\n\n").as_bytes()).to_hex();
    format!("copy:{}:{}", later.source, &digest[..16])
}

/// Whether what was asked of a source would be asked now: the story still says what it said, and the source what it says otherwise.
pub(super) async fn is_asked_still(tx: &mut AnyConnection, doubt: &Doubt, source: &str) -> Result<bool, StoreError> {
    let Some(story) = load(tx, doubt.number).await?.map(|stored| stored.story) else { return Ok(false) };
    let says = versions::said_by(tx, source).await?.map(|version| version.story);
    Ok(still(&story, says.as_ref(), doubt).is_some())
}

/// The source that a key is of.
pub(super) fn source_of(key: &str) -> Option<&str> {
    Some(key.strip_prefix("copy:")?.rsplit_once(':')?.0)
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
    done.choice = "corrected as the later version has it".into();
    Ok(())
}
