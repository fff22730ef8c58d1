//! Files with a fault go in as far as they are whole, the report names the fault and the mend, and the mended file goes on from there.
use std::io::Write as _;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use masthead::import::Report;
use newsroom::articles::Story;

use crate::exports::{Told, line, told, wxr};
use crate::house::{Engine, Paper};

fn take(paper: &Paper, path: &Path) -> Report {
    paper.import(&[path.to_owned()], false)
}

fn stored(paper: &Paper) -> Vec<Story> {
    paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|s| s.story).collect()
}

/// The only refusal.
fn refused(report: &Report) -> (&str, &str) {
    let [refused] = report.refused.as_slice() else { panic!("one refusal: {:?}", report.refused) };
    (refused.name.as_str(), refused.reason.as_str())
}

#[test]
fn a_file_that_was_cut_off_goes_on_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let stories: Vec<Told> = (1..=60).map(told).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(wxr(&stories).as_bytes()).unwrap();
    let lines: String = (101..=160).map(|id| line(&told(id)) + "\n").collect();
    for (name, bytes) in [("export.xml.gz", packed.finish().unwrap()), ("stories.jsonl", lines.into_bytes())] {
        let file = folder.path().join(name);
        std::fs::write(&file, &bytes).unwrap();
        let undisturbed = Paper::empty(Engine::Sqlite);
        assert_eq!(take(&undisturbed, &file).added, 60, "{name}");

        let paper = Paper::empty(Engine::Sqlite);
        std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        let report = take(&paper, &file);
        assert!((15..45).contains(&report.added), "{name}: {}", report.summary());
        let (place, reason) = refused(&report);
        assert!(place.contains(name) && reason.starts_with("ends early"), "{place}: {reason}");
        assert!(reason.contains("is in") && reason.contains("import it"), "{reason}");
        let again = take(&paper, &file);
        assert_eq!((again.added, again.changed), (0, 0), "{name}: {}", again.summary());
        assert!(refused(&again).1.starts_with("ends early"), "it is told until it is mended");

        std::fs::write(&file, &bytes).unwrap();
        let rest = take(&paper, &file);
        assert_eq!((rest.added, rest.changed), (60 - report.added, 0), "{name}: {}", rest.summary());
        assert_eq!(rest.refused_in_all, 0, "{:?}", rest.refused);
        assert_eq!(stored(&paper), stored(&undisturbed), "{name}");
    }
}
