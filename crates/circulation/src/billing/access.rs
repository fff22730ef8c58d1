//! Rights as a pure function of what is kept: every stretch paid for, every grace, every trial is one dated grant.
use jiff::Timestamp;

use super::{Dossier, Invoice};
use crate::benefits::{Grant, GrantSource};
use crate::readers::ReaderId;

impl Dossier {
    /// Every right that this contract has ever given, with whose it is; the store keeps one for each reference. Who
    /// may read at an instant is [`crate::benefits::rights_at`] over these and the grants of other sources
    /// (complimentary, seats, partners), which billing never touches.
    pub fn grants(&self) -> Vec<(ReaderId, Grant)> {
        let id = self.contract.id.0;
        let holder = self.contract.holder();
        let source = if self.contract.offer.gift.is_some() { GrantSource::Gift } else { GrantSource::Purchase };
        let mut all = Vec::new();
        let mut give = |benefits, source, starts_at: Timestamp, ends_at: Timestamp, reference| {
            let ends_at = self.held_back(ends_at).max(starts_at);
            all.push((holder, Grant { benefits, source, starts_at, ends_at: Some(ends_at), reference }));
        };
        if let Some(trial) = &self.contract.trial {
            let reference = format!("sub-{id}-trial");
            give(self.contract.plan.benefits, GrantSource::Trial, trial.started, trial.ends, reference);
        }
        for invoice in &self.invoices {
            let name = format!("sub-{id}-p{}", invoice.number);
            for (index, (starts, ends)) in self.stretches(invoice).enumerate() {
                let reference = if index == 0 { name.clone() } else { format!("{name}-s{index}") };
                give(invoice.plan.benefits, source, starts, ends, reference);
            }
            if let Some((from, until)) = invoice.grace {
                give(invoice.plan.benefits, source, from, until, format!("{name}-grace"));
            }
        }
        all
    }

    /// The stretches of an invoice as instants.
    fn stretches(&self, invoice: &Invoice) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let zone = &self.contract.zone;
        let stretches = invoice.service.iter().flat_map(|service| &service.stretches);
        stretches.filter_map(|stretch| {
            let starts = zone.start_of_day(stretch.from)?.max(stretch.since);
            let ends = zone.start_of_day(stretch.to)?;
            Some((starts, stretch.cut.map_or(ends, |cut| ends.min(cut))))
        })
    }

    fn held_back(&self, ends: Timestamp) -> Timestamp {
        self.contract.hold.as_ref().filter(|hold| hold.cut).map_or(ends, |hold| ends.min(hold.since))
    }
}
