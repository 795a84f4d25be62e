use super::*;
use proptest::prelude::*;

fn never(_: &[f64]) -> Result<Vec<f64>, String> {
    Err("nobody integrates".into())
}

fn find(
    f: impl Fn(&[f64]) -> Result<Vec<f64>, String> + Sync,
    start: &[f64],
) -> Result<SteadyState, StudyError> {
    steady_state(f, start, never, &Options::default(), &StopToken::new())
}

proptest! {
    #[test]
    fn linear_systems_take_their_solution(
        m in prop::collection::vec(-1.0..1.0f64, 16), x in prop::collection::vec(1.0..10.0f64, 4)
    ) {
        let mut a = Matrix::from_rows(&m.chunks(4).map(<[f64]>::to_vec).collect::<Vec<_>>());
        (0..4).for_each(|i| a[(i, i)] -= 5.0);
        let b = a.times(&x);
        let f = |y: &[f64]| Ok(a.times(y).iter().zip(&b).map(|(l, r)| l - r).collect());
        let state = find(f, &[1.0; 4]).unwrap();
        for (found, known) in state.values.iter().zip(&x) {
            prop_assert!((found - known).abs() < 1e-8);
        }
        // Gershgorin: all circles lie left of zero.
        prop_assert_eq!(state.stability, Stability::Stable);
    }
}

#[test]
fn conserved_sums_stay_as_they_were() {
    // A + B <-> C with two conserved sums: C = (A0 + C0) - A.
    let f = |x: &[f64]| {
        let v = 2.0 * x[0] * x[1] - 3.0 * x[2];
        Ok::<_, String>(vec![-v, -v, v])
    };
    let state = find(f, &[5.0, 4.0, 1.0]).unwrap();
    let x = &state.values;
    assert!((x[0] + x[2] - 6.0).abs() < 1e-9 && (x[1] + x[2] - 5.0).abs() < 1e-9, "{x:?}");
    assert!((2.0 * x[0] * x[1] - 3.0 * x[2]).abs() < 1e-8);
    assert_eq!((state.conserved, state.stability), (2, Stability::Stable));
}

#[test]
fn saddles_and_foci_are_told() {
    let saddle = find(|x| Ok(vec![x[0] - 1.0, -x[1]]), &[3.0, 2.0]).unwrap();
    assert_eq!(saddle.stability, Stability::Unstable(1));
    let centre = find(|x| Ok(vec![x[1] - 1.0, 1.0 - x[0]]), &[3.0, 2.0]).unwrap();
    assert_eq!(centre.stability, Stability::Marginal);
    let focus = find(|x| Ok(vec![0.1 * x[0] - x[1], x[0] + 0.1 * x[1]]), &[3.0, 2.0]).unwrap();
    assert_eq!(focus.stability, Stability::Unstable(2));
    assert!((focus.eigenvalues.unwrap()[0].im - 1.0).abs() < 1e-9);
}

#[test]
fn the_caller_helps_where_newton_is_stuck() {
    // Flat where it starts: only time leads on.
    let rate = |x: f64| (1.0 - x) * (-(x - 1.0) * (x - 1.0)).exp();
    let mut calls = 0;
    let state = steady_state(
        |x: &[f64]| Ok::<_, String>(vec![rate(x[0])]),
        &[-4.0],
        |x: &[f64]| {
            calls += 1;
            let mut y = x[0];
            for _ in 0..20_000 * calls * calls {
                y += 0.1 * rate(y) + 1e-6;
            }
            Ok(vec![y])
        },
        &Options::default(),
        &StopToken::new(),
    )
    .unwrap();
    assert!((state.values[0] - 1.0).abs() < 1e-9 && state.fallbacks > 0);
}

#[test]
fn failures_are_told() {
    let error = find(|_| Err("no".into()), &[1.0]).unwrap_err().to_string();
    assert!(error.contains("fails at the start") && error.contains("no"), "{error}");
    let error = find(|x| Ok(vec![1.0 + x[0] * x[0]]), &[1.0]).unwrap_err().to_string();
    assert!(error.contains("nobody integrates"), "{error}");
    let error = find(|_| Ok(vec![f64::NAN]), &[1.0]).unwrap_err().to_string();
    assert!(error.contains("NaN"), "{error}");
    let stop = StopToken::new();
    stop.stop();
    let stopped = steady_state(
        |x: &[f64]| Ok::<_, String>(vec![-x[0]]),
        &[1.0],
        never,
        &Options::default(),
        &stop,
    );
    assert_eq!(stopped.unwrap_err(), StudyError::Stopped);
}

#[test]
fn values_stay_where_they_have_a_meaning() {
    let options = Options { non_negative: true, ..Options::default() };
    let rates = |x: &[f64]| match x[0] < 0.0 {
        true => Err("negative".to_owned()),
        false => Ok(vec![2.0 - x[0].sqrt() * 4.0]),
    };
    let state = steady_state(rates, &[9.0], never, &options, &StopToken::new()).unwrap();
    assert!((state.values[0] - 0.25).abs() < 1e-9);
}
