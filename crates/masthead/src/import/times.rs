//! Times without a zone, read in the paper's. A time that the clocks skipped or passed twice is remarked on.
use archive::item::When;
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A time that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub at: Timestamp,
    /// What to know about it.
    pub remark: Option<String>,
    /// The other instant that may be meant.
    pub other: Option<Timestamp>,
}

/// Reads a time in the paper's zone. None where it lies beyond what a calendar counts.
#[must_use]
pub fn read(when: When, zone: &TimeZone) -> Option<Read> {
    let local = match when {
        When::Instant(at) => return Some(Read { at, remark: None, other: None }),
        When::Local(local) => local,
    };
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let at = ambiguous.compatible().ok()?;
    Some(match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Read { at, remark: None, other: None },
        AmbiguousOffset::Gap { .. } => Read {
            at,
            remark: Some(format!("{local} was skipped when the clocks went forward: read as {at}")),
            other: None,
        },
        AmbiguousOffset::Fold { .. } => Read {
            at,
            remark: Some(format!("{local} came twice when the clocks went back: read as the first, {at}")),
            other: ambiguous.later().ok(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> When {
        When::Local(text.parse().unwrap())
    }

    #[test]
    fn a_time_without_a_zone_is_the_papers() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text| read(local(text), &zone).unwrap();
        assert_eq!(at("1998-07-01T08:00:00").at.to_string(), "1998-07-01T06:00:00Z");
        assert_eq!(at("1998-01-01T08:00:00").at.to_string(), "1998-01-01T07:00:00Z");
        let gap = at("1998-03-29T02:30:00");
        assert_eq!((gap.at.to_string().as_str(), gap.other), ("1998-03-29T01:30:00Z", None));
        assert!(gap.remark.unwrap().contains("skipped"));
        let fold = at("1998-10-25T02:30:00");
        assert_eq!(fold.at.to_string(), "1998-10-25T00:30:00Z");
        assert_eq!(fold.other.unwrap().to_string(), "1998-10-25T01:30:00Z");
        let instant = read(When::Instant("1998-10-25T02:30:00Z".parse().unwrap()), &zone).unwrap();
        assert_eq!((instant.remark, instant.other), (None, None));
    }
}
