//! Year and section of every story of a segment, as one small number each, so that a million matches are counted in a few milliseconds.
//!
//! Made once for each segment from its columns, held as long as the segment is: two bytes a story.
use crate::schema::UNDATED;
use crate::times::Times;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tantivy::columnar::ColumnValues;
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

/// A year and a section that some story of the segment has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    /// 0 where the date is not known.
    pub year: u64,
    /// `None` where the story has no section.
    pub section: Option<String>,
}

/// What the stories of one segment are, in the order of the segment.
pub(crate) struct Codes {
    /// What a code stands for.
    pub kinds: Vec<Kind>,
    /// The code of each story; stories of kinds beyond 65,535 share the last, which no paper has.
    pub of: Vec<u16>,
    pub times: Times,
    /// Opened once: that takes longer than many a search.
    pub dates: Arc<dyn ColumnValues<i64>>,
    pub numbers: Arc<dyn ColumnValues<u64>>,
}

impl Codes {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let years = columns.u64("year")?.first_or_default_col(0);
        let sections = columns.str("section")?;
        let ordinals = sections.as_ref().map(|column| column.ords().clone().first_or_default_col(u64::MAX));
        let (mut seen, mut pairs, mut of) = (HashMap::new(), Vec::new(), Vec::new());
        for doc in 0..reader.max_doc() {
            let pair = (years.get_val(doc), ordinals.as_ref().map_or(u64::MAX, |column| column.get_val(doc)));
            let code = *seen.entry(pair).or_insert_with(|| {
                let code = u16::try_from(pairs.len()).unwrap_or(u16::MAX);
                if pairs.len() <= usize::from(u16::MAX) {
                    pairs.push(pair);
                }
                code
            });
            of.push(code);
        }
        let mut kinds = Vec::with_capacity(pairs.len());
        for (year, ordinal) in pairs {
            let mut code = String::new();
            let known = match &sections {
                Some(column) if ordinal != u64::MAX => column.ord_to_str(ordinal, &mut code)?,
                _ => false,
            };
            kinds.push(Kind { year, section: known.then_some(code) });
        }
        let dates = columns.i64("date")?.first_or_default_col(UNDATED);
        let numbers = columns.u64("number")?.first_or_default_col(0);
        Ok(Self { kinds, of, times: Times::of(dates.as_ref(), reader.max_doc()), dates, numbers })
    }
}

/// The codes of all segments that are in use.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllCodes(Arc<Mutex<HashMap<SegmentId, Weak<Codes>>>>);

/// The codes of a searcher's segments, in their order.
pub(crate) type Coded = Vec<Arc<Codes>>;

impl AllCodes {
    /// The codes of a searcher's segments; those that are held already are not read again.
    pub(crate) fn of(&self, searcher: &Searcher) -> tantivy::Result<Coded> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |reader: &SegmentReader| {
            let id = reader.segment_id();
            if let Some(codes) = held.get(&id).and_then(Weak::upgrade) {
                return Ok(codes);
            }
            let codes = Arc::new(Codes::read(reader)?);
            held.insert(id, Arc::downgrade(&codes));
            Ok(codes)
        };
        let coded = searcher.segment_readers().iter().map(one).collect();
        held.retain(|_, codes| codes.strong_count() > 0);
        coded
    }
}
