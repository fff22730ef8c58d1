//! What a decision takes of a story beside its text, because everybody reads it and it repeats what is closed then; and how it comes back.
use newsroom::articles::{Picture, Story};
use serde::{Deserialize, Serialize};

/// What everybody reads of a story beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beside {
    headline: (String, bool),
    standfirst: Option<String>,
    bylines: Vec<String>,
    topics: Vec<String>,
    dateline: Option<String>,
    picture: Option<Picture>,
    slug: String,
}

impl Beside {
    pub(crate) fn of(story: &Story) -> Self {
        Self {
            headline: (story.headline.clone(), story.headline_provisional),
            standfirst: story.standfirst.clone(),
            bylines: story.bylines.clone(),
            topics: story.topics.clone(),
            dateline: story.dateline.clone(),
            picture: story.picture.clone(),
            slug: story.slug.clone(),
        }
    }

    /// What was wanted and what became of it; none where that is the same.
    pub(crate) fn taken(wanted: &Story, became: &Story) -> Option<Box<[Self; 2]>> {
        let sides = [Self::of(wanted), Self::of(became)];
        (sides[0] != sides[1]).then(|| Box::new(sides))
    }

    /// The names of what differs.
    pub(crate) fn differing(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            ("headline", self.headline != other.headline),
            ("standfirst", self.standfirst != other.standfirst),
            ("writers", self.bylines != other.bylines),
            ("topics", self.topics != other.topics),
            ("dateline", self.dateline != other.dateline),
            ("picture", self.picture != other.picture),
            ("address", self.slug != other.slug),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Gives a story back what it lost, where nobody has written anything else since.
    pub(crate) fn give_back([wanted, became]: &[Self; 2], story: &mut Story) {
        fn one<T: Clone + PartialEq>(now: &mut T, wanted: &T, became: &T) {
            if wanted != became && now == became {
                now.clone_from(wanted);
            }
        }
        let mut headline = (story.headline.clone(), story.headline_provisional);
        one(&mut headline, &wanted.headline, &became.headline);
        (story.headline, story.headline_provisional) = headline;
        one(&mut story.standfirst, &wanted.standfirst, &became.standfirst);
        one(&mut story.bylines, &wanted.bylines, &became.bylines);
        one(&mut story.topics, &wanted.topics, &became.topics);
        one(&mut story.dateline, &wanted.dateline, &became.dateline);
        one(&mut story.picture, &wanted.picture, &became.picture);
        one(&mut story.slug, &wanted.slug, &became.slug);
    }
}
