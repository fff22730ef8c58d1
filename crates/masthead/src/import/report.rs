//! What an import did, in sums and in the first lines of each kind; the rest is in the journal.
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Outcome, Saved};

use super::crawls::UNDATED;
use super::journal::What;

/// Refusals, and remarks, that the sums keep; the rest is counted and stands in the journal.
const MOST: usize = 1_000;
/// Rebuilt stories that the database's report tells of; the rest is counted and stands in the journal.
const MOST_REBUILT: usize = 100;

/// A file that did not go in, and what mends it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refused {
    pub name: String,
    pub reason: String,
}

/// Something to know about a story that went in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remark {
    pub name: String,
    pub text: String,
    /// The story's number, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<u32>,
}

/// What an import did. Kept at the desk as JSON.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
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
    pub refused_in_all: usize,
    pub remarks_in_all: usize,
    /// Pieces that told a story which was there.
    pub merged: usize,
    /// Older versions of stories.
    pub older: usize,
    /// Stories whose source took them back.
    pub withdrawn: usize,
    /// Pieces that were never public.
    pub held_back: usize,
    /// Doubts to be decided at the desk.
    pub doubts: usize,
    /// Of these, stories of crawls that have no word that bears on their date.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub undated: usize,
    /// Old addresses that lead to another story.
    pub conflicts: usize,
    /// Pictures that were named and not given.
    pub missing: usize,
    /// Pictures that were given and not taken, since a story shows one; and of how many stories.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub pictures_left: usize,
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub stories_left: usize,
    /// What is no story: menus, lists, attachments.
    pub aside: usize,
    /// The same by their kinds, as far as they are told apart.
    pub aside_kinds: std::collections::BTreeMap<String, usize>,
    /// Files that went in whole before, known by their bytes: what in them is no story was told then.
    pub not_read: usize,
    /// Where the whole of it lies, for whoever reads it here and now.
    #[serde(skip)]
    pub lies: Vec<PathBuf>,
    /// How far the import has come. It is at its beginning again when the import has ended.
    #[serde(skip_serializing_if = "At::is_beginning")]
    pub at: At,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_none_at_all(number: &usize) -> bool {
    *number == 0
}

/// How far an import has come: committed with what it tells of, so that one that was cut off goes on there and tells nothing twice.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct At {
    /// The highest number of a story before the import began.
    pub first: u32,
    /// Whether pictures are in.
    pub pictures: bool,
    /// Story files and own lines that are settled.
    pub stories: u64,
    /// Files of other systems that were read to their end.
    pub files: usize,
    /// Files of crawls that were taken in.
    pub crawls: usize,
    /// Fingerprint of the plan that is carried out …
    pub plan: String,
    /// … and how much of it is done.
    pub findings: u64,
    /// Stories up to this number are in the plan.
    pub last: u32,
    /// Whether everything was compared.
    pub gathered: bool,
    /// What was said of the file that is being read.
    pub told: Told,
}

/// What was said of one file so far: a file of which every line is refused shall not fill the disk with that.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The file.
    pub of: String,
    pub refused: u64,
    /// Remarks by what they say, without what they name: a thousand of one kind shall not hide one of another.
    pub remark_kinds: std::collections::BTreeMap<String, u64>,
}

impl Told {
    /// Counts a remark, and gives the how manieth of its kind it is.
    pub(super) fn remark(&mut self, text: &str) -> u64 {
        let kind = text.split(|c: char| c.is_ascii_digit() || matches!(c, ':' | '“' | '/')).next().unwrap_or_default();
        let known = self.remark_kinds.len() < KINDS || self.remark_kinds.contains_key(kind);
        let count = self.remark_kinds.entry(if known { kind.to_owned() } else { String::new() }).or_default();
        *count += 1;
        *count
    }
}

impl At {
    fn is_beginning(&self) -> bool {
        *self == Self::default()
    }
}

/// Kinds of what is no story, and of remarks, that are told apart; further ones are counted together.
const KINDS: usize = 100;

impl Report {
    pub(super) fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New(_) => self.added += 1,
            Saved::Changed(_) => self.changed += 1,
            Saved::Same(_) => self.unchanged += 1,
        }
    }

    pub(super) fn count_outcome(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::New(_) => self.added += 1,
            Outcome::Changed(_) | Outcome::Back(_) => self.changed += 1,
            Outcome::Same(_) | Outcome::StillHeldBack => self.unchanged += 1,
            Outcome::Merged(_) | Outcome::OfCopy(_) => self.merged += 1,
            Outcome::Older(_) | Outcome::OlderThanHeldBack | Outcome::UndatedHeldBack => self.older += 1,
            Outcome::Withdrawn(_) => self.withdrawn += 1,
            Outcome::HeldBack => self.held_back += 1,
        }
    }

    pub(super) fn set_aside(&mut self, kind: &str, number: u64) {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.aside += number;
        let known = self.aside_kinds.len() < KINDS || self.aside_kinds.contains_key(kind);
        *self.aside_kinds.entry(if known { kind } else { "others" }.to_owned()).or_default() += number;
    }

    pub(super) fn refuse(&mut self, name: &str, reason: impl Into<String>) {
        self.refused_in_all += 1;
        if self.refused.len() < MOST {
            self.refused.push(Refused { name: name.to_owned(), reason: reason.into() });
        }
    }

    pub(super) fn remark(&mut self, name: &str, text: &str) {
        self.remark_of(name, text, None);
    }

    /// A remark about a story.
    pub(super) fn remark_of(&mut self, name: &str, text: &str, story: Option<u32>) {
        self.remarks_in_all += 1;
        if self.remarks.len() < MOST {
            self.remarks.push(Remark { name: name.to_owned(), text: text.to_owned(), story });
        }
    }

    /// As the database keeps it.
    pub(super) fn sums(&self) -> Result<Value, String> {
        serde_json::to_value(self).map_err(|e| format!("the report cannot be kept: {e}"))
    }

    /// What became of the crawls.
    fn of_crawls(&mut self) -> &mut archive::Report {
        self.archive.get_or_insert_default()
    }

    /// A crawl from which nothing was taken.
    pub(super) fn count_useless(&mut self) {
        let totals = &mut self.of_crawls().totals;
        totals.refused += 1;
        totals.crawls += 1;
    }

    /// A crawl that is a copy of a story with words of its own.
    pub(super) fn count_copy(&mut self, text: String) {
        self.merged += 1;
        let archive = self.of_crawls();
        archive.totals.copies += 1;
        archive.totals.crawls += 1;
        if archive.copies.len() < MOST {
            archive.copies.push(text);
        }
    }

    /// A story made of crawls, `arrived` of which came in now. One that was there before is counted as changed, and not as new. That no crawl
    /// says when it was published is counted, and not told of each.
    pub(super) fn count_rebuilt(&mut self, line: &archive::StoryLine, saved: Saved, arrived: usize) {
        let number = saved.number().0;
        let mut told = line.clone();
        told.doubts.retain(|doubt| doubt.text != UNDATED);
        self.undated += line.doubts.len() - told.doubts.len();
        let archive = self.of_crawls();
        let totals = &mut archive.totals;
        totals.stories += usize::from(matches!(saved, Saved::New(_)));
        totals.crawls += arrived;
        totals.paragraphs += line.paragraphs;
        totals.dropped += line.dropped.len();
        totals.doubts += line.doubts.len();
        totals.doubtful += usize::from(!line.doubts.is_empty());
        if archive.stories.len() < MOST_REBUILT {
            archive.stories.push(told);
            self.numbers.insert(line.key.clone(), number);
        }
    }

    /// The sum of what lines of the report tell, where there is one beside their number.
    pub(super) fn sum(&self, what: What) -> Option<u64> {
        let sum = match what {
            What::Refused => self.refused_in_all,
            What::Doubted => self.doubts,
            What::Conflict => self.conflicts,
            What::Unpublished => self.held_back,
            What::Withdrawn => self.withdrawn,
            What::Remarked => self.remarks_in_all,
            What::Missing => self.missing,
            What::Merged => self.merged,
            What::Older => self.older,
            What::Aside => self.aside,
            What::Kept => self.added,
            What::Changed => self.changed,
            What::Dropped => return None,
        };
        u64::try_from(sum).ok()
    }

    /// One line for the terminal and the desk's list.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut line = format!(
            "{} new, {} changed, {} unchanged, {} refused",
            self.added, self.changed, self.unchanged, self.refused_in_all
        );
        for (number, one, many) in [
            (self.merged, "copy", "copies"),
            (self.older, "older version", "older versions"),
            (self.withdrawn, "withdrawn", "withdrawn"),
            (self.held_back, "never public", "never public"),
            (self.doubts, "doubt", "doubts"),
            (self.aside, "set aside", "set aside"),
            (self.missing, "picture not given", "pictures not given"),
            (self.conflicts, "old address of another story", "old addresses of other stories"),
            (self.remarks_in_all, "remark", "remarks"),
        ] {
            if number > 0 {
                line.push_str(&format!(", {number} {}", if number == 1 { one } else { many }));
            }
        }
        match self.not_read {
            0 => {}
            1 => line.push_str(", 1 file known and not read again"),
            many => line.push_str(&format!(", {many} files known and not read again")),
        }
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
        self.refused_in_all > 0 && !self.did_something() && self.unchanged == 0
    }

    /// Whether anything in the paper is another than before.
    #[must_use]
    pub const fn did_something(&self) -> bool {
        self.added + self.changed + self.pictures + self.merged + self.older + self.withdrawn + self.held_back > 0
            || self.picture_list
    }
}
