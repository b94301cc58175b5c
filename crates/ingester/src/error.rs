//! What can be wrong with the description of a source. Records that are wrong are a [`crate::Reject`], not an error.

use std::path::PathBuf;

/// A source cannot be set up. Every message says which source or mapping, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The time zone is not in the tz database of this machine.
    #[error(
        "source '{source_name}': time zone '{zone}' is not known here; use an IANA name such as Europe/Berlin, and check that tzdata is installed"
    )]
    Zone {
        /// Which source.
        source_name: String,
        /// What was configured.
        zone: String,
    },
    /// Customer numbers would have to be written, or dropped, because there is no key to pseudonymise them with.
    #[error("source '{source_name}': no pseudonym key; set 'pseudonym_key' to a secret of at least 16 bytes")]
    PseudonymKey {
        /// Which source.
        source_name: String,
    },
    /// A setting contradicts another one.
    #[error("source '{source_name}': {problem}")]
    Setting {
        /// Which source.
        source_name: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The mapping file cannot be read.
    #[error("mapping file {}: {reason}; check the path and its permissions", path.display())]
    MappingFile {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The mapping is not valid TOML, or has an unknown key.
    #[error("mapping of source '{source_name}' cannot be read: {reason}")]
    MappingSyntax {
        /// Which source.
        source_name: String,
        /// Where and what.
        reason: String,
    },
    /// The mapping is readable but does not make sense.
    #[error("mapping of source '{source_name}', {place}: {problem}")]
    Mapping {
        /// Which source.
        source_name: String,
        /// Which table of the mapping.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A snapshot is not one of ours.
    #[error("state of source '{source_name}' cannot be restored: {reason}; delete it to start without open transfers")]
    Snapshot {
        /// Which source.
        source_name: String,
        /// What the decoder said.
        reason: String,
    },
}
