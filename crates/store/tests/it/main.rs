//! The store through its public door, the same tests on SQLite and on PostgreSQL.
//!
//! PostgreSQL is used when `MASTHEAD_TEST_POSTGRES` holds the address of a server on which databases may be created.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed"
)]
mod archive;
mod contracts;
mod counting;
mod crash;
mod dossiers;
mod doubts;
mod erasing;
mod harness;
mod identity;
mod money;
mod neighbours;
mod opening;
mod reimport;
mod rest;
mod sandbox;
mod stories;
mod taken_back;
