//! Operons with promoters inside, as several transcripts.
//!
//! The abundances `x` of the transcripts are those, none below 0, whose sums for each gene are nearest to its own
//! abundance: the sum over genes of `((sum of x that carry it) / (T + c) - 1)^2` is least. Then they are scaled, so
//! that their nucleotides are those that were measured. A transcript that comes out as 0 is none.

use super::{Member, PSEUDO_COUNT_TPM, Transcript, counting};
use bioxen_genome::Genome;

/// Sweeps over the transcripts; most operons need some tens.
const MOST_SWEEPS: usize = 20_000;
/// An abundance that changes by less than this part in a sweep does not change.
const SAME: f64 = 1e-12;
/// A transcript of less than this part of all is none.
const NONE: f64 = 1e-6;

/// The transcripts of an operon of which these genes can be used.
pub(super) fn transcripts(genome: &Genome, operon: Vec<Member>) -> Vec<Transcript> {
    let Some(first) = operon.first() else { return Vec::new() };
    let counts = counting(genome, &operon);
    // Sets that differ by genes that cannot be used are the same, and what tells nothing is none.
    let (mut distinct, mut lengths): (Vec<Vec<bool>>, Vec<u32>) = (Vec::new(), Vec::new());
    for set in genome.transcripts_of(first.index) {
        let carries: Vec<bool> = operon.iter().map(|m| set.contains(&m.index)).collect();
        let tells = carries.iter().zip(&counts).any(|(carries, counts)| *carries && *counts);
        if tells && !distinct.contains(&carries) {
            distinct.push(carries);
            lengths.push(genome.span_nt(&set));
        }
    }
    let target: Vec<f64> = operon.iter().map(|m| m.tpm + PSEUDO_COUNT_TPM).collect();
    let length = |m: &Member| f64::from(genome.genes()[m.index].place.length_nt);
    let x = nearest(&distinct, &target, &counts);
    let all: f64 = x.iter().sum();
    let active: Vec<((Vec<bool>, u32), f64)> =
        distinct.into_iter().zip(lengths).zip(x).filter(|(_, x)| *x > NONE * all).collect();
    let carried: Vec<f64> = (0..operon.len())
        .map(|g| active.iter().filter(|((set, _), _)| set[g]).map(|(_, x)| x).sum())
        .collect();
    let counted = || operon.iter().zip(&counts).zip(&carried).filter(|((_, counts), _)| **counts);
    let measured: f64 = counted().map(|((m, _), _)| m.tpm * length(m)).sum();
    let made: f64 = counted().map(|((m, _), carried)| carried * length(m)).sum();
    // Of what is carried by none there would be no protein.
    let complete = carried.iter().all(|carried| *carried > 0.0);
    if active.len() < 2 || !complete || measured <= 0.0 {
        return vec![Transcript::whole(genome, operon)];
    }
    let scale = measured / made;
    let transcript = |((set, length_nt), x): ((Vec<bool>, u32), f64)| {
        let own = || (0..operon.len()).filter(|&g| set[g]);
        Transcript {
            members: own().map(|g| operon[g]).collect(),
            tpm: scale * x,
            carried: own().map(|g| scale * carried[g]).collect(),
            length_nt,
        }
    };
    active.into_iter().map(transcript).collect()
}

/// The abundances, none below 0, for which the sum of squares of `carried / target - 1` is least: one after the
/// other is set to its best, until none changes. The sum is convex, so that leads to its minimum.
fn nearest(sets: &[Vec<bool>], target: &[f64], counts: &[bool]) -> Vec<f64> {
    let mut x = vec![0.0_f64; sets.len()];
    let mut carried = vec![0.0; target.len()];
    for _ in 0..MOST_SWEEPS {
        let mut moved: f64 = 0.0;
        for (x, set) in x.iter_mut().zip(sets) {
            let own = || (0..target.len()).filter(|&g| set[g] && counts[g]);
            let slope: f64 = own().map(|g| (1.0 - carried[g] / target[g]) / target[g]).sum();
            let curve: f64 = own().map(|g| target[g].powi(-2)).sum();
            let better = (*x + slope / curve).max(0.0);
            let change = better - *x;
            own().for_each(|g| carried[g] += change);
            moved = moved.max(change.abs() / better.abs().max(1.0));
            *x = better;
        }
        if moved < SAME {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_sums_are_found() {
        // Three genes of 30, 10 and 10; one transcript carries all, one the first alone, one the last two.
        let sets = [vec![true, true, true], vec![true, false, false], vec![false, true, true]];
        let x = nearest(&sets, &[30.0, 10.0, 10.0], &[true; 3]);
        let carried = [x[0] + x[1], x[0] + x[2], x[0] + x[2]];
        for (carried, target) in carried.iter().zip([30.0, 10.0, 10.0]) {
            assert!((carried / target - 1.0).abs() < 1e-6, "{x:?}");
        }
        // What would have to be negative is 0: the last gene has less than the first.
        let sets = [vec![true, true], vec![false, true]];
        let x = nearest(&sets, &[20.0, 10.0], &[true; 2]);
        assert_eq!(x[1], 0.0);
        // (x/20 - 1)^2 + (x/10 - 1)^2 is least at 12.
        assert!((x[0] - 12.0).abs() < 1e-6, "{x:?}");
    }
}
