//! Starts a server and says how long it took until its first page.
use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::http::Connection;
use crate::{Outcome, at, clock, requests};

/// Between two attempts.
const STEP: Duration = Duration::from_micros(500);
const LONGEST: Duration = Duration::from_secs(120);

/// A server that answers.
#[derive(Debug)]
pub struct Started {
    pub process: u32,
    pub milliseconds: f64,
}

/// Starts `command` and asks until the first 200; the server runs on, whoever called stops it.
pub fn start(address: SocketAddr, file: &Path, log: &Path, port_only: bool, command: &[String]) -> Outcome<Started> {
    if TcpStream::connect(address).is_ok() {
        return Err(format!("{address} is in use by another program; choose others with BENCH_PORT"));
    }
    let request = requests::read(file, 1)?.concat();
    let words = File::create(log).map_err(at(log))?;
    let (program, arguments) = command.split_first().ok_or("there is no command to start")?;
    let begun = clock::stopwatch();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(words.try_clone().map_err(at(log))?)
        .stderr(words)
        .spawn()
        .map_err(|e| format!("{program} cannot be started: {e}"))?;
    loop {
        let up = if port_only { TcpStream::connect(address).is_ok() } else { answers(address, &request) };
        let waited = begun.elapsed();
        if up {
            return Ok(Started { process: child.id(), milliseconds: waited.as_secs_f64() * 1e3 });
        }
        gone(&mut child, log)?;
        if waited > LONGEST {
            let _ = child.kill();
            return Err(format!(
                "{program} did not answer on {address} within {} s; see {}",
                LONGEST.as_secs(),
                log.display()
            ));
        }
        std::thread::sleep(STEP);
    }
}

fn answers(address: SocketAddr, request: &[u8]) -> bool {
    let answer = Connection::open(address).and_then(|mut connection| connection.ask(request));
    answer.is_ok_and(|a| a.status == 200)
}

fn gone(child: &mut Child, log: &Path) -> Outcome<()> {
    match child.try_wait() {
        Ok(Some(status)) => {
            let words = std::fs::read_to_string(log).unwrap_or_default();
            let last = words.lines().last().unwrap_or("it said nothing");
            Err(format!("the server ended ({status}) before it answered: {last}"))
        }
        _ => Ok(()),
    }
}
