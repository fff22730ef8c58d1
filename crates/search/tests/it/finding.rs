//! What is found for which words, in which order, and how it is shown.
use crate::paper::{ask, day, guest, in_order, index, numbers, shown, story};
use newsroom::articles::Marking::{Free, Metered, Premium};
use search::{Document, Index, Notice, Order, Query, Suggestion};
use tempfile::{TempDir, tempdir};

fn paper() -> (TempDir, Index) {
    let of = |number, headline: &str, text: &str, change: fn(&mut Document)| {
        let mut story = story(number, Free, headline, text, "");
        change(&mut story);
        story
    };
    let stories = [
        of(1, "Dockers walk out over the cost of living", "The president of the board was fishing.", |_| ()),
        of(2, "Quota cut again", "Boats stayed in the harbour. Dockers said nothing of the cost.", |s| {
            s.section = "markets".into();
            s.published_at = Some(day("2012-07-02"));
            s.bylines = vec!["Maria Löwe-Okafor".into(), "Ines Quill".into()];
        }),
        of(3, "A café opens on the pier", "To be or not to be open on Sundays, that is the question.", |s| {
            s.published_at = None;
            s.topics = vec!["Food and drink".into(), "The pier".into()];
        }),
        of(4, "Lighthouse keepers meet", "The keeper’s log ran to 1,250 pages. Living costs rose.", |s| {
            s.published_at = Some(day("2015-12-31"));
            s.marking = Metered;
        }),
    ];
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &stories);
    (folder, index)
}

#[test]
fn words_are_found_in_all_their_forms() {
    let (_folder, index) = paper();
    for (text, expected) in [
        ("fish", vec![1, 2, 4]), // the topic "Fishing quotas", and the word itself
        ("board fished", vec![1]),
        ("CAFE", vec![3]),
        ("café", vec![3]),
        ("keeper", vec![4]),
        ("1250", vec![4]),
        ("harbour OR pier", vec![2, 3]),
        ("dockers -harbour", vec![1]),
        ("dockers NOT harbour", vec![1]),
        ("dockers -\"cost of living\"", vec![2]),
        ("dock*", vec![1, 2]),
        ("nothing of pier", vec![]),
    ] {
        assert_eq!(numbers(&guest(&index, text)), expected, "{text}");
    }
}

#[test]
fn phrases_hold_their_common_words() {
    let (_folder, index) = paper();
    for (text, expected) in [
        ("\"cost of living\"", vec![1]),
        ("\"living costs\"", vec![4]),
        ("\"the cost of\"", vec![1]),
        ("\"of the cost\"", vec![2]),
        ("\"to be or not to be\"", vec![3]),
        ("to be or not to be", vec![3]),
        ("\"president of the board\"", vec![1]),
        ("\"president of board\"", vec![]),
        ("\"president of a board\"", vec![]),
        ("“cost of living", vec![1]),
        ("cost-of-living", vec![1]),
        ("\"living the president\"", vec![]), // headline and text are not one sentence
    ] {
        assert_eq!(numbers(&guest(&index, text)), expected, "{text}");
    }
    let common = guest(&index, "the");
    assert_eq!((common.total, common.notices), (0, vec![Notice::OnlyCommonWords]));
}

#[test]
fn fields_narrow() {
    let (_folder, index) = paper();
    for (text, expected) in [
        ("author:quill", vec![1, 2, 3, 4]),
        ("author:lowe", vec![2]),
        ("by:\"Maria Löwe-Okafor\"", vec![2]),
        ("author:\"quill maria\"", vec![]),
        ("section:markets", vec![2]),
        ("dockers -section:markets", vec![1]),
        ("topic:\"food and drink\"", vec![3]),
        ("headline:quota", vec![2]),
        ("marking:metered", vec![4]),
        ("keeper marking:free", vec![]),
        ("author:quill -marking:metered", vec![1, 2, 3]),
        ("year:2015", vec![1, 4]),
        ("year:2010..2014", vec![2]),
        ("year:2010-2014", vec![2]),
        ("year:2015-12", vec![4]),
        ("month:2015-12", vec![4]),
        ("on:2015-12-31", vec![4]),
        ("author:quill since:2015-03", vec![1, 4]),
        ("author:quill after:2015-11", vec![4]),
        ("author:quill after:2015", vec![]),
        ("author:quill until:2015", vec![1, 2, 4]),
        ("author:quill before:2015", vec![2]),
        ("year:2011", vec![]),
        // the third story has no date, and is of no time that is left out
        ("author:quill -year:2015", vec![2, 3]),
        ("author:quill -year:2010-2014", vec![1, 3, 4]),
        ("author:quill -month:2015-12", vec![1, 2, 3]),
        ("author:quill -on:2015-12-31", vec![1, 2, 3]),
        ("author:quill -since:2015", vec![2, 3]),
        ("author:quill NOT before:2015", vec![1, 3, 4]),
        ("author: quill year: 2015", vec![1, 4]),
        ("-year:2015", vec![]), // only what to leave out
        ("other:dockers", vec![]),
        ("dockers author:", vec![]), // "author:" without a name is a word
    ] {
        assert_eq!(numbers(&guest(&index, text)), expected, "{text}");
    }
    assert_eq!(guest(&index, "dockers year:last").notices, [Notice::NotADate("last".into())]);
    assert_eq!(guest(&index, "dockers year:15").notices, [Notice::NotADate("15".into())]);
    assert_eq!(guest(&index, "dockers colour:red").notices, [Notice::NotAField("colour".into())]);
    for plain in ["https://example.org/x", "12:30", "Verdict: guilty", "\"colour:red\"", "a:b"] {
        assert_eq!(guest(&index, plain).notices, [], "{plain}");
    }
    assert_eq!(guest(&index, "dockers marking:secret").notices, [Notice::NotAMarking("secret".into())]);
}

#[test]
fn a_date_that_may_be_two_and_times_that_exclude_each_other_are_told() {
    let [third, fourth] = ["2015-04-03", "2015-03-04"].map(|day| day.parse().unwrap());
    let query = Query::parse("dockers after:3/4/2015");
    let either =
        |field: &str| Notice::EitherDay { field: field.into(), typed: "3/4/2015".into(), days: [third, fourth] };
    assert_eq!(query.notices(), [either("after")]);
    assert_eq!(Query::parse("dockers on:\"3/4/2015\"").notices(), [either("on")]);
    assert_eq!(query.days(), search::Days::default());
    assert_eq!(Query::parse("year:12/2015").days(), Query::parse("month:2015-12").days());
    for (text, apart) in [
        ("year:2014 year:2016", true),
        ("after:2015 before:2015", true),
        ("after:2014 before:2015", true),
        ("after:2014 before:2016", false),
        ("since:2014 before:2015", false),
        ("year:2014", false),
        ("dockers", false),
    ] {
        assert_eq!(Query::parse(text).has_no_day(), apart, "{text}");
    }
    for (text, apart) in
        [("year:2014 -year:2014", true), ("on:2014-05-01 -year:2014", true), ("year:2014 -month:2014-05", false)]
    {
        assert_eq!(Query::parse(text).has_no_day(), apart, "{text}");
    }
    let (_folder, index) = paper();
    assert_eq!(guest(&index, "dockers year:2012 year:2015").total, 0);
}

#[test]
fn what_is_chosen_beside_the_words_joins_them() {
    let (_folder, index) = paper();
    let found = |query: &Query| numbers(&index.public().unwrap().find(&ask(query)).unwrap());
    let both = Query::parse("author:quill section:markets section:harbour");
    assert_eq!(found(&both.clone().in_section("markets")), [2], "one of those that are named");
    for apart in [Query::parse("author:quill section:markets"), Query::parse("author:quill -section:harbour")] {
        let apart = apart.in_section("harbour");
        assert_eq!((found(&apart), apart.notices()), (vec![], &[Notice::SectionsApart][..]));
        assert!(apart.excludes_itself());
    }
    let free = Query::parse("author:quill marking:free");
    assert_eq!(found(&free.clone().marked(Free)), [1, 2, 3]);
    let premium = free.marked(Premium);
    assert_eq!((found(&premium), premium.notices()), (vec![], &[Notice::MarkingsApart][..]));
}

#[test]
fn suggestions_keep_to_what_narrows() {
    let (_folder, index) = paper();
    let public = index.public().unwrap();
    let stories = |typed: &str, narrowed: &str| {
        let suggested = public.suggest(typed, &Query::parse(narrowed)).unwrap();
        let of = |one: &Suggestion| matches!(one, Suggestion::Headline { .. });
        suggested.iter().filter(|one| of(one)).count()
    };
    assert_eq!(stories("quota", ""), 1);
    for (narrowed, found) in
        [("section:markets", 1), ("section:sport", 0), ("year:2012", 1), ("-year:2012", 0), ("author:nobody", 0)]
    {
        assert_eq!(stories("quota", narrowed), found, "{narrowed}");
    }
    for (typed, words, narrowing) in [
        ("year:2012 quo", "quo", "year:2012"),
        ("section: markets -\"old pier\" author:qui", "author:qui", "section:markets -\"old pier\""),
        ("quo", "quo", ""),
        ("quota section:mar", "", "section:mar"),
        ("quota NOT", "", ""),
    ] {
        let typing = search::Typing::read(typed);
        assert_eq!((typing.words.as_str(), typing.narrowing.as_str()), (words, narrowing), "{typed}");
    }
}

#[test]
fn hyphenated_words_meet_those_written_in_one() {
    let folder = tempdir().unwrap();
    let one = story(1, Free, "Farms", "The co-operative sent e‑mail to a mother-in-law. Pre-war coops.", "");
    let other = story(2, Free, "Mills", "A cooperative of email writers.", "");
    let index = index(folder.path(), &[one, other]);
    for (text, expected) in [
        ("cooperative", vec![1, 2]),
        ("co-operatives", vec![1, 2]),
        ("\"co-operative\"", vec![1, 2]),
        ("\"co operative\"", vec![1]),
        ("\"the co-operative sent\"", vec![1]),
        ("operative", vec![1]),
        ("e-mail", vec![1, 2]),
        ("email", vec![1, 2]),
        ("motherinlaw", vec![1]),
        ("coop", vec![1]), // the word itself, no part of a compound
        ("farms -co-operative", vec![]),
        ("writers -co-operative", vec![]),
        ("headline:mills coop*", vec![2]),
    ] {
        assert_eq!(numbers(&guest(&index, text)), expected, "{text}");
    }
    let of = |text: &str, number: u32| {
        let found = guest(&index, text);
        shown(&found.hits.iter().find(|hit| hit.number.0 == number).unwrap().fragment)
    };
    assert!(of("cooperative", 1).starts_with("The [co]-[operative] sent e‑mail"), "{}", of("cooperative", 1));
    assert!(of("co-operative", 2).starts_with("A [cooperative] of email"), "{}", of("co-operative", 2));
}

#[test]
fn a_fragment_begins_with_the_paragraph_that_it_shows() {
    let filler = "Rain fell on the quay. ".repeat(20);
    let text = format!("Why the ferries stood still for a week\nA heron lit the beacon. {filler}");
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "Weather", &text, "")]);
    let fragment = |text: &str| shown(&guest(&index, text).hits[0].fragment);
    assert!(fragment("heron").starts_with("… A [heron] lit the beacon. Rain"), "{}", fragment("heron"));
    assert!(fragment("ferries").starts_with("Why the [ferries] stood"), "{}", fragment("ferries"));
}

#[test]
fn what_is_left_out_is_not_suggested_and_what_is_misspelt_is() {
    let (_folder, index) = paper();
    let suggested = |typed: &str| index.public().unwrap().suggest(typed, &Query::default()).unwrap();
    let lighthouse = suggested("lighthouse");
    assert!(!lighthouse.is_empty());
    for typed in ["-lighthouse", "pier -lighth", "pier NOT lighthouse", "pier NOT", "−lighthouse"] {
        assert_eq!(suggested(typed), [], "{typed}");
    }
    assert_eq!(suggested("-pier lighthouse"), lighthouse);
    assert_eq!(suggested("ligthhouse"), lighthouse);
    // and what is only begun, with the words before it or without
    for typed in ["ligth", "lighh", "lihgtho", "lighthuos", "ligtho"] {
        assert_eq!(suggested(typed), lighthouse, "{typed}");
    }
    assert_eq!(suggested("lighthouse keep"), suggested("lihgthouse kepee"));
    assert!(!suggested("fishng qout").is_empty());
    for typed in ["lgi", "zzyzx", "fishing zzyz", "2016"] {
        assert_eq!(suggested(typed), [], "{typed}");
    }
    assert_eq!(suggested("zzyzxx"), []);
}

#[test]
fn headlines_weigh_more_and_time_orders_when_asked() {
    let (_folder, index) = paper();
    assert_eq!(in_order(&guest(&index, "dockers")), [1, 2]);
    let query = Query::parse("author:quill");
    let public = index.public().unwrap();
    let newest = public.find(&search::Ask { order: Order::Newest, ..ask(&query) }).unwrap();
    assert_eq!(in_order(&newest), [4, 1, 2, 3], "a story without a date comes last");
    let second = public.find(&search::Ask { order: Order::Newest, offset: 1, limit: 2, ..ask(&query) }).unwrap();
    assert_eq!((in_order(&second), second.total), (vec![1, 2], 4));
    assert_eq!(newest.years, [(Some(2015), 2), (Some(2012), 1), (None, 1)]);
    assert_eq!(newest.sections, [("harbour".into(), 3), ("markets".into(), 1)]);
}

#[test]
fn hits_show_the_words_that_were_looked_for() {
    let (_folder, index) = paper();
    let found = guest(&index, "living costs");
    let hit = found.hits.iter().find(|hit| hit.number.0 == 4).unwrap();
    assert_eq!(shown(&hit.fragment), "The keeper’s log ran to 1,250 pages. [Living] [costs] rose.");
    let found = guest(&index, "cost");
    let hit = found.hits.iter().find(|hit| hit.number.0 == 1).unwrap();
    assert_eq!(shown(&hit.headline), "Dockers walk out over the [cost] of living");
}

#[test]
fn a_long_text_is_shown_where_the_words_are() {
    let text = format!("{} The beacon was lit by a heron. {}", "Rain fell. ".repeat(300), "Wind rose. ".repeat(300));
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "Weather", &text, "")]);
    let fragment = shown(&guest(&index, "heron beacon").hits[0].fragment);
    assert!(fragment.starts_with("… ") && fragment.ends_with(" …"), "{fragment}");
    assert!(fragment.contains("[beacon] was lit by a [heron]"), "{fragment}");
    assert!(fragment.len() < 400, "{fragment}");
}

#[test]
fn typing_errors_are_mended_and_said() {
    let (_folder, index) = paper();
    for (typed, meant) in
        [("dokers", "dockers"), ("lighthosue", "lighthouse"), ("ligthuose keepers", "lighthouse keepers")]
    {
        let found = guest(&index, typed);
        assert!(found.total > 0, "{typed}");
        assert_eq!(found.instead.map(|query| query.to_string()).as_deref(), Some(meant));
    }
    assert_eq!(guest(&index, "dockers").instead, None);
    assert_eq!(guest(&index, "zzyzx").total, 0);
    let folder = tempdir().unwrap();
    let index = crate::paper::index(folder.path(), &[crate::paper::story(1, Free, "Budget 2012", "Text.", "")]);
    assert_eq!(guest(&index, "budgat 2012").instead.map(|query| query.to_string()).as_deref(), Some("budget 2012"));
    assert_eq!(guest(&index, "2013").instead, None, "a number is not another one mistyped");
    // of another form of it
    let stories = [
        crate::paper::story(1, Free, "Umbrellas of the orchards", "Text.", ""),
        crate::paper::story(2, Free, "Umbels and orchids", "Text.", ""),
        crate::paper::story(3, Premium, "Open headline", "An open line.", "The hammocks are closed."),
    ];
    let folder = tempdir().unwrap();
    let index = crate::paper::index(folder.path(), &stories);
    for (typed, meant) in [("umbrela", "umbrellas"), ("orchad", "orchards"), ("umbrela orchads", "umbrellas orchards")]
    {
        let found = guest(&index, typed);
        assert_eq!(found.total, 1, "{typed}");
        assert_eq!(found.instead.map(|query| query.to_string()).as_deref(), Some(meant));
    }
    for typed in ["hamock", "umb", "orchestra", "umbrellalike"] {
        assert_eq!(guest(&index, typed).total, 0, "{typed}");
    }
}

#[test]
fn beginnings_suggest_topics_authors_and_headlines() {
    let (_folder, index) = paper();
    let public = index.public().unwrap();
    let suggest = |typed: &str| public.suggest(typed, &Query::default()).unwrap();
    assert!(
        suggest("quo").contains(&Suggestion::Topic("Fishing quotas".into())),
        "a name is found from each of its words on"
    );
    assert!(suggest("Fish").contains(&Suggestion::Topic("Fishing quotas".into())));
    assert!(suggest("lowe").contains(&Suggestion::Author("Maria Löwe-Okafor".into())));
    let headlines = suggest("lighthouse kee");
    assert!(
        matches!(headlines.as_slice(), [Suggestion::Headline { number, headline }] if number.0 == 4 && headline == "Lighthouse keepers meet"),
        "{headlines:?}"
    );
    assert!(suggest("x").is_empty() && suggest("").is_empty() && suggest("\"").is_empty());
}

#[test]
fn headlines_that_fit_best_are_suggested_first_and_of_these_the_newest() {
    // the number tells the day: the higher, the newer
    let stories = [
        story(1, Free, "Harbour strike ends", "x", ""),
        story(2, Free, "Harbour strike begins", "x", ""),
        story(3, Free, "Pilots join the harbour strike", "x", ""),
        story(4, Free, "A strike closes the whole harbour", "x", ""),
        story(5, Free, "No strike at the harbour", "x", ""),
        story(6, Free, "Strike at the mill, and the harbour waits", "x", ""),
    ];
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &stories);
    let suggested = |typed: &str| -> Vec<u32> {
        let all = index.public().unwrap().suggest(typed, &Query::default()).unwrap();
        all.iter()
            .filter_map(|one| if let Suggestion::Headline { number, .. } = one { Some(number.0) } else { None })
            .collect()
    };
    assert_eq!(suggested("harbour strike"), [2, 1, 3, 6]);
    assert_eq!(suggested("harbour str"), [2, 1, 3, 6]);
    assert_eq!(suggested("strike"), [6, 5, 4, 3], "begun by it, then the newest");
    assert_eq!(suggested("harbour s"), [2, 1, 3, 6], "a letter of a new word takes nothing away");
    assert_eq!(suggested("harbour strike be"), [2, 1, 3, 6], "and what goes on so comes first");
    assert_eq!(suggested("harbour strike xy"), [2, 1, 3, 6]);
}

#[test]
fn spellings_of_one_name_are_suggested_once_as_most_stories_write_it() {
    let written = |number: u32, topic: &str| {
        let mut story = story(number, Free, "Quays", "x", "");
        story.topics = vec![topic.to_owned()];
        story
    };
    let folder = tempdir().unwrap();
    let stories =
        [written(1, "tide gauges"), written(2, "Tide gauges"), written(3, "Tide gauges"), written(4, "Tide tables")];
    let index = index(folder.path(), &stories);
    let names = ["Tide gauges", "Tide tables"].map(|name| Suggestion::Topic(name.into()));
    assert_eq!(index.public().unwrap().suggest("tide", &Query::default()).unwrap(), names);
}

#[test]
fn a_story_counts_once_for_a_name_however_often_it_has_it() {
    let written = |number: u32, topics: &[&str]| {
        let mut story = story(number, Free, "Quays", "x", "");
        story.topics = topics.iter().map(ToString::to_string).collect();
        story
    };
    let folder = tempdir().unwrap();
    // two spellings in one story, and a name of which two words begin so
    let stories = [
        written(1, &["Tide gauges", "tide gauges", "TIDE GAUGES"]),
        written(2, &["Tidewater and tides"]),
        written(3, &["Tide tables"]),
        written(4, &["Tide tables"]),
    ];
    let index = index(folder.path(), &stories);
    let names = ["Tide tables", "Tide gauges", "Tidewater and tides"].map(|name| Suggestion::Topic(name.into()));
    assert_eq!(index.public().unwrap().suggest("tid", &Query::default()).unwrap(), names);
}

#[test]
fn the_phrase_that_was_asked_for_is_what_a_fragment_shows() {
    let filler =
        |nth: usize| format!("Cost follows cost, and the living follow the dead of year {nth} in this long account. ");
    let text = format!("{}At last the cost of living fell in every port.", (0..40).map(filler).collect::<String>());
    let folder = tempdir().unwrap();
    let index = index(folder.path(), &[story(1, Free, "The cost of living, and the cost of dying", &text, "")]);
    let shown = |typed: &str| {
        let found = index.public().unwrap().find(&ask(&Query::parse(typed))).unwrap();
        (shown(&found.hits[0].headline), shown(&found.hits[0].fragment))
    };
    let (headline, fragment) = shown("\"the cost of living\"");
    assert_eq!(headline, "[The cost of living], and the cost of dying");
    assert!(fragment.contains("[the cost of living] fell in every port"), "{fragment}");
    let (headline, fragment) = shown("\"cost of living\" ports");
    assert_eq!(headline, "The [cost of living], and the cost of dying");
    assert!(fragment.contains("[cost of living] fell in every [port]"), "{fragment}");
    let (headline, _) = shown("and the");
    assert_eq!(headline, "The cost of living, [and the] cost of dying", "common words alone are a phrase too");
}

#[test]
fn other_languages_are_stemmed_and_scripts_are_cut() {
    let folder = tempdir().unwrap();
    let settings = search::Settings { language: search::Language::read("de"), ..crate::paper::settings() };
    let index = Index::open(folder.path(), settings).unwrap();
    let mut rebuild = index.rebuild().unwrap();
    rebuild.add(&story(1, Premium, "Häfen schließen", "In den Häfen der Küste ruht die Arbeit.", "")).unwrap();
    rebuild.add(&story(2, Free, "東京の港", "किसानों की माँग", "")).unwrap();
    rebuild.add(&story(3, Free, "सब्ज़ी बाज़ार", "Ёлкин купил ещё ऩ", "")).unwrap();
    rebuild.finish(1, |_, _| ()).unwrap();
    let asked = [
        ("hafen", vec![1]),
        ("\"häfen der küste\"", vec![1]),
        ("東京", vec![2]),
        ("京東", vec![]),
        ("माँग", vec![2]),
        // with and without what is left out in typing, composed and decomposed
        ("सब्जी", vec![3]),
        ("सब्ज़ी", vec![3]),
        ("बाजार", vec![3]),
        ("елкин", vec![3]),
        ("\"ёлкин купил еще\"", vec![3]),
        ("न", vec![3]),
    ];
    for (text, expected) in asked {
        assert_eq!(numbers(&guest(&index, text)), expected, "{text}");
    }
}
