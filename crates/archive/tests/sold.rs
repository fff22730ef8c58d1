//! What pages say of stories that were sold: in the names of papers and of the programs of walls, and of which parts of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use archive::html::{Extract, Page, page};
use archive::item::Access;

const PLAIN: [&str; 4] = [
    "The ferrymen of the lower quay put up their oars on Monday and went to the salt works to ask for their pay.",
    "Nobody at the works would say when the pans had last been filled, or who had let the fires go out there.",
    "A boiler who would not be named said that the coal had been sold in the spring to a mill up the river.",
    "The council meets on Thursday, and the ferry will not cross before it has heard what the works has to say.",
];

fn of(head: &str, body: &str) -> Extract {
    let html =
        format!("<html><head><title>Ferrymen ask</title>{head}</head><body><h1>Ferrymen ask</h1>{body}</body></html>");
    page(&Page { url: None, html: &html })
}

fn story(class: &str) -> String {
    format!("<div class=\"{class}\">{}</div>", PLAIN.map(|text| format!("<p>{text}</p>")).concat())
}

#[test]
fn the_names_of_papers_and_of_programs_of_walls_say_that_a_story_was_sold() {
    let head = [
        "<meta name=\"cXenseParse:abc-paywall\" content=\"true\">",
        "<meta name=\"cXenseParse:pay_premium\" content=\"yes\">",
        "<meta name=\"sailthru.access\" content=\"subscribers\">",
        "<meta name=\"sailthru.salt_access\" content=\"inner circle\">",
        "<meta name=\"user-access\" content=\"subscriber\">",
        "<meta name=\"article:access\" content=\"paid\">",
        "<meta name=\"content-access\" content=\"plus\">",
        "<meta name=\"tp:salt-access\" content=\"premium\">",
        "<meta name=\"parsely-metadata\" content='{\"type\":\"post\",\"access\":\"paid\"}'>",
        "<meta name=\"parsely-metadata\" content='{\"custom\":{\"is_premium\":true}}'>",
        "<meta name=\"usageInfo\" content=\"For subscribers only\">",
        "<meta name=\"dcterms.rights\" content=\"Nur für Abonnenten\">",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"usageInfo\":\"Exclusively for subscribers\"}</script>",
    ];
    for head in head {
        assert_eq!(of(head, &story("text")).access, Some(Access::Paid), "{head}");
    }
    let classes = [
        "abo-content",
        "plus-artikel",
        "article--plus",
        "is-abo",
        "subscriber-content",
        "tp-container-inner",
        "piano-inline",
    ];
    for class in classes {
        assert_eq!(of("", &story(class)).access, Some(Access::Paid), "{class}");
    }
    let open = [
        "<meta name=\"cXenseParse:abc-paywall\" content=\"false\">",
        "<meta name=\"cXenseParse:no-paywall\" content=\"true\">",
        "<meta name=\"cXenseParse:recs:articleid\" content=\"7\">",
        "<meta name=\"sailthru.tags\" content=\"ferries, premium petrol\">",
        "<meta name=\"salt-paywall-colour\" content=\"red\">",
        "<meta name=\"parsely-metadata\" content='{\"type\":\"post\",\"id\":7}'>",
        "<meta name=\"dcterms.rights\" content=\"Copyright The Ferry. All rights reserved; reproduction must be paid for.\">",
        "<link rel=\"license\" href=\"https://ferry.example/licence\">",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"license\":\"https://ferry.example/subscribers-only\",\
          \"usageInfo\":\"https://ferry.example/terms\"}</script>",
    ];
    for head in open {
        assert_eq!(of(head, &story("text")).access, None, "{head}");
    }
    for class in ["surplus-content", "plus", "no-abo-content", "aboveground-content"] {
        assert_eq!(of("", &story(class)).access, None, "{class}");
    }
}

#[test]
fn what_a_page_names_as_sold_begins_where_it_says() {
    let shown = |selector: &str, classes: [&str; 4]| {
        let head = format!(
            "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\"hasPart\":\
              {{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":\"False\",\"cssSelector\":{selector}}}}}</script>"
        );
        let paragraphs: String =
            PLAIN.iter().zip(classes).map(|(text, class)| format!("<p {class}>{text}</p>")).collect();
        let got = of(&head, &format!("<article class=\"story\">{paragraphs}</article>"));
        assert_eq!((got.access, got.body.len()), (Some(Access::Paid), 4), "{selector}");
        got.into_item("a.html", 1).shown
    };
    let rest = "class=\"rest long\"";
    assert_eq!(shown("\".rest\"", ["", rest, rest, rest]), Some(1));
    assert_eq!(shown("\".rest\"", ["", "", rest, ""]), Some(2));
    assert_eq!(shown("\".rest\"", [rest, "", "", ""]), Some(0));
    assert_eq!(shown("\"p.long.rest\"", ["class=long", rest, "", ""]), Some(1));
    assert_eq!(shown("\"#more\"", ["", "", "id=more", ""]), Some(2));
    assert_eq!(shown("\"#MORE\"", ["", "", "id=more", ""]), Some(2));
    assert_eq!(shown("\"rest\"", ["", rest, "", ""]), Some(1));
    assert_eq!(shown("\".none, .story > .rest\"", ["", rest, "", ""]), Some(1));
    assert_eq!(shown("\".other .rest\"", ["", rest, "", ""]), None);
    assert_eq!(shown("[\"#more\", \".rest\"]", ["", rest, "id=more", ""]), Some(1));
    assert_eq!(shown("[\".rest\", \"#more\"]", ["", "id=more", rest, ""]), Some(1));
    // What is not there is sold after what everybody sees; what is not understood is sold whole.
    assert_eq!(shown("\".none\"", ["", rest, "", ""]), None);
    let unread =
        ["p:nth-child(2)", "", "[data-x='1']", ":is(.rest, .more)", ".rest::after", ".md\\\\:lock", ".rest, [data-x]"];
    for selector in unread {
        assert_eq!(shown(&format!("\"{selector}\""), ["", rest, "", ""]), Some(0), "{selector}");
    }
}

#[test]
fn parts_that_are_sold_by_their_class_begin_there_where_something_open_stands_above() {
    let [one, two, three, four] = PLAIN;
    let wall = format!("<p>{one}</p><div class=\"paywall\"><p>{two}</p><p>{three}</p><p>{four}</p></div>");
    let got = of("", &format!("<article>{wall}</article>"));
    assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(1)));
    let amp = wall.replace("class=\"paywall\"", "subscriptions-section=\"content\"");
    assert_eq!(of("", &format!("<article>{amp}</article>")).above_wall, Some(1));
    let attribute = wall.replace("class=\"paywall\"", "data-paywall=\"true\"");
    assert_eq!(of("", &format!("<article>{attribute}</article>")).above_wall, Some(1));
    let link = format!("<p>{one} <a class=premium-article href=/mill>The mill</a></p><p>{two}</p>");
    let linked = format!("<article>{link}<div class=paywall><p>{three}</p></div></article>");
    assert_eq!(of("", &linked).above_wall, Some(2), "a link closes nothing");
}

#[test]
fn a_body_that_is_named_as_sold_is_closed_from_its_beginning() {
    for class in ["paywall", "premium-content", "subscriber-content"] {
        let got = of("", &story(class));
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(0)), "{class}");
        let around = format!("<div class={class}><h1>Ferrymen ask</h1>{}</div>", story("text"));
        let html = format!("<html><head><title>Ferrymen ask</title></head><body>{around}</body></html>");
        let got = page(&Page { url: None, html: &html });
        assert_eq!(
            (got.access, got.above_wall),
            (Some(Access::Paid), None),
            "{class}: all of it is sold, headline too"
        );
        let got = of("", &story("text").replace("div", "article").replace("text", class));
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), None), "{class}: the story is sold");
    }
}

#[test]
fn a_class_around_the_body_leaves_it_to_the_part_that_is_named_in_it() {
    let [one, two, three, four] = PLAIN;
    let parts = format!("<p>{one}</p><p>{two}</p><div class=\"b paywall\"><p>{three}</p><p>{four}</p></div>");
    let around = format!("<div class=premium-content>{parts}</div>");
    assert_eq!(of("", &around).above_wall, Some(2));
    assert_eq!(of(&named(), &around.replace("b paywall", "b")).above_wall, Some(2));
}

#[test]
fn a_picture_that_is_closed_is_a_wall_too() {
    let [one, two, three, _] = PLAIN;
    let told = |figure: &str| {
        let got = of("", &format!("<article><p>{one}</p>{figure}<p>{two}</p><p>{three}</p></article>"));
        let words = got.images.iter().any(|image| image.caption.is_some() || image.alt.is_some());
        (got.access, got.above_wall, words)
    };
    let figure = "<figure class=paywall><img src=/a.jpg alt='The clerk'><figcaption>The clerk of the salt works</figcaption></figure>";
    assert_eq!(told(figure), (Some(Access::Paid), Some(1), false));
    assert_eq!(told("<figure class=paywall><img src=/a.jpg></figure>"), (Some(Access::Paid), Some(1), false));
    let offer = "<figure class=paywall><img src=/o.jpg><figcaption>Subscribe to read on.</figcaption></figure>";
    assert_eq!(told(offer).0, None);
    assert_eq!(told(&figure.replace(" class=paywall", "")), (None, None, true));
}

#[test]
fn of_a_hundred_thousand_pictures_each_is_taken_once() {
    let picture = |n: usize| format!("<img src=/{n}.jpg>");
    let pictures = (0..100_000).chain(0..100_000).map(picture).collect::<String>();
    let page = format!("<article><p>{}</p>{pictures}<p>{}</p></article>", PLAIN[0], PLAIN[1]);
    let got = of("", &page);
    let sources: std::collections::HashSet<&str> = got.images.iter().map(|image| image.source.as_str()).collect();
    assert!(sources.len() > 1);
    assert_eq!(sources.len(), got.images.len(), "none twice");
}

fn data(beside: &str) -> String {
    format!("<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",{beside}}}</script>")
}

fn named() -> String {
    data(
        "\"isAccessibleForFree\":false,\"hasPart\":{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".b\"}",
    )
}

#[test]
fn the_paragraph_in_which_a_closed_part_begins_is_closed() {
    let [one, two, three, four] = PLAIN;
    let bodies = [
        (format!("<p>{one}</p><p>Open. <span class=b>{two}</span></p><p>{three}</p><p>{four}</p>"), 1),
        (format!("<p>{one}</p><p>{two}</p><p><em class=b>{three}</em> And so on.</p><p>{four}</p>"), 2),
        (format!("<div>{one}<br><br><span class=b>{two}<br><br>{three}</span><br><br>{four}</div>"), 1),
        (format!("<p>{one}</p><div class=b></div><p>{two}</p><p>{three}</p><p>{four}</p>"), 1),
        (format!("<p>{one}<i class=b></i></p><p>{two}</p><p>{three}</p><p>{four}</p>"), 1),
    ];
    for (body, above) in bodies {
        let got = of(&named(), &format!("<article>{body}</article>"));
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(above)), "{body}");
        let part = ["abo-content", "piano-inline", "paid-content"];
        for class in part.into_iter().filter(|_| !body.contains("class=b><")) {
            let got = of("", &format!("<article>{}</article>", body.replace("class=b", &format!("class={class}"))));
            assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(above)), "{class} {body}");
        }
    }
    let paragraphs = PLAIN.map(|text| format!("<p class=paywall>{text}</p>"));
    let got = of("", &format!("<article><p>{one} It is open.</p>{}</article>", paragraphs.concat()));
    assert_eq!((got.access, got.above_wall, got.body.len()), (Some(Access::Paid), Some(1), 5));
    let got = of("", &format!("<article><p>{one}</p><div id=paywall><p>{two}</p><p>{three}</p></div></article>"));
    assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(1)));
}

#[test]
fn where_a_page_names_its_closed_parts_in_no_way_that_is_understood_nothing_is_open() {
    let heads = [
        data("\"isAccessibleForFree\":\"False\",\"hasPart\":{\"@type\":\"WebPageElement\",\"cssSelector\":\".b\",},"),
        data("\"isAccessibleForFree\":/* for nobody */false,"),
        named().replace('"', "'").replace("'application/ld+json'", "\"application/ld+json\""),
        data(
            "\"isAccessibleForFree\":false,\"hasPart\":{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"xpath\":\"//p\"}",
        ),
        "<meta itemprop=isAccessibleForFree content=False><span itemprop=hasPart itemscope><meta itemprop=cssSelector content=.b></span>".into(),
    ];
    for head in heads {
        let got = of(&head, &story("text"));
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(0)), "{head}");
        assert!(got.notes.iter().any(|note| note.contains("not understood")), "{head} {:?}", got.notes);
    }
    let [one, two, ..] = PLAIN;
    let body = format!("<article><p>{one}</p><p class=b>{two}</p></article>");
    for part in ["\"requiresSubscription\":true,", ""] {
        let part = format!("\"hasPart\":{{\"@type\":\"WebPageElement\",{part}\"cssSelector\":\".b\"}}");
        let got = of(&data(&format!("\"isAccessibleForFree\":false,{part}")), &body);
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(1)), "{part}");
    }
    let speakable =
        "\"isAccessibleForFree\":false,\"speakable\":{\"@type\":\"SpeakableSpecification\",\"cssSelector\":[\"p\"]}";
    assert_eq!(of(&data(speakable), &body).above_wall, None);
    let got = of(&named(), &story("text"));
    assert!(got.notes.iter().any(|note| note.contains("not on the page")), "{:?}", got.notes);
}

#[test]
fn what_a_page_closes_is_the_storys_however_short() {
    let [one, two, ..] = PLAIN;
    let short = "<p>The clerk was found in the river on Monday.</p>";
    for class in ["paywall", "piano-inline", "abo-content", "premium-content", "paid-content"] {
        let body = format!("<article><p>{one}</p><p>{two}</p><div class={class}>{short}</div></article>");
        for head in [String::new(), named().replace(".b", &format!(".{class}"))] {
            let got = of(&head, &body);
            assert_eq!(
                (got.access, got.above_wall, got.body.len()),
                (Some(Access::Paid), Some(2), 3),
                "{class} {got:?}"
            );
        }
        let offer = "<p>Subscribe to read on.</p>";
        let free = of("", &format!("<article><p>{one}</p><p>{two}</p><div class={class}>{offer}</div></article>"));
        assert_eq!((free.access, free.body.len()), (None, 2), "{class}");
        let badge = format!("<article><p>{one} <b class={class}>Plus</b></p><p>{two}</p></article>");
        assert_eq!(of("", &badge).access, None, "{class}");
    }
}

#[test]
fn a_picture_in_a_closed_part_is_not_above_the_story() {
    let [one, two, ..] = PLAIN;
    let figure =
        "<figure class=c><img src=/a.jpg alt='The clerk'><figcaption>The clerk at the gate</figcaption></figure>";
    let body = format!("<article><div class=b>{figure}<p>{one}</p><p>{two}</p></div></article>");
    let got = of(&named(), &body);
    assert_eq!((got.above_wall, got.images[0].after), (Some(0), Some(1)));
    let body = format!("<article>{figure}<div class=b><p>{one}</p><p>{two}</p></div></article>");
    assert_eq!(of(&named(), &body).images[0].after, Some(0), "one above what is closed is open");
}

#[test]
fn a_name_that_nobody_has_seen_is_read_by_its_words() {
    let sold = [
        "reserved-content",
        "wall-locked",
        "pmpro_content",
        "tp-container",
        "leaky-paywall",
        "fenland-locked-article",
        "acmeGatedContent",
        "story__subscribers-only",
        "contenu-réservé",
        "contenido-exclusivo-suscriptores",
        "nur-abonnenten",
        "zplus-content",
        "access-restricted",
        "articleBodyPremium",
        "zephr_content",
        "subscription-required",
    ];
    for class in sold {
        assert_eq!(of("", &story(class)).access, Some(Access::Paid), "{class}");
    }
    let open = [
        "member-profile",
        "members-form",
        "subscribe-text",
        "subscription-banner",
        "card-premium-title",
        "private-message",
        "all-rights-reserved-text",
        "post-closed",
        "wall-post",
        "content-closed",
        "gate__note",
        "icon-lock",
        "tag-members-only",
        "category-premium-content-free",
        "non-members-content",
        "golden-gate-text",
        "contentWithoutPremium",
        "paid-post",
    ];
    for class in open {
        assert_eq!(of("", &story(class)).access, None, "{class}");
    }
}

#[test]
fn elements_of_the_head_of_programs_of_walls_that_are_not_known_say_it_too() {
    let meta =
        |name: &str, content: &str| of(&format!("<meta name=\"{name}\" content=\"{content}\">"), &story("text")).access;
    let sold = [
        ("leaky-paywall", "true"),
        ("zephr-access", "subscriber"),
        ("zephr-access", "inner circle"),
        ("poool:type", "premium"),
        ("tp:tags", "ferries, premium"),
        ("tinypass", "premium"),
        ("piano:tags", "subscribers only"),
        ("fenland.premium.state", "true"),
        ("acme:is-paywalled", "1"),
        ("fen:story-access", "paid"),
        ("contentType", "paid"),
        ("article-status", "subscriber-only"),
        ("fen:free-access", "false"),
        ("article:access", "réservé aux abonnés"),
        ("article:access", "Только для подписчиков"),
        ("reserved-content", "true"),
        ("plus", "1"),
        ("reserved", "sí"),
        ("abonnement", "requis"),
        ("pago", "si"),
        ("visibilité", "privé"),
        ("article:access", "free trial"),
        ("article:access", "all access"),
        ("is_free", "partly free"),
    ];
    for (name, content) in sold {
        assert_eq!(meta(name, content), Some(Access::Paid), "{name} {content}");
    }
    let open = [
        ("fenland.premium.state", "false"),
        ("fenland.premium.override", "seven"),
        ("poool:url", "https://poool.example/premium"),
        ("user-premium", "true"),
        ("visitor-access", "guest"),
        ("tp:tags", "ferries, premium petrol"),
        ("keywords", "premium"),
        ("article:section", "Premium"),
        ("contentType", "article"),
        ("server-tier", "frontend"),
        ("fen:no-paywall", "true"),
        ("acme-plans", "premium"),
        ("article:published", "true"),
        ("plus", "0"),
        ("abonnement", "https://fen.example/abo"),
        ("members", "1200"),
        ("visibilité", "publique"),
        ("article:access", "all readers"),
    ];
    for (name, content) in open {
        assert_eq!(meta(name, content), None, "{name} {content}");
    }
    assert_eq!(meta("zephr-access", "gratuit"), Some(Access::Free));
    let attribute = |told: &str| of("", &format!("<div {told}>{}</div>", story("text"))).access;
    for told in
        ["data-acme-premium", "data-fen-access=subscriber", "data-content-type=premium", "data-acme-locked=true"]
    {
        assert_eq!(attribute(told), Some(Access::Paid), "{told}");
    }
    for told in ["data-acme-premium=false", "data-fen-access=normal", "data-paywall-box", "data-content-type=article"] {
        assert_eq!(attribute(told), None, "{told}");
    }
}

#[test]
fn structured_data_is_read_within_the_marks_that_pages_set_around_it() {
    let [one, two, three, _] = PLAIN;
    let body = format!("<article><p>{one}</p><p class=b>{two}</p><p>{three}</p></article>");
    let plain = named();
    let inside = plain.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</script>")).unwrap().0;
    for (before, behind) in
        [("//<![CDATA[\n", "\n//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>"), ("<!--\n", "\n//-->")]
    {
        let head = format!("<script type=\"application/ld+json\">{before}{inside}{behind}</script>");
        let got = of(&head, &body);
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(1)), "{before}");
    }
}

#[test]
fn further_marks_of_walls_close_a_page_or_a_part_of_it() {
    let [one, two, three, four] = PLAIN;
    let part = |mark: &str| {
        of("", &format!("<article><p>{one}</p><p>{two}</p><div {mark}><p>{three}</p><p>{four}</p></div></article>"))
    };
    for mark in [
        "data-access-level=3",
        "data-exclusive=subscribers",
        "data-wall=hard",
        "data-lock=1",
        "data-group=subscribers data-locked",
        "x-paywall",
        "class=abo",
        "class=blur",
        "data-abo=1",
        "data-plus=true",
        "data-entitlement=premium",
    ] {
        let got = part(mark);
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)), "{mark}");
        assert_eq!(of("", &format!("<div {mark}>{}</div>", story("text"))).access, Some(Access::Paid), "{mark}");
    }
    for mark in ["class=regwall", "class=registration-wall", "data-regwall=1"] {
        let got = part(mark);
        assert_eq!((got.access, got.above_wall), (Some(Access::Registered), Some(2)), "{mark}");
    }
    let element = |name: &str| {
        of("", &format!("<article><p>{one}</p><p>{two}</p><{name}><p>{three}</p><p>{four}</p></{name}></article>"))
    };
    for (name, access) in [
        ("subscriber-only", Access::Paid),
        ("my-paywall", Access::Paid),
        ("x-premium-content", Access::Paid),
        ("registration-wall", Access::Registered),
    ] {
        let got = element(name);
        assert_eq!((got.access, got.above_wall), (Some(access), Some(2)), "{name}");
    }
    for name in ["story-text", "no-paywall", "x-article"] {
        assert_eq!(element(name).access, None, "{name}");
    }
    for mark in [
        "data-access-level=0",
        "data-wall=facebook",
        "data-lock=false",
        "data-exclusive=no",
        "data-tier=2",
        "data-level=3",
        "class=aboard",
        "class=\"sponsored paid\"",
        "class=paywall-inactive",
        "class=paywall-disabled",
        "data-plus=0",
        "data-account=1",
        "x-show=open",
    ] {
        assert_eq!(part(mark).access, None, "{mark}");
    }
}

#[test]
fn what_a_page_sells_and_does_not_show_is_the_storys_and_closed() {
    let [one, two, three, four] = PLAIN;
    for (head, mark) in [
        (String::new(), "hidden class=paywall"),
        (String::new(), "class=premium-content style=\"display: none\""),
        (String::new(), "hidden data-locked=true"),
        (named(), "hidden class=b"),
    ] {
        let body = format!("<p>{one}</p><p>{two}</p><div {mark}><p>{three}</p><p>{four}</p></div>");
        let got = of(&head, &format!("<article>{body}</article>"));
        assert_eq!((got.access, got.above_wall, got.body.len()), (Some(Access::Paid), Some(2), 4), "{mark}");
        let print: String = PLAIN.iter().map(|text| format!("<p>{text}</p>")).collect();
        let got = of(&head, &format!("<article><div>{print}</div><div>{body}</div></article>"));
        assert_eq!((got.access, got.above_wall, got.body.len()), (Some(Access::Paid), Some(2), 4), "{mark}");
    }
    let open = [
        "<div hidden class=paywall><p>Subscribe today, and read all that the paper has to tell of the ferry and of the quay.</p></div>",
        "<div hidden class=menu><p>The ferry crosses on every day of the week at ten, at noon and at four in the afternoon.</p></div>",
    ];
    for hidden in open {
        let got = of("", &format!("<article><p>{one}</p><p>{two}</p>{hidden}</article>"));
        assert_eq!((got.access, got.body.len()), (None, 2), "{hidden}");
    }
}

#[test]
fn what_a_page_keeps_back_in_an_element_that_shows_nothing_is_the_storys_and_closed() {
    let [one, two, three, four] = PLAIN;
    let told = format!("<p>{three}</p><p>{four}</p>");
    let further = [
        "The pans had been let to a cousin of the clerk, who paid for them in herrings and in promises since the flood.",
        "His ledgers were kept in a chest under the stairs of the weighing house, and the key of it hung at his belt.",
        "When the chest was opened in the night there lay a receipt in it for each of the eleven boats of the quay.",
    ];
    let further = further.map(|text| format!("<p>{text}</p>")).concat();
    let escaped = told.replace('<', "&lt;").replace('>', "&gt;");
    let page = |kept: &str| of("", &format!("<article><p>{one}</p><p>{two}</p>{kept}</article>"));
    for kept in [
        format!("<template class=\"paywall\">{told}</template>"),
        format!("<template id=\"premium-content\">{told}</template>"),
        format!("<div class=\"premium-content\"><template>{told}</template></div>"),
        format!("<noscript class=\"paywall\">{told}</noscript>"),
        format!("<dialog class=\"subscriber-content\">{told}</dialog>"),
        format!("<textarea class=\"paywall\" hidden>{escaped}</textarea>"),
        format!("<script type=\"text/template\" class=\"paywall\">{told}</script>"),
        format!("<script type='text/plain' data-locked=\"true\">{escaped}</script>"),
        format!("<template class=\"paywall\">{told}{further}<p>Subscribe to read on.</p></template>"),
    ] {
        let got = page(&kept);
        assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)), "{kept}");
        let words: Vec<&str> = got.body.iter().map(archive::item::Part::text).collect();
        assert!(words.len() >= 4 && words[..4] == PLAIN, "{kept}: {words:?}");
    }
    // bare words, whatever marks them, and the mark within
    let bare = format!("{three}<br><br>{four}");
    for kept in [
        format!("<noscript data-paywall=\"true\">{bare}</noscript>"),
        format!("<template data-premium>{bare}</template>"),
        format!("<textarea data-paywall hidden>{bare}</textarea>"),
        format!("<script type=\"text/plain\" data-access=\"premium\">{bare}</script>"),
        format!("<div data-locked=\"true\"><template>{bare}</template></div>"),
        format!("<template><div class=\"paywall\">{told}</div></template>"),
        format!("<noscript><div data-paywall=\"true\">{bare}</div></noscript>"),
    ] {
        for head in
            ["", r#"<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>"#]
        {
            let got = of(head, &format!("<article><p>{one}</p><p>{two}</p>{kept}</article>"));
            assert_eq!((got.access, got.above_wall), (Some(Access::Paid), Some(2)), "{head} {kept}");
            assert!(got.body.len() >= 3, "{kept}: {:?}", got.body);
        }
    }
    let coded = "UGhlIGZlcnJ5bWVuIG9mIHRoZSBsb3dlciBxdWF5".repeat(9);
    let got = page(&format!("<script type=\"text/plain\" class=\"paywall\">{coded}</script>"));
    assert_eq!((got.access, got.body.len()), (Some(Access::Paid), 2));
    assert!(got.notes.iter().any(|note| note.starts_with("left out: “UGhl")), "{:?}", got.notes);
    for open in [
        format!("<template class=\"card\">{told}</template>"),
        format!("<script type=\"text/template\" class=\"map\">{told}</script>"),
        format!("<script class=\"paywall\">let words = \"{}\";</script>", "x".repeat(300)),
        "<dialog class=\"paywall\"><p>Subscribe today, and read all that the paper has to tell of the ferry and the quay.</p>\
         <p>The paper has told of the ferry since there was one, and it does so every morning.</p></dialog>"
            .to_owned(),
        "<noscript class=\"paywall\"><p>This part of the page needs a program that the reader has turned off, and so it stays empty.</p></noscript>"
            .to_owned(),
    ] {
        let got = page(&open);
        assert_eq!((got.access, got.body.len()), (None, 2), "{open}");
    }
}
