//! Fiction by the yard: sentences of an invented county.

/// SplitMix64: repeatable dice for the tests.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("small")
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const STEMS: &[&str] = &[
    "bar", "cor", "del", "fen", "gar", "hol", "jor", "kel", "lan", "mar", "nor", "pel", "quen", "ros", "sel", "tor",
    "ul", "ver", "wen", "yar",
];
const ENDS: &[&str] = &["ton", "ley", "ford", "mouth", "by", "well", "stead", "combe", "wick", "hurst"];
const THINGS: &[&str] = &[
    "bridge",
    "harbour",
    "council",
    "school",
    "orchard",
    "ferry",
    "mill",
    "library",
    "market",
    "hospital",
    "railway",
    "quarry",
    "theatre",
    "reservoir",
    "lighthouse",
    "museum",
    "chapel",
    "brewery",
    "nursery",
    "bakery",
];
const DEEDS: &[&str] = &[
    "repaired",
    "sold",
    "opened",
    "painted",
    "surveyed",
    "defended",
    "closed",
    "visited",
    "praised",
    "described",
    "rented",
    "moved",
    "inspected",
    "rebuilt",
    "financed",
    "abandoned",
];
const MANNERS: &[&str] = &[
    "without much ado",
    "after a long debate",
    "to the relief of the neighbours",
    "against the advice of the surveyor",
    "with the help of volunteers",
    "in spite of the weather",
    "at the wish of the owners",
    "before the season begins",
];

pub(crate) fn place(dice: &mut Dice) -> String {
    let name = format!("{}{}{}", dice.pick(STEMS), dice.pick(STEMS), dice.pick(ENDS));
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

pub(crate) fn sentence(dice: &mut Dice) -> String {
    let (a, b, c) = (place(dice), place(dice), place(dice));
    let (x, y, z) = (dice.pick(THINGS), dice.pick(THINGS), dice.pick(THINGS));
    let (deed, other, how) = (dice.pick(DEEDS), dice.pick(DEEDS), dice.pick(MANNERS));
    match dice.below(5) {
        0 => {
            format!("The {x} of {a} was {deed} {how}, and the {y} in {b} will be {other} as soon as the {z} allows it.")
        }
        1 => format!("“We have {deed} the {x} near {a} {how},” said the keeper of the {y} at {b}, who comes from {c}."),
        2 => format!("Nobody in {a} remembers when the {x} was {deed}, but the {y} of {b} has a book that names {c}."),
        3 => format!(
            "It was {how} that the people of {a} {deed} their {x} and {other} the {y} which {b} had left to them."
        ),
        _ => format!("In {a} they {deed} a {x} {how}; in {b} and {c} the {y} and the {z} are still to be {other}."),
    }
}

pub(crate) fn paragraphs(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    (0..count)
        .map(|_| {
            let sentences: Vec<String> = (0..1 + dice.below(3)).map(|_| sentence(&mut dice)).collect();
            sentences.join(" ")
        })
        .collect()
}
