//! A network compiled for stochastic simulation: tables of what each reaction changes, and the
//! grouping that takes shared species and shared factors out of the sums.
//!
//! A free ribosome enters the propensity of every binding reaction, so that a plain dependency
//! graph updates all of them at every event. Here the propensities of such reactions are
//! `x_hub * w_i`: the reactions form a group, only the sum of the `w_i` is maintained, and the
//! hub's count is multiplied in. The same holds for parameters that many reactions carry as a
//! factor, such as the growth rate of the host. Hubs are found by [`Compiled::new`].

mod build;
mod hubs;
mod kinetics;
mod layout;
mod table;

pub use kinetics::Kinetics;
pub use layout::{Change, Layout, Leaf, Record};
pub(crate) use table::Table;

use super::{Network, NetworkError, QuantityId, ReactionId};

/// How the propensities are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrangement {
    /// Whatever is fastest for a network of this size and shape.
    #[default]
    Automatic,
    /// Groups by hub species and shared factors, with sum trees.
    Grouped,
    /// One sum tree over all reactions, nothing taken out: for comparison.
    Ungrouped,
}

/// Most reactions of the arrangement for small networks.
pub const FLAT_REACTIONS: usize = 64;
/// The same if hubs could be taken out instead.
pub(crate) const FLAT_REACTIONS_WITH_HUBS: usize = 32;
/// Most quantities of the arrangement for small networks, with the places after them.
pub const FLAT_PLACES: usize = 256;
/// A place that holds 1, and one for each change that means nothing.
pub(crate) const FLAT_SPARE: usize = 5;

/// A network ready to be simulated stochastically. It does not change, so that any number of
/// simulators on any thread can share one in an `Arc`.
///
/// # Examples
/// ```
/// use bioxen_network::{Compiled, Network, RateLaw};
///
/// let mut network = Network::default();
/// let m = network.species("m", 0.0);
/// network.reaction("make", &[], &[(m, 1)], RateLaw::MassAction { k: 2.0, factors: vec![] });
/// let compiled = Compiled::new(&network)?;
/// assert_eq!(compiled.reaction_count(), 1);
/// # Ok::<(), bioxen_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Compiled {
    /// Species and parameters.
    pub quantities: Quantities,
    /// The reactions.
    pub reactions: Reactions,
    /// The parameters that multiply each rate.
    pub factors: Table<u32>,
    /// Net changes of species, without the zeros.
    pub changes: Table<Change>,
    /// How the reactions are arranged in groups.
    pub layout: Layout,
    /// Whether it is small enough for one table without groups.
    pub flat: bool,
    /// What keeps it from being a jump process, if anything does.
    pub obstacle: Option<Obstacle>,
}

/// The quantities of a compiled network, each list in their order.
#[derive(Debug, Clone)]
pub struct Quantities {
    /// Their names.
    pub names: Vec<String>,
    /// Whether each is a species; the others are parameters.
    pub is_species: Vec<bool>,
    /// Their values at the start.
    pub initial: Vec<f64>,
}

/// The reactions of a compiled network, each list in their order.
#[derive(Debug, Clone)]
pub struct Reactions {
    /// Their names.
    pub names: Vec<String>,
    /// The rate constant of each mass-action reaction; 1 for the others.
    pub k: Vec<f64>,
    /// What else determines their rates.
    pub kinetics: Vec<Kinetics>,
}

/// What keeps a network from being simulated as a jump process.
#[derive(Debug, Clone, PartialEq)]
pub struct Obstacle {
    /// What kind of thing it is, in words.
    pub construct: &'static str,
    /// Where it stands.
    pub name: String,
}

impl Compiled {
    /// Compiles a network. A construct that has no meaning for a jump process, such as a rate that
    /// depends on time, is reported by the solver, not here.
    ///
    /// Rules and events are not part of the compiled form: whoever drives the simulator applies
    /// them.
    ///
    /// # Errors
    /// [`NetworkError::UnknownQuantity`] for a reference to nothing, and the errors of
    /// [`super::Program::compile`] for a rate expression.
    pub fn new(network: &Network) -> Result<Self, NetworkError> {
        Self::arranged(network, Arrangement::Automatic)
    }

    /// Compiles a network with a chosen arrangement; what comes out of a simulation has the same
    /// distribution with any.
    ///
    /// # Errors
    /// As [`Compiled::new`].
    pub fn arranged(network: &Network, arrangement: Arrangement) -> Result<Self, NetworkError> {
        let mut compiled = build::compile(network, arrangement)?;
        compiled.quantities.names = network.quantities.iter().map(|q| q.name.clone()).collect();
        compiled.reactions.names = network.reactions.iter().map(|r| r.name.clone()).collect();
        Ok(compiled)
    }

    /// Compiles a network that is not needed any more, whose names it takes over.
    pub fn consuming(network: Network) -> Result<Self, NetworkError> {
        let mut compiled = build::compile(&network, Arrangement::Automatic)?;
        compiled.quantities.names = network.quantities.into_iter().map(|q| q.name).collect();
        compiled.reactions.names = network.reactions.into_iter().map(|r| r.name).collect();
        Ok(compiled)
    }

    /// The names of species and parameters.
    pub fn quantity_names(&self) -> &[String] {
        &self.quantities.names
    }

    /// How many species and parameters there are.
    pub fn quantity_count(&self) -> usize {
        self.quantities.names.len()
    }

    /// How many reactions there are.
    pub fn reaction_count(&self) -> usize {
        self.reactions.names.len()
    }

    /// The name of a quantity, if it exists.
    pub fn quantity_name(&self, id: QuantityId) -> Option<&str> {
        self.quantities.names.get(id.index()).map(String::as_str)
    }

    /// The number of a quantity.
    pub fn quantity(&self, name: &str) -> Option<QuantityId> {
        self.quantities.names.iter().position(|n| n == name).map(|i| QuantityId(i as u32))
    }

    /// The number of groups of reactions, each with its own hubs and factors.
    pub fn group_count(&self) -> usize {
        self.layout.groups.len()
    }

    /// The propensity of a reaction in a state [1/time], from its rate law alone: no sum and no
    /// group enters. `k` takes the place of the rate constant of a mass-action reaction; `x` holds
    /// all quantities; `stack` is working space.
    pub fn propensity(&self, reaction: usize, k: f64, x: &[f64], stack: &mut Vec<f64>) -> f64 {
        let factors: f64 = self.factors.row(reaction).iter().map(|&q| x[q as usize]).product();
        k * factors
            * self.reactions.kinetics[reaction].combinations(x, self.changes.row(reaction), stack)
    }

    /// The combinations of the reactants that were not taken out.
    pub fn local_combinations(&self, reaction: usize, x: &[f64]) -> f64 {
        let local = self.layout.local.row(reaction);
        local.iter().map(|&(s, n)| kinetics::choose(x[s as usize], n)).product()
    }

    /// Where simulators keep the rate constant of a reaction: in the order in which they read them.
    #[inline(always)]
    pub fn slot(&self, reaction: usize) -> usize {
        if self.flat { reaction } else { self.layout.leaf_of[reaction] as usize }
    }

    /// The number of a reaction.
    pub fn reaction(&self, name: &str) -> Option<ReactionId> {
        self.reactions.names.iter().position(|n| n == name).map(|i| ReactionId(i as u32))
    }
}
