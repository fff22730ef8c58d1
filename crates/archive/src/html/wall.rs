//! Whether a page, or a part of it, was for people who had paid. A page that contradicts itself is closed.

use html5ever::local_name;
use serde_json::Value;

use super::choose::Ground;
use super::tree::{NodeId, ROOT, Tree};
use crate::blocks::shortened;
use crate::item::Access;

/// Prose, in characters, from which an element holds a part of the story.
const SOME: f32 = 80.0;
/// So many values of one script are looked at.
const MANY: usize = 20_000;
/// So much of a value is read, in bytes: a word says it, or a sentence.
const VALUE: usize = 200;
/// What schema.org has for it, in any letters: names that mean nothing else, so that they are read wherever they stand.
const SCHEMA: &[(&str, Question)] = &[
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
    ("locked", Question::Sold),
    ("gated", Question::Sold),
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
    ("accessrights", Question::Who),
    ("accesspolicy", Question::Who),
    ("conditionsofaccess", Question::Who),
    ("tier", Question::Who),
    ("visibility", Question::Who),
];
/// Attributes of AMP whose value names who may read.
const AMP: &[&str] = &["subscriptions-section", "amp-access"];
/// Beginnings of words for what is sold …
const SOLD: &[&str] = &[
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
const ACCOUNT: &[&str] = &["regist", "login", "logged", "account", "signed", "signin"];
/// Words for what is open, and says no more …
const OPEN: &[&str] = &[
    "false",
    "0",
    "no",
    "off",
    "none",
    "n",
    "f",
    "open",
    "public",
    "all",
    "everyone",
    "everybody",
    "anonymous",
    "visible",
    "unrestricted",
    "disabled",
    "inactive",
];
/// … and those that say that it costs nothing.
const FREE: &[&str] = &["free", "true", "yes", "1", "y", "t", "openaccess", "gratis", "kostenlos", "gratuit"];
/// Classes of parts that have to be paid for.
const PARTS: &[&str] = &[
    "premium-content",
    "paid-content",
    "subscriber-only",
    "subscribers-only",
    "members-only",
    "member-only",
    "locked-content",
    "content-locked",
    "premium-body",
    "paid-body",
    "pw-content",
];

/// What a name asks of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// Whether it has to be paid for.
    Sold,
    /// Whether it counts.
    Metered,
    /// Whether it costs nothing.
    Free,
    /// Who may read it.
    Who,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Not sold, and that is all it says: no free story yet.
    NotSold,
    For(Access),
    /// A word that nobody knows.
    Unknown,
}

/// Whether an attribute of this name may say who may read.
pub(crate) fn is_told_by(name: &str) -> bool {
    AMP.contains(&name) || name.strip_prefix("data-").and_then(question).is_some()
}

/// What the page says of who may read it.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The strictest that it says anywhere.
    pub(crate) access: Option<Access>,
    /// The most open thing that it says elsewhere.
    open: Option<Access>,
    not_sold: bool,
    unknown: Option<String>,
}

impl Said {
    pub(crate) fn of(html: &str, tree: &Tree, ground: &Ground) -> Self {
        let mut said = Self::default();
        for node in tree.below(ROOT) {
            match tree.name(node) {
                local_name!("script") => said.script(tree, node),
                local_name!("meta") => said.meta(tree, node),
                _ => said.marked_up(tree, node),
            }
            said.attributes(tree, ground, node);
        }
        said.raw(html);
        said
    }

    fn take(&mut self, answer: Option<Answer>, words: &str) {
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

    /// What is odd about it, one sentence each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Some(access) = self.access else { return Vec::new() };
        let mut notes = Vec::new();
        if let Some(words) = &self.unknown {
            notes.push(format!("says “{words}” of who may read it, which is no word that is known: taken as sold"));
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

    /// Structured data, at any depth: parts of a page and what it belongs to say it too.
    fn script(&mut self, tree: &Tree, node: NodeId) {
        let kind = tree.attribute(node, &local_name!("type")).unwrap_or_default();
        if !kind.to_ascii_lowercase().contains("ld+json") {
            return;
        }
        let Some(value) = tree.first_child(node).and_then(|t| tree.text(t)).and_then(super::jsonld::parsed) else {
            return;
        };
        let mut waiting = vec![&value];
        let mut seen = 0;
        while let Some(value) = waiting.pop() {
            seen += 1;
            if seen > MANY {
                return;
            }
            match value {
                Value::Array(all) => waiting.extend(all),
                Value::Object(object) => {
                    let offer = object.get("@type").and_then(Value::as_str) == Some("ActionAccessSpecification");
                    for (name, value) in object {
                        let asked = schema(name).or((offer && name == "category").then_some(Question::Who));
                        if let Some(asked) = asked {
                            self.value(asked, value);
                        }
                    }
                    waiting.extend(object.values());
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, asked: Question, value: &Value) {
        match value {
            Value::Bool(yes) => self.take(answer(asked, if *yes { "true" } else { "false" }), ""),
            Value::Number(number) => self.take(answer(asked, &number.to_string()), &number.to_string()),
            Value::String(text) => self.take(answer(asked, text), text),
            Value::Array(all) => all.iter().take(VALUE).for_each(|one| {
                if !one.is_array() {
                    self.value(asked, one);
                }
            }),
            Value::Object(object) => {
                let named = ["@value", "@id", "name", "text"].iter().find_map(|n| object.get(*n));
                match named.filter(|named| !named.is_object() && !named.is_array()) {
                    // A subscription by name is one that it takes.
                    Some(named) if asked != Question::Sold || !named.is_string() => self.value(asked, named),
                    Some(Value::String(text)) if answer(asked, text) == Some(Answer::NotSold) => self.not_sold = true,
                    _ => self.take(Some(Answer::For(Access::Paid)), ""),
                }
            }
            Value::Null => {}
        }
    }

    /// An element of the head: a name of its own, or schema.org's.
    fn meta(&mut self, tree: &Tree, node: NodeId) {
        let Some(content) = tree.attribute(node, &local_name!("content")).filter(|c| !c.trim().is_empty()) else {
            return;
        };
        let names = [local_name!("property"), local_name!("name"), local_name!("itemprop")];
        for name in names.iter().filter_map(|n| tree.attribute(node, n)).flat_map(str::split_whitespace) {
            self.take(question(name).and_then(|asked| answer(asked, content)), content);
        }
    }

    /// Microdata and RDFa in the page: schema.org's names alone, which nothing else has.
    fn marked_up(&mut self, tree: &Tree, node: NodeId) {
        let names = [local_name!("itemprop"), local_name!("property")];
        for name in names.iter().filter_map(|n| tree.attribute(node, n)).flat_map(str::split_whitespace) {
            let Some(asked) = schema(name.rsplit([':', '/', '#']).next().unwrap_or(name)) else { continue };
            let told = ["content", "resource", "href", "src", "value"]
                .iter()
                .find_map(|n| tree.attribute_named(node, n))
                .map_or_else(|| shortened(&tree.all_text(node), VALUE), str::to_owned);
            self.take(answer(asked, &told), &told);
        }
    }

    /// Attributes and classes of an element of the story, or around it.
    fn attributes(&mut self, tree: &Tree, ground: &Ground, node: NodeId) {
        let whole = matches!(tree.name(node), local_name!("html") | local_name!("body"));
        let holds = ground.prose.get(node as usize).copied().unwrap_or_default() >= SOME;
        if !(whole || holds) {
            return;
        }
        for (name, value) in tree.attributes_of(node) {
            let Some(asked) = name.strip_prefix("data-").and_then(question) else { continue };
            // There being one without a value says yes.
            let value = if value.trim().is_empty() { "true" } else { value };
            match answer(asked, value) {
                // What is no word for who may read is a name of the page's programs.
                Some(Answer::Unknown) if asked == Question::Who => {}
                Some(Answer::For(Access::Free)) => self.not_sold = true,
                told => self.take(told, value),
            }
        }
        let amp = AMP.iter().filter_map(|name| tree.attribute_named(node, name)).any(|value| {
            let value = value.trim().to_ascii_lowercase();
            value.starts_with("content") || SOLD.iter().any(|w| value.starts_with(w))
        });
        if amp || (!whole && tree.attribute(node, &local_name!("class")).is_some_and(is_part)) {
            self.take(Some(Answer::For(Access::Paid)), "");
        }
    }

    /// schema.org's names with a value that closes, wherever and however they are written: in JSON-LD that cannot be read, too.
    fn raw(&mut self, html: &str) {
        let bytes = html.as_bytes();
        for (at, _) in bytes.iter().enumerate().filter(|(_, b)| matches!(b, b'i' | b'I' | b'r' | b'R' | b'c' | b'C')) {
            let is =
                |name: &str| bytes.get(at..at + name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
            let Some((name, asked)) = SCHEMA.iter().find(|(name, _)| is(name)) else { continue };
            let from = at + name.len();
            let after = bytes.get(from..bytes.len().min(from + VALUE)).unwrap_or_default();
            if closes(*asked, &String::from_utf8_lossy(after)) {
                self.take(Some(Answer::For(Access::Paid)), "");
            }
        }
    }
}

/// Whether what stands behind a name of schema.org closes.
fn closes(asked: Question, after: &str) -> bool {
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
        Question::Metered | Question::Who => {
            let text = after.trim_start_matches(|c: char| !c.is_alphanumeric());
            let text = text.strip_prefix("quot;").unwrap_or(text).trim_start_matches(|c: char| !c.is_alphanumeric());
            let text = text.split(['"', '\'', '<', '&', '\\', '}']).next().unwrap_or_default();
            answer(asked, text) == Some(Answer::For(Access::Paid))
        }
    }
}

fn schema(name: &str) -> Option<Question> {
    let name = name.rsplit([':', '/', '#']).next().unwrap_or(name);
    SCHEMA.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, asked)| *asked)
}

/// What a name asks, without its vocabulary (`article:`, `dcterms.`) and the words that only say of what.
fn question(name: &str) -> Option<Question> {
    if let Some(asked) = schema(name) {
        return Some(asked);
    }
    let name = name.rsplit([':', '.', '/', '#']).next().unwrap_or(name);
    let whole: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let mut name = whole.as_str();
    loop {
        if let Some((_, asked)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Some(*asked);
        }
        let front =
            ["article", "content", "story", "page", "post", "is", "has"].iter().find_map(|w| name.strip_prefix(w));
        let back = ["status", "type", "level", "enabled", "flag", "content", "article", "story", "model"];
        name = front.or_else(|| back.iter().find_map(|w| name.strip_suffix(w))).filter(|rest| !rest.is_empty())?;
    }
}

/// Reads a value. Who is not known to be let in is not.
fn answer(asked: Question, value: &str) -> Option<Answer> {
    let value = value.trim().to_lowercase();
    let value = ["https://schema.org/", "http://schema.org/", "schema:"]
        .iter()
        .find_map(|s| value.strip_prefix(s))
        .unwrap_or(&value);
    let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(40).collect();
    if words.is_empty() || matches!(value, "null" | "undefined") {
        return None;
    }
    let any = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let begins = |list: &[&str]| words.iter().any(|w| list.iter().any(|start| w.starts_with(start)));
    let counted = begins(&["meter", "soft", "leaky"]);
    let negated = any(&["no", "not", "non", "without", "kein", "keine", "ohne", "sans", "sin"]);
    let single = words.len() == 1;
    Some(match asked {
        Question::Free if any(FREE) && !negated && !any(OPEN) => Answer::For(Access::Free),
        Question::Free if single && any(&["open", "public"]) => Answer::NotSold,
        Question::Sold if single && (any(OPEN) || any(&["free"])) => Answer::NotSold,
        Question::Sold | Question::Free | Question::Who if counted => Answer::For(Access::Metered),
        Question::Metered if any(OPEN) => return None,
        Question::Metered => Answer::For(Access::Metered),
        Question::Who if says_none_needed(&words) => Answer::NotSold,
        Question::Who if begins(SOLD) => Answer::For(Access::Paid),
        Question::Sold | Question::Who if begins(ACCOUNT) => Answer::For(Access::Registered),
        Question::Sold | Question::Free => Answer::For(Access::Paid),
        Question::Who if negated && !single => Answer::Unknown,
        Question::Who if any(&["free", "openaccess", "gratis", "kostenlos", "gratuit"]) => Answer::For(Access::Free),
        Question::Who if single && any(OPEN) || value == "open access" => Answer::NotSold,
        Question::Who => Answer::Unknown,
    })
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

fn is_part(classes: &str) -> bool {
    classes.split_whitespace().map(str::to_ascii_lowercase).any(|class| {
        let open = ["no-", "non-", "without", "free", "off", "has-", "not-"].iter().any(|w| class.contains(w));
        !open && (class.contains("paywall") || PARTS.contains(&class.as_str()))
    })
}
