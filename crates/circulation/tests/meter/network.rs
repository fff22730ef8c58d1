use std::net::IpAddr;
use std::thread;

use circulation::meter::{DailyKey, Network, NetworkAllowance};

fn network(address: &str) -> Network {
    Network::of(address.parse().unwrap())
}

#[test]
fn a_network_is_a_24_or_a_56() {
    assert!(network("192.0.2.1") == network("192.0.2.254"));
    assert!(network("192.0.2.1") != network("192.0.3.1"));
    assert!(network("2001:db8:0:aa00::1") == network("2001:db8:0:aaff:ffff::2"));
    assert!(network("2001:db8:0:aa00::1") != network("2001:db8:0:ab00::1"));
    assert!(network("::ffff:192.0.2.9") == network("192.0.2.1"));
}

#[test]
fn a_day_grants_a_network_exactly_its_allowance() {
    let allowance = NetworkAllowance::new(50);
    let key = DailyKey::new(&[1; 32]);
    let (busy, quiet) = (key.network(network("192.0.2.1")), key.network(network("198.51.100.1")));
    let taken = thread::scope(|scope| {
        let takers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| (0..100).filter(|_| allowance.take(busy, 20_000)).count())).collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).sum::<usize>()
    });
    assert_eq!(taken, 50);
    assert!(allowance.is_spent(busy, 20_000) && !allowance.is_spent(quiet, 20_000));
    assert!(allowance.take(quiet, 20_000), "a neighbour is not charged");
    assert!(allowance.take(busy, 20_001), "a new day is a new allowance");
    assert!((1..50).all(|_| allowance.take(busy, 20_001)));
    assert!(!allowance.take(busy, 20_000), "a late request of yesterday empties nothing");
    assert!(!allowance.take(busy, 20_001));
    assert!(!NetworkAllowance::new(0).take(busy, 20_000));
}

#[test]
fn many_networks_do_not_use_up_each_others_allowance() {
    let allowance = NetworkAllowance::new(50);
    let key = DailyKey::new(&[2; 32]);
    let mut early = 0;
    for number in 0_u32..400_000 {
        let address = IpAddr::from(std::net::Ipv4Addr::from(number << 8));
        early += u32::from(!allowance.take(key.network(Network::of(address)), 20_000));
    }
    assert_eq!(early, 0);
}

#[test]
fn numbers_say_nothing_without_the_days_key() {
    let (monday, tuesday) = (DailyKey::new(&[1; 32]), DailyKey::new(&[2; 32]));
    let home = network("192.0.2.1");
    assert_eq!(monday.network(home), DailyKey::new(&[1; 32]).network(home));
    assert_ne!(monday.network(home), tuesday.network(home));
    let address: IpAddr = "192.0.2.1".parse().unwrap();
    let visit = monday.visit(address, b"Browser/1", b"en-IN");
    assert_eq!(visit, monday.visit("::ffff:192.0.2.1".parse().unwrap(), b"Browser/1", b"en-IN"));
    assert_ne!(visit, tuesday.visit(address, b"Browser/1", b"en-IN"));
    assert_ne!(visit, monday.visit(address, b"Browser/1", b"hi-IN"));
    assert_ne!(visit, monday.visit(address, b"Browser/1en", b"-IN"));
    assert_ne!(visit, monday.visit("192.0.2.2".parse().unwrap(), b"Browser/1", b"en-IN"));
}
