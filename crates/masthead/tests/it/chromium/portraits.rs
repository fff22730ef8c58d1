//! Pictures of the pages for a person to look at: `target/screenshots/`.
use std::path::Path;

use super::driver::{self, Chromium, Kind};
use super::rounds;
use super::town::Town;

const SIZES: [(&str, u32, u32, bool); 4] =
    [("phone", 390, 844, false), ("tablet", 820, 1180, false), ("desktop", 1280, 900, false), ("dark", 390, 844, true)];

#[test]
fn every_page_sits_for_its_portrait() {
    let Some(address) = driver::address() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    let mut taken = 0;
    rounds::walk(&chromium, &town, &mut |name| {
        for (size, width, height, dark) in SIZES {
            chromium.dress(width, height, dark);
            chromium.until("all pictures in view", || {
                // Those further down load when they come near; for a portrait of the whole page all of them must.
                let script = "[...document.images].forEach(i => i.loading = 'eager'); return [...document.images].every(i => i.complete)";
                (chromium.run(script, vec![]) == true).then_some(())
            });
            let picture = chromium.portrait(true);
            assert!(
                picture.starts_with(b"\x89PNG") && picture.len() > 5_000,
                "{name} at {size} is a picture of something"
            );
            std::fs::write(folder.join(format!("{name}-{size}.png")), picture).unwrap();
            taken += 1;
        }
    });
    eprintln!("{taken} pictures in {}", folder.display());
}
