//! Import: story files, exports of other systems and noisy crawls go in; what became of each is reported and kept.
pub mod addresses;
mod crawls;
mod gathering;
mod guarded;
mod images;
mod inputs;
mod journal;
pub mod lines;
mod pages;
pub mod pictures;
mod pieces;
mod plan;
mod proper;
mod reading;
mod ready;
mod report;
pub mod run;
mod stories;
pub mod story_file;
mod superseded;
#[cfg(test)]
mod tests;
mod times;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use archive::formats::{ColumnMap, DateOrder, Format};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use newsroom::articles::escaped;
use store::Store;

pub use inputs::{Input, Kind, below, inside};
pub use reading::How;
pub use report::{At, Refused, Remark, Report};
use run::Run;

use crate::cli::{Failure, Place, say};
use crate::config::Publication;
use crate::neighbours::{Relating, Stage};

/// Work under way lies here, in the paper's folder.
const WORK: &str = "import-work";
/// Folders of dry runs in it, named by their process.
const REHEARSAL: &str = "dry-run-";
/// Remarks and refusals that are printed; of the rest the report tells.
const PRINTED: usize = 200;

/// Where an import goes.
#[derive(Clone, Copy)]
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
/// Only when the store or the report fails.
pub async fn run(target: &Target<'_>, source: &str, inputs: &[Input]) -> Result<Report, Failure> {
    run_as(target, source, &How::default(), inputs, None).await
}

/// As [`run()`], with a format and columns that somebody named, and another copy of the report at `kept`.
///
/// # Errors
/// As [`run()`].
pub async fn run_as(
    target: &Target<'_>,
    source: &str,
    how: &How,
    inputs: &[Input],
    kept: Option<&Path>,
) -> Result<Report, Failure> {
    forsaken(&target.data.join(WORK));
    if !target.dry_run {
        return taken(target, source, how, inputs, kept).await;
    }
    // A dry run does everything, in a copy of the database that is thrown away: what it tells is what would happen.
    let work = rehearsal(target.data);
    let clear = || if work.exists() { std::fs::remove_dir_all(&work) } else { Ok(()) };
    let unwritable = |e: std::io::Error| Failure::said(format!("{} cannot be written: {e}", work.display()));
    clear().map_err(unwritable)?;
    let rehearsal = Store::open(&store::Location::Sqlite(work.join("copy.db"))).await?;
    let copied = target.store.copy_archive_to(&rehearsal).await;
    let report = match copied {
        Ok(()) => taken(&Target { store: &rehearsal, ..*target }, source, how, inputs, kept).await,
        Err(error) => Err(error.into()),
    };
    rehearsal.close().await;
    clear().map_err(unwritable)?;
    report
}

/// Where a dry run of this process works.
fn rehearsal(data: &Path) -> PathBuf {
    data.join(WORK).join(format!("{REHEARSAL}{}", std::process::id()))
}

/// Removes what dry runs left that were killed: a copy of the archive each. What cannot be removed now is next time.
fn forsaken(work: &Path) {
    let Ok(entries) = std::fs::read_dir(work) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(REHEARSAL)).and_then(|id| id.parse::<u32>().ok());
        let gone = |id: u32| Path::new("/proc/self").exists() && !Path::new("/proc").join(id.to_string()).exists();
        if process.is_some_and(gone)
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, folder = %entry.path().display(), "what a killed dry run left stays on the disk");
        }
    }
}

async fn taken(
    target: &Target<'_>,
    source: &str,
    how: &How,
    inputs: &[Input],
    kept: Option<&Path>,
) -> Result<Report, Failure> {
    let mut report = Report { source: source.to_owned(), ..Report::default() };
    let mut run = Run::new(target, source, how, inputs);
    run.go_on(target, &mut report).await?;
    if report.at == At::default() {
        report.at.first = target.store.last_story().await?.0;
    }
    let sorted = sort(how, inputs);
    // Pictures beside pages are furniture too: those of the stories are taken with their stories.
    let beside = sorted.pages && !inputs.iter().any(|input| input.kind() == Kind::PictureList);
    let chosen = if beside { &[] } else { inputs };
    let pictures = if report.at.pictures {
        pictures::take(target, chosen, &mut Report::default()).0
    } else {
        let (pictures, refused) = pictures::take(target, chosen, &mut report);
        for Refused { name, reason } in refused {
            run.refuse(&mut report, &name, &reason)?;
        }
        sorted.tell(&mut run, &mut report)?;
        pictures
    };
    report.at.pictures = true;
    stories::take(target, &sorted.own, &pictures, &mut run, &mut report).await?;
    reading::take(target, how, &sorted.formats, &mut run, &mut report).await?;
    crawls::take(target, &sorted.crawls, &mut run, &mut report).await?;
    gathering::take(target, &mut run, &mut report).await?;
    images::tell(source, &mut run, &mut report)?;
    run.end(target, &mut report, kept).await?;
    Ok(report)
}

/// The inputs by the way in which they go in.
struct Sorted<'a> {
    /// Story files and lines as this program writes them.
    own: Vec<&'a Input>,
    /// Exports of other systems.
    formats: Vec<&'a Input>,
    crawls: Vec<&'a Input>,
    /// Pages are among the exports.
    pages: bool,
    /// Files that pages are made with: styles, scripts, drawings. By their ending.
    furniture: BTreeMap<String, u64>,
    /// What is no file, and why it is left out.
    left_out: Vec<(&'a str, &'a str)>,
    /// Links to what goes in under its own name.
    twins: Vec<&'a str>,
}

/// What a link is called in the report that leads to what goes in under its own name.
const TWIN: &str = "link to what goes in anyway";

impl Sorted<'_> {
    fn tell(&self, run: &mut Run, report: &mut Report) -> Result<(), Failure> {
        for (ending, number) in &self.furniture {
            // A run that was cut off has told it.
            if report.aside_kinds.contains_key(ending) {
                continue;
            }
            report.set_aside(ending, *number);
            run.note(reading::aside("", ending, &format!("{number} file(s) that belong to the pages")))?;
        }
        for name in &self.twins {
            report.set_aside(TWIN, 1);
            run.note(reading::aside(name, TWIN, "what it leads to comes under its own name"))?;
        }
        for (name, reason) in &self.left_out {
            run.refuse(report, name, reason)?;
        }
        Ok(())
    }
}

fn sort<'a>(how: &How, inputs: &'a [Input]) -> Sorted<'a> {
    let mut sorted = Sorted {
        own: Vec::new(),
        formats: Vec::new(),
        crawls: Vec::new(),
        pages: inputs.iter().any(|input| input.is_named_page() && pages::is_page(how, input)),
        furniture: BTreeMap::new(),
        left_out: Vec::new(),
        twins: Vec::new(),
    };
    for input in inputs {
        if sorted.pages
            && input.left_out().is_none()
            && let Some(ending) = input.furniture()
        {
            *sorted.furniture.entry(ending).or_default() += 1;
            continue;
        }
        let packed = input.name.ends_with(".gz");
        let list = match input.kind() {
            Kind::Story => &mut sorted.own,
            Kind::Picture | Kind::PictureList | Kind::Beside => continue,
            Kind::LeftOut => {
                sorted.left_out.extend(input.left_out().map(|reason| (input.name.as_str(), reason)));
                continue;
            }
            Kind::Twin => {
                sorted.twins.push(&input.name);
                continue;
            }
            _ if how.format.is_some() => &mut sorted.formats,
            Kind::Lines if stories::are_own_lines(input) => &mut sorted.own,
            Kind::Lines => &mut sorted.formats,
            Kind::Crawl => match input.head().ok().and_then(|head| archive::formats::detect(&input.name, &head)) {
                Some(Format::Crawl) if !packed => &mut sorted.crawls,
                // What is of no known format is refused there, with what mends it.
                _ => &mut sorted.formats,
            },
        };
        list.push(input);
    }
    sorted
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("  {msg:<10} {bar:32} {pos}/{len}  {per_sec}  {eta} left") {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.with_message(what)
}

fn bytes_bar(bytes: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    let text = "  {msg:<10} {bar:32} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(text) {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.with_message(what)
}

/// What `masthead import` was asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub paths: Vec<PathBuf>,
    pub dry_run: bool,
    pub format: Option<String>,
    /// `headline=Title,body=Text`
    pub map: Vec<String>,
    /// `words=section`
    pub section_map: Vec<String>,
    /// `day-month` or `month-day`
    pub dates: Option<String>,
    /// A file that ends in `.html` or `.jsonl`.
    pub report: Option<PathBuf>,
}

/// `masthead import PATH…`
///
/// It works on a thread of its own: a read that waits for ever, for a pipe or a disk that does not answer, keeps nobody from ending it.
///
/// # Errors
/// One clear line.
pub async fn command(place: Place, asked: Asked) -> Result<(), Failure> {
    let rehearsed = asked.dry_run.then(|| rehearsal(&place.data));
    let done = worked(place, asked).await;
    if let Some(work) = rehearsed {
        // Of one that was stopped, a thread may still be writing there. What stays in spite of that goes at the next import.
        let _ = (0..3).find(|_| !work.exists() || std::fs::remove_dir_all(&work).is_ok());
    }
    done
}

async fn worked(place: Place, asked: Asked) -> Result<(), Failure> {
    let (dry_run, here) = (asked.dry_run, tokio::runtime::Handle::current());
    let begun: Arc<OnceLock<Begun>> = Arc::default();
    let known = Arc::clone(&begun);
    let mut work = tokio::task::spawn_blocking(move || here.block_on(import(&place, &asked, &known)));
    let done = tokio::select! {
        done = &mut work => done,
        () = crate::cli::stopped() => match tokio::time::timeout(LET_GO, &mut work).await {
            Ok(done) => done,
            Err(_) => {
                let asked = async {
                    match begun.get() {
                        Some(begun) => begun.before(dry_run).await,
                        None => Before::Nothing,
                    }
                };
                let before = tokio::time::timeout(ASKED, asked).await.unwrap_or(Before::Nothing);
                return Err(goes_on(&stopped(), dry_run, before));
            }
        },
    };
    done.map_err(|error| Failure::said(format!("the import broke off: {error}")))?
}

/// How long an import that is ended may take to say so itself …
const LET_GO: Duration = Duration::from_millis(1_000);
/// … and how long the database, to say whether anything went in.
const ASKED: Duration = Duration::from_millis(500);

/// An import that has begun, for whoever ends it.
struct Begun {
    store: Store,
    source: String,
    how: How,
    inputs: Vec<Input>,
    /// It came to its end: what is left is to say so.
    ended: AtomicBool,
}

/// What of an import is in when it is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Some,
    All,
}

impl Begun {
    async fn before(&self, dry_run: bool) -> Before {
        if self.ended.load(Ordering::Acquire) {
            return Before::All;
        }
        let some = !dry_run && run::went_in(&self.store, &self.source, &self.how, &self.inputs).await;
        if some { Before::Some } else { Before::Nothing }
    }
}

fn stopped() -> Failure {
    Failure::Stopped("stopped".to_owned())
}

async fn import(place: &Place, asked: &Asked, known: &OnceLock<Begun>) -> Result<(), Failure> {
    let how = how(asked)?;
    let inputs = below(&asked.paths).map_err(Failure::said)?;
    if inputs.is_empty() {
        return Err(Failure::said("there is no file in what you named: name a folder or files with stories"));
    }
    let mut opened = crate::cli::open(place).await?;
    map_sections(&mut opened.publication, &asked.section_map)?;
    let target = Target {
        publication: &opened.publication,
        store: &opened.store,
        data: &place.data,
        dry_run: asked.dry_run,
        now: crate::clock::Clock::system().now(),
    };
    let source = asked.paths.iter().map(|path| inputs::shown(path)).collect::<Vec<_>>().join(", ");
    ready::ready(&target, &inputs, asked.report.as_deref())?;
    let ended = AtomicBool::new(false);
    let begun = known.get_or_init(|| Begun { store: opened.store.clone(), source, how, inputs, ended });
    let done = tokio::select! {
        done = run_as(&target, &begun.source, &begun.how, &begun.inputs, asked.report.as_deref()) => done,
        () = crate::cli::stopped() => Err(stopped()),
    };
    let report = match done {
        Ok(report) => report,
        Err(error) => {
            let before = begun.before(asked.dry_run).await;
            return Err(goes_on(&error, asked.dry_run, before));
        }
    };
    begun.ended.store(true, Ordering::Release);
    if !asked.dry_run && report.did_something() {
        // Pages have their lists at once. What fails here is done by the round of the running paper.
        let chosen = tokio::select! {
            chosen = relate(&opened.store, &opened.publication.language) => chosen.map_err(|error| error.to_string()),
            () = crate::cli::stopped() => Err("stopped".to_owned()),
        };
        if let Err(error) = chosen {
            say(&format!("What to read beside the stories is still to be chosen, by the running paper: {error}"));
        }
    }
    tell(&report);
    if !report.lies.is_empty() {
        say(&format!(
            "The whole report: {}",
            report.lies.iter().map(|path| inputs::shown(path)).collect::<Vec<_>>().join(", ")
        ));
    }
    let foretold = if asked.dry_run { "Nothing was changed. It would be: " } else { "" };
    say(&format!("{foretold}{}.", report.summary()));
    opened.store.close().await;
    if report.failed() {
        return Err(Failure::said("nothing went in: each line above that begins with “refused” says what mends it"));
    }
    if report.refused_in_all > 0 {
        return Err(Failure::Partly);
    }
    Ok(())
}

/// Chooses what to read beside each story, and shows how far it is.
async fn relate(store: &store::Store, language: &str) -> Result<(), store::StoreError> {
    let stories = usize::try_from(store.stories_kept().await?).unwrap_or(usize::MAX);
    let bar = bar(stories, "choosing what to read beside");
    let shown = bar.clone();
    let told = move |stage: Stage, done: usize| {
        shown.set_message(match stage {
            Stage::Learning => "learning which stories are alike",
            Stage::Reading => "reading stories",
            Stage::AlsoRead => "choosing Also Read",
            Stage::MoreFromSection => "choosing More From This Section",
        });
        shown.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    };
    let done = Relating::new(language).on_all_cores(Box::new(told)).finish(store).await;
    bar.finish_and_clear();
    done
}

/// What is said of an import that ended before its end: that nothing is lost, and how to go on.
fn goes_on(error: &Failure, dry_run: bool, before: Before) -> Failure {
    let reason = error.to_string();
    let plain = reason.trim_end_matches('.');
    // ENOSPC and EDQUOT as the system, SQLite and PostgreSQL word them.
    let full =
        ["No space left", "disk is full", "DiskFull", "quota exceeded"].iter().any(|words| reason.contains(words));
    let room = if full { " Make room on the disk." } else { "" };
    let rest = match (dry_run, before) {
        (true, _) => "Nothing was changed: it was a dry run",
        (false, Before::All) => {
            "The import had come to its end, and all of it is in: its report lies in the paper's folder, and at the desk"
        }
        (false, Before::Some) => "What went in before is in: the same command goes on where this one stopped",
        (false, Before::Nothing) => "No story went in before: give the same command again",
    };
    let line = format!("{plain}.{room} {rest}");
    if matches!(error, Failure::Stopped(_)) { Failure::Stopped(line) } else { Failure::Said(line) }
}

fn how(asked: &Asked) -> Result<How, Failure> {
    let names = || Format::ALL.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
    let format =
        match asked.format.as_deref() {
            None => None,
            Some(name) => Some(Format::named(name).ok_or_else(|| {
                Failure::said(format!("“{name}” is no format that can be read; there are {}", names()))
            })?),
        };
    if let Some(path) = &asked.report {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if !matches!(ending, "html" | "jsonl") {
            return Err(Failure::said("--report needs a file that ends in .html or .jsonl"));
        }
    }
    let columns = ColumnMap::parse(&asked.map.join(",")).map_err(|e| Failure::said(format!("--map: {e}")))?;
    let dates = match asked.dates.as_deref() {
        None => None,
        Some(name) => Some(DateOrder::named(name).ok_or_else(|| {
            Failure::said(format!(
                "--dates: “{name}” is no order: write day-month (3 April is 03/04) or month-day (it is 04/03)"
            ))
        })?),
    };
    Ok(How { format, columns, dates })
}

/// Sections that the command line maps win over those of the settings.
fn map_sections(publication: &mut Publication, pairs: &[String]) -> Result<(), Failure> {
    for pair in pairs {
        let (words, code) = pair
            .rsplit_once('=')
            .ok_or_else(|| Failure::said(format!("--section-map: “{pair}” is not WORDS=SECTION")))?;
        if !publication.sections.iter().any(|s| s.code == code.trim()) {
            let known: Vec<&str> = publication.sections.iter().map(|s| s.code.as_str()).collect();
            return Err(Failure::said(format!(
                "--section-map: there is no section “{}”; there are {}",
                code.trim(),
                known.join(", ")
            )));
        }
        publication.import.sections.insert(words.trim().to_lowercase(), code.trim().to_owned());
    }
    Ok(())
}

/// Prints what became of the files.
pub fn tell(report: &Report) {
    if let Some(archive) = &report.archive {
        say(&archive.to_text().trim_end().lines().map(escaped).collect::<Vec<_>>().join("\n"));
    }
    let remarks = report.remarks.iter().map(|remark| (remark.text.as_str(), remark.name.as_str()));
    grouped("remark", remarks, report.remarks_in_all - report.remarks.len());
    for (kind, number) in &report.aside_kinds {
        say(&format!("set aside: {number} × {kind}"));
    }
    if report.not_read > 0 {
        let (files, them) = if report.not_read == 1 { ("file", "it") } else { ("files", "them") };
        say(&format!(
            "not read again: {} {files} that went in whole before, known by every byte; what was set aside in {them} is not counted again",
            report.not_read
        ));
    }
    if report.undated > 0 {
        let stories = if report.undated == 1 { "story" } else { "stories" };
        say(&format!(
            "undated: {} {stories} of crawls, none of which has a word of when it was published; date them at /desk/doubts?kind=date",
            report.undated
        ));
    }
    if report.missing > 0 {
        let pictures = if report.missing == 1 { "picture" } else { "pictures" };
        say(&format!(
            "not given: {} {pictures} that stories show; copy what you have beside the files and import again, the report names each",
            report.missing
        ));
    }
    let refused = report.refused.iter().map(|refused| (refused.reason.as_str(), refused.name.as_str()));
    grouped("refused", refused, report.refused_in_all - report.refused.len());
}

/// Prints what was said of several pieces once, with the first of them; `rest` more are in the report alone. Names and words come from
/// files: what would move the cursor or turn the line is shown as a sign.
fn grouped<'a>(what: &str, said: impl Iterator<Item = (&'a str, &'a str)>, rest: usize) {
    let mut groups: Vec<(&str, &str, usize)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (text, name) in said {
        let at = *places.entry(text).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.2 += 1,
            None => groups.push((text, name, 1)),
        }
    }
    for (text, name, times) in groups.iter().take(PRINTED) {
        let others = if *times > 1 { format!(" (and {} more)", times - 1) } else { String::new() };
        say(&escaped(&format!("{what}: {name}{others}: {text}")));
    }
    let printed: usize = groups.iter().take(PRINTED).map(|(.., times)| times).sum();
    let all = groups.iter().map(|(.., times)| times).sum::<usize>() + rest;
    more(all, printed, if what == "remark" { "remarks" } else { "refusals" });
}

fn more(all: usize, printed: usize, what: &str) {
    if all > printed {
        say(&format!("and {} more {what}: see the report", all - printed));
    }
}
