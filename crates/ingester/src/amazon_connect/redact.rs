//! A rejected record without personal data. Works on the text, so that it also cleans what is no valid JSON: of the texts in
//! quotes only ids, times and words of Connect's own stay.

use crate::reject::{REDACTED, redact_numbers};

/// Names whose values are words of Connect's own, written in capitals.
const SYMBOLS: [&str; 9] = [
    "AnsweringMachineDetectionStatus",
    "Channel",
    "DisconnectReason",
    "EventType",
    "InitiationMethod",
    "QueueType",
    "State",
    "Status",
    "Type",
];

/// Keeps structure, names of fields, ids, times and short numbers.
pub(super) fn redact(text: &str) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let (mut rest, mut last_name) = (text, "");
    while let Some(open) = rest.find('"') {
        outside(&rest[..open], &mut clean);
        rest = &rest[open + 1..];
        let (inner, after) = quoted(rest);
        let is_name = after.trim_start().starts_with(':');
        let stays = if is_name { is_field_name(inner) } else { is_harmless(inner, last_name) };
        clean.push(b'"');
        clean.extend_from_slice(if stays { inner.as_bytes() } else { REDACTED.as_bytes() });
        clean.push(b'"');
        last_name = if is_name { inner } else { last_name };
        rest = after;
    }
    outside(rest, &mut clean);
    clean
}

fn outside(text: &str, clean: &mut Vec<u8>) {
    clean.extend(redact_numbers(text.as_bytes(), 5, true));
}

/// The text up to the closing quote, and what follows it; all of it where the quote is missing.
fn quoted(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return (&text[..at], &text[at + 1..]),
            byte => escaped = byte == b'\\' && !escaped,
        }
    }
    (text, "")
}

fn is_field_name(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= 48 && digits < 5 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_harmless(value: &str, name: &str) -> bool {
    let symbol = |value: &str| value.len() <= 40 && value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    is_uuid(value) || is_time(value) || (symbol(value) && SYMBOLS.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

fn is_uuid(value: &str) -> bool {
    let groups = value.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_time(value: &str) -> bool {
    let bytes = value.as_bytes();
    let dated = bytes.len() <= 32 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') && bytes.get(10) == Some(&b'T');
    dated && bytes.iter().all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        String::from_utf8(redact(text)).unwrap()
    }

    #[test]
    fn people_go_and_ids_times_and_words_of_the_system_stay() {
        let text = r#"{"ContactId": "15a5cf14-3212-45a1-9f86-a8e97db8afaf", "Channel":"VOICE","Duration": 7, "Epoch": 1649430102,
            "DisconnectTimestamp":"2022-04-08T15:01:22Z","Address":"+15555550103","FirstName":"ANN","Attributes":{"Said \"hi\"":"a: b"}}"#;
        let expected = r#"{"ContactId": "15a5cf14-3212-45a1-9f86-a8e97db8afaf", "Channel":"VOICE","Duration": 7, "Epoch": <number>,
            "DisconnectTimestamp":"2022-04-08T15:01:22Z","Address":"<redacted>","FirstName":"<redacted>","Attributes":{"<redacted>":"<redacted>"}}"#;
        assert_eq!(redacted(text), expected);
    }

    #[test]
    fn what_is_cut_off_is_cleaned_too() {
        assert_eq!(redacted(r#"{"Type":"VOICE","Address":"+1555"#), r#"{"Type":"VOICE","Address":"<redacted>""#);
        assert_eq!(redacted("call 030/123-4567"), "call <number>");
        assert_eq!(redacted(r#"["a\"#), r#"["<redacted>""#);
    }
}
