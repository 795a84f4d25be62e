use super::*;
use proptest::prelude::*;

fn series(style: Style, values: &[f64]) -> Series {
    Series::line("s", vec![0.0; values.len()], values.to_vec()).with_style(style)
}

fn only(style: Style, values: &[f64]) -> Body {
    let series = series(style, values);
    bodies(&series, &series.x, false).remove(0)
}

#[test]
fn quartiles_lie_between_the_values_beside_them() {
    // By hand: at the places 1.25, 2.5 and 3.75, counted from 0.
    let values = [1.0, 2.0, 4.0, 7.0, 11.0, 20.0];
    let found = [0.0, 0.25, 0.5, 0.75, 1.0].map(|p| quantile(&values, p));
    assert_eq!(found, [1.0, 2.5, 5.5, 10.0, 20.0]);
}

#[test]
fn whiskers_end_at_values_and_what_is_beyond_is_a_point() {
    let body = only(Style::Box, &[3.0, 1.0, 2.0, 4.0, 5.0, 30.0, f64::NAN, -20.0, 3.0]);
    let shape = body.shape.unwrap();
    assert_eq!((shape.ends, shape.quartiles[1]), ((1.0, 5.0), 3.0));
    assert_eq!(body.points, [-20.0, 30.0]);
}

#[test]
fn few_values_are_points() {
    for style in [Style::Box, Style::Violin] {
        let body = only(style, &[2.0, 1.0, f64::INFINITY, 4.0, 3.0]);
        assert_eq!((body.shape, body.points), (None, vec![1.0, 2.0, 3.0, 4.0]));
    }
    assert!(bodies(&series(Style::Bars, &[1.0; 9]), &[0.0; 9], false).is_empty());
}

#[test]
fn values_are_gathered_by_place() {
    let series = Series::line("s", vec![1.0, 0.0, 1.0, f64::NAN], vec![5.0, 6.0, 7.0, 8.0]);
    let series = series.with_style(Style::Box);
    let found = bodies(&series, &series.x, false);
    let places: Vec<(f64, usize)> = found.iter().map(|b| (b.x, b.points.len())).collect();
    assert_eq!(places, [(0.0, 1), (1.0, 2)]);
}

#[test]
fn the_kernel_is_as_wide_as_silverman_advises() {
    // The quartiles' distance over 1.34 is the lesser.
    let values = [1.0, 2.0, 4.0, 7.0, 11.0, 20.0];
    let expected = 0.9 * (7.5 / 1.34) * 6f64.powf(-0.2);
    assert!((bandwidth(&values) - expected).abs() < 1e-12);
    // Half of the values the same: the deviation alone.
    let same = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0];
    assert!((bandwidth(&same) - 0.9 * (2.0_f64 / 6.0).sqrt() * 7f64.powf(-0.2)).abs() < 1e-12);
}

#[test]
fn equal_values_are_a_line() {
    let shape = only(Style::Violin, &[3.0; 9]).shape.unwrap();
    assert_eq!(shape.outline, [(3.0, 1.0), (3.0, 1.0)]);
    let body = only(Style::Box, &[3.0; 9]);
    assert_eq!((body.points.len(), body.shape.unwrap().ends), (0, (3.0, 3.0)));
}

proptest! {
    #[test]
    fn the_order_of_values_does_not_matter(mut values in prop::collection::vec(-1e3..1e3_f64, 5..40)) {
        for style in [Style::Box, Style::Violin] {
            let one = only(style, &values);
            values.reverse();
            prop_assert_eq!(&one, &only(style, &values));
        }
    }

    #[test]
    fn a_box_moves_and_grows_with_its_values(
        values in prop::collection::vec(-100..100_i32, 5..40),
        by in 1..8_i32,
        shift in -50..50_i32,
    ) {
        // Whole numbers and powers of two, so that nothing is rounded.
        let plain: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
        let (by, shift) = (2f64.powi(by), f64::from(shift));
        let moved: Vec<f64> = plain.iter().map(|v| v * by + shift).collect();
        let (a, b) = (only(Style::Box, &plain), only(Style::Box, &moved));
        let (s, t) = (a.shape.unwrap(), b.shape.unwrap());
        prop_assert_eq!(s.quartiles.map(|v| v * by + shift), t.quartiles);
        prop_assert_eq!((s.ends.0 * by + shift, s.ends.1 * by + shift), t.ends);
        prop_assert_eq!(a.points.len(), b.points.len());
    }

    #[test]
    fn everything_stays_within_the_values(
        values in prop::collection::vec(prop_oneof![any::<f64>(), 1e-3..1e3_f64], 0..40),
        log in any::<bool>(),
    ) {
        for style in [Style::Box, Style::Violin] {
            let series = series(style, &values);
            for body in bodies(&series, &series.x, log) {
                let shown = values.iter().copied().filter(|v| v.is_finite() && (!log || *v > 0.0));
                let (low, high) = shown.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
                let Some(shape) = body.shape else { continue };
                let [first, median, third] = shape.quartiles;
                for v in [shape.ends.0, first, median, third, shape.ends.1] {
                    prop_assert!((low..=high).contains(&v), "{} {} {}", low, v, high);
                }
                prop_assert!(shape.ends.0 <= first && first <= median && median <= third);
                prop_assert!(third <= shape.ends.1);
                for (v, part) in shape.outline {
                    prop_assert!((low..=high).contains(&v) && (0.0..=1.0).contains(&part));
                }
            }
        }
    }
}
