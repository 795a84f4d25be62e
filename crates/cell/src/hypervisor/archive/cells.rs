//! Populations on disk: what was saved goes on bit for bit.

use serde::{Deserialize, Serialize};

use super::record::HypervisorRecord;
use super::{ArchiveError, VERSION, contents, parse, text};
use crate::cells::Saved;
use crate::chassis::host::DIM;
use crate::hypervisor::cells::Cells;
use bioxen_base::durable::{seal, unseal};
use bioxen_engine::StopToken;

const POPULATION: &str = "population";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellsRecord {
    host: HypervisorRecord,
    /// State and inactivated ribosomes of each host, where cells have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<Vec<([f64; DIM], f64)>>,
    population: Saved,
}

impl Cells {
    /// Everything as the contents of a file, from which [`Cells::load`] goes on.
    ///
    /// # Errors
    /// When a number is none, which a live cell has not.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::cells::Plan;
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::{Cells, Hosts, Hypervisor};
    /// use bioxen_engine::{StopToken, rng::Seed};
    /// let cell = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let cells = cell.cells(Plan::new(20, Seed::new(1)), Hosts::Shared)?;
    /// let again = Cells::load(&cells.save()?, (1 << 30, 1), &StopToken::new())?;
    /// assert_eq!(again.save()?, cells.save()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self) -> Result<Vec<u8>, ArchiveError> {
        let own = self.own_hosts().map(|own| {
            own.iter().map(|host| (host.state().to_array(), host.inactivated())).collect()
        });
        let host = HypervisorRecord::of(self.host());
        let record = CellsRecord { host, own, population: self.population().saved() };
        Ok(seal(POPULATION, VERSION, &text(&record)?))
    }

    /// Whether contents say of themselves that they are those of a population.
    pub fn is_saved(bytes: &[u8]) -> bool {
        bytes.starts_with(b"#bioxen-population ")
    }

    /// The population that was saved, in so much memory [bytes] and with so many threads.
    ///
    /// # Errors
    /// When the contents are cut off, damaged, of a newer version, make no sense or do not fit into the memory; and
    /// when it is stopped.
    pub fn load(bytes: &[u8], means: (u64, usize), stop: &StopToken) -> Result<Self, ArchiveError> {
        let (_, text) = unseal(POPULATION, VERSION, bytes)?;
        let CellsRecord { host, own, population } = parse(text)?;
        let host = host.restore(stop)?;
        let own = match own {
            None => None,
            Some(own) if own.len() == population.cells() => {
                let hosts = own.into_iter().map(|(state, inactivated)| {
                    let mut one = host.chassis().clone();
                    one.set_state(super::record::sound(state)?);
                    one.set_inactivated(super::record::sound_number(inactivated)?);
                    Ok(one)
                });
                Some(hosts.collect::<Result<Vec<_>, ArchiveError>>()?)
            }
            Some(_) => return Err(contents(&"there is not one host for each cell")),
        };
        Self::put_together(host, own, population.dosage(), |guests| {
            population.restore(guests, means).map_err(|reason| contents(&reason))
        })
    }
}
