//! Plans as readers see them.
use pages::views;

use crate::config::Publication;

/// The plan cards, in the publisher's order.
#[must_use]
pub fn cards(publication: &Publication) -> Vec<views::PlanCard> {
    publication.plans.plans().iter().map(card).collect()
}

#[must_use]
pub fn card(plan: &circulation::plans::Plan) -> views::PlanCard {
    let line = plan.terms.price_line();
    views::PlanCard {
        code: plan.terms.code.as_str().to_owned(),
        name: plan.terms.name.clone(),
        price: line.price,
        term: line.term,
        monthly: Some(line.monthly),
        note: plan.best_value.then(|| "Lowest price a month".to_owned()),
    }
}
