//! Finding the blocks of an export: each has one channel over time.

use super::Well;
use super::grid::{Grid, Line};
use crate::csv::{number, parted, seconds_of};
use crate::error::{TableError, shown};
use crate::units::{Dimension, dimension, factor};

/// One channel over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// What stands above it.
    pub(super) title: Option<String>,
    /// The line in which it begins.
    pub(super) line: u64,
    pub(super) wells: Vec<Well>,
    /// [s]
    pub(super) times: Vec<f64>,
    /// For each time the values of all wells.
    pub(super) rows: Vec<Vec<f64>>,
}

/// What was found in an export.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) blocks: Vec<Block>,
    /// What the settings of the instrument call the channels: lines such as `Label: GFP`.
    pub(super) labels: Vec<String>,
    /// How many signals were too strong.
    pub(super) over: usize,
}

/// All blocks of an export, of any of three forms: a line of wells and a column of times; a line of times
/// and a column of wells; times with their unit and all wells of a plate, without titles.
pub(super) fn find(grid: &Grid, remarks: &mut Vec<String>) -> Result<Found, TableError> {
    let mut found = Found::default();
    let mut title: Option<String> = None;
    let mut at = 0;
    while let Some(line) = grid.lines.get(at) {
        let start = at;
        let block = if let Some(header) = Header::of(line) {
            header.below(grid, &mut at, &mut found.over, remarks)?
        } else if is_times(line, grid) {
            crossed(grid, &mut at, &mut found.over, remarks)?
        } else if bare_time(line, grid).is_some() {
            bare(grid, &mut at, &mut found.over)?
        } else {
            None
        };
        if let Some(mut block) = block {
            block.line = line.number;
            block.title = block.title.or_else(|| title.take());
            title = None;
            found.blocks.push(block);
            continue;
        }
        at = start + 1;
        if line.filled() == 1 {
            let text =
                line.cells.iter().map(|c| c.trim()).find(|c| !c.is_empty()).unwrap_or_default();
            match text.strip_prefix("Label:") {
                Some(label) if !label.trim().is_empty() => {
                    found.labels.push(label.trim().to_owned())
                }
                Some(_) => {}
                None if !text.starts_with('#') => title = Some(text.to_owned()),
                None => {}
            }
        }
    }
    Ok(found)
}

/// How the times of a block are written.
#[derive(Debug, Clone)]
struct Clock {
    unit: Option<String>,
}

impl Clock {
    /// From a title such as `Time`, `Time [s]`, `Time (min)`, `Time(hh:mm:ss)`.
    fn of(title: &str) -> Option<Self> {
        let word = title.get(..4)?;
        let next = title[4..].chars().next();
        if !word.eq_ignore_ascii_case("time") || next.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let (_, unit) = parted(title, &mut Vec::new());
        Some(Self { unit: unit.filter(|u| dimension(u) == Some(Dimension::Time)) })
    }

    /// A time [s].
    fn seconds(&self, cell: &str, grid: &Grid) -> Option<f64> {
        if let Some(seconds) =
            seconds_of(cell).or_else(|| minutes_of(cell)).or_else(|| with_unit(cell, grid))
        {
            return Some(seconds);
        }
        let x = number(cell, grid.decimal)?;
        let unit = self.unit.as_deref().unwrap_or("s");
        factor("time", Some(unit), "s").ok().map(|f| f.of(x)).filter(|s| s.is_finite())
    }

    /// Tells what was taken for granted about times such as this.
    fn tell(&self, cell: &str, grid: &Grid, remarks: &mut Vec<String>) {
        let remark = if minutes_of(cell).is_some() {
            format!("Times such as `{cell}` are minutes and seconds.")
        } else if self.unit.is_none() && number(cell, grid.decimal).is_some() {
            "The times say no unit; they are taken for seconds.".to_owned()
        } else {
            return;
        };
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
}

/// Seconds of a time as `m:ss`.
fn minutes_of(cell: &str) -> Option<f64> {
    if cell.matches(':').count() == 1 { seconds_of(&format!("0:{cell:0>5}")) } else { None }
}

/// Seconds of a time with its unit, as `600s`.
fn with_unit(cell: &str, grid: &Grid) -> Option<f64> {
    let at = cell.find(|c: char| c.is_ascii_alphabetic())?;
    let (digits, unit) = cell.split_at(at);
    let factor = factor("time", Some(unit), "s").ok()?;
    if dimension(unit) != Some(Dimension::Time) {
        return None;
    }
    number(digits, grid.decimal).map(|x| factor.of(x)).filter(|s| s.is_finite())
}

/// A line with a title of times and names of wells.
struct Header {
    clock: Clock,
    time: usize,
    wells: Vec<(usize, Well)>,
    title: Option<String>,
}

impl Header {
    fn of(line: &Line) -> Option<Self> {
        let time = line.cells.iter().position(|cell| Clock::of(cell.trim()).is_some())?;
        let clock = Clock::of(line.cell(time))?;
        let wells: Vec<(usize, Well)> = (time + 1..line.cells.len())
            .filter_map(|at| Well::parse(line.cell(at)).map(|well| (at, well)))
            .collect();
        if wells.is_empty() {
            return None;
        }
        // BioTek names the channel in the title of the temperatures: `T° OD600`.
        let title = line.cells.iter().find_map(|c| {
            let rest = c.trim().strip_prefix('T')?;
            let rest = rest.trim_start_matches(|x: char| !x.is_ascii() || x == '?').trim();
            (rest.len() + 1 < c.trim().len() && !rest.is_empty()).then(|| rest.to_owned())
        });
        let title = title.filter(|t| {
            t.chars().next().is_some_and(char::is_alphanumeric) && !t.starts_with("im")
        });
        Some(Self { clock, time, wells, title: title.filter(|t| !t.starts_with("emp")) })
    }

    fn below(
        self,
        grid: &Grid,
        at: &mut usize,
        over: &mut usize,
        remarks: &mut Vec<String>,
    ) -> Result<Option<Block>, TableError> {
        let mut block = Block { title: self.title, ..Block::default() };
        block.wells = self.wells.iter().map(|(_, well)| *well).collect();
        if let Some(line) = grid.lines.get(*at) {
            let mut seen = std::collections::BTreeSet::new();
            if let Some(twice) = block.wells.iter().find(|w| !seen.insert(**w)) {
                return Err(TableError::read(line.number, format!("well {twice} is there twice")));
            }
        }
        *at += 1;
        while let Some(line) = grid.lines.get(*at) {
            let cell = line.cell(self.time);
            let Some(seconds) = self.clock.seconds(cell, grid) else { break };
            let is_back = block.times.last().is_some_and(|last| seconds <= *last);
            let is_empty = self.wells.iter().all(|(place, _)| line.cell(*place).is_empty());
            // Instruments fill the cycles that were not measured with 0:00:00.
            if is_empty || (is_back && seconds == 0.0) {
                *at += 1;
                continue;
            }
            if is_back {
                let what =
                    format!("the time `{}` is not later than that of the line before", shown(cell));
                return Err(TableError::read(line.number, what));
            }
            self.clock.tell(cell, grid, remarks);
            let values: Result<Vec<f64>, TableError> = self
                .wells
                .iter()
                .map(|(place, well)| grid.value(line, *place, &well.to_string(), over))
                .collect();
            block.times.push(seconds);
            block.rows.push(values?);
            *at += 1;
        }
        Ok((!block.times.is_empty()).then_some(block))
    }
}

/// Whether a line is one of times: a title of times, then numbers.
fn is_times(line: &Line, grid: &Grid) -> bool {
    Clock::of(line.cell(0)).is_some_and(|clock| {
        line.filled() > 1
            && (1..line.cells.len()).all(|at| {
                let cell = line.cell(at);
                cell.is_empty() || clock.seconds(cell, grid).is_some()
            })
    })
}

/// A line of times, then lines of wells.
fn crossed(
    grid: &Grid,
    at: &mut usize,
    over: &mut usize,
    remarks: &mut Vec<String>,
) -> Result<Option<Block>, TableError> {
    let Some(line) = grid.lines.get(*at) else { return Ok(None) };
    let Some(clock) = Clock::of(line.cell(0)) else { return Ok(None) };
    let mut block = Block::default();
    let mut places = Vec::new();
    for place in 1..line.cells.len() {
        let Some(seconds) = clock.seconds(line.cell(place), grid) else { continue };
        if block.times.last().is_some_and(|last| seconds <= *last) {
            let what =
                format!("the time `{}` is not later than that before", shown(line.cell(place)));
            return Err(TableError::read(line.number, what));
        }
        clock.tell(line.cell(place), grid, remarks);
        block.times.push(seconds);
        places.push(place);
    }
    block.rows = vec![Vec::new(); block.times.len()];
    *at += 1;
    while let Some(line) = grid.lines.get(*at) {
        let Some(well) = Well::parse(line.cell(0)) else {
            // Temperatures stand between the times and the wells.
            let is_before =
                block.wells.is_empty() && line.cell(0).to_ascii_lowercase().starts_with("temp");
            if is_before {
                *at += 1;
                continue;
            }
            break;
        };
        if block.wells.contains(&well) {
            return Err(TableError::read(line.number, format!("well {well} is there twice")));
        }
        block.wells.push(well);
        for (row, place) in block.rows.iter_mut().zip(&places) {
            row.push(grid.value(line, *place, &well.to_string(), over)?);
        }
        *at += 1;
    }
    Ok((!block.wells.is_empty()).then_some(block))
}

/// The time of a line without titles: `600s`, then the values of all wells of a plate.
fn bare_time(line: &Line, grid: &Grid) -> Option<f64> {
    let seconds = with_unit(line.cell(0), grid)?;
    (line.filled() > 6 && !line.cell(0).contains(' ')).then_some(seconds)
}

fn bare(grid: &Grid, at: &mut usize, over: &mut usize) -> Result<Option<Block>, TableError> {
    let Some(first) = grid.lines.get(*at) else { return Ok(None) };
    // Some exports end every line with a separator.
    let width = first.cells.iter().rposition(|c| !c.trim().is_empty()).unwrap_or_default();
    let Some(wells) = Well::all(width) else {
        let what = format!(
            "{width} values and no names of wells; plates have 6, 12, 24, 48, 96, 384 or 1536"
        );
        return Err(TableError::read(first.number, what));
    };
    let mut block = Block { wells, ..Block::default() };
    while let Some(line) = grid.lines.get(*at) {
        let Some(seconds) = bare_time(line, grid) else { break };
        if block.times.last().is_some_and(|last| seconds <= *last) {
            break;
        }
        if line.cells.iter().skip(width + 1).any(|c| !c.trim().is_empty()) {
            let what = format!("{} values, but the lines before have {width}", line.filled() - 1);
            return Err(TableError::read(line.number, what));
        }
        let values: Result<Vec<f64>, TableError> = block
            .wells
            .iter()
            .enumerate()
            .map(|(place, well)| grid.value(line, place + 1, &well.to_string(), over))
            .collect();
        block.times.push(seconds);
        block.rows.push(values?);
        *at += 1;
    }
    Ok((!block.times.is_empty()).then_some(block))
}
