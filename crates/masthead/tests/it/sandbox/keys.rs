//! One key is one act, whoever sends it and however many do at once.
use std::sync::Arc;

use circulation::payments::{FailureKind, Outcome};
use masthead::gateways::rail::{Debit, Gateway as _, PageAnswer, PageRequest, RefundAnswer, RefundOrder};
use masthead::gateways::sandbox::Behaviour;

use super::behaviours::a_quarter_on;
use super::{Books, captured, debit, failed, first_payment, hours, now, on_both_books, rupees};

on_both_books!(
    the_same_key_with_other_bytes_is_no_answer_and_does_nothing,
    one_charge_at_once_from_two_processes_is_one,
    two_attempts_of_one_cycle_at_once_take_once,
    a_cycle_that_was_paid_back_may_be_paid_again,
    a_page_is_paid_once_from_two_tabs,
    a_page_is_closed_or_paid_never_both,
    refunds_at_once_never_exceed_what_was_taken,
    a_committed_charge_is_found_when_its_answer_was_lost,
);

async fn the_same_key_with_other_bytes_is_no_answer_and_does_nothing(books: Books) {
    let request = first_payment("sub-1-p0-a1");
    let page = books.page(&request).await;
    assert_eq!(books.page(&request).await, page);
    let dearer = PageRequest { amount: rupees(1_000), ..request.clone() };
    assert_eq!(books.rail.open_page(&dearer, now()).await, PageAnswer::NoAnswer);
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    let at = a_quarter_on();
    let order = debit("sub-1-p1-a1", &card);
    let first = books.rail.charge(&order, at).await;
    let more = Debit { amount: rupees(901), ..order.clone() };
    assert_eq!(books.rail.charge(&more, at).await.answer.outcome, Outcome::NoAnswer);
    assert_eq!(books.rail.charge(&order, at + hours(1)).await, first);
    let crossed = PageRequest { key: order.key.clone(), ..request };
    assert_eq!(books.rail.open_page(&crossed, now()).await, PageAnswer::NoAnswer, "a debit's key opens no page");
    let told = books.rail.close_page(&crossed, None, at).await;
    assert_eq!(told.answer.outcome, Outcome::NoAnswer);
    let back = |amount| RefundOrder {
        key: "sub-1-r1".into(),
        payment: captured(&first).0,
        amount: rupees(amount),
        reason: "asked".into(),
    };
    let done = books.rail.refund(&back(100), at).await;
    assert!(matches!(done, RefundAnswer::Succeeded { .. }));
    assert_eq!(books.rail.refund(&back(101), at).await, RefundAnswer::NoAnswer);
    assert_eq!(books.rail.refund(&back(100), at + hours(1)).await, done);
    assert_eq!(books.rail.look_up_refund(&back(100), None, at).await, done);
}

async fn one_charge_at_once_from_two_processes_is_one(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    let other = Arc::new(books.again().await);
    let order = debit("sub-1-p1-a1", &card);
    let sent: Vec<_> = (0..16)
        .map(|n| {
            let rail = Arc::clone(if n % 2 == 0 { &books.rail } else { &other });
            let order = order.clone();
            tokio::spawn(async move { rail.charge(&order, a_quarter_on()).await })
        })
        .collect();
    let mut references = Vec::new();
    for told in sent {
        references.push(captured(&told.await.unwrap()).0);
    }
    references.dedup();
    assert_eq!(references.len(), 1);
    let account = books.rail.account(&card.customer, a_quarter_on()).await.unwrap().unwrap();
    assert_eq!(account.charges.iter().filter(|c| c.act == "debit" && c.state == "captured").count(), 1);
    assert_eq!(account.mandates[0].0.debits, 1);
}

async fn two_attempts_of_one_cycle_at_once_take_once(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    let other = Arc::new(books.again().await);
    let sent: Vec<_> = (1..=12)
        .map(|n| {
            let rail = Arc::clone(if n % 2 == 0 { &books.rail } else { &other });
            let order = debit(&format!("sub-1-p1-a{n}"), &card);
            tokio::spawn(async move { rail.charge(&order, a_quarter_on()).await })
        })
        .collect();
    let (mut taken, mut refused) = (0, 0);
    for told in sent {
        match &told.await.unwrap().answer.outcome {
            Outcome::Captured { .. } => taken += 1,
            Outcome::Failed(why) if why.code == "cycle-already-paid" => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((taken, refused), (1, 11));
    assert_eq!(captured(&books.rail.charge(&debit("sub-1-p2-a1", &card), a_quarter_on()).await).1, 90_000);
    assert_eq!(captured(&books.rail.charge(&debit("sub-2-p1-a1", &card), a_quarter_on()).await).1, 90_000);
}

async fn a_cycle_that_was_paid_back_may_be_paid_again(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    let at = a_quarter_on();
    let (payment, _) = captured(&books.rail.charge(&debit("sub-1-p1-a1", &card), at).await);
    let back = |key: &str, amount| RefundOrder {
        key: key.into(),
        payment: payment.clone(),
        amount: rupees(amount),
        reason: "asked".into(),
    };
    assert!(matches!(books.rail.refund(&back("sub-1-r1", 899), at).await, RefundAnswer::Succeeded { .. }));
    let told = books.rail.charge(&debit("sub-1-p1-a2", &card), at).await;
    assert_eq!(failed(&told), (FailureKind::Refused, "cycle-already-paid"), "a rupee of it is still kept");
    assert!(matches!(books.rail.refund(&back("sub-1-r2", 1), at).await, RefundAnswer::Succeeded { .. }));
    assert_eq!(captured(&books.rail.charge(&debit("sub-1-p1-a3", &card), at).await).1, 90_000);
}

async fn a_page_is_paid_once_from_two_tabs(books: Books) {
    let page = books.page(&first_payment("sub-1-p0-a1")).await;
    let methods = [Behaviour::Ok, Behaviour::Dispute, Behaviour::UpiOk, Behaviour::Twice];
    let tabs: Vec<_> = methods
        .into_iter()
        .map(|behaviour| {
            let (rail, reference) = (Arc::clone(&books.rail), page.reference.clone());
            tokio::spawn(async move { rail.pay(&reference, behaviour, now()).await.unwrap().1 })
        })
        .collect();
    let mut paid = 0;
    for tab in tabs {
        paid += usize::from(tab.await.unwrap());
    }
    assert_eq!(paid, 1);
    let account = books.rail.account(&customer(&books, &page.reference).await, now()).await.unwrap().unwrap();
    assert_eq!((account.charges.len(), account.mandates.len()), (1, 1));
}

async fn customer(books: &Books, page: &str) -> String {
    books.rail.hosted_page(page).await.unwrap().unwrap().customer
}

async fn a_page_is_closed_or_paid_never_both(books: Books) {
    for n in 0..10 {
        let key = format!("sub-{n}-p0-a1");
        let request = first_payment(&key);
        let page = books.page(&request).await;
        let (rail, other) = (Arc::clone(&books.rail), Arc::clone(&books.rail));
        let paying = tokio::spawn(async move { rail.pay(&page.reference, Behaviour::Ok, now()).await.unwrap().1 });
        let closing = tokio::spawn(async move { other.close_page(&request, None, now()).await });
        let (paid, closed) = (paying.await.unwrap(), closing.await.unwrap());
        match &closed.answer.outcome {
            Outcome::Captured { .. } => assert!(paid),
            Outcome::Failed(why) => assert_eq!((why.kind, paid), (FailureKind::Expired, false)),
            other => panic!("{other:?}"),
        }
        let told = books.look(&key, now()).await;
        assert_eq!(matches!(told.answer.outcome, Outcome::Captured { .. }), paid);
    }
}

async fn refunds_at_once_never_exceed_what_was_taken(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::Ok).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let orders: Vec<_> = (0..10)
        .map(|n| {
            let rail = Arc::clone(&books.rail);
            let key = format!("sub-1-r{n}");
            let order = RefundOrder { key, payment: payment.clone(), amount: rupees(200), reason: "asked".into() };
            tokio::spawn(async move { (rail.refund(&order, now()).await, order) })
        })
        .collect();
    let mut given = 0;
    for order in orders {
        let (answer, order) = order.await.unwrap();
        match answer {
            RefundAnswer::Succeeded { .. } => given += 200,
            RefundAnswer::Failed(why) => {
                assert_eq!(why.code, "more-than-was-taken");
                assert_eq!(books.rail.look_up_refund(&order, None, now()).await, RefundAnswer::NotFound);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(given, 800, "four of ten fit into ₹900");
    for (payment, code) in [("pay_unknown", "no-such-payment"), (payment.as_str(), "nothing-to-refund")] {
        let key = format!("sub-9-{code}");
        let order = RefundOrder { key, payment: payment.to_owned(), amount: rupees(0), reason: "x".into() };
        let RefundAnswer::Failed(why) = books.rail.refund(&order, now()).await else { panic!("{payment}") };
        assert_eq!(why.code, code);
    }
}

async fn a_committed_charge_is_found_when_its_answer_was_lost(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    let order = debit("sub-1-p1-a1", &card);
    for _ in 0..20 {
        // The caller goes away in the middle; whether the charge was made, only the books can tell.
        let rail = Arc::clone(&books.rail);
        let sent = order.clone();
        let call = tokio::spawn(async move { rail.charge(&sent, a_quarter_on()).await });
        tokio::task::yield_now().await;
        call.abort();
        let _ = call.await;
    }
    let other = books.again().await;
    let found = other.look_up(&super::asked("sub-1-p1-a1"), a_quarter_on()).await;
    let told = other.charge(&order, a_quarter_on()).await;
    if let Outcome::Captured { .. } = found.answer.outcome {
        assert_eq!(captured(&found), captured(&told));
    } else {
        assert_eq!(found.answer.outcome, Outcome::NotFound, "nothing in between");
    }
    let account = other.account(&card.customer, a_quarter_on()).await.unwrap().unwrap();
    assert_eq!(account.charges.iter().filter(|c| c.act == "debit").count(), 1);
}
