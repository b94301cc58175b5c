//! Numbers of an observation: exact thousandths, whole numbers, yes and no. Nothing here is a floating-point number.

/// More digits than this do not survive in a JSON number, so they are believed nowhere.
const DIGITS_MAX: usize = 15;

/// A decimal number with an optional sign and at most three decimals, in thousandths. `None`: anything else.
pub(super) fn decimal_milli(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty() || fraction.len() > 3 || whole.len() + fraction.len() > DIGITS_MAX {
        return None;
    }
    let mut milli = 0_i64;
    for byte in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', 3 - fraction.len())) {
        if !byte.is_ascii_digit() {
            return None;
        }
        // Fifteen digits and three zeros are within 64 bits.
        milli = milli * 10 + i64::from(byte - b'0');
    }
    Some(if negative { -milli } else { milli })
}

/// A whole number from 0 on. `None`: anything else.
pub(super) fn whole(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Yes or no, in the words of most exports. `None`: anything else.
pub(super) fn flag(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is(["true", "yes", "1"]), is(["false", "no", "0"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "-",
            "+",
            ".",
            ".5",
            "5.",
            "-.5",
            "1.2345",
            "1.0000",
            "1,5",
            "1e3",
            "1 000",
            " 1",
            "--1",
            "+-1",
            "1.2.3",
            "0x1",
            "NaN",
            "٣",
            "1.-2",
            "1.+2",
            "1234567890123456",
            "1234567890123.456",
            "ü",
        ] {
            assert_eq!(decimal_milli(text), None, "{text}");
        }
        for (text, milli) in [("0", 0), ("-0", 0), ("+4", 4000), ("4.5", 4500), ("-0.001", -1), ("007.25", 7250), ("0.010", 10)] {
            assert_eq!(decimal_milli(text), Some(milli), "{text}");
        }
        assert_eq!(decimal_milli("999999999999999"), Some(999_999_999_999_999_000));
        for text in ["", "-1", "+1", "1.0", "9223372036854775808", "x"] {
            assert_eq!(whole(text), None, "{text}");
        }
        assert_eq!(whole("9223372036854775807"), Some(i64::MAX));
        assert_eq!(
            [flag("TRUE"), flag("no"), flag("1"), flag("0"), flag("x"), flag("")],
            [Some(true), Some(false), Some(true), Some(false), None, None]
        );
    }

    proptest! {
        /// Written by integers and read back: every thousandth is itself, however many of its decimals are written.
        #[test]
        fn decimals_are_read_exactly(milli in -999_999_999_999_999_i64..=999_999_999_999_999, plus: bool, cut: bool) {
            let sign = if milli < 0 { "-" } else if plus { "+" } else { "" };
            let mut text = format!("{sign}{}.{:03}", milli.abs() / 1000, milli.abs() % 1000);
            if cut {
                let shorter = text.trim_end_matches('0').trim_end_matches('.').len();
                text.truncate(shorter);
            }
            prop_assert_eq!(decimal_milli(&text), Some(milli), "{}", text);
        }

        #[test]
        fn nothing_panics_and_only_numbers_are_read(text in "[-+.0-9e, ]{0,20}|\\PC{0,6}") {
            if let Some(milli) = decimal_milli(&text) {
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let expected = whole.parse::<i128>().unwrap().abs() * 1000 + format!("{fraction:0<3}").parse::<i128>().unwrap();
                prop_assert_eq!(i128::from(milli).abs(), expected);
                prop_assert_eq!(milli < 0, text.starts_with('-') && expected > 0);
            }
        }
    }
}
