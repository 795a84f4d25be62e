//! Tables of simulations and of fitted parameters.

use crate::tsv::Table;
use crate::{Evaluated, Fitted, Petab};

impl Petab {
    /// The simulation table: the measurement table with a column `simulation` in the place of `measurement`.
    pub fn simulation_table(&self, evaluated: &Evaluated) -> String {
        let tables: Vec<&Table> = self.parts.iter().flat_map(|part| &part.tables).collect();
        let mut columns: Vec<&str> = Vec::new();
        for column in tables.iter().flat_map(|table| &table.columns) {
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
        let shown = columns
            .iter()
            .map(|column| if *column == "measurement" { "simulation" } else { column });
        let mut lines = vec![shown.map(str::to_owned).collect::<Vec<String>>()];
        let mut points = evaluated.points.iter();
        for table in tables {
            for row in &table.rows {
                let value = points.next().map_or(String::new(), |point| shortest(point.simulation));
                let cell = |column: &&str| match *column {
                    "measurement" => value.clone(),
                    other => {
                        let place = table.column(other);
                        place.and_then(|place| row.cells.get(place)).cloned().unwrap_or_default()
                    }
                };
                lines.push(columns.iter().map(cell).collect());
            }
        }
        text(&lines)
    }

    /// The parameter table with the values of a fit as nominal values, and their standard errors.
    pub fn parameter_table(&self, fitted: &Fitted) -> String {
        let mut columns: Vec<&str> = Vec::new();
        for column in self.parameter_tables.iter().flat_map(|table| &table.columns) {
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
        for own in ["nominalValue", "standardError"] {
            if !columns.contains(&own) {
                columns.push(own);
            }
        }
        let mut lines =
            vec![columns.iter().map(|&column| column.to_owned()).collect::<Vec<String>>()];
        let mut numbers = self.parameters.iter().zip(&fitted.estimates.values);
        for table in &self.parameter_tables {
            for row in &table.rows {
                let number = numbers.next();
                let old = |column: &str| {
                    let place = table.column(column);
                    place.and_then(|place| row.cells.get(place)).cloned().unwrap_or_default()
                };
                let cell = |column: &&str| match (*column, number) {
                    // What is not estimated stays as it was written.
                    ("nominalValue", Some((parameter, value))) if parameter.estimate => {
                        shortest(*value)
                    }
                    ("standardError", Some((parameter, _))) => {
                        let found =
                            fitted.estimates.found.iter().find(|found| found.id == parameter.id);
                        found
                            .filter(|f| f.error.is_finite())
                            .map_or(String::new(), |f| shortest(f.error))
                    }
                    (other, _) => old(other),
                };
                lines.push(columns.iter().map(cell).collect());
            }
        }
        text(&lines)
    }
}

/// A number in as few digits as say it.
fn shortest(value: f64) -> String {
    if value.is_finite() { format!("{value:?}") } else { format!("{value}") }
}

/// Lines of cells with tabs between them.
fn text(lines: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for line in lines {
        // Writing into the memory cannot fail.
        let _ = writer.write_record(line);
    }
    writer
        .into_inner()
        .map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}
