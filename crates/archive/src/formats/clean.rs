//! What every reader does with the words it found: single white space, entities undone, wrong encodings turned back.

use crate::blocks::tidy;
use crate::decode::turned_back;
use crate::item::{Access, Image, Item, Part, Removed, Standing};

use super::{dates, shortcodes, walls};
use crate::html;

/// The most of a removed part that is kept.
const SHOWN: usize = 300;
/// The longest headline, address or name; longer ones are text in the wrong place.
const LINE: usize = 2_000;

/// A short text without markup: none if nothing is in it.
pub(crate) fn line(text: &str) -> Option<String> {
    let plain = if text.contains('<') && is_markup(text) { words(text) } else { tidy(text) };
    let mut plain = plain;
    if let Some((at, _)) = plain.char_indices().nth(LINE) {
        plain.truncate(at);
    }
    (!plain.is_empty()).then_some(plain)
}

/// A paragraph without markup: none if nothing is in it.
pub(crate) fn line_of_any_length(text: &str) -> Option<String> {
    let plain = tidy(text);
    (!plain.is_empty()).then_some(plain)
}

/// The words of a piece of markup, as one line.
pub(crate) fn words(markup: &str) -> String {
    let found = html::parts(markup);
    let texts: Vec<&str> = found.parts.iter().map(Part::text).collect();
    texts.join(" ")
}

/// Whether tags of HTML are in it, and not only a "<" among words.
pub(crate) fn is_markup(text: &str) -> bool {
    text.match_indices('<').take(200).any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let after = rest.as_bytes().get(name);
        rest.starts_with("!--")
            || (name > 0
                && rest.starts_with(|c: char| c.is_ascii_alphabetic())
                && name <= 12
                && after.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')))
    })
}

/// Adds a body written in HTML to the piece. The marks of WordPress' plug-ins travel in feeds and exports of others too.
pub(crate) fn html_body(item: &mut Item, markup: &str) {
    if walls::close(item, markup, |above| html::parts(above).parts.len()) {
        let (markup, _) = shortcodes::without(markup, item);
        plain_html(item, &markup);
    } else {
        plain_html(item, markup);
    }
}

/// The same of a body whose marks were read.
pub(crate) fn plain_html(item: &mut Item, markup: &str) {
    let found = html::parts(markup);
    let above = item.body.len();
    item.images.extend(found.images.into_iter().map(|image| {
        let after = image.after.map(|after| after.saturating_add(above));
        Image { after, ..image }
    }));
    item.body.extend(found.parts);
    item.dropped.extend(found.removed);
    // A body opens nothing: whether it is free, what stands beside it says.
    if found.said.access > Some(Access::Free) {
        item.says(&found.said);
        item.notes.push("its text says of itself that it is not for everybody".to_owned());
    }
    let shown = found.above_wall.map(|shown| shown.saturating_add(above));
    item.shown = item.shown.into_iter().chain(shown).min();
}

/// Adds a body of plain text: paragraphs are parted by blank lines, or else every line is one.
pub(crate) fn text_body(item: &mut Item, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let blank = text.trim().split('\n').any(|line| line.trim().is_empty());
    if blank {
        let mut paragraph = String::new();
        for line in text.split('\n').chain([""]) {
            if line.trim().is_empty() {
                push(item, &paragraph);
                paragraph.clear();
            } else {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
        }
    } else {
        for line in text.split('\n') {
            push(item, line);
        }
    }
}

fn push(item: &mut Item, text: &str) {
    let text = tidy(text);
    if !text.is_empty() {
        item.body.push(Part::Paragraph(text));
    }
}

/// Adds a body of which nobody said whether it is HTML.
pub(crate) fn any_body(item: &mut Item, text: &str) {
    if is_markup(text) {
        return html_body(item, text);
    }
    let parts = |above: &str| {
        let mut open = Item::new(String::new(), String::new(), 0);
        text_body(&mut open, above);
        open.body.len()
    };
    if walls::close(item, text, parts) {
        let (text, _) = shortcodes::without(text, item);
        text_body(item, &text);
    } else {
        text_body(item, text);
    }
}

/// Notes a part that is not of the story.
pub(crate) fn removed(item: &mut Item, text: &str, reason: impl Into<String>) {
    if item.dropped.len() < 1000 {
        item.dropped.push(Removed { text: shortened(text, SHOWN), reason: reason.into() });
    }
}

pub(crate) fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The beginning of a text, so that a search for its end stays short.
pub(crate) fn near(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A picture that the source names beside the body.
pub(crate) fn image(source: &str) -> Option<Image> {
    let source = source.trim();
    let fits = !source.is_empty() && source.len() <= LINE * 2 && !source.starts_with("data:");
    fits.then(|| Image { source: source.to_owned(), alt: None, caption: None, credit: None, after: None })
}

/// Adds a picture that stands in the body, below what was read of it.
pub(crate) fn image_here(item: &mut Item, image: Image) {
    let after = Some(item.body.len());
    item.images.push(Image { after, ..image });
}

/// An address of the web, or none.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (text.starts_with("http://") || text.starts_with("https://")) && text.len() <= LINE;
    (fits && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

/// The host of an address, in lower case and without its port.
pub(crate) fn host(url: &str) -> Option<String> {
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?.rsplit('@').next()?;
    (!host.is_empty() && host.contains('.')).then(|| host.to_ascii_lowercase())
}

/// A key from what the piece says, for sources without identities: the same words give the same key.
pub(crate) fn content_key(item: &Item) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(item.headline.as_deref().unwrap_or_default().as_bytes());
    for part in &item.body {
        hasher.update(b"\n");
        hasher.update(part.text().as_bytes());
    }
    for image in &item.images {
        hasher.update(b"\n");
        hasher.update(image.source.as_bytes());
    }
    let hex = hasher.finalize().to_hex();
    format!("content:{}", hex.get(..32).unwrap_or_default())
}

/// A short name for a table: its file's name without folders, ending, numbers and months, so that next month's export of the same
/// table has the same.
pub(crate) fn table_key(file: &str) -> String {
    key_of_table(file, |word| dates::month(word).is_none())
}

/// The key of a row as it was when tables were known with the months in their names; none where it is the same.
#[must_use]
pub fn former_key(item: &Item) -> Option<String> {
    let own = item.key.strip_prefix(&table_key(&item.file))?.strip_prefix(':')?;
    let former = format!("{}:{own}", key_of_table(&item.file, |_| true));
    (former != item.key).then_some(former)
}

fn key_of_table(file: &str, counts: impl Fn(&str) -> bool) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default().to_lowercase();
    let stem: String = name.split(|c: char| !c.is_alphabetic()).filter(|word| counts(word)).collect();
    format!("row:{}", if stem.is_empty() { "-" } else { &stem })
}

/// Puts the last touches to a piece: single white space, entities undone, wrong encodings turned back, nothing named twice.
pub fn finish(item: &mut Item) {
    if item.body.is_empty() && item.standing == Standing::Published {
        item.notes.push("there is no text in it".to_owned());
    }
    let mut mended = 0;
    for text in [&mut item.headline, &mut item.standfirst, &mut item.dateline, &mut item.section] {
        mend(text, &mut mended);
    }
    for list in [&mut item.bylines, &mut item.topics] {
        for text in list.iter_mut() {
            mended += u32::from(mend_one(text));
        }
        one_each(list);
    }
    for part in &mut item.body {
        let (Part::Paragraph(text)
        | Part::Crosshead(text)
        | Part::Quote(text)
        | Part::Listed(text)
        | Part::Row(text)
        | Part::Line(text)) = part;
        mended += u32::from(mend_one(text));
    }
    item.body.retain(|part| !part.text().trim().is_empty());
    for image in &mut item.images {
        for text in [&mut image.alt, &mut image.caption, &mut image.credit] {
            mend(text, &mut mended);
        }
    }
    let mut seen: Vec<String> = Vec::new();
    item.images.retain(|image| {
        let fresh = !seen.contains(&image.source);
        if fresh && seen.len() < 1000 {
            seen.push(image.source.clone());
        }
        fresh
    });
    if mended > 0 {
        item.notes.push(format!("{mended} text(s) whose UTF-8 had been read as another encoding were turned back"));
    }
    let lost: usize = item.body.iter().map(|part| part.text().matches(char::REPLACEMENT_CHARACTER).count()).sum();
    if lost > 0 {
        item.notes.push(format!("{lost} sign(s) of its text are lost where it comes from (\u{fffd})"));
    }
    one_each(&mut item.aliases);
    let url = item.url.clone();
    item.aliases.retain(|alias| Some(alias) != url.as_ref());
    one_each(&mut item.notes);
}

fn mend(text: &mut Option<String>, mended: &mut u32) {
    if let Some(inside) = text {
        *mended += u32::from(mend_one(inside));
        if inside.trim().is_empty() {
            *text = None;
        }
    }
}

fn mend_one(text: &mut String) -> bool {
    match turned_back(text) {
        Some(better) => {
            *text = better;
            true
        }
        None => false,
    }
}

/// No entry twice, none empty, and not more than a thousand.
fn one_each(list: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    list.retain(|entry| !entry.trim().is_empty() && seen.len() < 1000 && seen.insert(entry.clone()));
}
