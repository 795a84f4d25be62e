//! As much of HTTP/1.1 as XAPI needs.

use std::io::{self, BufRead, BufReader, Read, Write};

/// The longest body that XAPI takes [bytes]: 300 KiB.
const LONGEST: usize = 300 << 10;

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Such as `HTTP/1.1`; what is no HTTP has none.
    pub(crate) version: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Reads the next one; none when the link has ended.
    pub(crate) fn read(from: &mut BufReader<impl Read>) -> io::Result<Option<Self>> {
        let mut line = Vec::new();
        if from.by_ref().take(8192).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let mut words = line.split_whitespace();
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let version = words.next().unwrap_or_default().to_owned();
        let (method, path) = (method.to_owned(), path.to_owned());
        let mut headers = Vec::new();
        if !version.starts_with("HTTP/1") {
            return Ok(Some(Self { method, path, version, headers, body: Vec::new() }));
        }
        loop {
            let mut line = String::new();
            from.by_ref().take(8192).read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        let mut request = Self { method, path, version, headers, body: Vec::new() };
        let length = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        request.body = vec![0; length];
        from.read_exact(&mut request.body)?;
        Ok(Some(request))
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind: kind.to_owned(), headers: Vec::new(), body: body.into() }
    }

    /// Sends it in one piece.
    pub(crate) fn send(&self, to: &mut impl Write) -> io::Result<()> {
        let mut bytes = format!(
            "HTTP/1.1 {} answer\r\ncontent-type: {}\r\ncontent-length: {}\r\n",
            self.status,
            self.kind,
            self.body.len()
        );
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str("\r\n");
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(&self.body);
        to.write_all(&bytes)?;
        to.flush()
    }
}
