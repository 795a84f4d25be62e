//! What Rust cells know as `bioxen`: the values of the session, and what a cell shows.
//!
//! ```text
//! let trace = bioxen::get("trace");
//! let times = trace.column("time")?.numbers()?;
//! bioxen::put("longest", times.len() as i64);
//! ```
//!
//! This crate is compiled by the process of the cells when it starts, not with BioXen. It talks with that process
//! through the standard streams, which cells may use as well.

use std::fs::File;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

pub use bioxen_exchange::{Cells, Column, ExchangeError, Quantity, Table, Value, file};

#[cfg(feature = "engine")]
pub use {
    bioxen_base::units, bioxen_engine as engine, bioxen_network as network, bioxen_study as study,
};

/// What marks a line that is for the process, and the end of a text without an end of line.
const MARK: char = '\u{1e}';

/// The file whose lock a thread holds while it asks. Cells have each their own statics, and one way to the process.
const ASKING: &str = "asking";

/// The file that is there while a cell runs: between cells nobody answers.
const RUNNING: &str = "running";

/// The value of a variable of the session.
///
/// # Panics
/// When there is no such variable, or its value cannot cross; [`try_get`] gives that as an error.
#[track_caller]
pub fn get(name: &str) -> Value {
    try_get(name).unwrap_or_else(|error| panic!("{error}"))
}

/// The value of a variable of the session.
///
/// # Errors
/// When there is no such variable, or its value cannot cross.
pub fn try_get(name: &str) -> Result<Value, ExchangeError> {
    let path = folder().join(ask(&format!("get {}", hex(name.as_bytes())))?);
    let value = file::read(&path);
    // It is removed with the folder, if not now.
    let _ = std::fs::remove_file(&path);
    value
}

/// Gives a variable of the session a value; makes the variable if there is none.
///
/// # Panics
/// When the session refuses the name or the value; [`try_put`] gives that as an error.
#[track_caller]
pub fn put(name: &str, value: impl Into<Value>) {
    try_put(name, value).unwrap_or_else(|error| panic!("{error}"));
}

/// Gives a variable of the session a value; makes the variable if there is none.
///
/// # Errors
/// When the session refuses the name or the value.
pub fn try_put(name: &str, value: impl Into<Value>) -> Result<(), ExchangeError> {
    let new = new_file("put");
    file::write(&folder().join(&new), &value.into())?;
    ask(&format!("put {} {new}", hex(name.as_bytes()))).map(drop)
}

/// Shows something at once: `display("text/html", "<b>done</b>")`. Pictures of pixels are given as their bytes.
///
/// # Panics
/// When it cannot be passed on.
#[track_caller]
pub fn display(mime: &str, content: impl AsRef<[u8]>) {
    let new = new_file("show");
    let path = folder().join(&new);
    let written = std::fs::write(&path, content);
    written.unwrap_or_else(|error| panic!("cannot use {}: {error}", path.display()));
    let asked = ask(&format!("show {} {new}", hex(mime.as_bytes())));
    asked.unwrap_or_else(|error| panic!("{error}"));
}

/// A line of the user.
///
/// # Errors
/// When nobody can be asked.
pub fn input(prompt: &str) -> Result<String, ExchangeError> {
    let line = ask(&format!("input {}", hex(prompt.as_bytes())))?;
    String::from_utf8(unhex(&line)).map_err(|_| refused("the answer is no text"))
}

/// As the standard library's, and what it prints is seen at once.
#[macro_export]
macro_rules! print {
    ($($what:tt)*) => {{
        ::std::print!($($what)*);
        $crate::partial();
    }};
}

/// Begins a cell. What ends with it says so.
#[doc(hidden)]
#[macro_export]
macro_rules! begin {
    ($id:literal) => {
        let _running = $crate::Running::begin($id);
    };
}

/// Ends a line that is not one for whoever reads it.
#[doc(hidden)]
pub fn partial() {
    println!("{MARK}");
}

/// A cell that runs.
#[doc(hidden)]
#[derive(Debug)]
pub struct Running {
    id: u64,
    process: u32,
}

impl Running {
    /// Says that a cell begins. Its code runs once that was heard.
    pub fn begin(id: u64) -> Self {
        let _alone = turn();
        tell(&format!("begin {id}"));
        let _ = say(&format!("begin {id}"));
        // Without the file nobody is answered, who is then told so.
        let _ = File::create(root().join(RUNNING));
        Self { id, process: std::process::id() }
    }
}

impl Drop for Running {
    /// Nothing that the cell has printed comes after the end of it, however it ends.
    fn drop(&mut self) {
        if std::process::id() != self.process {
            // A cell has forked, and there is one session of Rust: this process is none of it.
            std::process::exit(0);
        }
        // Who is asking gets the answer first; who asks from now on gets none.
        let _alone = turn();
        let _ = std::fs::remove_file(root().join(RUNNING));
        partial();
        tell(&format!("end {}", self.id));
        let _ = say(&format!("end {}", self.id));
    }
}

/// Begins a process: a panic of the thread that runs cells is told to who can show where it was.
#[doc(hidden)]
pub fn start() {
    let cells = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let thread = std::thread::current();
        let line = info.location().map_or(0, |place| place.line());
        let file = info.location().map_or("", |place| place.file());
        let message = message(info);
        if thread.id() == cells {
            tell(&format!("panic {line} {} {}", hex(file.as_bytes()), hex(message.as_bytes())));
        } else {
            let name = thread.name().unwrap_or("without a name");
            eprintln!("the thread `{name}` panicked: {message}");
        }
    }));
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a value that is no text".to_owned())
}

/// Tells the process something on standard error, where it stands between what the cell prints.
fn tell(text: &str) {
    // A cell may have closed it.
    let _ = writeln!(std::io::stderr(), "{MARK}{text}");
}

/// Waits until no other thread asks.
fn turn() -> std::io::Result<File> {
    let file = File::options().create(true).write(true).truncate(false).open(root().join(ASKING))?;
    file.lock()?;
    Ok(file)
}

/// Asks the process something while a cell runs, and waits for the answer.
fn ask(question: &str) -> Result<String, ExchangeError> {
    let _alone = turn().map_err(|error| {
        refused(&format!("the folder {} of the Rust cells cannot be used: {error}", root().display()))
    })?;
    if !root().join(RUNNING).exists() {
        return Err(refused(
            "no Rust cell is running; a thread that goes on behind its cell reaches the session only while another \
             one runs",
        ));
    }
    say(question)
}

/// Says something to the process, and waits for the answer.
fn say(question: &str) -> Result<String, ExchangeError> {
    // What was printed before without an end of line would hide the question.
    partial();
    println!("EVCXR_INPUT_REQUEST:bioxen {question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| refused(&error.to_string()))?;
    let line = line.trim_end();
    match line.split_once(' ').unwrap_or((line, "")) {
        ("ok", answer) => Ok(answer.to_owned()),
        ("no", why) => Err(refused(&String::from_utf8_lossy(&unhex(why)))),
        _ => Err(refused("the session has not answered")),
    }
}

fn refused(message: &str) -> ExchangeError {
    ExchangeError::Refused { message: message.to_owned() }
}

/// The private folder of the cells.
fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("BIOXEN_RUST_FOLDER").unwrap_or_default())
}

/// Where values cross.
fn folder() -> PathBuf {
    root().join("values")
}

/// A name that no other file has: cells have each their own count, so the time is a part of it.
fn new_file(kind: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = since.map_or(0, |since| since.as_nanos());
    format!("{kind}-{}-{since}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks_exact(2);
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    pairs.map(|pair| 16 * digit(pair[0]) + digit(pair[1])).collect()
}
