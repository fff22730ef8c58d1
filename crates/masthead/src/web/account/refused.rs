//! What the rules refuse, in words for readers.
use circulation::billing::BillingRefusal;
use http::{Response, StatusCode};
use pages::views::{self, Link, MessagePage};

use crate::billing::BillingError;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::forms::with_status;

/// The page for a step that is not possible now (409), where the words are the reader's business; else the fault.
///
/// # Errors
/// What is no refusal.
pub fn answer(house: &House, reader: views::Reader, error: BillingError) -> Result<Response<Reply>, Fault> {
    let BillingError::Refused(refusal) = &error else { return Err(error.into()) };
    if refusal.is_fault() {
        return Err(error.into());
    }
    let page = MessagePage {
        title: "That is not possible now".into(),
        paragraphs: vec![words(house, refusal)],
        links: vec![Link::new("Your account", "/account")],
    };
    with_status(house, reader, &page, StatusCode::CONFLICT)
}

/// The words for a refusal.
#[must_use]
pub fn words(house: &House, refusal: &BillingRefusal) -> String {
    match refusal {
        BillingRefusal::WrongState { .. } | BillingRefusal::NotDue | BillingRefusal::NoSuch(_) => {
            "Your subscription has changed meanwhile, so nothing was done. See how it stands now.".into()
        }
        BillingRefusal::AlreadyCancelled(_) => "It is cancelled already.".into(),
        BillingRefusal::NotCancelled(_) => "It is not cancelled.".into(),
        BillingRefusal::TooLate(at) => {
            let day = at.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string();
            format!("The time for this ended on {day}.")
        }
        BillingRefusal::PayFirst => "A payment is due. Pay it, and the way you pay by is kept.".into(),
        BillingRefusal::NeedsMethod => "A way to pay is needed first.".into(),
        BillingRefusal::PausedElsewhere => {
            "The permission to debit is paused in your bank's app. Resume it there, or choose another way to pay."
                .into()
        }
        BillingRefusal::PaymentOpen(_) => {
            "A payment is on its way and not decided yet. Wait until it is: we write to you as soon as we know.".into()
        }
        BillingRefusal::NothingToPay(_) => "Nothing is to be paid now.".into(),
        BillingRefusal::Parked { .. } => {
            "Somebody of ours is looking at your payments. Nothing is charged meanwhile; we will write to you.".into()
        }
        BillingRefusal::Disputed(_) => {
            "A payment is disputed at your bank. Until that is decided nothing can be changed.".into()
        }
        BillingRefusal::NotOffered(_) => "This paper does not offer that.".into(),
        BillingRefusal::NoUpgrade => {
            "The days you have left are worth as much as that plan costs. Change at the next renewal instead.".into()
        }
        BillingRefusal::Limit(words) | BillingRefusal::BadPlan(words) => sentence(words),
        other => sentence(&other.to_string()),
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
