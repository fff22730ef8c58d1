//! The binary itself, as a person at a terminal meets it.
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::client::{Connection, Request};
use crate::fixture::Settings;

/// The binary with these arguments, in this folder, without any setting of whoever runs the tests.
fn masthead(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for name in ["MASTHEAD_DATA", "MASTHEAD_DATABASE", "MASTHEAD_LISTEN", "MASTHEAD_LOG", "MASTHEAD_LOG_FORMAT"] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    masthead(folder, arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Asserts a failure that is one clear line, and gives it.
fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let text = said(&output.stderr);
    let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("masthead: ")).collect();
    assert_eq!(lines.len(), 1, "one line: {text}");
    assert!(!text.contains("panicked") && !text.contains("RUST_BACKTRACE"), "{text}");
    lines[0].to_owned()
}

/// The settings of a small paper without accounts: with them it may only be served on this machine.
fn publication() -> String {
    Settings::default().publication().split("[[accounts]]").next().unwrap().to_owned()
}

/// A folder with a small paper in it, `paper`, that has no stories yet.
fn with_paper(publication: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let paper = folder.path().join("paper");
    std::fs::create_dir(&paper).unwrap();
    std::fs::write(paper.join("publication.toml"), publication).unwrap();
    folder
}

#[test]
fn help_tells_a_newcomer_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["--help"]);
    assert!(output.status.success());
    let help = said(&output.stdout);
    for word in [
        "init",
        "serve",
        "import",
        "export",
        "doctor",
        "--data",
        "--listen",
        "MASTHEAD_DATA",
        "MASTHEAD_LISTEN",
        "Examples",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
    assert!(help.lines().all(|l| l.chars().count() <= 100), "{help}");
    for command in ["init", "serve", "import", "export", "doctor"] {
        let output = run(folder.path(), &[command, "--help"]);
        assert!(output.status.success() && said(&output.stdout).contains("Usage"), "{command}");
    }
    assert!(said(&run(folder.path(), &["--version"]).stdout).starts_with("masthead "));
    let unknown = run(folder.path(), &["sevre"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown.stderr).contains("serve"), "the word that was meant is offered");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "asking makes nothing");
}

#[test]
fn init_makes_a_paper_and_touches_nothing_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["init", "mine"]);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let publication = std::fs::read_to_string(folder.path().join("mine/publication.toml")).unwrap();
    assert!(!publication.contains("[[accounts]]"), "a paper of one's own has no sample accounts");
    assert!(said(&output.stdout).contains("masthead serve --data mine"), "what to do next: {}", said(&output.stdout));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("mine")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "for its owner alone");
    }
    let again = complaint(&run(folder.path(), &["init", "mine"]));
    assert!(again.contains("not empty"), "{again}");
    assert_eq!(std::fs::read_to_string(folder.path().join("mine/publication.toml")).unwrap(), publication);
    let doctor = run(folder.path(), &["export", "stories", "--data", "mine"]);
    assert!(
        doctor.status.success() && doctor.stdout.is_empty(),
        "an empty paper exports nothing: {}",
        said(&doctor.stderr)
    );
}

#[test]
fn a_port_in_use_is_said_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = complaint(&run(folder.path(), &["serve", "--listen", &address]));
    assert!(line.contains(&address) && line.contains("in use") && line.contains("--listen"), "{line}");
    let line = complaint(&run(folder.path(), &["serve", "--listen", "not an address"]));
    assert!(line.contains("not an address") && line.contains("--listen"), "{line}");
}

#[test]
fn a_broken_publication_is_said_with_its_line_and_the_mend() {
    let sound = publication();
    let line_of = |text: &str, what: &str| text.lines().position(|l| l.contains(what)).unwrap() + 1;
    let cases = [
        ("zone = \"Asia/Kolkata\"", "zone = \"Asia/Atlantis\"", "IANA"),
        ("guest_limit = 5", "guest_limit = \"five\"", "five"),
        ("registered_limit = 7", "registered_limit = 3", "registered"),
        ("notice_at = 2", "notice_when = 2", "notice_when"),
        ("currency = \"INR\"", "currency = \"rupees\"", "rupees"),
        ("base_url = \"http://gazette.example\"", "base_url = \"gazette.example\"", "https://"),
        ("section = \"harbour\"", "section = \"chess\"", "chess"),
        ("price = \"3900\"", "price = \"3900.505\"", "price"),
        ("rail = \"sandbox\"", "rail = \"barter\"", "sandbox"),
        ("code = \"letters\"", "code = \"desk\"", "address of the house"),
    ];
    for (from, to, mend) in cases {
        let broken = sound.replacen(from, to, 1);
        assert_ne!(broken, sound, "{from}");
        let folder = with_paper(&broken);
        let place = format!("publication.toml, line {}: ", line_of(&broken, to));
        for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["export", "stories"], &["import", "."]] {
            let line = complaint(&run(folder.path(), &[arguments, &["--data", "paper"]].concat()));
            assert!(line.contains(&place), "{place}{line}");
            assert!(line.contains(mend), "{mend}: {line}");
        }
    }
    let folder = with_paper(&Settings::default().publication());
    let line = complaint(&run(folder.path(), &["serve", "--data", "paper", "--listen", "127.0.0.1:0"]));
    assert!(line.contains("[[accounts]]"), "passwords that stand in a file are for this machine alone: {line}");
}

#[test]
fn a_paper_that_is_not_there_is_said_with_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["export", "stories", "--data", "none"][..], &["import", "x", "--data", "none"]] {
        std::fs::write(folder.path().join("x"), "text").unwrap();
        let line = complaint(&run(folder.path(), arguments));
        assert!(line.contains("none/publication.toml") && line.contains("init"), "{line}");
    }
    let folder = with_paper(&publication());
    let line = complaint(&run(folder.path(), &["import", "nothing-here", "--data", "paper"]));
    assert!(line.contains("nothing-here"), "{line}");
}

#[test]
fn a_page_time_that_the_rail_does_not_allow_is_said_with_the_mend() {
    let live = publication().replace("rail = \"sandbox\"", "rail = \"stripe\"");
    let folder = with_paper(&format!("{live}\n[billing.policy]\npage_minutes = 10\n"));
    let mut command = masthead(folder.path(), &["reprice", "quarter", "--data", "paper"]);
    command.env("MASTHEAD_STRIPE_SECRET_KEY", "sk_test_none").env("MASTHEAD_STRIPE_WEBHOOK_SECRET", "whsec_none");
    let line = complaint(&command.output().unwrap());
    assert!(line.contains("page_minutes = 10") && line.contains("35 to 1430 minutes"), "{line}");
}

#[test]
fn an_unwritable_folder_is_said_with_the_mend() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    for arguments in [&["init", "closed/paper"][..], &["serve", "--data", "closed/paper", "--listen", "127.0.0.1:0"]] {
        let line = complaint(&run(folder.path(), arguments));
        assert!(line.contains("closed/paper") && line.contains("right"), "{line}");
    }
}

#[test]
fn a_damaged_or_newer_database_is_said_with_the_mend() {
    let folder = with_paper(&publication());
    let data = folder.path().join("paper");
    let database = data.join("masthead.db");
    std::fs::write(&database, "this was a database once".repeat(400)).unwrap();
    let line = complaint(&run(folder.path(), &["export", "stories", "--data", "paper"]));
    assert!(line.contains("damaged") && line.contains("backup"), "{line}");
    std::fs::remove_file(&database).unwrap();
    assert!(run(folder.path(), &["export", "stories", "--data", "paper"]).status.success());
    // What a later version would have left behind, put in by the engine's own tool where there is one.
    let note = folder.path().join("later.txt");
    std::fs::write(&note, "9999|tomorrow|x\n").unwrap();
    let tool =
        Command::new("sqlite3").arg(&database).arg(format!(".import {} schema_migrations", note.display())).output();
    let Ok(tool) = tool else {
        eprintln!("skipped the newer database: sqlite3 is not installed");
        return;
    };
    assert!(tool.status.success(), "{}", said(&tool.stderr));
    for arguments in
        [&["serve", "--data", "paper", "--listen", "127.0.0.1:0"][..], &["export", "stories", "--data", "paper"]]
    {
        let line = complaint(&run(folder.path(), arguments));
        assert!(line.contains("newer") && line.contains("9999"), "{line}");
    }
}

/// The paper as a running process; ended when the test ends, however it ends.
struct Served {
    child: Child,
    printed: Vec<String>,
    address: SocketAddr,
}

impl Served {
    /// Starts it and waits for its greeting.
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut printed = Vec::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            let done = line.contains("Ctrl-C");
            printed.push(line);
            if done {
                break;
            }
        }
        let readers = printed.iter().find(|l| l.contains("Readers")).expect("the greeting names the address");
        let address = readers.split("http://").nth(1).unwrap().trim_end_matches('/').parse().unwrap();
        child.stdout = None;
        // Whatever it still says has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, printed, address }
    }

    fn said(&self, words: &str) -> bool {
        self.printed.iter().any(|l| l.contains(words))
    }

    fn ask(&self, request: &Request) -> crate::client::Answer {
        let own = [("host", self.address.to_string()), ("user-agent", "A test".into())];
        let mut connection = Connection::to(self.address);
        connection.send(request.bytes(&own));
        connection.answer(&request.method)
    }

    /// Asks it to stop as a service manager would, and waits.
    fn stop(mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success(), "a stop on request is no failure");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn started(folder: &Path) -> Served {
    let mut command = masthead(folder, &[]);
    // No arguments at all; only the port is chosen, so that tests may run beside one another.
    command.env("MASTHEAD_LISTEN", "127.0.0.1:0");
    Served::start(command)
}

#[test]
fn one_command_holds_a_newspaper_and_the_second_start_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = started(folder.path());
    for words in [
        "The Deccan Ledger is open",
        "/desk",
        "/mailbox",
        "reader@example.com",
        "subscriber@example.com",
        "editor@example.com",
    ] {
        assert!(first.said(words), "{words} in {:#?}", first.printed);
    }
    assert!(first.said("making a sample paper"));
    let front = first.ask(&Request::get("/"));
    assert_eq!(front.status, 200);
    assert!(front.text().contains("The Deccan Ledger"));
    assert_eq!(first.ask(&Request::get("/ready")).text(), "ready\n");
    let fields = [("email", "editor@example.com"), ("password", "put the verb before the number")];
    let entered = first.ask(&Request::form("/login", &fields));
    assert_eq!(entered.status, 303, "{}", entered.words());
    let session = entered.cookie("__Host-session").unwrap().split(';').next().unwrap().to_owned();
    let stories = |served: &Served| {
        served.printed.iter().find(|l| l.contains("is open")).unwrap().split(',').next().unwrap().to_owned()
    };
    let before = stories(&first);
    first.stop();

    let second = started(folder.path());
    assert!(!second.said("sample paper"), "nothing is imported again: {:#?}", second.printed);
    assert_eq!(stories(&second), before);
    let took: u64 = second
        .printed
        .iter()
        .find_map(|l| l.split("ready in ").nth(1))
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(took < 5_000, "{took} ms in a build for tests");
    let desk = second.ask(&Request::get("/desk").with("cookie", &session));
    assert_eq!(desk.status, 200, "the editor is still signed in");
    second.stop();

    let whole = run(folder.path(), &["export", "stories"]);
    assert!(whole.status.success(), "{}", said(&whole.stderr));
    let lines = said(&whole.stdout);
    assert!(lines.lines().count() >= 60, "{} stories", lines.lines().count());
    for line in lines.lines() {
        let story: serde_json::Value = serde_json::from_str(line).unwrap();
        for field in ["slug", "url", "headline", "marking", "published_at", "section", "paragraphs"] {
            assert!(story.get(field).is_some(), "{field} in {line:.120}");
        }
    }
    for kind in ["readers", "subscriptions"] {
        let output = run(folder.path(), &["export", kind]);
        assert!(output.status.success() && !output.stdout.is_empty(), "{kind}");
        assert!(!said(&output.stdout).contains("put the verb"), "no password leaves in the clear");
    }
    a_reader_that_closes_the_pipe_early_is_no_error(folder.path());
    let doctor = run(folder.path(), &["doctor"]);
    assert!(doctor.status.success(), "{}\n{}", said(&doctor.stdout), said(&doctor.stderr));
}

fn a_reader_that_closes_the_pipe_early_is_no_error(folder: &Path) {
    let mut child =
        masthead(folder, &["export", "stories"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut beginning = [0; 64];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut beginning).unwrap();
    drop(out);
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert!(child.wait().unwrap().success(), "{complaints}");
    assert_eq!(complaints, "");
}
