//! Erasing the account. The person goes at once; invoices, contracts and books stay under a number, as the law wants
//! (GDPR Art. 17 (3)(b)).
use std::sync::Arc;

use axum::extract::{Extension, Form, State};
use circulation::billing::{Act, RefundRule};
use circulation::readers::{Email, Password};
use http::{HeaderMap, Response, StatusCode};
use jiff::SignedDuration;
use jiff::civil::Date;
use pages::views::{ErasePage, FieldError, FieldErrors, Link, MessagePage, Proof};
use serde::Deserialize;
use store::{Erased, Reader as Account};

use super::running;
use crate::billing::{self, Held, dossiers};
use crate::house::House;
use crate::mail;
use crate::readers::codes::{self, Asking, Tried};
use crate::readers::{Door, entrance};
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::forms::{checked, knock, show, with_status};
use crate::web::serve::Peer;
use crate::web::visitor::{Reader, Signed, Visitor};

/// How long after a log-in nobody is asked again who they are.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// What the form sends. No `Debug`: a password is among it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "do")]
    step: String,
    sure: String,
    password: String,
    code: String,
}

/// Everything about the account that the page and the step rest on.
struct Asked {
    account: Account,
    /// The contract that still runs, cancelled.
    running: Option<Held>,
    blocked: Option<String>,
    fresh: bool,
    keeps: bool,
}

impl Asked {
    async fn of(house: &House, signed: &Signed) -> Result<Self, Fault> {
        let now = house.clock.now();
        let account = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
        let running = running(house, signed).await?;
        let held = dossiers::of_reader(house, signed.reader.0).await?;
        let waits = |h: &Held| h.dossier.attempts.iter().any(|attempt| attempt.payment.is_open());
        let blocked = if signed.staff {
            Some("This is an account of the paper's staff. It is removed by the paper, not here.")
        } else if running.as_ref().is_some_and(|h| h.dossier.contract.cancellation().is_none()) {
            Some("Your subscription is running. Cancel it first; then you can erase the account at once.")
        } else if held.iter().any(waits) {
            Some(
                "A payment is begun and not decided yet. Wait until it is, a day at most; then you can erase the account.",
            )
        } else {
            None
        };
        let session = house.store.session(&signed.session, now).await?;
        Ok(Self {
            account,
            running,
            blocked: blocked.map(str::to_owned),
            fresh: session.is_some_and(|found| now.duration_since(found.session.created_at) < FRESH),
            keeps: held.iter().any(|h| !h.dossier.invoices.is_empty()),
        })
    }

    fn proof(&self) -> Proof {
        match () {
            () if self.fresh => Proof::Fresh,
            () if self.account.password_hash.is_some() => Proof::Password,
            () => Proof::Code,
        }
    }

    fn gives_up(&self) -> Option<Date> {
        self.running.as_ref().and_then(|h| h.dossier.contract.paid_through())
    }

    fn page(&self, proof: Proof, errors: FieldErrors) -> ErasePage {
        ErasePage {
            email: self.account.email.clone(),
            blocked: self.blocked.clone(),
            gives_up: self.gives_up(),
            proof,
            keeps: self.keeps,
            errors,
        }
    }
}

/// `GET /account/erase`
pub async fn page(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let asked = Asked::of(&house, &signed).await?;
    show(&house, Visitor::Signed(signed).reader(), &asked.page(asked.proof(), Vec::new()))
}

/// `POST /account/erase`
pub async fn erase(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let class = Visitor::Signed(Arc::clone(&signed)).reader();
    let asked = Asked::of(&house, &signed).await?;
    if asked.blocked.is_some() {
        return with_status(&house, class, &asked.page(asked.proof(), Vec::new()), StatusCode::CONFLICT);
    }
    let email = Email::parse(&asked.account.email).map_err(|e| Fault::internal(&e))?;
    if typed.step == "code" {
        knock(&house, Door::AskCode, &email.key(), &headers, &peer)?;
        let asking = Asking { email: &email, next: Some("/account/erase"), sign_up: None };
        let browser = codes::ask(&house, asking).await?;
        let mut response = show(&house, class, &asked.page(Proof::CodeSent, Vec::new()))?;
        entrance::remember_asking(&mut response, &browser);
        return Ok(response);
    }
    let by_code = !typed.code.is_empty();
    let proof = if by_code { Proof::CodeSent } else { asked.proof() };
    if typed.sure != "yes" {
        let errors = vec![FieldError::new("sure", "Tick the box if you are sure; without it nothing is erased.")];
        return checked(&house, class, &asked.page(proof, errors.clone()), &errors);
    }
    if let Some(error) = unproved(&house, &asked, &email, &typed, &headers, &peer).await? {
        let errors = vec![error];
        return checked(&house, class, &asked.page(proof, errors.clone()), &errors);
    }
    go(&house, &signed, asked).await
}

/// Why it is not certain that the reader asks; `None` when it is.
async fn unproved(
    house: &House,
    asked: &Asked,
    email: &Email,
    typed: &Typed,
    headers: &HeaderMap,
    peer: &Peer,
) -> Result<Option<FieldError>, Fault> {
    if asked.fresh {
        return Ok(None);
    }
    if !typed.code.is_empty() {
        let Some(code) = codes::typed(&typed.code) else {
            return Ok(Some(FieldError::new("code", "The code has eight digits. Copy it from the mail.")));
        };
        knock(house, Door::TryCode, &email.key(), headers, peer)?;
        return Ok(match codes::attempt(house, headers, email, &code).await? {
            Tried::Right(_) => None,
            Tried::Wrong { .. } => Some(FieldError::new("code", "This is not the code from the latest mail.")),
            Tried::Gone => Some(FieldError::new("code", "This code does not work (any more). Ask for a new one.")),
        });
    }
    knock(house, Door::LogIn, &email.key(), headers, peer)?;
    let right = match Password::enter(&typed.password) {
        Ok(password) => house.passwords.is_right(password, asked.account.password_hash.clone()).await?,
        Err(_) => false,
    };
    Ok((!right).then(|| FieldError::new("password", "That is not your password. Try again, or have a code mailed.")))
}

async fn go(house: &House, signed: &Arc<Signed>, asked: Asked) -> Result<Response<Reply>, Fault> {
    if let Some(held) = &asked.running {
        let reason = "the reader erased their account and gave up the rest of the paid time".to_owned();
        billing::act(house, held.id, &Act::End { refund: RefundRule::Nothing, reason }).await?;
    }
    let farewell = mail::account_erased(&house.publication, &asked.account.email, asked.keeps);
    match house.store.erase_reader(signed.reader.0, Some(&farewell), house.clock.now()).await? {
        Erased::Done => {}
        Erased::NoSuchReader => return Err(Fault::NotFound),
        Erased::ContractRuns(_) => {
            return Err(Fault::Conflict(
                "A subscription was begun meanwhile, so nothing was erased. Cancel it first.".into(),
            ));
        }
    }
    house.sessions.forget_reader(signed.reader);
    let page = MessagePage {
        title: "Your account is erased".into(),
        paragraphs: vec!["You are logged out everywhere. One last mail confirms it. Thank you for reading us.".into()],
        links: vec![Link::new("Go to the front page", "/")],
    };
    let mut response = show(house, pages::views::Reader::Guest, &page)?;
    entrance::forget(&mut response);
    Ok(response)
}
