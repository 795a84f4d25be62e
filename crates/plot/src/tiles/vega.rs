//! Rectangles as Vega-Lite.

use serde_json::{Map, Value, json};

use super::{Rule, Side, Spans, Tile, Tiles};
use crate::vega::{document, domain, position};
use crate::{Options, PlotError};

/// The most values in a specification.
const MOST: usize = 12_000;

impl Tiles {
    /// The picture as a Vega-Lite 5 specification with its data, like
    /// [`Figure::to_vega_lite`](crate::Figure::to_vega_lite).
    ///
    /// # Errors
    /// As [`Tiles::to_svg`].
    pub fn to_vega_lite(&self, options: &Options) -> Result<Value, PlotError> {
        let spans = self.spans()?;
        let mut places = self.places(&spans);
        places.insert("x2".into(), json!({"field": "x2"}));
        places.insert("y2".into(), json!({"field": "y2"}));
        let rules = |front: bool| {
            let stroke = if front { json!([6, 4]) } else { json!([]) };
            let chosen = self.lines.iter().filter(|rule| rule.dashed == front);
            json!({
                "data": {"values": chosen.flat_map(segments).collect::<Vec<Value>>()},
                "mark": {"type": "rule", "clip": true, "strokeDash": stroke, "color": "#777777"},
                "encoding": places,
            })
        };
        let mut encoding = places.clone();
        encoding.insert("color".into(), self.colours(&spans));
        let tooltip = json!([{"field": "name"}, {"field": "value", "type": "quantitative"}]);
        encoding.insert("tooltip".into(), tooltip);
        let rectangles = json!({
            "data": {"values": self.data(&spans)},
            "mark": {"type": "rect", "clip": true},
            "encoding": encoding,
        });
        let mut layer = vec![rules(false), rectangles, rules(true)];
        layer.retain(|layer| layer["data"]["values"].as_array().is_some_and(|v| !v.is_empty()));
        layer.extend(self.words());
        let high = match &self.side {
            Side::Numbers(_) => 360.0,
            Side::Rows { rows, .. } => (rows * 14.0).clamp(150.0, 640.0),
        };
        let content = json!({
            "width": options.width.saturating_sub(220).max(100),
            "height": high,
            "layer": layer,
        });
        let mut document = document(&self.title, options, content);
        if !self.note.is_empty() {
            document["title"]["subtitle"] = json!(self.note);
        }
        Ok(document)
    }

    fn colours(&self, spans: &Spans) -> Value {
        let title = match self.value.text() {
            text if text.is_empty() => Value::Null,
            text => json!(text),
        };
        let ends = spans.value.ends();
        json!({
            "field": "value",
            "type": "quantitative",
            "title": title,
            "scale": {"scheme": "viridis", "type": domain(&self.value, ends)["type"], "domain": ends},
        })
    }

    /// The encodings of the two axes.
    fn places(&self, spans: &Spans) -> Map<String, Value> {
        let x = position("x", &self.x, spans.x.ends());
        let y = match (&self.side, &spans.y) {
            (Side::Numbers(axis), span) => {
                position("y", axis, span.map_or((0.0, 1.0), |span| span.ends()))
            }
            (Side::Rows { label, rows, .. }, _) => json!({
                "field": "y", "type": "quantitative", "title": label,
                "scale": {"domain": [0.0, rows.max(1.0)], "nice": false, "zero": false, "reverse": true},
                "axis": {"labels": false, "ticks": false, "grid": false},
            }),
        };
        Map::from_iter([("x".to_owned(), x), ("y".to_owned(), y)])
    }

    /// A row for each rectangle, or for each piece of it.
    fn data(&self, spans: &Spans) -> Vec<Value> {
        let every = self.tiles.len().div_ceil(MOST).max(1);
        let pieces = self.pieces(MOST).min(8);
        let mut rows = Vec::new();
        for tile in self.tiles.iter().step_by(every).filter(|tile| spans.place(tile).is_some()) {
            let (from, to) = self.ends(tile);
            let count = if tile.value.0 == tile.value.1 { 1 } else { pieces };
            let x = |i: usize| {
                let part = i as f64 / count as f64;
                tile.x.0 * (1.0 - part) + tile.x.1 * part
            };
            for i in 0..count {
                let value = Some(tile.at((i as f64 + 0.5) / count as f64));
                rows.push(json!({
                    "name": tile.name, "x": x(i), "x2": x(i + 1), "y": from, "y2": to,
                    "value": value.filter(|value| value.is_finite()),
                }));
            }
        }
        rows
    }

    /// The ends of a rectangle upwards; strokes have air between them.
    fn ends(&self, tile: &Tile) -> (f64, f64) {
        let (a, b) = tile.y;
        if self.thickest.is_none() {
            return (a, b);
        }
        let (middle, half) = ((a + b) / 2.0, (b - a) * 0.4);
        (middle - half, middle + half)
    }

    /// The words in the corners.
    fn words(&self) -> impl Iterator<Item = Value> + '_ {
        self.corners.iter().map(|(right, top, text)| {
            json!({
                "data": {"values": [{}]},
                "mark": {
                    "type": "text", "text": text, "fontWeight": "bold",
                    "align": if *right { "right" } else { "left" },
                    "baseline": if *top { "top" } else { "bottom" },
                    "dx": if *right { -6 } else { 6 },
                    "dy": if *top { 6 } else { -6 },
                },
                "encoding": {
                    "x": {"value": if *right { json!("width") } else { json!(0) }},
                    "y": {"value": if *top { json!(0) } else { json!("height") }},
                },
            })
        })
    }
}

/// The straight parts of a line.
fn segments(rule: &Rule) -> Vec<Value> {
    let part = |pair: &[(f64, f64)]| match pair {
        [(x, y), (x2, y2)] => json!({"x": x, "y": y, "x2": x2, "y2": y2}),
        _ => Value::Null,
    };
    rule.through.windows(2).map(part).collect()
}
