//! What surrounds every page: title, head links, navigation, and the small helpers that templates call.
use crate::assets;
use crate::views::{FieldError, Paper, Picture, Reader, StoryHead};
use crate::words;
use jiff::Timestamp;
use jiff::civil::Date;

/// The frame of one page.
pub(crate) struct Shell<'a> {
    pub(crate) paper: &'a Paper,
    pub(crate) reader: Reader,
    pub(crate) title: String,
    pub(crate) description: &'a str,
    /// Absolute canonical address; `None` keeps the page out of search engines.
    pub(crate) canonical: Option<String>,
    pub(crate) section: &'a str,
    pub(crate) social: Option<Social>,
    /// What the page says of a moved clock.
    pub(crate) moved: Option<String>,
    next: Option<&'a str>,
    errors: &'a [FieldError],
}

/// What other sites show when the page is shared.
pub(crate) struct Social {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) image: Option<(String, String, u32)>,
    pub(crate) properties: Vec<(&'static str, String)>,
}

impl Social {
    pub(crate) fn website(paper: &Paper, title: &str, description: &str, image: Option<&Picture>) -> Self {
        Self {
            kind: "website",
            title: title.into(),
            description: description.into(),
            image: image.map(|p| card_image(paper, p)),
            properties: Vec::new(),
        }
    }

    pub(crate) fn article(paper: &Paper, story: &StoryHead) -> Self {
        let mut properties = Vec::new();
        if let Some(at) = story.published_at {
            properties.push(("article:published_time", words::machine_time(at, &paper.zone)));
        }
        if let Some(at) = words::later(story.updated_at, story.published_at) {
            properties.push(("article:modified_time", words::machine_time(at, &paper.zone)));
        }
        properties.push(("article:section", story.section.name.clone()));
        properties.push(("article:content_tier", story.marking.content_tier().into()));
        properties.extend(story.topics.iter().map(|t| ("article:tag", t.clone())));
        Self {
            kind: "article",
            title: story.headline.clone(),
            description: story.standfirst.clone().unwrap_or_default(),
            image: story.picture.as_ref().map(|p| card_image(paper, p)),
            properties,
        }
    }
}

/// Address, alternative text and height of the 1200-pixel picture for link cards.
fn card_image(paper: &Paper, picture: &Picture) -> (String, String, u32) {
    let address = format!("{}/pictures/{}-1200.jpg", paper.base_url, picture.file);
    let height = u64::from(picture.height) * 1200 / u64::from(picture.width.max(1));
    let words = match picture.alt.trim() {
        "" => crate::words::picture_with_the_story(&paper.language),
        alt => alt,
    };
    (address, words.to_owned(), u32::try_from(height).unwrap_or(675))
}

impl<'a> Shell<'a> {
    /// What is read out in place of a story's picture. It belongs to the story: one without a description is no decoration.
    pub(crate) fn described<'b>(&self, alt: &'b str) -> &'b str {
        if alt.trim().is_empty() { crate::words::picture_with_the_story(&self.paper.language) } else { alt }
    }

    pub(crate) fn new(paper: &'a Paper, reader: Reader) -> Self {
        Self {
            paper,
            reader,
            title: paper.name.clone(),
            description: "",
            canonical: None,
            section: "",
            social: None,
            moved: paper.moved.words(),
            next: None,
            errors: &[],
        }
    }

    pub(crate) fn title(self, title: impl Into<String>) -> Self {
        let title = format!("{} | {}", title.into(), self.paper.name);
        self.bare_title(title)
    }

    pub(crate) fn bare_title(mut self, title: String) -> Self {
        self.title = title;
        self
    }

    pub(crate) fn describe(mut self, description: &'a str) -> Self {
        self.description = description;
        self
    }

    pub(crate) fn canonical(mut self, path: &str) -> Self {
        self.canonical = Some(format!("{}{path}", self.paper.base_url));
        self
    }

    pub(crate) fn section(mut self, code: &'a str) -> Self {
        self.section = code;
        self
    }

    pub(crate) fn social(mut self, social: Social) -> Self {
        self.social = Some(social);
        self
    }

    /// The path that log-in and subscribing return to.
    pub(crate) fn next(mut self, next: Option<&'a str>) -> Self {
        self.next = next;
        self
    }

    pub(crate) fn form(mut self, errors: &'a [FieldError]) -> Self {
        self.errors = errors;
        self
    }

    /// `/login` or another path, carrying the way back.
    pub(crate) fn onward(&self, path: &str) -> String {
        words::with_next(path, self.next)
    }

    /// `/checkout?plan=…`, carrying the way back.
    pub(crate) fn checkout(&self, plan: &str) -> String {
        words::with_next(&format!("/checkout?plan={}", words::percent(plan)), self.next)
    }

    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// The error beside a field.
    pub(crate) fn error(&self, field: &str) -> Option<&'a str> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.text.as_str())
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// A `mailto` address that shares a story.
    pub(crate) fn share_by_mail(&self, headline: &str, path: &str) -> String {
        let address = format!("{}{path}", self.paper.base_url);
        format!("mailto:?subject={}&body={}", words::percent(headline), words::percent(&address))
    }

    pub(crate) fn href(&self, address: &str) -> String {
        words::safe_href(address)
    }

    pub(crate) fn weekday_date(&self, at: &Timestamp) -> String {
        words::weekday_date(*at, &self.paper.zone)
    }

    pub(crate) fn short_date(&self, at: &Timestamp) -> String {
        words::short_date(*at, &self.paper.zone)
    }

    /// The time of day on the day of `printed_at`, else the date.
    pub(crate) fn time_or_date(&self, at: &Timestamp, printed_at: &Timestamp) -> String {
        words::time_or_date(*at, *printed_at, &self.paper.zone)
    }

    pub(crate) fn date_time(&self, at: &Timestamp) -> String {
        words::date_time(*at, &self.paper.zone)
    }

    /// The page of everything published on that day.
    pub(crate) fn day_path(&self, at: &Timestamp) -> String {
        at.to_zoned(self.paper.zone.clone()).strftime("/archive/%Y/%m/%d").to_string()
    }

    pub(crate) fn machine_time(&self, at: &Timestamp) -> String {
        words::machine_time(*at, &self.paper.zone)
    }

    pub(crate) fn day(&self, date: &Date) -> String {
        words::day(*date)
    }

    pub(crate) fn near_day(&self, date: &Date) -> String {
        words::near_day(*date)
    }

    pub(crate) fn byline(&self, names: &[String]) -> String {
        words::join_names(names)
    }

    pub(crate) fn later(&self, updated: &Option<Timestamp>, published: &Option<Timestamp>) -> Option<Timestamp> {
        words::later(*updated, *published)
    }
}
