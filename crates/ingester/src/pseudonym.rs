//! Customer numbers into pseudonyms: a keyed hash, so that the same caller is recognised and never named.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Callers that are nobody in particular, compared without case.
const UNKNOWN: [&str; 14] = [
    "",
    "unknown",
    "<unknown>",
    "anonymous",
    "restricted",
    "unavailable",
    "private",
    "withheld",
    "blocked",
    "asterisk",
    "none",
    "null",
    "s",
    "n/a",
];

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Turns customer numbers into tokens `p<key id>:<16 letters>`: HMAC-SHA-256 of the number, its first 80 bits in base 32.
///
/// ```
/// let pseudonyms = ingester::Pseudonyms::new("7", b"a secret of the site");
/// let token = pseudonyms.token("+49 (30) 123-4567").unwrap();
/// assert!(token.starts_with("p7:") && token.len() == 19);
/// assert_eq!(pseudonyms.token("+49301234567"), Some(token));
/// assert_eq!(pseudonyms.token("anonymous"), None);
/// ```
#[derive(Clone)]
pub struct Pseudonyms {
    prefix: String,
    keyed: Hmac<Sha256>,
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Pseudonyms({})", self.prefix)
    }
}

impl Pseudonyms {
    /// Pseudonyms under a key; `key_id` tells which one, in every token.
    pub fn new(key_id: &str, key: &[u8]) -> Self {
        // HMAC takes keys of every length; the other arm is unreachable and still keyed.
        let keyed = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        Pseudonyms { prefix: format!("p{key_id}:"), keyed }
    }

    /// The token of a caller; `None` if the caller is unknown: empty, all zeros, "anonymous" and the like.
    pub fn token(&self, caller: &str) -> Option<String> {
        let mut token = String::new();
        self.append(caller, &mut token).then_some(token)
    }

    /// Appends the token of a caller; false, with nothing appended, if the caller is unknown.
    pub(crate) fn append(&self, caller: &str, token: &mut String) -> bool {
        let caller = bare_number(caller);
        if is_unknown(caller) {
            return false;
        }
        let mut hash = self.keyed.clone();
        let (mut chunk, mut used) = ([0_u8; 64], 0);
        for byte in caller.bytes().filter(|byte| !b" -().\t/\"'".contains(byte)) {
            chunk[used] = byte.to_ascii_lowercase();
            used += 1;
            if used == chunk.len() {
                hash.update(&chunk);
                used = 0;
            }
        }
        hash.update(&chunk[..used]);
        let digest = hash.finalize().into_bytes();
        token.push_str(&self.prefix);
        let bits = digest.iter().take(10).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        token.extend((0..16).rev().map(|place| char::from(ALPHABET[(bits >> (5 * place)) as usize & 31])));
        true
    }
}

/// The number inside `"name" <number>`, else the text itself.
fn bare_number(caller: &str) -> &str {
    let caller = caller.trim();
    match (caller.rfind('<'), caller.strip_suffix('>')) {
        (Some(start), Some(inner)) if start > 0 => inner[start + 1..].trim(),
        _ => caller,
    }
}

fn is_unknown(caller: &str) -> bool {
    if caller.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        return false;
    }
    caller.bytes().all(|byte| byte == b'0' || byte.is_ascii_punctuation() || byte == b' ')
        || caller.to_ascii_lowercase().starts_with("anonymous")
        || UNKNOWN.iter().any(|unknown| caller.eq_ignore_ascii_case(unknown))
}

/// True if the text has more digits than an extension of the house has.
pub(crate) fn is_external(number: &str, extension_digits: u8) -> bool {
    number.bytes().filter(u8::is_ascii_digit).count() > usize::from(extension_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(caller: &str) -> Option<String> {
        Pseudonyms::new("1", b"0123456789abcdef").token(caller)
    }

    #[test]
    fn unknown_callers_are_nobody() {
        for caller in [
            "",
            " ",
            "0",
            "000",
            "anonymous",
            "Anonymous",
            "anonymous@anonymous.invalid",
            "<unknown>",
            "unknown",
            "Restricted",
            "-",
            "+",
            "NULL",
        ] {
            assert_eq!(token(caller), None, "{caller:?}");
        }
    }

    #[test]
    fn the_same_number_in_several_spellings_is_one_caller() {
        let plain = token("+4930123456789");
        for caller in ["+49 30 123456789", " +49-(30)-123456789 ", "\"Ann\" <+4930123456789>"] {
            assert_eq!(token(caller), plain, "{caller}");
        }
        assert_ne!(token("+4930123456788"), plain);
        assert_ne!(Pseudonyms::new("1", b"another secret..").token("+4930123456789"), plain);
    }

    #[test]
    fn a_token_agrees_with_an_independent_computation() {
        // python: base64.b32encode(hmac.new(b"0123456789abcdef", b"04675425371", "sha256").digest()[:10]).lower()
        assert_eq!(token("04675425371").as_deref(), Some("p1:fr3hihdhcxaluoaz"));
    }

    #[test]
    fn long_callers_are_hashed_whole() {
        let long = "7".repeat(200);
        assert_ne!(token(&long), token(&long[..199]));
    }
}
