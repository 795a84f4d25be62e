use super::{Prior, PriorKind};
use crate::ParameterScale;

const SCALES: [ParameterScale; 3] =
    [ParameterScale::Lin, ParameterScale::Log, ParameterScale::Log10];

fn all() -> impl Iterator<Item = Prior> {
    PriorKind::ALL.into_iter().map(|(_, kind)| Prior { kind, a: 0.2, b: 0.9 })
}

/// What is varied: the value, or its natural logarithm.
fn inner(scale: ParameterScale, value: f64) -> f64 {
    if scale == ParameterScale::Lin { value } else { value.ln() }
}

fn outer(scale: ParameterScale, inner: f64) -> f64 {
    if scale == ParameterScale::Lin { inner } else { inner.exp() }
}

#[test]
fn rows_lead_down_the_objective() {
    for prior in all() {
        for scale in SCALES {
            for value in [0.21, 0.5, 0.89] {
                let f = |z: f64| prior.objective(outer(scale, z), scale);
                let (z, h) = (inner(scale, value), 1e-6);
                let slope = (f(z + h) - f(z - h)) / (2.0 * h);
                let (r, by) = prior.row(value, scale);
                if f(z + h).is_finite() && f(z - h).is_finite() {
                    assert!(
                        (r * by - slope).abs() < 1e-6 * (1.0 + slope.abs()),
                        "{prior:?} {scale:?} {value}: {} {slope}",
                        r * by
                    );
                }
            }
        }
    }
}

#[test]
fn densities_are_one_in_all_and_quantiles_are_their_inverse() {
    for prior in all() {
        // Of the value itself, or of its scale where the prior is one of that.
        let scale = ParameterScale::Log10;
        let on_scale = matches!(
            prior.kind,
            PriorKind::ParameterScaleUniform
                | PriorKind::ParameterScaleNormal
                | PriorKind::ParameterScaleLaplace
        );
        let own = |x: f64| if on_scale { scale.unscaled(x) } else { x };
        let place = |part: f64| {
            let value = prior.quantile(part, scale);
            if on_scale { scale.scaled(value) } else { value }
        };
        for (low, high) in [(0.1, 0.3), (0.3, 0.55), (0.6, 0.95)] {
            let (from, to) = (place(low), place(high));
            let steps = 20_000;
            let width = (to - from) / f64::from(steps);
            let density = |i: i32| {
                (-prior.negative_log_density(own(from + (f64::from(i) + 0.5) * width), scale)).exp()
            };
            // A normal prior allows values below 0, of which there is no logarithm.
            let mass: f64 = (0..steps).map(|i| density(i) * width).sum();
            assert!((mass - (high - low)).abs() < 1e-5, "{prior:?}: {mass} for {}", high - low);
        }
    }
}
