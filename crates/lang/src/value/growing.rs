//! A trace that is put together from parts, each beginning where the one before ended.

use std::collections::HashSet;

use bioxen_engine::trajectory::Kind;
use bioxen_engine::{Column, Trajectory};

/// Collects rows of trajectories whose columns may come and go.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    whole: Option<Trajectory>,
}

impl Growing {
    /// Adds the rows of a part whose times are wanted, leaving out what was recorded already. A
    /// quantity that is not in a part is what [`Present::absent`] says.
    pub fn add(&mut self, part: Trajectory, wanted: impl Fn(f64) -> bool) {
        let whole = self.whole.get_or_insert_with(|| Trajectory {
            time_unit: part.time_unit.clone(),
            ..Trajectory::default()
        });
        let last = whole.times.last().copied();
        let rows: Vec<usize> = (0..part.times.len())
            .filter(|&i| last.is_none_or(|t| part.times[i] > t) && wanted(part.times[i]))
            .collect();
        let before = whole.times.len();
        whole.times.extend(rows.iter().map(|&i| part.times[i]));
        // The order of the newest part; usually it is the one that is there already.
        let same = whole.columns.len() == part.columns.len()
            && whole.columns.iter().zip(&part.columns).all(|(a, b)| a.name == b.name);
        if !same {
            let present = Present::of(whole);
            let old = std::mem::take(&mut whole.columns);
            whole.columns = reordered(old, &part, (&present, before));
        }
        let gone = whole.columns.len() > part.columns.len();
        let present = if gone { Present::of(&part) } else { Present::default() };
        for (i, column) in whole.columns.iter_mut().enumerate() {
            match part.columns.get(i) {
                Some(new) => column.values.extend(rows.iter().map(|&r| new.values[r])),
                None => column.values.resize(whole.times.len(), present.absent(column)),
            }
        }
    }

    /// The numbers of rows and columns.
    pub fn size(&self) -> (usize, usize) {
        self.whole.as_ref().map_or((0, 0), |t| (t.times.len(), t.columns.len()))
    }

    /// What was collected.
    pub fn finish(self) -> Option<Trajectory> {
        self.whole
    }
}

/// The VMs that a trajectory tells of.
#[derive(Debug, Default)]
pub struct Present(HashSet<String>);

impl Present {
    /// Those of a trajectory.
    pub fn of(trajectory: &Trajectory) -> Self {
        let engaged = trajectory.columns.iter().filter(|c| c.kind == Kind::Engaged);
        Self(engaged.filter_map(|c| Some(c.name.rsplit_once('.')?.0.to_owned())).collect())
    }

    /// What a quantity is that the trajectory does not have. A gene that a VM has not mapped makes no
    /// molecules; of a VM that is not there, yet or any more, nothing is known.
    pub fn absent(&self, column: &Column) -> f64 {
        let of_a_vm = || {
            let ids = column.name.match_indices('.').map(|(at, _)| &column.name[..at]);
            ids.into_iter().any(|id| self.0.contains(id))
        };
        if column.unit == "molecules" && of_a_vm() { 0.0 } else { f64::NAN }
    }
}

/// The columns of a part, with what is known of them, and then those that are no more.
fn reordered(
    mut old: Vec<Column>,
    part: &Trajectory,
    (present, rows): (&Present, usize),
) -> Vec<Column> {
    let mut columns: Vec<Column> = part
        .columns
        .iter()
        .map(|new| match old.iter().position(|c| c.name == new.name) {
            Some(place) => old.remove(place),
            None => new.with(vec![present.absent(new); rows]),
        })
        .collect();
    columns.append(&mut old);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(times: &[f64], columns: &[(&str, &str, &[f64])]) -> Trajectory {
        let column = |(name, unit, values): &(&str, &str, &[f64])| Column {
            name: (*name).into(),
            unit: (*unit).into(),
            values: values.to_vec(),
            kind: if *unit == "ribosomes" { Kind::Engaged } else { Kind::default() },
        };
        Trajectory {
            time_unit: "min".into(),
            times: times.to_vec(),
            columns: columns.iter().map(column).collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn columns_come_and_go() {
        let mut growing = Growing::default();
        let of_vm = ("v.ribosomes", "ribosomes", &[1.0, 1.0][..]);
        growing.add(part(&[0.0, 1.0], &[of_vm, ("h", "1/h", &[1.0, 2.0])]), |_| true);
        let genes = part(
            &[1.0, 1.5, 2.0],
            &[
                ("v.g", "molecules", &[0., 3., 5.]),
                ("v.ribosomes", "ribosomes", &[1.0, 1.0, 1.0]),
                ("h", "1/h", &[2., 8., 3.]),
            ],
        );
        growing.add(genes, |t| t.fract() == 0.0);
        growing.add(part(&[2.0, 3.0], &[of_vm, ("h", "1/h", &[3.0, 4.0])]), |_| true);
        growing.add(part(&[3.0, 4.0], &[("h", "1/h", &[4.0, 5.0])]), |_| true);
        let whole = growing.finish().unwrap();
        assert_eq!(whole.times, [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(whole.column("h").unwrap().values, [1.0, 2.0, 3.0, 4.0, 5.0]);
        // Not mapped: no molecules. Not there: not known.
        let values = &whole.column("v.g").unwrap().values;
        assert_eq!(values[..4], [0.0, 0.0, 5.0, 0.0]);
        assert!(values[4].is_nan() && whole.column("v.ribosomes").unwrap().values[4].is_nan());
    }
}
