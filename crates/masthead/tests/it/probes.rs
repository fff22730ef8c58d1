//! What the access matrix asks: every way to a story that anybody has thought of, every route, every error.
use std::sync::Arc;

use masthead::web::routes;
use newsroom::articles::Story;

use crate::client::Request;
use crate::fixture::sentences;

/// One line of the matrix: a request, and the story it is about.
pub struct Probe {
    pub name: String,
    pub request: Request,
    pub about: Option<Arc<Story>>,
}

impl Probe {
    pub fn new(request: Request) -> Self {
        Self { name: format!("{} {}", request.method, request.target), request, about: None }
    }

    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

pub fn story_name(story: &Story) -> String {
    format!("{} story {}", story.marking.word(), story.number.0)
}

pub fn open(story: &Arc<Story>) -> Probe {
    Probe { name: String::new(), request: Request::get(&story.path()), about: Some(Arc::clone(story)) }
}

/// Everything but a plain visit.
pub fn ways_of_asking(story: &Arc<Story>) -> Vec<Probe> {
    let path = story.path();
    let marking = story.marking.word();
    let get = |suffix: &str| Request::get(&format!("{path}{suffix}"));
    let mut all: Vec<(String, Request)> = vec![("HEAD".into(), Request::new("HEAD", &path))];
    for accept in [
        "application/json",
        "application/ld+json",
        "application/activity+json",
        "text/markdown",
        "text/plain",
        "application/pdf",
        "*/*",
    ] {
        all.push((format!("accept {accept}"), get("").with("accept", accept)));
    }
    for encoding in ["identity", "gzip", "br", "zstd", "deflate"] {
        all.push((format!("encoding {encoding}"), get("").with("accept-encoding", encoding)));
    }
    for range in ["bytes=0-99", "bytes=4000-"] {
        all.push((format!("range {range}"), get("").with("range", range)));
    }
    for query in ["?outputType=amp", "?amp=1", "?print=1", "?page=2", "?preview=true", "?format=json", "?share=1"] {
        all.push((query.into(), get(query)));
    }
    for suffix in [".md", ".txt", ".json", ".amp", ".xml", ".pdf", "/amp", "/print", "/feed.xml", "/comments", ".md/"] {
        all.push((suffix.into(), get(suffix)));
    }
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("purpose", "prefetch"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-dest", "empty"),
    ] {
        all.push((format!("{name} {value}"), get("").with(name, value)));
    }
    for (name, value) in
        [("user-agent", "Googlebot/2.1"), ("referer", "https://www.google.com/"), ("x-forwarded-for", "66.249.66.1")]
    {
        all.push((format!("{name} {value}"), get("").with(name, value)));
    }
    all.push(("if-none-match *".into(), get("").with("if-none-match", "*")));
    all.push(("upper case".into(), Request::get(&path.to_uppercase())));
    all.push(("trailing slash".into(), get("/")));
    all.push(("two slashes".into(), Request::get(&format!("/{path}"))));
    all.push(("old slug".into(), Request::get(&format!("/{}/what-it-was-called-{}", story.section, story.number.0))));
    all.push(("no slug".into(), Request::get(&format!("/{}/{}", story.section, story.number.0))));
    all.push(("number alone".into(), Request::get(&format!("/{}", story.number.0))));
    all.push(("POST".into(), Request::form(&path, &[("a", "b")])));
    all.push(("OPTIONS".into(), Request::new("OPTIONS", &path)));
    all.push(("PUT".into(), Request::new("PUT", &path).with("sec-fetch-site", "same-origin")));
    all.into_iter()
        .map(|(name, request)| Probe { name: format!("{marking}: {name}"), request, about: Some(Arc::clone(story)) })
        .collect()
}

/// At least one probe for each line of the routes' table: a new route that nobody probes fails here.
pub fn routes_of_the_table(markings: &[Arc<Story>]) -> Vec<Probe> {
    let mut probes = Vec::new();
    let stylesheet = pages::assets::url("paper.css");
    assert!(stylesheet.starts_with("/assets/"));
    for route in routes::table().lines {
        for method in route.methods.split(' ') {
            let targets = targets(markings, route.path);
            assert!(!targets.is_empty(), "the route {} has no probe: add a target for it", route.path);
            for target in targets {
                let request =
                    if method == "POST" { Request::form(&target, &[]) } else { Request::new(method, &target) };
                // An asset's name changes with its content; the table does not.
                let name = if target == stylesheet { "GET /assets/{the stylesheet}" } else { "" };
                let probe = Probe::new(request);
                probes.push(if name.is_empty() { probe } else { probe.named(name) });
            }
        }
    }
    probes
}

fn targets(markings: &[Arc<Story>], path: &str) -> Vec<String> {
    let list = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
    match path {
        "/{section}" => list(&["/harbour", "/letters", "/harbour?page=1", "/harbour?page=9", "/nowhere", "/HARBOUR"]),
        "/{section}/{story}" => list(&[
            "/harbour/feed.xml",
            "/harbour/feed.json",
            "/letters/feed.xml",
            "/nowhere/feed.xml",
            "/harbour/feed.md",
            "/harbour/no-such-story-99999",
        ]),
        "/archive/{year}" => list(&["/archive/2026", "/archive/2025", "/archive/2027", "/archive/26"]),
        "/archive/{year}/{month}" => list(&["/archive/2026/11", "/archive/2026/13", "/archive/2026/11?before=x"]),
        "/archive/{year}/{month}/{day}" => list(&[
            "/archive/2026/11/20",
            "/archive/2026/11/20?before=1.1",
            "/archive/2026/02/31",
            "/archive/2026/11/21",
        ]),
        "/archive/on-this-day/{day}" => list(&["/archive/on-this-day/11-20", "/archive/on-this-day/02-30"]),
        "/archive/undated" => list(&["/archive/undated", "/archive/undated?before=undated.9"]),
        "/authors" => list(&["/authors", "/authors?after=ila"]),
        "/authors/{name}" => list(&["/authors/ila-bhonsle", "/authors/Ila%20Bhonsle", "/authors/nobody"]),
        "/topics/{name}" => list(&["/topics/nothing"]),
        "/sitemap/{file}" => {
            list(&["/sitemap/2026-11.xml", "/sitemap/paper.xml", "/sitemap/2026-10.xml", "/sitemap/odd.xml"])
        }
        "/assets/{name}" => vec![pages::assets::url("paper.css").to_owned(), "/assets/nothing.css".to_owned()],
        "/pictures/{file}" => list(&["/pictures/none.webp", "/pictures/publication.toml"]),
        "/subscribe" => list(&["/subscribe", "/subscribe?next=/harbour"]),
        "/login" => list(&["/login", "/login?next=/harbour"]),
        "/login/code" => list(&["/login/code", "/login/code?email=a@gazette.example&code=12345678"]),
        "/checkout" => list(&["/checkout", "/checkout?plan=quarter", "/checkout?plan=none"]),
        "/checkout/return" => list(&["/checkout/return", "/checkout/return?session=none&status=paid"]),
        "/webhooks/{rail}" => list(&["/webhooks/sandbox", "/webhooks/stripe"]),
        "/sandbox/pay/{id}" => list(&["/sandbox/pay/none"]),
        "/sandbox/bank/{customer}" => list(&["/sandbox/bank/none"]),
        "/subscribe/gift" => list(&["/subscribe/gift", "/subscribe/gift?plan=quarter"]),
        "/gift" => list(&["/gift", "/gift?code=nonsense"]),
        "/gift/{code}" => list(&["/gift/0000-0000-0000"]),
        "/cancel/{token}" => list(&["/cancel/none"]),
        "/pay/{token}" => list(&["/pay/none"]),
        "/account/plan" => list(&["/account/plan", "/account/plan?to=biennial"]),
        "/account/invoices/{file}" => list(&["/account/invoices/1.pdf", "/account/invoices/1.json"]),
        "/mailbox/{id}" => list(&["/mailbox/1"]),
        path if path.starts_with("/desk") => at_the_desk(markings, path),
        "/search" => {
            let words = markings.iter().map(|s| sentences(s.locked()).swap_remove(0));
            let words = words.map(|w| w.split(' ').take(5).collect::<Vec<_>>().join("+"));
            let words: Vec<String> =
                words.map(|w| w.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect()).collect();
            let asked =
                words.iter().flat_map(|w| [format!("/search?q=%22{w}%22"), format!("/search?q={w}&sort=newest")]);
            asked.chain(["/search".to_owned(), "/search?q=after:1990&page=2".to_owned()]).collect()
        }
        "/search/suggest" => list(&["/search/suggest", "/search/suggest?q=har"]),
        path if path.contains('{') => Vec::new(),
        path => vec![path.to_owned()],
    }
}

/// Where old stories stand in lists, feeds and site maps, searches for what is closed in each of these, and a reader's own pages.
pub fn lists_of_an_archive(closed: &[Arc<Story>]) -> Vec<Probe> {
    let mut targets: Vec<String> = [
        "/",
        "/archive",
        "/archive/1999",
        "/archive/1999/11",
        "/archive/1999/11/20",
        "/archive/2024/11/20",
        "/archive/2026/11/20",
        "/archive/undated",
        "/archive/undated?before=undated.99",
        "/archive/on-this-day",
        "/archive/on-this-day/11-20",
        "/authors",
        "/authors/ila-bhonsle",
        "/topics",
        "/harbour",
        "/letters",
        "/letters?before=undated.99",
        "/feed.xml",
        "/feed.json",
        "/harbour/feed.xml",
        "/harbour/feed.json",
        "/letters/feed.json",
        "/news-sitemap.xml",
        "/sitemap.xml",
        "/sitemap/1999-11.xml",
        "/sitemap/2024-11.xml",
        "/sitemap/undated.xml",
        "/search?q=before:2025",
        "/search?q=after:1990&sort=newest",
        "/account",
        "/account/data.json",
        "/desk?q=the",
    ]
    .map(String::from)
    .to_vec();
    for story in closed {
        let words: Vec<String> = longest_sentence(story).split(' ').map(str::to_owned).collect();
        let phrase: Vec<&str> = words.iter().take(5).map(String::as_str).collect();
        targets.push(format!("/search?q=%22{}%22", phrase.join("+")));
    }
    for story in closed.iter().filter(|story| story.published_at.is_none()) {
        let key = newsroom::articles::key_of(&story.topics[0]).expect("a topic of letters");
        targets.push(format!("/topics/{key}"));
        let first: String = story.headline.chars().take(6).collect();
        targets.push(format!("/search/suggest?q={}", first.trim_end()));
    }
    let probes = targets.into_iter().map(|target| Probe::new(Request::get(&target)));
    let kept = closed.iter().take(1).map(|story| {
        // the answer leads back to the words that were asked for: too few to be a leak themselves
        let sentence = longest_sentence(story);
        let words = sentence.split(' ').take(5).collect::<Vec<_>>().join(" ");
        Probe::new(Request::form("/account/searches", &[("query", words.as_str())])).named("POST /account/searches")
    });
    probes.chain(kept).collect()
}

/// The longest sentence behind the preview, in letters and single spaces.
fn longest_sentence(story: &Story) -> String {
    let sentence = sentences(story.locked()).into_iter().max_by_key(String::len).expect("closed text");
    let letters: String = sentence.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn at_the_desk(markings: &[Arc<Story>], path: &str) -> Vec<String> {
    let list = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
    match path {
        "/desk" => list(&["/desk", "/desk?q=harbour&marking=premium"]),
        "/desk/stories/{number}" => {
            let numbers = markings.iter().map(|s| s.number.0).chain([99_999]);
            numbers.map(|n| format!("/desk/stories/{n}")).collect()
        }
        "/desk/imports/{id}/{file}" => list(&["/desk/imports/1/report.html", "/desk/imports/1/none.txt"]),
        "/desk/doubts/{id}" => list(&["/desk/doubts/1"]),
        "/desk/stories/{number}/versions" => list(&["/desk/stories/1/versions", "/desk/stories/99999/versions"]),
        "/desk/imports/{id}" => list(&["/desk/imports/1"]),
        "/desk/readers" => list(&["/desk/readers", "/desk/readers?q=made"]),
        "/desk/readers/{id}" => list(&["/desk/readers/1", "/desk/readers/99999"]),
        "/desk/readers/{id}/complimentary" => list(&["/desk/readers/1/complimentary"]),
        "/desk/readers/{id}/end-right" => list(&["/desk/readers/1/end-right?reference=none"]),
        "/desk/contracts/{id}/{act}" => list(&["/desk/contracts/1/refund", "/desk/contracts/1/none"]),
        path if path.contains('{') => Vec::new(),
        path => vec![path.to_owned()],
    }
}

pub fn errors(markings: &[Arc<Story>]) -> Vec<Probe> {
    let story = markings.last().expect("a premium story");
    let mut probes = vec![
        Probe::new(Request::get("/no/such/page")),
        Probe::new(Request::get("/.well-known/security.txt")),
        Probe::new(Request::get("/llms.txt")),
        Probe::new(Request::get("/llms-full.txt")),
        Probe::new(Request::get("/api/stories")),
        Probe::new(Request::get(&format!("/api/stories/{}", story.number.0))),
        Probe::new(Request::get(&format!("/?s={}", story.slug))),
        Probe::new(Request::get(&format!("/search?q={}", story.slug))),
        Probe::new(Request::get(&format!("/oembed?url={}", story.path()))),
        Probe::new(Request::get("/wp-json/wp/v2/posts")),
        Probe::new(Request::get("/sw.js")),
        Probe::new(Request::get("/account/x.css")),
        Probe::new(Request::get("/account;x.css")),
        Probe::new(Request::get("/assets/..%2faccount")),
        Probe::new(Request::new("DELETE", "/account").with("sec-fetch-site", "same-origin")),
        Probe::new(Request::new("PUT", "/").with("sec-fetch-site", "same-origin")),
        Probe::new(Request::form("/login", &[("email", "no address"), ("password", "short")])),
        Probe::new(Request::form("/signup", &[("email", "@"), ("password", "x")])).named("POST /signup (bad)"),
        Probe::new(Request::form("/login/code", &[("email", "@")])).named("POST /login/code (bad)"),
        Probe::new(Request::form("/checkout", &[("plan", "none"), ("consent", "yes")])).named("POST /checkout (bad)"),
        Probe::new(Request::form("/account", &[])),
        Probe::new(Request::form("/cancel", &[("email", "@")])).named("POST /cancel (bad)"),
        Probe::new(Request::form("/subscribe/gift", &[("plan", "none")])).named("POST /subscribe/gift (bad)"),
        Probe::new(Request::form("/account/plan", &[("to", "none"), ("when", "now")]))
            .named("POST /account/plan (bad)"),
    ];
    probes[16].name = "POST /login (bad)".into();
    let elsewhere = [("from another site", "cross-site")];
    for path in ["/login", "/logout", "/account/cancel", "/account/erase", "/cancel/none", "/desk/stories/1"] {
        for (name, site) in elsewhere {
            let mut request = Request::form(path, &[]);
            request.headers.retain(|(n, _)| n != "sec-fetch-site");
            probes.push(Probe::new(request.with("sec-fetch-site", site)).named(format!("POST {path} ({name})")));
        }
    }
    let mut json =
        Request::new("POST", "/login").with("content-type", "application/json").with("sec-fetch-site", "same-origin");
    json.body = Some(b"{\"email\":\"a\"}".to_vec());
    probes.push(Probe::new(json).named("POST /login (JSON)"));
    probes
}
