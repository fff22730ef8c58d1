//! What the sandbox pays out, to the paisa.
use masthead::gateways::rail::{Found, Gateway as _, Hint, PayoutFacts, PayoutSource, RefundAnswer, RefundOrder};
use masthead::gateways::sandbox::{BankAct, Behaviour};

use super::{Books, hours, now, on_both_books, rupees};

on_both_books!(
    everything_is_paid_out_once_and_sums_up,
    what_is_disputed_is_withheld_and_given_back_when_it_is_won,
    a_paper_that_owes_is_paid_nothing_until_it_does_not,
    a_dispute_that_was_forestalled_does_not_open,
    a_busy_day_is_paid_out_whole,
);

/// The payouts that arrived in the two days before an instant.
async fn payouts(books: &Books, at: jiff::Timestamp) -> Vec<PayoutFacts> {
    let Found::Is(hints) = books.rail.recent(at - hours(48), at).await else { panic!("a list") };
    let mut all = Vec::new();
    for hint in hints {
        if let Hint::Payout(reference) = hint {
            let facts = books.rail.payout(&reference, at).await.is().expect("a payout");
            let sum: i64 = facts.lines.iter().map(|line| line.gross.minor() - line.fee.minor()).sum();
            assert_eq!(sum, facts.amount.minor(), "the lines make the sum");
            all.push(facts);
        }
    }
    all
}

async fn everything_is_paid_out_once_and_sums_up(books: Books) {
    for n in 1..=3 {
        books.paid(&format!("sub-{n}-p0-a1"), Behaviour::Ok).await;
    }
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(100), reason: "asked".into() };
    let RefundAnswer::Succeeded { reference: refund, .. } = books.rail.refund(&order, now()).await else { panic!() };
    assert_eq!(books.rail.work(now() + hours(47)).await.unwrap(), 0, "two days it waits");
    assert_eq!(books.rail.work(now() + hours(48)).await.unwrap(), 1);
    assert_eq!(books.rail.work(now() + hours(49)).await.unwrap(), 0);
    let at = now() + hours(72);
    let all = payouts(&books, at).await;
    let facts = &all[0];
    assert_eq!((all.len(), facts.lines.len(), facts.paid), (1, 4, true));
    // Of ₹900 the sandbox keeps 2 % and 18 % tax on that: ₹21.24.
    assert_eq!(facts.amount.minor(), 3 * (90_000 - 2_124) - 10_000);
    assert!(facts.lines.iter().any(|line| line.source == PayoutSource::Refund(refund.clone())));
    let other = books.again().await;
    assert_eq!(other.work(at + hours(24)).await.unwrap(), 0, "nothing is paid out twice");
    books.paid("sub-4-p0-a1", Behaviour::Ok).await;
    assert_eq!(other.work(at + hours(48)).await.unwrap(), 1);
}

async fn what_is_disputed_is_withheld_and_given_back_when_it_is_won(books: Books) {
    for n in 1..=3 {
        books.paid(&format!("sub-{n}-p0-a1"), Behaviour::Ok).await;
    }
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let customer = books.look("sub-1-p0-a1", now()).await.customer.expect("a customer");
    let dispute = BankAct::Dispute(payment);
    assert!(books.rail.act(&customer, &dispute, now()).await.unwrap());
    assert!(!books.rail.act(&customer, &dispute, now()).await.unwrap(), "one payment is disputed once");
    books.rail.work(now() + hours(48)).await.unwrap();
    let first = payouts(&books, now() + hours(72)).await.remove(0);
    assert_eq!(first.amount.minor(), 3 * (90_000 - 2_124) - 90_000);
    let reference = books.rail.account(&customer, now()).await.unwrap().unwrap().disputes[0].reference.clone();
    assert!(books.rail.act(&customer, &BankAct::Decide(reference.clone(), true), now() + hours(72)).await.unwrap());
    assert_eq!(books.rail.work(now() + hours(73)).await.unwrap(), 1);
    let second = payouts(&books, now() + hours(97)).await.remove(1);
    assert_eq!((second.amount.minor(), &second.lines[0].source), (90_000, &PayoutSource::Dispute(reference)));
}

async fn a_paper_that_owes_is_paid_nothing_until_it_does_not(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::Ok).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(900), reason: "withdrawn".into() };
    books.rail.refund(&order, now()).await;
    assert_eq!(books.rail.work(now() + hours(50)).await.unwrap(), 0, "the fee is owed");
    books.paid("sub-2-p0-a1", Behaviour::Ok).await;
    assert_eq!(books.rail.work(now() + hours(52)).await.unwrap(), 1);
    let all = payouts(&books, now() + hours(76)).await;
    assert_eq!(all[0].amount.minor(), 90_000 - 2 * 2_124);
}

async fn a_dispute_that_was_forestalled_does_not_open(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::Dispute).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let customer = books.look("sub-1-p0-a1", now()).await.customer.expect("a customer");
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(900), reason: "withdrawn".into() };
    assert!(matches!(books.rail.refund(&order, now() + hours(1)).await, RefundAnswer::Succeeded { .. }));
    let account = books.rail.account(&customer, now() + hours(48)).await.unwrap().unwrap();
    assert!(account.disputes.is_empty(), "the money is back already");
}

async fn a_busy_day_is_paid_out_whole(books: Books) {
    let card = books.kept("sub-0-p0-a1", Behaviour::Ok).await;
    for n in 1..=1_100 {
        books.rail.charge(&super::debit(&format!("sub-{n}-p1-a1"), &card), now()).await;
    }
    assert_eq!(books.rail.work(now() + hours(48)).await.unwrap(), 2);
    let all = payouts(&books, now() + hours(73)).await;
    let mut paid: Vec<_> = all.iter().flat_map(|facts| &facts.lines).map(|line| format!("{:?}", line.source)).collect();
    paid.sort_unstable();
    paid.dedup();
    assert_eq!((paid.len(), all.iter().map(|facts| facts.lines.len()).sum()), (1_101, 1_101), "each once");
}
