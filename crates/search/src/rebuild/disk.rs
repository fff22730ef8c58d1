//! The folders of an index in the making. What is written there is brought to the disk by threads of their own, while the processors go
//! on: nothing names these folders before all of it is there ([`Disk::settle`]), and what a crash leaves of them is made anew.
use crate::error::SearchError;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

/// Bytes of a file that are brought to the disk together.
const AT_ONCE: usize = 8 << 20;
/// Files that are waited for at once: what the disk has to note of each it notes of all together.
const WAITING: usize = 3;

/// The threads that wait for the disk.
pub(super) struct Disk {
    wishes: Wishes,
    threads: Vec<JoinHandle<Result<(), SearchError>>>,
}

enum Wish {
    Bring(Arc<Opened>),
    End,
}

/// A file that is being written.
#[derive(Debug)]
struct Opened {
    path: PathBuf,
    file: File,
    /// Whether it is among the wishes already.
    wished: AtomicBool,
}

/// How files are wished for.
#[derive(Clone, Debug)]
struct Wishes {
    sender: Sender<Wish>,
    /// Small files, for which nobody waits before the end: the library writes some of them again and again.
    last: Arc<Mutex<BTreeMap<PathBuf, Arc<Opened>>>>,
}

impl Wishes {
    fn bring(&self, opened: &Arc<Opened>) -> io::Result<()> {
        if opened.wished.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let stopped = |_| io::Error::other("what brings files to the disk stopped");
        self.sender.send(Wish::Bring(Arc::clone(opened))).map_err(stopped)
    }

    fn bring_last(&self, path: &Path, opened: &Arc<Opened>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(path.to_owned(), Arc::clone(opened));
    }
}

impl Disk {
    pub(super) fn begin() -> Self {
        let (sender, told) = mpsc::channel();
        let told = Arc::new(Mutex::new(told));
        let waits = |_| {
            let told = Arc::clone(&told);
            thread::spawn(move || bring(&told))
        };
        Self { wishes: Wishes { sender, last: Arc::default() }, threads: (0..WAITING).map(waits).collect() }
    }

    /// A folder whose files this brings to the disk.
    pub(super) fn folder(&self, path: &Path) -> Result<Folder, SearchError> {
        fs::create_dir_all(path).map_err(SearchError::files(path))?;
        let beneath = MmapDirectory::open(path).map_err(|e: OpenDirectoryError| SearchError::Library(e.into()))?;
        Ok(Folder { path: path.to_owned(), beneath, wishes: self.wishes.clone() })
    }

    /// Waits until everything that was written is on the disk. From then on nothing can be written.
    pub(super) fn settle(&mut self) -> Result<(), SearchError> {
        let last = std::mem::take(&mut *self.wishes.last.lock().unwrap_or_else(PoisonError::into_inner));
        for (path, opened) in last {
            self.wishes.bring(&opened).map_err(SearchError::files(path))?;
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), SearchError> {
        // a thread ends by itself only where nobody can ask it any more
        self.threads.iter().for_each(|_| drop(self.wishes.sender.send(Wish::End)));
        let ended: Vec<_> = self.threads.drain(..).map(JoinHandle::join).collect();
        let stopped = |_| SearchError::unreadable("what brings files to the disk stopped");
        ended.into_iter().try_for_each(|ended| ended.map_err(stopped)?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // what is not wanted need not be on the disk
        drop(self.end());
    }
}

/// Brings files to the disk until the end is wished. After a failure this thread brings nothing more.
fn bring(wishes: &Mutex<Receiver<Wish>>) -> Result<(), SearchError> {
    let mut brought = Ok(());
    loop {
        let wish = wishes.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Wish::Bring(opened)) = wish else { return brought };
        if brought.is_ok() {
            // before, so that what is written meanwhile is wished for again
            opened.wished.swap(false, Ordering::AcqRel);
            brought = opened.file.sync_data().map_err(SearchError::files(&opened.path));
        }
    }
}

/// A folder as the library writes to it.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    beneath: MmapDirectory,
    wishes: Wishes,
}

impl Folder {
    fn opened(&self, path: PathBuf, options: &OpenOptions) -> io::Result<Writer> {
        let file = options.open(&path)?;
        let opened = Arc::new(Opened { path, file, wished: AtomicBool::new(false) });
        Ok(Writer { opened, wishes: self.wishes.clone(), written: 0, since: 0 })
    }
}

struct Writer {
    opened: Arc<Opened>,
    wishes: Wishes,
    written: usize,
    /// Of those, bytes that were written since it was last wished for.
    since: usize,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&self.opened.file).write(bytes)?;
        self.written += written;
        self.since += written;
        if self.since >= AT_ONCE {
            self.since = 0;
            self.wishes.bring(&self.opened)?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Writer {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        if self.written >= AT_ONCE {
            return self.wishes.bring(&self.opened);
        }
        self.wishes.bring_last(&self.opened.path, &self.opened);
        Ok(())
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.beneath.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.beneath.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.beneath.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let writer = self.opened(self.path.join(path), OpenOptions::new().write(true).create_new(true));
        let writer = writer.map_err(|e| OpenWriteError::wrap_io_error(e, path.to_owned()))?;
        Ok(BufWriter::new(Box::new(writer)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.beneath.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (path, new) = (self.path.join(path), self.path.join(path.with_added_extension("new")));
        let mut writer = self.opened(new.clone(), OpenOptions::new().write(true).create(true).truncate(true))?;
        writer.write_all(bytes)?;
        fs::rename(new, &path)?;
        self.wishes.bring_last(&path, &writer.opened);
        Ok(())
    }

    /// Nothing: see [`Disk::settle`].
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.beneath.acquire_lock(lock)
    }

    fn watch(&self, told: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.beneath.watch(told)
    }
}
