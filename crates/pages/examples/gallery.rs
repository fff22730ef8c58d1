//! Writes every page with fictional samples into a folder, to be looked at:
//! `cargo run -p pages --example gallery -- FOLDER [PICTURES]`, then serve the folder with any static file server.
//! Files have no ending so that absolute paths of assets and pictures work as they do in the paper.
#[path = "../tests/samples/mod.rs"]
mod samples;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("say where to write: gallery FOLDER [PICTURES]")?;
    fs::create_dir_all(folder.join("assets"))?;
    for asset in pages::assets::ASSETS.iter() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), &asset.bytes)?;
    }
    let paper = samples::paper();
    for (name, reader, page) in samples::all() {
        fs::write(folder.join(format!("{name}.html")), page.render(&paper, reader)?)?;
    }
    let feed = samples::feed();
    fs::write(folder.join("feed.xml"), pages::feeds::rss(&paper, &feed))?;
    fs::write(folder.join("feed.json"), pages::feeds::json_feed(&paper, &feed))?;
    fs::write(folder.join("news-sitemap.xml"), pages::feeds::news_sitemap(&paper, &feed.items, samples::now()))?;
    fs::write(folder.join("manifest.webmanifest"), pages::feeds::web_manifest(&paper))?;
    fs::write(folder.join("robots.txt"), pages::feeds::robots(&paper))?;
    if let Some(pictures) = arguments.next() {
        copy(&pictures, &folder.join("pictures"))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
