//! Pages that hold their story, or the whole of it, only for readers without scripts. Where such a page shows a beginning of the story, the
//! rest was sold; one that shows nothing of it is only built with scripts.

use std::borrow::Cow;
use std::collections::HashSet;

use html5ever::local_name;

use super::choose::{self, Ground};
use super::closed::{self, Named};
use super::flow::{self, Block, Flow, Shape};
use super::marks;
use super::tree::{NodeId, ROOT, Tree};
use crate::blocks as lines;
use crate::furniture::{self, Kind};

/// Characters of prose that are no story yet.
const LITTLE: f32 = 80.0;
/// Places for readers without scripts that are looked at: most are for a picture each.
const NOSCRIPTS: usize = 64;
/// Fewer words may stand in any text.
const TELLING: usize = 3;
/// A page that shows more than so many characters of prose tells a story by itself.
const BRIEF: f32 = 300.0;
/// Shorter words stand in any text.
const LONG: usize = 4;
/// So many words that end in three dots were cut: fewer say that the page is on its way.
const CUT: usize = 5;

const MARKUP: [&str; 5] = ["&lt;p", "&lt;div", "&lt;br", "&lt;section", "&lt;article"];

fn unescape(text: &str) -> String {
    const ESCAPES: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    ESCAPES.iter().fold(text.to_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

/// A page whose places for readers without scripts hold their markup escaped, as some programs save them, with that markup as markup; and what
/// it closes and keeps as words of a program or of a field, as a part that is not shown.
pub(super) fn unescaped(html: &str) -> Cow<'_, str> {
    match without_escapes(html) {
        Cow::Borrowed(html) => kept_as_words(html),
        Cow::Owned(html) => Cow::Owned(kept_as_words(&html).into_owned()),
    }
}

/// Elements whose markup browsers take for words, and so many of each that are looked at.
const WORDS: [&str; 2] = ["script", "textarea"];
const MANY: usize = 1_000;

/// A page in which such elements that close by name or mark are templates.
fn kept_as_words(html: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(html);
    for name in WORDS {
        let (begins, ends) = (format!("<{name}"), format!("</{name}"));
        let mut at = 0;
        for _ in 0..MANY {
            let from = |at: usize| out.get(at..).unwrap_or_default();
            let Some(begin) = find(from(at), &begins).map(|begin| at + begin) else { break };
            let Some(open) = from(begin).find('>').map(|end| begin + end) else { break };
            let Some(end) = find(from(open), &ends).map(|end| open + end) else { break };
            let Some(close) = from(end).find('>').map(|close| end + close + 1) else { break };
            at = close;
            let marks = out.get(begin + begins.len()..open).unwrap_or_default();
            if !marks.starts_with(char::is_whitespace) || name == "script" && is_program(marks) || !closes(marks) {
                continue;
            }
            let words = out.get(open + 1..end).unwrap_or_default();
            let escaped = MARKUP.iter().any(|tag| find(words, tag).is_some());
            let words = if escaped { unescape(words) } else { words.to_owned() };
            let template = format!("<template{marks}>{words}</template>");
            at = begin + template.len();
            out.to_mut().replace_range(begin..close, &template);
        }
    }
    out
}

/// Whether a script of these attributes is a program, or data for one.
fn is_program(marks: &str) -> bool {
    let marks = marks.to_ascii_lowercase();
    let kind = marks.split_once("type=").map(|(_, kind)| kind.trim_start_matches(['"', '\'']));
    kind.is_none_or(|kind| !kind.starts_with("text/") || kind.starts_with("text/javascript"))
}

fn closes(marks: &str) -> bool {
    let tree = super::tree::parse(&format!("<div {marks}></div>"));
    tree.below(ROOT).any(|node| closed::by_mark(&tree, node).is_some_and(closed::is_walled))
}

fn without_escapes(html: &str) -> Cow<'_, str> {
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    let from = |at: usize| html.get(at..).unwrap_or_default();
    for _ in 0..NOSCRIPTS {
        let Some(begin) = find(from(at), "<noscript").map(|begin| at + begin) else { break };
        let Some(open) = from(begin).find('>').map(|end| begin + end + 1) else { break };
        at = from(open).find('<').map_or(html.len(), |end| open + end);
        let text = html.get(open..at).unwrap_or_default();
        let whole = from(at).get(..10).is_some_and(|tag| tag.eq_ignore_ascii_case("</noscript"));
        if whole && MARKUP.iter().any(|tag| find(text, tag).is_some()) {
            out.push_str(html.get(copied..open).unwrap_or_default());
            out.push_str(&unescape(text));
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(from(copied));
    Cow::Owned(out)
}

/// Where a mark stands, in letters of either case.
fn find(text: &str, mark: &str) -> Option<usize> {
    let first = mark.chars().next()?;
    let is = |at: &usize| text.get(*at..at + mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark));
    text.match_indices(first).map(|(at, _)| at).find(is)
}

/// What is read of a page.
pub(super) struct Surveyed {
    pub(super) flow: Flow,
    pub(super) ground: Ground,
    /// The words that the page shows, where it holds more of its story only without scripts.
    pub(super) shown: Option<String>,
    /// Paragraphs that it shows in their place, and they do not tell.
    pub(super) instead: Vec<String>,
}

/// A page without a story is read once more with what it shows only without scripts: some have nothing else, and of others that is the
/// whole of a story whose beginning they show.
pub(super) fn surveyed(tree: &Tree, named: &Named) -> Surveyed {
    let flow = read(tree, named, false);
    let ground = choose::survey(tree, &flow, named);
    if !flow.skipped.iter().any(|(node, _)| is_noscript(tree, *node)) {
        return Surveyed { flow, ground, shown: None, instead: Vec::new() };
    }
    if let Some((whole, other)) = whole_without_scripts(tree, &flow, &ground, named) {
        let told = words(&whole);
        let own = |block: &&&Block| choose::weight(block) > 0.0 && !told.contains(&lines::key(&block.text));
        let instead = shown(&flow, &ground).iter().filter(own).map(|block| block.text.clone()).collect();
        return Surveyed { shown: Some(words(&flow)), flow: whole, ground: other, instead };
    }
    if prose(&ground) < LITTLE {
        let whole = read(tree, named, true);
        let other = choose::survey(tree, &whole, named);
        if prose(&other) > 4.0 * LITTLE {
            let inside = |block: &&Block| std::iter::once(block.holder).chain(tree.ancestors(block.holder));
            let hidden = whole.blocks.iter().filter(|block| inside(block).any(|node| is_noscript(tree, node)));
            let shown = shown(&flow, &ground);
            let sold = shows_words(tree, &flow, &ground)
                || tells(&shown, hidden)
                || shown.iter().any(|block| is_cut(block) || is_wall(block));
            return Surveyed { shown: sold.then(|| words(&flow)), flow: whole, ground: other, instead: Vec::new() };
        }
    }
    Surveyed { flow, ground, shown: None, instead: Vec::new() }
}

/// The words of all blocks, as keys, with a space at both ends.
pub(super) fn words(flow: &Flow) -> String {
    let keys: Vec<String> = flow.blocks.iter().map(|block| lines::key(&block.text)).collect();
    format!(" {} ", keys.join(" "))
}

fn is_noscript(tree: &Tree, node: NodeId) -> bool {
    tree.name(node) == local_name!("noscript")
}

fn prose(ground: &Ground) -> f32 {
    ground.prose.get(ground.place as usize).copied().unwrap_or(0.0)
}

/// What a page shows without scripts, where that is twice as much as it shows otherwise and tells the same words.
fn whole_without_scripts(tree: &Tree, flow: &Flow, ground: &Ground, named: &Named) -> Option<(Flow, Ground)> {
    let shown = shown(flow, ground);
    let unread = flow.skipped.iter().filter(|(node, _)| is_noscript(tree, *node));
    let mut found: Option<(Flow, Ground)> = None;
    for (node, _) in unread.take(NOSCRIPTS) {
        let whole =
            flow::flow(tree, *node, |tree, node| marks::never_story(tree, node).or_else(|| marks::hidden(tree, node)));
        let least = found.as_ref().map_or(2.0 * prose(ground), |(_, found)| prose(found)).max(4.0 * LITTLE);
        // No more of it can be prose: most of them are too short for a look at the whole page.
        if whole.blocks.iter().map(choose::weight).sum::<f32>() <= least {
            continue;
        }
        let other = choose::survey(tree, &whole, named);
        if prose(&other) > least
            && (tells(&shown, whole.blocks.iter()) || is_retold(flow, ground, &shown, &whole, &other))
        {
            found = Some((whole, other));
        }
    }
    found
}

/// The blocks of a page that may be a story's: no headings, links and furniture by name.
fn shown<'a>(flow: &'a Flow, ground: &Ground) -> Vec<&'a Block> {
    let named = |block: &Block| ground.furniture.get(block.holder as usize).copied().flatten().is_some();
    let text = |block: &Block| !matches!(block.shape, Shape::Heading(_) | Shape::Caption);
    flow.blocks.iter().filter(|block| text(block) && !named(block)).collect()
}

/// Whether shown blocks tell words of the whole: one of them stands in it, or they tell its first words together, however short each is.
fn tells<'a>(shown: &[&Block], whole: impl Iterator<Item = &'a Block>) -> bool {
    let whole: Vec<String> =
        whole.filter(|block| choose::weight(block) > 0.0).map(|block| lines::key(&block.text)).collect();
    let shown: Vec<String> = shown.iter().map(|block| lines::key(&block.text)).collect();
    let telling = |key: &&String| key.split(' ').count() >= TELLING;
    let first: Vec<&str> = whole.first().map(|key| key.split(' ').take(TELLING + 1).collect()).unwrap_or_default();
    shown.iter().filter(telling).any(|shown| whole.iter().any(|key| key.contains(shown.as_str())))
        || !first.is_empty() && shown.join(" ").contains(&first.join(" "))
}

/// Whether a page shows a few words of its own for the story that it holds only without scripts: far fewer, about the same. What it may hold
/// there beside a story is help with scripts.
fn is_retold(flow: &Flow, ground: &Ground, shown: &[&Block], whole: &Flow, other: &Ground) -> bool {
    if !(LITTLE..BRIEF).contains(&prose(ground)) || prose(other) < 3.0 * prose(ground) {
        return false;
    }
    let told: Vec<String> =
        whole.blocks.iter().filter(|block| choose::weight(block) > 0.0).map(|block| lines::key(&block.text)).collect();
    if told.iter().any(|key| key.contains("javascript")) {
        return false;
    }
    let told: HashSet<&str> = told.iter().flat_map(|key| key.split(' ')).collect();
    let heading = |block: &&Block| matches!(block.shape, Shape::Heading(_));
    let share = |keys: Vec<String>| {
        let words: HashSet<&str> =
            keys.iter().flat_map(|key| key.split(' ')).filter(|word| word.chars().count() >= LONG).collect();
        (words.iter().filter(|word| told.contains(**word)).count(), words.len())
    };
    let (of_headings, headings) =
        share(flow.blocks.iter().filter(heading).map(|block| lines::key(&block.text)).collect());
    let (of_words, words) = share(shown.iter().map(|block| lines::key(&block.text)).collect());
    of_headings > 0 && of_headings * 2 >= headings || of_words > 0 && of_words * 3 >= words
}

/// Whether a page shows any words that may be of its story, a crosshead or a caption too: whose they are, nobody can tell. Headlines, links,
/// furniture and words about scripts are none.
fn shows_words(tree: &Tree, flow: &Flow, ground: &Ground) -> bool {
    let title = tree.below(ROOT).find(|node| tree.name(*node) == local_name!("title"));
    let title = title.map(|node| lines::key(&tree.all_text(node))).unwrap_or_default();
    flow.blocks.iter().any(|block| {
        let key = lines::key(&block.text);
        let furnished =
            ground.furniture.get(block.holder as usize).copied().flatten().is_some() || block.linked * 2 > block.chars;
        let headline = block.shape == Shape::Heading(1) || title.contains(key.as_str());
        !(key.is_empty() || furnished || headline || is_about_scripts(&key))
    })
}

/// `Loading …`, `This page needs JavaScript.`
fn is_about_scripts(key: &str) -> bool {
    let count = key.split(' ').count();
    let waits = ["loading", "laden", "lädt", "chargement", "cargando", "caricamento", "carregando"];
    const HELP: &[&str] =
        &["enable", "disabled", "browser", "activ", "aktiv", "attiva", "abilita", "habilit", "turn", "switch"];
    const ADDRESSES: &[&str] = &["this page", "this site", "this website", "this app", "please", "you need", "bitte"];
    let helps = || {
        key.split(' ').any(|word| HELP.iter().any(|help| word.starts_with(help)))
            || ADDRESSES.iter().any(|words| key.starts_with(words))
    };
    key.contains("javascript") && count <= 40 && helps() || count <= 3 && waits.iter().any(|word| key.starts_with(word))
}

fn is_cut(block: &Block) -> bool {
    let text = block.text.trim_end();
    (text.ends_with('…') || text.ends_with("...")) && text.split(' ').count() >= CUT
}

/// A line that sells the rest. A word or two on a button stand on every page.
fn is_wall(block: &Block) -> bool {
    let mut line = [lines::Block::new(0, block.text.clone())];
    furniture::judge(&mut line);
    let [line] = line;
    line.key.split(' ').count() >= TELLING && matches!(line.kind, Kind::Furniture(reason) if reason.is_wall())
}

/// All blocks of a page, but for what can hold no story.
fn read(tree: &Tree, named: &Named, without_scripts: bool) -> Flow {
    flow::flow(tree, ROOT, |tree, node| {
        let shown = without_scripts && is_noscript(tree, node);
        closed::left_out(tree, Some(named), node).filter(|_| !shown)
    })
}
