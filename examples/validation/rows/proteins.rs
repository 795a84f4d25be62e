//! Proteins and transcripts of the native genome.

use super::{Origin, Outcome, Picture, Row, Section, doubling_in, line, median};
use bioxen::chassis::Composition;
use bioxen::chassis::measured::composition::Cell;
use bioxen::genome::{self, Gene};
use bioxen::hypervisor::BiologicalType;
use bioxen::hypervisor::expression::Expression;
use bioxen::plot::{Axis, Figure, Panel, Scale, Series, Style};

pub(crate) const SECTION: Section = Section {
    title: "Proteins of the genome",
    about: "The whole native genome of *E. coli* in its own cell: protein copies per cell from transcript abundances, \
            translation efficiencies and half-lives, against those that Schmidt et al., *Nat. Biotechnol.* 34:104 \
            (2016) counted in glucose, in a cell with as much protein as they counted, 1.315e9 aa. No protein count was used. Lifetimes of transcripts are scaled by one factor that closes the account of RNA. RNA polymerases are what its scarcest subunit, of α₂ββ′, allows; \
            their number per cell is that of Dennis and Bremer (2008).",
    rows,
    figures: &[Picture {
        name: "proteins",
        caption: "Copies per cell of each protein, predicted against measured; the line is equality.",
        draw,
    }],
    quick: true,
};

/// Doubling time of the host whose proteins are compared [min].
const DOUBLING_MIN: f64 = 40.0;
/// Protein of all that Schmidt et al. counted in glucose [aa]: copies times lengths.
const SCHMIDT_PROTEIN_AA: f64 = 1.315e9;

/// Doubling time [min], mean life of mRNA [min], and proteins made of one transcript: three times the amino
/// acids made over the nucleotides of mRNA made (Dennis and Bremer 2008).
const TRANSCRIPTS: [(f64, f64, f64); 6] = [
    (100.0, 1.9, 31.0),
    (60.0, 2.0, 40.0),
    (40.0, 2.1, 63.0),
    (30.0, 2.2, 82.0),
    (24.0, 2.3, 104.0),
    (20.0, 2.4, 138.0),
];

/// Names, predicted copies per cell, and what was measured.
fn copies(doubling_min: f64) -> Outcome<Vec<(String, f64, Option<f64>)>> {
    let genome = genome::shipped("ecoli")?;
    let host = doubling_in(doubling_min)?;
    let rates = host.rates();
    let size = Composition::of(host.state(), &rates).cell_size;
    let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &host)?;
    let free = host.state().ribosomes / rates.d;
    let of = |(index, gene): (usize, &Gene)| {
        let r = expression.gene(index)?;
        let mrna = expression.native_transcripts(index)?;
        let made = mrna * r.translation(rates.elongation_aa_per_h) * free;
        let protein = made / (r.protein_decay_per_h + rates.growth_per_h);
        Some((gene.name().to_owned(), protein * size, gene.protein_copies))
    };
    Ok(genome.coding().filter_map(of).collect())
}

/// Measured copies, and predicted ones in a cell with as much protein.
fn compared() -> Outcome<Vec<(f64, f64)>> {
    let size = Cell::at(super::growth(DOUBLING_MIN)).protein_aa / SCHMIDT_PROTEIN_AA;
    let all = copies(DOUBLING_MIN)?.into_iter();
    let both = all.filter_map(|(_, predicted, measured)| Some((measured?, predicted / size)));
    Ok(both.filter(|(m, p)| *m > 0.0 && *p > 0.0).collect())
}

fn rows() -> Outcome<Vec<Row>> {
    let points = compared()?;
    let logs: Vec<(f64, f64)> = points.iter().map(|(m, p)| (m.ln(), p.ln())).collect();
    let r = line(&logs).2.sqrt();
    let ratio = median(points.iter().map(|(m, p)| p / m).collect());
    let near = points.iter().filter(|(m, p)| (1.0 / 3.0..=3.0).contains(&(p / m))).count();
    let near = near as f64 / points.len() as f64;
    let what = format!("correlation of the logarithms, {} proteins", points.len());
    let mut rows = vec![
        Row::within("C9", what, "1", r, (0.7, 1.0)),
        Row::within("C9", "median of predicted over measured", "1", ratio, (0.5, 2.0))
            .because(MEDIAN),
        Row::within("C9", "within a factor of three [fraction]", "1", near, (0.5, 1.0))
            .because(MEDIAN),
    ];
    for (minutes, life, made) in TRANSCRIPTS {
        let host = doubling_in(minutes)?;
        let genome = genome::shipped("ecoli")?;
        let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &host)?;
        let units = || expression.units().iter().filter(|u| u.rates.native_transcripts > 0.01);
        let nt = |factor: &dyn Fn(f64) -> f64| -> f64 {
            units()
                .map(|u| {
                    u.rates.native_transcripts * u.rates.length_nt * factor(u.rates.decay_per_h)
                })
                .sum()
        };
        let growth = host.rates().growth_per_h;
        let found = 60.0 * nt(&|_| 1.0) / nt(&|decay| decay + growth);
        let what = format!("mean life of a transcript [min], doubling in {minutes} min");
        rows.push(Row::near("C8", what, life, found, 0.15).of(Origin::Fitted).because(LIFE));
        let genes = units().flat_map(|unit| &unit.genes);
        let each = genes.filter_map(|gene| expression.proteins_per_transcript(*gene)).collect();
        let what = format!("proteins of a transcript, median, doubling in {minutes} min");
        rows.push(Row::near("C8", what, made, median(each), 0.35).because(TRANSLATION));
    }
    for minutes in [100.0, 60.0, 40.0, 30.0, 24.0, 20.0] {
        let all = copies(minutes)?;
        let of = |name: &str| all.iter().find(|(n, ..)| n == name).map_or(f64::NAN, |(_, p, _)| *p);
        let found = (0.5 * of("rpoA")).min(of("rpoB")).min(of("rpoC"));
        let expected = Cell::at(super::growth(minutes)).rna_polymerases;
        let what = format!("RNA polymerases per cell from its subunits, doubling in {minutes} min");
        rows.push(Row::near("C7", what, expected, found, 0.5).because(POLYMERASE));
    }
    Ok(rows)
}

const LIFE: &str =
    "One factor on all lifetimes closes the account of RNA in a cell of the reference size.";
const TRANSLATION: &str = "The median is over genes, the measured number over nucleotides: long-lived and well translated \
    transcripts count for more in it.";
const MEDIAN: &str = "Rare proteins are predicted above what was counted.";
const POLYMERASE: &str = "Schmidt et al. counted 2779 β′ in glucose, fewer than the 3500 to 5700 polymerases of the cells of Dennis \
    and Bremer; the prediction from the transcripts of rpoA, rpoB and rpoC is lower still.";

fn draw() -> Outcome<Figure> {
    let points = compared()?;
    let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
    let ends = vec![1.0, 1e6];
    let axis = |label: &str| Axis { scale: Scale::Log, ..Axis::new(label, "copies per cell") };
    let equal = Series { dashed: true, ..Series::line("equal", ends.clone(), ends) };
    let series = vec![Series::line("proteins", x, y).with_style(Style::Points), equal];
    let (x, y) = (axis("Measured (Schmidt et al. 2016)"), axis("Predicted"));
    Ok(Figure { title: String::new(), panels: vec![Panel { title: None, x, y, series }] })
}
