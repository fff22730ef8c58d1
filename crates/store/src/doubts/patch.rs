//! A change of a text is taken back where other changes were made since: each at its own place, or not at all.
use newsroom::articles::Block;

/// Paragraphs of a text, from one place to another, that were replaced.
pub(super) struct Hunk<'a> {
    pub from: usize,
    pub to: usize,
    pub with: &'a [Block],
}

/// `now` without the change that made `after` of `before`. None where something else was changed at the same place.
pub(super) fn without(before: &[Block], after: &[Block], now: &[Block]) -> Option<Vec<Block>> {
    if now == after || now == before {
        return Some(before.to_vec());
    }
    let (back, since) = (hunks(after, before)?, hunks(after, now)?);
    if back.iter().any(|a| since.iter().any(|b| meet(a, b))) {
        return None;
    }
    let mut all: Vec<&Hunk<'_>> = back.iter().chain(&since).collect();
    // What is put in before a paragraph stands before whatever becomes of that one.
    all.sort_by_key(|hunk| (hunk.from, hunk.to));
    let (mut text, mut at) = (Vec::with_capacity(now.len() + before.len()), 0);
    for hunk in all {
        text.extend_from_slice(after.get(at..hunk.from)?);
        text.extend_from_slice(hunk.with);
        at = hunk.to;
    }
    text.extend_from_slice(after.get(at..)?);
    Some(text)
}

/// Whether two changes are at one place, so that nobody knows what both together are.
pub(super) fn meet(a: &Hunk<'_>, b: &Hunk<'_>) -> bool {
    match (a.from == a.to, b.from == b.to) {
        (true, true) => a.from == b.from,
        (true, false) => b.from < a.from && a.from < b.to,
        (false, true) => a.from < b.from && b.from < a.to,
        (false, false) => a.from < b.to && b.from < a.to,
    }
}

/// What has to be replaced in one text to have the other.
pub(super) fn hunks<'a>(one: &[Block], other: &'a [Block]) -> Option<Vec<Hunk<'a>>> {
    let mut found: Vec<Hunk<'a>> = Vec::new();
    for operation in similar::capture_diff_slices(similar::Algorithm::Myers, one, other) {
        let (tag, from, with) = operation.as_tag_tuple();
        if tag == similar::DiffTag::Equal {
            continue;
        }
        match found.last_mut() {
            // Changes side by side are one.
            Some(last) if last.to == from.start => {
                let start = with.start - last.with.len();
                (last.to, last.with) = (from.end, other.get(start..with.end)?);
            }
            _ => found.push(Hunk { from: from.start, to: from.end, with: other.get(with)? }),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(letters: &str) -> Vec<Block> {
        letters.chars().map(|c| Block::Paragraph(c.to_string())).collect()
    }

    fn taken_back(before: &str, after: &str, now: &str) -> Option<String> {
        let text = without(&text(before), &text(after), &text(now))?;
        Some(text.iter().map(Block::text).collect())
    }

    #[test]
    fn a_change_is_taken_back_where_others_were_made_elsewhere() {
        for (before, after, now, then) in [
            ("abcd", "abd", "abd", Some("abcd")),
            ("abcd", "abd", "bd", Some("bcd")),
            ("abcd", "abd", "ab", Some("abc")),
            ("abcd", "abd", "abdx", Some("abcdx")),
            // put in at the same place, in an order that nobody knows
            ("abcd", "abd", "abxd", None),
            ("abcd", "abd", "abcd", Some("abcd")),
            // an order, with a paragraph gone elsewhere and one of those that were moved
            ("abcdef", "bacdef", "bacde", Some("abcde")),
            ("abcdef", "bacdef", "acdef", Some("acdef")),
            ("abcd", "abxcd", "abcd", Some("abcd")),
            ("", "a", "ab", Some("b")),
            ("a", "", "", Some("a")),
        ] {
            assert_eq!(taken_back(before, after, now).as_deref(), then, "{before} {after} {now}");
        }
    }
}
