//! What is on the picture is what was asked for, in the right place.

use bioxen::plot::{Axis, Figure, Options, Panel, Scale, Series, Style, Theme};

use super::read::read;

fn panel(series: Vec<Series>) -> Panel {
    Panel { title: None, x: Axis::new("Time", "min"), y: Axis::new("mRNA", "molecules"), series }
}

fn figure(series: Vec<Series>) -> Figure {
    Figure { title: "A figure".into(), panels: vec![panel(series)] }
}

fn ramp(n: usize) -> Vec<f64> {
    (0..n).map(|i| i as f64).collect()
}

#[test]
fn labels_units_ranges_and_values_are_read_back() {
    let (x, y) = (ramp(61), ramp(61).iter().map(|t| 0.1 * t * t).collect::<Vec<_>>());
    let figure = figure(vec![
        Series::line("lacZ", x.clone(), y.clone()),
        Series::line("lacY", x.clone(), x.clone()),
    ]);
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    assert_eq!(shown.title, "A figure");
    assert_eq!(shown.description, "mRNA [molecules] against Time [min] from 0 to 60: lacZ, lacY.");
    assert_eq!(shown.size.0, 680.0);
    let panel = &shown.panels[0];
    assert_eq!(panel.x, ("Time".into(), "min".into(), 0.0, 60.0));
    assert_eq!((panel.y.0.as_str(), panel.y.1.as_str(), panel.y.2), ("mRNA", "molecules", 0.0));
    // The highest value is 360, five per cent of air above it.
    assert!((panel.y.3 - 378.0).abs() < 1e-9);
    assert_eq!(panel.legend, ["lacZ", "lacY"]);
    for text in ["A figure", "Time [min]", "mRNA [molecules]", "0", "10", "60", "100", "300"] {
        assert!(shown.texts.iter().any(|t| t == text), "{text} in {:?}", shown.texts);
    }
    let lac_z = &panel.series[0];
    assert_eq!((lac_z.name.as_str(), lac_z.count, lac_z.lines.len()), ("lacZ", 61, 1));
    assert_eq!(lac_z.lines[0].len(), 61);
    for (at, (x, y)) in lac_z.lines[0].iter().zip(x.iter().zip(&y)) {
        let value = panel.value(*at);
        // A tenth of a pixel, in each axis' unit.
        assert!((value.0 - x).abs() < 0.03 && (value.1 - y).abs() < 0.3, "{value:?} {x} {y}");
    }
}

#[test]
fn the_legend_is_never_on_the_data() {
    for (width, count) in [(760, 3), (760, 24), (380, 5), (1200, 12)] {
        let series = (0..count)
            .map(|i| Series::line(format!("machine.gene_{i}.protein"), ramp(9), ramp(9)))
            .collect();
        let options = Options { width, ..Options::default() };
        let shown = read(&figure(series).to_svg(&options).unwrap());
        let (plot, legend) = (shown.panels[0].plot, shown.legends[0]);
        let beside = legend[0] > plot[2];
        let below = legend[1] > plot[3];
        assert!(beside || below, "{width} {count}: {plot:?} {legend:?}");
        assert!(legend[3] < shown.size.1, "{width} {count}: {legend:?} {:?}", shown.size);
    }
}

#[test]
fn many_series_are_named_up_to_a_dozen() {
    let series: Vec<Series> =
        (0..30).map(|i| Series::line(format!("g{i}"), ramp(3), ramp(3))).collect();
    let shown = read(&figure(series).to_svg(&Options::default()).unwrap());
    assert_eq!(shown.panels[0].series.len(), 30);
    assert_eq!(shown.panels[0].legend.len(), 11);
    assert!(shown.texts.iter().any(|t| t == "+19 more"));
}

#[test]
fn panels_share_the_x_axis_and_only_the_last_is_labelled() {
    let mut figure = figure(vec![Series::line("a", ramp(11), ramp(11))]);
    figure.panels.push(panel(vec![Series::line("b", ramp(31), ramp(31))]));
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    assert_eq!(shown.panels[0].x, shown.panels[1].x);
    assert_eq!(shown.texts.iter().filter(|t| *t == "Time [min]").count(), 1);
    assert_eq!(shown.panels[0].plot[0], shown.panels[1].plot[0]);
    assert!(shown.panels[0].plot[3] < shown.panels[1].plot[1]);
}

#[test]
fn every_style_is_drawn_in_its_way() {
    let area = |n: &str| Series::line(n, ramp(5), ramp(5)).with_style(Style::Area);
    let mut ribbon = Series::line("ribbon", ramp(5), ramp(5));
    ribbon.band = Some((ramp(5).iter().map(|v| v - 1.0).collect(), ramp(5)));
    let dots = Series::line("dots", ramp(5), ramp(5)).with_style(Style::Points);
    let step = Series::line("step", ramp(5), ramp(5)).with_style(Style::Step);
    let bars = Series::line("bars", ramp(5), ramp(5)).with_style(Style::Bars);
    let figure = figure(vec![area("low"), area("high"), ribbon, dots, step, bars]);
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    let panel = &shown.panels[0];
    let styles: Vec<&str> = panel.series.iter().map(|s| s.style.as_str()).collect();
    // Markers come last: they are drawn in front.
    assert_eq!(styles, ["area", "area", "line", "step", "bars", "points"]);
    let polygons: Vec<usize> = panel.series.iter().map(|s| s.polygons).collect();
    assert_eq!(polygons, [1, 1, 1, 0, 0, 0]);
    assert_eq!(panel.series[3].lines[0].len(), 9);
    // A bar of height zero is none.
    assert_eq!((panel.series[4].marks, panel.series[5].marks), (4, 5));
    // The second area ends at twice the first one's value.
    let top = panel.value(*panel.series[1].lines[0].last().unwrap());
    assert!((top.1 - 8.0).abs() < 0.05, "{top:?}");
}

#[test]
fn gaps_stay_gaps_and_lone_values_are_seen() {
    let mut y = ramp(10);
    y[3] = f64::NAN;
    y[5] = f64::INFINITY;
    let shown =
        read(&figure(vec![Series::line("a", ramp(10), y)]).to_svg(&Options::default()).unwrap());
    let series = &shown.panels[0].series[0];
    let lengths: Vec<usize> = series.lines.iter().map(Vec::len).collect();
    assert_eq!((lengths, series.marks), (vec![3, 4], 1));
}

#[test]
fn a_range_asked_for_cuts_the_curve() {
    let mut figure = figure(vec![Series::line("a", ramp(101), ramp(101))]);
    figure.panels[0].y.range = (Some(20.0), Some(40.0));
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    let panel = &shown.panels[0];
    assert_eq!((panel.y.2, panel.y.3), (20.0, 40.0));
    let line = &panel.series[0].lines[0];
    assert!((panel.value(line[0]).0 - 20.0).abs() < 0.3);
    assert!((panel.value(*line.last().unwrap()).0 - 40.0).abs() < 0.3);
}

#[test]
fn a_logarithmic_axis_is_marked_by_decades() {
    let y: Vec<f64> = (0..5).map(|i| 10f64.powi(i)).collect();
    let mut figure = figure(vec![Series::line("a", ramp(5), y)]);
    figure.panels[0].y = Axis { scale: Scale::Log, ..Axis::new("Copies", "1") };
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    for text in ["1", "10", "100", "1\u{202f}000", "10\u{202f}000"] {
        assert!(shown.texts.iter().any(|t| t == text), "{text} in {:?}", shown.texts);
    }
}

#[test]
fn a_long_series_stays_small_with_its_peak() {
    let n = 100_000;
    let mut y: Vec<f64> = (0..n).map(|i| ((i * 7919) % 1000) as f64).collect();
    y[54_321] = 5_000.0;
    let svg = figure(vec![Series::line("long", ramp(n), y)]).to_svg(&Options::default()).unwrap();
    assert!(svg.len() < 200_000, "{}", svg.len());
    let shown = read(&svg);
    let panel = &shown.panels[0];
    let highest = panel.series[0].lines[0].iter().map(|p| panel.value(*p).1).fold(0.0, f64::max);
    assert!((highest - 5_000.0).abs() < 20.0, "{highest}");
    assert_eq!(panel.series[0].count, n);
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let figure = figure(vec![Series::line("a", ramp(50), ramp(50))]);
    for theme in [Theme::Light, Theme::Dark] {
        let options = Options { theme, ..Options::default() };
        assert_eq!(figure.to_svg(&options).unwrap(), figure.to_svg(&options).unwrap());
        assert_eq!(figure.to_png(&options).unwrap(), figure.to_png(&options).unwrap());
    }
    let dark = Options { theme: Theme::Dark, ..Options::default() };
    assert_ne!(figure.to_svg(&dark).unwrap(), figure.to_svg(&Options::default()).unwrap());
}

#[test]
fn the_png_has_the_size_asked_for_and_the_series_colour() {
    let figure = figure(vec![Series::line("a", ramp(50), ramp(50))]);
    let options = Options { width: 300, height: 200, scale: 1.5, ..Options::default() };
    let png = figure.to_png(&options).unwrap();
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (450, 300));
}

#[test]
fn the_font_travels_with_the_svg_unless_told_otherwise() {
    let figure = figure(vec![Series::line("a", ramp(5), ramp(5))]);
    let with = figure.to_svg(&Options::default()).unwrap();
    let without = figure.to_svg(&Options { embed_font: false, ..Options::default() }).unwrap();
    assert!(with.contains("@font-face") && !without.contains("@font-face"));
    assert!(with.len() < 60_000 && without.len() < 11_000, "{} {}", with.len(), without.len());
}
