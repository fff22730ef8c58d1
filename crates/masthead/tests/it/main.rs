//! The paper through its front door: a whole house on a loopback port, asked byte by byte.
//!
//! Tests that keep something run on SQLite and, when `MASTHEAD_TEST_POSTGRES` holds the address of a server on which
//! databases may be created (with `psql` at hand), on PostgreSQL too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed"
)]
mod account;
mod account_changing;
mod account_data;
mod account_gifts;
mod account_leaving;
mod account_offers;
mod account_rail;
mod archive;
mod archive_pages;
mod badges;
mod browser;
mod chromium;
mod cli;
mod client;
mod clock;
mod codes;
mod desk_archive;
mod desk_billing;
mod desk_billing_mails;
mod desk_corrections;
mod desk_decisions;
mod desk_held_back;
mod desk_joining;
mod entrance;
mod exports;
mod express;
mod failures;
mod fixture;
mod house;
mod import;
mod import_closed;
mod import_copies;
mod import_damaged;
mod import_dates;
mod import_kill;
mod import_languages;
mod import_later;
mod import_pages;
mod import_series;
mod import_states;
mod import_taken_back;
mod import_told;
mod kill;
mod leaks;
mod matrix;
mod meter;
mod neighbours;
mod passes;
mod probes;
mod races;
mod rails;
mod sandbox;
mod search;
mod search_times;
mod tricks;
mod ways;
mod wire;
