//! What lists say of stories that need the right to the archive: the same that the gate says, on every day.
use jiff::{SignedDuration, Timestamp};
use newsroom::articles::{Marking, Story};

use crate::browser::Browser;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(lists_mark_what_the_gate_keeps_for_the_archive, a_badge_comes_with_the_day_wherever_pages_are_kept);

fn open(engine: Engine, more: &'static str) -> Paper {
    let stories = Marking::ALL.map(|marking| (marking, 2));
    Paper::open(engine, Settings { stories, more, ..Settings::default() })
}

fn date(paper: &Paper, story: &Story, at: Option<Timestamp>) -> Story {
    let story = Story { published_at: at, topics: vec!["tides".into()], section: "harbour".into(), ..story.clone() };
    paper.block_on(async {
        paper.house().store.save_story(&story, None, paper.clock.now()).await.unwrap();
        paper.house().refresh().await.unwrap();
    });
    story
}

/// What stands in a list beside a story's headline: the badges of its card.
fn badges(page: &str, path: &str) -> Vec<String> {
    let at = page.find(&format!("href=\"{path}\"")).unwrap_or_else(|| panic!("{path} is not in the list"));
    let begins = page[..at].rfind("<article").max(page[..at].rfind("<li")).unwrap();
    let rest = &page[begins..];
    let ends =
        rest[at - begins..].find("</article>").into_iter().chain(rest[at - begins..].find("</li>")).min().unwrap();
    let card = &rest[..at - begins + ends];
    card.split("<span class=\"badge\">").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

fn lists_mark_what_the_gate_keeps_for_the_archive(engine: Engine) {
    for more in ["[archive]\nafter_days = 30", ""] {
        let paper = open(engine, more);
        let (now, day) = (paper.clock.now(), SignedDuration::from_hours(24));
        let stories: Vec<Story> = Marking::ALL
            .into_iter()
            .flat_map(|marking| {
                let both = paper.stories(marking);
                [date(&paper, &both[0], Some(now - day * 31)), date(&paper, &both[1], Some(now - day * 29))]
            })
            .collect();
        crate::search::index(&paper);
        let subscriber = paper.browser().holding(&paper.sign_in("reader", Rights::Paid).1);
        let mut reader = paper.browser().holding(&paper.sign_in("reader", Rights::None).1);
        let mut both: [Browser; 2] = [paper.browser(), subscriber];
        for (nth, story) in stories.iter().enumerate() {
            let path = story.path();
            let is_old = nth.is_multiple_of(2) && !more.is_empty();
            let premium = (story.marking == Marking::Premium).then_some("Premium");
            let archive = (is_old && story.marking != Marking::Free).then_some("Archive");
            let expected: Vec<&str> = premium.into_iter().chain(archive).collect();
            // the wall says the same as the badge, but where it names the stricter right first
            let walled = reader.get(&path).text().contains("This story is from the archive");
            assert_eq!(walled, archive.is_some() && premium.is_none(), "{path}");
            let month = if nth.is_multiple_of(2) { "/archive/2026/10/20" } else { "/archive/2026/10/22" };
            for list in ["/harbour", "/search?q=topic:tides", month, "/topics/tides", "/authors/ila-bhonsle"] {
                for browser in &mut both {
                    assert_eq!(badges(&browser.get(list).text(), &path), expected, "{path} in {list}");
                }
            }
            assert_eq!(badges(&both[0].get("/").text(), &path), expected, "{path} on the front page");
        }
    }
}

fn a_badge_comes_with_the_day_wherever_pages_are_kept(engine: Engine) {
    let paper = open(engine, "[archive]\nafter_days = 30");
    let ripens = date(&paper, &paper.stories(Marking::Metered)[0], Some("2026-10-21T08:00:00+05:30".parse().unwrap()));
    let beside = date(&paper, &paper.stories(Marking::Free)[0], Some("2026-10-19T08:00:00+05:30".parse().unwrap()));
    paper.set_clock("2026-11-20T23:59:59+05:30".parse().unwrap());
    let mut guest = paper.browser();
    let lists = ["/", "/harbour", "/archive/2026/10/21", "/archive/2026/10", "/topics/tides", &beside.path()];
    let kept: Vec<Option<String>> = lists
        .iter()
        .map(|list| {
            let answer = guest.get(list);
            assert!(badges(&answer.text(), &ripens.path()).is_empty(), "{list}");
            answer.header("cache-control").map(str::to_owned)
        })
        .collect();
    for (list, kept) in lists.iter().zip(&kept) {
        assert_eq!(kept.as_deref(), Some("public, max-age=0, must-revalidate"), "{list} would say it too late");
    }
    assert_eq!(guest.get("/archive/2026/10/19").header("cache-control"), Some("public, max-age=300, s-maxage=3600"));
    paper.set_clock("2026-11-21T00:00:00+05:30".parse().unwrap());
    for list in lists {
        assert_eq!(badges(&guest.get(list).text(), &ripens.path()), ["Archive"], "{list}");
    }
    let over = guest.get("/archive/2026/10/21");
    assert_eq!(
        over.header("cache-control"),
        Some("public, max-age=300, s-maxage=3600"),
        "nothing on it changes any more"
    );
}
