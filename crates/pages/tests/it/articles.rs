//! The story page: what opens, what stays shut, and the words at the wall.
use crate::markup::{Piece, VOID, pieces, tags, text, value};
use crate::samples;
use pages::Page;
use pages::views::*;
use serde_json::Value;

fn guest(page: &dyn Page) -> String {
    page.render(&samples::paper(), Reader::Guest).expect("a page")
}

fn data_of(html: &str) -> Value {
    let start = "<script type=\"application/ld+json\">";
    let at = html.find(start).expect("structured data") + start.len();
    let end = html[at..].find("</script>").expect("its end");
    serde_json::from_str(&html[at..at + end]).expect("JSON")
}

fn wall_words(wall: WallView) -> String {
    text(&guest(&samples::walled_article(wall)))
}

#[test]
fn a_picture_that_nobody_described_is_no_decoration() {
    let described = |alt: &str, language: &str| {
        let mut page = samples::open_article();
        let mut picture = samples::picture("quay");
        alt.clone_into(&mut picture.alt);
        page.story.picture = Some(picture);
        let paper = pages::views::Paper { language: language.into(), ..samples::paper() };
        let html = page.render(&paper, Reader::Guest).expect("a page");
        let figure = html.split("<figure class=\"story-picture\">").nth(1).expect("the picture");
        figure.split("alt=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its words").to_owned()
    };
    assert_eq!(described("Cranes at dusk", "de"), "Cranes at dusk");
    for (language, words) in [
        ("en-IN", "Picture with the story"),
        ("de", "Bild zum Artikel"),
        ("FR-ca", "Photo accompagnant l’article"),
        ("eo", "Picture with the story"),
    ] {
        assert_eq!(described("", language), words, "{language}");
        assert_eq!(described("  ", language), words, "{language}");
    }
}

#[test]
fn the_limit_wall_says_what_the_verdict_says() {
    let words = wall_words(samples::limit_wall());
    assert!(words.contains("You've reached your limit of 5 free articles this month."), "{words}");
    assert!(words.contains("Subscribe now for unlimited access."));
    assert!(words.contains("Already subscribed? Log in"));
    assert!(words.contains("start again on 1 December."));
    assert!(words.contains("free account reads 10 articles a month."));
    for price in ["₹900 3 Months", "₹2,700 1 Year", "₹3,900 2 Years", "₹225/Month"] {
        assert!(words.contains(price), "{price}: {words}");
    }
    assert!(words.contains("Renews automatically, cancel anytime"));
}

#[test]
fn the_limit_wall_counts_one_article_and_other_periods_rightly() {
    let wall = |limit, period| WallView::Limit {
        limit,
        registered: true,
        period,
        resets_on: samples::resets_on(),
        with_account: None,
    };
    assert!(wall_words(wall(1, MeterPeriod::Week)).contains("your limit of 1 free article this week."));
    assert!(wall_words(wall(3, MeterPeriod::Day)).contains("your limit of 3 free articles today."));
    assert!(wall_words(wall(4, MeterPeriod::RollingDays(30))).contains("your limit of 4 free articles in 30 days."));
}

#[test]
fn each_wall_offers_its_own_way_in() {
    let premium = wall_words(WallView::Premium);
    assert!(premium.contains("Subscribe to read the full story") && premium.contains("₹2,700"));
    let archive = wall_words(WallView::Archive);
    assert!(archive.contains("This story is from the archive") && archive.contains("₹2,700"));
    let register = wall_words(WallView::Register);
    assert!(register.contains("Create a free account") && !register.contains("₹"));
    let network = wall_words(WallView::NetworkSpent);
    assert!(network.contains("Create a free account") && !network.contains("₹"));
    let unopened = wall_words(WallView::Unopened);
    assert!(unopened.contains("Open the full story") && unopened.contains("nothing was counted"));
}

#[test]
fn links_at_the_wall_lead_back_to_the_story() {
    let html = guest(&samples::walled_article(WallView::Premium));
    let links: Vec<_> = tags(&html).into_iter().filter_map(|(_, a)| value(&a, "href")).collect();
    let back = "next=/markets/rupee-steadies-1";
    for wanted in
        [format!("/login?{back}"), format!("/subscribe?{back}"), format!("/checkout?plan=super-saver&#38;{back}")]
    {
        assert!(links.contains(&wanted.as_str()), "{wanted} is not among {links:?}");
    }
}

#[test]
fn a_walled_page_holds_the_preview_and_an_empty_paid_container() {
    for wall in [
        samples::limit_wall(),
        WallView::Register,
        WallView::NetworkSpent,
        WallView::Premium,
        WallView::Archive,
        WallView::Unopened,
    ] {
        let html = guest(&samples::walled_article(wall));
        assert!(html.contains("gave up waiting on Friday"));
        assert!(html.contains("<div class=\"paywalled\"></div>"));
        assert!(!html.contains("central bank did not do"));
        assert!(!html.contains("articleBody"));
    }
}

#[test]
fn the_paid_part_of_an_open_gated_story_is_in_its_container() {
    let html = guest(&samples::open_article());
    let at = html.find("<div class=\"paywalled\">").expect("the container");
    assert!(html[..at].contains("The reason was crude") && !html[..at].contains("The lorry, he added"));
    assert!(html[at..].contains("The lorry, he added, leaves on Tuesday."));
    assert_eq!(html.matches("class=\"paywalled\"").count(), 1);
}

#[test]
fn a_free_story_has_no_paid_container() {
    let mut page = samples::open_article();
    page.story.marking = Marking::Free;
    let html = guest(&page);
    assert!(!html.contains("paywalled"));
    assert!(html.contains("The lorry, he added"));
    assert_eq!(data_of(&html)["isAccessibleForFree"], true);
}

#[test]
fn structured_data_describes_the_story_and_its_wall_but_not_its_text() {
    let html = guest(&samples::walled_article(WallView::Premium));
    let data = data_of(&html);
    assert_eq!(data["@type"], "NewsArticle");
    assert_eq!(data["isAccessibleForFree"], false);
    assert_eq!(data["hasPart"]["cssSelector"], ".paywalled");
    assert_eq!(data["hasPart"]["isAccessibleForFree"], false);
    assert_eq!(data["datePublished"], "2026-11-22T06:40:00+05:30");
    assert_eq!(data["dateModified"], "2026-11-22T07:55:00+05:30");
    assert_eq!(data["author"][1]["name"], "Farhan Qureshi");
    assert_eq!(data["image"][0], "http://127.0.0.1:1997/pictures/rupee-notes-1200.jpg");
    assert!(data.get("articleBody").is_none());
}

#[test]
fn hostile_text_stays_text_in_structured_data() {
    let mut page = samples::open_article();
    page.story.headline = "</script><script>alert('&')</script>\u{2028}".into();
    page.story.published_at = None;
    page.story.bylines = vec![];
    let html = guest(&page);
    assert!(!html.contains("alert('&')") && html.contains("\\u003c/script\\u003e"));
    let data = data_of(&html);
    assert_eq!(data["headline"], page.story.headline.as_str());
    assert!(data.get("datePublished").is_none(), "an unknown date is not invented");
    assert_eq!(data["author"]["@type"], "Organization");
    assert!(text(&html).contains("Date unknown"));
}

#[test]
fn head_links_and_cards_name_the_story() {
    let html = guest(&samples::open_article());
    let tags = tags(&html);
    let meta = |name: &str| {
        tags.iter()
            .find(|(_, a)| value(a, "property") == Some(name) || value(a, "name") == Some(name))
            .and_then(|(_, a)| value(a, "content"))
    };
    assert_eq!(meta("og:type"), Some("article"));
    assert_eq!(meta("og:image"), Some("http://127.0.0.1:1997/pictures/rupee-notes-1200.jpg"));
    assert_eq!(meta("og:image:height"), Some("675"));
    assert_eq!(meta("twitter:card"), Some("summary_large_image"));
    assert_eq!(meta("article:content_tier"), Some("metered"));
    assert_eq!(meta("article:published_time"), Some("2026-11-22T06:40:00+05:30"));
    let canonical = tags.iter().find(|(_, a)| value(a, "rel") == Some("canonical")).expect("a canonical link");
    assert_eq!(value(&canonical.1, "href"), Some("http://127.0.0.1:1997/markets/rupee-steadies-1"));
}

#[test]
fn the_notice_counts_down_to_the_last() {
    let notice = |left| Notice { left, limit: 5, period: MeterPeriod::Month, resets_on: samples::resets_on() };
    let words = |left| text(&guest(&OpenArticle { notice: Some(notice(left)), ..samples::open_article() }));
    assert!(
        words(2).contains("You have 2 free articles left this month. Your 5 free articles start again on 1 December.")
    );
    assert!(words(1).contains("You have 1 free article left this month."));
    assert!(words(0).contains("This is your last free article this month."));
    assert!(!text(&guest(&samples::open_article())).contains("start again on"));
}

#[test]
fn dates_are_in_the_papers_zone_and_machine_readable() {
    let html = guest(&samples::open_article());
    assert!(html.contains("<time datetime=\"2026-11-22T06:40:00+05:30\">22 November 2026, 6:40 am IST</time>"));
    assert!(text(&html).contains("Updated 22 November 2026, 7:55 am IST"));
    let mut same = samples::open_article();
    same.story.updated_at = same.story.published_at;
    assert!(!guest(&same).contains("Updated"), "an update at the time of publication is none");
}

#[test]
fn also_read_stands_in_the_text_but_never_between_a_crosshead_and_its_paragraph() {
    let block = |t: &str| Block::Paragraph(t.into());
    let mut page = samples::open_article();
    page.opening = vec![block("one"), block("two"), Block::Crosshead("cross".into())];
    page.rest = vec![block("four"), block("five")];
    let words = text(&guest(&page));
    let place = |w: &str| words.find(w).unwrap_or_else(|| panic!("{w} is missing"));
    assert!(place("cross") < place(" four") && place(" four") < place("Also Read"));
    assert!(place("Also Read") < place(" five"));
}

#[test]
fn also_read_of_a_short_preview_stands_below_the_wall() {
    let mut page = samples::walled_article(WallView::Premium);
    page.preview.truncate(2);
    let words = text(&guest(&page));
    assert!(words.find("Subscribe to read") < words.find("Also Read"));
    page.story.also_read.clear();
    assert!(!text(&guest(&page)).contains("Also Read"));
}

#[test]
fn readers_without_advertisements_get_no_trace_of_a_slot() {
    let with = guest(&samples::open_article());
    assert!(text(&with).contains("Advertisement Read without these boxes"));
    let open = OpenArticle { advertisements: vec![], ..samples::open_article() };
    let walled = WalledArticle { advertisements: vec![], ..samples::walled_article(WallView::Premium) };
    let front = FrontPage { advertisements: vec![], ..samples::front() };
    for html in [guest(&open), guest(&walled), guest(&front)] {
        assert!(!html.contains("dvertisement") && !html.contains("class=\"ad"), "a slot is left");
    }
}

#[test]
fn the_page_is_light() {
    for page in [guest(&samples::open_article()), guest(&samples::walled_article(samples::limit_wall()))] {
        assert!(page.len() < 20_000, "{} bytes", page.len());
    }
}

#[test]
fn the_premium_badge_stands_before_its_own_headline() {
    let mut page = samples::open_article();
    let mut premium = page.story.also_read[0].clone();
    premium.headline = "Kept for subscribers".into();
    premium.marking = Marking::Premium;
    let open = StoryCard { headline: "Next in the list".into(), marking: Marking::Free, ..premium.clone() };
    page.story.also_read = vec![premium, open];
    let html = guest(&page);
    let list = html.split("class=\"also-read\"").nth(1).and_then(|l| l.split("</aside>").next()).expect("the list");
    let place = |what: &str| list.find(what).expect(what);
    assert!(place("class=\"badge\"") < place("Kept for subscribers"));
    assert_eq!(list.matches("class=\"badge\"").count(), 1);
}

/// What stands on a page in letters from right to left, without an element around it that takes its direction from its own words.
fn astray(html: &str) -> Vec<String> {
    let (mut around, mut found) = (Vec::new(), Vec::new());
    for piece in pieces(html) {
        match piece {
            Piece::Open(name, _) if VOID.contains(&name) => {}
            Piece::Open(name, attributes) => {
                let own = value(&attributes, "dir") == Some("auto") || name == "bdi";
                around.push(own || matches!(name, "title" | "script"));
            }
            Piece::Close(_) => _ = around.pop(),
            Piece::Text(text) if text.contains(|c| matches!(c, '\u{600}'..='\u{6ff}')) && !around.contains(&true) => {
                found.push(text.to_owned());
            }
            Piece::Text(_) => {}
        }
    }
    found
}

#[test]
fn words_from_right_to_left_take_their_direction_from_themselves() {
    let words = || "عاد القارب إلى المرفأ.".to_owned();
    assert_eq!(astray(&format!("<!doctype html><h1>{}</h1>", words())), [words()], "it would be noticed");
    let card = || StoryCard { headline: words(), standfirst: Some(words()), ..samples::card(0) };
    let story = || StoryHead {
        headline: words(),
        standfirst: Some(words()),
        dateline: Some(words()),
        picture: Some(Picture { caption: Some(words()), ..samples::picture("quay") }),
        topic_links: vec![Link::new(words(), "/topics/boat")],
        also_read: vec![card()],
        more_from_section: vec![card()],
        ..samples::head()
    };
    let opening = || vec![Block::Paragraph(words()), Block::Crosshead(words()), Block::Quote(words())];
    let front = || FrontPage {
        lead: Some(card()),
        picks: (0..9).map(|_| card()).collect(),
        latest: vec![card()],
        premium: vec![card()],
        rails: vec![Rail { section: samples::section("markets"), stories: vec![card(), card()] }],
        ..samples::front()
    };
    let mut archive = samples::archive_month();
    for heap in &mut archive.heaps {
        for story in &mut heap.stories {
            (story.headline, story.standfirst) = (words(), Some(words()));
        }
    }
    let of_words = || vec![Marked { text: words(), marked: true }, Marked { text: words(), marked: false }];
    let hit = SearchHit {
        path: "/markets/boat-1".into(),
        headline: of_words(),
        fragment: of_words(),
        section: samples::section("markets"),
        topics: vec![],
        bylines: vec![],
        published_at: None,
        marking: Marking::Free,
        archived: false,
        language: None,
    };
    let results =
        SearchResults { total: "1".into(), single: true, hits: vec![hit], page: 1, pages: 1, ..Default::default() };
    let mut imports = samples::imports();
    for story in imports.open.iter_mut().flat_map(|report| &mut report.stories) {
        story.headline = words();
        story.number = None;
        story.dropped.iter_mut().for_each(|remark| remark.what = words());
        story.doubted.iter_mut().for_each(|remark| remark.quote = Some(words()));
    }
    let desk = DeskStory { headline: words(), standfirst: words(), body: opening(), ..samples::desk_story() };
    let pages: [&dyn Page; 9] = [
        &OpenArticle { story: story(), opening: opening(), ..samples::open_article() },
        &OpenArticle { story: story(), rest: opening(), ..samples::open_article() },
        &WalledArticle { story: story(), preview: opening(), ..samples::walled_article(WallView::Premium) },
        &front(),
        &SectionPage { stories: vec![card(), card()], ..samples::section_page() },
        &archive,
        &SearchPage { results: Some(results), ..Default::default() },
        &desk,
        &imports,
    ];
    for (nth, page) in pages.into_iter().enumerate() {
        let html = guest(page);
        assert!(html.contains(&words()), "{nth}");
        assert_eq!(astray(&html), Vec::<String>::new(), "{nth}");
    }
}
