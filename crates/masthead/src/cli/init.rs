//! `masthead init DIR [--sample]`
use std::path::Path;

use store::{Location, Store};

use super::{Failure, Place, say};
use crate::clock::Clock;
use crate::{config, import, sample};

/// Makes a paper.
///
/// # Errors
/// One clear line.
pub async fn run(dir: &Path, database: Option<&str>, with_sample: bool) -> Result<(), Failure> {
    if !sample::is_vacant(dir) {
        return Err(Failure::said(format!(
            "{} is not empty, and nothing in it will be touched. Name a new folder, or serve what is there with --data",
            dir.display()
        )));
    }
    let settings = if with_sample { sample::publication()?.to_owned() } else { sample::blank_publication()? };
    make_folder(dir)?;
    write(&dir.join("publication.toml"), &settings)?;
    let place = Place { data: dir.to_owned(), database: database.map(str::to_owned) };
    let publication = config::load(&dir.join("publication.toml"))?;
    let store = Store::open(&super::location(&place)?).await?;
    if with_sample {
        fill(&place, &publication, &store).await?;
    }
    store.close().await;
    say(&format!("Made {} in {}.", publication.name, dir.display()));
    if !with_sample {
        say(&format!("Now fill in {}/publication.toml, then: masthead serve --data {}", dir.display(), dir.display()));
    }
    Ok(())
}

/// The setting that says how far the sample's import has come: `begun` or `done`.
pub const FILLING: &str = "sample import";

/// Imports the sample's stories, pictures and crawls.
///
/// # Errors
/// One clear line.
pub async fn fill(place: &Place, publication: &config::Publication, store: &Store) -> Result<(), Failure> {
    say("Importing the sample paper …");
    store.set_setting(FILLING, "begun").await?;
    let inputs = import::inside(&sample::SAMPLE);
    let target = import::Target { publication, store, data: &place.data, dry_run: false, now: Clock::system().now() };
    let report = import::run(&target, "the sample paper", &inputs).await?;
    for refused in &report.refused {
        say(&format!("refused: {}: {}", refused.name, refused.reason));
    }
    say(&format!("  {} of the sample paper.", report.summary()));
    store.set_setting(FILLING, "done").await?;
    Ok(())
}

/// Makes the folder of a paper, for its owner alone: it will hold keys and readers' addresses.
///
/// # Errors
/// One clear line.
pub fn make_folder(dir: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|e| {
        Failure::said(format!("{} cannot be made: {e}. Choose another folder with --data, or give this user the right", dir.display()))
    })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|e| Failure::said(format!("{} cannot be written: {e}. Give this user the right to the folder", path.display())))
}

/// The database of a place.
///
/// # Errors
/// When the setting names none.
pub fn location(place: &Place) -> Result<Location, Failure> {
    match &place.database {
        Some(url) => Ok(Location::parse(url)?),
        None => Ok(Location::Sqlite(place.data.join("masthead.db"))),
    }
}
