//! Another plan, another way to pay, another place: what a page that allows a debit leaves when it is left, and what is said of a planned change.
use crate::account::{Subscriber, field, go_to, has, lacks};
use crate::fixture::{INDIAN, Settings};
use crate::house::{Engine, Paper, on_both};

on_both!(
    a_page_that_was_left_says_that_nothing_was_allowed_and_what_stays,
    a_planned_change_is_known_where_plans_are_chosen_and_mailed_once,
    an_open_page_never_allows_less_than_what_was_planned,
    a_reader_abroad_is_asked_for_the_address_in_open_lines,
    ones_own_plan_is_not_offered_again,
);

/// Plans another plan for the renewal as the reader does, on the page that shows what it costs.
fn plan_for_the_renewal(reader: &mut Subscriber<'_>, plan: &str) -> crate::client::Answer {
    let quote = reader.browser.get(&format!("/account/plan?to={plan}")).text();
    let later = &quote[quote.find("value=\"renewal\"").unwrap_or_else(|| panic!("not offered: {quote}"))..];
    let seen = field(later, "seen");
    reader.browser.post("/account/plan", &[("to", plan), ("when", "renewal"), ("seen", &seen)])
}

fn a_page_that_was_left_says_that_nothing_was_allowed_and_what_stays(engine: Engine) {
    let paper = Paper::open(
        engine,
        Settings { more: "[[billing.offers]]\nplan = \"quarter\"\ntrial_days = 14\n", ..Settings::default() },
    );
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("biennial", "paid");
    let begun = reader.browser.post("/account/method", &[]);
    let left = reader.browser.get("/checkout/return?key=sub-1-m1");
    has(
        &left.words(),
        &[
            "Nothing has been allowed yet If you left the page, nothing changes and nothing is charged.",
            "Your subscription is paid by Visa •••• 4242 as before.",
            "Back to your account Go on to the page",
        ],
    );
    lacks(&left.words(), &["Waiting for the payment", "Do not pay again"]);
    assert!(left.text().contains("href=\"/account\">Back to your account"), "{}", left.text());
    // The way on is the page that is open; answered there, the same address says so.
    assert_eq!(reader.browser.post("/account/method", &[]).location(303), begun.location(303));
    has(&reader.pay_on(&begun, "upi-ok").words(), &["Your way to pay is changed", "Biennial renews by the new method"]);
    lacks(&reader.browser.get("/checkout/return?key=sub-1-m1").words(), &["Nothing has been allowed"]);
    // A free trial of which the page was left has not begun.
    let mut newcomer = Subscriber::new(&paper);
    let attempt = field(&newcomer.browser.get("/checkout?plan=quarter").text(), "attempt");
    newcomer.browser.post("/checkout", &[("plan", "quarter"), ("attempt", &attempt), ("consent", "yes")]);
    let key = newcomer.held().dossier.setups[0].key.clone();
    let left = newcomer.browser.get(&format!("/checkout/return?key={key}"));
    has(
        &left.words(),
        &["Nothing has been allowed yet", "Your free trial has not begun.", "Go back to where you began"],
    );
    assert!(left.text().contains("href=\"/checkout?plan=quarter"), "{}", left.text());
    // A cancellation takes the UPI mandate away: to take it back another is allowed first, or not.
    reader.browser.post("/account/cancel", &[("do", "cancel")]);
    assert!(reader.browser.post("/account/resume", &[]).location(303).starts_with("/sandbox/pay/"));
    let key = reader.held().dossier.setups.last().unwrap().key.clone();
    let left = reader.browser.get(&format!("/checkout/return?key={key}")).words();
    has(&left, &["Nothing has been allowed yet", "Your subscription stays cancelled."]);
}

fn a_planned_change_is_known_where_plans_are_chosen_and_mailed_once(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let planned = plan_for_the_renewal(&mut reader, "biennial");
    let key = reader.held().dossier.setups.last().unwrap().key.clone();
    let left = reader.browser.get(&format!("/checkout/return?key={key}"));
    has(
        &left.words(),
        &[
            "Nothing has been allowed yet",
            "The change to Biennial stays planned; you can take it back in your account.",
        ],
    );
    for page in ["/account/plan", "/account/plan?to=biennial"] {
        let shown = reader.browser.get(page);
        has(&shown.words(), &["Planned for 20 February 2027: Biennial, ₹3,900 for 2 Years.", "Keep Quarter instead"]);
        assert!(shown.text().contains("action=\"/account/plan/drop\""), "{page}");
    }
    has(&reader.browser.get("/account/plan?to=biennial").words(), &["Allow it"]);
    let told = |reader: &Subscriber<'_>| {
        let mails = reader.mails();
        mails.iter().filter(|mail| mail.subject.starts_with("Biennial begins")).cloned().collect::<Vec<_>>()
    };
    let mails = told(&reader);
    assert_eq!(mails.len(), 1, "told of the change");
    assert!(
        mails[0].text.contains("At your next renewal, 20 February 2027, your plan becomes Biennial"),
        "{}",
        mails[0].text
    );
    // It is read after the reader has allowed it as well, and must be true then too.
    assert!(!mails[0].text.contains("cannot renew"), "{}", mails[0].text);
    // A second click, and one on another day, is the same wish: it leads to the same page, and nothing is mailed.
    go_to(&paper, "2026-11-20T10:20:00+05:30");
    let again = plan_for_the_renewal(&mut reader, "biennial");
    assert_eq!(again.location(303), planned.location(303));
    go_to(&paper, "2026-11-27T10:00:00+05:30");
    plan_for_the_renewal(&mut reader, "biennial");
    assert_eq!(told(&reader).len(), 1, "told of the change once");
    assert_eq!(reader.browser.post("/account/plan/drop", &[]).location(303), "/account?done=dropped");
    lacks(&reader.browser.get("/account/plan").words(), &["Planned for"]);
}

fn an_open_page_never_allows_less_than_what_was_planned(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    // A tab in which another card for the present plan is about to be left: it allows ₹1,350.
    let low = reader.browser.post("/account/method", &[]);
    let allow = plan_for_the_renewal(&mut reader, "biennial");
    assert_ne!(low.location(303), allow.location(303), "a page of its own for the limit that the new plan needs");
    let old = reader.browser.post(low.location(303), &[("outcome", "upi-ok")]);
    has(&old.words(), &["This payment page is closed. Nothing was taken."]);
    has(&reader.account(), &["by Visa •••• 4242"]);
    has(
        &reader.pay_on(&allow, "paid").words(),
        &[
            "Your way to pay is changed Nothing was charged.",
            "On 20 February 2027 your plan becomes Biennial, and the new method pays for it from then on.",
        ],
    );
    has(&reader.account(), &["It renews by itself on 20 February 2027: ₹3,900"]);
    go_to(&paper, "2027-02-20T09:00:00+05:30");
    reader.back();
    has(&reader.account(), &["Plan Biennial (₹3,900, 2 Years)", "It renews by itself on 20 February 2029"]);
}

fn a_reader_abroad_is_asked_for_the_address_in_open_lines(engine: Engine) {
    let paper = Paper::open(engine, Settings { more: INDIAN, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let form = reader.browser.get("/account/billing");
    has(
        &form.words(),
        &["The law asks for your State before you pay", "Outside India the invoice needs your address too"],
    );
    assert!(!form.text().contains("<details class=\"more-fields\" open"), "nobody in India has to look at them");
    let mut give = |fields: &[(&str, &str)]| {
        let mut all = vec![("name", "Jo Berg"), ("country", "DE")];
        all.extend_from_slice(fields);
        reader.browser.post("/account/billing", &all)
    };
    let missing = give(&[("state", "")]);
    assert_eq!(missing.status, 422);
    has(&missing.words(), &["The law asks for your country and your address before you pay", "Not in India"]);
    assert!(missing.text().contains("<details class=\"more-fields\" open"), "{}", missing.text());
    assert!(missing.text().contains("id=\"address-error\""), "{}", missing.words());
    assert!(!missing.text().contains("id=\"state-error\""), "a State is asked for in India alone: {}", missing.words());
    assert_eq!(give(&[("state", ""), ("address", "Am Kai 1\n20457 Hamburg")]).status, 303);
    let again = reader.browser.get("/account/billing").text();
    assert!(again.contains("<details class=\"more-fields\" open") && again.contains("20457 Hamburg"), "{again}");
}

fn ones_own_plan_is_not_offered_again(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let choice = |page: &str, plan: &str| page.contains(&format!("href=\"/checkout?plan={plan}"));
    let before = reader.browser.get("/subscribe").text();
    assert!(choice(&before, "quarter") && choice(&before, "biennial") && !before.contains("Your plan"), "{before}");
    reader.subscribe("quarter", "paid");
    let page = reader.browser.get("/subscribe").text();
    assert!(!choice(&page, "quarter") && !choice(&page, "biennial"), "{page}");
    assert_eq!(page.matches(">Your plan</a>").count(), 1, "{page}");
    let own = page.split("<li class=\"plan\">").find(|card| card.contains(">Your plan</a>")).unwrap();
    assert!(own.contains(">Paid until 20 February 2027<") && !own.contains("/account/plan"), "{own}");
    // another one leads to what changing costs, which is what its button says
    assert!(!page.contains(">Choose</a>"), "{page}");
    let (_, change) = page.split_once("href=\"/account/plan?to=biennial\"").unwrap_or_else(|| panic!("{page}"));
    assert!(change.split("</a>").next().unwrap().ends_with(">Change to this plan"), "{change}");
    let page = reader.browser.get("/account/plan?to=biennial");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<h1>Change to Biennial</h1>"), "{}", page.words());
}
