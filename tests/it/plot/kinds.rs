//! Every kind of figure from a script: axes, units, series and values, in every theme.

use bioxen::engine::StopToken;
use bioxen::lang::{FigureValue, WorldOptions};
use bioxen::plot::{Drawing, Options, Theme};
use bioxen::session::Session;
use roxmltree::Document;

use super::read::{PanelShown, Shown, read};

const THEMES: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

/// A session with two VMs that have run, in which `code` is evaluated; its figure.
struct Bench(Session);

impl Bench {
    fn new() -> Self {
        let options = WorldOptions { seed: 3, ..WorldOptions::default() };
        let mut session = Session::new(options, Box::new(|_| {})).unwrap();
        let begin = "
            let demo = create_bio_vm(\"demo\", \"ecoli\");
            demo.start();
            demo.start_transcription([\"lacZ\"]);
            let other = create_bio_vm(\"other\", \"syn3a\");
            other.start();
            other.start_transcription([\"rpoB\"]);
            let t = run(10.min);
            let cells = ensemble(40, 10.min);
        ";
        session.eval(begin, "begin").unwrap();
        Self(session)
    }

    fn figure(&mut self, code: &str) -> FigureValue {
        self.0.eval(code, "test").unwrap_or_else(|e| panic!("{code}: {e}"));
        self.0.last_figure().unwrap_or_else(|| panic!("{code} is no figure"))
    }

    /// The figure as read back from its SVG, the same in every theme.
    fn shown(&mut self, code: &str) -> Shown {
        let figure = self.figure(code);
        let svg = |theme| figure.figure.to_svg(&Options { theme, ..figure.options }).unwrap();
        let [auto, light, dark] = THEMES.map(|theme| read(&svg(theme)));
        for other in [&light, &dark] {
            assert_eq!(format!("{auto:?}"), format!("{other:?}"), "{code}");
        }
        assert!(svg(Theme::Dark).contains("#161b22") && !svg(Theme::Light).contains("#161b22"));
        auto
    }

    fn numbers(&mut self, code: &str) -> Vec<f64> {
        let text = self.0.eval(code, "numbers").unwrap().unwrap();
        text.trim_matches(['[', ']']).split(", ").map(|n| n.parse().unwrap()).collect()
    }
}

/// Labels and units of both axes, and the number of series.
fn facts(panel: &PanelShown) -> (&str, &str, &str, &str, usize) {
    (&panel.x.0, &panel.x.1, &panel.y.0, &panel.y.1, panel.series.len())
}

/// The lowest and highest value of the lines of a series.
fn range(panel: &PanelShown, series: usize) -> (f64, f64) {
    let values = panel.series[series].lines.iter().flatten().map(|p| panel.value(*p).1);
    values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)))
}

fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)))
}

/// Two ranges that differ by no more than a fifth of a pixel of two hundred.
fn alike(found: (f64, f64), expected: (f64, f64), panel: &PanelShown) {
    let slack = (panel.y.3 - panel.y.2) / 500.0;
    let near = |a: f64, b: f64| (a - b).abs() < slack;
    assert!(near(found.0, expected.0) && near(found.1, expected.1), "{found:?} {expected:?}");
}

#[test]
fn time_courses_have_a_panel_for_each_kind() {
    let mut bench = Bench::new();
    let shown = bench.shown("plot(t, [\"lacZ.mrna\", \"lacY.mrna\", \"lacZ\", \"host.growth_rate_per_h\"], #{title: \"T\"})");
    assert_eq!(shown.title, "T");
    let found: Vec<_> = shown.panels.iter().map(facts).collect();
    assert_eq!(found[0], ("Time", "min", "mRNA per reference cell", "molecules", 2));
    assert_eq!(found[1], ("Time", "min", "Protein per reference cell", "molecules", 1));
    assert_eq!(found[2], ("Time", "min", "Growth rate", "1/h", 1));
    assert_eq!((shown.panels[0].x.2, shown.panels[0].x.3), (0.0, 10.0));
    let protein = bench.numbers("t[\"lacZ\"]");
    alike(range(&shown.panels[1], 0), ends(&protein), &shown.panels[1]);
    // A pattern stands for all that fit.
    assert_eq!(bench.shown("plot(t, \"demo.lac*.mrna\")").panels[0].series.len(), 3);
}

#[test]
fn ensembles_are_lines_in_ribbons() {
    let mut bench = Bench::new();
    for (option, label) in [
        ("", "Protein per reference cell, mean ± sd"),
        (", #{ribbon: \"quartiles\"}", "Protein per reference cell, median and quartiles"),
        (", #{ribbon: \"range\"}", "Protein per reference cell, median and range"),
    ] {
        let shown = bench.shown(&format!("plot(cells, [\"lacZ\", \"lacY\"]{option})"));
        let panel = &shown.panels[0];
        assert_eq!(facts(panel), ("Time", "min", label, "molecules", 2));
        assert!(panel.series.iter().all(|s| s.polygons == 1 && s.lines.len() == 1), "{panel:?}");
        assert_eq!((panel.x.2, panel.x.3), (10.0, 20.0));
    }
    let shown = bench.shown("plot(cells, \"lacZ\")");
    let mean = bench.numbers("cells.mean(\"lacZ\")");
    alike(range(&shown.panels[0], 0), ends(&mean), &shown.panels[0]);
    let error = bench.0.eval("plot(cells, \"lacZ\", #{ribbon: \"rang\"})", "t").unwrap_err();
    assert!(error.message.contains("`range`"), "{error}");
}

#[test]
fn resources_are_stacked_by_machine() {
    let mut bench = Bench::new();
    let shown = bench.shown("plot_resources(t, #{title: \"Who\"})");
    let found: Vec<_> = shown.panels.iter().map(facts).collect();
    assert_eq!(found[0], ("Time", "min", "Engaged", "ribosomes", 2));
    assert_eq!(found[1], ("Time", "min", "Engaged", "polymerases", 2));
    assert_eq!(found[2], ("Time", "min", "ATP share", "%", 2));
    assert_eq!(found[3], ("Time", "min", "ATP level", "%", 1));
    assert_eq!(found[4], ("Time", "min", "Growth rate", "1/h", 1));
    let sum: Vec<f64> = {
        let (a, b) =
            (bench.numbers("t[\"demo.ribosomes\"]"), bench.numbers("t[\"other.ribosomes\"]"));
        a.iter().zip(b).map(|(a, b)| a + b).collect()
    };
    // Where the upper area is nothing, the edge of the lower one is the top.
    let top = range(&shown.panels[0], 1).1.max(range(&shown.panels[0], 0).1);
    alike((0.0, top), (0.0, ends(&sum).1), &shown.panels[0]);
}

#[test]
fn histograms_have_the_curve_that_theory_expects() {
    let mut bench = Bench::new();
    for (call, curve) in [
        ("plot_histogram(cells, \"lacZ.mrna\")", Some("Poisson")),
        // At the quota of this cell a protein scatters less than chance would have it, or more.
        ("plot_histogram(cells, \"lacZ\")", Some("")),
        (
            "plot_histogram(cells, \"lacZ\", #{curve: \"negative_binomial\", mean: 9, variance: 20})",
            Some("neg. binomial"),
        ),
        ("plot_histogram(cells, \"lacZ\", #{curve: \"none\"})", None),
        ("plot_histogram(cells, \"host.ribosomes\")", None),
        (
            "plot_histogram(t, \"lacZ.mrna\", #{curve: \"poisson\", mean: 2})",
            Some("Poisson, mean 2"),
        ),
    ] {
        let shown = bench.shown(call);
        let panel = &shown.panels[0];
        assert_eq!(
            (panel.y.0.as_str(), panel.series[0].style.as_str()),
            ("Probability density", "bars"),
            "{call}"
        );
        assert!(panel.y.1.starts_with("1/"), "{call}");
        let name = panel.series.get(1).map(|s| s.name.as_str());
        assert_eq!(
            name.map(|n| curve.is_some_and(|c| n.starts_with(c))),
            curve.map(|_| true),
            "{call}"
        );
    }
    let error = bench
        .0
        .eval("plot_histogram(cells, \"lacZ\", #{curve: \"negative_binomial\", variance: 0})", "t");
    assert!(error.unwrap_err().message.contains("variance above the mean"));
}

#[test]
fn phase_plots_have_both_quantities_on_their_axes() {
    let mut bench = Bench::new();
    let shown = bench.shown("plot_phase(t, \"lacZ.mrna\", \"lacZ\", #{title: \"Phase\"})");
    let panel = &shown.panels[0];
    assert_eq!(
        facts(panel),
        (
            "demo.lacZ.mrna per reference cell",
            "molecules",
            "demo.lacZ.protein per reference cell",
            "molecules",
            3
        )
    );
    assert_eq!(panel.legend, ["path", "start", "end"]);
    let protein = bench.numbers("t[\"lacZ\"]");
    alike(range(panel, 0), ends(&protein), panel);
}

#[test]
fn the_laws_of_growth_stand_beside_what_was_measured() {
    let mut bench = Bench::new();
    let law = bench.shown("plot_growth_law()");
    let panel = &law.panels[0];
    assert_eq!(facts(panel), ("Growth rate", "1/h", "Ribosomal protein", "% of protein", 3));
    assert_eq!(panel.legend, ["host", "Dennis & Bremer 2008", "Scott et al. 2010"]);
    // The first and last of the published host (`physiology::host`).
    alike(range(panel, 0), (6.4992, 24.0366), panel);
    let burden = bench.shown("plot_burden(#{title: \"B\"})");
    let panel = &burden.panels[0];
    assert_eq!(
        facts(panel),
        ("Unneeded protein", "% of protein", "Growth rate", "% of unburdened", 5)
    );
    let marks: Vec<usize> = panel.series[1..].iter().map(|s| s.count).collect();
    assert_eq!(marks.iter().sum::<usize>(), 109);
    assert!((range(panel, 0).1 - 100.0).abs() < 0.3);
}

/// What is told of a colour scale: label, unit, low, high.
fn scale(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let bar = document.descendants().find(|n| n.attribute("data-role") == Some("scale")).unwrap();
    ["data-label", "data-unit", "data-low", "data-high"]
        .map(|n| bar.attribute(n).unwrap().to_owned())
        .to_vec()
}

fn count(svg: &str, role: &str) -> usize {
    let document = Document::parse(svg).unwrap();
    document.descendants().filter(|n| n.attribute("data-role") == Some(role)).count()
}

#[test]
fn heat_maps_have_a_row_for_each_quantity() {
    let mut bench = Bench::new();
    let highest = ends(&bench.numbers("t[\"lacZ.mrna\"] + t[\"lacY.mrna\"] + t[\"lacA.mrna\"]")).1;
    for (call, unit, low, high) in [
        ("plot_heatmap(t, \"demo.*.mrna\")", "molecules", 0.0, highest),
        ("plot_heatmap(t, \"demo.*.mrna\", #{values: \"log\"})", "molecules", 1.0, highest),
        (
            "plot_heatmap(t, \"demo.*.mrna\", #{values: \"relative\"})",
            "% of its highest",
            0.0,
            100.0,
        ),
    ] {
        let figure = bench.figure(call);
        for theme in THEMES {
            let svg = figure.figure.to_svg(&Options { theme, ..figure.options }).unwrap();
            let told = scale(&svg);
            assert_eq!(
                (told[0].as_str(), told[1].as_str()),
                ("mRNA per reference cell", unit),
                "{call}"
            );
            let ends: Vec<f64> = told[2..].iter().map(|v| v.parse().unwrap()).collect();
            assert!(
                (ends[0] - low).abs() < 1e-9 && (ends[1] - high).abs() < 1e-9,
                "{call}: {ends:?}"
            );
            assert_eq!(count(&svg, "row"), 3, "{call}");
            for text in ["Time [min]", "demo.lacZ"] {
                assert!(svg.contains(&format!(">{text}</text>")), "{call}: {text}");
            }
        }
    }
}

#[test]
fn genomes_are_coloured_by_function_or_expression() {
    let mut bench = Bench::new();
    for (call, genes, label) in [
        ("other.plot_genome()", 496, None),
        ("other.plot_genome(#{color: \"expression\"})", 496, Some(["Transcript abundance", "TPM"])),
        ("plot_genome(#{color: \"protein\"})", 4666, Some(["Protein", "molecules"])),
        ("plot_genome(#{color: \"mrna\"})", 4666, Some(["mRNA", "molecules"])),
    ] {
        let figure = bench.figure(call);
        for theme in THEMES {
            let svg = figure
                .figure
                .to_svg(&Options { theme, embed_font: false, ..figure.options })
                .unwrap();
            assert_eq!(count(&svg, "gene"), genes, "{call}");
            assert!(svg.contains("<title>dnaA · "), "{call}");
            match label {
                Some(label) => assert_eq!(scale(&svg)[..2], label, "{call}"),
                None => assert_eq!(count(&svg, "entry"), 8, "{call}"),
            }
        }
    }
}

#[test]
fn every_kind_has_every_form() {
    let mut bench = Bench::new();
    for call in [
        "plot(t)",
        "plot(cells)",
        "plot_resources(t)",
        "plot_histogram(cells, \"lacZ.mrna\")",
        "plot_heatmap(t)",
        "plot_phase(t, \"lacZ.mrna\", \"lacZ\")",
        "other.plot_genome()",
        "other.plot_genome(#{color: \"expression\"})",
        "plot_growth_law()",
        "plot_burden()",
    ] {
        let figure = bench.figure(call);
        for path in ["a.svg", "a.png", "a.json", "a.PNG"] {
            assert!(!figure.encode(path, &StopToken::new()).unwrap().is_empty(), "{call} {path}");
        }
        assert!(figure.encode("a.bmp", &StopToken::new()).is_err());
        for colour in [true, false] {
            let text = figure.figure.to_text(72, 20, colour).unwrap();
            assert_eq!(text.contains('\u{1b}'), colour, "{call}");
            let plain = strip(&text);
            assert!(plain.lines().all(|l| l.chars().count() <= 72), "{call}\n{plain}");
            assert!(plain.starts_with(figure.figure.title()), "{call}\n{plain}");
        }
        let spec: serde_json::Value =
            serde_json::from_slice(&figure.encode("a.json", &StopToken::new()).unwrap()).unwrap();
        assert_eq!(spec["title"]["text"], figure.figure.title());
        assert!(spec["$schema"].as_str().unwrap().ends_with("v5.json"));
        match &*figure.figure {
            Drawing::Figure(f) => {
                assert_eq!(spec["vconcat"].as_array().unwrap().len(), f.panels.len())
            }
            Drawing::HeatMap(_) => assert_eq!(spec["mark"]["type"], "rect"),
            Drawing::Tiles(_) => assert!(spec["layer"].is_array()),
            Drawing::GenomeMap(m) => {
                assert_eq!(spec["mark"]["type"], "arc");
                assert_eq!(spec["data"]["values"].as_array().unwrap().len(), m.genes.len());
            }
        }
    }
}

/// A text without the colours of a terminal.
fn strip(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |p| p.1);
    }
    plain + rest
}

#[test]
fn options_are_checked() {
    let mut bench = Bench::new();
    for (options, expected) in [
        ("#{theme: \"drak\"}", "`dark`"),
        ("#{width: 5}", "100 to 4000"),
        ("#{scale: 0}", "0.1 to 8"),
        ("#{colour: 1}", "unknown option `colour` of plot"),
    ] {
        let error = bench.0.eval(&format!("plot(t, \"lacZ\", {options})"), "t").unwrap_err();
        assert!(error.message.contains(expected), "{options}: {error}");
    }
    let figure = bench.figure("plot(t, \"lacZ\", #{width: 640, height: 300, scale: 1})");
    let png = figure.encode("a.png", &StopToken::new()).unwrap();
    assert_eq!(png[16..24], [0, 0, 2, 128, 0, 0, 1, 44]);
}
