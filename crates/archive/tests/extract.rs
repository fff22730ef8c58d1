//! Stories out of HTML, through the public door. All texts are our own fiction.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use archive::html::{Parts, parts};
use archive::item::Part;

fn paragraph(text: &str) -> Part {
    Part::Paragraph(text.to_owned())
}

fn texts(parts: &Parts) -> Vec<&str> {
    parts.parts.iter().map(Part::text).collect()
}

#[test]
fn a_body_of_an_export_is_told_apart_by_its_marks() {
    let got = parts(
        "<p>The ferry to <b>Sandholm</b> sails again&nbsp;on Monday.</p><h2>Why it stopped</h2>\
         <blockquote><p>&bdquo;We had no captain.&ldquo;</p></blockquote>\
         <ul><li>Two boats</li><li>Four crossings a day<br>in winter</li></ul>\
         <table><tr><th>Day</th><th>First boat</th></tr><tr><td>Monday</td><td>6:40</td></tr></table>",
    );
    assert_eq!(
        got.parts,
        [
            paragraph("The ferry to Sandholm sails again on Monday."),
            Part::Crosshead("Why it stopped".to_owned()),
            Part::Quote("„We had no captain.“".to_owned()),
            Part::Listed("Two boats".to_owned()),
            Part::Listed("Four crossings a day in winter".to_owned()),
            Part::Row("Day\tFirst boat".to_owned()),
            Part::Row("Monday\t6:40".to_owned()),
        ]
    );
    assert!(got.removed.is_empty() && got.images.is_empty(), "{got:?}");
}

#[test]
fn line_breaks_part_paragraphs_as_old_pages_meant_them() {
    let got = parts("The council met.<br><br/>\n It voted<br>late.<br>&nbsp;&nbsp;&nbsp;Nobody stayed.<p>Except one.");
    assert_eq!(texts(&got), ["The council met.", "It voted late.", "Nobody stayed.", "Except one."]);
    assert_eq!(texts(&parts("One.\n\nTwo\nlines.\r\n\r\nThree.")), ["One.", "Two lines.", "Three."]);
    assert_eq!(texts(&parts("<pre>First\n\nSecond</pre>")), ["First", "Second"]);
}

#[test]
fn pictures_go_beside_the_body_with_their_captions() {
    let got = parts(
        "<figure><img src='data:image/gif;base64,AAAA' data-src='/p/harbour.jpg' alt='The  harbour'>\
         <figcaption>The harbour at dawn. Photo: M. Ilk</figcaption></figure><p>Text.</p>\
         <p><img src='/p/boat.png'></p><img src='/count.gif' width='1' height='1'>\
         <noscript><img src='/p/late.jpg'></noscript>",
    );
    let sources: Vec<&str> = got.images.iter().map(|i| i.source.as_str()).collect();
    assert_eq!(sources, ["/p/harbour.jpg", "/p/boat.png", "/p/late.jpg"]);
    assert_eq!(got.images.first().and_then(|i| i.caption.as_deref()), Some("The harbour at dawn. Photo: M. Ilk"));
    assert_eq!(got.images.first().and_then(|i| i.alt.as_deref()), Some("The harbour"));
    assert_eq!(texts(&got), ["Text."]);
}

#[test]
fn what_is_no_story_is_taken_out_and_named() {
    let got = parts(
        "<p>Before.</p><script>var x = '<p>no</p>';</script><style>p { color: red }</style>\
         <iframe src='https://video.example/1'></iframe><form><p>Your mail</p></form>\
         <div class='sharedaddy sd-block'>Share this</div><p style='display: none'>Secret</p><p>After.</p>",
    );
    assert_eq!(texts(&got), ["Before.", "After."]);
    let removed: Vec<(&str, &str)> = got.removed.iter().map(|r| (r.text.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        removed,
        [
            ("https://video.example/1", "embedded from elsewhere"),
            ("Your mail", "form or button"),
            ("Share this", "buttons for sharing"),
            ("Secret", "hidden on the page"),
        ]
    );
}

#[test]
fn tables_for_layout_are_read_as_pieces_of_the_page() {
    let got = parts(
        "<table><tr><td><a href='/'>Home</a></td><td><h1>Storm</h1><p>First.</p><p>Second.</p></td></tr></table>",
    );
    assert_eq!(
        got.parts,
        [paragraph("Home"), Part::Crosshead("Storm".to_owned()), paragraph("First."), paragraph("Second.")]
    );
}

#[test]
fn broken_markup_is_read_as_browsers_read_it() {
    let got = parts("<p>One<div>Two</p><b>Three<p>Four</b> five<li>Six</blockquote></td>");
    assert_eq!(texts(&got), ["One", "Two", "Three", "Four five", "Six"]);
}

#[test]
fn depth_size_and_one_endless_tag_are_bounded() {
    let deep = format!("<p>Top.</p>{}<p>Bottom.</p>", "<div>".repeat(200_000));
    assert_eq!(texts(&parts(&deep)), ["Top.", "Bottom."]);
    for unit in ["<div>", "<b>", "<p><font a=1></p>", "<table>", "</p>", "<a href=x>", "<table><div></table>"] {
        let begun = std::time::Instant::now();
        let many = format!("<p>Top.</p>{}", unit.repeat(2 * 1024 * 1024 / unit.len()));
        assert_eq!(texts(&parts(&many)).first(), Some(&"Top."), "{unit}");
        println!("{unit} {:?}", begun.elapsed());
    }
    let attributes: String = (0..200_000).fold("<p>Top.</p><a ".to_owned(), |mut s, n| {
        s.push_str(&format!("a{n}=1 "));
        s
    });
    assert_eq!(texts(&parts(&attributes)).first(), Some(&"Top."));
}
