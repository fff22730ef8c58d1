//! Tables as lines of text: "Wheat 210 215 220". Their rows are no sentences, and one week's differ from another's in nothing but
//! numbers, as the counters and stamps of a page do. What tells them apart is their company: several rows of one build, each of another thing.

use std::collections::BTreeSet;

use crate::blocks::{Block, words};
use crate::facts;
use crate::furniture::{Kind, Reason};

/// What a line is to a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Row {
    /// Nothing.
    #[default]
    No,
    /// It has one figure, and so have its neighbours: a list of prices, or the counters of a page.
    Counted,
    /// A row with several figures, among its like.
    Figures,
}

/// Fewer rows in a row are no table.
const ROWS: usize = 3;
/// … and fewer that have dates in them: a page says when a story was published, changed and checked.
const DATED: usize = 4;
/// Words of a row's label, and all of a row's words.
const LABEL: usize = 6;
const WORDS: usize = 24;

/// How a row is built.
#[derive(Debug)]
struct Build<'a> {
    figures: usize,
    /// Its words, days and months aside.
    label: Vec<&'a str>,
    dated: bool,
}

/// What each line is to a table.
pub(crate) fn rows(blocks: &[Block]) -> Vec<Row> {
    let mut rows = vec![Row::No; blocks.len()];
    let mut from = 0;
    while from < blocks.len() {
        let run: Vec<Build<'_>> = blocks.iter().skip(from).map_while(build).collect();
        for (nth, row) in judged(&run).into_iter().enumerate() {
            if let Some(slot) = rows.get_mut(from + nth) {
                *slot = row;
            }
        }
        from += run.len() + 1;
    }
    rows
}

/// Whether a text without a sentence is a table: rows of figures, and not so much beside them that they are one of many things on the
/// page. A page has a menu, a list of other stories and a foot as well.
pub(crate) fn is_table_alone(blocks: &[Block], rows: &[Row]) -> bool {
    let figures = rows.iter().filter(|row| **row == Row::Figures).count();
    let others = blocks.iter().zip(rows).filter(|(b, row)| **row != Row::Figures && b.kind == Kind::Unsure).count();
    is_most(figures, others)
}

/// Whether so many rows are a text, and so many other lines that are no sentences stand around them.
fn is_most(figures: usize, others: usize) -> bool {
    figures >= DATED && figures * 3 >= others
}

/// The tables of one document: counted once, since every row asks.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Rows of figures.
    pub figures: usize,
    /// Sentences, and those of them that are no rows.
    pub prose: usize,
    pub sentences: usize,
    /// Lines that are neither.
    others: usize,
    /// Whether a sentence is the nearest line above that is no row and names no columns: rows follow the one that they belong to.
    pub below_text: Vec<bool>,
}

impl Tables {
    pub(crate) fn of(blocks: &[Block], rows: &[Row]) -> Self {
        let mut tables = Self::default();
        let mut text = false;
        for (at, (block, row)) in blocks.iter().zip(rows).enumerate() {
            tables.below_text.push(text);
            let (prose, figures) = (block.kind == Kind::Prose, *row == Row::Figures);
            tables.figures += usize::from(figures);
            tables.prose += usize::from(prose);
            tables.sentences += usize::from(prose && !figures);
            tables.others += usize::from(block.kind == Kind::Unsure && !figures);
            let below = blocks.get(at + 1).filter(|_| rows.get(at + 1) == Some(&Row::Figures));
            if *row == Row::No && !below.is_some_and(|row| names_columns(block, row)) {
                text = prose;
            }
        }
        tables
    }
}

impl Tables {
    /// Whether the document would be a table alone without its sentences, of which it has few.
    pub(crate) fn are_all(&self, sentences: usize) -> bool {
        self.sentences <= sentences && is_most(self.figures, self.others)
    }
}

/// Whether a line names the columns of the row below it: no sentence, and a word for each of its figures.
fn names_columns(line: &Block, row: &Block) -> bool {
    line.kind == Kind::Unsure && words(&line.key).count() >= words(&row.text).filter(|word| is_figure(word)).count()
}

fn judged(run: &[Build<'_>]) -> Vec<Row> {
    let dated = run.iter().filter(|b| b.dated).count();
    if run.len() < if dated * 2 > run.len() { DATED } else { ROWS } {
        return Vec::new();
    }
    // "Picture 3 of 9": the same words in each line count something of the page.
    let labelled: Vec<&Build<'_>> = run.iter().filter(|b| !b.label.is_empty()).collect();
    let differ = |builds: &[&Build<'_>]| builds.iter().map(|b| b.label.as_slice()).collect::<BTreeSet<_>>().len();
    if !labelled.is_empty() && differ(&labelled) < 2 {
        return Vec::new();
    }
    let full: Vec<&Build<'_>> = labelled.into_iter().filter(|b| b.figures > 1).collect();
    let of_things = differ(&full) * 2 >= full.len();
    let several = run.iter().filter(|b| b.figures > 1).count();
    let table = of_things && several * 3 >= run.len() * 2 && several >= ROWS;
    let row = |build: &Build<'_>| if table && build.figures > 1 { Row::Figures } else { Row::Counted };
    run.iter().map(row).collect()
}

/// How the line is built, if it may be a row.
fn build(block: &Block) -> Option<Build<'_>> {
    let dated = block.kind == Kind::Furniture(Reason::DateLine);
    if !(dated || matches!(block.kind, Kind::Unsure | Kind::Prose)) || block.text.ends_with(['!', '?', ';']) {
        return None;
    }
    // A row has figures, and most lines have none.
    if !block.text.bytes().any(|b| b.is_ascii_digit() || !b.is_ascii()) {
        return None;
    }
    let mut build = Build { figures: 0, label: Vec::new(), dated };
    let mut count = 0;
    for word in words(&block.text) {
        count += 1;
        if is_figure(word) {
            build.figures += 1;
        } else if word.chars().any(char::is_alphanumeric) {
            if !facts::is_calendar(&word.trim_end_matches(['.', ',', ':']).to_lowercase()) {
                build.label.push(word);
            }
        } else if word.contains('/') {
            // "4 / 9" is the fourth of nine pictures.
            return None;
        }
        if count > WORDS || build.label.len() > LABEL {
            return None;
        }
    }
    let sentence = block.text.ends_with('.') && build.label.len() >= build.figures;
    (build.figures > 0 && !sentence).then_some(build)
}

/// A number, a price, a score, a time, a share.
fn is_figure(word: &str) -> bool {
    let signs = |c: char| {
        matches!(
            c,
            '.' | ','
                | ':'
                | '+'
                | '-'
                | '−'
                | '–'
                | '—'
                | '%'
                | '$'
                | '£'
                | '€'
                | '₹'
                | '¢'
                | '\''
                | '’'
                | '°'
                | '('
                | ')'
                | '*'
                | '='
        ) || matches!(c, '¼' | '½' | '¾' | '⅓' | '⅔' | '⅛' | '⅜' | '⅝' | '⅞' | '⁄' | '/')
    };
    word.chars().any(|c| c.is_numeric()) && word.chars().all(|c| c.is_numeric() || signs(c))
}
