//! The real program is killed again and again while it imports. Whatever it was doing, the same command goes on: in the end the paper and
//! the report are those of an import that nobody disturbed. And a large file does not make it large.
//!
//! `MASTHEAD_KILLS=200` makes a long run of it.
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use newsroom::articles::Story;

use crate::exports::{Thrown, ans, crawl, daily, line, story_file, told, write, wxr};
use crate::house::{Engine, Paper, on_both};

on_both!(however_often_it_is_killed_the_import_ends_as_if_nobody_had);

fn importing(paper: &Paper, folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.arg("import").arg(folder).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Exports, saved pages, files and lines that tell the same stories and others.
fn heap(folder: &Path) {
    let stories: Vec<_> = (1..=60).map(told).chain((0..20).map(daily)).collect();
    write(folder, "a-wordpress.xml", &wxr(&stories));
    for story in stories.iter().step_by(3) {
        write(folder, &format!("arc/{}.json", story.id), &ans(story, &format!("{}T09:00:00Z", story.day)));
    }
    for id in 41..=90 {
        write(folder, &format!("pages/{id}-1.txt"), &crawl(&told(id), 2));
        write(folder, &format!("pages/{id}-2.txt"), &crawl(&told(id), 4));
    }
    write(folder, "pages/none.txt", "Home\nLog in\n₹900\n");
    let lines: Vec<String> = (200..=420).map(|id| line(&told(id))).collect();
    write(folder, "lines.jsonl", &format!("{}\nno line\n{}\n", lines.join("\n"), line(&told(3))));
    write(folder, "files/5.md", &story_file(&told(5)));
    write(folder, "files/6.md", "+++\nheadline = \"Half\n+++\n");
}

/// What the paper and its report are.
#[derive(Debug, PartialEq)]
struct Outcome {
    stories: Vec<(Story, Option<String>, i64)>,
    report: serde_json::Value,
    lines: Vec<String>,
    summary: String,
}

impl Outcome {
    fn of(paper: &Paper) -> Self {
        let store = &paper.house().store;
        let kept = paper.block_on(store.stories()).unwrap();
        let stories = kept.into_iter().map(|s| (s.story, s.source_key, s.revision)).collect();
        let imports = paper.block_on(store.imports()).unwrap();
        assert_eq!(imports.len(), 1, "one import, one report");
        let report = paper.block_on(store.import(imports[0].id)).unwrap().unwrap().report;
        let lines = paper.folder().join(format!("imports/{}.jsonl", imports[0].id));
        let lines = std::fs::read_to_string(lines).unwrap().lines().map(str::to_owned).collect();
        Self { stories, report, lines, summary: imports[0].summary.clone() }
    }

    /// PostgreSQL gives a number that was given once to nobody else, even where the killed one had not used it.
    fn without_numbers(mut self) -> Self {
        for (story, ..) in &mut self.stories {
            story.number.0 = 0;
        }
        self.stories.sort_by_key(|(_, key, _)| key.clone());
        for line in &mut self.lines {
            for before in ["story ", "\"story\":", "\"was\":"] {
                let mut parts = line.split(before);
                let first = parts.next().unwrap_or_default().to_owned();
                *line =
                    parts.fold(first, |all, part| all + before + part.trim_start_matches(|c: char| c.is_ascii_digit()));
            }
        }
        self.lines.sort();
        self.report = self.report["archive"]["totals"].clone();
        self
    }
}

fn however_often_it_is_killed_the_import_ends_as_if_nobody_had(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    heap(folder.path());
    let undisturbed = Paper::empty(engine);
    let (mut whole, mut takes) = (importing(&undisturbed, folder.path()), 0);
    let status = loop {
        match whole.try_wait().unwrap() {
            Some(status) => break status,
            None => sleep(Duration::from_millis(1)),
        }
        takes += 1;
    };
    assert_eq!(status.code(), Some(2), "some was refused, as it should be");
    let wanted = Outcome::of(&undisturbed);
    assert!(wanted.stories.len() > 300 && wanted.summary.contains("3 refused"), "{}", wanted.summary);

    let paper = Paper::empty(engine);
    let kills = std::env::var("MASTHEAD_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    let (mut thrown, mut killed) = (Thrown::new(11), 0);
    let imports = || paper.block_on(paper.house().store.imports()).unwrap();
    let has_ended = || imports().iter().any(|import| import.summary == wanted.summary);
    for _ in 0..kills {
        let mut child = importing(&paper, folder.path());
        sleep(Duration::from_millis(u64::try_from(thrown.below(takes / 2)).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        // Once the report is whole another run is another import.
        if has_ended() {
            break;
        }
        killed += 1;
    }
    assert!(killed > 0, "it was killed at least once before it ended");
    if !has_ended() {
        importing(&paper, folder.path()).wait().unwrap();
    }
    let found = Outcome::of(&paper);
    let stories = wanted.stories.len();
    let (found, wanted) = match engine {
        Engine::Sqlite => (found, wanted),
        Engine::Postgres => (found.without_numbers(), wanted.without_numbers()),
    };
    assert_eq!(found.summary, wanted.summary);
    assert_eq!(found.lines, wanted.lines, "the same lines, none twice");
    assert_eq!(found, wanted);
    let left: Vec<_> = std::fs::read_dir(paper.folder().join("import-work")).unwrap().collect();
    assert!(left.is_empty(), "nothing is left lying about: {left:?}");
    let report = importing(&paper, folder.path()).wait().unwrap();
    assert_eq!(report.code(), Some(2));
    assert_eq!(paper.block_on(paper.house().store.stories()).unwrap().len(), stories);
}

/// The most memory that an import took, in kilobytes, of two stories with so many lines of a megabyte between them, which are none.
fn peak(lines: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.jsonl");
    let mut out = std::fs::File::create(&file).unwrap();
    writeln!(out, "{}", line(&told(1))).unwrap();
    let long = "x".repeat(1 << 20);
    for _ in 0..lines {
        writeln!(out, "{long}").unwrap();
    }
    writeln!(out, "{}", line(&told(2))).unwrap();
    out.sync_all().unwrap();
    let paper = Paper::empty(Engine::Sqlite);
    let mut child = importing(&paper, &file);
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = told.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(mark.unwrap_or(0));
        sleep(Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(2), "what is no story was refused");
    assert_eq!(paper.block_on(paper.house().store.stories()).unwrap().len(), 2, "the others are in");
    peak
}

#[test]
fn a_file_of_lines_is_never_in_memory_as_a_whole() {
    if !Path::new("/proc/self/status").exists() {
        return;
    }
    let (small, large) = (peak(1), peak(100));
    assert!(small > 1_000, "it was measured: {small} kB");
    assert!(large < small + 32_000, "100 MB of lines took {large} kB, 1 MB took {small} kB");
}
