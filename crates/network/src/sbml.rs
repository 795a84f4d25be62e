//! SBML Level 3 Version 2 core, in and out; Level 2 and Level 3 Version 1 in as well.
//!
//! The reader lowers everything that only SBML has to the plain terms of a [`Network`]:
//! concentrations to amounts and sizes, function definitions to their bodies, conversion factors
//! to stoichiometries, local parameters to numbers. What it cannot lower it names in an error,
//! with line and column.
//!
//! Section numbers in this module are those of Hucka et al., "SBML Level 3 Version 2 Core",
//! Release 2 (2019), J. Integrative Bioinformatics 16(2):20190021.

mod error;
mod guard;
mod math;
mod operator;
mod reader;
mod table;
mod writer;
mod xml;

pub use error::{Position, SbmlError};
pub use writer::{Style, write};

use super::model::{Network, QuantityId, ReactionId};

/// A model read from SBML.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// Its id, possibly empty.
    pub id: String,
    /// What it does. Its quantities carry the ids of the document; those whose names are no
    /// SBML ids, such as `J0/S1`, are of the reader's making.
    pub network: Network,
    /// What the document defines, in its order: compartments, species, parameters and reactions.
    pub symbols: Vec<Symbol>,
    /// The units in which its numbers are.
    pub units: Units,
    /// What of the document has no effect here, in words.
    pub remarks: Vec<String>,
}

/// The units of a model, as far as it says what they are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Units {
    /// How long that of time is [s].
    pub time_s: Option<f64>,
    /// How many molecules that of substance is.
    pub molecules: Option<f64>,
}

/// Something that an SBML document defines and that has a value in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// Its id in the document.
    pub id: String,
    /// Its name in the document, possibly empty.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
}

/// What a symbol is, and where its value is found in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// A compartment; the quantity is its size.
    Compartment(QuantityId),
    /// A species.
    Species {
        /// Its amount.
        amount: QuantityId,
        /// The size to divide by, to get what its id means in formulas; none if they mean the
        /// amount.
        per: Option<QuantityId>,
        /// The size of its compartment.
        size: QuantityId,
    },
    /// A parameter.
    Parameter(QuantityId),
    /// The stoichiometry of a species in a reaction.
    SpeciesReference(QuantityId),
    /// A reaction; its value is its rate [extent/time].
    Reaction(ReactionId),
}

impl Model {
    /// The amount of each species with the size of its compartment.
    pub fn sizes(&self) -> Vec<(QuantityId, QuantityId)> {
        let pair = |symbol: &Symbol| match symbol.kind {
            SymbolKind::Species { amount, size, .. } => Some((amount, size)),
            _ => None,
        };
        self.symbols.iter().filter_map(pair).collect()
    }

    /// What the id stands for.
    pub fn symbol(&self, id: &str) -> Option<&Symbol> {
        self.symbols.iter().find(|s| s.id == id)
    }
}

/// Whether a unit of so many molecules is one molecule, as near as documents define it. A jump process
/// takes each unit for one.
pub fn is_a_molecule(molecules: f64) -> bool {
    (molecules - 1.0).abs() < 0.01
}

/// Reads a model.
///
/// # Errors
/// Text that is not XML or not SBML, constructs that are not supported (packages a document
/// requires, fast reactions, Level 1), ids used twice or not defined, formulas that are wrong,
/// too deep or too large, and quantities determined twice; each with line and column.
///
/// # Examples
/// ```
/// let model = bioxen_network::sbml::read(
///     r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
///       <model id="decay">
///         <listOfParameters>
///           <parameter id="x" value="8" constant="false"/>
///         </listOfParameters>
///         <listOfRules>
///           <rateRule variable="x">
///             <math xmlns="http://www.w3.org/1998/Math/MathML">
///               <apply><minus/><ci>x</ci></apply>
///             </math>
///           </rateRule>
///         </listOfRules>
///       </model>
///     </sbml>"#,
/// )?;
/// assert_eq!(model.network.quantities[0].name, "x");
/// # Ok::<(), bioxen_network::sbml::SbmlError>(())
/// ```
pub fn read(text: &str) -> Result<Model, SbmlError> {
    read_open(text, &[])
}

/// Reads a model of which some ids get their values at the start from elsewhere: what the document says of these
/// values has no effect, and nothing is computed from them while it is read. Without another value they are not numbers.
///
/// # Errors
/// Those of [`read`].
pub fn read_open(text: &str, open: &[&str]) -> Result<Model, SbmlError> {
    guard::check(text)?;
    let options = roxmltree::ParsingOptions { allow_dtd: false, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        use roxmltree::Error::{UnclosedRootNode, UnexpectedEndOfStream};
        if matches!(error, UnclosedRootNode | UnexpectedEndOfStream) {
            // The parser does not tell where that is.
            let reason = "the file ends too early".to_owned();
            return SbmlError::Xml { reason, at: Position::of_the_end(text) };
        }
        let at = Position { line: error.pos().row, column: error.pos().col };
        SbmlError::Xml { reason: xml::shorten(&error.to_string()), at }
    })?;
    reader::read(&document, open)
}
