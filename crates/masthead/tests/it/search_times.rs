//! Times that readers look for: where they lead, what is found of them, and why there is nothing.
use crate::archive_pages::publish;
use crate::house::{Engine, Rights, on_both};
use crate::search::{between, index, open, search};

on_both!(
    a_time_leads_to_its_page_as_far_as_the_archive_reaches,
    where_the_words_find_nothing_the_time_they_name_is_shown,
    a_time_that_finds_nothing_says_why,
    what_is_after_a_time_is_outside_of_it,
);

fn a_time_leads_to_its_page_as_far_as_the_archive_reaches(engine: Engine) {
    let paper = open(engine);
    publish(&paper, "The first of all", Some("2015-03-04T00:30:00+05:30"), |_| ());
    let mut guest = paper.browser();
    let (april, march) = (("/archive/2015/04/03", "3 April 2015"), ("/archive/2015/03/04", "4 March 2015"));
    let december = [("/archive/2015/12/18", "18 December 2015")];
    for (typed, times) in [
        ("3/4/2015", &[april, march][..]),
        ("3.4.15", &[april, march]),
        ("18 December 2015", &december),
        ("18 December 2015?", &december),
        ("18th of December, 2015", &december),
        ("Dec 18th, 2015", &december),
        ("18th December 2015", &december),
        ("18-Dec-2015", &december),
        ("18-Dec-15", &december),
        ("2015-Dec-18", &december),
        ("Dec-2015", &[("/archive/2015/12", "December 2015")]),
        ("december 2015", &[("/archive/2015/12", "December 2015")]),
        ("March 2015", &[("/archive/2015/03", "March 2015")]),
        ("2015", &[("/archive/2015", "2015")]),
        ("4 March 2015", &[march]),
        ("2/4/2015", &[("/archive/2015/04/02", "2 April 2015")]),
    ] {
        let page = search(&mut guest, typed);
        let link = |(path, said): &(&str, &str)| format!("<a href=\"{path}\">everything of {said}</a>");
        let said = times.iter().map(link).collect::<Vec<_>>().join(" and ");
        assert!(page.contains(&format!("Looking for a time? Here is {said}.</p>")), "{typed}: {page}");
        assert!(!page.contains("A date among words"), "{typed}: a time without other words is offered once");
        assert!(times.iter().all(|(path, _)| guest.get(path).status == 200), "{typed}");
    }
    for typed in ["1990", "April 1990", "3 April 1990", "3/4/1990", "3 March 2015", "February 2015", "18 December 2999"]
    {
        assert!(!search(&mut guest, typed).contains("Looking for a time"), "{typed}: no story is of that time");
    }
}

fn where_the_words_find_nothing_the_time_they_name_is_shown(engine: Engine) {
    let paper = open(engine);
    for (day, headline) in [
        ("2015-03-04T00:30:00+05:30", "Walrus first"),
        ("2015-03-04T12:00:00+05:30", "Kelp anew"),
        ("2016-09-02T12:00:00+05:30", "Walrus at the end"),
    ] {
        publish(&paper, headline, Some(day), |_| ());
    }
    index(&paper);
    let mut guest = paper.browser();
    let shown = |page: &str| page.matches("<article class=\"search-hit\"").count();
    let narrowed = "as it is written. These are the stories";
    for (typed, said, found) in [
        ("4 March 2015", "of 4 March 2015.", 2),
        ("Friday, 4 March 2015", "of 4 March 2015.", 2),
        ("4.3.2015", "", 0), // one of two days
        ("Sept 2016", "of September 2016.", 1),
        ("2015..2016", "from 2015 to 2016.", 3),
        ("2015-2016", "from 2015 to 2016.", 3),
        ("until Sept 2016", "before October 2016.", 3),
        ("..2016", "before 2017.", 3),
        ("2015", "of 2015.", 2),
        ("walrus in 2015", "of 2015 that the other words find.", 1),
        ("walrus since Sept 2015", "from September 2015 on that the other words find.", 1),
        ("narwhal in 2015", "", 0),
        ("\"4 March 2015\"", "", 0),
    ] {
        let page = search(&mut guest, typed);
        assert_eq!(shown(&page), found, "{typed}: {page}");
        assert_eq!(page.contains(narrowed), found > 0, "{typed}: {page}");
        assert_eq!(page.contains("Nothing found"), found == 0, "{typed}");
        if found > 0 {
            assert!(page.contains(&format!("{narrowed} {said} <a href=\"/search?q=")), "{typed}: {page}");
            let as_written = between(&page, &format!("{narrowed} {said} <a href=\""), "\"");
            let page = guest.get(&as_written).text();
            assert!(page.contains("Nothing found") && !page.contains(narrowed), "{typed}: {as_written}");
        }
    }
    assert!(search(&mut guest, "walrus since Sept 2015").contains("Stories from 1 September 2015 on."));
    // what is kept is what was searched; what the words find is the answer, and the time is offered
    let mut reader = paper.browser().holding(&paper.sign_in("reader", Rights::None).1);
    assert!(search(&mut reader, "walrus in 2015").contains("name=\"query\" value=\"walrus year:2015\""));
    publish(&paper, "The tide tables of 2015", Some("2016-09-03T12:00:00+05:30"), |_| ());
    index(&paper);
    let page = search(&mut reader, "tide 2015");
    assert!(shown(&page) == 1 && page.contains("Stories of 2015</a>") && !page.contains(narrowed), "{page}");
}

fn a_time_that_finds_nothing_says_why(engine: Engine) {
    let paper = open(engine);
    publish(&paper, "The first of all", Some("2015-03-04T00:30:00+05:30"), |_| ());
    index(&paper);
    let mut guest = paper.browser();
    let begins = "The archive begins on 4 March 2015.";
    for (typed, said) in [
        ("29/02/2015", "There is no day “29/02/2015”."),
        ("31 April 2016", "There is no day “31 April 2016”."),
        ("1996", begins),
        ("narwhal in 1996", begins),
        ("narwhal year:1996", begins),
        ("3 March 2015", begins),
        ("18 December 2999", "That time is still to come."),
        ("since:2999", "That time is still to come."),
        ("5 March 2015", "There is no story of 5 March 2015."),
    ] {
        let page = search(&mut guest, typed);
        assert!(page.contains("Nothing found") && page.contains(said), "{typed}: {page}");
    }
    let page = guest.get("/search?q=harbour&year=29/02/2015").text();
    assert!(page.contains("There is no day “29/02/2015”; it was left out."), "{page}");
    assert!(!search(&mut guest, "narwhal in 2015").contains("There is no"), "the time is not the reason");
}

fn what_is_after_a_time_is_outside_of_it(engine: Engine) {
    let paper = open(engine);
    for (day, headline) in [
        ("2008-12-31T23:59:00+05:30", "Walrus last"),
        ("2009-01-01T00:00:00+05:30", "Walrus first"),
        ("2009-12-31T23:59:00+05:30", "Walrus at the end"),
        ("2010-01-01T00:00:00+05:30", "Walrus anew"),
    ] {
        publish(&paper, headline, Some(day), |_| ());
    }
    index(&paper);
    let mut guest = paper.browser();
    for (time, found, said) in [
        ("after 2009", 1, Some("Stories from 1 January 2010 on.")),
        ("before 2009", 1, Some("Stories until 31 December 2008.")),
        ("since 2009", 3, Some("Stories from 1 January 2009 on.")),
        ("from 2009", 3, Some("Stories from 1 January 2009 on.")),
        ("until 2009", 3, Some("Stories until 31 December 2009.")),
        ("2008 to 2009", 3, Some("Stories from 1 January 2008 to 31 December 2009.")),
        ("2009", 2, None),
        ("December 2009", 1, None),
    ] {
        let page = guest.get(&format!("/search?q=walrus&year={}", time.replace(' ', "+"))).text();
        assert_eq!(page.matches("search-hit").count(), found, "{time}: {page}");
        let range = page.split_once("search-range\">").map(|(_, rest)| rest.split('<').next().unwrap());
        assert_eq!(range, said, "{time}");
        // in a field of the words the same is meant, and among the words, which find nothing as they are written
        let fields = ["after", "before", "since", "from", "until"];
        if let Some((field, value)) = time.split_once(' ').filter(|(field, _)| fields.contains(field)) {
            let typed = search(&mut guest, &format!("walrus {field}:{value}"));
            assert_eq!(typed.matches("search-hit").count(), found, "{field}:{value}");
            let among_words = search(&mut guest, &format!("walrus {time}"));
            assert_eq!(among_words.matches("<article class=\"search-hit\"").count(), found, "{time}: {among_words}");
        }
    }
}
