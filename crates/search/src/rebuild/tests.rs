//! The library's own writer is the judge: of the same rows it makes the same segment, byte for byte.
use super::disk::Disk;
use super::run::{Cuts, Run};
use super::segment::bind;
use super::spill::Spill;
use super::stored::Begun;
use crate::document::Document;
use crate::drawer::Drawer;
use crate::schema::{row, schema};
use crate::words::{Language, Lexicon, Wording};
use jiff::{Timestamp, tz::TimeZone};
use newsroom::articles::{Marking, StoryNumber};
use std::collections::BTreeMap;
use std::path::Path;
use tantivy::TantivyDocument;
use tantivy::directory::MmapDirectory;

const WORDS: [&str; 24] = [
    "the",
    "of",
    "harbour",
    "Harbours'",
    "and",
    "lamp",
    "lamps",
    "1,250.50",
    "a",
    "keeper’s",
    "Ärger",
    "in",
    "to",
    "be",
    "or",
    "not",
    "कीमत",
    "東京",
    "running",
    "ran",
    "sea-wall",
    "is",
    "café",
    "–",
];

/// Stories whose lengths, words, dates, names and sections differ, some of them without any.
fn rows() -> Vec<TantivyDocument> {
    let fields = schema().1;
    let mut dice = 7_u32;
    let mut throw = |below: usize| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 8) as usize % below
    };
    let mut line = |most: usize| {
        let words: Vec<String> = (0..throw(most))
            .map(|_| if throw(9) == 0 { format!("rare{}", throw(5_000)) } else { WORDS[throw(24)].to_owned() })
            .collect();
        words.join(" ")
    };
    let document = |number: u32| {
        let whole = (0..number % 7).map(|_| line(60)).collect::<Vec<_>>().join("\n");
        Document {
            number: StoryNumber(number * 3),
            revision: 1,
            section: ["shore", "", "town"][number as usize % 3].to_owned(),
            headline: line(12),
            bylines: (0..number % 3).map(|n| format!("Ida {n} Lunde")).collect(),
            topics: (0..number % 4).map(|n| format!("Topic {}", number % (n + 2))).collect(),
            marking: Marking::Free,
            published_at: (!number.is_multiple_of(5))
                .then(|| Timestamp::from_second(i64::from(number) * 90_000).unwrap()),
            open: whole.clone(),
            whole,
        }
    };
    (0..700).map(document).map(|document| row(&fields, &document, &document.whole, &TimeZone::UTC)).collect()
}

/// The files of the one segment, by what they hold.
fn segment(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let of_segment = files.filter(|path| path.extension().is_some_and(|kind| kind != "json" && kind != "lock"));
    of_segment
        .map(|path| (path.extension().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn a_segment_of_runs_is_the_librarys_own_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let wording = Wording::of(Language::read("en"));
    let rows = rows();

    std::fs::create_dir(folder.path().join("theirs")).unwrap();
    let theirs = Drawer::create(MmapDirectory::open(folder.path().join("theirs")).unwrap(), &wording).unwrap();
    let mut writer = theirs.writer(folder.path()).unwrap();
    rows.iter().for_each(|row| _ = writer.add_document(row.clone()).unwrap());
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    let theirs = segment(&folder.path().join("theirs"));
    assert_eq!(theirs.len(), 6, "{:?}", theirs.keys());

    for runs in [1, 3] {
        let name = format!("ours-{runs}");
        let mut disk = Disk::begin();
        let ours = Drawer::create(disk.folder(&folder.path().join(&name)).unwrap(), &wording).unwrap();
        let spill = Spill::create(&folder.path().join(&name)).unwrap();
        let schema = ours.index.schema();
        let (mut run, mut lexicon) = (Run::new(&schema, 1), Lexicon::of(wording.clone()));
        let (mut written, mut heaps) = (Vec::new(), Vec::new());
        let begun = Begun::of([&ours.index].into_iter());
        for (place, heap) in rows.chunks(rows.len() / runs + 1).enumerate() {
            for row in heap {
                run.add(0, row, &mut Cuts::default(), &mut lexicon, &schema).unwrap();
            }
            let mut stored = Vec::new();
            written.extend(run.write(&lexicon, &spill, &mut stored).unwrap());
            heaps.push((place, stored));
        }
        assert_eq!(written.len(), runs);
        // in whatever order they are done
        heaps.into_iter().rev().for_each(|(place, stored)| begun.put(place, stored).unwrap());
        let begun = begun.close().unwrap().remove(0);
        bind(&ours, begun, &spill, &written.iter().collect::<Vec<_>>(), "9").unwrap();
        disk.settle().unwrap();
        let mut ours = segment(&folder.path().join(&name));
        let mut theirs = theirs.clone();
        if runs > 1 {
            // blocks of what hits are shown from end where runs end
            assert!(ours.remove("store") != theirs.remove("store"));
        }
        for (kind, bytes) in theirs {
            assert!(ours.remove(&kind) == Some(bytes), "{runs} runs: .{kind} differs");
        }
        assert!(ours.is_empty(), "{:?}", ours.keys());
    }
}
