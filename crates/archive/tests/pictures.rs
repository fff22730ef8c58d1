//! What stands under pictures and on them. All texts are our own fiction.

use archive::html::{Extract, Page, page};
use archive::item::Part;

const MILL: [&str; 3] = [
    "The mill at Upper Dorn grinds again after the brothers Rell had carved forty-one new teeth for its great wheel.",
    "The old teeth were of apple wood and lasted ninety years; the new ones are of hornbeam, because nobody plants apples now.",
    "Flour from the first sacks goes to the school, where every class will bake a loaf and compare it with the teacher's.",
];

fn read(body: &str) -> Extract {
    let html = format!(
        "<html><head><title>Mill grinds again</title></head><body><h1>Mill grinds again</h1>{body}</body></html>"
    );
    page(&Page { url: Some("https://courier.example/1999/mill.html"), html: &html })
}

fn texts(extract: &Extract) -> Vec<&str> {
    extract.body.iter().map(Part::text).collect()
}

#[test]
fn captions_stand_beside_the_body_with_their_places() {
    let got = read(&format!(
        "<article><figure><img src=/1.jpg><figcaption>The wheel in June. Photo: T. Ohm</figcaption></figure>\
         <p>{}</p><p>{}</p><div class=photo-caption>Teeth of hornbeam</div><p>{}</p>\
         <p>Figure 3: How the wheel is held</p></article>\
         <div class=sidebar><figure><img src=/2.jpg><figcaption>Another story's picture</figcaption></figure></div>",
        MILL[0], MILL[1], MILL[2]
    ));
    assert_eq!(texts(&got), MILL);
    let captions: Vec<(usize, &str)> = got.captions.iter().map(|c| (c.after, c.text.as_str())).collect();
    assert_eq!(
        captions,
        [(0, "The wheel in June. Photo: T. Ohm"), (2, "Teeth of hornbeam"), (3, "Figure 3: How the wheel is held")]
    );
}

#[test]
fn labels_of_a_drawn_chart_are_no_paragraphs() {
    let got = read(&format!(
        "<article><p>{}</p><div class=drawing>\
         <div style='top: 4%; margin-top: -8px; left: 90%; width: 60px'><p>Sacks a day</p></div>\
         <div style='position:absolute;bottom:10px;right:5px'><p>projected</p></div>\
         <div style='TOP: 50% ; LEFT: 1%'><p>’78</p></div></div><p>{}</p><p>{}</p></article>",
        MILL[0], MILL[1], MILL[2]
    ));
    assert_eq!(texts(&got), MILL);
}

#[test]
fn what_is_only_moved_a_little_or_long_stays() {
    let got = read(&format!(
        "<article><p style='position: relative; top: 1px; left: 2px'>{}</p>\
         <div style='position: absolute; top: 0; left: 0; width: 100%'><p>{}</p><p>{}</p></div></article>",
        MILL[0], MILL[1], MILL[2]
    ));
    assert_eq!(texts(&got), MILL);
}
