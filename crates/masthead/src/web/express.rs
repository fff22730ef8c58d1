//! The express way: a plain `GET` or `HEAD` of a story over HTTP/1.1 is read, answered and written here, in one read
//! and one write. It takes only requests that can be read in one way and have nothing unusual about them; at the first
//! other one the connection, with what was read of it, goes to hyper for good. Every rule about stories is the front
//! desk's: this only saves the general reader's and writer's work, which costs more than everything the rules ask for.
use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::Arc;

use hyper::body::Bytes;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::asked::Asked;
use super::front_desk::{Express, FrontDesk};
use super::headers;
use super::page::field;
use super::screen::is_host;
use super::serve::{LARGEST_HEAD, Peer};

/// Room for a request as browsers send them; it grows up to [`LARGEST_HEAD`].
const USUAL_HEAD: usize = 2 * 1024;
/// Requests with more fields go the general way.
const MOST_FIELDS: usize = 48;
/// Bodies up to this size are copied behind their head and leave in one write; copying a larger one costs more than a
/// second write.
const FLAT: usize = 32 * 1024;

/// Serves stories until the other end is done (`None`) or asks for something else: then the connection and what was read
/// of it and not answered.
pub async fn talk<I>(mut io: I, desk: &Arc<FrontDesk>, peer: &Peer) -> Option<(I, Vec<u8>)>
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let mut read = Vec::with_capacity(USUAL_HEAD);
    loop {
        let step = answer(&read, desk, peer);
        match step {
            Step::More if read.len() < LARGEST_HEAD => {
                if read.len() == read.capacity() {
                    read.reserve_exact(USUAL_HEAD);
                }
                let room = LARGEST_HEAD - read.len();
                match (&mut io).take(room as u64).read_buf(&mut read).await {
                    Ok(0) | Err(_) => return None,
                    Ok(_) => {}
                }
            }
            Step::Recall(token) => {
                let _work = peer.pulse.work();
                if !desk.recall(&token).await {
                    return Some((io, read));
                }
            }
            Step::Bring(path) => {
                let _work = peer.pulse.work();
                if !desk.bring(&path).await {
                    return Some((io, read));
                }
            }
            Step::Send { taken, out, more } => {
                let sent = send(&mut io, &out, &more, peer).await;
                spare(out);
                sent.ok()?;
                read.drain(..taken);
            }
            Step::More | Step::Other => return Some((io, read)),
        }
    }
}

/// What to do next with what was read.
enum Step {
    /// The request is not whole.
    More,
    /// Who asks is not in memory: this session's token.
    Recall(String),
    /// The story of this path is not in memory.
    Bring(String),
    /// The answer to the first so many bytes.
    Send { taken: usize, out: Vec<u8>, more: Bytes },
    /// Not for the express way.
    Other,
}

fn answer(read: &[u8], desk: &FrontDesk, peer: &Peer) -> Step {
    if read.is_empty() {
        return Step::More;
    }
    let mut fields = [const { MaybeUninit::uninit() }; MOST_FIELDS];
    let mut request = httparse::Request::new(&mut []);
    let taken = match request.parse_with_uninit_headers(read, &mut fields) {
        Ok(httparse::Status::Complete(taken)) => taken,
        Ok(httparse::Status::Partial) => return Step::More,
        Err(_) => return Step::Other,
    };
    let Some((path, asked)) = plain(&request) else { return Step::Other };
    peer.pulse.request();
    match desk.express(path, &asked, peer) {
        Express::Page(page, cookie) => {
            let mut out = buffer();
            let body = page.write(asked.encoding, &mut out);
            if let Some(cookie) = cookie {
                field(&mut out, b"set-cookie", cookie.as_bytes());
            }
            if peer.tls {
                let (name, value) = headers::STRICT_TRANSPORT;
                field(&mut out, name.as_bytes(), value.as_bytes());
            }
            field(&mut out, b"date", &date(desk.now()));
            out.extend_from_slice(b"\r\n");
            let mut more = Bytes::new();
            if !asked.is_head() {
                if body.len() <= FLAT { out.extend_from_slice(body) } else { more = body.clone() }
            }
            Step::Send { taken, out, more }
        }
        Express::Unknown => asked.session.value().map_or(Step::Other, |token| Step::Recall(token.to_owned())),
        Express::Away => Step::Bring(path.to_owned()),
        Express::Other => Step::Other,
    }
}

/// The path and the facts of a request that can be read in one way only.
fn plain<'a>(request: &httparse::Request<'_, 'a>) -> Option<(&'a str, Asked<'a>)> {
    let head = match (request.version?, request.method?) {
        (1, "GET") => false,
        (1, "HEAD") => true,
        _ => return None,
    };
    let path = match request.path?.split_once('?') {
        None => request.path?,
        Some((path, query)) if query.bytes().all(is_query) => path,
        Some(_) => return None,
    };
    let mut asked = Asked::new(head);
    let mut host = false;
    for field in request.headers.iter() {
        let is = |known: &str| field.name.eq_ignore_ascii_case(known);
        match field.name.len() {
            4 if is("host") => {
                if host || !is_host(field.value) {
                    return None;
                }
                host = true;
            }
            10 if is("connection") && !field.value.eq_ignore_ascii_case(b"keep-alive") => return None,
            // A body, a condition, another protocol: the general way knows what to do.
            13 if is("if-none-match") => return None,
            14 if is("content-length") => return None,
            17 if is("transfer-encoding") => return None,
            6 if is("expect") => return None,
            7 if is("upgrade") => return None,
            _ => asked.take(field.name.as_bytes(), field.value),
        }
    }
    (host && path.starts_with('/')).then_some((path, asked))
}

/// Bytes of a query as RFC 3986 §3.4 has them.
const fn is_query(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'!' | b'$'..=b',' | b':' | b';' | b'=' | b'@' | b'/' | b'?')
}

async fn send<I: AsyncWrite + Unpin>(io: &mut I, out: &[u8], more: &[u8], peer: &Peer) -> io::Result<()> {
    for mut bytes in [out, more] {
        while !bytes.is_empty() {
            let written = io.write(bytes).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            peer.pulse.wrote(written);
            bytes = &bytes[written..];
        }
    }
    io.flush().await
}

thread_local! {
    /// Buffers that answers were written to: while they are warm, the next answer uses them.
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
    /// The second for which the text of a `Date` was made, and the text.
    static DATE: RefCell<(i64, [u8; 29])> = const { RefCell::new((i64::MIN, [0; 29])) };
}

fn buffer() -> Vec<u8> {
    SPARE.with_borrow_mut(Vec::pop).unwrap_or_default()
}

fn spare(mut buffer: Vec<u8>) {
    if buffer.capacity() <= 2 * FLAT {
        buffer.clear();
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < 16 {
                spare.push(buffer);
            }
        });
    }
}

/// The value of a `Date` field (RFC 9110 §5.6.7), made once a second.
fn date(now: Timestamp) -> [u8; 29] {
    DATE.with_borrow_mut(|(second, text)| {
        if *second != now.as_second() {
            let fresh = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            if let Ok(fresh) = fresh.as_bytes().try_into() {
                (*second, *text) = (now.as_second(), fresh);
            }
        }
        *text
    })
}
