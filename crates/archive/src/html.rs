//! Stories out of HTML: bodies that exports carry as HTML ([`parts`]), and whole pages ([`page`]).
//!
//! A page is read in four steps, one file each: `tree` (html5ever's parser over flat tables), `flow` (the tree as blocks), `choose`
//! (furniture by name, and the place of the story; `other_stories` finds those that only stand beside it), `keep` (which blocks are
//! the story; `rim` trims what stands above and below it). [`Templates`] learns from a publisher's other pages what repeats;
//! `unshown` tells what a page shows from what it holds for readers without scripts; `metadata`, `jsonld`, `signatures` and `shown_day` read
//! what a page says of itself, `wall`, `closed` and `selectors` who may read it.

mod address;
mod asides;
mod charset;
mod choose;
mod closed;
mod dates;
mod flow;
mod fragment;
mod furnishing;
mod house;
mod jsonld;
mod keep;
mod kind;
mod labels;
mod lines;
mod marks;
mod metadata;
mod other_stories;
mod page;
mod rim;
mod selectors;
mod shown_day;
mod signatures;
mod template;
mod tree;
mod twice;
mod unshown;
mod versions;
mod wall;
mod wording;

pub(crate) use charset::declares_old;
pub use charset::decode;
pub use fragment::{Parts, parts, text_of};
pub use kind::{Survey, survey};
pub use page::{Caption, Extract, Page, Parsed, page, page_with};
pub use template::Templates;
