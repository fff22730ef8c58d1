//! Crawls: taken in file by file, to be rebuilt together with those taken in before. What a rebuilt text becomes as a story is said here too.
use std::collections::BTreeMap;

use archive::{Options, Rebuilt, Witness};
use jiff::tz::TimeZone;
use newsroom::articles::{Block, Story, StoryNumber, slug_of};
use serde_json::json;
use store::{Arrived, CopyShown, DoubtKind, Evidence, LineLeftOut, NewCrawl, NewDoubt, PlaceInStory, paragraph_print};

use super::guarded::guarded;
use super::journal::{What, line};
use super::proper::proper;
use super::run::told_well;
use super::story_file::PREVIEW_BLOCKS;
use super::{Input, Report, Run, Target, bytes_bar, times};
use crate::cli::Failure;

/// Crawls kept in one transaction …
const BATCH: usize = 500;
/// … or fewer, when they are large: bytes.
const BATCH_BYTES: usize = 4 << 20;
/// Lines of one crawl; with more it is no page.
const MOST_LINES: usize = 200_000;
/// Orders offered for one paragraph's place.
const ORDERS: usize = 6;
/// Places in crawls that are looked at for them: a line that stands in one crawl a thousand times has no place that means anything.
const WITNESSES: usize = 32;
/// Of an order so many paragraphs on each side of the one it moves are told, by so many first words.
const SHOWN_BESIDE: usize = 2;
const SHOWN_WORDS: usize = 5;
/// Stories of more paragraphs are not put in order at the desk.
const MOST_ORDERED: usize = 1_000;

/// Takes crawls in: decoded and kept, to be compared afterwards.
///
/// # Errors
/// Only when the store or the report fails.
pub async fn take(target: &Target<'_>, inputs: &[&Input], run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    if inputs.len() <= report.at.crawls {
        return Ok(());
    }
    let bar = bytes_bar(inputs.iter().map(|input| input.length()).sum(), "crawls");
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for (nth, input) in inputs.iter().enumerate() {
        bar.inc(input.length());
        // Of a run before this one, which was cut off.
        if nth < report.at.crawls {
            continue;
        }
        match guarded(input, || input.read().and_then(|bytes| made(&input.name, &bytes))) {
            Ok(crawl) => {
                bytes += crawl.text.len();
                batch.push(crawl);
            }
            Err(reason) => {
                report.count_useless();
                run.refuse(report, &input.name, &reason)?;
            }
        }
        if batch.len() >= BATCH || bytes >= BATCH_BYTES || nth + 1 == inputs.len() {
            bytes = 0;
            stage(target, &std::mem::take(&mut batch), nth + 1, run, report).await?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

async fn stage(
    target: &Target<'_>,
    batch: &[NewCrawl],
    done: usize,
    run: &mut Run,
    report: &mut Report,
) -> Result<(), Failure> {
    run.begin(target, report).await?;
    report.at.crawls = done;
    let id = run.id()?;
    let told = |arrived: &[Arrived]| {
        for (crawl, arrived) in batch.iter().zip(arrived) {
            tell(crawl, arrived, run, report)?;
        }
        run.account(report)
    };
    told_well(target.store.stage_crawls(batch, id, target.now, told).await)
}

/// A crawl as the store keeps it.
///
/// # Errors
/// Why it is none, with the mend.
pub fn made(name: &str, bytes: &[u8]) -> Result<NewCrawl, String> {
    let decoded = archive::decode::decode(bytes, Options::default().max_bytes)?;
    if decoded.text.lines().nth(MOST_LINES).is_some() {
        return Err(format!(
            "has more than {MOST_LINES} lines, and a page has some hundred: give each page a file of its own"
        ));
    }
    let provenance = json!({ "encoding": decoded.encoding, "notes": decoded.notes });
    Ok(NewCrawl { hash: archive::fingerprint(bytes), name: name.to_owned(), text: decoded.text, provenance })
}

/// Counts and writes down what became of a crawl that was given.
///
/// # Errors
/// When the report cannot be written.
pub fn tell(crawl: &NewCrawl, arrived: &Arrived, run: &mut Run, report: &mut Report) -> Result<(), String> {
    match arrived {
        Arrived::New => {
            for note in crawl.provenance["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str()) {
                report.remark(&crawl.name, note);
                run.journal()?.write(line(What::Remarked, &crawl.name, None, String::new(), note.to_owned()))?;
            }
        }
        Arrived::Twin(first) => {
            report.count_copy(format!("{}: the same bytes as {first}", crawl.name));
            let why = format!("the same bytes as {first}");
            run.journal()?.write(line(What::Merged, &crawl.name, None, String::new(), why))?;
        }
        Arrived::Known => report.unchanged += 1,
    }
    Ok(())
}

/// The archive's doubts as a person can decide them. What is about no paragraph and no headline is to be looked at.
pub fn doubts(rebuilt: &Rebuilt, story: &Story, place: &str, zone: &TimeZone) -> Vec<NewDoubt> {
    let shown = CopyShown::of(place, story);
    // The headline has a doubt with choices below: the archive's words for it would list it twice. A pair of stories has one of its own.
    let pair = |doubt: &archive::Doubt| rebuilt.alike.is_some() && doubt.text.starts_with("sounds like ");
    let asked = |doubt: &&archive::Doubt| !pair(doubt) && !is_of_headline(doubt, rebuilt.headline.as_deref());
    let other = rebuilt.doubts.iter().filter(asked);
    let mut doubts: Vec<NewDoubt> = other.flat_map(|doubt| of_archive(rebuilt, doubt, &shown)).collect();
    // A line that may be the headline is offered as one.
    let offered = rebuilt.doubts.iter().find_map(|doubt| {
        let line = doubt.text.strip_suffix(MAYBE_HEADLINE).filter(|_| rebuilt.headline.is_none())?;
        line.strip_prefix('“')?.strip_suffix('”').map(str::to_owned)
    });
    if let Some(line) = offered {
        doubts.push(NewDoubt {
            key: format!("headline:{}", rebuilt.key),
            kind: DoubtKind::Headline,
            paragraph: None,
            text: "no line is clearly the headline; one stands above the first paragraph".into(),
            evidence: Evidence { choices: vec![line], copies: vec![shown.clone()], ..Evidence::default() },
        });
    }
    if let Some(headline) = rebuilt.headline.as_ref().filter(|_| !rebuilt.headline_certain) {
        let mut choices = vec![headline.clone()];
        choices.extend(story.opening().filter(|lead| lead != headline));
        doubts.push(NewDoubt {
            key: format!("headline:{}", rebuilt.key),
            kind: DoubtKind::Headline,
            paragraph: None,
            text: "no system gave a headline; this one stands on top of the crawl".into(),
            evidence: Evidence { choices, copies: vec![shown.clone()], ..Evidence::default() },
        });
    }
    let clue = rebuilt.date_clue.as_deref();
    doubts.push(NewDoubt {
        key: format!("date:{}", rebuilt.key),
        kind: DoubtKind::Date,
        paragraph: None,
        text: clue.map_or_else(|| UNDATED.to_owned(), |clue| format!("{UNDATED}; words that bear on it: {clue}")),
        evidence: Evidence {
            choices: clue.map(|clue| days(clue, zone)).unwrap_or_default(),
            copies: vec![shown],
            ..Evidence::default()
        },
    });
    doubts
}

/// The doubt about the date of a story of which no crawl has a word that bears on it. Nothing else is to be said of it: reports count those.
pub const UNDATED: &str = "no crawl says when it was published";

/// How the archive ends a doubt that names a line which may be the headline.
const MAYBE_HEADLINE: &str = " stands above the first paragraph; it may be a headline";

/// Whether a doubt of the archive is about the headline that was taken, or that is offered.
fn is_of_headline(doubt: &archive::Doubt, headline: Option<&str>) -> bool {
    let asks = |headline| doubt.text.starts_with(&format!("“{headline}”")) && doubt.text.contains("may be a headline");
    let offered = headline.is_none() && doubt.text.ends_with(MAYBE_HEADLINE);
    doubt.paragraph.is_none() && (offered || headline.is_some_and(asks))
}

/// The times that the words about a date name for certain, as choices: a day without a month's name, such as 03/04/1999, is none.
fn days(clue: &str, zone: &TimeZone) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // A day of the text may not borrow the year that another place of it names.
    let lines: Vec<&str> = match clue.strip_prefix(archive::TEXT_NAMES) {
        Some(named) => named.split(", ").collect(),
        None => clue.split(" / ").collect(),
    };
    for line in lines {
        // The date stands at the end, behind words such as “Published:”.
        let starts = line.char_indices().filter(|(at, c)| *at == 0 || c.is_whitespace()).map(|(at, _)| at);
        let when = starts.filter_map(|at| line.get(at..)).find_map(|rest| archive::formats::when(rest.trim()));
        let at = when.and_then(|when| times::read(when, zone)).map(|read| read.at.to_string());
        found.extend(at.filter(|at| !found.contains(at)));
    }
    found
}

/// The doubts that one of the archive's is to a person: it may be about a paragraph and about its place.
fn of_archive(rebuilt: &Rebuilt, doubt: &archive::Doubt, shown: &CopyShown) -> Vec<NewDoubt> {
    let nth = doubt.paragraph.and_then(|nth| usize::try_from(nth).ok()?.checked_sub(1));
    let paragraph = nth.and_then(|nth| rebuilt.paragraphs.get(nth));
    let print = paragraph.map_or("", |p| p.text.as_str());
    let key = archive::fingerprint(format!("{} {} {print}", rebuilt.key, doubt.text).as_bytes());
    let new = |kind, evidence| NewDoubt {
        key: key.clone(),
        kind,
        paragraph: doubt.paragraph,
        text: doubt.text.clone(),
        evidence,
    };
    let Some((nth, paragraph)) = nth.zip(paragraph) else {
        let lines: Vec<LineLeftOut> = doubt.left_out.iter().filter_map(|line| left_out(rebuilt, line)).collect();
        let kind = if lines.is_empty() { DoubtKind::Look } else { DoubtKind::LeftOut };
        return vec![new(kind, Evidence { lines, copies: vec![shown.clone()], ..Evidence::default() })];
    };
    let copies: Vec<CopyShown> = paragraph.witnesses.iter().take(6).map(|w| beside(rebuilt, nth, w)).collect();
    let evidence = Evidence { paragraph: Some(paragraph.text.clone()), copies, ..Evidence::default() };
    let reasons: Vec<&str> = doubt.text.split("; ").collect();
    let placed = reasons.iter().filter(|reason| is_of_order(reason)).count();
    let mut found = Vec::new();
    if placed < reasons.len() {
        found.push(new(DoubtKind::Paragraph, evidence.clone()));
    }
    let orders = if placed > 0 { orders(rebuilt, nth) } else { Vec::new() };
    if !orders.is_empty() {
        let orders_in_words = orders.iter().map(|order| order_in_words(rebuilt, nth, order)).collect();
        let prints = rebuilt.paragraphs.iter().map(|p| paragraph_print(&p.text)).collect();
        let order = new(DoubtKind::Order, Evidence { orders, orders_in_words, prints, ..evidence });
        found.push(NewDoubt { key: format!("order:{}", order.key), ..order });
    } else if found.is_empty() {
        found.push(new(DoubtKind::Paragraph, evidence));
    }
    found
}

/// A line that was left out, with the paragraphs between which it stood; none if no copy tells where.
fn left_out(rebuilt: &Rebuilt, line: &archive::LeftOut) -> Option<LineLeftOut> {
    let text = |nth: Option<usize>| rebuilt.paragraphs.get(nth?).map(|p| p.text.clone());
    let places: Vec<PlaceInStory> = line
        .after
        .iter()
        .enumerate()
        .map(|(at, after)| {
            let nth = usize::try_from(*after).ok();
            let (above, below) = (text(nth.and_then(|n| n.checked_sub(1))), text(nth));
            PlaceInStory { after: *after, above, below, between: line.between.get(at).cloned().unwrap_or_default() }
        })
        .collect();
    (!places.is_empty()).then(|| LineLeftOut { text: line.text.clone(), places })
}

/// A paragraph as one crawl has it: with what stands above and below it there.
fn beside(rebuilt: &Rebuilt, nth: usize, witness: &Witness) -> CopyShown {
    let others = rebuilt.paragraphs.iter().enumerate().filter(|(at, _)| *at != nth);
    let there: Vec<(u32, &str)> = others
        .flat_map(|(_, p)| p.witnesses.iter().map(move |w| (w, p.text.as_str())))
        .filter(|(w, _)| w.crawl == witness.crawl)
        .map(|(w, text)| (w.line, text))
        .collect();
    let above = there.iter().filter(|(line, _)| *line < witness.line).max();
    let below = there.iter().filter(|(line, _)| *line > witness.line).min();
    let told = |what: &str, text: Option<&(u32, &str)>| match text {
        Some((_, text)) => format!("{what} it: {}", first_words(text, 14)),
        None => format!("nothing of the story stands {what} it"),
    };
    let own = rebuilt.paragraphs.get(nth).map(|p| p.text.clone()).unwrap_or_default();
    CopyShown {
        place: format!("{}, line {}", witness.crawl, witness.line),
        headline: String::new(),
        paragraphs: vec![told("above", above), own, told("below", below)],
    }
}

fn first_words(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().take(most + 1).collect();
    let more = if words.len() > most || text.chars().count() > 120 { "…" } else { "" };
    let shown: String = words.iter().take(most).copied().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    format!("“{shown}{more}”")
}

/// An order by the paragraph that it moves: what stands above and below that one then. One that moves others is told by the first of those.
fn order_in_words(rebuilt: &Rebuilt, nth: usize, order: &[u32]) -> String {
    let paragraph = |place: &u32| usize::try_from(*place).ok()?.checked_sub(1);
    let beside = |at: usize| [at.checked_sub(1), Some(at + 1)].map(|at| order.get(at?).and_then(paragraph));
    let at = order.iter().position(|place| paragraph(place) == Some(nth)).unwrap_or(0);
    let stays = beside(at) == [nth.checked_sub(1), Some(nth + 1).filter(|below| *below < order.len())];
    let first = (0..order.len()).find(|at| order.get(*at).and_then(paragraph) != Some(*at));
    let at = first.filter(|_| stays).unwrap_or(at);
    let words = |at: usize| {
        let place = order.get(at).and_then(|place| usize::try_from(*place).ok()?.checked_sub(1));
        place.and_then(|place| rebuilt.paragraphs.get(place)).map(|p| first_words(&p.text, SHOWN_WORDS))
    };
    let from = at.saturating_sub(SHOWN_BESIDE);
    let shown: Vec<String> = (from..=at + SHOWN_BESIDE).filter_map(words).collect();
    let (start, end) = (if from > 0 { "… " } else { "" }, if at + SHOWN_BESIDE + 1 < order.len() { " …" } else { "" });
    format!("{start}{}{end}", shown.join(" · "))
}

/// Whether a doubt's reason is about the place of a paragraph, not about the paragraph.
fn is_of_order(reason: &str) -> bool {
    [
        "disagree about its place",
        "together with the paragraph before it",
        "at the other end of the story",
        "between two copies in one file",
    ]
    .iter()
    .any(|words| reason.contains(words))
}

/// The whole orders that copies have, of those that tell every paragraph, and orders in which this paragraph alone stands elsewhere, or with
/// all that follows it before the rest: where a crawl has it, beside what stands next to it there.
fn orders(rebuilt: &Rebuilt, nth: usize) -> Vec<Vec<u32>> {
    let total = rebuilt.paragraphs.len();
    if total > MOST_ORDERED {
        return Vec::new();
    }
    let given: Vec<usize> = (0..total).collect();
    let moved = |to: usize| {
        let mut order = given.clone();
        order.remove(nth);
        order.insert(to.min(order.len()), nth);
        order
    };
    let witnesses = rebuilt.paragraphs.get(nth).into_iter().flat_map(|p| &p.witnesses).take(WITNESSES);
    let told: Vec<Told> = witnesses.map(|witness| Told::of(rebuilt, nth, witness)).collect();
    let whole = whole_orders(rebuilt);
    let mut found = whole.clone();
    for one in &told {
        // Behind the paragraph that stands before it in this crawl, and before the one behind it.
        found.extend(one.above.first().map(|above| moved(if *above < nth { above + 1 } else { *above })));
        found.extend(one.below.first().map(|below| moved(if *below < nth { *below } else { below - 1 })));
    }
    found.push([given.get(nth..).unwrap_or_default(), given.get(..nth).unwrap_or_default()].concat());
    let mut offered: Vec<Vec<u32>> = Vec::new();
    for order in found.into_iter().filter(|order| *order != given) {
        if !whole.contains(&order) && !told.iter().any(|one| one.stands(nth, &order) && one.has(nth, &order)) {
            continue;
        }
        let order: Vec<u32> = order.into_iter().filter_map(|at| u32::try_from(at + 1).ok()).collect();
        if !offered.contains(&order) && offered.len() < ORDERS {
            offered.push(order);
        }
    }
    offered
}

/// The order of each run through the story, in any crawl, that tells all of its paragraphs; the first ones.
fn whole_orders(rebuilt: &Rebuilt) -> Vec<Vec<usize>> {
    let mut crawls: BTreeMap<&str, Vec<(u32, usize)>> = BTreeMap::new();
    for (at, paragraph) in rebuilt.paragraphs.iter().enumerate() {
        for witness in &paragraph.witnesses {
            crawls.entry(witness.crawl.as_str()).or_default().push((witness.line, at));
        }
    }
    let mut orders: Vec<Vec<usize>> = Vec::new();
    for lines in crawls.values_mut() {
        lines.sort_unstable();
        let mut run: Vec<usize> = Vec::new();
        for (_, at) in lines {
            if run.contains(at) {
                run.clear();
            }
            run.push(*at);
            if run.len() == rebuilt.paragraphs.len() && !orders.contains(&run) && orders.len() < ORDERS {
                orders.push(run.clone());
            }
        }
    }
    orders
}

/// What a crawl has around one place of a paragraph: the story's other paragraphs, the nearest first.
struct Told {
    above: Vec<usize>,
    below: Vec<usize>,
}

impl Told {
    fn of(rebuilt: &Rebuilt, nth: usize, witness: &Witness) -> Self {
        let seen = rebuilt.paragraphs.iter().enumerate().flat_map(|(at, p)| p.witnesses.iter().map(move |w| (at, w)));
        let there = seen.filter(|(_, w)| w.crawl == witness.crawl && w.line != witness.line);
        let mut lines: Vec<(u32, usize)> = there.map(|(at, w)| (w.line, at)).collect();
        lines.sort_unstable();
        let middle = lines.partition_point(|(line, _)| *line < witness.line);
        // The crawl begins the story anew where this paragraph stands once more.
        let until = |lines: &mut dyn Iterator<Item = &(u32, usize)>| {
            lines.map(|(_, at)| *at).take_while(|at| *at != nth).collect::<Vec<_>>()
        };
        let (above, below) = lines.split_at(middle);
        Self { above: until(&mut above.iter().rev()), below: until(&mut below.iter()) }
    }

    /// Whether the order has beside this paragraph what stands next to it in the crawl.
    fn stands(&self, nth: usize, order: &[usize]) -> bool {
        let Some(at) = order.iter().position(|one| *one == nth) else { return false };
        let beside = [at.checked_sub(1), Some(at + 1)].map(|at| order.get(at?));
        let [above, below] = beside;
        above.is_some() && above == self.above.first() || below.is_some() && below == self.below.first()
    }

    /// Whether the crawl runs in this order here, up to where it tells a paragraph again. Two passes in one file meet at a place that
    /// belongs to either.
    fn has(&self, nth: usize, order: &[usize]) -> bool {
        let mut places = vec![0; order.len()];
        for (place, at) in order.iter().enumerate() {
            if let Some(slot) = places.get_mut(*at) {
                *slot = place;
            }
        }
        let place = |at: usize| places.get(at).copied().unwrap_or_default();
        let runs = |first: &[usize], then: &[usize], down: bool| {
            let mut told = std::collections::HashSet::from([nth]);
            let first: Vec<usize> = first.iter().copied().take_while(|at| told.insert(*at)).collect();
            let then: Vec<usize> = then.iter().copied().take_while(|at| told.insert(*at)).collect();
            let (above, below) = if down { (&then, &first) } else { (&first, &then) };
            let run: Vec<usize> =
                above.iter().rev().copied().chain([nth]).chain(below.iter().copied()).map(place).collect();
            run.len() > 1 && run.is_sorted()
        };
        runs(&self.above, &self.below, false) || runs(&self.below, &self.above, true)
    }
}

/// The story of a rebuilt text, as it is when the paper does not have it yet.
pub fn story(target: &Target<'_>, rebuilt: &Rebuilt) -> Story {
    let body: Vec<Block> = rebuilt.paragraphs.iter().map(|p| Block::Paragraph(p.text.clone())).collect();
    let mut story = Story {
        number: StoryNumber(0),
        slug: String::new(),
        section: target.publication.import.section.clone(),
        headline_provisional: rebuilt.headline.is_none(),
        headline: rebuilt.headline.clone().unwrap_or_default(),
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
        language: None,
        body,
    };
    if story.headline_provisional {
        story.headline = story.stand_in();
    }
    // there is nothing that a remark could tell of: a crawl has neither summary nor names
    proper(&mut story);
    story.slug = slug_of(&story.headline);
    story
}
