//! Whole stories into the kind of crawls that old archives hold.

use archive::Crawl;

use super::corpora::Story;
use super::dice::Dice;
use super::site::Site;

/// How hard the damage is.
#[derive(Debug, Clone, Copy)]
pub struct Harm {
    /// Share of inner paragraphs that a pass loses, per cent; it loses the lead in a quarter of cases.
    pub loss: usize,
    /// Also one crawl alone, teasers, structured data beside the visible text, doubled and swapped paragraphs, noise.
    pub wild: bool,
}

pub struct Damaged {
    pub crawls: Vec<Crawl>,
    /// See [`Account::determined`].
    pub determined: bool,
    /// … and every line that is no sentence stands in two crawls or more.
    pub plain: bool,
}

/// What the passes hold of a story, kept while they are written.
struct Account {
    present: Vec<bool>,
    /// Passes in which paragraph n stands directly before n + 1, less those in which it stands after it.
    beside: Vec<i32>,
    /// Crawls that have the paragraph.
    crawls: Vec<usize>,
}

impl Account {
    fn pass(&mut self, kept: &[usize]) {
        for at in kept {
            self.present[*at] = true;
        }
        for n in 0..self.beside.len() {
            let place = |wanted: usize| kept.iter().position(|at| *at == wanted);
            if let (Some(a), Some(b)) = (place(n), place(n + 1)) {
                self.beside[n] += if a < b { 1 } else { -1 };
            }
        }
    }

    /// **Determined**: every paragraph stands in some pass, and each two neighbours stand together in some pass, in the right
    /// order in more passes than in the wrong one. Exactly then the passes' relation "stands before" has one order only; otherwise
    /// two different stories could have left these crawls.
    fn determined(&self) -> bool {
        self.present.iter().all(|p| *p) && self.beside.iter().all(|b| *b > 0)
    }
}

pub fn damage(number: usize, all: &[Story], site: &Site, harm: Harm, dice: &mut Dice) -> Damaged {
    let story = &all[number];
    let length = story.paragraphs.len();
    let mut account = Account { present: vec![false; length], beside: vec![0; length - 1], crawls: vec![0; length] };
    let mut crawls = Vec::new();
    let versions = if harm.wild { 1 + dice.below(3) } else { 2 + dice.below(2) };
    for version in 0..versions {
        let mut page = Page { all, number, site, harm, lines: Vec::new() };
        let mut here = vec![false; length];
        page.top(dice);
        for kept in page.passes(length, dice) {
            // A paragraph with an advert inside is not there whole.
            let whole: Vec<usize> = kept.whole.iter().copied().filter(|at| Some(*at) != kept.divided).collect();
            account.pass(&whole);
            for at in &whole {
                here[*at] = true;
            }
            page.pass(&kept, dice);
        }
        page.bottom(dice);
        for (at, _) in here.iter().enumerate().filter(|(_, h)| **h) {
            account.crawls[at] += 1;
        }
        let text = typography(&page.lines.join("\n"), harm.wild, dice);
        crawls.push(Crawl { name: format!("{number:04}-{version}"), bytes: text.into_bytes() });
    }
    let sentence = |p: &String| p.ends_with(['.', '!', '?', '"', '”', '»', '।', '。', '“']);
    let plain = story.paragraphs.iter().zip(&account.crawls).all(|(p, n)| sentence(p) || *n >= 2);
    let determined = account.determined();
    Damaged { crawls, determined, plain: determined && plain }
}

/// What one pass shows.
#[derive(Debug, Default)]
struct Kept {
    /// Paragraphs in the order shown.
    whole: Vec<usize>,
    /// A last one that is cut short.
    cut: Option<usize>,
    /// Without furniture inside: structured data, a summary.
    bare: bool,
    /// One that has an advert inside.
    divided: Option<usize>,
}

struct Page<'a> {
    all: &'a [Story],
    number: usize,
    site: &'a Site,
    harm: Harm,
    lines: Vec<String>,
}

impl Page<'_> {
    fn top(&mut self, dice: &mut Dice) {
        self.lines.extend(self.site.top.iter().cloned());
        if self.site.headline_on_top {
            self.lines.push(self.all[self.number].headline.clone());
        }
        if let Some(paper) = &self.site.paper {
            self.lines.extend(paper.above(self.number, dice));
        } else if self.harm.wild && dice.percent(20) {
            self.lines.push(format!("{} March 20{:02}", 1 + dice.below(28), 10 + dice.below(15)));
        }
    }

    fn passes(&self, length: usize, dice: &mut Dice) -> Vec<Kept> {
        let full = |dice: &mut Dice| {
            let mut whole = lose(length, self.harm.loss, dice);
            if self.harm.wild && whole.len() > 4 && dice.percent(4) {
                let at = 1 + dice.below(whole.len() - 2);
                whole.swap(at, at + 1);
            }
            let advert = self.site.paper.is_some() && whole.len() > 2 && dice.percent(12);
            let divided = advert.then(|| whole[1 + dice.below(whole.len() - 2)]);
            Kept { whole, divided, ..Kept::default() }
        };
        if !self.harm.wild {
            return (0..1 + dice.below(2)).map(|_| full(dice)).collect();
        }
        match dice.below(10) {
            // A teaser before the text: the first paragraphs, the last of them often cut.
            0..=2 => {
                let shown = 1 + dice.below(3.min(length - 1));
                let cut = dice.percent(50).then_some(shown);
                vec![Kept { whole: (0..shown).collect(), cut, bare: true, divided: None }, full(dice)]
            }
            // Structured data, then what the page shows (or the other way about).
            3..=4 => {
                let mut data = full(dice);
                data.bare = true;
                data.divided = None;
                let mut both = vec![data, full(dice)];
                if dice.percent(30) {
                    both.reverse();
                }
                both
            }
            5..=6 => vec![full(dice), full(dice)],
            _ => vec![full(dice)],
        }
    }

    fn pass(&mut self, kept: &Kept, dice: &mut Dice) {
        let story = &self.all[self.number];
        let length = kept.whole.len();
        let widget = dice.below(length.max(2));
        let has_widget = !kept.bare && dice.percent(self.site.widgets);
        let stutter = if self.harm.wild && dice.percent(6) { dice.below(length.max(1)) } else { usize::MAX };
        let fluent = if dice.percent(40) && !kept.bare { dice.below(length.max(2)) } else { usize::MAX };
        for (at, paragraph) in kept.whole.iter().enumerate() {
            if kept.divided == Some(*paragraph) {
                self.divided(&story.paragraphs[*paragraph], dice);
                continue;
            }
            self.lines.push(story.paragraphs[*paragraph].clone());
            self.inline(at + 1 < length && !kept.bare, dice);
            if at == stutter {
                self.lines.push(story.paragraphs[*paragraph].clone());
            }
            if at + 1 < length && at == widget && has_widget {
                self.widget(dice);
            }
            if at + 1 < length && at == fluent && !self.site.fluent.is_empty() {
                self.lines.push(dice.pick(&self.site.fluent).clone());
            }
        }
        if let Some(cut) = kept.cut {
            let text = &story.paragraphs[cut];
            let words: Vec<&str> = text.split(' ').collect();
            if words.len() >= 16 {
                self.lines.push(format!(
                    "{}{}",
                    words[..words.len() / 2].join(" "),
                    dice.pick(&["…", "...", " [...]", ""])
                ));
            }
        }
    }

    /// A paragraph with an advert between two of its words.
    fn divided(&mut self, text: &str, dice: &mut Dice) {
        let Some(paper) = &self.site.paper else { return };
        let words: Vec<&str> = text.split(' ').collect();
        let (first, second) = words.split_at(words.len() / 2);
        self.lines.extend([first.join(" "), dice.pick(&paper.inline).clone(), second.join(" ")]);
    }

    /// Adverts and galleries between paragraphs.
    fn inline(&mut self, inside: bool, dice: &mut Dice) {
        let Some(paper) = self.site.paper.as_ref().filter(|_| inside) else { return };
        match dice.below(14) {
            0..=1 => self.lines.push(dice.pick(&paper.inline).clone()),
            2 => self.lines.extend(paper.gallery(dice)),
            _ => {}
        }
    }

    /// A label, then some of the site's list or other stories' headlines.
    fn widget(&mut self, dice: &mut Dice) {
        self.lines.push(dice.pick(&self.site.labels).clone());
        if !self.site.list.is_empty() && dice.percent(50) {
            self.lines.extend(self.site.list.iter().cloned());
            return;
        }
        for _ in 0..dice.below(3) {
            let other = (self.number + 1 + dice.below(self.all.len() - 1)) % self.all.len();
            self.lines.push(self.all[other].headline.clone());
        }
    }

    fn bottom(&mut self, dice: &mut Dice) {
        if dice.percent(80) {
            self.lines.extend(self.site.wall.iter().cloned());
            self.lines.extend(self.site.tail.iter().cloned());
        }
        if dice.percent(5) {
            self.lines.extend(self.lines.clone());
        }
        if self.harm.wild && dice.percent(8) {
            self.lines.push((*dice.pick(&[")", "|", "//", "·", "]]>"])).to_owned());
        }
    }
}

/// Which paragraphs a pass keeps: the lead is lost in a quarter, each other one with `loss` per cent.
fn lose(length: usize, loss: usize, dice: &mut Dice) -> Vec<usize> {
    let kept: Vec<usize> =
        (0..length).filter(|at| if *at == 0 { !dice.percent(25) } else { !dice.percent(loss) }).collect();
    if kept.is_empty() { vec![length - 1] } else { kept }
}

fn typography(text: &str, wild: bool, dice: &mut Dice) -> String {
    match dice.below(if wild { 10 } else { 6 }) {
        0 => text.replace('’', "'").replace(['“', '”'], "\"").replace(['—', '–'], "-"),
        1 => text.replace('&', "&amp;").replace('’', "&rsquo;").replace('“', "&ldquo;").replace('”', "&rdquo;"),
        2 => text.replace('\n', "\r\n"),
        3 => text.replace('\n', "\n\n"),
        4 => text.replace(' ', "  "),
        6 => text.replace(". ", ".\u{a0}"),
        7 => text.replace("fi", "ﬁ").replace("...", "…"),
        8 => text.replace("tion", "\u{ad}tion").replace('\n', "\r\n\r\n"),
        9 => text.replace(", ", ",\t").replace('"', "&quot;"),
        _ => text.to_owned(),
    }
}

/// A text without typography: what two careful typists would both type. No typist types the control characters of a scan.
pub fn plain(text: &str) -> String {
    let folded = text
        .replace(|c: char| c.is_control() && !c.is_whitespace(), "")
        .replace(['’', '‘'], "'")
        .replace(['“', '”', '„'], "\"")
        .replace(['—', '–'], "-")
        .replace('ﬁ', "fi")
        .replace("...", "…");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
