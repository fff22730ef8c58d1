//! `NewsArticle` structured data with the paywall markup that search engines document: a gated story says
//! `isAccessibleForFree: false` and names the class of its paid part. It never carries `articleBody`.
use crate::assets;
use crate::views::{ArchivePage, Paper, StoryHead};
use crate::words;
use serde::Serialize;
use serde_json::{Value, json};

/// JSON-LD of a story. Its argument has no body, so none can be in it.
pub(crate) fn article(paper: &Paper, story: &StoryHead) -> String {
    let address = format!("{}{}", paper.base_url, story.path);
    let free = story.marking.is_free();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": { "@type": "WebPage", "@id": address },
        "url": address,
        "headline": story.headline,
        "inLanguage": story.language.as_ref().unwrap_or(&paper.language),
        "articleSection": story.section.name,
        "isAccessibleForFree": free,
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": paper.name,
            "url": format!("{}/", paper.base_url),
            "logo": {
                "@type": "ImageObject",
                "url": format!("{}{}", paper.base_url, assets::url("icon-512.png")),
                "width": 512,
                "height": 512,
            },
        },
    });
    let mut set = |key: &str, value: Value| {
        data[key] = value;
    };
    if let Some(standfirst) = &story.standfirst {
        set("description", json!(standfirst));
    }
    if let Some(at) = story.published_at {
        set("datePublished", json!(words::machine_time(at, &paper.zone)));
        let modified = words::later(story.updated_at, story.published_at).unwrap_or(at);
        set("dateModified", json!(words::machine_time(modified, &paper.zone)));
    }
    if story.bylines.is_empty() {
        set("author", json!({ "@type": "Organization", "name": paper.name }));
    } else {
        let authors = story.bylines.iter().map(|name| json!({ "@type": "Person", "name": name }));
        set("author", Value::Array(authors.collect()));
    }
    if !story.topics.is_empty() {
        set("keywords", json!(story.topics));
    }
    if let Some(picture) = &story.picture {
        set("image", json!([format!("{}/pictures/{}-1200.jpg", paper.base_url, picture.file)]));
    }
    if !free {
        set("hasPart", json!({ "@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paywalled" }));
    }
    in_script(&data)
}

/// JSON-LD of a list in the archive: the way to it, and what it is.
pub(crate) fn collection(paper: &Paper, page: &ArchivePage) -> String {
    let address = |path: &str| format!("{}{path}", paper.base_url);
    let crumbs = page.crumbs.iter().map(|crumb| (&crumb.text, &crumb.href)).chain([(&page.title, &page.path)]);
    let steps: Vec<Value> = crumbs
        .zip(1..)
        .map(|((name, path), place)| {
            json!({ "@type": "ListItem", "position": place, "name": name, "item": address(path) })
        })
        .collect();
    in_script(&json!({
        "@context": "https://schema.org",
        "@graph": [
            { "@type": "BreadcrumbList", "itemListElement": steps },
            {
                "@type": "CollectionPage",
                "url": address(&page.path),
                "name": page.title,
                "inLanguage": paper.language,
                "isPartOf": { "@type": "WebSite", "name": paper.name, "url": address("/") },
            },
        ],
    }))
}

/// JSON that may stand inside `<script type="application/ld+json">`: no `<`, `>` or `&` is left, so the text cannot
/// end the element or begin another; JSON's own escapes keep the meaning.
fn in_script(data: &impl Serialize) -> String {
    let text = serde_json::to_string(data).unwrap_or_else(|_| "{}".into());
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}
