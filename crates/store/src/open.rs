//! Opening the database: the file, the engine's version, the migrations, the pools.
use crate::dialect::Engine;
use crate::error::StoreError;
use crate::location::Location;
use crate::migrate;
use crate::rows::sql;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a caller waits for a connection before [`StoreError::Busy`].
const PATIENCE: Duration = Duration::from_secs(30);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

pub(crate) type Tx = Transaction<'static, Any>;

/// The paper's database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    /// On SQLite one connection, handed out first come, first served: SQLite's own lock is not fair.
    writer: AnyPool,
    pub(crate) reader: AnyPool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, makes it when absent (SQLite), and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`], [`StoreError::Newer`], [`StoreError::OldEngine`], [`StoreError::Unreachable`] and the like;
    /// each text says the mend.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, url) = match location {
            Location::Sqlite(path) => (Engine::Sqlite, sqlite_url(path)?),
            Location::Postgres(url) => (Engine::Postgres, url.clone()),
        };
        let options: AnyConnectOptions =
            url.parse().map_err(|_: sqlx::Error| StoreError::Location(location.to_string()))?;
        let options = options.disable_statement_logging();
        // one connection outside the pool first: a pool would try a hopeless address again and again until its patience ends
        let mut first = AnyConnection::connect_with(&options).await?;
        first.execute(engine.writer_settings()).await?;
        engine.check_version(&mut first).await?;
        migrate::up(engine, &mut first).await?;
        first.close().await?;
        let most = if engine == Engine::Sqlite { 1 } else { POSTGRES_CONNECTIONS };
        let writer = pool(engine, engine.writer_settings(), most).connect_with(options.clone()).await?;
        let reader = match engine {
            Engine::Sqlite => pool(engine, engine.reader_settings(), SQLITE_READERS).connect_with(options).await?,
            Engine::Postgres => writer.clone(),
        };
        Ok(Self { engine, writer, reader })
    }

    /// Which engine keeps the data.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Waits for work under way and closes the files. The store cannot be used afterwards.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// A writing transaction; dropping it undoes it.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.writer.begin_with(self.engine.begin()).await?)
    }

    /// Answers when the database does. For health checks: touches no table.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unreachable`].
    pub async fn health(&self) -> Result<(), StoreError> {
        sql("SELECT 1 AS one").fetch_one(&self.reader).await?;
        Ok(())
    }
}

fn pool(engine: Engine, settings: &'static str, most: u32) -> AnyPoolOptions {
    let options = AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| Box::pin(async move { connection.execute(settings).await.map(|_| ()) }));
    match engine {
        // a file does not go away: connections live as long as the store
        Engine::Sqlite => options.min_connections(1).idle_timeout(None).max_lifetime(None).test_before_acquire(false),
        Engine::Postgres => options,
    }
}

/// Makes folder and file, readable by the owner alone (password hashes live there), and gives the address for the driver.
fn sqlite_url(path: &Path) -> Result<String, StoreError> {
    let cannot = |cause: io::Error| StoreError::Unwritable { path: path.to_owned(), cause };
    let real = make_file(path).map_err(cannot)?;
    let real = real.to_str().ok_or_else(|| StoreError::Location(path.display().to_string()))?;
    let mut url = String::from("sqlite://");
    for byte in real.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url.push_str("?mode=rw");
    Ok(url)
}

fn make_file(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let real = folder.canonicalize()?.join(name);
    let mut file = fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(&real)?;
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Read;

    /// Nothing outside can see these, and a paper that forgets confirmed payments at a power cut looks healthy until then.
    #[tokio::test]
    async fn commits_on_sqlite_wait_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().join("paper.db"))).await.unwrap();
        let mut writer = store.writer.acquire().await.unwrap();
        for (pragma, column, wanted) in [
            ("PRAGMA synchronous", "synchronous", 2),
            ("PRAGMA foreign_keys", "foreign_keys", 1),
            ("PRAGMA busy_timeout", "timeout", 5_000),
            ("PRAGMA mmap_size", "mmap_size", 0),
        ] {
            assert_eq!(writer.fetch_one(pragma).await.unwrap().int(column).unwrap(), wanted, "{pragma}");
        }
        let mode = writer.fetch_one("PRAGMA journal_mode").await.unwrap().text("journal_mode").unwrap();
        assert_eq!(mode, "wal");
        let refused = sql("DELETE FROM settings").execute(&store.reader).await.unwrap_err();
        assert!(refused.to_string().contains("readonly"), "readers must not write: {refused}");
    }
}
