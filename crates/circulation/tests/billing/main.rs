//! The billing engine, driven the way a driver drives it: ask what is next, commit, call the rail, take its answer in.
#![cfg(test)]

mod changes;
mod dunning;
mod failures;
mod guards;
mod histories;
mod money;
mod offers;
mod orders;
mod settings;
mod transitions;
mod world;
