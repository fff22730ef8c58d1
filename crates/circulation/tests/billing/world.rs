//! A contract, a rail that obeys a script, and everything that was recorded; what must always hold is checked after
//! every commit.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use circulation::benefits::{Benefit, Grant, rights_at};
use circulation::billing::{
    Act, BillingRefusal, Call, Decision, DocumentKind, DocumentOrder, Dossier, InvoiceState, MOST_STEPS, Next, Notice,
    NoticeKind, Page, PageCall, Policy, Record, RefundState, Terms, decide, next, open,
};
use circulation::calendar::{BillingZone, Term};
use circulation::ledger::{Account, Draft, Entry, Health, TaxRates, verify};
use circulation::money::{Currency, Money};
use circulation::payments::{
    Announced, AttemptKey, AttemptState, Capabilities, DebitWindows, DisputeState, Failure, FailureKind, MandateFacts,
    MandateRef, MandateState, MethodKind, Outcome, Rail, RailAnswer, RefundAnswer, Told,
};
use circulation::plans::{PlanCode, PlanVersion};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Actor, Consent, Event, EventKind, Offer, Order, Product, State, Subscription, SubscriptionId,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

pub const READER: ReaderId = ReaderId(11);

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn inr(rupees: i64) -> Money {
    Money::new(rupees * 100, Currency::INR)
}

pub fn plan(code: &str, rupees: i64, months: u16) -> PlanVersion {
    PlanVersion {
        code: PlanCode::try_from(code.to_owned()).unwrap(),
        version: 1,
        name: code.to_owned(),
        price: inr(rupees),
        term: Term::new(months).unwrap(),
        benefits: [Benefit::Unlimited, Benefit::Premium].into_iter().collect(),
    }
}

pub fn quarterly() -> PlanVersion {
    plan("smart-quarterly", 900, 3)
}

pub fn essential() -> PlanVersion {
    plan("smart-essential", 2_700, 12)
}

pub fn saver() -> PlanVersion {
    plan("super-saver", 3_900, 24)
}

/// How the rail will answer a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Capture,
    Decline,
    Refuse,
    NeedsReader,
    Pending,
    /// Taken, and the answer is lost.
    LostCapture,
    /// Never arrived, and nobody knows.
    LostNothing,
}

/// What the rail knows of one key.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    PageOpen(PageCall),
    Captured { reference: String, amount: Money, at: Timestamp },
    Failed(Failure),
    Pending,
}

#[derive(Debug, Default, Clone)]
pub struct FakeRail {
    pub known: BTreeMap<String, Known>,
    pub script: VecDeque<Reply>,
    pub refund_script: VecDeque<RefundAnswer>,
    pub refunds: BTreeMap<String, Money>,
    pub revoked: Vec<MandateRef>,
    pub calls: Vec<String>,
    pub bytes: BTreeMap<String, String>,
    pub announce: Option<Announced>,
}

pub struct World {
    pub d: Dossier,
    pub now: Timestamp,
    pub terms: Terms,
    pub rail: FakeRail,
    pub events: Vec<Event>,
    pub entries: Vec<Entry>,
    pub mails: Vec<Notice>,
    pub documents: Vec<DocumentOrder>,
    pub grants: BTreeMap<(ReaderId, String), Grant>,
    pub method: MandateFacts,
    sums: BTreeMap<(Account, Currency), i128>,
    ids: BTreeSet<String>,
}

pub fn card(token: &str) -> MandateFacts {
    MandateFacts {
        mandate: MandateRef { customer: "cus_1".into(), token: token.into(), method: MethodKind::Card },
        label: "Visa •••• 4242".into(),
        max_amount: None,
        expires: None,
        state: MandateState::Confirmed,
    }
}

pub fn upi(token: &str, most: i64) -> MandateFacts {
    MandateFacts {
        mandate: MandateRef { customer: "cus_1".into(), token: token.into(), method: MethodKind::Upi },
        label: "asha@bank".into(),
        max_amount: Some(inr(most)),
        expires: None,
        state: MandateState::Confirmed,
    }
}

/// A rail as Indian law wants it: notice before each debit, and peak hours without debits.
pub fn indian_rail() -> Capabilities {
    Capabilities {
        can_change_amount: vec![MethodKind::Card],
        needs_predebit: vec![MethodKind::Upi],
        debit_windows: Some(DebitWindows {
            zone: BillingZone::new("Asia/Kolkata").unwrap(),
            minutes: vec![(0, 600), (780, 1_020), (1_290, 1_440)],
            methods: vec![MethodKind::Upi],
        }),
        max_unattended_amount: Some(inr(15_000)),
        ..Capabilities::plain(Rail::Sandbox)
    }
}

pub fn terms() -> Terms {
    Terms { policy: Policy::default(), rail: Capabilities::plain(Rail::Sandbox), other_live: None }
}

pub fn order(plan: PlanVersion, offer: Offer, now: Timestamp) -> Order {
    Order {
        id: SubscriptionId(1),
        reader: READER,
        product: Product::Digital,
        plan,
        zone: BillingZone::new("Asia/Kolkata").unwrap(),
        consent: Consent { text: "Renews until I cancel.".into(), given_at: now, begin_at_once: false },
        offer,
        taxes: TaxRates::new(&[("igst", 1_800)]).unwrap(),
    }
}

/// 22 November 2026, 10:00 in India.
pub fn opening() -> Timestamp {
    instant("2026-11-22T04:30:00Z")
}

impl World {
    pub fn checkout(plan: PlanVersion, offer: Offer, terms: Terms) -> World {
        World::ordered(order(plan, offer, opening()), opening(), terms)
    }

    pub fn ordered(order: Order, now: Timestamp, terms: Terms) -> World {
        World::ordered_among(order, &[], now, terms)
    }

    pub fn ordered_among(order: Order, existing: &[Subscription], now: Timestamp, terms: Terms) -> World {
        let decision = open(order, existing, now, &terms).unwrap();
        let mut world = World {
            d: decision.dossier.clone(),
            now,
            terms,
            rail: FakeRail::default(),
            events: Vec::new(),
            entries: Vec::new(),
            mails: Vec::new(),
            documents: Vec::new(),
            grants: BTreeMap::new(),
            method: card("tok_1"),
            sums: BTreeMap::new(),
            ids: BTreeSet::new(),
        };
        world.commit(decision);
        world
    }

    /// A contract that was just paid by card.
    pub fn active(plan: PlanVersion) -> World {
        World::active_with(plan, terms(), card("tok_1"))
    }

    pub fn active_with(plan: PlanVersion, terms: Terms, method: MandateFacts) -> World {
        let mut world = World::checkout(plan, Offer::default(), terms);
        world.method = method;
        world.pay_by_page();
        assert_eq!(world.state(), "active");
        world
    }

    pub fn try_act(&mut self, act: Act) -> Result<(), BillingRefusal> {
        let decision = decide(self.d.clone(), &act, self.now, &self.terms)?;
        self.commit(decision);
        Ok(())
    }

    pub fn act(&mut self, act: Act) {
        if let Err(refusal) = self.try_act(act.clone()) {
            panic!("{act:?} is refused: {refusal}");
        }
    }

    /// Acts and does everything that is due thereupon.
    pub fn go(&mut self, act: Act) {
        self.act(act);
        self.run();
    }

    /// Commits, and makes the call that the commit allows.
    pub fn commit(&mut self, decision: Decision) {
        if let Some(call) = self.store(decision) {
            self.answer(&call);
        }
    }

    /// Commits and dies: the call is never made.
    pub fn store(&mut self, decision: Decision) -> Option<Call> {
        // What is stored comes back as it was.
        let text = serde_json::to_string(&decision.dossier).unwrap();
        self.d = serde_json::from_str(&text).unwrap();
        assert_eq!(self.d, decision.dossier);
        for record in decision.records {
            match record {
                Record::Event(event) => self.events.push(*event),
                Record::Entry(entry) => {
                    assert!(self.ids.insert(entry.id()), "{} twice", entry.id());
                    for line in entry.lines() {
                        let place = (line.account.clone(), line.amount.currency());
                        *self.sums.entry(place).or_default() += line.signed_minor();
                    }
                    self.entries.push(entry);
                }
                Record::Mail(mail) => {
                    assert!(self.ids.insert(mail.key.clone()), "{} twice", mail.key);
                    self.mails.push(*mail);
                }
                Record::Document(order) => {
                    assert!(self.documents.iter().all(|known| known.reference != order.reference));
                    self.documents.push(*order);
                }
                Record::Grant { reader, grant } => {
                    self.grants.insert((reader, grant.reference.clone()), grant);
                }
                Record::GrantGone { reader, reference } => {
                    self.grants.remove(&(reader, reference));
                }
            }
        }
        self.check();
        decision.call
    }

    /// Does everything that is due now; gives the next instant.
    pub fn run(&mut self) -> Option<Timestamp> {
        for _ in 0..MOST_STEPS {
            match next(&self.d, self.now, &self.terms) {
                Next::Act(act) => self.act(act),
                Next::Call(call) => self.answer(&call),
                Next::Wait(until) => {
                    assert!(until.is_none_or(|until| until > self.now), "waiting for the past");
                    return until;
                }
            }
        }
        panic!("no end of work at {}: {:?}", self.now, next(&self.d, self.now, &self.terms));
    }

    /// Lets the time pass, doing each thing when it is due.
    pub fn advance_to(&mut self, to: Timestamp) {
        for _ in 0..20_000 {
            match self.run() {
                Some(at) if at <= to => self.now = at,
                _ => {
                    self.now = to;
                    self.run();
                    return;
                }
            }
        }
        panic!("time does not pass");
    }

    pub fn advance(&mut self, to: &str) {
        self.advance_to(instant(to));
    }

    pub fn days(&mut self, days: i64) {
        self.advance_to(self.now + SignedDuration::from_hours(24 * days));
    }

    // ---- the rail ----

    pub fn told(&mut self, key: &AttemptKey, outcome: Outcome, mandate: Option<MandateFacts>) {
        let answer = RailAnswer { key: key.clone(), at: self.now, outcome };
        self.act(Act::Told(Told { mandate, ..Told::only(answer) }));
    }

    fn say(&self, key: &str) -> Outcome {
        match self.rail.known.get(key) {
            None => Outcome::NotFound,
            Some(Known::PageOpen(_) | Known::Pending) => Outcome::Pending,
            Some(Known::Captured { reference, amount, .. }) => {
                Outcome::Captured { reference: reference.clone(), amount: *amount }
            }
            Some(Known::Failed(failure)) => Outcome::Failed(failure.clone()),
        }
    }

    fn capture_at_rail(&mut self, key: &str, amount: Money) {
        let reference = format!("pay_{key}");
        self.rail.known.insert(key.to_owned(), Known::Captured { reference, amount, at: self.now });
    }

    pub fn fail_at_rail(&mut self, key: &str, kind: FailureKind) {
        let failure = Failure { kind, code: kind.word().into() };
        self.rail.known.insert(key.to_owned(), Known::Failed(failure));
    }

    /// The same key must always carry the same bytes.
    fn remember(&mut self, word: &str, key: &str, bytes: String) {
        self.rail.calls.push(format!("{word} {key}"));
        let known = self.rail.bytes.entry(format!("{word} {key}")).or_insert_with(|| bytes.clone());
        assert_eq!(*known, bytes, "{key} went out with other bytes");
    }

    pub fn answer(&mut self, call: &Call) {
        match call {
            Call::OpenPage(page) => {
                self.remember("page", page.key.as_str(), format!("{:?}", PageCall { reference: None, ..page.clone() }));
                let key = page.key.as_str().to_owned();
                self.rail.known.entry(key.clone()).or_insert(Known::PageOpen(page.clone()));
                let page = Page { reference: format!("page_{key}"), address: format!("https://rail/{key}") };
                self.act(Act::PageOpened { key: AttemptKey::from_text(&key), page });
            }
            Call::ClosePage(page) => {
                let key = page.key.as_str().to_owned();
                self.rail.calls.push(format!("close {key}"));
                if matches!(self.rail.known.get(&key), None | Some(Known::PageOpen(_))) {
                    self.fail_at_rail(&key, FailureKind::Expired);
                }
                self.tell_known(&page.key);
            }
            Call::Charge(debit) => self.charge(debit),
            Call::AnnounceDebit(debit) => {
                self.remember("announce", debit.key.as_str(), format!("{} {:?}", debit.amount, debit.mandate));
                let debit_from = self.now + SignedDuration::from_hours(25);
                let sent = Announced::Sent { reference: format!("order_{}", debit.key), debit_from };
                let answer = self.rail.announce.take().unwrap_or(sent);
                self.act(Act::Announced { key: debit.key.clone(), answer });
            }
            Call::LookUp(look_up) => {
                self.rail.calls.push(format!("look-up {}", look_up.key));
                self.tell_known(&look_up.key);
            }
            Call::Refund(refund) => {
                self.remember("refund", &refund.key, format!("{} {}", refund.amount, refund.payment));
                let done = RefundAnswer::Succeeded { reference: format!("re_{}", refund.key), at: self.now };
                let answer = self.rail.refund_script.pop_front().unwrap_or(done);
                if matches!(answer, RefundAnswer::Succeeded { .. } | RefundAnswer::Pending { .. }) {
                    self.rail.refunds.insert(refund.key.clone(), refund.amount);
                }
                self.act(Act::RefundTold { key: refund.key.clone(), answer });
            }
            Call::LookUpRefund(refund) => {
                let answer = match self.rail.refunds.get(&refund.key) {
                    Some(_) => RefundAnswer::Succeeded { reference: format!("re_{}", refund.key), at: self.now },
                    None => RefundAnswer::NotFound,
                };
                self.act(Act::RefundTold { key: refund.key.clone(), answer });
            }
            Call::RevokeMandate(mandate) => {
                self.rail.revoked.push(mandate.facts.mandate.clone());
                let facts = MandateFacts { state: MandateState::Revoked, ..mandate.facts.clone() };
                self.act(Act::MandateTold { mandate: mandate.facts.mandate.clone(), facts: Some(facts) });
            }
        }
    }

    fn charge(&mut self, debit: &circulation::billing::DebitCall) {
        let key = debit.key.as_str().to_owned();
        self.check_charge(debit);
        self.remember("charge", &key, format!("{} {:?}", debit.amount, debit.mandate));
        let reply = self.rail.script.pop_front().unwrap_or(Reply::Capture);
        if !self.rail.known.contains_key(&key) {
            match reply {
                Reply::Capture | Reply::LostCapture => self.capture_at_rail(&key, debit.amount),
                Reply::Decline => self.fail_at_rail(&key, FailureKind::Declined),
                Reply::Refuse => self.fail_at_rail(&key, FailureKind::Refused),
                Reply::NeedsReader => self.fail_at_rail(&key, FailureKind::NeedsReader),
                Reply::Pending => {
                    self.rail.known.insert(key.clone(), Known::Pending);
                }
                Reply::LostNothing => {}
            }
        }
        if matches!(reply, Reply::LostCapture | Reply::LostNothing) {
            return self.told(&debit.key, Outcome::NoAnswer, None);
        }
        self.tell_known(&debit.key);
    }

    /// What must hold at the moment a debit leaves.
    fn check_charge(&self, debit: &circulation::billing::DebitCall) {
        // I2: it is stored as sent. I17: nobody has cancelled. Nothing is sent while a person has to look.
        let stored = self.d.attempts.iter().find(|attempt| attempt.payment.key() == debit.key).unwrap();
        assert!(matches!(stored.payment.state(), AttemptState::Sent | AttemptState::Unknown { .. }));
        let contract = &self.d.contract;
        assert!(contract.cancellation().is_none() && contract.parked().is_none() && contract.hold().is_none());
        assert!(self.d.invoices.iter().any(|invoice| invoice.number == stored.payment.period() && invoice.is_open()));
        // I3: no page on which the same invoice could be paid is open at the rail.
        let invoice = format!("sub-{}-p{}-", contract.id().0, stored.payment.period());
        let open = |(key, known): (&String, &Known)| key.starts_with(&invoice) && matches!(known, Known::PageOpen(_));
        assert!(!self.rail.known.iter().any(open), "{} goes out beside an open page", debit.key);
        // By the mandate, and never more than it allows.
        let mandate = self.d.mandate.as_ref().unwrap();
        assert!(mandate.facts.mandate == debit.mandate && mandate.allows(debit.amount, self.now));
        let windows = self.terms.rail.debit_windows.as_ref().filter(|w| w.methods.contains(&debit.mandate.method));
        assert!(windows.is_none_or(|windows| windows.next_open(self.now) == self.now), "at a peak hour: {}", self.now);
        assert!(debit.not_before <= self.now);
    }

    /// The rail tells what it knows, as after any hint.
    pub fn tell_known(&mut self, key: &AttemptKey) {
        let outcome = self.say(key.as_str());
        let captured = matches!(outcome, Outcome::Captured { .. });
        let at = match self.rail.known.get(key.as_str()) {
            Some(Known::Captured { at, .. }) => *at,
            _ => self.now,
        };
        let page = self.rail.bytes.contains_key(&format!("page {key}"));
        let mandate = (captured && page).then(|| self.method.clone());
        let answer = RailAnswer { key: key.clone(), at, outcome };
        self.act(Act::Told(Told { mandate, ..Told::only(answer) }));
    }

    pub fn ask_page(&mut self) -> AttemptKey {
        self.go(Act::Pay { parameters: BTreeMap::from([("return".into(), "/back".into())]) });
        self.d.open_page().expect("a page is open").payment.key()
    }

    /// The reader pays on an open page; nobody tells us yet.
    pub fn reader_pays(&mut self, key: &AttemptKey) {
        let Some(Known::PageOpen(page)) = self.rail.known.get(key.as_str()).cloned() else {
            panic!("{key} is not open")
        };
        self.capture_at_rail(key.as_str(), page.amount);
    }

    pub fn pay_by_page(&mut self) {
        let key = self.ask_page();
        self.reader_pays(&key);
        self.tell_known(&key);
        self.run();
    }

    /// The reader keeps a method on a page of its own.
    pub fn keep(&mut self, facts: MandateFacts) {
        self.go(Act::KeepMethod { parameters: BTreeMap::new() });
        let setup = self.d.setups.last().unwrap();
        let (key, amount) = (setup.key.clone(), setup.amount);
        self.told(&key, Outcome::Captured { reference: format!("setup_{key}"), amount }, Some(facts));
        self.run();
    }

    pub fn dispute(&mut self, payment: &str, state: DisputeState) {
        let amount = inr(900);
        self.go(Act::Disputed { reference: "dp_1".into(), payment: payment.into(), amount, at: self.now, state });
    }

    // ---- reading ----

    pub fn state(&self) -> &'static str {
        self.d.contract.state().word()
    }

    pub fn reads(&self) -> bool {
        let holder = self.d.contract.holder();
        let grants: Vec<Grant> =
            self.grants.iter().filter(|((reader, _), _)| *reader == holder).map(|(_, grant)| grant.clone()).collect();
        !rights_at(&grants, self.now).benefits.is_empty()
    }

    pub fn paid_through(&self) -> Date {
        self.d.contract.paid_through().expect("something was paid")
    }

    pub fn kinds(&self) -> Vec<EventKind> {
        self.events.iter().map(|event| event.kind).collect()
    }

    pub fn mailed(&self, kind: NoticeKind) -> usize {
        self.mails.iter().filter(|mail| mail.kind == kind).count()
    }

    pub fn charges(&self) -> usize {
        self.rail.calls.iter().filter(|call| call.starts_with("charge")).collect::<BTreeSet<_>>().len()
    }

    pub fn health(&self) -> Health {
        let drafts: Vec<Draft> = self.entries.iter().cloned().map(Draft::from).collect();
        verify(&drafts)
    }

    pub fn balance(&self, account: &str) -> i64 {
        let account: Account = account.parse().unwrap();
        i64::try_from(self.sums.get(&(account, Currency::INR)).copied().unwrap_or(0)).unwrap()
    }

    /// A copy that goes on by itself.
    pub fn fork(&self) -> World {
        World {
            d: self.d.clone(),
            now: self.now,
            terms: self.terms.clone(),
            rail: self.rail.clone(),
            events: self.events.clone(),
            entries: self.entries.clone(),
            mails: self.mails.clone(),
            documents: self.documents.clone(),
            grants: self.grants.clone(),
            method: self.method.clone(),
            sums: self.sums.clone(),
            ids: self.ids.clone(),
        }
    }

    pub fn ended(&self) -> Option<circulation::subscriptions::EndReason> {
        match self.d.contract.state() {
            State::Ended { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    // ---- what must always hold ----

    pub fn check(&self) {
        self.d.check().unwrap();
        assert_eq!(self.balance("reader-credit"), 0);
        let deferred = self.d.invoices.iter().filter_map(|invoice| {
            let service = invoice.service.as_ref()?;
            let back = invoice.credited_parts.first().map_or(0, |part| part.minor());
            Some(service.net.minor() - back - service.recognised.minor())
        });
        // What the dossier still owes in days is what the books owe.
        assert_eq!(self.balance("deferred"), -deferred.sum::<i64>());
        // I5: no access without a capture or a trial, and never beyond what the dates say.
        let until = self.d.contract.access_until();
        if self.reads() {
            let allowed = until.is_some_and(|until| self.now < until);
            assert!(allowed, "reads at {} although access ends {until:?}, {:?}", self.now, self.grants);
        } else {
            let gap = matches!(self.d.contract.state(), State::Paused { .. });
            let open = until.is_some_and(|until| self.now < until) && !gap;
            assert!(!open, "does not read at {} until {until:?}: {:?}", self.now, self.grants);
        }
        self.check_money();
        // Rights recorded one by one are the rights computed at once.
        let computed: BTreeMap<_, _> =
            self.d.grants().into_iter().map(|(reader, grant)| ((reader, grant.reference.clone()), grant)).collect();
        assert_eq!(self.grants, computed);
    }

    fn check_money(&self) {
        let mut captured = BTreeMap::new();
        for attempt in &self.d.attempts {
            if let Some(capture) = attempt.payment.capture() {
                captured.insert(capture.reference().to_owned(), (capture.amount().minor(), capture.period()));
            }
        }
        // I10: what is promised back never exceeds what was taken.
        for (payment, (amount, _)) in &captured {
            let promised: i64 = self
                .d
                .refunds
                .iter()
                .filter(|refund| refund.payment == *payment && refund.state != RefundState::Replaced)
                .map(|refund| refund.amount.minor())
                .sum();
            assert!(promised <= *amount, "{payment}: {promised} of {amount}");
        }
        // I1: one kept payment for a period. I4: each capture is in the books once, applied or in suspense.
        let mut paid = BTreeSet::new();
        for invoice in &self.d.invoices {
            if let InvoiceState::Paid { attempt, .. } = &invoice.state {
                assert!(paid.insert(invoice.number));
                let booked = |entry: &&Entry| entry.id() == format!("capture:{attempt}");
                assert_eq!(self.entries.iter().filter(booked).count(), 1);
                let reference = format!("invoice:sub-{}-p{}", self.d.contract.id().0, invoice.number);
                let ordered =
                    |order: &&DocumentOrder| order.reference == reference && order.kind == DocumentKind::TaxInvoice;
                assert_eq!(self.documents.iter().filter(ordered).count(), 1);
            }
        }
        let applied = self.d.invoices.iter().filter(|invoice| invoice.paid_by().is_some()).count();
        let strays = self.d.strays.iter().filter(|stray| captured.contains_key(&stray.payment)).count();
        assert_eq!(captured.len(), applied + strays, "a captured payment is nowhere");
        // I3: at most one attempt is undecided.
        let undecided = self
            .d
            .attempts
            .iter()
            .filter(|attempt| matches!(attempt.payment.state(), AttemptState::Sent | AttemptState::Unknown { .. }));
        assert!(undecided.count() <= 1);
        let _ = Actor::Clock;
    }
}
