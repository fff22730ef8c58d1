//! Numbers for the operator, in the Prometheus text format at `GET /metrics` (loopback only).
use circulation::gate::{Because, Verdict, Wall};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The house's counters. Each is one atomic addition on the article path.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    pub refused: Counter,
    open: Counter,
    counted: Counter,
    limit: Counter,
    register: Counter,
    network: Counter,
    premium: Counter,
    archive: Counter,
    unopened: Counter,
    pub guests: Gauge,
    pub page_bytes: Gauge,
    pub stories: Gauge,
    pub contracts_due: Gauge,
    pub oldest_due: Gauge,
    pub contracts_parked: Gauge,
    pub needs_a_person: Gauge,
    pub suspense: Gauge,
    pub outbox: Gauge,
    pub oldest_mail: Gauge,
    pub captures: Counter,
    pub payment_failures: Counter,
    pub mails_sent: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("masthead");
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let refused = counter("requests_refused", "Requests refused before any route");
        let open = counter("stories_open", "Stories sent whole without a count");
        let counted = counter("stories_metered", "Stories sent whole by the meter");
        let limit = counter("walls_limit", "Walls: the limit was reached");
        let register = counter("walls_register", "Walls: an account is needed");
        let network = counter("walls_network", "Walls: too many fresh guests from one network");
        let premium = counter("walls_premium", "Walls: premium");
        let archive = counter("walls_archive", "Walls: the archive");
        let unopened = counter("stories_unopened", "Previews for prefetches and frames");
        let captures = counter("payments_captured", "Payments captured by this process");
        let payment_failures = counter("payments_failed", "Payments that failed, by this process");
        let mails_sent = counter("mails_sent", "Mails handed to the mail server by this process");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let guests = gauge("guests_remembered", "Guests in the meter's table");
        let page_bytes = gauge("page_bytes", "Bytes of compiled pages, roughly");
        let stories = gauge("stories", "Stories published");
        let contracts_due = gauge("contracts_due", "Contracts that are due and not looked after yet");
        let oldest_due = gauge("contracts_due_seconds", "For how long the oldest of them is due");
        let contracts_parked = gauge("contracts_parked", "Contracts that wait for a person");
        let needs_a_person = gauge("needs_a_person", "All that waits for a person at the desk");
        let suspense = gauge("suspense_minor_units", "Money in suspense, in minor units");
        let outbox = gauge("outbox_mails", "Mails that wait to be sent");
        let oldest_mail = gauge("outbox_seconds", "For how long the oldest of them waits");
        Self {
            registry,
            refused,
            open,
            counted,
            limit,
            register,
            network,
            premium,
            archive,
            unopened,
            guests,
            page_bytes,
            stories,
            contracts_due,
            oldest_due,
            contracts_parked,
            needs_a_person,
            suspense,
            outbox,
            oldest_mail,
            captures,
            payment_failures,
            mails_sent,
        }
    }
}

impl Metrics {
    /// Counts a verdict.
    pub fn verdict(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Open { because: Because::Counted { .. } | Because::ReadBefore { .. }, .. } => &self.counted,
            Verdict::Open { .. } => &self.open,
            Verdict::Walled { wall, .. } => match wall {
                Wall::Limit { .. } => &self.limit,
                Wall::Register => &self.register,
                Wall::NetworkSpent => &self.network,
                Wall::Premium => &self.premium,
                Wall::Archive => &self.archive,
                Wall::Unopened => &self.unopened,
            },
        }
        .inc();
    }

    /// The text a collector reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
