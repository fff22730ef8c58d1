//! `GET` and `POST /desk/stories/{number}`: one story's form, and who may read it and why.
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use circulation::benefits::{Benefit, Benefits};
use circulation::gate::Standing;
use http::{Response, StatusCode};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber, escaped};
use newsroom::runs;
use pages::views::{self, FieldErrors};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{NewEvent, OutOfPaper, StoreError, StoredStory, StoryEdit, WITHHELD};
use tokio::sync::Mutex;

use super::form::{Change, Typed, check, is_unseen, told};
use super::{message, shown};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;
use crate::web::{article, compose};

/// Longest path that a form may name to come back to, in bytes.
const LONGEST_PATH: usize = 2048;

/// Versions of a story among which a standfirst that was left out is looked for: all that are kept.
const VERSIONS: usize = 1_000;

/// Between reading a story's revision and writing the change nobody else of this server's desk may write.
static WRITING: Mutex<()> = Mutex::const_new(());

/// Query of a story's page.
#[derive(Debug, Default, Deserialize)]
pub struct Saved {
    saved: Option<String>,
    event: Option<String>,
}

/// `GET /desk/stories/{number}`
pub async fn story(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(number): Path<String>,
    Query(query): Query<Saved>,
) -> Result<Response<Reply>, Fault> {
    let stored = match stored(&house, &number).await? {
        Found::Paper(stored) => stored,
        Found::Out(stored, why) => {
            return shown(&house, StatusCode::OK, &views::DeskStory { out: Some(why), ..view(&house, &stored) });
        }
    };
    let mut view = view(&house, &stored);
    [view.withheld_headline, view.withheld] = withheld(&house, &stored.story).await?;
    let said = match query.saved {
        Some(_) => Some(message::told(&house, &stored.story, query.event.as_deref()).await?),
        None => None,
    };
    let said: Vec<String> = said.into_iter().chain(warning(&stored.story)).collect();
    view.message = (!said.is_empty()).then(|| said.join(" "));
    shown(&house, StatusCode::OK, &view)
}

/// `POST /desk/stories/{number}`
pub async fn edit(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let _alone = WRITING.lock().await;
    let before = match stored(&house, &number).await? {
        Found::Paper(before) => before,
        Found::Out(_, why) => return Err(Fault::Conflict(format!("Nothing was changed. {why}"))),
    };
    if typed.is_stale(before.revision) {
        let conflict = Some(differences(&typed, &before.story));
        let view = views::DeskStory { conflict, ..view(&house, &before) };
        return shown(&house, StatusCode::CONFLICT, &view);
    }
    let change = match check(&typed, &before.story) {
        Ok(change) => change,
        Err(errors) => return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &again(&house, &before, typed, errors)),
    };
    let done = keep(&house, &before.story, &change, staff.reader.0).await;
    // Whatever was kept is obeyed by the next request, also when a later step failed.
    let refreshed = house.refresh().await;
    let event = done?;
    refreshed?;
    Ok(see_other(&back(typed.next.as_deref(), before.story.number, event)))
}

/// A story of the paper, or one that is out of it, and why.
enum Found {
    Paper(StoredStory),
    Out(StoredStory, String),
}

/// The story as the store has it, not as the catalogue had it a moment ago.
async fn stored(house: &House, number: &str) -> Result<Found, Fault> {
    let number = StoryNumber(number.parse().map_err(|_| Fault::NotFound)?);
    // A story that proved to be another one's copy is no longer published and has no page here.
    let (found, out) = match house.store.story_in_place_of(number).await? {
        Some(found) => (found, None),
        None => {
            let out = house.store.out_of_paper(number).await?.ok_or(Fault::NotFound)?;
            let why = why_out(house, &out);
            (out.stored, Some(why))
        }
    };
    if found.story.number != number {
        let other = found.story.number.0;
        return Err(Fault::Nothing(
            format!("Story {} was joined into story {other}, “{}”.", number.0, found.story.headline),
            views::Link::new(format!("Story {other}"), format!("/desk/stories/{other}")),
        ));
    }
    Ok(match out {
        None => Found::Paper(found),
        Some(why) => Found::Out(found, why),
    })
}

/// Who took a story out of the paper, and what brings it back.
fn why_out(house: &House, out: &OutOfPaper) -> String {
    let by = |(place, at): &(String, Timestamp)| {
        format!("{} (imported {})", escaped(place), pages::date_time(*at, &house.publication.zone))
    };
    let by: Vec<String> = out.by.iter().map(by).collect();
    let whose = if by.is_empty() { String::new() } else { format!(", in {}", by.join(", ")) };
    format!(
        "This story is out of the paper: its source says that it is not public{whose}. Readers do not find it. It is back when its source \
         publishes it again and that is imported."
    )
}

/// What a stale form says otherwise than the story does now.
fn differences(typed: &Typed, now: &Story) -> Vec<views::Difference> {
    let pick = now.pick.map(|place| place.to_string()).unwrap_or_default();
    [
        ("Headline", typed.headline.as_deref(), now.headline.clone()),
        ("Standfirst", typed.standfirst.as_deref(), now.standfirst.clone().unwrap_or_default()),
        ("Marking", typed.marking.as_deref(), now.marking.word().to_owned()),
        ("Open paragraphs", typed.preview_blocks.as_deref(), now.preview().len().to_string()),
        ("Pick", typed.pick.as_deref(), pick),
    ]
    .into_iter()
    .filter_map(|(field, typed, now)| Some(views::Difference { field, typed: seen(&runs::even(typed?)), now }))
    .filter(|difference| difference.typed != difference.now)
    .collect()
}

/// Words without the characters that the form refuses.
fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

/// The events of a story stand under this.
pub fn subject(number: StoryNumber) -> String {
    format!("story:{}", number.0)
}

/// Writes the change and its trace, and gives the trace's id; `None` when nothing differs. The trace names fields and old and new settings, never the story's words.
async fn keep(house: &House, before: &Story, change: &Change, staff: i64) -> Result<Option<i64>, Fault> {
    if *change == Change::default() {
        return Ok(None);
    }
    let (now, edit) = (house.clock.now(), &change.edit);
    if *edit != StoryEdit::default() {
        house.store.edit_story(before.number, edit, now).await.map_err(refused)?;
    }
    let loser = change.pick.flatten().and_then(|place| holder(house, place, before.number));
    if let Some(pick) = change.pick {
        house.store.set_pick(before.number, pick, now).await.map_err(refused)?;
    }
    let after = house.store.story(before.number).await?.map(|stored| stored.story);
    let left_out = after.map_or_else(Vec::new, |after| left_out(before, edit, &after));
    let event = NewEvent {
        actor: format!("staff:{staff}"),
        kind: "story.edited".into(),
        subject: subject(before.number),
        data: trace(before, change, loser, &left_out),
    };
    house.store.append_event(&event, now).await?;
    Ok(house.store.events_of(&event.subject).await?.last().map(|event| event.id))
}

/// What the store left out because it repeats the closed part: nothing of it was typed.
fn left_out(before: &Story, edit: &StoryEdit, after: &Story) -> Vec<&'static str> {
    let fields = [
        ("headline", edit.headline.is_none() && after.headline != before.headline),
        ("standfirst", edit.standfirst.is_none() && before.standfirst.is_some() && after.standfirst.is_none()),
        ("bylines", edit.bylines.is_none() && after.bylines != before.bylines),
        ("topics", edit.topics.is_none() && after.topics != before.topics),
        ("dateline", after.dateline != before.dateline),
        ("picture", after.picture != before.picture),
    ];
    fields.into_iter().filter(|(_, out)| *out).map(|(field, _)| field).collect()
}

/// What the store refuses is said to the editor in its words.
fn refused(error: StoreError) -> Fault {
    match error {
        StoreError::Invalid { mend, .. } => Fault::Conflict(format!("Nothing was changed: {mend}.")),
        error => error.into(),
    }
}

/// The headline and the standfirst that were left out of a story, while it has no other.
async fn withheld(house: &House, story: &Story) -> Result<[Option<views::Withheld>; 2], Fault> {
    let (headless, standfirstless) = (story.headline_provisional, story.standfirst.is_none());
    if !headless && !standfirstless {
        return Ok([None, None]);
    }
    let versions = house.store.versions_of(story.number, VERSIONS).await?;
    let former = || versions.iter().rev().filter(|version| version.why == WITHHELD).map(|version| &version.story);
    let headline = former().find(|former| !former.headline_provisional && former.headline != story.headline);
    let headline = headline.filter(|_| headless).map(|former| former.headline.clone());
    let standfirst = former().find_map(|former| former.standfirst.clone()).filter(|_| standfirstless);
    Ok([headline, standfirst].map(|text| {
        text.map(|text| {
            let repeats = story.told_by(&text);
            views::Withheld { text, repeats }
        })
    }))
}

/// Who holds a place of the front page.
fn holder(house: &House, place: u16, but: StoryNumber) -> Option<StoryNumber> {
    let catalogue = house.catalogue.load_full();
    catalogue.picks.iter().map(|e| &e.story).find(|s| s.pick == Some(place) && s.number != but).map(|s| s.number)
}

fn trace(before: &Story, change: &Change, loser: Option<StoryNumber>, left_out: &[&str]) -> Value {
    let mut data = Map::new();
    let edit = &change.edit;
    if edit.headline.is_some() {
        data.insert("headline".into(), json!("changed"));
    }
    if let Some(standfirst) = &edit.standfirst {
        data.insert("standfirst".into(), json!(if standfirst.is_some() { "changed" } else { "removed" }));
    }
    data.extend(left_out.iter().map(|field| ((*field).to_owned(), json!(message::LEFT_OUT))));
    if let Some(marking) = edit.marking {
        data.insert("marking".into(), json!({ "from": before.marking.word(), "to": marking.word() }));
    }
    if let Some(blocks) = edit.preview_blocks {
        data.insert("preview_blocks".into(), json!({ "from": before.preview().len(), "to": blocks }));
    }
    if let Some(pick) = change.pick {
        let mut place = json!({ "from": before.pick, "to": pick });
        if let Some(loser) = loser {
            place["taken_from"] = json!(loser.0);
        }
        data.insert("pick".into(), place);
    }
    Value::Object(data)
}

/// Where to go after saving: back to the desk's list if the form came from there, else to the story's form.
fn back(next: Option<&str>, number: StoryNumber, event: Option<i64>) -> String {
    let event = event.map_or_else(String::new, |id| format!("&event={id}"));
    match next.filter(|path| of_the_desk(path)) {
        Some(path) => format!("{path}{}saved={}{event}", if path.contains('?') { '&' } else { '?' }, number.0),
        None => format!("/desk/stories/{}?saved=1{event}", number.0),
    }
}

/// Whether a path leads to the desk and nowhere else.
pub(super) fn of_the_desk(path: &str) -> bool {
    let rest = path.strip_prefix("/desk");
    path.len() <= LONGEST_PATH
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#')
}

/// What is to be done where what everybody reads tells what the wall keeps: said after each save and whenever the form is opened.
pub(super) fn warning(story: &Story) -> Option<String> {
    let (field, run) = told(story)?;
    Some(format!("The {field}, which everybody reads, repeats the closed part: “{run}”. Say it in other words."))
}

fn view(house: &House, stored: &StoredStory) -> views::DeskStory {
    let story = &stored.story;
    views::DeskStory {
        number: story.number.0,
        revision: stored.revision,
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
        decisions: decisions(house, story),
        errors: FieldErrors::new(),
        message: None,
        out: None,
        conflict: None,
        withheld_headline: None,
        withheld: None,
    }
}

/// The form again, with what was typed and what is wrong with it.
fn again(house: &House, stored: &StoredStory, typed: Typed, errors: FieldErrors) -> views::DeskStory {
    let mut view = view(house, stored);
    view.headline = typed.headline.map_or(view.headline, |words| seen(&words));
    view.standfirst = typed.standfirst.map_or(view.standfirst, |words| seen(&words));
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
fn decisions(house: &House, story: &Story) -> Vec<views::DecisionLine> {
    let limits = house.meter.rules.limits();
    let plan = house.publication.plans.plans().first().map(|plan| plan.terms.benefits);
    let mut lines = Vec::new();
    let mut line = |visitor: String, standing, benefits, read| {
        let verdict = article::would_say(house, story, standing, benefits, read);
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
        let without: Benefits =
            Benefit::ALL.into_iter().filter(|b| held.contains(*b) && *b != Benefit::Premium).collect();
        line("Subscriber without premium".into(), Standing::Registered, without, limits.registered);
        if article::of_the_archive(house, story) {
            let without = held.without(Benefit::Archive);
            line("Subscriber without the archive".into(), Standing::Registered, without, limits.registered);
        }
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

    #[test]
    fn the_way_back_stays_at_the_desk() {
        let to = |next| back(next, StoryNumber(7), None);
        assert_eq!(to(Some("/desk?q=a&marking=&page=2")), "/desk?q=a&marking=&page=2&saved=7");
        assert_eq!(to(Some("/desk")), "/desk?saved=7");
        for odd in [
            "/deskx",
            "//evil.example/desk",
            "https://evil.example",
            "/desk\\..",
            "/desk?a b",
            "/desk\r\nX: y",
            "/account",
            "",
        ] {
            assert_eq!(to(Some(odd)), "/desk/stories/7?saved=1", "{odd:?}");
        }
        assert_eq!(to(None), "/desk/stories/7?saved=1");
        assert_eq!(back(None, StoryNumber(7), Some(12)), "/desk/stories/7?saved=1&event=12");
    }

    #[test]
    fn the_trace_has_settings_and_no_words() {
        let before: Story = serde_json::from_value(json!({
            "number": 7, "slug": "old-words", "section": "world", "headline": "Old words", "headline_provisional": false,
            "bylines": [], "topics": [], "marking": "metered", "preview_blocks": 1, "pick": 2, "body": [],
        }))
        .expect("a story");
        let edit =
            StoryEdit { headline: Some("New words".into()), marking: Some(Marking::Premium), ..StoryEdit::default() };
        let trace = trace(&before, &Change { edit, pick: Some(None) }, None, &[]);
        let wanted = json!({
            "headline": "changed",
            "marking": { "from": "metered", "to": "premium" },
            "pick": { "from": 2, "to": null },
        });
        assert_eq!(trace, wanted);
    }

    #[test]
    fn counts_that_fall_together_give_one_line() {
        assert_eq!(readings([0, 4, 5]), [0, 4, 5]);
        assert_eq!(readings([0, 0, 1]), [0, 1]);
        assert_eq!(readings([0, 0, 0]), [0]);
    }
}
