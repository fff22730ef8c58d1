//! How long each step of the round took, from the spans that the house and the store open for them.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The store's word for what a transaction wrote.
const WRITTEN: &str = "written";

/// What was spent on one kind of step, without the steps inside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub times: u64,
    pub took: Duration,
}

/// What was done between two looks.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    pub steps: BTreeMap<&'static str, Spent>,
    pub commits: u64,
    /// Rows and bytes that decisions wrote.
    pub rows: u64,
    pub bytes: u64,
}

impl Sum {
    /// The steps, longest first, each with its share of the whole time; what no step claims is the last line.
    pub fn print(&self, seconds: f64) {
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort_by_key(|(_, spent)| std::cmp::Reverse(spent.took));
        let mut rest = seconds;
        for (name, spent) in steps {
            let took = spent.took.as_secs_f64();
            rest -= took;
            println!("step {:.1} {took:.2} {} {name}", took * 100.0 / seconds, spent.times);
        }
        println!("step {:.1} {rest:.2} 1 everything else", rest * 100.0 / seconds);
    }
}

/// Adds up what the steps take, by name.
#[derive(Debug, Clone, Default)]
pub struct Steps(Arc<Mutex<Sum>>);

impl Visit for Sum {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "rows" => self.rows += value,
            "bytes" => self.bytes += value,
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// A step that runs.
struct Running {
    since: Instant,
    inside: Duration,
}

impl Steps {
    /// What was added up so far; begins anew.
    pub fn take(&self) -> Sum {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Steps {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let since = masthead::clock::stopwatch();
            span.extensions_mut().insert(Running { since, inside: Duration::ZERO });
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().name() == WRITTEN {
            event.record(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(running) = span.extensions_mut().remove::<Running>() else { return };
        let whole = running.since.elapsed();
        if let Some(parent) = span.parent()
            && let Some(around) = parent.extensions_mut().get_mut::<Running>()
        {
            around.inside += whole;
        }
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sum.commits += u64::from(span.name() == "commit");
        let spent = sum.steps.entry(span.name()).or_default();
        spent.times += 1;
        spent.took += whole.saturating_sub(running.inside);
    }
}
