//! What the messages of Jupyter's protocol say, as types: requests that are read, answers, and what
//! everyone is told.
//!
//! A field that a request lacks has the value that the protocol gives it, or the request is refused; so
//! is one of the wrong kind. Fields of which nothing is known are passed over.

mod comm;
mod display;
mod header;
mod reading;
mod replies;
mod requests;
mod told;

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
pub use told::{ClearOutput, ExecuteInput, InputRequest, State, Status, StreamText, Told, Welcome};
