//! Readers' walks through the real router, on a real database, with a standing clock.
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt as _;

use crate::clock::Clock;
use crate::dice::Dice;
use crate::gateways::sandbox::Behaviour;
use crate::gateways::settings::Secret;
use crate::gateways::webhooks::{self, SIGNATURE};
use crate::house::{House, Plan};
use crate::web::serve::Peer;
use crate::web::{cookies, routes, visitor};

pub(super) const PASSWORD: &str = "nine lanterns over the quay";

pub(super) struct Town {
    pub(super) house: Arc<House>,
    router: Router,
    _folder: tempfile::TempDir,
}

/// 30 November 2026, 20:00 in the paper's zone.
pub(super) fn evening() -> Timestamp {
    "2026-11-30T14:30:00Z".parse().expect("an instant")
}

pub(super) async fn town() -> Town {
    town_with(|_| ()).await
}

/// A town whose publisher has changed the sample's settings.
pub(super) async fn town_with(settle: impl FnOnce(&mut crate::config::Publication)) -> Town {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample/publication.toml");
    let mut publication = crate::config::load(&settings).expect("the sample's settings");
    settle(&mut publication);
    let location =
        store::Location::parse(&format!("sqlite:{}", folder.path().join("paper.db").display())).expect("a place");
    let plan = Plan {
        publication,
        data: folder.path().to_owned(),
        location,
        clock: Clock::standing(evening()),
        dice: Dice::seeded(7),
    };
    let (house, _notes) = House::open(plan).await.expect("the house opens");
    Town { router: routes::router(&house), house, _folder: folder }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn to(&self) -> &str {
        self.headers.get(LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default()
    }
}

/// A browser with its cookies.
pub(super) struct Browser<'a> {
    town: &'a Town,
    pub(super) jar: std::collections::BTreeMap<String, String>,
    /// Where it seems to be.
    pub(super) address: std::net::IpAddr,
}

impl<'a> Browser<'a> {
    pub(super) fn new(town: &'a Town) -> Self {
        Self { town, jar: Default::default(), address: std::net::Ipv4Addr::LOCALHOST.into() }
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new(), &[]).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", super::paths::value(v))).collect();
        self.send(Method::POST, path, body.join("&"), &[(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")])
            .await
    }

    async fn send(&mut self, method: Method, path: &str, body: String, headers: &[(&str, &str)]) -> Answer {
        let jar: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let mut request =
            Request::builder().method(method).uri(path).header(COOKIE, jar.join("; ")).header("host", "127.0.0.1:1997");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        let peer = Peer { address: self.address, open: Arc::new(()), pulse: Arc::default(), tls: false };
        request.extensions_mut().insert(peer);
        visitor::recall(&self.town.house, request.headers()).await.expect("the store answers");
        let response = self.town.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().expect("a cookie");
            let (pair, rest) = text.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            assert!(rest.contains("Secure") && rest.contains("HttpOnly") && rest.contains("Path=/"), "{text}");
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Creates an account and follows the mailed code to `next`.
    pub(super) async fn sign_up(&mut self, email: &str, next: &str) -> Answer {
        let sent =
            self.post("/signup", &[("name", "Asha"), ("email", email), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let code = latest_code(self.town).await;
        self.post("/login/code/confirm", &[("email", email), ("code", &code), ("next", next)]).await
    }

    /// Agrees to a plan; gives the path it leads to.
    pub(super) async fn agree(&mut self, plan: &str, next: &str) -> String {
        let page = self.get(&format!("/checkout?plan={plan}&next={}", super::paths::value(next))).await;
        let attempt = between(&page.text, "name=\"attempt\" value=\"", "\"").to_owned();
        let answer =
            self.post("/checkout", &[("plan", plan), ("attempt", &attempt), ("consent", "yes"), ("next", next)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.to().to_owned()
    }
}

pub(super) fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    &text[start..start + text[start..].find(to).expect("an end")]
}

async fn latest_code(town: &Town) -> String {
    let mail = town.house.store.mails(1).await.expect("mails").remove(0);
    between(&mail.text, "Your code: ", "\n").to_owned()
}

pub(super) async fn reader_id(town: &Town, email: &str) -> i64 {
    town.house.store.reader_by_email_key(email).await.expect("the store").expect("an account").id
}

/// What must hold after every walk: the books balance, one contract at most, every capture paid for one period.
pub(super) async fn sound(town: &Town, email: &str) -> Vec<store::Subscription> {
    let store = &town.house.store;
    assert_eq!(store.ledger_unbalanced().await.expect("the books"), Vec::<i64>::new());
    let all = store.subscriptions_of(reader_id(town, email).await).await.expect("contracts");
    assert!(all.iter().filter(|s| s.state == "active").count() <= 1);
    assert!(all.iter().filter(|s| s.state == "checkout").count() <= 1);
    all
}

pub(super) async fn captured(town: &Town) -> i64 {
    let balances = town.house.store.ledger_balances().await.expect("the books");
    balances.iter().find(|b| b.account == "clearing:sandbox").map_or(0, |b| b.amount)
}

#[tokio::test]
async fn a_guest_signs_up_buys_and_reads_on() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    let wall = browser.get("/checkout?plan=super-saver&next=%2Fmarkets%2Frupee-1").await;
    assert!(wall.to().starts_with("/signup?next=%2Fcheckout%3Fplan%3Dsuper"), "{}", wall.to());
    let back = browser.sign_up("asha@example.org", "/checkout?plan=super-saver&next=%2Fmarkets%2Frupee-1").await;
    assert_eq!(back.to(), "/checkout?plan=super-saver&next=%2Fmarkets%2Frupee-1");
    let summary = browser.get(back.to()).await;
    assert!(summary.text.contains("₹3,900") && summary.text.contains("30 November 2028"), "{}", summary.text);
    assert!(summary.text.contains("Includes GST of ₹594.92 (18%)"));
    let hosted = browser.agree("super-saver", "/markets/rupee-1").await;
    assert!(hosted.starts_with("/sandbox/pay/"), "{hosted}");
    assert!(browser.get(&hosted).await.text.contains("TEST"));
    let returned = browser.post(&hosted, &[("outcome", "paid")]).await;
    let thanks = browser.get(returned.to()).await;
    assert!(thanks.text.contains("Super Saver is paid to 30 November 2028"), "{}", thanks.text);
    assert!(thanks.text.contains("/markets/rupee-1"));
    let account = browser.get("/account").await;
    assert!(account.text.contains("30 November 2028, ₹3,900"), "{}", account.text);
    let contracts = sound(&town, "asha@example.org").await;
    assert_eq!((contracts.len(), contracts[0].state.as_str()), (1, "active"));
    assert_eq!(captured(&town).await, 390_000);
    let receipt = &town.house.store.mails(1).await.expect("mails")[0];
    assert!(receipt.kind == "receipt" && receipt.text.contains("GST ₹594.92"), "{}", receipt.text);
    let again = browser.get("/checkout?plan=smart-quarterly").await;
    assert!(again.text.contains("You subscribe already"));
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let town = town().await;
    Browser::new(&town).sign_up("asha@example.org", "/").await;
    let shape = |a: &Answer| {
        let names: Vec<String> = a.headers.keys().map(ToString::to_string).collect();
        (a.status, a.to().replace("asha", "NAME").replace("ravi", "NAME"), names, a.text.len())
    };
    for path in ["/signup", "/login/code"] {
        let fields = |email| [("name", ""), ("email", email), ("password", PASSWORD)];
        let known = Browser::new(&town).post(path, &fields("asha@example.org")).await;
        let unknown = Browser::new(&town).post(path, &fields("ravi@example.org")).await;
        assert_eq!(shape(&known), shape(&unknown), "{path}");
    }
    let wrong = |email| [("email", email), ("password", "a password nobody has")];
    let known = Browser::new(&town).post("/login", &wrong("asha@example.org")).await;
    let unknown = Browser::new(&town).post("/login", &wrong("ravi@example.org")).await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.text.replace("asha", "NAME"), unknown.text.replace("ravi", "NAME"));
    assert!(!known.text.contains("a password nobody has"), "passwords are never shown again");
}

#[tokio::test]
async fn signing_up_again_changes_no_password_and_still_lets_the_owner_in() {
    let town = town().await;
    Browser::new(&town).sign_up("asha@example.org", "/").await;
    let mut second = Browser::new(&town);
    second.post("/signup", &[("email", "Asha@Example.org"), ("password", "another long secret of mine")]).await;
    let mail = &town.house.store.mails(1).await.expect("mails")[0];
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("account-exists", "asha@example.org"));
    let code = latest_code(&town).await;
    let inside = second.post("/login/code/confirm", &[("email", "asha@example.org"), ("code", &code)]).await;
    assert_eq!(inside.to(), "/");
    let mut third = Browser::new(&town);
    let refused =
        third.post("/login", &[("email", "asha@example.org"), ("password", "another long secret of mine")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let welcome = third
        .post("/login", &[("email", "asha@example.org"), ("password", PASSWORD), ("next", "//evil.example")])
        .await;
    assert_eq!(welcome.to(), "/", "nobody is sent to another host");
}

#[tokio::test]
async fn a_code_works_once_in_its_browser_and_opening_the_link_uses_nothing_up() {
    let town = town().await;
    Browser::new(&town).sign_up("asha@example.org", "/").await;
    let mut browser = Browser::new(&town);
    browser.post("/login/code", &[("email", "asha@example.org"), ("next", "/account")]).await;
    let code = latest_code(&town).await;
    let mail = &town.house.store.mails(1).await.expect("mails")[0];
    let link = between(&mail.text, "http://127.0.0.1:1997", "\n").to_owned();
    let fields = [("email", "asha@example.org"), ("code", code.as_str()), ("next", "/account")];
    for _ in 0..3 {
        let page = Browser::new(&town).get(&link).await;
        assert!(page.text.contains("Press the button"), "{}", page.text);
    }
    let elsewhere = Browser::new(&town).post("/login/code/confirm", &fields).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = browser.post("/login/code/confirm", &[("email", "asha@example.org"), ("code", "0000 0000")]).await;
    assert!(wrong.text.contains("4 tries are left"), "{}", wrong.text);
    assert_eq!(browser.post("/login/code/confirm", &fields).await.to(), "/account");
    let mut replay = Browser::new(&town);
    replay.jar = browser.jar.clone();
    assert_eq!(replay.post("/login/code/confirm", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn five_wrong_tries_or_ten_minutes_end_a_code() {
    let town = town().await;
    Browser::new(&town).sign_up("asha@example.org", "/").await;
    let mut browser = Browser::new(&town);
    browser.post("/login/code", &[("email", "asha@example.org")]).await;
    let code = latest_code(&town).await;
    for _ in 0..5 {
        browser.post("/login/code/confirm", &[("email", "asha@example.org"), ("code", "00000000")]).await;
    }
    let right = [("email", "asha@example.org"), ("code", code.as_str())];
    assert_eq!(browser.post("/login/code/confirm", &right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut late = Browser::new(&town);
    late.post("/login/code", &[("email", "asha@example.org")]).await;
    let code = latest_code(&town).await;
    town.house.clock.set(evening() + SignedDuration::from_mins(10));
    let right = [("email", "asha@example.org"), ("code", code.as_str())];
    assert_eq!(late.post("/login/code/confirm", &right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn two_clicks_two_tabs_and_back_are_one_contract_and_one_charge() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let page = browser.get("/checkout?plan=smart-essential").await;
    let attempt = between(&page.text, "name=\"attempt\" value=\"", "\"").to_owned();
    let jar = browser.jar.clone();
    let click = || async {
        let mut tab = Browser::new(&town);
        tab.jar = jar.clone();
        tab.post("/checkout", &[("plan", "smart-essential"), ("attempt", &attempt), ("consent", "yes")])
            .await
            .to()
            .to_owned()
    };
    let (a, b, c, d) = tokio::join!(click(), click(), click(), click());
    assert!(a.starts_with("/sandbox/pay/"), "{a}");
    assert_eq!([&a, &a, &a], [&b, &c, &d], "one hosted page");
    browser.post(&a, &[("outcome", "twice")]).await;
    let second = browser.post(&a, &[("outcome", "paid")]).await;
    assert!(second.text.contains("Nothing more is taken"), "{}", second.text);
    super::settle_open(&town.house).await.expect("the round");
    super::settle_open(&town.house).await.expect("the round, again");
    let late = click().await;
    assert_eq!(late, "", "no way to a second payment");
    assert_eq!(sound(&town, "asha@example.org").await.len(), 1);
    assert_eq!(captured(&town).await, 270_000);
}

#[tokio::test]
async fn a_webhook_alone_settles_what_the_reader_never_came_back_from() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let id = hosted.rsplit('/').next().expect("an id").to_owned();
    town.house.rail.pay(&id, Behaviour::ReturnLost, evening()).await.expect("paid");
    let told = town.house.store.take_sandbox_posts(9, evening()).await.expect("the rail");
    let body = told.into_iter().find(|post| post.kind == "payment.captured").expect("a webhook").body;
    let signature = webhooks::sign(town.house.rail.webhook_key(), evening().as_second(), body.as_bytes());
    let mut rail = Browser::new(&town);
    let forged = webhooks::sign(&Secret::new("whsec_guessed"), evening().as_second(), body.as_bytes());
    let stale = webhooks::sign(town.house.rail.webhook_key(), evening().as_second() - 301, body.as_bytes());
    for bad in [forged.as_str(), stale.as_str(), &signature[..40], ""] {
        let answer = rail.send(Method::POST, webhooks::PATH, body.clone(), &[(SIGNATURE, bad)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let cut = rail.send(Method::POST, webhooks::PATH, body[..20].to_owned(), &[(SIGNATURE, &signature)]).await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST);
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "checkout", "forgeries change nothing");
    for _ in 0..2 {
        let answer = rail.send(Method::POST, webhooks::PATH, body.clone(), &[(SIGNATURE, &signature)]).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    }
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "active");
    assert_eq!(captured(&town).await, 90_000);
}

#[tokio::test]
async fn a_return_address_grants_nothing() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let id = hosted.rsplit('/').next().expect("an id");
    let claimed = browser.get(&format!("/checkout/return?page={id}&status=success&outcome=paid")).await;
    assert!(claimed.text.contains("Waiting for the payment"), "{}", claimed.text);
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "checkout");
    let mut other = Browser::new(&town);
    other.sign_up("ravi@example.org", "/").await;
    assert_eq!(other.get(&format!("/checkout/return?page={id}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_payment_decided_later_is_pending_and_then_paid() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let returned = browser.post(&hosted, &[("outcome", "later")]).await.to().to_owned();
    assert!(browser.get(&returned).await.text.contains("Check again"));
    let other_plan = browser.agree("super-saver", "/").await;
    assert_eq!(other_plan, returned, "nothing else is sold while the outcome is open");
    town.house.clock.set(evening() + SignedDuration::from_secs(10));
    let thanks = browser.get(&returned).await.text;
    assert!(thanks.contains("You are subscribed"), "{thanks}");
    assert_eq!(captured(&town).await, 90_000);
}

#[tokio::test]
async fn a_declined_card_may_be_tried_again_on_the_same_page() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let returned = browser.post(&hosted, &[("outcome", "declined")]).await.to().to_owned();
    assert!(browser.get(&returned).await.text.contains("The payment was declined. Nothing was charged."));
    assert_eq!(browser.agree("smart-quarterly", "/").await, hosted);
    browser.post(&hosted, &[("outcome", "paid")]).await;
    let thanks = browser.get(&returned).await.text;
    assert!(thanks.contains("You are subscribed"), "{thanks}");
    assert_eq!(captured(&town).await, 90_000);
}

#[tokio::test]
async fn another_plan_closes_the_page_of_the_first() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let first = browser.agree("smart-quarterly", "/").await;
    let second = browser.agree("super-saver", "/").await;
    assert_ne!(first, second);
    let closed = browser.post(&first, &[("outcome", "paid")]).await;
    assert!(closed.text.contains("Nothing was taken"), "{}", closed.text);
    browser.post(&second, &[("outcome", "paid")]).await;
    super::settle_open(&town.house).await.expect("the round");
    let states: Vec<String> = sound(&town, "asha@example.org").await.into_iter().map(|s| s.state).collect();
    assert_eq!(states, ["active", "ended"]);
    assert_eq!(captured(&town).await, 390_000);
}

#[tokio::test]
async fn a_checkout_that_nobody_pays_is_closed_after_a_day() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    town.house.clock.set(evening() + SignedDuration::from_hours(23));
    assert_eq!(super::expire_checkouts(&town.house).await.expect("the round"), 0);
    town.house.clock.set(evening() + SignedDuration::from_hours(25));
    assert_eq!(super::expire_checkouts(&town.house).await.expect("the round"), 1);
    assert_eq!(super::expire_checkouts(&town.house).await.expect("the round, again"), 0);
    assert!(browser.get(&hosted).await.text.contains("closed"));
    let fresh = browser.agree("smart-quarterly", "/").await;
    assert_ne!(fresh, hosted);
    browser.post(&fresh, &[("outcome", "paid")]).await;
    super::settle_open(&town.house).await.expect("the round");
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "active");
}

#[tokio::test]
async fn an_offer_that_changed_is_shown_again_before_it_is_sold() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let page = browser.get("/checkout?plan=smart-quarterly").await;
    let attempt = between(&page.text, "name=\"attempt\" value=\"", "\"").to_owned();
    let unticked = browser.post("/checkout", &[("plan", "smart-quarterly"), ("attempt", &attempt)]).await;
    assert!(unticked.status == StatusCode::UNPROCESSABLE_ENTITY && unticked.text.contains("Tick the box"));
    let other = browser
        .post("/checkout", &[("plan", "super-saver"), ("attempt", &attempt), ("consent", "yes"), ("price", "1")])
        .await;
    assert!(other.text.contains("The offer has changed"), "{}", other.text);
    assert!(sound(&town, "asha@example.org").await.is_empty());
}

#[tokio::test]
async fn two_clicks_cancel_and_one_takes_it_back() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let returned = browser.post(&hosted, &[("outcome", "paid")]).await.to().to_owned();
    browser.get(&returned).await;
    assert!(browser.get("/account/cancel").await.text.contains("28 February 2027"));
    for _ in 0..2 {
        assert_eq!(browser.post("/account/cancel", &[]).await.to(), "/account/cancel");
    }
    assert!(browser.get("/account/cancel").await.text.contains("will not renew"));
    assert!(browser.get("/account").await.text.contains("You keep reading to 28 February 2027"));
    assert_eq!(browser.post("/account/resume", &[]).await.to(), "/account?done=resumed");
    assert!(browser.get("/account").await.text.contains("28 February 2027, ₹900"));
    browser.post("/account/cancel", &[]).await;
    let kinds: Vec<String> = town.house.store.mails(9).await.expect("mails").into_iter().map(|m| m.kind).collect();
    assert_eq!(kinds, ["cancelled", "resumed", "cancelled", "receipt", "sign-up-code"]);
    let last_second: Timestamp = "2027-02-27T18:29:59Z".parse().expect("an instant");
    town.house.clock.set(last_second);
    assert_eq!(super::end_cancelled(&town.house).await.expect("the round"), 0);
    town.house.clock.set(last_second + SignedDuration::from_secs(1));
    assert_eq!(super::end_cancelled(&town.house).await.expect("the round"), 1);
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "ended");
}

#[tokio::test]
async fn logging_out_gives_no_fresh_stories() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    let meter = &town.house.meter;
    let period = meter.period(evening());
    let reads = |numbers: &[u32]| numbers.iter().map(|n| circulation::meter::Read::new(*n, period.today)).collect();
    let pass = meter.seal(circulation::meter::GuestId(77), &period, reads(&[1, 2, 3]));
    browser.jar.insert(cookies::GUEST.into(), pass);
    browser.sign_up("asha@example.org", "/").await;
    let reader = circulation::readers::ReaderId(reader_id(&town, "asha@example.org").await);
    assert_eq!(meter.reads_of(reader, &period).len(), 3, "what a guest read counts for the account");
    meter.absorb(reader, &period, &reads(&[4, 5]));
    let old_session = browser.jar[cookies::SESSION].clone();
    let out = browser.post("/logout", &[]).await;
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!browser.jar.contains_key(cookies::SESSION));
    let guest = meter.pass(browser.jar.get(cookies::GUEST).map(String::as_str), &period, evening()).expect("a pass");
    assert_eq!((guest.id.0, guest.known.len()), (77, 5));
    browser.jar.insert(cookies::SESSION.into(), old_session);
    assert!(browser.get("/account").await.to().starts_with("/login"), "the session is over for good");
}

#[tokio::test]
async fn a_device_that_is_ended_is_out_at_once_and_only_its_own_reader_can_end_it() {
    let town = town().await;
    let mut phone = Browser::new(&town);
    phone.sign_up("asha@example.org", "/").await;
    let mut laptop = Browser::new(&town);
    laptop.post("/login", &[("email", "asha@example.org"), ("password", PASSWORD)]).await;
    let page = laptop.get("/account").await;
    let device = between(&page.text, "name=\"device\" value=\"", "\"").to_owned();
    assert!(!phone.jar[cookies::SESSION].contains(&device));
    let mut ravi = Browser::new(&town);
    ravi.sign_up("ravi@example.org", "/").await;
    ravi.post("/account/devices/end", &[("device", &device)]).await;
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    laptop.post("/account/devices/end", &[("device", &device)]).await;
    assert!(phone.get("/account").await.to().starts_with("/login"));
    assert_eq!(laptop.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sample_accounts_are_made_once_and_their_subscription_is_really_bought() {
    let town = town().await;
    super::create_sample_accounts(&town.house).await.expect("made");
    super::create_sample_accounts(&town.house).await.expect("made before");
    let contracts = sound(&town, "subscriber@example.com").await;
    assert_eq!((contracts.len(), contracts[0].state.as_str()), (1, "active"));
    assert_eq!(captured(&town).await, 270_000);
    let mut editor = Browser::new(&town);
    let inside = editor
        .post(
            "/login",
            &[("email", "editor@example.com"), ("password", "put the verb before the number"), ("next", "/desk")],
        )
        .await;
    assert_eq!(inside.to(), "/desk");
}

#[tokio::test]
async fn the_mailbox_is_for_those_at_the_machine() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    assert!(browser.get("/mailbox").await.text.contains("confirms your address"));
    assert!(browser.get("/mailbox/1").await.text.contains("Your code: "));
    assert_eq!(browser.get("/mailbox/99").await.status, StatusCode::NOT_FOUND);
    let mut request =
        Request::builder().uri("/mailbox").header("host", "127.0.0.1:1997").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(Peer {
        address: [192, 0, 2, 1].into(),
        open: Arc::new(()),
        pulse: Arc::default(),
        tls: false,
    });
    let far = town.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(far.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_webhook_travels_over_http_and_settles_alone() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    let id = hosted.rsplit('/').next().expect("an id");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    town.house.rail.listen_at(listener.local_addr().expect("an address"), false);
    let router = town.router.clone();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a caller");
        let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            assert_eq!(request.method(), Method::POST);
            router.clone().oneshot(request.map(Body::new))
        });
        let io = hyper_util::rt::TokioIo::new(stream);
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
    });
    let now = evening();
    town.house.rail.pay(id, Behaviour::Ok, now).await.expect("paid");
    webhooks::deliver_due(&town.house).await.expect("deliveries");
    server.await.expect("the server saw one delivery");
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "active");
    assert_eq!(town.house.store.unfinished_webhooks(9).await.expect("webhooks").len(), 0);
}

/// Ends the reader's checkout behind the back of its hosted page, as a rail that pays late would find it.
pub(super) async fn end_checkout(town: &Town, email: &str) {
    let id = town.house.store.subscriptions_of(reader_id(town, email).await).await.expect("contracts")[0].id;
    let now = evening() + SignedDuration::from_hours(24);
    let step = |contract: circulation::subscriptions::Subscription| contract.expire_checkout(now);
    super::contracts::step(&town.house, id, now, step, |_, _| None).await.expect("ended");
}

#[tokio::test]
async fn money_that_comes_late_still_buys_when_it_can() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    end_checkout(&town, "asha@example.org").await;
    let returned = browser.post(&hosted, &[("outcome", "paid")]).await.to().to_owned();
    let thanks = browser.get(&returned).await.text;
    assert!(thanks.contains("You are subscribed"), "{thanks}");
    assert_eq!(sound(&town, "asha@example.org").await[0].state, "active");
}

#[tokio::test]
async fn money_that_comes_late_goes_back_when_the_reader_has_another_contract() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let old = browser.agree("smart-quarterly", "/").await;
    end_checkout(&town, "asha@example.org").await;
    let new = browser.agree("super-saver", "/").await;
    let returned = browser.post(&new, &[("outcome", "paid")]).await.to().to_owned();
    let thanks = browser.get(&returned).await.text;
    assert!(thanks.contains("You are subscribed"), "{thanks}");
    let late = browser.post(&old, &[("outcome", "paid")]).await.to().to_owned();
    for _ in 0..2 {
        assert!(browser.get(&late).await.text.contains("You get this payment back"));
    }
    let states: Vec<String> = sound(&town, "asha@example.org").await.into_iter().map(|s| s.state).collect();
    assert_eq!(states, ["active", "ended"]);
    let suspense = town.house.store.ledger_balances().await.expect("the books");
    assert_eq!(suspense.iter().find(|b| b.account == "suspense").map(|b| b.amount), Some(-90_000));
    let owed = town.house.store.mails(9).await.expect("mails").into_iter().filter(|m| m.kind == "refund-owed").count();
    assert_eq!(owed, 1);
}
