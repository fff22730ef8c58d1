//! WordPress eXtended RSS, versions 1.0 to 1.2, and its dialects.

use std::collections::HashMap;
use std::io::BufRead;

use serde::{Deserialize, Serialize};

use super::out::{Flow, Out, Stop};
use super::spool::Spool;
use super::xml::{Element, Next, Xml};
use super::{autop, clean, dates, shortcodes, walls};
use crate::access::Said;
use crate::html;
use crate::item::{Image, Item, Standing, When};

/// Kinds of posts that are the site's workings and no stories.
const WORKINGS: &[&str] = &[
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
    "wp_navigation",
    "wp_font_family",
    "wp_font_face",
    "acf-field",
    "acf-field-group",
    "wpcf7_contact_form",
    "wpforms",
    "mc4wp-form",
    "elementor_library",
    "safecss",
    "feedback",
    "guest-author",
    "shop_order",
];

/// A piece whose pictures stand further on in the file.
#[derive(Serialize, Deserialize)]
struct Waiting {
    item: Item,
    /// Numbers of attachments.
    pictures: Vec<u64>,
    /// The one of them that was chosen as the piece's own.
    lead: Option<u64>,
    /// Attachments of this post belong to it, wherever they are.
    children_of: Option<u64>,
}

struct Export {
    host: Option<String>,
    language: Option<String>,
    /// When it was made.
    exported_at: Option<When>,
    authors: HashMap<String, String>,
    attachments: HashMap<u64, Image>,
    children: HashMap<u64, Vec<u64>>,
    waiting: Spool,
    number: u64,
}

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let mut xml = Xml::new(input, out.state.clone(), &out.options.limits);
    let mut export = Export {
        host: None,
        language: None,
        exported_at: None,
        authors: HashMap::new(),
        attachments: HashMap::new(),
        children: HashMap::new(),
        waiting: Spool::new(out.options.limits.spool_bytes),
        number: 0,
    };
    let ended = pieces(&mut xml, &mut export, out);
    if matches!(ended, Err(Stop::Asked)) {
        return ended;
    }
    // A file that breaks off still gives what came before.
    let Export { attachments, children, waiting, .. } = export;
    waiting.drain(|mut waiting: Waiting| {
        let own = waiting.children_of.and_then(|post| children.get(&post)).into_iter().flatten();
        // Galleries stand somewhere in the body.
        let placed = |id: &u64| (waiting.lead != Some(*id)).then_some(Image::SOMEWHERE);
        let found: Vec<Image> = waiting
            .pictures
            .iter()
            .chain(own)
            .filter_map(|id| Some(Image { after: placed(id), ..attachments.get(id)?.clone() }))
            .collect();
        let missing = waiting.pictures.iter().filter(|id| !attachments.contains_key(id)).count();
        if missing > 0 {
            waiting.item.notes.push(format!("{missing} picture(s) of it are not in the export"));
        }
        waiting.item.images.splice(0..0, found);
        out.finished(waiting.item)
    })?;
    ended
}

fn pieces<R: BufRead>(xml: &mut Xml<R>, export: &mut Export, out: &mut Out<'_>) -> Flow {
    loop {
        let (start, empty) = match xml.next()? {
            Next::Done => return xml.whole(),
            Next::Start(start, empty) => (start, empty),
            Next::End(_) | Next::Text(_) => continue,
        };
        match start.name.as_str() {
            "item" => {
                export.number += 1;
                match xml.tree(start, empty)? {
                    Ok(tree) => export.piece(&tree, out)?,
                    Err(reason) => out.refuse(export.number, format!("{reason}: too large for one story"))?,
                }
            }
            "wp:author" => {
                out.aside("wp:author");
                if let Ok(tree) = xml.tree(start, empty)? {
                    export.author(&tree, out.options.limits.remembered);
                }
            }
            "link" | "wp:base_site_url" | "wp:base_blog_url" | "language" | "pubDate" => {
                let name = start.name.clone();
                if let Ok(tree) = xml.tree(start, empty)? {
                    export.site(&name, tree.text().trim());
                }
            }
            "rss" | "channel" => {}
            _ => {
                // Lists of categories, tags and terms: their names come again with each piece.
                if matches!(start.name.as_str(), "wp:category" | "wp:tag" | "wp:term") {
                    out.aside(&start.name);
                }
                xml.tree(start, empty)?.ok();
            }
        }
    }
}

impl Export {
    fn site(&mut self, name: &str, value: &str) {
        match name {
            "language" => self.language = Some(value.to_owned()).filter(|v| !v.is_empty()),
            "pubDate" => self.exported_at = dates::when(value),
            // The blog's own address wins over the site's and the link.
            "wp:base_blog_url" => self.host = clean::host(value).or(self.host.take()),
            _ => self.host = self.host.take().or_else(|| clean::host(value)),
        }
    }

    fn author(&mut self, tree: &Element, most: usize) {
        let login = tree.value("wp:author_login");
        let name = tree.value("wp:author_display_name").or_else(|| {
            let first = tree.value("wp:author_first_name").unwrap_or_default();
            let last = tree.value("wp:author_last_name").unwrap_or_default();
            Some(format!("{first} {last}"))
        });
        let room = self.authors.len() < most;
        if let (true, Some(login), Some(name)) = (room, login, name.and_then(|n| clean::line(&n))) {
            self.authors.insert(login.trim().to_owned(), name);
        }
    }

    fn piece(&mut self, tree: &Element, out: &mut Out<'_>) -> Flow {
        let kind = tree.value("wp:post_type").map_or_else(|| "post".to_owned(), |k| k.trim().to_owned());
        let id: Option<u64> = tree.value("wp:post_id").and_then(|v| v.trim().parse().ok());
        if kind == "attachment" {
            self.attachment(tree, id, out.options.limits.remembered);
            out.aside("attachment");
            return Ok(());
        }
        if WORKINGS.contains(&kind.as_str()) {
            out.aside(&kind);
            return Ok(());
        }
        let mut item = out.draft(self.number);
        self.identity(&mut item, tree, id);
        self.people_and_subjects(&mut item, tree);
        item.language.clone_from(&self.language);
        item.headline = tree.value("title").and_then(|t| clean::line(&t));
        item.published_at = time(tree, "wp:post_date_gmt", "wp:post_date")
            .or_else(|| tree.value("pubDate").and_then(|t| dates::when(&t)));
        item.updated_at = time(tree, "wp:post_modified_gmt", "wp:post_modified");
        item.exported_at = self.exported_at;
        standing(&mut item, tree);
        match kind.as_str() {
            "post" => {}
            "page" => item.notes.push("a page of the site, not a post".to_owned()),
            other => item.notes.push(format!("its kind in WordPress is “{}”", clean::shortened(other, 60))),
        }
        item.standfirst = tree.value("excerpt:encoded").and_then(|t| clean::line(&t));
        fields(&mut item, tree);
        let content = tree.value("content:encoded").unwrap_or_default();
        let mut pictures: Vec<u64> = meta(tree, "_thumbnail_id").filter_map(|v| v.trim().parse().ok()).collect();
        let lead = pictures.first().copied();
        let all_own = content.contains("[gallery]");
        pictures.extend(body(&mut item, &content));
        pictures.dedup();
        out.note_encoding(&mut item);
        let children_of = id.filter(|_| all_own);
        if pictures.is_empty() && children_of.is_none() {
            return out.finished(item);
        }
        let waiting = Waiting { item, pictures, lead, children_of };
        if self.waiting.put(&waiting)? {
            return Ok(());
        }
        let mut item = waiting.item;
        item.notes.push("its pictures stand later in the file than could be waited for".to_owned());
        out.finished(item)
    }

    fn identity(&self, item: &mut Item, tree: &Element, id: Option<u64>) {
        let guid = tree.value("guid").map(|g| g.trim().to_owned());
        let link = tree.value("link").map(|l| l.trim().to_owned());
        let host = self.host.clone().or_else(|| link.as_deref().or(guid.as_deref()).and_then(clean::host));
        item.key = match (id, &guid, &link) {
            (Some(id), _, _) => format!("wxr:{}:{id}", host.unwrap_or_else(|| "-".to_owned())),
            (None, Some(any), _) | (None, None, Some(any)) => format!("wxr:{any}"),
            _ => String::new(),
        };
        item.url = link.as_deref().and_then(clean::address);
        item.aliases.extend(guid.as_deref().and_then(clean::address));
        let Some(url) = item.url.clone() else { return };
        let path = url.trim_end_matches('/');
        for old in meta(tree, "_wp_old_slug") {
            if let Some((before, _)) = path.rsplit_once('/').filter(|(b, _)| b.matches('/').count() >= 2) {
                let slash = if url.ends_with('/') { "/" } else { "" };
                item.aliases.extend(clean::address(&format!("{before}/{}{slash}", old.trim())));
            }
        }
    }

    fn people_and_subjects(&self, item: &mut Item, tree: &Element) {
        let mut sections = Vec::new();
        for category in tree.elements().filter(|e| e.name == "category") {
            let Some(name) = clean::line(&category.text()).or_else(|| category.attr("nicename").map(str::to_owned))
            else {
                continue;
            };
            match category.attr("domain").unwrap_or("category") {
                "category" => sections.push(name),
                "author" => item.bylines.push(name),
                "post_format" | "nav_menu" | "post_status" | "post_visibility" => {}
                _ => item.topics.push(name),
            }
        }
        let real = sections.iter().position(|s| !s.eq_ignore_ascii_case("uncategorized")).unwrap_or(0);
        if real < sections.len() {
            item.section = Some(sections.remove(real));
        }
        item.topics.splice(0..0, sections);
        if let Some(login) = tree.value("dc:creator").filter(|_| item.bylines.is_empty()) {
            let login = login.trim();
            item.bylines.extend(self.authors.get(login).cloned().or_else(|| clean::line(login)));
        }
    }

    fn attachment(&mut self, tree: &Element, id: Option<u64>, most: usize) {
        let source = tree.value("wp:attachment_url").or_else(|| tree.value("guid"));
        let (Some(id), Some(mut image)) = (id, source.and_then(|s| clean::image(&s))) else { return };
        let ending = image.source.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff"].contains(&ending.as_str()) {
            return;
        }
        image.caption = tree.value("excerpt:encoded").and_then(|t| clean::line(&t));
        image.alt = meta(tree, "_wp_attachment_image_alt").next().and_then(|t| clean::line(&t));
        if self.attachments.len() < most {
            self.attachments.insert(id, image);
            let parent = tree.value("wp:post_parent").and_then(|v| v.trim().parse().ok()).filter(|p| *p > 0u64);
            if let Some(parent) = parent {
                self.children.entry(parent).or_default().push(id);
            }
        }
    }
}

/// Values of a custom field.
fn meta<'a>(tree: &'a Element, key: &'a str) -> impl Iterator<Item = String> + 'a {
    tree.elements()
        .filter(move |e| e.name == "wp:postmeta" && e.value("wp:meta_key").is_some_and(|k| k.trim() == key))
        .filter_map(|e| e.value("wp:meta_value"))
        .take(100)
}

/// What its custom fields say of who may read it.
fn fields(item: &mut Item, tree: &Element) {
    let mut said = Said::default();
    for field in tree.elements().filter(|e| e.name == "wp:postmeta") {
        if let (Some(key), Some(value)) = (field.value("wp:meta_key"), field.value("wp:meta_value")) {
            walls::field(&mut said, &key, &value);
        }
    }
    item.says(&said);
}

/// The time in Greenwich, or else on the site's clock. Drafts have zeros.
fn time(tree: &Element, gmt: &str, local: &str) -> Option<When> {
    let gmt = tree.value(gmt).and_then(|t| dates::when(&t)).and_then(|when| match when {
        When::Local(at) => jiff::tz::Offset::UTC.to_timestamp(at).ok().map(When::Instant),
        instant => Some(instant),
    });
    gmt.or_else(|| tree.value(local).and_then(|t| dates::when(&t)))
}

fn standing(item: &mut Item, tree: &Element) {
    let status = tree.value("wp:status").map_or_else(|| "publish".to_owned(), |s| s.trim().to_ascii_lowercase());
    if !matches!(status.as_str(), "publish" | "future") {
        item.standing = Standing::Unpublished;
        item.notes
            .push(format!("its status in WordPress is “{}”: kept back, not public", clean::shortened(&status, 40)));
    }
    if tree.value("wp:post_password").is_some() {
        item.standing = Standing::Unpublished;
        item.notes.push("it was protected by a password".to_owned());
    }
}

/// Reads a body in WordPress' manner into the piece and gives the numbers of pictures in its galleries.
pub(crate) fn body(item: &mut Item, content: &str) -> Vec<u64> {
    walls::close(item, content, |above| html::parts(&autop::with_paragraphs(above)).parts.len());
    let (content, pictures) = shortcodes::without(content, item);
    filled_blocks(item, &content);
    let content = autop::with_paragraphs(&content);
    clean::plain_html(item, &content);
    pictures
}

/// Notes the blocks that WordPress fills when the page is made: `<!-- wp:latest-posts {…} /-->`.
fn filled_blocks(item: &mut Item, content: &str) {
    for (at, _) in content.match_indices("<!-- wp:").take(5000) {
        let rest = clean::near(content.get(at + 8..).unwrap_or_default(), 4000);
        let Some((block, _)) = rest.split_once("-->") else { continue };
        let name = block.split([' ', '/']).next().unwrap_or_default();
        if block.trim_end().ends_with('/') && !matches!(name, "more" | "nextpage" | "spacer" | "separator") {
            clean::removed(item, block.trim(), "a block that WordPress fills in when the page is made");
        }
    }
}
