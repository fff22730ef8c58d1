//! What a source says about a piece beside its words: when, under which address and key, with which headline.

use crate::item::{Item, When};
use crate::{Known, Options, blocks};

/// Two tellings of one story are at most so many seconds apart: 36 hours.
const APART: u64 = 36 * 3600;

/// Evidence of one document. Hashes stand for words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// First published, in seconds since 1970.
    pub when: Option<i64>,
    /// The key its source gives it.
    pub key: Option<u64>,
    /// What gives each of its stories a key of its own.
    pub system: Option<u64>,
    /// Its address.
    pub url: Option<u64>,
    /// Its whole headline.
    pub headline: Option<u64>,
    /// The words of its headline, short ones left out; sorted.
    pub title: Vec<u64>,
}

impl Evidence {
    pub(crate) fn of_item(item: &Item, options: &Options) -> Self {
        let mut evidence = Self {
            when: item.published_at.or(item.updated_at).and_then(|when| seconds(when, options)),
            key: Some(blocks::hash_of(&item.key)),
            system: item.system.as_deref().map(blocks::hash_of),
            url: item.url.as_deref().and_then(canonical).map(|url| blocks::hash_of(&url)),
            ..Self::default()
        };
        evidence.entitle(item.headline.as_deref().unwrap_or_default());
        evidence
    }

    pub(crate) fn of_known(known: &Known) -> Self {
        let mut evidence = Self {
            when: known.published_at.map(jiff::Timestamp::as_second),
            key: known.key.as_deref().map(blocks::hash_of),
            system: known.system.as_deref().map(blocks::hash_of),
            ..Self::default()
        };
        evidence.entitle(&known.headline);
        evidence
    }

    fn entitle(&mut self, headline: &str) {
        let key = blocks::key(headline);
        if key.is_empty() {
            return;
        }
        self.headline = Some(blocks::hash_of(&key));
        self.title = key.split(' ').filter(|w| w.chars().count() > 3).map(blocks::hash_of).collect();
        self.title.sort_unstable();
        self.title.dedup();
    }

    /// Whether both are dated, and too far apart for one story. None if one of them is not.
    pub(crate) fn apart(&self, other: &Self) -> Option<bool> {
        Some(self.when?.abs_diff(other.when?) > APART)
    }

    pub(crate) fn same_key(&self, other: &Self) -> bool {
        self.key.is_some() && self.key == other.key
    }

    /// Whether one system published both, each at its own time. It gives each story one key, so they are two, or one is the other's copy.
    pub(crate) fn two_of_one_system(&self, other: &Self) -> bool {
        let times = self.when.zip(other.when);
        self.system.is_some() && self.system == other.system && times.is_some_and(|(one, other)| one != other)
    }

    pub(crate) fn same_url(&self, other: &Self) -> bool {
        self.url.is_some() && self.url == other.url
    }

    /// Share of the words of the shorter headline that the other has. None without two headlines.
    pub(crate) fn headlines(&self, other: &Self) -> Option<f64> {
        if self.headline? == other.headline? {
            return Some(1.0);
        }
        let (few, many) = if self.title.len() <= other.title.len() { (self, other) } else { (other, self) };
        if few.title.is_empty() {
            return None;
        }
        let common = few.title.iter().filter(|w| many.title.binary_search(w).is_ok()).count();
        #[allow(clippy::cast_precision_loss, reason = "words of a headline")]
        Some(common as f64 / few.title.len() as f64)
    }
}

/// Seconds since 1970.
pub(crate) fn seconds(when: When, options: &Options) -> Option<i64> {
    match when {
        When::Instant(at) => Some(at.as_second()),
        When::Local(local) => local.to_zoned(options.zone.clone()).ok().map(|at| at.timestamp().as_second()),
    }
}

/// An address without what does not matter: scheme, "www.", fragment, campaign marks, a last slash.
fn canonical(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let path = path.trim_end_matches('/');
    let mut kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !is_campaign(p)).collect();
    kept.sort_unstable();
    // The front page is nobody's address.
    if path.is_empty() && kept.is_empty() {
        return None;
    }
    let host = host.to_ascii_lowercase();
    Some(format!("{}/{path}?{}", host.strip_prefix("www.").unwrap_or(&host), kept.join("&")))
}

fn is_campaign(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "ref" | "source" | "cmpid" | "share")
}
