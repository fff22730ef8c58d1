//! Lines that one copy alone cannot settle: crosshead or label, a lost paragraph or a fluent piece of furniture. The other copies
//! decide; where they are silent, the line is kept and doubted.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::Form;
use crate::blocks::{self, Block, shortened, words};
use crate::classes::{Class, Classes, Place, block};
use crate::duplicates::Groups;
use crate::figures::Row;
use crate::furniture::{Kind, Reason};
use crate::heap::Document;
use crate::passes::Pass;
use crate::select::{self, Lines, Selection};
use crate::weigh::{self, Evidence};
use crate::{clues, facts, lexicon, shape, verse};

/// What becomes of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Keep,
    /// Kept, but somebody should look.
    Doubt(String),
    /// Left out for this reason; a doubt if somebody should look.
    Drop(String, Option<String>),
}

pub(crate) struct Decision<'a> {
    pub classes: &'a Classes,
    pub documents: &'a [&'a Document],
    pub groups: &'a Groups,
    lines: &'a Lines,
    positions: Vec<HashMap<usize, usize>>,
    /// First and last place of prose in each pass.
    prose: Vec<Option<(usize, usize)>>,
    /// Passes that say the same as an earlier one of the same file: no witnesses of their own to what is not there.
    copied: Vec<bool>,
    /// Document of each pass.
    docs: Vec<usize>,
    /// Documents of which it is known whether their page shows a headline; one that does is not here any more.
    settled: Vec<bool>,
    /// What the lines of each document are to its tables.
    rows: Vec<Vec<Row>>,
    /// Lines that may belong to those tables, by document and block.
    at_tables: BTreeSet<(usize, usize)>,
    /// Made when the first line asks for it.
    said: OnceCell<HashSet<&'a str>>,
    loss: OnceCell<f32>,
}

impl<'a> Decision<'a> {
    pub(crate) fn new(
        classes: &'a Classes,
        passes: &[Pass],
        selection: &Selection<'a>,
        documents: &'a [&'a Document],
    ) -> Self {
        let (groups, lines) = (selection.groups, selection.lines);
        let settled = (0..documents.len()).map(|doc| selection.is_settled(doc)).collect();
        let docs = passes.iter().map(|p| p.doc).collect();
        let positions =
            classes.sequences.iter().map(|s| s.iter().enumerate().map(|(at, class)| (*class, at)).collect()).collect();
        let is_prose = |id: &usize| classes.all.get(*id).is_some_and(|c| c.prose);
        let prose = classes
            .sequences
            .iter()
            .map(|s| Some((s.iter().position(is_prose)?, s.iter().rposition(is_prose)?)))
            .collect();
        let mut seen = BTreeSet::new();
        let copied = classes.sequences.iter().zip(passes).map(|(s, pass)| !seen.insert((pass.doc, s))).collect();
        Self {
            classes,
            documents,
            groups,
            lines,
            positions,
            prose,
            copied,
            docs,
            settled,
            rows: selection.rows.clone(),
            at_tables: selection.at_tables(),
            said: OnceCell::new(),
            loss: OnceCell::new(),
        }
    }

    /// The fate of every class that has places.
    pub(crate) fn fates(&self) -> BTreeMap<usize, Fate> {
        let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
        for (id, class) in self.classes.all.iter().enumerate() {
            if class.places.is_empty() {
                continue;
            }
            let fate = if class.prose { self.prose(id) } else { self.unless_at_table(class, self.unsure(id)) };
            fates.insert(id, fate);
        }
        fates
    }

    fn text(&self, id: usize) -> Option<&'a Block> {
        let place = self.classes.all.get(id)?.places.first()?;
        block(self.documents, place)
    }

    fn prose(&self, id: usize) -> Fate {
        let (Some(class), Some(block)) = (self.classes.all.get(id), self.text(id)) else {
            return Fate::Keep;
        };
        let stories = self.groups.stories(class.hash);
        let lacking = self.lacking(id);
        let repeated = self.groups.is_repeated(class.hash);
        // A writer's words that another copy lost are still the writer's.
        let spread = self.lines.is_spread(class.hash) && lacking <= class.docs().len();
        if repeated && lacking >= 1 && !spread {
            let doubt = format!("left out: “{}”, which stands in {stories} stories", shortened(&block.text, 80));
            return Fate::Drop(format!("stands in {stories} stories, and other copies go on without it"), Some(doubt));
        }
        if class.passes().len() > 1 {
            if repeated && !self.lines.is_of_an_event(class.hash) && !select::is_said_again(block, self.groups) {
                return Fate::Doubt(format!("the same words stand in {stories} stories"));
            }
            let first = |p: &Place| self.at(p.pass, id).is_some_and(|(_, at)| at == 0);
            let untitled = self.lines.headlines_on_top() == Some(false) || self.is_settled(class);
            if words(&block.key).nth(7).is_none() && !untitled && class.places.iter().any(first) {
                return Fate::Doubt("a short line above all others in one copy; it may be a headline".to_owned());
            }
            return Fate::Keep;
        }
        if lacking >= 1 {
            return self.lacked(class, block, lacking, spread);
        }
        // What the updates of one event share is each one's, and so is what writers say again.
        if stories > 1 && !self.lines.is_of_an_event(class.hash) && !select::is_said_again(block, self.groups) {
            return Fate::Doubt(seen_in(stories));
        }
        if block.score < 0.75 {
            return Fate::Doubt("seen once, and does not read quite like a paragraph".to_owned());
        }
        if !shape::closes(&block.text) && !self.is_row(class) && !verse::is_line(block) {
            return Fate::Doubt("does not end like a sentence; it may be cut off".to_owned());
        }
        Fate::Keep
    }

    /// A sentence of one pass that others go on without.
    fn lacked(&self, class: &Class, block: &Block, lacking: usize, spread: bool) -> Fate {
        let stories = self.groups.stories(class.hash);
        let words: Vec<&str> = words(&block.key).take(60).collect();
        let reader = lexicon::vocabulary(&words).reader && !block.text.contains(['"', '“', '”', '„', '«', '?']);
        let unlike = shape::is_shouted(&block.text) || words.len() < 8;
        // Questions are headlines of other stories as often.
        let titled = block.text.ends_with(['?', '!']) && words.len() <= 16;
        if titled && class.listed {
            let doubt = format!("left out: “{}”, which stands under a label", shortened(&block.text, 80));
            return Fate::Drop("under a label in the only copy that has it".to_owned(), Some(doubt));
        }
        let told = self.telling(class) && lacking <= 2 * WITHOUT && !unlike && !titled;
        if !told
            && (reader && (block.score < 0.9 || words.len() < 25)
                || stories > 1 && !spread
                || lacking >= if unlike { 2 } else { 4 })
        {
            let doubt =
                format!("left out: “{}”, which only one copy has between these paragraphs", shortened(&block.text, 80));
            return Fate::Drop("only one copy has it, and the others go on without it".to_owned(), Some(doubt));
        }
        if stories > 1 {
            return Fate::Doubt(seen_in(stories));
        }
        let sentence = block.score >= 0.9 && block.chars() >= 60 && !reader && !unlike && !titled;
        if lacking == 1 && self.telling(class) && sentence {
            return Fate::Keep;
        }
        let copies = if lacking == 1 { "another copy goes".to_owned() } else { format!("{lacking} other copies go") };
        Fate::Doubt(format!("seen once; {copies} from the paragraph before to the one after without it"))
    }

    fn unsure(&self, id: usize) -> Fate {
        let (Some(class), Some(block)) = (self.classes.all.get(id), self.text(id)) else {
            return Fate::Keep;
        };
        let words = words(&block.key).count();
        // Without a sentence of its own a report is its table.
        let bare = |p: &Place| self.prose.get(p.pass).is_some_and(Option::is_none);
        if self.is_row(class) && class.places.iter().all(bare) {
            return Fate::Keep;
        }
        match self.stands(id) {
            Stands::Before => return self.above(id, class, block, words),
            Stands::After => return self.after_the_end(id, block, words),
            Stands::Within => {}
        }
        let evidence = self.evidence(id, class, block);
        let odds = evidence.odds();
        let named = shortened(&block.text, 80);
        if odds >= weigh::SURE {
            return self.unless_headline(id, class);
        }
        // As many crawls that go on without it may have lost it.
        if self.is_row(class) && evidence.astray == 0 && evidence.lacking <= evidence.docs {
            return Fate::Doubt(TABLE.to_owned());
        }
        if odds >= 0.0 {
            return Fate::Doubt(
                "not a sentence: a crosshead, a line of a list or table, or a label of the page".to_owned(),
            );
        }
        if self.telling(class) && Self::may_be_lost(&evidence, block) {
            return Fate::Doubt("not a sentence; but no other story has it, and no label stands above it".to_owned());
        }
        let spread = evidence.spread && evidence.heads_text && !class.listed;
        if spread && evidence.lacking <= evidence.docs && Self::may_be_lost(&evidence, block) {
            return Fate::Doubt(
                "not a sentence; but it stands on pages of several kinds, and on few of each".to_owned(),
            );
        }
        let stories = self.groups.stories(class.hash);
        let reason = if stories > 1 {
            format!("not a sentence, and stands in {stories} stories")
        } else if self.lacking(id) > 0 {
            "not a sentence, and other copies go on without it".to_owned()
        } else if evidence.docs > 1 && evidence.astray == 0 {
            "not a sentence, and nothing tells it from a label of the page".to_owned()
        } else if evidence.docs > 1 {
            format!("not a sentence, and {} copies that have it do not agree where it stands", evidence.docs)
        } else {
            "not a sentence, and only one copy has it".to_owned()
        };
        // What the story goes on below is seldom a label, even in a fifth of all stories.
        let few = (evidence.stories as usize) * 5 < evidence.heap;
        let rare = evidence.spread
            || (evidence.stories as usize) * 33 < evidence.heap
            || few && self.lines.interrupts(class.hash);
        let series = evidence.docs > 1 && evidence.beside > 1 && evidence.astray < evidence.docs && rare;
        let third = (evidence.stories as usize) * 3 < evidence.heap && evidence.docs > 1;
        let crosshead = (few || third) && evidence.parts_text;
        // Two copies that agree on it are not outvoted in silence by as many that may have lost it.
        let agreed = evidence.docs > 1
            && evidence.beside > 1
            && evidence.astray == 0
            && evidence.lacking <= evidence.docs
            && evidence.stories <= 1;
        let doubt = (odds > -weigh::SURE || series || crosshead || agreed || self.strange(class))
            .then(|| format!("left out: “{named}”; it may be a crosshead of the story"));
        Fate::Drop(reason, doubt)
    }

    /// The heads of the columns and the line below a table are not left out in silence, nor for what follows: its rows do. That several
    /// copies have them there is enough.
    fn unless_at_table(&self, class: &Class, fate: Fate) -> Fate {
        let text = || class.places.first().and_then(|place| block(self.documents, place)).map(|b| b.text.as_str());
        match (fate, text()) {
            (Fate::Drop(_, None), Some(text))
                if class.places.iter().any(|p| self.at_tables.contains(&(p.doc, p.block))) =>
            {
                let doubt = format!("left out: “{}”, which stands at a table of the story", shortened(text, 80));
                Fate::Drop("not a sentence, and stands at a table".to_owned(), Some(doubt))
            }
            (Fate::Doubt(_), _)
                if class.docs().len() > 1
                    && self.groups.stories(class.hash) <= 1
                    && class.places.iter().all(|p| self.at_tables.contains(&(p.doc, p.block))) =>
            {
                Fate::Keep
            }
            (fate, _) => fate,
        }
    }

    /// Whether the line is a row of a table in all crawls that have it.
    fn is_row(&self, class: &Class) -> bool {
        let row = |p: &Place| self.rows.get(p.doc).and_then(|rows| rows.get(p.block)) == Some(&Row::Figures);
        !class.places.is_empty() && class.places.iter().all(row)
    }

    /// Whether the crawls without the line may well have lost it. A line in capitals that one crawl alone has is another story's
    /// headline rather than the one crosshead that all others lost.
    fn may_be_lost(evidence: &Evidence, block: &Block) -> bool {
        if evidence.docs > 1 {
            return evidence.lacking <= 2 * WITHOUT && (evidence.astray == 0 || evidence.beside > 1);
        }
        // Of a line with the words of an offer one copy that goes on without it is enough.
        let most = if block.kind == Kind::Furniture(Reason::Wall) { 1 } else { WITHOUT };
        evidence.astray == 0 && evidence.lacking <= most && !shape::is_shouted(&block.text)
    }

    /// A line that some pass has above its first sentence may be the headline, where pages show one.
    fn unless_headline(&self, id: usize, class: &Class) -> Fate {
        let above = |pass: usize| {
            let first = self.prose.get(pass).copied().flatten().map(|(first, _)| first);
            self.at(pass, id).is_some_and(|(_, at)| first.is_some_and(|first| at < first))
        };
        let untitled = self.lines.headlines_on_top() == Some(false) || self.is_settled(class);
        if !untitled && class.places.iter().any(|p| above(p.pass)) {
            return Fate::Doubt(
                "not a sentence, and above the first paragraph in one copy; it may be a headline".to_owned(),
            );
        }
        Fate::Keep
    }

    /// A line that no label is above and that no other story has. A page's furniture would stand in other stories too.
    fn strange(&self, class: &Class) -> bool {
        self.groups.own(class.hash) && !class.listed
    }

    /// Whether no place of the class can be a headline.
    fn is_settled(&self, class: &Class) -> bool {
        class.docs().iter().all(|doc| self.settled.get(*doc).copied().unwrap_or(false))
    }

    /// A strange line in a heap so large that furniture would have shown itself.
    fn telling(&self, class: &Class) -> bool {
        is_told_here_only(self.groups, class)
    }

    fn evidence(&self, id: usize, class: &Class, block: &Block) -> Evidence {
        let content: Vec<&str> = words(&block.key).filter(|w| weigh::is_content(w)).take(12).collect();
        let said = self.said.get_or_init(|| self.words_of_sentences());
        let passes = class.passes();
        let places = self.places(id, class);
        Evidence {
            beside: places.beside,
            between: places.between,
            astray: places.astray,
            heads_text: self.lines.heads_text(class.hash),
            parts_text: self.lines.parts_text(class.hash),
            docs: class.docs().len(),
            passes: passes.iter().filter(|p| !self.copied.get(**p).copied().unwrap_or(false)).count(),
            lacking: self.lacking(id),
            stories: self.groups.stories(class.hash),
            spread: self.lines.is_spread(class.hash),
            heap: self.groups.total,
            loss: *self.loss.get_or_init(|| self.loss()),
            content: content.len(),
            echoed: content.iter().filter(|w| said.contains(*w)).count(),
            near: self.echoed_after(class, &content),
            company: self.in_company(id),
            listed: class.listed,
            marked: self.marked(class),
        }
    }

    /// How far the crawls agree about where the class stands: by the nearest lines that several passes have, those left aside that one
    /// of the two crawls lost.
    fn places(&self, id: usize, class: &Class) -> Places {
        let around: Vec<Neighbours> =
            class.places.iter().take(12).filter_map(|place| self.neighbours(id, place)).collect();
        let mut best = Places::default();
        for one in &around {
            let (mut beside, mut between) = (BTreeSet::new(), BTreeSet::new());
            let mut astray = 0;
            for other in &around {
                let same = (self.meet(one, other, |n| &n.before), self.meet(one, other, |n| &n.after));
                // Nothing above or below is no contradiction: leads and ends get lost.
                let fits = same.0 != Some(false) && same.1 != Some(false);
                let same = (same.0 == Some(true), same.1 == Some(true));
                if fits && (same.0 || same.1) {
                    between.insert(other.doc);
                }
                if same.0 || same.1 {
                    beside.insert(other.doc);
                } else if !other.before.is_empty() || !other.after.is_empty() {
                    astray += 1;
                }
            }
            if (between.len(), beside.len()) > (best.between, best.beside) || best.beside == 0 {
                best = Places { beside: beside.len(), between: between.len(), astray };
            }
        }
        best
    }

    fn neighbours(&self, id: usize, place: &Place) -> Option<Neighbours> {
        let (sequence, at) = self.at(place.pass, id)?;
        let fixed = |c: &&usize| self.is_fixed(**c);
        let before = sequence.iter().take(at).rev().take(NEAR).filter(fixed).take(BESIDE).copied().collect();
        let after = sequence.iter().skip(at + 1).take(NEAR).filter(fixed).take(BESIDE).copied().collect();
        Some(Neighbours { doc: place.doc, pass: place.pass, before, after })
    }

    /// Whether two passes have the same line next to the class on one side; nothing if one has none there, or each lost the other's.
    fn meet(&self, one: &Neighbours, other: &Neighbours, side: fn(&Neighbours) -> &Vec<usize>) -> Option<bool> {
        let nearest = |from: &Neighbours, to: &Neighbours| {
            let has = |id: &&usize| self.positions.get(to.pass).is_some_and(|positions| positions.contains_key(*id));
            side(from).iter().find(has).copied()
        };
        Some(nearest(one, other)? == nearest(other, one)?)
    }

    /// Whether a source marks the line as part of a body: a crosshead, a quotation, an entry of a list, a row of a table.
    fn marked(&self, class: &Class) -> bool {
        class
            .places
            .iter()
            .filter_map(|p| block(self.documents, p))
            .any(|b| !matches!(b.form, Form::Line | Form::Paragraph))
    }

    /// Words that matter in the sentences of the story.
    fn words_of_sentences(&self) -> HashSet<&'a str> {
        let classes = self.classes.all.iter().filter(|c| c.prose && !c.places.is_empty());
        classes
            .filter_map(|c| block(self.documents, c.places.first()?))
            .flat_map(|b| words(&b.key).filter(|w| weigh::is_content(w)))
            .collect()
    }

    /// Share of the sentences' places that the passes of this story lost, teasers aside.
    fn loss(&self) -> f32 {
        let shared: Vec<usize> = (0..self.classes.all.len()).filter(|id| self.is_fixed(*id)).collect();
        let (mut kept, mut all) = (0usize, 0usize);
        for positions in &self.positions {
            let here = shared.iter().filter(|id| positions.contains_key(id)).count();
            if here * 2 > shared.len() {
                kept += here;
                all += shared.len();
            }
        }
        let count = |n: usize| f32::from(u16::try_from(n.min(60_000)).unwrap_or(60_000));
        if all == 0 { 0.1 } else { (1.0 - count(kept) / count(all)).clamp(0.04, 0.3) }
    }

    /// How many of the words stand in one of the two sentences after the class.
    fn echoed_after(&self, class: &Class, words: &[&str]) -> usize {
        let following = class.places.first().and_then(|place| {
            let document = self.documents.get(place.doc)?;
            Some(document.blocks.iter().skip(place.block + 1).take(8).filter(|b| b.kind == Kind::Prose).take(2))
        });
        let following: Vec<&Block> = following.into_iter().flatten().collect();
        words.iter().filter(|word| following.iter().any(|b| blocks::words(&b.key).any(|w| w == **word))).count()
    }

    /// Whether a neighbour is no sentence either and stands in several crawls of this story only.
    fn in_company(&self, id: usize) -> bool {
        let Some(class) = self.classes.all.get(id) else { return false };
        class.places.iter().take(4).any(|place| {
            let Some((sequence, at)) = self.at(place.pass, id) else { return false };
            let beside = [at.checked_sub(1), Some(at + 1)];
            beside.iter().filter_map(|i| sequence.get((*i)?)).any(|other| {
                let class = self.classes.all.get(*other);
                class.is_some_and(|c| !c.prose && c.docs().len() > 1 && self.groups.own(c.hash))
            })
        })
    }

    /// Above the first sentence: a headline, or else the story's first line.
    fn above(&self, id: usize, class: &Class, block: &Block, words: usize) -> Fate {
        let own = self.groups.stories(class.hash) == 1;
        let shared = class.docs().len() > 1;
        let on_top = self.lines.headlines_on_top();
        let settled = self.is_settled(class);
        if own && settled && shared && self.groups.total >= MANY {
            return Fate::Keep;
        }
        let untitled = on_top == Some(false) && (shared || self.telling(class));
        if own && (self.opens_passes(id) || untitled) {
            return Fate::Doubt("not a sentence, above the first paragraph; it may be a headline".to_owned());
        }
        // A headline is the first line of its own; what stands below another one may be a crosshead.
        let first = |p: &Place| self.at(p.pass, id).is_some_and(|(_, at)| at == 0);
        let headline = on_top == Some(true) && class.places.iter().any(first);
        let doubt = own && !headline && class.places.len() > 1 && words <= 12;
        let doubt = doubt.then(|| {
            format!("“{}” stands at the top of several copies; it may be a headline or the first crosshead", block.text)
        });
        let row = || self.is_row(class).then(|| format!("left out: “{}”, a row of figures at the top", block.text));
        // Below the headline of a page a long line that no other story has is a standfirst, or the first line of a verse.
        let below = own && on_top != Some(false) && words >= STANDFIRST && !class.places.iter().any(first);
        let below = || below.then(|| format!("left out: “{}”, below the headline", shortened(&block.text, 80)));
        Fate::Drop(
            "stands above the first paragraph and is not a sentence".to_owned(),
            doubt.or_else(row).or_else(below),
        )
    }

    fn after_the_end(&self, id: usize, block: &Block, words: usize) -> Fate {
        let class = self.classes.all.get(id);
        if class.is_some_and(|c| c.docs().len() > 1) && self.groups.own(block.hash) {
            if class.is_some_and(|c| self.telling(c)) {
                return Fate::Keep;
            }
            return Fate::Doubt("not a sentence, at the end; several copies have it and no other story has".to_owned());
        }
        // A page's line stands on more pages than two or three.
        let few = self.groups.total >= MANY && self.groups.stories(block.hash) as usize * MANY <= self.groups.total;
        if few && class.is_some_and(|c| c.docs().len() > 1 && !c.listed) {
            return Fate::Doubt(
                "not a sentence, at the end; several copies have it, and hardly another story".to_owned(),
            );
        }
        let last = self
            .classes
            .all
            .get(id)
            .and_then(|c| c.places.first())
            .is_some_and(|place| self.documents.get(place.doc).is_some_and(|d| place.block + 1 == d.blocks.len()));
        let stories = self.groups.stories(block.hash);
        if last && words >= 8 && stories == 1 {
            return Fate::Doubt("ends in the middle of a sentence; the copy is cut off here".to_owned());
        }
        if class.is_some_and(|c| self.telling(c)) {
            return Fate::Doubt(
                "not a sentence, at the end; but no other story has it, and no label stands above it".to_owned(),
            );
        }
        if class.is_some_and(|c| self.is_row(c)) {
            return Fate::Doubt(TABLE.to_owned());
        }
        let named = shortened(&block.text, 80);
        let doubt = if stories == 1 && self.is_table(id) {
            Some(format!("left out: “{named}”, a line of figures after the last paragraph"))
        } else {
            let one_in = if self.lines.parts_text(block.hash) { 10 } else { 33 };
            // A line that the story has elsewhere is hardly the page's.
            let again = || {
                (self.classes.all.iter().enumerate())
                    .any(|(at, c)| at != id && c.hash == block.hash && !c.places.is_empty())
            };
            let rare = (stories as usize) * one_in < self.groups.total || again();
            let series = class.is_some_and(|c| c.docs().len() > 1) && rare;
            series.then(|| format!("left out: “{named}”, which several copies have at the end"))
        };
        Fate::Drop("not a sentence, and nothing of the story follows it".to_owned(), doubt)
    }

    fn is_table(&self, id: usize) -> bool {
        self.text(id).is_some_and(|b| words(&b.key).any(facts::is_number))
    }

    /// Where the class stands in all its passes.
    fn stands(&self, id: usize) -> Stands {
        let (mut before, mut after) = (true, true);
        let Some(class) = self.classes.all.get(id) else {
            return Stands::Within;
        };
        for place in &class.places {
            let Some((_, at)) = self.at(place.pass, id) else {
                continue;
            };
            let (first, last) = self.prose.get(place.pass).copied().flatten().unwrap_or((usize::MAX, 0));
            before &= at < first;
            after &= at > last;
        }
        match (before, after) {
            (true, _) => Stands::Before,
            (false, true) => Stands::After,
            (false, false) => Stands::Within,
        }
    }

    /// Whether the class is the top of more than one pass in every file that has several. A headline stands above the first only.
    fn opens_passes(&self, id: usize) -> bool {
        let Some(class) = self.classes.all.get(id).filter(|c| self.groups.own(c.hash)) else { return false };
        let mut any = false;
        class.docs().into_iter().all(|doc| {
            let fresh = |pass: usize| !self.copied.get(pass).copied().unwrap_or(false);
            let with = class.places.iter().filter(|p| p.doc == doc && fresh(p.pass)).count();
            let of_doc = self.docs.iter().enumerate().filter(|(pass, d)| **d == doc && fresh(*pass)).count();
            any |= with > 1;
            with > 1 || of_doc == 1
        }) && any
    }

    fn at(&self, pass: usize, id: usize) -> Option<(&Vec<usize>, usize)> {
        let sequence = self.classes.sequences.get(pass)?;
        let at = self.positions.get(pass)?.get(&id)?;
        Some((sequence, *at))
    }

    /// How many other passes go from the paragraph before the class to the one after it without it.
    fn lacking(&self, id: usize) -> usize {
        let Some(class) = self.classes.all.get(id) else { return 0 };
        let with = class.passes();
        // Nobody goes on without what all have.
        if with.len() >= self.positions.len() {
            return 0;
        }
        let mut without = BTreeSet::new();
        for place in class.places.iter().take(4) {
            let Some((sequence, at)) = self.at(place.pass, id) else {
                continue;
            };
            let before = sequence.iter().take(at).rev().take(NEAR).find(|c| self.is_fixed(**c));
            let after = sequence.iter().skip(at + 1).take(NEAR).find(|c| self.is_fixed(**c));
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            for (pass, positions) in self.positions.iter().enumerate() {
                if with.contains(&pass) || self.copied.get(pass).copied().unwrap_or(false) {
                    continue;
                }
                if let (Some(x), Some(y)) = (positions.get(before), positions.get(after))
                    && x < y
                    && y - x <= 3
                {
                    without.insert(pass);
                }
            }
        }
        without.len()
    }

    /// What more than one pass has and is the story's own: a fixed point to compare passes by.
    fn is_fixed(&self, id: usize) -> bool {
        self.classes.all.get(id).is_some_and(|c| {
            c.places.len() + c.partial.len() > 1 && (c.prose || self.groups.own(c.hash) && c.docs().len() > 1)
        })
    }
}

/// Whether no other story of a large heap has the line and no label stands above it.
pub(crate) fn is_told_here_only(groups: &Groups, class: &Class) -> bool {
    groups.total >= MANY && groups.own(class.hash) && !class.listed
}

/// A row of figures is kept where nothing says that it is the page's.
const TABLE: &str = "a row of figures: of a table of the story, or of one that the page shows";

/// A line that more passes go on without is hardly lost in all of them.
const WITHOUT: usize = 3;

fn seen_in(stories: u32) -> String {
    format!("seen once in this story, and also in others: in {stories} stories altogether")
}

/// Words of a line below a headline that is more than a date, a writer's name or a label.
const STANDFIRST: usize = 7;

/// So many stories must there be before it says anything that no other one has a line: in a small heap furniture stands alone, too.
pub(crate) const MANY: usize = 100;

/// How far from a line its fixed points are looked for.
const NEAR: usize = 32;

/// Lines of them on each side: two that the other crawl lost are passed over.
const BESIDE: usize = 3;

/// The nearest fixed points around a line in one pass, the nearest first.
struct Neighbours {
    doc: usize,
    pass: usize,
    before: Vec<usize>,
    after: Vec<usize>,
}

/// See [`Evidence`].
#[derive(Debug, Default)]
struct Places {
    beside: usize,
    between: usize,
    astray: usize,
}

enum Stands {
    Before,
    After,
    Within,
}

/// A hint about people named before they are introduced, for the list of doubts.
pub(crate) fn introductions(paragraphs: &[&str]) -> Vec<(usize, String)> {
    clues::names_before_introduction(paragraphs)
        .into_iter()
        .take(3)
        .map(|(at, name)| (at, format!("names {name} without an introduction; a paragraph may be missing before it")))
        .collect()
}
