//! The books: what does not balance cannot be written, and a price never changes by its tax.
#![cfg(test)]

use std::collections::BTreeMap;

use circulation::ledger::{
    Account, Draft, Entry, EntryKind, LedgerError, Line, Reversal, Side, TaxName, TaxRates, balances, verify,
};
use circulation::money::{Currency, Money};
use circulation::payments::{Capture, ChargeRequest, Outcome, Rail, RailAnswer, plan_attempt, settle};
use circulation::subscriptions::SubscriptionId;
use jiff::Timestamp;
use proptest::prelude::*;

fn rupees(text: &str) -> Money {
    Money::parse(text, Currency::INR).unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T04:30:00Z".parse().unwrap()
}

fn clearing() -> Account {
    Account::Clearing { rail: Rail::Sandbox }
}

fn tax(name: &str) -> Account {
    Account::OutputTax { tax: TaxName::new(name).unwrap() }
}

fn igst() -> TaxRates {
    TaxRates::new(&[("igst", 1_800)]).unwrap()
}

fn within_state() -> TaxRates {
    TaxRates::new(&[("cgst", 900), ("sgst", 900)]).unwrap()
}

fn capture(amount: Money) -> Capture {
    let request = ChargeRequest { rail: Rail::Sandbox, amount, parameters: BTreeMap::new() };
    let attempt = plan_attempt(SubscriptionId(7), 0, &[], request, now()).unwrap();
    let outcome = Outcome::Captured { reference: "pay_1".into(), amount };
    let answer = RailAnswer { key: attempt.key(), at: now(), outcome };
    settle(attempt, &answer).unwrap().0.capture().unwrap()
}

fn draft(kind: EntryKind, lines: Vec<Line>) -> Draft {
    Draft { kind, reference: "sub-7-p0-a1".into(), at: now(), lines }
}

fn parts(rates: &TaxRates, gross: &str) -> Vec<String> {
    let split = rates.split(rupees(gross)).unwrap();
    let taxes = split.taxes.iter().map(|(_, amount)| amount.decimal());
    std::iter::once(split.net.decimal()).chain(taxes).collect()
}

#[test]
fn the_tax_of_the_three_plans() {
    assert_eq!(parts(&igst(), "900"), ["762.71", "137.29"]);
    assert_eq!(parts(&within_state(), "900"), ["762.72", "68.64", "68.64"]);
    assert_eq!(parts(&igst(), "2700"), ["2288.14", "411.86"]);
    assert_eq!(parts(&within_state(), "2700"), ["2288.14", "205.93", "205.93"]);
    assert_eq!(parts(&igst(), "3900"), ["3305.08", "594.92"]);
    assert_eq!(parts(&within_state(), "3900"), ["3305.08", "297.46", "297.46"]);
    assert_eq!(parts(&TaxRates::none(), "900"), ["900.00"]);
}

#[test]
fn every_price_to_ten_thousand_is_split_exactly() {
    for rates in [igst(), within_state()] {
        // Every whole rupee, and every paisa of the smallest prices.
        for minor in (1..=10_000).chain((1..=10_000).map(|price| price * 100)) {
            let gross = Money::new(minor, Currency::INR);
            let split = rates.split(gross).unwrap();
            let total: i64 = split.taxes.iter().map(|(_, amount)| amount.minor()).sum();
            assert_eq!(split.net.minor() + total, gross.minor(), "{gross}");
            // Each printed tax is at most half a paisa off before the net takes up the difference (× 1.18).
            let off = (10_000 * total - 1_800 * split.net.minor()).abs();
            let most = 5_900 * i64::try_from(split.taxes.len()).unwrap();
            assert!(off <= most, "{gross} is off by {off} ten-thousandths of a paisa");
        }
    }
}

#[test]
fn impossible_rates_are_refused() {
    let wrong: [&[(&str, u32)]; 5] = [
        &[("igst", 10_001)],
        &[("cgst", 900), ("cgst", 900)],
        &[("IGST", 1_800)],
        &[("x", 1_800)],
        &[("aa", 1), ("bb", 1), ("cc", 1), ("dd", 1), ("ee", 1)],
    ];
    for rates in wrong {
        let error = TaxRates::new(rates).unwrap_err().to_string();
        assert!(error.contains("such as 1800 for 18 %"), "{error}");
    }
    assert!(igst().split(rupees("-900")).is_err());
}

#[test]
fn a_capture_owes_the_state_its_tax_and_the_reader_the_rest() {
    let entry = Entry::capture(&capture(rupees("900")), &igst()).unwrap();
    assert_eq!(entry.id(), "capture:sub-7-p0-a1");
    assert_eq!(
        entry.lines(),
        [
            Line::debit(clearing(), rupees("900")),
            Line::credit(Account::Deferred, rupees("762.71")),
            Line::credit(tax("igst"), rupees("137.29")),
        ]
    );
    let untaxed = Entry::capture(&capture(rupees("900")), &TaxRates::none()).unwrap();
    assert_eq!(untaxed.lines().len(), 2);
    // A price so small that its tax rounds to nothing has no tax line.
    let tiny = Entry::capture(&capture(rupees("0.02")), &igst()).unwrap();
    assert_eq!(tiny.lines().len(), 2);
}

#[test]
fn money_nobody_can_use_passes_through_suspense_and_goes_back() {
    let paid = rupees("900");
    let inward = Entry::unmatched_capture(Rail::Sandbox, "pay_2", paid, now()).unwrap();
    assert_eq!(inward.id(), "unmatched-capture:sandbox/pay_2");
    let promised = Entry::suspense_refund(inward.reference(), paid, now()).unwrap();
    let refund =
        draft(EntryKind::RefundPaid, vec![Line::debit(Account::RefundsPayable, paid), Line::credit(clearing(), paid)]);
    let returned = Entry::try_from(refund).unwrap();
    let sums = balances([&inward, &promised, &returned]);
    assert_eq!(sums.len(), 3);
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
}

#[test]
fn what_does_not_balance_cannot_be_made() {
    let lines = vec![
        Line::debit(clearing(), rupees("900")),
        Line::credit(Account::Deferred, rupees("762.71")),
        Line::credit(tax("igst"), rupees("137.28")),
    ];
    let error = Entry::try_from(draft(EntryKind::Capture, lines)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "entry capture:sub-7-p0-a1 is out of balance by 1 minor units of INR; nothing was booked"
    );
    let dollars = Currency::parse("USD").unwrap();
    let mixed =
        vec![Line::debit(clearing(), rupees("900")), Line::credit(Account::Deferred, Money::new(90_000, dollars))];
    let error = Entry::try_from(draft(EntryKind::Capture, mixed)).unwrap_err();
    assert!(matches!(error, LedgerError::Unbalanced { .. }));
}

#[test]
fn accounts_can_only_be_touched_by_what_happened_to_them() {
    let pair =
        |debit: Account, credit: Account| vec![Line::debit(debit, rupees("1")), Line::credit(credit, rupees("1"))];
    let table = [
        (EntryKind::Capture, clearing(), Account::Deferred, true),
        (EntryKind::Capture, clearing(), Account::Revenue, false),
        (EntryKind::Capture, Account::Bank, Account::Deferred, false),
        (EntryKind::UnmatchedCapture, clearing(), Account::Suspense, true),
        (EntryKind::UnmatchedCapture, clearing(), Account::Deferred, false),
        (EntryKind::SuspenseApplied, Account::Suspense, Account::Deferred, true),
        (EntryKind::SuspenseRefund, Account::Suspense, Account::RefundsPayable, true),
        (EntryKind::SuspenseRefund, Account::Deferred, Account::RefundsPayable, false),
        (EntryKind::Payout, Account::Bank, clearing(), true),
        (EntryKind::Payout, Account::Fees, clearing(), true),
        (EntryKind::Payout, clearing(), Account::Bank, false),
        (EntryKind::Recognition, Account::Deferred, Account::Revenue, true),
        (EntryKind::Recognition, Account::Revenue, Account::Deferred, false),
        (EntryKind::Recognition, tax("igst"), Account::Revenue, false),
        (EntryKind::RefundRequested, Account::Deferred, Account::RefundsPayable, true),
        (EntryKind::RefundRequested, Account::Revenue, Account::RefundsPayable, true),
        (EntryKind::RefundRequested, tax("igst"), Account::RefundsPayable, true),
        (EntryKind::RefundRequested, Account::Suspense, Account::RefundsPayable, false),
        (EntryKind::RefundPaid, Account::RefundsPayable, clearing(), true),
        (EntryKind::RefundPaid, Account::RefundsPayable, Account::Bank, true),
        (EntryKind::RefundPaid, Account::Deferred, clearing(), false),
        (EntryKind::CreditIssued, Account::Deferred, Account::ReaderCredit, true),
        (EntryKind::CreditIssued, tax("igst"), Account::ReaderCredit, true),
        (EntryKind::CreditIssued, Account::Deferred, Account::RefundsPayable, false),
        (EntryKind::Capture, Account::ReaderCredit, Account::Deferred, true),
        (EntryKind::UnmatchedCapture, Account::ReaderCredit, Account::Suspense, false),
        (EntryKind::DisputeOpened, Account::Disputes, clearing(), true),
        (EntryKind::DisputeLost, Account::Loss, Account::Disputes, true),
        (EntryKind::DisputeLost, Account::Revenue, Account::Disputes, false),
        (EntryKind::DisputeWon, clearing(), Account::Disputes, true),
        (EntryKind::DisputeWon, Account::Bank, Account::Disputes, false),
    ];
    for (kind, debit, credit, allowed) in table {
        let text = format!("{kind}: {debit} to {credit}");
        assert_eq!(Entry::try_from(draft(kind, pair(debit, credit))).is_ok(), allowed, "{text}");
    }
    let error = Entry::try_from(draft(EntryKind::Capture, pair(clearing(), Account::Revenue))).unwrap_err();
    let said = "a capture entry may not credit revenue; choose the kind that fits what happened";
    assert_eq!(error.to_string(), said);
}

#[test]
fn careless_lines_are_refused() {
    let one = rupees("1");
    let line_up = |lines: Vec<Line>| Entry::try_from(draft(EntryKind::Capture, lines)).unwrap_err();
    assert!(matches!(line_up(vec![]), LedgerError::LineCount { found: 0, .. }));
    assert!(matches!(line_up(vec![Line::debit(clearing(), one)]), LedgerError::LineCount { found: 1, .. }));
    let nothing = vec![Line::debit(clearing(), rupees("0")), Line::credit(Account::Deferred, rupees("0"))];
    assert!(matches!(line_up(nothing), LedgerError::AmountNotPositive { .. }));
    let backwards = vec![Line::debit(clearing(), rupees("-1")), Line::credit(Account::Deferred, rupees("-1"))];
    assert!(matches!(line_up(backwards), LedgerError::AmountNotPositive { .. }));
    let twice = vec![
        Line::debit(clearing(), rupees("2")),
        Line::credit(Account::Deferred, one),
        Line::credit(Account::Deferred, one),
    ];
    assert!(matches!(line_up(twice), LedgerError::AccountTwice { .. }));
    for reference in ["", "two words", "नाम", &"x".repeat(101)] {
        let refused = Entry::unmatched_capture(Rail::Sandbox, reference, one, now()).unwrap_err();
        assert!(matches!(refused, LedgerError::Reference(_)), "{reference}");
    }
}

#[test]
fn the_largest_amounts_do_not_wrap_around() {
    let most = Money::new(i64::MAX, Currency::INR);
    let entry = Entry::capture(&capture(most), &within_state()).unwrap();
    assert_eq!(entry.lines().iter().map(Line::signed_minor).sum::<i128>(), 0);
    let sums = balances([&entry, &entry, &entry]);
    assert_eq!(sums[&(clearing(), Currency::INR)], 3 * i128::from(i64::MAX));
}

#[test]
fn entries_are_stored_by_name_and_checked_when_read() {
    let entry = Entry::capture(&capture(rupees("900")), &igst()).unwrap();
    let stored = serde_json::to_string(&entry).unwrap();
    assert!(stored.contains(r#""account":"clearing:sandbox","side":"debit""#), "{stored}");
    assert!(stored.contains(r#""account":"output-tax:igst""#), "{stored}");
    assert_eq!(serde_json::from_str::<Entry>(&stored).unwrap(), entry);
    let forged = stored.replace("13729", "13728");
    let error = serde_json::from_str::<Entry>(&forged).unwrap_err().to_string();
    assert!(error.contains("out of balance by 1"), "{error}");
    assert!("petty-cash".parse::<Account>().is_err());
    assert!("clearing:paypal".parse::<Account>().is_err());
    assert_eq!("refunds-payable".parse::<Account>().unwrap(), Account::RefundsPayable);
    assert_eq!("dispute-won".parse::<EntryKind>().unwrap(), EntryKind::DisputeWon);
}

fn minute(count: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_mins(count)
}

/// Every event of the table of the billing rules, once.
fn a_year_of_books() -> Vec<Draft> {
    let (rail, price, part) = (Rail::Sandbox, rupees("900"), rupees("100"));
    let parts = |unearned: &str, earned: &str, tax: &str| Reversal {
        unearned: rupees(unearned),
        earned: rupees(earned),
        taxes: vec![(TaxName::new("igst").unwrap(), rupees(tax))],
    };
    let entries = [
        Entry::capture(&capture(price), &igst()),
        Entry::recognition("sub-7-p0/d30", rupees("250"), minute(1)),
        Entry::refund_requested("sub-7-p0-r1", part, parts("60", "24.75", "15.25"), minute(2)),
        Entry::refund_paid("sub-7-p0-r1", Some(rail), part, minute(3)),
        Entry::payout(rail, "po_1", rupees("800"), rupees("18"), minute(4)),
        Entry::dispute_opened(rail, "dp_1", part, minute(5)),
        Entry::dispute_decided(rail, "dp_1", part, true, minute(6)),
        Entry::dispute_opened(rail, "dp_2", part, minute(7)),
        Entry::dispute_decided(rail, "dp_2", part, false, minute(8)),
        Entry::unmatched_capture(rail, "pay_9", part, minute(9)),
        Entry::suspense_refund("sandbox/pay_9", part, minute(10)),
        Entry::refund_paid("sub-7-s1-r2", None, part, minute(11)),
    ];
    entries.into_iter().map(|entry| Draft::from(entry.unwrap())).collect()
}

#[test]
fn the_books_are_summed_up_again_in_any_order() {
    let mut drafts = a_year_of_books();
    let health = verify(&drafts);
    assert!(health.is_sound(), "{:?}", health.faults);
    let of = |account: Account| health.balances.get(&(account, Currency::INR)).copied().unwrap_or(0);
    assert_eq!((of(Account::Suspense), of(Account::RefundsPayable), of(Account::Disputes)), (0, 0, 0));
    assert_eq!((of(Account::Bank), of(Account::Fees), of(Account::Loss)), (68_200, 1_800, 10_000));
    assert_eq!((of(Account::Revenue), of(tax("igst"))), (-25_000 + 2_475, -13_729 + 1_525));
    drafts.reverse();
    assert_eq!(verify(&drafts), health);
}

#[test]
fn what_is_not_cleared_has_the_age_of_its_oldest_part() {
    let (rail, part) = (Rail::Sandbox, rupees("100"));
    let mut drafts: Vec<Draft> =
        (0..3).map(|n| Entry::unmatched_capture(rail, &format!("pay_{n}"), part, minute(n)).unwrap().into()).collect();
    drafts.push(Entry::suspense_refund("sandbox/pay_0", rupees("150"), minute(9)).unwrap().into());
    let health = verify(&drafts);
    let open = &health.open[&(Account::Suspense, Currency::INR)];
    assert_eq!((open.balance, open.since), (-15_000, minute(1)));
    assert_eq!(health.open[&(clearing(), Currency::INR)].since, minute(0));
    assert_eq!(health.open[&(Account::RefundsPayable, Currency::INR)].balance, -15_000);
}

#[test]
fn a_broken_or_doubled_entry_is_found_and_not_summed() {
    let mut drafts = a_year_of_books();
    drafts.push(drafts[0].clone());
    drafts[1].lines[0].amount = rupees("250.01");
    let health = verify(&drafts);
    let faults: Vec<_> = health.faults.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(faults, ["recognition:sub-7-p0/d30", "capture:sub-7-p0-a1"]);
    assert!(!health.is_sound());
    assert_eq!(health.balances[&(Account::Revenue, Currency::INR)], 2_475);
}

proptest! {
    #[test]
    fn any_split_gives_back_the_gross(
        minor in 1_i64..i64::MAX, first in 0_u32..=5_000, second in 0_u32..=5_000,
        code in "INR|JPY|KWD",
    ) {
        let rates = TaxRates::new(&[("first", first), ("second", second)]).unwrap();
        let gross = Money::new(minor, Currency::parse(&code).unwrap());
        let split = rates.split(gross).unwrap();
        let total: i128 = split.taxes.iter().map(|(_, amount)| i128::from(amount.minor())).sum();
        prop_assert_eq!(i128::from(split.net.minor()) + total, i128::from(minor));
        prop_assert!(split.net.minor() >= 0 && split.taxes.iter().all(|(_, amount)| amount.minor() >= 0));
        let entry = Entry::capture(&capture(gross), &rates).unwrap();
        prop_assert_eq!(entry.lines().iter().map(Line::signed_minor).sum::<i128>(), 0);
    }

    #[test]
    fn no_set_of_lines_gets_past_the_balance(amounts in proptest::collection::vec((any::<bool>(), 1_i64..4), 0..6)) {
        let accounts = [clearing(), Account::Deferred, tax("igst"), tax("cgst"), tax("sgst"), Account::Revenue];
        let lines: Vec<Line> = amounts
            .iter()
            .zip(accounts)
            .map(|((debit, minor), account)| Line {
                account,
                side: if *debit { Side::Debit } else { Side::Credit },
                amount: Money::new(*minor, Currency::INR),
            })
            .collect();
        let sum: i128 = lines.iter().map(Line::signed_minor).sum();
        if let Ok(entry) = Entry::try_from(draft(EntryKind::Capture, lines)) {
            prop_assert_eq!(sum, 0);
            prop_assert_eq!(entry.lines()[0].side, Side::Debit);
            prop_assert!(entry.lines()[1..].iter().all(|line| line.side == Side::Credit));
        }
    }
}
