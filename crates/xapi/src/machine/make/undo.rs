//! Undoing what was made.

use super::{Done, Making};
use crate::client::Client;
use crate::error::XapiError;
use crate::machine::destroy::{Demolition, shut_down, wait_for_clone};
use crate::stop::Never;

/// What undoes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undo {
    /// The entry of the journal is taken away.
    Forget,
    /// The machine is destroyed with its disks, if it is there.
    Destroy,
    /// It is switched off.
    SwitchOff,
}

/// Whether an error says that a call has made nothing: the pool refused it, or its task failed, or it was never
/// sent.
pub(super) fn error_is_certain(error: &XapiError, method: &str, has_begun: bool) -> bool {
    match error {
        XapiError::Api { call, .. } | XapiError::Cancelled { call } => {
            call.strip_prefix("Async.").unwrap_or(call) == method
        }
        XapiError::Unreachable { .. } | XapiError::NotTls { .. } => !has_begun,
        _ => false,
    }
}

impl Making<'_> {
    /// Undoes all steps, the last one first; whether it was asked to stop or not. The journal is kept unless the
    /// machine is gone.
    pub(super) fn undo(mut self) -> Vec<XapiError> {
        let client = self.maker.client.clone();
        let mut failed = Vec::new();
        while let Some(step) = self.undo.pop() {
            let done = match step {
                Undo::SwitchOff => {
                    self.vm.as_ref().map_or(Ok(()), |vm| shut_down(&client, vm, false, &Never))
                }
                Undo::Destroy => self.destroy(&client),
                Undo::Forget if failed.is_empty() => {
                    self.held.as_ref().map_or(Ok(()), |held| held.forget().map_err(XapiError::from))
                }
                Undo::Forget => Ok(()),
            };
            match done {
                Ok(()) if step == Undo::Destroy => failed.clear(),
                Ok(()) => {}
                Err(error) => failed.push(error),
            }
        }
        failed
    }

    fn destroy(&mut self, client: &Client) -> Done {
        let vm = match self.vm.clone() {
            Some(vm) => Some(vm),
            None => {
                let task = self.held.as_ref().and_then(|h| h.entry.task.as_deref());
                wait_for_clone(client, &self.label, task, client.limits().api, &Never)?
            }
        };
        let (Some(vm), Some(held)) = (vm, &mut self.held) else { return Ok(()) };
        Demolition { client, is_clean: false, stop: &Never }.of(&vm, held)
    }
}
