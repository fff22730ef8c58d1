//! Feeds, sitemaps, robots.txt, manifest.
use crate::samples;
use pages::assets;
use pages::feeds::*;
use serde_json::Value;

#[test]
fn rss_carries_the_summary_and_escapes_it() {
    let xml = rss(&samples::paper(), &samples::feed());
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    assert_eq!(xml.matches("<item>").count(), 7);
    assert!(xml.contains("<title>&lt;b&gt;&quot;Profit&quot; &amp; &apos;loss&apos;"));
    assert!(xml.contains("<pubDate>Sun, 22 Nov 2026 07:40:00 +0530</pubDate>"));
    assert_eq!(xml.matches("<pubDate>").count(), 6, "an unknown date is left out");
    assert!(xml.contains("<guid isPermaLink=\"true\">http://127.0.0.1:1997/markets/story-1</guid>"));
    assert!(xml.contains("href=\"http://127.0.0.1:1997/feed.xml\" rel=\"self\""));
    assert!(!xml.contains("content:encoded") && !xml.contains("<b>"));
}

#[test]
fn xml_leaves_out_characters_that_it_cannot_hold() {
    let mut feed = samples::feed();
    feed.items[0].headline = "a\u{0}\u{8}b\u{ffff}c\td".into();
    assert!(rss(&samples::paper(), &feed).contains("<title>abc\td</title>"));
}

#[test]
fn the_json_feed_follows_version_1_1() {
    let feed: Value = serde_json::from_str(&json_feed(&samples::paper(), &samples::feed())).expect("JSON");
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let first = &feed["items"][0];
    assert_eq!(first["id"], "http://127.0.0.1:1997/markets/story-1");
    assert_eq!(first["summary"], first["content_text"]);
    assert_eq!(first["date_published"], "2026-11-22T07:40:00+05:30");
    assert!(first.get("content_html").is_none());
    assert!(feed["items"][6].get("date_published").is_none());
}

#[test]
fn a_sections_feed_has_its_own_address() {
    let feed = Feed { section: Some(samples::section("tech")), items: vec![] };
    let xml = rss(&samples::paper(), &feed);
    assert!(xml.contains("<title>The Deccan Ledger: Tech</title>") && xml.contains("/tech/feed.xml"));
}

#[test]
fn the_news_sitemap_holds_two_days_and_at_most_a_thousand() {
    let paper = samples::paper();
    let item = |published_at: &str| FeedItem {
        published_at: Some(samples::at(published_at)),
        ..samples::feed().items.remove(0)
    };
    let items = [
        item("2026-11-22T08:15:00+05:30"),
        item("2026-11-20T08:15:00+05:30"),
        item("2026-11-20T08:14:59+05:30"),
        item("2026-11-22T08:15:01+05:30"),
        FeedItem { published_at: None, ..samples::feed().items.remove(0) },
    ];
    let xml = news_sitemap(&paper, &items, samples::now());
    assert_eq!(xml.matches("<url>").count(), 2, "now and exactly two days ago; not older, not to come, not undated");
    assert!(xml.contains("<news:language>en</news:language>"));
    let many: Vec<_> = std::iter::repeat_n(items[0].clone(), 1_200).collect();
    assert_eq!(news_sitemap(&paper, &many, samples::now()).matches("<url>").count(), NEWS_SITEMAP_MOST);
}

#[test]
fn sitemaps_list_pages_and_their_last_change() {
    let entry = |path: &str, changed_at| SitemapEntry { path: path.into(), changed_at };
    let entries = [entry("/", Some(samples::now())), entry("/markets/a-1", None)];
    let xml = sitemap(&samples::paper(), &entries);
    assert!(xml.contains("<loc>http://127.0.0.1:1997/markets/a-1</loc>"));
    assert_eq!(xml.matches("<lastmod>").count(), 1);
    let many = vec![entry("/x", None); SITEMAP_MOST + 1];
    assert_eq!(sitemap(&samples::paper(), &many).matches("<url>").count(), SITEMAP_MOST);
    assert!(sitemap_index(&samples::paper(), &entries).contains("<sitemap><loc>http://127.0.0.1:1997/</loc>"));
}

#[test]
fn robots_keeps_crawlers_from_private_pages_only() {
    let text = robots(&samples::paper());
    for line in
        ["User-agent: *", "Disallow: /account", "Disallow: /desk", "Sitemap: http://127.0.0.1:1997/news-sitemap.xml"]
    {
        assert!(text.lines().any(|l| l == line), "{line}");
    }
    assert!(!text.lines().any(|l| l == "Disallow: /"));
}

#[test]
fn the_manifest_names_icons_that_exist() {
    let manifest: Value = serde_json::from_str(&web_manifest(&samples::paper())).expect("JSON");
    assert_eq!(manifest["display"], "standalone");
    let icons = manifest["icons"].as_array().expect("icons");
    assert!(icons.iter().any(|i| i["purpose"] == "maskable"));
    for icon in icons {
        assert!(assets::find(icon["src"].as_str().expect("a path")).is_some());
    }
    assert_eq!(manifest["shortcuts"][0]["url"], "/markets");
}
