//! The index through its public doors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests fail by panicking
mod crashing;
mod finding;
mod following;
mod oracle;
mod paper;
mod queries;
mod rights;
