//! What is measured. Each system gets the decoded text of a page and gives plain text.

use std::fmt::Write as _;

use crate::sets;

/// Runs one system over one set. The last line has the processor's seconds for the extraction alone.
pub fn run(system: &str, data: &str, set: &str, out: &str) -> Result<(), String> {
    let pages = sets::load(data, set)?;
    let extract: fn(&str, &str) -> String = match system {
        "masthead" => masthead,
        "masthead-captions" => masthead_captions,
        #[cfg(feature = "peers")]
        "trafilatura-rs" => trafilatura_rust,
        #[cfg(feature = "peers")]
        "trafilatura-rs-fast" => trafilatura_rust_fast,
        #[cfg(feature = "peers")]
        "dom_smoothie" => smoothie,
        other => return Err(format!("no system {other}")),
    };
    let mut lines = String::new();
    let mut seconds = 0.0;
    for page in &pages {
        let begun = processor_seconds();
        let text = extract(&page.url, &page.html);
        seconds += processor_seconds() - begun;
        let _ = writeln!(lines, "{}", serde_json::json!({ "name": page.name, "text": text }));
    }
    let _ = writeln!(lines, "{}", serde_json::json!({ "seconds": seconds, "pages": pages.len() }));
    std::fs::write(out, lines).map_err(|e| format!("{out}: {e}"))
}

/// Prints what was made of one page, and why.
pub fn show(data: &str, set: &str, name: &str) -> Result<(), String> {
    for page in sets::load(data, set)?.iter().filter(|p| p.name.contains(name)) {
        let extract = archive::html::page(&archive::html::Page { url: Some(&page.url), html: &page.html });
        println!(
            "{} {}\nheadline {:?}, standfirst {:?}, confidence {}",
            page.name, page.url, extract.headline, extract.standfirst, extract.confidence
        );
        for part in &extract.body {
            println!("+ {part:?}");
        }
        for removed in &extract.removed {
            println!("- [{}] {}", removed.reason, removed.text);
        }
    }
    Ok(())
}

/// Time this thread has run, by the scheduler's account.
fn processor_seconds() -> f64 {
    let account = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    account.split(' ').next().and_then(|n| n.parse::<f64>().ok()).map_or(0.0, |n| n / 1e9)
}

fn masthead(url: &str, html: &str) -> String {
    let extract = archive::html::page(&archive::html::Page { url: Some(url), html });
    // The peers give the summary under the headline as part of the text.
    let standfirst = extract.standfirst.as_deref().filter(|_| extract.standfirst_shown);
    standfirst.into_iter().chain(extract.body.iter().map(archive::item::Part::text)).collect::<Vec<_>>().join("\n")
}

/// The same with the captions of the story's pictures where they stand: one rule for all pages, because the expected bodies of
/// `readability` hold captions. What the product keeps is the same; it keeps captions with their pictures.
fn masthead_captions(url: &str, html: &str) -> String {
    let extract = archive::html::page(&archive::html::Page { url: Some(url), html });
    let standfirst = extract.standfirst.as_deref().filter(|_| extract.standfirst_shown);
    let mut lines: Vec<&str> = standfirst.into_iter().collect();
    let mut captions = extract.captions.iter().peekable();
    for (at, part) in extract.body.iter().enumerate() {
        while let Some(caption) = captions.next_if(|c| c.after <= at) {
            lines.push(&caption.text);
        }
        lines.push(part.text());
    }
    lines.extend(captions.map(|c| c.text.as_str()));
    lines.join("\n")
}

#[cfg(feature = "peers")]
fn trafilatura_rust(_: &str, html: &str) -> String {
    let options = trafilatura::Options::default().with_fallback(true).with_exclude_comments(true);
    trafilatura::extract(html, &options).map(|r| r.content_text).unwrap_or_default()
}

#[cfg(feature = "peers")]
fn trafilatura_rust_fast(_: &str, html: &str) -> String {
    let options = trafilatura::Options::default().with_fallback(false).with_exclude_comments(true);
    trafilatura::extract(html, &options).map(|r| r.content_text).unwrap_or_default()
}

#[cfg(feature = "peers")]
fn smoothie(_: &str, html: &str) -> String {
    let config =
        dom_smoothie::Config { text_mode: dom_smoothie::TextMode::Formatted, ..dom_smoothie::Config::default() };
    dom_smoothie::Readability::new(html, None, Some(config))
        .and_then(|mut readability| readability.parse())
        .map(|article| article.text_content.to_string())
        .unwrap_or_default()
}
