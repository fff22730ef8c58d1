//! What two tabs, a crash or a stranger can do to a reader, through the real router.
use http::StatusCode;
use jiff::SignedDuration;

use super::walk::{
    Browser, PASSWORD, Town, between, captured, end_checkout, evening, reader_id, sound, town, town_with,
};

/// Opens the summary of a plan and agrees; any number of tabs may do so at once.
async fn agree_in_a_tab(
    town: &Town,
    jar: &std::collections::BTreeMap<String, String>,
    plan: &str,
) -> (StatusCode, String) {
    let mut tab = Browser::new(town);
    tab.jar = jar.clone();
    let page = tab.get(&format!("/checkout?plan={plan}")).await;
    let attempt = between(&page.text, "name=\"attempt\" value=\"", "\"").to_owned();
    let answer = tab.post("/checkout", &[("plan", plan), ("attempt", &attempt), ("consent", "yes")]).await;
    (answer.status, answer.to().to_owned())
}

#[tokio::test]
async fn two_plans_in_two_tabs_at_once_leave_one_page_to_pay_on() {
    let town = town().await;
    for n in 0..20 {
        let email = format!("asha{n}@example.org");
        let mut browser = Browser::new(&town);
        // Signing up is limited per network.
        browser.address = [198, 51, n, 1].into();
        browser.sign_up(&email, "/").await;
        let before = captured(&town).await;
        let ((a_status, a), (b_status, b)) = tokio::join!(
            agree_in_a_tab(&town, &browser.jar, "smart-quarterly"),
            agree_in_a_tab(&town, &browser.jar, "super-saver"),
        );
        assert_eq!([a_status, b_status], [StatusCode::SEE_OTHER; 2], "{a} {b}");
        for hosted in [&a, &b] {
            assert!(hosted.starts_with("/sandbox/pay/"), "{hosted}");
            browser.post(hosted, &[("outcome", "paid")]).await;
        }
        super::settle_open(&town.house).await.expect("the round");
        let contracts = sound(&town, &email).await;
        assert_eq!(contracts.iter().filter(|c| c.state == "active").count(), 1);
        let mut states = Vec::new();
        for contract in &contracts {
            let attempts = town.house.store.attempts_of(contract.id).await.expect("attempts");
            states.extend(attempts.into_iter().map(|a| a.state));
        }
        assert_eq!(states.iter().filter(|s| *s == "captured").count(), 1, "{states:?}");
        assert!(states.iter().all(|s| matches!(s.as_str(), "captured" | "failed")), "{states:?}");
        assert!([90_000, 390_000].contains(&(captured(&town).await - before)), "charged once");
    }
    let books = town.house.store.ledger_balances().await.expect("the books");
    assert_eq!(books.iter().find(|b| b.account == "suspense").map_or(0, |b| b.amount), 0, "nothing to give back");
}

#[tokio::test]
async fn a_page_left_open_by_an_ended_checkout_is_closed_by_the_round() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    let hosted = browser.agree("smart-quarterly", "/").await;
    end_checkout(&town, "asha@example.org").await;
    super::expire_checkouts(&town.house).await.expect("the round");
    let closed = browser.post(&hosted, &[("outcome", "paid")]).await;
    assert!(closed.text.contains("Nothing was taken"), "{}", closed.text);
    let contract = sound(&town, "asha@example.org").await.remove(0);
    let attempts = town.house.store.attempts_of(contract.id).await.expect("attempts");
    assert_eq!(attempts.iter().map(|a| a.state.as_str()).collect::<Vec<_>>(), ["failed"]);
    assert_eq!(captured(&town).await, 0);
}

#[tokio::test]
async fn a_payment_behind_many_open_ones_is_settled_in_the_same_round() {
    let town = town().await;
    let mut last = String::new();
    for n in 0..7 {
        let mut browser = Browser::new(&town);
        browser.sign_up(&format!("asha{n}@example.org"), "/").await;
        last = browser.agree("smart-quarterly", "/").await;
    }
    let id = last.rsplit('/').next().expect("an id");
    let lost = crate::gateways::sandbox::Behaviour::ReturnLost;
    town.house.rail.pay(id, lost, evening()).await.expect("paid");
    let settled = super::settlement::settle_open_by(&town.house, 2).await.expect("the round");
    assert_eq!((settled, captured(&town).await), (1, 90_000));
    assert_eq!(sound(&town, "asha6@example.org").await[0].state, "active");
    town.house.clock.set(evening() + SignedDuration::from_hours(25));
    assert_eq!(super::expire_checkouts(&town.house).await.expect("the round"), 6);
}

#[tokio::test]
async fn a_stranger_who_hammers_at_an_address_does_not_lock_its_reader_out() {
    let town = town().await;
    let mut reader = Browser::new(&town);
    reader.sign_up("asha@example.org", "/").await;
    let mut stranger = Browser::new(&town);
    stranger.address = [203, 0, 113, 9].into();
    let wrong = [("email", "asha@example.org"), ("password", "a password nobody has")];
    let code = [("email", "asha@example.org"), ("code", "0000 0000")];
    let ask = [("email", "asha@example.org")];
    let mut refused = [false; 3];
    for _ in 0..20 {
        for (n, (path, fields)) in
            [("/login", &wrong[..]), ("/login/code", &ask[..]), ("/login/code/confirm", &code[..])]
                .into_iter()
                .enumerate()
        {
            refused[n] |= stranger.post(path, fields).await.status == StatusCode::TOO_MANY_REQUESTS;
        }
    }
    assert_eq!(refused, [true; 3], "the stranger is held up at every door");
    let mut laptop = Browser::new(&town);
    let inside = laptop.post("/login", &[("email", "asha@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(inside.to(), "/", "{}", inside.text);
    let mut phone = Browser::new(&town);
    assert_eq!(phone.post("/login/code", &ask).await.status, StatusCode::SEE_OTHER);
    assert_eq!(phone.post("/login/code/confirm", &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_sample_accounts_passwords_keep_the_readers_rule() {
    let town = town_with(|publication| publication.accounts[0].password = "too short".into()).await;
    let refused = super::create_sample_accounts(&town.house).await.expect_err("refused").to_string();
    assert!(refused.contains("account reader@example.com: This password has 9 characters"), "{refused}");
    assert!(refused.contains("[[accounts]]") && !refused.contains("too short"), "{refused}");
    assert!(town.house.store.reader_by_email_key("reader@example.com").await.expect("the store").is_none());
}

#[tokio::test]
async fn what_is_recorded_as_agreed_to_reads_as_a_sentence() {
    let town = town().await;
    let mut browser = Browser::new(&town);
    browser.sign_up("asha@example.org", "/").await;
    browser.agree("smart-essential", "/").await;
    let id = reader_id(&town, "asha@example.org").await;
    let contract = town.house.store.subscriptions_of(id).await.expect("contracts").remove(0);
    let words = "I agree that ₹2,700 is charged now, and again every year from 30 November 2027 until I cancel.";
    assert_eq!(contract.consent["text"], words);
}
