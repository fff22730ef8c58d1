//! Gifts, coupons and erasing an account: what is kept once, and what goes while the books stay.
use serde_json::json;
use store::{Erased, Founded, Founding, NewMail, NewSession, ReaderRead};

use crate::harness::{Paper, a_reader, at, on_both};

on_both!(
    a_gift_is_kept_once_and_claimed_once,
    a_coupon_counts_where_a_contract_ran,
    an_account_is_erased_whole_or_not_at_all,
);

async fn contract(paper: &Paper, reader_id: i64, gift: bool, coupon: Option<(String, Option<u32>)>) -> i64 {
    let founding = Founding {
        reader_id,
        product: "digital".into(),
        gift,
        coupon,
        zone: "Asia/Kolkata".into(),
        consent: json!({ "text": "yes" }),
    };
    let dossier = |id: i64| Ok((json!({ "id": id }).to_string(), Vec::new()));
    match paper.store.found_contract(&founding, &json!({}), None, dossier, at(0)).await.unwrap() {
        Founded::New(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn a_gift_is_kept_once_and_claimed_once(paper: Paper) {
    let (giver, ravi, third) = (
        a_reader(&paper.store, "giver").await,
        a_reader(&paper.store, "ravi").await,
        a_reader(&paper.store, "third").await,
    );
    let id = contract(&paper, giver.id, true, None).await;
    paper.store.keep_gift(id, &[7; 32], &json!({ "name": "Rav" }), at(1)).await.unwrap();
    paper.store.keep_gift(id, &[7; 32], &json!({ "name": "Ravi" }), at(2)).await.unwrap();
    let kept = paper.store.gift_by_code(&[7; 32]).await.unwrap().expect("it is there");
    assert_eq!((kept.subscription_id, &kept.gift["name"], kept.created_at), (id, &json!("Ravi"), at(1)));
    assert_eq!(paper.store.gift_by_code(&[8; 32]).await.unwrap(), None);
    assert!(paper.store.note_gift_claimed(id, ravi.id, at(3)).await.unwrap());
    assert!(!paper.store.note_gift_claimed(id, third.id, at(4)).await.unwrap(), "the first claim stays");
    paper.store.keep_gift(id, &[7; 32], &json!({ "name": "Other" }), at(5)).await.unwrap();
    let kept = paper.store.gift_of(id).await.unwrap().expect("it is there");
    assert_eq!((kept.claimed_by, kept.claimed_at, &kept.gift["name"]), (Some(ravi.id), Some(at(3)), &json!("Ravi")));
    assert_eq!(paper.store.gifts_claimed_by(ravi.id).await.unwrap(), vec![kept]);
    assert_eq!(paper.store.gifts_claimed_by(third.id).await.unwrap(), Vec::new());
    // A code belongs to one gift.
    let other = contract(&paper, giver.id, true, None).await;
    paper.store.keep_gift(other, &[7; 32], &json!({}), at(6)).await.expect_err("the code is taken");
}

async fn a_coupon_counts_where_a_contract_ran(paper: Paper) {
    let asha = a_reader(&paper.store, "asha").await;
    contract(&paper, asha.id, false, Some(("welcome".into(), Some(1)))).await;
    // An open checkout may be gone on with: its code is not used up for the one who looks again.
    assert_eq!(paper.store.coupon_uses("welcome", asha.id).await.unwrap(), (0, false));
    assert_eq!(paper.store.coupon_uses("unknown", asha.id).await.unwrap(), (0, false));
}

async fn an_account_is_erased_whole_or_not_at_all(paper: Paper) {
    let store = &paper.store;
    let reader = a_reader(store, "asha").await;
    let open = contract(&paper, reader.id, false, None).await;
    assert_eq!(store.erase_reader(reader.id, None, at(1)).await.unwrap(), Erased::ContractRuns(open));
    assert_eq!(store.reader(reader.id).await.unwrap().unwrap().name, "asha", "nothing was changed");
    assert_eq!(store.erase_reader(9_999, None, at(1)).await.unwrap(), Erased::NoSuchReader);

    let other = a_reader(store, "ravi").await;
    let session = |id: i64, byte: u8| NewSession {
        token_hash: vec![byte; 32],
        reader_id: id,
        device: "Firefox".into(),
        expires_at: at(9_000),
    };
    store.create_session(&session(other.id, 1), at(1)).await.unwrap();
    store.set_billing_party(other.id, &json!({ "name": "Ravi" }), at(1)).await.unwrap();
    let read = ReaderRead { reader_id: other.id, period: 1, story: 1, day: 1 };
    store.record_reads(&[read]).await.unwrap();
    let mail = |to: &str, reader_id: Option<i64>| NewMail {
        key: None,
        kind: "receipt".into(),
        to: to.into(),
        subject: "s".into(),
        text: "t".into(),
        html: None,
        reader_id,
        about: None,
        attachments: Vec::new(),
    };
    for (to, id) in
        [(other.email.as_str(), Some(other.id)), (other.email.as_str(), None), (reader.email.as_str(), None)]
    {
        store.queue_mail(&mail(to, id), at(2)).await.unwrap();
    }
    let farewell = mail(&other.email, None);
    assert_eq!(store.erase_reader(other.id, Some(&farewell), at(3)).await.unwrap(), Erased::Done);
    let gone = store.reader(other.id).await.unwrap().expect("its number stays");
    assert_eq!((gone.email.as_str(), gone.name.as_str(), gone.verified_at), ("", "", None));
    assert!(store.session(&[1; 32], at(4)).await.unwrap().is_none());
    assert_eq!(store.billing_party(other.id).await.unwrap(), None);
    // What was still on its way from memory is dropped as well.
    store.record_reads(&[ReaderRead { story: 2, ..read }]).await.unwrap();
    assert_eq!(store.reads_of(other.id, 1).await.unwrap(), Vec::new());
    let to: Vec<String> = store.mails(10).await.unwrap().into_iter().map(|m| m.to).collect();
    assert_eq!(to, [other.email.clone(), reader.email.clone()], "the farewell, and what is another's");
    assert_eq!(store.events_of(&format!("reader:{}", other.id)).await.unwrap().len(), 1);
    assert_eq!(store.erase_reader(other.id, None, at(5)).await.unwrap(), Erased::NoSuchReader, "once");
    // The address may begin anew.
    assert_ne!(a_reader(store, "ravi").await.id, other.id);
}
