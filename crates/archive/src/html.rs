//! Stories out of HTML: bodies that exports carry as HTML ([`parts`]), and whole pages.

#![allow(dead_code, reason = "whole pages use the rest and follow")]

mod flow;
mod fragment;
mod marks;
mod tree;

pub use fragment::{Parts, parts};
