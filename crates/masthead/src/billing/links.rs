//! Links in mails that work without logging in. A link says which contract and what for, until when, and is signed
//! under a key of its own; it can only do its one thing, and only after a button was pressed on its page (mail scanners
//! open links, RFC 8058 §1 tells the same of unsubscribing).
//!
//! ```text
//! base64url( purpose 1 | contract 8 | last day 4 | MAC 16 )        numbers little-endian
//! ```
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

/// How long a link in a mail works.
const DAYS: i64 = 400;
const MAC: usize = 16;
const BODY: usize = 13;

/// Signs of a gift's code: none is read for another (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A gift's code as somebody typed it, in the one form that is hashed; `None` when it can be none.
#[must_use]
pub fn typed_gift_code(text: &str) -> Option<String> {
    let signs = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    let signs: String = signs.take(13).collect();
    let known = signs.len() == 12 && signs.bytes().all(|sign| SIGNS.contains(&sign));
    known.then(|| format!("{}-{}-{}", &signs[..4], &signs[4..8], &signs[8..]))
}

/// What is kept of a gift's code.
#[must_use]
pub fn gift_code_hash(code: &str) -> [u8; 32] {
    blake3::derive_key("masthead 2026 gift code", code.as_bytes())
}

/// What a link may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Cancel, take back, withdraw; see the contract's dates.
    Cancel,
    /// Pay what is due.
    Pay,
}

impl Purpose {
    const fn byte(self) -> u8 {
        match self {
            Self::Cancel => 1,
            Self::Pay => 2,
        }
    }

    /// First part of its path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Cancel => "/cancel",
            Self::Pay => "/pay",
        }
    }
}

/// The key under which links are signed. Never printed.
#[derive(Clone)]
pub struct Links([u8; 32]);

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links(…)")
    }
}

impl Links {
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The path of a link: `/cancel/TOKEN`.
    #[must_use]
    pub fn path(&self, purpose: Purpose, contract: i64, now: Timestamp) -> String {
        let last = u32::try_from(now.as_second() / 86_400 + DAYS).unwrap_or(u32::MAX);
        let mut bytes = vec![purpose.byte()];
        bytes.extend_from_slice(&contract.to_le_bytes());
        bytes.extend_from_slice(&last.to_le_bytes());
        bytes.extend_from_slice(&self.mac(&bytes));
        format!("{}/{}", purpose.path(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The contract that a token speaks of; `None` when it is forged, for something else, or too old.
    #[must_use]
    pub fn open(&self, purpose: Purpose, token: &str, now: Timestamp) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == BODY + MAC)?;
        let (body, mac) = bytes.split_at(BODY);
        // blake3's hashes compare in constant time.
        let given: [u8; MAC] = mac.try_into().ok()?;
        let mut known = [0; 32];
        known[..MAC].copy_from_slice(&self.mac(body));
        let mut shown = [0; 32];
        shown[..MAC].copy_from_slice(&given);
        if blake3::Hash::from_bytes(known) != blake3::Hash::from_bytes(shown) || body[0] != purpose.byte() {
            return None;
        }
        let contract = i64::from_le_bytes(body[1..9].try_into().ok()?);
        let last = u32::from_le_bytes(body[9..13].try_into().ok()?);
        (now.as_second() / 86_400 <= i64::from(last)).then_some(contract)
    }

    /// The code by which a gift is claimed: `K7QM-2XRD-9TPN`, sixty bits that nobody can guess and that the buyer can
    /// be shown again. It has no end: what was paid for stays claimable.
    #[must_use]
    pub fn gift_code(&self, contract: i64) -> String {
        let mut message = b"gift".to_vec();
        message.extend_from_slice(&contract.to_le_bytes());
        let mac = self.mac(&message);
        let bits = mac.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let sign = |nth: u32| char::from(SIGNS[usize::try_from(bits >> (nth * 5) & 31).unwrap_or_default()]);
        (0..12).flat_map(|nth| (nth > 0 && nth % 4 == 0).then_some('-').into_iter().chain([sign(nth)])).collect()
    }

    fn mac(&self, message: &[u8]) -> [u8; MAC] {
        let mut mac = [0; MAC];
        mac.copy_from_slice(&blake3::keyed_hash(&self.0, message).as_bytes()[..MAC]);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::{Links, Purpose, gift_code_hash, typed_gift_code};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_link_does_its_one_thing_until_its_day() {
        let links = Links::new([7; 32]);
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("an instant");
        let path = links.path(Purpose::Cancel, 42, now);
        let token = path.strip_prefix("/cancel/").expect("its page");
        assert_eq!(links.open(Purpose::Cancel, token, now), Some(42));
        assert_eq!(links.open(Purpose::Pay, token, now), None, "for another purpose");
        assert_eq!(Links::new([8; 32]).open(Purpose::Cancel, token, now), None, "of another paper");
        let year = now + SignedDuration::from_hours(24 * 400);
        assert_eq!(links.open(Purpose::Cancel, token, year), Some(42));
        assert_eq!(links.open(Purpose::Cancel, token, year + SignedDuration::from_hours(24)), None, "too old");
        for at in 0..token.len() {
            let mut bent = token.as_bytes().to_vec();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).expect("letters");
            assert_eq!(links.open(Purpose::Cancel, &bent, now), None, "{bent}");
        }
    }

    #[test]
    fn a_gift_has_one_code_that_is_read_as_people_type_it() {
        let links = Links::new([7; 32]);
        let code = links.gift_code(42);
        assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{code}");
        assert_eq!(links.gift_code(42), code, "it can be shown again");
        assert_ne!(links.gift_code(43), code);
        assert_ne!(Links::new([8; 32]).gift_code(42), code, "of another paper");
        let typed = format!(" {} ", code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(typed_gift_code(&typed), Some(code.clone()));
        for wrong in ["", "K7QM", "K7QM-2XRD-9TPNX", "K7QM-2XRD-9TP!", "K7QM-2XRD-9TPU", "ééééééééééé1"] {
            assert_eq!(typed_gift_code(wrong), None, "{wrong}");
        }
        assert_ne!(gift_code_hash(&code), gift_code_hash("K7QM-2XRD-9TPN"));
    }
}
