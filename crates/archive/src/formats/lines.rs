//! JSON Lines: one object a line. What the objects of a known system look like is read as such; others by the column map.

use std::io::BufRead;

use super::json;
use super::out::{Flow, Out, Stop};
use super::source;

pub(crate) fn read<R: BufRead>(mut input: R, out: &mut Out<'_>) -> Flow {
    let most = out.options.limits.item_bytes;
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        let last = match one(&mut input, &mut line, most)? {
            Line::End => break,
            Line::Long => {
                out.refuse(number, format!("a line of more than {most} bytes; cut it, or leave it out"))?;
                continue;
            }
            Line::Whole => false,
            Line::Last => true,
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match json::value(&line, out.options.limits.nodes) {
            Ok(value) => json::piece(value, number, out)?,
            Err(_) if last && is_cut_off(&line) => return Err(Stop::Early(format!("within line {number}"))),
            Err(reason) => out.refuse(number, format!("line {number} is no JSON object: {reason}"))?,
        }
    }
    out.state.budget.set(source::UNLIMITED);
    Ok(())
}

/// Whether a line ends before its object does.
fn is_cut_off(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err_and(|error| error.is_eof())
}

enum Line {
    Whole,
    /// Whole, or cut off: the file ends with it.
    Last,
    Long,
    End,
}

/// Reads one line; of one that is too long only its end is looked for.
fn one<R: BufRead>(input: &mut R, line: &mut Vec<u8>, most: usize) -> std::io::Result<Line> {
    let mut long = false;
    let mut any = false;
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(if long {
                Line::Long
            } else if any {
                Line::Last
            } else {
                Line::End
            });
        }
        any = true;
        let end = bytes.iter().position(|b| *b == b'\n');
        let piece = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        if line.len() + piece.len() > most {
            long = true;
            line.clear();
        }
        if !long {
            line.extend_from_slice(piece);
        }
        let used = end.map_or(bytes.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(if long { Line::Long } else { Line::Whole });
        }
    }
}
