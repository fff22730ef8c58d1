//! Addresses that a story had in the paper's former system, so that links of a quarter of a century lead on.
use std::collections::HashSet;

use newsroom::articles::Section;
use percent_encoding::percent_decode_str;

/// Longest address that is kept, in bytes.
pub const LONGEST: usize = 2048;
/// Addresses kept of one piece.
const MOST: usize = 50;
/// Questions that say where a reader came from, never which story.
const OF_NO_STORY: [&str; 5] = ["fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"];

/// Files that others look for at the root of a site; who has them speaks for the paper (RFC 8615, and the lists of advertising sellers).
const AT_THE_ROOT: [&str; 5] = ["ads.txt", "app-ads.txt", "robots.txt", "favicon.ico", "security.txt"];

/// The paper's own addresses, which no old one may take the place of.
#[derive(Debug, Clone)]
pub struct Own {
    first: HashSet<String>,
    sections: HashSet<String>,
}

impl Own {
    /// Of the routes' paths and the sections.
    pub fn of<'a>(routes: impl Iterator<Item = &'a str>, sections: &[Section]) -> Self {
        let first = routes
            .filter_map(|path| path.trim_start_matches('/').split('/').next())
            .filter(|part| !part.is_empty() && !part.starts_with('{'))
            .map(str::to_owned)
            .collect();
        Self { first, sections: sections.iter().map(|s| s.code.clone()).collect() }
    }

    /// Whether an address is the paper's own. The front page is, but for what is asked of it.
    #[must_use]
    pub fn has(&self, address: &str) -> bool {
        let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { return query.is_none() };
        let (first, rest) = (first.to_lowercase(), parts.next());
        let of_the_web = first == ".well-known"
            || (rest.is_none() && (AT_THE_ROOT.contains(&first.as_str()) || first.starts_with("apple-touch-icon")));
        let feed = rest.is_some_and(|rest| rest.to_lowercase().starts_with("feed.")) && parts.next().is_none();
        let section = self.sections.contains(&first);
        of_the_web || self.first.contains(&first) || (section && (rest.is_none() || feed))
    }
}

/// What is kept of the addresses of one piece, and those that are the paper's own.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    pub kept: Vec<String>,
    pub own: Vec<String>,
}

/// Sorts the addresses of a piece.
pub fn sort<'a>(own: &Own, written: impl Iterator<Item = &'a str>) -> Addresses {
    let mut found = Addresses::default();
    for address in written.filter_map(kept).take(MOST) {
        let list = if own.has(&address) { &mut found.own } else { &mut found.kept };
        if !list.contains(&address) {
            list.push(address);
        }
    }
    found
}

/// An address as it is kept and looked up: path and query, decoded, without host, fragment, a slash at the end, and what only says where
/// a reader came from.
#[must_use]
pub fn kept(written: &str) -> Option<String> {
    let written = written.trim();
    let rest = match written.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            rest.find(['/', '?', '#']).map_or("/", |at| &rest[at..])
        }
        Some(_) => return None,
        None => match written.strip_prefix("//") {
            Some(rest) => rest.find(['/', '?', '#']).map_or("/", |at| &rest[at..]),
            None if written.starts_with(['/', '?']) => written,
            None => return None,
        },
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let plain = percent_decode_str(path).decode_utf8().ok()?;
    let path: Vec<&str> = plain.split('/').filter(|part| !part.is_empty()).collect();
    let query: Vec<&str> = query.split('&').filter(|part| tells(part)).collect();
    let mut address = format!("/{}", path.join("/"));
    if !query.is_empty() {
        address.push('?');
        address.push_str(&query.join("&"));
    }
    let seen = address.chars().all(|c| !c.is_control());
    (address != "/" && address.len() <= LONGEST && seen).then_some(address)
}

fn tells(part: &str) -> bool {
    let name = part.split('=').next().unwrap_or_default();
    !part.is_empty() && !name.starts_with("utm_") && !OF_NO_STORY.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_without_what_does_not_name_the_story() {
        for (written, wanted) in [
            ("https://old.example/2005/03/12/quay-closed/", Some("/2005/03/12/quay-closed")),
            ("http://old.example/?p=123", Some("/?p=123")),
            ("http://old.example?p=123", Some("/?p=123")),
            ("/article.php?id=7&utm_source=mail", Some("/article.php?id=7")),
            ("//cdn.example/a%20b.html#top", Some("/a b.html")),
            ("/caf%C3%A9/", Some("/café")),
            ("https://old.example/", None),
            ("urn:newsml:old.example:1", None),
            ("mailto:desk@old.example", None),
            ("story-7", None),
        ] {
            assert_eq!(kept(written).as_deref(), wanted, "{written}");
        }
    }

    #[test]
    fn the_papers_own_addresses_are_never_taken() {
        let section = Section { code: "harbour".into(), name: "Harbour".into(), about: String::new() };
        let own = Own::of(["/", "/{section}", "/login", "/desk/stories/{number}"].into_iter(), &[section]);
        for (address, wanted) in [
            ("/", true),
            ("/?p=7", false),
            ("/login", true),
            ("/login?next=/", true),
            ("/desk/old", true),
            ("/harbour", true),
            ("/harbour?id=4", true),
            ("/LOGIN", true),
            ("/harbour/feed.xml", true),
            ("/.well-known/security.txt", true),
            ("/apple-touch-icon.png", true),
            ("/ads.txt", true),
            ("/world/ads.txt", false),
            ("/harbour/quay-closed.html", false),
            ("/2005/03/quay", false),
        ] {
            assert_eq!(own.has(address), wanted, "{address}");
        }
    }
}
