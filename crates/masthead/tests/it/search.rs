//! Search through the front door: what is found by whom, what is shown, what is kept.
use jiff::{SignedDuration, Timestamp};
use newsroom::articles::{Marking, Story};
use store::StoryEdit;

use crate::archive_pages::publish;
use crate::browser::Browser;
use crate::fixture::{Settings, sentences};
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    locked_text_is_found_by_those_who_may_read_it,
    what_the_desk_saves_is_found_and_what_it_closes_is_not,
    a_story_under_embargo_does_not_exist,
    the_page_narrows_and_escapes,
    what_cannot_be_looked_for_is_said,
    a_correction_goes_on_and_a_page_too_far_leads_back,
    what_narrows_and_what_was_meant_is_shown,
    a_topic_that_was_found_is_named,
    a_writer_that_was_found_is_marked,
    everybody_is_told_what_was_not_searched,
    searches_are_kept_by_their_reader,
    suggestions_are_open_text,
    who_logs_in_is_back_at_the_search_and_a_beginning_is_offered,
    searching_is_bounded,
);

/// What stands in an address as it was typed, and has to be encoded.
const AS_TYPED: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'|').add(b':');

pub fn between(page: &str, begin: &str, end: &str) -> String {
    let rest = page.split_once(begin).unwrap_or_else(|| panic!("no {begin} in {page}")).1;
    rest.split(end).next().unwrap().to_owned()
}

/// Brings the index up to the store: what the round does within a moment.
pub fn index(paper: &Paper) {
    let house = paper.house();
    let catalogue = house.catalogue.load_full();
    paper.block_on(house.searching.follow(&house.store, &catalogue, paper.clock.now())).unwrap();
}

pub fn open(engine: Engine) -> Paper {
    let paper = Paper::open(engine, Settings { stories: Marking::ALL.map(|m| (m, 3)), ..Settings::default() });
    index(&paper);
    paper
}

/// Seven words of a story that stand behind its preview.
fn locked_words(story: &Story) -> String {
    let sentence = sentences(story.locked()).into_iter().max_by_key(String::len).unwrap();
    let words: Vec<&str> = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words[..words.len().min(7)].join(" ")
}

pub fn search(browser: &mut Browser, words: &str) -> String {
    let encoded = percent_encoding::utf8_percent_encode(words, percent_encoding::NON_ALPHANUMERIC);
    let answer = browser.get(&format!("/search?q={encoded}"));
    assert_eq!(answer.status, 200, "{words}");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    answer.text()
}

fn locked_text_is_found_by_those_who_may_read_it(engine: Engine) {
    let paper = open(engine);
    let signed = |role: &str, rights| paper.browser().holding(&paper.sign_in(role, rights).1);
    let mut visitors = [
        ("guest", paper.browser()),
        ("registered", signed("reader", Rights::None)),
        ("lapsed", signed("reader", Rights::Lapsed)),
        ("subscriber", signed("reader", Rights::Paid)),
        ("staff", signed("staff", Rights::None)),
    ];
    for marking in Marking::ALL {
        for story in paper.stories(marking) {
            let words = locked_words(&story);
            for (who, browser) in &mut visitors {
                let may = match marking {
                    Marking::Free => true,
                    Marking::Registered => *who != "guest",
                    Marking::Metered | Marking::Premium => matches!(*who, "subscriber" | "staff"),
                };
                let page = search(browser, &format!("\"{words}\""));
                assert_eq!(
                    page.contains(&story.path()),
                    may,
                    "{who} looks for {words:?} of a {} story",
                    marking.word()
                );
                assert_eq!(page.contains("Nothing found"), !may, "{who}, {}", marking.word());
            }
            // what everybody may read is found by everybody
            let open = format!("headline:\"{}\"", story.headline.replace('"', ""));
            for (who, browser) in &mut visitors {
                assert!(search(browser, &open).contains(&story.path()), "{who} looks for {open}");
            }
        }
    }
}

fn what_the_desk_saves_is_found_and_what_it_closes_is_not(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let story = paper.stories(Marking::Free).remove(0);
    let words = locked_words(&story);
    assert!(search(&mut guest, &format!("\"{words}\"")).contains(&story.path()));
    let edit = StoryEdit { headline: Some("Zeppelins over Quayside".into()), ..StoryEdit::default() };
    let close = StoryEdit { marking: Some(Marking::Premium), preview_blocks: Some(0), ..StoryEdit::default() };
    let house = paper.house();
    let save = |edit: &StoryEdit| {
        paper.block_on(house.store.edit_story(story.number, edit, paper.clock.now())).unwrap();
        paper.block_on(house.refresh()).unwrap();
    };
    save(&edit);
    index(&paper);
    assert!(search(&mut guest, "zeppelins").contains("<mark>Zeppelins</mark> over Quayside"));
    // fewer open blocks: the text that was open is shown no more, though the index has not followed
    let metered = paper.stories(Marking::Metered).into_iter().find(|story| story.preview().len() > 1).unwrap();
    let last = metered.preview().last().unwrap().text().to_owned();
    let some: Vec<&str> = last.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).take(4).collect();
    let asked = some.join(" ");
    let shown = |page: &str| page.split("search-fragment").nth(1).is_some_and(|rest| rest.contains("<mark>"));
    assert!(shown(&search(&mut guest, &asked)), "{asked}");
    let fewer = StoryEdit { preview_blocks: Some(0), standfirst: Some(None), ..StoryEdit::default() };
    paper.block_on(house.store.edit_story(metered.number, &fewer, paper.clock.now())).unwrap();
    paper.block_on(house.refresh()).unwrap();
    let page = search(&mut guest, &format!("{asked} headline:\"{}\"", metered.headline.replace('"', "")));
    assert!(page.contains(&metered.path()) && !shown(&page), "{page}");
    save(&close);
    // before the index has followed: the story may be found, its text is not shown
    let page = search(&mut guest, &format!("\"{words}\""));
    assert!(!page.contains("search-fragment") || !page.contains(&story.path()), "{page}");
    index(&paper);
    assert!(search(&mut guest, &format!("\"{words}\"")).contains("Nothing found"));
}

fn a_story_under_embargo_does_not_exist(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let story = paper.stories(Marking::Free).remove(0);
    let at: Timestamp = paper.clock.now() + SignedDuration::from_hours(2);
    let held = Story { headline: "Obelisk unveiled".into(), published_at: Some(at), ..(*story).clone() };
    let house = paper.house();
    paper.block_on(house.store.save_story(&held, None, paper.clock.now())).unwrap();
    paper.block_on(house.refresh()).unwrap();
    index(&paper);
    assert!(search(&mut guest, "obelisk").contains("Nothing found"));
    assert!(!guest.get("/search/suggest?q=obel").text().contains("Obelisk"));
    paper.set_clock(at + SignedDuration::from_secs(1));
    paper.block_on(house.refresh()).unwrap();
    index(&paper);
    assert!(search(&mut guest, "obelisk").contains("<mark>Obelisk</mark> unveiled"));
}

fn the_page_narrows_and_escapes(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let form = guest.get("/search").text();
    assert!(form.contains("role=\"search\"") && form.contains("Ways to ask") && form.contains("content=\"noindex\""));
    let page = search(&mut guest, "\"><script>alert(1)</script>");
    assert!(!page.contains("<script>alert"), "what was typed is text");
    let all = search(&mut guest, "after:1990");
    assert!(all.contains("search-facets"), "there is something to narrow by");
    let premium = guest.get("/search?q=after:1990&marking=premium").text();
    for marking in Marking::ALL {
        for story in paper.stories(marking) {
            assert_eq!(premium.contains(&story.path()), marking == Marking::Premium, "{}", story.path());
        }
    }
    let nothing = guest.get("/search?q=xylophone+walrus&year=1901").text();
    assert!(nothing.contains("Look for stories with any of the words"));
    assert!(nothing.contains("Search all sections, years and authors"));
    let common = search(&mut guest, "the");
    assert!(common.contains("These words stand in nearly every story"));
    assert_eq!(guest.get("/search?q=a&page=nonsense&year=x&section=none&marking=none").status, 200);
    assert!(guest.get("/robots.txt").text().contains("Disallow: /search\n"));
    let described = guest.get("/opensearch.xml").text();
    assert!(described.contains("/search?q={searchTerms}"), "{described}");
}

fn fields_with_a_day_that_may_be_two_offer_both(guest: &mut Browser) {
    let page = search(guest, "harbour on:3/4/2015");
    assert!(page.contains("“on:3/4/2015” may mean two days, so it was left out"), "{page}");
    for (typed, links) in [
        (
            "harbour on:3/4/2015",
            ["harbour%20on%3A2015%2D04%2D03\">on 3 April 2015", "harbour%20on%3A2015%2D03%2D04\">on 4 March 2015"],
        ),
        (
            "since:\"3/4/2015\"",
            [
                "since%3A%222015%2D04%2D03%22\">from 3 April 2015 on</a>",
                "since%3A%222015%2D03%2D04%22\">from 4 March 2015 on</a>",
            ],
        ),
        (
            "harbour after: 3/4/2015",
            ["harbour%20after%3A%202015%2D04%2D03\">after", "harbour%20after%3A%202015%2D03%2D04\">after"],
        ),
        (
            "after:3/4/2015",
            ["after%3A2015%2D04%2D03\">after 3 April 2015</a>", "after%3A2015%2D03%2D04\">after 4 March 2015</a>"],
        ),
        (
            "before:3/4/2015",
            ["before%3A2015%2D04%2D03\">before 3 April 2015</a>", "before%3A2015%2D03%2D04\">before 4 March 2015</a>"],
        ),
    ] {
        let page = search(guest, typed);
        assert!(page.contains("The date could be either of two days"), "{typed}");
        assert!(links.iter().all(|link| page.contains(&format!("<a href=\"/search?q={link}"))), "{typed}: {page}");
    }
}

fn what_cannot_be_looked_for_is_said(engine: Engine) {
    let paper = open(engine);
    publish(&paper, "The first of all", Some("2015-03-04T00:30:00+05:30"), |_| ());
    index(&paper);
    let mut guest = paper.browser();
    // a date that may be two days leads to both; the title names a section as readers know it
    let page = search(&mut guest, "harbour 3/4/2015");
    let of_day = |day: &str| format!("<a href=\"/search?q=harbour%20on%3A{}\">", day.replace('-', "%2D"));
    assert!(page.contains(&of_day("2015-04-03")) && page.contains(&of_day("2015-03-04")), "{page}");
    for (typed, offered) in [
        ("harbour 18 December 2015", Some("q=harbour%20on%3A2015%2D12%2D18")),
        ("harbour, December 2015", Some("q=harbour%2C%20month%3A2015%2D12")),
        ("budget (18/12/2015)", Some("q=budget%20on%3A2015%2D12%2D18")),
        ("harbour NOT 18.12.15", None),
        ("harbour OR 18.12.15", None),
        ("\"harbour 18.12.15", None),
        ("harbour year:2016 18.12.15", None),
        ("elections 2015", Some("q=elections%20year%3A2015\">Stories of 2015</a>")),
        ("elections since 2015", Some("q=elections%20since%3A2015\">Stories from 2015 on</a>")),
        (
            "elections from March 2014 to 2015",
            Some("q=elections%20year%3A2014%2D03%2E%2E2015\">Stories from March 2014 to 2015</a>"),
        ),
        (
            "elections between 2010 and 2016",
            Some("q=elections%20year%3A2010%2E%2E2016\">Stories from 2010 to 2016</a>"),
        ),
        (
            "elections before 18 December 2015",
            Some("q=elections%20before%3A2015%2D12%2D18\">Stories before 18 December 2015</a>"),
        ),
        ("elections 2010-2015", Some("q=elections%20year%3A2010%2E%2E2015\">Stories from 2010 to 2015</a>")),
        ("elections after 2015", Some("q=elections%20since%3A2016\">Stories from 2016 on</a>")),
        ("elections until 2015", Some("q=elections%20before%3A2016\">Stories before 2016</a>")),
        ("elections before 2012", None),
        ("harbour 2014", None), // the archive reaches to 2015
        ("harbour 3 March 2015", None),
        ("harbour on: 3/4/2015", None),
    ] {
        let page = search(&mut guest, typed);
        assert_eq!(page.contains("A date among words"), offered.is_some(), "{typed}");
        assert!(offered.is_none_or(|link| page.contains(link)), "{typed}: {page}");
    }
    fields_with_a_day_that_may_be_two_offer_both(&mut guest);
    let year = guest.get("/search?q=harbour&year=3/4/2015").text();
    for (day, said) in [("2015%2D04%2D03", "on 3 April 2015"), ("2015%2D03%2D04", "on 4 March 2015")] {
        assert!(year.contains(&format!("<a href=\"/search?q=harbour&#38;year={day}\">{said}</a>")), "{year}");
    }
    for asked in ["q=year:2014+year:2016", "q=year:2016&year=2014", "q=year:2014+-year:2014"] {
        let page = guest.get(&format!("/search?{asked}")).text();
        assert!(page.contains("No day is of all the times that are asked for"), "{asked}: {page}");
    }
    let month = guest.get("/search?q=after:1990&year=12/2015").text();
    assert!(!month.contains("is no date") && month.contains("</span>12/2015 "), "{month}");
    // the heading says what was searched, not what was left out, with names and no second quotation marks
    let page = guest.get("/search?q=%22the+harbour%22&year=20x&section=harbour&marking=free").text();
    let heading = page.split("search-said\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(heading.replace("&#34;", "\""), ": \"the harbour\", Harbour, Free", "{page}");
    assert!(search(&mut guest, "of the in").contains("so they were searched side by side"));
    let page = search(&mut guest, "section:harbour ferry");
    assert!(page.contains("<title>Search: Harbour ferry | "), "{page}");
    for asked in ["-harbour", "((", "*", "AND OR NOT", "year:abcd", "year:15", "the"] {
        let page = search(&mut guest, asked);
        assert!(page.contains("nothing to look for") && page.contains("Ways to ask"), "{asked}: {page}");
        assert!(!page.contains("Nothing found"), "{asked}");
    }
    assert!(search(&mut guest, "year:15").contains("“15” is no date"));
    let section = search(&mut guest, "section:nonsuch");
    let known = paper.house().publication.sections[0].code.clone();
    assert!(section.contains("Nothing found") && section.contains("“nonsuch” is no section"), "{section}");
    assert!(section.contains(&format!("Write {known}")), "{section}");
    // a reader, who may ask as often again
    what_is_chosen_joins_the_words(&mut paper.browser().holding(&paper.sign_in("reader", Rights::None).1));
}

/// The choices beside the words take what the words take, and say what they do not.
fn what_is_chosen_joins_the_words(reader: &mut Browser) {
    let all = reader.get("/search?q=after:1990").text();
    let count = |page: &str| page.split("id=\"found\"").nth(1).unwrap().split('<').next().unwrap().to_owned();
    for (year, found) in [
        ("2015-2030", true),
        ("2015..2030", true),
        ("since 2015", true),
        ("4 March 2015 to 2030", true),
        ("before:2030", true),
        ("2001-2002", false),
        ("4 March 2015", false),
    ] {
        let page = reader.get(&format!("/search?q=after:1990&year={}", year.replace(' ', "+"))).text();
        assert_eq!(count(&page) == count(&all), found, "{year}");
        assert!(!page.contains("is no date") && page.contains(&format!("value=\"{year}\"")), "{year}");
    }
    for (asked, said) in [
        ("q=section:harbour&section=letters", "The section that was chosen is none of those in the words"),
        ("q=-section:letters+harbour&section=letters", "The section that was chosen is none of those in the words"),
        ("q=marking:free&marking=premium", "The access that was chosen is not what the words ask for"),
    ] {
        let page = reader.get(&format!("/search?{asked}")).text();
        assert!(page.contains("Nothing found") && page.contains(said), "{asked}: {page}");
    }
    assert!(!reader.get("/search?q=section:harbour&section=harbour").text().contains("Nothing found"));
    assert!(!search(reader, "after:1990 -year:2015").contains("The first of all"), "a time may be left out");
    let page = reader.get("/search?q=after:1990&year=20x&section=nonsuch&marking=golden").text();
    assert_eq!(count(&page), count(&all));
    for left_out in ["“20x” is no date", "“nonsuch” is no section", "“golden” is not a kind of access"] {
        assert!(page.contains(left_out), "{left_out}");
    }
}

fn a_correction_goes_on_and_a_page_too_far_leads_back(engine: Engine) {
    let paper = open(engine);
    let mut reader = paper.browser().holding(&paper.sign_in("reader", Rights::None).1);
    let story = paper.stories(Marking::Free).remove(0);
    let edit = StoryEdit { headline: Some("Zeppelins over Quayside".into()), ..StoryEdit::default() };
    let house = paper.house();
    paper.block_on(house.store.edit_story(story.number, &edit, paper.clock.now())).unwrap();
    paper.block_on(house.refresh()).unwrap();
    index(&paper);
    let page = search(&mut reader, "zepelins");
    assert!(page.contains(r#"<a href="/search?q=zeppelins"><strong>zeppelins</strong></a>"#), "{page}");
    assert!(page.contains(r#"name="query" value="zeppelins""#), "what is saved is what was found");
    let (_, facets) = page.split_once("search-facets").unwrap();
    assert!(facets.contains("q=zeppelins&") && !facets.contains("zepelins"), "{facets}");
    assert!(page.contains("<title>Search: zepelins |"));
    // what was chosen beside the words stays beside them, and is kept as it was chosen
    let narrowed = reader.get("/search?q=zepelins&year=after+1990").text();
    assert!(narrowed.contains("<strong>zeppelins</strong></a>") && !narrowed.contains("1990-01-01"), "{narrowed}");
    assert!(narrowed.contains(r#"name="query" value="zeppelins year:&#34;after 1990&#34;""#), "{narrowed}");
    let told = reader.get("/search?q=after:1990&section=none&sort=newest").text();
    assert!(told.contains(r#"type="hidden" name="sort" value="newest""#), "the order is saved with the search");
    for page in ["49", "51", "99999999999"] {
        let beyond = reader.get(&format!("/search?q=after:1990&page={page}"));
        assert_eq!(beyond.location(303), "/search?q=after%3A1990", "{page}");
    }
    let order = search(&mut reader, "headline:zeppelins OR headline:the OR bank OR harbour");
    assert!(order.contains("Newest first</a>") || order.contains("1 story"), "{order}");
    assert!(reader.get("/search?q=+++").text().contains("<title>Search |"));
}

fn what_narrows_and_what_was_meant_is_shown(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let page = guest.get("/search?q=after:1990&year=2020-2030&marking=premium&author=nobody+known").text();
    let chosen = page.split_once("search-chosen").unwrap().1.split("</ul>").next().unwrap().to_owned();
    for (label, without) in [("2020-2030", "year="), ("Premium", "marking="), ("nobody known", "author=")] {
        let one = chosen.split("<li>").find(|item| item.contains(&format!("</span>{label} "))).unwrap();
        assert!(!one.contains(without) && one.contains("after%3A1990"), "{one}");
    }
    assert!(!search(&mut guest, "after:1990").contains("search-chosen"));
    assert!(search(&mut guest, "colour:harbour").contains("“colour:” is no field of the search"));
    assert!(!guest.get("/search").text().contains("/account#searches"), "who can keep none is not told of them");
    let mut reader = paper.browser().holding(&paper.sign_in("reader", Rights::None).1);
    assert!(!reader.get("/search").text().contains("Your saved searches"), "nor is who keeps none");
    reader.post("/account/searches", &[("query", "harbour")]);
    let link = "Your saved searches are in <a href=\"/account#searches-heading\">";
    assert!(reader.get("/search").text().contains(link));
    assert!(reader.get("/account").text().contains("id=\"searches-heading\""), "it leads there");
}

fn a_writer_that_was_found_is_marked(engine: Engine) {
    let paper = open(engine);
    publish(&paper, "Of two writers", Some("2019-03-14T09:30:00+05:30"), |story| {
        story.bylines = vec!["Zelma O’Quist".into(), "Ravi Shastri".into()];
        story.topics = vec!["Zeppelin posts".into()];
    });
    index(&paper);
    let mut guest = paper.browser();
    let marked = r#"<span class="card-by"><mark>Zelma</mark> O’Quist and Ravi Shastri</span>"#;
    for typed in ["zelma", "author:zelma", "by:Zelma quayside OR zelma"] {
        let page = search(&mut guest, typed);
        assert!(page.contains(marked), "{typed}: {page}");
        assert!(!page.contains("search-topics"), "{typed}: what is marked needs no other reason");
    }
    let whole = search(&mut guest, "author:\"ravi shastri\"");
    assert!(whole.contains(r#"Zelma O’Quist and <mark>Ravi Shastri</mark></span>"#), "{whole}");
    assert!(search(&mut guest, "zeppelin").contains(r#"<span class="card-by">Zelma O’Quist and Ravi Shastri</span>"#));
}

fn a_topic_that_was_found_is_named(engine: Engine) {
    let paper = open(engine);
    let story = paper.stories(Marking::Free).remove(0);
    let topics = Some(vec!["Zeppelin posts".to_owned()]);
    let edit = StoryEdit { topics, ..StoryEdit::default() };
    let house = paper.house();
    paper.block_on(house.store.edit_story(story.number, &edit, paper.clock.now())).unwrap();
    paper.block_on(house.refresh()).unwrap();
    index(&paper);
    assert!(!search(&mut paper.browser(), "after:1990").contains("search-topics"), "where no word was looked for");
    let page = search(&mut paper.browser(), "zeppelin");
    assert!(page.contains(r#"<p class="search-topics">Topics: Zeppelin posts</p>"#), "{page}");
}

fn everybody_is_told_what_was_not_searched(engine: Engine) {
    let paper = open(engine);
    let signed = |role: &str, rights| paper.browser().holding(&paper.sign_in(role, rights).1);
    let told = |mut browser: Browser| {
        let found = search(&mut browser, "after:1990");
        let nothing = search(&mut browser, "xylophone walrus");
        let extent = |page: &str| {
            page.split_once("search-extent\">").map(|(_, rest)| rest.split('.').next().unwrap().to_owned())
        };
        assert_eq!(extent(&found), extent(&nothing), "where nothing was found as well");
        extent(&found)
    };
    assert_eq!(told(paper.browser()).as_deref(), Some("Free stories were searched whole"));
    let registered = "Free stories and stories for registered readers were searched whole";
    assert_eq!(told(signed("reader", Rights::None)).as_deref(), Some(registered));
    assert_eq!(told(signed("reader", Rights::Paid)), None);
    assert_eq!(told(signed("staff", Rights::None)), None);
}

fn searches_are_kept_by_their_reader(engine: Engine) {
    let paper = open(engine);
    let (id, session) = paper.sign_in("reader", Rights::None);
    let mut reader = paper.browser().holding(&session);
    let mut other = paper.browser().holding(&paper.sign_in("reader", Rights::None).1);
    assert!(search(&mut reader, "harbour").contains("Save this search"));
    assert!(!search(&mut paper.browser(), "harbour").contains("Save this search"));
    let keep = |browser: &mut Browser, query: &str| browser.post("/account/searches", &[("query", query)]);
    // back at the results, which say so where the reader lands
    let results = "/search?q=harbour%20%22old%20pier#saved";
    assert_eq!(keep(&mut reader, "harbour  \"old  pier").location(303), results);
    let page = reader.get(results.trim_end_matches("#saved")).text();
    assert!(page.contains("<p class=\"search-save\" id=\"saved\" role=\"status\" tabindex=\"-1\">Saved in"), "{page}");
    assert!(keep(&mut reader, "harbour \"old pier\"").location(303).ends_with("#saved"), "as often as one likes");
    assert_eq!(reader.get("/account/searches").location(303), "/account#searches-heading");
    // what is kept is not offered again, in this order
    let again = search(&mut reader, "harbour \"old pier\"");
    assert!(
        !again.contains("Save this search") && again.contains("Saved in <a href=\"/account#searches-heading\""),
        "{again}"
    );
    let newest = reader.get("/search?q=harbour+%22old+pier%22&sort=newest").text();
    assert!(newest.contains("Save this search") && !newest.contains("Saved in"), "{newest}");
    assert!(!search(&mut other, "harbour \"old pier\"").contains("Saved in"));
    // the session has ended: back at the search, or at the account
    let mut ended = paper.browser();
    let ask = ended.post("/account/searches", &[("query", "old pier"), ("sort", "newest")]);
    assert_eq!(ask.location(303), "/login?next=%2Fsearch%3Fq%3Dold%2520pier%26sort%3Dnewest");
    assert_eq!(ended.post("/account/searches/forget", &[("search", "1")]).location(303), "/login?next=%2Faccount");
    let kept = || paper.block_on(paper.house().store.saved_searches(id)).unwrap();
    assert_eq!(
        kept().iter().map(|kept| kept.query.as_str()).collect::<Vec<_>>(),
        ["harbour \"old  pier"].map(|q| q.replace("  ", " "))
    );
    assert_eq!(keep(&mut reader, "  ").location(303), "/search");
    let account = reader.get("/account").text();
    assert!(account.contains("Saved searches") && account.contains("harbour"), "{account}");
    assert!(reader.get("/account/data.json").text().contains("saved_searches"));
    reader.post("/account/searches", &[("query", "pier"), ("sort", "newest")]);
    let account = reader.get("/account").text();
    assert!(account.contains("pier (newest first)") && account.contains("/search?q=pier&#38;sort=newest"), "{account}");
    let newest = kept()[0].id;
    paper.block_on(paper.house().store.forget_search(id, newest)).unwrap();
    kept_in_the_reader_s_own_words(&mut reader, || {
        let newest = kept()[0].clone();
        paper.block_on(paper.house().store.forget_search(id, newest.id)).unwrap();
        newest.query
    });
    let number = kept()[0].id.to_string();
    other.post("/account/searches/forget", &[("search", &number)]);
    assert_eq!(kept().len(), 1, "another's hands");
    let gone = reader.post("/account/searches/forget", &[("search", &number)]).location(303).to_owned();
    assert_eq!(kept().len(), 0);
    let said = between(&gone, "#", "?");
    let account = reader.get(gone.split('#').next().unwrap()).text();
    let message = between(&account, &format!("id=\"{said}\""), "</p>");
    assert!(message.contains("The search was removed."), "also where none is left: {account}");
    for n in 0..store::MOST_SAVED_SEARCHES + 1 {
        keep(&mut reader, &format!("harbour {n}"));
    }
    assert_eq!(kept().len(), store::MOST_SAVED_SEARCHES);
    let full = keep(&mut reader, "one too many").location(303).to_owned();
    assert_eq!(full, "/account?done=searches-full#searches-done");
    let account = reader.get("/account?done=searches-full").text();
    assert!(between(&account, "id=\"searches-done\"", "</p>").contains("Remove one first."), "{account}");
    paper.block_on(paper.house().store.erase_reader(id, None, paper.clock.now())).unwrap();
    assert_eq!(kept().len(), 0, "they go with the account");
}

/// What is asked for, what is kept of it and shown, `forget` giving what was kept last. What is kept finds the same.
fn kept_in_the_reader_s_own_words(reader: &mut Browser, forget: impl Fn() -> String) {
    let found = |page: &str| {
        page.split("class=\"search-list\"").nth(1).map(|list| list.split("</ol>").next().unwrap().to_owned())
    };
    for (asked, words) in [
        ("q=the NOT pier 2010 to 2030&year=since 2020", "the NOT pier 2010 to 2030 year:\"since 2020\""),
        ("q=After: 1990&section=harbour&author=ila", "After: 1990 section:harbour author:\"ila\""),
        (
            "q=Month: \"nov 2026\" | -Section: markets&marking=free",
            "Month: \"nov 2026\" | -Section: markets marking:free",
        ),
        // what was chosen would stand inside the quotation marks
        ("q=after:2000 \"harbour&section=harbour", "\"harbour\" section:harbour since:2001-01-01"),
    ] {
        let address = format!("/search?{}", percent_encoding::utf8_percent_encode(asked, AS_TYPED));
        let page = reader.get(&address).text();
        let offered = between(&page, "name=\"query\" value=\"", "\"").replace("&#34;", "\"");
        assert_eq!(offered, words, "{asked}: {page}");
        reader.post("/account/searches", &[("query", &offered)]);
        let account = reader.get("/account").text();
        assert!(account.replace("&#34;", "\"").contains(&format!(">{words}</a>")), "{account}");
        assert_eq!(forget(), words);
        let encoded = percent_encoding::utf8_percent_encode(words, percent_encoding::NON_ALPHANUMERIC);
        let again = reader.get(&format!("/search?q={encoded}")).text();
        assert_eq!(found(&again), found(&page), "{asked}");
    }
}

fn who_logs_in_is_back_at_the_search_and_a_beginning_is_offered(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let page = guest.get("/search?q=xyzzy&section=markets&sort=newest").text();
    let login = between(&page, "href=\"/login?next=", "\"");
    let next =
        percent_encoding::percent_decode_str(&login).decode_utf8().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    assert!(
        next.starts_with("/search?q=xyzzy") && next.contains("section=markets") && next.contains("newest"),
        "{next}"
    );
    assert!(!guest.get("/search").text().contains("/login?next="), "nothing was asked");
    assert!(page.contains("begin with “xyzzy”") && page.contains("q=xyzzy*") || page.contains("q=xyzzy%2A"), "{page}");
    let hindi = search(&mut guest, "ग्रामोफोन");
    assert!(hindi.contains("begin with “ग्रामोफोन”"), "{hindi}");
    for words in ["xyzzy*", "xy", "2015", "xyzzy quux", "\"xyzzy\""] {
        assert!(!search(&mut guest, words).contains("begin with"), "{words}");
    }
}

fn suggestions_are_open_text(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let story = paper.stories(Marking::Premium).remove(0);
    let word = story.headline.split(' ').max_by_key(|word| word.len()).unwrap();
    let beginning: String = word.chars().take(4).collect();
    let answer = guest.get(&format!("/search/suggest?q={beginning}"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let told: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert!(told["suggestions"].as_array().is_some_and(|all| !all.is_empty()), "{beginning}: {told}");
    let stories: Vec<_> = told["suggestions"].as_array().unwrap().iter().filter(|one| one["kind"] == "Story").collect();
    assert!(!stories.is_empty() && stories.iter().all(|one| one["about"].as_str().unwrap().contains("2026")), "{told}");
    let name: String = story.bylines[0].chars().take(3).collect();
    // the last word is only begun: an error in its beginning is mended as well
    let wrong: String = beginning.chars().enumerate().map(|(at, c)| if at == 2 { 'q' } else { c }).collect();
    let mended = guest.get(&format!("/search/suggest?q={wrong}")).text();
    assert!(mended != "{\"suggestions\":[]}", "{wrong}: {mended}");
    let told = guest.get(&format!("/search/suggest?q=author:{name}")).text();
    assert!(told.contains("\"Author\"") && !told.contains("\"Story\""), "{told}");
    assert_eq!(guest.get("/search/suggest").text(), "{\"suggestions\":[]}");
    // what is chosen stays: a name is looked for within it, and no story is suggested that is not of it
    let told = guest.get(&format!("/search/suggest?q=year:2026+author:{name}&section=harbour&sort=newest")).text();
    let narrowed = "%20year%3A2026&section=harbour&sort=newest";
    assert!(told.contains("\"Author\"") && told.contains(narrowed), "{told}");
    let other =
        paper.house().publication.sections.iter().find(|section| section.code != story.section).unwrap().code.clone();
    for (section, suggested) in [(story.section.as_str(), true), (other.as_str(), false)] {
        let told = guest.get(&format!("/search/suggest?q={beginning}&section={section}")).text();
        assert_eq!(told.contains(&format!("\"/{}/", story.section)), suggested, "{section}: {told}");
    }
}

fn searching_is_bounded(engine: Engine) {
    let paper = open(engine);
    let mut guest = paper.browser();
    let statuses: Vec<u16> = (0..80).map(|n| guest.get(&format!("/search?q=harbour+{n}")).status).collect();
    assert_eq!((statuses[0], statuses[79]), (200, 429), "the clock stands: nothing comes back");
    assert_eq!(guest.get("/search").status, 200, "the form costs nothing");
}
