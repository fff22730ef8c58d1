//! Front page, sections, errors, desk.
use crate::markup::text;
use crate::samples;
use pages::Page;
use pages::views::*;

fn show(page: &dyn Page, reader: Reader) -> String {
    page.render(&samples::paper(), reader).expect("a page")
}

#[test]
fn the_front_page_prints_its_date_and_every_story_once_in_its_place() {
    let front = samples::front();
    let html = show(&front, Reader::Guest);
    let words = text(&html);
    assert!(words.contains("Sunday, 22 November 2026"));
    assert!(words.contains("Business, plainly told"));
    assert!(words.contains("Premium handpicked by our editors"));
    // The lead, the seven picks, the latest, the strip, the rails: no card is lost on the way.
    let cards =
        1 + front.picks.len() + front.premium.len() + front.rails.iter().map(|r| r.stories.len()).sum::<usize>();
    assert_eq!(html.matches("<article class=\"card").count(), cards);
    assert_eq!(html.matches("class=\"latest\"").count(), 1);
}

#[test]
fn any_number_of_picks_is_shown() {
    for picks in 0..12 {
        let front = FrontPage {
            picks: samples::cards(1..picks + 1),
            latest: vec![],
            premium: vec![],
            rails: vec![],
            ..samples::front()
        };
        let html = show(&front, Reader::Guest);
        assert_eq!(html.matches("<article class=\"card").count(), 1 + picks, "{picks} picks");
    }
}

#[test]
fn the_latest_show_time_today_and_date_before() {
    let mut today = samples::card(0);
    today.published_at = Some(samples::at("2026-11-22T00:05:00+05:30"));
    let mut yesterday = samples::card(1);
    yesterday.published_at = Some(samples::at("2026-11-21T23:55:00+05:30"));
    let mut old = samples::card(2);
    old.published_at = Some(samples::at("1997-08-15T00:00:00+05:30"));
    let mut unknown = samples::card(3);
    unknown.published_at = None;
    let front =
        FrontPage { latest: vec![today, yesterday, old, unknown], printed_at: samples::now(), ..Default::default() };
    let html = show(&front, Reader::Guest);
    for expected in [">12:05 am<", ">21 Nov<", ">15 Aug 1997<", ">Date unknown<"] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn a_paper_without_stories_says_so() {
    let words = text(&show(&FrontPage::default(), Reader::Guest));
    assert!(words.contains("No story is published yet."));
}

#[test]
fn market_figures_are_shown_only_when_there_are_any() {
    let figure = MarketFigure { name: "Ledger 50".into(), value: "24,118.40".into(), change: "+0.4%".into(), up: true };
    let html = show(&FrontPage { markets: vec![figure], ..samples::front() }, Reader::Guest);
    assert!(text(&html).contains("Ledger 50 24,118.40 +0.4%"));
    assert!(!show(&samples::front(), Reader::Guest).contains("Markets at a glance"));
}

#[test]
fn section_pages_lead_on_and_back() {
    let first = show(&samples::section_page(), Reader::Guest);
    assert!(first.contains("rel=\"next\" href=\"/markets?page=2\"") && !first.contains("rel=\"prev\""));
    let second = show(&SectionPage { page: 2, ..samples::section_page() }, Reader::Guest);
    assert!(second.contains("rel=\"prev\" href=\"/markets\""), "page 1 has one address");
    assert!(second.contains("<link rel=\"canonical\" href=\"http://127.0.0.1:1997/markets?page=2\">"));
    assert!(second.contains("<title>Markets, page 2 | The Deccan Ledger</title>"));
    let last = show(&SectionPage { page: 4, ..samples::section_page() }, Reader::Guest);
    assert!(!last.contains("rel=\"next\""));
    assert!(first.contains("<a href=\"/markets\" aria-current=\"true\">Markets</a>"));
}

#[test]
fn each_error_says_what_to_do() {
    let words = |status, page: ErrorPage| text(&show(&ErrorPage { status, ..page }, Reader::Guest));
    assert!(words(404, ErrorPage::default()).contains("There is no such page"));
    assert!(words(410, ErrorPage::default()).contains("This story was withdrawn"));
    let busy = words(429, ErrorPage { retry_after: Some(30), ..Default::default() });
    assert!(busy.contains("Too many requests") && busy.contains("wait 30 seconds"));
    let broken = words(500, ErrorPage { reference: Some("7f3a".into()), ..Default::default() });
    assert!(broken.contains("Something broke on our side") && broken.contains("Reference: 7f3a"));
    let html = show(&ErrorPage { status: 404, ..Default::default() }, Reader::Guest);
    assert!(html.contains("content=\"noindex\"") && !html.contains("rel=\"canonical\""));
}

#[test]
fn the_desk_offers_each_marking_and_shows_the_chosen_one() {
    let html = show(&samples::desk_front(), Reader::Staff);
    assert!(html.contains("action=\"/desk/stories/3\""));
    let row = &html[html.find("action=\"/desk/stories/3\"").expect("row 3")..];
    let row = &row[..row.find("</form>").expect("its end")];
    for marking in Marking::ALL {
        let chosen = row.contains(&format!("value=\"{}\" selected", marking.word()));
        assert_eq!(chosen, marking == Marking::Premium, "{marking:?}");
        assert!(row.contains(&format!("value=\"{}\"", marking.word())));
    }
    assert!(html.contains("/desk?q=rupee%20%26%20gold&#38;marking=metered&#38;page=3"), "paging keeps the search");
}

#[test]
fn a_story_at_the_desk_shows_where_the_preview_ends_and_why_it_opens() {
    let html = show(&samples::desk_story(), Reader::Staff);
    let words = text(&html);
    let end = words.find("The preview ends here").expect("the mark");
    assert!(words.find("The reason was crude") < Some(end) && words.find("It did not intervene") > Some(end));
    assert!(words.contains("Guest, none left the preview Metered; the limit of five is reached."));
    assert!(html.contains("aria-describedby=\"pick-error\""));
}

#[test]
fn an_import_report_says_kept_dropped_doubted_refused() {
    let words = text(&show(&samples::imports(), Reader::Staff));
    for expected in
        ["14 paragraphs kept from harbour-a.txt, harbour-b.txt.", "(2 times)", "Doubted", "it begins like a JPEG"]
    {
        assert!(words.contains(expected), "{expected}: {words}");
    }
}
