//! Where mails are handed over: the table `[mail]`, and user and password from the environment or a file.
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;
use serde::Deserialize;

/// The table `[mail]` of `publication.toml` as it was written, not yet checked.
///
/// ```toml
/// [mail]
/// host = "smtp.provider.example"
/// tls = "tls"                  # tls (from the first byte), starttls (asked for, and required), none (this machine)
/// # port = 465                 # left out: 465 for tls, 587 for starttls, 25 for none
/// from = "The Harbour Gazette <news@harbour.example>"
/// # reply_to = "desk@harbour.example"
/// # ca_file = "mail-ca.pem"    # an authority of your own, beside those that everybody trusts
/// ```
///
/// User and password never stand there: `MASTHEAD_SMTP_USER` with `MASTHEAD_SMTP_PASSWORD`, or with
/// `MASTHEAD_SMTP_PASSWORD_FILE` naming a file that holds the password alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Name or address of the server.
    pub host: String,
    /// Port; by the kind of TLS when left out.
    pub port: Option<u16>,
    /// `tls`, `starttls` or `none`.
    #[serde(default)]
    pub tls: TlsMode,
    /// Who sends: an address, with or without a name before it.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// PEM certificates that are trusted besides the usual ones; looked up from the data folder.
    pub ca_file: Option<PathBuf>,
}

/// How the way to the mail server is guarded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS after a greeting in the clear (RFC 3207). Without it nothing is sent.
    Starttls,
    /// None: for a relay on this machine.
    None,
}

/// What is wrong with the settings, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error(
        "“{0}” is not a host; write a name or an address without a scheme and a port, such as \"smtp.provider.example\""
    )]
    Host(String),
    #[error("port 0 does not exist; leave port out for the usual one")]
    Port,
    #[error(
        "tls = \"none\" is for a relay on this machine (127.0.0.1, ::1, localhost); write tls = \"tls\" or \"starttls\" for {0}"
    )]
    InTheClear(String),
    #[error("from: “{0}” is not a sender; write an address such as \"The Harbour Gazette <news@harbour.example>\"")]
    From(String),
    #[error("reply_to: “{0}” is not a mail address; write one such as \"desk@harbour.example\"")]
    ReplyTo(String),
    #[error("ca_file: {path} holds no certificate that can be read: {reason}. Name a file with certificates as PEM")]
    Authority { path: String, reason: String },
    #[error("{set} is set and {missing} is not; set both, or neither for a server that asks for no password")]
    Half { set: &'static str, missing: &'static str },
    #[error("MASTHEAD_SMTP_PASSWORD and MASTHEAD_SMTP_PASSWORD_FILE are both set; keep one of them")]
    TwoPasswords,
    #[error("MASTHEAD_SMTP_PASSWORD_FILE: {path} cannot be read: {reason}")]
    PasswordFile { path: String, reason: String },
    #[error("the password for the mail server is empty or has a control character; write it alone into its place")]
    Password,
}

impl SettingsError {
    /// The key of `[mail]` to mend; empty where the environment is to blame.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Port => "port",
            Self::InTheClear(_) => "tls",
            Self::From(_) => "from",
            Self::ReplyTo(_) => "reply_to",
            Self::Authority { .. } => "ca_file",
            Self::Half { .. } | Self::TwoPasswords | Self::PasswordFile { .. } | Self::Password => "",
        }
    }
}

/// User and password of the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    user: String,
    password: String,
}

/// A secret has no form in a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// Reads user and password: `environment` gives the value of a variable, as [`std::env::var`] does. Nothing where
    /// neither is set.
    ///
    /// # Errors
    /// One without the other, two passwords, or a file that cannot be read.
    pub fn load(environment: impl Fn(&str) -> Option<String>) -> Result<Option<Credentials>, SettingsError> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let user = set("MASTHEAD_SMTP_USER");
        let password = match (set("MASTHEAD_SMTP_PASSWORD"), set("MASTHEAD_SMTP_PASSWORD_FILE")) {
            (Some(_), Some(_)) => return Err(SettingsError::TwoPasswords),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(&path);
                let read = read.map_err(|error| SettingsError::PasswordFile { path, reason: error.to_string() })?;
                Some(read.trim_end_matches(['\r', '\n']).to_owned())
            }
            (password, None) => password,
        };
        match (user, password) {
            (None, None) => Ok(None),
            (Some(_), None) => {
                Err(SettingsError::Half { set: "MASTHEAD_SMTP_USER", missing: "MASTHEAD_SMTP_PASSWORD" })
            }
            (None, Some(_)) => {
                Err(SettingsError::Half { set: "MASTHEAD_SMTP_PASSWORD", missing: "MASTHEAD_SMTP_USER" })
            }
            (Some(_), Some(password)) if password.is_empty() || password.contains(char::is_control) => {
                Err(SettingsError::Password)
            }
            (Some(user), Some(password)) => Ok(Some(Credentials { user, password })),
        }
    }

    pub(super) fn for_lettre(&self) -> lettre::transport::smtp::authentication::Credentials {
        lettre::transport::smtp::authentication::Credentials::new(self.user.clone(), self.password.clone())
    }
}

/// The way to the mail server, checked.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: TlsMode,
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
    pub(super) authorities: Vec<Certificate>,
    pub(super) credentials: Option<Credentials>,
    /// What we call ourselves in the greeting: the domain of the sender.
    pub(super) hello: String,
}

impl MailSettings {
    /// Checks the table. `folder` is the data folder, from where `ca_file` is looked up.
    ///
    /// # Errors
    /// The first mistake found; [`SettingsError::key`] names the key.
    pub fn check(&self, folder: &Path, credentials: Option<Credentials>) -> Result<Smtp, SettingsError> {
        let host = self.host.trim();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>().ok();
        let name = |host: &str| {
            let part = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            };
            host.len() <= 253 && host.split('.').all(part)
        };
        if address.is_none() && !name(host) {
            return Err(SettingsError::Host(shown(host)));
        }
        if self.port == Some(0) {
            return Err(SettingsError::Port);
        }
        let here = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        if self.tls == TlsMode::None && !here {
            return Err(SettingsError::InTheClear(shown(host)));
        }
        let usual = match self.tls {
            TlsMode::Tls => 465,
            TlsMode::Starttls => 587,
            TlsMode::None => 25,
        };
        let from: Mailbox = self.from.parse().map_err(|_| SettingsError::From(shown(&self.from)))?;
        let reply_to = self
            .reply_to
            .as_ref()
            .map(|text| text.parse().map_err(|_| SettingsError::ReplyTo(shown(text))))
            .transpose()?;
        Ok(Smtp {
            host: bare.to_owned(),
            port: self.port.unwrap_or(usual),
            tls: self.tls,
            hello: from.email.domain().to_owned(),
            from,
            reply_to,
            authorities: self.authorities(folder)?,
            credentials,
        })
    }

    fn authorities(&self, folder: &Path) -> Result<Vec<Certificate>, SettingsError> {
        let Some(file) = &self.ca_file else { return Ok(Vec::new()) };
        let path = folder.join(file);
        let wrong = |reason: String| SettingsError::Authority { path: path.display().to_string(), reason };
        let pem = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        if !pem.windows(11).any(|window| window == b"CERTIFICATE") {
            return Err(wrong("there is no CERTIFICATE in it".to_owned()));
        }
        Ok(vec![certificate])
    }
}

fn shown(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
