//! Mails leave the house by SMTP (RFC 5321), one at a time, over TLS.
//!
//! A mail may arrive twice: when the server's last answer is lost, nobody knows whether it took the mail, and it is
//! sent again. Its Message-ID and its every byte are the same then, so most mailboxes show it once.
mod settings;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message};
use store::Mail;

pub use settings::{Credentials, MailSettings, SettingsError, Smtp, TlsMode};

/// The whole of one delivery may take so long; RFC 5321 lets a server think for minutes, a reader waits for a code.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a server may take to say good-bye.
const GOOD_BYE: Duration = Duration::from_secs(2);
/// As much of a server's answer as an error repeats, in characters.
const LONGEST_ANSWER: usize = 200;
/// The largest mail that is sent, attachments and all, in bytes. Relays commonly refuse more.
const LARGEST: usize = 20 * 1024 * 1024;

/// A file that goes with a mail.
#[derive(Clone, Copy)]
pub struct Attachment<'a> {
    /// Its name: `M-26-27-0000123.pdf`.
    pub name: &'a str,
    /// Its media type: `application/pdf`.
    pub kind: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Why a mail was not sent, and what to do next. The words never name the recipient, the mail's content or a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// Keep it and try again later, at growing intervals: the server is away, busy, or set up wrongly on our side.
    #[error("the mail waits: {0}")]
    Retry(String),
    /// This mail will never be taken: its address or its content is refused. Leave it and tell support.
    #[error("the mail cannot be delivered: {0}")]
    GiveUp(String),
}

/// Where in a delivery a fault arose: it decides whether the mail is to blame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connection,
    Encryption,
    LogIn,
    Sender,
    Recipient,
    Content,
}

impl Stage {
    fn words(self) -> &'static str {
        match self {
            Stage::Connection => "the mail server could not be reached or did not greet",
            Stage::Encryption => "the mail server's TLS failed; check tls, host and ca_file in [mail]",
            Stage::LogIn => "the mail server refused user or password; check MASTHEAD_SMTP_USER and its password",
            Stage::Sender => "the mail server refused the sender; check from in [mail]",
            Stage::Recipient => "the mail server refused the recipient",
            Stage::Content => "the mail server refused the mail",
        }
    }

    /// What a server says about one mail is final when it says so; what it says about us is ours to mend. A refusal
    /// by policy (5.7.x of RFC 3463: a blocked sender, a missing signature) is about us, too.
    fn fault(self, error: &lettre::transport::smtp::Error, to: &str) -> SendFault {
        let answer = answer(error, to);
        let about_the_mail = matches!(self, Stage::Recipient | Stage::Content);
        let words = format!("{}: {answer}", self.words());
        if about_the_mail && error.is_permanent() && !answer.contains("5.7.") {
            SendFault::GiveUp(words)
        } else {
            SendFault::Retry(words)
        }
    }
}

/// The server's answer or the fault beneath, without the recipient's address, in one bounded line.
fn answer(error: &lettre::transport::smtp::Error, to: &str) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    let name = to.split('@').next().unwrap_or_default();
    let text = text.replace(to, "(recipient)");
    // A server may repeat the address in another spelling; the part before the @ is what tells a person.
    let text = if name.len() > 2 { without(&text, name) } else { text };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_ANSWER).collect()
}

/// Whether TLS lies beneath a fault; one while connecting is reported as a fault of the connection.
fn is_about_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if cause.is::<rustls::Error>() || wrapped.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        next = cause.source();
    }
    error.is_tls()
}

/// Takes `name` out, capitals or not.
fn without(text: &str, name: &str) -> String {
    let (low, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in low.match_indices(&name) {
        kept.push_str(text.get(from..at).unwrap_or_default());
        kept.push_str("(recipient)");
        from = at + found.len();
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

/// Sends one mail with its attachments.
///
/// # Errors
/// [`SendFault`] says whether to keep the mail.
pub async fn send(smtp: &Smtp, mail: &Mail, attachments: &[Attachment<'_>]) -> Result<(), SendFault> {
    send_within(smtp, mail, attachments, PATIENCE).await
}

async fn send_within(
    smtp: &Smtp,
    mail: &Mail,
    attachments: &[Attachment<'_>],
    patience: Duration,
) -> Result<(), SendFault> {
    let to: Address = mail.to.parse().map_err(|_| SendFault::GiveUp("the recipient is not a mail address".into()))?;
    let message = compose(smtp, mail, &to, attachments)?;
    match tokio::time::timeout(patience, deliver(smtp, &to, &message)).await {
        Ok(Ok(mut connection)) => {
            // The mail is taken; how the server says good-bye changes nothing.
            let _ = tokio::time::timeout(GOOD_BYE, connection.abort()).await;
            Ok(())
        }
        Ok(Err(fault)) => Err(fault),
        Err(_) => {
            Err(SendFault::Retry(format!("the mail server did not answer within {} seconds", patience.as_secs())))
        }
    }
}

/// Ends when the server has taken the mail, and gives back the connection to be closed.
async fn deliver(smtp: &Smtp, to: &Address, message: &[u8]) -> Result<AsyncSmtpConnection, SendFault> {
    let address = to.to_string();
    let fault = |stage: Stage| {
        let address = address.clone();
        move |error: lettre::transport::smtp::Error| stage.fault(&error, &address)
    };
    let mut connection = connect(smtp, &address).await?;
    if let Some(credentials) = &smtp.credentials {
        let known = [Mechanism::Plain, Mechanism::Login];
        connection.auth(&known, &credentials.for_lettre()).await.map_err(fault(Stage::LogIn))?;
    }
    let mut options = Vec::new();
    if !address.is_ascii() || !smtp.from.email.to_string().is_ascii() {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendFault::GiveUp(
                "the address has letters that the mail server does not take (SMTPUTF8)".to_owned(),
            ));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let sender = Some(smtp.from.email.clone());
    connection.command(MailFrom::new(sender, options)).await.map_err(fault(Stage::Sender))?;
    connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(fault(Stage::Recipient))?;
    connection.command(Data).await.map_err(fault(Stage::Content))?;
    connection.message(message).await.map_err(fault(Stage::Content))?;
    Ok(connection)
}

async fn connect(smtp: &Smtp, to: &str) -> Result<AsyncSmtpConnection, SendFault> {
    let name = ClientId::Domain(smtp.hello.clone());
    let tls = match smtp.tls {
        TlsMode::None => None,
        TlsMode::Tls | TlsMode::Starttls => Some(parameters(smtp).map_err(|e| Stage::Encryption.fault(&e, to))?),
    };
    let server = (smtp.host.as_str(), smtp.port);
    let at_once = tls.clone().filter(|_| smtp.tls == TlsMode::Tls);
    let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &name, at_once, None)
        .await
        .map_err(|error| if is_about_tls(&error) { Stage::Encryption } else { Stage::Connection }.fault(&error, to))?;
    if let Some(tls) = tls.filter(|_| smtp.tls == TlsMode::Starttls) {
        // Without STARTTLS on offer this fails: a mail with a log-in code is not sent in the clear.
        connection.starttls(tls, &name).await.map_err(|error| Stage::Encryption.fault(&error, to))?;
    }
    Ok(connection)
}

fn parameters(smtp: &Smtp) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut builder = TlsParameters::builder(smtp.host.clone());
    for certificate in &smtp.authorities {
        builder = builder.add_root_certificate(certificate.clone());
    }
    builder.build_rustls()
}

/// The mail as it goes over the wire: the same bytes for the same mail.
fn compose(smtp: &Smtp, mail: &Mail, to: &Address, attachments: &[Attachment<'_>]) -> Result<Vec<u8>, SendFault> {
    let cannot = |what: &str| SendFault::GiveUp(format!("the mail cannot be written: {what}"));
    // A mail is the same however often it is sent: its name comes from what it is, not from the dice.
    let name = mail.key.clone().unwrap_or_else(|| format!("mail:{}", mail.id));
    let print = blake3::hash(format!("{name}\n{}\n{}", mail.id, mail.created_at).as_bytes()).to_hex();
    let print = print.get(..32).unwrap_or_default();
    let written = mail.created_at.max(Timestamp::UNIX_EPOCH).into();
    let mut builder = Message::builder()
        .from(smtp.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(mail.subject.split_whitespace().collect::<Vec<_>>().join(" "))
        .date(written)
        .message_id(Some(format!("<{print}@{}>", smtp.from.email.domain())))
        // RFC 3834: no holiday notices to a machine.
        .raw_header(lettre::message::header::HeaderValue::new(
            lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    if let Some(reply_to) = &smtp.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let text = SinglePart::plain(mail.text.clone());
    let boundary = |part: &str| format!("=_{part}{print}");
    let body = mail.html.as_ref().map(|html| {
        MultiPart::alternative()
            .boundary(boundary("a"))
            .singlepart(text.clone())
            .singlepart(SinglePart::html(html.clone()))
    });
    let message = match (body, attachments) {
        (None, []) => builder.singlepart(text),
        (Some(body), []) => builder.multipart(body),
        (body, files) => {
            let mixed = MultiPart::mixed().boundary(boundary("m"));
            let mut mixed = match body {
                Some(body) => mixed.multipart(body),
                None => mixed.singlepart(text),
            };
            for file in files {
                let kind = ContentType::parse(file.kind).map_err(|_| cannot("an attachment has no media type"))?;
                mixed = mixed.singlepart(Part::new(file.name.to_owned()).body(file.bytes.to_vec(), kind));
            }
            builder.multipart(mixed)
        }
    };
    let bytes = message.map_err(|error| cannot(&error.to_string()))?.formatted();
    if bytes.len() > LARGEST {
        return Err(cannot("it is larger than 20 MiB"));
    }
    Ok(bytes)
}
