//! Making VMs, copying them and taking them away.

pub(crate) mod host;

use std::sync::Arc;

use bioxen_base::nearest::nearest;
use bioxen_base::pattern::matches_pattern;
use bioxen_cell::factory::config_file::VmConfig;
use bioxen_cell::factory::{Config, Infrastructure};
use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, HypervisorError, Vm};
use bioxen_engine::StopToken;
use serde_json::{Map, Value};

use super::error::LabError;
use super::lab::{Cell, Lab};
use super::place::{Place, Places, Wanted, here};

impl<A> Lab<A> {
    /// The names of the biological types.
    pub fn supported_biological_types() -> [&'static str; 3] {
        BiologicalType::ALL.map(BiologicalType::name)
    }

    /// The names of the VM types.
    pub fn supported_vm_types() -> Vec<&'static str> {
        Infrastructure::ALL.map(Infrastructure::name).to_vec()
    }

    /// Creates a VM in the cell that the configuration names, which is made if there is none, or else
    /// in the current one. It becomes the one that is attached to if there is none. With `start` it
    /// runs. Gives what had to be assumed.
    ///
    /// # Errors
    /// When the id is taken in any cell, a limit exceeds the host, or the medium of a cell with VMs
    /// would change. Then nothing has changed.
    pub fn create(
        &mut self,
        id: &str,
        config: Config,
        start: bool,
    ) -> Result<Vec<String>, LabError> {
        self.create_at(id, config, start, here())
    }

    /// The same on a cell that lives in a place. A cell without VMs moves there; one with VMs has to be
    /// there.
    ///
    /// # Errors
    /// As [`Self::create`], and when the cell has VMs and lives elsewhere.
    pub fn create_at(
        &mut self,
        id: &str,
        mut config: Config,
        start: bool,
        place: Arc<dyn Place>,
    ) -> Result<Vec<String>, LabError> {
        if place.infrastructure() != config.vm_type {
            return Err(LabError::NoPlaceFor { infrastructure: config.vm_type.name() });
        }
        self.free(id)?;
        let mut notes = std::mem::take(&mut config.notes);
        let name = config.chassis.clone().unwrap_or_else(|| self.cell().name.clone());
        let new = !self.has_cell(&name);
        if new {
            self.make_cell(&name, config.nutrient.unwrap_or_default())?;
        }
        let home = self.visit_cell(&name)?;
        let made = put(self.cell_mut(), id, config, (start, place));
        self.go_home(home);
        if made.is_err() && new {
            self.unmake_cell(&name);
        }
        notes.extend(made?);
        if self.attached.is_none() {
            self.attach(id)?;
        }
        Ok(notes)
    }

    /// The place in which a VM of a configuration is to live, opened if the VMs of its cell do not live
    /// there already. Whether the VM can be made is tried before: nothing is reached or made for one that
    /// cannot.
    ///
    /// # Errors
    /// As [`Self::create_at`] and [`Places::open`].
    pub fn open_place(
        &self,
        id: &str,
        config: &Config,
        (reach, places): (&Map<String, Value>, &dyn Places),
        tell: &mut dyn FnMut(String),
        stop: &StopToken,
    ) -> Result<Arc<dyn Place>, LabError>
    where
        A: Clone,
    {
        let chassis = config.chassis.clone().unwrap_or_else(|| self.cell().name.clone());
        let infrastructure = config.vm_type;
        let wanted = Wanted { infrastructure, config: reach, chassis: &chassis, vm: id };
        let key = places.key(wanted)?;
        if let Some(cell) = self.cells.iter().find(|cell| cell.name == chassis)
            && !cell.hypervisor.vms().is_empty()
        {
            if cell.place.key() != key {
                let asked = format!("{} by this configuration", infrastructure.name());
                return Err(other_place(cell, asked));
            }
            return Ok(Arc::clone(&cell.place));
        }
        let mut local = config.clone();
        local.vm_type = Infrastructure::Basic;
        self.clone().create(id, local, false)?;
        places.open(wanted, tell, stop)
    }

    /// Creates a VM of a type. With a configuration, whose biological type must be the same, its
    /// limits, rules, genome, seed, medium and cell are those of it.
    ///
    /// # Errors
    /// When a name is unknown, and as [`Self::create`]. Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::factory::config_file::VmConfig;
    /// use bioxen_cell::hypervisor::BiologicalType;
    /// use bioxen_lab::Lab;
    /// let mut lab = Lab::new(0)?;
    /// let mut config = VmConfig::defaults(BiologicalType::Ecoli);
    /// config.resource_limits.max_ribosomes = 500.0;
    /// lab.create_bio_vm("big", "ecoli", "basic", Some(&config))?;
    /// let again = lab.create_bio_vm("big", "ecoli", "basic", None).unwrap_err();
    /// assert!(again.to_string().contains("there is a VM `big` already"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_bio_vm(
        &mut self,
        id: &str,
        biological_type: &str,
        vm_type: &str,
        config: Option<&VmConfig>,
    ) -> Result<Vec<String>, LabError> {
        self.create(id, made_of(biological_type, vm_type, config)?, false)
    }

    /// Creates a VM with the defaults of its type and starts it.
    ///
    /// # Errors
    /// As [`Self::create_bio_vm`].
    pub fn quick_start_vm(
        &mut self,
        biological_type: &str,
        id: &str,
    ) -> Result<Vec<String>, LabError> {
        let basic = Infrastructure::Basic.name();
        self.create(id, made_of(biological_type, basic, None)?, true)
    }

    /// Creates several VMs; `{}` in the pattern of their ids is their number, from 1. Gives their ids.
    ///
    /// # Errors
    /// When the pattern has no `{}`, one of them cannot be made, or it is stopped. Then none is.
    pub fn create_many(
        &mut self,
        pattern: &str,
        count: usize,
        config: &Config,
        stop: &StopToken,
    ) -> Result<Vec<String>, LabError>
    where
        A: Clone,
    {
        if !pattern.contains("{}") {
            return Err(LabError::NoPlace { given: pattern.to_owned() });
        }
        let place = self.place(config.chassis.as_deref());
        let place = if place.infrastructure() == config.vm_type { place } else { here() };
        self.all_or_nothing(|lab| {
            let ids = (1..=count).map(|i| pattern.replace("{}", &i.to_string()));
            ids.map(|id| {
                if stop.is_stopped() {
                    return Err(LabError::Stopped);
                }
                lab.create_at(&id, config.clone(), false, Arc::clone(&place))?;
                Ok(id)
            })
            .collect()
        })
    }

    /// Does something; if it fails, all cells are as they were before.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn all_or_nothing<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, LabError>,
    ) -> Result<T, LabError>
    where
        A: Clone,
    {
        let before = self.clone();
        let outcome = f(self);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    /// Does something with each VM of a group, in the order of their creation.
    ///
    /// * `pattern` - their ids, with `*` for any characters and `?` for one
    ///
    /// # Errors
    /// When no VM is meant, or one fails; then all are as they were before.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lab::Lab;
    /// let mut lab = Lab::new(0)?;
    /// for id in ["colony_1", "colony_2"] {
    ///     lab.create_bio_vm(id, "ecoli", "basic", None)?;
    /// }
    /// lab.broadcast("colony_*", |vm| vm.start())?;
    /// assert!(lab.broadcast("colony_*", |vm| vm.resume()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn broadcast<T>(
        &mut self,
        pattern: &str,
        mut f: impl FnMut(&mut Vm) -> Result<T, HypervisorError>,
    ) -> Result<Vec<T>, LabError>
    where
        A: Clone,
    {
        let ids = self.meant(pattern)?;
        self.all_or_nothing(|lab| ids.iter().map(|id| lab.with_vm(id, &mut f)).collect())
    }

    /// The ids that a pattern means, in the order of their creation.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn meant(&self, pattern: &str) -> Result<Vec<String>, HypervisorError> {
        let ids = || self.all_vms().map(Vm::id);
        let fits = |id: &&str| matches_pattern(pattern, id);
        let found: Vec<String> = ids().filter(fits).map(str::to_owned).collect();
        if found.is_empty() {
            let nearest = nearest(pattern, ids()).map(str::to_owned);
            return Err(HypervisorError::UnknownVm { id: pattern.to_owned(), nearest });
        }
        Ok(found)
    }

    /// Removes a VM; the one that is attached to stays so unless it is the one.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn destroy(&mut self, id: &str) -> Result<(), LabError> {
        self.on(id, |cell| {
            cell.hypervisor.destroy(id)?;
            if cell.hypervisor.vms().is_empty() {
                // Nothing is left for which another machine would be needed.
                cell.place = here();
            }
            Ok::<_, HypervisorError>(())
        })?;
        if self.attached.as_deref() == Some(id) {
            self.attached = None;
        }
        Ok(())
    }

    /// Adds a copy of a VM with its state and molecules, whose chance is its own.
    ///
    /// # Errors
    /// When there is no such VM, or the new id is taken or unusable.
    pub fn clone_vm(&mut self, id: &str, new_id: &str) -> Result<(), LabError> {
        self.find(id)?;
        self.free(new_id)?;
        self.on(id, |cell| cell.hypervisor.clone_vm(id, new_id).map(drop))
    }
}

/// What a VM is to be, by the names of its types.
fn made_of(
    biological_type: &str,
    vm_type: &str,
    config: Option<&VmConfig>,
) -> Result<Config, LabError> {
    let biological_type = BiologicalType::parse(biological_type)?;
    let infrastructure = Infrastructure::parse(vm_type)?;
    let Some(config) = config else { return Ok(Config::new(biological_type, infrastructure)) };
    if config.biological_type != biological_type.name() {
        let has = config.biological_type.clone();
        return Err(LabError::OtherType { has, wanted: biological_type.name() });
    }
    Ok(config.to_config(std::path::Path::new("."))?)
}

/// A place in an error.
fn told(place: &dyn Place) -> String {
    match place.whereabouts().address {
        Some(address) => format!("{} at {address}", place.infrastructure().name()),
        None => place.infrastructure().name().to_owned(),
    }
}

/// The VMs of a cell live elsewhere.
fn other_place<A>(cell: &Cell<A>, asked: String) -> LabError {
    LabError::OtherPlace { chassis: cell.name.clone(), here: told(&*cell.place), asked }
}

/// Puts a VM into a cell. Gives what there is to know of its host.
fn put<A>(
    cell: &mut Cell<A>,
    id: &str,
    config: Config,
    (start, place): (bool, Arc<dyn Place>),
) -> Result<Vec<String>, LabError> {
    let empty = cell.hypervisor.vms().is_empty();
    if !empty && cell.place.key() != place.key() {
        return Err(other_place(cell, told(&*place)));
    }
    let (seed, source) = (config.seed, config.source.clone());
    let chassis = &cell.name;
    let hypervisor = &mut cell.hypervisor;
    // A host that has VMs does not change for another one.
    let before = empty.then(|| hypervisor.clone());
    let make = |hypervisor: &mut Hypervisor| {
        let notes = host::prepare(hypervisor, &config, chassis)?;
        hypervisor.create_prepared(config.clone().spec(id)?, |vm| {
            if let Some((file, abundance)) = source {
                vm.set_genome_file(file, abundance);
            }
            if let Some(seed) = seed {
                vm.reseed_own(seed);
            }
            if start { vm.start() } else { Ok(()) }
        })?;
        Ok(notes)
    };
    let made = make(hypervisor);
    if let (Err(_), Some(before)) = (&made, before) {
        *hypervisor = before;
    }
    if made.is_ok() && empty {
        cell.place = place;
    }
    made
}
