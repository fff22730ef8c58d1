//! money.
