//! The desk through its addresses: who gets in, and that the next request obeys.
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde_json::json;
use store::{Created, NewReader, NewSession};
use tower::ServiceExt as _;

use crate::clock::Clock;
use crate::dice::Dice;
use crate::house::{House, Plan};
use crate::web::{cookies, routes, visitor};

const OPEN: &str = "Ports along the coast reopened on Tuesday after the storm had passed to the north.";
const CLOSED: &str = "The harbour master said that no ship would sail before the breakwater was inspected.";

struct Desk {
    house: Arc<House>,
    number: StoryNumber,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    location: String,
    body: String,
}

impl Desk {
    async fn opened() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = crate::sample::publication().expect("the sample's settings");
        let plan = Plan {
            publication: crate::config::parse(Path::new("publication.toml"), settings).expect("a publication"),
            data: folder.path().to_owned(),
            location: store::Location::Sqlite(folder.path().join("paper.db")),
            clock: Clock::standing(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000)),
            dice: Dice::seeded(1),
        };
        let (house, _notes) = House::open(plan).await.expect("a house");
        let story: Story = serde_json::from_value(json!({
            "number": 0, "slug": "ports-reopen", "section": "world", "headline": "Ports reopen", "headline_provisional": false,
            "bylines": [], "topics": [], "marking": "premium", "preview_blocks": 1,
            "body": [Block::Paragraph(OPEN.into()), Block::Paragraph(CLOSED.into())],
        }))
        .expect("a story");
        let number = house.store.save_story(&story, None, house.clock.now()).await.expect("saved").number();
        house.refresh().await.expect("refreshed");
        Self { house, number, _folder: folder }
    }

    /// Signs somebody in and gives the cookie.
    async fn sign_in(&self, name: &str, role: &str) -> String {
        let now = self.house.clock.now();
        let address = format!("{name}@example.com");
        let reader = NewReader {
            email: address.clone(),
            email_key: address,
            name: name.into(),
            password_hash: None,
            role: role.into(),
            verified_at: Some(now),
        };
        let id = match self.house.store.create_reader(&reader, now).await.expect("a reader") {
            Created::Created(reader) => reader.id,
            Created::Exists(_) => panic!("not new"),
        };
        let token = self.house.dice.token();
        let session = NewSession {
            token_hash: visitor::session_key(&token).to_vec(),
            reader_id: id,
            device: "Firefox on Linux".into(),
            expires_at: now + SignedDuration::from_hours(1),
        };
        self.house.store.create_session(&session, now).await.expect("a session");
        format!("{}={token}", cookies::SESSION)
    }

    async fn ask(&self, cookie: &str, path: &str, form: Option<&str>) -> Answer {
        let method = if form.is_some() { "POST" } else { "GET" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.unwrap_or_default().to_owned()))
            .expect("a request");
        visitor::recall(&self.house, request.headers()).await.expect("recalled");
        let Ok(response) = routes::router(&self.house).oneshot(request).await;
        let location = response.headers().get(LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default().to_owned();
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: head.status, location, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn marking(&self) -> Marking {
        self.house.catalogue.load().story(self.number).expect("published").story.marking
    }
}

#[tokio::test]
async fn only_staff_get_in() {
    let desk = Desk::opened().await;
    let reader = desk.sign_in("reader", "reader").await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    for path in ["/desk", story.as_str(), "/desk/imports", "/desk/imports/1"] {
        let guest = desk.ask("", path, None).await;
        assert_eq!(guest.status, StatusCode::SEE_OTHER, "{path}");
        assert!(guest.location.starts_with("/login?next="), "{path}: {}", guest.location);
        let other = desk.ask(&reader, path, None).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!other.body.contains(CLOSED), "{path}");
    }
    let refused = desk.ask(&reader, &story, Some("marking=free")).await;
    assert_eq!((refused.status, desk.marking()), (StatusCode::NOT_FOUND, Marking::Premium));
    assert_eq!(desk.ask(&staff, "/desk", None).await.status, StatusCode::OK);
    assert!(desk.ask(&staff, &story, None).await.body.contains(CLOSED));
    assert_eq!(desk.ask(&staff, "/desk/stories/999", None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.ask(&staff, "/desk/imports/1", None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.ask(&staff, "/desk?marking=gratis", None).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_saved_is_obeyed_at_once_and_leaves_a_trace() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let saved = desk.ask(&staff, &story, Some("marking=metered&next=%2Fdesk%3Fq%3Dports")).await;
    assert_eq!((saved.status, desk.marking()), (StatusCode::SEE_OTHER, Marking::Metered));
    assert_eq!(saved.location, format!("/desk?q=ports&saved={}", desk.number.0));
    let list = desk.ask(&staff, &saved.location, None).await;
    assert!(list.body.contains("is marked metered"), "{}", list.body);
    let saved =
        desk.ask(&staff, &story, Some("headline=Harbours+open&standfirst=Slowly&pick=1&next=//evil.example")).await;
    assert_eq!(saved.location, format!("{story}?saved=1"));
    let entry = Arc::clone(desk.house.catalogue.load().story(desk.number).expect("published"));
    assert_eq!((entry.story.headline.as_str(), entry.story.pick), ("Harbours open", Some(1)));
    assert_eq!(entry.story.marking, Marking::Metered);
    let subject = format!("story:{}", desk.number.0);
    let events = desk.house.store.events_of(&subject).await.expect("events");
    assert_eq!(events.len(), 2);
    assert!(events[0].actor.starts_with("staff:"));
    assert_eq!(events[0].data, json!({ "marking": { "from": "premium", "to": "metered" } }));
    desk.ask(&staff, &story, Some("marking=metered")).await;
    assert_eq!(desk.house.store.events_of(&subject).await.expect("events").len(), 2, "nothing changed");
}

#[tokio::test]
async fn what_is_wrong_is_shown_beside_its_field_and_nothing_is_saved() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let typed = "headline=Other&marking=gratis&preview_blocks=2";
    let refused = desk.ask(&staff, &story, Some(typed)).await;
    assert_eq!((refused.status, desk.marking()), (StatusCode::UNPROCESSABLE_ENTITY, Marking::Premium));
    assert!(refused.body.contains("This is not a marking") && refused.body.contains("from 0 to 1"));
    assert!(refused.body.contains("Other"), "what was typed is shown again");
    let kept = desk.house.store.story(desk.number).await.expect("read").expect("there").story;
    assert_eq!(kept.headline, "Ports reopen");
}

#[tokio::test]
async fn the_decisions_are_those_of_the_gate() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let rows = |body: &str| -> Vec<(String, bool)> {
        let table = body.split("<tbody>").nth(1).and_then(|t| t.split("</tbody>").next()).unwrap_or_default();
        table
            .split("<tr>")
            .skip(1)
            .map(|row| {
                let visitor = row.split("scope=\"row\">").nth(1).and_then(|r| r.split('<').next()).unwrap_or_default();
                (visitor.to_owned(), row.contains("the story</td>"))
            })
            .collect()
    };
    let premium = rows(&desk.ask(&staff, &story, None).await.body);
    let opens = |rows: &[(String, bool)]| -> Vec<String> { rows.iter().filter(|r| r.1).map(|r| r.0.clone()).collect() };
    assert_eq!(premium.len(), 7);
    assert_eq!(opens(&premium), ["Subscriber"]);
    desk.ask(&staff, &story, Some("marking=metered")).await;
    let metered = rows(&desk.ask(&staff, &story, None).await.body);
    let closed: Vec<String> = metered.iter().filter(|r| !r.1).map(|r| r.0.clone()).collect();
    assert_eq!(closed, ["Guest who has read 5 of 5", "Registered reader who has read 10 of 10"]);
}

#[tokio::test]
async fn the_doctor_finds_nothing_on_a_sound_paper() {
    let desk = Desk::opened().await;
    let seen = crate::doctor::leaks::examine(&desk.house).await.expect("examined");
    assert!(seen.leaks.is_empty(), "{:?}", seen.leaks);
    assert_eq!((seen.locked, seen.stories, seen.runs), (1, 1, CLOSED.len() + 1 - crate::doctor::runs::RUN));
    assert!(seen.answers > 40, "only {} answers", seen.answers);
}
