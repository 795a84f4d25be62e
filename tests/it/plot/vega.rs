//! Figures as Vega-Lite specifications.

use bioxen::plot::{Axis, Figure, Options, Panel, Scale, Series, Style, Theme};

fn figure(series: Vec<Series>) -> Figure {
    let y = Axis { scale: Scale::Log, ..Axis::new("Protein", "molecules") };
    let panel = Panel { title: None, x: Axis::new("Time", "min"), y, series };
    Figure { title: "Induction".into(), panels: vec![panel] }
}

#[test]
fn the_specification_holds_axes_colours_and_data() {
    let mut series = Series::line("lacZ", vec![0.0, 1.0, 2.0], vec![1.0, f64::NAN, 100.0]);
    series.dashed = true;
    series.band = Some((vec![0.5, 1.0, 90.0], vec![2.0, 3.0, 110.0]));
    let points = Series::line("seen", vec![1.0], vec![7.0]).with_style(Style::Points);
    let dark = Options { theme: Theme::Dark, ..Options::default() };
    let spec = figure(vec![series, points]).to_vega_lite(&dark).unwrap();
    assert_eq!(spec["title"]["text"], "Induction");
    assert_eq!(spec["background"], "#161b22");
    let layers = spec["vconcat"][0]["layer"].as_array().unwrap();
    let marks: Vec<&str> = layers.iter().map(|l| l["mark"]["type"].as_str().unwrap()).collect();
    assert_eq!(marks, ["area", "line", "point"]);
    assert_eq!(layers[0]["data"]["values"][2]["y2"], 90.0);
    let line = &layers[1];
    assert_eq!(line["encoding"]["x"]["title"], "Time [min]");
    assert_eq!(line["encoding"]["y"]["title"], "Protein [molecules]");
    assert_eq!(line["encoding"]["y"]["scale"]["type"], "log");
    assert_eq!(line["encoding"]["color"]["scale"]["domain"][1], "seen");
    assert_eq!(line["mark"]["strokeDash"][0], 6);
    let values = &line["data"]["values"];
    assert_eq!((&values[0]["y"], &values[2]["y"]), (&1.0.into(), &100.0.into()));
    assert!(values[1]["y"].is_null());
}

#[test]
fn a_long_series_is_thinned_but_keeps_its_peak() {
    let n = 100_000;
    let x: Vec<f64> = (0..n).map(f64::from).collect();
    let mut y = vec![1.0; x.len()];
    y[54_321] = 9.0;
    let spec = figure(vec![Series::line("a", x, y)]).to_vega_lite(&Options::default()).unwrap();
    let values = spec["vconcat"][0]["layer"][0]["data"]["values"].as_array().unwrap();
    assert!(values.len() <= 6_000, "{}", values.len());
    assert!(values.iter().any(|v| v["x"] == 54_321.0 && v["y"] == 9.0));
}
