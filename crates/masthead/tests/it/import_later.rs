//! What comes in later than something else of the same story: after a decision of the desk, at another address, in another export.
use std::path::Path;

use newsroom::articles::Marking;
use store::{Doubt, DoubtFilter, DoubtKind};

use crate::client::Request;
use crate::exports::{Told, crawl, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    a_paragraph_that_comes_after_a_decided_order_is_asked_about,
    the_same_page_at_another_address_leads_to_its_story,
    of_two_exports_the_later_state_is_followed,
    of_two_tables_with_the_same_numbers_the_later_is_a_correction,
    what_a_source_closed_is_opened_by_its_own_later_word_only,
    of_two_markings_in_one_import_the_stricter_is_kept,
    who_may_read_is_what_the_state_says_that_speaks_of_it,
    a_headline_that_a_further_crawl_brings_is_the_storys,
    what_tells_the_same_is_one_entry_at_the_desk,
    two_posts_of_one_system_are_two_stories_whenever_they_come,
);

/// What an import prints, and the lines of its report.
fn import(paper: &Paper, path: &Path) -> (String, String) {
    paper.run_import(path, "report.jsonl")
}

/// Questions about what came in later.
fn asked(paper: &Paper) -> Vec<Doubt> {
    let later = |doubt: &Doubt| doubt.text.starts_with("came in with a further crawl");
    open(paper, DoubtKind::LeftOut).into_iter().filter(later).collect()
}

fn open(paper: &Paper, kind: DoubtKind) -> Vec<Doubt> {
    let filter = DoubtFilter { kind: Some(kind), ..DoubtFilter::default() };
    paper.block_on(paper.house().store.doubts(&filter, 20, 0)).unwrap()
}

fn decide(paper: &Paper, id: i64, choice: &str) {
    let editor = paper.sign_in("staff", Rights::None).1;
    let form = Request::form(&format!("/desk/doubts/{id}"), &[("choice", choice)]);
    let answer = paper.browser().holding(&editor).send(&form);
    assert_eq!(answer.status, 303, "{}", answer.words());
}

fn a_paragraph_that_comes_after_a_decided_order_is_asked_about(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let whole = told(90);
    let late = 4;
    let mut other = whole.clone();
    other.paragraphs.swap(2, 3);
    write(folder.path(), "one.txt", &crawl(&whole, late));
    write(folder.path(), "two.txt", &crawl(&other, late));
    import(&paper, folder.path());
    let doubt = open(&paper, DoubtKind::Order).into_iter().next().expect("the copies do not agree");
    decide(&paper, doubt.id, "order-0");
    let decided = texts(&paper.only_story());
    assert!(!decided.contains(&whole.paragraphs[late]));

    write(folder.path(), "three.txt", &crawl(&whole, 99));
    let (said, lines) = import(&paper, folder.path());
    assert_eq!(texts(&paper.only_story()), decided, "the desk's words stay");
    let questions = asked(&paper);
    let [question] = questions.as_slice() else { panic!("one question: {questions:?}; {said}{lines}") };
    assert_eq!(question.evidence.lines.len(), 1, "{question:?}");
    assert_eq!(question.evidence.lines[0].text, whole.paragraphs[late]);
    assert!(question.text.contains("put it back"), "what to do: {}", question.text);
    assert!(lines.contains(&question.text), "the report says so: {said}{lines}");
    import(&paper, folder.path());
    assert_eq!(asked(&paper).len(), 1, "asked once");
    decide(&paper, question.id, "put-back");
    let mut wanted = decided.clone();
    wanted.insert(late, whole.paragraphs[late].clone());
    assert_eq!(texts(&paper.only_story()), wanted, "where it stood");
    import(&paper, folder.path());
    assert_eq!(texts(&paper.only_story()), wanted);

    // A further crawl without anything new asks nothing.
    write(folder.path(), "four.txt", &format!("{}\nSaved once more\n", crawl(&whole, 1)));
    import(&paper, folder.path());
    assert!(asked(&paper).is_empty(), "{:?}", asked(&paper));
}

fn page(story: &Told) -> String {
    let body: String = story.paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    format!("<html><head><title>{0}</title></head><body><h1>{0}</h1>{body}</body></html>", story.headline)
}

fn the_same_page_at_another_address_leads_to_its_story(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = page(&told(61));
    let import = |site: &str| import(&paper, &folder.path().join(site));
    let leads = |address: &str| {
        let answer = paper.browser().get(address);
        assert_eq!(answer.status, 301, "{address}: {}", answer.words());
        assert_eq!(answer.header("location"), Some(paper.only_story().path().as_str()));
    };
    write(folder.path(), "www.quay.example/2009/05/a.html", &story);
    import("www.quay.example");
    leads("/2009/05/a.html");
    for (name, address) in [("old/a.html", "/old/a.html"), ("2009/05/a.htm", "/2009/05/a.htm")] {
        write(folder.path(), &format!("www.quay.example/{name}"), &story);
        let (said, lines) = import("www.quay.example");
        assert!(lines.contains(address) && lines.contains("leads to"), "the report says so: {said}{lines}");
        leads(address);
    }
    for (name, address) in [("show.php@id=7", "/show.php?id=7"), ("show.php@id=8", "/show.php?id=8")] {
        write(folder.path(), &format!("www.quay.example/{name}"), &story);
        let (said, lines) = import("www.quay.example");
        assert!(lines.contains(address), "{said}{lines}");
        leads(address);
    }
    // The same name below another host of the paper.
    let second = told(62);
    for host in ["news.quay.example", "sport.quay.example"] {
        write(folder.path(), &format!("{host}/b.html"), &page(&second));
        let (said, _) = import(host);
        assert!(!said.contains("known"), "{host}: {said}");
    }
    let (said, lines) = import("www.quay.example");
    assert!(said.contains("0 new, 0 changed") && lines.is_empty(), "nothing is told twice: {said}{lines}");
}

fn of_two_exports_the_later_state_is_followed(engine: Engine) {
    let first = told(71);
    let mut second = first.clone();
    second.paragraphs[1] = "The clerk withdrew what this paper had told of the vote, and named who had cast it.".into();
    let dated = |story: &Told, day: &str| {
        let date = format!("<pubDate>{day} 10:00:00 +0000</pubDate><wp:wxr_version>");
        wxr(std::slice::from_ref(story)).replacen("<wp:wxr_version>", &date, 1)
    };
    let (jan, feb) = (dated(&first, "Fri, 30 Jan 2026"), dated(&second, "Fri, 27 Feb 2026"));
    // By the names February comes first.
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "jan.xml", &jan);
    write(folder.path(), "feb.xml", &feb);
    let (said, lines) = import(&paper, folder.path());
    assert_eq!(texts(&paper.only_story()), second.paragraphs, "{said}{lines}");
    assert!(lines.contains("\"older\"") && lines.contains("jan.xml"), "{lines}");
    // One after the other.
    let paper = Paper::empty(engine);
    for name in ["jan.xml", "feb.xml"] {
        let (said, lines) = import(&paper, &folder.path().join(name));
        assert!(name == "jan.xml" || lines.contains("dates that later"), "{said}{lines}");
    }
    assert_eq!(texts(&paper.only_story()), second.paragraphs);
    // Where neither is dated, the last one in.
    let paper = Paper::empty(engine);
    for (name, story) in [("jan.xml", &first), ("feb.xml", &second)] {
        write(folder.path(), name, &wxr(std::slice::from_ref(story)));
        let (said, lines) = import(&paper, &folder.path().join(name));
        assert!(name == "jan.xml" || lines.contains("came in last"), "{said}{lines}");
    }
    assert_eq!(texts(&paper.only_story()), second.paragraphs);
}

fn of_two_tables_with_the_same_numbers_the_later_is_a_correction(engine: Engine) {
    let first = told(73);
    let mut second = first.clone();
    second.paragraphs[1] = "The clerk withdrew what this paper had told of the vote, and named who had cast it.".into();
    let table = |story: &Told| {
        let text = story.paragraphs.join("\n\n");
        format!("id,title,date,text\n7,\"{}\",{}T08:00:00Z,\"{text}\"\n", story.headline, story.day)
    };
    for (earlier, later) in [("jan.csv", "feb.csv"), ("old-site.csv", "new-site.csv")] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), earlier, &table(&first));
        import(&paper, folder.path());
        write(folder.path(), later, &table(&second));
        let (said, lines) = import(&paper, folder.path());
        let story = paper.only_story();
        assert_eq!(texts(&story), second.paragraphs, "{later}: {said}{lines}");
        assert!(lines.contains("came in last"), "{later}, which state was followed: {said}{lines}");
        let versions = paper.block_on(paper.house().store.versions_of(story.number, 10)).unwrap();
        assert!(versions.iter().any(|version| texts(&version.story) == first.paragraphs), "{versions:?}");
        let (said, _) = import(&paper, folder.path());
        assert!(said.contains("0 new, 0 changed"), "{said}");
    }
}

/// A page at an address of its own, with words and with what it says of who may read.
fn marked(story: &Told, said: &str) -> String {
    let head = format!("<link rel=\"canonical\" href=\"https://www.quay.example/2011/ferry\">{said}</head>");
    page(story).replacen("</head>", &head, 1)
}

const PAID: &str = r#"<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false,"hasPart":
    {"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":"p"}}</script>"#;
const FREE: &str = r#"<meta name="article:content_tier" content="free">"#;

fn what_a_source_closed_is_opened_by_its_own_later_word_only(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut story = told(63);
    let import = |said: &str, story: &Told| {
        write(folder.path(), "ferry.html", &marked(story, said));
        import(&paper, folder.path())
    };
    import(PAID, &story);
    let first = paper.only_story();
    assert_eq!(first.marking, Marking::Premium);

    story.paragraphs[3].push_str(" The mayor was not told.");
    let (said, lines) = import("", &story);
    let silent = paper.only_story();
    assert!(texts(&silent).contains(&story.paragraphs[3]), "the words are followed");
    assert_eq!((silent.marking, silent.preview_blocks), (first.marking, first.preview_blocks));
    assert!(lines.contains("says nothing of who may read any more"), "{said}{lines}");
    story.paragraphs[4].push_str(" Nor was the pilot.");
    import("", &story);
    assert_eq!(paper.only_story().marking, Marking::Premium, "however often it says nothing");

    import(FREE, &story);
    assert_eq!(paper.only_story().marking, Marking::Free);
    story.paragraphs[3].push_str(" He was told later.");
    import("", &story);
    assert_eq!(paper.only_story().marking, Marking::Metered, "what was free comes in as the paper has it");
}

fn of_two_markings_in_one_import_the_stricter_is_kept(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(64);
    for (name, said) in [("a.html", PAID), ("b.html", FREE)] {
        write(folder.path(), name, &marked(&story, said));
    }
    let (said, lines) = import(&paper, folder.path());
    assert_eq!(paper.only_story().marking, Marking::Premium, "{said}{lines}");
    assert!(lines.contains("two markings"), "{said}{lines}");
    // The same source in a later import has the last word.
    write(folder.path(), "b.html", &format!("{}\n", marked(&story, FREE)));
    import(&paper, folder.path());
    assert_eq!(paper.only_story().marking, Marking::Free);
}

/// A page of a day, which its source changed last then.
fn changed_on(story: &Told, said: &str, day: u8) -> String {
    let day = format!("<meta property=\"article:modified_time\" content=\"2011-05-{day:02}T10:00:00Z\">");
    marked(story, &format!("{said}{day}"))
}

/// The later state says nothing of it: whichever comes first, the story is closed after as much as the earlier one shows.
fn who_may_read_is_what_the_state_says_that_speaks_of_it(engine: Engine) {
    for names in [["a.html", "b.html"], ["b.html", "a.html"]] {
        for marking in ["metered", "premium", "free"] {
            let paper = Paper::empty(engine);
            let settings = paper.folder().join("publication.toml");
            let usual = std::fs::read_to_string(&settings).unwrap();
            let own = usual.replace("\nmarking = \"metered\"", &format!("\nmarking = \"{marking}\""));
            assert!(marking == "metered" || own != usual);
            std::fs::write(&settings, own).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let earlier = told(65);
            let mut later = told(65);
            later.paragraphs[3].push_str(" The mayor was not told.");
            write(folder.path(), names[0], &changed_on(&earlier, PAID, 4));
            write(folder.path(), names[1], &changed_on(&later, "", 9));
            let (said, lines) = import(&paper, folder.path());
            let story = paper.only_story();
            assert_eq!(
                (story.marking, story.preview_blocks),
                (Marking::Premium, 0),
                "{names:?} {marking} {said}{lines}"
            );
            assert!(texts(&story).contains(&later.paragraphs[3]), "the later words");
            assert!(lines.contains("says nothing of who may read any more"), "{said}{lines}");
        }
    }
}

fn a_headline_that_a_further_crawl_brings_is_the_storys(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(93);
    let body = story.paragraphs.join("\n");
    let take = |name: &str, text: &str| {
        write(folder.path(), name, text);
        import(&paper, folder.path())
    };
    take("one.txt", &crawl(&story, 99));
    let before = paper.only_story();
    assert!(before.headline_provisional, "{}", before.headline);
    // the page's title has the paper's name behind the headline
    let (said, lines) =
        take("two.txt", &format!("Lanterns for hire again\nLanterns for hire again | The Old Paper\n{body}"));
    let now = paper.only_story();
    assert_eq!((now.headline.as_str(), now.headline_provisional), ("Lanterns for hire again", false), "{said}{lines}");
    assert_eq!((now.body, now.slug), (before.body, before.slug), "its text and address are what they were");
    let changed = lines.lines().find(|line| line.contains("\"changed\"")).expect("it is told");
    assert!(changed.contains("\"text\":\"Lanterns for hire again\"") && changed.contains(": headline"), "{changed}");
    // what the desk writes stays
    let edit = store::StoryEdit { headline: Some("Lanterns, by the hour".into()), ..store::StoryEdit::default() };
    paper.block_on(paper.house().store.edit_story(now.number, &edit, paper.clock.now())).unwrap();
    let (_, lines) = take(
        "three.txt",
        &format!("Lamps for hire\nLamps for hire | The Old Paper\n{body}\nThe end of it was told in June."),
    );
    assert_eq!(paper.only_story().headline, "Lanterns, by the hour", "{lines}");
    assert!(!lines.contains("\"text\":\"La") || lines.contains("\"text\":\"Lanterns, by the hour\""), "{lines}");
}

/// The same words of another day are asked about when they come, and are one story when they are compared: that is one thing to undo.
fn what_tells_the_same_is_one_entry_at_the_desk(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(94);
    write(folder.path(), "one.xml", &wxr(std::slice::from_ref(&story)));
    import(&paper, folder.path());
    let again = Told { id: 9_400, day: "2019-03-08".into(), ..story };
    write(folder.path(), "two.xml", &wxr(&[again]).replace("old.example", "new.example"));
    let (said, lines) = import(&paper, folder.path());
    paper.only_story();
    let filter = |decided| DoubtFilter { decided, kind: Some(DoubtKind::SameStory), ..DoubtFilter::default() };
    let pair = |decided| paper.block_on(paper.house().store.doubts(&filter(decided), 20, 0)).unwrap();
    let (open, decided) = (pair(false), pair(true));
    let [joining] = decided.as_slice() else { panic!("one joining: {decided:?} {said}{lines}") };
    assert!(open.is_empty() && joining.text.starts_with("tells the same as story"), "{open:?} {joining:?}");
    decide(&paper, joining.id, "undo");
    let open = pair(false);
    assert_eq!((open.len(), pair(true).len()), (1, 0), "{open:?}");
    assert!(!open[0].text.contains("joined"), "it is open now: {}", open[0].text);
}

fn two_posts_of_one_system_are_two_stories_whenever_they_come(engine: Engine) {
    let [first, more] = [told(95), told(96)];
    let post = |id: u32, headline: &str, paragraphs: Vec<String>, hour: u32| {
        let told = Told { id, headline: headline.into(), paragraphs, day: "2012-05-08".into() };
        wxr(&[told])
            .replace("09:00:00", &format!("{hour:02}:00:00"))
            .replace("03:30:00", &format!("{:02}:30:00", hour - 6))
    };
    let (a, b) = (&first.paragraphs, &more.paragraphs);
    let one = post(1, "Timber ship aground off Skarre", a[..5].to_vec(), 8);
    let two = [&a[..2], &a[3..4], &b[..2]].concat();
    let two = post(2, "Salvors fail to move the timber ship", two, 19);
    for together in [true, false] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "one.xml", &one);
        if !together {
            import(&paper, folder.path());
        }
        write(folder.path(), "two.xml", &two);
        let (said, lines) = import(&paper, folder.path());
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        assert_eq!(stories.len(), 2, "{together}: {said}{lines}");
        assert_eq!(open(&paper, DoubtKind::SameStory).len(), 1, "each asks about the other: {said}{lines}");
    }
}
