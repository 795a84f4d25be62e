//! Plate-reader data.

mod parts;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::error::raise;
use crate::{Plate, RhaiResultOf, Table};
pub use parts::facts;
use parts::{even, grown, made, made_at_most, read};

/// Plate-reader data.
#[export_module]
pub mod functions {
    /// A plate of the export of a plate reader: a CSV file with blocks of wells over time, or a table with
    /// the columns `well` and `time`. Remarks say what was guessed.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    ///
    /// # Errors
    /// If there is no such file, or no block of wells over time is found in it; the error names the line.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A1", 10.min, 0.2]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// print(read_plate("od.csv"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn read_plate(context: NativeCallContext, path: &str) -> RhaiResultOf<Plate> {
        read(&context, path, &Map::new())
    }

    /// The same with options.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    /// * `options` - a map of:
    /// * `layout` - what is in the wells: the path of a CSV file, or a table, with a column `well` and others
    ///   such as `strain`; wells are blanks if their `strain` is `blank` or a column `blank` is true, and are
    ///   left out if a column `include` is false
    /// * `blank` - another word by which the layout says that a well is a blank, such as `"LB"`
    /// * `channels` - the names of the channels in the order of their blocks, such as `["OD600", "GFP"]`
    /// * `encoding` - `"unicode"` or `"latin1"`
    ///
    /// # Errors
    /// As without options; also if the layout does not fit, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A1", 10.min, 0.2]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// let plate = read_plate("od.csv", #{layout: table(#{well: ["A1"], strain: ["wild type"]})});
    /// print(plate.table());
    /// ```
    #[rhai_fn(global, name = "read_plate", return_raw)]
    pub fn read_plate_with(
        context: NativeCallContext,
        path: &str,
        options: Map,
    ) -> RhaiResultOf<Plate> {
        read(&context, path, &options)
    }

    /// A plate as a table: a row for each well and time, with what the layout says of the well, and a column
    /// for each channel.
    ///
    /// # Errors
    /// If there are too many values.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A1", 10.min, 0.2]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// print(read_plate("od.csv").table());
    /// ```
    #[rhai_fn(global, pure, name = "table", return_raw)]
    pub fn plate_table(plate: &mut Plate) -> RhaiResultOf<Table> {
        plate.table().map_err(raise)
    }

    /// The names of the channels of a plate.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A1", 10.min, 0.2]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// read_plate("od.csv").channels()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn channels(plate: &mut Plate) -> Array {
        plate.channels().iter().map(|c| Dynamic::from(c.name().to_owned())).collect()
    }

    /// The names of the wells of a plate.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A1", 10.min, 0.2]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// read_plate("od.csv").wells()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn wells(plate: &mut Plate) -> Array {
        plate.wells().iter().map(|well| Dynamic::from(well.to_string())).collect()
    }

    /// The same plate; from every signal the mean of the blanks at the same time is subtracted.
    ///
    /// # Errors
    /// If the layout names no blanks.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A2", 0.min, 0.3]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// let layout = table(#{well: ["A1", "A2"], strain: ["blank", "wild type"]});
    /// print(read_plate("od.csv", #{layout: layout}).blank_subtracted().table());
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn blank_subtracted(plate: &mut Plate) -> RhaiResultOf<Plate> {
        plate.blank_subtracted().map_err(raise)
    }

    /// The same plate; each well is shifted, channel by channel, so that its mean in the first hour is that of
    /// all wells: cultures that began alike differ there by the plate only. Blanks stay as they are (Radde *et
    /// al.* 2024 do this with the wells of a strain).
    ///
    /// # Errors
    /// If the plate has no times in the first hour.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.10], ["A2", 0.min, 0.14]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// print(read_plate("od.csv").equalised().table());
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn equalised(plate: &mut Plate) -> RhaiResultOf<Plate> {
        even(plate, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `options` - a map of:
    /// * `by` - a column of the layout, such as `"strain"`: wells that say the same there begin alike
    /// * `time` - how long the beginning is; 1 h by default
    ///
    /// # Errors
    /// As without options; also if the layout has no such column, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.10], ["A2", 0.min, 0.14]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// let layout = table(#{well: ["A1", "A2"], strain: ["a", "a"]});
    /// print(read_plate("od.csv", #{layout: layout}).equalised(#{by: "strain", time: 30.min}).table());
    /// ```
    #[rhai_fn(global, pure, name = "equalised", return_raw)]
    pub fn equalised_with(plate: &mut Plate, options: Map) -> RhaiResultOf<Plate> {
        even(plate, &options).map_err(raise)
    }

    /// The greatest growth rate of each well that is not a blank, with what the layout says of it: the
    /// steepest line through the logarithm of the optical density in a window of five points (Hall *et al.*
    /// 2014). Subtract blanks first.
    ///
    /// # Errors
    /// If there is no channel of the optical density, or fewer times than a window has.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i)]); }
    /// table(rows, ["well", "time", "OD600"]).to_csv("od.csv");
    /// print(read_plate("od.csv").growth_rates());
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn growth_rates(plate: &mut Plate) -> RhaiResultOf<Table> {
        grown(plate, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `options` - a map of:
    /// * `window` - the points of a window, at least 3
    /// * `min_od` - the least optical density; windows that have less do not count
    /// * `channel` - that of the optical density; the first whose name begins with `OD` or `Abs` by default
    /// * `weights` - `"equal"`, or `"density"`: points weigh by the square of their density
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i)]); }
    /// table(rows, ["well", "time", "OD600"]).to_csv("od.csv");
    /// print(read_plate("od.csv").growth_rates(#{window: 4, min_od: 0.03}));
    /// ```
    #[rhai_fn(global, pure, name = "growth_rates", return_raw)]
    pub fn growth_rates_with(plate: &mut Plate, options: Map) -> RhaiResultOf<Table> {
        grown(plate, &options).map_err(raise)
    }

    /// With another channel, such as `GFP/OD600`: a signal divided by the optical density, unknown where that
    /// is not above zero.
    ///
    /// * `channel` - the signal, such as `"GFP"`
    ///
    /// # Errors
    /// If there is no such channel, or none of the optical density.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1, 50]], ["well", "time", "OD600", "GFP"]).to_csv("gfp.csv");
    /// read_plate("gfp.csv").per_od("GFP").channels()
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn per_od(plate: &mut Plate, channel: &str) -> RhaiResultOf<Plate> {
        plate.per_od(channel).map_err(raise)
    }

    /// With another channel: how fast a signal rises at each time, divided by the optical density, by lines
    /// through windows of five points.
    ///
    /// * `channel` - the signal, such as `"GFP"`
    ///
    /// # Errors
    /// If there is no such channel, none of the optical density, or fewer times than a window has.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i), 10.0 * i]); }
    /// table(rows, ["well", "time", "OD600", "GFP"]).to_csv("gfp.csv");
    /// read_plate("gfp.csv").production("GFP").channels()
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn production(plate: &mut Plate, channel: &str) -> RhaiResultOf<Plate> {
        made(plate, channel, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `channel` - the signal, such as `"GFP"`
    /// * `options` - a map of:
    /// * `window` - the points of a window, an odd number of at least 3
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i), 10.0 * i]); }
    /// table(rows, ["well", "time", "OD600", "GFP"]).to_csv("gfp.csv");
    /// print(read_plate("gfp.csv").production("GFP", #{window: 3}).table());
    /// ```
    #[rhai_fn(global, pure, name = "production", return_raw)]
    pub fn production_with(plate: &mut Plate, channel: &str, options: Map) -> RhaiResultOf<Plate> {
        made(plate, channel, &options).map_err(raise)
    }

    /// The greatest production rate of each well that is not a blank, with what the layout says of it: the steepest line
    /// through the signal over the integral of the optical density (trapezoids) in a window. `production` divides the
    /// slope over time by the density at the middle of the window, which gives a little more where cells grow.
    ///
    /// * `channel` - the signal, such as `"GFP"`
    ///
    /// # Errors
    /// If there is no such channel, none of the optical density, or fewer times than a window has.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i), 10.0 * i]); }
    /// table(rows, ["well", "time", "OD600", "GFP"]).to_csv("gfp.csv");
    /// print(read_plate("gfp.csv").production_rates("GFP"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn production_rates(plate: &mut Plate, channel: &str) -> RhaiResultOf<Table> {
        made_at_most(plate, channel, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `channel` - the signal, such as `"GFP"`
    /// * `options` - a map of:
    /// * `window` - the points of a window, an odd number of at least 3
    /// * `min_od` - the least optical density that counts
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for i in 0..8 { rows.push(["A1", i * 10.min, 0.05 * exp(0.1 * i), 10.0 * i]); }
    /// table(rows, ["well", "time", "OD600", "GFP"]).to_csv("gfp.csv");
    /// print(read_plate("gfp.csv").production_rates("GFP", #{window: 3, min_od: 0.06}));
    /// ```
    #[rhai_fn(global, pure, name = "production_rates", return_raw)]
    pub fn production_rates_with(
        plate: &mut Plate,
        channel: &str,
        options: Map,
    ) -> RhaiResultOf<Table> {
        made_at_most(plate, channel, &options).map_err(raise)
    }

    /// A table of the wells that are alike: for each time and channel their mean, spread and number, as
    /// `OD600_mean`, `OD600_sd` and `OD600_n`.
    ///
    /// * `column` - that of the layout which says what is alike, such as `"strain"`
    ///
    /// # Errors
    /// If the layout has no such column.
    ///
    /// # Example
    /// ```rhai
    /// table([["A1", 0.min, 0.1], ["A2", 0.min, 0.3]], ["well", "time", "OD600"]).to_csv("od.csv");
    /// let layout = table(#{well: ["A1", "A2"], strain: ["wild type", "wild type"]});
    /// print(read_plate("od.csv", #{layout: layout}).by("strain"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn by(plate: &mut Plate, column: &str) -> RhaiResultOf<Table> {
        plate.by(column).map_err(raise)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn plate_to_string(plate: &mut Plate) -> String {
        let facts = facts(plate).into_iter().map(|(name, value)| format!("{name}: {value}"));
        format!("plate; {}", facts.collect::<Vec<_>>().join("; "))
    }
}
