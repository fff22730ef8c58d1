//! Which format a file is, by its first bytes and, where they do not say, its name.

use encoding_rs::Encoding;

use super::{Format, ReadError, not_stories};
use crate::decode;

/// Tells the format from the name and the beginning of a file (a few kilobytes do). Compressed beginnings are opened.
///
/// None when it is none that can be read; [`super::read`] says why.
#[must_use]
pub fn detect(name: &str, first_bytes: &[u8]) -> Option<Format> {
    if first_bytes.starts_with(b"\x1f\x8b\x08") {
        let mut head = Vec::new();
        let decoder = flate2::read::GzDecoder::new(first_bytes);
        // What the cut end lacks is no matter.
        let _ = std::io::Read::read_to_end(&mut std::io::Read::take(decoder, 64 << 10), &mut head);
        return known(name.trim_end_matches(".gz"), &head).ok();
    }
    known(name, first_bytes).ok()
}

/// The same, with the reason when there is none.
pub(crate) fn required(name: &str, head: &[u8]) -> Result<Format, ReadError> {
    known(name.trim_end_matches(".gz"), head).map_err(ReadError::Refused)
}

pub(crate) fn is_json(head: &[u8]) -> bool {
    text_of(head).trim_start().starts_with(['{', '['])
}

fn text_of(head: &[u8]) -> String {
    let head = head.get(..head.len().min(64 << 10)).unwrap_or_default();
    let encoding = Encoding::for_bom(head).map(|(e, _)| e).or_else(|| decode::utf16_without_mark(head));
    match encoding {
        Some(encoding) => encoding.decode(head).0.into_owned(),
        None => String::from_utf8_lossy(head).into_owned(),
    }
}

fn known(name: &str, head: &[u8]) -> Result<Format, String> {
    let extension = name.rsplit(['/', '\\']).next().and_then(|n| n.rsplit_once('.')).map_or("", |(_, e)| e);
    let extension = extension.to_ascii_lowercase();
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(empty(&extension).to_owned());
    }
    if head.starts_with(b"WARC/") || head.starts_with(b"filedesc://") {
        return Ok(Format::Warc);
    }
    if let Some(what) = decode::not_text(head) {
        return Err(format!("not text: it is {what}"));
    }
    if let Some(reason) = decode::utf32(head) {
        return Err(reason);
    }
    let text = text_of(head);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if let Some(refused) = not_stories::refusal(name, text) {
        return Err(refused);
    }
    if text.starts_with(['{', '['])
        && (looks_like_json(text) || matches!(extension.as_str(), "json" | "jsonl" | "ndjson"))
    {
        return json(text, &extension);
    }
    if text.starts_with('<') {
        return markup(text, &extension);
    }
    match extension.as_str() {
        "csv" | "tsv" => Ok(Format::Csv),
        "warc" | "arc" => Ok(Format::Warc),
        "html" | "htm" | "xhtml" if text.contains('<') && !text.starts_with("---") => Ok(Format::Html),
        "html" | "htm" | "xhtml" => Err(
            "no page but a text with a head of its own (Jekyll, Hugo); save it as a story file (.md), see docs/import.md"
                .to_owned(),
        ),
        "xml" | "rss" | "atom" => Err(format!("no XML is at its beginning; export it again, {}", or_named())),
        "json" | "jsonl" | "ndjson" => Err(format!("no JSON is at its beginning; export it again, {}", or_named())),
        _ => Ok(Format::Crawl),
    }
}

/// A crawl may begin with a bracket too: “[Updated at 10.40]”, “{{ad}}”.
fn looks_like_json(text: &str) -> bool {
    let inner = text.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
    let listed = text.starts_with('[');
    match inner.chars().next() {
        None => true,
        Some('{') => inner.get(1..).unwrap_or_default().trim_start().starts_with(['"', '}']),
        Some('"' | ']') => listed,
        Some('-' | '0'..='9') => {
            let behind =
                inner.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
            listed && behind.trim_start().starts_with(',')
        }
        Some(_) => false,
    }
}

/// What mends a file with nothing in it.
fn empty(extension: &str) -> &'static str {
    match extension {
        "csv" | "tsv" => "empty: there is neither a heading line nor a row; export the table again, or leave it out",
        "xml" | "rss" | "atom" | "json" | "jsonl" | "ndjson" | "warc" | "arc" => {
            "empty: there is nothing to read; export it again, or leave it out"
        }
        _ => "empty: there is nothing to read; save or crawl it again, or leave it out",
    }
}

/// The way out for somebody who knows better.
pub(crate) fn or_named() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    format!("or say what it is with --format: {}", names.join(", "))
}

/// The first start tag, behind declarations and comments.
fn root(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    loop {
        rest = rest.get(rest.find('<')?..)?;
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->")?.1;
        } else if rest.starts_with("<?") {
            rest = rest.split_once("?>")?.1;
        } else if rest.starts_with("<!") {
            let lower: String = rest.chars().take(20).collect::<String>().to_ascii_lowercase();
            if lower.starts_with("<!doctype html") {
                return Some(("html", rest));
            }
            // An internal subset has brackets of its own.
            let end = rest.find('>')?;
            let subset = rest.find('[').filter(|at| *at < end);
            rest = if subset.is_some() { rest.split_once("]")?.1.split_once('>')?.1 } else { rest.get(end + 1..)? };
        } else {
            let name = rest.get(1..)?;
            let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
            return Some((name.get(..end)?, rest));
        }
    }
}

fn markup(text: &str, extension: &str) -> Result<Format, String> {
    let Some((name, from)) = root(text) else {
        return Err(format!(
            "neither a page nor an export: no element is at its beginning; export it again, {}",
            or_named()
        ));
    };
    let local = name.rsplit(':').next().unwrap_or_default();
    let start: String = from.chars().take(16_000).collect();
    let found = match local {
        "rss" if start.contains("wordpress.org/export") || start.contains(":wxr_version") => Some(Format::Wxr),
        "rss" | "RDF" | "feed" | "channel" | "entry" => Some(Format::Feed),
        "nitf" => Some(Format::Nitf),
        "newsItem" | "packageItem" | "newsMessage" | "contentSet" => Some(Format::NewsMlG2),
        "NewsML" | "NewsItem" => Some(Format::NewsMl1),
        _ => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let refused = match local {
        "mets" | "alto" => Some(
            "METS/ALTO of a scanned newspaper, which is not read; have the scanning program or service export its articles, one a file as \
             text or HTML, or all in one table (CSV with headline, date and body), and import those",
        ),
        "contentMeta" | "itemMeta" => Some("a part of a NewsML-G2 item without its item; export whole items"),
        "conceptItem" | "knowledgeItem" | "planningItem" | "catalogItem" => {
            Some("NewsML-G2 without news in it (concepts, plans or a catalogue); leave it out")
        }
        "opml" | "urlset" | "sitemapindex" => Some("a list of addresses, without stories; leave it out"),
        _ => None,
    };
    if let Some(refused) = refused {
        return Err(refused.to_owned());
    }
    let page = ["html", "head", "body", "div", "p", "article", "section", "main", "h1", "h2", "table", "meta", "title"];
    if page.contains(&local.to_ascii_lowercase().as_str()) || matches!(extension, "html" | "htm" | "xhtml") {
        return Ok(Format::Html);
    }
    if text.starts_with("<?xml") || extension == "xml" {
        let name: String = name.chars().take(40).collect();
        return Err(format!(
            "XML of an unknown kind (its first element is <{name}>); export as WXR, RSS, NITF, NewsML, JSON Lines or CSV, {}",
            or_named()
        ));
    }
    Ok(Format::Crawl)
}

fn json(text: &str, extension: &str) -> Result<Format, String> {
    let first = text.lines().next().unwrap_or_default().trim();
    let second = text.lines().map(str::trim).filter(|l| !l.is_empty()).nth(1).unwrap_or_default();
    let whole_line = first.starts_with('{') && first.ends_with('}') && second.starts_with('{');
    if matches!(extension, "jsonl" | "ndjson") || whole_line {
        return Ok(Format::Jsonl);
    }
    let compact: String = text.chars().take(32_000).filter(|c| !c.is_whitespace()).collect();
    let has = |part: &str| compact.contains(part);
    if has("https://jsonfeed.org/version") || has("http://jsonfeed.org/version") {
        return Ok(Format::Feed);
    }
    let ghost_fields = has("\"html\":") || has("\"lexical\":") || has("\"mobiledoc\":");
    if has("\"db\":[") || has("\"exported_on\":") || (has("\"posts\":[") && ghost_fields) {
        return Ok(Format::Ghost);
    }
    if has("\"content_elements\":") || (has("\"version\":\"0.") && has("\"type\":")) {
        return Ok(Format::Ans);
    }
    let ninjs = [
        "\"versioncreated\":",
        "\"body_xhtml\":",
        "\"body_html\":",
        "ninjs-schema",
        "\"name\":\"ninjs\"",
        "\"bodies\":[",
    ];
    if has("\"uri\":") && ninjs.iter().any(|part| has(part)) {
        return Ok(Format::Ninjs);
    }
    Ok(Format::Json)
}
