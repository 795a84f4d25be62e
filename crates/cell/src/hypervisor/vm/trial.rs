//! What tests of packages in a cell have in common.

use std::sync::Arc;

use crate::hypervisor::{Hypervisor, Vm};
use crate::package::{Package, PackageError, read};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

pub(super) fn package(text: &str) -> Result<Arc<Package>, PackageError> {
    read(text, "test.toml", &|_| Err("there is none".to_owned())).map(Arc::new)
}

pub(super) fn live(cell: &mut Hypervisor, hours: f64) {
    cell.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
}

/// The mRNA and the protein of a gene.
pub(super) fn counts(vm: &Vm, gene: &str) -> (f64, f64) {
    vm.population().counts(vm.gene_index(gene).unwrap()).unwrap()
}
