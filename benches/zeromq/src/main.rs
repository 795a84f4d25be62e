//! A ROUTER and a PUB socket, on the crate `zeromq` or on the kernel's own ZMTP: wire-bench zeromq|own
//!
//! Prints the two ports. The ROUTER sends back what it gets; `publish COUNT SIZE` is answered when so
//! many messages have been handed to the PUB socket. Driven by `main.py` beside it.

// The kernel's transport, without the kernel.
#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "../../../kernel/src"]
mod kernel {
    pub mod sync;
    pub mod zmtp;
}
use kernel::{sync, zmtp};

use std::error::Error;
use std::sync::Arc;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    match std::env::args().nth(1).as_deref() {
        Some("own") => own(),
        Some("zeromq") => with_zeromq(),
        _ => Err("wire-bench zeromq|own".into()),
    }
}

/// Count and size of what is to be published.
fn order(frames: &[&[u8]]) -> Option<(usize, usize)> {
    let number = |i: usize| std::str::from_utf8(frames.get(i)?).ok()?.parse().ok();
    (frames.first() == Some(&&b"publish"[..])).then(|| Some((number(1)?, number(2)?)))?
}

/// A message as the kernel publishes it: a topic, and as much as is wanted.
fn message(number: usize, size: usize) -> [Vec<u8>; 3] {
    [b"kernel.stream".to_vec(), number.to_string().into_bytes(), vec![b'x'; size]]
}

fn own() -> Outcome {
    use zmtp::{Endpoint, Event, House, Role, Socket};
    let any = Endpoint::Tcp("127.0.0.1".into(), 0);
    let house = Arc::new(House::default());
    let broadcast = Socket::bind(Role::Publisher, &any, &house, Arc::new(|_| false))?;
    let (sender, inbox) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let handler = move |event| {
        let Event::Message { caller, frames } = event else { return false };
        let _ = sync::lock(&sender).send((caller, frames));
        true
    };
    let router = Socket::bind(Role::Router, &any, &house, Arc::new(handler))?;
    println!("{} {}", router.endpoint(), broadcast.endpoint());
    for (caller, frames) in inbox {
        let parts: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
        if let Some((count, size)) = order(&parts) {
            for number in 0..count {
                broadcast.publish(&message(number, size));
            }
        }
        router.send(&caller, &frames);
    }
    Ok(())
}

fn with_zeromq() -> Outcome {
    use zeromq::{PubSocket, RouterSocket, Socket, SocketRecv, SocketSend, ZmqMessage};
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut broadcast = PubSocket::new();
        let to_all = broadcast.bind("tcp://127.0.0.1:0").await?;
        let mut router = RouterSocket::new();
        let to_one = router.bind("tcp://127.0.0.1:0").await?;
        println!("{to_one} {to_all}");
        loop {
            let Ok(got) = router.recv().await else { continue };
            let parts: Vec<&[u8]> = got.iter().skip(1).map(|frame| &frame[..]).collect();
            if let Some((count, size)) = order(&parts) {
                for number in 0..count {
                    let [topic, number, body] = message(number, size);
                    let mut one = ZmqMessage::from(topic);
                    one.push_back(number.into());
                    one.push_back(body.into());
                    broadcast.send(one).await?;
                }
            }
            // Who is gone gets nothing.
            let _ = router.send(got).await;
        }
    })
}
