//! Times that somebody looks for: what is offered beside the words, what is shown where the words find nothing, and why a time finds nothing.
use jiff::civil::Date;
use pages::views::{Link, OfTime};
use search::{Days, Found, Reach};

use super::asked::{Asked, Meant};
use super::{Missing, found};
use crate::house::House;
use crate::web::archive::Extent;
use crate::web::error::Fault;

/// What the words may mean as a time, as far as the archive reaches.
#[derive(Default)]
pub(super) struct Times {
    /// The pages of the archive of the times that the words name and nothing else.
    pub pages: Vec<Link>,
    /// The results of the times that some of the words may name.
    pub offered: Vec<Link>,
    /// The one time that is meant.
    pub meant: Option<Meant>,
}

impl Times {
    pub(super) async fn of(house: &House, asked: &Asked, today: Date) -> Result<Self, Fault> {
        let (spoken, mut meant) = (asked.spoken(), asked.times_meant());
        if spoken.is_empty() && meant.is_empty() {
            return Ok(Self::default());
        }
        let extent = Extent::of(house, today).await?;
        meant.retain(|time| extent.meets(time.days));
        // what is a time as a whole has no words beside it
        let among_words = meant.iter().filter(|_| spoken.is_empty());
        let link = |time: &Meant| Link::new(time.said.clone(), asked.with(|asked| asked.q.clone_from(&time.q)));
        Ok(Self {
            offered: among_words.map(link).collect(),
            pages: spoken.into_iter().filter(|days| extent.reaches(*days)).filter_map(Asked::page_of).collect(),
            meant: if meant.len() == 1 { meant.pop() } else { None },
        })
    }
}

/// What is shown, and what was searched for it.
pub(super) struct Answer {
    pub asked: Asked,
    pub query: search::Query,
    pub found: Found,
    /// The words found nothing as they are written: these are stories of the time that they name.
    pub of_time: Option<OfTime>,
}

/// What the words find; where that is nothing as they are written, the stories of the time that is meant.
pub(super) async fn answer(
    house: &House,
    asked: Asked,
    query: search::Query,
    reach: Option<&Reach>,
    meant: Option<&Meant>,
) -> Result<Answer, Missing> {
    let written = found(house, &asked, query.clone(), reach.cloned()).await?;
    let corrected = written.instead.is_some();
    if let Some(meant) = meant.filter(|_| written.total == 0 || corrected) {
        let timed = Asked { q: meant.q.clone(), ..asked.clone() };
        let (narrowed, _) = timed.query(house);
        let found = found(house, &timed, narrowed.clone(), reach.cloned()).await?;
        // other letters are a guess, as a time is: one guess is better than two
        if found.total > 0 && !(corrected && found.instead.is_some()) {
            let of_time = OfTime {
                said: meant.said.clone(),
                beside_words: !meant.alone,
                written: asked.with(|asked| asked.q.clone_from(&meant.written)),
            };
            let of_time = found.instead.is_none().then_some(of_time);
            return Ok(Answer { asked: timed, query: narrowed, found, of_time });
        }
    }
    Ok(Answer { asked, query, found: written, of_time: None })
}

/// Why nothing was found, where a time is the reason.
pub(super) async fn why_nothing(
    house: &House,
    asked: &Asked,
    query: &search::Query,
    today: Date,
) -> Result<Option<String>, Fault> {
    if Days::is_no_day(asked.bare()) {
        return Ok(Some(format!("There is no day “{}”.", asked.bare())));
    }
    let meant = asked.times_meant();
    let days = query.days();
    if days.exclude_each_other() || meant.is_empty() && days == Days::default() {
        return Ok(None);
    }
    let extent = Extent::of(house, today).await?;
    let reasons: Option<Vec<String>> = meant.iter().map(|time| extent.beside(time.days)).collect();
    Ok(match (meant.as_slice(), reasons) {
        ([], _) => extent.beside(days),
        (_, Some(reasons)) => reasons.into_iter().next(),
        ([time], None) if time.alone && !asked.form().is_narrowed() => {
            Some(format!("There is no story {}.", time.said))
        }
        (_, None) => None,
    })
}
