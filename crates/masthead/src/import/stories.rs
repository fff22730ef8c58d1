//! Story files and exported lines, saved in batches.
use std::collections::HashMap;

use newsroom::articles::{Marking, Story};
use serde::Deserialize;

use super::pictures::Pictures;
use super::{Input, Kind, Report, Target, bar, lines, story_file};
use crate::cli::Failure;
use crate::config::Publication;

/// Stories saved in one transaction.
const BATCH: usize = 200;

/// A story that was read.
struct Found {
    story: Story,
    key: String,
    /// A marking nobody knows.
    unknown: Option<String>,
}

type Read = (String, Result<Found, String>);

/// Takes story files and exported lines in.
///
/// # Errors
/// Only when the store fails.
pub async fn take(
    target: &Target<'_>,
    chosen: &[&Input],
    pictures: &Pictures,
    report: &mut Report,
) -> Result<(), Failure> {
    if chosen.is_empty() {
        return Ok(());
    }
    let bar = bar(chosen.len(), "stories");
    let mut batch: Vec<(Story, String)> = Vec::new();
    // By key: the name of what came under it first.
    let mut seen: HashMap<String, String> = HashMap::new();
    for input in chosen {
        bar.inc(1);
        for (name, read) in read_stories(input, pictures) {
            let story = read.and_then(|found| in_section(target.publication, found)).and_then(|found| {
                match seen.get(&found.key) {
                    Some(first) => Err(twice(input, first)),
                    None => Ok(found),
                }
            });
            match story {
                Ok(found) => {
                    remark(target, &name, &found, report);
                    seen.insert(found.key.clone(), name);
                    batch.push((found.story, found.key));
                }
                Err(reason) => report.refuse(&name, reason),
            }
        }
        if batch.len() >= BATCH {
            save(target, &mut batch, report).await?;
        }
    }
    save(target, &mut batch, report).await?;
    bar.finish_and_clear();
    Ok(())
}

fn twice(input: &Input, first: &str) -> String {
    if input.kind() == Kind::Lines {
        return format!("is known by the same name as {first}: give one of them another \"source\" or \"slug\"");
    }
    format!("is known by the same name as {first}: give one of them another name, or import the folder that holds both")
}

fn read_stories(input: &Input, pictures: &Pictures) -> Vec<Read> {
    let text = input
        .read()
        .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8 text: save it as UTF-8".to_owned()));
    let text = match text {
        Ok(text) => text,
        Err(reason) => return vec![(input.name.clone(), Err(reason))],
    };
    if input.kind() == Kind::Story {
        let found = story_file::read(&text, pictures).map(|(story, unknown)| Found {
            story,
            key: format!("file:{}", input.key()),
            unknown,
        });
        return vec![(input.name.clone(), found)];
    }
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    if let Some(kind) = lines.peek().and_then(|(_, line)| other_export(line)) {
        let reason =
            format!("is an export of {kind}: stories alone can be imported. To move readers, copy the database");
        return vec![(input.name.clone(), Err(reason))];
    }
    lines.map(|(nth, line)| (format!("{}, line {}", input.name, nth + 1), read_line(line))).collect()
}

fn read_line(line: &str) -> Result<Found, String> {
    #[derive(Deserialize)]
    struct Marked {
        marking: String,
    }
    let written: lines::Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let unknown = match written.marking {
        Marking::Premium => serde_json::from_str::<Marked>(line).ok().map(|m| m.marking).filter(|w| !Marking::knows(w)),
        _ => None,
    };
    let (story, key) = written.into_story()?;
    Ok(Found { story, key, unknown })
}

/// Whether a file of lines was written by this program, or is an export of it that cannot come in here: its first line tells.
pub fn are_own_lines(input: &Input) -> bool {
    let Ok(head) = input.head() else { return true };
    let text = String::from_utf8_lossy(&head);
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else { return true };
    if other_export(first).is_some() {
        return true;
    }
    // A line longer than the head, or no JSON, is told by the words that it begins with.
    let has = |key: &str| first.contains(&format!("\"{key}\""));
    has("slug") && (has("marking") || !(has("headline") || has("title")))
}

/// What another export than that of stories has, judged by its first line.
fn other_export(line: &str) -> Option<&'static str> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let has = |key: &str| value.get(key).is_some();
    match () {
        () if has("headline") => None,
        () if has("email") && has("password_hash") => Some("readers"),
        () if has("reader_id") && has("plan") => Some("subscriptions"),
        () => None,
    }
}

fn in_section(publication: &Publication, found: Found) -> Result<Found, String> {
    let section = &found.story.section;
    if publication.sections.iter().any(|s| s.code == *section) {
        return Ok(found);
    }
    let known: Vec<&str> = publication.sections.iter().map(|s| s.code.as_str()).collect();
    Err(format!("there is no section “{section}”: use one of {}, or add it to publication.toml", known.join(", ")))
}

/// What a publisher should know of a story that goes in.
fn remark(target: &Target<'_>, name: &str, found: &Found, report: &mut Report) {
    let mut say = |text: String| report.remark(name, &text);
    if let Some(word) = &found.unknown {
        say(format!("marking “{word}” is not known: closed as premium. Write free, registered, metered or premium"));
    }
    if let Some(at) = found.story.published_at.filter(|at| *at > target.now) {
        let there = at.to_zoned(target.publication.zone.clone());
        say(format!("will appear on {} ({})", there.strftime("%-d %B %Y at %H:%M"), target.publication.zone_name));
    }
}

async fn save(target: &Target<'_>, batch: &mut Vec<(Story, String)>, report: &mut Report) -> Result<(), Failure> {
    for saved in target.store.save_stories(batch, target.now).await? {
        report.count(saved);
    }
    batch.clear();
    Ok(())
}
