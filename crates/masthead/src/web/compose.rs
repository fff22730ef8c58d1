//! From the catalogue to the views of the pages: the last place where a whole body is at hand, and only for a verdict
//! that opens it.
use std::sync::Arc;

use circulation::meter::Window;
use jiff::civil::Date;
use newsroom::articles::{self, Marking};
use newsroom::languages;
use pages::views;
use store::Credits;

use crate::catalogue::{Catalogue, Entry};
use crate::config::{Advertisement, Publication};
use crate::house::House;
use crate::web::archive::credits;
use crate::web::article;

/// What every page knows of the paper.
#[must_use]
pub fn paper(publication: &Publication) -> views::Paper {
    views::Paper {
        name: publication.name.clone(),
        tagline: publication.tagline.clone(),
        language: publication.language.clone(),
        base_url: publication.base_url.clone(),
        zone: publication.zone.clone(),
        currency: publication.currency.code().to_owned(),
        sections: publication.sections.iter().map(section_link).collect(),
        footer_links: Vec::new(),
        contact: Some(publication.contact.clone()),
        moved: Default::default(),
        sample_banner: (publication.payments.rail == "sandbox").then(|| "Sandbox payments: no money moves".to_owned()),
        ..views::Paper::default()
    }
}

#[must_use]
pub fn section_link(section: &articles::Section) -> views::SectionLink {
    views::SectionLink { code: section.code.clone(), name: section.name.clone() }
}

/// The section of a code; a section that was taken out of the settings keeps its code as a name.
#[must_use]
pub fn section_of(publication: &Publication, code: &str) -> views::SectionLink {
    publication
        .sections
        .iter()
        .find(|s| s.code == code)
        .map_or_else(|| views::SectionLink { code: code.to_owned(), name: code.to_owned() }, section_link)
}

#[must_use]
pub const fn marking(marking: Marking) -> views::Marking {
    match marking {
        Marking::Free => views::Marking::Free,
        Marking::Registered => views::Marking::Registered,
        Marking::Metered => views::Marking::Metered,
        Marking::Premium => views::Marking::Premium,
    }
}

#[must_use]
pub fn picture(picture: &articles::Picture) -> views::Picture {
    views::Picture {
        file: picture.file.clone(),
        alt: picture.alt.clone(),
        caption: picture.caption.clone(),
        credit: picture.credit.clone(),
        width: picture.width,
        height: picture.height,
    }
}

/// A language, where it is another than the paper's.
#[must_use]
pub fn language(publication: &Publication, tag: Option<&str>) -> Option<String> {
    tag.filter(|tag| !languages::is_within(tag, &publication.language)).map(str::to_owned)
}

#[must_use]
pub fn card(house: &House, entry: &Entry) -> views::StoryCard {
    card_of(house, &entry.story)
}

/// The card of a story that may not be in the catalogue, as lists show it now.
#[must_use]
pub fn card_of(house: &House, story: &articles::Story) -> views::StoryCard {
    let archived = article::needs_archive(house.archive_now(), story.marking, story.published_at);
    views::StoryCard { archived, ..timeless_card(&house.publication, story) }
}

/// A card that is kept: whether the story is of the archive is found out where it is shown.
#[must_use]
pub fn timeless_card(publication: &Publication, story: &articles::Story) -> views::StoryCard {
    views::StoryCard {
        path: story.path(),
        headline: story.headline.clone(),
        standfirst: story.standfirst.clone(),
        section: section_of(publication, &story.section),
        bylines: story.bylines.clone(),
        published_at: story.published_at,
        reading_minutes: story.reading_minutes(),
        marking: marking(story.marking),
        archived: false,
        picture: story.picture.as_ref().map(picture),
        language: language(publication, story.language.as_deref()),
    }
}

#[must_use]
pub fn cards<'a>(house: &House, entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Vec<views::StoryCard> {
    entries.into_iter().map(|e| card(house, e)).collect()
}

/// The public head of a story.
#[must_use]
pub fn head(house: &House, catalogue: &Catalogue, entry: &Entry) -> views::StoryHead {
    let (publication, story, begins) = (&house.publication, &entry.story, house.archive_now());
    let other = |n: &articles::StoryNumber| {
        let (_, card) = entry.beside.others.iter().find(|(other, _)| other == n)?;
        let marking = Marking::read(card.marking.word());
        let archived = article::needs_archive(begins, marking, card.published_at);
        Some(views::StoryCard { archived, ..card.clone() })
    };
    let named = |numbers: &[articles::StoryNumber]| {
        numbers.iter().filter_map(|n| catalogue.story(*n).map(|e| card(house, e)).or_else(|| other(n))).collect()
    };
    views::StoryHead {
        path: entry.path.clone(),
        headline: story.headline.clone(),
        standfirst: story.standfirst.clone(),
        section: section_of(publication, &story.section),
        bylines: story.bylines.clone(),
        dateline: story.dateline.clone(),
        published_at: story.published_at,
        updated_at: story.updated_at,
        reading_minutes: story.reading_minutes(),
        marking: marking(story.marking),
        archived: article::needs_archive(begins, story.marking, story.published_at),
        picture: story.picture.as_ref().map(picture),
        language: language(publication, story.language.as_deref()),
        topics: story.topics.clone(),
        author_links: story.bylines.iter().filter_map(|name| credits::link(Credits::Authors, name)).collect(),
        topic_links: story.topics.iter().filter_map(|name| credits::link(Credits::Topics, name)).collect(),
        also_read: named(&entry.beside.also_read),
        more_from_section: named(&entry.beside.more_from_section),
    }
}

#[must_use]
pub fn blocks(blocks: &[articles::Block]) -> Vec<views::Block> {
    blocks
        .iter()
        .map(|block| match block {
            articles::Block::Paragraph(t) => views::Block::Paragraph(t.clone()),
            articles::Block::Crosshead(t) => views::Block::Crosshead(t.clone()),
            articles::Block::Quote(t) => views::Block::Quote(t.clone()),
        })
        .collect()
}

/// House advertisements for a page; another order on each story, the same on every visit. Who has an account is not asked to make one.
#[must_use]
pub fn advertisements(publication: &Publication, reader: views::Reader, turn: usize) -> Vec<views::Advertisement> {
    let for_guests = |link: &str| matches!(link.split(['?', '#']).next(), Some("/signup" | "/login"));
    let shown = |a: &&Advertisement| reader.is_guest() || !for_guests(&a.link);
    let all: Vec<&Advertisement> = publication.advertisements.iter().filter(shown).collect();
    (0..all.len())
        .map(|n| all[(n + turn) % all.len()])
        .map(|a| views::Advertisement {
            headline: a.headline.clone(),
            text: a.text.clone(),
            label: a.label.clone(),
            link: a.link.clone(),
        })
        .collect()
}

/// The period in the words of the page.
#[must_use]
pub const fn meter_period(window: &Window) -> views::MeterPeriod {
    match window {
        Window::CalendarMonth => views::MeterPeriod::Month,
        Window::CalendarWeek => views::MeterPeriod::Week,
        Window::Day => views::MeterPeriod::Day,
        Window::RollingDays(days) => views::MeterPeriod::RollingDays(*days),
    }
}

/// The civil day of an instant in the paper's zone.
#[must_use]
pub fn day(publication: &Publication, at: jiff::Timestamp) -> Date {
    at.to_zoned(publication.zone.clone()).date()
}

/// What a summary may say of a story: its standfirst, or the beginning of what everybody may read.
#[must_use]
pub fn summary(story: &articles::Story) -> String {
    if let Some(standfirst) = &story.standfirst {
        return standfirst.clone();
    }
    let first = story.preview().first().map(|b| b.text().to_owned()).unwrap_or_default();
    let short: String = first.chars().take(200).collect();
    if short.len() < first.len() { format!("{}…", short.trim_end()) } else { short }
}
