//! Grouping the documents of an intake, twice: the first round's groups show which lines and words many stories share; the second
//! compares without those.

use std::collections::{BTreeMap, HashMap};

use super::counts::Counts;
use super::events::{self, Events, Telling};
use super::pairs::{self, Company, NAMED, Samples};
use super::shelf::Shelf;
use super::sketch::{self, Common, Sketch};
use super::sorter::{Record, Sorter};
use super::spill::Place;
use super::{IntakeError, Phase, Progress, work};
use crate::blocks::words;
use crate::duplicates::{self, Groups, Round, repeated_from};
use crate::furniture::Kind;
use crate::heap::Document;
use crate::kinds::{Kinds, Shown};
use crate::select::{self, Around, Company as Beside, Lines};
use crate::{Options, decide, titles};

/// Documents sketched between two reports of progress.
const WINDOW: usize = 2048;
/// Documents of one piece of work.
const PIECE: usize = 64;
/// Companies compared between two reports of progress.
const COMPANIES: usize = 512;
/// Other stories that a story's doubt may name.
const ALIKE: usize = 4_000_000;

/// Short lines of which it is counted what stands around them. Of further ones nothing is said.
const AROUND: usize = 500_000;

/// Everything that is found out before stories are rebuilt.
#[derive(Debug)]
pub(crate) struct Found {
    pub groups: Groups,
    /// Documents of all stories, story after story.
    pub members: Vec<u32>,
    /// Where each story begins in `members`.
    pub starts: Vec<u32>,
    pub lines: Lines,
    /// The story of each document, by its place in `starts`.
    pub story_of: Vec<u32>,
    /// Pairs of documents that sound alike but state other facts; both ways, sorted.
    pub alike: Vec<(u32, u32)>,
}

/// What a round found.
#[derive(Default)]
struct Grouping {
    /// The first document of each document's story.
    first_of: Vec<u32>,
    alike: Vec<(u32, u32)>,
    foreign: BTreeMap<usize, Vec<u64>>,
    /// Tops of crawls that may be headlines, with the document.
    headlines: Vec<(u64, u32)>,
    /// What stands around short lines that several stories have.
    around: HashMap<u64, Around>,
    /// Documents that begin with a headline.
    headed: usize,
    /// Of lines at the top of pages: of how many pages, and how many of them look as if a headline stood below.
    tops: HashMap<u64, (u32, u32)>,
    /// Lines that stand below those and in another story too, with the document and the line at the top.
    titles: Vec<(u64, u32, u64)>,
    /// On what kinds of pages lines stand that many stories have.
    kinds: Kinds,
    /// What the stories have in common that have a sentence.
    events: Events,
}

/// Lines that do not count in a round.
enum Skip {
    /// Before stories are known: lines that stand in far more crawls than their neighbours do. (A story crawled two hundred times has
    /// all its lines two hundred times; furniture stands out against the lines around it.)
    Suspicious(Counts),
    /// Lines that stand in so many stories.
    Repeated(Counts, u32),
}

impl Skip {
    /// Lines of a document that do not count, sorted.
    fn lines(&self, document: &Document) -> Vec<u64> {
        let lines = || document.blocks.iter().filter(|b| matches!(b.kind, Kind::Prose | Kind::Unsure));
        let mut found: Vec<u64> = match self {
            Self::Repeated(counts, from) => lines().map(|b| b.hash).filter(|h| counts.get(*h) >= *from).collect(),
            Self::Suspicious(counts) => {
                let mut sorted: Vec<u32> = document.prose().map(|b| counts.get(b.hash)).collect();
                sorted.sort_unstable();
                let usual = sorted.get(sorted.len() / 4).copied().unwrap_or(1);
                let many = usual.saturating_mul(4).saturating_add(3);
                lines().map(|b| b.hash).filter(|h| counts.get(*h) > many).collect()
            }
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Groups all documents.
pub(crate) fn group(
    shelf: &Shelf,
    place: &Place,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Found, IntakeError> {
    let mut rounds =
        Rounds { shelf, place, options, common: Common::default(), first_of: Vec::new(), on_top: 0, last: false };
    let skip = Skip::Suspicious(shelf.count(&|n| n)?);
    let first = rounds.round(&skip, progress)?;
    let counts = shelf.count(&|n| first.first_of.get(n as usize).copied().unwrap_or(n))?;
    let stories = count_stories(&first.first_of);
    let skip = Skip::Repeated(counts, repeated_from(stories, options));
    rounds.common = Common::new(rounds.common_shingles(&first.first_of, stories, &skip)?);
    rounds.first_of = first.first_of;
    rounds.on_top = select::on_top(stories);
    rounds.last = true;
    let mut second = rounds.round(&skip, progress)?;
    let told = rounds.told_of_events(&mut second, &skip)?;
    drop(skip);
    let counts = shelf.count(&|n| second.first_of.get(n as usize).copied().unwrap_or(n))?;
    Ok(found(second, counts, told, options))
}

fn count_stories(first_of: &[u32]) -> usize {
    first_of.iter().zip(0u32..).filter(|(first, number)| **first == *number).count()
}

/// The first document of every so many stories.
fn drawn(first_of: &[u32], every: usize) -> Vec<u32> {
    let firsts = first_of.iter().zip(0u32..).filter(|(first, number)| **first == *number).map(|(_, number)| number);
    firsts.step_by(every.max(1)).collect()
}

fn found(grouping: Grouping, counts: Counts, mut told_of_events: HashMap<u64, bool>, options: &Options) -> Found {
    let first_of = grouping.first_of;
    let mut members: Vec<u32> = (0u32..).take(first_of.len()).collect();
    let first = |n: u32| first_of.get(n as usize).copied().unwrap_or(n);
    members.sort_unstable_by_key(|n| (first(*n), *n));
    let mut starts: Vec<u32> = Vec::new();
    let mut story_of = vec![0u32; first_of.len()];
    for (at, member) in (0u32..).zip(&members) {
        if first(*member) == *member {
            starts.push(at);
        }
        if let Some(slot) = story_of.get_mut(*member as usize) {
            *slot = u32::try_from(starts.len().saturating_sub(1)).unwrap_or(u32::MAX);
        }
    }
    let total = starts.len();
    let groups =
        Groups { total, stories_with: counts, repeated_from: repeated_from(total, options), foreign: grouping.foreign };
    let story = |n: u32| story_of.get(n as usize).copied().unwrap_or_default();
    let tops = grouping.tops;
    let titles = grouping.titles.iter().filter(|(.., line)| select::titled(tops.get(line).copied()) == Some(true));
    let headlines = grouping.headlines.iter().copied().chain(titles.map(|(h, n, _)| (*h, *n)));
    let headlines = headlines.map(|(h, n)| (h, story(n)));
    let (mut listed, headlines): (Vec<_>, Vec<_>) = headlines.partition(|h| groups.is_repeated(h.0));
    listed.sort_unstable();
    let mut around = grouping.around;
    around.retain(|hash, _| groups.is_repeated(*hash));
    // In a small heap a list of other stories, too, is on few pages of each kind.
    let kinds = if total < decide::MANY { Kinds::default() } else { grouping.kinds };
    // The second comparison parts what the first took for one story.
    told_of_events.retain(|line, _| groups.stories(*line) >= events::FEW);
    let lines =
        Lines::new(headlines, &listed, around, tops, (kinds, told_of_events), (story_of.len(), grouping.headed));
    let mut alike: Vec<(u32, u32)> =
        grouping.alike.iter().filter(|(a, b)| first(*a) != first(*b)).flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
    alike.sort_unstable();
    alike.dedup();
    Found { groups, members, starts, lines, story_of, alike }
}

struct Rounds<'a> {
    shelf: &'a Shelf,
    place: &'a Place,
    options: &'a Options,
    /// Shingles that many stories have.
    common: Common,
    /// The first document of each document's story, as the first round found them.
    first_of: Vec<u32>,
    /// … and how many stories have a line that stands above headlines.
    on_top: u32,
    last: bool,
}

/// What one document gives to a round.
struct Sketched {
    sketch: Sketch,
    headlines: Vec<u64>,
    /// Short lines that stand elsewhere too, and what stands beside them.
    around: Vec<(u64, Beside)>,
    /// Whether it begins with a headline.
    headed: bool,
    /// What it begins with.
    top: Option<Topped>,
    /// Its kind, and the lines that many stories have.
    shown: Option<Shown>,
    /// Its sentences that many stories have, and what the others are about.
    telling: Option<Telling>,
}

/// The line at the top of a page and what stands below it.
struct Topped {
    /// That line, and the last lines of the page that many stories have.
    lines: Vec<u64>,
    /// Whether that looks like a headline, if it can be told.
    titled: Option<bool>,
    /// That, if another story has it too.
    below: Option<u64>,
}

impl Topped {
    /// Counts the page among those that begin or end so, and gives the line below the top if it may be another story's headline
    /// elsewhere.
    fn note(&self, number: u32, tops: &mut HashMap<u64, (u32, u32)>) -> Option<(u64, u32, u64)> {
        if let Some(titled) = self.titled {
            for line in &self.lines {
                if tops.len() < AROUND || tops.contains_key(line) {
                    let (headed, all) = tops.entry(*line).or_default();
                    *headed += u32::from(titled);
                    *all += 1;
                }
            }
        }
        self.below.and_then(|hash| Some((hash, number, *self.lines.first()?)))
    }
}

/// How much was told of: not each step is.
struct Told {
    done: usize,
    every: usize,
}

impl Told {
    const fn every(every: usize) -> Self {
        Self { done: 0, every }
    }

    /// What is to be told of, if it is enough or all.
    fn of(&mut self, done: usize, all: usize) -> Option<usize> {
        let tell = done >= self.done + self.every || (done == all && done > self.done);
        tell.then(|| self.done = done).map(|()| done)
    }
}

impl Rounds<'_> {
    fn round(&self, skip: &Skip, progress: &mut dyn FnMut(Progress)) -> Result<Grouping, IntakeError> {
        let total = self.shelf.len();
        let mut grouping = Grouping { first_of: (0u32..).take(total).collect(), ..Grouping::default() };
        let pairs = {
            let mut anchors = Sorter::new(self.place)?;
            let mut samples = Samples::new(total);
            let mut number = 0u32;
            let take = |piece: Vec<Sketched>| {
                for sketched in piece {
                    samples.push(&sketched.sketch);
                    let story = self.first_of.get(number as usize).copied().unwrap_or(number);
                    grouping.note(number, story, sketched);
                    number = number.saturating_add(1);
                }
                Ok(())
            };
            let mut told = Told::every(WINDOW);
            let tell = |taken: usize| {
                if let Some(done) = told.of((taken * PIECE).min(total), total) {
                    progress(self.step(Phase::Sketching, done, total));
                }
            };
            let sketch = |piece: usize| self.piece(piece * PIECE..((piece + 1) * PIECE).min(total), skip, &anchors);
            work::flow(total.div_ceil(PIECE), WINDOW / PIECE, sketch, take, tell)?;
            anchors.seal()?;
            pairs::pairs(&anchors, &samples)?
        };
        let companies = pairs::companies(pairs, total, |n| self.shelf.size(n));
        let compare = |at| match companies.get(at) {
            Some(company) => self.compared(company, skip),
            None => Ok(Round::default()),
        };
        let mut next = companies.iter();
        let take = |round: Round| {
            if let Some(company) = next.next() {
                grouping.take(company, round);
            }
            Ok(())
        };
        let mut told = Told::every(COMPANIES);
        let tell = |taken: usize| {
            if let Some(done) = told.of(taken, companies.len()) {
                progress(self.step(Phase::Comparing, done, companies.len()));
            }
        };
        work::flow(companies.len(), COMPANIES, compare, take, tell)?;
        Ok(grouping)
    }

    /// Sketches some documents and files them under their anchors.
    fn piece(
        &self,
        numbers: std::ops::Range<usize>,
        skip: &Skip,
        anchors: &Sorter,
    ) -> Result<Vec<Sketched>, IntakeError> {
        let mut pieces = Vec::with_capacity(numbers.len());
        let mut records: Vec<Record> = Vec::new();
        for number in numbers {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let mut sketched = self.sketched(number, skip)?;
            records.extend(pairs::filed(&mut sketched.sketch, number));
            pieces.push(sketched);
        }
        anchors.push(&mut records)?;
        Ok(pieces)
    }

    fn step(&self, phase: Phase, done: usize, of: usize) -> Progress {
        // Each round is half of the phase.
        let (done, of) = (done as u64, of as u64);
        let done = if self.last { of + done } else { done };
        Progress { phase, done, of: of * 2 }
    }

    fn sketched(&self, number: u32, skip: &Skip) -> Result<Sketched, IntakeError> {
        let document = self.shelf.document(number)?;
        let skipped = skip.lines(&document);
        let prose = document.prose().filter(|b| skipped.binary_search(&b.hash).is_err());
        let mut sketch = sketch::sketch(prose, &self.common);
        for anchor in sketch.anchors.iter_mut().chain(&mut sketch.pieces) {
            *anchor &= !NAMED;
        }
        let evidence = &document.evidence;
        sketch.anchors.extend(evidence.key.map(|k| sketch::mix(k ^ 1) | NAMED));
        sketch.anchors.extend(evidence.url.map(|u| sketch::mix(u ^ 2) | NAMED));
        let (headlines, around, headed, top, shown, telling) = match skip {
            Skip::Repeated(counts, many) if self.last => (
                headlines(&document, counts),
                select::around(&document, &|hash| counts.get(hash) > 1),
                select::is_headed(&document, &|hash| counts.get(hash)),
                topped(&document, counts, self.on_top),
                Shown::of(&document, &|hash| counts.get(hash), *many),
                Telling::of(&document, &|hash| counts.get(hash), *many),
            ),
            _ => (Vec::new(), Vec::new(), false, None, None, None),
        };
        Ok(Sketched { sketch, headlines, around, headed, top, shown, telling })
    }

    fn compared(&self, company: &Company, skip: &Skip) -> Result<Round, IntakeError> {
        let documents: Vec<Document> =
            company.documents.iter().map(|n| self.shelf.document(*n)).collect::<Result<_, _>>()?;
        let skipped: Vec<Vec<u64>> = documents.iter().map(|d| skip.lines(d)).collect();
        Ok(duplicates::compare(&documents, &company.pairs, skipped, &self.common, self.options))
    }

    /// Sentences of many stories that are told of one event, for certain or perhaps, by the counts of the first round: how common their stories' words are else is
    /// counted over a part of the stories.
    fn told_of_events(&self, grouping: &mut Grouping, skip: &Skip) -> Result<HashMap<u64, bool>, IntakeError> {
        const DRAWN: usize = 2000;
        let mut events = std::mem::take(&mut grouping.events);
        let Skip::Repeated(counts, many) = skip else { return Ok(HashMap::new()) };
        let wanted = events.narrow(*many);
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let stories = count_stories(&self.first_of);
        let drawn = drawn(&self.first_of, stories.div_ceil(DRAWN));
        let pieces = work::in_order(drawn.len().div_ceil(PIECE), |piece| {
            let mut found: Vec<u64> = Vec::new();
            for number in drawn.iter().skip(piece * PIECE).take(PIECE) {
                let words = events::about(&self.shelf.document(*number)?, &|hash| counts.get(hash), *many);
                found.extend(words.into_keys().filter(|word| wanted.contains(word)));
            }
            Ok(found)
        })?;
        let mut common: HashMap<u64, u32> = HashMap::new();
        pieces.into_iter().flatten().for_each(|word| *common.entry(word).or_default() += 1);
        Ok(events.told((&common, drawn.len()), &|line| counts.get(line), stories))
    }

    /// Word sequences that more than 0.2 % of the stories have, and at least nine: the words of a form. Counted over a part of the
    /// stories that their content draws.
    fn common_shingles(&self, first_of: &[u32], stories: usize, skip: &Skip) -> Result<Vec<u64>, IntakeError> {
        const DRAWN: usize = 4000;
        const EACH: usize = 1024;
        let drawn = drawn(first_of, stories.div_ceil(DRAWN));
        let pieces = work::in_order(drawn.len().div_ceil(PIECE), |piece| {
            let mut shingles: Vec<u64> = Vec::new();
            for number in drawn.iter().skip(piece * PIECE).take(PIECE) {
                let document = self.shelf.document(*number)?;
                let skipped = skip.lines(&document);
                let mut own: Vec<u64> = Vec::new();
                for block in document.prose().filter(|b| skipped.binary_search(&b.hash).is_err()) {
                    sketch::shingle(&block.key, &mut own);
                }
                own.sort_unstable();
                own.dedup();
                own.truncate(EACH);
                shingles.extend(own);
            }
            Ok(shingles)
        })?;
        let mut all: Vec<u64> = pieces.into_iter().flatten().collect();
        all.sort_unstable();
        let from = (drawn.len() / 500).max(8) + 1;
        Ok(all.chunk_by(|a, b| a == b).filter(|same| same.len() >= from).filter_map(|s| s.first().copied()).collect())
    }
}

fn topped(document: &Document, counts: &Counts, on_top: u32) -> Option<Topped> {
    let top = select::top(document, &|hash| counts.get(hash), on_top)?;
    let block = document.blocks.get(top.at)?;
    let below = (counts.get(block.hash) > 1 && words(&block.key).count() <= 18).then_some(block.hash);
    let mut lines = vec![top.line];
    lines.extend(select::feet(document, &|hash| counts.get(hash)));
    Some(Topped { lines, titled: select::looks_titled(block), below })
}

/// Lines of a document that may be a headline and stand in another story too.
fn headlines(document: &Document, counts: &Counts) -> Vec<u64> {
    let tops = titles::candidates(&document.blocks).take(6).map(|b| b.hash);
    let mut found: Vec<u64> = tops.chain(document.evidence.headline).filter(|h| counts.get(*h) > 1).collect();
    found.sort_unstable();
    found.dedup();
    found
}

impl Grouping {
    /// Counts what a document gives, the story of which was known before by its first document.
    fn note(&mut self, number: u32, story: u32, sketched: Sketched) {
        self.headlines.extend(sketched.headlines.into_iter().map(|h| (h, number)));
        self.headed += usize::from(sketched.headed);
        self.titles.extend(sketched.top.and_then(|top| top.note(number, &mut self.tops)));
        sketched.shown.iter().for_each(|shown| self.kinds.add(shown));
        sketched.telling.iter().for_each(|telling| self.events.add(story, telling));
        for (hash, beside) in sketched.around {
            if self.around.len() < AROUND || self.around.contains_key(&hash) {
                self.around.entry(hash).or_default().add(beside);
            }
        }
    }

    fn take(&mut self, company: &Company, round: Round) {
        let number = |at: usize| company.documents.get(at).copied().unwrap_or_default();
        for members in round.members {
            let Some(first) = members.first().map(|at| number(*at)) else { continue };
            for member in members {
                if let Some(slot) = self.first_of.get_mut(number(member) as usize) {
                    *slot = first;
                }
            }
        }
        let room = ALIKE.saturating_sub(self.alike.len());
        self.alike.extend(round.alike.into_iter().take(room).map(|(a, b)| (number(a), number(b))));
        for (at, lines) in round.foreign.into_iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            self.foreign.insert(number(at) as usize, lines);
        }
    }
}
