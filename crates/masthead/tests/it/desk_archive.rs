//! The desk's view of the archive: what imports did, and what the sources of a story said.
use std::collections::HashSet;

use newsroom::articles::{Marking, Story};

use crate::browser::Browser;
use crate::client::Request;
use crate::exports::{ans, crawl, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    every_sum_of_an_import_stands_in_its_line,
    versions_of_a_story_are_told_apart,
    a_standfirst_that_tells_what_is_closed_is_left_out_and_kept,
    a_headline_that_tells_what_is_closed_is_left_out_and_kept,
    a_decision_tells_nothing_that_is_closed,
    what_fails_at_the_desk_keeps_its_menu,
);

fn editor(paper: &Paper) -> Browser {
    paper.browser().holding(&paper.sign_in("staff", Rights::None).1)
}

fn every_sum_of_an_import_stands_in_its_line(engine: Engine) {
    let paper = Paper::usual(engine);
    let report = serde_json::json!({
        "source": "old pages", "added": 1201, "changed": 2, "unchanged": 3, "merged": 4, "older": 5, "withdrawn": 6, "held_back": 7,
        "aside": 8, "aside_kinds": { "menu": 5, "attachment": 3 }, "refused_in_all": 9, "doubts": 10,
        "remarks": [{ "name": "a.html", "text": "its summary told the closed part" }],
    });
    let import = paper.block_on(paper.house().store.save_import("1201 new", &report, paper.clock.now())).unwrap();
    let empty = serde_json::json!({ "source": "nothing" });
    paper.block_on(paper.house().store.save_import("0 new", &empty, paper.clock.now())).unwrap();
    let mut editor = editor(&paper);
    let page = editor.get(&format!("/desk/imports/{import}")).text();
    let (chosen, all) = (page.find("old pages, ").unwrap(), page.find("All imports</h2>").unwrap());
    assert!(chosen < all && all < page.find("<table").unwrap(), "the chosen import stands above the list of all");
    assert!(!editor.get("/desk/imports").text().contains("All imports</h2>"), "the list alone needs no heading");
    let rows: Vec<&str> = page.split("<tr>").filter(|row| row.contains("data-label")).collect();
    let cells = |row: &str| -> Vec<(String, String)> {
        let cell = |cell: &str| {
            let (name, rest) = cell.split_once("\">").unwrap();
            let text = rest.split("</td>").next().unwrap();
            let text = text.rsplit_once("\">").map_or(text, |(_, text)| text).trim_end_matches("</a>");
            (name.to_owned(), text.to_owned())
        };
        row.split("data-label=\"").skip(1).map(cell).collect()
    };
    let told = cells(rows.iter().find(|row| row.contains("old pages")).unwrap());
    let expected = [
        ("New", "1,201"),
        ("Changed", "2"),
        ("Unchanged", "3"),
        ("Copies", "4"),
        ("Older versions", "5"),
        ("Withdrawn", "6"),
        ("Never public", "7"),
        ("Set aside", "8"),
        ("Refused", "9"),
        ("Doubts", "10"),
    ];
    assert_eq!(told, expected.map(|(name, count)| (name.to_owned(), count.to_owned())));
    assert!(page.contains(&format!("href=\"/desk/doubts?import={import}\">10</a>")));
    let nothing = cells(rows.iter().find(|row| row.contains("nothing")).unwrap());
    assert!(nothing.len() == expected.len() && nothing.iter().all(|(_, count)| count == "0"), "{nothing:?}");
    let heads: Vec<&str> = page.split("<th scope=\"col\" class=\"number\">").skip(1).collect();
    assert_eq!(heads.len(), expected.len(), "a heading for each column");
    assert!(heads.iter().zip(expected).all(|(head, (name, _))| head.starts_with(name)));
    for words in ["menu: 5", "attachment: 3", "its summary told the closed part"] {
        assert!(page.contains(words), "{words}");
    }
}

fn versions_of_a_story_are_told_apart(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(7);
    let mut corrected = story.clone();
    corrected.paragraphs[1].push_str(" An earlier version of this story named another bay.");
    write(folder.path(), "wordpress.xml", &wxr(std::slice::from_ref(&story)));
    write(folder.path(), "arc/seven.json", &ans(&corrected, &format!("{}T09:00:00Z", story.day)));
    write(folder.path(), "pages/seven.txt", &crawl(&story, 3));
    write(folder.path(), "pages/seven-again.txt", &crawl(&story, 4));
    paper.import(&[folder.path().to_owned()], false);
    let number = paper.block_on(paper.house().store.stories()).unwrap()[0].story.number.0;
    let page = editor(&paper).get(&format!("/desk/stories/{number}/versions")).text();
    let parts: Vec<&str> = page.split("<article class=\"panel\" id=\"").skip(1).collect();
    let (versions, crawls): (Vec<&str>, Vec<&str>) = parts.iter().partition(|part| part.starts_with("version-"));
    assert!(versions.len() >= 2 && !crawls.is_empty(), "{} and {}", versions.len(), crawls.len());
    let fact = |part: &str, name: &str| {
        let (_, rest) = part.split_once(&format!("<dt>{name}</dt><dd>")).unwrap_or_else(|| panic!("{name}: {part}"));
        rest.split("</dd>").next().unwrap().to_owned()
    };
    for (nth, part) in versions.iter().enumerate() {
        let nth = nth + 1;
        assert!(
            part.starts_with(&format!("version-{nth}\""))
                && part.contains(&format!("Version {nth} of {}", versions.len()))
        );
        assert!(page.contains(&format!("href=\"#version-{nth}\"")));
        assert!(fact(part, "Taken in").contains("<time"), "{part}");
        assert!(fact(part, "Said").contains(&story.day) || fact(part, "Said").contains("does not say"), "{part}");
    }
    let places: HashSet<String> =
        versions.iter().map(|part| fact(part, "Read from") + &fact(part, "Known as")).collect();
    assert_eq!(places.len(), versions.len(), "each says where it was read: {places:?}");
    assert!(places.iter().any(|place| place.contains("wordpress.xml") && place.contains("wxr:old.example:")));
    assert!(
        versions.iter().skip(1).any(|part| fact(part, "Differs").starts_with("1 paragraph new, 1 paragraph gone; "))
    );
    let marks: HashSet<String> = crawls.iter().map(|part| fact(part, "Known as")).collect();
    assert!(marks.len() == crawls.len() && crawls.iter().all(|part| fact(part, "Taken in").contains("<time")));
}

fn a_standfirst_that_tells_what_is_closed_is_left_out_and_kept(engine: Engine) {
    let paper = Paper::usual(engine);
    let told = |story: &Story| story.body[5].text().to_owned();
    let mut stories = paper.stories(Marking::Free);
    let (by_form, by_list) = (stories.swap_remove(1), stories.swap_remove(0));
    for story in [&by_form, &by_list] {
        let story = Story { standfirst: Some(told(story)), ..Story::clone(story) };
        paper.block_on(paper.house().store.save_story(&story, None, paper.clock.now())).unwrap();
    }
    paper.block_on(paper.house().refresh()).unwrap();
    let mut editor = editor(&paper);
    let mut guest = paper.browser();
    for (story, next) in [(&by_form, ""), (&by_list, "/desk?q=&marking=")] {
        let words = crate::leaks::normal(&told(story));
        let says = |page: &str| crate::leaks::plain(page).contains(&words);
        let form = format!("/desk/stories/{}", story.number.0);
        let lists = [story.path(), format!("/{}", story.section), "/feed.xml".into()];
        assert!(lists.iter().all(|list| says(&guest.get(list).text())), "a free story tells all of itself");
        let saved = editor.send(&Request::form(&form, &[("marking", "premium"), ("next", next)]));
        let page = editor.get(saved.location(303)).text();
        assert!(page.contains("The standfirst was left out: everybody reads it"), "{page}");
        for list in &lists {
            assert!(!says(&guest.get(list).text()), "{list}");
        }
        // nothing is lost, and it is said what is to be done
        let page = editor.get(&form).text();
        let hint = page.split("<div class=\"withheld\">").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(says(hint) && hint.contains("repeats the closed part") && hint.contains("/versions"), "{hint}");
        let versions = editor.get(&format!("{form}/versions")).text();
        assert!(
            says(&versions) && versions.contains("as it stood before words that repeat the closed part were left out")
        );
        // another one is written, and the same one is refused
        let again = editor.post(&form, &[("standfirst", &told(story))]);
        assert_eq!(again.status, 422);
        assert_eq!(editor.post(&form, &[("standfirst", "What the harbour keeps to itself.")]).status, 303);
        assert!(guest.get(&story.path()).says("What the harbour keeps to itself."));
        assert!(!editor.get(&form).text().contains("class=\"withheld\""), "there is another now");
        // opened again, the former one may come back
        assert_eq!(editor.post(&form, &[("standfirst", ""), ("marking", "free")]).status, 303);
        assert!(editor.get(&form).says("It repeats nothing that is closed now"));
        assert_eq!(editor.post(&form, &[("standfirst", &told(story))]).status, 303);
        assert!(says(&guest.get("/feed.xml").text()));
    }
}

fn a_headline_that_tells_what_is_closed_is_left_out_and_kept(engine: Engine) {
    let paper = Paper::usual(engine);
    let story = paper.stories(Marking::Free).swap_remove(0);
    let told = story.body[5].text()[..60].trim().to_owned();
    let topics = vec!["Harbours".to_owned(), story.body[6].text()[..60].to_owned()];
    let telling = Story { headline: told.clone(), topics, ..Story::clone(&story) };
    paper.block_on(paper.house().store.save_story(&telling, None, paper.clock.now())).unwrap();
    paper.block_on(paper.house().refresh()).unwrap();
    let mut editor = editor(&paper);
    let mut guest = paper.browser();
    let words = crate::leaks::normal(&told);
    let says = |page: &str| crate::leaks::plain(page).contains(&words);
    let lists = [telling.path(), format!("/{}", story.section), "/feed.xml".into()];
    assert!(lists.iter().all(|list| says(&guest.get(list).text())), "a free story tells all of itself");
    // the form sends its headline as it stands
    let form = format!("/desk/stories/{}", story.number.0);
    let saved = editor.post(&form, &[("headline", &told), ("marking", "premium")]);
    let page = editor.get(saved.location(303)).text();
    assert!(page.contains("The headline was left out: everybody reads it"), "{page}");
    assert!(page.contains("Left out because they repeat what is closed now: topics."), "{page}");
    for list in &lists {
        assert!(!says(&guest.get(list).text()), "{list}");
    }
    let page = editor.get(&form).text();
    let hint = page.split("<div class=\"withheld\">").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(says(hint) && hint.contains("Everybody reads a headline") && hint.contains("/versions"), "{hint}");
    assert!(says(&editor.get(&format!("{form}/versions")).text()));
    assert_eq!(editor.post(&form, &[("headline", &told)]).status, 422, "the same one is refused");
    assert_eq!(editor.post(&form, &[("headline", "What the harbour keeps to itself")]).status, 303);
    assert!(!editor.get(&form).text().contains("class=\"withheld\""), "there is another now");
}

fn a_decision_tells_nothing_that_is_closed(engine: Engine) {
    let paper = Paper::usual(engine);
    let store = &paper.house().store;
    let story = paper.stories(Marking::Premium).swap_remove(0);
    let number = story.number;
    let now = paper.clock.now();
    let asked = |kind, key: &str, evidence| store::NewDoubt {
        key: key.into(),
        kind,
        paragraph: Some(1),
        text: "somebody should look".into(),
        evidence,
    };
    let open = story.preview().len();
    let (first, closed) = (story.body[0].text().to_owned(), story.body[open].text().to_owned());
    let evidence = store::Evidence { paragraph: Some(first), ..store::Evidence::default() };
    let doubts = [
        asked(store::DoubtKind::Paragraph, "p", evidence),
        asked(store::DoubtKind::Headline, "h", store::Evidence::default()),
    ];
    paper.block_on(store.add_doubts(number, &doubts, None, now)).unwrap();
    let filter = store::DoubtFilter { number: Some(number), ..store::DoubtFilter::default() };
    let kept = paper.block_on(store.doubts(&filter, 10, 0)).unwrap();
    let of = |kind| format!("/desk/doubts/{}", kept.iter().find(|doubt| doubt.kind == kind).unwrap().id);
    let (paragraph, headline) = (of(store::DoubtKind::Paragraph), of(store::DoubtKind::Headline));
    let mut editor = editor(&paper);
    let now_is = || paper.block_on(store.story(number)).unwrap().unwrap().story;
    // the words of a headline are refused as the story's own form refuses them
    let telling = closed[..60].trim();
    let refused = editor.post(&headline, &[("choice", "headline"), ("headline", telling)]);
    assert!(refused.status == 409 && refused.says("repeats the closed part"), "{}", refused.words());
    assert_eq!(now_is().headline, story.headline);
    // a paragraph that goes from the open part opens no closed one, and comes back with its place
    assert_eq!(editor.post(&paragraph, &[("choice", "remove")]).status, 303);
    assert_eq!((now_is().preview().len(), now_is().body.len()), (open - 1, story.body.len() - 1));
    assert!(now_is().preview().iter().all(|block| block.text() != closed));
    assert_eq!(editor.post(&paragraph, &[("choice", "undo")]).status, 303);
    assert_eq!((now_is().preview(), &now_is().body), (story.preview(), &story.body));
    // a headline that told nothing closed when it was written does not come back when it does
    let free = store::StoryEdit {
        marking: Some(Marking::Free),
        headline: Some(telling.into()),
        ..store::StoryEdit::default()
    };
    paper.block_on(store.edit_story(number, &free, now)).unwrap();
    assert_eq!(editor.post(&headline, &[("choice", "headline"), ("headline", "What the harbour keeps")]).status, 303);
    paper.block_on(store.set_marking(number, Marking::Premium, now)).unwrap();
    assert_eq!(editor.post(&headline, &[("choice", "undo")]).status, 303);
    assert!(now_is().headline_provisional && now_is().told_by(&now_is().headline).is_none(), "{}", now_is().headline);
    let versions = editor.get(&format!("/desk/stories/{}/versions", number.0)).text();
    assert!(crate::leaks::plain(&versions).contains(&crate::leaks::normal(telling)), "the desk has its words still");
}

fn what_fails_at_the_desk_keeps_its_menu(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut staff = editor(&paper);
    for (path, way) in [
        ("/desk/stories/987654/versions", r#"<a href="/desk">All stories at the desk</a>"#),
        ("/desk/doubts/987654", r#"<a href="/desk/doubts">Back to the doubts</a>"#),
        ("/desk/nonsuch", r#"<a href="/desk">All stories at the desk</a>"#),
    ] {
        let answer = if path.contains("doubts") { staff.post(path, &[("choice", "keep")]) } else { staff.get(path) };
        let page = answer.text();
        assert_eq!(answer.status, 404, "{path}");
        assert!(page.contains(r#"aria-label="Desk""#) && page.contains(way), "{path}: {page}");
        assert!(!page.contains("Worth reading now") && !page.contains("Search for the story"), "{path}");
    }
    assert_eq!(staff.get("/desk/doubts/987654").location(303), "/desk/doubts", "the address of a form that was sent");
    // twice the same field is no query
    let refused = staff.get("/desk/doubts?page=1&page=2");
    let page = refused.text();
    assert!(refused.status == 400 && page.contains("That could not be taken</h1>"), "{}: {page}", refused.status);
    assert!(page.contains(r#"<a href="/desk/doubts">Back to the doubts</a>"#) && page.contains(r#"aria-label="Desk""#));
    assert!(!page.contains("That address cannot be read"), "those are a reader's words: {page}");
    let guest = paper.browser().get("/markets/nonsuch").text();
    assert!(!guest.contains(r#"aria-label="Desk""#) && guest.contains(r#"aria-label="Sections""#), "{guest}");
    assert!(!staff.get("/markets/nonsuch").text().contains(r#"aria-label="Desk""#), "a reader's page is the reader's");
}
