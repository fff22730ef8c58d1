//! A generated paper: stories as JSON Lines, in the form `masthead import` takes.
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::dice::Dice;
use crate::words::Writer;
use crate::{Outcome, at};

/// The sections of a new paper's publication.toml.
const SECTIONS: [&str; 6] = ["markets", "finance", "politics", "tech", "world", "opinion"];
const TOPICS: [&str; 8] = ["freight", "grain", "harbours", "interest", "labour", "mills", "railways", "rivers"];

/// One story before it is written down.
#[derive(Debug)]
pub struct Draft {
    pub headline: String,
    pub paragraphs: Vec<String>,
}

/// The `nth` story, always the same: `paragraphs` of about 60 words.
pub fn draft(nth: u32, paragraphs: u32) -> Draft {
    let mut writer = Writer(Dice::new(0x5704_1e50 + u64::from(nth)));
    let headline = writer.headline();
    let paragraphs = (0..paragraphs)
        .map(|_| {
            let words = 45 + writer.0.below(25) as usize;
            writer.paragraph(words)
        })
        .collect();
    Draft { headline, paragraphs }
}

/// Days from 2015 on in which stories are dated: none may be of a day to come.
const DAYS: u32 = 4_000;

/// When the story of this number was published: eleven hours after the one before it, or less, where there are many.
fn dated(nth: u32, count: u32) -> Outcome<Timestamp> {
    let apart = (DAYS * 24 * 60 / count.max(1)).clamp(1, 11 * 60);
    let first = Timestamp::constant(1_420_090_000, 0);
    first.checked_add(SignedDuration::from_mins(i64::from(apart) * i64::from(nth))).map_err(|e| e.to_string())
}

/// Writes `count` metered stories of about ten paragraphs over all sections, dated from 2015 on.
pub fn write(path: &Path, count: u32) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(path).map_err(at(path))?);
    for nth in 0..count {
        let mut writer = Writer(Dice::new(0x0b71_1e00 + u64::from(nth)));
        let length = 9 + writer.0.below(3);
        let story = draft(nth, length);
        let published = dated(nth, count)?;
        let section = writer.0.pick(&SECTIONS).unwrap_or("world");
        let topic = writer.0.pick(&TOPICS).unwrap_or("rivers");
        let line = json!({
            // Empty: the slug is made from the headline, the address at import.
            "slug": "", "url": "",
            "headline": story.headline,
            "standfirst": writer.paragraph(14),
            "bylines": [writer.person()],
            "dateline": writer.town(),
            "topics": [topic],
            "marking": "metered",
            "section": section,
            "published_at": published,
            "paragraphs": story.paragraphs,
            "source": format!("bench:{nth}"),
        });
        writeln!(out, "{line}").map_err(at(path))?;
    }
    out.flush().map_err(at(path))
}

/// Writes a WordPress export of `count` posts of about ten paragraphs.
pub fn write_wxr(path: &Path, count: u32) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(path).map_err(at(path))?);
    out.write_all(WXR_HEAD.as_bytes()).map_err(at(path))?;
    for nth in 0..count {
        let mut writer = Writer(Dice::new(0x3a9c_5500 + u64::from(nth)));
        // Other stories than those of the lines and of the crawls.
        let story = draft(3_000_000 + nth, 9 + writer.0.below(3));
        let published = dated(nth, count)?;
        let day = published.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string();
        writeln!(
            out,
            "<item><title>{}</title><link>https://old.example/{nth}/</link><dc:creator>{}</dc:creator>\
             <guid isPermaLink=\"false\">https://old.example/?p={nth}</guid><content:encoded><![CDATA[{}]]></content:encoded>\
             <wp:post_id>{nth}</wp:post_id><wp:post_date>{day}</wp:post_date><wp:post_date_gmt>{day}</wp:post_date_gmt>\
             <wp:post_name>story-{nth}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>",
            story.headline.replace('&', "&amp;"),
            writer.person(),
            story.paragraphs.join("\n\n"),
        )
        .map_err(at(path))?;
    }
    out.write_all(b"</channel></rss>\n").map_err(at(path))?;
    out.flush().map_err(at(path))
}

const WXR_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\" \
    xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:wp=\"http://wordpress.org/export/1.2/\">\n<channel><title>Old</title><link>https://old.example</link>\
    <wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url>\
    <wp:base_blog_url>https://old.example</wp:base_blog_url>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_the_same_every_time_and_another_for_another_number() {
        assert_eq!(draft(3, 10).paragraphs, draft(3, 10).paragraphs);
        assert_ne!(draft(3, 10).headline, draft(4, 10).headline);
        assert_eq!(draft(3, 10).paragraphs.len(), 10);
    }
}
