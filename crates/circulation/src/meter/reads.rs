//! Which stories were counted, on which day. Small enough for a cookie and for a million records in memory.

use std::fmt;

use smallvec::SmallVec;

use super::window::REGISTERED_LIMIT_MAX;

/// One counted story. Six bytes, without the padding that a plain `u32` would bring.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Read {
    story: [u16; 2],
    day: u16,
}

impl Read {
    /// A story counted on a civil day (days since 1970-01-01 in the paper's zone).
    #[must_use]
    pub const fn new(story: u32, day: u16) -> Self {
        let [a, b, c, d] = story.to_le_bytes();
        Self { story: [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])], day }
    }

    /// The story's number.
    #[must_use]
    pub const fn story(self) -> u32 {
        let [low, high] = self.story;
        (high as u32) << 16 | low as u32
    }

    /// The civil day, in days since 1970-01-01 in the paper's zone.
    #[must_use]
    pub const fn day(self) -> u16 {
        self.day
    }
}

impl fmt::Debug for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.story(), self.day)
    }
}

/// So many reads lie in the list itself; a reader with more costs one allocation.
const INLINE: usize = 6;

/// The distinct stories a reader was counted for, in the order of counting.
///
/// Never longer than [`ReadList::MAX`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReadList(SmallVec<[Read; INLINE]>);

impl ReadList {
    /// The most stories a list keeps: the highest limit there is. More would change no decision.
    pub const MAX: usize = REGISTERED_LIMIT_MAX as usize;

    /// No stories.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many stories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many stories, as the limits are numbered.
    #[must_use]
    pub fn count(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the story is in the list.
    #[must_use]
    pub fn contains(&self, story: u32) -> bool {
        self.0.iter().any(|read| read.story() == story)
    }

    /// The reads, in the order of counting.
    pub fn iter(&self) -> impl Iterator<Item = Read> + '_ {
        self.0.iter().copied()
    }

    /// Adds a read; of a story that is there already, keeps the later day. Whether the story is new to the list.
    pub fn insert(&mut self, read: Read) -> bool {
        if let Some(known) = self.0.iter_mut().find(|known| known.story == read.story) {
            known.day = known.day.max(read.day);
            return false;
        }
        if self.0.len() == Self::MAX {
            return false;
        }
        self.0.push(read);
        true
    }

    /// Adds everything that `other` has: the order of merging, and merging twice, make no difference to the set.
    pub fn union(&mut self, other: &Self) {
        for read in &other.0 {
            self.insert(*read);
        }
    }

    /// Drops the reads of days before `oldest` (see [`Period::oldest`](super::Period::oldest)).
    pub fn prune(&mut self, oldest: u16) {
        if oldest > 0 {
            self.0.retain(|read| read.day >= oldest);
        }
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Bytes held outside the list itself.
    #[must_use]
    pub(super) fn heap_bytes(&self) -> usize {
        if self.0.spilled() { self.0.capacity() * size_of::<Read>() } else { 0 }
    }
}

impl FromIterator<Read> for ReadList {
    fn from_iter<I: IntoIterator<Item = Read>>(reads: I) -> Self {
        let mut list = Self::new();
        for read in reads {
            list.insert(read);
        }
        list
    }
}

impl fmt::Debug for ReadList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
