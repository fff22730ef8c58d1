//! The wire: requests that two readers could read differently are refused, slow ones are cut off, big ones turned away,
//! forms from elsewhere not taken, and a stop lets running requests finish.
use std::thread;

use newsroom::articles::Marking;

use crate::client::{Answer, Connection, Request};
use crate::house::{Engine, Paper, Shown};

fn raw(paper: &Paper, bytes: &str) -> Answer {
    let mut connection = Connection::to(paper.address());
    connection.send(bytes);
    connection.answer("GET")
}

/// The status of a raw request, and that a refusal carries the headers of every answer and no story.
fn refused(paper: &Paper, bytes: &str) -> u16 {
    let answer = raw(paper, bytes);
    for name in ["content-security-policy", "x-content-type-options", "cache-control"] {
        assert!(answer.header(name).is_some(), "{name} on {}: {bytes:.80}", answer.status);
    }
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    answer.status
}

#[test]
fn framing_that_can_be_read_in_two_ways_is_refused() {
    let paper = Paper::usual(Engine::Sqlite);
    let path = paper.stories(Marking::Free)[0].path();
    let host = paper.address().to_string();
    let cases = [
        ("no Host", format!("GET {path} HTTP/1.1\r\n\r\n"), 400),
        ("two Hosts", format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"), 400),
        ("two different Hosts", format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n"), 400),
        (
            "Content-Length with Transfer-Encoding",
            format!(
                "POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            400,
        ),
        ("a GET with a body", format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\n\r\nbody"), 400),
        (
            "a GET with chunks",
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"),
            400,
        ),
        (
            "chunks alone",
            format!("POST /login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        ("a HEAD with a body", format!("HEAD {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\n\r\nbody"), 400),
        ("another host in the target", format!("GET http://evil.example{path} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 421),
    ];
    for (what, bytes, status) in cases {
        let mut connection = Connection::to(paper.address());
        connection.send(&bytes);
        let method = bytes.split(' ').next().unwrap();
        let answer = connection.answer(method);
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{what}");
        assert!(answer.header("content-security-policy").is_some(), "{what}");
    }
    let own = format!("GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    assert_eq!(raw(&paper, &own).status, 200, "the control: our own host in the target is fine");
    let none = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(raw(&paper, &none).status, 200, "and a body of no bytes is none");
}

#[test]
fn what_hyper_itself_refuses_ends_the_connection() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    for bytes in [
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        format!("POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: -5\r\n\r\n"),
        format!("POST /login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost : {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\n folded: yes\r\n\r\n"),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1} not a request\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: a\0b\r\n\r\n"),
    ] {
        let mut connection = Connection::to(paper.address());
        connection.send(&bytes);
        if let Ok(answer) = connection.try_answer("GET") {
            assert_eq!(answer.status, 400, "{bytes:?}");
            assert_eq!(connection.rest(), b"", "nothing more on this connection: {bytes:?}");
        }
    }
}

#[test]
fn nothing_smuggled_behind_a_request_is_answered() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let hidden = format!("GET /feed.json HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let smuggle = format!(
        "POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    let mut connection = Connection::to(paper.address());
    connection.send(smuggle);
    assert_eq!(connection.answer("POST").status, 400);
    assert_eq!(connection.rest(), b"", "the connection ends with the refusal");
}

#[test]
fn odd_paths_are_refused_before_any_route_sees_them() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let story = paper.stories(Marking::Premium)[0].path();
    let (_, session) = paper.sign_in("reader", crate::house::Rights::Paid);
    for path in [
        "/account;x.css".to_owned(),
        "/account%00.css".to_owned(),
        "/account%2f..%2fx.css".to_owned(),
        "/assets/..%2faccount".to_owned(),
        "/assets/../account".to_owned(),
        "/./account".to_owned(),
        "/account%5cx".to_owned(),
        "/account%3bx".to_owned(),
        "/account%0d%0ax".to_owned(),
        "/account%252fx".to_owned(),
        "/account%".to_owned(),
        "/account%zz".to_owned(),
        "/account/x.css".to_owned(),
        "/account.css".to_owned(),
        format!("{story};x.css"),
        format!("{story}%00.css"),
        format!("{story}%2fx.js"),
        format!("{story}/x.css"),
        format!("{story}.css"),
        format!("{story}.json"),
        format!("{story}.md"),
    ] {
        let answer = raw(&paper, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {session}\r\n\r\n"));
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{path}");
    }
}

#[test]
fn what_is_too_big_is_turned_away() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let head = format!("Host: {host}\r\n");
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\n{head}\r\n", "a".repeat(length - 1));
    assert_eq!(refused(&paper, &target(8 * 1024)), 404, "8 KiB is the most");
    assert_eq!(refused(&paper, &target(8 * 1024 + 1)), 414);
    let big = |size: usize| raw(&paper, &format!("GET / HTTP/1.1\r\n{head}X: {}\r\n\r\n", "a".repeat(size))).status;
    assert_eq!(big(8 * 1024), 200);
    assert_eq!(big(17 * 1024), 431);
    let many = |count: usize| {
        let headers: String = (0..count).map(|n| format!("X-{n}: y\r\n")).collect();
        raw(&paper, &format!("GET / HTTP/1.1\r\n{head}{headers}\r\n")).status
    };
    assert_eq!(many(90), 200);
    assert_eq!(many(101), 431);
    let form = "a=".to_owned() + &"b".repeat(300 * 1024);
    let mut request = Request::form("/login", &[]);
    request.body = Some(form.into_bytes());
    assert_eq!(paper.browser().send(&request).status, 413, "a form of 300 KiB");
}

#[test]
fn methods_that_mean_nothing_here_get_405_and_change_nothing() {
    let paper = Paper::usual(Engine::Sqlite);
    let story = &paper.metered()[0];
    let mut guest = paper.browser();
    for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
        let answer = guest.send(&Request::new(method, &story.path()).with("sec-fetch-site", "same-origin"));
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(paper.shown(&answer.text(), story), Shown::Nothing);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    let options = guest.send(&Request::new("OPTIONS", &story.path()));
    assert_eq!(paper.shown(&options.text(), story), Shown::Nothing);
    assert_eq!(options.header("access-control-allow-origin"), None, "no other site may read the paper");
    let trace = guest.send(&Request::new("TRACE", "/").with("x-mark", "echoed").with("sec-fetch-site", "same-origin"));
    assert!(trace.status >= 400 && !trace.text().contains("echoed"));
}

#[test]
fn forms_sent_from_another_site_are_not_taken() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let ways: [(&[(&str, &str)], bool); 7] = [
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", ""), ("origin", "https://evil.example")], false),
        (&[("sec-fetch-site", ""), ("origin", "null")], false),
        (&[("sec-fetch-site", ""), ("origin", "http://gazette.example.evil.example")], false),
        (&[("sec-fetch-site", ""), ("origin", &format!("http://{host}"))], true),
        (&[("sec-fetch-site", "same-origin")], true),
    ];
    for (headers, taken) in ways {
        let (_, session) = paper.sign_in("reader", crate::house::Rights::None);
        let mut request = Request::new("POST", "/logout").with("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.with(name, value);
        }
        request.body = Some(Vec::new());
        let mut browser = paper.browser().holding(&session);
        if headers[0].1.is_empty() {
            // An older browser, that says nothing of the kind.
            request = request.with("sec-fetch-mode", "").with("sec-fetch-dest", "");
        }
        let answer = browser.send(&request);
        assert_eq!(answer.status, if taken { 303 } else { 400 }, "{headers:?}");
        let still_in = paper.browser().holding(&session).get("/account").status == 200;
        assert_eq!(still_in, !taken, "{headers:?}");
    }
}

#[test]
fn a_head_that_is_never_finished_is_cut_off_and_harms_nobody() {
    let paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let mut slow: Vec<Connection> = (0..50)
        .map(|_| {
            let mut connection = Connection::to(paper.address());
            connection.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: "));
            connection
        })
        .collect();
    assert_eq!(paper.browser().get("/").status, 200, "others are served meanwhile");
    let last = slow.pop().unwrap();
    let before = masthead::clock::stopwatch();
    let _ = last.rest();
    assert!(before.elapsed().as_secs() < 15, "cut off after ten seconds");
    assert_eq!(paper.browser().get("/").status, 200);
}

#[test]
fn a_stop_lets_a_running_request_finish() {
    let mut paper = Paper::usual(Engine::Sqlite);
    let host = paper.address().to_string();
    let body = "email=nobody%40gazette.example&password=not+this+one";
    let (first, second) = body.split_at(20);
    let mut running = Connection::to(paper.address());
    running.send(format!(
        "POST /login HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ));
    // The interim answer says that the request has begun to be worked on.
    assert_eq!(running.answer("POST").status, 100);
    running.send(first);
    paper.begin_to_stop();
    let client = thread::spawn(move || {
        running.send(second);
        let answer = running.answer("POST");
        (answer.status, running.rest())
    });
    paper.stop();
    let (status, rest) = client.join().unwrap();
    assert!((200..500).contains(&status), "the running request was answered: {status}");
    assert_eq!(rest, b"", "and then the connection ended");
}

#[test]
fn one_connection_serves_many_requests_in_order() {
    let paper = Paper::usual(Engine::Sqlite);
    let stories = paper.stories(Marking::Free);
    let mut browser = paper.browser();
    let first = browser.bytes(&Request::get(&stories[0].path()));
    let second = browser.bytes(&Request::get(&stories[1].path()));
    let mut connection = Connection::to(paper.address());
    connection.send([first, second].concat());
    for story in &stories {
        let answer = connection.answer("GET");
        assert_eq!(paper.shown(&answer.text(), story), Shown::Open);
    }
}

#[test]
fn every_encoding_carries_the_same_page() {
    let paper = Paper::usual(Engine::Sqlite);
    let story = &paper.stories(Marking::Free)[0];
    let mut browser = paper.browser();
    let mut tags = Vec::new();
    let mut ask = |accept: &str, encoding: Option<&str>| {
        let answer = browser.send(&Request::get(&story.path()).with("accept-encoding", accept));
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert!(answer.header("vary").is_some_and(|v| v.to_ascii_lowercase().contains("accept-encoding")));
        tags.push(answer.header("etag").unwrap().to_owned());
        answer.body
    };
    let identity = ask("", None);
    assert_eq!(ask("gzip", Some("gzip")), identity);
    assert_eq!(ask("gzip, br", Some("br")), identity);
    assert_eq!(ask("identity", None), identity);
    assert_eq!(ask("gzip;q=0, br;q=0", None), identity);
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "one validator an encoding");
}
