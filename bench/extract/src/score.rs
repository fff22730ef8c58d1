//! The figures. F1: precision and recall of four-word shingles a page, averaged over pages, then their harmonic mean. Exact: pages
//! whose shingles are all right and all there. Segment F: of the wanted and unwanted pieces of all pages.

use std::collections::HashMap;

use serde_json::Value;

use crate::sets::{self, Page, Truth};

/// Texts of one system on one set.
struct Run {
    system: String,
    set: String,
    texts: HashMap<String, String>,
    seconds: f64,
    pages: f64,
}

/// Files are called `SYSTEM.SET.jsonl`.
fn read(path: &str) -> Result<Run, String> {
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".jsonl");
    let (system, set) = name.rsplit_once('.').ok_or_else(|| format!("{path}: not SYSTEM.SET.jsonl"))?;
    let mut run =
        Run { system: system.to_owned(), set: set.to_owned(), texts: HashMap::new(), seconds: 0.0, pages: 0.0 };
    for line in std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?.lines() {
        let value: Value = serde_json::from_str(line).map_err(|e| format!("{path}: {e}"))?;
        if let (Some(name), Some(text)) = (value["name"].as_str(), value["text"].as_str()) {
            run.texts.insert(name.to_owned(), text.to_owned());
        } else {
            run.seconds = value["seconds"].as_f64().unwrap_or_default();
            run.pages = value["pages"].as_f64().unwrap_or_default();
        }
    }
    Ok(run)
}

/// Prints one table over all files.
pub fn tables(data: &str, outs: &[&str]) -> Result<(), String> {
    let mut runs = Vec::new();
    for out in outs {
        runs.push(read(out)?);
    }
    let mut systems: Vec<String> = Vec::new();
    for run in &runs {
        if !systems.contains(&run.system) {
            systems.push(run.system.clone());
        }
    }
    let segments = sets::load(data, "segments")?;
    let bodies = sets::load(data, "readability")?;
    println!(
        "| system | F1 (half A, half B) | precision | recall | exact | captions aside: F1 (A, B) | exact | segment F (A, B) | with P | R | CPU ms/page | pages/s/core |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for system in systems {
        let of = |set: &str| runs.iter().find(|r| r.system == system && r.set == set);
        let mut row = format!("| {system} |");
        match of("readability") {
            Some(run) => {
                let score = |half_of: Option<u32>, truth: fn(&Page) -> String| {
                    shingle_score(&bodies, run, |p| half_of.is_none_or(|h| half(p) == h), truth)
                };
                let (s, a, b) = (score(None, body), score(Some(0), body), score(Some(1), body));
                let (p, r) = s.pr();
                row.push_str(&format!(
                    " {:.3} ({:.3}, {:.3}) | {p:.3} | {r:.3} | {:.3} |",
                    s.f1(),
                    a.f1(),
                    b.f1(),
                    s.exact()
                ));
                let (s, a, b) = (score(None, bare_body), score(Some(0), bare_body), score(Some(1), bare_body));
                row.push_str(&format!(" {:.3} ({:.3}, {:.3}) | {:.3} |", s.f1(), a.f1(), b.f1(), s.exact()));
            }
            None => row.push_str(" – | – | – | – | – | – |"),
        }
        match of("segments") {
            Some(run) => {
                let all = segment_score(&segments, run, |_| true);
                let a = segment_score(&segments, run, |p| half(p) == 0);
                let b = segment_score(&segments, run, |p| half(p) == 1);
                let (p, r) = all.pr();
                row.push_str(&format!(" {:.3} ({:.3}, {:.3}) | {p:.3} | {r:.3} |", all.f(), a.f(), b.f()));
            }
            None => row.push_str(" – | – | – |"),
        }
        let (seconds, pages) =
            runs.iter().filter(|r| r.system == system).fold((0.0, 0.0), |(s, p), r| (s + r.seconds, p + r.pages));
        row.push_str(&format!(" {:.2} | {:.0} |", seconds * 1000.0 / pages, pages / seconds));
        println!("{row}");
    }
    Ok(())
}

/// The half a page belongs to, by its registered name, so that a publisher is in one half only. Development looks at half 0.
pub fn half(page: &Page) -> u32 {
    let url = page.url.as_str();
    let host = url.split("//").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    // Hosts of many papers (blogs, archives) are parted by the whole address.
    let name = if matches!(page.truth, Truth::Body(_)) {
        // These have no address; several pages of one publisher are numbered.
        page.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned()
    } else if host.contains("wordpress.com") || host.contains("archive.org") || host.is_empty() {
        url.to_owned()
    } else {
        labels.iter().rev().take(2).copied().collect::<Vec<_>>().join(".")
    };
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    u32::try_from((hash >> 20) & 1).unwrap_or_default()
}

#[derive(Default)]
struct Segments {
    tp: f64,
    fp: f64,
    fnn: f64,
}

impl Segments {
    fn pr(&self) -> (f64, f64) {
        (self.tp / (self.tp + self.fp), self.tp / (self.tp + self.fnn))
    }

    fn f(&self) -> f64 {
        let (p, r) = self.pr();
        2.0 * p * r / (p + r)
    }
}

pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{ad}', "")
}

fn segment_score(pages: &[Page], run: &Run, of: impl Fn(&Page) -> bool) -> Segments {
    let mut score = Segments::default();
    for page in pages.iter().filter(|p| of(p)) {
        let Truth::Segments { with, without } = &page.truth else { continue };
        let text = squeezed(run.texts.get(&page.name).map_or("", String::as_str));
        for piece in with {
            if text.contains(&squeezed(piece)) { score.tp += 1.0 } else { score.fnn += 1.0 }
        }
        score.fp += without.iter().filter(|piece| text.contains(&squeezed(piece))).count() as f64;
    }
    score
}

/// What the public leaderboard of article bodies computes: shingles of four words a page, precision and recall as means over the
/// pages that have any, and the share of pages whose words are the same in the same order.
#[derive(Default)]
struct Shingles {
    precision: Vec<f64>,
    recall: Vec<f64>,
    exact: Vec<f64>,
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len().max(1) as f64)
}

impl Shingles {
    fn pr(&self) -> (f64, f64) {
        (mean(&self.precision), mean(&self.recall))
    }

    fn f1(&self) -> f64 {
        let (p, r) = self.pr();
        2.0 * p * r / (p + r)
    }

    fn exact(&self) -> f64 {
        mean(&self.exact)
    }
}

/// Runs of letters, digits and underscores; punctuation and white space part them.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect()
}

fn shingles(words: &[&str]) -> HashMap<String, i64> {
    let mut out = HashMap::new();
    if words.len() < 4 {
        if !words.is_empty() {
            out.insert(words.join(" "), 1);
        }
        return out;
    }
    for window in words.windows(4) {
        *out.entry(window.join(" ")).or_insert(0) += 1;
    }
    out
}

/// Precision and recall of one page, where they mean something, and whether it is exact.
fn compare(truth: &str, text: &str) -> (Option<f64>, Option<f64>, bool) {
    let (truth, text) = (words(truth), words(text));
    let exact = truth == text;
    let (truth, text) = (shingles(&truth), shingles(&text));
    let common: i64 = truth.iter().map(|(k, n)| (*n).min(text.get(k).copied().unwrap_or(0))).sum();
    let (wanted, got): (i64, i64) = (truth.values().sum(), text.values().sum());
    let share = |of: i64| (of > 0).then(|| common as f64 / of as f64);
    (share(got), share(wanted), exact)
}

fn body(page: &Page) -> String {
    match &page.truth {
        Truth::Body(html) => archive::html::text_of(html),
        Truth::Segments { .. } => String::new(),
    }
}

/// The expected body without its figures: a caption belongs to its picture. An element is cut out as text, by its tags, so that
/// the code that is measured has no say in it.
fn bare_body(page: &Page) -> String {
    let Truth::Body(html) = &page.truth else { return String::new() };
    let mut out = String::new();
    let mut rest = html.as_str();
    while let Some((before, after)) = rest.split_once("<figure") {
        out.push_str(before);
        let Some((figure, beyond)) = after.split_once("</figure>") else { break };
        // Code, tables and quotations are set as figures too.
        if !["<img", "<picture", "<video", "<iframe", "<svg"].iter().any(|shown| figure.contains(shown)) {
            out.push_str("<div");
            out.push_str(figure);
            out.push_str("</div>");
        }
        rest = beyond;
    }
    out.push_str(rest);
    archive::html::text_of(&out)
}

fn shingle_score(pages: &[Page], run: &Run, of: impl Fn(&Page) -> bool, truth: impl Fn(&Page) -> String) -> Shingles {
    let mut sum = Shingles::default();
    for page in pages.iter().filter(|p| of(p)) {
        let text = run.texts.get(&page.name).map_or("", String::as_str);
        let (p, r, exact) = compare(&truth(page), text);
        sum.precision.extend(p);
        sum.recall.extend(r);
        sum.exact.push(f64::from(u8::from(exact)));
    }
    sum
}

/// Prints the pages of development on which a system did worst.
pub fn worst(data: &str, set: &str, out: &str, count: usize) -> Result<(), String> {
    let run = read(out)?;
    let pages = sets::load(data, set)?;
    let mut rows: Vec<(f64, String)> = Vec::new();
    for page in &pages {
        let text = run.texts.get(&page.name).map_or("", String::as_str);
        match &page.truth {
            Truth::Body(_) => {
                if half(page) == 1 {
                    continue;
                }
                let (p, r, _) = compare(&body(page), text);
                let (p, r) = (p.unwrap_or(0.0), r.unwrap_or(0.0));
                rows.push((p.min(r), format!("{} P {p:.3} R {r:.3}", page.name)));
            }
            Truth::Segments { with, without } => {
                if half(page) == 1 {
                    continue;
                }
                let text = squeezed(text);
                let missing: Vec<&String> = with.iter().filter(|s| !text.contains(&squeezed(s))).collect();
                let wrong: Vec<&String> = without.iter().filter(|s| text.contains(&squeezed(s))).collect();
                let faults = missing.len() + wrong.len();
                rows.push((
                    -(faults as f64),
                    format!(
                        "{} {} {} chars\n  missing {missing:?}\n  wrong {wrong:?}",
                        page.name,
                        page.url,
                        text.len()
                    ),
                ));
            }
        }
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, row) in rows.into_iter().take(count) {
        println!("{row}");
    }
    Ok(())
}
