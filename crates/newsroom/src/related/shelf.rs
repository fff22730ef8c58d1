//! A small paper's cards in memory, from which both lists are read.
use std::collections::HashMap;

use super::around::around;
use super::card::{self, Card};
use super::model::{Model, SAMPLE};
use super::words::Words;
use crate::articles::{Story, StoryNumber};

/// The cards of every story, and the order of each section.
pub struct Shelf {
    cards: Vec<Card>,
    place: HashMap<StoryNumber, usize>,
    /// Places by list of the model.
    lists: Vec<Vec<usize>>,
    /// Places of each section, newest first.
    sections: HashMap<String, Vec<usize>>,
    model: Model,
}

impl Shelf {
    /// Learns from the public words of the stories, of many from a sample of [`SAMPLE`], of a paper in a `language`.
    #[must_use]
    pub fn of<'a>(stories: impl IntoIterator<Item = &'a Story>, language: &str) -> Self {
        let (stories, words): (Vec<&Story>, Vec<Words>) = stories.into_iter().map(|s| (s, Words::of(s))).unzip();
        let sample: Vec<Words> = words.iter().step_by(words.len().div_ceil(SAMPLE).max(1)).cloned().collect();
        let model = Model::learn(&sample, words.len(), language);
        let cards: Vec<Card> =
            stories.iter().zip(&words).map(|(story, words)| Card::read(story, words, &model)).collect();
        let place = cards.iter().enumerate().map(|(at, card)| (card.number, at)).collect();
        let mut lists = vec![Vec::new(); model.lists().count()];
        let mut sections: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, card) in cards.iter().enumerate() {
            lists[usize::from(model.lists().list(card.vector()))].push(at);
            sections.entry(card.section.clone()).or_default().push(at);
        }
        for places in sections.values_mut() {
            places.sort_by_key(|&at| std::cmp::Reverse((cards[at].published_at, cards[at].number)));
        }
        Self { cards, place, lists, sections, model }
    }

    /// At most `most` stories to read beside `number`, best first. Where too little is similar, what the section told before fills up.
    #[must_use]
    pub fn also_read(&self, number: StoryNumber, most: usize) -> Vec<StoryNumber> {
        let Some(card) = self.card(number) else { return Vec::new() };
        let near = self.model.lists().near(card.vector());
        let candidates = near.iter().flat_map(|&list| &self.lists[usize::from(list)]).map(|&at| &self.cards[at]);
        let mut chosen = card::also_read(card, candidates, self.model.much_alike(), most);
        if chosen.len() < most {
            let room = most - chosen.len();
            let before = self.around(card).into_iter().filter(|other| card.may_fill_up(other));
            chosen.extend(card::more_from_section(card, before, &chosen, room));
        }
        chosen
    }

    /// At most `most` stories of the section of `number`, without those in `shown`.
    #[must_use]
    pub fn more_from_section(&self, number: StoryNumber, shown: &[StoryNumber], most: usize) -> Vec<StoryNumber> {
        let Some(card) = self.card(number) else { return Vec::new() };
        card::more_from_section(card, self.around(card), shown, most)
    }

    fn card(&self, number: StoryNumber) -> Option<&Card> {
        self.place.get(&number).map(|&at| &self.cards[at])
    }

    fn around(&self, card: &Card) -> Vec<&Card> {
        let section = self.sections.get(&card.section).map_or(&[][..], Vec::as_slice);
        let order = |at: usize| (self.cards[at].published_at, self.cards[at].number);
        let at = section.partition_point(|&at| order(at) > (card.published_at, card.number));
        around(section.len(), at, |place| &self.cards[section[place]])
    }
}
