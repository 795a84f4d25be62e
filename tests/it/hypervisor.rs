//! The life cycle of VMs and what they may be allocated.

mod built;
mod health;
mod life_cycle;
mod limits;

use bioxen::chassis::Nutrient;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor};

/// A cell with a VM that was created and not started.
fn cell() -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    hypervisor.create(config.spec("cell").unwrap()).unwrap();
    hypervisor
}
