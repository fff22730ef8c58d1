//! The only place that knows SQL: one text per query for SQLite and PostgreSQL, one file per noun.
//!
//! Instants are [`jiff::Timestamp`] here and milliseconds since the epoch (UTC) in the database; civil dates are
//! [`jiff::civil::Date`] here and ISO 8601 text there; money is an integer of minor units with its currency's three letters.
//! The store never asks a clock: every function that needs the time is given `now`.
//!
//! ```no_run
//! # async fn example() -> Result<(), store::StoreError> {
//! let location = store::Location::parse("sqlite:data/masthead.db")?;
//! let store = store::Store::open(&location).await?;
//! for stored in store.stories().await? {
//!     assert!(stored.revision >= 1);
//! }
//! # Ok(())
//! # }
//! ```
mod again;
mod archive;
mod changes;
mod codes;
mod counters;
mod crawls;
mod credits;
mod decisions;
mod derived;
mod desk;
mod dialect;
mod doctor;
mod documents;
mod dossiers;
mod doubts;
mod due;
mod erasure;
mod error;
mod events;
mod gifts;
mod grants;
mod happened;
mod identity;
mod imported;
mod joining;
mod leases;
mod ledger;
mod location;
mod many;
mod migrate;
mod neighbours;
mod newcomers;
mod open;
mod outbox;
mod parties;
mod payments;
mod readers;
mod rehearsal;
mod rows;
mod sandbox;
mod searches;
mod sessions;
mod settings;
mod settle;
mod stories;
mod subscriptions;
mod taken_back;
mod takeover;
mod taking;
mod telling;
mod versions;
mod webhooks;

pub use archive::{Credit, Credits, Place, Span, StoryHead};
pub use changes::{Change, Changed, Withheld};
pub use codes::{Code, CodeOutcome, NewCode};
pub use counters::{MeterRead, ReadCounted, ReaderRead};
pub use crawls::{Crawl, ImportReport, ImportSummary, NewCrawl, Rebuilt, RunningImport};
pub use derived::DerivedRows;
pub use desk::{Attention, FailedRefund, FoundReaders, NeedsAPerson, OpenMoney, Taking, Workload};
pub use dialect::Engine;
pub use documents::{Document, Issued, NewDocument, Numbered};
pub use dossiers::{
    AttemptLine, DossierChange, Founded, Founding, InvoiceLine, MandateLine, RefundLine, Standing, StoredDossier,
    Written,
};
pub use doubts::{
    Choice as DoubtChoice, CopyShown, Corrected, Decided, Doubt, DoubtFilter, DoubtKind, Evidence, Keep as KeepWords,
    LineLeftOut, NewDoubt, PlaceInStory, dates_key, paragraph_print,
};
pub use erasure::Erased;
pub use error::StoreError;
pub use events::{Event, NewEvent};
pub use gifts::StoredGift;
pub use grants::{GrantRow, NewGrant};
pub use happened::{Payment, Watermarks};
pub use joining::{Finding, Followed, Meant, One};
pub use ledger::{AccountBalance, LedgerEntry, LedgerLine, NewEntry};
pub use location::Location;
pub use neighbours::{CardRow, Cards, Choice, Generation, Neighbours};
pub use newcomers::{Arrived, Given, HeldCrawl};
pub use open::Store;
pub use outbox::{Mail, NewMail, Queued};
pub use payments::{Attempt, NewAttempt, Planned};
pub use readers::{Created, NewReader, Reader};
pub use sandbox::{
    SandboxCharge, SandboxCustomer, SandboxDebited, SandboxDelivery, SandboxDispute, SandboxKept, SandboxKey,
    SandboxMandate, SandboxMandateChange, SandboxNotice, SandboxPage, SandboxPaid, SandboxPayout, SandboxPayoutLine,
    SandboxPost, SandboxRefund, SandboxStanding, SandboxTaking, SandboxUnpaid, SandboxWish,
};
pub use searches::{MOST_SAVED_SEARCHES, SavedSearch};
pub use sessions::{NewSession, Session, SignedIn};
pub use settle::{PaidPeriod, Settled, Settlement};
pub use stories::{Saved, StoredStory, StoryEdit};
pub use subscriptions::{Checkout, NewSubscription, Subscription, SubscriptionChange, Updated};
pub use taken_back::OutOfPaper;
pub use takeover::TakenOver;
pub use taking::{Account, DateStays, FileProgress, Outcome, Piece, Settle, StaysClosed, Taken};
pub use telling::{is_telling, words_print};
pub use versions::{SaidSince, Version, WITHHELD};
pub use webhooks::{Claimed, Webhook};
