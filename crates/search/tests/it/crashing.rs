//! What a crash or a full disk leaves behind: the index goes on from it, or says that it has to be made anew.
use crate::paper::{cursor, guest, holder, index, numbers, put, settings, story};
use newsroom::articles::Marking::{Free, Metered, Premium};
use search::{Document, Index, SearchError, State};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::tempdir;

#[test]
fn changes_without_their_position_are_taken_in_again() {
    let folder = tempdir().unwrap();
    let first = story(1, Free, "Tide", "The walrus sang.", "");
    let index = index(folder.path(), std::slice::from_ref(&first));
    let manifest = folder.path().join("manifest.json");
    let before = fs::read(&manifest).unwrap();
    let closed = Document { marking: Premium, open: "Preview.".into(), revision: 2, ..first };
    let second = story(2, Metered, "Moon", "A quiet night.", "The walrus slept.");
    let changes = [put(&closed), put(&second)];
    index.apply(changes.to_vec(), 5).unwrap();
    drop(index);
    // the drawers were written, the file that says how far was not, and a half of its next state lies beside it
    fs::write(&manifest, before).unwrap();
    fs::write(folder.path().join("manifest.new"), b"{\"schema\":").unwrap();
    let index = Index::open(folder.path(), settings()).unwrap();
    assert_eq!(cursor(&index), 1);
    for _ in 0..2 {
        index.apply(changes.to_vec(), 5).unwrap();
        assert_eq!((cursor(&index), guest(&index, "walrus").total), (5, 0));
        assert_eq!(numbers(&guest(&index, "tide OR moon")), [1, 2], "each once");
        assert_eq!(numbers(&holder(&index, &[Metered, Premium], "walrus")), [1, 2]);
    }
    index.verify().unwrap();
}

#[test]
fn what_a_crash_left_of_other_generations_is_no_part_of_it() {
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "Tide", "The walrus sang.", "")]);
    drop(index);
    // a removal that broke off, and a rebuild that did
    let half = folder.path().join("generation-0/public-free");
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("meta.json"), b"{").unwrap();
    let unfinished = folder.path().join("generation-7/full-premium");
    fs::create_dir_all(&unfinished).unwrap();
    let index = Index::open(folder.path(), settings()).unwrap();
    assert_eq!(numbers(&guest(&index, "walrus")), [1]);
    index.rebuild().unwrap().finish(9, |_, _| ()).unwrap();
    assert_eq!((guest(&index, "walrus").total, cursor(&index)), (0, 9));
    let left = fs::read_dir(folder.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(left, 1, "what was left goes with the next rebuild");
}

#[test]
fn a_rebuild_whose_program_was_ended_goes_at_the_next_opening_and_one_at_work_stays() {
    let folder = tempdir().unwrap();
    let first = story(1, Free, "Tide", "The walrus sang.", "");
    let index = index(folder.path(), std::slice::from_ref(&first));
    let mut rebuild = index.rebuild().unwrap();
    rebuild.add(&first).unwrap();
    let left = folder.path().join("generation-9/full-premium");
    fs::create_dir_all(&left).unwrap();
    fs::write(folder.path().join("generation-9/making"), b"").unwrap();
    let other = Index::open(folder.path(), settings()).unwrap();
    assert!(!left.exists(), "nobody fills it any more");
    assert_eq!(numbers(&guest(&other, "walrus")), [1]);
    rebuild.finish(9, |_, _| ()).unwrap();
    assert_eq!((numbers(&guest(&index, "walrus")), cursor(&index)), (vec![1], 9), "what was at work was left alone");
    let made =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    assert!(["making", "runs"].iter().all(|file| !made.join(file).exists()));
}

#[test]
fn a_drawer_that_is_gone_makes_the_index_absent() {
    let folder = tempdir().unwrap();
    drop(index(folder.path(), &[story(1, Free, "Tide", "The walrus sang.", "")]));
    let generation = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir());
    fs::remove_dir_all(generation.unwrap().join("full-metered")).unwrap();
    let index = Index::open(folder.path(), settings()).unwrap();
    assert!(matches!(index.state(), State::Absent { why } if why.contains("damaged")));
    assert!(matches!(index.public(), Err(SearchError::Absent { .. })));
}

const CHILD: &str = "SEARCH_TEST_FULL_DISK_FOLDER";

/// Run by [`a_full_disk_loses_nothing`] in a process that may write no file beyond a size.
#[test]
fn child_with_a_full_disk() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let index = Index::open(Path::new(&folder), settings()).unwrap();
    let words = |from: u32| (0..40_000).map(|n| format!("w{}", from * 40_000 + n)).collect::<Vec<_>>().join(" ");
    let many: Vec<_> = (2..6).map(|number| put(&story(number, Metered, "Moon", "Night.", &words(number)))).collect();
    assert!(index.apply(many, 8).is_err(), "the disk is full");
    assert_eq!((numbers(&guest(&index, "walrus OR moon")), cursor(&index)), (vec![1], 1));
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempdir().unwrap();
    drop(index(folder.path(), &[story(1, Free, "Tide", "The walrus sang.", "")]));
    // a limit on the size of files is told to programs as an error where its signal is ignored
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" --exact crashing::child_with_a_full_disk --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env(CHILD, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    let index = Index::open(folder.path(), settings()).unwrap();
    // one drawer may have got through, so the position stands where it stood, and everything after it is taken in again
    assert_eq!((cursor(&index), guest(&index, "walrus").total), (1, 1));
    index.apply((2..6).map(|number| put(&story(number, Metered, "Moon", "Night.", "A heron."))).collect(), 8).unwrap();
    assert_eq!((numbers(&guest(&index, "walrus OR moon")), cursor(&index)), (vec![1, 2, 3, 4, 5], 8));
    assert_eq!(numbers(&holder(&index, &[Metered], "heron")), [2, 3, 4, 5]);
    index.verify().unwrap();
}
