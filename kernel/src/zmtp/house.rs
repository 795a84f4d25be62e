//! The state that the sockets of a kernel share: numbers of connections, known names, and the memory of
//! incomplete messages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::ZmtpError;
use super::peer::{Door, Peer, Standing};
use crate::sync::lock;

/// What unfinished messages of those who have the key may take together [bytes].
const FOR_KNOWN: u64 = 512 << 20;
/// What unfinished messages of all others may take together [bytes].
const FOR_OTHERS: u64 = 64 << 20;
/// Most names that are remembered.
const MOST_NAMES: usize = 4096;

/// What the sockets of a kernel share.
#[derive(Debug, Default)]
pub struct House {
    /// Shared by all houses of a kernel, so that no two connections have one number.
    next: Arc<AtomicU64>,
    door: Door,
    names: Mutex<VecDeque<Arc<[u8]>>>,
    stock: Mutex<BTreeMap<u64, Holder>>,
}

/// A peer that has sent a part of a message.
#[derive(Debug)]
struct Holder {
    peer: Arc<Peer>,
    bytes: u64,
}

impl House {
    /// One for a group, beside this one: what its guests take away from others, they take from guests.
    pub fn for_a_group(&self) -> Self {
        let door = Door::Group(self.number());
        Self { next: self.next.clone(), door, ..Self::default() }
    }

    /// Through which door one comes into it.
    pub fn door(&self) -> Door {
        self.door
    }

    /// The number of the next connection.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A peer has proved that it has the key, and with it whoever has the same name.
    pub(super) fn prove(&self, peer: &Peer) {
        if peer.standing() == Standing::Known {
            return;
        }
        peer.rise(Standing::Known);
        let Some(name) = peer.identity().filter(|name| !name.is_empty()) else { return };
        let mut names = lock(&self.names);
        if !names.contains(name) {
            if names.len() >= MOST_NAMES {
                names.pop_front();
            }
            names.push_back(name.clone());
        }
    }

    /// What a peer has shown of itself, or another one of its name: who asks questions on one socket
    /// is silent on the next.
    pub(super) fn standing(&self, peer: &Peer) -> Standing {
        let own = peer.standing();
        let known = || peer.identity().is_some_and(|name| lock(&self.names).contains(name));
        if own == Standing::Silent && known() { Standing::Known } else { own }
    }

    /// A message of a peer, which has not yet come whole, takes so many bytes. When all of them take
    /// too much, the largest is given up with its connection.
    ///
    /// # Errors
    /// When it is this one.
    pub(super) fn hold(&self, peer: &Arc<Peer>, bytes: u64) -> Result<(), ZmtpError> {
        let mut stock = lock(&self.stock);
        stock.insert(peer.number, Holder { peer: peer.clone(), bytes });
        for (known, limit) in [(true, FOR_KNOWN), (false, FOR_OTHERS)] {
            loop {
                let of_kind = |h: &&Holder| (self.standing(&h.peer) == Standing::Known) == known;
                let all: u64 = stock.values().filter(of_kind).map(|h| h.bytes).sum();
                if all <= limit {
                    break;
                }
                let largest = stock.values().filter(of_kind).max_by_key(|h| h.bytes);
                let Some(number) = largest.map(|h| h.peer.number) else { break };
                let Some(largest) = stock.remove(&number) else { break };
                if number == peer.number {
                    return Err(ZmtpError::TooLarge { found: all, limit, unit: "bytes in all" });
                }
                largest.peer.close();
            }
        }
        Ok(())
    }

    /// The message has come whole, or never will.
    pub(super) fn release(&self, peer: &Peer) {
        lock(&self.stock).remove(&peer.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmtp::stream::Stream;

    fn peers(house: &House, count: usize) -> Vec<Arc<Peer>> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connect = || std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (0..count)
            .map(|_| Arc::new(Peer::new(house.number(), Door::Own, Stream::Tcp(connect()))))
            .collect()
    }

    #[test]
    fn the_largest_unfinished_message_makes_room() {
        let house = House::default();
        let all = peers(&house, 3);
        house.hold(&all[0], 40 << 20).unwrap();
        house.hold(&all[1], 20 << 20).unwrap();
        house.hold(&all[2], 8 << 20).unwrap();
        let held: Vec<u64> = lock(&house.stock).keys().copied().collect();
        assert_eq!(held, [1, 2], "the one that held most is gone");
        assert!(house.hold(&all[1], 60 << 20).is_err(), "now it is this one");
        house.release(&all[2]);
        assert!(lock(&house.stock).is_empty());
    }

    #[test]
    fn strangers_take_nothing_of_what_is_for_those_with_the_key() {
        let house = House::default();
        let all = peers(&house, 4);
        all[0].greet(b"me".to_vec());
        house.prove(&all[0]);
        house.hold(&all[0], 200 << 20).unwrap();
        for other in &all[1..3] {
            house.hold(other, 30 << 20).unwrap();
        }
        house.hold(&all[3], 30 << 20).unwrap_err();
        assert_eq!(lock(&house.stock).get(&0).map(|h| h.bytes), Some(200 << 20));
        // Who has the name of one with the key is believed to be one.
        all[3].greet(b"me".to_vec());
        assert_eq!(house.standing(&all[3]), Standing::Known);
        house.hold(&all[3], 100 << 20).unwrap();
    }
}
