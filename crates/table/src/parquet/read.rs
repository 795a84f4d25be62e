//! Reading Parquet.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::{META, UNIT, footer, wrong};
use crate::column::{Column, Values};
use crate::csv::Limits;
use crate::error::{TableError, shown};
use crate::meta::Meta;
use crate::table::Table;
use crate::value::{Kind, Value};

/// How many rows are read at once.
const BATCH: usize = 1 << 16;

impl Table {
    /// From the bytes of a Parquet file whose columns are numbers, whole numbers, texts or truths, and not
    /// nested; uncompressed, or compressed by Snappy or gzip.
    pub fn from_parquet(bytes: &[u8], limits: Limits) -> Result<Self, TableError> {
        limits.check_bytes(bytes.len())?;
        footer::check(bytes)?;
        let bytes = Bytes::copy_from_slice(bytes);
        // The reader asserts what a damaged file need not hold.
        catch_unwind(AssertUnwindSafe(|| read(bytes, limits)))
            .unwrap_or_else(|_| Err(wrong("the file is damaged")))
    }
}

fn read(bytes: Bytes, limits: Limits) -> Result<Table, TableError> {
    let reader = SerializedFileReader::new(bytes).map_err(wrong)?;
    let file = reader.metadata().file_metadata();
    let rows = usize::try_from(file.num_rows()).map_err(wrong)?;
    limits.check_rows(rows)?;
    let schema = file.schema_descr();
    limits.check_columns(schema.num_columns())?;
    let mut meta = Meta::default();
    let mut units: Vec<(&str, &str)> = Vec::new();
    for pair in file.key_value_metadata().into_iter().flatten() {
        let value = pair.value.as_deref().unwrap_or_default();
        if let Some(key) = pair.key.strip_prefix(META) {
            meta.set(key, value);
        } else if let Some(name) = pair.key.strip_prefix(UNIT) {
            units.push((name, value));
        }
    }
    let mut columns = Vec::new();
    for at in 0..schema.num_columns() {
        let about = schema.column(at);
        let name = about.path().string();
        if about.max_rep_level() > 0 || about.path().parts().len() != 1 {
            return Err(wrong(format!("column `{}` is nested", shown(&name))));
        }
        let wanted = Wanted::of(&about, &name)?;
        let mut cells = Vec::with_capacity(rows.min(BATCH));
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).map_err(wrong)?;
            let source = group.get_column_reader(at).map_err(wrong)?;
            wanted.read(source, about.max_def_level(), rows, &mut cells)?;
        }
        if cells.len() != rows {
            let what = format!("column `{}` has {} of {rows} rows", shown(&name), cells.len());
            return Err(wrong(what));
        }
        let unit = units.iter().find(|(n, _)| *n == name).map(|(_, unit)| *unit);
        columns
            .push(Column::new(&name, Values::of_kind(&name, wanted.kind, &cells)?).with_unit(unit));
    }
    Table::checked(columns, rows, meta)
}

/// What a column is read as.
struct Wanted<'a> {
    name: &'a str,
    kind: Kind,
}

impl<'a> Wanted<'a> {
    fn of(about: &ColumnDescriptor, name: &'a str) -> Result<Self, TableError> {
        let refuse = |is: &str| {
            let what = format!(
                "column `{}` is of {is}, which is not read; make it a number or a text",
                shown(name)
            );
            Err(wrong(what))
        };
        let kind = match about.physical_type() {
            Physical::BOOLEAN => Kind::Truth,
            Physical::INT32 | Physical::INT64 => Kind::Whole,
            Physical::FLOAT | Physical::DOUBLE => Kind::Number,
            Physical::BYTE_ARRAY => Kind::Text,
            Physical::INT96 => return refuse("points in time"),
            Physical::FIXED_LEN_BYTE_ARRAY => return refuse("bytes"),
        };
        let (logical, converted) = (about.logical_type_ref(), about.converted_type());
        match (logical, converted) {
            (Some(LogicalType::Timestamp { .. }), _)
            | (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => {
                refuse("points in time")
            }
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => refuse("dates"),
            (Some(LogicalType::Time { .. }), _)
            | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => {
                refuse("times of day")
            }
            (Some(LogicalType::Decimal { .. }), _) | (_, ConvertedType::DECIMAL) => {
                refuse("decimal numbers")
            }
            (_, ConvertedType::UINT_64 | ConvertedType::UINT_32) => {
                refuse("unsigned whole numbers")
            }
            _ => Ok(Self { name, kind }),
        }
    }

    fn read(
        &self,
        source: ColumnReader,
        highest: i16,
        rows: usize,
        cells: &mut Vec<Value>,
    ) -> Result<(), TableError> {
        let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(Arc::from(text))),
            Err(_) => {
                Err(wrong(format!("column `{}` has bytes that are no text", shown(self.name))))
            }
        };
        match source {
            ColumnReader::BoolColumnReader(r) => {
                drain(r, highest, rows, cells, |x| Ok((*x).into()))
            }
            ColumnReader::Int32ColumnReader(r) => {
                drain(r, highest, rows, cells, |x| Ok(i64::from(*x).into()))
            }
            ColumnReader::Int64ColumnReader(r) => {
                drain(r, highest, rows, cells, |x| Ok((*x).into()))
            }
            ColumnReader::FloatColumnReader(r) => {
                drain(r, highest, rows, cells, |x| Ok(f64::from(*x).into()))
            }
            ColumnReader::DoubleColumnReader(r) => {
                drain(r, highest, rows, cells, |x| Ok((*x).into()))
            }
            ColumnReader::ByteArrayColumnReader(r) => {
                drain(r, highest, rows, cells, |x| text(x.data()))
            }
            _ => Err(wrong(format!("column `{}` is of a type that is not read", shown(self.name)))),
        }
    }
}

/// All cells of a part of a column; a level below the highest is a null.
fn drain<T: DataType>(
    mut source: ColumnReaderImpl<T>,
    highest: i16,
    rows: usize,
    cells: &mut Vec<Value>,
    value: impl Fn(&T::T) -> Result<Value, TableError>,
) -> Result<(), TableError> {
    loop {
        let (mut levels, mut there) = (Vec::new(), Vec::new());
        let (records, _, _) =
            source.read_records(BATCH, Some(&mut levels), None, &mut there).map_err(wrong)?;
        if records == 0 {
            return Ok(());
        }
        if cells.len() + records > rows {
            return Err(wrong("a column has more rows than the file says"));
        }
        let mut next = there.iter();
        for at in 0..records {
            let is_there = highest == 0 || levels.get(at) == Some(&highest);
            let cell = if is_there { next.next().map(&value).transpose()? } else { None };
            cells.push(cell.unwrap_or_default());
        }
    }
}
