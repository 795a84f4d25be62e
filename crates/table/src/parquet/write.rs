//! Writing Parquet.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::{META, UNIT, wrong};
use crate::column::{Column, Values};
use crate::error::TableError;
use crate::table::Table;

/// Rows of a row group; readers take one at a time.
const GROUP: usize = 1 << 20;

impl Table {
    /// As the bytes of a Parquet file. The same table makes the same bytes.
    pub fn to_parquet(&self) -> Result<Vec<u8>, TableError> {
        self.written().map_err(wrong)
    }

    fn written(&self) -> Result<Vec<u8>, ParquetError> {
        let fields: Result<Vec<Arc<Type>>, ParquetError> =
            self.columns().iter().map(|c| field(c).map(Arc::new)).collect();
        let schema = Type::group_type_builder("table").with_fields(fields?).build()?;
        let mut pairs: Vec<KeyValue> = self
            .meta()
            .pairs()
            .map(|(key, value)| KeyValue::new(format!("{META}{key}"), value))
            .collect();
        for column in self.columns() {
            if let Some(unit) = column.unit() {
                pairs.push(KeyValue::new(format!("{UNIT}{}", column.name()), unit.to_owned()));
            }
        }
        let properties = WriterProperties::builder()
            .set_created_by("bioxen".to_owned())
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(pairs).filter(|p| !p.is_empty()))
            .build();
        let mut bytes = Vec::new();
        let mut writer =
            SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
        let mut start = 0;
        while start < self.rows() {
            let end = (start + GROUP).min(self.rows());
            let mut group = writer.next_row_group()?;
            for column in self.columns() {
                let Some(mut target) = group.next_column()? else { break };
                write(target.untyped(), column.values(), start, end)?;
                target.close()?;
            }
            group.close()?;
            start = end;
        }
        writer.close()?;
        Ok(bytes)
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, repetition) = match column.values() {
        Values::Number(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
        Values::Whole(_) => (Physical::INT64, Repetition::REQUIRED),
        Values::Text(_) => (Physical::BYTE_ARRAY, Repetition::OPTIONAL),
        Values::Truth(_) => (Physical::BOOLEAN, Repetition::OPTIONAL),
    };
    let logical = matches!(column.values(), Values::Text(_)).then_some(LogicalType::String);
    Type::primitive_type_builder(column.name(), physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()
}

/// The cells that are there, and for each cell whether it is.
fn parted<T, U>(cells: &[T], known: impl Fn(&T) -> Option<U>) -> (Vec<U>, Vec<i16>) {
    let mut values = Vec::with_capacity(cells.len());
    let levels = cells
        .iter()
        .map(|cell| match known(cell) {
            Some(value) => {
                values.push(value);
                1
            }
            None => 0,
        })
        .collect();
    (values, levels)
}

fn write(
    target: &mut ColumnWriter<'_>,
    values: &Values,
    start: usize,
    end: usize,
) -> Result<(), ParquetError> {
    match (target, values) {
        (ColumnWriter::DoubleColumnWriter(w), Values::Number(v)) => {
            let (there, levels) = parted(&v[start..end], |x| Some(*x).filter(|x| !x.is_nan()));
            w.write_batch(&there, Some(&levels), None)?;
        }
        (ColumnWriter::Int64ColumnWriter(w), Values::Whole(v)) => {
            w.write_batch(&v[start..end], None, None)?;
        }
        (ColumnWriter::ByteArrayColumnWriter(w), Values::Text(v)) => {
            let (there, levels) = parted(&v[start..end], |t| {
                t.as_deref().map(|t| ByteArray::from(t.as_bytes().to_vec()))
            });
            w.write_batch(&there, Some(&levels), None)?;
        }
        (ColumnWriter::BoolColumnWriter(w), Values::Truth(v)) => {
            let (there, levels) = parted(&v[start..end], |t| *t);
            w.write_batch(&there, Some(&levels), None)?;
        }
        _ => return Err(ParquetError::General("the schema is not that of the table".to_owned())),
    }
    Ok(())
}
