//! What an import brings may be sold: nothing that it calls a summary, a headline or an address gives the closed part away.
use crate::house::{Engine, Paper, on_both};
use newsroom::articles::Marking;

on_both!(
    a_summary_never_tells_what_is_closed,
    a_source_cannot_tell_what_the_desk_closed,
    markings_and_writers_come_in_as_they_are_written,
    a_picture_behind_the_wall_tells_nobody_before_it,
    what_one_state_closes_no_other_opens,
    a_text_that_stands_twice_is_closed_where_it_is_marked_once,
    a_copy_that_closed_a_story_and_says_later_that_it_is_free_is_told_and_opens_nothing,
    a_story_that_sounds_like_one_that_is_sold_and_says_nothing_of_it_is_as_closed,
    so_are_several_that_tell_most_of_what_is_sold,
);

const SECRET: &str = "The second ledger was kept in the harbour master's own kitchen, behind the rice.";

fn body() -> Vec<String> {
    let open = ["The quay accounts were read aloud on Monday.", "Nobody asked a question.", "Tea was served."];
    open.iter().map(|text| (*text).to_owned()).chain([SECRET.to_owned(), "It ended with a song.".into()]).collect()
}

fn feed() -> String {
    let text: String = body().iter().map(|p| format!("<p>{p}</p>")).collect();
    let summary = text.replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Quay</title>\
         <item><title>Ledger read in the feed</title><link>http://old.example/feed</link><guid>f1</guid>\
         <pubDate>Tue, 10 Mar 2020 10:00:00 +0000</pubDate><description>{summary}</description>\
         <content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
    )
}

fn a_summary_never_tells_what_is_closed(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        serde_json::json!({ "id": "r1", "url": "http://old.example/row", "title": "Ledger read in a row", "published": "2019-05-05T10:00:00Z",
            "summary": format!("In short: {SECRET}"), "body": body().join("\n\n") }),
        serde_json::json!({ "id": "r2", "url": "http://old.example/one", "published": "2019-05-06T10:00:00Z", "body": SECRET }),
    ];
    let own = serde_json::json!({ "slug": "own", "url": "", "headline": "Ledger read in a line", "marking": "metered", "published_at": null,
        "section": paper.house().publication.sections[0].code, "paragraphs": body(), "standfirst": SECRET });
    for (name, text) in [
        ("feed.xml", feed()),
        ("rows.jsonl", rows.map(|row| row.to_string()).join("\n")),
        ("own.jsonl", own.to_string()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let report = paper.import(&[folder.path().to_owned()], false);
    let stored = paper.block_on(paper.house().store.stories()).unwrap();
    assert_eq!(stored.len(), 4, "{}", report.summary());
    assert_eq!(
        report.remarks.iter().filter(|r| r.text.contains("repeats the closed part")).count(),
        3,
        "{:?}",
        report.remarks
    );
    assert!(
        stored.iter().any(|s| s.story.headline == "Untitled" && s.story.slug == "untitled"),
        "nothing of it is open"
    );
    // the meter would open some of them to a guest
    for s in &stored {
        paper.block_on(paper.house().store.set_marking(s.story.number, Marking::Premium, paper.clock.now())).unwrap();
    }
    paper.block_on(paper.house().refresh()).unwrap();
    crate::search::index(&paper);
    let mut guest = paper.browser();
    let listed = stored
        .iter()
        .map(|s| format!("/{}", s.story.section))
        .chain(["/archive/undated", "/archive/2019/05"].map(str::to_owned));
    for path in stored
        .iter()
        .map(|s| s.story.path())
        .chain(listed)
        .chain(["/search?q=ledger".into(), "/search?q=kitchen".into()])
    {
        let page = guest.get(&path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("kitchen, behind"), "{path} tells it");
    }
    // the same import once more finds nothing to change
    std::fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    std::fs::write(folder.path().join("endless.txt"), "A line of it.\n".repeat(200_001)).unwrap();
    // no process has this number
    let forsaken = paper.folder().join("import-work/dry-run-4194305");
    std::fs::create_dir_all(&forsaken).unwrap();
    let again = paper.import(&[folder.path().to_owned()], false);
    assert!(!forsaken.exists(), "what a killed dry run left is removed");
    for why in ["is empty", "more than 200000 lines"] {
        assert!(again.refused.iter().any(|r| r.reason.contains(why)), "{:?}", again.refused);
    }
    assert_eq!((again.added, again.changed), (0, 0), "{}", again.summary());
}

fn a_source_cannot_tell_what_the_desk_closed(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let take = |headline: &str, standfirst: &str| {
        let row = serde_json::json!({ "id": "r1", "url": "http://old.example/row", "title": headline, "access": "free", "summary": standfirst,
            "published": "2019-05-05T10:00:00Z", "body": body().join("\n\n") });
        std::fs::write(folder.path().join("rows.jsonl"), row.to_string()).unwrap();
        paper.import(&[folder.path().to_owned()], false);
        paper.block_on(paper.house().store.stories()).unwrap().remove(0).story
    };
    let first = take("Ledger read in a row", "");
    paper.block_on(paper.house().store.set_marking(first.number, Marking::Premium, paper.clock.now())).unwrap();
    // free where it comes from, so nothing of it looked closed on its way in
    let again = take(SECRET, &SECRET.replace(' ', "\\u0020"));
    assert_eq!((again.number, again.marking), (first.number, Marking::Premium), "the desk's marking stays");
    assert_eq!((again.headline.as_str(), again.headline_provisional), (first.body[0].text(), true));
    assert_eq!(again.standfirst, None, "escapes are read as a browser reads them");
    assert!(!again.path().contains("second-ledger"), "nor does its address tell: {}", again.path());
    paper.block_on(paper.house().refresh()).unwrap();
    assert!(!paper.browser().get(&again.path()).text().contains(SECRET));
    assert_eq!(take(SECRET, ""), again, "nor the next time");
}

fn markings_and_writers_come_in_as_they_are_written(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let row = |id: &str, access: &str, by: &str| {
        serde_json::json!({ "id": id, "title": format!("Ferry {id}"), "access": access, "byline": by, "published": "2019-05-05T10:00:00Z",
            "body": format!("The ferry {id} ran late.\n\nIts mast had to be mended in the {access} yard.\n\nIt runs again.\n\nSo {id} said.") })
            .to_string()
    };
    let rows = [
        row("one", "metered", "Asha Rao and Farida Contractor"),
        row("two", "premium", "Asha Rao, Farida Contractor and Ila Kamat"),
        row("three", "free", "Arts and Letters Desk"),
        row("four", "registered", "Kamat, Ila"),
    ];
    std::fs::write(folder.path().join("rows.jsonl"), rows.join("\n")).unwrap();
    let report = paper.import(&[folder.path().to_owned()], false);
    let stories = paper.block_on(paper.house().store.stories()).unwrap();
    let found = |id: &str| stories.iter().find(|s| s.story.headline == format!("Ferry {id}")).map(|s| &s.story);
    for (id, marking, by) in [
        ("one", Marking::Metered, &["Asha Rao", "Farida Contractor"][..]),
        ("two", Marking::Premium, &["Asha Rao", "Farida Contractor", "Ila Kamat"]),
        ("three", Marking::Free, &["Arts and Letters Desk"]),
        ("four", Marking::Registered, &["Kamat, Ila"]),
    ] {
        let story = found(id).unwrap_or_else(|| panic!("{id}: {}", report.summary()));
        assert_eq!(
            (story.marking, story.bylines.as_slice()),
            (marking, by.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>().as_slice())
        );
    }
}

/// A picture of that width; no two are one file.
fn png(width: u8) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x10\x08\x02\0\0\0\0\0\0\0".to_vec();
    bytes[19] = width;
    bytes
}

fn a_picture_behind_the_wall_tells_nobody_before_it(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    for (name, width) in [("open.png", 16), ("shut.png", 17), ("own.png", 18), ("IMG_2041.png", 19)] {
        std::fs::write(folder.path().join(name), png(width)).unwrap();
    }
    let figure = |name: &str, words: &str| {
        format!(
            "<figure><img src='{name}' alt='The alt: {words}'><figcaption>The caption: {words}</figcaption></figure>"
        )
    };
    let shut = figure("shut.png", "rice before a ledger");
    let story = |nth: usize, access: &str, own: &str, first: &str, last: &str| {
        // no story is told twice
        let text: Vec<String> = body().iter().map(|p| format!("<p>Of ledger number {nth}: {p}</p>")).collect();
        let text = format!("{}{first}{}{last}{}", text[0], text[1..4].concat(), text[4]);
        let own =
            if own.is_empty() { String::new() } else { format!("\"image\":\"{own}\",\"caption\":\"As its own\",") };
        format!(
            "{{{own}\"id\":\"{nth}\",\"access\":\"{access}\",\"title\":\"Ledger {nth}\",\"date\":\"2020-03-{:02}\",\"text\":\"{text}\"}}\n",
            nth + 1
        )
    };
    let lines = [
        story(1, "paid", "", "", &shut),
        story(2, "paid", "", &figure("open.png", "tea"), &shut),
        story(3, "paid", "own.png", "", &shut),
        story(4, "metered", "", "", &shut),
        story(5, "free", "", "", &shut),
        story(6, "free", "", "<img src='IMG_2041.png' alt='IMG_2041'>", ""),
        story(7, "free", "", "<img src='open.png' alt='image'>", ""),
    ];
    std::fs::write(folder.path().join("ledgers.jsonl"), lines.concat()).unwrap();
    let report = paper.import(&[folder.path().to_owned()], false);
    assert_eq!(report.added, 7, "{report:?}");
    let mut stories = paper.block_on(paper.house().store.stories()).unwrap();
    stories.sort_by(|a, b| a.story.headline.cmp(&b.story.headline));
    let paths: Vec<String> = stories.iter().map(|stored| stored.story.path()).collect();
    let pictures: Vec<_> = stories.into_iter().map(|stored| stored.story.picture).collect();
    let words = |at: usize| pictures[at].as_ref().map(|p| (p.width, p.alt.as_str(), p.caption.as_deref()));
    assert_eq!(words(0), None, "what was sold is not shown");
    assert_eq!(words(1), Some((16, "The alt: tea", Some("The caption: tea"))));
    assert_eq!(words(2), Some((18, "As its own", Some("As its own"))));
    assert_eq!(words(3), Some((17, "", None)), "its words are closed");
    assert_eq!(words(4), Some((17, "The alt: rice before a ledger", Some("The caption: rice before a ledger"))));
    assert_eq!((words(5), words(6)), (Some((19, "Ledger 6", None)), Some((16, "Ledger 7", None))), "no description");
    let left = "3 further pictures of 3 stories were left out";
    assert!(report.remarks.iter().any(|remark| remark.text.contains(left)), "{:?}", report.remarks);
    paper.block_on(paper.house().refresh()).unwrap();
    for (path, told) in paths.iter().zip([false, false, false, false, true]) {
        assert_eq!(paper.browser().get(path).text().contains("rice before"), told, "{path}");
    }
}

/// Paragraphs of one story, each with a word that stands nowhere else.
const TOLD: [(&str, &str); 5] = [
    ("alder", "The alder bridge was shut on Monday morning, and carts went round by the mill until the evening came."),
    (
        "birch",
        "The birch piles had been bored by worms for years, a diver said, and two of them could be moved by hand.",
    ),
    ("cedar", "The cedar planks were paid for twice, once by the town and once by the mill, as the ledgers now show."),
    ("damson", "The damson orchard of the surveyor was fenced in the same week with wood of the same length and mark."),
    ("elder", "The elder clerk resigns at the end of the month, and the ledgers go to the court in the next county."),
];

fn told(which: &[usize]) -> Vec<&'static str> {
    which.iter().map(|at| TOLD[*at].1).collect()
}

/// A page at the one address, whose `closed` last paragraphs are named as closed.
fn bridge(which: &[usize], closed: Option<usize>, modified: &str) -> String {
    let html = |texts: &[&str]| texts.iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
    let texts = told(which);
    let (open, rest) = texts.split_at(texts.len() - closed.unwrap_or(0));
    let data = if closed.is_some() {
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\
         \"hasPart\":{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".rest\"}}</script>"
    } else {
        ""
    };
    format!(
        "<html><head><title>Bridge shut</title><link rel=\"canonical\" href=\"http://old.example/bridge\">\
         <meta property=\"article:published_time\" content=\"2019-03-05T08:00:00Z\"><meta property=\"article:modified_time\" content=\"{modified}\">\
         {data}</head><body><article><h1>Bridge shut</h1>{}<div class=\"rest\">{}</div></article></body></html>",
        html(open),
        html(rest)
    )
}

/// What a guest is told of the one story, on its page and by a search for each paragraph's own word.
fn told_to_guests(paper: &Paper) -> Vec<&'static str> {
    paper.block_on(paper.house().refresh()).unwrap();
    crate::search::index(paper);
    let stories = paper.block_on(paper.house().store.stories()).unwrap();
    assert_eq!(stories.len(), 1, "{stories:?}");
    assert_eq!(stories[0].story.marking, Marking::Premium);
    let mut guest = paper.browser();
    let page = guest.get(&stories[0].story.path());
    assert_eq!(page.status, 200);
    let mut seen = |word: &str| {
        let found = guest.get(&format!("/search?q={word}"));
        page.text().contains(&format!("The {word}")) || found.text().contains(&format!("<mark>{word}"))
    };
    TOLD.iter().map(|(word, _)| *word).filter(|word| seen(word)).collect()
}

/// A row that says nothing of who may read.
fn silent(which: &[usize], updated: &str) -> String {
    let body = told(which).join("\n\n");
    serde_json::json!({ "id": "b2", "title": "Bridge shut", "published": "2019-03-05T08:00:00Z", "updated": updated, "body": body })
        .to_string()
}

fn what_one_state_closes_no_other_opens(engine: Engine) {
    let row =
        serde_json::json!({ "id": "b1", "url": "http://old.example/bridge", "title": "Bridge shut", "access": "free",
        "published": "2019-03-05T08:00:00Z", "body": told(&[0, 1, 2, 3, 4]).join("\n\n") })
        .to_string();
    let (marked, later) = ("2019-03-06T00:00:00Z", "2019-05-06T00:00:00Z");
    // a row that says nothing of it leads, and comes again after a page that closes
    let leads = |which: &[usize]| {
        let page = bridge(&[0, 1, 2, 3, 4], Some(3), marked);
        vec![
            ("a.jsonl", silent(&[0, 1, 2, 3, 4], "2019-03-05T08:00:00Z")),
            ("b.html", page),
            ("a.jsonl", silent(which, later)),
        ]
    };
    let cases = [
        ("whose words it has puts on top what a copy closes", leads(&[3, 0, 1, 2, 4]), vec![]),
        ("whose words it has lacks what a copy has open", leads(&[2, 3, 4]), vec![]),
        ("whose words it has says the same again", leads(&[0, 1, 2, 4, 3]), vec!["alder", "birch"]),
        (
            "another source closes more",
            vec![("a.jsonl", row.clone()), ("b.html", bridge(&[0, 1, 2, 3, 4], Some(4), later))],
            vec!["alder"],
        ),
        (
            "a silent later state lacks an open paragraph",
            vec![("a.html", bridge(&[0, 1, 2, 3, 4], Some(3), marked)), ("a.html", bridge(&[1, 2, 3, 4], None, later))],
            vec!["birch"],
        ),
        (
            "a silent later state has a closed paragraph on top",
            vec![
                ("a.html", bridge(&[0, 1, 2, 3, 4], Some(3), marked)),
                ("a.html", bridge(&[3, 0, 1, 2, 4], None, later)),
            ],
            vec![],
        ),
        (
            "the same with a word changed",
            vec![
                ("a.html", bridge(&[0, 1, 2, 3, 4], Some(3), marked)),
                ("a.html", bridge(&[3, 0, 1, 2, 4], None, later).replace("and mark.", "and sign.")),
            ],
            vec![],
        ),
        (
            "a later state is closed and does not name the part",
            vec![
                ("a.html", bridge(&[0, 1, 2, 3, 4], Some(4), marked)),
                ("a.html", bridge(&[0, 1, 2, 3, 4], Some(4), later).replace("hasPart", "about")),
            ],
            vec!["alder"],
        ),
        (
            "a copy of a story that is sold names the part",
            vec![("a.jsonl", row.replace("free", "premium")), ("b.html", bridge(&[0, 1, 2, 3, 4], Some(4), later))],
            vec!["alder"],
        ),
    ];
    for (what, files, open) in cases {
        let paper = Paper::empty(engine);
        for (name, text) in files {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(name), text).unwrap();
            paper.import(&[folder.path().to_owned()], false);
        }
        assert_eq!(told_to_guests(&paper), open, "{what}");
    }
}

fn a_text_that_stands_twice_is_closed_where_it_is_marked_once(engine: Engine) {
    let edited = |which: &[usize]| told(which).join("</p><p>").replace('.', ", they say.");
    let page = bridge(&[0, 1, 2, 3, 4], Some(3), "2019-03-06T00:00:00Z");
    let sixth = |between: &str| {
        let words = |text: &str| {
            let words = text.split(' ').enumerate();
            words.map(|(at, word)| if at % 6 == 5 { "elsewhere" } else { word }).collect::<Vec<_>>().join(" ")
        };
        told(&[0, 1, 2, 3, 4]).into_iter().map(words).collect::<Vec<_>>().join(between)
    };
    let prints = [
        format!("<div class=\"print\">{}</div>", told(&[0, 1, 2, 3, 4]).join("<br>")),
        format!("<p>{}</p><p>{}</p>", told(&[0, 1]).join(" "), told(&[2, 3, 4]).join(" ")),
        format!("<p>{}</p>", told(&[0, 1, 2, 3, 4]).join(" ")),
        format!("<p>{}</p>", told(&[0, 1, 2, 3, 4]).join(" ").replace("paid for twice", "paid twice")),
        // so many paragraphs that the closed part begins below what is ever open
        format!("<p>{}</p>", edited(&[0, 1, 2, 3, 4])),
        format!("<p>{}</p>", edited(&[2, 3, 4])),
        format!("<ul><li>{}</li></ul>", edited(&[0, 1, 4, 3, 2]).replace("p>", "li>")),
        format!("<p>{}</p>", sixth(" ")),
        format!("<div class=\"print\">{}</div>", sixth("<br>")),
    ];
    for print in prints {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), page.replace("</h1>", &format!("</h1>{print}"))).unwrap();
        let report = paper.import(&[folder.path().to_owned()], false);
        let seen = told_to_guests(&paper);
        assert!(seen.iter().all(|word| ["alder", "birch"].contains(word)), "{print}: {seen:?}");
        assert!(
            report.remarks.iter().any(|r| r.text.contains("stands in its closed part too")),
            "{:?}",
            report.remarks
        );
    }
}

fn a_copy_that_closed_a_story_and_says_later_that_it_is_free_is_told_and_opens_nothing(engine: Engine) {
    let paper = Paper::empty(engine);
    let all = [0, 1, 2, 3, 4];
    let free = bridge(&all, None, "2019-05-06T00:00:00Z")
        .replace("</title>", "</title><meta name=\"article:content_tier\" content=\"free\">");
    let files = [
        ("a.jsonl", silent(&all, "2019-03-05T08:00:00Z")),
        ("b.html", bridge(&all, Some(3), "2019-03-06T00:00:00Z")),
        ("b.html", free.clone()),
        ("b.html", free + "\n"),
    ];
    let told = files.map(|(name, text)| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        let report = paper.import(&[folder.path().to_owned()], false);
        report.remarks.iter().filter(|remark| remark.text.contains("which it opens for nobody")).count()
    });
    assert_eq!(told_to_guests(&paper), ["alder", "birch"]);
    assert_eq!(told, [0, 0, 1, 0], "once");
}

/// What the sold story and the silent one share, and two paragraphs that each has of its own.
const SHARED: [&str; 4] = [
    "The council voted on Tuesday night to close the alder bridge for six weeks from May, after the millers had heard it creak since March.",
    "Traders of the lower street asked why the work could not wait until the boats had gone out, and got no answer from the table.",
    "The birch report says that a second pier is hollow, and that a brewer's cart might bring the middle span down without any warning.",
    "The cedar planks will cost more than the bridge did when it was built, and the rest is to come from a toll of two pence a wheel.",
];
const OF_SOLD: [&str; 2] = [
    "The harbour office counted eleven boats that cannot pass while the scaffold stands, most of them from the villages up the river.",
    "Nobody has yet asked the ferrymen, who were paid off in the autumn and have taken other work at the salt pans since that day.",
];
const OF_SILENT: [&str; 2] = [
    "The town band will play on the quay on Sunday at three, weather and tide permitting, and the lifeboat is to show its engine.",
    "Bakers of the district meet in the guildhall to talk about the price of flour, which has gone up by a fifth since the fire.",
];

fn a_story_that_sounds_like_one_that_is_sold_and_says_nothing_of_it_is_as_closed(engine: Engine) {
    let row = |id: &str, title: &str, hour: u8, access: Option<&str>, body: Vec<&str>| {
        let mut row = serde_json::json!({ "id": id, "title": title, "published": format!("2019-03-05T{hour:02}:00:00Z"),
            "body": body.join("\n\n") });
        if let Some(access) = access {
            row["access"] = access.into();
        }
        row.to_string() + "\n"
    };
    let closed = ["second pier is hollow", "toll of two pence"];
    let sold =
        row("s1", "Alder bridge to close for six weeks", 8, Some("premium"), [&SHARED[..], &OF_SOLD[..]].concat());
    for (access, joined) in [(None, false), (None, true), (Some("free"), true)] {
        let other = row("s2", "Marlow hears of a hollow pier", 12, access, [&OF_SILENT[..], &SHARED[..]].concat());
        let paper = Paper::empty(engine);
        let import = |text: String| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("a.jsonl"), text).unwrap();
            paper.import(&[folder.path().to_owned()], false)
        };
        if !joined {
            import(sold.clone());
        }
        let report = import(sold.clone() + &other);
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        assert_eq!(stories.len(), 2, "{}", report.summary());
        let silent = &stories.iter().find(|stored| stored.story.headline.starts_with("Marlow")).unwrap().story;
        let mut guest = paper.browser();
        let page = guest.get(&silent.path());
        let told = closed.iter().any(|words| page.text().contains(words));
        assert_eq!(told, access.is_some(), "{access:?}: {:?}", silent.marking);
        let doubts = paper.block_on(paper.house().store.doubts(&store::DoubtFilter::default(), 100, 0)).unwrap();
        let said = doubts.iter().any(|doubt| doubt.text.contains("whose closed words it has"));
        assert_eq!(said, access.is_none(), "{doubts:?}");
        // nothing that comes again opens it
        import(sold.clone() + &other);
        assert_eq!(closed.iter().any(|words| guest.get(&silent.path()).text().contains(words)), access.is_some());
    }
}

fn so_are_several_that_tell_most_of_what_is_sold(engine: Engine) {
    let row = |id: &str, system: usize, access: Option<&str>, corrected: usize| {
        let told = |(nth, text): (usize, &&str)| {
            // other numbers in so many of them
            let more = format!(" By then {} of the {} boats had left.", 10 + system * 7 + nth, 40 + system * 9 + nth);
            if nth < corrected { format!("{text}{more}") } else { (*text).to_owned() }
        };
        let body: Vec<String> = SHARED.iter().chain(&OF_SOLD).enumerate().map(told).collect();
        let mut row = serde_json::json!({ "id": id, "title": format!("Alder bridge to close for {} weeks", 5 + system),
            "published": format!("2019-03-{:02}T08:00:00Z", 5 + system), "body": body.join("\n\n") });
        if let Some(access) = access {
            row["access"] = access.into();
        }
        row.to_string() + "\n"
    };
    for at_once in [true, false] {
        let paper = Paper::empty(engine);
        let import = |text: String| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("a.jsonl"), text).unwrap();
            paper.import(&[folder.path().to_owned()], false);
        };
        let rows = [
            row("s1", 1, Some("premium"), 3),
            row("s2", 2, None, 3),
            row("s3", 3, None, 3),
            row("s4", 4, Some("free"), 3),
        ];
        if at_once {
            import(rows.concat());
        } else {
            rows.into_iter().for_each(import);
        }
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        assert_eq!(stories.len(), 4, "{stories:?}");
        let mut guest = paper.browser();
        let open: Vec<bool> = (6..10)
            .map(|weeks| {
                let headline = format!("Alder bridge to close for {weeks} weeks");
                let story = &stories.iter().find(|stored| stored.story.headline == headline).unwrap().story;
                guest.get(&story.path()).text().contains("have taken other work at the salt pans")
            })
            .collect();
        assert_eq!(open, [false, false, false, true], "what says free is free, {at_once}");
    }
}
