//! What the quantities of a population are called.

use super::{Cells, HypervisorError};
use crate::cells::{CellsError, Quantity};
use bioxen_base::nearest::nearest;

/// A quantity that was found by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub quantity: Quantity,
    /// Its whole name.
    pub name: String,
}

impl Cells {
    /// The names of all quantities: `size`; a gene for its protein, with `.mrna` for the transcripts that
    /// carry it and, where the chromosome is replicated, `.copies` for those of its place; a plasmid for its copies.
    /// With several VMs their ids come first.
    pub fn names(&self) -> Vec<Found> {
        let guests = self.population.guests();
        let mut all = vec![Found { quantity: Quantity::Size, name: "size".to_owned() }];
        for (at, gene) in self.population.genes().iter().enumerate() {
            let mut put = |quantity, name: String| all.push(Found { quantity, name });
            put(Quantity::Protein(at), gene.name.clone());
            put(Quantity::Transcripts(gene.alike), format!("{}.mrna", gene.name));
            if self.population.is_replicated(at) {
                put(Quantity::Gene(gene.alike), format!("{}.copies", gene.name));
            }
        }
        let plasmids = guests.replicons.iter().enumerate();
        all.extend(plasmids.map(|(at, replicon)| Found {
            quantity: Quantity::Copies(at),
            name: replicon.name.clone(),
        }));
        all
    }

    /// A quantity by its name; `.protein` and `.copies` may follow that of a gene and of a plasmid, and the id of
    /// the VM may come first, as in the columns of a trace.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn find(&self, name: &str) -> Result<Found, HypervisorError> {
        let all = self.names();
        // What follows a name must be what the quantity is: a gene without copies of its own has none.
        let plain = |name: &str| {
            let (plain, is): (&str, fn(Quantity) -> bool) = match name.strip_suffix(".protein") {
                Some(plain) => (plain, |of| matches!(of, Quantity::Protein(_))),
                None => (name.strip_suffix(".copies")?, |of| matches!(of, Quantity::Copies(_))),
            };
            let same = |found: &&Found| found.name.eq_ignore_ascii_case(plain);
            all.iter().find(same).filter(|found| is(found.quantity)).map(|_| plain.to_owned())
        };
        // Where one VM alone takes part, names do not have its id in front.
        let only = match self.placed.as_slice() {
            [placed] => Some(self.host.vms[placed.vm].id()),
            _ => None,
        };
        let short = only
            .and_then(|id| name.strip_prefix(id)?.strip_prefix('.'))
            .filter(|short| *short != "size");
        let meant =
            [Some(name.to_owned()), plain(name), short.map(str::to_owned), short.and_then(plain)];
        let found = meant.iter().flatten().find_map(|wanted| {
            let exact = all.iter().find(|found| found.name == *wanted);
            exact.or_else(|| all.iter().find(|found| found.name.eq_ignore_ascii_case(wanted)))
        });
        found.cloned().ok_or_else(|| {
            let names = || all.iter().map(|found| found.name.as_str());
            let nearest = nearest(name, names()).map(str::to_owned);
            CellsError::Unknown {
                name: name.to_owned(),
                nearest,
                valid: names().map(str::to_owned).collect(),
            }
            .into()
        })
    }
}
