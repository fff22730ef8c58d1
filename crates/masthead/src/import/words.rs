//! What readers of JSON and TOML say of a fault, in the words of people.

/// A fault in plain words. Where it is, is said by whoever knows the file.
pub fn plain(fault: &str) -> String {
    let fault = fault.trim();
    let bare = fault.rsplit_once(" at line ").filter(|(_, place)| place.starts_with(char::is_numeric));
    let (said, column) =
        bare.map_or((fault, None), |(said, place)| (said, place.rsplit_once("column ").map(|(_, n)| n)));
    if let Some(field) = quoted(said, "missing field `") {
        return match field {
            "file" | "alt" | "width" | "height" => {
                format!("has a picture without “{field}”: write it there, or take the picture out")
            }
            _ => format!("has no “{field}”: every story needs it, write it there"),
        };
    }
    if let Some(field) = quoted(said, "unknown field `") {
        return format!("“{field}” is no field of a story: look for a slip of the pen, or take it out");
    }
    if let Some((is, wants)) = said.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        let place = column.map_or_else(String::new, |n| format!(" (column {n})"));
        let wants = match wants {
            "struct Picture" => "a picture with its “file”, “alt”, “width” and “height”",
            wants => wants,
        };
        return format!("has {is} where {wants} belongs{place}: write that there");
    }
    if ["timestamp", "datetime", "date", "RFC 3339"].iter().any(|word| said.contains(word)) {
        return format!("has a time that cannot be read ({said}): write it as 1999-04-03T10:15:00Z");
    }
    column.map_or_else(|| said.to_owned(), |n| format!("{said}, in column {n}"))
}

fn quoted<'a>(said: &'a str, start: &str) -> Option<&'a str> {
    said.strip_prefix(start)?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn faults_are_told_in_plain_words() {
        let section = "has no “section”: every story needs it, write it there";
        assert_eq!(plain("missing field `section` at line 1 column 90"), section);
        assert_eq!(plain("missing field `section`"), section);
        assert!(plain("unknown field `sektion`, expected one of `a`, `b`").starts_with("“sektion” is no field"));
        let number = plain("invalid type: integer `5`, expected a string at line 1 column 7");
        assert_eq!(number, "has integer `5` where a string belongs (column 7): write that there");
        let picture = plain("invalid type: string \"quay\", expected struct Picture at line 1 column 7");
        assert!(picture.starts_with("has string \"quay\" where a picture with its “file”"), "{picture}");
        assert!(plain("missing field `file` at line 1 column 90").starts_with("has a picture without “file”"));
        assert_eq!(plain("expected value at line 1 column 5"), "expected value, in column 5");
    }
}
