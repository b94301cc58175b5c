//! `DeadLetter`: an input that could not be used (`schemas/dead_letter.v1.avsc`).

use serde::{Deserialize, Serialize};

/// An input that could not be used, with where it came from and why. Field documentation: `schemas/dead_letter.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct DeadLetter<'a> {
    pub stage: &'a str,
    pub code: &'a str,
    pub reason: &'a str,
    pub source: &'a str,
    pub source_file: &'a str,
    pub source_line: i64,
    pub topic: &'a str,
    pub partition: i32,
    pub offset: i64,
    #[serde(with = "raw_bytes")]
    pub payload: &'a [u8],
    pub payload_size: i64,
}

/// Serde's `&[u8]` is a sequence of numbers; Avro's `bytes` needs the byte form.
mod raw_bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'de [u8], D::Error> {
        <&[u8]>::deserialize(deserializer)
    }
}
