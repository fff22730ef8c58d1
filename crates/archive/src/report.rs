//! The account of an import, for a terminal and as data.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{CopyOf, Doubt, Dropped, Rebuilt, Refused};

/// What an import did and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// One entry per new story.
    pub stories: Vec<StoryLine>,
    /// One line per crawl of a story the paper already has.
    pub copies: Vec<String>,
    /// Files from which nothing was taken.
    pub refused: Vec<Refused>,
    /// Remarks about single crawls: encodings, unreadable characters.
    pub notes: Vec<Note>,
    /// Sums.
    pub totals: Totals,
}

/// A remark about one crawl.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Name of the crawl.
    pub crawl: String,
    /// The remark.
    pub text: String,
}

/// The account of one story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryLine {
    /// [`Rebuilt::key`].
    pub key: String,
    /// Headline, or the first words.
    pub title: String,
    /// Names of its crawls.
    pub crawls: Vec<String>,
    /// Passes through the story in those crawls.
    pub copies: usize,
    /// Paragraphs kept.
    pub paragraphs: usize,
    /// Lines of the crawls that became those paragraphs.
    pub lines: usize,
    /// Paragraphs that only one place has.
    pub single: usize,
    /// What was left out, with the reason.
    pub dropped: Vec<Dropped>,
    /// What is doubtful.
    pub doubts: Vec<Doubt>,
}

/// Sums over an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Files given.
    pub crawls: usize,
    /// New stories.
    pub stories: usize,
    /// Paragraphs in them.
    pub paragraphs: usize,
    /// Crawls of known stories.
    pub copies: usize,
    /// Files refused.
    pub refused: usize,
    /// Lines left out.
    pub dropped: usize,
    /// Doubts.
    pub doubts: usize,
    /// Stories with at least one doubt.
    pub doubtful: usize,
}

impl Report {
    pub(crate) fn new(lines: Vec<StoryLine>, copies: &[CopyOf], refused: &[Refused], notes: Vec<Note>) -> Self {
        let totals = Totals {
            crawls: lines.iter().map(|s| s.crawls.len()).sum::<usize>() + copies.len() + refused.len(),
            stories: lines.len(),
            paragraphs: lines.iter().map(|s| s.paragraphs).sum(),
            copies: copies.len(),
            refused: refused.len(),
            dropped: lines.iter().map(|s| s.dropped.len()).sum(),
            doubts: lines.iter().map(|s| s.doubts.len()).sum(),
            doubtful: lines.iter().filter(|s| !s.doubts.is_empty()).count(),
        };
        Self {
            stories: lines,
            copies: copies.iter().map(copy_line).collect(),
            refused: refused.to_vec(),
            notes,
            totals,
        }
    }

    /// The report as a person reads it in a terminal; ends with the sums, where there were crawls.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for story in &self.stories {
            story.write(&mut out);
        }
        section(&mut out, "Already in the paper", self.copies.iter().cloned());
        section(&mut out, "Refused", self.refused.iter().map(|r| format!("{}: {}", r.name, r.reason)));
        section(&mut out, "Remarks", self.notes.iter().map(|n| format!("{}: {}", n.crawl, n.text)));
        let t = &self.totals;
        // Nothing is said of crawls where there were none: an import may be of other things as well.
        if t.crawls > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "Crawled text, {}: {} of {}, {} left out, {} in {}; {} of known stories, {} refused.",
                counted(t.crawls, "file", "files"),
                counted(t.stories, "new story", "new stories"),
                counted(t.paragraphs, "paragraph", "paragraphs"),
                counted(t.dropped, "line", "lines"),
                counted(t.doubts, "doubt", "doubts"),
                counted(t.doubtful, "story", "stories"),
                counted(t.copies, "copy", "copies"),
                t.refused,
            );
        }
        out
    }
}

impl StoryLine {
    fn write(&self, out: &mut String) {
        let _ = writeln!(out, "{}", self.title);
        let _ = writeln!(
            out,
            "  kept     {} from {} in {} ({}); {} seen once",
            counted(self.paragraphs, "paragraph", "paragraphs"),
            counted(self.copies, "copy", "copies"),
            counted(self.crawls.len(), "file", "files"),
            listed(&self.crawls),
            self.single,
        );
        let _ = writeln!(
            out,
            "  merged   {} into {}",
            counted(self.lines, "line", "lines"),
            counted(self.paragraphs, "paragraph", "paragraphs")
        );
        let same = |a: &Dropped, b: &Dropped| a.crawl == b.crawl && a.reason == b.reason && b.line <= a.line + 3;
        for run in self.dropped.chunk_by(same) {
            if let Some(first) = run.first() {
                let _ = writeln!(
                    out,
                    "  dropped  {}:{} {} | {}",
                    first.crawl,
                    numbers(run),
                    first.reason,
                    crate::blocks::shortened(&first.text, 60)
                );
            }
        }
        for doubt in &self.doubts {
            let place = doubt.paragraph.map_or_else(String::new, |p| format!("paragraph {p}: "));
            let _ = writeln!(out, "  doubt    {place}{}", doubt.text);
        }
        out.push('\n');
    }
}

/// The numbers of lines, those together that follow each other: a line between two of them may be the story's.
fn numbers(run: &[Dropped]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for row in run.chunk_by(|a, b| b.line <= a.line + 1) {
        match (row.first(), row.last()) {
            (Some(first), Some(last)) if first.line < last.line => parts.push(format!("{}-{}", first.line, last.line)),
            (Some(first), _) => parts.push(first.line.to_string()),
            (None, _) => {}
        }
    }
    parts.join(",")
}

pub(crate) fn story_line(story: &Rebuilt, copies: usize) -> StoryLine {
    let title = story.headline.clone().unwrap_or_else(|| {
        let first = story.paragraphs.first().map_or("", |p| p.text.as_str());
        format!("(no headline) {}", crate::blocks::shortened(first, 70))
    });
    StoryLine {
        key: story.key.clone(),
        title,
        crawls: story.crawls.iter().map(|c| c.name.clone()).collect(),
        copies,
        paragraphs: story.paragraphs.len(),
        lines: story.paragraphs.iter().map(|p| p.witnesses.len()).sum(),
        single: story.paragraphs.iter().filter(|p| p.witnesses.len() == 1).count(),
        dropped: story.dropped.clone(),
        doubts: story.doubts.clone(),
    }
}

fn copy_line(copy: &CopyOf) -> String {
    let mut line = format!("{}: a copy of story {}", copy.crawl.name, copy.number);
    if !copy.lacked.is_empty() {
        let _ = write!(line, "; lacks {}", counted(copy.lacked.len(), "paragraph", "paragraphs"));
    }
    if let Some(first) = copy.extra.first() {
        let _ = write!(
            line,
            "; has {} that the story lacks, beginning with “{}”",
            counted(copy.extra.len(), "paragraph", "paragraphs"),
            crate::blocks::shortened(first, 60)
        );
    }
    line
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut any = false;
    for line in lines {
        if !any {
            let _ = writeln!(out, "{title}");
            any = true;
        }
        let _ = writeln!(out, "  {line}");
    }
    if any {
        out.push('\n');
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(4).map(String::as_str).collect();
    let more = names.len().saturating_sub(shown.len());
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
