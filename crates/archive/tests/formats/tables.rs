//! Tables and lines of nobody's format: what their dates, bylines and columns mean, and what is said where they do not tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use archive::formats::{ColumnMap, DateOrder, OrderOf, ReadOptions, date_order};
use archive::item::{Access, Item, When};

use crate::taken::{Taken, taken, tried};

const HEAD: &str = "title,date,author,text\n";

fn day(item: &Item) -> String {
    match item.published_at {
        Some(When::Local(at)) => at.date().to_string(),
        other => format!("{other:?}"),
    }
}

/// Read as an import does it: what the file shows is learned first.
fn learned(table: &str, named: Option<DateOrder>) -> Taken {
    let options = ReadOptions { dates: named, ..ReadOptions::default() };
    let shown = date_order(&mut table.as_bytes(), "x.csv", None, &options).expect("a table");
    let options = ReadOptions { dates: named.or(shown), ..options };
    tried("x.csv", table.as_bytes(), None, &options).expect("a table")
}

#[test]
fn a_date_that_may_be_two_days_is_read_as_the_file_shows_or_somebody_says() {
    let row = |date: &str| format!("The quay,{date},Ila Kamat,The quay was closed.\n");
    let tells = |other: &str| format!("{HEAD}{}{}", row("03/04/1999"), row(other));
    let days = |taken: &Taken| taken.items.iter().map(day).collect::<Vec<_>>();
    assert_eq!(days(&learned(&tells("25/12/1999"), None)), ["1999-04-03", "1999-12-25"]);
    let taken = learned(&tells("12/25/1999"), None);
    assert_eq!(days(&taken), ["1999-03-04", "1999-12-25"]);
    let notes = taken.read.expect("read").notes;
    assert!(notes.iter().any(|note| note.contains("order month-day")), "what was learned is said: {notes:?}");
    // somebody named the other: it is done, and said
    let taken = learned(&tells("25/12/1999"), Some(DateOrder::MonthDay));
    assert_eq!(days(&taken), ["1999-03-04", "1999-12-25"]);
    let notes = taken.read.expect("read").notes;
    assert!(
        notes.iter().any(|note| note.contains("show the order day-month, and --dates month-day was named")),
        "{notes:?}"
    );
    // nothing shows it, or both orders are shown
    for table in [tells("04/03/1999"), format!("{}{}", tells("25/12/1999"), row("12/25/1999"))] {
        let taken = learned(&table, None);
        let first = &taken.items[0];
        assert!(first.published_at.is_none(), "never guessed: {first:?}");
        let notes = &taken.read.as_ref().expect("read").notes;
        assert!(notes.iter().any(|note| note.contains("--dates day-month or --dates month-day")), "{notes:?}");
        assert_eq!(day(&learned(&table, Some(DateOrder::DayMonth)).items[0]), "1999-04-03");
        assert_eq!(day(&learned(&table, Some(DateOrder::MonthDay)).items[0]), "1999-03-04");
    }
}

#[test]
fn the_order_is_asked_for_when_a_date_needs_it_and_once() {
    let row = |date: &str| format!("The quay,{date},Ila Kamat,The quay was closed.\n");
    for (dates, wanted) in [
        (["1999-04-03", "25/12/1999", "3 May 1999"], 0),
        (["1999-04-03", "03/04/1999", "05/04/1999"], 1),
        (["03/04/99", "25/12/99", "1999-04-03"], 1),
    ] {
        let asked = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&asked);
        let order = OrderOf::asking(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Some(DateOrder::DayMonth)
        });
        let options = ReadOptions { order: Some(order), ..ReadOptions::default() };
        let table = format!("{HEAD}{}", dates.map(row).concat());
        let taken = tried("x.csv", table.as_bytes(), None, &options).expect("a table");
        assert_eq!(asked.load(Ordering::Relaxed), wanted, "{dates:?}");
        assert!(taken.items.iter().all(|item| item.published_at.is_some()), "{dates:?}: {:?}", taken.items);
        let said = taken.read.expect("read").notes.iter().any(|note| note.contains("order day-month"));
        assert_eq!(said, wanted > 0, "{dates:?}");
    }
    // an order that somebody named is not asked for
    let options = ReadOptions {
        dates: Some(DateOrder::MonthDay),
        order: Some(OrderOf::asking(|| Some(DateOrder::DayMonth))),
        ..ReadOptions::default()
    };
    let taken = tried("x.csv", format!("{HEAD}{}", row("03/04/1999")).as_bytes(), None, &options).expect("a table");
    assert_eq!(day(&taken.items[0]), "1999-03-04");
}

#[test]
fn a_byline_names_persons_and_agencies_apart() {
    for (written, wanted) in [
        ("Anita Rao and PTI", &["Anita Rao", "PTI"][..]),
        ("Anita Rao and Ila Kamat, Agencies", &["Anita Rao", "Ila Kamat", "Agencies"]),
        ("By Anita Rao, Staff Writer", &["Anita Rao"]),
        ("BY ANITA RAO AND PTI", &["ANITA RAO", "PTI"]),
        ("PTI/Reuters", &["PTI", "Reuters"]),
        ("Anita Rao, Ila Kamat and AFP", &["Anita Rao", "Ila Kamat", "AFP"]),
        ("Anita Rao with inputs from PTI", &["Anita Rao", "PTI"]),
        ("Kamat, Ila", &["Kamat, Ila"]),
        ("Arts and Letters Desk", &["Arts and Letters Desk"]),
        ("Anders Brandt", &["Anders Brandt"]),
    ] {
        let table = format!("{HEAD}The quay,1999-04-03,\"{written}\",The quay was closed.\n");
        assert_eq!(taken("x.csv", table.as_bytes()).items[0].bylines, wanted, "{written}");
    }
    let told = taken("x.csv", format!("{HEAD}The quay,1999-04-03,\"By Anita Rao, Staff Writer\",Closed.\n").as_bytes());
    assert!(told.items[0].notes[0].contains("“Staff Writer” was left out"), "{:?}", told.items[0].notes);
}

#[test]
fn what_dates_show_and_what_they_do_not_is_said_once() {
    let table = |dates: &[&str]| {
        let rows: String =
            dates.iter().enumerate().map(|(nth, date)| format!("The quay {nth},{date},Rao,Closed {nth}.\n")).collect();
        taken("x.csv", format!("{HEAD}{rows}").as_bytes())
    };
    let days = |taken: &Taken| taken.items.iter().map(|item| item.published_at.map(|_| day(item))).collect::<Vec<_>>();
    let of = |text: &str| Some(text.to_owned());
    // a year of two digits, and a point, tell the order of the others too
    for clue in ["25/12/99", "25.12.1999"] {
        let learned = learned(&format!("{HEAD}The quay,03/04/1999,Rao,Closed.\nA pier,{clue},Rao,Open.\n"), None);
        assert_eq!(days(&learned), [of("1999-04-03"), of("1999-12-25")], "{clue}");
    }
    let many: Vec<&str> = std::iter::repeat_n("03/04/1999", 200).chain(["25/12/1999", "12/25/1999"]).collect();
    let unclear = table(&many);
    assert!(unclear.items.iter().all(|item| item.notes.is_empty()), "not one by one");
    let either = unclear.items[0].published_either.expect("one of two days");
    assert_ne!(either[0], either[1]);
    let notes = unclear.read.expect("read").notes;
    let [note] = notes.iter().filter(|note| note.contains("two days")).collect::<Vec<_>>()[..] else {
        panic!("{notes:?}")
    };
    assert!(
        note.contains("200 dates such as “03/04/1999” (at 2, 3, 4 and more)") && note.contains("do not tell which"),
        "{note}"
    );
    // neither printing nor anybody's calendar
    for (date, bound) in [("0001-01-01T00:00:00Z", true), ("31/12/9999", true), ("0000-00-00", false), ("soon", false)]
    {
        let item = &table(&[date]).items[0];
        let told = item.notes.iter().any(|note| note.contains("outside of the years 1450 to 2200"));
        assert_eq!((item.published_at, told), (None, bound), "{date}: {:?}", item.notes);
    }
}

#[test]
fn what_is_said_of_a_picture_is_its_own_wherever_its_column_stands() {
    let lines = "{\"caption\":\"The quay at low tide\",\"credit\":\"Ila Kamat\",\"image\":\"quay.png\",\"title\":\"The quay\",\
                 \"text\":\"<p>It was closed.</p><img src='inside.png'>\"}\n";
    let table = "caption,credit,image,title,text\n\
                 The quay at low tide,Ila Kamat,quay.png,The quay,<p>It was closed.</p><img src='inside.png'>\n";
    for (name, text) in [("x.jsonl", lines), ("x.csv", table)] {
        let taken = taken(name, text.as_bytes());
        let item = &taken.items[0];
        let quay = item.images.iter().find(|image| image.source == "quay.png").expect("its picture");
        assert_eq!(quay.caption.as_deref(), Some("The quay at low tide"), "{name}");
        assert_eq!((quay.credit.as_deref(), quay.after), (Some("Ila Kamat"), None), "{name}");
        let inside = item.images.iter().find(|image| image.source == "inside.png").expect("the one in the text");
        assert_eq!((inside.caption.as_deref(), inside.after), (None, Some(1)), "{name}");
    }
    let alone = taken("x.jsonl", b"{\"caption\":\"The quay\",\"title\":\"The quay\",\"text\":\"It was closed.\"}\n");
    assert_eq!(alone.items[0].dropped[0].reason, "caption without a picture", "and never in silence");
}

#[test]
fn a_table_whose_text_nobody_knows_says_what_to_type() {
    let said =
        taken("x.csv", b"title,Full story,note\nThe quay,The quay was closed on Tuesday.,x\nA bridge,It is open.,y\n");
    let [(_, reason)] = said.refused.as_slice() else { panic!("once for the table: {said:?}") };
    assert!(reason.contains("title, Full story, note") && reason.contains("--map \"body=Full story\""), "{reason}");
    let said = taken("x.jsonl", b"{\"title\":\"The quay\",\"full\":\"The quay was closed on Tuesday.\",\"n\":1}\n");
    let [(1, reason)] = said.refused.as_slice() else { panic!("the line: {said:?}") };
    assert!(reason.contains("full, n, title") || reason.contains("title, full, n"), "{reason}");
    assert!(reason.contains("--map \"body=full\""), "{reason}");
}

#[test]
fn what_was_guessed_is_said_once_a_file() {
    let lines: String =
        (0..50).map(|n| format!("{{\"title\":\"Quay {n}\",\"text\":\"The quay was closed.\",\"k{n}\":1}}\n")).collect();
    let notes = taken("x.jsonl", lines.as_bytes()).read.expect("read").notes;
    let guessed: Vec<&String> = notes.iter().filter(|note| note.contains("columns guessed")).collect();
    let [guessed] = guessed.as_slice() else { panic!("once: {notes:?}") };
    assert!(guessed.contains("headline=title") && guessed.contains("body=text") && guessed.contains("k7"), "{guessed}");
}

#[test]
fn a_column_that_is_read_by_its_value_is_told_as_such_and_may_be_left_out() {
    let table = b"id,headline,body,lane,note\n1,Ferry,It goes at ten.,premium,x\n2,Mill,It stands.,fast,y\n";
    let lines = b"{\"id\":1,\"headline\":\"Ferry\",\"body\":\"It goes at ten.\",\"lane\":\"premium\",\"note\":\"x\"}\n";
    for (name, bytes) in [("a.csv", table.as_slice()), ("a.jsonl", lines.as_slice())] {
        let read = taken(name, bytes);
        assert_eq!(read.items[0].access, Some(Access::Paid), "{name}");
        assert!(read.items[0].notes.iter().any(|n| n.contains("--map \"none=lane\"")), "{:?}", read.items[0].notes);
        let notes = read.read.expect("read").notes.join(" ");
        assert!(notes.contains("for who may read: lane") && notes.contains("not used: note"), "{name}: {notes}");
        let columns = ColumnMap::parse("none=lane").expect("a map");
        let options = ReadOptions { columns, ..ReadOptions::default() };
        let read = tried(name, bytes, None, &options).expect("a table");
        assert_eq!(read.items[0].access, None, "{name}");
        assert_eq!(read.items[0].notes, Vec::<String>::new(), "{name}");
        let notes = read.read.expect("read").notes.join(" ");
        assert!(!notes.contains("lane") && notes.contains("headline=headline"), "{name}: {notes}");
    }
}

#[test]
fn every_column_that_says_who_may_read_is_read_and_the_strictest_counts() {
    let of = |extra: &str| {
        let line = format!(r#"{{"id":"a","headline":"Ferry","body":"It goes.",{extra}}}"#);
        let item = taken("a.jsonl", line.as_bytes()).items.remove(0);
        (item.access, item.notes)
    };
    let sold = [
        r#""isAccessibleForFree":false"#,
        r#""isAccessibleForFree":"False""#,
        r#""requiresSubscription":true"#,
        r#""conditionsOfAccess":"subscribers""#,
        r#""isPremium":1"#,
        r#""paid":true"#,
        r#""free":false"#,
        r#""is_free":0"#,
        r#""locked":true"#,
        r#""Subscriber_Only":"yes""#,
        r#""members-only":"true""#,
        r#""content_tier":"locked""#,
        r#""access":"Premium""#,
        r#""access":"free","premium":true"#,
        r#""premium":true,"access":"free""#,
        r#""plus":true"#,
        r#""is_plus":"yes""#,
        r#""price":0.5"#,
        r#""price":"2.00 EUR""#,
        r#""price":"premium""#,
    ];
    for extra in sold {
        assert_eq!(of(extra).0, Some(Access::Paid), "{extra}");
    }
    for extra in
        [r#""tier":"gold""#, r#""access_level":2"#, r#""visibility":"inner circle""#, r#""access":{"level":7}"#]
    {
        let (access, notes) = of(extra);
        assert_eq!(access, Some(Access::Paid), "{extra}");
        assert!(
            extra.contains("gold") || notes.iter().any(|note| note.contains("taken as sold")),
            "{extra}: {notes:?}"
        );
    }
    let open = [
        (r#""access":"public""#, Some(Access::Free)),
        (r#""premium":false"#, Some(Access::Free)),
        (r#""is_free":true"#, Some(Access::Free)),
        (r#""access":"registered""#, Some(Access::Registered)),
        (r#""paywall":"metered""#, Some(Access::Metered)),
        (r#""locked":false"#, None),
        (r#""plus":false"#, None),
        (r#""price":0"#, None),
        (r#""price":"0.00 EUR""#, None),
        (r#""access":null"#, None),
        (r#""access":"""#, None),
    ];
    for (extra, access) in open {
        assert_eq!(of(extra), (access, Vec::new()), "{extra}");
    }
    let table = "id,title,text,Is_Free,content-tier\n1,Ferry,It goes.,yes,locked\n2,Mill,It stands.,yes,\n";
    let items = taken("a.csv", table.as_bytes()).items;
    assert_eq!((items[0].access, items[1].access), (Some(Access::Paid), Some(Access::Free)));
    assert!(items[0].notes.iter().any(|note| note.contains("free and in another")), "{:?}", items[0].notes);
}

/// What a table says of its story by a column, and a file of lines by a key.
fn access_by(column: &str, value: &str) -> Option<Access> {
    let table = format!("headline,body,{column}\nFerry,It goes at ten.,{value}\n");
    let item = taken("a.csv", table.as_bytes()).items.remove(0);
    let line = serde_json::json!({"headline": "Ferry", "body": "It goes at ten.", column: value});
    let other = taken("a.jsonl", line.to_string().as_bytes()).items.remove(0);
    assert_eq!(item.access, other.access, "{column} {value}");
    item.access
}

#[test]
fn columns_in_other_languages_say_who_may_read() {
    let sold = [
        ("Plus-Artikel", "ja"),
        ("Zugang", "Abonnenten"),
        ("Zugang", "innerer Kreis"),
        ("Bezahlartikel", "1"),
        ("bezahlt", "ja"),
        ("Abonnés", "oui"),
        ("réservé", "oui"),
        ("Réservé aux abonnés", "x"),
        ("accès", "payant"),
        ("acceso", "suscriptores"),
        ("Solo suscriptores", "sí"),
        ("accesso", "riservato agli abbonati"),
        ("abbonati", "sì"),
        ("acesso", "assinantes"),
        ("toegang", "abonnees"),
        ("tillgång", "prenumeranter"),
        ("adgang", "abonnenter"),
        ("pääsy", "tilaajille"),
        ("dostęp", "płatny"),
        ("přístup", "předplatitelé"),
        ("hozzáférés", "előfizetők"),
        ("πρόσβαση", "συνδρομητές"),
        ("erişim", "aboneler"),
        ("Доступ", "подписчики"),
        ("Доступ", "внутренний круг"),
        ("платный", "да"),
        ("सदस्य", "हाँ"),
        ("पहुँच", "केवल सदस्यों के लिए"),
        ("الوصول", "مشتركون"),
        ("访问权限", "会员"),
        ("アクセス", "有料会員限定"),
        ("접근", "유료"),
        ("acme_is_premium", "true"),
        ("article_type", "premium"),
    ];
    for (column, value) in sold {
        assert_eq!(access_by(column, value), Some(Access::Paid), "{column} {value}");
    }
}

#[test]
fn signs_and_words_for_free_answer_too() {
    let sold = [
        ("premium", "✓"),
        ("access", "🔒"),
        ("paywall", "?"),
        ("is_free", "✗"),
        ("is_free", "-"),
        ("kostenlos", "nein"),
        ("gratuit", "non"),
        ("grátis", "não"),
        ("नि:शुल्क", "नहीं"),
        ("access", "free trial"),
        ("access", "free preview"),
        ("access", "free (3 of 5)"),
        ("access", "aperçu gratuit"),
        ("access", "all access"),
        ("access", "level 0"),
        ("access", "n/a"),
        ("is_free", "partly free"),
        ("is_free", "yes for members"),
        ("is_free", "true (trial)"),
        ("is_free", "FAUX"),
        ("premium", "VRAI"),
        ("premium", "1.0"),
        ("sperre", "an"),
        ("doar_abonati", "da"),
        ("visibilité", "privé"),
    ];
    for (column, value) in sold {
        let access = access_by(column, value);
        assert!(access == Some(Access::Paid), "{column} {value}: {access:?}");
    }
    for (column, value) in [
        ("is_free", "✓"),
        ("kostenlos", "ja"),
        ("gratuit", "oui"),
        ("is_free", "1.0"),
        ("is_free", "WAHR"),
        ("access", "free to read"),
        ("access", "accès libre"),
        ("access", "free for all"),
    ] {
        assert_eq!(access_by(column, value), Some(Access::Free), "{column} {value}");
    }
    for (column, value) in [
        ("premium", "✗"),
        ("premium", "-"),
        ("access", "—"),
        ("premium", "0.0"),
        ("premium", "FALSCH"),
        ("premium", "[]"),
        ("access", "€ 0.00"),
        ("access", "all readers"),
        ("access", "abierto a todos"),
        ("visibilité", "publique"),
        ("visibility", "public"),
    ] {
        assert_ne!(access_by(column, value), Some(Access::Paid), "{column} {value}");
    }
}

#[test]
fn columns_in_other_languages_close_nothing_that_they_call_open() {
    let free = [
        ("Zugang", "kostenlos"),
        ("acceso", "gratuito"),
        ("accesso", "libero"),
        ("Доступ", "бесплатно"),
        ("पहुँच", "निःशुल्क"),
        ("アクセス", "無料"),
    ];
    for (column, value) in free {
        assert_eq!(access_by(column, value), Some(Access::Free), "{column} {value}");
    }
    let open = [
        ("Plus-Artikel", "nein"),
        ("abbonati", "no"),
        ("réservé", "non"),
        ("платный", "нет"),
        ("सदस्य", "नहीं"),
        ("locked_by", "Ila"),
        ("paid_at", "2004-01-02"),
        ("member_id", "7"),
        ("subscriber_count", "1200"),
        ("post_type", "premium petrol"),
        ("category_path", "premium"),
        ("acme_is_premium", "false"),
    ];
    for (column, value) in open {
        assert_eq!(access_by(column, value), None, "{column} {value}");
    }
}

#[test]
fn writers_are_parted_in_every_format_as_in_tables() {
    let ninjs = |by: &str| {
        let line = serde_json::json!({"uri": "https://tidewater.example/a", "type": "text", "headline": "Ferry", "byline": by,
            "body_text": "The ferry goes at ten.\n\nIt is blue."});
        taken("a.json", line.to_string().as_bytes()).items.remove(0).bylines
    };
    let feed = |by: &str| {
        let feed = format!(
            "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title><item><title>Ferry</title>\
             <link>https://tidewater.example/a</link><dc:creator>{by}</dc:creator><description>It goes at ten.</description>\
             </item></channel></rss>"
        );
        taken("a.xml", feed.as_bytes()).items.remove(0).bylines
    };
    let nitf = |by: &str| {
        let nitf = format!(
            "<nitf><head><title>Ferry</title></head><body><body.head><hedline><hl1>Ferry</hl1></hedline><byline>{by}</byline>\
             </body.head><body.content><p>It goes at ten.</p></body.content></body></nitf>"
        );
        taken("a.xml", nitf.as_bytes()).items.remove(0).bylines
    };
    for (by, names) in [
        ("By Nell Ashdown", &["Nell Ashdown"] as &[&str]),
        ("Nell Ashdown and Oren Pell", &["Nell Ashdown", "Oren Pell"]),
        ("By Nell Ashdown, Oren Pell", &["Nell Ashdown", "Oren Pell"]),
        ("Arts and Letters Desk", &["Arts and Letters Desk"]),
    ] {
        for (format, bylines) in [("ninjs", ninjs(by)), ("feed", feed(by)), ("nitf", nitf(by))] {
            assert_eq!(bylines, names, "{format}: {by}");
        }
    }
}

#[test]
fn columns_are_known_by_the_names_that_papers_give_them() {
    let table = "Artikel-Nr;Titel des Artikels;Verfasser;run_dt;Artikeltext\n17;Die Fähre;Nell Ashdown;1999-10-14;Sie fährt um zehn.\n";
    let item = taken("a.csv", table.as_bytes()).items.remove(0);
    assert_eq!(item.key, "row:a:17");
    assert_eq!(
        (item.headline.as_deref(), item.bylines.as_slice()),
        (Some("Die Fähre"), &["Nell Ashdown".to_owned()][..])
    );
    assert_eq!(day(&item), "1999-10-14");
    // a page or an issue has many stories
    for many in ["page_no", "issue_no", "Nr"] {
        let table = format!("{many},title,text\n17,Ferry,It goes at ten.\n");
        assert!(taken("a.csv", table.as_bytes()).items[0].key.starts_with("content:"), "{many}");
    }
}
