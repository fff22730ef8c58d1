//! What `masthead doctor` asks the database.
use crate::rows::{Read, sql};
use crate::{Store, StoreError};

impl Store {
    /// Looks at the whole database and gives one line per fault; no lines when it is sound. Reads everything: slow on a large paper.
    ///
    /// # Errors
    /// The database's.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        let mut problems = self.engine().integrity(&mut connection).await?;
        drop(connection);
        for id in self.ledger_unbalanced().await? {
            problems.push(format!("ledger entry {id} does not balance"));
        }
        // I4: every captured payment is in the ledger
        let text = "SELECT a.id FROM payment_attempts a WHERE a.state IN ('captured', 'surplus', 'refunded') AND NOT EXISTS \
             (SELECT 1 FROM ledger_entries l WHERE l.reference IN ('attempt:' || CAST(a.id AS TEXT), a.key, a.rail || '/' || a.rail_ref)) ORDER BY a.id";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("payment attempt {} is captured but not in the ledger", row.int("id")?));
        }
        // I5: no right from a purchase without a captured payment of its contract
        let text = "SELECT s.id FROM subscriptions s WHERE s.state = 'active' AND NOT EXISTS \
             (SELECT 1 FROM payment_attempts a WHERE a.subscription_id = s.id AND a.state IN ('captured', 'refunded')) ORDER BY s.id";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("subscription {} is active without any captured payment", row.int("id")?));
        }
        // I9: numbers run from 1 without a gap
        let text = "SELECT s.series FROM document_series s WHERE s.last <> (SELECT COUNT(*) FROM documents d WHERE d.series = s.series) \
             OR s.last <> (SELECT COALESCE(MAX(d.n), 0) FROM documents d WHERE d.series = s.series) ORDER BY s.series";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("the numbers of the series {} have a gap", row.text("series")?));
        }
        // I10: nobody is given back more than was taken
        let text = "SELECT a.id FROM payment_attempts a JOIN refunds r ON r.attempt_key = a.key WHERE r.state NOT IN ('failed', 'replaced') \
             GROUP BY a.id, a.amount HAVING SUM(r.amount) > a.amount ORDER BY a.id";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("more is given back than payment attempt {} has taken", row.int("id")?));
        }
        Ok(problems)
    }
}
