//! Who was held back, as it is sent to where a run goes on: numbers to the bit.

use serde::{Deserialize, Serialize};

use super::{Held, Span};
use crate::chassis::Bound;

/// A [`Held`] with its numbers as bits, since some may be infinite.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Written {
    whole: u64,
    spans: Vec<(String, String, [u64; 4])>,
}

impl From<Held> for Written {
    fn from(held: Held) -> Self {
        let span = |s: Span| {
            let numbers = [s.limit, s.most, s.time, s.throttle];
            (s.vm, s.by.name().to_owned(), numbers.map(f64::to_bits))
        };
        Self { whole: held.whole.to_bits(), spans: held.spans.into_iter().map(span).collect() }
    }
}

impl TryFrom<Written> for Held {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let span = |(vm, by, numbers): (String, String, [u64; 4])| {
            let by = Bound::ALL.into_iter().find(|bound| bound.name() == by);
            let by = by.ok_or("a VM is held back by something unknown")?;
            let [limit, most, time, throttle] = numbers.map(f64::from_bits);
            Ok(Span { vm, by, limit, most, time, throttle })
        };
        let spans = written.spans.into_iter().map(span).collect::<Result<_, &str>>()?;
        Ok(Self { whole: f64::from_bits(written.whole), spans })
    }
}
