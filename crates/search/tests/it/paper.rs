//! A small paper to search, and short ways to ask.
use jiff::Timestamp;
use jiff::tz::TimeZone;
use newsroom::articles::{Marking, StoryNumber};
use search::{Ask, Change, Document, Found, Index, Language, Order, Public, Query, Reach, Right, Run, Settings, State};
use std::path::Path;

pub fn settings() -> Settings {
    Settings { language: Language::read("en-GB"), zone: TimeZone::get("Asia/Kolkata").unwrap() }
}

pub fn index(folder: &Path, stories: &[Document]) -> Index {
    let index = Index::open(folder, settings()).unwrap();
    let mut rebuild = index.rebuild().unwrap();
    stories.iter().for_each(|story| rebuild.add(story).unwrap());
    rebuild.finish(1, |_, _| ()).unwrap();
    index
}

/// How far it has followed.
pub fn cursor(index: &Index) -> i64 {
    match index.state() {
        State::Ready { position, .. } => position.cursor,
        State::Absent { why } => panic!("{why}"),
    }
}

pub fn story(number: u32, marking: Marking, headline: &str, open: &str, locked: &str) -> Document {
    Document {
        number: StoryNumber(number),
        revision: 1,
        section: "harbour".into(),
        headline: headline.into(),
        bylines: vec!["Ines Quill".into()],
        topics: vec!["Fishing quotas".into()],
        marking,
        published_at: Some(day(&format!("2015-03-{:02}", number % 28 + 1))),
        open: open.into(),
        whole: format!("{open}\n{locked}"),
    }
}

/// Noon of a day in the paper's zone.
pub fn day(date: &str) -> Timestamp {
    format!("{date}T12:00:00+05:30").parse().unwrap()
}

pub fn put(story: &Document) -> Change {
    Change::Put(Box::new(story.clone()))
}

pub fn ask(query: &Query) -> Ask<'_> {
    Ask { query, order: Order::Relevance, offset: 0, limit: 10, facets: true }
}

pub fn guest(index: &Index, text: &str) -> Found {
    public(&index.public().unwrap(), text)
}

pub fn public(public: &Public, text: &str) -> Found {
    public.find(&ask(&Query::parse(text))).unwrap()
}

pub fn holder(index: &Index, markings: &[Marking], text: &str) -> Found {
    let rights = markings.iter().map(|marking| Right { marking: *marking, since: None });
    index.full(Reach::of(rights).unwrap()).unwrap().find(&ask(&Query::parse(text))).unwrap()
}

/// The numbers found, in ascending order.
pub fn numbers(found: &Found) -> Vec<u32> {
    let mut numbers: Vec<u32> = found.hits.iter().map(|hit| hit.number.0).collect();
    numbers.sort_unstable();
    numbers
}

pub fn in_order(found: &Found) -> Vec<u32> {
    found.hits.iter().map(|hit| hit.number.0).collect()
}

pub fn shown(runs: &[Run]) -> String {
    runs.iter().map(|run| if run.marked { format!("[{}]", run.text) } else { run.text.clone() }).collect()
}
