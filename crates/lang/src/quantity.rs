//! Calculations with quantities: which of them may be added, compared and scaled.

use std::cmp::Ordering;

use rhai::{Array, Dynamic};
use serde_json::{Number, Value, json};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::number::{kind, plain};
use super::value::total;
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent, Time, TimeUnit, short};

/// A value with a unit.
pub trait Quantity:
    Send + Sync + Clone + Copy + PartialEq + PartialOrd + std::fmt::Display + 'static
{
    /// How much it is, in the one unit in which it is calculated.
    fn amount(self) -> f64;

    /// So much, in the unit in which `self` is written.
    ///
    /// # Errors
    /// When it is out of range.
    fn of(self, amount: f64) -> Result<Self, LangError>;

    /// The sum of both, in the unit of the first.
    ///
    /// # Errors
    /// When it is out of range.
    fn plus(self, other: Self) -> Result<Self, LangError> {
        self.of(self.amount() + other.amount())
    }
}

impl Quantity for Duration {
    fn amount(self) -> f64 {
        self.time().seconds()
    }

    fn of(self, amount: f64) -> Result<Self, LangError> {
        Ok(self.with(seconds(amount)?))
    }

    // Whole microseconds add up exactly.
    fn plus(self, other: Self) -> Result<Self, LangError> {
        let sum = self.time() + other.time();
        seconds(sum.seconds()).map(|_| self.with(sum))
    }
}

impl Quantity for Kilobases {
    fn amount(self) -> f64 {
        self.0
    }

    fn of(self, amount: f64) -> Result<Self, LangError> {
        finite(amount).map(Self)
    }
}

impl Quantity for Percent {
    fn amount(self) -> f64 {
        self.0
    }

    fn of(self, amount: f64) -> Result<Self, LangError> {
        finite(amount).map(Self)
    }
}

impl Quantity for Concentration {
    fn amount(self) -> f64 {
        self.millimolar()
    }

    fn of(self, amount: f64) -> Result<Self, LangError> {
        let unit = self.unit();
        let amount = finite(amount)?;
        let millimolar = Self::new(amount, bioxen_base::units::ConcentrationUnit::Millimolar);
        Ok(Self::new(millimolar.number_of(unit), unit))
    }

    // Without the way through another unit, which rounds.
    fn plus(self, other: Self) -> Result<Self, LangError> {
        let sum = self + other;
        finite(sum.millimolar()).map(|_| sum)
    }
}

/// The number and the unit of a quantity, as it is written.
pub fn amount(value: &Dynamic) -> Option<(f64, &'static str)> {
    if let Some(time) = value.clone().try_cast::<Duration>() {
        let unit = time.unit().unwrap_or_else(|| TimeUnit::fitting(time.time()));
        // Through microseconds, which are whole: 0.1 min are 6 s.
        return Some((time.time().micros() as f64 / (unit.seconds() * 1e6), unit.symbol()));
    }
    if let Some(length) = value.clone().try_cast::<Kilobases>() {
        return Some((length.0, "kb"));
    }
    if let Some(share) = value.clone().try_cast::<Percent>() {
        return Some((share.0, "percent"));
    }
    let amount = value.clone().try_cast::<Concentration>()?;
    Some((amount.number_of(amount.unit()), amount.unit().symbol()))
}

/// A number, quantity, text, truth value or an array of these as JSON; anything else is null.
pub fn as_json(value: &Dynamic) -> Value {
    if let Some((value, unit)) = amount(value) {
        return json!({ "value": value, "unit": unit });
    }
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().map(as_json).collect();
    }
    let text = || value.clone().into_string().ok().map(Value::String);
    let number = || value.as_float().ok().and_then(Number::from_f64).map(Value::Number);
    let whole = value.as_int().ok().map(Value::from);
    whole.or_else(number).or_else(|| value.as_bool().ok().map(Value::from)).or_else(text).into()
}

/// A time of so many seconds.
///
/// # Errors
/// When it is not finite, or longer than a century.
pub fn seconds(value: f64) -> Result<Time, LangError> {
    Time::checked_seconds(value).ok_or_else(|| LangError::WrongType {
        what: "a time".to_owned(),
        expected: "a finite number of at most a century",
        got: format!("{} s", short(value)),
    })
}

fn finite(amount: f64) -> Result<f64, LangError> {
    amount.is_finite().then_some(amount).ok_or_else(|| LangError::WrongType {
        what: "a quantity".to_owned(),
        expected: "a finite number",
        got: amount.to_string(),
    })
}

/// The difference of two, in the unit of the first.
///
/// # Errors
/// When it is out of range.
pub fn minus<Q: Quantity>(a: Q, b: Q) -> RhaiResultOf<Q> {
    let negative = b.of(-b.amount()).map_err(raise)?;
    a.plus(negative).map_err(raise)
}

/// So many times as much.
///
/// # Errors
/// When it is out of range.
pub fn times<Q: Quantity>(a: Q, factor: f64) -> RhaiResultOf<Q> {
    a.of(a.amount() * factor).map_err(raise)
}

/// A part of it.
///
/// # Errors
/// When it is divided by nothing, or out of range.
pub fn divided<Q: Quantity>(a: Q, divisor: f64) -> RhaiResultOf<Q> {
    if divisor == 0.0 {
        return Err(raise(LangError::ByZero { what: a.to_string() }));
    }
    a.of(a.amount() / divisor).map_err(raise)
}

/// How many times one goes into the other.
///
/// # Errors
/// When the second is nothing.
pub fn ratio<Q: Quantity>(a: Q, b: Q) -> RhaiResultOf<f64> {
    if b.amount() == 0.0 {
        return Err(raise(LangError::ByZero { what: a.to_string() }));
    }
    Ok(a.amount() / b.amount())
}

/// What is said when a quantity meets something with which it cannot be calculated.
pub fn mixed<T>(operator: &'static str, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<T> {
    let number = plain(a).is_some() || plain(b).is_some();
    let hint = match operator {
        "*" | "/" => "a quantity can be multiplied with a plain number and divided by one",
        "%" | "**" => "this is for plain numbers",
        _ if number => match (unit_of(a), unit_of(b)) {
            (None, None) => "both must be of one kind",
            (Some(example), _) | (_, Some(example)) => example,
        },
        _ => "both must be of one kind",
    };
    Err(raise(LangError::Mixed { operator, a: kind(a), b: kind(b), hint }))
}

/// What the other must be, if this is a quantity.
fn unit_of(value: &Dynamic) -> Option<&'static str> {
    if value.is::<Duration>() {
        Some("give both a unit of time, such as 5.min")
    } else if value.is::<Kilobases>() {
        Some("give both a unit of length, such as 5.kb")
    } else if value.is::<Percent>() {
        Some("give both a unit, such as 40.percent")
    } else if value.is::<Concentration>() {
        Some("give both a unit of concentration, such as 1.mM")
    } else {
        None
    }
}

/// Whether a quantity equals something else: nothing at all differs from it, everything else
/// cannot be compared.
///
/// # Errors
/// When it cannot be compared.
pub fn differs(operator: &'static str, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<bool> {
    if a.is_unit() || b.is_unit() {
        return Ok(operator == "!=");
    }
    mixed(operator, a, b)
}

/// The sum of an array of numbers, or of quantities of one kind; 0 of nothing. `function` is what adds.
///
/// # Errors
/// When something in it cannot be added, two are of different kinds, or whole numbers become too many to
/// be whole.
pub fn sum(function: &str, values: &[Dynamic]) -> RhaiResultOf<Dynamic> {
    let Some((first, rest)) = values.split_first() else { return Ok(Dynamic::from_int(0)) };
    let added = add_up::<Duration>(function, first, rest)
        .or_else(|| add_up::<Kilobases>(function, first, rest))
        .or_else(|| add_up::<Percent>(function, first, rest))
        .or_else(|| add_up::<Concentration>(function, first, rest));
    if let Some(added) = added {
        return added;
    }
    let mut numbers = Vec::with_capacity(values.len());
    for (i, value) in values.iter().enumerate() {
        let Some(number) = plain(value) else {
            if plain(first).is_some() && sign(value).is_some() {
                return mixed("+", first, value);
            }
            return Err(no_number(function, i, value));
        };
        numbers.push(number);
    }
    let whole: Option<Vec<i64>> = values.iter().map(|value| value.as_int().ok()).collect();
    let Some(whole) = whole else { return Ok(Dynamic::from_float(total(&numbers))) };
    let sum = whole.iter().try_fold(0_i64, |sum, n| sum.checked_add(*n));
    let what = || format!("the result of {function}");
    sum.map(Dynamic::from_int).ok_or_else(|| raise(LangError::BeyondWhole { what: what() }))
}

/// What is said of an entry of an array of numbers that is none.
fn no_number(function: &str, place: usize, value: &Dynamic) -> Box<rhai::EvalAltResult> {
    raise(LangError::WrongType {
        what: format!("entry {place} of the array given to {function}"),
        expected: "a number or a quantity",
        got: kind(value),
    })
}

fn add_up<Q: Quantity>(
    function: &str,
    first: &Dynamic,
    rest: &[Dynamic],
) -> Option<RhaiResultOf<Dynamic>> {
    let mut total = first.clone().try_cast::<Q>()?;
    for (i, value) in rest.iter().enumerate() {
        let Some(next) = value.clone().try_cast::<Q>() else {
            return Some(match sign(value) {
                Some(_) => mixed("+", first, value),
                None => Err(no_number(function, i + 1, value)),
            });
        };
        match total.plus(next) {
            Ok(sum) => total = sum,
            Err(error) => return Some(Err(raise(error))),
        }
    }
    Some(Ok(Dynamic::from(total)))
}

/// On which side of zero a number or a quantity lies; nothing for what is neither, or not a number.
pub fn sign(value: &Dynamic) -> Option<Ordering> {
    fn of<Q: Quantity>(value: &Dynamic) -> Option<f64> {
        Some(value.clone().try_cast::<Q>()?.amount())
    }
    plain(value)
        .or_else(|| of::<Duration>(value))
        .or_else(|| of::<Kilobases>(value))
        .or_else(|| of::<Percent>(value))
        .or_else(|| of::<Concentration>(value))?
        .partial_cmp(&0.0)
}

/// Which of two is less: of numbers, or of quantities of one kind.
///
/// # Errors
/// When they cannot be compared.
pub fn order(function: &'static str, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<Ordering> {
    fn of<Q: Quantity>(a: &Dynamic, b: &Dynamic) -> Option<Ordering> {
        a.clone().try_cast::<Q>()?.partial_cmp(&b.clone().try_cast::<Q>()?)
    }
    let numbers = || plain(a)?.partial_cmp(&plain(b)?);
    let found = numbers()
        .or_else(|| of::<Duration>(a, b))
        .or_else(|| of::<Kilobases>(a, b))
        .or_else(|| of::<Percent>(a, b))
        .or_else(|| of::<Concentration>(a, b));
    found.map_or_else(|| mixed(function, a, b), Ok)
}

/// A number or a quantity without its sign.
///
/// # Errors
/// When it is neither.
pub fn size(value: &Dynamic) -> RhaiResultOf<Dynamic> {
    fn of<Q: Quantity>(value: &Dynamic) -> Option<Result<Dynamic, LangError>> {
        let quantity = value.clone().try_cast::<Q>()?;
        Some(quantity.of(quantity.amount().abs()).map(Dynamic::from))
    }
    let number = plain(value).map(|x| Ok(Dynamic::from_float(x.abs())));
    let found = number
        .or_else(|| of::<Duration>(value))
        .or_else(|| of::<Kilobases>(value))
        .or_else(|| of::<Percent>(value))
        .or_else(|| of::<Concentration>(value));
    let wrong = || LangError::WrongType {
        what: "the number of abs".to_owned(),
        expected: "a number or a quantity",
        got: kind(value),
    };
    found.unwrap_or_else(|| Err(wrong())).map_err(raise)
}
