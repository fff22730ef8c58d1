//! Who may read and who pays. Pure: no I/O, no clock, no randomness, and nothing about stories' text.
pub mod benefits;
pub mod billing;
pub mod calendar;
pub mod gate;
pub mod invoices;
pub mod ledger;
pub mod meter;
pub mod money;
pub mod payments;
pub mod plans;
pub mod readers;
pub mod subscriptions;
