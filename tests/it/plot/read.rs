//! Reads a figure back from its SVG text.

use roxmltree::{Document, Node};

/// What an SVG says it shows.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) size: (f64, f64),
    pub(super) panels: Vec<PanelShown>,
    /// All texts, in the order drawn.
    pub(super) texts: Vec<String>,
    /// The left, top, right and bottom end of each legend's texts and samples.
    pub(super) legends: Vec<[f64; 4]>,
}

#[derive(Debug)]
pub(super) struct PanelShown {
    pub(super) x: (String, String, f64, f64),
    pub(super) y: (String, String, f64, f64),
    pub(super) series: Vec<SeriesShown>,
    /// The names in the legend, in full.
    pub(super) legend: Vec<String>,
    /// The ends of the axes [px]: left, top, right, bottom.
    pub(super) plot: [f64; 4],
}

#[derive(Debug)]
pub(super) struct SeriesShown {
    pub(super) name: String,
    pub(super) style: String,
    pub(super) count: usize,
    /// The polylines [px].
    pub(super) lines: Vec<Vec<(f64, f64)>>,
    pub(super) polygons: usize,
    pub(super) marks: usize,
}

impl PanelShown {
    /// A place on the picture as values of the axes.
    pub(super) fn value(&self, at: (f64, f64)) -> (f64, f64) {
        let [left, top, right, bottom] = self.plot;
        let along = |from: f64, to: f64, low: f64, high: f64, v: f64| {
            low + (v - from) / (to - from) * (high - low)
        };
        (along(left, right, self.x.2, self.x.3, at.0), along(bottom, top, self.y.2, self.y.3, at.1))
    }
}

pub(super) fn read(svg: &str) -> Shown {
    let document = Document::parse(svg).expect("well-formed XML");
    let root = document.root_element();
    let child = |name: &str| {
        root.children()
            .find(|n| n.has_tag_name(name))
            .and_then(|n| n.text())
            .unwrap_or("")
            .to_owned()
    };
    Shown {
        title: child("title"),
        description: child("desc"),
        size: (number(root, "width"), number(root, "height")),
        panels: role(root, "panel").map(panel).collect(),
        texts: texts(root),
        legends: role(root, "legend").map(extent).collect(),
    }
}

fn panel(node: Node) -> PanelShown {
    let text = |name: &str| node.attribute(name).unwrap().to_owned();
    let axes = role(node, "axes").next().unwrap();
    PanelShown {
        x: (
            text("data-x-label"),
            text("data-x-unit"),
            number(node, "data-x-low"),
            number(node, "data-x-high"),
        ),
        y: (
            text("data-y-label"),
            text("data-y-unit"),
            number(node, "data-y-low"),
            number(node, "data-y-high"),
        ),
        series: role(node, "series").map(series).collect(),
        legend: role(node, "entry").map(hover).collect(),
        plot: plot(axes),
    }
}

/// The text shown when the pointer rests on a part.
fn hover(node: Node) -> String {
    let title = node.children().find(|n| n.has_tag_name("title"));
    title.and_then(|n| n.text()).unwrap_or("").to_owned()
}

/// The two longest lines that are no grid lines are the axes.
fn plot(axes: Node) -> [f64; 4] {
    let lines: Vec<Vec<(f64, f64)>> =
        axes.descendants().filter(|n| n.has_tag_name("polyline")).map(points).collect();
    let across = lines.iter().filter(|l| l[0].1 == l[1].1).map(|l| (l[0].0, l[1].0, l[0].1));
    let widest = across.max_by(|a, b| (a.1 - a.0).abs().total_cmp(&(b.1 - b.0).abs())).unwrap();
    let up = lines.iter().filter(|l| l[0].0 == l[1].0).map(|l| (l[0].1, l[1].1));
    let highest = up.max_by(|a, b| (a.1 - a.0).abs().total_cmp(&(b.1 - b.0).abs())).unwrap();
    let (left, right) = (widest.0.min(widest.1), widest.0.max(widest.1));
    [left, highest.0.min(highest.1), right, highest.0.max(highest.1)]
}

fn series(node: Node) -> SeriesShown {
    let all = |name: &'static str| node.descendants().filter(move |n| n.has_tag_name(name));
    SeriesShown {
        name: node.attribute("data-name").unwrap().to_owned(),
        style: node.attribute("data-style").unwrap().to_owned(),
        count: node.attribute("data-count").unwrap().parse().unwrap(),
        lines: all("polyline").map(points).collect(),
        polygons: all("polygon").count(),
        marks: all("circle").count() + all("rect").count(),
    }
}

fn role<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |n| n.attribute("data-role") == Some(name))
}

fn texts(node: Node) -> Vec<String> {
    let all = node.descendants().filter(|n| n.has_tag_name("text"));
    all.map(|n| n.text().unwrap_or("").to_owned()).collect()
}

fn extent(legend: Node) -> [f64; 4] {
    let mut ends = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for text in legend.descendants().filter(|n| n.has_tag_name("text")) {
        let (x, y) = (number(text, "x"), number(text, "y"));
        let wide = text.text().unwrap_or("").chars().count() as f64 * 4.0;
        ends = [ends[0].min(x), ends[1].min(y), ends[2].max(x + wide), ends[3].max(y)];
    }
    ends
}

pub(super) fn points(node: Node) -> Vec<(f64, f64)> {
    let pair = |p: &str| {
        let (x, y) = p.split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    node.attribute("points").unwrap().split(' ').map(pair).collect()
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("no {name}")).parse().unwrap()
}
