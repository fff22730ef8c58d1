//! Plans as readers see them.
use circulation::readers::ReaderId;
use pages::views;

use super::checkout::special;
use crate::billing::BillingError;
use crate::config::Publication;
use crate::house::House;

/// The plan cards, in the publisher's order.
#[must_use]
pub fn cards(publication: &Publication) -> Vec<views::PlanCard> {
    publication.plans.plans().iter().map(|plan| card(publication, plan)).collect()
}

#[must_use]
pub fn card(publication: &Publication, plan: &circulation::plans::Plan) -> views::PlanCard {
    let line = plan.terms.price_line();
    views::PlanCard {
        code: plan.terms.code.as_str().to_owned(),
        name: plan.terms.name.clone(),
        price: line.price,
        term: line.term,
        monthly: Some(line.monthly),
        note: plan.best_value.then(|| "Lowest price a month".to_owned()),
        offer: special::on_card(publication, plan),
    }
}

/// Puts on the cards what is special for this very reader: the offer for newcomers, the price for coming back, or nothing.
///
/// # Errors
/// The store's; a plan that cannot be sold.
pub async fn for_reader(house: &House, reader: ReaderId, cards: &mut [views::PlanCard]) -> Result<(), BillingError> {
    if house.publication.offers.is_empty() {
        return Ok(());
    }
    for card in cards {
        let Some(plan) = house.publication.plans.plan(&card.code) else { continue };
        let special = special::offer(house, reader, plan, "").await?.offer.special;
        card.offer = match (&special.win_back, &special.intro) {
            (Some(_), Some(intro)) => {
                let term = plan.terms.term.to_string().to_lowercase();
                let first = special::first_price(intro.periods, &intro.price.to_string(), &term);
                Some(format!("Welcome back: {first}, then {}", plan.terms.price))
            }
            (None, _) if special.trial_days.is_some() || special.intro.is_some() => card.offer.take(),
            _ => None,
        };
    }
    Ok(())
}
