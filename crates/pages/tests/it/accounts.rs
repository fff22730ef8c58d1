//! Forms and the reader's own pages.
use crate::markup::{tags, text, value};
use crate::samples;
use pages::Page;
use pages::views::*;

fn show(page: &dyn Page) -> String {
    page.render(&samples::paper(), Reader::Registered).expect("a page")
}

/// Names and values of the fields of the form with this action.
fn fields(html: &str, action: &str) -> Vec<(String, String)> {
    let start = html.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form for {action}"));
    let end = start + html[start..].find("</form>").expect("the end of the form");
    let form = format!("<!doctype html><form {}", &html[start..end]);
    tags(&form)
        .iter()
        .filter(|(t, _)| matches!(*t, "input" | "select" | "textarea"))
        .filter_map(|(_, a)| Some((value(a, "name")?.to_owned(), value(a, "value").unwrap_or("").to_owned())))
        .collect()
}

fn names(html: &str, action: &str) -> Vec<String> {
    fields(html, action).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn forms_send_the_fields_they_document() {
    let next = Some("/a".to_owned());
    let signup = show(&SignUpPage { next: next.clone(), ..Default::default() });
    assert_eq!(names(&signup, "/signup"), ["next", "name", "email", "password"]);
    let login = show(&LogInPage { next: next.clone(), ..Default::default() });
    assert_eq!(names(&login, "/login"), ["next", "email", "password"]);
    assert!(login.contains("formaction=\"/login/code\""));
    let code = show(&CodePage { email: "a@b.example".into(), next, ..Default::default() });
    assert_eq!(names(&code, "/login/code/confirm"), ["next", "email", "code"]);
    assert_eq!(names(&show(&samples::checkout()), "/checkout"), ["next", "plan", "attempt", "consent"]);
    assert_eq!(names(&show(&samples::sandbox()), "/sandbox/pay/pay_81"), ["outcome"; 3]);
    let desk = show(&samples::desk_story());
    assert_eq!(
        names(&desk, "/desk/stories/12"),
        ["revision", "headline", "standfirst", "marking", "preview_blocks", "pick"]
    );
    assert_eq!(names(&show(&samples::desk_front()), "/desk/stories/1"), ["revision", "next", "marking"]);
    assert_eq!(fields(&show(&samples::account()), "/account/devices/end"), [("device".to_owned(), "b2".to_owned())]);
}

#[test]
fn a_form_without_a_way_back_has_no_such_field() {
    assert_eq!(names(&show(&LogInPage::default()), "/login"), ["email", "password"]);
}

#[test]
fn passwords_are_never_shown_again_and_may_be_pasted() {
    for html in [show(&SignUpPage::default()), show(&LogInPage::default())] {
        for (_, a) in tags(&html).iter().filter(|(_, a)| value(a, "type") == Some("password")) {
            assert_eq!(value(a, "value"), None);
            assert!(value(a, "autocomplete").is_some_and(|v| v.ends_with("-password")));
        }
        assert!(!html.contains("onpaste"));
    }
}

#[test]
fn an_error_stands_beside_its_field_and_is_announced() {
    let html = show(&SignUpPage {
        email: "x@".into(),
        errors: vec![FieldError::new("email", "Write an address with one @.")],
        ..Default::default()
    });
    let tags = tags(&html);
    let (_, email) = tags.iter().find(|(_, a)| value(a, "name") == Some("email")).expect("the field");
    assert_eq!(value(email, "aria-invalid"), Some("true"));
    assert_eq!(value(email, "aria-describedby"), Some("email-error"));
    assert_eq!(value(email, "value"), Some("x@"));
    assert!(html.contains("id=\"email-error\">Write an address with one @.<"));
    assert!(html.contains("role=\"alert\""));
    assert!(!show(&SignUpPage::default()).contains("role=\"alert\""));
}

#[test]
fn before_a_purchase_the_account_page_says_what_comes_after_it() {
    let bare = text(&show(&SignUpPage::default()));
    assert!(bare.contains("No card needed"));
    let before = SignUpPage { purchase: Some("Smart Quarterly, ₹900".into()), ..Default::default() };
    let before = text(&show(&before));
    assert!(before.contains("First a free account, then payment: Smart Quarterly, ₹900."), "{before}");
    assert!(!before.contains("No card needed"));
}

#[test]
fn the_code_page_says_where_the_code_works_and_where_it_lies() {
    let page = CodePage { email: "a@b.example".into(), minutes: 15, ..Default::default() };
    let mailed = show(&page);
    assert!(text(&mailed).contains("only in this browser") && !mailed.contains("sends no mail:"));
    let sample = show(&CodePage { mailbox: true, ..page });
    assert!(sample.contains("This paper sends no mail: <a href=\"/mailbox\">open the mailbox</a>"));
}

#[test]
fn opening_a_mailed_link_only_offers_a_button() {
    let html = show(&CodePage { email: "a@b.example".into(), code: Some("48\"13".into()), ..Default::default() });
    assert!(html.contains("method=\"post\" action=\"/login/code/confirm\""));
    assert!(!html.contains("refresh") && html.contains("value=\"48&#34;13\""));
}

#[test]
fn the_checkout_states_amount_renewal_and_cancelling() {
    let words = text(&show(&samples::checkout()));
    for expected in [
        "₹2,700 is charged now",
        "from 22 November 2027 until I cancel",
        "until I cancel",
        "Pay ₹2,700",
        "Includes GST of ₹411.86 (18%)",
        "(₹225/Month)",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    let html = show(&samples::checkout());
    let (_, consent) = tags(&html).into_iter().find(|(_, a)| value(a, "name") == Some("consent")).expect("consent");
    assert_eq!(value(&consent, "checked"), None, "consent is never given in advance");
}

#[test]
fn the_sandbox_says_test_and_settles_once() {
    let open = show(&samples::sandbox());
    assert!(text(&open).contains("TEST This is the sandbox. No money moves"));
    assert_eq!(open.matches(" checked").count(), 1);
    let settled = show(&SandboxPayPage { settled: Some("Paid already.".into()), ..samples::sandbox() });
    assert!(!settled.contains("<form") && settled.contains("Paid already."));
    assert!(text(&settled).contains("TEST"));
    let kept = show(&SandboxPayPage { amount: None, ..samples::sandbox() });
    assert!(text(&kept).contains("Nothing to pay now") && text(&kept).contains("Keep this method"));
    assert!(!text(&kept).contains("Pay The Deccan Ledger"));
}

#[test]
fn the_sandboxes_bank_says_test_and_names_what_each_button_is_about() {
    let html = show(&samples::bank());
    let words = text(&html);
    assert!(words.contains("TEST This is the sandbox. No money moves"));
    assert!(words.contains("Pause: works@testbank") && words.contains("Withdraw: works@testbank"), "{words}");
    assert!(words.contains("Announced debits: none yet."));
    assert_eq!(names(&html, "/sandbox/bank/cus_81"), ["act", "about"]);
}

#[test]
fn the_way_back_from_paying_depends_on_the_result() {
    let next = Link::new("Back to your story", "/markets/a-1");
    let day = samples::resets_on();
    let paid = show(&CheckoutReturnPage::Paid {
        what: PaidFor::Subscribed,
        plan: "Smart".into(),
        opens: "every story and ad-free reading".into(),
        paid_through: Some(day),
        next,
    });
    assert!(
        paid.contains("href=\"/markets/a-1\">Back to your story<")
            && text(&paid).contains("paid until 1 December 2026")
    );
    let pending = show(&CheckoutReturnPage::Pending { check_path: "/checkout/return?id=1&x=2".into() });
    assert!(pending.contains("href=\"/checkout/return?id=1&#38;x=2\">Check again<") && !pending.contains("refresh"));
    let failed =
        show(&CheckoutReturnPage::Failed { reason: "The bank said no.".into(), retry_path: "//evil.example".into() });
    assert!(text(&failed).contains("The bank said no. Nothing was charged."));
    assert!(!failed.contains("evil.example"), "a way back stays in the paper");
}

#[test]
fn the_account_shows_plan_renewal_devices_and_reading() {
    let words = text(&show(&samples::account()));
    for expected in [
        "Paid until 22 November 2027",
        "Next renewal 22 November 2027, ₹2,700",
        "Cancel the subscription",
        "Firefox on Linux this device",
        "3 of 10 free articles; they start again on 1 December 2026",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    let unlimited = AccountPage { reading: ReadingView::default(), ..samples::account() };
    assert!(text(&show(&unlimited)).contains("Nothing is counted"));
}

#[test]
fn only_addresses_of_the_paper_become_links_in_the_mailbox() {
    let mut page = samples::mailbox();
    let mail = page.open.as_mut().expect("a mail");
    mail.text =
        "Go to http://127.0.0.1:1997/login/code?code=1&email=a.\nNot to http://127.0.0.1:1997.evil.example/x <b>"
            .into();
    let html = show(&page);
    assert!(html.contains("<a href=\"http://127.0.0.1:1997/login/code?code=1&#38;email=a\">"));
    assert!(!html.contains("href=\"http://127.0.0.1:1997.evil"));
    assert!(html.contains("&#60;b&#62;"));
}

#[test]
fn plans_show_total_term_and_month_and_carry_the_way_back() {
    let page = PlansPage {
        every_plan_opens: Some("every story and ad-free reading".into()),
        plans: samples::plans(),
        included: samples::included(),
        next: Some("/a b".into()),
        current_plan: None,
    };
    let html = show(&page);
    let words = text(&html);
    for expected in [
        "Smart Essential ₹2,700 1 Year ₹225/Month",
        "Renews automatically, cancel anytime",
        "What’s included in every plan",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(html.contains("/checkout?plan=smart-essential&#38;next=/a%20b"));
    let section = &html[html.find("<section class=\"included\"").expect("what is included")..];
    let section = &section[..section.find("</section>").expect("its end")];
    assert_eq!(section.matches("<li>").count(), 8);
    let holder = show(&PlansPage { current_plan: Some("Super Saver".into()), ..page });
    assert!(text(&holder).contains("You already have Super Saver."));
}
