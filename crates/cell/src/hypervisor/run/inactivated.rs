//! Ribosomes that an inhibitor inactivates, along an integration. Nothing else depends on them, so they
//! are no part of the equations: they follow from growth and translation, which the steps have already.

use super::arrow::Arrow;
use crate::chassis::Inhibition;
use bioxen_engine::ode::Bdf;

/// Nodes and weights of Gauss and Legendre on (0, 1), of order 6: as good as the steps themselves.
const NODES: [(f64, f64); 3] = [
    (0.112_701_665_379_258_3, 5.0 / 18.0),
    (0.5, 8.0 / 18.0),
    (0.887_298_334_620_741_7, 5.0 / 18.0),
];

/// How much a cell grows in a part of a step, and until nothing of what there was is left (e^-40).
const PART: f64 = 0.5;
const FORGOTTEN: f64 = 40.0;

/// How many there are where a step begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inactivated {
    inhibition: Inhibition,
    /// When [h].
    hours: f64,
    /// How far the cell has grown by then.
    grown: f64,
    ribosomes: f64,
}

impl Inactivated {
    /// Those at the beginning of an integration.
    pub(super) fn new(inhibition: Inhibition, ribosomes: f64) -> Self {
        Self { inhibition, hours: 0.0, grown: 0.0, ribosomes }
    }

    pub(super) fn ribosomes(self) -> f64 {
        self.ribosomes
    }

    /// Those at a later time [h] within the last step of the integrator.
    ///
    /// `R(t) = exp(-g) R + k h * integral of B exp(g(s) - g)`, with `g` the growth since.
    pub(super) fn at(self, hours: f64, integrator: &Bdf, system: &mut Arrow) -> Self {
        if self.inhibition == Inhibition::default() && self.ribosomes == 0.0 || hours == self.hours
        {
            return self;
        }
        let mut state = vec![0.0; integrator.y().len()];
        let mut at = |hours: f64| {
            integrator.interpolate(hours, &mut state);
            (state.last().copied().unwrap_or_default(), system.translating(&state))
        };
        let span = hours - self.hours;
        let (grown, _) = at(hours);
        let inactivation = self.inhibition.inactivation_per_h();
        // Where little changes, a step is as long as the cell grows many times. What was inactivated early in it is
        // diluted away, and the rest is integrated in parts in which the cell grows little.
        let growth = (grown - self.grown).max(0.0);
        let kept = growth.min(FORGOTTEN);
        let parts = (kept / PART).ceil().max(1.0);
        let first = hours - if growth > 0.0 { span * kept / growth } else { span };
        let part = (hours - first) / parts;
        let mut made = 0.0;
        for number in 0..parts as u32 {
            let from = first + f64::from(number) * part;
            for (node, weight) in NODES {
                let (then, translating) = at(from + node * part);
                made += part * weight * translating * (then - grown).exp();
            }
        }
        let left = self.ribosomes * (self.grown - grown).exp();
        Self { hours, grown, ribosomes: left + inactivation * made, ..self }
    }
}

#[cfg(test)]
mod tests {
    use crate::chassis::Nutrient;
    use crate::hypervisor::{
        BiologicalType, Hypervisor, Limits, Medium, Rules, Search, Solver, VmSpec,
    };
    use bioxen_base::units::Time;
    use bioxen_engine::StopToken;

    /// A cell with a burdening guest, in a medium with chloramphenicol [uM].
    fn cell(solver: Solver, micromolar: f64) -> Hypervisor {
        let mut cell = Hypervisor::new(Nutrient::default()).unwrap();
        cell.set_solver(solver);
        let biological_type = BiologicalType::Ecoli;
        let limits = Limits { max_ribosomes: 20_000.0, max_memory_kb: 5000.0, ..Limits::HOST };
        let genome = bioxen_genome::shipped("ecoli").unwrap();
        let rules = Rules::of(biological_type);
        let spec = VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules };
        let vm = cell.create(spec).unwrap();
        vm.start().unwrap();
        vm.start_transcription(&["crp"], 5.0).unwrap();
        set(&mut cell, micromolar);
        cell
    }

    fn set(cell: &mut Hypervisor, micromolar: f64) {
        let mut medium = Medium::default();
        medium.set("chloramphenicol", 1e-3 * micromolar).unwrap();
        cell.set_medium(medium);
    }

    fn live(cell: &mut Hypervisor, minutes: f64, every: f64) {
        cell.set_sample_every(Time::from_minutes(every)).unwrap();
        let run = cell.run(Time::from_minutes(minutes), &mut |_| {}, &StopToken::new());
        assert!(run.unwrap().completed);
    }

    fn inactivated(cell: &Hypervisor) -> f64 {
        cell.chassis().inactivated()
    }

    #[test]
    fn both_solvers_and_the_steady_state_agree() {
        let mut exact = cell(Solver::Deterministic, 4.0);
        let mut stepped = cell(Solver::Stochastic, 4.0);
        for minutes in [20.0, 100.0] {
            live(&mut exact, minutes, 10.0);
            live(&mut stepped, minutes, 10.0);
            // Chance in a guest that holds a hundredth of the ribosomes.
            assert!((inactivated(&stepped) / inactivated(&exact) - 1.0).abs() < 5e-3);
        }
        live(&mut exact, 3000.0, 1000.0);
        let steady = exact.steady_state(Search::Run, &StopToken::new()).unwrap();
        let fraction = steady.values.column("host.ribosome_fraction").unwrap().values[0];
        let lived = exact.host_rates().ribosome_fraction;
        assert!((fraction / lived - 1.0).abs() < 1e-6, "{fraction} {lived}");
        assert!(inactivated(&exact) > exact.chassis().state().ribosomes);
    }

    /// How often it is recorded, and where it is cut, changes nothing; nor does a file.
    #[test]
    fn recording_and_saving_change_nothing() {
        for solver in [Solver::Deterministic, Solver::Stochastic] {
            let mut rare = cell(solver, 4.0);
            live(&mut rare, 31.0, 31.0);
            let mut often = cell(solver, 4.0);
            live(&mut often, 7.3, 0.1);
            let saved = often.save().unwrap();
            let mut often = Hypervisor::load(&saved).unwrap();
            live(&mut often, 23.7, 0.3);
            assert_eq!(inactivated(&rare).to_bits(), inactivated(&often).to_bits());
            assert_eq!(rare.chassis(), often.chassis());
        }
    }

    #[test]
    fn without_a_dose_nothing_differs_and_after_it_all_is_diluted() {
        for solver in [Solver::Deterministic, Solver::Stochastic] {
            let (mut plain, mut none) = (cell(solver, 0.0), cell(solver, 0.0));
            set(&mut none, 0.0);
            live(&mut plain, 10.0, 10.0);
            live(&mut none, 10.0, 10.0);
            assert_eq!(plain.save().unwrap(), none.save().unwrap());
            set(&mut none, 4.0);
            live(&mut none, 60.0, 10.0);
            let most = inactivated(&none);
            set(&mut none, 0.0);
            let before = none.cycle().grown();
            live(&mut none, 5.0, 5.0);
            let grown = none.cycle().grown() - before;
            let left = inactivated(&none) / most;
            assert!(
                most > 1e4 && grown > 0.0 && (left.ln() + grown).abs() < 1e-4,
                "{left} {grown}"
            );
        }
    }
}
