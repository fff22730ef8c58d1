//! By what a text is known again wherever it comes from.
use newsroom::articles::Block;

/// Letters and digits by which a text is known. Shorter ones may be anybody's: such stories are never joined.
pub(crate) const TELLING: usize = 160;

/// Fingerprint of the words, whatever stands between them.
#[must_use]
pub fn words_print(body: &[Block]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = [0; 4];
    for c in letters(body) {
        hasher.update(c.encode_utf8(&mut buffer).as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Whether the words alone are enough to know a story by: not those of a line of ten words.
#[must_use]
pub fn is_telling(body: &[Block]) -> bool {
    letters(body).nth(TELLING).is_some()
}

fn letters(body: &[Block]) -> impl Iterator<Item = char> + '_ {
    body.iter().flat_map(|block| block.text().chars()).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
