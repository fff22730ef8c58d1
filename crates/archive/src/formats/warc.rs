//! WARC and ARC: records of a crawler, of which the pages are taken. Lengths, digests and encodings in them are often wrong: what
//! is wrong is said, and reading goes on at the next record.

use std::io::BufRead;

use super::http::{self, Answer};
use super::out::{Flow, Out, Stop};
use super::{Page, Text, dates, source};

/// Bytes of one line of a head, and of a whole head.
const LINE: usize = 64 << 10;

/// A record's head.
#[derive(Default)]
struct Head {
    kind: String,
    url: Option<String>,
    date: Option<String>,
    content_type: String,
    length: Option<u64>,
    block_digest: Option<String>,
    payload_digest: Option<String>,
}

pub(crate) fn read(input: &mut dyn BufRead, out: &mut Out<'_>) -> Flow {
    out.state.budget.set(source::UNLIMITED);
    let (mut number, mut junk) = (0, 0_u64);
    while let Some(line) = line(input)? {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let head = if line.starts_with(b"WARC/") { Some(warc_head(input)?) } else { arc_head(&line) };
        let Some(head) = head else {
            // The rest of a record whose length was too small, or none of ours.
            junk += 1;
            if number == 0 && junk > 1000 {
                return Err(Stop::Broken("no WARC or ARC: no record is at its beginning".to_owned()));
            }
            continue;
        };
        if junk > 0 && number > 0 {
            out.note("some records are longer than they say; the excess was passed over".to_owned());
        }
        junk = 0;
        number += 1;
        record(input, head, number, out)?;
    }
    Ok(())
}

/// One line without its end; none at the end of the file. Of a longer one the beginning.
fn line(input: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Stop> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = bytes.iter().position(|b| *b == b'\n');
        let piece = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let room = LINE.saturating_sub(line.len());
        line.extend_from_slice(piece.get(..piece.len().min(room)).unwrap_or_default());
        let used = end.map_or(bytes.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(Some(line));
        }
    }
}

fn warc_head(input: &mut dyn BufRead) -> Result<Head, Stop> {
    let mut head = Head::default();
    let mut size = 0;
    loop {
        let Some(line) = line(input)? else {
            return Err(Stop::Early("within the head of a record".to_owned()));
        };
        size += line.len();
        if line.is_empty() || size > LINE {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let Some((name, value)) = text.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => head.kind = value.to_ascii_lowercase(),
            // Some write the address in angle brackets, some with spaces.
            "warc-target-uri" => head.url = Some(address(value)),
            "warc-date" => head.date = Some(value.to_owned()),
            "content-type" => head.content_type = value.to_ascii_lowercase(),
            "content-length" => head.length = value.parse().ok(),
            "warc-block-digest" => head.block_digest = Some(value.to_owned()),
            "warc-payload-digest" => head.payload_digest = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(head)
}

fn address(text: &str) -> String {
    text.trim_start_matches('<').trim_end_matches('>').trim().replace(' ', "%20")
}

/// `address IP date type length`, where the address may have spaces in it.
fn arc_head(line: &[u8]) -> Option<Head> {
    let text = std::str::from_utf8(line).ok()?;
    let mut fields: Vec<&str> = text.trim().rsplitn(5, ' ').collect();
    fields.reverse();
    let [url, ip, date, kind, length] = fields.as_slice() else { return None };
    let is_address = url.contains("://") || url.starts_with("dns:");
    let is_date = matches!(date.len(), 8..=18) && date.bytes().all(|b| b.is_ascii_digit());
    let has_ip = ip.contains(['.', ':']) || *ip == "-";
    if !is_address || !is_date || !has_ip {
        return None;
    }
    let own = url.starts_with("filedesc:") || url.starts_with("dns:");
    Some(Head {
        kind: if own { "arc header".to_owned() } else { "response".to_owned() },
        url: Some(address(url)),
        date: Some((*date).to_owned()),
        content_type: kind.to_ascii_lowercase(),
        length: length.parse().ok(),
        ..Head::default()
    })
}

fn record(input: &mut dyn BufRead, head: Head, number: u64, out: &mut Out<'_>) -> Flow {
    let name = || head.url.clone().unwrap_or_else(|| format!("record {number}"));
    let Some(length) = head.length else {
        return out.refuse(number, format!("{}: a record without a length", name()));
    };
    let wanted = matches!(head.kind.as_str(), "response" | "resource" | "conversion");
    let most = out.options.limits.item_bytes as u64;
    if !wanted || length > most {
        let skipped = pass_over(input, length)?;
        if skipped < length {
            return Err(Stop::Early(format!("within record {number} ({})", name())));
        }
        if !wanted {
            out.aside(&head.kind);
            return Ok(());
        }
        return out
            .refuse(number, format!("{}: a record of {skipped} bytes, more than {most}; no page is so long", name()));
    }
    let mut block = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(input, length), &mut block)?;
    let mut notes = Vec::new();
    if (block.len() as u64) < length {
        // Only the length may be wrong. A page that is whole all the same goes in.
        if !block.trim_ascii_end().to_ascii_lowercase().ends_with(b"</html>") {
            return Err(Stop::Early(format!("within record {number} ({})", name())));
        }
        notes.push("cut off: the record ends before it should".to_owned());
    }
    let is_http = block.starts_with(b"HTTP/") && head.kind != "conversion";
    let answer = if is_http { http::answer(&block) } else { Answer::plain(&block, &head.content_type) };
    check_digests(&head, &block, &answer, &mut notes);
    page(head, answer, notes, number, out)
}

fn pass_over(input: &mut dyn BufRead, length: u64) -> Result<u64, Stop> {
    let mut left = length;
    while left > 0 {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        let used = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        input.consume(used);
        left -= used as u64;
    }
    Ok(length - left)
}

fn page(head: Head, answer: Answer<'_>, mut notes: Vec<String>, number: u64, out: &mut Out<'_>) -> Flow {
    let url = head.url.unwrap_or_default();
    if answer.status != 200 {
        out.aside(&format!("answer {}", answer.status));
        return Ok(());
    }
    let kind = answer.kind();
    let body = match answer.body(out.options.limits.item_bytes, &mut notes) {
        Ok(body) => body,
        Err(reason) => return out.refuse(number, format!("{url}: {reason}")),
    };
    if head.kind == "conversion" && kind == "text/plain" {
        return out
            .crawl(Text { file: if url.is_empty() { format!("{}#{number}", out.file()) } else { url }, bytes: body });
    }
    if !http::is_page(&kind, &body) {
        out.aside(if kind.is_empty() { "answer of no type" } else { &kind });
        return Ok(());
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        out.aside("empty page");
        return Ok(());
    }
    if let Some(reason) = crate::decode::utf32(&body) {
        return out.refuse(number, format!("{url}: {reason}"));
    }
    let page = Page {
        url: Some(url).filter(|u| !u.is_empty()),
        file: out.file().to_owned(),
        place: number,
        saved_at: head.date.as_deref().and_then(dates::when).map(in_greenwich),
        charset: answer.charset(),
        bytes: body,
        notes,
    };
    out.page(page)
}

/// Crawlers' clocks are in Greenwich, whether they say so or not.
fn in_greenwich(when: crate::item::When) -> crate::item::When {
    use crate::item::When;
    match when {
        When::Local(at) => jiff::tz::Offset::UTC.to_timestamp(at).map_or(when, When::Instant),
        instant => instant,
    }
}

fn check_digests(head: &Head, block: &[u8], answer: &Answer<'_>, notes: &mut Vec<String>) {
    let wrong = |told: &Option<String>, bytes: &[&[u8]]| {
        told.as_deref().is_some_and(|told| bytes.iter().all(|b| http::digest_matches(told, b) == Some(false)))
    };
    if wrong(&head.block_digest, &[block]) {
        notes.push("its digest is wrong: it was changed or damaged after it was saved".to_owned());
    } else if wrong(&head.payload_digest, &[answer.raw, &answer.joined()]) {
        notes.push("the digest of its content is wrong: it may have been changed or damaged".to_owned());
    }
}
