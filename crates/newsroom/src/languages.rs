//! Language tags (BCP 47).

/// The tag that words of a source mean: `ar`, `en-GB`, `zh-Hant` of `AR`, `en_gb.UTF-8`, `zh-hant`. `None` for what is no tag, and for those
/// that name no one language (`und`, `mul`, `zxx`, `mis`). Whether its parts are registered is not looked up.
#[must_use]
pub fn tag_of(words: &str) -> Option<String> {
    let plain = words.trim().split(['.', '@']).next()?.replace('_', "-");
    let mut parts = plain.split('-');
    let language = parts.next()?.to_ascii_lowercase();
    // longer ones are names such as `deutsch`: none is registered
    if !matches!(language.len(), 2 | 3) || matches!(language.as_str(), "und" | "mul" | "zxx" | "mis") || !is_tag(&plain)
    {
        return None;
    }
    let mut tag = language;
    // behind a single letter stands an extension, in small letters
    let mut extended = false;
    for part in parts {
        extended |= part.len() == 1;
        tag.push('-');
        match part.len() {
            2 if !extended => tag.push_str(&part.to_ascii_uppercase()),
            4 if !extended && part.bytes().all(|b| b.is_ascii_alphabetic()) => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    (tag.len() <= LONGEST).then_some(tag)
}

/// Bytes of a tag: RFC 5646 §4.4.1 has none longer among those without extensions.
const LONGEST: usize = 35;

/// Whether a text has the shape of a tag (RFC 5646 §2.1): a language of 2 to 8 letters, then subtags of 1 to 8
/// letters and digits. Whether its parts are registered is not looked up.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// A language without its country and script, as a number: the same for `en` and `en-IN`.
#[must_use]
pub(crate) fn number_of(tag: &str) -> u32 {
    let language = tag.split('-').next().unwrap_or_default().bytes().take(4);
    language.fold(0, |number, letter| number << 8 | u32::from(letter.to_ascii_lowercase()))
}

/// Whether words in the one language are also in the other as far as anybody can tell: the same tag, or one that says less (`en` of `en-IN`).
#[must_use]
pub fn is_within(tag: &str, other: &str) -> bool {
    let (tag, other) = (tag.to_ascii_lowercase(), other.to_ascii_lowercase());
    other.strip_prefix(&tag).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::{is_within, tag_of};

    #[test]
    fn a_source_names_its_language_in_many_ways_and_a_name_is_no_tag() {
        for (words, tag) in [
            ("ar", "ar"),
            (" AR ", "ar"),
            ("en_gb.UTF-8", "en-GB"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("de-1996", "de-1996"),
            ("es-419", "es-419"),
            ("sr@latin", "sr"),
            ("en-a-BB-cc", "en-a-bb-cc"),
            ("fil", "fil"),
        ] {
            assert_eq!(tag_of(words).as_deref(), Some(tag), "{words}");
        }
        for words in
            ["", "Deutsch", "english", "x-default", "und", "mul", "C", "e", "en--us", "en us", "12", "ar\"", "日本語"]
        {
            assert_eq!(tag_of(words), None, "{words}");
        }
        assert_eq!(tag_of(&format!("en{}", "-abcdefgh".repeat(9))), None);
    }

    #[test]
    fn a_tag_that_says_less_is_no_other_language() {
        assert!(is_within("en", "en-IN") && is_within("EN-in", "en-IN"));
        assert!(!is_within("en-GB", "en-IN") && !is_within("en-IN", "en") && !is_within("e", "en"));
    }
}
