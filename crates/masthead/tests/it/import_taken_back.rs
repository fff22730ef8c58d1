//! What a source takes back is out of the paper, whatever word it has for that, and what it publishes again is back.
use std::path::Path;

use crate::exports::{told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    what_its_source_makes_private_is_out_until_it_is_published_again,
    only_who_took_a_story_out_brings_it_back,
    an_older_word_takes_nothing_out_and_is_told_of,
    what_nothing_dates_is_as_it_came_in_last,
    the_desk_sees_what_is_out_of_the_paper_and_why,
);

/// What an import prints, and the newest report's page.
fn import(paper: &Paper, path: &Path) -> (String, String) {
    paper.run_import(path, "report.html")
}

/// One story of a table, with its status.
fn table(status: &str, more: &str) -> String {
    let story = told(500);
    format!(
        "id,title,date,text,status\nq1,{},{}T08:00:00Z,\"{} {more}\",{status}\n",
        story.headline,
        story.day,
        story.paragraphs.join(" ")
    )
}

/// The address of the only story.
fn address(paper: &Paper) -> String {
    let stories = paper.block_on(paper.house().store.stories()).unwrap();
    let [stored] = stories.as_slice() else { panic!("one story: {stories:?}") };
    stored.story.path()
}

fn status(paper: &Paper, address: &str) -> u16 {
    paper.browser().get(address).status
}

fn what_its_source_makes_private_is_out_until_it_is_published_again(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let says = |status: &str, more: &str| {
        write(folder.path(), "table.csv", &table(status, more));
        import(&paper, folder.path())
    };
    says("published", "");
    let address = address(&paper);
    assert_eq!(status(&paper, &address), 200);
    for word in ["draft", "private", "trash", "withdrawn", "of no known meaning"] {
        let (said, page) = says(word, "");
        assert_eq!(status(&paper, &address), 404, "{word}: {said}");
        assert!(said.contains("1 withdrawn") && !said.contains("never public"), "{word}: {said}");
        assert!(page.contains(&told(500).headline) && page.contains("is taken out of the paper"), "{word}: {page}");
        let (said, _) = says(word, "");
        assert!(said.contains("0 changed, 1 unchanged"), "{word}, again: {said}");
        if word == "trash" {
            let emptied = table(word, "").replace(&told(500).paragraphs.join(" "), "");
            write(folder.path(), "table.csv", &emptied);
            let (said, _) = import(&paper, folder.path());
            assert!(said.contains("0 refused") && status(&paper, &address) == 404, "emptied: {said}");
        }
        let (said, page) = says("published", "");
        assert_eq!(status(&paper, &address), 200, "{word}: {said}");
        assert!(said.contains("1 changed") && page.contains("is back in the paper"), "{word}: {said} {page}");
    }
    // it comes back with the words that it has now
    says("draft", "");
    says("published", "The lamps were lit again.");
    assert!(paper.browser().get(&address).says("The lamps were lit again."));
    // what never was public stays so
    let never = tempfile::tempdir().unwrap();
    write(never.path(), "n.csv", &table("draft", "").replace("q1,", "q2,"));
    let (said, _) = import(&paper, never.path());
    assert!(said.contains("1 never public"), "{said}");
}

fn only_who_took_a_story_out_brings_it_back(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "table.csv", &table("published", ""));
    import(&paper, folder.path());
    let address = address(&paper);
    // another system has a copy of it
    let copy = |status: &str, more: &str| {
        write(folder.path(), "other.csv", &table(status, more).replace("q1,", "z9,"));
        import(&paper, folder.path())
    };
    let (said, _) = copy("published", "");
    assert!(said.contains("1 copy"), "{said}");
    let (said, _) = copy("private", "");
    assert!(said.contains("1 withdrawn") && status(&paper, &address) == 404, "{said}");
    write(folder.path(), "table.csv", &table("published", "The lamps were lit again."));
    let (said, _) = import(&paper, folder.path());
    assert_eq!(status(&paper, &address), 404, "the copy still says no: {said}");
    copy("published", "");
    let shown = paper.browser().get(&address);
    assert!(shown.status == 200 && shown.says("The lamps were lit again."), "{}", shown.words());
}

fn an_older_word_takes_nothing_out_and_is_told_of(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut story = told(510);
    let post = |story: &crate::exports::Told, modified: &str, status: &str| {
        let modified = format!("<wp:post_modified_gmt>{modified} 07:00:00</wp:post_modified_gmt><wp:status>{status}");
        write(folder.path(), "w.xml", &wxr(std::slice::from_ref(story)).replace("<wp:status>publish", &modified));
        import(&paper, folder.path())
    };
    post(&story, "2020-02-01", "publish");
    let address = address(&paper);
    story.paragraphs[0].push_str(" The lamps were lit again.");
    post(&story, "2020-03-01", "publish");
    assert!(paper.browser().get(&address).says("The lamps were lit again."));
    // who goes back is told that it was not done, and how it is
    story = told(510);
    let (said, page) = post(&story, "2020-02-01", "publish");
    assert!(said.contains("1 older version") && said.contains("0 unchanged"), "{said}");
    assert!(page.contains("older version, not taken") && page.contains("save it again there"), "{page}");
    assert!(paper.browser().get(&address).says("The lamps were lit again."));
    let (said, _) = post(&story, "2020-02-02", "draft");
    assert!(status(&paper, &address) == 200 && said.contains("1 older version"), "{said}");
    let (said, _) = post(&story, "2020-04-01", "trash");
    assert!(status(&paper, &address) == 404 && said.contains("1 withdrawn"), "{said}");
    let (said, _) = post(&story, "2020-05-01", "publish");
    let shown = paper.browser().get(&address);
    assert!(shown.status == 200 && !shown.says("The lamps were lit again."), "{said}");
}

/// A WordPress export of one story, which says when it was made or does not.
fn export(status: &str, made: Option<&str>, title: &str) -> String {
    let made = made.map_or_else(String::new, |day| format!("<pubDate>{day} 10:00:00 +0000</pubDate>"));
    let text = wxr(&[told(520)]).replace("<wp:status>publish", &format!("<wp:status>{status}"));
    text.replacen("<wp:wxr_version>", &format!("{made}<wp:wxr_version>"), 1).replacen(
        "<title>Old<",
        &format!("<title>{title}<"),
        1,
    )
}

fn what_nothing_dates_is_as_it_came_in_last(engine: Engine) {
    let day = "Fri, 10 Jan 2025";
    for (first, draft, comes_back) in [
        (Some(day), None, true),
        (None, None, true),
        (None, Some(day), false),
        (Some(day), Some("Mon, 10 Feb 2025"), false),
    ] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let take = |name: &str, text: &str| {
            write(folder.path(), name, text);
            import(&paper, &folder.path().join(name))
        };
        take("1/export.xml", &export("publish", first, "Old"));
        let address = address(&paper);
        let (said, _) = take("2/export.xml", &export("draft", draft, "Old"));
        assert!(said.contains("1 withdrawn") && status(&paper, &address) == 404, "{said}");
        let (said, page) = take("3/export.xml", &export("publish", None, "Old once more"));
        let case = format!("{first:?} {draft:?}: {said}{page}");
        if comes_back {
            assert!(status(&paper, &address) == 200 && said.contains("1 changed"), "{case}");
            assert!(page.contains("is back in the paper"), "{case}");
        } else {
            assert!(status(&paper, &address) == 404 && said.contains("1 older version"), "{case}");
            assert!(page.contains("what its source says later is that it is not public"), "{case}");
        }
    }
}

fn the_desk_sees_what_is_out_of_the_paper_and_why(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let says = |status: &str| {
        write(folder.path(), "table.csv", &table(status, ""));
        import(&paper, folder.path());
    };
    says("published");
    let number = paper.block_on(paper.house().store.stories()).unwrap()[0].story.number.0;
    let (way, form) = (format!("/desk/stories/{number}"), format!("action=\"/desk/stories/{number}\""));
    says("private");
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let page = editor.get(&way);
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(page.says("This story is out of the paper") && page.says("table.csv"), "{}", page.words());
    assert!(page.says(&told(500).headline) && page.says(&told(500).paragraphs[0]), "{}", page.words());
    assert!(!page.text().contains(&form), "nothing of it can be changed");
    let sent = editor.post(&way, &[("headline", "Typed all the same")]);
    assert!(sent.status == 409 && sent.says("out of the paper"), "{}", sent.words());
    assert!(!paper.browser().get(&way).says(&told(500).paragraphs[0]), "a guest sees nothing of it");
    says("published");
    let page = editor.get(&way);
    assert!(!page.says("out of the paper") && page.text().contains(&form), "{}", page.words());
}
