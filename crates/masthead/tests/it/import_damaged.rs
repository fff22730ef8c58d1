//! Files with a fault go in as far as they are whole, the report names the fault and the mend, and the mended file goes on from there.
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::{Compression, write::GzEncoder};
use masthead::import::Report;
use newsroom::articles::Story;

use crate::exports::{Told, crawl, line, told, write, wxr};
use crate::house::{Engine, Paper};

fn take(paper: &Paper, path: &Path) -> Report {
    paper.import(&[path.to_owned()], false)
}

fn stored(paper: &Paper) -> Vec<Story> {
    paper.block_on(paper.house().store.stories()).unwrap().into_iter().map(|s| s.story).collect()
}

/// The only refusal.
fn refused(report: &Report) -> (&str, &str) {
    let [refused] = report.refused.as_slice() else { panic!("one refusal: {:?}", report.refused) };
    (refused.name.as_str(), refused.reason.as_str())
}

#[test]
fn a_file_that_was_cut_off_goes_on_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let stories: Vec<Told> = (1..=60).map(told).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(wxr(&stories).as_bytes()).unwrap();
    let lines: String = (101..=160).map(|id| line(&told(id)) + "\n").collect();
    for (name, bytes) in [("export.xml.gz", packed.finish().unwrap()), ("stories.jsonl", lines.into_bytes())] {
        let file = folder.path().join(name);
        std::fs::write(&file, &bytes).unwrap();
        let undisturbed = Paper::empty(Engine::Sqlite);
        assert_eq!(take(&undisturbed, &file).added, 60, "{name}");

        let paper = Paper::empty(Engine::Sqlite);
        std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        let report = take(&paper, &file);
        assert!((15..45).contains(&report.added), "{name}: {}", report.summary());
        let (place, reason) = refused(&report);
        assert!(place.contains(name) && reason.starts_with("ends early"), "{place}: {reason}");
        assert!(reason.contains("is in") && reason.contains("import it"), "{reason}");
        let again = take(&paper, &file);
        assert_eq!((again.added, again.changed), (0, 0), "{name}: {}", again.summary());
        assert!(refused(&again).1.starts_with("ends early"), "it is told until it is mended");

        std::fs::write(&file, &bytes).unwrap();
        let rest = take(&paper, &file);
        assert_eq!((rest.added, rest.changed), (60 - report.added, 0), "{name}: {}", rest.summary());
        assert_eq!(rest.refused_in_all, 0, "{:?}", rest.refused);
        assert_eq!(stored(&paper), stored(&undisturbed), "{name}");
    }
}

/// A picture of 40 by 30 pixels, as far as its head tells.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([40_u32, 30].into_iter().flat_map(u32::to_be_bytes));
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn program(paper: &Paper, words: &[&str], paths: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(words).args(paths).arg("--data").arg(paper.folder()).args(["--database", &paper.database()]);
    command.stdin(Stdio::null());
    command
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn pictures_that_come_later_are_taken_and_the_doctor_names_what_is_missing() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let story = told(9);
    let body: String = story.paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    let page = format!(
        "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p><img src=\"tide.png\" alt=\"A quay\"></p>{body}\
         </article></body></html>",
        story.headline
    );
    write(folder.path(), "2004/quay.html", &page);
    let report = take(&paper, folder.path());
    assert_eq!((report.added, report.missing), (1, 1), "{}", report.summary());
    assert!(report.summary().contains("1 picture not given"), "{}", report.summary());

    std::fs::write(folder.path().join("2004/tide.png"), png()).unwrap();
    let report = take(&paper, folder.path());
    assert_eq!((report.changed, report.pictures, report.missing), (1, 1, 0), "{}", report.summary());
    let again = take(&paper, folder.path());
    assert_eq!((again.changed, again.unchanged), (0, 1), "{}", again.summary());

    let doctor = || said(&program(&paper, &["doctor"], &[]).output().unwrap().stdout);
    assert!(doctor().contains("✓ pictures: 1, each there"), "{}", doctor());
    let kept = stored(&paper)[0].clone();
    let file = format!("{}.png", kept.picture.unwrap().file);
    std::fs::remove_file(paper.folder().join("pictures").join(&file)).unwrap();
    let told = doctor();
    let wanted = format!("{} (story {})", file.replace(".png", "-640.webp"), kept.number.0);
    assert!(told.contains("3 files are missing") && told.contains(&wanted), "{told}");
}

#[test]
fn one_identity_of_two_stories_keeps_both_and_settles() {
    let mine = |id: u32, of: u32| Told { id, ..told(of) };
    let nothing = Told { id: 99, headline: "Nothing".into(), paragraphs: Vec::new(), ..told(3) };
    let mut corrected = mine(7, 1);
    corrected.paragraphs.push("The clerk added in the evening that the vote had been taken twice over.".into());
    // Each file has something refused in it, and so is read again each time.
    let files = [
        wxr(&[mine(7, 1), nothing.clone()]),
        wxr(&[mine(7, 2), mine(8, 4), nothing.clone()]),
        wxr(&[corrected.clone(), nothing]),
    ];
    for order in [[0, 1, 2], [1, 0, 2], [0, 2, 1]] {
        let paper = Paper::empty(Engine::Sqlite);
        let folder = tempfile::tempdir().unwrap();
        for (name, at) in ["a.xml", "b.xml", "c.xml"].into_iter().zip(order) {
            write(folder.path(), name, &files[at]);
        }
        let report = take(&paper, folder.path());
        assert_eq!((report.added, report.changed), (3, 1), "{order:?}: {}", report.summary());
        assert!(
            report.remarks.iter().any(|r| r.text.contains("the identity of another story")),
            "{:?}",
            report.remarks
        );
        let first = stored(&paper);
        let of = |headline: &str| first.iter().find(|s| s.headline == headline).unwrap().body.len();
        assert_eq!(of(&told(1).headline), corrected.paragraphs.len(), "{order:?}: the last file's words of one story");
        assert_eq!(of(&told(2).headline), told(2).paragraphs.len(), "{order:?}");
        for _ in 0..2 {
            let again = take(&paper, folder.path());
            assert_eq!((again.added, again.changed, again.merged), (0, 0, 0), "{order:?}: {}", again.summary());
            assert_eq!(stored(&paper), first, "{order:?}");
        }
    }
}

#[test]
fn a_source_that_rewrites_its_story_is_followed() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let first = told(21);
    let rewritten = Told { headline: told(22).headline, paragraphs: told(22).paragraphs, ..first.clone() };
    let back = Told { headline: rewritten.headline.clone(), ..first.clone() };
    for story in [&first, &rewritten, &back] {
        write(folder.path(), "export.xml", &wxr(std::slice::from_ref(story)));
        take(&paper, folder.path());
        let kept = stored(&paper);
        assert_eq!(kept.len(), 1, "the date is the same: it is the same story");
        assert_eq!(kept[0].headline, story.headline);
    }
}

#[test]
fn what_is_not_read_again_is_said() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let menu = "<item><title>Home</title><wp:post_id>900</wp:post_id><wp:post_type>nav_menu_item</wp:post_type></item></channel>";
    write(folder.path(), "export.xml", &wxr(&[told(31)]).replace("</channel>", menu));
    let report = take(&paper, folder.path());
    assert_eq!((report.aside, report.not_read), (1, 0), "{}", report.summary());
    let again = program(&paper, &["import"], &[folder.path()]).output().unwrap();
    let told = said(&again.stdout);
    assert!(told.contains("not read again: 1 file") && told.contains("not counted again"), "{told}");
    assert!(told.lines().last().unwrap().contains("1 unchanged") && told.contains("1 file known"), "{told}");
}

#[test]
fn one_summary_tells_of_exports_and_crawls() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "export.xml", &wxr(&[told(41), told(42)]));
    write(folder.path(), "saved.txt", &crawl(&told(41), 2));
    let done = program(&paper, &["import"], &[folder.path()]).output().unwrap();
    let text = said(&done.stdout);
    assert!(text.lines().all(|line| !line.starts_with("0 new stor")), "{text}");
    assert!(text.contains("Crawled text, 1 file: 0 new stories"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("2 new, 0 changed, 0 unchanged, 0 refused, 1 copy"), "{text}");
    let other = tempfile::tempdir().unwrap();
    write(other.path(), "export.xml", &wxr(&[told(43)]));
    let done = said(&program(&paper, &["import"], &[other.path()]).output().unwrap().stdout);
    assert!(done.contains("1 new") && !done.contains("Crawled"), "{done}");
}

#[test]
fn a_refusal_says_where_and_what_to_do() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8], &[&str]); 10] = [
        ("post.md", b"---\ntitle: Tides\n---\nThe tide was low.\n", &["Jekyll and Hugo", "JSON object a line", "+++"]),
        ("places.csv", b"\nNummer,Farbe\n7,blau\n", &["line 2", "Nummer, Farbe", "--map headline="]),
        ("empty.csv", b"", &["neither a heading line nor a row"]),
        ("heading.csv", b"title,body\n", &["without a row"]),
        ("empty.xml", b" \n", &["export it again"]),
        (
            "bill.xml",
            b"<?xml version=\"1.0\"?><invoice><sum>7</sum></invoice>",
            &["<invoice>", "--format", "wxr, ghost, feed"],
        ),
        ("keys.jsonl", b"{}\n", &["an empty object"]),
        ("scan.xml", b"<mets:mets xmlns:mets=\"http://www.loc.gov/METS/\"/>", &["METS/ALTO", "CSV with headline"]),
        ("old.zip", b"PK\x03\x04 and more", &["unpack it first (unzip"]),
        ("table.csv", b"title,body\nTides,\"open", &["ends early", "line 2", "a quote is open"]),
    ];
    for (name, bytes, _) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let report = take(&paper, folder.path());
    for (name, _, parts) in files {
        let told: Vec<&str> =
            report.refused.iter().filter(|r| r.name.contains(name)).map(|r| r.reason.as_str()).collect();
        assert_eq!(told.len(), usize::from(!parts.is_empty()), "{name}: {told:?}");
        for part in parts {
            assert!(told[0].contains(part), "{name}: {told:?}");
        }
        let place = report.refused.iter().find(|r| r.name.contains(name)).map_or("", |r| r.name.as_str());
        assert!(!place.contains(", ") || name == "keys.jsonl", "no place in bytes: {place}");
    }
    assert!(report.archive.is_none(), "none of these is crawled text");
}

#[test]
fn an_import_that_cannot_write_says_how_to_go_on_and_goes_on() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stories.jsonl");
    let lines: String = (1..=900).map(|id| line(&told(id)) + "\n").collect();
    std::fs::write(&file, lines).unwrap();
    let length = std::fs::metadata(paper.database().trim_start_matches("sqlite:")).unwrap().len();
    // No file of the process may become larger than that: what a full disk is to it.
    let mut shell = Command::new("sh");
    let limit = length / 512 + 1_400;
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\""));
    let whole = program(&paper, &["import"], &[&file]);
    shell.arg(whole.get_program()).args(whole.get_args()).stdin(Stdio::null());
    let stopped = shell.output().unwrap();
    let told = said(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(1), "{told}");
    assert!(told.contains("the same command goes on where this one stopped"), "{told}");
    let before = stored(&paper).len();
    assert!(before < 900, "{before}");
    let done = program(&paper, &["import"], &[&file]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done.stderr));
    assert_eq!(stored(&paper).len(), 900);
    let last = said(&done.stdout);
    assert!(last.lines().last().unwrap().starts_with("900 new, 0 changed, 0 unchanged, 0 refused"), "{last}");
}

#[test]
fn what_takes_the_place_of_a_file_during_an_import_is_refused_unread() {
    let lines = |ids: std::ops::RangeInclusive<u32>| -> String { ids.map(|id| line(&told(id)) + "\n").collect() };
    let paper = Paper::empty(Engine::Sqlite);
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, secret) = (folder.path(), elsewhere.path().join("secret.jsonl"));
    std::fs::write(here.join("a.jsonl"), lines(1..=900)).unwrap();
    std::fs::write(&secret, lines(901..=902)).unwrap();
    let places = [("b.jsonl", ".pipe"), ("c.jsonl", ".zero"), ("d.jsonl", ".far"), ("e.jsonl", ".folder")];
    for ((name, _), id) in places.iter().zip([910, 920, 930, 940]) {
        std::fs::write(here.join(name), lines(id..=id + 1)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(here.join(".pipe")).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", here.join(".zero")).unwrap();
    std::os::unix::fs::symlink(&secret, here.join(".far")).unwrap();
    std::fs::create_dir(here.join(".folder")).unwrap();
    let mut command = program(&paper, &["import"], &[here]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while paper.block_on(paper.house().store.stories_kept()).unwrap() < 200 {
        std::thread::yield_now();
    }
    for (name, other) in places {
        let _ = std::fs::remove_file(here.join(name));
        std::fs::rename(here.join(other), here.join(name)).unwrap();
    }
    // nobody ever writes to the pipe, and the device has no end: an import that read them would end neither, and this would not
    let done = child.wait_with_output().unwrap();
    let told = said(&done.stdout);
    assert_eq!(done.status.code(), Some(2), "{told}");
    assert!(told.contains("4 refused") && told.contains("is no plain file any more, and was not read"), "{told}");
    assert!(told.contains("d.jsonl: does not lie in what you named any more"), "{told}");
    assert_eq!(paper.block_on(paper.house().store.stories_kept()).unwrap(), 900, "nothing of the others went in");
}

/// A pipe that nobody reads, and that is full.
fn full() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&[b'.'; 1 << 16]).unwrap();
    (reader, writer)
}

#[test]
fn an_import_whose_words_nobody_reads_ends_when_it_is_told_to_and_says_nothing_false() {
    for deaf in [false, true] {
        let paper = Paper::empty(Engine::Sqlite);
        let folder = tempfile::tempdir().unwrap();
        let lines: String = (1..=9).map(|id| line(&told(id)) + "\n").collect();
        std::fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        let mut command = program(&paper, &["import"], &[folder.path()]);
        let (_unread, words) = full();
        let (unread, errors) = full();
        command.stdout(words).stderr(if deaf { Stdio::from(errors) } else { Stdio::piped() });
        let child = command.spawn().unwrap();
        drop(command);
        let ended =
            || paper.block_on(paper.house().store.imports()).unwrap().iter().any(|i| i.summary.contains("9 new"));
        while !ended() {
            std::thread::yield_now();
        }
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        // one that waited for somebody to read would not end, and neither would this
        let stopped = child.wait_with_output().unwrap();
        drop(unread);
        assert_eq!(stopped.status.code(), Some(1));
        let told = said(&stopped.stderr);
        assert!(deaf || told.contains("all of it is in") && !told.contains("No story"), "{told}");
    }
}

#[test]
fn a_dry_run_that_is_interrupted_leaves_nothing() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (1..=1_500).map(|id| line(&told(id)) + "\n").collect();
    std::fs::write(folder.path().join("a.jsonl"), lines).unwrap();
    let mut command = program(&paper, &["import", "--dry-run"], &[folder.path()]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let work = paper.folder().join(format!("import-work/dry-run-{}", child.id()));
    while !work.join("report.jsonl").exists() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    assert!(said(&stopped.stderr).contains("Nothing was changed: it was a dry run"), "{}", said(&stopped.stderr));
    assert!(!work.exists(), "{:?}", std::fs::read_dir(&work).map(|entries| entries.count()));
}

#[test]
fn an_import_that_is_interrupted_says_the_same() {
    let paper = Paper::empty(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stories.jsonl");
    let lines: String = (1..=1_500).map(|id| line(&told(id)) + "\n").collect();
    std::fs::write(&file, lines).unwrap();
    let mut command = program(&paper, &["import"], &[&file]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while paper.block_on(paper.house().store.stories_kept()).unwrap() == 0 {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    let told = said(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(1), "{told}");
    assert!(told.contains("stopped. What went in before is in: the same command goes on"), "{told}");
    let done = program(&paper, &["import"], &[&file]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done.stderr));
    assert_eq!(stored(&paper).len(), 1_500);
}
