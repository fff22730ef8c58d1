//! Style sheet, script, fonts and icons: inside the binary, under names that carry their content's hash, so that
//! browsers may keep them for ever.
use std::borrow::Cow;
use std::sync::LazyLock;

/// One static file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// File name without hash: `paper.css`.
    pub name: &'static str,
    /// Path under which it is served: `/assets/paper.3f9a0c12b4d5.css`, or `/favicon.ico` for the one fixed name.
    pub path: &'static str,
    /// `Content-Type` header.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Cow<'static, [u8]>,
    /// Whether `Cache-Control: public, max-age=31536000, immutable` is right: true for every hashed name.
    pub immutable: bool,
}

/// All static files, computed once.
pub static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(load);

/// The path of a file by its plain name; `/` for a name that does not exist (a test renders every page and
/// checks that this never happens).
#[must_use]
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|a| a.name == name).map_or("/", |a| a.path)
}

/// The file served under `path`, if there is one.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|a| a.path == path)
}

const CSS: &str = "text/css; charset=utf-8";
const FONT: &str = "font/woff2";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PNG: &str = "image/png";

macro_rules! file {
    ($path:literal, $name:literal, $content_type:expr) => {
        ($name, $content_type, include_bytes!(concat!("../assets/", $path)).as_slice())
    };
}

fn load() -> Vec<Asset> {
    let plain: [(&'static str, &'static str, &'static [u8]); 13] = [
        file!("fonts/news-display.woff2", "news-display.woff2", FONT),
        file!("fonts/news-text.woff2", "news-text.woff2", FONT),
        file!("fonts/news-italic.woff2", "news-italic.woff2", FONT),
        file!("fonts/OFL.txt", "OFL.txt", "text/plain; charset=utf-8"),
        file!("icons/icon.svg", "icon.svg", "image/svg+xml"),
        file!("icons/icon-192.png", "icon-192.png", PNG),
        file!("icons/icon-512.png", "icon-512.png", PNG),
        file!("icons/icon-maskable-512.png", "icon-maskable-512.png", PNG),
        file!("icons/apple-touch-icon.png", "apple-touch-icon.png", PNG),
        file!("story.js", "story.js", SCRIPT),
        file!("archive.css", "archive.css", CSS),
        file!("search.js", "search.js", SCRIPT),
        file!("sandbox.css", "sandbox.css", CSS),
    ];
    let mut assets: Vec<Asset> =
        plain.into_iter().map(|(name, kind, bytes)| hashed(name, kind, Cow::Borrowed(bytes))).collect();
    // The style sheet names the fonts by their plain names; it is served with their hashed paths.
    let mut css = include_str!("../assets/paper.css").to_owned();
    for font in assets.iter().filter(|a| a.content_type == FONT) {
        css = css.replace(&format!("url(\"fonts/{}\")", font.name), &format!("url(\"{}\")", font.path));
    }
    for (name, css) in [("paper.css", css.as_str()), ("service.css", include_str!("../assets/service.css"))] {
        assets.push(hashed(name, CSS, Cow::Owned(squeeze(css).into_bytes())));
    }
    assets.push(Asset {
        name: "favicon.ico",
        path: "/favicon.ico",
        content_type: "image/x-icon",
        bytes: Cow::Borrowed(include_bytes!("../assets/icons/favicon.ico")),
        immutable: false,
    });
    assets
}

fn hashed(name: &'static str, content_type: &'static str, bytes: Cow<'static, [u8]>) -> Asset {
    let hash = blake3::hash(&bytes).to_hex();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let path = format!("/assets/{stem}.{}.{ending}", &hash[..12]);
    // Leaked once per process and file: a path lives as long as the program.
    Asset { name, path: path.leak(), content_type, bytes, immutable: true }
}

/// Leaves out the comments and the indentation of a style sheet. Strings in ours hold neither `/*` nor line ends.
fn squeeze(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}
