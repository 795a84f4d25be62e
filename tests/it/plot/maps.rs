//! Heat maps and circular genome maps, read back from their SVG text.

use bioxen::engine::trajectory::{Column, Kind, Trajectory};
use bioxen::plot::{Axis, ColourBy, GenomeMap, HeatMap, MapGene, Options, PlotError, Scale, Theme};
use proptest::prelude::*;
use roxmltree::{Document, Node};

fn role<'a>(document: &'a Document, name: &'static str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|n| n.attribute("data-role") == Some(name)).collect()
}

fn texts(document: &Document) -> Vec<String> {
    let all = document.descendants().filter(|n| n.has_tag_name("text"));
    all.map(|n| n.text().unwrap_or("").to_owned()).collect()
}

fn heat_map() -> HeatMap {
    HeatMap {
        title: "Expression".into(),
        x: Axis::new("Time", "min"),
        columns: vec![0.0, 1.0, 2.0, 3.0],
        rows: vec![
            ("lacZ".into(), vec![0.0, 0.0, 5.0, 10.0]),
            ("lacY".into(), vec![f64::NAN, 5.0, 5.0, 5.0]),
        ],
        value: Axis::new("mRNA", "molecules"),
    }
}

#[test]
fn cells_have_the_colours_of_their_values() {
    let svg = heat_map().to_svg(&Options::default()).unwrap();
    let document = Document::parse(&svg).unwrap();
    let rows = role(&document, "row");
    let colours = |row: &Node| -> Vec<String> {
        let cells = row.children().filter(|n| n.has_tag_name("rect"));
        cells.map(|c| c.attribute("fill").unwrap().to_owned()).collect()
    };
    // The two zeros are one cell; 0 is the darkest colour of viridis, 10 the lightest; 5 is level 32 of 63.
    assert_eq!(colours(&rows[0]), ["#440154", "#21938b", "#fde725"]);
    // The gap is blank and the equal values are one cell.
    assert_eq!(colours(&rows[1]), ["#21938b"]);
    let scale = role(&document, "scale")[0];
    let facts = ["data-label", "data-unit", "data-low", "data-high"].map(|n| scale.attribute(n));
    assert_eq!(facts, [Some("mRNA"), Some("molecules"), Some("0.0"), Some("10.0")]);
    for text in ["Expression", "Time [min]", "mRNA [molecules]", "lacZ", "lacY", "10"] {
        assert!(texts(&document).iter().any(|t| t == text), "{text}");
    }
}

#[test]
fn large_heat_maps_are_averaged() {
    let columns: Vec<f64> = (0..2_000).map(f64::from).collect();
    let row = |g: usize| columns.iter().map(|c| (c * g as f64) % 97.0).collect();
    let map = HeatMap {
        rows: (0..1_000).map(|g| (format!("g{g}"), row(g))).collect(),
        columns: columns.clone(),
        ..heat_map()
    };
    let svg = map.to_svg(&Options::default()).unwrap();
    assert!(svg.len() < 700_000, "{}", svg.len());
    assert_eq!(role(&Document::parse(&svg).unwrap(), "row").len(), 250);
}

#[test]
fn a_trajectory_becomes_a_heat_map() {
    let column = |name: &str| Column {
        name: name.into(),
        kind: Kind::Mrna,
        unit: "molecules".into(),
        values: vec![1.0, 2.0],
        ..Column::default()
    };
    let trajectory = Trajectory {
        time_unit: "min".into(),
        times: vec![0.0, 1.0],
        columns: vec![column("a.x.mrna"), column("a.y.mrna")],
        ..Trajectory::default()
    };
    let map = HeatMap::of(&trajectory, &[], "all").unwrap();
    assert_eq!(
        (map.rows.len(), map.value.text().as_str()),
        (2, "mRNA per reference cell [molecules]")
    );
    let error = HeatMap::of(&trajectory, &["a.z.mrna"], "").unwrap_err();
    assert!(error.to_string().contains("did you mean `a.x.mrna`"), "{error}");
}

#[test]
fn heat_maps_that_cannot_be_are_refused() {
    let options = Options::default();
    let mut map = heat_map();
    map.rows[1].1.pop();
    let error = map.to_svg(&options).unwrap_err().to_string();
    assert_eq!(error, "series `lacY`: the row has 3 values, but x has 4");
    let empty = HeatMap { rows: vec![("a".into(), vec![f64::NAN; 4])], ..heat_map() };
    assert!(matches!(empty.to_svg(&options), Err(PlotError::NothingToPlot { .. })));
    assert!(HeatMap::default().to_png(&options).is_err());
    let small = Options { height: 30, ..options };
    assert!(matches!(heat_map().to_svg(&small), Err(PlotError::Size { .. })));
}

fn gene(name: &str, start: u64, end: u64) -> MapGene {
    MapGene { name: name.into(), start, end, forward: true, ..MapGene::default() }
}

#[test]
fn genes_are_named_and_coloured_by_class() {
    let class = |c: &str| Some(c.to_owned());
    let genes = vec![
        MapGene { class: class("Transport"), ..gene("a<b>", 1, 300) },
        MapGene { class: class("Translation"), ..gene("b", 400, 800) },
        MapGene { class: class("Translation"), forward: false, ..gene("c", 900, 950) },
        gene("d", 951, 990),
    ];
    let map = GenomeMap {
        title: "Genes".into(),
        name: "Mini".into(),
        length: 1_000,
        genes,
        colours: ColourBy::Class,
    };
    let svg = map.to_svg(&Options::default()).unwrap();
    let document = Document::parse(&svg).unwrap();
    let drawn = role(&document, "gene");
    let title = |n: &Node| {
        n.children().find(|c| c.has_tag_name("title")).and_then(|t| t.text()).unwrap().to_owned()
    };
    assert_eq!(title(&drawn[0]), "a<b> · 1–300 (+) · Transport");
    assert_eq!(title(&drawn[2]), "c · 900–950 (−) · Translation");
    let fill = |n: &Node| {
        let shape = n.children().find(|c| c.has_tag_name("polygon")).unwrap();
        shape.attribute("fill").unwrap().to_owned()
    };
    // The most frequent class takes the first colour; a gene without one is grey.
    assert_eq!(fill(&drawn[1]), "#0072b2");
    assert_eq!(fill(&drawn[0]), "#d55e00");
    assert_eq!(fill(&drawn[3]), "#656d76");
    let names: Vec<String> = role(&document, "entry").iter().map(title).collect();
    assert_eq!(names, ["Translation", "Transport", "other"]);
    for text in ["Mini", "1\u{202f}000 bp", "4 genes", "0 kb", "0.5"] {
        assert!(texts(&document).iter().any(|t| t == text), "{text} in {:?}", texts(&document));
    }
}

#[test]
fn genes_are_coloured_by_value_and_a_bar_explains_it() {
    let mut genes = vec![gene("a", 1, 300), gene("b", 400, 800), gene("c", 900, 100)];
    genes[0].value = Some(1.0);
    genes[1].value = Some(1000.0);
    let value = Axis { scale: Scale::Log, ..Axis::new("Protein", "copies") };
    let colours = ColourBy::Value(value);
    let map = GenomeMap { length: 1_000, genes, colours, ..GenomeMap::default() };
    let svg = map.to_svg(&Options { theme: Theme::Dark, ..Options::default() }).unwrap();
    let document = Document::parse(&svg).unwrap();
    let scale = role(&document, "scale")[0];
    assert_eq!(
        (scale.attribute("data-low"), scale.attribute("data-high")),
        (Some("1.0"), Some("1000.0"))
    );
    assert!(svg.contains("a · 1–300 (+) · 1 copies") && svg.contains("Protein [copies]"));
}

#[test]
fn a_gene_outside_its_genome_is_refused() {
    for (start, end) in [(0, 10), (5, 1_001), (2_000, 3_000)] {
        let map =
            GenomeMap { length: 1_000, genes: vec![gene("g", start, end)], ..GenomeMap::default() };
        let error = map.to_svg(&Options::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("gene `g` lies at {start} to {end}, but positions run from 1 to 1000")
        );
    }
    assert!(GenomeMap::default().to_svg(&Options::default()).is_err());
}

#[test]
fn a_whole_bacterium_fits_a_page() {
    let genes =
        (0..4_345).map(|i| gene(&format!("b{i:04}"), i * 1_000 + 1, i * 1_000 + 900)).collect();
    let map = GenomeMap { length: 4_641_652, genes, ..GenomeMap::default() };
    let svg = map.to_svg(&Options::default()).unwrap();
    assert!(svg.len() < 900_000, "{}", svg.len());
    assert!(texts(&Document::parse(&svg).unwrap()).iter().any(|t| t == "0 Mb"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_map_panics(
        cells in prop::collection::vec(any::<f64>(), 0..200),
        columns in prop::collection::vec(any::<f64>(), 0..20),
        places in prop::collection::vec((0_u64..2_000, 0_u64..2_000, any::<bool>(), any::<f64>()), 0..40),
        length in 0_u64..3_000,
        log in any::<bool>(),
        width in 0_u32..900,
    ) {
        let options = Options { width, scale: 0.4, ..Options::default() };
        let scale = if log { Scale::Log } else { Scale::Linear };
        let value = Axis { scale, ..Axis::new("v", "") };
        let rows = cells.chunks_exact(columns.len().max(1)).map(|r| ("row".to_owned(), r.to_vec()));
        let heat = HeatMap { rows: rows.collect(), columns: columns.clone(), value: value.clone(), ..HeatMap::default() };
        if let Ok(svg) = heat.to_svg(&options) {
            prop_assert!(Document::parse(&svg).is_ok());
            prop_assert!(heat.to_png(&options).is_ok());
        }
        let genes = places.iter().map(|(start, end, forward, v)| MapGene {
            forward: *forward, value: Some(*v), ..gene("g", *start, *end)
        });
        let map = GenomeMap { length, genes: genes.collect(), colours: ColourBy::Value(value), ..GenomeMap::default() };
        if let Ok(svg) = map.to_svg(&options) {
            prop_assert!(Document::parse(&svg).is_ok());
            prop_assert!(map.to_png(&options).is_ok());
        }
    }
}
