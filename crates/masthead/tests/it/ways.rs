//! Ways through the paper: what a reader finds from the front page, and from an address that leads nowhere.
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    the_archive_is_found_from_the_front_page,
    the_desk_says_where_one_is,
    an_address_that_leads_nowhere_helps_to_search,
);

/// Addresses of links in a part of a page, between two marks.
fn links(text: &str, from: &str, to: &str) -> Vec<String> {
    let (_, part) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    let part = part.split(to).next().unwrap_or_default();
    part.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn the_archive_is_found_from_the_front_page(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut guest = paper.browser();
    let story = paper.metered()[0].path();
    for path in ["/", "/harbour", &story, "/search", "/archive"] {
        let page = guest.get(path).text();
        let header = links(&page, "<header", "</header>");
        let footer = links(&page, "<footer", "</footer>");
        for way in ["/archive", "/search"] {
            assert!(header.iter().any(|link| link == way), "{way} in the header of {path}: {header:?}");
        }
        for way in ["/archive", "/search", "/authors", "/topics"] {
            assert!(footer.iter().any(|link| link == way), "{way} in the footer of {path}: {footer:?}");
            assert_eq!(guest.get(way).status, 200, "{way}");
        }
    }
    let here = r#"<a href="/archive" aria-current="true">"#;
    assert!(guest.get("/archive").text().contains(here) && !guest.get("/harbour").text().contains(here));
}

fn the_desk_says_where_one_is(engine: Engine) {
    let paper = Paper::usual(engine);
    let (_, staff) = paper.sign_in("staff", Rights::None);
    let mut staff = paper.browser().holding(&staff);
    for path in ["/desk", "/desk/readers", "/desk/billing", "/desk/imports", "/desk/doubts", "/desk/clock"] {
        let page = staff.get(path).text();
        assert_eq!(page.matches("aria-current=\"true\">").count(), 1, "{path}");
        assert!(page.contains(&format!("<a href=\"{path}\" aria-current=\"true\">")), "{path}");
    }
}

fn an_address_that_leads_nowhere_helps_to_search(engine: Engine) {
    let paper = Paper::usual(engine);
    let story = paper.metered()[0].clone();
    paper.block_on(paper.house().store.add_old_path("/story.asp?id=5", story.number)).unwrap();
    let mut guest = paper.browser();
    assert_eq!(guest.get("/story.asp?id=5").location(301), story.path());
    // without its query the address names a program and no story: nobody knows which
    for (path, words) in [
        ("/story.asp", ""),
        ("/story.asp?id=6", ""),
        ("/1998/05/dam-opens-early-1234.html", "dam opens early"),
        ("/a/%22%3E%3Cscript%3E_and_more", "script and more"),
        ("/archive/1890", ""),
    ] {
        let answer = guest.get(path);
        assert_eq!((answer.status, answer.header("cache-control")), (404, Some("private, no-store")), "{path}");
        let page = answer.text();
        let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        let field = main.split("<input id=\"q\" name=\"q\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(field.contains(&format!(" value=\"{words}\"")), "{path}: {field}");
        assert!(main.contains("<form class=\"search-form lost-search\" method=\"get\" action=\"/search\""), "{path}");
        for way in ["/archive", "/authors", "/topics", "/"] {
            assert!(main.contains(&format!("href=\"{way}\"")), "{way} at {path}");
        }
    }
}
