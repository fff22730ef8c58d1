//! The express way and the general one give the same answers, and a connection changes from one to the other whenever a
//! request wants it.
use newsroom::articles::Marking;

use crate::client::{Answer, Connection};
use crate::house::{Engine, Paper, Rights, on_both};

/// What makes a request go the general way without changing its meaning: an empty list of other protocols.
const GENERAL: &str = "Upgrade: \r\n";

fn ask(paper: &Paper, method: &str, target: &str, fields: &str) -> Answer {
    let mut connection = Connection::to(paper.address());
    connection.send(format!("{method} {target} HTTP/1.1\r\nHost: paper.example\r\n{fields}\r\n"));
    connection.answer(method)
}

/// Status, fields in the order of their names but for the moment and the new pass, and the body.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let mut fields = answer.headers.clone();
    fields.retain(|(name, _)| name != "date");
    for (_, value) in fields.iter_mut().filter(|(name, _)| name == "set-cookie") {
        *value = value.split('=').next().unwrap_or_default().to_owned();
    }
    fields.sort();
    (answer.status, fields, answer.raw_body.clone())
}

#[test]
fn both_ways_tell_the_same() {
    let paper = Paper::usual(Engine::Sqlite);
    for marking in [Marking::Free, Marking::Registered, Marking::Metered, Marking::Premium] {
        let path = paper.stories(marking)[0].path();
        let (_, session) = paper.sign_in("reader", Rights::None);
        for encoding in ["", "gzip", "br;q=0, gzip", "gzip, deflate, br, zstd", "br;q=0.5", "identity"] {
            for who in [String::new(), format!("Cookie: {session}\r\n"), "Cookie: __Host-guest=forged\r\n".into()] {
                for method in ["GET", "HEAD"] {
                    for target in [path.clone(), format!("{path}?utm_source=mail&x=%20")] {
                        let fields = format!("Accept-Encoding: {encoding}\r\n{who}User-Agent: both\r\n");
                        let express = ask(&paper, method, &target, &fields);
                        let general = ask(&paper, method, &target, &format!("{fields}{GENERAL}"));
                        assert_eq!(told(&express), told(&general), "{method} {target} {fields}");
                        assert_eq!(express.status, 200);
                        let date = express.header("date").expect("an answer says when it was made");
                        assert_eq!(date.len(), "Sun, 06 Nov 1994 08:49:37 GMT".len());
                    }
                }
            }
        }
    }
}

#[test]
fn requests_come_in_pieces_together_and_of_every_kind_on_one_connection() {
    let paper = Paper::usual(Engine::Sqlite);
    let path = paper.stories(Marking::Free)[0].path();
    let story = format!("GET {path} HTTP/1.1\r\nHost: paper.example\r\n\r\n");
    let front = "GET / HTTP/1.1\r\nHost: paper.example\r\n\r\n";
    let mut connection = Connection::to(paper.address());
    for byte in story.as_bytes().chunks(7) {
        connection.send(byte);
    }
    let whole = connection.answer("GET");
    assert_eq!(whole.status, 200);
    // Three at once, the last one cut in the middle and not for the express way.
    connection.send(format!("{story}{story}{}", &front[..9]));
    assert_eq!(connection.answer("GET").body, whole.body);
    assert_eq!(connection.answer("GET").body, whole.body);
    connection.send(&front[9..]);
    assert_eq!(connection.answer("GET").status, 200);
    // From here on hyper has the connection; stories are served all the same.
    connection.send(&story);
    assert_eq!(connection.answer("GET").body, whole.body);
}

on_both!(a_reader_who_is_not_in_memory_is_looked_up);

fn a_reader_who_is_not_in_memory_is_looked_up(engine: Engine) {
    let paper = Paper::usual(engine);
    let path = paper.stories(Marking::Registered)[0].path();
    let (reader, session) = paper.sign_in("reader", Rights::None);
    let get = format!("GET {path} HTTP/1.1\r\nHost: paper.example\r\nCookie: {session}\r\n\r\n");
    let mut connection = Connection::to(paper.address());
    connection.send(&get);
    let open = connection.answer("GET").body;
    let walled = ask(&paper, "GET", &path, "").body;
    assert_ne!(open, walled);
    // Forgotten between two requests on one connection, as after a change of rights.
    paper.house().sessions.forget_reader(circulation::readers::ReaderId(reader));
    connection.send(&get);
    assert_eq!(connection.answer("GET").body, open);
    let unknown = ask(&paper, "GET", &path, "Cookie: __Host-session=nobodys\r\n");
    assert_eq!(unknown.body, walled);
}
