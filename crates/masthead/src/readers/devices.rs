//! What the account page calls a device, and the name by which it is ended.
use crate::web::visitor::SessionKey;

/// Looked for in this order: most browsers also name those they descend from.
const BROWSERS: [(&str, &str); 12] = [
    ("SamsungBrowser/", "Samsung Internet"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("UCBrowser/", "UC Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("KaiOS", "KaiOS"),
    ("Linux", "Linux"),
];

/// `Chrome on Android`, from the `User-Agent` header. Only words of our own ever come out, whatever is sent.
#[must_use]
pub fn label(user_agent: Option<&str>) -> String {
    let agent = user_agent.unwrap_or_default();
    let find =
        |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, word)| *word);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A program on {system}"),
        (None, None) => "A device".to_owned(),
    }
}

/// The name of a session in forms: short, and of no use as a session.
#[must_use]
pub fn id(session: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 name of a device");
    hasher.update(session);
    hasher.finalize().to_hex().as_str()[..16].to_owned()
}

/// A stored session's key; `None` for a row that is no key.
#[must_use]
pub fn key(token_hash: &[u8]) -> Option<SessionKey> {
    token_hash.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{id, label};

    #[test]
    fn common_browsers_are_called_by_their_names() {
        let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36";
        let cases = [
            (android, "Chrome on Android"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPad",
            ),
        ];
        for (agent, expected) in cases {
            assert_eq!(label(Some(agent)), expected);
        }
    }

    #[test]
    fn what_is_sent_never_comes_out() {
        assert_eq!(label(None), "A device");
        assert_eq!(label(Some("<script>alert(1)</script>")), "A device");
        assert_eq!(label(Some("curl/8.5 Linux <b>")), "A program on Linux");
    }

    #[test]
    fn names_of_devices_differ_and_say_nothing_of_the_key() {
        let name = id(&[7; 32]);
        assert_eq!(name.len(), 16);
        assert_ne!(name, id(&[8; 32]));
        assert!(!name.starts_with("0707"));
    }
}
