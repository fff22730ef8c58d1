//! Which blocks of a crawl take part in rebuilding: what `furniture` left, less what stands in other stories.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::blocks::{Block, mould, shortened, words};
use crate::decide::MANY;
use crate::duplicates::Groups;
use crate::figures::{self, Row, Tables};
use crate::furniture::{self, Kind, LABEL, Reason, looks_like_crosshead};
use crate::heap::Document;
use crate::kinds::Kinds;
use crate::passes::Item;
use crate::{Dropped, Form, lexicon, shape, titles};

/// What all stories of the heap together say about single lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// Headlines seen anywhere, those of the paper's stories and the tops of crawls, with the stories they belong to.
    headlines: Vec<(u64, u32)>,
    /// Lines that many stories have and one only on top, with that story: its headline, which lists of other pages name.
    listed: Vec<(u64, u32)>,
    /// What stands around short lines that many stories have.
    around: HashMap<u64, Around>,
    /// Of lines at the top of many pages: how often a line that is no sentence stands below, as a headline does, of how many pages.
    tops: HashMap<u64, (u32, u32)>,
    /// On what kinds of pages lines stand that many stories have.
    kinds: Kinds,
    /// Sentences that many stories have, all of them of one event, for certain or perhaps.
    told_of_events: HashMap<u64, bool>,
    /// Crawls, and those of them that begin with a line of their own that is no sentence: a headline.
    crawls: usize,
    headed: usize,
}

impl Lines {
    /// `crawls` and `headed`: how many there are, and how many begin with a headline. `listed` are the lines on top of stories that
    /// many others have, sorted.
    pub(crate) fn new(
        mut headlines: Vec<(u64, u32)>,
        listed: &[(u64, u32)],
        around: HashMap<u64, Around>,
        tops: HashMap<u64, (u32, u32)>,
        (kinds, told_of_events): (Kinds, HashMap<u64, bool>),
        (crawls, headed): (usize, usize),
    ) -> Self {
        headlines.sort_unstable();
        headlines.dedup();
        let of_one = listed.chunk_by(|a, b| a.0 == b.0).filter(|same| same.iter().all(|h| Some(h) == same.first()));
        let listed = of_one.filter_map(|same| same.first().copied()).collect();
        Self { headlines, listed, around, tops, kinds, told_of_events, crawls, headed }
    }

    /// Whether many stories have the line, on pages of no one kind, or all of one event: a writer's rather than a page's.
    pub(crate) fn is_spread(&self, line: u64) -> bool {
        self.kinds.is_spread(line) || self.is_of_an_event(line)
    }

    /// Whether the line is a sentence that many stories have, all of them of one event.
    pub(crate) fn is_of_an_event(&self, line: u64) -> bool {
        self.told_of_events.get(&line) == Some(&true)
    }

    /// Whether pages that begin with this line have their headline below it; none if they are too few or too different to tell.
    fn titled(&self, line: u64) -> Option<bool> {
        titled(self.tops.get(&line).copied())
    }

    /// Whether many stories have the line and only this one has it on top.
    pub(crate) fn is_headline_in_lists(&self, hash: u64, group: usize) -> bool {
        let at = self.listed.binary_search_by_key(&hash, |h| h.0).ok();
        at.and_then(|at| self.listed.get(at)).is_some_and(|(_, story)| *story as usize == group)
    }

    /// Whether the line is a headline of this story, and of another one.
    fn headline_of(&self, hash: u64, group: usize) -> (bool, bool) {
        let (mut own, mut elsewhere) = (false, false);
        let first = self.headlines.partition_point(|h| h.0 < hash);
        for (_, story) in self.headlines.iter().skip(first).take_while(|h| h.0 == hash) {
            let same = *story as usize == group;
            own |= same;
            elsewhere |= !same;
        }
        (own, elsewhere)
    }

    /// Whether crawls of this heap begin with a headline; none if they are too few or too different to tell.
    pub(crate) fn headlines_on_top(&self) -> Option<bool> {
        if self.crawls < 20 || (self.headed * 7 >= self.crawls && self.headed * 5 < self.crawls * 2) {
            return None;
        }
        Some(self.headed * 5 >= self.crawls * 2)
    }

    /// Whether the story goes on below the line more often than not: it stands above no list.
    pub(crate) fn interrupts(&self, hash: u64) -> bool {
        self.around.get(&hash).is_some_and(|a| a.text + a.other >= 8 && a.text > a.other)
    }

    /// Whether a sentence nearly always follows the line: a crosshead has its text below it, a label its list.
    pub(crate) fn heads_text(&self, hash: u64) -> bool {
        self.around.get(&hash).is_none_or(|a| {
            // A crosshead may have a list below it now and then, a label has few sentences.
            a.other * if a.text >= 8 { 4 } else { 12 } <= a.text
        })
    }

    /// Whether a sentence follows the line as often as anything else.
    fn may_head_text(&self, hash: u64) -> bool {
        self.around.get(&hash).is_none_or(|a| a.other <= a.text)
    }

    /// Whether the line is known to stand between two sentences nearly always, as only a crosshead does: above the entries of a list
    /// stands its label, below the label its entries.
    pub(crate) fn parts_text(&self, hash: u64) -> bool {
        self.around.get(&hash).is_some_and(|a| a.amid >= 4 && a.other * 5 <= a.amid && a.text + a.other <= a.amid * 2)
    }
}

/// How often a sentence stands below a line, how often something else, and how often a sentence stands both above and below.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around {
    pub text: u32,
    pub other: u32,
    pub amid: u32,
}

impl Around {
    pub(crate) fn add(&mut self, place: Company) {
        match place {
            Company::Other => self.other += 1,
            Company::Below => self.text += 1,
            Company::Both => {
                self.text += 1;
                self.amid += 1;
            }
        }
    }
}

/// Where sentences stand beside a line: not below it, below it, or on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    Other,
    Below,
    Both,
}

/// Whose a row of figures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tabled {
    Story,
    /// Somebody should look.
    Either,
    No,
}

/// The outcome for one crawl.
#[derive(Debug, Default)]
pub(crate) struct Selected {
    pub items: Vec<Item>,
    pub dropped: Vec<Dropped>,
    /// Blocks that were left out although they may be the story's, with the doubt; without one, what looks like a crosshead.
    pub left: Vec<(usize, Option<String>)>,
}

/// What the selection of one group needs to know.
pub(crate) struct Selection<'a> {
    pub group: usize,
    pub groups: &'a Groups,
    pub lines: &'a Lines,
    pub documents: &'a [&'a Document],
    /// Documents (within the group) in which a line passes as part of the story.
    pub kept_in: BTreeMap<u64, BTreeSet<usize>>,
    /// In how many documents (within the group) a line stands at all.
    present: BTreeMap<u64, usize>,
    /// First and last block of prose of each document.
    prose: Vec<Option<(usize, usize)>>,
    /// What the lines of each document are to its tables.
    pub rows: Vec<Vec<Row>>,
    /// … and those tables as a whole.
    tables: Vec<Tables>,
    /// Lines that stand within the story in some document; made when the first line asks for it.
    within: OnceCell<HashSet<u64>>,
    /// Whether each document's page is of a kind that other stories show, too, or has next to nothing of a page.
    kind_known: Vec<bool>,
    /// The headline that each document shows, and whether it is known if it shows one.
    heads: Vec<(Option<usize>, bool)>,
    /// … the lines themselves, in whichever document.
    headed_by: BTreeSet<u64>,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(group: usize, groups: &'a Groups, lines: &'a Lines, documents: &'a [&'a Document]) -> Self {
        let mut kept_in: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
        for (doc, document) in documents.iter().enumerate() {
            for block in document.blocks.iter().filter(|b| !matches!(b.kind, Kind::Furniture(_))) {
                kept_in.entry(block.hash).or_default().insert(doc);
            }
        }
        let mut present: BTreeMap<u64, usize> = BTreeMap::new();
        for document in documents {
            let hashes: BTreeSet<u64> = document.blocks.iter().map(|b| b.hash).collect();
            for hash in hashes {
                *present.entry(hash).or_default() += 1;
            }
        }
        let is_prose = |b: &Block| b.kind == Kind::Prose;
        let prose = documents
            .iter()
            .map(|d| Some((d.blocks.iter().position(is_prose)?, d.blocks.iter().rposition(is_prose)?)))
            .collect();
        let rows: Vec<Vec<Row>> = documents.iter().map(|d| figures::rows(&d.blocks)).collect();
        let tables = documents.iter().zip(&rows).map(|(document, rows)| Tables::of(&document.blocks, rows)).collect();
        let mut selection = Self {
            group,
            groups,
            lines,
            documents,
            kept_in,
            present,
            prose,
            rows,
            tables,
            within: OnceCell::new(),
            kind_known: documents.iter().map(|d| is_of_known_kind(d, groups)).collect(),
            heads: Vec::new(),
            headed_by: BTreeSet::new(),
        };
        selection.heads = documents.iter().map(|d| selection.head(d)).collect();
        for ((prose, (head, _)), document) in selection.prose.iter_mut().zip(&selection.heads).zip(documents) {
            if let (Some((first, _)), Some(head)) = (prose.as_mut(), head)
                && first == head
            {
                *first = document.blocks.iter().skip(head + 1).position(is_prose).map_or(*first, |n| head + 1 + n);
            }
        }
        selection.headed_by = selection.headlines().map(|b| b.hash).collect();
        selection
    }

    /// The headline of a document, if its page is of a kind that shows one, and whether that is known.
    fn head(&self, document: &Document) -> (Option<usize>, bool) {
        let stories = |hash: u64| self.groups.stories(hash);
        if let Some(named) = titles::named_on_top(document) {
            return (Some(named), true);
        }
        let Some(top) = top(document, &stories, on_top(self.groups.total)) else { return (None, false) };
        let mut lines = [top.line].into_iter().filter(|line| *line != 0).chain(feet(document, &stories)).chain([0]);
        let titled = lines.find_map(|line| self.lines.titled(line));
        let headline = document.blocks.get(top.at).filter(|block| {
            let words = words(&block.key).count();
            let fits = block.form == Form::Line && words <= if block.kind == Kind::Prose { 18 } else { 26 };
            // What a second pass begins with, or what another copy has further below, is the story's.
            titled == Some(true) && fits && self.stands_on_top_only(block.hash, top.line)
        });
        (headline.map(|_| top.at), titled == Some(false) || headline.is_some())
    }

    /// Whether the line stands nowhere but above all sentences, or below the line at the top of a page that is saved twice.
    fn stands_on_top_only(&self, hash: u64, top: u64) -> bool {
        self.documents.iter().all(|d| {
            let first = d.blocks.iter().position(|b| b.kind == Kind::Prose && b.hash != hash).unwrap_or_default();
            let below = |at: usize| at.checked_sub(1).and_then(|i| d.blocks.get(i)).is_some_and(|b| b.hash == top);
            d.blocks.iter().enumerate().filter(|(_, b)| b.hash == hash).all(|(at, _)| at < first || below(at))
                && d.blocks.iter().take(first).filter(|b| b.hash == hash).count() <= 1
        })
    }

    /// Whether it is known of a document if its page shows a headline.
    pub(crate) fn is_settled(&self, doc: usize) -> bool {
        self.heads.get(doc).is_some_and(|(_, known)| *known)
    }

    /// The headlines that the documents show.
    pub(crate) fn headlines(&self) -> impl Iterator<Item = &'a Block> {
        let heads = self.heads.iter().zip(self.documents);
        heads.filter_map(|((head, _), document)| document.blocks.get((*head)?))
    }

    /// Chooses the blocks of one document; `foreign` holds lines of another story told in the same crawl (sorted).
    pub(crate) fn select(&self, doc: usize, foreign: &[u64]) -> Selected {
        let mut selected = Selected::default();
        let Some(document) = self.documents.get(doc) else {
            return selected;
        };
        let mut under_label = false;
        // An advert between two paragraphs calls itself one; the story goes on below it, and nothing there is a list.
        let mut interrupted = false;
        for (at, block) in document.blocks.iter().enumerate() {
            match block.kind {
                Kind::Furniture(Reason::Label) => interrupted = self.lines.interrupts(block.hash),
                Kind::Furniture(Reason::UnderLabel) => {}
                _ => interrupted = false,
            }
            let freed = interrupted && block.kind == Kind::Furniture(Reason::UnderLabel);
            let verdict = if foreign.binary_search(&block.hash).is_ok() {
                Err(("belongs to another story in the same file".to_owned(), true))
            } else {
                self.verdict(doc, at, block, freed)
            };
            // A line that stands in many stories and is no sentence is a label; what follows it and is no sentence either is its list.
            // What was taken for furniture by its words and is none is a line like any other.
            let worded = matches!(block.kind, Kind::Furniture(Reason::Wall | Reason::Tail));
            let freed = worded && verdict.is_ok() && !sentence_of_its_own(block);
            let unsure = block.kind == Kind::Unsure || freed;
            let repeated = self.groups.is_repeated(block.hash) && !self.lines.heads_text(block.hash);
            // With a colon or a few small words it reads like a sentence, and is a label all the same.
            let short = unsure || verdict.is_err() && repeated && words(&block.key).count() <= LABEL;
            let label = short && (verdict.is_err() || repeated) && !self.lines.interrupts(block.hash);
            let listed = under_label && (unsure || asks(block)) && !self.vouched(doc, block);
            under_label = label || (under_label && (verdict.is_err() || listed));
            match verdict {
                Ok(()) => {
                    selected.items.push(Item { block: at, hash: block.hash, chars: block.chars(), listed, nth: 0 })
                }
                Err((reason, doubtful)) => {
                    let doubt = (doubtful || self.belongs_to_table(doc, at, block))
                        .then(|| format!("left out: “{}” ({reason})", shortened(&block.text, 80)));
                    if doubt.is_some() || self.may_part(doc, at, block) {
                        selected.left.push((at, doubt));
                    }
                    selected.dropped.push(dropped(document, block, reason));
                }
            }
        }
        selected
    }

    /// Whether another crawl has the line as part of the story.
    fn vouched(&self, doc: usize, block: &Block) -> bool {
        self.kept_in.get(&block.hash).is_some_and(|docs| docs.iter().any(|d| *d != doc))
    }

    /// What stands in a tenth of all stories is the page's, if it is no sentence; of sentences a series repeats fewer. Below that
    /// `decide` looks whether the copies agree on the place.
    fn is_rare(&self, block: &Block, one_in: usize) -> bool {
        (self.groups.stories(block.hash) as usize) * one_in < self.groups.total
    }

    /// Whether a line that many stories have looks like a crosshead all the same, by its shape and by what stands around it elsewhere; or
    /// parts the sections of the story.
    fn may_part(&self, doc: usize, at: usize, block: &Block) -> bool {
        let may_head = match block.kind {
            Kind::Unsure => self.lines.may_head_text(block.hash),
            Kind::Prose => asks(block) && self.lines.may_head_text(block.hash),
            Kind::Furniture(Reason::Symbols) => return furniture::parts_sections(block) && self.is_within(doc, at),
            // Below a label that interrupts the story its next part may begin.
            Kind::Furniture(Reason::UnderLabel) => {
                let own = self.groups.stories(block.hash) <= 1 && self.is_shared(block);
                let told = own || self.lines.around.contains_key(&block.hash);
                told && self.lines.heads_text(block.hash) && !furniture::speaks_to_the_reader(block)
            }
            Kind::Furniture(_) => false,
        };
        may_head && looks_like_crosshead(block) && (self.groups.total < 10 || self.is_rare(block, 2))
    }

    /// In how many stories the line stands but for its numbers, if those are so many that it is the page's. Tables of a series have
    /// rows from one mould, too; there the copies of a story agree on the numbers.
    fn of_one_mould(&self, block: &Block) -> Option<u32> {
        let alike = self.groups.stories(mould(&block.key)?);
        let many = |one_in: usize| alike >= ON_TOP && (alike as usize) * one_in >= self.groups.total;
        let own = self.is_shared(block) && self.groups.own(block.hash);
        many(if own { 10 } else { 33 }).then_some(alike)
    }

    /// Whose a row of figures is that stands in `alike` stories with other numbers each time. A report's table is its story; the quotations of
    /// a stock exchange that a page shows beside every story are not, which only a heap can tell that has many stories.
    fn in_table(&self, doc: usize, at: usize, alike: u32) -> Tabled {
        let row = self.rows.get(doc).and_then(|rows| rows.get(at)).copied().unwrap_or_default();
        let Some(tables) = self.tables.get(doc).filter(|_| row != Row::No) else { return Tabled::No };
        let within = self.is_within(doc, at) || tables.below_text.get(at).copied().unwrap_or_default();
        let most = tables.figures >= tables.prose;
        // A report whose sentences are those of its form has nothing but its figures.
        let told = |b: &Block| b.kind == Kind::Prose && !self.groups.is_repeated(b.hash);
        let bare =
            || tables.are_all(ROUND_TABLE) && self.documents.get(doc).is_some_and(|d| !d.blocks.iter().any(told));
        let few = (alike as usize) * 2 <= self.groups.total;
        match row {
            Row::Figures if within && (few || most) || bare() => Tabled::Story,
            Row::Figures if within || few || self.groups.total < MANY => Tabled::Either,
            Row::Counted if within && few => Tabled::Either,
            _ => Tabled::No,
        }
    }

    /// Whether a line that goes may belong to a table of the story: one of its rows, the heads of its columns, what is said directly below it,
    /// also where its numbers come from, or, of a report that is hardly more than its table, the line on top. Reports of a series say these
    /// in the same words each time.
    fn belongs_to_table(&self, doc: usize, at: usize, block: &Block) -> bool {
        let source = block.kind == Kind::Furniture(Reason::Credit);
        if matches!(block.kind, Kind::Furniture(_)) && !source || self.headed_by.contains(&block.hash) {
            return false;
        }
        let (Some(rows), Some(document), Some(tables)) =
            (self.rows.get(doc), self.documents.get(doc), self.tables.get(doc))
        else {
            return false;
        };
        let told = |row: usize| {
            rows.get(row) == Some(&Row::Figures)
                && document.blocks.get(row).is_some_and(|block| {
                    self.of_one_mould(block).is_none_or(|alike| self.in_table(doc, row, alike) != Tabled::No)
                })
        };
        let above = at.checked_sub(1).is_some_and(told) || source && at.checked_sub(2).is_some_and(told);
        let short = || tables.sentences <= ROUND_TABLE && (at..at + ROUND_TABLE + 2).any(told);
        above || !source && (told(at) || told(at + 1) || short())
    }

    /// The lines of all documents of which [`Self::belongs_to_table`] holds.
    pub(crate) fn at_tables(&self) -> BTreeSet<(usize, usize)> {
        let tabled = self.tables.iter().enumerate().filter(|(_, tables)| tables.figures > 0);
        let lines = tabled.filter_map(|(doc, _)| Some((doc, self.documents.get(doc)?)));
        let all = lines.flat_map(|(doc, d)| d.blocks.iter().enumerate().map(move |(at, block)| (doc, at, block)));
        all.filter(|(doc, at, block)| self.belongs_to_table(*doc, *at, block)).map(|(doc, at, _)| (doc, at)).collect()
    }

    /// Whether no other story has the line, not even with other numbers, in a heap so large that a page's line would have shown itself.
    fn is_known_here_only(&self, block: &Block) -> bool {
        self.groups.total >= MANY && self.groups.own(block.hash) && self.of_one_mould(block).is_none()
    }

    fn is_shared(&self, block: &Block) -> bool {
        self.present.get(&block.hash).is_some_and(|docs| *docs > 1)
    }

    /// Whether several crawls of this story have the line and no other story has it, where there are enough others to tell. A
    /// page's furniture would stand in other stories too, whatever words it uses, if they are of such pages.
    fn is_claimed(&self, doc: usize, at: usize, block: &Block, reason: Reason) -> bool {
        if !self.groups.own(block.hash) || reason == Reason::Symbols || self.of_one_mould(block).is_some() {
            return false;
        }
        if !self.is_known_kind(doc) && is_of_a_page(reason) {
            return false;
        }
        let inside = !reason.is_of_the_rim() || self.is_within(doc, at);
        inside && (self.is_shared(block) || matches!(reason, Reason::DateLine | Reason::Byline))
    }

    fn is_known_kind(&self, doc: usize) -> bool {
        self.kind_known.get(doc).copied().unwrap_or_default()
    }

    fn is_within(&self, doc: usize, at: usize) -> bool {
        self.prose.get(doc).copied().flatten().is_some_and(|(first, last)| first < at && at < last)
    }

    /// Whether the line stands within the story in some document, or between two copies of it.
    fn is_within_some(&self, hash: u64) -> bool {
        let all = || {
            let lines = self
                .documents
                .iter()
                .enumerate()
                .flat_map(|(doc, d)| d.blocks.iter().enumerate().map(move |b| (doc, b)));
            lines.filter(|(doc, (at, _))| self.is_within(*doc, *at)).map(|(_, (_, block))| block.hash).collect()
        };
        self.within.get_or_init(all).contains(&hash)
    }

    /// The verdict on a line that looks like furniture.
    fn despite(&self, doc: usize, at: usize, block: &Block, reason: Reason) -> Result<(), (String, bool)> {
        let stories = self.groups.stories(block.hash);
        let repeated = self.groups.is_repeated(block.hash);
        if self.is_claimed(doc, at, block, reason) {
            return Ok(());
        }
        let vouched = self.vouched(doc, block) || reason == Reason::Tail && self.kept_in.contains_key(&block.hash);
        if reason.is_soft() && vouched && (!repeated || self.is_rare(block, 10)) {
            return Ok(());
        }
        // A sentence that was taken for furniture by its words alone is worth a look, unless other stories confirm it; so is
        // any such line that several copies of this story have and few other stories.
        let by_words = matches!(reason, Reason::Tail | Reason::Order | Reason::Wall);
        let by_place = matches!(reason, Reason::UnderLabel | Reason::Label);
        let sentence = by_words && block.score >= 0.9 && block.chars() >= 50 && stories < 2;
        let button = reason == Reason::Buttons && self.is_within(doc, at);
        let shared = (by_words || by_place || button)
            && self.is_shared(block)
            && self.groups.total >= 10
            && self.is_rare(block, 33);
        let worded = by_words || reason == Reason::Buttons;
        let told = || sentence_of_its_own(block) || self.is_within_some(block.hash);
        // Words do not make a line the page's that no other page has.
        if worded && self.is_known_here_only(block) && self.is_known_kind(doc) && told() {
            return Ok(());
        }
        // Where no other story is of such a page, nothing but its form speaks against a line inside the story.
        let unproven = reason != Reason::Symbols && !self.is_known_kind(doc) && self.is_shared(block);
        let strange = (by_words || unproven) && self.groups.own(block.hash) && self.is_within(doc, at);
        Err((reason.to_string(), sentence || shared || strange))
    }

    fn verdict(&self, doc: usize, at: usize, block: &Block, freed: bool) -> Result<(), (String, bool)> {
        // A page that is saved twice in one file shows its headline twice.
        if self.headed_by.contains(&block.hash) {
            let sentence = block.kind == Kind::Prose && !asks(block);
            return Err(("the headline".to_owned(), sentence));
        }
        if let Kind::Furniture(reason) = block.kind
            && !freed
        {
            return self.despite(doc, at, block, reason);
        }
        let stories = self.groups.stories(block.hash);
        let repeated = self.groups.is_repeated(block.hash);
        let (own, elsewhere) = self.lines.headline_of(block.hash, self.group);
        if elsewhere && !own && words(&block.key).count() <= 26 {
            return Err(("the headline of another story".to_owned(), false));
        }
        if block.kind != Kind::Prose
            && let Some(alike) = self.of_one_mould(block)
        {
            match self.in_table(doc, at, alike) {
                Tabled::Story => {}
                tabled => {
                    let reason = format!("stands in {alike} stories, each time with other numbers");
                    return Err((reason, tabled == Tabled::Either));
                }
            }
        }
        if !repeated {
            return Ok(());
        }
        let reason = format!("stands in {stories} stories");
        if block.kind != Kind::Prose {
            let crosshead = self.is_shared(block) && self.lines.heads_text(block.hash)
                || self.is_rare(block, 5) && self.lines.parts_text(block.hash);
            // Whether an advert or a series' crosshead, somebody should look.
            let either = self.is_rare(block, 3) && self.lines.parts_text(block.hash);
            let rare = self.is_rare(block, 10) || self.lines.is_spread(block.hash);
            return if crosshead || rare { Ok(()) } else { Err((reason, either)) };
        }
        let strong = tells(block);
        // Background that a paper repeats in a few stories is still part of each; what stands in many is the page's.
        let few = stories < (self.groups.repeated_from * 2).max(5);
        let series = self.is_shared(block) && self.is_rare(block, 33);
        let long = block.chars() >= 120 || self.is_shared(block);
        // What one of several crawls has and few of its story's neighbours was put in there.
        let doubtful = few || self.is_rare(block, 33) && (self.is_shared(block) || self.documents.len() == 1);
        if strong && few && long || series || self.lines.is_spread(block.hash) || is_said_again(block, self.groups) {
            Ok(())
        } else {
            let perhaps = self.lines.told_of_events.contains_key(&block.hash);
            Err((reason, strong && doubtful || perhaps))
        }
    }
}

/// Whether a document's page is of a kind that other stories show: some of its lines stand there, too. Where none does, that a line of the
/// page stands nowhere else says nothing. A single such line is no page.
fn is_of_known_kind(document: &Document, groups: &Groups) -> bool {
    let of_a_page = |block: &&Block| matches!(block.kind, Kind::Furniture(reason) if is_of_a_page(reason));
    document.blocks.iter().filter(of_a_page).nth(1).is_none()
        || document.blocks.iter().any(|block| match block.kind {
            Kind::Furniture(reason) if is_of_a_page(reason) => groups.stories(block.hash) > 1,
            _ => groups.is_repeated(block.hash),
        })
}

/// Stories have writers, days and credits of their own; labels, walls and buttons are a page's.
const fn is_of_a_page(reason: Reason) -> bool {
    !matches!(reason, Reason::Byline | Reason::DateLine | Reason::Credit | Reason::Symbols)
}

/// A whole sentence, so long that it is hardly a label or a button.
fn sentence_of_its_own(block: &Block) -> bool {
    block.score >= 0.9 && block.chars() >= 50 && shape::closes(&block.text)
}

/// A sentence that says something to nobody in particular.
pub(crate) fn tells(block: &Block) -> bool {
    let reader = || lexicon::vocabulary(&words(&block.key).take(60).collect::<Vec<_>>()).reader;
    block.score >= 0.9 && block.chars() >= 60 && !reader()
}

/// A sentence that several stories have, and fewer than half of them, each time as a paragraph of the body by its source's word: writers say
/// such things again. What a page adds of its own was left out before.
pub(crate) fn is_said_again(block: &Block, groups: &Groups) -> bool {
    let stories = groups.stories(block.hash) as usize;
    block.form == Form::Paragraph && stories > 1 && stories * 2 < groups.total && furniture::is_plain_sentence(block)
}

/// A report with no more sentences is hardly more than its table.
const ROUND_TABLE: usize = 3;

/// So many stories have a line that stands above the headlines of a kind of page, and in a small heap most of them.
pub(crate) const ON_TOP: u32 = 5;
const ON_TOP_OF_FEW: u32 = 3;

pub(crate) fn on_top(stories: usize) -> u32 {
    u32::try_from(stories / 2 + 1).unwrap_or(u32::MAX).clamp(ON_TOP_OF_FEW, ON_TOP)
}

/// What a page begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Top {
    /// The last of the lines at its top that many stories have; 0 if there is none.
    pub line: u64,
    /// The line below.
    pub at: usize,
}

/// The first line of a page that fewer stories have than [`on_top`], with the line above it: pages of one kind show their headline at the same place.
pub(crate) fn top(document: &Document, stories: &dyn Fn(u64) -> u32, on_top: u32) -> Option<Top> {
    let mut line = 0;
    for (at, block) in document.blocks.iter().enumerate().take(16) {
        if stories(block.hash) >= on_top {
            line = block.hash;
        } else if mould(&block.key).is_some_and(|mould| stories(mould) >= ON_TOP) {
            // A date, or a counter.
        } else if !matches!(block.kind, Kind::Furniture(_)) {
            return Some(Top { line, at });
        }
    }
    None
}

/// The last lines of a page, where many stories have them: pages of one kind end alike, also those that begin with the story.
pub(crate) fn feet(document: &Document, stories: &dyn Fn(u64) -> u32) -> Vec<u64> {
    let last = document.blocks.iter().rev().take(FOOT);
    last.map(|b| b.hash).filter(|hash| stories(*hash) >= ON_TOP).collect()
}

/// How many of the last lines of a page are looked at.
pub(crate) const FOOT: usize = 4;

/// Whether the line on top looks like a headline; none if it may be either.
pub(crate) fn looks_titled(block: &Block) -> Option<bool> {
    match block.kind {
        Kind::Prose if asks(block) => None,
        Kind::Prose => Some(false),
        _ => Some(words(&block.key).count() <= 26),
    }
}

/// See [`Lines::titled`]: pages with something like a headline, and all pages.
pub(crate) fn titled(counts: Option<(u32, u32)>) -> Option<bool> {
    let (headed, all) = counts.filter(|(_, all)| *all >= 8)?;
    if headed * 10 >= all * 7 { Some(true) } else { (headed * 10 <= all).then_some(false) }
}

/// Whether a document begins with a line of its own that is no sentence: a headline.
pub(crate) fn is_headed(document: &Document, stories: &dyn Fn(u64) -> u32) -> bool {
    titles::candidates(&document.blocks).take(8).any(|b| stories(b.hash) == 1)
}

/// Short lines of a document that stand in other stories too, each with what stands beside it. What looks like a byline or a sentence
/// may be a label all the same.
pub(crate) fn around(document: &Document, repeated: &dyn Fn(u64) -> bool) -> Vec<(u64, Company)> {
    let blocks = &document.blocks;
    let text = |at: Option<usize>| at.and_then(|at| blocks.get(at)).is_some_and(|b| b.kind == Kind::Prose && !asks(b));
    let named = |block: &Block| match block.kind {
        Kind::Unsure | Kind::Furniture(Reason::Label | Reason::Byline) => true,
        Kind::Prose => words(&block.key).count() <= LABEL,
        Kind::Furniture(_) => false,
    };
    let all = blocks.iter().enumerate().take(blocks.len().saturating_sub(1));
    all.filter(|(_, block)| named(block) && repeated(block.hash))
        .map(|(at, block)| {
            let company = match (text(at.checked_sub(1)), text(Some(at + 1))) {
                (_, false) => Company::Other,
                (false, true) => Company::Below,
                (true, true) => Company::Both,
            };
            (block.hash, company)
        })
        .collect()
}

/// A short question or exclamation: a headline as often as a sentence.
fn asks(block: &Block) -> bool {
    block.text.ends_with(['?', '!']) && words(&block.key).count() <= 16
}

pub(crate) fn dropped(document: &Document, block: &Block, reason: String) -> Dropped {
    Dropped { crawl: document.name().to_owned(), line: block.line, text: shortened(&block.text, 300), reason }
}
