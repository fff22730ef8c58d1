//! The loop. For each contract: ask what is next; decide; write; call the rail; write what it said; until nothing is
//! left to do now. Many contracts go through it together, so that their decisions share transactions and their calls
//! run side by side.
//!
//! A process that dies anywhere leaves a dossier from which the next one goes on: what is sent is stored as sent before.
use std::collections::{BTreeSet, HashMap};

use circulation::billing::{self, Act, Call, Decision, Dossier, MOST_STEPS, Next, Terms};
use circulation::payments::AttemptState;
use jiff::{SignedDuration, Timestamp};
use store::{NewEvent, StoreError, Written};
use tokio::task::JoinSet;
use tracing::{Instrument as _, debug_span};

use super::dossiers::{self, Held};
use super::records::Parties;
use super::{BillingError, calls, terms};
use crate::house::House;

/// Contracts taken together in a round.
const BATCH: usize = 256;
/// How long a round keeps contracts to itself. Longer than any call to a rail may take.
const LEASE: SignedDuration = SignedDuration::from_mins(3);
/// Calls to the rail at the same time.
const SIDE_BY_SIDE: usize = 16;
/// How often a step is decided anew when others change the same contract.
const TRIES: usize = 6;

/// One contract on its way through the loop.
struct Work {
    held: Held,
    terms: Terms,
    steps: usize,
    /// A call that a decision asked for, to be made now that the decision is written.
    call: Option<Call>,
    /// When the store knows that it has to be looked at next; `None` while it is leased.
    told: Option<Option<Timestamp>>,
    state: Stage,
}

impl Work {
    fn of(held: Held, terms: Terms) -> Self {
        Self { held, terms, steps: 0, call: None, told: None, state: Stage::Running }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Running,
    /// Nothing is left to do now.
    Done,
    /// Somebody else has changed the contract: read it again.
    Stale,
}

/// Takes in what somebody does to a contract, writes it, makes the calls that follow, and gives the dossier as it stands
/// then. Decided anew when others change the contract in between.
///
/// # Errors
/// [`BillingError::Refused`] with the rule's words, and nothing has changed; the store's.
pub async fn act(house: &House, id: i64, act: &Act) -> Result<Held, BillingError> {
    for _ in 0..TRIES {
        let held = dossiers::one(house, id).await?;
        let mut terms = terms::of(house, &held.dossier).await?;
        if let Act::Claim { reader } = act {
            // Of a gift it is the claimer's own contract that matters, not the giver's.
            terms.other_live = terms::other(house, *reader, held.dossier.contract.id()).await?;
        }
        let now = house.clock.now();
        let decision = billing::decide(held.dossier.clone(), act, now, &terms)?;
        let mut work = Work::of(held, terms);
        write(house, std::slice::from_mut(&mut work), vec![(0, decision)], now).await?;
        if work.state == Stage::Stale {
            continue;
        }
        let mut works = vec![work];
        run(house, &mut works).await?;
        return Ok(works.swap_remove(0).held);
    }
    Err(BillingError::Contended)
}

/// Takes in what somebody at the desk does to a contract as they saw it: at that revision and no other. `trace` is
/// written in the same transaction, and what the engine says of staff names them. `None`: the contract has changed
/// since, and nothing was done.
///
/// # Errors
/// As [`act`].
pub async fn act_at(
    house: &House,
    id: i64,
    act: &Act,
    revision: i64,
    trace: NewEvent,
) -> Result<Option<Held>, BillingError> {
    let held = dossiers::one(house, id).await?;
    if held.revision != revision {
        return Ok(None);
    }
    let terms = terms::of(house, &held.dossier).await?;
    let now = house.clock.now();
    let decision = billing::decide(held.dossier.clone(), act, now, &terms)?;
    let mut works = vec![Work::of(held, terms)];
    write_traced(house, &mut works, vec![(0, decision)], Some(trace), now).await?;
    if works[0].state == Stage::Stale {
        return Ok(None);
    }
    run(house, &mut works).await?;
    Ok(Some(works.swap_remove(0).held))
}

/// Does what is due for one contract, and gives it as it stands then.
///
/// # Errors
/// The store's.
pub async fn settle(house: &House, id: i64) -> Result<Held, BillingError> {
    let held = dossiers::one(house, id).await?;
    let terms = terms::of(house, &held.dossier).await?;
    let mut works = vec![Work::of(held, terms)];
    run(house, &mut works).await?;
    Ok(works.swap_remove(0).held)
}

/// The round: does what is due, for all contracts that are due and that nobody else works on. Gives how many were looked
/// at. A contract that cannot be brought on does not hold up the others.
///
/// # Errors
/// When the store cannot be asked.
pub async fn round(house: &House) -> Result<usize, BillingError> {
    let mut looked_at = 0;
    loop {
        let now = house.clock.now();
        let until = now.checked_add(LEASE).unwrap_or(now);
        let rows = house.store.lease_due(now, until, BATCH).instrument(debug_span!("take")).await?;
        if rows.is_empty() {
            return Ok(looked_at);
        }
        looked_at += rows.len();
        let mut works = Vec::with_capacity(rows.len());
        for row in rows {
            match debug_span!("read").in_scope(|| Held::read(&row)) {
                Ok(held) => {
                    let terms = terms::of(house, &held.dossier).await?;
                    works.push(Work::of(held, terms));
                }
                Err(error) => {
                    tracing::error!(%error, subscription = row.id, "a contract cannot be read; the doctor tells more");
                    house.store.postpone(row.id, now + SignedDuration::from_hours(1)).await?;
                }
            }
        }
        if let Err(error) = run(house, &mut works).await {
            // One of many: each for itself, so that the others get on.
            tracing::warn!(%error, "contracts could not be brought on together");
            for work in &works {
                if let Err(error) = settle(house, work.held.id).await {
                    tracing::error!(%error, subscription = work.held.id, "a contract could not be brought on");
                    house.store.postpone(work.held.id, now + SignedDuration::from_mins(15)).await?;
                }
            }
        }
    }
}

/// Brings contracts on until nothing is left to do for any of them now.
async fn run(house: &House, works: &mut [Work]) -> Result<(), BillingError> {
    for _ in 0..MOST_STEPS {
        let now = house.clock.now();
        let mut decisions = Vec::new();
        let mut rested = Vec::new();
        for (index, work) in works.iter_mut().enumerate().filter(|(_, w)| w.state != Stage::Done) {
            if work.state == Stage::Stale {
                refresh(house, work).await?;
            }
            if work.call.is_none() {
                let _step = debug_span!("decide").entered();
                match billing::next(&work.held.dossier, now, &work.terms) {
                    Next::Act(act) => decisions.extend(decided(work, &act, now).map(|decision| (index, decision))),
                    Next::Call(call) => work.call = Some(call),
                    Next::Wait(until) => rested.extend(rest(work, until)),
                }
            }
        }
        house.store.release_all(&rested).instrument(debug_span!("release")).await?;
        write(house, works, decisions, now).await?;
        let answers = ask(house, works, now).instrument(debug_span!("call")).await?;
        if answers.is_empty() && works.iter().all(|w| w.state == Stage::Done) {
            return Ok(());
        }
        take_in(house, works, answers).await?;
    }
    Ok(())
}

/// Takes answers of the rail in. An answer is not given up when somebody else has changed its contract meanwhile: it is
/// decided anew on what is stored then. Asking again would bring it too, but minutes later.
async fn take_in(house: &House, works: &mut [Work], mut answers: Vec<(usize, Act)>) -> Result<(), BillingError> {
    for _ in 0..TRIES {
        let now = house.clock.now();
        let mut decisions = Vec::new();
        let mut waiting = Vec::new();
        for (index, act) in answers {
            if works[index].state == Stage::Stale {
                refresh(house, &mut works[index]).await?;
            }
            if let Some(decision) = debug_span!("decide").in_scope(|| decided(&mut works[index], &act, now)) {
                decisions.push((index, decision));
                waiting.push((index, act));
            }
        }
        if decisions.is_empty() {
            return Ok(());
        }
        write(house, works, decisions, now).await?;
        answers = waiting.into_iter().filter(|(index, _)| works[*index].state == Stage::Stale).collect();
    }
    Ok(())
}

/// Decides, and goes on deciding until there is something to ask the rail or nothing left to do: all of that is one
/// change. A step that is refused has been overtaken, or cannot be: then the contract is parked for a person.
fn decided(work: &mut Work, act: &Act, now: Timestamp) -> Option<Decision> {
    work.steps += 1;
    let id = work.held.id;
    let why = if work.steps > MOST_STEPS {
        "it never comes to rest".to_owned()
    } else {
        match billing::decide(work.held.dossier.clone(), act, now, &work.terms) {
            Ok(decision) => return Some(further(work, decision, now)),
            Err(refusal) if refusal.is_fault() => refusal.to_string(),
            Err(refusal) => {
                tracing::info!(%refusal, subscription = id, "a step was overtaken");
                work.state = Stage::Stale;
                return None;
            }
        }
    };
    tracing::error!(why, subscription = id, "a contract is parked: a person has to look at it");
    let parked = billing::decide(work.held.dossier.clone(), &Act::Park { why }, now, &work.terms);
    work.state = if parked.is_ok() { Stage::Running } else { Stage::Done };
    parked.ok()
}

/// What follows from a decision without asking anybody. A step that cannot be taken waits until this is written: then it
/// is decided by itself.
fn further(work: &mut Work, mut so_far: Decision, now: Timestamp) -> Decision {
    while so_far.call.is_none() && work.steps < MOST_STEPS {
        let Next::Act(act) = billing::next(&so_far.dossier, now, &work.terms) else { break };
        let Ok(next) = billing::decide(so_far.dossier.clone(), &act, now, &work.terms) else { break };
        work.steps += 1;
        so_far.records.extend(next.records);
        (so_far.dossier, so_far.call) = (next.dossier, next.call);
    }
    so_far
}

/// Nothing to do before `until`. Gives what the store has to be told, unless it knows.
fn rest(work: &mut Work, until: Option<Timestamp>) -> Option<(i64, i64, Option<Timestamp>)> {
    work.state = Stage::Done;
    (work.told != Some(until)).then_some((work.held.id, work.held.revision, until))
}

async fn refresh(house: &House, work: &mut Work) -> Result<(), BillingError> {
    work.held = dossiers::one(house, work.held.id).await?;
    work.terms = terms::of(house, &work.held.dossier).await?;
    work.steps += 1;
    work.state = if work.steps > MOST_STEPS { Stage::Done } else { Stage::Running };
    (work.call, work.told) = (None, None);
    Ok(())
}

/// Writes decisions, all together. Afterwards each work holds what is stored, with the call that its decision asks for.
async fn write(
    house: &House,
    works: &mut [Work],
    decisions: Vec<(usize, Decision)>,
    now: Timestamp,
) -> Result<(), BillingError> {
    write_traced(house, works, decisions, None, now).await
}

/// [`write`], with a line of the audit trail by somebody at the desk.
async fn write_traced(
    house: &House,
    works: &mut [Work],
    decisions: Vec<(usize, Decision)>,
    trace: Option<NewEvent>,
    now: Timestamp,
) -> Result<(), BillingError> {
    if decisions.is_empty() {
        return Ok(());
    }
    let wanted = Parties::of(house, decisions.iter().map(|(_, decision)| decision));
    let parties = wanted.instrument(debug_span!("people")).await?;
    let mut changes = Vec::with_capacity(decisions.len());
    debug_span!("word").in_scope(|| {
        for (index, decision) in &decisions {
            let work = &works[*index];
            changes.push(dossiers::change(house, &work.held, decision, &work.terms, &parties, now)?);
        }
        Ok::<_, BillingError>(())
    })?;
    if let Some(trace) = trace {
        for change in &mut changes {
            for event in change.events.iter_mut().filter(|event| event.actor == "staff") {
                event.actor.clone_from(&trace.actor);
            }
            change.events.push(trace.clone());
        }
    }
    let written = house.store.write_dossiers(&changes, now).instrument(debug_span!("write")).await?;
    for (((index, decision), written), change) in decisions.into_iter().zip(written).zip(&changes) {
        let work = &mut works[index];
        match written {
            Written::Done { revision, .. } => {
                tell_sessions(house, &work.held.dossier, &decision.dossier);
                count(house, &work.held.dossier, &decision.dossier);
                work.held.revision = revision;
                work.held.dossier = decision.dossier;
                work.call = decision.call;
                work.told = Some(change.standing.due_at);
            }
            Written::Stale => work.state = Stage::Stale,
        }
    }
    Ok(())
}

/// What a reader may read is believed for a while; when a contract changed it, the next page asks anew.
fn tell_sessions(house: &House, before: &Dossier, after: &Dossier) {
    if before.grants() != after.grants() {
        house.sessions.forget_reader(after.contract.holder());
        house.sessions.forget_reader(before.contract.holder());
    }
}

/// Counts payments that were decided by this step.
fn count(house: &House, before: &Dossier, after: &Dossier) {
    for (index, attempt) in after.attempts.iter().enumerate() {
        let was = before.attempts.get(index).map(|attempt| attempt.payment.state().word());
        match attempt.payment.state() {
            state if was == Some(state.word()) => {}
            AttemptState::Captured { .. } => drop(house.metrics.captures.inc()),
            AttemptState::Failed { .. } => drop(house.metrics.payment_failures.inc()),
            _ => {}
        }
    }
}

/// Makes the calls that are asked for, some at a time, and gives the answers as acts.
async fn ask(house: &House, works: &mut [Work], now: Timestamp) -> Result<Vec<(usize, Act)>, BillingError> {
    let mut waiting: Vec<(usize, Call)> = Vec::new();
    for (index, work) in works.iter_mut().enumerate() {
        if work.state == Stage::Running
            && let Some(call) = work.call.take()
        {
            waiting.push((index, call));
        }
    }
    let wanted = waiting.iter().filter(|(_, call)| calls::wants_reader(call));
    let wanted: BTreeSet<i64> = wanted.map(|(index, _)| works[*index].held.dossier.contract.reader().0).collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let readers = house.store.readers_with(&wanted).await?;
    let emails: HashMap<i64, String> = readers.into_iter().map(|reader| (reader.id, reader.email)).collect();
    let mut answers = Vec::with_capacity(waiting.len());
    let mut running: JoinSet<(usize, Act)> = JoinSet::new();
    for (index, call) in waiting {
        if running.len() >= SIDE_BY_SIDE
            && let Some(answer) = running.join_next().await
        {
            answers.push(answer.map_err(|e| StoreError::Unexpected { cause: Box::new(e) })?);
        }
        let contract = &works[index].held.dossier.contract;
        let email = emails.get(&contract.reader().0).cloned().unwrap_or_default();
        let asker = calls::Asker::of(house, contract.reader(), email, now);
        running.spawn(async move { (index, asker.ask(call).await) });
    }
    while let Some(answer) = running.join_next().await {
        answers.push(answer.map_err(|e| StoreError::Unexpected { cause: Box::new(e) })?);
    }
    Ok(answers)
}
