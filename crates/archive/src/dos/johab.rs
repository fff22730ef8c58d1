//! Korean in Johab: each syllable is put together of three letters, five bits each. What stands so is no other encoding's text by chance, and
//! its syllables are those that the common Korean set has, while the web's Korean reads rare ones in it.

use encoding_rs::EUC_KR;

/// Syllables that are looked at.
const JUDGED: usize = 5_000;
/// Fewer tell nothing.
const LEAST: usize = 8;

/// What is wrong with a text in Johab, and the mend.
pub(super) fn told(bytes: &[u8]) -> Option<String> {
    let (mut syllables, mut common, mut others) = (0usize, 0usize, 0usize);
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if first.is_ascii() || syllables >= JUDGED {
            continue;
        }
        let second = behind.first().copied().unwrap_or_default();
        rest = behind.get(1..).unwrap_or_default();
        match syllable(*first, second) {
            Some(syllable) => {
                syllables += 1;
                common += usize::from(is_common(syllable));
            }
            // A sign of another plane of Johab, or no Johab.
            None => others += 1,
        }
    }
    let johab = syllables >= LEAST && others * 20 <= syllables && common * 50 >= syllables * 49;
    if !johab {
        return None;
    }
    let read = EUC_KR.decode_without_bom_handling(bytes).0;
    let (mut korean, mut all) = (0usize, 0usize);
    for c in read.chars().filter(|c| !c.is_ascii()).take(JUDGED) {
        all += 1;
        korean += usize::from(is_common(c));
    }
    (korean * 4 < all * 3).then(|| super::mend("in Korean (Johab)", "JOHAB", ""))
}

/// The syllable of two bytes.
fn syllable(first: u8, second: u8) -> Option<char> {
    let code = u32::from(first) << 8 | u32::from(second);
    if code >> 15 == 0 {
        return None;
    }
    let begin = (code >> 10 & 31).checked_sub(2).filter(|begin| *begin < 19)?;
    let middle = match code >> 5 & 31 {
        vowel @ 3..=7 => vowel - 3,
        vowel @ 10..=15 => vowel - 5,
        vowel @ 18..=23 => vowel - 7,
        vowel @ 26..=29 => vowel - 9,
        _ => return None,
    };
    let end = match code & 31 {
        end @ 1..=17 => end - 1,
        end @ 19..=29 => end - 2,
        _ => return None,
    };
    char::from_u32(0xac00 + (begin * 21 + middle) * 28 + end)
}

/// Whether a character is one of the 2,350 syllables of the common set.
fn is_common(c: char) -> bool {
    let mut text = [0; 4];
    let (bytes, _, lossy) = EUC_KR.encode(c.encode_utf8(&mut text));
    !lossy && matches!(bytes.as_ref(), [0xb0..=0xc8, 0xa1..=0xfe])
}
