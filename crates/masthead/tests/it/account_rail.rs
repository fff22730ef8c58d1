//! Rails whose pages are elsewhere: how a reader gets there under our policy for forms, and back without our cookies.
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use circulation::payments::{AttemptKey, Outcome, Rail, RailAnswer};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::*;

use crate::account::{Subscriber, field, has};
use crate::client::Request;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, on_both};

on_both!(
    another_origin_is_reached_by_a_form_that_may_go_nowhere_else,
    another_origin_is_reached_by_a_link_without_a_form,
    a_reader_who_is_sent_back_by_a_form_is_believed_by_its_signature_alone,
);

/// A rail elsewhere: its pages open by a form or a link, and every payment it is asked about is made.
struct Elsewhere {
    by_form: bool,
}

static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| Capabilities {
    scheduling: Scheduling::MerchantInitiated,
    can_change_amount: &[],
    can_resume: &[],
    needs_predebit: &[],
    predebit_lead: SignedDuration::ZERO,
    max_unattended_amount: None,
    debit_windows: None,
    max_interval_months: None,
    resend_within: SignedDuration::from_hours(24),
    page_open: (SignedDuration::from_mins(1), SignedDuration::from_hours(24)),
    method_only_amount: None,
    currencies: vec![],
});

fn by_form() -> Arc<dyn Gateway> {
    Arc::new(Elsewhere { by_form: true })
}

fn by_link() -> Arc<dyn Gateway> {
    Arc::new(Elsewhere { by_form: false })
}

fn said(key: &AttemptKey, at: Timestamp, outcome: Outcome) -> Told {
    Told::only(RailAnswer { key: key.clone(), at, outcome })
}

#[async_trait]
impl Gateway for Elsewhere {
    fn rail(&self) -> Rail {
        Rail::Sandbox
    }
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }
    async fn open_page(&self, request: &PageRequest, _: Timestamp) -> PageAnswer {
        let way = if self.by_form {
            let fields = vec![("order".to_owned(), format!("order\"><{}", request.key))];
            Way::Form { action: "https://pay.example:8443/v1/embedded".into(), fields }
        } else {
            Way::Link(format!("https://pay.example/c/{}", request.key))
        };
        PageAnswer::Open(Page { reference: format!("page-{}", request.key), customer: None, way })
    }
    async fn close_page(&self, request: &PageRequest, _: Option<&str>, now: Timestamp) -> Told {
        said(&request.key, now, Outcome::NoAnswer)
    }
    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told {
        said(&debit.key, now, Outcome::NoAnswer)
    }
    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told {
        let reference = format!("pay-{}", asked.key);
        said(&asked.key, now, Outcome::Captured { reference, amount: asked.amount })
    }
    async fn refund(&self, _: &RefundOrder, _: Timestamp) -> RefundAnswer {
        RefundAnswer::NoAnswer
    }
    async fn look_up_refund(&self, _: &RefundOrder, _: Option<&str>, _: Timestamp) -> RefundAnswer {
        RefundAnswer::NoAnswer
    }
    async fn mandate(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NoAnswer
    }
    async fn revoke(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NoAnswer
    }
    async fn announce_debit(&self, _: &Debit, _: Timestamp) -> Announced {
        Announced::NoAnswer
    }
    fn read_webhook(&self, _: &HeaderMap, _: &[u8], _: Timestamp) -> Result<Webhook, WebhookRefused> {
        Err(WebhookRefused::Malformed)
    }
    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint> {
        let value = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let key = value("order").filter(|_| value("signature").as_deref() == Some("right"))?;
        Some(Hint::Attempt { key: Some(AttemptKey::from_text(&key)), reference: String::new() })
    }
    async fn recent(&self, _: Timestamp, _: Timestamp) -> Found<Vec<Hint>> {
        Found::NoAnswer
    }
    async fn dispute(&self, _: &str, _: Timestamp) -> Found<DisputeFacts> {
        Found::NoAnswer
    }
    async fn payout(&self, _: &str, _: Timestamp) -> Found<PayoutFacts> {
        Found::NoAnswer
    }
}

fn begin(reader: &mut Subscriber<'_>) -> crate::client::Answer {
    let attempt = field(&reader.browser.get("/checkout?plan=quarter").text(), "attempt");
    reader.browser.post("/checkout", &[("plan", "quarter"), ("attempt", &attempt), ("consent", "yes")])
}

fn another_origin_is_reached_by_a_form_that_may_go_nowhere_else(engine: Engine) {
    let paper = Paper::open(engine, Settings { gateway: Some(by_form), ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let page = begin(&mut reader);
    assert_eq!(page.status, 200);
    has(
        &page.words(),
        &["On to the payment page", "Go to the payment page", "Nothing is charged before you confirm it there."],
    );
    let policies: Vec<_> = page.all("content-security-policy").collect();
    assert_eq!(policies.len(), 1);
    assert!(policies[0].contains("form-action https://pay.example:8443;"), "{}", policies[0]);
    assert!(policies[0].contains("default-src 'none'") && !policies[0].contains("form-action 'self'"));
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    let html = page.text();
    assert!(html.contains("action=\"https://pay.example:8443/v1/embedded\""));
    assert!(html.contains("value=\"order&#34;&#62;&#60;sub-1-p0-a1\""), "what the rail gave is escaped");
    // Every other page's forms stay in the paper.
    assert!(
        reader
            .browser
            .get("/checkout?plan=quarter")
            .header("content-security-policy")
            .unwrap()
            .contains("form-action 'self'")
    );
}

fn another_origin_is_reached_by_a_link_without_a_form(engine: Engine) {
    let paper = Paper::open(engine, Settings { gateway: Some(by_link), ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let page = begin(&mut reader);
    // A redirect of the form itself is what browsers hold against a policy of form-action 'self'.
    assert_eq!((page.status, page.header("location")), (200, None));
    let html = page.text();
    assert!(html.contains("content=\"0;url=https://pay.example/c/sub-1-p0-a1\""));
    assert!(html.contains("href=\"https://pay.example/c/sub-1-p0-a1\""));
    let back = reader.browser.get("/checkout/return?key=sub-1-p0-a1");
    has(&back.words(), &["Thank you. You are subscribed."]);
}

fn a_reader_who_is_sent_back_by_a_form_is_believed_by_its_signature_alone(engine: Engine) {
    let paper = Paper::open(engine, Settings { gateway: Some(by_form), ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    begin(&mut reader);
    let sent = |signature: &str| {
        let fields = [("order", "sub-1-p0-a1"), ("signature", signature)];
        let mut request = Request::form("/checkout/return?key=sub-1-p0-a1", &fields);
        request.headers.retain(|(name, _)| name != "sec-fetch-site");
        request.with("sec-fetch-site", "cross-site").with("origin", "https://pay.example:8443")
    };
    // From the rail's own origin, without our cookies.
    let wrong = paper.browser().send(&sent("wrong"));
    assert_eq!(wrong.location(303), "/checkout/return?key=sub%2D1%2Dp0%2Da1");
    assert!(reader.held().dossier.attempts[0].payment.capture().is_none(), "nothing is believed");
    let right = paper.browser().send(&sent("right"));
    assert_eq!(right.location(303), "/checkout/return?key=sub%2D1%2Dp0%2Da1");
    assert!(reader.held().dossier.attempts[0].payment.capture().is_some());
    assert!(right.header("set-cookie").is_none());
    has(&reader.browser.get(right.location(303)).words(), &["Thank you. You are subscribed."]);
    // A stranger learns nothing by it.
    assert!(paper.browser().get(right.location(303)).location(303).starts_with("/login"));
}
