//! HTTP/1.1 by hand: exact bytes out, every byte in looked at.
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes longer, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection.
pub struct Connection {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Connection {
    pub fn to(address: SocketAddr) -> Self {
        Self::of(TcpStream::connect(address).unwrap())
    }

    /// Comes from another address of this machine: another network, as far as the paper can tell.
    pub fn from(source: Ipv4Addr, address: SocketAddr) -> Self {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::new(IpAddr::V4(source), 0).into()).unwrap();
        socket.connect(&address.into()).unwrap();
        Self::of(socket.into())
    }

    fn of(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, held: Vec::new() }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes.as_ref()).unwrap();
    }

    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// The answer to a request with this method.
    pub fn answer(&mut self, method: &str) -> Answer {
        self.try_answer(method).unwrap()
    }

    /// As [`Self::answer`]; an error when the connection ends or what comes is no HTTP.
    pub fn try_answer(&mut self, method: &str) -> io::Result<Answer> {
        let end = loop {
            if let Some(at) = find(&self.held, b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let raw_head: Vec<u8> = self.held.drain(..end).collect();
        let mut answer = Answer::parse(&raw_head).ok_or_else(|| wrong("the head of an answer cannot be read"))?;
        let bodiless = method == "HEAD" || answer.status == 304 || answer.status == 204 || answer.status < 200;
        answer.raw_body = if bodiless { Vec::new() } else { self.body(&answer)? };
        answer.body = decoded(answer.header("content-encoding"), &answer.raw_body)?;
        Ok(answer)
    }

    fn body(&mut self, answer: &Answer) -> io::Result<Vec<u8>> {
        if answer.header("transfer-encoding").is_some_and(|v| v.contains("chunked")) {
            return self.chunks();
        }
        if let Some(length) = answer.header("content-length") {
            let length: usize = length.parse().map_err(|_| wrong("Content-Length is no number"))?;
            while self.held.len() < length {
                self.more()?;
            }
            return Ok(self.held.drain(..length).collect());
        }
        while self.more().is_ok() {}
        Ok(std::mem::take(&mut self.held))
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)
                .map_err(|_| wrong("a chunk without a size"))?;
            while self.held.len() < size + 2 {
                self.more()?;
            }
            body.extend(self.held.drain(..size));
            self.held.drain(..2);
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = find(&self.held, b"\r\n") {
                let line: Vec<u8> = self.held.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            self.more()?;
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.held.extend_from_slice(&bytes[..read]);
                Ok(())
            }
        }
    }

    /// Waits for the other end to close; everything it still said.
    pub fn rest(mut self) -> Vec<u8> {
        while self.more().is_ok() {}
        self.held
    }
}

fn wrong(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

fn decoded(encoding: Option<&str>, raw: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match encoding {
        _ if raw.is_empty() => {}
        None | Some("identity") => out.extend_from_slice(raw),
        Some("gzip") => {
            flate2::read::MultiGzDecoder::new(raw).read_to_end(&mut out)?;
        }
        Some("br") => {
            brotli::BrotliDecompress(&mut &raw[..], &mut out)?;
        }
        Some(other) => return Err(wrong(&format!("an encoding nobody asked for: {other}"))),
    }
    Ok(out)
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// As it travelled, without its framing.
    pub raw_body: Vec<u8>,
    /// After undoing its encoding.
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(head: &[u8]) -> Option<Self> {
        let head = std::str::from_utf8(head).ok()?;
        let mut lines = head.trim_end().split("\r\n");
        let mut status = lines.next()?.splitn(3, ' ');
        status.next().filter(|v| matches!(*v, "HTTP/1.1" | "HTTP/1.0"))?;
        let status = status.next()?.parse().ok()?;
        let headers = lines
            .map(|line| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { status, headers, raw_body: Vec::new(), body: Vec::new() })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a person reads: without tags, escapes undone, runs of spaces made one.
    pub fn words(&self) -> String {
        crate::leaks::plain(&self.text())
    }

    /// Whether a person reads these words on it.
    pub fn says(&self, words: &str) -> bool {
        self.words().contains(&crate::leaks::normal(words))
    }

    /// The cookie of this name that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.all("set-cookie").find(|c| c.split('=').next() == Some(name))
    }

    /// Asserts a redirect and gives where it leads.
    pub fn location(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.words());
        self.header("location").expect("a redirect says where to")
    }
}

/// What a browser asks for. Headers given here replace the browser's own of the same name; an empty value leaves it out.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// Of an address the part behind `#` stays with the browser.
    pub fn new(method: &str, target: &str) -> Self {
        let target = target.split('#').next().unwrap_or_default();
        Self { method: method.into(), target: target.into(), headers: Vec::new(), body: None }
    }

    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A form sent from a page of the paper.
    pub fn form(target: &str, fields: &[(&str, &str)]) -> Self {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>();
        let mut request = Self::new("POST", target)
            .with("content-type", "application/x-www-form-urlencoded")
            .with("sec-fetch-site", "same-origin");
        request.body = Some(body.join("&").into_bytes());
        request
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The bytes of the request; `own` are the headers of whoever sends it.
    pub fn bytes(&self, own: &[(&str, String)]) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in own {
            if !value.is_empty() && !self.headers.iter().any(|(n, _)| n == name) {
                text += &format!("{name}: {value}\r\n");
            }
        }
        for (name, value) in self.headers.iter().filter(|(_, v)| !v.is_empty()) {
            text += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = &self.body {
            text += &format!("content-length: {}\r\n", body.len());
        }
        let mut bytes = (text + "\r\n").into_bytes();
        bytes.extend(self.body.iter().flatten());
        bytes
    }
}
