//! Every collected sample goes in, or is refused with a reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use archive::formats::{ReadError, ReadOptions};

use crate::taken::tried;

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/formats");
    let there = folder.is_dir();
    if !there {
        println!("skipped: the collected samples are not beside the repository");
    }
    there.then_some(folder)
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if path.file_name().is_some_and(|n| n != "README.md") {
            into.push(path);
        }
    }
    into.sort();
}

#[test]
fn every_sample_goes_in_or_is_refused_with_a_reason() {
    let Some(folder) = folder() else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut kinds: BTreeMap<String, (usize, usize, usize, usize)> = BTreeMap::new();
    for path in &all {
        let shown = path.strip_prefix(&folder).expect("inside").to_string_lossy().into_owned();
        let kind = shown.split('/').next().unwrap_or_default().to_owned();
        let bytes = std::fs::read(path).expect("a readable file");
        let line = kinds.entry(kind).or_default();
        line.0 += 1;
        match tried(&shown, &bytes, None, &ReadOptions::default()) {
            Ok(taken) => {
                let pieces = taken.items.len() + taken.pages.len() + taken.crawls.len();
                line.1 += usize::from(pieces > 0);
                line.2 += pieces;
                line.3 += taken.refused.len();
                assert!(pieces > 0 || !taken.refused.is_empty(), "{shown}: neither taken in nor refused");
                if std::env::var_os("SHOW").is_some() {
                    println!("\n== {shown}: {} items {:?}", taken.items.len(), taken.read);
                    for item in &taken.items {
                        println!(
                            "   {} | {:?} | {:?} | body {} img {} drop {} | {:?} {:?} {:?}",
                            item.key,
                            item.headline,
                            item.published_at,
                            item.body.len(),
                            item.images.len(),
                            item.dropped.len(),
                            item.standing,
                            item.bylines,
                            item.notes
                        );
                    }
                    for page in &taken.pages {
                        println!("   page {:?} {} {:?} {:?}", page.url, page.bytes.len(), page.saved_at, page.notes);
                    }
                    for (place, reason) in &taken.refused {
                        println!("   REFUSED {place}: {reason}");
                    }
                }
            }
            Err(ReadError::Refused(reason)) => {
                line.3 += 1;
                assert!(reason.len() > 10, "{shown}: {reason}");
                if std::env::var_os("SHOW").is_some() {
                    println!("\n== {shown}\n   FILE REFUSED {reason}");
                }
            }
            Err(error) => panic!("{shown}: {error}"),
        }
    }
    println!("{:<12} {:>6} {:>9} {:>7} {:>8}", "format", "files", "taken in", "pieces", "refused");
    for (kind, (files, taken, pieces, refused)) in &kinds {
        println!("{kind:<12} {files:>6} {taken:>9} {pieces:>7} {refused:>8}");
    }
}

/// What another reader made of the feeds lies beside them: entries and headlines must be the same.
#[test]
fn feeds_have_all_their_entries() {
    let Some(folder) = folder() else { return };
    let mut all = Vec::new();
    files(&folder.join("rss-atom"), &mut all);
    let (mut feeds, mut whole, mut headlines, mut same) = (0, 0, 0, 0);
    for expected in all.iter().filter(|path| path.to_string_lossy().ends_with(".serde.json")) {
        let stem = expected.to_string_lossy().trim_end_matches(".serde.json").to_owned();
        let Some(feed) =
            all.iter().find(|p| [".xml", ".json"].iter().any(|e| p.to_string_lossy() == format!("{stem}{e}")))
        else {
            continue;
        };
        let expected: serde_json::Value =
            serde_json::from_slice(&std::fs::read(expected).expect("a readable file")).expect("JSON");
        let entries = expected["entries"].as_array().expect("entries");
        let taken = tried(&stem, &std::fs::read(feed).expect("a readable file"), None, &ReadOptions::default());
        let items = taken.map(|t| t.items).unwrap_or_default();
        feeds += 1;
        whole += usize::from(items.len() == entries.len());
        if items.len() != entries.len() {
            println!("{}: {} of {} entries", feed.display(), items.len(), entries.len());
        }
        for (item, entry) in items.iter().zip(entries) {
            let Some(title) = entry["title"]["content"].as_str().filter(|t| !t.trim().is_empty()) else { continue };
            headlines += 1;
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            let own = letters(item.headline.as_deref().unwrap_or_default());
            if own == letters(title) {
                same += 1;
            } else {
                println!("{}: “{:?}” for “{title}”", feed.display(), item.headline);
            }
        }
    }
    println!("{whole} of {feeds} feeds with all entries, {same} of {headlines} headlines the same");
    assert!(whole * 100 >= feeds * 98 && same * 100 >= headlines * 95 && feeds > 0);
}
