//! `masthead init DIR [--sample]`
use std::path::Path;

use newsroom::articles::StoryNumber;
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
    let settings = if with_sample { sample::publication()? } else { sample::blank_publication() };
    make_folder(dir)?;
    write_settings(dir, settings)?;
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
    say(&format!("  The sample paper: {}.", report.summary()));
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
        Failure::said(format!(
            "{} cannot be made: {e}. Choose another folder with --data, or give this user the right",
            dir.display()
        ))
    })
}

/// Writes the settings of a new paper, whole or not at all.
///
/// # Errors
/// One clear line.
pub fn write_settings(dir: &Path, text: &str) -> Result<(), Failure> {
    let (part, path) = (dir.join(sample::HALF_WRITTEN), dir.join("publication.toml"));
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &path)).map_err(|e| {
        Failure::said(format!("{} cannot be written: {e}. Give this user the right to the folder", path.display()))
    })
}

/// Whether a paper is the sample and has yet to be filled, or its filling was cut short: a first start that was killed
/// is taken up where it was.
///
/// # Errors
/// The store's.
pub async fn wants_filling(place: &Place, store: &Store) -> Result<bool, Failure> {
    if let Some(state) = store.setting(FILLING).await? {
        return Ok(state == "begun");
    }
    let settings = std::fs::read_to_string(place.data.join("publication.toml")).unwrap_or_default();
    Ok(settings == sample::publication()? && store.stories_after(StoryNumber(0), 1).await?.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder as a first start leaves it that was killed between the migration and the first story.
    async fn killed(settings: &str) -> (tempfile::TempDir, Place, Store) {
        let folder = tempfile::tempdir().unwrap();
        write_settings(folder.path(), settings).unwrap();
        let place = Place { data: folder.path().to_owned(), database: None };
        let store = Store::open(&location(&place).unwrap()).await.unwrap();
        (folder, place, store)
    }

    #[tokio::test]
    async fn a_first_start_that_was_killed_is_taken_up_again() {
        let (_folder, place, store) = killed(sample::publication().unwrap()).await;
        assert!(wants_filling(&place, &store).await.unwrap(), "nothing was noted yet");
        store.set_setting(FILLING, "begun").await.unwrap();
        assert!(wants_filling(&place, &store).await.unwrap(), "it had begun");
        store.set_setting(FILLING, "done").await.unwrap();
        assert!(!wants_filling(&place, &store).await.unwrap(), "it was done");
        store.close().await;
    }

    #[tokio::test]
    async fn a_paper_of_ones_own_is_never_filled_with_the_sample() {
        let changed = sample::publication().unwrap().replacen("The Deccan Ledger", "Mine", 2);
        for settings in [sample::blank_publication(), &changed] {
            let (_folder, place, store) = killed(settings).await;
            assert!(!wants_filling(&place, &store).await.unwrap());
            store.close().await;
        }
    }

    #[test]
    fn settings_that_were_never_written_whole_leave_the_folder_vacant() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(sample::HALF_WRITTEN), "name = \"The D").unwrap();
        assert!(sample::is_vacant(folder.path()));
        write_settings(folder.path(), sample::blank_publication()).unwrap();
        assert!(!sample::is_vacant(folder.path()));
        assert!(!folder.path().join(sample::HALF_WRITTEN).exists());
    }
}
