//! What is left of a record that cannot be used: its shape. Words and numbers of the record itself go, whosever they are, because a record that is wrong may have
//! anything anywhere: an agent's name where the queue belongs, a customer's number where a time does.

use crate::time::Clock;
use serde_json::Value;

/// The shape of bytes: punctuation and blanks stay, letters in a row become `a`, digits in a row `9`. What is no ASCII counts as a letter.
///
/// `Agent/Ann Lee|5` has the shape `a/a a|9`.
pub(crate) fn shape(bytes: &[u8]) -> Vec<u8> {
    let mut clean: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut before = 0;
    for byte in bytes {
        let kind = match byte {
            b'0'..=b'9' => b'9',
            byte if byte.is_ascii_alphabetic() || !byte.is_ascii() => b'a',
            other => *other,
        };
        let in_a_row = kind == before && kind.is_ascii_alphanumeric();
        if !in_a_row {
            clean.push(kind);
        }
        before = kind;
    }
    clean
}

/// [`shape`] of a text.
pub(crate) fn shape_of(text: &str) -> String {
    // Of what is no ASCII nothing is left, so it is a text again.
    String::from_utf8_lossy(&shape(text.as_bytes())).into_owned()
}

/// What of a vendor's JSON stays as it is. Names of fields in lower case.
pub(crate) struct Vendor<'v> {
    /// Fields that hold the id of a contact, as a UUID. None of an agent or a customer.
    pub(crate) ids: &'v [&'v str],
    /// Fields that hold a time; those that end in "timestamp" do so too.
    pub(crate) times: &'v [&'v str],
    /// Words of the vendor, in lower case.
    pub(crate) words: &'v [&'v str],
    /// Fields with names and values that the site chose.
    pub(crate) free: &'v [&'v str],
    /// Says what a time is.
    pub(crate) clock: &'v Clock,
}

impl Vendor<'_> {
    /// A record as JSON: names of fields, ids of contacts, times, durations and words of the vendor stay; all else is shape. What is no JSON is nothing but shape.
    pub(crate) fn redacted(&self, text: &str) -> Vec<u8> {
        match serde_json::from_str(text) {
            Ok(mut value) => {
                self.clean(&mut value, "");
                value.to_string().into_bytes()
            }
            Err(_) => shape(text.as_bytes()),
        }
    }

    fn clean(&self, value: &mut Value, field: &str) {
        match value {
            Value::Object(object) => {
                for (name, mut inner) in std::mem::take(object) {
                    let field = name.to_ascii_lowercase();
                    if self.free.contains(&field.as_str()) {
                        inner = Value::String("a".to_owned());
                    }
                    self.clean(&mut inner, &field);
                    object.insert(if is_field_name(&name) { name } else { shape_of(&name) }, inner);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean(item, field)),
            Value::String(text) if self.stays(text, field) => {}
            Value::String(text) => *text = shape_of(text),
            Value::Number(number) if self.number_stays(number.as_i64(), field) => {}
            Value::Number(_) => *value = Value::String("9".to_owned()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Whether a text is what its field is for; a customer's number in a field for a time is not.
    fn stays(&self, text: &str, field: &str) -> bool {
        (self.ids.contains(&field) && is_uuid(text))
            || (self.is_time(field) && text.len() <= 40 && self.clock.parse_calendar(text.trim()).is_some())
            || self.words.iter().any(|word| word.eq_ignore_ascii_case(text))
    }

    fn number_stays(&self, number: Option<i64>, field: &str) -> bool {
        let Some(number) = number else { return false };
        let within = |below: u64| number.unsigned_abs() < below;
        let time = self.is_time(field) && number.checked_mul(1_000).is_some_and(|at_us| self.clock.plausible(at_us, field).is_ok());
        // A day has 86 400 s and 86 400 000 ms.
        time || (field.ends_with("duration") && within(100_000)) || (field.ends_with("durationms") && within(100_000_000))
    }

    fn is_time(&self, field: &str) -> bool {
        field.ends_with("timestamp") || self.times.contains(&field)
    }
}

/// As programs name their fields: one word of letters, few digits.
fn is_field_name(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= 48 && digits < 5 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_uuid(value: &str) -> bool {
    let groups = value.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_words_and_numbers_the_shape_is_left() {
        for (text, expected) in [
            ("Agent/Ann Lee|5", "a/a a|9"),
            ("call 030/123-45 67 back", "a 9/9-9 9 a"),
            ("+49301234567|12|", "+9|9|"),
            ("a1b2", "a9a9"),
            ("--  ||", "--  ||"),
            ("王芳,7", "a,9"),
            ("", ""),
        ] {
            assert_eq!(shape_of(text), expected, "{text}");
        }
        assert_eq!(shape(b"M\xfcller\0x"), b"a\0a");
    }
}
