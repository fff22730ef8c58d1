//! What exports say of who may read, in marks within their bodies, in fields beside them and in elements of feeds.

use archive::formats::{ColumnMap, ReadOptions};
use archive::item::{Access, Item};

use crate::taken::{taken, tried};

const OPEN: &str = "<p>The ferry goes at ten.</p><p>It was late today.</p>";
const CLOSED: &str = "<p>The mill had stopped it.</p><p>Nobody was told why.</p>";

fn post(body: &str, beside: &str) -> Item {
    let export = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><link>https://ferry.example</link>\
         <wp:wxr_version>1.2</wp:wxr_version><item><title>Ferry</title><link>https://ferry.example/a</link>\
         <content:encoded><![CDATA[{body}]]></content:encoded><wp:post_id>7</wp:post_id><wp:status>publish</wp:status>{beside}\
         </item></channel></rss>"
    );
    taken("a.xml", export.as_bytes()).items.remove(0)
}

fn words(item: &Item) -> Vec<&str> {
    item.body.iter().map(archive::item::Part::text).collect()
}

#[test]
fn a_mark_in_a_body_of_wordpress_closes_what_stands_below_it() {
    let marks = [
        ("<!-- wp:jetpack/paywall /-->", ""),
        ("<!-- wp:premium-content/container --><!-- wp:premium-content/subscriber-view -->", ""),
        ("[restrict]", "[/restrict]"),
        ("[membership level=\"1\"]", "[/membership]"),
        ("[rcp_restrict]", "[/rcp_restrict]"),
        ("[mepr-active membership=\"1\"]", "[/mepr-active]"),
        ("[paywall]", "[/paywall]"),
        ("[members_only]", "[/members_only]"),
        ("[subscriber]", "[/subscriber]"),
        ("[leaky_paywall]", ""),
        ("<div class=\"paywall\">", "</div>"),
        ("<div id=\"paywall\">", "</div>"),
        ("[wlm_private \"gold\"]", "[/wlm_private]"),
        ("[um_loggedin]", "[/um_loggedin]"),
        ("[swpm_protected]", "[/swpm_protected]"),
        ("[laterpay_premium_download]", ""),
        ("[patreon level=\"5\"]", "[/patreon]"),
    ];
    for (from, to) in marks {
        let item = post(&format!("{OPEN}{from}{CLOSED}{to}"), "");
        assert_eq!((item.access, item.shown), (Some(Access::Paid), Some(2)), "{from}");
        assert_eq!(item.body.len(), 4, "{from}: {:?}", words(&item));
        assert!(words(&item).iter().all(|text| !text.contains('[')), "{from}: {:?}", words(&item));
        assert!(item.notes.len() == 1, "{from}: {:?}", item.notes);
    }
    let data =
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false}</script>";
    assert_eq!(post(&format!("{OPEN}{CLOSED}{data}"), "").access, Some(Access::Paid));
    let open = [
        "<p>He said the [restricted] area was [private] to him.</p>",
        "<!-- wp:jetpack/subscriptions /--><p>It goes.</p>",
        "[caption id=\"a\"]<img src=\"a.jpg\"> The quay[/caption]",
        "<div class=\"no-paywall\"><p>It goes.</p></div>",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true}</script><p>It goes.</p>",
    ];
    for body in open {
        let item = post(body, "");
        assert_eq!((item.access, item.shown), (None, None), "{body}");
    }
    // A hundred thousand words in brackets are read as fast as others.
    let item = post(&format!("<p>{}</p>", "[member] ".repeat(100_000)), "");
    assert_eq!(item.access, None);
}

#[test]
fn fields_of_the_plug_ins_of_wordpress_say_for_whom_a_post_is() {
    let of = |key: &str, value: &str| {
        let field = format!(
            "<wp:postmeta><wp:meta_key><![CDATA[{key}]]></wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        );
        post(&format!("{OPEN}{CLOSED}"), &field).access
    };
    let said = [
        ("_jetpack_newsletter_access", "paid_subscribers", Some(Access::Paid)),
        ("_jetpack_newsletter_access", "subscribers", Some(Access::Registered)),
        ("_jetpack_newsletter_access", "everybody", None),
        ("_rcp_access_level", "2", Some(Access::Paid)),
        ("_rcp_access_level", "0", None),
        ("rcp_subscription_level", "gold", Some(Access::Paid)),
        ("_pmpro_level", "1", Some(Access::Paid)),
        ("is_premium", "1", Some(Access::Paid)),
        ("_access", "paid", Some(Access::Paid)),
        ("article_access", "subscribers", Some(Access::Paid)),
        ("is_premium", "0", None),
        ("rcp_user_level", "2", Some(Access::Paid)),
        ("memberful_acl", "7", Some(Access::Paid)),
        ("patreon-level", "5", Some(Access::Paid)),
        ("um_content_restriction", "a:1:{s:26:\"_um_custom_access_settings\";b:1;}", Some(Access::Paid)),
        ("laterpay_post_prices", "a:1:{s:5:\"price\";d:0.49;}", Some(Access::Paid)),
        ("_issuem_leaky_paywall_visibility", "only", Some(Access::Paid)),
        ("newspack_content_gate", "12", Some(Access::Paid)),
        ("restrict_content", "1", Some(Access::Paid)),
        ("restrict_content", "0", None),
        ("_is_premium", "field_5f0c1b2a", None),
        ("_edit_last", "1", None),
    ];
    for (key, value, access) in said {
        assert_eq!(of(key, value), access, "{key} {value}");
    }
    let subject = "<category domain=\"category\" nicename=\"premium\"><![CDATA[Premium]]></category>";
    assert_eq!(post(OPEN, subject).access, None, "a section is no mark");
    let rest = r#"[{"id":7,"link":"https://ferry.example/a","title":{"rendered":"Ferry"},"content":{"rendered":"<p>It goes.</p>"},
        "meta":{"_jetpack_newsletter_access":"paid_subscribers"}}]"#;
    assert_eq!(taken("a.json", rest.as_bytes()).items[0].access, Some(Access::Paid));
}

#[test]
fn rights_and_prices_of_an_entry_of_a_feed_close_it() {
    let feed = |beside: &str| {
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:x=\"u:x\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\"><channel><title>Ferry</title>\
             <item><title>Ferry</title><guid>a</guid>{beside}<description>It goes at ten.</description></item></channel></rss>"
        )
    };
    let of = |beside: &str| taken("a.xml", feed(beside).as_bytes()).items.remove(0).access;
    let sold = [
        "<dcterms:accessRights>paid</dcterms:accessRights>",
        "<dcterms:accessRights>inner circle</dcterms:accessRights>",
        "<dc:rights>subscribers only</dc:rights>",
        "<dc:rights>Copyright 2004 The Ferry. For subscribers only.</dc:rights>",
        "<media:price type=\"subscription\" price=\"2\"/>",
        "<media:group><media:price price=\"0.50\"/></media:group>",
        "<isAccessibleForFree>false</isAccessibleForFree>",
        "<x:paywall>1</x:paywall>",
        "<offer>premium</offer>",
        "<x:lane>subscribers only</x:lane>",
        "<x:exclusive>yes</x:exclusive>",
    ];
    for beside in sold {
        assert_eq!(of(beside), Some(Access::Paid), "{beside}");
    }
    let open = [
        "<dc:rights>Copyright 2004 The Ferry. Reproduction restricted, all rights reserved.</dc:rights>",
        "<media:price price=\"0\"/>",
        "<category>Premium</category>",
        "<x:paywall>0</x:paywall>",
        "<source url=\"http://ferry.example\">Premium</source>",
        "<x:exclusive>no</x:exclusive>",
        "<dc:publisher>Plus</dc:publisher>",
    ];
    for beside in open {
        assert_eq!(of(beside), None, "{beside}");
    }
    assert_eq!(of("<dcterms:accessRights>free</dcterms:accessRights>"), Some(Access::Free));
    // what the remark says to do helps
    let lane = "<x:lane>subscribers only</x:lane>";
    let told = &taken("a.xml", feed(lane).as_bytes()).items[0].notes;
    assert!(told.iter().any(|note| note.contains("--map \"none=lane\"")), "{told:?}");
    let options = ReadOptions { columns: ColumnMap::parse("none=lane").expect("a map"), ..ReadOptions::default() };
    let item = tried("a.xml", feed(lane).as_bytes(), None, &options).expect("a feed").items.remove(0);
    assert_eq!(item.access, None);
    assert!(!item.notes.iter().any(|note| note.contains("lane")), "{:?}", item.notes);
}

#[test]
fn what_stands_behind_the_mark_of_ghost_is_not_open_with_the_first_blocks() {
    let lexical = r#"{\"root\":{\"children\":[{\"type\":\"html\",\"html\":\"<p>It goes.</p>\"},{\"type\":\"paywall\"},{\"type\":\"html\",\"html\":\"<p>It stopped.</p>\"}]}}"#;
    let mobiledoc = r#"{\"cards\":[[\"html\",{\"html\":\"<p>It goes.</p>\"}],[\"paywall\",{}],[\"html\",{\"html\":\"<p>It stopped.</p>\"}]],\"sections\":[[10,0],[10,1],[10,2]]}"#;
    let bodies = [
        r#""html":"<p>It goes.</p><!--members-only--><p>It stopped.</p>""#.to_owned(),
        format!("\"lexical\":\"{lexical}\""),
        format!("\"mobiledoc\":\"{mobiledoc}\""),
    ];
    for body in bodies {
        let post = format!(
            r#"{{"posts":[{{"id":"5f00000000000000000000aa","title":"Ferry","slug":"ferry","visibility":"paid",{body}}}]}}"#
        );
        let item = taken("a.json", post.as_bytes()).items.remove(0);
        assert_eq!((item.access, item.shown, item.body.len()), (Some(Access::Paid), Some(1), 2), "{body} {item:?}");
    }
}

#[test]
fn terms_of_use_that_keep_a_story_for_subscribers_close_it() {
    let ninjs = |beside: &str| {
        let piece = format!(
            r#"{{"uri":"urn:ferry:1","versioncreated":"2020-01-02T03:04:05Z","headline":"Ferry","body_text":"It goes at ten.",{beside}}}"#
        );
        taken("a.json", piece.as_bytes()).items.remove(0).access
    };
    let newsml = |terms: &str| {
        let item = format!(
            "<?xml version=\"1.0\"?><newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\" guid=\"urn:ferry:1\" version=\"1\">\
             <rightsInfo><copyrightHolder literal=\"Ferry\"/><usageTerms>{terms}</usageTerms></rightsInfo>\
             <itemMeta><itemClass qcode=\"ninat:text\"/></itemMeta><contentMeta><headline>Ferry</headline></contentMeta>\
             <contentSet><inlineData contenttype=\"text/plain\">It goes at ten.</inlineData></contentSet></newsItem>"
        );
        taken("a.xml", item.as_bytes()).items.remove(0).access
    };
    for terms in
        ["Subscribers only", "Nur für Abonnenten", "Restricted to paying subscribers", "Premium: subscription required"]
    {
        assert_eq!(ninjs(&format!("\"usageterms\":\"{terms}\"")), Some(Access::Paid), "{terms}");
        assert_eq!(ninjs(&format!("\"rightsinfo\":{{\"usageterms\":\"{terms}\"}}")), Some(Access::Paid), "{terms}");
        assert_eq!(
            ninjs(&format!("\"rightsinfo\":[{{\"langid\":\"en\"}},{{\"usageterms\":\"{terms}\"}}]")),
            Some(Access::Paid)
        );
        assert_eq!(newsml(terms), Some(Access::Paid), "{terms}");
    }
    for terms in
        ["Editorial use only", "No subscription required", "Copyright Ferry, all rights reserved to subscribers' heirs"]
    {
        assert_eq!(ninjs(&format!("\"usageterms\":\"{terms}\"")), None, "{terms}");
        assert_eq!(newsml(terms), None, "{terms}");
    }
}

#[test]
fn what_a_key_within_another_says_of_who_may_read_is_read() {
    let of = |beside: &str| {
        let line = format!(r#"{{"id":"a","headline":"Ferry","body":"It goes at ten.\n\nIt was late.",{beside}}}"#);
        taken("a.jsonl", line.as_bytes()).items.remove(0).access
    };
    let sold = [
        r#""meta":{"premium":true}"#,
        r#""custom_fields":{"paywall":"1"}"#,
        r#""content_restrictions":{"content_code":"subs-only"}"#,
        r#""taxonomies":{"access":["subscriber"]}"#,
        r#""meta":{"reading":[{"access":"paid"}]}"#,
    ];
    for beside in sold {
        assert_eq!(of(beside), Some(Access::Paid), "{beside}");
    }
    let open = [
        r#""meta":{"premium":false}"#,
        r#""author":{"access":"editor","premium":true}"#,
        r#""meta":{"colour":"gold"}"#,
        r#""content_restrictions":[]"#,
    ];
    for beside in open {
        assert!(of(beside).is_none_or(|access| access == Access::Free), "{beside}");
    }
}

#[test]
fn a_piece_of_an_agency_that_is_not_free_is_sold() {
    let piece = r#"{"uri":"urn:ferry:1","versioncreated":"2020-01-02T03:04:05Z","headline":"Ferry","body_text":"It goes at ten.","isAccessibleForFree":false}"#;
    assert_eq!(taken("a.json", piece.as_bytes()).items[0].access, Some(Access::Paid));
}

#[test]
fn marks_in_bodies_of_other_exports_close_what_stands_below_them() {
    let feed = |body: &str, above: &str| {
        let feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Ferry</title>{above}<item><title>Ferry</title>\
             <guid>a</guid><content:encoded><![CDATA[{body}]]></content:encoded></item></channel></rss>"
        );
        taken("a.xml", feed.as_bytes()).items.remove(0)
    };
    let line = |body: &str| {
        let piece = serde_json::json!({"id": "a", "headline": "Ferry", "body": body});
        taken("a.jsonl", piece.to_string().as_bytes()).items.remove(0)
    };
    let ghost = |body: &str| {
        let piece = serde_json::json!({"posts": [{"id": "5f00000000000000000000aa", "title": "Ferry", "slug": "ferry", "html": body}]});
        taken("a.json", piece.to_string().as_bytes()).items.remove(0)
    };
    let marks = [
        ("[restrict]", "[/restrict]"),
        ("[fenland_subscribers]", "[/fenland_subscribers]"),
        ("[reserved-content]", ""),
        ("[content_lock]", "[/content_lock]"),
        ("<!-- wp:fenland/members-only -->", "<!-- /wp:fenland/members-only -->"),
        ("<div data-premium>", "</div>"),
        ("<div data-acme-access=\"subscriber\">", "</div>"),
        ("<div subscriptions-section=\"content\">", "</div>"),
        ("<div class=\"reserved-content\">", "</div>"),
    ];
    for (from, to) in marks {
        let body = format!("{OPEN}{from}{CLOSED}{to}");
        for item in [feed(&body, ""), line(&body), ghost(&body), post(&body, "")] {
            assert_eq!((item.access, item.shown), (Some(Access::Paid), Some(2)), "{from} {:?}", words(&item));
            assert_eq!(item.body.len(), 4, "{from}: {:?}", words(&item));
            assert!(words(&item).iter().all(|text| !text.contains('[')), "{from}: {:?}", words(&item));
        }
    }
    let plain = line("It goes at ten.\n\n[paywall]\n\nThe mill had stopped it.");
    assert_eq!((plain.access, plain.shown, plain.body.len()), (Some(Access::Paid), Some(1), 2), "{:?}", words(&plain));
    let open = [
        "<p>He wrote [reserved] on it, and [private] below.</p>",
        "<p>[members_list]</p><p>It goes.</p>",
        "<p>[non_members]It goes.[/non_members]</p>",
        "<!-- wp:jetpack/subscriptions /--><p>It goes.</p>",
        "<div data-premium=\"false\"><p>It goes.</p></div>",
        "<div data-access=\"normal\"><p>It goes.</p></div>",
    ];
    for body in open {
        for item in [feed(body, ""), line(body), post(body, "")] {
            assert_eq!((item.access, item.shown), (None, None), "{body}");
        }
    }
    for above in [
        "<copyright>Copyright 2004 The Ferry. For subscribers only.</copyright>",
        "<dc:rights>Nur für Abonnenten</dc:rights>",
        "<access>subscribers</access>",
    ] {
        assert_eq!(feed(OPEN, above).access, Some(Access::Paid), "{above}");
    }
    for above in ["<copyright>Copyright 2004 Plus Media. All rights reserved.</copyright>", "<access>free</access>"] {
        assert_eq!(feed(OPEN, above).access, None, "{above}");
    }
}

#[test]
fn a_piece_of_an_agency_says_it_in_further_properties_and_keys_too() {
    let newsml = |beside: &str| {
        let item = format!(
            "<?xml version=\"1.0\"?><newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\" guid=\"urn:ferry:1\" version=\"1\">\
             <itemMeta><itemClass qcode=\"ninat:text\"/></itemMeta><contentMeta><headline>Ferry</headline>{beside}</contentMeta>\
             <contentSet><inlineData contenttype=\"text/plain\">It goes at ten.</inlineData></contentSet></newsItem>"
        );
        taken("a.xml", item.as_bytes()).items.remove(0).access
    };
    for beside in [
        "<isAccessibleForFree>false</isAccessibleForFree>",
        "<contentMetaExtProperty rel=\"schema:isAccessibleForFree\" value=\"false\"/>",
        "<contentMetaExtProperty type=\"https://schema.org/requiresSubscription\" literal=\"true\"/>",
    ] {
        assert_eq!(newsml(beside), Some(Access::Paid), "{beside}");
    }
    assert_eq!(newsml("<contentMetaExtProperty rel=\"ex:colour\" value=\"false\"/>"), None);
    let ninjs = |beside: &str| {
        let piece = format!(
            r#"{{"uri":"urn:ferry:1","versioncreated":"2020-01-02T03:04:05Z","headline":"Ferry","body_text":"It goes at ten.",{beside}}}"#
        );
        taken("a.json", piece.as_bytes()).items.remove(0).access
    };
    for beside in
        [r#""custom":{"premium":true}"#, r#""rightsinfo":{"isAccessibleForFree":false}"#, r#""access":"subscribers""#]
    {
        assert_eq!(ninjs(beside), Some(Access::Paid), "{beside}");
    }
    for beside in [r#""associations":{"a":{"premium":true}}"#, r#""custom":{"premium":false}"#] {
        assert_eq!(ninjs(beside), None, "{beside}");
    }
}

/// A row that says that it is free, and one column more.
fn row(column: &str, value: &str) -> Item {
    let table = format!("id,headline,body,access,{column}\n7,Ferry,It goes at ten.,free,\"{value}\"\n");
    taken("a.csv", table.as_bytes()).items.remove(0)
}

/// A line with one key more.
fn line(column: &str, value: &str) -> Item {
    let line = serde_json::json!({"id": "a", "headline": "Ferry", "body": "It goes at ten.", column: value});
    taken("a.jsonl", line.to_string().as_bytes()).items.remove(0)
}

#[test]
fn a_column_or_key_that_nobody_knows_closes_by_a_value_that_is_said_of_nothing_else() {
    let sold = [
        ("plan", "premium"),
        ("plans", "subscribers"),
        ("plan", "gold"),
        ("subscription_plan", "silver"),
        ("group", "subscribers"),
        ("role", "subscriber"),
        ("access_role", "subscriber"),
        ("product", "plus"),
        ("package", "Abo"),
        ("offer", "abo"),
        ("rights", "Copyright The Ferry, for subscribers only"),
        ("usage_terms", "Nur für Abonnenten"),
        ("notes", "subscribers only"),
        ("notes", "behind the paywall"),
        ("notes", "nur mit Abo"),
        ("lane", "会員限定"),
        ("lane", "SZ Plus"),
        ("remark", "réservé aux abonnés"),
        ("etikett", "PREMIUM"),
        ("fen_zone", "members"),
        ("free_for", "subscribers"),
        ("free_for_members", "1"),
        ("wall", "hard"),
        ("exclusive", "yes"),
        ("sold", "yes"),
        ("label", "PLUS"),
        ("offer", "digital subscriber"),
        ("lane", "subs"),
        ("unlock_price", "0.79"),
        ("public", "no"),
        ("entitlement", "plus"),
    ];
    for (column, value) in sold {
        let item = row(column, value);
        assert_eq!(item.access, Some(Access::Paid), "{column} {value}");
        assert!(item.notes.iter().any(|note| note.contains("in another that it is not")), "{column} {:?}", item.notes);
        assert_eq!(line(column, value).access, Some(Access::Paid), "{column} {value}");
    }
    let note = &row("fen_zone", "members").notes[0];
    assert!(note.contains("“members”") && note.contains("“fen_zone”") && note.contains("--map"), "{note}");
    let account = [
        ("login", "required"),
        ("login_required", "1"),
        ("registration", "yes"),
        ("regwall", "1"),
        ("offer", "Registration required"),
        ("requires", "login"),
    ];
    for (column, value) in account {
        assert_eq!(row(column, value).access, Some(Access::Registered), "{column} {value}");
        assert_eq!(line(column, value).access, Some(Access::Registered), "{column} {value}");
    }
}

#[test]
fn a_value_that_closes_says_nothing_under_the_name_of_something_else() {
    let open = [
        ("section", "Premium"),
        ("subsection", "Plus"),
        ("tags", "premium"),
        ("supplement", "Plus"),
        ("edition", "Premium"),
        ("keywords", "members"),
        ("author_account", "premium"),
        ("comments", "members only"),
        ("newsletter", "subscribers"),
        ("ad_type", "premium"),
        ("plan", "the premium petrol of the ferry"),
        ("plan", "free"),
        ("initials", "pw"),
        ("medal", "gold"),
        ("free_for_members", "0"),
        ("exclusive", "no"),
        ("wall", "none"),
        ("login", "mira"),
        ("notes", "He asked the subscribers of the ferry for their plus."),
        ("lock", "mira:1172"),
        ("audience", "general"),
        ("fee_paid", "yes"),
        ("invoice_paid", "1"),
        ("payment_status", "paid"),
        ("paid", "2019-03-05"),
        ("paid_to", "Mira Voss"),
        ("subscribers", "1200"),
        ("rating", "premium"),
        ("event", "Members only"),
        ("obituary_type", "paid"),
        ("fuel", "Premium"),
        ("notes", "Google Plus"),
        ("image_quality", "premium"),
        ("position", "premium"),
        ("town", "Abo"),
        ("byline_role", "member"),
        ("owner", "Premium"),
        ("public", "yes"),
    ];
    for (column, value) in open {
        assert_eq!(row(column, value).access, Some(Access::Free), "{column} {value}");
        assert_eq!(line(column, value).access, None, "{column} {value}");
    }
}

#[test]
fn a_value_that_closes_is_read_within_other_keys_and_not_where_a_person_said_what_does() {
    let of = |beside: &str| {
        let line = format!(r#"{{"id":"a","headline":"Ferry","body":"It goes at ten.",{beside}}}"#);
        taken("a.jsonl", line.as_bytes()).items.remove(0).access
    };
    for beside in [
        r#""plans":["gold"]"#,
        r#""plans":[{"name":"gold"}]"#,
        r#""tiers":[{"name":"gold","price":5}]"#,
        r#""offers":{"price":"2"}"#,
        r#""meta":{"plan":"premium"}"#,
        r#""meta":{"login_required":true,"notes":"subscribers only"}"#,
        r#""zone":{"name":"Subscribers only"}"#,
        r#""wall":{"type":"hard"}"#,
        r#""meta":{"lane":"premium"}"#,
        r#""public":false"#,
    ] {
        assert_eq!(of(beside), Some(Access::Paid), "{beside}");
    }
    for beside in [
        r#""primary_section":{"name":"Premium"}"#,
        r#""taxonomy":{"topics":[{"name":"Premium"}]}"#,
        r#""brand":{"name":"Plus"}"#,
        r#""offers":{"price":"0"}"#,
        r#""review":{"price":"2"}"#,
        r#""stats":{"sold":12,"subscribers":7}"#,
        r#""seo":{"plan":"premium"}"#,
        r#""wall":{"type":"none"}"#,
    ] {
        assert_eq!(of(beside), None, "{beside}");
    }
    assert_eq!(of(r#""regwall":true"#), Some(Access::Registered));
    let table = "id,headline,body,zone,tier\n7,Ferry,It goes at ten.,premium,public\n";
    let columns = ColumnMap::parse("access=tier").expect("a map");
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let mapped = tried("a.csv", table.as_bytes(), None, &options).expect("a table");
    assert_eq!(mapped.items.first().and_then(|item| item.access), Some(Access::Free));
}

#[test]
fn a_custom_field_closes_by_its_value_where_its_name_speaks_of_reading() {
    let of = |key: &str, value: &str| {
        let field = format!(
            "<wp:postmeta><wp:meta_key><![CDATA[{key}]]></wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        );
        post(&format!("{OPEN}{CLOSED}"), &field).access
    };
    for (key, value) in [
        ("plan", "premium"),
        ("_members_access_role", "subscriber"),
        ("_subscription_plan", "gold"),
        ("_swpm_protected", "1"),
        ("wpmem_block", "1"),
        ("pay_per_post_price", "2"),
        ("sold", "yes"),
        ("lane", "subscribers only"),
        ("lane", "behind paywall"),
        ("_pmpro_require", "1"),
        ("_restrict_to", "a:1:{i:0;s:10:\"subscriber\";}"),
    ] {
        assert_eq!(of(key, value), Some(Access::Paid), "{key} {value}");
    }
    for (key, value) in [
        ("_yoast_wpseo_focuskw", "premium"),
        ("_wp_page_template", "premium"),
        ("sponsor", "Plus"),
        ("wpmem_block", "0"),
        ("pay_per_post_price", "0"),
        ("_price", "2"),
        ("_edit_lock", "1172:1"),
        ("push_audience", "subscribers"),
        ("gallery_type", "premium"),
        ("_restrict_to", "a:0:{}"),
        ("theme_settings", "a:1:{s:5:\"theme\";s:7:\"premium\";}"),
    ] {
        assert_eq!(of(key, value), None, "{key} {value}");
    }
}

#[test]
fn a_part_of_a_body_that_is_not_shown_and_closed_is_the_storys() {
    let told =
        "<p>The miller had stopped the ferry in the night, as the clerk of the harbour office found out on Monday.</p>";
    let item = post(&format!("{OPEN}<div class=\"paywall\" style=\"display:none\">{told}</div>"), "");
    assert_eq!((item.access, item.shown, item.body.len()), (Some(Access::Paid), Some(2), 3), "{:?}", words(&item));
    let item = post(&format!("{OPEN}<div style=\"display:none\">{told}</div>"), "");
    assert_eq!((item.access, item.body.len()), (None, 2), "{:?}", words(&item));
}
