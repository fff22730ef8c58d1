//! Each test method does what its name says.
use circulation::payments::{FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::{
    Announced, DisputeState, Found, Gateway as _, MandateState, Purpose, RefundAnswer, RefundOrder,
};
use masthead::gateways::sandbox::{BankAct, Behaviour};

use super::{Books, captured, debit, failed, first_payment, hours, now, on_both_books, rupees};

on_both_books!(
    a_good_card_pays_now_and_later,
    a_declined_card_pays_nothing_and_the_page_stays_open,
    a_card_that_declines_later_pays_once,
    a_card_declines_twice_and_then_pays,
    a_card_that_wants_its_holder_is_confirmed_at_the_bank,
    a_confirmation_is_over_when_its_time_is_or_when_it_is_tried_anew,
    no_answer_may_mean_taken_or_not,
    a_late_capture_is_pending_until_then,
    a_payment_decided_later_is_decided_later,
    a_disputed_payment_is_disputed_a_day_later_and_lost_if_nobody_answers,
    a_refund_that_fails_is_believed_at_first,
    a_method_is_kept_without_a_payment,
    what_cannot_be_agreed_to_is_not_opened,
    a_page_runs_out_and_closes,
);

/// A quarter later, at an hour at which UPI mandates may be executed as well.
pub fn a_quarter_on() -> Timestamp {
    now() + hours(24 * 92)
}

async fn a_good_card_pays_now_and_later(books: Books) {
    let first = books.paid("sub-1-p0-a1", Behaviour::Ok).await;
    assert_eq!(captured(&first).1, 90_000);
    let facts = first.mandate.expect("kept");
    assert_eq!((facts.label.as_str(), facts.state), ("Visa •••• 4242", MandateState::Confirmed));
    assert_eq!(facts.max_amount, Some(rupees(1_200)));
    assert_eq!(facts.expires, Some("2031-12-01T00:00:00Z".parse().unwrap()), "a card ends with a month");
    let at = a_quarter_on();
    let order = debit("sub-1-p1-a1", &facts.mandate);
    assert_eq!(books.rail.announce_debit(&order, at).await, Announced::NotNeeded);
    let told = books.rail.charge(&order, at).await;
    assert_eq!((captured(&told).1, told.answer.at), (90_000, at));
    assert_eq!(books.look("sub-1-p1-a1", at + hours(1)).await, told, "a look-up says the same");
    let over = debit("sub-1-p20-a1", &facts.mandate);
    let told = books.rail.charge(&over, "2031-12-01T00:00:00Z".parse().unwrap()).await;
    assert_eq!(failed(&told), (FailureKind::Refused, "method-expired"));
    assert_eq!(books.look("sub-9-p0-a1", at).await.answer.outcome, Outcome::NotFound);
}

async fn a_declined_card_pays_nothing_and_the_page_stays_open(books: Books) {
    let page = books.page(&first_payment("sub-1-p0-a1")).await;
    for declines in 1..=2 {
        let (after, paid) = books.rail.pay(&page.reference, Behaviour::Declined, now()).await.unwrap();
        assert_eq!((after.state.as_str(), after.declines, paid), ("open", declines, false));
    }
    let told = books.look("sub-1-p0-a1", now()).await;
    assert_eq!((told.answer.outcome, told.mandate), (Outcome::Pending, None));
    assert!(books.rail.pay(&page.reference, Behaviour::Ok, now()).await.unwrap().1, "another card is tried");
    assert_eq!(books.captured("sub-1-p0-a1", now()).await.1, 90_000);
}

async fn a_card_that_declines_later_pays_once(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Decline).await;
    for number in 1..=3 {
        let told = books.rail.charge(&debit(&format!("sub-1-p1-a{number}"), &card), a_quarter_on()).await;
        assert_eq!(failed(&told), (FailureKind::Declined, "no-funds"));
    }
}

async fn a_card_declines_twice_and_then_pays(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::DeclineTwiceThenOk).await;
    let at = a_quarter_on();
    for number in 1..=2 {
        let order = debit(&format!("sub-1-p1-a{number}"), &card);
        assert_eq!(failed(&books.rail.charge(&order, at).await).0, FailureKind::Declined);
        assert_eq!(failed(&books.rail.charge(&order, at).await).0, FailureKind::Declined, "sending again is no try");
    }
    assert_eq!(captured(&books.rail.charge(&debit("sub-1-p1-a3", &card), at).await).1, 90_000);
    assert_eq!(captured(&books.rail.charge(&debit("sub-1-p2-a1", &card), at + hours(24 * 90)).await).1, 90_000);
}

async fn a_card_that_wants_its_holder_is_confirmed_at_the_bank(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::NeedsAction).await;
    let at = a_quarter_on();
    let told = books.rail.charge(&debit("sub-1-p1-a1", &card), at).await;
    assert_eq!(failed(&told), (FailureKind::NeedsReader, "confirmation-needed"));
    assert_eq!(told.confirm_at, Some(format!("/sandbox/bank/{}", card.customer)));
    let act = BankAct::Confirm(told.reference.expect("a payment to confirm"));
    assert!(!books.rail.act("cus_of_somebody_else", &act, at).await.unwrap());
    let later = at + hours(23);
    assert!(books.rail.act(&card.customer, &act, later).await.unwrap());
    assert!(!books.rail.act(&card.customer, &act, later).await.unwrap(), "once");
    let told = books.look("sub-1-p1-a1", later).await;
    assert_eq!((captured(&told).1, told.answer.at, told.confirm_at), (90_000, later, None));
}

async fn a_confirmation_is_over_when_its_time_is_or_when_it_is_tried_anew(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::NeedsAction).await;
    let at = a_quarter_on();
    let old = books.rail.charge(&debit("sub-1-p1-a1", &card), at).await.reference.expect("a payment");
    let newer = books.rail.charge(&debit("sub-1-p1-a2", &card), at + hours(1)).await.reference.expect("a payment");
    let confirm = |reference: &str| BankAct::Confirm(reference.to_owned());
    assert!(!books.rail.act(&card.customer, &confirm(&old), at + hours(2)).await.unwrap(), "tried anew by a debit");
    let mut page = first_payment("sub-1-p1-a3");
    (page.purpose, page.mandate) = (Purpose::PayNow, None);
    assert!(matches!(
        books.rail.open_page(&page, at + hours(2)).await,
        masthead::gateways::rail::PageAnswer::Refused(_)
    ));
    page.expires_at = at + hours(48);
    let page = super::PageRequest { key: circulation::payments::AttemptKey::from_text("sub-1-p1-a4"), ..page };
    assert!(matches!(books.rail.open_page(&page, at + hours(2)).await, masthead::gateways::rail::PageAnswer::Open(_)));
    assert!(!books.rail.act(&card.customer, &confirm(&newer), at + hours(3)).await.unwrap(), "paid on a page now");
    let last = books.rail.charge(&debit("sub-1-p2-a1", &card), at).await.reference.expect("a payment");
    assert!(!books.rail.act(&card.customer, &confirm(&last), at + hours(24)).await.unwrap(), "too late");
    assert_eq!(books.look("sub-1-p2-a1", at + hours(24)).await.confirm_at, None);
}

async fn no_answer_may_mean_taken_or_not(books: Books) {
    let at = a_quarter_on();
    let taken = books.kept("sub-1-p0-a1", Behaviour::TimeoutThenCaptured).await;
    let order = debit("sub-1-p1-a1", &taken);
    assert_eq!(books.rail.charge(&order, at).await.answer.outcome, Outcome::NoAnswer);
    let told = books.look("sub-1-p1-a1", at).await;
    assert_eq!(captured(&told).1, 90_000);
    assert_eq!(captured(&books.rail.charge(&order, at).await), captured(&told), "sent again, it is the same payment");
    let not = books.kept("sub-2-p0-a1", Behaviour::TimeoutThenFailed).await;
    assert_eq!(books.rail.charge(&debit("sub-2-p1-a1", &not), at).await.answer.outcome, Outcome::NoAnswer);
    assert_eq!(failed(&books.look("sub-2-p1-a1", at).await), (FailureKind::Declined, "no-funds"));
}

async fn a_late_capture_is_pending_until_then(books: Books) {
    let request = first_payment("sub-1-p0-a1");
    let told = books.paid("sub-1-p0-a1", Behaviour::LateCapture).await;
    assert_eq!(told.answer.outcome, Outcome::Pending);
    let closing = books.rail.close_page(&request, None, now() + hours(24)).await;
    assert_eq!(closing.answer.outcome, Outcome::Pending, "money is moving: it cannot be closed over");
    let told = books.look("sub-1-p0-a1", now() + hours(30)).await;
    assert_eq!((captured(&told).1, told.answer.at), (90_000, now() + hours(30)));
    let at = a_quarter_on();
    let card = told.mandate.expect("kept").mandate;
    assert_eq!(books.rail.charge(&debit("sub-1-p1-a1", &card), at).await.answer.outcome, Outcome::Pending);
    let other = books.rail.charge(&debit("sub-1-p1-a2", &card), at + hours(1)).await;
    assert_eq!(failed(&other).0, FailureKind::Refused, "that cycle's money is on its way");
    assert_eq!(books.look("sub-1-p1-a1", at + hours(24 * 8)).await.answer.outcome, Outcome::Pending);
    assert_eq!(books.captured("sub-1-p1-a1", at + hours(24 * 9)).await.1, 90_000);
}

async fn a_payment_decided_later_is_decided_later(books: Books) {
    assert_eq!(books.paid("sub-1-p0-a1", Behaviour::Later).await.answer.outcome, Outcome::Pending);
    let in_seconds = now() + SignedDuration::from_secs(6);
    assert_eq!(books.captured("sub-1-p0-a1", in_seconds).await.1, 90_000);
}

async fn a_disputed_payment_is_disputed_a_day_later_and_lost_if_nobody_answers(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::Dispute).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let opened = now() + hours(24);
    assert!(books.rail.account(&card.customer, opened - hours(1)).await.unwrap().unwrap().disputes.is_empty());
    let account = books.rail.account(&card.customer, opened).await.unwrap().unwrap();
    let reference = account.disputes[0].reference.clone();
    assert_eq!(books.rail.dispute(&reference, opened - hours(1)).await, Found::NotFound);
    let Found::Is(facts) = books.rail.dispute(&reference, opened).await else { panic!("a dispute") };
    assert_eq!((facts.payment, facts.amount, facts.state), (payment.clone(), rupees(900), DisputeState::Open));
    assert_eq!(facts.respond_by, Some(opened + hours(24 * 7)));
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(1), reason: "asked".into() };
    let RefundAnswer::Failed(why) = books.rail.refund(&order, opened).await else { panic!("disputed money stays") };
    assert_eq!(why.code, "disputed");
    let state = |found: Found<masthead::gateways::rail::DisputeFacts>| found.is().map(|facts| facts.state);
    let lost = books.rail.dispute(&reference, opened + hours(24 * 7)).await;
    assert_eq!(state(lost), Some(DisputeState::Lost));
    let won = BankAct::Decide(reference.clone(), true);
    assert!(!books.rail.act(&card.customer, &won, opened + hours(24 * 7)).await.unwrap(), "it is decided");
    assert!(books.rail.act(&card.customer, &won, opened + hours(24)).await.unwrap());
    assert_eq!(state(books.rail.dispute(&reference, opened + hours(24 * 30)).await), Some(DisputeState::Won));
}

async fn a_refund_that_fails_is_believed_at_first(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::RefundFails).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(900), reason: "withdrawn".into() };
    assert!(matches!(books.rail.refund(&order, now()).await, RefundAnswer::Pending { .. }));
    let again = RefundOrder { key: "sub-1-r2".into(), ..order.clone() };
    assert!(matches!(books.rail.refund(&again, now()).await, RefundAnswer::Failed(_)), "it holds its money");
    let RefundAnswer::Failed(why) = books.rail.look_up_refund(&order, None, now() + hours(1)).await else {
        panic!("it fails in the end")
    };
    assert_eq!(why.code, "account-closed");
    assert!(matches!(books.rail.refund(&again, now() + hours(1)).await, RefundAnswer::Pending { .. }), "free again");
}

async fn a_method_is_kept_without_a_payment(books: Books) {
    let mut request = first_payment("sub-1-method-1");
    (request.purpose, request.amount) = (Purpose::MethodOnly, rupees(0));
    let page = books.page(&request).await;
    assert!(books.rail.pay(&page.reference, Behaviour::Ok, now()).await.unwrap().1);
    let told = books.look("sub-1-method-1", now()).await;
    let (payment, amount) = captured(&told);
    assert_eq!(amount, 0);
    let card = told.mandate.expect("kept").mandate;
    assert_eq!(captured(&books.rail.charge(&debit("sub-1-p0-a1", &card), a_quarter_on()).await).1, 90_000);
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(1), reason: "asked".into() };
    assert!(matches!(books.rail.refund(&order, now()).await, RefundAnswer::Failed(_)), "nothing was taken");
}

async fn what_cannot_be_agreed_to_is_not_opened(books: Books) {
    use circulation::money::{Currency, Money};
    let plain = first_payment("sub-1-p0-a1");
    let euro = |amount| Money::new(amount, "EUR".parse::<Currency>().unwrap());
    let wish = |change: &dyn Fn(&mut masthead::gateways::rail::MandateWish)| {
        let mut request = plain.clone();
        request.mandate.as_mut().map(change);
        request
    };
    for (bad, code) in [
        (super::PageRequest { amount: euro(900), ..plain.clone() }, "currency-not-taken"),
        (super::PageRequest { amount: rupees(0), ..plain.clone() }, "amount-does-not-fit"),
        (super::PageRequest { amount: rupees(-1), ..plain.clone() }, "amount-does-not-fit"),
        (super::PageRequest { purpose: Purpose::MethodOnly, ..plain.clone() }, "amount-does-not-fit"),
        (wish(&|wish| wish.max_amount = rupees(899)), "mandate-does-not-fit"),
        (wish(&|wish| wish.max_amount = euro(90_000)), "mandate-does-not-fit"),
        (wish(&|wish| wish.term_months = 0), "mandate-without-time"),
        (wish(&|wish| wish.expires_at = now()), "mandate-without-time"),
    ] {
        let masthead::gateways::rail::PageAnswer::Refused(why) = books.rail.open_page(&bad, now()).await else {
            panic!("opened: {bad:?}")
        };
        assert_eq!(why.code, code);
    }
    assert_eq!(books.look("sub-1-p0-a1", now()).await.answer.outcome, Outcome::NotFound);
    let card = books.kept("sub-1-p0-a1", Behaviour::Ok).await;
    for (n, amount, expected) in [
        (1, rupees(1_201), (FailureKind::NeedsReader, "above-the-mandate")),
        (2, rupees(0), (FailureKind::Refused, "nothing-to-debit")),
        (3, euro(900), (FailureKind::Refused, "currency-not-agreed")),
    ] {
        let order = masthead::gateways::rail::Debit { amount, ..debit(&format!("sub-1-p1-a{n}"), &card) };
        assert_eq!(failed(&books.rail.charge(&order, now()).await), expected);
    }
    let stranger = masthead::gateways::rail::MandateRef { customer: "cus_other".into(), ..card };
    let told = books.rail.charge(&debit("sub-2-p1-a1", &stranger), now()).await;
    assert_eq!(failed(&told), (FailureKind::Refused, "no-such-method"));
    assert_eq!(books.rail.mandate(&stranger, now()).await, Found::NotFound);
    assert_eq!(books.rail.revoke(&stranger, now()).await, Found::NotFound);
}

async fn a_page_runs_out_and_closes(books: Books) {
    let request = first_payment("sub-1-p0-a1");
    let page = books.page(&request).await;
    let over = now() + hours(24);
    assert!(!books.rail.pay(&page.reference, Behaviour::Ok, over).await.unwrap().1, "its time is over");
    assert_eq!(failed(&books.look("sub-1-p0-a1", over).await), (FailureKind::Expired, "page-expired"));
    let request = first_payment("sub-2-p0-a1");
    let closed = books.rail.close_page(&request, None, now()).await;
    assert_eq!(failed(&closed), (FailureKind::Expired, "page-closed"), "never opened, and closed");
    assert!(matches!(books.rail.open_page(&request, now()).await, masthead::gateways::rail::PageAnswer::Refused(_)));
}
