use crate::harness::{
    Paper, a_checkout, a_reader, an_attempt, at, capture_lines, charge, event, on_both, past_the_store, settlement,
};
use store::{
    AccountBalance, Claimed, LedgerLine, NewAttempt, NewEntry, Planned, Settled, StoreError, Subscription,
    SubscriptionChange, Updated, Webhook,
};
use tokio::task::JoinSet;

on_both!(
    a_capture_writes_everything_once,
    settling_at_once_settles_once,
    a_failed_attempt_may_still_be_captured,
    captured_is_never_lowered,
    only_one_attempt_is_open,
    an_ended_checkout_sells_nothing,
    who_ends_a_checkout_sees_every_attempt,
    open_attempts_come_page_by_page,
    a_second_capture_is_surplus,
    two_captures_at_once_pay_once,
    money_for_a_second_contract_is_surplus,
    wrong_money_is_refused_whole,
    a_stale_decision_settles_nothing,
    the_books_balance_or_are_not_written,
    what_is_booked_stays,
    the_doctor_finds_crooked_books,
    deliveries_are_claimed_once,
);

async fn a_capture_writes_everything_once(paper: Paper) {
    let store = &paper.store;
    let reader = a_reader(store, "asha").await;
    let contract = a_checkout(store, &reader).await;
    let attempt = an_attempt(store, &contract, 1).await;
    assert!(store.mark_sent(attempt.id, at(2)).await.unwrap());
    assert!(!store.mark_sent(attempt.id, at(3)).await.unwrap(), "sent twice");
    let order = settlement(&attempt, &contract);
    assert!(matches!(store.settle(&order).await.unwrap(), Settled::Now { .. }));
    assert_eq!(store.settle(&order).await.unwrap(), Settled::AlreadySettled);
    let settled = store.attempt_by_key(&attempt.key).await.unwrap().unwrap();
    assert_eq!((settled.state.as_str(), settled.rail_ref.as_deref()), ("captured", Some("pay-1")));
    assert_eq!((settled.sent_at, settled.settled_at), (Some(at(2)), Some(at(10))));
    let active = store.subscription(contract.id).await.unwrap().unwrap();
    assert_eq!((active.state.as_str(), active.revision), ("active", 2));
    assert_eq!(
        (active.anchor, active.paid_through),
        (Some(jiff::civil::date(2026, 11, 1)), Some(jiff::civil::date(2027, 11, 1)))
    );
    let grants = store.grants_of(reader.id).await.unwrap();
    assert_eq!(grants.len(), 1);
    assert_eq!((grants[0].benefits.join("+"), grants[0].starts_at), ("unlimited+ad-free".to_owned(), at(10)));
    let entries = store.ledger_entries_of(&format!("attempt:{}", attempt.id)).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].lines, capture_lines());
    assert_eq!(store.mails(10).await.unwrap().len(), 1);
    assert_eq!(store.events_of(&format!("subscription:{}", contract.id)).await.unwrap().len(), 2);
}

async fn settling_at_once_settles_once(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    let mut doors = JoinSet::new();
    // webhook, poll and return page, each several times
    for _ in 0..12 {
        let (store, order) = (paper.store.clone(), settlement(&attempt, &contract));
        doors.spawn(async move { store.settle(&order).await.unwrap() });
    }
    let outcomes = doors.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Settled::Now { .. })).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == Settled::AlreadySettled).count(), 11);
    assert_eq!(balance(&paper, "clearing:sandbox").await, 270_000);
    assert_eq!(paper.store.mails(10).await.unwrap().len(), 1);
    assert_eq!(paper.store.grants_of(reader.id).await.unwrap().len(), 1);
}

async fn a_failed_attempt_may_still_be_captured(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    assert!(paper.store.mark_failed(attempt.id, "declined", at(3)).await.unwrap());
    // the rail's later word: the money did move
    assert!(matches!(paper.store.settle(&settlement(&attempt, &contract)).await.unwrap(), Settled::Now { .. }));
    let settled = paper.store.attempt(attempt.id).await.unwrap().unwrap();
    assert_eq!((settled.state.as_str(), settled.failure), ("captured", None));
}

async fn captured_is_never_lowered(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    paper.store.settle(&settlement(&attempt, &contract)).await.unwrap();
    let before = paper.store.attempt(attempt.id).await.unwrap().unwrap();
    assert!(!paper.store.mark_failed(attempt.id, "late word", at(50)).await.unwrap());
    assert!(!paper.store.mark_unknown(attempt.id, at(50)).await.unwrap());
    assert!(!paper.store.mark_sent(attempt.id, at(51)).await.unwrap());
    assert!(!paper.store.set_rail_ref(attempt.id, "another").await.unwrap());
    assert_eq!(paper.store.attempt(attempt.id).await.unwrap().unwrap(), before);
}

async fn only_one_attempt_is_open(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let mut clicks = JoinSet::new();
    for n in 1..=8 {
        let (store, new) = (paper.store.clone(), charge(&contract, n));
        clicks.spawn(async move { store.plan_attempt(&new, at(1)).await.unwrap() });
    }
    let outcomes = clicks.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Planned::Planned(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Planned::Open(_))).count(), 7);
    let open = paper.store.attempts_of(contract.id).await.unwrap().remove(0);
    // an answer that never came blocks like an open request
    assert!(paper.store.mark_unknown(open.id, at(2)).await.unwrap());
    let again = paper.store.plan_attempt(&charge(&contract, 20), at(2)).await.unwrap();
    assert!(
        matches!(again, Planned::Open(found) if found.id == open.id && found.state == "unknown" && found.unknown_at == Some(at(2)))
    );
    paper.store.mark_failed(open.id, "declined", at(3)).await.unwrap();
    let same = paper.store.plan_attempt(&charge(&contract, open.attempt_no), at(4)).await.unwrap();
    assert!(matches!(same, Planned::Failed(found) if found.id == open.id));
    let next = an_attempt(&paper.store, &contract, 21).await;
    paper.store.settle(&settlement(&next, &contract)).await.unwrap();
    let paid = paper.store.plan_attempt(&charge(&contract, 22), at(5)).await.unwrap();
    assert!(matches!(paid, Planned::Paid(found) if found.id == next.id));
}

fn ended(contract: &Subscription) -> SubscriptionChange {
    SubscriptionChange {
        state: "ended".into(),
        end_reason: Some("superseded".into()),
        ..SubscriptionChange::of(contract)
    }
}

async fn an_ended_checkout_sells_nothing(paper: Paper) {
    let store = &paper.store;
    let contract = a_checkout(store, &a_reader(store, "asha").await).await;
    let open = an_attempt(store, &contract, 1).await;
    store.update_subscription(&ended(&contract), None, &event("subscription.ended"), at(2)).await.unwrap();
    let left: Vec<i64> = store.attempts_of_ended(0, 10).await.unwrap().iter().map(|a| a.id).collect();
    assert_eq!(left, [open.id]);
    assert_eq!(store.attempts_of_ended(open.id, 10).await.unwrap(), vec![]);
    for n in [1, 2] {
        assert_eq!(store.plan_attempt(&charge(&contract, n), at(3)).await.unwrap(), Planned::Closed);
    }
    store.mark_failed(open.id, "expired", at(3)).await.unwrap();
    for n in [1, 2] {
        assert_eq!(store.plan_attempt(&charge(&contract, n), at(4)).await.unwrap(), Planned::Closed);
    }
    assert_eq!(store.attempts_of(contract.id).await.unwrap().len(), 1);
    assert_eq!(store.attempts_of_ended(0, 10).await.unwrap(), vec![]);
    let nobody = NewAttempt { subscription_id: 99, ..charge(&contract, 9) };
    assert!(matches!(store.plan_attempt(&nobody, at(5)).await, Err(StoreError::Refused { .. })));
}

async fn who_ends_a_checkout_sees_every_attempt(paper: Paper) {
    for n in 0..20 {
        let reader = a_reader(&paper.store, &format!("asha{n}")).await;
        let contract = a_checkout(&paper.store, &reader).await;
        let (store, new) = (paper.store.clone(), charge(&contract, 1));
        let one = tokio::spawn(async move { store.plan_attempt(&new, at(1)).await.unwrap() });
        let (store, change) = (paper.store.clone(), ended(&contract));
        let other = tokio::spawn(async move {
            let done = store.update_subscription(&change, None, &event("subscription.ended"), at(1)).await.unwrap();
            assert!(matches!(done, Updated::Done(_)));
            store.attempts_of(change.id).await.unwrap()
        });
        let (planned, seen) = (one.await.unwrap(), other.await.unwrap());
        match planned {
            Planned::Planned(attempt) => assert_eq!(seen, vec![attempt], "planned before the end, so seen after it"),
            Planned::Closed => assert_eq!(seen, vec![]),
            other => panic!("{other:?}"),
        }
    }
}

async fn open_attempts_come_page_by_page(paper: Paper) {
    let mut all = Vec::new();
    for n in 0..5 {
        let reader = a_reader(&paper.store, &format!("asha{n}")).await;
        let contract = a_checkout(&paper.store, &reader).await;
        all.push(an_attempt(&paper.store, &contract, 1).await.id);
    }
    let mut seen = Vec::new();
    while let Some(page) = Some(paper.store.open_attempts(at(2), seen.last().copied().unwrap_or(0), 2).await.unwrap())
        .filter(|page| !page.is_empty())
    {
        assert!(page.len() <= 2);
        seen.extend(page.iter().map(|a| a.id));
    }
    assert_eq!(seen, all);
}

async fn a_second_capture_is_surplus(paper: Paper) {
    let store = &paper.store;
    let reader = a_reader(store, "asha").await;
    let contract = a_checkout(store, &reader).await;
    let first = an_attempt(store, &contract, 1).await;
    store.mark_failed(first.id, "timed out at the bank", at(2)).await.unwrap();
    let second = an_attempt(store, &contract, 2).await;
    store.settle(&settlement(&second, &contract)).await.unwrap();
    // and now the first one turns out to have been captured too
    let late = settlement(&first, &store.subscription(contract.id).await.unwrap().unwrap());
    assert_eq!(store.settle(&late).await.unwrap(), Settled::PeriodPaid { by: second.id });
    assert_eq!(store.attempt(first.id).await.unwrap().unwrap().state, "failed", "nothing was written");
    let line = |account: &str, amount| LedgerLine { account: account.into(), amount, currency: "INR".into() };
    let surplus = store::Settlement {
        period: None,
        entry: NewEntry {
            lines: vec![line("clearing:sandbox", 270_000), line("suspense", -270_000)],
            ..late.entry.clone()
        },
        ..late
    };
    assert!(matches!(store.settle(&surplus).await.unwrap(), Settled::Now { .. }));
    assert_eq!(store.settle(&surplus).await.unwrap(), Settled::AlreadySettled);
    assert_eq!(store.attempt(first.id).await.unwrap().unwrap().state, "surplus");
    assert_eq!(balance(&paper, "suspense").await, -270_000);
    assert_eq!(store.grants_of(reader.id).await.unwrap().len(), 1);
}

async fn two_captures_at_once_pay_once(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let first = an_attempt(&paper.store, &contract, 1).await;
    paper.store.mark_failed(first.id, "timed out", at(2)).await.unwrap();
    let second = an_attempt(&paper.store, &contract, 2).await;
    let mut doors = JoinSet::new();
    for attempt in [&first, &second] {
        let (store, order) = (paper.store.clone(), settlement(attempt, &contract));
        doors.spawn(async move { store.settle(&order).await.unwrap() });
    }
    let outcomes = doors.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Settled::Now { .. })).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Settled::PeriodPaid { .. })).count(), 1, "{outcomes:?}");
}

async fn money_for_a_second_contract_is_surplus(paper: Paper) {
    let store = &paper.store;
    let reader = a_reader(store, "asha").await;
    let first = a_checkout(store, &reader).await;
    let paid_late = an_attempt(store, &first, 1).await;
    let end = SubscriptionChange {
        state: "ended".into(),
        end_reason: Some("nonpayment".into()),
        ..SubscriptionChange::of(&first)
    };
    store.update_subscription(&end, None, &event("subscription.ended"), at(2)).await.unwrap();
    let second = a_checkout(store, &reader).await;
    let attempt = an_attempt(store, &second, 1).await;
    store.settle(&settlement(&attempt, &second)).await.unwrap();
    let mut late = settlement(&paid_late, &store.subscription(first.id).await.unwrap().unwrap());
    if let Some(period) = &mut late.period {
        period.subscription.end_reason = None;
    }
    assert_eq!(store.settle(&late).await.unwrap(), Settled::OtherContract { id: second.id });
    assert_eq!(store.subscription(first.id).await.unwrap().unwrap().state, "ended");
}

async fn wrong_money_is_refused_whole(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    let right = settlement(&attempt, &contract);
    let less = store::Settlement { amount: 27_000, ..right.clone() };
    let dollars = store::Settlement { currency: "USD".into(), ..right.clone() };
    let mut crooked = right.clone();
    crooked.entry.lines[0].amount += 1;
    let mut nobody = right.clone();
    if let Some(period) = &mut nobody.period {
        period.grant.reader_id += 1;
    }
    for wrong in [less, dollars, crooked, nobody] {
        let refused = paper.store.settle(&wrong).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
        assert_eq!(paper.store.attempt(attempt.id).await.unwrap().unwrap(), attempt);
        assert_eq!(paper.store.subscription(contract.id).await.unwrap().unwrap(), contract);
    }
    let unknown = store::Settlement { attempt_id: 99, ..right };
    assert!(matches!(paper.store.settle(&unknown).await.unwrap_err(), StoreError::NotFound { .. }));
    assert_eq!(paper.store.ledger_balances().await.unwrap(), vec![]);
    assert_eq!(paper.store.mails(10).await.unwrap().len(), 0);
    assert_eq!(paper.store.grants_of(reader.id).await.unwrap(), vec![]);
}

async fn a_stale_decision_settles_nothing(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    let end = SubscriptionChange {
        state: "ended".into(),
        end_reason: Some("nonpayment".into()),
        ..SubscriptionChange::of(&contract)
    };
    paper.store.update_subscription(&end, None, &event("subscription.ended"), at(2)).await.unwrap();
    assert_eq!(paper.store.settle(&settlement(&attempt, &contract)).await.unwrap(), Settled::Stale);
    assert_eq!(paper.store.attempt(attempt.id).await.unwrap().unwrap(), attempt);
}

async fn the_books_balance_or_are_not_written(paper: Paper) {
    let entry = |lines| NewEntry { at: at(0), reason: "transfer".into(), reference: "t1".into(), lines };
    let line = |account: &str, amount, currency: &str| LedgerLine {
        account: account.into(),
        amount,
        currency: currency.into(),
    };
    let crooked = [
        vec![],
        vec![line("bank", 100, "INR")],
        vec![line("bank", 100, "INR"), line("fees", -99, "INR")],
        vec![line("bank", 100, "INR"), line("fees", -100, "USD")],
        vec![line("bank", 0, "INR")],
        vec![line("bank", i64::MAX, "INR"), line("bank", i64::MAX, "INR"), line("fees", 2, "INR")],
    ];
    for lines in crooked {
        let refused = paper.store.book(&entry(lines)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
    }
    let right =
        entry(vec![line("bank", 88_200, "INR"), line("fees", 1_800, "INR"), line("clearing:sandbox", -90_000, "INR")]);
    paper.store.book(&right).await.unwrap();
    let twice = paper.store.book(&right).await.unwrap_err();
    assert!(matches!(twice, StoreError::Refused { .. }), "{twice}");
    let balances = paper.store.ledger_balances().await.unwrap();
    let stands = |account: &str, amount| AccountBalance { account: account.into(), currency: "INR".into(), amount };
    assert_eq!(balances, vec![stands("bank", 88_200), stands("clearing:sandbox", -90_000), stands("fees", 1_800)]);
}

async fn what_is_booked_stays(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    paper.store.settle(&settlement(&attempt, &contract)).await.unwrap();
    for statement in [
        "UPDATE ledger_lines SET amount = amount * 2",
        "UPDATE ledger_entries SET reason = 'gift'",
        "DELETE FROM ledger_lines",
        "DELETE FROM ledger_entries",
        "UPDATE events SET actor = 'nobody'",
        "DELETE FROM events",
    ] {
        let refused = past_the_store(&paper.location, statement).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    assert_eq!(balance(&paper, "clearing:sandbox").await, 270_000);
}

async fn the_doctor_finds_crooked_books(paper: Paper) {
    let lines = vec![
        LedgerLine { account: "bank".into(), amount: 5, currency: "INR".into() },
        LedgerLine { account: "fees".into(), amount: -5, currency: "INR".into() },
    ];
    let id = paper.store.book(&NewEntry { at: at(0), reason: "r".into(), reference: "x".into(), lines }).await.unwrap();
    let more =
        "INSERT INTO ledger_lines (entry_id, line_no, account, amount, currency) VALUES (1, 3, 'bank', 7, 'INR')";
    past_the_store(&paper.location, more).await.unwrap();
    assert_eq!(paper.store.ledger_unbalanced().await.unwrap(), vec![id]);
    assert_eq!(paper.store.check().await.unwrap(), vec![format!("ledger entry {id} does not balance")]);
    let mend =
        "INSERT INTO ledger_lines (entry_id, line_no, account, amount, currency) VALUES (1, 4, 'bank', -7, 'INR')";
    past_the_store(&paper.location, mend).await.unwrap();
    assert_eq!(paper.store.check().await.unwrap(), Vec::<String>::new());
}

async fn deliveries_are_claimed_once(paper: Paper) {
    let delivery = Webhook {
        rail: "sandbox".into(),
        event_id: "evt_1".into(),
        kind: "payment.captured".into(),
        body: "{}".into(),
    };
    assert_eq!(paper.store.claim_webhook(&delivery, at(0)).await.unwrap(), Claimed::New);
    assert_eq!(paper.store.claim_webhook(&delivery, at(1)).await.unwrap(), Claimed::Unfinished);
    assert_eq!(paper.store.unfinished_webhooks(10).await.unwrap(), vec![delivery.clone()]);
    paper.store.finish_webhook("sandbox", "evt_1", at(2)).await.unwrap();
    assert_eq!(paper.store.claim_webhook(&delivery, at(3)).await.unwrap(), Claimed::Handled);
    assert_eq!(paper.store.unfinished_webhooks(10).await.unwrap(), vec![]);
    let other_rail = Webhook { rail: "stripe".into(), ..delivery };
    assert_eq!(paper.store.claim_webhook(&other_rail, at(4)).await.unwrap(), Claimed::New);
}

async fn balance(paper: &Paper, account: &str) -> i64 {
    let balances = paper.store.ledger_balances().await.unwrap();
    balances.iter().find(|b| b.account == account).map_or(0, |b| b.amount)
}
