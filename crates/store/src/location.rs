//! Where the database is.
use crate::StoreError;
use std::fmt;
use std::path::PathBuf;

/// Where the database is: a file, or a PostgreSQL server.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; it and its folder are made when absent.
    Sqlite(PathBuf),
    /// A PostgreSQL address with user, host and database name.
    Postgres(String),
}

impl Location {
    /// Reads `sqlite:PATH` or `postgres://…` (also `postgresql://…`).
    ///
    /// # Errors
    /// [`StoreError::Location`] for anything else.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        match path {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(StoreError::Location(without_password(text))),
        }
    }
}

/// Never shows the password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

/// Never shows the password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn without_password(url: &str) -> String {
    // a password may also stand among the parameters, so these are left out whole
    let url = url.split_once('?').map_or(url, |(front, _)| front);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = user.split_once(':').map_or(user, |(name, _)| name);
    format!("{scheme}://{user}@{host}")
}
