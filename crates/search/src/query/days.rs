//! Days as readers name them.
use std::borrow::Cow;

use super::lexer::of_time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Letters of the longest time that is read as one that was said.
const LONGEST_SPOKEN: usize = 40;

/// From a day on, and up to the day before another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The day after the last one.
    pub until: Option<Date>,
}

impl Days {
    /// One year.
    #[must_use]
    pub fn year(year: i16) -> Option<Self> {
        span(&format!("{year:04}"))
    }

    /// One day; `None` at the end of time.
    #[must_use]
    pub fn day(day: Date) -> Option<Self> {
        Some(Self { from: Some(day), until: Some(day.tomorrow().ok()?) })
    }

    /// Reads what stands in a field for a time: all that the fields of a query take, with or without their names (`2015`, `2010-2014`,
    /// `December 2015`, `after 2015`, `before:2016-06`).
    #[must_use]
    pub fn asked(text: &str) -> Option<Self> {
        Self::read("year", text.trim())
    }

    /// Reads a time that somebody typed as they would say it, and nothing else: `18 December 2015`, `Dec. 18th, 2015`, `December 2015`,
    /// `18-Dec-2015`, `12/2015`, `18/12/2015`, `18.12.15`, `2015-12-18`, `2015`. Of `3/4/2015` nobody knows which day is meant. A year of two
    /// digits after strokes or points, or behind the name of a month, is one of 1969 to 2068 (POSIX, `strptime`, %y). The weekday before a day is passed over, be it the right one or not.
    #[must_use]
    pub fn spoken(text: &str) -> Option<Self> {
        let text = hyphened(text);
        if text.len() > LONGEST_SPOKEN {
            return None;
        }
        match after_weekday(&text) {
            Some(day) => Self::plain(day).filter(|days| days.whole_day().is_some()),
            None => Self::plain(&text),
        }
    }

    /// A year, a month or a day without its weekday.
    fn plain(text: &str) -> Option<Self> {
        if let Some(days) = span(&text.replace('/', "-")) {
            return Some(days);
        }
        let text = &*parted(text);
        let numbers = numbers(text);
        if let [month, year] = numbers.as_slice()
            && month.len() <= 2
            && text.contains('/')
        {
            return span(&format!("{year}-{month}"));
        }
        if let [one, other, year] = numbers.as_slice() {
            let (first, second): (u8, u8) = (one.parse().ok()?, other.parse().ok()?);
            let (month, day) = match (first > 12, second > 12) {
                (true, false) => (second, first),
                (false, true) => (first, second),
                _ if first == second => (first, second),
                _ => return None,
            };
            return span(&format!("{year}-{month:02}-{day:02}"));
        }
        let plain = |word: &str| {
            let word = word.trim_matches(['.', ',']);
            let number = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
            match word {
                _ if number.bytes().all(|b| b.is_ascii_digit()) => number.to_owned(),
                // the one usual short form of a month that has not three letters
                _ if word.eq_ignore_ascii_case("sept") => "Sep".to_owned(),
                _ => word.to_owned(),
            }
        };
        let words: Vec<String> =
            text.split_whitespace().map(plain).filter(|word| !word.eq_ignore_ascii_case("of")).collect();
        let said = words.join(" ");
        let day = ["%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y %B %d", "%Y %b %d"];
        if words.len() == 3 && words.iter().any(|word| is_year(word)) {
            let date = day.iter().find_map(|format| Date::strptime(format, &said).ok())?;
            return span(&date.to_string());
        }
        // a month without a day: its first day tells which
        let (month, year) = said.split_once(' ')?;
        let (month, year) = if is_year(month) { (year, month) } else { (month, year) };
        if !is_year(year) {
            return None;
        }
        let first = format!("1 {month} {year}");
        let date = day[..2].iter().find_map(|format| Date::strptime(format, &first).ok())?;
        span(&date.strftime("%Y-%m").to_string())
    }

    /// Reads a stretch of time as somebody says it: `since 2015`, `before March 2012`, `from 2010 to 2014`, `between 2010 and 2014`,
    /// `2010-2014`. Nothing of a single year, month or day, which [`Days::spoken`] reads.
    #[must_use]
    pub fn stretch(text: &str) -> Option<Self> {
        if text.len() > 2 * LONGEST_SPOKEN || Self::spoken(text).is_some() || Self::either(text).is_some() {
            return None;
        }
        let lower = text.trim().to_lowercase();
        if let Some((first, last)) = lower.strip_prefix("between ").and_then(|both| both.split_once(" and ")) {
            return Self::between(&format!("{first} to {last}"));
        }
        if lower.contains(':') { None } else { Self::asked(&lower) }
    }

    /// The two days that `3/4/2015` may be, by day and month and by month and day; nothing of a text that names one day or none.
    #[must_use]
    pub fn either(text: &str) -> Option<[Date; 2]> {
        let text = hyphened(text);
        if text.len() > LONGEST_SPOKEN || Self::spoken(&text).is_some() {
            return None;
        }
        let numbers = numbers(after_weekday(&text).unwrap_or(&text));
        let [one, other, year] = numbers.as_slice() else { return None };
        let day = |month: &str, day: &str| {
            let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
            span(&format!("{year}-{month:02}-{day:02}"))?.whole_day()
        };
        Some([day(other, one)?, day(one, other)?])
    }

    /// Whether a text names a day that its month does not have: `29/02/2015`, `31 April 2015`.
    #[must_use]
    pub fn is_no_day(text: &str) -> bool {
        let number = |piece: &str| {
            let number = piece.trim_end_matches(|c: char| !c.is_ascii_digit());
            if matches!(number, "29" | "30" | "31") {
                format!("28{}", &piece[number.len()..])
            } else {
                piece.to_owned()
            }
        };
        // every month has a 28th
        let known: String = text.split_inclusive(|c: char| !c.is_ascii_digit()).map(number).collect();
        Self::spoken(text).is_none() && Self::spoken(&known).is_some_and(|days| days.whole_day().is_some())
    }

    /// Reads the value of `year:`, `month:`, `on:`, `before:`, `after:`, `since:` or `until:`. The first three say how a time is mostly given,
    /// not how long it is. What is before or after a time is outside of it; `since` and `until` include it. A value that names a field itself
    /// (`after 2015`) is read by that one.
    pub(super) fn read(field: &str, value: &str) -> Option<Self> {
        let (field, value) = led_by_field(value.trim()).unwrap_or((field, value));
        let named = Self::spoken(value);
        Some(match field {
            "before" => Self { from: None, until: named?.from },
            "after" => Self { from: named?.until, until: None },
            // `from 2010 to 2014`
            "since" if named.is_none() => Self::between(&hyphened(value))?,
            "since" => Self { from: named?.from, until: None },
            "until" => Self { from: None, until: named?.until },
            _ => named.or_else(|| Self::between(&hyphened(value)))?,
        })
    }

    /// Reads two times with `..`, `to`, a hyphen or a stroke between them, the later of them whole; after or before `..`, and after a hyphen,
    /// there may be none.
    fn between(text: &str) -> Option<Self> {
        let both = |first: &str, last: &str| {
            let (first, last) = (Self::spoken(first)?, Self::spoken(last)?);
            let (first, last) = if first.from <= last.from { (first, last) } else { (last, first) };
            Some(Self { from: first.from, until: last.until })
        };
        if let Some((first, last)) = text.split_once("..") {
            return match (first.trim(), last.trim()) {
                ("", last) => Some(Self { from: None, until: Self::spoken(last)?.until }),
                (first, "") => Some(Self { from: Self::spoken(first)?.from, until: None }),
                (first, last) => both(first, last),
            };
        }
        if let Some((first, last)) = text.split_once(" to ") {
            return both(first, last);
        }
        if let Some(first) = text.strip_suffix('-') {
            return Some(Self { from: Self::spoken(first)?.from, until: None });
        }
        text.match_indices(['-', '/']).find_map(|(at, _)| both(&text[..at], &text[at + 1..]))
    }

    /// The days of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            until: match (self.until, other.until) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }

    /// Whether all of these days are of the other time.
    pub(super) fn lie_in(self, other: Self) -> bool {
        let begins = other.from.is_none_or(|begin| self.from.is_some_and(|from| from >= begin));
        begins && other.until.is_none_or(|end| self.until.is_some_and(|until| until <= end))
    }

    /// Whether no day is of both times that these days were made of.
    #[must_use]
    pub fn exclude_each_other(self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| from >= until)
    }

    /// The year, where the days are just that.
    #[must_use]
    pub fn whole_year(self) -> Option<i16> {
        let year = self.from?.year();
        (Self::year(year)? == self).then_some(year)
    }

    /// The day, where it is just one.
    #[must_use]
    pub fn whole_day(self) -> Option<Date> {
        self.from.filter(|from| self.until == from.tomorrow().ok())
    }

    /// The month, where the days are just that.
    #[must_use]
    pub fn whole_month(self) -> Option<(i16, i8)> {
        let from = self.from?;
        let month = span(&format!("{:04}-{:02}", from.year(), from.month()))?;
        (month == self).then_some((from.year(), from.month()))
    }

    /// The first second, and the first one after, in the paper's zone.
    pub(crate) fn seconds(self, zone: &TimeZone) -> (Option<i64>, Option<i64>) {
        let start = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).map(Timestamp::as_second).ok();
        (self.from.and_then(start), self.until.and_then(start))
    }

    /// The days in one word of a query, as they are left out.
    pub(super) fn word(self) -> String {
        let last = self.until.map(|day| day.yesterday().unwrap_or(day));
        match (self.whole_year(), self.from, last) {
            (Some(year), ..) => format!("year:{year:04}"),
            (None, from, last) if from == last => from.map(|day| format!("on:{day}")).unwrap_or_default(),
            (None, from, last) => {
                let said = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
                format!("year:{}..{}", said(from), said(last))
            }
        }
    }

    /// The days in the words of a query.
    pub(super) fn words(self) -> Vec<String> {
        if let Some(year) = self.whole_year() {
            return vec![format!("year:{year:04}")];
        }
        let from = self.from.map(|day| format!("since:{day}"));
        let until = self.until.map(|day| format!("before:{day}"));
        from.into_iter().chain(until).collect()
    }
}

/// The field of times that a text begins with, with a colon or as a word, and the rest.
fn led_by_field(text: &str) -> Option<(&'static str, &str)> {
    let (name, value) = text.split_once([':', ' '])?;
    Some((of_time(name)?, value))
}

/// A text with one kind of hyphen, as `2010–2014` is typed with several.
fn hyphened(text: &str) -> String {
    text.trim().replace(['‐', '‑', '–', '—', '−'], "-")
}

/// What stands after a weekday, with or without a comma or a point: `Friday, 18 December 2015`, `Fri. 18/12/2015`.
fn after_weekday(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    let first = first.trim_end_matches([',', '.']).to_ascii_lowercase();
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let short = (3..=5).contains(&first.len());
    let named = names.iter().any(|name| first == *name || short && name.starts_with(&first));
    (named || first == "weds").then_some(rest.trim_start())
}

/// The parts of a date in numbers, the year with all its digits.
fn numbers(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = text.split(['/', '.', '-']).map(str::to_owned).collect();
    if let [_, _, year] = parts.as_mut_slice()
        && !text.contains('-')
        && let Some(whole) = whole_year(year)
    {
        *year = whole;
    }
    parts
}

/// A day or month with the name of the month between hyphens, points or strokes (`18-Dec-15`, `Dec/2015`) as it is said: `18 Dec 2015`.
fn parted(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_whitespace) || !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return Cow::Borrowed(text);
    }
    let mut parts: Vec<Cow<'_, str>> = text.split(['-', '.', '/']).map(Cow::Borrowed).collect();
    // two points, and a sign at an end, make a stretch of it
    if parts.iter().any(|part| part.is_empty()) {
        return Cow::Borrowed(text);
    }
    if let [first, month, year] = parts.as_mut_slice()
        && !is_year(first)
        && month.contains(|c: char| c.is_ascii_alphabetic())
        && let Some(whole) = whole_year(year)
    {
        *year = Cow::Owned(whole);
    }
    Cow::Owned(parts.join(" "))
}

/// A year of two digits with all four; `None` of anything else.
fn whole_year(year: &str) -> Option<String> {
    let short: u16 = year.parse().ok().filter(|_| year.len() == 2)?;
    Some((if short < FIRST_OF_19 { 2000 + short } else { 1900 + short }).to_string())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// Two digits from here on are a year of the nineteen hundreds.
const FIRST_OF_19: u16 = 69;

/// `2015`, `2015-12` or `2015-12-18`. A year has four digits: of `15` nobody knows which is meant.
fn span(value: &str) -> Option<Days> {
    if value.split('-').next()?.len() != 4 {
        return None;
    }
    let mut numbers = value.split('-').map(|part| {
        let digits = !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i16>().ok()).flatten()
    });
    let year = numbers.next()??.max(1);
    let month = match numbers.next() {
        Some(month) => Some(i8::try_from(month?).ok()?),
        None => None,
    };
    let day = match numbers.next() {
        Some(day) => Some(i8::try_from(day?).ok()?),
        None => None,
    };
    if numbers.next().is_some() {
        return None;
    }
    let from = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let length = match (month, day) {
        (_, Some(_)) => 1.day(),
        (Some(_), None) => 1.month(),
        (None, None) => 1.year(),
    };
    Some(Days { from: Some(from), until: Some(from.checked_add(length).ok()?) })
}
