//! Import: noisy crawls go in, clean stories come out; what cannot go in is said and keeps nothing else out.
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use masthead::import::{self, Report};
use newsroom::articles::Story;
use store::StoredStory;

use crate::house::{Engine, Paper, Shown, on_both, texts};

on_both!(
    the_sample_crawls_are_rebuilt_exactly,
    importing_again_changes_nothing,
    what_cannot_go_in_is_said_and_the_rest_goes_in,
    what_is_exported_goes_into_an_empty_paper_unchanged,
    an_old_encoding_is_read_as_what_it_says,
    the_two_seeds_are_one_story_of_seventeen_paragraphs,
);

fn sample(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample").join(folder)
}

fn take(paper: &Paper, paths: &[PathBuf]) -> Report {
    paper.import(paths, false)
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has files", folder.display());
    files
}

fn stored(paper: &Paper) -> Vec<StoredStory> {
    paper.block_on(paper.house().store.stories()).unwrap()
}

fn the_sample_crawls_are_rebuilt_exactly(engine: Engine) {
    let paper = Paper::empty(engine);
    let crawls = files(&sample("crawls"), "txt");
    let alone: Vec<PathBuf> = files(&sample("expected"), "txt");
    let names: Vec<String> = alone.iter().map(|p| p.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let chosen: Vec<PathBuf> = crawls
        .into_iter()
        .filter(|c| names.iter().any(|n| c.file_name().unwrap().to_string_lossy().starts_with(n.as_str())))
        .collect();
    let report = take(&paper, &chosen);
    assert_eq!((report.added, report.changed, report.refused.len()), (names.len(), 0, 0), "{report:?}");
    let stories = stored(&paper);
    for expected in &alone {
        let wanted: Vec<String> = std::fs::read_to_string(expected).unwrap().lines().map(str::to_owned).collect();
        let found = stories.iter().find(|s| s.story.body[0].text() == wanted[0]);
        let found = found.unwrap_or_else(|| panic!("no story begins as {} does", expected.display()));
        assert_eq!(texts(&found.story), wanted, "{}", expected.display());
        let (_, session) = paper.sign_in("staff", crate::house::Rights::None);
        let page = paper.browser().holding(&session).get(&found.story.path());
        assert_eq!(paper.shown(&page.text(), &found.story), Shown::Open, "and a reader sees it");
    }
    let text = report.archive.expect("the report tells of the crawls").to_text();
    assert!(text.contains("giresun-hazelnuts-1"), "{text}");
}

fn importing_again_changes_nothing(engine: Engine) {
    let paper = Paper::empty(engine);
    let crawls = files(&sample("crawls"), "txt");
    take(&paper, &crawls);
    let before = stored(&paper);
    let version = paper.block_on(paper.house().store.stories_version()).unwrap();
    for _ in 0..2 {
        let report = take(&paper, &crawls);
        assert_eq!((report.added, report.changed), (0, 0), "{}", report.summary());
    }
    // One file at a time, and from another folder, is still the same.
    let elsewhere = tempfile::tempdir().unwrap();
    for crawl in crawls.iter().rev() {
        let copy = elsewhere.path().join(crawl.file_name().unwrap());
        std::fs::copy(crawl, &copy).unwrap();
        let report = take(&paper, &[copy]);
        assert_eq!((report.added, report.changed), (0, 0), "{}", report.summary());
    }
    assert_eq!(stored(&paper), before);
    assert_eq!(paper.block_on(paper.house().store.stories_version()).unwrap(), version, "no page is made anew");
}

fn what_cannot_go_in_is_said_and_the_rest_goes_in(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let junk: Vec<u8> = (0..40_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    write("junk.bin", &junk);
    write("empty.txt", b"");
    write("spaces.txt", b" \n\n \t \n");
    write("broken.md", b"+++\nheadline = \"Half\n+++\nText.\n");
    write("nowhere.md", b"+++\nheadline = \"A story\"\nsection = \"chess\"\n+++\nText.\n");
    write("no-body.md", b"+++\nheadline = \"A story\"\nsection = \"harbour\"\n+++\n");
    write("lines.jsonl", b"{\"slug\":\"x\"}\nnot json\n");
    write("good.md", "+++\nheadline = \"Dredger returns\"\nsection = \"harbour\"\nmarking = \"free\"\n+++\nFirst paragraph.\n\nSecond paragraph.\n".as_bytes());
    let mut huge = File::create(folder.path().join("huge.txt")).unwrap();
    huge.write_all(b"A beginning.\n").unwrap();
    // Sparse: it takes no room, and shall not be read either.
    huge.set_len(100 * 1024 * 1024).unwrap();
    let crawl = sample("expected/oman-power-cable.txt");
    std::fs::copy(&crawl, folder.path().join("oman.txt")).unwrap();
    let report = take(&paper, &[folder.path().to_owned()]);
    let said = |name: &str| {
        let lines: Vec<&str> =
            report.refused.iter().filter(|r| r.name.contains(name)).map(|r| r.reason.as_str()).collect();
        assert!(!lines.is_empty(), "nothing is said of {name}: {:?}", report.refused);
        lines.join("; ")
    };
    for name in ["junk.bin", "empty.txt", "spaces.txt", "no-body.md"] {
        assert!(said(name).len() > 10, "{name}: {}", said(name));
    }
    assert!(said("huge.txt").contains("104 MB"), "{}", said("huge.txt"));
    assert!(said("broken.md").contains("line 2"), "{}", said("broken.md"));
    assert!(said("nowhere.md").contains("harbour, letters"), "the mend names the sections: {}", said("nowhere.md"));
    assert!(said("lines.jsonl, line 1").len() > 10 && said("lines.jsonl, line 2").len() > 10);
    let headlines: Vec<String> = stored(&paper).into_iter().map(|s| s.story.headline).collect();
    assert_eq!(headlines.len(), 2, "{headlines:?}");
    assert!(headlines.contains(&"Dredger returns".to_owned()));
    let imports = paper.block_on(paper.house().store.imports()).unwrap();
    assert_eq!(imports.len(), 1, "the desk keeps the report");
}

fn what_is_exported_goes_into_an_empty_paper_unchanged(engine: Engine) {
    let paper = Paper::usual(engine);
    take(&paper, &files(&sample("crawls"), "txt"));
    let base = &paper.house().publication.base_url;
    let before = stored(&paper);
    let lines: Vec<String> = before
        .iter()
        .map(|s| serde_json::to_string(&import::lines::Line::of(&s.story, base, s.source_key.clone())).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stories.jsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let other = Paper::empty(engine);
    let report = take(&other, std::slice::from_ref(&file));
    assert_eq!((report.added, report.refused.len()), (before.len(), 0), "{:?}", report.refused);
    let after = stored(&other);
    let told = |all: &[StoredStory]| -> Vec<(Story, Option<String>)> {
        let mut all: Vec<_> = all.iter().map(|s| (s.story.clone(), s.source_key.clone())).collect();
        all.sort_by_key(|(story, _)| story.number);
        all
    };
    assert_eq!(told(&after), told(&before), "numbers, addresses, words and all");
    let report = take(&other, &[file]);
    assert_eq!((report.added, report.changed), (0, 0), "and again changes nothing: {}", report.summary());
}

fn an_old_encoding_is_read_as_what_it_says(engine: Engine) {
    let paper = Paper::empty(engine);
    let wanted = std::fs::read_to_string(sample("expected/giresun-hazelnuts.txt")).unwrap();
    // Windows-1252: quotation marks and dashes are single bytes that are no UTF-8.
    let bytes: Vec<u8> = wanted
        .chars()
        .map(|c| match c {
            '‘' => 0x91,
            '’' => 0x92,
            '“' => 0x93,
            '”' => 0x94,
            '–' => 0x96,
            '—' => 0x97,
            c => u8::try_from(u32::from(c)).expect("a sign of Windows-1252"),
        })
        .collect();
    assert!(std::str::from_utf8(&bytes).is_err());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.txt"), bytes).unwrap();
    let report = take(&paper, &[folder.path().to_owned()]);
    assert_eq!(report.added, 1, "{report:?}");
    assert_eq!(texts(&stored(&paper)[0].story), wanted.lines().collect::<Vec<_>>());
}

fn the_two_seeds_are_one_story_of_seventeen_paragraphs(engine: Engine) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/seeds");
    if !seeds.is_dir() {
        return;
    }
    let paper = Paper::empty(engine);
    let report = take(&paper, std::slice::from_ref(&seeds));
    assert_eq!((report.added, report.refused.len()), (1, 0), "{}", report.summary());
    let story = stored(&paper).remove(0).story;
    assert_eq!(story.body.len(), 17);
    let (_, session) = paper.sign_in("reader", crate::house::Rights::Paid);
    let page = paper.browser().holding(&session).get(&story.path());
    let words = page.words();
    let mut at = 0;
    for paragraph in &story.body {
        let wanted = crate::leaks::normal(paragraph.text());
        let found = words[at..].find(&wanted).expect("the paragraphs stand on the page in their order");
        at += found + wanted.len();
        assert_eq!(words.matches(&wanted).count(), 1, "and each once");
    }
    let guest = paper.browser().get(&story.path());
    assert_eq!(guest.status, 200);
    let report = take(&paper, &[seeds]);
    assert_eq!((report.added, report.changed), (0, 0), "importing again changes nothing");
}

/// The desk's words survive a further import of the same crawls.
#[test]
fn what_the_desk_wrote_is_never_overwritten() {
    let paper = Paper::empty(Engine::Sqlite);
    let crawls = files(&sample("crawls"), "txt");
    let of = |name: &str| -> Vec<PathBuf> {
        crawls.iter().filter(|c| c.file_name().unwrap().to_string_lossy().starts_with(name)).cloned().collect()
    };
    let oman = of("oman-power-cable");
    take(&paper, &oman[..1]);
    let story = stored(&paper).remove(0).story;
    let edit = store::StoryEdit {
        headline: Some("The cable that would not be hurried".into()),
        marking: Some(newsroom::articles::Marking::Premium),
        ..store::StoryEdit::default()
    };
    paper.block_on(paper.house().store.edit_story(story.number, &edit, paper.clock.now())).unwrap();
    let report = take(&paper, &oman);
    assert_eq!(report.added, 0, "the second crawl is of the same story: {}", report.summary());
    let after = stored(&paper);
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].story.headline, "The cable that would not be hurried");
    assert_eq!(after[0].story.marking, newsroom::articles::Marking::Premium);
    assert_eq!(after[0].story.number, story.number);
    let wanted = std::fs::read_to_string(sample("expected/oman-power-cable.txt")).unwrap();
    assert_eq!(texts(&after[0].story), wanted.lines().collect::<Vec<_>>(), "the lost paragraph came with it");
}
