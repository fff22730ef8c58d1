//! Times as pages write them for machines.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::item::When;

/// Reads ISO 8601 in its usual variants and RFC 2822. Times for people (`3 hours ago`) are not guessed.
pub(crate) fn when(text: &str) -> Option<When> {
    let text = text.trim();
    if text.len() < 8 || text.len() > 60 {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return sane(When::Instant(instant));
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::DateTimeParser::new().parse_zoned(text) {
        return sane(When::Instant(zoned.timestamp()));
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%.f%:z"] {
        if let Ok(instant) = Timestamp::strptime(form, text) {
            return sane(When::Instant(instant));
        }
    }
    if let Ok(local) = text.parse::<DateTime>() {
        return sane(When::Local(local));
    }
    for form in ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%dT%H%M%S"] {
        if let Ok(local) = DateTime::strptime(form, text) {
            return sane(When::Local(local));
        }
    }
    for form in ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%B %d, %Y", "%d %B %Y", "%b %d, %Y"] {
        if let Ok(day) = Date::strptime(form, text) {
            return sane(When::Local(day.at(0, 0, 0, 0)));
        }
    }
    None
}

/// Zero dates (1970-01-01, 0001-01-01) stand for nothing.
fn sane(when: When) -> Option<When> {
    let day = match when {
        When::Instant(instant) => instant.to_zoned(jiff::tz::TimeZone::UTC).date(),
        When::Local(local) => local.date(),
    };
    ((1600..=2200).contains(&day.year()) && day != jiff::civil::date(1970, 1, 1)).then_some(when)
}
