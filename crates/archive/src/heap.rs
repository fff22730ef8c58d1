//! The heap of documents that one import works on: crawls read and judged one by one, and the paper's own stories beside them.

use std::collections::BTreeMap;

use crate::blocks::{self, Block};
use crate::decode::decode;
use crate::furniture::{self, Kind};
use crate::{Crawl, CrawlRef, Known, Options, Refused, fingerprint};

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
