//! Stories rebuilt one after the other while the result of an intake is read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::rounds::Found;
use super::shelf::Shelf;
use super::shut::Shut;
use super::{Copy, IntakeError, Outcome, Story, versions, work};
use crate::blocks::{Block, shortened};
use crate::heap::{self, Document};
use crate::item::Item;
use crate::reconstruct::Telling;
use crate::report::story_line;
use crate::{Alike, Note, Options, Rebuilt, select};

/// Stories rebuilt together, on all processors.
const TOGETHER: usize = 128;
/// Stories named in a doubt are counted up to this.
const NAMED: usize = 100;
/// Of several stories that one sounds like so many are told of.
const SERIES: usize = 8;
/// Sentences of one piece that others have too, named in remarks.
const SAID_AGAIN: usize = 8;

/// The outcomes of an intake, one at a time: stories in the order of their content, then what was refused.
#[derive(Debug)]
pub struct Groups {
    shelf: Shelf,
    found: Found,
    shut: Shut,
    options: Options,
    next: usize,
    ready: VecDeque<Outcome>,
}

impl Groups {
    pub(super) fn new(shelf: Shelf, found: Found, shut: Shut, options: Options) -> Self {
        Self { shelf, found, shut, options, next: 0, ready: VecDeque::new() }
    }

    /// How many stories there are, the paper's own among them. A few of them may turn out to be furniture only, and are then refused.
    #[must_use]
    pub fn stories(&self) -> u64 {
        self.found.groups.total as u64
    }

    /// How many of them have been rebuilt.
    #[must_use]
    pub fn rebuilt(&self) -> u64 {
        self.next as u64
    }

    fn fill(&mut self) -> Result<(), IntakeError> {
        while self.ready.is_empty() && self.next < self.found.groups.total {
            let (first, total) = (self.next, self.found.groups.total);
            let together = TOGETHER.min(total - first);
            let told = work::in_order(together, |at| self.tell(first + at))?;
            self.next += together;
            self.ready.extend(told.into_iter().flatten());
        }
        if self.ready.is_empty() {
            self.ready.extend(self.shut.pull()?.map(Outcome::Refused));
        }
        Ok(())
    }

    /// Rebuilds one story.
    fn tell(&self, number: usize) -> Result<Vec<Outcome>, IntakeError> {
        let from = self.found.starts.get(number).map_or(0, |s| *s as usize);
        let to = self.found.starts.get(number + 1).map_or(self.found.members.len(), |s| *s as usize);
        let members: &[u32] = self.found.members.get(from..to).unwrap_or_default();
        if let [only] = members
            && self.shelf.is_known(*only)
        {
            return Ok(Vec::new());
        }
        let documents: Vec<Document> = members.iter().map(|n| self.shelf.document(*n)).collect::<Result<_, _>>()?;
        let mut outcomes: Vec<Outcome> = Vec::new();
        for document in &documents {
            let name = document.name();
            outcomes
                .extend(document.notes.iter().map(|n| Outcome::Note(Note { crawl: name.to_owned(), text: n.clone() })));
        }
        let all: Vec<&Document> = documents.iter().collect();
        if all.iter().any(|d| d.known.is_some()) {
            let numbers: Vec<usize> = members.iter().map(|m| *m as usize).collect();
            self.copies(number, &numbers, all, &mut outcomes);
        } else {
            self.story(number, members, &all, &mut outcomes)?;
        }
        Ok(outcomes)
    }

    fn telling<'a>(&'a self, number: usize, members: &'a [usize], documents: Vec<&'a Document>) -> Telling<'a> {
        let found = &self.found;
        Telling { number, members, documents, groups: &found.groups, lines: &found.lines, options: &self.options }
    }

    fn copies(&self, number: usize, members: &[usize], documents: Vec<&Document>, outcomes: &mut Vec<Outcome>) {
        let telling = self.telling(number, members, documents);
        for copy in telling.copies() {
            let piece = telling.documents.iter().find(|d| d.refs.contains(&copy.crawl));
            let known = telling.documents.iter().find(|d| d.known == Some(copy.number));
            let newer = known.zip(piece).and_then(|(known, piece)| versions::newer(known, piece, &self.options));
            let item = piece.and_then(|d| d.item.as_deref().cloned());
            outcomes.push(Outcome::Copy(Box::new(Copy { copy, item, newer })));
        }
    }

    fn story(
        &self,
        number: usize,
        members: &[u32],
        all: &[&Document],
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), IntakeError> {
        let parted = versions::part(all, &self.options);
        let mut present = parted.present.clone();
        // The order of content, as everywhere.
        present.sort_unstable();
        let numbers: Vec<usize> = present.iter().filter_map(|at| members.get(*at)).map(|m| *m as usize).collect();
        let documents: Vec<&Document> = present.iter().filter_map(|at| all.get(*at).copied()).collect();
        let telling = self.telling(number, &numbers, documents);
        let (doubt, mut alike) = self.alike(members)?;
        match telling.story(doubt) {
            Ok((mut rebuilt, passes)) => {
                if alike.len() == 1 {
                    rebuilt.alike = alike.pop();
                } else {
                    rebuilt.series = alike;
                }
                let of = |at: &usize| all.get(*at).and_then(|d| d.item.as_deref()).cloned();
                let mut items: Vec<Item> = parted.present.iter().filter_map(of).collect();
                let rest = (0..all.len()).filter(|at| !parted.present.contains(at)).rev();
                items.extend(rest.filter_map(|at| of(&at)));
                if let Some(headline) = items.iter().find_map(|i| i.headline.clone()) {
                    rebuilt.headline = Some(headline);
                    rebuilt.headline_certain = true;
                }
                rebuilt.versions = parted.earlier;
                outcomes.extend(self.said_again(&telling.documents, &rebuilt));
                let line = story_line(&rebuilt, passes);
                outcomes.push(Outcome::Story(Box::new(Story { rebuilt, items, line })));
            }
            Err(reason) => {
                let refs = all.iter().flat_map(|d| &d.refs);
                outcomes.extend(refs.map(|r| Outcome::Refused(heap::refusal(r, reason))));
            }
        }
        Ok(())
    }

    /// Sentences of a story that other stories have too and that were kept: a remark each, the same at all of them.
    fn said_again(&self, documents: &[&Document], rebuilt: &Rebuilt) -> Vec<Outcome> {
        let groups = &self.found.groups;
        let again = |block: &&Block| groups.is_repeated(block.hash) && select::is_said_again(block, groups);
        let kept = |block: &&Block| rebuilt.paragraphs.iter().any(|p| p.text == block.text);
        let remark = |block: &Block| {
            let (said, stories) = (shortened(&block.text, 80), groups.stories(block.hash));
            format!("kept: “{said}”, which {stories} stories say; if it is the page's, take it out of each")
        };
        let mut remarks = Vec::new();
        for document in documents {
            let said = document.blocks.iter().filter(again).filter(kept).take(SAID_AGAIN);
            let note = |block| Outcome::Note(Note { crawl: document.name().to_owned(), text: remark(block) });
            remarks.extend(said.map(note));
        }
        remarks
    }

    /// A doubt that names a story which sounds alike, and such stories by one of the pieces of each.
    fn alike(&self, members: &[u32]) -> Result<(Option<String>, Vec<Alike>), IntakeError> {
        let mut others: Vec<u32> = Vec::new();
        for member in members {
            let first = self.found.alike.partition_point(|p| p.0 < *member);
            others.extend(self.found.alike.iter().skip(first).take_while(|p| p.0 == *member).take(NAMED).map(|p| p.1));
        }
        // Several copies of a story sound alike as one.
        let mut stories = BTreeSet::new();
        others.retain(|other| stories.insert(self.found.story_of.get(*other as usize)));
        let mut names = BTreeMap::new();
        for other in others.into_iter().take(NAMED) {
            let document = self.shelf.document(other)?;
            match document.known {
                Some(number) => names.insert(format!("story {number}"), Some(Alike::Known(number))),
                None => names.insert(document.name().to_owned(), document.refs.first().cloned().map(Alike::Piece)),
            };
        }
        let Some(first) = names.keys().next() else { return Ok((None, Vec::new())) };
        let more = match names.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let doubt = format!("sounds like {first}{more}, but numbers, days or paragraphs differ; kept apart");
        Ok((Some(doubt), names.into_values().flatten().take(SERIES).collect()))
    }
}

impl Iterator for Groups {
    type Item = Result<Outcome, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && let Err(error) = self.fill()
        {
            // Nothing more comes after an error.
            self.next = self.found.groups.total;
            self.shut.close();
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}
