//! Records that cannot be used: why, and their shape without anybody's name or number.

use crate::redact::shape;

/// A record that cannot be used; becomes a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Short stable reason, fit for a counter's label.
    pub code: &'static str,
    /// What is wrong and where, for people. Holds no value of the record, so no personal data.
    pub reason: String,
    /// The record without names and numbers of anybody, customer or agent, at most 64 KiB.
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

/// The text of a record: in bounds, valid UTF-8, without byte order mark and line end.
pub(crate) fn text(payload: &[u8], bytes_max: usize) -> Result<&str, Reject> {
    if payload.len() > bytes_max {
        let reason = format!("the record has {} bytes, {bytes_max} are allowed; raise limits.record_bytes if that is right", payload.len());
        let kept = &payload[..payload.len().min(TOO_LONG_KEPT)];
        return Err(Fault::new("too_long", reason).reject(shape(kept)));
    }
    match std::str::from_utf8(payload) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim_end_matches(['\r', '\n', '\0'])),
        Err(error) => {
            let reason = format!("byte {} is not UTF-8; convert the source to UTF-8", error.valid_up_to() + 1);
            Err(Fault::new("bad_utf8", reason).reject(shape(payload)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_decoded_and_trimmed() {
        assert_eq!(text(b"\xef\xbb\xbfa|b\r\n", 99).unwrap(), "a|b");
        assert_eq!(text(&[b'1'; 100], 99).unwrap_err().code, "too_long");
        let reject = text(b"123456789 \xff", 99).unwrap_err();
        assert_eq!((reject.code, reject.redacted), ("bad_utf8", b"9 a".to_vec()));
    }
}
