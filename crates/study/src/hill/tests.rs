use super::*;
use bioxen_engine::rng::{Rng, Seed};
use proptest::prelude::*;

fn doses(first: f64, last: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| first * (last / first).powf(i as f64 / (n - 1) as f64)).collect()
}

fn found(doses: &[f64], responses: &[f64]) -> Hill {
    fit(doses, responses, &StopToken::new()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    /// Wherever the doses reach both plateaus, the parameters come back, in any units.
    #[test]
    fn known_parameters_come_back(
        lower in -10.0..10.0f64, range in 0.1..100.0f64, log_ec50 in -9.0..9.0f64, n in 0.5..6.0f64,
        falling in any::<bool>(), unit in -6.0..6.0f64, zero in any::<bool>()
    ) {
        let trend = if falling { Trend::Falling } else { Trend::Rising };
        let unit = 10f64.powf(unit);
        let truth = [lower * unit, (lower + range) * unit, 10f64.powf(log_ec50), n];
        // To one part in a thousand of the range on both sides.
        let reach = 1000f64.powf(1.0 / n);
        let mut d = doses(truth[2] / reach, truth[2] * reach, 13);
        if zero { d.insert(0, 0.0) }
        let r: Vec<f64> = d.iter().map(|&d| curve(&truth, trend, d)).collect();
        let hill = found(&d, &r);
        prop_assert_eq!(hill.trend, trend);
        for (value, known) in hill.fit.values.iter().zip(truth) {
            prop_assert!((value - known).abs() < 1e-5 * (known.abs() + range * unit * f64::from(u8::from(known.abs() < range * unit))), "{:?} {:?}", hill.fit.values, truth);
        }
        prop_assert!(hill.r_squared > 1.0 - 1e-9 && hill.remarks.is_empty(), "{:?}", hill.remarks);
    }
}

#[test]
fn errors_are_as_wide_as_the_noise_makes_them() {
    let truth = [1.0, 9.0, 3.0, 1.7];
    let d: Vec<f64> = doses(0.03, 300.0, 12).into_iter().flat_map(|d| [d, d, d]).collect();
    let mut rng = Rng::new(Seed::new(4));
    let (mut inside, trials) = (0, 60);
    for _ in 0..trials {
        let r: Vec<f64> =
            d.iter().map(|&d| curve(&truth, Trend::Rising, d) + 0.3 * rng.normal()).collect();
        let hill = found(&d, &r);
        let (low, high) = hill.fit.interval("ec50", 0.9).unwrap();
        inside += i32::from(low < 3.0 && 3.0 < high);
        assert!((hill.fit.sigma - 0.3).abs() < 0.15);
    }
    // Binomial with 60 trials of 0.9: below 46 with a probability under 0.1 %.
    assert!(inside >= 46, "{inside}");
}

#[test]
fn data_without_an_answer_say_so() {
    let error = |d: &[f64], r: &[f64]| fit(d, r, &StopToken::new()).unwrap_err().to_string();
    let d = doses(0.1, 100.0, 8);
    assert!(error(&d, &[5.0; 8]).contains("all responses are 5"));
    assert!(error(&d, &[5.0; 3]).contains("8 values"));
    assert!(error(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]).contains("needs at least 4"));
    assert!(error(&[-1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]).contains("a dose is -1"));
    assert!(error(&[0.0, 1.0, 2.0, 3.0], &[1.0, f64::NAN, 3.0, 4.0]).contains("a response is NaN"));
}

#[test]
fn what_is_no_hill_curve_is_remarked() {
    let d = doses(0.01, 100.0, 9);
    let bell: Vec<f64> = d.iter().map(|d| (-d.ln().powi(2) / 4.0).exp()).collect();
    let hill = found(&d, &bell);
    assert!(
        matches!(hill.remarks[0], Remark::NotMonotone { dose, part } if (dose - 1.0).abs() < 1e-9 && part > 0.9)
    );
    assert!(
        hill.remarks[0].to_string().contains("turns round at a dose of 1"),
        "{}",
        hill.remarks[0]
    );
    let valley: Vec<f64> = bell.iter().map(|b| 3.0 - b).collect();
    assert!(matches!(found(&d, &valley).remarks[0], Remark::NotMonotone { .. }));
    let mut rng = Rng::new(Seed::new(7));
    let (many, noise): (Vec<f64>, Vec<f64>) =
        d.iter().cycle().take(45).map(|&d| (d, 5.0 + 0.1 * rng.normal())).unzip();
    assert!(found(&many, &noise).remarks.contains(&Remark::NoTrend));
    // Only the foot of the curve.
    let foot: Vec<f64> = d
        .iter()
        .map(|&d| curve(&[0.0, 1.0, 1e4, 1.0], Trend::Rising, d) + 1e-5 * rng.normal())
        .collect();
    let hill = found(&d, &foot);
    assert!(
        hill.remarks
            .iter()
            .any(|r| matches!(r, Remark::Ec50Outside { .. } | Remark::Undetermined(_))),
        "{hill:?}"
    );
}
