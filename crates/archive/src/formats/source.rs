//! The bytes of a source: counted, unpacked, and never more at once than allowed.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Chain, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use super::{Limits, ReadError, ReadOptions};
use crate::dos::Places;

/// What the layers of a source tell each other.
pub(crate) struct State {
    /// Bytes of the source used so far.
    pub consumed: Cell<u64>,
    /// Bytes that may still be read for the piece at hand; a reader sets it anew for each.
    pub budget: Cell<usize>,
    /// Bytes that were no UTF-8 and read as windows-1252.
    pub strange_bytes: Cell<u64>,
    pub encoding: Cell<&'static str>,
    /// Where bytes stand that are no UTF-8.
    pub places: RefCell<Places>,
    /// Members of a gzip file that could not be unpacked.
    pub broken_members: Cell<u64>,
    /// Lines of the text that were read to their end, and characters of the one at hand.
    pub lines: Cell<u64>,
    pub characters: Cell<u64>,
}

impl State {
    /// Where the text was read to, as a person finds it.
    pub(crate) fn line_and_column(&self) -> String {
        format!("line {}, column {}", self.lines.get() + 1, self.characters.get() + 1)
    }
}

/// No limit on what is read on, for parts that are not kept.
pub(crate) const UNLIMITED: usize = usize::MAX;

/// The peek that formats and encodings are told from.
const HEAD: usize = 64 << 10;

/// Opens a source: compressed ones are unpacked as they are read.
pub(crate) fn open<'a>(
    source: &'a mut dyn BufRead,
    options: &ReadOptions,
) -> Result<(Box<dyn BufRead + 'a>, Rc<State>), ReadError> {
    let state = Rc::new(State {
        consumed: Cell::new(0),
        budget: Cell::new(UNLIMITED),
        strange_bytes: Cell::new(0),
        encoding: Cell::new("UTF-8"),
        places: RefCell::default(),
        broken_members: Cell::new(0),
        lines: Cell::new(0),
        characters: Cell::new(0),
    });
    let counted = Counted { inner: source, state: state.clone(), shown: options.consumed.clone() };
    let mut counted = BufReader::with_capacity(HEAD, counted);
    let zipped = counted.fill_buf()?.starts_with(MAGIC);
    let plain: Box<dyn BufRead + 'a> = if zipped {
        let members = Members {
            now: Some(Member::Open(Box::new(GzDecoder::new(NOTHING.chain(counted))))),
            unpacked: 0,
            cut_off: false,
            state: state.clone(),
            limits: options.limits.clone(),
        };
        Box::new(BufReader::with_capacity(HEAD, members))
    } else {
        Box::new(counted)
    };
    Ok((Box::new(Guard { inner: plain, state: state.clone() }), state))
}

/// The first bytes, without using them up. A short first read is made up for where the source allows it.
pub(crate) fn head(input: &mut dyn BufRead) -> Result<Vec<u8>, ReadError> {
    match input.fill_buf() {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(ReadError::Refused(super::ends_early(&error.to_string(), false)))
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(ReadError::Refused(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

struct Counted<'a> {
    inner: &'a mut dyn BufRead,
    state: Rc<State>,
    shown: Option<Arc<AtomicU64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        // Filled as far as possible, so that a peek sees enough of pipes too.
        while read < into.len() {
            let Some(rest) = into.get_mut(read..) else { break };
            match self.inner.read(rest) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) if read > 0 => break,
                Err(error) => return Err(error),
            }
        }
        let all = self.state.consumed.get().saturating_add(read as u64);
        self.state.consumed.set(all);
        if let Some(shown) = &self.shown {
            shown.store(all, Ordering::Relaxed);
        }
        Ok(read)
    }
}

/// The beginning of each member: gzip (RFC 1952) with the only method that there is.
const MAGIC: &[u8] = b"\x1f\x8b\x08";
const NOTHING: &[u8] = b"";

enum Member<R: BufRead> {
    /// With the beginning that was used up to find it.
    Open(Box<GzDecoder<Chain<&'static [u8], R>>>),
    Between(R),
}

/// The members of a gzip file, one after the other. One that is damaged ends where the damage is, and the next goes on. Where the file
/// itself ends within one, that is an error behind the last byte: a reader must not take what is cut there for whole.
struct Members<R: BufRead> {
    now: Option<Member<R>>,
    unpacked: u64,
    cut_off: bool,
    state: Rc<State>,
    limits: Limits,
}

impl<R: BufRead> Members<R> {
    fn bound(&self) -> io::Result<()> {
        let packed = self.state.consumed.get().max(1);
        if self.unpacked > self.limits.unpacked_bytes
            || (self.unpacked > 256 << 20 && self.unpacked / packed > self.limits.unpacked_ratio)
        {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "{packed} compressed bytes unpack to more than {} bytes, which no export does; unpack it yourself and look at it",
                    self.unpacked
                ),
            ));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bound()?;
        let mut filled = 0;
        while filled < into.len() {
            let Some(rest) = into.get_mut(filled..) else { break };
            match self.now.take() {
                None => break,
                Some(Member::Open(mut decoder)) => match decoder.read(rest) {
                    Ok(0) => self.now = Some(Member::Between(decoder.into_inner().into_inner().1)),
                    Ok(read) => {
                        self.unpacked = self.unpacked.saturating_add(read as u64);
                        filled += read;
                        self.now = Some(Member::Open(decoder));
                    }
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.cut_off = true,
                    Err(error) if is_damage(&error) => {
                        self.state.broken_members.set(self.state.broken_members.get() + 1);
                        self.now = Some(Member::Between(decoder.into_inner().into_inner().1));
                    }
                    Err(error) => return Err(error),
                },
                Some(Member::Between(mut reader)) => {
                    if seek_member(&mut reader)? {
                        self.now = Some(Member::Open(Box::new(GzDecoder::new(MAGIC.chain(reader)))));
                    } else {
                        break;
                    }
                }
            }
        }
        if filled == 0 && self.cut_off {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "within what is compressed"));
        }
        Ok(filled)
    }
}

fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other)
}

/// Goes behind the beginning of the next member; false when there is none. It may lie across two buffers.
fn seek_member<R: BufRead>(reader: &mut R) -> io::Result<bool> {
    let mut seen = 0;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let mut used = 0;
        for byte in bytes {
            used += 1;
            seen = match MAGIC.get(seen) {
                Some(next) if next == byte => seen + 1,
                _ => usize::from(MAGIC.first() == Some(byte)),
            };
            if seen == MAGIC.len() {
                break;
            }
        }
        reader.consume(used);
        if seen == MAGIC.len() {
            return Ok(true);
        }
    }
}

/// Ends reading where the budget of the piece at hand does.
struct Guard<'a> {
    inner: Box<dyn BufRead + 'a>,
    state: Rc<State>,
}

impl Read for Guard<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = { self.fill_buf()? }.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Guard<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let budget = self.state.budget.get();
        let bytes = self.inner.fill_buf()?;
        if budget == 0 && !bytes.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "one piece is larger than allowed; is a quote, bracket or end mark missing?",
            ));
        }
        Ok(bytes.get(..bytes.len().min(budget)).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let budget = self.state.budget.get();
        if budget != UNLIMITED {
            self.state.budget.set(budget.saturating_sub(amount));
        }
        self.inner.consume(amount);
    }
}
