//! What a story's form asks for, checked against the story before anything is written.
pub use newsroom::articles::is_unseen;
use newsroom::articles::{Marking, Story};
use newsroom::runs;
use pages::views::{FieldError, FieldErrors};
use serde::Deserialize;
use store::StoryEdit;

/// Longest headline and standfirst, in characters.
const LONGEST_HEADLINE: usize = 300;
const LONGEST_STANDFIRST: usize = 1000;
/// The last place of the front page that can be picked for.
const LAST_PICK: u16 = 99;

/// What was typed. A field that is absent stays as it is.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    /// The revision of the story that the form showed. Absent: whoever sends it does not mind what the story was.
    pub revision: Option<String>,
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    pub marking: Option<String>,
    pub preview_blocks: Option<String>,
    pub pick: Option<String>,
    /// A path of the desk to go back to.
    pub next: Option<String>,
}

impl Typed {
    /// Whether the form showed a story that has changed since.
    pub fn is_stale(&self, revision: i64) -> bool {
        self.revision.as_deref().is_some_and(|seen| seen.trim().parse() != Ok(revision))
    }
}

/// What is to be changed, checked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub edit: StoryEdit,
    /// `Some(None)` takes the story off the front page's picks.
    pub pick: Option<Option<u16>>,
}

/// Checks what was typed against the story it is for.
pub fn check(typed: &Typed, story: &Story) -> Result<Change, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut change = Change::default();
    if let Some(headline) = typed.headline.as_deref().map(runs::even) {
        match headline.chars().count() {
            0 => errors.push(FieldError::new("headline", "A story needs a headline: write one.")),
            n if n > LONGEST_HEADLINE => errors.push(too_long("headline", n, LONGEST_HEADLINE)),
            _ if headline != story.headline && unseen(&headline).is_some() => {
                errors.extend(meddled("headline", &headline))
            }
            // The same words leave a provisional headline provisional.
            _ => change.edit.headline = (headline != story.headline).then_some(headline),
        }
    }
    if let Some(standfirst) = typed.standfirst.as_deref().map(runs::even) {
        let written = (!standfirst.is_empty()).then(|| standfirst.clone());
        match written.as_ref().map_or(0, |s| s.chars().count()) {
            n if n > LONGEST_STANDFIRST => errors.push(too_long("standfirst", n, LONGEST_STANDFIRST)),
            _ if written != story.standfirst && unseen(&standfirst).is_some() => {
                errors.extend(meddled("standfirst", &standfirst));
            }
            _ => change.edit.standfirst = (written != story.standfirst).then_some(written),
        }
    }
    match typed.marking.as_deref().map(str::trim) {
        Some(word) if !Marking::knows(word) => {
            let text = "This is not a marking: choose free, registered, metered or premium.";
            errors.push(FieldError::new("marking", text));
        }
        Some(word) => change.edit.marking = Some(Marking::read(word)).filter(|m| *m != story.marking),
        None => {}
    }
    match typed.preview_blocks.as_deref().map(|text| preview_blocks(text, story)).transpose() {
        Ok(blocks) => change.edit.preview_blocks = blocks.flatten(),
        Err(error) => errors.push(error),
    }
    match typed.pick.as_deref().map(pick).transpose() {
        Ok(place) => change.pick = place.filter(|p| *p != story.pick),
        Err(error) => errors.push(error),
    }
    if errors.is_empty() {
        errors.extend(given_away(&change.edit, story));
    }
    if errors.is_empty() { Ok(change) } else { Err(errors) }
}

fn too_long(field: &'static str, found: usize, most: usize) -> FieldError {
    FieldError::new(field, format!("This has {found} characters; write at most {most}."))
}

fn unseen(text: &str) -> Option<char> {
    text.chars().find(|c| is_unseen(*c))
}

fn meddled(field: &'static str, text: &str) -> Option<FieldError> {
    let code = u32::from(unseen(text)?);
    let text = format!(
        "This held an invisible control character (U+{code:04X}). It is taken out below: check the words and save again."
    );
    Some(FieldError::new(field, text))
}

/// `None`: nothing changes, because as many blocks are open already.
fn preview_blocks(text: &str, story: &Story) -> Result<Option<u16>, FieldError> {
    let most = story.body.len().saturating_sub(1);
    let wrong = || {
        let text = format!("Write a whole number from 0 to {most}: one of the story's blocks always stays closed.");
        FieldError::new("preview_blocks", text)
    };
    let blocks: u16 = text.trim().parse().map_err(|_| wrong())?;
    if usize::from(blocks) > most {
        return Err(wrong());
    }
    Ok((usize::from(blocks) != story.preview().len()).then_some(blocks))
}

fn pick(text: &str) -> Result<Option<u16>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let place = text.parse().ok().filter(|place| (1..=LAST_PICK).contains(place));
    place.map(Some).ok_or_else(|| {
        FieldError::new("pick", format!("Write a number from 1 (the lead) to {LAST_PICK}, or nothing for no pick."))
    })
}

/// Everybody reads the headline and the standfirst. Where one of them, or the number of open blocks, is being changed,
/// they may not tell what the wall is to keep. A change of marking alone is never held up by it.
fn given_away(edit: &StoryEdit, story: &Story) -> Option<FieldError> {
    let mut after = story.clone();
    if edit.headline.is_none() && edit.standfirst.is_none() && edit.preview_blocks.is_none() {
        return None;
    }
    after.headline = edit.headline.clone().unwrap_or(after.headline);
    after.standfirst = edit.standfirst.clone().unwrap_or(after.standfirst);
    after.marking = edit.marking.unwrap_or(after.marking);
    after.preview_blocks = edit.preview_blocks.unwrap_or(after.preview_blocks);
    let (field, run) = told(&after)?;
    Some(FieldError::new(
        field,
        format!("Everybody reads this, and it repeats the closed part: “{run}”. Say it in other words."),
    ))
}

/// The field for everybody that repeats the closed part, and what it repeats.
pub fn told(story: &Story) -> Option<(&'static str, String)> {
    if story.marking == Marking::Free {
        return None;
    }
    let standfirst = story.standfirst.as_deref().unwrap_or_default();
    [("headline", story.headline.as_str()), ("standfirst", standfirst)]
        .into_iter()
        .find_map(|(field, words)| Some((field, story.told_by(words)?)))
        .or_else(|| {
            let mut left = story.clone();
            let together = left.withhold_beside().into_iter().find(|(field, _)| *field == "standfirst");
            together.map(|(field, words)| (field, format!("{} {words}", story.headline)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use newsroom::articles::{Block, StoryNumber};

    const LEAD: &str = "Ports along the coast reopened on Tuesday after the storm had passed to the north.";
    const CLOSED: &str = "The harbour master said that no ship would sail before the breakwater was inspected.";

    fn some_story() -> Story {
        Story {
            number: StoryNumber(7),
            slug: "ports-reopen".into(),
            section: "markets".into(),
            headline: "Ports reopen".into(),
            headline_provisional: true,
            standfirst: None,
            bylines: Vec::new(),
            dateline: None,
            topics: Vec::new(),
            marking: Marking::Metered,
            preview_blocks: 1,
            published_at: None,
            updated_at: None,
            picture: None,
            pick: None,
            language: None,
            body: vec![Block::Paragraph(LEAD.into()), Block::Paragraph(CLOSED.into())],
        }
    }

    fn words(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn fields(typed: &Typed) -> Vec<&'static str> {
        check(typed, &some_story()).err().unwrap_or_default().iter().map(|e| e.field).collect()
    }

    #[test]
    fn fields_that_are_absent_or_unchanged_stay() {
        assert_eq!(check(&Typed::default(), &some_story()), Ok(Change::default()));
        let same = Typed {
            revision: None,
            headline: words(" Ports  reopen "),
            standfirst: words(""),
            marking: words("metered"),
            preview_blocks: words("1"),
            pick: words(""),
            next: None,
        };
        assert_eq!(check(&same, &some_story()), Ok(Change::default()));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let all = Typed {
            revision: None,
            headline: words("  "),
            standfirst: words(&"x".repeat(1001)),
            marking: words("gratis"),
            preview_blocks: words("2"),
            pick: words("100"),
            next: None,
        };
        assert_eq!(fields(&all), ["headline", "standfirst", "marking", "preview_blocks", "pick"]);
        assert_eq!(fields(&Typed { headline: words(&"x".repeat(301)), ..Typed::default() }), ["headline"]);
        assert_eq!(fields(&Typed { pick: words("0"), ..Typed::default() }), ["pick"]);
        assert_eq!(fields(&Typed { preview_blocks: words("-1"), ..Typed::default() }), ["preview_blocks"]);
        assert!(fields(&Typed { headline: words(&"x".repeat(300)), pick: words("99"), ..Typed::default() }).is_empty());
    }

    #[test]
    fn a_form_is_stale_when_the_story_has_another_revision() {
        let seen = |revision: &str| Typed { revision: words(revision), ..Typed::default() };
        assert!(!seen("3").is_stale(3));
        assert!(seen("2").is_stale(3) && seen("4").is_stale(3) && seen("").is_stale(3) && seen("x").is_stale(3));
        assert!(!Typed::default().is_stale(3));
    }

    #[test]
    fn characters_that_nobody_sees_are_refused() {
        for odd in ['\0', '\u{8}', '\u{1b}', '\u{7f}', '\u{9f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            let text = words(&format!("Ports{odd} open"));
            let typed = Typed { headline: text.clone(), standfirst: text, ..Typed::default() };
            let errors = check(&typed, &some_story()).err().unwrap_or_default();
            assert_eq!(errors.iter().map(|e| e.field).collect::<Vec<_>>(), ["headline", "standfirst"], "{odd:?}");
            assert!(errors[0].text.contains(&format!("U+{:04X}", u32::from(odd))), "{}", errors[0].text);
        }
        // A line break is white space and evened out; joiners and direction marks belong to the words of some scripts.
        let good =
            Typed { headline: words("Ports\r\nopen: \u{915}\u{94d}\u{200d}\u{937} \u{200f}"), ..Typed::default() };
        assert!(fields(&good).is_empty());
    }

    #[test]
    fn words_for_everybody_may_not_tell_the_closed_part() {
        let telling = Typed { standfirst: words(CLOSED), ..Typed::default() };
        assert_eq!(fields(&telling), ["standfirst"]);
        let free = Typed { standfirst: words(CLOSED), marking: words("free"), ..Typed::default() };
        assert!(fields(&free).is_empty());
        let mut from_the_lead = some_story();
        from_the_lead.headline = LEAD.into();
        let closed = Typed { preview_blocks: words("0"), ..Typed::default() };
        let errors = check(&closed, &from_the_lead).err().unwrap_or_default();
        assert_eq!(errors.iter().map(|e| e.field).collect::<Vec<_>>(), ["headline"]);
        from_the_lead.standfirst = words(CLOSED);
        let stricter = Typed { marking: words("premium"), ..Typed::default() };
        assert!(check(&stricter, &from_the_lead).is_ok_and(|c| c.edit.marking == Some(Marking::Premium)));
        assert_eq!(told(&from_the_lead).map(|(field, _)| field), Some("standfirst"));
    }

    #[test]
    fn a_pick_can_be_given_and_taken_away() {
        let given = check(&Typed { pick: words("3"), ..Typed::default() }, &some_story());
        assert!(given.is_ok_and(|c| c.pick == Some(Some(3))));
        let picked = Story { pick: Some(3), ..some_story() };
        assert!(check(&Typed { pick: words(" "), ..Typed::default() }, &picked).is_ok_and(|c| c.pick == Some(None)));
        assert!(check(&Typed { pick: words("3"), ..Typed::default() }, &picked).is_ok_and(|c| c.pick.is_none()));
    }
}
