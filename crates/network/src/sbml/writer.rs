//! A network as SBML Level 3 Version 2 core.

mod homes;
mod ids;
mod mathml;
mod parts;

use crate::law::Counting;
use crate::{Network, NetworkError};

/// How a network is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// The id of the model; made a valid one if it is not.
    pub id: String,
    /// What mass-action laws count. Other tools take a rate law as it stands: for their
    /// stochastic solvers it should count [`Counting::Molecules`], for their ODE solvers
    /// [`Counting::Continuous`], to give what ours do.
    pub counting: Counting,
}

impl Default for Style {
    fn default() -> Self {
        Style { id: "model".to_owned(), counting: Counting::Molecules }
    }
}

/// Writes a network.
///
/// All species are amounts in one compartment of size 1, but for those which events set to
/// concentrations in a volume that changes. Ids are made of the names of the network
/// with letters, digits and underscores only; where that changes a name it is kept as the `name`.
/// Mass action is written out, as in `k * A * (A - 1) / 2`.
///
/// # Errors
/// [`NetworkError::NotEvaluable`] for mass action with a stoichiometry that is no whole number,
/// or above 20.
///
/// # Examples
/// ```
/// use bioxen_network::{Network, RateLaw, sbml};
///
/// let mut network = Network::default();
/// let a = network.species("lacZ.mrna", 4.0);
/// let law = RateLaw::MassAction { k: 0.1, factors: vec![] };
/// network.reaction("decay", &[(a, 1)], &[], law.clone());
/// let text = sbml::write(&network, &sbml::Style::default())?;
/// assert!(text.contains("<species id=\"lacZ_mrna\" name=\"lacZ.mrna\""));
///
/// let mut back = sbml::read(&text).unwrap().network;
/// back.recognise_mass_action();
/// assert_eq!(back.reactions[0].law, law);
/// # Ok::<(), bioxen_network::NetworkError>(())
/// ```
pub fn write(network: &Network, style: &Style) -> Result<String, NetworkError> {
    parts::Parts::new(network, style).write()
}
