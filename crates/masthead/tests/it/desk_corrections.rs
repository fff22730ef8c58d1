//! What a source of a story says otherwise than before, where the story has the words of another source or of the desk: what is taken, what stays,
//! what is asked, and that all of it is said.
use std::path::Path;

use newsroom::articles::Marking;
use serde_json::{Value, json};
use store::{Doubt, DoubtFilter, DoubtKind};

use crate::exports::{Told, told, write, wxr};
use crate::house::{Engine, Paper, Rights, on_both, texts};

on_both!(
    what_a_leader_says_beside_a_correction_of_the_desk_is_told_and_asked,
    what_a_leader_says_of_what_the_desk_decided_is_asked,
    what_a_copy_says_no_more_is_asked_no_more,
    whatever_a_copy_corrects_of_the_story_is_asked,
    a_copy_known_by_equal_words_can_be_undone_and_what_it_closes_is_said,
    a_draft_comes_in_by_no_parting,
    what_was_filled_in_stays_when_the_leader_comes_again,
);

/// What an import prints, and the newest report's page.
fn import(paper: &Paper, path: &Path) -> (String, String) {
    paper.run_import(path, "report.html")
}

fn doubts(paper: &Paper, kind: DoubtKind, decided: bool) -> Vec<Doubt> {
    let filter = DoubtFilter { kind: Some(kind), decided, ..DoubtFilter::default() };
    paper.block_on(paper.house().store.doubts(&filter, 100, 0)).unwrap()
}

fn corrections(paper: &Paper) -> Vec<Doubt> {
    doubts(paper, DoubtKind::Correction, false)
}

/// Decides, and gives the page that tells of it.
fn decide(paper: &Paper, id: i64, choice: &str) -> String {
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let sent = editor.post(&format!("/desk/doubts/{id}"), &[("choice", choice)]);
    assert_eq!(sent.status, 303, "{choice}: {}", sent.words());
    editor.get(sent.location(303)).words()
}

/// Decides, and is refused.
fn refused(paper: &Paper, id: i64, choice: &str, why: &str) {
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let sent = editor.post(&format!("/desk/doubts/{id}"), &[("choice", choice)]);
    assert!(sent.status == 409 && sent.says(why), "{choice}: {} {}", sent.status, sent.words());
}

/// What the desk shows of a doubt.
fn page(paper: &Paper, id: i64) -> String {
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    editor.get(&format!("/desk/doubts?doubt={id}")).text()
}

/// A line of an export that dates its changes.
fn row(story: &Told, changed: u32, more: &Value) -> String {
    let mut row = json!({ "id": "q7", "title": story.headline, "published": format!("{}T09:00:00Z", story.day),
        "updated": format!("2024-01-{changed:02}T09:00:00Z"), "body": story.paragraphs.join("\n\n") });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row.to_string()
}

/// The longer text leads: a line of an export; its copy is a WordPress export without the last paragraph.
struct Two {
    paper: Paper,
    folder: tempfile::TempDir,
    leader: Told,
    copy: Told,
}

impl Two {
    /// `more`: what the leader says beside its words.
    fn begun(engine: Engine, id: u32, more: &Value) -> Self {
        let copy = told(id);
        let mut leader = copy.clone();
        leader.paragraphs.push("The clerk said that the minutes would be read aloud at the next meeting.".into());
        leader.paragraphs[5].push_str(" Nobody had objected.");
        leader.headline.push_str(", says the clerk");
        let two = Self { paper: Paper::empty(engine), folder: tempfile::tempdir().unwrap(), leader, copy };
        two.corrects(&two.copy);
        two.leads(&two.leader, 2, more);
        assert_eq!(texts(&two.paper.only_story()), two.leader.paragraphs);
        // the desk decides after what the command has done on the clock of the machine
        two.paper.set_clock(two.paper.clock.now() + std::time::Duration::from_secs(10 * 366 * 86_400));
        two
    }

    fn corrects(&self, copy: &Told) -> (String, String) {
        write(self.folder.path(), "w.xml", &wxr(std::slice::from_ref(copy)));
        import(&self.paper, &self.folder.path().join("w.xml"))
    }

    fn leads(&self, leader: &Told, changed: u32, more: &Value) -> (String, String) {
        write(self.folder.path(), "t.jsonl", &row(leader, changed, more));
        import(&self.paper, &self.folder.path().join("t.jsonl"))
    }
}

fn what_a_leader_says_beside_a_correction_of_the_desk_is_told_and_asked(engine: Engine) {
    let two = Two::begun(engine, 710, &json!({}));
    let (mut copy, mut leader) = (two.copy.clone(), two.leader.clone());
    copy.paragraphs[2].push_str(" The name of the clerk was mended.");
    two.corrects(&copy);
    decide(&two.paper, corrections(&two.paper)[0].id, "correct");
    let mut wanted = leader.paragraphs.clone();
    wanted[2].clone_from(&copy.paragraphs[2]);
    assert_eq!(texts(&two.paper.only_story()), wanted);
    // another paragraph, the date and the section
    leader.paragraphs[4].push_str(" Nobody had seen the minutes.");
    let (said, page_of) = two.leads(&leader, 3, &json!({ "section": "letters", "published": "2011-11-11T09:00:00Z" }));
    assert_eq!(texts(&two.paper.only_story()), wanted, "the desk's words stay");
    let now = two.paper.only_story();
    let parts = now.section == "letters" && page_of.contains("dates that later: date, section");
    assert!(parts && said.contains("1 changed"), "what was taken is named: {said}{page_of}");
    assert!(
        page_of.contains("it stays as the paper has it: text") && page_of.contains("is asked at the desk"),
        "{page_of}"
    );
    let asked = corrections(&two.paper);
    assert_eq!((asked.len(), asked[0].paragraph), (1, Some(5)), "{asked:?}");
    assert!(asked[0].text.contains("of its own source"), "{asked:?}");
    assert!(page(&two.paper, asked[0].id).contains(&leader.paragraphs[4]));
    // nothing but the text: nothing was taken, and that is said
    leader.paragraphs[5].push_str(" They were found later.");
    let (said, page_of) = two.leads(&leader, 4, &json!({ "section": "letters", "published": "2011-11-11T09:00:00Z" }));
    assert!(said.contains("0 changed, 1 unchanged") && said.contains("1 doubt"), "{said}");
    assert!(page_of.contains("it stays as the paper has it: text"), "{page_of}");
    for doubt in corrections(&two.paper) {
        decide(&two.paper, doubt.id, "correct");
    }
    wanted[4].clone_from(&leader.paragraphs[4]);
    wanted[5].clone_from(&leader.paragraphs[5]);
    assert_eq!(texts(&two.paper.only_story()), wanted);
    let (said, _) = import(&two.paper, two.folder.path());
    assert!(said.contains("0 changed") && !said.contains("doubt"), "{said}");
}

fn what_a_leader_says_of_what_the_desk_decided_is_asked(engine: Engine) {
    let two = Two::begun(engine, 716, &json!({}));
    let (mut copy, mut leader) = (two.copy.clone(), two.leader.clone());
    copy.paragraphs[1].push_str(" So was the harbour.");
    copy.paragraphs[2].push_str(" The name of the clerk was mended.");
    two.corrects(&copy);
    decide(&two.paper, corrections(&two.paper)[0].id, "correct");
    let mut wanted = leader.paragraphs.clone();
    wanted[1..3].clone_from_slice(&copy.paragraphs[1..3]);
    assert_eq!(texts(&two.paper.only_story()), wanted);
    // one of both paragraphs, and another one that it leaves alone
    leader.paragraphs[2].push_str(" The clerk has another name.");
    leader.paragraphs[4].push_str(" Nobody had seen the minutes.");
    let (_, page_of) = two.leads(&leader, 3, &json!({}));
    assert_eq!(texts(&two.paper.only_story()), wanted, "the desk's words stay");
    let asked = corrections(&two.paper);
    assert_eq!(asked.iter().map(|doubt| doubt.paragraph).collect::<Vec<_>>(), [Some(2), Some(5)], "{asked:?}");
    assert!(page_of.contains("is asked at the desk") && asked[0].text.contains("of its own source"), "{page_of}");
    let shown = page(&two.paper, asked[0].id);
    for text in [&copy.paragraphs[1], &copy.paragraphs[2], &leader.paragraphs[1], &leader.paragraphs[2]] {
        assert!(shown.contains(text.as_str()), "{text}: {shown}");
    }
    decide(&two.paper, asked[0].id, "keep");
    // a later word on the same is another question, and the story says it so where the desk wants it
    leader.paragraphs[2].push_str(" It is told in the minutes.");
    two.leads(&leader, 4, &json!({}));
    let asked = corrections(&two.paper);
    let again = asked.iter().find(|doubt| doubt.paragraph == Some(2)).expect("asked once more");
    decide(&two.paper, again.id, "correct");
    wanted[1..3].clone_from_slice(&leader.paragraphs[1..3]);
    assert_eq!(texts(&two.paper.only_story()), wanted);
    let (said, _) = import(&two.paper, two.folder.path());
    assert!(said.contains("0 changed") && !said.contains("doubt"), "{said}");
}

fn what_a_copy_says_no_more_is_asked_no_more(engine: Engine) {
    let two = Two::begun(engine, 711, &json!({}));
    let mut other = two.copy.clone();
    other.paragraphs[2].push_str(" The name of the clerk was mended.");
    other.headline.push_str(", it is said");
    let open = || corrections(&two.paper).len() + doubts(&two.paper, DoubtKind::Headline, false).len();
    two.corrects(&other);
    assert_eq!(open(), 2);
    let (said, page_of) = two.corrects(&two.copy);
    assert_eq!(open(), 0, "the copy says the old again: {said}");
    for gone in doubts(&two.paper, DoubtKind::Correction, true) {
        refused(&two.paper, gone.id, "undo", "what came in since says it otherwise");
        let shown = page(&two.paper, gone.id);
        assert!(!shown.contains("value=\"undo\"") && shown.contains("There is nothing to undo."), "{shown}");
    }
    assert!(!page_of.contains("is asked at the desk") || said.contains("doubt"), "{said}{page_of}");
    // and once more: it is the same question
    let mut more = other.clone();
    more.paragraphs[4].push_str(" So was his office.");
    two.corrects(&more);
    assert_eq!(corrections(&two.paper).len(), 2);
    // another correction of the same paragraph takes the place of the first
    more.paragraphs[2].push_str(" It was mended twice.");
    two.corrects(&more);
    let asked = corrections(&two.paper);
    assert_eq!(asked.len(), 2, "{asked:?}");
    let third = asked.iter().find(|doubt| doubt.paragraph == Some(3)).expect("still asked");
    decide(&two.paper, third.id, "correct");
    assert_eq!(texts(&two.paper.only_story())[2], more.paragraphs[2]);
    // the story says it otherwise itself
    let mut leader = two.leader.clone();
    leader.paragraphs[4] = "The mayor has an office of his own.".into();
    decide(&two.paper, third.id, "undo");
    two.leads(&leader, 5, &json!({}));
    assert_eq!(texts(&two.paper.only_story()), leader.paragraphs);
    assert_eq!(corrections(&two.paper).len(), 1, "{:?}", corrections(&two.paper));
}

fn whatever_a_copy_corrects_of_the_story_is_asked(engine: Engine) {
    let two = Two::begun(engine, 712, &json!({}));
    // another headline, though the story has one of its own
    let mut copy = two.copy.clone();
    copy.headline.push_str(", it is said");
    let (said, page_of) = two.corrects(&copy);
    let asked = doubts(&two.paper, DoubtKind::Headline, false);
    assert!(asked.len() == 1 && page_of.contains("is asked at the desk"), "{said}{page_of}");
    assert!(page_of.contains("the story follows") && page_of.contains("t.jsonl"), "{page_of}");
    decide(&two.paper, asked[0].id, "keep");
    // nothing but one paragraph less
    copy.paragraphs.remove(3);
    let (said, page_of) = two.corrects(&copy);
    let asked = corrections(&two.paper);
    assert!(asked.len() == 1 && page_of.contains("is asked at the desk"), "{said}{page_of}");
    decide(&two.paper, asked[0].id, "correct");
    let mut wanted = two.leader.paragraphs.clone();
    wanted.remove(3);
    assert_eq!(texts(&two.paper.only_story()), wanted);
    // one paragraph more
    copy.paragraphs.insert(1, "A boat was waiting at the lower steps.".into());
    let (said, page_of) = two.corrects(&copy);
    let asked = corrections(&two.paper);
    assert!(asked.len() == 1 && page_of.contains("is asked at the desk"), "{said}{page_of}");
    decide(&two.paper, asked[0].id, "correct");
    wanted.insert(1, copy.paragraphs[1].clone());
    assert_eq!(texts(&two.paper.only_story()), wanted);
    // two that are others now are both shown
    let (third, fourth) = (copy.paragraphs[2].clone(), copy.paragraphs[3].clone());
    copy.paragraphs[2] = "Nobody was on the quay.".into();
    copy.paragraphs[3] = "The lamps were out.".into();
    two.corrects(&copy);
    let asked = corrections(&two.paper);
    assert_eq!(asked.len(), 1, "{asked:?}");
    let shown = page(&two.paper, asked[0].id);
    for text in [&third, &fourth, &copy.paragraphs[2], &copy.paragraphs[3]] {
        assert!(shown.contains(text.as_str()), "{text}: {shown}");
    }
    decide(&two.paper, asked[0].id, "correct");
    // what the story has otherwise than the copy ever had it is not asked, and that is said
    copy.paragraphs[5].push_str(" So they had not been asked.");
    let (said, page_of) = two.corrects(&copy);
    assert!(!said.contains("doubt") && page_of.contains("nothing of it is asked"), "{said}{page_of}");
}

fn a_copy_known_by_equal_words_can_be_undone_and_what_it_closes_is_said(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(713);
    write(folder.path(), "w.xml", &wxr(std::slice::from_ref(&story)));
    import(&paper, &folder.path().join("w.xml"));
    let number = paper.only_story().number;
    let published = format!("{}T09:00:00Z", story.day);
    write(folder.path(), "t.jsonl", &row(&story, 2, &json!({ "access": "premium", "published": published })));
    let (said, page_of) = import(&paper, &folder.path().join("t.jsonl"));
    assert!(said.contains("1 copy"), "{said}");
    assert_eq!(paper.only_story().marking, Marking::Premium);
    assert!(page_of.contains("It is premium since, as that copy is"), "{page_of}");
    // so does one that says nothing, and the report says by what
    let free = Paper::empty(engine);
    let silent = row(&story, 2, &json!({ "published": published }));
    for (name, text) in
        [("f.jsonl", row(&story, 1, &json!({ "access": "free", "published": published }))), ("s.jsonl", silent)]
    {
        write(folder.path(), name, &text);
        let page_of = import(&free, &folder.path().join(name)).1;
        assert_eq!(page_of.contains("marking in the settings’ [import]"), name == "s.jsonl", "{page_of}");
    }
    let decided = doubts(&paper, DoubtKind::SameStory, true);
    assert_eq!(decided.len(), 1, "{decided:?}");
    let mut editor = paper.browser().holding(&paper.sign_in("staff", Rights::None).1);
    let list = editor.get("/desk/doubts?state=decided");
    assert!(list.says("t.jsonl") && list.says("has the same words as story"), "{}", list.words());
    decide(&paper, decided[0].id, "undo");
    decide(&paper, decided[0].id, "apart");
    let all = paper.block_on(paper.house().store.stories()).unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|stored| stored.story.number == number));
    let (said, _) = import(&paper, folder.path());
    assert!(said.contains("0 new, 0 changed") && !said.contains("copy"), "{said}");
}

fn a_draft_comes_in_by_no_parting(engine: Engine) {
    let paper = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    let story = told(715);
    let published = wxr(std::slice::from_ref(&story));
    let takes = |name: &str, text: &str| {
        write(folder.path(), name, text);
        import(&paper, &folder.path().join(name))
    };
    let day = format!("{}T09:00:00Z", story.day);
    takes("t.jsonl", &row(&story, 2, &json!({ "published": day })));
    takes("w.xml", &published);
    let number = paper.only_story().number;
    let decided = doubts(&paper, DoubtKind::SameStory, true);
    assert_eq!(decided.len(), 1, "{decided:?}");
    let id = decided[0].id;
    let draft = published.replace("<wp:status>publish<", "<wp:status>draft<");
    takes("w.xml", &draft);
    let stories = || paper.block_on(paper.house().store.stories()).unwrap();
    assert_eq!(stories().len(), 0, "one of its sources took it back");
    // undone while it is out, it is asked again, and nothing has come in
    decide(&paper, id, "undo");
    assert_eq!(stories().len(), 0);
    takes("w.xml", &published.replace("09:00:00", "09:00:01"));
    assert_eq!(stories().len(), 1);
    // and where the question was open before
    takes("w.xml", &draft.replace("09:00:00", "09:00:02"));
    assert_eq!(stories().len(), 0);
    decide(&paper, id, "apart");
    let back = stories();
    assert_eq!(back.iter().map(|stored| stored.story.number).collect::<Vec<_>>(), [number], "a draft does not come in");
}

fn what_was_filled_in_stays_when_the_leader_comes_again(engine: Engine) {
    let two = Two::begun(engine, 714, &json!({ "section": "letters" }));
    let before = two.paper.only_story();
    assert_eq!(before.bylines, ["asha"], "filled in from the copy");
    let mut leader = two.leader.clone();
    leader.paragraphs[1].push_str(" Nobody had asked for that.");
    two.leads(&leader, 3, &json!({ "section": "letters" }));
    let now = two.paper.only_story();
    assert_eq!((texts(&now), &now.bylines), (leader.paragraphs.clone(), &before.bylines));
    // nor does it change what it said all the time, and the story has from the copy
    assert_eq!((now.path(), now.section, now.published_at), (before.path(), before.section, before.published_at));
    // it names one of its own, and none any more
    for (changed, author, bylines) in [(4, "Ila Kamat", "Ila Kamat"), (5, "", "asha")] {
        leader.paragraphs[1].push_str(" Nor had the mayor.");
        two.leads(&leader, changed, &json!({ "section": "letters", "author": author }));
        assert_eq!(two.paper.only_story().bylines, [bylines]);
    }
}
