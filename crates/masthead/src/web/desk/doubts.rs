//! `/desk/doubts`: what the program left to a person. Every choice is written down with who and when, and every choice can be undone.
mod said;

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use http::{Response, StatusCode};
use jiff::Timestamp;
use jiff::civil::DateTime;
use newsroom::articles::{StoryNumber, escaped};
use pages::views;
use serde::Deserialize;
use store::{Doubt, DoubtChoice, DoubtFilter, DoubtKind, KeepWords};

use super::form::is_unseen;
use super::{shown, story};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;

/// Doubts on one page.
const PER_PAGE: usize = 20;
/// Longest headline taken, in characters.
const LONGEST_HEADLINE: usize = 300;
/// Choices offered for one doubt.
const CHOICES: usize = 8;

/// Query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    state: Option<String>,
    kind: Option<String>,
    story: Option<String>,
    import: Option<String>,
    page: Option<String>,
    /// The one doubt that is wanted, open or decided.
    doubt: Option<String>,
    /// The doubt that was decided or opened again a moment ago.
    done: Option<String>,
    /// A date, or a headline, that was written for the one doubt and not taken.
    date: Option<String>,
    headline: Option<String>,
}

/// A decision as it is sent.
#[derive(Debug, Default, Deserialize)]
pub struct Sent {
    choice: Option<String>,
    headline: Option<String>,
    date: Option<String>,
    /// What the form showed. Absent: whoever sends it does not mind what has changed since.
    seen: Option<String>,
    next: Option<String>,
}

/// `GET /desk/doubts`
pub async fn doubts(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response<Reply>, Fault> {
    let kind = wanted.kind.as_deref().and_then(|word| DoubtKind::ALL.into_iter().find(|kind| kind.word() == word));
    let only = match wanted.doubt.as_deref().and_then(|id| id.parse().ok()) {
        Some(id) => Some(house.store.doubt(id).await?.ok_or(Fault::NotFound)?),
        None => None,
    };
    let decided = wanted.state.as_deref() == Some("decided");
    let filter = DoubtFilter {
        decided: only.as_ref().map_or(decided, |doubt| doubt.decided.is_some()),
        kind,
        number: wanted.story.as_deref().and_then(|n| n.parse().ok()).map(StoryNumber),
        import: wanted.import.as_deref().and_then(|n| n.parse().ok()),
    };
    let (only_one, total) = match &only {
        Some(doubt) => (Some(doubt.id), 1),
        None => (None, house.store.count_doubts(&filter).await?),
    };
    let pages = usize::try_from(total).unwrap_or(usize::MAX).div_ceil(PER_PAGE).max(1);
    let page = wanted.page.as_deref().and_then(|p| p.parse().ok()).unwrap_or(1).clamp(1, pages);
    let found = match only {
        Some(doubt) => vec![doubt],
        None => house.store.doubts(&filter, PER_PAGE, (page - 1) * PER_PAGE).await?,
    };
    let mut doubts = Vec::with_capacity(found.len());
    for doubt in &found {
        let stands = house.store.orders_stand(doubt).await?;
        let mut shown = told(&house, doubt, stands, house.store.print_of_doubt(doubt).await?);
        if !stands && doubt.decided.is_none() {
            shown.text.push_str(ORDERS_GONE);
        }
        if let Some(why) = house.store.doubt_barred(doubt).await? {
            bar(&mut shown, &why);
        }
        if doubt.decided.is_none() && !doubt.evidence.by_order.is_empty() {
            let alike = house.store.dates_alike(doubt.id).await?;
            if alike > 1 {
                shown.text.push_str(&format!(" {alike} stories of its file wait for the same answer."));
            }
        }
        let written = wanted.date.as_deref().and_then(written).filter(|_| only_one.is_some());
        shown.date = written.map_or_else(String::new, |at| at.to_string());
        shown.written = wanted.headline.clone().filter(|_| only_one.is_some()).unwrap_or_default();
        doubts.push(shown);
    }
    let mut view = views::DeskDoubts {
        doubts,
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        decided: filter.decided,
        kind: kind.map_or_else(String::new, |kind| kind.word().to_owned()),
        kinds: DoubtKind::ALL.into_iter().map(|kind| (kind.word().to_owned(), label(kind).to_owned())).collect(),
        story: filter.number.map(|n| n.0),
        import: filter.import,
        only: only_one,
        here: String::new(),
        message: said::done(&house, wanted.done.as_deref()).await?,
        message_above: wanted
            .done
            .as_deref()
            .and_then(|done| done.parse().ok())
            .and_then(|done: i64| found.iter().map(|doubt| doubt.id).find(|id| *id > done)),
    };
    view.here = view.path(view.page);
    if only_one.is_some() {
        // What was typed and not taken is in the field as long as nobody has taken or left it.
        view.here.push_str(&said::Typed::of(wanted.date.as_deref(), wanted.headline.as_deref()).carried());
    }
    shown(&house, StatusCode::OK, &view)
}

const fn label(kind: DoubtKind) -> &'static str {
    match kind {
        DoubtKind::Paragraph => "a paragraph",
        DoubtKind::Order => "the order",
        DoubtKind::SameStory => "one story or two",
        DoubtKind::Headline => "the headline",
        DoubtKind::Date => "the date",
        DoubtKind::LeftOut => "lines left out",
        DoubtKind::Correction => "a correction",
        DoubtKind::Look => "something to look at",
    }
}

/// With a capital letter.
pub(super) fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A remark of the import as a sentence. The name of a file stays as it is.
fn sentence(text: &str) -> String {
    let ended = text.ends_with(['.', '?', '!', '…', ')', '”']);
    let first = text.split([' ', ',']).next().unwrap_or_default();
    let named = first.trim_end_matches(['.', ':', ';', '?', '!', '…']).contains(['/', '\\', '.']);
    let text = if named { text.to_owned() } else { begun(text) };
    format!("{text}{}", if ended { "" } else { "." })
}

/// Takes away what would be refused, and says why.
fn bar(shown: &mut views::DoubtShown, why: &str) {
    match &mut shown.decided {
        Some(decided) if decided.for_good => return,
        Some(decided) => decided.barred = true,
        None => {
            shown.choices.retain(|(value, _)| value == "keep");
            (shown.headline_field, shown.date_field) = (false, false);
        }
    }
    if !shown.text.trim_end().ends_with(['.', '?', '!', '>']) {
        shown.text.push('.');
    }
    shown.text.push_str(&format!(" {}", sentence(&escaped(why))));
}

fn told(house: &House, doubt: &Doubt, stands: bool, seen: String) -> views::DoubtShown {
    let place = doubt.paragraph.map_or_else(String::new, |nth| format!("#p{nth}"));
    views::DoubtShown {
        id: doubt.id,
        number: doubt.number.0,
        headline: doubt.headline.clone(),
        about: match doubt.paragraph {
            Some(nth) => format!("Paragraph {nth} of story {}", doubt.number.0),
            None => begun(&format!("{}, story {}", label(doubt.kind), doubt.number.0)),
        },
        path: format!("/desk/stories/{}{place}", doubt.number.0),
        text: sentence(&escaped(&doubt.text)),
        paragraphs: match &doubt.evidence.corrected {
            Some(corrected) => corrected.was.clone(),
            None => doubt.evidence.paragraph.iter().cloned().collect(),
        },
        copies: places(doubt)
            .into_iter()
            .chain(doubt.evidence.copies.iter().map(|copy| views::DoubtCopy {
                place: escaped(&copy.place).into_owned(),
                headline: escaped(&copy.headline).into_owned(),
                paragraphs: copy.paragraphs.iter().map(|text| escaped(text).into_owned()).collect(),
            }))
            .collect(),
        choices: choices(house, doubt, stands),
        headline_field: doubt.kind == DoubtKind::Headline,
        date_field: doubt.kind == DoubtKind::Date,
        date: String::new(),
        written: String::new(),
        decided: doubt.decided.as_ref().map(|decided| views::DoubtDecided {
            by: decided
                .name
                .clone()
                .unwrap_or_else(|| if decided.by.is_some() { "Somebody" } else { "The import" }.into()),
            at: decided.at,
            choice: said::choice(house, decided),
            for_good: decided.for_good,
            barred: false,
        }),
        seen,
    }
}

fn day_and_time(house: &House, at: Timestamp) -> String {
    at.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y, %H:%M (%:z)").to_string()
}

/// What is said of orders that were offered for other paragraphs than the story has.
const ORDERS_GONE: &str = " The story's paragraphs are others now than when its orders were offered, or stand otherwise, so none of them is offered \
     any more: undo the decision that changed them to choose one, or say that the order is right.";

/// The buttons, the one that changes nothing first. `stands`: the orders are those of the story's paragraphs.
fn choices(house: &House, doubt: &Doubt, stands: bool) -> Vec<(String, String)> {
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let mut choices = match doubt.kind {
        DoubtKind::Paragraph => vec![pair("keep", "Keep the paragraph"), pair("remove", "Remove it")],
        DoubtKind::Order => vec![pair("keep", "The order is right")],
        DoubtKind::SameStory if doubt.evidence.other.is_some() => {
            let one = |number: u32| format!("They are one story: keep the words of story {number}");
            let mut choices = vec![pair("keep", "They are two stories"), ("join".to_owned(), one(doubt.number.0))];
            choices.extend(doubt.evidence.other.map(|other| ("join-other".to_owned(), one(other))));
            choices
        }
        DoubtKind::SameStory => vec![pair("keep", "It is the same story"), pair("apart", "They are two stories")],
        DoubtKind::Headline => vec![
            ("keep".to_owned(), format!("Leave “{}”", beginning(&doubt.headline, 80))),
            pair("headline", "Take the one I wrote"),
        ],
        DoubtKind::Date => {
            let leave = match doubt.published_at {
                Some(at) => format!("Leave {}", day_and_time(house, at)),
                None => "Leave it undated".to_owned(),
            };
            vec![("keep".to_owned(), leave), pair("date", "Take the one I wrote")]
        }
        DoubtKind::LeftOut => left_out(doubt),
        DoubtKind::Correction => {
            let gone = doubt.evidence.corrected.as_ref().is_some_and(|corrected| corrected.now.is_empty());
            let take = if gone { "Take it out here too" } else { "Say it as the later version has it" };
            vec![pair("keep", "Keep what the story says"), pair("correct", take)]
        }
        DoubtKind::Look => vec![pair("keep", "Seen")],
    };
    for (nth, order) in doubt.evidence.orders.iter().enumerate().take(CHOICES).filter(|_| stands) {
        // Doubts of earlier imports have no words.
        let places = || format!("Order {}", order.iter().map(u32::to_string).collect::<Vec<_>>().join(" "));
        let words = doubt.evidence.orders_in_words.get(nth).cloned();
        choices.push((format!("order-{nth}"), words.unwrap_or_else(places)));
    }
    // Leaving the headline that the story has is one choice, and stands first.
    let leaves = |offered: &str| doubt.kind == DoubtKind::Headline && offered == doubt.headline;
    let offered = doubt.evidence.choices.iter().enumerate().take(CHOICES);
    for (nth, offered) in offered.filter(|(_, offered)| !leaves(offered)) {
        let label = match (doubt.kind, offered.parse::<Timestamp>()) {
            (DoubtKind::Date, Ok(at)) => day_and_time(house, at),
            _ => format!("“{offered}”"),
        };
        choices.push((format!("choice-{nth}"), label));
    }
    if doubt.kind == DoubtKind::Date && doubt.evidence.by_order.len() == 2 {
        choices.push(pair("dates-0", "In all such dates of its file the day comes first"));
        choices.push(pair("dates-1", "In all such dates of its file the month comes first"));
    }
    choices
}

/// The buttons of lines that were left out: all of them, and each for itself.
fn left_out(doubt: &Doubt) -> Vec<(String, String)> {
    let lines = &doubt.evidence.lines;
    let mut choices = vec![("keep".to_owned(), "Leave it out".to_owned())];
    if let [only] = lines.as_slice() {
        let places = only.places.len();
        let label = if places > 1 { format!("Put it back at {places} places") } else { "Put it back".to_owned() };
        choices.push(("put-back".to_owned(), label));
        return choices;
    }
    choices =
        vec![("keep".to_owned(), "Leave them out".to_owned()), ("put-back".to_owned(), "Put all back".to_owned())];
    let each = lines.iter().enumerate().take(CHOICES);
    choices.extend(
        each.map(|(nth, line)| (format!("put-back-{nth}"), format!("Put back “{}” alone", beginning(&line.text, 60)))),
    );
    choices
}

/// The first words of a text, as far as they are whole, with a sign that it goes on.
fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = text.get(..end).unwrap_or_default();
            format!("{} …", cut.rsplit_once(' ').map_or(cut, |(whole, _)| whole))
        }
    }
}

/// Where a line that was left out stood.
fn places(doubt: &Doubt) -> Vec<views::DoubtCopy> {
    let shown = |text: Option<&String>, what: &str| match text {
        Some(text) => format!("{what} it: {}", escaped(&beginning(text, 160))),
        None => format!("nothing of the story stands {what} it"),
    };
    let lines = doubt.evidence.lines.iter().take(CHOICES);
    let places = lines.flat_map(|line| line.places.iter().take(CHOICES).map(move |place| (line, place)));
    places
        .map(|(line, place)| views::DoubtCopy {
            place: match place.after {
                0 => "Above paragraph 1".to_owned(),
                after => format!("Behind paragraph {after}"),
            },
            headline: String::new(),
            paragraphs: vec![
                shown(place.above.as_ref(), "above"),
                escaped(&line.text).into_owned(),
                shown(place.below.as_ref(), "below"),
            ],
        })
        .collect()
}

/// `GET /desk/doubts/{id}`: a doubt has no page of its own, and its address, which a form leaves in the browser, leads to the list.
pub async fn doubt(_staff: Staff, Path(id): Path<String>) -> Result<Response<Reply>, Fault> {
    id.parse::<i64>().map_err(|_| Fault::NotFound)?;
    Ok(see_other("/desk/doubts"))
}

/// `POST /desk/doubts/{id}`
pub async fn decide(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response<Reply>, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let doubt = house.store.doubt(id).await?.ok_or(Fault::NotFound)?;
    let now = house.clock.now();
    let done = if sent.choice.as_deref() == Some("undo") {
        house.store.undo_doubt(id, sent.seen.as_deref(), staff.reader.0, now).await
    } else {
        let choice = chosen(&house, &doubt, &sent)?;
        house.store.decide_doubt(id, &choice, sent.seen.as_deref(), staff.reader.0, now).await
    };
    if let Err(error) = done {
        let typed = said::Typed::of(sent.date.as_deref(), sent.headline.as_deref());
        return Err(said::refused(&house, id, error, &typed).await);
    }
    house.refresh().await?;
    let next = sent.next.as_deref().filter(|path| story::of_the_desk(path)).unwrap_or("/desk/doubts");
    let joint = if next.contains('?') { '&' } else { '?' };
    Ok(see_other(&format!("{next}{joint}done={id}#done")))
}

/// What was chosen.
fn chosen(house: &House, doubt: &Doubt, sent: &Sent) -> Result<DoubtChoice, Fault> {
    let word = sent.choice.as_deref().unwrap_or_default();
    let unknown =
        || Fault::Wrong("This cannot be chosen here. Open the list of doubts and choose one of its buttons.".into());
    if !choices(house, doubt, true).iter().any(|(value, _)| value == word) {
        return Err(unknown());
    }
    let nth = |prefix: &str| word.strip_prefix(prefix).and_then(|nth| nth.parse::<usize>().ok());
    if let Some(nth) = nth("order-") {
        return Ok(DoubtChoice::Order(nth));
    }
    if let Some(nth) = nth("dates-") {
        return Ok(DoubtChoice::Dates(nth));
    }
    if let Some(nth) = nth("put-back-") {
        return Ok(DoubtChoice::PutBack(Some(nth)));
    }
    if let Some(nth) = nth("choice-") {
        let offered = doubt.evidence.choices.get(nth).ok_or_else(unknown)?;
        return Ok(match doubt.kind {
            DoubtKind::Date => DoubtChoice::Date(Some(offered.parse().map_err(|_| unknown())?)),
            _ => DoubtChoice::Headline(offered.clone()),
        });
    }
    Ok(match word {
        "keep" => DoubtChoice::AsItIs,
        "remove" => DoubtChoice::Remove,
        "put-back" => DoubtChoice::PutBack(None),
        "correct" => DoubtChoice::Correct,
        "apart" => DoubtChoice::Apart,
        "join" => DoubtChoice::Join(KeepWords::This),
        "join-other" => DoubtChoice::Join(KeepWords::Other),
        "headline" => DoubtChoice::Headline(headline(sent.headline.as_deref())?),
        "date" => DoubtChoice::Date(Some(date(house, sent.date.as_deref())?)),
        _ => return Err(unknown()),
    })
}

fn headline(written: Option<&str>) -> Result<String, Fault> {
    let text = written.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > LONGEST_HEADLINE || text.chars().any(is_unseen) {
        return Err(Fault::Wrong(format!("Write a headline of up to {LONGEST_HEADLINE} characters, then choose it.")));
    }
    Ok(text)
}

/// What was typed for a headline, without the characters that are refused in one.
fn seen(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !is_unseen(*c)).take(LONGEST_HEADLINE).collect()
}

/// A day and time as a form sends it.
fn written(text: &str) -> Option<DateTime> {
    text.trim().parse().ok()
}

fn date(house: &House, written: Option<&str>) -> Result<Timestamp, Fault> {
    let wrong = || Fault::Wrong("Write the day and the time, then choose it.".into());
    let local = written.and_then(self::written).ok_or_else(wrong)?;
    let at = house.publication.zone.to_ambiguous_timestamp(local).compatible().map_err(|_| wrong())?;
    if at > house.clock.now() {
        return Err(Fault::Wrong("This day is still to come: a story of the archive was published before.".into()));
    }
    if !archive::formats::YEARS.contains(&local.year()) {
        let first = archive::formats::YEARS.start();
        return Err(Fault::Wrong(format!(
            "No paper was printed in the year {}: write one from {first} on.",
            local.year()
        )));
    }
    Ok(at)
}
