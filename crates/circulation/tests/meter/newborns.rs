use std::cell::Cell;
use std::sync::{Arc, Barrier};
use std::thread;

use circulation::meter::{Arrival, GuestId, MeterTable, NetworkAllowance, Newborns, ReadList};
use jiff::{SignedDuration, Timestamp};

use crate::{at, november};

fn start() -> Timestamp {
    at("2026-11-21T06:00:00Z")
}

fn after(ms: i64) -> Timestamp {
    start() + SignedDuration::from_millis(ms)
}

/// A visit over HTTP/1.1.
fn plain(connection: &Arc<()>) -> Arrival<'_> {
    Arrival { connection, multiplexed: false }
}

/// A visit over HTTP/2.
fn multiplexed(connection: &Arc<()>) -> Arrival<'_> {
    Arrival { connection, multiplexed: true }
}

/// Gives guests the numbers 1, 2, 3 …
#[derive(Default)]
struct Midwife(Cell<u64>);

impl Midwife {
    fn mint(&self) -> Option<GuestId> {
        self.0.set(self.0.get() + 1);
        Some(GuestId(self.0.get()))
    }
}

const KEY: u64 = 0xfeed_f00d_dead_beef;

#[test]
fn six_tabs_on_a_first_visit_open_exactly_five_stories() {
    let newborns = Newborns::new();
    let table = MeterTable::new(1_000);
    let connections: Vec<Arc<()>> = (0..6).map(|_| Arc::new(())).collect();
    let together = Barrier::new(6);
    let granted = thread::scope(|scope| {
        let tabs: Vec<_> = connections
            .iter()
            .enumerate()
            .map(|(tab, connection)| {
                let (newborns, table, together) = (&newborns, &table, &together);
                scope.spawn(move || {
                    together.wait();
                    let story = tab as u32;
                    let mint = || Some(GuestId(100 + tab as u64));
                    let guest = newborns.adopt(KEY, plain(connection), start(), mint).unwrap();
                    table.count(guest.0, &november(), story, 5, &ReadList::new()).granted
                })
            })
            .collect();
        let answers = tabs.into_iter().map(|tab| tab.join().unwrap());
        answers.filter(|granted| *granted).count()
    });
    assert_eq!(granted, 5);
}

#[test]
fn tabs_share_a_guest_for_three_seconds() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let tabs: Vec<Arc<()>> = (0..4).map(|_| Arc::new(())).collect();
    let adopt = |tab: usize, ms| newborns.adopt(KEY, plain(&tabs[tab]), after(ms), || midwife.mint());
    assert_eq!(adopt(0, 0), Some(GuestId(1)));
    assert_eq!(adopt(1, 40), Some(GuestId(1)));
    assert_eq!(adopt(2, 2_999), Some(GuestId(1)));
    assert_eq!(adopt(3, 3_000), Some(GuestId(2)));
}

#[test]
fn visitors_who_do_not_look_alike_are_not_one() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let (a, b) = (Arc::new(()), Arc::new(()));
    let first = newborns.adopt(KEY, plain(&a), start(), || midwife.mint());
    let second = newborns.adopt(KEY + 1, plain(&b), start(), || midwife.mint());
    assert_ne!(first, second);
}

#[test]
fn a_client_that_left_was_not_a_tab() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    for visit in 1..=10 {
        let connection = Arc::new(());
        let guest = newborns.adopt(KEY, plain(&connection), after(visit), || midwife.mint());
        assert_eq!(guest, Some(GuestId(visit.unsigned_abs())));
    }
}

#[test]
fn who_comes_back_without_the_cookie_on_one_connection_refuses_it() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let (connection, other) = (Arc::new(()), Arc::new(()));
    assert_eq!(newborns.adopt(KEY, plain(&connection), start(), || midwife.mint()), Some(GuestId(1)));
    assert_eq!(newborns.adopt(KEY, plain(&connection), after(50), || midwife.mint()), Some(GuestId(2)));
    // The latest birth is the one that a tab beside it adopts.
    assert_eq!(newborns.adopt(KEY, plain(&other), after(60), || midwife.mint()), Some(GuestId(2)));
}

#[test]
fn overlapping_requests_on_one_connection_are_tabs() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let connection = Arc::new(());
    for ms in [0, 10, 20, 2_000] {
        let guest = newborns.adopt(KEY, multiplexed(&connection), after(ms), || midwife.mint());
        assert_eq!(guest, Some(GuestId(1)));
    }
}

#[test]
fn once_the_cookie_was_shown_a_visitor_without_one_is_somebody_else() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let tabs: Vec<Arc<()>> = (0..4).map(|_| Arc::new(())).collect();
    let adopt = |tab: usize, ms| newborns.adopt(KEY, plain(&tabs[tab]), after(ms), || midwife.mint());
    assert_eq!(adopt(0, 0), Some(GuestId(1)));
    newborns.grown_up(GuestId(77), after(5));
    assert_eq!(adopt(1, 10), Some(GuestId(1)), "another guest's pass changes nothing");
    newborns.grown_up(GuestId(1), after(20));
    assert_eq!(adopt(2, 30), Some(GuestId(2)));
    newborns.grown_up(GuestId(1), after(40));
    assert_eq!(adopt(3, 50), Some(GuestId(2)), "the first guest's pass does not age the second");
}

#[test]
fn a_clock_set_back_ends_an_infancy() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let (a, b) = (Arc::new(()), Arc::new(()));
    assert_eq!(newborns.adopt(KEY, plain(&a), after(60_000), || midwife.mint()), Some(GuestId(1)));
    assert_eq!(newborns.adopt(KEY, plain(&b), start(), || midwife.mint()), Some(GuestId(2)));
}

#[test]
fn births_beyond_the_bound_are_ordinary_guests() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let connection = Arc::new(());
    let other = Arc::new(());
    // All in one shard, more than it keeps.
    for key in 0..20_000 {
        newborns.adopt(key, plain(&connection), start(), || midwife.mint());
    }
    assert_eq!(newborns.adopt(0, plain(&other), after(1), || midwife.mint()), Some(GuestId(1)));
    let unkept = newborns.adopt(19_999, plain(&other), after(1), || midwife.mint());
    assert_eq!(unkept, Some(GuestId(20_001)));
    // The next seconds have room again.
    let fresh = newborns.adopt(50_000, plain(&connection), after(3_000), || midwife.mint());
    assert_eq!(newborns.adopt(50_000, plain(&other), after(3_001), || midwife.mint()), fresh);
}

#[test]
fn tabs_opened_together_take_one_from_the_networks_allowance() {
    let (newborns, midwife) = (Newborns::new(), Midwife::default());
    let allowance = NetworkAllowance::new(1);
    let tabs: Vec<Arc<()>> = (0..4).map(|_| Arc::new(())).collect();
    let adopt = |tab: usize, ms| {
        newborns.adopt(KEY, plain(&tabs[tab]), after(ms), || {
            let taken = allowance.take(1, 20_000);
            taken.then(|| midwife.mint()).flatten()
        })
    };
    assert_eq!(adopt(0, 0), Some(GuestId(1)));
    assert_eq!(adopt(1, 10), Some(GuestId(1)));
    assert_eq!(adopt(2, 3_000), None, "spent");
    assert_eq!(adopt(3, 3_010), None, "a refusal is no birth");
}
