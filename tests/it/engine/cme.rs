//! Small networks against the chemical master equation, solved by uniformisation (Grassmann,
//! *Comput. Oper. Res.* 4:47, 1977), with propensities of its own.

use super::*;
use bioxen::network::Stoichiometry;
use std::collections::BTreeMap;

/// States that can be reached, and the rates between them for given parameters.
struct Master<'n> {
    network: &'n Network,
    species: Vec<usize>,
    numbers: BTreeMap<Vec<i64>, usize>,
    states: Vec<Vec<i64>>,
}

fn terms(terms: &[bioxen::network::Term]) -> impl Iterator<Item = (usize, i64)> {
    terms.iter().map(|t| match t.stoichiometry {
        Stoichiometry::Const(n) => (t.quantity.index(), n as i64),
        Stoichiometry::Quantity(_) => panic!("not in these tests"),
    })
}

impl<'n> Master<'n> {
    fn new(network: &'n Network) -> Self {
        let species: Vec<usize> = (0..network.quantities.len()).collect();
        let first: Vec<i64> = network.quantities.iter().map(|q| q.initial as i64).collect();
        let mut master = Self { network, species, numbers: BTreeMap::new(), states: Vec::new() };
        master.number(first);
        let mut next = 0;
        while next < master.states.len() {
            let state = master.states[next].clone();
            for r in 0..network.reactions.len() {
                if master.rate(r, &state, &|_| 1.0) > 0.0 {
                    master.number(master.after(r, &state));
                }
            }
            next += 1;
        }
        master
    }

    fn number(&mut self, state: Vec<i64>) -> usize {
        let next = self.states.len();
        *self.numbers.entry(state.clone()).or_insert_with(|| {
            self.states.push(state);
            next
        })
    }

    fn after(&self, r: usize, state: &[i64]) -> Vec<i64> {
        let mut after = state.to_vec();
        terms(&self.network.reactions[r].reactants).for_each(|(s, n)| after[s] -= n);
        terms(&self.network.reactions[r].products).for_each(|(s, n)| after[s] += n);
        after
    }

    fn rate(&self, r: usize, state: &[i64], value: &dyn Fn(usize) -> f64) -> f64 {
        let reaction = &self.network.reactions[r];
        let RateLaw::MassAction { k, factors } = &reaction.law else { panic!("mass action") };
        let mut rate = *k;
        factors.iter().for_each(|q| rate *= value(q.index()));
        for (s, n) in terms(&reaction.reactants) {
            // C(x, n), written out.
            rate *= match n {
                1 => state[s] as f64,
                2 => (state[s] * (state[s] - 1)) as f64 / 2.0,
                _ => panic!("at most two"),
            };
        }
        rate
    }

    /// The distribution after a time, with parameters that stand still.
    fn evolve(&self, p: &[f64], time: f64, value: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut moves = Vec::new();
        let mut fastest: f64 = 0.0;
        for (i, state) in self.states.iter().enumerate() {
            let mut out = 0.0;
            for r in 0..self.network.reactions.len() {
                let rate = self.rate(r, state, value);
                if rate > 0.0 {
                    moves.push((i, self.numbers[&self.after(r, state)], rate));
                    out += rate;
                }
            }
            fastest = fastest.max(out);
        }
        let mut power = p.to_vec();
        let mut weight = (-fastest * time).exp();
        let mut sum: Vec<f64> = power.iter().map(|p| p * weight).collect();
        for n in 1..(10.0 * fastest * time) as usize + 100 {
            let mut next = power.clone();
            for &(from, to, rate) in &moves {
                let flow = power[from] * rate / fastest;
                next[from] -= flow;
                next[to] += flow;
            }
            power = next;
            weight *= fastest * time / n as f64;
            sum.iter_mut().zip(&power).for_each(|(s, p)| *s += p * weight);
        }
        assert!((sum.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        sum
    }
}

/// Four molecules of a hub that bind to eight sites at different rates and pair with each other;
/// release is scaled by a shared factor.
fn hub() -> (Network, QuantityId) {
    let mut n = Network::default();
    let factor = n.parameter("factor", 1.0);
    let hub = n.species("hub", 4.0);
    let pair = n.species("pair", 0.0);
    n.reaction("pair", &[(hub, 2)], &[(pair, 1)], law(0.7));
    n.reaction("part", &[(pair, 1)], &[(hub, 2)], law(1.5));
    for i in 0..8 {
        let site = n.species(format!("site{i}"), 1.0);
        let bound = n.species(format!("bound{i}"), 0.0);
        let k = 0.2 + 0.3 * f64::from(i);
        n.reaction(format!("bind{i}"), &[(hub, 1), (site, 1)], &[(bound, 1)], law(k));
        let released = RateLaw::MassAction { k: 1.0 + 0.1 * k, factors: vec![factor] };
        n.reaction(format!("release{i}"), &[(bound, 1)], &[(hub, 1), (site, 1)], released);
    }
    (n, factor)
}

/// States after 0.4 with the factor 1 and 0.3 more with the factor 3.
fn check(network: &Network, factor: QuantityId, arrangement: Arrangement, groups: usize) {
    let master = Master::new(network);
    let mut p = vec![0.0; master.states.len()];
    p[0] = 1.0;
    let p = master.evolve(&p, 0.4, &|_| 1.0);
    let p = master.evolve(&p, 0.3, &|_| 3.0);

    let runs = 40_000u64;
    let first = start(network, arrangement, 0);
    assert_eq!(first.model().group_count(), groups);
    let stop = StopToken::new();
    let mut counts = vec![0.0; p.len()];
    for run in 0..runs {
        let mut ssa = first.clone();
        *ssa.rng_mut() = Rng::new(Seed::new(30).replicate(run));
        ssa.advance(0.4, &stop).unwrap();
        ssa.set(factor, 3.0).unwrap();
        ssa.advance(0.7, &stop).unwrap();
        let mut state: Vec<i64> = master.species.iter().map(|&s| ssa.state()[s] as i64).collect();
        state[factor.index()] = 1;
        counts[master.numbers[&state]] += 1.0;
    }
    let cells: Vec<(f64, f64)> =
        counts.into_iter().zip(&p).map(|(count, p)| (count, p * runs as f64)).collect();
    assert_cells(&cells, runs as f64);
}

fn check_hub(arrangement: Arrangement, groups: usize) {
    let (network, factor) = hub();
    check(&network, factor, arrangement, groups);
}

#[test]
fn a_hub_taken_out_of_the_sums_follows_the_master_equation() {
    // By the hub, by two of the hub, by the factor, and the rest.
    check_hub(Arrangement::Grouped, 4);
}

#[test]
fn a_hub_left_in_follows_it_as_well() {
    check_hub(Arrangement::Ungrouped, 1);
}

#[test]
fn the_arrangement_for_small_networks_follows_it_as_well() {
    check_hub(Arrangement::Automatic, 4);
}

/// Two hubs in one reaction: enzymes of two kinds meet on nine substrates.
#[test]
fn two_hubs_at_once_follow_the_master_equation() {
    let mut n = Network::default();
    let factor = n.parameter("factor", 1.0);
    let (a, b) = (n.species("a", 2.0), n.species("b", 2.0));
    for i in 0..9 {
        let k = 0.1 + 0.05 * f64::from(i);
        let c = n.species(format!("c{i}"), 0.0);
        n.reaction(format!("meet{i}"), &[(a, 1), (b, 1)], &[(c, 1)], law(k));
        let split = RateLaw::MassAction { k: 0.5 + k, factors: vec![factor] };
        n.reaction(format!("split{i}"), &[(c, 1)], &[(a, 1), (b, 1)], split);
    }
    check(&n, factor, Arrangement::Grouped, 2);
}
