//! Cells in a vessel.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::number::number;
use crate::world::on;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm};
use bioxen_base::units::{Concentration, ConcentrationUnit};
use bioxen_cell::hypervisor::BiologicalType;
use bioxen_genome::regulation::Concentrations;

/// Cells in a vessel.
#[export_module]
pub mod functions {
    /// Puts the cells into a vessel, in which they use up the carbon of the `medium`, glucose
    /// before other sources. Until then, and after `end_batch`, the medium is renewed for ever.
    ///
    /// With `X` the biomass and `S` the glucose, `dX/dt = λ X`, `dS/dt = -λ X / Y`, and the host
    /// feels `S` as `medium` says: `K` = 22.2 µM (Monod, *Annu. Rev. Microbiol.* 3:371, 1949); `Y`
    /// = 0.09 g/mmol, that of other sources in proportion to their carbon (assumptions). `λ` is the
    /// growth rate of the host beside its guests. Runs record `culture.biomass` [g/L] and
    /// `culture.glucose` [mM].
    ///
    /// When all is used up the cells starve: growth falls to nothing and ATP with it, and `health`
    /// says so. Not modelled: the slow loss of ribosomes in starved cells and the lag that follows
    /// from it (here they grow again within minutes of new food), death, the pause between two
    /// sources, overflow to acetate, lack of oxygen.
    ///
    /// * `biomass` - dry mass [g/L], such as `0.05`
    ///
    /// # Errors
    /// If the biomass is no positive number up to 100, or a batch is under way.
    ///
    /// # Example
    /// ```rhai
    /// medium(#{glucose: 2.mM});
    /// start_batch(0.05);
    /// run(10.min).final("culture.biomass")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn start_batch(context: NativeCallContext, biomass: Dynamic) -> RhaiResultOf<()> {
        with(&context, |world| {
            let biomass = number("the biomass of start_batch", &biomass)?;
            world.lab.hypervisor_mut().start_batch(biomass)?;
            Ok::<_, LangError>(())
        })
    }

    /// Takes the cells out of the vessel, as they are, into a medium that is renewed for ever: the
    /// one that was put into the vessel.
    ///
    /// # Example
    /// ```rhai
    /// end_batch();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn end_batch(context: NativeCallContext) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.lab.hypervisor_mut().end_batch();
            Ok::<_, LangError>(())
        })
    }

    /// What is in the vessel: `biomass` [g/L], `glucose` [mM] and `growth_rate` [1/h]; nothing
    /// when there is no batch.
    ///
    /// # Example
    /// ```rhai
    /// start_batch(0.05);
    /// culture().biomass
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn culture(context: NativeCallContext) -> RhaiResultOf<Dynamic> {
        with(&context, |world| {
            let hypervisor = world.lab.hypervisor();
            let Some(culture) = hypervisor.culture() else {
                return Ok::<_, LangError>(Dynamic::UNIT);
            };
            let glucose = hypervisor.medium().millimolar("glucose");
            let glucose = Concentration::new(glucose, ConcentrationUnit::Millimolar);
            let mut map = Map::new();
            map.insert("biomass".into(), Dynamic::from_float(culture.biomass_g_per_l));
            map.insert("glucose".into(), Dynamic::from(glucose));
            let growth = hypervisor.host_rates().growth_per_h;
            map.insert("growth_rate".into(), Dynamic::from_float(growth));
            Ok(map.into())
        })
    }

    /// Where the cell of an *E. coli* is in its growth: `"lag"` (food is there, growth still
    /// rises), `"exponential"`, `"transition"` (food runs out) or `"stationary"` (growth under a
    /// twentieth of what the medium allowed, or under 0.01 /h: the cell starves). It is told from
    /// the state, not from the time.
    ///
    /// # Errors
    /// If the VM is not an *E. coli*.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// get_growth_phase()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_growth_phase(context: NativeCallContext, vm: Vm) -> RhaiResultOf<String> {
        on(&context, &vm.id, |world| {
            world
                .lab
                .hypervisor()
                .vm(&vm.id)?
                .must_be(&[BiologicalType::Ecoli], "get_growth_phase")?;
            Ok::<_, LangError>(world.lab.hypervisor().growth_phase(&vm.id)?.name().to_owned())
        })
    }
}
