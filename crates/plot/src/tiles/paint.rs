//! Draws rectangles on a sheet.

use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use super::axes::{Beside, axes};
use super::{Side, Spans, Tile, Tiles};
use crate::canvas::{Canvas, Picture};
use crate::colormap::{ColorBar, color, level};
use crate::font::{Fonts, Weight};
use crate::layout::{
    LABEL, LABEL_LINE, MARGIN, Plot, SMALL, TICK_GAP, check_size, title_height, title_lines,
};
use crate::sheet::{Dash, Group};
use crate::{Options, PlotError};
use bioxen_engine::StopToken;

/// The largest number of coloured pieces.
const MOST_PIECES: usize = 12_000;
/// The largest number of rectangles that tell their names.
const MOST_NAMES: usize = 500;
/// The most lines of the note.
const NOTE: usize = 4;
/// Around the words in a corner [px].
const CORNER: f64 = 6.0;

pub(super) fn paint(
    tiles: &Tiles,
    options: &Options,
    stop: &StopToken,
) -> Result<Picture, PlotError> {
    PlotError::unless_stopped(stop)?;
    let spans = tiles.spans()?;
    let fonts = Fonts::get()?;
    let title = title_lines(&tiles.title, options, fonts);
    let inner = f64::from(options.width) - 2.0 * MARGIN;
    let note = match tiles.note.as_str() {
        "" => Vec::new(),
        note => fonts.wrap(note, (SMALL, Weight::Regular), inner.max(40.0), NOTE),
    };
    let head = if title.is_empty() { 0.0 } else { title_height(&title) + 8.0 };
    let head = head + note.len() as f64 * LABEL_LINE + 8.0;
    let foot = TICK_GAP + SMALL + 6.0 + LABEL;
    let around = 2.0 * MARGIN + head + foot;
    let height = if options.height == Options::AUTO_HEIGHT {
        // Neither is the label of the colours cut.
        let label = fonts.width(&tiles.value.text(), LABEL, Weight::Regular).ceil().min(400.0);
        around
            + match &tiles.side {
                Side::Numbers(_) => square(inner),
                Side::Rows { .. } => rows_height(spans.rows).max(label),
            }
    } else {
        f64::from(options.height)
    };
    let height = check_size(options, height.ceil(), around + 40.0, "for the axes")?;
    let canvas = Canvas::new(options.width, height, options, stop)?;
    canvas.title(&title)?;
    let small = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
    for (i, line) in note.iter().enumerate() {
        let y = MARGIN + head - 8.0 - (note.len() - i) as f64 * LABEL_LINE + LABEL_LINE / 2.0;
        canvas.text(line, (MARGIN, y), HPos::Left, &small)?;
    }
    let (top, bottom) = ((MARGIN + head).round(), (f64::from(height) - MARGIN - foot).round());
    let bar = ColorBar::new(&tiles.value, spans.value, bottom - top);
    let side = Beside::of(tiles, &spans, bottom - top, fonts, inner);
    let left = (MARGIN + LABEL + 6.0 + side.width + TICK_GAP).round();
    let right = (MARGIN + inner - bar.width(fonts)).round().max(left + 20.0);
    let plot = Plot { left, top, right, bottom };
    axes(&canvas, tiles, &spans, &plot, &side)?;
    lines(&canvas, tiles, &spans, &plot, false)?;
    rectangles(&canvas, tiles, &spans, &plot)?;
    lines(&canvas, tiles, &spans, &plot, true)?;
    corners(&canvas, tiles, &plot)?;
    bar.draw(&canvas, right, (top, bottom))?;
    let (low, high) = spans.value.ends();
    let description = format!(
        "{} rectangles, coloured by {} from {low:.4e} to {high:.4e}, against {}. {}",
        tiles.tiles.len(),
        tiles.value.text(),
        tiles.x.text(),
        tiles.note
    );
    Ok(canvas.finish(tiles.title.clone(), description))
}

/// The height of what has numbers at both sides [px].
fn square(inner: f64) -> f64 {
    (inner * 0.75).min(440.0)
}

/// The height of rows [px].
fn rows_height(rows: f64) -> f64 {
    (rows * 14.0).clamp(150.0, 720.0)
}

/// The lines in front of the rectangles, or those behind them.
fn lines(
    canvas: &Canvas,
    tiles: &Tiles,
    spans: &Spans,
    plot: &Plot,
    front: bool,
) -> Result<(), PlotError> {
    let palette = canvas.palette;
    let role = if front { "gates" } else { "branches" };
    canvas.sheet.open(Group { role, ..Group::default() });
    let (ink, width) = if front { (palette.ink, 12) } else { (palette.muted, 8) };
    if front {
        canvas.sheet.dash(Dash::Dashed);
    }
    for rule in tiles.lines.iter().filter(|rule| rule.dashed == front) {
        let place = |(x, y): &(f64, f64)| {
            let (x, y) = (spans.x.fraction(*x)?, spans.up(*y)?);
            Some((plot.x(x.clamp(0.0, 1.0)), plot.y(y.clamp(0.0, 1.0))))
        };
        let places: Vec<(f64, f64)> = rule.through.iter().filter_map(place).collect();
        canvas.line(&places, ink.stroke_width(width))?;
    }
    canvas.sheet.dash(Dash::Solid);
    canvas.sheet.close();
    Ok(())
}

fn rectangles(canvas: &Canvas, tiles: &Tiles, spans: &Spans, plot: &Plot) -> Result<(), PlotError> {
    let pieces = tiles.pieces(MOST_PIECES);
    let named = tiles.tiles.len() <= MOST_NAMES;
    canvas.sheet.open(Group { role: "tiles", ..Group::default() });
    for (i, tile) in tiles.tiles.iter().enumerate() {
        if i % 256 == 0 {
            canvas.unless_stopped()?;
        }
        let Some(place) = spans.place(tile) else { continue };
        let facts = vec![("data-name", tile.name.clone())];
        if named {
            canvas.sheet.open(Group { role: "tile", title: tile.name.clone(), facts });
        }
        rectangle(canvas, tiles, (tile, place), spans, plot, pieces)?;
        if named {
            canvas.sheet.close();
        }
    }
    canvas.sheet.close();
    Ok(())
}

/// A rectangle, in as many pieces as its colours need.
fn rectangle(
    canvas: &Canvas,
    tiles: &Tiles,
    (tile, [left, right, foot, top]): (&Tile, [f64; 4]),
    spans: &Spans,
    plot: &Plot,
    pieces: usize,
) -> Result<(), PlotError> {
    let (mut upper, mut lower) = (plot.y(top), plot.y(foot));
    let (from, mut to) = (plot.x(left), plot.x(right));
    if let Some(most) = tiles.thickest {
        let (middle, half) = ((upper + lower) / 2.0, ((lower - upper) * 0.4).min(most / 2.0));
        (upper, lower) = (middle - half, middle + half);
    }
    // Whole pixels, so that no seams show, and nothing vanishes.
    let upper = upper.round().min(plot.bottom - 1.0);
    let mut lower = lower.round().max(upper + 1.0);
    if matches!(tiles.side, Side::Rows { .. }) && tiles.thickest.is_none() {
        // Cells that touch are told apart where there is room for air between them.
        let roomy = lower - upper >= 6.0;
        to -= if roomy && to - from >= 6.0 { 1.0 } else { 0.0 };
        lower -= if roomy { 1.0 } else { 0.0 };
    }
    let wide = ((to - from) / 3.0).ceil().max(1.0) as usize;
    let count = if tile.value.0 == tile.value.1 { 1 } else { pieces.min(wide) };
    let edge = |i: usize| (from + (to - from) * i as f64 / count as f64).round();
    let colours: Vec<Option<u8>> = (0..count)
        .map(|i| spans.value.fraction(tile.at((i as f64 + 0.5) / count as f64)).map(level))
        .collect();
    let mut start = 0;
    for stretch in colours.chunk_by(|a, b| a == b) {
        let end = start + stretch.len();
        let left = edge(start).min(plot.right - 1.0);
        let shade = match stretch.first() {
            Some(Some(level)) => color(*level),
            _ => canvas.palette.grid,
        };
        canvas.rect((left, upper), (edge(end).max(left + 1.0), lower), &shade.filled())?;
        start = end;
    }
    Ok(())
}

fn corners(canvas: &Canvas, tiles: &Tiles, plot: &Plot) -> Result<(), PlotError> {
    let style = canvas.style(SMALL, Weight::Bold, canvas.palette.ink);
    canvas.sheet.open(Group { role: "corners", ..Group::default() });
    let room = plot.width() / 2.0 - 3.0 * CORNER;
    for (right, top, text) in &tiles.corners {
        let text = canvas.fonts.elide(text, SMALL, Weight::Bold, room.max(20.0));
        let wide = canvas.fonts.width(&text, SMALL, Weight::Bold);
        let x = if *right { plot.right - CORNER - wide } else { plot.left + CORNER };
        let y = if *top { plot.top + CORNER } else { plot.bottom - CORNER - SMALL };
        let patch = canvas.palette.background.mix(0.8).filled();
        canvas.rect((x - 3.0, y - 2.0), (x + wide + 3.0, y + SMALL + 2.0), &patch)?;
        canvas.text(&text, (x, y + SMALL / 2.0), HPos::Left, &style)?;
    }
    canvas.sheet.close();
    Ok(())
}
