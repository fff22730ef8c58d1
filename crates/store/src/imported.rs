//! Importing a source again: what the source changed comes in, what the desk changed stays.
//!
//! Beside a story the store keeps a fingerprint of each field as its source last gave it. With these, every field answers two questions
//! on its own: has the source changed since, and has the desk?
use crate::StoreError;
use newsroom::articles::Story;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A fingerprint per field of a story.
pub(crate) type Fingerprints = BTreeMap<String, String>;

fn fields(story: &Story) -> Result<Map<String, Value>, StoreError> {
    match serde_json::to_value(story) {
        Ok(Value::Object(mut fields)) => {
            fields.remove("number");
            Ok(fields)
        }
        Ok(_) => Err(StoreError::invalid("story", "it does not serialise to an object")),
        Err(cause) => Err(StoreError::invalid("story", cause.to_string())),
    }
}

fn fingerprint(value: &Value) -> String {
    blake3::hash(value.to_string().as_bytes()).to_hex()[..16].to_owned()
}

pub(crate) fn fingerprints(story: &Story) -> Result<Fingerprints, StoreError> {
    Ok(fields(story)?.iter().map(|(name, value)| (name.clone(), fingerprint(value))).collect())
}

/// The story after `incoming` came from the source again. Where both source and desk changed a field, the desk's stays.
pub(crate) fn merge(current: &Story, incoming: &Story, last: &Fingerprints) -> Result<Story, StoreError> {
    let incoming = fields(incoming)?;
    let mut merged = fields(current)?;
    for (name, value) in incoming {
        let before = last.get(&name);
        let source_changed = before != Some(&fingerprint(&value));
        let desk_changed = before.is_some() && merged.get(&name).map(fingerprint).as_ref() != before;
        if source_changed && !desk_changed {
            merged.insert(name, value);
        }
    }
    merged.insert("number".into(), Value::from(current.number.0));
    serde_json::from_value(Value::Object(merged)).map_err(|cause| StoreError::invalid("story", cause.to_string()))
}
