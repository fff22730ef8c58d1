//! What is closed of a story and what is open, set out once for all that is asked of it.
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::articles::Block;
use crate::runs::{self, Texts};

/// The closed and the open part of a story, in which runs are looked up.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    locked: Vec<String>,
    open: Vec<String>,
    written: OnceCell<[Texts; 2]>,
    letters: OnceCell<[Texts; 2]>,
}

impl Parts {
    fn are(&self, locked: &[Block], open: &[Block]) -> bool {
        let same = |own: &[String], blocks: &[Block]| own.iter().map(String::as_str).eq(blocks.iter().map(Block::text));
        same(&self.locked, locked) && same(&self.open, open)
    }

    /// The closed part as it is written, and the open one.
    pub(crate) fn written(&self) -> &[Texts; 2] {
        self.written.get_or_init(|| [&self.locked, &self.open].map(|texts| Texts::of(texts.iter().map(String::as_str))))
    }

    /// The [`letters`](runs::letters) of the closed part, and of the open one.
    pub(crate) fn letters(&self) -> &[Texts; 2] {
        let of = |texts: &Vec<String>| {
            Texts::of([texts.iter().map(|text| runs::letters(text)).collect::<String>().as_str()])
        };
        self.letters.get_or_init(|| [of(&self.locked), of(&self.open)])
    }
}

thread_local! {
    /// The parts asked for last: whatever everybody reads of a story is asked about one after the other.
    static LAST: RefCell<Rc<Parts>> = RefCell::default();
}

/// The parts with what was set out of them before, where it is the same story.
pub(crate) fn of(locked: &[Block], open: &[Block]) -> Rc<Parts> {
    let last = LAST.with_borrow(Rc::clone);
    if last.are(locked, open) {
        return last;
    }
    let texts = |blocks: &[Block]| blocks.iter().map(|block| block.text().to_owned()).collect();
    let parts = Rc::new(Parts { locked: texts(locked), open: texts(open), ..Parts::default() });
    LAST.set(Rc::clone(&parts));
    parts
}
