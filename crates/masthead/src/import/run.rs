//! One import from its beginning to its end, however often it is cut off: its line in the database, its journal, its report.
use std::path::{Path, PathBuf};

use store::{Account, StoreError};

use super::addresses::Own;
use super::journal::{self, Journal, Line, What, line};
use super::report::{At, Told};
use super::{How, Input, Report, Target, reading};
use crate::cli::Failure;

/// Reports lie here, in the paper's folder.
pub const REPORTS: &str = "imports";

/// Refusals of one file, and remarks, that are written down one by one; the rest is counted.
pub(super) const ONE_BY_ONE: u64 = 1_000;

/// What an account could not be written for is told in its own words.
pub(super) fn told_well(done: Result<(), StoreError>) -> Result<(), Failure> {
    match done {
        Err(StoreError::Invalid { mend, .. }) => Err(Failure::said(mend)),
        done => Ok(done?),
    }
}

/// The import under way.
pub struct Run {
    /// What the same command is known by.
    key: String,
    source: String,
    /// Its line in the database, once there is something to do.
    id: Option<i64>,
    journal: Option<Journal>,
    /// Lines of a time before the journal was opened.
    early: Vec<Line>,
    /// The paper's own addresses.
    pub own: Own,
}

/// Where the lines of an import's report lie.
#[must_use]
pub fn lines_of(data: &Path, id: i64) -> PathBuf {
    data.join(REPORTS).join(format!("{id}.jsonl"))
}

/// Where the page of an import's report lies.
#[must_use]
pub fn page_of(data: &Path, id: i64) -> PathBuf {
    data.join(REPORTS).join(format!("{id}.html"))
}

/// What the same command is known by.
fn key(source: &str, how: &How, inputs: &[Input]) -> String {
    let named: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    archive::fingerprint(format!("{source} {how:?} {}", named.join("\n")).as_bytes())
}

/// Whether anything of an import that was cut off is in the paper. Where nobody can say, nothing is promised.
pub(super) async fn went_in(store: &store::Store, source: &str, how: &How, inputs: &[Input]) -> bool {
    let Ok(Some(id)) = store.running_import(&key(source, how, inputs)).await else { return false };
    let Ok(Some(kept)) = store.import(id).await else { return false };
    serde_json::from_value::<Report>(kept.report).is_ok_and(|report| report.did_something() || report.at.crawls > 0)
}

impl Run {
    pub(super) fn new(target: &Target<'_>, source: &str, how: &How, inputs: &[Input]) -> Self {
        let key = key(source, how, inputs);
        let table = crate::web::routes::table();
        let own = Own::of(table.lines.iter().map(|line| line.path), &target.publication.sections);
        Self { key, source: source.to_owned(), id: None, journal: None, early: Vec::new(), own }
    }

    /// Goes on with an import of the same command that was cut off.
    pub(super) async fn go_on(&mut self, target: &Target<'_>, report: &mut Report) -> Result<(), Failure> {
        if target.store.running_import(&self.key).await?.is_some() {
            self.begin(target, report).await?;
        }
        Ok(())
    }

    /// Begins, at the first thing there is to do. What a run before this one had done is in the report then.
    pub(super) async fn begin(&mut self, target: &Target<'_>, report: &mut Report) -> Result<(), Failure> {
        if self.id.is_some() {
            return Ok(());
        }
        let running = target.store.begin_import(&self.key, &self.source, target.now).await?;
        // Null: nothing was committed yet.
        if let Ok(before) = serde_json::from_value::<Report>(running.report) {
            *report = before;
        }
        let path = if target.dry_run { self.rehearsed(target) } else { lines_of(target.data, running.id) };
        let mut journal = Journal::open(&path, running.report_bytes).map_err(Failure::said)?;
        for line in self.early.drain(..) {
            journal.write(line).map_err(Failure::said)?;
        }
        self.id = Some(running.id);
        self.journal = Some(journal);
        Ok(())
    }

    fn rehearsed(&self, target: &Target<'_>) -> PathBuf {
        target.data.join(super::WORK).join(format!("dry-run-{}", std::process::id())).join("report.jsonl")
    }

    pub(super) fn id(&self) -> Result<i64, Failure> {
        self.id.ok_or_else(|| Failure::said("the import has not begun"))
    }

    pub(super) fn journal(&mut self) -> Result<&mut Journal, String> {
        self.journal.as_mut().ok_or_else(|| "the report is not open".to_owned())
    }

    /// Brings the lines to their file, and gives the account up to here, to be committed with what it tells of.
    pub(super) fn account(&mut self, report: &Report) -> Result<Account, String> {
        Ok(Account { report_bytes: self.journal()?.flush()?, report: report.sums()? })
    }

    /// Where the plan of this import lies while it is carried out.
    pub(super) fn plan(&self, target: &Target<'_>) -> Result<PathBuf, Failure> {
        let work = target.data.join(super::WORK);
        Ok(match target.dry_run {
            true => work.join(format!("dry-run-{}", std::process::id())).join("plan"),
            false => work.join(format!("plan-{}", self.id()?)),
        })
    }

    /// Writes a line, or keeps it until there is a file for it.
    pub(super) fn note(&mut self, line: Line) -> Result<(), Failure> {
        match &mut self.journal {
            Some(journal) => journal.write(line).map_err(Failure::said),
            None => {
                self.early.push(line);
                Ok(())
            }
        }
    }

    pub(super) fn refuse(&mut self, report: &mut Report, place: &str, reason: &str) -> Result<(), Failure> {
        report.refuse(place, reason);
        self.note(reading::refused(place, reason))
    }

    /// Refuses a piece of the file that was turned to. The first [`ONE_BY_ONE`] of a file are written down, all are counted.
    pub(super) fn refuse_piece(&mut self, report: &mut Report, place: &str, reason: &str) -> Result<(), Failure> {
        report.refuse(place, reason);
        report.at.told.refused += 1;
        if report.at.told.refused > ONE_BY_ONE {
            return Ok(());
        }
        self.note(reading::refused(place, reason))
    }

    /// What is said from now on is of this file: the one before it is ended.
    pub(super) fn turn_to(&mut self, report: &mut Report, file: &str) -> Result<(), Failure> {
        if report.at.told.of == file {
            return Ok(());
        }
        self.turn_away(report)?;
        file.clone_into(&mut report.at.told.of);
        Ok(())
    }

    /// Says of the file that was turned to what was not said one by one.
    fn turn_away(&mut self, report: &mut Report) -> Result<(), Failure> {
        let Told { of, refused, remark_kinds } = std::mem::take(&mut report.at.told);
        let refused = (refused, What::Refused, "refusals of this file".to_owned());
        let remarks = remark_kinds.into_iter().map(|(kind, number)| {
            let kind = kind.trim_end();
            let that = if kind.is_empty() { String::new() } else { format!(" that begin with “{kind}”") };
            (number, What::Remarked, format!("remarks of this file{that}"))
        });
        for (number, what, words) in std::iter::once(refused).chain(remarks) {
            if let Some(more @ 1..) = number.checked_sub(ONE_BY_ONE) {
                let why = format!("{more} more {words}: counted, and not written one by one");
                self.note(line(what, &of, None, String::new(), why))?;
            }
        }
        Ok(())
    }

    /// Ends it: the report is whole. One that has nothing to tell leaves none.
    pub(super) async fn end(
        mut self,
        target: &Target<'_>,
        report: &mut Report,
        kept: Option<&Path>,
    ) -> Result<(), Failure> {
        let worth = report.did_something() || report.refused_in_all + report.aside + report.doubts > 0;
        if worth || kept.is_some() {
            self.begin(target, report).await?;
        }
        let Some(id) = self.id else { return Ok(()) };
        self.turn_away(report)?;
        // A report tells of what came in, not of how far it once had come.
        report.at = At::default();
        self.journal().and_then(Journal::flush).map_err(Failure::said)?;
        let lines = if target.dry_run { self.rehearsed(target) } else { lines_of(target.data, id) };
        let title = format!("Import of {}", self.source);
        if let Some(kept) = kept {
            let written = if kept.extension().is_some_and(|e| e == "html") {
                journal::page(&lines, kept, &title, report, target.dry_run)
            } else {
                std::fs::copy(&lines, kept)
                    .map(|_| ())
                    .map_err(|e| format!("{} cannot be written: {e}", kept.display()))
            };
            written.map_err(Failure::said)?;
            report.lies.push(kept.to_owned());
        }
        if !worth {
            target.store.drop_import(id).await?;
            let _ = std::fs::remove_file(&lines);
            return Ok(());
        }
        if !target.dry_run {
            let page = page_of(target.data, id);
            journal::page(&lines, &page, &title, report, false).map_err(Failure::said)?;
            report.lies.extend([page, lines]);
        }
        target.store.end_import(id, &report.summary(), &report.sums().map_err(Failure::said)?).await?;
        Ok(())
    }
}
