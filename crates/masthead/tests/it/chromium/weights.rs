//! What pages cost: bytes, requests, movement; and that nothing fails in silence.
use std::cmp::Reverse;
use std::collections::HashMap;

use newsroom::articles::Marking;
use serde_json::Value;

use super::driver::{self, Chromium, Kind};
use super::read_metered;
use super::town::Town;

/// What went over the network for one page, in bytes as they travelled, headers included.
#[derive(Debug, Default)]
struct Weight {
    requests: usize,
    before_pictures: u64,
    scripts: u64,
    elsewhere: Vec<String>,
    /// Kind, bytes and address of each, for whoever has to find the surplus.
    items: Vec<String>,
}

fn weigh(chromium: &Chromium, home: &str) -> Weight {
    let mut weight = Weight::default();
    let mut asked: HashMap<String, (String, String)> = HashMap::new();
    for event in chromium.traffic() {
        let parameters = &event["params"];
        let id = parameters["requestId"].as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let url = parameters["request"]["url"].as_str().unwrap_or_default();
                // chrome: and chrome-untrusted: are the browser's own pages, one of which is open before ours and may still be loading.
                if url.starts_with("data:") || url.starts_with("chrome") {
                    continue;
                }
                weight.requests += 1;
                if !url.starts_with(home) {
                    weight.elsewhere.push(url.to_owned());
                }
                asked.insert(id, (parameters["type"].as_str().unwrap_or_default().to_owned(), url.to_owned()));
            }
            "Network.loadingFinished" => {
                let bytes = parameters["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                let Some((kind, url)) = asked.get(&id) else { continue };
                weight.items.push(format!("{kind} {bytes} {}", url.trim_start_matches(home)));
                // Icons are asked for when all else is done, and are pictures whatever the browser calls them.
                let picture = kind == "Image" || [".webp", ".svg", ".png", ".ico"].iter().any(|end| url.ends_with(end));
                if !picture {
                    weight.before_pictures += bytes;
                    weight.scripts += if kind == "Script" { bytes } else { 0 };
                }
            }
            _ => {}
        }
    }
    weight
}

/// Goes down the page until every picture is there; gives the sum of all layout shifts.
const MOVEMENT: &str = r"
    const shifts = [];
    new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return (async () => {
        for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) { scrollTo(0, y); await frame(); }
        await Promise.all([...document.images].map(image => image.decode().catch(() => image.src)));
        await document.fonts.ready;
        await frame(); await frame();
        return shifts.reduce((sum, shift) => sum + shift.value, 0);
    })();";

#[test]
fn pages_are_light_hold_still_and_complain_of_nothing() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let home = format!("http://{}/", town.address);
    let mut metered = town.stories(Marking::Metered);
    metered.sort_by_key(|story| Reverse(story.body.iter().map(|block| block.text().len()).sum::<usize>()));
    let pages = [
        ("front", "/".to_owned(), Kind::Phone),
        ("section", "/markets".to_owned(), Kind::Phone),
        ("longest article", metered[0].path(), Kind::Phone),
        ("article on a desktop", metered[1].path(), Kind::Desktop),
        ("premium wall", town.newest(Marking::Premium).path(), Kind::Phone),
        ("plans", "/subscribe".to_owned(), Kind::Phone),
    ];
    for (name, path, kind) in pages {
        // A new profile each time: nothing is in its cache.
        let chromium = Chromium::start(&address, &town, kind);
        chromium.open(&path);
        let story = chromium.has("article.story-text");
        let first = weigh(&chromium, &home);
        let movement = chromium.run(MOVEMENT, vec![]).as_f64().expect("a number");
        let rest = weigh(&chromium, &home);
        eprintln!("{name}: {first:#?}, further down {} requests, movement {movement}", rest.requests);
        assert!(first.before_pictures > 2_000, "{name}: the scales work: {first:?}");
        let most = if story { 50 } else { 60 } * 1024;
        assert!(first.before_pictures <= most, "{name}: at most {most} bytes before pictures: {first:?}");
        assert!(first.scripts <= 10 * 1024, "{name}: at most 10 KB of scripts: {first:?}");
        assert!(first.requests <= 12, "{name}: at most 12 requests: {first:?}");
        assert_eq!([first.elsewhere, rest.elsewhere].concat(), Vec::<String>::new(), "{name}: nothing from elsewhere");
        assert!(movement < 0.001, "{name}: the layout moved by {movement}");
        assert_eq!(chromium.console(), Vec::<String>::new(), "{name}: the console is quiet");
        broken_pictures(&chromium, name);
    }
    the_wall_holds_still(&Chromium::start(&address, &town, Kind::Phone), &town);
}

fn broken_pictures(chromium: &Chromium, name: &str) {
    let broken = chromium.run("return [...document.images].filter(i => !i.naturalWidth).map(i => i.src)", vec![]);
    assert_eq!(broken, Value::Array(vec![]), "{name}: pictures that did not come");
}

fn the_wall_holds_still(chromium: &Chromium, town: &Town) {
    let walled = read_metered(chromium, town, 5);
    chromium.open(&walled);
    assert!(chromium.has(".wall"));
    let movement = chromium.run(MOVEMENT, vec![]).as_f64().expect("a number");
    assert!(movement < 0.001, "wall: the layout moved by {movement}");
    assert_eq!(chromium.console(), Vec::<String>::new(), "wall: the console is quiet");
    broken_pictures(chromium, "wall");
}
