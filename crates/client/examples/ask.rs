//! Has a text evaluated in a session and prints what it says:
//! `cargo run -p bioxen-client --example ask -- NAME 'run(1.min)'`. A path in place of the name is a
//! connection file, of any kernel.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;

use bioxen_client::{Client, Connection, News, Registry, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(name), Some(code)) = (words.next(), words.next()) else {
        return Err("give the name of a session and a text".into());
    };
    let connection = match Path::new(&name) {
        path if path.is_file() => Connection::read(path)?,
        _ => Registry::own()?.find(&name)?,
    };
    let (client, told) = Client::open(connect(&connection)?, "example")?;
    let cell = client.execute(&code, false)?;
    let (outcome, _) = cell.outcome()?;
    // All that belongs to the cell was told before it was idle again.
    for one in told.into_iter().filter(|one| one.request == cell.request) {
        match one.news {
            News::Stream { text, .. } => print!("{text}"),
            News::Shown { data, .. } => {
                let plain = data.get("text/plain").and_then(|text| text.as_str());
                println!("{}", plain.unwrap_or_default());
            }
            News::State { busy: false } => break,
            _ => {}
        }
    }
    println!("{outcome:?}");
    Ok(())
}
