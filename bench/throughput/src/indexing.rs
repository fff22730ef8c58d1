//! The third stage: the stories that came out, put into a search index.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use archive::Rebuilt;
use jiff::{Timestamp, tz::TimeZone};
use newsroom::articles::{Marking, StoryNumber};
use search::{Document, Index, Language, Settings};

/// Stories on their way to the index. They wait in a file, so that rebuilding and indexing are measured apart.
pub(crate) struct Waiting {
    path: PathBuf,
    out: BufWriter<File>,
    stories: u32,
}

impl Waiting {
    pub(crate) fn beside(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("rebuilt");
        Ok(Self { out: BufWriter::new(File::create(&path)?), path, stories: 0 })
    }

    /// How many paragraphs there are, then each one's length and bytes: reading costs next to nothing, so that indexing is what is measured.
    pub(crate) fn push(&mut self, story: &Rebuilt) -> Result<(), Box<dyn std::error::Error>> {
        self.number(story.paragraphs.len())?;
        for paragraph in &story.paragraphs {
            self.number(paragraph.text.len())?;
            self.out.write_all(paragraph.text.as_bytes())?;
        }
        self.stories += 1;
        Ok(())
    }

    fn number(&mut self, number: usize) -> Result<(), Box<dyn std::error::Error>> {
        Ok(self.out.write_all(&u32::try_from(number)?.to_le_bytes())?)
    }

    /// Ends the file.
    pub(crate) fn close(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }

    /// Indexes all of them as a paper does that makes its index anew; how many.
    pub(crate) fn index(&self, folder: &Path) -> Result<u64, Box<dyn std::error::Error>> {
        let index = Index::open(folder, Settings { language: Language::read("en"), zone: TimeZone::UTC })?;
        let mut rebuild = index.rebuild()?;
        self.each(|document| Ok(rebuild.add(document)?))?;
        let documents = rebuild.documents();
        rebuild.finish(1, |_, _| ())?;
        Ok(documents)
    }

    /// Tells all of them, in order.
    pub(crate) fn each(
        &self,
        mut told: impl FnMut(&Document) -> Result<(), Box<dyn std::error::Error>>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let mut input = BufReader::new(File::open(&self.path)?);
        for story in 1..=self.stories {
            let mut paragraphs = Vec::new();
            for _ in 0..number(&mut input)? {
                let mut bytes = vec![0; number(&mut input)? as usize];
                input.read_exact(&mut bytes)?;
                paragraphs.push(String::from_utf8(bytes)?);
            }
            told(&document(story, &paragraphs))?;
        }
        Ok(())
    }
}

fn number(input: &mut impl Read) -> std::io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Of twenty stories five are free, one asks for an account, ten are metered, four premium; the first paragraph is the preview.
fn document(number: u32, paragraphs: &[String]) -> Document {
    let marking = match number % 20 {
        0..5 => Marking::Free,
        5 => Marking::Registered,
        6..16 => Marking::Metered,
        _ => Marking::Premium,
    };
    let whole = paragraphs.join("\n");
    let first = paragraphs.first().cloned().unwrap_or_default();
    Document {
        number: StoryNumber(number),
        revision: 1,
        section: ["world", "nation", "markets", "science", "sport", "culture", "opinion"][number as usize % 7]
            .to_owned(),
        headline: first.split_whitespace().take(9).collect::<Vec<_>>().join(" "),
        bylines: vec![format!("Reporter {}", number % 300)],
        topics: vec![format!("Topic {}", number % 500)],
        marking,
        published_at: Timestamp::from_second(852_076_800 + i64::from(number) * 880).ok(),
        open: if marking == Marking::Free { whole.clone() } else { first },
        whole,
    }
}
