//! Whether a row was public, by columns of any name.

use archive::formats::{ColumnMap, ReadOptions};
use archive::item::{Item, Standing};

use crate::taken::{taken, tried};

fn of(column: &str, value: &str) -> Item {
    let table = format!("id,headline,body,{column}\n1,Ferry,It goes at ten.,\"{value}\"\n");
    let line = serde_json::json!({"id": "1", "headline": "Ferry", "body": "It goes at ten.", column: value});
    let mut of_table = taken("a.csv", table.as_bytes()).items;
    let of_line = taken("a.jsonl", line.to_string().as_bytes()).items.remove(0);
    let of_table = of_table.remove(0);
    assert_eq!(of_table.standing, of_line.standing, "{column}={value}");
    of_table
}

#[test]
fn a_status_of_any_name_keeps_out_what_it_does_not_call_public() {
    for (column, value) in [
        ("web_status", "draft"),
        ("story_status", "Entwurf"),
        ("publication_status", "in desk 4"),
        ("Publication State", "pending"),
        ("articlestatus", "3"),
        ("workflow", "spiked"),
        ("workflow", "On hold"),
        ("editorial stage", "with the lawyers"),
        ("visibility", "hidden"),
        ("draft_status", "draft"),
        ("live", "no"),
        ("is_online", "false"),
        ("isVisible", "0"),
        ("deleted", "1"),
        ("isDeleted", "true"),
        ("deleted_at", "2004-03-01 10:00"),
        ("removed on", "1 March 2004"),
        ("spiked", "yes"),
        ("embargoed", "x"),
        ("offline", "ja"),
    ] {
        let item = of(column, value);
        assert_eq!(item.standing, Standing::Unpublished, "{column}={value}");
        let said = format!("its {column} is “{value}”");
        let notes = item.notes.join(" ");
        assert!(notes.contains(&said) && notes.contains(&format!("--map \"none={column}\"")), "{notes}");
    }
    for (column, value) in [
        ("web_status", "Killed"),
        ("workflow", "withdrawn"),
        ("withdrawn", "2004-03-01"),
        ("retracted", "yes"),
        ("killed", "true"),
    ] {
        assert_eq!(of(column, value).standing, Standing::Withdrawn, "{column}={value}");
    }
}

#[test]
fn a_column_that_says_it_was_public_or_speaks_of_something_else_keeps_nothing_out() {
    for (column, value) in [
        ("web_status", "Published"),
        ("story_status", "veröffentlicht"),
        ("workflow", "step 4"),
        ("home_state", "Draft"),
        ("draft_status", "0"),
        ("payment_status", "pending"),
        ("comment_status", "closed"),
        ("marital status", "unknown"),
        ("status_code", "404"),
        ("status_date", "2004-03-01"),
        ("live", "yes"),
        ("live", "2004-03-01"),
        ("online", "https://tidewater.example/ferry"),
        ("deleted", "0"),
        ("deleted_at", ""),
        ("deleted_at", "0000-00-00 00:00:00"),
        ("deleted_at", "\\N"),
        ("deleted_at", "NaT"),
        ("deleted_at", "1970-01-01T00:00:00Z"),
        ("is_deleted", "0.0"),
        ("withdrawn", "n/a"),
        ("deleted_scenes", "3"),
        ("draft_date", "2004-03-01"),
        ("removed_paragraphs", "2"),
        ("killed", "3"),
        ("published_in_print", "no"),
    ] {
        assert_eq!(of(column, value).standing, Standing::Published, "{column}={value}");
    }
}

#[test]
fn of_several_the_worst_counts_and_a_person_has_the_last_word() {
    let table = b"id,headline,body,published_at,published,status,web_status,deleted\n\
        1,Ferry,It goes at ten.,2004-03-01,yes,published,killed,0\n\
        2,Mill,It stands.,2004-03-01,no,published,live,0\n\
        3,Quay,It is shut.,2004-03-01,yes,published,live,1\n\
        4,Bridge,It is open.,2004-03-01,yes,published,live,0\n";
    let standings = |map: &str| {
        let columns = ColumnMap::parse(map).expect("a map");
        let options = ReadOptions { columns, ..ReadOptions::default() };
        let read = tried("a.csv", table, None, &options).expect("a table");
        (read.items.iter().map(|item| item.standing).collect::<Vec<_>>(), read.read.expect("read").notes.join(" "))
    };
    use Standing::{Published, Unpublished, Withdrawn};
    let (all, notes) = standings("");
    assert_eq!(all, [Withdrawn, Unpublished, Unpublished, Published]);
    assert!(notes.contains("Read for whether it was public: published, web_status, deleted"), "{notes}");
    assert!(!notes.contains("not used"), "{notes}");
    assert_eq!(standings("status=status").0, [Published, Unpublished, Unpublished, Published]);
    assert_eq!(standings("none=deleted,none=web_status").0, [Published, Unpublished, Published, Published]);
}
