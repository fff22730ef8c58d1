//! The paper seen from outside, and its guests: signed as the server signs them, with the paper's own key.
use std::path::Path;

use circulation::meter::{GuestId, GuestPass, MeterKey, MeterKeys, MeterRules, Period, Read, ReadList, Window};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::{Outcome, at, clock};

/// The name of the guest's cookie.
pub const COOKIE: &str = "__Host-guest";

/// One story of `masthead export stories`.
#[derive(Debug, Deserialize)]
pub struct Story {
    pub number: u32,
    url: String,
    paragraphs: Vec<String>,
}

impl Story {
    /// The address without scheme and host.
    pub fn path(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.find('/').map_or("/", |slash| &rest[slash..])
    }

    /// The last paragraph: where it is, the page is open.
    pub fn ending(&self) -> &str {
        self.paragraphs.last().map_or("", String::as_str)
    }

    /// Whether a body is the whole story.
    pub fn is_whole_in(&self, body: &[u8]) -> bool {
        let ending = self.ending().as_bytes();
        !ending.is_empty() && body.windows(ending.len()).any(|w| w == ending)
    }
}

/// A paper: its stories, and what it takes to be its guest.
pub struct Paper {
    pub stories: Vec<Story>,
    keys: MeterKeys,
    period: Period,
}

impl Paper {
    /// Reads the exported stories and the key; guests are signed for the month that runs now in `zone`.
    pub fn open(stories: &Path, key: &Path, zone: &str) -> Outcome<Self> {
        let text = std::fs::read_to_string(stories).map_err(at(stories))?;
        let stories: Vec<Story> =
            text.lines().map(|line| serde_json::from_str(line).map_err(at(stories))).collect::<Outcome<_>>()?;
        if stories.len() < 10 {
            return Err(format!("the paper has {} stories; the bench needs at least 10", stories.len()));
        }
        let secret: [u8; 32] = std::fs::read(key)
            .map_err(at(key))?
            .try_into()
            .map_err(|_| format!("{}: not a key of 32 bytes; name the paper's secret.key", key.display()))?;
        // As crates/masthead/src/house.rs derives it.
        let meter = MeterKey::new(1, &blake3::derive_key("masthead 2026 meter", &secret));
        let keys = MeterKeys::new(meter, Vec::new()).map_err(|e| e.to_string())?;
        let zone = TimeZone::get(zone).map_err(|e| format!("--zone: {e}"))?;
        let rules = MeterRules::new(Window::CalendarMonth, zone, 5, 5).map_err(|e| e.to_string())?;
        let period = rules.period_at(clock::now());
        Ok(Self { stories, keys, period })
    }

    /// The cookie of a guest who has read these stories.
    pub fn cookie(&self, guest: u64, read: &[u32]) -> String {
        let reads: ReadList = read.iter().map(|&story| Read::new(story, self.period.today)).collect();
        let pass = GuestPass { guest: GuestId(guest), period: self.period.id, reads };
        format!("{COOKIE}={}", pass.seal(&self.keys))
    }

    /// The story at a place in the list, counted round.
    pub fn story(&self, place: usize) -> Outcome<&Story> {
        self.stories.get(place % self.stories.len().max(1)).ok_or_else(|| "the paper has no stories".into())
    }
}

#[cfg(test)]
mod tests {
    use super::Story;

    #[test]
    fn a_story_knows_its_path_and_its_end() {
        let line =
            r#"{"number":7,"url":"https://news.example/world/slug-7","paragraphs":["One.","Two two."],"slug":"slug"}"#;
        let story: Story = serde_json::from_str(line).unwrap();
        assert_eq!(story.path(), "/world/slug-7");
        assert!(story.is_whole_in(b"<p>One.</p><p>Two two.</p>"));
        assert!(!story.is_whole_in(b"<p>One.</p>"));
    }
}
