//! States that are kept in memory, and what was around a VM then.

use std::rc::Rc;

use super::chassis::Kept;
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Hypervisor, Medium, Vm};

/// Variables of the host that differ by less than this, relatively, are told as the same.
const SAME: f64 = 1e-4;

/// The state of a VM at a time.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The VM as it was.
    pub vm: Rc<Vm>,
    /// What was around it.
    pub around: Rc<Surroundings>,
    /// When it was kept.
    pub taken: Time,
}

/// The state of everything at a time.
#[derive(Clone)]
pub struct Moment {
    /// All cells as they were.
    pub kept: Rc<Kept>,
}

/// What a VM lives in.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    chassis: String,
    quality: f64,
    medium: Medium,
    in_batch: bool,
    growth_per_h: f64,
    ribosomes: f64,
    host: Vec<f64>,
}

impl Surroundings {
    /// What is around the VMs of a chassis now.
    pub fn of(chassis: &str, hypervisor: &Hypervisor) -> Self {
        let state = hypervisor.chassis().state();
        Self {
            chassis: chassis.to_owned(),
            quality: hypervisor.full_nutrient().value(),
            medium: hypervisor.medium().clone(),
            in_batch: hypervisor.culture().is_some(),
            // Of the host alone, so that what the VM itself takes does not count.
            growth_per_h: hypervisor.chassis().rates().growth_per_h,
            ribosomes: state.ribosomes,
            host: state.to_array().to_vec(),
        }
    }

    /// How later surroundings differ, in words.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut all = Vec::new();
        if self.chassis != now.chassis {
            all.push(format!("it was on chassis `{}`, and is on `{}`", self.chassis, now.chassis));
        }
        if self.quality != now.quality {
            all.push(format!("medium of quality {} (was {})", now.quality, self.quality));
        }
        if self.in_batch != now.in_batch {
            let of = |batch| if batch { "a batch culture" } else { "a medium that is renewed" };
            all.push(format!("{} (was {})", of(now.in_batch), of(self.in_batch)));
        }
        if self.medium != now.medium {
            all.push("another medium".to_owned());
        }
        let differ = |a: f64, b: f64| (a - b).abs() > SAME * a.abs().max(b.abs()).max(1.0);
        let mut numbers = Vec::new();
        if differ(self.growth_per_h, now.growth_per_h) {
            let (is, was) = (now.growth_per_h, self.growth_per_h);
            numbers.push(format!("alone it grows by {is:.4} /h (was {was:.4} /h)"));
        }
        if differ(self.ribosomes, now.ribosomes) {
            numbers.push(format!("{:.0} ribosomes (were {:.0})", now.ribosomes, self.ribosomes));
        }
        let others = self.host.iter().zip(&now.host).any(|(a, b)| differ(*a, *b));
        if numbers.is_empty() && others {
            numbers.push("its proteins, RNA or metabolites have changed".to_owned());
        }
        all.append(&mut numbers);
        all
    }
}
