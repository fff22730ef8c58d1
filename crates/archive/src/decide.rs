//! Lines that one copy alone cannot settle: crosshead or label, a lost paragraph or a fluent piece of furniture. The other copies
//! decide; where they are silent, the line is kept and doubted.

use std::collections::{BTreeMap, HashMap};

use crate::blocks::{Block, shortened};
use crate::classes::{Classes, block};
use crate::duplicates::Groups;
use crate::heap::Document;
use crate::{clues, facts, lexicon, shape};

/// What becomes of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Keep,
    /// Kept, but somebody should look.
    Doubt(String),
    /// Left out for this reason; a doubt if somebody should look.
    Drop(String, Option<String>),
}

pub(crate) struct Decision<'a> {
    pub classes: &'a Classes,
    pub documents: &'a [&'a Document],
    pub groups: &'a Groups,
    positions: Vec<HashMap<usize, usize>>,
    /// First and last place of prose in each pass.
    prose: Vec<Option<(usize, usize)>>,
}

impl<'a> Decision<'a> {
    pub(crate) fn new(classes: &'a Classes, documents: &'a [&'a Document], groups: &'a Groups) -> Self {
        let positions =
            classes.sequences.iter().map(|s| s.iter().enumerate().map(|(at, class)| (*class, at)).collect()).collect();
        let is_prose = |id: &usize| classes.all.get(*id).is_some_and(|c| c.prose);
        let prose = classes
            .sequences
            .iter()
            .map(|s| Some((s.iter().position(is_prose)?, s.iter().rposition(is_prose)?)))
            .collect();
        Self { classes, documents, groups, positions, prose }
    }

    /// The fate of every class that has places.
    pub(crate) fn fates(&self) -> BTreeMap<usize, Fate> {
        let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
        for (id, class) in self.classes.all.iter().enumerate() {
            if class.places.is_empty() {
                continue;
            }
            let fate = if class.prose { self.prose(id) } else { self.unsure(id) };
            fates.insert(id, fate);
        }
        fates
    }

    fn text(&self, id: usize) -> Option<&'a Block> {
        let place = self.classes.all.get(id)?.places.first()?;
        block(self.documents, place)
    }

    fn is_prose(&self, id: usize) -> bool {
        self.classes.all.get(id).is_some_and(|c| c.prose)
    }

    fn prose(&self, id: usize) -> Fate {
        let (Some(class), Some(block)) = (self.classes.all.get(id), self.text(id)) else {
            return Fate::Keep;
        };
        let words: Vec<&str> = block.key.split(' ').take(60).collect();
        let reader = lexicon::vocabulary(&words).reader && !block.text.contains(['"', '“', '”', '„', '«', '?']);
        let stories = self.groups.stories(class.hash);
        if class.passes().len() > 1 {
            return if self.groups.is_repeated(class.hash) {
                Fate::Doubt(format!("the same words stand in {stories} stories"))
            } else {
                Fate::Keep
            };
        }
        let lacking = self.lacking(id);
        if lacking >= 1 && (reader && (block.score < 0.9 || words.len() < 25) || stories > 1) {
            let doubt =
                format!("left out: “{}”, which only one copy has between these paragraphs", shortened(&block.text, 80));
            return Fate::Drop(
                "speaks to the reader or stands in another story too, and other copies go on without it".to_owned(),
                Some(doubt),
            );
        }
        if stories > 1 {
            return Fate::Doubt(format!("seen once in this story, and in {stories} stories"));
        }
        if lacking >= 1 {
            let copies =
                if lacking == 1 { "another copy goes".to_owned() } else { format!("{lacking} other copies go") };
            return Fate::Doubt(format!("seen once; {copies} from the paragraph before to the one after without it"));
        }
        if block.score < 0.75 {
            return Fate::Doubt("seen once, and does not read quite like a paragraph".to_owned());
        }
        if !shape::closes(&block.text) {
            return Fate::Doubt("does not end like a sentence; it may be cut off".to_owned());
        }
        Fate::Keep
    }

    fn unsure(&self, id: usize) -> Fate {
        let (Some(class), Some(block)) = (self.classes.all.get(id), self.text(id)) else {
            return Fate::Keep;
        };
        let words = block.key.split(' ').count();
        match self.stands(id) {
            Stands::Before => {
                let doubt = (self.classes.all.get(id).is_some_and(|c| c.places.len() > 1) && words <= 12).then(|| {
                    format!(
                        "“{}” stands at the top of several copies; it may be a headline or the first crosshead",
                        block.text
                    )
                });
                return Fate::Drop("stands above the first paragraph and is not a sentence".to_owned(), doubt);
            }
            Stands::After => return self.after_the_end(id, block, words),
            Stands::Within => {}
        }
        let lacking = self.lacking(id);
        let docs = class.docs().len();
        let passes = class.passes().len();
        let stories = self.groups.stories(class.hash);
        let run = self.run(id);
        let named = shortened(&block.text, 80);
        if docs >= 2 && lacking == 0 && stories < 2 {
            return if run >= 3 { Fate::Doubt("part of a list or table".to_owned()) } else { Fate::Keep };
        }
        if lacking > 0 && passes <= lacking {
            return Fate::Drop(
                "not a sentence, and other copies go on without it".to_owned(),
                Some(format!("left out: “{named}”; it may be a crosshead of the story")),
            );
        }
        if self.groups.is_repeated(class.hash) && docs >= 2 && lacking == 0 && run < 3 {
            return Fate::Doubt(format!(
                "not a sentence, and stands in {stories} stories, but the copies agree on its place"
            ));
        }
        if self.groups.is_repeated(class.hash) {
            return Fate::Drop(format!("not a sentence, and stands in {stories} stories"), None);
        }
        if stories >= 2 && docs < 2 {
            return Fate::Drop(
                format!("not a sentence, and stands in {stories} stories"),
                Some(format!("left out: “{named}”; it may be a crosshead of the story")),
            );
        }
        if run >= 3 && !self.is_table(id) {
            return Fate::Drop(
                "one of several lines together that are no sentences".to_owned(),
                Some(format!("left out: a list with “{named}”")),
            );
        }
        Fate::Doubt("not a sentence: a crosshead, a line of a table, or a label of the page".to_owned())
    }

    fn after_the_end(&self, id: usize, block: &Block, words: usize) -> Fate {
        let last = self
            .classes
            .all
            .get(id)
            .and_then(|c| c.places.first())
            .is_some_and(|place| self.documents.get(place.doc).is_some_and(|d| place.block + 1 == d.blocks.len()));
        if last && words >= 8 {
            return Fate::Doubt("ends in the middle of a sentence; the copy is cut off here".to_owned());
        }
        let named = shortened(&block.text, 80);
        let shared = self.classes.all.get(id).is_some_and(|c| c.docs().len() > 1);
        let doubt = if self.is_table(id) {
            Some(format!("left out: “{named}”, a line of figures after the last paragraph"))
        } else {
            // Furniture would stand in other stories too.
            (shared && self.groups.own(block.hash))
                .then(|| format!("left out: “{named}”, which several copies have at the end and no other story has"))
        };
        Fate::Drop("not a sentence, and nothing of the story follows it".to_owned(), doubt)
    }

    fn is_table(&self, id: usize) -> bool {
        self.text(id).is_some_and(|b| b.key.split(' ').any(facts::is_number))
    }

    /// Where the class stands in all its passes.
    fn stands(&self, id: usize) -> Stands {
        let (mut before, mut after) = (true, true);
        let Some(class) = self.classes.all.get(id) else {
            return Stands::Within;
        };
        for place in &class.places {
            let Some((_, at)) = self.at(place.pass, id) else {
                continue;
            };
            let (first, last) = self.prose.get(place.pass).copied().flatten().unwrap_or((usize::MAX, 0));
            before &= at < first;
            after &= at > last;
        }
        match (before, after) {
            (true, _) => Stands::Before,
            (false, true) => Stands::After,
            (false, false) => Stands::Within,
        }
    }

    fn at(&self, pass: usize, id: usize) -> Option<(&Vec<usize>, usize)> {
        let sequence = self.classes.sequences.get(pass)?;
        let at = self.positions.get(pass)?.get(&id)?;
        Some((sequence, *at))
    }

    /// The longest run of lines that are no sentences around the class.
    fn run(&self, id: usize) -> usize {
        let Some(class) = self.classes.all.get(id) else { return 0 };
        let longest = class.places.iter().take(4).filter_map(|place| {
            let (sequence, at) = self.at(place.pass, id)?;
            let before = sequence.iter().take(at).rev().take(8).take_while(|c| !self.is_prose(**c)).count();
            let after = sequence.iter().skip(at + 1).take(8).take_while(|c| !self.is_prose(**c)).count();
            Some(before + after + 1)
        });
        longest.max().unwrap_or(0)
    }

    /// How many other passes go from the paragraph before the class to the one after it without it.
    fn lacking(&self, id: usize) -> usize {
        let Some(class) = self.classes.all.get(id) else { return 0 };
        let with = class.passes();
        let mut without = std::collections::BTreeSet::new();
        for place in class.places.iter().take(4) {
            let Some((sequence, at)) = self.at(place.pass, id) else {
                continue;
            };
            let before = sequence.iter().take(at).rev().take(NEAR).find(|c| self.is_shared(**c));
            let after = sequence.iter().skip(at + 1).take(NEAR).find(|c| self.is_shared(**c));
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            for (pass, positions) in self.positions.iter().enumerate() {
                if with.contains(&pass) {
                    continue;
                }
                if let (Some(x), Some(y)) = (positions.get(before), positions.get(after))
                    && x < y
                    && y - x <= 3
                {
                    without.insert(pass);
                }
            }
        }
        without.len()
    }

    /// Prose that more than one pass has: a fixed point to compare passes by.
    fn is_shared(&self, id: usize) -> bool {
        self.classes.all.get(id).is_some_and(|c| c.prose && c.places.len() + c.partial.len() > 1)
    }
}

/// How far from a line its fixed points are looked for.
const NEAR: usize = 32;

enum Stands {
    Before,
    After,
    Within,
}

/// A hint about people named before they are introduced, for the list of doubts.
pub(crate) fn introductions(paragraphs: &[&str]) -> Vec<(usize, String)> {
    clues::names_before_introduction(paragraphs)
        .into_iter()
        .take(3)
        .map(|(at, name)| (at, format!("names {name} without an introduction; a paragraph may be missing before it")))
        .collect()
}
