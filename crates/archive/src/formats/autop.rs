//! Classic WordPress bodies have no paragraphs: a blank line parts them when the page is made (`wpautop`).

/// Elements inside of which blank lines are kept as they are.
const KEPT: &[&str] = &["pre", "script", "style", "textarea", "svg", "math"];

/// The body with a paragraph begun at every blank line. Bodies made of blocks have their own paragraphs and stay.
pub(crate) fn with_paragraphs(body: &str) -> String {
    let body = if body.contains('\r') { body.replace("\r\n", "\n").replace('\r', "\n") } else { body.to_owned() };
    if body.contains("<!-- wp:") {
        return body;
    }
    let mut out = String::with_capacity(body.len() + 256);
    let mut kept: Option<&str> = None;
    let mut blank = 0;
    for line in body.split('\n') {
        if line.trim().is_empty() && kept.is_none() {
            blank += 1;
            continue;
        }
        if blank > 0 && !out.is_empty() {
            out.push_str("\n<p>");
        }
        if !out.is_empty() {
            out.push('\n');
        }
        blank = 0;
        out.push_str(line);
        kept = still_kept(line, kept);
    }
    out
}

/// Which of [`KEPT`] is open after a line.
fn still_kept(line: &str, before: Option<&'static str>) -> Option<&'static str> {
    if !line.contains('<') && before.is_none() {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let mut open = before;
    for (at, _) in lower.match_indices('<').take(2000) {
        let rest = lower.get(at + 1..).unwrap_or_default();
        open = match open {
            Some(name) => {
                let ends = rest.strip_prefix('/').is_some_and(|r| r.starts_with(name));
                if ends { None } else { Some(name) }
            }
            None => KEPT
                .iter()
                .copied()
                .find(|name| rest.strip_prefix(name).is_some_and(|r| r.starts_with(['>', ' ', '\t']) || r.is_empty())),
        };
    }
    open
}

#[cfg(test)]
mod tests {
    use super::with_paragraphs;

    #[test]
    fn a_blank_line_begins_a_paragraph() {
        assert_eq!(with_paragraphs("One\nstill one\n\nTwo"), "One\nstill one\n<p>\nTwo");
        assert_eq!(with_paragraphs("One\r\n \r\n\r\nTwo"), "One\n<p>\nTwo");
    }

    #[test]
    fn what_is_kept_as_it_is_has_none() {
        assert_eq!(with_paragraphs("<pre>a\n\nb</pre>\n\nc"), "<pre>a\n\nb</pre>\n<p>\nc");
        let blocks = "<!-- wp:paragraph -->\n<p>a</p>\n\n<p>b</p>";
        assert_eq!(with_paragraphs(blocks), blocks);
    }
}
