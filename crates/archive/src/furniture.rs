//! What is not the story, judged from one crawl alone: unrendered templates, labels and the lists under them, walls, prices and the
//! tail they start, orders to the reader, buttons, credits. What repeats over other stories is judged in `reconstruct`.

use std::fmt;

use crate::blocks::{self, Block, words};
use crate::figures::{self, Row};
use crate::lexicon;
use crate::shape::{self, Shape};
use crate::verse;

/// What a line seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Running prose: a paragraph.
    Prose,
    /// Not a sentence: a crosshead, a headline, a table line or a label. The other copies decide.
    Unsure,
    /// Not the story, for this reason.
    Furniture(Reason),
}

/// Why a line is not part of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Unrendered,
    Symbols,
    Label,
    UnderLabel,
    Wall,
    Price,
    Tail,
    Order,
    Buttons,
    Byline,
    DateLine,
    Credit,
    Link,
    Rights,
}

impl Reason {
    /// Whether the reason comes from the neighbourhood and gives way when another copy has the line in its story.
    pub(crate) fn is_soft(self) -> bool {
        matches!(self, Self::UnderLabel | Self::Tail | Self::Credit | Self::Order)
    }

    /// Whether the reason is about a place at the top or the foot of a page: inside a story such a line may be its own.
    pub(crate) fn is_of_the_rim(self) -> bool {
        matches!(self, Self::Byline | Self::DateLine | Self::Credit | Self::Label | Self::Rights)
    }

    /// Whether a story has come to its end here in the crawl, or a gap in it is covered by offers.
    pub(crate) fn is_wall(self) -> bool {
        matches!(self, Self::Wall | Self::Price | Self::Tail | Self::Unrendered)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unrendered => "a template that nobody filled in",
            Self::Symbols => "no letters or digits",
            Self::Label => "a label that points to other stories or a widget",
            Self::UnderLabel => "stands in the list under a label",
            Self::Wall => "speaks of subscriptions, accounts or limits on reading",
            Self::Price => "a bare price or term",
            Self::Tail => "belongs to the offers that begin above it",
            Self::Order => "an order to the reader",
            Self::Buttons => "a row of buttons",
            Self::Byline => "a byline; kept here for the desk",
            Self::DateLine => "a date line; kept as a clue to the date",
            Self::Credit => "a credit or an editorial note",
            Self::Link => "a bare link",
            Self::Rights => "a notice of rights",
        })
    }
}

/// Judges every block of one crawl.
pub(crate) fn judge(blocks: &mut [Block]) {
    let shapes: Vec<Shape> = blocks.iter().map(|b| shape::shape(&b.text, &b.key)).collect();
    for (block, shape) in blocks.iter_mut().zip(&shapes) {
        block.score = shape.prose;
        block.kind = alone(block, shape);
    }
    dates_in_tables(blocks);
    days_of_a_week(blocks);
    terms_in_company(blocks);
    under_labels(blocks, &shapes);
    tails(blocks, &shapes);
    verse::judge(blocks);
}

/// The verdict on a line by itself.
fn alone(block: &Block, shape: &Shape) -> Kind {
    if block.key.chars().all(|c| !c.is_alphanumeric()) {
        return Kind::Furniture(Reason::Symbols);
    }
    if shape::is_unrendered(&block.text) {
        return Kind::Furniture(Reason::Unrendered);
    }
    if shape::is_price(&block.text) {
        return Kind::Furniture(Reason::Price);
    }
    if let Some(reason) = small_print(block, shape) {
        return Kind::Furniture(reason);
    }
    if is_label(block, shape) {
        return Kind::Furniture(Reason::Label);
    }
    if is_wall(block, shape) {
        return Kind::Furniture(Reason::Wall);
    }
    if is_order(shape) {
        return Kind::Furniture(Reason::Order);
    }
    // A long line without its full stop is still prose; a short one may be anything.
    let shouted = shape.words <= 16 && shape::is_shouted(&block.text);
    let prose = (shape.closes && shape.prose >= 0.6 && !shouted)
        || (shape.words >= 25 && shape.vocabulary.small * 6 >= shape.words.min(60));
    if prose { Kind::Prose } else { Kind::Unsure }
}

/// Words of the longest label, with what it may name: "More on the harbour:".
const LABEL_WORDS: usize = 5;

fn is_label(block: &Block, shape: &Shape) -> bool {
    let Some(whole) = lexicon::label(&block.key) else {
        return false;
    };
    // "More from" opens sentences too: a longer line is a label only with a colon near its opening or without an end.
    let colon = block.text.char_indices().take(40).find(|(_, c)| matches!(c, ':' | '|' | '›' | '»' | '→'));
    let colon = colon.is_some_and(|(at, _)| block.text.get(..at).unwrap_or_default().split(' ').count() <= LABEL_WORDS);
    whole || (colon && shape.words <= 30) || (shape.words <= 9 && !ends_sentence(&block.text))
}

fn ends_sentence(text: &str) -> bool {
    shape::closes(text) && !text.ends_with(['…', ':']) && !text.ends_with("...")
}

fn is_wall(block: &Block, shape: &Shape) -> bool {
    let v = shape.vocabulary;
    if shape.words > 28 || shape.quotes || v.speech {
        return false;
    }
    let arrow = block.text.contains(['→', '»', '›', '▶', '►']);
    // Files and browsers are a story's matter as often as an offer's.
    if v.access == 1
        && !v.limit
        && shape.closes
        && shape.words > 8
        && words(&block.key).any(|w| matches!(w, "download" | "browser"))
    {
        return false;
    }
    let reader = v.reader && v.access >= 1 && lexicon::addresses(&block.text, &block.key);
    (v.limit && shape.words <= 20)
        || (v.order && v.access >= 1 && shape.words <= 18)
        || (reader && v.access >= 2)
        || (reader && shape.words <= 12)
        || (v.access >= 1 && shape.words <= 8 && is_door(&block.key))
        || (v.access >= 2 && shape.words <= 10 && !ends_sentence(&block.text))
        || (v.access >= 1 && shape.words <= 6 && arrow)
}

fn is_door(key: &str) -> bool {
    ["log in", "login", "sign in", "sign up", "log on", "sign out", "log out"]
        .iter()
        .any(|door| key == *door || key.ends_with(&format!(" {door}")) || key.starts_with(&format!("{door} ")))
}

fn is_order(shape: &Shape) -> bool {
    let v = shape.vocabulary;
    v.order && v.ordered && shape.words <= 12 && !shape.quotes && !v.speech
}

/// Bylines, date lines, credits, rights, links, buttons.
fn small_print(block: &Block, shape: &Shape) -> Option<Reason> {
    let (text, key) = (block.text.as_str(), block.key.as_str());
    if shape.vocabulary.buttons && shape.words <= 14 && !ends_sentence(text) {
        return Some(Reason::Buttons);
    }
    if shape.words <= 40
        && (text.starts_with('©') || key.contains("all rights reserved") || key.starts_with("copyright"))
    {
        return Some(Reason::Rights);
    }
    // Three words at most, so no need to look at the words of a long line.
    let few = words(text).nth(3).is_none();
    let links = || words(text).filter(|t| t.contains("://") || t.starts_with("www.")).count();
    if few && shape.words <= 4 + links() * 12 && links() > 0 {
        return Some(Reason::Link);
    }
    if crate::clues::is_date_line(text, key) || is_reading_time(key) {
        return Some(Reason::DateLine);
    }
    if crate::clues::is_byline(text, key, shape.words) {
        return Some(Reason::Byline);
    }
    is_credit(text, key, shape.words).then_some(Reason::Credit)
}

const READING: &str = "\
    read reading lecture lesezeit lectura lettura leitura leestijd czytania čtení čítania lästid læsetid lesetid lukuaika olvasás lectură \
    ανάγνωση okuma чтения читання पढ़ें";
const MINUTES: &str = "\
    min mins minute minutes minuten minutos minuti minuty minut minuter minutter minuuttia perc λεπτά dk dakika мин минут минуты хв хвилин मिनट";

/// "4 min read" and the like: a small number and a reading word, nothing else.
fn is_reading_time(key: &str) -> bool {
    let words: Vec<&str> = words(key).take(6).collect();
    words.len() <= 5
        && words.iter().any(|w| w.bytes().all(|b| b.is_ascii_digit()))
        && words.iter().any(|w| READING.split_ascii_whitespace().any(|r| r == *w))
        && words.iter().any(|w| MINUTES.split_ascii_whitespace().any(|m| m == *w))
}

const PICTURE_CREDITS: &[&str] = &[
    "photo",
    "photograph",
    "image",
    "picture",
    "file photo",
    "file image",
    "file pic",
    "representative image",
    "representational image",
    "illustration",
    "graphic",
    "credit",
    "credits",
    "source",
    "foto",
    "bild",
    "imagen",
    "crédit",
];
const NOTE_WORDS: &[&str] = &[
    "reporting",
    "editing",
    "edited",
    "writing",
    "written",
    "inputs",
    "agency",
    "agencies",
    "syndicated",
    "headline",
    "staff",
    "feed",
    "published",
    "auto",
    "generated",
    "contributed",
    "compiled",
    "views",
    "opinions",
    "opinion",
];

fn is_credit(text: &str, key: &str, words: usize) -> bool {
    let opens = PICTURE_CREDITS
        .iter()
        .any(|c| key.strip_prefix(c).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    // "Source files: …" names no source.
    let opens = opens
        && (words <= 2
            || !key.starts_with("source")
            || text
                .get("source".len()..)
                .is_some_and(|rest| rest.trim_start().starts_with([':', '/', '|', '©', '-', '–', '—', '('])));
    let marked = text.chars().take(30).any(|c| matches!(c, ':' | '/' | '|' | '©'));
    if opens && words <= 14 && (marked || words <= 2) && !(shape::closes(text) && words > 6) {
        return true;
    }
    let bracketed = text.starts_with(['(', '[']) && text.trim_end_matches('.').ends_with([')', ']']);
    bracketed && words <= 60 && blocks::words(key).any(|w| NOTE_WORDS.contains(&w))
}

/// A row of a table may begin with a day, and numbers may look like one; a page does not say its date line after line.
fn dates_in_tables(blocks: &mut [Block]) {
    if !blocks.iter().any(|b| b.kind == Kind::Furniture(Reason::DateLine)) {
        return;
    }
    let rows = figures::rows(blocks);
    for (block, row) in blocks.iter_mut().zip(rows) {
        if row == Row::Figures && block.kind == Kind::Furniture(Reason::DateLine) {
            block.kind = Kind::Unsure;
        }
    }
}

/// Lines below each other that tell of one day of the week after the other are hours of opening, or what is on, and no date of the page.
fn days_of_a_week(blocks: &mut [Block]) {
    if !blocks.iter().any(|b| b.kind == Kind::Furniture(Reason::DateLine)) {
        return;
    }
    let mut from = 0;
    while from < blocks.len() {
        let rest = blocks.get(from..).unwrap_or_default();
        let run = rest.iter().take_while(|b| crate::clues::opening_day(&b.text).is_some()).count();
        let days = run > 1 && crate::clues::names_days(rest.iter().take(run).map(|b| b.text.as_str()));
        for block in blocks.iter_mut().skip(from).take(run).filter(|_| days) {
            if block.kind == Kind::Furniture(Reason::DateLine) {
                block.kind = Kind::Unsure;
            }
        }
        from += run + 1;
    }
}

/// Lengths of time are prices only beside prices or walls.
fn terms_in_company(blocks: &mut [Block]) {
    let company: Vec<bool> = blocks
        .iter()
        .map(|b| matches!(b.kind, Kind::Furniture(Reason::Price | Reason::Wall | Reason::Unrendered)))
        .collect();
    for at in 0..blocks.len() {
        let near = company.get(at.saturating_sub(3)..(at + 4).min(company.len())).is_some_and(|c| c.contains(&true));
        if let Some(block) = blocks.get_mut(at)
            && near
            && block.kind == Kind::Unsure
            && shape::is_term(&block.text)
        {
            block.kind = Kind::Furniture(Reason::Price);
        }
    }
}

/// Lines that are no sentences and stand directly under a label are its list.
fn under_labels(blocks: &mut [Block], shapes: &[Shape]) {
    let mut under = false;
    for (block, shape) in blocks.iter_mut().zip(shapes) {
        match block.kind {
            Kind::Furniture(Reason::Label) if lexicon::is_skip(&block.key) => {}
            Kind::Furniture(Reason::Label) => under = true,
            Kind::Furniture(_) => {}
            _ if under && is_list_item(block, shape) => block.kind = Kind::Furniture(Reason::UnderLabel),
            _ => under = false,
        }
    }
    signed_under_label(blocks);
}

/// The last line of a list above the first paragraph is the headline where the story's writer or day is named below it.
fn signed_under_label(blocks: &mut [Block]) {
    let begun = blocks.iter().position(|b| b.kind == Kind::Prose).unwrap_or_default();
    let signs = |b: &&Block| matches!(b.kind, Kind::Furniture(Reason::Byline | Reason::DateLine | Reason::Credit));
    let above = blocks.get(..begun).unwrap_or_default();
    let signed: Vec<Kind> = above.iter().rev().take_while(signs).map(|b| b.kind).collect();
    if let Some(block) = blocks.get_mut(begun.saturating_sub(signed.len() + 1))
        && signed.iter().any(|kind| *kind != Kind::Furniture(Reason::Credit))
        && block.kind == Kind::Furniture(Reason::UnderLabel)
    {
        block.kind = Kind::Unsure;
    }
}

fn is_list_item(block: &Block, shape: &Shape) -> bool {
    let asks = block.text.ends_with(['?', '!', '…']) && shape.words <= 16 && !shape.quotes;
    shape.words <= 20 && (block.kind == Kind::Unsure || asks)
}

/// Lines between an offer and the first paragraph that are judged like any others there: headline, writer, day.
const MOST_ABOVE: usize = 3;

/// A wall or a price starts a tail of offers that lasts until the story clearly goes on.
fn tails(blocks: &mut [Block], shapes: &[Shape]) {
    let mut tail = 0usize;
    let mut begun = false;
    let mut priced = false;
    // lines of an offer above the first paragraph: the last of them may be the headline
    let mut above = Vec::new();
    for at in 0..blocks.len() {
        let (Some(block), Some(shape)) = (blocks.get(at), shapes.get(at)) else {
            return;
        };
        let kind = block.kind;
        let inside = begun;
        begun |= kind == Kind::Prose;
        match kind {
            // In a menu above the story a word or three lead to the offers; what follows is the headline as often.
            Kind::Furniture(Reason::Wall) if !begun && shape.words <= 3 => {}
            Kind::Furniture(reason) if reason.is_wall() => {
                above.clear();
                priced = reason == Reason::Price || priced && tail > 0;
                if reason == Reason::Price && tail == 0 {
                    plan_name(blocks, at);
                }
                tail += 1;
            }
            Kind::Furniture(_) => {
                tail += usize::from(tail > 0);
            }
            _ if tail == 0 => {}
            _ if resumes(block, shape, tail) => {
                if inside {
                    crosshead_below(blocks, shapes, at, if priced { usize::MAX } else { tail });
                }
                tail = 0;
                for (place, was) in std::mem::take(&mut above).into_iter().rev().take(MOST_ABOVE) {
                    blocks.get_mut(place).into_iter().for_each(|block: &mut Block| block.kind = was);
                }
            }
            _ => {
                if !begun {
                    above.push((at, kind));
                }
                if let Some(block) = blocks.get_mut(at) {
                    block.kind = Kind::Furniture(Reason::Tail);
                }
                tail += 1;
            }
        }
    }
}

/// Where the story goes on below a form or an offer, the line directly above may be its next crosshead: a short one that does not speak to
/// the reader, or, below a `tail` that is short and has no prices, any that has no word of offers. What the copies and the other stories
/// say of it decides.
fn crosshead_below(blocks: &mut [Block], shapes: &[Shape], resumed: usize, tail: usize) {
    /// A longer tail is a page of offers.
    const LONGEST: usize = 8;
    let Some(at) = resumed.checked_sub(1) else { return };
    let (Some(block), Some(shape)) = (blocks.get_mut(at), shapes.get(at)) else { return };
    let short = looks_like_crosshead(block) && !speaks_to_the_reader(block);
    let below_a_form = || {
        tail <= LONGEST
            && (1..=12).contains(&shape.words)
            && (!shape.closes || block.text.ends_with(['?', '？', '؟']))
            && shape.vocabulary.access == 0
            && !shape.vocabulary.buttons
            && !(shape.vocabulary.order && shape.vocabulary.ordered)
            && !shape::is_term(&block.text)
            && !block.text.starts_with(char::is_lowercase)
    };
    if block.kind == Kind::Furniture(Reason::Tail) && (short || below_a_form()) {
        block.kind = Kind::Unsure;
    }
}

/// Whether a line has words of offers, or addresses the reader.
pub(crate) fn speaks_to_the_reader(block: &Block) -> bool {
    let words: Vec<&str> = words(&block.key).take(60).collect();
    let v = lexicon::vocabulary(&words);
    v.reader || v.access > 0 || v.order || v.limit || v.buttons
}

/// Whether a line is a sentence that speaks to nobody in particular and offers nothing: writers say such things again and again.
pub(crate) fn is_plain_sentence(block: &Block) -> bool {
    ends_sentence(&block.text) && words(&block.key).nth(3).is_some() && !speaks_to_the_reader(block)
}

/// Words of a crosshead, or of a label.
pub(crate) const LABEL: usize = 8;

/// Short, no full stop, and words in it.
pub(crate) fn looks_like_crosshead(block: &Block) -> bool {
    let letters = block.key.chars().filter(|c| c.is_alphabetic()).count();
    words(&block.key).count() <= LABEL && letters >= 4 && !block.text.ends_with(['.', ':', ';', ',', '…'])
}

/// A line of stars or its like, as printers part the sections of a story: one sign again and again, or one that is made for it.
pub(crate) fn parts_sections(block: &Block) -> bool {
    let mut signs = block.text.chars().filter(|c| !c.is_whitespace());
    let Some(first) = signs.next().filter(|_| block.kind == Kind::Furniture(Reason::Symbols)) else { return false };
    let more = signs.clone().count();
    let same = signs.all(|c| c == first) && more < 80;
    let made = matches!(first, '*' | '∗' | '⁂' | '※' | '❦' | '❖' | '◆' | '✦' | '§' | '#' | '~');
    same && (made
        || more >= 2 && matches!(first, '-' | '–' | '—' | '_' | '=' | '+' | '•' | '·' | '.' | '★' | '☆' | '◊'))
}

/// The short line directly above the first price is the plan's name.
fn plan_name(blocks: &mut [Block], at: usize) {
    if let Some(above) = at.checked_sub(1).and_then(|i| blocks.get_mut(i))
        && above.kind == Kind::Unsure
        && words(&above.text).count() <= 5
    {
        above.kind = Kind::Furniture(Reason::Tail);
    }
}

/// Whether the story goes on here after `tail` lines of offers.
fn resumes(block: &Block, shape: &Shape, tail: usize) -> bool {
    if block.kind != Kind::Prose {
        return false;
    }
    let v = shape.vocabulary;
    let offers = v.access >= 1 && !v.speech && !shape.quotes && shape.words <= 25;
    if offers || (v.reader && !shape.quotes && !v.speech && shape.words < 20) {
        return false;
    }
    if shape.quotes || v.speech || shape.words >= 14 {
        return shape.prose >= 0.7;
    }
    // A short sentence: after one widget line it is the story, deep in a table of plans it is a benefit.
    tail <= 3 && shape.closes
}
