//! The host alone: Sechkar et al. 2024, Scott et al. 2010, Dennis and Bremer 2008.

use bioxen::chassis::energy::{self, EnergyCoupling};
use bioxen::chassis::{
    Chassis, Conditions, HostState, Nutrient, Tenant, parameters, rosenbrock, steady,
};

/// `(nutrient, growth [1/h], ribosomal mass fraction, elongation [aa/s], ribosomes, charged and
/// uncharged tRNA)`: the published equations solved independently.
const REFERENCE: [(f64, f64, f64, f64, f64, f64, f64); 4] = [
    (0.08, 0.35458, 0.064992, 11.3045, 10_368.8, 1611.67, 24_774.7),
    (0.2, 0.789861, 0.107518, 15.2216, 17_153.3, 3949.04, 37_354.5),
    (0.5, 1.55217, 0.175358, 18.3400, 27_976.4, 13_696.0, 63_224.0),
    (1.0, 2.25865, 0.240366, 19.4696, 38_347.7, 45_506.8, 94_703.5),
];

fn close(name: &str, got: f64, expected: f64, relative: f64) {
    assert!((got / expected - 1.0).abs() < relative, "{name}: {got}, expected {expected}");
}

fn against_reference(energy: EnergyCoupling, tolerance: f64) {
    for (sigma, growth, fraction, elongation, ribosomes, charged, uncharged) in REFERENCE {
        let chassis = Chassis::settled_with(Nutrient::new(sigma).unwrap(), energy).unwrap();
        let rates = chassis.rates();
        close("growth", rates.growth_per_h, growth, tolerance);
        close("fraction", rates.ribosome_fraction, fraction, tolerance);
        close("elongation", rates.elongation_aa_per_h / 3600.0, elongation, tolerance);
        close("ribosomes", chassis.state().ribosomes, ribosomes, tolerance);
        close("charged tRNA", chassis.state().t_c, charged, tolerance);
        close("uncharged tRNA", chassis.state().t_u, uncharged, tolerance);
    }
}

#[test]
fn the_settled_host_is_the_published_one() {
    against_reference(EnergyCoupling::Coupled, 1e-3);
}

#[test]
fn without_the_atp_term_the_published_model_comes_back() {
    // The reference has five to six digits.
    against_reference(EnergyCoupling::Published, 2e-5);
}

/// Least squares: `(intercept, slope, largest deviation)`.
fn line(points: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = points.len() as f64;
    let mean = |f: fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
    let (mx, my) = (mean(|p| p.0), mean(|p| p.1));
    let sxy: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let sxx: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    let slope = sxy / sxx;
    let intercept = my - slope * mx;
    let worst = points.iter().map(|p| (p.1 - intercept - slope * p.0).abs()).fold(0.0, f64::max);
    (intercept, slope, worst)
}

#[test]
fn the_growth_law_is_the_published_line() {
    let points: Vec<(f64, f64)> = (0..12)
        .map(|i| {
            let sigma = 0.08 * (1.0f64 / 0.08).powf(f64::from(i) / 11.0);
            let rates = Chassis::settled(Nutrient::new(sigma.min(1.0)).unwrap()).unwrap().rates();
            (rates.growth_per_h, rates.ribosome_fraction)
        })
        .collect();
    let (intercept, slope, _) = line(&points);
    close("slope [h]", slope, 0.0910, 0.01);
    close("intercept", intercept, 0.0346, 0.01);
}

/// What the README says of single media.
#[test]
fn the_published_line_holds_in_all_but_the_poorest_media() {
    for (nutrient, least, most) in [
        (0.1, -0.01, 0.01),
        (0.2, -0.01, 0.01),
        (0.5, -0.01, 0.01),
        (1.0, -0.01, 0.01),
        (0.08, -0.03, -0.025),
        (0.05, -0.1, -0.03),
    ] {
        let rates = Chassis::settled(Nutrient::new(nutrient).unwrap()).unwrap().rates();
        let off = rates.ribosome_fraction / (0.0346 + 0.0910 * rates.growth_per_h) - 1.0;
        assert!((least..=most).contains(&off), "{nutrient}: {off}");
    }
}

#[test]
fn the_growth_law_meets_the_measured_ribosome_content() {
    // Dennis and Bremer 2008, not used for calibration: 0.030 + 0.0913 h x growth. Tolerance: the
    // measurements scatter by about a tenth around their own line.
    for (doubling_min, measured) in bioxen::chassis::measured::RIBOSOME_FRACTION {
        let growth = 60.0 * std::f64::consts::LN_2 / doubling_min;
        let predicted = 0.0346 + 0.0910 * growth;
        close("ribosome fraction", predicted, measured, 0.15);
    }
}

/// A tenant whose mRNA weighs `fraction` of the host's.
fn burden(weight: f64) -> Tenant {
    let (quota, atp_share, priority) = (f64::INFINITY, 1.0, 1.0);
    Tenant { weight, quota, atp_share, priority, ..Tenant::IDLE }
}

#[test]
fn the_burden_line_is_straight_and_ends_where_housekeeping_begins() {
    // Up to 0.3 of the proteome; far beyond it maintenance takes all ATP and growth falls faster.
    let nutrient = Nutrient::new(0.3).unwrap();
    let alone = Chassis::settled(nutrient).unwrap().rates();
    let points: Vec<(f64, f64)> = (1..=6)
        .map(|i| {
            let tenants = [burden(alone.host_weight * 0.12 * f64::from(i))];
            let mut chassis = Chassis::settled(nutrient).unwrap();
            let energy = EnergyCoupling::Coupled;
            chassis.set_state(steady::settle(Conditions::new(nutrient, energy), &tenants).unwrap());
            let (rates, competition) = chassis.rates_with(&tenants);
            // At steady state a protein's share of synthesis is its share of the mass.
            let fraction = competition.ribosomes.engaged[0] / rates.translating;
            (fraction, rates.growth_per_h / alone.growth_per_h)
        })
        .collect();
    let (at_zero, slope, worst) = line(&points);
    close("growth without burden", at_zero, 1.0, 0.002);
    let intercept = -at_zero / slope;
    assert!((intercept - (1.0 - parameters::HOUSEKEEPING)).abs() < 0.002, "{intercept}");
    assert!(worst < 1e-5, "not straight: {worst}");
    assert!(points.iter().any(|p| p.0 > 0.18), "{points:?}");
}

#[test]
fn an_upshift_settles_where_a_fresh_cell_does() {
    let rich = Nutrient::new(0.5).unwrap();
    let mut chassis = Chassis::settled(Nutrient::new(0.1).unwrap()).unwrap();
    chassis.set_nutrient(rich);
    // In second-long steps, as guests would have it.
    for _ in 0..20 * 3600 {
        chassis.advance(1.0 / 3600.0, &[]).unwrap();
    }
    let settled = Chassis::settled(rich).unwrap();
    close("growth", chassis.rates().growth_per_h, settled.rates().growth_per_h, 1e-6);
    close("ATP", chassis.state().atp, settled.state().atp, 1e-6);
}

#[test]
fn steps_of_a_second_follow_the_equations() {
    // An independent check of the integrator: many small explicit steps (midpoint rule).
    let nutrient = Nutrient::new(0.5).unwrap();
    let energy = EnergyCoupling::Coupled;
    let start = *Chassis::settled(Nutrient::new(0.2).unwrap()).unwrap().state();
    let minute = 1.0 / 60.0;
    let mut implicit = start;
    for _ in 0..60 {
        implicit =
            rosenbrock::advance(&implicit, minute / 60.0, Conditions::new(nutrient, energy), &[])
                .unwrap();
    }
    let steps = 60_000;
    let h = minute / f64::from(steps);
    let mut chassis = Chassis::settled_with(nutrient, energy).unwrap();
    let mut slope = |y| {
        chassis.set_state(HostState::from_array(y));
        let (rates, kinetics) = (chassis.rates(), chassis.conditions().kinetics);
        bioxen::chassis::host::derivatives(chassis.state(), &rates, &kinetics).to_array()
    };
    let mut y = start.to_array();
    for _ in 0..steps {
        let f = slope(y);
        let g = slope(std::array::from_fn(|i| y[i] + 0.5 * h * f[i]));
        y = std::array::from_fn(|i| y[i] + h * g[i]);
    }
    for (got, expected) in implicit.to_array().iter().zip(y) {
        close("after a minute", *got, expected, 1e-3);
    }
}

#[test]
fn atp_is_accounted_for() {
    // What was made less what was used is what the pool gained.
    let nutrient = Nutrient::new(0.5).unwrap();
    let mut chassis = Chassis::settled(Nutrient::new(0.2).unwrap()).unwrap();
    chassis.set_nutrient(nutrient);
    let before = chassis.state().atp;
    let h = 1.0 / 3600.0 / 50.0;
    let mut net = 0.0;
    let mut turnover = 0.0;
    let mut last = chassis.rates();
    for _ in 0..3000 {
        chassis.advance(h, &[]).unwrap();
        let now = chassis.rates();
        net += 0.5 * h * (last.atp_production_per_h - last.atp_use_per_h);
        net += 0.5 * h * (now.atp_production_per_h - now.atp_use_per_h);
        turnover += h * now.atp_use_per_h;
        last = now;
    }
    let gained = chassis.state().atp - before;
    assert!((net - gained).abs() < 1e-4 * turnover, "{net} made, {gained} gained of {turnover}");
    assert!(gained.abs() > 100.0 * (net - gained).abs() || gained.abs() > 1e4);
}

#[test]
fn atp_follows_its_quasi_steady_state() {
    let chassis = Chassis::settled(Nutrient::new(0.2).unwrap()).unwrap();
    let s = chassis.state();
    let demand = chassis.rates().atp_use_per_h / (energy::CAPACITY * s.p_a * 0.2);
    let adp = energy::ADP_HALF_SATURATION * demand / (1.0 - demand);
    close("ATP", s.atp, energy::POOL - adp, 1e-6);
}

#[test]
fn impossible_media_are_refused() {
    for bad in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
        assert!(Nutrient::new(bad).is_err(), "{bad}");
    }
}
