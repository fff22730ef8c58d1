//! What was named on the command line, and the one way in which files are opened: nothing outside of it is read, nothing that is no plain file,
//! and no more of a file than it had when it was opened.
use std::fs::File;
use std::io::{Read as _, Take};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

/// The folders and files that somebody named, by their real paths.
#[derive(Debug, Default)]
pub struct Named {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

/// What is said of a file that is not any more what it was when the import began.
const ANOTHER: &str = "is no plain file any more, and was not read: put the file back, and import again";

impl Named {
    pub(super) fn add(&mut self, real: PathBuf, folder: bool) {
        if folder { &mut self.folders } else { &mut self.files }.push(real);
    }

    /// Whether what lies at this real path was named, itself or with a folder that it lies in.
    pub(super) fn holds(&self, real: &Path) -> bool {
        self.below(real).is_some() || self.files.iter().any(|file| file == real)
    }

    /// Whether what lies at this real path may be read now: it was named, and nothing hides it. A folder on its way may have become a link.
    pub(super) fn opens(&self, real: &Path) -> bool {
        self.holds(real) && !self.hides(real)
    }

    /// Whether a name on its way below the folder that was named begins with a dot.
    pub(super) fn hides(&self, real: &Path) -> bool {
        self.below(real).is_some_and(|below| below.iter().any(|part| part.as_encoded_bytes().starts_with(b".")))
    }

    /// Its path below the folder that was named.
    pub(super) fn below<'a>(&self, real: &'a Path) -> Option<&'a Path> {
        self.folders.iter().find_map(|folder| real.strip_prefix(folder).ok())
    }

    /// Whether what lies at this real path may be taken along with what was named: it lies in a folder that was named, or beside such a file.
    pub(in crate::import) fn reaches(&self, real: &Path) -> bool {
        let beside = |file: &PathBuf| file.parent().is_some_and(|folder| real.starts_with(folder));
        self.below(real).is_some() || self.files.iter().any(beside)
    }
}

/// Why something cannot be read, with the mend.
pub(in crate::import) fn unreadable(error: &std::io::Error) -> String {
    let mend = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "Give the account that imports the right to read it (chmod, chown)",
        _ => "Look whether it can be read there, or copy it to another disk",
    };
    format!("cannot be read: {error}. {mend}, and import again")
}

/// Opens a plain file to be read once from its beginning, and gives its length. Whoever can write where it lies may have put something else
/// there since it was seen: a pipe would be waited for, a device never ends, a link leads to what nobody named. So the opened file itself is
/// looked at, and no more is read than it has now.
///
/// # Errors
/// A sentence for the report.
pub(in crate::import) fn opened(path: &Path, may: impl Fn(&Path) -> bool) -> Result<(Take<File>, u64), String> {
    // Opening some devices does something: they are told before.
    if !std::fs::metadata(path).map_err(|e| unreadable(&e))?.is_file() {
        return Err(ANOTHER.to_owned());
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).map_err(|error| unreadable(&error.into()))?);
    let meta = file.metadata().map_err(|e| unreadable(&e))?;
    if !meta.is_file() {
        return Err(ANOTHER.to_owned());
    }
    if !real(&file, path).is_some_and(|real| may(&real)) {
        return Err(
            "does not lie in what you named any more, and was not read: put it back, and import again".to_owned()
        );
    }
    Ok((file.take(meta.len()), meta.len()))
}

/// Where an opened file lies. Only the system can say it for certain; where it does not, the name is followed once more.
fn real(file: &File, path: &Path) -> Option<PathBuf> {
    let own = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    std::fs::read_link(own).ok().or_else(|| path.canonicalize().ok())
}
