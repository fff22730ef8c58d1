//! The same bytes for nginx: the open page of every story, plain and gzip, as files that `gzip_static` finds.
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::guests::{Paper, Story};
use crate::http::{Answer, Connection};
use crate::requests::{Encoding, request};
use crate::{Outcome, at};

/// Mean sizes in bytes.
#[derive(Debug)]
pub struct Sizes {
    pub identity: usize,
    pub gzip: usize,
}

/// Where a page's file lies.
pub fn file_of(folder: &Path, path: &str, encoding: Encoding) -> PathBuf {
    let name = path.trim_start_matches('/');
    match encoding {
        Encoding::Identity => folder.join(name),
        Encoding::Gzip => folder.join(format!("{name}.gz")),
    }
}

/// Fetches every story as a guest who has read it already, which also has the server compile every page.
pub fn fetch(paper: &Paper, address: SocketAddr, folder: &Path) -> Outcome<Sizes> {
    let mut connection = Connection::open(address)?;
    let mut sizes = Sizes { identity: 0, gzip: 0 };
    for (nth, story) in paper.stories.iter().enumerate() {
        let cookie = paper.cookie(0xfe7c_0000_0000_0000 + nth as u64, &[story.number]);
        let mut ask = |encoding| connection.ask(request(story.path(), encoding, Some(&cookie)).as_bytes());
        let plain = checked(story, ask(Encoding::Identity)?, None)?;
        let packed = checked(story, ask(Encoding::Gzip)?, Some("gzip"))?;
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice())
            .read_to_end(&mut unpacked)
            .map_err(|e| format!("{}: the gzip page cannot be unpacked: {e}", story.path()))?;
        if unpacked != plain {
            return Err(format!("{}: the gzip page is not the plain page", story.path()));
        }
        if !story.is_whole_in(&plain) {
            return Err(format!("{}: the page is not open for a guest who has read it", story.path()));
        }
        sizes.identity += plain.len();
        sizes.gzip += packed.len();
        keep(&file_of(folder, story.path(), Encoding::Identity), &plain)?;
        keep(&file_of(folder, story.path(), Encoding::Gzip), &packed)?;
    }
    let count = paper.stories.len().max(1);
    Ok(Sizes { identity: sizes.identity / count, gzip: sizes.gzip / count })
}

fn checked(story: &Story, answer: Answer, encoding: Option<&str>) -> Outcome<Vec<u8>> {
    if answer.status != 200 || answer.field("content-encoding") != encoding {
        let said = answer.field("content-encoding").unwrap_or("no encoding");
        return Err(format!("{}: answered {} with {said}, wanted 200 with {encoding:?}", story.path(), answer.status));
    }
    Ok(answer.body)
}

/// A file time in the future would make the kernel write the access time at every read, and nginx pay for it.
fn keep(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    let mut file = File::create(path).map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
    file.set_modified(long_ago).map_err(at(path))
}
