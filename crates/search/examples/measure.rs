//! Measures the index for `bench/search`: `measure DOCUMENTS.jsonl QUERIES.jsonl FOLDER`. Prints one line of JSON for each figure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::disallowed_methods)] // measuring needs the clock
use jiff::Timestamp;
use jiff::tz::TimeZone;
use newsroom::articles::{Marking, StoryNumber};
use search::{Ask, Change, Document, Found, Full, Index, Language, Order, Public, Query, Reach, Right, Settings};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Instant;

#[derive(Deserialize)]
struct Row {
    number: u32,
    headline: String,
    body: String,
    section: String,
    at: i64,
}

#[derive(Deserialize)]
struct Asked {
    kind: String,
    text: String,
    newest: bool,
}

fn document(row: Row) -> Document {
    // of twenty stories five are free, one asks for an account, ten are metered, four premium
    let marking = match row.number % 20 {
        0..5 => Marking::Free,
        5 => Marking::Registered,
        6..16 => Marking::Metered,
        _ => Marking::Premium,
    };
    let preview = row.body.char_indices().nth(240).map_or(row.body.len(), |(at, _)| at);
    let open = if marking == Marking::Free { row.body.clone() } else { row.body[..preview].to_owned() };
    Document {
        number: StoryNumber(row.number),
        revision: 1,
        section: row.section,
        headline: row.headline,
        bylines: vec![format!("Reporter {}", row.number % 300)],
        topics: vec![format!("Topic {}", row.number % 500)],
        marking,
        published_at: Timestamp::from_second(row.at).ok(),
        open,
        whole: row.body,
    }
}

fn rows(path: &str) -> impl Iterator<Item = Document> {
    let lines = BufReader::new(File::open(path).unwrap()).lines();
    lines.map(|line| document(serde_json::from_str(&line.unwrap()).unwrap()))
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size(&path) } else { fs::metadata(path).unwrap().len() }).sum()
}

/// CPU seconds of this process, and the most memory it held.
fn usage() -> (f64, u64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    (ticks / 100.0, field("RssAnon:"))
}

fn build(index: &Index, documents: &str, folder: &Path) {
    let (before, _) = usage();
    let began = Instant::now();
    let mut rebuild = index.rebuild().unwrap();
    let mut held = 0;
    for document in rows(documents) {
        rebuild.add(&document).unwrap();
        if rebuild.documents().is_multiple_of(10_000) {
            held = held.max(usage().1);
        }
    }
    let n = rebuild.documents();
    rebuild.finish(1, |_, _| held = held.max(usage().1)).unwrap();
    let (cpu, seconds) = (usage().0 - before, began.elapsed().as_secs_f64());
    println!(
        "{{\"what\":\"index\",\"documents\":{n},\"seconds\":{seconds:.1},\"cpu\":{cpu:.1},\"megabytes\":{},\"held_megabytes\":{held}}}",
        size(folder) / 1_000_000
    );
}

fn percentile(times: &mut [f64], part: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * part / 100).min(times.len() - 1)]
}

enum Door<'a> {
    Guest(&'a Public),
    Holder(&'a Full),
}

fn find(door: &Door<'_>, asked: &Asked, facets: bool) -> Found {
    let query = Query::parse(&asked.text);
    let order = if asked.newest { Order::Newest } else { Order::Relevance };
    let ask = Ask { query: &query, order, offset: 0, limit: 10, facets };
    match door {
        Door::Guest(public) => public.find(&ask).unwrap(),
        Door::Holder(full) => full.find(&ask).unwrap(),
    }
}

fn measure(who: &str, door: &Door<'_>, kinds: &BTreeMap<String, Vec<Asked>>, facets: bool) {
    for (kind, queries) in kinds {
        let (mut cold, mut warm, mut hits) = (Vec::new(), Vec::new(), 0);
        for asked in queries {
            let mut best = f64::MAX;
            for turn in 0..6 {
                let began = Instant::now();
                let found = black_box(find(door, asked, facets));
                let took = began.elapsed().as_secs_f64() * 1e6;
                if turn == 0 {
                    cold.push(took);
                    hits += found.total;
                } else {
                    best = best.min(took);
                }
            }
            warm.push(best);
        }
        println!(
            "{{\"what\":\"find\",\"who\":\"{who}\",\"kind\":\"{kind}\",\"facets\":{facets},\"n\":{},\"hits\":{hits},\"p50\":{:.0},\"p99\":{:.0},\"first_p50\":{:.0},\"first_p99\":{:.0}}}",
            queries.len(),
            percentile(&mut warm, 50),
            percentile(&mut warm, 99),
            percentile(&mut cold, 50),
            percentile(&mut cold, 99)
        );
    }
}

/// From the change to the answer, for stories published one by one.
fn publish(index: &Index, documents: &str) {
    let mut times = Vec::new();
    for (document, n) in rows(documents).take(20).zip(0_i64..) {
        let number = 3_000_000 + u32::try_from(n).unwrap();
        let fresh = Document { number: StoryNumber(number), headline: format!("zqfresh{n}"), ..document };
        let began = Instant::now();
        index.apply(vec![Change::Put(Box::new(fresh))], 10 + n).unwrap();
        let query = Query::parse(&format!("zqfresh{n}"));
        let ask = Ask { query: &query, order: Order::Relevance, offset: 0, limit: 1, facets: false };
        assert_eq!(index.public().unwrap().find(&ask).unwrap().total, 1);
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let (p50, most) = (percentile(&mut times, 50), percentile(&mut times, 100));
    println!("{{\"what\":\"publish\",\"p50_ms\":{p50:.0},\"most_ms\":{most:.0}}}");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [documents, queries, folder] = arguments.as_slice() else { panic!("measure DOCUMENTS QUERIES FOLDER") };
    let folder = Path::new(folder);
    let settings = Settings { language: Language::read("en"), zone: TimeZone::UTC };
    let index = Index::open(folder, settings).unwrap();
    if index.public().is_err() {
        build(&index, documents, folder);
    }
    let mut kinds: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
    for line in BufReader::new(File::open(queries).unwrap()).lines() {
        let asked: Asked = serde_json::from_str(&line.unwrap()).unwrap();
        kinds.entry(asked.kind.clone()).or_default().push(asked);
    }
    let rights =
        [Marking::Registered, Marking::Metered, Marking::Premium].map(|marking| Right { marking, since: None });
    let full = index.full(Reach::of(rights).unwrap()).unwrap();
    measure("holder", &Door::Holder(&full), &kinds, false);
    measure("holder", &Door::Holder(&full), &kinds, true);
    // who holds no right to the archive: in the older half of the stories only open text
    let since = Timestamp::from_second(852_076_800 + 14 * 365 * 86_400).ok();
    let recent = rights.map(|right| Right { since, ..right });
    let dated = index.full(Reach::of(recent).unwrap()).unwrap();
    measure("dated", &Door::Holder(&dated), &kinds, false);
    measure("dated", &Door::Holder(&dated), &kinds, true);
    let public = Door::Guest(&index.public().unwrap());
    measure("guest", &public, &kinds, false);
    measure("guest", &public, &kinds, true);
    publish(&index, documents);
}
