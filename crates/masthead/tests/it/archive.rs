//! A paper with more stories than it keeps in memory, and one whose old stories need the right to the archive.
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use newsroom::articles::{Marking, Story};

use crate::client::Request;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, Shown, on_both};

on_both!(
    stories_behind_memory_are_read_like_any_other,
    addresses_with_a_query_lead_to_their_stories,
    a_change_of_a_story_behind_memory_is_obeyed_at_once,
    every_story_is_reached_by_lists_and_site_maps,
    readers_find_old_stories_among_their_own,
    the_desk_knows_stories_behind_memory,
    the_archive_is_for_those_who_hold_it,
    a_wall_sells_only_what_opens_it,
);

/// Far more stories than the paper keeps.
fn large(engine: Engine) -> Paper {
    let stories = [(Marking::Free, 150), (Marking::Registered, 2), (Marking::Metered, 12), (Marking::Premium, 2)];
    Paper::open(engine, Settings { stories, server: "stories_in_memory = 10", ..Settings::default() })
}

/// Far more metered stories than the paper keeps.
fn large_and_metered(engine: Engine) -> Paper {
    let stories = Marking::ALL.map(|marking| (marking, if marking == Marking::Metered { 160 } else { 2 }));
    Paper::open(engine, Settings { stories, server: "stories_in_memory = 10", ..Settings::default() })
}

/// Every story as the store has it.
fn all(paper: &Paper) -> Vec<Arc<Story>> {
    let stored = paper.block_on(paper.house().store.stories()).unwrap();
    stored.into_iter().map(|stored| Arc::new(stored.story)).collect()
}

/// Stories that memory does not hold.
fn old(paper: &Paper) -> Vec<Arc<Story>> {
    let catalogue = paper.house().catalogue.load_full();
    let old: Vec<_> = all(paper).into_iter().filter(|story| catalogue.story(story.number).is_none()).collect();
    assert!(old.len() > 20 && catalogue.newest.len() == 10, "{} are old", old.len());
    old
}

fn stories_behind_memory_are_read_like_any_other(paper_of: Engine) {
    let paper = large(paper_of);
    let (_, reader) = paper.sign_in("reader", Rights::None);
    let mut reader = paper.browser().holding(&reader);
    for story in old(&paper) {
        let answer = reader.get(&story.path());
        assert_eq!(answer.status, 200, "{}", story.path());
        let wanted = if story.marking == Marking::Premium { Shown::Preview } else { Shown::Open };
        assert_eq!(paper.shown(&answer.text(), &story), wanted, "{}", story.path());
        // now from memory, and the same
        assert_eq!(reader.get(&story.path()).text(), answer.text());
        let head = reader.send(&Request::new("HEAD", &story.path()));
        assert_eq!((head.status, head.header("etag")), (200, answer.header("etag")));
    }
    let story = &old(&paper)[0];
    let mut guest = paper.browser();
    for other in
        [story.path().to_uppercase(), format!("{}/", story.path()), format!("/letters/other-{}", story.number.0)]
    {
        assert_eq!(guest.get(&other).location(301), story.path(), "{other}");
    }
    let number = story.number;
    paper.block_on(paper.house().store.add_old_path("/1997/06/Tides.html", number)).unwrap();
    assert_eq!(guest.get("/1997/06/Tides.html").location(301), story.path());
    for none in ["/harbour/no-such-story-99999", "/1997/06/Other.html"] {
        assert_eq!(guest.get(none).status, 404);
        assert_eq!(guest.get(none).status, 404);
    }
    // an address that led nowhere leads somewhere once the paper says so
    paper.block_on(async {
        paper.house().store.add_old_path("/1997/06/Other.html", number).await.unwrap();
        paper.house().refresh().await.unwrap();
    });
    assert_eq!(guest.get("/1997/06/Other.html").location(301), story.path());
}

fn addresses_with_a_query_lead_to_their_stories(paper_of: Engine) {
    let paper = large(paper_of);
    let story = old(&paper)[0].clone();
    let other = old(&paper)[1].clone();
    let keep = |path: &str, story: &Story| {
        paper.block_on(async {
            paper.house().store.add_old_path(path, story.number).await.unwrap();
            paper.house().refresh().await.unwrap();
        });
    };
    let mut guest = paper.browser();
    // asked before and after the paper knows of it
    for address in ["/?p=7", "/article.php?id=8", "/2005/03/ferry-returns"] {
        let before = guest.get(address).status;
        assert!(before == 200 || before == 404, "{address}: {before}");
        keep(address, &story);
        assert_eq!(guest.get(address).location(301), story.path(), "{address}");
    }
    assert_eq!(guest.get("/2005/03/ferry-returns/?utm_source=letter").location(301), story.path());
    assert_eq!(guest.get("/?p=99").status, 200, "the front page, whatever is asked of it");
    assert_eq!(guest.get("/article.php?id=9").status, 404, "another question is another address");
    // a recorded address wins over the number that it ends with; the paper's own pages are nobody's
    keep("/harbour/strike-1", &other);
    assert_eq!(guest.get("/harbour/strike-1").location(301), other.path());
    keep("/harbour", &other);
    assert_eq!(guest.get("/harbour").status, 200);
}

fn a_change_of_a_story_behind_memory_is_obeyed_at_once(paper_of: Engine) {
    let paper = large(paper_of);
    let story = old(&paper).into_iter().find(|s| s.marking == Marking::Free).unwrap();
    let mut guest = paper.browser();
    assert_eq!(paper.shown(&guest.get(&story.path()).text(), &story), Shown::Open);
    let now = paper.clock.now();
    let house = paper.house();
    paper.block_on(async {
        house.store.set_marking(story.number, Marking::Premium, now).await.unwrap();
        assert!(house.refresh().await.unwrap());
        assert!(!house.refresh().await.unwrap(), "nothing more has changed");
    });
    assert_eq!(paper.shown(&guest.get(&story.path()).text(), &story), Shown::Preview);
    // a pick is on the front page however old it is, and leaves it again
    assert!(!guest.get("/").text().contains(&story.path()));
    for (pick, there) in [(Some(1), true), (None, false)] {
        paper.block_on(async {
            house.store.set_pick(story.number, pick, now).await.unwrap();
            house.refresh().await.unwrap();
        });
        assert_eq!(guest.get("/").text().contains(&story.path()), there, "{pick:?}");
        assert_eq!(guest.get(&story.path()).status, 200);
    }
    // a new story comes in at the top, and the last one of memory is still read
    let last = Arc::clone(&house.catalogue.load().newest.last().unwrap().story);
    let mut new = Story::clone(&story);
    (new.slug, new.published_at) = ("brand-new".into(), Some(now));
    new.number = newsroom::articles::StoryNumber(0);
    let number = paper.block_on(async {
        let saved = house.store.save_story(&new, Some("file:new"), now).await.unwrap();
        house.refresh().await.unwrap();
        saved.number()
    });
    assert_eq!(house.catalogue.load().newest[0].story.number, number);
    assert_eq!((house.catalogue.load().newest.len(), house.catalogue.load().published), (10, 167));
    assert_eq!(guest.get(&last.path()).status, 200);
}

fn every_story_is_reached_by_lists_and_site_maps(paper_of: Engine) {
    let paper = large(paper_of);
    let mut undated = Story::clone(&all(&paper)[0]);
    (undated.slug, undated.published_at) = ("nobody-knows-when".into(), None);
    undated.number = newsroom::articles::StoryNumber(0);
    paper.block_on(async {
        paper.house().store.save_story(&undated, Some("file:undated"), paper.clock.now()).await.unwrap();
        paper.house().refresh().await.unwrap();
    });
    let wanted: BTreeSet<String> = all(&paper).iter().map(|story| story.path()).collect();
    let mut guest = paper.browser();
    let mut listed = BTreeSet::new();
    for section in ["/harbour", "/letters"] {
        let mut next = Some(section.to_owned());
        let mut pages = 0;
        while let Some(page) = next {
            let text = guest.get(&page).text();
            listed.extend(wanted.iter().filter(|path| text.contains(&format!("{path}\""))).cloned());
            next = text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
            pages += 1;
            assert!(pages < 20, "{page}");
        }
        assert!(pages >= 4, "{section} goes on behind memory");
    }
    assert_eq!(listed, wanted);
    let index = guest.get("/sitemap.xml").text();
    let files: Vec<String> = index
        .split("<loc>http://gazette.example")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert!(files.iter().any(|file| file == "/sitemap/2026-11.xml"), "{files:?}");
    let mut mapped = BTreeSet::new();
    for file in &files {
        let text = guest.get(file).text();
        mapped.extend(wanted.iter().filter(|path| text.contains(&format!("{path}<"))).cloned());
    }
    assert_eq!(mapped, wanted);
    assert_eq!(guest.get("/sitemap/2026-12.xml").status, 404);
    let editor = paper.sign_in("staff", Rights::None).1;
    let mut editor = paper.browser().holding(&editor);
    let story = old(&paper).into_iter().next().unwrap();
    let found = editor.get(&format!("/desk?q={}", story.number.0)).text();
    assert!(found.contains(&format!("/desk/stories/{}", story.number.0)));
    assert_eq!(editor.get(&format!("/desk/stories/{}", story.number.0)).status, 200);
    let first_word = story.headline.split(' ').take(3).collect::<Vec<_>>().join("+");
    assert!(editor.get(&format!("/desk?q={first_word}")).text().contains(&format!("/desk/stories/{}", story.number.0)));
}

fn readers_find_old_stories_among_their_own(paper_of: Engine) {
    let paper = large_and_metered(paper_of);
    let (_, cookie) = paper.sign_in("reader", Rights::None);
    let mut reader = paper.browser().holding(&cookie);
    let of_memory = paper.metered()[0].clone();
    let metered: Vec<_> = old(&paper).into_iter().filter(|story| story.marking == Marking::Metered).collect();
    let (kept, withdrawn) = (&metered[0], &metered[1]);
    for story in [&of_memory, kept, withdrawn] {
        assert_eq!(paper.shown(&reader.get(&story.path()).text(), story), Shown::Open);
    }
    let named = |reader: &mut crate::browser::Browser, story: &Story| {
        let page = reader.get("/account").text();
        let link = page.contains(&format!("href=\"{}\"", story.path())) && page.contains(&story.headline);
        let data: serde_json::Value = serde_json::from_slice(&reader.get("/account/data.json").body).unwrap();
        let reads = data["read_in_this_period"].as_array().unwrap().clone();
        let read = reads.iter().find(|read| read["story"] == story.number.0).expect("it was counted");
        let (path, headline) = (&read["path"], &read["headline"]);
        assert_eq!((path == &story.path(), headline == &story.headline), (link, link), "page and file agree: {read}");
        link
    };
    for story in [&of_memory, kept, withdrawn] {
        assert!(named(&mut reader, story), "{}", story.path());
    }
    // what is put off until later has no name any more, and the others keep theirs
    let mut later = Story::clone(withdrawn);
    later.published_at = Some(paper.clock.now() + SignedDuration::from_hours(1));
    paper.block_on(async {
        paper.house().store.save_story(&later, None, paper.clock.now()).await.unwrap();
        paper.house().refresh().await.unwrap();
    });
    assert!(!named(&mut reader, withdrawn));
    assert!(named(&mut reader, kept));
}

fn the_desk_knows_stories_behind_memory(paper_of: Engine) {
    let paper = large_and_metered(paper_of);
    let story = old(&paper).into_iter().find(|story| story.marking == Marking::Metered).unwrap();
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    // the report of an import quotes the paragraph that is doubted
    let report = serde_json::json!({
        "source": "old pages", "added": 1, "numbers": { "a": story.number.0 },
        "archive": { "stories": [{
            "key": "a", "title": story.headline, "crawls": ["a.html"], "paragraphs": story.body.len(), "dropped": [],
            "doubts": [{ "paragraph": 5, "text": "seen once" }],
        }] },
    });
    let import = paper.block_on(paper.house().store.save_import("1 new", &report, paper.clock.now())).unwrap();
    let words: Vec<&str> = story.body[4].text().split(' ').take(6).collect();
    let page = crate::leaks::plain(&editor.get(&format!("/desk/imports/{import}")).text());
    assert!(page.contains(&crate::leaks::normal(&words.join(" "))), "{page}");
    // its own pages, and the list by number and by words of the headline
    let number = story.number.0;
    for (path, there) in [
        (format!("/desk/stories/{number}"), "name=\"marking\""),
        (format!("/desk/stories/{number}/versions"), story.headline.as_str()),
        (format!("/desk?q={number}"), story.headline.as_str()),
        (format!("/desk?q={}", story.headline.replace(' ', "+")), story.headline.as_str()),
    ] {
        let answer = editor.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(there), "{path}");
    }
}

fn a_wall_sells_only_what_opens_it(engine: Engine) {
    let more = "[[plans]]\ncode = \"lately\"\nname = \"Lately\"\nprice = \"450\"\nmonths = 3\n\
                benefits = [\"unlimited\", \"premium\", \"ad-free\"]\n[archive]\nafter_days = 30";
    let paper = Paper::open(engine, Settings { guest_limit: 1, more, ..Settings::default() });
    let now = paper.clock.now();
    let shallow = paper.sign_in("reader", Rights::Shallow).1;
    let of = |marking: Marking, nth: usize, days: i64| {
        let mut story = Story::clone(&paper.stories(marking)[nth]);
        story.published_at = Some(now - SignedDuration::from_hours(24 * days));
        paper.block_on(async {
            paper.house().store.save_story(&story, None, now).await.unwrap();
            paper.house().refresh().await.unwrap();
        });
        story
    };
    let plans = |page: &str| ["quarter", "biennial", "lately"].map(|code| page.contains(&format!("plan={code}")));
    let mut guest = paper.browser();
    let premium = guest.get(&of(Marking::Premium, 0, 2).path()).text();
    assert_eq!(plans(&premium), [true; 3]);
    for (story, words) in [
        (of(Marking::Metered, 0, 40), "This story is from the archive"),
        (of(Marking::Premium, 1, 40), "and it is from the archive"),
    ] {
        let page = guest.get(&story.path()).text();
        assert!(page.contains(words), "{page}");
        assert_eq!(plans(&page), [true, true, false]);
        // whoever subscribes already is shown the way to another plan, and is not sold a second one
        let page = paper.browser().holding(&shallow).get(&story.path()).text();
        assert_eq!(plans(&page), [false; 3]);
        assert!(page.contains("href=\"/account/plan\"") && page.contains("Your plan does not include it"), "{page}");
        assert!(page.contains("Quarter (") && !page.contains("Lately") && !page.contains("Already subscribed"));
    }
    let offered = guest.get("/subscribe").text();
    assert!(offered.contains("Without the archive") && !offered.contains("in every plan"), "{offered}");
}

fn the_archive_is_for_those_who_hold_it(paper_of: Engine) {
    let paper = Paper::open(paper_of, Settings { more: "[archive]\nafter_days = 30", ..Settings::default() });
    let now = paper.clock.now();
    let day = SignedDuration::from_hours(24);
    let subscriber = paper.sign_in("reader", Rights::Paid).1;
    let reader = paper.sign_in("reader", Rights::None).1;
    let shown = |cookie: Option<&str>, story: &Story| {
        let mut browser = cookie.map_or_else(|| paper.browser(), |cookie| paper.browser().holding(cookie));
        let text = browser.get(&story.path()).text();
        (paper.shown(&text, story) == Shown::Open, text.contains("This story is from the archive"))
    };
    for marking in Marking::ALL {
        for (published, archived) in [(Some(now - day * 29), false), (Some(now - day * 31), true), (None, true)] {
            let mut story = Story::clone(&paper.stories(marking)[1]);
            story.published_at = published;
            paper.block_on(async {
                paper.house().store.save_story(&story, None, now).await.unwrap();
                paper.house().refresh().await.unwrap();
            });
            let case = format!("{marking:?} {published:?}");
            let free = marking == Marking::Free;
            assert_eq!(shown(Some(&subscriber), &story), (true, false), "{case}");
            let open_to = |when_new: bool| if archived { free } else { when_new };
            let walled = |premium: bool| archived && !free && !premium;
            let premium = marking == Marking::Premium;
            let guest = open_to(matches!(marking, Marking::Free | Marking::Metered));
            assert_eq!(shown(None, &story), (guest, walled(premium)), "guest, {case}");
            assert_eq!(shown(Some(&reader), &story), (open_to(!premium), walled(premium)), "reader, {case}");
        }
    }
    // the day on which a story becomes one of the archive
    let mut story = Story::clone(&paper.stories(Marking::Metered)[2]);
    story.published_at = Some("2026-10-21T00:00:00+05:30".parse().unwrap());
    paper.block_on(async {
        paper.house().store.save_story(&story, None, now).await.unwrap();
        paper.house().refresh().await.unwrap();
    });
    paper.set_clock("2026-11-20T23:59:59+05:30".parse().unwrap());
    assert_eq!(shown(None, &story), (true, false));
    paper.set_clock("2026-11-21T00:00:00+05:30".parse().unwrap());
    assert_eq!(shown(None, &story), (false, true));
}
