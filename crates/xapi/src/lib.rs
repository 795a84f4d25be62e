//! Machines of an XCP-ng pool, by its management interface XAPI.
//!
//! * [`Config`]: where the pool is, who logs in, and what a machine is to be.
//! * [`Client`]: a session with the pool; its calls are checked, bounded in time and size, and repeated only
//!   where that is safe.
//! * [`Maker`]: makes a [`Machine`] step by step. A failure undoes the steps. A [`Journal`] on the disk tells of
//!   each, so that a killed process leaves nothing that cannot be found.
//! * [`leftovers`] and [`collect`]: find and destroy what is left.
//!
//! Nothing here knows what a machine is for.
//!
//! # Examples
//! The pool of this example is simulated.
//! ```
//! use bioxen_xapi::{Client, Config, Journal, Maker, Never};
//! use bioxen_xapi_simulator::{Setup, Simulator};
//! let pool = Simulator::start(Setup::default())?;
//! let config = Config::from_toml(&format!(
//!     r#"
//!     xapi_url = "{}"
//!     tls_fingerprint_sha256 = "{}"
//!     username = "root"
//!     password = "correct horse"
//!     template_name = "debian-bioxen"
//!     vm_memory = "4GB"
//!     "#,
//!     pool.url(),
//!     pool.fingerprint(),
//! ))?;
//! let folder = tempfile::tempdir()?;
//! let journal = Journal::open(folder.path())?;
//! let client = Client::connect(&config, &Never)?;
//! let mut machine = Maker::new(&client, &journal, &config).make("iso", &Never, &mut |_| {})?;
//! assert_eq!(machine.address().to_string(), "10.0.0.5");
//! machine.destroy(&Never)?;
//! assert!(pool.machines().is_empty() && pool.disks().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod client;
mod config;
mod error;
mod gc;
mod journal;
mod machine;
mod reply;
mod secret;
mod stop;
mod tls;
mod wire;

pub use address::{Cidr, CidrError};
pub use client::{About, Client, GuestTools, Inspected, Named, PowerState};
pub use config::{Config, ConfigError, HostKey, Limits, Net, Password, Size, Ssh, Template, Trust};
pub use error::{Class, XapiError};
pub use gc::{Collected, Fate, Leftover, Whose, collect, leftovers};
pub use journal::{Journal, JournalError};
pub use machine::{Event, Machine, MachineError, Maker, Step, Undone};
pub use secret::Secret;
pub use stop::{Never, Stop};
pub use tls::Fingerprint;
