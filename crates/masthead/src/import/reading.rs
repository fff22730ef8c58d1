//! Files of every format, one after the other: read on a thread of their own, settled in batches. A batch and how far its file has come
//! are one transaction, so that a run which was cut off goes on where it was.
use std::collections::HashSet;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use archive::formats::{self, ColumnMap, DateOrder, Format, Found, OrderOf, ReadOptions};
use archive::html::Templates;
use newsroom::articles::Marking;
use store::{Arrived, DateStays, FileProgress, NewCrawl, Outcome, Settle, StaysClosed};
use tokio::sync::mpsc;

use super::guarded::guarded;
use super::journal::{self, Line, What};
use super::pieces::{self, Made};
use super::run::{ONE_BY_ONE, told_well};
use super::{Input, Report, Run, Target, bytes_bar, crawls, images, pages, proper, superseded};
use crate::cli::Failure;

/// Pieces settled in one transaction …
const BATCH: usize = 200;
/// … or fewer, when they are large: bytes of text.
const BATCH_BYTES: usize = 4 << 20;
/// Batches that may wait for the store.
const WAITING: usize = 2;

/// What is said of a story whose identity another one has.
const SHARES: &str = "has the identity of another story, of another time, headline and words: both went in";

/// How files are read.
#[derive(Debug, Clone, Default)]
pub struct How {
    pub format: Option<Format>,
    pub columns: ColumnMap,
    /// The order of day and month in a table's dates.
    pub dates: Option<DateOrder>,
}

/// What is said of a table that needs no order, and of an import without one.
const UNNEEDED: &str = "--dates changes nothing here: none of its dates may be two days";
const NO_TABLE: &str =
    "acts on CSV and JSON Lines, and no file here is one: dates of other formats are read as those formats write them";

/// What is said of a date that a named order does not change.
const fn date_stays(why: DateStays) -> &'static str {
    match why {
        DateStays::Decided => {
            "--dates does not change its date: the desk decided its date. Undo that under Decided at /desk/doubts, and import again"
        }
        DateStays::Another => {
            "--dates does not change its date: the story has the words and the date of another source"
        }
    }
}

/// Why a piece stays as closed as its source had it.
const fn stays_closed(why: StaysClosed) -> &'static str {
    match why {
        StaysClosed::Silent => {
            "its source says nothing of who may read any more: it stays as closed as it was said to be; open it at the desk if it is to be open"
        }
        StaysClosed::Undated => {
            "this import has it with two markings, and no date tells which is later: the stricter one is kept; date one of them, or \
             mark it at the desk"
        }
        StaysClosed::OfCopy => {
            "closed the story and says now that more people may read it; the story has the words of another source, which it opens for nobody: it \
             stays as closed as it is; mark it at the desk if it is to be open"
        }
    }
}

/// Which of two states of a piece is followed: the one that came in now, since its source dates it later, or as nothing tells which is.
pub const fn followed(dated_later: bool) -> &'static str {
    if dated_later {
        "the source says it otherwise now, and dates that later"
    } else {
        "the source says it otherwise now; it dates neither state later, so the one that came in last is followed"
    }
}

/// What is said of what its source said before what the paper has.
fn older(settled: &store::Taken, by_publication: bool) -> String {
    let days = settled.dated_before.map(|[this, had]| format!(" ({had}, this one {this})")).unwrap_or_default();
    if by_publication {
        format!(
            "older version, not taken: its source gives no date of change, so that of publication counts, and what the paper has is dated \
             later{days}. To have this one all the same, give it a date of change that is later still (in a table, a column “updated”), and \
             import that"
        )
    } else {
        format!(
            "older version, not taken: its source dates what the paper has later{days}. To have this one all the same, save it again there, \
             which dates it anew, and import that export"
        )
    }
}

const OLDER_THAN_HELD_BACK: &str = "older version, not taken: what its source says later is that it is not public. To have it all the same, publish it \
     there, which dates it anew, and import that export";

const UNDATED_HELD_BACK: &str = "this import has it both public and not public, and nothing tells which is later: it is kept back. To have it, give \
     the rows the day of their last change in a column “updated”, or leave the other file out, and import again";

/// What is said of a later version of a source whose words the story does not have.
pub fn of_copy(settled: &store::Taken) -> String {
    let asked = if settled.asked {
        "what it corrects of the story is asked at the desk"
    } else {
        "nothing of it is asked: where it says something otherwise than before, the story says neither"
    };
    let follows = settled.follows.as_deref().unwrap_or_default();
    format!("a later version of a copy; the story follows {follows}. What it says stands under Versions; {asked}")
}

/// What is said of what a source says otherwise and the story keeps: the desk decided it, or it would tell what is closed.
fn kept(parts: &[&str], asked: bool) -> String {
    let asked = if asked { ", and where the text says it as before, that is asked at the desk" } else { "" };
    format!(
        "its source says it otherwise now, and it stays as the paper has it: {}. What the source says stands under Versions{asked}",
        parts.join(", ")
    )
}

/// The same of a copy that does not say who may read it.
fn closes_silently(marking: Option<Marking>) -> String {
    let told = |marking: Marking| {
        let word = marking.word();
        format!(
            ". It is {word} since: that copy does not say who may read it, and what does not is {word} by marking in the settings’ [import]"
        )
    };
    marking.map_or_else(String::new, told)
}

/// How a copy that came with words of its own is parted from a story.
const ARE_TWO: &str = "If the two are two stories, say so at the desk";

/// What is said of a public piece whose story another source keeps out.
pub fn stays_out(by: &str) -> String {
    format!("is public here, and stays out of the paper: “{by}” says of the same story that it is not public")
}

/// What is said of a story that a copy closes.
pub fn closes(marking: Option<Marking>) -> String {
    marking.map_or_else(String::new, |marking| format!(". It is {} since, as that copy is", marking.word()))
}

/// One thing of a file.
enum Piece {
    Found(Found),
    /// A page that is no story.
    Aside(pages::Aside),
}

/// Some things that a reader found, or the end of its file.
enum Told {
    Found(Vec<Piece>),
    End(Result<formats::Read, String>),
}

/// Takes the files in. The crawls among them wait to be rebuilt together.
///
/// # Errors
/// When the store or the report fails.
pub async fn take(
    target: &Target<'_>,
    how: &How,
    inputs: &[&Input],
    run: &mut Run,
    report: &mut Report,
) -> Result<(), Failure> {
    let bar = bytes_bar(inputs.iter().map(|input| input.length()).sum(), "reading");
    if how.dates.is_some() && !inputs.is_empty() && !inputs.iter().any(|input| is_table(how, input)) {
        report.remark("--dates", NO_TABLE);
    }
    let mut templates = None;
    let mut before = 0;
    let mut known = Vec::new();
    let owned: Vec<Input> = inputs.iter().map(|input| (*input).clone()).collect();
    let beside = tokio::task::spawn_blocking(move || images::Beside::of(&owned)).await;
    let beside = beside.map_err(|e| Failure::said(format!("the folders could not be looked at: {e}")))?;
    for (nth, input) in inputs.iter().enumerate() {
        before += input.length();
        // Of a run before this one, which was cut off.
        if nth < report.at.files {
            continue;
        }
        let table = is_table(how, input);
        let named_now = how.dates.is_some() && table;
        let order_named = table && order_named(target, how, input, beside.print(input)).await?;
        let file = match progress(target, how, input, beside.print(input)).await? {
            // Whoever names the order of its dates may take back what another order made of them: it is read again, whatever it was before.
            // So does whoever goes back to what a file said before.
            Ok(file) if (order_named || file.replaced) && (file.done || file.pieces == 0) => {
                FileProgress { pieces: 0, stories: 0, refused: 0, done: false, again: false, ..file }
            }
            Ok(file) => file,
            Err(reason) => {
                run.refuse(report, &input.name, &reason)?;
                report.at.files = nth + 1;
                continue;
            }
        };
        if file.done {
            report.unchanged += usize::try_from(file.stories).unwrap_or(usize::MAX);
            report.not_read += 1;
            report.at.files = nth + 1;
            known.push(superseded::Known { input, read_as: file.read_as });
        } else {
            run.begin(target, report).await?;
            let learned = match &templates {
                Some(learned) => Arc::clone(learned),
                None => Arc::clone(templates.insert(learned(how, inputs).await?)),
            };
            run.turn_to(report, &input.name)?;
            let mut reading = Reading {
                target,
                run,
                report,
                file,
                refused_now: 0,
                crawls: Vec::new(),
                input,
                nth,
                order_named,
                named_now,
            };
            reading.read(how, learned, &bar, before - input.length()).await?;
        }
        bar.set_position(before);
    }
    bar.finish_and_clear();
    superseded::tell(target, how, &known, inputs, report).await
}

/// What the pages among the files have in common.
async fn learned(how: &How, inputs: &[&Input]) -> Result<Arc<Templates>, Failure> {
    let (how, inputs) = (how.clone(), inputs.iter().map(|input| (*input).clone()).collect::<Vec<_>>());
    let learned = tokio::task::spawn_blocking(move || pages::learn(&how, &inputs)).await;
    learned.map(Arc::new).map_err(|e| Failure::said(format!("the pages could not be read: {e}")))
}

/// Whether a file has columns or keys of its own, in which dates may be of any form.
fn is_table(how: &How, input: &Input) -> bool {
    let format = how.format.or_else(|| input.head().ok().and_then(|head| formats::detect(&input.name, &head)));
    matches!(format, Some(Format::Csv | Format::Jsonl | Format::Json))
}

/// Whether the order of a table's dates is named now, or was named before: whoever names none any more takes that one back.
async fn order_named(target: &Target<'_>, how: &How, input: &Input, beside: &str) -> Result<bool, Failure> {
    if how.dates.is_some() {
        return Ok(true);
    }
    for order in [DateOrder::DayMonth, DateOrder::MonthDay] {
        let how = How { dates: Some(order), ..how.clone() };
        // One of which something was refused is kept too, to be read again.
        if progress(target, &how, input, beside).await?.is_ok_and(|file| file.done || file.pieces > 0 || file.again) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How far a file has come: known by its bytes, by the pictures beside it, and by the settings it is read with.
async fn progress(
    target: &Target<'_>,
    how: &How,
    input: &Input,
    beside: &str,
) -> Result<Result<FileProgress, String>, Failure> {
    let owned = (*input).clone();
    let bytes = tokio::task::spawn_blocking(move || owned.fingerprint())
        .await
        .map_err(|e| Failure::said(format!("{} could not be read: {e}", input.name)))?;
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(reason) => return Ok(Err(reason)),
    };
    let settings = &target.publication.import;
    let mut sections: Vec<_> = settings.sections.iter().collect();
    sections.sort();
    // Two pages with the same bytes at two addresses are two files.
    let is_page = input.is_named_page() || pages::is_page(how, input);
    let place = if is_page { pages::place(input) } else { String::new() };
    let read_with = format!(
        "{bytes} {place} {:?} {:?}{} {} {} {} {} {sections:?}{beside}",
        how.format,
        how.columns,
        // Whoever names no order has the identities of the time before there was one.
        how.dates.map_or("", DateOrder::name),
        settings.section,
        settings.marking.word(),
        settings.paid.word(),
        target.publication.zone_name,
    );
    let fingerprint = archive::fingerprint(read_with.as_bytes());
    let kept = target.store.file_progress(&fingerprint, &input.name).await?;
    Ok(Ok(FileProgress { fingerprint, name: input.name.clone(), ..kept.unwrap_or_default() }))
}

struct Reading<'a, 'b> {
    target: &'a Target<'b>,
    run: &'a mut Run,
    report: &'a mut Report,
    file: FileProgress,
    refused_now: u64,
    /// Crawls of the batch.
    crawls: Vec<NewCrawl>,
    input: &'a Input,
    /// Its place among all inputs.
    nth: usize,
    /// Somebody named the order of day and month in its dates, at this import or before.
    order_named: bool,
    /// … at this one.
    named_now: bool,
}

impl Reading<'_, '_> {
    async fn read(
        &mut self,
        how: &How,
        templates: Arc<Templates>,
        bar: &indicatif::ProgressBar,
        before: u64,
    ) -> Result<(), Failure> {
        let consumed = Arc::new(AtomicU64::new(0));
        let (sender, mut told) = mpsc::channel(WAITING);
        let (input, how, skip, used) = (self.input.clone(), how.clone(), self.file.pieces, Arc::clone(&consumed));
        let reader = tokio::task::spawn_blocking(move || read_file(&input, &how, &templates, skip, used, &sender));
        while let Some(told) = told.recv().await {
            match told {
                Told::Found(found) => self.settle(found).await?,
                Told::End(ended) => self.end(ended).await?,
            }
            bar.set_position(before + consumed.load(Ordering::Relaxed));
        }
        reader.await.map_err(|e| Failure::said(format!("{} could not be read: {e}", self.input.name)))
    }

    /// Settles a batch.
    async fn settle(&mut self, found: Vec<Piece>) -> Result<(), Failure> {
        let mut settles: Vec<Settle> = Vec::with_capacity(found.len());
        let mut made: Vec<Made> = Vec::with_capacity(found.len());
        self.file.pieces += u64::try_from(found.len()).unwrap_or_default();
        for piece in found {
            let found = match piece {
                Piece::Found(found) => found,
                Piece::Aside(page) => {
                    self.report.set_aside(page.kind, 1);
                    self.run.note(aside(&page.place, &page.text, &page.why))?;
                    continue;
                }
            };
            match self.made(found) {
                Ok(Some(one)) => {
                    settles.push(one.settle.clone());
                    made.push(one);
                }
                Ok(None) => {}
                Err((place, reason)) => {
                    self.refused_now += 1;
                    self.file.refused += 1;
                    self.run.refuse_piece(self.report, &place, &reason)?;
                }
            }
        }
        self.file.stories += u64::try_from(settles.len()).unwrap_or_default();
        self.commit(settles, &made).await
    }

    fn made(&mut self, found: Found) -> Result<Option<Made>, (String, String)> {
        let item = match found {
            Found::Item(item) => *item,
            Found::Refused { place, reason } => return Err((pieces::place(&self.file.name, place), reason)),
            Found::Crawl(text) => {
                // It is told of with the other crawls, and is no piece of this file.
                let made = guarded(self.input, || crawls::made(&text.file, &text.bytes));
                self.crawls.push(made.map_err(|reason| (text.file, reason))?);
                return Ok(None);
            }
            Found::Page(page) => {
                let place = pieces::place(&page.file, page.place);
                return Err((place, "is a page that was not read: import it again".into()));
            }
        };
        let place = pieces::place(&item.file, item.place);
        let picture =
            images::take(self.target, self.input, &item, self.run, self.report).map_err(|e| (place.clone(), e))?;
        let when = pieces::Reckoned { now: self.target.now, order_named: self.order_named };
        let made = guarded(self.input, || pieces::make(self.target.publication, &self.run.own, item, picture, when));
        made.map(Some).map_err(|reason| (place, reason))
    }

    /// One transaction: the pieces, how far the file has come, and the account with its lines.
    async fn commit(&mut self, settles: Vec<Settle>, made: &[Made]) -> Result<(), Failure> {
        let (store, now, run) = (self.target.store, self.target.now, self.run.id()?);
        let (file, crawls) = (self.file.clone(), std::mem::take(&mut self.crawls));
        let told = |settled: &[store::Taken], arrived: &[Arrived]| {
            for (made, settled) in made.iter().zip(settled) {
                self.tell(made, settled)?;
            }
            for (crawl, arrived) in crawls.iter().zip(arrived) {
                crawls::tell(crawl, arrived, self.run, self.report)?;
            }
            self.run.account(self.report)
        };
        told_well(store.settle_pieces(&settles, &crawls, &file, run, now, told).await)
    }

    /// Counts and writes down what became of a piece.
    fn tell(&mut self, made: &Made, settled: &store::Taken) -> Result<(), String> {
        let (Settle::Story(piece) | Settle::HoldBack(piece, _) | Settle::Withdraw(piece)) = &made.settle;
        let number = settled.outcome.number().map(|n| n.0);
        let line = |what, text: &str, why: String| Line {
            what,
            place: piece.place.clone(),
            source: piece.source.clone(),
            story: number,
            paragraph: None,
            text: text.to_owned(),
            why,
            was: None,
        };
        let headline = piece.story.headline.as_str();
        let report = &mut *self.report;
        let (what, why) = became(made, settled);
        if pages::is_other_form(piece) && matches!(settled.outcome, Outcome::Older(_) | Outcome::Same(_)) {
            report.set_aside("another form of a story", 1);
            let why = "is for print, telephones or the like: its address leads to the story";
            return self.run.journal()?.write(line(What::Aside, headline, why.to_owned()));
        }
        report.count_outcome(settled.outcome);
        let date = settled.date_stays.filter(|_| self.named_now).map(|stays| date_stays(stays).to_owned());
        let closed = settled.stays_closed.map(|why| stays_closed(why).to_owned());
        let kept = (!settled.kept.is_empty()).then(|| kept(&settled.kept, settled.asked));
        let out = settled.kept_out.as_deref().map(|by| format!("{}. {ARE_TWO}", stays_out(by)));
        let said = [&date, &closed, &kept, &out].into_iter().any(Option::is_some);
        if what.is_none() && !said && settled.addresses.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<Line> = what.map(|what| line(what, headline, why)).into_iter().collect();
        let shares = (settled.shares && what.is_some()).then(|| SHARES.to_owned());
        // The same words at another address.
        let moved =
            (what.is_none() && !settled.addresses.is_empty()).then(|| format!("nothing of it is new{}", also(settled)));
        let remarks = made.remarks.iter().filter(|_| what.is_some()).cloned().chain(moved);
        let known =
            remarks.chain(shares).chain(date).chain(closed).chain(kept).chain(out).map(|r| (r, headline.to_owned()));
        let named = proper::by_number(number);
        let withheld = settled.withheld.iter().map(|taken| (proper::withheld_told(taken), named.clone()));
        for (remark, headline) in known.chain(withheld) {
            report.remark_of(&piece.place, &remark, number);
            if report.at.told.remark(&remark) <= ONE_BY_ONE {
                lines.push(line(What::Remarked, &headline, remark));
            }
        }
        lines.extend(made.dropped.iter().map(|(text, reason)| line(What::Dropped, text, reason.clone())));
        for (address, other) in &settled.conflicts {
            lines.push(line(What::Conflict, headline, format!("{address} leads to story {}", other.0)));
        }
        lines.extend(settled.doubts.iter().map(|text| line(What::Doubted, headline, text.clone())));
        report.doubts += settled.doubts.len();
        report.conflicts += settled.conflicts.len();
        for line in lines {
            self.run.journal()?.write(line)?;
        }
        Ok(())
    }

    /// The end of a file. One with refused pieces is read again the next time, so that they are told of until they are mended.
    async fn end(&mut self, ended: Result<formats::Read, String>) -> Result<(), Failure> {
        self.report.at.files = self.nth + 1;
        match ended {
            Ok(read) => {
                let unneeded = (self.named_now && read.dates.unclear == 0).then(|| UNNEEDED.to_owned());
                for note in read.notes.iter().chain(&unneeded) {
                    self.report.remark(&self.file.name, note);
                    let written = journal::line(What::Remarked, &self.file.name, None, String::new(), note.clone());
                    self.run.note(written)?;
                }
                for (kind, number) in &read.aside {
                    self.report.set_aside(kind, *number);
                    self.run.note(aside(&self.file.name, kind, &format!("{number} of this kind: no stories")))?;
                }
                if self.file.refused == 0 && self.file.stories > 0 {
                    self.file.done = true;
                } else {
                    self.file = FileProgress { pieces: 0, stories: 0, refused: 0, ..self.file.clone() };
                }
                self.commit(Vec::new(), &[]).await
            }
            Err(reason) => {
                self.run.refuse(self.report, &self.file.name.clone(), &reason)?;
                self.file = FileProgress { pieces: 0, stories: 0, refused: 0, ..self.file.clone() };
                self.commit(Vec::new(), &[]).await
            }
        }
    }
}

/// Reads a file from its beginning and hands over what was not settled before.
fn read_file(
    input: &Input,
    how: &How,
    templates: &Templates,
    skip: u64,
    consumed: Arc<AtomicU64>,
    sender: &mpsc::Sender<Told>,
) {
    let options = ReadOptions { columns: how.columns.clone(), dates: how.dates, ..ReadOptions::default() };
    // What cannot be read is said when it is read.
    let (again, format, as_named) = (input.clone(), how.format, options.clone());
    let learned = move || {
        let order = guarded(&again, || {
            let mut source = BufReader::with_capacity(256 << 10, again.open()?);
            formats::date_order(&mut source, &again.name, format, &as_named).map_err(|e| e.to_string())
        });
        order.ok()?
    };
    let options = ReadOptions { order: Some(OrderOf::asking(learned)), consumed: Some(consumed), ..options };
    let mut batch = Vec::new();
    let (mut bytes, mut seen) = (0, 0_u64);
    let mut sink = |found: Found| {
        seen += 1;
        if seen <= skip {
            return ControlFlow::Continue(());
        }
        bytes += weight(&found);
        batch.push(match found {
            Found::Page(page) => {
                let place = page.place;
                match guarded(input, || Ok(pages::read(page, input, templates))) {
                    Ok(pages::Taken::Story(item)) => Piece::Found(Found::Item(item)),
                    Ok(pages::Taken::Aside(page)) => Piece::Aside(page),
                    Err(reason) => Piece::Found(Found::Refused { place, reason }),
                }
            }
            found => Piece::Found(found),
        });
        if batch.len() >= BATCH || bytes >= BATCH_BYTES {
            bytes = 0;
            if sender.blocking_send(Told::Found(std::mem::take(&mut batch))).is_err() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    };
    let ended = guarded(input, || {
        let mut source = BufReader::with_capacity(256 << 10, input.open()?);
        formats::read(&mut source, &input.name, how.format, &options, &mut sink).map_err(|e| e.to_string())
    });
    if !batch.is_empty() && sender.blocking_send(Told::Found(batch)).is_err() {
        return;
    }
    // Nobody listens any more: then nobody wants to know.
    let _ = sender.blocking_send(Told::End(ended));
}

/// The identities of a file's pieces, as far as they are wanted.
pub fn keys(input: &Input, how: &How, name: &str, wanted: &HashSet<String>) -> HashSet<String> {
    let options = ReadOptions { columns: how.columns.clone(), dates: how.dates, ..ReadOptions::default() };
    let mut found = HashSet::new();
    let mut sink = |piece: Found| {
        let key = match piece {
            Found::Item(item) => item.key,
            Found::Page(_) | Found::Crawl(_) | Found::Refused { .. } => return ControlFlow::Continue(()),
        };
        if wanted.contains(&key) {
            found.insert(key);
        }
        ControlFlow::Continue(())
    };
    let _ = guarded(input, || {
        let mut source = BufReader::with_capacity(256 << 10, input.open()?);
        formats::read(&mut source, name, how.format, &options, &mut sink).map_err(|e| e.to_string())
    });
    found
}

fn weight(found: &Found) -> usize {
    match found {
        Found::Item(item) => item.body.iter().map(|part| part.text().len()).sum::<usize>() + 1024,
        Found::Page(page) => page.bytes.len(),
        Found::Crawl(text) => text.bytes.len(),
        Found::Refused { reason, .. } => reason.len(),
    }
}

/// What a piece became, as the report calls it, and why; nothing of one that was here already.
fn became(made: &Made, settled: &store::Taken) -> (Option<What>, String) {
    match (settled.outcome, &made.settle) {
        (Outcome::New(_), _) => (Some(What::Kept), String::new()),
        (Outcome::Changed(_), _) => {
            let closes = || format!("its source closes it now. Its words are {}", of_copy(settled));
            let parts = match settled.changed.as_slice() {
                [] => String::new(),
                parts => format!(": {}", parts.join(", ")),
            };
            let anew =
                || format!("{}{parts}", settled.dated_later.map_or("the source says it otherwise now", followed));
            (Some(What::Changed), if settled.follows.is_some() { closes() } else { anew() })
        }
        (Outcome::Same(_) | Outcome::StillHeldBack, _) => (None, String::new()),
        (Outcome::Merged(n), settle) => {
            let silent = matches!(settle, Settle::Story(piece) if piece.told_marking.is_none());
            let closes = if silent { closes_silently(settled.closes) } else { closes(settled.closes) };
            (Some(What::Merged), format!("tells the same as story {}{}{closes}", n.0, also(settled)))
        }
        (Outcome::Older(_), settle) => {
            let by_publication = matches!(settle, Settle::Story(piece) if piece.is_dated_by_publication());
            (Some(What::Older), older(settled, by_publication))
        }
        (Outcome::OlderThanHeldBack, _) => (Some(What::Older), OLDER_THAN_HELD_BACK.into()),
        (Outcome::UndatedHeldBack, _) => (Some(What::Older), UNDATED_HELD_BACK.into()),
        (Outcome::OfCopy(_), _) => (Some(What::Merged), of_copy(settled)),
        (Outcome::Withdrawn(n), Settle::HoldBack(..)) => (
            Some(What::Withdrawn),
            format!("its source says now that it is not public: story {} is taken out of the paper", n.0),
        ),
        (Outcome::Withdrawn(n), _) => {
            (Some(What::Withdrawn), format!("its source took it back: story {} is taken out of the paper", n.0))
        }
        (Outcome::Back(n), _) => {
            (Some(What::Changed), format!("its source publishes it again: story {} is back in the paper", n.0))
        }
        (Outcome::HeldBack, Settle::HoldBack(_, reason)) => (Some(What::Unpublished), reason.clone()),
        (Outcome::HeldBack, _) => (Some(What::Unpublished), "withdrawn by its source".into()),
    }
}

/// What is said of the addresses that a piece brought.
fn also(settled: &store::Taken) -> String {
    match settled.addresses.as_slice() {
        [] => String::new(),
        [one] => format!("; its address {one} leads to that story"),
        more => format!("; its addresses {} lead to that story", more.join(", ")),
    }
}

/// The line of something that is no story.
pub fn aside(place: &str, text: &str, why: &str) -> Line {
    Line { what: What::Aside, text: text.to_owned(), ..refused(place, why) }
}

/// The line of something that was refused.
pub fn refused(place: &str, reason: &str) -> Line {
    Line {
        what: What::Refused,
        place: place.to_owned(),
        source: String::new(),
        story: None,
        paragraph: None,
        text: String::new(),
        why: reason.to_owned(),
        was: None,
    }
}
