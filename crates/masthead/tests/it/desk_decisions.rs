//! Decisions about doubts: on what somebody saw, undone in any order, and with all that they took and gave.
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use store::{DoubtFilter, DoubtKind, Evidence, NewDoubt, StoryEdit};

use crate::browser::Browser;
use crate::client::Answer;
use crate::exports::{Told, ans, crawl, story_file, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    what_another_decision_took_out_is_led_to,
    a_date_that_was_refused_stays_in_the_field,
    who_decided_one_is_at_the_next,
    a_doubt_that_begins_with_a_file_names_it_as_it_is,
    a_page_that_was_open_for_long_undoes_nobodys_work,
    what_an_order_took_away_comes_back_with_it,
    an_older_decision_is_undone_beside_later_ones,
    a_joining_is_undone_whatever_was_marked_and_corrected_since,
    crawls_that_came_while_two_were_one_find_their_story,
    the_desk_says_whose_words_a_joined_story_has,
    two_that_are_two_take_nothing_from_a_crawl_of_both,
);

fn editor(paper: &Paper) -> Browser {
    paper.browser().holding(&paper.sign_in("staff", Rights::None).1)
}

fn story(paper: &Paper, number: StoryNumber) -> Story {
    paper.block_on(paper.house().store.story(number)).unwrap().unwrap().story
}

fn all(paper: &Paper) -> Vec<Story> {
    paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|stored| stored.story).collect()
}

/// Keeps a doubt, and gives its id.
fn doubt(paper: &Paper, number: StoryNumber, key: &str, kind: DoubtKind, evidence: Evidence) -> i64 {
    let store = &paper.house().store;
    let doubt = NewDoubt { key: key.into(), kind, paragraph: None, text: format!("doubt {key}"), evidence };
    paper.block_on(store.add_doubts(number, &[doubt], None, paper.clock.now())).unwrap();
    let filter = DoubtFilter { number: Some(number), ..DoubtFilter::default() };
    let kept = paper.block_on(store.doubts(&filter, 100, 0)).unwrap();
    kept.into_iter().find(|kept| kept.text == format!("doubt {key}")).unwrap().id
}

/// The only decided doubt of whether two stories are one.
fn joining(paper: &Paper) -> i64 {
    let filter = DoubtFilter { decided: true, kind: Some(DoubtKind::SameStory), ..DoubtFilter::default() };
    let found = paper.block_on(paper.house().store.doubts(&filter, 10, 0)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].id
}

/// What a doubt's form says that it showed.
fn seen(editor: &mut Browser, id: i64) -> String {
    let page = editor.get(&format!("/desk/doubts?doubt={id}")).text();
    page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn send(editor: &mut Browser, id: i64, fields: &[(&str, &str)]) -> Answer {
    editor.post(&format!("/desk/doubts/{id}"), fields)
}

/// Decides, and gives the page that tells of it.
fn decided(editor: &mut Browser, id: i64, choice: &str) -> String {
    let seen = seen(editor, id);
    let sent = send(editor, id, &[("choice", choice), ("seen", &seen)]);
    assert_eq!(sent.status, 303, "{choice}: {}", sent.words());
    let page = editor.get(sent.location(303)).text();
    page.split("role=\"status\">").nth(1).unwrap().split("</p>").next().unwrap().to_owned()
}

fn body(texts: &[String]) -> Vec<Block> {
    texts.iter().map(|text| Block::Paragraph(text.clone())).collect()
}

fn a_page_that_was_open_for_long_undoes_nobodys_work(engine: Engine) {
    let paper = Paper::usual(engine);
    let number = paper.stories(Marking::Free)[0].number;
    let evidence = Evidence { choices: vec!["Offered by the import".into()], ..Evidence::default() };
    let id = doubt(&paper, number, "h", DoubtKind::Headline, evidence);
    let (mut one, mut other) = (editor(&paper), editor(&paper));
    let (before, unseen) = (seen(&mut one, id), seen(&mut other, id));
    assert_eq!(
        other.post(&format!("/desk/stories/{number}", number = number.0), &[("headline", "Written by hand")]).status,
        303
    );
    // the first editor's page still shows the former headline
    let refused = send(&mut one, id, &[("choice", "choice-0"), ("seen", &before)]);
    assert_eq!(refused.status, 409);
    assert!(
        refused.says("Nothing was changed") && refused.says("The headline is “Written by hand” now."),
        "{}",
        refused.words()
    );
    let way = format!("/desk/doubts?doubt={id}");
    assert!(refused.text().contains(&format!("<a href=\"{way}\">Look at it as it is now</a>")), "{}", refused.text());
    assert_eq!(story(&paper, number).headline, "Written by hand");
    assert!(decided(&mut one, id, "choice-0").contains("another headline"));
    assert_eq!(story(&paper, number).headline, "Offered by the import");
    // so does a page that shows it open, and one that shows another decision
    let late = send(&mut other, id, &[("choice", "keep"), ("seen", &unseen)]);
    assert!(late.status == 409 && late.says("decided it on") && late.says("another headline"), "{}", late.words());
    let decision = seen(&mut other, id);
    decided(&mut one, id, "undo");
    assert_eq!(story(&paper, number).headline, "Written by hand");
    decided(&mut one, id, "keep");
    let late = send(&mut other, id, &[("choice", "undo"), ("seen", &decision)]);
    assert!(late.status == 409 && late.says("as it is"), "{}", late.words());
    let page = one.get(&way).text();
    assert!(page.contains("decided") && page.contains("value=\"undo\""), "what was decided stands: {page}");
    // nothing else that changes of the story holds a decision up
    let id = doubt(&paper, number, "look", DoubtKind::Paragraph, Evidence::default());
    let before = seen(&mut one, id);
    assert_eq!(other.post(&format!("/desk/stories/{}", number.0), &[("marking", "premium")]).status, 303);
    assert_eq!(send(&mut one, id, &[("choice", "keep"), ("seen", &before)]).status, 303);
}

/// A story of four paragraphs, of which two are open, and a doubt that offers to move the second one behind the wall.
fn ordered(paper: &Paper, key: &str) -> (Story, i64) {
    let mut story = Story::clone(&paper.stories(Marking::Premium)[0]);
    let told = told(300);
    story.body = body(&told.paragraphs[..4]);
    story.preview_blocks = 2;
    story.headline = told.paragraphs[1][..70].trim().to_owned();
    story.standfirst = Some(told.paragraphs[1][40..120].trim().to_owned());
    story.headline_provisional = false;
    paper.block_on(paper.house().store.save_story(&story, None, paper.clock.now())).unwrap();
    let kept = self::story(paper, story.number);
    assert_eq!((&kept.headline, &kept.standfirst), (&story.headline, &story.standfirst), "nothing of it is closed");
    let prints = texts(&story).iter().map(|text| store::paragraph_print(text)).collect();
    let evidence = Evidence { orders: vec![vec![1, 3, 2, 4]], prints, ..Evidence::default() };
    let id = doubt(paper, story.number, key, DoubtKind::Order, evidence);
    (kept, id)
}

fn what_an_order_took_away_comes_back_with_it(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut editor = editor(&paper);
    let (before, id) = ordered(&paper, "first");
    let said = decided(&mut editor, id, "order-0");
    assert!(said.contains("repeats what is closed now: headline, standfirst"), "{said}");
    let after = story(&paper, before.number);
    assert!(after.headline_provisional && after.standfirst.is_none() && after.body[1] == before.body[2], "{after:?}");
    let said = decided(&mut editor, id, "undo");
    assert!(said.contains("is there again: headline, standfirst") && !said.contains("Still left out"), "{said}");
    assert_eq!(Story { updated_at: before.updated_at, ..story(&paper, before.number) }, before);
    // closed otherwise meanwhile, they stay away, and that is said
    decided(&mut editor, id, "order-0");
    let closed = StoryEdit { preview_blocks: Some(1), ..StoryEdit::default() };
    paper.block_on(paper.house().store.edit_story(before.number, &closed, paper.clock.now())).unwrap();
    let said = decided(&mut editor, id, "undo");
    assert!(
        said.contains("Still left out") && said.contains("headline, standfirst. The words are kept under Versions"),
        "{said}"
    );
    let now = story(&paper, before.number);
    assert!(now.headline_provisional && now.standfirst.is_none() && now.body == before.body);
    let versions = editor.get(&format!("/desk/stories/{}/versions", now.number.0));
    assert!(
        versions.says(&before.headline) && versions.says(before.standfirst.as_ref().unwrap()),
        "{}",
        versions.words()
    );
}

fn an_older_decision_is_undone_beside_later_ones(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut editor = editor(&paper);
    let mut whole = Story::clone(&paper.stories(Marking::Metered)[0]);
    whole.body = body(&told(301).paragraphs[..6]);
    whole.preview_blocks = 2;
    paper.block_on(paper.house().store.save_story(&whole, None, paper.clock.now())).unwrap();
    let whole = story(&paper, whole.number);
    let number = whole.number;
    let remove = |nth: usize| {
        let evidence = Evidence { paragraph: Some(whole.body[nth].text().to_owned()), ..Evidence::default() };
        doubt(&paper, number, &format!("p{nth}"), DoubtKind::Paragraph, evidence)
    };
    let without = |gone: &[usize]| -> Vec<Block> {
        let left = whole.body.iter().enumerate().filter(|(at, _)| !gone.contains(at));
        left.map(|(_, block)| block.clone()).collect()
    };
    let ids: Vec<i64> = (0..6).map(remove).collect();
    for nth in [1, 2, 4] {
        decided(&mut editor, ids[nth], "remove");
    }
    assert_eq!(story(&paper, number).body, without(&[1, 2, 4]));
    // whichever goes first, all of it comes back where it stood, and no closed paragraph opens
    for (undone, left, open) in [(1, &[2, 4][..], 2), (4, &[2], 2), (2, &[], 2)] {
        decided(&mut editor, ids[undone], "undo");
        let now = story(&paper, number);
        assert_eq!((&now.body, now.preview().len()), (&without(left), open), "{undone}");
    }
    // a later one at the same place is named
    decided(&mut editor, ids[3], "remove");
    let (above, below) = (whole.body[2].text().to_owned(), whole.body[4].text().to_owned());
    let place = store::PlaceInStory { after: 3, above: Some(above), below: Some(below), between: Vec::new() };
    let line = store::LineLeftOut { text: "What the ledger says".into(), places: vec![place] };
    let put = doubt(&paper, number, "line", DoubtKind::LeftOut, Evidence { lines: vec![line], ..Evidence::default() });
    let said = decided(&mut editor, put, "put-back");
    assert!(said.contains("put back “What the ledger says”"), "{said}");
    let stood = story(&paper, number);
    let refused = send(&mut editor, ids[3], &[("choice", "undo")]);
    assert!(refused.status == 409 && refused.says("a later decision (“put back”)"), "{}", refused.words());
    assert!(refused.text().contains(&format!("<a href=\"/desk/doubts?doubt={put}\">")), "{}", refused.text());
    assert_eq!(story(&paper, number), stood);
    decided(&mut editor, put, "undo");
    decided(&mut editor, ids[3], "undo");
    assert_eq!(story(&paper, number).body, whole.body);
    // a headline that was chosen once more
    let choices = vec!["First".to_owned(), "Second".to_owned()];
    let first =
        doubt(&paper, number, "h1", DoubtKind::Headline, Evidence { choices: choices.clone(), ..Evidence::default() });
    let second = doubt(
        &paper,
        number,
        "h2",
        DoubtKind::Headline,
        Evidence { choices: choices[1..].to_vec(), ..Evidence::default() },
    );
    decided(&mut editor, first, "choice-0");
    decided(&mut editor, second, "choice-0");
    let refused = send(&mut editor, first, &[("choice", "undo")]);
    assert!(refused.text().contains(&format!("<a href=\"/desk/doubts?doubt={second}\">")), "{}", refused.text());
    decided(&mut editor, second, "undo");
    decided(&mut editor, first, "undo");
    assert_eq!(story(&paper, number).headline, whole.headline);
}

/// As its other source had it later, with words that only that one has.
fn later(story: &Told, words: &str) -> Told {
    let mut later = story.clone();
    later.paragraphs[1].push_str(words);
    later
        .paragraphs
        .push("The clerk said that the minutes would be read aloud at the next meeting of both towns.".into());
    later
}

fn a_joining_is_undone_whatever_was_marked_and_corrected_since(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let take = |name: &str, text: &str| {
        write(folder.path(), name, text);
        paper.import(&[folder.path().to_owned()], false);
    };
    let mut editor = editor(&paper);
    let first = told(70);
    let second = later(&first, " An earlier version named another bay.");
    take("w.xml", &wxr(std::slice::from_ref(&first)));
    let alone = all(&paper).remove(0);
    take("a.json", &ans(&second, &format!("{}T09:00:00Z", first.day)));
    assert_eq!(texts(&all(&paper)[0]), second.paragraphs, "the later words lead");
    // the desk closes it, and both sources are corrected
    assert_eq!(editor.post(&format!("/desk/stories/{}", alone.number.0), &[("marking", "premium")]).status, 303);
    let corrected = later(&first, " Two earlier versions named other bays.");
    take("a.json", &ans(&corrected, &format!("{}T11:00:00Z", first.day)));
    assert_eq!(texts(&all(&paper)[0]), corrected.paragraphs);
    let mut mended = first.clone();
    mended.paragraphs[2].push_str(" The name of the clerk was mended.");
    take("w.xml", &wxr(std::slice::from_ref(&mended)));
    assert_eq!(texts(&all(&paper)[0]), corrected.paragraphs, "these words do not lead");
    let id = joining(&paper);
    let said = decided(&mut editor, id, "undo");
    let parted = all(&paper);
    let [one, other] = parted.as_slice() else { panic!("{parted:?}") };
    assert_eq!((one.number, texts(one)), (alone.number, mended.paragraphs.clone()), "{said}");
    assert_eq!(texts(other), corrected.paragraphs, "each has what its source says now");
    assert_eq!((one.marking, other.marking), (Marking::Premium, Marking::Premium), "what was closed stays closed");
    // and goes on from there
    let again = later(&first, " Three earlier versions named other bays.");
    take("a.json", &ans(&again, &format!("{}T12:00:00Z", first.day)));
    mended.paragraphs[2].push_str(" And so was his office.");
    take("w.xml", &wxr(std::slice::from_ref(&mended)));
    let parted = all(&paper);
    assert_eq!((texts(&parted[0]), texts(&parted[1])), (mended.paragraphs.clone(), again.paragraphs.clone()));
    let report = paper.import(&[folder.path().to_owned()], false);
    assert_eq!((report.added, report.changed, report.merged), (0, 0, 0), "{}", report.summary());
    // a headline that the desk wrote while they were one stays, and is said
    decided(&mut editor, id, "join-other");
    assert_eq!(
        editor.post(&format!("/desk/stories/{}", alone.number.0), &[("headline", "Two towns, one bay")]).status,
        303
    );
    decided(&mut editor, id, "undo");
    assert_eq!(story(&paper, alone.number).headline, "Two towns, one bay");
    assert_eq!(texts(&story(&paper, alone.number)), mended.paragraphs);
}

/// The same words, each time with other numbers.
fn costly(day: &str, cost: u32) -> Told {
    let mut story = told(130);
    (story.headline, story.day) = (String::new(), day.into());
    for (paragraph, nth) in story.paragraphs.iter_mut().zip(1..) {
        paragraph.push_str(&format!(" The cost was put at {} crowns.", cost + 17 * nth));
    }
    story
}

fn crawls_that_came_while_two_were_one_find_their_story(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut editor = editor(&paper);
    let (first, second) = (costly("2004-03-08", 4_000), costly("2004-03-15", 9_100));
    let whole = first.paragraphs.len();
    let add = |name: &str, story: &Told, lost: usize| {
        write(folder.path(), name, &crawl(story, lost));
        paper.import(&[folder.path().to_owned()], false);
    };
    add("first.txt", &first, whole);
    add("second.txt", &second, whole);
    let numbers: Vec<StoryNumber> = all(&paper).iter().map(|story| story.number).collect();
    let pair = DoubtFilter { kind: Some(DoubtKind::SameStory), ..DoubtFilter::default() };
    let id = paper.block_on(paper.house().store.doubts(&pair, 10, 0)).unwrap()[0].id;
    decided(&mut editor, id, "join");
    add("first-again.txt", &first, 2);
    add("second-again.txt", &second, 3);
    add("second-third.txt", &second, 1);
    decided(&mut editor, id, "undo");
    let crawls = |number: StoryNumber| -> Vec<String> {
        let mut names: Vec<String> = paper
            .block_on(paper.house().store.crawls_of(number, 20))
            .unwrap()
            .into_iter()
            .map(|crawl| crawl.name)
            .collect();
        names.sort();
        names
    };
    let of = |story: &Told| {
        numbers
            .iter()
            .copied()
            .find(|number| texts(&self::story(&paper, *number)).contains(&story.paragraphs[0]))
            .unwrap()
    };
    let ends = |names: Vec<String>, wanted: &[&str]| {
        assert_eq!(names.len(), wanted.len(), "{names:?}");
        assert!(names.iter().zip(wanted).all(|(name, wanted)| name.ends_with(wanted)), "{names:?}");
    };
    ends(crawls(of(&first)), &["first-again.txt", "first.txt"]);
    ends(crawls(of(&second)), &["second-again.txt", "second-third.txt", "second.txt"]);
}

fn the_desk_says_whose_words_a_joined_story_has(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut editor = editor(&paper);
    let (mut first, mut second) = (told(140), told(141));
    first.headline = "The pier is mended".into();
    second.headline = "The pier, mended at last".into();
    // the later and longer one would lead, were it not for the desk
    second.paragraphs.extend(told(142).paragraphs);
    write(folder.path(), "one.md", &story_file(&first));
    write(folder.path(), "two.md", &story_file(&second));
    paper.import(&[folder.path().to_owned()], false);
    let find = |headline: &str| all(&paper).into_iter().find(|story| story.headline == headline);
    let (one, two) = (find(&first.headline).unwrap(), find(&second.headline).unwrap());
    let id = doubt(
        &paper,
        one.number,
        "pair",
        DoubtKind::SameStory,
        Evidence { other: Some(two.number.0), ..Evidence::default() },
    );
    let page = editor.get("/desk/doubts");
    for story in [&one, &two] {
        assert!(
            page.says(&format!("They are one story: keep the words of story {}", story.number.0)),
            "{}",
            page.words()
        );
    }
    for (choice, kept) in [("join", &one), ("join-other", &two)] {
        let said = decided(&mut editor, id, choice);
        let joined = all(&paper);
        assert!(said.contains(&format!("one story, with the words of story {}", kept.number.0)), "{said}");
        assert_eq!(joined.len(), 1, "{choice}");
        assert_eq!((joined[0].number, &joined[0].headline, &joined[0].body), (one.number, &kept.headline, &kept.body));
        decided(&mut editor, id, "undo");
        assert_eq!(all(&paper).len(), 2);
        assert_eq!((story(&paper, one.number), story(&paper, two.number)), (one.clone(), two.clone()), "{choice}");
    }
    // what is closed then is told of
    let telling = StoryEdit {
        marking: Some(Marking::Free),
        standfirst: Some(Some(one.body[4].text()[..90].to_owned())),
        ..StoryEdit::default()
    };
    paper.block_on(paper.house().store.edit_story(one.number, &telling, paper.clock.now())).unwrap();
    paper.block_on(paper.house().store.set_marking(two.number, Marking::Premium, paper.clock.now())).unwrap();
    let said = decided(&mut editor, id, "join");
    assert!(said.contains("repeats what is closed now: standfirst"), "{said}");
    let said = decided(&mut editor, id, "undo");
    assert!(story(&paper, one.number).standfirst.is_some(), "free again, it tells nothing closed: {said}");
}

fn two_that_are_two_take_nothing_from_a_crawl_of_both(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let mut editor = editor(&paper);
    let (mut first, mut second) = (costly("2004-03-08", 4_000), costly("2004-03-15", 9_100));
    // each has a lead of its own
    first.paragraphs.insert(0, told(131).paragraphs[0].clone());
    second.paragraphs.insert(0, told(132).paragraphs[0].clone());
    let whole = first.paragraphs.len();
    let add = |name: &str, text: &str| {
        write(folder.path(), name, text);
        paper.import(&[folder.path().to_owned()], false);
    };
    write(folder.path(), "first.txt", &crawl(&first, whole));
    add("second.txt", &crawl(&second, whole));
    let pair = DoubtFilter { kind: Some(DoubtKind::SameStory), ..DoubtFilter::default() };
    let id = paper.block_on(paper.house().store.doubts(&pair, 10, 0)).unwrap()[0].id;
    decided(&mut editor, id, "keep");
    let before = all(&paper);
    assert_eq!(before.len(), 2);
    // a page that holds both, whole, or the lead of one above the other
    add("both.txt", &format!("{}\n\n{}", crawl(&first, whole), crawl(&second, whole)));
    add("lead.txt", &format!("{}\n{}", second.paragraphs[0], crawl(&first, whole)));
    add("lead-again.txt", &format!("{}\n{}", first.paragraphs[0], crawl(&second, whole)));
    let after = all(&paper);
    let bodies = |stories: &[Story]| stories.iter().map(texts).collect::<Vec<_>>();
    assert_eq!(bodies(&after), bodies(&before));
    assert_eq!(
        after.iter().map(|story| &story.headline).collect::<Vec<_>>(),
        before.iter().map(|story| &story.headline).collect::<Vec<_>>()
    );
}

/// Two doubts about one paragraph: the one that went with the other is undone by undoing that one, to which the desk leads.
fn what_another_decision_took_out_is_led_to(engine: Engine) {
    let paper = Paper::usual(engine);
    let told = paper.stories(Marking::Free)[0].clone();
    let words = texts(&told);
    let evidence = Evidence { paragraph: words.last().cloned(), ..Evidence::default() };
    let one = doubt(&paper, told.number, "one", DoubtKind::Paragraph, evidence.clone());
    let twin = doubt(&paper, told.number, "twin", DoubtKind::Paragraph, evidence);
    let mut editor = editor(&paper);
    decided(&mut editor, one, "remove");
    let seen = seen(&mut editor, twin);
    let refused = send(&mut editor, twin, &[("choice", "undo"), ("seen", &seen)]);
    assert!(refused.status == 409 && refused.says("took the same paragraph out"), "{}", refused.words());
    let way = format!("<a href=\"/desk/doubts?doubt={one}\">Open the other decision</a>");
    assert!(refused.text().contains(&way), "{}", refused.text());
    decided(&mut editor, one, "undo");
    assert_eq!(texts(&story(&paper, told.number)), words);
    let open = DoubtFilter { number: Some(told.number), ..DoubtFilter::default() };
    assert_eq!(paper.block_on(paper.house().store.doubts(&open, 9, 0)).unwrap().len(), 2, "both are open again");
}

fn a_date_that_was_refused_stays_in_the_field(engine: Engine) {
    let paper = Paper::usual(engine);
    let number = paper.stories(Marking::Free)[0].number;
    let id = doubt(&paper, number, "d", DoubtKind::Date, Evidence::default());
    let (mut one, mut other) = (editor(&paper), editor(&paper));
    for (date, why) in [
        ("0097-10-14T08:30", "No paper was printed in the year 97"),
        ("1300-10-14T08:30", "from 1450 on"),
        ("2999-10-14T08:30", "still to come"),
        ("14 October", "Write the day and the time"),
    ] {
        let refused = send(&mut one, id, &[("choice", "date"), ("date", date)]);
        assert!(refused.status == 400 && refused.says(why), "{date}: {}", refused.words());
    }
    let before = seen(&mut one, id);
    decided(&mut other, id, "keep");
    let sent = [("choice", "date"), ("date", "1999-10-14T08:30"), ("seen", before.as_str())];
    let refused = send(&mut one, id, &sent);
    assert_eq!(refused.status, 409);
    // when it was decided is said as the list says it
    let list = one.get("/desk/doubts?state=decided").text();
    let when = list.split(" decided <time").nth(1).unwrap().split('>').nth(1).unwrap().split('<').next().unwrap();
    assert!(refused.says(&format!("decided it on {when}:")), "{when}: {}", refused.words());
    decided(&mut other, id, "undo");
    let text = refused.text();
    let way = text.split("<a href=\"/desk/doubts?doubt=").nth(1).unwrap().split('"').next().unwrap();
    let page = one.get(&format!("/desk/doubts?doubt={}", way.replace("&amp;", "&").replace("&#38;", "&"))).text();
    assert!(page.contains("type=\"datetime-local\" value=\"1999-10-14T08:30:00\""), "{way}: {page}");
}

fn who_decided_one_is_at_the_next(engine: Engine) {
    let paper = Paper::usual(engine);
    let number = paper.stories(Marking::Free)[0].number;
    let ids = ["a", "b", "c"].map(|key| doubt(&paper, number, key, DoubtKind::Look, Evidence::default()));
    let mut editor = editor(&paper);
    let mut decide = |id: i64, next: &str| {
        let seen = seen(&mut editor, id);
        let sent = send(&mut editor, id, &[("choice", "keep"), ("seen", &seen), ("next", next)]);
        let to = sent.location(303).to_owned();
        assert!(to.starts_with(next) && to.ends_with("#done"), "{to}");
        let page = editor.get(&to).text();
        let at = page.find("id=\"done\" tabindex=\"-1\" role=\"status\"").expect("what was done is said");
        assert_eq!(page.matches("id=\"done\"").count(), 1, "{page}");
        let article = |from: usize| {
            page[from..].split("<article class=\"panel\" id=\"").nth(1).map(|rest| rest.split('"').next().unwrap())
        };
        let ahead = page[..at].contains("<article");
        (ahead, article(at).map(str::to_owned))
    };
    let list = "/desk/doubts?state=open&kind=look";
    let id = |nth: usize| Some(format!("d{}", ids[nth]));
    assert_eq!(decide(ids[1], list), (true, id(2)), "below what comes before it");
    assert_eq!(decide(ids[2], list), (false, id(0)), "none comes next: above all that are left");
    assert_eq!(decide(ids[0], list), (false, None), "none is left");
    // of one doubt alone
    let alone = doubt(&paper, number, "e", DoubtKind::Look, Evidence::default());
    assert_eq!(decide(alone, &format!("/desk/doubts?doubt={alone}")), (false, Some(format!("d{alone}"))));
}

fn a_doubt_that_begins_with_a_file_names_it_as_it_is(engine: Engine) {
    let paper = Paper::usual(engine);
    let number = paper.stories(Marking::Free)[0].number;
    let doubts = ["heap/w.xml, 1 says less", "w.xml, 1 says less", "says less than w.xml, 1"].map(|text| {
        let (key, kind) = (text.to_owned(), DoubtKind::Look);
        NewDoubt { key, kind, paragraph: None, text: text.to_owned(), evidence: Evidence::default() }
    });
    paper.block_on(paper.house().store.add_doubts(number, &doubts, None, paper.clock.now())).unwrap();
    let page = editor(&paper).get("/desk/doubts?kind=look").text();
    for said in ["<p>heap/w.xml, 1 says less.</p>", "<p>w.xml, 1 says less.</p>", "<p>Says less than w.xml, 1.</p>"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}
