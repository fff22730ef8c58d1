//! Reads the posts of `shared/data/news-cc0`: markdown with a little YAML before it, as JSON lines.
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    front_matter: String,
    body_markdown: String,
}

#[derive(Clone)]
/// A story without its topics, and the topics that people gave it: what the lists are judged by.
pub struct Post {
    pub story: Story,
    pub topics: BTreeSet<String>,
}

/// Reads all posts that have topics.
pub fn read(path: &Path, preview_blocks: u16) -> Result<Vec<Post>, Box<dyn std::error::Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let mut posts = Vec::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line)?;
        let topics: BTreeSet<String> = list(&line.front_matter, "topics").into_iter().collect();
        let body: Vec<Block> = paragraphs(&line.body_markdown).into_iter().map(Block::Paragraph).collect();
        let headline = field(&line.front_matter, "title").unwrap_or_default();
        if topics.is_empty() || body.is_empty() || headline.is_empty() {
            continue;
        }
        let number = StoryNumber(u32::try_from(posts.len() + 1)?);
        let story = Story {
            number,
            slug: "story".into(),
            section: "news".into(),
            headline,
            headline_provisional: false,
            standfirst: field(&line.front_matter, "summary").filter(|s| !s.is_empty()),
            bylines: Vec::new(),
            dateline: None,
            topics: Vec::new(),
            marking: Marking::Metered,
            preview_blocks,
            published_at: field(&line.front_matter, "date").and_then(|d| when(&d)),
            updated_at: None,
            picture: None,
            pick: None,
            language: None,
            body,
        };
        posts.push(Post { story, topics });
    }
    Ok(posts)
}

fn when(date: &str) -> Option<Timestamp> {
    let date = date.trim();
    let (day, rest) = date.split_at_checked(10)?;
    let mut parts = rest.split_whitespace();
    let time = parts.next().unwrap_or("12:00:00");
    let zone = parts.next().unwrap_or("+0000");
    let zone = format!("{}:{}", zone.get(..3)?, zone.get(3..5)?);
    format!("{day}T{time}{zone}").parse().ok()
}

fn field(yaml: &str, name: &str) -> Option<String> {
    let line = yaml.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?.trim();
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let bare = quote.map_or(line, |q| line.trim_start_matches(q).trim_end_matches(q));
    Some(bare.replace("''", "'").replace("\\\"", "\""))
}

fn list(yaml: &str, name: &str) -> Vec<String> {
    let mut lines = yaml.lines().skip_while(|l| l.strip_prefix(name).is_none_or(|rest| !rest.starts_with(':')));
    lines.next();
    lines
        .map_while(|l| l.trim_start().strip_prefix("- "))
        .map(|t| t.trim().trim_matches(['"', '\'']).to_owned())
        .collect()
}

fn paragraphs(markdown: &str) -> Vec<String> {
    markdown.split("\n\n").map(plain).filter(|p| p.split_whitespace().count() > 2).collect()
}

/// Takes addresses, shortcodes and tags out, and keeps the words.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(at) = rest.find(['{', '<', ']', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.as_bytes() {
            [b'{', b'{', ..] => rest.find("}}").map(|e| e + 2),
            [b'<', ..] => rest.find('>').map(|e| e + 1),
            [b']', b'(', ..] => rest.find(')').map(|e| e + 1),
            [b'&', ..] => rest.find(';').filter(|e| *e < 9).map(|e| e + 1),
            _ => None,
        };
        let end = end.unwrap_or(1);
        out.push(' ');
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.replace(['*', '_', '[', '#', '>', '|', '\\'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
