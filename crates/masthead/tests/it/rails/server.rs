//! A small HTTP server for peers shaped like a payment company: one thread a connection, requests one after another,
//! and faults on demand.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// One request, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub form: Vec<(String, String)>,
    pub json: Value,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub fn field(&self, name: &str) -> &str {
        self.form.iter().chain(&self.query).find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub fn number(&self, name: &str) -> i64 {
        self.field(name).parse().unwrap_or(0)
    }

    /// Every value of a repeated field, whatever index it is written with.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let starts = |n: &str| n.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        self.form.iter().chain(&self.query).filter(|(n, _)| starts(n)).map(|(_, value)| value.as_str()).collect()
    }

    /// The parts of the path after `/v1`.
    pub fn parts(&self) -> Vec<&str> {
        self.path.trim_start_matches("/v1").split('/').filter(|part| !part.is_empty()).collect()
    }
}

pub type Answer = (u16, Value);

/// What goes wrong with the next request whose path begins so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The connection ends before anything was done.
    NeverArrives,
    /// Done, and the connection ends without an answer.
    AnswerLost,
    /// Done, and the answer is an error of the server's, also when the same key comes again.
    Error500,
    /// Done, and the answer comes when nobody waits any more.
    Slow,
}

/// How long a slow answer takes; the tests' clients wait less.
const SLOW: Duration = Duration::from_millis(900);

pub trait Peer: Send + Sync + 'static {
    /// Answers; with `spoiled` the answer that is given, and remembered, is an error.
    fn answer(&self, asked: &Asked, spoiled: bool) -> Answer;
}

pub struct Server<P> {
    pub peer: Arc<P>,
    pub address: SocketAddr,
    troubles: Arc<Mutex<Vec<(String, String, Trouble)>>>,
}

impl<P: Peer> Server<P> {
    pub fn start(peer: P) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (peer, troubles) = (Arc::new(peer), Arc::new(Mutex::new(Vec::new())));
        let (shared, list) = (Arc::clone(&peer), Arc::clone(&troubles));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (peer, troubles) = (Arc::clone(&shared), Arc::clone(&list));
                thread::spawn(move || serve(stream, &*peer, &troubles));
            }
        });
        Self { peer, address, troubles }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request of this method and path goes wrong.
    pub fn trouble(&self, method: &str, path: &str, trouble: Trouble) {
        self.troubles.lock().unwrap().push((method.to_owned(), path.to_owned(), trouble));
    }
}

fn serve<P: Peer>(mut stream: TcpStream, peer: &P, troubles: &Mutex<Vec<(String, String, Trouble)>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(asked) = read(&mut reader) {
        let trouble = {
            let mut list = troubles.lock().unwrap();
            let at = list.iter().position(|(method, path, _)| *method == asked.method && asked.path.starts_with(path));
            at.map(|at| list.remove(at).2)
        };
        if trouble == Some(Trouble::NeverArrives) {
            return;
        }
        let (status, body) = peer.answer(&asked, trouble == Some(Trouble::Error500));
        match trouble {
            Some(Trouble::AnswerLost) => return,
            Some(Trouble::Slow) => thread::sleep(SLOW),
            _ => {}
        }
        let body = body.to_string();
        let whole = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nrequest-id: req_1\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(whole.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { method, headers, ..Asked::default() };
    let length = asked.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    asked.path = path.to_owned();
    asked.query = fields(query);
    if asked.header("content-type").starts_with("application/json") {
        asked.json = serde_json::from_str(&body).unwrap_or_default();
    } else {
        asked.form = fields(&body);
    }
    Some(asked)
}

fn fields(text: &str) -> Vec<(String, String)> {
    let decoded = |part: &str| {
        let part = part.replace('+', " ");
        percent_encoding::percent_decode_str(&part).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decoded(k), decoded(v))).collect()
}
