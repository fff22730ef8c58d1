//! Watches over connections: what is idle, half-sent or not read by the other end is closed. One sweep a second over all
//! connections of a thread costs a request nothing, where a timer of its own would cost it as much as the meter.
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// One sweep.
const TICK: Duration = Duration::from_secs(1);
/// Sweeps without progress after which a connection is closed: no request begun, no byte taken by the other end.
const PATIENCE: u32 = 12;
/// The same while the back office works on a request; the office's own limit ends first.
const PATIENCE_AT_WORK: u32 = 40;
/// How often the farewell looks whether a connection has finished.
const FAREWELL_TICK: Duration = Duration::from_millis(50);

/// What a connection tells its watch.
#[derive(Debug, Default)]
pub struct Pulse {
    requests: AtomicU64,
    written: AtomicU64,
    at_work: AtomicU32,
    over: AtomicBool,
}

impl Pulse {
    /// The other end has taken so many bytes.
    pub fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A request has arrived whole.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// The back office works for this connection as long as the value lives.
    #[must_use]
    pub fn work(self: &Arc<Self>) -> AtWork {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        AtWork(Arc::clone(self))
    }

    /// The connection has ended by itself.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    fn progress(&self) -> (u64, u64) {
        (self.requests.load(Ordering::Relaxed), self.written.load(Ordering::Relaxed))
    }

    fn is_at_work(&self) -> bool {
        self.at_work.load(Ordering::Relaxed) > 0
    }
}

/// See [`Pulse::work`].
#[derive(Debug)]
pub struct AtWork(Arc<Pulse>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection's bytes, with the outgoing ones counted, and those in front that were read from it before.
pub struct Watched<I> {
    io: I,
    pulse: Arc<Pulse>,
    read: Vec<u8>,
}

impl<I> Watched<I> {
    pub const fn new(io: I, pulse: Arc<Pulse>, read: Vec<u8>) -> Self {
        Self { io, pulse, read }
    }

    fn count(&self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = written {
            self.pulse.wrote(*bytes);
        }
    }
}

impl<I: Read + Unpin> Read for Watched<I> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.read.is_empty() {
            return Pin::new(&mut this.io).poll_read(cx, buf);
        }
        let taken = this.read.len().min(buf.remaining());
        buf.put_slice(&this.read[..taken]);
        this.read.drain(..taken);
        Poll::Ready(Ok(()))
    }
}

impl<I: Write + Unpin> Write for Watched<I> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(cx, buf);
        this.count(&written);
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(cx, bufs);
        this.count(&written);
        written
    }
}

struct Connection {
    pulse: Arc<Pulse>,
    task: AbortHandle,
    address: IpAddr,
    seen: (u64, u64),
    still: u32,
}

/// The connections of one thread.
#[derive(Default)]
pub struct Watch(Mutex<Vec<Connection>>);

impl Watch {
    /// Takes a connection under watch.
    pub fn add(&self, pulse: Arc<Pulse>, task: AbortHandle, address: IpAddr) {
        let connection = Connection { pulse, task, address, seen: (0, 0), still: 0 };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// How many connections each address has open.
    #[must_use]
    pub fn of_addresses(&self) -> HashMap<IpAddr, usize> {
        let mut counts = HashMap::new();
        for connection in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if !connection.pulse.over.load(Ordering::Relaxed) {
                *counts.entry(connection.address).or_insert(0) += 1;
            }
        }
        counts
    }

    /// Sweeps until closing time; then lets each connection finish what it began, and closes it.
    pub async fn walk(&self, mut closing: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(TICK) => self.sweep(),
                _ = closing.changed() => break,
            }
        }
        while !self.farewell() {
            tokio::time::sleep(FAREWELL_TICK).await;
        }
    }

    fn sweep(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain_mut(|connection| {
            if connection.pulse.over.load(Ordering::Relaxed) {
                return false;
            }
            let now = connection.pulse.progress();
            if now != connection.seen {
                (connection.seen, connection.still) = (now, 0);
                return true;
            }
            connection.still += 1;
            let patience = if connection.pulse.is_at_work() { PATIENCE_AT_WORK } else { PATIENCE };
            if connection.still >= patience {
                connection.task.abort();
            }
            connection.still < patience
        });
    }

    /// Closes what has nothing under way and wrote nothing since the last look; true when nobody is left.
    fn farewell(&self) -> bool {
        let mut connections = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain_mut(|connection| {
            let now = connection.pulse.progress();
            let quiet = now == connection.seen && !connection.pulse.is_at_work();
            let over = connection.pulse.over.load(Ordering::Relaxed) || quiet;
            if over {
                connection.task.abort();
            }
            connection.seen = now;
            !over
        });
        connections.is_empty()
    }
}
