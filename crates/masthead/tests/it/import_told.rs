//! What is said of an import: nothing is left out in silence, what cannot be done is refused before it begins, and every run leaves its report.
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use masthead::import::Report;

use crate::exports::{ans, crawl, told, write, wxr};
use crate::house::{Engine, Paper};

fn take(paper: &Paper, path: &Path) -> Report {
    paper.import(&[path.to_owned()], false)
}

fn program(paper: &Paper, words: &[&str], paths: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(words).args(paths).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
    command.stdin(Stdio::null()).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What was refused of a file.
fn refused(report: &Report, name: &str) -> String {
    let found = report.refused.iter().find(|refused| refused.name.ends_with(name));
    found.unwrap_or_else(|| panic!("nothing is said of {name}: {:?}", report.refused)).reason.clone()
}

#[test]
fn links_are_followed_once_and_what_is_no_file_is_named() {
    let paper = Paper::empty(Engine::Sqlite);
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (folder.path(), elsewhere.path());
    for (at, name, id) in [(here, "own.xml", 1), (there, "far.xml", 2), (there, "deep/low.xml", 3)] {
        write(at, name, &wxr(&[told(id)]));
    }
    symlink(there, here.join("linked")).unwrap();
    symlink(there.join("far.xml"), here.join("again.xml")).unwrap();
    symlink(here.join("own.xml"), here.join("twin.xml")).unwrap();
    // in a circle: to itself, to the folder it lies in, from behind another link
    symlink(here, here.join("round")).unwrap();
    symlink(here.parent().unwrap().join("nowhere"), here.join("lost.xml")).unwrap();
    symlink("self.xml", here.join("self.xml")).unwrap();
    symlink(here, there.join("deep/back")).unwrap();
    assert!(Command::new("mkfifo").arg(here.join("pipe.xml")).status().unwrap().success());
    symlink("/proc/self/status", here.join("system.txt")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(here.join("talk")).unwrap();
    let both = [here.to_owned(), there.to_owned()];
    let report = paper.import(&both, false);
    assert_eq!((report.added, report.unchanged, report.refused_in_all), (3, 0, 5), "{report:?}");
    assert!(refused(&report, "lost.xml").contains("nowhere, which is not there: bring it there"), "{report:?}");
    assert!(refused(&report, "self.xml").contains("leads nowhere"), "{report:?}");
    assert!(refused(&report, "system.txt").contains("the system's own, and was not read"), "{report:?}");
    assert!(refused(&report, "pipe.xml").starts_with("is a pipe, and was not read: write"), "{report:?}");
    assert!(refused(&report, "talk").starts_with("is a socket"), "{report:?}");
    assert!(report.aside >= 3, "links to what goes in anyway are counted: {report:?}");
    let again = paper.import(&both, false);
    assert_eq!((again.added, again.not_read, again.refused_in_all), (0, 3, 5), "{again:?}");
}

#[test]
fn no_link_publishes_what_nobody_named() {
    let paper = Paper::empty(Engine::Sqlite);
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (folder.path(), elsewhere.path());
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0\0\0\0\0";
    std::fs::write(there.join("plan.png"), picture).unwrap();
    std::fs::write(here.join("quay.png"), picture).unwrap();
    write(there, "far.xml", &wxr(&[told(2)]));
    write(there, "publication.toml", "name = \"The Quay\"\nsecret = \"of the paper\"\n");
    write(there, "notes.log", &crawl(&told(7), 1));
    write(here, ".kept/hidden.txt", &crawl(&told(5), 1));
    let shows = |name: &str| {
        format!(
            "{{\"id\":\"{name}\",\"title\":\"Of {name}\",\"text\":\"The quay was closed, says {name}.\",\"image\":\"{name}\"}}\n"
        )
    };
    write(
        here,
        "own.jsonl",
        &[shows("quay.png"), shows("plan.png"), shows("linked/plan.png"), shows("../plan.png")].concat(),
    );
    symlink(there.join("far.xml"), here.join("far.xml")).unwrap();
    symlink(there, here.join("linked")).unwrap();
    symlink(there.join("plan.png"), here.join("plan.png")).unwrap();
    symlink(here.join(".kept"), here.join("kept")).unwrap();
    let report = take(&paper, here);
    assert_eq!(
        (report.added, report.pictures, report.missing),
        (4, 2, 3),
        "the folder's own, and its story's: {report:?}"
    );
    for name in ["far.xml", "linked"] {
        let why = refused(&report, name);
        assert!(why.contains("leads out of the folder") && why.contains("name that yourself"), "{name}: {why}");
    }
    assert!(refused(&report, "kept").contains("which is hidden and was not read"), "{report:?}");
    // what somebody names is judged by its own name, whatever a link calls it
    let (settings, log, known) = (here.join("set.txt"), here.join("log.txt"), here.join("known.txt"));
    symlink(there.join("publication.toml"), &settings).unwrap();
    symlink(there.join("notes.log"), &log).unwrap();
    symlink(there.join("far.xml"), &known).unwrap();
    let report = paper.import(&[settings, log, known, here.join("far.xml")], false);
    assert_eq!((report.added, report.refused_in_all), (1, 2), "{report:?}");
    assert!(
        refused(&report, "set.txt").contains("publication.toml, what belongs to a folder or a paper"),
        "{report:?}"
    );
    assert!(refused(&report, "log.txt").contains("notes.log, a log, no story"), "{report:?}");
}

#[test]
fn two_names_that_are_no_text_are_two_files() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    for (name, id) in [(b"caf\xe9.xml", 4), (b"caf\xe8.xml", 5)] {
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, wxr(&[told(id)])).unwrap();
    }
    assert_eq!(take(&paper, folder.path()).added, 2);
}

#[test]
fn what_cannot_be_written_is_refused_before_the_run() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "own.xml", &wxr(&[told(1)]));
    let lost = folder.path().join("nowhere/report.html");
    let tried = |report: &Path| {
        let done = program(&paper, &["import", "--report", report.to_str().unwrap()], &[folder.path()]);
        assert_eq!(done.status.code(), Some(1));
        assert!(paper.block_on(paper.house().store.stories()).unwrap().is_empty(), "nothing began");
        said(&done.stderr)
    };
    assert!(tried(&lost).contains("there is no folder"), "{}", tried(&lost));
    write(folder.path(), "kept.html/x", "");
    assert!(tried(&folder.path().join("kept.html")).contains("is no plain file"));
    assert!(tried(Path::new("/proc/report.html")).contains("cannot be written"));
    let work = paper.folder().join("import-work");
    let _ = std::fs::remove_dir_all(&work);
    symlink(paper.folder().join("gone"), &work).unwrap();
    let words = tried(&folder.path().join("report.html"));
    assert!(words.contains("import-work is a link to") && words.contains("delete the link"), "{words}");
    assert!(!words.contains("What went in before"), "nothing went in: {words}");
    assert!(!folder.path().join("report.html").exists(), "and nothing is left of it");
    std::fs::remove_file(&work).unwrap();
    let report = folder.path().join("own.html");
    let done = program(&paper, &["import", "--report", report.to_str().unwrap()], &[&folder.path().join("own.xml")]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done.stderr));
    assert!(said(&done.stdout).contains(&format!("The whole report: {}", report.display())), "{}", said(&done.stdout));
}

#[test]
fn a_run_that_only_sets_aside_leaves_its_report() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let links: String = (0..40).map(|n| format!("<li><a href=\"/{n}.html\">Story number {n}</a></li>")).collect();
    let page = format!("<html><head><title>News</title></head><body><h1>News</h1><ul>{links}</ul></body></html>");
    write(folder.path(), "index.html", &page);
    let done = program(&paper, &["import"], &[folder.path()]);
    let out = said(&done.stdout);
    assert!(out.contains("1 set aside"), "{out}");
    let kept = paper.folder().join("imports");
    for name in ["1.html", "1.jsonl"] {
        let path = kept.join(name);
        assert!(out.contains(path.to_str().unwrap()), "{name} is named: {out}");
        assert!(std::fs::read_to_string(&path).unwrap().contains("index.html"), "{name} tells of it");
    }
}

/// The numbers of the page's list, by their words.
fn sums(page: &str) -> Vec<(String, u64)> {
    let list = page.split("<nav>").nth(1).unwrap().split("</nav>").next().unwrap();
    let one = |line: &str| {
        let (words, rest) = line.split_once("</a> ")?;
        let words = words.rsplit_once('>')?.1.split(':').next()?.to_lowercase();
        Some((words, rest.split('<').next()?.parse().ok()?))
    };
    list.split("<li>").skip(1).map(|line| one(line).unwrap_or_else(|| panic!("{line}"))).collect()
}

#[test]
fn page_and_terminal_say_the_same_sums_in_the_same_words() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(here, "w.xml", &wxr(&(1..=6).map(told).collect::<Vec<_>>()));
    // two of them again, corrected, and as crawled text
    write(here, "a.json", &ans(&told(3), "2004-03-15T09:00:00Z"));
    write(here, "pages/four.txt", &crawl(&told(4), 1));
    write(here, "pages/own.txt", &crawl(&told(20), 2));
    write(here, "pages/empty.txt", " ");
    write(here, "broken.png", "no picture");
    symlink(here.join("w.xml"), here.join("twin.xml")).unwrap();
    let done = program(&paper, &["import"], &[here]);
    let out = said(&done.stdout);
    let summary = out.lines().last().unwrap().trim_end_matches('.').to_owned();
    let page = std::fs::read_to_string(paper.folder().join("imports/1.html")).unwrap();
    assert!(page.contains(&summary), "{summary}");
    let terminal = |words: &str| {
        let one = words.trim_end_matches('s').replace("copie", "cop");
        let found =
            summary.split(", ").find(|part| part.contains(&one)).unwrap_or_else(|| panic!("{words}: {summary}"));
        found.split(' ').next().unwrap().parse::<u64>().unwrap()
    };
    let told = sums(&page);
    assert!(told.len() >= 5, "{told:?}");
    for (words, number) in told.iter().filter(|(words, _)| words != "left out of a story") {
        assert_eq!(*number, terminal(words), "{words}: {summary}");
        // nothing here is too much to be written one by one
        let lines =
            page.split("<section id=").find(|part| part.to_lowercase().contains(&format!("<h2>{words}"))).unwrap();
        assert_eq!(u64::try_from(lines.matches("<li>").count()).unwrap(), *number, "{words}: {lines}");
    }
}

#[test]
fn what_cannot_be_shown_stands_there_as_a_sign() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[31m\u{202e}b.txt";
    write(folder.path(), name, &crawl(&told(4), 1));
    write(folder.path(), "e\u{7}.txt", " ");
    let report = folder.path().join("kept.jsonl");
    let done = program(&paper, &["import", "--report", report.to_str().unwrap()], &[folder.path()]);
    let page = std::fs::read_to_string(paper.folder().join("imports/1.html")).unwrap();
    let lines = std::fs::read_to_string(report).unwrap();
    let staff = paper.sign_in("staff", crate::house::Rights::None).1;
    let desk = paper.browser().holding(&staff).get("/desk/imports/1").text();
    for (place, text) in [("terminal", said(&done.stdout)), ("page", page), ("lines", lines), ("desk", desk)] {
        let raw = |c: char| newsroom::articles::is_unseen(c) && c != '\n';
        assert!(!text.contains(raw), "{place}: {text:?}");
        assert!(text.contains("u{202e}b.txt") && text.contains("e\\u{7}.txt") || place == "lines", "{place}: {text}");
        assert!(text.contains("u{202e}b.txt"), "{place}: {text}");
    }
}

#[test]
fn what_is_said_of_a_whole_file_stands_in_both_reports() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let rows = "Quay,25/12/2005,The quay was closed for the winter.\nPier,03/04/2005,The pier was open again.\n";
    write(folder.path(), "table.csv", &format!("title,date,text\n{rows}"));
    take(&paper, folder.path());
    let words = "dates such as 03/04/1999 were read in the order day-month";
    let lines = std::fs::read_to_string(paper.folder().join("imports/1.jsonl")).unwrap();
    let about: Vec<&str> = lines.lines().filter(|line| line.contains(words)).collect();
    let [about] = about.as_slice() else { panic!("one line: {lines}") };
    assert!(
        about.contains("\"what\":\"remarked\"") && about.contains("table.csv\""),
        "of the file, and no row: {about}"
    );
    let page = std::fs::read_to_string(paper.folder().join("imports/1.html")).unwrap();
    let remarks = page.split("<section id=").find(|part| part.contains("<h2>Remarks")).unwrap();
    assert!(remarks.contains(words) && remarks.contains("table.csv"), "{remarks}");
}

#[test]
fn a_crawl_leaves_one_doubt_about_its_headline_and_offers_its_date() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let story = told(31);
    // a headline shares its main words with the story
    let words: Vec<&str> = story.paragraphs[0].split(' ').filter(|word| word.len() > 4).take(5).collect();
    let headline = format!("Of {}", words.join(" ").trim_end_matches(['.', ',']));
    let top = format!("{headline}\nPublished: 14 December 2015, 09:30\n");
    write(folder.path(), "one.txt", &format!("{top}{}", story.paragraphs.join("\n")));
    take(&paper, folder.path());
    let all = |paper: &Paper| {
        let open = store::DoubtFilter::default();
        paper.block_on(paper.house().store.doubts(&open, 100, 0)).unwrap()
    };
    let about_headline = |paper: &Paper| all(paper).iter().filter(|doubt| doubt.text.contains("headline")).count();
    assert_eq!(about_headline(&paper), 1, "{:?}", all(&paper));
    let doubt = all(&paper).into_iter().find(|doubt| doubt.kind == store::DoubtKind::Headline).unwrap();
    assert!(doubt.evidence.choices.len() == 2 && doubt.evidence.choices[0] == headline, "{:?}", doubt.evidence.choices);
    let date = all(&paper).into_iter().find(|doubt| doubt.kind == store::DoubtKind::Date).unwrap();
    assert_eq!(date.evidence.choices, ["2015-12-14T04:00:00Z"], "half past nine where the paper is");
    // a button chooses it
    let staff = paper.sign_in("staff", crate::house::Rights::None).1;
    let mut desk = paper.browser().holding(&staff);
    let list = desk.get("/desk/doubts").text();
    assert!(list.contains(">14 December 2015, 09:30 (+05:30)</button>"));
    // the headline that the story has is offered once, as the one to leave
    assert_eq!(list.matches(&format!("“{headline}”</button>")).count(), 1, "{list}");
    assert!(list.contains("value=\"keep\">Leave “") && list.contains("value=\"choice-1\""), "{list}");
    assert_eq!(desk.post(&format!("/desk/doubts/{}", date.id), &[("choice", "choice-0")]).status, 303);
    let kept = paper.block_on(paper.house().store.stories()).unwrap();
    assert_eq!(kept[0].story.published_at, Some("2015-12-14T04:00:00Z".parse().unwrap()));
    // another crawl of the same story asks nothing that was asked
    write(
        folder.path(),
        "a.txt",
        &format!(
            "{top}{}\nAnd the lamps were lit again along the whole of the lower quay that night.",
            story.paragraphs.join("\n")
        ),
    );
    take(&paper, folder.path());
    assert_eq!(about_headline(&paper), 1, "{:?}", all(&paper));
}

#[test]
fn a_day_of_the_text_borrows_no_year() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let mut story = told(32);
    story.paragraphs[0].push_str(" The old hall burned down in March 1931, and the new one will open on December 18.");
    story.paragraphs[1].push_str(" On Sunday 79 were in favour. The first stone was laid on 4 June 1950.");
    write(folder.path(), "one.txt", &story.paragraphs.join("\n"));
    take(&paper, folder.path());
    let open = store::DoubtFilter { kind: Some(store::DoubtKind::Date), ..store::DoubtFilter::default() };
    let doubts = paper.block_on(paper.house().store.doubts(&open, 100, 0)).unwrap();
    let [doubt] = doubts.as_slice() else { panic!("{doubts:?}") };
    assert!(doubt.text.ends_with("the text names March 1931, December 18, Sunday, 4 June 1950"), "{}", doubt.text);
    let days: Vec<&str> = doubt.evidence.choices.iter().map(|at| &at[..10]).collect();
    assert_eq!(days, ["1950-06-03"], "midnight where the paper is");
}

#[test]
fn a_crosshead_that_is_published_outlives_crawls_that_lack_it() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let story = told(33);
    let crosshead = "What the ledger says";
    let mut with = story.paragraphs.clone();
    with.insert(2, crosshead.to_owned());
    write(folder.path(), "one.txt", &with.join("\n"));
    write(folder.path(), "two.txt", &format!("{}\nHome\n", with.join("\n")));
    take(&paper, folder.path());
    let texts = || -> Vec<String> {
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        let [stored] = stories.as_slice() else { panic!("one story: {stories:?}") };
        stored.story.body.iter().map(|block| block.text().to_owned()).collect()
    };
    assert_eq!(texts(), with, "two copies agree");
    for name in ["three.txt", "four.txt"] {
        write(folder.path(), name, &format!("{}\nCopy {name}\n", story.paragraphs.join("\n")));
        take(&paper, folder.path());
    }
    assert!(texts().contains(&crosshead.to_owned()), "{:?}", texts());
    let open = paper.block_on(paper.house().store.doubts(&store::DoubtFilter::default(), 100, 0)).unwrap();
    assert!(open.iter().all(|doubt| doubt.evidence.lines.iter().all(|line| line.text != crosshead)), "{open:?}");
    let asked = open.iter().filter(|doubt| doubt.evidence.paragraph.as_deref() == Some(crosshead)).count();
    assert!(asked <= 1, "asked once at most: {open:?}");
}

#[test]
fn a_headline_that_is_certain_is_no_doubt() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let story = told(31);
    let body = story.paragraphs.join("\n");
    // the page's title has the paper's name behind the headline; the other file is named after it
    let title = "Lanterns for hire again\nLanterns for hire again | The Old Paper\n";
    write(folder.path(), "page.txt", &format!("{title}{body}"));
    let named = told(32);
    write(folder.path(), "geese-over-saint-orr.txt", &format!("Geese over Saint Orr\n{}", named.paragraphs.join("\n")));
    take(&paper, folder.path());
    let mut headlines: Vec<String> = paper
        .block_on(paper.house().store.stories())
        .unwrap()
        .into_iter()
        .map(|stored| stored.story.headline)
        .collect();
    headlines.sort();
    assert_eq!(headlines, ["Geese over Saint Orr", "Lanterns for hire again"]);
    let open = store::DoubtFilter { kind: Some(store::DoubtKind::Headline), ..store::DoubtFilter::default() };
    assert_eq!(paper.block_on(paper.house().store.doubts(&open, 10, 0)).unwrap(), []);
}

#[test]
fn refusals_and_remarks_of_one_file_are_written_up_to_a_bound_and_counted() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let bad = "{\"slug\":\"x\",\"url\":\"/x\",\"marking\":\"free\",\"headline\":\"Quay\",\"published_at\":null,\"paragraphs\":[\"a\"]}\n";
    write(folder.path(), "own.jsonl", &bad.repeat(2_500));
    write(folder.path(), "other.jsonl", &"{\"colour\":\"red\"}\n".repeat(2_600));
    let odd: String = (0..1_300).map(|n| format!("Quay {n},soon,The quay number {n} was closed.\n")).collect();
    // one remark of another kind comes after them
    let last =
        format!("{},1999-05-06,The quay number 1300 was closed.\n", "Quay and pier, ".repeat(40).replace(',', ""));
    write(folder.path(), "table.csv", &format!("title,date,text\n{odd}{last}"));
    let report = take(&paper, folder.path());
    assert_eq!((report.refused_in_all, report.added), (5_100, 1_301), "{}", report.summary());
    let first = &report.refused[0];
    assert!(first.name.ends_with("own.jsonl, line 1"), "{first:?}");
    assert_eq!(first.reason, "has no “section”: every story needs it, write it there");
    let lines = std::fs::read_to_string(paper.folder().join("imports/1.jsonl")).unwrap();
    let of = |what: &str, file: &str| {
        let found: Vec<&str> =
            lines.lines().filter(|l| l.contains(&format!("\"what\":\"{what}\"")) && l.contains(file)).collect();
        (found.len(), found.last().copied().unwrap_or_default().to_owned())
    };
    for (what, file, more) in [
        ("refused", "own.jsonl", "1500 more refusals of this file"),
        ("refused", "other.jsonl", "1600 more refusals of this file"),
        ("remarked", "table.csv", "300 more remarks of this file"),
    ] {
        let (count, last) = of(what, file);
        assert!(count <= 1_003 && last.contains(more), "{file}: {count} lines, the last is {last}");
    }
    assert_eq!(lines.matches("its headline is as long as a paragraph").count(), 1, "it is not hidden by the others");
    let page = std::fs::read_to_string(paper.folder().join("imports/1.html")).unwrap();
    assert!(sums(&page).contains(&("refused".to_owned(), 5_100)), "counts stay exact: {:?}", sums(&page));
}

#[test]
fn a_date_that_may_be_two_days_is_a_doubt_and_whoever_named_a_wrong_order_takes_it_back() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let text = told(12).paragraphs.join(" ");
    let rows = format!("q1,The quay,03/04/1999,\"{text}\"\nq2,,05/06/1999,\n");
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    let dated = |order: Option<&str>| {
        let named = order.map_or_else(Vec::new, |order| vec!["--dates", order]);
        let done = program(&paper, &[&["import"], named.as_slice()].concat(), &[folder.path()]);
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        let [stored] = stories.as_slice() else { panic!("one story: {stories:?}") };
        let open = store::DoubtFilter::default();
        let open = paper.block_on(paper.house().store.doubts(&open, 100, 0)).unwrap();
        let doubts: Vec<_> = open.into_iter().filter(|doubt| doubt.kind == store::DoubtKind::Date).collect();
        (stored.story.published_at.map(|at| at.to_string()), doubts, said(&done.stdout))
    };
    let (at, doubts, out) = dated(None);
    assert_eq!((at, doubts.len()), (None, 1), "{out}");
    assert_eq!(
        doubts[0].evidence.choices,
        ["1999-03-03T18:30:00Z", "1999-04-02T18:30:00Z"],
        "both days, in the paper's zone"
    );
    assert!(out.contains("2 dates such as “03/04/1999” (at 2, 3) may be two days"), "{out}");
    assert!(out.contains("they date no story;"), "also where another source dates it: {out}");
    // each time the order is another: the date moves, though the words are the same and the day may be an earlier one
    for (order, day) in [("day-month", "1999-04-02"), ("month-day", "1999-03-03"), ("day-month", "1999-04-02")] {
        let (at, doubts, out) = dated(Some(order));
        assert!(at.as_deref().is_some_and(|at| at.starts_with(day)), "{order}: {at:?} {out}");
        assert!(doubts.is_empty() && out.contains("1 changed"), "{order}: {doubts:?} {out}");
    }
    assert!(dated(Some("day-month")).2.contains("0 changed, 1 unchanged"), "and the same once more changes nothing");
}

#[test]
fn a_date_that_is_taken_back_is_open_again() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (60..64)
        .map(|nth| format!("q{nth},Quay {nth},0{}/04/1999,\"{}\"\n", nth % 7 + 1, told(nth).paragraphs.join(" ")))
        .collect();
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    let open = store::DoubtFilter { kind: Some(store::DoubtKind::Date), ..store::DoubtFilter::default() };
    let taken = |order: &[&str]| {
        program(&paper, &[&["import"], order].concat(), &[folder.path()]);
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        let dated = stories.iter().filter(|stored| stored.story.published_at.is_some()).count();
        (dated, paper.block_on(paper.house().store.count_doubts(&open)).unwrap())
    };
    let undated = taken(&[]);
    assert!(undated.0 < 4 && undated.1 > 0, "{undated:?}");
    assert_eq!(taken(&["--dates", "day-month"]), (4, 0));
    assert_eq!(taken(&[]), undated, "to be decided at the desk again");
}

#[test]
fn whoever_names_no_order_any_more_takes_the_named_one_back_whole() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    // the file shows by its last date that the day comes first
    let days = ["03/04/1999", "04/03/1999", "10/11/1999", "11/10/1999", "25/12/1999"];
    let rows: String = (days.iter().zip(50..))
        .map(|(day, nth)| format!("q{nth},Quay {nth},{day},\"{}\"\n", told(nth).paragraphs.join(" ")))
        .collect();
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    let dated = |order: &[&str]| -> Vec<String> {
        program(&paper, &[&["import"], order].concat(), &[folder.path()]);
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        let zone = paper.house().publication.zone.clone();
        let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date().to_string();
        let mut days: Vec<String> = stories.iter().filter_map(|s| s.story.published_at.map(day)).collect();
        days.sort();
        days
    };
    let shown = dated(&[]);
    assert_eq!(shown, ["1999-03-04", "1999-04-03", "1999-10-11", "1999-11-10", "1999-12-25"]);
    assert_eq!(dated(&["--dates", "month-day"]), shown, "the same days, of other stories");
    let of = |number: usize| {
        let stories = paper.block_on(paper.house().store.stories()).unwrap();
        let found = stories.into_iter().find(|s| s.story.headline == format!("Quay {number}")).unwrap();
        found.story.published_at.unwrap().to_zoned(paper.house().publication.zone.clone()).date().to_string()
    };
    assert_eq!((of(50), of(51)), ("1999-03-04".into(), "1999-04-03".into()));
    dated(&[]);
    assert_eq!((of(50), of(51)), ("1999-04-03".into(), "1999-03-04".into()), "and back, the earlier and the later one");
    assert_eq!((of(52), of(53)), ("1999-11-10".into(), "1999-10-11".into()));
}

#[test]
fn dates_of_one_file_that_may_be_two_days_are_one_thing_to_decide() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, from: usize, to: usize| {
        let rows: String = (from..to)
            .map(|nth| {
                format!(
                    "q{nth},Quay {nth},{:02}/{:02}/1999,\"Notice {nth}: the quay was closed.\"\n",
                    1 + nth % 5,
                    6 + nth % 6
                )
            })
            .collect();
        write(folder.path(), name, &format!("id,title,date,text\n{rows}"));
    };
    file("first.csv", 0, 30);
    file("second.csv", 30, 33);
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.doubts), (33, 2), "one for each file: {}", report.summary());
    let store = &paper.house().store;
    let open = store::DoubtFilter { kind: Some(store::DoubtKind::Date), ..store::DoubtFilter::default() };
    let decided = store::DoubtFilter { decided: true, ..open };
    let count = |filter: &store::DoubtFilter| paper.block_on(store.count_doubts(filter)).unwrap();
    let first = paper.block_on(store.doubts(&open, 100, 0)).unwrap();
    assert_eq!((count(&open), first.len()), (2, 2));
    let staff = paper.sign_in("staff", crate::house::Rights::None).1;
    let mut desk = paper.browser().holding(&staff);
    let list = desk.get("/desk/doubts");
    assert!(list.says("its source writes “01/06/1999”"), "the date is shown as it stands: {}", list.words());
    assert!(list.says("30 stories of its file wait") && list.says("3 stories of its file wait"), "{}", list.words());
    // each story's own list has its own
    let last = paper.block_on(store.stories()).unwrap().last().unwrap().story.number;
    assert_eq!(count(&store::DoubtFilter { number: Some(last), ..open }), 1);
    let days = || -> Vec<String> {
        let stories = paper.block_on(store.stories()).unwrap();
        let zone = &paper.house().publication.zone;
        let mut days: Vec<String> = (stories.iter().filter(|s| s.story.published_at.is_some()))
            .map(|s| format!("{} {}", s.story.headline, s.story.published_at.unwrap().to_zoned(zone.clone()).date()))
            .collect();
        days.sort();
        days
    };
    let whole = first.iter().find(|doubt| doubt.headline == "Quay 0").unwrap();
    let mut decide = |choice: &str| {
        let sent = desk.post(&format!("/desk/doubts/{}", whole.id), &[("choice", choice)]);
        assert_eq!(sent.status, 303, "{}", sent.text());
    };
    for (choice, day) in [("dates-0", "Quay 7 1999-07-03"), ("dates-1", "Quay 7 1999-03-07")] {
        decide(choice);
        let dated = days();
        assert!(dated.len() == 30 && dated.iter().any(|found| found == day), "{choice}: {dated:?}");
        assert_eq!((count(&open), count(&decided)), (1, 1), "the other file waits, and one decision was made");
        decide("undo");
        assert_eq!((days(), count(&open)), (Vec::new(), 2), "undone for all of them");
    }
    // one by itself, and the others wait on
    decide("choice-0");
    assert_eq!((days().len(), count(&open)), (1, 2));
}

#[test]
fn a_day_that_is_none_is_a_doubt() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let rows = "a,The quay,31/02/1999,The quay was closed.\nb,The pier,25/12/1999,The pier was open again.\n";
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    take(&paper, folder.path());
    let open = store::DoubtFilter { kind: Some(store::DoubtKind::Date), ..store::DoubtFilter::default() };
    let doubts = paper.block_on(paper.house().store.doubts(&open, 10, 0)).unwrap();
    assert!(doubts.len() == 1 && doubts[0].text.contains("“31/02/1999”"), "{doubts:?}");
    assert_eq!(doubts[0].headline, "The quay");
}

#[test]
fn the_page_of_a_dry_run_says_that_nothing_was_changed() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "table.csv", "id,title,date,text\na,The quay,25/12/1999,The quay was closed.\n");
    let report = tempfile::tempdir().unwrap();
    let page = report.path().join("report.html");
    for (tried, words) in [(&["--dry-run"][..], true), (&[], false)] {
        let told = page.to_str().unwrap();
        program(&paper, &[&["import", "--report", told], tried].concat(), &[folder.path()]);
        let page = std::fs::read_to_string(&page).unwrap();
        assert_eq!(page.contains("Nothing was changed: it was a dry run"), words, "{page}");
        assert_eq!(page.contains("href=\"/desk/stories/"), !words, "a story that is not there has no link");
        assert!(page.contains("The quay"), "{page}");
    }
}

#[test]
fn a_day_that_is_far_ahead_keeps_its_story_out() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let rows = "a,The quay,2099-01-05,The quay was closed.\nb,The pier,0001-01-01,The pier was open again.\n";
    write(folder.path(), "table.csv", &format!("id,title,date,text\n{rows}"));
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.refused_in_all), (1, 1), "{report:?}");
    assert!(report.refused[0].reason.contains("is dated 2099-01-05, more than a year ahead"), "{report:?}");
    assert!(report.remarks.iter().any(|remark| remark.text.contains("1450 to 2200")), "{:?}", report.remarks);
}
