//! What the paper writes to its readers. Plain text; every link is made of the paper's own address.
pub mod attachments;
pub mod notices;
pub mod smtp;

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
    NewMail {
        key,
        kind: kind.to_owned(),
        to: to.to_owned(),
        subject,
        text,
        html: None,
        reader_id: None,
        about: None,
        attachments: Vec::new(),
    }
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

/// The last mail to somebody who erased their account.
#[must_use]
pub fn account_erased(publication: &Publication, to: &str, keeps: bool) -> NewMail {
    let kept = "The law makes us keep invoices and the books of your payments for some years. They are kept apart, under a number, and deleted afterwards.";
    let paragraphs = [
        "Your account was erased, as you asked: name, address, password, what you read, devices, billing details and our mails to you are gone.",
        if keeps { kept } else { "Nothing is kept." },
        "It was not you? Then write to us at once.",
    ];
    letter(publication, "account-erased", None, to, "Your account is erased".into(), &paragraphs)
}

/// The links by which subscriptions can be cancelled without logging in: for each its plan and whole address.
#[must_use]
pub fn ways_to_cancel(publication: &Publication, to: &str, ways: &[(String, String)], received: &str) -> NewMail {
    let lines: Vec<String> = ways.iter().map(|(plan, address)| format!("{plan}:\n{address}")).collect();
    let mut paragraphs =
        vec![format!("On {received} somebody, probably you, asked to cancel a subscription with this address.")];
    if lines.is_empty() {
        paragraphs.push(format!(
            "No subscription is running for this address, so nothing is charged. Perhaps you subscribed with another one; try that:\n{}/cancel",
            publication.base_url
        ));
    } else {
        paragraphs.push("Open the link and press the button there; no log-in is needed. You can also withdraw from the contract there, or take a cancellation back.".into());
        paragraphs.extend(lines);
    }
    paragraphs.push("It was not you? Then there is nothing to do: opening a link cancels nothing.".into());
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    letter(publication, "ways-to-cancel", None, to, "Cancel your subscription".into(), &paragraphs)
}

/// A gift's code, to the one it is for.
#[must_use]
pub fn gift_for_you(
    publication: &Publication,
    key: String,
    to: &str,
    from: &str,
    facts: (&str, &str, &str),
) -> NewMail {
    let (plan, code, address) = facts;
    let who = if from.trim().is_empty() { "Somebody" } else { from.trim() };
    let paragraphs = [
        &*format!("{who} gives you {plan} of {}. It costs you nothing and ends by itself.", publication.name),
        &*format!("Open this address to claim it; its time begins on that day:\n{address}"),
        &*format!("The code on it, should you be asked: {code}"),
    ];
    letter(publication, "gift-for-you", Some(key), to, format!("A gift for you: {}", publication.name), &paragraphs)
}
