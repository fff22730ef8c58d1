//! The shape of `publication.toml`.
use std::collections::HashSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use circulation::billing::Policy;
use circulation::invoices::{Supplier, SupplierSettings, TaxSetting, TaxTable};
use circulation::meter::{MeterRules, RulesError, Window};
use circulation::money::Currency;
use circulation::plans::{PlanSettings, PriceList};
use circulation::subscriptions::Coupon;
use jiff::tz::TimeZone;
use newsroom::articles::{Marking, Section};
use newsroom::languages;
use serde::Deserialize;

use super::offers::{self, PlanOffer, WrittenCoupon, WrittenOffer};
use super::settings::{ConfigError, line_at, place_of};
use crate::mail::smtp::MailSettings;

/// A publication, checked whole.
#[derive(Debug, Clone)]
pub struct Publication {
    pub name: String,
    pub tagline: String,
    pub language: String,
    pub zone: TimeZone,
    pub zone_name: String,
    pub currency: Currency,
    /// Scheme and host without a slash at the end; every absolute link is made of it, never of a request's Host.
    pub base_url: String,
    pub contact: String,
    pub meter: MeterSettings,
    pub archive: Archive,
    pub import: Import,
    pub payments: Payments,
    /// Rules of renewing, collecting, pausing, withdrawing.
    pub billing: Policy,
    /// Who sells, as tax documents name them; none: no documents are issued.
    pub supplier: Option<Supplier>,
    pub tax_table: TaxTable,
    pub coupons: Vec<Coupon>,
    pub offers: Vec<PlanOffer>,
    pub server: Server,
    /// How mails leave the house; none: they stay in the outbox, or in a rehearsing paper's mailbox.
    pub mail: Option<MailSettings>,
    pub sections: Vec<Section>,
    pub plans: PriceList,
    pub included: Vec<Included>,
    pub advertisements: Vec<Advertisement>,
    pub accounts: Vec<Account>,
}

impl Publication {
    /// Whether readers are only expected on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.base_url.split_once("://").map_or("", |(_, host)| host);
        let host =
            host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(h, _)| h);
        host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// The meter as the publisher set it.
#[derive(Debug, Clone)]
pub struct MeterSettings {
    pub rules: MeterRules,
    /// The notice appears when this many stories or fewer are left.
    pub notice_at: u16,
    /// How many guests without a pass one network may bring forth in a day.
    pub fresh_guests_per_network: u32,
}

/// From when on a story belongs to the archive.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Archive {
    /// Stories published more days ago than this, and those without a date, are for readers with the right to the archive, unless they are
    /// free; not set: age makes no difference.
    pub after_days: Option<u16>,
}

/// What imported crawls become when they do not say it themselves.
#[derive(Debug, Clone)]
pub struct Import {
    pub section: String,
    pub marking: Marking,
    /// What stories get that were for people who paid.
    pub paid: Marking,
    /// The source's words for a section, in lower case, and the paper's code.
    pub sections: std::collections::HashMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// `sandbox`, `stripe` or `razorpay`.
    pub rail: String,
    /// Parts this paper's payments from those of another on the same account of the rail.
    #[serde(default)]
    pub name: Option<String>,
    /// The rail's name for the account; events of another are refused.
    #[serde(default)]
    pub account: Option<String>,
    /// `merchant` or, with Razorpay alone, `provider`.
    #[serde(default)]
    pub scheduling: Option<String>,
    /// Tax included in every price, in hundredths of a percent: 1800 is 18 %.
    #[serde(default)]
    pub tax_basis_points: u32,
    /// How the sandbox behaves.
    #[serde(default)]
    pub sandbox: crate::gateways::sandbox::SandboxSettings,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port; `--listen` and `MASTHEAD_LISTEN` win over it.
    pub listen: Option<String>,
    /// PEM files; both or neither.
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "proxies")]
    pub trusted_proxies: Vec<IpAddr>,
    /// How many threads serve readers; the machine's cores unless set.
    pub threads: Option<usize>,
    /// Guests remembered in memory at once; about 100 bytes each.
    pub remembered_guests: Option<usize>,
    /// How many of the newest stories are kept whole in memory; older ones are read when somebody asks for them.
    pub stories_in_memory: Option<usize>,
    /// Connections open at once.
    pub connections: Option<usize>,
}

/// One line of what a subscription includes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Included {
    pub title: String,
    pub text: String,
}

/// A house advertisement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertisement {
    pub headline: String,
    pub text: String,
    pub link: String,
    pub label: String,
}

/// An account of the sample paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub email: String,
    pub password: String,
    pub name: String,
    #[serde(default = "reader")]
    pub role: String,
    pub subscription: Option<String>,
}

fn reader() -> String {
    "reader".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    tagline: String,
    #[serde(default = "english")]
    language: String,
    zone: String,
    currency: String,
    base_url: String,
    contact: String,
    meter: WrittenMeter,
    #[serde(default)]
    archive: Archive,
    import: Option<WrittenImport>,
    payments: Payments,
    #[serde(default)]
    billing: WrittenBilling,
    #[serde(default)]
    server: Server,
    mail: Option<MailSettings>,
    sections: Vec<Section>,
    #[serde(default)]
    plans: Vec<PlanSettings>,
    #[serde(default)]
    included: Vec<Included>,
    #[serde(default)]
    advertisements: Vec<Advertisement>,
    #[serde(default)]
    accounts: Vec<Account>,
}

fn proxies<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<IpAddr>, D::Error> {
    let written = Vec::<String>::deserialize(d)?;
    let read = |text: &String| {
        text.parse().map_err(|_| {
            serde::de::Error::custom(format!(
                "“{text}” in trusted_proxies is not the address of a machine; write IP addresses such as \"10.0.0.1\", \
                 no names and no networks"
            ))
        })
    };
    written.iter().map(read).collect()
}

fn english() -> String {
    "en".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMeter {
    #[serde(default)]
    period: Window,
    guest_limit: u16,
    registered_limit: u16,
    #[serde(default = "two")]
    notice_at: u16,
    #[serde(default = "five_hundred")]
    fresh_guests_per_network: u32,
}

const fn two() -> u16 {
    2
}

const fn five_hundred() -> u32 {
    500
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenImport {
    section: String,
    marking: String,
    #[serde(default)]
    paid: Option<String>,
    #[serde(default)]
    sections: std::collections::BTreeMap<String, String>,
}

/// Reads and checks the publication of a data folder.
///
/// # Errors
/// [`ConfigError`] with the file, the line and the mend.
pub fn load(path: &Path) -> Result<Publication, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.display().to_string(), source })?;
    parse(path, &text)
}

/// As [`load`], from text; `path` is only named in errors.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub fn parse(path: &Path, text: &str) -> Result<Publication, ConfigError> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        ConfigError::wrong(path, line, plain(error.message().trim()))
    })?;
    let wrong = |table: &str, nth: usize, key: &str, message: String| {
        ConfigError::wrong(path, place_of(text, table, nth, key), message)
    };
    check_words(&written, &wrong)?;
    let zone = TimeZone::get(&written.zone).map_err(|_| {
        wrong(
            "",
            0,
            "zone",
            format!("“{}” is not a time zone of the IANA list; write one such as \"Asia/Kolkata\"", written.zone),
        )
    })?;
    let currency = Currency::parse(&written.currency).map_err(|e| wrong("", 0, "currency", e.to_string()))?;
    let base_url = base_url(&written.base_url).map_err(|m| wrong("", 0, "base_url", m))?;
    let meter = meter(&written.meter, zone.clone()).map_err(|(key, m)| wrong("meter", 0, key, m))?;
    if written.archive.after_days == Some(0) {
        let message = "0 would close every story of today; write the days that the meter gives, such as 365".into();
        return Err(wrong("archive", 0, "after_days", message));
    }
    check_sections(&written.sections, &wrong)?;
    let import = import(written.import.as_ref(), &written.sections, &wrong)?;
    if !matches!(written.payments.rail.as_str(), "sandbox" | "stripe" | "razorpay") {
        let message = format!(
            "payment rail “{}” is not known; write \"sandbox\", \"stripe\" or \"razorpay\"",
            written.payments.rail
        );
        return Err(wrong("payments", 0, "rail", message));
    }
    if written.payments.tax_basis_points > 10_000 {
        return Err(wrong("payments", 0, "tax_basis_points", "a tax above 100 % (10000) cannot be meant".into()));
    }
    check_server(&written.server, &wrong)?;
    check_advertisements(&written.advertisements, &wrong)?;
    let plans = plans(&written.plans, currency, &wrong)?;
    check_accounts(&written.accounts, &plans, &wrong)?;
    let (supplier, tax_table) = billing(&written.billing, &wrong)?;
    let offers = offers::offers(&written.billing.offers, &plans, &wrong)?;
    let coupons = offers::coupons(&written.billing.coupons, currency, &zone, &wrong)?;
    Ok(Publication {
        name: written.name,
        tagline: written.tagline,
        language: written.language,
        zone,
        zone_name: written.zone,
        currency,
        base_url,
        contact: written.contact,
        meter,
        archive: written.archive,
        import,
        payments: written.payments,
        billing: written.billing.policy,
        supplier,
        tax_table,
        coupons,
        offers,
        server: written.server,
        mail: written.mail,
        sections: written.sections,
        plans,
        included: written.included,
        advertisements: written.advertisements,
        accounts: written.accounts,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenBilling {
    policy: Policy,
    supplier: Option<SupplierSettings>,
    tax: Vec<TaxSetting>,
    coupons: Vec<WrittenCoupon>,
    offers: Vec<WrittenOffer>,
}

fn billing(written: &WrittenBilling, wrong: &Wrong<'_>) -> Result<(Option<Supplier>, TaxTable), ConfigError> {
    written.policy.check().map_err(|e| wrong("billing.policy", 0, e.key, e.to_string()))?;
    let supplier = written.supplier.as_ref().map(SupplierSettings::check).transpose();
    let supplier = supplier.map_err(|e| wrong("billing.supplier", 0, e.field(), e.to_string()))?;
    let table = TaxTable::new(&written.tax).map_err(|(nth, e)| wrong("billing.tax", nth, "", e.to_string()))?;
    Ok((supplier, table))
}

pub(super) type Wrong<'a> = dyn Fn(&str, usize, &str, String) -> ConfigError + 'a;

/// The parser's words for whole numbers, in words for publishers.
fn plain(message: &str) -> String {
    let mut message = message.to_owned();
    for (kind, most) in [("u8", "255"), ("u16", "65535"), ("u32", "4294967295"), ("u64", ""), ("usize", "")] {
        let range = if most.is_empty() { "of 0 or more".to_owned() } else { format!("from 0 to {most}") };
        if let Some(before) = message.strip_suffix(&format!("expected {kind}")) {
            message = format!("{before}expected a whole number {range}");
        }
    }
    message
}

/// The paper's own few words.
fn check_words(written: &Written, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    if written.name.trim().is_empty() {
        return Err(wrong("", 0, "name", "name is empty; write what stands on the masthead".into()));
    }
    if !languages::is_tag(&written.language) {
        let message = format!("“{}” is not a language tag; write one such as \"en\" or \"en-IN\"", written.language);
        return Err(wrong("", 0, "language", message));
    }
    let address = written.contact.split_once('@');
    let reachable = address.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !reachable || written.contact.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let message = format!("“{}” is not a mail address; write one such as \"desk@news.example\"", written.contact);
        return Err(wrong("", 0, "contact", message));
    }
    Ok(())
}

/// Links of advertisements are a path on this paper or lead to http(s): no script, nothing that hides where it leads.
fn check_advertisements(advertisements: &[Advertisement], wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    for (nth, advertisement) in advertisements.iter().enumerate() {
        let link = advertisement.link.as_str();
        let local = link.starts_with('/') && !link.starts_with("//");
        let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
        let abroad = host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['));
        if !(local || abroad) || link.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
            let message =
                format!("“{link}” is no link; write a path such as \"/subscribe\", or an http or https address");
            return Err(wrong("advertisements", nth, "link", message));
        }
    }
    Ok(())
}

fn base_url(written: &str) -> Result<String, String> {
    let url = written.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(url.to_owned()),
        _ => Err(format!("“{written}” is not an address such as \"https://news.example\" (scheme and host only)")),
    }
}

fn meter(written: &WrittenMeter, zone: TimeZone) -> Result<MeterSettings, (&'static str, String)> {
    let rules =
        MeterRules::new(written.period, zone, written.guest_limit, written.registered_limit).map_err(|error| {
            let key = match error {
                RulesError::GuestLimit { .. } => "guest_limit",
                RulesError::RegisteredLimit { .. } | RulesError::RegisteredBelowGuest { .. } => "registered_limit",
                RulesError::RollingDays { .. } => "period",
            };
            (key, error.to_string())
        })?;
    if written.fresh_guests_per_network == 0 {
        return Err((
            "fresh_guests_per_network",
            "0 would lock out every new guest; write guest_limit = 0 for a registration wall".into(),
        ));
    }
    Ok(MeterSettings {
        rules,
        notice_at: written.notice_at,
        fresh_guests_per_network: written.fresh_guests_per_network,
    })
}

/// Words that the house's own addresses begin with, or may; `docs/publisher.md` lists them.
const RESERVED: [&str; 31] = [
    "account",
    "api",
    "archive",
    "assets",
    "authors",
    "cancel",
    "checkout",
    "desk",
    "feed",
    "feeds",
    "gift",
    "health",
    "login",
    "logout",
    "mailbox",
    "manifest",
    "metrics",
    "news-sitemap",
    "pay",
    "pictures",
    "ready",
    "robots",
    "rss",
    "sandbox",
    "search",
    "signup",
    "sitemap",
    "static",
    "subscribe",
    "topics",
    "webhooks",
];

fn check_sections(sections: &[Section], wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    if sections.is_empty() {
        return Err(wrong(
            "",
            0,
            "sections",
            "a paper needs at least one [[sections]] table with code and name".into(),
        ));
    }
    let mut seen = HashSet::new();
    for (nth, section) in sections.iter().enumerate() {
        let code = section.code.as_str();
        let plain = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain {
            let message = format!("“{code}” cannot be part of an address; use lower-case letters, digits and hyphens");
            return Err(wrong("sections", nth, "code", message));
        }
        if RESERVED.contains(&code) {
            let taken = RESERVED.join(", ");
            let message = format!("“{code}” is an address of the house; choose another code. Taken are {taken}");
            return Err(wrong("sections", nth, "code", message));
        }
        if !seen.insert(code) {
            return Err(wrong("sections", nth, "code", format!("there are two sections with the code “{code}”")));
        }
    }
    Ok(())
}

fn import(written: Option<&WrittenImport>, sections: &[Section], wrong: &Wrong<'_>) -> Result<Import, ConfigError> {
    let first = || sections.first().map(|s| s.code.clone()).unwrap_or_default();
    let Some(written) = written else {
        return Ok(Import {
            section: first(),
            marking: Marking::Premium,
            paid: Marking::Premium,
            sections: std::collections::HashMap::new(),
        });
    };
    if !sections.iter().any(|s| s.code == written.section) {
        let message = format!("there is no section “{}”; name one of [[sections]]", written.section);
        return Err(wrong("import", 0, "section", message));
    }
    if !Marking::knows(&written.marking) {
        let message = format!("“{}” is not a marking; write free, registered, metered or premium", written.marking);
        return Err(wrong("import", 0, "marking", message));
    }
    let paid = written.paid.as_deref().unwrap_or("premium");
    if !matches!(paid, "metered" | "premium") {
        let message = format!("“{paid}” is no marking for what was sold; write metered or premium");
        return Err(wrong("import", 0, "paid", message));
    }
    let mut mapped = std::collections::HashMap::new();
    for (words, code) in &written.sections {
        if !sections.iter().any(|s| s.code == *code) {
            let message = format!("there is no section “{code}”; name one of [[sections]]");
            return Err(wrong("import.sections", 0, words, message));
        }
        mapped.insert(words.trim().to_lowercase(), code.clone());
    }
    Ok(Import {
        section: written.section.clone(),
        marking: Marking::read(&written.marking),
        paid: Marking::read(paid),
        sections: mapped,
    })
}

fn check_server(server: &Server, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    if server.tls_certificate.is_some() != server.tls_key.is_some() {
        return Err(wrong("server", 0, "tls_certificate", "TLS needs both tls_certificate and tls_key".into()));
    }
    if server.threads == Some(0) || server.connections == Some(0) || server.remembered_guests == Some(0) {
        return Err(wrong(
            "server",
            0,
            "threads",
            "threads, connections and remembered_guests must be at least 1".into(),
        ));
    }
    Ok(())
}

fn plans(written: &[PlanSettings], currency: Currency, wrong: &Wrong<'_>) -> Result<PriceList, ConfigError> {
    PriceList::new(written, currency).map_err(|error| {
        let nth = written.iter().position(|p| error.plan == p.code).unwrap_or_default();
        wrong("plans", nth, error.problem.field(), error.to_string())
    })
}

fn check_accounts(accounts: &[Account], plans: &PriceList, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    for (nth, account) in accounts.iter().enumerate() {
        if !matches!(account.role.as_str(), "reader" | "staff") {
            return Err(wrong(
                "accounts",
                nth,
                "role",
                format!("“{}” is not a role; write reader or staff", account.role),
            ));
        }
        if let Some(code) = &account.subscription
            && plans.plan(code).is_none()
        {
            return Err(wrong("accounts", nth, "subscription", format!("there is no plan “{code}”")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of the template after one line of it was changed, and on which line.
    fn said(from: &str, to: &str) -> (usize, String) {
        let sound = format!(
            "{}[[advertisements]]\nheadline = \"H\"\ntext = \"T\"\nlink = \"/first\"\nlabel = \"L\"\n\
             [server]\ntrusted_proxies = [\"10.0.0.1\"]\nthreads = 2\n",
            crate::sample::blank_publication()
        );
        parse(Path::new("p.toml"), &sound).unwrap();
        let broken = sound.replacen(from, to, 1);
        assert_ne!(broken, sound, "{from}");
        match parse(Path::new("p.toml"), &broken) {
            Err(ConfigError::Wrong { line, message, .. }) => {
                assert_eq!(broken.lines().nth(line - 1), to.lines().last(), "{message}");
                (line, message)
            }
            other => panic!("{to} was taken: {other:?}"),
        }
    }

    #[test]
    fn no_section_takes_an_address_of_the_house() {
        let text = include_str!("../../../../docs/publisher.md");
        let listed =
            text.split_once("These codes are taken").expect("the list").1.split("\n\n").next().unwrap_or_default();
        let listed: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
        assert_eq!(listed, RESERVED);
        for code in RESERVED {
            let (_, message) = said("code = \"news\"", &format!("code = \"{code}\""));
            assert!(message.contains("choose another code"), "{code}: {message}");
        }
        // a part with a dot in it, as of `/feed.xml`, is no code; nor is one that stands for any
        let firsts = crate::web::routes::table().lines.into_iter().filter_map(|line| line.path.split('/').nth(1));
        let codes = firsts.filter(|first| !first.is_empty() && !first.contains(['.', '{']));
        let open: Vec<&str> = codes.filter(|code| !RESERVED.contains(code)).collect();
        assert_eq!(open, Vec::<&str>::new(), "a section could take these addresses");
    }

    #[test]
    fn words_that_cannot_be_meant_are_refused_with_the_mend() {
        for (from, to, mend) in [
            ("name = \"My Paper\"", "name = \"  \"", "masthead"),
            ("language = \"en\"", "language = \"English (UK)\"", "en-IN"),
            ("language = \"en\"", "language = \"\"", "en-IN"),
            ("language = \"en\"", "language = \"en_GB\"", "en_GB"),
            ("contact = \"desk@example.com\"", "contact = \"the desk\"", "desk@news.example"),
            ("contact = \"desk@example.com\"", "contact = \"@example.com\"", "desk@news.example"),
            ("link = \"/first\"", "link = \"javascript:alert(1)\"", "/subscribe"),
            ("link = \"/first\"", "link = \"//elsewhere.example\"", "https"),
            ("link = \"/first\"", "link = \"https://\"", "https"),
            ("trusted_proxies = [\"10.0.0.1\"]", "trusted_proxies = [\"10.0.0.0/8\"]", "“10.0.0.0/8”"),
        ] {
            let (_, message) = said(from, to);
            assert!(message.contains(mend), "{to}: {message}");
        }
    }

    #[test]
    fn numbers_are_said_in_words_for_publishers() {
        for (to, range) in
            [("guest_limit = 70000", "70000"), ("guest_limit = \"five\"", "five"), ("guest_limit = -1", "-1")]
        {
            let (_, message) = said("guest_limit = 5", to);
            assert!(message.contains(range) && message.contains("a whole number from 0 to 65535"), "{message}");
        }
        let (_, message) = said("threads = 2", "threads = \"all\"");
        assert!(message.contains("a whole number of 0 or more"), "{message}");
    }

    #[test]
    fn language_tags_of_every_usual_shape_are_taken() {
        for tag in ["en", "en-IN", "zh-Hant-TW", "de-CH-1996", "mr", "en-u-nu-deva"] {
            assert!(languages::is_tag(tag), "{tag}");
        }
    }
}
