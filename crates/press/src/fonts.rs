//! The fonts inside the program, and which of them has a character.
use std::cell::RefCell;
use std::collections::BTreeSet;

use harfrust::ShaperData;
use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider};

use crate::PressError;

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Regular,
    Bold,
    /// The paper's name and the title. Indian scripts are set in the bold face, which stands well beside it.
    Display,
}

/// What stands for a character that no font has.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

macro_rules! font {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../fonts/", $name, ".ttf")))
    };
}

/// The Latin faces, in the order of [`Face`].
const LATIN: [(&str, &[u8]); 3] = [font!("NotoSans-Regular"), font!("NotoSans-Bold"), font!("NotoSerif-Bold")];

/// Blocks of Indian scripts, each with its regular and bold face. Marks of Vedic (U+1CD0 …) and the Devanagari
/// extension (U+A8E0 …) belong to Devanagari.
/// The number is how much larger a script is set than the Latin beside it, so that both look of one size.
type Script = (std::ops::RangeInclusive<char>, f32, [(&'static str, &'static [u8]); 2]);
const SCRIPTS: [Script; 9] = [
    ('\u{0900}'..='\u{097f}', 1.1, [font!("NotoSansDevanagari-Regular"), font!("NotoSansDevanagari-Bold")]),
    ('\u{0980}'..='\u{09ff}', 1.1, [font!("NotoSansBengali-Regular"), font!("NotoSansBengali-Bold")]),
    ('\u{0a00}'..='\u{0a7f}', 1.1, [font!("NotoSansGurmukhi-Regular"), font!("NotoSansGurmukhi-Bold")]),
    ('\u{0a80}'..='\u{0aff}', 1.1, [font!("NotoSansGujarati-Regular"), font!("NotoSansGujarati-Bold")]),
    ('\u{0b00}'..='\u{0b7f}', 1.08, [font!("NotoSansOriya-Regular"), font!("NotoSansOriya-Bold")]),
    ('\u{0b80}'..='\u{0bff}', 0.96, [font!("NotoSansTamil-Regular"), font!("NotoSansTamil-Bold")]),
    ('\u{0c00}'..='\u{0c7f}', 1.06, [font!("NotoSansTelugu-Regular"), font!("NotoSansTelugu-Bold")]),
    ('\u{0c80}'..='\u{0cff}', 1.06, [font!("NotoSansKannada-Regular"), font!("NotoSansKannada-Bold")]),
    ('\u{0d00}'..='\u{0d7f}', 1.0, [font!("NotoSansMalayalam-Regular"), font!("NotoSansMalayalam-Bold")]),
];

/// One font, read.
pub(crate) struct Font {
    pub(crate) pdf: krilla::text::Font,
    pub(crate) shaping: FontRef<'static>,
    pub(crate) data: ShaperData,
    pub(crate) units_per_em: f32,
    /// How much larger than asked for it is set.
    pub(crate) scale: f32,
    charmap: Charmap<'static>,
}

impl Font {
    fn read(scale: f32, (name, bytes): (&'static str, &'static [u8])) -> Result<Font, PressError> {
        let damaged = || PressError::Font(name);
        let shaping = FontRef::new(bytes).map_err(|_| damaged())?;
        let pdf = krilla::text::Font::new(bytes.into(), 0).ok_or_else(damaged)?;
        let data = ShaperData::new(&shaping);
        let charmap = shaping.charmap();
        Ok(Font { units_per_em: pdf.units_per_em(), scale, pdf, data, charmap, shaping })
    }

    fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }
}

/// A font by its place in [`Fonts`].
pub(crate) type Slot = usize;

/// All fonts: the three Latin faces, then regular and bold of each script.
pub(crate) struct Fonts {
    fonts: Vec<Font>,
    missing: RefCell<BTreeSet<char>>,
}

impl Fonts {
    /// Reads the fonts' tables of contents; glyphs are read when they are used.
    pub(crate) fn load() -> Result<Fonts, PressError> {
        let latin = LATIN.into_iter().map(|face| (1.0, face));
        let scripts = SCRIPTS.into_iter().flat_map(|(_, scale, faces)| faces.map(|face| (scale, face)));
        let fonts = latin.chain(scripts).map(|(scale, face)| Font::read(scale, face)).collect::<Result<_, _>>()?;
        Ok(Fonts { fonts, missing: RefCell::default() })
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Font> {
        self.fonts.get(slot)
    }

    /// Whether a font is of an Indian script.
    pub(crate) fn is_indian(&self, slot: Slot) -> bool {
        slot >= LATIN.len()
    }

    /// Characters asked for that no font has.
    pub(crate) fn missing(&self) -> BTreeSet<char> {
        self.missing.borrow().clone()
    }

    /// The font for a character, and the character to set: itself, or the replacement where no font has it. `before` is
    /// the font of the character before: marks, joiners and dandas stay with their script.
    pub(crate) fn choose(&self, c: char, face: Face, before: Option<Slot>) -> (Slot, char) {
        let latin = face as usize;
        let bold = usize::from(face != Face::Regular);
        let of_script = |nth: usize| LATIN.len() + 2 * nth + bold;
        let joins =
            matches!(c, '\u{200c}' | '\u{200d}' | '\u{25cc}' | '\u{0964}' | '\u{0965}' | '\u{0951}' | '\u{0952}')
                || ('\u{0300}'..='\u{036f}').contains(&c);
        let covers = |slot: Slot| self.fonts.get(slot).is_some_and(|font| font.has(c));
        if let Some(slot) = before.filter(|slot| joins && covers(*slot)) {
            return (slot, c);
        }
        let extended = ('\u{1cd0}'..='\u{1cff}').contains(&c) || ('\u{a8e0}'..='\u{a8ff}').contains(&c);
        let script = SCRIPTS.iter().position(|(range, ..)| range.contains(&c)).or(extended.then_some(0)).map(of_script);
        if let Some(slot) = script.or(Some(latin)).filter(|slot| covers(*slot)) {
            return (slot, c);
        }
        let any = (0..SCRIPTS.len()).map(of_script).find(|slot| covers(*slot));
        match any {
            Some(slot) => (slot, c),
            None => {
                self.missing.borrow_mut().insert(c);
                (latin, REPLACEMENT)
            }
        }
    }
}
