//! Rows of different lengths in one allocation.

/// A list of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Appends a row.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.items.extend(row);
        self.ends.push(self.items.len() as u32);
    }

    /// The row of that number.
    #[inline]
    pub fn row(&self, index: usize) -> &[T] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.items[start..self.ends[index] as usize]
    }
}

impl<T: Copy> Table<T> {
    /// Sorts `(row, item)` pairs into `rows` rows, keeping their order within a row.
    pub(crate) fn collect(rows: usize, pairs: &[(u32, T)]) -> Self {
        let mut ends = vec![0u32; rows];
        for &(row, _) in pairs {
            ends[row as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            let start = total;
            total += *end;
            *end = start;
        }
        let Some(&(_, first)) = pairs.first() else {
            return Self { ends, items: Vec::new() };
        };
        let mut items = vec![first; pairs.len()];
        for &(row, item) in pairs {
            let place = &mut ends[row as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        Self { ends, items }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn rows_come_back_in_order() {
        let mut table = Table::default();
        table.push([1, 2]);
        table.push([]);
        table.push([3]);
        assert_eq!((table.row(0), table.row(1), table.row(2)), (&[1, 2][..], &[][..], &[3][..]));
        let collected = Table::collect(3, &[(2, 3), (0, 1), (0, 2)]);
        assert_eq!(collected, table);
        assert!(Table::<u8>::collect(1, &[]).row(0).is_empty());
    }
}
