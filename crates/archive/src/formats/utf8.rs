//! Any encoding to UTF-8, as a stream.

use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

use super::source::State;
use crate::{decode, dos, hz, utf7};

/// A source read as UTF-8. Bytes that are none are read as windows-1252 and counted.
pub(crate) struct Utf8<'a> {
    inner: Box<dyn BufRead + 'a>,
    /// None for UTF-8.
    decoder: Option<Decoder>,
    state: Rc<State>,
    out: Vec<u8>,
    at: usize,
    /// The beginning of a character that the last read cut.
    cut: Vec<u8>,
    ended: bool,
    fresh: bool,
}

impl<'a> Utf8<'a> {
    pub(crate) fn new(inner: Box<dyn BufRead + 'a>, head: &[u8], state: Rc<State>) -> Self {
        let encoding = told(head);
        // What is all ASCII was read as nothing in particular.
        if encoding != UTF_8 && (!encoding.is_ascii_compatible() || !head.is_ascii()) {
            state.encoding.set(encoding.name());
        }
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        Self { inner, decoder, state, out: Vec::new(), at: 0, cut: Vec::new(), ended: false, fresh: true }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let bytes = self.inner.fill_buf()?;
            // What is decoded at once is small, so that limits hold closely.
            let bytes = bytes.get(..bytes.len().min(16 << 10)).unwrap_or_default();
            let length = bytes.len();
            self.ended = length == 0;
            let strange = self.state.strange_bytes.get();
            match &mut self.decoder {
                Some(decoder) => {
                    self.out.resize(decoder.max_utf8_buffer_length(length).unwrap_or(length * 3 + 16), 0);
                    let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut self.out, self.ended);
                    self.out.truncate(written);
                    if self.state.encoding.get() != decoder.encoding().name() && !self.out.is_ascii() {
                        self.state.encoding.set(decoder.encoding().name());
                    }
                }
                None => {
                    self.cut.extend_from_slice(bytes);
                    let whole = std::mem::take(&mut self.cut);
                    let more = copy_utf8(&whole, &mut self.out, &mut self.cut, self.ended);
                    self.state.strange_bytes.set(strange + more);
                }
            }
            // What shows only behind the beginning is remarked on: what stands before it is in.
            if self.decoder.is_some() || self.state.strange_bytes.get() > strange {
                self.state.places.borrow_mut().add(bytes);
            }
            self.inner.consume(length);
            if self.fresh && !self.out.is_empty() {
                self.fresh = false;
                if self.out.starts_with("\u{feff}".as_bytes()) {
                    self.at = 3;
                }
            }
            if self.at >= self.out.len() {
                self.out.clear();
                self.at = 0;
            }
        }
        Ok(())
    }
}

/// Appends `bytes` to `out`, what is no UTF-8 as windows-1252; gives the number of such bytes. An unfinished character at the
/// end goes to `cut`.
fn copy_utf8(bytes: &[u8], out: &mut Vec<u8>, cut: &mut Vec<u8>, last: bool) -> u64 {
    let (mut rest, mut strange) = (bytes, 0);
    loop {
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.extend_from_slice(text.as_bytes());
                return strange;
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at(error.valid_up_to());
        out.extend_from_slice(good);
        let length = match error.error_len() {
            Some(length) => length,
            None if last => bad.len(),
            None => {
                cut.extend_from_slice(bad);
                return strange;
            }
        };
        let (odd, after) = bad.split_at(length.min(bad.len()));
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(odd);
        out.extend_from_slice(text.as_bytes());
        strange += odd.len() as u64;
        rest = after;
    }
}

/// The encoding that the beginning of a file tells, by mark, declaration or its bytes.
fn told(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = decode::utf16_without_mark(head) {
        return encoding;
    }
    // A declaration in ASCII rules out UTF-16, and one that is not kept rules out itself.
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if is_utf8 && !head.is_ascii() {
        return UTF_8;
    }
    if let Some(declared) = declared(head).filter(|e| e.is_ascii_compatible() && *e != UTF_8) {
        return declared;
    }
    if is_utf8 {
        return UTF_8;
    }
    let lossy = String::from_utf8_lossy(head);
    let broken = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let whole = lossy.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    if whole > broken * 4 {
        return UTF_8;
    }
    decode::guessed(head, false)
}

/// What is wrong with a file that is, by its beginning, text of DOS or of an old Mac, UTF-32, UTF-7 or HZ, whatever it declares. A mark at the beginning names an
/// encoding, and those have none. A beginning may be cut in the middle of a sign.
pub(crate) fn is_dos(head: &[u8]) -> Option<String> {
    if let Some(reason) = decode::utf32(head).or_else(|| utf7::told(head)).or_else(|| hz::told(head)) {
        return Some(reason);
    }
    let other = std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    if Encoding::for_bom(head).is_none() && other { dos::told(head, decode::guessed(head, false)) } else { None }
}

/// What the XML declaration says.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let start = head.get(..head.len().min(300))?;
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start().strip_prefix("<?xml")?;
    let text = text.get(..text.find("?>")?)?;
    let (_, value) = text.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value.get(1..)?.split(quote).next()?.as_bytes())
}

impl Read for Utf8<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = { self.fill_buf()? }.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Utf8<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.out.len() {
            self.refill()?;
        }
        Ok(self.out.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let to = self.at.saturating_add(amount).min(self.out.len());
        let used = self.out.get(self.at..to).unwrap_or_default();
        let characters = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
        let lines = used.iter().filter(|byte| **byte == b'\n').count() as u64;
        match used.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => {
                self.state.lines.set(self.state.lines.get() + lines);
                self.state.characters.set(characters(used.get(end + 1..).unwrap_or_default()));
            }
            None => self.state.characters.set(self.state.characters.get() + characters(used)),
        }
        self.at = to;
    }
}
