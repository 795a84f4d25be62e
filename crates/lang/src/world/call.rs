//! The world of a call: how functions of the language find it.

use std::cell::RefCell;
use std::rc::Rc;

use rhai::NativeCallContext;
use send_wrapper::SendWrapper;

use super::World;
use crate::RhaiResultOf;
use crate::error::{LangError, raise};
use crate::plugins;

/// A world that functions of the language find through their call context.
///
/// It stays on the thread of its session; a value of the engine must be able to leave it.
#[derive(Clone)]
pub struct Shared(SendWrapper<Rc<RefCell<World>>>);

impl Shared {
    /// For the functions of one engine.
    pub fn new(world: Rc<RefCell<World>>) -> Self {
        Self(SendWrapper::new(world))
    }

    /// The world.
    pub fn world(&self) -> &Rc<RefCell<World>> {
        &self.0
    }
}

/// Does something with the world of a call.
///
/// # Errors
/// Those of `f`, as errors of the script.
pub fn with<T, E: Into<LangError>>(
    context: &NativeCallContext,
    f: impl FnOnce(&mut World) -> Result<T, E>,
) -> RhaiResultOf<T> {
    let shared = context.tag().and_then(|tag| tag.clone().try_cast::<Shared>());
    let Some(shared) = shared else {
        return Err(raise(LangError::NotAvailable { what: "a call outside of a session" }));
    };
    // A call that is made while another one has the world, such as from inside a run.
    let Ok(mut world) = shared.world().try_borrow_mut() else {
        return Err(raise(LangError::NotAvailable { what: "a call from inside of another call" }));
    };
    // What a plug-in's closure calls reaches no files, whenever and by whomever the closure is called.
    let closing = plugins::of_call(context).filter(|_| world.options.allowed.closed_by.is_none());
    let Some(plugin) = closing else { return f(&mut world).map_err(raise) };
    world.options.allowed.closed_by = Some(plugin);
    let outcome = f(&mut world);
    world.options.allowed.closed_by = None;
    outcome.map_err(raise)
}

/// Does something with the world of a call, on the chassis of a VM.
///
/// # Errors
/// When there is no such VM, and those of `f`, as errors of the script.
pub fn on<T, E: Into<LangError>>(
    context: &NativeCallContext,
    id: &str,
    f: impl FnOnce(&mut World) -> Result<T, E>,
) -> RhaiResultOf<T> {
    with(context, |world| world.on(id, f))
}
