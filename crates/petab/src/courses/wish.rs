//! What is to be fitted, as text.

use std::str::FromStr;

/// Without bounds, a parameter may be so many times smaller or greater than where it starts.
const FACTOR: f64 = 1000.0;

/// Within which values a search stays; an end that is absent is left to it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// The lower one.
    pub low: Option<f64>,
    /// The upper one.
    pub high: Option<f64>,
}

impl Bounds {
    fn hold(&self, x: f64) -> bool {
        self.low.is_none_or(|low| x >= low) && self.high.is_none_or(|high| x <= high)
    }

    /// The middle of both, of ratios where they have a sign.
    fn middle(&self) -> Option<f64> {
        let (low, high) = (self.low?, self.high?);
        Some(if low > 0.0 { (low * high).sqrt() } else { 0.5 * (low + high) })
    }
}

/// A parameter to fit: `ID`, `ID=START`, `ID:MIN..MAX` or `ID=START:MIN..MAX`.
///
/// # Examples
/// ```
/// use bioxen_petab::Wish;
/// let wish: Wish = "k1=0.5:0.01..10".parse()?;
/// assert_eq!((wish.start, wish.bounds.low, wish.bounds.high), (Some(0.5), Some(0.01), Some(10.0)));
/// assert!("k1=fast".parse::<Wish>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The id of a parameter, a compartment, or a species whose start is fitted.
    pub id: String,
    /// Where the first search begins; else at the value of the model.
    pub start: Option<f64>,
    /// Its bounds.
    pub bounds: Bounds,
}

impl FromStr for Wish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "give ID, ID=START, ID:MIN..MAX or ID=START:MIN..MAX, such as k1=0.5:0.01..10";
        let number = |text: &str| {
            let found = text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
            found.ok_or_else(|| format!("`{text}` is no number; {form}"))
        };
        let (head, range) = match text.split_once(':') {
            Some((head, range)) => (head, Some(range)),
            None => (text, None),
        };
        let (id, start) = match head.split_once('=') {
            Some((id, start)) => (id, Some(number(start)?)),
            None => (head, None),
        };
        let id = id.trim().to_owned();
        if id.is_empty() {
            return Err(form.to_owned());
        }
        let mut wish = Self { id, start, bounds: Bounds::default() };
        if let Some(range) = range {
            let (low, high) = range.split_once("..").ok_or_else(|| form.to_owned())?;
            let end =
                |text: &str| if text.trim().is_empty() { Ok(None) } else { number(text).map(Some) };
            wish.bounds = Bounds { low: end(low)?, high: end(high)? };
        }
        Ok(wish)
    }
}

impl Wish {
    /// The lower bound, the start and the upper bound, for a value of the model.
    ///
    /// # Errors
    /// What is missing, or does not fit.
    pub(super) fn range(&self, value: f64) -> Result<(f64, f64, f64), String> {
        let bounds = &self.bounds;
        let start = match self.start {
            Some(start) if !bounds.hold(start) => {
                return Err(format!("starts at {start}, outside of its bounds"));
            }
            Some(start) => start,
            // The bounds count for more than what the model says.
            None if value.is_finite() && bounds.hold(value) => value,
            None => bounds.middle().unwrap_or(f64::NAN),
        };
        if !start.is_finite() {
            return Err("has no value in the model; give a start: ID=START".to_owned());
        }
        let (low, high) = match (bounds.low, bounds.high) {
            (Some(low), Some(high)) => (low, high),
            (low, high) if start > 0.0 => {
                (low.unwrap_or(start / FACTOR), high.unwrap_or(start * FACTOR))
            }
            _ => {
                return Err(format!(
                    "starts at {start}, which says nothing of its size; give bounds: ID:MIN..MAX"
                ));
            }
        };
        match low < high {
            true => Ok((low, start, high)),
            false => Err(format!(
                "must lie between {low} and {high}, of which the first must be below the second"
            )),
        }
    }
}
