//! Importing a source again: what the source changed comes in, what the desk changed stays.
//!
//! Beside a story the store keeps a fingerprint of each field as its source last gave it. With these, every field answers two questions
//! on its own: has the source changed since, and has the desk?
use crate::StoreError;
use newsroom::articles::{Story, StoryNumber};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A fingerprint per field of a story.
pub(crate) type Fingerprints = BTreeMap<String, String>;

/// One part of a story, by its name in the story's record.
pub(crate) fn part(story: &Story, name: &str) -> Option<Value> {
    fields(story).ok()?.remove(name)
}

pub(crate) fn fields(story: &Story) -> Result<Map<String, Value>, StoreError> {
    match serde_json::to_value(story) {
        Ok(Value::Object(mut fields)) => {
            fields.remove("number");
            Ok(fields)
        }
        Ok(_) => Err(StoreError::invalid("story", "it does not serialise to an object")),
        Err(cause) => Err(StoreError::invalid("story", cause.to_string())),
    }
}

/// The story of a number and its fields.
pub(crate) fn of_fields(number: StoryNumber, mut fields: Map<String, Value>) -> Result<Story, StoreError> {
    fields.insert("number".into(), Value::from(number.0));
    serde_json::from_value(Value::Object(fields)).map_err(|cause| StoreError::invalid("story", cause.to_string()))
}

pub(crate) fn fingerprint(value: &Value) -> String {
    blake3::hash(value.to_string().as_bytes()).to_hex()[..16].to_owned()
}

pub(crate) fn fingerprints(story: &Story) -> Result<Fingerprints, StoreError> {
    Ok(fields(story)?.iter().map(|(name, value)| (name.clone(), fingerprint(value))).collect())
}

/// Parts of a story's record, and what people call them. Of who may read a sentence of its own tells.
pub(crate) const NAMED: [(&str, &str); 10] = [
    ("headline", "headline"),
    ("standfirst", "standfirst"),
    ("body", "text"),
    ("preview_blocks", "open paragraphs"),
    ("published_at", "date"),
    ("bylines", "writers"),
    ("topics", "topics"),
    ("dateline", "dateline"),
    ("picture", "picture"),
    ("section", "section"),
];

/// The parts in which two stories differ, as people call them.
pub(crate) fn differing(one: &Story, other: &Story) -> Vec<&'static str> {
    NAMED.into_iter().filter(|(name, _)| part(one, name) != part(other, name)).map(|(_, words)| words).collect()
}

/// Of what a source says otherwise than it said before: what stays as the desk has it.
pub(crate) fn kept(prints: &Fingerprints, said: &Story, now: &Story) -> Vec<&'static str> {
    let stays = |name: &str| prints.contains_key(&held(name)) && part(said, name) != part(now, name);
    NAMED.into_iter().filter(|(name, _)| stays(name)).map(|(_, words)| words).collect()
}

/// Under this name stands what the source says of a field since the desk changed it.
fn held(name: &str) -> String {
    format!("{name} held")
}

/// A field of a story is what its source gives, as far as its next import goes.
pub(crate) fn agree(prints: &mut Fingerprints, story: &Story, name: &str) {
    prints.remove(&held(name));
    if let Some(value) = part(story, name) {
        prints.insert(name.to_owned(), fingerprint(&value));
    }
}

/// Whether a field is as its source gave it last, and nobody said otherwise since.
pub(crate) fn stands(story: &Story, name: &str, last: &Fingerprints) -> bool {
    let now = part(story, name).as_ref().map(fingerprint);
    now.as_ref() == last.get(name) && !last.contains_key(&held(name))
}

/// Whether a field is again as its source gave it once, and that says otherwise since.
pub(crate) fn is_behind(story: &Story, name: &str, last: &Fingerprints) -> bool {
    let now = part(story, name).as_ref().map(fingerprint);
    now.is_some() && now.as_ref() == last.get(name) && last.contains_key(&held(name))
}

/// The story after `incoming` came from the source again, and the fingerprints to keep. Where both source and desk changed a field, the
/// desk's stays, whatever the source says from then on: of such a field the fingerprint is kept that it had when the desk changed it, so that
/// the source's word counts again once the desk has taken its own back.
pub(crate) fn merge(
    current: &Story,
    incoming: &Story,
    last: &Fingerprints,
) -> Result<(Story, Fingerprints), StoreError> {
    let incoming = fields(incoming)?;
    let mut merged = fields(current)?;
    let mut prints = Fingerprints::new();
    for (name, value) in incoming {
        let (before, now) = (last.get(&name), fingerprint(&value));
        let desks = before.filter(|before| merged.get(&name).map(fingerprint).as_ref() != Some(*before));
        if let Some(before) = desks {
            if *before != now {
                prints.insert(held(&name), now);
            }
            prints.insert(name, before.clone());
            continue;
        }
        if before != Some(&now) {
            merged.insert(name.clone(), value);
        }
        prints.insert(name, now);
    }
    Ok((of_fields(current.number, merged)?, prints))
}
