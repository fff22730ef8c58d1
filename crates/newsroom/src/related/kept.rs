//! Models and cards as bytes, for the store. Bytes that are not what was written are refused, never guessed at.
use super::card::Card;
use super::lists::{self, Lists};
use super::model::{MOST_FURNITURE, MOST_TERMS, Model, Vector, WIDEST};
use super::sketch::Sketch;

/// Names the layout; another layout is another word, and an old model is then learned anew.
const LAYOUT: &[u8; 4] = b"rel2";

impl Model {
    /// The model as bytes: some 8 MB for a large archive.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = LAYOUT.to_vec();
        let counts = [self.learned_from, self.width, self.terms.len(), self.furniture.len(), self.lists.0.len()];
        for count in counts {
            out.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        out.extend(self.language.to_le_bytes());
        self.terms.iter().for_each(|term| out.extend(term.to_le_bytes()));
        self.rarity.iter().for_each(|rarity| out.extend(rarity.to_le_bytes()));
        self.scales.iter().for_each(|scale| out.extend(scale.to_le_bytes()));
        out.extend(self.basis.iter().map(|v| v.cast_unsigned()));
        self.furniture.iter().for_each(|run| out.extend(run.to_le_bytes()));
        self.lists.0.iter().for_each(|middle| out.extend(middle.0.iter().map(|v| v.cast_unsigned())));
        out
    }

    /// The model that [`Model::to_bytes`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(LAYOUT)?;
        let mut count = |most: usize| {
            let [number] = numbers(&mut rest, 1, u32::from_le_bytes)?[..] else { return None };
            usize::try_from(number).ok().filter(|n| *n <= most)
        };
        let learned_from = count(super::model::SAMPLE)?;
        let (width, terms) = (count(WIDEST)?, count(MOST_TERMS)?);
        let (furniture, lists) = (count(MOST_FURNITURE)?, count(lists::MOST)?);
        let [language] = numbers(&mut rest, 1, u32::from_le_bytes)?[..] else { return None };
        let model = Self {
            learned_from,
            language,
            width,
            terms: numbers(&mut rest, terms, u64::from_le_bytes)?,
            rarity: numbers(&mut rest, terms, f32::from_le_bytes)?,
            scales: numbers(&mut rest, terms, f32::from_le_bytes)?,
            basis: numbers(&mut rest, terms * width, i8::from_le_bytes)?,
            furniture: numbers(&mut rest, furniture, u32::from_le_bytes)?,
            lists: Lists(
                (0..lists)
                    .map(|_| numbers(&mut rest, width, i8::from_le_bytes).map(Vector))
                    .collect::<Option<Vec<Vector>>>()?,
            ),
        };
        let sound = model.rarity.iter().chain(&model.scales).all(|v| v.is_finite());
        (rest.is_empty() && sound).then_some(model)
    }
}

impl Card {
    /// What the store keeps of the card beside its columns: vector, language, then sketch.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![u8::try_from(self.vector.0.len()).unwrap_or(u8::MAX)];
        out.extend(self.vector.0.iter().map(|v| v.cast_unsigned()));
        out.extend(self.language.to_le_bytes());
        let runs = std::iter::once(&self.sketch.headline).chain(&self.sketch.runs);
        runs.for_each(|run| out.extend(run.to_le_bytes()));
        out
    }

    /// Reads what [`Card::to_bytes`] wrote into a card.
    #[must_use]
    pub fn with_bytes(mut self, bytes: &[u8]) -> Option<Self> {
        let (&width, mut rest) = bytes.split_first()?;
        let vector = Vector(numbers(&mut rest, usize::from(width), i8::from_le_bytes)?);
        let [language, headline] = numbers(&mut rest, 2, u32::from_le_bytes)?[..] else { return None };
        let runs = rest.len() / 4;
        let sketch = Sketch { headline, runs: numbers(&mut rest, runs, u32::from_le_bytes)? };
        self.language = language;
        self.place(vector, sketch);
        rest.is_empty().then_some(self)
    }
}

/// Reads `count` numbers of `N` bytes; `None` when there are not so many.
fn numbers<const N: usize, T>(rest: &mut &[u8], count: usize, read: fn([u8; N]) -> T) -> Option<Vec<T>> {
    let (now, later) = rest.split_at_checked(count.checked_mul(N)?)?;
    *rest = later;
    Some(now.as_chunks::<N>().0.iter().map(|bytes| read(*bytes)).collect())
}
