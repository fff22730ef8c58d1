//! `masthead clock`: what time it is on a paper in rehearsal, and moving that forward.
use std::ffi::OsString;

use jiff::civil::{Date, DateTime};
use jiff::{Span, Timestamp};

use super::{Failure, Place, say};
use crate::clock::Clock;
use crate::clock::journey::{Journey, Told};
use crate::clock::travel::{self, To, TravelRefused};
use crate::config;
use crate::dice::Dice;
use crate::house::{House, Plan};

const HOW: &str = "write +1d, +3h, +2w or +1month; to 2026-12-24 or to 2026-12-24T09:00; or next";

/// What is said to who wants it back.
pub const FORWARD: &str = "the clock only goes forward: what was mailed, charged and booked cannot be undone. To begin again, make a new paper";

/// Whether the command line asks for `clock -1d`, which no option is called.
pub fn goes_back(arguments: &[OsString]) -> bool {
    let text = |argument: &OsString| argument.to_string_lossy().into_owned();
    let back = |word: &str| word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    arguments.iter().any(|argument| argument == "clock") && arguments.iter().map(text).any(|word| back(&word))
}

/// Shows the clock, or moves it.
///
/// # Errors
/// One clear line.
pub async fn run(place: &Place, words: &[String]) -> Result<(), Failure> {
    let publication = config::load(&place.data.join("publication.toml"))?;
    if publication.payments.rail != "sandbox" {
        return Err(Failure::said(TravelRefused::NotInRehearsal(publication.payments.rail).to_string()));
    }
    let location = super::location(place)?;
    let plan = Plan {
        publication,
        data: place.data.clone(),
        location,
        clock: Clock::system(),
        dice: Dice::system(),
        gateway: None,
    };
    let (house, _notes) = House::open(plan).await?;
    let done = match words {
        [] => show(&house).await,
        words => go(&house, words).await,
    };
    house.store.close().await;
    done
}

async fn show(house: &House) -> Result<(), Failure> {
    let now = house.clock.now();
    say(&format!("It is {} in {}.", moment(house, now), house.publication.name));
    let ahead = house.clock.ahead();
    if ahead.is_zero() {
        say("The clock was never moved: that is the real time.");
    } else {
        say(&format!("The clock is {} ahead of the real time.", travel::in_words(ahead)));
    }
    match travel::next_due(house, now).await? {
        Some(at) => {
            say(&format!("Next there is something to do: {}, if only a day's revenue to book.", moment(house, at)))
        }
        None => say("Nothing is due any more."),
    }
    if let Some(journey) = Journey::latest(house).await? {
        say(&format!(
            "The latest journey: from {} to {}.",
            moment(house, journey.from),
            moment(house, journey.arrived)
        ));
    }
    Ok(())
}

async fn go(house: &House, words: &[String]) -> Result<(), Failure> {
    let to = read(house, words).map_err(Failure::said)?;
    let journey = travel::travel(house, to, "command line").await.map_err(|e| Failure::said(e.to_string()))?;
    let told = journey.tell(house).await?;
    for line in print(house, &told) {
        say(&line);
    }
    let stops = if journey.stops == 1 { "1 stop".to_owned() } else { format!("{} stops", journey.stops) };
    say(&format!("It is {} now, after {stops}: {}.", moment(house, journey.arrived), told.summary));
    if !journey.is_whole() {
        say(&format!(
            "There was too much on the way for one journey. Go on with: masthead clock to {}",
            journey.to.to_zoned(house.publication.zone.clone()).strftime("%Y-%m-%dT%H:%M")
        ));
    }
    say("Readers whose session or code ran out on the way have to log in again.");
    Ok(())
}

fn print(house: &House, told: &Told) -> Vec<String> {
    let mut lines = Vec::new();
    let mut day = None;
    for line in &told.lines {
        let at = line.at.to_zoned(house.publication.zone.clone());
        if day != Some(at.date()) {
            day = Some(at.date());
            lines.push(at.strftime("%A, %-d %B %Y").to_string());
        }
        lines.push(format!("  {}  {:<12} {}", at.strftime("%H:%M"), line.kind.words(), line.words));
    }
    if told.more > 0 {
        lines.push(format!("  … and {} more", told.more));
    }
    lines
}

/// Where the words lead.
fn read(house: &House, words: &[String]) -> Result<To, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let now = house.clock.now();
    let wrong = |what: &str| format!("“{what}” is no time to go to; {HOW}");
    match words[..] {
        ["next"] => Ok(To::Next),
        ["to", when] => date_or_time(house, when).map(To::At).ok_or_else(|| wrong(when)),
        [by] => match by.strip_prefix('+') {
            Some(span) => further(house, now, span).map(To::At).ok_or_else(|| wrong(by)),
            None => Err(wrong(by)),
        },
        _ => Err(wrong(&words.join(" "))),
    }
}

/// `2026-12-24`, its first instant in the paper's zone, or `2026-12-24T09:00`.
fn date_or_time(house: &House, when: &str) -> Option<Timestamp> {
    let zone = house.publication.zone.clone();
    let local = match when.parse::<Date>() {
        Ok(date) if when.len() <= 10 => date.to_zoned(zone).ok()?,
        _ => when.parse::<DateTime>().ok()?.to_zoned(zone).ok()?,
    };
    Some(local.timestamp())
}

/// So much further by the calendar of the paper's zone: a day later is the same hour of the next day.
fn further(house: &House, now: Timestamp, span: &str) -> Option<Timestamp> {
    let unit = span.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = span.split_at(unit);
    let count: i64 = count.parse().ok().filter(|count| *count > 0)?;
    let span = match unit {
        "min" => Span::new().try_minutes(count),
        "h" => Span::new().try_hours(count),
        "d" => Span::new().try_days(count),
        "w" => Span::new().try_weeks(count),
        "month" | "months" => Span::new().try_months(count),
        _ => return None,
    };
    now.to_zoned(house.publication.zone.clone()).checked_add(span.ok()?).ok().map(|at| at.timestamp())
}

fn moment(house: &House, at: Timestamp) -> String {
    at.to_zoned(house.publication.zone.clone()).strftime("%A, %-d %B %Y, %H:%M %Z").to_string()
}
