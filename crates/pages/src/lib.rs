//! The typed pages of the paper.
