//! Whether documents that resemble each other tell the same story.
//!
//! A pair is verified by containment of the cleaned texts, then by what is known of it (addresses, days, numbers must agree), then
//! against the group it would join. Which documents are compared at all is found in `intake`.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::Options;
use crate::blocks::words;
use crate::edited::{self, Edited};
use crate::heap::Document;
use crate::intake::{Common, Counts, shingle, word_hash};
use crate::kinship::{self, Kin};
use crate::verse;

/// What was counted over all stories.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Number of stories.
    pub total: usize,
    /// In how many stories a line (by hash) stands, if more than one.
    pub stories_with: Counts,
    /// Number of stories from which a line counts as repeated.
    pub repeated_from: u32,
    /// Lines of a document that belong to another story told in the same crawl.
    pub foreign: BTreeMap<usize, Vec<u64>>,
}

impl Groups {
    /// In how many stories the line stands.
    pub(crate) fn stories(&self, hash: u64) -> u32 {
        self.stories_with.get(hash)
    }

    /// Whether the line stands in this story only, where there are enough others to tell.
    pub(crate) fn own(&self, hash: u64) -> bool {
        self.total >= 10 && self.stories(hash) == 1
    }

    pub(crate) fn is_repeated(&self, hash: u64) -> bool {
        self.stories(hash) >= self.repeated_from
    }
}

pub(crate) fn repeated_from(stories: usize, options: &Options) -> u32 {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of stories times a share"
    )]
    let share = (stories as f64 * options.repeated_share).ceil() as usize;
    u32::try_from(share.max(options.repeated_stories)).unwrap_or(u32::MAX)
}

/// Share of the words of the shorter text that is enough where three paragraphs are equal to the word.
const VERBATIM: f64 = 0.45;
/// Long paragraphs that open a text.
const OPENING: usize = 3;

/// What a document is compared by.
#[derive(Debug, Default)]
pub(crate) struct Print {
    /// Sorted hashes of the word 3-shingles of its prose, those that many stories have left out.
    pub shingles: Vec<u64>,
    /// Whether most shingles were left out: a form with blanks, told apart by little.
    pub thin: bool,
    /// Sorted hashes of its long paragraphs.
    pub long: Vec<u64>,
    /// Hashes of the first few of them, in their order.
    pub opening: Vec<u64>,
    /// Sorted hashes of its short ones.
    pub short: Vec<u64>,
    /// Hash of its first paragraph.
    pub lead: u64,
    /// See [`Print::names`].
    names: OnceCell<Vec<u64>>,
    /// Sorted hashes of its lines that many stories have.
    pub skipped: Vec<u64>,
}

impl Print {
    /// Sorted hashes of capitalised words inside sentences: what the story is about. Few comparisons come to ask for them.
    pub(crate) fn names(&self, document: &Document) -> &[u64] {
        self.names.get_or_init(|| {
            let prose = document.prose().filter(|b| self.skipped.binary_search(&b.hash).is_err());
            let capitalised = prose.flat_map(|b| words(&b.text).skip(1)).filter(|w| w.starts_with(char::is_uppercase));
            let mut names: Vec<u64> =
                capitalised.map(|w| word_hash(w.trim_end_matches(|c: char| !c.is_alphanumeric()))).collect();
            names.sort_unstable();
            names.dedup();
            names
        })
    }
}

/// What came of comparing some documents.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Documents of each story, ascending; stories in order of their first document.
    pub members: Vec<Vec<usize>>,
    /// Pairs that sound alike but state other facts.
    pub alike: Vec<(usize, usize)>,
    /// Lines of a document that belong to another story told in the same crawl.
    pub foreign: Vec<Vec<u64>>,
}

/// Groups documents into stories. `pairs` are those worth a comparison, `lines` of each document and `shingles` do not count because
/// many stories have them (sorted).
pub(crate) fn compare(
    documents: &[Document],
    pairs: &[(usize, usize)],
    lines: Vec<Vec<u64>>,
    shingles: &Common,
    options: &Options,
) -> Round {
    let prints: Vec<Print> = documents.iter().zip(lines).map(|(d, lines)| print(d, lines, shingles)).collect();
    let mut pairs: Vec<(f64, usize, usize)> = pairs
        .iter()
        .filter_map(|&(a, b)| {
            let (pa, pb) = (prints.get(a)?, prints.get(b)?);
            let (da, db) = (documents.get(a)?, documents.get(b)?);
            let share = containment(&pa.shingles, &pb.shingles);
            let named = da.evidence.same_key(&db.evidence) || da.evidence.same_url(&db.evidence);
            let alike = share >= options.containment
                || named
                || verbatim(pa, pb, share)
                || edited((da, pa), (db, pb), share).is_some();
            (alike || hinted(pa, pb)).then_some((share, a, b))
        })
        .collect();
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut joining = Joining {
        documents,
        prints: &prints,
        options,
        group_of: (0..documents.len()).collect(),
        members: (0..documents.len()).map(|d| vec![d]).collect(),
        alike: Vec::new(),
        foreign: vec![Vec::new(); documents.len()],
    };
    for (share, a, b) in pairs {
        joining.consider(a, b, share);
    }
    joining.split();
    joining.finish()
}

/// Two stories that only share furniture differ from the first sentence on; two crawls of one story that both lost something at the
/// start share nearly all the rest.
fn leads_fit(a: &Print, b: &Print, share: f64) -> bool {
    if a.long.is_empty() || b.long.is_empty() || a.thin || b.thin {
        return share >= 0.9 || sworn(a, b) || same_verse(a, b) == Some(true);
    }
    share >= 0.85 || open_alike(a, b)
}

/// Whether the lead of one stands in the other; or, where each lost another lead, a first paragraph of each in the other.
pub(crate) fn open_alike(a: &Print, b: &Print) -> bool {
    let lead = a.long.binary_search(&b.lead).is_ok() || b.long.binary_search(&a.lead).is_ok();
    lead || (opens_in(a, b) && opens_in(b, a))
}

/// Two damaged copies that lost much, each another part: fewer words in common, but whole paragraphs that few stories have, from the
/// first ones on.
fn verbatim(a: &Print, b: &Print, share: f64) -> bool {
    let equal = || a.long.iter().filter(|hash| b.long.binary_search(hash).is_ok()).count();
    share >= VERBATIM && !a.thin && !b.thin && opens_in(a, b) && opens_in(b, a) && equal() >= 3
}

/// Of two texts out of one form little is left to compare but names and numbers: there whole paragraphs tell, blanks filled in, that hardly
/// another story has. At least two of them, and most of the shorter text.
fn sworn(a: &Print, b: &Print) -> bool {
    let equal = || a.long.iter().filter(|hash| b.long.binary_search(hash).is_ok()).count();
    (a.thin || b.thin) && equal() >= 2 && containment(&a.long, &b.long) >= 0.5
}

/// Two texts out of one form that have a third of the shorter one's paragraphs in common, or one at least: nobody can tell, and that is said.
fn hinted(a: &Print, b: &Print) -> bool {
    (a.thin || b.thin) && containment(&a.long, &b.long) > 0.3
}

/// Of two texts that are hardly more than verse: whether their lines are the same. What stands above a poem stands above the next one too.
pub(crate) fn same_verse(a: &Print, b: &Print) -> Option<bool> {
    let verse = |print: &Print| print.short.len() >= verse::LINES && print.short.len() > print.long.len() * 2;
    (verse(a) && verse(b)).then(|| containment(&a.short, &b.short) * 2.0 >= 1.0)
}

/// See [`edited::of`]: too few words in a row are the same to be found otherwise.
fn edited(a: (&Document, &Print), b: (&Document, &Print), share: f64) -> Option<Edited> {
    if share >= edited::STAYS { edited::of(a, b) } else { None }
}

fn edited_at(documents: &[Document], prints: &[Print], (a, b): (usize, usize), share: f64) -> Option<Edited> {
    let of = |at: usize| Some((documents.get(at)?, prints.get(at)?));
    of(a).zip(of(b)).and_then(|(a, b)| edited(a, b, share))
}

/// Whether one of the first paragraphs of a text stands in the other.
fn opens_in(a: &Print, b: &Print) -> bool {
    a.opening.iter().any(|hash| b.long.binary_search(hash).is_ok())
}

fn print(document: &Document, skipped: Vec<u64>, common: &Common) -> Print {
    let mut print = Print::default();
    for block in document.prose().filter(|b| skipped.binary_search(&b.hash).is_err()) {
        if print.lead == 0 {
            print.lead = block.hash;
        }
        if block.chars() >= 60 {
            print.long.push(block.hash);
            if print.opening.len() < OPENING {
                print.opening.push(block.hash);
            }
        } else {
            print.short.push(block.hash);
        }
        shingle(&block.key, &mut print.shingles);
    }
    for list in [&mut print.shingles, &mut print.long, &mut print.short] {
        list.sort_unstable();
        list.dedup();
    }
    let all = print.shingles.len();
    print.shingles.retain(|s| !common.has(*s));
    print.thin = print.shingles.len() * 3 < all;
    print.skipped = skipped;
    print
}

/// Share of the smaller sorted set that is in the other.
pub(crate) fn containment(a: &[u64], b: &[u64]) -> f64 {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.is_empty() {
        return 0.0;
    }
    let mut rest = many.iter().peekable();
    let mut common = 0usize;
    for x in few {
        while rest.next_if(|y| *y < x).is_some() {}
        common += usize::from(rest.peek() == Some(&x));
    }
    #[allow(clippy::cast_precision_loss, reason = "sizes of sets of shingles")]
    let share = common as f64 / few.len() as f64;
    share
}

/// Members of a group that a newcomer is compared with.
const JURY: usize = 6;
/// A member of a group must have at least this share in common with its centre.
const CENTRE: f64 = 0.3;

struct Joining<'a> {
    documents: &'a [Document],
    prints: &'a [Print],
    options: &'a Options,
    group_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    alike: Vec<(usize, usize)>,
    foreign: Vec<Vec<u64>>,
}

impl Joining<'_> {
    fn consider(&mut self, a: usize, b: usize, share: f64) {
        let (Some(&ga), Some(&gb)) = (self.group_of.get(a), self.group_of.get(b)) else {
            return;
        };
        if ga == gb {
            return;
        }
        match self.kin(a, b, share) {
            Kin::Apart => {
                self.alike.push((a, b));
                return;
            }
            Kin::Same => {
                let fit = match (self.prints.get(a), self.prints.get(b)) {
                    (Some(pa), Some(pb)) => leads_fit(pa, pb, share),
                    _ => false,
                };
                let edited = if fit { None } else { edited_at(self.documents, self.prints, (a, b), share) };
                // Of two crawls nothing says which words are the story's, and where nobody is named nothing says that it is one story.
                let certainly = edited == Some(Edited::Certainly);
                if !(fit || certainly && [a, b].iter().all(|d| self.is_piece(*d))) {
                    let thin = [a, b].iter().any(|d| self.prints.get(*d).is_some_and(|p| p.thin));
                    // Out of a form, and with the same facts as far as they go.
                    if thin || edited.is_some() {
                        self.alike.push((a, b));
                    }
                    return;
                }
            }
            Kin::Named => {}
        }
        if let Some(stranger) = self.stranger(ga, gb, a, b) {
            self.note_foreign(a, b, stranger);
            return;
        }
        let (into, from) = (ga.min(gb), ga.max(gb));
        let moved = self.members.get_mut(from).map(std::mem::take).unwrap_or_default();
        for document in &moved {
            if let Some(group) = self.group_of.get_mut(*document) {
                *group = into;
            }
        }
        if let Some(group) = self.members.get_mut(into) {
            group.extend(moved);
        }
    }

    fn kin(&self, a: usize, b: usize, share: f64) -> Kin {
        match (self.documents.get(a), self.documents.get(b), self.prints.get(a), self.prints.get(b)) {
            (Some(da), Some(db), Some(pa), Some(pb)) => kinship::judge((da, pa), (db, pb), share, self.options),
            _ => Kin::Apart,
        }
    }

    /// Whether a source tells it piece by piece, or it is the paper's own.
    fn is_piece(&self, document: usize) -> bool {
        self.documents.get(document).is_some_and(|d| d.item.is_some() || d.known.is_some())
    }

    fn named(&self, a: usize, b: usize) -> bool {
        match (self.documents.get(a), self.documents.get(b)) {
            (Some(a), Some(b)) => a.evidence.same_key(&b.evidence) || a.evidence.same_url(&b.evidence),
            _ => false,
        }
    }

    /// The member of one group that a member of the other contradicts or has nothing in common with.
    fn stranger(&self, ga: usize, gb: usize, a: usize, b: usize) -> Option<Stranger> {
        let some = |group: usize| self.members.get(group).into_iter().flatten().copied().take(JURY);
        for x in some(ga) {
            for y in some(gb) {
                if (x, y) == (a, b) {
                    continue;
                }
                let (Some(px), Some(py)) = (self.prints.get(x), self.prints.get(y)) else {
                    continue;
                };
                let share = containment(&px.shingles, &py.shingles);
                let sizeable = px.long.len() >= 3 && py.long.len() >= 3;
                // Two halves of one story share no paragraph, but they speak of the same people and places.
                let names = || match (self.documents.get(x), self.documents.get(y)) {
                    (Some(dx), Some(dy)) => containment(px.names(dx), py.names(dy)),
                    _ => 0.0,
                };
                if share < 0.05 && sizeable && names() < 0.34 && !self.named(x, y) {
                    return Some(Stranger { x, y });
                }
                if share >= self.options.containment && self.kin(x, y, share) == Kin::Apart {
                    return Some(Stranger { x: usize::MAX, y: usize::MAX });
                }
            }
        }
        None
    }

    /// A crawl that holds two stories joins one of them; the lines of the other are noted as foreign to it.
    fn note_foreign(&mut self, a: usize, b: usize, stranger: Stranger) {
        let (host, guest) = if stranger.x == a {
            (b, a)
        } else if stranger.y == b {
            (a, b)
        } else {
            self.alike.push((a, b));
            return;
        };
        let lines = self.prints.get(guest).map(|p| p.long.clone()).unwrap_or_default();
        if let Some(foreign) = self.foreign.get_mut(host) {
            foreign.extend(lines);
        }
    }

    /// A chain in which each resembles the next must not end far from where it began: who has next to nothing in common with the
    /// centre of the group, the member most others resemble, is a story of its own.
    fn split(&mut self) {
        let mut alone: Vec<usize> = Vec::new();
        for group in &mut self.members {
            if group.len() < 3 {
                continue;
            }
            let share = |a: usize, b: usize| match (self.prints.get(a), self.prints.get(b)) {
                (Some(a), Some(b)) => containment(&a.shingles, &b.shingles),
                _ => 0.0,
            };
            // Of a very large group a part chooses the centre.
            let voters: Vec<usize> = group.iter().copied().take(64).collect();
            let size = |d: usize| self.prints.get(d).map_or(0, |p| p.shingles.len());
            let near = |c: usize| voters.iter().filter(|v| share(c, **v) >= self.options.containment).count();
            let Some(centre) = voters.iter().copied().max_by_key(|c| (near(*c), size(*c), std::cmp::Reverse(*c)))
            else {
                continue;
            };
            let named = |d: usize| match (self.documents.get(centre), self.documents.get(d)) {
                (Some(c), Some(d)) => c.evidence.same_key(&d.evidence) || c.evidence.same_url(&d.evidence),
                _ => false,
            };
            // Words alone may be the common phrases of a trade; with a whole paragraph in common fewer are enough.
            let resembles = |d: usize| {
                let paragraph = match (self.prints.get(centre), self.prints.get(d)) {
                    (Some(c), Some(d)) => containment(&c.long, &d.long) > 0.0,
                    _ => false,
                };
                let share = share(centre, d);
                share >= if paragraph { CENTRE } else { self.options.containment }
                    || edited_at(self.documents, self.prints, (centre, d), share) == Some(Edited::Certainly)
            };
            let (kept, gone): (Vec<usize>, Vec<usize>) =
                group.iter().partition(|d| **d == centre || resembles(**d) || named(**d));
            *group = kept;
            self.alike.extend(gone.iter().map(|d| (centre.min(*d), centre.max(*d))));
            alone.extend(gone);
        }
        self.members.extend(alone.into_iter().map(|d| vec![d]));
    }

    fn finish(self) -> Round {
        let mut members: Vec<Vec<usize>> = self.members.into_iter().filter(|m| !m.is_empty()).collect();
        for group in &mut members {
            group.sort_unstable();
        }
        members.sort_unstable();
        let (mut alike, mut foreign) = (self.alike, self.foreign);
        alike.sort_unstable();
        alike.dedup();
        for lines in &mut foreign {
            lines.sort_unstable();
            lines.dedup();
        }
        Round { members, alike, foreign }
    }
}

/// Two documents that keep two groups apart.
struct Stranger {
    x: usize,
    y: usize,
}
