//! The pages through their public door: views in, documents out.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test stops the test where it fails")]
#[path = "../samples/mod.rs"]
mod samples;

mod accounts;
mod articles;
mod assets;
mod contracts;
mod desk;
mod documents;
mod feeds;
mod fronts;
mod markup;
