//! Each format with its traps, on samples of our own.

use crate::taken::taken;

#[test]
fn a_table_without_a_map_is_guessed_and_says_so() {
    let csv = "Titel;Datum;Text\n\"Hafen; wieder offen\";16.05.2013 16:01;\"Erster Absatz.\n\nZweiter.\"\n";
    let taken = taken("archiv.csv", csv.as_bytes());
    assert_eq!(taken.items.len(), 1);
    assert_eq!(taken.items[0].headline.as_deref(), Some("Hafen; wieder offen"));
    assert_eq!(taken.items[0].body.len(), 2);
    assert!(taken.read.expect("read").notes[0].contains("headline=Titel"));
}
