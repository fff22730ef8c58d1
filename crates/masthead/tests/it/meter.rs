//! The meter counts honestly: what opens, what does not, what counts, and what the page says about it.
use std::sync::{Arc, Barrier};
use std::thread;

use masthead::web::cookies;
use newsroom::articles::{Marking, Story};

use crate::browser::Browser;
use crate::client::{Connection, Request};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Rights, Shown, on_both};

on_both!(
    a_guest_reads_five_and_meets_the_wall,
    rereading_is_free,
    the_notice_appears_when_two_or_fewer_are_left,
    what_is_not_metered_is_never_counted,
    the_pass_is_set_only_when_something_was_counted,
    six_tabs_with_one_pass_open_exactly_five,
    six_tabs_of_a_first_visit_open_exactly_five,
    six_tabs_of_a_registered_reader_open_exactly_the_limit,
    the_month_ends_at_midnight_in_the_papers_zone,
    a_restart_forgets_no_guest,
    a_restart_forgets_no_registered_reader,
    registered_readers_have_a_limit_of_their_own,
    subscribers_and_staff_read_without_a_count,
    a_right_that_ended_opens_nothing_more,
);

/// Opens a story and says how much of it came.
pub fn read(paper: &Paper, browser: &mut Browser, story: &Story) -> Shown {
    let answer = browser.get(&story.path());
    assert_eq!(answer.status, 200);
    paper.shown(&answer.text(), story)
}

/// Opens stories one after the other and says how much of each came.
pub fn read_all(paper: &Paper, browser: &mut Browser, stories: &[Arc<Story>]) -> Vec<Shown> {
    stories.iter().map(|story| read(paper, browser, story)).collect()
}

/// How many of these a browser can open from here on.
pub fn openable(paper: &Paper, browser: &mut Browser, stories: &[Arc<Story>]) -> usize {
    read_all(paper, browser, stories).iter().filter(|s| **s == Shown::Open).count()
}

fn a_guest_reads_five_and_meets_the_wall(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    let mut guest = paper.browser();
    assert_eq!(read_all(&paper, &mut guest, &stories[..5]), [Shown::Open; 5]);
    let wall = guest.get(&stories[5].path());
    assert_eq!(wall.status, 200, "a wall is no error");
    assert_eq!(paper.shown(&wall.text(), &stories[5]), Shown::Preview);
    for words in [
        "You've reached your limit of 5 free articles this month",
        "Subscribe now for unlimited access",
        "Already subscribed? Log in",
        "start again on 1 December",
    ] {
        assert!(wall.words().contains(&words.to_lowercase()), "{words}\n{}", wall.words());
    }
    assert_eq!(wall.header("cache-control"), Some("private, no-store"));
    assert!(wall.text().contains("\"isAccessibleForFree\""), "search engines are told");
    assert!(!wall.text().contains("articleBody"));
}

fn rereading_is_free(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    let mut guest = paper.browser();
    for _ in 0..3 {
        assert_eq!(read_all(&paper, &mut guest, &stories[..5]), [Shown::Open; 5]);
    }
    assert_eq!(read(&paper, &mut guest, &stories[5]), Shown::Preview);
    assert_eq!(read_all(&paper, &mut guest, &stories[..5]), [Shown::Open; 5], "after the wall too");
}

fn the_notice_appears_when_two_or_fewer_are_left(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    let mut guest = paper.browser();
    let mut notices = Vec::new();
    for story in &stories[..5] {
        let words = guest.get(&story.path()).words();
        let at = words
            .find("free article left")
            .or_else(|| words.find("free articles left"))
            .or_else(|| words.find("last free article"));
        notices.push(at.map(|at| words[at.saturating_sub(11)..].split('.').next().unwrap_or_default().to_owned()));
    }
    assert_eq!(notices[..2], [None, None], "silent for the first reads");
    for (notice, said) in notices[2..].iter().zip([
        "have 2 free articles left this month",
        "have 1 free article left this month",
        "last free article this month",
    ]) {
        assert!(notice.as_deref().is_some_and(|n| n.contains(said)), "{said}: {notices:?}");
    }
    let again = guest.get(&stories[4].path()).words();
    assert!(again.contains("last free article this month"), "a re-read says the same");
    assert!(again.contains("start again on 1 december"));
}

fn what_is_not_metered_is_never_counted(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut guest = paper.browser();
    for (marking, shown) in
        [(Marking::Free, Shown::Open), (Marking::Registered, Shown::Preview), (Marking::Premium, Shown::Preview)]
    {
        for story in paper.stories(marking) {
            assert_eq!(read(&paper, &mut guest, &story), shown, "{marking:?}");
        }
    }
    assert_eq!(guest.cookie(cookies::GUEST), None, "nothing was counted, so nothing is kept");
    assert_eq!(openable(&paper, &mut guest, &paper.metered()), 5);
    for story in paper.stories(Marking::Free) {
        assert_eq!(read(&paper, &mut guest, &story), Shown::Open, "free stories stay open behind the wall");
    }
    let premium = guest.get(&paper.stories(Marking::Premium)[0].path()).words();
    assert!(premium.contains("subscribe to read the full story"));
    assert!(!premium.contains("reached your limit"), "the meter has no say in premium stories");
}

fn the_pass_is_set_only_when_something_was_counted(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    let mut guest = paper.browser();
    for path in ["/", "/harbour", "/feed.xml", "/subscribe", &stories[0].path().to_uppercase()] {
        assert_eq!(guest.get(path).header("set-cookie"), None, "{path}");
    }
    let first = guest.get(&stories[0].path());
    let cookie = first.cookie(cookies::GUEST).expect("the first count sets the pass").to_lowercase();
    for attribute in ["path=/", "secure", "httponly", "samesite=lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let lives: i64 = cookie.split("max-age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
    let ends = instant("2026-12-01T00:00:00+05:30").as_second() - paper.clock.now().as_second();
    assert_eq!(lives, ends, "a pass lives no longer than the period");
    assert_eq!(guest.get(&stories[0].path()).header("set-cookie"), None, "a re-read changes nothing");
}

/// Asks for all these paths at the same moment, each on a connection of its own that stays open until all are answered.
pub fn at_once(paper: &Paper, browser: &Browser, stories: &[Arc<Story>]) -> Vec<Shown> {
    let start = Barrier::new(stories.len());
    let end = Barrier::new(stories.len());
    thread::scope(|scope| {
        let tabs: Vec<_> = stories
            .iter()
            .map(|story| {
                let bytes = browser.tab().bytes(&Request::get(&story.path()));
                let (start, end) = (&start, &end);
                scope.spawn(move || {
                    let mut connection = Connection::to(paper.address());
                    start.wait();
                    connection.send(bytes);
                    let answer = connection.answer("GET");
                    end.wait();
                    assert_eq!(answer.status, 200);
                    paper.shown(&answer.text(), story)
                })
            })
            .collect();
        tabs.into_iter().map(|tab| tab.join().unwrap()).collect()
    })
}

fn open(shown: &[Shown]) -> usize {
    shown.iter().filter(|s| **s == Shown::Open).count()
}

fn six_tabs_with_one_pass_open_exactly_five(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    for round in 0..50 {
        let mut guest = paper.browser();
        assert_eq!(read(&paper, &mut guest, &stories[0]), Shown::Open);
        let shown = at_once(&paper, &guest, &stories[..6]);
        assert_eq!(shown[0], Shown::Open, "round {round}: what was read stays open");
        assert_eq!(open(&shown), 5, "round {round}: {shown:?}");
    }
}

fn six_tabs_of_a_first_visit_open_exactly_five(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    for round in 0..50 {
        let shown = at_once(&paper, &paper.browser(), &stories[..6]);
        assert_eq!(open(&shown), 5, "round {round}: {shown:?}");
    }
}

fn six_tabs_of_a_registered_reader_open_exactly_the_limit(engine: Engine) {
    let paper = Paper::open(engine, Settings { guest_limit: 3, registered_limit: 5, ..Settings::default() });
    let stories = paper.metered();
    for round in 0..10 {
        let (_, session) = paper.sign_in("reader", Rights::None);
        let shown = at_once(&paper, &paper.browser().holding(&session), &stories[..6]);
        assert_eq!(open(&shown), 5, "round {round}: {shown:?}");
    }
}

fn the_month_ends_at_midnight_in_the_papers_zone(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    paper.set_clock(instant("2026-11-30T23:59:59.999+05:30"));
    let mut guest = paper.browser();
    assert_eq!(openable(&paper, &mut guest, &stories), 5);
    let stale = format!("{}={}", cookies::GUEST, guest.cookie(cookies::GUEST).unwrap());
    // Midnight in UTC is half past five in the paper's zone: nothing happens then.
    paper.set_clock(instant("2026-12-01T00:00:00+05:30"));
    assert_eq!(guest.tab().get(&stories[9].path()).status, 200);
    let mut keeps_it = paper.browser().holding(&stale);
    assert_eq!(openable(&paper, &mut keeps_it, &stories), 5, "a pass of last month is none");
    assert_eq!(openable(&paper, &mut guest, &stories), 5, "a new month, a new count");
    let wall = guest.get(&stories[11].path()).words();
    assert!(wall.contains("start again on 1 january"), "{wall}");
    paper.set_clock(instant("2026-12-01T05:30:00+05:30"));
    assert_eq!(read(&paper, &mut guest, &stories[11]), Shown::Preview);
}

fn a_restart_forgets_no_guest(engine: Engine) {
    let mut paper = Paper::usual(engine);
    let stories = paper.metered();
    let mut guest = paper.browser();
    assert_eq!(openable(&paper, &mut guest, &stories[..4]), 4);
    paper.restart();
    guest.follow(&paper);
    assert_eq!(read_all(&paper, &mut guest, &stories[..4]), [Shown::Open; 4], "the pass remembers");
    assert_eq!(openable(&paper, &mut guest, &stories[4..]), 1);
}

fn a_restart_forgets_no_registered_reader(engine: Engine) {
    let mut paper = Paper::usual(engine);
    let stories = paper.metered();
    let (_, session) = paper.sign_in("reader", Rights::None);
    let mut reader = paper.browser().holding(&session);
    assert_eq!(openable(&paper, &mut reader, &stories[..6]), 6);
    // Stopping writes down what is still noted.
    paper.restart();
    reader.follow(&paper);
    assert_eq!(read_all(&paper, &mut reader, &stories[..6]), [Shown::Open; 6]);
    assert_eq!(openable(&paper, &mut reader, &stories[6..]), 1);
}

fn registered_readers_have_a_limit_of_their_own(engine: Engine) {
    let paper = Paper::usual(engine);
    let stories = paper.metered();
    let (_, session) = paper.sign_in("reader", Rights::None);
    let mut reader = paper.browser().holding(&session);
    assert_eq!(openable(&paper, &mut reader, &stories), 7);
    let wall = reader.get(&stories[11].path()).words();
    assert!(wall.contains("you've reached your limit of 7 free articles this month"), "{wall}");
    for story in paper.stories(Marking::Registered) {
        assert_eq!(read(&paper, &mut reader, &story), Shown::Open);
    }
    for story in paper.stories(Marking::Premium) {
        assert_eq!(read(&paper, &mut reader, &story), Shown::Preview);
    }
    let mut phone = paper.browser().holding(&session);
    assert_eq!(openable(&paper, &mut phone, &stories), 7, "one pool for all devices: the same seven");
    assert_eq!(phone.cookie(cookies::GUEST), None, "a signed-in reader carries no guest's pass");
}

fn subscribers_and_staff_read_without_a_count(engine: Engine) {
    let paper = Paper::usual(engine);
    let all: Vec<_> = Marking::ALL.into_iter().flat_map(|m| paper.stories(m)).collect();
    for (role, rights) in [("reader", Rights::Paid), ("staff", Rights::None)] {
        let (id, session) = paper.sign_in(role, rights);
        let mut reader = paper.browser().holding(&session);
        assert_eq!(openable(&paper, &mut reader, &all), all.len(), "{role}");
        let period = paper.house().meter.period(paper.clock.now());
        let reads = paper.house().meter.reads_of(circulation::readers::ReaderId(id), &period);
        assert_eq!(reads.count(), 0, "{role}: nothing is counted");
        let page = reader.get(&paper.metered()[0].path()).words();
        assert!(!page.contains("free articles left") && !page.contains("last free article"));
        let advertised = page.contains("rope by the fathom");
        assert_eq!(advertised, rights == Rights::None, "{role}: subscribers' pages carry no advertisement");
    }
}

fn a_right_that_ended_opens_nothing_more(engine: Engine) {
    let paper = Paper::usual(engine);
    let premium = paper.stories(Marking::Premium);
    let (_, session) = paper.sign_in("reader", Rights::Paid);
    let mut reader = paper.browser().holding(&session);
    assert_eq!(read(&paper, &mut reader, &premium[0]), Shown::Open);
    // The right was given for thirty days from the settings' now; the session lasts as long.
    paper.set_clock(instant("2026-12-20T09:59:59.999+05:30"));
    assert_eq!(read(&paper, &mut reader, &premium[0]), Shown::Open, "to the last moment");
    let (_, lapsed) = paper.sign_in("reader", Rights::Lapsed);
    let mut lapsed = paper.browser().holding(&lapsed);
    assert_eq!(read(&paper, &mut lapsed, &premium[0]), Shown::Preview);
    assert_eq!(openable(&paper, &mut lapsed, &paper.metered()), 7, "a lapsed reader is a registered one");
    paper.set_clock(instant("2026-12-20T10:00:00+05:30"));
    assert_eq!(read(&paper, &mut reader, &premium[0]), Shown::Preview, "and not a moment longer");
}
