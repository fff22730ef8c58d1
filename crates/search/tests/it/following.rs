//! The index goes with the store: changes, crashes, damage, other versions.
use crate::paper::{cursor, guest, holder, index, numbers, put, settings, shown, story};
use newsroom::articles::Marking::{Free, Metered, Premium};
use newsroom::articles::StoryNumber;
use search::{Applied, Change, Document, Index, Language, Query, SearchError, Settings, State};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::tempdir;

#[test]
fn changes_are_found_at_once_and_stay() {
    let folder = tempdir().unwrap();
    let first = story(1, Free, "Tide", "The walrus sang.", "");
    let index = index(folder.path(), std::slice::from_ref(&first));
    let held = index.public().unwrap();
    let second = story(2, Metered, "Moon", "A quiet night.", "The walrus slept.");
    assert_eq!(index.apply(vec![put(&second)], 7).unwrap(), Applied { put: 1, removed: 0 });
    assert_eq!(numbers(&guest(&index, "night")), [2]);
    assert_eq!(crate::paper::public(&held, "night").total, 0, "what was opened before answers from its own moment");
    let changed = Document { headline: "Ebb".into(), revision: 2, ..second.clone() };
    index.apply(vec![put(&second), put(&changed)], 8).unwrap();
    assert_eq!((guest(&index, "moon").total, guest(&index, "ebb").hits[0].revision), (0, 2));
    index.apply(vec![Change::Remove(StoryNumber(1))], 9).unwrap();
    assert_eq!(numbers(&guest(&index, "tide")), [] as [u32; 0]);
    drop(index);
    let index = Index::open(folder.path(), settings()).unwrap();
    assert_eq!((cursor(&index), numbers(&holder(&index, &[Metered], "walrus"))), (9, vec![2]));
}

#[test]
fn another_marking_closes_what_was_open() {
    let folder = tempdir().unwrap();
    let open = story(1, Free, "Tide", "The walrus sang.", "");
    let index = index(folder.path(), std::slice::from_ref(&open));
    assert_eq!(guest(&index, "walrus").total, 1);
    let closed = Document { marking: Premium, open: "Preview.".into(), revision: 2, ..open };
    index.apply(vec![put(&closed)], 2).unwrap();
    assert_eq!((guest(&index, "walrus").total, guest(&index, "tide").total), (0, 1));
    assert_eq!(numbers(&holder(&index, &[Premium], "walrus")), [1]);
}

#[test]
fn names_of_removed_stories_are_not_suggested() {
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "Tide", "Text.", ""), story(2, Free, "Moon", "Text.", "")]);
    assert!(!index.public().unwrap().suggest("fish", &Query::default()).unwrap().is_empty());
    index.apply(vec![Change::Remove(StoryNumber(1)), Change::Remove(StoryNumber(2))], 2).unwrap();
    assert_eq!(index.public().unwrap().suggest("fish", &Query::default()).unwrap(), []);
}

#[test]
fn an_index_of_another_version_language_or_none_answers_nothing() {
    let folder = tempdir().unwrap();
    let fresh = Index::open(folder.path(), settings()).unwrap();
    assert!(matches!(fresh.public(), Err(SearchError::Absent { .. })));
    assert!(matches!(fresh.apply(vec![], 1), Err(SearchError::Absent { .. })));
    drop(index(folder.path(), &[story(1, Free, "Tide", "Text.", "")]));
    let german = Settings { language: Language::read("de"), ..settings() };
    let german = Index::open(folder.path(), german).unwrap();
    assert!(matches!(german.state(), State::Absent { why } if why.contains("language")));
    let manifest = folder.path().join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"schema\":", "\"schema\":9")).unwrap();
    let old = Index::open(folder.path(), settings()).unwrap();
    assert!(matches!(old.state(), State::Absent { why } if why.contains("another version")));
    old.rebuild().unwrap().finish(5, |_, _| ()).unwrap();
    assert_eq!(cursor(&old), 5, "a rebuild is what mends it");
}

/// Every file of the index with something in it.
fn data_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|e| e.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("term" | "idx" | "pos" | "store" | "fast" | "fieldnorm") => files.push(path),
                _ => {}
            }
        }
    }
    files
}

#[test]
fn stories_that_were_cut_in_many_heaps_are_found_and_shown_as_themselves() {
    let folder = tempdir().unwrap();
    let markings = [Free, Metered, Premium];
    let tell = |n: u32| {
        story(n, markings[n as usize % 3], &format!("Tide {n}"), &format!("Walrus{n} sang."), &format!("Harbour{n}."))
    };
    let stories: Vec<Document> = (1..=700).map(tell).collect();
    let index = index(folder.path(), &stories);
    index.verify().unwrap();
    assert_eq!((guest(&index, "tide").total, holder(&index, &[Metered, Premium], "tide").total), (700, 700));
    for n in (1..=700).step_by(23) {
        let found = guest(&index, &format!("walrus{n}"));
        assert_eq!(numbers(&found), [n]);
        assert_eq!(shown(&found.hits[0].headline), format!("Tide {n}"), "what is shown is the story's own");
        let locked = holder(&index, &[Metered, Premium], &format!("harbour{n}"));
        assert_eq!(numbers(&locked), if n % 3 == 0 { vec![] } else { vec![n] });
    }
}

#[test]
fn damage_is_noticed_and_mended_by_a_rebuild() {
    let folder = tempdir().unwrap();
    let kept = [story(1, Free, "Tide", "The walrus sang.", "")];
    let whole = index(folder.path(), &kept);
    whole.verify().unwrap();
    let file =
        data_files(folder.path()).into_iter().find(|path| path.extension().is_some_and(|e| e == "store")).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[0] ^= 0x55;
    fs::write(&file, bytes).unwrap();
    let index = Index::open(folder.path(), settings()).unwrap();
    assert!(matches!(index.verify(), Err(SearchError::Unreadable { .. })));
    assert!(matches!(index.public(), Err(SearchError::Absent { .. })), "what is damaged is not served");
    for path in data_files(folder.path()) {
        fs::write(path, b"").unwrap();
    }
    let index = Index::open(folder.path(), settings()).unwrap();
    assert!(matches!(index.state(), State::Absent { why } if why.contains("damaged")));
    let mut rebuild = index.rebuild().unwrap();
    rebuild.add(&kept[0]).unwrap();
    rebuild.finish(3, |_, _| ()).unwrap();
    assert_eq!(guest(&index, "walrus").total, 1);
    index.verify().unwrap();
}

#[test]
fn a_rebuild_replaces_the_old_one_when_it_is_whole() {
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "Tide", "Text.", "")]);
    let other = Index::open(folder.path(), settings()).unwrap();
    let mut given_up = index.rebuild().unwrap();
    given_up.add(&story(2, Free, "Moon", "Text.", "")).unwrap();
    assert_eq!(numbers(&guest(&index, "tide OR moon")), [1], "the old one answers meanwhile");
    drop(given_up);
    assert!(!other.refresh());
    let mut rebuild = index.rebuild().unwrap();
    rebuild.add(&story(2, Free, "Moon", "Text.", "")).unwrap();
    let mut steps = Vec::new();
    rebuild.finish(4, |done, all| steps.push((done, all))).unwrap();
    assert_eq!((steps.first(), steps.last()), (Some(&(0, 7)), Some(&(7, 7))));
    assert_eq!(numbers(&guest(&index, "tide OR moon")), [2]);
    assert_eq!(numbers(&guest(&other, "tide OR moon")), [1], "another process goes on with what it has open");
    assert!(other.refresh());
    assert_eq!((numbers(&guest(&other, "tide OR moon")), cursor(&other)), (vec![2], 4));
    let folders = fs::read_dir(folder.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(folders, 1, "older and unfinished ones are gone");
}

const CHILD: &str = "SEARCH_TEST_CHILD_FOLDER";

/// Run by [`a_kill_loses_nothing`] in a process of its own: applies one story after the other and says so.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let index = Index::open(Path::new(&folder), settings()).unwrap();
    for number in 1_u32..100_000 {
        let marking = if number % 2 == 0 { Metered } else { Free };
        index
            .apply(vec![put(&story(number, marking, "Tide", "A walrus sang.", "A heron slept."))], i64::from(number))
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\napplied {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_kill_loses_nothing() {
    let folder = tempdir().unwrap();
    Index::open(folder.path(), settings()).unwrap().rebuild().unwrap().finish(0, |_, _| ()).unwrap();
    let mut said = 0;
    for stop_at in [1_i64, 7, 20] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "following::child_that_is_killed", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            if let Some(number) = line.unwrap().strip_prefix("applied ") {
                said = number.trim().parse::<i64>().unwrap();
            }
            if said >= stop_at {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let index = Index::open(folder.path(), settings()).unwrap();
        let reached = cursor(&index);
        assert!(reached >= said, "told {said}, kept {reached}");
        index.verify().unwrap();
        let found = guest(&index, "walrus");
        assert!(found.total >= u64::try_from(said).unwrap(), "told {said}, found {}", found.total);
        assert_eq!(holder(&index, &[Metered], "heron").total, found.total / 2);
    }
    assert!(said >= 20);
}
