//! A circular genome as Vega-Lite.

use serde_json::{Value, json};

use crate::genome_map::{Colours, GenomeMap, Ring};
use crate::palette::Palette;
use crate::vega::{document, domain, hex, series};
use crate::{Options, PlotError};

impl GenomeMap {
    /// The map as a Vega-Lite 5 specification with its data: an arc for each gene.
    ///
    /// # Errors
    /// As [`GenomeMap::to_svg`].
    pub fn to_vega_lite(&self, options: &Options) -> Result<Value, PlotError> {
        let colours = self.colours()?;
        let palette = Palette::of(options.theme);
        let size = options.width.saturating_sub(200).clamp(200, 560);
        let radius = f64::from(size) / 2.0 - 10.0;
        let ring = Ring { centre: (0.0, 0.0), radius, length: self.length as f64 };
        let data: Vec<Value> = self
            .genes
            .iter()
            .map(|gene| {
                let (from, to) = ring.angles(gene.start, gene.end);
                let (inner, outer) = if gene.forward { (0.885, 1.0) } else { (0.76, 0.875) };
                let own = gene.class.as_deref().filter(|c| match &colours {
                    Colours::Class(classes) => classes.contains(c),
                    Colours::Value(..) => true,
                });
                json!({
                    "name": gene.name, "start": gene.start, "end": gene.end,
                    "strand": if gene.forward { "+" } else { "−" },
                    "theta": from, "theta2": to, "inner": inner * radius, "outer": outer * radius,
                    "value": gene.value.filter(|v| v.is_finite()),
                    "class": own.unwrap_or("other"),
                })
            })
            .collect();
        let color = match &colours {
            Colours::Value(axis, span) => json!({
                "condition": {"test": "!isValid(datum.value)", "value": hex(palette.muted)},
                "field": "value", "type": "quantitative", "title": axis.text(),
                "scale": {"scheme": "viridis", "type": domain(axis, span.ends())["type"], "domain": span.ends()},
            }),
            Colours::Class(classes) => {
                let names: Vec<&str> = classes.iter().copied().chain(["other"]).collect();
                let own = (0..classes.len()).map(|place| series(options.theme, &palette, place));
                let range: Vec<String> = own.chain([hex(palette.muted)]).collect();
                json!({
                    "field": "class", "type": "nominal", "title": null,
                    "scale": {"domain": names, "range": range},
                })
            }
        };
        let place = |field: &str| json!({"field": field, "type": "quantitative", "scale": null});
        let content = json!({
            "width": size,
            "height": size,
            "data": {"values": data},
            "mark": {"type": "arc"},
            "encoding": {
                "theta": place("theta"),
                "theta2": {"field": "theta2"},
                "radius": place("outer"),
                "radius2": {"field": "inner"},
                "color": color,
                "tooltip": [
                    {"field": "name"}, {"field": "start", "type": "quantitative"},
                    {"field": "end", "type": "quantitative"}, {"field": "strand"},
                    {"field": "value", "type": "quantitative"}, {"field": "class"},
                ],
            },
        });
        Ok(document(&self.title, options, content))
    }
}
