//! The same texts for other programs.

use std::io::Write as _;

use crate::corpus::Corpus;

pub(crate) fn jsonl(
    corpus: &Corpus,
    stories: usize,
    copies: usize,
    path: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for number in 0..stories {
        for (at, text) in corpus.crawls(number, copies).into_iter().enumerate() {
            writeln!(out, "{}", serde_json::json!({ "name": format!("{number}-{at}"), "text": text }))?;
        }
    }
    out.flush()?;
    Ok(())
}
