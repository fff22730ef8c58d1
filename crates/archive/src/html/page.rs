//! A whole page: its story, and what was left out of it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::choose::{self, Ground};
use super::closed::{self, Named, Order, Wall};
use super::flow::{Block, Flow, Shape};
use super::fragment::shortened;
use super::keep::{self, Known, Verdict};
use super::template::{SENTENCE, Templates};
use super::tree::{self, NodeId, ROOT, Tree};
use super::{address, labels, metadata, twice, unshown};
use crate::access::{Answer, Said};
use crate::blocks as lines;
use crate::item::{Access, Image, Item, Part, Removed, Standing, When};

/// So many accounts of removed pieces are kept of a page; what is beyond is counted.
const ACCOUNTS: usize = 200;
/// So many pictures of a page are kept, and as many captions.
const PICTURES: usize = 200;

/// A page as it was saved, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<'a> {
    /// Where it was saved from, if that is known.
    pub url: Option<&'a str>,
    pub html: &'a str,
}

/// The story of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extract {
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    /// The standfirst stands on the page itself; otherwise it is the description in its head.
    pub standfirst_shown: bool,
    pub bylines: Vec<String>,
    pub published_at: Option<When>,
    /// What the page shows for its day, where none can be read in it for certain.
    #[serde(default)]
    pub published_unread: Option<String>,
    pub updated_at: Option<When>,
    pub section: Option<String>,
    pub topics: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The address that the page calls its own, else the one it was saved from.
    pub url: Option<String>,
    /// The strictest that the page says of it anywhere.
    pub access: Option<Access>,
    pub images: Vec<Image>,
    /// What stands under the pictures of the story, in the order of the page. It belongs to them and not to the body.
    #[serde(default)]
    pub captions: Vec<Caption>,
    pub body: Vec<Part>,
    /// The body as the page's structured data tells it: another witness, not the truth. Often cut, doubled or without paragraphs.
    pub json_ld_body: Option<Vec<Part>>,
    /// What was left out and why, in the order of the page.
    pub removed: Vec<Removed>,
    /// So many parts of the body stand above the first that the page itself names as not free; `None` where it names none of them.
    #[serde(default)]
    pub above_wall: Option<usize>,
    /// From 0 to 1: how sure it is that the body is the story. Below 0.5 somebody should look.
    pub confidence: f32,
    /// One sentence each: what is odd about the page.
    pub notes: Vec<String>,
}

/// Words under a picture, with their place in the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// So many parts of the body stand above it.
    pub after: usize,
    pub text: String,
}

impl Extract {
    /// As a piece of an archive. `file` and `place` say where the page lies.
    #[must_use]
    pub fn into_item(self, file: &str, place: u64) -> Item {
        let content = || {
            let text: Vec<&str> =
                self.headline.as_deref().into_iter().chain(self.body.iter().map(Part::text)).collect();
            crate::fingerprint(text.join("\n").as_bytes())
        };
        let key = self.url.as_ref().map_or_else(|| format!("page:{}", content()), |url| format!("page:{url}"));
        let mut notes = self.notes;
        if self.confidence < 0.5 {
            notes.push("it is not sure which part of the page is the story; look at it".to_owned());
        }
        Item {
            key,
            file: file.to_owned(),
            place,
            system: None,
            url: self.url,
            aliases: Vec::new(),
            headline: self.headline,
            standfirst: self.standfirst,
            bylines: self.bylines,
            dateline: None,
            section: self.section,
            topics: self.topics,
            language: self.language,
            published_at: self.published_at,
            published_either: None,
            earlier_has_day_first: false,
            published_unread: self.published_unread,
            updated_at: self.updated_at,
            exported_at: None,
            access: self.access,
            standing: Standing::Published,
            version: None,
            body: self.body,
            images: self.images,
            notes,
            dropped: self.removed,
            shown: self.above_wall,
        }
    }
}

/// The story of one page by itself.
#[must_use]
pub fn page(page: &Page<'_>) -> Extract {
    page_with(page, &Templates::default())
}

/// The story of one page, with what was learned from the publisher's other pages.
#[must_use]
pub fn page_with(page: &Page<'_>, templates: &Templates) -> Extract {
    Parsed::of(*page).story(templates)
}

/// A page that was parsed once, for everything that is asked of it.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub(crate) page: Page<'a>,
    pub(crate) tree: Tree,
    pub(crate) flow: Flow,
    pub(crate) ground: Ground,
    /// The words that the page shows, where the story was taken from where only who has no scripts reads it and the page shows its beginning
    /// alone.
    pub(crate) shown: Option<String>,
    instead: Vec<String>,
    named: Named,
}

impl<'a> Parsed<'a> {
    #[must_use]
    pub fn of(page: Page<'a>) -> Self {
        let tree = tree::parse(&unshown::unescaped(page.html));
        let named = Named::of(&tree);
        let unshown::Surveyed { flow, ground, shown, instead } = unshown::surveyed(&tree, &named);
        Self { page, tree, flow, ground, shown, instead, named }
    }

    /// As [`page_with`].
    #[must_use]
    pub fn story(&self, templates: &Templates) -> Extract {
        story(self, templates)
    }

    /// As [`super::survey`].
    #[must_use]
    pub fn survey(&self, extract: &Extract) -> super::Survey {
        super::kind::of(self, extract)
    }
}

fn story(parsed: &Parsed<'_>, templates: &Templates) -> Extract {
    let (page, tree) = (&parsed.page, &parsed.tree);
    let (mut flow, mut ground) = (parsed.flow.clone(), parsed.ground.clone());
    let mut meta = templates.metadata(page.url, tree, &|node| closed::is_within(tree, &parsed.named, node));
    labels::fill(tree, &parsed.named, &mut meta);
    let template = templates.of(page.url, meta.canonical.as_deref(), tree);
    if let Some(place) = template.as_ref().and_then(|t| t.place(tree, &ground)) {
        (ground.place, ground.said) = (place, true);
    }
    let titles: HashSet<String> = meta.titles.iter().map(|t| lines::key(t)).filter(|k| !k.is_empty()).collect();
    let witness = meta.json_ld_body.as_deref().map(|b| lines::key(&super::text_of(b))).unwrap_or_default();
    let house = meta.site.as_deref().map(lines::key).unwrap_or_default();
    let repeats = |block: &Block| template.as_ref().and_then(|t| t.furniture(block, &house));
    let hosts: Vec<String> = page.url.into_iter().chain(meta.canonical.as_deref()).filter_map(address::host).collect();
    let pieces: HashSet<String> = meta.json_ld_pieces.iter().map(|p| lines::key(p)).filter(|k| k.len() >= 4).collect();
    let description = meta.description.as_deref().map(lines::key).unwrap_or_default();
    let known = Known {
        closed: &parsed.named,
        titles: &titles,
        witness: &witness,
        pieces: &pieces,
        description: &description,
        hosts: &hosts,
        repeats: &repeats,
    };
    let mut verdicts = keep::verdicts(tree, &flow, &ground, &known);
    let (by_name, unseen) = {
        let kept: Vec<_> = kept(&flow, &verdicts).collect();
        (closed::sold(tree, &ground.closed, &kept), closed::unseen(tree, &parsed.named, &kept))
    };
    let twice = twice::once(tree, &mut flow, &mut verdicts);
    let mut said = Said::of(page.html, tree, &ground);
    said.take(by_name.map(Answer::For), "");
    let unread = closed::unread(tree, &parsed.named, &flow.skipped);
    let unshown = unread.is_some() || !unseen.is_empty();
    said.take(unshown.then_some(Answer::For(Access::Paid)), "");
    let sold = said.access == Some(Access::Paid);
    // Of what is sold each copy says how much of it is open.
    let shuffled = !sold && twice::shuffled(tree, &flow, &mut verdicts);
    let copies = || twice.copies(&flow, &verdicts);
    let walled = said.access.is_some_and(closed::is_walled);
    let wall = walled.then(|| closed::wall(tree, &parsed.named, ground.place, &copies(), &unseen)).flatten();
    // A body from elsewhere stands in other blocks: no more of it is open than stands on the page.
    let above_wall = wall.map(|wall| kept(&flow, &verdicts).take(wall.above).map(|block| block.parts().count()).sum());
    let captions = if sold { closed::captions(tree, &parsed.named, &mut flow.images) } else { Vec::new() };
    let sentences: Vec<String> = flow.blocks.iter().zip(&verdicts).filter_map(|(b, v)| left_out(b, *v)).collect();
    let mut extract = assemble(page, tree, flow, &ground, &verdicts, meta, wall);
    extract.removed.extend(captions);
    extract.above_wall = above_wall;
    extract.access = said.access;
    extract.notes.extend(said.notes());
    extract.notes.extend(twice.note().or_else(|| shuffled.then(|| twice::ONCE.to_owned())));
    extract.notes.extend(sentences.into_iter().chain(unread));
    extract.notes.extend(parsed.named.note().filter(|_| sold).map(str::to_owned));
    let left = parsed.instead.iter().take(ACCOUNTS);
    let reason = "shown in the place of the whole story";
    extract.removed.extend(left.map(|text| Removed { text: shortened(text), reason: reason.to_owned() }));
    if parsed.shown.is_some() {
        extract.notes.push(
            "the page shows the beginning, and the whole only without scripts; it was taken from there".to_owned(),
        );
    }
    extract
}

fn assemble(
    page: &Page<'_>,
    tree: &Tree,
    flow: Flow,
    ground: &Ground,
    verdicts: &[Verdict],
    meta: metadata::Metadata,
    wall: Option<Wall>,
) -> Extract {
    let mut notes = Vec::new();
    if tree.cut {
        notes.push("the page goes on, but it is too large to be read to its end".to_owned());
    }
    let kept = || kept(&flow, verdicts);
    let mut body: Vec<Part> = kept().flat_map(Block::parts).collect();
    let mut captions = captions(tree, &flow, verdicts, ground);
    let told = meta.json_ld_body.map(|b| super::parts(&b).parts).filter(|b| !b.is_empty());
    if let Some(told) = &told
        && chars(&body) * 2 < chars(told)
        && chars(told) >= 400
    {
        notes.push(
            "the page shows less than half of what its structured data tells; the body was taken from there".to_owned(),
        );
        body.clone_from(told);
        // Nothing says where they stand in it.
        captions.clear();
    }
    let standfirst =
        flow.blocks.iter().zip(verdicts).find(|(_, v)| **v == Verdict::Standfirst).map(|(b, _)| b.text.clone());
    let described = meta.description.filter(|d| {
        let key = lines::key(d);
        let key = key.trim_end_matches('…').trim();
        let start: String = key.chars().take(60).collect();
        !start.is_empty() && !body.iter().take(3).any(|p| lines::key(p.text()).contains(&start))
    });
    let url = address::own(page.url, meta.canonical.as_deref(), &mut notes);
    let confidence = confidence(&flow, verdicts, ground);
    let removed = removed(tree, &flow, verdicts, ground);
    let images = images(tree, flow, verdicts, ground, meta.picture, wall);
    Extract {
        headline: meta.headline,
        standfirst_shown: standfirst.is_some(),
        standfirst: standfirst.or(described),
        bylines: meta.bylines,
        published_at: meta.published_at,
        published_unread: meta.published_unread,
        updated_at: meta.updated_at,
        section: meta.section,
        topics: meta.topics,
        language: meta.language,
        url,
        access: None,
        images,
        captions,
        body,
        json_ld_body: told,
        removed,
        above_wall: None,
        confidence,
        notes,
    }
}

/// A sentence that may be the story's is not left out in silence.
fn left_out(block: &Block, verdict: Verdict) -> Option<String> {
    let text = lines::shortened(&block.text, 80);
    (verdict == Verdict::Drop(SENTENCE)).then(|| format!("left out: “{text}”, which {SENTENCE}"))
}

/// The blocks that are the story's.
fn kept<'f>(flow: &'f Flow, verdicts: &'f [Verdict]) -> impl Iterator<Item = &'f Block> {
    flow.blocks.iter().zip(verdicts).filter(|(_, v)| **v == Verdict::Keep).map(|(block, _)| block)
}

fn chars(parts: &[Part]) -> usize {
    parts.iter().map(|p| p.text().chars().count()).sum()
}

/// Share of the page's prose that was kept, less when there is little of it or the page did not say where it stands.
fn confidence(flow: &Flow, verdicts: &[Verdict], ground: &Ground) -> f32 {
    let (mut kept, mut open) = (0.0f32, 0.0f32);
    let once = |v: &Verdict| *v != Verdict::Drop(twice::TWICE);
    for (block, verdict) in flow.blocks.iter().zip(verdicts).filter(|(_, v)| once(v)) {
        let weight = choose::weight(block);
        let named = ground.furniture.get(block.holder as usize).copied().flatten().is_some();
        if *verdict == Verdict::Keep {
            kept += weight;
        }
        if !named {
            open += weight;
        }
    }
    if kept <= 0.0 {
        return 0.0;
    }
    let share = kept / open.max(kept);
    let length = (kept / 600.0).min(1.0);
    let said = if ground.said { 1.0 } else { 0.85 };
    (share * (0.4 + 0.6 * length) * said).clamp(0.0, 1.0)
}

/// Neighbouring blocks left out for one reason are told as one.
fn removed(tree: &Tree, flow: &Flow, verdicts: &[Verdict], ground: &Ground) -> Vec<Removed> {
    let mut out: Vec<Removed> = Vec::new();
    let mut last: Option<(&str, NodeId)> = None;
    let mut beyond = 0usize;
    for (block, verdict) in flow.blocks.iter().zip(verdicts) {
        let Verdict::Drop(reason) = verdict else {
            last = None;
            continue;
        };
        if block.shape == Shape::Caption {
            continue;
        }
        let top = top_of(tree, ground, block.holder);
        if last == Some((*reason, top))
            && let Some(before) = out.last_mut()
        {
            if before.text.len() < 1_000 {
                before.text = shortened(&format!("{} / {}", before.text, block.text));
            }
            continue;
        }
        if out.len() >= ACCOUNTS {
            beyond += 1;
            continue;
        }
        last = Some((reason, top));
        out.push(Removed { text: shortened(&block.text), reason: (*reason).to_owned() });
    }
    for (node, reason) in &flow.skipped {
        if out.len() >= ACCOUNTS {
            beyond += 1;
        } else if inside(tree, ground.place, *node) {
            out.extend(super::fragment::account(tree, *node, reason));
        }
    }
    if beyond > 0 {
        out.push(Removed { text: String::new(), reason: format!("{beyond} more piece(s) of the page") });
    }
    out
}

/// The highest element of the furniture that a block stands in.
fn top_of(tree: &Tree, ground: &Ground, node: NodeId) -> NodeId {
    let named = |n: &NodeId| ground.furniture.get(*n as usize).copied().flatten().is_some();
    std::iter::once(node).chain(tree.ancestors(node)).take_while(named).last().unwrap_or(ROOT)
}

fn inside(tree: &Tree, place: NodeId, node: NodeId) -> bool {
    node == place || tree.ancestors(node).any(|a| a == place)
}

/// Captions of pictures in the story's place or directly beside it: the picture above the text often stands there.
fn captions(tree: &Tree, flow: &Flow, verdicts: &[Verdict], ground: &Ground) -> Vec<Caption> {
    let named = |n: NodeId| ground.furniture.get(n as usize).copied().flatten().is_some();
    let around = tree.parent(ground.place).unwrap_or(ground.place);
    let mut out = Vec::new();
    let mut after = 0usize;
    for (block, verdict) in flow.blocks.iter().zip(verdicts) {
        let caption = block.shape == Shape::Caption || *verdict == Verdict::Drop(keep::CAPTION);
        if *verdict == Verdict::Keep {
            after += block.parts().count();
        } else if caption && !named(block.holder) && inside(tree, around, block.holder) && out.len() < PICTURES {
            out.push(Caption { after, text: block.text.clone() });
        }
    }
    out
}

/// Pictures of the story's place, and the one that the page shows of itself elsewhere.
fn images(
    tree: &Tree,
    flow: Flow,
    verdicts: &[Verdict],
    ground: &Ground,
    shown: Option<String>,
    wall: Option<Wall>,
) -> Vec<Image> {
    let order = wall.map(|_| Order::of(tree));
    let behind = |node: NodeId| wall.zip(order.as_ref()).is_some_and(|(wall, order)| wall.is_before(order, node));
    let named = |n: NodeId| ground.furniture.get(n as usize).copied().flatten().is_some();
    // A picture above the text often stands beside its place.
    let around = tree.parent(ground.place).unwrap_or(ground.place);
    let mut images: Vec<Image> = flow
        .images
        .into_iter()
        .filter(|(node, image)| {
            !named(*node)
                && (inside(tree, ground.place, *node) || image.caption.is_some() && inside(tree, around, *node))
        })
        .take(PICTURES)
        .map(|(node, image)| {
            let above = flow.blocks.iter().zip(verdicts).take(image.after.unwrap_or(Image::SOMEWHERE));
            let kept = above.filter(|(_, verdict)| **verdict == Verdict::Keep);
            let above: usize = kept.map(|(block, _)| block.parts().count()).sum();
            // One above all words is everybody's, unless it is closed too.
            Image { after: Some(above.max(usize::from(behind(node)))), ..image }
        })
        .collect();
    if images.is_empty() {
        images.extend(shown.map(|source| Image { source, alt: None, caption: None, credit: None, after: None }));
    }
    images
}
