//! A change of a text is taken back where other changes were made since: each at its own place, or not at all.
use newsroom::articles::Block;

/// Paragraphs that are compared with each other at most, as pairs; where more differ, nothing is taken back.
const PAIRS: usize = 4_000_000;

/// Paragraphs of a text, from one place to another, that were replaced.
struct Hunk<'a> {
    from: usize,
    to: usize,
    with: &'a [Block],
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
fn meet(a: &Hunk<'_>, b: &Hunk<'_>) -> bool {
    match (a.from == a.to, b.from == b.to) {
        (true, true) => a.from == b.from,
        (true, false) => b.from < a.from && a.from < b.to,
        (false, true) => a.from < b.from && b.from < a.to,
        (false, false) => a.from < b.to && b.from < a.to,
    }
}

/// What has to be replaced in one text to have the other, by their longest common part.
fn hunks<'a>(one: &[Block], other: &'a [Block]) -> Option<Vec<Hunk<'a>>> {
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&one[head..one.len() - tail], &other[head..other.len() - tail]);
    if a.len().saturating_mul(b.len()) > PAIRS {
        return None;
    }
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for (i, left) in a.iter().enumerate().rev() {
        for (j, right) in b.iter().enumerate().rev() {
            common[i * width + j] = if left == right {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut found, mut i, mut j) = (Vec::new(), 0, 0);
    while i < a.len() || j < b.len() {
        let (from, start) = (i, j);
        while (i < a.len() || j < b.len()) && !(i < a.len() && j < b.len() && a[i] == b[j]) {
            let without_left = (i < a.len()).then(|| common[(i + 1) * width + j]);
            let without_right = (j < b.len()).then(|| common[i * width + j + 1]);
            if without_left >= without_right { i += 1 } else { j += 1 }
        }
        if (from, start) != (i, j) {
            found.push(Hunk { from: head + from, to: head + i, with: other.get(head + start..head + j)? });
        }
        while i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
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
            ("abcdef", "bacdef", "acdef", None),
            ("abcd", "abxcd", "abcd", Some("abcd")),
            ("", "a", "ab", Some("b")),
            ("a", "", "", Some("a")),
        ] {
            assert_eq!(taken_back(before, after, now).as_deref(), then, "{before} {after} {now}");
        }
    }
}
