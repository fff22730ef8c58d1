//! Static files.
use pages::assets::{ASSETS, find, url};
use std::collections::HashSet;

#[test]
fn names_carry_the_hash_of_the_content() {
    let mut paths = HashSet::new();
    for asset in ASSETS.iter() {
        assert!(paths.insert(asset.path), "{} twice", asset.path);
        assert!(!asset.bytes.is_empty(), "{}", asset.name);
        let hash = blake3::hash(&asset.bytes).to_hex();
        assert_eq!(asset.immutable, asset.path.contains(&hash[..12]), "{}", asset.path);
        assert_eq!(url(asset.name), asset.path);
        assert_eq!(find(asset.path).map(|a| a.name), Some(asset.name));
    }
    assert!(find("/assets/paper.css").is_none(), "the plain name is not served");
    assert_eq!(url("none.css"), "/");
}

#[test]
fn the_style_sheet_names_fonts_that_exist_and_nothing_elsewhere() {
    let css = find(url("paper.css")).expect("the style sheet");
    let css = std::str::from_utf8(&css.bytes).expect("text");
    let mut fonts = 0;
    for part in css.split("url(\"").skip(1) {
        let path = part.split('"').next().expect("an address");
        assert!(find(path).is_some_and(|a| a.content_type == "font/woff2"), "{path}");
        fonts += 1;
    }
    assert_eq!(fonts, 3);
    assert!(!css.contains("/*") && !css.contains("http") && !css.contains("@import"));
    assert_eq!(css.matches('{').count(), css.matches('}').count());
}

#[test]
fn fonts_weigh_no_more_than_sixty_kilobytes_and_an_article_no_more_than_fifty() {
    let weight = |name: &str| find(url(name)).map_or(0, |a| a.bytes.len());
    let fonts: usize = ASSETS.iter().filter(|a| a.content_type == "font/woff2").map(|a| a.bytes.len()).sum();
    assert!(fonts <= 60 * 1024, "{fonts}");
    // Fonts arrive as they are; text is compressed to about a third.
    let text = weight("paper.css") + weight("story.js") + 16 * 1024;
    let article = weight("news-display.woff2") + weight("news-text.woff2") + text / 3;
    assert!(article <= 50 * 1024, "{article}");
}

#[test]
fn icons_have_the_sizes_the_manifest_states() {
    for (name, size) in
        [("icon-192.png", 192), ("icon-512.png", 512), ("icon-maskable-512.png", 512), ("apple-touch-icon.png", 180)]
    {
        let png = find(url(name)).expect("an icon");
        assert_eq!(&png.bytes[..8], b"\x89PNG\r\n\x1a\n", "{name}");
        let side = |at: usize| u32::from_be_bytes(png.bytes[at..at + 4].try_into().expect("four bytes"));
        assert_eq!((side(16), side(20)), (size, size), "{name}");
    }
}
