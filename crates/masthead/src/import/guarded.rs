//! A fault of this program in reading one file refuses that file. The others go in.
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Input;

/// Why a file is refused in which this program fails. Where it failed stands on the error output.
const FAILED: &str = "could not be read because of a fault in this program, not in the file: what came before the fault is in. Report the fault with \
     the line above that begins with “thread”, and import the file again with a version that mends it";

/// Reads something of a file. What reading had begun when it failed is dropped with it, so nothing half-made is left.
///
/// # Errors
/// What is wrong with the file, or that reading it failed.
pub fn guarded<T>(input: &Input, read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let read = || {
        #[cfg(test)]
        super::tests::fail_at(input);
        read()
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        tracing::error!(file = input.name, "a file could not be read because of a fault in this program");
        Err(FAILED.to_owned())
    })
}
