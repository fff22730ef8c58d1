use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use circulation::meter::{GuestId, GuestPass, KeysError, MeterKey, MeterKeys, MeterTable, Read, ReadList, Window};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{at, december, november, reads, rules};

fn keys() -> MeterKeys {
    MeterKeys::new(MeterKey::new(1, &[7; 32]), vec![]).unwrap()
}

fn now() -> Timestamp {
    at("2026-11-21T06:00:00Z")
}

fn pass(list: ReadList) -> GuestPass {
    GuestPass { guest: GuestId(0x0123_4567_89ab_cdef), period: november().id, reads: list }
}

fn open(text: &str) -> Option<GuestPass> {
    GuestPass::open(text, &keys(), &november(), now())
}

proptest! {
    #[test]
    fn what_was_sealed_is_opened(
        guest: u64,
        reads in prop::collection::btree_map(any::<u32>(), any::<u16>(), 0..=100),
    ) {
        let reads: ReadList = reads.into_iter().map(|(story, day)| Read::new(story, day)).collect();
        let pass = GuestPass { guest: GuestId(guest), period: november().id, reads };
        let text = pass.seal(&keys());
        prop_assert!(text.len() <= 1024);
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(open(&text), Some(pass));
    }

    #[test]
    fn any_changed_byte_makes_it_no_pass(stories in prop::collection::btree_set(any::<u32>(), 0..20), place: prop::sample::Index, byte: u8) {
        let text = pass(reads(stories)).seal(&keys());
        let mut bytes = text.clone().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert_eq!(open(&text), None);
        }
    }

    #[test]
    fn noise_is_no_pass(text in ".{0,1100}", bytes in prop::collection::vec(any::<u8>(), 0..800)) {
        prop_assert_eq!(open(&text), None);
        prop_assert_eq!(open(&URL_SAFE_NO_PAD.encode(bytes)), None);
    }
}

#[test]
fn every_flipped_bit_truncation_and_extension_makes_it_no_pass() {
    let text = pass(reads(1..=5)).seal(&keys());
    assert!(open(&text).is_some());
    let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&URL_SAFE_NO_PAD.encode(bytes)), None, "bit {bit}");
    }
    for length in 0..text.len() {
        assert_eq!(open(&text[..length]), None);
    }
    for extra in ["A", "=", "==", " ", "AAAA", ";", "\0"] {
        assert_eq!(open(&format!("{text}{extra}")), None);
        assert_eq!(open(&format!("{extra}{text}")), None);
    }
    // The swap of two stories is a change like any other.
    let mut swapped = bytes;
    swapped[14..26].rotate_left(6);
    assert_eq!(open(&URL_SAFE_NO_PAD.encode(swapped)), None);
}

#[test]
fn an_oversized_value_is_no_pass() {
    assert_eq!(open(&"A".repeat(1025)), None);
    assert_eq!(open(&"A".repeat(8 * 1024)), None);
    assert_eq!(open(&"é".repeat(600)), None);
}

#[test]
fn a_foreign_key_opens_nothing() {
    let text = pass(reads([1])).seal(&keys());
    let foreign = MeterKeys::new(MeterKey::new(1, &[8; 32]), vec![]).unwrap();
    assert_eq!(GuestPass::open(&text, &foreign, &november(), now()), None);
    let renumbered = MeterKeys::new(MeterKey::new(2, &[7; 32]), vec![]).unwrap();
    assert_eq!(GuestPass::open(&text, &renumbered, &november(), now()), None);
}

#[test]
fn a_retired_key_is_honoured_until_its_end_and_not_at_it() {
    let text = pass(reads([1, 2])).seal(&keys());
    let retired = vec![(MeterKey::new(1, &[7; 32]), now())];
    let keys = MeterKeys::new(MeterKey::new(2, &[9; 32]), retired).unwrap();
    let before = now() - SignedDuration::from_millis(1);
    let opened = GuestPass::open(&text, &keys, &november(), before).unwrap();
    assert_eq!(opened, pass(reads([1, 2])));
    assert_eq!(GuestPass::open(&text, &keys, &november(), now()), None);
    // Sealed again it stands under the new key.
    let resealed = opened.seal(&keys);
    assert_eq!(GuestPass::open(&resealed, &keys, &november(), now()), Some(opened));
}

#[test]
fn two_keys_of_one_id_are_refused() {
    let twice = vec![(MeterKey::new(1, &[2; 32]), now())];
    let error = MeterKeys::new(MeterKey::new(1, &[1; 32]), twice).unwrap_err();
    assert_eq!(error, KeysError { id: 1 });
}

#[test]
fn a_pass_of_another_period_is_no_pass() {
    let text = pass(reads([1])).seal(&keys());
    assert_eq!(GuestPass::open(&text, &keys(), &december(), now()), None);
}

#[test]
fn reads_that_left_a_rolling_window_are_not_in_the_opened_pass() {
    let rolling = rules(Window::RollingDays(7), "Asia/Kolkata").period_at(now());
    let list = [Read::new(1, rolling.today - 7), Read::new(2, rolling.today - 6)];
    let pass = GuestPass { guest: GuestId(1), period: rolling.id, reads: list.into_iter().collect() };
    let opened = GuestPass::open(&pass.seal(&keys()), &keys(), &rolling, now()).unwrap();
    assert_eq!(crate::stories(&opened.reads), [2]);
}

#[test]
fn a_pass_with_more_reads_than_a_lowered_limit_has_nothing_left() {
    let opened = open(&pass(reads(1..=5)).seal(&keys())).unwrap();
    let table = MeterTable::new(1_000);
    let new = table.count(opened.guest.0, &november(), 6, 3, &opened.reads);
    assert_eq!((new.granted, new.counted, new.reads), (false, 5, None));
    let again = table.count(opened.guest.0, &november(), 5, 3, &opened.reads);
    assert!(again.granted && again.already && !again.newly);
}

#[test]
fn of_a_list_too_long_for_a_cookie_the_latest_reads_are_kept() {
    let opened = open(&pass(reads(1..=150)).seal(&keys())).unwrap();
    assert_eq!(crate::stories(&opened.reads), (51..=150).collect::<Vec<_>>());
}

#[test]
fn keys_are_not_printed() {
    let printed = format!("{:?}", keys());
    assert_eq!(printed, "MeterKeys { current: MeterKey(1, …), retired: [] }");
}
