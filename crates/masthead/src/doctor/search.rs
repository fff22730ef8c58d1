//! The search index against the store.
use std::path::Path;

use search::State;
use store::Store;

use super::Findings;
use crate::config::Publication;
use crate::searching::Searching;

/// Whether the index is whole, and how far it is behind. One that is missing is no fault: the running paper makes it.
pub(super) async fn check(findings: &mut Findings, data: &Path, publication: &Publication, store: &Store) {
    let searching = match Searching::open(data, publication) {
        Ok(searching) => searching,
        Err(error) => return findings.fault(error.to_string()),
    };
    let (cursor, documents) = match searching.index.state() {
        State::Ready { position, documents } => (position.cursor, documents),
        State::Absent { why } => {
            return findings.warn(format!(
                "the search index is not there. {why} The running paper makes it, or masthead index --rebuild"
            ));
        }
    };
    let index = std::sync::Arc::clone(&searching.index);
    match tokio::task::spawn_blocking(move || index.verify()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return findings.fault(error.to_string()),
        Err(_) => return findings.fault("the search index could not be read; run masthead index --rebuild"),
    }
    match store.stories_version().await {
        Ok(version) if version == cursor => {
            findings.good(format!("the search index is whole: {documents} stories, and every change"));
        }
        Ok(version) => findings.warn(format!(
            "the search index holds changes up to {cursor} of {version}; the running paper catches up, or masthead index"
        )),
        Err(error) => findings.fault(error.to_string()),
    }
}
