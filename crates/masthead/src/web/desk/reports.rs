//! `GET /desk/imports`: what each import did, and why. Reports are read leniently: one kept by another release shows
//! what this one understands of it.
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use newsroom::articles::{StoryNumber, escaped};
use pages::views;
use serde_json::Value;
use store::ImportSummary;

use super::shown;
use crate::house::House;
use crate::import::run;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Imports listed: the latest. Older ones are still there under their addresses.
const LISTED: usize = 50;
/// Stories of one import that are shown; the rest is counted.
const STORIES: usize = 500;
/// Remarks shown for each story or list; the rest is counted.
const REMARKS: usize = 200;
/// A larger report is not sent: it lies on the server. In bytes.
const LARGEST_REPORT: u64 = 64 * 1024 * 1024;
/// Words of a doubted paragraph that are quoted.
const QUOTED: usize = 10;
/// A doubt about one paragraph begins with this; its number follows.
const PARAGRAPH: &str = "Paragraph ";

/// `GET /desk/imports`
pub async fn imports(State(house): State<Arc<House>>, _staff: Staff) -> Result<Response<Reply>, Fault> {
    let view = views::DeskImports { imports: listed(&house).await?, open: None };
    shown(&house, StatusCode::OK, &view)
}

/// `GET /desk/imports/{id}`
pub async fn import(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(id): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let kept = house.store.import(id).await?.ok_or(Fault::NotFound)?;
    let summary = ImportSummary { id, at: kept.at, summary: kept.summary };
    let mut stories = stories(&kept.report);
    for story in &mut stories {
        quote(&house, story).await?;
    }
    let files = run::lines_of(&house.data, id).is_file();
    let sums = Some(summary.summary.clone());
    let open = views::ImportReport {
        row: row(&summary, &kept.report),
        sums,
        files,
        stories,
        refused: refused(&kept.report),
        aside: aside(&kept.report),
        remarks: of_stories(&house, &kept.report),
    };
    let view = views::DeskImports { imports: listed(&house).await?, open: Some(open) };
    shown(&house, StatusCode::OK, &view)
}

/// `GET /desk/imports/{id}/{file}`: the whole report, as a page to keep or as lines.
pub async fn report_file(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response<Reply>, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let (path, kind) = match file.as_str() {
        "report.html" => (run::page_of(&house.data, id), "text/html; charset=utf-8"),
        "report.jsonl" => (run::lines_of(&house.data, id), "application/jsonl; charset=utf-8"),
        _ => return Err(Fault::NotFound),
    };
    let length = tokio::fs::metadata(&path).await.map_err(|_| Fault::NotFound)?.len();
    if length > LARGEST_REPORT {
        let path = path.display();
        return Err(Fault::Conflict(format!(
            "This report has {} MB. It lies on the server: {path}",
            length / 1_000_000
        )));
    }
    let bytes = tokio::fs::read(&path).await.map_err(|_| Fault::NotFound)?;
    let mut response = Response::new(Reply::bytes(bytes.into()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // It quotes old pages: it is a file to keep, and no page of the paper.
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

async fn listed(house: &House) -> Result<Vec<views::ImportRow>, Fault> {
    let mut rows = Vec::new();
    for summary in house.store.imports().await?.into_iter().take(LISTED) {
        let report = house.store.import(summary.id).await?.map_or(Value::Null, |kept| kept.report);
        rows.push(row(&summary, &report));
    }
    Ok(rows)
}

fn row(summary: &ImportSummary, report: &Value) -> views::ImportRow {
    let source = text(report, "source");
    views::ImportRow {
        id: summary.id.to_string(),
        at: summary.at,
        source: if source.is_empty() { summary.summary.clone() } else { source },
        sums: sums(summary.id, report),
    }
}

/// Everything that the report counts, each in a column of its own: what is not shown did not happen.
fn sums(id: i64, report: &Value) -> Vec<views::ImportSum> {
    let refused =
        number(report, "refused_in_all").max(u32::try_from(list(report, "refused").len()).unwrap_or(u32::MAX));
    [
        ("New", number(report, "added"), true),
        ("Changed", number(report, "changed"), true),
        ("Unchanged", number(report, "unchanged"), true),
        ("Copies", number(report, "merged"), false),
        ("Older versions", number(report, "older"), false),
        ("Withdrawn", number(report, "withdrawn"), false),
        ("Never public", number(report, "held_back"), false),
        ("Set aside", number(report, "aside"), false),
        ("Refused", refused, true),
        ("Doubts", number(report, "doubts"), false),
    ]
    .into_iter()
    .map(|(name, count, always)| views::ImportSum {
        name,
        count,
        always,
        path: match name {
            "Doubts" if count > 0 => Some(format!("/desk/doubts?import={id}")),
            "Withdrawn" if count > 0 => Some("/desk?state=out".to_owned()),
            _ => None,
        },
    })
    .collect()
}

fn aside(report: &Value) -> Vec<(String, u32)> {
    let kinds = report["aside_kinds"].as_object().into_iter().flatten().take(REMARKS);
    kinds.map(|(kind, n)| (kind.clone(), n.as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or_default())).collect()
}

fn stories(report: &Value) -> Vec<views::ImportedStory> {
    let told = list(&report["archive"], "stories");
    let mut stories: Vec<views::ImportedStory> =
        told.iter().take(STORIES).map(|told| story(told, &report["numbers"])).collect();
    if told.len() > STORIES {
        stories.push(views::ImportedStory {
            headline: format!("{} further stories are not shown here", told.len() - STORIES),
            number: None,
            files: Vec::new(),
            kept: 0,
            dropped: Vec::new(),
            doubted: Vec::new(),
        });
    }
    stories
}

fn story(told: &Value, numbers: &Value) -> views::ImportedStory {
    let dropped = list(told, "dropped").iter().map(|line| (text(line, "text"), text(line, "reason")));
    let doubted = list(told, "doubts").iter().map(|doubt| {
        let place = match doubt["paragraph"].as_u64() {
            Some(nth) => format!("{PARAGRAPH}{nth}"),
            None => "The whole story".to_owned(),
        };
        (place, text(doubt, "text"))
    });
    views::ImportedStory {
        headline: text(told, "title"),
        number: numbers[text(told, "key")].as_u64().and_then(|n| u32::try_from(n).ok()),
        files: list(told, "crawls").iter().filter_map(Value::as_str).map(|name| escaped(name).into_owned()).collect(),
        kept: number(told, "paragraphs"),
        dropped: remarks(dropped),
        doubted: remarks(doubted),
    }
}

/// Gives each doubt about a paragraph its first words, from the story as it is now, and the way there. At most [`STORIES`] are asked for, each
/// by its number.
async fn quote(house: &House, told: &mut views::ImportedStory) -> Result<(), Fault> {
    let Some(number) = told.number.filter(|_| !told.doubted.is_empty()) else { return Ok(()) };
    let catalogue = house.catalogue.load_full();
    let story = match catalogue.at_desk(StoryNumber(number)) {
        Some(entry) => Arc::clone(&entry.story),
        None => match house.store.story(StoryNumber(number)).await? {
            Some(stored) => Arc::new(stored.story),
            None => return Ok(()),
        },
    };
    for doubt in &mut told.doubted {
        let nth = doubt.what.strip_prefix(PARAGRAPH).and_then(|nth| nth.parse::<usize>().ok());
        let block = nth.and_then(|nth| story.body.get(nth.checked_sub(1)?));
        doubt.quote = block.map(|block| first_words(block.text()));
        doubt.path = match (nth, block) {
            (Some(nth), Some(_)) => Some(format!("/desk/stories/{number}#p{nth}")),
            _ => Some(format!("/desk/stories/{number}")),
        };
    }
    Ok(())
}

/// The remarks, each about a story with the way there and, where the story is at hand, its headline.
fn of_stories(house: &House, report: &Value) -> Vec<views::ImportRemark> {
    let told = list(report, "remarks");
    let mut shown = remarks(told.iter().map(|it| (text(it, "name"), text(it, "text"))));
    let about = |it: &Value| Some(((text(it, "name"), text(it, "text")), u32::try_from(it["story"].as_u64()?).ok()?));
    let about: HashMap<(String, String), u32> = told.iter().filter_map(about).collect();
    let catalogue = house.catalogue.load_full();
    for remark in &mut shown {
        let Some(number) = about.get(&(remark.what.clone(), remark.why.clone())) else { continue };
        remark.path = Some(format!("/desk/stories/{number}"));
        let entry = catalogue.at_desk(StoryNumber(*number));
        remark.quote = entry.map(|entry| escaped(&entry.story.headline).into_owned());
    }
    shown
}

fn first_words(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(QUOTED).collect();
    format!("{}{}", first.join(" "), if words.next().is_some() { " …" } else { "" })
}

fn refused(report: &Value) -> Vec<views::ImportRemark> {
    remarks(list(report, "refused").iter().map(|file| (text(file, "name"), text(file, "reason"))))
}

/// Equal remarks become one with its number, in the order in which each first came.
fn remarks(told: impl Iterator<Item = (String, String)>) -> Vec<views::ImportRemark> {
    let mut remarks: Vec<views::ImportRemark> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut beyond = 0;
    for (what, why) in told {
        let key = (what, why);
        if let Some(&place) = places.get(&key) {
            remarks[place].times += 1;
        } else if remarks.len() < REMARKS {
            places.insert(key.clone(), remarks.len());
            remarks.push(views::ImportRemark { what: key.0, why: key.1, times: 1, quote: None, path: None });
        } else {
            beyond += 1;
        }
    }
    if beyond > 0 {
        let what = format!("{beyond} more");
        remarks.push(views::ImportRemark { what, why: "not shown here".into(), times: 1, quote: None, path: None });
    }
    remarks
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> String {
    escaped(value[key].as_str().unwrap_or_default()).into_owned()
}

fn number(value: &Value, key: &str) -> u32 {
    value[key].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Value {
        json!({
            "source": "old-site",
            "added": 1, "changed": 0, "unchanged": 4,
            "refused": [{ "name": "x.bin", "reason": "is not text" }],
            "numbers": { "abc": 12 },
            "archive": { "stories": [{
                "key": "abc", "title": "Ports reopen", "crawls": ["a.txt", "b.txt"], "paragraphs": 9,
                "dropped": [
                    { "crawl": "a.txt", "line": 3, "text": "Also Read", "reason": "furniture" },
                    { "crawl": "b.txt", "line": 7, "text": "Also Read", "reason": "furniture" },
                ],
                "doubts": [{ "paragraph": 4, "text": "seen once" }, { "paragraph": null, "text": "no date" }],
            }] },
        })
    }

    #[test]
    fn a_report_is_shown_with_numbers_reasons_and_counts() {
        let shown = stories(&report());
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].number, shown[0].kept, shown[0].files.len()), (Some(12), 9, 2));
        assert_eq!((shown[0].dropped.len(), shown[0].dropped[0].times), (1, 2));
        let places: Vec<&str> = shown[0].doubted.iter().map(|d| d.what.as_str()).collect();
        assert_eq!(places, ["Paragraph 4", "The whole story"]);
        assert_eq!(refused(&report())[0].why, "is not text");
    }

    #[test]
    fn a_report_of_another_shape_shows_what_is_understood() {
        let summary = ImportSummary { id: 3, at: jiff::Timestamp::UNIX_EPOCH, summary: "2 new".into() };
        for odd in [Value::Null, json!([]), json!({ "added": "many", "refused": 7, "archive": { "stories": [1, {}] } })]
        {
            let row = row(&summary, &odd);
            assert!(row.source == "2 new" && row.sums.iter().all(|sum| sum.count == 0 && sum.path.is_none()));
            assert!(stories(&odd).iter().all(|s| s.number.is_none() && s.kept == 0));
        }
    }

    #[test]
    fn what_is_beyond_the_bound_is_counted() {
        let many = (0..REMARKS + 3).map(|n| (format!("line {n}"), "furniture".to_owned()));
        let shown = remarks(many);
        assert_eq!(shown.len(), REMARKS + 1);
        assert_eq!(shown.last().map(|r| r.what.as_str()), Some("3 more"));
    }
}
