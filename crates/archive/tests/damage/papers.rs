//! Furniture of two invented newspapers, one German, one in the English and Hindi of northern India: time stamps with two clocks, share
//! bars, adverts inside the text (also inside a paragraph), consent notices, numbered galleries. Nothing in the product was tuned on it.

use super::dice::Dice;
use super::site::Site;

/// What stands inside the text of a page, and what is different on each page.
#[derive(Debug, Clone)]
pub struct Paper {
    german: bool,
    /// Adverts between paragraphs or inside one.
    pub inline: Vec<String>,
    share: Vec<String>,
}

impl Paper {
    /// Byline, time stamps and share bar above a story.
    pub fn above(&self, number: usize, dice: &mut Dice) -> Vec<String> {
        let (day, month, hour, minute) = (1 + number % 28, 1 + number / 28 % 12, dice.below(24), 10 + dice.below(50));
        let year = 2009 + number % 11;
        let mut lines = if self.german {
            let name = dice.pick(&["Wiebke Harmsen", "Jost Ahlers", "Ilka Brandt-Moor"]);
            match dice.below(3) {
                0 => vec![format!("Von {name}"), format!("{day:02}.{month:02}.{year}, {hour:02}:{minute} Uhr")],
                1 => vec![format!("Stand: {day}.{month}.{year} | {hour}.{minute} Uhr"), "Lesedauer: 4 Min.".to_owned()],
                _ => vec![format!("{name} · Aktualisiert am {day:02}.{month:02}.{year} um {hour:02}:{minute}")],
            }
        } else {
            let short = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1];
            match dice.below(3) {
                0 => vec![format!(
                    "Published: {day} {short} {year}, {hour:02}:{minute} IST | Updated: {day} {short} {year}, {hour:02}:59 IST"
                )],
                1 => vec![
                    "Web Desk | Saharpur Bureau".to_owned(),
                    format!("First Published : {short} {day}, {year}, {hour:02}:{minute} PM(IST)"),
                ],
                _ => vec![
                    format!("Edited By: {}", dice.pick(&["Rukmini Thaware", "Devak Solanke", "Team Nayi Subah"])),
                    format!("Updated on : {day}-{month:02}-{year} {hour:02}:{minute}:07 IST"),
                ],
            }
        };
        if dice.percent(70) {
            lines.extend(self.share.iter().cloned());
        }
        lines
    }

    /// A gallery inside the text: its pictures are numbered.
    pub fn gallery(&self, dice: &mut Dice) -> Vec<String> {
        let (of, first) = (4 + dice.below(9), 1 + dice.below(3));
        (first..first + 1 + dice.below(3))
            .map(|at| match (self.german, dice.below(2)) {
                (true, 0) => format!("Bild {at} von {of}"),
                (true, _) => format!("{at}/{of} Foto: Archiv"),
                (false, 0) => format!("{at} / {of}"),
                (false, _) => format!("Photo {at} of {of} – swipe for more"),
            })
            .collect()
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|l| (*l).to_owned()).collect()
}

pub fn german(dice: &mut Dice) -> Site {
    Site {
        top: dice.some(
            &owned(&[
                "Zum Inhalt springen",
                "Menü",
                "E-Paper",
                "Startseite > Region > Moorland",
                "Abo testen",
                "Wetter 7°C",
            ]),
            3,
        ),
        labels: owned(&["Das könnte Sie auch interessieren", "Mehr zum Thema", "Aus dem Ressort", "Meistgelesen"]),
        list: owned(&["Deichbau: Wer zahlt?", "Zwei Hallen, ein Dach", "Der lange Winter der Fährleute"]),
        fluent: owned(&[
            "Mit unserem Newsletter am Morgen wissen Sie schon beim Kaffee, was im Landkreis wichtig wird.",
            "An dieser Stelle finden Sie einen externen Inhalt, der den Artikel ergänzt.",
        ]),
        wall: owned(&["Jetzt weiterlesen mit Moorblick Plus", "Sie haben bereits ein Konto? Hier anmelden"]),
        tail: owned(&[
            "Wir verwenden Cookies und ähnliche Techniken, um Ihnen passende Inhalte zu zeigen.",
            "Einstellungen verwalten",
            "Alle akzeptieren",
            "Kommentare (12)",
            "Zur Startseite",
            "© Verlag Moorblick 2019",
            "Impressum | Datenschutz | AGB | Mediadaten",
        ]),
        headline_on_top: true,
        widgets: 60,
        paper: Some(Paper {
            german: true,
            inline: owned(&["Anzeige", "– Anzeige –", "Artikel wird nach der Werbung fortgesetzt", "WERBUNG"]),
            share: dice.some(
                &owned(&["Teilen", "Auf WhatsApp senden", "Drucken", "Artikel merken", "Per Mail verschicken"]),
                3,
            ),
        }),
    }
}

pub fn hindi_english(dice: &mut Dice) -> Site {
    Site {
        top: dice.some(
            &owned(&[
                "हिन्दी",
                "LIVE TV",
                "e-Paper",
                "Home / States / Saharpur",
                "Hi, Guest",
                "Notifications",
                "आज का राशिफल",
            ]),
            3,
        ),
        labels: owned(&["ये भी पढ़ें", "ALSO READ |", "Must Watch", "बड़ी खबर", "In Other News"]),
        list: owned(&[
            "Monsoon trail: five drives near Saharpur",
            "देखें: नदी पर नया पुल",
            "Quiz: how well do you know the old town",
        ]),
        fluent: owned(&[
            "Catch all the latest from your city, your state and your team on our app.",
            "ताज़ा खबरों के लिए हमारे साथ बने रहें और हमें फॉलो करें।",
        ]),
        wall: owned(&["You have 2 premium stories left", "Continue reading with Nayi Subah Gold"]),
        tail: owned(&[
            "By continuing to use the site you agree to the use of cookies; know more in our policy.",
            "I Accept",
            "Topics: Saharpur , Monsoon , Water",
            "Comments",
            "0 Comments | Post a Comment",
            "Disclaimer: the views in the comments are those of readers.",
            "Copyright © 2018 Nayi Subah Media Pvt Ltd.",
        ]),
        headline_on_top: true,
        widgets: 60,
        paper: Some(Paper {
            german: false,
            inline: owned(&[
                "Advertisement",
                "ADVERTISEMENT. SCROLL TO CONTINUE",
                "विज्ञापन",
                "Story continues below this ad",
            ]),
            share: dice.some(
                &owned(&["Share Via", "WhatsApp", "A- A A+", "Follow Us On Google", "Copy Link", "टिप्पणी करें"]),
                3,
            ),
        }),
    }
}
