//! From columns to panels and series.

use std::collections::{BTreeMap, BTreeSet};

use super::{AxisLook, ErrorOf, Field, Kind, Plan, PlanError, Values};
use crate::figure::{Axis, Figure, Panel, Scale, Series, Style};

/// The golden ratio's fraction: its multiples fall evenly between 0 and 1 (Knuth, *The Art of Computer
/// Programming* 3, 6.4).
const GOLDEN: f64 = 0.618_033_988_749_894_9;
/// The most series of a figure: nobody can tell more apart, and drawing them would take minutes.
const MOST_SERIES: usize = 1000;
/// The part of its place that the bars, boxes or violins of a series share.
const FILLED: f64 = 0.8;

/// The figure of a plan.
pub(super) fn figure(plan: &Plan, fields: &[Field]) -> Result<Figure, PlanError> {
    let table = Table { plan, fields };
    table.check()?;
    let groups = table.groups()?;
    let series = groups.len() * plan.columns.y.len();
    if series > MOST_SERIES {
        return Err(PlanError::TooManySeries { series, most: MOST_SERIES });
    }
    let several = plan.beside || groups.len() > 1 || plan.columns.y.len() > 1;
    if plan.style == Kind::Bars
        && (plan.x.scale == Scale::Log || several)
        && let Some((plan, fields)) = named(plan, fields)
    {
        return figure(&plan, &fields);
    }
    let mut units: Vec<&str> = Vec::new();
    for name in &plan.columns.y {
        let unit = table.field(name)?.unit.as_str();
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    if units.len() > 1 && plan.y.range != (None, None) {
        let units: Vec<String> = units.iter().map(|unit| format!("[{unit}]")).collect();
        return Err(PlanError::RangeOfUnits { units: units.join(", ") });
    }
    let panels = units.iter().map(|unit| table.panel(unit, &groups)).collect::<Result<_, _>>()?;
    Ok(Figure { title: plan.title.clone(), panels })
}

/// Bars that have no width of their own on an axis of numbers, as on a logarithmic one or where several stand at one
/// place: the numbers become names, in their order. Nothing if they are names, or not all known.
fn named(plan: &Plan, fields: &[Field]) -> Option<(Plan, Vec<Field>)> {
    let at = fields.iter().position(|field| Some(&field.name) == plan.columns.x.as_ref())?;
    let Values::Numbers(numbers) = &fields[at].values else { return None };
    if numbers.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let sorted = |field: &Field| {
        let values = match &field.values {
            Values::Numbers(all) => Values::Numbers(order.iter().map(|row| all[*row]).collect()),
            Values::Names(all) => {
                Values::Names(order.iter().map(|row| all[*row].clone()).collect())
            }
        };
        Field { values, ..field.clone() }
    };
    let mut fields: Vec<Field> = fields.iter().map(sorted).collect();
    let x = &mut fields[at];
    let label = plan.x.label.clone().unwrap_or_else(|| x.name.clone());
    let label = Axis::new(label, std::mem::take(&mut x.unit)).text();
    x.values = Values::Names(order.iter().map(|row| numbers[*row].to_string()).collect());
    let x = AxisLook { label: Some(label), scale: Scale::Linear, ..plan.x.clone() };
    Some((Plan { x, ..plan.clone() }, fields))
}

/// A plan beside its columns.
struct Table<'a> {
    plan: &'a Plan,
    fields: &'a [Field],
}

/// The rows of a series, and its name; one without a name has all rows.
struct Rows {
    name: Option<String>,
    rows: Vec<usize>,
}

impl<'a> Table<'a> {
    fn field(&self, name: &str) -> Result<&'a Field, PlanError> {
        let names = || self.fields.iter().map(|f| f.name.as_str());
        self.fields.iter().find(|f| f.name == name).ok_or_else(|| PlanError::UnknownColumn {
            name: name.to_owned(),
            nearest: bioxen_base::nearest::nearest(name, names()).map(str::to_owned),
            valid: names().collect::<Vec<_>>().join(", "),
        })
    }

    fn numbers(&self, name: &str, role: &'static str) -> Result<&'a [f64], PlanError> {
        match &self.field(name)?.values {
            Values::Numbers(values) => Ok(values),
            Values::Names(_) => Err(PlanError::NotNumbers { column: name.to_owned(), role }),
        }
    }

    /// Whether all columns that are asked for fit.
    fn check(&self) -> Result<(), PlanError> {
        let plan = self.plan;
        if plan.columns.y.is_empty() {
            let numbers = self.fields.iter().filter(|f| matches!(f.values, Values::Numbers(_)));
            let valid: Vec<&str> = numbers.map(|f| f.name.as_str()).collect();
            return Err(PlanError::NothingUp { valid: valid.join(", ") });
        }
        let (found, expected) = (plan.columns.error.len(), plan.columns.y.len());
        if found > 0 && found != expected {
            return Err(PlanError::Errors { found, expected });
        }
        if plan.style.gathers() && plan.columns.error.iter().any(|e| *e != ErrorOf::None) {
            return Err(PlanError::ErrorsOfMany);
        }
        let mut used: Vec<&String> =
            plan.columns.x.iter().chain(&plan.columns.y).chain(&plan.columns.group).collect();
        for error in &plan.columns.error {
            match error {
                ErrorOf::None => {}
                ErrorOf::Distance(name) => used.push(name),
                ErrorOf::Ends(low, high) => used.extend([low, high]),
            }
        }
        let mut first: Option<&Field> = None;
        for name in used {
            let field = self.field(name)?;
            let other = *first.get_or_insert(field);
            if field.len() != other.len() {
                return Err(PlanError::Rows {
                    column: name.clone(),
                    found: field.len(),
                    other: other.name.clone(),
                    expected: other.len(),
                });
            }
        }
        Ok(())
    }

    fn groups(&self) -> Result<Vec<Rows>, PlanError> {
        let count = self.plan.columns.y.first().map_or(Ok(0), |y| self.field(y).map(Field::len))?;
        let Some(group) = &self.plan.columns.group else {
            return Ok(vec![Rows { name: None, rows: (0..count).collect() }]);
        };
        let (names, places) = places(&labels(self.field(group)?));
        let mut all: Vec<Rows> =
            names.into_iter().map(|n| Rows { name: Some(n), rows: Vec::new() }).collect();
        for (row, place) in places.into_iter().enumerate() {
            if let Some(group) = all.get_mut(place) {
                group.rows.push(row);
            }
        }
        Ok(all)
    }

    /// The panel of the columns of a unit.
    fn panel(&self, unit: &str, groups: &[Rows]) -> Result<Panel, PlanError> {
        let plan = self.plan;
        let mut columns: Vec<(usize, &Field)> = Vec::new();
        for (i, name) in plan.columns.y.iter().enumerate() {
            let field = self.field(name)?;
            if field.unit == unit {
                columns.push((i, field));
            }
        }
        // Without places, each column of boxes is a place itself.
        let side_by_side = plan.columns.x.is_none() && plan.style.gathers();
        let x = self.x_axis(side_by_side.then_some(&columns))?;
        let one = match columns.as_slice() {
            [(_, only)] if !side_by_side => only.name.clone(),
            _ => String::new(),
        };
        let y = Axis {
            scale: plan.y.scale,
            range: plan.y.range,
            ..Axis::new(plan.y.label.clone().unwrap_or(one), unit)
        };
        let mut series: Vec<Series> = Vec::new();
        for group in groups {
            if side_by_side {
                let mut all =
                    Series { name: group.name.clone().unwrap_or_default(), ..Series::default() };
                for (place, (_, field)) in columns.iter().enumerate() {
                    let values = self.numbers(&field.name, "y")?;
                    all.x.extend(group.rows.iter().map(|_| place as f64));
                    all.y.extend(group.rows.iter().filter_map(|r| values.get(*r)));
                }
                series.push(all);
                continue;
            }
            for (i, field) in &columns {
                let name = match (&group.name, columns.len()) {
                    (None, _) => field.name.clone(),
                    (Some(group), 1) => group.clone(),
                    (Some(group), _) => format!("{}, {group}", field.name),
                };
                series.push(self.series(name, *i, field, &group.rows)?);
            }
        }
        let series = self.styled(series, &x)?;
        Ok(Panel { title: self.left_out(&columns)?, x, y, series })
    }

    /// What is to be said of values that have no place on a logarithmic axis.
    fn left_out(&self, columns: &[(usize, &Field)]) -> Result<Option<String>, PlanError> {
        let plan = self.plan;
        let is_log = |axis: &AxisLook| axis.scale == Scale::Log;
        let across = plan
            .columns
            .x
            .as_ref()
            .filter(|_| is_log(&plan.x))
            .map(|x| self.field(x))
            .transpose()?;
        let up = columns.iter().map(|(_, field)| *field).filter(|_| is_log(&plan.y));
        let below = |field: &Field| match &field.values {
            Values::Numbers(all) => all.iter().filter(|x| **x <= 0.0).count(),
            Values::Names(_) => 0,
        };
        let one = |field: &Field| (field.name.clone(), below(field));
        let all = across.into_iter().chain(up).map(one).filter(|(_, count)| *count > 0);
        let said: Vec<String> = all
            .map(|(name, count)| {
                let values = if count == 1 { "value" } else { "values" };
                format!("{count} {values} of {name} at 0 or below: not on a logarithmic axis")
            })
            .collect();
        Ok((!said.is_empty()).then(|| said.join("; ")))
    }

    fn x_axis(&self, columns: Option<&Vec<(usize, &Field)>>) -> Result<Axis, PlanError> {
        let plan = self.plan;
        let field = plan.columns.x.as_ref().map(|x| self.field(x)).transpose()?;
        let own = field.map_or(if columns.is_some() { "" } else { "row" }, |f| f.name.as_str());
        let label = plan.x.label.clone().unwrap_or_else(|| own.to_owned());
        let names = match (field.map(|f| &f.values), columns) {
            (Some(Values::Names(names)), _) => Some(places(names).0),
            (None, Some(columns)) => Some(columns.iter().map(|c| c.1.name.clone()).collect()),
            _ => None,
        };
        if let Some(names) = names {
            let what = match (plan.x.scale, plan.x.range) {
                (Scale::Log, _) => "logarithm",
                (Scale::Linear, (None, None)) => return Ok(Axis::named(label, names)),
                (Scale::Linear, _) => "range",
            };
            let axis = if label.is_empty() { "x".to_owned() } else { label };
            return Err(PlanError::Names { axis, what });
        }
        Ok(Axis {
            scale: plan.x.scale,
            range: plan.x.range,
            ..Axis::new(label, field.map_or("", |f| f.unit.as_str()))
        })
    }

    /// The values of some rows of a column, with their places and errors.
    fn series(
        &self,
        name: String,
        column: usize,
        field: &Field,
        rows: &[usize],
    ) -> Result<Series, PlanError> {
        let of = |values: &[f64]| -> Vec<f64> {
            rows.iter().map(|r| values.get(*r).copied().unwrap_or(f64::NAN)).collect()
        };
        let x = match self
            .plan
            .columns
            .x
            .as_ref()
            .map(|x| self.field(x))
            .transpose()?
            .map(|f| &f.values)
        {
            None => rows.iter().map(|r| *r as f64 + 1.0).collect(),
            Some(Values::Numbers(values)) => of(values),
            Some(Values::Names(names)) => {
                let all: Vec<f64> = places(names).1.into_iter().map(|p| p as f64).collect();
                of(&all)
            }
        };
        let y = of(self.numbers(&field.name, "y")?);
        let error = match self.plan.columns.error.get(column) {
            None | Some(ErrorOf::None) => None,
            Some(ErrorOf::Ends(low, high)) => {
                Some((of(self.numbers(low, "an error")?), of(self.numbers(high, "an error")?)))
            }
            Some(ErrorOf::Distance(name)) => {
                let by = self.numbers(name, "an error")?;
                if let Some((row, value)) = by.iter().enumerate().find(|(_, v)| **v < 0.0) {
                    let (column, value) = (name.clone(), *value);
                    return Err(PlanError::NegativeError { column, row: row + 1, value });
                }
                let ends = |sign: f64| y.iter().zip(of(by)).map(|(y, by)| y + sign * by).collect();
                Some((ends(-1.0), ends(1.0)))
            }
        };
        Ok(Series { name, x, y, error, ..Series::default() })
    }

    /// The series as they are drawn, with the points of boxes and violins. All of one style come
    /// before those of the next, so that the first colours go to the first series.
    fn styled(&self, all: Vec<Series>, x: &Axis) -> Result<Vec<Series>, PlanError> {
        let plan = self.plan;
        let count = all.len().max(1) as f64;
        let styles = plan.style.styles();
        let mut drawn = Vec::new();
        for (i, style) in styles.iter().enumerate() {
            for series in &all {
                if *style == Style::Bars {
                    unique(series, x)?;
                }
                // In front, where they are not hidden.
                let error = series.error.clone().filter(|_| i + 1 == styles.len());
                let unlisted = !plan.legend;
                drawn.push(Series { style: *style, error, unlisted, ..series.clone() });
            }
        }
        if plan.points && plan.style.gathers() {
            drawn.extend(all.into_iter().map(|series| {
                let place = if x.is_named() { 1.0 } else { series.bar_width() };
                let width = place * FILLED / count;
                let shift = |i: usize| ((i as f64 * GOLDEN).fract() - 0.5) * width * 0.5;
                let x = series.x.iter().enumerate().map(|(i, x)| x + shift(i)).collect();
                Series { x, style: Style::Points, unlisted: true, ..series }
            }));
        }
        Ok(drawn)
    }
}

/// An error if two bars of a series stand at one place.
fn unique(series: &Series, axis: &Axis) -> Result<(), PlanError> {
    let mut seen = BTreeSet::new();
    let finite = series.x.iter().zip(&series.y).filter(|(x, y)| x.is_finite() && y.is_finite());
    for (x, _) in finite {
        if !seen.insert((x + 0.0).to_bits()) {
            let name = axis.categories.get(*x as usize).filter(|_| axis.is_named());
            return Err(PlanError::Repeated {
                series: series.name.clone(),
                place: name.cloned().unwrap_or_else(|| x.to_string()),
            });
        }
    }
    Ok(())
}

/// The values of a column as names.
/// What groups are called: a number says of what it is, and in which unit.
fn labels(field: &Field) -> Vec<String> {
    let Values::Numbers(values) = &field.values else { return texts(field) };
    let unit = if field.unit.is_empty() { String::new() } else { format!(" {}", field.unit) };
    let one = |x: &f64| match x.is_nan() {
        true => String::new(),
        false => format!("{} = {x}{unit}", field.name),
    };
    values.iter().map(one).collect()
}

fn texts(field: &Field) -> Vec<String> {
    match &field.values {
        Values::Names(names) => names.clone(),
        Values::Numbers(values) => values.iter().map(f64::to_string).collect(),
    }
}

/// Different names in the order in which they first occur, and the place of each row among them.
fn places(names: &[String]) -> (Vec<String>, Vec<usize>) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = Vec::new();
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let next = known.len();
        let place = *known.entry(name.as_str()).or_insert(next);
        if place == next {
            all.push(if name.is_empty() { EMPTY.to_owned() } else { name.clone() });
        }
        places.push(place);
    }
    (all, places)
}

/// What stands for a name that is empty.
const EMPTY: &str = "(empty)";
