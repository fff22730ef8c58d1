//! The same things told in any order and any number of times end in the same place.
use circulation::billing::{Act, BillingRefusal};
use circulation::payments::{Failure, FailureKind, Outcome, RailAnswer, Told};
use jiff::SignedDuration;

use crate::world::{Reply, World, inr, quarterly};

/// What can be told about one renewal whose answer was lost.
fn words(world: &World) -> Vec<Act> {
    let key = world.d.attempts.last().unwrap().payment.key();
    let at = world.now;
    let told = |outcome| Act::Told(Told::only(RailAnswer { key: key.clone(), at, outcome }));
    let failure = Failure { kind: FailureKind::Declined, code: "funds".into() };
    vec![
        told(Outcome::Pending),
        told(Outcome::NoAnswer),
        told(Outcome::NotFound),
        told(Outcome::Failed(failure)),
        told(Outcome::Captured { reference: "pay_1".into(), amount: inr(900) }),
        told(Outcome::Captured { reference: "pay_1".into(), amount: inr(900) }),
    ]
}

fn permutations(items: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for _ in 0..items {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                let free: Vec<usize> = (0..items).filter(|item| !order.contains(item)).collect();
                free.into_iter().map(move |item| [order.clone(), vec![item]].concat())
            })
            .collect();
    }
    all
}

#[test]
fn every_order_of_what_is_told_of_one_renewal_ends_alike() {
    let mut start = World::active(quarterly());
    start.rail.script.push_back(Reply::Pending);
    start.advance_to(crate::world::instant("2027-02-22T00:30:00Z"));
    start.now += SignedDuration::from_mins(1);
    let words = words(&start);
    for order in permutations(words.len()) {
        for twice in [false, true] {
            let mut world = start.fork();
            for index in &order {
                world.act(words[*index].clone());
                if twice {
                    world.act(words[*index].clone());
                }
            }
            world.run();
            assert_eq!(world.state(), "active", "{order:?}");
            assert_eq!(world.paid_through(), jiff::civil::date(2027, 5, 22), "{order:?}");
            assert_eq!((world.balance("clearing:sandbox"), world.balance("suspense")), (180_000, 0), "{order:?}");
            assert!(world.d.refunds.is_empty() && world.d.contract.parked().is_none(), "{order:?}");
            assert_eq!(world.mails.iter().filter(|mail| mail.key.contains("receipt/sub-1-p1")).count(), 1);
        }
    }
}

#[test]
fn an_answer_about_nothing_we_know_is_refused_and_changes_nothing() {
    let mut world = World::active(quarterly());
    let before = world.d.clone();
    let key = circulation::payments::AttemptKey::from_text("sub-9-p0-a1");
    let outcome = Outcome::Captured { reference: "pay_9".into(), amount: inr(900) };
    let told = Act::Told(Told::only(RailAnswer { key, at: world.now, outcome }));
    assert_eq!(world.try_act(told), Err(BillingRefusal::NoSuch("payment")));
    assert_eq!(world.d, before);
}
