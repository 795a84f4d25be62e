//! Reading exports of plate readers.

use super::blocks::{Block, Found, find};
use super::grid::Grid;
use super::{Channel, Layout, Plate};
use crate::csv::{CsvOptions, Encoding, Limits};
use crate::error::TableError;
use crate::table::Table;

/// How an export is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlateOptions {
    /// The names of the channels, in the order of their blocks; found in the file if not given.
    pub channels: Option<Vec<String>>,
    /// How the bytes are characters.
    pub encoding: Encoding,
    /// How much is read.
    pub limits: Limits,
}

/// A plate that was read, and what was guessed.
#[derive(Debug, Clone, PartialEq)]
pub struct PlateRead {
    /// The plate; its layout is empty, unless the file is tidy and says it.
    pub plate: Plate,
    /// What was guessed that decides a result, in sentences.
    pub remarks: Vec<String>,
}

impl Plate {
    /// From an export as it comes: blocks for each channel with wells across or down, with or without
    /// titles, among the settings of the instrument; or a tidy table with the columns `well` and `time`.
    pub fn read(bytes: &[u8], options: &PlateOptions) -> Result<PlateRead, TableError> {
        let mut remarks = Vec::new();
        let grid = Grid::read(bytes, options.encoding, options.limits, &mut remarks)?;
        let is_tidy =
            grid.lines.iter().take_while(|l| l.filled() > 1 || l.cell(0).starts_with('#')).any(
                |line| {
                    let has = |word: &str| {
                        line.cells.iter().any(|c| {
                            let start = c.trim().get(..word.len()).unwrap_or_default();
                            start.eq_ignore_ascii_case(word)
                        })
                    };
                    has("well") && has("time")
                },
            );
        if is_tidy {
            let csv = CsvOptions {
                encoding: options.encoding,
                limits: options.limits,
                ..CsvOptions::default()
            };
            let read = Table::from_csv(bytes, &csv)?;
            remarks = read.remarks;
            let mut plate = Self::from_table(&read.table, &mut remarks)?;
            if let Some(names) = &options.channels {
                let count = plate.channels.len();
                given(names, count, "columns of numbers")?;
                let named = plate.channels.iter().zip(names);
                let named = named.map(|(c, name)| Channel::new(name, c.unit(), c.values.to_vec()));
                plate.channels = named.collect();
            }
            return Ok(PlateRead { plate, remarks });
        }
        let found = find(&grid, &mut remarks)?;
        let plate = joined(found, options, &mut remarks)?;
        Ok(PlateRead { plate, remarks })
    }
}

/// One plate of all blocks.
fn joined(
    found: Found,
    options: &PlateOptions,
    remarks: &mut Vec<String>,
) -> Result<Plate, TableError> {
    let names = names(&found, options, remarks)?;
    let Found { blocks, over, .. } = found;
    let Some(first) = blocks.first().cloned() else {
        return Err(TableError::Format {
            format: "export of a plate reader",
            what: "no block of values over time was found: a line with `Time` and names of wells such as A1, \
                   or lines that begin with a time such as 600s"
                .to_owned(),
        });
    };
    let rows = blocks.iter().map(|b| b.times.len()).min().unwrap_or_default();
    let times = first.times[..rows].to_vec();
    let mut channels = Vec::new();
    for (block, name) in blocks.iter().zip(&names) {
        fits(&first, block, &times, name, remarks)?;
        let values = (0..block.wells.len())
            .flat_map(|well| block.rows[..rows].iter().map(move |row| row[well]));
        channels.push(Channel::new(name, None, values.collect()));
    }
    if blocks.iter().any(|b| b.times.len() > rows) {
        remarks.push(format!(
            "Not all channels have as many times; the first {rows} are taken, which all have."
        ));
    }
    if over > 0 {
        let signals =
            if over == 1 { "1 signal was".to_owned() } else { format!("{over} signals were") };
        remarks.push(format!(
            "{signals} above what the instrument can measure, and taken as missing."
        ));
    }
    Ok(Plate {
        times: times.into(),
        wells: first.wells.into(),
        channels,
        layout: Layout::default(),
    })
}

/// Whether a block has the wells and times of the first.
fn fits(
    first: &Block,
    block: &Block,
    times: &[f64],
    name: &str,
    remarks: &mut Vec<String>,
) -> Result<(), TableError> {
    if block.wells != first.wells {
        let what = format!(
            "the block `{name}` has other wells than the block of line {} ({} and {})",
            first.line,
            block.wells.len(),
            first.wells.len()
        );
        return Err(TableError::read(block.line, what));
    }
    let steps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let step = steps.fold(f64::INFINITY, f64::min);
    let greatest = times.iter().zip(&block.times).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    if greatest > step / 2.0 {
        let what = format!("the block `{name}` was measured at other times: by up to {greatest} s");
        return Err(TableError::read(block.line, what));
    }
    if greatest > 0.0 {
        remarks.push(format!(
            "`{name}` was measured up to {greatest} s apart from the first channel, whose times are taken."
        ));
    }
    Ok(())
}

/// An error if there are more or fewer names than channels.
fn given(names: &[String], count: usize, of: &str) -> Result<(), TableError> {
    if names.len() == count {
        return Ok(());
    }
    let (number, word) = (names.len(), if names.len() == 1 { "name" } else { "names" });
    let what = format!("`channels` has {number} {word}, but the file has {count} {of}");
    Err(TableError::read(0, what))
}

/// The names of the channels: given, or above their blocks, or in the settings of the instrument.
fn names(
    found: &Found,
    options: &PlateOptions,
    remarks: &mut Vec<String>,
) -> Result<Vec<String>, TableError> {
    let count = found.blocks.len();
    let names = if let Some(names) = &options.channels {
        given(names, count, "blocks")?;
        names.clone()
    } else if count > 0
        && found.labels.len() == count
        && found.blocks.iter().all(|b| b.title.is_none())
    {
        let list = found.labels.join(", ");
        remarks.push(format!("The blocks are called as the settings in the file say: {list}."));
        found.labels.clone()
    } else {
        let mut names = Vec::new();
        for (number, block) in found.blocks.iter().enumerate() {
            names.push(block.title.clone().unwrap_or_else(|| {
                let name = format!("channel {}", number + 1);
                remarks
                    .push(format!("The block of line {} has no name; it is `{name}`.", block.line));
                name
            }));
        }
        names
    };
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() || matches!(name.as_str(), "well" | "time") {
            let what = format!("a channel cannot have the name `{name}`");
            return Err(TableError::read(found.blocks[at].line, what));
        }
        if let Some(first) = names[..at].iter().position(|n| n == name) {
            let (one, other) = (found.blocks[first].line, found.blocks[at].line);
            let what =
                format!("the block `{name}` is there already, in line {one}; name the channels");
            return Err(TableError::read(other, what));
        }
    }
    Ok(names)
}
