//! Lists of a paper too large for its shelf: chosen step by step, kept, and brought up to date by one story and by many.
use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::SignedDuration;
use masthead::neighbours::Relating;
use newsroom::articles::{Story, StoryNumber, slug_of};
use store::{Location, Store};

use crate::archive_pages::publish;
use crate::clock::{wait_for, wait_patiently};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, on_both};

on_both!(beside_an_old_story_stands_its_own_time, beside_a_story_stands_what_came_before_or_is_much_like_it,);

/// More stories than a paper has that is learned anew with each of them.
const STORIES: usize = 640;

/// What the stories are made from.
static DICTATED: LazyLock<Story> = LazyLock::new(|| Settings::default().dictated().swap_remove(0).0);

/// A story of one of eight matters; those of one matter share words, and no sentence.
fn told(nth: usize) -> (Story, String) {
    const MATTERS: [&str; 8] = [
        "pilot tug breakwater tonnage mooring anchorage hawser ballast",
        "barley monsoon granary sowing furrow irrigation seedling drought",
        "verdict tribunal appeal petition bailiff affidavit testimony clerk",
        "overture cello rehearsal conductor soprano encore libretto stage",
        "striker penalty goalkeeper league referee stadium transfer offside",
        "vaccine clinic fever nurse dosage ward symptom epidemic",
        "turbine voltage substation outage pylon kilowatt generator meter",
        "comet telescope orbit eclipse observatory meteor nebula crater",
    ];
    let matter = nth % MATTERS.len();
    let words: Vec<&str> = MATTERS[matter].split(' ').collect();
    let pick = |at: usize| words[(nth / 8 * (at + 3) + at * at) % words.len()];
    let mut story = DICTATED.clone();
    story.headline = format!("{} and {} {nth}", pick(0), pick(1));
    story.slug = slug_of(&story.headline);
    story.standfirst = None;
    story.topics.clear();
    story.pick = None;
    story.section = if nth.is_multiple_of(3) { "letters" } else { "harbour" }.into();
    let line = (0..14).map(|at| if at % 2 == 0 { pick(at).to_owned() } else { format!("w{nth}x{at}") });
    story.body[0] = newsroom::articles::Block::Paragraph(line.collect::<Vec<_>>().join(" "));
    story.preview_blocks = 1;
    story.published_at = Some(instant("2001-01-01T06:00:00Z") + SignedDuration::from_hours(nth as i64 * 30));
    (story, format!("file:{nth}"))
}

fn number(nth: usize) -> StoryNumber {
    StoryNumber(u32::try_from(nth).unwrap() + 1)
}

async fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(&Location::Sqlite(folder.path().join("paper.db"))).await.unwrap()
}

#[tokio::test]
async fn every_story_has_lists_of_its_matter_and_a_new_one_joins_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    assert!(!Relating::new("en-IN").step(&store).await.unwrap(), "an empty paper has nothing to learn from");
    let stories: Vec<(Story, String)> = (0..STORIES).map(told).collect();
    let now = instant("2026-11-20T10:00:00+05:30");
    store.save_stories(&stories, now).await.unwrap();
    // each step by another process, as if the one before had died
    let mut steps = 0;
    while Relating::new("en-IN").step(&store).await.unwrap() {
        steps += 1;
        assert!(steps < 20, "it comes to an end");
    }
    let (mut of_matter, mut listed) = (0, 0);
    for nth in 0..STORIES {
        let lists = store.neighbours(number(nth)).await.unwrap();
        assert!(!lists.also_read.is_empty() && !lists.more_from_section.is_empty(), "story {nth} has no lists");
        let both: HashSet<_> = lists.also_read.iter().chain(&lists.more_from_section).collect();
        assert!(!both.contains(&number(nth)), "story {nth} stands beside itself");
        listed += lists.also_read.len();
        of_matter += lists.also_read.iter().filter(|n| (n.0 as usize - 1) % 8 == nth % 8).count();
        let section = |n: &StoryNumber| (n.0 as usize - 1).is_multiple_of(3);
        assert!(lists.more_from_section.iter().all(|n| section(n) == section(&number(nth))), "story {nth}");
    }
    assert!(of_matter * 10 >= listed * 9, "{of_matter} of {listed} are of the story's own matter");

    let before = store.related_generation().await.unwrap().unwrap();
    assert!(before.chosen);
    let (new, key) = told(STORIES);
    store.save_story(&new, Some(&key), now).await.unwrap();
    let mut relating = Relating::new("en-IN");
    let foretold = relating.of_new(&store, &Story { number: number(STORIES), ..new.clone() }).await.unwrap();
    relating.finish(&store).await.unwrap();
    let after = store.related_generation().await.unwrap().unwrap();
    assert_eq!(after.generation, before.generation, "one story more is no reason to learn anew");
    let lists = store.neighbours(number(STORIES)).await.unwrap();
    assert_eq!(lists.also_read, foretold.also_read, "what a page shows at once is what is kept");
    assert!(!lists.also_read.is_empty());
    // the section's story before it now has it in its list
    let last = (0..STORIES).rev().find(|nth| told(*nth).0.section == new.section).unwrap();
    let lists = store.neighbours(number(last)).await.unwrap();
    assert!(lists.more_from_section.contains(&number(STORIES)));
    store.close().await;
}

#[tokio::test]
async fn an_import_that_doubles_the_paper_is_learned_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let now = instant("2026-11-20T10:00:00+05:30");
    let half: Vec<(Story, String)> = (0..STORIES).map(told).collect();
    store.save_stories(&half, now).await.unwrap();
    let mut relating = Relating::new("en-IN");
    relating.finish(&store).await.unwrap();
    let before = store.related_generation().await.unwrap().unwrap();
    let more: Vec<(Story, String)> = (STORIES..STORIES * 2).map(told).collect();
    store.save_stories(&more, now).await.unwrap();
    relating.finish(&store).await.unwrap();
    let after = store.related_generation().await.unwrap().unwrap();
    assert!(after.generation > before.generation && after.chosen);
    assert_eq!(after.stories, 2 * STORIES as u64);
    assert!(!store.neighbours(number(STORIES * 2 - 1)).await.unwrap().also_read.is_empty());
    store.close().await;
}

/// The numbers of the stories that a part of a page leads to; none where it has no such part.
fn beside(page: &str, from: &str) -> Vec<u32> {
    let part = page.split(from).nth(1).unwrap_or_default().split("</ul>").next().unwrap();
    let part = part.split("</section>").next().unwrap();
    let links = part.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()?.rsplit_once('-'));
    links.filter_map(|(_, number)| number.parse().ok()).collect()
}

fn beside_an_old_story_stands_its_own_time(engine: Engine) {
    // stories that come in while the paper runs, far more than it holds
    let stories = Settings::default().stories.map(|(marking, _)| (marking, 0));
    let paper = Paper::open(engine, Settings { stories, server: "stories_in_memory = 10", ..Settings::default() });
    let all: Vec<(Story, String)> = (0..STORIES).map(told).collect();
    let house = paper.house();
    paper.block_on(async {
        house.store.save_stories(&all, paper.clock.now()).await.unwrap();
        house.refresh().await.unwrap();
    });
    let mut guest = paper.browser();
    let mut lists = |nth: usize| {
        let story = Story { number: number(nth), ..all[nth].0.clone() };
        let answer = guest.get(&story.path());
        assert_eq!(answer.status, 200, "{}", story.path());
        let page = answer.text();
        let lists = [beside(&page, "id=\"also-heading\""), beside(&page, "id=\"more-heading\"")];
        // nothing twice, and never the story itself
        let both: HashSet<u32> = lists.iter().flatten().copied().collect();
        let shown = lists.iter().map(Vec::len).sum::<usize>();
        assert_eq!((both.len(), both.contains(&number(nth).0)), (shown, false), "{nth}: {lists:?}");
        assert_eq!(lists[1].len(), 4, "{nth}: {lists:?}");
        lists
    };
    let days = |nth: usize, other: u32| ((other as usize - 1).abs_diff(nth) * 30).div_ceil(24);
    // at once, and also when the lists are chosen: a month at most, of more than two years
    let near = |nth: usize, more: &[u32]| more.iter().all(|other| days(nth, *other) <= 31);
    for (nth, before) in [(0, 0), (1, 1), (2, 1), (300, 3), (301, 3)] {
        let [also, more] = lists(nth);
        assert!(near(nth, &more) && also.len() == before, "{nth}: {also:?} {more:?}");
        assert!(also.iter().all(|other| (*other as usize) <= nth + 2), "{nth}: {also:?} came before");
    }
    // the same pages name what is like them, once the round has found that out
    let standing = || paper.block_on(house.store.related_generation()).unwrap();
    wait_patiently(2_000, || standing().filter(|standing| standing.chosen));
    let of_matter = |nth: usize, also: &[u32]| also.iter().all(|other| (*other as usize - 1) % 8 == nth % 8);
    for nth in [0, 1, 2, 300, 301] {
        let [also, more] = wait_for(|| Some(lists(nth)).filter(|[also, _]| !also.is_empty() && of_matter(nth, also)));
        assert!(near(nth, &more), "{nth}: {also:?} {more:?}");
    }
    // what is published no longer makes room for others
    let [gone, _] = lists(300);
    paper.block_on(async {
        for number in &gone {
            let (story, _) = &all[*number as usize - 1];
            let later = Some(paper.clock.now() + SignedDuration::from_hours(24));
            let story = Story { number: StoryNumber(*number), published_at: later, ..story.clone() };
            house.store.save_story(&story, None, paper.clock.now()).await.unwrap();
        }
        house.refresh().await.unwrap();
    });
    let [also, more] = lists(300);
    assert!(gone.iter().all(|number| !also.contains(number) && !more.contains(number)), "{gone:?} {also:?} {more:?}");
    // beside the newest stand the newest
    let [_, more] = lists(STORIES - 1);
    assert!(near(STORIES - 1, &more), "{more:?}");
}

fn beside_a_story_stands_what_came_before_or_is_much_like_it(engine: Engine) {
    let paper = Paper::usual(engine);
    let tell = |headline: &str, day: &str, words: &str, language: Option<&str>| {
        publish(&paper, headline, Some(&format!("{day}T10:00:00+05:30")), |story| {
            story.standfirst = None;
            story.topics.clear();
            story.section = "letters".into();
            story.language = language.map(str::to_owned);
            story.body[0] = newsroom::articles::Block::Paragraph(words.into());
            story.preview_blocks = 1;
        })
    };
    let read = "The ferry pilots moored behind the breakwater and weighed their ballast before the anchorage closed";
    let first = tell("Pilots moor behind the breakwater", "1998-05-01", read, None);
    let sequel =
        "A breakwater for the anchorage: ferry pilots who moored there in spring count ballast and breakwater stones";
    let later = tell("The breakwater grows, say ferry pilots", "2003-02-01", sequel, None);
    let other =
        tell("Barley for the granary", "2003-03-01", "The monsoon left barley in every furrow of the granary", None);
    let german =
        tell("Gerste in der Scheune", "1998-04-01", "Der Monsun lässt die Gerste in jeder Furche stehen", Some("de"));
    let before =
        tell("A comet over the orchard", "1997-02-01", "A comet and its meteors crossed the nebula last week", None);
    let mut guest = paper.browser();
    let mut also = |story: &Story| beside(&guest.get(&story.path()).text(), "id=\"also-heading\"");
    let list = also(&first);
    assert!(list.contains(&later.number.0) && list.contains(&before.number.0), "{list:?}");
    for unlike in [&other, &german] {
        assert!(!list.contains(&unlike.number.0), "{}: {list:?}", unlike.headline);
    }
    assert_eq!(list.len(), 2, "nor what came in later years: {list:?}");
    // what fills up beside a story in another language is in that language
    let second =
        tell("Die Scheune ist voll", "1998-06-01", "Endlich sind alle Säcke trocken unter dem Dach", Some("de-AT"));
    let list = also(&second);
    assert_eq!(list, [german.number.0], "{list:?}");
    // and nothing stands there where nothing suits
    let page = guest.get(&german.path()).text();
    assert!(!page.contains("also-heading") && page.contains("more-heading"), "{page}");
}
