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
