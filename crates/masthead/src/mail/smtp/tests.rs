//! Delivery to a mail server of our own on this machine: kind, busy, rude, silent and false ones.
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;

/// How the server behaves: its answer at each step, or `hang` or `drop` in place of one.
#[derive(Clone)]
struct Manners {
    greeting: &'static str,
    offers: &'static str,
    auth: &'static str,
    sender: &'static str,
    recipient: &'static str,
    data: &'static str,
    taken: &'static str,
    quit: &'static str,
    tls_at_once: bool,
}

const KIND: Manners = Manners {
    greeting: "220 mx.example ready",
    offers: "250-mx.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
    auth: "235 welcome",
    sender: "250 ok",
    recipient: "250 ok",
    data: "354 go on",
    taken: "250 queued as 1",
    quit: "221 bye",
    tls_at_once: false,
};

/// What the server was told, line by line; the mail itself is between DATA and the final dot.
type Heard = Vec<String>;

struct Server {
    port: u16,
    authority: String,
    heard: JoinHandle<Heard>,
}

/// A server that serves one connection.
async fn server(manners: Manners) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (acceptor, authority) = certified();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        if manners.tls_at_once {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(BufReader::new(stream), &manners, &mut heard, true).await;
            }
            return heard;
        }
        let mut stream = BufReader::new(stream);
        if serve(&mut stream, &manners, &mut heard, true).await
            && let Ok(stream) = acceptor.accept(stream.into_inner()).await
        {
            heard.push("(encrypted)".to_owned());
            serve(BufReader::new(stream), &manners, &mut heard, false).await;
        }
        heard
    });
    Server { port, authority, heard }
}

fn certified() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

/// Serves until the end; true when the client wants to go on encrypted.
async fn serve<S>(mut stream: S, manners: &Manners, heard: &mut Heard, greet: bool) -> bool
where
    S: AsyncBufReadExt + AsyncRead + AsyncWrite + Unpin,
{
    if greet && !say(&mut stream, manners.greeting).await {
        return false;
    }
    let mut reading = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end_matches("\r\n").to_owned();
        heard.push(line.clone());
        let answer = if reading {
            if line != "." {
                continue;
            }
            reading = false;
            manners.taken
        } else {
            match line.split(' ').next().unwrap_or_default() {
                "EHLO" => manners.offers,
                "AUTH" => manners.auth,
                "MAIL" => manners.sender,
                "RCPT" => manners.recipient,
                "DATA" => {
                    reading = manners.data.starts_with("354");
                    manners.data
                }
                "QUIT" => manners.quit,
                "STARTTLS" => {
                    say(&mut stream, "220 go on").await;
                    return true;
                }
                _ => "502 what?",
            }
        };
        if !say(&mut stream, answer).await {
            return false;
        }
    }
}

/// Answers; false when the connection ends here.
async fn say<S: AsyncWrite + AsyncRead + Unpin>(stream: &mut S, answer: &str) -> bool {
    match answer {
        "drop" => false,
        // Waits for the client to lose patience, which ends the connection.
        "hang" => {
            let _ = tokio::io::copy(stream, &mut tokio::io::sink()).await;
            false
        }
        answer => stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_ok() && stream.flush().await.is_ok(),
    }
}

fn mail() -> Mail {
    Mail {
        id: 41,
        key: Some("receipt:attempt:31".into()),
        kind: "receipt".into(),
        to: "asha.rao@readers.example".into(),
        subject: "Receipt: Smart Essential, ₹2,700".into(),
        text: "Thank you.\n.dots stay\nCode: 123456\n".into(),
        html: None,
        created_at: "2026-11-22T04:30:00Z".parse().unwrap(),
        sent_at: None,
        reader_id: None,
        about: None,
        attachments: Vec::new(),
        attempts: 0,
        given_up_at: None,
    }
}

fn settings(tls: &str, port: u16) -> MailSettings {
    toml::from_str(&format!(
        "host = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nfrom = \"The Harbour Gazette <news@harbour.example>\"\n"
    ))
    .unwrap()
}

fn login() -> Option<Credentials> {
    Credentials::load(|name| match name {
        "MASTHEAD_SMTP_USER" => Some("gazette".into()),
        "MASTHEAD_SMTP_PASSWORD" => Some("open sesame".into()),
        _ => None,
    })
    .unwrap()
}

fn relay(port: u16) -> Smtp {
    settings("none", port).check(Path::new("."), login()).unwrap()
}

async fn deliver_to(manners: Manners, mail: &Mail) -> (Result<(), SendFault>, Heard) {
    let server = server(manners).await;
    let sent = send_within(&relay(server.port), mail, &[], Duration::from_secs(20)).await;
    (sent, server.heard.await.unwrap())
}

#[tokio::test]
async fn a_mail_is_handed_over_whole() {
    let (sent, heard) = deliver_to(KIND, &mail()).await;
    sent.unwrap();
    let password = base64::engine::general_purpose::STANDARD.encode("\0gazette\0open sesame");
    assert_eq!(heard[0], "EHLO harbour.example");
    assert_eq!(heard[1], format!("AUTH PLAIN {password}"));
    assert_eq!(heard[2], "MAIL FROM:<news@harbour.example>");
    assert_eq!(heard[3], "RCPT TO:<asha.rao@readers.example>");
    let all = heard.join("\n");
    for line in [
        "From: \"The Harbour Gazette\" <news@harbour.example>",
        "To: asha.rao@readers.example",
        "Date: Sun, 22 Nov 2026 04:30:00 +0000",
        "Auto-Submitted: auto-generated",
        // A dot that begins a line is doubled on the way (RFC 5321, 4.5.2).
        "..dots stay",
        "Code: 123456",
    ] {
        assert!(heard.iter().any(|heard| heard == line), "{line} in\n{all}");
    }
    assert!(!all.contains('₹'), "a header is encoded");
    assert_eq!(heard.last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn the_same_mail_is_the_same_bytes_with_its_files() {
    let pdf = Attachment { name: "M-26-27-0000123.pdf", kind: "application/pdf", bytes: b"%PDF-1.7 \xff\x00" };
    let mail = Mail { html: Some("<p>Thank you</p>".into()), ..mail() };
    let mut all = Vec::new();
    for _ in 0..2 {
        let server = server(KIND).await;
        send(&relay(server.port), &mail, &[pdf]).await.unwrap();
        all.push(server.heard.await.unwrap());
    }
    assert_eq!(all[0], all[1]);
    let heard = all[0].join("\n");
    assert!(heard.contains("Content-Type: application/pdf") && heard.contains("filename=\"M-26-27-0000123.pdf\""));
    assert!(heard.contains(&base64::engine::general_purpose::STANDARD.encode(pdf.bytes)), "{heard}");
    assert!(heard.contains("multipart/mixed") && heard.contains("multipart/alternative"));
    let server = server(KIND).await;
    send(&relay(server.port), &Mail { id: 42, ..mail }, &[]).await.unwrap();
    let other = server.heard.await.unwrap();
    let id = |heard: &Heard| heard.iter().find(|line| line.starts_with("Message-ID:")).cloned().unwrap();
    assert_ne!(id(&other), id(&all[0]), "another mail has another name");
}

#[tokio::test]
async fn what_a_server_says_decides_whether_the_mail_is_kept() {
    use SendFault::{GiveUp, Retry};
    type Kept = fn(String) -> SendFault;
    let cases: [(Manners, Kept, &str); 14] = [
        (Manners { greeting: "421 too busy", ..KIND }, Retry, "did not greet"),
        (Manners { greeting: "554 no", ..KIND }, Retry, "did not greet"),
        (Manners { greeting: "drop", ..KIND }, Retry, "could not be reached"),
        (Manners { greeting: "220 \u{0}\u{ff}", offers: "what", ..KIND }, Retry, "did not greet"),
        (Manners { offers: "250 mx.example", ..KIND }, Retry, "user or password"),
        (Manners { auth: "535 5.7.8 wrong", ..KIND }, Retry, "MASTHEAD_SMTP_USER"),
        (Manners { sender: "550 not you", ..KIND }, Retry, "check from"),
        (Manners { recipient: "450 mailbox busy", ..KIND }, Retry, "recipient"),
        (Manners { recipient: "550 5.1.1 <asha.rao@readers.example> unknown", ..KIND }, GiveUp, "5.1.1"),
        (Manners { recipient: "550 5.7.1 your network is listed", ..KIND }, Retry, "listed"),
        (Manners { data: "552 too large", ..KIND }, GiveUp, "too large"),
        (Manners { taken: "554 ASHA.RAO does not want this", ..KIND }, GiveUp, "does not want this"),
        (Manners { taken: "451 try later", ..KIND }, Retry, "try later"),
        (Manners { taken: "drop", ..KIND }, Retry, "refused the mail"),
    ];
    for (manners, kept, words) in cases {
        let (sent, heard) = deliver_to(manners, &mail()).await;
        let fault = sent.unwrap_err();
        let text = fault.to_string();
        assert_eq!(std::mem::discriminant(&fault), std::mem::discriminant(&kept(String::new())), "{text}\n{heard:?}");
        assert!(text.contains(words), "“{words}” in {text}");
        assert!(!text.to_lowercase().contains("asha") && !text.contains("sesame"), "{text}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(matches!(send(&relay(port), &mail(), &[]).await, Err(SendFault::Retry(_))));
    for manners in [Manners { greeting: "hang", ..KIND }, Manners { recipient: "hang", ..KIND }] {
        let server = server(manners).await;
        let sent = send_within(&relay(server.port), &mail(), &[], Duration::from_millis(300)).await;
        assert!(matches!(&sent, Err(SendFault::Retry(words)) if words.contains("did not answer")), "{sent:?}");
    }
}

#[tokio::test]
async fn a_mail_that_was_taken_is_sent_however_the_server_says_good_bye() {
    for quit in ["drop", "500 never"] {
        let (sent, _) = deliver_to(Manners { quit, ..KIND }, &mail()).await;
        assert_eq!(sent, Ok(()), "{quit}");
    }
}

#[tokio::test]
async fn an_encrypted_way_is_taken_only_to_a_server_that_proves_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let tls = Manners { tls_at_once: true, ..KIND };
    let starttls = Manners { offers: "250-mx.example\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN", ..KIND };
    for (mode, manners) in [("tls", tls), ("starttls", starttls)] {
        let known = server(manners.clone()).await;
        std::fs::write(folder.path().join("ca.pem"), &known.authority).unwrap();
        let trusting = MailSettings { ca_file: Some("ca.pem".into()), ..settings(mode, known.port) };
        send(&trusting.check(folder.path(), login()).unwrap(), &mail(), &[]).await.unwrap();
        let heard = known.heard.await.unwrap();
        if mode == "starttls" {
            let at = |word: &str| heard.iter().position(|line| line.starts_with(word)).unwrap();
            assert!(at("(encrypted)") < at("AUTH"), "{heard:?}");
        }

        let stranger = server(manners).await;
        let strict = settings(mode, stranger.port).check(folder.path(), login()).unwrap();
        let fault = send(&strict, &mail(), &[]).await.unwrap_err();
        assert!(matches!(&fault, SendFault::Retry(words) if words.contains("TLS")), "{fault}");
        let heard = stranger.heard.await.unwrap();
        assert!(!heard.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{heard:?}");
    }
    // No STARTTLS on offer, as somebody between us and the server would have it.
    let stripped = server(KIND).await;
    let strict = settings("starttls", stripped.port).check(folder.path(), login()).unwrap();
    assert!(matches!(send(&strict, &mail(), &[]).await, Err(SendFault::Retry(_))));
    let heard = stripped.heard.await.unwrap();
    assert!(!heard.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{heard:?}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_addressed_is_given_up_and_headers_cannot_be_smuggled() {
    for to in ["nobody", "a@b@c", "", "a@b\r\nRCPT TO:<c@d>"] {
        let sent = send(&relay(1), &Mail { to: to.into(), ..mail() }, &[]).await;
        assert!(matches!(sent, Err(SendFault::GiveUp(_))), "{to}: {sent:?}");
    }
    let (sent, _) = deliver_to(KIND, &Mail { to: "आशा@readers.example".into(), ..mail() }).await;
    assert!(matches!(&sent, Err(SendFault::GiveUp(words)) if words.contains("SMTPUTF8")), "{sent:?}");
    let sly = Mail { subject: "Hello\r\nBcc: other@readers.example\r\n\r\nbody".into(), ..mail() };
    let (sent, heard) = deliver_to(KIND, &sly).await;
    sent.unwrap();
    assert!(heard.iter().any(|line| line == "Subject: Hello Bcc: other@readers.example body"), "{heard:?}");
    let huge = vec![0; LARGEST];
    let file = Attachment { name: "a.bin", kind: "application/octet-stream", bytes: &huge };
    assert!(matches!(send(&relay(1), &mail(), &[file]).await, Err(SendFault::GiveUp(_))));
}

#[test]
fn settings_say_what_to_mend_and_keep_their_secrets() {
    let sound = settings("tls", 465);
    let check = |changed: MailSettings| changed.check(Path::new("/nowhere"), None).unwrap_err();
    for (changed, key, mend) in [
        (MailSettings { host: "https://smtp.example".into(), ..sound.clone() }, "host", "without a scheme"),
        (MailSettings { host: String::new(), ..sound.clone() }, "host", "smtp.provider.example"),
        (MailSettings { port: Some(0), ..sound.clone() }, "port", "leave port out"),
        (MailSettings { host: "mail.example".into(), tls: TlsMode::None, ..sound.clone() }, "tls", "starttls"),
        (MailSettings { from: "The Gazette".into(), ..sound.clone() }, "from", "news@harbour.example"),
        (MailSettings { reply_to: Some("desk".into()), ..sound.clone() }, "reply_to", "desk@harbour.example"),
        (MailSettings { ca_file: Some("none.pem".into()), ..sound.clone() }, "ca_file", "PEM"),
    ] {
        let error = check(changed);
        assert_eq!(error.key(), key, "{error}");
        assert!(error.to_string().contains(mend), "{error}");
    }
    for (tls, port) in [("tls", 465), ("starttls", 587), ("none", 25)] {
        let usual = MailSettings { port: None, ..settings(tls, 1) };
        assert_eq!(usual.check(Path::new("."), None).unwrap().port, port);
    }
    assert!(toml::from_str::<MailSettings>("host = \"h\"\nfrom = \"a@b\"\npassword = \"x\"").is_err());
    let smtp = sound.check(Path::new("."), login()).unwrap();
    assert!(!format!("{smtp:?}").contains("sesame"), "{smtp:?}");
}

#[test]
fn user_and_password_come_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "from a file\n").unwrap();
    let file = file.to_string_lossy().into_owned();
    let load = |set: &[(&str, &str)]| {
        let set: Vec<(String, String)> = set.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Credentials::load(|name| set.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
    };
    let (user, password, path) = ("MASTHEAD_SMTP_USER", "MASTHEAD_SMTP_PASSWORD", "MASTHEAD_SMTP_PASSWORD_FILE");
    assert_eq!(load(&[]), Ok(None));
    assert_eq!(load(&[(user, "u"), (path, &file)]), load(&[(user, "u"), (password, "from a file")]));
    assert!(matches!(load(&[(user, "u")]), Err(SettingsError::Half { .. })));
    assert!(matches!(load(&[(password, "p")]), Err(SettingsError::Half { .. })));
    assert!(matches!(load(&[(user, "u"), (password, "p"), (path, &file)]), Err(SettingsError::TwoPasswords)));
    assert!(matches!(load(&[(user, "u"), (path, "nowhere/at/all")]), Err(SettingsError::PasswordFile { .. })));
    assert!(matches!(load(&[(user, "u"), (password, "a\nb")]), Err(SettingsError::Password)));
}
