//! What the paper publishes. Pure: no I/O, no clock, no randomness, and nothing about money, plans or readers.
pub mod alike;
pub mod articles;
pub mod languages;
pub mod letters;
mod parts;
pub mod related;
pub mod runs;
mod withholding;
