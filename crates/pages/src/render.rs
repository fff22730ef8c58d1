//! From a view to HTML: one template per page, chosen by the view's type.
use crate::jsonld;
use crate::mail;
use crate::shell::{Shell, Social};
use crate::views::{
    ActFieldKind, Advertisement, ArchivePage, Block, CodePage, DeskAct, DeskBilling, DeskClock, DeskDoubts, DeskFront,
    DeskImports, DeskReader, DeskReaders, DeskState, DeskStory, DeskVersions, ErrorPage, FrontPage, LogInPage,
    MailboxPage, Marking, MessagePage, Notice, OpenArticle, Paper, PlanCard, PlanChoice, PlansPage, Reader,
    SandboxBankPage, SandboxPayPage, SearchPage, SectionPage, SignUpPage, StoryHead, TimelineKind, WallView,
    WalledArticle,
};
use crate::words;
use askama::Template;

/// A view that can be shown as a whole HTML document.
pub trait Page {
    /// The document, UTF-8, for one class of reader.
    ///
    /// # Errors
    /// [`RenderError`] when a template could not be written out; the caller answers 500.
    fn render(&self, paper: &Paper, reader: Reader) -> Result<String, RenderError>;
}

/// A page could not be written out. Templates are checked when the program is built, so this is not expected.
#[derive(Debug)]
pub struct RenderError(askama::Error);

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a page could not be written out: {}", self.0)
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<askama::Error> for RenderError {
    fn from(error: askama::Error) -> Self {
        Self(error)
    }
}

/// Declares the template of a view whose shell needs only a title: `page!(Name, "path", View, |view, shell| …)`.
macro_rules! page {
    ($template:ident, $path:literal, $view:ty, |$v:ident, $s:ident| $setup:expr) => {
        #[derive(Template)]
        #[template(path = $path, whitespace = "minimize")]
        struct $template<'a> {
            shell: Shell<'a>,
            page: &'a $view,
        }

        impl Page for $view {
            fn render(&self, paper: &Paper, reader: Reader) -> Result<String, RenderError> {
                let $v = self;
                let $s = Shell::new(paper, reader);
                let shell: Shell<'_> = $setup;
                Ok($template { shell, page: self }.render()?)
            }
        }
    };
}

pub(crate) use page;

page!(FrontTemplate, "front/page.html", FrontPage, |view, shell| {
    let paper = shell.paper;
    let image = view.lead.as_ref().and_then(|s| s.picture.as_ref());
    let title =
        if paper.tagline.is_empty() { paper.name.clone() } else { format!("{}: {}", paper.name, paper.tagline) };
    shell.bare_title(title.clone()).describe(&paper.tagline).canonical("/").social(Social::website(
        paper,
        &title,
        &paper.tagline,
        image,
    ))
});
page!(SectionTemplate, "section/page.html", SectionPage, |view, shell| {
    let paper = shell.paper;
    let path = words::section_page(&view.section.code, view.page);
    let title =
        if view.page > 1 { format!("{}, page {}", view.section.name, view.page) } else { view.section.name.clone() };
    let image = view.stories.first().and_then(|s| s.picture.as_ref());
    shell
        .social(Social::website(paper, &title, &view.about, image))
        .title(title)
        .describe(&view.about)
        .canonical(&path)
        .section(&view.section.code)
});
#[derive(Template)]
#[template(path = "archive/page.html", whitespace = "minimize")]
struct ArchiveTemplate<'a> {
    shell: Shell<'a>,
    page: &'a ArchivePage,
    jsonld: String,
}

impl Page for ArchivePage {
    fn render(&self, paper: &Paper, reader: Reader) -> Result<String, RenderError> {
        let description = if self.description.is_empty() { &self.about } else { &self.description };
        let mut shell = Shell::new(paper, reader)
            .social(Social::website(paper, &self.title, description, None))
            .title(&self.title)
            .describe(description)
            .section("archive");
        if !self.holds_nothing() && !self.unlisted {
            shell = shell.canonical(&self.path);
        }
        let template = ArchiveTemplate { shell, page: self, jsonld: jsonld::collection(paper, self) };
        Ok(template.render()?)
    }
}

page!(SearchTemplate, "search/page.html", SearchPage, |view, shell| shell
    .title(view.title())
    .next(view.here.as_deref()));
page!(PlansTemplate, "plans/page.html", PlansPage, |view, shell| shell
    .title("Subscribe")
    .describe("Plans and what a subscription includes.")
    .canonical("/subscribe")
    .next(view.next.as_deref()));
page!(SignUpTemplate, "signup/page.html", SignUpPage, |view, shell| shell
    .title("Create a free account")
    .next(view.next.as_deref())
    .form(&view.errors));
page!(LogInTemplate, "login/page.html", LogInPage, |view, shell| shell
    .title("Log in")
    .next(view.next.as_deref())
    .form(&view.errors));
page!(CodeTemplate, "code/page.html", CodePage, |view, shell| shell
    .title("Log in with a code")
    .next(view.next.as_deref())
    .form(&view.errors));
page!(SandboxTemplate, "sandbox/page.html", SandboxPayPage, |view, shell| shell
    .bare_title(format!("TEST payment to {}", view.payee))
    .form(&view.errors));
page!(BankTemplate, "sandbox/bank.html", SandboxBankPage, |_view, shell| shell.bare_title("TEST bank".to_owned()));
page!(MailboxTemplate, "mailbox/page.html", MailboxPage, |view, shell| shell
    .title(view.open.as_ref().map_or("Mailbox", |m| m.subject.as_str())));
page!(MessageTemplate, "message/page.html", MessagePage, |view, shell| shell.title(view.title.clone()));
page!(ErrorTemplate, "error/page.html", ErrorPage, |view, shell| {
    shell.title(if view.desk { words::desk_heading(view.status) } else { words::status_heading(view.status) })
});
page!(DeskFrontTemplate, "desk/front.html", DeskFront, |_view, shell| shell.title("Desk").section("desk"));
page!(DeskStoryTemplate, "desk/story.html", DeskStory, |view, shell| shell
    .title(format!("Desk: {}", view.headline))
    .section("desk")
    .form(&view.errors));
page!(DeskReadersTemplate, "desk/readers.html", DeskReaders, |_view, shell| shell
    .title("Readers")
    .section("desk/readers"));
page!(DeskReaderTemplate, "desk/reader.html", DeskReader, |view, shell| shell
    .title(format!("Reader: {}", view.email))
    .section("desk/readers"));
page!(DeskActTemplate, "desk/act.html", DeskAct, |view, shell| shell
    .title(format!("{}: {}", view.title, view.reader))
    .section("desk/readers")
    .form(&view.errors));
page!(DeskBillingTemplate, "desk/billing.html", DeskBilling, |_view, shell| shell
    .title("Billing")
    .section("desk/billing"));
page!(DeskClockTemplate, "desk/clock.html", DeskClock, |view, shell| shell
    .title("The clock")
    .form(&view.errors)
    .section("desk/clock"));
page!(DeskDoubtsTemplate, "desk/doubts.html", DeskDoubts, |_view, shell| shell.title("Doubts").section("desk/doubts"));
page!(DeskVersionsTemplate, "desk/versions.html", DeskVersions, |view, shell| shell
    .title(format!("Versions: {}", view.headline))
    .section("desk"));
page!(DeskImportsTemplate, "desk/imports.html", DeskImports, |_view, shell| shell
    .title("Imports")
    .section("desk/imports"));

/// What stands in a story's column, in order.
enum Piece<'a> {
    Block(&'a Block, bool),
    AlsoRead,
    Advertisement(&'a Advertisement),
}

#[derive(Template)]
#[template(path = "article/open.html", whitespace = "minimize")]
struct OpenTemplate<'a> {
    shell: Shell<'a>,
    story: &'a StoryHead,
    opening: Vec<Piece<'a>>,
    rest: Vec<Piece<'a>>,
    notice: Option<&'a Notice>,
    side: Option<&'a Advertisement>,
    jsonld: String,
}

#[derive(Template)]
#[template(path = "article/walled.html", whitespace = "minimize")]
struct WalledTemplate<'a> {
    shell: Shell<'a>,
    story: &'a StoryHead,
    preview: Vec<Piece<'a>>,
    also_read_below: bool,
    wall: &'a WallView,
    plans: &'a [PlanCard],
    side: Option<&'a Advertisement>,
    jsonld: String,
}

fn story_shell<'a>(paper: &'a Paper, reader: Reader, story: &'a StoryHead) -> Shell<'a> {
    Shell::new(paper, reader)
        .title(story.headline.as_str())
        .describe(story.standfirst.as_deref().unwrap_or(&story.headline))
        .canonical(&story.path)
        .section(&story.section.code)
        .next(Some(&story.path))
        .social(Social::article(paper, story))
}

impl Page for OpenArticle {
    fn render(&self, paper: &Paper, reader: Reader) -> Result<String, RenderError> {
        let mut advertisements = self.advertisements.iter();
        let side = advertisements.next();
        let in_text = advertisements.next();
        let also_read = !self.story.also_read.is_empty();
        let all: Vec<&Block> = self.opening.iter().chain(&self.rest).collect();
        let places = Places {
            also_read: also_read.then(|| not_after_crosshead(&all, 3)),
            advertisement: in_text.filter(|_| all.len() >= 9).map(|a| (not_after_crosshead(&all, 7), a)),
        };
        let cut = self.opening.len();
        let template = OpenTemplate {
            shell: story_shell(paper, reader, &self.story),
            story: &self.story,
            opening: flow(&all[..cut], 0, &places),
            rest: flow(&all[cut..], cut, &places),
            notice: self.notice.as_ref(),
            side,
            jsonld: jsonld::article(paper, &self.story),
        };
        Ok(template.render()?)
    }
}

impl Page for WalledArticle {
    fn render(&self, paper: &Paper, reader: Reader) -> Result<String, RenderError> {
        let all: Vec<&Block> = self.preview.iter().collect();
        let also_read = !self.story.also_read.is_empty();
        // A short preview is not broken up: the links then stand below the wall.
        let inside = also_read && all.len() >= 3;
        let places = Places { also_read: inside.then(|| not_after_crosshead(&all, 2)), advertisement: None };
        let template = WalledTemplate {
            shell: story_shell(paper, reader, &self.story),
            story: &self.story,
            preview: flow(&all, 0, &places),
            also_read_below: also_read && !inside,
            wall: &self.wall,
            plans: &self.plans,
            side: self.advertisements.first(),
            jsonld: jsonld::article(paper, &self.story),
        };
        Ok(template.render()?)
    }
}

/// After how many blocks something is put between them.
struct Places<'a> {
    also_read: Option<usize>,
    advertisement: Option<(usize, &'a Advertisement)>,
}

/// The first place at or after `wanted` blocks that does not part a crosshead from its text.
fn not_after_crosshead(blocks: &[&Block], wanted: usize) -> usize {
    let mut place = wanted.min(blocks.len());
    while place > 0 && place < blocks.len() && matches!(blocks[place - 1], Block::Crosshead(_)) {
        place += 1;
    }
    place
}

fn flow<'a>(blocks: &[&'a Block], before: usize, places: &Places<'a>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(blocks.len() + 2);
    for (index, &block) in blocks.iter().enumerate() {
        let count = before + index + 1;
        pieces.push(Piece::Block(block, count == 1));
        if places.also_read == Some(count) {
            pieces.push(Piece::AlsoRead);
        }
        if let Some((_, advertisement)) = places.advertisement.filter(|(place, _)| *place == count) {
            pieces.push(Piece::Advertisement(advertisement));
        }
    }
    pieces
}
