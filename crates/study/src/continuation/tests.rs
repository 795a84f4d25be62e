use super::*;
use std::sync::Mutex;

fn branch(
    f: impl Fn(&[f64], f64) -> Result<Vec<f64>, String> + Sync,
    start: &[f64],
    p: f64,
    options: &Options,
) -> Branch {
    follow(f, start, p, options, &StopToken::new()).unwrap()
}

#[test]
fn a_fold_is_found_where_it_is() {
    // x^2 + p = 0: none above zero, two below.
    let found =
        branch(|x, p| Ok(vec![x[0] * x[0] + p]), &[1.0], -1.0, &Options::between(-4.0, 1.0));
    let folds: Vec<_> = found.folds().collect();
    assert_eq!((folds.len(), found.specials.len()), (1, 1));
    assert!(
        folds[0].point.parameter.abs() < 1e-12 && folds[0].point.values[0].abs() < 1e-6,
        "{folds:?}"
    );
    assert_eq!((&found.ends.first, &found.ends.last), (&Ended::Parameter, &Ended::Parameter));
    for point in &found.points {
        assert!((point.values[0].powi(2) + point.parameter).abs() < 1e-9);
        // d/dx = 2x: stable below zero.
        assert_eq!(point.stability == Stability::Stable, point.values[0] < -1e-9);
    }
    let ends = [&found.points[0], found.points.last().unwrap()];
    assert!(
        ends.iter().all(|p| p.parameter == -4.0 && (p.values[0].abs() - 2.0).abs() < 1e-9),
        "{ends:?}"
    );
}

#[test]
fn a_cubic_has_two() {
    // p = x^3 - 3x turns at x = -1 and x = 1, where p is 2 and -2.
    let f = |x: &[f64], p: f64| Ok(vec![p - x[0].powi(3) + 3.0 * x[0]]);
    let given = |x: &[f64], _: f64| Ok(Matrix::from_rows(&[vec![3.0 - 3.0 * x[0] * x[0], 1.0]]));
    let options = Options { direction: Direction::Up, ..Options::between(-5.0, 5.0) };
    let by_hand =
        follow_with_jacobian(f, given, &[-2.0], -2.0, &options, &StopToken::new()).unwrap();
    for found in [branch(f, &[-2.0], -2.0, &options), by_hand] {
        let folds: Vec<_> = found.folds().map(|s| (s.point.values[0], s.point.parameter)).collect();
        assert_eq!(folds.len(), 2);
        for ((x, p), (u, q)) in folds.iter().zip([(-1.0, 2.0), (1.0, -2.0)]) {
            assert!((x - u).abs() < 1e-6 && (p - q).abs() < 1e-10, "{folds:?}");
        }
        assert_eq!((&found.ends.first, &found.ends.last), (&Ended::NotFollowed, &Ended::Parameter));
        // Between the folds it is unstable.
        for point in &found.points {
            assert_eq!(point.stability == Stability::Stable, point.values[0].abs() > 1.0);
        }
    }
}

/// The toggle switch of Gardner, Cantor & Collins (*Nature* 403:339, 2000), equation 1: two repressors, each made where
/// there is little of the other.
#[test]
fn the_toggle_switch_has_its_two_folds() {
    let (alpha_2, beta, gamma) = (15.6, 2.5, 1.5);
    let rates = |x: &[f64], alpha_1: f64| {
        Ok(vec![
            alpha_1 / (1.0 + x[1].max(0.0).powf(beta)) - x[0],
            alpha_2 / (1.0 + x[0].max(0.0).powf(gamma)) - x[1],
        ])
    };
    let options = Options { direction: Direction::Up, ..Options::between(0.01, 500.0) };
    let found = branch(rates, &[0.0, 15.6], 0.01, &options);
    let folds: Vec<f64> = found.folds().map(|s| s.point.parameter).collect();
    assert_eq!(folds.len(), 2, "{:?}", found.ends.last);
    assert_eq!(found.ends.last, Ended::Parameter);
    // On a steady state v follows from u, and alpha_1 from both: its extremes are the folds.
    let alpha_1 = |u: f64| u * (1.0 + (alpha_2 / (1.0 + u.powf(gamma))).powf(beta));
    let extreme = |sign: f64, mut low: f64, mut high: f64| {
        for _ in 0..200 {
            let (a, b) = (low + (high - low) * 0.4, low + (high - low) * 0.6);
            if sign * alpha_1(a) < sign * alpha_1(b) { low = a } else { high = b }
        }
        alpha_1(0.5 * (low + high))
    };
    let u: Vec<f64> = found.folds().map(|s| s.point.values[0]).collect();
    for (i, sign) in [1.0, -1.0].into_iter().enumerate() {
        let direct = extreme(sign, 0.7 * u[i], 1.4 * u[i]);
        assert!((folds[i] / direct - 1.0).abs() < 1e-9, "{folds:?} {direct}");
    }
    // By living through time: between the folds two states, outside one.
    let lives = |alpha_1: f64, mut x: [f64; 2]| {
        for _ in 0..200_000 {
            let f = rates(&x, alpha_1).unwrap();
            (x[0], x[1]) = (x[0] + 0.01 * f[0], x[1] + 0.01 * f[1]);
        }
        x[0]
    };
    let (upper, lower) = (folds[0], folds[1]);
    for (alpha, two) in
        [(0.98 * lower, false), (1.02 * lower, true), (0.98 * upper, true), (1.02 * upper, false)]
    {
        let (low, high) = (lives(alpha, [0.0, 15.6]), lives(alpha, [alpha, 0.0]));
        assert_eq!((high - low).abs() > 0.1, two, "{alpha}: {low} {high}");
    }
    for point in &found.points {
        assert!(rates(&point.values, point.parameter).unwrap().iter().all(|f| f.abs() < 1e-6));
    }
}

#[test]
fn a_closed_branch_ends() {
    let options = Options::between(-2.0, 2.0);
    let found = branch(|x, p| Ok(vec![x[0] * x[0] + p * p - 1.0]), &[1.0], 0.0, &options);
    assert_eq!((&found.ends.last, &found.ends.first), (&Ended::Closed, &Ended::NotFollowed));
    assert_eq!(found.folds().count(), 2);
    assert_eq!(found.points.first(), found.points.last());
    assert!(found.points.len() < 1000);
}

#[test]
fn oscillations_and_other_branches_are_seen() {
    // The Brusselator (Prigogine & Lefever 1968) with A = 1: (1, B), and a Hopf point at B = 1 + A^2 = 2.
    let f = |x: &[f64], b: f64| {
        let v = x[0] * x[0] * x[1];
        Ok(vec![1.0 + v - (b + 1.0) * x[0], b * x[0] - v])
    };
    let found = branch(f, &[1.0, 1.0], 1.0, &Options::between(0.5, 4.0));
    assert_eq!(found.specials.len(), 1);
    assert_eq!(found.specials[0].kind, Kind::Hopf);
    assert!((found.specials[0].point.parameter - 2.0).abs() < 1e-8);
    // x (p - x): at zero the branch of zeros meets another, and neither turns.
    let found =
        branch(|x, p| Ok(vec![x[0] * (p - x[0])]), &[0.0], -1.03, &Options::between(-2.0, 2.0));
    assert_eq!(found.specials.iter().map(|s| s.kind).collect::<Vec<_>>(), [Kind::Branch]);
    assert!(found.specials[0].point.parameter.abs() < 1e-6);
    let (before, after) =
        (&found.points[found.specials[0].after], &found.points[found.specials[0].after + 1]);
    assert!(
        before.parameter <= 0.0 && after.parameter >= 0.0,
        "{} {}",
        before.parameter,
        after.parameter
    );
}

#[test]
fn specials_say_after_which_point_they_lie() {
    let f = |x: &[f64], p: f64| Ok(vec![p - x[0].powi(3) + 3.0 * x[0]]);
    let found = branch(f, &[0.0], 0.0, &Options::between(-5.0, 5.0));
    assert_eq!(found.folds().count(), 2);
    for fold in found.folds() {
        let (a, b) = (&found.points[fold.after], &found.points[fold.after + 1]);
        let x = fold.point.values[0];
        assert!((a.values[0] - x) * (b.values[0] - x) <= 0.0, "{fold:?}");
    }
}

#[test]
fn limits_hold_and_failures_end_in_words() {
    let few = Options { most_points: 7, ..Options::between(0.0, 1.0) };
    let found = branch(|x, p| Ok(vec![x[0] - p]), &[0.5], 0.5, &few);
    assert_eq!(found.points.len(), 15);
    assert_eq!(found.ends.first, Ended::MostPoints);
    let wall = |x: &[f64], p: f64| match p > 0.7 {
        true => Err("a wall".to_owned()),
        false => Ok(vec![x[0] - p]),
    };
    let found = branch(wall, &[0.5], 0.5, &Options::between(0.0, 1.0));
    assert!(
        matches!(&found.ends.last, Ended::SmallestStep(r) if r == "a wall"),
        "{:?}",
        found.ends.last
    );
    assert!(found.points.last().unwrap().parameter > 0.699);
    let stop = StopToken::new();
    let calls = Mutex::new(0);
    let stopping = |x: &[f64], p: f64| {
        *calls.lock().unwrap() += 1;
        if *calls.lock().unwrap() > 100 {
            stop.stop();
        }
        Ok::<_, String>(vec![x[0] - p])
    };
    let found = follow(stopping, &[0.5], 0.5, &Options::between(0.0, 1.0), &stop).unwrap();
    assert_eq!(found.ends.last, Ended::Stopped);
    let error = |f: fn(&[f64], f64) -> Result<Vec<f64>, String>, p: f64, o: Options| {
        follow(f, &[0.0], p, &o, &StopToken::new()).unwrap_err().to_string()
    };
    assert!(
        error(|_, _| Err("no".into()), 0.5, Options::between(0.0, 1.0))
            .contains("fails at the start")
    );
    assert!(error(|x, p| Ok(vec![x[0] - p]), 2.0, Options::between(0.0, 1.0)).contains("outside"));
    assert!(error(|x, p| Ok(vec![x[0] - p]), 0.5, Options::between(1.0, 0.0)).contains("below"));
    assert!(
        error(|_, _| Ok(vec![1.0]), 0.5, Options::between(0.0, 1.0)).contains("found no answer")
    );
}

#[test]
fn a_branch_goes_round_corners() {
    // Up to a limit x follows p ten times as fast as beyond it; and the limit is steep.
    let f = |x: &[f64], p: f64| Ok(vec![if p < 0.3 { 10.0 * p } else { 3.0 } - x[0]]);
    for (start, direction) in [(0.0, Direction::Up), (1.0, Direction::Down)] {
        let options = Options { direction, ..Options::between(0.0, 1.0) };
        let found = branch(f, &[f64::min(10.0 * start, 3.0)], start, &options);
        assert!(found.specials.is_empty(), "{:?}", found.specials);
        assert!(
            found
                .points
                .iter()
                .all(|p| (p.values[0] - f64::min(10.0 * p.parameter, 3.0)).abs() < 1e-7)
        );
        let ends = [found.points[0].parameter, found.points.last().unwrap().parameter];
        assert!(
            ends.contains(&0.0) && ends.contains(&1.0),
            "{ends:?} {:?} {:?}",
            found.ends.first,
            found.ends.last
        );
    }
    // A jump is no corner.
    let f = |x: &[f64], p: f64| Ok(vec![if p < 0.3 { 0.0 } else { 1.0 } - x[0]]);
    let found = branch(f, &[0.0], 0.0, &Options::between(0.0, 1.0));
    assert!(matches!(found.ends.last, Ended::SmallestStep(_)), "{:?}", found.ends.last);
}

#[test]
fn eigenvalues_that_are_a_little_off_make_no_other_branch_of_a_fold() {
    for off in [-1e-3, 1e-3] {
        let known = |x: &[f64], _: f64| {
            let one = vec![Eigenvalue { re: 3.0 - 3.0 * x[0] * x[0] + off, im: 0.0 }];
            let stability = Stability::of(Some(&one), 0);
            Ok::<_, String>((one, stability))
        };
        for largest_step in [1e-3, 0.01, 0.05] {
            let options = Options { largest_step, ..Options::between(-5.0, 5.0) };
            let f = |x: &[f64], p: f64| Ok(vec![p - x[0].powi(3) + 3.0 * x[0]]);
            let found =
                follow_with_eigenvalues(f, known, &[-2.0], -2.0, &options, &StopToken::new());
            let kinds: Vec<Kind> = found.unwrap().specials.iter().map(|s| s.kind).collect();
            assert_eq!(kinds, [Kind::Fold, Kind::Fold], "{off} {largest_step}");
        }
    }
}
