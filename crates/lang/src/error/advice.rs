//! What a script can do about an error of the hypervisor, which knows no function of the language.

use bioxen_base::units::short;
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_cell::package::PackageError;

/// What follows the words of the error; nothing where they say all.
pub(super) fn of(error: &HypervisorError) -> String {
    match error {
        HypervisorError::PluginMissing { .. } => {
            "; load_plugin(..) with its folder first".to_owned()
        }
        HypervisorError::DuplicateVm { id } => format!(", or terminate_vm({id:?}) first"),
        HypervisorError::NoCopies { given, .. } => format!(": add_plasmid({given:?}, 15)"),
        HypervisorError::Incompatible { present, .. } => {
            format!("; remove_plasmid({present:?}) first")
        }
        HypervisorError::PlasmidGone { plasmid, .. } => {
            format!("; add_plasmid({plasmid:?}) first")
        }
        HypervisorError::NoExpression { gene } => {
            format!(
                "; assume one with start_transcription([{gene:?}], #{{tpm: 300}}), or another number"
            )
        }
        HypervisorError::InBatch | HypervisorError::SteadyInBatch => {
            "; end_batch() ends it first".to_owned()
        }
        HypervisorError::SteadyModel { package, .. } => {
            format!("; remove_package({package:?}) takes it away")
        }
        HypervisorError::OutOfMemory { needed, resident, .. } => {
            // Up, so that what is said is enough.
            let enough = short(((needed + resident) * 100.0 - 1e-6).ceil() / 100.0);
            format!("; allocate_memory({enough}.kb) would be enough")
        }
        HypervisorError::OverLimit { resource, asked, .. } if *asked <= resource.most() => {
            let option = resource.option();
            format!(
                "; set_limits(#{{{option}: ..}}) sets a larger one, \
                 #{{resource_limits: #{{{option}: ..}}}} when the VM is created"
            )
        }
        HypervisorError::Duration { .. } => " such as 10.min".to_owned(),
        HypervisorError::TooManySamples { .. } => {
            "; sample_every(1.min) takes a sample each minute".to_owned()
        }
        HypervisorError::Package(error) => of_package(error),
        _ => String::new(),
    }
}

/// The same of an error of a package.
pub fn of_package(error: &PackageError) -> String {
    match error {
        PackageError::NoTimeUnit { origin } => {
            format!(
                "; install_package({origin:?}, #{{time_unit: 1.min}}) says it, with the right time"
            )
        }
        PackageError::Installed { name, .. } => format!(": remove_package({name:?})"),
        _ => String::new(),
    }
}
