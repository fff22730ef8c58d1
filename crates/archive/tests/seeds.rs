//! The two crawls that started the project. They are not part of the repository: these tests read them where the shared data lies
//! beside it, and pass without them.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use std::path::{Path, PathBuf};

use archive::{Crawl, Import, Options, Rebuilt, rebuild};

const FIRST: &str = "000_b38bf77d5ab89d1f.txt";
const SECOND: &str = "001_f5c1155f07252738.txt";

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/seeds");
    folder.is_dir().then_some(folder)
}

fn seeds() -> Option<(String, String)> {
    let folder = folder()?;
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the seed is readable");
    Some((read(FIRST), read(SECOND)))
}

/// The story as a person put it together: the lead from the second file, the gap filled from its second half.
fn canonical(second: &str) -> Vec<String> {
    let lines: Vec<&str> = second.lines().collect();
    let chosen = [0usize, 1, 2, 19].into_iter().chain(3..16);
    chosen.map(|at| lines[at].to_owned()).collect()
}

fn import(files: &[(&str, &str)]) -> Import {
    let crawls: Vec<Crawl> =
        files.iter().map(|(name, text)| Crawl { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() }).collect();
    rebuild(&[], &crawls, &Options::default())
}

fn texts(story: &Rebuilt) -> Vec<String> {
    story.paragraphs.iter().map(|p| p.text.clone()).collect()
}

fn only(import: &Import) -> &Rebuilt {
    assert_eq!(import.stories.len(), 1, "one story\n{}", import.report.to_text());
    &import.stories[0]
}

fn assert_canonical(import: &Import, second: &str) {
    let story = only(import);
    assert_eq!(texts(story), canonical(second), "{}", import.report.to_text());
}

#[test]
fn both_seeds_give_the_story_of_seventeen_paragraphs() {
    let Some((a, b)) = seeds() else { return };
    let import = import(&[(FIRST, &a), (SECOND, &b)]);
    println!("{}", import.report.to_text());
    assert_canonical(&import, &b);
    let story = only(&import);
    assert_eq!(story.paragraphs.len(), 17);
    assert_eq!(story.headline, None);
    // The fourth paragraph has one witness, its neighbours have three.
    let witnesses: Vec<usize> = story.paragraphs.iter().map(|p| p.witnesses.len()).collect();
    assert_eq!(witnesses[..5], [1, 3, 3, 1, 3]);
    let digest = sha256(texts(story).join("\n").as_bytes());
    assert!(digest.starts_with("c953291f") && digest.ends_with("3190"), "{digest}");
}

#[test]
fn the_second_seed_alone_gives_the_same_story() {
    let Some((_, b)) = seeds() else { return };
    assert_canonical(&import(&[(SECOND, &b)]), &b);
}

#[test]
fn the_first_seed_alone_lacks_two_paragraphs_and_says_where_to_look() {
    let Some((a, b)) = seeds() else { return };
    let import = import(&[(FIRST, &a)]);
    let story = only(&import);
    let expected: Vec<String> =
        canonical(&b).into_iter().enumerate().filter(|(at, _)| *at != 0 && *at != 3).map(|(_, t)| t).collect();
    assert_eq!(texts(story), expected);
    let about: Vec<Option<u32>> = story.doubts.iter().map(|d| d.paragraph).collect();
    assert!(about.contains(&Some(1)), "the lost lead is hinted at: {:?}", story.doubts);
    assert!(about.contains(&Some(3)), "the gap is hinted at: {:?}", story.doubts);
}

#[test]
fn the_order_of_the_files_and_doing_it_again_change_nothing() {
    let Some((a, b)) = seeds() else { return };
    let once = import(&[(FIRST, &a), (SECOND, &b)]);
    assert_eq!(once, import(&[(SECOND, &b), (FIRST, &a)]));
    assert_eq!(once, import(&[(SECOND, &b), (FIRST, &a), (SECOND, &b)]));
}

#[test]
fn swapped_halves_are_put_right() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = b.lines().collect();
    let swapped = [&lines[16..], &lines[..16]].concat().join("\n");
    assert_canonical(&import(&[(SECOND, &swapped)]), &b);
    assert_canonical(&import(&[(FIRST, &a), (SECOND, &swapped)]), &b);
}

#[test]
fn furniture_moved_into_the_story_is_still_furniture() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = a.lines().collect();
    for at in 1..16 {
        let moved = [&lines[..at], &lines[16..], &lines[at..16]].concat().join("\n");
        assert_canonical(&import(&[(FIRST, &moved), (SECOND, &b)]), &b);
    }
}

#[test]
fn furniture_strewn_between_the_paragraphs_is_still_furniture() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = a.lines().collect();
    let (body, rest) = lines.split_at(16);
    for step in 1..4 {
        let mut strewn: Vec<&str> = Vec::new();
        let mut furniture = rest.iter();
        for line in body {
            strewn.push(line);
            strewn.extend(furniture.by_ref().take(step));
        }
        strewn.extend(furniture);
        assert_canonical(&import(&[(FIRST, &strewn.join("\n")), (SECOND, &b)]), &b);
    }
}

#[test]
fn doubled_files_give_one_story() {
    let Some((a, b)) = seeds() else { return };
    let twice = |text: &str| format!("{text}\n{text}");
    assert_canonical(&import(&[(SECOND, &twice(&b))]), &b);
    assert_canonical(&import(&[(FIRST, &twice(&a)), (SECOND, &b)]), &b);
    assert_canonical(&import(&[(FIRST, &twice(&a)), (SECOND, &twice(&b))]), &b);
    let together = format!("{a}\n{b}");
    assert_canonical(&import(&[("both", &together)]), &b);
    let together = format!("{b}\n{a}");
    assert_canonical(&import(&[("both", &together)]), &b);
}

#[test]
fn truncated_copies_do_no_harm() {
    let Some((a, b)) = seeds() else { return };
    let mut wrong = Vec::new();
    for cut in (300..a.len()).step_by(97) {
        let Some(short) = a.get(..cut) else { continue };
        let import = import(&[(FIRST, short), (SECOND, &b)]);
        if import.stories.len() != 1 || texts(&import.stories[0]) != canonical(&b) {
            wrong.push(format!("cut at {cut}\n{}", import.report.to_text()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[0]);
    // The second file cut inside its second copy still has every paragraph that is left of it.
    for cut in (3600..b.len()).step_by(53) {
        let short = &b[..cut];
        let import = import(&[(FIRST, &a), (SECOND, short)]);
        assert_canonical(&import, &b);
    }
}

#[test]
fn line_ends_and_blank_lines_do_not_matter() {
    let Some((a, b)) = seeds() else { return };
    let windows = |text: &str| text.replace('\n', "\r\n");
    let old = |text: &str| text.replace('\n', "\r");
    let spaced = |text: &str| text.replace('\n', "\n\n  \n\t\n");
    for change in [windows, old, spaced] {
        assert_canonical(&import(&[(FIRST, &change(&a)), (SECOND, &change(&b))]), &b);
        assert_canonical(&import(&[(FIRST, &change(&a)), (SECOND, &b)]), &b);
    }
}

#[test]
fn entities_tags_and_curly_quotes_are_the_same_text() {
    let Some((a, b)) = seeds() else { return };
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
    assert_canonical(&import(&[(FIRST, &escaped(&a)), (SECOND, &escaped(&b))]), &b);
    assert_canonical(&import(&[(FIRST, &escaped(&escaped(&a))), (SECOND, &b)]), &b);
    let tagged: String = a.lines().map(|line| format!("<p>{line}</p>\n")).collect();
    assert_canonical(&import(&[(FIRST, &tagged), (SECOND, &b)]), &b);
    // Curly in one file of two: three passes have each line, so the commoner form wins where there is one.
    let import_curly = import(&[(FIRST, &curly(&a)), (SECOND, &b)]);
    let plain: Vec<String> = texts(only(&import_curly)).iter().map(|t| straight(t)).collect();
    assert_eq!(plain, canonical(&b));
    let both = import(&[(FIRST, &curly(&a)), (SECOND, &curly(&b))]);
    assert_eq!(texts(only(&both)), canonical(&curly(&b)));
}

fn curly(text: &str) -> String {
    let mut open = true;
    text.chars()
        .map(|c| match c {
            '"' => {
                open = !open;
                if open { '”' } else { '“' }
            }
            '\'' => '’',
            other => other,
        })
        .collect()
}

fn straight(text: &str) -> String {
    text.replace(['“', '”'], "\"").replace(['‘', '’'], "'")
}

#[test]
fn other_encodings_are_read() {
    let Some((a, b)) = seeds() else { return };
    let utf16 = |text: &str, mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeffu16);
        mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let western = |text: &str| encoding_rs::WINDOWS_1252.encode(&curly(text)).0.into_owned();
    for bytes in [utf16(&a, true), utf16(&a, false), western(&a)] {
        let crawls =
            [Crawl { name: FIRST.to_owned(), bytes }, Crawl { name: SECOND.to_owned(), bytes: b.as_bytes().to_vec() }];
        let import = rebuild(&[], &crawls, &Options::default());
        let plain: Vec<String> = texts(only(&import)).iter().map(|t| straight(t)).collect();
        assert_eq!(plain, canonical(&b));
        assert_eq!(import.report.notes.len(), 1, "the encoding is reported");
    }
}

#[test]
fn three_crawls_with_one_paragraph_missing_in_each() {
    let Some((_, b)) = seeds() else { return };
    let whole = canonical(&b);
    for first in 0..17usize {
        let lost = [first, (first + 5) % 17, (first + 11) % 17];
        let crawls: Vec<(String, String)> = lost
            .iter()
            .map(|gone| {
                let kept: Vec<&str> =
                    whole.iter().enumerate().filter(|(at, _)| at != gone).map(|(_, t)| t.as_str()).collect();
                (format!("without-{gone}"), kept.join("\n"))
            })
            .collect();
        let files: Vec<(&str, &str)> = crawls.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        assert_canonical(&import(&files), &b);
    }
}

/// Right, or a doubt that says so.
fn assert_right_or_doubted(what: &str, import: &Import, second: &str) {
    let whole = canonical(second);
    let right = import.stories.len() == 1 && texts(&import.stories[0]) == whole;
    let doubted = import.stories.iter().any(|s| !s.doubts.is_empty());
    assert!(right || doubted, "{what}: wrong and silent\n{}", import.report.to_text());
}

#[test]
fn no_break_spaces_and_soft_hyphens_are_the_same_text() {
    let Some((a, b)) = seeds() else { return };
    let spaced = |text: &str| text.replace(", ", ",\u{a0}").replace(". ", ".\u{202f}");
    let hyphened = |text: &str| text.replace("tion", "\u{ad}tion").replace("ment", "\u{200b}ment");
    for change in [&spaced as &dyn Fn(&str) -> String, &hyphened] {
        assert_canonical(&import(&[(FIRST, &change(&a)), (SECOND, &change(&b))]), &b);
        assert_canonical(&import(&[(FIRST, &a), (SECOND, &change(&b))]), &b);
    }
}

#[test]
fn halves_in_files_of_their_own_are_one_story() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = b.lines().collect();
    let (first, second) = (lines[..16].join("\n"), lines[16..].join("\n"));
    assert_canonical(&import(&[("one", &first), ("two", &second)]), &b);
    assert_canonical(&import(&[("one", &second), ("two", &first), (FIRST, &a)]), &b);
}

#[test]
fn one_copy_alone_says_that_it_is_one_copy() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = b.lines().collect();
    for (what, text) in
        [("first file", a.as_str()), ("first half", &lines[..16].join("\n")), ("second half", &lines[16..].join("\n"))]
    {
        let import = import(&[(what, text)]);
        assert_ne!(texts(only(&import)), canonical(&b));
        assert!(only(&import).doubts.iter().any(|d| d.text.contains("one copy only")), "{what}");
    }
}

#[test]
fn shuffled_and_lost_lines_are_right_or_doubted() {
    let Some((a, b)) = seeds() else { return };
    let lines: Vec<&str> = b.lines().collect();
    let alone = |text: &str| import(&[(SECOND, text)]);
    for at in 0..lines.len() - 1 {
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        let text = swapped.join("\n");
        assert_right_or_doubted(
            &format!("lines {at} and the next swapped"),
            &import(&[(FIRST, &a), (SECOND, &text)]),
            &b,
        );
        assert_right_or_doubted(&format!("lines {at} and the next swapped, alone"), &import(&[(SECOND, &text)]), &b);
        let mut lost = lines.clone();
        lost.remove(at);
        let text = lost.join("\n");
        let import = import(&[(FIRST, &a), (SECOND, &text)]);
        // One paragraph stands in no other place: without it nothing in the files tells that it was there. The rest must be right.
        if lines.iter().chain(&a.lines().collect::<Vec<_>>()).filter(|l| **l == lines[at]).count() == 1 {
            let rest: Vec<String> = canonical(&b).into_iter().filter(|p| p != lines[at]).collect();
            assert_eq!(texts(only(&import)), rest, "line {at} lost");
        } else {
            assert_right_or_doubted(&format!("line {at} lost"), &import, &b);
        }
        let unique = lines.iter().filter(|l| **l == lines[at]).count() == 1;
        if !unique {
            assert_right_or_doubted(&format!("line {at} lost, alone"), &alone(&text), &b);
        }
    }
}

#[test]
fn the_code_has_no_phrase_of_the_seeds() {
    let Some((a, b)) = seeds() else { return };
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let mut phrases = std::collections::BTreeSet::new();
    for line in a.lines().chain(b.lines()) {
        phrases.extend(words(line).windows(4).map(<[String]>::to_vec));
    }
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("the sources are there");
            waiting.extend(entries.map(|e| e.expect("a readable entry").path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a readable source");
        for phrase in words(&text).windows(4) {
            assert!(!phrases.contains(phrase), "{}: {phrase:?}", path.display());
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
