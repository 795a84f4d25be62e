//! Which derivatives make up which entries.

use super::{Jacobian, Varying};
use crate::EngineError;
use crate::ode::network::laws::Law;
use crate::ode::network::layout::{Layout, unsupported};
use crate::ode::network::rates::Rates;

/// The most terms in all entries together.
const MAX_TERMS: usize = 50_000_000;
/// A rate becomes an unknown of its own if that saves more entries than this.
const WORTH_AN_UNKNOWN: usize = 24;

/// `coefficient * slopes[source]` in an entry.
struct Term {
    at: (u32, u32),
    source: u32,
    coefficient: f64,
}

/// A derivative that is needed: by which unknown, and where it stands among the slopes.
type Slope = (u32, u32);

struct Builder {
    terms: Vec<Term>,
    varying: Vec<((u32, u32), Varying)>,
    /// The unknown that stands at each place, if there is one.
    unknowns: Vec<Option<u32>>,
    extended: u32,
    law_starts: Vec<u32>,
    /// Where among the slopes the number 1 stands.
    one: u32,
}

pub(super) fn build(layout: &Layout, rates: &Rates) -> Result<Jacobian, EngineError> {
    let mut unknowns = vec![None; layout.one() as usize + 1];
    let eliminated = rates.rules.assigned_laws.iter().map(|a| a.place);
    for (unknown, place) in (0..layout.dim() as u32).chain(eliminated).enumerate() {
        unknowns[place as usize] = Some(unknown as u32);
    }
    let ruled = rates.rules.rates.iter().chain(&rates.rules.assigned_laws).map(|ruled| &ruled.law);
    let mut at = 2 * rates.pairs.len() as u32;
    let mut law_starts = vec![at];
    for law in rates.laws.iter().chain(ruled) {
        at += law.inputs().len() as u32;
        law_starts.push(at);
    }
    let mut builder = Builder {
        terms: Vec::new(),
        varying: Vec::new(),
        unknowns,
        extended: (layout.dim() + rates.rules.assigned_laws.len()) as u32,
        law_starts,
        one: at,
    };
    builder.add_reactions(layout, rates);
    builder.add_rules(layout, rates);
    if builder.terms.len() > MAX_TERMS {
        return Err(unsupported("a Jacobian with so many entries", ""));
    }
    Ok(builder.finish(layout.dim()))
}

impl Builder {
    fn slopes_of_law(&self, law: &Law, number: usize) -> Vec<Slope> {
        let sources = self.law_starts[number]..;
        let unknown = |place: u32| self.unknowns.get(place as usize).copied().flatten();
        let inputs = law.inputs().into_iter().zip(sources);
        inputs.filter_map(|(place, source)| Some((unknown(place)?, source))).collect()
    }

    fn slopes_of_rate(&self, rates: &Rates, rate: usize) -> Vec<Slope> {
        match rates.pairs.get(rate) {
            Some(pair) => [(pair.a, 0), (pair.b, 1)]
                .into_iter()
                .filter_map(|(place, i)| {
                    Some((self.unknowns[place as usize]?, 2 * rate as u32 + i))
                })
                .collect(),
            None => {
                let number = rate - rates.pairs.len();
                self.slopes_of_law(&rates.laws[number], number)
            }
        }
    }

    fn add_reactions(&mut self, layout: &Layout, rates: &Rates) {
        let mut changed: Vec<Vec<(u32, f64)>> = vec![Vec::new(); rates.values.len()];
        for component in 0..layout.dim() {
            for at in rates.net.starts[component] as usize..rates.net.starts[component + 1] as usize
            {
                let rate = rates.net.rates[at] as usize;
                changed[rate].push((component as u32, rates.net.changes[at]));
            }
        }
        let mut slopes = Vec::with_capacity(changed.len());
        for (rate, changed) in changed.iter().enumerate() {
            let mut own = self.slopes_of_rate(rates, rate);
            if own.len() * changed.len() > own.len() + changed.len() + WORTH_AN_UNKNOWN {
                own = vec![(self.new_unknown(&own), self.one)];
            }
            for &(column, source) in &own {
                for &(row, coefficient) in changed {
                    self.terms.push(Term { at: (row, column), source, coefficient });
                }
            }
            slopes.push(own);
        }
        for v in &rates.varying {
            for &(column, source) in &slopes[v.rate as usize] {
                let term = Varying::Slope { place: v.place, sign: v.sign, source };
                self.varying.push(((v.component, column), term));
            }
            if let Some(column) = self.unknowns[v.place as usize] {
                let term = Varying::Rate { rate: v.rate, sign: v.sign };
                self.varying.push(((v.component, column), term));
            }
        }
    }

    /// An unknown that stands for a rate with these derivatives.
    fn new_unknown(&mut self, slopes: &[Slope]) -> u32 {
        let row = self.extended;
        self.extended += 1;
        for &(column, source) in slopes {
            self.terms.push(Term { at: (row, column), source, coefficient: 1.0 });
        }
        row
    }

    fn add_rules(&mut self, layout: &Layout, rates: &Rates) {
        let rows = rates.rules.rates.iter().map(|rule| rule.place);
        let rows =
            rows.chain((0..rates.rules.assigned_laws.len()).map(|i| (layout.dim() + i) as u32));
        let ruled =
            rates.rules.rates.iter().chain(&rates.rules.assigned_laws).map(|ruled| &ruled.law);
        for (i, (row, law)) in rows.zip(ruled).enumerate() {
            for (column, source) in self.slopes_of_law(law, rates.laws.len() + i) {
                self.terms.push(Term { at: (row, column), source, coefficient: 1.0 });
            }
        }
    }

    fn finish(mut self, dim: usize) -> Jacobian {
        self.terms.sort_by_key(|term| term.at);
        let mut own: Vec<(u32, u32)> = self.terms.iter().map(|term| term.at).collect();
        own.extend(self.varying.iter().map(|(at, _)| *at));
        own.sort_unstable();
        own.dedup();
        let mut starts = vec![0];
        let mut terms = self.terms.iter().peekable();
        let mut end = 0;
        for at in &own {
            while terms.next_if(|term| term.at == *at).is_some() {
                end += 1;
            }
            starts.push(end);
        }
        let entry = |at: &(u32, u32)| own.binary_search(at).unwrap_or(0) as u32;
        let mut slopes = vec![0.0; self.one as usize + 1];
        slopes[self.one as usize] = 1.0;
        Jacobian {
            dim,
            extended: self.extended as usize,
            starts,
            sources: self.terms.iter().map(|term| term.source).collect(),
            coefficients: self.terms.iter().map(|term| term.coefficient).collect(),
            varying: self.varying.iter().map(|(at, term)| (entry(at), *term)).collect(),
            slopes,
            law_starts: self.law_starts,
            values: vec![0.0; own.len()],
            component_entries: own.partition_point(|&(row, _)| (row as usize) < dim),
            coordinates: (0..self.extended).map(|i| (i, i)).chain(own).collect(),
        }
    }
}
