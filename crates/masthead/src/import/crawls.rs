//! Crawls: together with those taken in before, they are rebuilt into stories. The desk's words are never overwritten.
use std::collections::{HashMap, HashSet};

use archive::{Crawl, Known, Options, Rebuilt};
use newsroom::articles::{Block, Story, StoryNumber, slug_of};
use serde_json::json;
use store::{NewCrawl, StoredStory};

use super::story_file::PREVIEW_BLOCKS;
use super::{Input, Refused, Report, Target, bar};
use crate::cli::Failure;

/// A crawl as the store keeps it, beside the name the archive knows it by.
struct Heap {
    crawls: Vec<Crawl>,
    /// By the fingerprint of the bytes that are compared: the crawl for the store.
    kept: HashMap<String, NewCrawl>,
    /// The story a crawl already belongs to, by the same fingerprint.
    owners: HashMap<String, StoryNumber>,
    /// Names of the crawls that were not here before.
    fresh: HashSet<String>,
    /// Stories of the crawls that were.
    again: HashSet<StoryNumber>,
}

/// Takes crawls in.
///
/// # Errors
/// Only when the store fails.
pub async fn take(target: &Target<'_>, inputs: &[&Input], report: &mut Report) -> Result<(), Failure> {
    let heap = gather(target, inputs, report).await?;
    if heap.fresh.is_empty() {
        report.unchanged += heap.again.len();
        return Ok(());
    }
    let stored = target.store.stories().await?;
    let mut known: Vec<Known> = stored.iter().filter(|s| !is_rebuilt(s)).map(|s| known_of(&s.story)).collect();
    // Without a dry run these would be in the store by now, and crawls of them would be copies.
    let next = stored.iter().map(|s| s.story.number.0).max().unwrap_or_default() + 1;
    known.extend((next..).zip(&report.planned).map(|(number, story)| Known { number, ..known_of(story) }));
    let crawls = heap.crawls.clone();
    let import = tokio::task::spawn_blocking(move || archive::rebuild(&known, &crawls, &Options::default()))
        .await
        .map_err(|e| Failure::said(format!("the crawls could not be rebuilt: {e}")))?;
    report.refused.extend(import.refused.iter().map(|r| Refused { name: r.name.clone(), reason: r.reason.clone() }));
    let bar = bar(import.stories.len(), "rebuilding");
    for rebuilt in &import.stories {
        bar.inc(1);
        keep(target, &heap, &stored, rebuilt, report).await?;
    }
    bar.finish_and_clear();
    if !target.dry_run {
        let copies: Vec<(NewCrawl, Option<StoryNumber>)> = import
            .copies
            .iter()
            .filter_map(|copy| Some((heap.kept.get(&copy.crawl.hash)?.clone(), Some(StoryNumber(copy.number)))))
            .collect();
        target.store.save_crawls(&copies, target.now).await?;
    }
    report.archive = Some(only_fresh(import.report, &heap.fresh));
    Ok(())
}

/// Earlier crawls take part in the rebuilding; the report speaks of those that came now and the stories they touch.
fn only_fresh(mut report: archive::Report, fresh: &HashSet<String>) -> archive::Report {
    report.stories.retain(|s| s.crawls.iter().any(|name| fresh.contains(name)));
    report.copies.retain(|line| fresh.iter().any(|name| line.starts_with(&format!("{name}:"))));
    report.notes.retain(|note| fresh.contains(&note.crawl));
    let totals = &mut report.totals;
    totals.stories = report.stories.len();
    totals.paragraphs = report.stories.iter().map(|s| s.paragraphs).sum();
    totals.copies = report.copies.len();
    totals.dropped = report.stories.iter().map(|s| s.dropped.len()).sum();
    totals.doubts = report.stories.iter().map(|s| s.doubts.len()).sum();
    totals.doubtful = report.stories.iter().filter(|s| !s.doubts.is_empty()).count();
    totals.crawls = fresh.len();
    report
}

async fn gather(target: &Target<'_>, inputs: &[&Input], report: &mut Report) -> Result<Heap, Failure> {
    let mut heap = Heap {
        crawls: Vec::new(),
        kept: HashMap::new(),
        owners: HashMap::new(),
        fresh: HashSet::new(),
        again: HashSet::new(),
    };
    let mut held: HashMap<String, Option<StoryNumber>> = HashMap::new();
    for crawl in target.store.crawls().await? {
        let bytes = crawl.text.clone().into_bytes();
        let fingerprint = archive::fingerprint(&bytes);
        if let Some(number) = crawl.story {
            heap.owners.insert(fingerprint.clone(), number);
        }
        held.insert(crawl.hash.clone(), crawl.story);
        let kept =
            NewCrawl { hash: crawl.hash, name: crawl.name.clone(), text: crawl.text, provenance: crawl.provenance };
        heap.kept.insert(fingerprint, kept);
        heap.crawls.push(Crawl { name: crawl.name, bytes });
    }
    for input in inputs {
        let bytes = match input.read() {
            Ok(bytes) => bytes,
            Err(reason) => {
                report.refuse(&input.name, reason);
                continue;
            }
        };
        let hash = archive::fingerprint(&bytes);
        if let Some(story) = held.get(&hash) {
            heap.again.extend(story);
            continue;
        }
        heap.fresh.insert(input.name.clone());
        if let Ok(decoded) = archive::decode::decode(&bytes, Options::default().max_bytes) {
            let provenance = json!({ "encoding": decoded.encoding, "notes": decoded.notes });
            let kept = NewCrawl { hash: hash.clone(), name: input.name.clone(), text: decoded.text, provenance };
            heap.kept.insert(hash, kept);
        }
        heap.crawls.push(Crawl { name: input.name.clone(), bytes });
    }
    Ok(heap)
}

fn is_rebuilt(stored: &StoredStory) -> bool {
    stored.source_key.as_deref().is_some_and(|key| key.starts_with("crawl:"))
}

fn known_of(story: &Story) -> Known {
    Known {
        number: story.number.0,
        headline: story.headline.clone(),
        paragraphs: story.body.iter().map(|b| b.text().to_owned()).collect(),
        ..Known::default()
    }
}

async fn keep(
    target: &Target<'_>,
    heap: &Heap,
    stored: &[StoredStory],
    rebuilt: &Rebuilt,
    report: &mut Report,
) -> Result<(), Failure> {
    let owner = rebuilt.crawls.iter().filter_map(|c| heap.owners.get(&c.hash)).min();
    let before = owner.and_then(|n| stored.iter().find(|s| s.story.number == *n));
    let story = story(target, rebuilt, before);
    if target.dry_run {
        report.foresee(before.map(|b| &b.story), &story);
        return Ok(());
    }
    let crawls: Vec<NewCrawl> = rebuilt.crawls.iter().filter_map(|c| heap.kept.get(&c.hash).cloned()).collect();
    let key = format!("crawl:{}", rebuilt.key);
    let saved = target.store.save_rebuilt(&story, &key, &crawls, target.now).await?.saved;
    report.numbers.insert(rebuilt.key.clone(), saved.number().0);
    report.count(saved);
    Ok(())
}

/// The story of a rebuilt text. What the desk has written since the first import stays as it is.
fn story(target: &Target<'_>, rebuilt: &Rebuilt, before: Option<&StoredStory>) -> Story {
    let body: Vec<Block> = rebuilt.paragraphs.iter().map(|p| Block::Paragraph(p.text.clone())).collect();
    if let Some(before) = before {
        return Story { body, ..before.story.clone() };
    }
    let lead = body.first().map(Block::text).unwrap_or_default();
    let headline = rebuilt.headline.clone().unwrap_or_else(|| opening_words(lead));
    Story {
        number: StoryNumber(0),
        slug: slug_of(&headline),
        section: target.publication.import.section.clone(),
        headline_provisional: rebuilt.headline.is_none(),
        headline,
        standfirst: None,
        bylines: Vec::new(),
        dateline: None,
        topics: Vec::new(),
        marking: target.publication.import.marking,
        preview_blocks: PREVIEW_BLOCKS,
        published_at: None,
        updated_at: None,
        picture: None,
        pick: None,
        body,
    }
}

/// The first words of a lead, until the desk writes a headline: nothing is invented.
fn opening_words(lead: &str) -> String {
    let mut words = String::new();
    for word in lead.split_whitespace() {
        if words.chars().count() + word.chars().count() > 80 {
            return format!("{} …", words.trim_end_matches([',', ';', ':', '–', '—']));
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}
