//! Letters as they are compared: without case and accents.
use unicode_normalization::UnicodeNormalization;

/// The letters of a text in lower case. Accents over Latin and Greek letters are left out, and Latin letters that are an accented or joined
/// one to a reader of English are written as those (`ø`, `ß`, `æ`). Elsewhere an accent makes another letter (`й`, vowel signs of Indian
/// scripts), and stays.
pub fn bare(text: &str) -> impl Iterator<Item = char> {
    let mut accents_go = false;
    let kept = text.nfkd().flat_map(char::to_lowercase).filter(move |&c| {
        let accent = matches!(c, '\u{300}'..='\u{36f}');
        if !accent {
            accents_go = c.is_ascii_alphabetic() || matches!(c, '\u{370}'..='\u{3ff}');
        }
        !(accent && accents_go)
    });
    kept.nfc().flat_map(|c| {
        let (first, second) = match c {
            'ß' => ('s', Some('s')),
            'æ' => ('a', Some('e')),
            'œ' => ('o', Some('e')),
            'ø' => ('o', None),
            'ł' => ('l', None),
            'đ' => ('d', None),
            'ı' => ('i', None),
            c => (c, None),
        };
        std::iter::once(first).chain(second)
    })
}
