//! Which column of a table, or key of an object, holds what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::dates::{Dates, Unread};
use super::{bylines, clean, standing};
use crate::access::{
    Answer, Question, Said, answer, costs, is_told_by, may_tell_by_value, names, question, question_of_column, told,
};
use crate::item::{Access, Image, Item, Standing};

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Id,
    Url,
    Aliases,
    Headline,
    Standfirst,
    Byline,
    Dateline,
    Section,
    Topics,
    Language,
    Published,
    Updated,
    Access,
    Status,
    /// True for what was not public.
    Draft,
    Version,
    Body,
    Image,
    Caption,
    Credit,
    /// Nothing of the story, as a person said: the column is not read at all.
    Nothing,
}

/// Each field with its name and what columns that hold it are called, without signs and in lower case.
const NAMES: &[(Field, &str, &[&str])] = &[
    (
        Field::Id,
        "id",
        &[
            "id",
            "uuid",
            "guid",
            "uid",
            "postid",
            "articleid",
            "storyid",
            "nid",
            "number",
            "identifier",
            "key",
            "recordid",
            "docid",
            "documentid",
            "contentid",
            "itemid",
            "entryid",
            "nodeid",
            "artikelid",
            "beitragsid",
            "meldungsid",
            "storyno",
            "storynumber",
            "storynr",
            "articleno",
            "articlenumber",
            "articlenr",
            "artikelnr",
            "artikelnummer",
            "recordno",
            "recordnumber",
            "docno",
            "documentnumber",
            "itemno",
            "numeroarticle",
            "idarticle",
            "idarticulo",
        ],
    ),
    (
        Field::Url,
        "url",
        &["url", "link", "permalink", "address", "canonicalurl", "liveurl", "webaddress", "href", "path", "uri"],
    ),
    (Field::Aliases, "aliases", &["aliases", "alias", "oldurl", "oldurls", "redirects", "redirectfrom", "formerurl"]),
    (
        Field::Headline,
        "headline",
        &[
            "headline",
            "title",
            "titel",
            "titre",
            "titulo",
            "titolo",
            "headlines",
            "hed",
            "heading",
            "posttitle",
            "ueberschrift",
            "überschrift",
            "schlagzeile",
            "storytitle",
            "articletitle",
            "artikeltitel",
            "titeldesartikels",
            "storyheadline",
            "articleheadline",
            "título",
            "kop",
        ],
    ),
    (
        Field::Standfirst,
        "standfirst",
        &[
            "standfirst",
            "subtitle",
            "dek",
            "summary",
            "excerpt",
            "description",
            "abstract",
            "teaser",
            "intro",
            "lead",
            "vorspann",
            "chapo",
            "untertitel",
            "deck",
            "kicker",
            "postexcerpt",
        ],
    ),
    (
        Field::Byline,
        "byline",
        &[
            "byline",
            "bylines",
            "author",
            "authors",
            "autor",
            "auteur",
            "autore",
            "writer",
            "by",
            "creator",
            "authorname",
            "postauthor",
            "verfasser",
            "verfasserin",
            "autoren",
            "auteurs",
            "autores",
            "journalist",
            "staffwriter",
            "articleauthor",
            "storyauthor",
            "reporter",
            "signature",
        ],
    ),
    (Field::Dateline, "dateline", &["dateline", "place", "ort"]),
    (
        Field::Section,
        "section",
        &[
            "section",
            "category",
            "categories",
            "ressort",
            "rubrik",
            "rubrique",
            "seccion",
            "sección",
            "sezione",
            "channel",
            "desk",
            "department",
            "rubriek",
        ],
    ),
    (
        Field::Topics,
        "topics",
        &["topics", "tags", "keywords", "tag", "subjects", "labels", "schlagworte", "topic", "keyword", "motscles"],
    ),
    (Field::Language, "language", &["language", "lang", "locale", "sprache", "langue", "idioma"]),
    (
        Field::Published,
        "published",
        &[
            "publishedat",
            "published",
            "publicationdate",
            "pubdate",
            "publishdate",
            "datepublished",
            "postdate",
            "publishedon",
            "firstpublished",
            "date",
            "datum",
            "created",
            "createdat",
            "fecha",
            "data",
            "timestamp",
            "time",
            "publicationtime",
            "issued",
            "day",
            "veroeffentlicht",
            "erschienen",
            "datetime",
            "dateofpublication",
            "rundate",
            "rundt",
            "pubdt",
            "articledate",
            "storydate",
            "erscheinungsdatum",
            "fechadepublicacion",
            "fechadepublicación",
            "datedepublication",
        ],
    ),
    (
        Field::Updated,
        "updated",
        &[
            "updatedat",
            "updated",
            "modified",
            "datemodified",
            "lastmodified",
            "changed",
            "postmodified",
            "modifiedat",
            "lastupdated",
            "geaendert",
        ],
    ),
    (
        Field::Access,
        "access",
        // and whatever else asks it, see [`question`]
        &["access", "audience", "marking"],
    ),
    (Field::Status, "status", &["status", "ispublished", "state", "poststatus"]),
    (Field::Draft, "draft", &["draft", "isdraft", "unpublished", "hidden", "isprivate", "private"]),
    (Field::Version, "version", &["version", "revision", "rev"]),
    (
        Field::Body,
        "body",
        &[
            "body",
            "text",
            "content",
            "articlebody",
            "html",
            "fulltext",
            "bodyhtml",
            "bodytext",
            "inhalt",
            "contenu",
            "cuerpo",
            "story",
            "article",
            "paragraphs",
            "postcontent",
            "contents",
            "texte",
            "testo",
            "texto",
            "contenthtml",
            "articletext",
            "storytext",
            "bodycopy",
            "artikeltext",
            "storybody",
            "copy",
            "volltext",
        ],
    ),
    (
        Field::Image,
        "image",
        &["image", "images", "picture", "photo", "featuredimage", "imageurl", "bild", "thumbnail", "mainimage"],
    ),
    (Field::Caption, "caption", &["caption", "imagecaption", "cutline", "bildunterschrift", "legende"]),
    (Field::Credit, "credit", &["credit", "imagecredit", "photographer", "photocredit", "bildnachweis"]),
    (Field::Nothing, "none", &[]),
];

impl Field {
    /// The name by which a person chooses it.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(field, _, _)| *field == self).map_or("", |(_, name, _)| *name)
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let known = NAMES.iter().find(|(_, own, _)| *own == name);
        known.or_else(|| NAMES.iter().find(|(_, own, _)| format!("{own}s") == name)).map(|(field, _, _)| *field)
    }
}

/// Which column holds which field, as a person said. A field may have several columns; they are read in turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap {
    pairs: Vec<(Field, String)>,
}

impl ColumnMap {
    /// Reads `headline=Title,body=Text,published=Date`.
    ///
    /// # Errors
    /// One line that says which part is wrong, and which fields there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pairs = Vec::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()).take(500) {
            let names = || NAMES.iter().map(|(_, name, _)| *name).collect::<Vec<_>>().join(", ");
            let (field, column) = part
                .split_once('=')
                .ok_or_else(|| format!("“{part}” names no column: write FIELD=COLUMN; the fields are {}", names()))?;
            let field =
                Field::named(field).ok_or_else(|| format!("“{}” is no field; there are {}", field.trim(), names()))?;
            if column.trim().is_empty() {
                return Err(format!("“{part}” names no column: write FIELD=COLUMN"));
            }
            pairs.push((field, column.trim().to_owned()));
        }
        Ok(Self { pairs })
    }

    /// Whether nothing was said of what columns hold.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.iter().all(|(field, _)| *field == Field::Nothing)
    }

    /// Whether a person said that the column or key holds nothing of the story.
    pub(crate) fn leaves_out(&self, column: &str) -> bool {
        self.said(column) == Some(Field::Nothing)
    }

    /// What a person said of a column.
    pub(crate) fn said(&self, column: &str) -> Option<Field> {
        let exact = self.pairs.iter().find(|(_, name)| name == column);
        exact.or_else(|| self.pairs.iter().find(|(_, name)| plain(name) == plain(column))).map(|(field, _)| *field)
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.pairs.iter().any(|(own, _)| *own == field)
    }

    /// The columns a person named that the heading does not have.
    pub(crate) fn missing(&self, columns: &[String]) -> Vec<&str> {
        let there = |name: &str| columns.iter().any(|c| c == name || plain(c) == plain(name));
        self.pairs.iter().map(|(_, name)| name.as_str()).filter(|name| !there(name)).collect()
    }

    /// A field for each column: as was said, or else guessed by its name. A guess never takes a field that was said, and of
    /// two columns that might be one field the better name wins.
    #[must_use]
    pub fn fields(&self, columns: &[String]) -> Vec<Option<Field>> {
        let mut fields: Vec<Option<Field>> = columns.iter().map(|c| self.said(c)).collect();
        for (field, _, names) in NAMES {
            if self.has(*field) {
                continue;
            }
            if *field == Field::Access {
                // All of them say it, and the strictest counts.
                let asks = |column: &str| asked(column).is_some_and(|asked| asked != Question::Kind);
                let open = columns.iter().zip(&mut fields).filter(|(column, slot)| slot.is_none() && asks(column));
                open.for_each(|(_, slot)| *slot = Some(Field::Access));
                continue;
            }
            let best = columns
                .iter()
                .enumerate()
                .filter(|(at, _)| fields.get(*at).is_some_and(Option::is_none))
                .filter_map(|(at, column)| {
                    let own = plain(column);
                    names.iter().position(|name| *name == own).map(|rank| (rank, at))
                })
                .min();
            if let Some(slot) = best.and_then(|(_, at)| fields.get_mut(at)) {
                *slot = Some(*field);
            }
        }
        fields
    }

    /// Remembers the guesses for the report.
    pub(crate) fn guesses(&self, columns: &[String], fields: &[Option<Field>], told: &mut Guesses) {
        for (column, field) in columns.iter().zip(fields) {
            let list = match field {
                Some(field) if self.said(column).is_none() => told.guessed.entry(*field).or_default(),
                None => &mut told.unused,
                Some(_) => continue,
            };
            if list.len() < COLUMNS_TOLD && !list.contains(column) {
                list.push(column.clone());
            }
        }
    }
}

/// Columns of one kind that the report names; further ones are passed over there.
const COLUMNS_TOLD: usize = 30;

/// What was guessed of the columns of a file, however often it names them.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    guessed: BTreeMap<Field, Vec<String>>,
    unused: Vec<String>,
    /// Columns of no field in which something said who may read.
    by_value: Vec<String>,
    /// Columns of no field in which something said whether it was public.
    of_standing: Vec<String>,
}

impl Guesses {
    /// Remembers columns that [`fill_all`] read by their values.
    pub(crate) fn read_by_value(&mut self, columns: &[&str]) {
        columns.iter().for_each(|column| remembered(&mut self.by_value, column));
    }

    /// Remembers a column that said whether the piece was public.
    pub(crate) fn read_of_standing(&mut self, column: &str) {
        remembered(&mut self.of_standing, column);
    }

    /// In words, for the report.
    pub(crate) fn in_words(&self) -> Option<String> {
        let shown: Vec<String> =
            self.guessed.iter().map(|(field, columns)| format!("{}={}", field.name(), columns.join("/"))).collect();
        let mut text = String::new();
        if !shown.is_empty() {
            text.push_str(&format!("columns guessed: {}; say it with --map if one is wrong", shown.join(", ")));
        }
        let read = [&self.by_value, &self.of_standing];
        let used = |column: &&String| !self.guessed.values().chain(read).any(|columns| columns.contains(column));
        let unused: Vec<String> = self.unused.iter().filter(used).cloned().collect();
        for (what, columns) in [
            ("Read by their values for who may read", &self.by_value),
            ("Read for whether it was public", &self.of_standing),
            ("Columns not used", &unused),
        ] {
            if !columns.is_empty() {
                let separator = if text.is_empty() { "" } else { ". " };
                text.push_str(&format!("{separator}{what}: {}", columns.join(", ")));
            }
        }
        (!text.is_empty()).then(|| clean::shortened(&text, 1500))
    }
}

fn remembered(list: &mut Vec<String>, column: &str) {
    if list.len() < COLUMNS_TOLD && !list.iter().any(|own| own == column) {
        list.push(column.to_owned());
    }
}

/// What to type where no column is known to hold the text. `unused`: columns with what the first row has in them.
pub(crate) fn body_wanted<'a>(unused: impl Iterator<Item = (&'a str, usize)>) -> String {
    // The longest is most likely the text.
    match unused.max_by_key(|(_, length)| *length).filter(|(_, length)| *length > 0) {
        Some((column, _)) => format!("say which one holds it, perhaps --map \"body={column}\""),
        None => "say which one holds it with --map body=COLUMN, or export the text too".to_owned(),
    }
}

/// A column's name as it is compared.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Puts the values of one row into the piece, in whatever order its columns stand: what is said of a picture comes behind it. A column of no
/// field is one that is [read](ColumnMap::reads) all the same; those that told something are given back.
pub(crate) fn fill_all<'v>(
    item: &mut Item,
    values: impl Iterator<Item = (Option<Field>, &'v str, Cow<'v, str>)>,
    dates: &mut Dates,
) -> Vec<&'v str> {
    let mut of_picture = Vec::new();
    let mut said = Said::default();
    let mut by_value = Vec::new();
    for (field, column, value) in values {
        match field {
            None => {
                let told = told(column, &value);
                let read = told.is_some() || said.take_by_value(column, &value);
                said.take(told, &value);
                by_value.extend(read.then_some(column));
            }
            Some(Field::Access) => said.take(reading(column, &value), &value),
            Some(field @ (Field::Caption | Field::Credit)) => of_picture.push((field, value)),
            Some(field) => fill(item, field, &value, dates),
        }
    }
    for (field, value) in of_picture {
        fill(item, field, &value, dates);
    }
    item.says(&said);
    by_value
}

/// What a column asks that says who may read.
fn asked(column: &str) -> Option<Question> {
    let named = || {
        let own = plain(column);
        let names = NAMES.iter().find(|(field, ..)| *field == Field::Access).map(|(.., names)| *names);
        match own.as_str() {
            own if PRICES.contains(&own) || names.unwrap_or_default().contains(&own) => Some(Question::Who),
            _ => None,
        }
    };
    question(column).or_else(named).or_else(|| question_of_column(column))
}

/// Whether a key within others asks so: in the words of pages, since a price there may be anything's.
pub(crate) fn is_asked(name: &str) -> bool {
    question(name).is_some_and(|asked| asked != Question::Kind)
}

/// Whether a column or key of no field may say so all the same, by some of its words.
pub(crate) fn may_ask(name: &str) -> bool {
    is_told_by(name) && asked(name).is_none_or(|asked| asked == Question::Kind)
}

impl ColumnMap {
    /// Whether a column or key of no field is read: one that [`may_ask`], and whatever else may say by its value alone that the story is sold,
    /// unless a person said where that stands.
    pub(crate) fn reads(&self, name: &str) -> bool {
        !self.leaves_out(name) && (may_ask(name) || !self.has(Field::Access) && may_tell_by_value(name))
    }
}

/// Whether a key is around what may say so by its value alone.
pub(crate) fn may_tell(name: &str) -> bool {
    may_tell_by_value(name)
}

/// Whether a key holds what the story is offered for.
pub(crate) fn is_offer(name: &str) -> bool {
    matches!(plain(name).as_str(), "offer" | "offers")
}

/// Whether a key holds what something costs.
pub(crate) fn is_price(name: &str) -> bool {
    PRICES.contains(&plain(name).as_str())
}

/// What a cell of such a column says.
fn reading(column: &str, value: &str) -> Option<Answer> {
    if is_price(column) && (value.contains(char::is_numeric) || !value.contains(char::is_alphabetic)) {
        return costs(value).then_some(Answer::For(Access::Paid));
    }
    // When a writer was paid, and how many subscribers there are.
    let is_date = || value.len() >= 8 && value.split(['-', '.', '/', 'T', ' ']).count() > 2;
    let counts = || value.parse::<u64>().is_ok_and(|number| number > 1);
    let elsewhere = plain(column) == "paid" && value.starts_with(|c: char| c.is_ascii_digit()) && is_date()
        || names::is_of_people(column) && counts();
    if elsewhere {
        return None;
    }
    let asked = asked(column).unwrap_or(Question::Who);
    let known = access(value).filter(|_| asked == Question::Who || WHOLE.contains(&plain(column).as_str()));
    let told = known.map(Answer::For);
    // An object says it in words of its own.
    told.or_else(|| {
        if value.starts_with('{') && asked != Question::Account { Some(Answer::Unknown) } else { answer(asked, value) }
    })
}

/// Columns that hold what a story costs.
const PRICES: &[&str] = &["price", "articleprice", "storyprice", "priceamount", "preis", "prix", "precio", "prezzo"];

/// Columns that tell the whole of it: what they do not sell is free.
const WHOLE: &[&str] = &["paywall", "premium"];

/// The first picture that a column names, and not the body, of which something is not known yet.
fn own_picture(item: &mut Item, lacks: impl Fn(&Image) -> bool) -> Option<&mut Image> {
    item.images.iter_mut().find(|image| image.after.is_none() && lacks(image))
}

/// Puts one value into the piece.
fn fill(item: &mut Item, field: Field, value: &str, dates: &mut Dates) {
    if value.trim().is_empty() {
        return;
    }
    match field {
        Field::Id => item.key = clean::shortened(value.trim(), 500),
        Field::Url => item.url = clean::line(value),
        Field::Aliases => item.aliases.extend(listed(value)),
        Field::Headline => item.headline = clean::line(value),
        Field::Standfirst => item.standfirst = clean::line(value),
        Field::Byline => bylines::fill(item, value),
        Field::Dateline => item.dateline = clean::line(value),
        Field::Section => {
            let mut sections = listed(value).into_iter();
            item.section = item.section.take().or_else(|| sections.next());
            item.topics.extend(sections);
        }
        Field::Topics => item.topics.extend(listed(value)),
        Field::Language => item.language = clean::line(value),
        // "published": false
        Field::Published if ["true", "false", "yes", "no"].contains(&value.trim().to_ascii_lowercase().as_str()) => {
            standing::stands(item, standing::of_status(value), "status", value);
        }
        Field::Published | Field::Updated => {
            let when = match dates.when(value, item.place) {
                Ok(when) => Some(when),
                // the zero dates of drafts
                Err(_) if value.starts_with("0000") => None,
                Err(Unread::Either(two, day_first)) => {
                    if field == Field::Published && item.published_either.is_none() {
                        item.published_either = Some(two);
                        item.earlier_has_day_first = day_first;
                        item.published_unread.get_or_insert_with(|| clean::shortened(value.trim(), 60));
                    }
                    None
                }
                Err(Unread::Because(why)) => {
                    if field == Field::Published {
                        item.published_unread.get_or_insert_with(|| clean::shortened(value.trim(), 60));
                    }
                    item.notes.push(why);
                    None
                }
            };
            let slot = if field == Field::Published { &mut item.published_at } else { &mut item.updated_at };
            *slot = slot.or(when);
        }
        Field::Access | Field::Nothing => {}
        Field::Status => standing::stands(item, standing::of_status(value), "status", value),
        Field::Draft if !standing::is_no(value) => {
            item.standing = item.standing.max(Standing::Unpublished);
            item.notes.push("a draft where it comes from".to_owned());
        }
        Field::Draft => {}
        Field::Version => item.version = value.trim().parse().ok(),
        Field::Body => clean::any_body(item, value),
        Field::Image => item.images.extend(listed(value).iter().filter_map(|v| clean::image(v))),
        Field::Caption => match own_picture(item, |image| image.caption.is_none()) {
            Some(image) => image.caption = clean::line(value),
            None => clean::removed(item, value, "caption without a picture"),
        },
        Field::Credit => match own_picture(item, |image| image.credit.is_none()) {
            Some(image) => image.credit = clean::line(value),
            None => clean::removed(item, value, "credit without a picture"),
        },
    }
}

/// Several values in one cell: parted by bars, semicolons or commas.
pub(super) fn listed(value: &str) -> Vec<String> {
    let sign = ['|', ';', '\n'].into_iter().find(|s| value.contains(*s)).unwrap_or(',');
    let one = value.starts_with("http") && sign == ',';
    let parts: Vec<&str> = if one { vec![value] } else { value.split(sign).collect() };
    parts.into_iter().filter_map(clean::line).take(200).collect()
}

/// Words of exports for who may read. Others are read as everywhere.
pub(crate) fn access(value: &str) -> Option<Access> {
    match value.trim().to_ascii_lowercase().as_str() {
        "free" | "public" | "everyone" | "open" | "all" | "false" | "no" | "0" => Some(Access::Free),
        "registered" | "members" | "member" | "login" | "free_members" => Some(Access::Registered),
        "metered" => Some(Access::Metered),
        "paid" | "premium" | "subscribers" | "subscriber" | "only_paid" | "tiers" | "founding" | "plus" | "true"
        | "yes" | "1" | "locked" | "paying" => Some(Access::Paid),
        _ => None,
    }
}
