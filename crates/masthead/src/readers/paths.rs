//! Where a reader is sent on to: only ever a path of this paper.
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest path to return to, in bytes.
const LONGEST: usize = 2 * 1024;
/// What may not stand bare in a `Location` header.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// The path to return to, if the text is one: a single slash first, no control characters, at most 2 KiB. Browsers
/// read `//host` and `/\host` as other hosts, and drop tabs and line breaks before they look.
#[must_use]
pub fn local(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let first = bytes.next() == Some(b'/');
    let second = !matches!(bytes.next(), Some(b'/' | b'\\'));
    let plain = text.len() <= LONGEST && !text.chars().any(char::is_control);
    (first && second && plain).then(|| utf8_percent_encode(text, UNSAFE).to_string())
}

/// The path to return to as a form or an address gave it; `None` when there is none or it leads elsewhere.
#[must_use]
pub fn next(given: Option<&str>) -> Option<String> {
    local(given?)
}

/// One value of a query string.
#[must_use]
pub fn value(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// `path` with `next` added, when there is one.
#[must_use]
pub fn with_next(path: &str, next: Option<&str>) -> String {
    match next {
        None => path.to_owned(),
        Some(next) => {
            let join = if path.contains('?') { '&' } else { '?' };
            format!("{path}{join}next={}", value(next))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{local, with_next};

    #[test]
    fn paths_of_the_paper_are_kept_as_they_are() {
        for path in ["/", "/markets/rupee-12", "/checkout?plan=super-saver&next=%2Fmarkets%2Frupee-12", "/a#b"] {
            assert_eq!(local(path).as_deref(), Some(path));
        }
        assert_eq!(local("/caf\u{e9} x").as_deref(), Some("/caf%C3%A9%20x"));
    }

    #[test]
    fn whatever_leads_to_another_host_is_not_a_path() {
        for text in [
            "",
            "markets",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "\\\\evil.example",
            " /x",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(text), None, "{text:?}");
        }
    }

    #[test]
    fn control_characters_and_giants_are_refused() {
        for text in ["/\t/evil.example", "/\n//evil.example", "/a\r\nSet-Cookie: x=1", "/\u{0}", "/\u{85}x", "/\u{7f}"]
        {
            assert_eq!(local(text), None, "{text:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(2 * 1024))), None);
        assert!(local(&format!("/{}", "a".repeat(2 * 1024 - 1))).is_some());
    }

    #[test]
    fn the_way_back_survives_being_carried_twice() {
        let inner = with_next("/checkout?plan=super-saver", Some("/markets/rupee-12?a=b&c=d"));
        assert_eq!(inner, "/checkout?plan=super-saver&next=%2Fmarkets%2Frupee%2D12%3Fa%3Db%26c%3Dd");
        assert_eq!(with_next("/signup", None), "/signup");
        assert!(
            with_next("/signup", Some(&inner))
                .starts_with("/signup?next=%2Fcheckout%3Fplan%3Dsuper%2Dsaver%26next%3D%252Fmarkets")
        );
    }
}
