//! Files that are known and not read again, of whose words the paper has later ones: whoever goes back to one of them is told so, and how its
//! words are had all the same.
use std::collections::{HashMap, HashSet};

use super::{Input, Report, Target};
use crate::cli::Failure;

/// Sources looked at together.
const PAGE: usize = 500;

/// Says it of each of these files, where what came later is not imported with it.
///
/// # Errors
/// When the store fails.
pub async fn tell(target: &Target<'_>, known: &[&str], inputs: &[&Input], report: &mut Report) -> Result<(), Failure> {
    if known.is_empty() {
        return Ok(());
    }
    let here: HashSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let mut found: HashMap<&str, (String, HashSet<String>)> =
        known.iter().map(|name| (*name, (String::new(), HashSet::new()))).collect();
    let mut after = String::new();
    loop {
        let page = target.store.said_since(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.source);
        for said in &page {
            let (told, now) = (file_of(&said.told), file_of(&said.now));
            if let Some((by, sources)) = found.get_mut(told).filter(|_| told != now && !here.contains(now)) {
                now.clone_into(by);
                sources.insert(said.source.clone());
            }
        }
    }
    for name in known {
        let Some((by, sources)) = found.get(name).filter(|(_, sources)| !sources.is_empty()) else { continue };
        report.remark(name, &superseded(by, sources.len()));
    }
    Ok(())
}

fn superseded(by: &str, pieces: usize) -> String {
    let of = if pieces == 1 { "a piece".to_owned() } else { format!("{pieces} pieces") };
    format!(
        "is known and was not read again, and of {of} of it the paper has later words, from {by}. To have the words of this file all the same, \
         put it in the place of {by}, under that name, and import that"
    )
}

/// The file of a place: what stands before its number.
fn file_of(place: &str) -> &str {
    match place.rsplit_once(", ") {
        Some((file, nth)) if nth.bytes().all(|b| b.is_ascii_digit()) => file,
        _ => place,
    }
}
