//! A piece of an old archive becomes a story: section, marking, times and addresses by the paper's settings.
use archive::item::{Access, Item, Part, Standing, When};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use newsroom::articles::{Block, Marking, Picture, Story, StoryNumber, slug_of};
use newsroom::languages;
use store::{CopyShown, DoubtKind, Evidence, NewDoubt, Piece, Settle, dates_key, is_telling, words_print};

use super::addresses::{self, Own};
use super::proper::proper_as_marked;
use super::story_file::PREVIEW_BLOCKS;
use super::times;
use crate::config::Publication;

/// A piece ready to be settled, and what to say of it.
pub struct Made {
    pub settle: Settle,
    pub remarks: Vec<String>,
    /// Blocks that were taken out, with the reason.
    pub dropped: Vec<(String, String)>,
}

/// A published day further ahead is a fault, or will never come: such a story is not taken in.
const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// By what a piece's dates are reckoned.
#[derive(Debug, Clone, Copy)]
pub struct Reckoned {
    pub now: Timestamp,
    /// Somebody named the order of day and month.
    pub order_named: bool,
}

/// Makes a story of a piece.
///
/// # Errors
/// Why nothing can be made of it, with the mend.
pub fn make(
    publication: &Publication,
    own: &Own,
    item: Item,
    picture: Option<Picture>,
    when: Reckoned,
) -> Result<Made, String> {
    let mut remarks = item.notes.clone();
    let former = archive::formats::former_key(&item);
    let body: Vec<Block> = item.body.iter().filter_map(block).collect();
    if body.is_empty() && item.standing == Standing::Published {
        return Err("has no text: nothing of it could be published. Export it with its body".into());
    }
    let print = words_print(&body);
    let published = item.published_at.and_then(|when| times::read(when, &publication.zone));
    if let Some(read) = published.as_ref().filter(|read| read.at > when.now.saturating_add(AHEAD).unwrap_or(when.now)) {
        let at = read.at.to_zoned(publication.zone.clone()).date();
        return Err(format!(
            "is dated {at}, more than a year ahead: correct the date where it comes from, or leave the piece out"
        ));
    }
    let updated = item.updated_at.and_then(|when| times::read(when, &publication.zone));
    remarks.extend([&published, &updated].into_iter().flatten().filter_map(|read| read.remark.clone()));
    let addresses = addresses::sort(own, item.url.iter().chain(&item.aliases).map(String::as_str));
    let own = |address| format!("its old address {address} is one of the paper's own: no redirect is kept");
    remarks.extend(addresses.own.iter().map(own));
    let place = place(&item.file, item.place);
    let headline = item.headline.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let open = preview(item.shown, &item.body);
    let mut story = Story {
        number: StoryNumber(0),
        slug: String::new(),
        section: section(publication, item.section.as_deref(), &mut remarks),
        headline_provisional: headline.is_none(),
        headline: headline.unwrap_or_default(),
        standfirst: item.standfirst.filter(|text| !text.trim().is_empty()),
        bylines: item.bylines,
        dateline: item.dateline,
        topics: item.topics,
        marking: marking(publication, item.access),
        preview_blocks: open.map_or(PREVIEW_BLOCKS, |open| open.min(PREVIEW_BLOCKS)),
        published_at: published.as_ref().map(|read| read.at),
        updated_at: updated.as_ref().map(|read| read.at),
        picture,
        pick: None,
        language: item.language.as_deref().and_then(languages::tag_of),
        body,
    };
    if story.headline_provisional {
        story.headline = story.stand_in();
    }
    remarks.extend(proper_as_marked(&mut story, open));
    story.slug = slug_of(&story.headline);
    let words = item.published_unread.as_deref();
    let order = (item.earlier_has_day_first, item.file.as_str());
    let dates = Dated::of(published.as_ref(), item.published_either, words, order);
    let doubts = dates.doubt(&item.key, &publication.zone, || CopyShown::of(&place, &story));
    let piece = Box::new(Piece {
        former,
        dated_anew: when.order_named,
        source: item.key,
        said_at: said_at(&story, item.exported_at, &publication.zone),
        version: item.version,
        telling: is_telling(&story.body),
        print,
        place,
        addresses: addresses.kept,
        told_preview: open.is_some(),
        told_marking: item.access.map(|access| marking(publication, Some(access))),
        doubts: doubts.into_iter().collect(),
        story,
    });
    let dropped = item.dropped.into_iter().map(|removed| (removed.text, removed.reason)).collect();
    Ok(Made { settle: settled(item.standing, piece), remarks, dropped })
}

/// What is to be done with a piece.
fn settled(standing: Standing, piece: Box<Piece>) -> Settle {
    match standing {
        Standing::Published => Settle::Story(piece),
        Standing::Unpublished => Settle::HoldBack(piece, "its source says that it is not public".into()),
        Standing::Withdrawn => Settle::Withdraw(piece),
    }
}

/// When a source said what it says: what its export says without a date of change, it said when that was made.
fn said_at(story: &Story, exported_at: Option<When>, zone: &TimeZone) -> Option<Timestamp> {
    let exported = exported_at.and_then(|when| times::read(when, zone)).map(|read| read.at);
    story.updated_at.or(exported.max(story.published_at))
}

/// What is known of the day of a piece.
enum Dated<'a> {
    At(&'a times::Read),
    /// One of two.
    Either {
        either: [When; 2],
        words: &'a str,
        day_first: bool,
        file: &'a str,
    },
    /// These words, which are none.
    Unread(&'a str),
    Unknown,
}

impl<'a> Dated<'a> {
    /// `order`: whether the earlier of two days is read with the day first, and the file that writes it so.
    fn of(
        published: Option<&'a times::Read>,
        either: Option<[When; 2]>,
        words: Option<&'a str>,
        (day_first, file): (bool, &'a str),
    ) -> Self {
        match (published, either, words) {
            (Some(read), ..) => Self::At(read),
            (None, Some(either), words) => Self::Either { either, words: words.unwrap_or_default(), day_first, file },
            (None, None, Some(words)) => Self::Unread(words),
            (None, None, None) => Self::Unknown,
        }
    }

    /// What a person can decide better.
    fn doubt(&self, source: &str, zone: &TimeZone, copy: impl FnOnce() -> CopyShown) -> Option<NewDoubt> {
        let (text, choices) = match self {
            Self::At(read) => (
                "was published in the hour that came twice when the clocks went back".to_owned(),
                vec![read.at.to_string(), read.other?.to_string()],
            ),
            Self::Either { either, words, .. } => (
                format!(
                    "was published on one of two days: its source writes “{words}”, and does not tell which comes first, day or month"
                ),
                either.iter().filter_map(|when| times::read(*when, zone)).map(|read| read.at.to_string()).collect(),
            ),
            Self::Unread(words) => (
                format!("is undated: its source gives “{words}” for its day, and no day can be read in that"),
                Vec::new(),
            ),
            Self::Unknown => return None,
        };
        // All of one file are one thing to decide.
        let (key, by_order) = match self {
            Self::Either { day_first, file, .. } if choices.len() == 2 => {
                let mut by_order = choices.clone();
                if !day_first {
                    by_order.reverse();
                }
                (dates_key(file, source), by_order)
            }
            _ => (format!("date:{source}"), Vec::new()),
        };
        Some(NewDoubt {
            key,
            kind: DoubtKind::Date,
            paragraph: None,
            text,
            evidence: Evidence { choices, by_order, copies: vec![copy()], ..Evidence::default() },
        })
    }
}

/// Where a piece stands, for people.
pub fn place(file: &str, nth: u64) -> String {
    if nth == 0 { file.to_owned() } else { format!("{file}, {nth}") }
}

/// Open blocks of a piece, as its source has them: what was not shown to everybody where it stood is closed here.
fn preview(shown: Option<usize>, body: &[Part]) -> Option<u16> {
    let shown = body.iter().take(shown?).filter_map(block).count();
    Some(u16::try_from(shown).unwrap_or(u16::MAX))
}

fn block(part: &Part) -> Option<Block> {
    let text = part.text().trim();
    if text.is_empty() {
        return None;
    }
    Some(match part {
        Part::Crosshead(_) => Block::Crosshead(text.to_owned()),
        Part::Quote(_) => Block::Quote(text.to_owned()),
        Part::Listed(_) => Block::Paragraph(format!("• {text}")),
        Part::Row(_) => Block::Paragraph(text.split('\t').map(str::trim).collect::<Vec<_>>().join(" · ")),
        Part::Paragraph(_) | Part::Line(_) => Block::Paragraph(text.to_owned()),
    })
}

/// The paper's section for the source's words: by the settings, else by code or name, else the default.
fn section(publication: &Publication, words: Option<&str>, remarks: &mut Vec<String>) -> String {
    let settings = &publication.import;
    let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) else { return settings.section.clone() };
    let plain = words.to_lowercase();
    if let Some(code) = settings.sections.get(&plain) {
        return code.clone();
    }
    let found = publication.sections.iter().find(|s| s.code == plain || s.name.to_lowercase() == plain);
    if let Some(section) = found {
        return section.code.clone();
    }
    remarks.push(format!("section “{words}” is not mapped: put into {}", settings.section));
    settings.section.clone()
}

pub(super) const fn marking(publication: &Publication, access: Option<Access>) -> Marking {
    match access {
        Some(Access::Free) => Marking::Free,
        Some(Access::Registered) => Marking::Registered,
        Some(Access::Metered) => Marking::Metered,
        Some(Access::Paid) => publication.import.paid,
        None => publication.import.marking,
    }
}
