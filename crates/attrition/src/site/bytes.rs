//! The state of a site as bytes, exactly: every number by its bit pattern, because JSON reads some fractions one unit off in the last place, and then a restart
//! would not be what an uninterrupted run is. Fields stand in order without names, little-endian; lengths are four bytes. Only this version reads it.

mod reading;
mod writing;

use super::fold::Site;

/// Version of the form; another one is refused, and the state is folded anew.
const FORMAT: u32 = 8;

/// Why bytes are no state of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no state of a site that this version reads ({0}): fold it anew from the agent-days")]
pub struct Unreadable(pub(crate) String);

impl serde::ser::Error for Unreadable {
    fn custom<T: std::fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }
}

impl serde::de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }
}

/// The state as bytes.
///
/// ```
/// use attrition::site::{Site, bytes};
/// let site = Site::default();
/// assert_eq!(bytes::read(&bytes::write(&site)?)?, site);
/// assert!(bytes::read(b"something else").is_err());
/// # Ok::<(), bytes::Unreadable>(())
/// ```
///
/// # Errors
/// [`Unreadable`] if a part of the state has no form here, which a test excludes.
pub fn write(site: &Site) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = FORMAT.to_le_bytes().to_vec();
    serde::Serialize::serialize(site, &mut writing::Writer(&mut bytes))?;
    Ok(bytes)
}

/// The state of these bytes.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<Site, Unreadable> {
    let mut reader = reading::Reader(bytes);
    let format: u32 = serde::Deserialize::deserialize(&mut reader)?;
    if format != FORMAT {
        return Err(Unreadable(format!("format {format}")));
    }
    let site = serde::Deserialize::deserialize(&mut reader)?;
    if reader.0.is_empty() { Ok(site) } else { Err(Unreadable(format!("{} bytes left over", reader.0.len()))) }
}
