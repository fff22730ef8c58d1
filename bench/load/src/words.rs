//! Sentences about nothing: invented firms, towns and people, in the rhythm of a business page. Only letters, digits, spaces,
//! commas, hyphens and full stops, so that a page's bytes can be searched for them as they are.
use crate::dice::Dice;

const BEGINNINGS: [&str; 24] = [
    "Bar", "Cal", "Dun", "Esk", "Far", "Gol", "Har", "Ilm", "Jas", "Kel", "Lor", "Mar", "Nor", "Ost", "Pel", "Quin",
    "Ros", "Sol", "Tam", "Ulm", "Var", "Wes", "Yar", "Zel",
];
const MIDDLES: [&str; 20] = [
    "a", "ade", "ali", "an", "ara", "e", "eli", "en", "era", "i", "ili", "in", "o", "ola", "on", "ori", "u", "umi",
    "un", "ura",
];
const TOWN_ENDS: [&str; 16] = [
    "bury", "dale", "field", "gate", "grad", "haven", "holm", "mere", "minster", "mouth", "nagar", "port", "stead",
    "thorpe", "ton", "wick",
];
const NAME_ENDS: [&str; 16] = [
    "bach", "court", "dar", "der", "din", "gar", "kar", "lin", "man", "mann", "rao", "sen", "son", "ter", "vale",
    "wala",
];
const TRADES: [&str; 20] = [
    "Bearings",
    "Cement",
    "Chemicals",
    "Cold Storage",
    "Dairies",
    "Freight",
    "Foundries",
    "Insurance",
    "Looms",
    "Mills",
    "Optics",
    "Paper",
    "Pumps",
    "Rail Works",
    "Seeds",
    "Shipyards",
    "Steel",
    "Sugar",
    "Telegraph",
    "Tiles",
];
const GOODS: [&str; 32] = [
    "barley",
    "bicycle frames",
    "bonds",
    "brass valves",
    "cement",
    "cocoa",
    "coffee",
    "copper wire",
    "cotton yarn",
    "diesel",
    "fertiliser",
    "glass",
    "grain silos",
    "jute",
    "lamps",
    "leather",
    "lentils",
    "milk powder",
    "nickel",
    "onions",
    "paper",
    "pepper",
    "rail sleepers",
    "rubber",
    "salt",
    "soap",
    "steel plate",
    "sugar",
    "tea",
    "timber",
    "turbines",
    "wool",
];
const KINDS: [&str; 32] = [
    "ageing",
    "ambitious",
    "brisk",
    "careful",
    "cheap",
    "coastal",
    "costly",
    "crowded",
    "early",
    "familiar",
    "firm",
    "frugal",
    "idle",
    "inland",
    "late",
    "lean",
    "modest",
    "narrow",
    "northern",
    "odd",
    "patient",
    "plain",
    "private",
    "quiet",
    "regional",
    "rented",
    "seasonal",
    "slow",
    "spare",
    "steady",
    "sudden",
    "wary",
];
const THINGS: [&str; 40] = [
    "agreement",
    "auction",
    "audit",
    "balance sheet",
    "board",
    "bridge",
    "budget",
    "cargo",
    "census",
    "charter",
    "claim",
    "contract",
    "council",
    "courtroom",
    "deposit",
    "depot",
    "dispute",
    "harbour",
    "harvest",
    "ledger",
    "levy",
    "loan",
    "market",
    "merger",
    "mortgage",
    "order book",
    "pension",
    "permit",
    "quota",
    "railway",
    "refund",
    "reserve",
    "subsidy",
    "survey",
    "tariff",
    "tender",
    "treaty",
    "turnover",
    "warehouse",
    "workshop",
];
const DEEDS: [&str; 32] = [
    "borrowed against",
    "built",
    "cancelled",
    "counted",
    "cut",
    "defended",
    "delayed",
    "doubled",
    "ended",
    "extended",
    "financed",
    "guarded",
    "halved",
    "hired for",
    "insured",
    "leased",
    "lost",
    "mended",
    "moved",
    "opened",
    "ordered",
    "paid for",
    "priced",
    "questioned",
    "rebuilt",
    "refused",
    "repeated",
    "sold",
    "split",
    "trimmed",
    "weighed",
    "wrote off",
];
const WHENS: [&str; 24] = [
    "a week later",
    "after a long night",
    "at dawn",
    "at the third attempt",
    "before the rains",
    "by noon",
    "during the strike",
    "for a second year",
    "in April",
    "in August",
    "in December",
    "in February",
    "in July",
    "in June",
    "in March",
    "in May",
    "in November",
    "in October",
    "in September",
    "on Friday",
    "on Monday",
    "on Thursday",
    "on Tuesday",
    "on Wednesday",
];

/// Writes with one row of dice.
#[derive(Debug)]
pub struct Writer(pub Dice);

impl Writer {
    fn any(&mut self, of: &[&'static str]) -> &'static str {
        self.0.pick(of).unwrap_or_default()
    }

    fn stem(&mut self) -> String {
        format!("{}{}", self.any(&BEGINNINGS), self.any(&MIDDLES))
    }

    /// A town that is on no map.
    pub fn town(&mut self) -> String {
        self.stem() + self.any(&TOWN_ENDS)
    }

    /// A person that never was.
    pub fn person(&mut self) -> String {
        let first = self.stem();
        format!("{first} {}{}", self.stem(), self.any(&NAME_ENDS))
    }

    fn firm(&mut self) -> String {
        format!("{} {}", self.stem(), self.any(&TRADES))
    }

    /// A headline of seven to ten words.
    pub fn headline(&mut self) -> String {
        let (firm, deed, kind, thing) = (self.firm(), self.any(&DEEDS), self.any(&KINDS), self.any(&THINGS));
        match self.0.below(3) {
            0 => format!("{firm} {deed} a {kind} {thing} near {}", self.town()),
            1 => format!("Why {firm} {deed} the {kind} {thing} {}", self.any(&WHENS)),
            _ => format!("{}, the {kind} {thing} and what {firm} {deed}", self.town()),
        }
    }

    fn sentence(&mut self) -> String {
        let (kind, thing, good) = (self.any(&KINDS), self.any(&THINGS), self.any(&GOODS));
        let (deed, when) = (self.any(&DEEDS), self.any(&WHENS));
        let number = self.0.below(980) + 11;
        match self.0.below(10) {
            0 => format!(
                "{} {deed} the {thing} of {} {when}, {number} tonnes of {good} included.",
                self.firm(),
                self.town()
            ),
            1 => format!("In {} a {kind} {thing} {deed} {good} worth {number} million {when}.", self.town()),
            2 => format!(
                "{} of {} puts the {thing} at {number} carts of {good} and calls it {kind}.",
                self.person(),
                self.firm()
            ),
            3 => format!(
                "Nobody at {} {deed} so {kind} a {thing}, and {good} fell by {number} points {when}.",
                self.firm()
            ),
            4 => format!("What {} {deed} {when} was less a {thing} than {number} pages on {good}.", self.person()),
            5 => {
                format!("{good} from {} cost {number} a bale {when}, which {} found {kind}.", self.town(), self.firm())
            }
            6 => format!("Of {number} buyers {when} all but {} {deed} the {kind} {thing}.", self.0.below(9) + 2),
            7 => format!("The {thing}, {kind} since {}, {deed} {number} crates of {good}.", 1950 + self.0.below(75)),
            8 => {
                format!("Between {} and {} the {kind} {thing} {deed} {number} wagons {when}.", self.town(), self.town())
            }
            _ => format!(
                "{} would rather have {good} {when} than a {thing} that {} {deed}, {number} times over.",
                self.person(),
                self.firm()
            ),
        }
    }

    /// A paragraph of about `words` words, at least one sentence.
    pub fn paragraph(&mut self, words: usize) -> String {
        let mut text = String::new();
        let mut count = 0;
        while count < words {
            let sentence = self.sentence();
            count += sentence.split(' ').count();
            if !text.is_empty() {
                text.push(' ');
            }
            let mut letters = sentence.chars();
            if let Some(first) = letters.next() {
                text.extend(first.to_uppercase());
                text.push_str(letters.as_str());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_as_long_as_asked_and_never_need_escaping() {
        let mut writer = Writer(Dice::new(1));
        for _ in 0..200 {
            let text = writer.paragraph(60);
            let words = text.split(' ').count();
            assert!((60..95).contains(&words), "{words} words");
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b" ,-.".contains(&b)), "{text}");
            assert!(
                text.ends_with('.') && text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()),
                "{text}"
            );
        }
    }

    #[test]
    fn paragraphs_differ() {
        let mut writer = Writer(Dice::new(2));
        let all: std::collections::HashSet<String> = (0..5_000).map(|_| writer.paragraph(40)).collect();
        assert_eq!(all.len(), 5_000);
    }
}
