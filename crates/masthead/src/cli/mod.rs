//! The command line.
mod clock;
mod export;
mod index;
mod init;
mod reprice;
mod serve;
mod staff;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::doctor;

/// A newspaper's digital edition in one binary: stories, a wall that leaks nothing, readers who subscribe.
///
/// Without a command it serves the paper in ./masthead-data. Where there is none yet, it first makes a sample paper
/// there, so that you can see everything at work at once.
#[derive(Debug, Parser)]
#[command(name = "masthead", version, after_help = EXAMPLES, propagate_version = true, max_term_width = 100)]
pub struct Command {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub listen: Listen,
    #[command(subcommand)]
    pub action: Option<Action>,
}

const EXAMPLES: &str = "\
Examples:
  masthead                                 see the sample paper on http://127.0.0.1:1997
  masthead init ./my-paper                 start a paper of your own
  masthead import old-site/ --data ./my-paper
  masthead serve --data ./my-paper --listen 0.0.0.0:8080
  masthead export stories > stories.jsonl  take everything with you, any time

Settings live in DIR/publication.toml. Every option may be set by the environment variable named beside it.";

/// Where the paper lives.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the paper: its settings, pictures, keys and database
    #[arg(long, value_name = "DIR", env = "MASTHEAD_DATA", default_value = "masthead-data", global = true)]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME; unless set, SQLite inside the folder
    #[arg(long, value_name = "URL", env = "MASTHEAD_DATABASE", global = true, hide_env_values = true)]
    pub database: Option<String>,
}

/// Where readers find it.
#[derive(Debug, Clone, Args)]
pub struct Listen {
    /// Address and port to serve on; unless set, what publication.toml says or 127.0.0.1:1997
    #[arg(long, value_name = "ADDR", env = "MASTHEAD_LISTEN", global = true)]
    pub listen: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a paper in DIR: settings to fill in, an empty database
    Init {
        /// Folder to make; it must be empty or not exist yet
        dir: PathBuf,
        /// Fill it with the sample paper: stories, pictures, plans and accounts to try
        #[arg(long)]
        sample: bool,
    },
    /// Serve the paper to readers until stopped (Ctrl-C)
    Serve,
    /// Take in stories: exports of other systems, web pages and WARC, story files, noisy crawls
    ///
    /// Importing the same again changes nothing, and a run that was cut off goes on. What was kept, merged, dropped and
    /// doubted is printed and kept at the desk.
    #[command(
        after_help = "Status: 0 when all went in, was here already or is no story, 2 when some was refused, 1 when nothing went in and something was refused."
    )]
    Import {
        /// Files and folders to take in
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Read every file as this format, instead of telling it from its beginning: wxr, ghost, feed, nitf, csv …
        #[arg(long)]
        format: Option<String>,
        /// Which column or key holds what, for CSV and JSON Lines: headline=Title,body=Text,published=Date; none=COLUMN is not read
        #[arg(long, value_name = "FIELD=COLUMN,…")]
        map: Vec<String>,
        /// Order of dates such as 03/04/1999 in CSV and JSON Lines, where the file does not show it: day-month or month-day
        #[arg(long, value_name = "ORDER")]
        dates: Option<String>,
        /// Which section the source's words mean; may be given often
        #[arg(long, value_name = "WORDS=SECTION")]
        section_map: Vec<String>,
        /// Write the whole report to FILE too: .html for people, .jsonl for programs
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// Say what would happen, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write everything of one kind as JSON Lines to standard output
    Export {
        /// What to write
        kind: Kind,
    },
    /// Let somebody work at the desk: makes the account, or raises the one they have
    Staff {
        /// Their address
        email: String,
        /// Take the desk away again; the account stays
        #[arg(long)]
        remove: bool,
    },
    /// Show the time of a paper in rehearsal, or move it forward: +1d, +3h, to 2026-12-24, next
    ///
    /// Everything that becomes due on the way is done at its own time: notices, debits, retries, ends. What happened is
    /// printed. Only on papers with rail = "sandbox"; the clock never goes back.
    Clock {
        /// +1d, +3h, +2w, +1month; to DATE; next. Without it the time is shown
        #[arg(value_name = "WHEN")]
        when: Vec<String>,
    },
    /// Tell who pays by an older version of a plan of the one on sale
    ///
    /// Everybody gets a mail, and pays the new price from the first renewal that the notice reaches in time
    /// (price_notice_days). Where the term differs, or the kept mandate does not allow the price, only who agrees pays it.
    /// Without --yes it only says whom it concerns.
    Reprice {
        /// The plan's code
        plan: String,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Bring the search index up to the stories; a running paper does so by itself
    Index {
        /// Make it anew beside the old one, then put it in its place
        #[arg(long)]
        rebuild: bool,
    },
    /// Examine a paper: settings, database, ledger, and that no locked text gets out
    Doctor {
        /// Examine the pages of every closed story, not of a sample; on a paper of very many stories this takes hours
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    Stories,
    Readers,
    Subscriptions,
    /// Tax invoices and credit notes as issued
    Invoices,
    /// Attempts to collect a payment, with what became of them
    Payments,
    /// Entries of the books, each whole
    Ledger,
}

/// Runs one command. Every failure is one clear line on standard error and a status of 1.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let command = match Command::try_parse_from(&arguments) {
        Ok(command) => command,
        Err(_) if clock::goes_back(&arguments) => return failed(clock::FORWARD),
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("office").build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("threads cannot be started: {error}")),
    };
    let place = command.place;
    let result = match command.action {
        None | Some(Action::Serve) => serve::run(&runtime, &place, command.listen.listen.as_deref()),
        Some(Action::Init { dir, sample }) => runtime.block_on(init::run(&dir, place.database.as_deref(), sample)),
        Some(Action::Import { paths, format, map, dates, section_map, report, dry_run }) => {
            let asked = crate::import::Asked { paths, dry_run, format, map, dates, section_map, report };
            runtime.block_on(crate::import::command(place.clone(), asked))
        }
        Some(Action::Export { kind }) => runtime.block_on(export::run(&place, kind)),
        Some(Action::Staff { email, remove }) => runtime.block_on(staff::run(&place, &email, remove)),
        Some(Action::Clock { when }) => runtime.block_on(clock::run(&place, &when)),
        Some(Action::Reprice { plan, yes }) => runtime.block_on(reprice::run(&place, &plan, yes)),
        Some(Action::Index { rebuild }) => runtime.block_on(index::run(&place, rebuild)),
        Some(Action::Doctor { all }) => {
            let depth = if all { doctor::leaks::Depth::Every } else { doctor::leaks::Depth::Sample };
            runtime.block_on(doctor::command(&place, depth))
        }
    };
    if result.is_err() {
        // What was stopped shall not be waited for: whatever it did is committed, or never was.
        runtime.shutdown_background();
    }
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Partly) => ExitCode::from(2),
        Err(Failure::Stopped(line)) => stopped_saying(line),
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(line: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "masthead: {line}");
    ExitCode::FAILURE
}

/// How long the last words of a command that somebody stopped may wait for whoever reads them.
const LAST_WORDS: Duration = Duration::from_millis(400);

/// Ends a command that somebody stopped. Where nobody reads what it says, as when its pipe is full, it ends all the same.
fn stopped_saying(line: String) -> ExitCode {
    let (said, waits) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        failed(&line);
        // Nobody waits any more.
        let _ = said.send(());
    });
    let _ = waits.recv_timeout(LAST_WORDS);
    ExitCode::FAILURE
}

/// Any failure of a command, as the line a person reads.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Serve(#[from] crate::web::serve::ServeError),
    /// Some of it was refused, which was printed: a status of 2 without a further line.
    #[error("some of it was refused")]
    Partly,
    #[error("{0}")]
    Said(String),
    /// Somebody stopped it.
    #[error("{0}")]
    Stopped(String),
}

impl Failure {
    pub fn said(line: impl Into<String>) -> Self {
        Self::Said(line.into())
    }
}

/// Prints a line for the person at the terminal.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says on standard error what is going on, where somebody waits at a terminal; elsewhere nothing.
pub fn working(what: &str) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = writeln!(out, "  … {what}");
    }
}

pub use init::location;
pub use serve::stop as stopped;

/// A paper opened by a command that does not serve it.
pub struct Opened {
    pub publication: crate::config::Publication,
    pub store: store::Store,
}

/// Opens the paper of a place.
///
/// # Errors
/// One clear line.
pub async fn open(place: &Place) -> Result<Opened, Failure> {
    let publication = crate::config::load(&place.data.join("publication.toml"))?;
    let store = store::Store::open(&location(place)?).await?;
    Ok(Opened { publication, store })
}
