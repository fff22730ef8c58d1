//! Story files and exported lines, saved in batches.
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read as _};

use newsroom::articles::{Marking, Story};
use serde::Deserialize;
use store::{Given, Outcome};

use super::guarded::guarded;
use super::inputs::unreadable;
use super::journal::{What, line};
use super::pictures::Pictures;
use super::proper::{by_number, proper, withheld_told};
use super::reading::of_copy;
use super::run::{ONE_BY_ONE, told_well};
use super::{Input, Kind, Report, Run, Target, bytes_bar, lines, story_file, words};
use crate::cli::Failure;
use crate::config::Publication;

/// Stories saved in one transaction …
const BATCH: usize = 200;
/// … or fewer, when they are large: bytes of text.
const BATCH_BYTES: usize = 4 << 20;
/// Longer lines are refused, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// A story that was read.
struct Found {
    story: Story,
    key: String,
    /// A marking nobody knows.
    unknown: Option<String>,
    /// What was not taken as it was.
    remarks: Vec<String>,
}

impl Found {
    fn of(mut story: Story, key: String, unknown: Option<String>) -> Self {
        let remarks = proper(&mut story);
        Self { story, key, unknown, remarks }
    }
}

/// Takes story files and exported lines in, one after the other.
///
/// # Errors
/// Only when the store or the report fails.
pub async fn take(
    target: &Target<'_>,
    chosen: &[&Input],
    pictures: &Pictures,
    run: &mut Run,
    report: &mut Report,
) -> Result<(), Failure> {
    if chosen.is_empty() {
        return Ok(());
    }
    let bar = bytes_bar(chosen.iter().map(|input| input.length()).sum(), "stories");
    let mut own = Own { target, chosen, run, report, batch: Vec::new(), bytes: 0, read: 0, seen: HashMap::new() };
    for (nth, input) in chosen.iter().enumerate() {
        if input.kind() == Kind::Story {
            let found = guarded(input, || {
                let (story, unknown) = story_file::read(&text_of(input)?, pictures)?;
                Ok(Found::of(story, format!("file:{}", input.key()), unknown))
            });
            own.piece(nth, 0, found)?;
            bar.inc(input.length());
        } else {
            own.lines(nth, &bar).await?;
        }
        own.save_when_full().await?;
    }
    own.save().await?;
    bar.finish_and_clear();
    Ok(())
}

/// Own stories on their way in.
struct Own<'a, 'b> {
    target: &'a Target<'b>,
    chosen: &'a [&'a Input],
    run: &'a mut Run,
    report: &'a mut Report,
    batch: Vec<Given>,
    bytes: usize,
    /// Pieces that were read, refused ones among them.
    read: u64,
    /// By what is known of a key: the file and line of what came under it first.
    seen: HashMap<[u8; 16], (usize, u64)>,
}

impl Own<'_, '_> {
    /// The lines of a file.
    async fn lines(&mut self, nth: usize, bar: &indicatif::ProgressBar) -> Result<(), Failure> {
        let Some(input) = self.chosen.get(nth).copied() else { return Ok(()) };
        let mut reader = match input.open() {
            Ok(file) => BufReader::with_capacity(256 << 10, file),
            Err(reason) => return self.refuse(nth, &input.name, &reason),
        };
        let (mut line, mut number, mut first) = (Vec::new(), 0, true);
        loop {
            line.clear();
            let length = match next_line(&mut reader, &mut line) {
                Ok(0) if number == 0 => return self.refuse(nth, &input.name, "is empty: there is nothing to read"),
                Ok(0) => return Ok(()),
                Ok(length) => length,
                Err(error) => return self.refuse(nth, &input.name, &unreadable(&error)),
            };
            number += 1;
            bar.inc(length);
            if length > LONGEST_LINE {
                let most = LONGEST_LINE >> 20;
                self.piece(nth, number, Err(format!("is longer than the {most} MiB that one story can be")))?;
                continue;
            }
            let Ok(text) = std::str::from_utf8(&line) else {
                let reason = "is not UTF-8 text, and the file was read no further: save it as UTF-8";
                return self.piece(nth, number, Err(reason.to_owned()));
            };
            if text.trim().is_empty() {
                continue;
            }
            if std::mem::take(&mut first)
                && let Some(kind) = other_export(text)
            {
                let mend = "stories alone can be imported. To move readers, copy the database";
                return self.refuse(nth, &input.name, &format!("is an export of {kind}: {mend}"));
            }
            let whole = line.ends_with(b"\n");
            self.piece(
                nth,
                number,
                read_line(text).map_err(|error| if whole { error.reason } else { error.at_the_end() }),
            )?;
            self.save_when_full().await?;
        }
    }

    fn name(&self, nth: usize, line: u64) -> String {
        let name = self.chosen.get(nth).map_or("", |input| input.name.as_str());
        if line == 0 { name.to_owned() } else { format!("{name}, line {line}") }
    }

    /// One more piece. What a run before this one settled is only remembered.
    fn piece(&mut self, nth: usize, line: u64, found: Result<Found, String>) -> Result<(), Failure> {
        let name = self.name(nth, line);
        let found = found.and_then(|found| in_section(self.target.publication, found)).and_then(|found| {
            let digest: [u8; 16] =
                blake3::hash(found.key.as_bytes()).as_bytes().first_chunk().copied().unwrap_or_default();
            if let Some((file, first)) = self.seen.get(&digest) {
                return Err(twice(line > 0, &self.name(*file, *first)));
            }
            self.seen.insert(digest, (nth, line));
            Ok(found)
        });
        match found {
            Err(reason) => self.refuse(nth, &name, &reason),
            Ok(found) => {
                self.read += 1;
                if self.read <= self.report.at.stories {
                    return Ok(());
                }
                self.remark(nth, &name, &found)?;
                self.bytes += found.story.body.iter().map(|block| block.text().len()).sum::<usize>();
                self.batch.push(Given { story: found.story, source: found.key, place: name });
                Ok(())
            }
        }
    }

    fn refuse(&mut self, nth: usize, name: &str, reason: &str) -> Result<(), Failure> {
        self.read += 1;
        if self.read <= self.report.at.stories {
            return Ok(());
        }
        self.turn_to(nth)?;
        self.run.refuse_piece(self.report, name, reason)
    }

    fn turn_to(&mut self, nth: usize) -> Result<(), Failure> {
        self.chosen.get(nth).map_or(Ok(()), |input| self.run.turn_to(self.report, &input.name))
    }

    /// What a publisher should know of a story that goes in.
    fn remark(&mut self, nth: usize, name: &str, found: &Found) -> Result<(), Failure> {
        let target = self.target;
        let word = found.unknown.as_ref().map(|word| {
            format!("marking “{word}” is not known: closed as premium. Write free, registered, metered or premium")
        });
        let later = found.story.published_at.filter(|at| *at > target.now).map(|at| {
            let there = at.to_zoned(target.publication.zone.clone());
            format!("will appear on {} ({})", there.strftime("%-d %B %Y at %H:%M"), target.publication.zone_name)
        });
        for text in word.into_iter().chain(later).chain(found.remarks.iter().cloned()) {
            self.turn_to(nth)?;
            self.report.remark(name, &text);
            if self.report.at.told.remark(&text) > ONE_BY_ONE {
                continue;
            }
            self.run.note(line(What::Remarked, name, None, found.story.headline.clone(), text))?;
        }
        Ok(())
    }

    async fn save_when_full(&mut self) -> Result<(), Failure> {
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES { self.save().await } else { Ok(()) }
    }

    async fn save(&mut self) -> Result<(), Failure> {
        if self.read <= self.report.at.stories {
            return Ok(());
        }
        self.run.begin(self.target, self.report).await?;
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        self.report.at.stories = self.read;
        let (run, report) = (&mut *self.run, &mut *self.report);
        let id = run.id()?;
        let told = |outcomes: &[store::Taken]| {
            for (given, taken) in batch.iter().zip(outcomes) {
                report.count_outcome(taken.outcome);
                let (what, why) = match taken.outcome {
                    Outcome::New(_) => (What::Kept, String::new()),
                    Outcome::Changed(_) => (What::Changed, "the source says it otherwise now".to_owned()),
                    Outcome::OfCopy(_) => (What::Merged, of_copy(taken)),
                    _ => continue,
                };
                let number = taken.outcome.number().map(|number| number.0);
                let headline = &given.story.headline;
                run.journal()?.write(line(what, &given.place, number, headline.clone(), why))?;
                report.doubts += taken.doubts.len();
                for doubt in &taken.doubts {
                    run.journal()?.write(line(What::Doubted, &given.place, number, headline.clone(), doubt.clone()))?;
                }
                for remark in taken.withheld.iter().map(withheld_told) {
                    report.remark_of(&given.place, &remark, number);
                    run.journal()?.write(line(What::Remarked, &given.place, number, by_number(number), remark))?;
                }
            }
            run.account(report)
        };
        told_well(self.target.store.settle_stories(&batch, id, self.target.now, told).await)
    }
}

/// Reads a line to its end, and of one that is too long only the beginning; gives its whole length, 0 at the end.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut length = reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', line)? as u64;
    while length > LONGEST_LINE && line.last() != Some(&b'\n') {
        let (used, end) = {
            let rest = reader.fill_buf()?;
            let end = rest.iter().position(|byte| *byte == b'\n');
            (end.map_or(rest.len(), |at| at + 1), end.is_some() || rest.is_empty())
        };
        reader.consume(used);
        length += used as u64;
        if end {
            break;
        }
    }
    Ok(length)
}

fn text_of(input: &Input) -> Result<String, String> {
    let bytes = input.read()?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 text: save it as UTF-8".to_owned())
}

fn twice(line: bool, first: &str) -> String {
    if line {
        return format!("is known by the same name as {first}: give one of them another \"source\" or \"slug\"");
    }
    format!("is known by the same name as {first}: give one of them another name, or import the folder that holds both")
}

/// Why a line is no story.
struct Unread {
    reason: String,
    /// It ends before its story does.
    cut: bool,
}

impl Unread {
    /// What is said of the last line, which nothing ends.
    fn at_the_end(self) -> String {
        if self.cut { archive::formats::ends_early("within this line", true) } else { self.reason }
    }
}

impl From<String> for Unread {
    fn from(reason: String) -> Self {
        Self { reason, cut: false }
    }
}

impl From<serde_json::Error> for Unread {
    fn from(error: serde_json::Error) -> Self {
        let reason = if error.is_data() {
            words::plain(&error.to_string())
        } else {
            format!("is no JSON object ({}): write one story a line", words::plain(&error.to_string()))
        };
        Self { reason, cut: error.is_eof() }
    }
}

fn read_line(line: &str) -> Result<Found, Unread> {
    #[derive(Deserialize)]
    struct Marked {
        marking: String,
    }
    let written: lines::Line = serde_json::from_str(line)?;
    let unknown = match written.marking {
        Marking::Premium => serde_json::from_str::<Marked>(line).ok().map(|m| m.marking).filter(|w| !Marking::knows(w)),
        _ => None,
    };
    let (story, key) = written.into_story()?;
    Ok(Found::of(story, key, unknown))
}

/// Whether a file of lines was written by this program, or is an export of it that cannot come in here: its first line tells.
pub fn are_own_lines(input: &Input) -> bool {
    let Ok(head) = input.head() else { return true };
    let text = String::from_utf8_lossy(&head);
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else { return true };
    if other_export(first).is_some() {
        return true;
    }
    // A line longer than the head, or no JSON, is told by the words that it begins with.
    let has = |key: &str| first.contains(&format!("\"{key}\""));
    has("slug") && (has("marking") || !(has("headline") || has("title")))
}

/// What another export than that of stories has, judged by its first line.
fn other_export(line: &str) -> Option<&'static str> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let has = |key: &str| value.get(key).is_some();
    match () {
        () if has("headline") => None,
        () if has("email") && has("password_hash") => Some("readers"),
        () if has("reader_id") && has("plan") => Some("subscriptions"),
        () => None,
    }
}

fn in_section(publication: &Publication, found: Found) -> Result<Found, String> {
    let section = &found.story.section;
    if publication.sections.iter().any(|s| s.code == *section) {
        return Ok(found);
    }
    let known: Vec<&str> = publication.sections.iter().map(|s| s.code.as_str()).collect();
    Err(format!("there is no section “{section}”: use one of {}, or add it to publication.toml", known.join(", ")))
}
