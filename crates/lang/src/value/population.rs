//! A population of cells in the hands of a script.

use std::sync::Arc;

use crate::LangError;
use crate::scripted::Scripted;
use crate::text::counted;
use crate::value::unit;
use bioxen_cell::cells::{Course, Fate, QUANTILES, Quantity};
use bioxen_cell::hypervisor::{Cells, Found};
use bioxen_lab::Events;
use bioxen_table::{Column, Table};

/// A population of cells. A copy lives a life of its own.
#[derive(Debug, Clone)]
pub struct Population {
    /// The cells.
    pub cells: Arc<Cells>,
    /// What is to happen to them.
    pub events: Events<Arc<Scripted>>,
}

impl Population {
    /// Cells to which nothing is to happen yet.
    pub fn new(cells: Cells) -> Self {
        Self { cells: Arc::new(cells), events: Events::default() }
    }

    /// A quantity by its name.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn find(&self, name: &str) -> Result<Quantity, LangError> {
        Ok(self.cells.find(name)?.quantity)
    }

    /// The values of a quantity, one for each cell.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn values(&self, name: &str) -> Result<Vec<f64>, LangError> {
        Ok(self.cells.population().values(self.find(name)?))
    }

    /// The same for a cell of mean size: divided by the size of each cell.
    ///
    /// # Errors
    /// As [`Self::find`]; and for the size itself.
    pub fn concentrations(&self, name: &str) -> Result<Vec<f64>, LangError> {
        let quantity = self.find(name)?;
        has_concentration(quantity)?;
        Ok(self.cells.population().concentrations(quantity))
    }

    /// Either, as `of` says.
    ///
    /// # Errors
    /// When it is neither, and as [`Self::find`].
    pub fn either(&self, name: &str, of: &str) -> Result<Vec<f64>, LangError> {
        match of {
            "count" => self.values(name),
            "concentration" => self.concentrations(name),
            other => Err(LangError::UnknownName {
                kind: "kind of number",
                given: other.to_owned(),
                nearest: bioxen_base::nearest::nearest(other, ["count", "concentration"])
                    .map(str::to_owned),
                valid: vec!["count".to_owned(), "concentration".to_owned()],
            }),
        }
    }

    /// Refuses what one cell alone does not have.
    ///
    /// # Errors
    /// When there is only one cell.
    pub fn several(&self, what: &str) -> Result<(), LangError> {
        if self.cells.population().cells().len() > 1 {
            return Ok(());
        }
        Err(LangError::Noticed {
            message: format!("a population of 1 cell has no {what}: it takes two or more cells"),
            help: vec!["population(200) makes 200 cells of the current cell".to_owned()],
        })
    }

    /// Quantities that are proteins or copies, and so have a column of their own among cells.
    fn shown(&self) -> impl Iterator<Item = Found> {
        self.cells.names().into_iter().filter(|found| found.quantity != Quantity::Size)
    }

    /// The cells at some places: a row for each.
    ///
    /// # Errors
    /// When two columns would have the same name.
    pub fn table(&self, places: &[usize]) -> Result<Table, LangError> {
        let population = self.cells.population();
        let now = population.clock().hours();
        let cells: Vec<_> = places.iter().map(|&place| &population.cells()[place]).collect();
        let tree = population.tree();
        let number = |id: u64| id as i64;
        let noise = population.plan().noise.clock;
        let pace = |clock: f64| (clock - 0.5 * noise.sd * noise.sd).exp();
        // Of a host of its own, or of the host of all.
        let own = self.cells.growth_of_own();
        let shared = if own.is_none() { self.cells.growth_per_h() } else { 0.0 };
        let growth =
            |place: usize| own.as_ref().and_then(|all| all.get(place)).copied().unwrap_or(shared);
        let ids: Vec<i64> = cells.iter().map(|cell| number(cell.id)).collect();
        let mut columns = vec![Column::new("id", ids)];
        if let Some(tree) = tree {
            let parents: Vec<i64> =
                cells.iter().map(|cell| tree.parent(cell.id).map_or(-1, number)).collect();
            columns.push(Column::new("parent", parents));
        }
        let ages: Vec<f64> = cells.iter().map(|cell| 60.0 * (now - cell.born_at)).collect();
        columns.push(Column::new("age", ages).in_unit("min"));
        let sizes: Vec<f64> = cells.iter().map(|cell| cell.size).collect();
        columns.push(Column::new("size", sizes));
        let rates: Vec<f64> = places
            .iter()
            .zip(&cells)
            .map(|(&place, cell)| growth(place) * pace(cell.clock))
            .collect();
        columns.push(Column::new("growth_rate", rates).in_unit("1/h"));
        for found in self.shown() {
            let all = population.values(found.quantity);
            let values: Vec<f64> = places.iter().map(|&place| all[place]).collect();
            columns.push(Column::new(&found.name, values).with_unit(unit(found.quantity)));
        }
        Ok(Table::new(columns)?)
    }

    /// All cells that there were, or those of some numbers: a row for each.
    ///
    /// # Errors
    /// When no tree was kept.
    pub fn descent(&self, ids: Option<&[u64]>) -> Result<Table, LangError> {
        let population = self.cells.population();
        let tree = population.tree().ok_or_else(no_tree)?;
        let all: Vec<u64>;
        let ids = match ids {
            Some(ids) => ids,
            None => {
                all = (0..tree.len() as u64).collect();
                &all
            }
        };
        // What a cell that lives has now.
        let places: std::collections::BTreeMap<u64, usize> =
            population.cells().iter().enumerate().map(|(place, cell)| (cell.id, place)).collect();
        let now = population.clock().hours();
        let present = |id: u64| places.get(&id).copied();
        let column = |of: &dyn Fn(u64) -> f64| ids.iter().map(|&id| of(id)).collect::<Vec<f64>>();
        let whole = |of: &dyn Fn(u64) -> i64| ids.iter().map(|&id| of(id)).collect::<Vec<i64>>();
        let fates: Vec<String> = ids.iter().map(|&id| tree.fate(id).name().to_owned()).collect();
        let until = |id: u64| if tree.fate(id) == Fate::Alive { now } else { tree.times(id).1 };
        let size = |id: u64| match present(id) {
            Some(place) => population.cells()[place].size,
            None => tree.sizes(id).1,
        };
        let mut columns = vec![
            Column::new("id", whole(&|id| id as i64)),
            Column::new("parent", whole(&|id| tree.parent(id).map_or(-1, |id| id as i64))),
            Column::new("fate", fates),
            Column::new("born", column(&|id| 60.0 * tree.times(id).0)).in_unit("min"),
            Column::new("ended", column(&|id| 60.0 * until(id))).in_unit("min"),
            Column::new("born_size", column(&|id| tree.sizes(id).0)),
            Column::new("size", column(&size)),
        ];
        for (at, gene) in population.genes().iter().enumerate() {
            let counts = population.values(Quantity::Protein(at));
            let all = |id: u64, which: fn((f64, f64)) -> f64| -> f64 {
                gene.proteins.iter().map(|&protein| which(tree.proteins(id, protein))).sum()
            };
            let born = column(&|id| all(id, |(born, _)| born));
            let ended = column(&|id| match present(id) {
                Some(place) => counts[place],
                None => all(id, |(_, ended)| ended),
            });
            let name = format!("{}.born", gene.name);
            columns.push(Column::new(&name, born).in_unit("molecules"));
            columns.push(Column::new(&gene.name, ended).in_unit("molecules"));
        }
        Ok(Table::new(columns)?)
    }

    /// What a run has recorded: a row for each time.
    ///
    /// # Errors
    /// When two columns would have the same name.
    pub fn course(&self, course: &Course) -> Result<Table, LangError> {
        let minutes: Vec<f64> = course.hours.iter().map(|hours| 60.0 * hours).collect();
        let mut columns = vec![
            Column::new("time", minutes).in_unit("min"),
            Column::new("cells", course.cells.clone()),
            Column::new("growth_rate", course.growth_per_h.clone()).in_unit("1/h"),
        ];
        for found in self.cells.names() {
            let Some((_, rows)) = course.rows.iter().find(|(of, _)| *of == found.quantity) else {
                continue;
            };
            let mut put = |what: &str, values: Vec<f64>| {
                let name = format!("{}.{what}", found.name);
                columns.push(Column::new(&name, values).with_unit(unit(found.quantity)));
            };
            put("mean", rows.iter().map(|row| row.mean).collect());
            put("sd", rows.iter().map(|row| row.sd).collect());
            for (at, p) in QUANTILES.iter().enumerate() {
                let values = rows.iter().map(|row| row.quantiles[at]).collect();
                put(&format!("q{:02.0}", 100.0 * p), values);
            }
        }
        Ok(Table::new(columns)?)
    }

    /// Property and value, as a front end shows them.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let population = self.cells.population();
        let plan = population.plan();
        let n = population.cells().len();
        let mut facts = vec![
            ("cells", n.to_string()),
            ("time", format!("{:.6} h", population.clock().hours())),
            ("mode", plan.mode.name().to_owned()),
            ("size control", plan.control.name().to_owned()),
            ("host", self.cells.hosts().name().to_owned()),
            ("growth rate", format!("{:.4} 1/h", self.cells.growth_per_h())),
            ("divisions", population.divisions().to_string()),
        ];
        if !self.events.is_empty() {
            facts.push(("events", self.events.len().to_string()));
        }
        facts.push(("genes", population.genes().len().to_string()));
        if plan.dosage {
            facts.push(("gene dosage", "by replication".to_owned()));
        }
        if population.weight() > 1.0 {
            facts.push(("each stands for", format!("{:.3} cells", population.weight())));
        }
        facts
    }

    /// As a line of text.
    pub fn text(&self) -> String {
        let population = self.cells.population();
        let n = population.cells().len();
        format!(
            "a population of {} ({}), {} after {:.2} h",
            counted(n, "cell"),
            population.plan().mode.name(),
            counted(population.divisions() as usize, "division"),
            population.clock().hours()
        )
    }
}

/// Refuses to divide the size of a cell by itself.
///
/// # Errors
/// When the quantity is the size.
pub fn has_concentration(quantity: Quantity) -> Result<(), LangError> {
    if quantity != Quantity::Size {
        return Ok(());
    }
    Err(LangError::Noticed {
        message: "the size of a cell has no concentration: over its own size it is 1 in each cell"
            .to_owned(),
        help: vec![
            "name a gene, such as \"dnaK\", or ask for the \"count\" of \"size\"".to_owned(),
        ],
    })
}

/// What is said where no tree was kept.
pub fn no_tree() -> LangError {
    LangError::Noticed {
        message: "this population keeps no tree, so nobody knows who descends from whom".to_owned(),
        help: vec!["make it with #{keep_tree: true}".to_owned()],
    }
}
