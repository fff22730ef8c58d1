//! What two tabs, two processes, a page that is closed or left open, and late or lost messages can do to somebody who
//! buys: one contract, one payment, nothing lost. Each case goes through the paper's front door.
use std::thread;

use circulation::payments::AttemptKey;
use circulation::readers::ReaderId;
use circulation::subscriptions::State;
use jiff::SignedDuration;
use masthead::billing::orders::{self, Begun, Offer};
use masthead::billing::{self, Held, dossiers};
use masthead::dice::Dice;
use masthead::gateways::sandbox::Behaviour;
use masthead::gateways::webhooks::{self, SIGNATURE};
use masthead::house::{House, Plan};
use masthead::web::cookies;
use newsroom::articles::Marking;

use crate::account::{Subscriber, field, has, settle};
use crate::browser::Browser;
use crate::client::{Answer, Request};
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Shown, on_both};

on_both!(
    four_clicks_at_once_are_one_contract_and_one_charge,
    two_plans_in_two_tabs_at_once_leave_one_page_to_pay_on,
    a_page_paid_while_another_plan_is_chosen_buys_one_of_them,
    two_processes_that_sell_at_once_sell_once,
    another_plan_closes_the_page_of_the_first,
    a_page_nobody_paid_is_closed_after_a_day_and_takes_nothing,
    a_return_address_grants_nothing,
    who_is_back_before_the_payment_is_certain_buys_nothing_else_meanwhile,
    who_logs_out_before_coming_back_has_bought_all_the_same,
    deliveries_that_are_forged_stale_or_cut_change_nothing_and_a_true_one_settles_once,
    a_payment_nobody_told_of_is_found_behind_many_open_pages,
    money_that_comes_late_still_buys_when_it_can,
    money_that_comes_late_goes_back_when_the_reader_has_bought_again,
);

/// Deliveries take years: what is learned is learned by asking.
pub const LATE: &str = "\n[payments.sandbox.webhooks]\nseed = 3\nlate = 4000000000";

/// From the summary of a plan to the answer to the reader's consent.
pub fn agree(browser: &mut Browser, plan: &str) -> Answer {
    let summary = browser.get(&format!("/checkout?plan={plan}"));
    let attempt = field(&summary.text(), "attempt");
    browser.post("/checkout", &[("plan", plan), ("attempt", &attempt), ("consent", "yes")])
}

/// [`agree`], to the hosted page.
fn hosted(browser: &mut Browser, plan: &str) -> String {
    let page = agree(browser, plan).location(303).to_owned();
    assert!(page.starts_with("/sandbox/pay/"), "{page}");
    page
}

fn contracts(reader: &Subscriber<'_>) -> Vec<Held> {
    reader.paper.block_on(dossiers::of_reader(reader.paper.house(), reader.id)).unwrap()
}

/// States of a reader's contracts, latest first.
fn states(reader: &Subscriber<'_>) -> Vec<&'static str> {
    contracts(reader).iter().map(|held| held.dossier.contract.state().word()).collect()
}

/// What all contracts of a reader have taken and not promised back, in paise; the books' suspense must be empty.
fn kept(reader: &Subscriber<'_>) -> i64 {
    let balances = reader.paper.block_on(reader.paper.house().store.ledger_balances()).unwrap();
    assert!(balances.iter().all(|b| b.account != "suspense" || b.amount == 0), "{balances:?}");
    let held = contracts(reader);
    let taken = held.iter().flat_map(|h| &h.dossier.attempts).filter_map(|a| a.payment.capture());
    let taken: i64 = taken.map(|capture| capture.amount().minor()).sum();
    let back: i64 = held.iter().flat_map(|h| &h.dossier.refunds).map(|refund| refund.amount.minor()).sum();
    taken - back
}

/// What the payment company itself has taken from everybody, by its own books.
fn taken(paper: &Paper) -> i64 {
    paper.block_on(paper.house().store.sandbox_takings()).unwrap().iter().map(|(_, _, amount)| amount).sum()
}

/// Payments of a reader's contracts that came, and those that are neither taken nor failed.
fn attempts(reader: &Subscriber<'_>) -> (usize, usize) {
    let held = contracts(reader);
    let all = held.iter().flat_map(|h| &h.dossier.attempts);
    let captured = all.clone().filter(|a| a.payment.capture().is_some()).count();
    (captured, all.filter(|a| a.payment.is_open()).count())
}

/// The rail's reference of the page that is open.
fn page_of(reader: &Subscriber<'_>) -> (AttemptKey, String) {
    let held = reader.held();
    let attempt = held.dossier.open_page().expect("a page is open");
    (attempt.payment.key(), attempt.talk.page.clone().expect("it was opened").reference)
}

fn pays(paper: &Paper, page: &str, behaviour: Behaviour) {
    paper.block_on(paper.house().rail.pay(page, behaviour, paper.clock.now())).unwrap();
}

/// Waits until all that was begun for a reader is decided: the page sends a delivery of its own in the background, and
/// whichever is quicker, that one or ours, it arrives.
fn decided(reader: &Subscriber<'_>) {
    for _ in 0..500 {
        reader.paper.block_on(webhooks::deliver_due(reader.paper.house())).unwrap();
        if attempts(reader).1 == 0 {
            return settle(reader.paper);
        }
        thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the deliveries never arrive: {:?}", states(reader));
}

fn later(paper: &Paper, by: SignedDuration) {
    paper.set_clock(paper.clock.now() + by);
    settle(paper);
}

fn four_clicks_at_once_are_one_contract_and_one_charge(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let summary = reader.browser.get("/checkout?plan=quarter").text();
    let attempt = field(&summary, "attempt");
    let fields = [("plan", "quarter"), ("attempt", attempt.as_str()), ("consent", "yes")];
    let tabs: Vec<Browser> = (0..4).map(|_| reader.browser.tab()).collect();
    let led: Vec<String> = thread::scope(|scope| {
        let clicks: Vec<_> = tabs
            .into_iter()
            .map(|mut tab| scope.spawn(move || tab.post("/checkout", &fields).location(303).to_owned()))
            .collect();
        clicks.into_iter().map(|click| click.join().unwrap()).collect()
    });
    assert!(led[0].starts_with("/sandbox/pay/") && led.iter().all(|page| *page == led[0]), "one page: {led:?}");
    assert_eq!(reader.browser.post(&led[0], &[("outcome", "twice")]).status, 303);
    let second = reader.browser.post(&led[0], &[("outcome", "paid")]);
    has(&second.words(), &["Nothing more is taken"]);
    decided(&reader);
    has(&reader.browser.post("/checkout", &fields).words(), &["You subscribe already"]);
    assert_eq!((states(&reader), attempts(&reader)), (vec!["active"], (1, 0)));
    assert_eq!((kept(&reader), taken(&paper)), (90_000, 90_000));
}

fn two_plans_in_two_tabs_at_once_leave_one_page_to_pay_on(engine: Engine) {
    let paper = Paper::usual(engine);
    for _ in 0..8 {
        let mut reader = Subscriber::new(&paper);
        let before = taken(&paper);
        let (mut one, mut two) = (reader.browser.tab(), reader.browser.tab());
        let led = thread::scope(|scope| {
            let one = scope.spawn(move || agree(&mut one, "quarter").location(303).to_owned());
            let two = scope.spawn(move || agree(&mut two, "biennial").location(303).to_owned());
            [one.join().unwrap(), two.join().unwrap()]
        });
        for page in &led {
            // The slower of the two may have found its checkout closed by the other and been led to what became of it.
            assert!(page.starts_with("/sandbox/pay/") || page.starts_with("/checkout/return?key="), "{led:?}");
            if page.starts_with("/sandbox/pay/") {
                reader.browser.post(page, &[("outcome", "paid")]);
            }
        }
        decided(&reader);
        let active = states(&reader).iter().filter(|state| **state == "active").count();
        assert_eq!((active, attempts(&reader)), (1, (1, 0)), "{led:?} {:?}", states(&reader));
        let paid = kept(&reader);
        assert!([90_000, 390_000].contains(&paid), "{paid}");
        assert_eq!(taken(&paper) - before, paid, "charged once, and nothing to give back");
    }
}

fn a_page_paid_while_another_plan_is_chosen_buys_one_of_them(engine: Engine) {
    let paper = Paper::usual(engine);
    for _ in 0..8 {
        let mut reader = Subscriber::new(&paper);
        let first = hosted(&mut reader.browser, "quarter");
        let (mut one, mut two) = (reader.browser.tab(), reader.browser.tab());
        let summary = two.get("/checkout?plan=biennial").text();
        let attempt = field(&summary, "attempt");
        let chosen = thread::scope(|scope| {
            let paying = scope.spawn(|| one.post(&first, &[("outcome", "paid")]).status);
            let fields = [("plan", "biennial"), ("attempt", attempt.as_str()), ("consent", "yes")];
            let choosing = scope.spawn(move || two.post("/checkout", &fields));
            paying.join().unwrap();
            choosing.join().unwrap()
        });
        if chosen.status == 200 {
            has(&chosen.words(), &["You subscribe already"]);
        } else {
            let page = chosen.location(303).to_owned();
            if page.starts_with("/sandbox/pay/") {
                reader.browser.post(&page, &[("outcome", "paid")]);
            }
        }
        decided(&reader);
        let active = states(&reader).iter().filter(|state| **state == "active").count();
        let told = contracts(&reader).into_iter().map(|held| {
            let tried = held.dossier.attempts.iter().map(|a| (a.payment.key().to_string(), a.payment.state().clone()));
            (held.dossier.contract.state().clone(), held.revision, tried.collect::<Vec<_>>())
        });
        let told: Vec<_> = told.collect();
        assert_eq!((active, attempts(&reader)), (1, (1, 0)), "{} {} {told:?}", chosen.status, chosen.words());
        assert!([90_000, 390_000].contains(&kept(&reader)));
    }
}

fn two_processes_that_sell_at_once_sell_once(engine: Engine) {
    let paper = Paper::usual(engine);
    let second = second_process(&paper);
    for n in 0..8 {
        let reader = Subscriber::new(&paper);
        let begin = async |house: &House, plan: &str| {
            let plan = house.publication.plans.plan(plan).unwrap();
            let offer = Offer::of(house, ReaderId(reader.id), plan, Default::default()).await.unwrap();
            orders::begin(house, ReaderId(reader.id), &offer, "/", true).await.unwrap()
        };
        let other = if n % 2 == 0 { "quarter" } else { "biennial" };
        let (one, two) = paper.block_on(async { tokio::join!(begin(paper.house(), "quarter"), begin(&second, other)) });
        if n % 2 == 0 {
            assert!(matches!((&one, &two), (Begun::Pay(a), Begun::Pay(b)) if a == b), "{one:?} {two:?}");
            assert_eq!(states(&reader), ["checkout"]);
        }
        let open = contracts(&reader).iter().filter(|h| *h.dossier.contract.state() == State::Checkout).count();
        assert_eq!(open, 1, "{:?}", states(&reader));
        let (_, page) = page_of(&reader);
        pays(&paper, &page, Behaviour::Ok);
        paper.block_on(async {
            let (one, two) = tokio::join!(billing::round(paper.house()), billing::round(&second));
            one.unwrap();
            two.unwrap();
        });
        decided(&reader);
        assert_eq!((states(&reader)[0], attempts(&reader)), ("active", (1, 0)));
    }
    paper.block_on(second.store.close());
}

/// A second process of the same paper, as far as anything stored can tell, with the same clock on the wall.
pub fn second_process(paper: &Paper) -> std::sync::Arc<House> {
    let plan = Plan {
        publication: masthead::config::load(&paper.folder().join("publication.toml")).unwrap(),
        data: paper.folder().to_owned(),
        location: paper.location(),
        clock: paper.clock.clone(),
        dice: Dice::seeded(99),
        gateway: None,
    };
    let (second, _notes) = paper.block_on(House::open(plan)).unwrap();
    assert_ne!(second.holder, paper.house().holder, "each has a name of its own");
    second
}

fn another_plan_closes_the_page_of_the_first(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let first = hosted(&mut reader.browser, "quarter");
    let second = hosted(&mut reader.browser, "biennial");
    assert_ne!(first, second);
    has(&reader.browser.post(&first, &[("outcome", "paid")]).words(), &["Nothing was taken"]);
    assert_eq!(reader.browser.post(&second, &[("outcome", "paid")]).status, 303);
    decided(&reader);
    assert_eq!((states(&reader), attempts(&reader)), (vec!["active", "ended"], (1, 0)));
    assert_eq!((kept(&reader), taken(&paper)), (390_000, 390_000));
}

fn a_page_nobody_paid_is_closed_after_a_day_and_takes_nothing(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let page = hosted(&mut reader.browser, "quarter");
    later(&paper, SignedDuration::from_hours(23));
    assert_eq!(states(&reader), ["checkout"]);
    later(&paper, SignedDuration::from_hours(2));
    assert_eq!((states(&reader), attempts(&reader)), (vec!["ended"], (0, 0)));
    has(&reader.browser.post(&page, &[("outcome", "paid")]).words(), &["Nothing was taken"]);
    assert_eq!(taken(&paper), 0);
    let fresh = hosted(&mut reader.browser, "quarter");
    assert_ne!(fresh, page);
    assert_eq!(reader.browser.post(&fresh, &[("outcome", "paid")]).status, 303);
    decided(&reader);
    assert_eq!((states(&reader), kept(&reader)), (vec!["active", "ended"], 90_000));
}

fn a_return_address_grants_nothing(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    hosted(&mut reader.browser, "quarter");
    let (key, page) = page_of(&reader);
    for address in [
        format!("/checkout/return?key={key}"),
        format!("/checkout/return?key={key}&page={page}&status=success&outcome=paid&redirect_status=succeeded"),
    ] {
        let claimed = reader.browser.get(&address);
        has(&claimed.words(), &["Waiting for the payment"]);
    }
    // Nor does a form, as some rails send one.
    let form = [("razorpay_payment_id", page.as_str()), ("razorpay_signature", "00"), ("status", "paid")];
    reader.browser.post(&format!("/checkout/return?key={key}"), &form);
    assert_eq!((states(&reader), attempts(&reader)), (vec!["checkout"], (0, 1)));
    let story = &paper.stories(Marking::Premium)[0];
    assert_eq!(paper.shown(&reader.browser.get(&story.path()).text(), story), Shown::Preview);
}

fn who_is_back_before_the_payment_is_certain_buys_nothing_else_meanwhile(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let page = hosted(&mut reader.browser, "quarter");
    let back = reader.browser.post(&page, &[("outcome", "later")]).location(303).to_owned();
    has(&reader.browser.get(&back).words(), &["Check again"]);
    let other = agree(&mut reader.browser, "biennial").location(303).to_owned();
    let key = back.split(['=', '&']).nth(1).unwrap();
    assert!(other.starts_with(&format!("/checkout/return?key={key}")), "{other}: nothing else is sold meanwhile");
    paper.set_clock(paper.clock.now() + SignedDuration::from_secs(10));
    has(&reader.browser.get(&back).words(), &["Thank you. You are subscribed."]);
    decided(&reader);
    assert_eq!((states(&reader), kept(&reader), taken(&paper)), (vec!["active"], 90_000, 90_000));
}

fn who_logs_out_before_coming_back_has_bought_all_the_same(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let page = hosted(&mut reader.browser, "quarter");
    assert_eq!(reader.browser.post("/logout", &[]).status, 303);
    assert_eq!(reader.browser.cookie(cookies::SESSION), None);
    let back = reader.browser.post(&page, &[("outcome", "paid")]).location(303).to_owned();
    let door = reader.browser.get(&back).location(303).to_owned();
    assert!(door.starts_with("/login?next=%2Fcheckout%2Freturn"), "{door}");
    decided(&reader);
    assert_eq!((states(&reader), kept(&reader)), (vec!["active"], 90_000));
    reader.back();
    has(&reader.browser.get(&back).words(), &["Thank you. You are subscribed.", "paid until 20 February 2027"]);
    assert_eq!(attempts(&reader), (1, 0));
}

fn deliveries_that_are_forged_stale_or_cut_change_nothing_and_a_true_one_settles_once(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: LATE, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    hosted(&mut reader.browser, "quarter");
    let (key, page) = page_of(&reader);
    pays(&paper, &page, Behaviour::ReturnLost);
    let now = paper.clock.now();
    // With a field that nobody knows yet: rails add to theirs. It says another amount, which nobody believes.
    let body = format!(
        "{{\"id\":\"evt_true\",\"type\":\"payment.captured\",\"at\":\"{now}\",\"key\":\"{key}\",\
         \"amount\":1,\"weather\":{{\"sky\":[\"grey\"]}}}}"
    );
    let secret = paper.house().rail.webhook_key();
    let sign = |seconds: i64, body: &str| webhooks::sign(secret, seconds, body.as_bytes());
    let good = sign(now.as_second(), &body);
    let wrong = masthead::gateways::settings::Secret::new("whsec_of_somebody_else");
    let forged = webhooks::sign(&wrong, now.as_second(), body.as_bytes());
    let deliver = |body: &str, signature: &str| {
        let mut request = Request::new("POST", webhooks::PATH).with("content-type", "application/json");
        request = request.with(SIGNATURE, signature);
        request.body = Some(body.as_bytes().to_vec());
        paper.browser().send(&request).status
    };
    for (body, signature) in [
        (body.as_str(), forged.as_str()),
        (&body, &sign(now.as_second() - 301, &body)),
        (&body, &sign(now.as_second() + 301, &body)),
        (&body, &good[..40]),
        (&body, ""),
        (&body[..20], &good),
        (&body.replace("true", "next"), &good),
        (&body[..20], &sign(now.as_second(), &body[..20])),
        ("[]", &sign(now.as_second(), "[]")),
        ("", &sign(now.as_second(), "")),
    ] {
        assert_eq!(deliver(body, signature), 400, "{body} {signature}");
    }
    assert_eq!((states(&reader), attempts(&reader)), (vec!["checkout"], (0, 1)), "nothing was believed");
    assert_eq!(paper.block_on(paper.house().store.unfinished_webhooks(9)).unwrap().len(), 0);
    for _ in 0..2 {
        assert_eq!(deliver(&body, &good), 204);
    }
    decided(&reader);
    assert_eq!((states(&reader), attempts(&reader), kept(&reader)), (vec!["active"], (1, 0), 90_000));
    // What was signed for this paper is worth nothing at another one, and for a rail that it does not have.
    let other = Paper::open(engine, Settings { seed: 2, ..Settings::default() });
    let mut request = Request::new("POST", webhooks::PATH).with(SIGNATURE, &good);
    request.body = Some(body.clone().into_bytes());
    assert_eq!(other.browser().send(&request).status, 400);
    let mut request = Request::new("POST", "/webhooks/stripe").with(SIGNATURE, &good);
    request.body = Some(body.into_bytes());
    assert_eq!(paper.browser().send(&request).status, 404);
}

fn a_payment_nobody_told_of_is_found_behind_many_open_pages(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: LATE, ..Settings::default() });
    let mut readers: Vec<Subscriber<'_>> = (0..7).map(|_| Subscriber::new(&paper)).collect();
    for reader in &mut readers {
        hosted(&mut reader.browser, "quarter");
    }
    let (_, page) = page_of(&readers[6]);
    pays(&paper, &page, Behaviour::ReturnLost);
    later(&paper, SignedDuration::from_mins(20));
    assert_eq!((states(&readers[6]), kept(&readers[6])), (vec!["active"], 90_000));
    assert!(readers[..6].iter().all(|reader| states(reader) == ["checkout"]));
    assert_eq!(taken(&paper), 90_000);
}

fn money_that_comes_late_still_buys_when_it_can(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let page = hosted(&mut reader.browser, "quarter");
    let back = reader.browser.post(&page, &[("outcome", "late-capture")]).location(303).to_owned();
    has(&reader.browser.get(&back).words(), &["Waiting for the payment"]);
    later(&paper, SignedDuration::from_hours(25));
    let story = &paper.stories(Marking::Premium)[0];
    assert_eq!(paper.shown(&reader.browser.get(&story.path()).text(), story), Shown::Preview, "nothing was paid yet");
    later(&paper, SignedDuration::from_hours(6));
    has(&reader.browser.get(&back).words(), &["Thank you. You are subscribed.", "paid until 21 February 2027"]);
    assert_eq!((states(&reader), attempts(&reader), kept(&reader)), (vec!["active"], (1, 0), 90_000));
    assert_eq!(paper.shown(&reader.browser.get(&story.path()).text(), story), Shown::Open);
}

fn money_that_comes_late_goes_back_when_the_reader_has_bought_again(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let page = hosted(&mut reader.browser, "quarter");
    let late = reader.browser.post(&page, &[("outcome", "late-capture")]).location(303).to_owned();
    later(&paper, SignedDuration::from_hours(25));
    assert_eq!(states(&reader), ["ended"], "a checkout lasts a day, whatever its bank still thinks about");
    let again = hosted(&mut reader.browser, "biennial");
    let back = reader.browser.post(&again, &[("outcome", "paid")]).location(303).to_owned();
    has(&reader.browser.get(&back).words(), &["Thank you. You are subscribed.", "Biennial"]);
    later(&paper, SignedDuration::from_hours(6));
    for _ in 0..2 {
        has(&reader.browser.get(&late).words(), &["You get this payment back"]);
    }
    decided(&reader);
    assert_eq!((states(&reader), kept(&reader)), (vec!["active", "ended"], 390_000));
    let mails = paper.block_on(paper.house().store.mails_of_reader(reader.id, 50)).unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.kind == "late-money-returned").count(), 1, "{mails:?}");
}
