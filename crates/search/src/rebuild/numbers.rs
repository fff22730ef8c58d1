//! Numbers of few bytes where they are small: seven bits a byte, the last with its highest bit set.

pub(super) fn write(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8);
        number >>= 7;
    }
    into.push(number as u8 | 0x80);
}

/// Takes a number off the beginning; 0 where there is none.
pub(super) fn read(from: &mut &[u8]) -> u64 {
    let mut number = 0;
    for (at, byte) in from.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f) << (7 * at as u32);
        if byte & 0x80 != 0 {
            *from = &from[at + 1..];
            return number;
        }
    }
    *from = &[];
    number
}
