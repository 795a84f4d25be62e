//! Figures of what single cells have, as the functions ask for them.

use rhai::{Array, Dynamic, Map};

use crate::api::portraits;
use crate::api::tables::files::truth;
use crate::look::{Look, choice};
use crate::number::number;
use crate::text::counted;
use crate::value::{CellValues, Of, unit};
use crate::{FigureValue, LangError, Population, Table};
use bioxen_cell::cells::{Moments, Quantity};
use bioxen_engine::Column;
use bioxen_engine::trajectory::Kind;
use bioxen_genome::noise::shipped_noise;
use bioxen_plot::{self as plot, Axis, Channel, GeneNoise, Measured};

/// What has a value for each cell.
pub(super) trait Cells {
    /// A quantity of each.
    fn quantity(&self, name: &str, of: Of) -> Result<CellValues, LangError>;
}

impl Cells for Population {
    fn quantity(&self, name: &str, of: Of) -> Result<CellValues, LangError> {
        CellValues::of_population(self, name, of)
    }
}

impl Cells for Table {
    fn quantity(&self, name: &str, of: Of) -> Result<CellValues, LangError> {
        CellValues::of_table(self, name, of)
    }
}

fn of(options: &Map) -> Result<Of, LangError> {
    Ok(choice(options, "of", &Of::NAMES)?.map(Of::named).unwrap_or_default())
}

/// The least amount of a positive cell.
fn gate(value: &Dynamic) -> Result<f64, LangError> {
    let gate = number("gate", value)?;
    if gate > 0.0 && gate.is_finite() {
        return Ok(gate);
    }
    Err(LangError::WrongType {
        what: "gate".to_owned(),
        expected: "a number above 0",
        got: gate.to_string(),
    })
}

/// Refuses numbers that cells do not have. Of those that are none the figure tells how many it leaves out.
fn checked(values: &CellValues) -> Result<(), LangError> {
    let below = values.values.iter().filter(|value| **value < 0.0).count();
    if below == 0 {
        return Ok(());
    }
    let (label, all) = (&values.label, values.values.len());
    Err(LangError::Noticed {
        message: format!("{below} of {all} values of `{label}` are below zero, and have no place on a logarithmic axis"),
        help: vec![
            "filter them: plot_cytometry(t.filter(|row| row.gfp > 0.0), \"gfp\"), or draw all: plot_histogram(t.gfp)".to_owned(),
        ],
    })
}

/// The gates of two quantities.
fn gates(options: &Map) -> Result<[Option<f64>; 2], LangError> {
    let Some(value) = options.get("gate") else { return Ok([None, None]) };
    let Some(both) = value.clone().try_cast::<Array>() else {
        let both = gate(value)?;
        return Ok([Some(both), Some(both)]);
    };
    let [one, other] = both.as_slice() else {
        return Err(LangError::WrongType {
            what: "gate".to_owned(),
            expected: "a number, or an array of two: one for each gene",
            got: format!("an array of {}", both.len()),
        });
    };
    let each = |value: &Dynamic| {
        if value.is_unit() { Ok(None) } else { gate(value).map(Some) }
    };
    Ok([each(one)?, each(other)?])
}

/// The cells over one axis.
pub(super) fn one(cells: &impl Cells, gene: &str, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_cytometry", options, &["gate", "of"])?;
    let gate = options.get("gate").map(gate).transpose()?;
    let values = cells.quantity(gene, of(options)?)?;
    checked(&values)?;
    let CellValues { label, unit, values } = values;
    let title = look.title(format!("Cytometry: {label}"));
    let channel = Channel { name: &label, unit: &unit, values: &values, gate };
    look.figure(plot::cytometry(&channel, &title)?)
}

/// The cells over two axes.
pub(super) fn two(
    cells: &impl Cells,
    (gene, other): (&str, &str),
    options: &Map,
) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_cytometry", options, &["gate", "of"])?;
    let [first, second] = gates(options)?;
    let of = of(options)?;
    let (x, y) = (cells.quantity(gene, of)?, cells.quantity(other, of)?);
    checked(&x)?;
    checked(&y)?;
    let title = look.title(format!("Cytometry: {} and {}", x.label, y.label));
    let x = Channel { name: &x.label, unit: &x.unit, values: &x.values, gate: first };
    let y = Channel { name: &y.label, unit: &y.unit, values: &y.values, gate: second };
    look.figure(plot::cytometry_of_two(&x, &y, &title)?)
}

/// Noise against mean of all proteins.
pub(super) fn noise(cells: &Population, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_noise", options, &["of", "measured"])?;
    let of = of(options)?;
    let shown = truth(options, "measured", true)?;
    let proteins: Vec<_> = cells
        .cells
        .names()
        .into_iter()
        .filter(|found| matches!(found.quantity, Quantity::Protein(_)))
        .collect();
    if proteins.is_empty() {
        return Err(LangError::Noticed {
            message: "no genes of these cells are transcribed, so they have no noise".to_owned(),
            help: vec!["start_transcription([..]) before population(..)".to_owned()],
        });
    }
    let population = cells.cells.population();
    let gene = |found: bioxen_cell::hypervisor::Found| {
        let values = match of {
            Of::Count => population.values(found.quantity),
            Of::Concentration => population.concentrations(found.quantity),
        };
        let moments = Moments::of(&values);
        GeneNoise { name: found.name, mean: moments.mean, cv2: moments.cv2() }
    };
    let genes: Vec<GeneNoise> = proteins.into_iter().map(gene).collect();
    let measured = shown.then(|| {
        let all = shipped_noise().unwrap_or_default();
        let genes = all.iter().map(|gene| (gene.protein.mean, gene.protein.noise)).collect();
        let source = format!(
            "{} proteins of E. coli, counted in single cells by Taniguchi et al., Science 329:533 (2010)",
            all.len()
        );
        Measured { name: "Taniguchi 2010".to_owned(), source, genes }
    });
    let (label, unit) = of.axis("Mean of protein", Some("molecules"));
    let n = population.cells().len();
    let title = look.title(format!("Noise of proteins in {}", counted(n, "cell")));
    look.figure(plot::noise(&genes, Axis::new(label, unit), measured, &title))
}

/// The cells over an axis of equal steps.
pub(super) fn histogram(
    cells: &Population,
    name: &str,
    options: &Map,
) -> Result<FigureValue, LangError> {
    let found = cells.cells.find(name)?;
    let kind = match found.quantity {
        Quantity::Transcripts(_) => Kind::Mrna,
        Quantity::Protein(_) => Kind::Protein,
        Quantity::Size | Quantity::Copies(_) | Quantity::Gene(_) => Kind::Other,
    };
    let values = cells.cells.population().values(found.quantity);
    let title = format!("{} in {}", found.name, counted(values.len(), "cell"));
    let unit = unit(found.quantity).unwrap_or_default().to_owned();
    let column = Column { name: found.name, unit, kind, ..Column::default() };
    // Each cell is one of its own size.
    let axis = Axis::new(column.name.clone(), column.unit.clone());
    portraits::histogram(&column, axis, &values, title, options)
}
