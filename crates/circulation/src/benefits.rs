//! benefits.
