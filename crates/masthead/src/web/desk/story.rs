//! `GET` and `POST /desk/stories/{number}`: one story's form, and who may read it and why.
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use circulation::benefits::{Benefit, Benefits};
use circulation::gate::Standing;
use http::{Response, StatusCode};
use newsroom::articles::{Marking, Story, StoryNumber};
use pages::views::{self, FieldError, FieldErrors};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{NewEvent, StoryEdit};

use super::shown;
use crate::doctor::runs;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;
use crate::web::{article, compose};

/// Longest headline and standfirst, in characters.
const LONGEST_HEADLINE: usize = 300;
const LONGEST_STANDFIRST: usize = 1000;
/// The last place of the front page that can be picked for.
const LAST_PICK: u16 = 99;
/// Longest path that a form may name to come back to, in bytes.
const LONGEST_PATH: usize = 2048;

/// Query of a story's page.
#[derive(Debug, Default, Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

/// What was typed. A field that is absent stays as it is.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    headline: Option<String>,
    standfirst: Option<String>,
    marking: Option<String>,
    preview_blocks: Option<String>,
    pick: Option<String>,
    /// A path of the desk to go back to.
    next: Option<String>,
}

/// What is to be changed, checked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    edit: StoryEdit,
    /// `Some(None)` takes the story off the front page's picks.
    pick: Option<Option<u16>>,
}

/// `GET /desk/stories/{number}`
pub async fn story(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(number): Path<String>,
    Query(query): Query<Saved>,
) -> Result<Response<Reply>, Fault> {
    let story = stored(&house, &number).await?;
    let mut view = view(&house, &story);
    if query.saved.is_some() {
        view.message = Some(saved(&story));
    }
    shown(&house, StatusCode::OK, &view)
}

/// `POST /desk/stories/{number}`
pub async fn edit(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let before = stored(&house, &number).await?;
    let change = match check(&typed, &before) {
        Ok(change) => change,
        Err(errors) => return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &again(&house, &before, typed, errors)),
    };
    let done = keep(&house, &before, &change, staff.reader.0).await;
    // Whatever was kept is obeyed by the next request, also when a later step failed.
    let refreshed = house.refresh().await;
    done?;
    refreshed?;
    Ok(see_other(&back(typed.next.as_deref(), before.number)))
}

/// The story as the store has it, not as the catalogue had it a moment ago.
async fn stored(house: &House, number: &str) -> Result<Story, Fault> {
    let number = StoryNumber(number.parse().map_err(|_| Fault::NotFound)?);
    // A story that proved to be another one's copy is no longer published and has no page here.
    if house.catalogue.load().story(number).is_none() {
        return Err(Fault::NotFound);
    }
    Ok(house.store.story(number).await?.ok_or(Fault::NotFound)?.story)
}

/// Checks what was typed against the story it is for.
fn check(typed: &Typed, story: &Story) -> Result<Change, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut change = Change::default();
    if let Some(headline) = typed.headline.as_deref().map(runs::even) {
        match headline.chars().count() {
            0 => errors.push(FieldError::new("headline", "A story needs a headline: write one.")),
            n if n > LONGEST_HEADLINE => errors.push(too_long("headline", n, LONGEST_HEADLINE)),
            // The same words leave a provisional headline provisional.
            _ => change.edit.headline = (headline != story.headline).then_some(headline),
        }
    }
    if let Some(standfirst) = typed.standfirst.as_deref().map(runs::even) {
        let written = (!standfirst.is_empty()).then_some(standfirst);
        match written.as_ref().map_or(0, |s| s.chars().count()) {
            n if n > LONGEST_STANDFIRST => errors.push(too_long("standfirst", n, LONGEST_STANDFIRST)),
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
    Some(FieldError::new(field, format!("Everybody reads this, and it repeats the closed part: “{run}”. Say it in other words.")))
}

/// The field for everybody that repeats the closed part, and what it repeats.
fn told(story: &Story) -> Option<(&'static str, String)> {
    if story.marking == Marking::Free {
        return None;
    }
    let standfirst = story.standfirst.as_deref().unwrap_or_default();
    [("headline", story.headline.as_str()), ("standfirst", standfirst)]
        .into_iter()
        .find_map(|(field, words)| Some((field, runs::given_away(words, story.locked())?)))
}

/// Writes the change and its trace. The trace names fields and old and new settings, never the story's words.
async fn keep(house: &House, before: &Story, change: &Change, staff: i64) -> Result<(), Fault> {
    if *change == Change::default() {
        return Ok(());
    }
    let (now, edit) = (house.clock.now(), &change.edit);
    if let Some(marking) = edit.marking
        && *edit == (StoryEdit { marking: Some(marking), ..StoryEdit::default() })
    {
        house.store.set_marking(before.number, marking, now).await?;
    } else if *edit != StoryEdit::default() {
        house.store.edit_story(before.number, edit, now).await?;
    }
    if let Some(pick) = change.pick {
        house.store.set_pick(before.number, pick, now).await?;
    }
    let event = NewEvent {
        actor: format!("staff:{staff}"),
        kind: "story.edited".into(),
        subject: format!("story:{}", before.number.0),
        data: trace(before, change),
    };
    house.store.append_event(&event, now).await?;
    Ok(())
}

fn trace(before: &Story, change: &Change) -> Value {
    let mut data = Map::new();
    let edit = &change.edit;
    if edit.headline.is_some() {
        data.insert("headline".into(), json!("changed"));
    }
    if let Some(standfirst) = &edit.standfirst {
        data.insert("standfirst".into(), json!(if standfirst.is_some() { "changed" } else { "removed" }));
    }
    if let Some(marking) = edit.marking {
        data.insert("marking".into(), json!({ "from": before.marking.word(), "to": marking.word() }));
    }
    if let Some(blocks) = edit.preview_blocks {
        data.insert("preview_blocks".into(), json!({ "from": before.preview_blocks, "to": blocks }));
    }
    if let Some(pick) = change.pick {
        data.insert("pick".into(), json!({ "from": before.pick, "to": pick }));
    }
    Value::Object(data)
}

/// Where to go after saving: back to the desk's list if the form came from there, else to the story's form.
fn back(next: Option<&str>, number: StoryNumber) -> String {
    match next.filter(|path| of_the_desk(path)) {
        Some(path) => format!("{path}{}saved={}", if path.contains('?') { '&' } else { '?' }, number.0),
        None => format!("/desk/stories/{}?saved=1", number.0),
    }
}

/// Whether a path leads to the desk and nowhere else.
fn of_the_desk(path: &str) -> bool {
    let rest = path.strip_prefix("/desk");
    path.len() <= LONGEST_PATH
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#')
}

fn saved(story: &Story) -> String {
    match told(story) {
        None => "Saved. Readers see it from now on.".into(),
        Some((field, run)) => {
            format!("Saved. But the {field}, which everybody reads, repeats the closed part: “{run}”. Say it in other words.")
        }
    }
}

fn view(house: &House, story: &Story) -> views::DeskStory {
    views::DeskStory {
        number: story.number.0,
        path: story.path(),
        headline: story.headline.clone(),
        headline_provisional: story.headline_provisional,
        standfirst: story.standfirst.clone().unwrap_or_default(),
        section: compose::section_of(&house.publication, &story.section),
        bylines: story.bylines.clone(),
        published_at: story.published_at,
        marking: compose::marking(story.marking),
        preview_blocks: u16::try_from(story.preview().len()).unwrap_or(u16::MAX),
        pick: story.pick.map(|p| p.to_string()).unwrap_or_default(),
        picture: story.picture.as_ref().map(compose::picture),
        body: compose::blocks(&story.body),
        decisions: decisions(house, story.marking),
        errors: FieldErrors::new(),
        message: None,
    }
}

/// The form again, with what was typed and what is wrong with it.
fn again(house: &House, story: &Story, typed: Typed, errors: FieldErrors) -> views::DeskStory {
    let mut view = view(house, story);
    view.headline = typed.headline.unwrap_or(view.headline);
    view.standfirst = typed.standfirst.unwrap_or(view.standfirst);
    view.pick = typed.pick.unwrap_or(view.pick);
    if let Some(marking) = typed.marking.filter(|word| Marking::knows(word)) {
        view.marking = compose::marking(Marking::read(&marking));
    }
    if let Some(blocks) = typed.preview_blocks.and_then(|text| text.trim().parse().ok()) {
        view.preview_blocks = blocks;
    }
    view.errors = errors;
    view
}

/// What the gate says to each kind of visitor, asked without counting anything.
fn decisions(house: &House, marking: Marking) -> Vec<views::DecisionLine> {
    let limits = house.meter.rules.limits();
    let plan = house.publication.plans.plans().first().map(|plan| plan.terms.benefits);
    let mut lines = Vec::new();
    let mut line = |visitor: String, standing, benefits, read| {
        let verdict = article::would_say(house, marking, standing, benefits, read);
        lines.push(views::DecisionLine { visitor, opens: verdict.is_open(), because: verdict.explain() });
    };
    for read in readings([0, limits.guest.saturating_sub(1), limits.guest]) {
        line(format!("Guest who has read {read} of {}", limits.guest), Standing::Guest, Benefits::NONE, read);
    }
    for read in readings([0, limits.registered, limits.registered]) {
        let visitor = format!("Registered reader who has read {read} of {}", limits.registered);
        line(visitor, Standing::Registered, Benefits::NONE, read);
    }
    if let Some(held) = plan {
        line("Subscriber".into(), Standing::Registered, held, limits.registered);
        let without: Benefits = Benefit::ALL.into_iter().filter(|b| held.contains(*b) && *b != Benefit::Premium).collect();
        line("Subscriber without premium".into(), Standing::Registered, without, limits.registered);
    }
    lines
}

/// The counts worth a line each: small limits make some of them one.
fn readings(counts: [u16; 3]) -> Vec<u16> {
    let mut counts = counts.to_vec();
    counts.dedup();
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use newsroom::articles::Block;

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
    fn words_for_everybody_may_not_tell_the_closed_part() {
        let told = Typed { standfirst: words(CLOSED), ..Typed::default() };
        assert_eq!(fields(&told), ["standfirst"]);
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
        assert!(saved(&from_the_lead).contains("repeats the closed part"));
    }

    #[test]
    fn a_pick_can_be_given_and_taken_away() {
        let given = check(&Typed { pick: words("3"), ..Typed::default() }, &some_story());
        assert!(given.is_ok_and(|c| c.pick == Some(Some(3))));
        let picked = Story { pick: Some(3), ..some_story() };
        assert!(check(&Typed { pick: words(" "), ..Typed::default() }, &picked).is_ok_and(|c| c.pick == Some(None)));
        assert!(check(&Typed { pick: words("3"), ..Typed::default() }, &picked).is_ok_and(|c| c.pick.is_none()));
    }

    #[test]
    fn the_way_back_stays_at_the_desk() {
        let to = |next| back(next, StoryNumber(7));
        assert_eq!(to(Some("/desk?q=a&marking=&page=2")), "/desk?q=a&marking=&page=2&saved=7");
        assert_eq!(to(Some("/desk")), "/desk?saved=7");
        for odd in ["/deskx", "//evil.example/desk", "https://evil.example", "/desk\\..", "/desk?a b", "/desk\r\nX: y", "/account", ""] {
            assert_eq!(to(Some(odd)), "/desk/stories/7?saved=1", "{odd:?}");
        }
        assert_eq!(to(None), "/desk/stories/7?saved=1");
    }

    #[test]
    fn the_trace_has_settings_and_no_words() {
        let typed = Typed { headline: words("New words"), marking: words("premium"), ..Typed::default() };
        let change = check(&typed, &some_story()).unwrap_or_default();
        let trace = trace(&some_story(), &change);
        assert_eq!(trace, json!({ "headline": "changed", "marking": { "from": "metered", "to": "premium" } }));
    }

    #[test]
    fn counts_that_fall_together_give_one_line() {
        assert_eq!(readings([0, 4, 5]), [0, 4, 5]);
        assert_eq!(readings([0, 0, 1]), [0, 1]);
        assert_eq!(readings([0, 0, 0]), [0]);
    }
}
