//! The burden of unneeded protein.

use super::{Outcome, Picture, Row, Section, line};
use bioxen::chassis::{Nutrient, laws};
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Rules, Search, VmSpec};
use bioxen::plot::{Figure, laws as figures};

pub(crate) const SECTION: Section = Section {
    title: "The burden of unneeded protein",
    about: "Growth falls in a line with the mass fraction of an unneeded protein; 109 points of Bentley et al. (1990), \
            Dong et al. (1995), Scott et al. (2010) and Basan et al. (2015). Nothing was calibrated on them. Scott et \
            al. found zero growth at about 0.48; the host's is 0.41, all that housekeeping leaves. The guest is the \
            strongest stable gene of *E. coli* that has a promoter of its own, opened ever wider.",
    rows,
    figures: &[Picture {
        name: "burden",
        caption: "Growth against unneeded protein: a tenant without a quota, and the measurements.",
        draw,
    }],
    quick: true,
};

fn draw() -> Outcome<Figure> {
    Ok(figures::burden(Nutrient::default().into(), "")?)
}

fn rows() -> Outcome<Vec<Row>> {
    let points: Vec<(f64, f64)> =
        laws::burden(Nutrient::default(), 25)?.into_iter().filter(|p| p.0 <= 0.3).collect();
    let (at_zero, slope, r2) = line(&points);
    let mut rows = vec![
        Row::within(
            "C6",
            "unneeded protein at which growth ends [fraction]",
            "0.48",
            -at_zero / slope,
            (0.4, 0.6),
        ),
        Row::within("C6", "r² of that line", "line", r2, (0.999, 1.0)),
    ];
    let genome = genome::shipped("ecoli")?;
    let lone = genome.coding().filter(|(i, _)| genome.operon_of(*i).len() == 1);
    let stable = lone.filter(|(_, g)| g.half_lives.protein_min.is_none());
    let strongest =
        stable.max_by(|(_, a), (_, b)| a.tpm.unwrap_or(0.0).total_cmp(&b.tpm.unwrap_or(0.0)));
    let name = strongest.map(|(_, gene)| gene.name().to_owned()).ok_or("no gene is stable")?;
    let unburdened = Hypervisor::new(Nutrient::default())?.host_rates().growth_per_h;
    for strength in [50.0, 100.0, 200.0] {
        let mut cell = Hypervisor::new(Nutrient::default())?;
        let biological_type = BiologicalType::Ecoli;
        let limits = Limits { max_ribosomes: 20_000.0, max_memory_kb: 5000.0, ..Limits::HOST };
        let (genome, rules) = (genome::shipped("ecoli")?, Rules::of(biological_type));
        let spec = VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules };
        let vm = cell.create(spec)?;
        vm.start()?;
        vm.start_transcription(&[name.as_str()], strength)?;
        let steady = cell.steady_state(Search::Run, &StopToken::new())?;
        let of = |column: &str| -> Outcome<f64> {
            let column = steady.values.column(column).ok_or("a column is missing")?;
            Ok(column.values.first().copied().unwrap_or(f64::NAN))
        };
        // At steady state a protein's share of translation is its share of the mass.
        let share = of("vm.ribosomes")? / of("host.ribosomes")?;
        let relative = of("host.growth_rate_per_h")? / unburdened;
        let what = format!("the same by {name} at strength {strength}, {share:.3} of all protein");
        rows.push(Row::within("C6", what, "0.48", share / (1.0 - relative), (0.4, 0.6)));
    }
    Ok(rows)
}
