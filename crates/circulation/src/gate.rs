//! The gate: one table that decides every page.
//!
//! It receives plain facts (how the story is marked, who asks, what they hold, how the page is asked for) and, where the
//! meter must decide, one count. It knows no story, no cookie and no clock, so the whole paywall can be printed.

use std::fmt;

use crate::benefits::{Benefit, Benefits};
use crate::meter::{Counted, Limits};

/// How a story is to be guarded. A marking that the desk's data does not know is the caller's to turn into
/// [`Class::Premium`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// For everybody, never counted.
    Open,
    /// For readers with an account, never counted.
    Registered,
    /// For everybody up to the limit of the period.
    Metered,
    /// For holders of the premium right; the meter never opens it.
    Premium,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Not signed in.
    Guest,
    /// Signed in.
    Registered,
    /// Signed in and working for the paper: everything opens, nothing counts.
    Staff,
}

/// How the page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// A person opens the page.
    Document,
    /// A browser fetches it in advance (`Sec-Purpose: prefetch`); nobody may ever look at it.
    Prefetch,
    /// Another site's page asks for it other than by navigating there: frames, images, scripts.
    Embedded,
    /// Only the header is asked for (HEAD), or whether an earlier copy is still right: answered as a person's request
    /// would be, without counting.
    Head,
    /// A crawler whose address was verified; never one that merely says so.
    Crawler,
}

/// Everything the gate has to know, apart from the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// How the story is guarded.
    pub class: Class,
    /// Whether the story is so old that it belongs to the archive. Free stories stay free; of all others the right to the archive is
    /// asked, and premium ones ask for both rights.
    pub archived: bool,
    /// Who asks.
    pub standing: Standing,
    /// What they hold now ([`rights_at`](crate::benefits::rights_at)). A guest may hold rights too: a gift link, a partner's network.
    pub benefits: Benefits,
    /// How the page is asked for.
    pub delivery: Delivery,
    /// The asker is a guest without a pass whose network has used up its fresh guests of the day. To be found out only
    /// where [`Question::metered`] says so; until then false.
    pub network_spent: bool,
}

/// What the gate asks the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The limit that applies to this reader.
    pub limit: u16,
    /// Count the story if it is granted; otherwise only look ([`MeterTable::peek`](crate::meter::MeterTable::peek)).
    pub count: bool,
}

/// What the gate says. Every word and number on the page comes from here, so copy and rule cannot disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole story.
    Open {
        /// The rule that opened it.
        because: Because,
        /// How many further stories the reader may open in the period, where the meter decided.
        left: Option<u16>,
        /// Whether the page carries advertisements.
        ads: bool,
    },
    /// The preview and a wall.
    Walled {
        /// Which wall.
        wall: Wall,
        /// Whether the page carries advertisements.
        ads: bool,
    },
}

/// Why a story opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It is open to everybody.
    Free,
    /// The reader has an account, or holds a right without one.
    Account,
    /// The reader holds metered stories without limit.
    Unlimited,
    /// The reader holds the premium right.
    PremiumRight,
    /// The reader holds the right to the archive.
    ArchiveRight,
    /// It counts now (and for [`Delivery::Head`], would).
    Counted {
        /// How many are counted, this one included.
        counted: u16,
        /// Of how many.
        limit: u16,
    },
    /// It was counted earlier in the period.
    ReadBefore {
        /// How many are counted.
        counted: u16,
        /// Of how many.
        limit: u16,
    },
    /// The reader works for the paper.
    Staff,
    /// A crawler whose address was verified.
    VerifiedCrawler,
}

/// Why a story stayed closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// The limit of the period is reached.
    Limit {
        /// The limit that was applied.
        limit: u16,
        /// Whether it was that for registered readers; if not, registering may give more.
        registered: bool,
    },
    /// A free account is needed.
    Register,
    /// Too many fresh guests came from this network today; a free account opens the meter.
    NetworkSpent,
    /// The premium right is needed.
    Premium,
    /// The right to the archive is needed: the story is older than what the meter gives.
    Archive,
    /// Fetched in advance or from within another site: preview only, and nothing counted. The answer must not be
    /// kept, since opening the page may give the story.
    Unopened,
}

impl Question {
    fn holds(&self, benefit: Benefit) -> bool {
        self.benefits.contains(benefit)
    }

    /// Whether the meter has a say: only then is a guest to be found or minted, and a network's allowance asked.
    #[must_use]
    pub fn metered(&self, limits: Limits) -> bool {
        matches!(self.rule(limits), Rule::Meter(_))
    }

    /// Whether the story opens by what the reader is and holds, without the meter. For lists of what somebody may read whole, such as
    /// the results of a search: never more than [`decide`] opens.
    #[must_use]
    pub fn opens_by_right(&self) -> bool {
        // where the meter may decide, any limit gives the same answer here
        matches!(self.rule(Limits { guest: 1, registered: 1 }), Rule::Open(_))
    }

    fn rule(&self, limits: Limits) -> Rule {
        if self.class == Class::Open {
            return Rule::Open(Because::Free);
        }
        if self.standing == Standing::Staff {
            return Rule::Open(Because::Staff);
        }
        if self.delivery == Delivery::Crawler {
            return Rule::Open(Because::VerifiedCrawler);
        }
        let registered = self.standing == Standing::Registered;
        if self.archived {
            return match self.class {
                // the stricter promise is named first
                Class::Premium if !self.holds(Benefit::Premium) => Rule::Wall(Wall::Premium),
                _ if self.holds(Benefit::Archive) => Rule::Open(Because::ArchiveRight),
                _ => Rule::Wall(Wall::Archive),
            };
        }
        match self.class {
            Class::Open => Rule::Open(Because::Free),
            Class::Registered if registered || !self.benefits.is_empty() => Rule::Open(Because::Account),
            Class::Registered => Rule::Wall(Wall::Register),
            Class::Premium if self.holds(Benefit::Premium) => Rule::Open(Because::PremiumRight),
            Class::Premium => Rule::Wall(Wall::Premium),
            Class::Metered if self.holds(Benefit::Unlimited) => Rule::Open(Because::Unlimited),
            Class::Metered if registered => self.meter(limits.registered),
            // Nothing for guests at all: the limit is a wall for registration.
            Class::Metered if limits.guest == 0 => Rule::Wall(Wall::Register),
            Class::Metered => self.meter(limits.guest),
        }
    }

    fn meter(&self, limit: u16) -> Rule {
        match self.delivery {
            Delivery::Prefetch | Delivery::Embedded => Rule::Wall(Wall::Unopened),
            Delivery::Head => Rule::Meter(Ask { limit, count: false }),
            Delivery::Document | Delivery::Crawler => Rule::Meter(Ask { limit, count: true }),
        }
    }
}

enum Rule {
    Open(Because),
    Wall(Wall),
    Meter(Ask),
}

/// Decides one page. `meter` is called at most once, and only where nothing but the count decides: a metered story
/// opened by somebody without an unlimited right, from a network that is not spent.
pub fn decide(question: &Question, limits: Limits, meter: impl FnOnce(Ask) -> Counted) -> Verdict {
    let ads = !question.holds(Benefit::AdFree);
    let registered = question.standing == Standing::Registered;
    let ask = match question.rule(limits) {
        Rule::Open(because) => {
            return Verdict::Open { because, left: None, ads };
        }
        Rule::Wall(wall) => return Verdict::Walled { wall, ads },
        Rule::Meter(_) if question.network_spent && !registered => {
            let wall = Wall::NetworkSpent;
            return Verdict::Walled { wall, ads };
        }
        Rule::Meter(ask) => ask,
    };
    let Ask { limit, .. } = ask;
    let Counted { granted, already, counted, .. } = meter(ask);
    if !granted {
        let wall = Wall::Limit { limit, registered };
        return Verdict::Walled { wall, ads };
    }
    let because = if already { Because::ReadBefore { counted, limit } } else { Because::Counted { counted, limit } };
    Verdict::Open { because, left: Some(limit.saturating_sub(counted)), ads }
}

impl Verdict {
    /// Whether the whole story may be sent.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether the page carries advertisements.
    #[must_use]
    pub const fn ads(&self) -> bool {
        match self {
            Self::Open { ads, .. } | Self::Walled { ads, .. } => *ads,
        }
    }

    /// One plain sentence for the desk and for support: which rule, which right, which count decided this page.
    #[must_use]
    pub fn explain(&self) -> String {
        match self {
            Self::Open { because, left: None, .. } => format!("Opened: {because}."),
            Self::Open { because, left: Some(left), .. } => format!("Opened: {because}; {left} left."),
            Self::Walled { wall, .. } => format!("Closed: {wall}."),
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("the story is free for everybody"),
            Self::Account => f.write_str("the story is for accounts, and the reader has one or holds a right"),
            Self::Unlimited => f.write_str("the reader holds the right \"unlimited\", so the meter does not count"),
            Self::PremiumRight => f.write_str("the reader holds the right \"premium\""),
            Self::ArchiveRight => {
                f.write_str("the story is from the archive, and the reader holds the right \"archive\"")
            }
            Self::Counted { counted, limit } => {
                write!(f, "counts as metered story {counted} of {limit} in this period")
            }
            Self::ReadBefore { counted, limit } => write!(
                f,
                "counted earlier in this period and free to read again, with {counted} of {limit} metered stories counted"
            ),
            Self::Staff => f.write_str("the reader works for the paper"),
            Self::VerifiedCrawler => f.write_str("the crawler's address is verified"),
        }
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit {
                limit,
                registered: false,
            } => write!(f, "the guest limit of {limit} metered stories in this period is reached"),
            Self::Limit {
                limit,
                registered: true,
            } => write!(
                f,
                "the registered limit of {limit} metered stories in this period is reached, and the reader does not hold the right \"unlimited\""
            ),
            Self::Register => f.write_str("the story is for accounts, and this guest has none and holds no right"),
            Self::NetworkSpent => f.write_str(
                "a guest without a pass, from a network whose allowance of fresh guests for today is spent",
            ),
            Self::Premium => f.write_str("the story is premium, and the reader does not hold the right \"premium\""),
            Self::Archive => {
                f.write_str("the story is from the archive, and the reader does not hold the right \"archive\"")
            }
            Self::Unopened => f.write_str(
                "the page was fetched in advance or from within another site, which neither opens nor counts a metered story",
            ),
        }
    }
}
