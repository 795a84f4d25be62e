//! Finds the connections that belong to one client.
//!
//! A client has a connection to each socket and gives all of them one name. Jupyter's own clients of
//! one manager share a session, and hence share that name. So each client gets its replies on the
//! connection of its request, and questions to the user go to the same client's input connection.

use std::sync::{Arc, Mutex};

use crate::post::Channel;
use crate::sync::lock;
use crate::zmtp::{Caller, Door};

/// The clients, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Clients(Mutex<Vec<Client>>);

/// One client: its connections by [`Channel`].
#[derive(Debug)]
struct Client {
    identity: Arc<[u8]>,
    door: Door,
    connections: [Option<u64>; Channel::COUNT],
}

impl Client {
    fn is_of(&self, caller: &Caller) -> bool {
        self.identity == caller.identity && self.door == caller.door
    }
}

impl Clients {
    /// A connection has come. It is that of the first client of its name that lacks one: those of a
    /// client come together, and one that was lost comes back.
    pub(crate) fn enter(&self, channel: Channel, caller: &Caller) {
        let mut all = lock(&self.0);
        let lacking =
            all.iter_mut().find(|c| c.is_of(caller) && c.connections[channel.place()].is_none());
        match lacking.filter(|_| !caller.identity.is_empty()) {
            Some(client) => client.connections[channel.place()] = Some(caller.number),
            None => {
                let mut connections = [None; Channel::COUNT];
                connections[channel.place()] = Some(caller.number);
                let (identity, door) = (caller.identity.clone(), caller.door);
                all.push(Client { identity, door, connections });
            }
        }
    }

    /// A connection has gone, and its client with the last one.
    pub(crate) fn leave(&self, channel: Channel, caller: &Caller) {
        let mut all = lock(&self.0);
        for client in all.iter_mut() {
            let own = &mut client.connections[channel.place()];
            *own = own.filter(|number| *number != caller.number);
        }
        all.retain(|client| client.connections.iter().any(Option::is_some));
    }

    /// The connection of the same client on another channel; if it has none, that of the last client
    /// of its name.
    pub(crate) fn partner(&self, of: (Channel, &Caller), on: Channel) -> Option<Caller> {
        let (channel, caller) = of;
        let all = lock(&self.0);
        let named = |number| Caller { number, ..caller.clone() };
        let own = all.iter().find(|c| c.connections[channel.place()] == Some(caller.number));
        let own = own.and_then(|client| client.connections[on.place()]);
        let namesakes = all.iter().rev().filter(|c| !caller.identity.is_empty() && c.is_of(caller));
        own.or_else(|| namesakes.filter_map(|c| c.connections[on.place()]).next()).map(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(number: u64, name: &str) -> Caller {
        let identity = name.as_bytes().into();
        Caller { number, identity, door: Door::Own, account: None }
    }

    fn asked(clients: &Clients, shell: u64, name: &str) -> Option<u64> {
        let shell = caller(shell, name);
        clients.partner((Channel::Shell, &shell), Channel::Stdin).map(|c| c.number)
    }

    #[test]
    fn clients_of_one_name_are_told_apart() {
        let clients = Clients::default();
        // Of two clients, in orders that can happen.
        for order in [[1, 11, 2, 12], [1, 2, 11, 12], [11, 1, 12, 2], [1, 11, 12, 2]] {
            for number in order {
                let channel = if number > 10 { Channel::Stdin } else { Channel::Shell };
                clients.enter(channel, &caller(number, "same"));
            }
            assert_eq!(
                (asked(&clients, 1, "same"), asked(&clients, 2, "same")),
                (Some(11), Some(12))
            );
            for number in order {
                let channel = if number > 10 { Channel::Stdin } else { Channel::Shell };
                clients.leave(channel, &caller(number, "same"));
            }
            assert!(lock(&clients.0).is_empty());
        }
    }

    #[test]
    fn a_connection_that_comes_back_is_the_same_clients() {
        let clients = Clients::default();
        for (channel, number) in
            [(Channel::Shell, 1), (Channel::Stdin, 11), (Channel::Shell, 2), (Channel::Stdin, 12)]
        {
            clients.enter(channel, &caller(number, "same"));
        }
        clients.leave(Channel::Shell, &caller(1, "same"));
        clients.enter(Channel::Shell, &caller(3, "same"));
        assert_eq!((asked(&clients, 3, "same"), asked(&clients, 2, "same")), (Some(11), Some(12)));
        clients.leave(Channel::Stdin, &caller(11, "same"));
        assert_eq!(asked(&clients, 3, "same"), Some(12), "there is nobody else of that name");
    }

    #[test]
    fn who_has_no_name_has_no_partner() {
        let clients = Clients::default();
        clients.enter(Channel::Shell, &caller(1, ""));
        clients.enter(Channel::Stdin, &caller(2, ""));
        assert_eq!(asked(&clients, 1, ""), None);
        clients.enter(Channel::Stdin, &caller(3, "other"));
        assert_eq!(asked(&clients, 1, "same"), None);
    }
}
