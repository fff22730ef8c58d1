//! Attempts to read more than is granted by the way of asking: headers, addresses, spellings, names and networks never
//! give a body that an honest visitor would not get.
use std::sync::Arc;

use newsroom::articles::{Marking, Story};

use crate::browser::Browser;
use crate::client::Request;
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Shown};
use crate::meter::{openable, read};
use crate::passes::exhausted;

/// A guest who has a pass and has read nothing: whatever is counted is counted for this one.
fn a_known_guest(paper: &Paper) -> Browser {
    paper.browser().holding(&paper.pass(&[]))
}

#[test]
fn a_page_fetched_in_advance_holds_no_story_and_does_not_count() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let mut guest = a_known_guest(&paper);
    let ways = [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "Prefetch; anonymous-client-ip"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
    ];
    for (name, value) in ways {
        for story in &stories {
            let answer = guest.send(&Request::get(&story.path()).with(name, value));
            assert_eq!(paper.shown(&answer.text(), story), Shown::Preview, "{name}: {value}");
            assert_eq!(answer.header("set-cookie"), None);
            assert_eq!(answer.header("cache-control"), Some("private, no-store"), "it must not stand in for the visit");
        }
    }
    assert_eq!(openable(&paper, &mut guest, &stories), 5, "none of it was counted");
}

#[test]
fn head_counts_nothing_and_says_what_get_would() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let mut guest = a_known_guest(&paper);
    for story in &stories {
        let head = guest.send(&Request::new("HEAD", &story.path()));
        assert_eq!(head.status, 200);
        assert_eq!(head.header("set-cookie"), None);
    }
    let head = guest.send(&Request::new("HEAD", &stories[0].path()));
    let get = guest.get(&stories[0].path());
    for name in ["etag", "content-type", "content-length", "content-encoding", "cache-control", "vary"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
        assert!(head.header(name).is_some(), "{name}");
    }
    assert_eq!(openable(&paper, &mut guest, &stories), 5);
    let walled = guest.send(&Request::new("HEAD", &stories[9].path()));
    let wall = guest.get(&stories[9].path());
    assert_eq!(walled.header("etag"), wall.header("etag"));
    assert_ne!(walled.header("etag"), head.header("etag"));
}

#[test]
fn an_answer_that_nothing_has_changed_does_not_count() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    // Somebody else's validators of open pages; nobody can know whether this reader holds them.
    let mut subscriber_of_tags = paper.browser();
    let tags: Vec<String> = stories
        .iter()
        .map(|story| {
            subscriber_of_tags.forget_cookies();
            subscriber_of_tags = subscriber_of_tags.tab().calling_itself(&format!("Collector {}", story.number.0));
            subscriber_of_tags.get(&story.path()).header("etag").expect("a validator").to_owned()
        })
        .collect();
    let mut guest = a_known_guest(&paper);
    for (story, tag) in stories.iter().zip(&tags) {
        let answer = guest.send(&Request::get(&story.path()).with("if-none-match", tag));
        assert_eq!(answer.status, 304);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(openable(&paper, &mut guest, &stories), 5, "twelve answers without a body were not counted");
    let answer = guest.send(&Request::get(&stories[9].path()).with("if-none-match", &tags[9]));
    assert_eq!(answer.status, 200, "an open page's validator revives nothing behind the wall");
    assert_eq!(paper.shown(&answer.text(), &stories[9]), Shown::Preview);
    let other = guest.send(&Request::get(&stories[9].path()).with("if-none-match", "\"nothing\", *"));
    assert_eq!(paper.shown(&other.text(), &stories[9]), Shown::Preview);
}

#[test]
fn a_range_of_a_page_is_the_whole_page_and_counts() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let mut guest = paper.browser();
    for (story, range) in stories.iter().zip(["bytes=0-99", "bytes=-500", "bytes=10000-", "bytes=0-0,5-9", "lines=1"]) {
        let answer = guest.send(&Request::get(&story.path()).with("range", range).with("if-range", "\"x\""));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-range"), None);
        assert_eq!(paper.shown(&answer.text(), story), Shown::Open);
    }
    let sixth = guest.send(&Request::get(&stories[5].path()).with("range", "bytes=9000-20000"));
    assert_eq!(paper.shown(&sixth.text(), &stories[5]), Shown::Preview);
}

#[test]
fn another_sites_page_gets_the_preview_and_counts_nothing() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let mut guest = a_known_guest(&paper);
    let ways = [
        ("cross-site", "navigate", "iframe"),
        ("cross-site", "no-cors", "image"),
        ("cross-site", "no-cors", "script"),
        ("cross-site", "cors", "empty"),
        ("same-site", "cors", "empty"),
        ("cross-site", "navigate", "embed"),
        ("cross-site", "no-cors", "style"),
    ];
    for (site, mode, dest) in ways {
        let request = Request::get(&stories[0].path())
            .with("sec-fetch-site", site)
            .with("sec-fetch-mode", mode)
            .with("sec-fetch-dest", dest);
        let answer = guest.send(&request);
        assert_eq!(paper.shown(&answer.text(), &stories[0]), Shown::Preview, "{site} {mode} {dest}");
        assert_eq!(answer.header("set-cookie"), None);
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
    let link = Request::get(&stories[0].path()).with("sec-fetch-site", "cross-site");
    assert_eq!(
        paper.shown(&guest.send(&link).text(), &stories[0]),
        Shown::Open,
        "a link followed from elsewhere is a visit"
    );
    assert_eq!(openable(&paper, &mut guest, &stories), 5);
}

#[test]
fn other_spellings_of_an_address_lead_to_the_one_and_count_once() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let story = &stories[0];
    let path = story.path();
    let (section, last) = path[1..].split_once('/').unwrap();
    let encoded = format!("/{section}/%{:02x}{}", last.as_bytes()[0], &last[1..]);
    let spellings = [
        path.to_uppercase(),
        format!("{path}/"),
        format!("/{path}"),
        format!("/{section}//{last}"),
        encoded,
        format!("/{section}/an-older-headline-{}", story.number.0),
        format!("/another-section/{last}"),
        format!("{path}/?utm_source=x"),
    ];
    let mut guest = paper.browser();
    for spelling in &spellings {
        let answer = guest.get(spelling);
        assert_eq!(answer.location(301), path, "{spelling}");
        assert!(answer.body.is_empty(), "{spelling}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    let queries = [
        "?amp",
        "?outputType=amp",
        "?print=1",
        "?page=2",
        "?utm_source=mail",
        "?a=1&a=2",
        "?",
        "?share=token",
        "?preview=true",
    ];
    for query in queries {
        assert_eq!(paper.shown(&guest.get(&format!("{path}{query}")).text(), story), Shown::Open, "{query}");
        assert_eq!(guest.walk(&format!("{}{query}", path.to_uppercase())).status, 200);
    }
    assert_eq!(openable(&paper, &mut guest, &stories[1..]), 4, "all that was one story");
    let sixth = &stories[9];
    for query in queries {
        assert_eq!(
            paper.shown(&guest.get(&format!("{}{query}", sixth.path())).text(), sixth),
            Shown::Preview,
            "{query}"
        );
    }
    for spelling in [sixth.path().to_uppercase(), format!("{}/", sixth.path()), format!("/{}", sixth.path())] {
        assert_eq!(paper.shown(&guest.walk(&spelling).text(), sixth), Shown::Preview, "{spelling}");
    }
}

#[test]
fn what_a_request_says_about_itself_changes_nothing() {
    let paper = Paper::usual(Engine::Sqlite);
    let (mut guest, _) = exhausted(&paper);
    let story = &paper.metered()[8];
    let premium = &paper.stories(Marking::Premium)[0];
    let wall = guest.get(&story.path());
    let premium_wall = guest.get(&premium.path());
    for query in [
        "?viewed=[]",
        "?remaining=99",
        "?limit=0",
        "?guest_limit=500",
        "?free=true",
        "?role=staff",
        "?marking=free",
        "?token=1",
    ] {
        assert_eq!(guest.get(&format!("{}{query}", story.path())).body, wall.body, "{query}");
        assert_eq!(guest.get(&format!("{}{query}", premium.path())).body, premium_wall.body, "{query}");
    }
    let headers = [
        ("x-limit", "99"),
        ("x-remaining", "99"),
        ("x-subscriber", "true"),
        ("x-role", "staff"),
        ("authorization", "Bearer staff"),
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-user", "editor"),
        ("x-original-url", "/"),
        ("x-rewrite-url", "/"),
        ("x-http-method-override", "HEAD"),
        ("x-middleware-subrequest", "1"),
        ("forwarded", "for=198.51.100.7"),
        ("referer", "https://www.google.com/"),
        ("referer", "https://t.co/x"),
        ("referer", "https://www.facebook.com/"),
        ("origin", "https://news.example"),
        ("cache-control", "no-cache"),
        ("signature-agent", "\"https://crawler.example\""),
        ("accept", "application/json"),
        ("accept", "text/markdown"),
        ("accept", "application/ld+json"),
        ("accept-language", "de"),
    ];
    for (name, value) in headers {
        assert_eq!(guest.send(&Request::get(&story.path()).with(name, value)).body, wall.body, "{name}: {value}");
        assert_eq!(
            guest.send(&Request::get(&premium.path()).with(name, value)).body,
            premium_wall.body,
            "{name}: {value}"
        );
    }
    let mut json = Request::get(&story.path()).with("content-type", "application/json");
    json.body = Some(br#"{"viewed":[],"limit":99}"#.to_vec());
    assert_eq!(guest.send(&json).status, 400, "a GET with a body is refused");
}

#[test]
fn crawlers_get_no_favour_for_their_name() {
    let paper = Paper::open(Engine::Sqlite, Settings { fresh_guests_per_network: 1, ..Settings::default() });
    exhausted(&paper);
    let story = &paper.metered()[8];
    let premium = &paper.stories(Marking::Premium)[0];
    let agents = [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Googlebot-News",
        "Google-Extended",
        "DuckDuckBot/1.1",
        "facebookexternalhit/1.1",
        "Twitterbot/1.0",
        "LinkedInBot/1.0",
        "Slackbot-LinkExpanding 1.0",
        "WhatsApp/2.0",
        "GPTBot/1.2",
        "ClaudeBot/1.0",
        "PerplexityBot/1.0",
        "CCBot/2.0",
        "archive.org_bot",
        "curl/8.0",
        "",
    ];
    for agent in agents {
        for story in [story, premium] {
            let answer = paper.browser().calling_itself(agent).get(&story.path());
            assert_eq!(paper.shown(&answer.text(), story), Shown::Preview, "{agent}");
            assert_eq!(answer.header("set-cookie"), None, "{agent}");
        }
    }
}

#[test]
fn a_network_that_mints_guests_without_end_is_asked_to_register() {
    let paper = Paper::open(Engine::Sqlite, Settings { fresh_guests_per_network: 3, ..Settings::default() });
    let stories = paper.metered();
    let visit = |address: [u8; 4]| {
        let mut browser = paper.browser().at(address);
        let answer = browser.get(&stories[0].path());
        (paper.shown(&answer.text(), &stories[0]), answer, browser)
    };
    let mut first = visit([127, 0, 0, 1]).2;
    for _ in 0..2 {
        assert_eq!(visit([127, 0, 0, 1]).0, Shown::Open);
    }
    for address in [[127, 0, 0, 1], [127, 0, 0, 9], [127, 0, 0, 200]] {
        let (shown, answer, _) = visit(address);
        assert_eq!(shown, Shown::Preview, "the fourth of the network, from {address:?}");
        assert!(answer.words().contains("read on with a free account"));
        assert!(answer.words().contains("create a free account"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    let (shown, ..) = visit([127, 0, 1, 1]);
    assert_eq!(shown, Shown::Open, "another network has an allowance of its own");
    let mut forwarded = paper.browser();
    for hop in ["198.51.100.7", "203.0.113.9, 198.51.100.8", "127.0.9.9"] {
        let answer = forwarded.send(&Request::get(&stories[1].path()).with("x-forwarded-for", hop));
        assert_eq!(paper.shown(&answer.text(), &stories[1]), Shown::Preview, "nobody vouches for {hop}");
    }
    assert_eq!(openable(&paper, &mut first, &stories), 5, "who has a pass goes on reading");
    let free = &paper.stories(Marking::Free)[0];
    assert_eq!(read(&paper, &mut paper.browser(), free), Shown::Open, "free stories need no allowance");
    paper.set_clock(instant("2026-11-21T00:00:00+05:30"));
    assert_eq!(visit([127, 0, 0, 1]).0, Shown::Open, "the allowance is a day's");
}

#[test]
fn a_trusted_proxy_is_believed_about_its_visitors() {
    let settings =
        Settings { fresh_guests_per_network: 1, server: "trusted_proxies = [\"127.0.0.1\"]", ..Settings::default() };
    let paper = Paper::open(Engine::Sqlite, settings);
    let story: Arc<Story> = paper.metered()[0].clone();
    let visit = |hops: &str| {
        let answer = paper.browser().send(&Request::get(&story.path()).with("x-forwarded-for", hops));
        paper.shown(&answer.text(), &story)
    };
    assert_eq!(visit("198.51.100.7"), Shown::Open);
    assert_eq!(visit("198.51.100.99"), Shown::Preview, "the same network");
    assert_eq!(
        visit("203.0.113.5, 198.51.100.7"),
        Shown::Preview,
        "the nearest hop that is not ours counts, not what was said before it"
    );
    assert_eq!(visit("203.0.113.5"), Shown::Open);
}

#[test]
fn a_browser_that_refuses_cookies_is_no_new_guest_on_each_page_of_a_connection() {
    // One browser without a jar on one connection is one reader as long as its birth is remembered, and another only
    // some seconds later; each is taken from the network's allowance, so the supply ends.
    let paper = Paper::open(Engine::Sqlite, Settings { fresh_guests_per_network: 4, ..Settings::default() });
    let stories = paper.metered();
    let mut guest = paper.browser();
    let begun = paper.clock.now();
    let mut opened = Vec::new();
    for visit in 0..5 {
        paper.set_clock(begun + jiff::SignedDuration::from_secs(10 * visit));
        let mut open = 0;
        for story in &stories {
            guest.forget_cookies();
            open += usize::from(read(&paper, &mut guest, story) == Shown::Open);
        }
        opened.push(open);
    }
    assert!(stories.len() > 5, "more stories than the limit");
    assert_eq!(opened, [5, 5, 5, 5, 0]);
}

#[test]
fn a_story_whose_time_has_not_come_does_not_exist() {
    let paper = Paper::usual(Engine::Sqlite);
    let due = paper.clock.now() + jiff::SignedDuration::from_mins(5);
    let mut story = Story::clone(&paper.stories(Marking::Free)[0]);
    story.slug = "held-back-until-the-bell".into();
    story.published_at = Some(due);
    let number = paper.block_on(async {
        let house = paper.house();
        let saved = house.store.save_story(&story, Some("file:held-back"), paper.clock.now()).await.unwrap();
        house.refresh().await.unwrap();
        saved.number()
    });
    story.number = number;
    let (path, mut guest) = (story.path(), paper.browser());
    assert_eq!(guest.get(&path).status, 404);
    for list in ["/", "/feed.xml", "/sitemap.xml", "/news-sitemap.xml"] {
        assert!(!guest.get(list).text().contains("held-back-until-the-bell"), "{list}");
    }
    paper.set_clock(due);
    paper.block_on(async { paper.house().refresh().await.unwrap() });
    assert_eq!(guest.get(&path).status, 200);
    assert!(guest.get("/feed.xml").text().contains("held-back-until-the-bell"));
}

#[test]
fn a_marking_changed_at_the_desk_holds_from_the_next_request() {
    let paper = Paper::usual(Engine::Sqlite);
    let story = paper.stories(Marking::Free)[0].clone();
    let mut guest = paper.browser();
    let open = guest.get(&story.path());
    assert_eq!(paper.shown(&open.text(), &story), Shown::Open);
    paper.block_on(async {
        let house = paper.house();
        house.store.set_marking(story.number, Marking::Premium, paper.clock.now()).await.unwrap();
        house.refresh().await.unwrap();
    });
    let tag = open.header("etag").unwrap();
    let now = guest.send(&Request::get(&story.path()).with("if-none-match", tag));
    assert_eq!(now.status, 200);
    assert_eq!(paper.shown(&now.text(), &story), Shown::Preview);
    assert_eq!(now.header("cache-control"), Some("private, no-store"));
}
