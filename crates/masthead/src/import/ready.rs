//! What can be known before an import begins: that its folders and its report can be written. A long run must not end on them.
use std::fs::{File, OpenOptions};
use std::path::Path;

use super::inputs::shown;
use super::run::REPORTS;
use super::{Input, Target, WORK};
use crate::cli::Failure;

/// Refuses what could not be carried to its end. Changes nothing.
///
/// # Errors
/// A sentence that says what mends it.
pub(super) fn ready(target: &Target<'_>, inputs: &[Input], kept: Option<&Path>) -> Result<(), Failure> {
    for name in [WORK, REPORTS] {
        folder(target.data, &target.data.join(name)).map_err(Failure::said)?;
    }
    kept.map_or(Ok(()), |kept| report(kept, inputs)).map_err(|reason| Failure::said(format!("--report: {reason}")))
}

/// A folder of the paper, or where it will be.
fn folder(data: &Path, path: &Path) -> Result<(), String> {
    let there = std::fs::symlink_metadata(path).is_ok();
    let shown = shown(path);
    if there {
        let meta = std::fs::metadata(path).map_err(|_| astray(path))?;
        if !meta.is_dir() {
            return Err(format!("{shown} is no folder: move it away, and import again"));
        }
    }
    let probe = if there { path } else { data }.join(format!(".probe-{}", std::process::id()));
    File::create(&probe).and_then(|_| std::fs::remove_file(&probe)).map_err(|e| {
        format!("nothing can be written to {shown}: {e}. Let this user write there, and look at its space; then import again")
    })
}

fn report(kept: &Path, inputs: &[Input]) -> Result<(), String> {
    let shown = shown(kept);
    let there = std::fs::symlink_metadata(kept).is_ok();
    if there {
        let meta = std::fs::metadata(kept).map_err(|_| astray(kept))?;
        if !meta.is_file() {
            return Err(format!("{shown} is no plain file: name one that ends in .html or .jsonl"));
        }
        if let Ok(real) = kept.canonicalize()
            && inputs.iter().any(|input| input.is_at(&real))
        {
            return Err(format!("{shown} is one of the files to be imported: name another one"));
        }
    }
    let parent = kept.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !parent.is_dir() {
        return Err(format!("there is no folder {}: make it, or name a file in one that is there", parent.display()));
    }
    // What is there stays as it is until the report is whole.
    let opened = OpenOptions::new().append(true).create(true).open(kept);
    opened.map_err(|e| format!("{shown} cannot be written: {e}. Name a file where this user may write"))?;
    if !there {
        let _ = std::fs::remove_file(kept);
    }
    Ok(())
}

fn astray(path: &Path) -> String {
    let to = std::fs::read_link(path).map_or_else(|_| "elsewhere".to_owned(), |to| shown(&to));
    format!("{} is a link to {to}, which is not there: make that, or delete the link, and import again", shown(path))
}
