//! A story in another language than the paper's keeps it, from its source to every page, feed and export.
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::exports::write;
use crate::house::{Engine, Paper, on_both};
use crate::search::index;

on_both!(
    a_story_keeps_its_language,
    a_language_that_comes_later_is_filled_in,
    a_copy_that_comes_again_fills_the_language_in,
    what_is_exported_comes_back_in_its_language,
);

/// Id, language as the source words it, headline, text.
type Told<'a> = (&'a str, &'a str, &'a str, &'a str);

const ARABIC: Told<'_> = (
    "a1",
    "AR",
    "عاد القارب إلى المرفأ قبل المد",
    "عاد القارب الأزرق إلى المرفأ القديم قبل المد بساعة، وكان على متنه خمسة من الصيادين.\n\nقال حارس المنارة إن الريح هدأت عند الفجر، وإن الشباك خرجت من الماء ممتلئة.",
);
const GERMAN: Told<'_> = (
    "d1",
    "de_DE",
    "Der Leuchtturm brennt wieder",
    "Nach elf Wochen Reparatur brennt das Licht am Nordufer wieder, sagte die Wärterin am Freitag.\n\nDie neue Linse kam mit dem Fährboot und wiegt so viel wie zwei Kühe.",
);
const ENGLISH: Told<'_> = (
    "e1",
    "en",
    "The ferry keeps its timetable",
    "The ferry across the lower basin keeps its timetable through the winter, the harbour office said.\n\nOnly the last boat of Sunday leaves a quarter of an hour sooner than before.",
);
const NAMED: Told<'_> = (
    "f1",
    "Français",
    "Le phare attend ses peintres",
    "Le phare du môle attend ses peintres depuis le printemps, dit le gardien du port.\n\nLa peinture est arrivée, les échelles non, et la saison des pluies commence.",
);

fn line(&(id, language, headline, text): &Told<'_>) -> String {
    let mut line = serde_json::json!({ "id": id, "title": headline, "body": text, "access": "free", "published": "2019-11-20T09:00:00Z" });
    if !language.is_empty() {
        line["language"] = language.into();
    }
    format!("{line}\n")
}

fn take(paper: &Paper, told: &[Told<'_>]) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "rows.jsonl", &told.iter().map(line).collect::<String>());
    paper.import(&[folder.path().to_owned()], false);
}

fn path(paper: &Paper, headline: &str) -> String {
    let stored = paper.block_on(paper.house().store.stories()).unwrap();
    stored
        .iter()
        .find(|stored| stored.story.headline == headline)
        .unwrap_or_else(|| panic!("no {headline}"))
        .story
        .path()
}

fn page(paper: &Paper, path: &str) -> String {
    let answer = paper.browser().get(path);
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

/// The language of a story's page, by its element and by its structured data.
fn languages(paper: &Paper, headline: &str) -> (Option<String>, String) {
    let page = page(paper, &path(paper, headline));
    let tag = page.split_once("<article class=\"story-text\"").unwrap().1.split('>').next().unwrap();
    let data = page.split_once("application/ld+json\">").unwrap().1.split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let lang = tag.strip_prefix(" lang=\"").map(|rest| rest.trim_end_matches('"').to_owned());
    (lang, data["inLanguage"].as_str().unwrap().to_owned())
}

fn in_language(tag: &str) -> (Option<String>, String) {
    (Some(tag.to_owned()), tag.to_owned())
}

fn as_the_paper() -> (Option<String>, String) {
    (None, "en-IN".to_owned())
}

fn a_story_keeps_its_language(engine: Engine) {
    let paper = Paper::empty(engine);
    take(&paper, &[ARABIC, GERMAN, ENGLISH, NAMED]);
    index(&paper);
    assert_eq!(languages(&paper, ARABIC.2), in_language("ar"));
    assert_eq!(languages(&paper, GERMAN.2), in_language("de-DE"));
    assert_eq!(languages(&paper, ENGLISH.2), as_the_paper(), "the paper's tag only says more");
    assert_eq!(languages(&paper, NAMED.2), as_the_paper(), "a name is no tag");

    let story = page(&paper, &path(&paper, ARABIC.2));
    assert!(story.contains(&format!("<h1 dir=\"auto\">{}</h1>", ARABIC.2)), "{story}");
    assert!(ARABIC.3.split("\n\n").all(|text| story.contains(&format!("<p dir=\"auto\">{text}</p>"))), "{story}");
    assert!(story.contains("<p class=\"kicker\" lang=\"en-IN\">"), "what the paper says stays in its language");
    let english = page(&paper, &path(&paper, ENGLISH.2));
    assert!(english.contains("<p class=\"kicker\">") && english.contains(" lang=\"ar\">"), "{english}");

    for list in ["/archive/2019/11/20", "/harbour", "/"] {
        let page = page(&paper, list);
        for (told, tag) in [(&ARABIC, "ar"), (&GERMAN, "de-DE")] {
            let at = page.find(told.2).unwrap_or_else(|| panic!("{list} lacks {}", told.2));
            let before = &page[at.saturating_sub(200)..at];
            assert!(before.contains(&format!(" dir=\"auto\" lang=\"{tag}\"")), "{list}: {before}");
        }
        assert!(!page.contains("lang=\"en\"") && page.matches(" lang=\"en-IN\"").count() == 1, "{list}");
    }
    let found = page(&paper, "/search?q=Leuchtturm");
    assert!(found.contains("<h3 dir=\"auto\" lang=\"de-DE\">"), "{found}");

    let feed = page(&paper, "/feed.xml");
    for tag in ["ar", "de-DE"] {
        assert_eq!(feed.matches(&format!("<dc:language>{tag}</dc:language>")).count(), 1, "{feed}");
    }
    let feed: Value = serde_json::from_str(&page(&paper, "/feed.json")).unwrap();
    let of = |told: &Told<'_>| {
        feed["items"].as_array().unwrap().iter().find(|item| item["title"] == told.2).unwrap()["language"].clone()
    };
    assert_eq!((of(&ARABIC), of(&ENGLISH)), (Value::from("ar"), Value::Null));
}

fn a_language_that_comes_later_is_filled_in(engine: Engine) {
    let paper = Paper::empty(engine);
    let silent = |told: Told<'static>| (told.0, "", told.2, told.3);
    take(&paper, &[silent(ARABIC), GERMAN]);
    assert_eq!(languages(&paper, ARABIC.2), as_the_paper());
    let before = path(&paper, ARABIC.2);
    take(&paper, &[ARABIC, silent(GERMAN)]);
    assert_eq!((languages(&paper, ARABIC.2), path(&paper, ARABIC.2)), (in_language("ar"), before));
    assert_eq!(languages(&paper, GERMAN.2), in_language("de-DE"), "whoever says nothing takes nothing back");
}

fn a_copy_that_comes_again_fills_the_language_in(engine: Engine) {
    let paper = Paper::empty(engine);
    // long enough to be known by its words
    let text = format!("{}\n\n{}\n\n{}", GERMAN.3, NAMED.3, ENGLISH.3);
    let told = |id, language| (id, language, GERMAN.2, text.as_str());
    let take = |name: &str, told: Told<'_>| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), name, &line(&told));
        paper.import(&[folder.path().to_owned()], false)
    };
    take("rows.jsonl", told("d1", ""));
    assert_eq!(take("others.jsonl", told("x7", "")).merged, 1);
    assert_eq!(languages(&paper, GERMAN.2), as_the_paper());
    let report = take("others.jsonl", told("x7", "de"));
    assert_eq!((languages(&paper, GERMAN.2), report.changed), (in_language("de"), 1), "{report:?}");
    let report = take("others.jsonl", told("x7", "fr"));
    assert_eq!((languages(&paper, GERMAN.2), report.changed), (in_language("de"), 0), "it overwrites none: {report:?}");
}

fn program(paper: &Paper, words: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(words).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

fn what_is_exported_comes_back_in_its_language(engine: Engine) {
    let paper = Paper::empty(engine);
    take(&paper, &[ARABIC, ENGLISH, NAMED]);
    let exported = program(&paper, &["export", "stories"]);
    let other = Paper::empty(engine);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stories.jsonl"), exported).unwrap();
    write(folder.path(), "2019-11-21-quay.md", &story_file("he"));
    write(folder.path(), "2019-11-21-mole.md", &story_file("Hebrew"));
    let report = other.import(&[folder.path().to_owned()], false);
    assert_eq!((report.added, report.refused_in_all), (4, 1), "{report:?}");
    assert!(report.refused[0].reason.contains("“Hebrew” is not a language tag; write one such as"), "{report:?}");
    assert_eq!(languages(&other, ARABIC.2), in_language("ar"));
    assert_eq!(languages(&other, NAMED.2), as_the_paper());
    assert_eq!(languages(&other, "Of he"), in_language("he"));
}

fn story_file(language: &str) -> String {
    format!(
        "+++\nheadline = \"Of {language}\"\nsection = \"harbour\"\nmarking = \"free\"\nlanguage = \"{language}\"\n\
         published_at = \"2019-11-21T09:00:00Z\"\n+++\n\nהסירה חזרה אל הנמל לפני הגאות.\n"
    )
}
