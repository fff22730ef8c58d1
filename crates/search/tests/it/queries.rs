//! Whatever a reader types means something, costs little, and can be written down and read again.
use crate::paper::{ask, index, story};
use newsroom::articles::Marking::{Free, Metered};
use proptest::prelude::*;
use search::{Days, Notice, Query};
use tempfile::tempdir;

#[test]
fn a_time_that_is_said_is_a_time() {
    let day = [
        "18 December 2015",
        "18 Dec 2015",
        "18th of December, 2015",
        "December 18, 2015",
        "Dec. 18th 2015",
        "18/12/2015",
        "12/18/2015",
        "18.12.2015",
        "2015-12-18",
        "2015/12/18",
        "18/12/15",
        "12.18.15",
        "2015–12–18",
        "  18 december 2015 ",
        // as the archive writes it, with the right weekday or not
        "Friday, 18 December 2015",
        "Fri 18 December 2015",
        "Fri., Dec. 18, 2015",
        "Thurs 18/12/2015",
        "weds 2015-12-18",
    ];
    for typed in day {
        let days = Days::spoken(typed).unwrap_or_else(|| panic!("{typed}"));
        assert_eq!(days.whole_day().map(|day| day.to_string()).as_deref(), Some("2015-12-18"), "{typed}");
        assert_eq!((days.whole_month(), days.whole_year()), (None, None), "{typed}");
    }
    for typed in ["December 2015", "Dec 2015", "2015-12", "12/2015"] {
        assert_eq!(Days::spoken(typed).and_then(Days::whole_month), Some((2015, 12)), "{typed}");
    }
    assert_eq!(Days::spoken("2015").and_then(Days::whole_year), Some(2015));
    assert_eq!(
        Days::spoken("7/7/2007").and_then(Days::whole_day).map(|day| day.to_string()).as_deref(),
        Some("2007-07-07")
    );
    let none = [
        "3/4/2015",
        "31 February 2015",
        "December",
        "May",
        "18 December",
        "budget 2015",
        "18 December 15",
        "harbour strike 2015",
        "",
        "2015 December 18 and more",
        "13/13/2015",
        "-1/-2/2015",
        "1999/2000",
        "3/4/15",
        "15-12-18",
        "13/2015",
        "٣/٣/2015",
        "Friday 2015",
        "Sun, May 2015",
        "Friday",
        "Fr 18 December 2015",
    ];
    for typed in none {
        assert_eq!(Days::spoken(typed), None, "{typed}");
        assert_eq!(Days::either(typed).is_some(), matches!(typed, "3/4/2015" | "3/4/15"), "{typed}");
    }
    let both = |typed| Days::either(typed).map(|days| days.map(|day| day.to_string()));
    assert_eq!(both(" 3.4.2015 "), Some(["2015-04-03", "2015-03-04"].map(str::to_owned)));
    assert_eq!(both("3/4/97"), Some(["1997-04-03", "1997-03-04"].map(str::to_owned)));
    assert_eq!(both("Fri 3/4/2015"), Some(["2015-04-03", "2015-03-04"].map(str::to_owned)));
    for typed in day {
        assert_eq!(Days::either(typed), None, "{typed} is one day");
        assert!(!Days::is_no_day(typed), "{typed}");
    }
}

#[test]
fn the_name_of_a_month_may_stand_between_signs() {
    // as sheets and logs have it
    for typed in [
        "Dec 18th, 2015",
        "18th December 2015",
        "18-Dec-2015",
        "18-Dec-15",
        "2015-Dec-18",
        "18th-December-2015",
        "Dec-18-2015",
        "18.Dec.2015",
        "18/DEC/15",
        "Fri, 18-Dec-2015",
    ] {
        assert_eq!(Days::spoken(typed), Days::spoken("2015-12-18"), "{typed}");
        assert!(Days::either(typed).is_none() && !Days::is_no_day(typed), "{typed}");
    }
    for typed in ["Dec-2015", "2015-Dec", "Dec/2015"] {
        assert_eq!(Days::spoken(typed).and_then(Days::whole_month), Some((2015, 12)), "{typed}");
    }
    for typed in ["18 June 15", "15-Dec", "co-op-2015", "2015-Dec-18-19", "Dec..2015"] {
        assert_eq!(Days::spoken(typed), None, "{typed}");
    }
    assert_eq!(Days::spoken("18-Jun-68"), Days::spoken("2068-06-18"));
    assert_eq!(Days::spoken("18-Jun-69"), Days::spoken("1969-06-18"));
    assert!(Days::is_no_day("31-Apr-2015") && Days::is_no_day("2015-Feb-29"));
    assert_eq!(Days::asked("18-Dec-2015 to 2016-Jan-02"), Days::asked("2015-12-18..2016-01-02"));
    assert_eq!(Days::stretch("since 18-Dec-15"), Days::asked("2015-12-18.."));
}

#[test]
fn months_have_short_forms_and_times_open_ends() {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    for (month, number) in months.into_iter().zip(1..).chain([("Sept", 9), ("sept", 9), ("June", 6), ("July", 7)]) {
        for typed in [format!("{month} 2015"), format!("{month}. 2015")] {
            assert_eq!(Days::spoken(&typed).and_then(Days::whole_month), Some((2015, number)), "{typed}");
        }
        for typed in [format!("7 {month} 2015"), format!("{month}. 7th, 2015")] {
            let day = Days::spoken(&typed).and_then(Days::whole_day).map(|day| day.to_string());
            assert_eq!(day, Some(format!("2015-{number:02}-07")), "{typed}");
        }
    }
    assert_eq!(Days::stretch("since Sept 2015"), Days::asked("2015-09.."));
    for (typed, same) in
        [("2010..", "since 2010"), ("2010-", "since 2010"), ("2010 –", "since 2010"), ("..2010", "until 2010")]
    {
        assert!(Days::stretch(typed).is_some(), "{typed}");
        assert_eq!((Days::stretch(typed), Days::asked(typed)), (Days::stretch(same), Days::asked(same)), "{typed}");
    }
}

#[test]
fn a_day_that_its_month_does_not_have_is_known() {
    for typed in ["29/02/2015", "2/29/2015", "31 April 2015", "Feb. 30th, 2015", "2015-02-29", "31.4.15"] {
        assert!(Days::is_no_day(typed), "{typed}");
    }
    for typed in ["29/02/2016", "32/01/2015", "31/13/2015", "31 harbours 2015", "2015", "29"] {
        assert!(!Days::is_no_day(typed), "{typed}");
    }
}

#[test]
fn a_time_in_a_field_is_any_that_is_said() {
    for (typed, read) in [
        ("on:13/4/2015", "since:2015-04-13 before:2015-04-14"),
        ("after:13.4.15", "since:2015-04-14"),
        ("month:4/2015", "since:2015-04-01 before:2015-05-01"),
        ("year:2010–2014", "since:2010-01-01 before:2015-01-01"),
        ("year:13/4/2015", "since:2015-04-13 before:2015-04-14"),
        ("month:\"Dec 2015 - Mar 2016\"", "since:2015-12-01 before:2016-04-01"),
        ("on:2010-01-01..2012-03-15", "since:2010-01-01 before:2012-03-16"),
        ("year:1999/2000", "since:1999-01-01 before:2001-01-01"),
        ("year:2015..", "since:2015-01-01"),
        ("year: ..2015", "before:2016-01-01"),
        ("year:\"since 2015\"", "since:2015-01-01"),
        // as readers say it: what is after or before a time is outside of it
        ("after:2009", "since:2010-01-01"),
        ("before:2009", "before:2009-01-01"),
        ("since:2009", "since:2009-01-01"),
        ("from:2009", "since:2009-01-01"),
        ("until:2009", "before:2010-01-01"),
        ("after:\"March 2015\"", "since:2015-04-01"),
        ("until:2015-12-18", "before:2015-12-19"),
        ("-year:2015", "-year:2015"),
        ("-after:2015", "-year:2016-01-01.."),
        ("NOT before:2015", "-year:..2014-12-31"),
        ("-month: 12/2015 -on:\"18 Dec 2015\"", "-year:2015-12-01..2015-12-31 -on:2015-12-18"),
    ] {
        let query = Query::parse(typed);
        assert_eq!((query.to_string().as_str(), query.notices()), (read, &[][..]), "{typed}");
    }
    for typed in ["year:13/13/2015", "after:2010-2014", "-year:lately", "year:.."] {
        assert!(matches!(Query::parse(typed).notices(), [Notice::NotADate(_)]), "{typed}");
    }
    // a field for a time takes what the words take, with or without a name
    for (typed, same) in [
        ("2015", "year:2015"),
        (" 18 December 2015 ", "on:2015-12-18"),
        ("December 2015", "month:2015-12"),
        ("2010 to 2014", "year:2010-2014"),
        ("12/2014 – 3/2015", "year:2014-12..2015-03"),
        ("after 2015", "after:2015"),
        ("from 2015", "since:2015"),
        ("until 2015", "until:2015"),
        ("from 2010 to 2014", "year:2010-2014"),
        ("Before: 2016-06", "before:2016-06"),
        ("on 13/4/2015", "on:2015-04-13"),
        ("Friday, 18 December 2015", "on:2015-12-18"),
        ("on Fri 18 December 2015", "on:2015-12-18"),
        ("Sept 2015", "month:2015-09"),
    ] {
        assert_eq!(Days::asked(typed), Some(Query::parse(same).days()), "{typed}");
    }
    for typed in ["", "20x", "3/4/2015", "lately", "after", "2014 2015"] {
        assert_eq!(Days::asked(typed), None, "{typed}");
    }
}

#[test]
fn odd_input_means_something_sensible() {
    for (typed, read) in [
        ("\"cost of living", "\"cost of living\""),
        ("(harbour) strike]", "harbour strike"),
        ("harbour AND strike", "harbour strike"),
        ("OR harbour OR", "harbour"),
        ("NOT", ""),
        ("- harbour", "harbour"),
        ("--harbour", "harbour"),
        ("\"\"", ""),
        ("a | b", "a OR b"),
        ("in:sport by:quill", "author:quill section:sport"),
        ("AUTHOR:quill", "author:quill"),
        ("year:2015..2013", "since:2013-01-01 before:2016-01-01"),
        ("year:2015", "year:2015"),
        ("author: lopez harbour", "author:lopez harbour"),
        ("section: markets by: \"maria lopez\"", "author:\"maria lopez\" section:markets"),
        ("-section: markets -headline: quota", "-headline:quota -section:markets"),
        ("author: -lopez", "\"author:\" -lopez"),
        ("author: section:markets", "\"author:\" section:markets"),
        ("author: OR pier", "\"author:\" OR pier"),
        ("\u{0}\u{7}harbour", "harbour"),
        ("https://example.org/harbour", "https://example.org/harbour"),
    ] {
        assert_eq!(Query::parse(typed).to_string(), read, "{typed}");
    }
}

#[test]
fn queries_are_bounded() {
    let long = "harbour ".repeat(5_000);
    let query = Query::parse(&long);
    assert!(query.notices().contains(&Notice::TooLong));
    assert!(query.to_string().split(' ').count() <= 16);
    let phrase = format!("\"{}\"", "ab ".repeat(300));
    assert!(Query::parse(&phrase).to_string().len() <= search::MOST_CHARACTERS);
    assert_eq!(Query::parse("ha*").notices(), [Notice::ShortPrefix("ha*".into())]);
}

/// Text with a taste for what the grammar minds.
fn typed() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("\"".to_owned()),
        Just("author:".to_owned()),
        Just("before:".to_owned()),
        Just("until:".to_owned()),
        Just("-year: ".to_owned()),
        Just("author: ".to_owned()),
        Just("..".to_owned()),
        Just("-".to_owned()),
        Just(" OR ".to_owned()),
        Just("*".to_owned()),
        Just("2015-12".to_owned()),
        Just("the".to_owned()),
        Just("walrus ".to_owned()),
        Just("section:harbour ".to_owned()),
        any::<String>(),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

#[test]
fn nothing_typed_is_an_error() {
    let folder = tempdir().unwrap();
    let index = index(
        folder.path(),
        &[story(1, Free, "Tide", "The walrus sang.", ""), story(2, Metered, "Moon", "Text.", "More.")],
    );
    let public = index.public().unwrap();
    proptest!(ProptestConfig::with_cases(400), |(text in typed())| {
        let query = Query::parse(&text);
        public.find(&ask(&query)).unwrap();
        public.suggest(&text, &Query::default()).unwrap();
        let written = query.to_string();
        let again = Query::parse(&written);
        if !query.notices().contains(&Notice::TooLong) && !again.notices().contains(&Notice::TooLong) {
            prop_assert_eq!(again.to_string(), written);
        }
    });
}
