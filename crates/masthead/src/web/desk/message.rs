//! What the desk says after saving: read from the event that saving wrote, so that the address only says which one.
use newsroom::articles::{Story, StoryNumber};
use serde_json::Value;

use crate::house::House;
use crate::web::error::Fault;

/// What the trace says of a headline or a standfirst that a change of marking made impossible.
pub const LEFT_OUT: &str = "left out";

/// The sentences on one save. Without an event nothing differed.
pub async fn told(house: &House, story: &Story, event: Option<&str>) -> Result<String, Fault> {
    let Some(event) = event.and_then(|id| id.parse::<i64>().ok()) else {
        return Ok("Saved. Nothing was different.".into());
    };
    let events = house.store.events_of(&super::story::subject(story.number)).await?;
    let Some(event) = events.into_iter().find(|e| e.id == event) else { return Ok("Saved.".into()) };
    let loser = event.data["pick"]["taken_from"].as_u64().and_then(|n| u32::try_from(n).ok());
    let loser = match loser {
        Some(number) => house.store.story(StoryNumber(number)).await?.map(|stored| stored.story),
        None => None,
    };
    let headline = |number| loser.as_ref().filter(|story| story.number == number).map(|story| story.headline.clone());
    Ok(sentences(&event.data, headline))
}

fn sentences(data: &Value, headline: impl Fn(StoryNumber) -> Option<String>) -> String {
    let mut said = vec!["Saved.".to_owned()];
    for (field, name) in [("headline", "Headline"), ("standfirst", "Standfirst")] {
        said.extend(data[field].as_str().filter(|what| *what != LEFT_OUT).map(|what| format!("{name} {what}.")));
    }
    let marking = &data["marking"];
    if let (Some(from), Some(to)) = (marking["from"].as_str(), marking["to"].as_str()) {
        said.push(format!("Marked {to} (was {from})."));
    }
    let blocks = &data["preview_blocks"];
    if let (Some(from), Some(to)) = (blocks["from"].as_u64(), blocks["to"].as_u64()) {
        said.push(format!("Open paragraphs: {to} (was {from})."));
    }
    if data["headline"] == LEFT_OUT {
        said.push(
            "The headline was left out: everybody reads it, and it repeats what is closed now. The first open words stand in, and its words are \
             kept with the story and its versions: write another in the story's form."
                .into(),
        );
    }
    if data["standfirst"] == LEFT_OUT {
        said.push(
            "The standfirst was left out: everybody reads it, and it repeats what is closed now. Its words are kept with the story and its \
             versions: write another in the story's form."
                .into(),
        );
    }
    let beside = [
        ("bylines", "names of writers"),
        ("topics", "topics"),
        ("dateline", "the dateline"),
        ("picture", "the picture or words of it"),
    ];
    let beside: Vec<&str> =
        beside.into_iter().filter(|(field, _)| data[*field] == LEFT_OUT).map(|(_, name)| name).collect();
    if !beside.is_empty() {
        let beside = beside.join(", ");
        said.push(format!(
            "Left out because they repeat what is closed now: {beside}. The story's versions keep them."
        ));
    }
    said.extend(pick(&data["pick"], headline));
    said.join(" ")
}

fn pick(data: &Value, headline: impl Fn(StoryNumber) -> Option<String>) -> Option<String> {
    data.as_object()?;
    let was = data["from"].as_u64().map_or_else(|| "none".to_owned(), |place| place.to_string());
    let Some(place) = data["to"].as_u64() else { return Some(format!("No pick any more (was {was}).")) };
    let Some(number) = data["taken_from"].as_u64().and_then(|n| u32::try_from(n).ok()) else {
        return Some(format!("Pick {place} (was {was})."));
    };
    let loser = headline(StoryNumber(number)).map_or_else(String::new, |words| format!(" “{words}”"));
    Some(format!("Pick {place} (was {was}), taken from story {number}{loser}, which has no pick now."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_change_is_told_with_what_was_before() {
        let told = |data| sentences(&data, |number| (number.0 == 4).then(|| "Rupee steadies".to_owned()));
        assert_eq!(
            told(json!({ "marking": { "from": "premium", "to": "free" } })),
            "Saved. Marked free (was premium)."
        );
        let all = json!({
            "headline": "changed", "standfirst": "removed",
            "preview_blocks": { "from": 1, "to": 2 },
            "pick": { "from": null, "to": 1, "taken_from": 4 },
        });
        assert_eq!(
            told(all),
            "Saved. Headline changed. Standfirst removed. Open paragraphs: 2 (was 1). Pick 1 (was none), taken from \
             story 4 “Rupee steadies”, which has no pick now."
        );
        assert_eq!(told(json!({ "pick": { "from": 3, "to": null } })), "Saved. No pick any more (was 3).");
        assert_eq!(told(json!({ "pick": { "from": 3, "to": 2 } })), "Saved. Pick 2 (was 3).");
        assert_eq!(told(json!([])), "Saved.");
    }
}
