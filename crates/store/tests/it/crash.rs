//! Killing the process at any moment loses nothing that was confirmed and leaves nothing half done.
use crate::harness::{a_checkout, a_reader, an_attempt, settlement};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use store::{Location, Settled, Store};

const PATH: &str = "MASTHEAD_TEST_CRASH_PATH";

/// The child: subscribes one reader after another and says so after each commit. Does nothing when run as an ordinary test.
#[tokio::test]
async fn the_one_to_be_killed() {
    let Ok(path) = std::env::var(PATH) else { return };
    let store = Store::open(&Location::Sqlite(path.into())).await.unwrap();
    let first = store.readers_after(0, usize::MAX).await.unwrap().len();
    for n in first.. {
        let reader = a_reader(&store, &format!("reader-{n}")).await;
        let contract = a_checkout(&store, &reader).await;
        let attempt = an_attempt(&store, &contract, 1).await;
        assert!(matches!(store.settle(&settlement(&attempt, &contract)).await.unwrap(), Settled::Now { .. }));
        println!("confirmed {}", attempt.id);
    }
}

#[tokio::test]
async fn a_killed_process_keeps_what_it_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.db");
    let mut confirmed: Vec<i64> = Vec::new();
    for cycle in 1..=6 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::the_one_to_be_killed", "--nocapture"])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // killed in the middle of whatever follows the last line read
        let mut wanted = 3 * cycle;
        while wanted > 0 {
            let line = lines.next().expect("the child ended by itself").unwrap();
            if let Some((_, id)) = line.split_once("confirmed ") {
                confirmed.push(id.trim().parse().unwrap());
                wanted -= 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        confirmed.extend(
            lines.map_while(Result::ok).filter_map(|l| l.split_once("confirmed ")?.1.trim().parse::<i64>().ok()),
        );
        let store = Store::open(&Location::Sqlite(path.clone())).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        for id in &confirmed {
            assert_eq!(store.attempt(*id).await.unwrap().unwrap().state, "captured", "attempt {id} was confirmed");
        }
        let captured = store
            .ledger_balances()
            .await
            .unwrap()
            .iter()
            .find(|b| b.account == "clearing:sandbox")
            .map_or(0, |b| b.amount);
        assert!(captured >= 270_000 * i64::try_from(confirmed.len()).unwrap());
        store.close().await;
    }
    assert!(confirmed.len() >= 63);
}
