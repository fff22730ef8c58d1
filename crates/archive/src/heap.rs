//! Documents: crawls, items and the paper's own stories, each read and judged by itself.

use crate::blocks::{Block, blocks};
use crate::decode::decode;
use crate::figures::{self, Row};
use crate::furniture::{self, Kind};
use crate::intake::Evidence;
use crate::item::{Item, Part};
use crate::{Crawl, CrawlRef, Form, Known, Options, Refused, fingerprint};

/// One text: a crawl (or several with equal bytes), an item of a format, or a story of the paper.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Names and hash of the crawls or items; empty for a story of the paper.
    pub refs: Vec<CrawlRef>,
    /// Number of the story of the paper.
    pub known: Option<u32>,
    pub blocks: Vec<Block>,
    /// Remarks of the decoder.
    pub notes: Vec<String>,
    pub evidence: Evidence,
    /// What it was made of, without the body.
    pub item: Option<Box<Item>>,
}

impl Document {
    /// Name under which its lines are reported.
    pub(crate) fn name(&self) -> &str {
        self.refs.first().map_or("", |r| r.name.as_str())
    }

    /// Its paragraphs of prose.
    pub(crate) fn prose(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|b| b.kind == Kind::Prose)
    }

    /// What it is ordered by, so that the order of the input does not matter: the paper's stories first.
    pub(crate) fn rank(&self) -> (u32, [u8; 16]) {
        let mut hash = [0; 16];
        if let Some(reference) = self.refs.first() {
            let digits = reference.hash.as_bytes().chunks_exact(2);
            for (byte, digits) in hash.iter_mut().zip(digits) {
                let text = std::str::from_utf8(digits).unwrap_or_default();
                *byte = u8::from_str_radix(text, 16).unwrap_or_default();
            }
        }
        (self.known.unwrap_or(u32::MAX), hash)
    }
}

/// Reads and judges a crawl.
pub(crate) fn of_crawl(crawl: Crawl, options: &Options) -> Result<Document, Refused> {
    let reference = CrawlRef { hash: fingerprint(&crawl.bytes), name: crawl.name };
    match read(&crawl.bytes, options) {
        Ok((blocks, notes)) => Ok(Document {
            refs: vec![reference],
            known: None,
            blocks,
            notes,
            evidence: Evidence::default(),
            item: None,
        }),
        Err(reason) => Err(refusal(&reference, &reason)),
    }
}

/// A refused crawl with the reason.
pub(crate) fn refusal(reference: &CrawlRef, reason: &str) -> Refused {
    Refused { name: reference.name.clone(), hash: reference.hash.clone(), reason: reason.to_owned() }
}

fn read(bytes: &[u8], options: &Options) -> Result<(Vec<Block>, Vec<String>), String> {
    let mut decoded = decode(bytes, options.max_bytes)?;
    let mut blocks = blocks(&decoded.text);
    furniture::judge(&mut blocks);
    if take_table(&mut blocks) {
        decoded
            .notes
            .push("read as a table: rows of figures, and not one sentence; look whether it is a story".to_owned());
    }
    if blocks.iter().any(|b| b.kind == Kind::Prose) {
        return Ok((blocks, decoded.notes));
    }
    let furniture = blocks.iter().filter(|b| matches!(b.kind, Kind::Furniture(_))).count();
    Err(format!(
        "no story in it: {} line(s), {furniture} of them page furniture and not one paragraph; crawl the page again or delete the file. If it is a story of short lines, {STORY_FILE}",
        blocks.len()
    ))
}

/// How a text comes in that does not look like a story.
const STORY_FILE: &str =
    "import it as a story file: save it as a .md file, below lines with +++, headline = \"…\", section = \"…\" and +++";

/// Of a text without a sentence that is a table, the rows are the story. Says whether it is one.
fn take_table(blocks: &mut [Block]) -> bool {
    if blocks.iter().any(|b| b.kind == Kind::Prose) {
        return false;
    }
    let rows = figures::rows(blocks);
    let table = figures::is_table_alone(blocks, &rows);
    for (block, _) in blocks.iter_mut().zip(rows).filter(|(_, row)| table && *row == Row::Figures) {
        block.kind = Kind::Prose;
        block.score = 0.95;
    }
    table
}

/// Reads and judges one item of a format.
pub(crate) fn of_item(mut item: Item, options: &Options) -> Result<Document, Refused> {
    let reference = CrawlRef { name: item.key.clone(), hash: fingerprint_of(&item) };
    let mut blocks: Vec<Block> = Vec::new();
    for (part, line) in item.body.iter().zip(1u32..) {
        if !part.text().trim().is_empty() {
            let mut block = Block::new(line, part.text().to_owned());
            block.form = form(part);
            blocks.push(block);
        }
    }
    furniture::judge(&mut blocks);
    blocks.iter_mut().for_each(trust);
    if !blocks.iter().any(|b| b.kind == Kind::Prose) {
        let reason = format!(
            "no story in it: {} part(s), and not one paragraph; look at the source, or leave it out",
            blocks.len()
        );
        return Err(refusal(&reference, &reason));
    }
    let evidence = Evidence::of_item(&item, options);
    item.body = Vec::new();
    Ok(Document { refs: vec![reference], known: None, blocks, notes: Vec::new(), evidence, item: Some(Box::new(item)) })
}

/// Fingerprint of an item: of its key, version and words.
fn fingerprint_of(item: &Item) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    };
    add(&item.key);
    add(&item.version.map_or_else(String::new, |v| v.to_string()));
    add(item.headline.as_deref().unwrap_or_default());
    for part in &item.body {
        add(part.text());
    }
    hasher.finalize().to_hex().to_string()
}

fn form(part: &Part) -> Form {
    match part {
        Part::Paragraph(_) => Form::Paragraph,
        Part::Crosshead(_) => Form::Crosshead,
        Part::Quote(_) => Form::Quote,
        Part::Listed(_) => Form::Listed,
        Part::Row(_) => Form::Row,
        Part::Line(_) => Form::Line,
    }
}

/// What a source marks as part of the body is part of it, unless it is plainly the page's: labels and walls stand in exported bodies
/// too.
fn trust(block: &mut Block) {
    let plain = match block.kind {
        Kind::Furniture(reason) => !reason.is_soft(),
        Kind::Prose | Kind::Unsure => false,
    };
    if block.form != Form::Line && !plain {
        block.kind = Kind::Prose;
        block.score = block.score.max(0.95);
    }
}

/// A story of the paper. All of it counts as prose.
pub(crate) fn of_known(story: &Known) -> Document {
    let blocks = story
        .paragraphs
        .iter()
        .zip(1u32..)
        .map(|(text, line)| {
            let mut block = Block::new(line, text.clone());
            block.kind = Kind::Prose;
            block.score = 1.0;
            block
        })
        .collect();
    Document {
        refs: Vec::new(),
        known: Some(story.number),
        blocks,
        notes: Vec::new(),
        evidence: Evidence::of_known(story),
        item: None,
    }
}
