//! Events: actions at given cell times or under given conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::error::LabError;
use bioxen_base::units::Time;

/// When an event happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Whenever its condition becomes true.
    When {
        /// Whether it held when it was last looked at.
        held: bool,
    },
}

impl Trigger {
    /// What sets it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::At { .. } => "at",
            Self::Every { .. } => "every",
            Self::When { .. } => "when",
        }
    }
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event<A> {
    /// Its number, counted from the first of the laboratory.
    pub number: u64,
    /// When it happens.
    pub trigger: Trigger,
    /// What happens, and the condition if it waits for one.
    pub action: A,
}

impl<A> Event<A> {
    /// What it is, for messages: `at(10 min)`.
    pub fn label(&self) -> String {
        match &self.trigger {
            Trigger::At { time } => format!("at({time})"),
            Trigger::Every { interval, .. } => format!("every({interval})"),
            Trigger::When { .. } => "when(..)".to_owned(),
        }
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
#[derive(Debug, Clone)]
pub struct Events<A> {
    list: BTreeMap<u64, Event<A>>,
    /// The numbers of those whose time is known, by this time: many events cost little more than few.
    due: BTreeSet<(Time, u64)>,
    /// The numbers of those that wait for a condition.
    conditions: BTreeSet<u64>,
    set: u64,
}

impl<A> Default for Events<A> {
    fn default() -> Self {
        Self::numbered_from(0)
    }
}

impl<A> Events<A> {
    /// None yet; their numbers come behind a number.
    pub fn numbered_from(number: u64) -> Self {
        let (due, conditions) = (BTreeSet::new(), BTreeSet::new());
        Self { list: BTreeMap::new(), due, conditions, set: number }
    }

    /// Those that were set before, with the numbers that they had.
    ///
    /// # Errors
    /// When a number is none, or two have the same.
    pub fn again(numbered: u64, all: Vec<Event<A>>) -> Result<Self, LabError> {
        let mut events = Self::numbered_from(numbered);
        for event in all {
            let number = event.number;
            if number == 0 || number > numbered || events.list.contains_key(&number) {
                return Err(LabError::Parts { reason: "the number of an event cannot be" });
            }
            if let Trigger::Every { interval, .. } = event.trigger
                && interval <= Time::ZERO
            {
                return Err(LabError::Parts { reason: "an event would happen without an end" });
            }
            events.put(event);
        }
        Ok(events)
    }

    /// The highest number that one has had.
    pub fn numbered(&self) -> u64 {
        self.set
    }

    /// Those that are set from now on come behind a number.
    pub fn number_on_from(&mut self, number: u64) {
        self.set = self.set.max(number);
    }

    /// Puts another action in the place of that of each.
    pub fn each_action(&mut self, f: &mut impl FnMut(&A) -> A) {
        self.list.values_mut().for_each(|event| event.action = f(&event.action));
    }

    /// Adds one; gives its number.
    pub fn add(&mut self, trigger: Trigger, action: A) -> u64 {
        self.set += 1;
        self.put(Event { number: self.set, trigger, action });
        self.set
    }

    fn put(&mut self, event: Event<A>) {
        let number = event.number;
        match event.due() {
            Some(time) => self.due.insert((time, number)),
            None => self.conditions.insert(number),
        };
        self.list.insert(number, event);
    }

    /// Takes one away. False if it has happened for the last time or was cancelled before.
    pub fn cancel(&mut self, number: u64) -> bool {
        let Some(event) = self.list.remove(&number) else { return false };
        match event.due() {
            Some(time) => self.due.remove(&(time, number)),
            None => self.conditions.remove(&number),
        }
    }

    /// Takes away those that are not to stay.
    pub fn retain(&mut self, stays: impl Fn(&Event<A>) -> bool) {
        let gone: Vec<u64> =
            self.list.values().filter(|event| !stays(event)).map(|event| event.number).collect();
        for number in gone {
            self.cancel(number);
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
    pub fn iter(&self) -> impl Iterator<Item = &Event<A>> {
        self.list.values()
    }

    /// Notes whether a condition holds; true if it has just become true and is still wanted.
    pub fn note(&mut self, number: u64, holds: bool) -> bool {
        let Some(event) = self.list.get_mut(&number) else { return false };
        let Trigger::When { held } = &mut event.trigger else { return false };
        let became = holds && !*held;
        *held = holds;
        became
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

impl<A: Clone> Events<A> {
    /// The conditions, by number.
    pub fn conditions(&self) -> Vec<Event<A>> {
        self.conditions.iter().filter_map(|number| self.list.get(number)).cloned().collect()
    }

    /// The first event that is due at `now`, by time and then by number; an event that happens once
    /// is gone then.
    pub fn take_due(&mut self, now: Time) -> Option<Event<A>> {
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
}
