//! Feeds, sitemaps, robots.txt and the web manifest. Their items have no body: a public feed carries the standfirst
//! (or the first words of the preview) and nothing else.
use crate::assets;
use crate::views::{Marking, Paper, Picture, SectionLink};
use crate::words;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Most addresses a news sitemap may hold, and how old its stories may be (Google News sitemap rules).
pub const NEWS_SITEMAP_MOST: usize = 1_000;
/// Most addresses one sitemap may hold (sitemaps.org protocol).
pub const SITEMAP_MOST: usize = 50_000;

/// A story as feeds and sitemaps know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// Path of the story.
    pub path: String,
    /// Headline.
    pub headline: String,
    /// Standfirst, or the beginning of the preview. Never more than everybody may read.
    pub summary: String,
    /// Section.
    pub section: SectionLink,
    /// Writers.
    pub bylines: Vec<String>,
    /// `None`: unknown; the item then has no date.
    pub published_at: Option<Timestamp>,
    /// Last change.
    pub updated_at: Option<Timestamp>,
    /// Marking.
    pub marking: Marking,
    /// Picture.
    pub picture: Option<Picture>,
    /// BCP 47 tag of its words, where they are in another language than the paper's.
    pub language: Option<String>,
}

/// A feed: of the whole paper or of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// `None`: the whole paper (`/feed.xml`, `/feed.json`); else a section's (`/markets/feed.xml`).
    pub section: Option<SectionLink>,
    /// Items, newest first.
    pub items: Vec<FeedItem>,
}

impl Feed {
    fn title(&self, paper: &Paper) -> String {
        match &self.section {
            Some(section) => format!("{}: {}", paper.name, section.name),
            None => paper.name.clone(),
        }
    }

    fn home(&self, paper: &Paper) -> String {
        match &self.section {
            Some(section) => format!("{}/{}", paper.base_url, section.code),
            None => format!("{}/", paper.base_url),
        }
    }

    fn address(&self, paper: &Paper, ending: &str) -> String {
        match &self.section {
            Some(section) => format!("{}/{}/feed.{ending}", paper.base_url, section.code),
            None => format!("{}/feed.{ending}", paper.base_url),
        }
    }
}

/// RSS 2.0. Content type `application/rss+xml; charset=utf-8`.
#[must_use]
pub fn rss(paper: &Paper, feed: &Feed) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n",
    );
    element(&mut xml, "title", &feed.title(paper));
    element(&mut xml, "link", &feed.home(paper));
    let about = if paper.tagline.is_empty() { &paper.name } else { &paper.tagline };
    element(&mut xml, "description", about);
    element(&mut xml, "language", &paper.language.to_ascii_lowercase());
    let own = escape(&feed.address(paper, "xml"));
    let _ = writeln!(xml, "<atom:link href=\"{own}\" rel=\"self\" type=\"application/rss+xml\"/>");
    for item in &feed.items {
        let address = format!("{}{}", paper.base_url, item.path);
        xml.push_str("<item>\n");
        element(&mut xml, "title", &item.headline);
        element(&mut xml, "link", &address);
        let _ = writeln!(xml, "<guid isPermaLink=\"true\">{}</guid>", escape(&address));
        element(&mut xml, "description", &item.summary);
        element(&mut xml, "category", &item.section.name);
        for name in &item.bylines {
            element(&mut xml, "dc:creator", name);
        }
        if let Some(language) = &item.language {
            element(&mut xml, "dc:language", language);
        }
        if let Some(at) = item.published_at {
            let date = at.to_zoned(paper.zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
            element(&mut xml, "pubDate", &date);
        }
        xml.push_str("</item>\n");
    }
    xml.push_str("</channel></rss>\n");
    xml
}

/// JSON Feed 1.1. Content type `application/feed+json`. Items carry `summary` and, as the format asks for a content,
/// the same words as `content_text`.
#[must_use]
pub fn json_feed(paper: &Paper, feed: &Feed) -> String {
    let items: Vec<Value> = feed
        .items
        .iter()
        .map(|item| {
            let address = format!("{}{}", paper.base_url, item.path);
            let mut data = json!({
                "id": address,
                "url": address,
                "title": item.headline,
                "summary": item.summary,
                "content_text": item.summary,
                "tags": [item.section.name],
            });
            if let Some(at) = item.published_at {
                data["date_published"] = json!(words::machine_time(at, &paper.zone));
            }
            if let Some(at) = words::later(item.updated_at, item.published_at) {
                data["date_modified"] = json!(words::machine_time(at, &paper.zone));
            }
            if !item.bylines.is_empty() {
                data["authors"] = item.bylines.iter().map(|name| json!({ "name": name })).collect();
            }
            if let Some(language) = &item.language {
                data["language"] = json!(language);
            }
            if let Some(picture) = &item.picture {
                data["image"] = json!(format!("{}/pictures/{}-1200.jpg", paper.base_url, picture.file));
            }
            data
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(paper),
        "home_page_url": feed.home(paper),
        "feed_url": feed.address(paper, "json"),
        "description": paper.tagline,
        "icon": format!("{}{}", paper.base_url, assets::url("icon-512.png")),
        "language": paper.language,
        "items": items,
    })
    .to_string()
}

/// News sitemap: stories of the two days before `now`, at most [`NEWS_SITEMAP_MOST`], in the order given. Stories
/// without a date, or with one in the future, are left out. Content type `application/xml`.
#[must_use]
pub fn news_sitemap(paper: &Paper, items: &[FeedItem], now: Timestamp) -> String {
    let language = paper.language.split('-').next().unwrap_or("en").to_ascii_lowercase();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n",
    );
    let two_days = SignedDuration::from_hours(48);
    let fresh = items.iter().filter_map(|item| {
        let at = item.published_at?;
        (at <= now && now.duration_since(at) <= two_days).then_some((item, at))
    });
    for (item, at) in fresh.take(NEWS_SITEMAP_MOST) {
        xml.push_str("<url>");
        element(&mut xml, "loc", &format!("{}{}", paper.base_url, item.path));
        xml.push_str("<news:news><news:publication>");
        element(&mut xml, "news:name", &paper.name);
        element(&mut xml, "news:language", &language);
        xml.push_str("</news:publication>");
        element(&mut xml, "news:publication_date", &words::machine_time(at, &paper.zone));
        element(&mut xml, "news:title", &item.headline);
        xml.push_str("</news:news></url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// One line of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Path of the page.
    pub path: String,
    /// Last change, if known.
    pub changed_at: Option<Timestamp>,
}

/// A sitemap of at most [`SITEMAP_MOST`] addresses (what is beyond is left out; use [`sitemap_index`] for more).
/// Content type `application/xml`.
#[must_use]
pub fn sitemap(paper: &Paper, entries: &[SitemapEntry]) -> String {
    listing(paper, entries, "urlset", "url")
}

/// An index of sitemaps, for a paper with more than [`SITEMAP_MOST`] pages. Content type `application/xml`.
#[must_use]
pub fn sitemap_index(paper: &Paper, sitemaps: &[SitemapEntry]) -> String {
    listing(paper, sitemaps, "sitemapindex", "sitemap")
}

fn listing(paper: &Paper, entries: &[SitemapEntry], root: &str, line: &str) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    );
    for entry in entries.iter().take(SITEMAP_MOST) {
        let _ = write!(xml, "<{line}>");
        element(&mut xml, "loc", &format!("{}{}", paper.base_url, entry.path));
        if let Some(at) = entry.changed_at {
            element(&mut xml, "lastmod", &words::machine_time(at, &paper.zone));
        }
        let _ = writeln!(xml, "</{line}>");
    }
    let _ = writeln!(xml, "</{root}>");
    xml
}

/// `robots.txt` (RFC 9309): stories are open to crawlers, which meet the same wall as readers; private pages are not
/// worth their visit. Content type `text/plain; charset=utf-8`.
#[must_use]
pub fn robots(paper: &Paper) -> String {
    let mut text = String::from("User-agent: *\n");
    for path in ["/account", "/checkout", "/desk", "/login", "/logout", "/mailbox", "/sandbox/", "/search", "/signup"] {
        let _ = writeln!(text, "Disallow: {path}");
    }
    let _ = writeln!(text, "\nSitemap: {0}/sitemap.xml\nSitemap: {0}/news-sitemap.xml", paper.base_url);
    text
}

/// OpenSearch description, `/opensearch.xml`: browsers offer the paper among their search engines. Content type
/// `application/opensearchdescription+xml`.
#[must_use]
pub fn open_search(paper: &Paper) -> String {
    let escaped =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let (name, base) = (escaped(&paper.name), escaped(&paper.base_url));
    // the standard allows a name of 16 characters
    let short: String = paper.name.chars().take(16).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\
         <ShortName>{}</ShortName><Description>All stories of {name}</Description><InputEncoding>UTF-8</InputEncoding>\
         <Image width=\"32\" height=\"32\" type=\"image/x-icon\">{base}/favicon.ico</Image>\
         <Url type=\"text/html\" template=\"{base}/search?q={{searchTerms}}\"/></OpenSearchDescription>\n",
        escaped(short.trim())
    )
}

/// Web app manifest, `/manifest.webmanifest`. Content type `application/manifest+json`.
#[must_use]
pub fn web_manifest(paper: &Paper) -> String {
    let icon = |name: &str, sizes: &str, purpose: &str| json!({ "src": assets::url(name), "sizes": sizes, "type": "image/png", "purpose": purpose });
    let shortcuts: Vec<Value> =
        paper.sections.iter().take(4).map(|s| json!({ "name": s.name, "url": format!("/{}", s.code) })).collect();
    json!({
        "id": "/",
        "name": paper.name,
        "short_name": paper.name,
        "description": paper.tagline,
        "lang": paper.language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf9f4",
        "theme_color": paper.theme_colour,
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": shortcuts,
    })
    .to_string()
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "<{name}>{}</{name}>", escape(text));
}

/// Escapes for XML 1.0 text and attributes; control characters that XML cannot hold are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
