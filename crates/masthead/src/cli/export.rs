//! `masthead export KIND`: everything of one kind, one JSON object a line.
use std::io::{self, BufWriter, Write};

use newsroom::articles::StoryNumber;
use serde::Serialize;
use serde_json::json;

use super::{Failure, Kind, Opened, Place};
use crate::import::lines::Line;

/// Rows asked of the store at once.
const PAGE: usize = 500;

/// Writes to standard output.
///
/// # Errors
/// One clear line; a reader that closes the pipe early is no error.
pub async fn run(place: &Place, kind: Kind) -> Result<(), Failure> {
    let opened = super::open(place).await?;
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match kind {
        Kind::Stories => stories(&opened, &mut out).await,
        Kind::Readers => readers(&opened, &mut out).await,
        Kind::Subscriptions => subscriptions(&opened, &mut out).await,
        Kind::Invoices => invoices(&opened, &mut out).await,
        Kind::Payments => payments(&opened, &mut out).await,
        Kind::Ledger => ledger(&opened, &mut out).await,
    };
    opened.store.close().await;
    match written.and_then(|()| out.flush().map_err(Stop::Pipe)) {
        Ok(()) => Ok(()),
        Err(Stop::Pipe(e)) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Stop::Pipe(e)) => Err(Failure::said(format!("the export could not be written: {e}. Is the disk full?"))),
        Err(Stop::Failure(failure)) => Err(failure),
    }
}

enum Stop {
    Pipe(io::Error),
    Failure(Failure),
}

impl From<store::StoreError> for Stop {
    fn from(error: store::StoreError) -> Self {
        Self::Failure(error.into())
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), Stop> {
    serde_json::to_writer(&mut *out, value).map_err(|e| Stop::Pipe(e.into()))?;
    out.write_all(b"\n").map_err(Stop::Pipe)
}

async fn stories(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = StoryNumber(0);
    loop {
        let page = opened.store.stories_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.story.number;
        for stored in page {
            line(out, &Line::of(&stored.story, &opened.publication.base_url, stored.source_key))?;
        }
    }
}

async fn readers(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = 0;
    loop {
        let page = opened.store.readers_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for reader in page {
            let value = json!({
                "id": reader.id, "email": reader.email, "name": reader.name, "role": reader.role,
                "verified_at": reader.verified_at, "created_at": reader.created_at,
                // Argon2id in PHC form: another system can go on checking it, nobody can read it.
                "password_hash": reader.password_hash,
            });
            line(out, &value)?;
        }
    }
}

async fn subscriptions(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = 0;
    loop {
        let page = opened.store.subscriptions_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for s in page {
            let value = json!({
                "id": s.id, "reader_id": s.reader_id, "product": s.product, "plan": s.plan, "state": s.state,
                "end_reason": s.end_reason, "anchor": s.anchor, "zone": s.zone, "period": s.period_n,
                "paid_through": s.paid_through, "cancel_at": s.cancel_at, "consent": s.consent,
                "created_at": s.created_at, "updated_at": s.updated_at,
            });
            line(out, &value)?;
        }
    }
}

/// Tax documents as they were issued; amounts are minor units.
async fn invoices(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = 0;
    loop {
        let page = opened.store.documents_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for d in page {
            let value = json!({
                "id": d.id, "number": d.facts.get("number"), "kind": d.kind, "series": d.series, "n": d.n,
                "reference": d.reference, "subscription_id": d.subscription_id, "period": d.period_n,
                "reader_id": d.reader_id, "issued_at": d.issued_at, "gross": d.gross, "currency": d.currency,
                "document": d.facts,
            });
            line(out, &value)?;
        }
    }
}

/// Attempts to collect; amounts are minor units.
async fn payments(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = 0;
    loop {
        let page = opened.store.payments_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for p in page {
            let value = json!({
                "id": p.id, "key": p.key, "subscription_id": p.subscription_id, "reader_id": p.reader_id,
                "period": p.period_n, "attempt": p.attempt_no, "rail": p.rail, "amount": p.amount,
                "currency": p.currency, "state": p.state, "rail_reference": p.rail_ref, "failure": p.failure,
                "planned_at": p.planned_at, "sent_at": p.sent_at, "settled_at": p.settled_at,
            });
            line(out, &value)?;
        }
    }
}

/// The books; amounts are minor units, debits above zero and credits below.
async fn ledger(opened: &Opened, out: &mut impl Write) -> Result<(), Stop> {
    let mut after = 0;
    loop {
        let page = opened.store.ledger_entries_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for e in page {
            let lines: Vec<_> = e
                .lines
                .iter()
                .map(|l| json!({ "account": l.account, "amount": l.amount, "currency": l.currency }))
                .collect();
            let value = json!({ "id": e.id, "at": e.at, "kind": e.reason, "reference": e.reference, "lines": lines });
            line(out, &value)?;
        }
    }
}
