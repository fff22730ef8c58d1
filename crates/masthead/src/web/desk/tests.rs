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
use store::{Created, DoubtFilter, DoubtKind, Evidence, LineLeftOut, NewDoubt, NewReader, NewSession, PlaceInStory};
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
            gateway: None,
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

    /// Publishes one more story.
    async fn with_story(&self, slug: &str, headline: &str) -> StoryNumber {
        let mut story = self.house.store.story(self.number).await.expect("read").expect("there").story;
        (story.number, story.slug, story.headline) = (StoryNumber(0), slug.into(), headline.into());
        let number = self.house.store.save_story(&story, None, self.house.clock.now()).await.expect("saved").number();
        self.house.refresh().await.expect("refreshed");
        number
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
    let odd = desk.ask(&staff, "/desk?marking=gratis&state=sleepy", None).await;
    assert_eq!(odd.status, StatusCode::OK);
    assert!(odd.body.contains("“gratis” is not a marking, so all are shown") && odd.body.contains("Ports reopen"));
    assert!(odd.body.contains("“sleepy” cannot be looked for"));
}

#[tokio::test]
async fn what_is_saved_is_obeyed_at_once_and_leaves_a_trace() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let saved = desk.ask(&staff, &story, Some("marking=metered&next=%2Fdesk%3Fq%3Dports")).await;
    assert_eq!((saved.status, desk.marking()), (StatusCode::SEE_OTHER, Marking::Metered));
    assert!(saved.location.starts_with(&format!("/desk?q=ports&saved={}&event=", desk.number.0)), "{}", saved.location);
    let list = desk.ask(&staff, &saved.location, None).await;
    assert!(list.body.contains("“Ports reopen”: Saved. Marked metered (was premium)."), "{}", list.body);
    let saved =
        desk.ask(&staff, &story, Some("headline=Harbours+open&standfirst=Slowly&pick=1&next=//evil.example")).await;
    assert!(saved.location.starts_with(&format!("{story}?saved=1&event=")), "{}", saved.location);
    let entry = Arc::clone(desk.house.catalogue.load().story(desk.number).expect("published"));
    assert_eq!((entry.story.headline.as_str(), entry.story.pick), ("Harbours open", Some(1)));
    assert_eq!(entry.story.marking, Marking::Metered);
    let subject = format!("story:{}", desk.number.0);
    let events = desk.house.store.events_of(&subject).await.expect("events");
    assert_eq!(events.len(), 2);
    assert!(events[0].actor.starts_with("staff:"));
    assert_eq!(events[0].data, json!({ "marking": { "from": "premium", "to": "metered" } }));
    let same = desk.ask(&staff, &story, Some("marking=metered")).await;
    assert_eq!(same.location, format!("{story}?saved=1"));
    assert!(desk.ask(&staff, &same.location, None).await.body.contains("Nothing was different."));
    assert_eq!(desk.house.store.events_of(&subject).await.expect("events").len(), 2, "nothing changed");
}

#[tokio::test]
async fn a_headline_that_tells_what_is_closed_goes_when_the_desk_closes_the_story() {
    const SAID: &str = "The headline was left out: everybody reads it, and it repeats what is closed now.";
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let form = format!("/desk/stories/{}", desk.number.0);
    let telling = format!("marking=free&headline={}", CLOSED.replace(' ', "+"));
    assert_eq!(desk.ask(&staff, &form, Some(&telling)).await.status, StatusCode::SEE_OTHER);
    for next in ["/desk", ""] {
        for marking in ["premium", "free"] {
            let saved = desk.ask(&staff, &form, Some(&format!("marking={marking}&next={next}"))).await;
            let said = desk.ask(&staff, &saved.location, None).await.body;
            assert_eq!(said.contains(SAID), marking == "premium", "{next} {marking}: {said}");
            let kept = desk.house.store.story(desk.number).await.expect("read").expect("there").story;
            assert!(kept.headline_provisional && kept.told_by(&kept.headline).is_none(), "{}", kept.headline);
        }
        assert_eq!(desk.ask(&staff, &form, Some(&telling)).await.status, StatusCode::SEE_OTHER);
    }
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

/// The value of the hidden field in the form that follows `mark`.
fn revision(body: &str, mark: &str) -> i64 {
    let form = body.split(mark).nth(1).expect("the form");
    let value = form.split("name=\"revision\" value=\"").nth(1).and_then(|v| v.split('"').next());
    value.and_then(|v| v.parse().ok()).expect("a revision")
}

#[tokio::test]
async fn a_stale_form_does_not_undo_what_somebody_else_saved() {
    let desk = Desk::opened().await;
    let (one, other) = (desk.sign_in("one", "staff").await, desk.sign_in("other", "staff").await);
    let story = format!("/desk/stories/{}", desk.number.0);
    let mark = format!("action=\"{story}\"");
    let seen = revision(&desk.ask(&one, &story, None).await.body, &mark);
    assert_eq!(revision(&desk.ask(&one, "/desk", None).await.body, &mark), seen);
    let first = desk.ask(&other, &story, Some(&format!("revision={seen}&marking=free"))).await;
    assert_eq!((first.status, desk.marking()), (StatusCode::SEE_OTHER, Marking::Free));
    let stale = format!("revision={seen}&headline=Harbours+open&marking=premium");
    let refused = desk.ask(&one, &story, Some(&stale)).await;
    assert_eq!((refused.status, desk.marking()), (StatusCode::CONFLICT, Marking::Free));
    assert!(refused.body.contains("Somebody changed this story meanwhile"));
    assert!(refused.body.contains(">Ports reopen</td>") && refused.body.contains(">Harbours open</td>"));
    assert!(refused.body.contains(">free</td>") && refused.body.contains(">premium</td>"));
    let now = desk.house.store.story(desk.number).await.expect("read").expect("there");
    assert_eq!((now.story.headline.as_str(), now.revision), ("Ports reopen", seen + 1));
    assert_eq!(revision(&refused.body, &mark), seen + 1, "the form is fresh again");
    let again = format!("revision={}&headline=Harbours+open", seen + 1);
    assert_eq!(desk.ask(&one, &story, Some(&again)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.marking(), Marking::Free);
}

#[tokio::test]
async fn of_two_forms_sent_at_once_one_is_saved() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let (a, b) = tokio::join!(
        desk.ask(&staff, &story, Some("revision=1&marking=free")),
        desk.ask(&staff, &story, Some("revision=1&marking=metered")),
    );
    let mut statuses = [a.status, b.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
}

#[tokio::test]
async fn unseen_characters_are_refused_and_taken_out_of_the_form() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let story = format!("/desk/stories/{}", desk.number.0);
    let refused = desk.ask(&staff, &story, Some("headline=Ports%E2%80%AE+open&standfirst=a%00b")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("U+202E") && refused.body.contains("U+0000"));
    assert!(refused.body.contains(">Ports open</textarea>") && !refused.body.contains(['\u{202e}', '\0']));
    assert_eq!(desk.house.store.story(desk.number).await.expect("read").expect("there").story.headline, "Ports reopen");
}

#[tokio::test]
async fn a_pick_says_whom_it_was_taken_from() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let second = desk.with_story("second-story", "A second story").await;
    desk.ask(&staff, &format!("/desk/stories/{}", desk.number.0), Some("pick=1")).await;
    let saved = desk.ask(&staff, &format!("/desk/stories/{}", second.0), Some("pick=1")).await;
    let page = desk.ask(&staff, &saved.location, None).await.body;
    let wanted =
        format!("Pick 1 (was none), taken from story {} “Ports reopen”, which has no pick now.", desk.number.0);
    assert!(page.contains(&wanted), "{page}");
}

#[tokio::test]
async fn the_list_finds_what_is_unfinished() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let undated = desk.ask(&staff, "/desk?state=undated", None).await.body;
    assert!(undated.contains(">Ports reopen</a>") && undated.contains("1 in all."));
    let provisional = desk.ask(&staff, "/desk?state=provisional", None).await.body;
    assert!(!provisional.contains(">Ports reopen</a>") && provisional.contains("Show all stories"));
}

#[tokio::test]
async fn a_report_quotes_the_doubted_paragraph_and_leads_there() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let number = desk.number.0;
    let report = json!({
        "source": "old-site", "added": 1, "numbers": { "abc": number },
        "archive": { "stories": [{
            "key": "abc", "title": "Ports reopen", "crawls": ["a.txt"], "paragraphs": 2, "dropped": [],
            "doubts": [{ "paragraph": 2, "text": "seen once" }, { "paragraph": 9, "text": "gone" }],
        }] },
    });
    let id = desk.house.store.save_import("1 new", &report, desk.house.clock.now()).await.expect("kept");
    let page = desk.ask(&staff, &format!("/desk/imports/{id}"), None).await.body;
    let wanted = format!(
        "<a href=\"/desk/stories/{number}#p2\">Paragraph 2</a> <q dir=\"auto\">The harbour master said that no ship would sail before …</q>"
    );
    assert!(page.contains(&wanted), "{page}");
    assert!(page.contains(&format!("<a href=\"/desk/stories/{number}\">Paragraph 9</a> gone")), "{page}");
    assert!(desk.ask(&staff, &format!("/desk/stories/{number}"), None).await.body.contains("id=\"p2\""));
}

#[tokio::test]
async fn a_decision_is_shown_with_who_and_a_date_of_the_papers_zone() {
    let desk = Desk::opened().await;
    let nameless = desk.sign_in("", "staff").await;
    let evidence = Evidence { choices: vec!["2015-12-12T20:30:00Z".into()], ..Evidence::default() };
    let (key, text) = ("day".to_owned(), "two days are named".to_owned());
    let doubt = NewDoubt { key, kind: DoubtKind::Date, paragraph: None, text, evidence };
    desk.house.store.add_doubts(desk.number, &[doubt], None, desk.house.clock.now()).await.expect("added");
    let id = desk.house.store.doubts(&DoubtFilter::default(), 1, 0).await.expect("doubts")[0].id;
    let done = desk.ask(&nameless, &format!("/desk/doubts/{id}"), Some("choice=choice-0")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let said = desk.ask(&nameless, &done.location, None).await.body;
    let list = desk.ask(&nameless, "/desk/doubts?state=decided", None).await.body;
    // the sample's zone is five and a half hours ahead
    for page in [&said, &list] {
        assert!(page.contains("13 December 2015, 02:00 (+05:30)") && !page.contains("2015-12-12T20:30:00Z."), "{page}");
    }
    assert!(list.contains("<p>@example.com decided <time"), "{list}");
}

#[tokio::test]
async fn lines_that_were_left_out_go_back_to_their_places_and_out_again() {
    let desk = Desk::opened().await;
    let staff = desk.sign_in("editor", "staff").await;
    let place = |after, above: Option<&str>, below: Option<&str>| PlaceInStory {
        after,
        above: above.map(str::to_owned),
        below: below.map(str::to_owned),
        between: Vec::new(),
    };
    // The number is of a story that has changed since: what stands beside the line tells its place.
    let lines = vec![
        LineLeftOut { text: "The breakwater".into(), places: vec![place(7, Some(OPEN), Some(CLOSED))] },
        LineLeftOut { text: "At dawn".into(), places: vec![place(0, None, Some(OPEN)), place(2, Some(CLOSED), None)] },
    ];
    let doubt = |key: &str| NewDoubt {
        key: key.into(),
        kind: DoubtKind::LeftOut,
        paragraph: None,
        text: "left out: two lines".into(),
        evidence: Evidence { lines: lines.clone(), ..Evidence::default() },
    };
    let add = async |key: &str| {
        desk.house.store.add_doubts(desk.number, &[doubt(key)], None, desk.house.clock.now()).await.expect("added")
    };
    assert_eq!((add("once").await, add("again").await), (1, 0), "no line is asked about twice");
    let id = desk.house.store.doubts(&DoubtFilter::default(), 1, 0).await.expect("doubts")[0].id;
    let list = desk.ask(&staff, "/desk/doubts", None).await.body;
    for words in
        ["Leave them out", "Put all back", "Put back “At dawn” alone", "Behind paragraph 7", "below it: The harbour"]
    {
        assert!(list.contains(words), "{words}: {list}");
    }
    let body = async || {
        let story = desk.house.store.story(desk.number).await.expect("read").expect("a story").story;
        story.body.iter().map(|block| block.text().to_owned()).collect::<Vec<_>>()
    };
    for (choice, expected) in [
        ("put-back", vec!["At dawn", OPEN, "The breakwater", CLOSED, "At dawn"]),
        ("put-back-0", vec![OPEN, "The breakwater", CLOSED]),
        ("keep", vec![OPEN, CLOSED]),
    ] {
        let done = desk.ask(&staff, &format!("/desk/doubts/{id}"), Some(&format!("choice={choice}"))).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{choice}: {}", done.body);
        assert_eq!(body().await, expected, "{choice}");
        desk.ask(&staff, &format!("/desk/doubts/{id}"), Some("choice=undo")).await;
        assert_eq!(body().await, [OPEN, CLOSED], "{choice} undone");
    }
}

#[tokio::test]
async fn who_comes_from_a_plan_is_told_what_follows_the_account() {
    let desk = Desk::opened().await;
    let plan = &desk.house.publication.plans.plans()[0].terms;
    let page = desk.ask("", &format!("/signup?next=%2Fcheckout%3Fplan%3D{}", plan.code.as_str()), None).await.body;
    assert!(page.contains(&format!("First a free account, then payment: {}, {}.", plan.name, plan.price)), "{page}");
    for next in ["%2Fcheckout%3Fplan%3Dnone", "%2Fdesk%3Fplan%3Dx", "%2F"] {
        let page = desk.ask("", &format!("/signup?next={next}"), None).await.body;
        assert!(page.contains("No card needed") && !page.contains("then payment"), "{next}");
    }
    let code = desk.ask("", "/login/code?email=a%40example.com", None).await.body;
    assert!(code.contains("only in this browser") && code.contains("This paper sends no mail:"));
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
    let seen =
        crate::doctor::leaks::examine(&desk.house, crate::doctor::leaks::Depth::Sample, 0).await.expect("examined");
    assert!(seen.leaks.is_empty(), "{:?}", seen.leaks);
    assert_eq!((seen.locked, seen.stories, seen.runs), (1, 1, CLOSED.len() + 1 - newsroom::runs::RUN));
    assert!(seen.answers > 40, "only {} answers", seen.answers);
}
