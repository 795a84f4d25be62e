//! What studies of functions of the script have in common: what the function gives at points, as numbers.

use rhai::{Dynamic, FnPtr, Map, NativeCallContext};

use super::display::text_of;
use super::error::raise;
use super::number::kind;
use super::series::Unit;
use super::sweep::{self, Points};
use super::{LangError, RhaiResultOf};
use bioxen_study::design::Design;

/// What a function gives: numbers under names, the same at all points.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// Its name; `result` if it has none.
    pub name: String,
    /// Its unit at the first point, which holds for all.
    pub unit: Unit,
    /// What it is at each point.
    pub values: Vec<f64>,
}

/// The outputs so far.
struct Outputs {
    to: &'static str,
    all: Vec<Output>,
}

impl Outputs {
    fn wrong(&self, name: &str, expected: &'static str, got: String) -> LangError {
        let what = match name {
            "" => format!("what the function given to {} gives", self.to),
            name => format!("what the function given to {} gives as `{name}`", self.to),
        };
        LangError::WrongType { what, expected, got }
    }

    /// Takes what the function gave at the next point.
    fn take(&mut self, value: &Dynamic) -> Result<(), LangError> {
        let numbers = "a number or a quantity, or a map of such";
        let map = value.read_lock::<Map>().map(|map| map.clone());
        let given: Vec<(String, Dynamic)> = match map {
            Some(map) if map.is_empty() => {
                return Err(self.wrong("", numbers, "an empty map".to_owned()));
            }
            Some(map) => map.into_iter().map(|(name, value)| (name.to_string(), value)).collect(),
            None => vec![("result".to_owned(), value.clone())],
        };
        let label = |name: &str| if value.is_map() { name.to_owned() } else { String::new() };
        if self.all.is_empty() {
            for (name, value) in &given {
                let Some((_, unit)) = Unit::of(value) else {
                    return Err(self.wrong(&label(name), numbers, kind(value)));
                };
                self.all.push(Output { name: name.clone(), unit, values: Vec::new() });
            }
        }
        let names = || self.all.iter().map(|o| o.name.clone()).collect::<Vec<_>>().join(", ");
        if given.len() != self.all.len() || given.iter().zip(&self.all).any(|(g, o)| g.0 != o.name)
        {
            let got = given.iter().map(|g| g.0.clone()).collect::<Vec<_>>().join(", ");
            let expected = "the same keys at all points";
            return Err(self.wrong("", expected, format!("{got} after {}", names())));
        }
        let mut values = Vec::with_capacity(given.len());
        for ((name, value), output) in given.iter().zip(&self.all) {
            let Some(x) = output.unit.read(value) else {
                let expected = "a number, or a quantity of one kind, the same at all points";
                return Err(self.wrong(&label(name), expected, kind(value)));
            };
            if !x.is_finite() {
                return Err(self.wrong(&label(name), "a finite number", x.to_string()));
            }
            values.push(x);
        }
        self.all.iter_mut().zip(values).for_each(|(output, x)| output.values.push(x));
        Ok(())
    }
}

/// The outputs of a function of the script at the points of a design, in copies of the laboratory, with the
/// same random numbers at each.
///
/// # Errors
/// When the function fails or gives no numbers; the error names the first such point. When the user
/// interrupts.
pub(crate) fn outputs(
    context: &NativeCallContext,
    to: &'static str,
    function: &FnPtr,
    design: &Design,
    units: &[Unit],
) -> RhaiResultOf<Vec<Output>> {
    let points = Points::of_design(design, units).map_err(raise)?;
    let shown = |value: &Dynamic| text_of(context, value);
    let mut found = Outputs { to, all: Vec::new() };
    let mut check = |value: &Dynamic| found.take(value);
    sweep::at_points(context, to, function, &points, &mut check, &shown)?;
    Ok(found.all)
}
