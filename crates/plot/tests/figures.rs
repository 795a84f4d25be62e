//! Relations that hold for every figure, read back from its forms.

use bioxen_plot::{
    Axis, AxisLook, Columns, Drawing, ErrorOf, Field, Figure, HeatMap, Kind, Options, Panel, Plan,
    PlotError, Scale, Series, Style, Theme,
};
use proptest::prelude::*;
use roxmltree::{Document, Node};

#[cfg(test)]
#[path = "figures/any.rs"]
mod any;
#[cfg(test)]
#[path = "figures/read.rs"]
mod read;

use any::{any_figure, value};
use read::{points, roles, svg, y_range};

fn figure(x: Axis, y: Axis, series: Vec<Series>) -> Figure {
    Figure { title: "t".into(), panels: vec![Panel { title: None, x, y, series }] }
}

fn bars(name: &str, y: &[f64]) -> Series {
    let x = (0..y.len()).map(|i| i as f64).collect();
    Series::line(name, x, y.to_vec()).with_style(Style::Bars)
}

fn names(count: usize) -> Axis {
    Axis::named("strain", (0..count).map(|i| format!("s{i}")))
}

#[test]
fn error_bars_end_where_they_say_and_widen_the_range() {
    let dots = Series::line("a", vec![0.0, 1.0], vec![5.0, 6.0]).with_style(Style::Points);
    let with = dots.clone().with_error(vec![4.0, -3.0], vec![9.0, 20.0]);
    let (x, y) = (Axis::new("x", ""), Axis::new("y", ""));
    let plain = y_range(&svg(&figure(x.clone(), y.clone(), vec![dots])));
    let text = svg(&figure(x, y, vec![with]));
    let (low, high) = y_range(&text);
    assert!(plain.1 < 10.0 && low <= -3.0 && high >= 20.0);
    let document = Document::parse(&text).unwrap();
    let errors = roles(&document, "errors")[0];
    let lines: Vec<_> = errors.children().filter(|n| n.has_tag_name("polyline")).collect();
    // A line and two caps for each.
    assert_eq!(lines.len(), 6);
    let ratio = |line: &Node| {
        let ends = points(*line);
        ends[0].1 - ends[1].1
    };
    assert!((ratio(&lines[3]) / ratio(&lines[0]) - 23.0 / 5.0).abs() < 0.02);
}

#[test]
fn an_error_below_zero_runs_to_the_foot_of_a_logarithmic_axis() {
    let y = Axis { scale: Scale::Log, ..Axis::new("y", "nM") };
    for style in [Style::Points, Style::Line, Style::Bars] {
        let series = Series::line("a", vec![0.0, 1.0], vec![1.0, 10.0])
            .with_style(style)
            .with_error(vec![-1.0, 0.0], vec![2.0, 20.0]);
        let figure = figure(Axis::new("x", ""), y.clone(), vec![series]);
        let text = svg(&figure);
        let (low, _) = y_range(&text);
        assert!(low > 0.0);
        let document = Document::parse(&text).unwrap();
        let lines: Vec<_> = roles(&document, "errors")[0]
            .children()
            .filter(|n| n.has_tag_name("polyline"))
            .collect();
        // A line and its upper cap for each.
        assert_eq!(lines.len(), 4, "{style:?}");
        assert_eq!(points(lines[0])[0].1, points(lines[2])[0].1);
        let vega = figure.to_vega_lite(&Options::default()).unwrap().to_string();
        assert!(vega.contains("\"y2\":"), "{vega}");
    }
}

#[test]
fn bars_of_one_axis_of_names_stand_side_by_side() {
    let three = figure(
        names(2),
        Axis::new("y", ""),
        vec![bars("a", &[1.0, 2.0]), bars("b", &[3.0, 1.0]), bars("c", &[2.0, 2.0])],
    );
    let text = svg(&three);
    let document = Document::parse(&text).unwrap();
    let mut ends: Vec<(f64, f64)> = roles(&document, "series")
        .into_iter()
        .flat_map(|s| s.children().filter(|n| n.has_tag_name("rect")).collect::<Vec<_>>())
        .map(|r| {
            let number = |name: &str| r.attribute(name).unwrap().parse::<f64>().unwrap();
            (number("x"), number("x") + number("width"))
        })
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(ends.len(), 6);
    assert!(ends.windows(2).all(|p| p[0].1 <= p[1].0), "{ends:?}");
    let vega = three.to_vega_lite(&Options::default()).unwrap();
    let layer = &vega["vconcat"][0]["layer"][1];
    assert_eq!(layer["encoding"]["x"]["scale"]["domain"], serde_json::json!(["s0", "s1"]));
    assert_eq!(layer["data"]["values"][1]["x"], "s1");
    let text = three.to_text(60, 15, false).unwrap();
    assert!(text.contains("s0") && text.contains("s1") && text.contains("strain"), "{text}");
}

#[test]
fn names_that_have_no_room_stand_upright_and_are_cut() {
    let texts = |axis: Axis| -> Vec<(String, bool)> {
        let count = axis.categories.len();
        let text = svg(&figure(axis, Axis::new("y", ""), vec![bars("a", &vec![1.0; count])]));
        let document = Document::parse(&text).unwrap();
        let texts = document.descendants().filter(|n| n.has_tag_name("text"));
        texts
            .map(|n| (n.text().unwrap_or("").to_owned(), n.attribute("transform").is_some()))
            .collect()
    };
    let few = texts(names(4));
    assert!(few.contains(&("s3".into(), false)), "{few:?}");
    let long =
        texts(Axis::named("strain", (0..12).map(|i| format!("a strain of a long name {i}"))));
    let upright: Vec<_> = long.iter().filter(|t| t.1 && t.0.contains('…')).collect();
    assert_eq!(upright.len(), 12, "{long:?}");
    let many = texts(names(400));
    let shown = many.iter().filter(|t| t.0.starts_with('s') && t.0.len() < 5).count();
    assert!(shown > 10 && shown < 60, "{shown}");
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    let twice =
        figure(Axis::named("x", ["a", "a"]), Axis::new("y", ""), vec![bars("b", &[1.0, 2.0])]);
    let error = twice.to_svg(&Options::default()).unwrap_err().to_string();
    assert_eq!(error, "axis `x`: the category `a` is there twice");
}

#[test]
fn one_end_of_a_range_may_be_given() {
    let line = Series::line("a", vec![0.0, 1.0], vec![8.0, 10.0]);
    let range = |range| {
        let y = Axis { range, ..Axis::new("y", "") };
        y_range(&svg(&figure(Axis::new("x", ""), y, vec![line.clone()])))
    };
    let own = range((None, None));
    assert_eq!(range((Some(0.0), None)), (0.0, own.1));
    assert_eq!(range((None, Some(20.0))), (own.0, 20.0));
    // All values beyond it.
    assert_eq!(range((Some(50.0), None)), (50.0, 55.0));
}

#[test]
fn impossible_ranges_name_their_axis() {
    for (range, scale) in [
        ((Some(2.0), Some(1.0)), Scale::Linear),
        ((Some(f64::NAN), None), Scale::Linear),
        ((Some(-1.0), None), Scale::Log),
    ] {
        let axis = Axis { range, scale, ..Axis::new("Dose", "nM") };
        let line = Series::line("a", vec![1.0, 2.0], vec![1.0, 2.0]);
        let on_x = figure(axis.clone(), Axis::default(), vec![line.clone()]);
        let error = on_x.to_text(40, 10, false).unwrap_err();
        assert!(
            matches!(error, PlotError::Range { .. }) && error.to_string().contains("`Dose [nM]`")
        );
        let nameless = Axis { label: String::new(), unit: String::new(), ..axis };
        let on_y = figure(Axis::default(), nameless, vec![line]);
        let error = on_y.to_vega_lite(&Options::default()).unwrap_err().to_string();
        assert!(error.starts_with("axis `y`: the range "), "{error}");
    }
}

#[test]
fn measured_points_have_the_colour_of_their_curve_and_one_entry() {
    let line = |name: &str| Series::line(name, vec![0.0, 1.0], vec![1.0, 2.0]);
    let dots = |name: &str| line(name).with_style(Style::Points);
    let keyed = Series { key: "b".into(), ..dots("b, assay") };
    let all = figure(
        Axis::new("x", ""),
        Axis::new("y", ""),
        vec![line("a"), line("b"), dots("a"), keyed],
    );
    let text = svg(&all);
    let document = Document::parse(&text).unwrap();
    let colour = |node: &Node| {
        let shapes = node.descendants();
        let mut inks = shapes.filter_map(|n| n.attribute("stroke").or(n.attribute("fill")));
        inks.find(|ink| *ink != "none").unwrap().to_owned()
    };
    let series: Vec<String> = roles(&document, "series").iter().map(colour).collect();
    assert_eq!((&series[0], &series[1]), (&series[2], &series[3]));
    let entries = roles(&document, "entry");
    let titles: Vec<_> = entries
        .iter()
        .map(|e| e.children().find(|n| n.has_tag_name("title")).unwrap().text().unwrap())
        .collect();
    assert_eq!(titles, ["a", "b", "b, assay"]);
    let marks = |tag: &str| entries[0].descendants().filter(|n| n.has_tag_name(tag)).count();
    assert_eq!((marks("polyline"), marks("circle")), (1, 1));
    assert_eq!(all.to_text(60, 12, false).unwrap().lines().last(), Some(" a a   b b   b b, assay"));
}

#[test]
fn what_cannot_be_drawn_is_a_typed_error() {
    let empty = figure(names(3), Axis::new("y", ""), vec![bars("a", &[f64::NAN; 3])]);
    let error = empty.to_svg(&Options::default()).unwrap_err();
    assert!(matches!(error, PlotError::NothingToPlot { .. }));
    let uneven = bars("a", &[1.0, 2.0]).with_error(vec![0.0], vec![1.0, 2.0]);
    let uneven = figure(names(2), Axis::new("y", ""), vec![uneven]);
    let error = uneven.to_svg(&Options::default()).unwrap_err().to_string();
    assert_eq!(error, "series `a`: the lower error has 1 values, but x has 2");
}

#[test]
fn large_figures_stay_small() {
    let count = 100_000;
    let x: Vec<f64> = (0..count).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| (x * 0.618_034).fract()).collect();
    let by = |d: f64| y.iter().map(|v| v + d).collect::<Vec<_>>();
    let cloud = Series::line("c", x.clone(), y.clone()).with_style(Style::Points);
    let cloud =
        figure(Axis::new("x", ""), Axis::new("y", ""), vec![cloud.with_error(by(-1.0), by(1.0))]);
    assert!(svg(&cloud).len() < 1_500_000);
    assert!(cloud.to_vega_lite(&Options::default()).unwrap().to_string().len() < 1_500_000);
    for style in [Style::Box, Style::Violin] {
        let x = x.iter().map(|x| x % 5.0).collect();
        let many = Series::line("c", x, y.clone()).with_style(style);
        let many = figure(names(5), Axis::new("y", ""), vec![many]);
        assert!(svg(&many).len() < 100_000);
    }
    let lines =
        (0..500).map(|i| Series::line(format!("s{i}"), vec![0.0, 1.0], vec![0.0, f64::from(i)]));
    let lines = figure(Axis::new("x", ""), Axis::new("y", ""), lines.collect());
    assert!(svg(&lines).contains("+489 more"));
}

/// How much of its axis' height a curve takes.
fn height(values: &[f64]) -> f64 {
    let x = (0..values.len()).map(|i| i as f64).collect();
    let text = svg(&figure(
        Axis::new("x", ""),
        Axis::new("y", ""),
        vec![Series::line("a", x, values.to_vec())],
    ));
    let (low, high) = y_range(&text);
    let end = |pick: fn(f64, f64) -> f64, from: f64| values.iter().copied().fold(from, pick);
    (end(f64::max, f64::MIN) - end(f64::min, f64::MAX)) / (high - low)
}

fn map(values: Vec<f64>) -> HeatMap {
    HeatMap {
        columns: (0..values.len()).map(|i| i as f64).collect(),
        rows: vec![("a".into(), values)],
        ..HeatMap::default()
    }
}

#[test]
fn a_map_may_stand_above_names() {
    let map = HeatMap { x: names(3), ..map(vec![0.0, 5.0, 10.0]) };
    let picture = map.to_svg(&Options::default()).unwrap();
    let document = Document::parse(&picture).unwrap();
    let cells = roles(&document, "row")[0].children().filter(|n| n.has_tag_name("rect"));
    let widths: Vec<f64> = cells.map(|r| r.attribute("width").unwrap().parse().unwrap()).collect();
    assert!(widths.len() == 3 && widths.iter().all(|w| (w - widths[0]).abs() <= 1.0), "{widths:?}");
    let text = map.to_text(41, 10, false).unwrap();
    let row = text.lines().next().unwrap().split_once('│').unwrap().1;
    for sign in ['·', '▒', '█'] {
        let count = row.chars().filter(|c| *c == sign).count();
        assert!((12..=13).contains(&count), "{row}");
    }
    let vega = map.to_vega_lite(&Options::default()).unwrap();
    assert_eq!(vega["data"]["values"][2]["x"], "s2");
    assert_eq!(vega["encoding"]["x"]["scale"]["domain"], serde_json::json!(["s0", "s1", "s2"]));
    let twice = HeatMap { x: Axis::named("", ["a", "a"]), ..map };
    assert!(matches!(twice.to_svg(&Options::default()), Err(PlotError::CategoryTwice { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn rounding_looks_flat_however_small_it_is(
        size in prop_oneof![1e-12..1e12_f64, -1e12..-1e-12_f64],
        noise in prop::collection::vec(-1.0..1.0_f64, 2..40),
        power in -16..-6_i32,
    ) {
        let values: Vec<f64> =
            noise.iter().map(|n| size * (1.0 + 0.4 * n * 10f64.powi(power))).collect();
        prop_assert!(height(&values) < 1e-4, "{:e}", height(&values));
        // One colour, and one sign.
        let text = map(values.clone()).to_text(60, 10, false).unwrap();
        let row = text.lines().next().unwrap().split_once('│').unwrap().1.to_owned();
        let first = row.chars().next().unwrap();
        prop_assert!(row.chars().all(|c| c == first), "{}", row);
        let picture = map(values).to_svg(&Options::default()).unwrap();
        let document = Document::parse(&picture).unwrap();
        let cells = roles(&document, "row")[0].children().filter(|n| n.has_tag_name("rect"));
        prop_assert_eq!(cells.count(), 1);
    }

    #[test]
    fn an_effect_fills_the_picture(
        size in 1e-6..1e6_f64,
        noise in prop::collection::vec(-1.0..1.0_f64, 2..20),
        power in -5..0_i32,
    ) {
        let mut values: Vec<f64> = noise.iter().map(|n| size * (1.0 + n * 10f64.powi(power))).collect();
        values.extend([size * (1.0 + 10f64.powi(power)), size * (1.0 - 10f64.powi(power))]);
        prop_assert!(height(&values) > 0.3, "{}", height(&values));
    }

    #[test]
    fn no_figure_panics(
        figure in any_figure(),
        width in 150_u32..1100,
        height in prop_oneof![Just(0_u32), 0..900_u32],
        dark in any::<bool>(),
    ) {
        let theme = if dark { Theme::Dark } else { Theme::Light };
        let options = Options { width, height, theme, scale: 0.4, embed_font: false };
        match figure.to_svg(&options) {
            Ok(svg) => {
                prop_assert!(Document::parse(&svg).is_ok(), "{}", svg);
                prop_assert!(figure.to_png(&options).is_ok());
                let drawing = Drawing::from(figure.clone());
                prop_assert!(drawing.to_pdf_until(&options, &Default::default()).is_ok());
                prop_assert!(figure.to_vega_lite(&options).is_ok());
                let (wide, high) = (width as usize / 10, height as usize / 20);
                let text = figure.to_text(wide, high, false).unwrap();
                for line in text.lines() {
                    prop_assert!(line.chars().count() <= wide.max(20), "{}", line);
                    prop_assert!(!line.contains(char::is_control), "{:?}", line);
                }
                prop_assert_eq!(svg, figure.to_svg(&options).unwrap());
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn no_plan_panics(
        rows in prop::collection::vec(("[a-c]{0,1}", "\\PC{0,3}", value(), value(), 0.0..9.0_f64), 0..40),
        kind in 0..8_usize,
        x in 0..4_usize,
        group in any::<bool>(),
        error in any::<bool>(),
        two in any::<bool>(),
        points in any::<bool>(),
        log in any::<(bool, bool)>(),
        low in prop::option::of(value()),
    ) {
        let column = |f: fn(&(String, String, f64, f64, f64)) -> f64| rows.iter().map(f).collect();
        let table = [
            Field::names("name", rows.iter().map(|r| r.0.clone())),
            Field::names("odd", rows.iter().map(|r| r.1.clone())),
            Field::numbers("u", "nM", column(|r| r.2)),
            Field::numbers("v", "1/h", column(|r| r.3)),
            Field::numbers("sd", "nM", column(|r| r.4)),
        ];
        let kinds = ["line", "points", "both", "step", "area", "bars", "box", "violin"];
        let mut y = vec!["u".to_owned()];
        y.extend(two.then(|| "v".to_owned()));
        let columns = Columns {
            x: [Some("name"), Some("odd"), Some("v"), None][x].map(str::to_owned),
            error: if error { y.iter().map(|_| ErrorOf::Distance("sd".into())).collect() } else { vec![] },
            y,
            group: group.then(|| "odd".to_owned()),
        };
        let scale = |is_log: bool| if is_log { Scale::Log } else { Scale::Linear };
        let plan = Plan {
            columns,
            style: Kind::of_name(kinds[kind]).unwrap(),
            points,
            x: AxisLook { scale: scale(log.0), ..AxisLook::default() },
            y: AxisLook { scale: scale(log.1), range: (low, None), ..AxisLook::default() },
            ..Plan::default()
        };
        match plan.figure(&table) {
            Ok(figure) => {
                let drawn = figure.to_svg(&Options::default());
                prop_assert_eq!(drawn.is_ok(), figure.to_vega_lite(&Options::default()).is_ok());
                if let Ok(svg) = drawn {
                    prop_assert!(Document::parse(&svg).is_ok());
                    prop_assert!(figure.to_text(70, 20, true).is_ok());
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
