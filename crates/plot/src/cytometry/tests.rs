use super::*;
use crate::Options;

fn channel<'a>(values: &'a [f64], gate: Option<f64>) -> Channel<'a> {
    Channel { name: "gfp", unit: "molecules", values, gate }
}

/// Cells in all bars: their areas, and the height of that of zeros.
fn bars(channel: &Channel, figure: &Figure) -> f64 {
    let series = &figure.panels[0].series[0];
    if series.style == Style::Bars {
        return series.y.iter().sum();
    }
    let bins = Bins::of(channel).unwrap();
    let zeros = bins.ends(None);
    let bar = |(x, y): (&[f64], &[f64])| match (x[0] < x[1], bins.zeros && x[0] == zeros.0) {
        (false, _) => 0.0,
        (true, true) => y[0],
        (true, false) => y[0] * (x[1].log10() - x[0].log10()) / bins.width,
    };
    series.x.chunks(2).zip(series.y.chunks(2)).map(bar).sum()
}

#[test]
fn every_cell_is_in_a_bar() {
    for values in [
        vec![0.0; 5],
        vec![7.0],
        vec![0.0, 1.0, 1.0, 2.0, 1e9],
        vec![1e-300, 1e300],
        (0..3000).map(|i| f64::from(i % 371)).collect(),
        (0..3000).map(|i| f64::from(i % 371) * 0.37).collect(),
    ] {
        let channel = channel(&values, None);
        let figure = cytometry(&channel, "").unwrap();
        let (found, all) = (bars(&channel, &figure), values.len() as f64);
        assert!((found - all).abs() < 1e-6 * all, "{found} {values:?}");
        assert!(figure.panels[0].series[0].x.len() < 800);
        let svg = figure.to_svg(&Options::default()).unwrap();
        assert_eq!(svg.contains("have none, at 0"), values.contains(&0.0), "{values:?}");
    }
    assert!(cytometry(&channel(&[f64::NAN], None), "").is_err());
    assert!(cytometry(&channel(&[], None), "").is_err());
}

#[test]
fn zeros_stand_over_a_zero_left_of_all_others() {
    let values = [0.0, 10.0, 20.0, 40.0, 1000.0];
    let figure = cytometry(&channel(&values, None), "").unwrap();
    let axis = &figure.panels[0].x;
    let (zero, low) = (axis.zero.unwrap(), axis.range.0.unwrap());
    assert!(low < zero && zero < 10.0);
    let text = figure.to_text(60, 14, false).unwrap();
    let numbers = text.lines().find(|line| line.contains("100")).unwrap();
    assert_eq!(numbers.split_whitespace().next(), Some("0"), "{text}");
    let spec = figure.to_vega_lite(&Options::default()).unwrap().to_string();
    assert!(spec.contains("labelExpr"), "{spec}");
    let without = cytometry(&channel(&values[1..], None), "").unwrap();
    assert_eq!(without.panels[0].x.zero, None);
}

#[test]
fn a_gate_divides_the_cells_and_is_within_the_axis() {
    let values: Vec<f64> = (1..=200).map(f64::from).collect();
    let figure = cytometry(&channel(&values, Some(151.0)), "").unwrap();
    let heading = figure.panels[0].title.clone().unwrap();
    assert_eq!(heading, "200 cells; 50 (25 %) are positive: gfp of 151 or more");
    let far = cytometry(&channel(&values, Some(1e6)), "").unwrap();
    assert!(far.panels[0].title.clone().unwrap().contains("0 (0 %) are positive"));
    assert!(far.panels[0].x.range.1.unwrap() > 1e6);
}

#[test]
fn whole_numbers_leave_no_gaps_between_bins() {
    // Where single molecules are told apart, bins without any would look like gaps in the distribution.
    let values: Vec<f64> = (0..20_000).map(|i| f64::from(i % 40 + 3)).collect();
    let figure = cytometry(&channel(&values, None), "").unwrap();
    let series = &figure.panels[0].series[0];
    let inner = series.x.iter().zip(&series.y).filter(|(x, _)| **x > 8.0 && **x < 40.0);
    let heights: Vec<f64> = inner.map(|(_, y)| *y).collect();
    // As many cells have each number: on logarithmic axes density rises as the number.
    assert!(heights.len() > 8 && heights.iter().all(|y| *y > 0.0), "{heights:?}");
    assert!(heights.windows(2).all(|pair| pair[1] > 0.8 * pair[0]), "{heights:?}");
}

#[test]
fn quadrants_have_all_cells() {
    let x = [0.0, 5.0, 50.0, 500.0];
    let y = [3.0, 300.0, 3.0, 300.0];
    let other = Channel { name: "rfp", ..channel(&y, Some(100.0)) };
    let tiles = cytometry_of_two(&channel(&x, Some(20.0)), &other, "").unwrap();
    let words: Vec<&str> = tiles.corners.iter().map(|corner| &*corner.2).collect();
    assert_eq!(words, ["gfp− rfp+ 25 %", "gfp+ rfp+ 25 %", "gfp− rfp− 25 %", "gfp+ rfp− 25 %"]);
    let all: f64 = tiles.tiles.iter().map(|tile| tile.value.0).sum();
    assert_eq!(all, 4.0);
    assert_eq!(tiles.note, "4 cells; 1 (25 %) have no gfp, at 0");
    assert_eq!(tiles.lines.len(), 2);
    let one = cytometry_of_two(&channel(&x, Some(20.0)), &Channel { gate: None, ..other }, "");
    assert_eq!(one.unwrap().corners.len(), 2);
    let short = channel(&x[1..], None);
    assert!(matches!(cytometry_of_two(&short, &other, ""), Err(PlotError::LengthMismatch { .. })));
    for form in [tiles.to_text(60, 20, false).unwrap(), tiles.to_text(60, 20, true).unwrap()] {
        assert!(form.contains("gfp+ rfp+ 25 %"), "{form}");
    }
}

/// Small whole numbers have a bar each, as high as there are cells with so many.
#[test]
fn few_molecules_are_counted_one_by_one() {
    let values = [0.0, 0.0, 1.0, 3.0, 3.0, 9.0];
    let channel = Channel { name: "m", unit: "molecules", values: &values, gate: Some(3.0) };
    let figure = cytometry(&channel, "t").unwrap();
    let panel = &figure.panels[0];
    assert_eq!(panel.x.scale, Scale::Linear);
    assert_eq!(panel.series[0].x, (0..10).map(f64::from).collect::<Vec<_>>());
    assert_eq!(panel.series[0].y, [2.0, 1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(
        panel.title.as_deref(),
        Some("6 cells; 2 of them (33.3 %) have none, at 0; 3 (50 %) are positive: m of 3 or more")
    );
    // One that is large, or not whole, needs the other axis.
    for other in [21.0, 2.5] {
        let values = [0.0, 1.0, other];
        let figure = cytometry(&Channel { values: &values, gate: None, ..channel }, "t").unwrap();
        assert_eq!(figure.panels[0].x.scale, Scale::Log);
    }
}

#[test]
fn cells_without_a_number_are_told() {
    for values in [[1.0, f64::NAN, f64::INFINITY], [1.5, f64::NAN, f64::INFINITY]] {
        let channel = Channel { name: "m", unit: "", values: &values, gate: None };
        let heading = cytometry(&channel, "t").unwrap().panels[0].title.clone().unwrap();
        assert_eq!(heading, "1 cell; 2 without a number are left out");
        let two = cytometry_of_two(&channel, &channel, "t").unwrap();
        assert!(two.note.ends_with("; 2 without two numbers are left out"), "{}", two.note);
    }
}
