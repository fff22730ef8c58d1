//! The pages around a contract: what they say in each state, which buttons they have, and where those lead.
use crate::markup::{tags, text, value};
use crate::samples::{self, contracts};
use pages::Page;
use pages::views::*;

fn show(page: &dyn Page) -> String {
    page.render(&samples::paper(), Reader::Subscriber).expect("a page")
}

fn account(contract: ContractView) -> String {
    show(&AccountPage { contract: Some(contract), ..samples::account() })
}

fn state(name: &str) -> ContractView {
    contracts::standings().into_iter().find(|(known, _)| *known == name).expect("a state").1
}

/// Where the forms of a page go.
fn actions(html: &str) -> Vec<String> {
    let forms = tags(html).into_iter().filter(|(tag, _)| *tag == "form");
    forms.filter_map(|(_, a)| value(&a, "action").map(str::to_owned)).collect()
}

fn fields(html: &str) -> Vec<(String, String)> {
    let fields = tags(html).into_iter().filter(|(tag, _)| *tag == "input");
    fields
        .filter_map(|(_, a)| Some((value(&a, "name")?.to_owned(), value(&a, "value").unwrap_or_default().to_owned())))
        .collect()
}

#[test]
fn every_state_says_what_it_means_and_what_can_be_done() {
    for (name, said, leads) in [
        ("account", "It renews by itself on 22 November 2027: ₹2,700 by Visa •••• 4242.", "/account/cancel"),
        (
            "account-trial",
            "Nothing has been charged. On that day ₹2,700 is charged by Visa •••• 4242, and again every year",
            "/account/cancel",
        ),
        (
            "account-cancelled",
            "You keep full access until 22 November 2027; nothing more is charged.",
            "/account/resume",
        ),
        (
            "account-past-due",
            "The payment of ₹2,700, due on 22 November 2026, has not gone through yet. You keep full access",
            "/account/pay",
        ),
        ("account-deciding", "You cannot be charged twice", "/account/method"),
        ("account-lapsed", "One payment before 22 November 2027 brings everything back.", "/account/pay"),
        (
            "account-paused",
            "41 days that you have paid for are kept for you, and nothing is charged.",
            "/account/pause/end",
        ),
        ("account-paused-at-bank", "only you can resume it, there", "/account/method"),
        ("account-method-gone", "Before that day we send you a link to pay ₹2,700", "/account/method"),
        ("account-method-ends", "(until 1 January 2027)", "/account/plan"),
        ("account-disputed", "you go on reading and nothing more is charged", "/account/cancel"),
        ("account-parked", "Somebody of ours is looking at your payments.", "/account/cancel"),
        (
            "account-change-planned",
            "On 22 November 2027 your plan becomes Super Saver, ₹3,900 for 2 Years.",
            "/account/plan/drop",
        ),
        (
            "account-new-price",
            "If you would rather not go on at that price, cancel before that day.",
            "/account/plan/agree",
        ),
        ("account-gift-term", "ends by itself on that day, and nothing more is charged", "/account/invoices"),
        ("account-ended", "it was not paid. Nothing is owed.", "/subscribe"),
        ("account-ended-dispute", "your bank took the payment back", "/subscribe"),
    ] {
        let html = account(state(name));
        let words = text(&html);
        assert!(words.contains(said), "{name}: {said}: {words}");
        assert!(html.contains(&format!("\"{leads}\"")), "{name} leads to {leads}");
    }
}

#[test]
fn nothing_is_offered_that_cannot_be_done() {
    let bare = account(ContractView { may: May::default(), ..contracts::active() });
    for path in [
        "/account/pay",
        "/account/resume",
        "/account/pause",
        "/account/plan",
        "/account/method",
        "/account/cancel",
        "/account/withdraw",
    ] {
        assert!(!bare.contains(&format!("\"{path}\"")), "{path}");
    }
    let ended = account(state("account-ended"));
    assert!(!ended.contains("/account/cancel") && !ended.contains("Next renewal"));
}

#[test]
fn cancelling_is_one_button_and_withdrawing_is_another_control() {
    let html = show(&contracts::cancel());
    assert_eq!(actions(&html), ["/account/cancel"]);
    assert!(fields(&html).contains(&("do".into(), "cancel".into())));
    let words = text(&html);
    assert!(words.contains("You keep full access until 22 November 2027. ₹2,700 will not be charged then."));
    assert!(words.contains("Until 6 December 2026 you may also withdraw from the contract"));
    let at_once = text(&show(&CancelPage { access_until: None, ..contracts::cancel() }));
    assert!(at_once.contains("It ends at once."));
}

#[test]
fn what_was_received_is_said_with_its_time() {
    let cancelled = text(&show(&contracts::cancelled()));
    assert!(
        cancelled.contains("We received your cancellation of Smart Essential on 22 November 2026, 8:15 am IST."),
        "{cancelled}"
    );
    assert!(cancelled.contains("pause it for up to 90 days"));
    let plain = show(&CancelledPage { pause_days: None, take_back: None, ..contracts::cancelled() });
    assert!(!plain.contains("<form") && !text(&plain).contains("pause"));
    let withdrawn = WithdrawnPage { plan: "Smart".into(), received: samples::now(), back: Some("₹900".into()) };
    let withdrawn = text(&show(&withdrawn));
    assert!(withdrawn.contains("on 22 November 2026, 8:15 am IST") && withdrawn.contains("You get ₹900 back"));
}

#[test]
fn the_withdrawal_has_the_words_of_the_law_and_its_second_step() {
    let account = account(contracts::active());
    assert!(text(&account).contains("Withdraw from contract here (through 6 December 2026)"));
    let html = show(&contracts::withdraw());
    let words = text(&html);
    assert!(
        words.contains(
            "I, Nandini Rao, withdraw from my contract no. 31 for Smart Essential, begun on 22 November 2026."
        )
    );
    assert!(words.contains("Confirm withdrawal here") && words.contains("You get ₹2,700 back"));
    assert_eq!(actions(&html), ["/account/withdraw?contract=31"]);
}

#[test]
fn a_change_of_plan_shows_its_sum_before_it_is_confirmed() {
    let html = show(&contracts::quote());
    let words = text(&html);
    for expected in [
        "Credit for 60 of 90 days not used −₹600",
        "To pay today ₹3,300",
        "₹3,300 is charged by Visa •••• 4242.",
        "From that day Super Saver costs ₹3,900 every 2 years",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    let sent = fields(&html);
    for pair in [("when", "now"), ("when", "renewal"), ("seen", "0123456789abcdef"), ("seen", "fedcba9876543210")] {
        assert!(sent.contains(&(pair.0.into(), pair.1.into())), "{pair:?}");
    }
    assert!(!sent.iter().any(|(name, _)| matches!(name.as_str(), "price" | "charge" | "amount")), "{sent:?}");
}

#[test]
fn the_checkout_says_what_comes_after_the_first_price() {
    let (_, _, page) = contracts::all().into_iter().find(|(name, ..)| *name == "checkout-offers").expect("it");
    let html = show(&*page);
    let words = text(&html);
    for expected in [
        "Free until 29 November 2026",
        "Then 29 November 2026, for ₹1,350",
        "Later 22 November 2027, for ₹2,700",
        "To pay today ₹0",
        "Begin the free trial",
        "Invoice for Nandini Rao, Maharashtra",
        "Within 14 days you may withdraw",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    let ticked = tags(&html).into_iter().filter(|(_, a)| value(a, "checked").is_some()).count();
    assert_eq!(ticked, 0, "no consent is given beforehand");
    assert!(fields(&html).contains(&("coupon".into(), "WELCOME".into())));
}

#[test]
fn the_way_to_the_payment_page_is_one_button_or_one_link() {
    let html = show(&contracts::leave_form());
    assert_eq!(actions(&html), ["https://pay.example/v1/checkout/embedded"]);
    assert!(html.contains("value=\"order_1&#34;&#62;&#60;\""), "what the rail gave is escaped");
    let link = show(&LeavePage::Link { address: "https://pay.example/c/1".into() });
    assert!(link.contains("content=\"0;url=https://pay.example/c/1\"") && !link.contains("<form"));
    let wrong = show(&LeavePage::Link { address: "javascript:alert(1)".into() });
    assert!(!wrong.contains("javascript"));
}

#[test]
fn erasing_says_what_goes_and_what_the_law_keeps() {
    let words = text(&show(&contracts::erase()));
    assert!(words.contains("Gone at once, for good") && words.contains("What the law makes us keep"));
    let none = text(&show(&ErasePage { keeps: false, ..contracts::erase() }));
    assert!(!none.contains("What the law makes us keep"));
    let blocked = show(&ErasePage { blocked: Some("Cancel it first.".into()), ..contracts::erase() });
    assert!(!blocked.contains("<form") && text(&blocked).contains("Cancel it first."));
    let asked = show(&ErasePage { proof: Proof::Password, ..contracts::erase() });
    assert!(tags(&asked).iter().any(|(_, a)| value(a, "name") == Some("password") && value(a, "value").is_none()));
}

#[test]
fn cancelling_is_reachable_from_every_page() {
    for (name, reader, page) in samples::all() {
        let html = page.render(&samples::paper(), reader).expect("a page");
        let frame = html.contains("<footer class=\"foot\">");
        assert!(!frame || html.contains("<a href=\"/cancel\">Cancel a subscription</a>"), "{name}");
    }
}

#[test]
fn billing_says_what_the_law_asks_of_whoever_is_abroad() {
    let home = show(&contracts::billing());
    assert!(text(&home).contains("The law asks for your State before you pay"), "{home}");
    assert!(text(&home).contains("Outside India the invoice needs your address too"), "{home}");
    assert!(!home.contains("<details class=\"more-fields\" open"), "{home}");
    let abroad = show(&BillingPage { country: "DE".into(), ..contracts::billing() });
    assert!(text(&abroad).contains("The law asks for your country and your address before you pay"), "{abroad}");
    assert!(abroad.contains("<details class=\"more-fields\" open"), "{abroad}");
    let european = show(&BillingPage { country: "DE".into(), indian: false, ..contracts::billing() });
    assert!(text(&european).contains("The law asks for your country before you pay"), "{european}");
}

#[test]
fn a_page_that_allows_is_left_without_a_payment_to_wait_for() {
    let left = |stays, again: &str| {
        let check_path = "/checkout/return?key=sub-1-m1".into();
        show(&CheckoutReturnPage::NotAllowed { stays, check_path, again: again.into() })
    };
    let method = left(Stays::Paid(Some("Visa •••• 4242".into())), "/account/method");
    assert!(text(&method).contains("Nothing has been allowed yet"), "{method}");
    assert!(text(&method).contains("Your subscription is paid by Visa •••• 4242 as before."), "{method}");
    assert!(actions(&method).contains(&"/account/method".to_owned()) && method.contains("href=\"/account\">Back to"));
    assert!(!text(&method).contains("Do not pay again"), "{method}");
    let planned = left(Stays::Planned("Super Saver".into()), "/account/method");
    assert!(text(&planned).contains("The change to Super Saver stays planned"), "{planned}");
    let trial = left(Stays::NotBegun, "/checkout?plan=smart-essential");
    assert!(
        trial.contains("href=\"/checkout?plan=smart-essential\"")
            && !actions(&trial).contains(&"/account/method".to_owned())
    );
}

#[test]
fn a_planned_change_is_said_where_plans_are_chosen() {
    let pending = state("account-change-planned").pending;
    let page = show(&ChangePage { current: "Smart Essential".into(), planned: pending, plans: vec![] });
    assert!(text(&page).contains("Planned for 22 November 2027: Super Saver"), "{page}");
    assert!(text(&page).contains("Keep Smart Essential instead"), "{page}");
    assert!(actions(&page).contains(&"/account/plan/drop".to_owned()));
}
