//! Crawls: together with those taken in before, they are rebuilt into stories. The desk's words are never overwritten.
use std::collections::{HashMap, HashSet};

use archive::{Crawl, Known, Options, Rebuilt};
use newsroom::articles::{Block, Story, StoryNumber, slug_of};
use serde_json::json;
use store::{CopyShown, DoubtKind, Evidence, NewCrawl, NewDoubt, Saved, StoredStory};

use super::journal::{Line, What};
use super::story_file::PREVIEW_BLOCKS;
use super::{Input, Report, Run, Target, bar};
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
pub async fn take(target: &Target<'_>, inputs: &[&Input], run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    let heap = gather(target, inputs, run, report).await?;
    if heap.fresh.is_empty() {
        report.unchanged += heap.again.len();
        return Ok(());
    }
    let stored = target.store.stories().await?;
    let known: Vec<Known> = stored.iter().filter(|s| !is_rebuilt(s)).map(|s| known_of(&s.story)).collect();
    let crawls = heap.crawls.clone();
    let import = tokio::task::spawn_blocking(move || archive::rebuild(&known, &crawls, &Options::default()))
        .await
        .map_err(|e| Failure::said(format!("the crawls could not be rebuilt: {e}")))?;
    for refused in &import.refused {
        run.refuse(report, &refused.name, &refused.reason)?;
    }
    run.begin(target, report).await?;
    let bar = bar(import.stories.len(), "rebuilding");
    for rebuilt in &import.stories {
        bar.inc(1);
        keep(target, &heap, &stored, rebuilt, run, report).await?;
    }
    bar.finish_and_clear();
    let copies: Vec<(NewCrawl, Option<StoryNumber>)> = import
        .copies
        .iter()
        .filter_map(|copy| Some((heap.kept.get(&copy.crawl.hash)?.clone(), Some(StoryNumber(copy.number)))))
        .collect();
    target.store.save_crawls(&copies, target.now).await?;
    for copy in import.copies.iter().filter(|copy| heap.fresh.contains(&copy.crawl.name)) {
        let why = format!("a copy of story {}: {} paragraphs are not in it", copy.number, copy.lacked.len());
        run.note(line(What::Merged, &copy.crawl.name, Some(copy.number), String::new(), why))?;
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

async fn gather(target: &Target<'_>, inputs: &[&Input], run: &mut Run, report: &mut Report) -> Result<Heap, Failure> {
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
                run.refuse(report, &input.name, &reason)?;
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
    run: &mut Run,
    report: &mut Report,
) -> Result<(), Failure> {
    let owner = rebuilt.crawls.iter().filter_map(|c| heap.owners.get(&c.hash)).min();
    let before = owner.and_then(|n| stored.iter().find(|s| s.story.number == *n));
    let story = story(target, rebuilt, before);
    let crawls: Vec<NewCrawl> = rebuilt.crawls.iter().filter_map(|c| heap.kept.get(&c.hash).cloned()).collect();
    let key = format!("crawl:{}", rebuilt.key);
    let saved = target.store.save_rebuilt(&story, &key, &crawls, target.now).await?.saved;
    report.numbers.insert(rebuilt.key.clone(), saved.number().0);
    report.count(saved);
    if matches!(saved, Saved::Same(_)) {
        return Ok(());
    }
    let (number, place) = (saved.number(), names(rebuilt));
    let doubts = doubts(rebuilt, &story, &place);
    report.doubts += target.store.add_doubts(number, &doubts, Some(run.id()?), target.now).await?;
    let what = if matches!(saved, Saved::New(_)) { What::Kept } else { What::Changed };
    let note = |what, text: &str, why: &str| line(what, &place, Some(number.0), text.to_owned(), why.to_owned());
    run.note(note(what, &story.headline, ""))?;
    for doubt in &rebuilt.doubts {
        run.note(note(What::Doubted, &story.headline, &doubt.text))?;
    }
    for dropped in &rebuilt.dropped {
        let place = format!("{}, line {}", dropped.crawl, dropped.line);
        run.note(line(What::Dropped, &place, Some(number.0), dropped.text.clone(), dropped.reason.clone()))?;
    }
    Ok(())
}

fn line(what: What, place: &str, story: Option<u32>, text: String, why: String) -> Line {
    Line { what, place: place.to_owned(), source: String::new(), story, text, why }
}

fn names(rebuilt: &Rebuilt) -> String {
    rebuilt.crawls.iter().map(|crawl| crawl.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The archive's doubts as a person can decide them. What is about no paragraph and no headline is to be looked at.
fn doubts(rebuilt: &Rebuilt, story: &Story, place: &str) -> Vec<NewDoubt> {
    let shown = CopyShown::of(place, story);
    let mut doubts: Vec<NewDoubt> = rebuilt
        .doubts
        .iter()
        .map(|doubt| {
            let paragraph =
                doubt.paragraph.and_then(|nth| rebuilt.paragraphs.get(usize::try_from(nth).ok()?.checked_sub(1)?));
            let witnesses =
                paragraph.map(|p| p.witnesses.iter().map(|w| format!("{}, line {}", w.crawl, w.line)).collect());
            let copies = witnesses.map_or_else(
                || vec![shown.clone()],
                |places: Vec<String>| {
                    let text = paragraph.map(|p| p.text.clone()).into_iter().collect::<Vec<_>>();
                    let copy = |place| CopyShown { place, headline: String::new(), paragraphs: text.clone() };
                    places.into_iter().take(6).map(copy).collect()
                },
            );
            let evidence = Evidence { paragraph: paragraph.map(|p| p.text.clone()), copies, ..Evidence::default() };
            let print = paragraph.map_or("", |p| p.text.as_str());
            NewDoubt {
                key: archive::fingerprint(format!("{} {} {print}", rebuilt.key, doubt.text).as_bytes()),
                kind: if paragraph.is_some() { DoubtKind::Paragraph } else { DoubtKind::Look },
                paragraph: doubt.paragraph,
                text: doubt.text.clone(),
                evidence,
            }
        })
        .collect();
    if let Some(headline) = &rebuilt.headline {
        let lead = opening_words(story.body.first().map_or("", Block::text));
        doubts.push(NewDoubt {
            key: format!("headline:{}", rebuilt.key),
            kind: DoubtKind::Headline,
            paragraph: None,
            text: "the headline was taken from the top of one crawl".into(),
            evidence: Evidence {
                choices: vec![headline.clone(), lead],
                copies: vec![shown.clone()],
                ..Evidence::default()
            },
        });
    }
    if let Some(clue) = &rebuilt.date_clue {
        doubts.push(NewDoubt {
            key: format!("date:{}", rebuilt.key),
            kind: DoubtKind::Date,
            paragraph: None,
            text: format!("no crawl says when it was published; words that bear on it: {clue}"),
            evidence: Evidence { copies: vec![shown], ..Evidence::default() },
        });
    }
    doubts
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
pub(super) fn opening_words(lead: &str) -> String {
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
