//! Time per crawl, for a person to look at: `cargo nextest run -p archive --test speed --run-ignored all --no-capture`, built with
//! optimisation.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use archive::{Crawl, Options, rebuild};

#[test]
#[ignore = "a measurement, not a check"]
fn ten_thousand_crawls() {
    let mut state = 7u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let word = |n: u64| format!("{}{}", ["ba", "re", "mo", "ti", "lu", "ka", "de", "so"][(n % 8) as usize], n / 8);
    let mut crawls = Vec::new();
    let furniture: Vec<String> = (0..30).map(|n| format!("Furniture line number {n} of the page template.")).collect();
    for story in 0..5000 {
        let paragraphs: Vec<String> = (0..14)
            .map(|_| {
                let words: Vec<String> =
                    (0..36).map(|at| if at % 3 == 0 { "the".to_owned() } else { word(next(6000)) }).collect();
                format!("The {}.", words.join(" "))
            })
            .collect();
        for version in 0..2usize {
            let mut lines: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
            lines.remove((story + version * 5) % 14);
            lines.extend(furniture.iter().map(String::as_str));
            crawls.push(Crawl { name: format!("{story}-{version}"), bytes: lines.join("\n").into_bytes() });
        }
    }
    let bytes: usize = crawls.iter().map(|c| c.bytes.len()).sum();
    let import = rebuild(&[], &crawls, &Options::default());
    println!("{} crawls, {bytes} bytes: {} stories", crawls.len(), import.stories.len());
    assert_eq!(import.stories.len(), 5000);
    assert!(import.stories.iter().all(|s| s.paragraphs.len() == 14));
}

#[test]
#[ignore = "a measurement, not a check"]
fn one_large_file() {
    let size: usize = std::env::var("SPEED_BYTES").map_or(60_000_000, |s| s.parse().expect("a number"));
    let mut text = String::new();
    let mut n = 0u64;
    while text.len() < size {
        n += 1;
        text.push_str(&format!(
            "Line {n} of the great file says that {} ships passed the {} lights before noon.\n",
            n * 7 % 9973,
            n % 977
        ));
    }
    let lines = Crawl { name: "lines".to_owned(), bytes: text.clone().into_bytes() };
    let one = Crawl { name: "one".to_owned(), bytes: text.replace('\n', " ").into_bytes() };
    let doubled =
        Crawl { name: "doubled".to_owned(), bytes: [&text[..size / 2], "\n", &text[..size / 2]].concat().into_bytes() };
    for crawl in [lines, one, doubled] {
        let name = crawl.name.clone();
        let import = rebuild(&[], &[crawl], &Options::default());
        let paragraphs: usize = import.stories.iter().map(|s| s.paragraphs.len()).sum();
        println!(
            "{name}: {} stories, {paragraphs} paragraphs, {} doubts",
            import.stories.len(),
            import.report.totals.doubts
        );
        assert_eq!(import.stories.len(), 1);
    }
}
