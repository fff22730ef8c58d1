//! The date forms of thirty years of exports.

use std::cell::Cell;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::{OrderOf, clean};
use crate::item::When;

/// Reads a time in any of the forms that exports, feeds and agencies use: ISO 8601 (extended, basic, with a space), RFC 822,
/// 850 and 2822, `asctime`, seconds and milliseconds of Unix, days and months in words of several languages, clock times
/// with am and pm.
///
/// None for what is no time, for the zero dates of drafts, and for `03/04/2005`, of which nobody can say the month.
#[must_use]
pub fn when(text: &str) -> Option<When> {
    read(text, None).map(|(when, _)| when)
}

/// Which of two numbers is the day in `03/04/1999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    DayMonth,
    MonthDay,
}

impl DateOrder {
    /// By its name on the command line.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::DayMonth, Self::MonthDay].into_iter().find(|order| order.name() == name.trim().to_ascii_lowercase())
    }

    /// The name by which a person chooses it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DayMonth => "day-month",
            Self::MonthDay => "month-day",
        }
    }
}

/// What the dates of a file show of their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DatesSeen {
    /// Dates that show by a number above twelve that the day comes first.
    pub day_month: u64,
    /// Dates that show that the month does.
    pub month_day: u64,
    /// Dates that say nothing without an order.
    pub unclear: u64,
}

impl DatesSeen {
    /// The order, where some dates need one and others show it, all the same.
    #[must_use]
    pub const fn order(&self) -> Option<DateOrder> {
        match (self.unclear, self.day_month, self.month_day) {
            (1.., 1.., 0) => Some(DateOrder::DayMonth),
            (1.., 0, 1..) => Some(DateOrder::MonthDay),
            _ => None,
        }
    }
}

/// The order in which a table's dates are read, and what they show of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dates {
    pub order: Option<DateOrder>,
    /// Who tells the order when a date needs it; asked once.
    pub ask: Option<OrderOf>,
    pub seen: DatesSeen,
    /// Dates that are two days for all that is known: how many, the first of them, and where the first ones stand.
    pub either: u64,
    pub such_as: String,
    pub places: Vec<u64>,
}

/// Why a date is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is one of two days. That is said of the whole file, once.
    /// … the earlier first; and whether that is the one read with the day before the month.
    Either([When; 2], bool),
    Because(String),
}

/// Places that are named of many.
const PLACES: usize = 3;
/// The years of printed papers: whatever is dated before or behind is a zero date or a fault.
pub const YEARS: std::ops::RangeInclusive<i16> = 1450..=2200;

impl Dates {
    /// What is said of the dates that are two days.
    pub(crate) fn told(&self) -> Option<String> {
        let places: Vec<String> = self.places.iter().map(u64::to_string).collect();
        let more = if self.either > PLACES as u64 { " and more" } else { "" };
        let (dates, they) = if self.either == 1 { ("date", "it dates") } else { ("dates", "they date") };
        (self.either > 0).then(|| {
            format!(
                "{} {dates} such as “{}” (at {}{more}) may be two days, and the file's other dates do not tell which: {they} no story; import it \
                 with --dates day-month or --dates month-day, and {they} it",
                self.either,
                self.such_as,
                places.join(", "),
            )
        })
    }

    /// What is said where the file's own dates show the other order than the one in which its unclear ones were read.
    pub(crate) fn contradicted(&self) -> Option<String> {
        let (order, other, shown) = match (self.order?, self.seen.day_month, self.seen.month_day) {
            (DateOrder::MonthDay, shown @ 1.., 0) => (DateOrder::MonthDay, DateOrder::DayMonth, shown),
            (DateOrder::DayMonth, 0, shown @ 1..) => (DateOrder::DayMonth, DateOrder::MonthDay, shown),
            _ => return None,
        };
        let (order, other) = (order.name(), other.name());
        Some(format!(
            "{shown} of the file's own dates show the order {other}, and --dates {order} was named: if that is a slip, import it again \
             with --dates {other}, and the stories move"
        ))
    }

    /// Reads a date of the piece at this place, or says why it is none.
    pub(crate) fn when(&mut self, text: &str, place: u64) -> Result<When, Unread> {
        let unclear = hangs_on_order(text);
        self.seen.unclear += u64::from(unclear);
        if unclear && let Some(order) = self.ask.take().filter(|_| self.order.is_none()) {
            self.order = order.ask();
        }
        let shown = clean::shortened(text.trim(), 60);
        match read(text, self.order) {
            Some((when, order)) => {
                self.seen.day_month += u64::from(order == Some(DateOrder::DayMonth));
                self.seen.month_day += u64::from(order == Some(DateOrder::MonthDay));
                Ok(when)
            }
            None => Err(match either(text) {
                Some((two, day_first)) => {
                    self.either += 1;
                    if self.such_as.is_empty() {
                        self.such_as = shown;
                    }
                    if self.places.len() < PLACES {
                        self.places.push(place);
                    }
                    Unread::Either(two, day_first)
                }
                None if is_beyond(text) => Unread::Because(format!(
                    "its date “{shown}” lies outside of the years {} to {} and was left out",
                    YEARS.start(),
                    YEARS.end()
                )),
                None => Unread::Because(format!("its time “{shown}” could not be read")),
            }),
        }
    }
}

/// Both days of a date that the order alone makes one of, the earlier one first, and whether that has the day before the month.
fn either(text: &str) -> Option<([When; 2], bool)> {
    let by = |order| read(text, Some(order)).map(|(when, _)| when);
    let (one, other) = (by(DateOrder::DayMonth)?, by(DateOrder::MonthDay)?);
    let at = |when: &When| match when {
        When::Instant(at) => at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
        When::Local(at) => *at,
    };
    let first = at(&one) <= at(&other);
    Some((if first { [one, other] } else { [other, one] }, first))
}

/// Whether a text has the form of a date and a year in which nothing was printed: `0001-01-01`, `31/12/9999`.
fn is_beyond(text: &str) -> bool {
    let day = text.trim().split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return false };
    let year = if a.len() == 4 { a } else { c };
    let number = |text: &str| text.parse::<i16>().ok();
    year.len() == 4
        && [a, b, c].iter().all(|part| number(part).is_some_and(|number| number > 0))
        && number(year).is_some_and(|year| !YEARS.contains(&year))
}

/// Whether a text is a date that the order alone makes one of: with it a day, without it none.
pub(crate) fn hangs_on_order(text: &str) -> bool {
    read(text, None).is_none() && read(text, Some(DateOrder::DayMonth)).is_some()
}

/// As [`when`], where the order may be known. Gives the order that the date itself shows, too.
pub(crate) fn read(text: &str, order: Option<DateOrder>) -> Option<(When, Option<DateOrder>)> {
    let text = text.trim();
    if text.len() > 100 || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Twelve digits are a day and a time to the minute sooner than milliseconds, which would all be of half a year of 1976.
    let minutes = if text.len() == 12 { basic(text) } else { None };
    if let Some(found) = minutes.or_else(|| unix(text)).or_else(|| basic(text)) {
        return Some((found, None));
    }
    // "4:01 p.m." has one word with two points.
    let joined = text.contains(".m.").then(|| text.replace("a.m.", "am").replace("p.m.", "pm"));
    let mut reading = Reading { order, ..Reading::default() };
    for token in tokens(joined.as_deref().unwrap_or(text))? {
        reading.take(token)?;
    }
    let shown = Cell::new(None);
    let when = reading.made_showing(&shown)?;
    Some((when, shown.get()))
}

/// Seconds (9 or 10 digits, before them zeros of a column of a fixed width) or milliseconds (12 or 13) since 1970.
fn unix(text: &str) -> Option<When> {
    if !text.bytes().all(|b| b.is_ascii_digit()) || text.len() > 20 {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let significant = text.trim_start_matches('0').len();
    let at = match (text.len(), significant) {
        (9.., 9 | 10) => Timestamp::from_second(number),
        (12 | 13, 12 | 13) => Timestamp::from_millisecond(number),
        _ => return None,
    };
    at.ok().map(When::Instant)
}

/// `20130516`, `20130516T040100Z`, `20130516T040100+0000`, `20130516040100`.
fn basic(text: &str) -> Option<When> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 8 && digits != 14 && digits != 12 {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let date = date(number(0, 4)?, number(4, 6)?, number(6, 8)?)?;
    let rest = text.get(8..)?;
    if rest.is_empty() {
        return Some(When::Local(date.to_datetime(Time::midnight())));
    }
    let rest = rest.strip_prefix(['T', 't', ' ', '-']).unwrap_or(rest);
    let clock = rest.bytes().take_while(u8::is_ascii_digit).count();
    if clock != 4 && clock != 6 {
        return None;
    }
    let part = |from: usize| rest.get(from..from + 2)?.parse::<i8>().ok();
    let seconds = if clock == 6 { part(4)? } else { 0 };
    let mut reading = Reading { date: Some(date), time: Some((part(0)?, part(2)?, seconds, 0)), ..Reading::default() };
    let mut zone = rest.get(clock..)?;
    if zone.starts_with(['.', ',']) {
        zone = zone.get(1..)?.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if !zone.is_empty() {
        reading.offset = Some(offset(zone)?);
    }
    reading.made()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    /// Digits, and the sign before them.
    Number(&'a str, char),
    /// `12:30:05.123`
    Clock(&'a str),
    /// `+05:30`, `-0800` behind a clock.
    Offset(&'a str),
}

/// Cuts a date into words, numbers, clocks and offsets; None when it is something else.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    let mut clock = false;
    while let Some(c) = rest.chars().next() {
        let length = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let used = if c.is_ascii_digit() {
            let end = length(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ','));
            let run = rest.get(..end)?.trim_end_matches([':', '.', ',']);
            // "16.05.2013" is a date, "12:30:05.123" a clock, and "12.30" behind a date a clock of some countries.
            if run.contains(':') {
                clock = true;
                found.push(Token::Clock(run));
                run.len()
            } else {
                let digits = length(|c| c.is_ascii_digit());
                found.push(Token::Number(rest.get(..digits)?, before));
                digits
            }
        } else if matches!(c, '+' | '-' | '−') && clock {
            let sign = c.len_utf8();
            let tail = rest.get(sign..)?;
            let end = tail.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(tail.len());
            if end < 2 {
                return None;
            }
            found.push(Token::Offset(rest.get(..sign + end)?));
            sign + end
        } else if c.is_alphabetic() {
            let end = length(|c| c.is_alphabetic() || c == '\u{301}');
            found.push(Token::Word(rest.get(..end)?));
            end
        } else {
            c.len_utf8()
        };
        before = c;
        rest = rest.get(used..)?;
        if found.len() > 24 {
            return None;
        }
    }
    Some(found)
}

#[derive(Default)]
struct Reading<'a> {
    date: Option<Date>,
    month: Option<i16>,
    numbers: Vec<(&'a str, char)>,
    time: Option<(i8, i8, i8, i32)>,
    offset: Option<i32>,
    half: Option<bool>,
    /// The order of day and month, where it is known.
    order: Option<DateOrder>,
}

impl<'a> Reading<'a> {
    fn take(&mut self, token: Token<'a>) -> Option<()> {
        match token {
            Token::Clock(text) if self.time.is_none() => self.time = Some(clock(text)?),
            Token::Clock(_) => return None,
            Token::Offset(text) => self.offset = Some(offset(text)?),
            Token::Number(text, before) => self.numbers.push((text, before)),
            Token::Word(word) => self.word(word)?,
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let lower = word.to_lowercase();
        match lower.as_str() {
            "am" | "vorm" => self.half = Some(false),
            "pm" | "nachm" => self.half = Some(true),
            _ if is_filler(&lower) => {}
            _ => match (month(&lower), zone(&lower)) {
                (Some(found), _) if self.month.is_none() => self.month = Some(found),
                (_, Some(found)) if self.time.is_some() || self.offset.is_none() => {
                    // "GMT+0200" keeps the number.
                    self.offset = self.offset.or(Some(found));
                }
                // An hour and nothing else, as in "5pm", or the name of a place: words that are none of a date's.
                _ => return None,
            },
        }
        Some(())
    }

    fn made(self) -> Option<When> {
        self.made_showing(&Cell::new(None))
    }

    /// The time; `shown` gets the order of day and month that it shows itself.
    fn made_showing(mut self, shown: &Cell<Option<DateOrder>>) -> Option<When> {
        let date = match self.date {
            Some(date) => date,
            None => self.day(shown)?,
        };
        let (mut hour, minute, second, nanos) = match (self.time, self.half, self.numbers.as_slice()) {
            (Some(time), _, _) => time,
            // "5 pm"
            (None, Some(_), [(hour, _)]) => (hour.parse().ok()?, 0, 0, 0),
            (None, None, []) => (0, 0, 0, 0),
            _ => return None,
        };
        match self.half {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        // 24:00 ends a day, and a leap second is its minute's last.
        let (date, hour) = if hour == 24 && minute == 0 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
        let time = Time::new(hour, minute, second.min(59), nanos).ok()?;
        let local: DateTime = date.to_datetime(time);
        match self.offset.filter(|_| self.time.is_some() || self.half.is_some()) {
            Some(seconds) => {
                let zone = jiff::tz::Offset::from_seconds(seconds).ok()?;
                zone.to_timestamp(local).ok().map(When::Instant)
            }
            None => Some(When::Local(local)),
        }
    }

    /// The day among the numbers; those that are not of it stay.
    fn day(&mut self, shown: &Cell<Option<DateOrder>>) -> Option<Date> {
        let value = |at: usize| self.numbers.get(at).and_then(|(text, _)| text.parse::<i16>().ok());
        if let Some(month) = self.month {
            let (first, second) = (value(0)?, value(1)?);
            let lengths = (self.numbers.first()?.0.len(), self.numbers.get(1)?.0.len());
            let found = match lengths {
                (4, _) => date(first, month, second),
                (_, 4) => date(second, month, first),
                // RFC 822 and 850 have years of two digits.
                (_, 2) => date(century(second), month, first),
                _ => None,
            }?;
            self.numbers.drain(..2);
            return Some(found);
        }
        let (a, b, c) = (value(0)?, value(1)?, value(2)?);
        let length = |at: usize| self.numbers.get(at).map_or(0, |(text, _)| text.len());
        let sign = self.numbers.get(1)?.1;
        // 25/12/99 shows itself what it is; 13-05-16 may begin with its year.
        let shows = (a > 12) != (b > 12) && a.max(b) <= 31 && (sign == '/' || (sign == '-' && c > 31));
        let found = if length(0) == 4 {
            date(a, b, c)
        } else if length(2) == 4 || (length(2) == 2 && (sign == '.' || shows || self.order.is_some())) {
            let year = if length(2) == 4 { c } else { century(c) };
            match (sign, self.order) {
                // Of these, only a number above twelve tells the day from the month …
                ('/' | '-', _) if b > 12 => {
                    shown.set(Some(DateOrder::MonthDay));
                    date(year, a, b)
                }
                ('/' | '-', _) if a > 12 => {
                    shown.set(Some(DateOrder::DayMonth));
                    date(year, b, a)
                }
                // … or whoever knows the file.
                ('/' | '-', Some(DateOrder::MonthDay)) => date(year, a, b),
                ('/' | '-', None) if a != b => None,
                // Whoever writes 14.10.1999 has the day first with other signs too.
                _ => {
                    if sign == '.' && a > 12 {
                        shown.set(Some(DateOrder::DayMonth));
                    }
                    date(year, b, a)
                }
            }
        } else {
            None
        }?;
        self.numbers.drain(..3);
        Some(found)
    }
}

fn century(year: i16) -> i16 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// A day of the calendar; years before printing are zero dates or faults.
fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn clock(text: &str) -> Option<(i8, i8, i8, i32)> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, ""),
    };
    let mut parts = whole.split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second: i8 = match parts.next() {
        Some(second) => second.parse().ok()?,
        None => 0,
    };
    if second > 60 || parts.next().is_some() {
        return None;
    }
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Some((hour, minute, second, digits.parse().ok()?))
}

/// Seconds east of Greenwich of `Z`, `+0530`, `+05:30`, `-08`.
fn offset(text: &str) -> Option<i32> {
    if let Some(named) = zone(&text.to_lowercase()) {
        return Some(named);
    }
    let (sign, rest) =
        if let Some(rest) = text.strip_prefix('+') { (1, rest) } else { (-1, text.strip_prefix(['-', '−'])?) };
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i32>().ok();
    let (hours, minutes) = match digits.len() {
        2 => (number(0, 2)?, 0),
        4 | 6 => (number(0, 2)?, number(2, 4)?),
        3 => (number(0, 1)?, number(1, 3)?),
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Zones that RFC 822 and the papers of several countries name. Those that mean several places are left out.
fn zone(name: &str) -> Option<i32> {
    let minutes = match name {
        "z" | "utc" | "gmt" | "ut" | "wet" | "zulu" => 0,
        "bst" | "cet" | "mez" | "met" => 60,
        "cest" | "mesz" | "eet" | "sast" => 120,
        "eest" | "msk" => 180,
        "pkt" => 300,
        "jst" | "kst" => 540,
        "hkt" | "sgt" | "awst" => 480,
        "aest" => 600,
        "aedt" => 660,
        "nzst" => 720,
        "nzdt" => 780,
        "ast" => -240,
        "edt" | "adt" if name == "edt" => -240,
        "adt" => -180,
        "est" | "cdt" => -300,
        "cst" | "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" => -480,
        "akst" => -540,
        "hst" => -600,
        "brt" => -180,
        _ => return None,
    };
    Some(minutes * 60)
}

/// Little words in dates, in the languages of Europe.
const LITTLE: &str = "t at on of the de del à a um uhr den der le el kl h st nd rd th er º ª às as alle om klo y and published \
                      updated m p";

/// The days of the week.
const DAYS: &str = "mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday \
                    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi \
                    mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lun mer \
                    mié jeu jue ven vie sam sáb dim dom lunedì martedì mercoledì giovedì venerdì sabato domenica segunda \
                    terça quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag";

/// The months from January on. “mar” is March: no date has a Tuesday alone.
const MONTHS: [&str; 12] = [
    "january januar jänner janvier janv enero ene gennaio gen janeiro januari jan",
    "february februar febr février févr fév febrero febbraio fevereiro fev februari feb",
    "march märz mär mrz mars marzo março maart mrt mar",
    "april avril avr abril abr aprile apr",
    "may mai mayo maggio mag maio mei maj",
    "june juni juin junio giugno giu junho jun",
    "july juli juillet juil julio luglio lug julho jul",
    "august août agosto ago augustus augusti aug",
    "september sept septembre septiembre settembre set setembro sep",
    "october oktober okt octobre octubre ottobre ott outubro out oct",
    "november novembre noviembre novembro nov",
    "december dezember dez décembre déc diciembre dic dicembre dezembro dec",
];

fn is_filler(word: &str) -> bool {
    LITTLE.split(' ').chain(DAYS.split(' ')).any(|known| known == word)
}

pub(crate) fn month(word: &str) -> Option<i16> {
    let at = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word))?;
    i16::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        when(text).map(|found| match found {
            When::Instant(at) => at.to_string(),
            When::Local(at) => format!("local {at}"),
        })
    }

    #[test]
    fn the_forms_of_thirty_years() {
        let utc = [
            "2013-05-16T04:01:00Z",
            "2013-05-16t04:01:00z",
            "2013-05-16T04:01:00.000Z",
            "2013-05-16T09:31:00+05:30",
            "2013-05-16 04:01:00 UTC",
            "2013-05-16 04:01:00 +0000",
            "2013-05-16 09:31:00.000000+05:30",
            "2013-05-16T04:01Z",
            "20130516T040100Z",
            "20130516T040100+0000",
            "20130516T093100+0530",
            "Thu, 16 May 2013 04:01:00 GMT",
            "Thu, 16 May 2013 04:01:00 +0000",
            "Thu, 16 May 13 04:01:00 GMT",
            "16 May 2013 00:01:00 EDT",
            "Wed, 15 May 2013 20:01 PST",
            "Thursday, 16-May-13 04:01:00 GMT",
            "Thu May 16 04:01:00 UTC 2013",
            "Thu May 16 2013 06:01:00 GMT+0200",
            "May 16, 2013 4:01 AM UTC",
            "1368676860",
            "1368676860000",
            "001368676860",
        ];
        for text in utc {
            assert_eq!(shown(text).as_deref(), Some("2013-05-16T04:01:00Z"), "{text}");
        }
        let local = [
            "2013-05-16 16:01:00",
            "2013-05-16T16:01:00",
            "2013-05-16T16:01",
            "2013/05/16 16:01",
            "20130516 160100",
            "20130516160100",
            "201305161601",
            "Thu May 16 16:01:00 2013",
            "May 16, 2013 4:01 PM",
            "Thursday, May 16th, 2013 at 4:01 p.m.",
            "16 May 2013 16:01",
            "16.05.2013 16:01",
            "16.05.2013, 16:01 Uhr",
            "16. Mai 2013 16:01",
            "Donnerstag, den 16. Mai 2013, 16:01 Uhr",
            "16 mai 2013 à 16:01",
            "16 de mayo de 2013 16:01",
            "5/16/2013 16:01",
            "16/05/2013 16:01",
        ];
        for text in local {
            assert_eq!(shown(text).as_deref(), Some("local 2013-05-16T16:01:00"), "{text}");
        }
        for text in ["2013-05-16", "20130516", "16 May 2013", "May 16, 2013", "16.5.2013", "mercredi 16 mai 2013"] {
            assert_eq!(shown(text).as_deref(), Some("local 2013-05-16T00:00:00"), "{text}");
        }
    }

    #[test]
    fn an_order_reads_what_alone_says_nothing() {
        let by = |text, order| match read(text, Some(order)) {
            Some((When::Local(at), _)) => at.date().to_string(),
            other => format!("{other:?}"),
        };
        for (text, day, month) in [
            ("03/04/1999", "1999-04-03", "1999-03-04"),
            ("3-4-1999", "1999-04-03", "1999-03-04"),
            ("03/04/99", "1999-04-03", "1999-03-04"),
            // what tells by itself is believed
            ("25/12/1999", "1999-12-25", "1999-12-25"),
            ("12/25/1999", "1999-12-25", "1999-12-25"),
            ("3.4.1999", "1999-04-03", "1999-04-03"),
            ("1999-04-03", "1999-04-03", "1999-04-03"),
        ] {
            assert_eq!((by(text, DateOrder::DayMonth).as_str(), by(text, DateOrder::MonthDay).as_str()), (day, month));
        }
        for (text, shows) in [
            ("25/12/99", Some(DateOrder::DayMonth)),
            ("12/25/05", Some(DateOrder::MonthDay)),
            ("25-12-99", Some(DateOrder::DayMonth)),
            ("14.10.1999", Some(DateOrder::DayMonth)),
            ("3.4.1999", None),
        ] {
            assert_eq!(read(text, None).map(|(_, shown)| shown), Some(shows), "{text}");
        }
        assert_eq!(read("13-05-16", None), None, "a day, or a year");
        assert!(hangs_on_order("03/04/1999 10:15") && !hangs_on_order("25/12/1999") && !hangs_on_order("soon"));
        assert_eq!(read("25/12/1999", None).and_then(|(_, shown)| shown), Some(DateOrder::DayMonth));
        assert_eq!(read("12/25/1999", None).and_then(|(_, shown)| shown), Some(DateOrder::MonthDay));
        assert_eq!(read("1999-12-25", None).and_then(|(_, shown)| shown), None);
    }

    #[test]
    fn what_is_no_time_is_none() {
        let none = [
            "",
            "soon",
            "0000-00-00 00:00:00",
            "-0001-11-30T00:00:00Z",
            "Mon, 30 Nov -0001 00:00:00 +0000",
            "2013",
            "2013-05",
            "03/04/2005",
            "2013-02-30",
            "2013-13-01",
            "25:00",
            "5 pm",
            "version 2.0.13",
            "1 of 3",
            "12",
            "2013-05-16 04:61:00",
            "99999999999999999999",
            "٢٠١٣",
        ];
        for text in none {
            assert_eq!(shown(text), None, "{text}");
        }
        assert_eq!(shown("2016-12-31T23:59:60Z").as_deref(), Some("2016-12-31T23:59:59Z"), "a leap second");
        assert_eq!(shown("2013-05-15T24:00:00Z").as_deref(), Some("2013-05-16T00:00:00Z"), "midnight at the end");
        assert_eq!(shown("07/07/2005").as_deref(), Some("local 2005-07-07T00:00:00"), "day and month alike");
    }
}
