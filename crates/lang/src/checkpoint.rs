//! What lives in a session as data: values, functions, events, the laboratory.
//!
//! A [`Writer`] takes values into a [`Heap`], and a [`Reader`] makes them again. What is no data is left
//! out, with a reason. Functions are kept as the texts that have defined them, and read again. Nothing that
//! is kept changes, and what is made again goes on bit for bit.

mod data;
mod functions;
mod lab;
mod modules;
mod parameters;
mod read;
mod record;
mod sent;
mod world;
mod write;

pub use functions::{Texts, closures_of, scope_for};
pub use modules::LibraryRecord;
pub use read::{Learned, Reader};
pub use record::{Heap, LabRecord, TextKind, TextRecord, WorldRecord};
pub use sent::{Freezer, Frozen, Sent};
pub use write::Writer;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::LangError;
use crate::files::{SealError, seal_bytes, unseal_bytes};
use bioxen_lab::LabError;

/// The newest format that is known: 2 has plug-ins before its record.
const VERSION: u32 = 2;
/// That of a checkpoint without plug-ins, which earlier versions read, too.
const WITHOUT_PLUGINS: u32 = 1;
/// What the first line of a checkpoint says that it is.
const KIND: &str = "checkpoint";

/// The contents of a file with plug-ins, packed, and a record: a line with the format and the checksum, then these.
///
/// # Errors
/// When there is no memory for it.
pub fn pack(plugins: &[Vec<u8>], record: &impl Serialize) -> Result<Vec<u8>, CheckpointError> {
    let bytes = postcard::to_allocvec(record).map_err(CheckpointError::contents)?;
    if plugins.is_empty() {
        return Ok(seal_bytes(KIND, WITHOUT_PLUGINS, &bytes));
    }
    let mut all = postcard::to_allocvec(plugins).map_err(CheckpointError::contents)?;
    all.extend_from_slice(&bytes);
    Ok(seal_bytes(KIND, VERSION, &all))
}

/// The plug-ins and the record of a file.
///
/// # Errors
/// When it is cut off, damaged, newer than this version, or something else.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<(Vec<Vec<u8>>, T), CheckpointError> {
    let (version, body) = unseal_bytes(KIND, VERSION, bytes)?;
    let none = |_| CheckpointError::contents("no such record");
    let (plugins, body) = match version {
        WITHOUT_PLUGINS => (Vec::new(), body),
        _ => postcard::take_from_bytes(body).map_err(none)?,
    };
    let (record, rest) = postcard::take_from_bytes(body).map_err(none)?;
    if !rest.is_empty() {
        return Err(CheckpointError::contents("more than one record"));
    }
    Ok((plugins, record))
}

/// Something that a checkpoint does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The name of the variable, or what else it is.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Why it is left out.
    pub why: String,
}

/// Why a checkpoint cannot be written or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It is cut off, damaged, newer, or something else.
    #[error("this checkpoint cannot be read: {0}")]
    Seal(#[from] SealError),
    /// It is whole but makes no sense.
    #[error("this checkpoint cannot be read: it has {reason}")]
    Contents {
        /// What is wrong.
        reason: String,
    },
    /// The laboratory.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The world.
    #[error(transparent)]
    Lang(#[from] Box<LangError>),
    /// There is too much of it.
    #[error("a checkpoint holds up to {most} values, and this session has more")]
    TooMuch {
        /// The most values.
        most: u32,
    },
}

impl CheckpointError {
    /// The contents make no sense.
    pub fn contents(reason: impl ToString) -> Self {
        Self::Contents { reason: reason.to_string() }
    }
}
