//! The files of tables.

use rhai::plugin::*;
use rhai::{Dynamic, Map};
use sha2::{Digest, Sha256};

use crate::api::results::save;
use crate::display::markdown;
use crate::look::choice;
use crate::number::{self, kind, names, only};
use crate::world::with;
use crate::{LangError, RhaiResultOf, Table, World};
use bioxen_base::nearest::nearest;
use bioxen_table::{
    CsvOptions, CsvStyle, Decimal, Duplicates, Encoding, JsonForm, Kind, Limits, Meta, Ragged,
    Separators, TableError,
};

/// The largest file of a table that is read [bytes].
const LARGEST: u64 = 256 << 20;

/// How much of a file is read.
pub(in crate::api) fn limits() -> Limits {
    Limits { bytes: LARGEST, ..Limits::default() }
}

/// An error in a file.
pub(in crate::api) fn in_file(path: &str) -> impl Fn(TableError) -> LangError + '_ {
    |error| LangError::TableFile { path: path.to_owned(), error: Box::new(error) }
}

/// How the bytes of a file are characters, by its option.
pub(in crate::api) fn encoding(map: &Map) -> Result<Encoding, LangError> {
    Ok(match choice(map, "encoding", &["unicode", "latin1"])? {
        Some("latin1") => Encoding::Latin1,
        _ => Encoding::Unicode,
    })
}

pub(in crate::api) fn truth(map: &Map, key: &'static str, usual: bool) -> Result<bool, LangError> {
    let Some(value) = map.get(key) else { return Ok(usual) };
    value.as_bool().map_err(|_| LangError::WrongType {
        what: key.to_owned(),
        expected: "true or false",
        got: kind(value),
    })
}

fn separator(map: &Map) -> Result<Option<u8>, LangError> {
    let Some(value) = map.get("delimiter") else { return Ok(None) };
    match value.to_string().as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
            Ok(Some(*byte))
        }
        _ => Err(LangError::WrongType {
            what: "delimiter".to_owned(),
            expected: "one character, such as \",\", \";\" or \"\\t\"",
            got: kind(value),
        }),
    }
}

fn kinds(map: &Map) -> Result<Vec<(String, Kind)>, LangError> {
    let Some(value) = map.get("kinds") else { return Ok(Vec::new()) };
    let of = |(name, word): (&rhai::Identifier, &Dynamic)| {
        let given = word.to_string();
        let kind = Kind::of_word(&given).ok_or_else(|| LangError::UnknownName {
            kind: "kind of column",
            nearest: nearest(&given, Kind::ALL.map(Kind::word)).map(str::to_owned),
            given,
            valid: Kind::ALL.map(|kind| kind.word().to_owned()).to_vec(),
        })?;
        Ok((name.to_string(), kind))
    };
    number::map("kinds", value)?.iter().map(of).collect()
}

fn reading(map: &Map) -> Result<CsvOptions, LangError> {
    let valid =
        ["delimiter", "decimal", "encoding", "header", "ragged", "duplicates", "missing", "kinds"];
    only("read_csv", map, &valid)?;
    Ok(CsvOptions {
        separators: Separators {
            delimiter: separator(map)?,
            decimal: choice(map, "decimal", &[".", ","])?.map(|sign| match sign {
                "," => Decimal::Comma,
                _ => Decimal::Point,
            }),
        },
        encoding: encoding(map)?,
        header: truth(map, "header", true)?,
        ragged: match choice(map, "ragged", &["refuse", "relax"])? {
            Some("relax") => Ragged::Relax,
            _ => Ragged::Refuse,
        },
        duplicates: match choice(map, "duplicates", &["refuse", "number"])? {
            Some("number") => Duplicates::Number,
            _ => Duplicates::Refuse,
        },
        missing: map.get("missing").map_or(Ok(Vec::new()), |value| names("missing", value))?,
        kinds: kinds(map)?,
        limits: limits(),
    })
}

fn from_csv(context: &NativeCallContext, path: &str, map: &Map) -> RhaiResultOf<Table> {
    with(context, |world| {
        let options = reading(map)?;
        let read = Table::from_csv(&world.read(path)?, &options).map_err(in_file(path))?;
        remarks(world, path, read.remarks);
        Ok::<_, LangError>(read.table)
    })
}

/// Shows what a reader has guessed, once.
pub(in crate::api) fn remarks(world: &mut World, path: &str, remarks: Vec<String>) {
    for remark in remarks {
        world.remark_once(format!("{path}: {remark}"));
    }
}

/// The SHA-256 of the text that is evaluated: of a script that is run, the same as that of its file.
fn sum(world: &World) -> Option<String> {
    let bytes = Sha256::digest(world.script.as_ref()?.as_bytes());
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A table with what is known of its making: what its own file said stays.
pub(in crate::api) fn known(world: &World, table: &Table) -> Table {
    let own = table.meta();
    table.with_meta(Meta {
        seed: own.seed.or(Some(world.options.seed)),
        version: own.version.clone().or_else(|| Some(env!("CARGO_PKG_VERSION").to_owned())),
        script: own.script.clone().or_else(|| sum(world)),
        more: own.more.clone(),
    })
}

/// Refuses a file whose name does not end so.
pub(in crate::api) fn ends(path: &str, expected: &'static str) -> Result<(), LangError> {
    if path.to_ascii_lowercase().ends_with(expected) {
        return Ok(());
    }
    Err(LangError::Ending { path: path.to_owned(), expected })
}

/// Writes a table into a file whose name ends so.
fn into(
    context: &NativeCallContext,
    table: &Table,
    (path, ending): (&str, &'static str),
    bytes: impl FnOnce(Table) -> Result<Vec<u8>, LangError>,
) -> RhaiResultOf<()> {
    with(context, |world| {
        ends(path, ending)?;
        let bytes = bytes(known(world, table))?;
        save(world, path, &bytes)
    })
}

/// Writes a table into a file of comma-separated values.
pub(in crate::api) fn into_csv(
    context: &NativeCallContext,
    table: &Table,
    path: &str,
    map: &Map,
) -> RhaiResultOf<()> {
    into(context, table, (path, ".csv"), |table| {
        only("to_csv", map, &["delimiter", "metadata"])?;
        let delimiter = separator(map)?.unwrap_or(b',');
        let style = CsvStyle { delimiter, metadata: truth(map, "metadata", false)? };
        Ok(table.to_csv(style).into_bytes())
    })
}

fn into_json(
    context: &NativeCallContext,
    table: &Table,
    path: &str,
    map: &Map,
) -> RhaiResultOf<()> {
    into(context, table, (path, ".json"), |table| {
        only("to_json", map, &["form"])?;
        let form = match choice(map, "form", &["full", "rows", "columns"])? {
            Some("rows") => JsonForm::Rows,
            Some("columns") => JsonForm::Columns,
            _ => JsonForm::Full,
        };
        Ok(table.to_json(form).into_bytes())
    })
}

/// The files of tables.
#[export_module]
pub mod functions {
    /// A table of a CSV file (comma-separated values). Separators, decimal commas, units in the titles such
    /// as `time [min]`, and what is missing are recognised; remarks say what was guessed.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    ///
    /// # Errors
    /// If there is no such file, or it is damaged; the error names the line.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM], gfp: [120, 310]}).to_csv("doses.csv");
    /// print(read_csv("doses.csv"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn read_csv(context: NativeCallContext, path: &str) -> RhaiResultOf<Table> {
        from_csv(&context, path, &Map::new())
    }

    /// The same with options.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    /// * `options` - a map of:
    /// * `delimiter` - the character between the columns, such as `";"`
    /// * `decimal` - `"."` or `","`
    /// * `encoding` - `"unicode"` or `"latin1"`
    /// * `header` - `false` if the first line has no names; then columns are `column_1` and so on
    /// * `ragged` - `"relax"` takes rows that are too long or too short; else they are errors
    /// * `duplicates` - `"number"` makes a second column `OD` to `OD_2`; else it is an error
    /// * `missing` - words that mean an unknown value, beside the usual ones
    /// * `kinds` - of some columns: `#{well: "text", n: "whole"}`; `"number"`, `"whole"`, `"text"`, `"truth"`
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [120, 310], well: ["A1", "-"]}).to_csv("wells.csv", #{delimiter: ";"});
    /// read_csv("wells.csv", #{delimiter: ";", missing: "-"})["well"]
    /// ```
    #[rhai_fn(global, name = "read_csv", return_raw)]
    pub fn read_csv_with(
        context: NativeCallContext,
        path: &str,
        options: Map,
    ) -> RhaiResultOf<Table> {
        from_csv(&context, path, &options)
    }

    /// A table of a JSON file: an array of objects, an object of arrays, or what `to_json` has written.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    ///
    /// # Errors
    /// If there is no such file, or it holds no table.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM], gfp: [120, 310]}).to_json("doses.json");
    /// read_json("doses.json").unit("dose")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn read_json(context: NativeCallContext, path: &str) -> RhaiResultOf<Table> {
        with(&context, |world| {
            Table::from_json(&world.read(path)?, limits()).map_err(in_file(path))
        })
    }

    /// A table of a Parquet file, as pandas, R and DuckDB write it. Units come back if BioXen has written it.
    ///
    /// * `path` - a file in the folder of the script or the output folder
    ///
    /// # Errors
    /// If there is no such file, or it is damaged or has columns of other kinds than numbers, texts and
    /// truth values.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM], gfp: [120, 310]}).to_parquet("doses.parquet");
    /// read_parquet("doses.parquet").unit("dose")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn read_parquet(context: NativeCallContext, path: &str) -> RhaiResultOf<Table> {
        with(&context, |world| {
            Table::from_parquet(&world.read(path)?, limits()).map_err(in_file(path))
        })
    }

    /// Writes a table as CSV (comma-separated values). Each column has its name, and its unit in brackets
    /// if it has one; unknown values are empty.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// table([#{dose: 1, mean: 2.5}, #{dose: 2, mean: 5.5}]).to_csv("scan.csv");
    /// run(2.min).table("host.*", 1.min).to_csv("host.csv");
    /// ```
    #[rhai_fn(global, name = "to_csv", return_raw)]
    pub fn table_to_csv(context: NativeCallContext, table: Table, path: &str) -> RhaiResultOf<()> {
        into_csv(&context, &table, path, &Map::new())
    }

    /// The same with options.
    ///
    /// * `path` - a file in the output folder
    /// * `options` - a map of:
    /// * `delimiter` - the character between the columns, such as `";"`
    /// * `metadata` - `true` puts the seed, the version, the SHA-256 of the script and the kinds of the columns
    ///   before the names, in lines that begin with `#`
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2]}).to_csv("doses.csv", #{metadata: true});
    /// ```
    #[rhai_fn(global, name = "to_csv", return_raw)]
    pub fn table_to_csv_with(
        context: NativeCallContext,
        table: Table,
        path: &str,
        options: Map,
    ) -> RhaiResultOf<()> {
        into_csv(&context, &table, path, &options)
    }

    /// Writes a table as JSON with its units, the kinds of its columns, the seed, the version
    /// and the SHA-256 of the script.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM]}).to_json("doses.json");
    /// ```
    #[rhai_fn(global, name = "to_json", return_raw)]
    pub fn table_to_json(context: NativeCallContext, table: Table, path: &str) -> RhaiResultOf<()> {
        into_json(&context, &table, path, &Map::new())
    }

    /// The same with options.
    ///
    /// * `path` - a file in the output folder
    /// * `options` - a map of:
    /// * `form` - `"full"`; `"rows"`, an array of objects; or `"columns"`, an object of arrays. The last two
    ///   have no units.
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2]}).to_json("doses.json", #{form: "rows"});
    /// ```
    #[rhai_fn(global, name = "to_json", return_raw)]
    pub fn table_to_json_with(
        context: NativeCallContext,
        table: Table,
        path: &str,
        options: Map,
    ) -> RhaiResultOf<()> {
        into_json(&context, &table, path, &options)
    }

    /// Writes a table as Parquet, which pandas, R and DuckDB read, with the units, the seed, the version and
    /// the SHA-256 of the script in its metadata.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM]}).to_parquet("doses.parquet");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_parquet(context: NativeCallContext, table: Table, path: &str) -> RhaiResultOf<()> {
        into(&context, &table, (path, ".parquet"), |table| Ok(table.to_parquet()?))
    }

    /// A table as Markdown, with all its rows up to ten thousand.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{dose: [1, 2], gfp: [30, 40]}).markdown());
    /// ```
    #[rhai_fn(global, name = "markdown", pure)]
    pub fn table_markdown(table: &mut Table) -> String {
        markdown::whole(table, 10_000)
    }
}
