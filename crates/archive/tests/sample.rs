//! The sample paper's crawls: three stories exist only as crawls, the others are copies of stories that the paper has.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use archive::{Crawl, Import, Known, Options, rebuild};

fn sample() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
    folder.join("crawls").is_dir().then_some(folder)
}

fn files(folder: &Path, extension: &str) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("UTF-8"))
        })
        .collect()
}

fn known(folder: &Path) -> Vec<Known> {
    let mut stories = Vec::new();
    for (number, text) in files(&folder.join("stories"), "md").into_values().enumerate() {
        let (front, body) =
            text.strip_prefix("+++\n").and_then(|t| t.split_once("\n+++\n")).expect("front matter between +++ lines");
        let headline = front.lines().find_map(|l| l.strip_prefix("headline = \"")).expect("a headline");
        let block = |p: &str| p.trim().trim_start_matches(['#', '>']).split_whitespace().collect::<Vec<_>>().join(" ");
        stories.push(Known {
            number: u32::try_from(number).expect("few stories"),
            headline: headline.trim_end_matches('"').to_owned(),
            paragraphs: body.split("\n\n").map(block).filter(|p| !p.is_empty()).collect(),
            ..Known::default()
        });
    }
    stories
}

fn import(folder: &Path, known: &[Known]) -> Import {
    let crawls: Vec<Crawl> = files(&folder.join("crawls"), "txt")
        .into_iter()
        .map(|(name, text)| Crawl { name, bytes: text.into_bytes() })
        .collect();
    rebuild(known, &crawls, &Options::default())
}

#[test]
fn stories_that_exist_only_as_crawls_come_out_whole() {
    let Some(folder) = sample() else { return };
    let stories = known(&folder);
    let import = import(&folder, &stories);
    let expected = files(&folder.join("expected"), "txt");
    assert_eq!(import.stories.len(), expected.len(), "{}", import.report.to_text());
    for story in &import.stories {
        let name = story.crawls[0].name.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
        let whole: Vec<&str> = expected[name].lines().collect();
        let got: Vec<&str> = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(got, whole, "{name}\n{}", import.report.to_text());
    }
    for copy in &import.copies {
        let story = stories.iter().find(|s| s.number == copy.number).expect("a known story");
        assert!(
            copy.lacked.len() * 2 < story.paragraphs.len(),
            "{} was taken for story {}",
            copy.crawl.name,
            copy.number
        );
        let name = &copy.crawl.name;
        assert_eq!(copy.extra, Vec::<String>::new(), "{name} has nothing that the story lacks");
    }
    let crawls = files(&folder.join("crawls"), "txt").len();
    let new: usize = import.stories.iter().map(|s| s.crawls.len()).sum();
    assert_eq!(new + import.copies.len(), crawls, "{}", import.report.to_text());
}
