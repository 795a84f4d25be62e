//! The form that values have in files.
//!
//! A file begins with the eight bytes [`MAGIC`]; one value follows, and nothing after it. Numbers are
//! little-endian, `count` is a `u64`, and a text is a `count` of bytes and then UTF-8. A value is a byte and
//! what follows it:
//!
//! | byte | value | what follows |
//! |---|---|---|
//! | 0 | nothing | |
//! | 1, 2 | false, true | |
//! | 3 | a whole number | `i64` |
//! | 4 | a number | `f64` |
//! | 5 | a text | text |
//! | 6 | a quantity | `f64`, text of its unit |
//! | 7 | a list | count, values |
//! | 8 | a list of numbers alone | count, `f64` each |
//! | 9 | a map | count, for each a text and a value |
//! | 10 | a table | count of rows, count of columns, the columns |
//!
//! A column is the text of its name, the text of its unit, a byte for the kind of its cells, and these: 1
//! numbers (`f64`), 2 whole numbers (`i64`), 3 texts (a byte that says whether there is one, and the text),
//! 4 truth values (a byte: 0 false, 1 true, 2 missing).

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::{Cells, Column, ExchangeError, Quantity, Table, Value};

/// How a file begins: the name of the form and its version.
pub const MAGIC: &[u8; 8] = b"BXVALUE1";

/// How deeply values may hold each other.
pub const DEPTH: usize = 200;

/// Writes a value to a file that is not there yet.
///
/// # Errors
/// When the file cannot be made or written, or the value is nested too deeply.
///
/// # Examples
/// ```
/// use bioxen_exchange::{Value, file};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("value");
/// let value = Value::from(vec![1.5, 2.5]);
/// file::write(&path, &value)?;
/// assert_eq!(file::read(&path)?, value);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(path: &Path, value: &Value) -> Result<(), ExchangeError> {
    check_depth(value, DEPTH)?;
    let failed = |source| ExchangeError::File { path: path.to_owned(), source };
    let file = fs::File::create_new(path).map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let written =
        out.write_all(MAGIC).and_then(|()| put(&mut out, value)).and_then(|()| out.flush());
    written.map_err(failed)
}

/// Reads a value from a file.
///
/// # Errors
/// When it cannot be read, or is no value.
pub fn read(path: &Path) -> Result<Value, ExchangeError> {
    let bytes =
        fs::read(path).map_err(|source| ExchangeError::File { path: path.to_owned(), source })?;
    decode(&bytes)
}

/// A value as the bytes of a file.
///
/// # Errors
/// When it is nested too deeply.
pub fn encode(value: &Value) -> Result<Vec<u8>, ExchangeError> {
    check_depth(value, DEPTH)?;
    let mut bytes = MAGIC.to_vec();
    // Writing to memory cannot fail.
    let _ = put(&mut bytes, value);
    Ok(bytes)
}

/// The value that the bytes of a file are.
///
/// # Errors
/// When they are none.
///
/// # Examples
/// ```
/// use bioxen_exchange::{Value, file};
/// let bytes = file::encode(&Value::from("lacZ"))?;
/// assert_eq!(file::decode(&bytes)?, Value::from("lacZ"));
/// let cut = file::decode(&bytes[..bytes.len() - 1]).unwrap_err().to_string();
/// assert_eq!(cut, "the file is damaged: a text is expected at byte 17");
/// # Ok::<(), bioxen_exchange::ExchangeError>(())
/// ```
pub fn decode(bytes: &[u8]) -> Result<Value, ExchangeError> {
    let mut reader = Reader { bytes, at: 0 };
    if reader.take(MAGIC.len(), "the mark of a value")? != MAGIC {
        return Err(ExchangeError::Damaged { at: 0, expected: "the mark of a value" });
    }
    let value = reader.value(DEPTH)?;
    if reader.at < bytes.len() {
        return Err(reader.damaged("the end"));
    }
    Ok(value)
}

fn check_depth(value: &Value, left: usize) -> Result<(), ExchangeError> {
    let Some(left) = left.checked_sub(1) else { return Err(ExchangeError::Deep { most: DEPTH }) };
    match value {
        Value::List(values) => values.iter().try_for_each(|v| check_depth(v, left)),
        Value::Map(values) => values.values().try_for_each(|v| check_depth(v, left)),
        _ => Ok(()),
    }
}

fn put(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Nothing => out.write_all(&[0]),
        Value::Truth(x) => out.write_all(&[1 + u8::from(*x)]),
        Value::Whole(x) => {
            out.write_all(&[3])?;
            out.write_all(&x.to_le_bytes())
        }
        Value::Number(x) => {
            out.write_all(&[4])?;
            out.write_all(&x.to_le_bytes())
        }
        Value::Text(text) => {
            out.write_all(&[5])?;
            put_text(out, text)
        }
        Value::Quantity(quantity) => {
            out.write_all(&[6])?;
            out.write_all(&quantity.amount.to_le_bytes())?;
            put_text(out, &quantity.unit)
        }
        Value::List(values) => {
            let numbers: Option<Vec<f64>> = values.iter().map(plain_number).collect();
            out.write_all(&[if numbers.is_some() { 8 } else { 7 }])?;
            put_count(out, values.len())?;
            match numbers {
                Some(numbers) => put_numbers(out, &numbers, f64::to_le_bytes),
                None => values.iter().try_for_each(|value| put(out, value)),
            }
        }
        Value::Map(values) => {
            out.write_all(&[9])?;
            put_count(out, values.len())?;
            values.iter().try_for_each(|(key, value)| {
                put_text(out, key)?;
                put(out, value)
            })
        }
        Value::Table(table) => {
            out.write_all(&[10])?;
            put_count(out, table.rows())?;
            put_count(out, table.columns().len())?;
            table.columns().iter().try_for_each(|column| put_column(out, column))
        }
    }
}

fn plain_number(value: &Value) -> Option<f64> {
    if let Value::Number(x) = value { Some(*x) } else { None }
}

fn put_column(out: &mut impl Write, column: &Column) -> io::Result<()> {
    put_text(out, &column.name)?;
    put_text(out, &column.unit)?;
    match &column.cells {
        Cells::Number(cells) => {
            out.write_all(&[1])?;
            put_numbers(out, cells, f64::to_le_bytes)
        }
        Cells::Whole(cells) => {
            out.write_all(&[2])?;
            put_numbers(out, cells, i64::to_le_bytes)
        }
        Cells::Text(cells) => {
            out.write_all(&[3])?;
            cells.iter().try_for_each(|cell| {
                out.write_all(&[u8::from(cell.is_some())])?;
                cell.as_ref().map_or(Ok(()), |text| put_text(out, text))
            })
        }
        Cells::Truth(cells) => {
            out.write_all(&[4])?;
            cells.iter().try_for_each(|cell| out.write_all(&[cell.map_or(2, u8::from)]))
        }
    }
}

/// Block by block: one by one takes several times as long.
fn put_numbers<T: Copy>(
    out: &mut impl Write,
    numbers: &[T],
    bytes: fn(T) -> [u8; 8],
) -> io::Result<()> {
    let mut block = Vec::with_capacity(8 << 12);
    for part in numbers.chunks(1 << 12) {
        block.clear();
        part.iter().for_each(|x| block.extend_from_slice(&bytes(*x)));
        out.write_all(&block)?;
    }
    Ok(())
}

fn put_count(out: &mut impl Write, count: usize) -> io::Result<()> {
    out.write_all(&(count as u64).to_le_bytes())
}

fn put_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    put_count(out, text.len())?;
    out.write_all(text.as_bytes())
}

/// Reads what may be anything; no length is believed before the bytes are there.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self, expected: &'static str) -> ExchangeError {
        ExchangeError::Damaged { at: self.at, expected }
    }

    fn take(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], ExchangeError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.damaged(expected))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self, expected: &'static str) -> Result<u8, ExchangeError> {
        Ok(self.take(1, expected)?[0])
    }

    fn eight(&mut self, expected: &'static str) -> Result<[u8; 8], ExchangeError> {
        let mut eight = [0; 8];
        eight.copy_from_slice(self.take(8, expected)?);
        Ok(eight)
    }

    /// How many follow, each of at least `least` bytes: so many must be left.
    fn count(&mut self, least: usize) -> Result<usize, ExchangeError> {
        const EXPECTED: &str = "a count that fits the file";
        let count = u64::from_le_bytes(self.eight(EXPECTED)?);
        let left = self.bytes.len() - self.at;
        let fits = |count: &usize| count.checked_mul(least).is_some_and(|bytes| bytes <= left);
        usize::try_from(count).ok().filter(fits).ok_or_else(|| self.damaged(EXPECTED))
    }

    fn text(&mut self) -> Result<String, ExchangeError> {
        let length = u64::from_le_bytes(self.eight("a text")?);
        let length = usize::try_from(length).map_err(|_| self.damaged("a text"))?;
        let bytes = self.take(length, "a text")?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.damaged("a text"))?;
        Ok(text.to_owned())
    }

    fn numbers<T>(
        &mut self,
        count: usize,
        number: fn([u8; 8]) -> T,
    ) -> Result<Vec<T>, ExchangeError> {
        let bytes = count.checked_mul(8).ok_or_else(|| self.damaged("numbers"))?;
        let bytes = self.take(bytes, "numbers")?;
        let (eights, _) = bytes.as_chunks::<8>();
        Ok(eights.iter().map(|eight| number(*eight)).collect())
    }

    fn value(&mut self, left: usize) -> Result<Value, ExchangeError> {
        let left = left.checked_sub(1).ok_or(ExchangeError::Deep { most: DEPTH })?;
        Ok(match self.byte("a value")? {
            0 => Value::Nothing,
            1 => Value::Truth(false),
            2 => Value::Truth(true),
            3 => Value::Whole(i64::from_le_bytes(self.eight("a whole number")?)),
            4 => Value::Number(f64::from_le_bytes(self.eight("a number")?)),
            5 => Value::Text(self.text()?),
            6 => {
                let amount = f64::from_le_bytes(self.eight("a number")?);
                Value::Quantity(Quantity { amount, unit: self.text()? })
            }
            7 => {
                let count = self.count(1)?;
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(self.value(left)?);
                }
                Value::List(values)
            }
            8 => {
                let count = self.count(8)?;
                let numbers = self.numbers(count, f64::from_le_bytes)?;
                Value::List(numbers.into_iter().map(Value::Number).collect())
            }
            9 => {
                let count = self.count(9)?;
                let mut values = BTreeMap::new();
                for _ in 0..count {
                    let key = self.text()?;
                    values.insert(key, self.value(left)?);
                }
                Value::Map(values)
            }
            10 => self.table()?,
            _ => {
                self.at -= 1;
                return Err(self.damaged("a value"));
            }
        })
    }

    fn table(&mut self) -> Result<Value, ExchangeError> {
        let rows = u64::from_le_bytes(self.eight("a count of rows")?);
        let rows = usize::try_from(rows).map_err(|_| self.damaged("a count of rows"))?;
        // Two texts and a kind at least.
        let columns = self.count(17)?;
        if columns == 0 && rows > 0 {
            return Err(self.damaged("a column"));
        }
        let mut all = Vec::new();
        for _ in 0..columns {
            let (name, unit) = (self.text()?, self.text()?);
            let cells = match self.byte("a kind of cells")? {
                1 => Cells::Number(self.numbers(rows, f64::from_le_bytes)?),
                2 => Cells::Whole(self.numbers(rows, i64::from_le_bytes)?),
                3 => {
                    let mut texts = Vec::new();
                    for _ in 0..rows {
                        texts.push(match self.byte("a text or none")? {
                            0 => None,
                            1 => Some(self.text()?),
                            _ => return Err(self.damaged("a text or none")),
                        });
                    }
                    Cells::Text(texts)
                }
                4 => {
                    let truths = self.take(rows, "truth values")?.iter().map(|byte| match byte {
                        0 => Ok(Some(false)),
                        1 => Ok(Some(true)),
                        2 => Ok(None),
                        _ => Err(self.damaged("truth values")),
                    });
                    Cells::Truth(truths.collect::<Result<_, _>>()?)
                }
                _ => return Err(self.damaged("a kind of cells")),
            };
            all.push(Column { name, unit, cells });
        }
        Table::new(all).map(Value::Table)
    }
}

#[cfg(test)]
mod tests;
