//! The sample paper, inside the binary.
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::cli::Failure;

/// Everything of `sample/`.
pub static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../sample");

/// The sample's settings.
///
/// # Errors
/// Never, in a binary that was built with its sample.
pub fn publication() -> Result<&'static str, Failure> {
    SAMPLE
        .get_file("publication.toml")
        .and_then(include_dir::File::contents_utf8)
        .ok_or_else(|| Failure::said("this binary was built without its sample paper"))
}

/// The settings of a new paper: the sample's, without its accounts and with words to fill in.
///
/// # Errors
/// As [`publication`].
pub fn blank_publication() -> Result<String, Failure> {
    let text = publication()?;
    let mut kept = String::new();
    let mut inside_account = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside_account = line.starts_with("[[accounts]]");
        }
        if !inside_account {
            let line = match line.split_once('=').map(|(key, _)| key.trim()) {
                Some("name") if line.contains("Deccan") => "name = \"My Paper\"",
                Some("tagline") => "tagline = \"Change this line in publication.toml\"",
                Some("contact") => "contact = \"desk@example.com\"",
                _ => line,
            };
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Ok(kept)
}

/// Whether a folder holds no paper and nothing else either.
#[must_use]
pub fn is_vacant(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}
