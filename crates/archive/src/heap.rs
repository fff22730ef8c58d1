//! The heap of documents that one import works on: crawls read and judged one by one, and the paper's own stories beside them.

use std::collections::BTreeMap;

use crate::blocks::{self, Block};
use crate::decode::decode;
use crate::furniture::{self, Kind};
use crate::item::{Item, Part};
use crate::{Crawl, CrawlRef, Form, Known, Options, Refused, fingerprint};

/// One text: a crawl (or several with equal bytes), or a story of the paper.
#[derive(Debug)]
pub(crate) struct Document {
    /// Names and hash of the crawls; empty for a story of the paper.
    pub refs: Vec<CrawlRef>,
    /// Index into [`Heap::known`].
    pub known: Option<usize>,
    pub blocks: Vec<Block>,
    /// Remarks of the decoder.
    pub notes: Vec<String>,
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
}

/// A story of the paper, reduced to what the import needs.
#[derive(Debug)]
pub(crate) struct KnownStory {
    pub number: u32,
    pub headline: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Heap {
    /// Ordered by content, so that the order of the input does not matter.
    pub documents: Vec<Document>,
    pub known: Vec<KnownStory>,
    pub refused: Vec<Refused>,
    /// Pairs of documents that sound alike but state other facts; see `duplicates`.
    pub alike: Vec<(usize, usize)>,
}

/// Reads and judges everything.
pub(crate) fn take_in(known: &[Known], crawls: &[Crawl], options: &Options) -> Heap {
    let mut heap = Heap::default();
    take_known(known, &mut heap);
    let mut by_hash: BTreeMap<String, (Vec<&str>, &[u8])> = BTreeMap::new();
    for crawl in crawls {
        let entry = by_hash.entry(fingerprint(&crawl.bytes)).or_insert_with(|| (Vec::new(), &crawl.bytes));
        entry.0.push(&crawl.name);
    }
    for (hash, (mut names, bytes)) in by_hash {
        names.sort_unstable();
        names.dedup();
        let refs: Vec<CrawlRef> =
            names.into_iter().map(|name| CrawlRef { name: name.to_owned(), hash: hash.clone() }).collect();
        match read(bytes, options) {
            Ok((blocks, notes)) => heap.documents.push(Document { refs, known: None, blocks, notes }),
            Err(reason) => refuse(&mut heap.refused, &refs, &reason),
        }
    }
    heap
}

/// Puts every name of a crawl on the list of refusals.
pub(crate) fn refuse(refused: &mut Vec<Refused>, refs: &[CrawlRef], reason: &str) {
    refused.extend(refs.iter().map(|r| Refused {
        name: r.name.clone(),
        hash: r.hash.clone(),
        reason: reason.to_owned(),
    }));
}

/// Everything in one go, with the items by hash.
pub(crate) fn at_once(
    known: &[Known],
    crawls: &[Crawl],
    items: Vec<Item>,
    options: &Options,
) -> (crate::Import, BTreeMap<String, Item>) {
    let mut heap = take_in(known, crawls, options);
    let mut kept = BTreeMap::new();
    for mut item in items {
        let hash = fingerprint_of(&item);
        let refs = vec![CrawlRef { name: item.key.clone(), hash: hash.clone() }];
        match read_item(&item) {
            Ok(blocks) => heap.documents.push(Document { refs, known: None, blocks, notes: Vec::new() }),
            Err(reason) => refuse(&mut heap.refused, &refs, &reason),
        }
        item.body.clear();
        kept.insert(hash, item);
    }
    let from = heap.known.len();
    if let Some(pieces) = heap.documents.get_mut(from..) {
        pieces.sort_by(|a, b| a.refs.first().map(|r| &r.hash).cmp(&b.refs.first().map(|r| &r.hash)));
    }
    let groups = crate::duplicates::group(&mut heap, options);
    (crate::reconstruct::stories(heap, &groups, options), kept)
}

/// Fingerprint of an item: of its key, version and words.
pub(crate) fn fingerprint_of(item: &Item) -> String {
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

/// Reads and judges one item of a format.
pub(crate) fn read_item(item: &Item) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    for (part, line) in item.body.iter().zip(1u32..) {
        let text = part.text();
        if text.trim().is_empty() {
            continue;
        }
        let mut block = Block::new(line, text.to_owned());
        block.form = form(part);
        blocks.push(block);
    }
    furniture::judge(&mut blocks);
    for block in &mut blocks {
        trust(block);
    }
    if blocks.iter().any(|b| b.kind == Kind::Prose) {
        return Ok(blocks);
    }
    Err(format!("no story in it: {} part(s), and not one paragraph; look at the source, or leave it out", blocks.len()))
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

fn read(bytes: &[u8], options: &Options) -> Result<(Vec<Block>, Vec<String>), String> {
    let decoded = decode(bytes, options.max_bytes)?;
    let mut blocks = blocks::blocks(&decoded.text);
    furniture::judge(&mut blocks);
    if blocks.iter().any(|b| b.kind == Kind::Prose) {
        return Ok((blocks, decoded.notes));
    }
    let furniture = blocks.iter().filter(|b| matches!(b.kind, Kind::Furniture(_))).count();
    Err(format!(
        "no story in it: {} line(s), {furniture} of them page furniture and not one paragraph; crawl the page again or delete the file",
        blocks.len()
    ))
}

fn take_known(known: &[Known], heap: &mut Heap) {
    let mut ordered: Vec<&Known> = known.iter().collect();
    ordered.sort_by_key(|story| story.number);
    for story in ordered {
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
        heap.documents.push(Document { refs: Vec::new(), known: Some(heap.known.len()), blocks, notes: Vec::new() });
        heap.known.push(KnownStory { number: story.number, headline: blocks::hash_of(&blocks::key(&story.headline)) });
    }
}
