//! RSS from 0.9 to 2.0, Atom 0.3 and 1.0, Blogger's export in Atom: entry by entry, whatever the rest of the document is like.

use std::io::BufRead;

use super::columns::ColumnMap;
use super::out::{Flow, Out, Stop};
use super::xml::{Element, Next, Xml};
use super::{bylines, clean, dates};
use crate::access::{Answer, Question, Said, answer, costs, is_notice, is_told_by, terms, told};
use crate::item::{Access, Image, Item, Part, Standing};

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let mut xml = Xml::new(input, out.state.clone(), &out.options.limits);
    let (mut language, mut number) = (None, 0);
    let (mut feed, mut said) = (false, Said::default());
    loop {
        let (start, empty) = match xml.next()? {
            Next::Done => break,
            Next::Start(start, empty) => (start, empty),
            Next::End(_) | Next::Text(_) => continue,
        };
        match start.local() {
            "item" | "entry" => {
                number += 1;
                match xml.tree(start, empty)? {
                    Ok(tree) => entry(&tree, number, language.as_deref(), &said, out)?,
                    Err(reason) => out.refuse(number, format!("{reason}: too large for one story"))?,
                }
            }
            "language" => {
                if let Ok(tree) = xml.tree(start, empty)? {
                    language = clean::line(&tree.text());
                }
            }
            "rss" | "RDF" | "channel" | "feed" | "items-list" => {
                feed = true;
                if let Some(told) = start.attr("xml:lang") {
                    language = Some(told.to_owned());
                }
            }
            _ => {
                // The feed's own title, picture and so on; a wrapper nobody knows is looked into. What it says of all its entries stands above them.
                if feed && let Ok(tree) = xml.tree(start, empty)? {
                    right(&mut said, &tree, &out.options.columns);
                }
            }
        }
    }
    if let Err(Stop::Early(place)) = xml.whole() {
        // Feeds are written by hand too. One without an end that has stories in it may well be all there is.
        if number == 0 {
            return Err(Stop::Early(place));
        }
        out.note(format!("ends {place}: if it was cut off there, get the whole file and import it again"));
    }
    if number == 0 && feed {
        out.aside("feed without entries");
    }
    Ok(())
}

fn entry(tree: &Element, number: u64, language: Option<&str>, of_feed: &Said, out: &mut Out<'_>) -> Flow {
    let kind = tree.named("category").filter_map(|c| c.attr("term")).find_map(|t| t.split_once("/2008/kind#"));
    if let Some((_, kind)) = kind.filter(|(_, kind)| *kind != "post" && *kind != "page") {
        out.aside(kind);
        return Ok(());
    }
    let mut item = out.draft(number);
    item.headline = tree.elements().find(|e| matches!(e.name.as_str(), "title" | "atom:title")).and_then(words_of);
    if item.headline.is_none() {
        item.headline = ["dc:title", "media:title"].iter().find_map(|n| clean::line(&tree.value(n)?));
    }
    identity(&mut item, tree);
    times(&mut item, tree);
    people(&mut item, tree);
    subjects(&mut item, tree);
    item.language = tree.attr("xml:lang").or(language).map(str::to_owned);
    item.language = tree.value("dc:language").and_then(|l| clean::line(&l)).or(item.language);
    rights(&mut item, tree, &out.options.columns);
    // A feed opens none of its entries.
    if of_feed.access > Some(Access::Free) {
        item.says(of_feed);
    }
    text(&mut item, tree);
    pictures(&mut item, tree);
    let draft = tree.at(&["control", "draft"]).is_some_and(|d| d.text().trim().eq_ignore_ascii_case("yes"));
    // Blogger's newer exports say it in an element of their own.
    let status = tree.child("status").map(|s| s.text().trim().to_ascii_lowercase()).unwrap_or_default();
    if draft || matches!(status.as_str(), "draft" | "soft_trashed" | "scheduled") {
        item.standing = Standing::Unpublished;
        item.notes.push("a draft where it comes from".to_owned());
    }
    if tree.value("itunes:block").is_some_and(|b| b.trim().eq_ignore_ascii_case("yes")) {
        item.notes.push("its feed asks directories to leave it out".to_owned());
    }
    if item.headline.is_none() && item.body.is_empty() && item.images.is_empty() {
        // An address alone is still an entry of the feed, but no story.
        let what = item.url.clone().unwrap_or_else(|| "nothing".to_owned());
        return out.refuse(number, format!("an entry without headline and text ({what}); there is nothing to take in"));
    }
    out.item(item)
}

fn words_of(element: &Element) -> Option<String> {
    if element.elements().next().is_some() {
        return clean::line(&clean::words(&element.markup()));
    }
    let text = element.text();
    if element.attr("type") == Some("html") { clean::line(&clean::words(&text)) } else { clean::line(&text) }
}

fn identity(item: &mut Item, tree: &Element) {
    let guid = tree.child("guid");
    let id = guid
        .map(Element::text)
        .or_else(|| tree.child("id").map(Element::text))
        .or_else(|| tree.value("dc:identifier"))
        .or_else(|| tree.attr("rdf:about").map(str::to_owned))
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty());
    let mut links = Vec::new();
    for link in tree.named("link") {
        let fits = matches!(link.attr("rel"), None | Some("alternate")) && link.attr("type").is_none_or(is_page);
        match link.attr("href") {
            Some(href) if fits => links.push(href.to_owned()),
            Some(_) => {}
            None => links.push(link.text().trim().to_owned()),
        }
    }
    let first = tree.value("feedburner:origLink").map(|l| l.trim().to_owned());
    let mut addresses: Vec<String> = first.into_iter().chain(links).filter(|l| !l.is_empty()).collect();
    if guid.is_some_and(|g| g.attr("isPermaLink") != Some("false")) {
        addresses.extend(id.as_deref().and_then(clean::address));
    }
    addresses.extend(tree.attr("rdf:about").and_then(clean::address));
    let key = id.or_else(|| addresses.first().cloned());
    item.key = key.map(|key| format!("feed:{}", clean::shortened(&key, 1000))).unwrap_or_default();
    let mut addresses = addresses.into_iter();
    item.url = addresses.next();
    item.aliases.extend(addresses);
}

fn is_page(kind: &str) -> bool {
    kind.contains("html") || kind == "text/plain"
}

fn times(item: &mut Item, tree: &Element) {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| {
            let text =
                tree.elements().find(|e| e.name == *name || (e.local() == *name && e.name.starts_with("atom:")))?;
            let text = text.text();
            Some((dates::when(&text), text))
        })
    };
    let published = first(&[
        "pubDate",
        "published",
        "issued",
        "dc:date",
        "dcterms:issued",
        "dcterms:created",
        "created",
        "pubdate",
        "date",
    ]);
    let updated = first(&["updated", "modified", "dcterms:modified"]);
    item.updated_at = updated.and_then(|(when, _)| when);
    match published {
        Some((Some(when), _)) => item.published_at = Some(when),
        Some((None, text)) if !text.trim().is_empty() => {
            let text = clean::shortened(text.trim(), 60);
            item.notes.push(format!("its time “{text}” could not be read"));
            item.published_unread = Some(text);
        }
        _ => {}
    }
    if item.published_at.is_none() && item.updated_at.is_some() {
        item.published_at = item.updated_at;
        item.notes.push("only the time of its last change is given".to_owned());
    }
}

fn people(item: &mut Item, tree: &Element) {
    for element in tree.elements() {
        let name = match element.name.as_str() {
            "dc:creator" | "itunes:author" => clean::line(&element.text()),
            "author" | "atom:author" | "contributor" | "atom:contributor" => match element.child("name") {
                Some(name) => clean::line(&name.text()),
                // RSS: "ila@example.com (Ila Kamat)".
                None => clean::line(&element.text()).map(|text| match text.split_once('(') {
                    Some((mail, name)) if mail.contains('@') => name.trim_end_matches(')').trim().to_owned(),
                    _ => text,
                }),
            },
            _ => continue,
        };
        if let Some(names) = name {
            bylines::fill(item, &names);
        }
    }
}

/// Who may read it: elements of that meaning in any vocabulary, rights that are no notice of copyright, and a price.
fn rights(item: &mut Item, tree: &Element, columns: &ColumnMap) {
    let mut said = Said::default();
    let grouped = tree.elements().filter(|e| matches!(e.local(), "group" | "content")).flat_map(Element::elements);
    for element in tree.elements().chain(grouped) {
        if matches!(element.name.as_str(), "dc:rights" | "dcterms:rights") {
            let text = element.text();
            let lower = text.to_lowercase();
            let notice = is_notice(&lower) || lower.contains("reserved");
            let told = answer(Question::Who, &text).filter(|told| !notice && *told == Answer::For(Access::Paid));
            said.take(told, &text);
        }
        right(&mut said, element, columns);
    }
    item.says(&said);
}

/// What one element says of it, of an entry or of all the feed. One that a person leaves out is read where its name asks who may read.
fn right(said: &mut Said, element: &Element, columns: &ColumnMap) {
    if element.name == "media:price" {
        let price = element.attr("price").unwrap_or("1");
        let sold = costs(price) && element.attr("type") != Some("free");
        said.take(sold.then_some(Answer::For(Access::Paid)), price);
    } else if matches!(element.local(), "rights" | "copyright" | "usageTerms") {
        let text = element.text();
        said.take(terms(&text), &text);
    } else if element.elements().next().is_none() {
        let text = element.text();
        let told = told(element.local(), &text).filter(|_| is_told_by(element.local()));
        if told.is_none() && !columns.leaves_out(element.local()) {
            said.take_by_value(element.local(), &text);
        }
        said.take(told, &text);
    }
}

fn subjects(item: &mut Item, tree: &Element) {
    for element in tree.elements().filter(|e| matches!(e.name.as_str(), "category" | "atom:category" | "dc:subject")) {
        if element.attr("scheme").is_some_and(|s| s.contains("2005#kind")) {
            continue;
        }
        let label = element.attr("label").or(element.attr("term")).map(str::to_owned);
        let Some(name) = label.or_else(|| Some(element.text())).and_then(|n| clean::line(&n)) else { continue };
        if item.section.is_none() { item.section = Some(name) } else { item.topics.push(name) }
    }
}

/// The whole text where the feed has it, or else its description.
fn text(item: &mut Item, tree: &Element) {
    let find = |names: &[&str]| names.iter().find_map(|name| tree.elements().find(|e| e.name == *name && has_text(e)));
    let whole =
        find(&["content:encoded", "content", "atom:content", "body", "xhtml:body", "content:items", "fullitem"]);
    let short = find(&["description", "summary", "atom:summary", "itunes:summary", "dc:description", "abstract"]);
    let group = tree.child("group").unwrap_or(tree);
    let media = group.elements().find(|e| e.name == "media:description" && has_text(e));
    match (whole, short.or(media)) {
        (Some(whole), short) => {
            put(item, whole);
            let lead = short.and_then(|s| words_of(s).or_else(|| clean::line(&clean::words(&s.text()))));
            let body = item.body.first().map(|p| p.text().to_owned()).unwrap_or_default();
            item.standfirst = lead.filter(|lead| !body.starts_with(lead.trim_end_matches(['…', '.', ' '])));
        }
        (None, Some(short)) => {
            put(item, short);
            item.notes.push("the feed gives a description only; it may be no more than the beginning".to_owned());
        }
        (None, None) => {
            if tree.elements().any(|e| e.local() == "content" && e.attr("src").is_some()) {
                item.notes.push("its text is elsewhere: the feed gives only an address".to_owned());
            }
        }
    }
}

fn has_text(element: &Element) -> bool {
    element.elements().next().is_some() || !element.text().trim().is_empty()
}

/// Takes a last paragraph off that is nothing but a link to the story itself: the feed gives the beginning, and there is more at home.
fn lead_home(item: &mut Item, markup: &str) {
    let Some(Part::Paragraph(last)) = item.body.last() else { return };
    let bare = |address: &str| {
        let address = address.split(['?', '#']).next().unwrap_or_default().trim();
        address.trim_start_matches("https:").trim_start_matches("http:").trim_end_matches('/').to_owned()
    };
    let Some((_, link)) = markup.rsplit_once("<a ") else { return };
    let Some((opening, rest)) = link.split_once('>') else { return };
    let Some((inside, after)) = rest.split_once("</a>") else { return };
    let leads = opening.split_once("href=").is_some_and(|(_, value)| {
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let address = match quote {
            Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
            None => value.split_ascii_whitespace().next().unwrap_or_default(),
        };
        item.url.as_deref().is_some_and(|own| bare(own) == bare(&address.replace("&amp;", "&")))
    });
    if leads && clean::words(after).trim().is_empty() && crate::blocks::tidy(&clean::words(inside)) == *last {
        let last = last.clone();
        item.body.pop();
        clean::removed(item, &last, "a link to the story itself");
        item.notes.push("its text ends in a link to the story: the feed gives its beginning only".to_owned());
    }
}

fn html(item: &mut Item, markup: &str) {
    clean::html_body(item, markup);
    lead_home(item, markup);
}

fn put(item: &mut Item, element: &Element) {
    if element.elements().next().is_some() {
        html(item, &element.markup());
        return;
    }
    let text = element.text();
    match element.attr("type") {
        Some("text" | "text/plain") if !clean::is_markup(&text) => clean::text_body(item, &text),
        Some("html" | "text/html") => html(item, &text),
        // A feed written by hand has plain lines; entities in them are undone either way.
        _ => {
            clean::any_body(item, &text);
            lead_home(item, &text);
        }
    }
}

fn pictures(item: &mut Item, tree: &Element) {
    let mut found = Vec::new();
    tree.all(&["content", "thumbnail", "enclosure", "image", "link"], &mut found);
    for element in found {
        let kind = element.attr("type").unwrap_or_default();
        let source = match element.name.as_str() {
            "media:content" if element.attr("medium") == Some("image") || kind.starts_with("image/") => {
                element.attr("url")
            }
            "media:thumbnail" => element.attr("url"),
            "enclosure" if kind.starts_with("image/") => element.attr("url"),
            "itunes:image" => element.attr("href"),
            "link" | "atom:link" if element.attr("rel") == Some("enclosure") && kind.starts_with("image/") => {
                element.attr("href")
            }
            _ => None,
        };
        let Some(mut image) = source.and_then(clean::image) else { continue };
        let told = |name: &str| element.value(name).and_then(|t| clean::line(&t));
        image.caption = told("media:description").or_else(|| told("media:title"));
        image.credit = told("media:credit");
        if item.images.len() < 200 && !item.images.iter().any(|i: &Image| i.source == image.source) {
            item.images.push(image);
        }
    }
}
