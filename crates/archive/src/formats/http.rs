//! An HTTP answer as a crawler kept it: head, chunks, compression, digests.

use std::borrow::Cow;
use std::io::Read;

use sha1::Digest;

/// An answer, its body still as it was sent.
pub(crate) struct Answer<'a> {
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub raw: &'a [u8],
}

/// Takes an answer apart. What has no end of its head is all head.
pub(crate) fn answer(block: &[u8]) -> Answer<'_> {
    let end = |mark: &[u8]| block.windows(mark.len()).position(|w| w == mark).map(|at| (at, at + mark.len()));
    let near = [end(b"\r\n\r\n"), end(b"\n\n")].into_iter().flatten().min();
    let (head, raw) = match near {
        Some((end, body)) => (block.get(..end).unwrap_or_default(), block.get(body..).unwrap_or_default()),
        None => (block, &[][..]),
    };
    let head = String::from_utf8_lossy(head.get(..head.len().min(256 << 10)).unwrap_or_default());
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split_whitespace().nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
    let headers = lines
        .take(500)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answer { status, headers, raw }
}

impl<'a> Answer<'a> {
    /// A body without an answer around it.
    pub(crate) fn plain(block: &'a [u8], content_type: &str) -> Self {
        Self { status: 200, headers: vec![("content-type".to_owned(), content_type.to_owned())], raw: block }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// The media type, in lower case and without parameters.
    pub(crate) fn kind(&self) -> String {
        let kind = self.header("content-type").split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase().chars().take(80).collect()
    }

    pub(crate) fn charset(&self) -> Option<String> {
        let lower = self.header("content-type").to_ascii_lowercase();
        let (_, name) = lower.split_once("charset=")?;
        let name = name.split(';').next()?.trim().trim_matches(['"', '\'']);
        (!name.is_empty() && name.len() < 40).then(|| name.to_owned())
    }

    /// The body with its chunks joined, whether the head speaks of chunks or not.
    pub(crate) fn joined(&self) -> Cow<'a, [u8]> {
        let chunked = self.header("transfer-encoding").to_ascii_lowercase().contains("chunked");
        if !chunked {
            return Cow::Borrowed(self.raw);
        }
        // Some crawlers joined the chunks and left the header.
        joined(self.raw).map_or(Cow::Borrowed(self.raw), Cow::Owned)
    }

    /// The body as the page it is.
    ///
    /// # Errors
    /// It is compressed in a way that cannot be opened, or unpacks to too much.
    pub(crate) fn body(&self, most: usize, notes: &mut Vec<String>) -> Result<Vec<u8>, String> {
        let body = self.joined();
        let encoding = self.header("content-encoding").to_ascii_lowercase();
        let zipped = body.starts_with(b"\x1f\x8b");
        if zipped {
            return unpacked(flate2::read::MultiGzDecoder::new(body.as_ref()), most, notes);
        }
        match encoding.as_str() {
            "deflate" => {
                let zlib = body.first().is_some_and(|b| b & 0x0f == 8);
                if zlib {
                    unpacked(flate2::read::ZlibDecoder::new(body.as_ref()), most, notes)
                } else {
                    unpacked(flate2::read::DeflateDecoder::new(body.as_ref()), most, notes)
                }
            }
            "br" | "zstd" | "compress" if !looks_like_markup(&body) => {
                Err(format!("compressed with {encoding}, which cannot be opened here; save it uncompressed"))
            }
            // Crawlers unpack and leave the header.
            _ => Ok(body.into_owned()),
        }
    }
}

fn unpacked<R: Read>(reader: R, most: usize, notes: &mut Vec<String>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let ended = reader.take(most as u64 + 1).read_to_end(&mut out);
    if out.len() > most {
        return Err(format!("it unpacks to more than {most} bytes; no page is so long"));
    }
    match ended {
        Ok(_) => Ok(out),
        Err(_) if !out.is_empty() => {
            notes.push("cut off: its compression is damaged".to_owned());
            Ok(out)
        }
        Err(_) => Err("its compression is damaged; crawl it again".to_owned()),
    }
}

/// Joins chunks; none when there are none. What breaks off within is kept.
fn joined(raw: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = raw;
    let mut any = false;
    loop {
        let Some(end) = rest.iter().take(100).position(|b| *b == b'\n') else {
            return any.then_some(out);
        };
        let line = String::from_utf8_lossy(rest.get(..end)?);
        let size = line.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else {
            if !any {
                return None;
            }
            // Wrong chunks: the rest as it is.
            out.extend_from_slice(rest);
            return Some(out);
        };
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(out);
        }
        any = true;
        out.extend_from_slice(rest.get(..size.min(rest.len()))?);
        rest = rest.get(size.min(rest.len())..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// Whether a body is a web page, by its type or, where that says nothing, its beginning.
pub(crate) fn is_page(kind: &str, body: &[u8]) -> bool {
    match kind {
        "text/html" | "application/xhtml+xml" => true,
        "" | "text/plain" | "application/octet-stream" | "unknown" | "no-type" => looks_like_markup(body),
        _ => false,
    }
}

fn looks_like_markup(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(body.get(..body.len().min(512)).unwrap_or_default()).to_ascii_lowercase();
    let head = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    head.starts_with("<!doctype html")
        || head.starts_with("<html")
        || (head.starts_with("<!--") && head.contains("<html"))
}

/// Whether `sha1:…` is that of the bytes; none for what cannot be told.
pub(crate) fn digest_matches(told: &str, bytes: &[u8]) -> Option<bool> {
    let (name, value) = told.split_once(':')?;
    if !name.eq_ignore_ascii_case("sha1") {
        return None;
    }
    let own: [u8; 20] = sha1::Sha1::digest(bytes).into();
    let value = value.trim();
    match value.len() {
        32 => Some(base32(&own).eq_ignore_ascii_case(value)),
        40 => {
            let hex: String = own.iter().map(|b| format!("{b:02x}")).collect();
            Some(hex.eq_ignore_ascii_case(value))
        }
        // A digest that is none is as wrong as a wrong one.
        _ => Some(false),
    }
}

/// RFC 4648.
fn base32(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let at = usize::try_from((held >> bits) & 31).unwrap_or(0);
            out.push(char::from(SIGNS.get(at).copied().unwrap_or(b'A')));
            held &= (1 << bits) - 1;
        }
    }
    out
}
