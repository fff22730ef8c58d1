//! Mails leave the house: by a mail server where there is one, once however many processes look after the paper; and a
//! server that says no is asked again, or not.
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use jiff::SignedDuration;
use masthead::rounds::mails;
use store::NewMail;

use crate::fixture::Settings;
use crate::house::{Engine, Paper, on_both};
use crate::races::second_process;

on_both!(a_mail_is_sent_once_by_two_processes, a_server_that_is_busy_is_asked_again_and_a_refused_address_is_not);

/// A mail server on this machine. It takes every mail but those to `busy@…` (not now) and `nobody@…` (never).
struct Server {
    port: u16,
    /// To whom mails were taken, and their bytes.
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Server {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let kept = Arc::clone(&taken);
        // Ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(stream, &kept));
            }
        });
        Self { port, taken }
    }

    fn settings(&self) -> &'static str {
        let mail = format!(
            "\n[mail]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"G <g@gazette.example>\"\n",
            self.port
        );
        Box::leak(mail.into_boxed_str())
    }

    fn to(&self, address: &str) -> usize {
        self.taken.lock().unwrap().iter().filter(|(to, _)| to.contains(address)).count()
    }
}

fn serve(stream: std::net::TcpStream, taken: &Mutex<Vec<(String, String)>>) {
    let mut out = stream.try_clone().unwrap();
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).is_ok();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    say("220 mx.example");
    let mut to = String::new();
    while let Some(line) = lines.next() {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let goes_on = match word.as_str() {
            "EHLO" | "HELO" => say("250-mx.example\r\n250 8BITMIME"),
            "RCPT" if line.contains("busy@") => say("451 come back later"),
            "RCPT" if line.contains("nobody@") => say("550 5.1.1 there is nobody of that name"),
            "RCPT" => {
                to.clone_from(&line);
                say("250 ok")
            }
            "DATA" => {
                say("354 go on");
                let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                taken.lock().unwrap().push((std::mem::take(&mut to), text.join("\n")));
                say("250 queued")
            }
            "QUIT" => {
                say("221 bye");
                false
            }
            _ => say("250 ok"),
        };
        if !goes_on {
            return;
        }
    }
}

fn queue(paper: &Paper, to: &str) -> i64 {
    let mail = NewMail {
        key: None,
        kind: "receipt".into(),
        to: format!("{to}@gazette.example"),
        subject: "Receipt".into(),
        text: "Thank you.".into(),
        html: None,
        reader_id: Some(paper.sign_in("reader", crate::house::Rights::None).0),
        about: None,
        attachments: Vec::new(),
    };
    match paper.block_on(paper.house().store.queue_mail(&mail, paper.clock.now())).unwrap() {
        store::Queued::New(id) => id,
        store::Queued::Already => panic!("it is new"),
    }
}

fn a_mail_is_sent_once_by_two_processes(engine: Engine) {
    let server = Server::open();
    let paper = Paper::open(engine, Settings { server: server.settings(), ..Settings::default() });
    let second = second_process(&paper);
    let names: Vec<String> = (0..30).map(|n| format!("reader-{n}")).collect();
    for name in &names {
        queue(&paper, name);
    }
    paper.block_on(async {
        let (one, two) = tokio::join!(mails::round(paper.house()), mails::round(&second));
        one.unwrap();
        two.unwrap();
        // The paper's own rounds may have taken some as well and be just at them.
        for _ in 0..400 {
            if paper.house().store.next_mail().await.unwrap().is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(paper.house().store.next_mail().await.unwrap(), None, "every mail was handed over");
        second.store.close().await;
    });
    for name in &names {
        assert_eq!(server.to(&format!("<{name}@")), 1, "{name}");
    }
    let taken = server.taken.lock().unwrap();
    assert!(taken.iter().all(|(_, bytes)| bytes.contains("Thank you.")), "the mail itself, not only its envelope");
}

fn a_server_that_is_busy_is_asked_again_and_a_refused_address_is_not(engine: Engine) {
    let server = Server::open();
    let paper = Paper::open(engine, Settings { server: server.settings(), ..Settings::default() });
    let (busy, nobody) = (queue(&paper, "busy"), queue(&paper, "nobody"));
    let round = || paper.block_on(mails::round(paper.house())).unwrap();
    let mail = |id: i64| {
        let mails = paper.block_on(paper.house().store.mails(50)).unwrap();
        mails.into_iter().find(|mail| mail.id == id).unwrap()
    };
    let settled = |id: i64, tries: u32| {
        for _ in 0..200 {
            round();
            if mail(id).attempts >= tries {
                return mail(id);
            }
            thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("mail {id} was not tried {tries} times");
    };
    let refused = settled(nobody, 1);
    assert!(refused.given_up_at.is_some() && refused.sent_at.is_none());
    assert_eq!(refused.attempts, 1, "a refusal for good is not tried again");
    let waiting = settled(busy, 1);
    assert!(waiting.given_up_at.is_none() && waiting.sent_at.is_none());
    paper.set_clock(paper.clock.now() + SignedDuration::from_hours(1));
    assert!(settled(busy, 2).given_up_at.is_none(), "asked again after a while");
    assert_eq!((mail(nobody).attempts, server.taken.lock().unwrap().len()), (1, 0), "and the refused one is not");
    let billing = crate::desk_billing::editor(&paper).1.get("/desk/billing");
    assert!(
        billing.says("Mails given up: 1") && billing.says("receipt to nobody@gazette.example"),
        "{}",
        billing.words()
    );
}
