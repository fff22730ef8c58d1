//! Several states of one thing in several files: which is followed, what is said of the others, and what is asked.
use std::path::Path;
use std::process::{Command, Stdio};

use newsroom::articles::Story;
use store::{Doubt, DoubtFilter, DoubtKind};

use crate::exports::{Told, ans, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    a_later_version_of_a_copy_is_told_and_asked_about,
    who_goes_back_to_a_known_file_is_told_how,
    whoever_goes_back_is_told_what_helps,
    what_one_import_has_public_and_not_stays_back,
    what_is_offered_of_an_order_fits_the_story_as_it_is,
    what_was_typed_is_not_lost_with_a_conflict,
    a_table_without_dates_of_change_is_told_what_helps,
);

/// What an import prints, and the newest report's page.
fn import(paper: &Paper, path: &Path) -> (String, String) {
    paper.run_import(path, "report.html")
}

fn all(paper: &Paper) -> Vec<Story> {
    paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|stored| stored.story).collect()
}

fn open(paper: &Paper, kind: DoubtKind) -> Vec<Doubt> {
    let filter = DoubtFilter { kind: Some(kind), ..DoubtFilter::default() };
    paper.block_on(paper.house().store.doubts(&filter, 100, 0)).unwrap()
}

/// Decides, and gives the page that tells of it.
fn decide(paper: &Paper, id: i64, choice: &str) -> String {
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let sent = editor.post(&format!("/desk/doubts/{id}"), &[("choice", choice)]);
    assert_eq!(sent.status, 303, "{choice}: {}", sent.words());
    editor.get(sent.location(303)).words()
}

fn a_later_version_of_a_copy_is_told_and_asked_about(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let take = |name: &str, text: &str| {
        write(folder.path(), name, text);
        import(&paper, folder.path())
    };
    let first = told(700);
    let mut longer = first.clone();
    longer.paragraphs.push("The clerk said that the minutes would be read aloud at the next meeting.".into());
    take("w.xml", &wxr(std::slice::from_ref(&first)));
    take("a.json", &ans(&longer, &format!("{}T09:00:00Z", first.day)));
    assert_eq!(all(&paper).len(), 1);
    assert_eq!(texts(&all(&paper)[0]), longer.paragraphs, "the later words lead");
    // the copy is mended in one paragraph that the story has too, and in one that it has no more
    let mut mended = first.clone();
    mended.paragraphs[2] = mended.paragraphs[2].replace(" and ", " as well as ") + " The name of the clerk was mended.";
    mended.headline.push_str(", it is said");
    let (said, page) = take("w.xml", &wxr(std::slice::from_ref(&mended)));
    assert!(said.contains("0 changed, 1 unchanged") && said.contains("1 copy"), "{said}");
    assert!(page.contains("a later version of a copy; the story follows") && page.contains("a.json"), "{page}");
    assert_eq!(texts(&all(&paper)[0]), longer.paragraphs, "and leads still");
    let number = all(&paper)[0].number;
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let versions = editor.get(&format!("/desk/stories/{}/versions", number.0));
    assert!(versions.says(&mended.paragraphs[2]), "{}", versions.words());
    let asked = open(&paper, DoubtKind::Correction);
    assert_eq!((asked.len(), asked[0].paragraph), (1, Some(3)), "{asked:?}");
    let list = editor.get(&format!("/desk/doubts?doubt={}", asked[0].id));
    assert!(list.says(&mended.paragraphs[2]) && list.says(&first.paragraphs[2]), "{}", list.words());
    let headlines = open(&paper, DoubtKind::Headline);
    assert_eq!(headlines.len(), 1, "{headlines:?}");
    // importing again asks and tells nothing
    let (said, _) = import(&paper, folder.path());
    assert!(said.contains("0 changed, 2 unchanged") && !said.contains("copy") && !said.contains("doubt"), "{said}");
    // taken and taken back, after all that the command has done on the clock of the machine
    paper.set_clock(paper.clock.now() + std::time::Duration::from_secs(10 * 366 * 86_400));
    decide(&paper, asked[0].id, "correct");
    let mut both = longer.clone();
    both.paragraphs[2].clone_from(&mended.paragraphs[2]);
    assert_eq!(texts(&all(&paper)[0]), both.paragraphs);
    decide(&paper, asked[0].id, "undo");
    assert_eq!(texts(&all(&paper)[0]), longer.paragraphs);
    decide(&paper, headlines[0].id, "choice-0");
    assert_eq!(all(&paper)[0].headline, mended.headline);
    // a further version asks in the place of the one before
    let mut other = mended.clone();
    other.paragraphs[2].push_str(" And so was his office.");
    let (said, _) = take("w.xml", &wxr(std::slice::from_ref(&other)));
    assert!(said.contains("1 copy") && said.contains("1 doubt"), "{said}");
    let asked = open(&paper, DoubtKind::Correction);
    assert_eq!(asked.len(), 1, "{asked:?}");
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    assert!(editor.get(&format!("/desk/doubts?doubt={}", asked[0].id)).says(&other.paragraphs[2]));
}

fn table(story: &Told, id: &str) -> String {
    format!("id,title,body\n{id},\"{}\",\"{}\"\n", story.headline, story.paragraphs.join("\n\n"))
}

fn who_goes_back_to_a_known_file_is_told_how(engine: Engine) {
    let paper = Paper::empty(engine);
    let (jan, feb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, mut second) = (told(701), told(701));
    second.paragraphs[1].push_str(" Nobody had asked for that.");
    let words = || texts(&all(&paper)[0]);
    write(jan.path(), "jan.csv", &table(&first, "7"));
    write(feb.path(), "feb.csv", &table(&second, "7"));
    import(&paper, jan.path());
    let (said, _) = import(&paper, jan.path());
    assert!(!said.contains("remark"), "nothing came since: {said}");
    import(&paper, feb.path());
    assert_eq!(words(), second.paragraphs);
    let (said, _) = import(&paper, jan.path());
    let by = feb.path().join("feb.csv").display().to_string();
    assert!(said.contains("the paper has later words") && said.contains(&by), "{said}");
    assert_eq!(words(), second.paragraphs);
    // both at once: nobody goes back
    let mut both = Command::new(env!("CARGO_BIN_EXE_masthead"));
    both.arg("import").args([jan.path(), feb.path()]).arg("--data").arg(paper.folder());
    let both = both.args(["--database", &paper.database()]).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&both.stdout) + String::from_utf8_lossy(&both.stderr);
    assert!(said.contains("2 files known") && !said.contains("later words"), "{said}");
    // what is said is what helps
    std::fs::copy(jan.path().join("jan.csv"), feb.path().join("feb.csv")).unwrap();
    let (said, _) = import(&paper, feb.path());
    assert_eq!(words(), first.paragraphs, "{said}");
    let (said, _) = import(&paper, feb.path());
    assert!(!said.contains("later words"), "{said}");
}

/// An export in a folder of its own, with what its only piece says: its words, its status, the day of its change.
fn state(folder: &Path, name: &str, story: &Told, status: &str, changed: Option<&str>) {
    let changed =
        changed.map_or_else(String::new, |day| format!("<wp:post_modified_gmt>{day} 07:00:00</wp:post_modified_gmt>"));
    let text = wxr(std::slice::from_ref(story)).replace("<wp:status>publish", &format!("{changed}<wp:status>{status}"));
    write(folder, name, &text);
}

fn whoever_goes_back_is_told_what_helps(engine: Engine) {
    let (first, mut second) = (told(705), told(705));
    second.paragraphs[1].push_str(" Nobody had asked for that.");
    // the folder from which the first export is imported again, what came in since, and whether anything is dated
    for (again, status, dated) in [
        ("1", "publish", false),
        ("kept/elsewhere", "publish", false),
        ("1", "publish", true),
        ("1", "draft", false),
        ("kept/elsewhere", "draft", false),
        ("1", "draft", true),
    ] {
        let case = format!("{again} {status} {dated}");
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let here = |name: &str| folder.path().join(name);
        let day = |day: &'static str| dated.then_some(day);
        let shown = || all(&paper).first().map(texts);
        state(folder.path(), "1/export.xml", &first, "publish", day("2020-02-01"));
        import(&paper, &here("1"));
        let later = if status == "draft" { &first } else { &second };
        state(folder.path(), "2/export.xml", later, status, day("2020-03-01"));
        import(&paper, &here("2"));
        std::fs::create_dir_all(here(again)).unwrap();
        let _ = std::fs::copy(here("1/export.xml"), here(again).join("export.xml"));
        if again == "1" {
            state(folder.path(), "1/export.xml", &first, "publish", day("2020-02-01"));
        }
        let (said, _) = import(&paper, &here(again));
        let by = here("2/export.xml").display().to_string();
        assert!(said.contains("was not read again") && said.contains(&by), "{case}: {said}");
        assert_eq!(said.contains("that it is not public"), status == "draft", "{case}: {said}");
        assert_ne!(shown(), Some(first.paragraphs.clone()), "{case}: {said}");
        // what is said is done, and helps
        if dated {
            assert!(said.contains("dates it anew") || said.contains("dates them anew"), "{case}: {said}");
            assert!(!said.contains("in the place of"), "{case}: {said}");
            state(folder.path(), "3/export.xml", &first, "publish", day("2020-04-01"));
            import(&paper, &here("3"));
        } else {
            assert!(said.contains("in the place of"), "{case}: {said}");
            std::fs::copy(here(again).join("export.xml"), here("2/export.xml")).unwrap();
            import(&paper, &here("2"));
        }
        assert_eq!(shown(), Some(first.paragraphs.clone()), "{case}");
    }
    // of two that came in together, the first one
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    state(folder.path(), "1/export.xml", &first, "publish", None);
    state(folder.path(), "2/export.xml", &second, "publish", None);
    import(&paper, folder.path());
    assert_eq!(texts(&all(&paper)[0]), second.paragraphs);
    let (said, _) = import(&paper, &folder.path().join("1"));
    assert!(said.contains("in the place of") && said.contains("2/export.xml"), "{said}");
    std::fs::copy(folder.path().join("1/export.xml"), folder.path().join("2/export.xml")).unwrap();
    import(&paper, &folder.path().join("2"));
    assert_eq!(texts(&all(&paper)[0]), first.paragraphs);
    // of exports of everything, one that brought nothing new of the piece that was corrected since
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    for (name, stories) in [
        ("1/export.xml", vec![first.clone()]),
        ("2/export.xml", vec![first.clone(), told(706)]),
        ("3/export.xml", vec![second.clone(), told(706)]),
    ] {
        write(folder.path(), name, &wxr(&stories));
        import(&paper, &folder.path().join(name));
    }
    let (said, _) = import(&paper, &folder.path().join("2"));
    assert!(said.contains("of a piece of it the paper has later words") && said.contains("3/export.xml"), "{said}");
}

fn what_one_import_has_public_and_not_stays_back(engine: Engine) {
    let story = told(702);
    let row = |status: &str, changed: &str| {
        let text = story.paragraphs.join(" ");
        format!("id,title,text,status,updated\nq1,{},\"{text}\",{status},{changed}\n", story.headline)
    };
    for names in [["a.csv", "b.csv"], ["b.csv", "a.csv"]] {
        let paper = Paper::empty(engine);
        let folder = tempfile::tempdir().unwrap();
        let (public, draft) = (folder.path().join("t").join(names[0]), folder.path().join("t").join(names[1]));
        // one table in two folders, or the same one twice: nothing is dated
        let one = |name: &Path, status: &str, changed: &str| {
            let parent = folder.path().join("t").join(name.file_stem().unwrap());
            std::fs::create_dir_all(&parent).unwrap();
            std::fs::write(parent.join("t.csv"), row(status, changed)).unwrap();
        };
        one(&public, "published", "");
        one(&draft, "draft", "");
        let (said, page) = import(&paper, folder.path());
        assert_eq!(all(&paper).len(), 0, "{names:?}: {said}");
        if names[0] == "b.csv" {
            assert!(page.contains("both public and not public") && page.contains("“updated”"), "{page}");
        }
        // the day of its change, and it is in
        one(&draft, "draft", "2012-01-01");
        one(&public, "published", "2012-02-01");
        let (said, _) = import(&paper, folder.path());
        assert_eq!(all(&paper).len(), 1, "{names:?}: {said}");
    }
    // of two imports the second one counts
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    for (status, shown) in [("draft", 0), ("published", 1), ("draft", 0), ("published", 1)] {
        write(folder.path(), "t.csv", &row(status, ""));
        let (said, _) = import(&paper, folder.path());
        assert_eq!(all(&paper).len(), shown, "{status}: {said}");
    }
}

/// The orders that a doubt's page offers.
fn offered(paper: &Paper, id: i64) -> Vec<String> {
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let page = editor.get(&format!("/desk/doubts?doubt={id}")).text();
    page.split("value=\"order-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn what_is_offered_of_an_order_fits_the_story_as_it_is(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let whole = told(703).paragraphs[..6].to_vec();
    let copy = |name: &str, order: &[usize]| {
        let lines: Vec<&str> = order.iter().map(|at| whole[*at].as_str()).collect();
        write(folder.path(), name, &format!("Home\nHarbour\nLog in\n{}\n", lines.join("\n")));
    };
    let copies: [&[usize]; 3] = [&[0, 1, 2, 3, 4, 5], &[3, 1], &[5, 2, 0]];
    for (nth, order) in copies.iter().enumerate() {
        copy(&format!("{nth}.txt"), order);
    }
    import(&paper, folder.path());
    let now = texts(&all(&paper)[0]);
    assert_eq!(now.len(), 6);
    let doubts = open(&paper, DoubtKind::Order);
    assert!(!doubts.is_empty());
    let mut seen = 0;
    for doubt in &doubts {
        let meant = doubt.evidence.paragraph.clone().unwrap();
        for order in &doubt.evidence.orders {
            seen += 1;
            let told: Vec<String> =
                order.iter().map(|place| now[usize::try_from(*place).unwrap() - 1].clone()).collect();
            let at = told.iter().position(|text| *text == meant).unwrap();
            // some copy runs in this order, and has beside the paragraph what stands beside it then
            let has = |copy: &&&[usize]| {
                let lines: Vec<&String> = copy.iter().map(|at| &whole[*at]).collect();
                let places: Vec<usize> =
                    lines.iter().map(|line| told.iter().position(|text| text == *line).unwrap()).collect();
                let Some(own) = lines.iter().position(|line| **line == meant) else { return false };
                let beside = |there: Option<usize>, here: Option<usize>| {
                    there
                        .and_then(|there| lines.get(there))
                        .is_some_and(|line| here.and_then(|here| told.get(here)) == Some(*line))
                };
                places.is_sorted()
                    && (beside(own.checked_sub(1), at.checked_sub(1)) || beside(Some(own + 1), Some(at + 1)))
            };
            assert!(copies.iter().any(|copy| has(&copy)), "no copy has {order:?} of paragraph {:?}", doubt.paragraph);
        }
    }
    assert!(seen > 0);
    // another decision moves the paragraphs: the buttons of the others go, and say why
    let [one, other] = [&doubts[0], &doubts[1]];
    assert!(!offered(&paper, other.id).is_empty());
    decide(&paper, one.id, "order-0");
    assert_eq!(offered(&paper, other.id), Vec::<String>::new());
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    assert!(editor.get(&format!("/desk/doubts?doubt={}", other.id)).says("none of them is offered any more"));
    decide(&paper, one.id, "undo");
    assert!(!offered(&paper, other.id).is_empty());
}

fn what_was_typed_is_not_lost_with_a_conflict(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &ans(&told(704), "2011-01-01T09:00:00Z"));
    import(&paper, folder.path());
    let number = all(&paper)[0].number;
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    for (kind, field, typed, shown) in [
        (DoubtKind::Date, "date", "1999-10-14T08:30", "You had written 14 October 1999, 08:30"),
        (DoubtKind::Headline, "headline", "A pier & its <mayor>", "You had written “A pier & its <mayor>”"),
    ] {
        let key = format!("typed {field}");
        let doubt =
            store::NewDoubt { key, kind, paragraph: None, text: "typed".into(), evidence: store::Evidence::default() };
        let store = &paper.house().store;
        paper.block_on(store.add_doubts(number, &[doubt], None, paper.clock.now())).unwrap();
        let id = open(&paper, kind)[0].id;
        let page = editor.get(&format!("/desk/doubts?doubt={id}")).text();
        let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        decide(&paper, id, "keep");
        // it is decided now, and has no field in which that could stand
        let refused = editor.post(&format!("/desk/doubts/{id}"), &[("choice", field), (field, typed), ("seen", &seen)]);
        assert!(refused.status == 409 && refused.says(shown), "{}", refused.words());
        let text = refused.text();
        let way = text.split("<a href=\"/desk/doubts?doubt=").nth(1).unwrap().split('"').next().unwrap();
        decide(&paper, id, "undo");
        let way = way.replace("&amp;", "&").replace("&#38;", "&");
        let again = editor.get(&format!("/desk/doubts?doubt={way}"));
        let typed = typed.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
        assert!(again.text().contains(&format!("value=\"{typed}")), "{way}: {}", again.text());
        // decided by somebody else, and undone from the page that the way leads to
        decide(&paper, id, "keep");
        let decided = editor.get(&format!("/desk/doubts?doubt={way}")).text();
        let next = decided.split("name=\"next\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let next = next.replace("&amp;", "&").replace("&#38;", "&");
        let undone = editor.post(&format!("/desk/doubts/{id}"), &[("choice", "undo"), ("next", &next)]);
        let page = editor.get(undone.location(303)).text();
        assert!(page.contains(&format!("value=\"{typed}")), "{next}: {page}");
    }
}

/// Of a table that has no date of change its date of publication counts, and that is what is said.
fn a_table_without_dates_of_change_is_told_what_helps(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut story = told(760);
    let table = |story: &Told, head: &str, row: &str| {
        let text = story.paragraphs.join(" ");
        write(
            folder.path(),
            "t.csv",
            &format!("id,headline,body,published{head}\n1,{},\"{text}\",{row}\n", story.headline),
        );
        import(&paper, folder.path())
    };
    table(&story, "", "2021-04-15T12:00:00Z");
    story.paragraphs[1].push_str(" The clerk had counted them once more.");
    let (said, page) = table(&story, "", "2021-04-14T12:00:00Z");
    assert!(said.contains("1 older version") && page.contains("gives no date of change"), "{said}{page}");
    assert!(page.contains("a column “updated”") && !page.contains("save it again there"), "{page}");
    assert!(page.contains("later (2021-04-15T12:00:00Z, this one 2021-04-14T12:00:00Z)"), "both are named: {page}");
    // and that helps
    let (said, page) = table(&story, ",updated", "2021-04-14T12:00:00Z,2021-06-01T08:00:00Z");
    let [now] = all(&paper).try_into().unwrap_or_else(|_| panic!("one story: {said}{page}"));
    assert_eq!(now.body[0].text(), story.paragraphs.join(" "), "{said}{page}");
    assert_eq!(now.published_at.map(|at| at.to_string()).as_deref(), Some("2021-04-14T12:00:00Z"));
}
