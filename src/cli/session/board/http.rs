//! The pages of a board: a few files and a stream of events, on this machine only.
//!
//! It is a server of one page for a few who look, on one address; so it understands `GET`, no more than it
//! needs of HTTP/1.1 (RFC 9112), and closes each connection.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bioxen::client::new_id;

use super::state::Board;

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("board.js");
const STYLE: &str = include_str!("board.css");

/// The most connections at once.
const MOST: usize = 32;
/// The longest head of a request [bytes].
const HEAD: u64 = 16 << 10;
/// For a head to come, and for what is sent to be taken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two signs of life.
const ALIVE: Duration = Duration::from_secs(5);
/// The most visitors that are remembered.
const VISITORS: usize = 1000;

/// Who may come in: whoever brings the token, which opens the page once, and who has been in.
pub(super) struct Doors {
    port: u16,
    cookie: String,
    keys: Mutex<Keys>,
    announce: fn(&str),
}

struct Keys {
    token: String,
    visitors: HashSet<String>,
}

impl Doors {
    pub(super) fn new(port: u16, token: String, cookie: String, announce: fn(&str)) -> Self {
        let keys = Mutex::new(Keys { token, visitors: HashSet::new() });
        // Boards of several sessions on one machine share the jar of cookies.
        let cookie = format!("bioxen-{}", cookie.get(..8).unwrap_or(&cookie));
        Self { port, cookie, keys, announce }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address that opens the page next.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.keys().token)
    }

    /// Lets somebody in who brings the token; gives the name by which one is known then.
    fn enter(&self, token: &str) -> Option<String> {
        let visitor = {
            let mut keys = self.keys();
            if keys.token != token || keys.visitors.len() >= VISITORS {
                return None;
            }
            keys.token = new_id();
            let visitor = new_id();
            keys.visitors.insert(visitor.clone());
            visitor
        };
        (self.announce)(&self.address());
        Some(visitor)
    }

    fn knows(&self, cookies: &str) -> bool {
        let own = |pair: &str| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.cookie).then(|| value.to_owned())
        };
        let keys = self.keys();
        cookies.split(';').filter_map(own).any(|visitor| keys.visitors.contains(&visitor))
    }

    /// Whether a request is meant for this server: a page of somebody else may have been told that its own
    /// name is this machine.
    fn is_meant(&self, host: &str) -> bool {
        let port = self.port;
        host == format!("127.0.0.1:{port}") || host == format!("localhost:{port}")
    }
}

/// Serves until the program ends.
pub(super) fn serve(listener: &TcpListener, board: &Arc<Board>, doors: &Arc<Doors>) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= MOST {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (board, doors, left) = (board.clone(), doors.clone(), open.clone());
        let begun = thread::Builder::new().name("page".to_owned()).spawn(move || {
            // Whoever has gone gets nothing.
            let _ = answer(stream, &board, &doors);
            left.fetch_sub(1, Ordering::SeqCst);
        });
        if begun.is_err() {
            open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A request, as far as it matters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Request {
    get: bool,
    path: String,
    token: String,
    host: String,
    cookies: String,
}

impl Request {
    fn read(from: impl Read) -> Option<Self> {
        let mut lines = BufReader::new(from.take(HEAD)).lines();
        let first = lines.next()?.ok()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let token = query.split('&').find_map(|pair| pair.strip_prefix("token="));
        let mut request = Self {
            get: method == "GET",
            path: path.to_owned(),
            token: token.unwrap_or_default().to_owned(),
            ..Self::default()
        };
        loop {
            let line = lines.next()?.ok()?;
            if line.is_empty() {
                return Some(request);
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            match name.to_ascii_lowercase().as_str() {
                "host" => value.trim().clone_into(&mut request.host),
                "cookie" => value.trim().clone_into(&mut request.cookies),
                _ => {}
            }
        }
    }
}

fn answer(mut stream: TcpStream, board: &Board, doors: &Doors) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(request) = Request::read(&stream) else {
        return reply(&mut stream, "400 Bad Request", "text/plain", "", "this is no request\n");
    };
    if !doors.is_meant(&request.host) {
        return reply(
            &mut stream,
            "421 Misdirected Request",
            "text/plain",
            "",
            "not this server\n",
        );
    }
    if !request.get {
        return reply(
            &mut stream,
            "405 Method Not Allowed",
            "text/plain",
            "",
            "the board only shows\n",
        );
    }
    if request.path == "/" && !request.token.is_empty() {
        return match doors.enter(&request.token) {
            // The address without the token is what stays in the browser's history.
            Some(visitor) => {
                let cookie = format!(
                    "Set-Cookie: {}={visitor}; HttpOnly; SameSite=Strict; Path=/\r\nLocation: /\r\n",
                    doors.cookie
                );
                reply(&mut stream, "303 See Other", "text/plain", &cookie, "")
            }
            None => closed(&mut stream),
        };
    }
    if !doors.knows(&request.cookies) {
        return closed(&mut stream);
    }
    match request.path.as_str() {
        "/" => reply(&mut stream, "200 OK", "text/html; charset=utf-8", "", PAGE),
        "/board.js" => reply(&mut stream, "200 OK", "text/javascript; charset=utf-8", "", SCRIPT),
        "/board.css" => reply(&mut stream, "200 OK", "text/css; charset=utf-8", "", STYLE),
        "/events" => events(&mut stream, board),
        _ => reply(&mut stream, "404 Not Found", "text/plain", "", "there is no such page\n"),
    }
}

fn closed(stream: &mut TcpStream) -> io::Result<()> {
    let text = "The address opens the board once. `bioxen session board` prints the next one.\n";
    reply(stream, "403 Forbidden", "text/plain; charset=utf-8", "", text)
}

/// What every answer says: nothing is loaded from elsewhere, nothing is kept, nobody frames the page.
const GUARD: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; \
connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
Connection: close\r\n";

fn reply(
    stream: &mut TcpStream,
    status: &str,
    kind: &str,
    more: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{GUARD}{more}\r\n{body}"
    )?;
    stream.flush()
}

/// States of the board as server-sent events
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html>), until the reader goes. Who is slow misses states, and
/// none piles up.
fn events(stream: &mut TcpStream, board: &Board) -> io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{GUARD}\r\n")?;
    let mut known = 0;
    loop {
        match board.after(known, ALIVE) {
            Some((number, state)) => {
                known = number;
                write!(stream, "data: {state}\n\n")?;
            }
            None => write!(stream, ": alive\n\n")?,
        }
        stream.flush()?;
        // Several changes at once are one state.
        thread::sleep(Duration::from_millis(200));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_opens_once_and_the_cookie_afterwards() {
        let doors = Doors::new(8080, "t".into(), "abcdefghij".into(), |_| {});
        assert_eq!(doors.address(), "http://127.0.0.1:8080/?token=t");
        assert_eq!(doors.enter("other"), None);
        let visitor = doors.enter("t").unwrap();
        assert_eq!(doors.enter("t"), None, "once");
        assert_ne!(doors.address(), "http://127.0.0.1:8080/?token=t");
        assert!(doors.knows(&format!("a=b; bioxen-abcdefgh={visitor}")));
        assert!(!doors.knows("bioxen-abcdefgh=x") && !doors.knows("") && !doors.knows("x"));
        assert!(doors.is_meant("localhost:8080"));
        for host in ["", "evil.example", "localhost", "127.0.0.1:81", "evil.example:8080"] {
            assert!(!doors.is_meant(host), "{host}");
        }
    }

    #[test]
    fn requests_are_read_and_what_is_none_is_refused() {
        let text = "GET /?a=1&token=xy HTTP/1.1\r\nHost: h:1\r\nCookie: c=d\r\n\r\n";
        let request = Request::read(text.as_bytes()).unwrap();
        assert!(request.get && request.path == "/" && request.token == "xy");
        assert_eq!((request.host.as_str(), request.cookies.as_str()), ("h:1", "c=d"));
        for text in ["", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost: x", "\u{0}\u{1}"] {
            assert_eq!(Request::read(text.as_bytes()), None, "{text:?}");
        }
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
        assert_eq!(Request::read(long.as_bytes()), None);
    }
}
