//! What is learned of a publisher's pages when a story stands on several of them, under other headlines. All texts are our own fiction.

use std::fmt::Write as _;

use archive::html::{Page, Templates, page_with, survey};

const WHO: [&str; 7] =
    ["the miller", "a ferryman", "the widow Brandt", "two sextons", "the schoolmaster", "a cooper", "the toll keeper"];
const DID: [&str; 5] = ["asked for", "brought back", "would not hear of", "had long forgotten", "paid twice for"];
const WHAT: [&str; 9] = [
    "a barrel of tar",
    "the key to the weir",
    "a goat with one horn",
    "eleven fathoms of rope",
    "the bell of the chapel",
    "a letter without a stamp",
    "the lower meadow",
    "a sack of seed potatoes",
    "the second oar",
];
/// Longer than many a paragraph, and below every story.
const HOUSE: &str = "This paper has been printed in the same cellar since the great flood, it belongs to nobody but its readers, \
                     and whoever finds an error in it is asked to bring it to the counter before noon, where it will be mended.";

/// Sentences of a story; no two stories share one.
fn body(story: usize) -> Vec<String> {
    let sentence = |n: usize| {
        let pick =
            |list: &[&'static str], by: usize| list.get((story * by + n) % list.len()).copied().unwrap_or_default();
        format!(
            "On day {n} of winter {story} {} {} {}, which cost {} crowns, and nobody on the quay thought that dear.",
            pick(&WHO, 3),
            pick(&DID, 2),
            pick(&WHAT, 5),
            story * 7 + n
        )
    };
    (1..=6).map(sentence).collect()
}

fn paragraphs(texts: &[String]) -> String {
    texts.iter().fold(String::new(), |mut out, text| {
        let _ = write!(out, "<p>{text}</p>");
        out
    })
}

fn full(headline: &str, canonical: Option<usize>, story: usize, below: &str) -> String {
    let own = canonical.map(|n| format!("<link rel=canonical href='http://quay.example/n/{n}'>")).unwrap_or_default();
    format!(
        "<html><head><title>{headline} | The Quay</title>{own}</head><body><div><ul><li><a href=/1>Harbour</a><li><a href=/2>Market</a></ul></div>\
         <div class=main><h1>{headline}</h1><div class=text>{}{below}</div></div><div>Printed on the quay.</div></body></html>",
        paragraphs(&body(story))
    )
}

/// Pages with the story that each must give.
type Heap = Vec<(String, usize)>;

/// Learns from a heap and gives the bodies of its pages.
fn read(heap: &Heap) -> (Templates, Vec<Vec<String>>) {
    let mut templates = Templates::default();
    let at = |n: usize| format!("http://quay.example/file/{n}.html");
    for (n, (html, _)) in heap.iter().enumerate() {
        templates.learn(&Page { url: Some(&at(n)), html });
    }
    let one = |(n, (html, _)): (usize, &(String, usize))| {
        let url = at(n);
        let page = Page { url: Some(&url), html };
        let got = page_with(&page, &templates);
        assert_eq!(survey(&page, &got).aside, None, "page {n} is a story");
        got.body.iter().map(|part| part.text().to_owned()).collect()
    };
    let bodies = heap.iter().enumerate().map(one).collect();
    (templates, bodies)
}

/// Every page gives its story and nothing else, and so many stories were told apart.
fn whole(heap: &Heap, stories: usize) {
    let (templates, bodies) = read(heap);
    assert_eq!(templates.stories("http://quay.example/"), stories);
    for (n, (got, (_, story))) in bodies.iter().zip(heap).enumerate() {
        assert_eq!(*got, body(*story), "page {n}");
    }
}

#[test]
fn three_headlines_of_one_address_are_one_story() {
    let mut heap: Heap = (0..30).map(|n| (full(&format!("Winter {n} on the quay"), Some(n), n, ""), n)).collect();
    for headline in ["Stop press: the quay", "What the quay knew", "Quay, the last word"] {
        heap.insert(0, (full(headline, Some(0), 0, ""), 0));
    }
    whole(&heap, 30);
}

#[test]
fn a_heap_in_which_every_story_has_four_headlines_is_read_whole() {
    let version = |n: usize, v: usize| (full(&format!("Version {v} of what winter {n} brought"), None, n, ""), n);
    let side_by_side: Heap = (0..12).flat_map(|n| (0..4).map(move |v| version(n, v))).collect();
    whole(&side_by_side, 12);
    let one_after_the_other: Heap = (0..4).flat_map(|v| (0..12).map(move |n| version(n, v))).collect();
    whole(&one_after_the_other, 12);
}

#[test]
fn a_story_with_twenty_headlines_is_still_one() {
    let mut heap: Heap = (0..10).map(|n| (full(&format!("Winter {n} on the quay"), None, n, ""), n)).collect();
    heap.extend((0..20).map(|v| (full(&format!("Telegram {v} about the quay"), None, 3, ""), 3)));
    whole(&heap, 10);
}

#[test]
fn a_story_that_was_corrected_on_the_way_is_one() {
    let mut heap: Heap = (0..8).map(|n| (full(&format!("Winter {n} on the quay"), None, n, ""), n)).collect();
    for v in 0..4 {
        let new = format!(
            "<p>Correction {v}: it was the other goat, as the toll keeper now says, and it had both of its horns.</p>"
        );
        heap.push((full(&format!("Corrected {v} times: the quay"), None, 5, &new), 5));
    }
    let (_, bodies) = read(&heap);
    for (got, (_, story)) in bodies.iter().zip(&heap) {
        assert_eq!(got.iter().take(6).cloned().collect::<Vec<_>>(), body(*story));
    }
}

#[test]
fn a_fragment_beside_its_page_leaves_the_page_whole() {
    let fragment = |n: usize| (paragraphs(&body(n)), n);
    let page = |n: usize| (full(&format!("Winter {n} on the quay"), None, n, ""), n);
    let heap: Heap = (0..6).flat_map(|n| [fragment(n), page(n)]).collect();
    whole(&heap, 6);
    let heap: Heap = (0..6).flat_map(|n| [page(n), fragment(n)]).collect();
    whole(&heap, 6);
}

#[test]
fn what_the_house_sets_below_its_stories_is_learned_from_stories_with_versions() {
    let below = format!("<p>{HOUSE}</p>");
    let version = |n: usize, v: usize| (full(&format!("Version {v} of what winter {n} brought"), None, n, &below), n);
    let heap: Heap = (0..8).flat_map(|n| (0..3).map(move |v| (n, v))).map(|(n, v)| version(n, v)).collect();
    whole(&heap, 8);
}

#[test]
fn what_the_house_sets_below_short_news_is_learned_once_there_are_many() {
    let short = |n: usize| {
        let news: Vec<String> = body(n).into_iter().take(2).collect();
        let html = format!(
            "<html><head><title>Winter {n} in brief</title></head><body><div><h1>Winter {n} in brief</h1>{}<p>{HOUSE}</p></div></body></html>",
            paragraphs(&news)
        );
        (html, n)
    };
    let heap: Heap = (0..40).map(short).collect();
    let (_, bodies) = read(&heap);
    for (got, (_, story)) in bodies.iter().zip(&heap) {
        assert_eq!(*got, body(*story).into_iter().take(2).collect::<Vec<_>>());
    }
}
