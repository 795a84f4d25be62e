//! What is to happen in cell time.

use rhai::{FnPtr, Position};

use super::later::Later;
use crate::units::Time;

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
    list: Vec<Event>,
    set: u64,
}

impl Events {
    /// None yet; their numbers come behind a number.
    pub fn numbered_from(number: u64) -> Self {
        Self { list: Vec::new(), set: number }
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
        self.list.push(Event { number: self.set, trigger, action, position });
        self.set
    }

    /// Takes one away. False if it has happened for the last time or was cancelled before.
    pub fn cancel(&mut self, number: u64) -> bool {
        let before = self.list.len();
        self.list.retain(|event| event.number != number);
        self.list.len() < before
    }

    /// When the next event happens that is known beforehand.
    pub fn next(&self) -> Option<Time> {
        self.list.iter().filter_map(Event::due).min()
    }

    /// Whether there are conditions to be looked at.
    pub fn has_conditions(&self) -> bool {
        self.list.iter().any(|e| matches!(e.trigger, Trigger::When { .. }))
    }

    /// All, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.list.iter()
    }

    /// The conditions, by number.
    pub fn conditions(&self) -> Vec<Event> {
        let conditions = self.list.iter().filter(|e| matches!(e.trigger, Trigger::When { .. }));
        conditions.cloned().collect()
    }

    /// Notes whether a condition holds; true if it has just become true and is still wanted.
    pub fn note(&mut self, number: u64, holds: bool) -> bool {
        let Some(event) = self.list.iter_mut().find(|e| e.number == number) else { return false };
        let Trigger::When { held, .. } = &mut event.trigger else { return false };
        let became = holds && !*held;
        *held = holds;
        became
    }

    /// The first event that is due at `now`, by time and then by number; an event that happens once
    /// is gone then.
    pub fn take_due(&mut self, now: Time) -> Option<Event> {
        let due = self.list.iter().filter(|e| e.due().is_some_and(|t| t <= now));
        let number = due.min_by_key(|e| (e.due(), e.number))?.number;
        let place = self.list.iter().position(|e| e.number == number)?;
        if let Trigger::Every { interval, next } = &mut self.list[place].trigger {
            *next = *next + *interval;
            return Some(self.list[place].clone());
        }
        Some(self.list.remove(place))
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.list.clear();
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
