//! Prepares the readers of the bench.
fn main() {}
