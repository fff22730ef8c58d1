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
    assert!(html.contains("<a href=\"/desk/stories/61#p4\">Paragraph 4</a> <q>He would not say why.</q>"));
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
