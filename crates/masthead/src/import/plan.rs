//! What is to be done with everything that came in, written down before any of it is done: whoever goes on after a kill does the rest of
//! the same plan, and the paper is in the end as if nothing had happened.
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use archive::{Rebuilt, StoryLine};
use serde::{Deserialize, Serialize};

/// A crawl of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// By what the store knows it.
    pub hash: String,
    /// File name, for people.
    pub name: String,
    /// Nobody has told of it yet.
    pub new: bool,
    /// How many paragraphs it has that its story lacks, where that was compared.
    pub extra: Option<usize>,
}

/// A story, by what is known of it while the plan is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Meant {
    /// Its number.
    Story(u32),
    /// What the store knows one of its crawls by.
    Crawl(String),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Crawls tell a story together.
    Rebuilt { rebuilt: Box<Rebuilt>, line: Box<StoryLine>, crawls: Vec<Named> },
    /// Stories of the paper, by number, and crawls tell one story.
    One { stories: Vec<u32>, crawls: Vec<Named> },
    /// Two stories resemble each other and are kept apart.
    Alike(Meant, Meant),
    /// The same of two of a series, of which nothing is asked.
    Series(Meant, Meant),
    /// A crawl tells no story.
    Useless { crawl: Named, reason: String },
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!(
        "the plan of the import cannot be kept in {}: {error}. Look at the folder's space and rights",
        path.display()
    )
}

/// A plan while it is made.
pub struct Making {
    path: PathBuf,
    out: BufWriter<File>,
    hasher: blake3::Hasher,
}

impl Making {
    /// Begins one. It takes its place only when it is whole.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn begin(path: &Path) -> Result<Self, String> {
        let unfinished = path.with_extension("unfinished");
        let make = || {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            File::create(&unfinished)
        };
        let file = make().map_err(|e| told(path, &e))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), hasher: blake3::Hasher::new() })
    }

    /// Adds a step.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn add(&mut self, step: &Step) -> Result<(), String> {
        let mut line =
            serde_json::to_vec(step).map_err(|e| format!("the plan of the import cannot be written: {e}"))?;
        line.push(b'\n');
        self.hasher.update(&line);
        self.out.write_all(&line).map_err(|e| told(&self.path, &e))
    }

    /// Ends it, on the disk for good; gives its fingerprint.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn end(mut self) -> Result<String, String> {
        let mut end = || {
            self.out.flush()?;
            self.out.get_ref().sync_all()?;
            std::fs::rename(self.path.with_extension("unfinished"), &self.path)
        };
        end().map_err(|e| told(&self.path, &e))?;
        Ok(self.hasher.finalize().to_hex().to_string())
    }
}

/// Fingerprint of the plan that lies there; none if there is none.
pub fn fingerprint(path: &Path) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).ok()?).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// A plan while it is carried out.
pub struct Reading {
    path: PathBuf,
    lines: BufReader<File>,
}

impl Reading {
    /// Opens it behind the steps that are done.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn open(path: &Path, done: u64) -> Result<Self, String> {
        let file = File::open(path).map_err(|e| told(path, &e))?;
        let mut reading = Self { path: path.to_owned(), lines: BufReader::with_capacity(256 << 10, file) };
        let mut line = Vec::new();
        for _ in 0..done {
            line.clear();
            reading.lines.read_until(b'\n', &mut line).map_err(|e| told(path, &e))?;
        }
        Ok(reading)
    }

    /// At most so many steps, or fewer, when they are large: bytes. None at the end.
    ///
    /// # Errors
    /// A sentence for the terminal.
    pub fn steps(&mut self, most: usize, bytes: usize) -> Result<Vec<Step>, String> {
        let (mut steps, mut read, mut line) = (Vec::new(), 0, Vec::new());
        while steps.len() < most && read < bytes {
            line.clear();
            let length = self.lines.read_until(b'\n', &mut line).map_err(|e| told(&self.path, &e))?;
            if length == 0 {
                break;
            }
            read += length;
            let step = serde_json::from_slice(&line);
            steps.push(step.map_err(|e| format!("the plan in {} is damaged: {e}", self.path.display()))?);
        }
        Ok(steps)
    }
}
