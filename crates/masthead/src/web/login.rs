//! Sign-up, log-in by password or by mailed code, log-out.
//!
//! Nobody learns here whether an address has an account: sign-up and asking for a code always lead to the same page
//! and a mail, and a failed log-in says the same for a wrong address and a wrong password, after the same work.
use std::sync::Arc;

use axum::extract::{Extension, Form, Query, State};
use circulation::benefits::Benefits;
use circulation::readers::{Email, PASSWORD_MIN_CHARS, Password};
use http::{HeaderMap, Response};
use pages::views::{CodePage, FieldError, LogInPage, SignUpPage};
use serde::Deserialize;
use store::{Created, NewReader};

use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::{checked, knock};
use super::plans as cards;
use super::serve::Peer;
use super::visitor::Visitor;
use crate::house::House;
use crate::readers::codes::{self, Asking, Intent, MINUTES, Tried};
use crate::readers::{Door, entrance, paths};

/// Longest name taken, in characters.
const LONGEST_NAME: usize = 120;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: Option<String>,
}

/// What the forms of this page send. No `Debug`: a password is among it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    email: String,
    password: String,
    code: String,
    next: Option<String>,
}

impl Typed {
    fn next(&self) -> Option<String> {
        paths::next(self.next.as_deref())
    }
}

/// Somebody who is signed in already has nothing to do here.
fn onward(visitor: &Visitor, next: Option<&str>) -> Option<Response<Reply>> {
    visitor.signed().map(|_| see_other(next.unwrap_or("/")))
}

/// `GET /signup`
pub async fn sign_up_page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(query): Query<Next>,
) -> Result<Response<Reply>, Fault> {
    let next = paths::next(query.next.as_deref());
    if let Some(response) = onward(&visitor, next.as_deref()) {
        return Ok(response);
    }
    sign_up_form(&house, &visitor, SignUpPage { next, ..SignUpPage::default() })
}

fn sign_up_form(house: &House, visitor: &Visitor, page: SignUpPage) -> Result<Response<Reply>, Fault> {
    let purchase = page.next.as_deref().and_then(|next| purchase(house, next));
    let page = SignUpPage { password_minimum: u16::try_from(PASSWORD_MIN_CHARS).unwrap_or(u16::MAX), purchase, ..page };
    checked(house, visitor.reader(), &page, &page.errors)
}

/// The plan and price of the checkout that `next` leads to, and what the plan does not open.
fn purchase(house: &House, next: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Wish {
        plan: String,
    }
    let address: http::Uri = next.parse().ok()?;
    let Query(wish) = Query::<Wish>::try_from_uri(&address).ok().filter(|_| address.path() == "/checkout")?;
    let plan = house.publication.plans.plan(&wish.plan)?;
    let without = cards::without(&house.publication, plan, Benefits::NONE).map(|words| format!(". {words}"));
    Some(format!("{}, {}{}", plan.terms.name, plan.terms.price, without.unwrap_or_default()))
}

/// `POST /signup`
pub async fn sign_up(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let next = typed.next();
    let name = typed.name.trim();
    let mut errors = Vec::new();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.push(FieldError::new(
            "name",
            format!("Use at most {LONGEST_NAME} ordinary characters, or leave the name out."),
        ));
    }
    let email = Email::parse(&typed.email).map_err(|e| errors.push(FieldError::new("email", e.to_string()))).ok();
    let password = match &email {
        Some(email) => Password::choose(&typed.password, email, &house.publication.name),
        None => Password::enter(&typed.password),
    };
    let password = password.map_err(|e| errors.push(FieldError::new("password", e.to_string()))).ok();
    let (Some(email), Some(password), true) = (email, password, errors.is_empty()) else {
        let page = SignUpPage { name: typed.name, email: typed.email, next, errors, ..SignUpPage::default() };
        return sign_up_form(&house, &visitor, page);
    };
    knock(&house, Door::SignUp, &email.key(), &headers, &peer)?;
    let password_hash = house.passwords.hash(password, &house.dice).await?;
    let sign_up = Some((name.to_owned(), password_hash));
    mailed(&house, Asking { email: &email, next: next.as_deref(), sign_up }).await
}

/// Mails a code and leads to the page where it is typed.
async fn mailed(house: &House, asking: Asking<'_>) -> Result<Response<Reply>, Fault> {
    let path = paths::with_next(&format!("/login/code?email={}", paths::value(asking.email.as_str())), asking.next);
    let browser = codes::ask(house, asking).await?;
    let mut response = see_other(&path);
    entrance::remember_asking(&mut response, &browser);
    Ok(response)
}

/// `GET /login`
pub async fn log_in_page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(query): Query<Next>,
) -> Result<Response<Reply>, Fault> {
    let next = paths::next(query.next.as_deref());
    if let Some(response) = onward(&visitor, next.as_deref()) {
        return Ok(response);
    }
    log_in_form(&house, &visitor, LogInPage { next, ..LogInPage::default() })
}

fn log_in_form(house: &House, visitor: &Visitor, page: LogInPage) -> Result<Response<Reply>, Fault> {
    let reason = page.next.as_deref().and_then(reason).map(str::to_owned);
    let page = LogInPage { reason, ..page };
    checked(house, visitor.reader(), &page, &page.errors)
}

fn reason(next: &str) -> Option<&'static str> {
    [
        ("/checkout", "Log in to go on to the checkout."),
        ("/account", "Log in to see your account."),
        ("/desk", "Log in to go to the desk."),
        ("/search?", "Log in to save the search."),
    ]
    .into_iter()
    .find(|(path, _)| next.starts_with(path))
    .map(|(_, words)| words)
}

/// `POST /login`
pub async fn log_in(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let next = typed.next();
    let mut errors = Vec::new();
    let email = Email::parse(&typed.email).map_err(|e| errors.push(FieldError::new("email", e.to_string()))).ok();
    let password =
        Password::enter(&typed.password).map_err(|e| errors.push(FieldError::new("password", e.to_string()))).ok();
    let shown = |errors| LogInPage { email: typed.email.clone(), next: next.clone(), errors, reason: None };
    let (Some(email), Some(password)) = (email, password) else {
        return log_in_form(&house, &visitor, shown(errors));
    };
    knock(&house, Door::LogIn, &email.key(), &headers, &peer)?;
    let reader = house.store.reader_by_email_key(&email.key()).await?;
    let hash = reader.as_ref().and_then(|r| r.password_hash.clone());
    let right = house.passwords.is_right(password, hash).await?;
    let Some(reader) = reader.filter(|_| right) else {
        tracing::info!("a log-in by password failed");
        let words = "That address and password do not belong together. Check both, or let us mail you a code.";
        return log_in_form(&house, &visitor, shown(vec![FieldError::new("", words)]));
    };
    signed_in(&house, reader.id, &headers, next.as_deref()).await
}

async fn signed_in(
    house: &House,
    reader: i64,
    headers: &HeaderMap,
    next: Option<&str>,
) -> Result<Response<Reply>, Fault> {
    let mut response = see_other(next.unwrap_or("/"));
    entrance::sign_in(house, reader, headers, &mut response).await?;
    Ok(response)
}

/// What the address of the code page may carry: from our own redirect, or from the mailed link.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeQuery {
    email: String,
    code: Option<String>,
    next: Option<String>,
}

/// `GET /login/code`. Shows the form and nothing else: mail scanners open links, so opening uses nothing up.
pub async fn code_page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(query): Query<CodeQuery>,
) -> Result<Response<Reply>, Fault> {
    let next = paths::next(query.next.as_deref());
    let Ok(email) = Email::parse(&query.email) else {
        return Ok(see_other(&paths::with_next("/login", next.as_deref())));
    };
    let code = query.code.as_deref().and_then(codes::typed);
    code_form(&house, &visitor, CodePage { email: email.as_str().to_owned(), code, next, ..CodePage::default() })
}

fn code_form(house: &House, visitor: &Visitor, page: CodePage) -> Result<Response<Reply>, Fault> {
    let page = CodePage { minutes: MINUTES, mailbox: has_mailbox(house), ..page };
    checked(house, visitor.reader(), &page, &page.errors)
}

/// Whether a reader at this machine finds the paper's mails at `/mailbox`.
fn has_mailbox(house: &House) -> bool {
    let publication = &house.publication;
    publication.is_local() && publication.payments.rail == "sandbox" && publication.server.trusted_proxies.is_empty()
}

/// `POST /login/code`: mails a code.
pub async fn ask_code(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let next = typed.next();
    let email = match Email::parse(&typed.email) {
        Ok(email) => email,
        Err(error) => {
            let errors = vec![FieldError::new("email", error.to_string())];
            return log_in_form(&house, &visitor, LogInPage { email: typed.email, next, errors, reason: None });
        }
    };
    knock(&house, Door::AskCode, &email.key(), &headers, &peer)?;
    mailed(&house, Asking { email: &email, next: next.as_deref(), sign_up: None }).await
}

/// `POST /login/code/confirm`: the button under the code.
pub async fn confirm_code(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let next = typed.next();
    let Ok(email) = Email::parse(&typed.email) else {
        return Ok(see_other(&paths::with_next("/login", next.as_deref())));
    };
    // After an error the code is typed anew: a link's button would only fail again.
    let again = |field, words: String| {
        let errors = vec![FieldError::new(field, words)];
        let page = CodePage { email: email.as_str().to_owned(), next: next.clone(), errors, ..CodePage::default() };
        code_form(&house, &visitor, page)
    };
    let Some(code) = codes::typed(&typed.code) else {
        return again("code", "The code has eight digits. Copy it from the mail.".into());
    };
    knock(&house, Door::TryCode, &email.key(), &headers, &peer)?;
    let intent = match codes::attempt(&house, &headers, &email, &code).await? {
        Tried::Right(intent) => intent,
        Tried::Wrong { left } => {
            let tries = if left == 1 { "one try is".to_owned() } else { format!("{left} tries are") };
            return again(
                "code",
                format!("This is not the code from the latest mail; {tries} left. Check the digits."),
            );
        }
        Tried::Gone => {
            let words = format!(
                "This code does not work here (any more). Codes work once, for {MINUTES} minutes, in the browser where they were asked for. Ask for a new one in this browser."
            );
            return again("", words);
        }
    };
    match proved(&house, &email, intent).await? {
        Some(reader) => signed_in(&house, reader, &headers, next.as_deref()).await,
        None => again("", "This address has no account yet. Create one first.".into()),
    }
}

/// The account of an address that was proved, made now if that was asked for.
async fn proved(house: &House, email: &Email, intent: Intent) -> Result<Option<i64>, Fault> {
    let now = house.clock.now();
    let reader = match intent {
        Intent::LogIn => house.store.reader_by_email_key(&email.key()).await?,
        Intent::SignUp { name, password_hash } => {
            let new = NewReader {
                email: email.as_str().to_owned(),
                email_key: email.key(),
                name,
                password_hash: Some(password_hash),
                role: "reader".into(),
                verified_at: Some(now),
            };
            // One who exists by now has proved the address all the same; their password stays as it was.
            let (Created::Created(reader) | Created::Exists(reader)) = house.store.create_reader(&new, now).await?;
            Some(reader)
        }
    };
    let Some(reader) = reader else { return Ok(None) };
    if reader.verified_at.is_none() {
        house.store.set_verified(reader.id, now).await?;
    }
    Ok(Some(reader.id))
}

/// `POST /logout`
pub async fn log_out(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let mut response = see_other("/");
    match visitor.signed() {
        Some(signed) => entrance::sign_out(&house, signed, &headers, &mut response).await?,
        None => entrance::forget(&mut response),
    }
    Ok(response)
}
