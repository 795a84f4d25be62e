//! Who is here: whoever has said a name over a connection that is still there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use crate::messages::Person;
use crate::wire::{Incoming, timestamp};

/// The connections that have said a name. There are never more than the sockets admit.
#[derive(Debug, Default)]
pub(super) struct Present {
    connections: BTreeMap<u64, Said>,
    since: BTreeMap<String, SystemTime>,
}

/// What a connection has said last.
#[derive(Debug)]
struct Said {
    name: String,
    /// The client, which may have several connections.
    client: String,
}

impl Present {
    /// Notes the sender of a message.
    pub(super) fn heard(&mut self, message: &Incoming) {
        self.said(message.caller.number, message.who(), &message.header.session);
    }

    fn said(&mut self, connection: u64, name: String, client: &str) {
        let known = self.connections.get(&connection);
        if known.is_some_and(|said| said.name == name && said.client == client) {
            return;
        }
        self.since.entry(name.clone()).or_insert_with(SystemTime::now);
        self.connections.insert(connection, Said { name, client: client.to_owned() });
        self.forget_the_absent();
    }

    /// Forgets a connection, and its person with the last one.
    pub(super) fn left(&mut self, connection: u64) {
        if self.connections.remove(&connection).is_some() {
            self.forget_the_absent();
        }
    }

    fn forget_the_absent(&mut self) {
        let here: BTreeSet<&str> =
            self.connections.values().map(|said| said.name.as_str()).collect();
        self.since.retain(|name, _| here.contains(name.as_str()));
    }

    /// All of them, in the order of their names.
    pub(super) fn told(&self) -> Vec<Person> {
        let clients = |name: &str| {
            let own = self.connections.values().filter(|said| said.name == name);
            own.map(|said| &said.client).collect::<BTreeSet<_>>().len()
        };
        let person = |(name, since): (&String, &SystemTime)| Person {
            name: name.clone(),
            clients: clients(name),
            since: timestamp(*since),
        };
        self.since.iter().map(person).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(present: &Present) -> Vec<(String, usize)> {
        present.told().into_iter().map(|p| (p.name, p.clients)).collect()
    }

    #[test]
    fn people_are_here_as_long_as_a_connection_is() {
        let mut present = Present::default();
        present.said(1, "ada".into(), "a");
        present.said(2, "ada".into(), "a");
        present.said(3, "ben".into(), "b");
        present.said(4, "ada".into(), "c");
        assert_eq!(names(&present), [("ada".into(), 2), ("ben".into(), 1)]);
        let since = present.told()[0].since.clone();
        present.left(1);
        present.left(4);
        present.left(77);
        assert_eq!(names(&present), [("ada".into(), 1), ("ben".into(), 1)]);
        assert_eq!(present.told()[0].since, since);
        present.left(2);
        assert_eq!(names(&present), [("ben".into(), 1)]);
        // Who says another name is somebody else.
        present.said(3, "eva".into(), "b");
        assert_eq!(names(&present), [("eva".into(), 1)]);
    }

    #[test]
    fn nothing_stays_of_those_who_have_gone() {
        let mut present = Present::default();
        for i in 0..10_000 {
            present.said(i, format!("person {i}"), &format!("client {i}"));
            present.left(i);
        }
        assert!(present.connections.is_empty() && present.since.is_empty());
    }
}
