//! What everybody reads of a story may not repeat its closed part: neither one field alone nor several together.
use std::collections::{HashMap, HashSet};

use crate::alike::Words;
use crate::articles::{Block, Marking, Picture, Story, slug_of};
use crate::runs;

/// A piece of the closed part that a field repeats counts from this many bytes of letters on; a shorter field counts whole.
const PIECE: usize = 12;
/// What several fields tell together counts from this many bytes of letters on: a headline, a name and a topic share short phrases with
/// any text (in 1,801 posts of a real news site 0.4 % of the stories lose a name so; from 40 bytes on it would be 2 %).
const TOGETHER: usize = runs::RUN + PIECE;
/// A field of fewer bytes of letters says nothing.
const LEAST: usize = 3;
/// Words of a sentence that are a piece by themselves have so many bytes of letters.
const SHORT: usize = 6;
/// A paragraph that stands in the open part and in the closed one counts from this many bytes of letters on: a line of verse that returns, or
/// a name in a line of its own, is shorter.
const PARAGRAPH: usize = 60;

impl Picture {
    /// Whether a picture that stands behind so many parts of a story, of which so many are open, is closed as they are.
    #[must_use]
    pub const fn is_behind(after: usize, open: usize) -> bool {
        after > 0 && after >= open
    }

    /// The picture without its words.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { alt: String::new(), caption: None, credit: None, ..self }
    }
}

impl Marking {
    /// Whether a picture that stands in the closed part is shown all the same, without its words: what was sold is not.
    #[must_use]
    pub const fn shows_pictures_behind(self) -> bool {
        !matches!(self, Self::Premium)
    }
}

impl Story {
    /// The words that a standfirst, or anything else for everybody, repeats of the closed part: forty bytes of it, as written or in other
    /// typography, a whole closed block of three words or more, or a long sentence with some words changed.
    #[must_use]
    pub fn told_by(&self, public: &str) -> Option<String> {
        if self.marking == Marking::Free {
            return None;
        }
        let words = runs::even(public);
        if let Some(run) = runs::given_away(&words, self.locked(), self.preview()) {
            return Some(run);
        }
        let said = runs::said_both_ways(public).concat();
        let whole = || {
            let known: Vec<String> = self.preview().iter().map(|block| runs::letters(block.text())).collect();
            let small = words.to_lowercase();
            let longest = said.iter().map(String::len).max().unwrap_or_default();
            let short = |text: &String| {
                // most closed blocks are longer than what is asked about
                if text.bytes().filter(u8::is_ascii_alphanumeric).count() > longest {
                    return false;
                }
                let letters = runs::letters(text);
                let has = |texts: &[String]| texts.iter().any(|other| other.contains(&letters));
                // a few letters without their spaces stand in other words too
                let told = if letters.len() >= PIECE { has(&said) } else { small.contains(&text.to_lowercase()) };
                text.split(' ').count() >= 3 && told && !has(&known)
            };
            self.locked().iter().map(|block| runs::even(block.text())).find(short)
        };
        let told = || Words::of(std::iter::once(words.as_str()));
        let alike = |blocks: &[Block]| Words::of(blocks.iter().map(Block::text)).first_in(&told()).is_some();
        let otherwise = || {
            runs::give_away(&said, self.locked(), self.preview())
                || Words::may_be_told_by(&words) && alike(self.locked()) && !alike(self.preview())
        };
        whole().or_else(|| otherwise().then(|| words.clone()))
    }

    /// Ends the open part before its first block that has a closed paragraph in it, however both are set: an archive may hold a text twice and
    /// the mark of what is closed once. Whether it did. `marked`: its source says itself what is open. Then a long run of a closed paragraph
    /// counts too; where the paper decides, an open sentence may be quoted further down.
    pub fn close_repeated(&mut self, marked: bool) -> bool {
        if self.marking == Marking::Free {
            return false;
        }
        let again = marked && self.close_first_copy();
        let (open, closed) = (self.preview(), self.locked());
        // most stories repeat nothing
        let mut repeated = Closed::of(closed).first_in(open, marked);
        if repeated.is_none() {
            return again;
        }
        // A second copy of the whole behind the closed part has the open paragraphs once more: they are open.
        if let Some(behind) = Closed::of(open).first_in(closed, marked)
            && Closed::of(&closed[..behind]).first_in(&closed[behind..], marked).is_some()
        {
            repeated = Closed::of(&closed[..behind]).first_in(open, marked);
        }
        self.open_at_most(repeated) || again
    }

    /// Ends the open part where the paragraph that stands last in it stood first: what follows there is a further copy, and what its source closes
    /// of one copy it closes of the other.
    fn close_first_copy(&mut self) -> bool {
        let Some((last, above)) = self.preview().split_last() else { return false };
        let letters = runs::letters(last.text());
        let first = above.iter().position(|block| letters.len() >= PARAGRAPH && runs::letters(block.text()) == letters);
        self.open_at_most(first.map(|first| first + 1))
    }

    /// Opens no more than another state of the story, or another copy: neither more blocks, nor a block that is closed there. Whether less is
    /// open than was.
    pub fn close_as(&mut self, other: &Self) -> bool {
        if self.marking == Marking::Free || other.marking == Marking::Free {
            return false;
        }
        let most = other.closed_among(self.preview()).into_iter().chain([other.preview().len()]).min();
        self.open_at_most(most)
    }

    /// Opens no block that was closed before, however many are open. Whether less is open than was.
    pub fn keep_closed(&mut self, before: &Self) -> bool {
        let shut = self.marking != Marking::Free && before.marking != Marking::Free;
        let most = if shut { before.closed_among(self.preview()) } else { None };
        self.open_at_most(most)
    }

    /// Whether another story has, anywhere, what is closed in this one.
    #[must_use]
    pub fn is_told_in(&self, other: &Self) -> bool {
        self.marking != Marking::Free && self.closed_among(&other.body).is_some()
    }

    /// Whether another story has a third of the paragraphs that are closed in this one to the letter, and two of them at least.
    #[must_use]
    pub fn is_mostly_told_in(&self, other: &Self) -> bool {
        let has: HashSet<String> = other.body.iter().map(|block| runs::letters(block.text())).collect();
        let closed: Vec<String> = self.locked().iter().map(|block| runs::letters(block.text())).collect();
        let long: Vec<&String> = closed.iter().filter(|letters| letters.len() >= LEAST).collect();
        let told = long.iter().filter(|letters| has.contains(letters.as_str())).count();
        self.marking != Marking::Free && told >= 2 && told * 3 >= long.len()
    }

    /// The first of some blocks, of another state or story, that is closed here.
    fn closed_among(&self, blocks: &[Block]) -> Option<usize> {
        let open: HashSet<String> = self.preview().iter().map(|block| runs::letters(block.text())).collect();
        let closed: HashSet<String> = self.locked().iter().map(|block| runs::letters(block.text())).collect();
        let told = |block: &Block| {
            let letters = runs::letters(block.text());
            letters.len() >= LEAST && closed.contains(&letters) && !open.contains(&letters)
        };
        let alike = blocks.iter().position(told);
        let repeated = Closed::of(self.locked()).first_in(blocks, true);
        alike.into_iter().chain(repeated).min()
    }

    fn open_at_most(&mut self, blocks: Option<usize>) -> bool {
        let Some(blocks) = blocks.filter(|blocks| *blocks < self.preview().len()) else { return false };
        self.preview_blocks = u16::try_from(blocks).unwrap_or(u16::MAX);
        true
    }

    /// Takes the standfirst out where it repeats the closed part: everybody reads it. Gives what was taken.
    pub fn withhold_told(&mut self) -> Option<String> {
        self.told_by(self.standfirst.as_deref()?)?;
        self.standfirst.take()
    }

    /// Puts the open part's first words in the place of a headline that repeats the closed part: nobody at the desk wrote it. Gives what it
    /// was. The address is left to [`Story::withhold_beside`].
    pub fn withhold_headline(&mut self) -> Option<String> {
        self.told_by(&self.headline)?;
        let open = self.stand_in();
        if self.told_by(&open).is_some() {
            return None;
        }
        self.headline_provisional = true;
        Some(std::mem::replace(&mut self.headline, open))
    }

    /// Takes out whatever else everybody reads and repeats the closed part: words of the picture, a picture whose file's name does, names,
    /// topics, the place, words of the address; and what does so only together with the rest, the standfirst last. The headline stays: a
    /// story must have one, and who writes it is told. Gives what each was and said.
    pub fn withhold_beside(&mut self) -> Vec<(&'static str, String)> {
        let mut taken = Vec::new();
        if self.marking == Marking::Free {
            return taken;
        }
        let mut fields = self.clone();
        fields.take_behind(&mut taken);
        fields.take_picture(&mut taken, &|words| self.is_run_told(words));
        fields.take_names(&mut taken, &|words| self.is_run_told(words));
        let slug = self.slug.replace('-', " ");
        if self.is_run_told(&slug) {
            taken.push(("address", std::mem::replace(&mut fields.slug, self.plain_slug())));
        }
        fields.take_apart(&mut taken);
        *self = fields;
        taken
    }

    /// Whether words repeat a run of the closed part. A short closed line may be a name or a caption that stands there once more: what is
    /// told is told in runs of words.
    fn is_run_told(&self, words: &str) -> bool {
        runs::given_away(&runs::even(words), self.locked(), self.preview()).is_some()
            || runs::given_away_otherwise(words, self.locked(), self.preview())
    }

    /// An address that tells nothing.
    fn plain_slug(&self) -> String {
        let slug = slug_of(&self.headline);
        let telling = self.told_by(&self.headline).is_some() || self.told_by(&slug.replace('-', " ")).is_some();
        if telling { "story".to_owned() } else { slug }
    }

    /// What stands behind the preview is closed, a picture too. A story that is sold does not show it; another shows it without its words.
    fn take_behind(&mut self, taken: &mut Vec<(&'static str, String)>) {
        let open = self.preview().len();
        let behind = |picture: &mut Picture| picture.after.is_some_and(|after| Picture::is_behind(after.into(), open));
        let Some(picture) = self.picture.take_if(behind) else { return };
        if !self.marking.shows_pictures_behind() {
            taken.push(("picture", picture.file));
            return;
        }
        self.picture = Some(picture.clone().bare());
        let alt = Some(picture.alt).filter(|alt| !alt.is_empty());
        taken.extend(alt.map(|words| ("description of the picture", words)));
        taken.extend(picture.caption.map(|words| ("caption", words)));
        taken.extend(picture.credit.map(|words| ("credit of the picture", words)));
    }

    /// Takes the picture out where `told` knows its file's name: addresses of pictures say it, with hyphens where there were spaces.
    fn take_picture(&mut self, taken: &mut Vec<(&'static str, String)>, told: &dyn Fn(&str) -> bool) {
        let named = |file: &str| told(file) || told(&file.replace(['-', '_', '.'], " "));
        let picture = self.picture.take_if(|picture| named(&picture.file));
        taken.extend(picture.map(|picture| ("picture, by the name of its file,", picture.file)));
    }

    /// Takes out each name and each word of the picture that `told` knows.
    fn take_names(&mut self, taken: &mut Vec<(&'static str, String)>, told: &dyn Fn(&str) -> bool) {
        if let Some(picture) = &mut self.picture {
            if told(&picture.alt) {
                taken.push(("description of the picture", std::mem::take(&mut picture.alt)));
            }
            taken.extend(picture.caption.take_if(|words| told(words)).map(|words| ("caption", words)));
            taken.extend(picture.credit.take_if(|words| told(words)).map(|words| ("credit of the picture", words)));
        }
        taken.extend(self.bylines.extract_if(.., |name| told(name)).map(|name| ("byline", name)));
        taken.extend(self.topics.extract_if(.., |name| told(name)).map(|name| ("topic", name)));
        taken.extend(self.dateline.take_if(|words| told(words)).map(|words| ("dateline", words)));
    }

    /// Takes out the fields that only together repeat a run of the closed part, in whatever order they stand: each is a piece of the same
    /// stretch. Names and words of the picture go first; the headline stays.
    fn take_apart(&mut self, taken: &mut Vec<(&'static str, String)>) {
        // few have such pieces: they are looked for first
        let Some(pieces) = Pieces::of(self) else { return };
        if self.is_run_told(&self.headline) {
            return;
        }
        self.take_names(taken, &|words| pieces.holds(words));
        let Some(pieces) = Pieces::of(self) else { return };
        let slug = self.plain_slug();
        if slug != self.slug && pieces.holds(&self.slug) {
            taken.push(("address", std::mem::replace(&mut self.slug, slug)));
        }
        let Some(pieces) = Pieces::of(self) else { return };
        self.take_picture(taken, &|words| pieces.holds(words));
        let Some(pieces) = Pieces::of(self) else { return };
        taken.extend(self.standfirst.take_if(|words| pieces.holds(words)).map(|words| ("standfirst", words)));
    }

    /// All that everybody reads of a story beside the open part: what is written in sentences.
    fn sentences(&self) -> impl Iterator<Item = &str> {
        let picture = self.picture.iter().flat_map(|p| [Some(&p.file), Some(&p.alt), p.caption.as_ref()]);
        let one = [Some(&self.headline), self.standfirst.as_ref(), Some(&self.slug)];
        one.into_iter().chain(picture).flatten().map(String::as_str)
    }

    /// … and what is names.
    fn names(&self) -> impl Iterator<Item = &str> {
        let credit = self.picture.iter().filter_map(|picture| picture.credit.as_ref());
        self.bylines.iter().chain(&self.topics).chain(&self.dateline).chain(credit).map(String::as_str)
    }
}

/// A closed part in letters.
struct Closed<'a> {
    blocks: Vec<&'a Block>,
    paragraphs: Vec<String>,
    all: String,
}

/// Letters of a word, in bytes, from which it is a sentence of a script that has no spaces.
const SENTENCE: usize = 40;

/// Runs of [`PARAGRAPH`] bytes are looked for from each so many on: one of ten more is found wherever it begins.
const STEP: usize = 10;

impl<'a> Closed<'a> {
    /// Without quotations: a page may show a closed sentence so, or an open one in its closed part.
    fn of(locked: &'a [Block]) -> Self {
        let blocks: Vec<&Block> = locked.iter().filter(|block| !matches!(block, Block::Quote(_))).collect();
        let paragraphs: Vec<String> = blocks.iter().map(|block| runs::letters(block.text())).collect();
        Self { all: paragraphs.concat(), paragraphs, blocks }
    }

    /// The first of some blocks that repeats a paragraph of it, or also a long run of one, or tells one with some words changed.
    fn first_in(&self, blocks: &[Block], also_runs: bool) -> Option<usize> {
        let long = |letters: &String| letters.len() >= PARAGRAPH;
        // Where words are parted they are compared; else letters.
        let parted = |block: &&Block| block.text().split_whitespace().all(|word| word.len() < SENTENCE);
        let known = if !also_runs || self.blocks.iter().all(parted) { &[] } else { self.all.as_bytes() };
        let runs = Grams::of(known.windows(PARAGRAPH).step_by(STEP));
        let repeats = |letters: String| {
            long(&letters)
                && (letters.as_bytes().windows(PARAGRAPH).any(|run| runs.has(run))
                    || self.all.contains(&letters)
                    || self.paragraphs.iter().filter(|text| long(text)).any(|text| letters.contains(text.as_str())))
        };
        let again = blocks.iter().position(|block| repeats(runs::letters(block.text())));
        let words = |texts: &[&Block]| Words::of(texts.iter().map(|block| block.text()));
        let told = || words(&self.blocks).first_in(&words(&blocks.iter().collect::<Vec<_>>()));
        let alike = if also_runs { told() } else { None };
        again.into_iter().chain(alike).min()
    }
}

/// Pieces of [`PIECE`] bytes.
struct Grams<'a> {
    all: HashSet<&'a [u8]>,
    /// A bit for what each begins with: nearly everything that is asked about is none, and ends here.
    begins: [u64; 64],
}

impl<'a> Grams<'a> {
    fn of(grams: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut found = Self { all: HashSet::new(), begins: [0; 64] };
        for gram in grams {
            let (word, bit) = Self::place(gram);
            found.begins[word] |= bit;
            found.all.insert(gram);
        }
        found
    }

    fn has(&self, gram: &[u8]) -> bool {
        let (word, bit) = Self::place(gram);
        self.begins[word] & bit != 0 && self.all.contains(gram)
    }

    fn place(gram: &[u8]) -> (usize, u64) {
        let first = gram.first_chunk().map_or(0, |first| u32::from_le_bytes(*first));
        let mixed = first.wrapping_mul(0x9e37_79b1) >> 20;
        (mixed as usize / 64, 1 << (mixed % 64))
    }
}

/// Pieces of fewer than [`PIECE`] bytes, by what each begins with; and a bit for that, since nearly every text begins with none.
struct Shorts {
    all: HashMap<[u8; LEAST], Vec<String>>,
    begins: [u64; 64],
}

impl FromIterator<String> for Shorts {
    fn from_iter<I: IntoIterator<Item = String>>(pieces: I) -> Self {
        let mut found = Self { all: HashMap::new(), begins: [0; 64] };
        for piece in pieces {
            if let Some(first) = piece.as_bytes().first_chunk() {
                let (word, bit) = Self::place(*first);
                found.begins[word] |= bit;
                found.all.entry(*first).or_default().push(piece);
            }
        }
        found
    }
}

impl Shorts {
    /// How long the longest piece is that a text begins with.
    fn longest_before(&self, text: &[u8]) -> usize {
        let Some(first) = text.first_chunk() else { return 0 };
        let (word, bit) = Self::place(*first);
        if self.begins[word] & bit == 0 {
            return 0;
        }
        let same = self.all.get(first).into_iter().flatten();
        same.filter(|piece| text.starts_with(piece.as_bytes())).map(String::len).max().unwrap_or(0)
    }

    fn place([a, b, c]: [u8; LEAST]) -> (usize, u64) {
        Grams::place(&[a, b, c, 0])
    }
}

/// The stretches of a closed part that the fields for everybody repeat together, in letters.
struct Pieces {
    stretches: Vec<Vec<u8>>,
}

impl Pieces {
    /// `None`: together they tell no run.
    fn of(story: &Story) -> Option<Self> {
        let mut fields = Vec::new();
        for [forwards, back] in story.sentences().chain(story.names()).map(runs::said_both_ways) {
            fields.extend(forwards.into_iter().filter(|text| text.len() >= LEAST));
            // backwards, a few letters stand in any text
            fields.extend(back.into_iter().filter(|text| text.len() >= SHORT));
        }
        if fields.iter().map(String::len).sum::<usize>() < TOGETHER {
            return None;
        }
        let grams = Grams::of(fields.iter().flat_map(|text| text.as_bytes().windows(PIECE)));
        // pieces that other words stand beside: any word of a name, and two or more of a sentence
        let beside = story.names().flat_map(|text| runs::few_words(text, LEAST..PIECE, 1));
        let beside = beside.chain(story.sentences().flat_map(|text| runs::few_words(text, SHORT..PIECE, 2)));
        let short: Shorts = fields.iter().filter(|text| text.len() < PIECE).cloned().chain(beside).collect();
        let open = runs::of_blocks(story.preview()).into_bytes();
        let new = |run: &[u8]| !open.windows(run.len()).any(|other| other == run);
        let mut stretches = Vec::new();
        // short blocks, verse and lists, are one text
        for text in [runs::of_blocks(story.locked()).into_bytes()] {
            let mut covered = vec![false; text.len()];
            for (at, _) in text.iter().enumerate() {
                let rest = &text[at..];
                let long = rest.get(..PIECE).filter(|gram| grams.has(gram)).map_or(0, |_| PIECE);
                covered[at..at + long.max(short.longest_before(rest))].fill(true);
            }
            let mut from = 0;
            for run in covered.chunk_by(|a, b| a == b) {
                let stretch = &text[from..from + run.len()];
                if run[0] && run.len() >= TOGETHER && new(stretch) {
                    stretches.push(stretch.to_vec());
                }
                from += run.len();
            }
        }
        (!stretches.is_empty()).then_some(Self { stretches })
    }

    /// Whether words are, or hold, a piece of a stretch.
    fn holds(&self, words: &str) -> bool {
        let part =
            |piece: &[u8]| self.stretches.iter().any(|told| told.windows(piece.len()).any(|other| other == piece));
        let whole = |letters: &String| match letters.len() {
            0..LEAST => false,
            LEAST..PIECE => part(letters.as_bytes()),
            _ => letters.as_bytes().windows(PIECE).any(part),
        };
        let beside = || runs::few_words(words, LEAST..PIECE, 1).iter().any(|piece| part(piece.as_bytes()));
        let [forwards, back] = runs::said_both_ways(words);
        forwards.iter().any(whole) || beside() || back.iter().filter(|text| text.len() >= SHORT).any(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::articles::StoryNumber;

    const ALDER: &str =
        "The alder bridge was shut on Monday morning, and carts went round by the mill until the evening came.";
    const BIRCH: &str =
        "The birch piles had been bored by worms for years, a diver said, and two of them could be moved by hand.";
    const CEDAR: &str =
        "The cedar planks were paid for twice, once by the town and once by the mill, as the ledgers now show.";

    fn sold(open: u16, body: &[&str]) -> Story {
        Story {
            number: StoryNumber(0),
            slug: "bridge".into(),
            section: "town".into(),
            headline: "Bridge shut".into(),
            headline_provisional: false,
            standfirst: None,
            bylines: Vec::new(),
            dateline: None,
            topics: Vec::new(),
            marking: Marking::Premium,
            preview_blocks: open,
            published_at: None,
            updated_at: None,
            picture: None,
            pick: None,
            language: None,
            body: body.iter().map(|text| Block::Paragraph((*text).to_owned())).collect(),
        }
    }

    #[test]
    fn an_open_paragraph_that_is_closed_further_down_ends_the_preview() {
        let both = [BIRCH, CEDAR].join(" ");
        let half = CEDAR.split_once(" now").map_or(CEDAR, |(half, _)| half).to_uppercase();
        for (body, left) in [
            (vec![ALDER, CEDAR, ALDER, BIRCH, CEDAR], 1),
            (vec![ALDER, &both, BIRCH, CEDAR], 1),
            (vec![ALDER, BIRCH, &half, CEDAR], 2),
        ] {
            let mut story = sold(3, &body);
            assert!(story.close_repeated(true), "{body:?}");
            assert_eq!(story.preview().len(), left, "{body:?}");
            assert!(!story.close_repeated(true));
            let mut free = Story { marking: Marking::Free, ..sold(3, &body) };
            assert!(!free.close_repeated(true));
        }
        let edited = both.replace("twice", "three times");
        assert!(sold(2, &[ALDER, &edited, "More of it.", &both]).close_repeated(true), "with a word changed");
        let mut behind = sold(1, &[ALDER, BIRCH, CEDAR, ALDER, &both]);
        assert!(!behind.close_repeated(true), "a second copy of the whole behind what is closed");
        let refrain = "Row the boat ashore, row it home.";
        let mut song = sold(2, &[ALDER, refrain, BIRCH, refrain, CEDAR]);
        assert!(!song.close_repeated(true), "a line that returns is no text that stands twice");
        let mut quoted = sold(1, &[ALDER, BIRCH, CEDAR]);
        quoted.body.push(Block::Quote(ALDER.to_owned()));
        assert!(!quoted.close_repeated(true), "an open sentence may be quoted further down");
    }

    #[test]
    fn what_was_closed_before_is_not_opened_by_its_place() {
        let before = sold(1, &[ALDER, BIRCH, CEDAR]);
        let mut story = sold(3, &[ALDER, "A line of its own that nobody has read before.", CEDAR, BIRCH]);
        assert!(story.keep_closed(&before));
        assert_eq!(story.preview().len(), 2, "what is new is open, as many as there are");
        let mut free = Story { marking: Marking::Free, ..sold(3, &[ALDER, BIRCH, CEDAR]) };
        assert!(!free.keep_closed(&before));
    }

    #[test]
    fn what_one_copy_has_open_last_the_other_has_open_last() {
        let twice = [ALDER, BIRCH, CEDAR, "More of it.", ALDER, CEDAR];
        let mut story = sold(5, &twice);
        assert!(story.close_repeated(true));
        assert_eq!(story.preview().len(), 1);
        assert!(!story.close_repeated(true));
        assert!(!Story { marking: Marking::Free, ..sold(5, &twice) }.close_repeated(true));
        let refrain = "Row the boat ashore, row it home.";
        assert!(!sold(3, &[refrain, ALDER, refrain, BIRCH]).close_repeated(true), "a line that returns");
    }

    #[test]
    fn a_closed_paragraph_with_words_changed_is_told_all_the_same() {
        let changed = |text: &str, every: usize| {
            let words = text.split(' ').enumerate();
            words.map(|(at, word)| if at % every == every - 1 { "other" } else { word }).collect::<Vec<_>>().join(" ")
        };
        let whole = [ALDER, BIRCH, CEDAR].join(" ");
        for every in [4, 6] {
            // in one paragraph, in lines, in another order, between the open ones
            let one = changed(&whole, every);
            let lines: Vec<String> = whole.split_inclusive(", ").map(|line| changed(line, 6)).collect();
            let (birch, cedar) = (changed(BIRCH, every), changed(CEDAR, every));
            let lined = lines.iter().map(String::as_str).chain([ALDER, BIRCH, CEDAR]).collect::<Vec<_>>();
            for (open, body) in [
                (2, vec![one.as_str(), ALDER, BIRCH, CEDAR]),
                (u16::try_from(lines.len() + 1).unwrap_or_default(), lined),
                (3, vec![cedar.as_str(), birch.as_str(), ALDER, BIRCH, CEDAR]),
                (2, vec![ALDER, birch.as_str(), BIRCH, CEDAR]),
            ] {
                let mut story = sold(open, &body);
                assert!(story.close_repeated(true), "{every} {body:?}");
                assert!(!story.preview().iter().any(|block| block.text().contains("bored")), "{every} {body:?}");
                assert!(!sold(open, &body).close_repeated(false), "{every}: where the paper decides");
            }
            let mut behind = sold(1, &[ALDER, BIRCH, CEDAR, &one]);
            assert!(!behind.close_repeated(true), "{every}: a second copy of the whole behind what is closed");
        }
        let mut own = sold(
            2,
            &[ALDER, "The diver said on Monday that the piles under the bridge had been bored by worms.", BIRCH, CEDAR],
        );
        assert!(!own.close_repeated(true), "other words for the same");
    }

    #[test]
    fn where_the_paper_decides_what_is_open_a_sentence_may_come_again() {
        let again = format!("So it stands: {}", BIRCH.replace("by hand", "by two men"));
        let told = [ALDER, BIRCH, CEDAR, &again];
        assert!(!sold(3, &told).close_repeated(false), "a run of an open paragraph");
        assert!(sold(3, &told).close_repeated(true), "the same where the source closes it");
        assert!(sold(3, &[ALDER, BIRCH, CEDAR, BIRCH]).close_repeated(false), "a whole paragraph");
    }

    #[test]
    fn no_state_opens_what_another_closes() {
        let told = sold(1, &[ALDER, BIRCH, CEDAR]);
        for (body, left) in [
            (vec![ALDER, BIRCH, CEDAR, "More of it."], 1),
            (vec![BIRCH, CEDAR, "More of it."], 0),
            (vec!["New at the top.", ALDER, BIRCH, CEDAR], 1),
        ] {
            let mut story = sold(2, &body);
            assert!(story.close_as(&told), "{body:?}");
            assert_eq!(story.preview().len(), left, "{body:?}");
        }
        let mut less = sold(0, &[ALDER, BIRCH, CEDAR]);
        assert!(!less.close_as(&told), "nothing is opened");
        let mut story = sold(2, &[ALDER, BIRCH, CEDAR]);
        assert!(!story.close_as(&Story { marking: Marking::Free, ..told }), "a free story closes nothing");
    }

    #[test]
    fn other_words_beside_the_pieces_hide_nothing() {
        let open = "The quay was closed on Monday, and nobody at the harbour office would say for how long.";
        let closed = "The pilots knew since March that the piles under berth four were hollow.";
        let told = [
            "Mr The Pilots",
            "Ms Knew Since",
            "March That Jr",
            "Dr The Piles",
            "Under Sen",
            "A. Berth Four",
            "Xi Were Hollow",
        ];
        let mut story = Story {
            number: StoryNumber(0),
            slug: "quay".into(),
            section: "harbour".into(),
            headline: "Quay closed".into(),
            headline_provisional: false,
            standfirst: None,
            bylines: told.into_iter().chain(["Ila Kamat"]).map(str::to_owned).collect(),
            dateline: None,
            topics: vec!["Harbours".into()],
            marking: Marking::Premium,
            preview_blocks: 1,
            published_at: None,
            updated_at: None,
            picture: None,
            pick: None,
            language: None,
            body: [open, closed].map(|text| Block::Paragraph(text.into())).into(),
        };
        assert!(story.bylines.iter().all(|name| story.told_by(name).is_none()), "each alone tells nothing");
        let mut free = Story { marking: Marking::Free, ..story.clone() };
        assert!(free.withhold_beside().is_empty());
        assert_eq!(story.withhold_beside().len(), told.len(), "{story:?}");
        assert_eq!((&story.bylines, &story.topics), (&vec!["Ila Kamat".to_owned()], &vec!["Harbours".to_owned()]));

        // … nor are they hidden by being written backwards
        let letters: Vec<char> = closed.chars().rev().collect();
        let words: Vec<&str> = closed.split(' ').collect();
        let back = |text: String| text.chars().rev().collect::<String>();
        let pieces: Vec<String> = letters.chunks(15).map(|piece| piece.iter().collect()).collect();
        let pairs: Vec<String> = words.chunks(2).map(|pair| back(pair.join(" "))).collect();
        for told in [pieces, pairs] {
            story.bylines = told.into_iter().chain(["Ila Kamat".to_owned()]).collect();
            assert!(!story.withhold_beside().is_empty(), "{story:?}");
            let left: String = story.bylines.join(" ");
            assert!(story.bylines.contains(&"Ila Kamat".to_owned()) && left.len() < 40, "{left}");
        }
    }
}
