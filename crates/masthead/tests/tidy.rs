//! The house's numbers: measured, printed, and held where they are. Growth is stopped where it happens.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test file: it fails by panicking and prints its numbers
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A file is warned of above this many lines …
const LONG_FILE: usize = 400;
/// … and refused above this many.
const LONGEST_FILE: usize = 700;
/// A function is refused above this many lines of code.
const LONGEST_FUNCTION: usize = 70;

/// Files above [`LONGEST_FILE`], each with its length. The list and its numbers only shrink.
const LARGE_FILES: &[(&str, usize)] = &[];
/// Functions above [`LONGEST_FUNCTION`]. The list only shrinks.
const LARGE_FUNCTIONS: &[&str] = &[];
/// Dependencies without a line above them that says why. The list only shrinks.
const UNEXPLAINED: &[&str] = &["load: serde_json"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository").to_owned()
}

/// Every file of the repository by its path from the root: what is built, downloaded or a paper's data is left out.
fn files() -> Vec<(String, PathBuf)> {
    let left_out = [".git", "target", "masthead-data", "screenshots", "out", "node_modules"];
    let (root, mut found) = (root(), Vec::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable folder") {
            let entry = entry.expect("a readable entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() && !left_out.contains(&name.as_str()) {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                let shown = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
                found.push((shown, path));
            }
        }
    }
    found.sort();
    assert!(found.iter().any(|(name, _)| name == "Cargo.toml"), "the repository is not where it is looked for");
    found
}

/// Every text file: its path and what is in it.
fn texts() -> Vec<(String, String)> {
    files().into_iter().filter_map(|(name, path)| Some((name, String::from_utf8(fs::read(path).ok()?).ok()?))).collect()
}

/// A Rust file, taken apart so far that comments, literals and tests can be told from code.
struct Rust {
    name: String,
    text: String,
    /// The text with comments and the insides of literals blanked; lines and columns stay.
    code: String,
    /// [`Rust::code`] without test modules; empty for files of tests, benches and examples.
    product: String,
    /// String literals with the line they begin on.
    strings: Vec<(usize, String)>,
    comment_lines: usize,
}

fn rust() -> Vec<Rust> {
    let texts: Vec<_> = texts().into_iter().filter(|(name, _)| name.ends_with(".rs")).collect();
    let mut files: Vec<Rust> = texts.into_iter().map(|(name, text)| Rust::of(name, text)).collect();
    // A module that is declared for tests alone is a test, whatever file it stands in.
    let tests: BTreeSet<String> = files.iter().flat_map(Rust::test_modules).collect();
    for file in files.iter_mut().filter(|file| tests.contains(&file.name)) {
        file.product.clear();
    }
    files
}

impl Rust {
    fn of(name: String, text: String) -> Self {
        let (code, strings) = blanked(&text);
        let aside = ["/tests/", "/benches/", "/examples/"].iter().any(|part| name.contains(part));
        let product = if aside { String::new() } else { without_tests(&code) };
        let comment_lines = text.lines().filter(|line| line.trim_start().starts_with("//")).count();
        Self { name, text, code, product, strings, comment_lines }
    }

    /// The files of `#[cfg(test)] mod name;`.
    fn test_modules(&self) -> Vec<String> {
        let (folder, stem) = self.name.trim_end_matches(".rs").rsplit_once('/').unwrap_or(("", &self.name));
        let below = if matches!(stem, "mod" | "lib" | "main") { folder.to_owned() } else { format!("{folder}/{stem}") };
        let lines: Vec<&str> = self.code.lines().map(str::trim).collect();
        let declared = lines
            .windows(2)
            .filter(|pair| pair[0] == "#[cfg(test)]")
            .filter_map(|pair| pair[1].trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
        declared.flat_map(|name| [format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")]).collect()
    }

    fn is_in(&self, crate_name: &str) -> bool {
        self.name.starts_with(&format!("crates/{crate_name}/"))
    }

    /// Lines of `code` that hold `word` as a word.
    fn lines_with(code: &str, word: &str) -> Vec<usize> {
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (ends_open, begins_open) = (part(word.chars().last()), part(word.chars().next()));
        code.lines()
            .enumerate()
            .filter(|(_, line)| {
                line.match_indices(word).any(|(at, _)| {
                    let joined = begins_open && part(line[..at].chars().last());
                    let goes_on = ends_open && part(line[at + word.len()..].chars().next());
                    !joined && !goes_on
                })
            })
            .map(|(index, _)| index + 1)
            .collect()
    }
}

/// Blanks comments and the insides of string and character literals, and collects the strings.
fn blanked(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut strings) = (String::with_capacity(text.len()), Vec::new());
    let (mut at, mut line) = (0, 1);
    let blank = |out: &mut String, c: char| out.push(if c == '\n' { '\n' } else { ' ' });
    while at < chars.len() {
        let end = literal_end(&chars, at);
        let Some((kind, end)) = end else {
            line += usize::from(chars[at] == '\n');
            out.push(chars[at]);
            at += 1;
            continue;
        };
        if kind == Literal::String {
            strings.push((line, chars[at..end].iter().collect()));
        }
        for (index, &c) in chars[at..end].iter().enumerate() {
            let edge = kind != Literal::Comment && (index == 0 || at + index + 1 == end);
            if edge {
                out.push('"')
            } else {
                blank(&mut out, c)
            }
            line += usize::from(c == '\n');
        }
        at = end;
    }
    (out, strings)
}

#[derive(Clone, Copy, PartialEq)]
enum Literal {
    Comment,
    String,
    Character,
}

/// What begins at `at`, if it is a comment or a literal, and where it ends.
fn literal_end(chars: &[char], at: usize) -> Option<(Literal, usize)> {
    let next = chars.get(at + 1).copied();
    let find =
        |from: usize, stop: &dyn Fn(usize) -> bool| (from..chars.len()).find(|&i| stop(i)).unwrap_or(chars.len());
    match (chars[at], next) {
        ('/', Some('/')) => Some((Literal::Comment, find(at, &|i| chars[i] == '\n'))),
        ('/', Some('*')) => {
            let mut depth = 0_usize;
            let end = find(at, &|_| false);
            let mut i = at;
            while i + 1 < end {
                match (chars[i], chars[i + 1]) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 {
                    return Some((Literal::Comment, i));
                }
            }
            Some((Literal::Comment, end))
        }
        ('r', Some('"' | '#')) if at == 0 || !is_word(chars[at - 1]) || chars[at - 1] == 'b' => {
            let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
            (chars.get(at + 1 + hashes) == Some(&'"')).then(|| {
                let closes = |i: usize| {
                    chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes
                };
                (Literal::String, (find(at + 2 + hashes, &closes) + 1 + hashes).min(chars.len()))
            })
        }
        ('"', _) => Some((Literal::String, (unescaped(chars, at + 1, '"') + 1).min(chars.len()))),
        ('\'', Some('\\')) => Some((Literal::Character, (unescaped(chars, at + 1, '\'') + 1).min(chars.len()))),
        ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => Some((Literal::Character, at + 3)),
        _ => None,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The place of the next `sign` that no back-slash precedes.
fn unescaped(chars: &[char], from: usize, sign: char) -> usize {
    let mut at = from;
    while at < chars.len() && chars[at] != sign {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at.min(chars.len())
}

/// Blanks every item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut rest = code.to_owned();
    while let Some(at) = rest.find("#[cfg(test)]") {
        let open = rest[at..].find(['{', ';']).map_or(rest.len(), |i| at + i);
        let end = if rest[open..].starts_with('{') { closing(&rest, open) } else { open };
        let end = (end + 1).min(rest.len());
        let gone: String = rest[at..end].chars().filter(|c| *c == '\n').collect();
        rest.replace_range(at..end, &gone);
    }
    rest
}

/// Where the brace that opens at `open` closes.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// Name, line and lines of code of every function that has a body.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let name: String = code[at + 3..].chars().take_while(|c| is_word(*c)).collect();
        if name.is_empty() || code[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        // Arrays in a signature may hold a semicolon: only one outside brackets ends a declaration.
        let mut depth = 0_i32;
        let body = code[at..].char_indices().find(|&(_, c)| {
            depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
            depth == 0 && matches!(c, '{' | ';')
        });
        let Some((open, '{')) = body else { continue };
        let (open, close) = (at + open, closing(code, at + open));
        let lines = code[open + 1..close.max(open + 1)].lines().filter(|line| !line.trim().is_empty()).count();
        found.push((name, code[..at].matches('\n').count() + 1, lines));
    }
    found
}

fn manifests() -> BTreeMap<String, (String, toml::Table)> {
    texts()
        .into_iter()
        .filter(|(name, _)| name.ends_with("/Cargo.toml"))
        .map(|(name, text)| {
            let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{name}: {e}"));
            let package = table["package"]["name"].as_str().expect("a name").to_owned();
            (package, (text, table))
        })
        .collect()
}

/// The names under `[dependencies]`, and with `tests` those of the other two tables.
fn dependencies(table: &toml::Table, tests: bool) -> BTreeSet<String> {
    let tables =
        if tests { &["dependencies", "build-dependencies", "dev-dependencies"][..] } else { &["dependencies"][..] };
    tables.iter().filter_map(|t| table.get(*t)?.as_table()).flat_map(|t| t.keys().cloned()).collect()
}

/// Fails with one line a fault.
fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

#[test]
fn files_stay_short() {
    let kinds = [".rs", ".html", ".css", ".js", ".mjs", ".py", ".sql", ".sh"];
    let (mut faults, mut long, mut used) = (Vec::new(), Vec::new(), 0);
    for (name, text) in texts().iter().filter(|(name, _)| kinds.iter().any(|kind| name.ends_with(kind))) {
        let lines = text.lines().count();
        let allowed = LARGE_FILES.iter().find(|(file, _)| file == name).map(|(_, lines)| *lines);
        used += usize::from(allowed.is_some());
        match allowed {
            None if lines > LONGEST_FILE => {
                faults.push(format!("{name}: {lines} lines, at most {LONGEST_FILE}: part it by topic"))
            }
            Some(most) if lines > most => {
                faults.push(format!("{name}: {lines} lines, and it may only shrink from {most}"))
            }
            Some(_) if lines <= LONGEST_FILE => faults.push(format!("{name}: short enough now: take it off the list")),
            _ if lines > LONG_FILE => long.push(format!("{lines:>5}  {name}")),
            _ => {}
        }
    }
    println!("files above {LONG_FILE} lines: {}\n{}", long.len(), long.join("\n"));
    none("files", &faults);
    assert_eq!(used, LARGE_FILES.len(), "a listed file is gone: take it off the list");
}

#[test]
fn functions_stay_short() {
    let (mut faults, mut all, mut listed) = (Vec::new(), Vec::new(), BTreeSet::new());
    for file in rust() {
        for (name, line, lines) in functions(&file.product) {
            all.push(lines);
            let key = format!("{}::{name}", file.name);
            if lines > LONGEST_FUNCTION && LARGE_FUNCTIONS.contains(&key.as_str()) {
                listed.insert(key);
            } else if lines > LONGEST_FUNCTION {
                faults.push(format!(
                    "{}:{line}: {name} has {lines} lines of code, at most {LONGEST_FUNCTION}",
                    file.name
                ));
            }
        }
    }
    all.sort_unstable();
    assert!(all.len() > 100, "the counter finds only {} functions", all.len());
    println!("functions: {}, median {} lines, longest {}", all.len(), all[all.len() / 2], all[all.len() - 1]);
    none("functions", &faults);
    assert_eq!(listed.len(), LARGE_FUNCTIONS.len(), "a listed function is short or gone: take it off the list");
}

#[test]
fn nothing_outside_tests_gives_up() {
    let mut faults = Vec::new();
    for file in rust() {
        for word in [".unwrap()", ".expect(", ".unwrap_err()", ".expect_err("] {
            faults.extend(
                Rust::lines_with(&file.product, word).iter().map(|line| format!("{}:{line}: {word}", file.name)),
            );
        }
    }
    none("give the error back with its mend instead", &faults);
}

#[test]
fn the_rooms_know_only_what_they_may() {
    let manifests = manifests();
    let knows = |room: &str, tests: bool| dependencies(&manifests[room].1, tests);
    let outside =
        ["tokio", "sqlx", "hyper", "http", "axum", "reqwest", "rand", "getrandom", "fastrand", "async-std", "uuid"];
    let ours = ["newsroom", "circulation", "archive", "pages", "press", "store", "masthead"];
    for room in ["newsroom", "circulation"] {
        let known = knows(room, true);
        assert!(outside.iter().all(|d| !known.contains(*d)), "{room} is pure and takes none of {outside:?}");
        assert!(ours.iter().all(|d| *d == room || !known.contains(*d)), "{room} knows no other room");
    }
    for (room, may) in [("pages", &[][..]), ("archive", &["newsroom"]), ("store", &["newsroom", "circulation"])] {
        let known = knows(room, false);
        let others: Vec<&&str> = ours.iter().filter(|d| known.contains(**d) && !may.contains(*d)).collect();
        assert!(others.is_empty(), "{room} may know {may:?}, not {others:?}");
    }
    let databases = ["sqlx", "rusqlite", "libsqlite3-sys", "tokio-postgres", "postgres", "diesel", "sea-orm", "redis"];
    for (room, (_, table)) in manifests.iter().filter(|(room, _)| *room != "store") {
        let known = dependencies(table, true);
        assert!(databases.iter().all(|d| !known.contains(*d)), "only store knows databases, not {room}");
    }
}

#[test]
fn sql_is_written_in_the_store_alone() {
    let pairs = [("SELECT ", " FROM "), ("INSERT ", "INTO "), ("UPDATE ", " SET "), ("DELETE ", "FROM ")];
    let is_sql =
        |text: &str| pairs.iter().any(|(first, then)| text.find(first).is_some_and(|at| text[at..].contains(then)));
    let mut faults = Vec::new();
    let mut in_store = 0;
    for file in rust().iter().filter(|file| !file.name.ends_with("/tidy.rs")) {
        for (line, _) in file.strings.iter().filter(|(_, text)| is_sql(text)) {
            if file.is_in("store") {
                in_store += 1;
            } else {
                faults.push(format!("{}:{line}", file.name));
            }
        }
    }
    assert!(in_store > 20, "the search finds only {in_store} statements in the store");
    none("SQL outside crates/store: give the store a function", &faults);
}

#[test]
fn money_is_never_a_floating_point_number() {
    let mut faults = Vec::new();
    for file in rust().iter().filter(|file| file.is_in("circulation")) {
        for word in ["f32", "f64"] {
            faults.extend(
                Rust::lines_with(&file.product, word).iter().map(|line| format!("{}:{line}: {word}", file.name)),
            );
        }
    }
    none("circulation counts in whole minor units", &faults);
}

#[test]
fn the_clock_and_the_dice_are_asked_in_one_file_each() {
    let clocks = ["SystemTime::now", "Timestamp::now", "Instant::now", "Zoned::now"];
    let dice = ["getrandom", "thread_rng", "OsRng"];
    let (mut faults, mut asked) = (Vec::new(), BTreeSet::new());
    // The bench measures: it has a clock of its own.
    for file in rust().into_iter().filter(|file| file.name.starts_with("crates/")) {
        for (words, home) in [(&clocks[..], "crates/masthead/src/clock.rs"), (&dice, "crates/masthead/src/dice.rs")] {
            for word in words {
                let lines = Rust::lines_with(&file.product, word);
                if file.name == home && !lines.is_empty() {
                    asked.insert(home);
                } else {
                    faults.extend(lines.iter().map(|line| format!("{}:{line}: {word} belongs into {home}", file.name)));
                }
            }
        }
    }
    none("take the clock and the dice as arguments", &faults);
    assert_eq!(asked.len(), 2, "the search does not find the clock and the dice at home");
}

#[test]
fn every_dependency_says_why() {
    let manifests = manifests();
    let mut silent = BTreeSet::new();
    for (room, (text, table)) in &manifests {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for name in dependencies(table, true).iter().filter(|name| !manifests.contains_key(*name)) {
            let begins =
                |line: &&str| line.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
            let said =
                lines.iter().enumerate().any(|(at, line)| begins(line) && at > 0 && lines[at - 1].starts_with('#'));
            if !said {
                silent.insert(format!("{room}: {name}"));
            }
        }
    }
    let listed: BTreeSet<String> = UNEXPLAINED.iter().map(|name| (*name).to_owned()).collect();
    let new: Vec<String> = silent.difference(&listed).cloned().collect();
    none("write a line above it that says what it is for", &new);
    println!("dependencies without a reason: {} of at most {}", silent.len(), listed.len());
    let mended: Vec<String> = listed.difference(&silent).cloned().collect();
    none("explained or gone: take it off the list", &mended);
}

#[test]
fn no_file_names_a_machine() {
    // Put together here, so that this file does not hold them.
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/", "target"), concat!("/ho", "me/")];
    let hosts = [
        concat!("artifact", "ory"),
        concat!("jf", "rog"),
        concat!("nexus/", "repository"),
        concat!("registry.npmjs", ".org"),
    ];
    let mut faults = Vec::new();
    for (name, text) in texts() {
        for (index, line) in text.lines().enumerate() {
            if paths.iter().chain(&hosts).any(|word| line.contains(word)) {
                faults.push(format!("{name}:{}", index + 1));
            }
        }
        if name == "Cargo.lock" {
            let known = "registry+https://github.com/rust-lang/crates.io-index";
            let strange = text.lines().filter(|l| l.starts_with("source = ") && !l.contains(known));
            faults.extend(strange.map(|line| format!("{name}: {line}")));
        }
    }
    none("a machine's path or a registry's host", &faults);
}

/// Tests that the documents name, as `` `crate/file.rs::function` ``.
fn named_tests(text: &str) -> Vec<(String, String)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|words| words.split_once(".rs::"))
        .map(|(file, name)| (format!("crates/{file}.rs"), name.to_owned()))
        .collect()
}

#[test]
fn the_tests_that_documents_name_are_there_and_run() {
    let (mut faults, mut found) = (Vec::new(), 0);
    let rust: BTreeMap<String, String> = rust().into_iter().map(|file| (file.name, file.code)).collect();
    for (document, text) in texts().into_iter().filter(|(name, _)| name.ends_with(".md")) {
        for (file, name) in named_tests(&text) {
            found += 1;
            let code = rust.get(&file).map_or("", String::as_str);
            let lines: Vec<&str> = code.lines().collect();
            let defined = Rust::lines_with(code, &name);
            // Marked as a test, or listed in its file for the macro that runs it on both databases.
            let marked = |line: &usize| *line > 1 && lines[line - 2].trim().ends_with("test]");
            let is_fn = |line: &usize| lines[line - 1].contains(&format!("fn {name}("));
            let runs = defined.iter().any(is_fn) && (defined.len() > 1 || defined.iter().any(marked));
            if !runs {
                faults.push(format!("{document}: {file} has no test {name}"));
            }
        }
        if document == "docs/billing-proofs.md" {
            let (_, table) = text.split_once("## Failures of the field").expect("the table of failures");
            let rows =
                table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |")?.0.parse::<u32>().ok());
            assert_eq!(
                rows.collect::<Vec<_>>(),
                (1..=38).collect::<Vec<_>>(),
                "every failure of the field has its row"
            );
        }
    }
    assert!(found > 38, "the documents name only {found} tests");
    none("tests that documents name", &faults);
}

#[test]
fn the_numbers_of_the_house() {
    let mut rows: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for file in rust() {
        let room = file.name.split('/').take(2).collect::<Vec<_>>().join("/");
        let row = rows.entry(room).or_default();
        let written = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
        let (all, product) = (written(&file.code), written(&file.product));
        row[0] += product;
        row[1] += all - product.min(all);
        row[2] += file.comment_lines;
        row[3] += file.text.lines().count();
    }
    let mut table = String::from("room                  code  tests  comments   lines  tests/code  comments/lines\n");
    let mut sum = [0; 4];
    for (room, row) in &rows {
        write_row(&mut table, room, *row);
        (0..4).for_each(|i| sum[i] += row[i]);
    }
    write_row(&mut table, "all", sum);
    println!("{table}");
    assert!(sum[0] > 1_000 && sum[1] > 1_000, "the counter does not see the house:\n{table}");
}

fn write_row(table: &mut String, room: &str, [code, tests, comments, lines]: [usize; 4]) {
    let percent = |part: usize, whole: usize| part * 100 / whole.max(1);
    let (of_code, of_lines) = (percent(tests, code), percent(comments, lines));
    writeln!(table, "{room:<20} {code:>6} {tests:>6} {comments:>9} {lines:>7} {of_code:>9} % {of_lines:>13} %")
        .expect("a string");
}

#[test]
fn the_measures_measure() {
    let text = "/* a /* b */ fn no() {} */\nfn long(x: [u8; 3]) -> char {\n    let s = \"} // \\\" .unwrap()\";\n\n    // }\n    '{'\n}\n\
                #[cfg(test)]\nmod tests {\n    fn inside() { x.unwrap() }\n}\nfn after() {}\n";
    let file = Rust::of("crates/x/src/lib.rs".into(), text.into());
    let names: Vec<_> = functions(&file.product);
    assert_eq!(names, [("long".to_owned(), 2, 2), ("after".to_owned(), 12, 0)]);
    assert!(Rust::lines_with(&file.product, ".unwrap()").is_empty());
    assert_eq!(Rust::lines_with(&file.code, ".unwrap()"), [10]);
    assert_eq!(file.strings, [(3, "\"} // \\\" .unwrap()\"".to_owned())]);
    let declares = Rust::of("crates/x/src/a.rs".into(), "#[cfg(test)]\nmod walk;\nmod run;\n".into());
    assert_eq!(declares.test_modules(), ["crates/x/src/a/walk.rs", "crates/x/src/a/walk/mod.rs"]);
    assert_eq!(Rust::lines_with("let half64 = f64_of(f64);", "f64"), [1]);
    assert!(Rust::lines_with("let half64 = f64_of(x);", "f64").is_empty());
    let named = named_tests("| 1 | a `thing` | `x/tests/a.rs::b` `x/tests/c.rs::d`; a `e.rs` |");
    let expected = [("crates/x/tests/a.rs", "b"), ("crates/x/tests/c.rs", "d")];
    assert_eq!(named, expected.map(|(file, name)| (file.to_owned(), name.to_owned())));
}
