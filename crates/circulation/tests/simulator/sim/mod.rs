//! A seeded simulator of the billing engine: readers, staff, processes that die, a rail that loses answers, a store with
//! the database's rules, and years of time. After each step the rules of the house are checked against what others than
//! the engine know.
pub mod access;
pub mod audit;
pub mod calendar;
pub mod dice;
pub mod driver;
pub mod people;
pub mod rail;
pub mod report;
pub mod rules;
pub mod settings;
pub mod store;
pub mod world;
