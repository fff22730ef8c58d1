//! A former archive of our own invention, as the systems that a paper left would give it: WordPress, Arc, saved pages, story files.
use std::fmt::Write as _;
use std::path::Path;

/// A story as it was told once.
#[derive(Debug, Clone)]
pub struct Told {
    pub id: u32,
    pub headline: String,
    /// `2004-03-17`
    pub day: String,
    pub paragraphs: Vec<String>,
}

/// Numbers that look thrown and are the same in every run.
pub struct Thrown(u64);

impl Thrown {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }

    fn name(&mut self) -> String {
        const HEADS: [&str; 20] = [
            "Bra", "Ke", "Dun", "Mor", "Sa", "Ti", "Lo", "Va", "Gri", "Hel", "Or", "Pe", "Ru", "Ska", "Tho", "U", "We",
            "Yar", "Zen", "Cal",
        ];
        const TAILS: [&str; 20] = [
            "low", "vik", "dale", "mar", "stead", "nes", "ford", "bury", "sund", "holm", "wick", "ra", "lund", "ton",
            "gate", "shaw", "kirk", "by", "moor", "ness",
        ];
        format!("{}{}{}", self.of(&HEADS), self.of(&["na", "ri", "lo", "e", "a", "en", "il"]), self.of(&TAILS))
    }

    fn sentence(&mut self) -> String {
        const WHO: [&str; 10] = [
            "The harbour board of",
            "A court in",
            "Two farmers from",
            "The teachers of",
            "The ferry line to",
            "A commission from",
            "The mayor of",
            "Fishermen in",
            "The last watchmaker of",
            "The railway in",
        ];
        const DID: [&str; 12] = [
            "agreed to rebuild",
            "refused to close",
            "asked for a second look at",
            "paid too much for",
            "lost sight of",
            "counted the boats near",
            "wrote a long letter about",
            "promised to keep",
            "sold its share of",
            "put a fence around",
            "remembered the winter at",
            "sent a surveyor to",
        ];
        const WHAT: [&str; 12] = [
            "the old quay",
            "the grain store",
            "the school roof",
            "the salt road",
            "the tram shed",
            "the lower bridge",
            "the lamp factory",
            "the fish market",
            "the tidal mill",
            "the customs house",
            "the orchard wall",
            "the signal box",
        ];
        const WHY: [&str; 12] = [
            "because the spring had been wet and the money was short",
            "although nobody had asked for it before the summer",
            "after a vote that lasted until the lamps were out",
            "while the neighbours were still waiting for an answer",
            "so that the children would not have to walk around the bay",
            "before the insurers could send anybody to look at the damage",
            "and said that the matter would come up again in the autumn",
            "but kept the papers in a drawer that only the clerk can open",
            "since the contract of the former tenant had never been signed",
            "as the wind had taken the roof of the shed in a single night",
            "until somebody found the map that had been missing for years",
            "where the road bends and the carts used to wait for the tide",
        ];
        format!(
            "{} {} {} {} at {} {}.",
            self.of(&WHO),
            self.name(),
            self.of(&DID),
            self.of(&WHAT),
            self.name(),
            self.of(&WHY)
        )
    }
}

/// A story, the same at every call.
pub fn told(id: u32) -> Told {
    let mut thrown = Thrown::new(u64::from(id));
    let headline = format!("{} and {} argue over {}", thrown.name(), thrown.name(), thrown.name());
    let paragraphs = (0..6 + thrown.below(4)).map(|_| format!("{} {}", thrown.sentence(), thrown.sentence())).collect();
    let day = format!("{}-{:02}-{:02}", 1998 + id % 20, 1 + id % 12, 1 + id % 28);
    Told { id, headline, day, paragraphs }
}

/// The report of one day out of a form: every day in other numbers.
pub fn daily(nth: u32) -> Told {
    let mut thrown = Thrown::new(7_000 + u64::from(nth));
    let mut number = |from: usize, to: usize| from + thrown.below(to - from);
    let paragraphs = vec![
        format!(
            "Wheat at the Dunlow exchange closed at {} a bushel on day {nth} of the season, against {} the day before, in a trade of {} lots.",
            number(300, 900),
            number(300, 900),
            number(1_000, 99_000)
        ),
        format!(
            "Barley was called at {} and oats at {}, and the store reported {} tonnes in and {} tonnes out by the evening bell.",
            number(100, 500),
            number(100, 500),
            number(1_000, 9_000),
            number(1_000, 9_000)
        ),
        format!(
            "The board counted {} ships in the roads, of which {} waited for a pilot and {} had been there for more than a week.",
            number(20, 90),
            number(3, 19),
            number(1, 9)
        ),
        format!(
            "Freight to Kest stood at {} and to Marrow Point at {} for a full hold.",
            number(10, 99),
            number(10, 99)
        ),
    ];
    let day = format!("2003-{:02}-{:02}", 1 + nth / 28, 1 + nth % 28);
    Told { id: 5_000 + nth, headline: "Grain at the Dunlow exchange".into(), day, paragraphs }
}

impl Told {
    pub fn slug(&self) -> String {
        format!("{}-{}", newsroom::articles::slug_of(&self.headline), self.id)
    }

    /// Where WordPress had it.
    pub fn in_wordpress(&self) -> String {
        format!("/{}/{}", self.day.replace('-', "/"), self.slug())
    }

    /// Where Arc had it.
    pub fn in_arc(&self) -> String {
        format!("/news/{}/{}.html", &self.day[..4], self.slug())
    }
}

/// A WordPress export.
pub fn wxr(stories: &[Told]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:wp=\"http://wordpress.org/export/1.2/\">\n<channel><title>Old</title>\
         <link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url>\
         <wp:base_blog_url>https://old.example</wp:base_blog_url>\n",
    );
    for story in stories {
        let body = story.paragraphs.join("\n\n");
        writeln!(
            out,
            "<item><title>{}</title><link>https://old.example{}/</link><pubDate></pubDate><dc:creator>asha</dc:creator>\
             <guid isPermaLink=\"false\">https://old.example/?p={2}</guid><content:encoded><![CDATA[{body}]]></content:encoded>\
             <wp:post_id>{}</wp:post_id><wp:post_date>{} 09:00:00</wp:post_date><wp:post_date_gmt>{3} 03:30:00</wp:post_date_gmt>\
             <wp:post_name>{}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>",
            story.headline,
            story.in_wordpress(),
            story.id,
            story.day,
            story.slug()
        )
        .unwrap();
    }
    out + "</channel></rss>\n"
}

/// One story as Arc exports it.
pub fn ans(story: &Told, updated: &str) -> String {
    let elements: Vec<_> = story
        .paragraphs
        .iter()
        .enumerate()
        .map(|(nth, text)| serde_json::json!({"_id": format!("E{}x{nth}", story.id), "type": "text", "content": text}))
        .collect();
    serde_json::json!({
        "_id": format!("ARC{:08}", story.id), "type": "story", "version": "0.10.9",
        "canonical_url": story.in_arc(), "headlines": {"basic": story.headline},
        "first_publish_date": format!("{}T04:10:00Z", story.day), "display_date": format!("{}T04:10:00Z", story.day),
        "last_updated_date": updated, "content_elements": elements,
    })
    .to_string()
}

/// A saved page of a story, with its furniture and without one paragraph.
pub fn crawl(story: &Told, lost: usize) -> String {
    let mut out = String::from("Home\nHarbour\nLog in\n");
    for (nth, text) in story.paragraphs.iter().enumerate().filter(|(nth, _)| *nth != lost) {
        writeln!(out, "{text}").unwrap();
        if nth == 2 {
            out.push_str("Also Read\n");
        }
    }
    out + "Subscribe now for unlimited access.\nAlready subscribed? Log in\n₹900\n3 Months\n"
}

/// A story file.
pub fn story_file(story: &Told) -> String {
    format!(
        "+++\nheadline = \"{}\"\nsection = \"harbour\"\nmarking = \"free\"\npublished_at = \"{}T09:40:00+05:30\"\n+++\n{}\n",
        story.headline,
        story.day,
        story.paragraphs.join("\n\n")
    )
}

/// A line as this program exports it.
pub fn line(story: &Told) -> String {
    serde_json::json!({
        "slug": story.slug(), "url": "", "headline": story.headline, "marking": "metered", "section": "harbour",
        "published_at": format!("{}T04:00:00Z", story.day), "paragraphs": story.paragraphs,
    })
    .to_string()
}

pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
