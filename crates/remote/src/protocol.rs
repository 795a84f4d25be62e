//! What agent and user say to each other: one JSON object for each line, which is called a frame.
//!
//! The agent begins with a [`Hello`]. Then the user sends a [`Request`], and the agent answers with
//! [`Reply`]s of the same number, of which the last is `done`, `pong` or `error`. While it works, it sends
//! a `beat` at regular times. Only `interrupt` may be sent meanwhile. What does not end with one of the last
//! replies is incomplete.

use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Grid, Held, VmFailure};
use bioxen_lab::Stretch;
use serde::{Deserialize, Serialize};

pub use super::packed::{Packed, RowSum, State, digest};

/// Programs with other numbers do not understand each other.
pub const MAJOR: u32 = 1;
/// What was added since.
pub const MINOR: u32 = 1;
/// What the agent of this program is called.
pub const AGENT: &str = "bioxen-agent";
/// The longest frame [bytes].
pub const LONGEST_FRAME: usize = 256 << 20;

/// The version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protocol {
    /// Changes when programs no longer understand each other.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

/// The first frame of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`AGENT`].
    pub agent: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// The version of the program.
    pub version: String,
    /// What it runs on, such as `x86_64-linux`.
    pub platform: String,
}

impl Hello {
    /// That of this program.
    pub fn own() -> Self {
        let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
        Self {
            agent: AGENT.to_owned(),
            protocol: Protocol { major: MAJOR, minor: MINOR },
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: format!("{arch}-{os}"),
        }
    }
}

/// A frame of the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its number; an interrupt has that of the request that is to end.
    pub id: u64,
    /// What is asked for.
    #[serde(flatten)]
    pub ask: Ask,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Ask {
    /// A sign of life.
    Ping,
    /// A part of a run.
    Live(Box<Live>),
    /// The end of what is under way.
    Interrupt,
    /// A plug-in that cells need, packed; the agent answers with a pong. Since 1.1.
    Plugin(Box<State>),
}

/// A part of a run of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The cell.
    pub state: State,
    /// When the run began [us].
    pub start_us: i64,
    /// When the run will end [us].
    pub end_us: i64,
    /// From one sample to the next [us].
    pub every_us: i64,
    /// When the part ends [us].
    pub target_us: i64,
    /// Whether the present has been recorded.
    pub recorded: bool,
    /// Who was held back since the run began.
    pub held: Held,
    /// The checksums of the plug-ins whose biological types the cell has. Since 1.1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<String>,
}

impl Live {
    /// A part of a run.
    pub fn of(state: State, stretch: Stretch, recorded: bool, held: Held) -> Self {
        let Stretch { grid, target } = stretch;
        Self {
            state,
            start_us: grid.start.micros(),
            end_us: grid.end.micros(),
            every_us: grid.every().micros(),
            target_us: target.micros(),
            recorded,
            held,
            plugins: Vec::new(),
        }
    }

    /// The part of the run.
    pub fn stretch(&self) -> Stretch {
        let [start, end, every, target] =
            [self.start_us, self.end_us, self.every_us, self.target_us].map(Time::from_micros);
        Stretch { grid: Grid::new(start, end, every), target }
    }
}

/// A frame of the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The number of the request; 0 for what belongs to none.
    pub id: u64,
    /// What is told.
    #[serde(flatten)]
    pub told: Told,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
pub enum Told {
    /// The answer to a ping.
    Pong,
    /// The work goes on.
    Beat,
    /// How far the run is.
    Progress {
        /// Cell time [us].
        now_us: i64,
        /// The host's growth rate [1/h].
        growth_per_h: Packed,
        /// Reactions that have fired since this part began.
        events: u64,
    },
    /// How the resources are shared.
    Sample {
        /// Cell time [us].
        now_us: i64,
        /// Growth rate [1/h], ribosomes, RNA polymerases and ATP [%] of the host, then ribosomes, RNA
        /// polymerases and share of ATP [%] of each VM.
        values: Packed,
    },
    /// Rows that were recorded.
    Rows {
        /// How many.
        rows: usize,
        /// One after the other, each with its time [min] and then its values.
        values: Packed,
    },
    /// The part of the run has ended.
    Done(Box<Done>),
    /// The request was not carried out.
    Error {
        /// What kind of error it is.
        kind: Wrong,
        /// In words.
        message: String,
    },
    /// Something that a later version has added.
    #[serde(other)]
    Later,
}

/// What a part of a run came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// How many rows were sent.
    pub rows: u64,
    /// The checksum of their bytes.
    pub sha256: String,
    /// Whether it came to its end; if not, it was interrupted.
    pub completed: bool,
    /// The VMs that could not go on.
    pub failed: Vec<Failed>,
    /// Who was held back since the run began.
    pub held: Held,
    /// What the cell has become.
    pub state: State,
}

/// A VM that could not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Its id.
    pub vm: String,
    /// When [us].
    pub at_us: i64,
    /// Why.
    pub reason: String,
}

impl From<VmFailure> for Failed {
    fn from(failure: VmFailure) -> Self {
        Self { vm: failure.vm, at_us: failure.at.micros(), reason: failure.reason }
    }
}

impl From<Failed> for VmFailure {
    fn from(failed: Failed) -> Self {
        Self { vm: failed.vm, at: Time::from_micros(failed.at_us), reason: failed.reason }
    }
}

/// Why a request was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// The agent does not have the state, which was not sent.
    NeedState,
    /// The agent does not have a plug-in of the cell. Since 1.1.
    NeedPlugin,
    /// The frame is none, or asks for what there is not.
    Frame,
    /// Something is under way.
    Busy,
    /// The state cannot be read here.
    State,
    /// The simulation failed.
    Failed,
    /// It took longer than the agent may work.
    TimeLimit,
    /// A fault of the program.
    Internal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_were() {
        let live = Live {
            state: State::known(b"x"),
            start_us: 0,
            end_us: 60,
            every_us: 10,
            target_us: 60,
            recorded: true,
            held: Held::default(),
            plugins: vec!["00ff".to_owned()],
        };
        let plugin = Ask::Plugin(Box::new(State::whole(b"x").unwrap()));
        for ask in [Ask::Ping, Ask::Interrupt, Ask::Live(Box::new(live)), plugin] {
            let request = Request { id: u64::MAX, ask };
            let text = serde_json::to_string(&request).unwrap();
            assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), request, "{text}");
        }
        let values = Packed(vec![1.0, f64::INFINITY]);
        for told in [
            Told::Pong,
            Told::Beat,
            Told::Rows { rows: 1, values },
            Told::Error { kind: Wrong::NeedState, message: "no".to_owned() },
        ] {
            let reply = Reply { id: 3, told };
            let text = serde_json::to_string(&reply).unwrap();
            assert_eq!(serde_json::from_str::<Reply>(&text).unwrap(), reply, "{text}");
        }
    }

    #[test]
    fn what_a_later_version_adds_is_no_error() {
        let reply: Reply = serde_json::from_str(r#"{"id":1,"tell":"mood","how":"good"}"#).unwrap();
        assert_eq!(reply.told, Told::Later);
        let ping = r#"{"id":1,"do":"ping","since":"later"}"#;
        assert_eq!(serde_json::from_str::<Request>(ping).unwrap().ask, Ask::Ping);
    }
}
