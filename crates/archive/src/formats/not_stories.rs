//! Files that lie beside stories in a copy of a site or server, and are text that nobody wrote to be read. As crawls they would
//! become public stories, with the passwords that stand in them.

/// Endings, and what such a file is.
const KINDS: [(&str, &[&str]); 8] = [
    ("a database dump", &["sql", "mysql", "pgsql", "psql", "dump"]),
    ("a program", PROGRAMS),
    (
        "a style sheet or what a page is drawn with",
        &["css", "scss", "sass", "less", "svg", "map", "tpl", "twig", "mustache", "hbs", "ejs", "j2"],
    ),
    (
        "settings",
        &[
            "yml",
            "yaml",
            "toml",
            "ini",
            "conf",
            "cnf",
            "cfg",
            "config",
            "env",
            "properties",
            "htaccess",
            "plist",
            "reg",
            "service",
            "lock",
            "tf",
            "tfvars",
            "tfstate",
            "webmanifest",
        ],
    ),
    (
        "a key, a certificate or a list of passwords",
        &["pem", "key", "crt", "cer", "csr", "ppk", "htpasswd", "passwd", "shadow", "pgpass", "netrc", "kdbx", "ovpn"],
    ),
    ("a log", &["log"]),
    ("mail", &["eml", "emlx", "mbox", "mbx", "mht", "mhtml"]),
    ("an address book or a diary", &["vcf", "ics", "ldif"]),
];

const PROGRAMS: &[&str] = &[
    "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "sh", "bash", "zsh", "bat", "cmd", "ps1", "vbs", "py", "pl", "pm",
    "rb", "lua", "tcl", "awk", "c", "h", "cc", "cpp", "hpp", "cs", "java", "kt", "go", "rs", "swift", "php", "php3",
    "php4", "php5", "php7", "php8", "phps", "phtml", "inc", "cgi", "asp", "aspx", "jsp", "cfm",
];

/// Endings that saved pages have too: the address of a page ends in the name of its program, or of a country.
const PAGES_TOO: &[&str] = &[
    "php", "php3", "php4", "php5", "php7", "php8", "phtml", "cgi", "asp", "aspx", "jsp", "cfm", "pl", "py", "rb", "sh",
    "rs", "cs", "cc",
];

/// Endings behind the one that counts: `access.log.1.gz`, `wp-config.php.bak`.
const BEHIND: [&str; 7] = ["gz", "bak", "old", "orig", "save", "swp", "dist"];

/// Why a file is no story, when its name says so. `text` is its beginning.
pub(super) fn refusal(name: &str, text: &str) -> Option<String> {
    let ending = ending(name);
    let of_ending = of_ending(&ending);
    let source = ["<?php", "<?=", "<%"];
    let what = match of_ending {
        Some(_) if text.starts_with('<') && PAGES_TOO.contains(&ending.as_str()) => {
            source.iter().any(|start| text.contains(start)).then_some("a program")?
        }
        Some(what) => what,
        None => by_words(text)?,
    };
    Some(format!("{what}, no story: leave it out; --format crawl takes it as text all the same"))
}

/// What a file is that is no story, when its name alone says so: `a database dump`, `settings`. None for what a page may be called too.
#[must_use]
pub fn no_story(name: &str) -> Option<&'static str> {
    let ending = ending(name);
    of_ending(&ending).filter(|_| !PAGES_TOO.contains(&ending.as_str()))
}

fn of_ending(ending: &str) -> Option<&'static str> {
    KINDS.iter().find(|(_, endings)| endings.contains(&ending)).map(|(what, _)| *what)
}

/// The ending that says what a file is, in small letters.
fn ending(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    // Programs that copy sites keep what the address asked for: `site.js?ver=2`. Behind a page's name it makes another page.
    let bare = name.split_once('?').map(|(bare, _)| bare).filter(|bare| !PAGES_TOO.iter().any(|e| bare.ends_with(e)));
    let mut rest = bare.unwrap_or(&name).trim_end_matches('~');
    loop {
        let Some((before, last)) = rest.rsplit_once('.') else { return String::new() };
        let number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
        if !number && !BEHIND.contains(&last) {
            return last.to_owned();
        }
        rest = before;
    }
}

/// What a text is by its words, whatever its ending.
fn by_words(text: &str) -> Option<&'static str> {
    if ["<?php", "<?=", "#!/"].iter().any(|start| text.starts_with(start)) {
        return Some("a program");
    }
    if text.starts_with("-----BEGIN ") {
        return Some("a key, a certificate or a list of passwords");
    }
    is_sql(text).then_some("a database dump")
}

/// Whether most lines are statements of SQL, or data of one.
fn is_sql(text: &str) -> bool {
    let (mut all, mut sql, mut begun, mut statements) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut copied = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            begun = 0;
            continue;
        }
        all += 1;
        if copied {
            sql += 1;
            copied = line != "\\.";
            continue;
        }
        if begun == 0 && (line.starts_with("-- ") || line == "--" || line.starts_with("/*!")) {
            sql += 1;
            continue;
        }
        if begun > 0 || begins_statement(line) {
            begun += 1;
            // one line that holds the rows of a whole table may be longer than what is looked at
            if line.ends_with(';') || (line.len() > 8_000 && begins_statement(line)) {
                sql += begun;
                statements += 1;
                begun = 0;
                copied = line.to_ascii_lowercase().ends_with("from stdin;");
            }
        }
    }
    // the end of what is looked at may cut a statement
    let cut = if statements > 0 { begun } else { 0 };
    statements > 0 && (sql + cut) * 2 > all
}

fn begins_statement(line: &str) -> bool {
    const STATEMENTS: [&str; 16] = [
        "insert into ",
        "insert ignore into ",
        "replace into ",
        "create table ",
        "create index ",
        "create database ",
        "create sequence ",
        "create function ",
        "drop table ",
        "alter table ",
        "delete from ",
        "lock tables ",
        "unlock tables",
        "copy ",
        "update ",
        "select ",
    ];
    let start: String = line.chars().take(24).collect::<String>().to_ascii_lowercase();
    STATEMENTS.iter().any(|words| start.starts_with(words)) || start.starts_with("set ") && line.ends_with(';')
}
