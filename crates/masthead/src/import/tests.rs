//! Importing from folders on the disk into a paper on SQLite.
use std::path::{Path, PathBuf};

use store::Location;

use super::*;
use crate::config;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";
const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 a picture";
const LIST: &str = "[harbour]\nalt = \"A harbour\"\nwidth = 1280\nheight = 720\n";

/// A paper with the sections of the template, and a folder to import from.
struct Desk {
    folder: tempfile::TempDir,
    publication: Publication,
    store: Store,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let publication = config::parse(Path::new("p.toml"), crate::sample::blank_publication()).unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().join("paper.db"))).await.unwrap();
        Self { folder, publication, store }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("from").join(below)
    }

    fn write(&self, below: &str, bytes: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.path(below).parent().unwrap()).unwrap();
        std::fs::write(self.path(below), bytes).unwrap();
    }

    fn kept(&self, name: &str) -> Option<String> {
        let bytes = std::fs::read(self.folder.path().join("pictures").join(name)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn import(&self, paths: &[&str], dry_run: bool) -> Report {
        let paths: Vec<PathBuf> = paths.iter().map(|p| self.path(p)).collect();
        let target = Target {
            publication: &self.publication,
            store: &self.store,
            data: self.folder.path(),
            dry_run,
            now: "2026-11-22T06:00:00Z".parse().unwrap(),
        };
        run(&target, "a test", &below(&paths).unwrap()).await.unwrap()
    }

    async fn take(&self, paths: &[&str]) -> Report {
        self.import(paths, false).await
    }

    async fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> =
            self.store.stories().await.unwrap().into_iter().filter_map(|s| s.source_key).collect();
        keys.sort();
        keys
    }
}

fn story(headline: &str, more: &str) -> String {
    format!(
        "+++\nheadline = \"{headline}\"\nsection = \"news\"\n{more}\n+++\nOne of {headline}.\n\nTwo.\n\nThree.\n\nFour.\n"
    )
}

fn counts(report: &Report) -> [usize; 4] {
    [report.added, report.changed, report.unchanged, report.refused.len()]
}

#[tokio::test]
async fn files_of_one_name_in_different_folders_are_different_stories() {
    let desk = Desk::new().await;
    for year in ["2024", "2025"] {
        desk.write(&format!("{year}/budget.md"), story(&format!("The budget of {year}"), ""));
    }
    assert_eq!(counts(&desk.take(&[""]).await), [2, 0, 0, 0]);
    assert_eq!(counts(&desk.take(&[""]).await), [0, 0, 2, 0], "importing again changes nothing");
    assert_eq!(desk.keys().await, ["file:2024/budget", "file:2025/budget"]);
}

#[tokio::test]
async fn two_files_with_one_key_are_not_written_over_each_other() {
    let desk = Desk::new().await;
    desk.write("a/budget.md", story("First", ""));
    desk.write("b/budget.md", story("Second", ""));
    let report = desk.take(&["a/budget.md", "b/budget.md"]).await;
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    let refused = &report.refused[0];
    assert!(refused.name.ends_with("b/budget.md") && refused.reason.contains("a/budget.md"), "{refused:?}");
    assert!(refused.reason.contains("import the folder that holds both"), "{refused:?}");
    assert_eq!(desk.keys().await, ["file:budget"]);
    // The same file named twice is one file.
    assert_eq!(counts(&desk.take(&["a", "a/budget.md"]).await), [0, 0, 1, 0]);
}

#[tokio::test]
async fn a_broken_list_of_pictures_is_refused_and_leaves_the_papers_own() {
    let desk = Desk::new().await;
    desk.write("one/pictures.toml", LIST);
    assert!(desk.take(&["one"]).await.picture_list);
    assert_eq!(desk.kept("pictures.toml").as_deref(), Some(LIST), "the first list stays as it was written");
    desk.write("two/pictures.toml", "[harbour]\nalt = \"half");
    let report = desk.take(&["two"]).await;
    assert!(report.failed() && report.refused[0].reason.contains("line 2"), "{report:?}");
    assert_eq!(desk.kept("pictures.toml").as_deref(), Some(LIST));
}

#[tokio::test]
async fn a_second_list_of_pictures_is_joined_to_the_first() {
    let desk = Desk::new().await;
    desk.write("one/pictures.toml", LIST);
    desk.write("two/pictures.toml", LIST.replace("harbour", "mill").replace("A harbour", "A mill"));
    desk.take(&["one"]).await;
    assert!(desk.take(&["two"]).await.picture_list);
    let joined = pictures::Pictures::read(&desk.kept("pictures.toml").unwrap()).unwrap();
    assert_eq!(joined.get("harbour").unwrap().alt, "A harbour", "the old entry is kept");
    assert_eq!(joined.get("mill").unwrap().alt, "A mill");
    desk.write("three/story.md", story("By the harbour", "picture = \"harbour\""));
    assert_eq!(counts(&desk.take(&["three"]).await), [1, 0, 0, 0], "and stories may name it");
    let before = desk.kept("pictures.toml");
    assert!(!desk.take(&["one"]).await.picture_list, "importing again changes nothing");
    assert_eq!(desk.kept("pictures.toml"), before);
}

#[tokio::test]
async fn a_paper_whose_own_list_is_broken_is_told_so_and_loses_nothing() {
    let desk = Desk::new().await;
    std::fs::create_dir(desk.folder.path().join("pictures")).unwrap();
    let broken = format!("{LIST}[mill]\nalt = ");
    std::fs::write(desk.folder.path().join("pictures/pictures.toml"), &broken).unwrap();
    desk.write("pictures.toml", LIST);
    let report = desk.take(&[""]).await;
    assert_eq!(report.refused.len(), 2, "the paper's list and the one that came: {report:?}");
    assert!(report.refused[0].reason.contains("line 6"), "{report:?}");
    assert_eq!(desk.kept("pictures.toml"), Some(broken));
}

#[tokio::test]
async fn only_pictures_of_the_kind_their_ending_says_go_in() {
    let desk = Desk::new().await;
    desk.write("a-640.webp", WEBP);
    desk.write("a-1200.jpg", JPEG);
    desk.write("b.png", b"\x89PNG\r\n\x1a\nrest");
    desk.write("c.avif", b"\0\0\0\x1cftypavif\0\0\0\0");
    desk.write("d.webp", JPEG);
    desk.write("e.jpg", b"");
    desk.write("f.png", b"<svg onload=alert(1)>");
    desk.write("sub/a-1200.jpg", b"\xff\xd8\xff\xe0 another picture");
    let plan = desk.import(&[""], true).await;
    assert_eq!((plan.pictures, plan.refused.len()), (4, 4), "{plan:?}");
    assert_eq!(desk.kept("a-640.webp"), None, "a dry run writes nothing");
    let report = desk.take(&[""]).await;
    assert_eq!((report.pictures, report.refused.len()), (4, 4), "{report:?}");
    for name in ["d.webp", "e.jpg", "f.png"] {
        assert_eq!(desk.kept(name), None, "{name}");
    }
    assert_eq!(desk.kept("a-1200.jpg").unwrap(), String::from_utf8_lossy(JPEG), "not written over by its namesake");
    assert_eq!(desk.take(&[""]).await.pictures, 0, "they are here already");
}

#[tokio::test]
async fn a_dry_run_counts_what_the_import_then_does() {
    let desk = Desk::new().await;
    desk.write("same.md", story("Same", "published_at = \"2026-11-20T07:40:00.123456789+05:30\""));
    desk.write("other.md", story("Other", ""));
    desk.take(&[""]).await;
    desk.write("other.md", story("Other words", ""));
    desk.write("fresh.md", story("Fresh", ""));
    let before = desk.store.stories().await.unwrap();
    let plan = desk.import(&[""], true).await;
    assert_eq!(counts(&plan), [1, 1, 1, 0]);
    assert_eq!(desk.store.stories().await.unwrap(), before, "a dry run changes nothing");
    assert!(desk.store.imports().await.unwrap().len() == 1, "and leaves no report");
    assert_eq!(counts(&desk.take(&[""]).await), counts(&plan));
}

#[tokio::test]
async fn a_dry_run_of_the_sample_counts_its_crawls_beside_its_stories() {
    let desk = Desk::new().await;
    let settings = crate::sample::publication().unwrap();
    let publication = config::parse(Path::new("p.toml"), settings).unwrap();
    let inputs: Vec<Input> =
        inside(&crate::sample::SAMPLE).into_iter().filter(|i| matches!(i.kind(), Kind::Story | Kind::Crawl)).collect();
    let pictures = crate::sample::SAMPLE.get_file("pictures/pictures.toml").unwrap();
    std::fs::create_dir(desk.folder.path().join("pictures")).unwrap();
    std::fs::write(desk.folder.path().join("pictures/pictures.toml"), pictures.contents()).unwrap();
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let mut all = Vec::new();
    for dry_run in [true, false, true] {
        let target = Target { publication: &publication, store: &desk.store, data: desk.folder.path(), dry_run, now };
        all.push(counts(&run(&target, "a test", &inputs).await.unwrap()));
    }
    assert_eq!(all[0], all[1], "as it was foretold");
    assert_eq!((all[2][0], all[2][1], all[2][3]), (0, 0, 0), "and nothing is left to do");
}

#[tokio::test]
async fn unknown_markings_and_days_to_come_are_remarked_on() {
    let desk = Desk::new().await;
    desk.write("paid.md", story("Paid", "marking = \"paid\""));
    desk.write("later.md", story("Later", "marking = \"free\"\npublished_at = \"2026-12-01T09:00:00+00:00\""));
    let line = r#"{"slug":"x","url":"","headline":"X","marking":"gold","published_at":null,"section":"news","paragraphs":["One."]}"#;
    desk.write("lines.jsonl", line);
    let report = desk.take(&[""]).await;
    assert_eq!(counts(&report), [3, 0, 0, 0]);
    let said: Vec<&str> = report.remarks.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().any(|s| s.starts_with("marking “paid” is not known: closed as premium")), "{said:?}");
    assert!(said.iter().any(|s| s.starts_with("marking “gold” is not known: closed as premium")), "{said:?}");
    assert!(said.contains(&"will appear on 1 December 2026 at 09:00 (Etc/UTC)"), "{said:?}");
    let closed = desk.store.stories().await.unwrap();
    assert_eq!(closed.iter().filter(|s| s.story.marking == newsroom::articles::Marking::Premium).count(), 2);
}

#[tokio::test]
async fn an_export_of_readers_is_known_for_what_it_is() {
    let desk = Desk::new().await;
    desk.write("readers.jsonl", "{\"id\":1,\"email\":\"a@b.example\",\"password_hash\":null}\n".repeat(3));
    desk.write("subscriptions.jsonl", "{\"id\":1,\"reader_id\":1,\"plan\":\"yearly\"}\n");
    let report = desk.take(&[""]).await;
    assert_eq!(report.refused.len(), 2, "one line a file: {report:?}");
    assert!(report.refused[0].reason.contains("export of readers"), "{report:?}");
    assert!(report.refused[1].reason.contains("export of subscriptions"), "{report:?}");
    assert!(report.failed());
}

#[test]
fn a_summary_counts_in_plain_words() {
    let summary = |pictures| Report { pictures, ..Report::default() }.summary();
    assert_eq!(summary(0), "0 new, 0 changed, 0 unchanged, 0 refused");
    assert!(summary(1).ends_with(", 1 picture") && summary(2).ends_with(", 2 pictures"));
}

/// Stands for a fault of this program, which reading some files meets.
pub fn fail_at(input: &Input) {
    assert!(!input.name.contains("faulty"), "a fault in reading {}", input.name);
}

/// Six stories that are unlike each other.
const ABOUT: [[&str; 3]; 6] = [
    [
        "Flour is ground again at Oberau by a miller of 81",
        "Sacks of 40 pounds wait for him at the gate",
        "He rests on day 7",
    ],
    [
        "A mason of Linden counts 1,204 stones under his bridge",
        "Carts of 3 tons may cross from noon",
        "It cost 96 marks",
    ],
    [
        "Lamps on the tower were lit for 12 captains last night",
        "Fog had hidden 5 reefs from everyone",
        "The keeper is 64",
    ],
    [
        "Diggers found water 31 feet below the school",
        "Pupils drew 9 buckets before lunch",
        "A lid will follow in week 22",
    ],
    [
        "Two pilots quarrel over a rope that measures 550 feet",
        "Passengers wait 48 minutes because of it",
        "Judges meet on the 13th",
    ],
    [
        "Hay worth 700 crowns burned in a barn near Norholm",
        "Neighbours saved 17 cows in the dark",
        "Nobody smokes there since 1903",
    ],
];
/// No two of them end alike, or they would be taken for one story of several days.
const ENDS: [&str; 6] = [
    "while the whole village stood at the weir and held its breath",
    "because carters pay by the load and like it less each year",
    "though nobody on the quay would swear to having counted them",
    "so that teachers and children now share one bucket and one cup",
    "unless both of them come to the harbour master on Monday",
    "after sparks from a passing engine had set the hedge alight",
];

#[tokio::test]
async fn a_fault_in_reading_one_file_refuses_it_and_lets_the_others_in() {
    let desk = Desk::new().await;
    let body = |nth: usize| ABOUT[nth].map(|line| format!("{line}, {}.", ENDS[nth]));
    let further = |nth: usize| {
        let (one, two) = if nth == 0 {
            (
                "The parish paid for a new axle with what the autumn fair had left over",
                "and the joiner asked only for his dinner",
            )
        } else {
            (
                "Insurers walked over the ashes for an hour with a long stick",
                "and wrote down every hinge that they could find",
            )
        };
        format!("<p>{one}, {two}.</p>")
    };
    let page = |nth: usize| {
        let text = body(nth).map(|line| format!("<p>{line}</p>")).concat() + &further(nth);
        format!("<html><title>{0}</title><body><article><h1>{0}</h1>{text}</article></body></html>", ABOUT[nth][2])
    };
    for (name, nth) in [("faulty", 0), ("sound", 3)] {
        desk.write(&format!("{name}.html"), page(nth));
        desk.write(
            &format!("{name}.csv"),
            format!("id,title,body\n{nth},{name} row,\"{}\"\n", body(nth + 1).join("\n\n")),
        );
        desk.write(&format!("{name}.txt"), body(nth + 2).join("\n"));
        desk.write(&format!("{name}.md"), story(&format!("{name} fourth"), ""));
    }
    let refused = |report: &Report| {
        let of_fault =
            report.refused.iter().filter(|r| r.name.contains("faulty") && r.reason.contains("a fault in this program"));
        (of_fault.count(), report.refused.len())
    };
    let report = desk.take(&[""]).await;
    assert_eq!((report.added, refused(&report)), (4, (4, 4)), "{report:?}");
    // it is remembered as what it is: not read, and told of each time
    let again = desk.take(&[""]).await;
    assert_eq!((again.added, again.unchanged, refused(&again)), (0, 4, (4, 4)), "{again:?}");
    // a version without the fault takes it in
    for ending in ["html", "csv", "txt", "md"] {
        std::fs::rename(desk.path(&format!("faulty.{ending}")), desk.path(&format!("mended.{ending}"))).unwrap();
    }
    let mended = desk.take(&[""]).await;
    assert_eq!((mended.added, mended.refused.len()), (4, 0), "{mended:?}");
}
