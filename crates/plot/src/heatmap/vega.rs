//! A heat map as Vega-Lite.

use serde_json::{Value, json};

use crate::heatmap::{HeatMap, MOST_ROWS, mean};
use crate::vega::{document, domain};
use crate::{Options, PlotError};

/// The most values in a specification; more columns are averaged.
const MOST: usize = 20_000;

impl HeatMap {
    /// The heat map as a Vega-Lite 5 specification with its data, like
    /// [`Figure::to_vega_lite`](crate::Figure::to_vega_lite). More than 320 rows or 20 000 values
    /// are averaged.
    ///
    /// # Errors
    /// As [`HeatMap::to_svg`].
    pub fn to_vega_lite(&self, options: &Options) -> Result<Value, PlotError> {
        let (x, value) = self.spans()?;
        let rows = self.merged_rows(MOST_ROWS);
        let most = (MOST / rows.len().max(1)).max(8);
        let each = self.columns.len().div_ceil(most).max(1);
        let starts: Vec<f64> =
            self.columns.chunks(each).filter_map(|c| c.first()).copied().collect();
        let mut data = Vec::new();
        for (row, (name, values)) in rows.iter().enumerate() {
            for (i, part) in values.chunks(each).enumerate() {
                let mean = mean(part.iter().copied());
                let from = starts.get(i).copied().filter(|v| v.is_finite());
                // The last cell reaches to the end, as in the other forms.
                let to = starts.get(i + 1).or(self.columns.last()).copied();
                if let (Some(from), Some(to), true) = (from, to, mean.is_finite()) {
                    data.push(if self.x.is_named() {
                        let at = self.x.categories.get(from.round() as usize);
                        json!({"row": row, "name": name, "x": at, "value": mean})
                    } else {
                        json!({"row": row, "name": name, "x": from, "x2": to, "value": mean})
                    });
                }
            }
        }
        let names: Vec<&str> = rows.iter().map(|r| r.0.as_str()).collect();
        let title = |axis: &crate::Axis| match axis.text() {
            text if text.is_empty() => Value::Null,
            text => json!(text),
        };
        let kind = if self.x.is_named() { "ordinal" } else { "quantitative" };
        let mut content = json!({
            "width": options.width.saturating_sub(220).max(100),
            "height": (rows.len() * 18).clamp(120, 640),
            "data": {"values": data},
            "mark": {"type": "rect", "clip": true},
            "encoding": {
                "x": {"field": "x", "type": kind, "title": title(&self.x), "scale": domain(&self.x, x.ends())},
                "x2": {"field": "x2"},
                "y": {"field": "name", "type": "nominal", "title": null, "scale": {"domain": names}},
                "color": {
                    "field": "value",
                    "type": "quantitative",
                    "title": title(&self.value),
                    "scale": {"scheme": "viridis", "type": domain(&self.value, value.ends())["type"], "domain": value.ends()},
                },
                "tooltip": [{"field": "name"}, {"field": "x", "type": kind}, {"field": "value", "type": "quantitative"}],
            },
        });
        if let (true, Some(encoding)) =
            (self.x.is_named(), content.get_mut("encoding").and_then(Value::as_object_mut))
        {
            encoding.remove("x2");
        }
        Ok(document(&self.title, options, content))
    }
}
