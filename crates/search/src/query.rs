//! What readers type, and what it means. Nothing a reader types is an error: what has no meaning is left out, and said so.
mod days;
mod lexer;

pub use days::Days;
pub(crate) use lexer::led;

use crate::words::cut;
use jiff::civil::Date;
use lexer::{Lexeme, lexemes};
use newsroom::articles::Marking;
use std::fmt;

/// Characters of a query that are read; the rest is left out with [`Notice::TooLong`].
pub const MOST_CHARACTERS: usize = 400;
/// Words and phrases of one query.
const MOST_PIECES: usize = 16;
/// Words of all of them together.
const MOST_WORDS: usize = 32;
/// Letters before a `*`: with fewer, half of all words would be meant.
const LEAST_PREFIX: usize = 3;

/// What a reader should be told about their query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The end of the query was not read.
    TooLong,
    /// Every word of the query stands in nearly every story.
    OnlyCommonWords,
    /// Every word of the query stands in nearly every story: they were searched side by side.
    CommonWordsAsPhrase,
    /// A date that is none; it was left out.
    NotADate(String),
    /// A date such as `3/4/2015`, by day and month and by month and day; it was left out.
    EitherDay { field: String, typed: String, days: [Date; 2] },
    /// A marking that the paper does not have; it was left out.
    NotAMarking(String),
    /// No story is in all the sections that are asked for.
    SectionsApart,
    /// No story has all the markings that are asked for.
    MarkingsApart,
    /// What stands before a colon is no field: the words were searched as they stand.
    NotAField(String),
    /// A `*` after too few letters: the word was searched as it stands.
    ShortPrefix(String),
}

/// Where a piece is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Anywhere,
    Headline,
    Author,
    Topic,
}

/// A word or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub place: Place,
    /// Folded.
    pub words: Vec<String>,
    /// Typed between quotation marks.
    pub quoted: bool,
    /// The last word is the beginning of one.
    pub prefix: bool,
    /// As it was typed, without the dash that leaves it out.
    pub(crate) typed: String,
}

/// A query, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Each group must be met, by any one of its pieces.
    pub(crate) groups: Vec<Vec<Piece>>,
    pub(crate) excluded: Vec<Piece>,
    pub(crate) sections: Vec<String>,
    pub(crate) not_sections: Vec<String>,
    /// Empty: any.
    pub(crate) markings: Vec<Marking>,
    pub(crate) days: Days,
    pub(crate) not_days: Vec<Days>,
    /// What is asked for excludes each other, so there is nothing to find.
    pub(crate) apart: bool,
    pub(crate) notices: Vec<Notice>,
}

impl Query {
    /// Reads a query:
    ///
    /// - `harbour strike`: stories with both words, in any of their forms;
    /// - `"harbour strike"`: with the phrase;
    /// - `harbour OR port`, `harbour | port`: with one of the two;
    /// - `-strike`, `NOT strike`, `-section:markets`, `-year:2015`: without the word, not in the section, not of that time;
    /// - `harb*`: with a word that begins so;
    /// - `author:` (`by:`), `section:` (`in:`), `topic:`, `headline:`, `marking:`;
    /// - `year:2015`, `year:2010..2015`, `month:2015-12`, `on:2015-12-18`, `since:2015` (`from:`), `until:2015`, both with that year;
    ///   `after:2015`, `before:2015-12`, both without it. A space may follow a colon.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let read: String = text.chars().take(MOST_CHARACTERS).collect();
        if read.len() < text.len() {
            query.notices.push(Notice::TooLong);
        }
        let (mut joins, mut negates) = (false, false);
        for lexeme in lexemes(&read) {
            match lexeme {
                Lexeme::Or => joins = true,
                Lexeme::Not => negates = true,
                Lexeme::Term { negated, field, value, quoted } => {
                    let added = query.take(field.as_deref(), &value, quoted, negated || negates, joins);
                    (joins, negates) = (joins && !added, false);
                }
            }
        }
        query
    }

    /// Takes one term in; true when it became a piece.
    fn take(&mut self, field: Option<&str>, value: &str, quoted: bool, negated: bool, joins: bool) -> bool {
        if let (None, false, Some((name, rest))) = (field, quoted, value.split_once(':'))
            && !rest.is_empty()
            && !rest.starts_with('/')
            && name.len() > 1
            && name.bytes().all(|b| b.is_ascii_alphabetic())
        {
            self.notices.push(Notice::NotAField(name.to_owned()));
        }
        let place = match field {
            Some("section") => {
                let code = value.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
                let list = if negated { &mut self.not_sections } else { &mut self.sections };
                if list.len() < MOST_PIECES && !list.contains(&code) {
                    list.push(code);
                }
                return false;
            }
            Some("marking") => {
                self.take_marking(value, negated);
                return false;
            }
            Some(field) if lexer::TIMES.contains(&field) => {
                match Days::read(field, value) {
                    Some(days) if !negated => self.days = self.days.and(days),
                    Some(days) if self.not_days.len() < MOST_PIECES => self.not_days.push(days),
                    Some(_) => self.is_too_long(),
                    None => self.notices.push(match Days::either(value) {
                        Some(days) => Notice::EitherDay { field: field.to_owned(), typed: value.to_owned(), days },
                        None => Notice::NotADate(value.to_owned()),
                    }),
                }
                return false;
            }
            Some("author") => Place::Author,
            Some("headline") => Place::Headline,
            Some("topic") => Place::Topic,
            _ => Place::Anywhere,
        };
        let Some(piece) = self.piece(place, value, quoted) else { return false };
        match self.groups.last_mut() {
            _ if negated => self.excluded.push(piece),
            Some(group) if joins => group.push(piece),
            _ => self.groups.push(vec![piece]),
        }
        true
    }

    fn take_marking(&mut self, value: &str, negated: bool) {
        if !Marking::knows(value) {
            return self.notices.push(Notice::NotAMarking(value.to_owned()));
        }
        let marking = Marking::read(value);
        if negated {
            let kept = if self.markings.is_empty() { Marking::ALL.to_vec() } else { self.markings.clone() };
            self.markings = kept.into_iter().filter(|kept| *kept != marking).collect();
        } else if !self.markings.contains(&marking) {
            self.markings.push(marking);
        }
    }

    fn is_too_long(&mut self) {
        if !self.notices.contains(&Notice::TooLong) {
            self.notices.push(Notice::TooLong);
        }
    }

    fn piece(&mut self, place: Place, value: &str, quoted: bool) -> Option<Piece> {
        let mut words: Vec<String> = cut(value).into_iter().map(|word| word.folded).collect();
        let pieces = self.pieces().count() + self.excluded.len();
        let held: usize = self.pieces().chain(&self.excluded).map(|piece| piece.words.len()).sum();
        if words.is_empty() {
            return None;
        }
        if pieces >= MOST_PIECES || held + words.len() > MOST_WORDS {
            self.is_too_long();
            words.truncate(MOST_WORDS.saturating_sub(held));
            if pieces >= MOST_PIECES || words.is_empty() {
                return None;
            }
        }
        let mut prefix = value.ends_with('*') && !quoted && words.len() == 1;
        if prefix && words[0].chars().count() < LEAST_PREFIX {
            self.notices.push(Notice::ShortPrefix(value.to_owned()));
            prefix = false;
        }
        Some(Piece {
            place, words, quoted, prefix, typed: value.trim().trim_start_matches(['-', '−', '–']).to_owned()
        })
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.groups.iter().flatten()
    }

    /// Whether there is nothing to look for: neither words nor filters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && !self.has_filters()
    }

    /// Whether there are words to rank by.
    #[must_use]
    pub fn has_words(&self) -> bool {
        !self.groups.is_empty()
    }

    fn has_filters(&self) -> bool {
        !self.sections.is_empty() || !self.markings.is_empty() || self.days != Days::default()
    }

    /// What the reader should be told about the way their query was read.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The sections asked for, by code.
    #[must_use]
    pub fn sections(&self) -> &[String] {
        &self.sections
    }

    /// The days asked for.
    #[must_use]
    pub const fn days(&self) -> Days {
        self.days
    }

    /// Whether a field of times stands in it, read or not.
    #[must_use]
    pub fn names_a_time(&self) -> bool {
        let unread = |notice: &Notice| matches!(notice, Notice::NotADate(_) | Notice::EitherDay { .. });
        self.days != Days::default() || !self.not_days.is_empty() || self.notices.iter().any(unread)
    }

    /// Whether no day is of all the times that are asked for.
    #[must_use]
    pub fn has_no_day(&self) -> bool {
        let left_out = |days: &Days| self.days != Days::default() && self.days.lie_in(*days);
        self.days.exclude_each_other() || self.not_days.iter().any(left_out)
    }

    /// Whether what is asked for excludes each other: a section or marking that was chosen, and another that is named.
    #[must_use]
    pub const fn excludes_itself(&self) -> bool {
        self.apart
    }

    /// The same query in one section only, which is one of those it names itself if it names any.
    #[must_use]
    pub fn in_section(mut self, code: &str) -> Self {
        let code = code.to_lowercase();
        if self.not_sections.contains(&code) || !(self.sections.is_empty() || self.sections.contains(&code)) {
            self.notices.push(Notice::SectionsApart);
            self.apart = true;
        } else {
            self.sections = vec![code];
        }
        self
    }

    /// The same query for one marking only, which is one of those it names itself if it names any.
    #[must_use]
    pub fn marked(mut self, marking: Marking) -> Self {
        if !self.markings.is_empty() && !self.markings.contains(&marking) {
            self.notices.push(Notice::MarkingsApart);
            self.apart = true;
        } else {
            self.markings = vec![marking];
        }
        self
    }

    /// The same query within days, besides those it names itself.
    #[must_use]
    pub fn within(mut self, days: Days) -> Self {
        self.days = self.days.and(days);
        self
    }

    /// These words, narrowed as another query is.
    pub(crate) fn narrowed_as(self, other: &Self) -> Self {
        let groups = [self.groups, other.groups.clone()].concat();
        Self { groups, notices: self.notices, ..other.clone() }
    }

    /// This query with the words that a search was corrected to. `corrected` came of a query that was made of this one by narrowing it.
    #[must_use]
    pub fn respelled(mut self, corrected: &Self) -> Self {
        for (group, other) in self.groups.iter_mut().zip(&corrected.groups) {
            group.clone_from(other);
        }
        self
    }

    /// The same query for stories by an author.
    #[must_use]
    pub fn by_author(mut self, name: &str) -> Self {
        self.take(Some("author"), name, true, false, false);
        self
    }
}

/// What somebody is typing, parted: what they look for, and what narrows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typing {
    /// What may be suggested for, as it was typed. Empty while what is to be left out, or a section, a marking or a time, is being typed.
    pub words: String,
    /// What is left out, sections, markings and times, in the words of a query.
    pub narrowing: String,
}

impl Typing {
    /// Parts what was typed so far.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let typed: String = typed.chars().take(MOST_CHARACTERS).collect();
        let (mut words, mut narrowing, mut last, mut negates) = (Vec::new(), Vec::new(), false, false);
        for lexeme in lexemes(&typed) {
            match lexeme {
                Lexeme::Or => {}
                Lexeme::Not => negates = true,
                Lexeme::Term { negated, field, value, quoted } => {
                    let negated = negated || negates;
                    let narrows = |field: &str| matches!(field, "section" | "marking") || lexer::TIMES.contains(&field);
                    last = negated || field.as_deref().is_some_and(narrows);
                    negates = false;
                    let field = field.map(|field| format!("{field}:")).unwrap_or_default();
                    let (dash, quote) = (if negated { "-" } else { "" }, if quoted { "\"" } else { "" });
                    if last {
                        narrowing.push(format!("{dash}{field}{quote}{value}{quote}"));
                    } else {
                        words.push(format!("{field}{value}"));
                    }
                }
            }
        }
        let narrowing_now = last || negates;
        let words = match (narrowing_now, narrowing.is_empty()) {
            (true, _) => String::new(),
            (false, true) => typed,
            (false, false) => words.join(" "),
        };
        Self { words, narrowing: narrowing.join(" ") }
    }
}

/// The query in its shortest form: reading it again gives the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        for group in &self.groups {
            parts.push(group.iter().map(Piece::to_string).collect::<Vec<_>>().join(" OR "));
        }
        parts.extend(self.excluded.iter().map(|piece| format!("-{piece}")));
        parts.extend(self.sections.iter().map(|code| format!("section:{code}")));
        parts.extend(self.not_sections.iter().map(|code| format!("-section:{code}")));
        parts.extend(self.markings.iter().map(|marking| format!("marking:{}", marking.word())));
        parts.extend(self.days.words());
        parts.extend(self.not_days.iter().map(|days| format!("-{}", days.word())));
        f.write_str(&parts.join(" "))
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.place {
            Place::Anywhere => "",
            Place::Headline => "headline:",
            Place::Author => "author:",
            Place::Topic => "topic:",
        })?;
        let typed: String = self.typed.chars().filter(|c| !lexer::is_quote(*c)).collect();
        let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        // the name of a field that nothing stood behind is a word, whatever stands behind it here
        let quoted = self.quoted || (self.place == Place::Anywhere && led(&typed).0.is_some());
        if quoted { write!(f, "\"{typed}\"") } else { f.write_str(&typed) }
    }
}

impl Piece {
    /// The piece with other words in place of some of its own.
    pub(crate) fn spelled(&self, words: Vec<String>) -> Self {
        Self { typed: words.join(" "), quoted: self.quoted || words.len() > 1, words, prefix: false, place: self.place }
    }
}
