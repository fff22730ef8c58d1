//! Invoices on paper: what is written can be read again, looks the same every time, and nothing hostile stops the press.
#![cfg(test)]

mod samples;

use std::io::Write;
use std::process::{Command, Stdio};

use press::{Fact, Invoice, PressError, Row, set};
use proptest::prelude::*;

/// The text of a PDF as poppler reads it, or nothing where poppler is not installed.
fn read(pdf: &[u8]) -> Option<String> {
    let mut child = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().unwrap();
    let bytes = pdf.to_owned();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "poppler complains: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Words in their order, however they were placed.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn count(pdf: &[u8], wanted: &str) -> usize {
    pdf.windows(wanted.len()).filter(|window| *window == wanted.as_bytes()).count()
}

#[test]
fn everything_that_is_written_can_be_read_again() {
    for (name, invoice) in samples::all() {
        let sheets = set(&invoice).unwrap();
        assert!(sheets.missing.is_empty(), "{name}: {:?}", sheets.missing);
        let Some(text) = read(&sheets.pdf) else { continue };
        let text = words(&text);
        let totals = invoice.totals.iter().map(|fact| fact.value.as_str());
        let cells = invoice.rows.iter().flat_map(|row| row.cells.iter().map(String::as_str));
        let once = [&invoice.paper, &invoice.title, &invoice.number, &invoice.recipient.lines[0]];
        for wanted in totals.chain(cells).chain(once.into_iter().map(String::as_str)) {
            // A long line of an address is broken: its beginning must be there.
            let wanted: String = wanted.split(' ').take(3).collect::<Vec<_>>().join(" ");
            assert!(text.contains(&wanted), "{name}: “{wanted}” in {text}");
        }
    }
}

#[test]
fn nine_indian_scripts_are_shaped_and_still_read_as_written() {
    let sheets = set(&samples::scripts()).unwrap();
    for font in ["Devanagari", "Tamil", "Bengali", "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Oriya"] {
        assert!(count(&sheets.pdf, &format!("+NotoSans{font}")) > 0, "{font} is not embedded");
    }
    if let Some(text) = read(&sheets.pdf) {
        let text = words(&text);
        for line in samples::SCRIPTS {
            assert_eq!(text.matches(line).count(), 2, "“{line}” in {text}");
        }
    }
}

#[test]
fn the_same_invoice_is_the_same_to_the_byte_and_another_is_not() {
    for (name, invoice) in samples::all() {
        let first = set(&invoice).unwrap().pdf;
        let again = std::thread::spawn(move || set(&invoice).unwrap().pdf).join().unwrap();
        assert!(first == again, "{name} differs");
    }
    let mut other = samples::intra_state();
    other.totals[3].value = "₹2,700.01".into();
    assert!(set(&other).unwrap().pdf != set(&samples::intra_state()).unwrap().pdf);
}

#[test]
fn a_document_is_tagged_kept_small_and_embeds_what_it_uses() {
    let sheets = set(&samples::intra_state()).unwrap();
    let pdf = &sheets.pdf;
    assert!(pdf.starts_with(b"%PDF-1.7"));
    for mark in ["/StructTreeRoot", "/Marked true", "/Lang", "pdfaid:part", "pdfuaid:part", "/TH", "/FontFile"] {
        assert!(count(pdf, mark) > 0, "{mark}");
    }
    assert_eq!(count(pdf, "+NotoSansDevanagari"), 0, "no font without a glyph");
    assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
    assert_eq!(sheets.pages, 1);
}

#[test]
fn a_long_table_goes_on_with_its_headings_and_every_page_is_counted() {
    let invoice = samples::long();
    let sheets = set(&invoice).unwrap();
    assert!(sheets.pages > 3, "{}", sheets.pages);
    let Some(text) = read(&sheets.pdf) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), sheets.pages);
    for (nth, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", nth + 1, sheets.pages)), "{page}");
        assert!(words(page).contains("Description SAC Taxable value Tax Total"), "{page}");
    }
    let text = words(&text);
    for nth in 1..=invoice.rows.len() {
        assert!(text.contains(&format!("Institutional subscription {nth},")), "line {nth} is lost");
    }
    assert!(words(pages[pages.len() - 1]).contains("Total ₹7,40,64,390.00"));
}

#[test]
fn what_no_font_has_is_named_and_the_rest_is_set() {
    let mut invoice = samples::intra_state();
    invoice.recipient.name = "محمد 王小明 Rao".into();
    let sheets = set(&invoice).unwrap();
    let missing: String = sheets.missing.iter().collect();
    assert_eq!(missing.chars().count(), "محد王小明".chars().count(), "{missing}");
    if let Some(text) = read(&sheets.pdf) {
        assert!(words(&text).contains("\u{fffd}\u{fffd}\u{fffd} Rao"), "{text}");
    }
}

#[test]
fn what_cannot_be_set_is_refused_with_a_reason() {
    let mut uneven = samples::intra_state();
    uneven.rows[0].cells.pop();
    assert!(matches!(set(&uneven), Err(PressError::Columns { row: 1, found: 3, wanted: 4 })));
    let mut endless = samples::intra_state();
    endless.notes = vec!["a note".into(); 10_000];
    assert!(matches!(set(&endless), Err(PressError::TooLong(_))));
    let mut tall = samples::intra_state();
    tall.recipient.lines = vec!["line".into(); 80];
    assert!(matches!(set(&tall), Err(PressError::TooLong(_))));
}

#[test]
fn a_document_with_empty_parts_is_still_a_document() {
    let empty = Invoice {
        warning: Some(String::new()),
        facts: vec![Fact::new("", "")],
        rows: Vec::new(),
        totals: Vec::new(),
        notes: vec![String::new()],
        signature: vec![String::new()],
        ..samples::intra_state()
    };
    assert_eq!(set(&empty).unwrap().pages, 1);
    let mut blank = samples::intra_state();
    blank.rows[0].cells = vec![String::new(); 4];
    blank.rows[0].description = String::new();
    assert_eq!(set(&blank).unwrap().pages, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Names and lines come from strangers.
    #[test]
    fn any_text_can_be_set(
        name in any::<String>(),
        line in "[\u{900}-\u{d7f}\u{200c}\u{200d}\u{300}-\u{36f} a-z]{0,60}",
        long in "[\u{900}-\u{97f}A-Z0-9]{0,200}",
    ) {
        let mut invoice = samples::intra_state();
        invoice.recipient.name = name.clone();
        invoice.paper = line.clone();
        invoice.recipient.lines = vec![line.clone(), long.clone()];
        invoice.facts.push(Fact::new(&name, &long));
        invoice.rows.push(Row { description: long, detail: line, ..invoice.rows[0].clone() });
        let sheets = set(&invoice).unwrap();
        prop_assert!(sheets.pages >= 1 && sheets.pdf.ends_with(b"%%EOF"));
    }
}
