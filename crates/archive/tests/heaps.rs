//! Heaps of crawls through the public door: encodings and junk, copies, look-alikes, furniture, known stories.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use archive::{Crawl, Import, Known, Options, fingerprint, rebuild};
use proptest::prelude::*;

const HARBOUR: &[&str] = &[
    "The harbour board of Vellanad voted on Monday to dredge the northern channel, ending a quarrel that has kept large ships away for six years.",
    "Contractors will be asked for bids in March, said Leela Kurup, who has chaired the board since 2011.",
    "\"We have talked long enough,\" Kurup told reporters after the vote. \"The mud has not listened.\"",
    "Fishermen fear for the oyster beds east of the light, which feed about 340 families in three villages.",
    "A study paid for by the board found that the beds would recover within two seasons, but its authors measured only one winter.",
    "The work is to cost 42 crore rupees, of which the state will pay half if the channel is open before the monsoon of next year.",
    "Opposition members left the hall before the count and promised to take the decision to court.",
];
const OBSERVATORY: &[&str] = &[
    "Astronomers at the Tarn Hill observatory have switched off their oldest telescope after ninety years of nearly unbroken service.",
    "The mirror had lost a third of its silver, and the firm that used to coat it closed its workshop in Sheffield last spring.",
    "Marit Solheim, the director, said that the dome would become a school room for visiting children.",
    "Some 14,000 photographic plates taken with the instrument are being scanned in the cellar, forty on a good day.",
    "One of them shows the comet of 1931 a week before anybody claimed to have discovered it.",
    "Solheim does not intend to reopen the question, though a great-grandson of the rival claimant has written to her twice.",
];

fn crawl(name: &str, text: &str) -> Crawl {
    Crawl { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn file(name: &str, lines: &[&str]) -> Crawl {
    crawl(name, &lines.join("\n"))
}

fn import(crawls: &[Crawl]) -> Import {
    rebuild(&[], crawls, &Options::default())
}

fn texts(import: &Import, story: usize) -> Vec<&str> {
    import.stories[story].paragraphs.iter().map(|p| p.text.as_str()).collect()
}

fn reason<'a>(import: &'a Import, name: &str) -> &'a str {
    import.refused.iter().find(|r| r.name == name).map_or("taken in", |r| &r.reason)
}

#[test]
fn junk_is_refused_with_the_mend_and_the_rest_goes_in() {
    let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let crawls = [
        Crawl { name: "noise".into(), bytes: noise },
        crawl("empty", ""),
        crawl("blank", " \n\t\n  "),
        crawl("paper.pdf", "%PDF-1.7 something"),
        crawl("page.html", "<!DOCTYPE html><html><body><p>A page.</p></body></html>"),
        crawl("wall", "Subscribe now\n{{ plan.name }}\n$12\n1 Month\nAlready a member? Sign in"),
        file("good", HARBOUR),
    ];
    let import = import(&crawls);
    assert_eq!(texts(&import, 0), HARBOUR);
    assert_eq!(import.stories.len(), 1);
    for (name, expected) in [
        ("noise", "not text"),
        ("empty", "empty"),
        ("blank", "empty"),
        ("paper.pdf", "extract its text"),
        ("page.html", "markup"),
        ("wall", "no story in it"),
    ] {
        assert!(reason(&import, name).contains(expected), "{name}: {}", reason(&import, name));
    }
    let text = import.report.to_text();
    assert!(crawls.iter().all(|c| text.contains(&c.name)), "every file is in the report:\n{text}");
}

#[test]
fn files_over_the_limit_are_refused_and_large_ones_below_it_are_read() {
    let options = Options { max_bytes: 3_000_000, ..Options::default() };
    let huge = "x".repeat(3_000_001);
    let one_line = HARBOUR.join(" ").repeat(2500);
    let import = rebuild(&[], &[crawl("huge", &huge), crawl("line", &one_line), file("good", OBSERVATORY)], &options);
    assert!(reason(&import, "huge").contains("too large"));
    assert_eq!(import.stories.len(), 2, "{}", import.report.to_text());
    let long = import.stories.iter().find(|s| s.paragraphs.len() == 1).expect("the one long line");
    assert!(!long.doubts.is_empty(), "a line of megabytes is doubted");
}

#[test]
fn encodings_are_read_and_named() {
    let text = "Le préfet a reçu les pêcheurs à l’hôtel de ville, où l’on n’espérait plus rien de la soirée.\n\
                Il n’a rien promis, sinon qu’une étude serait achevée avant l’été et publiée en entier.";
    let expected: Vec<&str> = text.lines().collect();
    let western = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let mangled = encoding_rs::WINDOWS_1252.decode(text.as_bytes()).0.into_owned().into_bytes();
    let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let mut cut = text.as_bytes().to_vec();
    cut.extend_from_slice("\nUne dernière phrase coupée avant la fin de son dernier é".as_bytes());
    cut.pop();
    for (name, bytes, note) in [
        ("western", western, "windows-1252"),
        ("little endian", le, "UTF-16LE"),
        ("big endian", be, "UTF-16BE"),
        ("mangled", mangled, "turned back"),
        ("marked", bom, ""),
        ("cut", cut, "cut off"),
    ] {
        let import = import(&[Crawl { name: name.into(), bytes }]);
        assert_eq!(texts(&import, 0)[..2], expected[..], "{name}");
        let notes: Vec<&str> = import.report.notes.iter().map(|n| n.text.as_str()).collect();
        assert_eq!(notes.is_empty(), note.is_empty(), "{name}: {notes:?}");
        assert!(notes.iter().all(|n| n.contains(note)), "{name}: {notes:?}");
    }
}

#[test]
fn copies_in_one_file_and_over_files_are_one_story() {
    let twice = [HARBOUR, &HARBOUR[1..]].concat();
    let import =
        import(&[file("a", &twice), file("b", &HARBOUR[..5]), file("c", &HARBOUR[1..]), file("d", OBSERVATORY)]);
    assert_eq!(import.stories.len(), 2, "{}", import.report.to_text());
    assert_eq!(texts(&import, 0), HARBOUR);
    assert_eq!(texts(&import, 1), OBSERVATORY);
    assert_eq!(import.stories[0].crawls.len(), 3);
}

#[test]
fn a_teaser_joins_its_story() {
    let teaser = format!("{}\n{}…\nSubscribe to keep reading", HARBOUR[0], &HARBOUR[1][..60]);
    let import = import(&[crawl("teaser", &teaser), file("whole", HARBOUR)]);
    assert_eq!(import.stories.len(), 1, "{}", import.report.to_text());
    assert_eq!(texts(&import, 0), HARBOUR);
}

/// Furniture that reads like prose and that no single crawl can tell from the story.
const FLUENT: &[&str] = &[
    "The readers' council meets on the first Thursday of every month in the canteen behind the print works.",
    "Letters should not be longer than two hundred words, and the editor's decision about them is final.",
    "This newspaper was founded by a printer and a schoolmistress, and it is owned by a trust that bears their names.",
];

#[test]
fn stories_that_share_furniture_are_not_merged_and_lose_it() {
    let subjects = [
        "bridge",
        "orchard",
        "tram",
        "library",
        "quarry",
        "lighthouse",
        "dairy",
        "stadium",
        "canal",
        "theatre",
        "mill",
        "jetty",
    ];
    let stories: Vec<Vec<String>> = subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| {
            let word = |n: usize| ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty", "knoll", "larch"][(at + n) % 12];
            vec![
                format!("The old {subject} at {} Cross will be sold to its {} neighbours, the {} council decided without a vote.", word(1), word(4), word(7)),
                format!("Nobody had asked for the {subject} since the {} fire, and the {} clerk could not find its deeds.", word(2), word(5)),
                format!("Buyers of the {subject} promise a {} garden, {} stables and a small museum of {} tools.", word(3), word(6), word(8)),
            ]
        })
        .collect();
    let crawls: Vec<Crawl> = stories
        .iter()
        .enumerate()
        .map(|(at, story)| {
            let lines: Vec<&str> = story.iter().map(String::as_str).chain(FLUENT.iter().copied()).collect();
            file(&format!("{at:02}"), &lines)
        })
        .collect();
    let import = import(&crawls);
    assert_eq!(import.stories.len(), stories.len(), "{}", import.report.to_text());
    for (at, story) in stories.iter().enumerate() {
        assert_eq!(texts(&import, at), *story);
    }
}

fn market_report(day: &str, close: &str, change: &str, volume: &str) -> String {
    format!(
        "Shares on the Kadal exchange rose {change} per cent on {day}, led by shipping lines and makers of rope.\n\
         The broad index closed at {close} points after a quiet morning in which few large orders were seen.\n\
         Turnover was {volume} million, a little below the average of the past month, brokers said.\n\
         The exchange is the oldest on the coast and trades from nine until half past three.\n\
         Analysts expect little movement until the central bank has published its view of inflation."
    )
}

#[test]
fn two_days_reports_from_one_template_stay_apart() {
    let monday = market_report("Monday", "4,112.50", "0.8", "212");
    let tuesday = market_report("Tuesday", "4,151.25", "0.9", "198");
    let again = format!("{tuesday}\nAlso read\nSubscribe for unlimited access");
    let import = import(&[crawl("mon", &monday), crawl("tue", &tuesday), crawl("tue-2", &again)]);
    assert_eq!(import.stories.len(), 2, "{}", import.report.to_text());
    assert_eq!(texts(&import, 0), monday.lines().collect::<Vec<_>>());
    assert_eq!(texts(&import, 1), tuesday.lines().collect::<Vec<_>>());
    assert!(
        import.stories.iter().all(|s| s.doubts.iter().any(|d| d.text.contains("kept apart"))),
        "the likeness is said"
    );
}

#[test]
fn the_story_keeps_its_crosshead_and_loses_the_label() {
    let with = |extra: &str| {
        let mut lines = HARBOUR.to_vec();
        lines.insert(4, "Mud and oysters");
        if !extra.is_empty() {
            lines.insert(2, extra);
        }
        lines.join("\n")
    };
    let import = import(&[crawl("a", &with("Our pick of the day")), crawl("b", &with(""))]);
    let mut expected = HARBOUR.to_vec();
    expected.insert(4, "Mud and oysters");
    assert_eq!(texts(&import, 0), expected, "{}", import.report.to_text());
}

#[test]
fn a_headline_and_a_date_are_clues_only_where_they_stand() {
    let top =
        "Harbour board votes to dredge the northern channel\nBy Anand Pillai\nPublished: 14 December 2015, 09:30 IST\n";
    let import = import(&[crawl("a", &format!("{top}{}", HARBOUR.join("\n"))), file("b", OBSERVATORY)]);
    assert_eq!(import.stories[0].headline.as_deref(), Some("Harbour board votes to dredge the northern channel"));
    assert_eq!(import.stories[0].date_clue.as_deref(), Some("Published: 14 December 2015, 09:30 IST"));
    assert_eq!(texts(&import, 0), HARBOUR);
    assert_eq!(import.stories[1].headline, None);
    assert_eq!(import.stories[1].date_clue, None);
}

#[test]
fn the_headline_of_another_story_is_no_crosshead() {
    let mut harbour = HARBOUR.to_vec();
    harbour.insert(3, "Tarn Hill observatory switches off its oldest telescope");
    let mut observatory = vec!["Tarn Hill observatory switches off its oldest telescope"];
    observatory.extend(OBSERVATORY);
    let import = import(&[file("a", &harbour), file("b", &observatory)]);
    assert_eq!(texts(&import, 0), HARBOUR, "{}", import.report.to_text());
}

#[test]
fn crawls_of_known_stories_are_only_recorded() {
    let known = Known {
        number: 7,
        headline: "Board to dredge".to_owned(),
        paragraphs: HARBOUR.iter().map(|p| (*p).to_owned()).collect(),
        ..Known::default()
    };
    let extra = "The vote was taken by a show of hands, at the wish of the oldest member.";
    let mut lines = HARBOUR[1..].to_vec();
    lines.insert(3, extra);
    lines.insert(2, "Board to dredge");
    let import = rebuild(&[known], &[file("copy", &lines), file("new", OBSERVATORY)], &Options::default());
    assert_eq!(import.stories.len(), 1);
    assert_eq!(texts(&import, 0), OBSERVATORY);
    assert_eq!(import.copies.len(), 1);
    let copy = &import.copies[0];
    assert_eq!((copy.number, copy.crawl.name.as_str()), (7, "copy"));
    assert_eq!(copy.crawl.hash, fingerprint(lines.join("\n").as_bytes()));
    assert_eq!(copy.lacked, [HARBOUR[0]]);
    assert_eq!(copy.extra, [extra]);
}

#[test]
fn a_crawl_that_runs_on_into_another_story_does_not_mix_them() {
    let both = [HARBOUR, OBSERVATORY].concat();
    let import = import(&[file("scroll", &both), file("h", HARBOUR), file("o", OBSERVATORY)]);
    let mut found: Vec<Vec<&str>> = (0..import.stories.len()).map(|s| texts(&import, s)).collect();
    found.sort_unstable();
    let mut expected = vec![HARBOUR.to_vec(), OBSERVATORY.to_vec()];
    expected.sort_unstable();
    assert_eq!(found, expected, "{}", import.report.to_text());
}

#[test]
fn the_import_is_data_that_survives_being_written_down() {
    let once = import(&[file("a", HARBOUR), file("b", &HARBOUR[1..]), crawl("c", "")]);
    let written = serde_json::to_string(&once).expect("it can be written");
    let read: Import = serde_json::from_str(&written).expect("it can be read");
    assert_eq!(read, once);
    assert_eq!(once.report.totals.crawls, 3);
}

#[test]
fn hard_wrapped_copy_is_unwrapped() {
    let wrap = |text: &str| {
        let mut out = String::new();
        let mut width = 0;
        for word in text.split(' ') {
            if width + word.len() > 60 {
                out.push('\n');
                width = 0;
            } else if width > 0 {
                out.push(' ');
            }
            out.push_str(word);
            width += word.len() + 1;
        }
        out
    };
    let wrapped: Vec<String> = HARBOUR.iter().map(|p| wrap(p)).collect();
    let import = import(&[crawl("wire", &wrapped.join("\n\n"))]);
    assert_eq!(texts(&import, 0), HARBOUR);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(files in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..600), 0..4)) {
        let crawls: Vec<Crawl> = files.into_iter().enumerate().map(|(at, bytes)| Crawl { name: at.to_string(), bytes }).collect();
        let import = import(&crawls);
        let accounted = import.report.totals.crawls;
        prop_assert_eq!(accounted, crawls.len());
    }

    #[test]
    fn any_arrangement_of_lines_is_accounted_for(order in proptest::collection::vec((0..20usize, 0..3usize), 1..60)) {
        let pool: Vec<&str> = HARBOUR.iter().chain(OBSERVATORY).copied().chain(["Also read", "$12", "{{ x.y }}", "Mud", "&#9999999;", "<p><p", "é’ü", "1 Month"]).collect();
        let mut texts = vec![String::new(); 3];
        for (line, target) in order {
            texts[target].push_str(pool[line % pool.len()]);
            texts[target].push('\n');
        }
        let crawls: Vec<Crawl> = texts.iter().enumerate().map(|(at, t)| crawl(&at.to_string(), t)).collect();
        let crawled = texts;
        let once = import(&crawls);
        let reversed: Vec<Crawl> = crawls.iter().rev().cloned().collect();
        prop_assert_eq!(&once, &import(&reversed));
        for story in &once.stories {
            let mut seen = std::collections::BTreeMap::new();
            for paragraph in &story.paragraphs {
                let times = seen.entry(paragraph.text.clone()).or_insert(0usize);
                *times += 1;
                // A refrain stands wherever two copies agree on it.
                let with = |least: usize| {
                    crawled.iter().filter(|text| text.lines().filter(|l| l.contains(paragraph.text.as_str())).count() >= least).count()
                };
                prop_assert!(*times == 1 || with(*times) >= 1 && with(1) >= 2, "{times} times: {}", paragraph.text);
                prop_assert!(!paragraph.witnesses.is_empty());
            }
        }
    }
}

/// Stories of an invented paper: each sentence in one of them only.
fn told(number: usize) -> Vec<String> {
    let place = ["Orrest", "Pellow", "Quarne", "Rissen", "Stoke Amber", "Tolmin"][number % 6];
    let thing = ["weir", "ferry", "granary", "tollhouse", "viaduct"][number % 5];
    vec![
        format!(
            "The parish of {place} has sold its {thing} for {} crowns, after {number} years of argument.",
            900 + number * 7
        ),
        format!("Nobody at the meeting of {place} spoke against lot {number}, and the clerk closed the book at nine."),
        format!(
            "What the {thing} will be used for in its year {} is left to the buyer, a miller from Hask.",
            1300 + number
        ),
        format!("The next lot, number {}, comes up when the {place} road is dry again.", number + 4001),
    ]
}

/// A heap of pages: what stands above each story, between its second and third sentence, and below it.
fn heap(count: usize, above: &dyn Fn(usize) -> Vec<String>, between: &dyn Fn(usize) -> Vec<String>) -> Vec<Crawl> {
    let page = |number: usize| {
        let told = told(number);
        let lines = [above(number), told[..2].to_vec(), between(number), told[2..].to_vec()].concat();
        crawl(&format!("page {number:03}"), &lines.join("\n"))
    };
    (0..count).map(page).collect()
}

fn of(import: &Import, number: usize) -> Vec<String> {
    let name = format!("page {number:03}");
    let story = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == name)).expect("the page's story");
    story.paragraphs.iter().map(|p| p.text.clone()).collect()
}

#[test]
fn pages_that_begin_alike_show_their_headline_there_even_if_it_asks() {
    let headline =
        |n: usize| format!("Who bought lot {} of the parish?", ["one", "two", "six", "ten"][n % 4].repeat(n / 4 + 1));
    let plain = |n: usize| format!("Lot {} goes to a miller", ["ash", "elm", "oak", "yew"][n % 4].repeat(n / 4 + 1));
    let above =
        |n: usize| vec!["The Hask Gazette".to_owned(), if n.is_multiple_of(5) { headline(n) } else { plain(n) }];
    let import = import(&heap(40, &above, &|_| Vec::new()));
    for number in [0, 5, 11] {
        assert_eq!(of(&import, number), told(number), "page {number}");
    }
    let story = import.stories.iter().find(|s| s.crawls[0].name == "page 005").expect("the page's story");
    assert!(story.dropped.iter().any(|d| d.text == headline(5)), "the headline is known as one: {:?}", story.dropped);
}

#[test]
fn pages_without_headlines_keep_a_first_line_that_asks() {
    let above = |n: usize| {
        let mut lines = vec!["The Hask Gazette".to_owned()];
        lines.extend((n == 7).then(|| "Who wants a ferry in a dry year like this one?".to_owned()));
        lines
    };
    let import = import(&heap(40, &above, &|_| Vec::new()));
    assert_eq!(of(&import, 7).len(), 5, "the question is the story's");
}

#[test]
fn what_is_the_headline_is_not_the_first_paragraph_as_well() {
    // Most pages of the paper show none.
    let headline = "Ferry of Pellow goes to a miller from Hask";
    let above = |n: usize| Vec::from_iter((n == 7).then(|| headline.to_owned()));
    for copies in [1, 3] {
        let mut pages = heap(120, &above, &|_| Vec::new());
        let page = String::from_utf8(pages[7].bytes.clone()).expect("text");
        for nth in 1..copies {
            let lines: Vec<&str> = page.lines().enumerate().filter(|(at, _)| *at != nth + 1).map(|(_, l)| l).collect();
            pages.push(file(&format!("copy {nth}"), &lines));
        }
        let import = import(&pages);
        assert_eq!(of(&import, 7), told(7), "{copies} copies");
        let story = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == "page 007")).expect("the story");
        assert_eq!(story.headline.as_deref(), Some(headline), "{copies} copies");
        assert!(story.dropped.iter().any(|line| line.text == headline), "it is accounted for: {:?}", story.dropped);
    }
}

#[test]
fn in_a_small_heap_the_name_of_the_paper_is_no_headline() {
    let menu = ["Harbour Post", "News", "Markets", "Culture"].map(str::to_owned);
    let headlines = [
        "Ferry goes to a miller from Hask",
        "Weir sold after a long quarrel",
        "Granary wanted by nobody at first",
        "Tollhouse falls to the highest bidder",
        "Viaduct kept by those who built it",
        "Last orchard comes under the hammer",
    ];
    let headline = |n: usize| headlines[n].to_owned();
    for stories in 3..7 {
        let without = heap(stories, &|_| menu.to_vec(), &|_| Vec::new());
        let with = heap(stories, &|n| [menu.to_vec(), vec![headline(n)]].concat(), &|_| Vec::new());
        let name = |page: Crawl, at: usize| Crawl { name: format!("{}-{at}", page.name), ..page };
        let again = (2..5).flat_map(|at| with.iter().cloned().map(move |page| name(page, at)));
        let import = import(&without.into_iter().chain(again).collect::<Vec<_>>());
        for number in 0..stories {
            let named = format!("page {number:03}");
            let story = import.stories.iter().find(|s| s.crawls.iter().any(|c| c.name == named)).expect("the story");
            assert_eq!(story.headline.as_deref(), Some(headline(number).as_str()), "of {stories}");
        }
    }
}

#[test]
fn lines_from_one_mould_are_the_pages_and_a_table_is_the_storys() {
    let between = |n: usize| match n {
        3 => vec!["Upper Hask 14 sacks".to_owned(), "Lower Hask 9 sacks".to_owned()],
        n => vec![format!("Plate {} of {} – turn the leaf", n % 3 + 1, n + 5)],
    };
    let mut pages = heap(120, &|_| Vec::new(), &between);
    let again = pages[3].bytes.clone();
    pages.push(Crawl { name: "page 003 again".into(), bytes: [again, b"\nPrinted in Hask".to_vec()].concat() });
    let import = import(&pages);
    assert_eq!(of(&import, 8), told(8));
    let table = of(&import, 3);
    assert_eq!(table.iter().filter(|l| l.ends_with("sacks")).count(), 2, "{table:?}");
}

#[test]
fn a_paragraph_with_an_advert_inside_is_whole_where_another_copy_has_it_whole() {
    let (first, second) = HARBOUR[4].split_at(HARBOUR[4].find(" recover").expect("the word"));
    let mut divided: Vec<&str> = HARBOUR.to_vec();
    divided.splice(4..=4, [first.trim(), "Story continues below this notice", second.trim()]);
    let notices = heap(12, &|_| Vec::new(), &|_| vec!["Story continues below this notice".to_owned()]);
    let mut pages = vec![file("whole", HARBOUR), file("divided", &divided)];
    pages.extend(notices);
    let import = import(&pages);
    let harbour = import.stories.iter().position(|s| s.crawls.len() == 2).expect("two copies in one story");
    assert_eq!(texts(&import, harbour), HARBOUR);
}

#[test]
fn in_a_large_heap_a_sentence_of_one_story_is_no_wall() {
    let claim = "You can read the account book on any page you like, and you log in with a name and a penny.";
    let between = |n: usize| if n == 9 { vec![claim.to_owned()] } else { Vec::new() };
    let large = import(&heap(130, &|_| Vec::new(), &between));
    assert!(of(&large, 9).iter().any(|p| p == claim), "{:?}", of(&large, 9));
    let everywhere = import(&heap(130, &|_| Vec::new(), &|_| vec![claim.to_owned()]));
    assert!(of(&everywhere, 9).iter().all(|p| p != claim), "what stands in all stories is the page's");
}

#[test]
fn in_a_large_heap_a_line_with_the_words_of_an_offer_is_the_storys_inside_one_story() {
    let line = "Download the account book";
    let one = |n: usize| if n == 9 { vec![line.to_owned()] } else { Vec::new() };
    let large = import(&heap(130, &|_| Vec::new(), &one));
    assert!(of(&large, 9).iter().any(|p| p == line), "{:?}", of(&large, 9));
    let some = |n: usize| if n.is_multiple_of(13) { vec![line.to_owned()] } else { Vec::new() };
    let import = import(&heap(130, &|_| Vec::new(), &some));
    assert!(of(&import, 26).iter().all(|p| p != line), "what stands in ten stories is the page's");
}

/// What a writer says again stands on pages of any kind, what is a page's on those of its kind.
#[test]
fn a_crosshead_on_pages_of_several_kinds_is_the_storys_and_a_line_of_one_kind_is_the_pages() {
    let (written, printed) = ("What the wardens found", "From the almanac shelf");
    let between = |n: usize| match n {
        8 | 45 | 82 => vec![written.to_owned()],
        11 | 23 | 35 => vec![printed.to_owned()],
        _ => Vec::new(),
    };
    let mut pages = heap(120, &|_| Vec::new(), &between);
    for (number, page) in pages.iter_mut().enumerate() {
        let press = ["Ash", "Birch", "Elm", "Larch", "Oak", "Yew"][number % 6];
        page.bytes.extend(format!("\nPrinted at the {press} Street press").bytes());
    }
    let import = import(&pages);
    assert!(of(&import, 45).iter().any(|p| p == written), "{:?}", of(&import, 45));
    assert!(of(&import, 23).iter().all(|p| p != printed), "{:?}", of(&import, 23));
}

/// A line that stands twice may be out of place the first time as well as the second.
#[test]
fn the_order_is_the_one_in_which_the_copies_lost_least() {
    let h = HARBOUR;
    let import = import(&[
        file("a", &[h[2], h[0], h[1], h[2], h[3], h[4], h[5], h[6]]),
        file("b", &[h[0], h[1], h[2], h[3], h[4], h[5]]),
    ]);
    assert_eq!(texts(&import, 0), HARBOUR);
}

/// The same page twice in one file, as a crawler saves it that begins anew.
fn saved_twice(page: &mut Crawl) {
    page.bytes = [page.bytes.clone(), b"\n".to_vec(), page.bytes.clone()].concat();
}

#[test]
fn a_line_between_sentences_is_a_crosshead_and_one_above_a_list_its_label() {
    let crosshead = "What the miller wants";
    let label = "Round the parish pump";
    let between = |n: usize| match n {
        0..18 => vec![crosshead.to_owned()],
        30..50 => vec![label.to_owned(), format!("Lost dog of {} found", "Orr".repeat(n - 28))],
        _ => Vec::new(),
    };
    let import = import(&heap(130, &|_| Vec::new(), &between));
    assert!(of(&import, 3).iter().any(|p| p == crosshead), "{:?}", of(&import, 3));
    assert_eq!(of(&import, 33), told(33), "label and list are the page's");
    let everywhere = |n: usize| if n.is_multiple_of(2) { vec![crosshead.to_owned()] } else { Vec::new() };
    let import = self::import(&heap(130, &|_| Vec::new(), &everywhere));
    assert_eq!(of(&import, 4), told(4), "what parts half of all stories is an advert");
}

/// "Desk picks" reads like a byline, "Out of the cellar:" like a sentence.
#[test]
fn a_label_is_known_by_the_lists_below_it_whatever_it_looks_like() {
    for label in ["Desk picks", "Out of the cellar of the house:"] {
        let between = |n: usize| match n % 3 {
            0 => vec![label.to_owned(), format!("Lost dog of {} found", "Orr".repeat(n / 3 + 1))],
            _ => Vec::new(),
        };
        let import = import(&heap(120, &|_| Vec::new(), &between));
        assert_eq!(of(&import, 9), told(9), "{label}");
    }
}

#[test]
fn dates_above_stories_are_no_part_of_them_where_a_file_holds_a_page_twice() {
    let above = |n: usize| vec![format!("{} March {}", n % 28 + 1, 1960 + n)];
    let mut pages = heap(40, &above, &|_| Vec::new());
    saved_twice(&mut pages[3]);
    assert_eq!(of(&import(&pages), 3), told(3));
}

#[test]
fn a_headline_that_is_known_as_one_goes_wherever_the_page_begins_anew() {
    let above = |n: usize| vec!["The Hask Gazette".to_owned(), format!("Lot of {} sold", "Orr".repeat(n + 1))];
    let mut pages = heap(40, &above, &|_| Vec::new());
    saved_twice(&mut pages[11]);
    assert_eq!(of(&import(&pages), 11), told(11));
}

/// Half of the pages begin with a headline and half with the story; how a page ends tells which.
#[test]
fn pages_that_end_alike_begin_alike() {
    let headline = |n: usize| match n {
        8 => "Who bought lot eight of the parish?".to_owned(),
        n => format!("Lot of {} sold", "Orr".repeat(n + 1)),
    };
    let above = |n: usize| if n.is_multiple_of(2) { vec![headline(n)] } else { Vec::new() };
    let mut pages = heap(60, &above, &|_| Vec::new());
    for (n, page) in pages.iter_mut().enumerate() {
        let foot: &[u8] = if n.is_multiple_of(2) { b"\nPrinted in Hask" } else { b"\nPrinted at Pellow Bridge" };
        page.bytes.extend_from_slice(foot);
    }
    let import = import(&pages);
    assert_eq!(of(&import, 8), told(8));
    let story = import.stories.iter().find(|s| s.crawls[0].name == "page 008").expect("the page's story");
    assert!(story.dropped.iter().any(|d| d.text == headline(8) && d.reason == "the headline"), "{:?}", story.dropped);
}

/// A thousand garbled lines are one thing to look at.
#[test]
fn a_garbled_scan_has_few_doubts() {
    let garbled = |n: usize| {
        let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("a letter"));
        let word =
            |k: usize| (0..3 + (n + k) % 5).map(|i| letters(n * 7 + k * 11 + i * 5 + n / 26)).collect::<String>();
        format!("{} {} {} {} tlie {}", word(1), word(2), word(3), word(4), word(5))
    };
    let mut lines: Vec<String> = Vec::new();
    for n in 0..600 {
        lines.push(garbled(n));
        if n % 10 == 0 {
            lines.push(told(n / 10)[n / 10 % 4].clone());
        }
    }
    let import = import(&[crawl("scan", &lines.join("\n")), file("harbour", HARBOUR)]);
    let story = import.stories.iter().find(|s| s.crawls[0].name == "scan").expect("the scan");
    assert!(story.paragraphs.len() + story.dropped.len() >= 600, "nothing is lost");
    assert!(story.doubts.len() <= 60, "{} doubts", story.doubts.len());
    assert!(!story.doubts.is_empty());
}

/// The only story of its kind of page, in two copies, among stories that have nothing of a page: that the wall stands nowhere else does not
/// make it the story's.
#[test]
fn a_wall_that_two_copies_have_and_no_other_story_is_no_story() {
    let wall = [
        "You've reached your limit of {{free_limit}} free articles this month.",
        "Subscribe now for unlimited access.",
        "Already subscribed? Log in",
        "Smart Quarterly",
        "₹900",
        "3 Months",
        "₹300/Month",
        "Subscription renews automatically",
        "What you get with a subscription",
        "Access to the premium stories of the day, chosen by the editors",
        "The e-paper, a digital replica to read, save and share",
    ];
    let form = ["Also Read", "Sign up for The Mud Letter", "Enter your email address", "Sign up"];
    let page = [&HARBOUR[..3], &form, &HARBOUR[3..], &wall].concat();
    let mut crawls = vec![file("one", &page), file("two", &[page.as_slice(), &["Print"]].concat())];
    let places = [
        "Aldra", "Borvik", "Cantle", "Dunmore", "Elsing", "Farrow", "Gannet", "Holm", "Ister", "Jarrow", "Kelm",
        "Lorne",
    ];
    for place in places {
        let lines: Vec<String> = (3..8)
            .map(|n| {
                let quay = place.chars().cycle().skip(n).take(9).collect::<String>().to_lowercase();
                format!("In {place} the {quay} was mended by {n}{} people of {quay}{n}, who had waited for it since the flood of 19{n}0.", place.len())
            })
            .collect();
        crawls.push(crawl(place, &lines.join("\n")));
    }
    let import = import(&crawls);
    assert_eq!(import.stories.len(), 1 + places.len());
    let harbour = import.stories.iter().position(|s| s.crawls.len() == 2).expect("two copies are one story");
    assert_eq!(texts(&import, harbour), HARBOUR);
}

/// Sentences of an invented language, each in one story only.
fn sentences(count: usize, seed: u64) -> Vec<String> {
    let mut state = seed;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut syllable = || ["ba", "re", "mo", "ti", "lu", "ka", "de", "so"][next(8) as usize];
    let mut word = || [syllable(), syllable(), syllable()].concat();
    (0..count).map(|_| format!("The {}.", (0..14).map(|_| word()).collect::<Vec<_>>().join(" "))).collect()
}

#[test]
fn a_piece_of_a_story_is_found_whatever_part_of_it_it_is() {
    let pages = |story: usize| {
        let all = sentences(60, story as u64 + 1);
        // set in other paragraphs each time, so that only runs of words are the same
        [(0, 60, 3), (0, 60, 4), (7, 52, 5), (11, 29, 2), (20, 15, 4), (31, 9, 3), (40, 6, 2)]
            .into_iter()
            .map(|(from, count, each)| {
                let lines: Vec<String> = all[from..from + count].chunks(each).map(|p| p.join(" ")).collect();
                crawl(&format!("{story}-{from}-{count}"), &lines.join("\n"))
            })
            .collect::<Vec<_>>()
    };
    let crawls: Vec<Crawl> = (0..40).flat_map(pages).collect();
    let import = import(&crawls);
    assert_eq!(import.stories.len(), 40);
    assert!(import.stories.iter().all(|s| s.crawls.len() == 7));
}
