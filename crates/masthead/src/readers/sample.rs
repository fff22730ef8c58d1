//! The sample paper's accounts, made as a reader would make them.
use circulation::readers::{Email, Password, ReaderId};
use store::{Created, NewReader};

use crate::billing::orders::{self, Offer};
use crate::billing::{BillingError, dossiers, hints};
use crate::cli::Failure;
use crate::config::Account;
use crate::gateways::sandbox::Behaviour;
use crate::house::House;

/// Makes the accounts of `publication.toml` that do not exist yet, with their subscriptions: bought on the sandbox and
/// settled by the routine that settles every payment. Doing it again changes nothing.
///
/// # Errors
/// One clear line.
pub async fn create_sample_accounts(house: &House) -> Result<(), Failure> {
    for account in &house.publication.accounts {
        let said = |e: &dyn std::fmt::Display| Failure::said(format!("account {}: {e}", account.email));
        let reader = make(house, account).await?;
        if let Some(code) = &account.subscription {
            subscribe(house, reader, code).await.map_err(|e| said(&e))?;
        }
    }
    Ok(())
}

/// The account's reader; one who was here before keeps what they have made of their account.
async fn make(house: &House, account: &Account) -> Result<ReaderId, Failure> {
    let said = |e: &dyn std::fmt::Display| Failure::said(format!("account {}: {e}", account.email));
    let email = Email::parse(&account.email).map_err(|e| said(&e))?;
    if let Some(reader) = house.store.reader_by_email_key(&email.key()).await? {
        return Ok(ReaderId(reader.id));
    }
    let password = Password::choose(&account.password, &email, &house.publication.name).map_err(|e| {
        Failure::said(format!("account {email}: {e} Change its password in [[accounts]] of publication.toml"))
    })?;
    let hash = house.passwords.hash(password, &house.dice).await.map_err(|e| said(&e))?;
    let now = house.clock.now();
    let new = NewReader {
        email: email.as_str().to_owned(),
        email_key: email.key(),
        name: account.name.clone(),
        password_hash: Some(hash),
        role: account.role.clone(),
        verified_at: Some(now),
    };
    let (Created::Created(reader) | Created::Exists(reader)) = house.store.create_reader(&new, now).await?;
    Ok(ReaderId(reader.id))
}

async fn subscribe(house: &House, reader: ReaderId, code: &str) -> Result<(), BillingError> {
    // Who has ever paid decides themselves how it goes on.
    if dossiers::of_reader(house, reader.0).await?.iter().any(|held| held.dossier.contract.paid().is_some()) {
        return Ok(());
    }
    let Some(plan) = house.publication.plans.plan(code) else { return Ok(()) };
    let offer = Offer::of(house, reader, plan, Default::default()).await?;
    orders::begin(house, reader, &offer, "/", true).await?;
    let Some(held) = dossiers::of_reader(house, reader.0).await?.into_iter().next() else { return Ok(()) };
    let page = held.dossier.open_page().and_then(|attempt| attempt.talk.page.clone());
    if let Some(page) = page {
        house.rail.pay(&page.reference, Behaviour::Ok, house.clock.now()).await?;
        // Nobody is listening yet, so no webhook: the rail is asked.
        let key = held.dossier.open_page().map(|attempt| attempt.payment.key());
        hints::attempt(house, key.as_ref(), "", house.clock.now()).await?;
    }
    Ok(())
}
