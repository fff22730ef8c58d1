//! Documents as they are set aside, and read back.

use super::IntakeError;
use super::evidence::Evidence;
use crate::blocks::Block;
use crate::furniture::{Kind, Reason};
use crate::heap::Document;
use crate::item::Item;
use crate::{CrawlRef, Form};

/// Writes a document.
pub(crate) fn write(document: &Document, into: &mut Vec<u8>) -> Result<(), IntakeError> {
    into.clear();
    let mut out = Writer(into);
    out.number(document.blocks.len());
    for block in &document.blocks {
        out.four(block.line);
        out.0.extend_from_slice(&block.hash.to_le_bytes());
        out.0.extend_from_slice(&block.score.to_le_bytes());
        out.0.push(kind_code(block.kind));
        out.0.push(form_code(block.form));
        out.text(&block.text);
        // The key is dearer to make than to keep.
        out.text(&block.key);
    }
    out.optional(document.known.map(u64::from));
    out.number(document.refs.len());
    for reference in &document.refs {
        out.text(&reference.name);
        out.text(&reference.hash);
    }
    out.number(document.notes.len());
    for note in &document.notes {
        out.text(note);
    }
    let evidence = &document.evidence;
    out.optional(evidence.when.map(i64::cast_unsigned));
    out.optional(evidence.key);
    out.optional(evidence.system);
    out.optional(evidence.url);
    out.optional(evidence.headline);
    out.number(evidence.title.len());
    for word in &evidence.title {
        out.0.extend_from_slice(&word.to_le_bytes());
    }
    let item = document.item.as_ref().map(serde_json::to_vec).transpose();
    let item = item.map_err(|e| IntakeError::Damaged(format!("an item that cannot be written: {e}")))?;
    out.bytes(&item.unwrap_or_default());
    Ok(())
}

/// Reads a document back.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, IntakeError> {
    let mut input = Reader(bytes);
    document(&mut input).ok_or_else(|| IntakeError::Damaged("a document ends too early".to_owned()))
}

fn document(input: &mut Reader<'_>) -> Option<Document> {
    let count = input.number()?;
    // What is damaged may say any number.
    let mut found = Vec::with_capacity(count.min(1024));
    for _ in 0..count {
        let line = input.four()?;
        let hash = input.eight()?;
        let score = f32::from_le_bytes(input.take(4)?.try_into().ok()?);
        let kind = kind_of(*input.take(1)?.first()?)?;
        let form = form_of(*input.take(1)?.first()?)?;
        let text = input.text()?.to_owned();
        let key = input.text()?.to_owned();
        found.push(Block { line, key, text, hash, kind, score, form });
    }
    let known = input.optional()?.and_then(|n| u32::try_from(n).ok());
    let mut refs = Vec::new();
    for _ in 0..input.number()? {
        refs.push(CrawlRef { name: input.text()?.to_owned(), hash: input.text()?.to_owned() });
    }
    let mut notes = Vec::new();
    for _ in 0..input.number()? {
        notes.push(input.text()?.to_owned());
    }
    let when = input.optional()?.map(u64::cast_signed);
    let (key, system, url, headline) = (input.optional()?, input.optional()?, input.optional()?, input.optional()?);
    let mut title = Vec::new();
    for _ in 0..input.number()? {
        title.push(input.eight()?);
    }
    let item = input.bytes()?;
    let item: Option<Box<Item>> = if item.is_empty() { None } else { Some(serde_json::from_slice(item).ok()?) };
    let evidence = Evidence { when, key, system, url, headline, title };
    Some(Document { refs, known, blocks: found, notes, evidence, item })
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn four(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn number(&mut self, number: usize) {
        // A document of more than 4 GB does not get this far: files have a limit.
        self.four(u32::try_from(number).unwrap_or(u32::MAX));
    }

    fn optional(&mut self, number: Option<u64>) {
        self.0.push(u8::from(number.is_some()));
        if let Some(number) = number {
            self.0.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn four(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn eight(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn number(&mut self) -> Option<usize> {
        self.four().map(|n| n as usize)
    }

    fn optional(&mut self) -> Option<Option<u64>> {
        match self.take(1)? {
            [0] => Some(None),
            _ => self.eight().map(Some),
        }
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

/// The reasons in the order of their codes.
const REASONS: [Reason; 14] = [
    Reason::Unrendered,
    Reason::Symbols,
    Reason::Label,
    Reason::UnderLabel,
    Reason::Wall,
    Reason::Price,
    Reason::Tail,
    Reason::Order,
    Reason::Buttons,
    Reason::Byline,
    Reason::DateLine,
    Reason::Credit,
    Reason::Link,
    Reason::Rights,
];

fn kind_code(kind: Kind) -> u8 {
    let reason = match kind {
        Kind::Prose => return 0,
        Kind::Unsure => return 1,
        Kind::Furniture(reason) => reason,
    };
    // Spelt out, so that a new reason does not compile until it has a place in `REASONS` too.
    2 + match reason {
        Reason::Unrendered => 0,
        Reason::Symbols => 1,
        Reason::Label => 2,
        Reason::UnderLabel => 3,
        Reason::Wall => 4,
        Reason::Price => 5,
        Reason::Tail => 6,
        Reason::Order => 7,
        Reason::Buttons => 8,
        Reason::Byline => 9,
        Reason::DateLine => 10,
        Reason::Credit => 11,
        Reason::Link => 12,
        Reason::Rights => 13,
    }
}

fn kind_of(code: u8) -> Option<Kind> {
    match code {
        0 => Some(Kind::Prose),
        1 => Some(Kind::Unsure),
        n => REASONS.get(usize::from(n) - 2).map(|r| Kind::Furniture(*r)),
    }
}

const FORMS: [Form; 6] = [Form::Line, Form::Paragraph, Form::Crosshead, Form::Quote, Form::Listed, Form::Row];

fn form_code(form: Form) -> u8 {
    FORMS.iter().position(|f| *f == form).and_then(|at| u8::try_from(at).ok()).unwrap_or_default()
}

fn form_of(code: u8) -> Option<Form> {
    FORMS.get(usize::from(code)).copied()
}
