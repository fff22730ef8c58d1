//! Verse as lines of text: "Rain on the slates of Skarn, / rain on the slates of Ost". A line of it is seldom a sentence, and alone it could be
//! the page's. What tells verse apart is its company: short lines in a row that go on into each other, as entries of a list do not.

use crate::blocks::Block;
use crate::furniture::{Kind, Reason};
use crate::{Form, shape};

/// Fewer lines in a row are no verse.
pub(crate) const LINES: usize = 4;
/// A longer line is a paragraph: characters.
const LONG: usize = 60;

/// Words of a line of verse, on average, where nothing tells but that its lines open in small letters.
const WORDS: usize = 5;

/// What tells of a short line whether it is verse.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// It goes on into the next line, or opens in small letters as what another one went on into.
    joined: bool,
    small: bool,
    /// It ends with a mark, of a pause or of a sentence.
    marked: bool,
    words: usize,
}

/// Marks the lines of verse as the story's.
pub(crate) fn judge(blocks: &mut [Block]) {
    let mut from = 0;
    // What stands directly below the last line of verse.
    let mut end = None;
    while from < blocks.len() {
        // What stands under a label is its list, unless the label parts a poem.
        let label = from.checked_sub(1).filter(|label| end == Some(*label));
        let parted = label.and_then(|label| blocks.get(label)).is_some_and(|b| b.kind == LABEL);
        let mut run: Vec<Line> = blocks.iter().skip(from).map_while(|block| line(block, parted)).collect();
        for at in 1..run.len() {
            let small = run.get(at).is_some_and(|line| line.small);
            run.get_mut(at - 1).into_iter().for_each(|line| line.joined |= small);
        }
        for (first, last) in stanzas(&run) {
            for block in blocks.iter_mut().skip(from + first).take(last + 1 - first) {
                block.kind = Kind::Prose;
                block.score = block.score.max(SCORE);
            }
            end = Some(from + last + 1);
        }
        from += run.len() + 1;
    }
}

const LABEL: Kind = Kind::Furniture(Reason::Label);
const LISTED: Kind = Kind::Furniture(Reason::UnderLabel);

/// Whether a line of the story is one of verse: another short one would have to be a sentence.
pub(crate) fn is_line(block: &Block) -> bool {
    block.form == Form::Line && block.kind == Kind::Prose && block.chars() < LONG
}

/// Whether lines that are known to be short and to belong together are verse rather than a list: they are as long as lines, and most go on
/// into the next one or end as it does.
pub(crate) fn is_verse(lines: &[&str]) -> bool {
    let words: usize = lines.iter().map(|line| line.split(' ').count()).sum();
    let told = lines.iter().filter(|line| {
        let pause = line.ends_with([',', ';', '—', '–', '،', '、', '，']);
        pause || shape::closes(line) || line.starts_with(char::is_lowercase)
    });
    lines.len() > 1 && words >= lines.len() * (WORDS - 1) && told.count() * 2 > lines.len()
}

/// A line among verse reads like a paragraph, not as surely as a sentence.
const SCORE: f32 = 0.75;

/// The first and the last line of what is verse in a row of short lines. Between two of its lines one may stand of which nothing tells.
fn stanzas(run: &[Line]) -> Vec<(usize, usize)> {
    let told = |line: &Line| line.joined || line.marked;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, _) in run.iter().enumerate().filter(|(_, line)| told(line)) {
        match found.last_mut() {
            Some((_, last)) if at - *last <= 2 => *last = at,
            _ => found.push((at, at)),
        }
    }
    found.retain(|(first, last)| {
        let lines = run.get(*first..=*last).unwrap_or_default();
        let count = |is: fn(&Line) -> bool| lines.iter().filter(|line| is(line)).count();
        // Sentences in a row are a list as often; a menu in small letters has no marks, and no entries as long as lines.
        let words: usize = lines.iter().map(|line| line.words).sum();
        if lines.len() >= LINES && count(|l| l.small) + 1 >= lines.len() && words >= lines.len() * WORDS {
            return true;
        }
        let (joined, marked, told) =
            (count(|l| l.joined), count(|l| l.marked), lines.iter().filter(|l| told(l)).count());
        lines.len() >= LINES && joined * 3 >= lines.len() && marked * 4 >= lines.len() && told * 4 >= lines.len() * 3
    });
    found
}

fn line(block: &Block, parted: bool) -> Option<Line> {
    let text = block.text.as_str();
    let short = block.form == Form::Line && (6..LONG * 3).contains(&block.key.len()) && block.chars() < LONG;
    // Rows with figures are a table's.
    let told = matches!(block.kind, Kind::Unsure | Kind::Prose) || parted && block.kind == LISTED;
    if !short || !told || text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let small = text.starts_with(char::is_lowercase) && block.key.split(' ').nth(2).is_some();
    let pause = text.trim_end_matches(['"', '”', '’', '»', ')']).ends_with([',', ';', '—', '–', '،', '、', '，']);
    let words = block.key.split(' ').count();
    Some(Line { joined: small || pause, small, marked: pause || shape::closes(text), words })
}
