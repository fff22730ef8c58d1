//! What the paper writes to its readers. Plain text; every link is made of the paper's own address.
pub mod smtp;

use circulation::ledger::{LedgerError, TaxRates};
use circulation::payments::Capture;
use circulation::subscriptions::Subscription;
use jiff::civil::Date;
use store::NewMail;

use crate::config::Publication;
use crate::readers::codes::MINUTES;

fn letter(
    publication: &Publication,
    kind: &str,
    key: Option<String>,
    to: &str,
    subject: String,
    paragraphs: &[&str],
) -> NewMail {
    let mut text = paragraphs.join("\n\n");
    text.push_str(&format!("\n\n{}\n{}\nQuestions: {}\n", publication.name, publication.base_url, publication.contact));
    NewMail { key, kind: kind.to_owned(), to: to.to_owned(), subject, text, html: None }
}

fn code_lines(code: &str, link: &str) -> String {
    format!(
        "Your code: {code}\n\nOr open this link in the browser where you asked for it, and press the button there:\n{link}\n\n\
         Code and link work once, for {MINUTES} minutes."
    )
}

fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// The code of somebody who asked to log in.
#[must_use]
pub fn log_in_code(publication: &Publication, to: &str, code: &str, link: &str) -> NewMail {
    let paragraphs = [
        &*format!("Here is the code to log in to {}.", publication.name),
        &*code_lines(code, link),
        "You did not ask for it? Then somebody typed your address by mistake. Without this code nobody gets in; there is nothing to do.",
    ];
    letter(publication, "log-in-code", None, to, format!("{code} is your log-in code"), &paragraphs)
}

/// The code that proves the address of a new account.
#[must_use]
pub fn confirm_address(publication: &Publication, to: &str, code: &str, link: &str) -> NewMail {
    let paragraphs = [
        &*format!("Welcome to {}. One step is left: show that this address is yours.", publication.name),
        &*code_lines(code, link),
        "You did not ask for an account? Then leave this mail be: without the code none is made.",
    ];
    letter(publication, "sign-up-code", None, to, format!("{code} confirms your address"), &paragraphs)
}

/// To the owner of an account whose address somebody used to sign up again.
#[must_use]
pub fn account_exists(publication: &Publication, to: &str, code: &str, link: &str) -> NewMail {
    let paragraphs = [
        &*format!(
            "Somebody, probably you, wanted to create an account at {} with this address. You have one already, so nothing was changed; your password is the one you had.",
            publication.name
        ),
        &*code_lines(code, link),
        "It was not you? Without this code nobody gets in; there is nothing to do.",
    ];
    letter(
        publication,
        "account-exists",
        None,
        to,
        format!("{code} logs you in: you have an account already"),
        &paragraphs,
    )
}

/// To somebody who wanted to log in with an address that has no account.
#[must_use]
pub fn no_account(publication: &Publication, to: &str) -> NewMail {
    let paragraphs = [
        &*format!(
            "Somebody, probably you, wanted to log in to {} with this address, but it has no account there.",
            publication.name
        ),
        &*format!(
            "Perhaps you signed up with another address. Or create a free account here:\n{}/signup",
            publication.base_url
        ),
        "It was not you? Then there is nothing to do.",
    ];
    letter(publication, "no-account", None, to, format!("No account at {} yet", publication.name), &paragraphs)
}

/// The receipt for a captured payment.
///
/// # Errors
/// An amount that cannot hold its taxes.
pub fn receipt(
    publication: &Publication,
    to: &str,
    attempt: i64,
    contract: &Subscription,
    capture: &Capture,
    rates: &TaxRates,
) -> Result<NewMail, LedgerError> {
    let plan = contract.plan();
    let mut lines = format!("{}, {}: {}", plan.name, plan.term, capture.amount());
    for (tax, amount) in rates.split(capture.amount())?.taxes {
        lines.push_str(&format!("\nof which {} {amount}", tax.as_str().to_uppercase()));
    }
    lines.push_str(&format!("\nPayment {}", capture.key()));
    if let Some(paid) = contract.paid() {
        lines.push_str(&format!(
            "\nPaid on {}, to {}",
            day(contract.zone().date_at(paid.paid_at)),
            day(paid.period.to)
        ));
    }
    let renewal = contract.next_renewal().map_or_else(String::new, |on| {
        format!(
            "It renews on {} for {}, unless you cancel before; two clicks in your account:\n{}/account",
            day(on),
            plan.price,
            publication.base_url
        )
    });
    let rail = "This was a sandbox payment: no money moved.";
    let thanks = format!("Thank you for subscribing to {}.", publication.name);
    let mut paragraphs = vec![thanks.as_str(), lines.as_str(), renewal.as_str()];
    if publication.payments.rail == "sandbox" {
        paragraphs.push(rail);
    }
    paragraphs.retain(|p| !p.is_empty());
    let subject = format!("Receipt: {}, {}", plan.name, capture.amount());
    Ok(letter(publication, "receipt", Some(format!("receipt:attempt:{attempt}")), to, subject, &paragraphs))
}

/// A payment came that pays for nothing and goes back.
#[must_use]
pub fn refund_owed(publication: &Publication, to: &str, attempt: i64, capture: &Capture) -> NewMail {
    let paragraphs = [
        &*format!(
            "A payment of {} reached us that we cannot use: you subscribe already, or the order was closed.",
            capture.amount()
        ),
        &*format!("You will get all of it back by the way it came. Payment {}.", capture.key()),
    ];
    let key = Some(format!("refund-owed:attempt:{attempt}"));
    letter(publication, "refund-owed", key, to, format!("You get {} back", capture.amount()), &paragraphs)
}

/// A cancellation was recorded (`cancelled`) or taken back. Once for each revision of the contract.
#[must_use]
pub fn cancellation(
    publication: &Publication,
    to: &str,
    contract: &Subscription,
    cancelled: bool,
    revision: i64,
) -> Option<NewMail> {
    let plan = contract.plan();
    let until = day(contract.paid_through()?);
    let id = contract.id().0;
    if to.is_empty() {
        return None;
    }
    let account = format!("{}/account", publication.base_url);
    Some(if cancelled {
        let paragraphs = [
            &*format!("Your subscription {} is cancelled. Nothing will be charged any more.", plan.name),
            &*format!(
                "You have paid to {until} and keep full access until then. Until that day you can take the cancellation back:\n{account}"
            ),
        ];
        let key = Some(format!("cancelled:{id}:{revision}"));
        letter(publication, "cancelled", key, to, format!("Cancelled: {} ends on {until}", plan.name), &paragraphs)
    } else {
        let paragraphs = [
            &*format!("Your subscription {} goes on: the cancellation is taken back.", plan.name),
            &*format!("It renews on {until} for {}. Cancel any time:\n{account}", plan.price),
        ];
        let key = Some(format!("resumed:{id}:{revision}"));
        letter(publication, "resumed", key, to, format!("{} goes on", plan.name), &paragraphs)
    })
}
