//! What a source does not publish any more comes into the paper by no decision of the desk, and what is asked no more is not opened by hand.

use newsroom::articles::Marking;
use serde_json::json;
use store::{Doubt, DoubtFilter, DoubtKind, Evidence, NewDoubt};

use crate::exports::{Told, crawl, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    a_draft_of_a_parted_story_is_published_by_no_decision,
    what_a_parted_source_took_back_is_taken_into_no_other_story,
    a_copy_is_parted_with_the_newest_words_that_its_source_publishes,
    a_copy_is_parted_with_what_is_published_again_and_not_with_its_draft,
    nothing_of_a_story_that_is_out_of_the_paper_is_decided,
    what_was_kept_is_not_opened_by_hand_once_it_is_said_otherwise,
    a_story_that_a_copy_took_out_is_parted_from_it_and_back,
    a_copy_that_comes_in_later_brings_nothing_back_that_its_source_took_out,
    what_one_source_publishes_and_another_one_keeps_back_is_asked,
    a_crawl_of_what_its_source_took_back_stays_out,
    two_that_were_joined_are_two_again_though_one_was_taken_back,
    what_only_a_copy_said_goes_with_it,
    a_copy_that_says_nothing_stays_as_closed_as_the_story_it_was_taken_for,
);

const SECRET: &str = "SECRET: nothing of this was ever to be printed, wrote the editor of the old paper above it.";

/// A line of a table and its copy in a WordPress export.
struct Copied {
    paper: Paper,
    folder: tempfile::TempDir,
    story: Told,
}

impl Copied {
    fn begun(engine: Engine, id: u32) -> Self {
        let two = Self { paper: Paper::empty(engine), folder: tempfile::tempdir().unwrap(), story: told(id) };
        two.leads(&two.story, 2);
        two.copies(&two.story, 0, "publish");
        assert_eq!(texts(&two.paper.only_story()), two.story.paragraphs);
        // the desk decides after what the command has done on the clock of the machine
        two.paper.set_clock(two.paper.clock.now() + std::time::Duration::from_secs(10 * 366 * 86_400));
        two
    }

    fn import(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
        self.paper.run_import(&self.folder.path().join(name), "report.html");
    }

    /// The report of the last import.
    fn told(&self) -> String {
        std::fs::read_to_string(self.paper.folder().join("report.html")).unwrap()
    }

    fn leads(&self, story: &Told, changed: u32) {
        let row = json!({ "id": "q7", "title": story.headline, "published": format!("{}T09:00:00Z", story.day),
            "updated": format!("2024-01-{changed:02}T09:00:00Z"), "body": story.paragraphs.join("\n\n") });
        self.import("t.jsonl", &row.to_string());
    }

    fn copies(&self, story: &Told, second: u32, status: &str) {
        let text = wxr(std::slice::from_ref(story));
        let text =
            text.replace("09:00:00", &format!("09:00:{second:02}")).replace("03:30:00", &format!("03:30:{second:02}"));
        self.import("w.xml", &text.replace("<wp:status>publish<", &format!("<wp:status>{status}<")));
    }

    /// The draft that the copy became, with a paragraph that nobody has published.
    fn drafts(&self, story: &Told, second: u32) {
        let mut draft = story.clone();
        draft.paragraphs.push(SECRET.into());
        self.copies(&draft, second, "draft");
    }

    fn doubts(&self, kind: DoubtKind, decided: bool) -> Vec<Doubt> {
        let filter = DoubtFilter { kind: Some(kind), decided, ..DoubtFilter::default() };
        self.paper.block_on(self.paper.house().store.doubts(&filter, 100, 0)).unwrap()
    }

    fn decide(&self, id: i64, choice: &str) -> (u16, String) {
        let mut editor = self.paper.browser().holding(&self.paper.sign_in("staff", Rights::None).1);
        let sent = editor.post(&format!("/desk/doubts/{id}"), &[("choice", choice)]);
        (sent.status, sent.words())
    }

    fn decides(&self, id: i64, choice: &str) {
        let (status, words) = self.decide(id, choice);
        assert_eq!(status, 303, "{choice}: {words}");
    }

    /// The choice is not offered, and is refused.
    fn refuses(&self, id: i64, choice: &str, why: &str) {
        let (status, words) = self.decide(id, choice);
        assert!(status == 409 && words.contains(why), "{choice}: {status} {words}");
        let mut editor = self.paper.browser().holding(&self.paper.sign_in("staff", Rights::None).1);
        let page = editor.get(&format!("/desk/doubts?doubt={id}"));
        let offered = page.text().contains(&format!("value=\"{choice}\""));
        assert!(!offered && page.says(why), "{choice} is offered: {}", page.words());
    }

    /// Says of the copy that it is a story of its own; gives that story's address.
    fn parts(&self) -> (i64, String) {
        let id = self.doubts(DoubtKind::SameStory, true)[0].id;
        let first = self.paper.only_story().number;
        self.decides(id, "undo");
        self.decides(id, "apart");
        let stories = self.paper.block_on(self.paper.house().store.stories()).unwrap();
        let second = stories.iter().find(|stored| stored.story.number != first).expect("two stories");
        (id, second.story.path())
    }

    fn status(&self, address: &str) -> u16 {
        self.paper.browser().get(address).status
    }
}

fn a_draft_of_a_parted_story_is_published_by_no_decision(engine: Engine) {
    let two = Copied::begun(engine, 720);
    let (id, address) = two.parts();
    assert_eq!(two.status(&address), 200);
    two.drafts(&two.story, 5);
    assert_eq!(two.status(&address), 404);
    two.refuses(id, "undo", "is out of the paper");
    two.decide(id, "apart");
    assert_eq!(two.status(&address), 404, "a draft does not come in");
    let stories = two.paper.block_on(two.paper.house().store.stories()).unwrap();
    assert!(stories.iter().all(|stored| !texts(&stored.story).contains(&SECRET.to_owned())), "{stories:?}");
    // published again, it can be undone, and parted with the words that are published
    two.copies(&two.story, 9, "publish");
    assert_eq!(two.status(&address), 200);
    two.decides(id, "undo");
    assert_ne!(two.status(&address), 200);
    two.decides(id, "apart");
    let page = two.paper.browser().get(&address);
    assert!(page.status == 200 && !page.text().contains(SECRET), "{}", page.words());
}

fn what_a_parted_source_took_back_is_taken_into_no_other_story(engine: Engine) {
    let two = Copied::begun(engine, 721);
    let mut copy = two.story.clone();
    copy.paragraphs[2].push_str(" The name of the clerk was mended.");
    two.copies(&copy, 1, "publish");
    let asked = two.doubts(DoubtKind::Correction, false)[0].id;
    let (_, address) = two.parts();
    two.drafts(&copy, 5);
    assert_eq!(two.status(&address), 404);
    two.refuses(asked, "correct", "took back");
    assert_eq!(texts(&two.paper.only_story()), two.story.paragraphs);
    two.decides(asked, "keep");
}

fn a_copy_is_parted_with_the_newest_words_that_its_source_publishes(engine: Engine) {
    let two = Copied::begun(engine, 724);
    let mut older = two.story.clone();
    older.paragraphs[3].push_str(" Of this he was ashamed later.");
    two.copies(&two.story, 9, "publish");
    two.copies(&older, 3, "publish");
    let (_, address) = two.parts();
    let page = two.paper.browser().get(&address);
    assert!(page.status == 200 && !page.says("ashamed later"), "what it says no more: {}", page.words());
}

fn a_copy_is_parted_with_what_is_published_again_and_not_with_its_draft(engine: Engine) {
    let two = Copied::begun(engine, 725);
    let (id, address) = two.parts();
    let draft = Told { headline: "A headline that nobody was to read".into(), ..two.story.clone() };
    two.copies(&draft, 0, "draft");
    assert_eq!(two.status(&address), 404);
    two.copies(&two.story, 0, "publish");
    assert_eq!(two.status(&address), 200);
    two.decides(id, "undo");
    two.decides(id, "apart");
    let page = two.paper.browser().get(&address);
    assert!(page.status == 200 && page.says(&two.story.headline), "{}", page.words());
}

fn nothing_of_a_story_that_is_out_of_the_paper_is_decided(engine: Engine) {
    let two = Copied::begun(engine, 722);
    let address = two.paper.only_story().path();
    let mut copy = two.story.clone();
    copy.paragraphs[2].push_str(" The name of the clerk was mended.");
    two.copies(&copy, 1, "publish");
    let asked = two.doubts(DoubtKind::Correction, false)[0].id;
    two.copies(&copy, 5, "draft");
    assert_eq!(two.status(&address), 404);
    two.refuses(asked, "correct", "is out of the paper, taken back by");
    two.copies(&copy, 9, "publish");
    two.decides(asked, "correct");
    assert_eq!(texts(&two.paper.only_story()), copy.paragraphs);
    // nor is what was decided undone
    two.copies(&copy, 11, "draft");
    two.refuses(asked, "undo", "is out of the paper");
    two.copies(&copy, 13, "publish");
    two.decides(asked, "undo");
    assert_eq!(texts(&two.paper.only_story()), two.story.paragraphs);
}

fn what_was_kept_is_not_opened_by_hand_once_it_is_said_otherwise(engine: Engine) {
    let two = Copied::begun(engine, 723);
    let mut copy = two.story.clone();
    copy.paragraphs[2].push_str(" The name of the clerk was mended.");
    two.copies(&copy, 1, "publish");
    let asked = two.doubts(DoubtKind::Correction, false)[0].id;
    two.decides(asked, "keep");
    // as long as both say what they said, it is undone as anything is
    two.decides(asked, "undo");
    two.decides(asked, "keep");
    let mut leader = two.story.clone();
    leader.paragraphs[2].push_str(" The clerk has another name.");
    two.leads(&leader, 9);
    assert_eq!(texts(&two.paper.only_story()), leader.paragraphs);
    two.refuses(asked, "undo", "says it otherwise");
    assert_eq!(two.doubts(DoubtKind::Correction, false), Vec::new());
}

fn a_story_that_a_copy_took_out_is_parted_from_it_and_back(engine: Engine) {
    let two = Copied::begun(engine, 726);
    let first = two.paper.only_story();
    let id = two.doubts(DoubtKind::SameStory, true)[0].id;
    two.drafts(&two.story, 5);
    assert_eq!(two.status(&first.path()), 404);
    // undone, it is asked again, and nothing has changed yet
    two.decides(id, "undo");
    assert_eq!(two.status(&first.path()), 404);
    two.decides(id, "apart");
    let back = two.paper.only_story();
    assert_eq!((back.number, texts(&back)), (first.number, two.story.paragraphs.clone()));
    assert_eq!(two.status(&first.path()), 200);
    // the copy is a story of its own when its source publishes it again
    two.copies(&two.story, 9, "publish");
    let stories = two.paper.block_on(two.paper.house().store.stories()).unwrap();
    let copy = stories.iter().find(|stored| stored.story.number != first.number).expect("two stories");
    assert_eq!([first.path(), copy.story.path()].map(|address| two.status(&address)), [200, 200]);
    assert_eq!(texts(&copy.story), two.story.paragraphs);
}

fn a_copy_that_comes_in_later_brings_nothing_back_that_its_source_took_out(engine: Engine) {
    let two = Copied { paper: Paper::empty(engine), folder: tempfile::tempdir().unwrap(), story: told(735) };
    two.copies(&two.story, 0, "publish");
    let first = two.paper.only_story();
    two.copies(&two.story, 5, "draft");
    assert_eq!(two.status(&first.path()), 404);
    // it is found at the desk among those that are out, and nowhere else
    let mut editor = two.paper.browser().holding(&two.paper.sign_in("staff", Rights::None).1);
    let link = format!("href=\"/desk/stories/{}\"", first.number.0);
    let word = first.headline.split(' ').next().unwrap();
    for (list, shows) in [
        ("/desk".to_owned(), false),
        ("/desk?state=out".to_owned(), true),
        (format!("/desk?state=out&q={word}"), true),
        ("/desk?state=out&q=xyzzy".to_owned(), false),
    ] {
        let page = editor.get(&list);
        assert_eq!(page.text().contains(&link), shows, "{list}: {}", page.words());
        assert!(!page.text().contains("Save the marking"), "{list}");
    }
    assert!(editor.get("/desk/imports/2").text().contains("href=\"/desk?state=out\""));
    two.leads(&two.story, 2);
    let stories = || two.paper.block_on(two.paper.house().store.stories()).unwrap();
    assert_eq!((stories(), two.status(&first.path())), (Vec::new(), 404));
    let told = two.told();
    assert!(told.contains("stays out of the paper") && told.contains("w.xml"), "{told}");
    // said otherwise it stays out, and is told again
    let mut later = two.story.clone();
    later.headline.push_str(" again");
    two.leads(&later, 3);
    assert_eq!(stories(), Vec::new());
    assert!(two.told().contains("stays out of the paper"));
    // two stories, says the desk
    two.paper.set_clock(two.paper.clock.now() + std::time::Duration::from_secs(10 * 366 * 86_400));
    let id = two.doubts(DoubtKind::SameStory, true)[0].id;
    two.decides(id, "undo");
    two.decides(id, "apart");
    let own = two.paper.only_story();
    assert!(own.number != first.number && own.headline == later.headline, "{own:?}");
    assert_eq!([own.path(), first.path()].map(|address| two.status(&address)), [200, 404]);
    two.copies(&two.story, 9, "publish");
    assert_eq!([own.path(), first.path()].map(|address| two.status(&address)), [200, 200]);
}

fn what_one_source_publishes_and_another_one_keeps_back_is_asked(engine: Engine) {
    for (nth, (first, later)) in [("t", "w"), ("w", "t"), ("c", "w"), ("w", "c")].into_iter().enumerate() {
        let id = 740 + u32::try_from(nth).unwrap();
        let two = Copied { paper: Paper::empty(engine), folder: tempfile::tempdir().unwrap(), story: told(id) };
        for source in [first, later] {
            match source {
                "t" => two.leads(&two.story, 2),
                "w" => two.copies(&two.story, 0, "trash"),
                _ => two.import("c.txt", &crawl(&two.story, usize::MAX)),
            }
        }
        let public = two.paper.only_story();
        assert_eq!(
            (two.status(&public.path()), texts(&public)),
            (200, two.story.paragraphs.clone()),
            "{first} {later}"
        );
        let asked = two.doubts(DoubtKind::Look, false);
        let of_words: Vec<&Doubt> = asked.iter().filter(|doubt| doubt.text.contains("not public")).collect();
        let [doubt] = of_words.as_slice() else { panic!("{first} {later}: {asked:?}") };
        assert!(doubt.number == public.number && doubt.text.contains("w.xml"), "{doubt:?}");
        assert!(two.told().contains("says of the same words that they are not public"), "{first} {later}");
        // asked once, and no more once its source publishes it
        two.copies(&two.story, 0, "trash");
        two.copies(&two.story, 9, "publish");
        let left = two.doubts(DoubtKind::Look, false);
        assert!(left.iter().all(|doubt| !doubt.text.contains("not public")), "{first} {later}: {left:?}");
    }
}

fn a_crawl_of_what_its_source_took_back_stays_out(engine: Engine) {
    let two = Copied { paper: Paper::empty(engine), folder: tempfile::tempdir().unwrap(), story: told(745) };
    two.copies(&two.story, 0, "publish");
    let first = two.paper.only_story();
    two.copies(&two.story, 5, "trash");
    two.import("c.txt", &crawl(&two.story, usize::MAX));
    let stories = || two.paper.block_on(two.paper.house().store.stories()).unwrap();
    assert_eq!((stories(), two.status(&first.path())), (Vec::new(), 404));
    let told = two.told();
    assert!(told.contains("stays out of the paper") && told.contains("c.txt") && told.contains("w.xml"), "{told}");
    // it is its copy, and comes back with it
    two.copies(&two.story, 9, "publish");
    assert_eq!(two.paper.only_story().number, first.number);
    assert_eq!(two.status(&first.path()), 200);
}

fn two_that_were_joined_are_two_again_though_one_was_taken_back(engine: Engine) {
    for (id, choice) in [(727, "join"), (729, "join-other")] {
        let two = Copied::begun(engine, id);
        let other = told(id + 1);
        two.copies(&other, 0, "publish");
        let stories = two.paper.block_on(two.paper.house().store.stories()).unwrap();
        let [first, second] = [&two.story, &other].map(|one| {
            let found = stories.iter().find(|stored| texts(&stored.story) == one.paragraphs);
            found.expect("two stories").story.clone()
        });
        let evidence = Evidence { other: Some(second.number.0), ..Evidence::default() };
        let key = "pair".to_owned();
        let doubt = NewDoubt { key, kind: DoubtKind::SameStory, paragraph: None, text: "one or two".into(), evidence };
        let store = &two.paper.house().store;
        two.paper.block_on(store.add_doubts(first.number, &[doubt], None, two.paper.clock.now())).unwrap();
        let asked = two.doubts(DoubtKind::SameStory, false)[0].id;
        two.decides(asked, choice);
        assert_eq!(two.paper.only_story().number, first.number);
        two.drafts(&other, 5);
        let now = |story: &newsroom::articles::Story| two.status(&story.path());
        assert_eq!([now(&first), now(&second)], [404, 404], "{choice}");
        two.decides(asked, "undo");
        assert_eq!([now(&first), now(&second)], [200, 404], "{choice}");
        assert_eq!(texts(&two.paper.only_story()), two.story.paragraphs, "{choice}");
        two.refuses(asked, choice, "is out of the paper");
        two.copies(&other, 9, "publish");
        assert_eq!([now(&first), now(&second)], [200, 200], "{choice}");
    }
}

fn what_only_a_copy_said_goes_with_it(engine: Engine) {
    let two = Copied::begun(engine, 731);
    let said = two.paper.only_story();
    assert!(!said.bylines.is_empty(), "filled in from the copy: {said:?}");
    two.parts();
    let stories = two.paper.block_on(two.paper.house().store.stories()).unwrap();
    let [first, copy] = [true, false].map(|is_first| {
        let found = stories.iter().find(|stored| (stored.story.number == said.number) == is_first);
        &found.expect("two stories").story
    });
    assert!(first.bylines.is_empty() && first.standfirst.is_none() && first.topics.is_empty(), "{first:?}");
    assert_eq!(copy.bylines, said.bylines);
    assert_eq!(two.status(&first.path()), 200);
}

fn a_copy_that_says_nothing_stays_as_closed_as_the_story_it_was_taken_for(engine: Engine) {
    for taken_back in [false, true] {
        let two = Copied::begun(engine, 732);
        let row = json!({ "id": "q7", "title": two.story.headline, "published": format!("{}T09:00:00Z", two.story.day),
            "updated": "2024-01-09T09:00:00Z", "access": "premium", "body": two.story.paragraphs.join("\n\n") });
        two.import("t.jsonl", &row.to_string());
        let sold = two.paper.only_story();
        assert_eq!(sold.marking, Marking::Premium);
        let id = two.doubts(DoubtKind::SameStory, true)[0].id;
        two.decides(id, "undo");
        if taken_back {
            two.drafts(&two.story, 5);
        }
        two.decides(id, "apart");
        if taken_back {
            two.copies(&two.story, 9, "publish");
        }
        let stories = two.paper.block_on(two.paper.house().store.stories()).unwrap();
        assert_eq!(stories.len(), 2);
        for stored in &stories {
            assert_eq!(stored.story.marking, Marking::Premium, "{}", stored.story.number.0);
            let page = two.paper.browser().get(&stored.story.path());
            let last = two.story.paragraphs.last().unwrap();
            assert!(page.status == 200 && !page.says(last), "{taken_back}: {}", page.words());
        }
    }
}
