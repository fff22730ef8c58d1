//! A guest's copy of their own count: a signed value for a `__Host-` cookie that lives no longer than the period.
//!
//! The text is base64url without padding of
//!
//! ```text
//! version 1 | key id 1 | period 4 | guest 8 | (story 4, day 2) × n | MAC 16      numbers little-endian
//! ```
//!
//! The MAC is BLAKE3 in keyed mode, cut to 128 bits, under a key derived for this purpose alone. There is one algorithm
//! per version and no field that chooses it. Sending back an older pass is worth no more than deleting the cookie, and
//! while [`MeterTable`](super::MeterTable) remembers the guest it is worth nothing.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use super::reads::{Read, ReadList};
use super::window::{GUEST_LIMIT_MAX, Period};

/// A guest: a random number that says nothing about the person and is forgotten with the period.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuestId(pub u64);

impl fmt::Debug for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuestId({:016x})", self.0)
    }
}

/// A key that seals passes. Never printed.
#[derive(Clone)]
pub struct MeterKey {
    id: u8,
    derived: [u8; 32],
}

/// Separates these MACs from every other use of the same secret. A new format gets a new version, not a new context.
const CONTEXT: &str = "masthead circulation 2026-11-21 guest pass of the meter";

impl MeterKey {
    /// A key from 32 secret random bytes. Give every new secret another `id`.
    #[must_use]
    pub fn new(id: u8, secret: &[u8; 32]) -> Self {
        let derived = blake3::derive_key(CONTEXT, secret);
        Self { id, derived }
    }

    /// The number that passes name the key by.
    #[must_use]
    pub fn id(&self) -> u8 {
        self.id
    }

    fn mac(&self, message: &[u8]) -> [u8; MAC] {
        let full = blake3::keyed_hash(&self.derived, message);
        let mut mac = [0; MAC];
        mac.copy_from_slice(&full.as_bytes()[..MAC]);
        mac
    }
}

impl fmt::Debug for MeterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterKey({}, …)", self.id)
    }
}

/// The key in use, and earlier ones that are honoured until a date: as long as a period lasts, so that nobody's count
/// is lost when the key changes.
#[derive(Clone, Debug)]
pub struct MeterKeys {
    current: MeterKey,
    retired: Vec<(MeterKey, Timestamp)>,
}

/// Keys that passes could not tell apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two meter keys have the id {id}; give every key an id of its own")]
pub struct KeysError {
    /// The id that occurs twice.
    pub id: u8,
}

impl MeterKeys {
    /// The current key, and retired ones with the first instant at which each is no longer honoured.
    ///
    /// # Errors
    /// When two keys have one id.
    pub fn new(current: MeterKey, retired: Vec<(MeterKey, Timestamp)>) -> Result<Self, KeysError> {
        let mut seen = vec![current.id];
        for (key, _) in &retired {
            if seen.contains(&key.id) {
                return Err(KeysError { id: key.id });
            }
            seen.push(key.id);
        }
        Ok(Self { current, retired })
    }

    fn find(&self, id: u8, now: Timestamp) -> Option<&MeterKey> {
        if self.current.id == id {
            return Some(&self.current);
        }
        self.retired.iter().find(|(key, ends_at)| key.id == id && now < *ends_at).map(|(key, _)| key)
    }
}

/// What a guest's cookie says: who, in which period, and which stories were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestPass {
    /// The guest.
    pub guest: GuestId,
    /// The period's id ([`Period::id`]).
    pub period: u32,
    /// The stories counted in it.
    pub reads: ReadList,
}

const VERSION: u8 = 1;
const MAC: usize = 16;
const HEAD: usize = 1 + 1 + 4 + 8;
const READ: usize = 4 + 2;
const READS_MAX: usize = GUEST_LIMIT_MAX as usize;
/// Longest text that is looked at, in bytes.
const TEXT_MAX: usize = 1024;
/// What [`TEXT_MAX`] characters decode to.
const BYTES_MAX: usize = TEXT_MAX / 4 * 3;

// The longest pass that is ever sealed must be one that is opened.
const _: () = assert!(HEAD + READS_MAX * READ + MAC <= BYTES_MAX);

impl GuestPass {
    /// The pass as the value of a cookie, under the current key.
    ///
    /// Of a list longer than the highest guest limit the latest reads are written: still enough to be at any limit.
    #[must_use]
    pub fn seal(&self, keys: &MeterKeys) -> String {
        let extra = self.reads.len().saturating_sub(READS_MAX);
        let mut bytes = Vec::with_capacity(HEAD + (self.reads.len() - extra) * READ + MAC);
        bytes.extend_from_slice(&[VERSION, keys.current.id]);
        bytes.extend_from_slice(&self.period.to_le_bytes());
        bytes.extend_from_slice(&self.guest.0.to_le_bytes());
        for read in self.reads.iter().skip(extra) {
            bytes.extend_from_slice(&read.story().to_le_bytes());
            bytes.extend_from_slice(&read.day().to_le_bytes());
        }
        let mac = keys.current.mac(&bytes);
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(&bytes)
    }

    /// The pass in a cookie's value, or `None` when it is not one that this paper sealed, unchanged, for this period,
    /// under a key honoured at `now`: then the visitor is a guest without a pass. Allocates nothing for lists of
    /// ordinary length. Reads that have left a rolling window are dropped.
    #[must_use]
    pub fn open(text: &str, keys: &MeterKeys, period: &Period, now: Timestamp) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let mut buffer = [0; BYTES_MAX];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut buffer).ok()?;
        let (message, mac) = buffer.get(..length)?.split_last_chunk::<MAC>()?;
        let (version, rest) = message.split_first()?;
        let (key_id, rest) = rest.split_first()?;
        if *version != VERSION {
            return None;
        }
        let key = keys.find(*key_id, now)?;
        if !bool::from(key.mac(message).ct_eq(mac)) {
            return None;
        }
        // From here on the bytes are ours; they are still read with care.
        let (pass_period, rest) = rest.split_first_chunk::<4>()?;
        let (guest, rest) = rest.split_first_chunk::<8>()?;
        if u32::from_le_bytes(*pass_period) != period.id {
            return None;
        }
        let mut reads = read_reads(rest)?;
        reads.prune(period.oldest);
        Some(Self { guest: GuestId(u64::from_le_bytes(*guest)), period: period.id, reads })
    }
}

fn read_reads(mut bytes: &[u8]) -> Option<ReadList> {
    let mut reads = ReadList::new();
    while !bytes.is_empty() {
        let (story, rest) = bytes.split_first_chunk::<4>()?;
        let (day, rest) = rest.split_first_chunk::<2>()?;
        let read = Read::new(u32::from_le_bytes(*story), u16::from_le_bytes(*day));
        // A story twice, or more than are ever sealed: not a pass of ours.
        if !reads.insert(read) || reads.len() > READS_MAX {
            return None;
        }
        bytes = rest;
    }
    Some(reads)
}
