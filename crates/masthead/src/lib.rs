//! Masthead: a newspaper's digital edition in one binary.
pub mod billing;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dice;
pub mod doctor;
pub mod gateways;
pub mod house;
pub mod import;
pub mod mail;
pub mod neighbours;
pub mod readers;
pub mod rounds;
pub mod sample;
pub mod searching;
pub mod web;
