//! Lines that a page parts with `<br>`: those of verse, of an address, of a list of results are the story's own, and stay lines as they do in
//! plain text. Prose with a stray break, or broken by hand to fit a column, runs on.

use super::flow::{Block, Shape};
use crate::figures::{self, Row};
use crate::{blocks, clues, furniture, shape, verse};

/// Fewer lines are a stray break, unless the blocks beside them are broken in the same way: the couplets of a poem.
const LINES: usize = 3;
/// A longer line is a paragraph: characters.
const LONG: usize = 60;
/// Lines of prose that was broken to fit a column are not all shorter.
const COLUMN: usize = 30;

/// The text between the breaks.
pub(super) fn of<'t>(text: &'t str, breaks: &[usize]) -> impl Iterator<Item = &'t str> {
    let ends = breaks.iter().copied().chain([text.len()]);
    ends.scan(0, move |from, to| {
        let line = text.get(*from..to);
        *from = to;
        line
    })
}

/// Says of blocks that they keep their lines. Those beside each other are judged together.
pub(super) fn judge(blocks: &mut [Block]) {
    let mut from = 0;
    while from < blocks.len() {
        let indented = |at: usize| blocks.get(at).is_some_and(|block: &Block| block.indented);
        // Paragraphs of an old page are set in as well, but each ends its sentence.
        let goes_on = |at: usize| blocks.get(at).is_some_and(|block| !shape::closes(&block.text)) && indented(at + 1);
        let all = blocks.iter().enumerate().skip(from);
        let chained = |at: usize| goes_on(at) || at.checked_sub(1).is_some_and(goes_on);
        let run: Vec<Vec<&str>> = all.map_while(|(at, block)| short_lines(block, chained(at))).collect();
        let many = run.len();
        let code = blocks.get(from).is_some_and(|block| block.code);
        // Of prose the first line is set in at most.
        let set_in = code && (from..from + many).any(indented);
        if !run.is_empty() && (set_in || !is_set_in_a_column(&run)) {
            let kept = |lines: &Vec<&str>| many > 1 || code || lines.len() >= LINES || names_days(lines);
            let kept: Vec<bool> = run.iter().map(kept).collect();
            for (block, kept) in blocks.iter_mut().skip(from).zip(kept) {
                block.lined = kept;
            }
        }
        from += many + 1;
    }
}

/// The lines of a block that has several, where all of them are short. One that is parted from its neighbour by an indent alone may have one.
fn short_lines(block: &Block, chained: bool) -> Option<Vec<&str>> {
    // Links one below the other are a menu.
    let text = matches!(block.shape, Shape::Paragraph | Shape::Quote) && block.linked * 2 < block.chars;
    if !text || block.breaks.is_empty() && !chained {
        return None;
    }
    let lines: Vec<&str> = of(&block.text, &block.breaks).map(str::trim).collect();
    lines.iter().all(|line| line.chars().count() < LONG).then_some(lines)
}

fn names_days(lines: &[&str]) -> bool {
    clues::names_days(lines.iter().copied())
}

/// Whether a block tells something in its lines that no rule for single lines fits: hours of opening, or a table, also below a line that
/// names it, or, if `named`, verse below such a line.
pub(super) fn tell(block: &Block, named: bool) -> bool {
    if block.breaks.is_empty() {
        return false;
    }
    let lines: Vec<&str> = of(&block.text, &block.breaks).map(str::trim).collect();
    if names_days(&lines) {
        return true;
    }
    let below = lines.get(1..).unwrap_or_default();
    let mut table: Vec<blocks::Block> = below.iter().map(|line| blocks::Block::new(1, (*line).to_owned())).collect();
    furniture::judge(&mut table);
    let rows = figures::rows(&table).into_iter().filter(|row| *row == Row::Figures).count();
    rows > 0 && rows * 2 >= below.len() || named && block.lined && verse::is_verse(below)
}

/// Whether each line is as full as the column lets it be, and goes on in the next one in the middle of a sentence.
fn is_set_in_a_column(run: &[Vec<&str>]) -> bool {
    let chars = |text: &str| text.chars().count();
    let width = run.iter().flatten().map(|line| chars(line)).max().unwrap_or_default();
    let pairs = || run.iter().flat_map(|lines| lines.iter().zip(lines.iter().skip(1)));
    let full =
        |(line, next): &(&&str, &&str)| chars(line) + 1 + chars(next.split(' ').next().unwrap_or_default()) > width;
    let goes_on = |(line, next): &(&&str, &&str)| {
        !shape::closes(line) && !line.ends_with(',') && next.starts_with(char::is_lowercase)
    };
    let (all, filled, open) = (pairs().count(), pairs().filter(full).count(), pairs().filter(goes_on).count());
    width >= COLUMN && filled * 5 >= all * 4 && open * 2 >= all
}
