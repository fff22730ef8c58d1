//! Work on all processors, with results in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::IntakeError;

/// Threads: more would only wait for memory.
const MOST: usize = 16;

pub(crate) fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST)
}

/// Does pieces of work 0 to `count` - 1 and gives their results in order, whoever did them.
pub(crate) fn in_order<R: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<R, IntakeError> + Sync,
) -> Result<Vec<R>, IntakeError> {
    let workers = workers().min(count);
    if workers < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R, IntakeError>)>> = Mutex::new(Vec::with_capacity(count));
    let labour = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            mine.push((at, work(at)));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).extend(mine);
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(labour);
        }
        labour();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
