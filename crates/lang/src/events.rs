//! What is to happen in cell time.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{FnPtr, Position};

use super::later::Later;
use bioxen_base::units::Time;

/// When an event happens.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// Once, at a time.
    At {
        /// When.
        time: Time,
    },
    /// Again and again.
    Every {
        /// How often.
        interval: Time,
        /// When next.
        next: Time,
    },
    /// Whenever a condition becomes true.
    When {
        /// The condition.
        condition: Later,
        /// Whether it held when it was last looked at.
        held: bool,
    },
}

impl Trigger {
    /// The function that sets it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::At { .. } => "at",
            Self::Every { .. } => "every",
            Self::When { .. } => "when",
        }
    }
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number, counted from the first of the session.
    pub number: u64,
    /// When it happens.
    pub trigger: Trigger,
    /// What happens.
    pub action: Later,
    /// The call that set it.
    pub position: Position,
}

impl Event {
    /// What it is, for messages: `at(10 min)`.
    pub fn label(&self) -> String {
        match &self.trigger {
            Trigger::At { time } => format!("at({time})"),
            Trigger::Every { interval, .. } => format!("every({interval})"),
            Trigger::When { .. } => "when(..)".to_owned(),
        }
    }

    /// The functions of the script that it calls.
    pub fn functions(&self) -> impl Iterator<Item = &FnPtr> {
        let condition = match &self.trigger {
            Trigger::When { condition, .. } => Some(condition.function()),
            Trigger::At { .. } | Trigger::Every { .. } => None,
        };
        condition.into_iter().chain([self.action.function()])
    }

    /// When it happens next, if that is known beforehand.
    pub fn due(&self) -> Option<Time> {
        match self.trigger {
            Trigger::At { time } => Some(time),
            Trigger::Every { next, .. } => Some(next),
            Trigger::When { .. } => None,
        }
    }
}

/// All events that are still to come, in the order in which they were set.
#[derive(Debug, Clone, Default)]
pub struct Events {
    list: BTreeMap<u64, Event>,
    /// The numbers of those whose time is known, by this time: many events cost little more than few.
    due: BTreeSet<(Time, u64)>,
    /// The numbers of those that wait for a condition.
    conditions: BTreeSet<u64>,
    set: u64,
}

impl Events {
    /// None yet; their numbers come behind a number.
    pub fn numbered_from(number: u64) -> Self {
        Self { set: number, ..Self::default() }
    }

    /// The highest number that one has had.
    pub fn numbered(&self) -> u64 {
        self.set
    }

    /// Those that are set from now on come behind a number.
    pub fn number_on_from(&mut self, number: u64) {
        self.set = self.set.max(number);
    }

    /// Adds one; gives its number.
    pub fn add(&mut self, trigger: Trigger, action: Later, position: Position) -> u64 {
        self.set += 1;
        let event = Event { number: self.set, trigger, action, position };
        match event.due() {
            Some(time) => self.due.insert((time, self.set)),
            None => self.conditions.insert(self.set),
        };
        self.list.insert(self.set, event);
        self.set
    }

    /// Takes one away. False if it has happened for the last time or was cancelled before.
    pub fn cancel(&mut self, number: u64) -> bool {
        let Some(event) = self.list.remove(&number) else { return false };
        match event.due() {
            Some(time) => self.due.remove(&(time, number)),
            None => self.conditions.remove(&number),
        }
    }

    /// When the next event happens that is known beforehand.
    pub fn next(&self) -> Option<Time> {
        self.due.first().map(|(time, _)| *time)
    }

    /// Whether there are conditions to be looked at.
    pub fn has_conditions(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// All, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.list.values()
    }

    /// The conditions, by number.
    pub fn conditions(&self) -> Vec<Event> {
        self.conditions.iter().filter_map(|number| self.list.get(number)).cloned().collect()
    }

    /// Notes whether a condition holds; true if it has just become true and is still wanted.
    pub fn note(&mut self, number: u64, holds: bool) -> bool {
        let Some(event) = self.list.get_mut(&number) else { return false };
        let Trigger::When { held, .. } = &mut event.trigger else { return false };
        let became = holds && !*held;
        *held = holds;
        became
    }

    /// The first event that is due at `now`, by time and then by number; an event that happens once
    /// is gone then.
    pub fn take_due(&mut self, now: Time) -> Option<Event> {
        let first = *self.due.first().filter(|(time, _)| *time <= now)?;
        self.due.remove(&first);
        let number = first.1;
        let event = self.list.get_mut(&number)?;
        if let Trigger::Every { interval, next } = &mut event.trigger {
            *next = *next + *interval;
            self.due.insert((*next, number));
            return Some(event.clone());
        }
        self.list.remove(&number)
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        *self = Self::numbered_from(self.set);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
