//! Addresses of pages: which of several is a page's own.

/// Host of an address, in lower case, without `www.` and port.
pub(crate) fn host(url: &str) -> Option<String> {
    let rest = after_scheme(url)?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

/// Whether a link leads to another publisher, or to another place of the same page: links to the publisher's own other pages are
/// what stands in furniture. An address that says nothing of its host is the publisher's own.
pub(crate) fn leads_away(href: &str, own: &[String]) -> bool {
    let href = href.trim();
    if href.starts_with('#') || ["mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme)) {
        return true;
    }
    let to = host(href).or_else(|| href.strip_prefix("//").and_then(|rest| host(&format!("http://{rest}"))));
    to.is_some_and(|to| !own.is_empty() && own.iter().all(|host| registered(host) != registered(&to)))
}

/// The part of a host that its owner registered, as far as that shows without the list of all registries: the last two labels,
/// three where the last two are short (`co.uk`).
fn registered(host: &str) -> &str {
    let mut cut = host.rmatch_indices('.').map(|(at, _)| at);
    let (last, second) = (cut.next(), cut.next());
    let Some(second) = second else { return host };
    let short = last.is_some_and(|last| host.len() - last <= 3 && last - second <= 4);
    let start = if short { cut.next().map_or(0, |third| third + 1) } else { second + 1 };
    host.get(start..).unwrap_or(host)
}

fn after_scheme(url: &str) -> Option<&str> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let cut = ["https://", "http://"].iter().find(|s| lower.starts_with(**s))?.len();
    url.get(cut..)
}

/// Path with its query, without the fragment; `/` when there is none.
pub(crate) fn path(url: &str) -> &str {
    let rest = after_scheme(url).unwrap_or(url);
    let rest = rest.split('#').next().unwrap_or_default();
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

/// The page's own address: what it calls canonical if that can be true, else where it was saved from.
pub(crate) fn own(saved: Option<&str>, canonical: Option<&str>, notes: &mut Vec<String>) -> Option<String> {
    let clean = |url: &str| url.split('#').next().unwrap_or_default().trim().to_owned();
    let saved = saved.map(clean).filter(|u| !u.is_empty());
    let Some(canonical) = canonical.map(clean).and_then(|c| absolute(&c, saved.as_deref())) else { return saved };
    let Some(from) = saved.as_deref() else { return Some(canonical) };
    if path(&canonical) == "/" && path(from) != "/" {
        notes.push("the page calls the home page its own address; the address it was saved from was taken".to_owned());
        return saved;
    }
    Some(canonical)
}

/// An address as a page has it, with the host it belongs to; nothing where that cannot be told.
pub(crate) fn absolute(url: &str, base: Option<&str>) -> Option<String> {
    if after_scheme(url).is_some() {
        return Some(url.to_owned());
    }
    let base = base?;
    let scheme = base.split("://").next()?;
    let host = after_scheme(base)?.split(['/', '?', '#']).next()?;
    if let Some(rest) = url.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    url.starts_with('/').then(|| format!("{scheme}://{host}{url}"))
}
