//! A browser around the client: it keeps cookies, has a name of its own, and notes answers of ours that failed.
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use masthead::clock::Clock;

use crate::client::{Answer, Connection, Request};
use crate::house::{Failures, Paper};

#[derive(Debug, Clone)]
struct Kept {
    name: String,
    value: String,
    ends_at: Option<Timestamp>,
}

/// A browser with one connection at a time and a jar that takes what a browser would take of a trustworthy origin
/// (loopback counts as one): `__Host-` cookies must be secure, host-only and for every path (RFC 6265bis §4.1.3).
pub struct Browser {
    address: SocketAddr,
    source: Option<Ipv4Addr>,
    agent: String,
    jar: Vec<Kept>,
    connection: Option<Connection>,
    clock: Clock,
    failures: Failures,
}

impl Browser {
    pub fn new(paper: &Paper) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            address: paper.address(),
            source: None,
            agent: format!("Reader/{} (a test)", NEXT.fetch_add(1, Ordering::Relaxed)),
            jar: Vec::new(),
            connection: None,
            clock: paper.clock.clone(),
            failures: paper.failures.clone(),
        }
    }

    /// The same browser at another address of this machine.
    pub fn at(mut self, source: [u8; 4]) -> Self {
        self.source = Some(source.into());
        self.connection = None;
        self
    }

    /// Says it is this browser.
    pub fn calling_itself(mut self, agent: &str) -> Self {
        self.agent = agent.into();
        self
    }

    /// Takes a cookie, `name=value`, from the test.
    pub fn holding(mut self, cookie: &str) -> Self {
        self.hold(cookie);
        self
    }

    pub fn hold(&mut self, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("name=value");
        self.jar.retain(|k| k.name != name);
        self.jar.push(Kept { name: name.into(), value: value.into(), ends_at: None });
    }

    /// Another tab: the same jar and name, a connection of its own.
    pub fn tab(&self) -> Self {
        Self {
            address: self.address,
            source: self.source,
            agent: self.agent.clone(),
            jar: self.jar.clone(),
            connection: None,
            clock: self.clock.clone(),
            failures: self.failures.clone(),
        }
    }

    /// Where the paper is now, after a restart.
    pub fn follow(&mut self, paper: &Paper) {
        self.address = paper.address();
        self.connection = None;
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.iter().find(|k| k.name == name).map(|k| k.value.clone())
    }

    pub fn forget_cookies(&mut self) {
        self.jar.clear();
    }

    pub fn get(&mut self, target: &str) -> Answer {
        self.send(&Request::get(target))
    }

    pub fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(&Request::form(target, fields))
    }

    /// Opens a page and walks redirects within the paper to their end.
    pub fn walk(&mut self, target: &str) -> Answer {
        let mut answer = self.get(target);
        for _ in 0..5 {
            if !(300..304).contains(&answer.status) {
                return answer;
            }
            let location = answer.header("location").unwrap().to_owned();
            answer = self.get(&location);
        }
        panic!("{target} leads round and round")
    }

    pub fn send(&mut self, request: &Request) -> Answer {
        let bytes = self.bytes(request);
        let answer = self.exchange(&bytes, &request.method);
        self.keep(&answer);
        if answer.status >= 500 {
            self.failures.lock().unwrap().push(format!("{} {} {}", answer.status, request.method, request.target));
        }
        answer
    }

    /// The bytes this browser would send.
    pub fn bytes(&mut self, request: &Request) -> Vec<u8> {
        let now = self.clock.now();
        self.jar.retain(|k| k.ends_at.is_none_or(|at| now < at));
        let cookies = self.jar.iter().map(|k| format!("{}={}", k.name, k.value)).collect::<Vec<_>>().join("; ");
        let own = [
            ("host", self.address.to_string()),
            ("user-agent", self.agent.clone()),
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8".into()),
            ("accept-encoding", "gzip, br".into()),
            ("accept-language", "en-IN".into()),
            ("sec-fetch-site", "none".into()),
            ("sec-fetch-mode", "navigate".into()),
            ("sec-fetch-dest", "document".into()),
            ("cookie", cookies),
        ];
        request.bytes(&own)
    }

    fn connect(&self) -> Connection {
        match self.source {
            None => Connection::to(self.address),
            Some(source) => Connection::from(source, self.address),
        }
    }

    fn exchange(&mut self, bytes: &[u8], method: &str) -> Answer {
        // A connection that was kept may have been closed meanwhile: then once more on a new one.
        let kept = self.connection.take().and_then(|mut connection| {
            let answer = connection.try_send(bytes).and_then(|()| connection.try_answer(method)).ok()?;
            Some((connection, answer))
        });
        let (connection, answer) = kept.unwrap_or_else(|| {
            let mut connection = self.connect();
            connection.send(bytes);
            let answer = connection.answer(method);
            (connection, answer)
        });
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.all("set-cookie") {
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next().and_then(|p| p.split_once('=')).expect("a cookie has a name and a value");
            let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            let has = |wanted: &str| attributes.iter().any(|a| a == wanted);
            let sound = has("secure") && has("path=/") && !attributes.iter().any(|a| a.starts_with("domain"));
            assert!(name.starts_with("__Host-") && sound, "a browser refuses this cookie: {line}");
            let age = attributes.iter().find_map(|a| a.strip_prefix("max-age=")).map(|a| a.parse::<i64>().unwrap());
            self.jar.retain(|k| k.name != name);
            if age.is_none_or(|age| age > 0) {
                let ends_at = age.map(|age| self.clock.now() + jiff::SignedDuration::from_secs(age));
                self.jar.push(Kept { name: name.into(), value: value.into(), ends_at });
            }
        }
    }
}
