//! Random networks over many orders of magnitude: loose and tight tolerances must agree.

use bioxen::engine::StopToken;
use bioxen::engine::ode::{NetworkOde, Options, Solution, solve};
use bioxen::network::{Network, QuantityId};
use proptest::prelude::*;

use super::models::mass_action;

const COUNT: usize = 8;

/// Reactions of one molecule to one or two to two, so that their total number is conserved, with
/// rate constants over six decades. All products stand behind all reactants: where species may
/// catalyse their own formation, even in a circle over others, what happens depends on amounts far
/// below any tolerance.
fn networks() -> impl Strategy<Value = Network> {
    let pick = || (0..COUNT - 1, 0..COUNT);
    let reaction = (pick(), pick(), any::<bool>(), -3.0..3.0f64);
    let initial = prop::collection::vec(0.0..100.0f64, COUNT);
    (initial, prop::collection::vec(reaction, 1..15)).prop_map(|(initial, reactions)| {
        let mut network = Network::default();
        let ids: Vec<QuantityId> =
            (0..COUNT).map(|i| network.species(format!("s{i}"), initial[i])).collect();
        for (number, (a, b, pair, exponent)) in reactions.into_iter().enumerate() {
            let last = if pair { a.0.max(b.0) } else { a.0 };
            let later = |(_, skip): (usize, usize)| last + 1 + skip % (COUNT - 1 - last);
            let side = |first: usize, second: usize| match pair {
                true => vec![(ids[first], 1), (ids[second], 1)],
                false => vec![(ids[first], 1)],
            };
            let law = mass_action(10f64.powf(exponent) / if pair { 100.0 } else { 1.0 });
            let (from, to) = (side(a.0, b.0), side(later(a), later(b)));
            network.reaction(format!("r{number}"), &from, &to, law);
        }
        network
    })
}

fn run(network: &Network, rtol: f64) -> Solution {
    let mut system = NetworkOde::new(network).unwrap();
    let start = system.initial_state().to_vec();
    let options = Options { rtol, atol: 1e-2 * rtol, max_steps: 20_000, ..Options::default() };
    let grid = [1e-3, 0.03, 1.0, 100.0];
    solve(&mut system, 0.0, &start, &grid, options, &StopToken::new()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn tolerances_agree_and_totals_are_conserved(network in networks()) {
        let (loose, tight) = (run(&network, 1e-6), run(&network, 1e-10));
        // Each step may err by its tolerance times the largest amount; in a million networks the
        // errors came to 1.6 times, and those of the total to 2.2 times this.
        let total: f64 = network.quantities.iter().map(|q| q.initial).sum();
        for (loose, tight) in loose.values.iter().zip(&tight.values) {
            let allowed = 1e-4 * tight.abs() + 5e-6 * total;
            prop_assert!((loose - tight).abs() <= allowed, "{loose} {tight}");
        }
        for (solution, rtol) in [(&loose, 1e-6), (&tight, 1e-10)] {
            for i in 0..4 {
                let sum: f64 = solution.row(i).iter().sum();
                prop_assert!((sum - total).abs() <= 5.0 * rtol * total, "{sum}, not {total}");
            }
        }
    }
}
