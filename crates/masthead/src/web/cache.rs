//! Cache policies, by name. Every route states one.
use http::HeaderValue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Hashed name, never changes: a year, immutable.
    Immutable,
    /// The same for everybody who is not signed in: may be stored, must be asked again each time (the validator answers).
    Public,
    /// For guests as [`Cache::Public`], and about days that are over: what stands between may keep it for an hour, a browser for minutes.
    Past,
    /// The same for everybody and no harm when minutes old: feeds, site maps, robots.
    Shared,
    /// Depends on who asks: never stored.
    Private,
}

impl Cache {
    #[must_use]
    pub const fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Public => "public, max-age=0, must-revalidate",
            Self::Past => "public, max-age=300, s-maxage=3600",
            Self::Shared => "public, max-age=300",
            Self::Private => "private, no-store",
        })
    }

    /// The word used in the routes' table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Immutable => "immutable",
            Self::Public => "public",
            Self::Past => "past",
            Self::Shared => "shared",
            Self::Private => "private",
        }
    }
}
