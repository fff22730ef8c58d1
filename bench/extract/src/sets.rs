//! The sets: `segments` and `readability`.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

/// A page with its answer.
pub struct Page {
    pub name: String,
    pub url: String,
    pub html: String,
    pub truth: Truth,
}

/// What must come out.
pub enum Truth {
    /// Pieces that must be there, and pieces that must not.
    Segments { with: Vec<String>, without: Vec<String> },
    /// The whole body as HTML.
    Body(String),
}

/// A page's bytes, unpacked.
fn unpacked(path: &Path) -> Result<Vec<u8>, String> {
    let packed = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(bytes)
}

/// Everybody gets the same text.
fn text(path: &Path) -> Result<String, String> {
    let bytes = unpacked(path)?;
    Ok(archive::html::decode(&bytes, None).text)
}

/// Reads a set.
pub fn load(data: &str, set: &str) -> Result<Vec<Page>, String> {
    let data = Path::new(data);
    match set {
        "segments" => segments(&data.join("html-segments")),
        "readability" => readability(&data.join("html-readability")),
        other => Err(format!("no set {other}: segments or readability")),
    }
}

fn segments(folder: &Path) -> Result<Vec<Page>, String> {
    let path = folder.join("annotations.json");
    let annotations = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let annotations: Value = serde_json::from_str(&annotations).map_err(|e| e.to_string())?;
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
    };
    let mut pages = Vec::new();
    for (url, entry) in annotations.as_object().into_iter().flatten() {
        let file = entry["file"].as_str().unwrap_or_default();
        pages.push(Page {
            name: file.to_owned(),
            url: url.clone(),
            html: text(&folder.join(file))?,
            truth: Truth::Segments { with: strings(&entry["with"]), without: strings(&entry["without"]) },
        });
    }
    Ok(pages)
}

fn readability(folder: &Path) -> Result<Vec<Page>, String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut pages = Vec::new();
    for name in names {
        let page = folder.join(&name);
        pages.push(Page {
            url: format!("http://fakehost/{name}"),
            html: text(&page.join("source.html.gz"))?,
            truth: Truth::Body(String::from_utf8_lossy(&unpacked(&page.join("expected.html.gz"))?).into_owned()),
            name,
        });
    }
    Ok(pages)
}

/// Writes a set's pages as JSON lines, for programs in other languages.
pub fn list(data: &str, set: &str, out: &str) -> Result<(), String> {
    let mut lines = String::new();
    for page in load(data, set)? {
        lines.push_str(&serde_json::json!({ "name": page.name, "url": page.url, "html": page.html }).to_string());
        lines.push('\n');
    }
    std::fs::write(out, lines).map_err(|e| format!("{out}: {e}"))
}
