//! The search page.
use super::{Link, Marking, SectionLink};
use jiff::Timestamp;

/// What was asked for, as the form shows it again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchForm {
    /// The words, as typed.
    pub words: String,
    /// A section's code, or nothing.
    pub section: String,
    /// A year, or nothing.
    pub year: String,
    /// A name, or nothing.
    pub author: String,
    /// A marking's word, or nothing.
    pub marking: String,
    /// Newest first instead of the most fitting.
    pub newest: bool,
}

impl SearchResults {
    /// Whether there is anything to narrow by.
    #[must_use]
    pub fn has_facets(&self) -> bool {
        !(self.by_section.is_empty() && self.years.is_empty())
    }

    /// Whether the results are narrowed by one of the choices beside them.
    #[must_use]
    pub fn is_faceted(&self) -> bool {
        self.by_section.iter().chain(&self.years).any(|facet| facet.current)
    }
}

impl SearchForm {
    /// Whether anything beside words is set.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !(self.section.is_empty() && self.year.is_empty() && self.author.is_empty() && self.marking.is_empty())
    }

    /// Everything that was searched, for paper: there is no form on it. `chosen` is what the results are narrowed to.
    pub(crate) fn said(&self, chosen: &[Link]) -> String {
        let words = match self.words.as_str() {
            "" => None,
            words if self.is_quoted() => Some(words.to_owned()),
            words => Some(format!("“{words}”")),
        };
        words.into_iter().chain(chosen.iter().map(|choice| choice.text.clone())).collect::<Vec<_>>().join(", ")
    }

    /// Whether words were put between quotation marks.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.words.contains(['"', '“', '”', '„', '«'])
    }
}

/// The search page, `GET /search`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// Its own address, where something was asked: whoever logs in comes back to it.
    pub here: Option<String>,
    /// The form.
    pub form: SearchForm,
    /// The paper's sections, for the form.
    pub sections: Vec<SectionLink>,
    /// What was found; `None` before anything was asked.
    pub results: Option<SearchResults>,
    /// The index is being made: there is nothing to answer from.
    pub unavailable: bool,
    /// The query to save, where the reader may save one.
    pub save: Option<String>,
    /// The reader keeps this search already.
    pub saved: bool,
    /// Sentences about how the query was read.
    pub notices: Vec<String>,
    /// The times that the words may name, each with its page of the archive, where they name one and nothing else.
    pub times: Vec<Link>,
    /// The days or months that some of several words may name, each with the results of that time.
    pub days: Vec<Link>,
    /// The two days that a date in a field may be, each with the results it gives.
    pub either_day: Vec<Link>,
    /// Whether the reader keeps any searches.
    pub keeps: bool,
    /// What was asked has nothing to look for: only what to leave out, signs, words that stand everywhere.
    pub asks_nothing: bool,
    /// The days that were searched, where they are no day, month or year.
    pub range: Option<String>,
    /// What was searched whole and what was not; `None` where all was.
    pub extent: Option<String>,
}

impl SearchPage {
    /// Title of the document: what is asked for, and which page of it.
    #[must_use]
    pub fn title(&self) -> String {
        let form = &self.form;
        let words = form.words.split_whitespace().map(|word| self.section_named(word).unwrap_or(word));
        let words = words.collect::<Vec<_>>().join(" ");
        let section = self.sections.iter().find(|section| section.code == form.section).map(|s| s.name.as_str());
        let marking = Marking::ALL.into_iter().find(|marking| marking.word() == form.marking).map(Marking::label);
        let parts =
            [words.as_str(), section.unwrap_or_default(), &form.year, &form.author, marking.unwrap_or_default()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let title = if parts.is_empty() { "Search".to_owned() } else { format!("Search: {}", parts.join(", ")) };
        match &self.results {
            Some(found) if found.page > 1 => format!("{title}, page {}", found.page),
            _ => title,
        }
    }

    /// The name of the section that a word of the query asks for by its code: `section:markets`, `in:markets`.
    fn section_named(&self, word: &str) -> Option<&str> {
        let (field, code) = word.split_once(':')?;
        let asks = ["section", "in"].iter().any(|name| field.eq_ignore_ascii_case(name));
        let code = code.trim_matches('"');
        let section = self.sections.iter().find(|section| section.code.eq_ignore_ascii_case(code));
        section.filter(|_| asks).map(|section| section.name.as_str())
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// How many stories, as it is written: `1,204`.
    pub total: String,
    /// Whether it is one.
    pub single: bool,
    /// What the query was corrected to, because nothing was found for what was typed, with its address.
    pub instead: Option<Link>,
    /// Set where these are stories of a time, because nothing was found for the words that name it.
    pub of_time: Option<OfTime>,
    /// Addresses of the most fitting first and of the newest first, where there is an order to choose.
    pub orders: Option<(String, String)>,
    /// Stories of this page.
    pub hits: Vec<SearchHit>,
    /// What the results are narrowed to, each with the address of the results without it.
    pub chosen: Vec<Link>,
    /// On the last page that can be shown: how many of the results these pages hold, where there are more.
    pub unreached: Option<String>,
    /// By year, the latest first.
    pub years: Vec<SearchFacet>,
    /// By section, the most first.
    pub by_section: Vec<SearchFacet>,
    /// Number of this page, from 1.
    pub page: usize,
    /// How many pages can be shown.
    pub pages: usize,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// The query without its filters, when they may be what leaves nothing.
    pub without_filters: Option<String>,
    /// The query with any of its words instead of all of them.
    pub any_word: Option<String>,
    /// The only word, with the address of the stories with a word that begins so.
    pub beginning: Option<Link>,
}

/// A time that was searched in place of the words that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfTime {
    /// `of 2015`, `from 2010 to 2014`.
    pub said: String,
    /// Other words were searched too.
    pub beside_words: bool,
    /// Address of the results for the words as they are written.
    pub written: String,
}

/// A story that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Path of the story.
    pub path: String,
    /// The headline.
    pub headline: Vec<Marked>,
    /// Text of the story that this reader may read.
    pub fragment: Vec<Marked>,
    /// Its section.
    pub section: SectionLink,
    /// Its topics, where nothing that is shown of it is marked: it may be found by one of them.
    pub topics: Vec<String>,
    /// Who wrote it, name by name.
    pub bylines: Vec<Vec<Marked>>,
    /// When.
    pub published_at: Option<Timestamp>,
    /// How it is marked.
    pub marking: Marking,
    /// Whether it is of the archive and its reader needs the right to that: shows a badge.
    pub archived: bool,
    /// BCP 47 tag of its words, where they are in another language than the paper's.
    pub language: Option<String>,
}

/// A piece of text, marked where it is what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Plain text.
    pub text: String,
    /// Whether it is marked.
    pub marked: bool,
}

/// A way to narrow the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchFacet {
    /// `2015`, `Markets`.
    pub label: String,
    /// How many stories, as it is written.
    pub count: String,
    /// Address of the narrowed results, or, where it is set already, of the wider ones.
    pub href: String,
    /// Whether the results are narrowed so.
    pub current: bool,
}
