//! Who may read, by the words that a source has for it: pages, tables and exports say it alike. Who is not known to be let in is not.

pub(crate) mod names;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::blocks::{is_mark, shortened};
use crate::formats::standing::{self, Sign};
use crate::item::Access;

/// So much of a value is read, in bytes: a word says it, or a sentence.
pub(crate) const VALUE: usize = 200;
/// What schema.org has for it, in any letters: names that mean nothing else, so that they are read wherever they stand.
pub(crate) const SCHEMA: &[(&str, Question)] = &[
    ("isaccessibleforfree", Question::Free),
    ("is_accessible_for_free", Question::Free),
    ("isaccesibleforfree", Question::Free),
    ("requiressubscription", Question::Sold),
    ("requires_subscription", Question::Sold),
    ("conditionsofaccess", Question::Who),
];
/// Names of elements of the head and of attributes, without what [`question`] takes off.
const NAMES: &[(&str, Question)] = &[
    ("paywall", Question::Sold),
    ("paywalled", Question::Sold),
    ("premium", Question::Sold),
    ("paid", Question::Sold),
    ("sold", Question::Sold),
    ("locked", Question::Sold),
    ("gated", Question::Sold),
    ("restricted", Question::Sold),
    ("subscriberonly", Question::Sold),
    ("subscribersonly", Question::Sold),
    ("subscriptiononly", Question::Sold),
    ("subscriptionrequired", Question::Sold),
    ("requiressubscription", Question::Sold),
    ("memberonly", Question::Sold),
    ("membersonly", Question::Sold),
    ("metered", Question::Metered),
    ("free", Question::Free),
    ("freeaccess", Question::Free),
    ("openaccess", Question::Free),
    ("freetoread", Question::Free),
    ("accessibleforfree", Question::Free),
    ("access", Question::Who),
    ("useraccess", Question::Who),
    ("readeraccess", Question::Who),
    ("accessrights", Question::Who),
    ("accesspolicy", Question::Who),
    ("conditionsofaccess", Question::Who),
    ("tier", Question::Who),
    ("tiers", Question::Who),
    ("subscription", Question::Who),
    ("payment", Question::Who),
    ("visibility", Question::Who),
];
/// Beginnings of words for what is sold …
pub(crate) const SOLD: &[&str] = &[
    "paid",
    "pay",
    "premium",
    "locked",
    "subscri",
    "abonn",
    "suscri",
    "member",
    "closed",
    "restrict",
    "exclusive",
    "plus",
    "purchase",
    "embargo",
    "gold",
];
/// … and for what takes an account.
const ACCOUNT: &[&str] = &["regist", "regwall", "login", "logged", "account", "signed", "signin"];
/// Words for what is open, and says no more …
const OPEN: &str = "false 0 no off none n f open public general all everyone everybody anonymous visible unrestricted disabled inactive \
    nein non nee nej nei não nao ne nie nem ei όχι hayır нет ні नहीं لا خیر نه לא 否 いいえ 아니오 아니요 \
    offen öffentlich ouvert público publico pubblico abierto aperto aberto openbaar öppen åben åpen avoin julkinen otwarty otevřené \
    nyilvános deschis ανοιχτό açık открыто открытый відкрито सार्वजनिक عام 公開 公开 공개 alle alla tous todos tutti kaikki wszyscy \
    všichni mindenki всем все усі सभी सब publique pubblica pública publica falsch faux falso onwaar \
    fałsz ложь falskt falsk";
/// … that say that it costs nothing …
const FREE: &str = "free openaccess gratis grátis नि:शुल्क kostenlos kostenfrei frei gratuit gratuite gratuito gratuita libre libero livre darmowy \
    darmowe bezpłatne bezpłatny zdarma zadarmo ingyenes ilmainen maksuton δωρεάν ücretsiz бесплатно бесплатный безкоштовно безплатно \
    मुफ़्त मुफ्त निःशुल्क मोफत مجاني مجانا رایگان مفت חינם 免费 免費 無料 무료 இலவசம் ఉచితం বিনামূল্যে";
/// … and that say yes.
const YES: &str = "true wahr vrai verdadero verdadeiro vero waar prawda истина yes 1 y t on \
    ja oui sí si sì sim da tak ano áno igen kyllä ναι evet да так हाँ हां होय نعم بله ہاں כן 是 はい 예 네";
/// Words that say no to whether something is everybody's.
const CLOSED: &str = "false 0 no n off nein non nee nej nei não nie";
/// Words that turn what they stand by.
const TURNED: &str =
    "no not non without kein keine nicht ohne sans pas sin sem senza zonder utan uten uden ilman bez без не नहीं बिना";
/// What a name asks of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether it has to be paid for.
    Sold,
    /// Whether it counts.
    Metered,
    /// Whether it costs nothing.
    Free,
    /// Whether it takes an account.
    Account,
    /// Who may read it.
    Who,
    /// What kind of story it is: only some of their names say who may read.
    Kind,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Not sold, and that is all it says: no free story yet.
    NotSold,
    For(Access),
    /// A word that nobody knows.
    Unknown,
}

/// What a source says of who may read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The strictest that it says anywhere.
    pub(crate) access: Option<Access>,
    /// The most open thing that it says elsewhere.
    open: Option<Access>,
    pub(crate) not_sold: bool,
    unknown: Option<String>,
    /// What a column that nobody knows says, with its name.
    by_value: Option<(String, String)>,
}

impl Said {
    pub(crate) fn take(&mut self, answer: Option<Answer>, words: &str) {
        let access = match answer {
            None => return,
            Some(Answer::NotSold) => {
                self.not_sold = true;
                return;
            }
            Some(Answer::For(access)) => access,
            Some(Answer::Unknown) => {
                self.unknown.get_or_insert_with(|| shortened(words.trim(), 40));
                Access::Paid
            }
        };
        self.access = self.access.max(Some(access));
        self.open = Some(self.open.map_or(access, |open| open.min(access)));
    }

    /// What a column or key says by its value alone; whether that says anything.
    pub(crate) fn take_by_value(&mut self, name: &str, value: &str) -> bool {
        let told = told_by_value(name, value);
        if told.is_some_and(|told| told != Answer::NotSold) {
            self.by_value.get_or_insert_with(|| (shortened(name, 40), shortened(value.trim(), 40)));
        }
        self.take(told, value);
        told.is_some()
    }

    /// What is odd about it, one sentence each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Some(access) = self.access else { return Vec::new() };
        let mut notes = Vec::new();
        if let Some(words) = &self.unknown {
            notes.push(format!("says “{words}” of who may read it, which is no word that is known: taken as sold"));
        }
        if let Some((name, value)) = &self.by_value {
            notes.push(format!(
                "says “{value}” under “{name}”, which is taken for who may read; if it is not, say so with --map \"none={name}\""
            ));
        }
        let open = self.open.unwrap_or(access);
        let open = if self.not_sold && access == Access::Paid { open.min(Access::Free) } else { open };
        if open == Access::Free && access == Access::Paid {
            notes.push("says in one place that it is free and in another that it is not: taken as sold".to_owned());
        } else if open != access {
            notes.push(format!(
                "says in one place that it is {} and in another that it is {}: taken as the stricter",
                in_words(open),
                in_words(access)
            ));
        }
        notes
    }
}

/// Whether one of schema.org's names stands anywhere in a text with a value that closes.
pub(crate) fn says_closed(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter(|(_, b)| matches!(b, b'i' | b'I' | b'r' | b'R' | b'c' | b'C')).any(|(at, _)| {
        let is = |name: &str| bytes.get(at..at + name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
        SCHEMA.iter().find(|(name, _)| is(name)).is_some_and(|(name, asked)| {
            let from = at + name.len();
            let after = bytes.get(from..bytes.len().min(from + VALUE)).unwrap_or_default();
            closes(*asked, &String::from_utf8_lossy(after))
        })
    })
}

/// A text without the comments of programs.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Whether what stands behind a name of schema.org closes.
fn closes(asked: Question, after: &str) -> bool {
    let after = &without_comments(after);
    let value: String = after
        .chars()
        .take(80)
        .filter(|c| c.is_ascii_alphanumeric() || *c == '!')
        .collect::<String>()
        .to_ascii_lowercase();
    let value = value.trim_start_matches("quot").trim_start_matches("content").trim_start_matches("value");
    let value = ["https", "http"].iter().find_map(|s| value.strip_prefix(s)).unwrap_or(value);
    let value = value.strip_prefix("schemaorg").unwrap_or(value);
    let starts = |with: &[&str]| with.iter().any(|w| value.starts_with(w));
    match asked {
        Question::Free => starts(&["false", "no", "0", "!1"]),
        Question::Sold => starts(&["true", "yes", "1", "!0", "typemediasubscription"]),
        Question::Metered | Question::Account | Question::Who | Question::Kind => {
            let text = after.trim_start_matches(|c: char| !c.is_alphanumeric());
            let text = text.strip_prefix("quot;").unwrap_or(text).trim_start_matches(|c: char| !c.is_alphanumeric());
            let text = text.split(['"', '\'', '<', '&', '\\', '}']).next().unwrap_or_default();
            answer(asked, text) == Some(Answer::For(Access::Paid))
        }
    }
}

pub(crate) fn schema(name: &str) -> Option<Question> {
    let name = name.rsplit([':', '/', '#']).next().unwrap_or(name);
    SCHEMA.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, asked)| *asked)
}

/// What a name asks, as far as its value does not matter.
#[derive(Debug, Clone, Copy, Default)]
struct Name {
    asked: Option<Question>,
    /// What a column of this name asks.
    of_column: Option<Question>,
    /// What it asks without its first words, and whether several are left.
    tail: Option<(Question, bool)>,
    by_program: bool,
    /// Of a vocabulary whose own words are known.
    by_vendor: bool,
    /// Nothing but a wall.
    gate: bool,
    /// Of a level of access.
    of_levels: bool,
    of_plans: bool,
    /// What a story costs.
    price: bool,
    /// A value alone may say it.
    may_tell: bool,
    /// Of where the story stands.
    standing: Option<Sign>,
}

/// So many names are remembered: an export has the same in every row, a page in every element.
const NAMES_KNOWN: usize = 4_000;
thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, Name>> = RefCell::default();
}

fn read(name: &str) -> Name {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(name).copied()) {
        return known;
    }
    if names::is_of_a_payment(name) {
        return Name::default();
    }
    let lower = name.to_ascii_lowercase();
    let starts = |v: &&str| lower.strip_prefix(*v).is_some_and(|rest| rest.starts_with([':', '.', '-', '_']));
    let asked = |name: &str| named(name).or_else(|| names::asks(name));
    let (by_program, by_vendor) = (names::is_of_a_program(name), VENDORS.iter().any(starts));
    // What a program of walls names by who pays alone is theirs.
    let asked_behind = |tail: &str| asked(tail).or_else(|| names::column_asks(tail).filter(|_| by_program));
    let tails = if by_program || by_vendor || !names::is_of_others(name) { names::tails(name) } else { Vec::new() };
    let read = Name {
        asked: asked(name),
        of_column: asked(name).or_else(|| names::column_asks(name)),
        tail: tails.iter().find_map(|tail| Some((asked_behind(tail)?, tail.contains('-')))),
        by_program,
        by_vendor,
        gate: names::is_gate(name),
        of_levels: names::is_of_levels(name),
        of_plans: names::is_of_plans(name),
        price: names::is_price_of_story(name),
        may_tell: names::may_tell(name),
        standing: standing::of_name(name),
    };
    KNOWN.with_borrow_mut(|known| {
        if known.len() < NAMES_KNOWN && name.len() <= VALUE {
            known.insert(name.into(), read);
        }
    });
    read
}

/// What a name asks of whether the story was public.
pub(crate) fn standing(name: &str) -> Option<Sign> {
    read(name).standing
}

/// What a name asks.
pub(crate) fn question(name: &str) -> Option<Question> {
    read(name).asked
}

/// The same of a column or a key: one that is named by who pays alone asks whether it is theirs.
pub(crate) fn question_of_column(name: &str) -> Option<Question> {
    read(name).of_column
}

/// What a name asks that is known, without its vocabulary (`article:`, `dcterms.`) and the words that only say of what.
pub(crate) fn named(name: &str) -> Option<Question> {
    if let Some(asked) = schema(name) {
        return Some(asked);
    }
    // a word that says free asks it too, and one of them has a colon in it
    if is_one_of(FREE, &name.trim().nfc().collect::<String>().to_lowercase()) {
        return Some(Question::Free);
    }
    let name = name.rsplit([':', '.', '/', '#']).next().unwrap_or(name);
    let whole: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let mut name = whole.as_str();
    loop {
        if let Some((_, asked)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Some(*asked);
        }
        let front = ["article", "content", "story", "page", "post", "is", "has", "cse"]
            .iter()
            .find_map(|w| name.strip_prefix(w));
        let back = ["status", "state", "type", "level", "enabled", "flag", "content", "article", "story", "model"];
        name = front.or_else(|| back.iter().find_map(|w| name.strip_suffix(w))).filter(|rest| !rest.is_empty())?;
    }
}

/// Vocabularies in whose names a paper's own letters may stand before the word: `cXenseParse:abc-paywall`. So it is with programs of walls.
const VENDORS: &[&str] = &["cxenseparse", "sailthru", "parsely"];

/// What a name with its value says that somebody's own letters may stand before: of an element of the head, of an attribute, of a key.
pub(crate) fn told(name: &str, value: &str) -> Option<Answer> {
    let read = read(name);
    if let Some(asked) = read.asked {
        return answer(asked, value);
    }
    if read.by_program || read.by_vendor {
        let said = read.tail.and_then(|(asked, _)| answer(asked, value));
        return said.or_else(|| answer(Question::Kind, value).filter(|_| read.by_program));
    }
    // Of whoever else's names only what says plainly that it is sold.
    let (asked, several) = read.tail?;
    let value = value.trim();
    let plain = match asked {
        Question::Sold => is_one_of(YES, value) || names::tells_closed(value),
        Question::Free => several && is_one_of(OPEN, value),
        Question::Metered | Question::Account | Question::Who | Question::Kind => names::tells_closed(value),
    };
    plain.then_some(Answer::For(Access::Paid))
}

/// The same of an element of the head and of a custom field: also one that is named by who pays alone, where its value says plainly that it is so.
pub(crate) fn told_of_story(name: &str, value: &str) -> Option<Answer> {
    told(name, value).or_else(|| {
        let value = value.trim();
        let plain = || is_one_of(YES, &value.to_lowercase()) || names::tells_closed(value) || names::is_only(value);
        match question_of_column(name) {
            Some(Question::Sold) => plain().then_some(Answer::For(Access::Paid)),
            Some(Question::Account) => answer(Question::Account, value),
            _ if names::is_public(name) => is_one_of(CLOSED, value).then_some(Answer::For(Access::Paid)),
            _ => told_of_gate(name, value),
        }
    })
}

/// The same of one that is nothing but a wall, of a level of access and of a story's price: most values are something else's.
pub(crate) fn told_of_gate(name: &str, value: &str) -> Option<Answer> {
    let read = read(name);
    if !(read.gate || read.of_levels || read.price) || value.len() > VALUE {
        return None;
    }
    let value = value.trim().to_lowercase();
    let closed = || is_one_of(YES, &value) || value == "hard" || names::tells_closed(&value) || names::is_only(&value);
    let level = || value.parse::<u32>().is_ok_and(|level| level > 0);
    let price = || costs(&value) && !value.contains(char::is_alphabetic);
    let told = read.gate && closed() || read.of_levels && level() || read.price && price();
    told.then_some(Answer::For(Access::Paid))
}

/// A value that says who may read under a name that nobody knows has so many bytes: two are somebody's initials, more are a text.
const SHORTEST: usize = 3;
const LONGEST: usize = 80;

/// The same of a column or key that nobody knows, by the whole of its value: `subscribers only` is said of nothing else.
pub(crate) fn told_by_value(name: &str, value: &str) -> Option<Answer> {
    if is_terms(name) {
        return terms(value);
    }
    let read = read(name);
    let value = value.trim();
    let plan = || read.of_plans && names::tells_plan(value);
    let telling =
        || read.may_tell && (SHORTEST..=LONGEST).contains(&value.len()) && (names::tells_closed(value) || plan());
    let own = told_of_story(name, value).or_else(|| telling().then_some(Answer::For(Access::Paid)));
    own.or_else(|| (read.may_tell && names::tells_account_of(name, value)).then_some(Answer::For(Access::Registered)))
}

/// Whether a column or key of this name is read so.
pub(crate) fn may_tell_by_value(name: &str) -> bool {
    let read = read(name);
    read.may_tell || read.of_column.is_some() || read.price || is_terms(name)
}

/// The same of a custom field: a program keeps much in them, and only what speaks of reading is read.
pub(crate) fn told_of_field(name: &str, value: &str) -> Option<Answer> {
    let reads = names::is_of_reading(name) || names::tells_plainly(value);
    if reads { told_by_value(name, value) } else { told_of_story(name, value) }
}

/// Names, in the head, in structured data and of columns, of what may be done with a story.
const TERMS: &[&str] = &[
    "dc.rights",
    "dcterms.rights",
    "dc:rights",
    "dcterms:rights",
    "rights",
    "usageinfo",
    "usageterms",
    "usage_terms",
    "usage",
];

pub(crate) fn is_terms(name: &str) -> bool {
    TERMS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a word, in small letters, says that something costs nothing.
fn is_free(word: &str) -> bool {
    is_one_of(FREE, word)
}

/// Whether a name may say so.
pub(crate) fn is_told_by(name: &str) -> bool {
    let read = read(name);
    read.asked.is_some() || read.tail.is_some() || read.by_program || read.gate || read.of_column.is_some()
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// What words of rights and terms say: only that something is for those who pay. They speak of much else.
pub(crate) fn terms(text: &str) -> Option<Answer> {
    let lower = shortened(text, VALUE).to_lowercase();
    let words: Vec<&str> = parted(&lower).collect();
    let any = |starts: &[&str]| words.iter().any(|word| starts.iter().any(|start| word.starts_with(start)));
    let whom = any(&["subscri", "suscri"]) || words.iter().any(|word| names::is_of_payers(word));
    let alone = any(&["exclusiv", "ausschlie", "paywall"]) || words.iter().any(|word| names::is_only(word));
    // A notice of copyright restricts and reserves too.
    let kept = any(&["restrict", "requir", "reserv", "réserv"]);
    let negated = words.iter().any(|word| is_one_of(TURNED, word));
    let sold = whom && (alone || kept && !is_notice(&lower)) && !negated;
    sold.then_some(Answer::For(Access::Paid))
}

/// The words of a text. Signs that are part of a word do not part it.
fn parted(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).filter(|word| !word.is_empty())
}

/// Whether words of rights, in small letters, are about copying.
pub(crate) fn is_notice(lower: &str) -> bool {
    ["copyright", "©", "(c)", "rights reserved", "reproduction", "licen", "creative"]
        .iter()
        .any(|word| lower.contains(word))
}

/// Whether a price is more than nothing.
pub(crate) fn costs(price: &str) -> bool {
    price.contains(|c: char| ('1'..='9').contains(&c))
}

/// Reads a value. Who is not known to be let in is not.
pub(crate) fn answer(asked: Question, value: &str) -> Option<Answer> {
    if asked == Question::Kind {
        let closed = value.split([',', ';', '|']).any(names::tells_closed);
        return closed.then_some(Answer::For(Access::Paid));
    }
    let value = shortened(value.trim(), VALUE).nfc().collect::<String>().to_lowercase();
    let value = ["https://schema.org/", "http://schema.org/", "schema:"]
        .iter()
        .find_map(|s| value.strip_prefix(s))
        .unwrap_or(&value);
    let mut words: Vec<&str> = parted(value).take(40).collect();
    if let Some(number) = truth_of(value) {
        words = vec![number];
    } else if words.is_empty() {
        words.extend(sign(asked, value));
    }
    if words.is_empty() || matches!(value, "null" | "undefined" | "[]" | "{}") {
        return None;
    }
    let any = |list: &str| words.iter().any(|w| is_one_of(list, w));
    let begins = |list: &[&str]| words.iter().any(|w| list.iter().any(|start| w.starts_with(start)));
    let single = words.len() == 1;
    // A trial is free too, and so is a sample: beside what nobody knows, a word for free or open says nothing.
    let open = |w: &&str| w.len() > 1 && (is_one_of(OPEN, w) || is_one_of(FREE, w) || is_one_of(YES, w));
    let plain = || single || words.iter().all(|w| open(w) || names::is_beside_free(w));
    // All access is what is sold.
    let for_all = || single || words.iter().all(|w| open(w) || names::is_filler(w)) || value == "open access";
    let counted = begins(&["meter", "soft", "leaky"]);
    let negated = any(TURNED);
    let sold = || begins(SOLD) || words.iter().any(|w| names::is_of_payers(w));
    Some(match asked {
        Question::Account if any(YES) && single || words.iter().all(|word| names::is_only(word)) => {
            Answer::For(Access::Registered)
        }
        Question::Account => return None,
        Question::Free if (any(FREE) || any(YES)) && !negated && !any(OPEN) && plain() => Answer::For(Access::Free),
        Question::Free if single && any("open public") => Answer::NotSold,
        Question::Sold if single && (any(OPEN) || any(FREE) || any(TURNED)) => Answer::NotSold,
        Question::Sold | Question::Free | Question::Who if counted => Answer::For(Access::Metered),
        Question::Metered if any(OPEN) => return None,
        Question::Metered | Question::Kind => Answer::For(Access::Metered),
        Question::Who if says_none_needed(&words) => Answer::NotSold,
        Question::Who if sold() => Answer::For(Access::Paid),
        Question::Sold | Question::Who if begins(ACCOUNT) => Answer::For(Access::Registered),
        Question::Sold | Question::Free => Answer::For(Access::Paid),
        Question::Who if negated && !single => Answer::Unknown,
        Question::Who if any(FREE) && plain() => Answer::For(Access::Free),
        Question::Who if any(OPEN) && for_all() => Answer::NotSold,
        Question::Who => Answer::Unknown,
    })
}

/// A number that answers yes or no, however a table writes it: `1.0`, `0,00 €`.
fn truth_of(value: &str) -> Option<&'static str> {
    if value.contains(char::is_alphabetic) {
        return None;
    }
    let number = value.trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.' | ','));
    let digits = number.replace(',', ".").parse::<f64>().ok()?;
    match () {
        () if digits == 0.0 => Some("0"),
        () if (digits - 1.0).abs() < f64::EPSILON && number == value => Some("1"),
        () => None,
    }
}

/// What a sign says that has no letters: a check mark yes, a cross no, and what another one says nobody knows. A dash leaves a cell empty, but for
/// one that asks whether it is free.
fn sign(asked: Question, value: &str) -> Option<&'static str> {
    let has = |signs: &str| value.contains(|c: char| signs.contains(c));
    let dash = value.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '/' | '\'' | '"') || c.is_whitespace());
    match () {
        () if dash => (asked == Question::Free && !value.trim().is_empty()).then_some("no"),
        () if has("✓✔☑✅") => Some("yes"),
        () if has("✗✘❌✖×") => Some("no"),
        () => Some("?"),
    }
}

/// `No subscription required` and the like: the whole of it, since `non-subscribers may not` has the same words.
fn says_none_needed(words: &[&str]) -> bool {
    let what = |word: &str| SOLD.iter().chain(ACCOUNT).any(|w| word.starts_with(w));
    match words {
        ["no" | "without", word] | ["no", word, "required" | "needed"] | [word, "not", "required" | "needed"] => {
            what(word)
        }
        _ => false,
    }
}

const fn in_words(access: Access) -> &'static str {
    match access {
        Access::Free => "free",
        Access::Registered => "for people with an account",
        Access::Metered => "metered",
        Access::Paid => "sold",
    }
}
