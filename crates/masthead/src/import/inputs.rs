//! What there is to import: files on the disk, or the sample inside the binary.
mod named;
mod walk;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::Dir;

pub use named::Named;
pub(super) use named::{opened, unreadable};
pub use walk::below;
pub(super) use walk::shown;

/// Larger files are refused unread, in bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// Bytes by which a format is told.
const HEAD: u64 = 64 * 1024;

/// One file, not yet read.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name for reports: the path as the publisher gave it, with signs for what cannot be shown.
    pub name: String,
    path: PathBuf,
    /// By what a story file is known at the next import: its path below the imported folder, without its ending.
    key: String,
    from: From,
}

#[derive(Debug, Clone)]
enum From {
    /// With all that was named with it.
    Disk(Arc<Named>),
    Binary(&'static [u8]),
    /// Is no file that could be read: why, and what mends it.
    LeftOut(String),
    /// A link to what goes in under its own name.
    Twin,
}

/// What a file seems to be, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A story file (`.md`).
    Story,
    /// Exported stories (`.jsonl`).
    Lines,
    /// `pictures.toml`
    PictureList,
    /// A picture.
    Picture,
    /// Anything else is taken for a crawl; if it is none, its refusal says so.
    Crawl,
    /// Belongs to the folder, not to the paper.
    Beside,
    /// No file: a link that leads nowhere, a pipe, a socket, a device.
    LeftOut,
    /// A link to what goes in under its own name.
    Twin,
}

impl Input {
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.from {
            From::LeftOut(_) => return Kind::LeftOut,
            From::Twin => return Kind::Twin,
            From::Disk(_) | From::Binary(_) => {}
        }
        kind_of(Path::new(&self.name))
    }

    fn ending(&self) -> String {
        Path::new(&self.name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether it has the name of a web page.
    #[must_use]
    pub fn is_named_page(&self) -> bool {
        const PAGES: [&str; 8] = ["html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp"];
        PAGES.contains(&self.ending().as_str())
            || self.name.rsplit('/').next().is_some_and(|n| !n.contains('.') || n.contains('?'))
    }

    /// The ending of a file that saved pages are shown with, and that holds nothing to read.
    #[must_use]
    pub fn furniture(&self) -> Option<String> {
        const FURNITURE: [&str; 20] = [
            "css",
            "js",
            "mjs",
            "map",
            "gif",
            "ico",
            "svg",
            "bmp",
            "woff",
            "woff2",
            "ttf",
            "otf",
            "eot",
            "swf",
            "mp3",
            "mp4",
            "webm",
            "class",
            "cur",
            "webmanifest",
        ];
        Some(self.ending()).filter(|ending| FURNITURE.contains(&ending.as_str()))
    }

    /// The folder that was named on the command line, in which the file lies at some depth.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        let depth = self.key.split('/').count();
        match &self.from {
            From::Disk(_) => self.path.ancestors().nth(depth),
            From::Binary(_) | From::LeftOut(_) | From::Twin => None,
        }
    }

    /// The last part of the name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        Path::new(&self.name).file_name().and_then(|n| n.to_str()).unwrap_or(&self.name)
    }

    /// By what a story file is known at the next import. For a file below an imported folder: its path from that
    /// folder without its ending, and without a leading `stories/`; for a file named alone: its name without its ending.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Length in bytes; 0 when it cannot be told.
    #[must_use]
    pub fn length(&self) -> u64 {
        match &self.from {
            From::Binary(bytes) => u64::try_from(bytes.len()).unwrap_or_default(),
            From::Disk(_) => std::fs::metadata(&self.path).map_or(0, |meta| meta.len()),
            From::LeftOut(_) | From::Twin => 0,
        }
    }

    /// What was named on the command line, where the file lies on the disk.
    #[must_use]
    pub fn named(&self) -> Option<&Named> {
        match &self.from {
            From::Disk(named) => Some(named),
            From::Binary(_) | From::LeftOut(_) | From::Twin => None,
        }
    }

    /// The folder that the file lies in.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.from {
            From::Disk(_) => self.path.parent(),
            From::Binary(_) | From::LeftOut(_) | From::Twin => None,
        }
    }

    /// Opens it to be read from its beginning, in pieces.
    ///
    /// # Errors
    /// A sentence for the report.
    pub fn open(&self) -> Result<Box<dyn Read + Send + '_>, String> {
        Ok(match &self.from {
            From::Binary(bytes) => Box::new(*bytes),
            From::Disk(named) => Box::new(opened(&self.path, |real| named.opens(real))?.0),
            From::LeftOut(reason) => return Err(reason.clone()),
            From::Twin => return Err("goes in under its own name".to_owned()),
        })
    }

    /// Whether it is the file at this real path.
    pub(super) fn is_at(&self, real: &Path) -> bool {
        self.path.file_name() == real.file_name() && self.path.canonicalize().is_ok_and(|own| own == real)
    }

    /// Why it is left out, and what mends it.
    #[must_use]
    pub fn left_out(&self) -> Option<&str> {
        match &self.from {
            From::LeftOut(reason) => Some(reason),
            From::Disk(_) | From::Binary(_) | From::Twin => None,
        }
    }

    /// The first bytes.
    ///
    /// # Errors
    /// A sentence for the report.
    pub fn head(&self) -> Result<Vec<u8>, String> {
        let mut head = Vec::new();
        self.open()?.take(HEAD).read_to_end(&mut head).map_err(|e| unreadable(&e))?;
        Ok(head)
    }

    /// Fingerprint of the bytes, read in pieces.
    ///
    /// # Errors
    /// A sentence for the report.
    pub fn fingerprint(&self) -> Result<String, String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(self.open()?).map_err(|e| unreadable(&e))?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// The bytes, or why not.
    ///
    /// # Errors
    /// A sentence for the report.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        match &self.from {
            From::Binary(bytes) => Ok(bytes.to_vec()),
            From::LeftOut(_) | From::Twin => self.open().map(|_| Vec::new()),
            From::Disk(named) => {
                let (mut file, length) = opened(&self.path, |real| named.opens(real))?;
                if length > LARGEST_FILE {
                    let (size, most) = (length / 1_000_000, LARGEST_FILE / 1_048_576);
                    return Err(format!(
                        "is {size} MB, more than the {most} MiB that one page can be: split it into one file a page"
                    ));
                }
                let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
                file.read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
                Ok(bytes)
            }
        }
    }
}

/// What a file seems to be, by a name of it.
fn kind_of(path: &Path) -> Kind {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if name.starts_with('.') || name.eq_ignore_ascii_case("readme.md") || name == "publication.toml" {
        return Kind::Beside;
    }
    match ending.as_str() {
        "md" => Kind::Story,
        "jsonl" => Kind::Lines,
        "toml" if name == "pictures.toml" => Kind::PictureList,
        "webp" | "jpg" | "jpeg" | "png" | "avif" => Kind::Picture,
        _ => Kind::Crawl,
    }
}

/// The key of a file at this path below the imported folder.
fn key_of(below: &Path) -> String {
    let bare = below.with_extension("");
    let parts: Vec<_> = bare.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let key = parts.join("/");
    key.strip_prefix("stories/").map(str::to_owned).unwrap_or(key)
}

/// The files of the sample inside the binary: its `stories`, `pictures` and `crawls`.
#[must_use]
pub fn inside(sample: &'static Dir<'static>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for folder in ["stories", "pictures", "crawls"] {
        let Some(dir) = sample.get_dir(folder) else { continue };
        for file in dir.files() {
            let name = format!("sample/{}", file.path().display());
            inputs.push(Input {
                path: PathBuf::from(&name),
                name,
                key: key_of(file.path()),
                from: From::Binary(file.contents()),
            });
        }
    }
    inputs.retain(|i| !matches!(Path::new(&i.name).extension().and_then(|e| e.to_str()), Some("py" | "svg")));
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_path_below_the_imported_folder() {
        for (below, key) in [
            ("story.md", "story"),
            ("2026/11/story.md", "2026/11/story"),
            ("stories/story.md", "story"),
            ("stories/2026/story.md", "2026/story"),
            ("old/stories/v1.2.md", "old/stories/v1.2"),
        ] {
            assert_eq!(key_of(Path::new(below)), key);
        }
    }

    #[test]
    fn what_cannot_be_read_says_how_that_is_mended() {
        let said = unreadable(&std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert!(said.contains("the right to read it") && said.ends_with("and import again"), "{said}");
    }

    #[test]
    fn the_sample_keeps_its_keys_whichever_way_it_comes_in() {
        let keys = |inputs: Vec<Input>| -> Vec<String> {
            inputs.iter().filter(|i| i.kind() == Kind::Story).map(|i| i.key().to_owned()).collect()
        };
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
        let embedded = keys(inside(&crate::sample::SAMPLE));
        assert!(embedded.contains(&"1997-08-22-pune-cyber-cafe-hour".to_owned()), "{embedded:?}");
        assert_eq!(keys(below(&[sample.join("stories")]).unwrap()), embedded);
        assert_eq!(keys(below(&[sample]).unwrap()), embedded);
    }
}
