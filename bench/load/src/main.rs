//! Prepares, drives and judges the bench: generated papers, signed guests, request files, checks, tables.
//!
//! The scripts beside it (`bench/article`, `bench/import`) start and stop the servers; every step that needs more than
//! a shell is a subcommand here. Everything random comes from a seed, so two runs send the same bytes.
#![allow(clippy::print_stdout, reason = "a tool for scripts: what it prints is what it is for")]
mod checks;
mod clock;
mod crawls;
mod dice;
mod drive;
mod guests;
mod http;
mod pages;
mod requests;
mod start;
mod stories;
mod table;
mod words;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// What a subcommand says when it fails: one line, with the mend.
type Outcome<T> = Result<T, String>;

/// The bench's tool. See bench/README.md.
#[derive(Debug, Parser)]
#[command(name = "load", max_term_width = 100)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

/// A paper as the bench sees it from outside.
#[derive(Debug, Args)]
struct Paper {
    /// The paper's stories, as `masthead export stories` writes them
    #[arg(long, value_name = "FILE")]
    stories: PathBuf,
    /// The paper's secret.key: guests are signed with it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The paper's time zone
    #[arg(long, default_value = "Asia/Kolkata")]
    zone: String,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write generated stories as JSON Lines
    Stories {
        #[arg(long, default_value_t = 1_000)]
        count: u32,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write a generated WordPress export
    Wxr {
        #[arg(long)]
        count: u32,
        #[arg(long)]
        out: PathBuf,
    },
    /// Write generated noisy crawls, one file each; prints how many stories are in them
    Crawls {
        #[arg(long, default_value_t = 5_000)]
        count: u32,
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write prebuilt requests of signed guests
    Requests {
        #[command(flatten)]
        paper: Paper,
        #[arg(long)]
        case: requests::Case,
        #[arg(long)]
        encoding: requests::Encoding,
        /// How many requests
        #[arg(long, default_value_t = 100_000)]
        count: u32,
        /// Other guests for another seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Requests that make the server remember these guests, to be sent once before
        #[arg(long, value_name = "FILE")]
        warm: Option<PathBuf>,
    },
    /// Start a server and print its process id and the milliseconds until its first 200
    Start {
        #[arg(long)]
        address: SocketAddr,
        /// The first request of this file is the one that must be answered
        #[arg(long, value_name = "FILE")]
        requests: PathBuf,
        /// Where the server's words go
        #[arg(long, value_name = "FILE")]
        log: PathBuf,
        /// Wait for an open port only (a server that speaks TLS)
        #[arg(long)]
        port_only: bool,
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Fetch the open page of every story, plain and gzip, and keep the bytes as files for nginx
    Pages {
        #[command(flatten)]
        paper: Paper,
        #[arg(long)]
        address: SocketAddr,
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Send the first requests of a file; every answer must be 200 with exactly the bytes of the page's file
    Compare {
        #[arg(long)]
        address: SocketAddr,
        #[arg(long, value_name = "FILE")]
        requests: PathBuf,
        /// The folder that `pages` wrote
        #[arg(long, value_name = "DIR")]
        pages: PathBuf,
        #[arg(long)]
        encoding: requests::Encoding,
        #[arg(long, default_value_t = 2_000)]
        count: usize,
    },
    /// Check that one guest opens exactly `limit` stories, one after the other and all at once
    Opens {
        #[command(flatten)]
        paper: Paper,
        #[arg(long)]
        address: SocketAddr,
        #[arg(long, default_value_t = 5)]
        limit: usize,
    },
    /// Print how many whole stories a visitor gets who sends no cookie, each time on a new connection
    Reset {
        #[command(flatten)]
        paper: Paper,
        #[arg(long)]
        address: SocketAddr,
        #[arg(long, default_value_t = 1_000)]
        count: usize,
    },
    /// Make the server count one story for so many distinct guests
    Guests {
        #[command(flatten)]
        paper: Paper,
        #[arg(long)]
        address: SocketAddr,
        #[arg(long, default_value_t = 1_000_000)]
        count: u32,
    },
    /// Print one number of the server's /metrics
    Metric {
        #[arg(long)]
        address: SocketAddr,
        name: String,
    },
    /// Print the table of a results file; status 1 when a gate is missed
    Table {
        #[arg(value_name = "FILE")]
        results: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Command::parse().action) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(line) => {
            let _ = writeln!(std::io::stderr(), "load: {line}");
            ExitCode::from(2)
        }
    }
}

/// False: measured, and a gate was missed.
fn run(action: Action) -> Outcome<bool> {
    match action {
        Action::Stories { count, out } => stories::write(&out, count)?,
        Action::Wxr { count, out } => stories::write_wxr(&out, count)?,
        Action::Crawls { count, out } => println!("{}", crawls::write(&out, count)?),
        Action::Requests { paper, case, encoding, count, seed, out, warm } => {
            let wanted = requests::Wanted { case, encoding, count, seed };
            requests::write(&paper.open()?, &wanted, &out, warm.as_deref())?;
        }
        Action::Start { address, requests, log, port_only, command } => {
            let started = start::start(address, &requests, &log, port_only, &command)?;
            println!("{} {:.1}", started.process, started.milliseconds);
        }
        Action::Pages { paper, address, out } => {
            let sizes = pages::fetch(&paper.open()?, address, &out)?;
            println!("{} {}", sizes.identity, sizes.gzip);
        }
        Action::Compare { address, requests, pages, encoding, count } => {
            println!("{}", checks::compare(address, &requests, &pages, encoding, count)?);
        }
        Action::Opens { paper, address, limit } => checks::opens(&paper.open()?, address, limit)?,
        Action::Reset { paper, address, count } => println!("{}", checks::reset(&paper.open()?, address, count)?),
        Action::Guests { paper, address, count } => drive::guests(&paper.open()?, address, count)?,
        Action::Metric { address, name } => println!("{}", checks::metric(address, &name)?),
        Action::Table { results } => return table::print(&results),
    }
    Ok(true)
}

impl Paper {
    fn open(&self) -> Outcome<guests::Paper> {
        guests::Paper::open(&self.stories, &self.key, &self.zone)
    }
}

/// Puts the file's name before what went wrong with it.
fn at<E: std::fmt::Display>(path: &std::path::Path) -> impl FnOnce(E) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}
