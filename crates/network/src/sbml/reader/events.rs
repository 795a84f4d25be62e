//! Events.

use roxmltree::Node;

use super::Reader;
use super::rules::{conflict, in_amounts};
use crate::sbml::error::SbmlError;
use crate::sbml::table::{Entry, Ruled};
use crate::sbml::xml;
use crate::{Assignment, Event, Expr, Timing, Trigger};

impl<'a, 'i> Reader<'a, 'i> {
    /// Reads the events. One without a trigger never fires.
    ///
    /// # Errors
    /// Unknown ids, wrong formulas, assignments to constants or to what a rule determines.
    pub(super) fn events(&mut self) -> Result<(), SbmlError> {
        for node in xml::items(self.model, "listOfEvents", "event") {
            let trigger = xml::child(node, "trigger");
            let assignments = self.event_assignments(node)?;
            let event = Event {
                name: node.attribute("id").unwrap_or_default().to_owned(),
                trigger: Trigger {
                    condition: match trigger.and_then(xml::math) {
                        Some(math) => self.formulas.read(math, &self.table, None)?,
                        None => Expr::Const(0.0),
                    },
                    initial_value: self.flag(trigger, "initialValue")?,
                    persistent: self.flag(trigger, "persistent")?,
                },
                timing: Timing {
                    delay: self.optional(node, "delay")?,
                    priority: self.optional(node, "priority")?,
                    use_values_from_trigger_time: self
                        .flag(Some(node), "useValuesFromTriggerTime")?,
                },
                assignments,
            };
            if trigger.and_then(xml::math).is_some() {
                self.out.network.events.push(event);
            }
        }
        Ok(())
    }

    fn flag(&self, node: Option<Node<'a, 'i>>, name: &str) -> Result<bool, SbmlError> {
        node.map_or(Ok(true), |node| xml::boolean(node, name, true))
    }

    fn optional(&mut self, node: Node<'a, 'i>, name: &str) -> Result<Option<Expr>, SbmlError> {
        match xml::child(node, name).and_then(xml::math) {
            Some(math) => Ok(Some(self.formulas.read(math, &self.table, None)?)),
            None => Ok(None),
        }
    }

    fn event_assignments(&mut self, node: Node<'a, 'i>) -> Result<Vec<Assignment>, SbmlError> {
        let mut assignments: Vec<Assignment> = Vec::new();
        for item in xml::items(node, "listOfEventAssignments", "eventAssignment") {
            let id = xml::required(item, "variable")?;
            let Some(entry) = self.table.get(id) else {
                return Err(self.table.unknown(id, "a variable", xml::at(item)));
            };
            let (constant, target) = (entry.is_constant(), entry.target());
            let Some(quantity) = target else {
                return Err(self.table.unknown(id, "a variable", xml::at(item)));
            };
            let Some(math) = xml::math(item) else { continue };
            if constant {
                return Err(conflict(item, id, "is constant and cannot be set by an event"));
            }
            if self.table.ruled.get(id) == Some(&Ruled::Assignment) {
                return Err(conflict(item, id, "has an assignment rule and cannot be set"));
            }
            if assignments.iter().any(|a| a.quantity == quantity) {
                return Err(conflict(item, id, "is set twice by one event"));
            }
            let value = self.formulas.read(math, &self.table, None)?;
            assignments.push(match self.table.get(id) {
                Some(Entry::Species(s)) => match s.per {
                    Some(size) if s.per_varies => Assignment { quantity, value, scale: Some(size) },
                    per => Assignment::new(quantity, in_amounts(value, per)),
                },
                _ => Assignment::new(quantity, value),
            });
        }
        Ok(assignments)
    }
}
