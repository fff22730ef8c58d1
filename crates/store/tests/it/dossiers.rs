//! Dossiers: a decision is written whole, once, at the revision it was made on.
use jiff::SignedDuration;
use serde_json::json;
use store::{
    AttemptLine, DossierChange, Founded, Founding, InvoiceLine, LedgerLine, MandateLine, NewDocument, NewEntry,
    NewEvent, NewGrant, NewMail, RefundLine, Standing, StoreError, Written,
};

use crate::harness::{Paper, at, on_both};

on_both!(
    a_decision_is_written_whole_and_once,
    a_stale_decision_leaves_no_trace,
    the_database_refuses_what_two_decisions_may_not_both_do,
    one_contract_runs_for_a_reader_and_product,
    numbers_have_no_gap_when_writers_meet_and_fail,
    due_contracts_are_leased_to_one,
    a_series_cannot_be_turned_back,
);

async fn contract(paper: &Paper, name: &str) -> (i64, i64) {
    let reader = crate::harness::a_reader(&paper.store, name).await;
    (reader.id, founded(paper, reader.id).await)
}

async fn founded(paper: &Paper, reader_id: i64) -> i64 {
    let founding = Founding {
        reader_id,
        product: "digital".into(),
        gift: false,
        coupon: None,
        zone: "Asia/Kolkata".into(),
        consent: json!({ "text": "yes" }),
    };
    let dossier = |id: i64| {
        let event = event(id, "checkout-opened");
        Ok((json!({ "id": id }).to_string(), vec![event]))
    };
    let plan = json!({});
    let found = |_| paper.store.found_contract(&founding, &plan, Some(at(0)), dossier, at(0));
    let Founded::New(id) = found(()).await.unwrap() else { panic!("there is no other") };
    assert_eq!(found(()).await.unwrap(), Founded::Existing(id), "a second click goes on with the first");
    id
}

fn event(id: i64, kind: &str) -> NewEvent {
    NewEvent { actor: "clock".into(), kind: kind.into(), subject: format!("subscription:{id}"), data: json!({}) }
}

fn standing(state: &str) -> Standing {
    Standing {
        state: state.into(),
        live_reader: None,
        checkout_reader: None,
        end_reason: None,
        plan: json!({ "code": "smart" }),
        anchor: Some("2026-11-01".parse().unwrap()),
        period_n: 0,
        paid_through: Some("2027-02-01".parse().unwrap()),
        cancel_at: None,
        due_at: Some(at(1_000)),
        parked_at: None,
        held_at: None,
    }
}

fn attempt(id: i64, number: u32, state: &str) -> AttemptLine {
    AttemptLine {
        key: format!("sub-{id}-p0-a{number}"),
        period_n: 0,
        attempt_no: number,
        rail: "sandbox".into(),
        amount: 90_000,
        currency: "INR".into(),
        params: json!({ "description": "Smart" }),
        state: state.into(),
        rail_ref: (state == "captured").then(|| "pay_1".into()),
        failure: None,
        planned_at: at(1),
        sent_at: Some(at(2)),
        unknown_at: None,
        settled_at: None,
    }
}

fn nothing(id: i64, revision: i64) -> DossierChange {
    DossierChange {
        id,
        revision,
        dossier: json!({ "id": id, "revision": revision }).to_string(),
        standing: standing("checkout"),
        attempts: Vec::new(),
        invoices: Vec::new(),
        refunds: Vec::new(),
        mandate: None,
        grants: Vec::new(),
        grants_gone: Vec::new(),
        entries: Vec::new(),
        mails: Vec::new(),
        documents: Vec::new(),
        events: Vec::new(),
    }
}

fn everything(reader_id: i64, id: i64, revision: i64) -> DossierChange {
    let line = |account: &str, amount| LedgerLine { account: account.into(), amount, currency: "INR".into() };
    DossierChange {
        standing: standing("active"),
        attempts: vec![attempt(id, 1, "captured")],
        invoices: vec![InvoiceLine {
            period_n: 0,
            gross: 90_000,
            currency: "INR".into(),
            state: "paid".into(),
            from: Some("2026-11-01".parse().unwrap()),
            to: Some("2027-02-01".parse().unwrap()),
            due_on: None,
        }],
        refunds: vec![RefundLine {
            key: format!("sub-{id}-p0-a1-r1"),
            attempt_key: format!("sub-{id}-p0-a1"),
            amount: 100,
            currency: "INR".into(),
            state: "planned".into(),
            rail_ref: None,
            reason: "goodwill".into(),
            created_at: at(3),
        }],
        mandate: Some(MandateLine {
            rail: "sandbox".into(),
            customer: Some("cus".into()),
            token: Some("tok".into()),
            method: "card".into(),
            label: "Visa •••• 4242".into(),
            state: "confirmed".into(),
            expires_at: None,
        }),
        grants: vec![NewGrant {
            reader_id,
            benefits: vec!["unlimited".into()],
            source: "purchase".into(),
            reference: format!("subscription:{id}"),
            starts_at: at(2),
            ends_at: Some(at(100 + revision)),
        }],
        entries: vec![NewEntry {
            at: at(2),
            reason: "capture".into(),
            reference: format!("sub-{id}-p0-a1"),
            lines: vec![line("clearing:sandbox", 90_000), line("deferred", -90_000)],
        }],
        mails: vec![NewMail {
            key: Some(format!("receipt:{id}")),
            kind: "receipt".into(),
            to: "a@gazette.example".into(),
            subject: "Receipt".into(),
            text: "Paid".into(),
            html: None,
            reader_id: None,
            about: None,
            attachments: Vec::new(),
        }],
        documents: vec![document(reader_id, id, "invoice")],
        events: vec![event(id, "activated")],
        ..nothing(id, revision)
    }
}

fn document(reader_id: i64, id: i64, what: &str) -> NewDocument {
    NewDocument {
        series: "M/26-27".into(),
        kind: "tax-invoice".into(),
        reference: format!("{what}:{id}:0"),
        subscription_id: id,
        period_n: 0,
        reader_id,
        issued_at: at(2),
        gross: 90_000,
        currency: "INR".into(),
        facts: store::Numbered(std::sync::Arc::new(|n| Ok(json!({ "number": n })))),
    }
}

async fn a_decision_is_written_whole_and_once(paper: Paper) {
    let store = &paper.store;
    let (reader, id) = contract(&paper, "whole").await;
    let first = store.write_dossiers(&[everything(reader, id, 1)], at(5)).await.unwrap();
    let Written::Done { revision: 2, issued } = &first[0] else { panic!("{first:?}") };
    assert_eq!((issued[0].series.as_str(), issued[0].n), ("M/26-27", 1));
    // The same facts again, on the next revision, as after a crash between commit and answer.
    let again = store.write_dossiers(&[everything(reader, id, 2)], at(6)).await.unwrap();
    assert_eq!(again, [Written::Done { revision: 3, issued: Vec::new() }], "the document was issued before");
    assert_eq!(store.documents_of(reader).await.unwrap().len(), 1);
    assert_eq!(store.mails(10).await.unwrap().len(), 1);
    assert_eq!(store.attempts_of(id).await.unwrap().len(), 1);
    assert_eq!(store.ledger_entries_of(&format!("sub-{id}-p0-a1")).await.unwrap().len(), 1);
    let grants = store.grants_of(reader).await.unwrap();
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].ends_at, Some(at(102)), "the right follows the contract");
    let stored = store.dossier(id).await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.reader_id), (3, reader));
    assert!(stored.dossier.unwrap().contains("revision"));
}

async fn a_stale_decision_leaves_no_trace(paper: Paper) {
    let store = &paper.store;
    let (reader, id) = contract(&paper, "stale").await;
    let (other_reader, other) = contract(&paper, "fresh").await;
    let changes = [everything(reader, id, 7), everything(other_reader, other, 1)];
    let written = store.write_dossiers(&changes, at(5)).await.unwrap();
    assert_eq!(written[0], Written::Stale);
    assert!(matches!(&written[1], Written::Done { issued, .. } if issued[0].n == 1), "{written:?}");
    assert!(store.attempts_of(id).await.unwrap().is_empty());
    assert!(store.documents_of(reader).await.unwrap().is_empty());
    assert_eq!(store.dossier(id).await.unwrap().unwrap().revision, 1);
}

async fn the_database_refuses_what_two_decisions_may_not_both_do(paper: Paper) {
    let store = &paper.store;
    let (_, id) = contract(&paper, "twice").await;
    let (_, neighbour) = contract(&paper, "neighbour").await;
    let two_open =
        DossierChange { attempts: vec![attempt(id, 1, "sent"), attempt(id, 2, "planned")], ..nothing(id, 1) };
    let written = store.write_dossiers(&[two_open, nothing(neighbour, 1)], at(5)).await.unwrap();
    assert_eq!(written[0], Written::Stale, "one open attempt a period (I3)");
    assert!(matches!(written[1], Written::Done { revision: 2, .. }), "the neighbour is not held up");
    assert!(store.attempts_of(id).await.unwrap().is_empty());
    // In one decision an attempt closes and the next one opens, whatever their order.
    let open = DossierChange { attempts: vec![attempt(id, 1, "sent")], ..nothing(id, 1) };
    let next = DossierChange { attempts: vec![attempt(id, 2, "planned"), attempt(id, 1, "failed")], ..nothing(id, 2) };
    for change in [open, next] {
        let written = store.write_dossiers(&[change], at(6)).await.unwrap();
        assert!(matches!(written[0], Written::Done { .. }), "{written:?}");
    }
    let two_captures =
        DossierChange { attempts: vec![attempt(id, 1, "captured"), attempt(id, 2, "captured")], ..nothing(id, 3) };
    assert_eq!(
        store.write_dossiers(&[two_captures], at(7)).await.unwrap(),
        [Written::Stale],
        "one capture a period (I1)"
    );
    let sum = DossierChange {
        entries: vec![NewEntry {
            at: at(2),
            reason: "capture".into(),
            reference: "crooked".into(),
            lines: vec![LedgerLine { account: "deferred".into(), amount: 1, currency: "INR".into() }],
        }],
        ..nothing(id, 3)
    };
    let refused = store.write_dossiers(&[sum], at(7)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
    assert_eq!(store.dossier(id).await.unwrap().unwrap().revision, 3, "after an error nothing is written");
}

async fn one_contract_runs_for_a_reader_and_product(paper: Paper) {
    let (reader, first) = contract(&paper, "twice").await;
    let write = |change: DossierChange| async { paper.store.write_dossiers(&[change], at(5)).await.unwrap().remove(0) };
    // Its checkout is over, another is begun, and then both would run.
    assert!(matches!(write(nothing(first, 1)).await, Written::Done { .. }));
    let second = founded(&paper, reader).await;
    let live = |id, revision| DossierChange {
        standing: Standing { live_reader: Some(reader), ..standing("trial") },
        ..nothing(id, revision)
    };
    assert!(matches!(write(live(first, 2)).await, Written::Done { .. }));
    assert_eq!(write(live(second, 1)).await, Written::Stale, "two contracts would run (I13)");
}

async fn numbers_have_no_gap_when_writers_meet_and_fail(paper: Paper) {
    let mut contracts = Vec::new();
    for n in 0..12 {
        contracts.push(contract(&paper, &format!("numbers-{n}")).await);
    }
    let tasks: Vec<_> = contracts
        .into_iter()
        .enumerate()
        .map(|(n, (reader, id))| {
            let store = paper.store.clone();
            tokio::spawn(async move {
                // Every third is undone by the database after it took its number.
                let spoilt = n % 3 == 0;
                let documents = vec![document(reader, id, "invoice")];
                let reader_id = if spoilt { -1 } else { reader };
                let change = DossierChange {
                    documents: [documents, vec![document(reader_id, id, "second")]].concat(),
                    ..nothing(id, 1)
                };
                store.write_dossiers(&[change], at(5)).await.unwrap().pop().unwrap()
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        if let Written::Done { issued, .. } = task.await.unwrap() {
            numbers.extend(issued.into_iter().map(|i| i.n));
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
}

async fn due_contracts_are_leased_to_one(paper: Paper) {
    let store = &paper.store;
    for n in 0..5 {
        contract(&paper, &format!("due-{n}")).await;
    }
    let (now, until) = (at(10), at(10) + SignedDuration::from_secs(60));
    let (mine, yours) = tokio::join!(store.lease_due(now, until, 3), store.lease_due(now, until, 3));
    let mut ids: Vec<i64> = mine.unwrap().into_iter().chain(yours.unwrap()).map(|d| d.id).collect();
    let taken = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((taken, ids.len()), (5, 5), "each once");
    assert!(store.lease_due(now, until, 9).await.unwrap().is_empty());
    let later = until + SignedDuration::from_secs(1);
    assert_eq!(store.lease_due(later, later, 9).await.unwrap().len(), 5, "a process that died gives them back");
    assert_eq!(store.next_due().await.unwrap(), Some(at(0)));
}

async fn a_series_cannot_be_turned_back(paper: Paper) {
    let (reader, id) = contract(&paper, "series").await;
    let change = DossierChange { documents: vec![document(reader, id, "invoice")], ..nothing(id, 1) };
    paper.store.write_dossiers(&[change], at(5)).await.unwrap();
    for statement in [
        "UPDATE document_series SET last = 0",
        "UPDATE document_series SET last = 5",
        "UPDATE documents SET gross = 1",
        "DELETE FROM documents",
    ] {
        crate::harness::past_the_store(&paper.location, statement).await.expect_err(statement);
    }
}
