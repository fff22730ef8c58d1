//! Plain mail text on a page: addresses of the paper become links, everything else stays text.

/// A run of a mail's text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Run<'a> {
    /// Plain text.
    Text(&'a str),
    /// An address of the paper, to be shown as a link.
    Address(&'a str),
}

/// Splits mail text into text and addresses that begin with `base_url` followed by `/`.
pub(crate) fn runs<'a>(text: &'a str, base_url: &str) -> Vec<Run<'a>> {
    let mut runs = Vec::new();
    let mut rest = text;
    let start = format!("{base_url}/");
    while let Some(at) = rest.find(&start) {
        let (before, found) = rest.split_at(at);
        let end = found.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(found.len());
        let address = found[..end].trim_end_matches(['.', ',', ')', ';', ':']);
        if !before.is_empty() {
            runs.push(Run::Text(before));
        }
        runs.push(Run::Address(address));
        rest = &found[address.len()..];
    }
    if !rest.is_empty() {
        runs.push(Run::Text(rest));
    }
    runs
}
