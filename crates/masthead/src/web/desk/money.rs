//! `GET /desk/billing`: what needs a person, and what came in today.
use std::sync::Arc;

use axum::extract::State;
use http::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use pages::views::{self, NeedList, NeedRow};
use store::{Attention, StoreError, Taking};

use super::shown;
use crate::billing::hints::stuck_before;
use crate::clock::journey::amount;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Things listed of each kind, the oldest first.
const LISTED: usize = 25;
/// How long money may stand in suspense before a person has to look.
const SUSPENSE: SignedDuration = SignedDuration::from_hours(24);

/// `GET /desk/billing`
pub async fn billing(State(house): State<Arc<House>>, _staff: Staff) -> Result<Response<Reply>, Fault> {
    let now = house.clock.now();
    let day = now.to_zoned(house.publication.zone.clone()).date();
    let morning = day.to_zoned(house.publication.zone.clone()).map_or(now, |start| start.timestamp());
    let tomorrow = now.saturating_add(SignedDuration::from_millis(1)).unwrap_or(now);
    let captured = house.store.captured_between(morning, tomorrow).await?;
    let returned = house.store.returned_between(morning, tomorrow).await?;
    let mut takings: Vec<String> = captured.iter().map(|taking| line(taking, "came in by", "payment")).collect();
    takings.extend(returned.iter().map(|taking| line(taking, "was given back by", "refund")));
    let view = views::DeskBilling { day, takings, needs: needs(&house, now).await? };
    shown(&house, StatusCode::OK, &view)
}

/// How much needs a person, for the desk's front.
///
/// # Errors
/// The store's.
pub async fn how_much(house: &House) -> Result<u32, StoreError> {
    let now = house.clock.now();
    let old = old_suspense(house, now).await?.len();
    let count = house.store.attention(stuck_before(now)).await?.total().saturating_add(i64::try_from(old).unwrap_or(0));
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn line(taking: &Taking, verb: &str, noun: &str) -> String {
    let many = if taking.count == 1 { "" } else { "s" };
    format!("{} {verb} {} {noun}{many}.", amount(taking.amount, &taking.currency), taking.count)
}

async fn old_suspense(house: &House, now: Timestamp) -> Result<Vec<store::OpenMoney>, StoreError> {
    let mut open = house.store.open_on("suspense").await?;
    open.retain(|open| now.duration_since(open.since) > SUSPENSE);
    Ok(open)
}

fn list(heading: &str, about: &str, count: i64, rows: Vec<NeedRow>) -> NeedList {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    NeedList { heading: heading.to_owned(), about: about.to_owned(), count, rows }
}

async fn needs(house: &House, now: Timestamp) -> Result<Vec<NeedList>, StoreError> {
    let attention = house.store.attention(stuck_before(now)).await?;
    let mut lists = contracts(house, &attention).await?;
    lists.push(suspense(house, now).await?);
    let store = &house.store;
    let mails = store.mails_given_up(LISTED).await?.into_iter().map(|mail| NeedRow {
        words: format!("{} to {}", mail.kind.replace('-', " "), mail.to),
        since: mail.given_up_at.unwrap_or(mail.created_at),
        path: mail.reader_id.map(|reader| format!("/desk/readers/{reader}")),
    });
    let about = "Nobody takes them: ask the reader for another address.";
    lists.push(list("Mails given up", about, attention.mails_given_up, mails.collect()));
    let webhooks = store.webhooks_waiting(stuck_before(now), LISTED).await?.into_iter().map(|(webhook, at)| NeedRow {
        words: format!("{} {} ({})", webhook.rail, webhook.kind, webhook.event_id),
        since: at,
        path: None,
    });
    let about = "They came more than ten minutes ago, and are taken up again every half a minute: ask the operator.";
    let heading = "Deliveries of the rail that are not finished";
    lists.push(list(heading, about, attention.webhooks_unfinished, webhooks.collect()));
    Ok(lists)
}

async fn contracts(house: &House, attention: &Attention) -> Result<Vec<NeedList>, StoreError> {
    let store = &house.store;
    let contract = |row: store::NeedsAPerson| NeedRow {
        words: format!("Contract {}", row.subscription_id),
        since: row.since,
        path: Some(format!("/desk/readers/{}", row.reader_id)),
    };
    let parked = store.parked_contracts(LISTED).await?.into_iter().map(contract).collect();
    let disputed = store.disputed_contracts(LISTED).await?.into_iter().map(contract).collect();
    let refunds = store.failed_refunds(LISTED).await?.into_iter().map(|refund| NeedRow {
        words: format!("{} ({})", amount(refund.amount, &refund.currency), refund.key),
        since: refund.since,
        path: Some(format!("/desk/readers/{}", refund.reader_id)),
    });
    Ok(vec![
        list(
            "Parked contracts",
            "Something did not add up, so nothing is charged on them. Look into the timeline, then release them.",
            attention.parked,
            parked,
        ),
        list(
            "Open disputes",
            "A reader disputes a payment at the bank. Send your evidence at the rail; the rail tells how it ends.",
            attention.disputed,
            disputed,
        ),
        list(
            "Refunds that failed",
            "The rail would not pay them. Try again, or pay from the bank account and note it.",
            attention.refunds_failed,
            refunds.collect(),
        ),
    ])
}

async fn suspense(house: &House, now: Timestamp) -> Result<NeedList, StoreError> {
    let old = old_suspense(house, now).await?;
    let count = i64::try_from(old.len()).unwrap_or(i64::MAX);
    let rows = old.into_iter().take(LISTED).map(|open| NeedRow {
        words: format!("{} ({})", amount(open.amount.saturating_neg(), &open.currency), open.reference),
        since: open.since,
        path: open.reference.split_once('/').map(|(_, reference)| {
            let reference = percent_encoding::utf8_percent_encode(reference, percent_encoding::NON_ALPHANUMERIC);
            format!("/desk/readers?q={reference}")
        }),
    });
    let about = "It came in and belongs to nothing. Look for the payment at the rail and find whose it is.";
    Ok(list("Money in suspense for more than a day", about, count, rows.collect()))
}
