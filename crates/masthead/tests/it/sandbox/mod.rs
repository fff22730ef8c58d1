//! The sandbox rail through the trait that every rail answers by, its books on both engines.
mod behaviours;
mod deliveries;
mod hosted;
mod keys;
mod kill;
mod money;
mod upi;

use std::sync::Arc;

use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::{
    Asked, Debit, Gateway as _, MandateRef, MandateWish, Page, PageAnswer, PageRequest, Purpose, Told,
};
use masthead::gateways::sandbox::{Behaviour, Sandbox, SandboxSettings};
use store::{Location, Store};

use crate::house::{self, Engine};

/// Declares each asynchronous test on both engines.
macro_rules! on_both_books {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::sandbox::Books::open(crate::house::Engine::Sqlite).await).await })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if crate::house::server().is_some() {
                    super::$name(crate::sandbox::Books::open(crate::house::Engine::Postgres).await).await
                }
            })*
        }
    };
}
pub(crate) use on_both_books;

/// 22 November 2026, 14:00 in Kolkata: UPI mandates may be executed.
pub fn now() -> Timestamp {
    "2026-11-22T08:30:00Z".parse().unwrap()
}

pub fn rupees(amount: i64) -> Money {
    Money::new(amount * 100, Currency::INR)
}

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// A sandbox with empty books. The database goes when it does.
pub struct Books {
    pub rail: Arc<Sandbox>,
    pub store: Store,
    pub location: Location,
    database: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

impl Drop for Books {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.database {
            house::administer(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

impl Books {
    pub async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = (engine == Engine::Postgres).then(house::create_database);
        let location = match &database {
            None => Location::Sqlite(folder.path().join("paper.db")),
            Some((server, name)) => Location::Postgres(house::with_database(server, name)),
        };
        let store = Store::open(&location).await.unwrap();
        let rail = Arc::new(rail(&store, &SandboxSettings::default()));
        Self { rail, store, location, database, _folder: folder }
    }

    pub fn is_sqlite(&self) -> bool {
        self.database.is_none()
    }

    /// The same books, opened by another process.
    pub async fn again(&self) -> Sandbox {
        rail(&Store::open(&self.location).await.unwrap(), &SandboxSettings::default())
    }

    pub async fn page(&self, request: &PageRequest) -> Page {
        match self.rail.open_page(request, now()).await {
            PageAnswer::Open(page) => page,
            other => panic!("not opened: {other:?}"),
        }
    }

    /// A first payment on a page with a method that is kept for later.
    pub async fn kept(&self, key: &str, behaviour: Behaviour) -> MandateRef {
        self.paid(key, behaviour).await.mandate.expect("a kept method").mandate
    }

    /// A first payment on a page, as it is told of at that instant.
    pub async fn paid(&self, key: &str, behaviour: Behaviour) -> Told {
        let page = self.page(&first_payment(key)).await;
        assert!(self.rail.pay(&page.reference, behaviour, now()).await.unwrap().1, "{behaviour:?}");
        self.look(key, now()).await
    }

    pub async fn look(&self, key: &str, at: Timestamp) -> Told {
        self.rail.look_up(&asked(key), at).await
    }

    /// The payment's reference and paise.
    pub async fn captured(&self, key: &str, at: Timestamp) -> (String, i64) {
        captured(&self.look(key, at).await)
    }
}

pub fn rail(store: &Store, settings: &SandboxSettings) -> Sandbox {
    Sandbox::new(store.clone(), [7; 32], Currency::INR, settings)
}

pub fn asked(key: &str) -> Asked {
    Asked { key: AttemptKey::from_text(key), amount: rupees(900), reference: None, customer: None, sent_at: now() }
}

pub fn captured(told: &Told) -> (String, i64) {
    match &told.answer.outcome {
        Outcome::Captured { reference, amount } => (reference.clone(), amount.minor()),
        other => panic!("not captured: {other:?}"),
    }
}

pub fn failed(told: &Told) -> (FailureKind, &str) {
    match &told.answer.outcome {
        Outcome::Failed(failure) => (failure.kind, failure.code.as_str()),
        other => panic!("not failed: {other:?}"),
    }
}

/// ₹900 now, and leave to debit up to ₹1,200 every three months.
pub fn first_payment(key: &str) -> PageRequest {
    PageRequest {
        key: AttemptKey::from_text(key),
        purpose: Purpose::FirstPayment,
        amount: rupees(900),
        description: "Smart Quarterly, 3 months".into(),
        reader_email: "asha@example.org".into(),
        reader_ref: "r1".into(),
        customer: None,
        return_url: "https://paper.example/checkout/return?step=paid".into(),
        cancel_url: "https://paper.example/subscribe".into(),
        mandate: Some(MandateWish {
            max_amount: rupees(1_200),
            term_months: 3,
            expires_at: now() + hours(24 * 3_652),
            method_hint: None,
        }),
        expires_at: now() + hours(24),
    }
}

pub fn debit(key: &str, mandate: &MandateRef) -> Debit {
    Debit {
        key: AttemptKey::from_text(key),
        amount: rupees(900),
        mandate: mandate.clone(),
        description: "Smart Quarterly, 3 months".into(),
        reader_email: "asha@example.org".into(),
        not_before: None,
    }
}
