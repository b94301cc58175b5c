//! Numbers and texts as bytes: variable-length integers, zigzag for signed ones. Reading never trusts a length.

use crate::Names;

/// Why stored bytes are no contact.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// They end before the value does.
    #[error("stored contact: the bytes end too early; restore the state from its changelog")]
    Truncated,
    /// More bytes than the value takes.
    #[error("stored contact: {0} bytes left over; restore the state from its changelog")]
    TrailingBytes(usize),
    /// Written by another version of this program.
    #[error("stored contact: version {0} is unknown; it was written by a newer version, upgrade or rebuild the state")]
    UnknownVersion(u8),
    /// A number longer than 64 bits, or no number of the kind expected.
    #[error("stored contact: a number is out of range; restore the state from its changelog")]
    BadNumber,
    /// A text that is not UTF-8.
    #[error("stored contact: a text is not UTF-8; restore the state from its changelog")]
    BadText,
}

/// Appends an unsigned number, seven bits a byte.
#[inline]
pub(crate) fn put_unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed number; small magnitudes are short.
#[inline]
pub(crate) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_unsigned(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Appends a text with its length.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_unsigned(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a name: even numbers are twice the id, odd ones twice the length of the text that follows, plus one.
#[inline]
pub(crate) fn put_name(out: &mut Vec<u8>, text: &str, names: &mut impl Names) {
    match names.id(text) {
        Some(id) => put_unsigned(out, u64::from(id) << 1),
        None => {
            put_unsigned(out, (text.len() as u64) << 1 | 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A name as stored: a number of the table, or the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name<'a> {
    /// Look it up.
    Id(u32),
    /// The table refused it.
    Text(&'a str),
}

impl<'a> Name<'a> {
    /// The text.
    #[inline]
    pub fn text(self, names: &'a impl Names) -> &'a str {
        match self {
            Name::Id(id) => names.text(id),
            Name::Text(text) => text,
        }
    }
}

/// Reads from the front of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Reader { rest }
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Number of bytes not yet read.
    pub(crate) fn left(self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        let (first, rest) = self.rest.split_first().ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    #[inline]
    pub(crate) fn unsigned(&mut self) -> Result<u64, Error> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if shift == 63 && bits > 1 {
                return Err(Error::BadNumber);
            }
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Error::BadNumber)
    }

    #[inline]
    pub(crate) fn signed(&mut self) -> Result<i64, Error> {
        let value = self.unsigned()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (first, rest) = self.rest.split_first_chunk::<N>().ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    fn text_of(&mut self, length: u64) -> Result<&'a str, Error> {
        let length = usize::try_from(length).map_err(|_| Error::Truncated)?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or(Error::Truncated)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| Error::BadText)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.unsigned()?;
        self.text_of(length)
    }

    #[inline]
    pub(crate) fn name(&mut self) -> Result<Name<'a>, Error> {
        let value = self.unsigned()?;
        if value & 1 == 1 {
            return self.text_of(value >> 1).map(Name::Text);
        }
        u32::try_from(value >> 1).map(Name::Id).map_err(|_| Error::BadNumber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_and_overlong_ones_are_refused() {
        for value in [0, 1, -1, 63, 64, -65, 1 << 40, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            put_signed(&mut out, value);
            assert_eq!(Reader::new(&out).signed(), Ok(value));
        }
        assert_eq!(Reader::new(&[0xff; 12]).unsigned(), Err(Error::BadNumber));
        assert_eq!(Reader::new(&[0xff, 0xff]).unsigned(), Err(Error::Truncated));
        assert_eq!(Reader::new(&[3, b'a']).text(), Err(Error::Truncated));
        assert_eq!(Reader::new(&[1, 0xff]).text(), Err(Error::BadText));
    }
}
