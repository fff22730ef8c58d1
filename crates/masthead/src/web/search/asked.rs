//! What a request to the search page asks for, and the addresses that ask the same with one thing changed.
use jiff::civil::Date;
use newsroom::articles::Marking;
use pages::views::{Link, SearchForm};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use search::{Days, Notice};
use serde::Deserialize;

use super::words;
use crate::house::House;
use crate::web::compose;

/// Numbers of pages beyond this one mean it: who asks for it is led to the last page there is.
const MOST_PAGE: usize = 1_000_000;

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
        self.page.parse().unwrap_or(1).clamp(1, MOST_PAGE)
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
        match Days::asked(&form.year) {
            Some(days) => query = query.within(days),
            None if form.year.is_empty() => {}
            None if Days::either(&form.year).is_some() => left_out.push(words::either_day(&form.year)),
            None => left_out.push(words::notice(&Notice::NotADate(form.year))),
        }
        if query.has_no_day() {
            left_out.push(words::NO_SUCH_TIME.to_owned());
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
            year: short(&self.year, 60),
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

    /// What the results are narrowed to beside the words, each with the address of the results without it.
    pub(super) fn chosen(&self, house: &House) -> Vec<Link> {
        let form = self.form();
        let section = house.publication.sections.iter().find(|section| section.code == form.section);
        let section = section.map(|section| (section.name.clone(), self.with(|asked| asked.section.clear())));
        let year = Days::asked(&form.year).map(|_| (form.year, self.with(|asked| asked.year.clear())));
        let author = (!form.author.is_empty()).then(|| (form.author, self.with(|asked| asked.author.clear())));
        let marking = Marking::knows(&form.marking).then(|| {
            let label = compose::marking(Marking::read(&form.marking)).label();
            (label.to_owned(), self.with(|asked| asked.marking.clear()))
        });
        [section, year, author, marking].into_iter().flatten().map(|(text, href)| Link::new(text, href)).collect()
    }

    /// The times that the words name and nothing else: one, the two that `3/4/2015` may be, or none.
    pub(super) fn spoken(&self) -> Vec<Days> {
        let text = self.bare();
        let either = || Days::either(text).into_iter().flatten().filter_map(Days::day);
        Days::spoken(text).map_or_else(|| either().collect(), |days| vec![days])
    }

    /// The words without what stands around them in a sentence.
    pub(super) fn bare(&self) -> &str {
        bare(&self.q)
    }

    /// The address of a time's page in the archive.
    pub(super) fn page_of(days: Days) -> Option<Link> {
        let from = days.from?;
        let (text, path) = match (days.whole_year(), days.whole_month(), days.whole_day()) {
            (Some(_), ..) => ("%Y", "/archive/%Y"),
            (_, Some(_), _) => ("%B %Y", "/archive/%Y/%m"),
            (.., Some(_)) => ("%-d %B %Y", "/archive/%Y/%m/%d"),
            (None, None, None) => return None,
        };
        Some(Link::new(from.strftime(text).to_string(), from.strftime(path).to_string()))
    }

    /// The times that the words, or some of several plain words, may mean. Between quotation marks, beside signs and beside another time such
    /// words mean what they say.
    pub(super) fn times_meant(&self) -> Vec<Meant> {
        let words: Vec<&str> = self.q.split_whitespace().take(MOST_WORDS).collect();
        let sign = |word: &&str| matches!(*word, "OR" | "AND" | "NOT" | "|") || word.starts_with(['-', '–', '−']);
        let quoted = self.q.contains(['"', '“', '”', '„', '«', '»']);
        let timed = search::Query::parse(&self.q).names_a_time() || !self.year.trim().is_empty();
        if quoted || timed || words.iter().any(sign) {
            return Vec::new();
        }
        let said = (1..=LONGEST_TIME.min(words.len())).rev().find_map(|length| {
            words.windows(length).enumerate().find_map(|(at, span)| {
                let times = times(&span.join(" "));
                (!times.is_empty()).then_some((at, length, times))
            })
        });
        let Some((at, length, times)) = said else { return Vec::new() };
        let (before, time, after) = (&words[..at], words[at..at + length].join(" "), &words[at + length..]);
        let written = [before, &[&format!("\"{time}\"")], after].concat().join(" ");
        // `tea in 2015`: that word belongs to the time
        let before = match before.split_last() {
            Some((word, most)) if ["in", "of", "during"].iter().any(|of| word.eq_ignore_ascii_case(of)) => most,
            _ => before,
        };
        let others = [before, after].concat().join(" ");
        let meant = |(days, said, field): (Days, String, String)| Meant {
            days,
            said,
            alone: others.is_empty(),
            q: format!("{others} {field}").trim_start().to_owned(),
            written: written.clone(),
        };
        times.into_iter().map(meant).collect()
    }

    /// The days that a date in a field may be, each with the address of the results from, up to or of that day.
    pub(super) fn either_day(&self, notices: &[Notice]) -> Vec<Link> {
        let either = notices.iter().filter_map(|notice| match notice {
            Notice::EitherDay { field, typed, days } => Some(days.map(|day| (field, typed, day))),
            _ => None,
        });
        let link = |(field, typed, day): (&String, &String, Date)| {
            let said = match field.as_str() {
                "since" => day.strftime("from %-d %B %Y on"),
                "after" => day.strftime("after %-d %B %Y"),
                "before" => day.strftime("before %-d %B %Y"),
                "until" => day.strftime("until %-d %B %Y"),
                _ => day.strftime("on %-d %B %Y"),
            };
            let said = said.to_string();
            // after the colon first: the same date may stand among the words too
            let begun = [":", ": ", ":\"", ": \""].map(|sign| (format!("{sign}{typed}"), format!("{sign}{day}")));
            let begun = begun.iter().find(|(begun, _)| self.q.contains(begun));
            let q = begun.map(|(begun, meant)| self.q.replacen(begun, meant, 1));
            Link::new(said, self.with(|asked| asked.q = q.unwrap_or_else(|| format!("{} {field}:{day}", asked.q))))
        };
        let year = self.form().year;
        let chosen = Days::either(&year).into_iter().flatten();
        let chosen = chosen.map(|day| {
            Link::new(day.strftime("on %-d %B %Y").to_string(), self.with(|asked| asked.year = day.to_string()))
        });
        either.flatten().map(link).chain(chosen).collect()
    }

    /// Everything that is asked for in one line, as it was typed, with what was chosen beside it behind; in other words only where it would
    /// mean something else so, as after an unbalanced quotation mark. `query` is what is meant.
    pub(super) fn line(&self, query: &search::Query) -> String {
        let form = self.form();
        let typed = form.words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let typed = typed.collect::<Vec<_>>().join(" ");
        let chosen =
            [("section", form.section), ("year", form.year), ("author", form.author), ("marking", form.marking)];
        let mut narrowed = typed.clone();
        for (field, value) in chosen.iter().filter(|(_, value)| !value.is_empty()) {
            let sign = if *field == "author" || value.contains(char::is_whitespace) { "\"" } else { "" };
            narrowed.push_str(&format!(" {field}:{sign}{value}{sign}"));
        }
        let meant = query.to_string();
        // what was chosen and means nothing was left out
        let lines = [narrowed.trim_start().to_owned(), typed];
        let same = lines.into_iter().find(|line| search::Query::parse(line).to_string() == meant);
        same.unwrap_or(meant)
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

/// A time that words may mean.
pub(super) struct Meant {
    pub days: Days,
    /// `of 2015`, `from 2010 to 2014`.
    pub said: String,
    /// There are no other words.
    pub alone: bool,
    /// The query for the stories of that time which the other words find.
    pub q: String,
    /// The query for the words as they are written.
    pub written: String,
}

/// Words of a query that are looked at for a time, and words of a time: `from 4th March 2015 to 1st May 2016`.
const MOST_WORDS: usize = 40;
const LONGEST_TIME: usize = 8;

/// The time that a text names and nothing else, or the two it may name: the days, how they are said, and the field that asks for them.
fn times(text: &str) -> Vec<(Days, String, String)> {
    let text = bare(text);
    let either = || Days::either(text).into_iter().flatten().filter_map(Days::day).collect();
    let days = Days::spoken(text).or_else(|| Days::stretch(text)).map_or_else(either, |days| vec![days]);
    let said = |days: Days| {
        let whole = match (days.whole_year(), days.whole_month(), days.whole_day()) {
            (Some(_), ..) => Some(("of %Y", "year:%Y")),
            (_, Some(_), _) => Some(("of %B %Y", "month:%Y-%m")),
            (.., Some(_)) => Some(("of %-d %B %Y", "on:%Y-%m-%d")),
            _ => None,
        };
        let (said, field) = match (days.from, days.until, whole) {
            (Some(from), _, Some((said, field))) => (from.strftime(said).to_string(), from.strftime(field).to_string()),
            (Some(from), Some(until), None) => {
                let (begin, end) = (edge(from, from), edge(until.yesterday().ok()?, until));
                (format!("from {} to {}", begin.0, end.0), format!("year:{}..{}", begin.1, end.1))
            }
            (Some(from), None, _) => {
                let (said, word) = edge(from, from);
                (format!("from {said} on"), format!("since:{word}"))
            }
            (None, Some(until), _) => {
                let (said, word) = edge(until, until);
                (format!("before {said}"), format!("before:{word}"))
            }
            (None, None, _) => return None,
        };
        Some((days, said, field))
    };
    days.into_iter().filter_map(said).collect()
}

/// A day as the edge of a time, in words and in a query: the year or the month where one begins with `begins`, which is that day or, at the end
/// of a time, the one after.
fn edge(day: Date, begins: Date) -> (String, String) {
    let (said, word) = match (begins.month(), begins.day()) {
        (1, 1) => ("%Y", "%Y"),
        (_, 1) => ("%B %Y", "%Y-%m"),
        _ => ("%-d %B %Y", "%Y-%m-%d"),
    };
    (day.strftime(said).to_string(), day.strftime(word).to_string())
}

/// A time without what stands around it in a sentence. Two points are its own: `2010..`.
fn bare(text: &str) -> &str {
    let around = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '?' | '!');
    let text = text.trim_matches(around);
    let open = |points: &str| points == "..";
    let (ahead, behind) = (text.trim_start_matches('.'), text.trim_end_matches('.'));
    if open(&text[..text.len() - ahead.len()]) || open(&text[behind.len()..]) {
        return text;
    }
    text.trim_matches(|c: char| around(c) || c == '.')
}
