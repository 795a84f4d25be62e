//! States that are kept in memory, with the surroundings of a VM at that time.

use std::sync::Arc;

use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Hypervisor, Medium, Vm};

use super::call::Call;
use super::error::LabError;
use super::lab::{Cell, Lab};

/// Variables of the host that differ by less than this, relatively, are told as the same.
const SAME: f64 = 1e-4;

/// The state of a VM at a time.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The VM as it was.
    pub vm: Arc<Vm>,
    /// What was around it.
    pub around: Arc<Surroundings>,
    /// When it was kept.
    pub taken: Time,
}

/// The state of everything at a time.
#[derive(Debug, Clone)]
pub struct Moment<A = Call> {
    pub(crate) cells: Vec<Cell<A>>,
    pub(crate) current: usize,
    pub(crate) attached: Option<String>,
}

impl<A> Moment<A> {
    /// What it is of, in words.
    pub fn told(&self) -> String {
        let one = |cell: &Cell<A>| {
            let vms: Vec<&str> = cell.hypervisor.vms().iter().map(Vm::id).collect();
            let vms = if vms.is_empty() { "no VM".to_owned() } else { vms.join(", ") };
            format!("chassis `{}` at {} with {vms}", cell.name, cell.hypervisor.now())
        };
        // The current one comes first.
        let others = self.cells.iter().enumerate().filter(|(place, _)| *place != self.current);
        let all = std::iter::once(&self.cells[self.current]).chain(others.map(|(_, cell)| cell));
        all.map(one).collect::<Vec<_>>().join("; ")
    }
}

impl<A: Clone> Lab<A> {
    /// All cells as they are now.
    pub fn keep(&self) -> Moment<A> {
        let Self { cells, current, attached, .. } = self;
        Moment { cells: cells.clone(), current: *current, attached: attached.clone() }
    }

    /// Puts all cells back to where they were, as if nothing had been.
    pub fn put_back(&mut self, moment: Moment<A>) {
        Moment { cells: self.cells, current: self.current, attached: self.attached } = moment;
    }

    /// Puts all cells back to where they were once. Events that are set afterwards take numbers that
    /// no event has had, so that a handle never means another event.
    ///
    /// # Errors
    /// When a run is under way.
    pub fn restore_all(&mut self, moment: &Moment<A>) -> Result<(), LabError> {
        self.idle()?;
        let numbered: Vec<(String, u64)> =
            self.cells.iter().map(|cell| (cell.name.clone(), cell.events.numbered())).collect();
        self.put_back(moment.clone());
        for (name, number) in numbered {
            if let Some(cell) = self.cells.iter_mut().find(|cell| cell.name == name) {
                cell.events.number_on_from(number);
            }
        }
        Ok(())
    }
}

impl<A> Lab<A> {
    /// Keeps the state of a VM.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn snapshot(&self, id: &str) -> Result<Snapshot, LabError> {
        let hypervisor = self.hypervisor_of(id)?;
        let vm = hypervisor.vm(id)?.clone();
        let around = self.around(id)?;
        Ok(Snapshot { vm: vm.into(), around: around.into(), taken: hypervisor.now() })
    }

    /// Puts a VM back into a state that was kept, among what is around it now. Gives how that
    /// differs from what was around it then, in words.
    ///
    /// # Errors
    /// When the snapshot is one of another VM, or there is none of that id.
    pub fn restore(&mut self, id: &str, snapshot: &Snapshot) -> Result<Vec<String>, LabError> {
        if id != snapshot.vm.id() {
            let of = snapshot.vm.id().to_owned();
            return Err(LabError::ForeignSnapshot { of, to: id.to_owned() });
        }
        let present = self.find(id)?;
        if present.biological_type() != snapshot.vm.biological_type()
            || present.chromosome().name != snapshot.vm.chromosome().name
        {
            let what =
                |vm: &Vm| format!("{} ({})", vm.biological_type().name(), vm.chromosome().name);
            let (was, is) = (what(&snapshot.vm), what(present));
            return Err(LabError::OtherVm { id: id.to_owned(), was, is });
        }
        self.on(id, |cell| cell.hypervisor.restore_vm(&snapshot.vm))?;
        Ok(snapshot.around.differences(&self.around(id)?))
    }

    fn around(&self, id: &str) -> Result<Surroundings, LabError> {
        let hypervisor = self.hypervisor_of(id)?;
        let cell = self.cells.iter().find(|cell| std::ptr::eq(&cell.hypervisor, hypervisor));
        let name = cell.map_or("", |cell| cell.name.as_str());
        Ok(Surroundings::of(name, hypervisor))
    }
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
            host: state
                .to_array()
                .into_iter()
                .chain([hypervisor.chassis().inactivated()])
                .collect(),
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
