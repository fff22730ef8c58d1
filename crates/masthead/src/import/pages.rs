//! Web pages become pieces: decoded, read with what the publisher's other pages teach, told from pages that are no story.
use std::collections::HashMap;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use archive::formats::{self, Format, Found, Page, ReadOptions};
use archive::html::{self, Survey, Templates};
use archive::item::{Access, Item, When};

use super::guarded::guarded;
use super::{How, Input, addresses};

/// Pages that are looked at to learn what a publisher's pages have in common: of one site and one kind of address …
const OF_A_KIND: usize = 60;
/// … of one site …
const OF_A_SITE: usize = 400;
/// … and in all. Further ones teach nothing.
const IN_ALL: usize = 3_000;
/// Pages and bytes of one crawl that are read for that; the first ones.
const LOOKED_AT: usize = 20_000;
const BYTES: u64 = 512 << 20;
/// Bytes at a page's beginning in which programs that save pages write where it was.
const HEAD: usize = 8 << 10;
/// Stands for the host of pages of which nobody knows it, while they are read.
const NOWHERE: &str = "http://nowhere.invalid";

/// What became of a page.
pub enum Taken {
    Story(Box<Item>),
    Aside(Aside),
}

/// A page that is no story.
pub struct Aside {
    pub place: String,
    /// Its address, or its headline.
    pub text: String,
    /// Its kind in a few words, for counting.
    pub kind: &'static str,
    /// Why, and what to do if that is an error.
    pub why: String,
}

/// Whether a file may be a page, by its beginning.
pub fn is_page(how: &How, input: &Input) -> bool {
    format(how, input) == Some(Format::Html)
}

fn format(how: &How, input: &Input) -> Option<Format> {
    how.format.or_else(|| input.head().ok().and_then(|head| formats::detect(&input.name, &head)))
}

/// What the pages of these files have in common. The same for the same files, so that a run that was cut off goes on as it began.
pub fn learn(how: &How, inputs: &[Input]) -> Templates {
    let mut sample = Sample { templates: Templates::default(), of: HashMap::new(), all: 0 };
    let (mut pages, mut crawls) = (Vec::new(), Vec::new());
    for input in inputs {
        match format(how, input) {
            Some(Format::Html) => pages.push(input),
            Some(Format::Warc) => crawls.push(input),
            _ => {}
        }
    }
    // From everywhere in a large folder: its years have templates of their own.
    let step = pages.len().div_ceil(LOOKED_AT).max(1);
    for input in pages.iter().step_by(step) {
        sample.file(how, input);
    }
    for input in crawls {
        sample.file(how, input);
    }
    sample.templates
}

struct Sample {
    templates: Templates,
    /// Pages learned, by site and by site and kind.
    of: HashMap<String, usize>,
    all: usize,
}

impl Sample {
    fn file(&mut self, how: &How, input: &Input) {
        if self.all >= IN_ALL {
            return;
        }
        let mut seen = 0;
        let mut sink = |found: Found| {
            if let Found::Page(page) = found {
                self.page(&page, input);
            }
            seen += 1;
            if seen >= LOOKED_AT || self.all >= IN_ALL { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // What is wrong with the file is said when it is taken in.
        let _ = guarded(input, || {
            let mut source = BufReader::with_capacity(256 << 10, std::io::Read::take(input.open()?, BYTES));
            formats::read(&mut source, &input.name, how.format, &ReadOptions::default(), &mut sink)
                .map_err(|e| e.to_string())
        });
    }

    fn page(&mut self, page: &Page, input: &Input) {
        let text = html::decode(&page.bytes, page.charset.as_deref()).text;
        let at = address(page, input, &text).read_at;
        let rest = at.split_once("://").map_or(at.as_str(), |(_, rest)| rest);
        let mut parts = rest.split(['/', '?']);
        let site = parts.next().unwrap_or_default().to_owned();
        let kind = format!("{site}/{}", parts.next().unwrap_or_default());
        let count = |of: &HashMap<String, usize>, key: &str| of.get(key).copied().unwrap_or_default();
        if count(&self.of, &site) >= OF_A_SITE || count(&self.of, &kind) >= OF_A_KIND {
            return;
        }
        let read = html::Page { url: Some(&at), html: &text };
        // A teaser is the first paragraph of another page: lists would teach that stories are furniture.
        let parsed = html::Parsed::of(read);
        if parsed.survey(&parsed.story(&Templates::default())).aside.is_none() {
            self.templates.learn_parsed(&parsed);
            *self.of.entry(site).or_default() += 1;
            *self.of.entry(kind).or_default() += 1;
            self.all += 1;
        }
    }
}

/// Where a page was published, as far as that is known.
struct Address {
    /// For the reader of the page; a host that does not exist stands for one that nobody knows.
    read_at: String,
    /// The address it was saved from.
    saved: Option<String>,
    /// By what it is known at the next import when it has no address.
    by_path: String,
}

fn address(page: &Page, input: &Input, html: &str) -> Address {
    let by_path = format!("page:file:{}", input.key());
    let saved = page.url.clone().or_else(|| written_in(html)).or_else(|| mirrored(input));
    let read_at = saved.clone().unwrap_or_else(|| format!("{NOWHERE}/{}", input.key()));
    Address { read_at, saved, by_path }
}

/// The address that browsers and mirroring programs write into a page that they save.
fn written_in(html: &str) -> Option<String> {
    let head: String = html.chars().take(HEAD).collect();
    let after = |mark: &str| head.split_once(mark).map(|(_, rest)| rest.trim_start());
    let found = if let Some(rest) = after("<!-- saved from url=") {
        rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(rest, |(_, rest)| rest)
    } else if let Some(rest) = after("<!-- Mirrored from ") {
        rest
    } else {
        after("Page saved with SingleFile")
            .and_then(|rest| rest.split_once("url:"))
            .map(|(_, rest)| rest.trim_start())?
    };
    let written = found.split(char::is_whitespace).next().unwrap_or_default();
    let url = if written.contains("://") { written.to_owned() } else { format!("http://{written}") };
    let host = url.split("://").nth(1)?.split('/').next()?;
    (url.starts_with("http") && host.contains('.') && host != "internet.e-mail").then_some(url)
}

/// The address of a page that lies as wget and HTTrack lay it down: `host/path/index.html`.
fn mirrored(input: &Input) -> Option<String> {
    let path = Path::new(&input.name);
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    // The folder that was named may itself be the host.
    let below = input.key().split('/').count() + 1;
    let start = parts.len().saturating_sub(below);
    let at = (start..parts.len().saturating_sub(1)).find(|at| parts.get(*at).is_some_and(|part| is_host(part)))?;
    let host = parts.get(at)?.replace('+', ":");
    let rest = parts.get(at + 1..)?.join("/");
    let (path, query) = match rest.split_once(['?', '@']) {
        Some((path, query)) => (path, format!("?{}", query.trim_end_matches(".html"))),
        None => (rest.as_str(), String::new()),
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let path = if query.is_empty() && name.starts_with("index.") { path.strip_suffix(name)? } else { path };
    Some(format!("http://{host}/{path}{query}"))
}

/// What the place of a page tells: the address that its folder is a mirror of, else its path below the folder that was named.
pub fn place(input: &Input) -> String {
    mirrored(input).unwrap_or_else(|| input.key().to_owned())
}

/// `www.paper.example`, with a port perhaps; not `stories.2005`.
fn is_host(part: &str) -> bool {
    let name = part.split([':', '+']).next().unwrap_or_default();
    let labels: Vec<&str> = name.split('.').collect();
    let sound = |label: &&str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let last = labels.last().copied().unwrap_or_default();
    let backup = ["html", "htm", "old", "bak", "backup", "new", "tmp", "zip", "tar", "gz", "warc"];
    labels.len() >= 2
        && labels.iter().all(sound)
        && last.len() >= 2
        && last.bytes().any(|b| b.is_ascii_alphabetic())
        && !backup.contains(&last)
}

/// Takes the story out of a page, or says why it has none.
pub fn read(page: Page, input: &Input, templates: &Templates) -> Taken {
    let decoded = html::decode(&page.bytes, page.charset.as_deref());
    let at = address(&page, input, &decoded.text);
    let read = html::Page { url: Some(&at.read_at), html: &decoded.text };
    let parsed = html::Parsed::of(read);
    let extract = parsed.story(templates);
    let survey = parsed.survey(&extract);
    let place = super::pieces::place(&page.file, page.place);
    if let Some(why) = survey.aside {
        let text = at.saved.or(extract.headline).unwrap_or_default();
        return Taken::Aside(Aside { place, text, kind: survey.kind, why });
    }
    let mut item = extract.into_item(&page.file, page.place);
    item.notes.extend(page.notes);
    item.notes.extend(decoded.notes);
    item.images.retain(|image| !image.source.starts_with("data:"));
    if survey.walled && item.access != Some(Access::Paid) {
        if item.access.is_some() {
            item.notes.push("says that it was not sold, and shows less than it holds: taken as sold".into());
        }
        item.access = Some(Access::Paid);
    }
    let own = name(&mut item, &at, &survey);
    item.version = Some(version(page.saved_at, own));
    formats::finish(&mut item);
    item.shown = item.shown.into_iter().chain(survey.shown(&item.body)).min();
    Taken::Story(Box::new(item))
}

/// Gives the piece its identity and its addresses. Whether the page is the story's own, and no form of it for print or telephones.
fn name(item: &mut Item, at: &Address, survey: &Survey) -> bool {
    let known = |url: &String| (!url.starts_with(NOWHERE)).then(|| url.clone());
    let saved = at.saved.clone();
    // A story of an agency that names the agency's page is the paper's here.
    let near = |url: &String| saved.as_deref().is_none_or(|saved| of_one_site(saved, url));
    let told = item.url.take().filter(near);
    let canonical = told.as_ref().and_then(known);
    let url = canonical.or_else(|| saved.clone());
    let relative = told.filter(|url| url.starts_with(NOWHERE) && Some(url) != Some(&at.read_at));
    item.aliases.extend(saved.iter().cloned());
    item.aliases.extend(survey.canonical.iter().chain(&survey.addresses).filter(|url| near(url)).filter_map(known));
    item.aliases.extend(relative.and_then(|url| url.strip_prefix(NOWHERE).map(str::to_owned)));
    let own = saved.as_ref().zip(url.as_ref()).is_none_or(|(saved, url)| identity(saved) == identity(url));
    item.key = url.as_deref().and_then(identity).map_or_else(|| at.by_path.clone(), |id| format!("page:{id}"));
    item.url = url;
    own
}

/// Host and path: a page is the same with and without `www.` and encryption.
fn identity(url: &str) -> Option<String> {
    let path = addresses::kept(url)?;
    Some(format!("{}{path}", host(url)?))
}

fn host(url: &str) -> Option<String> {
    let host =
        url.split_once("://")?.1.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    (!host.is_empty()).then_some(host)
}

/// Whether two addresses are one publisher's: one host, or one below the other (`m.paper.example`).
fn of_one_site(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (host(one), host(other)) else { return false };
    let below = |a: &str, b: &str| a.strip_suffix(b).is_some_and(|rest| rest.ends_with('.'));
    // `m.` beside `news.` of one publisher; not two publishers below `co.uk`.
    let parent = |h: &str| {
        let rest = h.split_once('.')?.1;
        rest.split_once('.').filter(|(first, _)| first.len() > 3).map(|_| rest.to_owned())
    };
    one == other
        || below(&one, &other)
        || below(&other, &one)
        || parent(&one).is_some_and(|p| parent(&other) == Some(p))
}

/// Later crawls of a page replace earlier ones; its form for print replaces none.
fn version(saved: Option<When>, own: bool) -> u32 {
    let at = match saved {
        Some(When::Instant(at)) => u32::try_from(at.as_second()).unwrap_or(1),
        _ => 1,
    };
    if own { at.max(1) } else { 0 }
}

/// Whether a piece is a page in another form than the story's own.
pub fn is_other_form(piece: &store::Piece) -> bool {
    piece.version == Some(0) && piece.source.starts_with("page:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_folders() {
        for (part, wanted) in [
            ("www.quay.example", true),
            ("quay.example:8080", true),
            ("quay.example+8080", true),
            ("stories", false),
            ("2005.12", false),
            ("site.backup", false),
            ("index.html", false),
            (".hidden", false),
        ] {
            assert_eq!(is_host(part), wanted, "{part}");
        }
    }

    #[test]
    fn a_page_tells_where_it_was_saved_from() {
        for (html, wanted) in [
            (
                "<html>\n<!-- saved from url=(0030)http://quay.example/a/b.html -->",
                Some("http://quay.example/a/b.html"),
            ),
            ("<!-- Mirrored from quay.example/a.html by HTTrack -->", Some("http://quay.example/a.html")),
            ("<!--\n Page saved with SingleFile \n url: https://quay.example/a \n-->", Some("https://quay.example/a")),
            ("<!-- saved from url=(0014)about:internet -->", None),
            ("<html>", None),
        ] {
            assert_eq!(written_in(html).as_deref(), wanted, "{html}");
        }
    }

    #[test]
    fn one_story_has_one_identity_and_a_neighbour_another() {
        let same = identity("https://www.quay.example/a/?utm_source=x#top");
        assert_eq!(same.as_deref(), Some("quay.example/a"));
        assert_eq!(identity("http://quay.example/a"), same);
        assert_ne!(identity("http://quay.example/a?id=2"), same);
        assert!(of_one_site("http://m.quay.example/a", "https://www.quay.example/a"));
        assert!(of_one_site("http://m.quay.example/a", "https://news.quay.example/a"));
        assert!(!of_one_site("http://quay.example/a", "https://agency.example/a"));
        assert!(!of_one_site("http://quay.co.uk/a", "https://agency.co.uk/a"));
    }
}
