//! A laboratory taken apart into data and actions, from which it lives on elsewhere bit for bit.

use bioxen_cell::hypervisor::Hypervisor;
use bioxen_cell::hypervisor::archive::{load_all, save_all};
use bioxen_engine::StopToken;

use super::error::LabError;
use super::events::{Event, Events};
use super::lab::{Cell, Lab};
use super::moment::Moment;
use super::place::here;

/// What is to happen in the time of one cell.
#[derive(Debug, Clone)]
pub struct PartsOfCell<A> {
    /// Its name.
    pub name: String,
    /// The highest number that one of its events has had.
    pub numbered: u64,
    /// Its events, in the order in which they were set.
    pub events: Vec<Event<A>>,
    /// Whether it lives on another machine. All cells live here when they are put together again.
    pub is_elsewhere: bool,
}

/// All of a laboratory: what [`Lab::saved`] writes, and what it leaves out.
#[derive(Debug, Clone)]
pub struct Parts<A> {
    /// The cells as the contents of a file.
    pub archive: Vec<u8>,
    /// The place of the current cell among all.
    pub current: usize,
    /// The VM that is attached to.
    pub attached: Option<String>,
    /// The seed with which a laboratory begins anew.
    pub seed: u64,
    /// What each cell has beside its state, in the order of the cells.
    pub cells: Vec<PartsOfCell<A>>,
}

impl<A: Clone> Lab<A> {
    /// Takes it apart, and changes nothing of it.
    ///
    /// # Errors
    /// As [`Lab::saved`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::StopToken;
    /// use bioxen_lab::{Call, Lab};
    /// let mut lab: Lab<Call> = Lab::new(7)?;
    /// lab.quick_start_vm("ecoli", "demo")?;
    /// let again = Lab::put_together(lab.parts()?, &StopToken::new())?;
    /// assert_eq!(again.saved()?, lab.saved()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parts(&self) -> Result<Parts<A>, LabError> {
        parts(&self.cells, self.current, self.attached.as_ref(), self.seed)
    }
}

impl<A> Lab<A> {
    /// Puts a laboratory together from its parts.
    ///
    /// # Errors
    /// As [`Lab::load`]; when the parts are not of one laboratory.
    pub fn put_together(parts: Parts<A>, stop: &StopToken) -> Result<Self, LabError> {
        let (all, _) = load_all(&parts.archive, stop)?;
        if all.len() != parts.cells.len() {
            return Err(LabError::Parts { reason: "it has not the events of each cell" });
        }
        if parts.current >= all.len() {
            return Err(LabError::Parts { reason: "no cell is the current one" });
        }
        let cells = all.into_iter().zip(parts.cells).map(|((_, hypervisor), part)| {
            let events = Events::again(part.numbered, part.events)?;
            Ok(Cell { name: part.name, hypervisor, events, place: here() })
        });
        let cells: Vec<Cell<A>> = cells.collect::<Result<_, LabError>>()?;
        let Parts { current, attached, seed, .. } = parts;
        Ok(Self { cells, current, attached, seed, running: false })
    }
}

impl<A: Clone> Moment<A> {
    /// Takes it apart. A laboratory that is put together from the parts keeps the same moment.
    ///
    /// # Errors
    /// As [`Lab::saved`].
    pub fn parts(&self) -> Result<Parts<A>, LabError> {
        // Only a laboratory begins anew.
        parts(&self.cells, self.current, self.attached.as_ref(), 0)
    }
}

fn parts<A: Clone>(
    cells: &[Cell<A>],
    current: usize,
    attached: Option<&String>,
    seed: u64,
) -> Result<Parts<A>, LabError> {
    let all: Vec<(&str, &Hypervisor)> =
        cells.iter().map(|cell| (cell.name.as_str(), &cell.hypervisor)).collect();
    let name = cells.get(current).map_or("", |cell| cell.name.as_str());
    let archive = save_all(&all, name)?;
    let part = |cell: &Cell<A>| PartsOfCell {
        name: cell.name.clone(),
        numbered: cell.events.numbered(),
        events: cell.events.iter().cloned().collect(),
        is_elsewhere: cell.place.key() != here().key(),
    };
    let cells = cells.iter().map(part).collect();
    Ok(Parts { archive, current, attached: attached.cloned(), seed, cells })
}
