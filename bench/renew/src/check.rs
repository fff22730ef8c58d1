//! That every contract was renewed, once, with everything that belongs to it.
use std::collections::{BTreeMap, HashSet};

use circulation::billing::Dossier;
use masthead::house::House;

use crate::Done;

const PAGE: usize = 500;
/// What one renewal takes in, in minor units.
const PRICE: i64 = 90_000;

/// Renewed once each, the books re-summed, the documents numbered without a gap.
pub async fn all(house: &House, contracts: usize) -> Done<()> {
    let attempts = dossiers(house, contracts).await?;
    documents(house, contracts).await?;
    books(house, contracts).await?;
    println!("captures {attempts}");
    Ok(())
}

/// Every contract has paid its second period by one capture, in its dossier and in the table beside it.
async fn dossiers(house: &House, contracts: usize) -> Done<usize> {
    let (mut after, mut seen) = (0, 0);
    loop {
        let rows = house.store.dossiers_after(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            let dossier: Dossier = serde_json::from_str(row.dossier.as_deref().ok_or("a contract without a dossier")?)?;
            let of_it = |payment: &&circulation::billing::Attempt| payment.payment.period() == 1;
            let captures = dossier.attempts.iter().filter(of_it).filter(|a| a.payment.capture().is_some()).count();
            let paid = dossier.contract.paid().map_or(0, |paid| paid.period.number);
            let stored = house.store.attempts_of(row.id).await?;
            let stored = stored.iter().filter(|a| a.period_n == 1 && a.state == "captured").count();
            if (captures, stored, paid) != (1, 1, 1) {
                return Err(format!(
                    "contract {}: {captures} captures in the dossier, {stored} in the table, period {paid}",
                    row.id
                )
                .into());
            }
        }
        seen += rows.len();
    }
    if seen != contracts {
        return Err(format!("{seen} contracts instead of {contracts}").into());
    }
    Ok(seen)
}

/// One tax invoice each, numbered 1, 2, 3 … in its series.
async fn documents(house: &House, contracts: usize) -> Done<()> {
    let mut after = 0;
    let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut whose = HashSet::new();
    loop {
        let rows = house.store.documents_after(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            if !whose.insert(row.subscription_id) {
                return Err(format!("contract {} has two documents for one renewal", row.subscription_id).into());
            }
            numbers.entry(row.series).or_default().push(row.n);
        }
    }
    for (series, mut all) in numbers {
        all.sort_unstable();
        if !all.iter().copied().eq(1..=i64::try_from(all.len())?) {
            return Err(format!("the numbers of {series} have a gap or come twice").into());
        }
    }
    if whose.len() != contracts {
        return Err(format!("{} documents for {contracts} renewals", whose.len()).into());
    }
    Ok(())
}

/// Debits equal credits, in every entry and over all; what came in is what the renewals cost.
async fn books(house: &House, contracts: usize) -> Done<()> {
    let crooked = house.store.ledger_unbalanced().await?;
    let balances = house.store.ledger_balances().await?;
    let sum: i64 = balances.iter().map(|b| b.amount).sum();
    let clearing: i64 = balances.iter().filter(|b| b.account.starts_with("clearing")).map(|b| b.amount).sum();
    let expected = i64::try_from(contracts)? * PRICE;
    if clearing != expected || sum != 0 || !crooked.is_empty() {
        return Err(format!(
            "the books: clearing {clearing} instead of {expected}, sum {sum}, {} crooked entries",
            crooked.len()
        )
        .into());
    }
    Ok(())
}
