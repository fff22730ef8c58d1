//! Texts without end out of some hundred pages: paragraphs of sentences that stood on real pages, in another company each time.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

pub(crate) struct Corpus {
    /// Sentences, as the pages have them, misread words and all.
    sentences: Vec<String>,
    furniture: Vec<String>,
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }
}

/// Bytes of a story.
const LENGTH: usize = 2850;

impl Corpus {
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let file = flate2::read::GzDecoder::new(std::fs::File::open(path)?);
        let mut sentences = Vec::new();
        for line in BufReader::new(file).lines() {
            let page: serde_json::Value = serde_json::from_str(&line?)?;
            let text = page.get("text").and_then(|t| t.as_str()).unwrap_or_default();
            let joined = text.replace("-\n", "").replace('\n', " ");
            let mut sentence = String::new();
            for word in joined.split_whitespace() {
                if !sentence.is_empty() {
                    sentence.push(' ');
                }
                sentence.push_str(word);
                if sentence.len() > 60 && word.ends_with(['.', '!', '?']) || sentence.len() > 400 {
                    sentences.push(std::mem::take(&mut sentence));
                }
            }
        }
        let furniture = (0..12)
            .map(|n| format!("Everything on page {n} of this paper may be ordered again at the counter."))
            .collect();
        Ok(Self { sentences, furniture })
    }

    /// The texts of one story: one, or with its damaged copies.
    pub(crate) fn crawls(&self, number: usize, copies: usize) -> Vec<String> {
        let mut dice = Dice(number as u64 ^ 0x1916);
        let mut paragraphs: Vec<String> = Vec::new();
        let mut length = 0;
        while length < LENGTH {
            let mut paragraph = String::new();
            for _ in 0..1 + dice.below(3) {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(&self.sentences[dice.below(self.sentences.len())]);
            }
            length += paragraph.len() + 1;
            paragraphs.push(paragraph);
        }
        let count = if dice.percent(copies) { 2 + dice.below(2) } else { 1 };
        if count == 1 {
            return vec![paragraphs.join("\n")];
        }
        (0..count).map(|_| self.damaged(&paragraphs, &mut dice)).collect()
    }

    /// Loses the lead sometimes and each paragraph one time in ten, changes quotation marks, and puts the page's furniture around it.
    fn damaged(&self, paragraphs: &[String], dice: &mut Dice) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (at, paragraph) in paragraphs.iter().enumerate() {
            let lost = dice.percent(if at == 0 { 20 } else { 10 });
            if dice.percent(8) {
                lines.push(self.furniture[dice.below(self.furniture.len())].clone());
            }
            if !lost {
                lines.push(if dice.percent(30) { paragraph.replace('\'', "’") } else { paragraph.clone() });
            }
        }
        lines.extend(self.furniture.iter().take(dice.below(6)).cloned());
        lines.join("\n")
    }
}
