//! A site's furniture: one template for its pages. Two manners: the trade's usual phrases, and grammars of which the product's
//! vocabulary knows nothing (invented labels, placeholder syntaxes and offers).

use super::dice::Dice;
use super::languages::{Language, capitalised};

#[derive(Debug, Clone)]
pub struct Site {
    /// Lines above the story on every page.
    pub top: Vec<String>,
    /// Stands before widgets inside the story.
    pub labels: Vec<String>,
    /// A widget's list, the same on many pages.
    pub list: Vec<String>,
    /// Sentences that read like prose, inside the story or after it.
    pub fluent: Vec<String>,
    pub wall: Vec<String>,
    pub tail: Vec<String>,
    /// Whether its pages carry the headline as a line of the crawl.
    pub headline_on_top: bool,
    /// How often a pass has a widget inside, per cent.
    pub widgets: usize,
    /// See [`super::papers`].
    pub paper: Option<super::papers::Paper>,
}

const SYNTAX: &[(&str, &str)] = &[
    ("{{ ", " }}"),
    ("{", "}"),
    ("<%= ", " %>"),
    ("${", "}"),
    ("[[", "]]"),
    ("%(", ")s"),
    ("*|", "|*"),
    ("#{", "}"),
    ("__", "__"),
    ("%%", "%%"),
    ("{$", "}"),
    ("@@", "@@"),
    ("<?= ", " ?>"),
    ("{!", "!}"),
];
const LABELS: &[&str] = &[
    "Also on our pages",
    "Trending",
    "Related",
    "You may like",
    "Editor's picks",
    "Watch this space",
    "Elsewhere on the site",
    "From the Money Desk",
    "Top videos",
    "Around the web",
    "Quick takes",
    "Reader favourites",
];
const WALLS: &[&str] = &[
    "Only # free stories remain this week.",
    "Sign in to continue",
    "Become a member to keep reading",
    "# articles left",
    "Join thousands of subscribers today →",
    "Already a member? Sign in",
    "Unlock every story with a digital plan",
    "Your free reading for this month ends here.",
];
const PLANS: &[(&str, &str, &str)] = &[
    ("Digital Lite", "£4.99", "per month"),
    ("Weekend Reader", "$12", "1 Month"),
    ("All Access", "€99.00", "12 Months"),
    ("Patron", "Rs 1,999", "1 Year"),
    ("Starter", "₹149", "/month"),
];
const BENEFITS: &[&str] = &[
    "Crossword and puzzles",
    "A morning briefing in your mailbox before breakfast",
    "Read on any device you own",
    "No display advertising",
    "Full archive",
    "Every page of the printed paper, as a replica",
    "Gift five stories a month to friends",
    "Podcasts without interruption",
    "We use cookies to make this site work and to understand how you read it.",
    "Offer valid for new customers only.",
    "Terms apply",
];

/// Furniture in the trade's usual words.
pub fn usual(dice: &mut Dice) -> Site {
    let (open, close) = *dice.pick(SYNTAX);
    let wall = dice.some(WALLS, 3).iter().map(|w| w.replace('#', &format!("{open}meter.left{close}"))).collect();
    let mut tail = Vec::new();
    for (name, price, term) in dice.some(PLANS, 2) {
        tail.extend([name, price, term].map(str::to_owned));
    }
    tail.extend(dice.some(BENEFITS, 4).into_iter().map(str::to_owned));
    Site {
        top: Vec::new(),
        labels: dice.some(LABELS, 2).into_iter().map(str::to_owned).collect(),
        list: Vec::new(),
        fluent: Vec::new(),
        wall,
        tail,
        headline_on_top: false,
        widgets: 60,
        paper: None,
    }
}

const OPENERS: &[char] = &['{', '<', '[', '(', '%', '$', '#', '@', '!', '~', '^', '*', '|', '&', '§', '¤', '«', '‹'];
const FIELDS: &[&str] =
    &["quota", "rest", "n", "userName", "days-open", "cnt", "plan.price", "site_title", "x.y.z", "KIOSK"];

/// An invented way to mark a value that a template leaves open.
fn placeholder(dice: &mut Dice) -> String {
    let mirror = |c: char| match c {
        '{' => '}',
        '<' => '>',
        '[' => ']',
        '(' => ')',
        '«' => '»',
        '‹' => '›',
        other => other,
    };
    let marks: Vec<char> = (0..1 + dice.below(2)).map(|_| *dice.pick(OPENERS)).collect();
    // A single common mark around a word is what prose has too ("(quota)"): not a placeholder to anybody.
    let marks = if marks.len() == 1 { vec![marks[0], marks[0]] } else { marks };
    let open: String = marks.iter().collect();
    let close: String = marks.iter().rev().map(|c| mirror(*c)).collect();
    let space = if dice.percent(40) { " " } else { "" };
    format!("{open}{space}{}{space}{close}", dice.pick(FIELDS))
}

/// Furniture from grammars: labels, lists and offers of invented words, in the language of the paper.
pub fn unknown(language: &Language, dice: &mut Dice) -> Site {
    let english = language.name == "English";
    let labels = (0..1 + dice.below(3)).map(|_| label(language, english, dice)).collect();
    let list = (0..dice.below(5)).map(|_| language.title(dice)).collect();
    let fluent = (0..1 + dice.below(3)).map(|_| if english { offer(dice) } else { language.aside(dice) }).collect();
    let mut wall = Vec::new();
    for _ in 0..dice.below(3) {
        let (a, b) = (language.title(dice), language.word(dice));
        wall.push(format!("{a} {} {b}", placeholder(dice)));
    }
    let mut tail = Vec::new();
    for _ in 0..dice.below(4) {
        tail.push(language.title(dice));
        if dice.percent(60) {
            tail.push(format!("{}{}", dice.pick(&["kr ", "₺", "zł ", "₩", "$"]), 1 + dice.below(400)));
        }
        tail.push(if english { offer(dice).trim_end_matches('.').to_owned() } else { language.title(dice) });
    }
    if dice.percent(60) {
        tail.push(if english { offer(dice) } else { language.aside(dice) });
    }
    let top = (0..dice.below(4)).map(|_| language.title(dice)).collect();
    Site {
        top,
        labels,
        list,
        fluent,
        wall,
        tail,
        headline_on_top: dice.percent(50),
        widgets: 40 + dice.below(40),
        paper: None,
    }
}

fn label(language: &Language, english: bool, dice: &mut Dice) -> String {
    const FIRST: &[&str] =
        &["Lantern", "Corner", "Kitchen", "Second", "Evening", "Desk", "Green", "Long", "Window", "Parlour"];
    const LAST: &[&str] =
        &["picks", "dispatches", "shelf", "notes", "Hour", "Table", "voices", "Ledger", "rounds", "finds"];
    let words = if english {
        match dice.below(3) {
            0 => format!("{} {}", dice.pick(FIRST), dice.pick(LAST)),
            1 => format!("{} of the {}", capitalised(dice.pick::<&str>(LAST)), dice.pick(FIRST).to_lowercase()),
            _ => (*dice.pick(FIRST)).to_owned(),
        }
    } else {
        language.title(dice)
    };
    match dice.below(6) {
        0 => words.to_uppercase(),
        1 => format!("{words}:"),
        2 => format!("— {words} —"),
        3 => format!("[ {words} ]"),
        _ => words,
    }
}

/// An offer that reads like a sentence of a report.
fn offer(dice: &mut Dice) -> String {
    const WHO: &[&str] = &[
        "The house letter",
        "A keener",
        "Our almanac",
        "The Saturday box",
        "This paper's reading room",
        "The kiosk card",
    ];
    const DOES: &[&str] = &[
        "arrives before the kettle boils",
        "is kept for those who came early",
        "opens every shelf of the cellar",
        "travels with whoever carries it",
        "was made for people who read standing up",
    ];
    const WHEN: &[&str] = &[
        "every other morning",
        "for as long as the season lasts",
        "and asks for nothing in return",
        "with a pencil in the margin",
        "at half of what it used to be",
    ];
    format!("{} {} {}.", dice.pick(WHO), dice.pick(DOES), dice.pick(WHEN))
}
