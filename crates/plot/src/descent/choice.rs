//! Which cells are drawn where there are too many.

use super::End;
use super::family::Family;

/// Some of the cells.
pub(super) struct Choice {
    /// Whether each is one of them.
    pub(super) kept: Vec<bool>,
    /// Which these are, in words.
    pub(super) note: String,
}

impl Choice {
    /// At most so many cells of trees: all, or some founders with all their descendants, or some lines of one founder.
    pub(super) fn of_tree(family: &Family, most: usize) -> Self {
        let alive: Vec<usize> =
            family.order.iter().copied().filter(|&at| !family.stillborn(at)).collect();
        let (all, founders) = (alive.len(), family.founders.len());
        let total = counted(all, "cell");
        if all <= most {
            return Self { kept: chosen(family, &alive), note: total };
        }
        let sizes = sizes(family);
        let mut every = 2;
        while every < founders {
            let some = || family.founders.iter().step_by(every);
            if some().map(|&at| sizes[at]).sum::<usize>() <= most {
                let mut kept = vec![false; family.cells.len()];
                some().for_each(|&at| kept[at] = true);
                for &at in &alive {
                    kept[at] |= family.mother[at].is_some_and(|mother| kept[mother]);
                }
                let shown = kept.iter().filter(|kept| **kept).count();
                let some = some().count();
                let note = format!(
                    "{shown} of {total}: {some} of {founders} first cells with all their descendants"
                );
                return Self { kept, note };
            }
            every *= 2;
        }
        let last = |at: &usize| !family.daughters(*at).iter().any(|&d| !family.stillborn(d));
        let ends: Vec<usize> = alive.into_iter().filter(last).collect();
        Self::of_ends(family, &ends, (ends.len(), most), &total, "ends of lines")
    }

    /// The lines of descent of the cells that live, at most so many, with at most so many cells.
    pub(super) fn of_lines(family: &Family, lines: usize, most: usize) -> Self {
        let lives = |at: &usize| family.cells[*at].end == End::Alive;
        let mut ends: Vec<usize> = family.order.iter().copied().filter(lives).collect();
        let mut what = "living cells";
        if ends.is_empty() {
            let last = |at: &usize| family.daughters(*at).is_empty() && !family.stillborn(*at);
            ends = family.order.iter().copied().filter(last).collect();
            what = "ends of lines";
        }
        let total = counted(family.cells.len(), "cell");
        Self::of_ends(family, &ends, (lines, most), &total, what)
    }

    /// Some of the ends of lines with all from which they descend.
    fn of_ends(
        family: &Family,
        ends: &[usize],
        (lines, most): (usize, usize),
        total: &str,
        what: &str,
    ) -> Self {
        let mut count = lines.clamp(1, ends.len().max(1)).min(ends.len());
        loop {
            // As far apart as they can be.
            let some: Vec<usize> = (0..count).map(|i| ends[i * ends.len() / count]).collect();
            let mut kept = lines_of(family, &some);
            let shown = kept.iter().filter(|kept| **kept).count();
            let all = ends.len();
            let note = if some.len() == all {
                format!("the {all} {what} and all from which they descend: {shown} of {total}")
            } else {
                let some = some.len();
                format!(
                    "{some} of {all} {what} and all from which they descend: {shown} of {total}"
                )
            };
            if shown <= most {
                return Self { kept, note };
            }
            if some.len() <= 1 {
                // One line that is too long: its last cells.
                let line = family.order.iter().copied().filter(|&at| kept[at]);
                let early: Vec<usize> = line.take(shown - most).collect();
                early.into_iter().for_each(|at| kept[at] = false);
                return Self {
                    kept,
                    note: format!("the last {most} cells of one line, of {total}"),
                };
            }
            count = count.div_ceil(2);
        }
    }
}

fn chosen(family: &Family, some: &[usize]) -> Vec<bool> {
    let mut kept = vec![false; family.cells.len()];
    some.iter().for_each(|&at| kept[at] = true);
    kept
}

/// Cells and all from which they descend.
fn lines_of(family: &Family, ends: &[usize]) -> Vec<bool> {
    let mut kept = chosen(family, ends);
    for &end in ends {
        let mut next = family.mother[end];
        while let Some(at) = next.filter(|&at| !kept[at]) {
            kept[at] = true;
            next = family.mother[at];
        }
    }
    kept
}

/// How many cells descend from each, itself included.
fn sizes(family: &Family) -> Vec<usize> {
    let mut sizes: Vec<usize> =
        (0..family.cells.len()).map(|at| usize::from(!family.stillborn(at))).collect();
    for &at in family.order.iter().rev() {
        if let Some(mother) = family.mother[at] {
            sizes[mother] += sizes[at];
        }
    }
    sizes
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
