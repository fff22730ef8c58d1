//! Samples of the pages around a contract: one for each state that a reader can meet.
use super::*;
use jiff::civil::{Date, date};
use pages::Page;

fn renews() -> Date {
    date(2027, 11, 22)
}

fn due() -> Date {
    date(2026, 11, 22)
}

/// A contract that stands somewhere, and what can be done about it.
pub fn contract(standing: Standing, may: May) -> ContractView {
    ContractView {
        plan: "Smart Essential".into(),
        price: "₹2,700".into(),
        term: "1 Year".into(),
        standing,
        method: Some(MethodView { label: "Visa •••• 4242".into(), trouble: None }),
        unattended: true,
        deciding: false,
        pending: None,
        disputed: None,
        parked: false,
        may,
    }
}

pub fn active() -> ContractView {
    let may = May {
        change: true,
        pause: true,
        cancel: true,
        method: true,
        withdraw_through: Some(date(2026, 12, 6)),
        ..May::default()
    };
    contract(Standing::Active { on: renews(), amount: "₹2,700".into() }, may)
}

/// Every state with the name of its page.
fn pending(by_paper: bool, agreed: bool) -> PendingView {
    PendingView {
        needs_yes: false,
        plan: "Super Saver".into(),
        price: "₹3,900".into(),
        term: "2 Years".into(),
        on: Some(renews()),
        by_paper,
        agreed,
    }
}

pub fn standings() -> Vec<(&'static str, ContractView)> {
    let cancel = || May { cancel: true, method: true, ..May::default() };
    let pay = || May { pay: Some("₹2,700".into()), ..cancel() };
    let trial = Standing::Trial { to: date(2026, 11, 29), amount: "₹2,700".into(), every: "every year".into() };
    let past_due = Standing::PastDue { since: due(), amount: "₹2,700".into(), access_until: now() };
    let gone = |label: &str, trouble| Some(MethodView { label: label.into(), trouble: Some(trouble) });
    let ended =
        |because| ContractView { method: None, ..contract(Standing::Ended { on: due(), because }, May::default()) };
    vec![
        ("account", active()),
        ("account-trial", contract(trial, cancel())),
        (
            "account-cancelled",
            ContractView {
                method: None,
                ..contract(
                    Standing::Cancelled { to: renews(), received: now() },
                    May { take_back: true, withdraw_through: Some(date(2026, 12, 6)), ..May::default() },
                )
            },
        ),
        ("account-past-due", contract(past_due.clone(), pay())),
        ("account-deciding", ContractView { deciding: true, ..contract(past_due, cancel()) }),
        ("account-lapsed", contract(Standing::Lapsed { amount: "₹2,700".into(), until: renews() }, pay())),
        (
            "account-paused",
            contract(Standing::Paused { days_left: 41, until: date(2027, 2, 20) }, May { resume: true, ..cancel() }),
        ),
        (
            "account-paused-at-bank",
            ContractView {
                method: gone("nandini@upi", MethodTrouble::Paused),
                unattended: false,
                ..contract(Standing::PausedAtBank, cancel())
            },
        ),
        (
            "account-method-gone",
            ContractView { method: gone("nandini@upi", MethodTrouble::Gone), unattended: false, ..active() },
        ),
        (
            "account-method-ends",
            ContractView {
                method: gone("Visa •••• 4242", MethodTrouble::Expires(date(2027, 1, 1))), ..active()
            },
        ),
        ("account-disputed", ContractView { disputed: Some(false), ..active() }),
        ("account-parked", ContractView { parked: true, ..active() }),
        ("account-change-planned", ContractView { pending: Some(pending(false, true)), ..active() }),
        ("account-new-price", ContractView { pending: Some(pending(true, false)), ..active() }),
        ("account-gift-term", contract(Standing::LastTerm { to: renews() }, May::default())),
        ("account-ended", ended(Because::Unpaid)),
        ("account-ended-dispute", ended(Because::Dispute)),
    ]
}

fn gift() -> GiftView {
    GiftView {
        id: 31,
        plan: "Smart Quarterly".into(),
        term: "3 Months".into(),
        for_name: "Ravi".into(),
        for_mail: "ravi@example.com".into(),
        code: Some(("K7QM-2XRD-9TPN".into(), "https://www.deccanledger.example/gift/K7QM-2XRD-9TPN".into())),
        claimed: None,
        withdraw_through: Some(date(2026, 12, 6)),
    }
}

/// Every page around a contract.
pub fn all() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let mut pages: Vec<(&'static str, Reader, Box<dyn Page>)> = Vec::new();
    for (name, contract) in standings() {
        let page = AccountPage { contract: Some(contract), message: None, ..account() };
        pages.push((name, Reader::Subscriber, Box::new(page)));
    }
    let none = AccountPage { contract: None, payments: false, billing: None, ..account() };
    pages.push(("account-none", Reader::Registered, Box::new(none.clone())));
    let gifts = AccountPage {
        gifts: vec![gift(), GiftView { code: None, claimed: Some(due()), withdraw_through: None, ..gift() }],
        held_gift: Some(("Smart Quarterly".into(), renews())),
        ..none
    };
    pages.push(("account-gifts", Reader::Subscriber, Box::new(gifts)));
    pages.extend(leaving());
    pages.extend(changing());
    pages.extend(paying());
    pages
}

pub fn cancel() -> CancelPage {
    CancelPage {
        plan: "Smart Essential".into(),
        access_until: Some(renews()),
        amount: "₹2,700".into(),
        action: "/account/cancel".into(),
        back: "/account".into(),
        withdraw: Some(("/account/withdraw".into(), date(2026, 12, 6))),
    }
}

pub fn cancelled() -> CancelledPage {
    CancelledPage {
        plan: "Smart Essential".into(),
        received: now(),
        access_until: Some(renews()),
        take_back: Some("/account/resume".into()),
        pause_days: Some(90),
    }
}

pub fn withdraw() -> WithdrawPage {
    WithdrawPage {
        plan: "Smart Essential".into(),
        contract: 31,
        began: due(),
        through: date(2026, 12, 6),
        back: Some("₹2,700".into()),
        pro_rata: false,
        reader: "Nandini Rao".into(),
        action: "/account/withdraw?contract=31".into(),
        leave: "/account".into(),
    }
}

fn leaving() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let (sub, guest) = (Reader::Subscriber, Reader::Guest);
    let withdrawn = WithdrawnPage { plan: "Smart Essential".into(), received: now(), back: Some("₹2,700".into()) };
    vec![
        ("cancel", sub, Box::new(cancel())),
        ("cancel-at-once", sub, Box::new(CancelPage { access_until: None, withdraw: None, ..cancel() })),
        ("cancelled", sub, Box::new(cancelled())),
        ("cancelled-over", sub, Box::new(CancelledPage { access_until: None, take_back: None, ..cancelled() })),
        ("withdraw", sub, Box::new(withdraw())),
        ("withdraw-pro-rata", sub, Box::new(WithdrawPage { pro_rata: true, ..withdraw() })),
        ("withdraw-unpaid", sub, Box::new(WithdrawPage { back: None, ..withdraw() })),
        ("withdrawn", Reader::Registered, Box::new(withdrawn.clone())),
        ("withdrawn-unpaid", Reader::Registered, Box::new(WithdrawnPage { back: None, ..withdrawn })),
        ("cancel-ask", guest, Box::new(CancelAskPage::default())),
        (
            "cancel-ask-errors",
            sub,
            Box::new(CancelAskPage {
                email: "x".into(),
                contract: "\"><".into(),
                errors: vec![FieldError::new("email", "Write an address with one @.")],
            }),
        ),
        ("cancel-link", guest, Box::new(ContractLinkPage { contract: active(), path: "/cancel/AbC".into() })),
        ("pay-link", guest, Box::new(PayLinkPage { contract: standings().remove(3).1, path: "/pay/AbC".into() })),
        (
            "pay-link-method",
            guest,
            Box::new(PayLinkPage { contract: standings().remove(8).1, path: "/pay/AbC".into() }),
        ),
        (
            "pay-link-nothing",
            guest,
            Box::new(PayLinkPage { contract: standings().remove(15).1, path: "/pay/AbC".into() }),
        ),
    ]
}

pub fn quote() -> ChangeQuotePage {
    ChangeQuotePage {
        current: "Smart Quarterly".into(),
        planned: None,
        plan: plans().remove(2),
        now: Some(ChangeNow {
            days_left: 60,
            days: 90,
            credit: "₹600".into(),
            price: "₹3,900".into(),
            charge: "₹3,300".into(),
            paid_through: date(2028, 11, 22),
            by: Some("Visa •••• 4242".into()),
            seen: "0123456789abcdef".into(),
        }),
        why_not_now: None,
        renewal: Some(ChangeLater {
            by: Some("Visa •••• 4242".into()),
            allow_first: true,
            on: Some(renews()),
            price: "₹3,900".into(),
            every: "every 2 years".into(),
            seen: "fedcba9876543210".into(),
        }),
        why_not_then: None,
        open_page: false,
        errors: vec![],
    }
}

fn change(planned: Option<PendingView>, plans: Vec<PlanCard>) -> ChangePage {
    ChangePage { current: "Smart Quarterly".into(), planned, plans }
}

fn changing() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let sub = Reader::Subscriber;
    let not_now = ChangeQuotePage {
        now: None,
        why_not_now: Some("A payment is on its way and not decided yet.".into()),
        renewal: None,
        why_not_then: Some("The next period is being collected already.".into()),
        ..quote()
    };
    vec![
        ("change", sub, Box::new(change(None, plans().split_off(1)))),
        ("change-none", sub, Box::new(change(None, vec![]))),
        ("change-planned", sub, Box::new(change(Some(pending(false, true)), plans().split_off(1)))),
        ("change-quote", sub, Box::new(quote())),
        (
            "change-quote-planned",
            sub,
            Box::new(ChangeQuotePage { planned: Some(pending(false, true)), renewal: None, ..quote() }),
        ),
        ("change-quote-not", sub, Box::new(not_now.clone())),
        ("change-quote-open", sub, Box::new(ChangeQuotePage { open_page: true, ..not_now })),
        (
            "change-quote-stale",
            sub,
            Box::new(ChangeQuotePage { errors: vec![FieldError::new("", "This has changed.")], ..quote() }),
        ),
        ("pause", sub, Box::new(PausePage { plan: "Smart Essential".into(), days_left: 41, until: renews() })),
        ("erase", sub, Box::new(erase())),
        ("erase-password", sub, Box::new(ErasePage { proof: Proof::Password, gives_up: Some(renews()), ..erase() })),
        ("erase-code", sub, Box::new(ErasePage { proof: Proof::Code, keeps: false, ..erase() })),
        (
            "erase-code-sent",
            sub,
            Box::new(ErasePage {
                proof: Proof::CodeSent,
                errors: vec![FieldError::new("code", "This is not the code.")],
                ..erase()
            }),
        ),
        ("erase-blocked", sub, Box::new(ErasePage { blocked: Some("Cancel it first.".into()), ..erase() })),
    ]
}

pub fn erase() -> ErasePage {
    ErasePage { email: "nandini@example.com".into(), keeps: true, ..ErasePage::default() }
}

pub fn billing() -> BillingPage {
    let pairs = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    BillingPage {
        name: "Nandini Rao".into(),
        country: "IN".into(),
        countries: pairs(&[("DE", "Germany"), ("IN", "India")]),
        state: "27".into(),
        states: pairs(&[("27", "Maharashtra"), ("36", "Telangana")]),
        indian: true,
        before_paying: true,
        next: Some("/checkout?plan=smart-essential".into()),
        ..BillingPage::default()
    }
}

pub fn gift_page() -> GiftPage {
    GiftPage {
        chosen: Some(GiftChoice {
            plan: plans().remove(1),
            email: "nandini@example.com".into(),
            tax: Some("Includes IGST of ₹411.86 (18%)".into()),
            consent: "I agree that ₹2,700 is charged now, once, for 1 year as a gift. It does not renew.".into(),
            attempt: "k3yk3yk3y".into(),
        }),
        ..GiftPage::default()
    }
}

pub fn claim(state: ClaimState) -> ClaimPage {
    ClaimPage {
        plan: "Smart Quarterly".into(),
        term: "3 Months".into(),
        opens: "every story and ad-free reading".into(),
        path: "/gift/K7QM-2XRD-9TPN".into(),
        state,
    }
}

pub fn invoices() -> InvoicesPage {
    let row = |id, number: &str, credit| DocumentRow {
        id,
        number: number.into(),
        credit,
        what: "Smart Essential, 1 Year".into(),
        at: now(),
        amount: "₹2,700".into(),
    };
    let paid = |outcome| PaymentRow { at: now(), plan: "Smart Essential".into(), amount: "₹2,700".into(), outcome };
    InvoicesPage {
        documents: vec![row(8, "MC/26-27/0000001", true), row(7, "M/26-27/0000123", false)],
        payments: [
            PaymentOutcome::Open,
            PaymentOutcome::Failed,
            PaymentOutcome::Paid,
            PaymentOutcome::Returning,
            PaymentOutcome::RefundComing,
            PaymentOutcome::Refunded,
            PaymentOutcome::RefundStuck,
        ]
        .map(paid)
        .into(),
    }
}

pub fn leave_form() -> LeavePage {
    LeavePage::Form {
        action: "https://pay.example/v1/checkout/embedded".into(),
        fields: vec![("order_id".into(), "order_1\"><".into()), ("amount".into(), "270000".into())],
    }
}

fn paying() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let (sub, reader, guest) = (Reader::Subscriber, Reader::Registered, Reader::Guest);
    let wrong = vec![FieldError::new("state", "Choose the State or Union Territory.")];
    let offered = CheckoutPage {
        charge: "₹0".into(),
        trial_to: Some(date(2026, 11, 29)),
        later: vec![(date(2026, 11, 29), "₹1,350".into()), (renews(), "₹2,700".into())],
        billing: Some("Nandini Rao, Maharashtra".into()),
        coupon: Some("WELCOME".into()),
        coupon_taken: true,
        welcome_back: true,
        withdrawal_days: Some(14),
        at_once: Some("I ask that my subscription begins at once.".into()),
        ..checkout()
    };
    let refused = CheckoutPage {
        coupon: Some("WELCOM".into()),
        errors: vec![FieldError::new("coupon", "We know no such code.")],
        ..checkout()
    };
    let code = GiftCodePage { code: "K7".into(), errors: vec![FieldError::new("code", "We know no such gift.")] };
    vec![
        ("checkout-offers", reader, Box::new(offered)),
        ("checkout-coupon-refused", reader, Box::new(refused)),
        ("leave-form", reader, Box::new(leave_form())),
        ("leave-link", reader, Box::new(LeavePage::Link { address: "https://pay.example/c/1".into() })),
        ("billing-first", reader, Box::new(billing())),
        (
            "billing",
            sub,
            Box::new(BillingPage { before_paying: false, next: None, gstin: "27AAPFU0939F1ZV".into(), ..billing() }),
        ),
        ("billing-moved", sub, Box::new(BillingPage { country: "DE".into(), ..billing() })),
        ("billing-abroad", sub, Box::new(BillingPage { indian: false, errors: wrong, ..billing() })),
        ("invoices", sub, Box::new(invoices())),
        ("invoices-none", reader, Box::new(InvoicesPage::default())),
        ("gift-plans", guest, Box::new(GiftPage { plans: plans(), ..GiftPage::default() })),
        ("gift", reader, Box::new(gift_page())),
        ("gift-code", guest, Box::new(GiftCodePage::default())),
        ("gift-code-unknown", guest, Box::new(code)),
        ("gift-claim-guest", guest, Box::new(claim(ClaimState::LogInFirst))),
        ("gift-claim", reader, Box::new(claim(ClaimState::Waits))),
        ("gift-keeps", sub, Box::new(claim(ClaimState::Keeps))),
        ("gift-yours", sub, Box::new(claim(ClaimState::Yours { to: renews() }))),
        ("gift-taken", reader, Box::new(claim(ClaimState::Taken))),
        ("gift-void", reader, Box::new(claim(ClaimState::Void))),
    ]
}
