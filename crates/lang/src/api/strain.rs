//! What differs from the wild type in the control of catabolic operons.

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::number::{kind, number, only};
use crate::world::on;
use crate::{LangError, RhaiResultOf, Vm};
use bioxen_cell::hypervisor::Strain;
use bioxen_genome::regulation::Cyclase;

const OPTIONS: [&str; 2] = ["cya", "permease_gain"];

fn changed(strain: Strain, options: &Map) -> Result<Strain, LangError> {
    only("strain", options, &OPTIONS)?;
    let mut strain = strain;
    if let Some(value) = options.get("cya") {
        let makes = value.as_bool().map_err(|_| LangError::WrongType {
            what: "cya of strain".to_owned(),
            expected: "true or false",
            got: kind(value),
        })?;
        strain.cyclase = if makes { Cyclase::WildType } else { Cyclase::Deleted };
    }
    if let Some(value) = options.get("permease_gain") {
        strain.permease_gain = number("permease_gain of strain", value)?;
    }
    Ok(strain)
}

/// What differs from the wild type in the control of catabolic operons.
#[export_module]
pub mod functions {
    /// What differs from the wild type in the control of catabolic operons: a map with `cya`, whether the
    /// cell makes cAMP, and `permease_gain`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// strain()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn strain(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let strain = world.lab.hypervisor().vm(&vm.id)?.strain();
            let mut map = Map::new();
            map.insert("cya".into(), (strain.cyclase == Cyclase::WildType).into());
            map.insert("permease_gain".into(), Dynamic::from_float(strain.permease_gain));
            Ok::<_, LangError>(map)
        })
    }

    /// Makes an *E. coli* another strain; its operons respond at once. What is not named stays as it is.
    ///
    /// * `options` - a map with one or both of the following
    /// * `cya` - `false` deletes adenylate cyclase: there is no cAMP but what `add_inducer("cAMP", ..)` adds, and
    ///   growth does not act on catabolic operons. `lac` then differs 50-fold between none and much cAMP
    /// * `permease_gain` - by how much the LacY of a fully induced cell concentrates IPTG: `10` makes it
    ///   elevenfold. It acts once the VM has the `lac` operon. Without it IPTG only diffuses. **No source gives
    ///   this number for IPTG**; from about 10 on `lac` has two thresholds
    ///
    /// # Errors
    /// If the VM is not an *E. coli*, an option is unknown, or a value is not possible. Then nothing is changed.
    ///
    /// # Source
    /// Fold without and with cAMP: Kuhlman et al., *PNAS* 104:6043 (2007). See `docs/lac.md`.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// strain(#{cya: false});
    /// manage_operons(["lac"], "release");
    /// add_inducer("cAMP", 1.mM);
    /// ```
    #[rhai_fn(global, name = "strain", return_raw)]
    pub fn set_strain(context: NativeCallContext, vm: Vm, options: Map) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let strain = world.lab.hypervisor().vm(&vm.id)?.strain();
            let strain = changed(strain, &options)?;
            world.lab.hypervisor_mut().vm_mut(&vm.id)?.set_strain(strain)?;
            Ok::<_, LangError>(())
        })
    }
}
