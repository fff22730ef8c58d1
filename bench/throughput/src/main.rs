//! Recombines texts of old newspapers into an archive of any size, damages copies of some, takes it in, and prints one `name value`
//! a line: stories a second, memory, copies found and stories wrongly merged; see bench/README.md.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::disallowed_methods, reason = "a program of the bench")]

mod corpus;
mod indexing;
mod library;
mod write;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::Instant;

use archive::intake::{Groups, Intake, Outcome};
use archive::{Crawl, Options};
use corpus::Corpus;
use indexing::Waiting;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let pages = PathBuf::from(arguments.next().ok_or("usage: throughput PAGES.jsonl.gz STORIES COPIES% [write FILE]")?);
    let stories: usize = arguments.next().ok_or("how many stories?")?.parse()?;
    let copies: usize = arguments.next().ok_or("what share of them has a copy, in percent?")?.parse()?;
    let corpus = Corpus::read(&pages)?;
    if arguments.next().as_deref() == Some("write") {
        return write::jsonl(&corpus, stories, copies, &arguments.next().ok_or("into which file?")?);
    }
    take_in(&corpus, stories, copies)
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stories made in one go: 12 MB.
const MADE: usize = 4096;

fn take_in(corpus: &Corpus, stories: usize, copies: usize) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir_in(".")?;
    let mut intake = Intake::new(folder.path(), &Options::default())?;
    let (mut bytes, mut files, mut pairs) = (0usize, 0usize, 0usize);
    let (mut making, mut making_cpu) = (0.0, 0.0);
    let before = processor();
    let began = Instant::now();
    let mut made: VecDeque<Vec<String>> = VecDeque::new();
    for number in 0..stories {
        // Made some thousand at a time, so that the clock of the processor, which counts hundredths, can tell.
        if made.is_empty() {
            let (clock, cpu) = (Instant::now(), processor());
            made.extend((number..stories).take(MADE).map(|n| corpus.crawls(n, copies)));
            making += clock.elapsed().as_secs_f64();
            making_cpu += processor() - cpu;
        }
        let crawls = made.pop_front().unwrap_or_default();
        pairs += crawls.len() - 1;
        for (at, text) in crawls.into_iter().enumerate() {
            bytes += text.len();
            files += 1;
            intake.crawl(Crawl { name: format!("{number}-{at}"), bytes: text.into_bytes() })?;
        }
    }
    let read = began.elapsed().as_secs_f64() - making;
    let processed = processor();
    println!("clean_cpu_s {:.2}\nmaking_cpu_s {making_cpu:.2}", processed - before - making_cpu);
    println!("texts {files}\nbytes_each {}\npairs {pairs}", bytes / files.max(1));
    println!("clean_s {read:.2}\nrss_clean_mb {}", peak());
    let began = Instant::now();
    let mut last = String::new();
    let groups = intake.finish(&mut |p| {
        if last != p.phase.to_string() {
            last = p.phase.to_string();
            eprintln!(
                "{:.1} s, {:.1} s of processors: {last} {}/{} {} MB",
                began.elapsed().as_secs_f64(),
                processor(),
                p.done,
                p.of,
                peak()
            );
        }
    })?;
    let cluster = began.elapsed().as_secs_f64();
    println!("cluster_cpu_s {:.2}", processor() - processed);
    let processed = processor();
    println!("cluster_s {cluster:.2}\ngroups {}\nrss_cluster_mb {}", groups.stories(), peak());
    println!("cleaned_and_grouped_per_s {:.0}", files as f64 / (read + cluster));
    let began = Instant::now();
    let mut waiting = Waiting::beside(folder.path())?;
    let Told { found, wrong, stories: told, refused } = tell(groups, &mut waiting)?;
    println!("rebuild_cpu_s {:.2}", processor() - processed);
    println!("rebuild_s {:.2}\nstories {told}\nrefused {refused}", began.elapsed().as_secs_f64());
    // The index is read from mapped files, which count as resident: what it holds besides is in bench/search.
    println!("peak_rss_mb {}", peak());
    waiting.close()?;
    let (began, processed) = (Instant::now(), processor());
    let indexed = waiting.index(&folder.path().join("search"))?;
    let indexing = began.elapsed().as_secs_f64();
    println!("index_cpu_s {:.2}\nindex_s {indexing:.2}\nindexed {indexed}", processor() - processed);
    println!("cleaned_grouped_and_indexed_per_s {:.0}", files as f64 / (read + cluster + indexing));
    let (indexed_cpu, processed) = (processor() - processed, processor());
    library::index(&waiting, &folder.path().join("library"))?;
    let library = processor() - processed;
    println!("library_index_cpu_s {library:.2}\nindex_by_library {:.3}", indexed_cpu / library.max(0.01));
    println!("pairs_found {:.5}\nwrong_merges {wrong}", found as f64 / pairs.max(1) as f64);
    Ok(())
}

/// What came out.
#[derive(Default)]
struct Told {
    /// Copies that are in the story of another copy.
    found: usize,
    /// Texts that are in another's story.
    wrong: usize,
    stories: usize,
    refused: usize,
}

fn tell(groups: Groups, waiting: &mut Waiting) -> Result<Told, Box<dyn std::error::Error>> {
    let mut all = Told::default();
    let mut of_one: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in groups {
        match outcome? {
            Outcome::Story(story) => {
                all.stories += 1;
                waiting.push(&story.rebuilt)?;
                of_one.clear();
                for crawl in &story.rebuilt.crawls {
                    let of = crawl.name.split('-').next().unwrap_or_default().to_owned();
                    *of_one.entry(of).or_default() += 1;
                }
                all.found += of_one.values().map(|n| n - 1).sum::<usize>();
                all.wrong += of_one.len() - 1;
                if std::env::var_os("SHOW").is_some() && story.rebuilt.crawls.len() == 1 {
                    for doubt in story.rebuilt.doubts.iter().filter(|d| d.text.starts_with("sounds like")) {
                        eprintln!("{} {}", story.rebuilt.crawls[0].name, doubt.text);
                    }
                }
            }
            Outcome::Refused(_) => all.refused += 1,
            Outcome::Copy(_) | Outcome::Note(_) => {}
        }
    }
    Ok(all)
}

/// Seconds of processor time so far.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: u64 = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

/// The most memory this process has had, in megabytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}
