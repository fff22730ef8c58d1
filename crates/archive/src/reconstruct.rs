//! One story out of its copies: passes, classes, fates, order, text, provenance and doubts.

use std::collections::{BTreeMap, BTreeSet};

use crate::blocks::{self, Block, hash_of, shortened};
use crate::classes::{self, Class, Classes, block};
use crate::decide::{self, Decision, Fate};
use crate::doubts::{self as bound, about, about_story};
use crate::duplicates::Groups;
use crate::furniture::{self, Kind, Reason};
use crate::heap::Document;
use crate::left::{Left, Stood};
use crate::likely::count;
use crate::order::{self, Ordered, Tellings};
use crate::passes::{self, Boundary, Pass};
use crate::refrains;
use crate::select::{self, Lines, Selection};
use crate::{Doubt, Dropped, Options, Paragraph, Rebuilt, Witness, clues, lexicon, titles};

/// One group on its way to a story.
pub(crate) struct Telling<'a> {
    pub(crate) number: usize,
    pub(crate) members: &'a [usize],
    pub(crate) documents: Vec<&'a Document>,
    pub(crate) groups: &'a Groups,
    pub(crate) lines: &'a Lines,
    pub(crate) options: &'a Options,
}

/// What one group came to before it is put into words.
struct Draft<'a> {
    classes: &'a Classes,
    fates: BTreeMap<usize, Fate>,
    ordered: Ordered,
    /// What passes say again, by document and block, and whether something else stands between.
    again: &'a [(usize, usize, bool)],
}

impl Draft<'_> {
    /// The paragraphs in their order, by their keys.
    fn keys<'d>(&self, documents: &[&'d Document]) -> Vec<&'d str> {
        let order = self.ordered.order.iter();
        let places = order.filter_map(|id| self.classes.all.get(*id)?.places.first());
        places.filter_map(|place| block(documents, place)).map(|b| b.key.as_str()).collect()
    }

    /// Whether two passes have the paragraph and the one before it side by side (or both begin with it).
    fn agreed(&self, at: usize) -> bool {
        let order = &self.ordered.order;
        let (Some(id), before) = (order.get(at), at.checked_sub(1).and_then(|b| order.get(b))) else {
            return false;
        };
        let sides = self.classes.sequences.iter().filter(|s| match before {
            None => s.first() == Some(id),
            Some(before) => s.windows(2).any(|pair| pair == [*before, *id]),
        });
        sides.count() > 1
    }
}

impl Telling<'_> {
    /// Rebuilds the story, and says from how many passes. `alike` is a doubt about the whole group.
    ///
    /// # Errors
    /// With the reason, if nothing of it is a story.
    pub(crate) fn story(&self, alike: Option<String>) -> Result<(Rebuilt, usize), &'static str> {
        let selection = Selection::new(self.number, self.groups, self.lines, &self.documents);
        let mut dropped: Vec<Dropped> = Vec::new();
        let mut left: Vec<Left> = Vec::new();
        let mut passes = Vec::new();
        let mut again = Vec::new();
        for doc in 0..self.documents.len() {
            let selected = selection.select(doc, self.foreign(doc));
            dropped.extend(selected.dropped);
            left.extend(selected.left.into_iter().map(|(block, doubt)| Left { doc, block, doubt }));
            let (found, repeated) = passes::split(doc, &selected.items, self.options.restart_chars);
            again.extend(repeated.into_iter().map(|item| (doc, item)));
            passes.extend(found);
        }
        let boundaries = passes::settle(&mut passes, &self.documents);
        let again = refrains::place(&mut passes, again, &self.documents);
        for (doc, at, _) in &again {
            self.drop_place(*doc, *at, "stands here a second time", &mut dropped);
        }
        let classes = classes::build(&passes, &self.documents, self.options);
        let decision = Decision::new(&classes, &passes, &selection, &self.documents);
        let fates = decision.fates();
        let kept: Vec<usize> = fates.iter().filter(|(_, f)| !matches!(f, Fate::Drop(..))).map(|(id, _)| *id).collect();
        let ordered = self.order(&classes, &again, &kept);
        let mut draft = Draft { classes: &classes, fates, ordered, again: &again };
        self.judge_tail(&mut draft, passes.len());
        let headline = self.headline(&draft.keys(&self.documents), &selection);
        if let Ok((title, certain)) = &headline {
            self.judge_title(&mut draft, &selection, title, *certain);
        }
        self.drop_classes(&draft, &mut dropped, &mut left);
        let mut doubts = self.left_out(&draft, left, &selection.at_tables());
        bound::name_some(&mut doubts);
        let mut paragraphs = self.paragraphs(&draft, &boundaries);
        if paragraphs.is_empty() {
            return Err(
                "no story in it: every line stands in other stories or is page furniture; crawl the page again or delete the file",
            );
        }
        doubts.extend(alike.map(about_story));
        self.whole_story_doubts(&draft, &passes, &mut paragraphs, &mut doubts);
        let rebuilt = self.rebuilt(&draft, headline, paragraphs, doubts, dropped);
        Ok((rebuilt, passes.len()))
    }

    pub(crate) fn foreign(&self, doc: usize) -> &[u64] {
        self.members.get(doc).and_then(|d| self.groups.foreign.get(d)).map_or(&[], Vec::as_slice)
    }

    fn drop_place(&self, doc: usize, at: usize, reason: &str, dropped: &mut Vec<Dropped>) {
        if let Some(document) = self.documents.get(doc)
            && let Some(block) = document.blocks.get(at)
        {
            dropped.push(select::dropped(document, block, reason.to_owned()));
        }
    }

    /// Orders the kept classes; ties go to the line nearer the top of its crawl.
    fn order(&self, classes: &Classes, again: &[(usize, usize, bool)], kept: &[usize]) -> Ordered {
        let mut number: BTreeMap<usize, usize> = BTreeMap::new();
        let mut ranks: Vec<(u32, u64, usize)> = Vec::new();
        for (at, id) in kept.iter().enumerate() {
            let line = classes.all.get(*id).and_then(|class| {
                let lines = class.places.iter().filter_map(|p| block(&self.documents, p));
                Some((lines.map(|b| b.line).min()?, class.hash, at))
            });
            number.insert(*id, at);
            ranks.push(line.unwrap_or((u32::MAX, u64::MAX, at)));
        }
        let sequences: Vec<Vec<usize>> =
            classes.sequences.iter().map(|s| s.iter().filter_map(|id| number.get(id).copied()).collect()).collect();
        let texts: Vec<&str> = kept.iter().map(|id| self.first_text(classes, *id)).collect();
        let arranged = |crawls: Vec<Vec<usize>>| {
            let mut ordered = order::order(&ranks, &sequences);
            let tellings = Tellings::new(crawls, kept.len());
            if tellings.fewest_returns(&mut ordered.order) {
                ordered.torn.clear();
            }
            let moot = tellings.likeliest(&mut ordered.order, &|order| reads_badly(order, &texts));
            (ordered, tellings, moot)
        };
        let (told, refrains) = self.told(classes, again, &number);
        let mut found = arranged(told);
        // What comes back alone, far from its first place, is a refrain or a pull quote, and no second pass that lost nearly everything.
        if refrains > 0 {
            let other = arranged(self.told(classes, &[], &number).0);
            if other.1.lost(&other.0.order) + REFRAIN * count(refrains) < found.1.lost(&found.0.order) {
                found = other;
            }
        }
        let (mut ordered, tellings, moot) = found;
        ordered.loose = tellings.untied(&ordered.order);
        let ends = [0, ordered.order.len().saturating_sub(1)];
        let adrift = ends.into_iter().filter(|at| tellings.may_move(&ordered.order, *at));
        let mut adrift: BTreeSet<usize> = adrift.filter_map(|at| ordered.order.get(at).copied()).collect();
        adrift.extend(moot.first());
        let back = |node: usize| kept.get(node).copied();
        Ordered {
            order: ordered.order.into_iter().filter_map(back).collect(),
            loose: ordered.loose.into_iter().filter_map(back).collect(),
            torn: ordered.torn.into_iter().filter_map(back).collect(),
            adrift: adrift.into_iter().filter_map(back).collect(),
        }
    }

    fn first_text(&self, classes: &Classes, id: usize) -> &str {
        let place = classes.all.get(id).and_then(|c| c.places.first());
        place.and_then(|p| block(&self.documents, p)).map_or("", |b| b.text.as_str())
    }

    /// What each crawl tells from its first line to its last, as numbers of kept classes. Lines that stand there `again` count here:
    /// which of the two is out of place only the order can say. The second value says how many those are.
    fn told(
        &self,
        classes: &Classes,
        again: &[(usize, usize, bool)],
        number: &BTreeMap<usize, usize>,
    ) -> (Vec<Vec<usize>>, usize) {
        let mut lines: Vec<(usize, usize, usize)> = Vec::new();
        let mut by_hash: BTreeMap<u64, usize> = BTreeMap::new();
        for (id, class) in classes.all.iter().enumerate() {
            let Some(number) = number.get(&id) else { continue };
            let whole = class.places.iter();
            let cut = class.partial.iter().filter(|p| class.places.iter().all(|w| w.pass != p.pass));
            for place in whole.chain(cut) {
                lines.push((place.doc, place.block, *number));
                by_hash.extend(block(&self.documents, place).map(|b| (b.hash, *number)));
            }
        }
        let mut refrains = 0;
        for (doc, at, _) in again.iter().filter(|(.., apart)| *apart) {
            let hash = self.documents.get(*doc).and_then(|d| d.blocks.get(*at)).map(|b| b.hash);
            if let Some(number) = hash.and_then(|h| by_hash.get(&h)) {
                lines.push((*doc, *at, *number));
                refrains += 1;
            }
        }
        lines.sort_unstable();
        let mut crawls: Vec<Vec<usize>> = vec![Vec::new(); self.documents.len()];
        for (doc, _, number) in lines {
            if let Some(crawl) = crawls.get_mut(doc)
                && crawl.last() != Some(&number)
            {
                crawl.push(number);
            }
        }
        (crawls, refrains)
    }

    /// After the last paragraph that two passes have, one that only one pass has must be near-certain prose.
    fn judge_tail(&self, draft: &mut Draft<'_>, passes: usize) {
        let twice = |id: &usize| draft.classes.all.get(*id).is_some_and(|c| c.passes().len() > 1);
        if passes < 2 {
            return;
        }
        let Some(last) = draft.ordered.order.iter().rposition(twice) else {
            return;
        };
        let tail: Vec<usize> = draft.ordered.order.iter().skip(last + 1).copied().collect();
        let long = tail.len() >= 3;
        for id in &tail {
            let Some(found) =
                draft.classes.all.get(*id).and_then(|c| c.places.first()).and_then(|p| block(&self.documents, p))
            else {
                continue;
            };
            let words: Vec<&str> = found.key.split(' ').take(60).collect();
            let vocabulary = lexicon::vocabulary(&words);
            let speech = vocabulary.speech || found.text.contains(['"', '“']);
            let sure = found.score >= 0.75 && (!vocabulary.reader || speech || words.len() >= 30);
            // In a large heap furniture would stand in other stories, too.
            let told = draft.classes.all.get(*id).is_some_and(|c| decide::is_told_here_only(self.groups, c));
            if !sure && told {
                let doubt = "seen once, after the end that the copies share; but no other story has it".to_owned();
                draft.fates.insert(*id, Fate::Doubt(doubt));
            } else if !sure {
                let doubt = format!("left out at the end: “{}”", shortened(&found.text, 80));
                draft.fates.insert(
                    *id,
                    Fate::Drop(
                        "seen once after the end that the copies share, and not clearly the story".to_owned(),
                        Some(doubt),
                    ),
                );
            } else if (long && !told || found.score < 0.9) && draft.fates.get(id) == Some(&Fate::Keep) {
                draft.fates.insert(
                    *id,
                    Fate::Doubt("seen once, after the end that the copies share; it may be something else".to_owned()),
                );
            }
        }
        let fates = &draft.fates;
        draft.ordered.order.retain(|id| !matches!(fates.get(id), Some(Fate::Drop(..))));
    }

    /// The headline, and whether it is certain; `keys` are those of the story's paragraphs.
    fn headline(&self, keys: &[&str], selection: &Selection<'_>) -> Result<(String, bool), Option<String>> {
        let own = |b: &Block| !self.groups.is_repeated(b.hash) || self.lines.is_headline_in_lists(b.hash, self.number);
        let strange = |b: &Block| {
            self.lines.is_headline_in_lists(b.hash, self.number) || self.groups.total >= 10 && self.groups.own(b.hash)
        };
        let known: Vec<&Block> = selection.headlines().collect();
        let (text, known) = titles::headline(&self.documents, &own, &known, keys, &strange)?;
        let listed = self.lines.is_headline_in_lists(hash_of(&blocks::key(&text)), self.number);
        Ok((text, known || listed))
    }

    /// What is the headline is not the first paragraph as well: a line that was kept as one, above the first sentence, goes where it may be
    /// a headline, or where the rest of the story bears it out.
    fn judge_title(&self, draft: &mut Draft<'_>, selection: &Selection<'_>, title: &str, certain: bool) {
        let (title, keys) = (blocks::key(title), draft.keys(&self.documents));
        let Some((first, rest)) = keys.split_first().filter(|(first, rest)| **first == title && !rest.contains(first))
        else {
            return;
        };
        let prose = |at: usize| {
            let class = draft.ordered.order.get(at).and_then(|id| draft.classes.all.get(*id));
            class.is_some_and(|class| class.prose)
        };
        let Some(id) = draft.ordered.order.first().copied().filter(|_| !prose(0) && prose(1)) else { return };
        let asked = matches!(draft.fates.get(&id), Some(Fate::Doubt(doubt)) if doubt.ends_with("it may be a headline"));
        let borne_out = || self.headline(rest, selection).is_ok_and(|(text, _)| blocks::key(&text) == **first);
        if !asked && !borne_out() {
            return;
        }
        let doubt = format!("left out: “{}”, which is the headline", shortened(self.first_text(draft.classes, id), 80));
        draft.fates.insert(id, Fate::Drop("is the headline".to_owned(), (!certain).then_some(doubt)));
        draft.ordered.order.remove(0);
    }

    fn drop_classes(&self, draft: &Draft<'_>, dropped: &mut Vec<Dropped>, left: &mut Vec<Left>) {
        for (id, fate) in &draft.fates {
            let Fate::Drop(reason, doubt) = fate else { continue };
            let places = draft.classes.all.get(*id).map(|c| c.places.as_slice()).unwrap_or_default();
            for place in places {
                self.drop_place(place.doc, place.block, reason, dropped);
                if doubt.is_some() || block(&self.documents, place).is_some_and(furniture::looks_like_crosshead) {
                    left.push(Left { doc: place.doc, block: place.block, doubt: doubt.clone() });
                }
            }
        }
    }

    /// Doubts about what was left out and may be the story's. `tabled`: the lines that stand at a table.
    fn left_out(&self, draft: &Draft<'_>, mut left: Vec<Left>, tabled: &BTreeSet<(usize, usize)>) -> Vec<Doubt> {
        let mut stood = Stood::new(&self.documents, draft.classes, &draft.ordered.order);
        let rare = |l: &Left| {
            let block = self.documents.get(l.doc).and_then(|d| d.blocks.get(l.block));
            block.is_some_and(|b| self.groups.stories(b.hash) as usize * 10 <= self.groups.total)
        };
        let is_break = |l: &Left| {
            let block = self.documents.get(l.doc).and_then(|d| d.blocks.get(l.block));
            block.is_some_and(furniture::parts_sections)
        };
        left.retain(|l| l.doubt.is_some() || stood.parts(l, is_break(l) || rare(l)));
        let (breaks, mut left): (Vec<Left>, Vec<Left>) = left.into_iter().partition(is_break);
        let line = |l: &Left| self.documents.get(l.doc).and_then(|d| d.blocks.get(l.block)).map(|b| b.hash);
        let asked: BTreeSet<u64> = left.iter().filter_map(line).collect();
        for (doc, at, apart) in draft.again {
            let again = self.documents.get(*doc).and_then(|d| d.blocks.get(*at));
            // A long sentence that one copy says again is a pull quote, or the beginning of another copy.
            let Some(again) = again.filter(|b| *apart && b.chars() < SHORT) else { continue };
            let doubt = format!("left out: “{}”, which stands here a second time", shortened(&again.text, 80));
            // Of a line that is asked about already this is another place.
            let doubt = stood.has(again.hash).then_some(doubt);
            let found = Left { doc: *doc, block: *at, doubt };
            // A refrain ends the last verse, too; and what is asked about once is asked about wherever it stands.
            if (stood.has(again.hash) || asked.contains(&again.hash)) && (stood.is_within(&found) || stood.ends(&found))
            {
                left.push(found);
            }
        }
        stood.ask(&left);
        stood.ask(&breaks);
        let mut doubts = stood.doubts(&left, tabled, &|hash| self.groups.stories(hash) > 1);
        doubts.extend(stood.breaks(&breaks));
        doubts
    }

    fn paragraphs(&self, draft: &Draft<'_>, boundaries: &[Boundary]) -> Vec<Paragraph> {
        let mut paragraphs = Vec::new();
        for id in &draft.ordered.order {
            let Some(class) = draft.classes.all.get(*id) else { continue };
            let Some((text, readings)) = self.best_text(class) else { continue };
            let mut reasons: Vec<String> = Vec::new();
            if let Some(Fate::Doubt(doubt)) = draft.fates.get(id) {
                reasons.push(doubt.clone());
            }
            if draft.ordered.torn.contains(id) {
                reasons.push("the copies disagree about its place".to_owned());
            } else if draft.ordered.loose.contains(id) {
                reasons.push("no copy has it together with the paragraph before it".to_owned());
            }
            reasons.extend(readings);
            if draft.ordered.adrift.contains(id) {
                reasons.push(
                    self.boundary_doubt(class, boundaries)
                        .unwrap_or_else(|| "might as well stand at the other end of the story".to_owned()),
                );
            }
            if text.contains(char::REPLACEMENT_CHARACTER) {
                reasons.push("has unreadable characters".to_owned());
            }
            if text.len() > 6000 {
                reasons.push("very long; its paragraphs may have been run together".to_owned());
            }
            let forms = class.places.iter().filter_map(|p| block(&self.documents, p)).map(|b| b.form);
            paragraphs.push(Paragraph {
                form: forms.max().unwrap_or_default(),
                text,
                witnesses: self.witnesses(class),
                doubt: (!reasons.is_empty()).then(|| reasons.join("; ")),
            });
        }
        paragraphs
    }

    fn boundary_doubt(&self, class: &Class, boundaries: &[Boundary]) -> Option<String> {
        boundaries.iter().find(|b| class.places.iter().any(|p| p.doc == b.doc && p.block == b.block)).map(|b| {
            let side = if b.moved { "the start of the second" } else { "the end of the first" };
            format!("stands between two copies in one file, and was taken for {side}")
        })
    }

    fn witnesses(&self, class: &Class) -> Vec<Witness> {
        let mut found: Vec<Witness> = class
            .places
            .iter()
            .chain(&class.partial)
            .filter_map(|place| {
                Some(Witness {
                    crawl: self.documents.get(place.doc)?.name().to_owned(),
                    line: block(&self.documents, place)?.line,
                })
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The commonest wording, then the richest typography. The second value says if copies differ in more than typography.
    fn best_text(&self, class: &Class) -> Option<(String, Option<String>)> {
        let mut forms: BTreeMap<&str, (BTreeSet<usize>, usize, &Block)> = BTreeMap::new();
        let mut wordings: BTreeMap<&str, (BTreeSet<usize>, usize)> = BTreeMap::new();
        for place in &class.places {
            let found = block(&self.documents, place)?;
            let form = forms.entry(&found.text).or_insert((BTreeSet::new(), 0, found));
            form.0.insert(place.doc);
            form.1 += 1;
            let wording = wordings.entry(&found.key).or_default();
            wording.0.insert(place.doc);
            wording.1 += 1;
        }
        let weigh = |key: &str| wordings.get(key).map_or((0, 0), |w| (w.0.len(), w.1));
        let (text, (.., chosen)) = forms.iter().max_by_key(|(text, (docs, times, found))| {
            let readable = !text.contains(char::REPLACEMENT_CHARACTER);
            (readable, weigh(&found.key), docs.len(), *times, richness(text), *text)
        })?;
        let other = wordings.keys().find(|key| **key != chosen.key);
        let doubt = other.and_then(|key| {
            let other = forms.values().find(|(.., b)| b.key == **key)?;
            Some(format!("another copy reads: “{}”", shortened(&other.2.text, 160)))
        });
        Some(((*text).to_owned(), doubt))
    }

    fn whole_story_doubts(
        &self,
        draft: &Draft<'_>,
        passes: &[Pass],
        paragraphs: &mut [Paragraph],
        doubts: &mut Vec<Doubt>,
    ) {
        let texts: Vec<&str> = paragraphs.iter().map(|p| p.text.as_str()).collect();
        let words: usize = texts.iter().map(|t| t.split(' ').count()).sum();
        if words < 40 {
            doubts.push(about_story(format!("very short: {words} words; it may be a notice of the site or a teaser")));
        }
        let unseen = Self::unseen(draft, passes);
        let alone = unseen.as_deref() == Some(ONE_COPY);
        doubts.extend(unseen.map(about_story));
        for (at, text) in decide::introductions(&texts) {
            // Two copies that agree on what comes before are stronger than a hint.
            if draft.agreed(at) {
                continue;
            }
            doubts.push(about(at, text));
        }
        // Of a story that one copy tells the doubt above says it all.
        let gaps = if alone { Vec::new() } else { self.gaps(draft) };
        for (at, text) in gaps {
            doubts.push(about(at, text));
        }
        for (at, paragraph) in paragraphs.iter().enumerate() {
            doubts.extend(paragraph.doubt.iter().map(|text| about(at, text.clone())));
        }
        bound::sum_up(doubts);
    }

    /// What no copy has cannot be seen, but it can be estimated: of two lists of the same things, those on one list only tell how many
    /// are on neither (Lincoln and Petersen; with more lists Chao's bound, singles² / 2 · doubles).
    fn unseen(draft: &Draft<'_>, passes: &[Pass]) -> Option<String> {
        let order = &draft.ordered.order;
        // A page that is saved twice in one file is one witness; two files that agree are two.
        let sequences: BTreeSet<(usize, &[usize])> = (draft.classes.sequences.iter().zip(passes))
            .filter(|(s, _)| s.len() * 2 > order.len())
            .map(|(s, pass)| (pass.doc, s.as_slice()))
            .collect();
        if sequences.len() < 2 {
            return Some(ONE_COPY.to_owned());
        }
        let (mut once, mut twice) = (0usize, 0usize);
        for id in order {
            match sequences.iter().filter(|(_, s)| s.contains(id)).count() {
                0 | 1 => once += 1,
                2 => twice += 1,
                _ => {}
            }
        }
        let missing =
            if sequences.len() == 2 { once * once / (4 * twice.max(1)) } else { once * once / (2 * twice.max(1)) };
        (missing >= 1).then(|| {
            format!("{once} paragraphs stand in one copy only; so many losses make it likely that all copies lost something too")
        })
    }

    /// Places inside the story where every pass that runs there has furniture between two paragraphs. Extractors lose paragraphs
    /// beside widgets.
    fn gaps(&self, draft: &Draft<'_>) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let order = &draft.ordered.order;
        let places = |id: usize| draft.classes.all.get(id).map(|c| c.places.as_slice()).unwrap_or_default();
        for (at, pair) in order.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            let (mut covered, mut clean) = (false, false);
            for x in places(*a) {
                let Some(y) = places(*b).iter().find(|y| y.pass == x.pass && y.block > x.block) else {
                    continue;
                };
                covered = true;
                clean |= (x.block + 1..y.block).all(|at| self.is_no_widget(x.doc, at, draft.again));
            }
            if covered && !clean {
                found.push((
                    at + 1,
                    "page furniture stands directly before it in every copy; extractors lose paragraphs at such places"
                        .to_owned(),
                ));
            }
        }
        found
    }

    /// Whether nothing of the page stands there: a rule between two parts of the story, or what the story says twice.
    fn is_no_widget(&self, doc: usize, at: usize, again: &[(usize, usize, bool)]) -> bool {
        let symbols = |b: &Block| b.kind == Kind::Furniture(Reason::Symbols);
        self.documents.get(doc).and_then(|d| d.blocks.get(at)).is_some_and(symbols)
            || again.iter().any(|(d, block, _)| (*d, *block) == (doc, at))
    }

    fn rebuilt(
        &self,
        draft: &Draft<'_>,
        headline: Result<(String, bool), Option<String>>,
        paragraphs: Vec<Paragraph>,
        mut doubts: Vec<Doubt>,
        mut dropped: Vec<Dropped>,
    ) -> Rebuilt {
        let keys = draft.keys(&self.documents);
        let mut crawls: Vec<_> = self.documents.iter().flat_map(|d| d.refs.clone()).collect();
        crawls.sort_unstable();
        if let Err(Some(line)) = &headline
            && !doubts.iter().any(|d| d.text.contains("may be a headline"))
        {
            doubts.push(about_story(format!("“{line}” stands above the first paragraph; it may be a headline")));
        }
        let date_lines: BTreeSet<String> =
            self.documents.iter().flat_map(|d| clues::date_lines(&d.blocks)).map(|b| b.text.clone()).collect();
        let texts: Vec<&str> = paragraphs.iter().map(|p| p.text.as_str()).collect();
        let date_clue = clues::date_clue(&date_lines, &texts);
        dropped.sort_unstable();
        Rebuilt {
            key: self.key(&keys),
            crawls,
            versions: Vec::new(),
            alike: None,
            series: Vec::new(),
            headline_certain: headline.as_ref().is_ok_and(|(_, certain)| *certain),
            headline: headline.ok().map(|(text, _)| text),
            date_clue,
            paragraphs,
            doubts,
            dropped,
        }
    }

    fn key(&self, keys: &[&str]) -> String {
        let unique = keys
            .iter()
            .filter(|key| key.len() >= 60)
            .map(|key| blake3::hash(key.as_bytes()))
            .filter(|hash| self.groups.stories(crate::blocks::short(hash)) == 1)
            .min_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        let hex = unique.unwrap_or_else(|| blake3::hash(keys.join("\n").as_bytes())).to_hex();
        hex.as_str().get(..32).unwrap_or_default().to_owned()
    }
}

/// Shorter lines may be a refrain although one copy only has them twice: characters.
const SHORT: usize = 60;

/// How unlikely it is that a story or its page says a line again, as a logarithm of odds.
const REFRAIN: f32 = 6.0;

const ONE_COPY: &str = "told by one copy only; what that copy lost cannot be seen";

/// How badly a story reads in this order: people named before they are introduced, an opening that leans on what comes before it.
fn reads_badly(order: &[usize], texts: &[&str]) -> f32 {
    let told: Vec<&str> = order.iter().filter_map(|at| texts.get(*at).copied()).collect();
    let unknown = clues::names_before_introduction(&told).into_iter().take(2).count();
    let leans = told.first().is_some_and(|first| clues::leans_back(first));
    f32::from(u8::try_from(unknown).unwrap_or(2)) * 0.7 + if leans { 0.7 } else { 0.0 }
}

/// Counts what a typewriter has not: curly quotes, dashes, ellipses, accents.
fn richness(text: &str) -> usize {
    text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count()
}
