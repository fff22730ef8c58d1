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

/// The settings of a new paper, to be filled in: no plans, no promises, no accounts.
#[must_use]
pub const fn blank_publication() -> &'static str {
    include_str!("../../../sample/blank.toml")
}

/// What `publication.toml` is called until it is written whole.
pub const HALF_WRITTEN: &str = ".publication.toml.part";

/// Whether a folder holds no paper and nothing else either; settings that were never written to the end are nothing.
#[must_use]
pub fn is_vacant(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.all(|entry| entry.is_ok_and(|e| e.file_name() == HALF_WRITTEN)),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn the_template_of_a_new_paper_is_sound_and_promises_nothing() {
        let paper = config::parse(Path::new("publication.toml"), blank_publication()).unwrap();
        assert!(paper.plans.plans().is_empty() && paper.included.is_empty());
        assert!(paper.advertisements.is_empty() && paper.accounts.is_empty());
        assert!(!blank_publication().contains("Deccan"));
    }

    #[test]
    fn what_is_commented_out_in_the_template_is_sound_too() {
        let filled: String = blank_publication()
            .lines()
            .map(|line| {
                let bare = line.strip_prefix("# ").unwrap_or(line);
                let table = bare.starts_with("[[") || bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
                format!("{}\n", if table { bare } else { line })
            })
            .collect();
        let paper = config::parse(Path::new("publication.toml"), &filled).unwrap();
        assert_eq!((paper.plans.plans().len(), paper.included.len(), paper.advertisements.len()), (1, 1, 1));
    }
}
