//! Who descends from whom, as figures need it: from a population, or from a table that it has made.

use crate::value::channel::{Of, fate, unit};
use crate::value::{has_concentration, no_tree};
use crate::{LangError, Population};
use bioxen_cell::cells::{Fate, Quantity};
use bioxen_plot::{Axis, Descent, End, Lived};
use bioxen_table::{Table, Value};

/// The most cells of a tree from which a figure is made: about 400 MB while it is.
const MOST: usize = 2_000_000;

/// Refuses a tree that is too large.
fn few_enough(cells: usize) -> Result<(), LangError> {
    if cells <= MOST {
        return Ok(());
    }
    Err(LangError::Noticed {
        message: format!(
            "a tree of {cells} cells is too large for a figure: {MOST} cells are the most"
        ),
        help: vec!["draw a part of it, such as the lineage(id) of one cell".to_owned()],
    })
}

impl Population {
    /// All cells that there were, with a quantity at birth and end.
    ///
    /// # Errors
    /// When no tree is kept, or it does not tell this quantity.
    pub fn descended(&self, name: &str, of: Of) -> Result<Descent, LangError> {
        let population = self.cells.population();
        let found = self.cells.find(name)?;
        let tree = population.tree().ok_or_else(no_tree)?;
        few_enough(tree.len())?;
        if !matches!(found.quantity, Quantity::Size | Quantity::Protein(_)) {
            return Err(LangError::Noticed {
                message: format!(
                    "a tree does not tell `{}`: it keeps the size and the proteins of each cell at birth and end",
                    found.name
                ),
                help: vec!["name a gene, such as \"dnaK\", or \"size\"".to_owned()],
            });
        }
        if matches!(of, Of::Concentration) {
            has_concentration(found.quantity)?;
        }
        let proteins: &[usize] = match found.quantity {
            Quantity::Protein(gene) => {
                population.genes().get(gene).map_or(&[], |gene| &gene.proteins)
            }
            _ => &[],
        };
        // What a cell that lives has now.
        let now = population.clock().hours();
        let mut present = vec![None; tree.len()];
        let values = population.values(found.quantity);
        for (cell, value) in population.cells().iter().zip(values) {
            if let Some(place) = present.get_mut(cell.id as usize) {
                *place = Some((value, cell.size));
            }
        }
        let lived = |id: u64| {
            let (born, ended) = tree.times(id);
            let (born_size, last_size) = tree.sizes(id);
            let end = match tree.fate(id) {
                Fate::Alive => End::Alive,
                Fate::Divided => End::Divided,
                Fate::Left => End::Left,
            };
            let (first, last) = match found.quantity {
                Quantity::Protein(_) => proteins
                    .iter()
                    .map(|&protein| tree.proteins(id, protein))
                    .fold((0.0, 0.0), |sum, (first, last)| (sum.0 + first, sum.1 + last)),
                _ => (born_size, last_size),
            };
            let (last, last_size) =
                present.get(id as usize).copied().flatten().unwrap_or((last, last_size));
            let ended = if end == End::Alive { now } else { ended };
            let parent = tree.parent(id);
            Lived {
                id,
                parent,
                // Nothing is known of the time before the population was made.
                born: 60.0 * if parent.is_none() { born.max(0.0) } else { born },
                ended: 60.0 * ended,
                end,
                value: (of.value(first, born_size), of.value(last, last_size)),
            }
        };
        let (label, unit) = of.axis(&found.name, unit(found.quantity));
        Ok(Descent {
            cells: (0..tree.len() as u64).map(lived).collect(),
            time: Axis::new("Time", "min"),
            value: Axis::new(label, unit),
        })
    }
}

/// The cells of a table as `tree()` and `lineage(id)` make it.
///
/// # Errors
/// When columns are missing, or are not what they must be.
pub fn descended(table: &Table, name: &str, of: Of) -> Result<Descent, LangError> {
    few_enough(table.rows())?;
    for column in ["id", "parent", "fate", "born", "ended"] {
        if !table.has(column) {
            return Err(LangError::Noticed {
                message: format!("this table is no tree of cells: it has no column `{column}`"),
                help: vec!["tree() and lineage(id) of a population make such a table".to_owned()],
            });
        }
    }
    let numbers = |column: &str| -> Result<_, LangError> {
        Ok(table.column(column)?.numbers("a tree of cells")?)
    };
    let (ids, parents) = (numbers("id")?, numbers("parent")?);
    let (born, ended) = (numbers("born")?, numbers("ended")?);
    let last = table.column(name)?;
    let first = match name {
        "size" => "born_size".to_owned(),
        gene => format!("{gene}.born"),
    };
    let (first, now) = (numbers(&first)?, numbers(name)?);
    let sizes = match of {
        Of::Count => None,
        Of::Concentration => Some((numbers("born_size")?, numbers("size")?)),
    };
    let fates = table.column("fate")?;
    let number = |value: f64| (0.0..1e15).contains(&value).then_some(value as u64);
    let mut cells = Vec::with_capacity(table.rows());
    for row in 0..table.rows() {
        let Some(id) = number(ids[row]) else {
            return Err(LangError::WrongType {
                what: "the id of a cell".to_owned(),
                expected: "a whole number, zero or more",
                got: ids[row].to_string(),
            });
        };
        let end = match fates.values().get(row) {
            Value::Text(text) => fate(&text)?,
            _ => fate("")?,
        };
        let parent = number(parents[row]);
        let (one, other) = sizes.as_ref().map_or((1.0, 1.0), |(a, b)| (a[row], b[row]));
        cells.push(Lived {
            id,
            parent,
            born: if parent.is_none() { born[row].max(0.0) } else { born[row] },
            ended: ended[row],
            end,
            value: (of.value(first[row], one), of.value(now[row], other)),
        });
    }
    let (label, unit) = of.axis(last.name(), last.unit());
    let time = table.column("born")?.unit().unwrap_or("min");
    Ok(Descent { cells, time: Axis::new("Time", time), value: Axis::new(label, unit) })
}
