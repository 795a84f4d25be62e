//! Names of wells.

use std::fmt;

/// A well of a plate: a row, written as letters, and a column, written as a number.
///
/// # Examples
/// ```
/// use bioxen_table::plate::Well;
/// let well = Well::parse("b07").unwrap();
/// assert_eq!(well.to_string(), "B7");
/// assert_eq!(Well::all(96).unwrap()[12], Well::parse("B1").unwrap());
/// assert_eq!(Well::parse("B0"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Well {
    row: u8,
    column: u8,
}

/// The rows and columns of the usual plates, which are as 2 to 3; those with 96, 384 and 1536 wells by
/// ANSI/SLAS 4-2004.
const PLATES: [(usize, u8, u8); 7] =
    [(6, 2, 3), (12, 3, 4), (24, 4, 6), (48, 6, 8), (96, 8, 12), (384, 16, 24), (1536, 32, 48)];

impl Well {
    /// From its name: `A1`, `a01`, `AF48`.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        let digits = name.find(|c: char| c.is_ascii_digit())?;
        let (letters, number) = name.split_at(digits);
        if number.len() > 2 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let row = match letters.to_ascii_uppercase().as_bytes() {
            [a @ b'A'..=b'Z'] => a - b'A',
            [b'A', a @ b'A'..=b'F'] => a - b'A' + 26,
            _ => return None,
        };
        let column: u8 = number.parse().ok()?;
        (1..=48).contains(&column).then(|| Self { row, column: column - 1 })
    }

    /// All wells of a plate of so many, row by row; nothing if there is no such plate.
    pub fn all(count: usize) -> Option<Vec<Self>> {
        let (_, rows, columns) = PLATES.into_iter().find(|(wells, _, _)| *wells == count)?;
        Some(
            (0..rows)
                .flat_map(|row| (0..columns).map(move |column| Self { row, column }))
                .collect(),
        )
    }

    /// Its row, from zero.
    pub const fn row(self) -> u8 {
        self.row
    }

    /// How many wells lie between two, along rows and columns.
    pub(super) fn distance(self, other: Self) -> u16 {
        u16::from(self.row.abs_diff(other.row)) + u16::from(self.column.abs_diff(other.column))
    }

    /// Its column, from zero.
    pub const fn column(self) -> u8 {
        self.column
    }
}

impl fmt::Display for Well {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row >= 26 {
            f.write_str("A")?;
        }
        let letter = char::from(b'A' + self.row % 26);
        write!(f, "{letter}{}", self.column + 1)
    }
}
