//! `[payments]` in publication.toml, and the keys, which never stand there: they come from the environment or from files
//! that the environment names.
//!
//! | variable | what |
//! |---|---|
//! | `MASTHEAD_STRIPE_SECRET_KEY` | `sk_…` or a restricted `rk_…` |
//! | `MASTHEAD_STRIPE_WEBHOOK_SECRET` | `whsec_…`; several with commas while one replaces another |
//! | `MASTHEAD_RAZORPAY_KEY_ID`, `MASTHEAD_RAZORPAY_KEY_SECRET` | the pair from the dashboard |
//! | `MASTHEAD_RAZORPAY_WEBHOOK_SECRET` | as set at the webhook; several with commas |
//!
//! Each may end in `_FILE` instead and then names a file that holds the value.
use std::fmt;

use circulation::payments::Rail;
use serde::Deserialize;

/// Something that must not be shown: its `Debug` is three dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for headers and signatures only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// `[payments]` as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentSettings {
    /// `sandbox` (the default), `stripe` or `razorpay`.
    #[serde(default)]
    pub rail: Option<String>,
    /// Parts this paper's payments from those of another paper on the same account of the rail: up to six small letters
    /// and digits. `main` if not given.
    #[serde(default)]
    pub name: Option<String>,
    /// The rail's name for the account (`acct_…`, `acc_…`): events of another are refused.
    #[serde(default)]
    pub account: Option<String>,
    /// `merchant` (the default: the paper sends each debit) or `provider` (Razorpay Subscriptions keep the calendar).
    #[serde(default)]
    pub scheduling: Option<String>,
}

/// Keys for Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeKeys {
    pub secret_key: Secret,
    /// Any of them may have signed.
    pub webhook_secrets: Vec<Secret>,
    /// Events that name an account are taken only if it is this one.
    pub account: Option<String>,
}

impl StripeKeys {
    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        ["sk_live_", "rk_live_"].iter().any(|start| self.secret_key.expose().starts_with(start))
    }
}

/// Keys for Razorpay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RazorpayKeys {
    /// No secret: it stands in the reader's browser.
    pub key_id: String,
    pub key_secret: Secret,
    /// Any of them may have signed.
    pub webhook_secrets: Vec<Secret>,
    /// Events are taken only of this account, if one is given.
    pub account: Option<String>,
}

impl RazorpayKeys {
    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.key_id.starts_with("rzp_live_")
    }
}

/// Which rail a paper uses, with all that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RailChoice {
    Sandbox,
    Stripe { keys: StripeKeys, name: String },
    Razorpay { keys: RazorpayKeys, name: String, provider_scheduled: bool },
}

impl RailChoice {
    #[must_use]
    pub fn rail(&self) -> Rail {
        match self {
            Self::Sandbox => Rail::Sandbox,
            Self::Stripe { .. } => Rail::Stripe,
            Self::Razorpay { .. } => Rail::Razorpay,
        }
    }

    /// Whether real money moves.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self {
            Self::Sandbox => false,
            Self::Stripe { keys, .. } => keys.is_live(),
            Self::Razorpay { keys, .. } => keys.is_live(),
        }
    }
}

/// Why the paper cannot start with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentsWrong {
    #[error("[payments] rail = \"{0}\" is not known; write \"sandbox\", \"stripe\" or \"razorpay\"")]
    Rail(String),
    #[error("[payments] name = \"{0}\": write one to six small letters and digits")]
    Name(String),
    #[error("[payments] scheduling = \"{0}\": write \"merchant\" or, with Razorpay alone, \"provider\"")]
    Scheduling(String),
    #[error("{0} is not set; put the key there, or the path of a file that holds it into {0}_FILE")]
    Missing(&'static str),
    #[error("{0} and {0}_FILE are both set; keep one")]
    Twice(&'static str),
    #[error("the file of {name}_FILE cannot be read: {why}")]
    Unreadable { name: &'static str, why: String },
    #[error("{name} does not begin as it should ({begins}); is it another key?")]
    Strange { name: &'static str, begins: &'static str },
    #[error(
        "a live key of {0} is set and the paper uses the sandbox: readers would think that they had paid. Write \
         [payments] rail = \"{0}\", or take the key away"
    )]
    LiveBesideSandbox(Rail),
    #[error("this paper has contracts paid through the sandbox; they cannot go on with a live key. Begin a new paper")]
    SandboxBesideLive,
}

/// Reads the choice. `environment` gives a variable's value; `file` the text of a file.
///
/// # Errors
/// [`PaymentsWrong`], with the mend.
pub fn choose(
    settings: &PaymentSettings,
    environment: &dyn Fn(&str) -> Option<String>,
    file: &dyn Fn(&str) -> std::io::Result<String>,
) -> Result<RailChoice, PaymentsWrong> {
    let keys = KeyRing { environment, file };
    let name = settings.name.clone().unwrap_or_else(|| "main".to_owned());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if name.is_empty() || name.len() > 6 || !name.chars().all(plain) {
        return Err(PaymentsWrong::Name(name));
    }
    let scheduling = settings.scheduling.as_deref().unwrap_or("merchant");
    let rail = settings.rail.as_deref().unwrap_or("sandbox");
    if !(scheduling == "merchant" || scheduling == "provider" && rail == "razorpay") {
        return Err(PaymentsWrong::Scheduling(scheduling.to_owned()));
    }
    let account = settings.account.clone();
    match rail {
        "sandbox" => keys.no_live_key().map(|()| RailChoice::Sandbox),
        "stripe" => {
            let secret_key = keys.needed("MASTHEAD_STRIPE_SECRET_KEY", "sk_test_, sk_live_, rk_test_ or rk_live_")?;
            let webhook_secrets = keys.list("MASTHEAD_STRIPE_WEBHOOK_SECRET")?;
            Ok(RailChoice::Stripe { keys: StripeKeys { secret_key, webhook_secrets, account }, name })
        }
        "razorpay" => {
            let key_id = keys.needed("MASTHEAD_RAZORPAY_KEY_ID", "rzp_test_ or rzp_live_")?.expose().to_owned();
            let key_secret = keys.needed("MASTHEAD_RAZORPAY_KEY_SECRET", "")?;
            let webhook_secrets = keys.list("MASTHEAD_RAZORPAY_WEBHOOK_SECRET")?;
            let keys = RazorpayKeys { key_id, key_secret, webhook_secrets, account };
            Ok(RailChoice::Razorpay { keys, name, provider_scheduled: scheduling == "provider" })
        }
        other => Err(PaymentsWrong::Rail(other.to_owned())),
    }
}

/// Whether a paper may go on with this choice, given that it has (or has no) contracts paid through the sandbox.
///
/// # Errors
/// [`PaymentsWrong::SandboxBesideLive`].
pub fn may_start(choice: &RailChoice, has_sandbox_contracts: bool) -> Result<(), PaymentsWrong> {
    if choice.is_live() && has_sandbox_contracts { Err(PaymentsWrong::SandboxBesideLive) } else { Ok(()) }
}

struct KeyRing<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: &'a dyn Fn(&str) -> std::io::Result<String>,
}

impl KeyRing<'_> {
    fn value(&self, name: &'static str) -> Result<Option<String>, PaymentsWrong> {
        let set = |name: &str| (self.environment)(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        match (set(name), set(&format!("{name}_FILE"))) {
            (Some(_), Some(_)) => Err(PaymentsWrong::Twice(name)),
            (Some(value), None) => Ok(Some(value)),
            (None, Some(path)) => (self.file)(&path)
                .map(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
                .map_err(|e| PaymentsWrong::Unreadable { name, why: e.to_string() }),
            (None, None) => Ok(None),
        }
    }

    /// A key that must be there and begin as one of the beginnings listed in words.
    fn needed(&self, name: &'static str, begins: &'static str) -> Result<Secret, PaymentsWrong> {
        let value = self.value(name)?.ok_or(PaymentsWrong::Missing(name))?;
        let mut starts = begins.split([',', ' ']).filter(|word| word.ends_with('_')).peekable();
        if starts.peek().is_some() && !starts.any(|start| value.starts_with(start)) {
            return Err(PaymentsWrong::Strange { name, begins });
        }
        Ok(Secret::new(value))
    }

    fn list(&self, name: &'static str) -> Result<Vec<Secret>, PaymentsWrong> {
        let value = self.value(name)?.ok_or(PaymentsWrong::Missing(name))?;
        let all: Vec<Secret> =
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Secret::new).collect();
        if all.is_empty() { Err(PaymentsWrong::Missing(name)) } else { Ok(all) }
    }

    fn no_live_key(&self) -> Result<(), PaymentsWrong> {
        let starts = |value: Option<String>, starts: &[&str]| {
            value.is_some_and(|value| starts.iter().any(|start| value.starts_with(start)))
        };
        if starts(self.value("MASTHEAD_STRIPE_SECRET_KEY")?, &["sk_live_", "rk_live_"]) {
            return Err(PaymentsWrong::LiveBesideSandbox(Rail::Stripe));
        }
        if starts(self.value("MASTHEAD_RAZORPAY_KEY_ID")?, &["rzp_live_"]) {
            return Err(PaymentsWrong::LiveBesideSandbox(Rail::Razorpay));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{PaymentSettings, PaymentsWrong, RailChoice, choose, may_start};
    use circulation::payments::Rail;

    fn chosen(toml: &str, variables: &[(&str, &str)]) -> Result<RailChoice, PaymentsWrong> {
        let settings: PaymentSettings = toml::from_str(toml).unwrap();
        let environment = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let file = |path: &str| {
            if path == "key" { Ok("sk_test_file\n".to_owned()) } else { Err(std::io::Error::other("no such file")) }
        };
        choose(&settings, &environment, &file)
    }

    const HOOK: (&str, &str) = ("MASTHEAD_STRIPE_WEBHOOK_SECRET", "whsec_1, whsec_2");

    #[test]
    fn a_paper_begins_with_the_sandbox_and_no_live_key() {
        assert_eq!(chosen("", &[]), Ok(RailChoice::Sandbox));
        assert_eq!(chosen("", &[("MASTHEAD_STRIPE_SECRET_KEY", "sk_test_1")]), Ok(RailChoice::Sandbox));
        let stripe = chosen("", &[("MASTHEAD_STRIPE_SECRET_KEY", "rk_live_1")]);
        assert_eq!(stripe, Err(PaymentsWrong::LiveBesideSandbox(Rail::Stripe)));
        let razorpay = chosen("rail = 'sandbox'", &[("MASTHEAD_RAZORPAY_KEY_ID", "rzp_live_1")]);
        assert_eq!(razorpay, Err(PaymentsWrong::LiveBesideSandbox(Rail::Razorpay)));
    }

    #[test]
    fn keys_come_from_the_environment_or_from_files_and_are_not_shown() {
        let choice = chosen("rail = 'stripe'", &[("MASTHEAD_STRIPE_SECRET_KEY_FILE", "key"), HOOK]).unwrap();
        let RailChoice::Stripe { keys, name } = &choice else { panic!("stripe") };
        assert_eq!((keys.secret_key.expose(), keys.webhook_secrets.len(), name.as_str()), ("sk_test_file", 2, "main"));
        assert!(!choice.is_live());
        let shown = format!("{choice:?}");
        assert!(!shown.contains("sk_test") && !shown.contains("whsec"), "{shown}");
        let key = ("MASTHEAD_STRIPE_SECRET_KEY", "sk_live_1");
        let both = chosen("rail = 'stripe'", &[key, ("MASTHEAD_STRIPE_SECRET_KEY_FILE", "key"), HOOK]);
        assert_eq!(both, Err(PaymentsWrong::Twice("MASTHEAD_STRIPE_SECRET_KEY")));
        let live = chosen("rail = 'stripe'", &[key, HOOK]).unwrap();
        assert!(live.is_live());
        assert_eq!(may_start(&live, true), Err(PaymentsWrong::SandboxBesideLive));
        assert_eq!((may_start(&live, false), may_start(&choice, true)), (Ok(()), Ok(())));
    }

    #[test]
    fn a_wrong_setting_stops_the_start() {
        let pair = [("MASTHEAD_RAZORPAY_KEY_ID", "rzp_test_1"), ("MASTHEAD_RAZORPAY_KEY_SECRET", "s")];
        for (toml, variables, wrong) in [
            ("rail = 'paypal'", &[][..], PaymentsWrong::Rail("paypal".into())),
            ("rail = 'stripe'", &[], PaymentsWrong::Missing("MASTHEAD_STRIPE_SECRET_KEY")),
            ("rail = 'razorpay'", &pair, PaymentsWrong::Missing("MASTHEAD_RAZORPAY_WEBHOOK_SECRET")),
            ("rail = 'stripe'\nscheduling = 'provider'", &[], PaymentsWrong::Scheduling("provider".into())),
            ("name = 'Main Paper'", &[], PaymentsWrong::Name("Main Paper".into())),
            (
                "rail = 'stripe'",
                &[("MASTHEAD_STRIPE_SECRET_KEY", "pk_test_1")],
                PaymentsWrong::Strange {
                    name: "MASTHEAD_STRIPE_SECRET_KEY",
                    begins: "sk_test_, sk_live_, rk_test_ or rk_live_",
                },
            ),
            (
                "rail = 'stripe'",
                &[("MASTHEAD_STRIPE_SECRET_KEY_FILE", "gone")],
                PaymentsWrong::Unreadable { name: "MASTHEAD_STRIPE_SECRET_KEY", why: "no such file".into() },
            ),
        ] {
            assert_eq!(chosen(toml, variables), Err(wrong), "{toml}");
        }
        assert!(
            toml::from_str::<PaymentSettings>("secret_key = 'sk_live_1'").is_err(),
            "keys do not stand in the file"
        );
    }
}
