//! `masthead doctor`: examines a paper where it stands and says what to mend. It changes nothing, except that opening
//! the database brings it up to date, as serving it would.
mod books;
mod exposure;
pub mod leaks;
mod pictures;
mod search;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use newsroom::articles::{Marking, Story, StoryNumber};
use store::{Engine, Location, Store};

use crate::cli::{self, Failure, Place, say, working};
use crate::clock::Clock;
use crate::config::{self, Publication};
use crate::dice::Dice;
use crate::house::{House, Plan};
use crate::import::pictures::{FORMS, is_there};

/// How many examples a line names.
const NAMED: usize = 5;
/// Stories read at a time, and after how many the doctor says how far it is.
const PAGE: usize = 500;
const PROGRESS: usize = 50_000;

/// What was found so far. Every line is printed as soon as it is known.
#[derive(Debug, Default)]
struct Findings {
    faults: usize,
    warnings: usize,
}

impl Findings {
    fn good(&mut self, line: impl AsRef<str>) {
        say(&format!("✓ {}", line.as_ref()));
    }

    /// Not as it should be, but nothing is broken.
    fn warn(&mut self, line: impl AsRef<str>) {
        self.warnings += 1;
        say(&format!("! {}", line.as_ref()));
    }

    fn fault(&mut self, line: impl AsRef<str>) {
        self.faults += 1;
        say(&format!("✗ {}", line.as_ref()));
    }

    fn result(&self) -> Result<(), Failure> {
        let of = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let warnings = of(self.warnings, "warning", "warnings");
        if self.faults == 0 {
            say(&format!("\nThe paper is sound; {warnings}."));
            return Ok(());
        }
        let faults = of(self.faults, "thing is wrong", "things are wrong");
        Err(Failure::said(format!("{faults}, {warnings}: mend what is marked ✗ above, then run masthead doctor again")))
    }
}

/// Examines the paper of a place.
///
/// # Errors
/// A summary line when anything is wrong; the findings are printed before.
pub async fn command(place: &Place, depth: leaks::Depth) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let settings = place.data.join("publication.toml");
    let publication = match config::load(&settings) {
        Ok(publication) => publication,
        Err(error) => {
            findings.fault(format!("settings: {error}"));
            return findings.result();
        }
    };
    findings.good(format!(
        "settings: {} in {}, {} sections, {} plans",
        publication.name,
        publication.zone_name,
        publication.sections.len(),
        publication.plans.plans().len()
    ));
    for line in exposure::warnings(&publication) {
        findings.warn(line);
    }
    let has_key = files(place, &mut findings);
    let location = cli::location(place)?;
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        findings.fault(format!(
            "database: {} is not there. Start the paper once, or restore it from a backup",
            path.display()
        ));
        return findings.result();
    }
    let mut closed = 0;
    match Store::open(&location).await {
        Ok(store) => {
            working("reading the whole database");
            if let Err(error) = database(&store, &location, &mut findings).await {
                findings.fault(format!("database: {error}"));
            }
            working("looking at every story");
            match look(&publication, &store).await {
                Ok(looked) => {
                    closed = looked.locked - looked.open.count;
                    stories(&place.data, &looked, &mut findings);
                }
                Err(error) => findings.fault(format!("stories: {error}")),
            }
            working("reading the search index");
            search::check(&mut findings, &place.data, &publication, &store).await;
            store.close().await;
        }
        Err(error) => {
            findings.fault(format!("database: {error}"));
            return findings.result();
        }
    }
    if has_key {
        wall(place, publication, location, (depth, closed), &mut findings).await;
    } else {
        findings.warn(
            "books and wall: not examined, because that would make a secret.key. Start the paper once, then ask again",
        );
    }
    findings.result()
}

/// Folder and files: there, and for their owner alone. Whether the key is there.
fn files(place: &Place, findings: &mut Findings) -> bool {
    let key = place.data.join("secret.key");
    let mut secret: Vec<PathBuf> = vec![key.clone()];
    if place.database.is_none() {
        secret.extend(["masthead.db", "masthead.db-wal", "masthead.db-shm"].map(|name| place.data.join(name)));
    }
    let open: Vec<String> = secret
        .iter()
        .filter(|path| path.metadata().is_ok_and(|m| m.permissions().mode() & 0o077 != 0))
        .map(|path| path.display().to_string())
        .collect();
    if open.is_empty() {
        findings.good(format!("folder: what is secret in {} is readable by its owner alone", place.data.display()));
    } else {
        findings.fault(format!(
            "folder: others may read or write {}. Run: chmod 600 {}",
            open.join(", "),
            open.join(" ")
        ));
    }
    match std::fs::read(&key) {
        Ok(bytes) if bytes.len() == 32 => true,
        Ok(_) => {
            findings.fault(format!("folder: {} is not a key of 32 bytes. Restore it from a backup", key.display()));
            false
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => {
            findings.fault(format!("folder: {} cannot be read: {error}", key.display()));
            false
        }
    }
}

async fn database(store: &Store, location: &Location, findings: &mut Findings) -> Result<(), store::StoreError> {
    let problems = store.check().await?;
    let engine = match store.engine() {
        Engine::Sqlite => "SQLite, 3.51.3 or later",
        Engine::Postgres => "PostgreSQL, 14 or later",
    };
    if problems.is_empty() {
        findings.good(format!("database: {location} ({engine}) is whole"));
    }
    for problem in problems {
        findings.fault(format!("database: {problem}"));
    }
    Ok(())
}

/// What was seen of all stories; of examples only as many as are named.
#[derive(Default)]
struct Looked {
    all: usize,
    locked: usize,
    open: Kept,
    told: Kept,
    lost: Kept,
    /// Pictures by key, each with the first story that shows it.
    pictures: BTreeMap<String, StoryNumber>,
}

/// How many, and the first of them.
#[derive(Default)]
struct Kept {
    count: usize,
    first: Vec<String>,
}

impl Kept {
    fn add(&mut self, what: String) {
        self.count += 1;
        // one more than is named, so that the line says that there are more
        if self.first.len() <= NAMED {
            self.first.push(what);
        }
    }
}

/// Looks at every story, a page at a time, and says how far it is.
async fn look(publication: &Publication, store: &Store) -> Result<Looked, store::StoreError> {
    let sections: Vec<&str> = publication.sections.iter().map(|s| s.code.as_str()).collect();
    let (mut looked, mut after) = (Looked::default(), StoryNumber(0));
    loop {
        let page = store.stories_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(looked) };
        after = last.story.number;
        for story in page.iter().map(|stored| &stored.story) {
            looked.all += 1;
            if story.marking != Marking::Free {
                looked.locked += 1;
                if story.locked().is_empty() {
                    looked.open.add(story.number.0.to_string());
                }
                if let Some(told) = told(story) {
                    looked.told.add(told);
                }
            }
            if !sections.contains(&story.section.as_str()) {
                looked.lost.add(format!("{} in “{}”", story.number.0, story.section));
            }
            if let Some(picture) = &story.picture {
                looked.pictures.entry(picture.file.clone()).or_insert(story.number);
            }
        }
        if looked.all % PROGRESS == 0 {
            say(&format!("  … {} stories looked at", looked.all));
        }
    }
}

fn stories(data: &Path, looked: &Looked, findings: &mut Findings) {
    findings.good(format!("stories: {}, of which {} are not free", looked.all, looked.locked));
    let Looked { open, told, lost, .. } = looked;
    if open.count == 0 {
        findings.good("stories: each of those keeps at least one block back");
    } else {
        let numbers = named(open.first.iter());
        findings.fault(format!("stories: {} keep nothing back, because they have no text: {numbers}", open.count));
    }
    if told.count == 0 {
        findings.good("stories: no headline, standfirst or caption repeats what is closed");
    } else {
        findings.fault(format!(
            "stories: {} tell in words for everybody what is closed; write other words at the desk: {}{}",
            told.count,
            told.first.join(", "),
            if told.count > told.first.len() { " … (mend these, and look again)" } else { "" }
        ));
    }
    if lost.count == 0 {
        findings.good("stories: every section is in the settings");
    } else {
        findings.fault(format!(
            "stories: {} stand in sections that the settings lack: {}",
            lost.count,
            named(lost.first.iter())
        ));
    }
    pictures(data, &looked.pictures, findings);
}

/// The field for everybody of a story that repeats its closed part.
fn told(story: &Story) -> Option<String> {
    let fields = [("headline", Some(story.headline.as_str())), ("standfirst", story.standfirst.as_deref())];
    let told = |(_, words): &(_, Option<&str>)| words.is_some_and(|words| story.told_by(words).is_some());
    let beside = || Story::clone(story).withhold_beside().first().map(|(field, _)| *field);
    let found = fields.into_iter().find(told).map(|(field, _)| field).or_else(beside);
    found.map(|field| format!("{} ({field})", story.number.0))
}

fn pictures(data: &Path, shown: &BTreeMap<String, StoryNumber>, findings: &mut Findings) {
    let folder = data.join("pictures");
    let (faults, looked_at) = pictures::faults(&folder);
    for fault in faults.iter().take(NAMED) {
        findings.fault(format!("pictures: {fault}"));
    }
    if faults.len() > NAMED {
        findings.fault(format!("pictures: {} further files are broken", faults.len() - NAMED));
    }
    if faults.is_empty() {
        findings
            .good(format!("pictures: list and {looked_at} files are readable, each of the kind that its ending says"));
    }
    let missing: Vec<String> = shown
        .iter()
        .flat_map(|(key, story)| FORMS.map(|form| (format!("{key}{form}"), story)))
        .filter(|(file, _)| !is_there(&folder, file))
        .map(|(file, story)| format!("{file} (story {})", story.0))
        .collect();
    if missing.is_empty() {
        findings.good(format!("pictures: {}, each there in whatever form a page asks for", shown.len()));
    } else {
        findings.fault(format!(
            "pictures: {} files are missing in {}: {}; put them back from a copy of the folder",
            missing.len(),
            folder.display(),
            named(missing.iter())
        ));
    }
}

/// Opens the house without serving it, examines its books, and everything it would send to those who may not read.
async fn wall(
    place: &Place,
    publication: Publication,
    location: Location,
    (depth, closed): (leaks::Depth, usize),
    findings: &mut Findings,
) {
    let plan = Plan {
        publication,
        data: place.data.clone(),
        location,
        clock: Clock::system(),
        dice: Dice::system(),
        gateway: None,
    };
    working("opening the paper");
    let (house, _notes) = match House::open(plan).await {
        Ok(opened) => opened,
        Err(error) => {
            findings.fault(format!("wall: the paper does not open: {error}"));
            return;
        }
    };
    working("summing up the books");
    for (what, examined) in
        [("ledger", books::ledger(&house, findings).await), ("contracts", books::contracts(&house, findings).await)]
    {
        if let Err(error) = examined {
            findings.fault(format!("{what}: {error}"));
        }
    }
    working("searching what is sent to readers without the right for closed text");
    match leaks::examine(&house, depth, closed).await {
        Ok(seen) => {
            for leak in seen.leaks.iter().take(NAMED) {
                findings.fault(format!("wall: {leak}"));
            }
            if seen.leaks.len() > NAMED {
                findings.fault(format!("wall: {} further addresses give closed text away", seen.leaks.len() - NAMED));
            }
            if seen.leaks.is_empty() {
                findings.good(format!("wall: {seen}"));
            }
        }
        Err(error) => findings.fault(format!("wall: {error}")),
    }
    close(house).await;
}

async fn close(house: Arc<House>) {
    house.store.close().await;
}

/// The first few, and how many more there are.
fn named<T: std::fmt::Display>(all: impl ExactSizeIterator<Item = T>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let mut line = all.take(NAMED).map(|item| item.to_string()).collect::<Vec<_>>().join(", ");
    if more > 0 {
        line.push_str(&format!(" and {more} more"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn long_lists_name_a_few_and_count_the_rest() {
        assert_eq!(named([1, 2].iter()), "1, 2");
        assert_eq!(named((1..=8).collect::<Vec<_>>().iter()), "1, 2, 3, 4, 5 and 3 more");
    }
}
