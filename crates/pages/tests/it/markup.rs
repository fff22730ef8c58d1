//! A small reader of our own markup: enough to tell tags, attributes and text apart, and to notice what is broken.

/// One piece of a document.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Open(&'a str, Vec<(&'a str, &'a str)>),
    Close(&'a str),
    Text(&'a str),
}

pub const VOID: [&str; 7] = ["img", "input", "link", "meta", "source", "br", "hr"];

/// Splits a document into pieces; the content of `script` stays one text.
pub fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a document begins with its type");
    while let Some(at) = rest.find('<') {
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        rest = &rest[at + 1..];
        let end = end_of_tag(rest);
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            found.push(Piece::Close(name));
            continue;
        }
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()), "not a tag: <{tag}>");
        found.push(Piece::Open(name, read_attributes(attributes)));
        if name == "script" {
            let end = rest.find("</script>").expect("a script ends");
            found.push(Piece::Text(&rest[..end]));
            rest = &rest[end..];
        }
    }
    found
}

fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag does not end: <{}", &text[..text.len().min(60)]);
}

fn read_attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let close = quoted.find('"').expect("a value is closed");
            value = &quoted[..close];
            rest = &quoted[close + 1..];
        }
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

/// All start tags with their attributes.
pub fn tags(html: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    pieces(html)
        .into_iter()
        .filter_map(|p| match p {
            Piece::Open(name, attributes) => Some((name, attributes)),
            _ => None,
        })
        .collect()
}

/// The value of one attribute.
pub fn value<'a>(attributes: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(n, _)| *n == name).map(|(_, v)| *v)
}

/// What a person reads: text without scripts, spaces made single.
pub fn text(html: &str) -> String {
    let mut words = String::new();
    let mut script = false;
    for piece in pieces(html) {
        match piece {
            Piece::Open("script", _) => script = true,
            Piece::Close("script") => script = false,
            Piece::Text(t) if !script => words.push_str(t),
            Piece::Open(name, _) if !matches!(name, "a" | "strong" | "span" | "time") => words.push(' '),
            _ => {}
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&")
}
