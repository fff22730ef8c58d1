//! As much of an HTTP/1.1 client as the checks need: keep-alive, answers with a Content-Length.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Outcome;

const PATIENCE: Duration = Duration::from_secs(20);
/// Largest body taken, in bytes.
const LARGEST: usize = 64 << 20;

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first field of this name, given in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// An open connection.
pub struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let fault = |e: std::io::Error| format!("{address} does not answer: {e}");
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(fault)?;
        stream.set_nodelay(true).map_err(fault)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(fault)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(fault)?;
        Ok(Self { address, stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    /// Sends bytes: one request, or several to be answered in turn.
    pub fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.stream.get_mut().write_all(bytes).map_err(|e| format!("{}: {e}", self.address))
    }

    /// Reads one answer.
    pub fn receive(&mut self) -> Outcome<Answer> {
        let status = self.line()?;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| format!("{}: “{status}” is no status line", self.address))?;
        let mut fields = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| format!("“{line}” is no header field"))?;
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, fields, body: Vec::new() };
        let length = match answer.field("content-length") {
            Some(digits) => digits.parse().map_err(|_| format!("Content-Length “{digits}” is no number"))?,
            // These two have no body (RFC 9112 §6.3).
            None if matches!(status, 204 | 304) => 0,
            None => return Err(format!("{}: an answer of {status} without a Content-Length", self.address)),
        };
        if length > LARGEST {
            return Err(format!("{}: an answer of {length} bytes", self.address));
        }
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body).map_err(|e| format!("{}: {e}", self.address))?;
        Ok(answer)
    }

    /// Sends one request and reads its answer.
    pub fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.send(request)?;
        self.receive()
    }

    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).map_err(|e| format!("{}: {e}", self.address))?;
        if read == 0 {
            return Err(format!("{} closed the connection before its answer was whole", self.address));
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}
