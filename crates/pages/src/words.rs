//! Dates, lists and addresses as the pages write them.
use crate::views::{
    DeskFront, DeskReader, DeskReaders, FrontPage, Marking, MeterPeriod, Notice, StoryCard, TimelineKind,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `Sunday, 22 November 2026`
pub(crate) fn weekday_date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%A, %-d %B %Y").to_string()
}

/// `22 Nov 2026`
pub(crate) fn short_date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b %Y").to_string()
}

/// `7:40 am` when both are on one civil day, `22 Nov` in one year, else `22 Nov 2025`.
pub(crate) fn time_or_date(at: Timestamp, printed_at: Timestamp, zone: &TimeZone) -> String {
    let moment = at.to_zoned(zone.clone());
    let printed_on = printed_at.to_zoned(zone.clone()).date();
    let pattern = if moment.date() == printed_on {
        "%-I:%M %P"
    } else if moment.year() == printed_on.year() {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    moment.strftime(pattern).to_string()
}

/// `22 November 2026, 7:40 am IST`
#[must_use]
pub fn date_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y, %-I:%M %P %Z").to_string()
}

/// RFC 3339 with the zone's offset: `2026-11-22T07:40:00+05:30`.
pub(crate) fn machine_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `1 December 2026`
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `1 December`: for days that are never far off
pub(crate) fn near_day(date: Date) -> String {
    date.strftime("%-d %B").to_string()
}

/// `A`, `A and B`, `A, B and C`
pub(crate) fn join_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The time of updating, where it is really later than publication.
pub(crate) fn later(updated: Option<Timestamp>, published: Option<Timestamp>) -> Option<Timestamp> {
    updated.filter(|u| published.is_none_or(|p| *u > p))
}

/// `1 story`, `12,345 stories`
pub(crate) fn stories(count: &u64) -> String {
    let grouped = grouped(count);
    if *count == 1 { format!("{grouped} story") } else { format!("{grouped} stories") }
}

/// `12,345`
pub(crate) fn grouped<N: Copy + Into<u64>>(count: &N) -> String {
    let digits: String = (*count).into().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The path of one page of a section.
pub(crate) fn section_page(code: &str, page: u32) -> String {
    if page > 1 { format!("/{code}?page={page}") } else { format!("/{code}") }
}

/// Percent-encodes for a query value: everything but RFC 3986's unreserved characters and `/`, which a query may hold.
pub(crate) fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Adds `next=PATH` to a path.
pub(crate) fn with_next(path: &str, next: Option<&str>) -> String {
    match next {
        None => path.to_owned(),
        Some(next) => {
            let join = if path.contains('?') { '&' } else { '?' };
            format!("{path}{join}next={}", percent(next))
        }
    }
}

/// An address that may stand in `href`: a path, or `http`, `https`, `mailto`. Anything else (`javascript:` …) is `/`.
pub(crate) fn safe_href(address: &str) -> String {
    let lower = address.trim().to_ascii_lowercase();
    let path = lower.starts_with('/') && !lower.starts_with("//") && !lower.starts_with("/\\");
    if path || ["http://", "https://", "mailto:"].iter().any(|s| lower.starts_with(s)) {
        address.trim().to_owned()
    } else {
        "/".to_owned()
    }
}

impl MeterPeriod {
    /// `this month`, `this week`, `today`, `in 30 days`
    pub(crate) fn words(self) -> String {
        match self {
            Self::Month => "this month".into(),
            Self::Week => "this week".into(),
            Self::Day => "today".into(),
            Self::RollingDays(days) => format!("in {days} days"),
        }
    }

    /// `a month`, `a week`, `a day`, `in 30 days`
    pub(crate) fn each(self) -> String {
        match self {
            Self::Month => "a month".into(),
            Self::Week => "a week".into(),
            Self::Day => "a day".into(),
            Self::RollingDays(_) => self.words(),
        }
    }
}

impl Marking {
    /// The marking's name on the desk.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Registered => "Registered",
            Self::Metered => "Metered",
            Self::Premium => "Premium",
        }
    }
}

impl FrontPage {
    /// The picks that stand neither beside nor under the lead: three go beside it and, if there are more than four,
    /// two go under it.
    pub(crate) fn more_picks(&self) -> &[StoryCard] {
        let placed = if self.picks.len() > 4 { 5 } else { self.picks.len().min(3) };
        self.picks.get(placed..).unwrap_or_default()
    }
}

impl DeskFront {
    /// The path of one page of this list, with its search.
    pub(crate) fn path(&self, page: u32) -> String {
        let marking = self.marking.map_or("", Marking::word);
        let state = self.state.map_or_else(String::new, |state| format!("&state={}", state.word()));
        format!("/desk?q={}&marking={marking}{state}&page={page}", percent(&self.query))
    }
}

impl DeskReaders {
    /// The path of one page of this list, with its search.
    pub(crate) fn path(&self, page: u32) -> String {
        format!("/desk/readers?q={}&page={page}", percent(&self.query))
    }
}

impl DeskReader {
    /// The path of one page of the timeline, or of a part of it.
    pub(crate) fn path(&self, show: Option<TimelineKind>, page: u32) -> String {
        let show = show.map_or("", TimelineKind::word);
        format!("/desk/readers/{}?show={show}&page={page}", self.id)
    }
}

impl Notice {
    /// The sentence at the top of the story.
    pub(crate) fn words(&self) -> String {
        let period = self.period.words();
        match self.left {
            0 => format!("This is your last free article {period}."),
            1 => format!("You have 1 free article left {period}."),
            left => format!("You have {left} free articles left {period}."),
        }
    }
}

/// `article` or `articles`
pub(crate) const fn articles(count: &u16) -> &'static str {
    if *count == 1 { "article" } else { "articles" }
}

/// What is read out in place of a picture that nobody described, in the paper's language, or else in English as the other words of its pages.
pub(crate) fn picture_with_the_story(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "bn" => "প্রতিবেদনের ছবি",
        "cs" => "Obrázek k článku",
        "da" => "Billede til artiklen",
        "de" => "Bild zum Artikel",
        "es" => "Imagen de la noticia",
        "fr" => "Photo accompagnant l’article",
        "hi" => "समाचार के साथ का चित्र",
        "it" => "Immagine dell’articolo",
        "mr" => "बातमीसोबतचे छायाचित्र",
        "nl" => "Foto bij het artikel",
        "pl" => "Zdjęcie do artykułu",
        "pt" => "Imagem da notícia",
        "ru" => "Фото к статье",
        "sv" => "Bild till artikeln",
        _ => "Picture with the story",
    }
}

/// Heading of an error page.
pub(crate) const fn status_heading(status: u16) -> &'static str {
    match status {
        400 => "That address cannot be read",
        401 | 403 => "This page is not for you",
        404 => "There is no such page",
        405 => "That cannot be done here",
        408 => "That took too long",
        410 => "This story was withdrawn",
        413 => "That was too much at once",
        421 => "Wrong address",
        422 => "That form could not be read",
        429 => "Too many requests",
        431 => "Your browser sent too much",
        503 => "We will be back in a moment",
        _ if status >= 400 && status < 500 => "That did not work",
        _ => "Something broke on our side",
    }
}

/// What happened at the desk.
pub(crate) const fn desk_heading(status: u16) -> &'static str {
    match status {
        400 | 422 => "That could not be taken",
        other => status_heading(other),
    }
}

/// What somebody at the desk may do about it.
pub(crate) const fn desk_advice(status: u16) -> &'static str {
    match status {
        404 => "It may have been joined with another, or removed. The lists of the desk show what there is.",
        405 => "The way there begins at the lists of the desk.",
        400 | 409 | 422 => {
            "Go back to the page that you came from. What was typed there, if anything, is still in its form."
        }
        other => status_advice(other),
    }
}

/// What a reader may do about it.
pub(crate) const fn status_advice(status: u16) -> &'static str {
    match status {
        404 => "The link may be old or mistyped. Search for the story, or look it up in the archive by its date.",
        400 | 421 => "The link may be old or mistyped. The front page and the sections lead to every story.",
        401 | 403 => "Log in with an address that has the right, or go back to the front page.",
        405 | 422 => "Go back, reload the page and try once more.",
        410 => "The newsroom took it back. It is not kept under another address.",
        408 | 413 => "Try again with a better connection or a smaller file.",
        429 => "Wait a little and try again. Nothing is lost.",
        431 => "Delete this site's cookies and try again. You will need to log in anew.",
        503 => "The paper is starting or busy. Try again shortly.",
        _ if status >= 400 && status < 500 => "Go back and try once more.",
        _ => "It has been noted. Try again in a moment; if it stays, write to us with the reference below.",
    }
}
