//! Documents for their owner alone, everything in one file, and an account that is erased.
use circulation::readers::{Email, Password};
use masthead::readers::codes;
use store::Created;

use crate::account::{Subscriber, field, go_to, has, lacks};
use crate::fixture::{INDIAN, Settings};
use crate::house::{Engine, Paper, on_both};

on_both!(
    documents_are_for_their_owner_alone,
    one_file_holds_everything_and_no_secret,
    an_account_is_erased_and_the_books_stay_whole,
    erasing_asks_who_it_is,
);

fn paper(engine: Engine) -> Paper {
    Paper::open(engine, Settings { more: INDIAN, ..Settings::default() })
}

fn subscribed<'a>(paper: &'a Paper, name: &str) -> Subscriber<'a> {
    let mut reader = Subscriber::new(paper);
    let details = [("name", name), ("country", "IN"), ("state", "27")];
    assert_eq!(reader.browser.post("/account/billing", &details).status, 303);
    reader.subscribe("quarter", "paid");
    reader
}

fn documents_are_for_their_owner_alone(engine: Engine) {
    let paper = paper(engine);
    let mut reader = subscribed(&paper, "आशा राव");
    let list = reader.browser.get("/account/invoices");
    has(&list.words(), &["Invoices Number Date For Amount Download", "20 Nov 2026 Quarter, 3 Months ₹900"]);
    let document = paper.block_on(paper.house().store.documents_of(reader.id)).unwrap().remove(0);
    let number = document.facts["number"].as_str().unwrap().to_owned();
    has(&list.words(), &[&number]);
    let (pdf, json) =
        (format!("/account/invoices/{}.pdf", document.id), format!("/account/invoices/{}.json", document.id));
    let answer = reader.browser.get(&pdf);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/pdf")));
    assert!(answer.body.starts_with(b"%PDF-"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let name = format!("attachment; filename=\"{}.pdf\"", number.replace('/', "-"));
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    let answer = reader.browser.get(&json);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let read: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&read["number"], &read["recipient"]["name"]), (&document.facts["number"], &"आशा राव".into()));
    // To everybody else it does not exist, staff included; guests log in first.
    let mut other = subscribed(&paper, "Other");
    let mut staff = paper.browser().holding(&paper.sign_in("staff", crate::house::Rights::None).1);
    for path in [pdf.as_str(), &json] {
        assert_eq!(other.browser.get(path).status, 404);
        assert_eq!(staff.get(path).status, 404);
        assert!(paper.browser().get(path).location(303).starts_with("/login?next="));
    }
    for path in
        ["/account/invoices/1", "/account/invoices/x.pdf", "/account/invoices/1.exe", "/account/invoices/-1.pdf"]
    {
        assert_eq!(reader.browser.get(path).status, 404, "{path}");
    }
}

fn one_file_holds_everything_and_no_secret(engine: Engine) {
    let paper = paper(engine);
    let mut reader = subscribed(&paper, "Asha Rao");
    let story = paper.metered()[0].clone();
    reader.browser.get(&story.path());
    let answer = reader.browser.get("/account/data.json");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"my-data.json\""));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let data: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(data["account"]["number"], reader.id);
    let contract = &data["contracts"][0];
    assert_eq!(contract["plan"]["code"], "quarter");
    assert!(contract["consent"]["text"].as_str().unwrap().contains("₹900 is charged now"));
    assert_eq!(contract["payments"][0]["state"], "captured");
    assert_eq!(data["documents"].as_array().unwrap().len(), 1);
    assert_eq!(data["billing_details"]["name"], "Asha Rao");
    assert_eq!(data["devices"].as_array().unwrap().len(), 1);
    assert!(contract["history"].as_array().unwrap().len() >= 2);
    // The way to pay as it is shown, and nothing by which it could be debited.
    let mandate = reader.held().dossier.mandate.unwrap();
    assert_eq!(contract["way_to_pay"]["shown_as"], mandate.facts.label);
    let text = answer.text();
    assert!(!text.contains(&mandate.facts.mandate.token), "no token of the rail");
    assert!(!text.contains("password_hash") && !text.contains("argon2"));
}

fn an_account_is_erased_and_the_books_stay_whole(engine: Engine) {
    let paper = paper(engine);
    let mut reader = subscribed(&paper, "Asha Rao");
    let store = &paper.house().store;
    let email = paper.block_on(store.reader(reader.id)).unwrap().unwrap().email;
    let held = reader.held();
    let before = paper.block_on(store.documents_of(reader.id)).unwrap();
    // While it runs: words, and no form.
    let page = reader.browser.get("/account/erase");
    has(&page.words(), &["Your subscription is running. Cancel it first"]);
    assert_eq!(reader.browser.post("/account/erase", &[("do", "erase"), ("sure", "yes")]).status, 409);
    reader.browser.post("/account/cancel", &[("do", "cancel")]);
    let page = reader.browser.get("/account/erase").words();
    has(
        &page,
        &["the time you have paid for until 20 February 2027: it ends with the account", "What the law makes us keep"],
    );
    let unsure = reader.browser.post("/account/erase", &[("do", "erase")]);
    assert_eq!(unsure.status, 422);
    has(&unsure.words(), &["Tick the box if you are sure"]);
    let done = reader.browser.post("/account/erase", &[("do", "erase"), ("sure", "yes")]);
    has(&done.words(), &["Your account is erased"]);
    assert!(reader.browser.get("/account").location(303).starts_with("/login"), "logged out");
    let other_tab = paper.browser().holding(&paper.log_in_again(reader.id)).get("/account").words();
    lacks(&other_tab, &["Asha", &email]);
    // The person is gone; the number stays.
    let gone = paper.block_on(store.reader(reader.id)).unwrap().unwrap();
    assert_eq!((gone.email.as_str(), gone.name.as_str(), gone.password_hash), ("", "", None));
    assert_eq!(paper.block_on(store.billing_party(reader.id)).unwrap(), None);
    assert_eq!(paper.block_on(store.reads_of(reader.id, 0)).unwrap(), Vec::new());
    let mails = paper.block_on(store.mails(50)).unwrap();
    let to: Vec<_> = mails.iter().filter(|m| m.to == email).map(|m| m.kind.as_str()).collect();
    assert_eq!(to, ["account-erased"], "one last mail");
    // Documents as they were issued, contract and books whole (the harness sums them when it closes).
    assert_eq!(paper.block_on(store.documents_of(reader.id)).unwrap(), before);
    assert_eq!(reader.held().dossier.attempts, held.dossier.attempts);
    go_to(&paper, "2027-03-01T10:00:00+05:30");
    assert_eq!(reader.held().dossier.attempts.len(), 1, "nothing is charged ever after");
    // The address is free again, and leads to nothing old.
    let new = store::NewReader {
        email: email.clone(),
        email_key: Email::parse(&email).unwrap().key(),
        name: "New".into(),
        password_hash: None,
        role: "reader".into(),
        verified_at: None,
    };
    let Created::Created(new) = paper.block_on(store.create_reader(&new, paper.clock.now())).unwrap() else { panic!() };
    assert_ne!(new.id, reader.id);
}

fn erasing_asks_who_it_is(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    let store = &paper.house().store;
    let password = Password::enter("seven lamps on the sea wall").unwrap();
    let hash = paper.block_on(paper.house().passwords.hash(password, &paper.house().dice)).unwrap();
    paper.block_on(store.set_password_hash(reader.id, Some(&hash), paper.clock.now())).unwrap();
    go_to(&paper, "2026-11-20T10:20:00+05:30");
    has(&reader.browser.get("/account/erase").words(), &["Your password", "have a code mailed"]);
    let erase = |reader: &mut Subscriber<'_>, fields: &[(&str, &str)]| {
        let mut all = vec![("do", "erase"), ("sure", "yes")];
        all.extend_from_slice(fields);
        reader.browser.post("/account/erase", &all)
    };
    for wrong in ["", "seven lamps on the sea wal", "x"] {
        let answer = erase(&mut reader, &[("password", wrong)]);
        assert_eq!(answer.status, 422);
        has(&answer.words(), &["That is not your password."]);
    }
    // By a mailed code instead; a wrong one does nothing.
    let sent = reader.browser.post("/account/erase", &[("do", "code")]);
    has(&sent.words(), &["The code from our mail"]);
    let mail = paper.block_on(store.mails(1)).unwrap().remove(0);
    let code = mail.text.lines().find_map(|l| l.strip_prefix("Your code: ")).unwrap().to_owned();
    let wrong = if code == "00000000" { "11111111" } else { "00000000" };
    has(&erase(&mut reader, &[("code", wrong)]).words(), &["This is not the code"]);
    assert!(codes::typed(&code).is_some());
    has(&erase(&mut reader, &[("code", &code)]).words(), &["Your account is erased"]);
    // Staff is not erased here.
    let (_, session) = paper.sign_in("staff", crate::house::Rights::None);
    let mut staff = paper.browser().holding(&session);
    has(&staff.get("/account/erase").words(), &["It is removed by the paper, not here."]);
    assert_eq!(staff.post("/account/erase", &[("do", "erase"), ("sure", "yes")]).status, 409);
    // An open checkout is waited for.
    let mut buying = Subscriber::new(&paper);
    let attempt = field(&buying.browser.get("/checkout?plan=quarter").text(), "attempt");
    buying.browser.post("/checkout", &[("plan", "quarter"), ("attempt", &attempt), ("consent", "yes")]);
    has(&buying.browser.get("/account/erase").words(), &["A payment is begun and not decided yet."]);
    go_to(&paper, "2026-11-22T10:30:00+05:30");
    buying.back();
    has(&erase(&mut buying, &[]).words(), &["Your account is erased"]);
}
