//! From a network to its compiled form.

use super::kinetics::Kinetics;
use super::layout::{Change, Layout};
use super::table::Table;
use super::{
    Arrangement, Compiled, FLAT_PLACES, FLAT_REACTIONS, FLAT_REACTIONS_WITH_HUBS, FLAT_SPARE,
    Obstacle, Quantities, Reactions, hubs,
};
use crate::{
    Network, NetworkError, Program, QuantityId, RateLaw, Reaction, Role, Stoichiometry, Term,
};

/// Beyond this the number of combinations cannot be told from infinity anyway.
const HIGHEST_ORDER: u32 = 64;

/// Compiles a network, all but the names.
pub(super) fn compile(
    network: &Network,
    arrangement: Arrangement,
) -> Result<Compiled, NetworkError> {
    let mut builder = Builder { network, obstacle: None };
    let quantities = network.quantities.len();
    let mut k = Vec::with_capacity(network.reactions.len());
    let mut kinetics = Vec::with_capacity(network.reactions.len());
    let mut factors = Table::default();
    let mut changes = Table::default();
    for reaction in &network.reactions {
        builder.check(reaction)?;
        let reactants = builder.side(reaction, &reaction.reactants);
        let products = builder.side(reaction, &reaction.products);
        let (constant, shared) = match &reaction.law {
            RateLaw::MassAction { k, factors } => (*k, factors.iter().map(|q| q.0).collect()),
            _ => (1.0, Vec::new()),
        };
        k.push(constant);
        factors.push(shared);
        kinetics.push(builder.kinetics(reaction, &reactants)?);
        changes.push(builder.net(reaction, &reactants, &products));
    }
    let grouping = hubs::group(quantities, &kinetics, &factors, &changes, &k, arrangement);
    let layout = Layout::new(quantities, &kinetics, &changes, &grouping);
    let most = if layout.groups.len() > 1 { FLAT_REACTIONS_WITH_HUBS } else { FLAT_REACTIONS };
    Ok(Compiled {
        quantities: Quantities {
            names: Vec::new(),
            is_species: network.quantities.iter().map(|q| q.role == Role::Species).collect(),
            initial: network.quantities.iter().map(|q| q.initial).collect(),
        },
        reactions: Reactions { names: Vec::new(), k, kinetics },
        factors,
        changes,
        layout,
        flat: arrangement == Arrangement::Automatic
            && network.reactions.len() <= most
            && quantities + FLAT_SPARE <= FLAT_PLACES,
        obstacle: builder.obstacle,
    })
}

struct Builder<'a> {
    network: &'a Network,
    /// The first one found.
    obstacle: Option<Obstacle>,
}

impl Builder<'_> {
    fn hinder(&mut self, construct: &'static str, reaction: &Reaction) {
        self.obstacle.get_or_insert_with(|| Obstacle { construct, name: reaction.name.clone() });
    }

    fn known(&self, reaction: &Reaction, id: QuantityId) -> Result<(), NetworkError> {
        let count = self.network.quantities.len();
        if id.index() < count {
            return Ok(());
        }
        Err(NetworkError::UnknownQuantity { context: reaction.name.clone(), id: id.index(), count })
    }

    /// Every reference of a reaction is to something.
    fn check(&self, reaction: &Reaction) -> Result<(), NetworkError> {
        for term in reaction.reactants.iter().chain(&reaction.products) {
            self.known(reaction, term.quantity)?;
            if let Stoichiometry::Quantity(id) = term.stoichiometry {
                self.known(reaction, id)?;
            }
        }
        match &reaction.law {
            RateLaw::MassAction { factors, .. } => {
                factors.iter().try_for_each(|&id| self.known(reaction, id))
            }
            RateLaw::MichaelisMenten { substrate: id, .. }
            | RateLaw::Hill { regulator: id, .. } => self.known(reaction, *id),
            RateLaw::Expr(_) => Ok(()),
        }
    }

    /// One side of a reaction, each species once.
    fn side(&mut self, reaction: &Reaction, terms: &[Term]) -> Vec<(u32, u32)> {
        let mut side: Vec<(u32, u32)> = Vec::with_capacity(terms.len());
        for term in terms {
            let number = match term.stoichiometry {
                Stoichiometry::Const(number) => number,
                Stoichiometry::Quantity(_) => {
                    self.hinder("a stoichiometry that is a variable", reaction);
                    continue;
                }
            };
            let wrong = match number {
                n if n < 0.0 => Some("a negative stoichiometry"),
                n if n > 1e9 => Some("a stoichiometry above 1000000000"),
                n if n.fract() == 0.0 => None,
                _ => Some("a stoichiometry that is not a whole number"),
            };
            if let Some(wrong) = wrong {
                self.hinder(wrong, reaction);
                continue;
            }
            let n = number as u32;
            if n > 0 {
                side.push((term.quantity.0, n));
            }
        }
        side.sort_unstable();
        side.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1 = first.1.saturating_add(next.1);
            }
            same
        });
        side
    }

    fn kinetics(
        &mut self,
        reaction: &Reaction,
        reactants: &[(u32, u32)],
    ) -> Result<Kinetics, NetworkError> {
        Ok(match &reaction.law {
            RateLaw::MassAction { .. } => {
                if reactants.iter().any(|&(_, n)| n > HIGHEST_ORDER) {
                    self.hinder("mass action of an order above 64", reaction);
                }
                Kinetics::MassAction(reactants.into())
            }
            &RateLaw::MichaelisMenten { vmax, km, substrate } => {
                Kinetics::MichaelisMenten { vmax, km, substrate: substrate.0 }
            }
            &RateLaw::Hill { basal, vmax, k, n, regulator } => {
                Kinetics::Hill { basal, vmax, k, n, regulator: regulator.0 }
            }
            RateLaw::Expr(expr) => {
                let program = Program::compile_with(&reaction.name, expr, &mut |_| None)?;
                for &input in program.inputs() {
                    self.known(reaction, input)?;
                }
                if program.depends_on_time() {
                    self.hinder("a rate that depends on time", reaction);
                }
                Kinetics::Program(program)
            }
        })
    }

    /// What an event changes in all.
    fn net(
        &mut self,
        reaction: &Reaction,
        reactants: &[(u32, u32)],
        products: &[(u32, u32)],
    ) -> Vec<Change> {
        let mut net: Vec<(u32, i64)> = reactants.iter().map(|&(s, n)| (s, -i64::from(n))).collect();
        let reactants = net.len();
        for &(s, n) in products {
            match net[..reactants].binary_search_by_key(&s, |&(t, _)| t) {
                Ok(at) => net[at].1 += i64::from(n),
                Err(_) => net.push((s, i64::from(n))),
            }
        }
        let mut changes = Vec::with_capacity(net.len());
        for (species, delta) in net {
            match i32::try_from(delta) {
                Ok(0) => {}
                Ok(delta) => changes.push(Change { species, delta }),
                Err(_) => self.hinder("a stoichiometry above two thousand million", reaction),
            }
        }
        if changes
            .iter()
            .any(|c| self.network.quantities[c.species as usize].role == Role::Parameter)
        {
            self.hinder("a reaction that changes a parameter", reaction);
        }
        changes
    }
}
