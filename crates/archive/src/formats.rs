//! Readers of the formats that publishers have: bytes in, [`Item`]s out, one after the other.
//!
//! [`read`] takes a source of any length in bounded memory and gives every piece to a sink as soon as it is whole. A reader judges
//! nothing: what is doubtful is said in the piece's notes, what cannot be read is [`Found::Refused`] with the mend, and what
//! is no story (menus, attachments, lists of tags) is counted in [`Read::aside`].

mod ans;
mod autop;
pub(crate) mod bylines;
mod clean;
mod columns;
mod csv_file;
mod dates;
mod detect;
mod feed;
mod ghost;
mod http;
mod json;
mod lexical;
mod lines;
mod mobiledoc;
mod newsml;
mod newsml_g2;
mod ninjs;
mod nitf;
mod not_stories;
mod other_cms;
mod out;
mod page;
mod quotes;
mod shortcodes;
mod source;
mod spool;
pub(crate) mod standing;
mod utf8;
mod walls;
mod warc;
mod wxr;
mod xml;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::item::{Item, When};

pub use clean::{finish, former_key};
pub use columns::{ColumnMap, Field};
pub use dates::{DateOrder, DatesSeen, YEARS, when};
pub use detect::detect;
pub use not_stories::no_story;
pub use out::ends_early;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// WordPress eXtended RSS 1.0 to 1.2, and what Squarespace writes in its manner.
    Wxr,
    /// Ghost's JSON, wrapped or flat.
    Ghost,
    /// RSS 0.9 to 2.0, Atom, JSON Feed, and Blogger's Atom export.
    Feed,
    /// NITF 3.
    Nitf,
    /// NewsML-G2: news items, packages, messages.
    NewsMlG2,
    /// NewsML 1.
    NewsMl1,
    /// ninjs 1 to 3, one item or many.
    Ninjs,
    /// Arc XP's ANS.
    Ans,
    /// JSON of other systems: WordPress REST, Blogger, Chorus, Tiny News.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma, semicolon or tab separated columns with a heading line.
    Csv,
    /// A web page.
    Html,
    /// WARC 0.17 to 1.1 and ARC, compressed by record, as a whole, or not.
    Warc,
    /// The text of a saved page.
    Crawl,
}

impl Format {
    /// All of them, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::Wxr,
        Self::Ghost,
        Self::Feed,
        Self::Nitf,
        Self::NewsMlG2,
        Self::NewsMl1,
        Self::Ninjs,
        Self::Ans,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Html,
        Self::Warc,
        Self::Crawl,
    ];

    /// The name by which a person chooses it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wxr => "wxr",
            Self::Ghost => "ghost",
            Self::Feed => "feed",
            Self::Nitf => "nitf",
            Self::NewsMlG2 => "newsml-g2",
            Self::NewsMl1 => "newsml-1",
            Self::Ninjs => "ninjs",
            Self::Ans => "ans",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Warc => "warc",
            Self::Crawl => "crawl",
        }
    }

    /// The format of that name; common other names are known too.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let other = match name.as_str() {
            "wordpress" => Some(Self::Wxr),
            "rss" | "atom" | "jsonfeed" | "json-feed" => Some(Self::Feed),
            "newsml" | "newsmlg2" | "g2" => Some(Self::NewsMlG2),
            "newsml1" => Some(Self::NewsMl1),
            "arc" | "arc-xp" => Some(Self::Ans),
            "ndjson" => Some(Self::Jsonl),
            "tsv" => Some(Self::Csv),
            "htm" | "page" => Some(Self::Html),
            "txt" | "text" => Some(Self::Crawl),
            _ => None,
        };
        other.or_else(|| Self::ALL.iter().copied().find(|format| format.name() == name))
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A web page, as it was saved. Whoever takes the story out of it reads its encoding too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was published, if its container says so.
    pub url: Option<String>,
    /// File it came from, and its number or byte offset there.
    pub file: String,
    pub place: u64,
    /// When it was saved. Not when it was published.
    pub saved_at: Option<When>,
    /// Encoding named by the server that sent it. Servers err.
    pub charset: Option<String>,
    pub bytes: Vec<u8>,
    /// What was mended or could not be read, one sentence each.
    pub notes: Vec<String>,
}

/// The text of a saved page, with its furniture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub file: String,
    pub bytes: Vec<u8>,
}

/// What a reader finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A piece with its parts told apart.
    Item(Box<Item>),
    /// A web page, from which the story is still to be taken.
    Page(Page),
    /// Plain text of a page, for [`crate::rebuild`].
    Crawl(Text),
    /// Something that was not taken in.
    Refused {
        /// Number or byte offset in the file.
        place: u64,
        /// What is wrong and how to mend it, one line.
        reason: String,
    },
}

/// What a reader may use. Nothing grows beyond these; what would is refused, and the rest goes in where the format allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one piece, line, record or page.
    pub item_bytes: usize,
    /// Elements, attributes and values inside one piece.
    pub nodes: usize,
    /// How deep elements may lie in each other; deeper ones count as text of the deepest.
    pub depth: usize,
    /// Bytes that one compressed file may unpack to.
    pub unpacked_bytes: u64,
    /// How many times larger than the file that may be, once 256 MiB are unpacked.
    pub unpacked_ratio: u64,
    /// Bytes on the disk for pieces that wait for what their file says later (authors, tags, pictures).
    pub spool_bytes: u64,
    /// Names, pictures and joins that are remembered from one file.
    pub remembered: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            item_bytes: 16 << 20,
            nodes: 200_000,
            depth: 200,
            unpacked_bytes: 200 << 30,
            unpacked_ratio: 150,
            spool_bytes: 32 << 30,
            remembered: 1_000_000,
        }
    }
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    pub limits: Limits,
    /// Which column or key holds what, for CSV and JSONL. What it does not name is guessed from the heading.
    pub columns: ColumnMap,
    /// The order of day and month in dates such as `03/04/1999` of CSV and JSONL. Without it they are no dates, and that is noted.
    pub dates: Option<DateOrder>,
    /// Where [`ReadOptions::dates`] is not given: tells the order when the first date needs one, and is asked once. So a file of which no date
    /// does is read once.
    pub order: Option<OrderOf>,
    /// Is set to the number of bytes of the source that were used so far, for a progress bar.
    pub consumed: Option<Arc<AtomicU64>>,
}

/// Somebody who knows the order of day and month in the dates of a file, [`date_order`] mostly.
#[derive(Clone)]
pub struct OrderOf(Arc<dyn Fn() -> Option<DateOrder> + Send + Sync>);

impl OrderOf {
    /// Asks this.
    #[must_use]
    pub fn asking(ask: impl Fn() -> Option<DateOrder> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    pub(crate) fn ask(&self) -> Option<DateOrder> {
        (self.0)()
    }
}

impl std::fmt::Debug for OrderOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderOf")
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub format: Format,
    /// Pieces, pages and crawls given to the sink.
    pub items: u64,
    pub refused: u64,
    /// Bytes of the source that were used.
    pub bytes: u64,
    /// What is no story, by its kind as the source words it, and how often.
    pub aside: BTreeMap<String, u64>,
    /// Remarks about the whole file: its encoding, the columns that were guessed.
    pub notes: Vec<String>,
    /// The sink asked to stop.
    pub stopped: bool,
    /// What the dates of a table showed of the order of day and month.
    pub dates: DatesSeen,
}

/// Why a source could not be read at all. What is wrong within it is [`Found::Refused`].
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("could not be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Reads one source from its beginning. Without a format it is told from the name and the first bytes.
///
/// Files compressed with gzip are opened on the way.
///
/// # Errors
/// The source cannot be read, is of no known format, or nothing can be made of its beginning.
pub fn read(
    source: &mut dyn BufRead,
    name: &str,
    format: Option<Format>,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Found) -> ControlFlow<()>,
) -> Result<Read, ReadError> {
    let opened = open(source, name, format, options)?;
    read_opened(opened, name, options, sink)
}

/// The order of day and month in a table's or a file of lines' dates, where some need one and others show it. Reads it to its end, and keeps
/// nothing of it. None for other formats, and where no date or both orders are shown.
///
/// # Errors
/// As [`read`].
pub fn date_order(
    source: &mut dyn BufRead,
    name: &str,
    format: Option<Format>,
    options: &ReadOptions,
) -> Result<Option<DateOrder>, ReadError> {
    let options = ReadOptions { consumed: None, order: None, ..options.clone() };
    let opened = open(source, name, format, &options)?;
    if !matches!(opened.format, Format::Csv | Format::Jsonl) {
        return Ok(None);
    }
    let read = read_opened(opened, name, &options, &mut |_| ControlFlow::Continue(()))?;
    Ok(read.dates.order())
}

/// A source of which the format is known.
struct Opened<'a> {
    input: Box<dyn BufRead + 'a>,
    state: std::rc::Rc<source::State>,
    head: Vec<u8>,
    format: Format,
}

fn open<'a>(
    source: &'a mut dyn BufRead,
    name: &str,
    format: Option<Format>,
    options: &ReadOptions,
) -> Result<Opened<'a>, ReadError> {
    let (mut input, state) = source::open(source, options)?;
    let head = source::head(input.as_mut())?;
    let format = match format {
        Some(format) => format,
        None => detect::required(name, &head)?,
    };
    Ok(Opened { input, state, head, format })
}

fn read_opened(
    opened: Opened<'_>,
    name: &str,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Found) -> ControlFlow<()>,
) -> Result<Read, ReadError> {
    let Opened { mut input, state, head, format } = opened;
    let mut out = out::Out::new(name, format, options, state.clone(), sink);
    let old = if matches!(format, Format::Warc | Format::Html | Format::Crawl) { None } else { utf8::is_dos(&head) };
    let ended = match format {
        _ if old.is_some() => Err(out::Stop::Broken(old.unwrap_or_default())),
        Format::Warc => warc::read(input.as_mut(), &mut out),
        Format::Html => page::html(input.as_mut(), &mut out),
        Format::Crawl => page::crawl(input.as_mut(), &mut out),
        _ => {
            let input = utf8::Utf8::new(input, &head, state);
            match format {
                Format::Wxr => wxr::read(input, &mut out),
                Format::Feed if detect::is_json(&head) => json::read(input, &mut out),
                Format::Feed => feed::read(input, &mut out),
                Format::Nitf => nitf::read(input, &mut out),
                Format::NewsMlG2 => newsml_g2::read(input, &mut out),
                Format::NewsMl1 => newsml::read(input, &mut out),
                Format::Csv => csv_file::read(input, &mut out),
                Format::Jsonl => lines::read(input, &mut out),
                _ => json::read(input, &mut out),
            }
        }
    };
    out.end(ended)
}
