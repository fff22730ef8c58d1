//! The sandbox rail: a payment company inside the process. It has a hosted page, books of its own, banks that decide,
//! and signed webhooks; it moves nothing. The paper deals with it by the [`Gateway`](super::rail::Gateway) trait alone,
//! as with any other rail.
//!
//! It runs on the house's clock, so a year of renewals passes as fast as that is moved. What is decided for later is
//! written down at once with its instant: nothing has to run in between, and a process that dies loses nothing. Every
//! reference is made of the paper's key and a secret of the sandbox's: the same request leads to the same reference.
//!
//! It holds rails' rules that others only believe: one key is one request for ever, refunds never exceed what was taken,
//! one debit is taken a cycle, and a UPI mandate is announced, timed and limited as India's rules want it.
pub mod bank;
mod behaviours;
mod events;
mod facts;
mod gateway;
mod rows;
mod rules;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::{SandboxCharge, SandboxPage, SandboxPost, SandboxUnpaid, Store, StoreError};

use super::rail::{Capabilities, Gateway as _, MethodKind, PageAnswer, PageRequest, Purpose, Scheduling, Told};
use super::settings::Secret;
use gateway::whole;

pub use bank::{Account, BankAct, Change};
pub use behaviours::Behaviour;
pub use events::{Event, Travel};

/// Name of the field that the reader's return carries: the page's reference.
pub const RETURNED: &str = "page";
/// The series of invoices for payments that moved nothing.
pub const SERIES: &str = "TEST";
/// For how long the house may send again with the same key. The sandbox itself never forgets one.
const RESEND_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// How long a page may stay open, and the shortest.
const PAGE_OPEN: (SignedDuration, SignedDuration) = (SignedDuration::from_mins(1), SignedDuration::from_hours(30 * 24));
/// A payment is paid out when it is so old.
const PAID_OUT_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// How often it is looked whether something is to be paid out.
const WORKS_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// The most lines of one payout.
const LARGEST_PAYOUT: usize = 1_000;
/// The most payouts made at once.
const MOST_PAYOUTS: usize = 500;
/// How long accepted webhooks are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// `[payments.sandbox]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxSettings {
    /// How webhooks travel.
    pub webhooks: Travel,
}

/// Where webhooks are delivered.
#[derive(Debug, Clone, Copy)]
struct Door {
    address: SocketAddr,
    secure: bool,
}

/// The rail.
pub struct Sandbox {
    store: Store,
    /// Makes references that nobody guesses.
    secret: [u8; 32],
    webhook_key: Secret,
    account: String,
    travel: Travel,
    capabilities: Capabilities,
    door: OnceLock<Door>,
    /// Milliseconds since the epoch (UTC).
    next_work: AtomicI64,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("account", &self.account).finish_non_exhaustive()
    }
}

/// What an event is about.
struct About<'a> {
    reference: &'a str,
    key: Option<&'a str>,
    customer: Option<&'a str>,
}

impl<'a> About<'a> {
    fn charge(charge: &'a SandboxCharge) -> Self {
        Self { reference: &charge.reference, key: Some(&charge.key), customer: Some(&charge.customer) }
    }
}

impl Sandbox {
    /// A rail with its books in this store, for a paper of this currency. References and webhook signatures come from
    /// the secret, which has to stay the same as long as the books do.
    #[must_use]
    pub fn new(store: Store, secret: [u8; 32], currency: Currency, settings: &SandboxSettings) -> Self {
        let derived = |what: &str| blake3::derive_key(&format!("masthead 2026 sandbox {what}"), &secret);
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        Self {
            store,
            secret: derived("references"),
            webhook_key: Secret::new(format!("whsec_{}", hex(derived("webhooks")))),
            account: format!("acct_{}", &hex(derived("account"))[..16]),
            travel: settings.webhooks,
            capabilities: capabilities(currency),
            door: OnceLock::new(),
            next_work: AtomicI64::new(i64::MIN),
        }
    }

    /// Tells the rail where the paper listens; `secure` when it speaks TLS there. The first word stays.
    pub fn listen_at(&self, address: SocketAddr, secure: bool) {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let _ = self.door.set(Door { address: SocketAddr::new(ip, address.port()), secure });
    }

    /// Where webhooks go over HTTP. None when nobody listens yet, or when the paper speaks TLS: its certificate is made
    /// out to its readers' name and not to the loopback address.
    #[must_use]
    pub fn door(&self) -> Option<SocketAddr> {
        self.door.get().filter(|door| !door.secure).map(|door| door.address)
    }

    /// What webhooks are signed with; shared with the paper's end, as with any rail.
    #[must_use]
    pub const fn webhook_key(&self) -> &Secret {
        &self.webhook_key
    }

    /// The paper's account at the sandbox; events of another are refused.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.account
    }

    /// A hosted page by its reference.
    ///
    /// # Errors
    /// The store's.
    pub async fn hosted_page(&self, reference: &str) -> Result<Option<SandboxPage>, StoreError> {
        self.store.sandbox_page(reference).await
    }

    /// The reader pays on a hosted page with a test method. Gives the page as it is then and whether this call decided
    /// it; a declined one stays open.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a page that is not there; otherwise the store's.
    pub async fn pay(
        &self,
        reference: &str,
        behaviour: Behaviour,
        now: Timestamp,
    ) -> Result<(SandboxPage, bool), StoreError> {
        let now = whole(now);
        let Some(certain) = rules::on_the_page(behaviour, now) else {
            return Ok((self.store.decline_on_sandbox_page(reference).await?, false));
        };
        match self.store.sandbox_page(reference).await? {
            Some(page) => {
                let taking = self.taking(&page, behaviour, certain, now);
                self.store.pay_sandbox_page(reference, &taking, now).await
            }
            // Says that there is no such page, in the store's words.
            None => Ok((self.store.close_sandbox_page(reference, now).await?, false)),
        }
    }

    /// What the sandbox does by itself: pays out what has waited two days, once a day, and forgets webhooks that were
    /// accepted long ago. Looks after it once an hour, however often it is called. Gives how many payouts were made.
    ///
    /// # Errors
    /// The store's.
    pub async fn work(&self, now: Timestamp) -> Result<usize, StoreError> {
        let now = whole(now);
        let next = self.next_work.load(Ordering::Relaxed);
        if now.as_millisecond() < next {
            return Ok(0);
        }
        self.next_work.store((now + WORKS_EVERY).as_millisecond(), Ordering::Relaxed);
        let until = now - PAID_OUT_AFTER;
        let mut made = 0;
        // A day's payments may fill more than one payout; what is left after that many waits an hour.
        for nth in 0..MOST_PAYOUTS {
            let mut lines = 0;
            let decide = |unpaid: &SandboxUnpaid| {
                lines += unpaid.lines.len();
                self.payout_of(unpaid, nth > 0, now)
            };
            let paid = self.store.pay_out_at_sandbox(until, LARGEST_PAYOUT, now, decide).await?;
            made += paid;
            if paid == 0 || lines < LARGEST_PAYOUT {
                break;
            }
        }
        self.store.forget_sandbox_posts(now - KEPT).await?;
        Ok(made)
    }

    fn reference(&self, kind: &str, parts: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(kind.as_bytes());
        for part in parts {
            hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
        }
        format!("{kind}_{}", URL_SAFE_NO_PAD.encode(&hasher.finalize().as_bytes()[..18]))
    }

    fn event(&self, kind: &str, about: &About<'_>, at: Timestamp) -> SandboxPost {
        self.event_in_copies(kind, about, at, 1)
    }

    fn event_in_copies(&self, kind: &str, about: &About<'_>, at: Timestamp, copies: usize) -> SandboxPost {
        let event = Event {
            id: self.reference("evt", &[kind, about.reference, &at.to_string()]),
            kind: kind.to_owned(),
            at,
            account: Some(self.account.clone()),
            reference: about.reference.to_owned(),
            key: about.key.map(str::to_owned),
            customer: about.customer.map(str::to_owned),
        };
        self.travel.post(&event, copies)
    }

    /// Why a page is not opened.
    fn page_refused(&self, request: &PageRequest, now: Timestamp) -> Result<(), &'static str> {
        let amount = request.amount;
        if !self.capabilities.currencies.iter().any(|code| code == amount.currency().code()) {
            return Err("currency-not-taken");
        }
        let fits = match request.purpose {
            Purpose::MethodOnly => amount.minor() == 0 && request.mandate.is_some(),
            Purpose::FirstPayment | Purpose::PayNow => amount.is_positive(),
        };
        if !fits {
            return Err("amount-does-not-fit");
        }
        if let Some(wish) = &request.mandate {
            let most = wish.max_amount;
            if most.currency() != amount.currency() || most.minor() < amount.minor() || !most.is_positive() {
                return Err("mandate-does-not-fit");
            }
            if wish.term_months == 0 || wish.expires_at <= now {
                return Err("mandate-without-time");
            }
        }
        Ok(())
    }

    async fn told(&self, key: &AttemptKey, charge: &SandboxCharge, now: Timestamp) -> Told {
        let mandate = match &charge.token {
            Some(token) => self.store.sandbox_mandate(token).await,
            None => Ok(None),
        };
        match mandate {
            Ok(mandate) => facts::of_charge(key, charge, mandate.as_ref(), now),
            Err(error) => {
                tracing::warn!(%error, "the sandbox's books do not answer");
                facts::only(key, now, Outcome::NoAnswer)
            }
        }
    }

    /// What the books say of a key; none if they hold nothing under it.
    async fn known(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Told>, StoreError> {
        // The page first: were the payment read first, it could be made in between and be missed in both.
        let page = self.store.sandbox_page_by_key(key.as_str()).await?;
        if let Some(charge) = self.store.sandbox_charge(key.as_str()).await? {
            return Ok(Some(self.told(key, &charge, now).await));
        }
        Ok(page.map(|page| facts::of_page(key, &page, now)))
    }

    /// Closes the page of a request, opened or not. None: its key belongs to something else.
    async fn closed(&self, request: &PageRequest, now: Timestamp) -> Result<Option<Told>, StoreError> {
        let key = request.key.as_str();
        let page = match self.store.sandbox_page_by_key(key).await? {
            Some(page) => page,
            None => {
                // It is opened closed: whoever comes late with its key finds it so.
                if let PageAnswer::Refused(failure) = self.open_page(request, now).await
                    && failure.kind != FailureKind::Expired
                {
                    return Ok(Some(facts::only(&request.key, now, Outcome::Failed(failure))));
                }
                match self.store.sandbox_page_by_key(key).await? {
                    Some(page) => page,
                    None => return Ok(None),
                }
            }
        };
        self.store.close_sandbox_page(&page.id, now).await?;
        self.known(&request.key, now).await
    }
}

fn capabilities(currency: Currency) -> Capabilities {
    Capabilities {
        scheduling: Scheduling::MerchantInitiated,
        can_change_amount: &[MethodKind::Card],
        can_resume: &[],
        needs_predebit: &[MethodKind::Upi],
        predebit_lead: rules::NOTICE,
        max_unattended_amount: (currency == Currency::INR).then(|| Money::new(rules::UNATTENDED, currency)),
        debit_windows: Some(rules::UPI_HOURS),
        max_interval_months: None,
        resend_within: RESEND_WITHIN,
        page_open: PAGE_OPEN,
        method_only_amount: None,
        currencies: vec![currency.code().to_owned()],
    }
}
