//! Random lives of a contract: readers who change their minds, a rail that loses answers, drivers that die. What must
//! always hold is checked after every commit by the world itself.
use circulation::billing::{Act, Call, Next, RefundRule, Terms, decide, next};
use circulation::payments::{DisputeState, FailureKind, MandateFacts, MandateState};
use circulation::readers::ReaderId;
use circulation::subscriptions::{Actor, Gift, Offer};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::world::{Known, Reply, World, card, essential, indian_rail, inr, quarterly, saver, terms, upi};

#[derive(Debug, Clone)]
enum Wish {
    Days(i64),
    Hours(i64),
    Script(Reply),
    Pay,
    PayAndTell,
    LeavePage,
    Keep(u8),
    Act(Box<Act>),
    Mandate(MandateState),
    Dispute(DisputeState),
    /// Work goes on until the first commit that would call the rail; then the driver dies.
    Die,
    /// A late capture of an attempt that was given up.
    Late(usize),
}

fn acts() -> impl Strategy<Value = Act> {
    let by = Actor::Reader;
    let reason = || String::from("because");
    prop_oneof![
        4 => Just(Act::Cancel { by }),
        3 => Just(Act::TakeCancelBack { by }),
        1 => Just(Act::Withdraw),
        2 => Just(Act::Pause { by }),
        3 => Just(Act::Resume { by }),
        2 => Just(Act::ChangeNow { plan: saver(), parameters: Default::default() }),
        1 => Just(Act::ChangeNow { plan: essential(), parameters: Default::default() }),
        2 => Just(Act::ChangeAtRenewal { plan: quarterly(), by }),
        1 => Just(Act::ChangeAtRenewal { plan: essential(), by: Actor::Staff }),
        1 => Just(Act::AgreeToChange),
        1 => Just(Act::DropChange { by: Actor::Staff }),
        1 => Just(Act::Claim { reader: ReaderId(12) }),
        2 => (0_u32..4, 1_i64..900).prop_map(move |(invoice, rupees)| Act::Refund {
            invoice, amount: Some(inr(rupees)), reason: String::from("part")
        }),
        1 => (0_u32..4).prop_map(|invoice| Act::Refund { invoice, amount: None, reason: String::from("all") }),
        2 => (1_u16..40).prop_map(|days| Act::Extend { days, reason: String::from("outage") }),
        1 => Just(Act::End { refund: RefundRule::ProRata, reason: reason() }),
        1 => Just(Act::Park { why: reason() }),
        2 => Just(Act::Release { reason: reason() }),
    ]
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let reply = prop_oneof![
        3 => Just(Reply::Decline),
        1 => Just(Reply::Refuse),
        1 => Just(Reply::NeedsReader),
        2 => Just(Reply::Pending),
        2 => Just(Reply::LostCapture),
        2 => Just(Reply::LostNothing),
        1 => Just(Reply::Capture),
    ];
    let state = prop_oneof![
        Just(MandateState::Revoked),
        Just(MandateState::PausedByReader),
        Just(MandateState::Confirmed),
        Just(MandateState::Expired),
    ];
    let dispute = prop_oneof![Just(DisputeState::Open), Just(DisputeState::Won), Just(DisputeState::Lost)];
    let wish = prop_oneof![
        6 => (1_i64..120).prop_map(Wish::Days),
        3 => (1_i64..48).prop_map(Wish::Hours),
        4 => reply.prop_map(Wish::Script),
        3 => Just(Wish::Pay),
        4 => Just(Wish::PayAndTell),
        1 => Just(Wish::LeavePage),
        2 => any::<u8>().prop_map(Wish::Keep),
        8 => acts().prop_map(|act| Wish::Act(Box::new(act))),
        1 => state.prop_map(Wish::Mandate),
        1 => dispute.prop_map(Wish::Dispute),
        3 => Just(Wish::Die),
        1 => (0_usize..20).prop_map(Wish::Late),
    ];
    proptest::collection::vec(wish, 1..40)
}

fn die(world: &mut World) {
    for _ in 0..100 {
        match next(&world.d, world.now, &world.terms) {
            Next::Act(act) => {
                let decision = decide(world.d.clone(), &act, world.now, &world.terms).unwrap();
                match world.store(decision) {
                    // Half of the requests left before the death, half did not: the keys tell.
                    Some(call @ Call::Charge(_)) => {
                        if world.d.steps.is_multiple_of(2) {
                            let mut ghost = world.fork();
                            ghost.answer(&call);
                            world.rail = ghost.rail;
                        }
                        return;
                    }
                    Some(_) => return,
                    None => {}
                }
            }
            Next::Call(call) => world.answer(&call),
            Next::Wait(_) => return,
        }
    }
}

fn live(world: &mut World, wish: Wish) {
    match wish {
        Wish::Days(days) => world.days(days),
        Wish::Hours(hours) => world.advance_to(world.now + SignedDuration::from_hours(hours)),
        Wish::Script(reply) => world.rail.script.push_back(reply),
        Wish::Pay | Wish::PayAndTell | Wish::LeavePage => {
            if world.try_act(Act::Pay { parameters: Default::default() }).is_err() {
                return;
            }
            world.run();
            let Some(key) = world.d.open_page().map(|attempt| attempt.payment.key()) else { return };
            if matches!(wish, Wish::LeavePage)
                || !matches!(world.rail.known.get(key.as_str()), Some(Known::PageOpen(_)))
            {
                return;
            }
            world.reader_pays(&key);
            if matches!(wish, Wish::PayAndTell) {
                world.tell_known(&key);
                world.run();
            }
        }
        Wish::Keep(number) => {
            if world.try_act(Act::KeepMethod { parameters: Default::default() }).is_ok() {
                world.run();
                let setup = world.d.setups.last().unwrap();
                let (key, amount) = (setup.key.clone(), setup.amount);
                let mut facts = world.method.clone();
                facts.mandate.token = format!("kept_{number}");
                let outcome = circulation::payments::Outcome::Captured { reference: format!("setup_{key}"), amount };
                world.told(&key, outcome, Some(facts));
                world.run();
            }
        }
        Wish::Act(act) => {
            let _ = world.try_act(*act);
            world.run();
        }
        Wish::Mandate(state) => {
            if let Some(mandate) = world.d.mandate.clone() {
                let facts = Some(MandateFacts { state, ..mandate.facts.clone() });
                let _ = world.try_act(Act::MandateTold { mandate: mandate.facts.mandate, facts });
                world.run();
            }
        }
        Wish::Dispute(state) => {
            let act = Act::Disputed {
                reference: "dp_1".into(),
                payment: "pay_sub-1-p0-a1".into(),
                amount: inr(900),
                at: world.now,
                state,
            };
            let _ = world.try_act(act);
            world.run();
        }
        Wish::Die => die(world),
        Wish::Late(index) => {
            let Some(attempt) = world.d.attempts.get(index) else { return };
            let (key, amount) = (attempt.payment.key(), attempt.payment.request().amount);
            if attempt.payment.sent_at().is_some() && !attempt.payment.is_open() && attempt.payment.capture().is_none()
            {
                let outcome = circulation::payments::Outcome::Captured { reference: format!("late_{key}"), amount };
                world.told(&key, outcome, None);
                world.fail_at_rail(key.as_str(), FailureKind::Declined);
                world.run();
            }
        }
    }
}

fn check_end(world: &mut World) {
    // Everything comes to rest, and what was paid is earned or has gone back.
    world.rail.script.clear();
    for known in world.rail.known.values_mut().filter(|known| **known == Known::Pending) {
        let failure = circulation::payments::Failure { kind: FailureKind::Declined, code: "late".into() };
        *known = Known::Failed(failure);
    }
    if world.d.contract.parked().is_some() {
        world.act(Act::Release { reason: "looked".into() });
        world.run();
    }
    if world.d.disputes.iter().any(|dispute| dispute.state == DisputeState::Open) {
        world.dispute("pay_sub-1-p0-a1", DisputeState::Won);
    }
    for days in [2, 60, 1_100] {
        // What was paid and not yet told may have begun, or revived, the contract meanwhile.
        let _ = world.try_act(Act::Cancel { by: Actor::Reader });
        world.days(days);
        if world.d.contract.parked().is_some() {
            world.go(Act::Release { reason: "looked".into() });
        }
    }
    assert!(matches!(world.state(), "ended" | "unclaimed"), "{:?}", world.d.contract.state());
    assert!(!world.reads());
    if world.state() == "ended" && world.d.contract.parked().is_none() {
        assert_eq!((world.balance("deferred"), world.balance("suspense")), (0, 0));
        assert_eq!((world.balance("refunds-payable"), world.balance("disputes")), (0, 0));
    }
    assert!(world.health().is_sound());
    check_delivered(world);
    assert!(world.d.attempts.iter().all(|attempt| !attempt.payment.is_open()));
    // I4: what the rail holds is what the books say it holds.
    let taken: i64 = world
        .rail
        .known
        .values()
        .map(|known| match known {
            Known::Captured { amount, .. } => amount.minor(),
            _ => 0,
        })
        .sum();
    let late: i64 = world
        .d
        .attempts
        .iter()
        .filter_map(|attempt| attempt.payment.capture())
        .filter(|capture| capture.reference().starts_with("late_"))
        .map(|capture| capture.amount().minor())
        .sum();
    let lost: i64 = world.balance("loss");
    let back: i64 = world.rail.refunds.values().map(|amount| amount.minor()).sum();
    assert_eq!(world.balance("clearing:sandbox"), taken + late - back - lost);
}

/// I6: what was paid for and neither credited nor given up by its reader was delivered to the last day.
fn check_delivered(world: &World) {
    let kept = world.ended().is_some_and(circulation::subscriptions::EndReason::keeps_paid_time);
    let credited = |number| {
        world.d.invoices.iter().any(|other| other.purpose == circulation::billing::Purpose::Change { from: number })
    };
    for invoice in world.d.invoices.iter().filter(|invoice| kept && !credited(invoice.number)) {
        let Some(service) = &invoice.service else { continue };
        let days: i32 = service
            .stretches
            .iter()
            .filter(|stretch| !stretch.free)
            .map(|stretch| stretch.from.until(stretch.to).unwrap().get_days())
            .sum();
        let withdrawn = invoice.credited == invoice.gross;
        assert!(withdrawn || days == i32::try_from(service.days).unwrap(), "{days} of {} days", service.days);
    }
}

fn world_of(kind: u8) -> World {
    let indian = Terms { rail: indian_rail(), ..terms() };
    let mut world = match kind % 5 {
        0 => World::checkout(quarterly(), Offer::default(), terms()),
        1 => World::checkout(quarterly(), Offer { trial_days: Some(14), ..Offer::default() }, terms()),
        2 => World::checkout(quarterly(), Offer { gift: Some(Gift { periods: 1 }), ..Offer::default() }, terms()),
        3 => World::checkout(quarterly(), Offer { periods: Some(3), ..Offer::default() }, indian),
        _ => World::checkout(quarterly(), Offer::default(), indian),
    };
    world.method = if kind % 5 > 2 { upi("upi_1", 1_350) } else { card("tok_1") };
    world.terms.policy.recognise_days = 31;
    world.terms.policy.cut_on_dispute = kind.is_multiple_of(2);
    world
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..ProptestConfig::with_cases(200) })]

    /// I1, I3, I4, I5, I7, I10, I14, I17 over random lives.
    #[test]
    fn every_life_ends_in_order(kind in any::<u8>(), wishes in wishes()) {
        let mut world = world_of(kind);
        for wish in wishes {
            live(&mut world, wish);
        }
        check_end(&mut world);
    }
}
