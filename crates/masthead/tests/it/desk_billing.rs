//! Support's pages through the front door: who may see them, what they find, what they do, and that nothing is done that
//! was not shown before.
use circulation::billing::RefundState;
use circulation::readers::ReaderId;
use circulation::subscriptions::State;
use jiff::SignedDuration;
use masthead::billing::orders::{self, Offer};
use masthead::billing::{Held, dossiers, hints};
use masthead::gateways::sandbox::Behaviour;

use crate::account::settle;
use crate::browser::Browser;
use crate::client::Answer;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    the_desk_finds_readers_by_whatever_is_known_of_them,
    a_refund_is_shown_before_it_is_made_and_made_once,
    a_deed_on_a_contract_that_has_changed_is_not_done,
    every_deed_leaves_a_trace_with_the_colleagues_name,
    complimentary_access_opens_stories_and_ends_when_taken_back,
    what_needs_a_person_stands_under_billing,
);

/// A publisher who issues documents.
pub const SUPPLIER: &str = r#"
[billing.supplier]
name = "Breakwater Press Private Limited"
address = ["4 Pier Road", "Ratnagiri 415612"]
country = "IN"
state = "Maharashtra"
series = "G"
email = "accounts@gazette.example"
"#;

/// A reader with a contract that was bought by this test method.
pub fn subscriber(paper: &Paper, plan: &str, behaviour: Behaviour) -> (i64, i64) {
    let (reader, _) = paper.sign_in("reader", Rights::None);
    let house = paper.house();
    let held = paper.block_on(async {
        let plan = house.publication.plans.plan(plan).expect("a plan of the fixture");
        let offer = Offer::of(house, ReaderId(reader), plan, Default::default()).await.unwrap();
        orders::begin(house, ReaderId(reader), &offer, "/", true).await.unwrap();
        let held = dossiers::of_reader(house, reader).await.unwrap().remove(0);
        let attempt = held.dossier.open_page().expect("a page to pay on").clone();
        let page = attempt.talk.page.expect("it is open");
        house.rail.pay(&page.reference, behaviour, house.clock.now()).await.unwrap();
        hints::attempt(house, Some(&attempt.payment.key()), "", house.clock.now()).await.unwrap();
        dossiers::one(house, held.id).await.unwrap()
    });
    // The rail's own news of it comes a little later; a test begins when all is still.
    settle(paper);
    assert_eq!(*held.dossier.contract.state(), State::Active, "it is paid");
    (reader, held.id)
}

pub fn held(paper: &Paper, contract: i64) -> Held {
    paper.block_on(dossiers::one(paper.house(), contract)).unwrap()
}

pub fn editor(paper: &Paper) -> (i64, Browser) {
    let (id, session) = paper.sign_in("staff", Rights::None);
    (id, paper.browser().holding(&session))
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let page = page.text();
    let start = page.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name} in {page}"));
    let rest = &page[start + format!("name=\"{name}\" value=\"").len()..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// Fills in a form, looks at what would happen, and gives that page with the fields that do it.
fn look(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (Answer, Vec<(String, String)>) {
    let mut typed: Vec<(&str, &str)> = vec![("step", "check")];
    typed.extend(fields);
    let path = path.split('?').next().unwrap();
    let page = browser.post(path, &typed);
    if page.status != 200 {
        return (page, Vec::new());
    }
    let mut send: Vec<(String, String)> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    send.push(("step".into(), "do".into()));
    for name in ["revision", "seen", "once", "until"] {
        if page.text().contains(&format!("name=\"{name}\"")) {
            send.retain(|(n, _)| n != name);
            send.push((name.into(), hidden(&page, name)));
        }
    }
    (page, send)
}

fn send(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post(path, &fields)
}

/// Looks, then does; gives the reader's page afterwards. A round may have been by in between: then one looks again.
fn perform(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    for _ in 0..5 {
        let (page, fields) = look(browser, path, fields);
        assert_eq!(page.status, 200, "{}", page.words());
        let done = send(browser, path, &fields);
        if done.status != 409 {
            let to = done.location(303).to_owned();
            return browser.get(&to);
        }
    }
    panic!("{path} keeps changing")
}

#[test]
fn to_everybody_but_staff_there_is_no_such_page() {
    let paper = Paper::usual(Engine::Sqlite);
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (_, session) = paper.sign_in("reader", Rights::Paid);
    let mut subscriber = paper.browser().holding(&session);
    let paths = [
        "/desk/readers".to_owned(),
        format!("/desk/readers/{reader}"),
        format!("/desk/readers/{reader}/complimentary"),
        format!("/desk/contracts/{contract}/refund?invoice=0"),
        format!("/desk/contracts/{contract}/end"),
        "/desk/billing".to_owned(),
        "/desk/clock".to_owned(),
    ];
    for path in &paths {
        assert_eq!(subscriber.get(path).status, 404, "{path}");
        assert!(paper.browser().get(path).location(303).starts_with("/login?next="), "{path}");
    }
    let revision = held(&paper, contract).revision;
    for path in &paths[2..] {
        let path = path.split('?').next().unwrap();
        let fields = [("step", "do"), ("reason", "x"), ("invoice", "0"), ("refund", "full"), ("by", "day")];
        let answer = subscriber.post(path, &fields);
        assert!(matches!(answer.status, 404 | 405), "{path}: {}", answer.status);
    }
    assert_eq!(held(&paper, contract).revision, revision, "and nothing was done");
    let (_, mut editor) = editor(&paper);
    for nonsense in ["/desk/readers/999999", "/desk/readers/x", "/desk/contracts/999999/end"] {
        assert_eq!(editor.get(nonsense).status, 404, "{nonsense}");
    }
    assert_eq!(editor.get(&format!("/desk/contracts/{contract}/explode")).status, 404);
}

fn the_desk_finds_readers_by_whatever_is_known_of_them(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: SUPPLIER, ..Settings::default() });
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (other, _) = paper.sign_in("reader", Rights::None);
    let (_, mut editor) = editor(&paper);
    let held = held(&paper, contract);
    let payment = held.dossier.attempts[0].payment.capture().expect("captured").reference().to_owned();
    let number = paper.block_on(paper.house().store.documents_of(reader)).unwrap().remove(0);
    let number = number.facts["number"].as_str().unwrap().to_owned();
    let mandate = held.dossier.mandate.as_ref().expect("a kept method").facts.mandate.token.clone();
    let email = paper.block_on(paper.house().store.reader(reader)).unwrap().unwrap().email;
    let (own, others) = (format!("/desk/readers/{reader}\""), format!("/desk/readers/{other}\""));
    for search in [
        &email[..8],
        &payment,
        &number,
        &number.to_lowercase(),
        &mandate,
        held.dossier.attempts[0].payment.key().as_str(),
    ] {
        let query = percent_encoding::utf8_percent_encode(search, percent_encoding::NON_ALPHANUMERIC);
        let page = editor.get(&format!("/desk/readers?q={query}")).text();
        assert!(page.contains(&own), "{search}");
        assert!(!page.contains(&others), "{search} is nobody else's");
    }
    for search in ["%25", "_", "made-1%25", "G%2F26-27%2F9999999"] {
        let page = editor.get(&format!("/desk/readers?q={search}"));
        assert!(page.says("Nobody was found"), "{search}: {}", page.words());
    }
    let all = editor.get("/desk/readers?page=77").text();
    assert!(all.contains(&own) && all.contains(&others), "a page that is not there is the last one");
    let page = editor.get(&format!("/desk/readers/{reader}"));
    for words in [
        "Quarter, ₹900 for 3 Months Active",
        "Paid until 20 February 2027.",
        "Renews on 20 February 2027 for ₹900.",
        &number,
        "₹900 was taken.",
    ] {
        assert!(page.says(words), "{words} in {}", page.words());
    }
    let mails = editor.get(&format!("/desk/readers/{reader}?show=mail"));
    assert!(mails.says("Receipt: Quarter, ₹900"), "{}", mails.words());
    assert!(!mails.says("₹900 was taken."), "only mails are shown");
    assert!(mails.text().contains("/cancel/… (the reader&#39;s own link)"), "no link that acts without logging in");
}

fn a_refund_is_shown_before_it_is_made_and_made_once(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: SUPPLIER, ..Settings::default() });
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (_, mut editor) = editor(&paper);
    let path = format!("/desk/contracts/{contract}/refund");
    let form = editor.get(&format!("{path}?invoice=0"));
    assert!(form.says("At most ₹900."), "{}", form.words());
    let before = held(&paper, contract).revision;

    for (amount, reason, complaint) in [
        ("900.01", "late", "At most ₹900 can be given back"),
        ("-5", "late", "At most ₹900 can be given back"),
        ("ninety", "late", "“ninety” is no amount"),
        ("100", "  ", "Write one sentence for the history."),
    ] {
        let (page, _) = look(&mut editor, &path, &[("invoice", "0"), ("amount", amount), ("reason", reason)]);
        assert_eq!(page.status, 422, "{amount}");
        assert!(page.says(complaint), "{complaint} in {}", page.words());
    }
    let (strange, _) = look(&mut editor, &path, &[("invoice", "7"), ("amount", ""), ("reason", "x")]);
    assert!(strange.status == 422 && strange.says("not one of this contract"), "{}", strange.words());

    let fields = [("invoice", "0"), ("amount", "₹ 250"), ("reason", "the app failed for a week")];
    let (page, doing) = look(&mut editor, &path, &fields);
    for words in [
        "₹250 goes back by the way it was paid",
        "This costs the paper ₹250.",
        "A credit note over ₹250 is issued.",
        "gets a mail: “You get ₹250 back”",
        "Give ₹250 back",
    ] {
        assert!(page.says(words), "{words} in {}", page.words());
    }
    assert_eq!(held(&paper, contract).revision, before, "looking changes nothing");

    let done = send(&mut editor, &path, &doing);
    let to = done.location(303).to_owned();
    assert!(to.starts_with(&format!("/desk/readers/{reader}?done=")), "{to}");
    let shown = editor.get(&to);
    assert!(shown.says("Give money back: ₹250 goes back"), "{}", shown.words());
    // The button was pressed twice.
    let again = send(&mut editor, &path, &doing);
    assert_eq!(again.status, 409);
    assert!(again.says("This has changed meanwhile Nothing was done."), "{}", again.words());

    let after = held(&paper, contract);
    assert_eq!(after.dossier.refunds.len(), 1, "once");
    let refund = &after.dossier.refunds[0];
    assert_eq!((refund.amount.minor(), &*refund.reason), (25_000, "the app failed for a week"));
    assert!(matches!(refund.state, RefundState::Succeeded { .. }), "{:?}", refund.state);
    assert_eq!(*after.dossier.contract.state(), State::Active, "a part does not end it");
    let left = editor.get(&format!("{path}?invoice=0"));
    assert!(left.says("At most ₹650."), "{}", left.words());

    // All of the rest ends it.
    let shown = perform(&mut editor, &path, &[("invoice", "0"), ("amount", ""), ("reason", "moved abroad")]);
    assert!(shown.says("Access ends now."), "{}", shown.words());
    assert!(matches!(held(&paper, contract).dossier.contract.state(), State::Ended { .. }));
    let money = editor.get("/desk/billing");
    assert!(money.says("₹900 came in by 1 payment."), "{}", money.words());
    assert!(money.says("₹900 was given back by 2 refunds."), "{}", money.words());
}

fn a_deed_on_a_contract_that_has_changed_is_not_done(engine: Engine) {
    let paper = Paper::usual(engine);
    let (_, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (_, mut first) = editor(&paper);
    let (_, mut second) = editor(&paper);
    let (extend, end) = (format!("/desk/contracts/{contract}/extend"), format!("/desk/contracts/{contract}/end"));
    let (_, doing) = look(&mut first, &end, &[("refund", "pro-rata"), ("reason", "asked for it")]);
    perform(&mut second, &extend, &[("days", "10"), ("reason", "printing fault")]);
    let stale = send(&mut first, &end, &doing);
    assert_eq!(stale.status, 409);
    assert!(stale.says("Nothing was done. Below stands what would happen now"), "{}", stale.words());
    assert_eq!(*held(&paper, contract).dossier.contract.state(), State::Active);
    // The same revision on another day: the days not used are fewer, so it is shown once more.
    let (_, doing) = look(&mut first, &end, &[("refund", "pro-rata"), ("reason", "asked for it")]);
    let revision = held(&paper, contract).revision;
    paper.set_clock(paper.clock.now() + SignedDuration::from_hours(24 * 9));
    let later = send(&mut first, &end, &doing);
    let same = held(&paper, contract).revision == revision;
    assert_eq!(later.status, 409, "{same} {}", later.words());
    assert_eq!(*held(&paper, contract).dossier.contract.state(), State::Active);
    // A forged revision helps nobody: what was seen must be what is done.
    let forged: Vec<(String, String)> = doing
        .into_iter()
        .map(
            |(name, value)| {
                if name == "revision" { (name, held(&paper, contract).revision.to_string()) } else { (name, value) }
            },
        )
        .collect();
    assert_eq!(send(&mut first, &end, &forged).status, 409);
}

fn every_deed_leaves_a_trace_with_the_colleagues_name(engine: Engine) {
    let paper = Paper::usual(engine);
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::RefundFails);
    let (id, mut editor) = editor(&paper);
    let at = |act: &str| format!("/desk/contracts/{contract}/{act}");
    let shown = perform(&mut editor, &at("extend"), &[("days", "7"), ("reason", "one")]);
    assert!(shown.says("The reader reads until 27 February 2027 instead of 20 February 2027."), "{}", shown.words());
    let shown = perform(&mut editor, &at("change"), &[("plan", "biennial"), ("reason", "two")]);
    assert!(shown.says("it renews as Biennial, ₹3,900 for 2 Years."), "{}", shown.words());
    let shown = perform(&mut editor, &at("cancel"), &[("reason", "three")]);
    assert!(shown.says("it does not renew and ends on 27 February 2027."), "{}", shown.words());
    let shown = perform(&mut editor, &at("take-back"), &[("reason", "four")]);
    assert!(shown.says("The cancellation is taken back"), "{}", shown.words());
    perform(&mut editor, &at("refund"), &[("invoice", "0"), ("amount", "10"), ("reason", "five")]);
    // The sandbox accepts it and fails it later; the rounds hear of it.
    let mut key = None;
    for _ in 0..40 {
        paper.set_clock(paper.clock.now() + SignedDuration::from_hours(6));
        paper.block_on(masthead::rounds::everything_due(paper.house())).unwrap();
        let refunds = held(&paper, contract).dossier.refunds;
        key = refunds.iter().find(|r| matches!(r.state, RefundState::Failed { .. })).map(|r| r.key.clone());
        if key.is_some() {
            break;
        }
    }
    let key = key.expect("the refund fails");
    let billing = editor.get("/desk/billing");
    assert!(billing.says("Refunds that failed: 1") && billing.says(&key), "{}", billing.words());
    let front = editor.get("/desk");
    assert!(
        front.says("2 things need a person in billing"),
        "the refund, and its contract is parked: {}",
        front.words()
    );
    let shown = perform(&mut editor, &at("bank-refund"), &[("key", &key), ("reason", "six, UTR 7781")]);
    assert!(shown.says("is noted as paid from the bank account."), "{}", shown.words());
    let nothing = look(&mut editor, &at("retry-refund"), &[("key", &key), ("reason", "again")]).0;
    assert_eq!(nothing.status, 422, "paid is paid: {}", nothing.words());
    perform(&mut editor, &at("release"), &[("reason", "paid by bank")]);
    let shown = perform(&mut editor, &at("end"), &[("refund", "nothing"), ("reason", "seven")]);
    assert!(shown.says("The contract ends now and never renews."), "{}", shown.words());

    let events = paper.block_on(paper.house().store.events_of(&format!("subscription:{contract}"))).unwrap();
    let by_desk: Vec<_> = events.iter().filter(|e| e.kind.starts_with("desk.")).collect();
    let reasons: Vec<_> = by_desk.iter().map(|e| e.data["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["one", "two", "three", "four", "five", "six, UTR 7781", "paid by bank", "seven"]);
    assert!(by_desk.iter().all(|e| e.actor == format!("staff:{id}")), "each names the colleague");
    let anonymous: Vec<_> = events.iter().filter(|e| e.actor == "staff").map(|e| e.kind.clone()).collect();
    assert_eq!(anonymous, Vec::<String>::new(), "nothing was done by nobody");
    let desk = editor.get(&format!("/desk/readers/{reader}?show=desk"));
    assert!(desk.says("Reason: six, UTR 7781") && desk.says("By made-"), "{}", desk.words());
}

fn complimentary_access_opens_stories_and_ends_when_taken_back(engine: Engine) {
    let paper = Paper::usual(engine);
    let (reader, session) = paper.sign_in("reader", Rights::None);
    let (_, mut editor) = editor(&paper);
    let story = &paper.stories(newsroom::articles::Marking::Premium)[0];
    let mut browser = paper.browser().holding(&session);
    assert_eq!(paper.shown(&browser.get(&story.path()).text(), story), crate::house::Shown::Preview);
    let path = format!("/desk/readers/{reader}/complimentary");
    for (until, complaint) in
        [("2026-11-19", "That day is over"), ("soon", "Write a date"), ("2099-01-01", "more than ten years")]
    {
        let (page, _) = look(&mut editor, &path, &[("until", until), ("reason", "x")]);
        assert!(page.status == 422 && page.says(complaint), "{until}: {}", page.words());
    }
    let (page, doing) = look(&mut editor, &path, &[("until", "2026-11-30"), ("reason", "wrote to us kindly")]);
    assert!(page.says("reads everything until the end of 30 November 2026"), "{}", page.words());
    let to = send(&mut editor, &path, &doing).location(303).to_owned();
    assert!(editor.get(&to).says("Complimentary access given:"));
    send(&mut editor, &path, &doing);
    let rights = paper.block_on(paper.house().store.grants_of(reader)).unwrap();
    assert_eq!(rights.len(), 1, "a form sent twice gives one right");
    assert_eq!(paper.shown(&browser.get(&story.path()).text(), story), crate::house::Shown::Open, "at once");

    let end = format!("/desk/readers/{reader}/end-right");
    let reference = rights[0].reference.clone();
    let shown = perform(&mut editor, &end, &[("reference", &reference), ("reason", "by mistake")]);
    assert!(shown.says("Complimentary access ended:"), "{}", shown.words());
    assert_eq!(paper.shown(&browser.get(&story.path()).text(), story), crate::house::Shown::Preview, "at once");
    // What somebody paid for is not ended here.
    let (paid, _) = subscriber(&paper, "quarter", Behaviour::Ok);
    let bought = paper.block_on(paper.house().store.grants_of(paid)).unwrap().remove(0).reference;
    let path = format!("/desk/readers/{paid}/end-right");
    assert_eq!(editor.get(&format!("{path}?reference={bought}")).status, 404);
    assert_eq!(editor.post(&path, &[("reference", &bought), ("step", "do"), ("reason", "x")]).status, 404);
}

fn what_needs_a_person_stands_under_billing(engine: Engine) {
    let paper = Paper::usual(engine);
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (_, mut editor) = editor(&paper);
    let quiet = editor.get("/desk/billing");
    assert!(quiet.says("Parked contracts: 0") && !editor.get("/desk").says("needs a person"), "{}", quiet.words());
    let why = "two payments for one period".to_owned();
    paper.block_on(masthead::billing::act(paper.house(), contract, &circulation::billing::Act::Park { why })).unwrap();
    let page = editor.get("/desk/billing");
    assert!(
        page.says("Parked contracts: 1") && page.text().contains(&format!("/desk/readers/{reader}")),
        "{}",
        page.words()
    );
    assert!(editor.get("/desk").says("1 thing needs a person in billing"));
    let shown = editor.get(&format!("/desk/readers/{reader}"));
    assert!(
        shown.says("Needs a person. Nothing is charged since 20 November 2026: two payments for one period."),
        "{}",
        shown.words()
    );
    perform(&mut editor, &format!("/desk/contracts/{contract}/release"), &[("reason", "looked at it")]);
    assert!(editor.get("/desk/billing").says("Parked contracts: 0"));
}
