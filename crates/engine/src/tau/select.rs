//! How long a leap may be.

use bioxen_network::Compiled;
use bioxen_network::compile::Kinetics;

/// What the choice of a step needs to know of the network.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// Species that are reactants, each with the highest order of a reaction it takes part in and
    /// how many of its molecules that reaction takes.
    reactants: Vec<(u32, f64, u32)>,
    /// By quantity: the place among the reactants.
    place: Vec<u32>,
    drift: Vec<f64>,
    spread: Vec<f64>,
    turnover: Vec<f64>,
}

/// How much of a pool may be replaced in a leap. Where gain and loss are equal nothing drifts, and the
/// paper's bounds grow past the time in which the pool forgets: then the rates of a leap's beginning say
/// nothing of its end, and explicit leaps are unstable (Rathinam et al., *J. Chem. Phys.* 119:12784,
/// 2003). At a tenth the variance of a pool in balance is off by less than 0.2 %.
const REPLACED: f64 = 0.1;

/// Where a quantity is not a reactant.
const NOT: u32 = u32::MAX;

impl Bounds {
    pub(super) fn new(model: &Compiled) -> Self {
        let mut place = vec![NOT; model.quantity_count()];
        let mut reactants: Vec<(u32, f64, u32)> = Vec::new();
        for law in &model.reactions.kinetics {
            for (species, order, taken) in influences(law) {
                if !model.quantities.is_species[species as usize] {
                    continue;
                }
                let slot = &mut place[species as usize];
                if *slot == NOT {
                    *slot = reactants.len() as u32;
                    reactants.push((species, 0.0, 0));
                }
                let known = &mut reactants[*slot as usize];
                if (order, taken) > (known.1, known.2) {
                    (known.1, known.2) = (order, taken);
                }
            }
        }
        let count = reactants.len();
        let none = || vec![0.0; count];
        Self { reactants, place, drift: none(), spread: none(), turnover: none() }
    }

    /// The longest leap in which no propensity changes by more than `epsilon` of their sum, equation 33
    /// of the paper, and no pool is replaced by more than [`REPLACED`]. Reactions of which `critical` says so do not count.
    pub(super) fn longest(
        &mut self,
        model: &Compiled,
        x: &[f64],
        rates: &[f64],
        critical: &[bool],
        epsilon: f64,
    ) -> f64 {
        self.drift.fill(0.0);
        self.spread.fill(0.0);
        self.turnover.fill(0.0);
        for (reaction, &rate) in rates.iter().enumerate() {
            if rate == 0.0 || critical[reaction] {
                continue;
            }
            for change in model.changes.row(reaction) {
                let place = self.place[change.species as usize];
                if place != NOT {
                    let delta = f64::from(change.delta);
                    self.drift[place as usize] += delta * rate;
                    self.spread[place as usize] += delta * delta * rate;
                    self.turnover[place as usize] += delta.abs() * rate;
                }
            }
        }
        let mut longest = f64::INFINITY;
        for (i, &(species, order, taken)) in self.reactants.iter().enumerate() {
            let x = x[species as usize];
            let weight = weight(x, order, taken);
            let allowed = (epsilon * x / weight).max(1.0);
            let by_drift = allowed / self.drift[i].abs();
            let by_spread = allowed * allowed / self.spread[i];
            // A species that does not change bounds nothing: 1/0 is infinite.
            // Gain and loss are both counted.
            let by_turnover = (2.0 * REPLACED * x / weight).max(1.0) / self.turnover[i];
            longest = longest.min(by_drift).min(by_spread).min(by_turnover);
        }
        longest
    }
}

/// The species a law depends on, with the order of the law and how many molecules it takes.
fn influences(law: &Kinetics) -> Vec<(u32, f64, u32)> {
    match law {
        Kinetics::MassAction(reactants) => {
            let order: u32 = reactants.iter().map(|r| r.1).fold(0, u32::saturating_add);
            reactants.iter().map(|&(s, n)| (s, f64::from(order), n)).collect()
        }
        Kinetics::MichaelisMenten { substrate, .. } => vec![(*substrate, 1.0, 1)],
        // Relative changes are multiplied by the coefficient at most.
        Kinetics::Hill { n, regulator, .. } => vec![(*regulator, n.abs().max(1.0), 1)],
        Kinetics::Program(program) => program.inputs().iter().map(|q| (q.0, 3.0, 1)).collect(),
    }
}

/// The paper's g: how many times the relative change of a species that of a propensity can be.
fn weight(x: f64, order: f64, taken: u32) -> f64 {
    match taken {
        2 if x > 1.0 => order / 2.0 * (2.0 + 1.0 / (x - 1.0)),
        3 if x > 2.0 => order / 3.0 * (3.0 + 1.0 / (x - 1.0) + 2.0 / (x - 2.0)),
        _ => order.max(f64::from(taken)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::{Network, RateLaw};

    #[test]
    fn the_step_is_that_of_the_paper() {
        // x decays at 1 each and dimerises: x = 1000, a = (1000, 0.002 * 499 500 = 999).
        let mut n = Network::default();
        let x = n.species("x", 1000.0);
        let law = |k| RateLaw::MassAction { k, factors: vec![] };
        n.reaction("decay", &[(x, 1)], &[], law(1.0));
        n.reaction("pair", &[(x, 2)], &[], law(0.002));
        let model = Compiled::new(&n).expect("compiles");
        let mut bounds = Bounds::new(&model);
        let rates = [1000.0, 999.0];
        let step = bounds.longest(&model, &[1000.0], &rates, &[false; 2], 0.03);
        // g = 2 + 1/999; allowed 30/g; drift 1000 + 2 * 999, spread 1000 + 4 * 999.
        let allowed: f64 = 30.0 / (2.0 + 1.0 / 999.0);
        let expected = (allowed / 2998.0).min(allowed * allowed / 4996.0);
        assert!((step - expected).abs() < 1e-15);
        // Only the decay counts when the other is critical.
        let step = bounds.longest(&model, &[1000.0], &rates, &[false, true], 0.03);
        assert!((step - (allowed / 1000.0).min(allowed * allowed / 1000.0)).abs() < 1e-15);
    }

    #[test]
    fn weights_follow_the_highest_order() {
        assert_eq!(weight(10.0, 1.0, 1), 1.0);
        assert_eq!(weight(10.0, 2.0, 1), 2.0);
        assert_eq!(weight(11.0, 2.0, 2), 2.1);
        assert_eq!(weight(11.0, 3.0, 2), 1.5 * 2.1);
        assert!((weight(12.0, 3.0, 3) - (3.0 + 1.0 / 11.0 + 0.2)).abs() < 1e-15);
        assert_eq!(weight(1.0, 2.0, 2), 2.0);
    }
}
