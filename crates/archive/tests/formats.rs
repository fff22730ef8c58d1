//! The formats' readers, through their door: own samples with their traps, and the collected samples where they lie beside the
//! repository.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop and may print its figures"
)]

#[path = "formats/arbitrary.rs"]
mod arbitrary;
#[path = "formats/collected.rs"]
mod collected;
#[path = "formats/cut.rs"]
mod cut;
#[path = "formats/standing.rs"]
mod standing;
#[path = "formats/tables.rs"]
mod tables;
#[path = "formats/taken.rs"]
mod taken;
#[path = "formats/traps.rs"]
mod traps;
#[path = "formats/walls.rs"]
mod walls;
