//! Lines that a page parts with `<br>`: those of verse, of an address, of a list of results are the story's own, and stay lines as they do in
//! plain text. Prose with a stray break, or broken by hand to fit a column, runs on.

use super::flow::{Block, Shape};
use crate::shape;

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
        let run: Vec<Vec<&str>> = blocks.iter().skip(from).map_while(short_lines).collect();
        let many = run.len();
        if !run.is_empty() && !is_set_in_a_column(&run) {
            let kept: Vec<bool> = run.iter().map(|lines| many > 1 || lines.len() >= LINES).collect();
            for (block, kept) in blocks.iter_mut().skip(from).zip(kept) {
                block.lined = kept;
            }
        }
        from += many + 1;
    }
}

/// The lines of a block that has several, where all of them are short.
fn short_lines(block: &Block) -> Option<Vec<&str>> {
    // Links one below the other are a menu.
    let text = matches!(block.shape, Shape::Paragraph | Shape::Quote) && !block.code && block.linked * 2 < block.chars;
    if !text || block.breaks.is_empty() {
        return None;
    }
    let lines: Vec<&str> = of(&block.text, &block.breaks).map(str::trim).collect();
    lines.iter().all(|line| line.chars().count() < LONG).then_some(lines)
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
