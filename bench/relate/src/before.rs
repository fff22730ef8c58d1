//! The way before: TF-IDF over words of more than three letters, exhaustive. Measured beside what the paper does now.
use std::collections::HashMap;

use jiff::Timestamp;

use newsroom::articles::{Story, StoryNumber};

/// Above this cosine two stories are taken for versions of one and are not offered beside each other.
const SAME_STORY: f64 = 0.82;
/// Below this cosine a story is not similar enough to be called background.
const SIMILAR: f64 = 0.04;
/// A term found in more stories than this share says nothing.
const COMMON: f64 = 0.25;
/// How much later than the read story a background story may be told.
const LATER_SECONDS: i64 = 2 * 24 * 3600;

struct Card {
    number: StoryNumber,
    section: String,
    published_at: Option<Timestamp>,
    /// Term and weight, unit length.
    terms: Vec<(u32, f64)>,
}

/// An index over the catalogue from which both lists are read.
pub struct Shelf {
    cards: Vec<Card>,
    place: HashMap<StoryNumber, usize>,
    postings: Vec<Vec<(u32, f64)>>,
    /// Places of each section, newest first.
    sections: HashMap<String, Vec<usize>>,
}

impl Shelf {
    /// Reads the public words of every story (headline, standfirst, topics, preview): a locked paragraph does not even
    /// shape a list of links.
    #[must_use]
    pub fn of<'a>(stories: impl IntoIterator<Item = &'a Story>) -> Self {
        let mut vocabulary: HashMap<String, u32> = HashMap::new();
        let mut counted: Vec<(Card, HashMap<u32, f64>)> = Vec::new();
        for story in stories {
            let mut counts = HashMap::new();
            for (word, weight) in words(story) {
                let next = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
                let term = *vocabulary.entry(word).or_insert(next);
                *counts.entry(term).or_insert(0.0) += weight;
            }
            let card = Card {
                number: story.number,
                section: story.section.clone(),
                published_at: story.published_at,
                terms: Vec::new(),
            };
            counted.push((card, counts));
        }
        let (cards, postings) = weigh(counted, vocabulary.len());
        let place = cards.iter().enumerate().map(|(index, card)| (card.number, index)).collect();
        let mut sections: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, card) in cards.iter().enumerate() {
            sections.entry(card.section.clone()).or_default().push(index);
        }
        for places in sections.values_mut() {
            places.sort_by_key(|&p| std::cmp::Reverse((cards[p].published_at, cards[p].number)));
        }
        Self { cards, place, postings, sections }
    }

    /// At most `most` stories to read beside `number`, best first.
    #[must_use]
    pub fn also_read(&self, number: StoryNumber, most: usize) -> Vec<StoryNumber> {
        let Some(&here) = self.place.get(&number) else { return Vec::new() };
        let card = &self.cards[here];
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for &(term, weight) in &card.terms {
            for &(other, theirs) in &self.postings[term as usize] {
                *scores.entry(other as usize).or_insert(0.0) += weight * theirs;
            }
        }
        let mut ranked: Vec<(f64, usize)> = scores
            .into_iter()
            .filter(|&(other, score)| other != here && (SIMILAR..SAME_STORY).contains(&score))
            .map(|(other, score)| (score * self.lean(card, &self.cards[other]), other))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(self.cards[b.1].number.cmp(&self.cards[a.1].number)));
        let mut chosen: Vec<StoryNumber> = ranked.into_iter().take(most).map(|(_, p)| self.cards[p].number).collect();
        for number in self.newest_in(&card.section) {
            if chosen.len() >= most {
                break;
            }
            if number != card.number && !chosen.contains(&number) && !self.same_story(here, number) {
                chosen.push(number);
            }
        }
        chosen
    }

    fn newest_in(&self, section: &str) -> impl Iterator<Item = StoryNumber> + '_ {
        self.sections.get(section).into_iter().flatten().map(|&p| self.cards[p].number)
    }

    /// Older background and the own section weigh a little more.
    fn lean(&self, read: &Card, other: &Card) -> f64 {
        let earlier = match (read.published_at, other.published_at) {
            (Some(read), Some(other)) => other.as_second() <= read.as_second() + LATER_SECONDS,
            _ => true,
        };
        let section = if read.section == other.section { 1.15 } else { 1.0 };
        section * if earlier { 1.0 } else { 0.6 }
    }

    fn same_story(&self, here: usize, number: StoryNumber) -> bool {
        let Some(&there) = self.place.get(&number) else { return false };
        let theirs: HashMap<u32, f64> = self.cards[there].terms.iter().copied().collect();
        let cosine: f64 = self.cards[here].terms.iter().filter_map(|(t, w)| theirs.get(t).map(|v| v * w)).sum();
        cosine >= SAME_STORY
    }
}

/// Turns counts into unit vectors of term frequency × inverse document frequency, and into postings.
#[allow(clippy::cast_precision_loss)] // counts of stories and words are far below 2^52
fn weigh(counted: Vec<(Card, HashMap<u32, f64>)>, terms: usize) -> (Vec<Card>, Vec<Vec<(u32, f64)>>) {
    let mut spread = vec![0u32; terms];
    for (_, counts) in &counted {
        for &term in counts.keys() {
            spread[term as usize] += 1;
        }
    }
    let all = counted.len().max(1) as f64;
    let mut postings = vec![Vec::new(); terms];
    let mut cards = Vec::with_capacity(counted.len());
    for (index, (mut card, counts)) in counted.into_iter().enumerate() {
        let mut weighed: Vec<(u32, f64)> = counts
            .into_iter()
            .filter(|&(term, _)| all < 20.0 || f64::from(spread[term as usize]) / all <= COMMON)
            .map(|(term, count)| {
                (term, (1.0 + count.ln().max(0.0)) * (1.0 + all / f64::from(spread[term as usize])).ln())
            })
            .collect();
        weighed.sort_by_key(|&(term, _)| term);
        let length = weighed.iter().map(|(_, w)| w * w).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        for (term, weight) in &mut weighed {
            *weight /= length;
            postings[*term as usize].push((u32::try_from(index).unwrap_or(u32::MAX), *weight));
        }
        card.terms = weighed;
        cards.push(card);
    }
    (cards, postings)
}

fn words(story: &Story) -> impl Iterator<Item = (String, f64)> + '_ {
    let headline = story.headline.split_whitespace().map(|w| (w, 3.0));
    let standfirst = story.standfirst.iter().flat_map(|s| s.split_whitespace()).map(|w| (w, 2.0));
    let topics = story.topics.iter().map(|t| (t.as_str(), 6.0));
    let preview = story.preview().iter().flat_map(|b| b.text().split_whitespace()).map(|w| (w, 1.0));
    headline.chain(standfirst).chain(topics).chain(preview).filter_map(|(word, weight)| {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        (word.chars().count() > 3).then_some((word, weight))
    })
}
