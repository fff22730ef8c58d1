//! Fiction without meaning in several languages: real small words around invented ones, so that no two sentences are alike.

use super::corpora::Story;
use super::dice::Dice;

/// A language as the generator knows it: sentence patterns (`N` is a noun, `V` a verb, `#` a number) and syllables.
pub struct Language {
    pub name: &'static str,
    patterns: &'static [&'static str],
    syllables: &'static [&'static str],
    capital_nouns: bool,
    spaced: bool,
}

pub const LANGUAGES: &[Language] = &[
    Language {
        name: "English",
        patterns: &[
            "The N of N had V the N before it was V, and the N that was V by # of them is still in the N.",
            "“It is not the N but the N,” said N, who has V for # years in the N at N.",
            "When the N V, more than # N were V from N to N, which had been V in the N.",
            "In N they V the N, but there was no N for the N, and after # days the N was V.",
            "A N from the N V on N that all of the N would be V if N and N do not V.",
            "He V to N with a N, and she V the N which N had V for her.",
            "Why it V, and for whom, is what the N of N will have to V in the N.",
            "Until then the N V as it has V since N: with # N, and without a N.",
        ],
        syllables: &[
            "bra", "ten", "lo", "wick", "mar", "sel", "dun", "or", "pell", "shaw", "tig", "rum", "ven", "cole",
        ],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "German",
        patterns: &[
            "Der N hat am N die N von N nicht V, und das N ist auch nach # Jahren noch in der N.",
            "„Es ist nicht der N, es ist die N“, V der N, der mit # N aus N ist.",
            "Als die N V, war das N von N bis N mit mehr als # N V, und es ist bei der N.",
            "Auch für N wird es, wie der N V, mit dem N und den # N nach der N nicht V.",
            "Sie V das N zu dem N, und er V ein N, das die N für sie V hat.",
            "Im N der N V man für die N, aber es war nach # N auch kein N mit der N zu V.",
            "Bis dahin V der N, wie er es auf dem N von N hat: mit # N und ohne die N.",
        ],
        syllables: &[
            "berg", "al", "tor", "wein", "grau", "ste", "muh", "len", "kor", "fels", "ach", "un", "röt", "sied",
        ],
        capital_nouns: true,
        spaced: true,
    },
    Language {
        name: "French",
        patterns: &[
            "Le N de la N a V les N qui ne sont pas dans le N, et # N est en N pour la N.",
            "« Ce n’est pas le N, c’est la N », V le N, qui est au N de N par # N.",
            "Quand la N V, il y a eu plus de # N sur le N, et les N de N ne se V pas.",
            "Pour les N, le N est une N que la N de N a V avec # N dans un N.",
            "Elle V le N à la N, et il V une N que les N de N ont V pour elle.",
            "Au N de N, on V les N, mais il ne V pas que le N est sur la N depuis # N.",
            "En N, le N V par la N et la N, et # N de plus ne V pas le N.",
        ],
        syllables: &["bel", "vau", "mont", "cé", "ri", "lan", "gue", "tour", "sau", "pré", "nel", "oir", "dou", "lac"],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "Spanish",
        patterns: &[
            "El N de la N no V los N que se V en el N, y las # N de N son para el N.",
            "—No es el N, es la N —V N, que lleva # N por los N del N.",
            "Cuando la N V, más de # N en el N de N se V con una N para las N.",
            "Para los N, el N es lo que la N de N V con # N, y no se V por el N.",
            "Ella V el N a la N, y él le V una N que los N del N no V.",
            "En N se V los N, pero el N no es para la N, y por # N se V al N.",
            "Hasta entonces el N V como lo V en la N: con # N y sin una N para los N.",
        ],
        syllables: &["mar", "que", "ren", "tol", "vi", "lla", "gar", "ci", "pon", "sue", "rro", "ñal", "des", "cam"],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "Portuguese",
        patterns: &[
            "O N da N não V os N que se V no N, e as # N de N são para o N.",
            "“Não é o N, é a N”, V o N, que V com # N dos N do N.",
            "Quando a N V, mais de # N no N de N se V com uma N para os N.",
            "Para os N, o N é o que a N de N V com # N, e não se V por um N.",
            "Ela V o N com a N, e ele V uma N que os N do N não V para ela.",
            "Em N se V os N, mas o N não é da N, e por # N se V ao N.",
            "Até lá o N V como se V na N: com # N e sem uma N para os N do N.",
        ],
        syllables: &["mar", "ção", "ren", "tol", "vei", "lha", "gar", "cim", "pon", "sau", "rro", "nhal", "des", "cam"],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "Hindi",
        patterns: &[
            "N के N में # N की N है और N ने N को N से V है।",
            "“यह N की N नहीं है,” N ने N के N में V, जो # N से N में है।",
            "N की N के N से N को V और # N में N का N V।",
            "जब N ने N को V, तब N के # N में N की N और N का N था।",
            "N में N के N को N से V, और N की N के N # N में V।",
            "N का N के N में है, और N ने # N को N की N से V।",
        ],
        syllables: &["का", "रो", "मन", "ली", "सा", "पुर", "गढ़", "नी", "ता", "वर", "जो", "दल", "बे", "शा"],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "Russian",
        patterns: &[
            "В N из N не V, что N и N на # N по N, но N в N не V.",
            "«Это не N, а N», — V N, который # лет в N на N.",
            "Когда N V, более # N из N и N не V на N, как V N.",
            "По N из N, на N не V # N, и N в N не V от N.",
            "Она V N на N, и он V в N, что N не V до N.",
        ],
        syllables: &["бор", "но", "сел", "град", "ле", "вин", "ка", "стро", "му", "тар", "дол", "ре", "ков", "ша"],
        capital_nouns: false,
        spaced: true,
    },
    Language {
        name: "Japanese",
        patterns: &[
            "NのNは#のNをVした。NではNがVしていると、Nは話した。",
            "「NではなくNだ」と、NのNは言った。#年からNにいる。",
            "NがVしたとき、#のNとNがNにVしていた。",
            "NについてはNがVし、#のNはNのNにVするという。",
        ],
        syllables: &["山", "川", "田", "本", "島", "市", "町", "橋", "水", "森", "石", "港", "駅", "海", "野", "原"],
        capital_nouns: false,
        spaced: false,
    },
];

impl Language {
    pub fn word(&self, dice: &mut Dice) -> String {
        let count = if self.spaced { 2 + dice.below(2) } else { 3 };
        (0..count).map(|_| *dice.pick(self.syllables)).collect()
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let pattern = *dice.pick(self.patterns);
        let mut out = String::new();
        for c in pattern.chars() {
            let word = match c {
                'N' if self.capital_nouns || dice.percent(20) => capitalised(&self.word(dice)),
                'N' | 'V' => self.word(dice),
                '#' => (2 + dice.below(9000)).to_string(),
                other => other.to_string(),
            };
            out.push_str(&word);
        }
        capitalised(&out)
    }

    /// One sentence: what a notice of the site looks like in this language.
    pub fn aside(&self, dice: &mut Dice) -> String {
        self.sentence(dice)
    }

    /// A line of two to five words and no full stop.
    pub fn title(&self, dice: &mut Dice) -> String {
        let count = 2 + dice.below(4);
        let words: Vec<String> = (0..count).map(|_| self.word(dice)).collect();
        capitalised(&words.join(if self.spaced { " " } else { "の" }))
    }

    pub fn story(&self, dice: &mut Dice) -> Story {
        let crossheads = dice.percent(30);
        let mut paragraphs = Vec::new();
        for at in 0..6 + dice.below(9) {
            if crossheads && at > 1 && dice.percent(25) {
                paragraphs.push(self.title(dice));
            }
            let sentences: Vec<String> = (0..2 + dice.below(3)).map(|_| self.sentence(dice)).collect();
            paragraphs.push(sentences.join(if self.spaced { " " } else { "" }));
        }
        Story { headline: self.title(dice), paragraphs }
    }
}

pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `count` stories, the languages in turn; those of one language share a heap, as in one paper.
pub fn stories(language: &Language, count: usize, seed: u64) -> Vec<Story> {
    let mut dice = Dice(seed ^ 0x5eed);
    (0..count).map(|_| language.story(&mut dice)).collect()
}
