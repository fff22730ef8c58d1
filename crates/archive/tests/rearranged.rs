//! Thirteen further ways in which the two crawls that started the project could have come. They lie beside the repository: these
//! tests read them there, and pass without them. Each way gives the canonical story, or a doubt that names what is wrong.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use std::path::Path;

use archive::{Crawl, Import, Options, rebuild};

const NAMES: [&str; 2] = ["000_b38bf77d5ab89d1f.txt", "001_f5c1155f07252738.txt"];

/// Lines of both files, and the story of seventeen paragraphs.
struct Seeds {
    a: Vec<String>,
    b: Vec<String>,
    whole: Vec<String>,
}

fn seeds() -> Option<Seeds> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/seeds");
    if !folder.is_dir() {
        println!("no seeds beside the repository: skipped");
        return None;
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the seed is readable");
    let lines = |name: &str| -> Vec<String> { read(name).lines().map(str::to_owned).collect() };
    let (a, b) = (lines(NAMES[0]), lines(NAMES[1]));
    let whole = [0usize, 1, 2, 19].into_iter().chain(3..16).map(|at| b[at].clone()).collect();
    Some(Seeds { a, b, whole })
}

fn import(files: &[Vec<String>]) -> Import {
    let crawls: Vec<Crawl> = (files.iter().enumerate())
        .map(|(at, lines)| Crawl { name: format!("file-{at}"), bytes: lines.join("\n").into_bytes() })
        .collect();
    rebuild(&[], &crawls, &Options::default())
}

fn texts(import: &Import) -> Vec<Vec<String>> {
    import.stories.iter().map(|s| s.paragraphs.iter().map(|p| p.text.clone()).collect()).collect()
}

fn assert_whole(import: &Import, seeds: &Seeds) {
    assert_eq!(texts(import), vec![seeds.whole.clone()], "{}", import.report.to_text());
}

/// The whole story, or else a doubt that has one of these words in it.
fn assert_whole_or_named(import: &Import, seeds: &Seeds, words: &[&str]) {
    if texts(import) == vec![seeds.whole.clone()] {
        return;
    }
    let mut doubts = import.stories.iter().flat_map(|s| &s.doubts);
    assert!(doubts.any(|d| words.iter().any(|w| d.text.contains(w))), "{}", import.report.to_text());
}

fn own(lines: &[String]) -> Vec<String> {
    lines.to_vec()
}

#[test]
fn both_files_cut_in_the_middle_into_four() {
    let Some(seeds) = seeds() else { return };
    let (a, b) = (&seeds.a, &seeds.b);
    let import = import(&[own(&a[..9]), own(&a[9..]), own(&b[..16]), own(&b[16..])]);
    assert_whole_or_named(&import, &seeds, &["another story in the same file"]);
}

#[test]
fn one_file_inside_the_other() {
    let Some(seeds) = seeds() else { return };
    let (a, b) = (&seeds.a, &seeds.b);
    assert_whole_or_named(&import(&[[&b[..16], a.as_slice(), &b[16..]].concat()]), &seeds, &["disagree", "two copies"]);
}

#[test]
fn a_first_copy_that_breaks_off() {
    let Some(seeds) = seeds() else { return };
    let (a, b) = (&seeds.a, &seeds.b);
    for kept in 4..16 {
        assert_whole(&import(&[own(a), [&b[..kept], &b[16..]].concat()]), &seeds);
    }
}

#[test]
fn two_paragraphs_change_places_in_one_file() {
    let Some(seeds) = seeds() else { return };
    for at in 3..15 {
        let mut a = seeds.a.clone();
        a.swap(at, at + 1);
        assert_whole(&import(&[a, seeds.b.clone()]), &seeds);
    }
}

#[test]
fn every_line_twice() {
    let Some(seeds) = seeds() else { return };
    let stutter = |lines: &[String]| -> Vec<String> { lines.iter().flat_map(|l| [l.clone(), l.clone()]).collect() };
    assert_whole(&import(&[stutter(&seeds.a), seeds.b.clone()]), &seeds);
    assert_whole(&import(&[seeds.a.clone(), stutter(&seeds.b)]), &seeds);
}

#[test]
fn two_paragraphs_on_one_line() {
    let Some(seeds) = seeds() else { return };
    for at in 3..15 {
        let mut a = seeds.a.clone();
        let next = a.remove(at + 1);
        a[at] = format!("{} {next}", a[at]);
        assert_whole(&import(&[a, seeds.b.clone()]), &seeds);
    }
}

#[test]
fn a_paragraph_on_two_lines() {
    let Some(seeds) = seeds() else { return };
    for at in 3..16 {
        let mut a = seeds.a.clone();
        let Some(end) = a[at].find(". ") else { continue };
        let rest = a[at].split_off(end + 1).trim().to_owned();
        a.insert(at + 1, rest);
        assert_whole_or_named(&import(&[a, seeds.b.clone()]), &seeds, &["divides", "reads", "one copy"]);
    }
}

#[test]
fn a_misprint_in_one_copy_of_three() {
    let Some(seeds) = seeds() else { return };
    for at in 3..16 {
        let mut a = seeds.a.clone();
        let middle = a[at].char_indices().nth(a[at].chars().count() / 2).map_or(0, |(i, _)| i);
        a[at].insert_str(middle, "qz");
        let import = import(&[a, seeds.b.clone()]);
        assert_whole_or_named(&import, &seeds, &["reads"]);
        assert_eq!(import.stories.len(), 1);
    }
}

#[test]
fn the_label_between_all_paragraphs() {
    let Some(seeds) = seeds() else { return };
    let (label, body) = (&seeds.a[2], &seeds.a[3..16]);
    let strewn: Vec<String> = body.iter().flat_map(|l| [l.clone(), label.clone()]).collect();
    assert_whole(&import(&[[&seeds.a[..3], &strewn, &seeds.a[16..]].concat(), seeds.b.clone()]), &seeds);
}

#[test]
fn the_offers_between_the_paragraphs_of_the_other_file() {
    let Some(seeds) = seeds() else { return };
    let offers = &seeds.a[16..];
    for at in [3usize, 9, 16, 24, 30] {
        let b = [&seeds.b[..at], offers, &seeds.b[at..]].concat();
        assert_whole_or_named(&import(&[seeds.a.clone(), b]), &seeds, &["stands between two copies"]);
    }
}

#[test]
fn lines_broken_at_a_fixed_width() {
    let Some(seeds) = seeds() else { return };
    let mut wrapped: Vec<String> = Vec::new();
    for paragraph in &seeds.b[..16] {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if line.len() + word.len() > 70 {
                wrapped.push(std::mem::take(&mut line));
            }
            line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        }
        wrapped.extend([line, String::new()]);
    }
    assert_whole(&import(&[wrapped, seeds.a.clone(), own(&seeds.b[16..])]), &seeds);
}

#[test]
fn the_lead_below_the_offers() {
    let Some(seeds) = seeds() else { return };
    let a = [seeds.a.as_slice(), &seeds.b[..1]].concat();
    assert_whole_or_named(&import(&[a, seeds.b.clone()]), &seeds, &["disagree"]);
    let alone = import(&[[seeds.a.as_slice(), &seeds.b[..1]].concat()]);
    assert_whole_or_named(&alone, &seeds, &["one copy only"]);
}

#[test]
fn all_lines_backwards_in_one_file() {
    let Some(seeds) = seeds() else { return };
    let backwards: Vec<String> = seeds.a.iter().rev().cloned().collect();
    assert_whole_or_named(&import(&[backwards, seeds.b.clone()]), &seeds, &["disagree", "other end"]);
}
