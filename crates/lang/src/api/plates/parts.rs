//! What the functions of plates share.

use rhai::{Dynamic, Map, NativeCallContext};

use crate::api::tables::files::{encoding, in_file, limits, remarks};
use crate::look::choice;
use crate::number::{kind, number, only, some_names, time, whole};
use crate::text::counted;
use crate::world::with;
use crate::{LangError, Plate, RhaiResultOf, Table, World};
use bioxen_base::units::Time;
use bioxen_table::plate::{GrowthOptions, Layout, PlateOptions, Weights};
use bioxen_table::{Column, CsvOptions};

/// How many points the window of a production rate has if none is given; as of a growth rate.
const WINDOW: usize = 5;
/// The least optical density at which a production rate counts if none is given.
const LEAST_OD: f64 = 0.01;

/// What a plate is, as names and values.
pub fn facts(plate: &Plate) -> Vec<(&'static str, String)> {
    let channels: Vec<&str> = plate.channels().iter().map(|c| c.name()).collect();
    let hours = plate.hours();
    let span = match (hours.first(), hours.last()) {
        (Some(first), Some(last)) => format!(
            "{} from {} to {} h",
            counted(hours.len(), "time"),
            crate::value::significant(*first),
            crate::value::significant(*last)
        ),
        _ => "none".to_owned(),
    };
    let layout: Vec<&str> = plate.layout().names().collect();
    let blanks = plate.wells().iter().filter(|well| plate.layout().is_blank(**well)).count();
    vec![
        ("wells", format!("{}, {}", plate.wells().len(), counted(blanks, "blank"))),
        ("times", span),
        ("channels", channels.join(", ")),
        ("layout", if layout.is_empty() { "none".to_owned() } else { layout.join(", ") }),
    ]
}

/// What is in the wells: a table, or the path of one.
fn layout_of(world: &World, value: &Dynamic, blank: Option<&str>) -> Result<Layout, LangError> {
    let file = value.clone().into_string().ok();
    let table = match (&file, value.read_lock::<Table>()) {
        (Some(path), _) => {
            let options = CsvOptions { limits: limits(), ..CsvOptions::default() };
            Table::from_csv(&world.read(path)?, &options).map_err(in_file(path))?.table
        }
        (None, Some(table)) => table.clone(),
        (None, None) => {
            return Err(LangError::WrongType {
                what: "layout".to_owned(),
                expected: "the path of a CSV file, or a table, with a column `well`",
                got: kind(value),
            });
        }
    };
    let table = blank.map_or(Ok(table.clone()), |blank| marked(&table, blank))?;
    let layout = Layout::from_table(&table);
    Ok(match file {
        Some(path) => layout.map_err(in_file(&path))?,
        None => layout?,
    })
}

/// A layout in which the column `blank` says which wells are: those of which any column says that word.
fn marked(table: &Table, word: &str) -> Result<Table, LangError> {
    let says = |row: usize| {
        let mut cells = table.row(row).cells();
        cells.any(|(_, cell)| cell.text().is_some_and(|t| t.trim().eq_ignore_ascii_case(word)))
    };
    let blanks: Vec<bool> = (0..table.rows()).map(says).collect();
    if !blanks.contains(&true) {
        return Err(LangError::WrongType {
            what: "blank".to_owned(),
            expected: "a word that the layout says of a well",
            got: format!("\"{word}\""),
        });
    }
    Ok(table.with(Column::new("blank", blanks))?)
}

/// A plate of a file.
pub(super) fn read(context: &NativeCallContext, path: &str, map: &Map) -> RhaiResultOf<Plate> {
    with(context, |world| {
        only("read_plate", map, &["layout", "blank", "channels", "encoding"])?;
        let channels =
            map.get("channels").map(|value| some_names("channels", value)).transpose()?;
        let options = PlateOptions { channels, encoding: encoding(map)?, limits: limits() };
        let read = Plate::read(&world.read(path)?, &options).map_err(in_file(path))?;
        let blank = map.get("blank").map(ToString::to_string);
        let plate = match map.get("layout") {
            Some(value) => read.plate.with_layout(&layout_of(world, value, blank.as_deref())?)?,
            None if blank.is_some() => {
                let needs = "needs a `layout` that says what is in the wells";
                return Err(LangError::Missing { what: "blank", needs });
            }
            None => read.plate,
        };
        remarks(world, path, read.remarks);
        Ok(plate)
    })
}

fn window(map: &Map) -> Result<Option<usize>, LangError> {
    let expected = "a whole number of points, at least 3";
    let given = map.get("window").map(|value| whole("window", value, 3..=i64::MAX, expected));
    Ok(given.transpose()?.map(|n| usize::try_from(n).unwrap_or(usize::MAX)))
}

fn least(map: &Map) -> Result<Option<f64>, LangError> {
    map.get("min_od").map(|value| number("min_od", value)).transpose()
}

/// A plate whose wells begin alike.
pub(super) fn even(plate: &Plate, map: &Map) -> Result<Plate, LangError> {
    only("equalised", map, &["by", "time"])?;
    let by = map.get("by").filter(|value| !value.is_unit()).map(ToString::to_string);
    let hours = map.get("time").map_or(Ok(1.0), |value| time("time", value).map(Time::hours))?;
    if plate.hours().first().is_some_and(|first| *first > hours) {
        return Err(LangError::WrongType {
            what: "time".to_owned(),
            expected: "at least the first time of the plate",
            got: format!("{hours} h, before {} h", plate.hours()[0]),
        });
    }
    Ok(plate.equalised(by.as_deref(), hours)?)
}

/// Growth rates by options.
pub(super) fn grown(plate: &Plate, map: &Map) -> Result<Table, LangError> {
    only("growth_rates", map, &["window", "min_od", "channel", "weights"])?;
    let usual = GrowthOptions::default();
    let options = GrowthOptions {
        channel: map.get("channel").map(ToString::to_string),
        window: window(map)?.unwrap_or(usual.window),
        min_od: least(map)?.unwrap_or(usual.min_od),
        weights: match choice(map, "weights", &["equal", "density"])? {
            Some("density") => Weights::DensitySquared,
            _ => Weights::Equal,
        },
    };
    Ok(plate.growth_table(&plate.growth(&options)?)?)
}

/// A plate with the production of a signal.
pub(super) fn made(plate: &Plate, channel: &str, map: &Map) -> Result<Plate, LangError> {
    only("production", map, &["window"])?;
    Ok(plate.production(channel, window(map)?.unwrap_or(WINDOW))?)
}

/// The greatest production rates by options.
pub(super) fn made_at_most(plate: &Plate, channel: &str, map: &Map) -> Result<Table, LangError> {
    only("production_rates", map, &["window", "min_od"])?;
    let (window, least) = (window(map)?.unwrap_or(WINDOW), least(map)?.unwrap_or(LEAST_OD));
    Ok(plate.production_table(&plate.production_rates(channel, window, least)?)?)
}
