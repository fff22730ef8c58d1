//! Import: story files, exported lines and noisy crawls go in; what became of each is reported and kept.
mod crawls;
mod inputs;
pub mod lines;
mod pictures;
pub mod story_file;

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use newsroom::articles::Story;
use serde::Serialize;
use store::{Saved, Store};

pub use inputs::{Input, Kind, below, inside};
use pictures::Pictures;

use crate::cli::{Failure, Place, say};
use crate::config::Publication;

/// A file that did not go in, and what mends it.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    pub name: String,
    pub reason: String,
}

/// What an import did. Kept at the desk as JSON.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub source: String,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub pictures: usize,
    pub refused: Vec<Refused>,
    /// What became of the crawls; numbers of the rebuilt stories by key.
    pub archive: Option<archive::Report>,
    pub numbers: std::collections::BTreeMap<String, u32>,
}

impl Report {
    fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New(_) => self.added += 1,
            Saved::Changed(_) => self.changed += 1,
            Saved::Same(_) => self.unchanged += 1,
        }
    }

    fn refuse(&mut self, name: &str, reason: impl Into<String>) {
        self.refused.push(Refused { name: name.to_owned(), reason: reason.into() });
    }

    /// One line for the terminal and the desk's list.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut line = format!(
            "{} new, {} changed, {} unchanged, {} refused",
            self.added,
            self.changed,
            self.unchanged,
            self.refused.len()
        );
        if self.pictures > 0 {
            line.push_str(&format!(", {} pictures", self.pictures));
        }
        line
    }

    /// Whether anything in the paper is another than before.
    #[must_use]
    pub const fn did_something(&self) -> bool {
        self.added + self.changed + self.pictures > 0
    }
}

/// Where an import goes.
pub struct Target<'a> {
    pub publication: &'a Publication,
    pub store: &'a Store,
    pub data: &'a Path,
    pub dry_run: bool,
    pub now: Timestamp,
}

/// Takes everything in. Nothing that is wrong with one file keeps the others out.
///
/// # Errors
/// Only when the store fails.
pub async fn run(target: &Target<'_>, source: &str, inputs: &[Input]) -> Result<Report, Failure> {
    let mut report = Report { source: source.to_owned(), ..Report::default() };
    let pictures = take_pictures(target, inputs, &mut report);
    take_stories(target, inputs, &pictures, &mut report).await?;
    let crawls: Vec<&Input> = inputs.iter().filter(|i| i.kind() == Kind::Crawl).collect();
    if !crawls.is_empty() {
        crawls::take(target, &crawls, &mut report).await?;
    }
    if !target.dry_run && (report.did_something() || !report.refused.is_empty()) {
        let json = serde_json::to_value(&report).map_err(|e| Failure::said(format!("the report cannot be kept: {e}")))?;
        target.store.save_import(&report.summary(), &json, target.now).await?;
    }
    Ok(report)
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("  {msg:<10} {bar:32} {pos}/{len}  {per_sec}  {eta} left") {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.with_message(what)
}

/// Copies pictures into the paper's folder and reads the list of what they show.
fn take_pictures(target: &Target<'_>, inputs: &[Input], report: &mut Report) -> Pictures {
    let folder = target.data.join("pictures");
    let mut pictures = std::fs::read_to_string(folder.join("pictures.toml"))
        .ok()
        .and_then(|text| Pictures::read(&text).ok())
        .unwrap_or_default();
    let chosen: Vec<&Input> = inputs.iter().filter(|i| matches!(i.kind(), Kind::Picture | Kind::PictureList)).collect();
    if chosen.is_empty() {
        return pictures;
    }
    let bar = bar(chosen.len(), "pictures");
    for input in chosen {
        bar.inc(1);
        let bytes = match input.read() {
            Ok(bytes) => bytes,
            Err(reason) => {
                report.refuse(&input.name, reason);
                continue;
            }
        };
        if input.kind() == Kind::PictureList {
            match std::str::from_utf8(&bytes).map_err(|e| e.to_string()).and_then(Pictures::read) {
                Ok(read) => pictures = read,
                Err(reason) => report.refuse(&input.name, reason),
            }
        }
        if target.dry_run {
            continue;
        }
        match keep_file(&folder, input.file_name(), &bytes) {
            Ok(true) => report.pictures += usize::from(input.kind() == Kind::Picture),
            Ok(false) => {}
            Err(error) => report.refuse(&input.name, format!("cannot be written to {}: {error}", folder.display())),
        }
    }
    bar.finish_and_clear();
    pictures
}

fn keep_file(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<bool> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(name);
    if std::fs::read(&path).is_ok_and(|held| held == bytes) {
        return Ok(false);
    }
    let part = folder.join(format!(".{name}.part"));
    std::fs::write(&part, bytes)?;
    std::fs::rename(part, path)?;
    Ok(true)
}

/// Story files and exported lines, saved in batches.
async fn take_stories(target: &Target<'_>, inputs: &[Input], pictures: &Pictures, report: &mut Report) -> Result<(), Failure> {
    let chosen: Vec<&Input> = inputs.iter().filter(|i| matches!(i.kind(), Kind::Story | Kind::Lines)).collect();
    let bar = bar(chosen.len(), "stories");
    let mut batch: Vec<(Story, String)> = Vec::new();
    for input in chosen {
        bar.inc(1);
        for (name, story) in read_stories(input, pictures) {
            match story.and_then(|(story, key)| in_section(target.publication, story).map(|s| (s, key))) {
                Ok(pair) => batch.push(pair),
                Err(reason) => report.refuse(&name, reason),
            }
        }
        if batch.len() >= 200 {
            save(target, &mut batch, report).await?;
        }
    }
    save(target, &mut batch, report).await?;
    bar.finish_and_clear();
    Ok(())
}

type Read = (String, Result<(Story, String), String>);

fn read_stories(input: &Input, pictures: &Pictures) -> Vec<Read> {
    let text = input.read().and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| "is not UTF-8 text: save it as UTF-8".to_owned())
    });
    let text = match text {
        Ok(text) => text,
        Err(reason) => return vec![(input.name.clone(), Err(reason))],
    };
    if input.kind() == Kind::Story {
        let story = story_file::read(&text, pictures).map(|s| (s, format!("file:{}", input.stem())));
        return vec![(input.name.clone(), story)];
    }
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(nth, line)| {
            let story = serde_json::from_str::<lines::Line>(line).map_err(|e| e.to_string()).and_then(lines::Line::into_story);
            (format!("{}, line {}", input.name, nth + 1), story)
        })
        .collect()
}

fn in_section(publication: &Publication, story: Story) -> Result<Story, String> {
    if publication.sections.iter().any(|s| s.code == story.section) {
        return Ok(story);
    }
    let known: Vec<&str> = publication.sections.iter().map(|s| s.code.as_str()).collect();
    Err(format!("there is no section “{}”: use one of {}, or add it to publication.toml", story.section, known.join(", ")))
}

async fn save(target: &Target<'_>, batch: &mut Vec<(Story, String)>, report: &mut Report) -> Result<(), Failure> {
    if target.dry_run {
        report.added += batch.len();
    } else {
        for saved in target.store.save_stories(batch, target.now).await? {
            report.count(saved);
        }
    }
    batch.clear();
    Ok(())
}

/// `masthead import PATH…`
///
/// # Errors
/// One clear line.
pub async fn command(place: &Place, paths: &[PathBuf], dry_run: bool) -> Result<(), Failure> {
    let inputs = below(paths).map_err(Failure::said)?;
    if inputs.is_empty() {
        return Err(Failure::said("there is no file in what you named: name a folder or files with stories"));
    }
    let opened = crate::cli::open(place).await?;
    let target = Target {
        publication: &opened.publication,
        store: &opened.store,
        data: &place.data,
        dry_run,
        now: crate::clock::Clock::system().now(),
    };
    let source = paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    let report = run(&target, &source, &inputs).await?;
    tell(&report);
    say(&format!("{}{}.", if dry_run { "Nothing was changed. It would be: " } else { "" }, report.summary()));
    opened.store.close().await;
    Ok(())
}

/// Prints what became of the files.
pub fn tell(report: &Report) {
    if let Some(archive) = &report.archive {
        say(archive.to_text().trim_end());
    }
    for refused in &report.refused {
        say(&format!("refused: {}: {}", refused.name, refused.reason));
    }
}
