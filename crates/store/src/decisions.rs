//! Writing decisions: many contracts in one transaction, and the rows of one table for all of them together.
use std::collections::{HashMap, HashSet};

use crate::documents;
use crate::dossiers::{AttemptLine, DossierChange, InvoiceLine, MandateLine, RefundLine, Written};
use crate::events;
use crate::grants::NewGrant;
use crate::ledger;
use crate::many::{Asking, Many};
use crate::open::Tx;
use crate::outbox;
use crate::rows::{Read, json, ms, opt_date, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use tracing::{Instrument as _, debug_span};

impl Store {
    /// Writes decisions, all in one transaction; each stands or falls by itself. When the database refuses one by a rule of its
    /// own, each is tried in a transaction of its own and the refused one is [`Written::Stale`].
    ///
    /// # Errors
    /// The database's; after an error nothing is written.
    pub async fn write_dossiers(&self, changes: &[DossierChange], now: Timestamp) -> Result<Vec<Written>, StoreError> {
        match self.write_together(changes, now).await {
            Err(StoreError::Refused { .. }) if changes.len() > 1 => {
                let mut written = Vec::with_capacity(changes.len());
                for change in changes {
                    written.push(self.write_one(change, now).await?);
                }
                Ok(written)
            }
            Err(StoreError::Refused { cause }) => {
                tracing::warn!(%cause, "a decision on a contract was refused by the database and is made anew");
                Ok(vec![Written::Stale; changes.len()])
            }
            written => written,
        }
    }

    async fn write_one(&self, change: &DossierChange, now: Timestamp) -> Result<Written, StoreError> {
        match self.write_together(std::slice::from_ref(change), now).await {
            Ok(mut written) => Ok(written.pop().unwrap_or(Written::Stale)),
            Err(StoreError::Refused { cause }) => {
                tracing::warn!(%cause, subscription = change.id, "a decision was refused by the database and is made anew");
                Ok(Written::Stale)
            }
            Err(error) => Err(error),
        }
    }

    async fn write_together(&self, changes: &[DossierChange], now: Timestamp) -> Result<Vec<Written>, StoreError> {
        let mut tx = self.begin().await?;
        let revisions = write_contracts(&mut tx, changes, now).instrument(debug_span!("write contracts")).await?;
        let valid: Vec<&DossierChange> =
            changes.iter().zip(&revisions).filter(|(_, revision)| revision.is_some()).map(|(c, _)| c).collect();
        write_money(&mut tx, &valid, now).instrument(debug_span!("write payments")).await?;
        write_grants(&mut tx, &valid, now).instrument(debug_span!("write rights")).await?;
        let entries: Vec<_> = valid.iter().flat_map(|c| &c.entries).collect();
        ledger::book_all(&mut tx, &entries).instrument(debug_span!("write books")).await?;
        let mails: Vec<_> = valid.iter().flat_map(|c| &c.mails).map(|mail| (mail, now)).collect();
        outbox::queue_all(&mut tx, &mails).instrument(debug_span!("write mails")).await?;
        let documents: Vec<_> = valid.iter().flat_map(|c| &c.documents).collect();
        let mut issued = documents::issue_all(&mut tx, &documents).instrument(debug_span!("write documents")).await?;
        let events: Vec<_> = valid.iter().flat_map(|c| &c.events).map(|event| (event, now)).collect();
        events::append_all(&mut tx, &events).instrument(debug_span!("write events")).await?;
        tx.commit().instrument(debug_span!("commit")).await?;
        tracing::debug!(name: "written", rows = weight(&valid).0, bytes = weight(&valid).1, "decisions on contracts");
        let written = changes.iter().zip(revisions).map(|(change, revision)| match revision {
            Some(revision) => {
                let of_it = change.documents.iter().filter_map(|document| issued.remove(&document.reference));
                Written::Done { revision, issued: of_it.collect() }
            }
            None => Written::Stale,
        });
        Ok(written.collect())
    }
}

/// Moves the contracts that are at the revision their decision was made on; gives the new revisions, in order.
async fn write_contracts(
    tx: &mut Tx,
    changes: &[DossierChange],
    now: Timestamp,
) -> Result<Vec<Option<i64>>, StoreError> {
    // Columns of a list of values have no names of their own but column1, column2 …, in both engines.
    static MOVE: Many = Many::new(
        "UPDATE subscriptions SET state = new.column3, end_reason = new.column4, anchor = new.column5, period_n = new.column6, \
         paid_through = new.column7, cancel_at = new.column8, due_at = new.column9, dossier = new.column10, plan = new.column11, \
         updated_at = new.column12, live_reader = new.column13, checkout_reader = new.column14, parked_at = new.column15, \
         held_at = new.column16, leased_until = 0, revision = revision + 1 FROM (VALUES",
        16,
        ") AS new WHERE id = new.column1 AND revision = new.column2 RETURNING id, revision",
    );
    let mut seen = HashSet::new();
    // Of two decisions on one revision the second is stale, as it would be a moment later.
    let first: Vec<bool> = changes.iter().map(|change| seen.insert(change.id)).collect();
    let rows: Vec<_> = changes.iter().zip(&first).filter(|(_, first)| **first).map(|(c, _)| (c, now)).collect();
    let mut revisions = HashMap::with_capacity(rows.len());
    for row in MOVE.run(tx, &rows, contract).await? {
        revisions.insert(row.int("id")?, row.int("revision")?);
    }
    Ok(changes.iter().zip(first).map(|(change, first)| revisions.get(&change.id).copied().filter(|_| first)).collect())
}

fn contract<'q>(query: Asking<'q>, row: &'q (&DossierChange, Timestamp)) -> Result<Asking<'q>, StoreError> {
    let (change, now) = row;
    let standing = &change.standing;
    Ok(query
        .bind(change.id)
        .bind(change.revision)
        .bind(standing.state.as_str())
        .bind(standing.end_reason.as_deref())
        .bind(opt_date(standing.anchor))
        .bind(i64::from(standing.period_n))
        .bind(opt_date(standing.paid_through))
        .bind(opt_ms(standing.cancel_at))
        .bind(opt_ms(standing.due_at))
        .bind(change.dossier.as_str())
        .bind(json("subscription", &standing.plan)?)
        .bind(ms(*now))
        .bind(standing.live_reader)
        .bind(standing.checkout_reader)
        .bind(opt_ms(standing.parked_at))
        .bind(opt_ms(standing.held_at)))
}

async fn write_money(tx: &mut Tx, changes: &[&DossierChange], now: Timestamp) -> Result<(), StoreError> {
    static ATTEMPTS: Many = Many::new(
        "INSERT INTO payment_attempts (subscription_id, period_n, attempt_no, key, rail, amount, currency, params, state, \
         rail_ref, failure, created_at, sent_at, unknown_at, settled_at) VALUES",
        15,
        "ON CONFLICT (key) DO UPDATE SET state = excluded.state, rail_ref = excluded.rail_ref, failure = excluded.failure, \
         sent_at = excluded.sent_at, unknown_at = excluded.unknown_at, settled_at = excluded.settled_at",
    );
    static INVOICES: Many = Many::new(
        "INSERT INTO invoices (subscription_id, period_n, gross, currency, state, period_from, period_to, due_on) VALUES",
        8,
        "ON CONFLICT (subscription_id, period_n) DO UPDATE SET gross = excluded.gross, currency = excluded.currency, \
         state = excluded.state, period_from = excluded.period_from, period_to = excluded.period_to, due_on = excluded.due_on",
    );
    let mut attempts: Vec<(i64, &AttemptLine)> =
        changes.iter().flat_map(|change| change.attempts.iter().map(|attempt| (change.id, attempt))).collect();
    // What closes comes before what opens: the indexes allow one open attempt and one capture a period.
    attempts.sort_by_key(|(_, a)| matches!(a.state.as_str(), "planned" | "sent" | "unknown" | "captured"));
    let mut seen = HashSet::new();
    if let Some((_, twice)) = attempts.iter().find(|(_, attempt)| !seen.insert(&attempt.key)) {
        return Err(StoreError::invalid("payment attempt", format!("{} is there twice", twice.key)));
    }
    ATTEMPTS.run(tx, &attempts, attempt).await?;
    let invoices: Vec<(i64, &InvoiceLine)> =
        changes.iter().flat_map(|change| change.invoices.iter().map(|invoice| (change.id, invoice))).collect();
    INVOICES.run(tx, &invoices, invoice).await?;
    for change in changes {
        for refund in &change.refunds {
            write_refund(tx, change.id, refund, now).await?;
        }
        if let Some(mandate) = &change.mandate {
            write_mandate(tx, change.id, mandate, now).await?;
        }
    }
    Ok(())
}

fn attempt<'q>(query: Asking<'q>, row: &'q (i64, &AttemptLine)) -> Result<Asking<'q>, StoreError> {
    let (subscription_id, attempt) = row;
    Ok(query
        .bind(*subscription_id)
        .bind(i64::from(attempt.period_n))
        .bind(i64::from(attempt.attempt_no))
        .bind(attempt.key.as_str())
        .bind(attempt.rail.as_str())
        .bind(attempt.amount)
        .bind(attempt.currency.as_str())
        .bind(json("payment attempt", &attempt.params)?)
        .bind(attempt.state.as_str())
        .bind(attempt.rail_ref.as_deref())
        .bind(attempt.failure.as_deref())
        .bind(ms(attempt.planned_at))
        .bind(opt_ms(attempt.sent_at))
        .bind(opt_ms(attempt.unknown_at))
        .bind(opt_ms(attempt.settled_at)))
}

fn invoice<'q>(query: Asking<'q>, row: &'q (i64, &InvoiceLine)) -> Result<Asking<'q>, StoreError> {
    let (subscription_id, invoice) = row;
    Ok(query
        .bind(*subscription_id)
        .bind(i64::from(invoice.period_n))
        .bind(invoice.gross)
        .bind(invoice.currency.as_str())
        .bind(invoice.state.as_str())
        .bind(opt_date(invoice.from))
        .bind(opt_date(invoice.to))
        .bind(opt_date(invoice.due_on)))
}

async fn write_refund(
    tx: &mut Tx,
    subscription_id: i64,
    refund: &RefundLine,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "INSERT INTO refunds (key, subscription_id, attempt_key, amount, currency, state, rail_ref, reason, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (key) DO UPDATE SET state = $6, rail_ref = $7, updated_at = $10";
    sql(text)
        .bind(refund.key.as_str())
        .bind(subscription_id)
        .bind(refund.attempt_key.as_str())
        .bind(refund.amount)
        .bind(refund.currency.as_str())
        .bind(refund.state.as_str())
        .bind(refund.rail_ref.as_deref())
        .bind(refund.reason.as_str())
        .bind(ms(refund.created_at))
        .bind(ms(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn write_mandate(
    tx: &mut Tx,
    subscription_id: i64,
    mandate: &MandateLine,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "INSERT INTO mandates (subscription_id, rail, customer, token, method, label, state, expires_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (subscription_id) DO UPDATE SET \
         rail = $2, customer = $3, token = $4, method = $5, label = $6, state = $7, expires_at = $8, updated_at = $9";
    sql(text)
        .bind(subscription_id)
        .bind(mandate.rail.as_str())
        .bind(mandate.customer.as_deref())
        .bind(mandate.token.as_deref())
        .bind(mandate.method.as_str())
        .bind(mandate.label.as_str())
        .bind(mandate.state.as_str())
        .bind(opt_ms(mandate.expires_at))
        .bind(ms(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives rights, or moves those that were given to the dates that hold now; then takes those away that are no longer given.
async fn write_grants(tx: &mut Tx, changes: &[&DossierChange], now: Timestamp) -> Result<(), StoreError> {
    static GRANTS: Many = Many::new(
        "INSERT INTO grants (reader_id, benefits, source, reference, starts_at, ends_at, created_at) VALUES",
        7,
        "ON CONFLICT (source, reference) DO UPDATE SET benefits = excluded.benefits, starts_at = excluded.starts_at, \
         ends_at = excluded.ends_at",
    );
    let mut seen = HashSet::new();
    // The latest word counts, and one statement may move a row only once.
    let mut grants: Vec<(&NewGrant, Timestamp)> = Vec::new();
    for grant in changes.iter().rev().flat_map(|change| change.grants.iter().rev()) {
        if seen.insert((&grant.source, &grant.reference)) {
            grants.push((grant, now));
        }
    }
    grants.reverse();
    GRANTS.run(tx, &grants, grant).await?;
    for (reader_id, reference) in changes.iter().flat_map(|change| &change.grants_gone) {
        sql("DELETE FROM grants WHERE reader_id = $1 AND reference = $2")
            .bind(*reader_id)
            .bind(reference.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

fn grant<'q>(query: Asking<'q>, row: &'q (&NewGrant, Timestamp)) -> Result<Asking<'q>, StoreError> {
    let (grant, now) = row;
    Ok(query
        .bind(grant.reader_id)
        .bind(json("grant", &grant.benefits)?)
        .bind(grant.source.as_str())
        .bind(grant.reference.as_str())
        .bind(ms(grant.starts_at))
        .bind(opt_ms(grant.ends_at))
        .bind(ms(*now)))
}

/// Rows and bytes of text that changes bring, about.
fn weight(changes: &[&DossierChange]) -> (u64, u64) {
    let (mut rows, mut bytes) = (0, 0);
    for change in changes {
        rows += 1 + change.attempts.len() + change.invoices.len() + change.grants.len() + change.mails.len();
        rows += change.documents.len() + change.events.len() + change.entries.len();
        rows += change.entries.iter().map(|entry| entry.lines.len()).sum::<usize>();
        bytes += change.dossier.len();
        bytes += change.mails.iter().map(|m| m.text.len() + m.html.as_ref().map_or(0, String::len)).sum::<usize>();
    }
    (rows as u64, bytes as u64)
}
