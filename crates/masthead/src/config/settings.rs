//! Errors of the configuration, with their line.
use std::path::Path;

/// Why the configuration cannot be used, and what mends it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {source}. Run `masthead init DIR` to make one, or name the folder with --data")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path}, line {line}: {message}")]
    Wrong { path: String, line: usize, message: String },
}

impl ConfigError {
    #[must_use]
    pub fn wrong(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self::Wrong { path: path.display().to_string(), line, message: message.into() }
    }
}

/// The line (from 1) of the byte at `offset`.
#[must_use]
pub fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1
}

/// The line on which `key` is set inside the `nth` table called `table` (1 if it is nowhere): so that a rule broken by
/// a value that parses well is still reported where it stands.
#[must_use]
pub fn place_of(text: &str, table: &str, nth: usize, key: &str) -> usize {
    let mut seen = 0;
    let mut inside = table.is_empty();
    let mut header = 1;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            let name = line.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            if inside && !table.is_empty() {
                return header;
            }
            inside = false;
            if name == table {
                if seen == nth {
                    inside = true;
                    header = index + 1;
                }
                seen += 1;
            }
        } else if inside && line.split('=').next().is_some_and(|k| k.trim() == key) {
            return index + 1;
        }
    }
    header
}
