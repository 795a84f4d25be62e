//! A laboratory and some values as data, in the middle of a text that is evaluated.

use std::rc::Rc;

use rhai::{Dynamic, Engine, Module, Shared};

use super::{CheckpointError, LeftOut};
use crate::World;

/// What is sent.
pub struct Sent<'a> {
    /// The laboratory and what goes with it.
    pub world: &'a World,
    /// The engine that evaluates.
    pub engine: &'a Engine,
    /// What functions know as `global`.
    pub constants: Vec<(String, Dynamic)>,
    /// The scripts that the text has imported.
    pub imports: Vec<(String, Shared<Module>)>,
    /// Variables with their names.
    pub variables: Vec<(&'static str, Dynamic)>,
}

/// What was made of it.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// A checkpoint, in which the variables are all there is.
    pub bytes: Vec<u8>,
    /// What it does not have.
    pub left_out: Vec<LeftOut>,
}

/// Makes data of it; the session knows the texts in which functions are.
pub type Freezer = Rc<dyn Fn(&Sent<'_>) -> Result<Frozen, CheckpointError>>;
