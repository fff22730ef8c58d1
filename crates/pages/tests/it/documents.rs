//! Rules that every page keeps, whatever its data.
use crate::markup::{Piece, VOID, pieces, tags, value};
use crate::samples;
use pages::views::*;
use pages::{Page, assets};
use std::collections::HashSet;

fn documents() -> Vec<(String, String)> {
    let paper = samples::paper();
    let mut found = Vec::new();
    for (name, reader, page) in samples::all() {
        found.push((name.to_owned(), page.render(&paper, reader).expect("a page")));
    }
    for (name, page) in awkward_pages() {
        for reader in Reader::ALL {
            found.push((format!("{name} for {reader:?}"), page.render(&paper, reader).expect("a page")));
        }
    }
    found
}

/// Pages with hostile text, empty lists and unknown dates.
fn awkward_pages() -> Vec<(&'static str, Box<dyn Page>)> {
    let card = samples::awkward();
    let story = StoryHead {
        path: card.path.clone(),
        headline: card.headline.clone(),
        standfirst: card.standfirst.clone(),
        section: card.section.clone(),
        bylines: vec!["A <b>".into(), "B & \"C\"".into(), "D".into()],
        dateline: Some("Goa & \"Daman\" <i>".into()),
        published_at: None,
        updated_at: None,
        reading_minutes: 1,
        marking: Marking::Premium,
        archived: true,
        picture: Some(Picture { alt: "\"><script>".into(), caption: None, credit: None, ..samples::picture("x") }),
        language: Some("\"><script>".into()),
        topics: vec!["<i>".into()],
        author_links: vec![],
        topic_links: vec![Link::new("<i>", "/topics/i")],
        also_read: vec![],
        more_from_section: vec![card.clone()],
    };
    let hostile = vec![Block::Paragraph("</p><script>alert(1)</script>".into())];
    let evil = Advertisement { link: "javascript:alert(1)".into(), ..samples::advertisements().remove(0) };
    let open = OpenArticle {
        story: story.clone(),
        opening: hostile.clone(),
        rest: vec![],
        notice: None,
        advertisements: vec![evil.clone()],
    };
    let walled =
        WalledArticle { story, preview: vec![], wall: WallView::Premium, plans: vec![], advertisements: vec![evil] };
    let mut pages = small_awkward_pages(&card, hostile);
    pages.push(("awkward open", Box::new(open)));
    pages.push(("awkward walled", Box::new(walled)));
    pages
}

fn small_awkward_pages(card: &StoryCard, hostile: Vec<Block>) -> Vec<(&'static str, Box<dyn Page>)> {
    vec![
        ("empty front", Box::new(FrontPage::default())),
        (
            "awkward front",
            Box::new(FrontPage {
                lead: Some(card.clone()),
                latest: vec![card.clone()],
                picks: vec![card.clone()],
                ..Default::default()
            }),
        ),
        ("empty section", Box::new(SectionPage { stories: vec![], pages: 1, ..samples::section_page() })),
        ("empty plans", Box::new(PlansPage::default())),
        ("empty account", Box::new(AccountPage::default())),
        ("empty mailbox", Box::new(MailboxPage::default())),
        ("empty desk", Box::new(DeskFront { page: 1, pages: 1, query: "\"><b>".into(), ..Default::default() })),
        ("empty imports", Box::new(DeskImports::default())),
        ("empty readers", Box::new(DeskReaders { page: 1, pages: 1, query: "\"><b>".into(), ..Default::default() })),
        (
            "bare reader",
            Box::new(DeskReader {
                name: "<i>".into(),
                message: None,
                contracts: vec![],
                rights: vec![],
                documents: vec![],
                timeline: vec![],
                pages: 1,
                ..samples::desk_reader()
            }),
        ),
        ("awkward act", Box::new(DeskAct { reason: "</textarea><script>".into(), ..samples::desk_act() })),
        ("bare error", Box::new(ErrorPage { status: 418, detail: Some("<b>".into()), ..Default::default() })),
        (
            "awkward message",
            Box::new(MessagePage {
                title: card.headline.clone(),
                paragraphs: vec![],
                links: vec![Link::new("x", " JavaScript:alert(1)")],
            }),
        ),
        (
            "awkward sign-up",
            Box::new(SignUpPage {
                name: "\" onfocus=\"x".into(),
                next: Some("/\"><script>".into()),
                ..Default::default()
            }),
        ),
        (
            "awkward desk story",
            Box::new(DeskStory {
                headline: "</textarea><script>".into(),
                body: hostile,
                published_at: None,
                ..samples::desk_story()
            }),
        ),
    ]
}

#[test]
fn tags_nest_and_close() {
    for (name, html) in documents() {
        let mut open = Vec::new();
        for piece in pieces(&html) {
            match piece {
                Piece::Open(tag, _) if !VOID.contains(&tag) => open.push(tag),
                Piece::Close(tag) => assert_eq!(open.pop(), Some(tag), "{name}: </{tag}> closes something else"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{name}: left open: {open:?}");
    }
}

#[test]
fn nothing_is_inline_that_the_content_security_policy_forbids() {
    for (name, html) in documents() {
        for (tag, attributes) in tags(&html) {
            assert_ne!(tag, "style", "{name}");
            for (attribute, _) in &attributes {
                assert!(!attribute.starts_with("on") && *attribute != "style", "{name}: <{tag} {attribute}>");
            }
            if tag == "script" {
                let data = value(&attributes, "type") == Some("application/ld+json");
                let own = value(&attributes, "src").is_some_and(|s| s.starts_with("/assets/"));
                assert!(data || own, "{name}: {attributes:?}");
            }
            for attribute in ["href", "src", "action", "formaction"] {
                let address = value(&attributes, attribute).unwrap_or("/").to_ascii_lowercase();
                let own = address.starts_with('/') && !address.starts_with("//");
                let allowed =
                    own || address.starts_with('#') || address.starts_with("mailto:") || address.starts_with("http");
                assert!(allowed, "{name}: <{tag} {attribute}={address}>");
                let loads = tag == "img" || tag == "script" || attribute.ends_with("action");
                // The one page that leaves for the payment company; its own policy names that origin.
                let leaves = name == "leave-form" && tag == "form";
                assert!(own || !loads || address == "/" || leaves, "{name}: third party: {address}");
            }
        }
    }
}

#[test]
fn every_asset_a_page_names_exists() {
    for (name, html) in documents() {
        for (tag, attributes) in tags(&html) {
            for attribute in ["href", "src"] {
                if let Some(path) = value(&attributes, attribute).filter(|p| p.starts_with("/assets/")) {
                    assert!(assets::find(path).is_some(), "{name}: {path}");
                }
            }
            let named = tag == "link" && matches!(value(&attributes, "rel"), Some("stylesheet" | "preload" | "icon"));
            assert!(!named || value(&attributes, "href") != Some("/"), "{name}: an asset is missing");
        }
    }
}

#[test]
fn ids_are_unique_and_references_resolve() {
    for (name, html) in documents() {
        let tags = tags(&html);
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|(_, a)| value(a, "id")) {
            assert!(ids.insert(id), "{name}: id {id} stands twice");
        }
        for (_, attributes) in &tags {
            for reference in ["aria-describedby", "aria-labelledby", "for"] {
                for id in value(attributes, reference).unwrap_or("").split_whitespace() {
                    assert!(ids.contains(id), "{name}: {reference}={id} leads nowhere");
                }
            }
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_picture_its_text_and_size() {
    for (name, html) in documents() {
        let tags = tags(&html);
        let labelled: HashSet<_> =
            tags.iter().filter(|(t, _)| *t == "label").filter_map(|(_, a)| value(a, "for")).collect();
        for (tag, attributes) in &tags {
            let field = matches!(*tag, "select" | "textarea")
                || *tag == "input" && !matches!(value(attributes, "type"), Some("hidden" | "checkbox" | "radio"));
            if field {
                let by_label = value(attributes, "id").is_some_and(|id| labelled.contains(id));
                assert!(by_label || value(attributes, "aria-label").is_some(), "{name}: {attributes:?}");
            }
            if *tag == "img" {
                for needed in ["alt", "width", "height"] {
                    assert!(value(attributes, needed).is_some(), "{name}: an img without {needed}");
                }
            }
        }
    }
}

#[test]
fn one_main_heading_one_title_one_main_landmark() {
    for (name, html) in documents() {
        for tag in ["h1", "title", "main"] {
            let count = tags(&html).iter().filter(|(t, _)| *t == tag).count();
            assert_eq!(count, 1, "{name}: <{tag}>");
        }
    }
}

#[test]
fn headings_do_not_skip_a_level() {
    for (name, html) in documents() {
        let mut last = 0;
        for (tag, _) in tags(&html) {
            let level = match tag.as_bytes() {
                [b'h', digit @ b'1'..=b'6'] => i32::from(digit - b'0'),
                _ => continue,
            };
            assert!(level <= last + 1, "{name}: h{level} after h{last}");
            last = level;
        }
    }
}

#[test]
fn changes_are_only_asked_for_by_post() {
    for (name, html) in documents() {
        for (_, attributes) in tags(&html).iter().filter(|(t, _)| *t == "form") {
            // Trying a coupon and looking at a gift change nothing.
            let looks = matches!(value(attributes, "action"), Some("/checkout" | "/gift"))
                && value(attributes, "method") == Some("get");
            let search = value(attributes, "role") == Some("search") || looks;
            let expected = if search { "get" } else { "post" };
            assert_eq!(value(attributes, "method"), Some(expected), "{name}");
        }
    }
}

#[test]
fn a_cached_page_says_nothing_personal() {
    // The header knows a class. Only the account, checkout and mail pages show an address.
    let paper = samples::paper();
    for reader in Reader::ALL {
        let html = samples::open_article().render(&paper, reader).expect("a page");
        assert!(!html.contains("nandini"), "{reader:?}");
        assert_eq!(html.contains(">Log in<"), reader == Reader::Guest, "{reader:?}");
        assert_eq!(html.contains(">Desk<"), reader == Reader::Staff, "{reader:?}");
        let subscribe = html.contains("class=\"button slim\" href=\"/subscribe");
        assert_eq!(subscribe, matches!(reader, Reader::Guest | Reader::Registered), "{reader:?}");
    }
}
