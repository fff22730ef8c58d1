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
             (SELECT 1 FROM ledger_entries l WHERE l.reference = 'attempt:' || CAST(a.id AS TEXT)) ORDER BY a.id";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("payment attempt {} is captured but not in the ledger", row.int("id")?));
        }
        // I5: no right from a purchase without a captured payment of its contract
        let text = "SELECT s.id FROM subscriptions s WHERE s.state IN ('active', 'past_due') AND NOT EXISTS \
             (SELECT 1 FROM payment_attempts a WHERE a.subscription_id = s.id AND a.state IN ('captured', 'refunded')) ORDER BY s.id";
        for row in sql(text).fetch_all(&self.reader).await? {
            problems.push(format!("subscription {} is active without any captured payment", row.int("id")?));
        }
        Ok(problems)
    }
}
