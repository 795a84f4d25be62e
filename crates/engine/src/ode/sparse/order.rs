//! The order of elimination.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Unknowns that share an equation with more others than this times the square root of the
/// number of unknowns go last, without being looked at: a pool that all genes share.
const DENSE: f64 = 10.0;

/// An order that keeps the factors sparse: always an unknown that is tied to few others
/// (Amestoy, Davis and Duff, SIAM J. Matrix Anal. Appl. 17:886, 1996: a quotient graph in which an
/// eliminated unknown stands for the clique of its neighbours, and an upper bound in place of the
/// exact degree).
///
/// Gives the unknowns from the first to be eliminated to the last.
pub(super) fn minimum_degree(dim: usize, entries: &[(u32, u32)]) -> Vec<u32> {
    let mut near = vec![Vec::new(); dim];
    for &(i, j) in entries {
        if i != j {
            near[i as usize].push(j);
            near[j as usize].push(i);
        }
    }
    for near in &mut near {
        near.sort_unstable();
        near.dedup();
    }
    let dense = ((DENSE * (dim as f64).sqrt()) as usize).max(16);
    let mut last: Vec<u32> = (0..dim as u32).filter(|&i| near[i as usize].len() > dense).collect();
    last.sort_by_key(|&i| (near[i as usize].len(), i));
    let mut state = vec![State::Free; dim];
    for &i in &last {
        state[i as usize] = State::Gone;
    }
    for near in &mut near {
        near.retain(|&j| state[j as usize] == State::Free);
    }
    let mut graph = Graph {
        state,
        degree: near.iter().map(Vec::len).collect(),
        near,
        cliques: vec![Vec::new(); dim],
        members: vec![Vec::new(); dim],
        marks: vec![0; dim],
        outside: vec![(0, 0); dim],
        stamp: 0,
    };
    let mut order = graph.eliminate_all();
    order.append(&mut last);
    order
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    /// Eliminated, and now a clique.
    Clique,
    /// Part of a larger clique, or to be eliminated last.
    Gone,
}

struct Graph {
    state: Vec<State>,
    /// An upper bound of the number of neighbours.
    degree: Vec<usize>,
    /// Neighbours by the matrix itself, as far as no clique covers them.
    near: Vec<Vec<u32>>,
    /// The cliques that an unknown belongs to.
    cliques: Vec<Vec<u32>>,
    /// The unknowns of a clique; all are free.
    members: Vec<Vec<u32>>,
    marks: Vec<u32>,
    /// How many members a clique has outside of the present one, and when that was counted.
    outside: Vec<(u32, usize)>,
    stamp: u32,
}

impl Graph {
    fn eliminate_all(&mut self) -> Vec<u32> {
        let mut queue: BinaryHeap<Reverse<(usize, u32)>> = (0..self.state.len())
            .filter(|&i| self.state[i] == State::Free)
            .map(|i| Reverse((self.degree[i], i as u32)))
            .collect();
        let mut order = Vec::with_capacity(self.state.len());
        while let Some(Reverse((degree, i))) = queue.pop() {
            let current =
                self.state[i as usize] == State::Free && self.degree[i as usize] == degree;
            if current {
                order.push(i);
                for j in self.eliminate(i) {
                    queue.push(Reverse((self.degree[j as usize], j)));
                }
            }
        }
        order
    }

    /// Eliminates an unknown, and gives those whose degree has changed.
    fn eliminate(&mut self, pivot: u32) -> Vec<u32> {
        self.stamp += 1;
        let stamp = self.stamp;
        self.state[pivot as usize] = State::Clique;
        self.marks[pivot as usize] = stamp;
        let mut members = std::mem::take(&mut self.near[pivot as usize]);
        members.retain(|&j| self.state[j as usize] == State::Free);
        for &j in &members {
            self.marks[j as usize] = stamp;
        }
        for clique in std::mem::take(&mut self.cliques[pivot as usize]) {
            self.state[clique as usize] = State::Gone;
            for j in std::mem::take(&mut self.members[clique as usize]) {
                if self.marks[j as usize] != stamp {
                    self.marks[j as usize] = stamp;
                    members.push(j);
                }
            }
        }
        for &i in &members {
            self.join(i, pivot);
        }
        for &i in &members {
            let i = i as usize;
            let elsewhere: usize = self.cliques[i]
                .iter()
                .filter(|&&clique| clique != pivot)
                .map(|&clique| self.outside[clique as usize].1)
                .sum();
            let bound = self.near[i].len() + elsewhere + members.len() - 1;
            self.degree[i] = bound.min(self.degree[i] + members.len() - 1);
        }
        self.members[pivot as usize] = members.clone();
        members
    }

    /// Makes an unknown a member of the new clique `pivot`.
    fn join(&mut self, i: u32, pivot: u32) {
        let (state, marks, stamp) = (&self.state, &self.marks, self.stamp);
        self.near[i as usize]
            .retain(|&j| marks[j as usize] != stamp && state[j as usize] == State::Free);
        self.cliques[i as usize].retain(|&clique| state[clique as usize] == State::Clique);
        for &clique in &self.cliques[i as usize] {
            let outside = &mut self.outside[clique as usize];
            if outside.0 != stamp {
                *outside = (stamp, self.members[clique as usize].len());
            }
            outside.1 -= 1;
        }
        self.cliques[i as usize].push(pivot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unknown_comes_once() {
        let entries: Vec<(u32, u32)> = (0..60).map(|i| (i % 20, (i * 7 + 3) % 20)).collect();
        let mut order = minimum_degree(20, &entries);
        order.sort_unstable();
        assert_eq!(order, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn the_centre_of_a_star_goes_late() {
        let entries: Vec<(u32, u32)> = (1..10).map(|i| (0, i)).collect();
        let order = minimum_degree(10, &entries);
        assert!(order.iter().position(|&i| i == 0).unwrap() >= 8, "{order:?}");
        let entries: Vec<(u32, u32)> = (1..10_000).map(|i| (0, i)).collect();
        assert_eq!(minimum_degree(10_000, &entries).last(), Some(&0));
    }
}
