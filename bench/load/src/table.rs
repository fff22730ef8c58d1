//! What was measured, as a table: medians, and ratios of pairs that ran right after each other.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::{Outcome, at};

/// One run of one server: a line of the results file, columns separated by tabs.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    /// Case and encoding, such as `mix gzip`.
    case: String,
    round: u32,
    server: String,
    requests: f64,
    seconds: f64,
    p50_us: f64,
    p99_us: f64,
    cpu_ns: f64,
}

impl Run {
    fn read(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        let (case, round, server) = (next()?.to_owned(), next()?.parse().ok()?, next()?.to_owned());
        let mut number = || next()?.parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
        let run = Self {
            case,
            round,
            server,
            requests: number()?,
            seconds: number()?,
            p50_us: number()?,
            p99_us: number()?,
            cpu_ns: number()?,
        };
        Some(run)
    }

    fn rate(&self) -> f64 {
        self.requests / self.seconds
    }

    /// Microseconds of processor a request.
    fn cost(&self) -> f64 {
        self.cpu_ns / self.requests / 1e3
    }
}

/// The least ratio of requests per second that passes, and the one aimed at.
fn bounds(case: &str) -> Option<(f64, f64)> {
    match case {
        "mix gzip" | "mix identity" => Some((1.0, 1.25)),
        "hot gzip" | "hot identity" => Some((0.9, 1.1)),
        _ => None,
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => f64::NAN,
        n if n % 2 == 0 => f64::midpoint(numbers[middle - 1], numbers[middle]),
        _ => numbers[middle],
    }
}

/// Prints the table of a results file. False when a gate is missed.
pub fn print(path: &Path) -> Outcome<bool> {
    let text = std::fs::read_to_string(path).map_err(at(path))?;
    let runs = text
        .lines()
        .enumerate()
        .map(|(nth, line)| Run::read(line).ok_or_else(|| format!("{}, line {}: not a result", path.display(), nth + 1)))
        .collect::<Outcome<Vec<Run>>>()?;
    let (table, passed) = table(&runs)?;
    print!("{table}");
    Ok(passed)
}

fn table(runs: &[Run]) -> Outcome<(String, bool)> {
    let mut out = String::new();
    let mut judged = String::new();
    let mut passed = true;
    let mut cases: Vec<&str> = Vec::new();
    for run in runs {
        if !cases.contains(&run.case.as_str()) {
            cases.push(&run.case);
        }
    }
    let head = [
        "case",
        "req/s",
        "nginx",
        "ratio",
        "pairs from – to",
        "p50 µs",
        "nginx",
        "p99 µs",
        "nginx",
        "CPU µs",
        "nginx",
        "CPU ratio",
    ];
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(head.len()));
    for case in cases {
        let pairs = pairs(runs, case)?;
        let middle = |of: fn(&Run) -> f64| {
            let ours = median(pairs.iter().map(|(ours, _)| of(ours)).collect());
            (ours, median(pairs.iter().map(|(_, theirs)| of(theirs)).collect()))
        };
        let ratios: Vec<f64> = pairs.iter().map(|(ours, theirs)| ours.rate() / theirs.rate()).collect();
        let ratio = median(ratios.clone());
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let saved = median(pairs.iter().map(|(ours, theirs)| theirs.cost() / ours.cost()).collect());
        let ((rate, rate2), (p50, p502)) = (middle(Run::rate), middle(|r| r.p50_us));
        let ((p99, p992), (cpu, cpu2)) = (middle(|r| r.p99_us), middle(Run::cost));
        let _ = writeln!(
            out,
            "| {case} | {rate:.0} | {rate2:.0} | **{ratio:.2}** | {least:.2} – {most:.2} | {p50:.0} | {p502:.0} | {p99:.0} | {p992:.0} | {cpu:.1} | {cpu2:.1} | {saved:.2} |",
        );
        if let Some((gate, aim)) = bounds(case) {
            let held = ratio >= gate;
            passed &= held;
            let word = if held { "held" } else { "MISSED" };
            let aimed = if ratio >= aim { "reached" } else { "not yet" };
            let _ = writeln!(judged, "{case}: {ratio:.2} x nginx; gate {gate:.2} {word}; aim {aim:.2} {aimed}");
        }
    }
    let _ = write!(out, "\n{judged}");
    Ok((out, passed))
}

/// The runs of a case, ours beside nginx of the same round.
fn pairs<'a>(runs: &'a [Run], case: &str) -> Outcome<Vec<(&'a Run, &'a Run)>> {
    let of = |server: &str| -> BTreeMap<u32, &'a Run> {
        runs.iter().filter(|r| r.case == case && r.server == server).map(|r| (r.round, r)).collect()
    };
    let (ours, theirs) = (of("masthead"), of("nginx"));
    let pairs: Vec<_> = ours.iter().filter_map(|(round, run)| Some((*run, *theirs.get(round)?))).collect();
    if pairs.is_empty() { Err(format!("{case}: no round in which both servers ran")) } else { Ok(pairs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(case: &str, round: u32, server: &str, rate: f64) -> Run {
        let line = format!("{case}\t{round}\t{server}\t{}\t4\t500\t900\t{}", rate * 4.0, rate * 4.0 * 10_000.0);
        Run::read(&line).unwrap()
    }

    #[test]
    fn ratios_are_taken_within_a_round_and_then_the_median() {
        // The machine was twice as slow in the second round: a ratio of medians would be misled.
        let rates = [(1, 120.0, 100.0), (2, 55.0, 50.0), (3, 130.0, 100.0)];
        let runs: Vec<Run> = rates
            .iter()
            .flat_map(|&(n, ours, theirs)| [run("mix gzip", n, "masthead", ours), run("mix gzip", n, "nginx", theirs)])
            .collect();
        let (table, passed) = table(&runs).unwrap();
        assert!(table.contains("| mix gzip | 120 | 100 | **1.20** | 1.10 – 1.30 |"), "{table}");
        assert!(table.contains("1.20 x nginx; gate 1.00 held; aim 1.25 not yet"), "{table}");
        assert!(passed);
    }

    #[test]
    fn a_missed_gate_fails_and_a_case_without_a_gate_does_not() {
        let slow = [run("hot gzip", 1, "masthead", 89.0), run("hot gzip", 1, "nginx", 100.0)];
        let (text, passed) = table(&slow).unwrap();
        assert!(!passed && text.contains("gate 0.90 MISSED"), "{text}");
        let new = [run("new gzip", 1, "masthead", 50.0), run("new gzip", 1, "nginx", 100.0)];
        assert!(table(&new).unwrap().1);
    }

    #[test]
    fn a_run_without_its_pair_is_refused() {
        assert!(table(&[run("mix gzip", 1, "masthead", 100.0)]).is_err());
        assert_eq!(Run::read("mix gzip\t1\tnginx\t0\t4\t1\t1\t1"), None);
    }
}
