//! Between the cells of tables and the values of the language.

use rhai::{Array, Dynamic, Map};

use bioxen_base::units::{Concentration, ConcentrationUnit, TimeUnit};
use bioxen_table::{Column, Table, Value};

use super::error::LangError;
use super::number::kind;
use super::series::Unit;

/// The unit of the language that a symbol stands for, if it is one.
///
/// ```
/// use bioxen_lang::cells::unit_of;
///
/// assert_eq!(unit_of("min").map(|unit| unit.symbol()), Some("min"));
/// assert!(unit_of("AU").is_none());
/// ```
pub fn unit_of(symbol: &str) -> Option<Unit> {
    let concentration = |unit| Some(Unit::Concentration(Concentration::new(0.0, unit)));
    match symbol {
        "s" => Some(Unit::Time(TimeUnit::Second)),
        "min" => Some(Unit::Time(TimeUnit::Minute)),
        "h" => Some(Unit::Time(TimeUnit::Hour)),
        "kb" => Some(Unit::Kilobases),
        "%" => Some(Unit::Percent),
        "mM" => concentration(ConcentrationUnit::Millimolar),
        "uM" | "\u{b5}M" | "\u{3bc}M" => concentration(ConcentrationUnit::Micromolar),
        "nM" => concentration(ConcentrationUnit::Nanomolar),
        _ => None,
    }
}

/// The unit of a column, if the language has it.
pub fn unit_of_column(column: &Column) -> Option<Unit> {
    column.unit().and_then(unit_of).filter(|_| column.kind().is_numeric())
}

/// A number as a quantity of a unit; a plain number where the language has no such quantity.
pub fn quantity(x: f64, unit: Option<Unit>) -> Dynamic {
    // A time can be too long for the language; the number is right all the same.
    unit.and_then(|unit| unit.give(x).ok()).unwrap_or_else(|| Dynamic::from_float(x))
}

/// A cell as a value of the language: `()` where nothing is known.
pub fn value(cell: &Value, unit: Option<Unit>) -> Dynamic {
    match (cell, unit) {
        (Value::Missing, _) => Dynamic::UNIT,
        (Value::Number(x), unit) => quantity(*x, unit),
        (Value::Whole(n), Some(unit)) => quantity(*n as f64, Some(unit)),
        (Value::Whole(n), None) => Dynamic::from_int(*n),
        (Value::Text(text), _) => Dynamic::from(text.to_string()),
        (Value::Truth(truth), _) => Dynamic::from_bool(*truth),
    }
}

/// All cells of a column.
pub fn values(column: &Column) -> Array {
    let unit = unit_of_column(column);
    column.values().iter().map(|cell| value(&cell, unit)).collect()
}

/// The rows of a table as maps.
#[derive(Debug, Clone)]
pub struct Rows {
    table: Table,
    units: Vec<Option<Unit>>,
}

impl Rows {
    /// Of a table.
    pub fn new(table: &Table) -> Self {
        let units = table.columns().iter().map(unit_of_column).collect();
        Self { table: table.clone(), units }
    }

    /// A row, from zero.
    pub fn map(&self, row: usize) -> Map {
        let columns = self.table.columns().iter().zip(&self.units);
        columns.map(|(c, unit)| (c.name().into(), value(&c.values().get(row), *unit))).collect()
    }

    /// The same as a value.
    pub fn row(&self, row: usize) -> Dynamic {
        Dynamic::from_map(self.map(row))
    }
}

/// A column of values of a script: numbers, quantities of one kind, strings or truth values, and `()`
/// where nothing is known. `function` is what wants them.
///
/// # Errors
/// When a value is of another kind than those before.
pub fn column(function: &str, name: &str, given: &[Dynamic]) -> Result<Column, LangError> {
    let mut first: Option<&Dynamic> = None;
    let mut unit = Unit::Plain;
    let mut cells = Vec::with_capacity(given.len());
    for (row, value) in given.iter().enumerate() {
        if first.is_none()
            && let Some((_, found)) = Unit::of(value)
        {
            unit = found;
        }
        let cell = cell(value, unit);
        let fits = match (&cell, first.and_then(|first| self::cell(first, unit))) {
            (None, _) => false,
            (Some(Value::Missing), _) | (_, None) => true,
            (Some(cell), Some(first)) => match (cell.kind(), first.kind()) {
                (Some(one), Some(other)) => one.with(other).is_some(),
                _ => true,
            },
        };
        let Some(cell) = cell.filter(|_| fits) else {
            return Err(LangError::WrongType {
                what: format!("`{name}` of row {row} of {function} (counted from 0)"),
                expected: if first.is_none() {
                    "a number, a quantity, a string, a truth value, or ()"
                } else {
                    "of the kind of the rows before, or ()"
                },
                got: kind(value),
            });
        };
        if first.is_none() && !value.is_unit() {
            first = Some(value);
        }
        cells.push(cell);
    }
    Ok(Column::from_cells(name, &cells)?.in_unit(unit.symbol()))
}

/// A value as a cell; nothing where it has none, or is not of the unit.
fn cell(value: &Dynamic, unit: Unit) -> Option<Value> {
    if value.is_unit() {
        return Some(Value::Missing);
    }
    if !unit.is_plain() {
        return unit.read(value).map(Value::from);
    }
    if let Ok(n) = value.as_int() {
        return Some(Value::Whole(n));
    }
    if let Ok(x) = value.as_float() {
        return Some(x.into());
    }
    if let Ok(truth) = value.as_bool() {
        return Some(truth.into());
    }
    if let Ok(c) = value.as_char() {
        return Some(c.to_string().into());
    }
    value.clone().into_string().ok().map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_base::units::Percent;

    #[test]
    fn columns_are_of_one_kind() {
        let numbers = [Dynamic::from(2.5), Dynamic::UNIT, Dynamic::from(3_i64)];
        let made = column("table", "x", &numbers).unwrap();
        assert_eq!(made, Column::new("x", vec![2.5, f64::NAN, 3.0]));
        let shares = [Dynamic::UNIT, Dynamic::from(Percent(40.0))];
        let made = column("table", "p", &shares).unwrap();
        assert_eq!(made.unit(), Some("%"));
        assert_eq!(values(&made)[1].clone().cast::<Percent>().0, 40.0);
        let mixed = [Dynamic::from("a"), Dynamic::from(1_i64)];
        let error = column("table", "m", &mixed).unwrap_err().to_string();
        assert!(
            error.starts_with("`m` of row 1 of table (counted from 0) must be of the"),
            "{error}"
        );
        assert!(column("table", "f", &[Dynamic::from_array(Vec::new())]).is_err());
    }
}
