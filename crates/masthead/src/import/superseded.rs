//! Files that are known and not read again, of whose words the paper has later ones: whoever goes back to one of them is told so, and how its
//! words are had all the same.
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use store::SaidSince;

use super::{How, Input, Report, Target, reading};
use crate::cli::Failure;

/// Sources looked at together.
const PAGE: usize = 500;
/// Sources that are looked for in a file, some 20 MB; further ones are not named.
const MOST: usize = 100_000;

/// A file that was not read again.
pub struct Known<'a> {
    pub input: &'a Input,
    /// The name under which it was read last, and when.
    pub read_as: Option<(String, Timestamp)>,
}

/// What became of a piece since a file was read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Since {
    taken_back: bool,
    dated: bool,
}

/// Says it of each of these files, where what came later is not imported with it. Whoever imports a file alone of which the paper may have later
/// words goes back to it: it is looked through for whose they are.
///
/// # Errors
/// When the store fails.
pub async fn tell(
    target: &Target<'_>,
    how: &How,
    known: &[Known<'_>],
    inputs: &[&Input],
    report: &mut Report,
) -> Result<(), Failure> {
    let here: HashSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    for file in known {
        let Some((read_as, read_at)) = &file.read_as else { continue };
        let mut found = since(target, read_as, *read_at, &here).await?;
        if found.is_empty() {
            continue;
        }
        let wanted: HashSet<String> = found.keys().map(|source| own(source).to_owned()).collect();
        let (input, how, name) = (file.input.clone(), how.clone(), read_as.clone());
        let keys = tokio::task::spawn_blocking(move || reading::keys(&input, &how, &name, &wanted)).await;
        // What cannot be read now was read before, and nothing is asked of it.
        let keys = keys.unwrap_or_default();
        found.retain(|source, _| keys.contains(own(source)));
        let mut told: BTreeMap<Since, (String, usize)> = BTreeMap::new();
        for (since, by) in found.into_values() {
            let (last, pieces) = told.entry(since).or_default();
            *last = by.max(std::mem::take(last));
            *pieces += 1;
        }
        for (since, (by, pieces)) in told {
            report.remark(&file.input.name, &superseded(&since, &by, pieces));
        }
    }
    Ok(())
}

/// What sources said before a file was read, and say otherwise since, by another file.
async fn since(
    target: &Target<'_>,
    read_as: &str,
    read_at: Timestamp,
    here: &HashSet<&str>,
) -> Result<HashMap<String, (Since, String)>, Failure> {
    let mut found: HashMap<String, (Since, String)> = HashMap::new();
    for taken_back in [true, false] {
        let mut after = String::new();
        while found.len() < MOST {
            let page = target.store.said_since(read_at, taken_back, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.source);
            for of_one in page.chunk_by(|one, other| one.source == other.source) {
                let Some(said) = of_one.iter().rev().find(|said| said.told_at <= read_at) else { continue };
                let now = file_of(&said.now);
                if !here.contains(now) && is_since(said, now, read_as, read_at) {
                    let since = Since { taken_back, dated: said.dated };
                    found.entry(said.source.clone()).or_insert_with(|| (since, now.to_owned()));
                }
            }
        }
    }
    Ok(found)
}

/// Whether a source says something otherwise since a file was read: in a later import, or in the same one by another file.
fn is_since(said: &SaidSince, now: &str, read_as: &str, read_at: Timestamp) -> bool {
    !said.same && (said.now_at > read_at || now != read_as && said.told_at == read_at)
}

/// The identity that a file gives, of one that several stories share.
fn own(source: &str) -> &str {
    match source.rsplit_once('~') {
        Some((own, nth)) if !nth.is_empty() && nth.bytes().all(|b| b.is_ascii_digit()) => own,
        _ => source,
    }
}

fn superseded(since: &Since, by: &str, pieces: usize) -> String {
    let Since { taken_back, dated } = *since;
    let of = if pieces == 1 { "a piece".to_owned() } else { format!("{pieces} pieces") };
    let what = if taken_back {
        format!("{of} of it the source says since, in {by}, that it is not public")
    } else {
        format!("{of} of it the paper has later words, from {by}")
    };
    let mend = match (dated, taken_back) {
        // An earlier date stays earlier, whatever file it comes in.
        (true, true) => "To have it back, publish it again in its source, which dates it anew, and import that export".to_owned(),
        (true, false) => "The source dates those later: to have the words of this file all the same, save them again there, which dates \
             them anew, and import that export; in a table without dates of change, write a later one into a column “updated”"
            .to_owned(),
        (false, _) => {
            format!("To have what this file says all the same, put it in the place of {by}, under that name, and import that")
        }
    };
    format!("is known and was not read again, and of {what}. {mend}")
}

/// The file of a place: what stands before its number.
fn file_of(place: &str) -> &str {
    match place.rsplit_once(", ") {
        Some((file, nth)) if nth.bytes().all(|b| b.is_ascii_digit()) => file,
        _ => place,
    }
}
