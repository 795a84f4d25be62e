//! Cells in a vessel.

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
    /// Starts a batch culture: the cells are in a vessel and use up the carbon of the `medium`, glucose
    /// before other sources. Before this call, and after `end_batch`, the medium is renewed continuously.
    ///
    /// With `X` the biomass and `S` the glucose, `dX/dt = λ X` and `dS/dt = -λ X / Y`. The effect of `S`
    /// on growth is described at `medium`: `K` = 22.2 µM (Monod, *Annu. Rev. Microbiol.* 3:371, 1949).
    /// `Y` = 0.09 g/mmol for glucose; for other sources it is proportional to their carbon (assumptions).
    /// `λ` is the growth rate of the host with its guests. Runs record `culture.biomass` [g/L] and
    /// `culture.glucose` [mM].
    ///
    /// When all carbon is used up, the cells starve: growth and ATP fall to zero, and `health` says so.
    /// Not modelled: the slow loss of ribosomes in starved cells and the resulting lag (here cells grow
    /// again within minutes of new food), death, the pause between two sources (diauxie), overflow to
    /// acetate, lack of oxygen.
    ///
    /// * `biomass` - dry mass [g/L], such as `0.05`
    ///
    /// # Errors
    /// If the biomass is not a positive number up to 100, or a batch is in progress.
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

    /// Ends a batch culture: the cells go, as they are, into a medium that is renewed continuously. Its
    /// composition is the one with which the batch began.
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

    /// The state of the batch culture: `biomass` [g/L], `glucose` [mM] and `growth_rate` [1/h]; nothing,
    /// `()`, if there is no batch.
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

    /// The growth phase of an *E. coli* cell: `"lag"` (there is food, growth still rises),
    /// `"exponential"`, `"transition"` (food runs out) or `"stationary"` (growth is below a twentieth of
    /// what the medium allowed, or below 0.01 /h: the cell starves). The phase follows from the state, not
    /// from the time.
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
