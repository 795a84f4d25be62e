//! What all rows gave, as they gave it.

use crate::error::BatchError;
use crate::lock::Run;
use crate::model::Output;
use crate::shard::load;

/// What a row gave, or why it has no value.
pub type Gave = Result<Vec<Output>, String>;

/// What was remarked, and how often.
pub type Remarks = Vec<(String, u64)>;

/// What each row gave, in their order, and what was remarked. Of outputs over time nothing is told.
///
/// # Errors
/// [`BatchError::Shards`] if one is not there.
pub fn rows(run: &Run) -> Result<(Vec<Gave>, Remarks), BatchError> {
    let (mut all, mut remarks) = (Vec::new(), Vec::new());
    for index in 0..run.lock().shards.count {
        let body = load(run, index).map_err(|why| BatchError::Shards {
            folder: run.folder().to_owned(),
            count: run.lock().shards.count,
            wrong: vec![(index, why)],
        })?;
        for done in body.rows {
            if let Some(why) = done.failed {
                all.push(Err(why));
                continue;
            }
            let output = |(place, value): (u32, Option<crate::model::Cell>)| {
                let (name, unit) = body.names.get(place as usize)?.clone();
                Some(Output { name, unit, value })
            };
            all.push(Ok(done.cells.into_iter().filter_map(output).collect()));
        }
        for (text, times) in body.remarks {
            crate::remarks::count(&mut remarks, text, times);
        }
    }
    Ok((all, remarks))
}
