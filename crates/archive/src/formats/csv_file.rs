//! Tables: comma, semicolon, tab or bar, with a heading line.

use std::io::BufRead;

use super::columns::{self, Field};
use super::out::{Flow, Out, Stop};
use super::quotes::{self, Row};
use super::{clean, source, standing};

pub(crate) fn read<R: BufRead>(mut input: R, out: &mut Out<'_>) -> Flow {
    let most = out.options.limits.item_bytes;
    out.state.budget.set(most);
    let head = input.fill_buf()?;
    let separator = separator(head);
    let heading = 1 + head.iter().take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
    let (input, rows) = quotes::watched(input, separator);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(input);
    let mut record = csv::StringRecord::new();
    if !next(&mut reader, &mut record)? {
        return Ok(());
    }
    whole(rows.next())?;
    let columns: Vec<String> = record.iter().map(|c| c.trim().trim_start_matches('\u{feff}').to_owned()).collect();
    if columns.len() > 2000 {
        return Err(Stop::Broken(
            "more than 2,000 columns; name the format with --format if it is no table".to_owned(),
        ));
    }
    let fields = out.options.columns.fields(&columns);
    check(&columns, &fields, heading, out)?;
    let mut told = !lacks_body(&fields);
    let read: Vec<bool> = columns.iter().map(|column| out.options.columns.reads(column)).collect();
    let signs: Vec<Option<standing::Sign>> = columns
        .iter()
        .zip(&fields)
        .map(|(column, field)| standing::sign(column, *field, &out.options.columns))
        .collect();
    let base = clean::table_key(out.file());
    let mut row = 1;
    loop {
        out.state.budget.set(most);
        if !next(&mut reader, &mut record)? {
            break;
        }
        row += 1;
        let seen = rows.next();
        whole(seen)?;
        if let Some(reason) = askew(seen, record.len(), columns.len(), separator) {
            out.refuse(row, reason)?;
            continue;
        }
        if !std::mem::replace(&mut told, true) {
            return Err(without_body(&columns, &fields, &record, heading));
        }
        let mut item = out.draft(row);
        let cells = record.iter().zip(fields.iter().zip(&read)).zip(&columns);
        let told = cells.filter(|((_, (field, read)), _)| field.is_some() || **read);
        let values = told.map(|((value, (field, _)), column)| (*field, column.as_str(), value.into()));
        let by_value = columns::fill_all(&mut item, values, &mut out.dates);
        out.guesses.read_by_value(&by_value);
        for ((value, sign), column) in record.iter().zip(&signs).zip(&columns) {
            if sign.is_some_and(|sign| standing::take(&mut item, sign, column, value)) {
                out.guesses.read_of_standing(column);
            }
        }
        keyed(&mut item, &base);
        out.item(item)?;
    }
    out.state.budget.set(source::UNLIMITED);
    if row == 1 {
        return Err(Stop::Broken(
            "a heading line without a row below it; export the table again, or leave it out".to_owned(),
        ));
    }
    Ok(())
}

/// A row that the end of the file cuts is none: what it lacks may be the word that it is a draft.
fn whole(row: Row) -> Flow {
    if row.open {
        return Err(Stop::Early(format!(
            "in the row that begins in line {}, where a quote is open to the end (if the file is whole, close it there)",
            row.line
        )));
    }
    Ok(())
}

/// Why a row cannot be trusted: its cells stand under wrong headings, or it holds the row below it too.
fn askew(row: Row, has: usize, wants: usize, separator: u8) -> Option<String> {
    let line = row.line;
    let sign = match separator {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "bar",
        _ => "comma",
    };
    let wrong = if has < wants {
        format!(
            "the row that begins in line {line} has {has} of the heading's {wants} columns: write every cell, an empty one too, and \
             look for a quote that is not closed and for a line break in a cell without quotes"
        )
    } else if has > wants {
        format!(
            "the row that begins in line {line} has {has} columns, the heading {wants}: look for a quote that is not closed, and put \
             a cell with a {sign} in it in quotes"
        )
    } else if row.swallows {
        format!(
            "in the row that begins in line {line} a quote is not closed, or one within a text is not doubled: close it, and write a \
             quote within a text as two"
        )
    } else {
        return None;
    };
    Some(format!("{wrong}; then import the table again"))
}

/// A key of the table from the row's own number or address; without either, the content is the key.
pub(crate) fn keyed(item: &mut crate::item::Item, base: &str) {
    item.key = match (item.key.is_empty(), &item.url) {
        (false, _) => format!("{base}:{}", item.key),
        (true, Some(url)) => format!("row:{url}"),
        (true, None) => String::new(),
    };
}

fn next<R: std::io::Read>(reader: &mut csv::Reader<R>, record: &mut csv::StringRecord) -> Result<bool, Stop> {
    let line = reader.position().line();
    reader.read_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => match error.into() {
            Stop::Broken(reason) => Stop::Broken(format!("in the row that begins in line {line}, {reason}")),
            stop => stop,
        },
        other => Stop::Broken(format!("not a table, in line {line}: {other:?}")),
    })
}

/// The sign that stands most often in the heading line, outside of quotes.
fn separator(head: &[u8]) -> u8 {
    let line = head.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(sign, _)| sign == byte && !quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(sign, _)| *sign)
}

fn check(columns: &[String], fields: &[Option<Field>], line: usize, out: &mut Out<'_>) -> Flow {
    let missing = out.options.columns.missing(columns);
    if !missing.is_empty() {
        return Err(Stop::Broken(format!(
            "the heading in line {line} has no column {}; it has {}",
            missing.join(", "),
            clean::shortened(&columns.join(", "), 500)
        )));
    }
    let has = |field| fields.contains(&Some(field));
    if !has(Field::Headline) && !has(Field::Body) {
        return Err(Stop::Broken(format!(
            "the heading in line {line} names neither a headline nor a body, but {}; say which columns they are with --map \
             headline=…,body=…",
            clean::shortened(&columns.join(", "), 500)
        )));
    }
    out.options.columns.guesses(columns, fields, &mut out.guesses);
    Ok(())
}

/// Without a column for the text nothing of the table could be published.
fn lacks_body(fields: &[Option<Field>]) -> bool {
    !fields.contains(&Some(Field::Body))
}

/// What is said of such a table, by its first row.
fn without_body(columns: &[String], fields: &[Option<Field>], row: &csv::StringRecord, line: usize) -> Stop {
    let unused = columns.iter().zip(fields).zip(row).filter(|((_, field), _)| field.is_none());
    let wanted = columns::body_wanted(unused.map(|((column, _), value)| (column.as_str(), value.trim().len())));
    Stop::Broken(format!(
        "no column is known to hold the text. The heading in line {line} has {}: {wanted}. If files beside the table hold the texts, \
         import those",
        clean::shortened(&columns.join(", "), 500)
    ))
}
