//! What a page or a crawl sets in lines: verse that is set in or preformatted, hours of opening, tables and songs below a line that names
//! them. All texts are our own fiction.

use archive::html::{Page, page};
use archive::item::Part;
use archive::{Crawl, Options, rebuild};

const OPENING: &str =
    "The reading room of Norholm opens again after nine weeks of work on its roof, the wardens said in a note.";
const END: &str =
    "The chandler gave forty lamps for the long tables, and the miller promised a sack of flour for the feast.";
const SONG: [&str; 4] = [
    "The lamp goes out when the oil is low,",
    "the moth goes home when the wick is dry,",
    "The wall forgets what the window knows",
    "and nobody asks the mason why.",
];
const HOURS: [&str; 3] = ["Monday: 10 am to 6 pm", "Tuesday: 10 am to 6 pm", "Wednesday: closed"];

fn body(inside: &str) -> Vec<String> {
    let html = format!(
        "<html><head><title>The reading room</title></head><body><article><h1>The reading room</h1>{inside}</article></body></html>"
    );
    let got = page(&Page { url: Some("https://norholm.example/2011/room"), html: &html });
    got.body.iter().map(|part: &Part| part.text().to_owned()).collect()
}

#[track_caller]
fn keeps(inside: &str, lines: &[&str]) {
    let got = body(&format!("<p>{OPENING}</p>{inside}<p>{END}</p>"));
    let wanted: Vec<&str> = [&[OPENING], lines, &[END]].concat();
    assert_eq!(got, wanted, "{inside}");
}

#[test]
fn verse_that_is_set_in_keeps_its_lines() {
    for indent in ["&nbsp;&nbsp;&nbsp;", "\n&nbsp;&nbsp;", "&nbsp; &nbsp; &nbsp;", "&emsp;"] {
        let [a, b, c, d] = SONG;
        keeps(&format!("<p>{a}<br>{indent}{b}<br>{c}<br>{indent}{d}</p>"), &SONG);
    }
    keeps(&format!("<p>{}<br>&nbsp;&nbsp;{}</p>", SONG[0], SONG[1]), &SONG[..2]);
    // Old pages part paragraphs so.
    let long = "Nobody had asked the mason why the roof leaked, and when somebody did he said that it had leaked in his father's time as well.";
    keeps(
        &format!("<p>{long}<br>&nbsp;&nbsp;&nbsp;Nobody came.<br>&nbsp;&nbsp;&nbsp;{long} So it was.</p>"),
        &[long, "Nobody came.", &format!("{long} So it was.")],
    );
}

#[test]
fn what_is_preformatted_keeps_its_lines_unless_it_is_prose() {
    let [a, b, c, d] = SONG;
    keeps(&format!("<pre>{a}\n   {b}\n\n{c}\n   {d}\n</pre>"), &SONG);
    keeps("<pre>Herring    41   22\nCod         9   11</pre>", &["Herring 41 22", "Cod 9 11"]);
    let prose = "The judge told both of the brothers that the orchard was to\nbe parted in two halves, and that neither of them was to set\n\
                 foot in the other half before the harvest, which the elder\nsaid was not what their father had meant.";
    keeps(&format!("<pre>{prose}</pre>"), &[prose.replace('\n', " ").as_str()]);
}

#[test]
fn hours_of_opening_are_no_date_of_the_page() {
    let lines = HOURS.join("<br>");
    for inside in
        [format!("<p>{OPENING}</p><p>{lines}</p><p>{END}</p>"), format!("<p>{lines}</p><p>{OPENING}</p><p>{END}</p>")]
    {
        let got = body(&inside);
        assert!(HOURS.iter().all(|line| got.iter().any(|text| text == line)), "{got:?}");
    }
    keeps(&format!("<p>{}</p>", HOURS[..2].join("<br>")), &HOURS[..2]);
    assert_eq!(body(&format!("<p>{OPENING}</p><p>{END}</p><p>{lines}</p>"))[2..], HOURS);
    // What a page says of its own day is none.
    keeps("<p>Posted: Monday, 4 March 1999, 10:30<br>Updated: Tuesday, 5 March 1999, 11:30</p>", &[]);
    keeps("<p>Posted: Monday, 4 March 1999, 10:30</p>", &[]);
}

#[test]
fn in_a_crawl_hours_of_opening_are_kept_or_asked_about() {
    let lines = [&[OPENING], &HOURS[..], &[END]].concat();
    let crawl = Crawl { name: "room".to_owned(), bytes: lines.join("\n").into_bytes() };
    let import = rebuild(&[], &[crawl], &Options::default());
    let story = &import.stories[0];
    for line in HOURS {
        let kept = story.paragraphs.iter().any(|p| p.text == line);
        let asked = story.doubts.iter().flat_map(|d| &d.left_out).any(|left| left.text == line);
        assert!(kept || asked, "{line}: {:?} {:?}", story.dropped, story.doubts);
    }
}

#[test]
fn a_line_that_names_a_song_or_a_table_stays_with_it() {
    let [a, b, c, d] = SONG;
    for label in ["More about the lamp:", "Topics:", "Evening song"] {
        keeps(&format!("<p>{label}<br>{a}<br>{b}<br>{c}<br>{d}</p>"), &[label, a, b, c, d]);
    }
    let rows = ["Herring 41 22", "Cod 9 11", "Plaice 3 2"];
    for label in ["Read more:", "Catch of the week"] {
        keeps(&format!("<p>{label}<br>{}</p>", rows.join("<br>")), &[label, rows[0], rows[1], rows[2]]);
    }
    // A list of other stories is neither.
    keeps("<p>More stories:<br>Rain on the mole<br>A new pilot<br>The price of tar</p>", &[]);
    let song = SONG.join("<br>");
    let got = body(&format!("<p>Evening song</p><p>{song}</p><p>{OPENING}</p><p>{END}</p>"));
    assert_eq!(got, [&["Evening song"], &SONG[..], &[OPENING, END]].concat());
    let table = "<table><tr><td>Herring</td><td>41</td></tr><tr><td>Cod</td><td>9</td></tr><tr><td>Plaice</td><td>3</td></tr></table>";
    let got = body(&format!("<p>{OPENING}</p><p>{END}</p><p>Catch of the week</p>{table}"));
    assert_eq!(got, [OPENING, END, "Catch of the week", "Herring\t41", "Cod\t9", "Plaice\t3"]);
}
