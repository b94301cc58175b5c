//! One POST of JSON over plain HTTP/1.1: all that Alertmanager asks for. Alertmanager speaks TLS and passwords through a proxy of its own, if at all, so
//! this does not; it belongs on the same machine or behind one.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Time for each step.
const LIMIT: Duration = Duration::from_secs(5);
/// More of an answer than this is not read.
const ANSWER_MAX: u64 = 64 << 10;

/// `http://host:port/prefix`, taken apart.
///
/// ```
/// use holdfast::care::Address;
/// let address = Address::parse("http://127.0.0.1:9093").unwrap();
/// assert_eq!(address.path("/api/v2/alerts"), "/api/v2/alerts");
/// assert!(Address::parse("https://example.invalid").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    prefix: String,
}

impl Address {
    /// Takes an URL apart.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let wrong = "write http://HOST:PORT; for https put a proxy in front";
        let rest = url.strip_prefix("http://").ok_or(wrong)?;
        let (host, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || url.chars().any(|character| character.is_whitespace() || character.is_control() || character == '@') {
            return Err(wrong);
        }
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let prefix = prefix.trim_end_matches('/');
        Ok(Self { host, prefix: if prefix.is_empty() { String::new() } else { format!("/{prefix}") } })
    }

    /// A path under the prefix.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

/// Sends JSON.
///
/// # Errors
/// What went wrong, without what was sent.
pub(super) fn post(address: &Address, path: &str, json: &str) -> Result<(), String> {
    let answer = exchange(address, path, json).map_err(|error| format!("{}: {error}", address.host))?;
    let status = answer.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok());
    match status {
        Some(200..=299) => Ok(()),
        // What it says may repeat what was sent.
        Some(status) => Err(format!("{} answered {status}", address.host)),
        None => Err(format!("{} gave no answer of HTTP", address.host)),
    }
}

fn exchange(address: &Address, path: &str, json: &str) -> std::io::Result<String> {
    let unknown = || std::io::Error::new(std::io::ErrorKind::NotFound, "unknown host");
    let target = address.host.to_socket_addrs()?.next().ok_or_else(unknown)?;
    let mut stream = TcpStream::connect_timeout(&target, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        address.path(path),
        address.host,
        json.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(json.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
