//! The wall by keyboard alone.
use fantoccini::key::Key;
use serde_json::Value;

use super::driver::{self, Chromium, Kind};
use super::read_metered;
use super::town::Town;

/// What has the focus: its words, where it leads, whether a ring is drawn around it or the card it stands on, and whether
/// it comes after the one before in the page.
const FOCUSED: &str = r"
    const now = document.activeElement, before = window.focusedBefore;
    window.focusedBefore = now;
    const ring = e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
    return {
        words: now.textContent.trim(),
        href: now.getAttribute('href') || '',
        wall: !!now.closest('.wall'),
        ring: ring(now) || !!(now.closest('.card') && ring(now.closest('.card'))),
        later: !before || !!(before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING),
    };";

fn tab(chromium: &Chromium) -> Value {
    chromium.press(Key::Tab);
    let focused = chromium.run(FOCUSED, vec![]);
    // What slides in takes its time.
    let seen =
        "const box = document.activeElement.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight;";
    chromium.until("the focus in view", || (chromium.run(seen, vec![]) == true).then_some(()));
    for quality in ["ring", "later"] {
        assert_eq!(focused[quality], true, "{quality}: {focused}");
    }
    focused
}

#[test]
fn the_wall_is_reached_and_passed_by_keyboard_with_the_focus_always_in_sight() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    let walled = read_metered(&chromium, &town, 5);
    chromium.open(&walled);

    assert_eq!(tab(&chromium)["words"], "Skip to the content");
    chromium.press(Key::Enter);
    // Past the navigation: the story's own section comes next, not the header's links.
    let first = tab(&chromium);
    assert!(first["href"].as_str().unwrap().starts_with('/'), "{first}");
    assert_eq!(chromium.run("return !!document.activeElement.closest('main')", vec![]), true);

    let mut steps = vec![first];
    while steps.last().is_none_or(|focused| focused["wall"] == false) {
        assert!(steps.len() < 12, "the wall is far: {steps:?}");
        steps.push(tab(&chromium));
    }
    let choose = steps.last().expect("there was a step");
    assert!(choose["href"].as_str().unwrap().starts_with("/checkout?plan="), "{choose}");
    chromium.press_and_go(Key::Enter);
    assert!(chromium.path().starts_with("/signup?next="), "{}", chromium.path());

    // The whole form by keyboard as well.
    for _ in 0..40 {
        if tab(&chromium)["words"] == "Create the account" {
            chromium.press(Key::Enter);
            let invalid = chromium.run("return document.activeElement.id", vec![]);
            assert_eq!(invalid, "email", "an empty form leads to the first field that must be filled");
            return;
        }
    }
    panic!("the button of the form was not reached")
}
