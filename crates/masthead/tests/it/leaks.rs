//! The search for locked text: in headers and bodies, plain and escaped in every way that a page, a feed or a script
//! might escape it.
use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use newsroom::articles::{Story, StoryNumber};
use percent_encoding::percent_decode;

use crate::client::Answer;
use crate::fixture::sentences;

/// Bytes of a shingle.
const SHINGLE: usize = 40;

/// One form for all spellings of a text: quotation marks straight, spaces single, case dropped.
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' | '”' | '„' => out.push('"'),
            '‘' | '’' | '‚' => out.push('\''),
            c if c.is_whitespace() || c == '\u{200b}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// A page as a person reads it, in normal form.
pub fn plain(html: &str) -> String {
    normal(&unescape_html(&without_tags(html)))
}

fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let opens = rest[at + 1..].chars().next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        match rest[at..].find('>') {
            Some(end) if opens => {
                out.push_str(&rest[..at]);
                out.push(' ');
                rest = &rest[at + end + 1..];
            }
            _ => {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

fn unescape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end <= 10).map(|end| &rest[1..end]);
        match entity.and_then(|name| Some((name, character(name)?))) {
            Some((name, c)) => {
                out.push(c);
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        _ => return None,
    })
}

fn unescape_json(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        match rest.next() {
            Some('n' | 'r' | 't') => units.push(u16::from(b' ')),
            Some('u') => {
                let hex: String = rest.clone().take(4).collect();
                if let Ok(unit) = u16::from_str_radix(&hex, 16) {
                    units.push(unit);
                    rest.nth(3);
                }
            }
            Some(c) => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

fn unescape_percent(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned()
}

/// Every run that might be base64, decoded from each of the four places at which its beginning may lie.
fn decode_base64(text: &str) -> String {
    let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut out = String::new();
    for run in text.as_bytes().split(|b| !sign(*b)).filter(|run| run.len() >= SHINGLE) {
        for start in 0..4 {
            let run = &run[start..];
            let run = &run[..run.len() - run.len() % 4];
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                if let Ok(bytes) = engine.decode(run) {
                    out.push_str(&String::from_utf8_lossy(&bytes));
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// UTF-16, as a script or a download might carry it.
fn decode_utf16(bytes: &[u8]) -> String {
    if bytes.iter().filter(|b| **b == 0).count() * 3 < bytes.len() {
        return String::new();
    }
    let of = |make: fn([u8; 2]) -> u16, skip: usize| {
        let units: Vec<u16> = bytes[skip.min(bytes.len())..].chunks_exact(2).map(|c| make([c[0], c[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    of(u16::from_le_bytes, 0) + &of(u16::from_be_bytes, 0)
}

/// Every way to read some bytes.
fn views(bytes: &[u8]) -> Vec<String> {
    let raw = String::from_utf8_lossy(bytes).into_owned();
    let json = unescape_json(&raw);
    let all = [
        unescape_html(&without_tags(&raw)),
        unescape_html(&raw),
        unescape_html(&unescape_html(&raw)),
        unescape_html(&json),
        unescape_percent(&raw),
        decode_base64(&raw),
        decode_base64(&json),
        decode_utf16(bytes),
        json,
        raw,
    ];
    let mut seen = HashSet::new();
    all.iter().map(|view| normal(view)).filter(|view| seen.insert(view.clone())).collect()
}

/// Where locked text was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub story: StoryNumber,
    pub text: String,
}

/// Everything that is locked in a paper.
pub struct Locked {
    sentences: Vec<(StoryNumber, String)>,
    shingles: HashMap<[u8; SHINGLE], StoryNumber>,
    /// Whether any shingle begins with eight bytes that fall on this place: most windows need no closer look.
    beginnings: Vec<bool>,
}

fn beginning(window: &[u8]) -> usize {
    let bytes: [u8; 8] = window[..8].try_into().unwrap();
    (u64::from_le_bytes(bytes).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44) as usize
}

impl Locked {
    pub fn of<'a>(stories: impl IntoIterator<Item = &'a Story>) -> Self {
        let mut locked = Self { sentences: Vec::new(), shingles: HashMap::new(), beginnings: vec![false; 1 << 20] };
        for story in stories {
            for sentence in sentences(story.locked()) {
                locked.sentences.push((story.number, normal(&sentence)));
            }
            for block in story.locked() {
                for shingle in normal(block.text()).as_bytes().windows(SHINGLE) {
                    locked.beginnings[beginning(shingle)] = true;
                    locked.shingles.insert(shingle.try_into().unwrap(), story.number);
                }
            }
        }
        locked
    }

    pub fn len(&self) -> usize {
        self.shingles.len()
    }

    /// The locked text in some bytes, at most one finding a story.
    pub fn find(&self, bytes: &[u8]) -> Vec<Leak> {
        let mut found: HashMap<StoryNumber, String> = HashMap::new();
        for view in views(bytes) {
            for window in view.as_bytes().windows(SHINGLE) {
                if self.beginnings[beginning(window)]
                    && let Some(story) = self.shingles.get(window)
                {
                    found.entry(*story).or_insert_with(|| String::from_utf8_lossy(window).into_owned());
                }
            }
            for (story, sentence) in &self.sentences {
                if view.contains(sentence.as_str()) {
                    found.entry(*story).or_insert_with(|| sentence.clone());
                }
            }
        }
        let mut leaks: Vec<Leak> = found.into_iter().map(|(story, text)| Leak { story, text }).collect();
        leaks.sort();
        leaks
    }

    /// The locked text in an answer, headers included.
    pub fn find_in(&self, answer: &Answer) -> Vec<Leak> {
        let mut bytes = Vec::new();
        for (name, value) in &answer.headers {
            bytes.extend_from_slice(format!("{name}: {value}\n").as_bytes());
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(&answer.body);
        let mut leaks = self.find(&bytes);
        if answer.raw_body != answer.body {
            leaks.extend(self.find(&answer.raw_body));
        }
        leaks.dedup();
        leaks
    }
}

mod tests {
    use newsroom::articles::Marking;

    use super::*;
    use crate::fixture::Settings;

    fn story() -> Story {
        Settings::default().dictated().into_iter().find(|(s, _)| s.marking == Marking::Premium).unwrap().0
    }

    fn answer(body: Vec<u8>) -> Answer {
        Answer { status: 200, headers: vec![("etag".into(), "\"x\"".into())], raw_body: body.clone(), body }
    }

    #[test]
    fn a_leak_is_found_however_it_is_written() {
        let story = story();
        let locked = Locked::of([&story]);
        // The paragraph with all the signs in it.
        let text = story.locked()[0].text();
        let entities: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        let hex: String = text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect();
        let named = text.replace('&', "&amp;").replace('<', "&lt;").replace('“', "&ldquo;").replace('”', "&rdquo;");
        let unicode: String = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
        let percent = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let ways = [
            text.to_owned(),
            text.replace(' ', "\n  "),
            text.replace(['“', '”'], "\""),
            text.to_uppercase(),
            text.split(' ').map(|w| format!("<b>{w}</b> ")).collect(),
            entities,
            hex,
            named,
            unicode,
            serde_json::to_string(text).unwrap(),
            percent.clone(),
            percent.replace("%20", "+"),
            format!("data:text/plain;base64,{}", STANDARD_NO_PAD.encode(text)),
            format!("x{}", URL_SAFE_NO_PAD.encode(text)),
        ];
        for way in ways {
            let page = format!("<html><body><!-- {way} --></body></html>").into_bytes();
            assert_eq!(locked.find_in(&answer(page)).len(), 1, "{way}");
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(locked.find_in(&answer(utf16)).len(), 1);
    }

    #[test]
    fn forty_bytes_are_enough_and_headers_are_searched_too() {
        let story = story();
        let locked = Locked::of([&story]);
        let bytes = story.locked()[4].text().as_bytes();
        let short = String::from_utf8_lossy(&bytes[7..7 + SHINGLE]).into_owned();
        assert_eq!(locked.find(short.as_bytes()).len(), 1);
        assert_eq!(locked.find(&short.as_bytes()[1..]).len(), 0, "thirty-nine may be chance");
        let mut header = answer(Vec::new());
        header.headers.push(("x-summary".into(), short));
        assert_eq!(locked.find_in(&header).len(), 1);
    }

    #[test]
    fn what_everybody_may_read_is_no_leak() {
        let story = story();
        let locked = Locked::of([&story]);
        let open: String = story.preview().iter().map(|b| format!("<p>{}</p>", b.text())).collect();
        let page = format!("{}{}{open}", story.headline, story.standfirst.as_deref().unwrap_or_default());
        assert_eq!(locked.find_in(&answer(page.into_bytes())), Vec::new());
    }
}
