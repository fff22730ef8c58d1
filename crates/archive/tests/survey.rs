//! Stories told from pages that are none, and open pages from closed ones, by how they are built.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
use archive::html::{Page, Survey, page, survey};
use archive::item::Access;

fn surveyed(url: &str, html: &str) -> Survey {
    let read = Page { url: Some(url), html };
    survey(&read, &page(&read))
}

fn paragraphs(from: usize, count: usize) -> String {
    let one = |n: usize| {
        format!(
            "<p>In the {n}th winter the ferrymen of row {n} put up their oars, and {} of them went to the salt works to ask \
             what a day of boiling would pay. The master said it would pay {} coins and a coat.</p>\n",
            n * 3 + 2,
            n + 40
        )
    };
    (from..from + count).map(one).collect()
}

#[test]
fn a_story_without_any_description_of_itself_is_a_story() {
    let html =
        format!("<HTML><TITLE>Ferrymen ask</TITLE><BODY><H1>Ferrymen ask</H1>{}</BODY></HTML>", paragraphs(1, 5));
    let survey = surveyed("http://salt.example/n/1.htm", &html);
    assert_eq!(survey.aside, None);
    assert!(!survey.walled);
}

#[test]
fn lists_are_set_aside_however_they_are_built() {
    let cards: String = (1..10)
        .map(|n| {
            format!("<div><h3><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a></h3>{}</div>", paragraphs(n, 1))
        })
        .collect();
    let listed: String = (1..15)
        .map(|n| {
            format!(
                "<li><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a> They went to the salt works in the winter {n}, and \
                 the master of the works had nothing to say to any of them before the thaw had come.</li>"
            )
        })
        .collect();
    let full: String = (1..5)
        .map(|n| {
            format!("<article><h2><a href=\"/n/{n}\">Ferrymen of row {n} ask</a></h2>{}</article>", paragraphs(n, 4))
        })
        .collect();
    for (name, body) in [("cards", cards), ("list", format!("<ul>{listed}</ul>")), ("whole stories", full)] {
        let html = format!("<html><title>News</title><body><h1>News of the river</h1>{body}</body></html>");
        let survey = surveyed("http://salt.example/news/", &html);
        assert!(survey.aside.is_some(), "{name} is no story: {survey:?}");
    }
}

#[test]
fn a_box_of_links_makes_no_list_of_a_story() {
    let links: String =
        (1..9).map(|n| format!("<h4><a href=\"/n/{n}\">Ferrymen of row {n} ask again</a></h4>")).collect();
    let html = format!(
        "<html><title>Ferrymen ask</title><body><h1>Ferrymen ask</h1>{}<div>{links}</div></body></html>",
        paragraphs(1, 6)
    );
    assert_eq!(surveyed("http://salt.example/n/77", &html).aside, None);
}

#[test]
fn errors_frames_and_pages_that_lead_on_are_set_aside() {
    for (html, kind) in [
        (
            "<title>404 Not Found</title><h1>Not Found</h1><p>There is no page of this name on this server, and there has been none since the thaw of the river.</p>",
            "error page",
        ),
        ("<html><frameset cols=\"20%,*\"><frame src=a.html><frame src=b.html></frameset></html>", "frames"),
        (
            "<html><meta http-equiv=refresh content=\"0; url=/n/2\"><body><p>The page is elsewhere now.</p></body></html>",
            "leads on",
        ),
        ("<html><body><p></p></body></html>", "without text"),
    ] {
        let survey = surveyed("http://salt.example/n/1.htm", html);
        assert_eq!(survey.kind, kind, "{survey:?}");
        assert!(survey.aside.is_some());
    }
}

/// A story with something in its head and around it.
fn with(head: &str, open: &str) -> String {
    format!(
        "<html><head><title>Ferrymen ask</title>{head}</head><body><h1>Ferrymen ask</h1>{open}{}</div></body></html>",
        paragraphs(1, 6)
    )
}

#[test]
fn what_is_not_free_is_closed_however_it_is_said() {
    let closed = [
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\"}</script>",
            "<div>",
        ),
        // Broken JSON: a comma too many.
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\" : false,}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true,\"hasPart\":{\"@type\":\
              \"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".rest\"}}</script>",
            "<div>",
        ),
        with("<meta itemprop=\"isAccessibleForFree\" content=\"false\">", "<div>"),
        with("<meta property=\"article:content_tier\" content=\"gold\">", "<div>"),
        with("", "<div data-premium=\"true\">"),
    ];
    for html in &closed {
        assert!(surveyed("http://salt.example/n/1", html).walled, "{html}");
    }
    let open = [
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true}</script>",
            "<div>",
        ),
        with("<meta property=\"article:content_tier\" content=\"free\">", "<div data-premium=\"false\">"),
        with("", "<div class=\"no-paywall\">"),
        with("<meta name=\"paywall\" content=\"false\"><meta name=\"premium\" content=\"no\">", "<div>"),
        with("<meta itemprop=\"requiresSubscription\" content=\"false\">", "<div>"),
        with("<meta name=\"conditionsOfAccess\" content=\"No subscription required\">", "<div>"),
        with(
            "<link itemprop=\"isAccessibleForFree\" href=\"http://schema.org/True\">",
            "<div data-visibility=\"hover\">",
        ),
        with(
            "<meta name=\"accessibility\" content=\"AA\"><meta name=\"page-type\" content=\"premium\">",
            "<div data-content=\"paid\">",
        ),
        with("<meta name=\"paywall\" content=\"metered\">", "<div>"),
    ];
    for html in &open {
        assert!(!surveyed("http://salt.example/n/1", html).walled, "{html}");
    }
}

#[test]
fn what_is_sold_is_closed_in_microdata_and_by_the_names_of_the_head() {
    let closed = [
        // Microdata and RDFa, with what it says before or behind the name, in a link or as words.
        with("<meta content=\"False\" itemprop=\"isAccessibleForFree\">", "<div>"),
        with("<link itemprop=\"isAccessibleForFree\" href=\"https://schema.org/False\">", "<div>"),
        with("<meta property=\"schema:isAccessibleForFree\" datatype=\"xsd:boolean\" content=\"false\">", "<div>"),
        with("", "<div><span property=\"http://schema.org/isAccessibleForFree\" resource=\"schema:False\"></span>"),
        with("", "<div><p>Free: <b itemprop=\"isAccessibleForFree\"><i>for some</i></b></p>"),
        with("<script>state = {\"is_accessible_for_free\":false}</script>", "<div>"),
        with("<meta itemprop=\"requiresSubscription\" content=\"true\">", "<div>"),
        with("<meta content=\"subscribers only\" itemprop=\"conditionsOfAccess\">", "<div>"),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"requiresSubscription\":true,}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"conditionsOfAccess\":\"Subscription required\",}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@graph\":[{\"@type\":\"NewsArticle\",\"potentialAction\":{\"@type\":\"ReadAction\",\
              \"actionAccessibilityRequirement\":{\"@type\":\"ActionAccessSpecification\",\"category\":\"subscription\"}}}]}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"requiresSubscription\":{\"@type\":\"MediaSubscription\",\
              \"name\":\"Salt Post Plus\"}}</script>",
            "<div>",
        ),
        with(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"conditionsOfAccess\":\"Nur mit Abonnement\"}</script>",
            "<div>",
        ),
        with("<meta name=\"paywall\" content=\"hard\">", "<div>"),
        with("<meta property=\"article:is_premium\" content=\"1\">", "<div>"),
        with("<meta name=\"article.access-level\" content=\"Subscribers\">", "<div>"),
        with("<meta name=\"access\" content=\"salt plus\">", "<div>"),
        with("<meta name=\"content-tier\" content=\"locked\">", "<div>"),
        with("<meta name=\"dcterms.accessRights\" content=\"restricted access\">", "<div>"),
        with("<meta property=\"article:free\" content=\"no\">", "<div>"),
        with("", "<div data-article-paywall-status=\"on\">"),
        with("", "<div class=\"text paywall\">"),
    ];
    for html in &closed {
        assert!(surveyed("http://salt.example/n/1", html).walled, "{html}");
    }
}

#[test]
fn of_several_words_for_who_may_read_the_strictest_counts_and_that_is_said() {
    let of = |head: &str, attribute: &str| {
        let html = format!(
            "<html><head><title>Ferrymen ask</title>{head}</head><body><h1>Ferrymen ask</h1><div {attribute}>{}</div></body></html>",
            paragraphs(1, 6)
        );
        let got = page(&Page { url: None, html: &html });
        (got.access, got.notes.iter().filter(|note| note.contains("says")).cloned().collect::<Vec<_>>())
    };
    let free = "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true}</script>";
    let metered = "<meta property=\"article:content_tier\" content=\"metered\">";
    let sold = "<meta name=\"paywall\" content=\"yes\">";
    assert_eq!(of("", ""), (None, vec![]));
    // that it is not sold does not say that it is not counted
    assert_eq!(of("<meta name=\"paywall\" content=\"no\">", "data-premium=false"), (None, vec![]));
    assert_eq!(of(free, "data-premium=false"), (Some(Access::Free), vec![]));
    assert_eq!(of(metered, ""), (Some(Access::Metered), vec![]));
    assert_eq!(of("<meta name=access content=registered>", ""), (Some(Access::Registered), vec![]));
    assert_eq!(of(sold, "data-premium"), (Some(Access::Paid), vec![]));
    let (access, notes) = of(&format!("{free}{metered}"), "");
    assert_eq!((access, notes.len()), (Some(Access::Metered), 1), "{notes:?}");
    assert!(notes[0].contains("free") && notes[0].contains("metered"), "{notes:?}");
    for (head, attribute) in [
        (format!("{free}{sold}"), ""),
        (format!("{sold}{free}"), ""),
        (sold.to_owned(), "data-locked=no"),
        (free.to_owned(), "data-locked"),
    ] {
        let (access, notes) = of(&head, attribute);
        assert_eq!((access, notes.len()), (Some(Access::Paid), 1), "{head} {attribute} {notes:?}");
        assert!(notes[0].ends_with("taken as sold"), "{notes:?}");
    }
    let (access, notes) = of("<meta name=\"access\" content=\"harbour circle\">", "");
    assert_eq!(access, Some(Access::Paid));
    assert!(notes[0].contains("harbour circle"), "an unknown word is said: {notes:?}");
}

#[test]
fn what_a_page_shows_only_without_scripts_was_sold_where_it_shows_a_beginning() {
    let whole = paragraphs(1, 5);
    let with = |shown: &str| {
        format!(
            "<html><title>Ferrymen ask</title><body><div class=\"menu\"><a href=\"/\">Home</a></div><div><h1>Ferrymen ask</h1>{shown}\
             <noscript>{whole}</noscript></div></body></html>"
        )
    };
    let words =
        "In the 1th winter the ferrymen of row 1 put up their oars, and 5 of them went to the salt works to ask";
    let cut = |at: usize| format!("<p>{} …</p>", words.get(..at).unwrap());
    let lines = |words: &str| words.split(' ').map(|word| format!("<p>{word}</p>")).collect::<String>();
    let mut sold: Vec<String> = [22, 40, 60, 78, 90].into_iter().map(cut).collect();
    sold.push(lines(words));
    sold.push("<p>The ferrymen have a new wish …</p>".into());
    sold.push("<p>The ferrymen ask.</p><p><a href=\"/s\">Subscribe to read on</a></p>".into());
    sold.push(paragraphs(1, 1));
    // Its own words are a teaser, whatever furniture they sound like.
    sold.push("<p>Photo of the year: the lantern.</p>".into());
    sold.push("<p>Copyright law changes: who may copy a lantern.</p>".into());
    sold.push("<p>The new JavaScript law divides the river towns.</p>".into());
    for shown in &sold {
        let survey = surveyed("http://salt.example/n/1", &with(shown));
        assert_eq!(survey.aside, None, "{shown}");
        assert!(survey.walled, "{shown}");
        let html = with(shown);
        let extract = page(&Page { url: None, html: &html });
        assert!(extract.body.iter().any(|part| part.text().contains("a day of boiling")), "{extract:?}");
        assert!(extract.notes.iter().any(|note| note.contains("only without scripts")), "{:?}", extract.notes);
        // so much of it is open, and no half of a paragraph
        let open = survey.shown(&extract.body).unwrap();
        assert!(extract.body.iter().take(open).all(|part| shown.contains(part.text())), "{shown}: {open}");
        assert_eq!(
            survey.shown(&extract.body[extract.body.len() - 5..]),
            Some(usize::from(*shown == paragraphs(1, 1))),
            "{shown}"
        );
    }
    for shown in ["", "<p>Loading …</p>", "<p>This page needs JavaScript.</p>", "<p><a href=\"/s\">Subscribe</a></p>"]
    {
        let html = with(shown);
        let survey = surveyed("http://salt.example/n/1", &html);
        assert!(!survey.walled, "{shown}");
        assert_eq!(survey.shown(&page(&Page { url: None, html: &html }).body), None);
    }
}

#[test]
fn a_teaser_in_other_words_is_not_the_story_that_stands_without_scripts() {
    let whole = paragraphs(1, 5);
    let with = |shown: &str, unshown: &str| {
        format!(
            "<html><title>Ferrymen ask</title><body><div class=\"menu\"><a href=\"/\">Home</a></div><div><h1>Ferrymen ask</h1>{shown}\
             <noscript>{unshown}</noscript></div></body></html>"
        )
    };
    let teaser = "<p>When the river freezes over there is little to do for those who row: some of them have begun to look for work on land.</p>";
    let html = with(teaser, &whole);
    let got = page(&Page { url: None, html: &html });
    assert_eq!(got.body.len(), 5, "{got:?}");
    assert!(got.body[0].text().starts_with("In the 1th winter"), "{got:?}");
    assert!(got.removed.iter().any(|removed| removed.text.starts_with("When the river freezes")), "{:?}", got.removed);
    let survey = surveyed("http://salt.example/n/1", &html);
    assert!(survey.walled && survey.aside.is_none(), "it was not shown");
    assert_eq!(survey.shown(&got.body), Some(0));
    // Help with scripts, and what tells something else, are no story.
    let help = "<p>This page needs JavaScript, which your browser does not run. Ferrymen ask for it too. Open the settings of the browser, look \
                for the word script, and switch it on for this page or for all pages that you read.</p>"
        .repeat(4);
    let other = "<p>Glass for the lamps of the market will be blown in the next valley from now on, where sand is white and wood is cheap.</p>".repeat(6);
    for unshown in [help, other] {
        let html = with(teaser, &unshown);
        let got = page(&Page { url: None, html: &html });
        assert!(got.body.iter().all(|part| part.text().starts_with("When the river freezes")), "{got:?}");
    }
    // A short story that stands there whole is one.
    let html = with(&paragraphs(1, 2), &whole.replace("winter", "autumn"));
    assert_eq!(page(&Page { url: None, html: &html }).body.len(), 2);
}

#[test]
fn markup_that_was_escaped_in_a_place_for_readers_without_scripts_is_markup() {
    let escaped =
        |html: &str| html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let one = "<p class=\"lead\">".to_owned() + &paragraphs(1, 3).replace("<p>", "").replace("</p>\n", " ") + "</p>";
    for (whole, count) in [(paragraphs(1, 4), 4), (one, 1)] {
        let html = format!(
            "<html><title>Ferrymen ask</title><body><h1>Ferrymen ask</h1><NOSCRIPT>{}</NOSCRIPT></body></html>",
            escaped(&whole)
        );
        let got = page(&Page { url: None, html: &html });
        assert_eq!(got.body.len(), count, "{got:?}");
        assert!(got.body.iter().all(|part| !part.text().contains('<')), "{got:?}");
    }
}

#[test]
fn whatever_words_a_page_shows_do_not_open_what_it_holds_only_without_scripts() {
    let whole = paragraphs(1, 5);
    let with = |shown: &str| {
        format!(
            "<html><title>Ferrymen ask</title><body><nav><a href=\"/\">Home</a></nav><div><h1>Ferrymen ask</h1>{shown}\
             <noscript>{whole}</noscript></div><footer><p>All rights reserved.</p></footer></body></html>"
        )
    };
    let own = [
        "<p>The master denies.</p>",
        "<p class=\"standfirst\">The master of the works denies that he was asked.</p>",
        "<h2>The master denies all of it</h2>",
        "<figure><img src=\"a.jpg\"><figcaption>The works in winter, from the far bank.</figcaption></figure>",
        "<ul><li>The master denies</li></ul>",
        "<blockquote>Nobody has asked me</blockquote>",
        "<p>Loading of boats goes on all the same</p>",
    ];
    for shown in own {
        let html = with(shown);
        let survey = surveyed("http://salt.example/n/1", &html);
        let got = page(&Page { url: None, html: &html });
        assert!(survey.walled && survey.aside.is_none(), "{shown}");
        assert!(got.notes.iter().any(|note| note.contains("only without scripts")), "{:?}", got.notes);
        let open = survey.shown(&got.body).unwrap();
        assert!(got.body.iter().take(open).all(|part| !part.text().contains("a day of boiling")), "{shown}: {open}");
    }
    // Pictures that load late stand there too, and sell nothing.
    let late = format!(
        "<html><title>Ferrymen ask</title><body><h1>Ferrymen ask</h1>{}<noscript><img src=\"a.jpg\" alt=\"The works\"></noscript></body></html>",
        paragraphs(1, 5)
    );
    assert!(!surveyed("http://salt.example/n/2", &late).walled);
}

#[test]
fn classes_elements_of_the_head_and_offers_of_a_part_that_is_sold_close_it() {
    let of = |html: &str| page(&Page { url: None, html }).access;
    let classes = [
        "premium",
        "locked",
        "is-locked",
        "is-paid",
        "article--premium",
        "piano-paywall",
        "members-only",
        "locked-content",
    ];
    for class in classes {
        assert_eq!(of(&with("", &format!("<div class=\"text {class}\">"))), Some(Access::Paid), "{class}");
    }
    assert_eq!(of(&with("", "<div class=\"meteredContent\">")), Some(Access::Metered));
    for class in ["no-paywall", "not-locked", "free", "premiere", "pagelock"] {
        assert_eq!(of(&with("", &format!("<div class=\"{class}\">"))), None, "{class}");
    }
    let metas =
        [("cse-premium", "1"), ("subscription", "required"), ("payment_type", "subscription"), ("restricted", "true")];
    for (name, content) in metas {
        assert_eq!(
            of(&with(&format!("<meta name=\"{name}\" content=\"{content}\">"), "")),
            Some(Access::Paid),
            "{name}"
        );
    }
    let data = |more: &str| {
        with(&format!("<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",{more}}}</script>"), "")
    };
    let sold = [
        r#""isAccessibleForFree":"""#,
        r#""isAccessibleForFree":null"#,
        r#""offers":{"@type":"Offer","price":"2.99"}"#,
        r#""offers":[{"@type":"Offer","priceSpecification":{"price":3}}]"#,
        r#""offers":{"@type":"Offer","category":"paid"}"#,
        r#""potentialAction":{"@type":"ReadAction","expectsAcceptanceOf":{"@type":"Offer","category":"subscription"}}"#,
    ];
    for more in sold {
        assert_eq!(of(&data(more)), Some(Access::Paid), "{more}");
    }
    for more in [r#""offers":{"@type":"Offer","price":"0.00"}"#, r#""about":{"@type":"Product","offers":{"price":3}}"#]
    {
        assert_eq!(of(&data(more)), None, "{more}");
    }
}

/// One short notice in several scripts, and half of it.
const NOTICES: [(&str, [&str; 2]); 6] = [
    (
        "ar",
        [
            "قررت مكتبة الميناء أن تعير الكتب ستة أسابيع بدلا من ثلاثة، لأن الآلة الجديدة لا تعرف كيف تطبع رسائل التذكير إلى القراء.",
            "وقالت أمينة المكتبة سلمى الراوي إنها تتوقع كتبا أكثر وعودة أقل، وإنها طلبت عربة ثانية تقف عند باب السوق كل سبت.",
        ],
    ),
    (
        "hi",
        [
            "करवली के नाविकों ने बुधवार की सुबह काम रोक दिया, क्योंकि नया घाट उनकी नावों से एक मीटर ऊँचा बना है और यात्री चढ़ नहीं पाते।",
            "मुंशी सुनंदा पई ने बताया कि यात्रियों को बोरियों की तरह उठाना पड़ा और दो लोग पानी में गिर गए, जिन्हें मछुआरों ने निकाला।",
        ],
    ),
    (
        "zh",
        [
            "北港的渡船星期三早上停航，因为新码头比船高出一米，乘客无法登船，只好像米袋一样被抬上岸，两人落水后由渔民救起。",
            "书记林秀英说，码头的图纸是从另一条河抄来的，木匠下星期会来锯短桩子，在此之前由牛车绕道石桥送客。",
        ],
    ),
    (
        "ja",
        [
            "北港の渡し船は水曜の朝に止まった。新しい桟橋が船より一メートル高く、客が乗れないためで、二人が水に落ちて漁師に助けられた。",
            "書記の森ハルは、図面は別の川から写したものだと話す。来週には大工が杭を切りに来るが、それまでは牛車が石橋を回って客を運ぶ。",
        ],
    ),
    (
        "ko",
        [
            "북항의 나룻배가 수요일 아침에 멈추었다. 새 부두가 배보다 일 미터 높아 손님이 오를 수 없고, 두 사람이 물에 빠져 어부가 건졌다.",
            "서기 문하나는 도면이 다른 강에서 베낀 것이라고 말했다. 다음 주에 목수가 말뚝을 자르러 오고 그때까지는 소달구지가 손님을 나른다.",
        ],
    ),
    (
        "th",
        [
            "เรือข้ามฟากที่ท่าเหนือหยุดเดินเช้าวันพุธ เพราะท่าใหม่สูงกว่าเรือหนึ่งเมตร ผู้โดยสารขึ้นไม่ได้ และสองคนตกน้ำก่อนชาวประมงช่วยไว้",
            "เสมียนมาลี ใจดี กล่าวว่าแบบของท่าลอกมาจากแม่น้ำอีกสายหนึ่ง สัปดาห์หน้าช่างไม้จะมาตัดเสา ระหว่างนี้เกวียนจะรับคนอ้อมไปทางสะพานหิน",
        ],
    ),
];

#[test]
fn a_short_notice_is_as_long_as_what_it_says_in_its_script() {
    let set = |language: &str, paragraphs: &[&str]| {
        let set: String = paragraphs.iter().map(|p| format!("<p>{p}</p>")).collect();
        let html = format!(
            "<html lang={language}><title>Notice</title><body><main><article><h1>Notice</h1>{set}</article></main></body></html>"
        );
        surveyed("http://salt.example/n/7.htm", &html).aside
    };
    for (language, paragraphs) in NOTICES {
        assert_eq!(set(language, &paragraphs), None, "{language}");
        assert!(set(language, &paragraphs[..1]).is_some(), "{language}: half of it is too little to tell");
    }
    let latin = "The ferries of the north harbour stopped on Wednesday, for the new quay is a metre higher than they are, and two fell in.";
    assert!(set("en", &[latin]).is_some(), "as in Latin letters");
}
