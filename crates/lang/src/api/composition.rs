//! What a cell consists of.

use rhai::Map;
use rhai::plugin::*;

use crate::world::with;
use crate::{LangError, RhaiResultOf};
use bioxen_cell::chassis::Composition;

/// What a cell consists of.
#[export_module]
pub mod functions {
    /// The composition of the current host in the terms in which cells are measured: a map of
    ///
    /// * `growth_rate` [1/h] and `doubling_time`
    /// * `cell_size`: protein of the average cell at this growth rate over that of the reference cell.
    ///   The program counts molecules **per reference cell**, which has one size at all growth rates (that
    ///   of a doubling time of 60 min). Times `cell_size`, a number is one per cell
    /// * `ribosomes` per cell, and those of them that an inhibitor has inactivated,
    ///   `inactivated_ribosomes`
    /// * `rna_polymerases`, `protein` [aa] and `mrna` [nt] per cell: measured, as functions of growth
    /// * `rna_protein_ratio` [g/g]: RNA over protein
    /// * `active_ribosome_fraction`, and `elongation` [aa/s]: all ribosomes of the host's model
    ///   translate, and each elongates 7 to 21 % more slowly than was measured. If they elongate as
    ///   measured, this fraction of them makes the same protein (measured: 0.85)
    ///
    /// Sizes were measured in unburdened cells without antibiotics, from 0.42 to 2.08/h; beyond these the
    /// outermost measurement is given.
    ///
    /// # Source
    /// Dennis and Bremer, *EcoSal Plus* (2008), Tables 1 to 3; `docs/model.md` says what is predicted.
    ///
    /// # Example
    /// ```rhai
    /// cell_composition().rna_protein_ratio
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn cell_composition(context: NativeCallContext) -> RhaiResultOf<Map> {
        with(&context, |world| {
            let cell = world.lab.hypervisor();
            let found = Composition::of(cell.chassis().state(), &cell.host_rates());
            Ok::<_, LangError>(super::record(&found))
        })
    }
}

fn record(c: &Composition) -> Map {
    let doubling = crate::steady::hours(std::f64::consts::LN_2 / c.growth_per_h);
    let numbers = [
        ("growth_rate", c.growth_per_h),
        ("cell_size", c.cell_size),
        ("ribosomes", c.ribosomes),
        ("inactivated_ribosomes", c.inactivated),
        ("rna_polymerases", c.rna_polymerases),
        ("protein", c.protein_aa),
        ("mrna", c.mrna_nt),
        ("rna_protein_ratio", c.rna_protein_ratio),
        ("active_ribosome_fraction", c.active_ribosome_fraction),
        ("elongation", c.active_elongation_aa_per_s),
    ];
    let mut map: Map = numbers.into_iter().map(|(key, x)| (key.into(), x.into())).collect();
    map.insert("doubling_time".into(), doubling);
    map
}
