//! Plans as readers see them.
use circulation::benefits::{Benefit, Benefits};
use circulation::gate::{Class, Delivery, Question, Standing};
use circulation::readers::ReaderId;
use circulation::subscriptions::{State, Subscription};
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

/// Cards of the plans whose rights open a story, by the gate's own rule: at a wall nothing is sold that leaves it standing.
#[must_use]
pub fn cards_that_open(publication: &Publication, class: Class, archived: bool) -> Vec<views::PlanCard> {
    let opens = |plan: &&circulation::plans::Plan| {
        let question = Question {
            class,
            archived,
            standing: Standing::Registered,
            benefits: plan.terms.benefits,
            delivery: Delivery::Head,
            network_spent: false,
        };
        question.opens_by_right()
    };
    publication.plans.plans().iter().filter(opens).map(|plan| card(publication, plan)).collect()
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
        note: note(publication, plan),
        offer: special::on_card(publication, plan),
        choice: views::PlanChoice::Begin,
    }
}

/// What is said below the price: that it is the lowest, and which rights of the other plans it does not include.
fn note(publication: &Publication, plan: &circulation::plans::Plan) -> Option<String> {
    let lowest = plan.best_value && publication.plans.is_lowest_a_month(plan);
    let lowest = lowest.then(|| "Lowest price a month".to_owned());
    let said: Vec<String> = lowest.into_iter().chain(without(publication, plan, Benefits::NONE)).collect();
    (!said.is_empty()).then(|| said.join(". "))
}

/// Which rights of the other plans on sale, and of those `held` now, a plan does not give: `Without premium stories, the archive`.
#[must_use]
pub fn without(publication: &Publication, plan: &circulation::plans::Plan, held: Benefits) -> Option<String> {
    let all = publication.plans.plans().iter().fold(held, |all, plan| all.union(plan.terms.benefits));
    let missing: Vec<&str> = all.iter().filter(|b| !plan.terms.benefits.contains(*b)).map(said).collect();
    (!missing.is_empty()).then(|| format!("Without {}", missing.join(", ")))
}

/// What rights open, in a line: `every story, ad-free reading and the e-paper`. Nothing is promised that the gate would refuse.
#[must_use]
pub fn opened(publication: &Publication, benefits: Benefits) -> String {
    let archive = publication.archive.after_days.is_none() || benefits.contains(Benefit::Archive);
    let every = archive && benefits.contains(Benefit::Unlimited) && benefits.contains(Benefit::Premium);
    let of_stories = |benefit: &Benefit| matches!(benefit, Benefit::Unlimited | Benefit::Premium | Benefit::Archive);
    let whole = every.then_some("every story");
    let rest = benefits.iter().filter(|benefit| !(every && of_stories(benefit))).map(said);
    let mut parts: Vec<&str> = whole.into_iter().chain(rest).collect();
    match parts.pop() {
        None => "what the meter opens".to_owned(),
        Some(last) if parts.is_empty() => last.to_owned(),
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}

const fn said(benefit: Benefit) -> &'static str {
    match benefit {
        Benefit::Unlimited => "unlimited reading",
        Benefit::Premium => "premium stories",
        Benefit::AdFree => "ad-free reading",
        Benefit::Edition => "the e-paper",
        Benefit::Archive => "the archive",
        Benefit::Newsletters => "newsletters",
        Benefit::MarketAnalysis => "market analysis",
        Benefit::Partner => "the partner title",
        Benefit::EveryDevice => "reading on every device",
    }
}

/// Makes a card one for a reader with a running contract: their own plan, or one to change to. First prices are for those who begin.
pub fn beside(contract: &Subscription, card: &mut views::PlanCard) {
    card.offer = None;
    if contract.plan().code.as_str() != card.code {
        card.choice = views::PlanChoice::Change;
        return;
    }
    // where something is owed, or paid days wait, their account says how it stands
    let until = match contract.state() {
        State::Trial => contract.trial().map(|trial| ("Free until", trial.to)),
        State::Active => contract.paid_through().map(|to| ("Paid until", to)),
        _ => None,
    };
    card.choice = views::PlanChoice::Own(until.map(|(word, to)| format!("{word} {}", to.strftime("%-d %B %Y"))));
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
