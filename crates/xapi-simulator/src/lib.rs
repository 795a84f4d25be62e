//! A simulated pool of XCP-ng hosts for tests: XAPI with TLS on loopback.
//!
//! It answers JSON-RPC (2.0 and 1.0) at `/jsonrpc` and XML-RPC at `/` and `/xmlrpc`, as a real host does: with
//! power states, tasks, templates, network cards, disks, guest metrics, roles, sessions and events. Faults are
//! scripted: the next call of a method loses its reply, is slow, fails, or is answered with garbage.
//!
//! Independent clients accept it: the Python package `XenAPI` and the Node package `xen-api` drive it through
//! the life of a machine (`make xapi-clients`).
//!
//! # Examples
//! ```
//! use bioxen_xapi_simulator::{Fault, Setup, Simulator};
//! let simulator = Simulator::start(Setup::default())?;
//! assert!(simulator.url().starts_with("https://127.0.0.1:"));
//! simulator.fault("Async.VM.start", Fault::api("NO_HOSTS_AVAILABLE", &[]));
//! assert_eq!(simulator.machines(), Vec::<String>::new());
//! # Ok::<(), std::io::Error>(())
//! ```

mod certificate;
mod dispatch;
mod fault;
mod http;
mod json;
mod pool;
mod server;
mod value;
mod xml;

pub use fault::Fault;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use certificate::Identity;
use fault::Faults;
use pool::Pool;

/// How guests behave.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The address that they report once they have booted; none when guest tools are missing.
    pub address: Option<String>,
    /// How long they take to report it.
    pub boot: Duration,
    /// Whether one that starts still shows the addresses that it has from its template, until it reports.
    pub stale: bool,
    /// Whether clean shutdowns work, for which guests need their tools.
    pub tools: bool,
}

/// What a pool is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The user names with their passwords and roles, such as `vm-admin`.
    pub users: Vec<(String, String, String)>,
    /// The names of the templates; each has one disk of its own.
    pub templates: Vec<String>,
    /// How guests behave.
    pub guest: Guest,
    /// How long tasks take.
    pub task: Duration,
    /// How much memory the host has for machines [bytes].
    pub free_memory: u64,
    /// Whether TLS is spoken at all.
    pub tls: bool,
    /// Whether the first address is a slave; the master then listens at 127.0.0.2, with a certificate of its own.
    pub slave: bool,
    /// Whether the host shows a certificate whose key it does not have, as one that was stolen.
    pub stolen: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let user =
            |name: &str, role: &str| (name.to_owned(), "correct horse".to_owned(), role.to_owned());
        Self {
            users: vec![user("root", "pool-admin"), user("reader", "read-only")],
            templates: vec!["debian-bioxen".to_owned()],
            guest: Guest::default(),
            task: Duration::from_millis(5),
            free_memory: 16 << 30,
            tls: true,
            slave: false,
            stolen: false,
        }
    }
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            address: Some("10.0.0.5".to_owned()),
            boot: Duration::from_millis(20),
            stale: false,
            tools: true,
        }
    }
}

/// What the listeners share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) pool: Mutex<Pool>,
    pub(crate) faults: Mutex<Faults>,
    /// Every call that was answered, by method.
    pub(crate) calls: Mutex<Vec<String>>,
    /// The address and the fingerprint of the master, where the first address is a slave.
    pub(crate) master: Mutex<Option<(String, String)>>,
}

/// A guard of a mutex, whoever panicked before.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running pool. It ends with this value.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    first: Identity,
    master: Option<Identity>,
    at: SocketAddr,
    tls: bool,
    stop: Arc<std::sync::atomic::AtomicBool>,
}

impl Simulator {
    /// Starts a pool on a free port of loopback.
    ///
    /// # Errors
    /// When no port is free, or no certificate can be made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let first = Identity::new("127.0.0.1", setup.stolen)?;
        let shared = Arc::new(Shared {
            pool: Mutex::new(Pool::new(&setup)),
            faults: Mutex::default(),
            calls: Mutex::default(),
            master: Mutex::default(),
        });
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let tls = setup.tls.then_some(&first);
        let at = server::listen("127.0.0.1:0", tls, setup.slave, &shared, &stop)?;
        let mut master = None;
        if setup.slave {
            let identity = Identity::new("127.0.0.2", false)?;
            let place = format!("127.0.0.2:{}", at.port());
            server::listen(&place, Some(&identity), false, &shared, &stop)?;
            *lock(&shared.master) = Some(("127.0.0.2".to_owned(), identity.colons()));
            master = Some(identity);
        }
        Ok(Self { shared, first, master, at, tls: setup.tls, stop })
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        format!("https://{}", self.at)
    }

    /// Whether it speaks TLS.
    pub fn speaks_tls(&self) -> bool {
        self.tls
    }

    /// The SHA-256 of the certificate at [`url`](Self::url), in hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        self.first.hex()
    }

    /// The SHA-256 of the master's certificate, where the first address is a slave.
    pub fn master_fingerprint(&self) -> Option<String> {
        self.master.as_ref().map(Identity::hex)
    }

    /// The certificate of the authority that signed all certificates of the pool, as PEM.
    pub fn authority(&self) -> String {
        let master = self.master.as_ref().map(|m| m.authority.as_str()).unwrap_or_default();
        format!("{}{master}", self.first.authority)
    }

    /// Lets the next call of a method fail in a way; `*` stands for any method. Several faults of a method wait
    /// for their turn.
    pub fn fault(&self, method: &str, fault: Fault) {
        lock(&self.shared.faults).add(method, fault);
    }

    /// Lets every call of a method fail.
    pub fn fault_always(&self, method: &str, fault: Fault) {
        lock(&self.shared.faults).always(method, fault);
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        *lock(&self.shared.faults) = Faults::default();
    }

    /// The methods that were called since the start, in order.
    pub fn calls(&self) -> Vec<String> {
        lock(&self.shared.calls).clone()
    }

    /// Ends all sessions, as a restart of the toolstack does.
    pub fn expire_sessions(&self) {
        lock(&self.shared.pool).sessions.clear();
    }

    /// How many sessions are open.
    pub fn sessions(&self) -> usize {
        lock(&self.shared.pool).sessions.len()
    }

    /// Sets the address that guests report from now on.
    pub fn set_guest_address(&self, address: Option<&str>) {
        lock(&self.shared.pool).setup.guest.address = address.map(str::to_owned);
    }

    /// Sets how long tasks take from now on.
    pub fn set_task_time(&self, task: Duration) {
        lock(&self.shared.pool).setup.task = task;
    }

    /// Ends all tasks that hang.
    pub fn end_tasks(&self) {
        lock(&self.shared.pool).end_tasks();
    }

    /// Switches a machine off, as its guest may at any time.
    pub fn switch_off(&self, machine: &str) {
        lock(&self.shared.pool).switch_off(machine);
    }

    /// Copies a machine, as its user may by hand; all that is written in it is copied as well.
    pub fn copy_by_hand(&self, machine: &str, name: &str) {
        lock(&self.shared.pool).copy_by_hand(machine, name);
    }

    /// The names of all that was made: what is neither a template of the setup nor the control domain.
    pub fn machines(&self) -> Vec<String> {
        lock(&self.shared.pool).machines()
    }

    /// The names of all disks that were made.
    pub fn disks(&self) -> Vec<String> {
        lock(&self.shared.pool).disks()
    }

    /// A field of the machine of a name, as JSON.
    pub fn field(&self, machine: &str, field: &str) -> Option<serde_json::Value> {
        lock(&self.shared.pool).field(machine, field)
    }

    /// The tasks that nobody has destroyed.
    pub fn tasks(&self) -> usize {
        let pool = lock(&self.shared.pool);
        pool.of_class("task").count()
    }

    /// Attaches a disk to a machine by hand, as its user may: it is not the machine's own.
    pub fn attach_foreign_disk(&self, machine: &str) {
        lock(&self.shared.pool).attach_foreign_disk(machine);
    }

    /// Adds a snapshot of a template, which has the template's name.
    pub fn add_snapshot(&self, template: &str) {
        lock(&self.shared.pool).add_snapshot(template);
    }

    /// The uuid of the first object of a class, such as `SR` or `network`, with a name.
    pub fn uuid(&self, class: &str, name: &str) -> Option<String> {
        lock(&self.shared.pool).uuid(class, name)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let mut places = vec![self.at];
        if self.master.is_some() {
            places.push(SocketAddr::from(([127, 0, 0, 2], self.at.port())));
        }
        for place in places {
            // A listener looks at the flag when somebody comes.
            let _ = std::net::TcpStream::connect_timeout(&place, Duration::from_secs(1));
        }
    }
}
