//! Text set in narrow columns, as scanned newspapers give it: a line is no paragraph, and words are divided at its end.

/// Lines of a text, with their numbers.
type Lines = Vec<(u32, String)>;

/// Whether lines are broken at a column's width: many, short, and some ending in a divided word.
pub(crate) fn are_set(lines: &[(u32, String)]) -> bool {
    let mut widths: Vec<usize> = lines.iter().filter(|l| !l.1.is_empty()).map(|l| l.1.chars().count()).collect();
    if widths.len() < 12 {
        return false;
    }
    widths.sort_unstable();
    // A wide line here and there is a heading across columns; a tenth of them is something else.
    let (usual, wide) = (widths.get(widths.len() / 2), widths.get(widths.len() * 9 / 10));
    if usual.is_none_or(|w| !(16..=70).contains(w)) || wide.is_none_or(|w| *w > 110) {
        return false;
    }
    let divided = lines.iter().zip(lines.iter().skip(1)).filter(|(a, b)| is_divided(&a.1, &b.1)).count();
    // One line of thirty, and three at least: a list of compounds has fewer.
    divided >= 3 && divided * 30 >= widths.len()
}

/// Whether a word goes on in the next line.
fn is_divided(line: &str, next: &str) -> bool {
    let before = line.strip_suffix(['-', '¬']).and_then(|l| l.chars().next_back());
    before.is_some_and(char::is_alphabetic) && next.starts_with(char::is_lowercase)
}

/// Adds a line to its paragraph. A word divided at the end of a line is one word again; a compound ("Anglo-\nIndian") keeps its hyphen.
pub(crate) fn join(paragraph: &mut String, line: &str) {
    if is_divided(paragraph, line) {
        paragraph.pop();
    } else if !paragraph.ends_with('-') {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

/// Joins the lines of paragraphs. A paragraph ends with a blank line, or with a sentence that does not fill its line; headings in
/// capitals stand alone.
pub(crate) fn joined(lines: Lines) -> Lines {
    let mut widths: Vec<usize> = lines.iter().filter(|l| !l.1.is_empty()).map(|l| l.1.chars().count()).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or_default();
    let mut out: Lines = Vec::new();
    let mut open = false;
    for (number, text) in lines {
        if text.is_empty() {
            open = false;
            continue;
        }
        let heading = is_heading(&text);
        let ends = text.ends_with(['.', '!', '?', '"', '”', '\'']) && text.chars().count() * 10 < usual * 8;
        match out.last_mut() {
            Some((_, paragraph)) if open && !heading => join(paragraph, &text),
            _ => out.push((number, text)),
        }
        open = !heading && !ends;
    }
    out
}

fn is_heading(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && line.chars().all(|c| !c.is_lowercase())
}
