//! Attempts on the guest's pass: forged, changed, copied, older, foreign ones yield nothing.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use circulation::meter::GuestId;
use masthead::web::cookies;
use newsroom::articles::Story;

use crate::browser::Browser;
use crate::client::{Answer, Request};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Shown};
use crate::meter::{openable, read, read_all};

/// A paper whose network has no fresh guest left after one: whatever is treated as no pass opens nothing.
fn with_one_fresh_guest() -> Paper {
    Paper::open(Engine::Sqlite, Settings { fresh_guests_per_network: 1, ..Settings::default() })
}

/// A guest who has read five.
pub fn exhausted(paper: &Paper) -> (Browser, String) {
    let mut guest = paper.browser();
    assert_eq!(openable(paper, &mut guest, &paper.metered()), 5);
    let pass = guest.cookie(cookies::GUEST).expect("a pass");
    (guest, pass)
}

/// Asks with exactly this `Cookie` header.
fn with_cookie(paper: &Paper, cookie: &str, story: &Story) -> Answer {
    paper.browser().send(&Request::get(&story.path()).with("cookie", cookie))
}

#[test]
fn a_pass_with_any_byte_changed_is_no_pass() {
    let paper = with_one_fresh_guest();
    let (_, pass) = exhausted(&paper);
    let story = &paper.metered()[8];
    let bytes = URL_SAFE_NO_PAD.decode(&pass).expect("a pass is base64url");
    let honest = with_cookie(&paper, &format!("{}={pass}", cookies::GUEST), story);
    assert!(honest.words().contains("you've reached your limit of 5 free articles"));
    let fresh = paper.browser().get(&story.path());
    assert!(fresh.words().contains("many new readers have come from your network"), "{}", fresh.words());
    let mut tried = 0;
    for at in 0..bytes.len() {
        for bit in [0, 3, 7] {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let answer = with_cookie(&paper, &format!("{}={}", cookies::GUEST, URL_SAFE_NO_PAD.encode(changed)), story);
            assert_eq!(answer.status, 200, "byte {at}, bit {bit}");
            assert_eq!(answer.body, fresh.body, "byte {at}, bit {bit}: as without a cookie");
            assert_eq!(answer.header("set-cookie"), None);
            tried += 1;
        }
    }
    assert!(tried >= 3 * 60, "version, key, period, guest, five reads and the seal");
}

#[test]
fn a_pass_cut_short_stretched_or_badly_written_is_no_pass() {
    let paper = with_one_fresh_guest();
    let (_, pass) = exhausted(&paper);
    let story = &paper.metered()[8];
    let fresh = paper.browser().get(&story.path());
    let name = cookies::GUEST;
    let mut values: Vec<String> = (0..pass.len()).map(|n| format!("{name}={}", &pass[..n])).collect();
    values.extend([
        format!("{name}={pass}A"),
        format!("{name}={pass}=="),
        format!("{name}={pass}{pass}"),
        format!("{name}=\"{pass}\""),
        format!("{name}=%41{}", &pass[1..]),
        format!("{name}={}", pass.to_lowercase()),
        format!("{name}={}", "A".repeat(7000)),
        format!("{name}=null"),
        format!("{name}={{\"reads\":[]}}"),
        name.to_owned(),
        format!("{}={pass}", name.to_lowercase()),
        format!("guest={pass}"),
        format!("{name}={pass}; {name}={pass}"),
        format!("{name}={pass}; {name}="),
        format!("{name}=; {name}={pass}"),
    ]);
    for value in values {
        let answer = with_cookie(&paper, &value, story);
        assert_eq!(answer.status, 200, "{value}");
        assert_eq!(answer.body, fresh.body, "as without a cookie: {value}");
    }
    let crowd = (0..300).map(|n| format!("c{n}=x")).collect::<Vec<_>>().join("; ");
    let answer = with_cookie(&paper, &format!("{crowd}; {name}={pass}"), story);
    assert!(answer.words().contains("you've reached your limit of 5"), "three hundred others do not hide the pass");
}

#[test]
fn a_pass_of_another_paper_or_month_is_no_pass() {
    let paper = with_one_fresh_guest();
    exhausted(&paper);
    let story = &paper.metered()[8];
    let elsewhere = Paper::open(Engine::Sqlite, Settings { seed: 77, ..Settings::default() });
    assert_eq!(with_cookie(&elsewhere, &elsewhere.pass(&[]), &elsewhere.metered()[8]).status, 200);
    let foreign = with_cookie(&paper, &elsewhere.pass(&[]), story);
    assert_eq!(paper.shown(&foreign.text(), story), Shown::Preview, "sealed with another key");
    let now = paper.clock.now();
    let other = |at: &str| {
        paper.set_clock(instant(at));
        let pass = paper.pass(&[]);
        paper.set_clock(now);
        pass
    };
    for at in ["2026-10-20T10:00:00+05:30", "2025-11-20T10:00:00+05:30", "2026-12-20T10:00:00+05:30"] {
        let pass = other(at);
        let answer = with_cookie(&paper, &pass, story);
        assert_eq!(paper.shown(&answer.text(), story), Shown::Preview, "sealed for {at}");
    }
    let own = with_cookie(&paper, &paper.pass(&[]), story);
    assert_eq!(paper.shown(&own.text(), story), Shown::Open, "the control: a pass of this paper and month opens");
}

#[test]
fn an_older_pass_is_worth_nothing_while_the_server_remembers() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let mut guest = paper.browser();
    assert_eq!(read(&paper, &mut guest, &stories[0]), Shown::Open);
    let old = format!("{}={}", cookies::GUEST, guest.cookie(cookies::GUEST).unwrap());
    assert_eq!(openable(&paper, &mut guest, &stories[1..]), 4);
    let mut rolled_back = paper.browser().holding(&old);
    assert_eq!(openable(&paper, &mut rolled_back, &stories[5..]), 0, "the sixth stays closed");
    assert_eq!(read_all(&paper, &mut rolled_back, &stories[..5]), [Shown::Open; 5], "what was counted stays open");
}

#[test]
fn one_pass_copied_to_fifty_browsers_is_one_allowance() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    let pass = paper.pass(&[]);
    let mut opened = Vec::new();
    for copy in 0..50 {
        let story = &stories[copy % stories.len()];
        if read(&paper, &mut paper.browser().holding(&pass), story) == Shown::Open {
            opened.push(story.number);
        }
    }
    opened.sort();
    opened.dedup();
    assert_eq!(opened.len(), 5);
}

#[test]
fn a_guest_with_an_unknown_number_is_still_bounded() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.metered();
    // A pass the server sealed but does not remember, as after a restart, full already.
    let period = paper.house().meter.period(paper.clock.now());
    let mut reads = circulation::meter::ReadList::new();
    for story in &stories[..5] {
        reads.insert(circulation::meter::Read::new(story.number.0, period.today));
    }
    let value = paper.house().meter.seal(GuestId(4_711), &period, reads);
    let mut guest = paper.browser().holding(&format!("{}={value}", cookies::GUEST));
    assert_eq!(openable(&paper, &mut guest, &stories[5..]), 0);
    assert_eq!(openable(&paper, &mut guest, &stories[..5]), 5);
}
