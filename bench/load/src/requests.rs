//! Request files: whole HTTP requests, built before the clock runs, one after the other. Before each stands its length in
//! seven digits and a line end, so that a script can read them without looking inside.
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::dice::Dice;
use crate::guests::Paper;
use crate::{Outcome, at};

/// Who reads what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Case {
    /// Every request another guest: nine of ten read a story again, one of ten shows an older cookie than the server knows
    /// and is given a new one.
    Mix,
    /// One guest reads one story again and again.
    Hot,
    /// Every request another guest and story: each is counted and sets a cookie. A guest reads two.
    New,
}

/// How the page is to travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    Gzip,
    Identity,
}

impl Encoding {
    /// The word of `Accept-Encoding`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// What a file is to hold.
#[derive(Debug)]
pub struct Wanted {
    pub case: Case,
    pub encoding: Encoding,
    pub count: u32,
    pub seed: u64,
}

/// One request as a browser sends it when an address is typed: about half a kilobyte with its cookie.
pub fn request(path: &str, encoding: Encoding, cookie: Option<&str>) -> String {
    let (before, cookie, after) = cookie.map_or(("", "", ""), |c| ("Cookie: ", c, "\r\n"));
    format!(
        "GET {path} HTTP/1.1\r\nHost: news.example\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
         Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
         Accept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: {}\r\nConnection: keep-alive\r\n\
         Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n\
         Sec-Fetch-Site: none\r\n{before}{cookie}{after}\r\n",
        encoding.word()
    )
}

/// Writes a file, and one to be sent once before so that the server remembers the guests as it would in a working month.
///
/// No guest ever gets further than two stories: with a limit of five and the notice at two left, every page is the plain open
/// one, whose bytes nginx serves too.
pub fn write(paper: &Paper, wanted: &Wanted, out: &Path, warm: Option<&Path>) -> Outcome<()> {
    let mut file = Sink::create(out)?;
    let mut warm = warm.map(Sink::create).transpose()?;
    let mut dice = Dice::new(wanted.seed);
    let stories = u32::try_from(paper.stories.len()).map_err(|e| e.to_string())?;
    match wanted.case {
        Case::Mix | Case::Hot => {
            let guests = if wanted.case == Case::Hot { 1 } else { wanted.count };
            for _ in 0..guests {
                let guest = dice.number();
                let place = dice.below(stories);
                let story = paper.story(place as usize)?;
                let earlier = paper.story((place + 1 + dice.below(stories - 1)) as usize)?.number;
                let young = paper.cookie(guest, &[earlier]);
                let old = paper.cookie(guest, &[earlier, story.number]);
                let counts = wanted.case == Case::Mix && dice.once_in(10);
                if !counts && let Some(warm) = &mut warm {
                    warm.put(&request(story.path(), wanted.encoding, Some(&young)))?;
                }
                let cookie = if counts { young } else { old };
                file.put(&request(story.path(), wanted.encoding, Some(&cookie)))?;
            }
        }
        Case::New => {
            let guests = wanted.count / 2;
            // The same guests come a second time, for their second story.
            for visit in 0..2 {
                let mut dice = Dice::new(wanted.seed);
                for _ in 0..guests {
                    let guest = dice.number();
                    let first = dice.below(stories);
                    let second = first + 1 + dice.below(stories - 1);
                    let story = paper.story(if visit == 0 { first } else { second } as usize)?;
                    let cookie = match visit {
                        0 => paper.cookie(guest, &[]),
                        _ => paper.cookie(guest, &[paper.story(first as usize)?.number]),
                    };
                    file.put(&request(story.path(), wanted.encoding, Some(&cookie)))?;
                }
            }
        }
    }
    warm.map_or(Ok(()), Sink::close)?;
    file.close()
}

/// A request file being written.
struct Sink<'a> {
    path: &'a Path,
    file: BufWriter<File>,
}

impl<'a> Sink<'a> {
    fn create(path: &'a Path) -> Outcome<Self> {
        Ok(Self { path, file: BufWriter::new(File::create(path).map_err(at(path))?) })
    }

    fn put(&mut self, request: &str) -> Outcome<()> {
        write!(self.file, "{:07}\n{request}", request.len()).map_err(at(self.path))
    }

    fn close(mut self) -> Outcome<()> {
        self.file.flush().map_err(at(self.path))
    }
}

/// The first `most` requests of a file.
pub fn read(path: &Path, most: usize) -> Outcome<Vec<Vec<u8>>> {
    let mut file = BufReader::new(File::open(path).map_err(at(path))?);
    let mut requests = Vec::new();
    let mut length = [0; 8];
    while requests.len() < most {
        match file.read_exact(&mut length) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            result => result.map_err(at(path))?,
        }
        let digits = std::str::from_utf8(&length).unwrap_or_default();
        let length: usize = digits.trim_end().parse().map_err(at(path))?;
        let mut request = vec![0; length];
        file.read_exact(&mut request).map_err(at(path))?;
        requests.push(request);
    }
    if requests.is_empty() {
        return Err(format!("{}: there is no request in it; write it anew with `load requests`", path.display()));
    }
    Ok(requests)
}

/// The path that a request asks for.
pub fn path_of(request: &[u8]) -> Option<&str> {
    let line = request.split(|&b| b == b'\r').next()?;
    std::str::from_utf8(line).ok()?.split(' ').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_file_is_read_as_it_was_written() {
        let path = std::env::temp_dir().join(format!("load-requests-{}", std::process::id()));
        let requests: Vec<String> =
            (0..3).map(|n| request(&format!("/world/s-{n}"), Encoding::Gzip, (n == 1).then_some("a=b"))).collect();
        let mut sink = Sink::create(&path).unwrap();
        requests.iter().for_each(|r| sink.put(r).unwrap());
        sink.close().unwrap();
        let all = read(&path, 10).unwrap();
        let two = read(&path, 2).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(all, requests.iter().map(|r| r.as_bytes().to_vec()).collect::<Vec<_>>());
        assert_eq!(two.len(), 2);
        assert_eq!(path_of(&all[2]), Some("/world/s-2"));
        assert!(requests[1].contains("\r\nCookie: a=b\r\n\r\n"));
        assert!(requests[0].ends_with("none\r\n\r\n"));
    }
}
