//! Single pages and crawls: handed over as they are.

use std::io::BufRead;

use super::out::{Flow, Out, Stop};
use super::{Page, Text, source, utf8};
use crate::html;

pub(crate) fn html(input: &mut dyn BufRead, out: &mut Out<'_>) -> Flow {
    let bytes = whole(input, out)?;
    if let Some(reason) = utf8::is_dos(&bytes).filter(|_| !html::declares_old(&bytes)) {
        return Err(Stop::Broken(reason));
    }
    let page = Page {
        url: None,
        file: out.file().to_owned(),
        place: 0,
        saved_at: None,
        charset: None,
        bytes,
        notes: Vec::new(),
    };
    out.page(page)
}

pub(crate) fn crawl(input: &mut dyn BufRead, out: &mut Out<'_>) -> Flow {
    let bytes = whole(input, out)?;
    out.crawl(Text { file: out.file().to_owned(), bytes })
}

/// All of a file that is one piece.
fn whole(input: &mut dyn BufRead, out: &Out<'_>) -> Result<Vec<u8>, Stop> {
    let most = out.options.limits.item_bytes;
    out.state.budget.set(source::UNLIMITED);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(input, most as u64 + 1), &mut bytes)?;
    if bytes.len() > most {
        return Err(Stop::Broken(format!("more than {most} bytes: no single page; split it, or leave it out")));
    }
    Ok(bytes)
}
