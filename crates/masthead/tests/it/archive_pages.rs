//! The archive's pages: which day a story belongs to, addresses that lead nowhere, lists that go on, and nothing locked in any of them.
use newsroom::articles::{Marking, Story};
use store::Location;

use crate::browser::Browser;
use crate::client::{Answer, Request};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, on_both};

on_both!(
    a_story_belongs_to_its_day_in_the_papers_zone,
    years_and_months_count_what_they_lead_to,
    what_no_calendar_has_and_what_is_to_come_is_not_found,
    the_archive_begins_with_the_first_story,
    a_day_leads_over_any_silence_to_the_next_story,
    other_spellings_of_an_address_lead_to_it,
    this_day_in_former_years,
    names_have_pages_under_one_spelling,
    a_mark_stays_with_its_letter_and_the_address_without_it_leads_on,
    initials_are_one_writer_with_points_or_without,
    a_month_is_folded_by_its_days,
    a_long_directory_is_entered_at_a_letter,
    the_way_to_a_day_and_to_a_search,
    a_long_day_goes_on_and_shows_every_story_once,
    stories_without_a_date_have_a_place,
    past_days_may_be_kept_and_are_known_again,
    months_and_years_stay_printed_until_something_is_published,
    nothing_locked_is_in_the_archive,
);

/// Puts a story beside the dictated ones, and has the paper notice.
pub fn publish(paper: &Paper, headline: &str, at: Option<&str>, change: impl FnOnce(&mut Story)) -> Story {
    let (mut story, _) = Settings::default().dictated().swap_remove(0);
    story.headline = headline.into();
    story.slug = newsroom::articles::slug_of(headline);
    story.published_at = at.map(instant);
    story.pick = None;
    change(&mut story);
    let house = paper.house();
    paper.block_on(async {
        let saved = house.store.save_story(&story, None, paper.clock.now()).await.unwrap();
        story.number = saved.number();
        house.refresh().await.unwrap();
    });
    story
}

/// What stands between two marks, of which the first must be there.
fn between(text: &str, from: &str, to: &str) -> String {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split(to).next().unwrap_or_default().to_owned()
}

fn opened(paper: &Paper, path: &str) -> Answer {
    let answer = Browser::new(paper).get(path);
    assert_eq!(answer.status, 200, "{path}");
    answer
}

fn holds(paper: &Paper, path: &str, headline: &str) -> bool {
    opened(paper, path).text().contains(headline)
}

fn a_story_belongs_to_its_day_in_the_papers_zone(engine: Engine) {
    let paper = Paper::usual(engine);
    // 19:00 of the 13th in Greenwich
    publish(&paper, "Half past midnight in Kolkata", Some("1997-03-14T00:30:00+05:30"), |_| ());
    publish(&paper, "The last minute of that year", Some("1997-12-31T23:59:59+05:30"), |_| ());
    publish(&paper, "The first instant of the next", Some("1998-01-01T00:00:00+05:30"), |_| ());
    assert!(holds(&paper, "/archive/1997/03/14", "Half past midnight in Kolkata"));
    assert!(!holds(&paper, "/archive/1997/03/13", "Half past midnight in Kolkata"));
    assert!(holds(&paper, "/archive/1997/03", "/archive/1997/03/14\""));
    assert!(holds(&paper, "/archive/1997/12/31", "The last minute of that year"));
    assert!(!holds(&paper, "/archive/1997/12/31", "The first instant of the next"));
    assert!(holds(&paper, "/archive/1998/01/01", "The first instant of the next"));
    let day = opened(&paper, "/archive/1997/12/31").text();
    assert!(day.contains(r#"rel="next" href="/archive/1998/01/01""#), "the next day with a story");
    assert!(day.contains(r#"rel="prev" href="/archive/1997/03/14""#), "the day with a story before it");
    assert!(day.contains(r#"rel="canonical" href="http://gazette.example/archive/1997/12/31""#));
    assert!(day.contains("BreadcrumbList") && day.contains("CollectionPage"));
}

fn years_and_months_count_what_they_lead_to(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "One of two", Some("1997-03-14T00:30:00+05:30"), |_| ());
    publish(&paper, "Two of two", Some("1997-03-31T23:30:00+05:30"), |_| ());
    let front = opened(&paper, "/archive").text();
    assert!(front.contains("since 1997"));
    assert!(front.contains(r#"href="/archive/1997"><span class="what">1997</span> <span class="much">2 stories"#));
    assert!(!front.contains(r#"href="/archive/2001""#), "a year without a story has no link");
    let year = opened(&paper, "/archive/1997").text();
    assert!(year.contains(r#"href="/archive/1997/03"><span class="what">March</span> <span class="much">2 stories"#));
    assert!(!year.contains(r#"href="/archive/1997/04""#));
    let empty = opened(&paper, "/archive/2001").text();
    assert!(empty.contains("Nothing was published in that year.") && !empty.contains("class=\"tallies"), "{empty}");
    assert!(!empty.contains(">0 stories"), "{empty}");
    let month = opened(&paper, "/archive/1997/03").text();
    assert!(month.contains(r#"<span class="unseen">31 March 1997, 1 story</span>"#));
    assert!(month.contains("<caption>March 1997</caption>"));
}

fn what_no_calendar_has_and_what_is_to_come_is_not_found(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Not printed yet", Some("2026-11-20T18:00:00+05:30"), |_| ());
    for path in [
        "/archive/2019/02/31",
        "/archive/2019/2/31",
        "/archive/2019/13",
        "/archive/19",
        "/archive/0000",
        "/archive/2026/11/21",
        "/archive/2026/12",
        "/archive/2027",
        "/archive/9999/12/31",
        "/archive/on-this-day/02-30",
        "/archive/on-this-day/x",
        "/archive/1997/03?before=nonsense",
        "/authors/nobody-at-all",
        "/topics/%E2%80%94",
    ] {
        let answer = Browser::new(&paper).get(path);
        assert_eq!(answer.status, 404, "{path}");
    }
    assert!(Browser::new(&paper).get("/archive/2019/02/31").text().contains("no such day in the calendar"));
    for (path, words) in [
        ("/archive/2026/11/21", "That day is still to come."),
        ("/archive/2026/12", "That month is still to come."),
        ("/archive/2027", "That year is still to come."),
        ("/archive/2019/13", "no such month"),
    ] {
        let page = Browser::new(&paper).get(path).text();
        assert!(page.contains(words) && page.contains(r#"<li><a href="/archive">"#), "{path}: {page}");
    }
    assert!(Browser::new(&paper).get("/authors/nobody-at-all").text().contains(r#"<li><a href="/authors">"#));
    // today has begun; what is embargoed until this evening is not in it
    assert!(!holds(&paper, "/archive/2026/11/20", "Not printed yet"));
    assert!(!holds(&paper, "/archive/2026/11", "Not printed yet"));
}

fn the_archive_begins_with_the_first_story(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "The first of all", Some("1997-03-14T00:30:00+05:30"), |_| ());
    for path in ["/archive/1996", "/archive/1200", "/archive/0001", "/archive/1996/12", "/archive/1996/12/31"] {
        let answer = Browser::new(&paper).get(path);
        assert_eq!(answer.status, 404, "{path}");
        let page = answer.text();
        assert!(page.contains("begins on 14 March 1997") && page.contains(r#"href="/archive/1997""#), "{path}");
    }
    for (path, indexed) in [
        ("/archive/1997", true),
        ("/archive/1997/03", true),
        ("/archive/1997/03/14", true),
        ("/archive/1997/03/13", false),
        ("/archive/1997/04", false),
        ("/archive/2003", false),
        ("/archive/undated", false),
    ] {
        let page = opened(&paper, path).text();
        assert_eq!(page.contains(r#"rel="canonical""#), indexed, "{path}");
        assert_eq!(page.contains(r#"name="robots" content="noindex""#), !indexed, "{path}");
    }
    for path in ["/archive/1997/03/14", "/authors", "/topics"] {
        assert!(opened(&paper, path).text().contains(r#"name="description""#), "{path}");
    }
}

fn a_day_leads_over_any_silence_to_the_next_story(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Before the silence", Some("1997-03-14T00:30:00+05:30"), |_| ());
    publish(&paper, "After the silence", Some("1999-07-02T00:30:00+05:30"), |_| ());
    publish(&paper, "Not printed yet", Some("2026-11-20T18:00:00+05:30"), |_| ());
    let beside = |path: &str| {
        let page = opened(&paper, path).text();
        let link = |rel: &str| page.contains(rel).then(|| between(&page, &format!("{rel} href=\""), "\""));
        (link("rel=\"prev\""), link("rel=\"next\""))
    };
    let (before, after) = (Some("/archive/1997/03/14".to_owned()), Some("/archive/1999/07/02".to_owned()));
    assert_eq!(beside("/archive/1997/03/14"), (None, after.clone()));
    assert_eq!(beside("/archive/1997/03/15"), (before.clone(), after.clone()));
    assert_eq!(beside("/archive/1999/07/01"), (before, after.clone()));
    let (earlier, later) = beside("/archive/1999/07/03");
    assert_eq!(earlier, after);
    assert!(later.is_some_and(|path| path.starts_with("/archive/2026/")));
    assert_eq!(beside("/archive/2026/11/20").1, None, "what is embargoed until this evening is not led to");
}

fn other_spellings_of_an_address_lead_to_it(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Of an accented writer", Some("1997-03-04T00:30:00+05:30"), |story| {
        story.bylines = vec!["María Peña".into()];
        story.topics = vec!["Café culture".into()];
    });
    for (written, address) in [
        ("/archive/1997/3", "/archive/1997/03"),
        ("/archive/1997/3/4", "/archive/1997/03/04"),
        ("/archive/on-this-day/3-4", "/archive/on-this-day/03-04"),
        ("/archive/1997-03-04", "/archive/1997/03/04"),
        ("/archive/1997-3-4", "/archive/1997/03/04"),
        ("/archive/1997-3", "/archive/1997/03"),
        ("/archive/1997/03/", "/archive/1997/03"),
        ("/archive/?x=1", "/archive?x=1"),
        ("/authors/mar%C3%ADa-pe%C3%B1a", "/authors/maria-pena"),
        ("/authors/MARIA-pe%C3%B1a", "/authors/maria-pena"),
        ("/topics/caf%C3%A9-culture", "/topics/cafe-culture"),
    ] {
        assert_eq!(Browser::new(&paper).get(written).location(301), address, "{written}");
    }
    for none in ["/archive/1997-02-30", "/archive/1997-13", "/archive/97-03-04", "/authors/pena"] {
        assert_eq!(Browser::new(&paper).get(none).status, 404, "{none}: no such day or month, or a part of a name");
    }
}

fn this_day_in_former_years(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Twenty years ago", Some("2006-11-20T00:10:00+05:30"), |_| ());
    publish(&paper, "A day beside it", Some("2006-11-21T00:10:00+05:30"), |_| ());
    publish(&paper, "On a leap day", Some("2016-02-29T12:00:00+05:30"), |_| ());
    let page = opened(&paper, "/archive/on-this-day").text();
    assert!(page.contains("Twenty years ago") && !page.contains("A day beside it"));
    assert!(page.contains(r#"rel="canonical" href="http://gazette.example/archive/on-this-day/11-20""#));
    let today = &paper.metered()[0].headline;
    assert!(!page.contains(today.as_str()), "today is no former year");
    assert!(holds(&paper, "/archive/on-this-day/02-29", "On a leap day"));
}

fn names_have_pages_under_one_spelling(engine: Engine) {
    let paper = Paper::usual(engine);
    let story = publish(&paper, "Of two writers", Some("1997-03-14T00:30:00+05:30"), |story| {
        story.bylines = vec!["Zoë O’Müller".into(), "रवि शास्त्री".into()];
        story.topics = vec!["Ports & piers".into()];
        story.marking = Marking::Free;
    });
    let page = opened(&paper, &story.path()).text();
    let zoe = "/authors/zoe-omuller";
    assert!(
        page.contains(&format!(r#"<a href="{zoe}" dir="auto">Zoë O’Müller</a> and <a href="/authors/"#)),
        "bylines lead to their pages"
    );
    assert!(
        page.contains(r#"<a href="/topics/ports-piers" dir="auto">Ports &#38; piers</a>"#)
            || page.contains(r#"<a href="/topics/ports-piers" dir="auto">Ports &amp; piers</a>"#)
    );
    assert!(holds(&paper, zoe, "Of two writers"));
    assert!(holds(&paper, "/topics/ports-piers", "Of two writers"));
    assert!(holds(&paper, "/authors", zoe));
    assert!(holds(&paper, "/topics", "/topics/ports-piers"));
    let other = Browser::new(&paper).get("/authors/ZO%C3%8B%20O%E2%80%99M%C3%BCller");
    assert_eq!((other.status / 100, other.header("location")), (3, Some(zoe)));
    // spellings of one name are one writer, called as most stories call them, among the letters without accents
    for (nth, name) in ["Émile López", "Émile López", "Emile Lopez", "ÉMILE LÓPEZ", "Fay Zahn"].into_iter().enumerate()
    {
        let day = format!("1997-04-0{}T10:00:00+05:30", nth + 1);
        publish(&paper, &format!("Spelled {nth}"), Some(&day), |story| story.bylines = vec![name.into()]);
    }
    let directory = opened(&paper, "/authors").text();
    let row =
        |name: &str, stories: &str| format!(r#"<span class="what">{name}</span> <span class="much">{stories}</span>"#);
    assert!(directory.contains(&row("Émile López", "4 stories")), "{directory}");
    assert!(!directory.contains("Emile Lopez") && !directory.contains("ÉMILE"), "{directory}");
    let place = |name: &str| directory.find(name).unwrap();
    assert!(place("Émile López") < place("Fay Zahn") && place("Fay Zahn") < place("Zoë O’Müller"), "{directory}");
    let page = opened(&paper, "/authors/emile-lopez").text();
    assert!(
        (0..4).all(|nth| page.contains(&format!("Spelled {nth}"))) && page.contains("<h1>Émile López</h1>"),
        "{page}"
    );
}

/// What of a key stands in an address as it is.
const KEY: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-');

fn a_mark_stays_with_its_letter_and_the_address_without_it_leads_on(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Of a road", Some("1997-03-14T00:30:00+05:30"), |story| story.bylines = vec!["कृष्ण अय्यर".into()]);
    let encoded = |key: &str| format!("/authors/{}", percent_encoding::utf8_percent_encode(key, KEY));
    let (now, former) = (encoded("कृष्ण-अय्यर"), encoded("कृष-ण-अय-यर"));
    assert!(holds(&paper, &now, "Of a road") && holds(&paper, "/authors", &now));
    assert_eq!(Browser::new(&paper).get(&former).status, 404, "it never had that address");
    // What the twelfth migration keeps of a paper from before, put in by the engine's own tool where there is one.
    let Location::Sqlite(database) = paper.location() else { return };
    let note = database.with_file_name("former.txt");
    std::fs::write(&note, "authors|कृष-ण-अय-यर|कृष्ण-अय्यर\nauthors|no-body|nobody\n").unwrap();
    let import = format!(".import {} former_keys", note.display());
    let tool =
        std::process::Command::new("sqlite3").args(["-cmd", ".timeout 9000"]).arg(&database).arg(import).output();
    let Ok(tool) = tool else { return eprintln!("skipped the former address: sqlite3 is not installed") };
    assert!(tool.status.success(), "{}", String::from_utf8_lossy(&tool.stderr));
    let answer = Browser::new(&paper).get(&former);
    assert_eq!((answer.status, answer.header("location")), (301, Some(now.as_str())));
    assert_eq!(Browser::new(&paper).get("/authors/no-body").status, 404, "nobody is there any more");
    assert_eq!(Browser::new(&paper).get(&former.replace("authors", "topics")).status, 404);
}

fn initials_are_one_writer_with_points_or_without(engine: Engine) {
    let paper = Paper::usual(engine);
    let names = ["MS Ilango", "M.S. Ilango", "M. S. Ilango", "M.S. Ilango", "Ms Ilango", "M. Ilango", "MR Ilango"];
    for (nth, name) in names.into_iter().enumerate() {
        let day = format!("1997-04-0{}T10:00:00+05:30", nth + 1);
        publish(&paper, &format!("Signed {nth}"), Some(&day), |story| story.bylines = vec![name.into()]);
    }
    let directory = opened(&paper, "/authors").text();
    for (address, name, stories) in [
        ("m-s-ilango", "M.S. Ilango", "4 stories"),
        ("ms-ilango", "Ms Ilango", "1 story"),
        ("m-ilango", "M. Ilango", "1 story"),
        ("m-r-ilango", "MR Ilango", "1 story"),
    ] {
        let row = format!(
            r#"<a href="/authors/{address}"><span class="what">{name}</span> <span class="much">{stories}</span></a>"#
        );
        assert!(directory.contains(&row), "{row}: {directory}");
    }
    let page = opened(&paper, "/authors/m-s-ilango").text();
    for (nth, name) in names.into_iter().enumerate() {
        assert_eq!(page.contains(&format!("Signed {nth}")), nth < 4, "{name}: {page}");
    }
}

fn a_month_is_folded_by_its_days(engine: Engine) {
    let paper = Paper::usual(engine);
    for nth in 0..30 {
        let day = format!("1997-03-{:02}T10:{nth:02}:00+05:30", 1 + nth / 3);
        publish(&paper, &format!("Of that month {nth}."), Some(&day), |_| ());
    }
    let page = opened(&paper, "/archive/1997/03").text();
    let folds: Vec<&str> = page.split("<details class=\"heap\"").skip(1).collect();
    assert_eq!(folds.len(), 10, "{page}");
    for (fold, day) in folds.iter().zip((1..=10).rev()) {
        let (said, path) = (
            format!("{day} March 1997 <span class=\"much\">3 stories</span></h2></summary>"),
            format!("/archive/1997/03/{day:02}"),
        );
        assert!(
            fold.contains(&said) && fold.contains(&format!("<a href=\"{path}\">All of {day} March 1997</a>")),
            "{fold}"
        );
        // a phone shows some of it at once; all of it is there for whoever reads without a screen
        assert_eq!(fold.starts_with(" open>"), day > 7, "{fold}");
        assert_eq!(fold.matches("<article").count(), 3, "{fold}");
    }
    assert!(page.find("<table class=\"calendar\">").unwrap() < page.find("<details").unwrap());
    // a day has nothing to fold
    assert!(!opened(&paper, "/archive/1997/03/04").text().contains("<details class=\"heap\""));
}

fn a_long_directory_is_entered_at_a_letter(engine: Engine) {
    let paper = Paper::usual(engine);
    assert!(!holds(&paper, "/topics", "?from="), "a short one needs no letters");
    for odd in ["from=%00", "after=%00"] {
        opened(&paper, &format!("/topics?{odd}"));
    }
    for heap in 0..10 {
        publish(&paper, &format!("Heap {heap}"), Some("1997-03-14T10:00:00+05:30"), |story| {
            story.topics =
                (0..22).map(|nth| format!("{} {heap} {nth}", ["alder", "24 hours", "kayak", "क"][nth % 4])).collect();
            story.topics.extend((heap == 0).then(|| "k".to_owned()));
            story.marking = Marking::Free;
        });
    }
    let page = opened(&paper, "/topics").text();
    let letters = between(&page, r#"<nav class="letters""#, "</nav>");
    for (label, from) in [("0–9", "0"), ("A", "a"), ("K", "k"), ("क", "%E0%A4%95")] {
        assert!(letters.contains(&format!(r#"<a href="/topics?from={from}">{label}</a>"#)), "{label}: {letters}");
    }
    let names = |page: &str| {
        page.split(r#"class="what">"#)
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let from_k = opened(&paper, "/topics?from=k").text();
    assert_eq!(names(&from_k)[..2], ["K", "Kayak 0 10"], "the name that is the letter comes first");
    assert!(from_k.contains(r#"<a rel="prev" href="/topics">First page</a>"#));
    assert!(
        from_k.contains(r#"<link rel="canonical" href="https://news.example/topics?from=k">"#)
            || from_k.contains("topics?from=k\"")
    );
    assert_eq!(names(&opened(&paper, "/topics?from=%E0%A4%95").text()).len(), 50);
    // the letter that was chosen is marked, and no other
    let current = |page: &str| between(page, r#"<nav class="letters""#, "</nav>").matches("aria-current").count();
    assert_eq!((current(&page), current(&from_k)), (0, 1));
    assert!(from_k.contains(r#"<a href="/topics?from=k" aria-current="true">K</a>"#), "{from_k}");
    assert!(!from_k.contains("begins with that"));
    assert!(!opened(&paper, "/topics?from=0").text().contains("begins with that"), "digits stand together");
    // where nothing begins there, that is said, and where one stands
    for (address, listed) in [("/topics?from=k", true), ("/topics?from=kaz", false), ("/topics?after=kaz", false)] {
        let page = opened(&paper, address).text();
        assert_eq!(!page.contains("name=\"robots\" content=\"noindex\""), listed, "{address}");
    }
    let between_names = opened(&paper, "/topics?from=kaz").text();
    assert!(between_names.contains("No topic begins with that. The next is "), "{between_names}");
    let behind = opened(&paper, "/topics?from=%ED%9E%A3").text();
    assert!(
        behind.contains("No topic begins with that, and none stands behind it. This is the beginning."),
        "{behind}"
    );
    assert!(names(&behind).len() > 100 && !behind.contains("First page"), "{behind}");
}

fn the_way_to_a_day_and_to_a_search(engine: Engine) {
    let paper = Paper::usual(engine);
    let story =
        publish(&paper, "Half past midnight", Some("1997-03-14T00:30:00+05:30"), |story| story.marking = Marking::Free);
    let page = opened(&paper, &story.path()).text();
    assert!(
        page.contains(r#"<a href="/archive/1997/03/14"><time datetime="1997-03-14T00:30:00+05:30""#),
        "the date leads to its day"
    );
    assert!(holds(&paper, "/archive", r#"<form class="search-form" method="get" action="/search""#));
}

fn a_long_day_goes_on_and_shows_every_story_once(engine: Engine) {
    let paper = Paper::usual(engine);
    let batch: Vec<(Story, String)> = (0..120)
        .map(|nth| {
            let (mut story, _) = Settings::default().dictated().swap_remove(0);
            story.headline = format!("Number {nth:03} of that day");
            story.published_at = Some(instant("1999-05-05T06:00:00+05:30"));
            story.pick = None;
            (story, format!("file:long-{nth}"))
        })
        .collect();
    let house = paper.house();
    paper.block_on(async {
        house.store.save_stories(&batch, paper.clock.now()).await.unwrap();
        house.refresh().await.unwrap();
    });
    for list in ["/archive/1999/05", "/authors/ila-bhonsle"] {
        let (first, second) = (opened(&paper, list), opened(&paper, &format!("{list}?before=925950600000.100")));
        assert_ne!(between(&first.text(), "<title>", "</title>"), between(&second.text(), "<title>", "</title>"));
        assert!(second.text().contains(&format!(r#"rel="prev" href="{list}""#)), "{list}: the way to the beginning");
        let title = between(&second.text(), "<title>", "</title>");
        assert!(title.contains(", before 6 May 1999, 06:00 |"), "{title}");
    }
    let mut seen = String::new();
    let mut path = "/archive/1999/05/05".to_owned();
    let mut pages = 0;
    let mut titles = std::collections::BTreeSet::new();
    loop {
        let page = opened(&paper, &path);
        let text = page.text();
        pages += 1;
        seen.push_str(&text);
        let title = between(&text, "<title>", "</title>");
        assert_eq!(title.contains("May 1999, from “Number"), pages > 1, "{title}");
        assert!(titles.insert(title), "each page has a title of its own");
        let canonical = between(&text, r#"rel="canonical" href=""#, "\"");
        assert_eq!(canonical, format!("http://gazette.example{path}"), "each page is its own address");
        let again = Request::get(&path).with("if-none-match", page.header("etag").unwrap());
        assert_eq!(Browser::new(&paper).send(&again).status, 304, "{path}");
        // the page's own address is an absolute one
        let Some((_, next)) = text.split_once("href=\"/archive/1999/05/05?before=") else { break };
        path = format!("/archive/1999/05/05?before={}", next.split('"').next().unwrap());
    }
    assert_eq!(pages, 3);
    for nth in 0..120 {
        assert_eq!(seen.matches(&format!(">Number {nth:03} of that day<")).count(), 1, "{nth}");
    }
}

fn stories_without_a_date_have_a_place(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Nobody knows when", None, |_| ());
    assert!(holds(&paper, "/archive/undated", "Nobody knows when"));
    assert!(!holds(&paper, "/archive/undated", &paper.metered()[0].headline));
}

fn past_days_may_be_kept_and_are_known_again(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Long ago", Some("1997-03-14T00:30:00+05:30"), |_| ());
    let past = opened(&paper, "/archive/1997/03/14");
    assert!(past.header("cache-control").unwrap().contains("s-maxage"));
    let today = opened(&paper, "/archive/2026/11/20");
    assert!(!today.header("cache-control").unwrap().contains("s-maxage"));
    let etag = past.header("etag").unwrap().to_owned();
    let again = Request::get("/archive/1997/03/14").with("if-none-match", &etag);
    assert_eq!(Browser::new(&paper).send(&again).status, 304);
    // whoever is signed in has pages of their own, which nobody keeps
    let (_, cookie) = paper.sign_in("reader", crate::house::Rights::None);
    let mut signed = Browser::new(&paper);
    signed.hold(&cookie);
    let answer = signed.get("/archive/1997/03/14");
    assert!(answer.header("cache-control").unwrap().contains("no-store"));
}

fn months_and_years_stay_printed_until_something_is_published(engine: Engine) {
    let paper = Paper::usual(engine);
    publish(&paper, "Long ago", Some("1997-03-14T00:30:00+05:30"), |_| ());
    for _ in 0..2 {
        assert!(opened(&paper, "/archive/1997").text().contains("1 story"));
        assert!(holds(&paper, "/archive/1997/03", "Long ago"));
    }
    publish(&paper, "And a day later", Some("1997-03-15T00:30:00+05:30"), |_| ());
    assert!(opened(&paper, "/archive/1997").text().contains("2 stories"));
    for headline in ["Long ago", "And a day later"] {
        assert!(holds(&paper, "/archive/1997/03", headline), "{headline}");
    }
}

fn nothing_locked_is_in_the_archive(engine: Engine) {
    let paper = Paper::usual(engine);
    let premium = paper.stories(Marking::Premium);
    let story = &premium[0];
    let day = story.published_at.unwrap().to_zoned(jiff::tz::TimeZone::get("Asia/Kolkata").unwrap());
    let topic = newsroom::articles::key_of(&story.topics[0]).unwrap();
    let mut listed = 0;
    for path in [
        day.strftime("/archive/%Y/%m/%d").to_string(),
        day.strftime("/archive/%Y/%m").to_string(),
        "/authors/ila-bhonsle".to_owned(),
        format!("/topics/{topic}"),
    ] {
        let text = opened(&paper, &path).text();
        listed += usize::from(text.contains(&story.headline));
        for story in &premium {
            let found = paper.shown(&text, story);
            assert_ne!(found, crate::house::Shown::Open, "{path} shows locked text of story {}", story.number.0);
        }
    }
    assert_eq!(listed, 4, "the story stands in every list, by its head");
}
