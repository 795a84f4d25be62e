//! The contents of the messages of Jupyter's protocol, as types: requests, replies, and broadcasts to all
//! clients.
//!
//! A missing field of a request has the default value of the protocol; if there is none, the request is
//! refused. A field of the wrong kind is refused, too. Unknown fields are ignored.

mod bioxen;
mod comm;
mod display;
mod header;
mod reading;
mod replies;
mod requests;
mod told;

pub use bioxen::{
    After, BioxenRequest, CellState, Cells, Forked, InterruptRequest, LogEntries, LogEntry, People,
    Person, Policy, Process, Prompt, RestoredFrom, Running, SessionState, SharedSession, Unshared,
    Vms, Waiting,
};
pub use comm::{
    CommClose, CommMessage, CommOpen, CommRefused, CommTarget, MonitorData, MonitorMessage,
    Refusal, VmShare,
};
pub use display::{DisplayData, ExecuteResult, Forms, Shown, Size, Sizes, Transient, Updated};
pub use header::{Header, OutgoingHeader};
pub(crate) use reading::written;
pub use reading::{Fault, object};
pub use replies::{
    CellReply, CommInfo, Completed, CompletionHints, CompletionItem, Debugged, Expression, Failed,
    HelpLink, History, Inspected, IsCompleteReply, KernelInfo, LanguageInfo, Mode, Past, Payload,
    Reply, ShutDown,
};
pub use requests::{
    Access, CommInfoRequest, CompleteRequest, DebugRequest, ExecuteRequest, HistoryRequest,
    InputReply, InspectRequest, IsCompleteRequest, Nothing, Request, ShutdownRequest,
};
pub use told::{
    ClearOutput, ExecuteInput, InputRequest, Remains, State, Status, StreamText, Told, Welcome,
};
