//! A small paper of our own invention. Its stories are dictated by a seeded sequence, so that no forty bytes of any
//! paragraph occur in another one: whatever is found in the wrong place was put there by the server.
use std::sync::Arc;

use jiff::Timestamp;
use masthead::gateways::rail::Gateway;
use newsroom::articles::{Block, Marking, Story, StoryNumber, slug_of};

/// Who issues tax documents in India.
pub const INDIAN: &str = r#"
[billing.supplier]
name = "Harbour Press Private Limited"
address = ["12 Press Street", "Mumbai 400001"]
country = "IN"
state = "Maharashtra"
gstin = "27AAPFU0939F1ZV"
email = "accounts@gazette.example"
"#;

/// What a test may choose about its paper.
#[derive(Debug, Clone)]
pub struct Settings {
    pub guest_limit: u16,
    pub registered_limit: u16,
    pub fresh_guests_per_network: u32,
    /// How many stories of each marking.
    pub stories: [(Marking, usize); 4],
    /// More lines for `[server]`.
    pub server: &'static str,
    /// More tables at the end.
    pub more: &'static str,
    /// Another rail than the sandbox.
    pub gateway: Option<fn() -> Arc<dyn Gateway>>,
    /// Where the standing clock stands at first.
    pub now: Timestamp,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            guest_limit: 5,
            registered_limit: 7,
            fresh_guests_per_network: 100_000,
            stories: [(Marking::Free, 2), (Marking::Registered, 2), (Marking::Metered, 12), (Marking::Premium, 2)],
            server: "",
            more: "",
            gateway: None,
            now: instant("2026-11-20T10:00:00+05:30"),
            seed: 1,
        }
    }
}

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The reader, the subscriber and the editor of the paper.
pub const REGISTERED: (&str, &str) = ("ananya@gazette.example", "lantern over the ferry stairs");
pub const SUBSCRIBER: (&str, &str) = ("birger@gazette.example", "nine herons on a breakwater");
pub const EDITOR: (&str, &str) = ("chitra@gazette.example", "proofs are read from the back");

impl Settings {
    /// The paper's `publication.toml`.
    pub fn publication(&self) -> String {
        let Self { guest_limit, registered_limit, fresh_guests_per_network, server, more, .. } = self;
        let account = |(email, password): (&str, &str), name: &str, more: &str| {
            format!("[[accounts]]\nemail = \"{email}\"\npassword = \"{password}\"\nname = \"{name}\"\n{more}\n")
        };
        let accounts = [
            account(REGISTERED, "Ananya Tope", ""),
            account(SUBSCRIBER, "Birger Naik", "subscription = \"quarter\""),
            account(EDITOR, "Chitra Velu", "role = \"staff\""),
        ]
        .concat();
        format!(
            r#"name = "The Breakwater Gazette"
tagline = "Tides and tariffs"
language = "en-IN"
zone = "Asia/Kolkata"
currency = "INR"
base_url = "http://gazette.example"
contact = "desk@gazette.example"

[meter]
period = "month"
guest_limit = {guest_limit}
registered_limit = {registered_limit}
notice_at = 2
fresh_guests_per_network = {fresh_guests_per_network}

[import]
section = "harbour"
marking = "metered"

[payments]
rail = "sandbox"
tax_basis_points = 1800

[server]
threads = 2
{server}

[[sections]]
code = "harbour"
name = "Harbour"
about = "Ships and what they carry."

[[sections]]
code = "letters"
name = "Letters"
about = "What readers think of it."

[[plans]]
code = "quarter"
name = "Quarter"
price = "900"
months = 3
benefits = ["unlimited", "premium", "ad-free", "archive"]

[[plans]]
code = "biennial"
name = "Biennial"
price = "3900"
months = 24
benefits = ["unlimited", "premium", "ad-free", "archive"]

[[included]]
title = "Every story"
text = "The whole paper, without a count."

[[advertisements]]
headline = "Rope by the fathom"
text = "The chandler on the quay measures twice."
link = "/subscribe"
label = "See the plans"

{accounts}
{more}"#
        )
    }

    /// The stories with the keys they are stored under, newest first by marking.
    pub fn dictated(&self) -> Vec<(Story, String)> {
        let mut all = Vec::new();
        for (marking, count) in self.stories {
            for nth in 0..count {
                let story = dictate(marking, nth, self.now);
                let key = format!("file:{}-{nth}", marking.word());
                all.push((story, key));
            }
        }
        all
    }
}

/// Blocks of a dictated story that everybody may read.
pub const PREVIEW: u16 = 2;

fn dictate(marking: Marking, nth: usize, now: Timestamp) -> Story {
    let mut dictation = Dictation::of(&format!("{} {nth}", marking.word()));
    let headline = dictation.words(6);
    let body = vec![
        Block::Paragraph(dictation.paragraph()),
        Block::Paragraph(dictation.paragraph()),
        // From here on it is locked. Signs that every escaping treats in its own way are in it.
        Block::Paragraph(format!(
            "“{}” & ‘{}’: ₹900 < ₹2,700. {}",
            dictation.words(9),
            dictation.words(8),
            dictation.paragraph()
        )),
        Block::Crosshead(dictation.words(7)),
        Block::Paragraph(format!("{} It’s the café’s “{}”.", dictation.paragraph(), dictation.words(8))),
        Block::Quote(dictation.sentence()),
        Block::Paragraph(dictation.paragraph()),
    ];
    let ago = jiff::SignedDuration::from_mins(i64::try_from(nth).unwrap() * 7 + i64::from(marking.strictness()));
    Story {
        number: StoryNumber(0),
        slug: slug_of(&headline),
        section: if nth.is_multiple_of(2) { "harbour" } else { "letters" }.into(),
        headline,
        headline_provisional: false,
        standfirst: (nth % 3 != 2).then(|| dictation.sentence()),
        bylines: vec!["Ila Bhonsle".into()],
        dateline: Some("RATNAGIRI".into()),
        topics: vec![dictation.words(1)],
        marking,
        preview_blocks: PREVIEW,
        published_at: Some(now - ago),
        updated_at: None,
        picture: None,
        pick: (marking == Marking::Premium && nth == 0).then_some(1),
        language: None,
        body,
    }
}

const WORDS: &str = "anchor harbour lantern copper ledger monsoon ferry granite pepper signal timber candle orchard violin \
    marble thunder compass saffron pulley meadow cobalt tariff basket gravel heron mortar ribbon sextant turbine walnut \
    yonder zinc barley cinder dapple ember fathom gannet hollow ingot jetty kernel lattice mallet nettle osprey paddle \
    quarry rudder saddle tallow umber velvet willow amber bramble cargo drizzle easel ferret gusset hamper indigo juniper \
    kelp linen magnet nutmeg oyster plinth quiver rivet sorrel trellis upland vessel warden almond beacon cistern dowel \
    estuary flint girder hearth isthmus jasmine kiln lagoon mangrove notch orbit parapet quince rampart spindle";

/// Words in an order that nobody else will think of.
struct Dictation(blake3::OutputReader);

impl Dictation {
    fn of(name: &str) -> Self {
        Self(blake3::Hasher::new_derive_key("masthead dictation for tests").update(name.as_bytes()).finalize_xof())
    }

    fn word(&mut self) -> &'static str {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        words[u32::from_le_bytes(bytes) as usize % words.len()]
    }

    fn words(&mut self, count: usize) -> String {
        let line = (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ");
        line[..1].to_uppercase() + &line[1..]
    }

    fn sentence(&mut self) -> String {
        self.words(11) + "."
    }

    fn paragraph(&mut self) -> String {
        [self.sentence(), self.sentence(), self.sentence()].join(" ")
    }
}

/// Whether a story's locked text, its preview, or neither stands in a text.
pub fn sentences(blocks: &[Block]) -> Vec<String> {
    blocks
        .iter()
        .flat_map(|block| block.text().split_inclusive(". "))
        .map(|sentence| sentence.trim().to_owned())
        .filter(|sentence| sentence.len() >= 25)
        .collect()
}
