//! Records that cannot be used: why, and their bytes without personal data.

/// A record that cannot be used; becomes a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Short stable reason, fit for a counter's label.
    pub code: &'static str,
    /// What is wrong and where, for people. Holds no value of the record, so no personal data.
    pub reason: String,
    /// The record with numbers and names of customers redacted, at most 64 KiB.
    pub redacted: Vec<u8>,
}

/// A [`Reject`] before the record was redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Fault { code, reason: reason.into() }
    }

    pub(crate) fn reject(self, mut redacted: Vec<u8>) -> Reject {
        redacted.truncate(REDACTED_BYTES_MAX);
        Reject { code: self.code, reason: self.reason, redacted }
    }
}

/// A dead letter keeps no more than this.
const REDACTED_BYTES_MAX: usize = 64 * 1024;

/// Of a record that is too long, only the beginning is kept.
const TOO_LONG_KEPT: usize = 1024;

/// What stands where something was redacted.
pub(crate) const REDACTED: &str = "<redacted>";

/// The text of a record: in bounds, valid UTF-8, without byte order mark and line end.
pub(crate) fn text(payload: &[u8], bytes_max: usize) -> Result<&str, Reject> {
    if payload.len() > bytes_max {
        let reason = format!("the record has {} bytes, {bytes_max} are allowed; raise limits.record_bytes if that is right", payload.len());
        let kept = &payload[..payload.len().min(TOO_LONG_KEPT)];
        return Err(Fault::new("too_long", reason).reject(redact_anything(kept)));
    }
    match std::str::from_utf8(payload) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim_end_matches(['\r', '\n', '\0'])),
        Err(error) => {
            let reason = format!("byte {} is not UTF-8; convert the source to UTF-8", error.valid_up_to() + 1);
            Err(Fault::new("bad_utf8", reason).reject(redact_anything(payload)))
        }
    }
}

/// Redacts bytes of unknown structure: every number of five digits or more, separators inside it included.
pub(crate) fn redact_anything(bytes: &[u8]) -> Vec<u8> {
    redact_numbers(bytes, 5, true)
}

/// Replaces every run of at least `digits_min` digits. With `separators`, spaces, dots, dashes, slashes and brackets do
/// not end a run, so that "030/123-456" is one number.
pub(crate) fn redact_numbers(bytes: &[u8], digits_min: usize, separators: bool) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() && bytes[at] != b'+' {
            clean.push(bytes[at]);
            at += 1;
            continue;
        }
        let (mut digits, mut end, mut next) = (0, at + 1, at);
        while next < bytes.len() {
            match bytes[next] {
                byte if byte.is_ascii_digit() => {
                    digits += 1;
                    end = next + 1;
                }
                b'+' if next == at => {}
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' if separators => {}
                _ => break,
            }
            next += 1;
        }
        if digits >= digits_min {
            clean.extend_from_slice(b"<number>");
        } else {
            clean.extend_from_slice(&bytes[at..end]);
        }
        at = end;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str, digits_min: usize, separators: bool) -> String {
        String::from_utf8(redact_numbers(text.as_bytes(), digits_min, separators)).unwrap()
    }

    #[test]
    fn numbers_go_and_the_rest_stays() {
        assert_eq!(redacted("a 0301234567, b", 7, false), "a <number>, b");
        assert_eq!(redacted("+49301234567|12|", 7, false), "<number>|12|");
        assert_eq!(redacted("030/123-45 67 x", 7, true), "<number> x");
        assert_eq!(redacted("030/123-45 67 x", 7, false), "030/123-45 67 x");
        assert_eq!(redacted("+ 1 + 22", 7, true), "+ 1 + 22");
        assert_eq!(redacted("+", 7, true), "+");
    }

    #[test]
    fn text_is_bounded_decoded_and_trimmed() {
        assert_eq!(text(b"\xef\xbb\xbfa|b\r\n", 99).unwrap(), "a|b");
        assert_eq!(text(&[b'1'; 100], 99).unwrap_err().code, "too_long");
        let reject = text(b"123456789 \xff", 99).unwrap_err();
        assert_eq!((reject.code, reject.redacted), ("bad_utf8", b"<number> \xff".to_vec()));
    }
}
