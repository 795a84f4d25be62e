//! Places on other machines, and what is told of them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::World;
use crate::LangError;
use crate::output::Output;
use bioxen_cell::factory::Config;
use bioxen_lab::Place;

impl World {
    /// The place of a VM that is to be made, opened if need be.
    ///
    /// # Errors
    /// When the VM cannot be made, the place cannot be opened, or the user interrupts it.
    pub fn open_place(
        &mut self,
        id: &str,
        config: &Config,
        reach: &Map<String, Value>,
    ) -> Result<Arc<dyn Place>, LangError> {
        let Some(places) = self.options.places.clone() else {
            return Err(LangError::NotAvailable { what: "a VM on another machine" });
        };
        let stop = self.stop();
        let Self { lab, sink, .. } = self;
        // It may take minutes: what is done is shown at once.
        let mut tell = |line| sink(Output::Remark(line));
        let opened = lab.open_place(id, config, (reach, &*places), &mut tell, &stop);
        self.tell_news();
        match opened {
            Err(error) if stop.is_stopped() => {
                self.show(Output::Remark(error.to_string()));
                Err(self.interruption())
            }
            opened => Ok(opened?),
        }
    }

    /// Tells what has happened to places that were closed, such as a machine that could not be destroyed.
    pub fn tell_news(&mut self) {
        let news = self.options.places.as_ref().map(|places| places.news());
        news.into_iter().flatten().for_each(|line| self.show(Output::Remark(line)));
    }
}
