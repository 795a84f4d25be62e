//! What the integrator promises beside accuracy: where steps end, what failures leave behind.

use bioxen::engine::ode::{Bdf, DenseSystem, Observer, Options, System, solve, solve_with};
use bioxen::engine::{EngineError, StopToken};

type Rhs = fn(f64, &[f64], &mut [f64]);

fn system(dim: usize, rhs: Rhs) -> impl System {
    DenseSystem::new(dim, move |t: f64, y: &[f64], dy: &mut [f64]| {
        rhs(t, y, dy);
        Ok(())
    })
}

const DECAY: Rhs = |_, y, dy| dy[0] = -y[0];

#[test]
fn no_step_passes_its_stop_and_the_end_is_met_exactly() {
    let mut system = system(1, DECAY);
    let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
    for t_stop in [1e-7, 0.1, 0.1 + 1e-12, 0.7, 3.0] {
        while bdf.t() < t_stop {
            let before = bdf.t();
            bdf.step(&mut system, Some(t_stop)).unwrap();
            assert!(bdf.t() > before && bdf.t() <= t_stop && bdf.t_before() == before);
        }
        assert_eq!(bdf.t(), t_stop);
        assert!((bdf.y()[0] - (-t_stop).exp()).abs() < 1e-5);
    }
    bdf.integrate_to(&mut system, 2.0, &StopToken::new()).unwrap();
    assert_eq!(bdf.t(), 3.0);
}

#[test]
fn the_state_can_be_read_anywhere_in_the_last_step() {
    let mut system = system(2, |_, y, dy| dy.copy_from_slice(&[y[1], -y[0]]));
    let mut bdf = Bdf::new(0.0, &[0.0, 1.0], Options { rtol: 1e-8, ..Options::default() });
    let mut y = [0.0; 2];
    bdf.interpolate(0.0, &mut y);
    assert_eq!(y, [0.0, 1.0]);
    while bdf.t() < 10.0 {
        bdf.step(&mut system, None).unwrap();
        for part in [0.0, 0.3, 0.8, 1.0] {
            let t = bdf.t_before() + part * (bdf.t() - bdf.t_before());
            bdf.interpolate(t, &mut y);
            assert!((y[0] - t.sin()).abs() < 1e-6 && (y[1] - t.cos()).abs() < 1e-6);
        }
        assert_eq!(y, bdf.y());
    }
    assert_eq!(bdf.order(), 5);
}

#[test]
fn a_solution_without_bound_ends_in_an_error() {
    let mut system = system(1, |_, y, dy| dy[0] = y[0] * y[0]);
    let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
    let error = bdf.integrate_to(&mut system, 2.0, &StopToken::new()).unwrap_err();
    assert!(matches!(error, EngineError::StepFailure { .. }), "{error}");
    assert!((bdf.t() - 1.0).abs() < 1e-4 && bdf.y()[0] > 1e4, "{error}");
}

#[test]
fn a_jump_in_the_equations_is_stepped_over() {
    let mut system = system(1, |t, _, dy| dy[0] = if t < 0.5 { 1.0 } else { -1.0 });
    let mut bdf = Bdf::new(0.0, &[0.0], Options::default());
    bdf.integrate_to(&mut system, 1.0, &StopToken::new()).unwrap();
    assert!(bdf.y()[0].abs() < 1e-4, "{:?}", bdf.y());
}

#[test]
fn the_error_of_the_system_is_passed_on() {
    let bad = EngineError::BadRate { reaction: "r".into(), rate: -1.0, time: 0.5 };
    let given = bad.clone();
    let mut system = DenseSystem::new(1, |t: f64, _: &[f64], dy: &mut [f64]| {
        dy[0] = 1.0;
        if t > 0.5 { Err(given.clone()) } else { Ok(()) }
    });
    let mut bdf = Bdf::new(0.0, &[0.0], Options::default());
    let error = bdf.integrate_to(&mut system, 1.0, &StopToken::new()).unwrap_err();
    assert_eq!(error, bad);
    assert!((bdf.t() - 0.5).abs() < 1e-3 && (bdf.y()[0] - bdf.t()).abs() < 1e-9);
    assert!(bdf.stats().convergence_failures > 0);
}

#[test]
fn a_derivative_that_is_not_finite_at_the_start_is_refused() {
    let mut system = system(1, |_, y, dy| dy[0] = 1.0 / y[0]);
    let mut bdf = Bdf::new(0.0, &[0.0], Options::default());
    let error = bdf.step(&mut system, Some(1.0)).unwrap_err();
    assert!(error.to_string().contains("the derivative at the start is not finite"), "{error}");
}

#[test]
fn a_root_of_a_negative_number_only_shortens_the_step() {
    // y' = -sqrt(y) ends at zero at t = 2; up to there it must be followed.
    let mut system = system(1, |_, y, dy| dy[0] = -y[0].sqrt());
    let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
    bdf.integrate_to(&mut system, 1.99, &StopToken::new()).unwrap();
    assert!((bdf.y()[0] - 0.005f64.powi(2)).abs() < 1e-6, "{:?}", bdf.y());
}

#[test]
fn steps_are_limited_in_number_and_length() {
    let mut decay = system(1, DECAY);
    let options = Options { max_steps: 10, ..Options::default() };
    let mut bdf = Bdf::new(0.0, &[1.0], options);
    let error = bdf.integrate_to(&mut decay, 100.0, &StopToken::new()).unwrap_err();
    assert!(error.to_string().contains("the greatest number of steps"), "{error}");
    assert_eq!(bdf.stats().steps, 10);

    let options = Options { max_step: Some(0.01), initial_step: Some(0.001), ..Options::default() };
    let mut bdf = Bdf::new(0.0, &[1.0], options);
    bdf.step(&mut decay, None).unwrap();
    assert_eq!(bdf.t(), 0.001);
    bdf.integrate_to(&mut decay, 1.0, &StopToken::new()).unwrap();
    assert!(bdf.stats().steps >= 100);
}

#[test]
fn a_stop_is_obeyed_between_steps() {
    let stop = StopToken::new();
    let mut system = system(1, DECAY);
    let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
    bdf.integrate_to(&mut system, 1.0, &stop).unwrap();
    stop.stop();
    let error = bdf.integrate_to(&mut system, 2.0, &stop).unwrap_err();
    assert_eq!((error, bdf.t()), (EngineError::Stopped { time: 1.0 }, 1.0));
    bdf.integrate_to(&mut system, 2.0, &StopToken::new()).unwrap();
    assert!((bdf.y()[0] - (-2f64).exp()).abs() < 1e-5);
}

#[test]
fn a_restart_forgets_the_past() {
    let mut system = system(1, DECAY);
    let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
    bdf.integrate_to(&mut system, 1.0, &StopToken::new()).unwrap();
    bdf.restart(5.0, &[10.0]);
    assert_eq!((bdf.t(), bdf.y(), bdf.order()), (5.0, &[10.0][..], 0));
    bdf.integrate_to(&mut system, 6.0, &StopToken::new()).unwrap();
    assert!((bdf.y()[0] - 10.0 * (-1f64).exp()).abs() < 1e-4);
}

#[test]
fn each_component_may_have_its_tolerance() {
    // Both decay from 1; the second is not looked at once it is below its tolerance.
    let run = |atol_components: Vec<f64>| {
        let mut system = system(2, |_, y, dy| dy.copy_from_slice(&[-y[0], -100.0 * y[1]]));
        let options = Options { rtol: 1e-8, atol: 1e-10, atol_components, ..Options::default() };
        let mut bdf = Bdf::new(0.0, &[1.0, 1.0], options);
        bdf.integrate_to(&mut system, 1.0, &StopToken::new()).unwrap();
        assert!((bdf.y()[0] - (-1f64).exp()).abs() < 1e-6);
        bdf.stats().steps
    };
    assert!(run(vec![1e-10, 1.0]) * 3 < run(vec![]) * 2);
}

#[test]
fn dimensions_must_agree_and_may_be_zero() {
    let mut decay = system(1, DECAY);
    let error = Bdf::new(0.0, &[1.0, 2.0], Options::default()).step(&mut decay, None).unwrap_err();
    assert!(error.to_string().contains("differ in their dimension"), "{error}");
    let mut nothing = system(0, |_, _, _| {});
    let mut bdf = Bdf::new(0.0, &[], Options::default());
    bdf.integrate_to(&mut nothing, 3.0, &StopToken::new()).unwrap();
    assert_eq!(bdf.t(), 3.0);
}

#[test]
fn a_grid_may_repeat_times_but_not_go_back() {
    let mut system = system(1, DECAY);
    let mut run =
        |grid: &[f64]| solve(&mut system, 1.0, &[1.0], grid, Options::default(), &StopToken::new());
    let solution = run(&[1.0, 1.0, 2.0, 2.0, 2.5]).unwrap();
    for (t, y) in solution.times.iter().zip(solution.component(0)) {
        assert!((y - (1.0 - t).exp()).abs() < 1e-5);
    }
    assert!(run(&[]).unwrap().values.is_empty());
    assert!(run(&[0.5]).is_err() && run(&[2.0, 1.5]).is_err() && run(&[f64::NAN]).is_err());
}

#[test]
fn an_observer_sees_points_and_progress() {
    #[derive(Default)]
    struct Log {
        points: Vec<f64>,
        progress: Vec<f64>,
    }
    impl Observer for Log {
        fn point(&mut self, index: usize, t: f64, y: &[f64]) {
            assert_eq!((index, y.len()), (self.points.len(), 1));
            self.points.push(t);
        }
        fn progress(&mut self, t: f64) {
            self.progress.push(t);
        }
    }
    let mut log = Log::default();
    let mut system = system(1, DECAY);
    let stop = StopToken::new();
    let grid = [0.0, 0.5, 1.0];
    let stats =
        solve_with(&mut system, (0.0, &[1.0]), &grid, Options::default(), &stop, &mut log).unwrap();
    assert_eq!(log.points, grid);
    assert_eq!(log.progress.len(), stats.steps);
    assert_eq!(log.progress.last(), Some(&1.0));
}
