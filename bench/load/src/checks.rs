//! What must hold before and after the clock runs: the right bytes, and the right counts.
use std::net::SocketAddr;
use std::path::Path;

use crate::guests::{COOKIE, Paper, Story};
use crate::http::{Answer, Connection};
use crate::requests::{self, Encoding, request};
use crate::{Outcome, at, pages};

/// Sends the first `count` requests of a file. Returns the mean bytes of a whole answer's body.
pub fn compare(address: SocketAddr, file: &Path, folder: &Path, encoding: Encoding, count: usize) -> Outcome<usize> {
    let mut connection = Connection::open(address)?;
    let requests = requests::read(file, count)?;
    let mut bytes = 0;
    for sent in &requests {
        let path = requests::path_of(sent).ok_or("a request without a path")?;
        let held = pages::file_of(folder, path, encoding);
        let held = std::fs::read(&held).map_err(at(&held))?;
        let answer = connection.ask(sent)?;
        if answer.status != 200 {
            return Err(format!("{address}{path}: answered {}, wanted 200", answer.status));
        }
        if answer.body != held {
            let (got, wanted) = (answer.body.len(), held.len());
            return Err(format!("{address}{path}: {got} bytes that are not the {wanted} bytes of the page"));
        }
        bytes += held.len();
    }
    Ok(bytes / requests.len())
}

/// One guest must open exactly `limit` stories: coming without a cookie and keeping what is set, and with everything asked
/// for at once under one cookie.
pub fn opens(paper: &Paper, address: SocketAddr, limit: usize) -> Outcome<()> {
    let stories: Vec<&Story> = paper.stories.iter().take(limit + 3).collect();
    let mut connection = Connection::open(address)?;
    let mut cookie: Option<String> = None;
    let mut in_turn = 0;
    for story in &stories {
        let answer = connection.ask(request(story.path(), Encoding::Identity, cookie.as_deref()).as_bytes())?;
        in_turn += usize::from(is_open(story, &answer)?);
        if let Some(set) = answer.field("set-cookie")
            && let Some(pair) = set.split(';').next()
            && pair.starts_with(COOKIE)
        {
            cookie = Some(pair.to_owned());
        }
    }
    if in_turn != limit {
        return Err(format!("a guest opened {in_turn} stories one after the other; the limit is {limit}"));
    }
    let cookie = paper.cookie(0x0be5_0000_0000_0001, &[]);
    let ask = |story: &Story| {
        let sent = request(story.path(), Encoding::Identity, Some(&cookie));
        is_open(story, &Connection::open(address)?.ask(sent.as_bytes())?)
    };
    let ask = &ask;
    let at_once: Vec<Outcome<bool>> = std::thread::scope(|scope| {
        let tabs: Vec<_> = stories.iter().map(|story| scope.spawn(move || ask(story))).collect();
        tabs.into_iter().map(|tab| tab.join().unwrap_or_else(|_| Err("a tab panicked".into()))).collect()
    });
    let opened = at_once.into_iter().collect::<Outcome<Vec<bool>>>()?.into_iter().filter(|&open| open).count();
    if opened != limit {
        return Err(format!("a guest opened {opened} stories at once; the limit is {limit}"));
    }
    Ok(())
}

/// How many of `count` stories come whole to somebody who never sends a cookie.
pub fn reset(paper: &Paper, address: SocketAddr, count: usize) -> Outcome<usize> {
    let mut whole = 0;
    for nth in 0..count {
        let story = paper.story(nth)?;
        let answer = Connection::open(address)?.ask(request(story.path(), Encoding::Identity, None).as_bytes())?;
        whole += usize::from(is_open(story, &answer)?);
    }
    Ok(whole)
}

fn is_open(story: &Story, answer: &Answer) -> Outcome<bool> {
    if answer.status == 200 {
        return Ok(story.is_whole_in(&answer.body));
    }
    Err(format!("{}: answered {}, wanted 200", story.path(), answer.status))
}

/// One number of /metrics.
pub fn metric(address: SocketAddr, name: &str) -> Outcome<f64> {
    let answer = Connection::open(address)?.ask(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
    let text = String::from_utf8_lossy(&answer.body);
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    value.ok_or_else(|| format!("{address}/metrics (status {}) has no {name}", answer.status))
}
