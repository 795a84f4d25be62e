//! Gene expression whose distributions are known.

#[allow(
    dead_code,
    clippy::duplicate_mod,
    reason = "tests that take the validation in have it, too"
)]
#[path = "../../../benches/common/models.rs"]
mod models;

use std::sync::Arc;

use super::{Origin, Outcome, Row, Section};
use bioxen::engine::StopToken;
use bioxen::engine::ensemble::{Plan, ensemble};
use bioxen::engine::rng::{Rng, Seed};
use bioxen::engine::ssa::Ssa;
use bioxen::engine::tau::{self, Tau};
use bioxen::network::{Compiled, Network, QuantityId};
use models::{birth_death, mass_action as law, telegraph, two_stage};

pub(crate) const SECTION: Section = Section {
    title: "Exact results of gene expression",
    about: "10 000 independent runs of each; accepted are four standard errors of the estimate. Poisson: Gardiner, \
            *Handbook of Stochastic Methods*; two stages: Thattai & van Oudenaarden, *PNAS* 98:8614 (2001) and \
            Paulsson, *Nature* 427:415 (2004); bursts: Friedman, Cai & Xie, *Phys. Rev. Lett.* 97:168302 (2006); \
            telegraph: Peccoud & Ycart, *Theor. Popul. Biol.* 48:222 (1995).",
    rows,
    figures: &[],
    quick: true,
};

const RUNS: u32 = 10_000;

/// Mean and Fano factor of a quantity at a time.
fn statistics(
    network: &Network,
    of: QuantityId,
    time: f64,
    leaping: bool,
    seed: u64,
) -> Outcome<(f64, f64)> {
    let model = Arc::new(Compiled::new(network)?);
    let (grid, quantities) = ([time], [of]);
    let plan = Plan {
        runs: RUNS as usize,
        seed: Seed::new(seed),
        threads: 0,
        grid: &grid,
        quantities: &quantities,
        quantiles: &[],
    };
    let (rng, stop) = (Rng::new(Seed::new(0)), StopToken::new());
    let found = if leaping {
        ensemble(&Tau::new(model, rng, tau::Options::default())?, &plan, &stop, &mut |_| {})?
    } else {
        ensemble(&Ssa::new(model, rng)?, &plan, &stop, &mut |_| {})?
    };
    let summary = found.summaries.first().ok_or("nothing was recorded")?;
    let (mean, sd) = (summary.mean[0], summary.sd[0]);
    Ok((mean, sd * sd / mean))
}

/// A mean, and a Fano factor of a distribution with an excess kurtosis, as rows.
fn pair(
    id: &'static str,
    of: &str,
    expected: (f64, f64),
    found: (f64, f64),
    kurtosis: f64,
) -> [Row; 2] {
    let runs = f64::from(RUNS);
    let mean = 4.0 * (expected.1 / expected.0 / runs).sqrt();
    let fano = 4.0 * ((2.0 + kurtosis) / runs).sqrt() + mean;
    [
        Row::near(id, format!("{of}: mean"), expected.0, found.0, mean).of(Origin::Exact),
        Row::near(id, format!("{of}: Fano factor"), expected.1, found.1, fano).of(Origin::Exact),
    ]
}

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let (birth, m) = birth_death(0.2, 0.2);
    rows.extend(pair(
        "A1",
        "constitutive mRNA",
        (1.0, 1.0),
        statistics(&birth, m, 100.0, false, 1)?,
        1.0,
    ));
    let (network, [_, p]) = two_stage(0.2, 0.2, 1.0, 0.02);
    let exact = (50.0, 1.0 + 1.0 / 0.22);
    let found = statistics(&network, p, 500.0, false, 2)?;
    rows.extend(pair("A2", "two-stage protein", exact, found, 1.0));
    let noise = 1.0 / 50.0 + 0.02 / 0.22;
    rows.push(
        Row::near("A4", "its noise, variance over mean²", noise, found.1 / found.0, 0.08)
            .of(Origin::Exact),
    );
    let leaping = statistics(&network, p, 500.0, true, 3)?;
    rows.push(
        Row::near("A9", "its mean by leaps, beside exact runs", found.0, leaping.0, 0.02)
            .of(Origin::Exact),
    );
    let (network, [_, p]) = two_stage(2.0, 400.0, 2000.0, 1.0);
    rows.extend(pair(
        "A3",
        "protein of short bursts",
        (10.0, 6.0),
        statistics(&network, p, 12.0, false, 4)?,
        3.1,
    ));
    for (seed, (on, off)) in [(5, (0.1, 0.3)), (6, (1.0, 1.0)), (7, (5.0, 0.5))] {
        let (n, m) = telegraph(on, off);
        let exact = (20.0 * on / (on + off), 1.0 + 20.0 * off / ((on + off) * (on + off + 1.0)));
        let of = format!("mRNA of a gene that opens at {on} and closes at {off}");
        rows.extend(pair("A5", &of, exact, statistics(&n, m, 60.0, false, seed)?, 5.0));
    }
    let mut rng = Rng::new(Seed::new(20));
    let daughters: Vec<f64> = (0..RUNS).map(|_| rng.binomial(60.0, 0.5)).collect();
    let mean = daughters.iter().sum::<f64>() / f64::from(RUNS);
    let variance = daughters.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / f64::from(RUNS);
    let tolerance = 4.0 * (2.0f64 / f64::from(RUNS)).sqrt();
    rows.push(
        Row::near("A6", "60 molecules in two: variance", 15.0, variance, tolerance)
            .of(Origin::Exact),
    );
    let mut n = Network::default();
    let p = n.species("p", 0.0);
    n.reaction("make", &[], &[(p, 1)], law(100.0));
    n.reaction("dilute", &[(p, 1)], &[], law(1.0));
    let (mean, _) = statistics(&n, p, 1.0, false, 8)?;
    let expected = 100.0 * -(-1.0f64).exp_m1();
    let what = "what growth dilutes, after its relaxation time 1/λ";
    rows.push(
        Row::near("A7", what, expected, mean, 4.0 * (1.0 / expected / f64::from(RUNS)).sqrt())
            .of(Origin::Exact),
    );
    Ok(rows)
}
