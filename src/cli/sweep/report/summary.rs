//! `bioxen sweep summary`.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::batch::{Axes, Chosen, Named, Point, Shown, Summary, summary as summarised};
use bioxen::durable;
use bioxen::engine::StopToken;
use bioxen::lang::FigureValue;
use bioxen::plot::{Axis, Drawing, Figure, HeatMap, Options, Panel, Scale, Series, Style};
use bioxen::table::{Extract, Limits, Table};
use clap::Args;

use super::super::super::failure::Failure;
use super::super::super::output::name;
use super::super::super::terminal::columns;

/// The largest file that is read [bytes].
const LARGEST: u64 = 8 << 30;
/// The lines of the table that are shown.
const LINES: Extract = Extract { head: 40, tail: 5 };
/// The height of the picture in the terminal [lines].
const HEIGHT: usize = 20;
/// The widest picture in the terminal [characters].
const WIDEST: usize = 100;
/// An axis is logarithmic if its ends are so many times apart, and its places at equal ratios.
const DECADES: f64 = 20.0;

/// Show the results of a sweep: a table, response curves with bands, heat maps
///
/// The mean of all replicates is drawn against a parameter, or against time; the band runs from the
/// lowest to the highest quantile of the plan. What is not chosen is chosen by what there is, and told.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep summary dose.sweep
  bioxen sweep summary dose.sweep --output mrna --x dose --plot response.svg
  bioxen sweep summary dose.sweep --heat strength --plot map.png
  bioxen sweep summary dose.sweep --output lacZ.protein --time 30
  bioxen sweep summary dose.sweep --json")]
pub(in super::super) struct SummaryArgs {
    /// The folder of the sweep, or its statistics.parquet
    folder: PathBuf,
    /// The output that is drawn
    #[arg(long, value_name = "NAME")]
    output: Option<String>,
    /// The parameter from left to right, or sample_time
    #[arg(long, value_name = "NAME")]
    x: Option<String>,
    /// Draw a heat map; this parameter is that of its rows
    #[arg(long, value_name = "NAME")]
    heat: Option<String>,
    /// The time of an output over time [min] [default: the last one]
    #[arg(long, value_name = "MIN")]
    time: Option<f64>,
    /// Write the picture into a file: .svg, .png, .pdf or .json (Vega-Lite)
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print the table as JSON, and nothing else
    #[arg(long)]
    json: bool,
}

/// Does what the arguments say.
pub(in super::super) fn summary(args: &SummaryArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let path = match args.folder.is_dir() {
        true => args.folder.join("statistics.parquet"),
        false => args.folder.clone(),
    };
    let usage = |message: String| Failure::Usage { message };
    let bytes = durable::read(&path, LARGEST).map_err(|error| {
        usage(format!(
            "cannot read `{}`: {error}; `bioxen sweep merge` writes it when all shards are there",
            name(&path)
        ))
    })?;
    let limits = Limits { bytes: bytes.len() as u64, ..Limits::default() };
    let statistics = Table::from_parquet(&bytes, limits)
        .map_err(|error| usage(format!("`{}`: {error}", name(&path))))?;
    let chosen = Chosen {
        output: args.output.clone(),
        axes: Axes { x: args.x.clone(), heat: args.heat.clone() },
        time: args.time,
    };
    let found = summarised(&statistics, &chosen).map_err(|error| usage(error.to_string()))?;
    if args.json {
        writeln!(out, "{}", found.table.to_json(bioxen::table::JsonForm::Rows))?;
    } else {
        writeln!(out, "{}", found.table.to_text(LINES))?;
    }
    let drawing = drawing(&found);
    if let Some(path) = &args.plot {
        let drawing = drawing.ok_or_else(|| {
            usage("there is one point alone, of which no picture can be drawn".to_owned())
        })?;
        written(path, drawing)?;
        tell(&format!("wrote {}", name(path)));
    } else if let Some(drawing) = drawing.filter(|_| !args.json) {
        let width = columns().clamp(40, WIDEST);
        let text = drawing.to_text(width, HEIGHT, false).map_err(|e| usage(e.to_string()))?;
        writeln!(out, "\n{text}")?;
    }
    found.remarks.iter().for_each(|remark| tell(remark));
    Ok(())
}

fn tell(line: &str) {
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn written(path: &Path, drawing: Drawing) -> Result<(), Failure> {
    let figure = FigureValue { figure: drawing.into(), options: Options::default() };
    let bytes = figure
        .encode(&path.to_string_lossy(), &StopToken::new())
        .map_err(|error| Failure::Usage { message: error.to_string() })?;
    durable::write(path, &bytes).map_err(|error| Failure::Usage {
        message: format!("cannot write `{}`: {error}", name(path)),
    })
}

/// The picture of a summary.
fn drawing(found: &Summary) -> Option<Drawing> {
    let axis = |named: &Named| Axis::new(&named.name, &named.unit);
    Some(match found.shown.as_ref()? {
        Shown::Curves { names, curves, scattered } => {
            let mut x = match names.is_empty() {
                true => axis(&found.x),
                false => Axis::named(&found.x.name, names.clone()),
            };
            let points = curves.iter().flat_map(|curve| &curve.points);
            let all: Vec<f64> = points.map(|point| point.x).collect();
            if names.is_empty() && found.x.name != "sample_time" {
                x.scale = scale(&all);
            }
            let series = curves.iter().map(|curve| {
                let each = |value: fn(&Point) -> f64| curve.points.iter().map(value).collect();
                let line = Series::line(&curve.label, each(|p| p.x), each(|p| p.mean));
                let (low, high) = (each(|p| p.low), each(|p| p.high));
                let drawn = match scattered {
                    true => line.with_style(Style::Points).with_error(low, high),
                    false => Series { band: Some((low, high)), ..line },
                };
                Series { unlisted: curve.label.is_empty(), ..drawn }
            });
            let title = Some(format!("mean; band: {}", found.band));
            let panel = Panel { title, x, y: axis(&found.output), series: series.collect() };
            Drawing::from(Figure { title: found.output.name.clone(), panels: vec![panel] })
        }
        Shown::Map { x, rows } => {
            let label = axis(&found.x).text();
            Drawing::HeatMap(HeatMap {
                title: format!("{}, mean", found.output.name),
                x: Axis::named(label, x.clone()),
                columns: (0..x.len()).map(|place| place as f64).collect(),
                rows: rows.clone(),
                value: axis(&found.output),
            })
        }
    })
}

/// Logarithmic where places are at equal ratios far apart.
fn scale(places: &[f64]) -> Scale {
    let mut all: Vec<f64> = places.to_vec();
    all.sort_by(f64::total_cmp);
    all.dedup();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Scale::Linear };
    let is_far = *first > 0.0 && last / first >= DECADES && all.len() > 2;
    // The middle one is nearer to the middle of the ratios than to that of the differences.
    let middle = all[all.len() / 2];
    if is_far && middle < 0.5 * (first + last) * 0.7 { Scale::Log } else { Scale::Linear }
}
