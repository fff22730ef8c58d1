//! The reader's account through the front door: every state of a contract has its page, and each page does what it says.
use circulation::billing::{Act, RefundState, Way};
use circulation::money::{Currency, Money};
use circulation::payments::{AttemptState, DisputeState};
use circulation::subscriptions::Actor;
use masthead::billing::{self, Held, dossiers};

use crate::browser::Browser;
use crate::client::Answer;
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Rights, on_both};
use crate::leaks;

on_both!(
    a_subscription_is_shown_from_the_first_day_to_the_last,
    a_payment_that_fails_is_paid_in_grace_and_after_it,
    pausing_keeps_the_days_and_gives_them_back,
    a_plan_is_changed_at_the_renewal_or_today_for_what_was_shown,
    what_the_paper_or_the_bank_does_is_told,
    another_way_to_pay_costs_nothing,
    what_was_tampered_with_does_nothing,
);

/// A reader with a browser in which they are logged in.
pub struct Subscriber<'a> {
    pub paper: &'a Paper,
    pub id: i64,
    pub browser: Browser,
}

impl<'a> Subscriber<'a> {
    pub fn new(paper: &'a Paper) -> Self {
        let (id, session) = paper.sign_in("reader", Rights::None);
        Self { paper, id, browser: paper.browser().holding(&session) }
    }

    /// Logs in again: months have passed.
    pub fn back(&mut self) {
        let session = self.paper.log_in_again(self.id);
        self.browser.hold(&session);
    }

    /// From the summary to the hosted page and back. `outcome` is what the test method does.
    pub fn subscribe(&mut self, plan: &str, outcome: &str) -> Answer {
        let summary = self.browser.get(&format!("/checkout?plan={plan}"));
        let attempt = field(&summary.text(), "attempt");
        let begun = self.browser.post("/checkout", &[("plan", plan), ("attempt", &attempt), ("consent", "yes")]);
        self.pay_on(&begun, outcome)
    }

    /// On the hosted page that an answer leads to.
    pub fn pay_on(&mut self, begun: &Answer, outcome: &str) -> Answer {
        let page = begun.location(303).to_owned();
        assert!(page.starts_with("/sandbox/pay/"), "{page}");
        let paid = self.browser.post(&page, &[("outcome", outcome)]);
        let back = paid.location(303).to_owned();
        self.browser.get(&back)
    }

    pub fn account(&mut self) -> String {
        self.browser.get("/account").words()
    }

    /// The latest contract.
    pub fn held(&self) -> Held {
        let held = self.paper.block_on(dossiers::of_reader(self.paper.house(), self.id)).unwrap();
        held.into_iter().next().expect("a contract")
    }

    pub fn act(&self, act: &Act) {
        let id = self.held().id;
        self.paper.block_on(billing::act(self.paper.house(), id, act)).unwrap();
    }

    /// Subjects of the mails about the latest contract, oldest first.
    pub fn mails(&self) -> Vec<store::Mail> {
        let about = format!("subscription:{}", self.held().id);
        self.paper.block_on(self.paper.house().store.mails_about(&about)).unwrap()
    }
}

/// The value of a hidden field.
pub fn field(html: &str, name: &str) -> String {
    let start = html.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name}: {html}"));
    let rest = &html[start + name.len() + 15..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// Moves the clock and does what falls due.
pub fn go_to(paper: &Paper, at: &str) {
    let at = instant(at);
    paper.set_clock(at);
    settle(paper);
}

/// Does what is due, the rail's work included, until nothing is left. The paper's own rounds may be at the same
/// contracts: then they are waited for.
pub fn settle(paper: &Paper) {
    for _ in 0..400 {
        let now = paper.clock.now();
        paper.block_on(billing::round(paper.house())).unwrap();
        let worked = paper.block_on(paper.house().rail.work(now)).unwrap();
        let due = paper.block_on(paper.house().store.next_due()).unwrap();
        if worked == 0 && due.is_none_or(|at| at > now) && !asks(paper) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the paper never comes to rest");
}

/// Whether somebody waits for an answer of the rail just now.
fn asks(paper: &Paper) -> bool {
    let rows = paper.block_on(paper.house().store.dossiers_after(0, 1_000)).unwrap();
    rows.iter().map(|row| Held::read(row).unwrap().dossier).any(|dossier| {
        let debits = dossier.attempts.iter().filter(|a| matches!(a.way, Way::Debit { .. }));
        let refunds =
            dossier.refunds.iter().any(|r| matches!(r.state, RefundState::Planned | RefundState::Sent { .. }));
        refunds || debits.into_iter().any(|a| *a.payment.state() == AttemptState::Sent)
    })
}

/// Whether all of this stands in a text, as people read it: capitals and kinds of signs do not matter.
pub fn has(words: &str, expected: &[&str]) {
    let text = leaks::normal(words).replace(" ,", ",").replace(" .", ".").replace(" :", ":");
    for expected in expected {
        assert!(text.contains(&leaks::normal(expected)), "{expected:?} is missing: {text}");
    }
}

/// Whether none of this stands in a text.
pub fn lacks(words: &str, unwanted: &[&str]) {
    let text = leaks::normal(words).replace(" ,", ",").replace(" .", ".").replace(" :", ":");
    for unwanted in unwanted {
        assert!(!text.contains(&leaks::normal(unwanted)), "{unwanted:?} stands there: {text}");
    }
}

fn rupees(amount: i64) -> Money {
    Money::new(amount * 100, Currency::INR)
}

fn a_subscription_is_shown_from_the_first_day_to_the_last(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    has(&reader.account(), &["You have no subscription", "See the plans"]);
    let thanks = reader.subscribe("quarter", "paid");
    has(&thanks.words(), &["Thank you. You are subscribed.", "Quarter is paid until 20 February 2027"]);
    let page = reader.account();
    has(
        &page,
        &[
            "Your subscription is running. It renews by itself on 20 February 2027: ₹900 by Visa",
            "Plan Quarter (₹900, 3 Months)",
            "Paid until 20 February 2027",
            "Next renewal 20 February 2027, ₹900",
            "Change the plan Change payment method Pause Cancel the subscription Withdraw from contract here (through 4 December 2026)",
        ],
    );
    // The renewal comes by itself; the window for withdrawing is over.
    go_to(&paper, "2027-02-20T09:00:00+05:30");
    reader.back();
    let page = reader.account();
    has(&page, &["It renews by itself on 20 May 2027: ₹900"]);
    lacks(&page, &["Withdraw from contract"]);
    let payments = reader.browser.get("/account/invoices").words();
    assert_eq!(payments.matches("₹900 paid").count(), 2, "{payments}");
    // Cancelled, it runs to its day and ends there.
    let asked = reader.browser.get("/account/cancel").words();
    has(&asked, &["Cancel Quarter? You keep full access until 20 May 2027. ₹900 will not be charged then."]);
    let done = reader.browser.post("/account/cancel", &[("do", "cancel")]);
    assert_eq!(done.location(303), "/account/cancel?done=1");
    has(
        &reader.browser.get("/account/cancel?done=1").words(),
        &[
            "We received your cancellation of Quarter on 20 February 2027, 9:00 am IST.",
            "You keep full access until 20 May 2027.",
            "After resuming you can pause it for up to 90 days",
        ],
    );
    lacks(&reader.browser.get("/account/cancel").words(), &["pause"]);
    has(&reader.account(), &["Cancelled. You keep full access until 20 May 2027", "None: cancelled on 20 Feb 2027"]);
    go_to(&paper, "2027-05-20T00:00:01+05:30");
    reader.back();
    has(
        &reader.account(),
        &["Your subscription ended on 20 May 2027, as you had asked. Nothing more is charged.", "Subscribe again"],
    );
    assert_eq!(reader.held().dossier.attempts.len(), 2, "nothing was taken after the cancellation");
}

fn a_payment_that_fails_is_paid_in_grace_and_after_it(engine: Engine) {
    let paper = Paper::usual(engine);
    let (mut early, mut late) = (Subscriber::new(&paper), Subscriber::new(&paper));
    for reader in [&mut early, &mut late] {
        reader.subscribe("quarter", "decline");
    }
    go_to(&paper, "2027-02-20T08:00:00+05:30");
    for reader in [&mut early, &mut late] {
        reader.back();
        has(
            &reader.account(),
            &[
                "The payment of ₹900, due on 20 February 2027, has not gone through yet. You keep full access until 27 February 2027",
                "Pay ₹900 now",
            ],
        );
    }
    let begun = early.browser.post("/account/pay", &[]);
    let thanks = early.pay_on(&begun, "paid").words();
    has(&thanks, &["Thank you. It is paid.", "paid until 20 May 2027"]);
    has(&early.account(), &["It renews by itself on 20 May 2027"]);
    go_to(&paper, "2027-03-02T08:00:00+05:30");
    late.back();
    has(
        &late.account(),
        &[
            "Your subscription is interrupted: ₹900 was not paid. One payment before 22 March 2027 brings everything back.",
            "Pay ₹900 now",
        ],
    );
    let begun = late.browser.post("/account/pay", &[]);
    has(&late.pay_on(&begun, "paid").words(), &["Thank you. It is paid.", "paid until 2 June 2027"]);
    // The blocked days were not sold.
    has(&late.account(), &["It renews by itself on 2 June 2027"]);
    let again = late.browser.post("/account/pay", &[]);
    assert_eq!(again.status, 409);
    has(&again.words(), &["That is not possible now", "Nothing is to be paid now."]);
}

fn pausing_keeps_the_days_and_gives_them_back(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let asked = reader.browser.get("/account/pause").words();
    has(&asked, &["Pause Quarter? Reading stops today. 91 days that you have paid for are kept", "18 February 2027"]);
    assert_eq!(reader.browser.post("/account/pause", &[]).location(303), "/account?done=paused");
    has(&reader.account(), &["Paused. 91 days that you have paid for are kept for you", "End the pause now"]);
    let twice = reader.browser.post("/account/pause", &[]);
    assert_eq!(twice.status, 409, "a second click tells how it stands");
    go_to(&paper, "2026-12-01T10:00:00+05:30");
    assert_eq!(reader.browser.post("/account/pause/end", &[]).location(303), "/account?done=unpaused");
    has(&reader.account(), &["It renews by itself on 2 March 2027"]);
}

fn a_plan_is_changed_at_the_renewal_or_today_for_what_was_shown(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    has(&reader.browser.get("/account/plan").words(), &["You have Quarter", "Biennial ₹3,900"]);
    go_to(&paper, "2026-12-20T10:00:00+05:30");
    reader.back();
    let quote = reader.browser.get("/account/plan?to=biennial");
    has(
        &quote.words(),
        &[
            "Nothing is charged now, and nothing changes until 20 February 2027. From that day Biennial costs ₹3,900 every 2 years",
            "Credit for 61 of 92 days not used −₹596.73",
            "To pay today ₹3,303.27",
            "paid until 20 December 2028",
        ],
    );
    let seen = |text: &str, when: &str| field(&text[text.find(&format!("value=\"{when}\"")).unwrap()..], "seen");
    let later = seen(&quote.text(), "renewal");
    let planned = [("to", "biennial"), ("when", "renewal"), ("seen", later.as_str())];
    // The card allows ₹1,350 a term: more has to be allowed first, and the reader is told before.
    has(&quote.words(), &["That is more than you have allowed to be debited by Visa •••• 4242."]);
    let allow = reader.browser.post("/account/plan", &planned);
    has(
        &reader.account(),
        &[
            "On 20 February 2027 your plan becomes Biennial, ₹3,900 for 2 Years.",
            "That is more than you have allowed to be debited by Visa •••• 4242",
            "we send you a link",
        ],
    );
    has(&reader.pay_on(&allow, "paid").words(), &["Your way to pay is changed", "Nothing was charged."]);
    has(&reader.account(), &["It renews by itself on 20 February 2027: ₹3,900"]);
    lacks(&reader.account(), &["more than you have allowed"]);
    assert_eq!(reader.browser.post("/account/plan/drop", &[]).location(303), "/account?done=dropped");
    lacks(&reader.account(), &["becomes Biennial"]);
    // What was shown yesterday is not done today.
    let now = seen(&reader.browser.get("/account/plan?to=biennial").text(), "now");
    go_to(&paper, "2026-12-21T10:00:00+05:30");
    let stale = reader.browser.post("/account/plan", &[("to", "biennial"), ("when", "now"), ("seen", &now)]);
    assert_eq!(stale.status, 422);
    has(&stale.words(), &["This has changed since the page was opened", "Credit for 60 of 92 days"]);
    assert_eq!(reader.held().dossier.attempts.len(), 1, "nothing was charged");
    let now = seen(&stale.text(), "now");
    let changed = reader.browser.post("/account/plan", &[("to", "biennial"), ("when", "now"), ("seen", &now)]);
    let back = changed.location(303).to_owned();
    let after = if back.starts_with("/sandbox") { reader.pay_on(&changed, "paid") } else { reader.browser.get(&back) };
    settle(&paper);
    has(&after.words(), &["Your plan is now Biennial", "paid until 21 December 2028"]);
    has(&reader.account(), &["Plan Biennial (₹3,900, 2 Years)"]);
    let paid: i64 =
        reader.held().dossier.attempts.iter().filter_map(|a| a.payment.capture()).map(|c| c.amount().minor()).sum();
    assert_eq!(paid, 90_000 + 390_000 - 90_000 * 60 / 92, "the net was charged, once");
}

fn what_the_paper_or_the_bank_does_is_told(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let dearer = paper.house().publication.plans.plan("biennial").unwrap().freeze();
    reader.act(&Act::ChangeAtRenewal { plan: dearer, by: Actor::Staff });
    has(
        &reader.account(),
        &[
            "We offer you Biennial from 20 February 2027 on: ₹3,900 for 2 Years. It is charged only if you agree",
            "Agree to Biennial, ₹3,900",
        ],
    );
    let refused = reader.browser.post("/account/plan/drop", &[]);
    assert_eq!(refused.status, 409);
    assert_eq!(reader.browser.post("/account/plan/agree", &[]).location(303), "/account?done=agreed");
    has(&reader.account(), &["You have agreed to it."]);
    let payment = reader.held().dossier.attempts[0].payment.capture().unwrap().reference().to_owned();
    let disputed = |reference: &str, state| Act::Disputed {
        reference: reference.into(),
        payment: payment.clone(),
        amount: rupees(900),
        at: paper.clock.now(),
        state,
    };
    reader.act(&disputed("dp_1", DisputeState::Open));
    has(
        &reader.account(),
        &["Your bank tells us that you dispute a payment.", "you go on reading and nothing more is charged"],
    );
    reader.act(&disputed("dp_1", DisputeState::Won));
    lacks(&reader.account(), &["dispute a payment"]);
    reader.act(&Act::Park { why: "a test".into() });
    let page = reader.account();
    has(&page, &["Somebody of ours is looking at your payments.", "Cancel the subscription"]);
    lacks(&page, &["looked at by"]);
    reader.act(&Act::Release { reason: "looked".into() });
    reader.act(&disputed("dp_2", DisputeState::Lost));
    settle(&paper);
    has(&reader.account(), &["Your subscription ended on 20 November 2026: your bank took the payment back."]);
}

fn another_way_to_pay_costs_nothing(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let begun = reader.browser.post("/account/method", &[]);
    let twice = reader.browser.post("/account/method", &[]);
    assert_eq!(begun.location(303), twice.location(303), "two clicks, one page");
    let kept = reader.pay_on(&begun, "upi-ok");
    has(&kept.words(), &["Your way to pay is changed", "Nothing was charged."]);
    let page = reader.account();
    has(&page, &["It renews by itself on 20 February 2027: ₹900 by "]);
    assert!(page.contains('@'), "a UPI address is shown: {page}");
    assert_eq!(reader.held().dossier.attempts.len(), 1);
}

fn what_was_tampered_with_does_nothing(engine: Engine) {
    let paper = Paper::open(engine, Settings::default());
    let (mut reader, mut other) = (Subscriber::new(&paper), Subscriber::new(&paper));
    let html = reader.browser.get("/checkout?plan=quarter").text();
    let attempt = field(&html, "attempt");
    for (fields, said) in [
        (vec![("plan", "biennial"), ("attempt", attempt.as_str()), ("consent", "yes")], "The offer has changed"),
        (vec![("plan", "quarter"), ("attempt", "0000000000000000"), ("consent", "yes")], "The offer has changed"),
        (vec![("plan", "quarter"), ("attempt", attempt.as_str())], "Tick the box to agree"),
        (vec![("plan", "quarter"), ("attempt", attempt.as_str()), ("consent", "no")], "Tick the box to agree"),
    ] {
        let answer = reader.browser.post("/checkout", &fields);
        assert_eq!(answer.status, 422, "{fields:?}");
        has(&answer.words(), &[said, "To pay today"]);
    }
    // A price in the form is nobody's; another reader's name of the offer is not theirs.
    let cheap =
        [("plan", "quarter"), ("attempt", attempt.as_str()), ("consent", "yes"), ("price", "1"), ("amount", "1")];
    assert_eq!(other.browser.post("/checkout", &cheap).status, 422);
    let begun = reader.browser.post("/checkout", &cheap);
    has(&reader.browser.get(begun.location(303)).words(), &["₹900"]);
    let again = reader.browser.post("/checkout", &cheap);
    assert_eq!(begun.location(303), again.location(303), "two clicks, one page");
    reader.pay_on(&begun, "paid");
    let third = reader.browser.post("/checkout", &cheap);
    has(&third.words(), &["You subscribe already"]);
    assert_eq!(reader.held().dossier.attempts.len(), 1);
    // Another's payment is nobody else's business.
    let key = reader.held().dossier.attempts[0].payment.key();
    let path = format!("/checkout/return?key={key}");
    assert_eq!(other.browser.get(&path).status, 404);
    assert_eq!(paper.browser().get(&path).location(303).split('?').next(), Some("/login"));
    assert_eq!(
        paper.browser().get("/checkout/return?key=sub-999-p0-a1").location(303).split('?').next(),
        Some("/login")
    );
    for path in ["/account/pause", "/account/pay", "/account/plan/agree", "/account/resume", "/account/method"] {
        assert_eq!(other.browser.post(path, &[]).location(303), "/account", "{path} without a contract");
    }
}
