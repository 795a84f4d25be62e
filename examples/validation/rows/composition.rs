//! Growth laws and numbers per cell.

use super::{Origin, Outcome, Picture, Row, Section, doubling_in, growth, line, short};
use bioxen::chassis::measured::composition::CELLS;
use bioxen::chassis::measured::growth::{RIBOSOMAL_PER_RNA, SCOTT_RIBOSOME_FRACTION};
use bioxen::chassis::{Chassis, Composition, Kinetics, Nutrient, measured};
use bioxen::plot::{Axis, Figure, Panel, Series, Style, laws};

pub(crate) const SECTION: Section = Section {
    title: "Growth and composition of the cell",
    about: "The host grows in media of any quality; measured are cells of *E. coli* B/r (Dennis and Bremer, *EcoSal \
            Plus* 2008, Tables 1 to 3) and RNA over protein of Scott et al., *Science* 330:1099 (2010). The authors \
            of the host fitted it to the latter; the former was not used, but for the size of the cell and its mRNA, \
            which are handed on as they were measured. RNA over protein counts 4566 nt of rRNA and 9.3 tRNA of 78.45 nt \
            for each of the host's ribosomes, and the measured mRNA; 324 Da for a nucleotide, 108 Da for an amino acid.",
    rows,
    figures: &[
        Picture {
            name: "growth_law",
            caption: "Ribosomal protein against growth rate.",
            draw: growth_law,
        },
        Picture {
            name: "rna_protein",
            caption: "RNA over protein, ribosomes per cell, and elongation against growth rate. The dashed line is \
                      elongation if 0.79 to 0.93 of the ribosomes are active.",
            draw: rna_protein,
        },
    ],
    quick: true,
};

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let (mut fractions, mut ratios) = (Vec::new(), Vec::new());
    let mut table = Vec::new();
    for cell in CELLS {
        let host = doubling_in(cell.doubling_min)?;
        let rates = host.rates();
        let own = Composition::of(host.state(), &rates);
        fractions.push((rates.growth_per_h, rates.ribosome_fraction));
        ratios.push((rates.growth_per_h, own.rna_protein_ratio));
        table.push((cell, own, rates));
    }
    let at = |what: &str, minutes: f64| format!("{what}, doubling in {minutes} min");
    for (cell, own, _) in &table {
        // lambda P = f k R.
        let each = cell.active_ribosome_fraction * cell.elongation_aa_per_s;
        let found = own.active_ribosome_fraction * own.active_elongation_aa_per_s;
        let what = at("protein made by a ribosome [aa/s]", cell.doubling_min);
        rows.push(Row::near("C1", what, each, found, 0.03).because(ELONGATION));
    }
    let measured =
        line(&measured::RIBOSOME_FRACTION.map(|(minutes, fraction)| (growth(minutes), fraction)));
    let found = line(&fractions);
    rows.push(Row::near("C2", "slope of ribosomal protein [h]", measured.1, found.1, 0.25));
    rows.push(Row::within("C2", "r² of that line", short(measured.2), found.2, (0.95, 1.0)));
    for (cell, own, _) in &table {
        let what = at("RNA over protein [g/g]", cell.doubling_min);
        rows.push(Row::near("C3", what, cell.rna_protein_ratio(), own.rna_protein_ratio, 0.12));
    }
    let measured = CELLS.map(|cell| (cell.growth_per_h(), cell.rna_protein_ratio()));
    let (_, slope, _) = line(&ratios);
    rows.push(Row::near("C3", "slope of RNA over protein [h]", line(&measured).1, slope, 0.25));
    let scott = SCOTT_RIBOSOME_FRACTION.map(|(x, y)| (x, y / RIBOSOMAL_PER_RNA));
    let (offset, scott_slope, _) = line(&scott);
    let what = "translational capacity κ of Scott [1/h]";
    let row = Row::near("C4", what, 1.0 / scott_slope, 1.0 / slope, 0.25);
    rows.push(row.of(Origin::Fitted).because(CAPACITY));
    rows.push(
        Row::near("C4", "offset of RNA over protein [g/g]", offset, line(&ratios).0, 0.25)
            .of(Origin::Fitted)
            .because(OFFSET),
    );
    for (cell, own, rates) in &table {
        let model = rates.elongation_aa_per_h / 3600.0;
        let what = at("elongation with all ribosomes active [aa/s]", cell.doubling_min);
        let row = Row::near("elongation", what, cell.elongation_aa_per_s, model, 0.05);
        rows.push(row.because(ALL_ACTIVE));
        let what = at("active ribosomes at the measured elongation [fraction]", cell.doubling_min);
        let (expected, found) = (cell.active_ribosome_fraction, own.active_ribosome_fraction);
        rows.push(Row::near("active ribosomes", what, expected, found, 0.1));
    }
    for (cell, own, _) in &table {
        let what = at("ribosomes per cell", cell.doubling_min);
        rows.push(Row::near("C7", what, cell.ribosomes, own.ribosomes, 0.2));
        let what = at("RNA polymerases per cell", cell.doubling_min);
        let row = Row::near("C7", what, cell.rna_polymerases, own.rna_polymerases, 0.2);
        rows.push(row.of(Origin::Input));
        let what = at("mRNA per cell [nt]", cell.doubling_min);
        rows.push(Row::near("C7", what, cell.mrna_nt, own.mrna_nt, 0.2).of(Origin::Input));
    }
    Ok(rows)
}

const ELONGATION: &str = "A ribosome of the host makes more protein than measured in the slowest and the fastest growth, \
    and less between: its elongation saturates with charged tRNA less steeply than the measured one.";
const CAPACITY: &str = "The slope that Scott et al. measured is steeper than that of Dennis and Bremer, whose \
    capacity is 4.9/h; the host is nearer to the latter.";
const OFFSET: &str = "The line of RNA over protein that Scott et al. measured has another offset than that of \
    Dennis and Bremer; the host lies between the two.";
const ALL_ACTIVE: &str = "All ribosomes of the published host translate, so each is slower than measured. If a \
    ribosome elongates as measured, the fraction given below makes the same protein.";

fn growth_law() -> Outcome<Figure> {
    Ok(laws::growth_law(Kinetics::PUBLISHED, "")?)
}

fn rna_protein() -> Outcome<Figure> {
    let mut hosts = Vec::new();
    for i in 0..25 {
        let host =
            Chassis::settled(Nutrient::new(0.08f64.powf(1.0 - f64::from(i) / 24.0).min(1.0))?)?;
        let rates = host.rates();
        hosts.push((Composition::of(host.state(), &rates), rates));
    }
    let x: Vec<f64> = hosts.iter().map(|(c, _)| c.growth_per_h).collect();
    let measured = CELLS.map(|cell| cell.growth_per_h()).to_vec();
    let points = |name: &str, x: &[f64], y: Vec<f64>| {
        Series::line(name, x.to_vec(), y).with_style(Style::Points)
    };
    let (scott_x, scott_y) = SCOTT_RIBOSOME_FRACTION
        .iter()
        .map(|(x, y)| (*x, y / RIBOSOMAL_PER_RNA))
        .unzip::<_, _, Vec<f64>, Vec<f64>>();
    let panel =
        |y: Axis, series| Panel { title: None, x: Axis::new("Growth rate", "1/h"), y, series };
    let bremer = "Dennis & Bremer 2008";
    let own = |f: &dyn Fn(&Composition) -> f64| hosts.iter().map(|(c, _)| f(c)).collect::<Vec<_>>();
    let of = |f: fn(&measured::composition::Cell) -> f64| CELLS.iter().map(f).collect::<Vec<_>>();
    let active = Series {
        dashed: true,
        ..Series::line("host, active ribosomes", x.clone(), own(&|c| c.active_elongation_aa_per_s))
    };
    let elongation = hosts.iter().map(|(_, r)| r.elongation_aa_per_h / 3600.0).collect();
    let panels = vec![
        panel(
            Axis::new("RNA over protein", "g/g"),
            vec![
                Series::line("host", x.clone(), own(&|c| c.rna_protein_ratio)),
                points(bremer, &measured, of(|c| c.rna_protein_ratio())),
                points("Scott et al. 2010", &scott_x, scott_y),
            ],
        ),
        panel(
            Axis::new("Ribosomes", "per cell"),
            vec![
                Series::line("host", x.clone(), own(&|c| c.ribosomes)),
                points(bremer, &measured, of(|c| c.ribosomes)),
            ],
        ),
        panel(
            Axis::new("Elongation", "aa/s"),
            vec![
                Series::line("host", x, elongation),
                active,
                points(bremer, &measured, of(|c| c.elongation_aa_per_s)),
            ],
        ),
    ];
    Ok(Figure { title: String::new(), panels })
}
