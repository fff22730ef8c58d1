//! Import: story files, exported lines and noisy crawls go in; what became of each is reported and kept.
mod crawls;
mod inputs;
pub mod lines;
pub mod pictures;
mod stories;
pub mod story_file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use newsroom::articles::Story;
use serde::Serialize;
use store::{Saved, Store};

pub use inputs::{Input, Kind, below, inside};

use crate::cli::{Failure, Place, say};
use crate::config::Publication;

/// A file that did not go in, and what mends it.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    pub name: String,
    pub reason: String,
}

/// Something to know about a story that went in.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    pub name: String,
    pub text: String,
}

/// What an import did. Kept at the desk as JSON.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub source: String,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub pictures: usize,
    /// Whether the paper's list of pictures is another than before.
    pub picture_list: bool,
    pub refused: Vec<Refused>,
    pub remarks: Vec<Remark>,
    /// What became of the crawls; numbers of the rebuilt stories by key.
    pub archive: Option<archive::Report>,
    pub numbers: std::collections::BTreeMap<String, u32>,
    /// The new stories of a dry run: what comes after them is judged as if they had gone in.
    #[serde(skip)]
    planned: Vec<Story>,
}

impl Report {
    fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New(_) => self.added += 1,
            Saved::Changed(_) => self.changed += 1,
            Saved::Same(_) => self.unchanged += 1,
        }
    }

    /// Counts what saving would do: `before` is what the store has.
    fn foresee(&mut self, before: Option<&Story>, after: &Story) {
        match before {
            None => self.added += 1,
            Some(before) if before == after => self.unchanged += 1,
            Some(_) => self.changed += 1,
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
        match self.pictures {
            0 => {}
            1 => line.push_str(", 1 picture"),
            many => line.push_str(&format!(", {many} pictures")),
        }
        if self.picture_list {
            line.push_str(", list of pictures brought up to date");
        }
        line
    }

    /// Whether something was refused and nothing went in or was here already.
    #[must_use]
    pub const fn failed(&self) -> bool {
        !self.refused.is_empty() && !self.did_something() && self.unchanged == 0
    }

    /// Whether anything in the paper is another than before.
    #[must_use]
    pub const fn did_something(&self) -> bool {
        self.added + self.changed + self.pictures > 0 || self.picture_list
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
    let pictures = pictures::take(target, inputs, &mut report);
    stories::take(target, inputs, &pictures, &mut report).await?;
    let crawls: Vec<&Input> = inputs.iter().filter(|i| i.kind() == Kind::Crawl).collect();
    if !crawls.is_empty() {
        crawls::take(target, &crawls, &mut report).await?;
    }
    if !target.dry_run && (report.did_something() || !report.refused.is_empty()) {
        let json =
            serde_json::to_value(&report).map_err(|e| Failure::said(format!("the report cannot be kept: {e}")))?;
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
    if report.failed() {
        return Err(Failure::said("nothing went in: each line above that begins with “refused” says what mends it"));
    }
    if !report.refused.is_empty() {
        return Err(Failure::Partly);
    }
    Ok(())
}

/// Prints what became of the files.
pub fn tell(report: &Report) {
    if let Some(archive) = &report.archive {
        say(archive.to_text().trim_end());
    }
    for remark in &report.remarks {
        say(&format!("note: {}: {}", remark.name, remark.text));
    }
    for refused in &report.refused {
        say(&format!("refused: {}: {}", refused.name, refused.reason));
    }
}
