//! From what a reader means to what a drawer is asked.
use crate::error::SearchError;
use crate::exact::Exact;
use crate::index::Generation;
use crate::query::{Days, Notice, Piece, Place, Query};
use crate::schema::{UNDATED, month_number};
use crate::words::closed;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

type Asked = Box<dyn tantivy::query::Query>;

/// Words that one `beginning*` stands for: the commonest of open text.
const MOST_ENDINGS: usize = 48;
/// Words of the vocabulary that are looked at for them.
const MOST_LOOKED_AT: usize = 20_000;

/// What marks words in a hit's text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Terms that were asked for by themselves: stems.
    pub terms: HashSet<String>,
    /// Words that stand side by side, as terms: where a text has them so, all of them are marked.
    pub phrases: Vec<Vec<String>>,
}

/// A query made ready for one state of the index.
pub(crate) struct Plan {
    clauses: Vec<(Occur, Asked)>,
    pub wanted: Wanted,
    pub notices: Vec<Notice>,
}

impl Plan {
    pub(crate) fn of(query: &Query, generation: &Generation) -> Result<Self, SearchError> {
        let mut plan = Self { clauses: Vec::new(), wanted: Wanted::default(), notices: query.notices.clone() };
        let groups = plan.groups(query, generation)?;
        if groups.is_empty() && query.has_words() {
            plan.notices.push(Notice::OnlyCommonWords);
            plan.clauses.push((Occur::Must, Box::new(EmptyQuery)));
        }
        plan.clauses.extend(groups.into_iter().map(|group| (Occur::Must, group)));
        plan.filter(query, generation);
        if plan.clauses.is_empty() {
            plan.clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        for piece in &query.excluded {
            if let Some(asked) = asked(piece, generation)? {
                plan.clauses.push((Occur::MustNot, Box::new(Exact(asked))));
            }
        }
        for section in &query.not_sections {
            plan.clauses.push((Occur::MustNot, term(generation.fields.section, section)));
        }
        for days in &query.not_days {
            plan.clauses.extend(of_days(*days, generation).map(|asked| (Occur::MustNot, asked)));
        }
        Ok(plan)
    }

    fn groups(&mut self, query: &Query, generation: &Generation) -> Result<Vec<Asked>, SearchError> {
        let mut groups = Vec::new();
        for group in &query.groups {
            let mut choices = Vec::new();
            for piece in group {
                if let Some(found) = asked(piece, generation)? {
                    self.want(piece, generation)?;
                    choices.push(found);
                }
            }
            groups.extend(any_of(choices));
        }
        // nothing but common words: as a phrase they may still mean something
        if groups.is_empty() {
            let words: Vec<String> =
                query.groups.iter().filter_map(|group| group.first()).flat_map(|piece| piece.words.clone()).collect();
            if words.len() > 1 {
                groups.extend(phrase(&words, generation.fields.text, generation));
                if !query.groups.iter().flatten().any(|piece| piece.quoted) {
                    self.notices.push(Notice::CommonWordsAsPhrase);
                }
                self.wanted.phrases.push(words);
            }
        }
        Ok(groups)
    }

    fn want(&mut self, piece: &Piece, generation: &Generation) -> Result<(), SearchError> {
        let wording = &generation.wording;
        let all_stop = piece.words.iter().all(|word| wording.is_stop(word));
        let words = piece.words.iter().filter(|word| all_stop || !wording.is_stop(word));
        self.wanted.terms.extend(closed_form(piece).map(|word| wording.term(&word)));
        if piece.words.len() > 1 && !piece.prefix {
            self.wanted.phrases.push(piece.words.iter().map(|word| wording.term(word)).collect());
        } else {
            self.wanted.terms.extend(words.map(|word| wording.term(word)));
        }
        if piece.prefix {
            self.wanted.terms.extend(endings(piece, generation)?);
        }
        Ok(())
    }

    /// Sections and days. Markings are no clause: they choose the drawers.
    fn filter(&mut self, query: &Query, generation: &Generation) {
        let fields = &generation.fields;
        let sections: Vec<Asked> = query.sections.iter().map(|code| term(fields.section, code)).collect();
        if let Some(asked) = any_of(sections) {
            self.clauses.push((Occur::Must, unscored(asked)));
        }
        if query.apart {
            self.clauses.push((Occur::Must, Box::new(EmptyQuery)));
        }
        self.clauses.extend(of_days(query.days, generation).map(|asked| (Occur::Must, asked)));
    }

    /// What each drawer is asked.
    pub(crate) fn asked(&self) -> Asked {
        let mut clauses: Vec<(Occur, Asked)> = self.clauses.iter().map(|(occur, q)| (*occur, q.box_clone())).collect();
        // one clause alone, and terms alone, are what the library prunes best
        if clauses.len() == 1
            && let Some((Occur::Must, _)) = clauses.first()
            && let Some((_, only)) = clauses.pop()
        {
            return only;
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// Stories of some days; `None` for any.
fn of_days(days: Days, generation: &Generation) -> Option<Asked> {
    let fields = &generation.fields;
    let number = |field, number| {
        let term = Term::from_field_u64(field, number);
        Some(unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic))))
    };
    if let Some(year) = days.whole_year() {
        number(fields.year, u64::try_from(year).unwrap_or(0))
    } else if let Some((year, month)) = days.whole_month() {
        number(fields.month, month_number(year, month))
    } else {
        let (from, until) = days.seconds(&generation.zone);
        // a story without a date is of no day
        let from = from.or(until.map(|_| UNDATED + 1));
        between(fields.date, from, until)
    }
}

/// Stories of a time. One without a date is older than any other.
fn between(date: Field, from: Option<i64>, until: Option<i64>) -> Option<Asked> {
    if from.is_none() && until.is_none() {
        return None;
    }
    let bound = |seconds: i64| Term::from_field_i64(date, seconds);
    let lower = from.map_or(Bound::Unbounded, |from| Bound::Included(bound(from)));
    let upper = until.map_or(Bound::Unbounded, |until| Bound::Excluded(bound(until)));
    Some(Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(lower, upper)), 0.0)))
}

fn unscored(asked: Asked) -> Asked {
    Box::new(BoostQuery::new(asked, 0.0))
}

fn any_of(mut choices: Vec<Asked>) -> Option<Asked> {
    match choices.len() {
        0 | 1 => choices.pop(),
        _ => Some(Box::new(BooleanQuery::union(choices))),
    }
}

fn term(field: Field, text: &str) -> Asked {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// What a piece asks; nothing for a common word by itself.
fn asked(piece: &Piece, generation: &Generation) -> Result<Option<Asked>, SearchError> {
    let field = match piece.place {
        Place::Anywhere => generation.fields.text,
        Place::Headline => generation.fields.headline,
        Place::Topic => generation.fields.topic,
        Place::Author => return Ok(name(piece, generation)),
    };
    if piece.prefix {
        let mut terms = endings(piece, generation)?;
        terms.extend(piece.words.iter().map(|word| generation.wording.term(word)));
        terms.sort();
        terms.dedup();
        return Ok(any_of(terms.iter().map(|text| term(field, text)).collect()));
    }
    let closed = closed_form(piece).and_then(|word| phrase(&[word], field, generation));
    Ok(any_of(phrase(&piece.words, field, generation).into_iter().chain(closed).collect()))
}

/// What a hyphenated word is in one word, which is meant as well. Names stay as they are written.
fn closed_form(piece: &Piece) -> Option<String> {
    if piece.place == Place::Author || piece.words.len() < 2 { None } else { closed(&piece.typed) }
}

/// Words of names are kept as they are, common ones too.
fn name(piece: &Piece, generation: &Generation) -> Option<Asked> {
    let field = generation.fields.author;
    let terms: Vec<Term> = piece.words.iter().map(|word| Term::from_field_text(field, word)).collect();
    match terms.as_slice() {
        [] => None,
        [_] => piece.words.first().map(|word| term(field, word)),
        _ => Some(Box::new(PhraseQuery::new(terms))),
    }
}

fn phrase(words: &[String], field: Field, generation: &Generation) -> Option<Asked> {
    if let [word] = words {
        return (!generation.wording.is_stop(word)).then(|| term(field, &generation.wording.term(word)));
    }
    let terms = generation.wording.phrase(words);
    match terms.as_slice() {
        [] => None,
        [(_, only)] => Some(term(field, only)),
        _ => {
            let first = terms.first().map_or(0, |(at, _)| *at);
            let terms = terms.iter().map(|(at, text)| (at - first, Term::from_field_text(field, text))).collect();
            Some(Box::new(PhraseQuery::new_with_offset(terms)))
        }
    }
}

/// The commonest terms of open text that begin so. Locked text adds none: what a beginning stands for is the same for everybody.
fn endings(piece: &Piece, generation: &Generation) -> Result<Vec<String>, SearchError> {
    let Some(beginning) = piece.words.last() else { return Ok(Vec::new()) };
    let field = if piece.place == Place::Author { generation.fields.author } else { generation.fields.text };
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for segment in generation.open().flat_map(tantivy::Searcher::segment_readers) {
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().range().ge(beginning).into_stream().map_err(tantivy::TantivyError::from)?;
        let mut left = MOST_LOOKED_AT;
        while left > 0 && terms.advance() {
            left -= 1;
            let Ok(text) = std::str::from_utf8(terms.key()) else { continue };
            if !text.starts_with(beginning.as_str()) {
                break;
            }
            *found.entry(text.to_owned()).or_default() += u64::from(terms.value().doc_freq);
        }
    }
    let mut found: Vec<(u64, String)> = found.into_iter().map(|(text, n)| (n, text)).collect();
    found.sort_by(|one, two| two.cmp(one));
    Ok(found.into_iter().take(MOST_ENDINGS).map(|(_, text)| text).collect())
}
