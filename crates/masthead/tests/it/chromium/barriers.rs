//! axe-core looks for barriers on every kind of page: light and dark, on a telephone and on a desktop.
use super::driver::{self, Chromium, Kind};
use super::rounds;
use super::town::Town;
use serde_json::json;

/// Names what axe found: rule, element, and what it says of it.
const EXAMINE: &str = r"
    return axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map(c => c.message).join('; ')}`)));";

#[test]
fn axe_finds_no_barrier_on_any_page() {
    let Some(address) = driver::address() else { return };
    let Some(axe) = std::env::var("MASTHEAD_TEST_AXE").ok().filter(|path| !path.is_empty()) else {
        eprintln!("skipped: the examination for barriers needs axe.min.js, whose path MASTHEAD_TEST_AXE gives");
        return;
    };
    let axe = std::fs::read_to_string(&axe).unwrap_or_else(|e| panic!("{axe}: {e}"));
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    let (mut pages, mut found) = (0, Vec::new());
    rounds::walk(&chromium, &town, &mut |name| {
        // By way of the tools' protocol: the page's own policy would refuse a script put into it.
        chromium.devtools("Runtime.evaluate", &json!({ "expression": axe }));
        for (width, height) in [(390, 844), (1280, 900)] {
            for dark in [false, true] {
                chromium.dress(width, height, dark);
                let scheme = if dark { "dark" } else { "light" };
                let said = chromium.run(EXAMINE, vec![]);
                let said = said.as_array().expect("a list of violations").iter();
                found.extend(said.map(|line| format!("{name}, {width} {scheme}: {line}")));
            }
        }
        let wide = chromium.run("return document.documentElement.scrollWidth > innerWidth", vec![]);
        if wide == true {
            found.push(format!("{name}: wider than the window"));
        }
        pages += 1;
    });
    assert!(found.is_empty(), "{} barriers on {pages} pages:\n{}", found.len(), found.join("\n"));
}
