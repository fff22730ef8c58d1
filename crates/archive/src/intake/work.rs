//! Work on all processors, with results in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
    let mut results = Vec::with_capacity(count);
    let take = |result| {
        results.push(result);
        Ok(())
    };
    flow(count, count, work, take, |_| ())?;
    Ok(results)
}

/// Does pieces of work 0 to `count` - 1 and takes their results in order. Whoever has done the next piece takes it while others work on,
/// so that no processor waits for what only one can do. Of those begun at most `ahead` are not taken yet: one that takes long holds up nobody
/// until then. `tell` is told now and then, by the thread that asked, how many have been taken.
pub(crate) fn flow<R: Send>(
    count: usize,
    ahead: usize,
    work: impl Fn(usize) -> Result<R, IntakeError> + Sync,
    mut take: impl FnMut(R) -> Result<(), IntakeError> + Send,
    mut tell: impl FnMut(usize),
) -> Result<(), IntakeError> {
    let workers = workers().min(count);
    if workers < 2 {
        for at in 0..count {
            take(work(at)?)?;
            tell(at + 1);
        }
        return Ok(());
    }
    let flow = Flow {
        count,
        ahead: ahead.max(1),
        next: AtomicUsize::new(0),
        held: Mutex::new(Held {
            done: BTreeMap::new(),
            taken: 0,
            waiting: 0,
            take: Some(take),
            failed: None,
            over: false,
        }),
        moved: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| flow.labour(&work, &mut |_| ()));
        }
        flow.labour(&work, &mut tell);
    });
    let held = flow.held.into_inner().unwrap_or_else(PoisonError::into_inner);
    tell(held.taken);
    held.failed.map_or(Ok(()), Err)
}

/// What the threads of a [`flow`] have in common.
struct Flow<R, T> {
    count: usize,
    ahead: usize,
    /// The piece that is begun next.
    next: AtomicUsize,
    held: Mutex<Held<R, T>>,
    /// More has been taken, or it is over.
    moved: Condvar,
}

struct Held<R, T> {
    /// Results that wait for earlier ones.
    done: BTreeMap<usize, R>,
    taken: usize,
    /// Threads that wait for more to be taken.
    waiting: usize,
    /// What takes results; away while somebody does.
    take: Option<T>,
    failed: Option<IntakeError>,
    /// Nothing more is to be done.
    over: bool,
}

impl<R: Send, T: FnMut(R) -> Result<(), IntakeError> + Send> Flow<R, T> {
    fn held(&self) -> MutexGuard<'_, Held<R, T>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn labour(&self, work: &impl Fn(usize) -> Result<R, IntakeError>, tell: &mut dyn FnMut(usize)) {
        let _broken = Broken(self);
        while let Some(at) = self.begin() {
            match work(at).and_then(|result| self.take(at, result)) {
                Ok(taken) => tell(taken),
                Err(error) => {
                    let mut held = self.held();
                    held.failed.get_or_insert(error);
                    held.over = true;
                    self.moved.notify_all();
                }
            }
        }
    }

    /// The next piece, when it may be begun.
    fn begin(&self) -> Option<usize> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        if at >= self.count {
            return None;
        }
        let mut held = self.held();
        held.waiting += 1;
        let early = |held: &mut Held<R, T>| !held.over && at >= held.taken + self.ahead;
        held = self.moved.wait_while(held, early).unwrap_or_else(PoisonError::into_inner);
        held.waiting -= 1;
        (!held.over).then_some(at)
    }

    /// Lays a result beside the others, and takes all that come next unless somebody is at it; how many have been taken.
    fn take(&self, at: usize, result: R) -> Result<usize, IntakeError> {
        let mut held = self.held();
        held.done.insert(at, result);
        let Some(mut take) = held.take.take() else { return Ok(held.taken) };
        loop {
            let next = held.taken;
            let Some(result) = held.done.remove(&next) else { break };
            drop(held);
            take(result)?;
            held = self.held();
            held.taken += 1;
            if held.waiting > 0 {
                self.moved.notify_all();
            }
        }
        held.take = Some(take);
        Ok(held.taken)
    }
}

/// Lets nobody wait for a thread that broke off.
struct Broken<'a, R: Send, T: FnMut(R) -> Result<(), IntakeError> + Send>(&'a Flow<R, T>);

impl<R: Send, T: FnMut(R) -> Result<(), IntakeError> + Send> Drop for Broken<'_, R, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.held().over = true;
            self.0.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_order_and_none_is_far_ahead() {
        let (begun, mut taken, mut told) = (AtomicUsize::new(0), Vec::new(), 0);
        let work = |at: usize| {
            begun.fetch_max(at + 1, Ordering::Relaxed);
            // the first of every twenty takes longest
            (0..if at.is_multiple_of(20) { 100_000 } else { 10 }).for_each(|_| std::hint::spin_loop());
            Ok(at)
        };
        let take = |at: usize| {
            assert!(begun.load(Ordering::Relaxed) <= at + 8 + workers(), "{at}");
            taken.push(at);
            Ok(())
        };
        flow(200, 8, work, take, |so_far| told = so_far.max(told)).unwrap();
        assert_eq!(taken, (0..200).collect::<Vec<_>>());
        assert_eq!(told, 200);
        assert_eq!(in_order(3, Ok).unwrap(), [0, 1, 2]);
        assert!(in_order(0, Ok).unwrap().is_empty());
    }

    #[test]
    fn a_failure_ends_it_and_nobody_waits_for_ever() {
        let fail = |at: usize, of: usize| match at {
            _ if at == of => Err(IntakeError::Damaged(format!("piece {at}"))),
            _ => Ok(at),
        };
        let mut taken = 0;
        let count = |_| {
            taken += 1;
            Ok(())
        };
        assert!(flow(500, 2, |at| fail(at, 40), count, |_| ()).is_err());
        assert!(taken <= 40);
        let ended = flow(500, 2, Ok, |at| fail(at, 40).map(drop), |_| ());
        assert!(matches!(ended, Err(IntakeError::Damaged(what)) if what == "piece 40"));
        let whole = |at: usize| {
            assert!(at != 40, "a fault of the program");
            Ok(at)
        };
        let broken = std::panic::catch_unwind(|| flow(500, 2, whole, |_| Ok(()), |_| ()));
        assert!(broken.is_err(), "a thread that breaks off takes the others along");
    }
}
