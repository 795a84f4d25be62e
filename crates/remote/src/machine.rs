//! Cells in machines of an XCP-ng pool. A machine is made for a cell, and ends with it.

mod config;
mod kept;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use bioxen_cell::factory::Infrastructure;
use bioxen_engine::StopToken;
use bioxen_lab::Wanted;
use bioxen_xapi::{Client, Event, Journal, Maker, Never};

use super::error::RemoteError;
use super::link::Link;
use super::news::News;
use super::place::{Connect, RemotePlace};
use super::ssh::Ssh;
pub use config::MachineConfig;
pub(crate) use kept::Kept;

/// How often a wait looks whether it is to end.
const LOOK: Duration = Duration::from_millis(20);
/// Between two tries to reach a guest that has just started.
const AGAIN: Duration = Duration::from_millis(500);

/// Makes links to the guest of a machine, and has the machine.
struct Guest {
    ssh: Ssh,
    _machine: Arc<Kept>,
}

impl Connect for Guest {
    fn connect(&self) -> Result<Link, RemoteError> {
        self.ssh.connect()
    }
}

/// Makes a machine for a cell, and a place of it. When anything fails, or it is to stop, nothing is left, or
/// the error says what is.
pub(crate) fn make(
    config: &MachineConfig,
    journal: &Path,
    wanted: Wanted<'_>,
    news: &News,
    tell: &mut dyn FnMut(String),
    stop: &StopToken,
) -> Result<(RemotePlace, Arc<Kept>), RemoteError> {
    let is_stopped = || stop.is_stopped();
    let journal = Journal::open(journal).map_err(bioxen_xapi::XapiError::from)?;
    let client = Client::connect(&config.pool, &is_stopped)?;
    tell(format!("xcpng: a machine for {} is made in the pool of {}", wanted.vm, client.host()));
    let mut watch = |event: Event| {
        if let Event::Begin(step) = event {
            tell(format!("xcpng: {step}"));
        }
    };
    let maker = Maker::new(&client, &journal, &config.pool);
    let machine = maker.make(wanted.vm, &is_stopped, &mut watch)?;
    let (uuid, address) = (machine.uuid().to_owned(), machine.address().to_string());
    let kept = Arc::new(Kept::new(machine, news.clone()));
    let reached = config.guest(&address).and_then(|guest| {
        tell(format!("xcpng: waiting for the agent of {}", guest.address()));
        let names = (config.key_of_place(wanted.chassis), guest.address());
        let ssh = Ssh::new(guest).telling(news);
        let link = first_link(&ssh, config.pool.limits.ssh, stop)?;
        let guest = Box::new(Guest { ssh, _machine: Arc::clone(&kept) });
        Ok(RemotePlace::linked(Infrastructure::Xcpng, names, Some(uuid), guest, link))
    });
    match reached {
        Ok(place) => Ok((place, kept)),
        Err(error) => {
            let machine = kept.label().to_owned();
            let undone = match kept.destroy(&Never) {
                None => "it was destroyed again".to_owned(),
                Some(wrong) => wrong,
            };
            Err(RemoteError::NoPlaceIn { machine, error: Box::new(error), undone })
        }
    }
}

/// The first link to a guest, whose server of SSH may begin later than it has its address.
fn first_link(ssh: &Ssh, limit: Duration, stop: &StopToken) -> Result<Link, RemoteError> {
    let end = Instant::now() + limit;
    loop {
        match connect(ssh, stop) {
            Err(RemoteError::Unreachable { .. }) if Instant::now() + AGAIN < end => {}
            outcome => return outcome,
        }
        let again = Instant::now() + AGAIN;
        while Instant::now() < again {
            if stop.is_stopped() {
                return Err(RemoteError::Stopped);
            }
            thread::sleep(LOOK);
        }
    }
}

/// Connects on a thread of its own: what it waits for cannot be interrupted. One that is not waited for any more
/// ends by itself.
fn connect(ssh: &Ssh, stop: &StopToken) -> Result<Link, RemoteError> {
    let (tell, told) = channel();
    let ssh = ssh.clone();
    thread::spawn(move || {
        // Nobody listens any more when it was stopped.
        let _ = tell.send(ssh.connect());
    });
    loop {
        match told.recv_timeout(LOOK) {
            Ok(link) => return link,
            Err(RecvTimeoutError::Timeout) if !stop.is_stopped() => {}
            Err(_) => return Err(RemoteError::Stopped),
        }
    }
}
