//! Who wrote a story, where nothing but the class of an element says it: `<p class="byline">By Asha Rao</p>`.

use html5ever::local_name;

use super::furnishing;
use super::marks;
use super::metadata::tidy;
use super::tree::{NodeId, ROOT, Tree};

/// Elements that are looked at.
const MANY: usize = 50_000;
/// Characters of a byline.
const LONG: usize = 120;
/// Words of a name.
const WORDS: usize = 5;

const CLASSES: &[&str] = &[
    "byline",
    "bylines",
    "author",
    "authors",
    "autor",
    "autoren",
    "autore",
    "auteur",
    "writer",
    "authorname",
    "bylinename",
];
const OPENINGS: &[&str] =
    &["written by ", "posted by ", "by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ", "text: ", "words: "];

/// The name in the first element that says it is the byline; none of readers who commented or of other stories' writers,
/// and none where the page is `closed`.
pub(crate) fn signed(tree: &Tree, closed: &dyn Fn(NodeId) -> bool) -> Option<String> {
    let writers = tree.below(ROOT).take(MANY).filter(|node| names_writer(tree, *node) && !closed(*node));
    writers.into_iter().find_map(|node| name(&tree.all_text(node)))
}

fn names_writer(tree: &Tree, node: NodeId) -> bool {
    let fits = matches!(
        tree.name(node),
        local_name!("p")
            | local_name!("div")
            | local_name!("span")
            | local_name!("a")
            | local_name!("address")
            | local_name!("li")
            | local_name!("cite")
            | local_name!("strong")
            | local_name!("em")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
    );
    if !fits || tree.below(node).take(40).count() >= 40 {
        return false;
    }
    let mut tokens = tree.attribute(node, &local_name!("class")).unwrap_or_default().split_whitespace().take(8);
    let named = tokens.any(|token| {
        let words: Vec<String> = marks::words(token).collect();
        // `author-bio` and `comment-author` are something else.
        let other = |w: &String| {
            matches!(
                w.as_str(),
                "bio"
                    | "box"
                    | "card"
                    | "comment"
                    | "comments"
                    | "image"
                    | "img"
                    | "avatar"
                    | "links"
                    | "related"
                    | "title"
            )
        };
        words.iter().any(|w| CLASSES.contains(&w.as_str())) && !words.iter().any(other)
    });
    named && !furnishing::stands_apart(tree, node)
}

/// The name in a byline: "By Asha Rao | 12 March" is Asha Rao.
fn name(text: &str) -> Option<String> {
    let text = tidy(text).filter(|text| text.chars().count() <= LONG)?;
    let lower = text.to_lowercase();
    let opening = OPENINGS.iter().find(|o| lower.starts_with(*o)).map(|o| o.len());
    let rest = text.get(opening.unwrap_or_default()..)?;
    let end = rest.find(['|', '·', '•', ',', '/', '(', '–', '—', '@']).unwrap_or(rest.len());
    let end = rest.find(|c: char| c.is_ascii_digit()).map_or(end, |digit| digit.min(end));
    let name = rest.get(..end)?.trim().trim_end_matches([':', '.', '-']).trim();
    let words: Vec<&str> = name.split(' ').collect();
    let capital = |w: &&str| !w.starts_with(char::is_lowercase);
    let capitals = words.iter().filter(|w| capital(w)).count();
    let joined = words.iter().any(|w| matches!(*w, "and" | "und" | "et" | "y" | "e" | "&" | "og" | "och" | "en"));
    let several = words.len() >= 2 || opening.is_some() && name.chars().count() >= 3 || !name.is_ascii();
    let most = if joined { WORDS * 2 } else { WORDS };
    let plausible = several && words.len() <= most && capitals * 2 > words.len() && words.first().is_some_and(capital);
    (plausible && name.chars().any(char::is_alphabetic)).then(|| name.to_owned())
}
