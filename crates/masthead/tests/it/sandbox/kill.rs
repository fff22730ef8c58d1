//! The process dies at any moment: what was told is in the books, what was not told is whole or not there at all.
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use circulation::payments::Outcome;
use masthead::gateways::rail::{Found, Gateway as _, Hint, MandateRef, MethodKind, RefundAnswer, RefundOrder};
use masthead::gateways::sandbox::{Behaviour, SandboxSettings};
use store::{Location, Store};

use super::{Books, asked, captured, debit, now, on_both_books, rail, rupees};

on_both_books!(a_killed_process_leaves_nothing_half_done);

const PLACE: &str = "MASTHEAD_TEST_SANDBOX_PLACE";
const CARD: &str = "MASTHEAD_TEST_SANDBOX_CARD";

/// The child: charges and refunds, one contract after another, and says what it does. Nothing when run as a test.
#[tokio::test]
async fn the_one_to_be_killed() {
    let (Ok(place), Ok(card)) = (std::env::var(PLACE), std::env::var(CARD)) else { return };
    let store = Store::open(&Location::parse(&place).unwrap()).await.unwrap();
    let rail = rail(&store, &SandboxSettings::default());
    let (customer, token) = card.split_once(' ').unwrap();
    let mandate = MandateRef { customer: customer.into(), token: token.into(), method: MethodKind::Card };
    let from: usize = std::env::var("MASTHEAD_TEST_SANDBOX_FROM").unwrap().parse().unwrap();
    for n in from.. {
        println!("sends {n}");
        let told = rail.charge(&debit(&format!("sub-{n}-p1-a1"), &mandate), now()).await;
        let (payment, _) = captured(&told);
        println!("told {n} {payment}");
        let order = refund(n, &payment);
        assert!(matches!(rail.refund(&order, now()).await, RefundAnswer::Succeeded { .. }));
    }
}

fn refund(n: usize, payment: &str) -> RefundOrder {
    let key = format!("sub-{n}-r1");
    RefundOrder { key, payment: payment.into(), amount: rupees(300), reason: "asked".into() }
}

fn place(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => format!("sqlite:{}", path.display()),
        Location::Postgres(url) => url.clone(),
    }
}

async fn a_killed_process_leaves_nothing_half_done(books: Books) {
    let card = books.kept("sub-0-p0-a1", Behaviour::Ok).await;
    let mut from = 1;
    for cycle in 1..=4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sandbox::kill::the_one_to_be_killed", "--nocapture"])
            .env(PLACE, place(&books.location))
            .env(CARD, format!("{} {}", card.customer, card.token))
            .env("MASTHEAD_TEST_SANDBOX_FROM", from.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut sent, mut told) = (0, Vec::new());
        let mut note = |line: &str| {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            // The harness's own words may stand before ours on one line.
            match &words[..] {
                [.., "sends", n] => sent = n.parse().unwrap(),
                [.., "told", n, payment] => told.push((n.parse::<usize>().unwrap(), (*payment).to_owned())),
                _ => {}
            }
        };
        // Killed in the middle of whatever follows.
        for _ in 0..7 * cycle {
            note(&lines.next().expect("the child ended by itself").unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        lines.map_while(Result::ok).for_each(|line| note(&line));
        let after = books.again().await;
        for (n, payment) in &told {
            let found = after.look_up(&asked(&format!("sub-{n}-p1-a1")), now()).await;
            assert_eq!(&captured(&found).0, payment, "what was told stands");
        }
        let key = format!("sub-{sent}-p1-a1");
        let found = after.look_up(&asked(&key), now()).await;
        let again = after.charge(&debit(&key, &card), now()).await;
        match &found.answer.outcome {
            Outcome::Captured { .. } => assert_eq!(captured(&found), captured(&again), "taken, and not taken again"),
            Outcome::NotFound => assert_eq!(captured(&again).1, 90_000),
            other => panic!("half done: {other:?}"),
        }
        let order = refund(sent, &captured(&again).0);
        assert!(matches!(after.refund(&order, now()).await, RefundAnswer::Succeeded { .. }));
        from = sent + 1;
    }
    let Found::Is(hints) = books.rail.recent(now(), now()).await else { panic!("a list") };
    let count = |fits: &dyn Fn(&Hint) -> bool| hints.iter().filter(|hint| fits(hint)).count();
    assert_eq!(count(&|hint| matches!(hint, Hint::Attempt { .. })), from, "each payment is told of once");
    assert_eq!(count(&|hint| matches!(hint, Hint::Refund { .. })), from - 1, "each refund is told of once");
}
