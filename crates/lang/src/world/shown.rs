//! What a world tells its front end.

use super::World;
use crate::display::Display;
use crate::held;
use crate::output::Output;
use bioxen_base::units::short;
use bioxen_cell::hypervisor::{FewRegulators, Held, Solver};

/// What a line needs beside its text [bytes].
const LINE: usize = std::mem::size_of::<String>();

impl World {
    /// Says what held VMs back.
    pub fn tell_held(&mut self, held: &Held) {
        match &mut self.in_sweep {
            Some(all) => all.merge(held),
            None => held::remarks(&held.list())
                .into_iter()
                .for_each(|remark| self.show(Output::Remark(remark))),
        }
    }

    /// Says where the deterministic solver has taken fractions of a few molecules that decide.
    pub fn tell_few(&mut self) {
        let cell = self.lab.hypervisor();
        if self.in_sweep.is_some() || cell.solver() != Solver::Deterministic {
            return;
        }
        for few in cell.few_regulators() {
            let FewRegulators { vm, promoter, regulator, molecules } = few;
            // One sentence for each regulator, whatever becomes of its number.
            if self.told.insert(format!("few {vm} {regulator}")) {
                self.show(Output::Remark(format!(
                    "{vm} has {} molecules of {regulator}, which decide on the promoter of {promoter}; the \
                     deterministic solver takes fractions of a molecule, and the mean over cells with whole ones \
                     may be another one: compare with solver(\"stochastic\")",
                    short((10.0 * molecules).round() / 10.0)
                )));
            }
        }
    }

    /// Takes the place of another world at its front end, which sees that only what is shown next is new.
    pub fn take_over(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.sink, &mut other.sink);
        self.input = other.input.take();
        self.display_on_from(self.displays.max(other.displays));
    }

    /// The number of what was shown last.
    pub fn displays(&self) -> u64 {
        self.displays
    }

    /// What is shown next has a number behind this one.
    pub fn display_on_from(&mut self, displays: u64) {
        self.displays = displays;
    }

    /// Shows what was shown at a point of a sweep, where new numbers came behind `start`.
    pub fn show_all(&mut self, outputs: Vec<Output>, start: u64) {
        let before = self.displays;
        for output in outputs {
            match output {
                Output::Display { id, update, value } => {
                    let id = if id > start { id - start + before } else { id };
                    self.displays = self.displays.max(id);
                    self.show(Output::Display { id, update, value });
                }
                output => self.show(output),
            }
        }
    }

    /// Tells the front end something.
    pub fn show(&mut self, output: Output) {
        match (output, self.captured.last_mut()) {
            (Output::Text(line), Some(lines)) => {
                if self.watch.shown(line.len() + LINE, true) {
                    lines.push(line);
                }
            }
            (output, _) => {
                self.watch.shown(output.bytes(), false);
                (self.sink)(output);
            }
        }
    }

    /// Makes a remark, once for each evaluation.
    pub fn remark_once(&mut self, text: String) {
        if self.told.insert(text.clone()) {
            self.show(Output::Remark(text));
        }
    }

    /// Shows a value, or puts it in the place of the one with the number `instead`. Gives its number.
    /// What texts on a VM show in words only is part of their output.
    pub fn display(&mut self, value: Display, instead: Option<u64>) -> u64 {
        let id = instead.unwrap_or(self.displays + 1);
        self.displays = self.displays.max(id);
        if value.figure.is_none() && !self.captured.is_empty() {
            self.show(Output::Text(value.text));
        } else {
            let update = instead.is_some();
            self.show(Output::Display { id, update, value: Box::new(value) });
        }
        id
    }
}
