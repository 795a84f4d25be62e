//! The action of an event of a script.

use std::sync::Arc;

use rhai::{FnPtr, Position};

use super::later::Later;

/// Functions of a script that an event calls.
#[derive(Debug)]
pub struct Scripted {
    /// The condition that it waits for, if it waits for one.
    pub condition: Option<Later>,
    /// What happens.
    pub action: Later,
    /// The call that set it.
    pub position: Position,
}

/// A laboratory whose events call functions of scripts.
pub type Lab = bioxen_lab::Lab<Arc<Scripted>>;

/// An event that calls functions of a script.
pub type Event = bioxen_lab::Event<Arc<Scripted>>;

/// All of a laboratory at a time.
#[derive(Clone)]
pub struct Moment(pub Arc<bioxen_lab::Moment<Arc<Scripted>>>);

impl Scripted {
    /// The same with other functions in the place of its own.
    pub fn apart(&self, copy: &mut impl FnMut(&FnPtr) -> FnPtr) -> Arc<Self> {
        let Self { condition, action, position } = self;
        let condition = condition.as_ref().map(|condition| condition.with(copy));
        Arc::new(Self { condition, action: action.with(copy), position: *position })
    }

    /// The functions of the script that it calls.
    pub fn functions(&self) -> impl Iterator<Item = &FnPtr> {
        self.condition.iter().chain([&self.action]).map(Later::function)
    }
}
