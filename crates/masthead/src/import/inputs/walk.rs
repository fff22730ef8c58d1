//! Looks for what there is below the paths that were named. Links are followed, each file and folder behind them once, by its identity on
//! the disk: no link leads round in a circle, nothing comes twice, and none leads out of what was named. What is no file is said, never passed over.
use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use newsroom::articles::escaped;

use super::{From, Input, Kind, Named, key_of, kind_of, unreadable};

/// Folders in each other; what lies deeper is left out, and said.
const DEEPEST: usize = 64;
/// Files of one import; with more it does not begin.
const MOST: usize = 20_000_000;

/// Everything below the given paths, in order of name. A path that is not there is an error before anything is changed.
///
/// # Errors
/// A sentence with the mend.
pub fn below(paths: &[PathBuf]) -> Result<Vec<Input>, String> {
    let mut walk = Walk { named: Arc::new(named(paths)), ..Walk::default() };
    for path in paths {
        let meta = std::fs::metadata(path)
            .map_err(|e| format!("{} cannot be imported: {e}. Check the path and the rights", path.display()))?;
        if of_the_system(path) {
            return Err(format!("{} is the system's own, and no archive: name a folder of files", path.display()));
        }
        if meta.is_dir() {
            // What was named itself and cannot be read is a mistake of the command.
            std::fs::read_dir(path).map_err(|e| format!("{} cannot be read: {e}. Check the rights", path.display()))?;
            walk.folder(path, path, 0, false)?;
        } else if let Some(reason) =
            path.canonicalize().ok().filter(|_| path.is_symlink()).and_then(|real| no_archive(&real))
        {
            walk.leave_out(path.parent().unwrap_or(path), path, reason)?;
        } else {
            walk.found(path, path.parent(), &meta)?;
        }
    }
    walk.links()?;
    let mut inputs = walk.inputs;
    // A file that is named twice is known by its longer key, in whatever order the paths were given.
    inputs.sort_by(|a, b| a.name.cmp(&b.name).then(a.path.cmp(&b.path)).then(b.key.len().cmp(&a.key.len())));
    inputs.dedup_by(|a, b| a.path == b.path);
    Ok(inputs)
}

/// What is not there is said where it is walked.
fn named(paths: &[PathBuf]) -> Named {
    let mut named = Named::default();
    for real in paths.iter().filter_map(|path| path.canonicalize().ok()) {
        let folder = real.is_dir();
        named.add(real, folder);
    }
    named
}

/// A file or folder on the disk, whatever name led there.
type Identity = (u64, u64);

const fn identity(device: u64, node: u64) -> Identity {
    (device, node)
}

#[derive(Default)]
struct Walk {
    named: Arc<Named>,
    inputs: Vec<Input>,
    /// Files and folders that were come to.
    seen: HashSet<Identity>,
    /// Links, looked at when all that has names of its own is known; with the folder that was named, and their depth in it.
    links: Vec<(PathBuf, PathBuf, usize)>,
}

impl Walk {
    /// Everything in a folder. Behind a link only what was not come to before.
    fn folder(&mut self, root: &Path, path: &Path, depth: usize, linked: bool) -> Result<(), String> {
        if depth > DEEPEST {
            return self.leave_out(
                root,
                path,
                format!("lies more than {DEEPEST} folders deep: import it by its own name"),
            );
        }
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(e) => return self.leave_out(root, path, unreadable(&e)),
        };
        if let Ok(meta) = std::fs::metadata(path) {
            self.seen.insert(identity(meta.dev(), meta.ino()));
        }
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_name().to_string_lossy().starts_with('.') => {}
                Ok(entry) => paths.push(entry.path()),
                Err(e) => self.leave_out(root, path, unreadable(&e))?,
            }
        }
        // Which of two names of one file behind a link counts must not hang on the disk's order.
        paths.sort();
        for path in paths {
            let meta = match std::fs::symlink_metadata(&path) {
                Ok(meta) => meta,
                Err(e) => {
                    self.leave_out(root, &path, unreadable(&e))?;
                    continue;
                }
            };
            if meta.is_symlink() {
                self.links.push((path, root.to_owned(), depth));
            } else if linked && self.seen.contains(&identity(meta.dev(), meta.ino())) {
                self.add(root, &path, From::Twin)?;
            } else if meta.is_dir() {
                self.folder(root, &path, depth + 1, linked)?;
            } else {
                self.found(&path, Some(root), &meta)?;
            }
        }
        Ok(())
    }

    /// What lies behind the links, and behind the links there.
    fn links(&mut self) -> Result<(), String> {
        while !self.links.is_empty() {
            let mut links = std::mem::take(&mut self.links);
            links.sort();
            links.dedup_by(|a, b| a.0 == b.0);
            for (path, root, depth) in links {
                let meta = match std::fs::metadata(&path) {
                    Ok(meta) => meta,
                    Err(e) => {
                        let reason = astray(&path, &e);
                        self.leave_out(&root, &path, reason)?;
                        continue;
                    }
                };
                if of_the_system(&path) {
                    let reason = "leads to what is the system's own, and was not read: take the link away".to_owned();
                    self.leave_out(&root, &path, reason)?;
                } else if self.seen.contains(&identity(meta.dev(), meta.ino())) {
                    self.add(&root, &path, From::Twin)?;
                } else if let Some(reason) = self.forbidden(&path) {
                    self.leave_out(&root, &path, reason)?;
                } else if meta.is_dir() {
                    self.folder(&root, &path, depth + 1, true)?;
                } else {
                    self.found(&path, Some(&root), &meta)?;
                }
            }
        }
        Ok(())
    }

    /// Why what a link leads to does not go in, though it can be read: a folder that others made must not publish what lies around it.
    fn forbidden(&self, path: &Path) -> Option<String> {
        let Ok(real) = path.canonicalize() else { return Some("leads nowhere any more: delete it".to_owned()) };
        if !self.named.holds(&real) {
            let to = shown(&real);
            return Some(format!(
                "leads out of the folder, to {to}, and was not read: name that yourself if it belongs to the archive"
            ));
        }
        if self.named.hides(&real) {
            let to = shown(&real);
            return Some(format!(
                "leads to {to}, which is hidden and was not read: give that a name without a dot if it belongs to the archive"
            ));
        }
        no_archive(&real)
    }

    /// Something that is no folder.
    fn found(&mut self, path: &Path, root: Option<&Path>, meta: &std::fs::Metadata) -> Result<(), String> {
        let kind = meta.file_type();
        self.seen.insert(identity(meta.dev(), meta.ino()));
        let what = match () {
            () if kind.is_file() => return self.add(root.unwrap_or(path), path, From::Disk(Arc::clone(&self.named))),
            () if kind.is_fifo() => "a pipe",
            () if kind.is_socket() => "a socket",
            () if kind.is_block_device() || kind.is_char_device() => "a device",
            () => "neither file nor folder",
        };
        let reason = format!("is {what}, and was not read: write what comes out of it into a file, and import that");
        self.leave_out(root.unwrap_or(path), path, reason)
    }

    fn leave_out(&mut self, root: &Path, path: &Path, reason: String) -> Result<(), String> {
        self.add(root, path, From::LeftOut(reason))
    }

    fn add(&mut self, root: &Path, path: &Path, from: From) -> Result<(), String> {
        if self.inputs.len() >= MOST {
            return Err(format!(
                "there are more than {MOST} files in what you named: import its folders one after the other"
            ));
        }
        let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty()).unwrap_or(path);
        self.inputs.push(Input { name: shown(path), path: path.to_owned(), key: key_of(below), from });
        Ok(())
    }
}

/// Why a file that is reached by another name does not go in: what its own name says of it holds.
fn no_archive(real: &Path) -> Option<String> {
    if real.is_dir() {
        return None;
    }
    let what = match kind_of(real) {
        Kind::Beside => "what belongs to a folder or a paper",
        _ => archive::formats::no_story(&real.file_name()?.to_string_lossy())?,
    };
    Some(format!("leads to {}, {what}, no story: delete the link", shown(real)))
}

/// Whether a path leads to where the system shows itself as files: some of those never end, or wait for ever.
fn of_the_system(path: &Path) -> bool {
    path.canonicalize().is_ok_and(|real| ["/proc", "/sys", "/dev"].iter().any(|own| real.starts_with(own)))
}

/// A path as people read it. What is no text, moves the cursor or turns the line stands there as a sign.
pub fn shown(path: &Path) -> String {
    let mut name = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        name.push_str(&escaped(chunk.valid()));
        for byte in chunk.invalid() {
            name.push_str(&format!("\\x{byte:02x}"));
        }
    }
    name
}

/// Why a link leads to nothing.
fn astray(path: &Path, error: &std::io::Error) -> String {
    let to = std::fs::read_link(path).map_or_else(|_| "elsewhere".to_owned(), |to| shown(&to));
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("is a link to {to}, which is not there: bring it there, or delete the link, and import again")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("is a link to {to}, which cannot be read: check the rights, and import again")
        }
        _ => format!("is a link to {to}, and leads nowhere ({error}): delete it, or let it lead to a file"),
    }
}
