//! Which pieces our own extractor lost or kept wrongly, and the reason it gave: for whoever develops it.

use std::collections::BTreeMap;

use archive::html::Extract;
use archive::item::Part;

use crate::score;
use crate::sets::{self, Page, Truth};

/// One fault: what it is counted under, and the words.
struct Fault {
    cause: String,
    words: String,
}

/// Prints the faults of one half of a set page by page, then how many there are of each cause.
pub fn print(data: &str, set: &str, half: &str) -> Result<(), String> {
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for page in sets::load(data, set)? {
        let here = score::half(&page) == 0;
        if half != "both" && here != (half == "a") {
            continue;
        }
        let extract = archive::html::page(&archive::html::Page { url: Some(&page.url), html: &page.html });
        let faults = faults(&page, &extract);
        if faults.is_empty() {
            continue;
        }
        println!("# {} {}", page.name, page.url);
        for fault in faults {
            println!("  {}: {}", fault.cause, fault.words);
            *causes.entry(fault.cause).or_default() += 1;
        }
    }
    let mut rows: Vec<(usize, String)> = causes.into_iter().map(|(cause, count)| (count, cause)).collect();
    rows.sort_by(|a, b| b.cmp(a));
    println!("# causes");
    for (count, cause) in rows {
        println!("{count:5} {cause}");
    }
    Ok(())
}

fn faults(page: &Page, extract: &Extract) -> Vec<Fault> {
    let shown = extract.standfirst.as_deref().filter(|_| extract.standfirst_shown);
    let parts: Vec<(String, String)> = shown
        .iter()
        .map(|s| ("standfirst".to_owned(), score::squeezed(s)))
        .chain(extract.body.iter().map(|p| (kind(p).to_owned(), score::squeezed(p.text()))))
        .collect();
    let text = parts.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>().join(" ");
    let mut faults = Vec::new();
    let mut lose = |piece: &str| {
        if !text.contains(piece) {
            faults.push(Fault { cause: format!("lost, {}", why(extract, piece)), words: shortened(piece) });
        }
    };
    match &page.truth {
        Truth::Segments { with, without } => {
            with.iter().for_each(|p| lose(&score::squeezed(p)));
            for piece in without.iter().map(|p| score::squeezed(p)).filter(|p| text.contains(p.as_str())) {
                let holder = parts.iter().find(|(_, t)| t.contains(&piece)).map_or("several", |(k, _)| k);
                faults.push(Fault { cause: format!("kept, {holder}"), words: shortened(&piece) });
            }
        }
        Truth::Body(html) => {
            let truth = archive::html::text_of(html);
            truth.lines().map(score::squeezed).filter(|p| !p.is_empty()).for_each(|p| lose(&p));
            let truth = score::squeezed(&truth);
            for (kind, part) in parts.iter().filter(|(_, t)| !truth.contains(t.as_str())) {
                faults.push(Fault { cause: format!("kept, {kind}"), words: shortened(part) });
            }
        }
    }
    faults
}

fn kind(part: &Part) -> &'static str {
    match part {
        Part::Paragraph(_) => "paragraph",
        Part::Crosshead(_) => "crosshead",
        Part::Quote(_) => "quote",
        Part::Listed(_) => "listed",
        Part::Row(_) => "row",
        Part::Line(_) => "line",
    }
}

fn why(extract: &Extract, piece: &str) -> String {
    let start: String = piece.chars().take(30).collect();
    let told = |r: &&archive::item::Removed| score::squeezed(&r.text).contains(&start);
    extract.removed.iter().find(told).map_or_else(
        || {
            let image = extract.images.iter().any(|i| i.caption.as_deref().is_some_and(|c| c.contains(&start)));
            if image { "caption".to_owned() } else { "untold".to_owned() }
        },
        |r| r.reason.clone(),
    )
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(160) {
        None => text.to_owned(),
        Some((end, _)) => format!("{} … ({})", &text[..end], text.len()),
    }
}
