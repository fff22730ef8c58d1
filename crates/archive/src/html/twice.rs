//! A body that its page has more than once: for large screens and for small ones, to be read and to be printed. It is taken once, whole.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use html5ever::local_name;

use super::choose;
use super::flow::{Block, Flow, Shape};
use super::keep::Verdict;
use super::tree::{NodeId, Tree};
use crate::blocks as lines;

pub(super) const TWICE: &str = "stands on the page already";
pub(super) const ONCE: &str = "the page has its text more than once; it was taken once";

/// A paragraph of so many Latin letters is no refrain and no formula.
const LONG: u32 = 60;
/// So many of them in one order are no chance.
const ENOUGH: usize = 3;
/// … nor are so many that are all of the text, each time in an element of their own.
const WHOLE: usize = 2;
/// No body is on a page more often.
const COPIES: usize = 4;

/// What was made one.
#[derive(Debug, Default)]
pub(super) struct Twice {
    /// By block: where its copies begin and end.
    twins: Vec<Vec<(NodeId, NodeId)>>,
    /// Pieces that only a copy has, which were set to their place in the first.
    moved: usize,
}

impl Twice {
    /// Where the kept blocks begin and end: in the first copy, and in each further one. What a copy lacks stands where it is.
    pub(super) fn copies(&self, flow: &Flow, verdicts: &[Verdict]) -> Vec<Vec<(NodeId, NodeId)>> {
        let copies = self.twins.iter().map(Vec::len).max().unwrap_or(0);
        let kept = || flow.blocks.iter().enumerate().zip(verdicts).filter(|(_, v)| **v == Verdict::Keep);
        let twin = |index: usize, copy: usize| self.twins.get(index).and_then(|of| of.get(copy)).copied();
        let of = |copy| kept().map(|((index, b), _)| twin(index, copy).unwrap_or((b.from, b.until))).collect();
        std::iter::once(kept().map(|((_, b), _)| (b.from, b.until)).collect()).chain((0..copies).map(of)).collect()
    }

    pub(super) fn note(&self) -> Option<String> {
        self.twins.iter().any(|of| !of.is_empty()).then(|| match self.moved {
            0 => ONCE.to_owned(),
            many => format!(
                "the page has its text more than once; it was taken once, with {many} piece(s) that only one copy has"
            ),
        })
    }
}

/// Takes every body once. Only a stretch of long paragraphs in the same words and order that is most of the text counts as one.
pub(super) fn once(tree: &Tree, flow: &mut Flow, verdicts: &mut Vec<Verdict>) -> Twice {
    let mut twice = Twice { twins: vec![Vec::new(); flow.blocks.len()], moved: 0 };
    for _ in 1..COPIES {
        let Some(copy) = Copy::found(tree, flow, verdicts) else { break };
        copy.taken(flow, verdicts, &mut twice);
    }
    twice
}

/// Takes a body once that stands on the page again in another order, or parted otherwise: nearly all its sentences stand above it, and are most
/// of what does. What has more paragraphs is taken. Says whether there was one.
pub(super) fn shuffled(tree: &Tree, flow: &Flow, verdicts: &mut [Verdict]) -> bool {
    let kept: Vec<usize> = (0..flow.blocks.len()).filter(|at| verdicts.get(*at) == Some(&Verdict::Keep)).collect();
    let holder = |at: &usize| flow.blocks.get(*at).map(|b| b.holder);
    let Some(first) = kept.first().and_then(holder) else { return false };
    let top = |at: &usize| holder(at).map(|holder| around(tree, holder, first));
    let chars = |of: &[usize]| of.iter().filter_map(|at| flow.blocks.get(*at)).map(|b| b.chars).sum::<u32>();
    let mut from = 0;
    for copy in kept.chunk_by(|a, b| top(a) == top(b)) {
        let above = kept.get(..from).unwrap_or_default();
        from += copy.len();
        // A paragraph among the others is no body, and nor is anything of one.
        let alone = |node: NodeId| tree.name(node) == local_name!("p");
        if above.len().max(copy.len()) < WHOLE
            || above.is_empty()
            || copy.first().and_then(top).is_some_and(alone)
            || chars(copy) * 2 < chars(above)
        {
            continue;
        }
        let (own, others) = (Sentences::of(flow, copy), Sentences::of(flow, above));
        let shared = own.shared(&others);
        let whole = shared * 20 >= others.chars * 19;
        // Of one or two the others must say the same, and nothing else.
        let few = above.len().max(copy.len()) < ENOUGH && !(whole && above.len() + copy.len() == kept.len());
        if few || own.whole() < ENOUGH || shared * 20 < own.chars * 19 || shared * 10 < others.chars * 6 {
            continue;
        }
        for at in if whole && copy.len() > above.len() { above } else { copy } {
            verdicts.get_mut(*at).into_iter().for_each(|verdict| *verdict = Verdict::Drop(TWICE));
        }
        return true;
    }
    false
}

/// What some blocks say, sentence by sentence.
#[derive(Debug, Default)]
struct Sentences {
    /// Each with its length.
    said: HashMap<String, usize>,
    chars: usize,
}

impl Sentences {
    fn of(flow: &Flow, blocks: &[usize]) -> Self {
        let mut sentences = Self::default();
        for block in blocks.iter().filter_map(|at| flow.blocks.get(*at)) {
            for sentence in block.text.split_inclusive(['.', '!', '?', '।', '۔', '؟', '。', '！', '？', '։', '။'])
            {
                let key = lines::key(sentence);
                let chars = key.chars().count();
                if chars > 0 && sentences.said.insert(key, chars).is_none() {
                    sentences.chars += chars;
                }
            }
        }
        sentences
    }

    /// How many there are, without single words.
    fn whole(&self) -> usize {
        const WORD: usize = 12;
        self.said.values().filter(|chars| **chars > WORD).count()
    }

    /// Characters of the sentences that others have too.
    fn shared(&self, others: &Self) -> usize {
        self.said.iter().filter(|(said, _)| others.said.contains_key(*said)).map(|(_, chars)| chars).sum()
    }
}

/// A further copy. All numbers are those of blocks.
struct Copy {
    /// The first block of the text that it repeats.
    first: usize,
    /// Its blocks that stand above already, with those.
    pairs: Vec<(usize, usize)>,
    /// Its blocks that do not, with what they stand behind there.
    own: Vec<(usize, Option<usize>)>,
}

impl Copy {
    fn found(tree: &Tree, flow: &Flow, verdicts: &[Verdict]) -> Option<Self> {
        let kept: Vec<(usize, &Block)> = flow
            .blocks
            .iter()
            .enumerate()
            .zip(verdicts)
            .filter(|(_, v)| **v == Verdict::Keep)
            .map(|(b, _)| b)
            .collect();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let (first, met) = kept.iter().enumerate().find_map(|(at, (_, block))| {
            let first = is_long(block).then(|| seen.get(block.text.as_str()).copied()).flatten();
            seen.entry(block.text.as_str()).or_insert(at);
            first.map(|first| (first, at))
        })?;
        let around = around(tree, kept.get(met)?.1.holder, kept.get(first)?.1.holder);
        let inside = |at: &usize| kept.get(*at).is_some_and(|(_, b)| is_in(tree, b.holder, around));
        let start = (first + 1..met).rev().take_while(inside).last().unwrap_or(met);
        let anchors = anchors(&kept, start);
        let (last, last_above) = *anchors.last()?;
        let end = (last + 1..kept.len()).take_while(inside).take_while(|at| !is_above(&kept, start, *at)).last();
        let end = end.unwrap_or(last) + 1;
        let repeated = chars(&kept, anchors.iter().map(|(at, _)| *at));
        let most = |whole: u32| repeated * 10 >= whole * 7;
        let others = chars(&kept, (0..start).chain(end..kept.len()));
        let whole = || {
            let inside = anchors.iter().all(|(at, _)| inside(at));
            inside && anchors.len() >= WHOLE && repeated == others && repeated == chars(&kept, start..end)
        };
        if (anchors.len() < ENOUGH && !whole())
            || !most(chars(&kept, start..end))
            || !most(chars(&kept, first..last_above + 1))
            || repeated * 10 < others * 6
        {
            return None;
        }
        let (pairs, own) = aligned(&kept, start..end, first, &anchors);
        let number = |at: usize| kept.get(at).map_or(0, |(index, _)| *index);
        Some(Self {
            first: number(first),
            pairs: pairs.into_iter().map(|(at, above)| (number(at), number(above))).collect(),
            own: own.into_iter().map(|(at, behind)| (number(at), behind.map(number))).collect(),
        })
    }

    fn taken(&self, flow: &mut Flow, verdicts: &mut Vec<Verdict>, twice: &mut Twice) {
        for (at, above) in &self.pairs {
            if let (Some(block), Some(verdict), Some(twins)) =
                (flow.blocks.get(*at), verdicts.get_mut(*at), twice.twins.get_mut(*above))
            {
                *verdict = Verdict::Drop(TWICE);
                twins.push((block.from, block.until));
            }
        }
        if self.own.is_empty() {
            return;
        }
        twice.moved += self.own.len();
        let moved: HashSet<usize> = self.own.iter().map(|(at, _)| *at).collect();
        let behind = |place: Option<usize>| self.own.iter().filter(move |(_, b)| *b == place).map(|(at, _)| *at);
        let mut order: Vec<usize> = Vec::with_capacity(flow.blocks.len());
        for at in 0..flow.blocks.len() {
            if at == self.first {
                order.extend(behind(None));
            }
            if !moved.contains(&at) {
                order.push(at);
                order.extend(behind(Some(at)));
            }
        }
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*old) {
                *place = new;
            }
        }
        for (_, image) in &mut flow.images {
            // A picture stays behind the block that it stands behind.
            let after = image.after.and_then(|after| after.checked_sub(1)).and_then(|last| place.get(last));
            image.after = after.map(|new| new + 1).or(image.after);
        }
        flow.blocks = order.iter().filter_map(|at| flow.blocks.get(*at).cloned()).collect();
        *verdicts = order.iter().filter_map(|at| verdicts.get(*at).copied()).collect();
        twice.twins = order.iter().filter_map(|at| twice.twins.get(*at).cloned()).collect();
    }
}

/// The long paragraphs from `start` on that stand above it in the same order, each with that one; up to where the order begins anew.
fn anchors(kept: &[(usize, &Block)], start: usize) -> Vec<(usize, usize)> {
    let mut above: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, block)) in kept.iter().enumerate().take(start).filter(|(_, (_, b))| is_long(b)) {
        above.entry(block.text.as_str()).or_default().push(at);
    }
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, (_, block)) in kept.iter().enumerate().skip(start).filter(|(_, (_, b))| is_long(b)) {
        let Some(places) = above.get(block.text.as_str()) else { continue };
        let next = out.last().map_or(0, |(_, last)| last + 1);
        let Some(place) = places.iter().find(|place| **place >= next) else { break };
        out.push((at, *place));
    }
    out
}

/// Whether a long paragraph stands above `start` too.
fn is_above(kept: &[(usize, &Block)], start: usize, at: usize) -> bool {
    let text = kept.get(at).filter(|(_, b)| is_long(b)).map(|(_, b)| b.text.as_str());
    text.is_some_and(|text| kept.iter().take(start).any(|(_, b)| b.text == text))
}

type Pairs = Vec<(usize, usize)>;
type Own = Vec<(usize, Option<usize>)>;

/// Each block of a copy with its like above; short ones are looked for between the long ones around them.
fn aligned(kept: &[(usize, &Block)], copy: Range<usize>, first: usize, anchors: &[(usize, usize)]) -> (Pairs, Own) {
    let (mut pairs, mut own) = (Pairs::new(), Own::new());
    let mut behind: Option<usize> = None;
    let start = copy.start;
    for at in copy {
        let next = anchors.partition_point(|(anchor, _)| *anchor < at);
        let like = match anchors.get(next) {
            Some((anchor, above)) if *anchor == at => Some(*above),
            coming => {
                let text = kept.get(at).map(|(_, b)| b.text.as_str());
                let until = coming.map_or(start, |(_, above)| *above);
                (behind.map_or(first, |b| b + 1)..until).find(|a| kept.get(*a).map(|(_, b)| b.text.as_str()) == text)
            }
        };
        match like {
            Some(above) => {
                pairs.push((at, above));
                behind = Some(above);
            }
            None => own.push((at, behind)),
        }
    }
    (pairs, own)
}

fn is_long(block: &Block) -> bool {
    let long = || block.chars >= LONG || !block.text.is_ascii() && choose::in_letters(&block.text) >= LONG;
    matches!(block.shape, Shape::Paragraph | Shape::Quote) && !block.code && !block.lined && long()
}

/// Characters of long paragraphs, each text once.
fn chars(kept: &[(usize, &Block)], of: impl Iterator<Item = usize>) -> u32 {
    let mut seen = HashSet::new();
    let long = of.filter_map(|at| kept.get(at)).filter(|(_, b)| is_long(b) && seen.insert(b.text.as_str()));
    long.map(|(_, b)| b.chars).sum()
}

/// The highest element around one that does not hold the other.
fn around(tree: &Tree, one: NodeId, other: NodeId) -> NodeId {
    let without = |node: &NodeId| !is_in(tree, other, *node);
    std::iter::once(one).chain(tree.ancestors(one)).take_while(without).last().unwrap_or(one)
}

fn is_in(tree: &Tree, node: NodeId, place: NodeId) -> bool {
    node == place || tree.ancestors(node).any(|a| a == place)
}
