//! The real program is killed again and again while it renews. Whatever it was doing, the next start goes on: nothing
//! is charged twice, nothing is lost, no number is missing, and the books agree with the payment company's.
//!
//! `MASTHEAD_KILLS=1000` makes a long run of it.
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use circulation::readers::ReaderId;
use jiff::Timestamp;
use masthead::billing::orders::{self, Offer};
use masthead::billing::{dossiers, hints};
use masthead::gateways::sandbox::Behaviour;
use store::{Location, Store};

use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(nothing_is_lost_or_charged_twice_however_often_it_is_killed);

const CONTRACTS: usize = 24;
const SUPPLIER: &str = r#"
[billing.policy]
recognise_days = 30

[billing.supplier]
name = "Breakwater Press"
address = ["1 Jetty Lane", "Panaji 403001"]
country = "IN"
state = "Goa"
email = "accounts@gazette.example"
"#;

/// A reader with a running contract that is paid by a method of this behaviour.
fn subscriber(paper: &Paper, behaviour: Behaviour) -> i64 {
    let (reader, _) = paper.sign_in("reader", Rights::None);
    let house = paper.house();
    paper.block_on(async {
        let plan = house.publication.plans.plan("quarter").unwrap();
        let offer = Offer::of(house, ReaderId(reader), plan, Default::default()).await.unwrap();
        orders::begin(house, ReaderId(reader), &offer, "/", true).await.unwrap();
        let held = dossiers::of_reader(house, reader).await.unwrap().remove(0);
        let attempt = held.dossier.open_page().unwrap();
        let page = attempt.talk.page.clone().unwrap();
        house.rail.pay(&page.reference, behaviour, house.clock.now()).await.unwrap();
        hints::attempt(house, Some(&attempt.payment.key()), "", house.clock.now()).await.unwrap();
        held.id
    })
}

/// Numbers that look thrown and are the same in every run.
fn delays(count: usize) -> impl Iterator<Item = Duration> {
    let mut state = 0x9e37_79b9_u64;
    (0..count).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(20 + (state >> 33) % 380)
    })
}

fn nothing_is_lost_or_charged_twice_however_often_it_is_killed(engine: Engine) {
    let settings = Settings { server: SUPPLIER, ..Settings::default() };
    let mut paper = Paper::open(engine, settings);
    let kinds = [Behaviour::Ok, Behaviour::Ok, Behaviour::TimeoutThenCaptured, Behaviour::DeclineTwiceThenOk];
    let ids: Vec<i64> = (0..CONTRACTS).map(|n| subscriber(&paper, kinds[n % kinds.len()])).collect();
    paper.stop();
    let travel = |to: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.args(["clock", "to", to, "--data"]).arg(paper.folder()).args(["--database", &paper.database()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    let kills = std::env::var("MASTHEAD_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let mut killed = 0;
    // Past two renewals and every retry between them.
    for (to, arrived) in [("2027-03-05", "2027-03-06"), ("2027-06-05", "2027-06-06")] {
        for delay in delays(kills / 2) {
            let mut child = travel(to).stderr(Stdio::null()).spawn().unwrap();
            sleep(delay);
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                killed += 1;
            }
            child.wait().unwrap();
            give_back(&paper);
        }
        let done = travel(arrived).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert!(killed > 0, "it was never killed: it is too quick for these delays");
    paper.restart();
    check(&paper, &ids);
}

/// The killed process cannot give its lease of the clock back; half a minute later it would end by itself.
fn give_back(paper: &Paper) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&Location::parse(&paper.database()).unwrap()).await.unwrap();
        if let Some(holder) = store.lease_holder("clock", Timestamp::UNIX_EPOCH).await.unwrap() {
            store.return_lease("clock", &holder).await.unwrap();
        }
        store.close().await;
    });
}

fn check(paper: &Paper, ids: &[i64]) {
    let house = paper.house();
    paper.block_on(async {
        let takings = house.store.sandbox_takings().await.unwrap();
        for (cycle, times, _) in &takings {
            assert_eq!(*times, 1, "{cycle} was charged {times} times");
        }
        let mut booked = 0;
        for id in ids {
            let held = dossiers::one(house, *id).await.unwrap();
            held.dossier.check().unwrap();
            let paid = held.dossier.invoices.iter().filter(|invoice| invoice.paid_by().is_some()).count();
            assert_eq!(
                paid,
                3,
                "contract {id} was paid for its first period and for two renewals; at {}: {:?}, {:?}",
                house.clock.now(),
                held.dossier.contract.state(),
                held.dossier
                    .attempts
                    .iter()
                    .map(|a| (a.payment.key().to_string(), a.payment.state().clone()))
                    .collect::<Vec<_>>()
            );
            for invoice in &held.dossier.invoices {
                let Some(key) = invoice.paid_by() else { continue };
                let charge = house.store.sandbox_charge(key.as_str()).await.unwrap().expect("the rail knows it");
                assert_eq!(charge.state, "captured");
                booked += charge.amount;
                let reference = format!("invoice:sub-{id}-p{}", invoice.number);
                assert!(house.store.document_for(&reference).await.unwrap().is_some(), "{reference}");
            }
        }
        let taken: i64 = takings.iter().map(|(_, _, amount)| amount).sum();
        assert_eq!(taken, booked, "what the rail has taken is what the contracts were paid with");
        assert_eq!(house.store.check().await.unwrap(), Vec::<String>::new());
        for balance in house.store.ledger_balances().await.unwrap() {
            if balance.account == "suspense" || balance.account == "refunds-payable" {
                assert_eq!(balance.amount, 0, "{}", balance.account);
            }
        }
    });
}
