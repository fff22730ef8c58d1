//! Which elements of a page are furniture by what they call themselves: their element, role, class and id.

use html5ever::local_name;

use super::marks;
use super::tree::{NodeId, Tree};

/// How sure an element's own words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sure {
    /// Even when it holds most of the page's prose.
    Yes,
    /// Unless it holds a good part of the page's prose: sites name whole pages `has-sidebar`.
    UnlessProse,
    /// Unless no story stands around it: a row of pictures may have more words than the story that it stands in.
    UnlessStory,
    /// Only when it holds hardly any text: `tag-politics` may be a story's own class.
    IfShort,
}

const COMMENTS: &str = "comments by readers";
const NAVIGATION: &str = "navigation";
const FOOT: &str = "foot of the page";
pub(crate) const SIDE: &str = "side of the page";
pub(crate) const RELATED: &str = "links to other stories";
const SHARING: &str = "buttons for sharing";
pub(crate) const SUBSCRIBE: &str = "asks to subscribe, register or log in";
const ADVERT: &str = "advertisement";
const CONSENT: &str = "asks for consent";
const WINDOW: &str = "window over the page";
const ABOUT: &str = "about the story: byline, date, topics";
const NOT_READ: &str = "not meant to be read";
const PICTURES: &str = "row of pictures";
const TOOLS: &str = "tools of the page";

/// What an element says of itself, if that is furniture.
pub(crate) fn furnishing(tree: &Tree, node: NodeId) -> Option<(&'static str, Sure)> {
    if holds_story(tree, node) {
        return None;
    }
    if tree.attribute(node, &local_name!("aria-hidden")) == Some("true") {
        return Some((NOT_READ, Sure::UnlessProse));
    }
    let by_element = match tree.name(node) {
        local_name!("footer") => {
            let quoted = tree.ancestors(node).take(3).any(|a| tree.name(a) == local_name!("blockquote"));
            (!quoted).then_some((FOOT, Sure::UnlessProse))
        }
        local_name!("aside") => Some((SIDE, Sure::UnlessProse)),
        local_name!("address") => Some((ABOUT, Sure::IfShort)),
        local_name!("body") | local_name!("html") => return None,
        _ => None,
    };
    by_element.or_else(|| by_role(tree, node)).or_else(|| by_words(tree, node))
}

/// Whether an element is marked for machines as a part of a story or recipe.
fn holds_story(tree: &Tree, node: NodeId) -> bool {
    tree.attribute(node, &local_name!("itemprop")).is_some_and(|props| {
        props.split_whitespace().any(|prop| {
            matches!(
                prop,
                "articleBody"
                    | "reviewBody"
                    | "text"
                    | "description"
                    | "recipeIngredient"
                    | "ingredients"
                    | "recipeInstructions"
                    | "liveBlogUpdate"
            )
        })
    })
}

fn by_role(tree: &Tree, node: NodeId) -> Option<(&'static str, Sure)> {
    let role = tree.attribute(node, &local_name!("role"))?;
    Some(match role {
        "navigation" | "menu" | "menubar" | "directory" => (NAVIGATION, Sure::UnlessProse),
        "banner" => ("head of the page", Sure::UnlessProse),
        "contentinfo" => (FOOT, Sure::UnlessProse),
        "complementary" => (SIDE, Sure::UnlessProse),
        "search" | "toolbar" | "alert" | "status" => (TOOLS, Sure::UnlessProse),
        "dialog" | "alertdialog" | "tooltip" => (WINDOW, Sure::UnlessProse),
        _ => return None,
    })
}

fn by_words(tree: &Tree, node: NodeId) -> Option<(&'static str, Sure)> {
    let mut found: Option<(&'static str, Sure)> = None;
    for name in [local_name!("id"), local_name!("class")] {
        let Some(value) = tree.attribute(node, &name) else { continue };
        if value.len() > 400 || is_slug(value) {
            continue;
        }
        // The language of a listing, as the HTML standard proposes to say it (`language-rust`), is no switch of languages.
        let listing =
            matches!(tree.name(node), local_name!("pre") | local_name!("code")) || value.contains("highlight");
        let posted = value.contains("hentry") || value.contains("type-");
        let tokens = value.split_whitespace().filter(|t| {
            // What a story is filed under, not what its element is.
            let filed = posted && ["tag-", "category-", "format-"].iter().any(|filed| t.starts_with(filed));
            let of_code = listing && t.starts_with("language-");
            !filed && !of_code
        });
        for word in tokens.flat_map(joined) {
            let Some(new) = word_of(&word) else { continue };
            let stronger = match found {
                None => true,
                Some((_, Sure::IfShort)) => new.1 != Sure::IfShort,
                Some((_, Sure::UnlessProse)) => matches!(new.1, Sure::Yes | Sure::UnlessStory),
                Some((_, Sure::UnlessStory)) => new.1 == Sure::Yes,
                Some((_, Sure::Yes)) => false,
            };
            if stronger {
                found = Some(new);
            }
        }
    }
    found
}

/// The words of a name, and each two of them in one: `most-read` is `mostread`.
fn joined(name: &str) -> Vec<String> {
    let words: Vec<String> = marks::words(name).collect();
    let pairs: Vec<String> = words.windows(2).map(<[String]>::concat).collect();
    words.into_iter().chain(pairs).collect()
}

/// Whether an element says that comments by readers stand in it.
pub(crate) fn names_comments(tree: &Tree, node: NodeId) -> bool {
    by_words(tree, node).is_some_and(|(reason, _)| reason == COMMENTS)
}

/// Made from the words of a heading, for links to it: `sharing-a-boat-with-friends`.
fn is_slug(name: &str) -> bool {
    !name.contains(char::is_whitespace) && name.split(['-', '_']).filter(|w| !w.is_empty()).count() >= 5
}

fn word_of(word: &str) -> Option<(&'static str, Sure)> {
    use Sure::{IfShort, UnlessProse, UnlessStory, Yes};
    Some(match word {
        "comment" | "comments" | "commentlist" | "commentlists" | "kommentar" | "kommentare" | "commentaire"
        | "commentaires" | "comentario" | "comentarios" | "commenti" | "reacties" | "disqus" | "respond"
        | "livefyre" | "pingback" | "trackback" | "trackbacks" | "webmentions" | "replies" | "reply" => (COMMENTS, Yes),
        "nav" | "navi" | "navbar" | "navigation" | "navigations" | "menu" | "menue" | "submenu" | "breadcrumb"
        | "breadcrumbs" | "crumb" | "crumbs" | "pagination" | "pager" | "pagenav" | "pagenavi" | "sitemap"
        | "topnav" | "subnav" | "mainnav" | "mainmenu" | "skiplink" | "skiplinks" | "toc" => (NAVIGATION, UnlessProse),
        "footer" | "pagefooter" | "sitefooter" | "siteinfo" | "colophon" | "copyright" | "impressum" | "bottombar" => {
            (FOOT, UnlessProse)
        }
        "nextstory" | "nextpost" | "previouspost" | "prevpost" | "nextarticle" | "previousarticle" | "postnav"
        | "postnavigation" => (RELATED, UnlessProse),
        "sidebar" | "sidebars" | "sidebar1" | "sidebar2" | "rightsidebar" | "rail" | "rightrail" | "marginal"
        | "marginalia" | "rightcol" | "rightcolumn" | "sidecol" | "widget" | "widgets" | "secondary" => {
            (SIDE, UnlessProse)
        }
        "related" | "relatedposts" | "relatedpost" | "relatedarticles" | "relatedlinks" | "relatedstories"
        | "recommended" | "recommendation" | "recommendations" | "recommend" | "recirculation" | "recirc"
        | "similar" | "trending" | "popular" | "mostpopular" | "mostread" | "outbrain" | "taboola" | "zergnet"
        | "readmore" | "moreon" | "morefrom" | "readnext" | "nextup" | "upnext" | "yarpp" | "crosslinks"
        | "teasers" | "teaserlist" | "furthermore" | "prevnext" | "adjacent" | "verwandte" | "teaserbox"
        | "readalso" | "alsoread" | "seealso" | "furtherreading" | "maylike" | "morestories" | "morenews"
        | "latestnews" | "lateststories" | "latestposts" | "topstories" | "topnews" | "storylist" | "cardlist"
        | "linklist" | "meistgelesen" | "mehrzum" | "leiamais" | "leatambien" | "puedeinteresar" | "lireaussi"
        | "voiraussi" | "articolicorrelati" => (RELATED, UnlessProse),
        "share" | "shares" | "sharing" | "sharedaddy" | "sharebar" | "sharebuttons" | "sharebutton" | "shariff"
        | "social" | "socials" | "socialmedia" | "socialshare" | "addthis" | "addtoany" | "facebook" | "likebox"
        | "retweet" | "whatsapp" | "telegram" | "followus" | "pinterest" | "teilen" | "partage" | "bookmarks"
        | "sociable" => (SHARING, UnlessProse),
        "newsletter" | "newsletters" | "subscribe" | "subscription" | "subscriptions" | "signup" | "signin"
        | "login" | "register" | "registration" | "paywall" | "optin" | "mailchimp" | "donate" | "donation" | "abo"
        | "membership" | "piano" | "toaction" | "metermessage" | "regwall" | "supportus" | "fundraising" | "mc4wp"
        | "mailpoet" => (SUBSCRIBE, UnlessProse),
        "ad" | "ads" | "advert" | "adverts" | "advertisement" | "advertisements" | "advertising" | "advertorial"
        | "adsense" | "adsbygoogle" | "adslot" | "adunit" | "anzeige" | "anzeigen" | "werbung" | "publicidad"
        | "publicite" | "sponsor" | "sponsors" | "sponsored" | "dfp" | "promo" | "promos" | "promotion"
        | "affiliate" | "adbox" | "partnercontent" | "houseads" | "housead" | "eigenwerbung" => (ADVERT, UnlessProse),
        "cookie" | "cookies" | "cookiebar" | "cookieconsent" | "consent" | "gdpr" | "cmp" | "onetrust" => {
            (CONSENT, Yes)
        }
        "modal" | "popup" | "popover" | "overlay" | "lightbox" | "offcanvas" | "tooltip" | "toast" => {
            (WINDOW, UnlessProse)
        }
        "byline" | "bylines" | "meta" | "metadata" | "postmeta" | "entrymeta" | "postmetadata" | "dateline"
        | "timestamp" | "date" | "datetime" | "posted" | "postdate" | "pubdate" | "published" | "tags" | "tag"
        | "taglist" | "tagcloud" | "taxonomy" | "categories" | "category" | "keywords" | "keyword" | "postinfo"
        | "topics" | "kicker" | "credit" | "credits" | "copyrights" | "readingtime" | "infoline" | "dachzeile" => {
            (ABOUT, IfShort)
        }
        "author" | "authors" | "autor" | "autoren" | "bio" | "biography" | "vcard" | "authorbox" => {
            (ABOUT, UnlessProse)
        }
        "gallery" | "slideshow" | "carousel" | "slider" => (PICTURES, UnlessStory),
        "toolbar" | "tools" | "toolbox" | "actions" | "buttons" | "btn" | "button" | "print" | "printonly"
        | "search" | "searchform" | "searchbox" | "language" | "languages" | "rating" | "ratings" | "vote"
        | "votes" | "voting" | "poll" | "survey" | "quiz" | "weather" | "ticker" | "feedback" | "player"
        | "noprint" | "screenreader" | "visuallyhidden" | "jumplink" | "backtotop" | "totop" | "notification"
        | "alert" | "sitenotice" | "appbanner" | "appdownload" | "downloadapp" | "installapp" | "reporterror"
        | "contactus" | "contactinfo" | "marketdata" | "headerbar" | "utilitybar" | "topbar" | "masthead"
        | "sitehead" | "siteheader" | "edit" | "editsection" => (TOOLS, UnlessProse),
        _ => return None,
    })
}

/// Whether a block, by the names of its element or the two above, is the summary under a headline.
pub(crate) fn names_standfirst(tree: &Tree, node: NodeId) -> bool {
    const NAMES: &[&str] = &[
        "standfirst",
        "dek",
        "deck",
        "subtitle",
        "subheadline",
        "subhead",
        "subheading",
        "lead",
        "lede",
        "intro",
        "summary",
        "excerpt",
        "chapo",
        "vorspann",
        "unterzeile",
        "entradilla",
        "bajada",
        "sommario",
        "abstract",
        "teaser",
        "description",
        "untertitel",
        "preamble",
        "ingress",
        "strapline",
        "sottotitolo",
        "subtitulo",
        "copete",
        "leadtext",
        "introtext",
        "teasertext",
        "leadin",
    ];
    std::iter::once(node).chain(tree.ancestors(node)).take(3).any(|n| {
        if matches!(tree.name(n), local_name!("body") | local_name!("article") | local_name!("main")) {
            return false;
        }
        let item = tree.attribute(n, &local_name!("itemprop")).unwrap_or_default();
        matches!(item, "description" | "alternativeHeadline" | "alternateName")
            || tree.attribute(n, &local_name!("class")).is_some_and(|c| {
                c.split_whitespace().take(8).any(|t| {
                    let words: Vec<String> = marks::words(t).collect();
                    // `intro-text` is an intro.
                    let bare = words.last().is_some_and(|w| matches!(w.as_str(), "text" | "paragraph"));
                    let last = words.len().checked_sub(if bare { 2 } else { 1 }).and_then(|at| words.get(at));
                    last.is_some_and(|w| NAMES.contains(&w.as_str()))
                })
            })
    })
}

/// Whether a heading says by its names that it is the headline.
pub(crate) fn names_headline(tree: &Tree, node: NodeId) -> bool {
    const NAMES: &[&str] = &["headline", "title", "hed", "titre", "titulo", "titolo", "titel", "heading", "name"];
    let item = tree.attribute(node, &local_name!("itemprop")).unwrap_or_default();
    let words = || tree.attribute(node, &local_name!("class")).into_iter().flat_map(marks::words);
    matches!(item, "headline" | "name") || words().any(|w| NAMES.contains(&w.as_str()))
}

/// Whether an element says by its names that it is the body of a story.
pub(crate) fn names_body(tree: &Tree, node: NodeId) -> bool {
    let item = tree.attribute(node, &local_name!("itemprop"));
    if item.is_some_and(|i| i.split_whitespace().any(|w| w.eq_ignore_ascii_case("articleBody"))) {
        return true;
    }
    const OF: &[&str] =
        &["article", "artikel", "articulo", "story", "entry", "post", "page", "news", "single", "nota", "noticia"];
    const BODY: &[&str] =
        &["body", "content", "text", "copy", "bodytext", "maintext", "contenu", "texto", "corps", "cuerpo"];
    const WHOLE: &[&str] = &[
        "articlebody",
        "articlecontent",
        "articletext",
        "entrycontent",
        "postcontent",
        "postbody",
        "storybody",
        "storycontent",
        "storytext",
        "storybodytext",
        "newsbody",
        "newstext",
        "artikeltext",
        "articlemaintext",
        "bodytext",
        "bodycopy",
        "fulltext",
    ];
    [local_name!("class"), local_name!("id")].iter().any(|name| {
        let Some(value) = tree.attribute(node, name) else { return false };
        value.split_whitespace().take(12).any(|token| {
            let words: Vec<String> = marks::words(token).collect();
            words.iter().any(|w| WHOLE.contains(&w.as_str()))
                || (words.iter().any(|w| OF.contains(&w.as_str()))
                    && words.last().is_some_and(|w| BODY.contains(&w.as_str())))
        })
    })
}

/// Whether a line that tells of a story stands with other stories, comments or the page's own matters.
pub(super) fn stands_apart(tree: &Tree, node: NodeId) -> bool {
    tree.ancestors(node).take(12).any(|n| {
        matches!(tree.name(n), local_name!("nav") | local_name!("aside") | local_name!("footer"))
            || names_comments(tree, n)
            || furnishing(tree, n).is_some_and(|(why, _)| why == RELATED || why == SIDE)
    })
}
