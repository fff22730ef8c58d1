//! Names that say that something is not for everybody: of classes and attributes, elements of the head, columns and keys, blocks and short
//! codes, whoever's they are. A name is cut into words, and the words say it together, so that one that nobody has seen is read too.

use unicode_normalization::UnicodeNormalization;

use super::words::{Word, whole, word};
use super::{ACCOUNT, Question, is_free};
use crate::blocks::is_mark;
use Word::{
    Access, Around, Aside, Filler, Gate, Kind, Members, Not, Only, Other, Payers, Plan, Plus, Post, Program, Shut,
    Story, Text, Wall,
};

/// So much of a name is read, in characters, and so many of its words.
const NAME: usize = 120;
const WORDS: usize = 16;
/// The longest name of a paper before its plus: `szplus`.
const PAPER: usize = 4;
/// Beginnings of words for what nobody else has.
const EXCLUSIVE: &[&str] = &["exclu", "exklu", "esclu"];
/// Words for what a value may be that says nothing of who may read, one or several of them: where a story stood …
const THINGS: [&str; 6] = [
    "edition ausgabe édition edición edizione supplement beilage publication magazine heft site brand rubric subsection channel serie series \
     position placement gallery push paper campaign circulation",
    // … how it looked, and how good that was …
    "template layout theme style format design quality rating score weight importance size",
    // … what it is about …
    "keyword focuskw schlagwort slug subject terms taxonomy taxonomie topic genre entitie concept seo event obituary fuel",
    // … a place …
    "hotel restaurant station town city country region venue stadt ort ville",
    // … somebody …
    "source quelle provider agency syndication team league initial owner creator publisher contributor company person byline credit",
    // … or what was paid to somebody.
    "invoice fee honorar honorarium",
];

/// The words of a text or a name, in small letters: parted by signs, and at capitals within it.
pub(crate) fn cut(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let signs: Vec<char> = name.nfc().take(NAME).collect();
    for (at, sign) in signs.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| signs.get(at)).copied().unwrap_or(' ');
        let after = signs.get(at + 1).copied().unwrap_or(' ');
        let begins = sign.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase());
        let part = sign.is_alphanumeric() || is_mark(*sign);
        if begins || !part {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| part) {
            word.extend(sign.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words.truncate(WORDS);
    words
}

/// What words are about. One that is not known may be two that are written together.
fn kinds(words: &[String]) -> Vec<(Word, &str)> {
    let mut out = Vec::with_capacity(words.len());
    for one in words {
        if let Some(kind) = whole(one) {
            out.push((kind, one.as_str()));
            continue;
        }
        let is_known = |part: &str| !matches!(word(part), Other | Filler);
        let mut parts = (3..one.len().saturating_sub(2)).filter_map(|at| one.split_at_checked(at));
        match parts.find(|(front, back)| is_known(front) && is_known(back)) {
            Some((front, back)) => out.extend([(word(front), front), (word(back), back)]),
            None if is_plus_of_a_paper(one) => out.push((Plus, one.as_str())),
            None => out.push((word(one), one.as_str())),
        }
    }
    out
}

/// `zplus`, but no surplus.
fn is_plus_of_a_paper(word: &str) -> bool {
    !matches!(word, "surplus" | "gplus") && word.strip_suffix("plus").is_some_and(|paper| paper.len() <= PAPER)
}

fn is_known(kinds: &[(Word, &str)]) -> bool {
    kinds.iter().all(|(kind, _)| *kind != Other)
}

/// Whether a name says by itself that what has it is not for everybody: `locked-content`, `members_only`, `pmpro_content`.
pub(crate) fn closes(name: &str) -> bool {
    let words = cut(name);
    let kinds = kinds(&words);
    if kinds.iter().any(|(kind, _)| *kind == Not) {
        return false;
    }
    let telling: Vec<(Word, &str)> = kinds.iter().copied().filter(|(kind, _)| *kind != Filler).collect();
    let mut aside = kinds.iter().any(|(kind, _)| matches!(kind, Aside | Plan));
    let known = is_known(&kinds);
    let all = matches!(kinds.first(), Some((Filler, "is")))
        && !telling.is_empty()
        && telling.iter().all(|(kind, _)| matches!(kind, Payers | Plus | Shut | Wall));
    // Of a program's content it is a content that is closed, a message in its place too.
    let by_program = telling.windows(2).any(|two| matches!(two, [(Program, _), (Story, _)]));
    aside &= !by_program;
    !aside && (all || telling.windows(2).any(|two| matches!(two, [one, other] if is_pair(*one, *other, known))))
}

/// Whether two words that stand together close.
fn is_pair((one, first): (Word, &str), (other, second): (Word, &str), known: bool) -> bool {
    match (one, other) {
        // What is paid for and a post is an advertisement.
        (Payers, Post) | (Post, Payers) => first != "paid" && second != "paid",
        (Wall | Program, Story | Text | Around | Shut | Payers | Only | Wall | Gate | Access)
        | (Story | Text | Shut | Payers, Wall | Program)
        | (Payers | Members, Story | Text | Only | Gate)
        | (Only, Payers | Members)
        | (Plus, Story | Text | Only)
        | (Shut, Story | Text | Post | Gate | Access | Payers | Members)
        | (Story | Post | Gate | Access, Shut)
        | (Story, Payers)
        | (Members, Post) => true,
        (Story, Plus) => first.starts_with("arti"),
        (Text, Payers | Shut) | (Story, Gate) | (Gate, Payers) => known,
        _ => false,
    }
}

/// The same of an `id`, which is often made of the words of a heading: all of it must speak of that, and of who pays.
pub(crate) fn id_closes(id: &str) -> bool {
    let words = cut(id);
    let kinds = kinds(&words);
    is_known(&kinds) && kinds.iter().any(|(kind, _)| matches!(kind, Wall | Program | Payers | Plus)) && closes(id)
}

/// Whether a short code or a block of this name with an end closes what stands inside it.
pub(crate) fn wraps(name: &str) -> bool {
    let words = cut(name);
    let kinds = kinds(&words);
    let shuts = |kind: &Word| matches!(kind, Wall | Program | Payers | Members | Shut | Gate);
    let begins = |word: &str| ["restrict", "protect", "loggedin", "lock"].iter().any(|start| word.starts_with(start));
    let logged = words.windows(2).any(|two| two.iter().map(String::as_str).eq(["logged", "in"]));
    !kinds.iter().any(|(kind, _)| matches!(kind, Not | Aside | Plan))
        && (logged || kinds.iter().any(|(kind, word)| shuts(kind) || begins(word)))
}

/// What a name asks whose every word is known.
pub(crate) fn asks(name: &str) -> Option<Question> {
    let words = cut(name);
    let kinds = kinds(&words);
    let has = |wanted: &[Word]| kinds.iter().any(|(kind, _)| wanted.contains(kind));
    if !is_known(&kinds) || has(&[Not, Aside, Plan]) {
        return None;
    }
    let of_payers = has(&[Payers, Members, Program, Wall]);
    match () {
        () if has(&[Access]) && !has(&[Shut]) => Some(Question::Who),
        () if of_payers && has(&[Kind]) => Some(Question::Who),
        () if closes(name) => Some(Question::Sold),
        () if has(&[Kind]) && has(&[Story]) => Some(Question::Kind),
        () => None,
    }
}

/// The same of a column: one that is named by who pays alone asks whether it is theirs, or the plan in which it is.
pub(crate) fn column_asks(name: &str) -> Option<Question> {
    let words = cut(name);
    let kinds = kinds(&words);
    let telling: Vec<(Word, &str)> = kinds.iter().copied().filter(|(kind, _)| *kind != Filler).collect();
    let is = |kind: &Word| matches!(kind, Payers | Members | Shut | Plus);
    let has = |asked: &dyn Fn(&(Word, &str)) -> bool| telling.iter().any(asked);
    let all = |asked: &dyn Fn(&(Word, &str)) -> bool| telling.iter().all(asked);
    let takes = |word: &str| ACCOUNT.iter().any(|start| word.starts_with(start));
    // What is free for those who pay is free for nobody else.
    let free_for = match telling.split_first() {
        Some(((Not, first), rest)) => {
            is_free(first) && !rest.is_empty() && rest.iter().all(|(kind, _)| is(kind) || *kind == Only)
        }
        _ => false,
    };
    match () {
        () if is_known(&kinds)
            && has(&|(kind, _)| is(kind))
            && all(&|(kind, _)| is(kind) || matches!(kind, Only | Story)) =>
        {
            Some(Question::Sold)
        }
        () if free_for => Some(Question::Sold),
        () if has(&|(kind, _)| is(kind)) && all(&|(kind, _)| is(kind) || *kind == Plan) => Some(Question::Who),
        () if has(&|(_, word)| takes(word)) && all(&|(kind, word)| takes(word) || *kind == Only) => {
            Some(Question::Account)
        }
        () => None,
    }
}

/// Whether a name is nothing but a wall, or the word that something is for nobody else: only some of its values say who may read.
pub(crate) fn is_gate(name: &str) -> bool {
    let words = cut(name);
    let kinds = kinds(&words);
    let telling = || kinds.iter().filter(|(kind, _)| *kind != Filler);
    let alone =
        |kind: &Word, word: &str| *kind == Gate || *kind == Only && EXCLUSIVE.iter().any(|e| word.starts_with(e));
    telling().count() > 0
        && telling().all(|(kind, word)| alone(kind, word) || *kind == Story)
        && telling().any(|(kind, word)| alone(kind, word))
}

/// Whether a name speaks of plans.
pub(crate) fn is_of_plans(name: &str) -> bool {
    let words = cut(name);
    kinds(&words).iter().any(|(kind, _)| *kind == Plan)
}

/// Whether a name is one of what a story costs.
pub(crate) fn is_price_of_story(name: &str) -> bool {
    let words = cut(name);
    let price = |word: &String| matches!(word.as_str(), "price" | "preis" | "prix" | "precio" | "prezzo");
    words.iter().any(price) && words.iter().any(|one| one == "unlock" || matches!(whole(one), Some(Story | Post)))
}

/// Whether a name is one of a level of access.
pub(crate) fn is_of_levels(name: &str) -> bool {
    let words = cut(name);
    let kinds = kinds(&words);
    let has = |wanted: Word| kinds.iter().any(|(kind, _)| *kind == wanted);
    is_known(&kinds) && has(Access) && has(Kind)
}

/// Whether a name has a word of who may read, or of what is shut or sold.
pub(crate) fn is_of_reading(name: &str) -> bool {
    let words = cut(name);
    let of = |(kind, _): &(Word, &str)| {
        matches!(kind, Access | Kind | Plan | Payers | Members | Plus | Shut | Wall | Gate | Program | Only)
    };
    kinds(&words).iter().any(of)
}

/// Whether a value that says that something is sold may say it of the story, under a name that nobody knows: a section, a supplement or a topic may
/// be called so too, and so may a writer's account.
pub(crate) fn may_tell(name: &str) -> bool {
    const BADGES: &[&str] = &["label", "labels", "badge", "logo", "icon", "rights", "box", "message", "notice", "info"];
    let words = cut(name);
    let elsewhere = |(kind, word): &(Word, &str)| *kind == Aside && !BADGES.contains(word);
    !kinds(&words).iter().any(elsewhere) && !words.iter().any(|word| is_thing(word))
}

fn is_thing(word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    THINGS.iter().flat_map(|words| words.split_ascii_whitespace()).any(|thing| thing == word || thing == one)
}

/// Whether a name is of a payment to somebody, or of when it was made: `paid_to`, `payment_status`, `fee_paid`.
pub(crate) fn is_of_a_payment(name: &str) -> bool {
    let words = cut(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["paid" | "sold", "to" | "by" | "on" | "at" | "from" | "via" | "date" | "out"] => true,
        ["payment", "status" | "state" | "date" | "method" | "due" | "reference"] => true,
        [before @ .., "paid" | "sold"] => before.iter().any(|word| is_thing(word)),
        _ => false,
    }
}

/// Whether a name is one of people who pay alone: a number under it counts them.
pub(crate) fn is_of_people(name: &str) -> bool {
    let words = cut(name);
    !words.is_empty() && kinds(&words).iter().all(|(kind, _)| matches!(kind, Payers | Members | Filler))
}

/// Whether a word is one for a kind or a state.
pub(crate) fn is_kind(name: &str) -> bool {
    whole(&name.to_lowercase()) == Some(Kind)
}

/// Whether a name asks whether everybody may read: `public`, `is_public`.
pub(crate) fn is_public(name: &str) -> bool {
    let words = cut(name);
    let public = |word: &String| matches!(word.as_str(), "public" | "öffentlich" | "pubblico" | "publico" | "público");
    words.iter().filter(|word| whole(word) != Some(Filler)).all(public) && words.iter().any(public)
}

/// Whether words say that it takes an account, and what of it: `registration required`, of a wall `registration-wall`.
pub(crate) fn tells_account(text: &str) -> bool {
    let words = cut(text);
    let kinds = kinds(&words);
    let beside = |(kind, word): &(Word, &str)| is_account(word) || matches!(kind, Only | Gate | Wall | Filler);
    let tells = |(kind, _): &(Word, &str)| matches!(kind, Only | Gate | Wall);
    kinds.iter().all(beside) && words.iter().any(|word| is_account(word)) && kinds.iter().any(tells)
}

/// The same of a name with its value: `requires` `login`.
pub(crate) fn tells_account_of(name: &str, value: &str) -> bool {
    tells_account(value) || cut(value).iter().any(|word| is_account(word)) && tells_account(&format!("{name} {value}"))
}

fn is_account(word: &str) -> bool {
    ACCOUNT.iter().any(|start| word.starts_with(start))
}

/// Whether words of a plan say that it costs something.
pub(crate) fn tells_plan(text: &str) -> bool {
    let words = cut(text);
    let sold = |word: &String| matches!(word.as_str(), "gold" | "silver" | "platinum" | "platin" | "vip" | "pro");
    tells_closed(text) || !words.is_empty() && words.iter().all(sold)
}

/// The tails of a name, longest first, before which somebody's own letters may stand: `abc-paywall`.
pub(crate) fn tails(name: &str) -> Vec<String> {
    let words = cut(name);
    let negated = words.iter().any(|w| word(w) == Not || w == "block");
    if negated {
        Vec::new()
    } else {
        (1..words.len()).filter_map(|at| words.get(at..)).map(|tail| tail.join("-")).collect()
    }
}

/// Whether a name begins with that of a program of walls.
pub(crate) fn is_of_a_program(name: &str) -> bool {
    cut(name).first().is_some_and(|first| word(first) == Program)
}

/// Whether a name is one of what stands beside stories: of who is asking, of offers.
pub(crate) fn is_of_others(name: &str) -> bool {
    let words = cut(name);
    kinds(&words).iter().any(|(kind, _)| matches!(kind, Aside | Plan))
}

/// Whether words say that something is sold, and no more: `premium`, `subscribers only`.
pub(crate) fn tells_closed(text: &str) -> bool {
    let words = cut(text);
    let kinds = kinds(&words);
    // What a paper calls its own: `SZ Plus`.
    if let [(Other, paper), (Plus, "plus")] = kinds.as_slice() {
        return paper.len() <= PAPER;
    }
    let sold = |kind: &Word| matches!(kind, Payers | Plus | Wall | Members);
    kinds.iter().any(|(kind, word)| sold(kind) || matches!(*word, "locked" | "restricted" | "gated"))
        && kinds.iter().all(|(kind, _)| sold(kind) || matches!(kind, Shut | Story | Post | Only | Filler | Access))
}

/// The same where nothing else can be meant: `subscribers only`, but not `premium`.
pub(crate) fn tells_plainly(text: &str) -> bool {
    let words = cut(text);
    tells_closed(text) && kinds(&words).iter().any(|(kind, _)| matches!(kind, Only | Wall))
}

/// Whether a word, in small letters, says nothing by itself.
pub(crate) fn is_filler(text: &str) -> bool {
    whole(text) == Some(Filler)
}

/// Whether a word, in small letters, leaves one beside it that says free what it is: `free access to this article`.
pub(crate) fn is_beside_free(text: &str) -> bool {
    is_filler(text) || matches!(whole(text), Some(Access | Story | Post))
}

/// Whether a word, in small letters, is of who pays.
pub(crate) fn is_of_payers(text: &str) -> bool {
    matches!(word(text), Payers | Wall)
}

/// Whether a word, in small letters, says that it is for nobody else.
pub(crate) fn is_only(text: &str) -> bool {
    word(text) == Only
}
