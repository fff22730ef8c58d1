//! `masthead index`: brings the search index up to the store, or makes it anew.
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use search::{Index, State};
use store::Span;

use super::{Failure, Place, say};
use crate::catalogue::Catalogue;
use crate::clock::{Clock, stopwatch};
use crate::searching::{self, Searching};

/// # Errors
/// One clear line.
pub async fn run(place: &Place, rebuild: bool) -> Result<(), Failure> {
    let opened = super::open(place).await?;
    let said = |e: &dyn std::fmt::Display| Failure::said(e.to_string());
    let searching = Searching::open(&place.data, &opened.publication).map_err(|e| said(&e))?;
    let (clock, started) = (Clock::system(), stopwatch());
    let now = clock.now();
    let absent = matches!(searching.index.state(), State::Absent { .. });
    if rebuild || absent {
        let stories = make(&opened.store, &searching.index, now).await?;
        say(&format!("The search index is new: {stories} stories in {:.1} s.", started.elapsed().as_secs_f64()));
    }
    // a running paper knows the stories whose time has come; here they are read from the store
    let stories = opened.store.stories_version().await?;
    let followed = searching.follow(&opened.store, &Catalogue::default(), now).await.map_err(|e| said(&e))?;
    say(&format!("The search index holds every change up to {stories}; {followed} went in now."));
    opened.store.close().await;
    Ok(())
}

async fn make(store: &store::Store, index: &Arc<Index>, now: jiff::Timestamp) -> Result<usize, Failure> {
    let span = store.first_and_latest(now).await?;
    let all = match span {
        Some((first, latest)) => store.count_stories(&[Span { from: first, to: latest }], now).await?.into_iter().sum(),
        None => 0,
    };
    let bar = ProgressBar::new(all);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} stories, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    let made = searching::make(store, index, now, |done| {
        // stories without a date, and those of this minute, are not in the count
        bar.set_length(all.max(done));
        bar.set_position(done);
    });
    let made = made.await;
    bar.finish_and_clear();
    made.map_err(|e| Failure::said(e.to_string()))
}
