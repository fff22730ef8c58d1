//! The typed pages of the paper: what cannot be built here cannot be sent.
//!
//! Pure: view structs go in, HTML, XML or JSON text comes out. Nothing here knows a store, a gate, a plan's rules or
//! a clock; amounts arrive as finished strings, instants as `jiff` values that are shown in the paper's zone. A page
//! for a walled story is a type of its own ([`views::WalledArticle`]) without a field that could hold a locked block.
//!
//! ```
//! use pages::{Page, views::{Link, MessagePage, Paper, Reader}};
//! let paper = Paper { name: "The Ledger".into(), ..Paper::default() };
//! let page = MessagePage { title: "Done".into(), paragraphs: vec!["All saved.".into()], links: vec![] };
//! let html = page.render(&paper, Reader::Guest)?;
//! assert!(html.starts_with("<!doctype html>"));
//! # Ok::<(), pages::RenderError>(())
//! ```
pub mod assets;
mod contracts;
pub mod feeds;
mod jsonld;
mod mail;
mod render;
mod shell;
pub mod views;
mod words;

pub use render::{Page, RenderError};
pub use words::date_time;
