//! Addresses and passwords: what is accepted, what is refused, and that secrets stay secret.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use circulation::readers::{Email, EmailError, Password, PasswordError, ReaderId};

#[test]
fn an_address_is_kept_as_written_with_its_domain_in_lower_case() {
    for (typed, kept) in [
        (" Asha.Rao+news@Example.ORG \n", "Asha.Rao+news@example.org"),
        ("a@b.in", "a@b.in"),
        ("o'hara_1!#$%&*=?^`{|}~/-@x-y.example.co.in", "o'hara_1!#$%&*=?^`{|}~/-@x-y.example.co.in"),
        ("उषा@उदाहरण.भारत", "उषा@उदाहरण.भारत"),
    ] {
        assert_eq!(Email::parse(typed).map(String::from).as_deref(), Ok(kept));
    }
    let email = Email::parse("Asha.Rao@Example.org").unwrap();
    assert_eq!((email.local(), email.domain()), ("Asha.Rao", "example.org"));
    assert_eq!(email.key(), "asha.rao@example.org");
    assert_eq!(format!("{email:?}"), "Email(…@example.org)");
}

#[test]
fn what_is_no_address_is_refused_with_the_mend() {
    let long_local = format!("{}@example.org", "a".repeat(65));
    let long = format!("a@{}org", "abcdefghi.".repeat(26));
    let label = format!("a@{}.org", "a".repeat(64));
    for (typed, error) in [
        ("  ", EmailError::Empty),
        ("asha", EmailError::NoAt),
        ("a@b@example.org", EmailError::SecondAt),
        ("@example.org", EmailError::NoLocal),
        ("asha@", EmailError::NoDomain),
        ("asha@localhost", EmailError::DomainWithoutDot),
        ("asha rao@example.org", EmailError::Space),
        ("asha@example.org\r\nBcc:x@example.org", EmailError::Space),
        ("asha\u{0}@example.org", EmailError::Space),
        ("asha@example.org,b@example.org", EmailError::SecondAt),
        ("asha,b@example.org", EmailError::Character { found: ',' }),
        ("<asha@example.org>", EmailError::Character { found: '<' }),
        ("asha@example..org", EmailError::Domain),
        ("asha@-example.org", EmailError::Domain),
        ("asha@exa_mple.org", EmailError::Domain),
        ("asha@[192.0.2.1]", EmailError::Domain),
        (".asha@example.org", EmailError::Dots),
        ("a..b@example.org", EmailError::Dots),
        (&long_local, EmailError::LocalTooLong),
        (&label, EmailError::Domain),
        (&long, EmailError::TooLong),
    ] {
        assert_eq!(Email::parse(typed), Err(error), "{typed:?}");
    }
    assert!(EmailError::NoAt.to_string().contains("name@example.org"));
}

#[test]
fn a_stored_address_is_checked_when_it_is_read() {
    let email: Email = serde_json::from_str(r#""Asha@Example.org""#).unwrap();
    assert_eq!(serde_json::to_string(&email).unwrap(), r#""Asha@example.org""#);
    assert!(serde_json::from_str::<Email>(r#""asha""#).is_err());
    assert_eq!(serde_json::to_string(&ReaderId(7)).unwrap(), "7");
}

fn choose(typed: &str) -> Result<String, PasswordError> {
    let email = Email::parse("asha.rao+news@example.org").unwrap();
    Password::choose(typed, &email, "The Daily Ledger").map(|p| p.reveal().to_owned())
}

#[test]
fn any_fifteen_characters_make_a_password() {
    for typed in [
        "river lamp stove",
        "               x",
        "!@#$%^&*()_+{}|:<>?x",
        "नदी दीपक चूल्हा तारा",
        "🐘🐘🐅🐘🐅🐅🦚🐘🐅🦚🦚🐘🐅🐘🦚",
        "xkqvzjwpfgmbtyr",
        &"lantern ".repeat(8),
        &"twelve different words, more or less; ".repeat(7)[..256],
    ] {
        assert_eq!(choose(typed).as_deref(), Ok(typed), "{typed}");
    }
}

#[test]
fn length_is_counted_in_characters_and_nothing_is_cut_off() {
    assert_eq!(choose("river lamp sto"), Err(PasswordError::TooShort { chars: 14 }));
    assert_eq!(choose("éééé ütü çß ñ"), Err(PasswordError::TooShort { chars: 13 }));
    assert_eq!(choose(""), Err(PasswordError::Empty));
    let longest: String = "river lamp stove ".chars().cycle().take(257).collect();
    assert_eq!(choose(&longest), Err(PasswordError::TooLong));
    assert_eq!(choose(&longest[..256]).map(|p| p.len()), Ok(256));
}

#[test]
fn what_is_tried_first_is_refused() {
    for typed in [
        "passwordpassword",
        "Password-Password",
        "PASSWORD 12345678",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012345",
        "098765432109876",
        "abcdefghijklmnop",
        "qwertyuiopasdfghjkl",
        "correct horse battery staple",
        "1q2w3e4r5t6y7u8i",
        "!!!!!!!!!!!!!!!!",
    ] {
        assert_eq!(choose(typed), Err(PasswordError::Common), "{typed}");
    }
    assert_eq!(choose("i read thedailyledger!"), Err(PasswordError::PaperName));
    assert_eq!(choose("The-Daily-Ledger 1997"), Err(PasswordError::PaperName));
    assert_eq!(choose("my name is Asha Rao ok"), Err(PasswordError::EmailName));
    // A name of a few letters is in half the words there are.
    let email = Email::parse("an@example.org").unwrap();
    assert!(Password::choose("an elephant in a lane", &email, "Ox").is_ok());
}

#[test]
fn a_password_is_the_same_on_every_keyboard() {
    let composed = choose("caf\u{e9} au lait sans sucre").unwrap();
    let decomposed = choose("cafe\u{301} au\u{a0}lait sans\u{3000}sucre").unwrap();
    assert_eq!(composed, decomposed);
    let entered = Password::enter("cafe\u{301} au lait sans sucre").unwrap();
    assert_eq!(entered.reveal(), composed);
    assert_ne!(choose("River lamp stove"), choose("river lamp stove"));
}

#[test]
fn a_password_entered_to_log_in_is_not_judged_but_bounded() {
    assert_eq!(Password::enter("short").unwrap().reveal(), "short");
    assert_eq!(Password::enter("").err(), Some(PasswordError::Empty));
    assert_eq!(Password::enter(&"x".repeat(1_000_000)).err(), Some(PasswordError::TooLong));
}

#[test]
fn a_secret_is_never_printed() {
    let password = Password::enter("river lamp stove").unwrap();
    assert_eq!(format!("{password:?}"), "Password(…)");
    let error = choose("asha.rao river").unwrap_err().to_string();
    assert!(!error.contains("river") && error.contains("15"), "{error}");
}
