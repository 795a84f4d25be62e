//! The manager: everything that scripts do with VMs, from Rust.
//!
//! ```
//! use bioxen_session::Manager;
//! use bioxen_base::units::Time;
//!
//! let mut manager = Manager::new()?;
//! manager.quick_start_vm("ecoli", "demo")?;
//! manager.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0))?;
//! let run = manager.run(Time::from_minutes(10.0))?;
//! assert_eq!(run.trace.times.len(), 61);
//! assert!(manager.status("demo")?.engaged_ribosomes > 0.0);
//! let result = manager.execute_vm_sync("demo", "transcribing().len()")?;
//! assert_eq!(result.value.as_deref(), Some("3"));
//! manager.terminate("demo");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod resources;

use std::path::Path;

use rhai::{Array, Dynamic, Map, Scope};

use super::Session;
use bioxen_base::durable;
use bioxen_base::nearest::nearest;
use bioxen_base::units::{Duration, Time};
use bioxen_cell::factory::config_file::VmConfig;
use bioxen_cell::factory::{Config, FactoryError, Infrastructure};
use bioxen_cell::hypervisor::archive::{load_all, save_all};
use bioxen_cell::hypervisor::{BiologicalType, HypervisorError, Run, Vm, VmStatus};
use bioxen_engine::Trajectory;
use bioxen_lang::api::factory::create_from;
use bioxen_lang::files::LARGEST;
use bioxen_lang::number::matches_pattern;
use bioxen_lang::{LangError, World, WorldOptions};

pub use resources::{ResourceManager, Usage};

/// VMs on one or several chassis, with a session of the language beside them.
pub struct Manager {
    session: Session,
}

/// What came of a text that ran on a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// The value of its last expression, as text; nothing if it has none.
    pub value: Option<String>,
    /// The lines that it printed.
    pub output: Vec<String>,
    /// What its last run recorded.
    pub trace: Option<Trajectory>,
    /// Cell time that passed.
    pub elapsed: Time,
    /// What went wrong; what the text had done is undone then.
    pub error: Option<String>,
}

impl Manager {
    /// A manager with one chassis, `ecoli`, in the default medium, that writes below `out`.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn new() -> Result<Self, LangError> {
        Self::with_options(WorldOptions::default())
    }

    /// The same with folders and a seed.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn with_options(options: WorldOptions) -> Result<Self, LangError> {
        Ok(Self { session: Session::new(options, Box::new(|_| {}))? })
    }

    /// The session: scripts see the VMs of the manager, and the manager those of scripts.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The names of the biological types.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Manager;
    /// assert_eq!(Manager::supported_biological_types(), ["syn3a", "ecoli", "minimal_cell"]);
    /// ```
    pub fn supported_biological_types() -> [&'static str; 3] {
        BiologicalType::ALL.map(BiologicalType::name)
    }

    /// The names of the VM types that are there.
    pub fn supported_vm_types() -> Vec<&'static str> {
        let there = |i: &Infrastructure| Infrastructure::parse(i.name()).is_ok();
        Infrastructure::ALL.into_iter().filter(there).map(Infrastructure::name).collect()
    }

    /// Says what is wrong with the name of a VM type, if something is.
    ///
    /// # Errors
    /// When there is none of that name, or it is not available.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Manager;
    /// assert!(Manager::validate_vm_type("basic").is_ok());
    /// let error = Manager::validate_vm_type("xcpng").unwrap_err();
    /// assert!(error.to_string().contains("not available in this version"));
    /// ```
    pub fn validate_vm_type(name: &str) -> Result<(), FactoryError> {
        Infrastructure::parse(name).map(drop)
    }

    /// Creates a VM. With a configuration, whose biological type must be the same, its limits,
    /// rules, genome, seed, medium and chassis are those of it.
    ///
    /// # Errors
    /// When the id is taken on any chassis, a name is unknown, or a limit exceeds the host. Then
    /// nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::factory::config_file::VmConfig;
    /// use bioxen_cell::hypervisor::BiologicalType;
    /// use bioxen_session::Manager;
    /// let mut manager = Manager::new()?;
    /// let mut config = VmConfig::defaults(BiologicalType::Ecoli);
    /// config.resource_limits.max_ribosomes = 500.0;
    /// manager.create_bio_vm("big", "ecoli", "basic", Some(&config))?;
    /// let again = manager.create_bio_vm("big", "ecoli", "basic", None).unwrap_err();
    /// assert!(again.to_string().contains("there is a VM `big` already"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_bio_vm(
        &mut self,
        id: &str,
        biological_type: &str,
        vm_type: &str,
        config: Option<&VmConfig>,
    ) -> Result<(), LangError> {
        let biological_type = BiologicalType::parse(biological_type)?;
        let infrastructure = Infrastructure::parse(vm_type)?;
        let mut world = self.session.world.borrow_mut();
        let made = match config {
            None => Config::new(biological_type, infrastructure),
            Some(config) if config.biological_type != biological_type.name() => {
                return Err(LangError::WrongType {
                    what: "the configuration".to_owned(),
                    expected: "one of the same biological type",
                    got: format!("one of {}", config.biological_type),
                });
            }
            Some(config) => {
                let folder = world.options.read_dir.clone();
                let path = "the configuration".to_owned();
                let refused = |e| LangError::Config { path, error: Box::new(e) };
                config.to_config(&folder).map_err(refused)?
            }
        };
        create_from(&mut world, id, made).map(drop)
    }

    /// The same as [`Manager::create_bio_vm`].
    ///
    /// # Errors
    /// As there.
    pub fn create_vm(
        &mut self,
        id: &str,
        biological_type: &str,
        vm_type: &str,
        config: Option<&VmConfig>,
    ) -> Result<(), LangError> {
        self.create_bio_vm(id, biological_type, vm_type, config)
    }

    /// Creates a VM with the defaults of its type and starts it.
    ///
    /// # Errors
    /// As [`Manager::create_bio_vm`].
    pub fn quick_start_vm(&mut self, biological_type: &str, id: &str) -> Result<(), LangError> {
        self.create_bio_vm(id, biological_type, Infrastructure::Basic.name(), None)?;
        // A new VM can always start.
        self.with_vm(id, Vm::start)
    }

    /// Creates several VMs; `{}` in the pattern of their ids is their number, from 1.
    ///
    /// # Errors
    /// When the pattern has no `{}` or one of them cannot be made. Then none is.
    pub fn create_bio_vms(
        &mut self,
        pattern: &str,
        count: usize,
        biological_type: &str,
    ) -> Result<Vec<String>, LangError> {
        if !pattern.contains("{}") {
            return Err(LangError::WrongType {
                what: "the pattern of create_bio_vms".to_owned(),
                expected: "a text with {} where the number goes, such as \"colony_{}\"",
                got: format!("\"{pattern}\""),
            });
        }
        self.all_or_nothing(|manager| {
            let ids = (1..=count).map(|i| pattern.replace("{}", &i.to_string()));
            ids.map(|id| {
                manager.create_bio_vm(&id, biological_type, "basic", None)?;
                Ok(id)
            })
            .collect()
        })
    }

    /// A look at a VM, as it is now. Nothing if there is none of that id.
    pub fn get(&self, id: &str) -> Option<Vm> {
        self.session.world.borrow().find(id).ok().cloned()
    }

    /// What a VM tells about itself.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn status(&self, id: &str) -> Result<VmStatus, LangError> {
        Ok(self.session.world.borrow().hypervisor_of(id)?.status(id)?)
    }

    /// The status of all VMs, chassis by chassis, in the order of their creation.
    pub fn list(&self) -> Vec<VmStatus> {
        self.session.statuses()
    }

    /// Does something with a VM: all that [`Vm`] can.
    ///
    /// # Errors
    /// When there is none of that id, and those of `f`.
    pub fn with_vm<T>(
        &mut self,
        id: &str,
        f: impl FnOnce(&mut Vm) -> Result<T, HypervisorError>,
    ) -> Result<T, LangError> {
        let mut world = self.session.world.borrow_mut();
        world.on(id, |world| f(world.hypervisor.vm_mut(id)?))
    }

    /// What a VM may use of its host and what it uses.
    ///
    /// # Errors
    /// When there is none of that id.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Manager;
    /// let mut manager = Manager::new()?;
    /// manager.quick_start_vm("ecoli", "demo")?;
    /// let mut resources = manager.resource_manager("demo")?;
    /// resources.allocate_ribosomes(60.0)?;
    /// assert_eq!(resources.available()?.ribosomes, 60.0);
    /// assert!(resources.allocate_ribosomes(101.0).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resource_manager(&mut self, id: &str) -> Result<ResourceManager<'_>, LangError> {
        self.session.world.borrow().find(id)?;
        Ok(ResourceManager::new(self, id))
    }

    /// Lets the chassis of the current VM live: its host and all VMs that run on it.
    ///
    /// # Errors
    /// As [`bioxen_cell::hypervisor::Hypervisor::run`].
    pub fn run(&mut self, duration: Time) -> Result<Run, LangError> {
        let mut world = self.session.world.borrow_mut();
        let World { hypervisor, stop, .. } = &mut *world;
        Ok(hypervisor.run(duration, &mut |_| {}, stop)?)
    }

    /// Runs a text of the language on a VM: its bare calls act on that VM.
    ///
    /// # Errors
    /// When there is no such VM. What goes wrong in the text is told in [`Execution::error`].
    pub fn execute_vm_sync(&mut self, id: &str, code: &str) -> Result<Execution, LangError> {
        self.session.world.borrow().find(id)?;
        self.session.stop.reset();
        self.session.world.borrow_mut().begin();
        let mut scope = Scope::new();
        scope.push("id", id.to_owned()).push("code", code.to_owned());
        let call = "execute_vm_sync(id, code)";
        let record = self.session.engine.eval_with_scope::<Map>(&mut scope, call);
        let mut record =
            record.map_err(|error| LangError::Execution { reason: error.to_string() })?;
        let mut take = |key: &str| record.remove(key).unwrap_or(Dynamic::UNIT);
        let value = take("value");
        let output: Array = take("output").into_array().unwrap_or_default();
        let trace = take("trace").try_cast::<bioxen_lang::Trace>();
        let elapsed = take("elapsed").try_cast::<Duration>().map(Duration::time);
        let error = take("error").into_string().ok();
        Ok(Execution {
            value: (!value.is_unit()).then(|| self.session.text_of(&value)),
            output: output.into_iter().map(|line| line.to_string()).collect(),
            trace: trace.map(|trace| trace.0.as_ref().clone()),
            elapsed: elapsed.unwrap_or(Time::ZERO),
            error,
        })
    }

    /// Removes a VM, whatever its state. False if there is none of that id.
    pub fn terminate(&mut self, id: &str) -> bool {
        self.session.world.borrow_mut().destroy(id).is_ok()
    }

    /// Adds a copy of a VM with its state and molecules, whose chance is its own.
    ///
    /// # Errors
    /// When there is no such VM, or the new id is taken or unusable.
    pub fn clone_vm(&mut self, id: &str, new_id: &str) -> Result<(), LangError> {
        let mut world = self.session.world.borrow_mut();
        world.find(id)?;
        world.free(new_id)?;
        world.on(id, |world| world.hypervisor.clone_vm(id, new_id).map(drop))
    }

    /// Makes a VM the current one, and its chassis the one that runs.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn attach(&mut self, id: &str) -> Result<(), LangError> {
        self.session.world.borrow_mut().attach(id)
    }

    /// Leaves the current VM as it is and makes none current.
    pub fn detach(&mut self) {
        self.session.world.borrow_mut().current = None;
    }

    /// The id of the current VM, if there is one.
    pub fn current_vm(&self) -> Option<String> {
        self.session.current_vm()
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
    /// use bioxen_session::Manager;
    /// let mut manager = Manager::new()?;
    /// manager.create_bio_vms("colony_{}", 3, "ecoli")?;
    /// manager.broadcast("colony_*", |vm| vm.start())?;
    /// assert!(manager.broadcast("colony_*", |vm| vm.resume()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn broadcast<T>(
        &mut self,
        pattern: &str,
        mut f: impl FnMut(&mut Vm) -> Result<T, HypervisorError>,
    ) -> Result<Vec<T>, LangError> {
        let ids: Vec<String> = self.list().into_iter().map(|status| status.id).collect();
        let meant: Vec<&String> = ids.iter().filter(|id| matches_pattern(pattern, id)).collect();
        if meant.is_empty() {
            let nearest = nearest(pattern, ids.iter().map(String::as_str)).map(str::to_owned);
            return Err(HypervisorError::UnknownVm { id: pattern.to_owned(), nearest }.into());
        }
        self.all_or_nothing(|manager| meant.iter().map(|id| manager.with_vm(id, &mut f)).collect())
    }

    /// Writes all chassis and VMs to a file, which is whole or not there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), LangError> {
        let world = self.session.world.borrow();
        let named = path.display().to_string();
        let all: Vec<_> = world.all_chassis().collect();
        let bytes = save_all(&all, &world.chassis)
            .map_err(|e| LangError::Archive { path: named.clone(), error: Box::new(e) })?;
        let failed = |e: std::io::Error| LangError::File {
            path: named.clone(),
            action: "written",
            reason: e.to_string(),
        };
        durable::write(path, &bytes).map_err(failed)
    }

    /// Puts what was saved in the place of all chassis and VMs.
    ///
    /// # Errors
    /// When the file cannot be read, was cut off or damaged, or comes from a later version. Then
    /// nothing has changed.
    pub fn load(&mut self, path: &Path) -> Result<(), LangError> {
        let named = path.display().to_string();
        let failed = |e: std::io::Error| LangError::File {
            path: named.clone(),
            action: "read",
            reason: e.to_string(),
        };
        let bytes = durable::read(path, LARGEST).map_err(failed)?;
        let (all, current) = load_all(&bytes, &self.session.stop)
            .map_err(|e| LangError::Archive { path: named.clone(), error: Box::new(e) })?;
        let mut world = self.session.world.borrow_mut();
        world.replace_all(all, &current);
        world.current = world.hypervisor.vms().first().map(|vm| vm.id().to_owned());
        Ok(())
    }

    fn all_or_nothing<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, LangError>,
    ) -> Result<T, LangError> {
        let kept = self.session.world.borrow().keep();
        let outcome = f(self);
        if outcome.is_err() {
            self.session.world.borrow_mut().put_back(kept);
        }
        outcome
    }
}
