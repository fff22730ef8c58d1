//! Watches the quotes of a table on its way to the reader, which does not tell of them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::Read;
use std::rc::Rc;

/// Where a row begins, and whether its quotes are strange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line in which it begins, counted from 1.
    pub line: u64,
    /// A quote that was open over the end of a line is closed amid the words: it is another cell's, and the row is two.
    pub swallows: bool,
    /// A quote is open where the file ends.
    pub open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Row,
    Cell,
    Words,
    Quoted {
        over_a_line: bool,
    },
    /// Behind a quote within a quoted cell: its end, or the first of two that stand for one.
    Quote {
        over_a_line: bool,
        escaped: bool,
    },
}

#[derive(Debug)]
struct Watch {
    separator: u8,
    at: At,
    before: u8,
    line: u64,
    /// Rows that were begun and not yet asked for: those of one buffer.
    rows: VecDeque<Row>,
}

impl Watch {
    fn take(&mut self, byte: u8) {
        let ends_line = byte == b'\n' || byte == b'\r';
        if self.at == At::Row && !ends_line {
            self.rows.push_back(Row { line: self.line, ..Row::default() });
            self.at = At::Cell;
        }
        self.at = match self.at {
            At::Quoted { over_a_line } if byte == b'"' => At::Quote { over_a_line, escaped: self.before == b'\\' },
            At::Quoted { over_a_line } => At::Quoted { over_a_line: over_a_line || ends_line },
            At::Quote { over_a_line, .. } if byte == b'"' => At::Quoted { over_a_line },
            At::Cell if byte == b'"' => At::Quoted { over_a_line: false },
            _ if ends_line => At::Row,
            _ if byte == self.separator => At::Cell,
            At::Quote { over_a_line: true, escaped: false } => {
                if let Some(row) = self.rows.back_mut() {
                    row.swallows = true;
                }
                At::Words
            }
            _ => At::Words,
        };
        self.line += u64::from(byte == b'\r' || (byte == b'\n' && self.before != b'\r'));
        self.before = byte;
    }

    fn end(&mut self) {
        if let (At::Quoted { .. }, Some(row)) = (self.at, self.rows.back_mut()) {
            row.open = true;
        }
    }
}

/// The source of a table, watched.
pub(crate) struct Quotes<R> {
    inner: R,
    watch: Rc<RefCell<Watch>>,
}

/// What was seen of the rows.
pub(crate) struct Rows(Rc<RefCell<Watch>>);

impl Rows {
    /// The next row, for each that the reader gives. Whether a quote is open is known then, since the reader looks for its end.
    pub(crate) fn next(&self) -> Row {
        self.0.borrow_mut().rows.pop_front().unwrap_or_default()
    }
}

/// Watches a source whose cells are parted by this sign.
pub(crate) fn watched<R: Read>(inner: R, separator: u8) -> (Quotes<R>, Rows) {
    let watch = Watch { separator, at: At::Row, before: 0, line: 1, rows: VecDeque::new() };
    let watch = Rc::new(RefCell::new(watch));
    (Quotes { inner, watch: Rc::clone(&watch) }, Rows(watch))
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(into)?;
        let mut watch = self.watch.borrow_mut();
        if length == 0 && !into.is_empty() {
            watch.end();
        }
        for byte in into.get(..length).unwrap_or_default() {
            watch.take(*byte);
        }
        Ok(length)
    }
}
