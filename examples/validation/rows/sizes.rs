//! Sizes and times of cells in mother machines.

use super::cells::{cv, live, plan, slope};
use super::{Origin, Outcome, Row, Section};
use bioxen::cells::{CellPopulation, Fate, Guests, Mode, Noise, Plan, Rates, Wander};
use std::f64::consts::LN_2;

pub(crate) const SECTION: Section = Section {
    title: "Sizes and division",
    about: "6000 lines of descent over 16 generations for each of three media, beside 83 485 cycles of *E. coli* in mother machines \
            (Taheri-Araghi et al., *Curr. Biol.* 25:385, 2015; computed from github.com/junlabucsd/mother-machine-data, \
            BSD-3). Cells are adders: the scatter of the size that is added and of the place of the septum was measured and is handed on. The \
            clock has the scatter of growth between cycles and its correlation of mother and daughter, from which its size and memory \
            were computed. Sizes at birth and at division and the time between are predicted. Times are in generations.",
    rows,
    figures: &[],
    quick: false,
};

/// What was measured in a medium.
struct Medium {
    name: &'static str,
    added: f64,
    partition: f64,
    clock: Wander,
    /// Closed form of the scatter at birth, computed elsewhere.
    form: f64,
    birth: f64,
    division: f64,
    time: f64,
    growth: f64,
    daughters: f64,
    slope: f64,
}

const MEDIA: [Medium; 3] = [
    Medium {
        name: "glycerol",
        added: 0.192,
        partition: 0.072,
        clock: Wander { sd: 0.129, generations: 0.49 },
        form: 0.139,
        birth: 0.143,
        division: 0.109,
        time: 0.180,
        growth: 0.097,
        daughters: 0.326,
        slope: -0.233,
    },
    Medium {
        name: "glucose",
        added: 0.167,
        partition: 0.048,
        clock: Wander { sd: 0.086, generations: 0.51 },
        form: 0.111,
        birth: 0.122,
        division: 0.100,
        time: 0.170,
        growth: 0.065,
        daughters: 0.334,
        slope: -0.114,
    },
    Medium {
        name: "TSB",
        added: 0.276,
        partition: 0.053,
        clock: Wander { sd: 0.098, generations: 0.69 },
        form: 0.171,
        birth: 0.178,
        division: 0.167,
        time: 0.219,
        growth: 0.079,
        daughters: 0.430,
        slope: 0.071,
    },
];

/// Lines of descent.
const LINES: usize = 6000;

/// Sizes at birth and division, ages at division, growth, and growth beside that of the mother, of all whole cycles.
#[derive(Default)]
struct Cycles {
    birth: Vec<f64>,
    division: Vec<f64>,
    time: Vec<f64>,
    growth: Vec<f64>,
    added: Vec<(f64, f64)>,
    daughters: Vec<(f64, f64)>,
    parts: Vec<f64>,
}

fn cycles(medium: &Medium) -> Outcome<Cycles> {
    let Medium { added, partition, clock, .. } = *medium;
    let noise = Noise { added, partition, clock, capacity: Wander::NONE };
    let plan = Plan { keep_tree: true, ..plan(LINES, noise, Mode::MotherMachine, 8) };
    let mut cells = CellPopulation::new(plan, Guests::default(), LN_2, &[])?;
    let rates = Rates { growth_per_h: LN_2, ..Rates::default() };
    live(&mut cells, &rates, 16, |_, _| ())?;
    let tree = cells.tree().ok_or("no tree was kept")?;
    let first = LINES as u64;
    let growth = |id: u64| {
        let ((born, ended), (at, until)) = (tree.sizes(id), tree.times(id));
        (ended / born).ln() / (until - at)
    };
    let mut all = Cycles::default();
    // Founders are cut off at their beginning; and near the end long cycles are missing.
    let whole = |id: &u64| tree.fate(*id) == Fate::Divided && tree.times(*id).0 < 14.0;
    for id in (first..tree.len() as u64).filter(whole) {
        let ((born, ended), (at, until)) = (tree.sizes(id), tree.times(id));
        all.birth.push(born);
        all.division.push(ended);
        all.time.push(until - at);
        all.growth.push(growth(id));
        all.added.push((born, ended - born));
        if let Some(mother) = tree.parent(id) {
            all.parts.push(born / tree.sizes(mother).1);
            if mother >= first {
                all.daughters.push((growth(mother), growth(id)));
            }
        }
    }
    Ok(all)
}

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for medium in &MEDIA {
        let Medium { name, added, partition, clock, .. } = *medium;
        let noise = Noise { added, partition, clock, capacity: Wander::NONE };
        let all = cycles(medium)?;
        let what = |what: &str| format!("{what}, {name}");
        let birth = cv(&all.birth);
        let sizes: Vec<f64> = all.added.iter().map(|(_, added)| *added).collect();
        let daughters = slope(&all.daughters).1;
        let near = |row: &str, expected, found, tolerance| {
            Row::near("S", what(row), expected, found, tolerance)
        };
        rows.extend([
            near("CV of the size at birth, closed form", medium.form, noise.birth_cv(), 0.01)
                .of(Origin::Exact),
            near("CV of the size at birth, beside the closed form", noise.birth_cv(), birth, 0.03)
                .of(Origin::Exact),
            near("CV of the size at birth", medium.birth, birth, 0.12),
            near("CV of the size at division", medium.division, cv(&all.division), 0.12),
            near("CV of the time between divisions", medium.time, cv(&all.time), 0.12)
                .because(TIME),
            near("CV of growth between cycles", medium.growth, cv(&all.growth), 0.12)
                .of(Origin::Fitted),
            near("correlation of growth of mother and daughter", medium.daughters, daughters, 0.12)
                .of(Origin::Fitted),
            near("CV of the added size", medium.added, cv(&sizes), 0.03).of(Origin::Input),
            near("CV of the part of the size", medium.partition, cv(&all.parts), 0.03)
                .of(Origin::Input),
            Row::within(
                "S",
                what("slope of the added size on the size at birth"),
                super::short(medium.slope),
                slope(&all.added).0,
                (medium.slope - 0.25, medium.slope + 0.25),
            ),
        ]);
    }
    Ok(rows)
}

const TIME: &str = "In TSB the measured scatter of the times is smaller than what the measured scatter of the sizes needs at constant \
    growth: 0.178 at birth and 0.167 at division, with a slope of 0.071, make the logarithm of their ratio scatter by \
    0.23 of its mean, and the scatter of growth adds to it. So fast cells must have grown by more, with a correlation of 0.3 between growth \
    and that logarithm; in adders it is 0. Two changes would bring this row just below 12 %, and were not made: the measured slope of the added size, which \
    brings the size at birth in glucose out of it (errors of a size at birth make slopes too low); and a lognormal added size in place of \
    a Gamma, which lowers the scatter of times by 1.5 % and for which no source was found. Other code gives \
    0.246 as well, and 0.232 without any scatter of growth. Chance is not the reason: ten thousand cycles have an error of 1 %. If cycles beyond three standard deviations \
    were left out of the measurement, which is not known, the same cells would give 0.241, within 12 %.";
