//! Figures of traces and ensembles.

use crate::text::counted;
use rhai::plugin::*;
use rhai::{Dynamic, Map};

use super::results::save;
use crate::error::raise;
use crate::look::{Look, choice};
use crate::number::some_names;
use crate::value::{Ensemble, Spread};
use crate::world::with;
use crate::{Display, FigureValue, LangError, RhaiResultOf, Trace};
use bioxen_engine::trajectory::Kind;
use bioxen_engine::{Column, Trajectory};
use bioxen_plot::{self as plot, HeatMap, Scale};

fn course(trace: &Trace, wanted: &[String], map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", map, &[])?;
    let full = trace.full_names(wanted)?;
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    let figure = plot::time_course(&trace.0, &full, &look.title("Time course"))?;
    look.figure(figure)
}

/// What a plot shows when nothing is named: every protein, or the growth of the host.
fn everything(trace: &Trajectory) -> Vec<String> {
    let of = |kind: Kind| -> Vec<String> {
        trace.columns.iter().filter(|c| c.kind == kind).map(|c| c.name.clone()).collect()
    };
    let proteins = of(Kind::Protein);
    if proteins.is_empty() { of(Kind::Growth) } else { proteins }
}

/// What a trace shows as when it is a result itself.
pub fn usual_figure(trace: &Trace) -> Result<FigureValue, LangError> {
    course(trace, &everything(&trace.0), &Map::new())
}

fn cloud(ensemble: &Ensemble, wanted: &[String], map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", map, &["ribbon"])?;
    let spread = choice(map, "ribbon", &Spread::NAMES)?.map(Spread::named).unwrap_or_default();
    let wanted = ensemble.full_names(wanted)?;
    let title = look.title(format!("Ensemble of {}", counted(ensemble.runs.len(), "run")));
    look.figure(ensemble.figure(&wanted, spread, &title)?)
}

fn resources(trace: &Trace, map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_resources", map, &[])?;
    look.figure(plot::resources(&trace.0, &look.title("Resources")))
}

fn heat_map(trace: &Trace, wanted: &[String], map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_heatmap", map, &["values"])?;
    let full = trace.full_names(wanted)?;
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    let mut heat = HeatMap::of(&trace.0, &full, &look.title("Expression"))?;
    match choice(map, "values", &["linear", "log", "relative"])? {
        Some("log") => heat.value.scale = Scale::Log,
        Some("relative") => heat = heat.relative(),
        _ => {}
    }
    look.figure(heat)
}

fn phase(trace: &Trace, x: &str, y: &str, map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_phase", map, &[])?;
    let name = |wanted: &str| trace.column(wanted).map(|c: &Column| c.name.clone());
    let (x, y) = (name(x)?, name(y)?);
    let figure = plot::phase(&trace.0, &x, &y, &look.title("Phase plot"))?;
    look.figure(figure)
}

/// Figures of traces and ensembles.
#[export_module]
pub mod functions {
    /// A figure of the proteins over time, or of the host's growth if there are none.
    ///
    /// # Errors
    /// If there is nothing to draw.
    ///
    /// # Example
    /// ```rhai
    /// plot(run(1.min));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot(trace: Trace) -> RhaiResultOf<FigureValue> {
        course(&trace, &everything(&trace.0), &Map::new()).map_err(raise)
    }

    /// A figure of some quantities over time, with a panel for each kind of quantity.
    ///
    /// * `quantities` - a name or several; `*` in a name matches any characters, as in `"demo.lac*.mrna"`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// plot(run(1.min), ["host.growth_rate_per_h"]);
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_some(trace: Trace, quantities: Dynamic) -> RhaiResultOf<FigureValue> {
        let wanted = super::some_names("the quantities of plot", &quantities).map_err(raise)?;
        course(&trace, &wanted, &Map::new()).map_err(raise)
    }

    /// A figure of some quantities over time, with options.
    ///
    /// * `quantities` - a name of the trace or an array of names, such as `["lacZ", "host.ribosomes"]`
    /// * `options` - a map of:
    /// * `title`
    /// * `width`, `height` - [pixels]
    /// * `theme` - `"auto"` follows the page or the reader's own choice, `"light"`, `"dark"`
    /// * `scale` - picture elements of a PNG for each pixel; 2 by default
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot(run(1.min), ["host.growth_rate_per_h"], #{title: "Growth", theme: "dark"});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_with(trace: Trace, quantities: Dynamic, options: Map) -> RhaiResultOf<FigureValue> {
        let wanted = super::some_names("the quantities of plot", &quantities).map_err(raise)?;
        course(&trace, &wanted, &options).map_err(raise)
    }

    /// A figure of the means of an ensemble's proteins, with ribbons of one standard deviation.
    ///
    /// # Errors
    /// If there is nothing to draw.
    ///
    /// # Example
    /// ```rhai
    /// plot(ensemble(5, 1.min));
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_ensemble_all(ensemble: Ensemble) -> RhaiResultOf<FigureValue> {
        cloud(&ensemble, &everything(&ensemble.runs[0]), &Map::new()).map_err(raise)
    }

    /// A figure of the mean of some quantities, with a ribbon of one standard deviation.
    ///
    /// * `quantities` - a name of the trace or an array of names, such as `["lacZ", "host.ribosomes"]`
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// plot(ensemble(5, 1.min), ["host.ribosomes"]);
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_ensemble(ensemble: Ensemble, quantities: Dynamic) -> RhaiResultOf<FigureValue> {
        let wanted = super::some_names("the quantities of plot", &quantities).map_err(raise)?;
        cloud(&ensemble, &wanted, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `quantities` - a name of the trace or an array of names, such as `["lacZ", "host.ribosomes"]`
    /// * `options` - a map of:
    /// * `ribbon` - `"sd"`: mean and standard deviation; `"quartiles"`: median and the middle half
    ///   of the runs; `"range"`: median and all runs
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot(ensemble(5, 1.min), ["host.ribosomes"], #{ribbon: "quartiles"});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_ensemble_with(
        ensemble: Ensemble,
        quantities: Dynamic,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        let wanted = super::some_names("the quantities of plot", &quantities).map_err(raise)?;
        cloud(&ensemble, &wanted, &options).map_err(raise)
    }

    /// A figure of the resources: ribosomes and ATP by VM, and the growth of the host.
    ///
    /// # Errors
    /// If there is nothing to draw.
    ///
    /// # Example
    /// ```rhai
    /// plot_resources(run(1.min));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_resources(trace: Trace) -> RhaiResultOf<FigureValue> {
        resources(&trace, &Map::new()).map_err(raise)
    }

    /// The same with options, as for `plot`.
    ///
    /// * `options` - a map, with the options of every figure: `title`, `width` and `height`
    ///   [pixels], `theme`, `scale`
    ///
    /// # Errors
    /// If an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot_resources(run(1.min), #{title: "Who uses what"});
    /// ```
    #[rhai_fn(global, name = "plot_resources", return_raw)]
    pub fn plot_resources_with(trace: Trace, options: Map) -> RhaiResultOf<FigureValue> {
        resources(&trace, &options).map_err(raise)
    }

    /// A heat map of the proteins: a row for each, time from left to right.
    ///
    /// # Errors
    /// If there is nothing to draw.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// plot_heatmap(run(2.min));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_heatmap(trace: Trace) -> RhaiResultOf<FigureValue> {
        heat_map(&trace, &everything(&trace.0), &Map::new()).map_err(raise)
    }

    /// A heat map of some quantities.
    ///
    /// * `quantities` - a name or several; `*` in a name matches any characters
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// plot_heatmap(run(2.min), "*.mrna");
    /// ```
    #[rhai_fn(global, name = "plot_heatmap", return_raw)]
    pub fn plot_heatmap_some(trace: Trace, quantities: Dynamic) -> RhaiResultOf<FigureValue> {
        let wanted =
            super::some_names("the quantities of plot_heatmap", &quantities).map_err(raise)?;
        heat_map(&trace, &wanted, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `quantities` - a name of the trace or an array of names, such as `["lacZ", "host.ribosomes"]`
    /// * `options` - a map of:
    /// * `values` - what the colours mean: `"linear"`, `"log"` (zero is blank), or `"relative"`: the
    ///   fraction of the highest value of each row
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// plot_heatmap(run(2.min), ["lacZ", "lacY", "lacA"], #{values: "relative"});
    /// ```
    #[rhai_fn(global, name = "plot_heatmap", return_raw)]
    pub fn plot_heatmap_with(
        trace: Trace,
        quantities: Dynamic,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        let wanted =
            super::some_names("the quantities of plot_heatmap", &quantities).map_err(raise)?;
        heat_map(&trace, &wanted, &options).map_err(raise)
    }

    /// A phase plot: one quantity against another, from the start to the end of a trace.
    ///
    /// * `x` - the quantity on the horizontal axis, such as `"lacZ.mrna"`
    /// * `y` - the quantity on the vertical axis, such as `"lacZ"`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// plot_phase(run(1.min), "host.atp_percent", "host.growth_rate_per_h");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_phase(trace: Trace, x: &str, y: &str) -> RhaiResultOf<FigureValue> {
        phase(&trace, x, y, &Map::new()).map_err(raise)
    }

    /// The same with options, as for `plot`.
    ///
    /// * `x` - the quantity on the horizontal axis, such as `"lacZ.mrna"`
    /// * `y` - the quantity on the vertical axis, such as `"lacZ"`
    /// * `options` - a map, with the options of every figure: `title`, `width` and `height`
    ///   [pixels], `theme`, `scale`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot_phase(run(1.min), "host.atp_percent", "host.growth_rate_per_h", #{title: "ATP and growth"});
    /// ```
    #[rhai_fn(global, name = "plot_phase", return_raw)]
    pub fn plot_phase_with(
        trace: Trace,
        x: &str,
        y: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        phase(&trace, x, y, &options).map_err(raise)
    }

    /// Writes a figure as SVG, PNG, PDF or Vega-Lite (`.json`), according to the ending of the path.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path has another ending or leads out of the output folder, or there is nothing to draw.
    ///
    /// # Example
    /// ```rhai
    /// plot_resources(run(1.min)).save("resources.svg");
    /// ```
    #[rhai_fn(global, name = "save", return_raw)]
    pub fn save_figure(
        context: NativeCallContext,
        figure: FigureValue,
        path: &str,
    ) -> RhaiResultOf<()> {
        with(&context, |world| {
            let bytes = figure.encode(path, &world.stop())?;
            save(world, path, &bytes)
        })
    }

    /// Shows a figure: in a notebook below the cell, on the command line as a file.
    ///
    /// # Example
    /// ```rhai
    /// show(plot_resources(run(1.min)));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn show(context: NativeCallContext, figure: FigureValue) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.display(Display::figure(figure), None);
            Ok::<_, LangError>(())
        })
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn figure_to_string(figure: &mut FigureValue) -> String {
        format!("figure `{}`", figure.figure.title())
    }
}
