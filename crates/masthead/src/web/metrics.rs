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
    unopened: Counter,
    pub guests: Gauge,
    pub page_bytes: Gauge,
    pub stories: Gauge,
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
        let unopened = counter("stories_unopened", "Previews for prefetches and frames");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let guests = gauge("guests_remembered", "Guests in the meter's table");
        let page_bytes = gauge("page_bytes", "Bytes of compiled pages, roughly");
        let stories = gauge("stories", "Stories published");
        Self {
            registry,
            refused,
            open,
            counted,
            limit,
            register,
            network,
            premium,
            unopened,
            guests,
            page_bytes,
            stories,
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
