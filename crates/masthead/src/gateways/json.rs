//! Reading what rails write, by path and without demands: a field that is missing, or is of another kind than it was,
//! reads as absent. What cannot be done without is asked for where it is needed.
use jiff::Timestamp;
use serde_json::Value;

/// The text at a path (RFC 6901), empty if there is none.
pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// The text at a path, if there is one and it is not empty.
pub fn some_text(value: &Value, path: &str) -> Option<String> {
    Some(text(value, path)).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// The name of the thing at a path, whether it stands there by its name alone or expanded.
pub fn id(value: &Value, path: &str) -> Option<String> {
    let at = value.pointer(path)?;
    at.as_str().or_else(|| at.get("id")?.as_str()).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The whole number at a path; rails write some as text.
pub fn number(value: &Value, path: &str) -> Option<i64> {
    let at = value.pointer(path)?;
    at.as_i64().or_else(|| at.as_str()?.parse().ok())
}

/// The instant (seconds since the epoch) at a path.
pub fn instant(value: &Value, path: &str) -> Option<Timestamp> {
    number(value, path).filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// Whether `true` stands at a path.
pub fn is_true(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or(false)
}

/// The list at a path, empty if there is none.
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{id, instant, is_true, list, number, text};
    use serde_json::json;

    #[test]
    fn what_is_missing_or_strange_reads_as_absent() {
        let value = json!({"a": {"b": "x", "n": "12", "t": 0, "yes": true}, "bare": "pi_1", "whole": {"id": "pi_2"}, "odd": {"id": 3}});
        assert_eq!((text(&value, "/a/b"), text(&value, "/a/c"), text(&value, "/a/b/c")), ("x", "", ""));
        assert_eq!((number(&value, "/a/n"), number(&value, "/a/b")), (Some(12), None));
        assert_eq!((instant(&value, "/a/t"), is_true(&value, "/a/yes"), is_true(&value, "/a/b")), (None, true, false));
        assert_eq!(id(&value, "/bare").as_deref(), Some("pi_1"));
        assert_eq!(id(&value, "/whole").as_deref(), Some("pi_2"));
        assert_eq!(id(&value, "/odd"), None);
        assert!(list(&value, "/a").is_empty());
    }
}
