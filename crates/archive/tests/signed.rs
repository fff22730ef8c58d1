//! Pages that say nothing of themselves but by their build and the names of their elements. All texts are our own fiction.

use archive::html::{Page, page, survey};

const WELL: [&str; 4] = [
    "The well in Harrow Lane has run dry for the first time since the parish began to keep a book about it, in 1742.",
    "Nobody drinks from it any more, but the fire brigade does fill its engine there, and so the council met on a Sunday.",
    "A second well, four fields away, will be opened again next week if the key to its iron lid can be found in time.",
    "Until then a cart with two barrels stands at the corner, and the smith rings a bell whenever somebody has filled them.",
];

fn given(body: &str) -> (archive::html::Extract, Option<String>) {
    let html =
        format!("<html><head><title>The well is dry</title></head><body><h1>The well is dry</h1>{body}</body></html>");
    let page = Page { url: Some("https://www.kurier.example/news/well.html"), html: &html };
    let extract = self::page(&page);
    let aside = survey(&page, &extract).aside;
    (extract, aside)
}

fn texts(extract: &archive::html::Extract) -> Vec<&str> {
    extract.body.iter().map(archive::item::Part::text).collect()
}

#[test]
fn a_story_with_announcements_between_its_paragraphs_is_no_list() {
    for (first, second) in [
        (
            "Read more: <a href=/a>The smith of Harrow Lane has sold his bell</a>",
            "Read more: <a href=/b>A cart with two barrels was found</a>",
        ),
        (
            "Auch lesen: <a href=/a>Der Schmied hat seine Glocke verkauft</a>",
            "Auch lesen: <a href=/b>Ein Wagen mit zwei Fässern</a>",
        ),
        (
            "ALSO READ | <a href=/a>The smith of Harrow Lane has sold his bell</a>",
            "ALSO READ | <a href=/b>A cart with two barrels was found</a>",
        ),
    ] {
        let body = format!(
            "<div><p>{}</p><p>{first}</p><p>{}</p><p>{second}</p><p>{}</p><p>{}</p></div>",
            WELL[0], WELL[1], WELL[2], WELL[3]
        );
        let (extract, aside) = given(&body);
        assert_eq!(aside, None, "{first}");
        assert_eq!(texts(&extract), WELL, "{first}");
    }
    // What has a line that leads away for each text is a list.
    let list: String =
        WELL.iter().map(|p| format!("<p><a href=/x>Harrow Lane: {}</a></p><p>{p}</p>", &p[..40])).collect();
    assert!(given(&format!("<div>{list}</div>")).1.is_some());
}

#[test]
fn a_class_names_the_writer_where_nothing_else_does() {
    let story: String = WELL.iter().map(|p| format!("<p>{p}</p>")).collect();
    for (byline, name) in [
        ("<p class=byline>By Asha Rao</p>", "Asha Rao"),
        ("<p class='article-byline'>By Asha Rao | 12 March 1999</p>", "Asha Rao"),
        ("<div class=author>Asha Rao</div>", "Asha Rao"),
        (
            "<div class=meta>12 March 1999, <span class='post-author'>Asha Rao and Ila Kamat</span></div>",
            "Asha Rao; Ila Kamat",
        ),
        ("<span class='byline'>By Anna Vell and Tom Quill</span>", "Anna Vell; Tom Quill"),
        ("<p class=byline>By Arts and Letters Desk</p>", "Arts and Letters Desk"),
        ("<div class=autor>Von Hanno Rau, Oberlinden</div>", "Hanno Rau"),
    ] {
        let (extract, _) = given(&format!("<div>{byline}{story}</div>"));
        assert_eq!(extract.bylines, name.split("; ").collect::<Vec<_>>(), "{byline}");
        assert_eq!(texts(&extract), WELL, "{byline}");
    }
    for none in [
        "<div class=comments><div class=comment><span class='comment-author'>Pit Harl</span><p>I never liked that well.</p></div></div>",
        "<aside><p class=byline>By Pit Harl</p><p>Another story of the week.</p></aside>",
        "<p class=author-bio>Pit Harl writes about wells and what is in them.</p>",
        "<p class=byline>By our staff</p>",
    ] {
        let (extract, _) = given(&format!("<div>{story}</div>{none}"));
        assert!(extract.bylines.is_empty(), "{none}: {:?}", extract.bylines);
    }
}

#[test]
fn what_a_single_page_calls_its_furniture_is_left_out() {
    let offer = "Our evening letter brings the news of the harbour to your table every day before the lamps are lit, at no cost.";
    for named in [
        "class=most-read",
        "class=read-also",
        "class=see-also",
        "class='you-may-like'",
        "class=latest-news",
        "class=teaser-box",
        "class=side-bar",
        "class=call-to-action",
        "class=reg-wall",
        "class=app-download",
        "class=follow-us",
        "class=site-info",
        "id=mc4wp-form",
        "class=lire-aussi",
        "class=mehr-zum-thema",
        "role=status",
        "role=complementary",
    ] {
        let body = format!(
            "<div><p>{}</p><p>{}</p><section {named}><p>{offer}</p></section><p>{}</p><p>{}</p></div>",
            WELL[0], WELL[1], WELL[2], WELL[3]
        );
        assert_eq!(texts(&given(&body).0), WELL, "{named}");
    }
    // A story's own box, and a page that is called so as a whole, stay.
    let story: String = WELL.iter().map(|p| format!("<p>{p}</p>")).collect();
    for named in ["class=infobox", "class=pullout", "class=correction"] {
        let body = format!(
            "<div><p>{}</p><div {named}><p>{}</p></div><p>{}</p><p>{}</p></div>",
            WELL[0], WELL[1], WELL[2], WELL[3]
        );
        assert_eq!(texts(&given(&body).0), WELL, "{named}");
    }
    for named in ["class=latest-news", "class=see-also", "class=call-to-action"] {
        assert_eq!(texts(&given(&format!("<div {named}>{story}</div>")).0), WELL, "{named}");
    }
}

#[test]
fn the_day_that_a_page_shows_is_read_where_it_is_certain() {
    let story: String = WELL.iter().map(|p| format!("<p>{p}</p>")).collect();
    let local = |text: &str| archive::item::When::Local(text.parse().expect("a time"));
    for (shown, day) in [
        ("<div class=date>1 January 2003</div>", "2003-01-01T00:00"),
        ("<time>12 March 1999</time>", "1999-03-12T00:00"),
        ("<p class='post-date'>Published: March 12, 1999 | Harrow Lane</p>", "1999-03-12T00:00"),
        ("<span class=datum>3. Februar 1998</span>", "1998-02-03T00:00"),
        ("<div class=date>12 March 1999</div><time>12 March 1999</time>", "1999-03-12T00:00"),
        // When a page was changed or what stands beside the story is another day.
        ("<p class=date>12 March 1999</p><p class=date-updated>14 March 1999</p>", "1999-03-12T00:00"),
        ("<p class=date>12 March 1999</p><aside><p class=date>2 May 2001</p></aside>", "1999-03-12T00:00"),
    ] {
        let (extract, _) = given(&format!("<div>{shown}{story}</div>"));
        assert_eq!(extract.published_at, Some(local(day)), "{shown}");
        assert_eq!(texts(&extract), WELL, "{shown}");
    }
    for (shown, words) in [
        ("<div class=date>03/04/1999</div>", "03/04/1999"),
        ("<div class=date>3 April 1999</div><div class=date>5 May 2004</div>", "3 April 1999"),
        ("<div class=date>A day in 1999</div>", "A day in 1999"),
    ] {
        let (extract, _) = given(&format!("<div>{shown}{story}</div>"));
        assert_eq!((extract.published_at, extract.published_unread.as_deref()), (None, Some(words)), "{shown}");
    }
    // The day on which the page was read stands above the headline.
    let html = format!(
        "<html><head><title>The well is dry</title></head><body><div class=date>Monday, 3 June 2024</div><h1>The well is dry</h1>{story}</body></html>"
    );
    let extract = page(&Page { url: None, html: &html });
    assert_eq!((extract.published_at, extract.published_unread), (None, None));
    // What the page tells machines is believed first.
    let (extract, _) = given(&format!(
        "<time datetime=1999-03-11>Yesterday</time><div class=date>12 March 1999</div><div>{story}</div>"
    ));
    assert_eq!(extract.published_at, Some(local("1999-03-11T00:00")));
}

#[test]
fn a_name_is_whole_in_whatever_letters_and_the_papers_name_is_no_headline() {
    let body: String = WELL.iter().map(|text| format!("<p>{text}</p>")).collect();
    let given = |title: &str, author: &str| {
        let html = format!(
            "<html><head><title>{title}</title><meta property=\"og:site_name\" content=\"The Kurier\">\
             <meta name=\"author\" content=\"{author}\"></head><body><h1>The well is dry</h1>{body}</body></html>"
        );
        page(&Page { url: Some("https://www.kurier.example/news/well.html"), html: &html })
    };
    for (author, name) in [
        ("By İİİİ", "İİİİ"),
        ("By ANNA GROẞ", "ANNA GROẞ"),
        ("VON ANNA GROẞ", "ANNA GROẞ"),
        ("İpek Kaya", "İpek Kaya"),
        ("Byron Vale", "Byron Vale"),
    ] {
        assert_eq!(given("The well is dry", author).bylines, [name], "{author}");
    }
    for title in ["The Kurier", "THE KURIER", "The well is dry | The Kurier"] {
        let extract = given(title, "Ila Kamat");
        assert_eq!(extract.headline.as_deref(), Some("The well is dry"), "{title}");
        assert_eq!(texts(&extract), WELL, "{title}");
    }
}
