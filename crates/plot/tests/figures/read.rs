//! Reads a figure back from its SVG.

use bioxen_plot::{Figure, Options};
use roxmltree::{Document, Node};

/// The figure as SVG.
pub(super) fn svg(figure: &Figure) -> String {
    figure.to_svg(&Options::default()).unwrap()
}

/// The parts of a role.
pub(super) fn roles<'d>(document: &'d Document, role: &str) -> Vec<Node<'d, 'd>> {
    document.descendants().filter(|n| n.attribute("data-role") == Some(role)).collect()
}

/// The places of a line [px].
pub(super) fn points(node: Node) -> Vec<(f64, f64)> {
    let text = node.attribute("points").unwrap_or_default();
    text.split(' ')
        .filter_map(|pair| pair.split_once(','))
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect()
}

/// The range of the y axis of the first panel.
pub(super) fn y_range(svg: &str) -> (f64, f64) {
    let document = Document::parse(svg).unwrap();
    let end = |name: &str| roles(&document, "panel")[0].attribute(name).unwrap().parse().unwrap();
    (end("data-y-low"), end("data-y-high"))
}
