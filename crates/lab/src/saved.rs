//! States on disk: a saved state continues elsewhere bit for bit.

use std::path::Path;

use bioxen_base::durable;
use bioxen_cell::hypervisor::Hypervisor;
use bioxen_cell::hypervisor::archive::{load_all, save_all};
use bioxen_engine::StopToken;

use super::error::LabError;
use super::events::Events;
use super::lab::{Cell, Lab};
use super::make;
use super::place::here;

/// The largest file that is read [bytes].
const LARGEST: u64 = 1 << 30;

impl<A> Lab<A> {
    /// All cells as the contents of a file. Events are not part of it.
    ///
    /// # Errors
    /// When a number is none, which a live cell has not.
    pub fn saved(&self) -> Result<Vec<u8>, LabError> {
        let all: Vec<(&str, &Hypervisor)> =
            self.cells.iter().map(|cell| (cell.name.as_str(), &cell.hypervisor)).collect();
        Ok(save_all(&all, &self.cell().name)?)
    }

    /// A VM as the contents of a file.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn saved_vm(&self, id: &str) -> Result<Vec<u8>, LabError> {
        Ok(self.hypervisor_of(id)?.save_vm(id)?)
    }

    /// Puts what was saved in the place of all cells. The VM that is attached to stays so if the cell
    /// that becomes the current one has one of its id; else its first becomes it. All cells live here then:
    /// a file does not say how others are reached.
    ///
    /// # Errors
    /// When a run is under way; when the contents were cut off or damaged, come from a later version or
    /// are something else. Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::StopToken;
    /// use bioxen_lab::Lab;
    /// let mut lab = Lab::new(7)?;
    /// lab.quick_start_vm("ecoli", "demo")?;
    /// let mut again = Lab::new(0)?;
    /// again.load(&lab.saved()?, &StopToken::new())?;
    /// assert_eq!(again.hypervisor().seed(), 7);
    /// assert_eq!(again.attached(), Some("demo"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(&mut self, bytes: &[u8], stop: &StopToken) -> Result<(), LabError> {
        self.idle()?;
        let (all, current) = load_all(bytes, stop)?;
        let numbered = |place: usize| {
            let before = self.cells.get(place).map_or(0, |cell| cell.events.numbered());
            before.max((place as u64) << 32)
        };
        let cells = all.into_iter().enumerate().map(|(place, (name, hypervisor))| {
            let events = Events::numbered_from(numbered(place));
            Cell { name, hypervisor, events, place: here() }
        });
        let cells: Vec<Cell<A>> = cells.collect();
        // The file has the current one, or it would not have been read.
        self.current = cells.iter().position(|cell| cell.name == current).unwrap_or_default();
        self.cells = cells;
        let before = self.attached.take();
        let vms = self.hypervisor().vms();
        let kept = before.filter(|id| vms.iter().any(|vm| vm.id() == id));
        self.attached = kept.or_else(|| vms.first().map(|vm| vm.id().to_owned()));
        Ok(())
    }

    /// Writes all cells to a file, which is whole or not there. Events are not part of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_to(&self, path: &Path) -> Result<(), LabError> {
        durable::write(path, &self.saved()?)
            .map_err(|error| LabError::file(path, "written", &error))
    }

    /// Puts what such a file has in the place of all cells.
    ///
    /// # Errors
    /// When the file cannot be read, and as [`Self::load`]. Then nothing has changed.
    pub fn load_from(&mut self, path: &Path, stop: &StopToken) -> Result<(), LabError> {
        let bytes =
            durable::read(path, LARGEST).map_err(|error| LabError::file(path, "read", &error))?;
        self.load(&bytes, stop)
    }

    /// Adds the VM of a file to the current cell, under another id if one is given. It becomes the one
    /// that is attached to if there is none. Where it is the first, the host gets the kinetics of its type. Gives its
    /// id, and what there is to know.
    ///
    /// # Errors
    /// When a VM has its id, and as [`Self::load`]. Then nothing has changed.
    pub fn load_vm(
        &mut self,
        bytes: &[u8],
        id: Option<&str>,
    ) -> Result<(String, Vec<String>), LabError> {
        let saved = Hypervisor::id_of_saved(bytes)?;
        self.free(id.unwrap_or(&saved))?;
        let chassis = self.cell().name.clone();
        let hypervisor = self.hypervisor_mut();
        let before = hypervisor.clone();
        let vm = hypervisor.load_vm(bytes, id)?;
        let (id, kind) = (vm.id().to_owned(), vm.biological_type());
        let mut notes = Vec::new();
        if before.vms().is_empty() {
            // The expression of a VM is calibrated on its host, which so comes first.
            let mut host = before.clone();
            let told = make::host::found_by(&mut host, kind, &chassis)
                .and_then(|told| Ok((host.load_vm(bytes, Some(&id)).map(drop)?, told)));
            match told {
                Ok(((), told)) if told.is_empty() => {}
                Ok(((), told)) => {
                    *hypervisor = host;
                    notes = told;
                }
                Err(error) => {
                    *hypervisor = before;
                    return Err(error);
                }
            }
        }
        notes.extend(make::host::differences(hypervisor, kind, None, &chassis));
        self.attached.get_or_insert_with(|| id.clone());
        Ok((id, notes))
    }
}
