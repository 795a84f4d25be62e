//! Calculating with whole columns. Units must fit, and the result says its own.

use super::{Column, Values};
use crate::error::TableError;
use crate::units;

impl Column {
    /// In another unit of the same quantity: times, concentrations, shares, rates.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::Column;
    /// let time = Column::new("time", vec![0.0, 90.0]).in_unit("min").converted("h")?;
    /// assert_eq!(time, Column::new("time", vec![0.0, 1.5]).in_unit("h"));
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn converted(&self, unit: &str) -> Result<Self, TableError> {
        let numbers = self.numbers("a conversion")?;
        let factor = units::factor(self.name(), self.unit(), unit)?;
        let values: Values = numbers.iter().map(|x| factor.of(*x)).collect::<Vec<_>>().into();
        Ok(self.with_values(values).in_unit(unit))
    }

    /// The sums of the cells of two columns, under the name of the first.
    pub fn plus(&self, other: &Self) -> Result<Self, TableError> {
        let unit = self.shared_unit(other, "adding")?;
        self.each(other, "adding", unit, |a, b| a + b)
    }

    /// The differences of the cells of two columns, under the name of the first.
    pub fn minus(&self, other: &Self) -> Result<Self, TableError> {
        let unit = self.shared_unit(other, "subtracting")?;
        self.each(other, "subtracting", unit, |a, b| a - b)
    }

    /// The products of the cells of two columns, under the name of the first.
    pub fn times(&self, other: &Self) -> Result<Self, TableError> {
        let unit = match (self.unit(), other.unit()) {
            (Some(a), Some(b)) if b != "1" && a != "1" => Some(format!("{a}*{b}")),
            (Some("1"), Some(b)) => Some(b.to_owned()),
            (a, b) => a.or(b).map(str::to_owned),
        };
        self.each(other, "multiplying", unit, |a, b| a * b)
    }

    /// The quotients of the cells of two columns, under the name of the first.
    pub fn over(&self, other: &Self) -> Result<Self, TableError> {
        let compound = |unit: &str| unit.contains(['*', '/']);
        let unit = match (self.unit(), other.unit()) {
            (Some(a), Some(b)) if a == b => Some("1".to_owned()),
            (a, None | Some("1")) => a.map(str::to_owned),
            (a, Some(b)) if compound(b) => Some(format!("{}/({b})", a.unwrap_or("1"))),
            (a, Some(b)) => Some(format!("{}/{b}", a.unwrap_or("1"))),
        };
        self.each(other, "dividing", unit, |a, b| a / b)
    }

    /// Every cell by a function of numbers; the unit stays.
    pub fn mapped(&self, function: impl Fn(f64) -> f64) -> Result<Self, TableError> {
        let numbers = self.numbers("a calculation")?;
        Ok(self.with_values(numbers.iter().map(|x| function(*x)).collect::<Vec<_>>().into()))
    }

    /// The unit of both, or of the one that says it.
    pub(crate) fn shared_unit(
        &self,
        other: &Self,
        doing: &'static str,
    ) -> Result<Option<String>, TableError> {
        match (self.unit(), other.unit()) {
            (Some(a), Some(b)) if !units::are_same(a, b) => Err(TableError::Units {
                doing,
                one: self.name().to_owned(),
                one_unit: a.to_owned(),
                other: other.name().to_owned(),
                other_unit: b.to_owned(),
            }),
            (a, b) => Ok(a.or(b).map(str::to_owned)),
        }
    }

    /// The unit that both have, where their values stand in one column or are compared: a number without a unit is not one
    /// in that of the other. A column without a value fits every unit.
    pub(crate) fn same_unit(
        &self,
        other: &Self,
        doing: &'static str,
    ) -> Result<Option<String>, TableError> {
        let nothing = |column: &Self| column.values().iter().all(|cell| cell.is_missing());
        let said = |column: &Self| column.unit().unwrap_or("no unit").to_owned();
        let open = self.unit().is_none() != other.unit().is_none();
        if open && !nothing(self) && !nothing(other) {
            return Err(TableError::Units {
                doing,
                one: self.name().to_owned(),
                one_unit: said(self),
                other: other.name().to_owned(),
                other_unit: said(other),
            });
        }
        self.shared_unit(other, doing)
    }

    fn each(
        &self,
        other: &Self,
        doing: &str,
        unit: Option<String>,
        function: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, TableError> {
        if self.len() != other.len() {
            return Err(TableError::Lengths {
                column: other.name().to_owned(),
                has: other.len(),
                first: self.name().to_owned(),
                expected: self.len(),
            });
        }
        let (a, b) = (self.numbers(doing)?, other.numbers(doing)?);
        let values: Vec<f64> = a.iter().zip(b.iter()).map(|(x, y)| function(*x, *y)).collect();
        Ok(self.with_values(values.into()).with_unit(unit.as_deref()))
    }
}
