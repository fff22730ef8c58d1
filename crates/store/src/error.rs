//! What can go wrong with the database, what to do about it, and whether trying again may help.
use std::path::PathBuf;

type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why the store could not do what it was asked. Every text says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The setting names no place for a database.
    #[error("{0:?} names no database: write sqlite:PATH (a file) or postgres://USER@HOST/NAME")]
    Location(String),
    /// The folder or file of the SQLite database cannot be written.
    #[error(
        "cannot write the database {path}: {cause}; give the account that runs masthead the right to write there, or choose another folder"
    )]
    Unwritable { path: PathBuf, cause: std::io::Error },
    /// A later masthead has upgraded this database.
    #[error(
        "this database is newer than this masthead: it has migration {found}, this program knows up to {known}; start the newer masthead, or restore the backup made before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    /// A migration that was applied is not the one in this program.
    #[error(
        "migration {number} of this database is not the one this masthead carries: the database was made by an unreleased build; restore a backup, or export from that build and import here"
    )]
    Altered { number: i64 },
    /// SQLite or PostgreSQL is older than what is safe.
    #[error("{engine} {found} is too old: at least {needed} is needed; {mend}")]
    OldEngine { engine: &'static str, found: String, needed: &'static str, mend: &'static str },
    /// Somebody else holds the lock or every connection is taken. Try again.
    #[error(
        "the database is busy ({cause}); try again in a moment, and look for a second program that writes to it if this goes on"
    )]
    Busy { cause: Cause },
    /// The database server does not answer. Try again.
    #[error(
        "the database cannot be reached ({cause}); check that it runs and that the address, name and password in the settings are right"
    )]
    Unreachable { cause: Cause },
    /// No room on the disk.
    #[error(
        "the disk of the database is full ({cause}); make room, then start again: nothing that was confirmed is lost"
    )]
    Full { cause: Cause },
    /// The file is no database or is damaged.
    #[error(
        "the database is damaged ({cause}); stop masthead, keep the file, run `masthead doctor`, and restore the latest backup"
    )]
    Corrupt { cause: Cause },
    /// A stored value cannot be read as what it should be.
    #[error(
        "the database holds a {what} that cannot be read ({cause}); run `masthead doctor`, and restore the latest backup if it agrees"
    )]
    Unreadable { what: String, cause: Cause },
    /// A rule of the database refuses the change: two writers met, or the caller broke an invariant. Read again, decide again.
    #[error("the database refuses this change ({cause}); read the present state and decide again")]
    Refused { cause: Cause },
    /// What was named does not exist.
    #[error("there is no {what}; list what there is and use one of those")]
    NotFound { what: String },
    /// What was given cannot be stored.
    #[error("cannot store this {what}: {mend}")]
    Invalid { what: &'static str, mend: String },
    /// What was decided stands on a state that is no more.
    #[error("this has changed since it was looked at; read the present state and decide again")]
    Stale,
    /// Another decision stands in the way.
    #[error("cannot do this: {mend}")]
    Stands {
        /// The doubt that was decided so.
        doubt: i64,
        mend: String,
    },
    /// Anything else the database says; a fault of this program.
    #[error(
        "the database answers with an error that masthead does not expect ({cause}); please report it with this line"
    )]
    Unexpected { cause: Cause },
}

impl StoreError {
    /// Whether the same call may succeed later without anybody mending anything.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. })
    }

    pub(crate) fn not_found(noun: &str, key: impl std::fmt::Display) -> Self {
        Self::NotFound { what: format!("{noun} {key}") }
    }

    pub(crate) fn invalid(what: &'static str, mend: impl Into<String>) -> Self {
        Self::Invalid { what, mend: mend.into() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::PoolTimedOut => Kind::Busy,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Kind::Unreachable
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Kind::Unreadable,
            sqlx::Error::Database(answer) => of_database(answer.as_ref()),
            _ => Kind::Unexpected,
        };
        let cause: Cause = Box::new(error);
        match kind {
            Kind::Busy => Self::Busy { cause },
            Kind::Unreachable => Self::Unreachable { cause },
            Kind::Full => Self::Full { cause },
            Kind::Corrupt => Self::Corrupt { cause },
            Kind::Refused => Self::Refused { cause },
            Kind::Unreadable => Self::Unreadable { what: "value".into(), cause },
            Kind::Unexpected => Self::Unexpected { cause },
        }
    }
}

enum Kind {
    Busy,
    Unreachable,
    Full,
    Corrupt,
    Refused,
    Unreadable,
    Unexpected,
}

/// SQLite gives its extended result codes as decimal text (sqlite.org/rescode.html), PostgreSQL five-letter SQLSTATEs
/// (its manual, appendix A); the two cannot be mistaken for one another because SQLSTATEs always have five letters.
fn of_database(answer: &dyn sqlx::error::DatabaseError) -> Kind {
    let code = answer.code().unwrap_or_default();
    if code.len() == 5 && answer.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return match code.as_ref() {
            "40001" | "40P01" | "55P03" => Kind::Busy,
            "53100" => Kind::Full,
            "53300" | "57P01" | "57P02" | "57P03" => Kind::Unreachable,
            "XX001" | "XX002" => Kind::Corrupt,
            _ => match &code[..2] {
                "08" | "28" | "3D" => Kind::Unreachable,
                "22" | "23" | "P0" => Kind::Refused,
                "53" => Kind::Busy,
                _ => Kind::Unexpected,
            },
        };
    }
    // the low byte is the primary code
    match code.parse::<i64>().unwrap_or_default() & 0xff {
        5 | 6 => Kind::Busy,
        10 | 14 => Kind::Unreachable,
        13 => Kind::Full,
        11 | 26 => Kind::Corrupt,
        18 | 19 => Kind::Refused,
        _ => Kind::Unexpected,
    }
}
