//! The whole account of an import: one line of JSON for each decision, and a page made of it. The database keeps only the sums.
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use newsroom::articles::{escaped, is_unseen};
use serde::{Deserialize, Serialize};

use super::Report;
use super::crawls::UNDATED;

/// Lines of one kind that the page shows; the rest is counted there and stands in the lines.
const SHOWN: usize = 2_000;
/// Characters of a text that a line quotes.
const QUOTED: usize = 300;

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    Refused,
    Doubted,
    Conflict,
    Unpublished,
    Withdrawn,
    Remarked,
    Missing,
    Merged,
    Older,
    Dropped,
    Aside,
    Kept,
    Changed,
}

impl What {
    const ALL: [Self; 13] = [
        Self::Refused,
        Self::Doubted,
        Self::Conflict,
        Self::Unpublished,
        Self::Withdrawn,
        Self::Remarked,
        Self::Missing,
        Self::Merged,
        Self::Older,
        Self::Dropped,
        Self::Aside,
        Self::Kept,
        Self::Changed,
    ];

    /// In the words of the summary, and what they mean.
    const fn heading(self) -> &'static str {
        match self {
            Self::Refused => "Refused",
            Self::Doubted => "Doubts: to be decided at the desk",
            Self::Conflict => "Old addresses that lead to another story",
            Self::Unpublished => "Never public: kept back",
            Self::Withdrawn => "Withdrawn: taken back by their source",
            Self::Remarked => "Remarks",
            Self::Missing => "Pictures not given",
            Self::Merged => "Copies: of a story that was there",
            Self::Older => "Older versions: kept with their story",
            Self::Dropped => "Left out of a story",
            Self::Aside => "Set aside: no stories",
            Self::Kept => "New",
            Self::Changed => "Changed",
        }
    }
}

/// One line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    pub what: What,
    /// File and place.
    pub place: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The story's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<u32>,
    /// The paragraph of it that is meant, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Its headline, or the text that is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The number that a story had as a new one, before it was joined to `story`: it is none of the new ones any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<u32>,
}

/// A line of something that has no source of its own.
pub fn line(what: What, place: &str, story: Option<u32>, text: String, why: String) -> Line {
    Line { what, place: place.to_owned(), source: String::new(), story, paragraph: None, text, why, was: None }
}

/// The file of lines while an import writes it.
pub struct Journal {
    path: PathBuf,
    out: BufWriter<File>,
    bytes: u64,
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("the report cannot be written to {}: {error}", path.display())
}

impl Journal {
    /// Opens the file and cuts off what stands behind the last commit.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn open(path: &Path, bytes: u64) -> Result<Self, String> {
        let open = || -> std::io::Result<(File, u64)> {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            // A file that is shorter than what was committed was meddled with: what is there stays.
            let bytes = bytes.min(file.metadata()?.len());
            file.set_len(bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok((file, bytes))
        };
        let (file, bytes) = open().map_err(|e| told(path, &e))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), bytes })
    }

    /// Writes one line.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn write(&mut self, mut line: Line) -> Result<(), String> {
        if line.text.len() > QUOTED {
            line.text = line.text.chars().take(QUOTED).chain(['…']).collect();
        }
        let text = serde_json::to_string(&line).map_err(|e| format!("the report cannot be written: {e}"))?;
        let mut text = in_signs(&text);
        text.push('\n');
        self.bytes += u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.out.write_all(text.as_bytes()).map_err(|e| told(&self.path, &e))
    }

    /// Brings everything to the file and gives its length: from now on a killed process loses none of it.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn flush(&mut self) -> Result<u64, String> {
        self.out.flush().map_err(|e| told(&self.path, &e))?;
        Ok(self.bytes)
    }
}

/// JSON in which nothing moves the cursor or turns the line of whoever looks at it: it says the same to a program.
fn in_signs(json: &str) -> String {
    if !json.chars().any(is_unseen) {
        return json.to_owned();
    }
    // All of them have four digits.
    json.chars().map(|c| if is_unseen(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect()
}

/// Each line of a file of lines.
fn each(lines: &Path, mut take: impl FnMut(Line)) -> std::io::Result<()> {
    for line in BufReader::new(File::open(lines)?).lines() {
        if let Ok(line) = serde_json::from_str(&line?) {
            take(line);
        }
    }
    Ok(())
}

/// Makes the page of a file of lines: in one file, to be read anywhere. Its sums are those of the report, whatever number of lines tells of
/// them.
///
/// # Errors
/// A sentence for the terminal.
pub fn page(lines: &Path, page: &Path, title: &str, report: &Report, dry_run: bool) -> Result<(), String> {
    let make = || -> std::io::Result<()> {
        let mut counts = [0_u64; What::ALL.len()];
        let mut shown: [Vec<Line>; What::ALL.len()] = Default::default();
        // Ten thousand crawls without a date are one thing to read.
        let mut undated = 0_u64;
        // Four bytes for each new story that was joined to another one.
        let mut joined = HashSet::new();
        each(lines, |line| {
            undated += u64::from(is_undated(&line));
            joined.extend(line.was);
        })?;
        // One alone is told as any other.
        let undated = if undated > 1 { undated } else { 0 };
        each(lines, |line| {
            if line.what == What::Kept && line.story.is_some_and(|number| joined.contains(&number)) {
                return;
            }
            let Some(at) = What::ALL.iter().position(|what| *what == line.what) else { return };
            counts[at] += 1;
            if undated > 0 && is_undated(&line) {
                return;
            }
            if shown[at].len() < SHOWN {
                shown[at].push(line);
            }
        })?;
        let sum = |what: What, count: u64| report.sum(what).unwrap_or(count);
        let mut out = BufWriter::new(File::create(page)?);
        let foretold = if dry_run { DRY_RUN } else { "" };
        let sums = plain(&report.summary());
        write!(out, "{HEAD}<title>{0}</title><h1>{0}</h1>{foretold}<p>{sums}</p><nav><ul>", plain(title))?;
        for (what, count) in What::ALL.iter().zip(counts).filter(|(_, count)| *count > 0) {
            let sum = sum(*what, count);
            write!(out, "<li><a href=\"#{what:?}\">{}</a> {sum}</li>", what.heading())?;
        }
        out.write_all(b"</ul></nav>")?;
        for ((what, count), lines) in What::ALL.iter().zip(counts).zip(&shown).filter(|((_, count), _)| *count > 0) {
            let sum = sum(*what, count);
            write!(out, "<section id=\"{what:?}\"><h2>{} <small>{sum}</small></h2><ul>", what.heading())?;
            for line in lines {
                write_line(&mut out, line, !dry_run)?;
            }
            out.write_all(b"</ul>")?;
            let folded = if *what == What::Doubted { undated } else { 0 };
            if folded > 0 {
                write_undated(&mut out, folded, !dry_run)?;
            }
            let more = (count - folded).saturating_sub(u64::try_from(lines.len()).unwrap_or(count));
            if more > 0 {
                write!(out, "<p>{more} more stand in the lines of this report (JSONL).</p>")?;
            }
            out.write_all(b"</section>")?;
        }
        out.flush()
    };
    make().map_err(|e| told(page, &e))
}

/// Whether it says that no crawl has a word of when a story was published.
fn is_undated(line: &Line) -> bool {
    line.what == What::Doubted && line.why == UNDATED
}

/// Of a dry run's stories there is nothing at the desk to link to.
fn write_line(out: &mut impl std::io::Write, line: &Line, linked: bool) -> std::io::Result<()> {
    out.write_all(b"<li>")?;
    match line.story.filter(|_| linked) {
        Some(number) => {
            let place = line.paragraph.map_or_else(String::new, |nth| format!("#p{nth}"));
            let words = or(&line.text, "the story");
            write!(out, "<a href=\"/desk/stories/{number}{place}\">{}</a>", plain(&words))?;
            if let Some(nth) = line.paragraph {
                write!(out, " <b>paragraph {nth}:</b>")?;
            }
        }
        None => write!(out, "<b>{}</b>", plain(&line.text))?,
    }
    if !line.why.is_empty() {
        write!(out, " <span>{}</span>", plain(&line.why))?;
    }
    write!(out, "<br><small>{}</small></li>", plain(&line.place))
}

/// The stories of which no crawl says when they were published, each of which has a line of its own in the lines of the report.
fn write_undated(out: &mut impl std::io::Write, stories: u64, linked: bool) -> std::io::Result<()> {
    let (date, end) = if linked { ("<a href=\"/desk/doubts?kind=date\">", "</a>") } else { ("", "") };
    write!(
        out,
        "<p>{stories} stories of crawls have no word of when they were published: {date}date them at the desk{end}.</p>"
    )
}

fn or(text: &str, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text.to_owned() }
}

fn escaped_line(line: &str) -> String {
    let bare = line.trim_end_matches('\n');
    format!("{}{}", escaped(bare), &line[bare.len()..])
}

fn plain(text: &str) -> String {
    let plain: String = text.split_inclusive('\n').map(escaped_line).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Of an import that was only tried.
const DRY_RUN: &str = "<p><strong>Nothing was changed: it was a dry run.</strong> What follows is what the import would \
do.</p>";

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<meta name=\"robots\" content=\"noindex\"><style>:root{color-scheme:light dark}body{font:1rem/1.5 Georgia,serif;max-width:48rem;\
margin:2rem auto;padding:0 1rem}h1{font-size:1.6rem}h2{font-size:1.2rem;border-top:1px solid;padding-top:.6rem;margin-top:2.5rem}\
ul{list-style:none;padding:0}li{margin:.7rem 0;overflow-wrap:anywhere}small{opacity:.75}nav li{margin:.2rem 0}a{color:inherit}</style>";
