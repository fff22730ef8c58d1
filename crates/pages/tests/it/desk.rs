//! The desk's pages.
use crate::markup::text;
use crate::samples;
use pages::Page;
use pages::views::*;

fn show(page: &dyn Page) -> String {
    page.render(&samples::paper(), Reader::Staff).expect("a page")
}

/// Where in the page something stands.
fn place(html: &str, what: &str) -> usize {
    html.find(what).unwrap_or_else(|| panic!("{what} is not there: {html}"))
}

#[test]
fn a_conflict_shows_both_sides() {
    let difference = Difference { field: "Headline", now: "Theirs <b>".into(), typed: String::new() };
    let story = DeskStory { conflict: Some(vec![difference]), ..samples::desk_story() };
    let html = show(&story);
    let words = text(&html);
    assert!(words.contains("Somebody changed this story meanwhile Nothing of yours was saved"), "{words}");
    assert!(html.contains("Theirs &#60;b&#62;</td>") && html.contains(">–</td>"));
    let same = text(&show(&DeskStory { conflict: Some(vec![]), ..samples::desk_story() }));
    assert!(same.contains("What you sent is what the story says already."));
    assert!(!show(&samples::desk_story()).contains("conflict-heading"));
}

#[test]
fn a_report_puts_doubts_first_and_leads_to_the_paragraph() {
    let html = show(&samples::imports());
    assert!(html.contains("<a href=\"/desk/stories/61#p4\">Paragraph 4</a> <q dir=\"auto\">He would not say why.</q>"));
    assert!(place(&html, "Doubted") < place(&html, "<details>"));
    assert!(place(&html, "<details>") < place(&html, "More From This Section</q>"));
    let story = samples::desk_story();
    let html = show(&story);
    for number in 1..=story.body.len() {
        assert_eq!(html.matches(&format!(" id=\"p{number}\"")).count(), 1, "paragraph {number}");
    }
}

#[test]
fn the_list_keeps_its_filters_and_blames_nobody_for_an_empty_search() {
    let list = DeskFront { state: Some(DeskState::Undated), ..samples::desk_front() };
    let html = show(&list);
    assert!(html.contains("marking=metered&#38;state=undated&#38;page=3"));
    assert!(html.contains("<option value=\"undated\" selected>Date unknown</option>"));
    let none = show(&DeskFront { stories: vec![], pages: 1, ..list });
    assert!(text(&none).contains("No story matches. Show all stories") && !none.contains("masthead import"));
    let empty = show(&DeskFront { page: 1, pages: 1, ..DeskFront::default() });
    assert!(empty.contains("masthead import PATH"));
    assert_eq!(DeskState::read("provisional"), Some(DeskState::Provisional));
    assert_eq!(DeskState::read("other"), None);
}

#[test]
fn a_readers_page_filters_its_timeline_and_escapes_mails() {
    let html = show(&samples::desk_reader());
    assert!(html.contains("href=\"/desk/readers/9?show=mail&#38;page=1#timeline-heading\""), "{html}");
    assert!(html.contains("thank you. &#60;/pre&#62;</pre>"), "the text of a mail stays text");
    let words = text(&html);
    assert!(words.contains("Needs a person. Nothing is charged since 21 November 2026"), "{words}");
    assert!(words.contains("Reason: the app failed"), "{words}");
    let some = DeskReader { show: Some(TimelineKind::Refund), timeline: vec![], pages: 1, ..samples::desk_reader() };
    let html = show(&some);
    assert!(html.contains("show=refund&#38;page=1#timeline-heading\" aria-current=\"true\""));
    assert!(text(&html).contains("Nothing of this kind yet."));
    assert_eq!(TimelineKind::ALL.map(|kind| TimelineKind::read(kind.word())), TimelineKind::ALL.map(Some));
}

#[test]
fn an_act_is_asked_about_before_it_is_done() {
    let first = show(&samples::desk_act());
    assert!(first.contains("name=\"step\" value=\"check\"") && first.contains("See what will happen"));
    let second = DeskAct {
        outcome: vec!["The contract ends now.".into()],
        cost: "No money moves.".into(),
        button: "End it now".into(),
        ..samples::desk_act()
    };
    let html = show(&second);
    assert!(html.contains("name=\"step\" value=\"do\"") && !html.contains("value=\"check\""));
    assert!(html.contains("name=\"reason\" value=\"Asked for by telephone\""));
    assert!(text(&html).contains("This will happen The contract ends now. No money moves."), "{}", text(&html));
    assert!(!html.contains("stale-heading") && show(&DeskAct { stale: true, ..second }).contains("stale-heading"));
}

#[test]
fn every_page_says_that_the_clock_is_moved_and_only_then() {
    let paper = samples::paper();
    let page = samples::desk_billing();
    let shown = |paper: &Paper| page.render(paper, Reader::Staff).expect("a page");
    assert!(!shown(&paper).contains("moved-banner"));
    assert!(paper.clone().moved.say(Some("Here it is Monday.".into())), "copies of a paper share it");
    assert!(text(&shown(&paper)).contains("Here it is Monday."));
    assert!(!paper.moved.say(Some("Here it is Monday.".into())), "the same again is no change");
    assert!(paper.moved.say(None) && !shown(&paper).contains("moved-banner"));
}

#[test]
fn a_journey_under_way_offers_no_second_one() {
    let html = show(&DeskClock { under_way: Some(40), ..samples::desk_clock() });
    assert!(text(&html).contains("has made 40 stops") && !html.contains("name=\"by\""));
    let html = show(&samples::desk_clock());
    assert!(html.contains("value=\"month\"") && html.contains("min=\"2027-02-23\""));
    assert!(text(&html).contains("And 12 more."));
    let nothing = show(&DeskClock { next_due: None, ..samples::desk_clock() });
    assert!(nothing.contains("value=\"next\" disabled"));
}
