//! Listeners: a thread for each connection.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificate::Identity;
use crate::dispatch::{self, Outcome};
use crate::fault::{self, Fault};
use crate::http::{Answer, Request};
use crate::value::Failure;
use crate::{Shared, json, lock, xml};

/// Asks for the fingerprint of the master's certificate, and gives it.
const ASKS: &str = "x-xenapi-request-host-certificate-thumbprint";
const GIVES: &str = "x-xenapi-response-host-certificate-thumbprint";

/// What a link is: with TLS or without.
trait Link: Read + Write {}
impl<T: Read + Write> Link for T {}

/// Listens at a place, until the flag is set.
pub(crate) fn listen(
    place: &str,
    identity: Option<&Identity>,
    slave: bool,
    shared: &Arc<Shared>,
    stop: &Arc<AtomicBool>,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(place)?;
    let at = listener.local_addr()?;
    let config = identity.map(|i| i.config.clone());
    let (shared, stop) = (shared.clone(), stop.clone());
    thread::spawn(move || {
        for stream in listener.incoming() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let Ok(stream) = stream else { continue };
            let (config, shared) = (config.clone(), shared.clone());
            thread::spawn(move || {
                // Whoever leaves in the middle has no one to tell.
                let _ = serve(stream, config, slave, &shared);
            });
        }
    });
    Ok(at)
}

fn serve(
    stream: TcpStream,
    config: Option<Arc<ServerConfig>>,
    slave: bool,
    shared: &Shared,
) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let link: Box<dyn Link> = match config {
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(connection, stream))
        }
        None => Box::new(stream),
    };
    let mut link = BufReader::new(link);
    while let Some(request) = Request::read(&mut link)? {
        match answer(&request, slave, shared) {
            Some(Told::Answer(answer)) => answer.send(link.get_mut())?,
            Some(Told::Raw(bytes)) => {
                link.get_mut().write_all(&bytes)?;
                return link.get_mut().flush();
            }
            None => return Ok(()),
        }
        if request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close")) {
            return Ok(());
        }
    }
    Ok(())
}

enum Told {
    Answer(Answer),
    Raw(Vec<u8>),
}

/// A call in either form of RPC.
enum Call {
    Json(json::Call),
    Xml(xml::Call),
}

/// What a request is answered with; nothing when the link ends.
fn answer(request: &Request, slave: bool, shared: &Shared) -> Option<Told> {
    let refused = |status: u16| {
        let page = "<html><body><h1>HTTP error</h1>internal error</body></html>";
        Some(Told::Answer(Answer::new(status, "text/html", page)))
    };
    if !request.version.starts_with("HTTP/1") || request.method != "POST" {
        return refused(400);
    }
    let path = request.path.split('?').next().unwrap_or_default();
    let is_json = match path {
        "/jsonrpc" => true,
        "/" | "/xmlrpc" | "/RPC2" => false,
        _ => return refused(404),
    };
    let call = if is_json {
        json::read(&request.body).map(Call::Json)
    } else {
        xml::read(&request.body).map(Call::Xml)
    };
    let Some(call) = call else { return refused(500) };
    let (method, params) = match &call {
        Call::Json(call) => (&call.method, &call.params),
        Call::Xml(call) => (&call.method, &call.params),
    };
    lock(&shared.calls).push(method.clone());
    let fault = lock(&shared.faults).take(method);
    let mut thumbprint = None;
    let master = lock(&shared.master).clone().filter(|_| slave);
    let outcome: Outcome = match (&fault, master) {
        (_, Some((address, print))) => {
            let asked = request.header(ASKS) == Some("sha-256:master");
            thumbprint = asked.then_some(print);
            Err(Failure::new("HOST_IS_SLAVE", [address]))
        }
        (Some(Fault::LoseRequest), _) => return None,
        (Some(Fault::Raw(bytes)), _) => return Some(Told::Raw(bytes.clone())),
        (Some(Fault::Reply(status, kind, body)), _) => {
            return Some(Told::Answer(Answer::new(*status, kind, body.clone())));
        }
        (Some(Fault::Early(code, params)), _) => {
            return Some(Told::Answer(json::early(code, params)));
        }
        (Some(Fault::Bare(code, data)), _) => {
            return Some(Told::Answer(json::bare(&call_id(&call), code, data)));
        }
        (Some(Fault::Api(code, params)), _) => Err(Failure::new(code, params.clone())),
        (Some(Fault::Expire), _) => {
            lock(&shared.pool).sessions.clear();
            dispatch::dispatch(method, params, None, shared)
        }
        (Some(Fault::Hang), _) => {
            lock(&shared.pool).hangs = true;
            let outcome = dispatch::dispatch(method, params, None, shared);
            lock(&shared.pool).hangs = false;
            outcome
        }
        (Some(Fault::Task(code, params)), _) => {
            let failure = Failure::new(code, params.clone());
            dispatch::dispatch(method, params_of(&call), Some(failure), shared)
        }
        _ => dispatch::dispatch(method, params, None, shared),
    };
    match &fault {
        Some(Fault::LoseReply) => return None,
        Some(Fault::Slow(wait)) => thread::sleep(*wait),
        _ => {}
    }
    let mut answer = match &call {
        Call::Json(call) => json::write(call, &outcome),
        Call::Xml(call) => xml::write(call, &outcome),
    };
    if let Some(Fault::Damage(seed)) = fault {
        fault::damage(&mut answer.body, seed);
    }
    if let Some(print) = thumbprint {
        answer.headers.push((GIVES.to_owned(), print));
    }
    Some(Told::Answer(answer))
}

fn params_of(call: &Call) -> &[serde_json::Value] {
    match call {
        Call::Json(call) => &call.params,
        Call::Xml(call) => &call.params,
    }
}

fn call_id(call: &Call) -> serde_json::Value {
    match call {
        Call::Json(call) => call.id.clone(),
        Call::Xml(_) => serde_json::Value::Null,
    }
}
