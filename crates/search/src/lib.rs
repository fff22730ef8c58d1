//! The in-process search index.
