//! What a request to the search page asks for, and the addresses that ask the same with one thing changed.
use newsroom::articles::Marking;
use pages::views::SearchForm;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use search::{Days, Notice};
use serde::Deserialize;

use super::{PER_PAGE, words};
use crate::house::House;

/// What was asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    pub section: String,
    pub year: String,
    pub author: String,
    pub marking: String,
    pub sort: String,
    pub page: String,
}

impl Asked {
    pub(super) fn is_empty(&self) -> bool {
        [&self.q, &self.section, &self.year, &self.author, &self.marking].iter().all(|text| text.trim().is_empty())
    }

    pub(super) fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, search::MOST_HITS / PER_PAGE)
    }

    pub(super) fn is_newest(&self) -> bool {
        self.sort == "newest"
    }

    /// What is meant. A filter that means nothing is left out, as in the words, and it is said so.
    pub(super) fn query(&self, house: &House) -> (search::Query, Vec<String>) {
        let mut query = search::Query::parse(&self.q);
        let mut left_out = Vec::new();
        let form = self.form();
        if house.publication.sections.iter().any(|section| section.code == self.section) {
            query = query.in_section(&self.section);
        } else if !form.section.is_empty() {
            left_out.push(words::no_section(house, &form.section));
        }
        match Days::years(&form.year) {
            Some(days) => query = query.within(days),
            None if form.year.is_empty() => {}
            None => left_out.push(words::notice(&Notice::NotADate(form.year))),
        }
        if Marking::knows(&self.marking) {
            query = query.marked(Marking::read(&self.marking));
        } else if !form.marking.is_empty() {
            left_out.push(words::notice(&Notice::NotAMarking(form.marking)));
        }
        (if form.author.is_empty() { query } else { query.by_author(&self.author) }, left_out)
    }

    pub(super) fn form(&self) -> SearchForm {
        let short = |text: &str, most| text.trim().chars().take(most).collect::<String>();
        SearchForm {
            words: short(&self.q, search::MOST_CHARACTERS),
            section: short(&self.section, 40),
            year: short(&self.year, 10),
            author: short(&self.author, 80),
            marking: short(&self.marking, 20),
            newest: self.is_newest(),
        }
    }

    /// The address of these results.
    pub(super) fn href(&self) -> String {
        let form = self.form();
        let fields = [
            ("q", form.words),
            ("section", form.section),
            ("year", form.year),
            ("author", form.author),
            ("marking", form.marking),
            ("sort", if form.newest { "newest".to_owned() } else { String::new() }),
            ("page", self.page.clone()),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            set.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("/search?{}", pairs.join("&"))
    }

    /// The address of the first page of what is asked for with a change.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = Self { page: String::new(), ..self.clone() };
        change(&mut asked);
        asked.href()
    }

    /// The address of a page of these results.
    pub(super) fn at(&self, page: usize) -> String {
        self.with(|asked| asked.page = if page == 1 { String::new() } else { page.to_string() })
    }

    /// The same with the words that were searched in place of those typed.
    pub(super) fn corrected(&self, instead: Option<&search::Query>) -> Self {
        let q = instead.map(|instead| search::Query::parse(&self.q).respelled(instead).to_string());
        Self { q: q.unwrap_or_else(|| self.q.clone()), ..self.clone() }
    }
}
