//! By what a doubt is known to be still as somebody saw it, so that a page that was open for long undoes nobody's work.
use super::{Doubt, DoubtKind};
use crate::rows::{Read as _, json, ms, sql};
use crate::stories::load;
use crate::{Store, StoreError};
use newsroom::articles::StoryNumber;
use sqlx::AnyConnection;

impl Store {
    /// A short digest of what a doubt stands on: of an open one what its choices would change, of a decided one the decision.
    ///
    /// # Errors
    /// The database's.
    pub async fn print_of_doubt(&self, doubt: &Doubt) -> Result<String, StoreError> {
        print(&mut *self.reader.acquire().await?, doubt).await
    }
}

pub(super) async fn print(tx: &mut AnyConnection, doubt: &Doubt) -> Result<String, StoreError> {
    let mut seen = vec![doubt.kind.word().to_owned()];
    if let Some(decided) = &doubt.decided {
        // Whether its story allows to take it back is looked at then.
        seen.extend([ms(decided.at).to_string(), decided.choice.clone(), format!("{:?}", decided.by)]);
    } else {
        let other = doubt.evidence.other.map(StoryNumber).filter(|_| doubt.kind == DoubtKind::SameStory);
        for number in std::iter::once(doubt.number).chain(other) {
            let Some(stored) = load(tx, number).await? else { continue };
            let story = stored.story;
            match doubt.kind {
                DoubtKind::Headline => seen.extend([story.headline, story.headline_provisional.to_string()]),
                DoubtKind::Date => seen.push(format!("{:?}", story.published_at.map(ms))),
                DoubtKind::SameStory => {
                    let text = "SELECT supplanted_by FROM stories WHERE number = $1";
                    let row = sql(text).bind(i64::from(number.0)).fetch_one(&mut *tx).await?;
                    let by = format!("{:?}", row.opt_int("supplanted_by")?);
                    seen.extend([by, story.headline, json("story", &story.body)?]);
                }
                DoubtKind::Paragraph | DoubtKind::Order | DoubtKind::LeftOut | DoubtKind::Correction => {
                    seen.push(json("story", &story.body)?);
                }
                DoubtKind::Look => {}
            }
        }
    }
    Ok(blake3::hash(json("doubt", &seen)?.as_bytes()).to_hex()[..16].to_owned())
}
