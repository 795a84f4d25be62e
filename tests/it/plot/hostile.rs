//! Nothing given to a figure makes it panic, hang or write broken XML.

use bioxen::plot::{Axis, Figure, Options, Panel, PlotError, Scale, Series, Style, Theme};
use proptest::prelude::*;

use super::read::read;

const STYLES: [Style; 5] = [Style::Line, Style::Step, Style::Area, Style::Points, Style::Bars];

fn figure(series: Vec<Series>) -> Figure {
    let panel = Panel { title: None, x: Axis::new("x", ""), y: Axis::new("y", ""), series };
    Figure { title: String::new(), panels: vec![panel] }
}

#[test]
fn hostile_names_are_escaped() {
    let name = "<script>alert(\"x\")</script> & 'y' \u{0}\u{b}\u{ffff}";
    let mut figure = figure(vec![
        Series::line(name, vec![0.0, 1.0], vec![0.0, 1.0]),
        Series::line("]]>", vec![0.0, 1.0], vec![0.0, 1.0]),
    ]);
    figure.title = name.into();
    figure.panels[0].title = Some(name.into());
    figure.panels[0].x = Axis::new(name, name);
    let svg = figure.to_svg(&Options::default()).unwrap();
    assert!(!svg.contains("<script"));
    let shown = read(&svg);
    let seen = name.replace(['\u{0}', '\u{b}', '\u{ffff}'], "\u{fffd}");
    assert_eq!((shown.title.as_str(), shown.panels[0].series[0].name.as_str()), (&*seen, &*seen));
}

#[test]
fn extremes_are_drawn() {
    let cases: [&[f64]; 9] = [
        &[1.0],
        &[5.0, 5.0, 5.0],
        &[0.0, 0.0],
        &[f64::MIN, f64::MAX],
        &[1e-320, 2e-320],
        &[-1e300, -2e300],
        &[1e15, 1e15 + 1.0],
        &[f64::NAN, 1.0, f64::NEG_INFINITY],
        &[-3.0, f64::INFINITY, 4.0],
    ];
    for y in cases {
        for style in STYLES {
            for log in [Scale::Linear, Scale::Log] {
                let x = (0..y.len()).map(|i| i as f64).collect();
                let mut figure = figure(vec![Series::line("a", x, y.to_vec()).with_style(style)]);
                figure.panels[0].y.scale = log;
                let svg = figure.to_svg(&Options::default()).unwrap();
                figure.to_text(40, 10, true).unwrap();
                figure.to_vega_lite(&Options::default()).unwrap();
                assert!(!svg.contains("NaN") || y.iter().any(|v| v.is_nan()), "{y:?}");
                assert!(svg.len() < 70_000);
                read(&svg);
            }
        }
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let figure = figure(vec![Series::line("a", vec![0.0, 1.0], vec![0.0, 1.0])]);
    let usual = Options::default();
    for options in [
        Options { width: 0, ..usual },
        Options { width: u32::MAX, ..usual },
        Options { height: 20, ..usual },
        Options { height: u32::MAX, ..usual },
        Options { scale: 0.0, ..usual },
        Options { scale: -1.0, ..usual },
        Options { scale: f64::NAN, ..usual },
        Options { scale: 1e9, ..usual },
    ] {
        let error = figure.to_png(&options).unwrap_err();
        assert!(matches!(error, PlotError::Size { .. }), "{options:?}: {error}");
        assert!(error.to_string().contains("at least 200"), "{error}");
    }
    let mut tall = figure.clone();
    tall.panels = vec![figure.panels[0].clone(); 5_000];
    assert!(matches!(tall.to_svg(&usual), Err(PlotError::Size { .. })));
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1e4..1e4_f64,
        2 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(0.0),
    ]
}

fn series() -> impl Strategy<Value = Series> {
    let style =
        prop_oneof![Just(Style::Line), Just(Style::Step), Just(Style::Area), Just(Style::Points)];
    let pairs = prop::collection::vec((value(), value(), value()), 0..60);
    (any::<String>(), pairs, style, any::<bool>(), any::<bool>()).prop_map(
        |(name, v, style, dashed, ribbon)| {
            let x: Vec<f64> = v.iter().map(|p| p.0).collect();
            let y: Vec<f64> = v.iter().map(|p| p.1).collect();
            let other: Vec<f64> = v.iter().map(|p| p.2).collect();
            let band = ribbon.then(|| (other, y.clone()));
            Series { name, x, y, style, band, dashed, ..Series::default() }
        },
    )
}

fn axis() -> impl Strategy<Value = Axis> {
    let end = || prop::option::weighted(0.2, value());
    let range = (end(), end());
    let unit = prop_oneof![Just("min"), Just("molecules"), Just(""), Just("<&>")];
    let all = (any::<String>(), unit, any::<bool>(), range, end());
    all.prop_map(|(label, unit, log, range, zero)| Axis {
        label,
        unit: unit.into(),
        scale: if log { Scale::Log } else { Scale::Linear },
        range,
        zero,
        categories: Vec::new(),
    })
}

fn panel() -> impl Strategy<Value = Panel> {
    let all = prop::collection::vec(series(), 0..15);
    (prop::option::of(any::<String>()), axis(), axis(), all)
        .prop_map(|(title, x, y, series)| Panel { title, x, y, series })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_figure_panics(
        title in any::<String>(),
        panels in prop::collection::vec(panel(), 0..4),
        width in 100_u32..1200,
        height in prop_oneof![Just(0_u32), 0..900_u32],
        dark in any::<bool>(),
    ) {
        let figure = Figure { title, panels };
        let theme = if dark { Theme::Dark } else { Theme::Light };
        let options = Options { width, height, theme, scale: 0.5, ..Options::default() };
        match figure.to_svg(&options) {
            Ok(svg) => {
                let shown = read(&svg);
                prop_assert_eq!(shown.panels.len(), figure.panels.len());
                for panel in &shown.panels {
                    let [left, top, right, bottom] = panel.plot;
                    for p in panel.series.iter().flat_map(|s| &s.lines).flatten() {
                        prop_assert!((left - 0.2..=right + 0.2).contains(&p.0), "{:?}", p);
                        prop_assert!((top - 0.2..=bottom + 0.2).contains(&p.1), "{:?}", p);
                    }
                }
                prop_assert!(figure.to_png(&options).is_ok());
                prop_assert!(figure.to_vega_lite(&options).is_ok());
                let (wide, high) = (width as usize / 10, height as usize / 20);
                let text = figure.to_text(wide, high, false).unwrap();
                for line in text.lines() {
                    prop_assert!(line.chars().count() <= wide.max(20), "{}", line);
                    prop_assert!(!line.contains(char::is_control), "{:?}", line);
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
