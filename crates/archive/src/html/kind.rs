//! What a saved page is: a story, or a page that lists, finds, frames or misses stories. Told by how the page is built (links against
//! prose, headings that lead away, what its structured data calls it), not by words of one language, so that it holds for sites
//! that nobody has seen.

use std::collections::{HashMap, HashSet};

use html5ever::local_name;
use serde_json::Value;

use super::choose::{self, Ground};
use super::flow::{Block, Flow, Shape};
use super::page::{Extract, Page, Parsed};
use super::tree::{NodeId, ROOT, Tree};
use super::{address, unshown, wording};
use crate::blocks as lines;
use crate::item::{Access, Part};

/// A page is taken for a story from this sum of its signs on.
const STORY: f32 = 1.0;
/// Objects of structured data that are looked at in one page.
const OBJECTS: usize = 2_000;
/// Other addresses that are kept of one page.
const ADDRESSES: usize = 8;
/// A page with less text than this and nothing that calls it a story has nothing to say, in Latin letters.
const NOTHING: u32 = 60;

/// What a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Why it is no story, and what to do if that is an error; none when it is one.
    pub aside: Option<String>,
    /// Its kind in two or three words, for counting.
    pub kind: &'static str,
    /// The page, or a part of it, was closed to people who had not paid, or may have been.
    pub walled: bool,
    /// The words that the page shows, where the story holds more.
    shown: Option<String>,
    /// The page calls this its own address. Absolute where that can be told.
    pub canonical: Option<String>,
    /// Further addresses under which the page says that it stands: for print, for telephones, short ones.
    pub addresses: Vec<String>,
}

impl Survey {
    /// How many parts of the story's body the page shows from its beginning on, each whole; `None` where it shows all of it.
    #[must_use]
    pub fn shown(&self, body: &[Part]) -> Option<usize> {
        let shown = self.shown.as_ref()?;
        let stands = |part: &&Part| shown.contains(&format!(" {} ", lines::key(part.text())));
        Some(body.iter().take_while(stands).count())
    }
}

/// Surveys a page of which the story was taken.
#[must_use]
pub fn survey(page: &Page<'_>, extract: &Extract) -> Survey {
    of(&Parsed::of(*page), extract)
}

pub(super) fn of(parsed: &Parsed<'_>, extract: &Extract) -> Survey {
    let Parsed { page, tree, flow, ground, shown, .. } = parsed;
    let signs = Signs::of(page, extract, tree, flow, ground);
    let (kind, aside) = signs.verdict(extract).map_or(("story", None), |(kind, why)| (kind, Some(why)));
    let shown = shown.clone().or_else(|| shows_less(flow, extract).then(|| unshown::words(flow)));
    Survey {
        aside,
        kind,
        walled: shown.is_some() || extract.access == Some(Access::Paid),
        shown,
        canonical: signs.canonical,
        addresses: signs.addresses,
    }
}

/// Whether the body holds text that the page itself does not show: then nobody saw it who had not paid, as far as anybody knows.
fn shows_less(flow: &Flow, extract: &Extract) -> bool {
    let Some(told) = extract.json_ld_body.as_ref().filter(|told| **told == extract.body) else { return false };
    let Some(last) = told.last() else { return false };
    let end: String = lines::key(last.text()).chars().rev().take(40).collect();
    !flow.blocks.iter().any(|b| lines::key(&b.text).chars().rev().take(5_000).collect::<String>().contains(&end))
}

/// What speaks for and against a story.
#[derive(Debug, Default)]
struct Signs {
    frames: bool,
    /// The page sends its reader on at once.
    leads_to: Option<String>,
    canonical: Option<String>,
    addresses: Vec<String>,
    titles: Vec<String>,
    og: String,
    /// Stories among the objects of structured data, and whether one is a list, a search or a profile.
    told_stories: usize,
    told_list: Option<&'static str>,
    marked_stories: usize,
    home: bool,
    asks: bool,
    paged: bool,
    prose: Prose,
}

/// How the page's text lies.
#[derive(Debug, Default)]
struct Prose {
    /// Prose in all, and the most of it that no heading or line leading elsewhere interrupts; how much the body is. All in Latin letters.
    all: u32,
    longest: u32,
    told: u32,
    /// Headings and lines that lead elsewhere, and how many of them have prose of their own under them.
    leading: u32,
    teasers: u32,
    /// Characters of the body in all and in links.
    chars: u32,
    linked: u32,
}

impl Signs {
    fn of(page: &Page<'_>, extract: &Extract, tree: &Tree, flow: &Flow, ground: &Ground) -> Self {
        let mut signs = Self { prose: prose(extract, tree, flow, ground), ..Self::default() };
        for node in tree.below(ROOT) {
            signs.element(page, tree, node);
        }
        signs.addresses.truncate(ADDRESSES);
        let at = page.url.map(address::path).unwrap_or_default().to_lowercase();
        let bare = at.split('?').next().unwrap_or_default().trim_matches('/');
        let index = bare.split('.').next().is_some_and(|name| matches!(name, "index" | "default" | "home"));
        signs.home = page.url.is_some() && !at.contains('?') && (bare.is_empty() || index && !bare.contains('/'));
        signs.asks = bare.split('/').any(|part| part == "search") || at.contains("?s=") || at.contains("?q=");
        signs
    }

    fn element(&mut self, page: &Page<'_>, tree: &Tree, node: NodeId) {
        let text = |name| tree.attribute(node, &name).unwrap_or_default();
        match tree.name(node) {
            local_name!("frameset") => self.frames = true,
            local_name!("title") | local_name!("h1") if self.titles.len() < 6 => {
                self.titles.push(lines::key(&tree.all_text(node)));
            }
            local_name!("meta") => {
                let name = tree.attribute(node, &local_name!("property")).unwrap_or_else(|| text(local_name!("name")));
                let content = text(local_name!("content"));
                if name.eq_ignore_ascii_case("og:type") {
                    self.og = content.trim().to_ascii_lowercase();
                } else if name.eq_ignore_ascii_case("og:url") && self.addresses.len() < ADDRESSES {
                    self.addresses.extend(address::absolute(content, page.url));
                } else if text(local_name!("http-equiv")).eq_ignore_ascii_case("refresh") {
                    self.leads_to = self.leads_to.take().or_else(|| sent_on(content));
                }
            }
            local_name!("link") => self.link(page, tree, node),
            local_name!("script") if text(local_name!("type")).to_ascii_lowercase().contains("ld+json") => {
                if let Some(text) = tree.first_child(node).and_then(|t| tree.text(t)) {
                    self.structured(text);
                }
            }
            _ if text(local_name!("itemtype")).trim_end_matches('/').ends_with("Article") => self.marked_stories += 1,
            _ => {}
        }
    }

    fn link(&mut self, page: &Page<'_>, tree: &Tree, node: NodeId) {
        let rel = tree.attribute(node, &local_name!("rel")).unwrap_or_default().to_ascii_lowercase();
        let href = tree.attribute(node, &local_name!("href")).unwrap_or_default().trim();
        let is = |word: &str| rel.split_whitespace().any(|r| r == word);
        let media = tree.attribute(node, &local_name!("media")).unwrap_or_default();
        let other_form = is("alternate") && (media.contains("print") || media.contains("only screen"));
        if is("canonical") && self.canonical.is_none() {
            self.canonical = address::absolute(href, page.url);
        } else if (is("amphtml") || is("shortlink") || other_form) && self.addresses.len() < ADDRESSES {
            self.addresses.extend(address::absolute(href, page.url));
        } else if is("next") || is("prev") {
            self.paged = true;
        }
    }

    fn structured(&mut self, text: &str) {
        let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
        let Ok(value) = serde_json::from_str::<Value>(text) else { return };
        let mut waiting = vec![&value];
        for _ in 0..OBJECTS {
            let Some(value) = waiting.pop() else { return };
            match value {
                Value::Array(all) => waiting.extend(all.iter().rev()),
                Value::Object(object) => {
                    let kinds = match object.get("@type") {
                        Some(Value::String(kind)) => vec![kind.as_str()],
                        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
                        _ => Vec::new(),
                    };
                    if kinds.iter().any(|kind| super::jsonld::is_kind_of_story(kind)) {
                        self.told_stories += 1;
                    }
                    self.told_list = self.told_list.or_else(|| kinds.iter().find_map(|kind| list(kind)));
                    waiting.extend(object.get("@graph"));
                    waiting.extend(object.get("mainEntity"));
                }
                _ => {}
            }
        }
    }

    /// Why it is no story: its kind, and a sentence.
    fn verdict(&self, extract: &Extract) -> Option<(&'static str, String)> {
        if self.frames && self.prose.all < 400 {
            let why = "is a set of frames: its text is in other pages. Import those too";
            return Some(("frames", why.into()));
        }
        if let Some(to) = self.leads_to.as_ref().filter(|_| self.prose.all < 400) {
            return Some(("leads on", format!("only leads on to {to}: import that page")));
        }
        let called = self.told_stories == 1 || self.og == "article";
        if self.prose.chars == 0 || self.prose.told < NOTHING && !called {
            let why = "has hardly any text outside menus and lists: nothing of it could be published";
            return Some(("without text", why.into()));
        }
        if self.is_error() && self.prose.all < 300 && self.told_stories == 0 && extract.published_at.is_none() {
            return Some(("error page", "tells of an error, not of news: crawl the page again".into()));
        }
        let sum = self.sum(extract);
        (sum < STORY).then(|| self.reason(extract))
    }

    fn is_error(&self) -> bool {
        const WORDS: &[&str] = &[
            "404",
            "403",
            "410",
            "500",
            "502",
            "503",
            "not found",
            "nicht gefunden",
            "introuvable",
            "no encontrada",
            "no encontrado",
            "non trovata",
            "niet gevonden",
            "nao encontrada",
            "não encontrada",
            "access denied",
            "bad gateway",
            "object moved",
            "moved permanently",
        ];
        let says = |title: &String| {
            let words: Vec<&str> = title.split_whitespace().collect();
            WORDS.iter().any(|w| if w.contains(' ') || w.len() > 4 { title.contains(w) } else { words.contains(w) })
        };
        self.titles.iter().filter(|t| t.chars().count() < 80).any(says)
    }

    /// The signs, weighed. What a page says of itself is believed unless its build says otherwise.
    fn sum(&self, extract: &Extract) -> f32 {
        let p = &self.prose;
        let mut sum = 0.0;
        let mut add = |when: bool, weight: f32| sum += if when { weight } else { 0.0 };
        add(self.told_stories == 1, 3.0);
        add(self.marked_stories == 1, 1.5);
        add(self.marked_stories >= 3, -2.0);
        add(self.og == "article", 2.0);
        add(self.og == "profile", -3.0);
        add(matches!(self.og.as_str(), "website" | "blog"), -0.5);
        add(self.told_list.is_some() && self.told_stories != 1, -3.0);
        add(extract.published_at.is_some(), 1.0);
        add(!extract.bylines.is_empty(), 0.5);
        add(self.home, -2.5);
        add(self.asks, -1.5);
        add(self.paged, -0.5);
        add(p.longest >= 1_200, 2.0);
        add((500..1_200).contains(&p.longest), 1.0);
        add((120..250).contains(&p.longest), -1.0);
        add(p.longest < 120, -2.0);
        let whole = p.longest as f32 / (p.all.max(1)) as f32;
        add(p.leading >= 3 && p.teasers >= 2 && whole < 0.35, -3.0);
        add(p.leading >= 3 && p.teasers >= 2 && (0.35..0.5).contains(&whole), -1.5);
        add(p.teasers >= 6 && whole < 0.5, -2.0);
        add(p.leading < 3 || whole >= 0.8, 0.5);
        let linked = p.linked as f32 / p.chars.max(1) as f32;
        add(linked > 0.5, -3.0);
        add((0.3..=0.5).contains(&linked), -1.0);
        add(p.leading < 3 && linked < 0.2, 1.0);
        sum
    }

    fn reason(&self, extract: &Extract) -> (&'static str, String) {
        let else_story = "If it is a story, import it as a story file";
        if self.home {
            return ("home page", format!("is a home page. {else_story}"));
        }
        if self.og == "profile" || self.told_list == Some("profile") {
            return ("profile", format!("is a page about a person. {else_story}"));
        }
        if self.asks || self.told_list == Some("search") {
            return ("search", format!("is a page of search results. {else_story}"));
        }
        let p = &self.prose;
        if p.leading >= 3 {
            let why = format!("is a list of other pages: {} of its lines lead elsewhere. {else_story}", p.leading);
            return ("list", why);
        }
        if self.told_list.is_some() {
            return ("list", format!("calls itself a list. {else_story}"));
        }
        if p.linked * 3 > p.chars {
            return ("list", format!("has more than a third of its text in links. {else_story}"));
        }
        let unnamed = if extract.headline.is_none() { " and no headline" } else { "" };
        let why = format!("has {} characters of text{unnamed}, and nothing calls it a story. {else_story}", p.chars);
        ("too little text", why)
    }
}

/// What a type of structured data lists, if it does.
fn list(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "CollectionPage" | "ItemList" | "Blog" | "MediaGallery" => "list",
        "SearchResultsPage" => "search",
        "ProfilePage" => "profile",
        _ => return None,
    })
}

/// Where `refresh` sends a reader within a few seconds. Pages that renew themselves name no other address.
fn sent_on(content: &str) -> Option<String> {
    let (seconds, rest) = content.split_once([';', ','])?;
    let soon = seconds.trim().parse::<f32>().is_ok_and(|s| s <= 10.0);
    let at = rest.to_ascii_lowercase().find("url")?;
    let url = rest.get(at + 3..)?.trim_start().strip_prefix('=')?.trim().trim_matches(['"', '\'']);
    (soon && !url.is_empty()).then(|| url.chars().take(200).collect())
}

/// How the text of the page lies, furniture left out.
fn prose(extract: &Extract, tree: &Tree, flow: &Flow, ground: &Ground) -> Prose {
    let links = Links::of(tree);
    let kept: HashSet<&str> = extract.body.iter().map(crate::item::Part::text).collect();
    let mut prose = Prose::default();
    let mut run = 0;
    let mut under_leading = false;
    let parted = parted(tree, flow, &kept);
    for (at, block) in flow.blocks.iter().enumerate() {
        let named = ground.furniture.get(block.holder as usize).copied().flatten().is_some();
        let in_body = kept.contains(block.text.as_str());
        if block.shape == Shape::Caption || named && !in_body || parted.contains(&at) {
            continue;
        }
        if leads(block) || links.begin(&block.text) {
            prose.leading += 1;
            under_leading = true;
            run = 0;
            let own_prose = block.chars.saturating_sub(block.linked);
            prose.teasers += u32::from(own_prose >= 40);
        } else if choose::weight(block) > 0.0 || in_body {
            prose.teasers += u32::from(under_leading);
            under_leading = false;
            let told = choose::in_letters(&block.text);
            if !matches!(block.shape, Shape::Heading(_)) {
                run += told;
                prose.all += told;
            }
            prose.longest = prose.longest.max(run);
        }
        if in_body {
            prose.told += choose::in_letters(&block.text);
            prose.chars += block.chars;
            prose.linked += block.linked;
        }
    }
    if prose.chars == 0 {
        // The body was taken from what the page says of itself.
        prose.chars = extract.body.iter().map(|p| u32::try_from(p.text().chars().count()).unwrap_or(u32::MAX)).sum();
        prose.told = extract.body.iter().map(|p| choose::in_letters(p.text())).fold(0, u32::saturating_add);
        prose.longest = prose.longest.max(prose.told);
        prose.all = prose.all.max(prose.told);
    }
    prose
}

/// Paragraphs between two of the story's own that lead elsewhere: "Read more: …". Where there are as many of them as the story has paragraphs
/// there, it is a list.
fn parted(tree: &Tree, flow: &Flow, kept: &HashSet<&str>) -> HashSet<usize> {
    let told = |b: &Block| kept.contains(b.text.as_str()) && choose::weight(b) > 0.0 && !leads(b);
    let above = |b: &Block| tree.parent(b.holder);
    let mut own: HashMap<Option<NodeId>, (usize, usize, usize)> = HashMap::new();
    for (at, block) in flow.blocks.iter().enumerate().filter(|(_, b)| told(b)) {
        let place = own.entry(above(block)).or_insert((at, at, 0));
        place.1 = at;
        place.2 += 1;
    }
    let between = |(at, block): &(usize, &Block)| {
        let inside = own.get(&above(block)).is_some_and(|(first, last, _)| first < at && at < last);
        inside && block.shape == Shape::Paragraph && leads(block)
    };
    let found: Vec<(usize, &Block)> = flow.blocks.iter().enumerate().filter(between).collect();
    let few = |place: Option<NodeId>| {
        let many = found.iter().filter(|(_, b)| above(b) == place).count();
        own.get(&place).is_some_and(|(.., own)| many < *own)
    };
    let labelled = |b: &Block| wording::is_label(&b.text, &lines::key(&b.text));
    let aside = |(_, b): &&(usize, &Block)| few(above(b)) && (labelled(b) || b.linked < b.chars);
    found.iter().filter(aside).map(|(at, _)| *at).collect()
}

/// Links that are long enough to be a headline, by their first signs: a block that begins with one tells of another page, however
/// long the text behind it is.
struct Links(HashMap<String, Vec<String>>);

impl Links {
    /// Signs by which they are found.
    const SIGNS: usize = 15;
    /// So many are looked at.
    const MANY: usize = 3_000;

    fn of(tree: &Tree) -> Self {
        let mut links: HashMap<String, Vec<String>> = HashMap::new();
        let away = |node: &NodeId| {
            let href = tree.attribute(*node, &local_name!("href")).unwrap_or_default().trim();
            tree.name(*node) == local_name!("a") && !href.is_empty() && !href.starts_with('#')
        };
        for node in tree.below(ROOT).filter(away).take(Self::MANY) {
            let text = tree.all_text(node);
            let start: String = text.chars().take(Self::SIGNS).collect();
            if start.chars().count() == Self::SIGNS && text.len() < 1_000 {
                links.entry(start).or_default().push(text);
            }
        }
        Self(links)
    }

    fn begin(&self, text: &str) -> bool {
        let start: String = text.chars().take(Self::SIGNS).collect();
        self.0.get(&start).is_some_and(|links| links.iter().take(20).any(|link| text.starts_with(link.as_str())))
    }
}

/// A block of which a good part is a link of some length leads elsewhere.
fn leads(block: &Block) -> bool {
    let share = block.linked as f32 / block.chars.max(1) as f32;
    let heading = matches!(block.shape, Shape::Heading(_));
    block.linked >= 12 && (share >= 0.5 || share >= 0.3 && (heading || block.chars < 400))
}
