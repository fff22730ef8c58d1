//! Everything that came in is compared with the rest of the paper: crawls are rebuilt, and what tells one story in several formats becomes
//! one. Memory stays bounded: the archive's intake sets aside what it reads, and what it finds out goes to a plan on the disk.
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use archive::intake::{Groups, Intake, Outcome, Phase, Progress};
use archive::item::{Item, Part, When};
use archive::{Alike, Crawl, Known, Options, Rebuilt};
use indicatif::ProgressBar;
use newsroom::articles::{Block, StoryNumber};
use store::{Finding, Followed, One, StoredStory, is_telling};
use tokio::sync::mpsc;

use super::journal::{What, line};
use super::plan::{self, Making, Meant, Named, Step};
use super::run::told_well;
use super::{Report, Run, Target, WORK, bar, crawls, proper};
use crate::cli::Failure;

/// Stories that are read at a time.
const PAGE: usize = 100;
/// Findings done in one transaction …
const BATCH: usize = 200;
/// … or fewer, when they are large: bytes of the plan.
const BATCH_BYTES: usize = 4 << 20;
/// Pairs of stories that sound alike, held until both are in the paper: about 40 MB. Of a heap with more, those planned early are asked
/// about only where both stories came in before.
const ALIKE: usize = 200_000;

/// Compares what came in with everything else, and does what follows. A run that was cut off goes on with its plan.
///
/// # Errors
/// When the store, the report or the work folder fails.
pub async fn take(target: &Target<'_>, run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    if report.at.gathered {
        return Ok(());
    }
    let newcomers = target.store.newcomers().await?;
    if newcomers.is_empty() && !target.store.crawls_wait().await? {
        return Ok(());
    }
    run.begin(target, report).await?;
    if report.at.findings == 0 && target.store.only_own_stories().await? {
        report.at.last = target.store.last_story().await?.0;
        return end(target, run, report).await;
    }
    let path = run.plan(target)?;
    // What was begun goes on as it was planned, even if the paper has changed since.
    if report.at.findings == 0 || plan::fingerprint(&path).as_deref() != Some(report.at.plan.as_str()) {
        report.at.last = target.store.last_story().await?.0;
        report.at.plan = make(target, &newcomers, &path).await?;
        report.at.findings = 0;
    }
    let mut reading = plan::Reading::open(&path, report.at.findings).map_err(Failure::said)?;
    loop {
        let steps = reading.steps(BATCH, BATCH_BYTES).map_err(Failure::said)?;
        if steps.is_empty() {
            break;
        }
        carry_out(target, &steps, run, report).await?;
    }
    end(target, run, report).await?;
    let _ = std::fs::remove_file(&path);
    Ok(())
}

async fn end(target: &Target<'_>, run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    report.at.gathered = true;
    let account = run.account(report).map_err(Failure::said)?;
    Ok(target.store.end_gathering(StoryNumber(report.at.last), run.id()?, &account).await?)
}

/// What the intake is given.
enum Piece {
    Known(Known),
    Item(Box<Item>),
    Crawl(Crawl),
}

/// A crawl that the intake was given.
struct Held {
    /// By what the intake's words for it are found again: of its name and text.
    print: u128,
    hash: Box<str>,
    waits: bool,
    told: bool,
}

fn print_of(name: &str, hash: &str) -> u128 {
    let digest = blake3::hash(format!("{hash} {name}").as_bytes());
    digest.as_bytes().first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes))
}

/// Makes the plan and gives its fingerprint.
async fn make(target: &Target<'_>, newcomers: &[StoryNumber], path: &Path) -> Result<String, Failure> {
    let work: PathBuf = target.data.join(WORK);
    std::fs::create_dir_all(&work).map_err(|e| Failure::said(format!("{} cannot be written: {e}", work.display())))?;
    let options = Options { zone: target.publication.zone.clone(), ..Options::default() };
    // One page waits while the one before it is read.
    let (sender, mut pages) = mpsc::channel::<Vec<Piece>>(1);
    let intake = tokio::task::spawn_blocking(move || {
        let mut intake = Intake::new(&work, &options)?;
        while let Some(page) = pages.blocking_recv() {
            for piece in page {
                match piece {
                    Piece::Known(known) => intake.known(&known)?,
                    Piece::Item(item) => intake.item(*item)?,
                    Piece::Crawl(crawl) => intake.crawl(crawl)?,
                }
            }
        }
        Ok::<_, archive::intake::IntakeError>(intake)
    });
    let held = feed(target, newcomers, &sender).await?;
    drop(sender);
    let intake = intake.await.map_err(|e| broken(&e))?.map_err(|e| broken(&e))?;
    let path = path.to_owned();
    let made = tokio::task::spawn_blocking(move || {
        let bar = bar(0, "comparing");
        let groups = intake.finish(&mut |progress| show(&bar, progress)).map_err(|e| e.to_string())?;
        let made =
            Planning { held, plan: Making::begin(&path)?, copies: Vec::new(), alike: Vec::new(), series: Vec::new() }
                .make(groups, &bar);
        bar.finish_and_clear();
        made
    });
    made.await.map_err(|e| broken(&e))?.map_err(Failure::said)
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::said(format!("what came in could not be compared: {error}"))
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(match progress.phase {
        Phase::Sketching => "sketching",
        Phase::Comparing => "comparing",
        Phase::Rebuilding => "rebuilding",
    });
    bar.set_length(progress.of);
    bar.set_position(progress.done);
}

/// Gives all crawls and all stories to the intake: those that came in as pieces that tell a story, the others as the paper's own.
async fn feed(
    target: &Target<'_>,
    newcomers: &[StoryNumber],
    sender: &mpsc::Sender<Vec<Piece>>,
) -> Result<Vec<Held>, Failure> {
    let (mut held, mut owners) = (Vec::new(), Vec::new());
    let mut after = String::new();
    loop {
        let page = target.store.crawls_after(&after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.hash);
        let mut pieces = Vec::with_capacity(page.len());
        for crawl in page {
            let bytes = crawl.text.into_bytes();
            let print = print_of(&crawl.name, &archive::fingerprint(&bytes));
            held.push(Held { print, hash: crawl.hash.into(), waits: crawl.waits, told: false });
            owners.extend(crawl.story);
            pieces.push(Piece::Crawl(Crawl { name: crawl.name, bytes }));
        }
        send(sender, pieces).await?;
    }
    held.sort_unstable_by_key(|held| held.print);
    owners.sort_unstable();
    owners.dedup();
    let mut after = StoryNumber(0);
    loop {
        let page = target.store.stories_after(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.story.number;
        let pieces = page.iter().filter_map(|stored| {
            let number = stored.story.number;
            let rebuilt = stored.source_key.as_deref().is_some_and(|key| key.starts_with("crawl:"));
            // Its crawls tell it.
            if rebuilt && owners.binary_search(&number).is_ok() {
                return None;
            }
            let came = newcomers.binary_search(&number).is_ok() && is_telling(&stored.story.body);
            Some(if came { Piece::Item(Box::new(item(stored))) } else { Piece::Known(known(stored)) })
        });
        send(sender, pieces.collect()).await?;
    }
    Ok(held)
}

async fn send(sender: &mpsc::Sender<Vec<Piece>>, pieces: Vec<Piece>) -> Result<(), Failure> {
    sender
        .send(pieces)
        .await
        .map_err(|_| broken(&"the work folder cannot hold what is set aside there; look at its space"))
}

/// What gave a story its key, of the exports that give each of theirs one, and who may read it: no update opens what another one closes.
fn system(stored: &StoredStory) -> Option<String> {
    let key = stored.source_key.as_deref()?;
    let (kind, _) = key.split_once(':').filter(|(kind, _)| !matches!(*kind, "page" | "crawl" | "file" | "story"))?;
    let end = key.rfind([':', '/', '=']).filter(|end| *end >= kind.len())?;
    Some(format!("{} {}", key.get(..end)?, stored.story.marking.word()))
}

fn known(stored: &StoredStory) -> Known {
    let story = &stored.story;
    Known {
        number: story.number.0,
        key: None,
        system: system(stored),
        published_at: story.published_at,
        headline: if story.headline_provisional { String::new() } else { story.headline.clone() },
        paragraphs: story.body.iter().map(|block| block.text().to_owned()).collect(),
    }
}

/// A story that came in, as a piece that tells one.
fn item(stored: &StoredStory) -> Item {
    let story = &stored.story;
    let name = format!("story {}", story.number.0);
    let mut item = Item::new(name.clone(), name, 0);
    item.system = system(stored);
    item.headline = (!story.headline_provisional).then(|| story.headline.clone());
    item.published_at = story.published_at.map(When::Instant);
    item.updated_at = story.updated_at.map(When::Instant);
    item.body = story
        .body
        .iter()
        .map(|block| match block {
            Block::Crosshead(text) => Part::Crosshead(text.clone()),
            Block::Quote(text) => Part::Quote(text.clone()),
            block => Part::Paragraph(block.text().to_owned()),
        })
        .collect();
    item
}

fn number_of(item: &Item) -> Option<u32> {
    story_of(&item.key)
}

fn story_of(name: &str) -> Option<u32> {
    name.strip_prefix("story ")?.parse().ok()
}

/// A plan in the making.
struct Planning {
    /// By print.
    held: Vec<Held>,
    plan: Making,
    /// Copies of one story of the paper.
    copies: Vec<archive::intake::Copy>,
    /// Pairs of stories that sound alike.
    alike: Vec<[Meant; 2]>,
    /// The same of stories of which each sounds like several.
    series: Vec<[Meant; 2]>,
}

impl Planning {
    fn make(mut self, groups: Groups, bar: &ProgressBar) -> Result<String, String> {
        bar.set_message("rebuilding");
        bar.set_length(groups.stories());
        let mut groups = groups;
        while let Some(outcome) = groups.next() {
            bar.set_position(groups.rebuilt());
            self.outcome(outcome.map_err(|e| e.to_string())?)?;
        }
        self.end_copies()?;
        self.name_alike()?;
        let held = std::mem::take(&mut self.held);
        // What the intake says nothing of would wait for ever.
        for left in held.into_iter().filter(|held| held.waits && !held.told) {
            let crawl = Named { hash: left.hash.into(), name: String::new(), new: true, extra: None };
            let reason = "no story was found in it: crawl the page again or delete the file".to_owned();
            self.plan.add(&Step::Useless { crawl, reason })?;
        }
        self.plan.end()
    }

    fn outcome(&mut self, outcome: Outcome) -> Result<(), String> {
        match outcome {
            Outcome::Copy(copy) => {
                if self.copies.first().is_some_and(|first| first.copy.number != copy.copy.number) {
                    self.end_copies()?;
                }
                self.copies.push(*copy);
            }
            Outcome::Story(story) => {
                self.end_copies()?;
                let stories: Vec<u32> = story.items.iter().filter_map(number_of).collect();
                self.story(story.rebuilt, story.line, stories)?;
            }
            Outcome::Refused(refused) => {
                self.end_copies()?;
                for crawl in self.crawls(&refused.name, &refused.hash, None).into_iter().filter(|crawl| crawl.new) {
                    self.plan.add(&Step::Useless { crawl, reason: refused.reason.clone() })?;
                }
            }
            // Said when the crawl came in.
            Outcome::Note(_) => {}
        }
        Ok(())
    }

    /// The crawls that the intake means: several where the same words came in several encodings.
    fn crawls(&mut self, name: &str, hash: &str, extra: Option<usize>) -> Vec<Named> {
        let print = print_of(name, hash);
        let from = self.held.partition_point(|held| held.print < print);
        let same = self.held.iter_mut().skip(from).take_while(|held| held.print == print);
        same.map(|held| {
            held.told = true;
            Named { hash: held.hash.to_string(), name: name.to_owned(), new: held.waits, extra }
        })
        .collect()
    }

    fn story(&mut self, rebuilt: Rebuilt, line: archive::StoryLine, stories: Vec<u32>) -> Result<(), String> {
        let refs = rebuilt.crawls.iter().chain(rebuilt.versions.iter().flat_map(|version| &version.crawls));
        let refs: Vec<archive::CrawlRef> = refs.cloned().collect();
        let crawls: Vec<Named> = refs.iter().flat_map(|r| self.crawls(&r.name, &r.hash, None)).collect();
        let own = stories.first().map(|n| Meant::Story(*n));
        let own = own.or_else(|| crawls.first().map(|crawl| Meant::Crawl(crawl.hash.clone())));
        if let Some(own) = own {
            let pair = |other| Some([own.clone(), self.meant(other)?]);
            let (alike, series): (Vec<_>, Vec<_>) =
                (rebuilt.alike.iter().filter_map(pair).collect(), rebuilt.series.iter().filter_map(pair).collect());
            self.alike.extend(alike);
            self.series.extend(series);
            if self.alike.len() + self.series.len() > ALIKE {
                self.name_alike()?;
            }
        }
        if stories.is_empty() {
            // Stories whose crawls all came in before are left as they are.
            if crawls.iter().any(|crawl| crawl.new) {
                self.plan.add(&Step::Rebuilt { rebuilt: Box::new(rebuilt), line: Box::new(line), crawls })?;
            }
            return Ok(());
        }
        if stories.len() > 1 || !crawls.is_empty() {
            self.plan.add(&Step::One { stories, crawls })?;
        }
        Ok(())
    }

    /// The story that an alike one is, as the store finds it.
    fn meant(&self, other: &Alike) -> Option<Meant> {
        match other {
            Alike::Known(number) => Some(Meant::Story(*number)),
            Alike::Piece(piece) => match story_of(&piece.name) {
                Some(number) => Some(Meant::Story(number)),
                None => {
                    let print = print_of(&piece.name, &piece.hash);
                    let at = self.held.binary_search_by_key(&print, |held| held.print).ok()?;
                    self.held.get(at).map(|held| Meant::Crawl(held.hash.to_string()))
                }
            },
        }
    }

    /// Plans the doubts about pairs, each once. Behind everything else: both stories are in the paper then.
    fn name_alike(&mut self) -> Result<(), String> {
        for (mut pairs, asked) in [(std::mem::take(&mut self.alike), true), (std::mem::take(&mut self.series), false)] {
            for pair in &mut pairs {
                pair.sort_unstable();
            }
            pairs.sort_unstable();
            pairs.dedup();
            for [one, other] in pairs {
                self.plan.add(&if asked { Step::Alike(one, other) } else { Step::Series(one, other) })?;
            }
        }
        Ok(())
    }

    /// All copies of a story of the paper are known.
    fn end_copies(&mut self) -> Result<(), String> {
        let copies = std::mem::take(&mut self.copies);
        let Some(number) = copies.first().map(|copy| copy.copy.number) else { return Ok(()) };
        let (mut stories, mut crawls) = (vec![number], Vec::new());
        for copy in copies {
            match copy.item.as_ref().and_then(number_of) {
                Some(other) => stories.push(other),
                None => {
                    let extra = Some(copy.copy.extra.len());
                    crawls.extend(self.crawls(&copy.copy.crawl.name, &copy.copy.crawl.hash, extra));
                }
            }
        }
        if stories.len() > 1 || crawls.iter().any(|crawl| crawl.new) {
            self.plan.add(&Step::One { stories, crawls })?;
        }
        Ok(())
    }
}

/// Does some steps of the plan, in one transaction.
async fn carry_out(target: &Target<'_>, steps: &[Step], run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    report.at.findings += u64::try_from(steps.len()).unwrap_or_default();
    let findings: Vec<Finding> = steps.iter().map(|step| finding(target, step)).collect();
    let id = run.id()?;
    let told = |followed: &[Followed]| {
        for (step, followed) in steps.iter().zip(followed) {
            tell(step, followed, run, report)?;
        }
        run.account(report)
    };
    told_well(target.store.settle_findings(&findings, id, target.now, &target.publication.zone, told).await)
}

fn finding(target: &Target<'_>, step: &Step) -> Finding {
    let hashes = |crawls: &[Named]| crawls.iter().map(|crawl| crawl.hash.clone()).collect();
    match step {
        Step::Rebuilt { rebuilt, crawls: named, .. } => {
            let story = crawls::story(target, rebuilt);
            let doubts = crawls::doubts(rebuilt, &story, &names(named), &target.publication.zone);
            let key = format!("crawl:{}", rebuilt.key);
            Finding::Rebuilt {
                story: Box::new(story),
                key,
                crawls: hashes(named),
                later: later(rebuilt, named),
                doubts,
            }
        }
        Step::One { stories, crawls } => {
            Finding::One { stories: stories.iter().map(|n| StoryNumber(*n)).collect(), crawls: hashes(crawls) }
        }
        Step::Alike(a, b) => Finding::Alike(meant(a), meant(b)),
        Step::Series(a, b) => Finding::Series(meant(a), meant(b)),
        Step::Useless { crawl, .. } => Finding::Useless(crawl.hash.clone()),
    }
}

/// The paragraphs that only crawls of this import tell.
fn later(rebuilt: &Rebuilt, named: &[Named]) -> Vec<String> {
    let new: HashSet<&str> = named.iter().filter(|crawl| crawl.new).map(|crawl| crawl.name.as_str()).collect();
    let late = |p: &&archive::Paragraph| p.witnesses.iter().all(|witness| new.contains(witness.crawl.as_str()));
    rebuilt.paragraphs.iter().filter(late).map(|paragraph| paragraph.text.clone()).collect()
}

fn meant(story: &Meant) -> store::Meant {
    match story {
        Meant::Story(number) => store::Meant::Story(StoryNumber(*number)),
        Meant::Crawl(hash) => store::Meant::Crawl(hash.clone()),
    }
}

fn names(crawls: &[Named]) -> String {
    crawls.iter().map(|crawl| crawl.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Counts and writes down what was done.
fn tell(step: &Step, followed: &Followed, run: &mut Run, report: &mut Report) -> Result<(), String> {
    match (step, followed) {
        (
            Step::Rebuilt { rebuilt, line: account, crawls },
            Followed::Rebuilt { saved, headline, changed, doubts, withheld, .. },
        ) => {
            report.count(*saved);
            report.doubts += doubts.len();
            let kept = doubts.iter().map(|doubt| archive::Doubt {
                paragraph: doubt.paragraph,
                text: doubt.text.clone(),
                left_out: Vec::new(),
            });
            let account = archive::StoryLine { doubts: kept.collect(), ..archive::StoryLine::clone(account) };
            report.count_rebuilt(&account, *saved, crawls.iter().filter(|crawl| crawl.new).count());
            let names = names(crawls);
            let story = Retold { place: &names, headline, changed, saved: *saved };
            tell_rebuilt(rebuilt, &account, &story, run)?;
            tell_withheld(withheld, &names, saved.number().0, run, report)
        }
        (Step::Rebuilt { crawls, .. } | Step::One { crawls, .. }, Followed::One(one)) => {
            tell_one(crawls, one, run, report)
        }
        (Step::Alike(..) | Step::Series(..), Followed::Alike { doubts, withheld }) => {
            report.doubts += doubts.len();
            for (number, text) in doubts {
                let place = format!("story {}", number.0);
                run.journal()?.write(line(What::Doubted, &place, Some(number.0), String::new(), text.clone()))?;
                tell_withheld(withheld, &place, number.0, run, report)?;
            }
            Ok(())
        }
        (Step::Useless { crawl, reason }, _) => {
            report.count_useless();
            report.refuse(&crawl.name, reason);
            run.journal()?.write(super::reading::refused(&crawl.name, reason))
        }
        _ => Ok(()),
    }
}

/// A story of crawls as the paper has it now.
struct Retold<'a> {
    place: &'a str,
    headline: &'a str,
    changed: &'a [&'static str],
    saved: store::Saved,
}

fn tell_rebuilt(
    rebuilt: &Rebuilt,
    account: &archive::StoryLine,
    story: &Retold<'_>,
    run: &mut Run,
) -> Result<(), String> {
    let Retold { place, headline, .. } = *story;
    let what = match story.saved {
        store::Saved::New(_) => Some(What::Kept),
        store::Saved::Changed(_) => Some(What::Changed),
        store::Saved::Same(_) => None,
    };
    let number = Some(story.saved.number().0);
    let journal = run.journal()?;
    if let Some(what) = what {
        let why = match story.changed {
            [] => String::new(),
            parts => format!("its crawls taken together tell it so: {}", parts.join(", ")),
        };
        journal.write(line(what, place, number, headline.to_owned(), why))?;
    }
    for doubt in &account.doubts {
        let doubted = line(What::Doubted, place, number, headline.to_owned(), doubt.text.clone());
        journal.write(super::journal::Line { paragraph: doubt.paragraph, ..doubted })?;
    }
    for dropped in rebuilt.dropped.iter().filter(|_| what.is_some()) {
        let place = format!("{}, line {}", dropped.crawl, dropped.line);
        journal.write(line(What::Dropped, &place, number, dropped.text.clone(), dropped.reason.clone()))?;
    }
    Ok(())
}

fn tell_one(crawls: &[Named], one: &One, run: &mut Run, report: &mut Report) -> Result<(), String> {
    let stays = one.stays.0;
    let journal = run.journal()?;
    for (number, headline) in &one.joined {
        // It was counted as new when it came in.
        if number.0 > report.at.first {
            report.added = report.added.saturating_sub(1);
        }
        report.merged += 1;
        let state = match one.corrected.iter().find(|(other, _)| other == number) {
            Some((_, dated)) => format!("; both have one number in two tables: {}", super::reading::followed(*dated)),
            None => String::new(),
        };
        let why = format!("story {} tells the same as story {stays}, and its addresses lead there{state}", number.0);
        let was = (number.0 > report.at.first).then_some(number.0);
        let merged = line(What::Merged, &format!("story {}", number.0), Some(stays), headline.clone(), why);
        journal.write(super::journal::Line { was, ..merged })?;
    }
    if one.changed && stays <= report.at.first {
        report.changed += 1;
        let why = format!("has what another copy of it says{}", super::reading::closes(one.closes));
        journal.write(line(What::Changed, &format!("story {stays}"), Some(stays), String::new(), why))?;
    }
    for crawl in crawls.iter().filter(|crawl| crawl.new) {
        let why = match crawl.extra {
            Some(1) => format!("a copy of story {stays}: 1 of its paragraphs is not in it"),
            Some(extra @ 2..) => format!("a copy of story {stays}: {extra} of its paragraphs are not in it"),
            Some(0) | None => format!("a copy of story {stays}"),
        };
        report.count_copy(format!("{}: {why}", crawl.name));
        journal.write(line(What::Merged, &crawl.name, Some(stays), String::new(), why))?;
    }
    if let Some(by) = &one.kept_out {
        for crawl in crawls.iter().filter(|crawl| crawl.new) {
            let remark = super::reading::stays_out(by);
            report.remark_of(&crawl.name, &remark, Some(stays));
            run.journal()?.write(line(What::Remarked, &crawl.name, Some(stays), String::new(), remark))?;
        }
    }
    tell_withheld(&one.withheld, &format!("story {stays}"), stays, run, report)
}

/// Remarks on what a story lost to what is closed of it.
fn tell_withheld(
    withheld: &[store::Withheld],
    place: &str,
    number: u32,
    run: &mut Run,
    report: &mut Report,
) -> Result<(), String> {
    for taken in withheld {
        let remark = proper::withheld_told(taken);
        report.remark_of(place, &remark, Some(number));
        run.journal()?.write(line(What::Remarked, place, Some(number), proper::by_number(Some(number)), remark))?;
    }
    Ok(())
}
