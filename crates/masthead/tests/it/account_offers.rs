//! The checkout: the place that decides the tax, first prices, free days, coupons, coming back.
use circulation::payments::AttemptState;
use masthead::billing;

use crate::account::{Subscriber, field, go_to, has, lacks};
use crate::fixture::{INDIAN, Settings};
use crate::house::{Engine, Paper, on_both};

on_both!(
    the_state_is_asked_before_paying_and_decides_the_tax,
    a_business_gives_its_number_and_its_address,
    a_european_paper_asks_for_the_country,
    a_first_price_says_what_comes_after_it,
    a_free_trial_charges_nothing_until_its_end,
    a_coupon_is_tried_before_paying_and_used_once,
    who_comes_back_gets_the_price_for_coming_back_once_a_year,
    an_offer_for_newcomers_is_not_for_those_who_were_here,
    what_a_plan_does_not_open_is_said_before_paying,
    the_lowest_price_a_month_is_said_of_no_other,
);

fn indian(engine: Engine) -> Paper {
    Paper::open(engine, Settings { more: INDIAN, ..Settings::default() })
}

fn the_state_is_asked_before_paying_and_decides_the_tax(engine: Engine) {
    let paper = indian(engine);
    let mut reader = Subscriber::new(&paper);
    let first = reader.browser.get("/checkout?plan=quarter&next=/harbour");
    let form = first.location(303).to_owned();
    assert!(form.starts_with("/account/billing?next="), "{form}");
    let page = reader.browser.get(&form);
    has(
        &page.words(),
        &["Who is the invoice for?", "The law asks for your State before you pay", "Choose your State", "Maharashtra"],
    );
    assert!(!page.text().contains("<option value=\"27\" selected"), "no State is chosen beforehand");
    let next = field(&page.text(), "next").replace("&#38;", "&");
    let mut give = |fields: &[(&str, &str)]| {
        let mut all = vec![("name", "Asha Rao"), ("country", "IN"), ("next", next.as_str())];
        all.extend_from_slice(fields);
        reader.browser.post("/account/billing", &all)
    };
    for (state, said) in [("", "choose the State or Union Territory"), ("99", "State"), ("Atlantis", "Atlantis")] {
        let answer = give(&[("state", state)]);
        assert_eq!(answer.status, 422, "{state}");
        assert!(answer.text().contains("id=\"state-error\""), "{}", answer.words());
        has(&answer.words(), &[said]);
        assert!(answer.text().contains("value=\"Asha Rao\""), "nothing typed is lost");
    }
    let on = give(&[("state", "27")]).location(303).to_owned();
    assert!(on.starts_with("/checkout?plan=quarter&next="), "{on}");
    has(
        &reader.browser.get(&on).words(),
        &["Invoice for Asha Rao, Maharashtra", "Includes CGST of ₹68.64 (9%) and SGST of ₹68.64 (9%)"],
    );
    // Moved, before paying: the price stays, the tax is another.
    let moved = [("name", "Asha Rao"), ("country", "IN"), ("state", "29")];
    assert_eq!(reader.browser.post("/account/billing", &moved).location(303), "/account?done=billing");
    let shown = reader.browser.get("/checkout?plan=quarter").words();
    has(&shown, &["Karnataka", "Includes IGST of ₹137.29 (18%)", "To pay today ₹900"]);
    reader.subscribe("quarter", "paid");
    let documents = paper.block_on(paper.house().store.documents_of(reader.id)).unwrap();
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].facts["place_of_supply"], "Karnataka (29)");
    assert_eq!(documents[0].facts["recipient"]["name"], "Asha Rao");
    // Moved later: the next invoice has the new place's tax; the old one stays as it is.
    let back = [("name", "Asha Rao"), ("country", "IN"), ("state", "27")];
    reader.browser.post("/account/billing", &back);
    go_to(&paper, "2027-02-20T09:00:00+05:30");
    let documents = paper.block_on(paper.house().store.documents_of(reader.id)).unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0].facts["place_of_supply"], "Maharashtra (27)");
    assert_eq!(documents[1].facts["place_of_supply"], "Karnataka (29)");
}

fn a_business_gives_its_number_and_its_address(engine: Engine) {
    let paper = indian(engine);
    let mut reader = Subscriber::new(&paper);
    let mut give = |fields: &[(&str, &str)]| {
        let mut all = vec![("name", "Rao Traders"), ("country", "IN"), ("state", "27")];
        all.extend_from_slice(fields);
        reader.browser.post("/account/billing", &all)
    };
    let wrong = give(&[("gstin", "27AAPFU0939F1ZX")]);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("id=\"gstin-error\"") && wrong.text().contains("<details class=\"more-fields\" open")
    );
    let elsewhere = give(&[("gstin", "29AAGCB7383J1Z4"), ("address", "1 Quay")]);
    has(&elsewhere.words(), &["The GSTIN is registered in Karnataka"]);
    let no_address = give(&[("gstin", "27AAPFU0939F1ZV")]);
    assert!(no_address.text().contains("id=\"address-error\""), "{}", no_address.words());
    assert_eq!(give(&[("gstin", "27AAPFU0939F1ZV"), ("address", "1 Quay\nMumbai")]).status, 303);
    reader.subscribe("quarter", "paid");
    let documents = paper.block_on(paper.house().store.documents_of(reader.id)).unwrap();
    assert_eq!(documents[0].facts["recipient"]["gstin"], "27AAPFU0939F1ZV");
}

fn a_european_paper_asks_for_the_country(engine: Engine) {
    let more = r#"
[billing.supplier]
name = "Hafenblatt GmbH"
address = ["Am Kai 1", "20457 Hamburg"]
country = "DE"
vat_id = "DE136695976"
oss = true
email = "rechnung@gazette.example"
[[billing.tax]]
country = "DE"
percent = 7
from = "2020-01-01"
"#;
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let form = reader.browser.get("/checkout?plan=quarter").location(303).to_owned();
    let page = reader.browser.get(&form);
    has(&page.words(), &["The law asks for your country before you pay"]);
    assert!(page.text().contains("<option value=\"DE\" selected"));
    let give = |reader: &mut Subscriber<'_>, country: &str| {
        reader.browser.post("/account/billing", &[("name", "Jo Berg"), ("country", country), ("state", "27")])
    };
    assert_eq!(give(&mut reader, "DE").status, 303);
    has(&reader.browser.get("/checkout?plan=quarter").words(), &["Jo Berg, Germany", "Includes VAT of ₹58.88 (7%)"]);
    assert_eq!(give(&mut reader, "US").status, 303);
    lacks(&reader.browser.get("/checkout?plan=quarter").words(), &["Includes"]);
    assert_eq!(give(&mut reader, "XX").status, 422);
}

fn a_first_price_says_what_comes_after_it(engine: Engine) {
    let more = "[[billing.offers]]\nplan = \"quarter\"\nintro_price = \"450\"\nintro_periods = 2\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    has(&paper.browser().get("/subscribe").words(), &["New readers: ₹450 for each of the first 2 terms, then ₹900"]);
    let mut reader = Subscriber::new(&paper);
    let page = reader.browser.get("/checkout?plan=quarter").words();
    has(
        &page,
        &[
            "To pay today ₹450",
            "Renews 20 February 2027, for ₹450",
            "Later 20 May 2027, for ₹900",
            "I agree that ₹450 is charged now and again every 3 months from 20 February 2027, 2 times in all, and then ₹900 every 3 months from 20 May 2027 until I cancel.",
            "Pay ₹450",
        ],
    );
    reader.subscribe("quarter", "paid");
    has(&reader.account(), &["It renews by itself on 20 February 2027: ₹450"]);
    go_to(&paper, "2027-02-20T09:00:00+05:30");
    reader.back();
    has(&reader.account(), &["It renews by itself on 20 May 2027: ₹900"]);
}

fn a_free_trial_charges_nothing_until_its_end(engine: Engine) {
    let more = "[[billing.offers]]\nplan = \"quarter\"\ntrial_days = 14\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    has(
        &reader.browser.get("/checkout?plan=quarter").words(),
        &[
            "Free until 4 December 2026",
            "Then 4 December 2026, for ₹900",
            "To pay today ₹0",
            "I agree that nothing is charged now, and that ₹900 is charged from 4 December 2026 on, every 3 months, until I cancel.",
            "Begin the free trial",
        ],
    );
    has(&reader.subscribe("quarter", "paid").words(), &["Your free trial has begun.", "free until 4 December 2026"]);
    has(
        &reader.account(),
        &["Your free trial lasts until 4 December 2026. Nothing has been charged. On that day ₹900 is charged by Visa"],
    );
    assert_eq!(reader.held().dossier.attempts.len(), 0);
    // One cancels, one goes on.
    let mut other = Subscriber::new(&paper);
    other.subscribe("quarter", "paid");
    other.browser.post("/account/cancel", &[("do", "cancel")]);
    has(&other.account(), &["Cancelled. You keep full access until 4 December 2026"]);
    go_to(&paper, "2026-12-04T09:00:00+05:30");
    has(&reader.account(), &["It renews by itself on 4 March 2027: ₹900"]);
    has(&other.account(), &["You have no subscription"]);
    assert!(other.held().dossier.attempts.is_empty());
    // A trial is for those who never subscribed.
    has(&other.browser.get("/checkout?plan=quarter").words(), &["To pay today ₹900"]);
}

const COUPONS: &str = r#"
[[billing.coupons]]
code = "WELCOME"
percent = 20
[[billing.coupons]]
code = "OLD"
percent = 20
until = "2026-01-01"
[[billing.coupons]]
code = "FEW"
percent = 50
most = 1
"#;

fn a_coupon_is_tried_before_paying_and_used_once(engine: Engine) {
    let paper = Paper::open(engine, Settings { more: COUPONS, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    has(&reader.browser.get("/checkout?plan=quarter").words(), &["Coupon code (optional)", "To pay today ₹900"]);
    for (code, said) in [("nonsense", "We know no such code."), ("old", "This code cannot be used: its time is over.")]
    {
        let answer = reader.browser.get(&format!("/checkout?plan=quarter&coupon={code}"));
        assert_eq!(answer.status, 422);
        has(&answer.words(), &[said, "To pay today ₹900"]);
        assert!(answer.text().contains(&format!("value=\"{code}\"")), "what was typed is still there");
    }
    let page = reader.browser.get("/checkout?plan=quarter&coupon=welcome");
    has(
        &page.words(),
        &[
            "To pay today ₹720",
            "Renews 20 February 2027, for ₹900",
            "I agree that ₹720 is charged now, and then ₹900 every 3 months",
        ],
    );
    // The summary's own name belongs to its coupon: without it the price is another.
    let attempt = field(&page.text(), "attempt");
    let order = |coupon: &'static str| [("plan", "quarter"), ("consent", "yes"), ("coupon", coupon)];
    let mut fields = order("").to_vec();
    fields.push(("attempt", &attempt));
    assert_eq!(reader.browser.post("/checkout", &fields).status, 422);
    let mut fields = order("WELCOME").to_vec();
    fields.push(("attempt", &attempt));
    let begun = reader.browser.post("/checkout", &fields);
    // Gone back before paying, the code is not used up.
    has(&reader.browser.get("/checkout?plan=quarter&coupon=WELCOME").words(), &["To pay today ₹720"]);
    has(&reader.pay_on(&begun, "paid").words(), &["Thank you. You are subscribed."]);
    let held = reader.held();
    assert!(matches!(held.dossier.attempts[0].payment.state(), AttemptState::Captured { .. }));
    assert_eq!(held.dossier.attempts[0].payment.request().amount.to_string(), "₹720");
    // Used once by this reader, and as often as it may be by all.
    reader.browser.post(&format!("/account/withdraw?contract={}", held.id), &[]);
    let again = reader.browser.get("/checkout?plan=quarter&coupon=WELCOME");
    has(&again.words(), &["This code cannot be used: you have used it already.", "To pay today ₹900"]);
    let (mut first, mut second) = (Subscriber::new(&paper), Subscriber::new(&paper));
    let buy = |reader: &mut Subscriber<'_>, plan: &str| {
        let page = reader.browser.get(&format!("/checkout?plan={plan}&coupon=few"));
        let attempt = field(&page.text(), "attempt");
        reader
            .browser
            .post("/checkout", &[("plan", plan), ("consent", "yes"), ("coupon", "FEW"), ("attempt", &attempt)])
    };
    let begun = buy(&mut first, "quarter");
    first.pay_on(&begun, "paid");
    let refused = buy(&mut second, "quarter");
    assert_eq!(refused.status, 422);
    has(&refused.words(), &["it has been used as often as it may be", "Nothing was charged."]);
    assert_eq!(paper.block_on(billing::dossiers::of_reader(paper.house(), second.id)).unwrap().len(), 0);
}

fn who_comes_back_gets_the_price_for_coming_back_once_a_year(engine: Engine) {
    let more = "[[billing.offers]]\nplan = \"quarter\"\nintro_price = \"450\"\nwin_back_price = \"600\"\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    reader.browser.post("/account/cancel", &[("do", "cancel")]);
    go_to(&paper, "2027-03-01T10:00:00+05:30");
    reader.back();
    has(&reader.browser.get("/subscribe").words(), &["Welcome back: first 3 months ₹600, then ₹900"]);
    has(
        &reader.browser.get("/checkout?plan=quarter").words(),
        &["Welcome back.", "To pay today ₹600", "and then ₹900 every 3 months from 1 June 2027"],
    );
    reader.subscribe("quarter", "paid");
    has(&reader.account(), &["It renews by itself on 1 June 2027: ₹900"]);
    reader.browser.post("/account/cancel", &[("do", "cancel")]);
    // Not twice within twelve months.
    go_to(&paper, "2027-07-01T10:00:00+05:30");
    reader.back();
    let page = reader.browser.get("/checkout?plan=quarter").words();
    has(&page, &["To pay today ₹900"]);
    lacks(&page, &["Welcome back"]);
    go_to(&paper, "2028-03-02T10:00:00+05:30");
    reader.back();
    has(&reader.browser.get("/checkout?plan=quarter").words(), &["To pay today ₹600"]);
}

fn an_offer_for_newcomers_is_not_for_those_who_were_here(engine: Engine) {
    let more = "[[billing.offers]]\nplan = \"quarter\"\nintro_price = \"450\"\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let cheap = field(&reader.browser.get("/checkout?plan=quarter").text(), "attempt");
    reader.subscribe("quarter", "paid");
    let id = reader.held().id;
    reader.browser.post(&format!("/account/withdraw?contract={id}"), &[]);
    has(&reader.browser.get("/checkout?plan=quarter").words(), &["To pay today ₹900"]);
    let tried = reader.browser.post("/checkout", &[("plan", "quarter"), ("attempt", &cheap), ("consent", "yes")]);
    assert_eq!(tried.status, 422, "a page opened before does not bring the first price back");
    lacks(&reader.browser.get("/subscribe").words(), &["New readers"]);
}

fn what_a_plan_does_not_open_is_said_before_paying(engine: Engine) {
    let more = "[[plans]]\ncode = \"plain\"\nname = \"Plain\"\nprice = \"450\"\nmonths = 3\nbenefits = [\"unlimited\", \"ad-free\"]";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    let mut guest = paper.browser();
    let first = |plan: &str| format!("/signup?next=%2Fcheckout%3Fplan%3D{plan}");
    has(&guest.get(&first("plain")).words(), &["then payment: Plain, ₹450. Without premium stories, the archive."]);
    has(&guest.get(&first("quarter")).words(), &["then payment: Quarter, ₹900. Name"]);
    has(&reader.browser.get("/checkout?plan=plain").words(), &["Plan Plain Without premium stories, the archive Term"]);
    has(&reader.browser.get("/checkout?plan=quarter").words(), &["Plan Quarter Term"]);
    reader.subscribe("quarter", "paid");
    has(
        &reader.browser.get("/account/plan").words(),
        &["Biennial ₹3,900 2 Years ₹162/Month See the change", "₹150/Month Without premium stories, the archive See"],
    );
    let less =
        "Change to Plain ₹450 for 3 Months instead of Quarter. Without premium stories, the archive. At your next";
    has(&reader.browser.get("/account/plan?to=plain").words(), &[less]);
    lacks(&reader.browser.get("/account/plan?to=biennial").words(), &["Without premium"]);
}

/// The fixture's lowest is ₹3,900 for 24 months: ₹162.50 a month.
fn the_lowest_price_a_month_is_said_of_no_other(engine: Engine) {
    for (more, lowest) in [
        ("price = \"450\"\nmonths = 3", true),
        ("price = \"975\"\nmonths = 6", true),
        // ₹162 on either card, which is cut
        ("price = \"1951\"\nmonths = 12", false),
        ("price = \"600\"\nmonths = 3", false),
        ("price = \"3\"\ncurrency = \"USD\"\nmonths = 3", false),
    ] {
        let more: &'static str =
            format!("[[plans]]\ncode = \"best\"\nname = \"Best\"\nbenefits = [\"unlimited\", \"premium\", \"ad-free\", \"archive\"]\nbest_value = true\n{more}").leak();
        let paper = Paper::open(engine, Settings { more, ..Settings::default() });
        let page = paper.browser().get("/subscribe").text();
        assert!(page.contains("<h3>Best</h3>"), "{page}");
        assert_eq!(page.matches("Lowest price a month").count(), usize::from(lowest), "{more}: {page}");
    }
}
