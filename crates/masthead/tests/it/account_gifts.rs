//! Gifts: bought by one, claimed by another, once.
use masthead::billing::{self, dossiers};

use crate::account::{Subscriber, field, go_to, has, settle};
use crate::client::Answer;
use crate::fixture::{INDIAN, Settings};
use crate::house::{Engine, Paper, on_both};
use newsroom::articles::Marking;

use crate::house::Shown;

on_both!(
    a_gift_is_bought_by_one_and_claimed_by_another_once,
    a_gift_keeps_for_who_subscribes_already,
    a_gift_that_waits_can_be_withdrawn_from,
);

impl Subscriber<'_> {
    fn buy_gift(&mut self, plan: &str, to: (&str, &str)) -> Answer {
        let page = self.browser.get(&format!("/subscribe/gift?plan={plan}"));
        has(
            &page.words(),
            &["You pay once.", "Renews Never", "charged now, once, for 3 months as a gift. It does not renew."],
        );
        let attempt = field(&page.text(), "attempt");
        let fields =
            [("plan", plan), ("attempt", attempt.as_str()), ("for_name", to.0), ("for_mail", to.1), ("consent", "yes")];
        let begun = self.browser.post("/subscribe/gift", &fields);
        self.pay_on(&begun, "paid")
    }
}

fn code_in(text: &str) -> String {
    let at = text.find("/gift/").expect("the address") + 6;
    text[at..at + 14].to_owned()
}

fn a_gift_is_bought_by_one_and_claimed_by_another_once(engine: Engine) {
    let paper = Paper::usual(engine);
    has(&paper.browser().get("/subscribe/gift").words(), &["Give The Breakwater Gazette", "Quarter ₹900 3 Months"]);
    let mut giver = Subscriber::new(&paper);
    // The giver has a subscription of their own: a gift stands beside it.
    giver.subscribe("biennial", "paid");
    let thanks = giver.buy_gift("quarter", ("Ravi", "ravi@example.net")).text();
    has(&thanks, &["Thank you. Your gift is ready.", "http://gazette.example/gift/"]);
    let code = code_in(&thanks);
    let page = giver.account();
    has(
        &page,
        &["Plan Biennial", "Gifts you bought Quarter (3 Months) for Ravi", &code, "Mail it to ravi@example.net"],
    );
    let id = giver.held().id.to_string();
    for _ in 0..2 {
        assert_eq!(giver.browser.post("/account/gifts/mail", &[("gift", &id)]).location(303), "/account?done=mailed");
    }
    let mails = paper.block_on(paper.house().store.mails(50)).unwrap();
    let sent: Vec<_> = mails.iter().filter(|m| m.kind == "gift-for-you").collect();
    assert_eq!(sent.len(), 1, "however often the button is pressed");
    assert_eq!(sent[0].to, "ravi@example.net");
    has(&sent[0].text, &[&code, "costs you nothing"]);
    // Months later somebody opens the address: first as a guest, then with an account.
    go_to(&paper, "2027-04-01T10:00:00+05:30");
    let path = format!("/gift/{code}");
    let guest = paper.browser().get(&path);
    has(&guest.words(), &["A gift for you", "Create a free account", "Quarter, 3 Months"]);
    assert!(guest.text().contains("/signup?next=/gift/"));
    assert_eq!(guest.header("referrer-policy"), Some("no-referrer"));
    let mut ravi = Subscriber::new(&paper);
    has(&ravi.browser.get(&path).words(), &["Begin my gift"]);
    let premium = &paper.stories(Marking::Premium)[0];
    assert_eq!(
        paper.shown(&ravi.browser.get(&premium.path()).text(), premium),
        Shown::Preview,
        "opening claims nothing"
    );
    for _ in 0..2 {
        assert_eq!(ravi.browser.post(&path, &[]).location(303), path);
    }
    has(&ravi.browser.get(&path).words(), &["It is yours", "until 1 July 2027"]);
    assert_eq!(paper.shown(&ravi.browser.get(&premium.path()).text(), premium), Shown::Open);
    has(&ravi.account(), &["You read by a gift: Quarter. It lasts until 1 July 2027"]);
    let mut third = Subscriber::new(&paper);
    has(&third.browser.get(&path).words(), &["This gift has been claimed"]);
    assert_eq!(third.browser.post(&path, &[]).location(303), path);
    assert_eq!(paper.shown(&third.browser.get(&premium.path()).text(), premium), Shown::Preview);
    giver.back();
    has(&giver.account(), &["Claimed on 1 April 2027."]);
    go_to(&paper, "2027-07-01T10:00:00+05:30");
    ravi.back();
    assert_eq!(paper.shown(&ravi.browser.get(&premium.path()).text(), premium), Shown::Preview, "it ends by itself");
    // Codes that are none.
    assert_eq!(ravi.browser.get("/gift/0000-0000-0000").status, 404);
    assert_eq!(ravi.browser.get("/gift?code=nonsense").status, 404);
    let typed = format!("/gift?code={}", code.to_lowercase().replace('-', "+"));
    assert_eq!(ravi.browser.get(&typed).location(303), path, "as people type it");
}

fn a_gift_keeps_for_who_subscribes_already(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut giver = Subscriber::new(&paper);
    let code = code_in(&giver.buy_gift("quarter", ("", "")).text());
    let path = format!("/gift/{code}");
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    has(&reader.browser.get(&path).words(), &["The gift keeps"]);
    has(&reader.browser.post(&path, &[]).words(), &["The gift keeps", "pass it on"]);
    // It is not lost: somebody else claims it.
    let mut other = Subscriber::new(&paper);
    assert_eq!(other.browser.post(&path, &[]).location(303), path);
    has(&other.browser.get(&path).words(), &["It is yours"]);
    // A forged consent or price buys nothing.
    let refused =
        giver.browser.post("/subscribe/gift", &[("plan", "quarter"), ("attempt", "x"), ("for_mail", "no address")]);
    assert_eq!(refused.status, 422);
    has(&refused.words(), &["The offer has changed", "Tick the box to agree"]);
}

fn a_gift_that_waits_can_be_withdrawn_from(engine: Engine) {
    let paper = Paper::open(engine, Settings { more: INDIAN, ..Settings::default() });
    let mut giver = Subscriber::new(&paper);
    let details = [("name", "Asha Rao"), ("country", "IN"), ("state", "27")];
    assert_eq!(giver.browser.post("/account/billing", &details).status, 303);
    let code = code_in(&giver.buy_gift("quarter", ("Ravi", "")).text());
    has(&giver.account(), &["Withdraw from contract here (through 4 December 2026)"]);
    let target = format!("/account/withdraw?contract={}", giver.held().id);
    has(&giver.browser.get(&target).words(), &["You get ₹900 back"]);
    giver.browser.post(&target, &[("do", "withdraw")]);
    settle(&paper);
    has(&giver.browser.get(&target).words(), &["Your withdrawal was received"]);
    has(&paper.browser().get(&format!("/gift/{code}")).words(), &["This gift is not there any more"]);
    let mut other = Subscriber::new(&paper);
    assert_eq!(other.browser.post(&format!("/gift/{code}"), &[]).location(303), format!("/gift/{code}"));
    let held = paper.block_on(dossiers::of_reader(paper.house(), giver.id)).unwrap();
    let settled = paper.block_on(billing::settle(paper.house(), held[0].id)).unwrap();
    assert_eq!(settled.dossier.refunds.len(), 1);
    // Its days are not known before it is claimed, so the documents name none.
    let documents = paper.block_on(paper.house().store.documents_of(giver.id)).unwrap();
    assert_eq!(documents.len(), 2, "an invoice and its credit note");
    for document in documents {
        assert!(document.facts["lines"][0]["from"].is_null(), "{}", document.facts);
        let pdf = giver.browser.get(&format!("/account/invoices/{}.pdf", document.id));
        assert!(pdf.body.starts_with(b"%PDF-"));
    }
}
