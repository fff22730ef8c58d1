//! What a page says of its story outside the story: title, times, people, section, pictures.

use html5ever::local_name;
use newsroom::languages::tag_of;

use super::tree::{NodeId, Tree};
use super::{furnishing, jsonld, shown_day, signatures};
use crate::formats::bylines;
use crate::item::When;

/// Longer values are not what they claim to be.
const LONG: usize = 1_000;
/// So many topics and people are taken.
const MANY: usize = 40;

/// What was found, best source first.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) headline: Option<String>,
    /// Every form of the title the page uses, to know it again in the text.
    pub(crate) titles: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) bylines: Vec<String>,
    pub(crate) published_at: Option<When>,
    /// What the page shows for its day, where none can be read in it for certain.
    pub(crate) published_unread: Option<String>,
    pub(crate) updated_at: Option<When>,
    pub(crate) section: Option<String>,
    pub(crate) topics: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) canonical: Option<String>,
    pub(crate) picture: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) json_ld_body: Option<String>,
    /// The lines of a recipe, as structured data tells them.
    pub(crate) json_ld_pieces: Vec<String>,
}

/// Reads everything a page says of itself, but for whom it names where it is `closed`: everybody reads names.
pub(crate) fn read(tree: &Tree, closed: &dyn Fn(NodeId) -> bool) -> Metadata {
    read_with(tree, closed, &|_| false)
}

/// The same, with what is no headline, since the publisher's other pages have it for a title too.
pub(crate) fn read_with(tree: &Tree, closed: &dyn Fn(NodeId) -> bool, of_house: &dyn Fn(&str) -> bool) -> Metadata {
    let mut raw = Raw::default();
    let mut title = None;
    let mut h1: Vec<Heading> = Vec::new();
    let mut meta = Metadata::default();
    let mut stories = jsonld::Story::default();
    for node in tree.below(super::tree::ROOT) {
        match tree.name(node) {
            local_name!("meta") => raw.take(tree, node),
            local_name!("title") if title.is_none() => title = tidy(&tree.all_text(node)),
            local_name!("h1") if h1.len() < 5 => {
                let marked = furnishing::names_headline(tree, node);
                let in_story = tree
                    .ancestors(node)
                    .any(|above| matches!(tree.name(above), local_name!("article") | local_name!("main")));
                h1.extend(tidy(&tree.all_text(node)).map(|text| Heading { text, marked, in_story }));
            }
            local_name!("link") => link(tree, node, &mut meta),
            local_name!("html") => {
                let lang = tree.attribute(node, &local_name!("lang"));
                meta.language = lang.or_else(|| tree.attribute_named(node, "xml:lang")).and_then(tag_of);
            }
            local_name!("article") | local_name!("main") if meta.language.is_none() => {
                meta.language = tree.attribute(node, &local_name!("lang")).and_then(tag_of);
            }
            local_name!("script") => jsonld::value(tree, node).into_iter().for_each(|said| stories.take(said)),
            local_name!("time") => time(tree, node, &mut meta),
            _ => people(tree, closed, node, &mut meta),
        }
    }
    raw.fill(&mut meta);
    fill_from(stories, &mut meta);
    if meta.bylines.is_empty() {
        meta.bylines.extend(signatures::signed(tree, closed).iter().flat_map(|names| bylines::pair(names)));
    }
    if meta.published_at.is_none() {
        match shown_day::shown(tree) {
            Some(shown_day::Shown::At(when)) => meta.published_at = Some(when),
            Some(shown_day::Shown::Unread(words)) => meta.published_unread = Some(words),
            None => {}
        }
    }
    let own = |title: &String| !of_house(title);
    meta.titles.extend(meta.headline.iter().chain(&title).filter(|title| of_house(title)).cloned().collect::<Vec<_>>());
    meta.headline = meta.headline.take().filter(own);
    let title = title.filter(|title| own(title) && own(&without_site(title, meta.site.as_deref())));
    h1.retain(|heading| own(&heading.text));
    settle_titles(&mut meta, title, h1);
    meta
}

/// Values of meta elements by name.
#[derive(Debug, Default)]
struct Raw(Vec<(String, String)>);

impl Raw {
    fn take(&mut self, tree: &Tree, node: NodeId) {
        let name = [local_name!("property"), local_name!("name"), local_name!("itemprop")]
            .iter()
            .find_map(|n| tree.attribute(node, n));
        let (Some(name), Some(content)) = (name, tree.attribute(node, &local_name!("content"))) else { return };
        if self.0.len() < 500
            && let Some(content) = tidy(content)
        {
            self.0.extend(name.split_whitespace().map(|n| (n.to_ascii_lowercase(), content.clone())));
        }
    }

    fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()))
    }

    fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(|(n, _)| names.contains(&n.as_str())).map(|(_, v)| v.as_str())
    }

    fn fill(&self, meta: &mut Metadata) {
        let owned = |names: &[&str]| self.get(names).map(str::to_owned);
        meta.headline = owned(&["og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "parsely-title"]);
        let titles = ["og:title", "twitter:title", "dc.title", "headline", "title", "parsely-title"];
        meta.titles.extend(self.all(&titles).map(str::to_owned).take(10));
        meta.description = owned(&["og:description", "description", "twitter:description", "dc.description"]);
        meta.picture = owned(&["og:image", "og:image:url", "twitter:image"]);
        meta.site = owned(&["og:site_name", "application-name"]);
        meta.section = owned(&["article:section", "parsely-section", "section"]);
        let published = [
            "article:published_time",
            "datepublished",
            "date",
            "dc.date",
            "dc.date.issued",
            "dcterms.created",
            "pubdate",
            "parsely-pub-date",
            "sailthru.date",
            "publish-date",
            "article.published",
            "og:published_time",
        ];
        meta.published_at = self.all(&published).find_map(super::dates::when).or(meta.published_at);
        let updated = ["article:modified_time", "datemodified", "last-modified", "dcterms.modified", "og:updated_time"];
        meta.updated_at = self.all(&updated).find_map(super::dates::when);
        let people = ["author", "article:author", "dc.creator", "parsely-author", "byl", "sailthru.author"];
        let stated: Vec<String> = self.all(&people).filter_map(person).take(MANY).collect();
        if !stated.is_empty() {
            meta.bylines = stated;
        }
        let topics = ["article:tag", "news_keywords", "keywords", "parsely-tags"];
        for value in self.all(&topics) {
            add_topics(value, &mut meta.topics);
        }
        if meta.canonical.is_none() {
            meta.canonical = owned(&["og:url", "twitter:url", "parsely-link"]);
        }
        if meta.language.is_none() {
            meta.language = self.get(&["og:locale", "language", "dc.language"]).and_then(tag_of);
        }
    }
}

fn fill_from(story: jsonld::Story, meta: &mut Metadata) {
    meta.titles.extend(story.headline.iter().cloned());
    meta.headline = story.headline.or(meta.headline.take());
    meta.description = meta.description.take().or(story.description);
    if !story.authors.is_empty() {
        meta.bylines = story.authors.iter().filter_map(|a| person(a)).take(MANY).collect();
    }
    meta.published_at = story.published_at.or(meta.published_at);
    meta.updated_at = story.updated_at.or(meta.updated_at);
    meta.section = story.section.or(meta.section.take());
    for topic in &story.topics {
        add_topics(topic, &mut meta.topics);
    }
    meta.language = story.language.and_then(|l| tag_of(&l)).or(meta.language.take());
    meta.picture = meta.picture.take().or(story.picture);
    meta.canonical = meta.canonical.take().or(story.url);
    meta.json_ld_body = story.body;
    meta.json_ld_pieces = story.pieces;
}

/// A heading of the first level.
struct Heading {
    text: String,
    /// It says that it is the headline.
    marked: bool,
    /// It stands where the page says that its story does.
    in_story: bool,
}

impl Heading {
    /// Whether the title begins with it, however short it is, and a mark follows. The paper's name may begin a title too, but stands elsewhere.
    fn begins(&self, title: &str) -> bool {
        let rest = title.strip_prefix(&self.text);
        (self.in_story || self.marked) && rest.is_some_and(|rest| PARTED.iter().any(|mark| rest.starts_with(mark)))
    }
}

/// A heading of the first level that a title of the head repeats is the headline as it was set.
fn settle_titles(meta: &mut Metadata, title: Option<String>, headings: Vec<Heading>) {
    let key = crate::blocks::key;
    let titles: Vec<&String> = meta.titles.iter().chain(&title).collect();
    // The paper's name stands in the title too, and may be a heading of the first level; it is a small part of the title.
    let shared = headings.iter().find(|heading| {
        let h = key(&heading.text);
        titles.iter().any(|title| {
            let t = key(title);
            t == h
                || (t.contains(&h) && h.len() * 2 > t.len())
                || (h.contains(&t) && t.len() > 10)
                || heading.begins(title)
        })
    });
    let shared = shared.map(|heading| heading.text.clone());
    let h1: Vec<String> = headings.iter().map(|heading| heading.text.clone()).collect();
    let bare = title.as_deref().map(|t| without_site(t, meta.site.as_deref()));
    let single = if h1.len() == 1 { h1.first().cloned() } else { None };
    // The paper's name alone is no headline.
    let site = meta.site.as_deref().map(key).filter(|site| !site.is_empty());
    let names_site = |title: &String| single.is_some() && site.as_ref() == Some(&key(title));
    meta.headline = meta.headline.take().filter(|title| !names_site(title));
    let bare = bare.filter(|title| !names_site(title));
    meta.headline = shared.or(meta.headline.take()).or(bare).or(single);
    let without: Option<String> = title.as_deref().map(|t| without_site(t, meta.site.as_deref()));
    if meta.site.is_none()
        && let Some((whole, bare)) = title.as_deref().zip(without.as_deref())
    {
        let tail = whole.strip_prefix(bare).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
        meta.site = Some(tail.to_owned()).filter(|tail| !tail.is_empty());
    }
    meta.titles.extend(without);
    meta.titles.extend(title);
    meta.titles.extend(meta.headline.clone());
    // A heading of the first level that says it is the headline is one, however the head of the page puts it.
    if h1.len() == 1 {
        meta.titles.extend(headings.into_iter().filter(|heading| heading.marked).map(|heading| heading.text));
    }
}

/// What parts a title from the paper's name.
const PARTED: [&str; 7] = [" | ", " – ", " — ", " - ", " :: ", " » ", " · "];

/// `Headline | Paper` without the paper, and without its section where several marks part the title.
fn without_site(title: &str, site: Option<&str>) -> String {
    // Chinese pages part without spaces.
    let dense = ["_", "｜", "|"];
    let wide = title.chars().filter(|c| matches!(u32::from(*c), 0x3040..=0x30ff | 0x3400..=0x9fff)).count() >= 4;
    let cut = |title: &str, mark: &str| {
        let (head, tail) = title.rsplit_once(mark)?;
        let named = site.is_some_and(|s| s.eq_ignore_ascii_case(tail.trim()));
        let short = tail.chars().count() < 25 && head.chars().count() > 2 * tail.chars().count();
        (named || short).then(|| head.trim().to_owned())
    };
    if let Some(head) = PARTED.iter().find_map(|mark| cut(title, mark)) {
        return head;
    }
    let mut title = title.to_owned();
    for _ in 0..3 {
        let Some(head) = dense.iter().filter(|_| wide).find_map(|mark| cut(&title, mark)) else { break };
        title = head;
    }
    title
}

fn link(tree: &Tree, node: NodeId, meta: &mut Metadata) {
    let rel = tree.attribute(node, &local_name!("rel")).unwrap_or_default();
    if rel.split_whitespace().any(|r| r.eq_ignore_ascii_case("canonical")) && meta.canonical.is_none() {
        meta.canonical = tree.attribute(node, &local_name!("href")).and_then(tidy);
    }
}

/// The first time that says it is the time of publication, or just the first.
fn time(tree: &Tree, node: NodeId, meta: &mut Metadata) {
    let Some(when) = tree.attribute(node, &local_name!("datetime")).and_then(super::dates::when) else { return };
    let item = tree.attribute(node, &local_name!("itemprop")).unwrap_or_default();
    if item.contains("dateModified") {
        meta.updated_at = meta.updated_at.or(Some(when));
    } else {
        meta.published_at = meta.published_at.or(Some(when));
    }
}

/// People named by `rel=author` or `itemprop=author`.
fn people(tree: &Tree, closed: &dyn Fn(NodeId) -> bool, node: NodeId, meta: &mut Metadata) {
    let rel = tree.attribute(node, &local_name!("rel")).is_some_and(|r| r.split_whitespace().any(|w| w == "author"));
    let item = tree.attribute(node, &local_name!("itemprop")).is_some_and(|i| i == "author");
    if (rel || item)
        && meta.bylines.len() < 5
        && tree.below(node).take(50).count() < 50
        && !closed(node)
        && let Some(name) = person(&tree.all_text(node))
        && !meta.bylines.contains(&name)
    {
        meta.bylines.push(name);
    }
}

/// A name; nothing for addresses and sentences.
fn person(text: &str) -> Option<String> {
    let text = tidy(text)?;
    let name = ["by ", "von ", "par ", "por "].iter().find_map(|word| {
        let (before, name) = text.split_at_checked(word.len())?;
        before.eq_ignore_ascii_case(word).then_some(name)
    });
    let name = name.unwrap_or(&text).trim();
    let plausible = (2..=80).contains(&name.chars().count()) && !name.contains("://") && !name.contains('@');
    plausible.then(|| name.to_owned())
}

fn add_topics(list: &str, topics: &mut Vec<String>) {
    for topic in list.split([',', ';']).filter_map(tidy) {
        if topics.len() < MANY && topic.chars().count() <= 80 && !topics.contains(&topic) {
            topics.push(topic);
        }
    }
}

/// White space single; nothing for what is empty or far too long.
pub(crate) fn tidy(text: &str) -> Option<String> {
    // Hints where a line may break stand in no text of the story either.
    let text = text.replace('\u{ad}', "").split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.len() <= LONG).then_some(text)
}
