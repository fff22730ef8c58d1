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
        "| system | F1 | precision | recall | exact | segment F | half A | half B | with P | R | CPU ms/page | pages/s/core |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for system in systems {
        let of = |set: &str| runs.iter().find(|r| r.system == system && r.set == set);
        let mut row = format!("| {system} |");
        match of("readability") {
            Some(run) => {
                let s = shingle_score(&bodies, run);
                row.push_str(&format!(" {:.3} | {:.3} | {:.3} | {:.3} |", s.f1(), s.precision, s.recall, s.exact));
            }
            None => row.push_str(" – | – | – | – |"),
        }
        match of("segments") {
            Some(run) => {
                let all = segment_score(&segments, run, |_| true);
                let a = segment_score(&segments, run, |p| half(&p.url) == 0);
                let b = segment_score(&segments, run, |p| half(&p.url) == 1);
                let (p, r) = all.pr();
                row.push_str(&format!(" {:.3} | {:.3} | {:.3} | {p:.3} | {r:.3} |", all.f(), a.f(), b.f()));
            }
            None => row.push_str(" – | – | – | – | – |"),
        }
        let (seconds, pages) =
            runs.iter().filter(|r| r.system == system).fold((0.0, 0.0), |(s, p), r| (s + r.seconds, p + r.pages));
        row.push_str(&format!(" {:.2} | {:.0} |", seconds * 1000.0 / pages, pages / seconds));
        println!("{row}");
    }
    Ok(())
}

/// The half a page belongs to, by its registered name, so that a publisher is in one half only. Development looks at half 0.
fn half(url: &str) -> u32 {
    let host = url.split("//").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    // Hosts of many papers (blogs, archives) are parted by the whole address.
    let name = if host.contains("wordpress.com") || host.contains("archive.org") || host.is_empty() {
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

fn squeezed(text: &str) -> String {
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

struct Shingles {
    precision: f64,
    recall: f64,
    exact: f64,
}

impl Shingles {
    fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

fn shingles(text: &str) -> HashMap<String, i64> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
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

/// Precision and recall of one page.
fn compare(truth: &str, text: &str) -> (f64, f64, bool) {
    let (truth, text) = (shingles(truth), shingles(text));
    let common: i64 = truth.iter().map(|(k, n)| (*n).min(text.get(k).copied().unwrap_or(0))).sum();
    let (wanted, got): (i64, i64) = (truth.values().sum(), text.values().sum());
    let precision = if got == 0 { if wanted == 0 { 1.0 } else { 0.0 } } else { common as f64 / got as f64 };
    let recall = if wanted == 0 { 1.0 } else { common as f64 / wanted as f64 };
    (precision, recall, common == wanted && common == got)
}

fn body(page: &Page) -> String {
    match &page.truth {
        Truth::Body(html) => archive::html::text_of(html),
        Truth::Segments { .. } => String::new(),
    }
}

fn shingle_score(pages: &[Page], run: &Run) -> Shingles {
    let mut sum = Shingles { precision: 0.0, recall: 0.0, exact: 0.0 };
    for page in pages {
        let text = run.texts.get(&page.name).map_or("", String::as_str);
        let (p, r, exact) = compare(&body(page), text);
        sum.precision += p;
        sum.recall += r;
        sum.exact += f64::from(u8::from(exact));
    }
    let n = pages.len() as f64;
    Shingles { precision: sum.precision / n, recall: sum.recall / n, exact: sum.exact / n }
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
                let (p, r, _) = compare(&body(page), text);
                rows.push((p.min(r), format!("{} P {p:.3} R {r:.3}", page.name)));
            }
            Truth::Segments { with, without } => {
                if half(&page.url) == 1 {
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
