//! Whole stories to damage: the sample paper's, and others where the shared data lies beside the repository.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::dice::Dice;

#[derive(Debug, Clone)]
pub struct Story {
    pub headline: String,
    pub paragraphs: Vec<String>,
}

/// Which half of a set: code is tuned on one, figures are reported from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Tuning,
    HeldOut,
}

pub fn half(stories: Vec<Story>, half: Half) -> Vec<Story> {
    let wanted = usize::from(half == Half::HeldOut);
    stories.into_iter().enumerate().filter(|(at, _)| at % 2 == wanted).map(|(_, s)| s).collect()
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sample paper's stories.
pub fn own() -> Vec<Story> {
    let Ok(entries) = std::fs::read_dir(here("../../sample/stories")) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    paths.iter().filter(|p| p.extension().is_some_and(|e| e == "md")).filter_map(|p| sample(p)).collect()
}

fn sample(path: &Path) -> Option<Story> {
    let text = std::fs::read_to_string(path).ok()?;
    let (front, body) = text.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let headline = front.lines().find_map(|l| l.strip_prefix("headline = \""))?.trim_end_matches('"').to_owned();
    let paragraphs: Vec<String> =
        body.split("\n\n").map(|p| one_space(p.trim().trim_start_matches('#'))).filter(|p| !p.is_empty()).collect();
    (paragraphs.len() >= 4).then_some(Story { headline, paragraphs })
}

fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Own paragraphs dealt anew: many more stories than the sample has, each paragraph in one story only. Some get a table of results,
/// some the crossheads of a series.
pub fn dealt(seed: u64) -> Vec<Story> {
    let mut dice = Dice(seed ^ 0xdea1);
    let whole = own();
    let mut inner: Vec<String> =
        whole.iter().flat_map(|s| s.paragraphs.iter().skip(1).cloned()).filter(|p| p.len() > 120).collect();
    let count = inner.len();
    inner = dice.some(&inner, count);
    let series = ["What happened", "Why it matters", "What comes next"];
    let mut stories = Vec::new();
    for story in &whole {
        let mut paragraphs = vec![story.paragraphs[0].clone()];
        let take = (5 + dice.below(8)).min(inner.len());
        paragraphs.extend(inner.drain(..take));
        match dice.below(4) {
            0 if paragraphs.len() > 2 => table(&mut paragraphs, &mut dice),
            1 if paragraphs.len() > 6 => {
                for (nth, crosshead) in series.iter().enumerate() {
                    paragraphs.insert(1 + nth * 3, (*crosshead).to_owned());
                }
            }
            _ => {}
        }
        stories.push(Story { headline: story.headline.clone(), paragraphs });
    }
    stories.retain(|s| s.paragraphs.len() >= 4);
    stories
}

/// A table inside the story: its rows are no sentences and nearly alike, and each says something else.
fn table(paragraphs: &mut Vec<String>, dice: &mut Dice) {
    let clubs = dice.some(
        &["Harbour", "Millside", "Old Quarter", "Railway", "Saltworks", "Upper Town", "Weir", "North Bank", "Tannery"],
        6,
    );
    let rows: Vec<String> =
        clubs.chunks(2).map(|pair| format!("{} {} – {} {}", pair[0], dice.below(9), pair[1], dice.below(9))).collect();
    let at = 2 + dice.below(paragraphs.len() - 2);
    paragraphs.splice(at..at, rows);
}

fn packed(path: &str) -> Option<String> {
    let mut text = String::new();
    let file = std::fs::File::open(here(path)).ok()?;
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).ok()?;
    Some(text)
}

fn rows(path: &str) -> Vec<serde_json::Value> {
    packed(path)
        .into_iter()
        .flat_map(|t| t.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect()
}

/// Wire prose: newspaper pages of 1916 cut into stories, misreadings and all. Stories that several papers printed are taken once.
pub fn wire() -> Vec<Story> {
    let mut stories = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for page in rows("../../../shared/data/newspapers-1916/front-pages-1916-01-03..19.jsonl.gz") {
        let mut cutter = Cutter::default();
        for line in page["text"].as_str().unwrap_or_default().lines() {
            cutter.line(line.trim());
        }
        cutter.end_story();
        for story in cutter.stories {
            let grams = grams(&story);
            let known = grams.iter().filter(|g| seen.contains(*g)).count();
            if known * 20 < grams.len() {
                seen.extend(grams);
                stories.push(story);
            }
        }
    }
    stories
}

fn grams(story: &Story) -> Vec<String> {
    let text = story.paragraphs.join(" ").to_lowercase();
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(4).map(|w| w.join(" ")).collect()
}

#[derive(Default)]
struct Cutter {
    stories: Vec<Story>,
    headline: String,
    paragraphs: Vec<String>,
    open: String,
}

impl Cutter {
    fn line(&mut self, line: &str) {
        let letters = line.chars().filter(|c| c.is_alphabetic()).count();
        let capitals = line.chars().filter(|c| c.is_uppercase()).count();
        let odd = line
            .chars()
            .filter(|c| !c.is_alphanumeric() && !matches!(c, ' ' | ',' | '.' | '"' | '\'' | '-' | ';'))
            .count();
        if letters >= 8 && capitals * 10 >= letters * 8 {
            if !self.paragraphs.is_empty() || !self.open.is_empty() {
                self.end_story();
            }
            self.headline = one_space(&format!("{} {line}", self.headline));
            return;
        }
        if line.len() < 15 && self.open.is_empty() || letters * 10 < line.len() * 7 || odd > 2 {
            self.end_story();
            return;
        }
        if let Some(stem) = self.open.strip_suffix(['-', '\u{ad}']) {
            self.open = format!("{stem}{line}");
        } else {
            self.open = format!("{} {line}", self.open);
        }
        if self.open.len() >= 150 && line.ends_with(['.', '"']) {
            self.end_paragraph();
        }
        if self.open.len() > 1500 {
            self.end_story();
        }
    }

    fn end_paragraph(&mut self) {
        let text = one_space(&std::mem::take(&mut self.open));
        if text.starts_with(|c: char| c.is_uppercase() || c == '"') {
            self.paragraphs.push(text);
        } else {
            self.end_story();
        }
        if self.paragraphs.len() >= 16 {
            self.end_story();
        }
    }

    fn end_story(&mut self) {
        self.open.clear();
        let paragraphs = std::mem::take(&mut self.paragraphs);
        let headline = std::mem::take(&mut self.headline);
        // Without a headline above it the piece begins in the middle of a story.
        if paragraphs.len() >= 4 && headline.split(' ').count() >= 3 {
            let headline: Vec<&str> = headline.split(' ').take(12).collect();
            self.stories.push(Story { headline: headline.join(" "), paragraphs });
        }
    }
}

/// Web posts as plain text: crossheads, list entries and short paragraphs without any mark of what they are.
pub fn web() -> Vec<Story> {
    rows("../../../shared/data/news-cc0/digitalgov-news.jsonl.gz").iter().filter_map(post).collect()
}

fn post(row: &serde_json::Value) -> Option<Story> {
    let front = row["front_matter"].as_str()?;
    let headline = front.lines().find_map(|l| l.strip_prefix("title:"))?.trim().trim_matches(['"', '\'']).to_owned();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in row["body_markdown"].as_str()?.lines() {
        let bare = line.trim();
        let marked = bare.starts_with(['#', '*', '-', '>', '+'])
            || bare
                .split('.')
                .next()
                .is_some_and(|n| !n.is_empty() && n.len() < 3 && n.bytes().all(|b| b.is_ascii_digit()));
        let text = unmarked(bare);
        if text.is_empty() {
            open = false;
        } else if open && !marked {
            let last = paragraphs.last_mut()?;
            last.push(' ');
            last.push_str(&text);
        } else {
            paragraphs.push(text);
            open = !bare.starts_with('#');
        }
    }
    let sentences = paragraphs.iter().filter(|p| p.len() > 80).count();
    let mut seen = HashSet::new();
    let unique = paragraphs.iter().all(|p| seen.insert(p.to_lowercase()));
    let entity = |p: &String| {
        p.split('&')
            .skip(1)
            .any(|rest| rest.starts_with(|c: char| c.is_alphabetic()) && rest.chars().take(9).any(|c| c == ';'))
    };
    let clean = !paragraphs.iter().any(entity);
    (clean && paragraphs.len() >= 4 && paragraphs.len() <= 60 && sentences >= 3 && unique)
        .then_some(Story { headline, paragraphs })
}

/// A line of Markdown as a reader sees it; nothing for pictures, shortcodes and markup.
fn unmarked(line: &str) -> String {
    let mut text = line.trim_start_matches(['#', '>', '*', '+', '-', ' ']).to_owned();
    for (open, close) in [("{{", "}}"), ("<", ">"), ("{#", "}"), ("{.", "}")] {
        while let Some(at) = text.find(open) {
            let Some(end) = text[at..].find(close) else { break };
            text.replace_range(at..at + end + close.len(), " ");
        }
    }
    while let Some(middle) = text.find("](") {
        let start = text[..middle].rfind('[').unwrap_or(middle);
        let Some(end) = text[middle..].find(')') else { break };
        let words = text[start..middle].trim_start_matches('[').to_owned();
        let picture = start > 0 && text[..start].ends_with('!');
        text.replace_range(start..=middle + end, if picture { "" } else { &words });
    }
    let text = text.replace("&#8217;", "’").replace("&#8220;", "“").replace("&#8221;", "”").replace("&#8211;", "–");
    let text = text
        .replace("&#8212;", "—")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
        .replace(['\u{ad}', '\u{200b}', '\u{feff}'], "");
    if text.starts_with("[youtube")
        || text.starts_with("[caption")
        || text.starts_with("expirydate")
        || text.contains("&#")
        || text.chars().all(|c| !c.is_alphanumeric())
    {
        return String::new();
    }
    let text = text.replace("**", "").replace("__", "").replace(['\\', '`'], "");
    one_space(text.trim_matches(['*', '_', ' ', '|']))
}
