//! Light, dark, and following the page.

use bioxen::plot::{
    Axis, Drawing, Figure, GenomeMap, HeatMap, MapGene, Options, Panel, Series, Theme,
};
use roxmltree::Document;

fn figure() -> Figure {
    let series = (0..8)
        .map(|i| Series::line(format!("g{i}"), vec![0.0, 1.0], vec![f64::from(i), 9.0]))
        .collect();
    let panel = Panel { title: None, x: Axis::new("Time", "min"), y: Axis::new("y", ""), series };
    Figure { title: "Eight".into(), panels: vec![panel] }
}

fn drawings() -> Vec<Drawing> {
    let heat = HeatMap {
        title: "Heat".into(),
        x: Axis::new("Time", "min"),
        columns: vec![0.0, 1.0, 2.0],
        rows: vec![("a".into(), vec![0.0, 1.0, 2.0])],
        value: Axis::new("mRNA", "molecules"),
    };
    let class = Some("Transport".to_owned());
    let gene = MapGene { name: "g".into(), start: 1, end: 90, class, ..MapGene::default() };
    let map =
        GenomeMap { name: "Mini".into(), length: 100, genes: vec![gene], ..GenomeMap::default() };
    vec![figure().into(), heat.into(), map.into()]
}

fn svg(drawing: &Drawing, theme: Theme) -> String {
    drawing.to_svg(&Options { theme, embed_font: false, ..Options::default() }).unwrap()
}

/// Every colour that is drawn with.
fn colours(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let drawn = document
        .descendants()
        .filter(|n| n.has_tag_name("text") || n.has_tag_name("rect") || n.has_tag_name("polyline"));
    let of = |n: roxmltree::Node| {
        [n.attribute("fill"), n.attribute("stroke")].map(|a| a.map(str::to_owned))
    };
    let mut all: Vec<String> =
        drawn.flat_map(of).flatten().filter(|c| c.starts_with('#')).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn following_figures_are_light_and_can_become_dark_everywhere() {
    for drawing in drawings() {
        let (auto, light, dark) =
            (svg(&drawing, Theme::Auto), svg(&drawing, Theme::Light), svg(&drawing, Theme::Dark));
        // Without its style sheet it is the light figure.
        let sheet = auto.find("<style>").unwrap()..auto.find("</style>\n").unwrap() + 9;
        let bare =
            auto.replace(&auto[sheet.clone()], "").replace(" data-bioxen-theme=\"auto\"", "");
        assert_eq!(bare, light);
        // With it, each colour of the palette has the dark one's variable.
        let sheet = &auto[sheet];
        let viridis =
            |c: &String| matches!(drawing, Drawing::HeatMap(_)) && !sheet.contains(c.as_str());
        for colour in colours(&light).iter().filter(|c| !viridis(c)) {
            assert!(sheet.contains(&format!("[fill='{colour}']")), "{colour}");
        }
        for colour in colours(&dark).iter().filter(|c| !viridis(c)) {
            assert!(sheet.contains(&format!(":{colour};")), "{colour}");
        }
        for place in ["prefers-color-scheme:dark", "data-jp-theme-light=false", ".vscode-dark"] {
            assert!(sheet.contains(place), "{place}");
        }
        // Nothing in it reaches beyond such a picture.
        for rule in sheet.split('{').filter(|r| r.contains("fill=")) {
            assert!(rule.contains("svg[data-bioxen-theme] ["), "{rule}");
        }
    }
}

#[test]
fn pictures_of_pixels_are_light_unless_told_otherwise() {
    let png =
        |theme| figure().to_png(&Options { theme, scale: 0.5, ..Options::default() }).unwrap();
    assert_eq!(png(Theme::Auto), png(Theme::Light));
    assert_ne!(png(Theme::Dark), png(Theme::Light));
}
