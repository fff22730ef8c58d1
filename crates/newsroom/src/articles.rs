//! Stories and how the desk marks them.
use std::borrow::Cow;

use crate::letters;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

/// A story's number: given once by the store, never reused. The meter counts these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoryNumber(pub u32);

/// How the desk marked a story. A marking nobody knows is [`Marking::Premium`]: the wall fails closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Marking {
    /// Open to everybody, never counted.
    Free,
    /// Open to everybody with an account, never counted.
    Registered,
    /// Open to subscribers; to others while the meter has allowance left.
    Metered,
    /// Open to subscribers with premium in their plan.
    Premium,
}

impl Marking {
    pub const ALL: [Self; 4] = [Self::Free, Self::Registered, Self::Metered, Self::Premium];

    /// Reads a marking's word. Any word that is not one of the four is premium.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "free" => Self::Free,
            "registered" => Self::Registered,
            "metered" => Self::Metered,
            _ => Self::Premium,
        }
    }

    /// Whether `word` names one of the four markings.
    #[must_use]
    pub fn knows(word: &str) -> bool {
        matches!(word.trim().to_ascii_lowercase().as_str(), "free" | "registered" | "metered" | "premium")
    }

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Registered => "registered",
            Self::Metered => "metered",
            Self::Premium => "premium",
        }
    }

    /// How strict a marking is; a group of copies takes its strictest.
    #[must_use]
    pub const fn strictness(self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Registered => 1,
            Self::Metered => 2,
            Self::Premium => 3,
        }
    }
}

impl<'de> Deserialize<'de> for Marking {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Self::read(&String::deserialize(d)?))
    }
}

/// One block of a story's body. Text is plain: markup is made where a page is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "lowercase")]
pub enum Block {
    Paragraph(String),
    Crosshead(String),
    Quote(String),
}

impl Block {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Paragraph(t) | Self::Crosshead(t) | Self::Quote(t) => t,
        }
    }
}

/// A story's picture. Files are named relative to the paper's `pictures/` folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// File name without width and ending: `harbour` stands for `harbour-640.webp`, `harbour-1280.webp` and `harbour-1200.jpg`.
    pub file: String,
    /// Alternative text: what a reader who cannot see it is told.
    pub alt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// How many blocks of the body stand before it, where it came from among them. None: it belongs above the story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u16>,
    pub width: u32,
    pub height: u32,
}

/// A story as the paper publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    pub number: StoryNumber,
    pub slug: String,
    /// The section's code, as in `publication.toml`.
    pub section: String,
    pub headline: String,
    /// True where no headline came with the story and the lead's first words stand in until the desk writes one.
    pub headline_provisional: bool,
    pub standfirst: Option<String>,
    pub bylines: Vec<String>,
    pub dateline: Option<String>,
    pub topics: Vec<String>,
    pub marking: Marking,
    /// How many blocks everybody may read; always fewer than there are.
    pub preview_blocks: u16,
    /// `None`: the archive does not say. A date is never invented.
    pub published_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub picture: Option<Picture>,
    /// The desk's pick for the front page: 1 is the lead story.
    pub pick: Option<u16>,
    /// The language of its words as a tag (BCP 47), well formed. `None`: the paper's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub body: Vec<Block>,
}

impl Story {
    /// Blocks that may be shown to everybody. A locked story always keeps at least one block back.
    #[must_use]
    pub fn preview(&self) -> &[Block] {
        let most = self.body.len().saturating_sub(1);
        &self.body[..usize::from(self.preview_blocks).min(most)]
    }

    /// Blocks that need a right.
    #[must_use]
    pub fn locked(&self) -> &[Block] {
        &self.body[self.preview().len()..]
    }

    /// Blocks that everybody may read: all of a free story, else its preview.
    #[must_use]
    pub fn open(&self) -> &[Block] {
        if self.marking == Marking::Free { &self.body } else { self.preview() }
    }

    /// The first words of the open part, until the desk writes a headline: nothing is invented, and nothing closed is told.
    #[must_use]
    pub fn stand_in(&self) -> String {
        self.opening().unwrap_or_else(|| UNTITLED.to_owned())
    }

    /// The first words of the open part, where it has any.
    #[must_use]
    pub fn opening(&self) -> Option<String> {
        let words = opening_words(self.open().first().map_or("", Block::text));
        (!words.is_empty()).then_some(words)
    }

    /// Whole minutes of reading at 230 words a minute, at least one.
    #[must_use]
    pub fn reading_minutes(&self) -> u16 {
        let words: usize = self.body.iter().map(|b| b.text().split_whitespace().count()).sum();
        u16::try_from(words.div_ceil(230)).unwrap_or(u16::MAX).max(1)
    }

    /// The one address of the story: `/markets/slug-123`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/{}-{}", self.section, self.slug, self.number.0)
    }
}

/// What stands in for a headline where nothing of the story is open.
const UNTITLED: &str = "Untitled";

fn opening_words(lead: &str) -> String {
    let mut words = String::new();
    for word in lead.split_whitespace() {
        if words.chars().count() + word.chars().count() > 80 {
            return format!("{} …", words.trim_end_matches([',', ';', ':', '–', '—']));
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// A section of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Lower-case code used in addresses: `markets`.
    pub code: String,
    /// Name as readers see it: `Markets`.
    pub name: String,
    #[serde(default)]
    pub about: String,
}

/// Control characters, and those that turn the direction of the text around them: a headline could read otherwise than
/// it is written (Unicode Standard Annex 9, explicit directional embeddings, overrides and isolates).
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in which each of those stands as a sign, `\u{202e}`: what it is can be seen, and it does nothing. Of a text without any, the
/// text.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Makes a slug of ASCII letters, digits and hyphens out of a headline, at most 72 bytes, cut at a word, or within the first word where that
/// alone is longer. Letters with accents lose them, other scripts are written in Latin letters.
#[must_use]
pub fn slug_of(headline: &str) -> String {
    let mut slug = String::new();
    let apostrophe = |c: char| matches!(c, '\'' | '’');
    for word in headline.split(|c: char| !(c.is_alphanumeric() || is_combining_mark(c) || apostrophe(c))) {
        let said: String = word.chars().filter(|c| !apostrophe(*c)).collect();
        let latin = deunicode::deunicode(&said).to_ascii_lowercase();
        for word in latin.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if slug.is_empty() {
                slug.push_str(&word[..word.len().min(SLUG_MOST)]);
                continue;
            }
            if slug.len() + 1 + word.len() > SLUG_MOST {
                return slug;
            }
            slug.push('-');
            slug.push_str(word);
        }
    }
    if slug.is_empty() { "story".into() } else { slug }
}

/// What an author or a topic is known by in addresses, and stands by in directories: lower-case letters and digits of any script, without
/// accents, with hyphens between words. Marks that make another letter (the virama, the nukta, vowel signs) stay with theirs. Two spellings
/// that differ only in case, accents, joiners or punctuation are one. At most 120 bytes, cut at a letter; `None` where a name has no letter
/// or digit.
///
/// In an address the key has to be percent-encoded.
#[must_use]
pub fn key_of(name: &str) -> Option<String> {
    let mut key = String::new();
    for letter in letters::bare(name) {
        if key.len() + letter.len_utf8() > KEY_MOST {
            break;
        }
        let mark = is_combining_mark(letter) && key.ends_with(|before: char| before != '-');
        if letter.is_alphanumeric() || mark {
            key.push(letter);
        } else if !is_within_words(letter) && !is_combining_mark(letter) && !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.truncate(key.trim_end_matches('-').len());
    (!key.is_empty()).then_some(key)
}

/// [`key_of`] of a writer's name, with initials one by one: `MS Rao`, `M.S. Rao` and `M. S. Rao` are one name, and `Ms Rao` is another. Two or
/// three capitals are initials in a name that has small letters too; of `MS RAO` nobody knows.
#[must_use]
pub fn author_key_of(name: &str) -> Option<String> {
    if !name.contains(char::is_lowercase) {
        return key_of(name);
    }
    let mut parted = String::with_capacity(name.len() + 8);
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c) || is_within_words(c);
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let (word, after) = rest.split_at(rest.find(|c: char| in_word(c) != in_word(first)).unwrap_or(rest.len()));
        // `John Paul II`
        let ordinal = !after.contains(in_word) && matches!(word, "II" | "III" | "IV" | "VI");
        let initials = (2..=3).contains(&word.chars().count()) && word.chars().all(char::is_uppercase) && !ordinal;
        for letter in word.chars() {
            parted.push(letter);
            if initials {
                parted.push(' ');
            }
        }
        rest = after;
    }
    key_of(&parted)
}

/// Signs that part no word: apostrophes, joiners, soft hyphens.
const fn is_within_words(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{200c}' | '\u{200d}')
}

/// Bytes of a slug.
const SLUG_MOST: usize = 72;

/// Bytes of a key: enough for a long name in any script, and no address grows out of hand.
const KEY_MOST: usize = 120;

#[cfg(test)]
mod tests {
    use super::{author_key_of, key_of, slug_of};

    #[test]
    fn an_address_is_of_latin_letters_whatever_the_headline_is_written_in() {
        for (headline, slug) in [
            ("Élections à Besançon: l’année zéro", "elections-a-besancon-lannee-zero"),
            ("Kapitänsmützen für alle—außer einem", "kapitansmutzen-fur-alle-ausser-einem"),
            ("O\u{308}l und Gas", "ol-und-gas"),
            ("Выборы", "vybory"),
            ("चुनाव", "cunaav"),
            ("Don't  panic, 2.5% & more", "dont-panic-2-5-more"),
            ("⚓ 😀 !", "story"),
        ] {
            assert_eq!(slug_of(headline), slug, "{headline}");
        }
        assert!(slug_of("選挙の結果").is_ascii());
        let long = "rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzentwurfslesung";
        assert_eq!(slug_of(&format!("{long} vertagt")), long[..72]);
    }

    #[test]
    fn initials_are_one_name_with_points_or_without_and_nobody_is_taken_for_another() {
        for spelling in ["M. S. Rao", "M.S. Rao", "M.S.Rao", "M S Rao", "MS Rao", "MS. Rao", "m. s. rao"] {
            assert_eq!(author_key_of(spelling).as_deref(), Some("m-s-rao"), "{spelling}");
        }
        assert_eq!(author_key_of("Rao, KPM"), author_key_of("Rao K.P.M."));
        assert_eq!(author_key_of("ÉA Ruiz").as_deref(), Some("e-a-ruiz"));
        for other in ["Ms Rao", "Ms. Rao", "MS RAO", "M. Rao", "M.S.S. Rao", "MR Rao", "Mrs Rao", "S. M. Rao", "Rao"] {
            assert_ne!(author_key_of(other).as_deref(), Some("m-s-rao"), "{other}");
        }
        for (name, key) in [
            ("Jo Rao", "jo-rao"),
            ("John Paul II", "john-paul-ii"),
            ("NASA Desk", "nasa-desk"),
            ("Zoë O’Neil", "zoe-oneil"),
        ] {
            assert_eq!(author_key_of(name).as_deref(), Some(key));
            assert_eq!(author_key_of(key).as_deref(), Some(key));
        }
        assert_eq!(author_key_of("—?"), None);
    }

    #[test]
    fn a_key_keeps_letters_of_every_script_and_nothing_else() {
        assert_eq!(key_of("Asha  Rao").as_deref(), Some("asha-rao"));
        assert_eq!(key_of(" ASHA RAO, ").as_deref(), Some("asha-rao"));
        assert_eq!(key_of("Zoë O’Müller").as_deref(), Some("zoe-omuller"));
        for spelling in ["José López", "JOSÉ LÓPEZ", "Jose\u{301} Lo\u{301}pez", "Jose Lopez"] {
            assert_eq!(key_of(spelling).as_deref(), Some("jose-lopez"), "{spelling}");
        }
        assert_eq!(key_of("Søren Łukasz Weiß").as_deref(), Some("soren-lukasz-weiss"));
        assert_eq!(key_of("Юрий").as_deref(), Some("юрий"), "й is a letter of its own");
        assert_eq!(key_of("Interest rates & savings/2015").as_deref(), Some("interest-rates-savings-2015"));
        assert_eq!(key_of("रवि").as_deref(), Some("रवि"));
        // a mark belongs to its letter, whichever script it is of
        for name in ["कृष्ण", "लक्ष्मी", "விக்ரம்", "কৃষ্ণ", "ಕೃಷ್ಣ", "شُكْر"]
        {
            assert_eq!(key_of(name).as_deref(), Some(name));
        }
        assert_eq!(key_of("क्षितिज  मेहता").as_deref(), Some("क्षितिज-मेहता"));
        assert_eq!(key_of("क्\u{200d}ष"), key_of("क्ष"), "a joiner is how it is drawn");
        assert_eq!(key_of("सड़क"), key_of("सड\u{93c}क"));
        assert_eq!(key_of(" \u{94d}- ्"), None);
        assert_eq!(key_of("—?"), None);
        assert_eq!(key_of(&"ü".repeat(500)).map(|key| key.len()), Some(120));
    }
}
