//! What proteins and RNAs do to the promoters of a VM.

use super::super::losses::{Losses, Placed};
use super::super::promoter::Law;
use super::{Control, GuestUnit, Population};

impl Population {
    /// Takes other laws for promoters that answer to proteins. Where nothing but their numbers is new, the simulation
    /// stays.
    pub(in crate::hypervisor) fn set_laws(&mut self, laws: Vec<Law>) {
        if self.laws != laws {
            let alike = |(a, b): (&Law, &Law)| a.is_like(b);
            let same = self.laws.len() == laws.len() && self.laws.iter().zip(&laws).all(alike);
            match &mut self.simulation {
                Some(simulation) if same => simulation.outdated = true,
                _ => self.drop_simulation(),
            }
            let before = std::mem::replace(&mut self.laws, laws);
            // Where nothing is led any more, what decided beside it decides alone.
            for law in before {
                let at = self.gene(law.gene).map(|gene| gene.unit);
                if let Some((at, held)) = at.zip(law.held_at()) {
                    self.units[at].drive.activity = held;
                }
            }
        }
        self.answer_to_proteins();
    }

    /// The laws in force: those of open promoters that are left to their regulators. Each comes with
    /// the place of its unit, and has places among [`Self::genes`] for the genes of proteins.
    pub(in crate::hypervisor) fn laws_in_force(&self) -> Vec<(usize, Law)> {
        self.laws_of(|unit| unit.strength.is_some())
    }

    /// The laws of promoters that are left to their regulators, of some units.
    pub(super) fn laws_of(&self, wanted: impl Fn(&GuestUnit) -> bool) -> Vec<(usize, Law)> {
        let in_force = self.laws.iter().filter_map(|law| {
            let at = self.gene(law.gene)?.unit;
            let unit = &self.units[at];
            let follows =
                (unit.drive.control == Control::Regulated || law.is_always()) && wanted(unit);
            follows.then(|| (at, law.renumbered(|index| self.place(index))))
        });
        in_force.collect()
    }

    /// Brings activities up to date with the proteins.
    pub(super) fn answer_to_proteins(&mut self) {
        self.feel_losses();
        if self.laws.is_empty() {
            return;
        }
        // Those of closed promoters as well, so that it does not matter what closed first.
        for (at, law) in self.laws_of(|_| true) {
            self.units[at].drive.activity = law.activity(|i| self.acting(i));
        }
    }

    /// Takes other losses to proteases and small RNAs.
    pub(in crate::hypervisor) fn set_losses(&mut self, losses: Losses) {
        if self.losses != losses {
            self.drop_simulation();
            // Those that are gone take nothing any more.
            self.units.iter_mut().for_each(|unit| unit.paired_per_h = 0.0);
            self.genes.iter_mut().for_each(|gene| gene.degraded_per_h = 0.0);
            self.losses = losses;
        }
        self.feel_losses();
    }

    /// The losses, by places among [`Self::genes`] and [`Self::units`].
    pub(in crate::hypervisor) fn losses(&self) -> Placed {
        let places = |index| {
            let from = self.places.partition_point(|(i, _)| *i < index);
            let own = self.places[from..].iter().take_while(move |(i, _)| *i == index);
            own.map(|(_, at)| *at).collect::<Vec<usize>>()
        };
        self.losses.placed(places, |index| {
            places(index).into_iter().map(|at| self.genes[at].unit).collect()
        })
    }

    /// Brings up to date how fast molecules are lost.
    pub(super) fn feel_losses(&mut self) {
        if self.losses.is_empty() {
            return;
        }
        let losses = self.losses();
        let felt = losses.felt(
            |_, queue| queue.waiting(|gene| self.genes[gene].protein),
            |unit| self.units[unit].transcripts,
        );
        losses.tell(&felt, &mut self.units, &mut self.genes);
    }
}
