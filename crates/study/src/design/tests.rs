use super::*;
use crate::Range;
use bioxen_engine::StopToken;
use proptest::prelude::*;

fn unit(d: usize) -> Vec<Range> {
    (0..d).map(|i| Range::new(format!("x{i}"), 0.0, 1.0).unwrap()).collect()
}

#[test]
fn what_cannot_be_is_told() {
    let axis = |name: &str, n: usize| (name.to_owned(), vec![0.0; n]);
    assert!(grid(&[]).unwrap_err().to_string().contains("at least one parameter"));
    assert!(grid(&[axis("a", 0)]).unwrap_err().to_string().contains("`a` has no values"));
    let large = [axis("a", 10_000), axis("b", 10_000)];
    let error = grid(&large).unwrap_err().to_string();
    assert_eq!(error, "a grid has 100000000 points; at most 10000000 are possible");
    let error = zip(&[axis("a", 2), axis("b", 3)]).unwrap_err().to_string();
    assert_eq!(error, "`a` has 2 values and `b` has 3; they must have as many");
    assert!(zip(&[axis("a", 2), axis("a", 2)]).is_err());
    assert!(logspace(0.0, 1.0, 3).is_err() && linspace(0.0, f64::NAN, 3).is_err());
    assert!(linspace(0.0, 1.0, usize::MAX).is_err());
    assert!(sobol(&unit(129), 2, None).unwrap_err().to_string().contains("at most 128"));
    assert!(latin_hypercube(&[], 2, 1).is_err() && sobol(&[], 2, None).is_err());
    assert!(latin_hypercube(&unit(2), usize::MAX, 1).is_err());
}

#[test]
fn a_stop_leaves_the_rest_open() {
    let design = grid(&[("a".into(), vec![1.0, 2.0])]).unwrap();
    let stop = StopToken::new();
    stop.stop();
    let sweep = design.evaluate(|i, _| Ok::<_, String>(i), &stop);
    assert!(sweep.stopped && sweep.failures.is_empty());
    assert_eq!(sweep.values, [None, None]);
}

#[test]
fn spaces_reach_their_ends() {
    assert_eq!(linspace(-1.0, 1.0, 5).unwrap(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
    assert_eq!(linspace(3.0, 1.0, 1).unwrap(), [3.0]);
    let log = logspace(1e-3, 1e3, 7).unwrap();
    for (i, v) in log.iter().enumerate() {
        assert!((v / 10f64.powi(i as i32 - 3) - 1.0).abs() < 1e-13);
    }
    assert_eq!((log[0], log[6]), (1e-3, 1e3));
}

/// The points that the authors of the direction numbers print for three dimensions.
#[test]
fn sobol_gives_the_published_points() {
    let expected = [
        [0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25],
        [0.25, 0.75, 0.75],
        [0.375, 0.375, 0.625],
        [0.875, 0.875, 0.125],
        [0.625, 0.125, 0.875],
        [0.125, 0.625, 0.375],
    ];
    assert_eq!(sobol(&unit(3), 8, None).unwrap().points, expected);
}

proptest! {
    #[test]
    fn each_part_of_a_latin_hypercube_has_one_point(n in 1usize..60, d in 1usize..6, seed: u64) {
        let points = unit_latin_hypercube(n, d, seed).unwrap();
        for j in 0..d {
            let mut parts: Vec<usize> = points.iter().map(|p| (p[j] * n as f64) as usize).collect();
            parts.sort_unstable();
            prop_assert_eq!(parts, (0..n).collect::<Vec<_>>());
        }
    }

    /// Every coordinate of the first 2^m points has one in each of 2^m parts, scrambled or not; and pairs of
    /// the first two coordinates one in each elementary box.
    #[test]
    fn sobol_points_are_nets(m in 1u32..9, seed in prop::option::of(any::<u64>()), d in 2usize..129) {
        let n = 1usize << m;
        let points: Vec<Vec<f64>> = Sobol::new(d, seed).unwrap().take(n).collect();
        for j in 0..d {
            let mut parts: Vec<usize> = points.iter().map(|p| (p[j] * n as f64) as usize).collect();
            parts.sort_unstable();
            prop_assert_eq!(parts, (0..n).collect::<Vec<_>>());
        }
        for a in 0..=m {
            let (rows, columns) = ((1u32 << a) as f64, (1u32 << (m - a)) as f64);
            let mut boxes: Vec<(usize, usize)> = points
                .iter()
                .map(|p| ((p[0] * rows) as usize, (p[1] * columns) as usize))
                .collect();
            boxes.sort_unstable();
            boxes.dedup();
            prop_assert_eq!(boxes.len(), n);
        }
    }

    #[test]
    fn a_grid_has_every_combination_once(sizes in prop::collection::vec(1usize..5, 1..4)) {
        let axes: Vec<Axis> = sizes
            .iter()
            .enumerate()
            .map(|(i, &n)| (format!("x{i}"), (0..n).map(|v| v as f64).collect()))
            .collect();
        let design = grid(&axes).unwrap();
        let mut seen: Vec<Vec<u64>> = design.points.iter().map(|p| p.iter().map(|v| *v as u64).collect()).collect();
        prop_assert!(seen.is_sorted());
        seen.dedup();
        prop_assert_eq!(seen.len(), sizes.iter().product::<usize>());
    }
}
