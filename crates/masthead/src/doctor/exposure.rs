//! What the settings leave open to the world.
use circulation::benefits::Benefit;

use crate::config::{Publication, Server};

/// Where a paper is served unless its settings say otherwise; `--listen` is not known here.
const ADDRESS: &str = "127.0.0.1:1997";

/// What the settings open to the world that should not be open, one sentence each.
pub fn warnings(publication: &Publication) -> Vec<String> {
    let server = &publication.server;
    let mut lines = Vec::new();
    let secure = publication.base_url.starts_with("https://");
    let at_home = is_loopback(host_of(&publication.base_url));
    if !secure && !at_home {
        lines.push(
            "settings: base_url is http. Readers' sessions need https: browsers refuse the cookies without it".into(),
        );
    }
    if secure && server.tls_certificate.is_none() && server.trusted_proxies.is_empty() {
        lines.push(
            "settings: base_url is https, but there is neither a tls_certificate nor a trusted proxy. Behind a proxy write \
             its address into trusted_proxies: without it all readers seem to come from one network, and pages that are \
             for this machine alone (/metrics, /mailbox) may be reached from outside"
                .into(),
        );
    }
    let listens = listen_of(server);
    if !is_loopback(host_of(listens)) && server.tls_certificate.is_none() && server.trusted_proxies.is_empty() {
        lines.push(format!("settings: {listens} can be reached from outside without TLS. Set tls_certificate and tls_key, or listen on 127.0.0.1 behind a proxy"));
    }
    if publication.payments.rail == "sandbox" && !at_home {
        lines.push(
            "settings: payments go to the sandbox although base_url is public: anybody can subscribe without paying"
                .into(),
        );
    }
    let opens = |plan: &circulation::plans::Plan| plan.terms.benefits.contains(Benefit::Archive);
    if publication.archive.after_days.is_some() && !publication.plans.plans().iter().any(opens) {
        lines.push(
            "settings: [archive] closes old stories, and no plan has the benefit \"archive\": nobody can read them. Add it to \
             a plan, or take after_days out"
                .into(),
        );
    }
    if !publication.accounts.is_empty() && !at_home {
        lines.push("settings: there are sample accounts, whose passwords are in publication.toml, on a public base_url. Remove [[accounts]]".into());
    }
    lines
}

fn listen_of(server: &Server) -> &str {
    server.listen.as_deref().unwrap_or(ADDRESS)
}

/// The host of an origin (`https://host:port`) or of an address (`host:port`, `[::1]:80`).
fn host_of(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => text.rsplit_once(':').map_or(text, |(host, _)| host),
    }
}

fn is_loopback(host: &str) -> bool {
    let address: Option<std::net::IpAddr> = host.parse().ok();
    address.is_some_and(|a| a.is_loopback()) || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::path::Path;

    fn publication(base_url: &str, server: &str) -> Publication {
        let text = format!(
            "name = \"P\"\nzone = \"Asia/Kolkata\"\ncurrency = \"INR\"\nbase_url = \"{base_url}\"\ncontact = \"a@b.example\"\n\
             [meter]\nguest_limit = 5\nregistered_limit = 10\n[payments]\nrail = \"sandbox\"\n[server]\n{server}\n\
             [[sections]]\ncode = \"markets\"\nname = \"Markets\"\n"
        );
        config::parse(Path::new("publication.toml"), &text).expect("a publication")
    }

    fn warned(base_url: &str, server: &str) -> Vec<&'static str> {
        let known = ["base_url is http.", "neither a tls_certificate", "without TLS", "sandbox"];
        let lines = warnings(&publication(base_url, server));
        assert_eq!(lines.iter().filter(|l| known.iter().any(|k| l.contains(k))).count(), lines.len());
        known.into_iter().filter(|k| lines.iter().any(|l| l.contains(k))).collect()
    }

    #[test]
    fn a_paper_at_home_has_nothing_to_be_warned_of() {
        assert!(warned("http://127.0.0.1:1997", "").is_empty());
        assert!(warned("http://localhost:1997", "listen = \"[::1]:80\"").is_empty());
    }

    #[test]
    fn a_public_paper_is_warned_of_what_is_open() {
        assert_eq!(warned("http://news.example", ""), ["base_url is http.", "sandbox"]);
        assert_eq!(warned("https://news.example", ""), ["neither a tls_certificate", "sandbox"]);
        assert_eq!(warned("https://news.example", "trusted_proxies = [\"10.0.0.1\"]"), ["sandbox"]);
        let open = warned("http://127.0.0.1:1997", "listen = \"0.0.0.0:80\"");
        assert_eq!(open, ["without TLS"]);
        let secure = "listen = \"0.0.0.0:443\"\ntls_certificate = \"c.pem\"\ntls_key = \"k.pem\"";
        assert_eq!(warned("https://news.example", secure), ["sandbox"]);
    }

    #[test]
    fn hosts_are_read_out_of_origins_and_addresses() {
        for (text, host) in [
            ("https://news.example:8443", "news.example"),
            ("http://127.0.0.1", "127.0.0.1"),
            ("[::1]:80", "::1"),
            ("0.0.0.0:80", "0.0.0.0"),
        ] {
            assert_eq!(host_of(text), host);
        }
        assert!(
            is_loopback("127.9.9.9")
                && is_loopback("a.localhost")
                && !is_loopback("0.0.0.0")
                && !is_loopback("news.example")
        );
    }
}
